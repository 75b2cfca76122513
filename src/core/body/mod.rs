//! A response body on its way to the caller: counted, verified, and taken up again where the connection broke.

mod segments;
pub(crate) mod verify;

use std::fs::File;
use std::sync::Arc;

use self::verify::Verify;
use super::cancel::Call;
use super::cancel::CallGuard;
use super::connection::{Connection, ObjectGet};
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::http::{RawBody, Reason};
use super::log::{Level, log};
use super::pair::Pair;
use super::request::Progress;
use super::retry::{Attempt, Retry};
use crate::sys::pipe::Pipe;

/// What is skipped of an answer that starts at the object's first byte goes through a buffer of this size.
const SKIP: usize = 64 * 1024;
/// After so many bytes without a failure all retries are there again: what breaks twice in a terabyte is no server
/// that keeps failing. In small objects a server cannot buy retries with a few bytes each.
const PROGRESS: u64 = 16 << 20;

/// The body of a response.
#[derive(Debug)]
pub struct Body {
    state: State,
    delivered: u64,
    /// Requests made until it ended, when more than one may have been.
    attempts: u32,
    /// What became of them, once it has ended.
    history: Vec<Attempt>,
    /// Bytes whose MD5 was right.
    verified: u64,
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
    pub raw: RawBody,
    pub connection: Connection,
    pub get: ObjectGet,
    pub retry: Retry,
    /// Where in the body it last broke.
    pub broke: u64,
    /// Whether the bytes are the right ones.
    pub check: Check,
    /// MD5 of the manifest that a static large object has.
    pub manifest_etag: Option<String>,
    /// What to ask for when the connection breaks, if that can be said.
    pub span: Option<Span>,
    /// How many bytes come, of a body that does not tell its length but which range it is.
    pub told: Option<u64>,
    pub progress: Option<Progress>,
    /// ETag as received, for `If-Match`, empty when there is none; and the transaction id.
    pub identity: Pair,
    /// Status and reason that the body came with.
    pub first: (u16, Reason),
    /// Keeps the call in the connection's list, so that it can be interrupted.
    pub guard: CallGuard,
}

/// How the bytes of a body are checked. Each body has just one, so that its size does not matter.
#[allow(clippy::large_enum_variant)]
pub(crate) enum Check {
    /// By their number alone.
    Length,
    /// By MD5 sums.
    Sums(Verify),
    /// By the sums in the manifest of a static large object, to be read when the body is.
    Manifest,
}

/// Which part of an object a body is.
pub(crate) struct Span {
    /// Offset in the object of the first byte of this body, and of the byte after its last one.
    pub first: u64,
    pub end: u64,
}

impl Stream {
    fn etag(&self) -> &str {
        self.identity.get().0
    }

    fn transaction(&self) -> &str {
        self.identity.get().1
    }

    fn read(&mut self, buf: &mut [u8], delivered: u64) -> Result<usize> {
        loop {
            // Bytes that lie ready would be handed out without a look at the socket.
            if self.raw.left() != Some(0) {
                self.guard.call().check()?;
            }
            match self.raw.read(buf) {
                Ok(0) => {
                    self.check_told(delivered, |told| told == delivered)?;
                    if let Check::Sums(sums) = &mut self.check {
                        sums.finish()?;
                    }
                    return Ok(0);
                }
                Ok(n) => {
                    let so_far = delivered + n as u64;
                    self.check_told(so_far, |told| so_far <= told)?;
                    self.verify(&buf[..n])?;
                    self.report(delivered + n as u64)?;
                    return Ok(n);
                }
                Err(e) => self.go_on(e, delivered)?,
            }
        }
    }

    /// Whether as many bytes came as the range has.
    fn check_told(&self, came: u64, fits: impl Fn(u64) -> bool) -> Result<()> {
        match self.told {
            Some(told) if !fits(told) => {
                let text = format!("{came} bytes came of a range that has {told}");
                Err(Error::new(Kind::Protocol, text))
            }
            _ => Ok(()),
        }
    }

    /// Tells how far it has come.
    fn report(&self, so_far: u64) -> Result<()> {
        let total = self.raw.left().map(|l| so_far + l);
        if self.progress.as_ref().is_some_and(|p| !p(so_far, total)) {
            return Err(Error::new(Kind::Cancelled, "ended by the progress callback"));
        }
        Ok(())
    }

