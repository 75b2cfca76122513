//! The answer to a call: status, headers, and a body that is read as a stream.

mod object;
mod parts;

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::body::Body;
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::http::{Reason, grow};
use super::retry::Attempt;
use super::scratch::{SIZE, Scratch};
use super::time;
use crate::sys::fd::{self, Descriptor};
use crate::sys::file::{self, Occupant, PendingFile, occupant, preallocate};
use crate::sys::pages::{self, zeroed};
use crate::sys::pipe::Pipe;
use crate::sys::signals::NoSigPipe;

pub use object::Location;
pub(crate) use object::symlink_target;

/// Bodies that are read whole grow by no more than this at a time, and from here on those that nobody looks at go to files
/// past this process.
const PIECE: usize = 1 << 20;
/// Pages of new memory are made for so much at a time, which is still in the processor's cache when it is written to.
const FRESH: usize = 256 * 1024;

/// For a file of this length it pays to set room aside; shorter ones are laid out in one piece anyway.
const LONG: u64 = 4 << 20;

/// A successful response. Dropping it before its body is read to the end is fine; the connection is closed then.
#[derive(Debug)]
pub struct Response {
    status: u16,
    reason: Reason,
    headers: Headers,
    attempts: u32,
    /// What became of the requests before the one it answers.
    history: Vec<Attempt>,
    elapsed: Duration,
    body: Body,
    parts: parts::Progress,
}

impl Response {
    pub(crate) fn new(
        status: u16,
        reason: impl Into<Reason>,
        headers: Headers,
        attempts: u32,
        body: Body,
    ) -> Response {
        let reason = reason.into();
        let (history, elapsed) = (Vec::new(), Duration::ZERO);
        let parts = parts::Progress::default();
        Response { status, reason, headers, attempts, history, elapsed, body, parts }
    }

    /// Adds what became of the requests that it took.
    pub(crate) fn with_history(mut self, history: &[Attempt]) -> Response {
        self.history = history.to_vec();
        self
    }

    /// Adds how long the last of them took.
    pub(crate) fn took(mut self, elapsed: Duration) -> Response {
        self.elapsed = elapsed;
        self
    }

    /// HTTP status: 2xx, 307 of a POST that was meant for a symlink, or any when the request asked for that.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Reason phrase; may be empty.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// The same, which costs nothing where the words are those of HTTP itself.
    pub(crate) fn reason_shared(&self) -> Reason {
        self.reason.clone()
    }

    /// Headers.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The same without the body.
    pub(crate) fn without_body(&self) -> Response {
        Response {
            status: self.status,
            reason: self.reason.clone(),
            headers: self.headers.clone(),
            attempts: self.attempts(),
            history: self.history.clone(),
            elapsed: self.elapsed,
            body: Body::memory(Vec::new()),
            parts: parts::Progress::default(),
        }
    }

    /// Takes the headers and leaves none.
    pub fn take_headers(&mut self) -> Headers {
        std::mem::take(&mut self.headers)
    }

    /// How many requests it took, those that went on with a broken download included.
    pub fn attempts(&self) -> u32 {
        self.attempts.max(self.body.attempts())
    }

    /// What became of each of them, in their order.
    pub fn history(&self) -> Vec<Attempt> {
        let later = self.body.history();
        let mut all = if later.is_empty() { self.history.clone() } else { later.to_vec() };
        if all.len() < self.attempts() as usize {
            all.push(Attempt {
                status: self.status,
                reason: self.reason.to_string(),
                headers: self.headers.clone(),
                elapsed: self.elapsed,
                ..Attempt::default()
            });
        }
        all
    }

    /// The transaction id of the response.
    pub fn transaction_id(&self) -> Option<&str> {
        self.headers.transaction_id()
    }

    /// The ETag without quotes.
    pub fn etag(&self) -> Option<&str> {
        self.headers.get_str("etag").map(|e| e.trim_matches('"'))
    }

    /// `Last-Modified` in seconds since 1970.
    pub fn last_modified(&self) -> Option<i64> {
        self.headers.get_str("last-modified").and_then(time::from_http).and_then(time::seconds)
    }

