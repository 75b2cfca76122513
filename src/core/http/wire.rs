//! One connection below HTTP: its socket, its timeouts, and what is known of its state.

use std::io::{self, IoSlice};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::fault;
use super::session::{Carrier, Session};
use crate::core::cancel::{Call, lock};
use crate::core::error::{Error, Kind};
use crate::sys::file::cannot_be_read;
use crate::sys::net::Socket;
use crate::sys::pipe::Pipe;

/// How long a system call that sends may block before it is looked whether the server has answered meanwhile. The
/// kernel, which counts the time anew for each piece it takes, measures no more than this either.
const SLICE: Duration = Duration::from_millis(100);

/// The kernel counts that time anew for each page of a sendfile. A call that must be over by a point in time sends
/// pieces and waits slices so small that all pages together do not outlast it by much more than a slice.
const TIMED_SLICE: Duration = Duration::from_millis(8);
const TIMED_PIECE: usize = 64 * 1024;

/// The socket of a connection at work for a call.
#[derive(Debug)]
pub(super) struct Wire {
    pub socket: Arc<Socket>,
    /// `host:port`, for messages.
    pub peer: String,
    pub tls: bool,
    /// Some byte of an answer arrived.
    pub answered: AtomicBool,
    /// Something may have come while a request was sent: the server did not take it as fast as it could be sent.
    pub look: AtomicBool,
    /// It is of interest whether something comes while a request is sent.
    pub listens: AtomicBool,
    /// A session with a proxy by TLS, through which all goes that is sent and received here.
    outer: Option<Mutex<Box<Session>>>,
    job: Job,
    /// The socket for the next call, which is counted once for all of them.
    spare: Option<Arc<Socket>>,
}

/// What limits the reads and writes of the request at hand.
#[derive(Debug, Default)]
struct Job {
    call: Option<Arc<Call>>,
    /// No single read or write may take longer.
    stall: Option<Duration>,
    /// All of what is done now must be over by then.
    until: Option<Instant>,
    /// Until then something may come, and it is no failure when nothing does.
    patience: Option<Instant>,
}

impl Job {
    /// Whether what has lasted so long may go on for all that the stall timeout says.
    fn is_before_stall(&self, lasted: Option<Duration>) -> bool {
        self.stall.is_none_or(|s| lasted.is_some_and(|l| l < s))
    }
}

impl Wire {
    pub fn new(socket: Arc<Socket>, peer: String, tls: bool) -> Wire {
        Wire {
            socket,
            peer,
            tls,
            answered: AtomicBool::new(false),
            look: AtomicBool::new(false),
            listens: AtomicBool::new(true),
            outer: None,
            job: Job::default(),
            spare: None,
        }
    }

    /// The same connection within this session.
    pub fn within(mut self, outer: Box<Session>) -> Wire {
        self.outer = Some(Mutex::new(outer));
        self
    }

    /// Puts the connection to work for a call; no single read or write may take longer than `stall`, and all of them
    /// no longer than until `until`.
    pub fn begin(&mut self, call: &Arc<Call>, stall: Option<Duration>, until: Option<Instant>) {
        self.answered.store(false, Ordering::Relaxed);
        self.look.store(false, Ordering::Relaxed);
        self.listens.store(true, Ordering::Relaxed);
        self.job = Job { call: Some(call.clone()), stall, until, patience: None };
        call.attach(self.spare.take().unwrap_or_else(|| self.socket.clone()));
    }

    /// Takes it off its call, which may go on without it.
    pub fn end(&mut self) {
        if let Some(call) = self.job.call.take() {
            // Within the call another connection may have taken its place.
            self.spare = call.detach().filter(|s| Arc::ptr_eq(s, &self.socket));
        }
    }

    /// For so long reads wait for something that need not come, and end with [`io::ErrorKind::WouldBlock`].
    pub fn be_patient(&mut self, limit: Option<Duration>) {
        self.job.patience = limit.and_then(|l| Instant::now().checked_add(l));
    }

