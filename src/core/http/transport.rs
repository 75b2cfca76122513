//! Our connector and transport under ureq: pooled connections, the request's head sent together with the start
//! of its body, bodies sent from where they lie, and an answer that came before the body was taken still read.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::uri::{Authority, Scheme};
use rustls::ClientConnection;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};

use super::heads::{self, Scan};
use super::pool::Pool;
use super::tls::Tls;
use super::wire::{self, Wire, WireIo};
use super::{connect, fault};
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind};
use crate::core::headers::Headers;
use crate::core::source::Chunk;
use crate::sys::file::read_at;

/// Response headers must fit, and this is ureq's limit for them too.
const INPUT: usize = 64 * 1024;
/// A server that is at work on something long may say so (102); this often it does not.
const INTERIMS: u32 = 1000;
/// A body goes out in pieces of this size. Untouched pages of the buffer cost no memory.
const OUTPUT: usize = 256 * 1024;

/// What the request in progress on this thread and its transport tell one another past ureq.
#[derive(Default)]
pub(super) struct Current {
    pub call: Option<Arc<Call>>,
    /// The connection that `connect` chose.
    pub wire: Option<Arc<Wire>>,
    /// A body follows the head: hold the head back and send both together.
    pub body_follows: bool,
    /// Only a new connection will do.
    pub fresh: bool,
    /// The head has names in disguise.
    pub disguised: bool,
    /// The piece of the body that ureq believes to be in the output buffer.
    pub chunk: Option<Chunk>,
    /// The connection broke while the body was sent: the rest of the body is not wanted.
    pub cut: bool,
    /// Reason phrase of the last response head.
    pub reason: String,
    /// Headers of it beyond those that ureq can count.
    pub surplus: Headers,
}

thread_local! {
    pub(super) static CURRENT: RefCell<Current> = RefCell::new(Current::default());
}

/// A connection with its buffers; rests in the pool between requests.
pub(super) struct Conn {
    pub wire: Arc<Wire>,
    tls: Option<Box<ClientConnection>>,
    authority: Authority,
    input: Vec<u8>,
    start: usize,
    end: usize,
    output: Vec<u8>,
    /// Bytes of a request head at the front of `output`, not sent yet.
    held: usize,
    progress: bool,
    /// How far the head of the response was looked at.
    scan: Scan,
    /// The head was shown a second time.
    offered: bool,
    broken: Option<io::Error>,
}

impl Conn {
    pub fn new(wire: Arc<Wire>, tls: Option<Box<ClientConnection>>, authority: Authority) -> Conn {
        Conn {
            wire,
            tls,
            authority,
            input: Vec::new(),
            start: 0,
            end: 0,
            output: Vec::new(),
            held: 0,
            progress: false,
            scan: Scan::default(),
            offered: false,
            broken: None,
        }
    }

    pub fn serves(&self, tls: bool, authority: &str) -> bool {
        self.tls.is_some() == tls && self.authority.as_str() == authority
    }

    /// Moves what is not consumed to the front of the input, so that all room is behind it.
    fn compact(&mut self) {
        if self.input.is_empty() {
            self.input.resize(INPUT, 0);
        }
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
    }

    fn note_buffered(&self) {
        self.wire.buffered.store(self.end - self.start, Ordering::Relaxed);
    }

    fn send(&mut self, length: usize, body: &[u8]) -> io::Result<()> {
        match &mut self.tls {
            None => self.wire.send(&self.output[..length], body),
            Some(tls) => {
                let mut io = WireIo(&self.wire);
                let mut stream = rustls::Stream::new(&mut **tls, &mut io);
                stream.write_all(&self.output[..length])?;
                stream.write_all(body)?;
                stream.flush()
            }
        }
    }