    /// Length of the object or body when the server told it; for HEAD that of the body GET would give.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get_u64("content-length")
    }

    /// Reads up to `buf.len()` bytes of the body; 0 is its end, and only then is it complete and verified.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        self.take(buf)
    }

    /// Reads what is left of the body, at most `limit` bytes; more is an error (`TooLarge`).
    pub fn read_all(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        // Up to here pages are there; new memory has none yet.
        let mut made = usize::MAX;
        if let Some(left) = self.left() {
            if left > limit as u64 {
                return Err(too_long(limit));
            }
            // One byte more shows the end, and takes the NUL that C wants. A length that this machine has no memory for
            // is the server's word, and what really comes may be less.
            let all = usize::try_from(left).ok().and_then(|all| zeroed(all.saturating_add(1)));
            made = if all.is_some() { 0 } else { made };
            out = all.unwrap_or_default();
        }
        let mut filled = 0;
        loop {
            if filled == out.len() {
                let room = (out.capacity() - filled).clamp(8 * 1024, PIECE);
                grow(&mut out, room)?;
            }
            if made == filled {
                made = out.len().min(filled + FRESH);
                // A few come by themselves.
                if made - filled == FRESH {
                    pages::make(&mut out[filled..made]);
                }
            }
            let end = out.len().min(filled + PIECE).min(made);
            match self.take(&mut out[filled..end])? {
                0 => {
                    out.truncate(filled);
                    return Ok(out);
                }
                n => filled += n,
            }
            if filled > limit {
                return Err(too_long(limit));
            }
        }
    }

    /// Writes what is left of the body to a descriptor; returns the number of bytes.
    pub fn write_to_fd(&mut self, fd: fd::Borrowed<'_>) -> Result<u64> {
        // It may be a pipe whose reader went away.
        let _quiet = NoSigPipe::new();
        let mut own =
            Descriptor::duplicate(fd).map_err(|e| Error::io("the descriptor cannot be duplicated", &e))?;
        let cannot = |e: &std::io::Error| Error::io("the descriptor cannot be examined", e);
        if own.kind().map_err(|e| cannot(&e))? == fd::Kind::Regular {
            self.write_to_regular(own.file().map_err(|e| cannot(&e))?, "the descriptor")
        } else {
            let mut out = Patient { out: &own, call: self.body.call() };
            self.write_to(&mut out, "the descriptor")
        }
    }

    /// Long bodies that nobody has to look at go past this process.
    fn write_to_regular(&mut self, out: &mut std::fs::File, name: &str) -> Result<u64> {
        let mut written = 0;
        let worth = self.left().is_some_and(|l| l >= PIECE as u64) && self.body.is_unchecked();
        let pipe = if worth && !self.has_several_parts() { Pipe::new().ok() } else { None };
        if let Some(mut pipe) = pipe {
            let mut piece = Scratch::take();
            let mut read = false;
            loop {
                if let Some(moved) = self.body.move_to(out, name, &mut pipe) {
                    written += moved? as u64;
                    read = false;
                    continue;
                }
                // What came with a head lies in memory; after that the way is free, or it never will be.
                if std::mem::replace(&mut read, true) {
                    break;
                }
                let n = self.take(&mut piece)?;
                if n == 0 {
                    return Ok(written);
                }
                std::io::Write::write_all(out, &piece[..n]).map_err(|e| Error::io(name, &e))?;
                written += n as u64;
            }
        }
        Ok(written + self.write_to(out, name)?)
    }

    fn write_to(&mut self, out: &mut impl std::io::Write, name: &str) -> Result<u64> {
        let mut buf = Scratch::take();
        let mut written = 0;
        loop {
            let n = self.take(&mut buf)?;
            if n == 0 {
                return Ok(written);
            }
            out.write_all(&buf[..n]).map_err(|e| Error::io_or_own(name, &e))?;
            written += n as u64;
        }
    }

    /// Writes what is left of the body to a file: to a temporary name beside it, renamed when complete and
    /// verified. An existing file is replaced; on failure it stays as it was. Returns the number of bytes.
    ///
    /// A character device, such as `/dev/null` or `NUL`, is written to; a folder, pipe or socket is refused. With `modified`
    /// that is the time the file has when it appears.
    pub fn write_to_file(&mut self, path: &Path, modified: Option<SystemTime>) -> Result<u64> {
        self.write_to_file_in(path, modified, None::<fn() -> Result<()>>)
    }

    /// The same; when the folder of the file is not there, `make_folder` makes it. Nobody looks for it before that, as
    /// most files are not the first in theirs.
    pub(crate) fn write_to_file_in(
        &mut self,
        path: &Path,
        modified: Option<SystemTime>,
        make_folder: Option<impl FnOnce() -> Result<()>>,
    ) -> Result<u64> {
        let fail = |e: &std::io::Error| Error::io(path.display(), e);
        if self.left().is_some_and(|left| left < SIZE as u64) {
            // There is no file before it is known that all of it is right.
            let (mut buf, mut length) = (Scratch::take(), 0);
            loop {
                match self.take(&mut buf[length..])? {
                    0 => break,
                    n => length += n,
                }
            }
            let put = || file::put(path, &buf[..length], modified);
            in_folder(put, make_folder)?.map_err(|e| fail(&e))?;
            return Ok(length as u64);
        }
        let mut pending = match in_folder(|| PendingFile::create(path), make_folder)? {
            Err(_) if occupant(path) == Occupant::Device => {
                let device = std::fs::OpenOptions::new().write(true).open(path).map_err(|e| fail(&e))?;
                return self.write_to_fd(fd::of(&device));
            }
            created => created.map_err(|e| fail(&e))?,
        };
        if let Some(left) = self.left().filter(|left| *left >= LONG) {
            preallocate(pending.file(), left).map_err(|e| fail(&e))?;
        }
        let n = self.write_to_regular(pending.file(), &path.display().to_string())?;
        pending.commit(modified).map_err(|e| fail(&e))?;
        Ok(n)
    }

    /// Bytes of the body delivered so far whose MD5 was checked: all of them at the end of a whole object; of a static
    /// large object those of whole segments.
    pub fn bytes_verified(&self) -> u64 {
        self.body.verified()
    }

    /// Bytes of the body delivered so far.
    pub fn bytes_read(&self) -> u64 {
        self.body.delivered()
    }
}

/// Makes a file; when that fails for want of its folder, makes that and tries again.
fn in_folder<T>(
    make: impl Fn() -> std::io::Result<T>,
    make_folder: Option<impl FnOnce() -> Result<()>>,
) -> Result<std::io::Result<T>> {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    match (make(), make_folder) {
        (Err(e), Some(make_folder)) if matches!(e.kind(), NotFound | NotADirectory) => {
            make_folder()?;
            Ok(make())
        }
        (made, _) => Ok(made),
    }
}

/// Writes to what may have no room for now, without outlasting the call.
struct Patient<'a> {
    out: &'a Descriptor,
    call: Option<std::sync::Arc<super::cancel::Call>>,
}

impl std::io::Write for Patient<'_> {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        let call = self.call.as_deref();
        self.out
            .write(buf, &|| call.map_or(Ok(()), super::cancel::Call::check).map_err(std::io::Error::other))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn too_long(limit: usize) -> Error {
    Error::new(Kind::TooLarge, format!("the body is longer than the {limit} bytes allowed here"))
}