    /// How long a single read or write may take.
    pub fn stall(&self) -> Option<Duration> {
        self.job.stall
    }

    /// How long the next read or write may block, which has lasted since `since` already if signals interrupted it.
    fn limit(&self, since: Option<Instant>) -> io::Result<(Option<&Call>, Option<Duration>)> {
        let job = &self.job;
        let Some(call) = job.call.as_deref() else { return Ok((None, job.stall)) };
        call.check().map_err(fault::into_io)?;
        // Of the stall timeout that time is gone; the others are points in time and need no help.
        let spent = since.map_or(Duration::ZERO, |s| s.elapsed());
        let mut limit = job.stall.map(|s| s.saturating_sub(spent));
        if let Some(end) = job.patience {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            limit = Some(limit.map_or(left, |l| l.min(left)));
        }
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
    fn explain(&self, e: io::Error, call: Option<&Call>, limit: Option<Duration>, verb: &str) -> io::Error {
        if let Some(Err(why)) = call.map(|c| c.check()) {
            return fault::into_io(why);
        }
        if e.kind() == io::ErrorKind::TimedOut && self.job.patience.is_some() {
            return io::ErrorKind::WouldBlock.into();
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
    ) -> io::Result<(T, Option<&Call>)> {
        let mut since: Option<Instant> = None;
        // As it was at first, for messages.
        let mut whole = None;
        loop {
            let (call, left) = self.limit(since)?;
            let limit = *whole.get_or_insert(left);
            if left == Some(Duration::ZERO) {
                return Err(self.explain(io::ErrorKind::TimedOut.into(), call, limit, verb));
            }
            set(&self.socket, left)?;
            match act(&self.socket) {
                Ok(done) => return Ok((done, call)),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                    since.get_or_insert_with(Instant::now);
                }
                // Not the stall timeout has passed but another one, or nearly: the kernel may be a little early.
                Err(e) if e.kind() == io::ErrorKind::TimedOut && self.job.is_before_stall(left) => {
                    since.get_or_insert_with(|| began(left));
                }
                Err(e) => return Err(self.explain(e, call, limit, verb)),
            }
        }
    }

    /// Whether nothing is left over in the session with a proxy.
    pub fn is_clean(&self) -> bool {
        self.outer.as_ref().is_none_or(|outer| lock(outer).is_clean())
    }

    /// Receives what the peer sent.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        match &self.outer {
            None => self.recv_raw(buf),
            Some(outer) => lock(outer).receive(&Raw(self), true, buf),
        }
    }

    fn recv_raw(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.receiving(|s| s.recv(buf))
    }

    /// Receives behind what is in `out`; only where nothing has to be deciphered.
    pub fn recv_behind(&self, out: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        self.receiving(|s| s.recv_behind(out, most))
    }

    /// Whether what goes over the socket is what is meant.
    pub fn is_plain(&self) -> bool {
        !self.tls && self.outer.is_none()
    }

    fn receiving(&self, receive: impl FnMut(&Socket) -> io::Result<usize>) -> io::Result<usize> {
        let (n, call) = self.limited("received from", Socket::set_read_timeout, receive)?;
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

    /// Has the kernel put what the peer sent, at most `most` bytes, into a pipe; `None` when it cannot.
    pub fn receive_into(&self, pipe: &Pipe, most: usize) -> io::Result<Option<usize>> {
        if !self.is_plain() {
            return Ok(None);
        }
        let (n, call) =
            self.limited("received from", Socket::set_read_timeout, |s| s.splice_into(pipe, most))?;
        if n == Some(0)
            && let Some(Err(why)) = call.map(|c| c.check())
        {
            return Err(fault::into_io(why));
        }
        Ok(n)
    }

    /// Does one system call that sends; `None` when it sent nothing and the peer has something to say.
    fn sending<T>(
        &self,
        slice: Duration,
        mut send: impl FnMut(&Socket) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let mut since: Option<Instant> = None;
        let mut whole = None;
        loop {
            let (call, left) = self.limit(since)?;
            let limit = *whole.get_or_insert(left);
            let slice = left.map_or(slice, |l| l.min(slice));
            if slice.is_zero() {
                return Err(self.explain(io::ErrorKind::TimedOut.into(), call, limit, "sent to"));
            }
            self.socket.set_write_timeout(Some(slice))?;
            match send(&self.socket) {
                Ok(done) => return Ok(Some(done)),
                Err(e) if e.kind() == io::ErrorKind::TimedOut => {
                    since.get_or_insert_with(|| began(Some(slice)));
                    if self.listens.load(Ordering::Relaxed) && self.socket.is_readable() {
                        self.look.store(true, Ordering::Relaxed);
                        return Ok(None);
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {
                    since.get_or_insert_with(Instant::now);
                }
                Err(e) => return Err(self.explain(e, call, limit, "sent to")),
            }
        }
    }

    /// Sends some of both parts, together where the kernel takes them so; 0 when there is reason to look for an
    /// answer.
    pub fn send(&self, head: &[u8], body: &[u8]) -> io::Result<usize> {
        let Some(outer) = &self.outer else { return self.send_raw(head, body) };
        let mut outer = lock(outer);
        outer.flush(&Raw(self))?;
        if outer.has_to_send() {
            return Ok(0);
        }
        let n = outer.encipher(head, body)?;
        outer.flush(&Raw(self))?;
        Ok(n)
    }

    fn send_raw(&self, head: &[u8], body: &[u8]) -> io::Result<usize> {
        let both = [IoSlice::new(head), IoSlice::new(body)];
        let pieces = match (head.is_empty(), body.is_empty()) {
            (false, false) => &both[..],
            (true, _) => &both[1..],
            (_, true) => &both[..1],
        };
        let n = self.sending(SLICE, |s| s.send(pieces))?.unwrap_or(0);
        if n < head.len() + body.len() {
            self.look.store(true, Ordering::Relaxed);
        }
        Ok(n)
    }

    /// Sends some of a part of a file; `None` when the kernel cannot, and then nothing was sent; 0 when there is
    /// reason to look for an answer.
    pub fn send_file(&self, file: &std::fs::File, offset: u64, length: usize) -> io::Result<Option<usize>> {
        if self.outer.is_some() {
            return Ok(None);
        }
        let timed = {
            let job = &self.job;
            job.until.is_some() || job.call.as_ref().is_some_and(|c| c.deadline().is_some())
        };
        let (slice, length) = if timed { (TIMED_SLICE, length.min(TIMED_PIECE)) } else { (SLICE, length) };
        match self.sending(slice, |s| s.send_file(file, offset, length)) {
            Ok(Some(Some(0))) => Err(shrunk()),
            Ok(Some(Some(n))) => {
                if n < length {
                    self.look.store(true, Ordering::Relaxed);
                }
                Ok(Some(n))
            }
            Ok(Some(None)) => Ok(None),
            Ok(None) => Ok(Some(0)),
            // What cannot be read is the file's fault; a socket has other ways to fail.
            Err(e) if cannot_be_read(&e) => Err(fault::into_io(Error::io("the file cannot be read", &e))),
            Err(e) => Err(e),
        }
    }
}

/// When a system call began that has lasted so long.
fn began(lasted: Option<Duration>) -> Instant {
    let now = Instant::now();
    now.checked_sub(lasted.unwrap_or_default()).unwrap_or(now)
}

/// What a file that ends before the length it was announced with is.
pub(super) fn shrunk() -> io::Error {
    fault::into_io(Error::new(Kind::Io, "the file became shorter while it was sent"))
}

/// The bare socket, which carries the session with a proxy.
struct Raw<'a>(&'a Wire);

impl Carrier for Raw<'_> {
    fn receive(&self, room: &mut [u8]) -> io::Result<usize> {
        self.0.recv_raw(room)
    }

    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.0.send_raw(&[], bytes)
    }
}

impl Carrier for Wire {
    fn receive(&self, room: &mut [u8]) -> io::Result<usize> {
        self.recv(room)
    }

    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        self.send(&[], bytes)
    }
}
