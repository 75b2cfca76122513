//! A connection with its buffers: what goes out and comes in between ureq's view of it and the wire.

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::uri::Authority;
use rustls::ClientConnection;
use ureq::unversioned::transport::Buffers;

use super::fault;
use super::heads::{self, Scan};
use super::proxy::Proxy;
use super::transport::CURRENT;
use super::wire::{self, Wire, WireIo, receive_records};
use crate::core::error::{Error, Kind};
use crate::core::source::Chunk;
use crate::sys::file::read_at;

/// Response headers must fit, and this is ureq's limit for them too.
const INPUT: usize = 64 * 1024;
/// A server that is at work on something long may say so (102); this often it does not.
const INTERIMS: u32 = 1000;
/// A body goes out in pieces of this size. Untouched pages of the buffer cost no memory.
const OUTPUT: usize = 256 * 1024;
/// What arrives while a body is sent may fill the input up to here: ureq needs some of it.
const SPARE: usize = 16 * 1024;

/// A connection with its buffers; rests in the pool between requests.
pub(super) struct Conn {
    pub wire: Arc<Wire>,
    tls: Option<Box<ClientConnection>>,
    https: bool,
    authority: Authority,
    /// The proxy that is told the whole URL of each request.
    pub via: Option<Arc<Proxy>>,
    input: Vec<u8>,
    start: usize,
    end: usize,
    pub output: Vec<u8>,
    /// Bytes of a request head at the front of `output`, not sent yet.
    pub held: usize,
    progress: bool,
    /// How far the head of the response was looked at.
    scan: Scan,
    /// When the head that is coming began to.
    head_began: Option<Instant>,
    /// A whole head that came before anybody asked for it was offered.
    offered: AtomicBool,
    /// Nothing more can be sent, or shall be.
    pub broken: Option<io::Error>,
    /// No answer is looked for before the request is sent.
    deaf: bool,
    /// What is on its way may be more or less than one request: it serves no other.
    pub spent: bool,
}

