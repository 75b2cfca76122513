//! A connection with its buffers: a request goes out, and the head of its answer comes in.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use http::uri::Authority;

use super::fault;
use super::heads::{Head, too_long};
use super::proxy::Proxy;
use super::session::Session;
use super::wire::Wire;
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind};

/// What comes first of an answer goes through a buffer, in which a line of its head must fit. Nearly all do in this one.
const SMALL_INPUT: usize = 16 * 1024;
const INPUT: usize = 64 * 1024;
/// A server that is at work on something long may say so (102); this often it does not.
const INTERIMS: u32 = 1000;
/// With less room than this it is not worth to receive.
const SPARE: usize = 4 * 1024;

/// A connection with its buffers; rests in the pool between requests.
pub(super) struct Conn {
    pub wire: Wire,
    tls: Option<Box<Session>>,
    https: bool,
    authority: Authority,
    /// The proxy that is told the whole URL of each request.
    pub via: Option<Arc<Proxy>>,
    input: Vec<u8>,
    start: usize,
    end: usize,
    /// For bodies that cannot be sent from where they lie.
    pub output: Vec<u8>,
    /// The head of the answer, as far as it has come.
    pub head: Head,
    /// When the head that is coming began to, if not all of it came at once.
    head_began: Option<Instant>,
    /// Nothing more can be sent, or shall be.
    pub broken: Option<io::Error>,
    /// No answer is looked for before the request is sent.
    deaf: bool,
    /// Also a success, as the request may never come to an end.
    pub any_answer_ends: bool,
    /// It served a request before this one.
    pub reused: bool,
    /// Bytes that nobody asked for may lie behind the last answer, unseen.
    pub unseen: bool,
    /// When what is buffered came, if that is known.
    pub came: Option<Instant>,
    /// What is on its way may be more or less than one request: it serves no other.
    pub spent: bool,
}

/// The server has answered and wants no more of the body.
fn refused() -> io::Error {
    io::ErrorKind::ConnectionAborted.into()
}