    /// Moves bytes to a file past this process, where nobody looks at them; `None` where that cannot be done, `Some(0)`
    /// when the connection broke and there is another one.
    fn move_to(
        &mut self,
        file: &mut File,
        name: &str,
        through: &mut Pipe,
        delivered: u64,
    ) -> Option<Result<usize>> {
        if !matches!(self.check, Check::Length) || self.told.is_some() {
            return None;
        }
        if let Err(e) = self.guard.call().check() {
            return Some(Err(e));
        }
        Some(match self.raw.move_to(file, through)? {
            Ok(Ok(n)) => self.report(delivered + n as u64).map(|()| n),
            Ok(Err(e)) => Err(Error::io(name, &e)),
            Err(e) => self.go_on(e, delivered).map(|()| 0),
        })
    }

    fn verify(&mut self, mut bytes: &[u8]) -> Result<()> {
        if matches!(self.check, Check::Manifest) {
            self.check = segments::look_up(self, bytes.len() as u64);
        }
        let Check::Sums(sums) = &mut self.check else { return Ok(()) };
        loop {
            let taken = sums.update(bytes)?;
            bytes = &bytes[taken..];
            if bytes.is_empty() {
                break;
            }
            segments::expand(sums, &self.connection, &self.get, &self.guard);
        }
        // With the last bytes at hand, so that nobody takes them for good who stops reading there.
        if self.raw.left() == Some(0) { sums.finish() } else { Ok(()) }
    }

    /// Asks for the rest after the connection broke; the error when that is not possible or not wanted.
    fn go_on(&mut self, broke: Error, delivered: u64) -> Result<()> {
        let mut last = broke;
        self.retry.broke(&last, || {
            let mut headers = Headers::new();
            headers.push("x-trans-id", self.identity.get().1.as_bytes());
            (self.first.0, self.first.1.to_string(), headers)
        });
        if delivered - self.broke >= PROGRESS {
            self.retry.renew();
        }
        self.broke = delivered;
        loop {
            let pause = if self.span.is_some() { self.retry.after(&last) } else { None };
            let Some(pause) = pause else { return Err(last) };
            if !self.guard.call().has_time(pause) {
                return Err(last.remark("the deadline leaves no time to go on"));
            }
            log!(Level::Warn, "{}: {last}; going on after {delivered} bytes", self.get.title());
            self.guard.call().sleep(pause)?;
            match self.ask(delivered) {
                Ok(raw) => {
                    self.raw = raw;
                    return Ok(());
                }
                Err(e) => last = e,
            }
        }
    }

    fn ask(&mut self, delivered: u64) -> Result<RawBody> {
        let changed = |what: &str| {
            Error::new(Kind::Precondition, format!("the object changed during the download: {what}"))
        };
        let Some(Span { first, end }) = self.span else { return Err(changed("it has no ETag")) };
        let (from, etag) = (first + delivered, self.identity.get().0);
        let range = format!("bytes={from}-{}", end.saturating_sub(1));
        let call = self.guard.call().clone();
        let answer = self.connection.get_rest(&self.get, &range, etag, &mut self.retry, &call)?;
        // A body of another length, or of none that is told, could end early unnoticed.
        let left = answer.body.left();
        match answer.status {
            206 => {
                let got = answer.headers.get_str("content-range").and_then(parse_content_range);
                if got != Some((from, end - 1)) || left != Some(end - from) {
                    return Err(changed("the server sent another range than the one asked for"));
                }
                if answer.headers.get_str("etag").is_some_and(|e| e != etag) {
                    return Err(changed("its ETag is another one"));
                }
                Ok(answer.body)
            }
            200 => {
                // The server sent it all: what the caller has is read past, and the object must be the same.
                if answer.headers.get_str("etag") != Some(etag) {
                    return Err(changed("its ETag is another one"));
                }
                // Of a range it is the whole object that comes, and its end is not where ours is.
                if left != Some(end) {
                    return Err(changed("its length is another one"));
                }
                let mut body = answer.body;
                let mut skip = vec![0; SKIP];
                let mut ahead = from;
                while ahead > 0 {
                    let most = ahead.min(SKIP as u64) as usize;
                    call.check()?;
                    match body.read(&mut skip[..most])? {
                        0 => return Err(changed("it is shorter now")),
                        n => ahead -= n as u64,
                    }
                }
                Ok(body)
            }
            s => Err(Error::new(Kind::Protocol, format!("status {s} to a request for a range"))),
        }
    }

