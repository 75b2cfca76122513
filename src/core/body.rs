//! A response body on its way to the caller: counted, verified, and taken up again where the connection broke.

use super::cancel::CallGuard;
use super::connection::{Connection, ObjectGet};
use super::digest::Sum;
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::http::RawBody;
use super::log::{Level, log};
use super::request::Progress;
use super::retry::Retry;

/// What is skipped of an answer that starts at the object's first byte goes through a buffer of this size.
const SKIP: usize = 64 * 1024;

/// The body of a response.
#[derive(Debug)]
pub struct Body {
    state: State,
    delivered: u64,
    more_attempts: u32,
}

enum State {
    /// All in memory: small answers were read whole before the caller saw them.
    Memory {
        bytes: Vec<u8>,
        at: usize,
    },
    /// Straight from the server.
    Stream(Box<Stream>),
    Done,
    /// What failed once stays failed.
    Failed(Error),
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            State::Memory { .. } => "Memory",
            State::Stream(_) => "Stream",
            State::Done => "Done",
            State::Failed(_) => "Failed",
        })
    }
}

/// A body that is being received.
pub(crate) struct Stream {
    raw: RawBody,
    /// The MD5 so far and the one it must be.
    verify: Option<(Sum, String)>,
    resume: Option<Resume>,
    progress: Option<Progress>,
    total: Option<u64>,
    transaction: String,
    /// Keeps the call in the connection's list, so that it can be interrupted.
    guard: CallGuard,
}

/// What it takes to ask for the rest of an object.
pub(crate) struct Resume {
    pub connection: Connection,
    pub get: ObjectGet,
    pub retry: Retry,
    /// ETag as received, for `If-Match`.
    pub etag: String,
    /// Offset in the object of the first byte of this body, and of the byte after its last one.
    pub first: u64,
    pub end: u64,
}

impl Stream {
    pub fn new(
        raw: RawBody,
        headers: &Headers,
        expected_md5: Option<String>,
        resume: Option<Resume>,
        progress: Option<Progress>,
        guard: CallGuard,
    ) -> Stream {
        Stream {
            total: raw.left(),
            raw,
            verify: expected_md5.map(|m| (Sum::new(), m)),
            resume,
            progress,
            transaction: headers.get_str("x-trans-id").unwrap_or_default().to_owned(),
            guard,
        }
    }

    fn read(&mut self, buf: &mut [u8], delivered: u64, more_attempts: &mut u32) -> Result<usize> {
        loop {
            // Bytes that lie ready would be handed out without a look at the socket.
            if self.raw.left() != Some(0) {
                self.guard.call().check()?;
            }
            match self.raw.read(buf) {
                Ok(0) => {
                    self.check_sum()?;
                    return Ok(0);
                }
                Ok(n) => {
                    if let Some((sum, _)) = &mut self.verify {
                        sum.update(&buf[..n]);
                        // With the last bytes at hand, so that nobody takes them for good who stops reading there.
                        if self.raw.left() == Some(0) {
                            self.check_sum()?;
                        }
                    }
                    if let Some(p) = &self.progress
                        && !p(delivered + n as u64, self.total)
                    {
                        return Err(Error::new(Kind::Cancelled, "ended by the progress callback"));
                    }
                    return Ok(n);
                }
                Err(e) => self.go_on(e, delivered, more_attempts)?,
            }
        }
    }

    fn check_sum(&mut self) -> Result<()> {
        let Some((sum, expected)) = self.verify.take() else { return Ok(()) };
        let got = sum.hex();
        if got == expected {
            return Ok(());
        }
        Err(Error::new(
            Kind::Checksum,
            format!(
                "the bytes received have the MD5 sum {got}, the object's ETag is {expected} (transaction {})",
                self.transaction
            ),
        ))
    }