impl Conn {
    /// `tls` is the session with the peer that HTTP is spoken with; `https` what the URL says.
    pub fn new(wire: Wire, tls: Option<Box<Session>>, https: bool, authority: Authority) -> Conn {
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
            head: Head::default(),
            head_began: None,
            broken: None,
            deaf: false,
            any_answer_ends: false,
            reused: false,
            unseen: false,
            came: None,
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

    pub fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Makes it ready for a request of this call.
    pub fn begin(&mut self, call: &Arc<Call>, stall: Option<Duration>) {
        self.head = Head::default();
        self.head_began = None;
        self.deaf = false;
        self.unseen = false;
        self.came = None;
        self.wire.begin(call, stall, None);
    }

    /// Whether nothing is left over from a request.
    pub fn is_clean(&mut self) -> bool {
        !self.spent
            && self.broken.is_none()
            && self.start == self.end
            && self.tls.as_mut().is_none_or(|tls| tls.is_clean())
            && self.wire.is_clean()
    }

    /// Bytes that were received and not taken yet.
    pub fn buffered(&self) -> &[u8] {
        &self.input[self.start..self.end]
    }

    /// Takes `n` of them.
    pub fn consume(&mut self, n: usize) {
        self.start += n;
    }

    /// Moves what is not taken to the front of the input, so that all room is behind it, and makes more.
    fn compact(&mut self) {
        if self.start > 0 {
            self.input.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        let size = if self.end + SPARE > SMALL_INPUT { INPUT } else { SMALL_INPUT };
        if self.input.len() < size {
            self.input.resize(size, 0);
        }
    }

    /// Sees to it that something can be received: none at all would look like the end. There is none only behind a line
    /// that is longer than the input.
    fn make_room(&mut self) {
        if self.start == self.end || self.end == self.input.len() {
            self.compact();
        }
    }

    /// Sends both, together where the kernel takes them so.
    pub fn send(&mut self, mut head: &[u8], mut body: &[u8]) -> io::Result<()> {
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
        while let Some(tls) = &mut self.tls {
            if tls.has_to_send() {
                tls.send(&self.wire)?;
                self.heed_answer()?;
                continue;
            }
            if head.is_empty() && body.is_empty() {
                break;
            }
            let n = tls.encipher(head, body)?;
            let from_head = n.min(head.len());
            head = &head[from_head..];
            body = &body[n - from_head..];
        }
        Ok(())
    }

    /// An error when the server has refused the request that is being sent, when there is reason to look.
    pub fn heed_answer(&mut self) -> io::Result<()> {
        if !self.wire.look.swap(false, Ordering::Relaxed) || self.deaf || self.head.complete {
            return Ok(());
        }
        if self.wire.socket.is_readable() {
            self.hear()?;
        }
        // There is no more to hear, and what lies unread then must not keep a send waiting for ever.
        self.wire.listens.store(!self.deaf && !self.head.complete, Ordering::Relaxed);
        // A success does not end it: Swift begins some answers while it still reads.
        let ends = !self.head.is_success() || self.any_answer_ends;
        if self.head.complete && ends { Err(refused()) } else { Ok(()) }
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
            Some(tls) => match tls.hear(&self.wire, room) {
                Ok(None) => return Ok(()),
                Ok(Some(n)) => Ok(n),
                Err(e) => Err(e),
            },
        };
        match heard {
            Ok(n) if n > 0 => {
                self.end += n;
                self.advance()
            }
            // It says no more; whether it still reads will show when something is sent.
            Ok(_) => {
                self.deaf = true;
                Ok(())
            }
            Err(e) if is_end(&e) => {
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
            if self.head.go_on {
                break Ok(());
            }
            if self.head.complete {
                break Err(refused());
            }
            match self.receive_head() {
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

    /// Waits until the head of the answer is there.
    pub fn await_head(&mut self) -> io::Result<()> {
        while !self.head.complete {
            match self.receive_head() {
                // What broke the connection while the request was sent says more.
                Ok(0) => return Err(self.broken.take().unwrap_or(io::ErrorKind::UnexpectedEof.into())),
                Err(e) if is_end(&e) => return Err(self.broken.take().unwrap_or(e)),
                Err(e) => return Err(e),
                Ok(_) => {}
            }
        }
        Ok(())
    }

    /// Takes in more of the head, and waits for it.
    fn receive_head(&mut self) -> io::Result<usize> {
        self.make_room();
        if self.end == self.input.len() {
            return Err(self.told(too_long(INPUT)));
        }
        let n = self.receive_more()?;
        self.advance()?;
        Ok(n)
    }

    /// Looks at what has come of the head.
    fn advance(&mut self) -> io::Result<()> {
        let interims = self.head.interims;
        let taken = self.head.advance(&self.input[self.start..self.end]);
        self.start += taken.map_err(|e| self.told(e))?;
        if self.head.interims != interims {
            self.head_began = None;
        }
        let peer = &self.wire.peer;
        if self.head.switched {
            let text = format!("{peer} goes on with another protocol than HTTP/1.1 (101)");
            return Err(fault::into_io(Error::new(Kind::Protocol, text)));
        }
        if self.head.interims > INTERIMS {
            let text = format!("{peer} announces an answer over and over and sends none");
            return Err(fault::into_io(Error::new(Kind::Protocol, text)));
        }
        if self.head.complete { Ok(()) } else { self.check_pace() }
    }

    /// An error of the answer, with who gave it.
    fn told(&self, e: Error) -> io::Error {
        fault::into_io(e.context(&self.wire.peer))
    }

    /// A head that comes byte by byte never stalls, and would never end: all of it may take as long as a single read.
    fn check_pace(&mut self) -> io::Result<()> {
        if !self.head.has_begun() && self.start == self.end {
            return Ok(());
        }
        let began = *self.head_began.get_or_insert_with(Instant::now);
        match self.wire.stall() {
            Some(most) if began.elapsed() > most => {
                let (peer, seconds) = (&self.wire.peer, most.as_secs_f64());
                let text =
                    format!("the response headers of {peer} are not all there {seconds} s after they began");
                Err(fault::into_io(Error::new(Kind::Timeout, text)))
            }
            _ => Ok(()),
        }
    }

    /// Receives behind what is buffered, and waits for it; 0 is the end.
    pub fn receive_more(&mut self) -> io::Result<usize> {
        self.came = None;
        self.make_room();
        let room = &mut self.input[self.end..];
        let n = receive(&self.wire, &mut self.tls, self.broken.is_none(), room)?;
        self.end += n;
        Ok(n)
    }

    /// Something is received that does not pass through the buffer.
    pub fn pass_by(&mut self) {
        self.unseen = true;
        self.came = None;
    }

    /// Receives past the buffer, which must be empty.
    pub fn receive_into(&mut self, room: &mut [u8]) -> io::Result<usize> {
        self.pass_by();
        receive(&self.wire, &mut self.tls, self.broken.is_none(), room)
    }
}

fn receive(wire: &Wire, tls: &mut Option<Box<Session>>, write: bool, room: &mut [u8]) -> io::Result<usize> {
    match tls {
        None => wire.recv(room),
        Some(tls) => tls.receive(wire, write, room),
    }
}

/// Whether the peer is gone.
pub(super) fn is_cut(e: &io::Error) -> bool {
    matches!(
        e.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted
    )
}

/// The same, or gone without a word where it should have said one.
fn is_end(e: &io::Error) -> bool {
    is_cut(e) || e.kind() == io::ErrorKind::UnexpectedEof
}

impl fmt::Debug for Conn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Conn").field("peer", &self.wire.peer).finish_non_exhaustive()
    }
}
