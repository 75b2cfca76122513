//! One connection as seen from both sides of ureq: its socket, its timeouts, and what is known of its state.

use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::fault;
use crate::core::cancel::{Call, lock};
use crate::core::error::{Error, Kind};
use crate::sys::file::cannot_be_read;
use crate::sys::net::Socket;

/// Shared by the transport that ureq drives and by the reader that takes a body straight off the socket.
#[derive(Debug)]
pub(super) struct Wire {
    pub socket: Arc<Socket>,
    /// `host:port`, for messages.
    pub peer: String,
    pub tls: bool,
    /// Bytes received and not yet consumed.
    pub buffered: AtomicUsize,
    /// The response was read to its end: the connection can serve another request.
    pub clean: AtomicBool,
    /// The final status has been handed out; what follows is body.
    pub in_body: AtomicBool,
    /// Some byte of an answer arrived.
    pub answered: AtomicBool,
    /// It served a request before this one.
    pub reused: AtomicBool,
    job: Mutex<Job>,
}

/// What limits the reads and writes of the request at hand.
#[derive(Debug, Default)]
struct Job {
    call: Option<Arc<Call>>,
    /// No single read or write may take longer.
    stall: Option<Duration>,
    /// All of what is done now must be over by then.
    until: Option<Instant>,
}

impl Wire {
    pub fn new(socket: Arc<Socket>, peer: String, tls: bool) -> Wire {
        Wire {
            socket,
            peer,
            tls,
            buffered: AtomicUsize::new(0),
            clean: AtomicBool::new(false),
            in_body: AtomicBool::new(false),
            answered: AtomicBool::new(false),
            reused: AtomicBool::new(false),
            job: Mutex::new(Job::default()),
        }
    }

    /// Puts the connection to work for a call; no single read or write may take longer than `stall`, and all of them
    /// no longer than until `until`.
    pub fn begin(&self, call: &Arc<Call>, stall: Option<Duration>, until: Option<Instant>) {
        self.clean.store(false, Ordering::Relaxed);
        self.in_body.store(false, Ordering::Relaxed);
        self.answered.store(false, Ordering::Relaxed);
        *lock(&self.job) = Job { call: Some(call.clone()), stall, until };
        call.attach(Some(self.socket.clone()));
    }

    /// Takes it off its call, which may go on without it.
    pub fn end(&self) {
        if let Some(call) = lock(&self.job).call.take() {
            call.attach(None);
        }
    }

