//! Sends requests: the head together with the start of its body, and bodies from where they lie.

use std::io;

use super::Payload;
use super::conn::{Conn, is_cut};
use super::fault;
use super::request::Announced;
use super::{session, wire};
use crate::core::error::{Error, Result};
use crate::core::source::{Chunk, SourceReader};
use crate::sys::file::read_at;

/// What has to pass through memory goes in pieces of this size: they stay in the processor's cache from the one who
/// makes or hashes them to the kernel.
const PIECE: usize = 256 * 1024;
/// What the kernel takes by itself.
const FILE_PIECE: usize = 256 * 1024;
/// Room for the length of a chunk, with its line end, in front of it.
const CHUNK_HEAD: usize = 8;

/// How sending ended, if not with an error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sent {
    Whole,
    /// The connection broke, or the server has answered already: what it says counts more than that.
    Part,
}

impl Payload<'_> {
    pub(super) fn announced(&self) -> Announced {
        match self {
            Payload::None => Announced::Nothing,
            Payload::Empty => Announced::Length(0),
            Payload::Bytes(b) => Announced::Length(b.len() as u64),
            Payload::Source(s) => s.left().map_or(Announced::Chunked, Announced::Length),
        }
    }

    /// Whether bytes follow the head.
    pub fn follows(&self) -> bool {
        !matches!(self.announced(), Announced::Nothing | Announced::Length(0))
    }

    /// Whether it can be sent a second time.
    pub fn is_repeatable(&self) -> bool {
        !matches!(self, Payload::Source(s) if !s.can_rewind())
    }
}

/// Why a body could not be sent.
enum Broken {
    /// It is no fault of the connection.
    Own(Error),
    Connection(io::Error),
}

impl From<Error> for Broken {
    fn from(e: Error) -> Broken {
        Broken::Own(e)
    }
}

impl From<io::Error> for Broken {
    fn from(e: io::Error) -> Broken {
        Broken::Connection(e)
    }
}

/// So little is put behind the head first: one piece costs the kernel less than two, and TLS makes one record of it.
const LITTLE: usize = 4 * 1024;

/// Sends a request, whose head is then empty. With `bare`, a body without a length goes out as it is, not in chunks.
pub(super) fn request(
    conn: &mut Conn,
    head: &mut Vec<u8>,
    payload: &mut Payload<'_>,
    bare: bool,
) -> Result<Sent> {
    let sent = match payload {
        Payload::Source(source) if source.left() == Some(0) => conn.send(head, &[]).map_err(Broken::from),
        Payload::Source(source) => {
            Sender { conn, head, chunked: !bare && source.left().is_none() }.send(source)
        }
        Payload::Bytes(bytes) => conn.send(head, bytes).map_err(Broken::from),
        Payload::None | Payload::Empty => conn.send(head, &[]).map_err(Broken::from),
    };
    settle(conn, sent)
}

/// Sends the head, which is then empty, and waits until the server asks for the body; with [`Sent::Part`] it does not.
pub(super) fn announcement(conn: &mut Conn, head: &mut Vec<u8>, limit: std::time::Duration) -> Result<Sent> {
    let sent = conn.send(head, &[]).and_then(|()| conn.await_go_on(limit));
    head.clear();
    settle(conn, sent.map_err(Broken::from))
}

/// A connection that breaks over a request may bring an answer all the same, and that says more than an error.
fn settle(conn: &mut Conn, sent: std::result::Result<(), Broken>) -> Result<Sent> {
    match sent {
        Ok(()) => Ok(Sent::Whole),
        Err(Broken::Connection(e)) if is_cut(&e) => {
            conn.broken = Some(e);
            Ok(Sent::Part)
        }
        Err(Broken::Connection(e)) => Err(fault::from_io(e, &conn.wire.peer)),
        Err(Broken::Own(e)) => Err(e),
    }
}