    /// Sends the held head with `amount` bytes that ureq wrote behind it, or with the piece of the body it only
    /// believes to have written.
    fn transmit(&mut self, amount: usize, chunk: Option<Chunk>) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        match chunk {
            None => self.send(held + amount, &[]),
            Some(Chunk::Memory(memory, range)) => {
                let bytes = (*memory).as_ref();
                let piece = bytes.get(range).ok_or(io::ErrorKind::UnexpectedEof)?;
                self.send(held, piece)
            }
            Some(Chunk::File(file, offset, length)) => {
                if held > 0 {
                    self.send(held, &[])?;
                }
                if self.tls.is_none() && self.wire.send_file(&file, offset, length)? {
                    return Ok(());
                }
                let mut at = 0;
                while at < length {
                    let most = (length - at).min(self.output.len());
                    let n = read_at(&file, &mut self.output[..most], offset + at as u64)
                        .map_err(|e| fault::into_io(Error::io("the file cannot be read", &e)))?;
                    if n == 0 {
                        return Err(wire::shrunk());
                    }
                    self.send(n, &[])?;
                    at += n;
                }
                Ok(())
            }
        }
    }

    fn receive(&mut self) -> io::Result<usize> {
        let wire = self.wire.clone();
        if self.start == self.end || self.end == self.input.len() {
            self.compact();
        }
        if self.end == self.input.len() {
            let text = format!("the response headers of {} are longer than {INPUT} bytes", wire.peer);
            return Err(fault::into_io(Error::new(Kind::Protocol, text)));
        }
        let room = &mut self.input[self.end..];
        let n = match &mut self.tls {
            None => wire.recv(room)?,
            Some(tls) => {
                let mut io = WireIo(&wire);
                rustls::Stream::new(&mut **tls, &mut io).read(room)?
            }
        };
        self.end += n;
        if !wire.in_body.load(Ordering::Relaxed) {
            self.end = self.scan.advance(&mut self.input, self.start, self.end);
            if self.scan.interims > INTERIMS {
                let text = format!("{} announces an answer over and over and sends none", wire.peer);
                return Err(fault::into_io(Error::new(Kind::Protocol, text)));
            }
        }
        self.note_buffered();
        Ok(n)
    }

    /// What ureq may see: of a head only the lines that are whole.
    fn shown(&self) -> &[u8] {
        let whole = self.scan.complete || self.wire.in_body.load(Ordering::Relaxed);
        let end = if whole { self.end } else { self.start + self.scan.ready };
        &self.input[self.start..end]
    }

    /// The reason phrase, when ureq is about to take a response head: the `http` crate has no place for it.
    fn note_reason(&self) {
        let head = &self.input[self.start..self.end];
        let Some(line) = head.split(|b| *b == b'\r' || *b == b'\n').next() else { return };
        // "HTTP/1.1 404 Not Found"; what precedes an answer ("100 Continue") is none.
        if line.len() > 13 && line.starts_with(b"HTTP/") && line[9] >= b'2' {
            let reason = String::from_utf8_lossy(&line[13..]).trim().to_owned();
            CURRENT.with_borrow_mut(|c| c.reason = reason);
        }
    }
}

impl Buffers for Conn {
    fn output(&mut self) -> &mut [u8] {
        if self.output.is_empty() {
            // Straight from the system, zeroed and untouched.
            self.output = vec![0; OUTPUT];
        }
        &mut self.output[self.held..]
    }

    fn input(&self) -> &[u8] {
        self.shown()
    }

    fn input_append_buf(&mut self) -> &mut [u8] {
        &mut self.input[self.end..]
    }

    fn input_appended(&mut self, amount: usize) {
        self.end += amount;
        self.note_buffered();
    }

    fn input_consume(&mut self, amount: usize) {
        self.progress = amount > 0;
        if amount > 0 && !self.wire.in_body.load(Ordering::Relaxed) {
            self.note_reason();
            let surplus = self.scan.consumed(amount);
            // Those of an interim head go with it.
            CURRENT.with_borrow_mut(|c| c.surplus = surplus);
            self.offered = false;
        }
        self.start += amount;
        self.note_buffered();
    }

    fn tmp_and_output(&mut self) -> (&mut [u8], &mut [u8]) {
        if self.output.is_empty() {
            self.output = vec![0; OUTPUT];
        }
        // ureq takes an empty buffer for the end of the body.
        self.compact();
        (&mut self.input[self.end..], &mut self.output[self.held..])
    }

    fn can_use_input(&self) -> bool {
        !self.shown().is_empty() && self.progress
    }
}

/// A connection at work for ureq. Dropped after a clean end, the connection goes back to the pool.
pub(super) struct HttpTransport {
    // Taken only by `drop`.
    conn: Option<Box<Conn>>,
    none: LazyBuffers,
    pool: Arc<Pool>,
    ended: bool,
}

fn gone() -> ureq::Error {
    ureq::Error::Io(io::ErrorKind::NotConnected.into())
}