    /// How long the next read or write may block, which has lasted since `since` already if signals interrupted it.
    fn limit(&self, since: Option<Instant>) -> io::Result<(Option<Arc<Call>>, Option<Duration>)> {
        let job = lock(&self.job);
        let Some(call) = job.call.clone() else { return Ok((None, job.stall)) };
        call.check().map_err(fault::into_io)?;
        // Of the stall timeout that time is gone; the others are points in time and need no help.
        let spent = since.map_or(Duration::ZERO, |s| s.elapsed());
        let mut limit = job.stall.map(|s| s.saturating_sub(spent));
        for end in [call.deadline(), job.until].into_iter().flatten() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(fault::into_io(Error::new(Kind::Timeout, format!("{} is too slow", self.peer))));
            }
            limit = Some(limit.map_or(left, |l| l.min(left)));
        }
        Ok((Some(call), limit))
    }

    /// Turns what a read or write ended with into what the caller should hear: that the call was cancelled or its
    /// time is up comes before what that did to the socket.
    fn explain(
        &self,
        e: io::Error,
        call: Option<&Arc<Call>>,
        limit: Option<Duration>,
        verb: &str,
    ) -> io::Error {
        if let Some(Err(why)) = call.map(|c| c.check()) {
            return fault::into_io(why);
        }
        if e.kind() == io::ErrorKind::TimedOut {
            let seconds = limit.unwrap_or_default().as_secs_f64();
            return fault::into_io(Error::new(
                Kind::Timeout,
                format!("no data could be {verb} {} for {seconds} s", self.peer),
            ));
        }
        e
    }

    /// Does one system call within the limits of the call. Signals that end it early do not make it last longer.
    fn limited<T>(
        &self,
        verb: &str,
        set: impl Fn(&Socket, Option<Duration>) -> io::Result<()>,
        mut act: impl FnMut(&Socket) -> io::Result<T>,
    ) -> io::Result<(T, Option<Arc<Call>>)> {
        let mut since: Option<Instant> = None;
        // As it was at first, for messages.
        let mut whole = None;
        loop {
            let (call, left) = self.limit(since)?;
            let limit = *whole.get_or_insert(left);
            if left == Some(Duration::ZERO) {
                return Err(self.explain(io::ErrorKind::TimedOut.into(), call.as_ref(), limit, verb));
            }
            set(&self.socket, left)?;
            match act(&self.socket) {
                Ok(done) => return Ok((done, call)),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                    since.get_or_insert_with(Instant::now);
                }
                Err(e) => return Err(self.explain(e, call.as_ref(), limit, verb)),
            }
        }
    }

    /// Receives from the socket.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        let (n, call) = self.limited("received from", Socket::set_read_timeout, |s| s.recv(buf))?;
        if n > 0 {
            self.answered.store(true, Ordering::Relaxed);
            return Ok(n);
        }
        match call.map(|c| c.check()) {
            // A shutdown from another thread looks like the end.
            Some(Err(why)) => Err(fault::into_io(why)),
            _ => Ok(0),
        }
    }

    /// Does one system call that sends.
    fn sending<T>(&self, send: impl FnMut(&Socket) -> io::Result<T>) -> io::Result<T> {
        self.limited("sent to", Socket::set_write_timeout, send).map(|(done, _)| done)
    }

    /// Sends all of both parts, together where the kernel takes them so.
    pub fn send(&self, mut head: &[u8], mut body: &[u8]) -> io::Result<()> {
        while !head.is_empty() || !body.is_empty() {
            let n = match (head.is_empty(), body.is_empty()) {
                (false, false) => self.sending(|s| s.send(&[IoSlice::new(head), IoSlice::new(body)])),
                (true, _) => self.sending(|s| s.send(&[IoSlice::new(body)])),
                (_, true) => self.sending(|s| s.send(&[IoSlice::new(head)])),
            }?;
            let from_head = n.min(head.len());
            head = &head[from_head..];
            body = &body[n - from_head..];
        }
        Ok(())
    }

    /// Sends a part of a file; `false` when the kernel cannot, and then nothing was sent.
    pub fn send_file(&self, file: &std::fs::File, mut offset: u64, mut length: usize) -> io::Result<bool> {
        // The kernel gives each page of a sendfile the whole timeout: too much for a call that must be over by a time.
        if lock(&self.job).call.as_ref().is_some_and(|c| c.deadline().is_some()) {
            return Ok(false);
        }
        let first = offset;
        while length > 0 {
            match self.sending(|s| s.send_file(file, offset, length)) {
                Ok(None) if offset == first => return Ok(false),
                Ok(None | Some(0)) => return Err(shrunk()),
                Ok(Some(n)) => {
                    offset += n as u64;
                    length -= n;
                }
                // What cannot be read is the file's fault; a socket has other ways to fail.
                Err(e) if cannot_be_read(&e) => {
                    return Err(fault::into_io(Error::io("the file cannot be read", &e)));
                }
                Err(e) => return Err(e),
            }
        }
        Ok(true)
    }
}

/// What a file that ends before the length it was announced with is.
pub(super) fn shrunk() -> io::Error {
    fault::into_io(Error::new(Kind::Io, "the file became shorter while it was sent"))
}

/// The socket as rustls wants it.
pub(super) struct WireIo<'a>(pub &'a Wire);

impl io::Read for WireIo<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.recv(buf)
    }
}

impl io::Write for WireIo<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.sending(|s| s.send(&[IoSlice::new(buf)]))
    }
    // rustls hands over all the records it has: one system call for them.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.sending(|s| s.send(pieces))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