    /// Asks for the rest after the connection broke; the error when that is not possible or not wanted.
    fn go_on(&mut self, broke: Error, delivered: u64, more_attempts: &mut u32) -> Result<()> {
        let Some(resume) = &mut self.resume else { return Err(broke) };
        let mut last = broke;
        loop {
            let Some(pause) = resume.retry.after(&last) else { return Err(last) };
            let from = resume.first + delivered;
            log!(Level::Warn, "{}: {last}; going on at byte {from}", resume.get.object());
            self.guard.call().sleep(pause)?;
            *more_attempts += 1;
            match resume.ask(from, self.guard.call()) {
                Ok(raw) => {
                    self.raw = raw;
                    return Ok(());
                }
                Err(e) => last = e,
            }
        }
    }
}

impl Resume {
    fn ask(&mut self, from: u64, call: &std::sync::Arc<super::cancel::Call>) -> Result<RawBody> {
        let range = format!("bytes={from}-{}", self.end.saturating_sub(1));
        let answer = self.connection.get_rest(&self.get, &range, &self.etag, &mut self.retry, call)?;
        let changed = |what: &str| {
            Error::new(Kind::Precondition, format!("the object changed during the download: {what}"))
        };
        match answer.status {
            206 => {
                let got = answer.headers.get_str("content-range").and_then(parse_content_range);
                match got {
                    Some((first, last)) if first == from && last + 1 == self.end => Ok(answer.body),
                    _ => Err(changed("the server sent another range than the one asked for")),
                }
            }
            200 => {
                // The server sent it all: what the caller has is read past, and the object must be the same.
                if answer.headers.get_str("etag") != Some(self.etag.as_str()) {
                    return Err(changed("its ETag is another one"));
                }
                if answer.body.left().is_some_and(|l| l != self.end) {
                    return Err(changed("its length is another one"));
                }
                let mut body = answer.body;
                let mut skip = vec![0; SKIP];
                let mut left = from;
                while left > 0 {
                    let most = left.min(SKIP as u64) as usize;
                    match body.read(&mut skip[..most])? {
                        0 => return Err(changed("it is shorter now")),
                        n => left -= n as u64,
                    }
                }
                Ok(body)
            }
            s => Err(Error::new(Kind::Protocol, format!("status {s} to a request for a range"))),
        }
    }
}

/// First and last byte of `bytes 0-9/10`.
pub(crate) fn parse_content_range(value: &str) -> Option<(u64, u64)> {
    let (range, _) = value.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    (first <= last && last < i64::MAX as u64).then_some((first, last))
}

impl Body {
    pub(crate) fn memory(bytes: Vec<u8>) -> Body {
        Body { state: State::Memory { bytes, at: 0 }, delivered: 0, more_attempts: 0 }
    }

    pub(crate) fn stream(stream: Stream) -> Body {
        Body { state: State::Stream(Box::new(stream)), delivered: 0, more_attempts: 0 }
    }

    /// Bytes still to come, when known.
    pub(crate) fn left(&self) -> Option<u64> {
        match &self.state {
            State::Memory { bytes, at } => Some((bytes.len() - at) as u64),
            State::Stream(s) => s.raw.left(),
            State::Done | State::Failed(_) => Some(0),
        }
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.delivered
    }

    pub(crate) fn more_attempts(&self) -> u32 {
        self.more_attempts
    }

    pub(crate) fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let n = match &mut self.state {
            State::Done => 0,
            State::Failed(e) => return Err(e.clone()),
            State::Memory { bytes, at } => {
                let n = buf.len().min(bytes.len() - *at);
                buf[..n].copy_from_slice(&bytes[*at..*at + n]);
                *at += n;
                n
            }
            State::Stream(stream) => match stream.read(buf, self.delivered, &mut self.more_attempts) {
                Ok(n) => n,
                Err(e) => {
                    self.state = State::Failed(e.clone());
                    return Err(e);
                }
            },
        };
        if n == 0 {
            // Gives connection and memory back at once.
            self.state = State::Done;
        }
        self.delivered += n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_ranges() {
        assert_eq!(parse_content_range("bytes 0-9/10"), Some((0, 9)));
        assert_eq!(parse_content_range("bytes 5-5/*"), Some((5, 5)));
        assert_eq!(parse_content_range("bytes */10"), None);
        assert_eq!(parse_content_range("bytes 9-0/10"), None);
        assert_eq!(parse_content_range("pages 0-9/10"), None);
    }
}
