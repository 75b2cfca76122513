//! An object read as a file is: from any place, as long as it is the object that was opened.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::cancel::lock;
use super::connection::Connection;
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::request::{Progress, Request};
use super::response::Response;

/// Forward seeks up to this far read what lies between: quicker than a new request on all but the shortest ways.
const READ_THROUGH: u64 = 256 * 1024;

/// The object as it was when it was opened; nothing else is ever read. Can be used by many threads at once.
#[derive(Debug)]
pub struct Opened {
    connection: Connection,
    place: Place,
    /// What each request carries: `If-Match` and the caller's extras.
    request: Request,
    /// When all must be over.
    deadline: Option<Instant>,
    headers: Headers,
    size: u64,
}

/// Where it lies.
enum Place {
    Object(String, String),
    /// A URL that needs no token.
    Url(String),
}

impl Place {
    /// For messages; what gives access stays out of them.
    fn name(&self) -> String {
        match self {
            Place::Object(container, object) => format!("{container}/{object}"),
            Place::Url(url) => url.split(['?', '#']).next().unwrap_or_default().to_owned(),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// Reads an opened object from one place to the next. What was asked of it in one go comes over one connection.
pub struct Reader {
    opened: Arc<Opened>,
    progress: Option<Progress>,
    position: u64,
    /// The answer being read, and where in the object it is.
    stream: Option<(Response, u64)>,
    /// The answer began at the first byte, and is checked as a whole.
    whole: bool,
    verified: bool,
    /// The object is not what it was, or its bytes are wrong: that does not get better.
    failed: Option<Error>,
}

impl Opened {
    fn new(connection: &Connection, place: Place, r: &Request) -> Result<Opened> {
        if r.headers.get("range").is_some() {
            return Err(Error::invalid("a reader asks for ranges itself: give it a request without one"));
        }
        let deadline = r.timeout.and_then(|t| Instant::now().checked_add(t));
        let mut head = match &place {
            Place::Object(container, object) => connection.head_object(container, object, r)?,
            Place::Url(url) => connection.head_url(url, r)?,
        };
        let missing = |what: &str| {
            let name = place.name();
            let text = format!("{name} cannot be read as a file: the server does not tell its {what}");
            Err(Error::new(Kind::Unsupported, text))
        };
        let Some(size) = head.content_length() else { return missing("length") };
        let headers = head.take_headers();
        let Some(etag) = headers.get("etag") else { return missing("ETag") };
        let mut request = r.clone();
        // They held when it was opened.
        for name in ["if-none-match", "if-modified-since", "if-unmodified-since"] {
            request.headers.remove(name);
        }
        request.headers.set("if-match", etag);
        request.progress = None;
        Ok(Opened { connection: connection.clone(), place, request, deadline, headers, size })
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Headers it had when it was opened.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// Reads up to `buf.len()` bytes from `offset`, and fewer only at the end of the object. Makes a request of its
    /// own and leaves the reader where it is.
    pub fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize> {
        let length = self.size.saturating_sub(offset).min(buf.len() as u64);
        if length == 0 {
            return Ok(0);
        }
        let mut answer = self.get(offset, Some(length))?;
        let mut at = 0;
        while at < length as usize {
            match answer.read(&mut buf[at..length as usize])? {
                0 => return Err(self.another_length()),
                n => at += n,
            }
        }
        // With its last byte its end is known, and the connection is free again.
        answer.read(&mut [0])?;
        Ok(at)
    }

    /// Asks for the object from `offset` on; from the first byte without a range, so that it is checked.
    fn get(&self, offset: u64, length: Option<u64>) -> Result<Response> {
        let mut r = self.request.clone();
        if let Some(deadline) = self.deadline {
            r.timeout = Some(deadline.saturating_duration_since(Instant::now()));
        }
        let whole = offset == 0 && length.is_none_or(|l| l == self.size);
        if !whole {
            r.set_range(Some(offset), length)?;
        }
        let answer = match &self.place {
            Place::Object(container, object) => self.connection.get_object(container, object, &r),
            Place::Url(url) => self.connection.get_url(url, &r),
        };
        let answer = answer.map_err(|e| match e.kind() {
            Kind::Precondition => e.remark("the object changed since it was opened"),
            Kind::NotFound => e.remark("the object was deleted since it was opened"),
            _ => e,
        })?;
        // A cache, or a server that knows nothing of If-Match, may give another one all the same.
        let size = answer.content_range().and_then(|(_, _, size)| size);
        let opened = self.headers.get_str("etag").map(|e| e.trim_matches('"'));
        if answer.etag().is_some_and(|e| Some(e) != opened) || size.is_some_and(|s| s != self.size) {
            let text = format!("{}: the object changed since it was opened", self.place.name());
            return Err(Error::new(Kind::Precondition, text));
        }
        let expected = length.unwrap_or(self.size - offset);
        if answer.content_length().is_some_and(|l| l != expected) || (!whole && answer.status() != 206) {
            return Err(self.another_length());
        }
        Ok(answer)
    }

    fn another_length(&self) -> Error {
        let text = format!("{}: the server sent other bytes than were asked for", self.place.name());
        Error::new(Kind::Protocol, text)
    }
}

impl Reader {
    /// Opens an object with a HEAD request; later ones carry its ETag, so that nothing else is read.
    ///
    /// The deadline of the request is that of all reading; its progress callback hears of the position.
    pub fn open(connection: &Connection, container: &str, object: &str, r: &Request) -> Result<Reader> {
        Reader::at(connection, Place::Object(container.to_owned(), object.to_owned()), r)
    }

    /// As [`open`](Reader::open), at a URL that needs no token.
    pub fn open_url(connection: &Connection, url: &str, r: &Request) -> Result<Reader> {
        Reader::at(connection, Place::Url(url.to_owned()), r)
    }

    fn at(connection: &Connection, place: Place, r: &Request) -> Result<Reader> {
        let opened = Arc::new(Opened::new(connection, place, r)?);
        Ok(Reader {
            verified: opened.size == 0,
            opened,
            progress: r.progress.clone(),
            position: 0,
            stream: None,
            whole: false,
            failed: None,
        })
    }

    /// The object, to read from other threads.
    pub fn opened(&self) -> &Arc<Opened> {
        &self.opened
    }

    /// Where the next [`read`](Reader::read) begins.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Where the next [`read`](Reader::read) shall begin; past the end there is nothing to read. No I/O.
    pub fn seek(&mut self, position: u64) {
        self.position = position;
    }

    /// Whether all of the object was read in one pass from its first byte, and every MD5 was right.
    pub fn is_verified(&self) -> bool {
        self.verified
    }

    /// Reads up to `buf.len()` bytes at the position, which moves on; 0 is the end.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        if let Some(e) = &self.failed {
            return Err(e.clone());
        }
        let n = self.advance(buf).inspect_err(|e| {
            self.stream = None;
            if matches!(e.kind(), Kind::Precondition | Kind::NotFound | Kind::Checksum) {
                self.failed = Some(e.clone());
            }
        })?;
        Ok(n)
    }

    fn advance(&mut self, buf: &mut [u8]) -> Result<usize> {
        let size = self.opened.size;
        if self.position >= size || buf.is_empty() {
            return Ok(0);
        }
        let reachable = |at: u64| at <= self.position && self.position - at <= READ_THROUGH;
        let (mut answer, mut at) = match self.stream.take().filter(|(_, at)| reachable(*at)) {
            Some(going) => going,
            None => {
                self.whole = self.position == 0;
                (self.opened.get(self.position, None)?, self.position)
            }
        };
        while at < self.position {
            let most = (self.position - at).min(buf.len() as u64) as usize;
            match answer.read(&mut buf[..most])? {
                0 => return Err(self.opened.another_length()),
                n => at += n as u64,
            }
        }
        let most = (size - at).min(buf.len() as u64) as usize;
        let n = answer.read(&mut buf[..most])?;
        at += n as u64;
        if n == 0 {
            return Err(self.opened.another_length());
        }
        if at < size {
            self.stream = Some((answer, at));
        } else {
            // Nothing follows the last byte, and the sum is only then complete.
            if answer.read(&mut [0])? > 0 {
                return Err(self.opened.another_length());
            }
            self.verified |= self.whole && answer.bytes_verified() == size;
        }
        if self.progress.as_ref().is_some_and(|p| !p(at, Some(size))) {
            return Err(Error::new(Kind::Cancelled, "ended by the progress callback"));
        }
        self.position = at;
        Ok(n)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reader").field("opened", &self.opened).field("position", &self.position).finish()
    }
}

impl std::io::Read for Reader {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        Reader::read(self, buf).map_err(std::io::Error::other)
    }
}

/// A reader that is read by one thread at a time while others read at offsets.
#[derive(Debug)]
pub struct SharedReader {
    opened: Arc<Opened>,
    reader: Mutex<Reader>,
}

impl SharedReader {
    /// Of a reader.
    pub fn new(reader: Reader) -> SharedReader {
        SharedReader { opened: reader.opened.clone(), reader: Mutex::new(reader) }
    }

    /// The object.
    pub fn opened(&self) -> &Opened {
        &self.opened
    }

    /// Uses the reader; waits for another thread that does.
    pub fn with<T>(&self, body: impl FnOnce(&mut Reader) -> T) -> T {
        body(&mut lock(&self.reader))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_not_shown() {
        let place = Place::Url("http://h/v1/a/c/o?temp_url_sig=geheim&temp_url_expires=1".into());
        assert_eq!(format!("{place:?}"), "http://h/v1/a/c/o");
    }
}