    /// Says which object it was, and how often it was asked for.
    fn describe(&self, e: Error) -> Error {
        let mut e = e.with_attempts(self.retry.attempts);
        if !self.retry.history().is_empty() {
            e = e.with_history(self.retry.history());
        }
        if !e.method().is_empty() {
            return e;
        }
        let e = if e.kind() == Kind::Checksum {
            e.remark(format_args!("transaction {}", self.transaction()))
        } else {
            e
        };
        let url = self.connection.url_of_get(&self.get);
        e.context(format_args!("{} failed", self.get.title())).with_request(self.get.method(), &url)
    }

    fn verified(&self) -> u64 {
        match &self.check {
            Check::Sums(sums) => sums.verified(),
            _ => 0,
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
        Body::new(State::Memory { bytes, at: 0 })
    }

    pub(crate) fn stream(stream: Box<Stream>) -> Body {
        Body::new(State::Stream(stream))
    }

    fn new(state: State) -> Body {
        Body { state, delivered: 0, attempts: 0, history: Vec::new(), verified: 0 }
    }

    /// Bytes still to come, when known.
    pub(crate) fn left(&self) -> Option<u64> {
        match &self.state {
            State::Memory { bytes, at } => Some((bytes.len() - at) as u64),
            State::Stream(s) => s.raw.left(),
            State::Done | State::Failed(_) => Some(0),
        }
    }

    /// The `Range` it was asked for with.
    pub(crate) fn range(&self) -> Option<&str> {
        match &self.state {
            State::Stream(s) => s.get.request().headers.get_str("range"),
            _ => None,
        }
    }

    pub(crate) fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Bytes delivered so far whose MD5 was right.
    pub(crate) fn verified(&self) -> u64 {
        self.verified
    }

    /// Requests made for it so far; 0 when it was part of the first answer.
    pub(crate) fn attempts(&self) -> u32 {
        match &self.state {
            State::Stream(s) => s.retry.attempts,
            _ => self.attempts,
        }
    }

    /// What became of those requests; that of the last one is not in it when nothing went wrong with it.
    pub(crate) fn history(&self) -> &[Attempt] {
        match &self.state {
            State::Stream(s) => s.retry.history(),
            _ => &self.history,
        }
    }

    /// The call it belongs to, while it is being received.
    pub(crate) fn call(&self) -> Option<Arc<Call>> {
        match &self.state {
            State::Stream(s) => Some(s.guard.call().clone()),
            _ => None,
        }
    }

    /// Whether its bytes are received, and nobody has to look at them.
    pub(crate) fn is_unchecked(&self) -> bool {
        matches!(&self.state, State::Stream(s) if matches!(s.check, Check::Length))
    }

    /// Moves bytes to where a file is, past this process; `None` where that cannot be done with those that come next.
    pub(crate) fn move_to(
        &mut self,
        file: &mut File,
        name: &str,
        through: &mut Pipe,
    ) -> Option<Result<usize>> {
        let State::Stream(stream) = &mut self.state else { return None };
        let moved = stream.move_to(file, name, through, self.delivered)?;
        self.attempts = stream.retry.attempts;
        Some(match moved {
            Ok(n) => {
                self.delivered += n as u64;
                Ok(n)
            }
            Err(e) => {
                let e = stream.describe(e);
                self.history = stream.retry.history().to_vec();
                self.state = State::Failed(e.clone());
                Err(e)
            }
        })
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
            State::Stream(stream) => {
                let read = stream.read(buf, self.delivered);
                self.attempts = stream.retry.attempts;
                self.verified = stream.verified();
                match read {
                    Ok(n) => n,
                    Err(e) => {
                        let e = stream.describe(e);
                        self.history = stream.retry.history().to_vec();
                        self.state = State::Failed(e.clone());
                        return Err(e);
                    }
                }
            }
        };
        if n == 0 {
            if let State::Stream(stream) = &self.state {
                self.history = stream.retry.history().to_vec();
            }
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
