//! One connection as seen from both sides of ureq: its socket, its timeouts, and what is known of its state.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::fault;
use crate::core::cancel::{Call, lock};
use crate::core::error::Error;
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
    stall: Option<Duration>,
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

    /// Puts the connection to work for a call; no single read or write may take longer than `stall`.
    pub fn begin(&self, call: &Arc<Call>, stall: Option<Duration>) {
        self.clean.store(false, Ordering::Relaxed);
        self.in_body.store(false, Ordering::Relaxed);
        self.answered.store(false, Ordering::Relaxed);
        *lock(&self.job) = Job { call: Some(call.clone()), stall };
        call.attach(Some(self.socket.clone()));
    }

    /// Takes it off its call, which may go on without it.
    pub fn end(&self) {
        if let Some(call) = lock(&self.job).call.take() {
            call.attach(None);
        }
    }

    /// How long the next read or write may block.
    fn limit(&self) -> io::Result<(Option<Arc<Call>>, Option<Duration>)> {
        let job = lock(&self.job);
        let Some(call) = job.call.clone() else { return Ok((None, job.stall)) };
        call.check().map_err(fault::into_io)?;
        let limit = match call.deadline() {
            None => job.stall,
            Some(d) => {
                let left = d.saturating_duration_since(Instant::now());
                Some(job.stall.map_or(left, |s| s.min(left)))
            }
        };
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
                crate::core::Kind::Timeout,
                format!("no data could be {verb} {} for {seconds} s", self.peer),
            ));
        }
        e
    }

    /// Receives from the socket.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        let (call, limit) = self.limit()?;
        self.socket.set_read_timeout(limit)?;
        match self.socket.recv(buf) {
            Ok(0) => match call.map(|c| c.check()) {
                // A shutdown from another thread looks like the end.
                Some(Err(why)) => Err(fault::into_io(why)),
                _ => Ok(0),
            },
            Ok(n) => {
                self.answered.store(true, Ordering::Relaxed);
                Ok(n)
            }
            Err(e) => Err(self.explain(e, call.as_ref(), limit, "received from")),
        }
    }

    /// Does one thing that sends, within the limits of the call.
    fn sending<T>(&self, send: impl FnOnce(&Socket) -> io::Result<T>) -> io::Result<T> {
        let (call, limit) = self.limit()?;
        self.socket.set_write_timeout(limit)?;
        send(&self.socket).map_err(|e| self.explain(e, call.as_ref(), limit, "sent to"))
    }

    /// Sends all of both parts.
    pub fn send(&self, head: &[u8], body: &[u8]) -> io::Result<()> {
        self.sending(|s| s.send_all(head, body))
    }

    /// Sends a part of a file; `false` when the kernel cannot.
    pub fn send_file(&self, file: &std::fs::File, offset: u64, length: usize) -> io::Result<bool> {
        self.sending(|s| s.send_file(file, offset, length))
    }
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
        self.0.sending(|s| s.send(&[io::IoSlice::new(buf)]))
    }
    // rustls hands over all the records it has: one system call for them.
    fn write_vectored(&mut self, pieces: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.0.sending(|s| s.send(pieces))
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