struct Sender<'a> {
    conn: &'a mut Conn,
    /// Empty once it is sent.
    head: &'a mut Vec<u8>,
    chunked: bool,
}

impl Sender<'_> {
    fn send(mut self, source: &mut SourceReader) -> std::result::Result<(), Broken> {
        while source.left() != Some(0) {
            let lent = source.lend(self.piece_size(), FILE_PIECE)?;
            match lent {
                Some(Chunk::Memory(piece)) => self.piece(piece)?,
                Some(Chunk::File(file, offset, length)) => self.file(&file, offset, length)?,
                None => {
                    if !self.copy(source)? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn piece(&mut self, piece: &[u8]) -> io::Result<()> {
        if self.head.is_empty() {
            return self.conn.send(&[], piece);
        }
        let little = piece.len() <= LITTLE;
        if little {
            self.head.extend_from_slice(piece);
        }
        let sent = self.conn.send(self.head, if little { &[] } else { piece });
        self.head.clear();
        sent
    }

    /// Puts the next piece into memory and sends it; `false` at the end, which is sent too.
    fn copy(&mut self, source: &mut SourceReader) -> std::result::Result<bool, Broken> {
        let mut buffer = self.take_buffer();
        let done = self.copy_through(&mut buffer, source);
        self.conn.output = buffer;
        done
    }

    fn copy_through(
        &mut self,
        buffer: &mut [u8],
        source: &mut SourceReader,
    ) -> std::result::Result<bool, Broken> {
        if !self.chunked {
            let n = source.read(buffer)?;
            self.piece(&buffer[..n])?;
            return Ok(n > 0);
        }
        let room = buffer.len() - 2;
        let n = source.read(&mut buffer[CHUNK_HEAD..room])?;
        if n == 0 {
            self.piece(b"0\r\n\r\n")?;
            return Ok(false);
        }
        let line = format!("{n:x}\r\n");
        let from = CHUNK_HEAD - line.len();
        buffer[from..CHUNK_HEAD].copy_from_slice(line.as_bytes());
        buffer[CHUNK_HEAD + n..][..2].copy_from_slice(b"\r\n");
        self.piece(&buffer[from..CHUNK_HEAD + n + 2])?;
        Ok(true)
    }

    fn take_buffer(&mut self) -> Vec<u8> {
        let buffer = std::mem::take(&mut self.conn.output);
        // Straight from the system, zeroed and untouched: what is not needed of it costs no memory.
        if buffer.is_empty() { vec![0; self.piece_size()] } else { buffer }
    }

    /// How much is put into memory, or taken from there, at once.
    fn piece_size(&self) -> usize {
        if self.conn.is_tls() { session::PIECE } else { PIECE }
    }

    /// The kernel takes it straight from the file where it can.
    fn file(&mut self, file: &std::fs::File, offset: u64, length: usize) -> io::Result<()> {
        if !self.head.is_empty() {
            self.piece(&[])?;
        }
        let mut at = 0;
        while !self.conn.is_tls() && at < length {
            match self.conn.wire.send_file(file, offset + at as u64, length - at)? {
                Some(n) => at += n,
                None => break,
            }
            self.conn.heed_answer()?;
        }
        if at == length {
            return Ok(());
        }
        let mut buffer = self.take_buffer();
        let done = self.file_through(&mut buffer, file, offset + at as u64, length - at);
        self.conn.output = buffer;
        done
    }

    fn file_through(
        &mut self,
        buffer: &mut [u8],
        file: &std::fs::File,
        offset: u64,
        length: usize,
    ) -> io::Result<()> {
        let mut at = 0;
        while at < length {
            let most = (length - at).min(buffer.len());
            let n = read_at(file, &mut buffer[..most], offset + at as u64)
                .map_err(|e| fault::into_io(Error::io("the file cannot be read", &e)))?;
            if n == 0 {
                return Err(wire::shrunk());
            }
            self.piece(&buffer[..n])?;
            at += n;
        }
        Ok(())
    }
}