/// The server has answered and wants no more of the body.
fn refused() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Conn {
    /// `tls` is the session with the peer that HTTP is spoken with; `https` what the URL says.
    pub fn new(
        wire: Arc<Wire>,
        tls: Option<Box<ClientConnection>>,
        https: bool,
        authority: Authority,
    ) -> Conn {
        Conn {
            wire,
            tls,
            https,
            authority,
            via: None,
            input: Vec::new(),
            start: 0,
            end: 0,
            output: Vec::new(),
            held: 0,
            progress: false,
            scan: Scan::default(),
            head_began: None,
            offered: AtomicBool::new(false),
            broken: None,
            deaf: false,
            spent: false,
        }
    }

    pub fn serves(&self, https: bool, authority: &str) -> bool {
        self.https == https && self.authority.as_str() == authority
    }

    /// Has requests go to a proxy, which makes them in its turn.
    pub fn through(mut self, proxy: Option<Arc<Proxy>>) -> Conn {
        self.via = proxy;
        self
    }

    /// Turns the request head of `length` bytes at the front of the output into one for the proxy; its new length, or
    /// `None` when it does not fit.
    pub fn address_proxy(&mut self, length: usize) -> Option<usize> {
        let Some(proxy) = &self.via else { return Some(length) };
        let at = self.output[..length].iter().position(|b| *b == b' ')? + 1;
        let origin = format!("http://{}", self.authority);
        let length = heads::insert(&mut self.output, length, at, origin.as_bytes())?;
        match proxy.authorization() {
            None => Some(length),
            Some(a) => {
                heads::add(&mut self.output, length, format!("proxy-authorization: {a}\r\n").as_bytes())
            }
        }
    }

    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Makes it ready for a request.
    pub fn begin(&mut self) {
        self.scan = Scan::default();
        self.head_began = None;
        self.progress = false;
        self.offered.store(false, Ordering::Relaxed);
        self.deaf = false;
    }

    /// Whether nothing is left over from a request.
    pub fn is_clean(&self) -> bool {
        !self.spent && self.broken.is_none() && self.start == self.end && self.held == 0
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

    /// Sends the start of the output and this behind it.
    fn send(&mut self, length: usize, body: &[u8]) -> io::Result<()> {
        let output = std::mem::take(&mut self.output);
        let sent = self.send_both(&output[..length], body);
        self.output = output;
        sent
    }

    fn send_both(&mut self, mut head: &[u8], mut body: &[u8]) -> io::Result<()> {
        if self.tls.is_some() {
            return self.send_records(head, body);
        }
        while !head.is_empty() || !body.is_empty() {
            let n = self.wire.send(head, body)?;
            let from_head = n.min(head.len());
            head = &head[from_head..];
            body = &body[n - from_head..];
            self.heed_answer()?;
        }
        Ok(())
    }

    fn send_records(&mut self, mut head: &[u8], mut body: &[u8]) -> io::Result<()> {
        let wire = self.wire.clone();
        loop {
            let Some(tls) = &mut self.tls else { return Ok(()) };
            // It takes what fits; a system call sends all of that.
            let mut took = tls.writer().write(head)?;
            head = &head[took..];
            if head.is_empty() {
                let n = tls.writer().write(body)?;
                body = &body[n..];
                took += n;
            }
            if took == 0 && !tls.wants_write() {
                return Ok(());
            }
            while let Some(tls) = &mut self.tls
                && tls.wants_write()
            {
                tls.write_tls(&mut WireIo(&wire))?;
                self.heed_answer()?;
            }
        }
    }

    /// An error when the server has refused the request that is being sent, when there is reason to look.
    fn heed_answer(&mut self) -> io::Result<()> {
        if !self.wire.look.swap(false, Ordering::Relaxed) || self.deaf || self.scan.complete {
            return Ok(());
        }
        if self.wire.socket.is_readable() {
            self.hear()?;
        }
        // A success does not end it: Swift begins some answers while it still reads.
        if self.scan.complete && !self.scan.success { Err(refused()) } else { Ok(()) }
    }

    /// Takes in what has arrived, without waiting for more.
    fn hear(&mut self) -> io::Result<()> {
        self.compact();
        if self.end + SPARE > self.input.len() {
            self.deaf = true;
            return Ok(());
        }
        let room = &mut self.input[self.end..];
        let heard = match &mut self.tls {
            None => self.wire.recv(room),
            Some(tls) => match tls.read_tls(&mut WireIo(&self.wire)) {
                Ok(_) => {
                    tls.process_new_packets().map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))?;
                    match tls.reader().read(room) {
                        Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                        r => r,
                    }
                }
                Err(e) => Err(e),
            },
        };
        match heard {
            Ok(n) if n > 0 => self.took_in(n),
            // It says no more; whether it still reads will show when something is sent.
            Ok(_) => {
                self.deaf = true;
                Ok(())
            }
            Err(e) if is_cut(&e) || e.kind() == io::ErrorKind::UnexpectedEof => {
                self.deaf = true;
                Ok(())
            }
            Err(e) => Err(e),
        }
    }

    /// Waits until the server asks for the body, which was announced, but not for longer than `limit`. An error
    /// when it has answered instead, or is gone.
    pub fn await_go_on(&mut self, limit: Duration) -> io::Result<()> {
        self.wire.be_patient(Some(limit));
        let outcome = loop {
            if self.scan.go_on {
                break Ok(());
            }
            if self.scan.complete {
                break Err(refused());
            }
            match self.receive() {
                Ok(0) => break Err(io::ErrorKind::ConnectionAborted.into()),
                Ok(_) => {}
                // It does not know how to ask.
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => break Ok(()),
                Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => {
                    break Err(io::ErrorKind::ConnectionAborted.into());
                }
                Err(e) => break Err(e),
            }
        };
        self.wire.be_patient(None);
        outcome
    }

    /// Sends the held head with `amount` bytes that ureq wrote behind it, or with the piece of the body it only
    /// believes to have written.
    pub fn transmit(&mut self, amount: usize, chunk: Option<Chunk>) -> io::Result<()> {
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
                let mut at = 0;
                // The kernel takes it straight from the file where it can.
                while self.tls.is_none() && at < length {
                    match self.wire.send_file(&file, offset + at as u64, length - at)? {
                        Some(n) => at += n,
                        None => break,
                    }
                    self.heed_answer()?;
                }
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

    /// Sends, and takes it for done when the connection breaks over it or the server wants no more: it may have
    /// answered, and that says more than an error.
    pub fn settle(&mut self, send: impl FnOnce(&mut Conn) -> io::Result<()>) -> Result<(), ureq::Error> {
        match send(self) {
            Err(e) if is_cut(&e) => {
                self.broken = Some(e);
                CURRENT.with_borrow_mut(|c| c.cut = true);
                Ok(())
            }
            done => done.map_err(ureq::Error::Io),
        }
    }

    /// Takes in more of the answer, and waits for it.
    pub fn receive(&mut self) -> io::Result<usize> {
        if self.start == self.end || self.end == self.input.len() {
            self.compact();
        }
        if self.end == self.input.len() {
            let text = format!("the response headers of {} are longer than {INPUT} bytes", self.wire.peer);
            return Err(fault::into_io(Error::new(Kind::Protocol, text)));
        }
        let room = &mut self.input[self.end..];
        let n = match &mut self.tls {
            None => self.wire.recv(room)?,
            Some(tls) => receive_records(tls, &mut WireIo(&self.wire), self.broken.is_none(), room)?,
        };
        self.took_in(n)?;
        Ok(n)
    }

    /// `n` bytes have come into the input.
    fn took_in(&mut self, n: usize) -> io::Result<()> {
        self.end += n;
        if !self.wire.in_body.load(Ordering::Relaxed) {
            let interims = self.scan.interims;
            self.end = self.scan.advance(&mut self.input, self.start, self.end);
            if self.scan.interims != interims {
                self.head_began = None;
            }
            self.check_pace()?;
            if self.scan.switched {
                let text = format!("{} goes on with another protocol than HTTP/1.1 (101)", self.wire.peer);
                return Err(fault::into_io(Error::new(Kind::Protocol, text)));
            }
            if self.scan.interims > INTERIMS {
                let text = format!("{} announces an answer over and over and sends none", self.wire.peer);
                return Err(fault::into_io(Error::new(Kind::Protocol, text)));
            }
        }
        self.note_buffered();
        Ok(())
    }

    /// A head that comes byte by byte never stalls, and would never end: all of it may take as long as a single read.
    fn check_pace(&mut self) -> io::Result<()> {
        let began = *self.head_began.get_or_insert_with(Instant::now);
        match self.wire.stall() {
            Some(most) if !self.scan.complete && began.elapsed() > most => {
                let (peer, seconds) = (&self.wire.peer, most.as_secs_f64());
                let text =
                    format!("the response headers of {peer} are not all there {seconds} s after they began");
                Err(fault::into_io(Error::new(Kind::Timeout, text)))
            }
            _ => Ok(()),
        }
    }

    /// What ureq may see: of a head only the lines that are whole.
    pub fn shown(&self) -> &[u8] {
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

pub(super) fn is_cut(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
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
            self.offered.store(false, Ordering::Relaxed);
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
        if self.shown().is_empty() {
            return false;
        }
        // A whole head may have come while the body was sent, and no more input may come: it is offered once.
        let head = self.scan.complete && !self.wire.in_body.load(Ordering::Relaxed);
        self.progress || (head && !self.offered.swap(true, Ordering::Relaxed))
    }
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn").field("peer", &self.wire.peer).finish_non_exhaustive()
    }
}