impl Transport for HttpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        match &mut self.conn {
            Some(conn) => &mut **conn,
            None => &mut self.none,
        }
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        let conn = self.conn.as_mut().ok_or_else(gone)?;
        if conn.broken.is_some() {
            return Ok(());
        }
        let (hold, chunk, disguised) = CURRENT.with_borrow_mut(|c| {
            (std::mem::take(&mut c.body_follows), c.chunk.take(), std::mem::take(&mut c.disguised))
        });
        // The head is the first that goes out.
        let amount = if disguised { heads::uncover(&mut conn.output[..amount]) } else { amount };
        if hold {
            conn.held = amount;
            return Ok(());
        }
        match conn.transmit(amount, chunk) {
            Ok(()) => Ok(()),
            // The server may have answered and closed without reading on: that answer says more than the error.
            Err(e) if is_cut(&e) => {
                conn.broken = Some(e);
                CURRENT.with_borrow_mut(|c| c.cut = true);
                Ok(())
            }
            Err(e) => Err(ureq::Error::Io(e)),
        }
    }

    fn maybe_await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let conn = self.conn.as_mut().ok_or_else(gone)?;
        // A whole head that was looked at once without being taken (a final status while 100 was awaited) must
        // be looked at again, once: no more input may come.
        let head = conn.scan.complete && !conn.wire.in_body.load(Ordering::Relaxed);
        if conn.can_use_input()
            || (head && !conn.shown().is_empty() && !std::mem::replace(&mut conn.offered, true))
        {
            return Ok(true);
        }
        self.await_input(timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.conn.as_ref().is_some_and(|c| c.held > 0) {
            // A body was announced, but its end came first.
            self.transmit_output(0, timeout)?;
        }
        let conn = self.conn.as_mut().ok_or_else(gone)?;
        match conn.receive() {
            Ok(0) => match conn.broken.take() {
                Some(e) => Err(ureq::Error::Io(e)),
                None => Ok(false),
            },
            Ok(_) => Ok(true),
            // ureq takes a reset for a regular end of a body without length; wrapped, it does not.
            Err(e) if is_cut(&e) || e.kind() == io::ErrorKind::UnexpectedEof => {
                let e = conn.broken.take().unwrap_or(e);
                Err(ureq::Error::Other(Box::new(fault::from_io(e, &conn.wire.peer))))
            }
            Err(e) => Err(ureq::Error::Io(e)),
        }
    }

    fn is_open(&mut self) -> bool {
        // ureq asks when a response has come to its end as it should.
        self.ended = true;
        self.conn.as_ref().is_some_and(|c| c.broken.is_none())
    }

    fn is_tls(&self) -> bool {
        self.conn.as_ref().is_some_and(|c| c.tls.is_some())
    }
}

fn is_cut(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
}

impl Drop for HttpTransport {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        conn.wire.end();
        let clean = self.ended || conn.wire.clean.load(Ordering::Relaxed);
        if clean && conn.broken.is_none() && conn.start == conn.end && conn.held == 0 {
            self.pool.park(conn);
        }
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("conn", &self.conn).finish()
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn").field("peer", &self.wire.peer).finish_non_exhaustive()
    }
}

/// Everything connections are made from, shared by all agents of a client.
#[derive(Debug)]
pub(super) struct Shared {
    pub pool: Arc<Pool>,
    pub tls: Tls,
    pub connect_timeout: Option<Duration>,
    pub stall: Option<Duration>,
}

/// Hands ureq a connection: an idle one, or a new one.
#[derive(Debug)]
pub(super) struct PoolConnector(pub Arc<Shared>);

impl Connector<()> for PoolConnector {
    type Out = HttpTransport;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<HttpTransport>, ureq::Error> {
        let shared = &self.0;
        let other = |e| ureq::Error::Other(Box::new(e));
        let Some(authority) = details.uri.authority() else {
            return Err(ureq::Error::BadUri(details.uri.to_string()));
        };
        let https = details.uri.scheme() == Some(&Scheme::HTTPS);
        let (call, fresh) = CURRENT.with_borrow(|c| (c.call.clone(), c.fresh));
        let call = call.unwrap_or_else(|| Arc::new(Call::new(None)));
        let idle = if fresh { None } else { shared.pool.take(https, authority.as_str()) };
        let conn = match idle {
            Some(conn) => {
                conn.wire.reused.store(true, Ordering::Relaxed);
                conn
            }
            None => {
                connect::open(authority, https, &shared.tls, shared.connect_timeout, &call).map_err(other)?
            }
        };
        let mut conn = conn;
        conn.scan = Scan::default();
        conn.progress = false;
        conn.offered = false;
        conn.wire.begin(&call, shared.stall, None);
        CURRENT.with_borrow_mut(|c| c.wire = Some(conn.wire.clone()));
        Ok(Some(HttpTransport {
            conn: Some(conn),
            none: LazyBuffers::new(1, 1),
            pool: shared.pool.clone(),
            ended: false,
        }))
    }
}

/// ureq looks a host up before it asks for a connection; we do so only when a new one is needed.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _: &http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Whether an error of this kind on a reused connection may be no more than a server that closed it meanwhile.
pub(super) fn may_be_stale(kind: Kind, wire: &Wire) -> bool {
    kind == Kind::Connect && wire.reused.load(Ordering::Relaxed) && !wire.answered.load(Ordering::Relaxed)
}
