//! The body of a response as it comes off its connection, which it gives back when it has ended as it should.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::time::Instant;

use super::Shared;
use super::chunks::{Chunks, Next};
use super::conn::Conn;
use super::fault;
use super::heads::Framing;
use crate::core::error::{Error, Kind, Result};
use crate::sys::pipe::Pipe;

/// From this size on a read goes from the socket straight into the caller's memory.
const DIRECT: usize = 16 * 1024;

/// Makes room behind what is in a buffer. Memory that is not there is an error, not the end of the program.
pub(crate) fn grow(out: &mut Vec<u8>, room: usize) -> Result<()> {
    out.try_reserve(room).map_err(|_| no_memory(out.len(), room))?;
    out.resize(out.len() + room, 0);
    Ok(())
}

fn no_memory(there: usize, room: usize) -> Error {
    Error::new(Kind::Io, format!("no memory for {} bytes", there.saturating_add(room)))
}

/// What is left of a body.
#[derive(Debug)]
enum Rest {
    Length(u64),
    Chunks(Chunks),
    /// All that comes until the connection ends.
    Connection,
}

/// The body of a response.
pub(crate) struct RawBody {
    /// Some while there is more to read.
    conn: Option<Box<Conn>>,
    /// Where it goes then; also some as long as that.
    shared: Option<Arc<Shared>>,
    rest: Rest,
}

impl RawBody {
    pub(super) fn new(conn: Box<Conn>, shared: &Arc<Shared>, framing: Framing) -> RawBody {
        let rest = match framing {
            Framing::Length(n) => Rest::Length(n),
            Framing::Chunked => Rest::Chunks(Chunks::new()),
            Framing::End => Rest::Connection,
        };
        if matches!(rest, Rest::Length(0)) {
            // It may be at work for another thread before this one looks at the response.
            give_back(conn, shared);
            return RawBody { conn: None, shared: None, rest };
        }
        RawBody { conn: Some(conn), shared: Some(shared.clone()), rest }
    }

    /// Bytes still to come, when the length is known.
    pub fn left(&self) -> Option<u64> {
        match self.rest {
            Rest::Length(n) => Some(n),
            Rest::Chunks(_) | Rest::Connection => None,
        }
    }

    /// Reads up to `buf.len()` bytes; 0 is the end, which is then known to be the true one, or `buf` is empty.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let Some(conn) = &mut self.conn else { return self.without_connection() };
        match &mut self.rest {
            Rest::Length(left) => {
                let most = (*left).min(buf.len() as u64) as usize;
                let n = take(conn, &mut buf[..most]);
                self.received(n)
            }
            Rest::Connection => {
                let n = take(conn, buf);
                self.received(n)
            }
            Rest::Chunks(_) => self.read_chunk(buf),
        }
    }

    fn without_connection(&self) -> Result<usize> {
        match self.left() {
            Some(0) => Ok(0),
            _ => Err(Error::new(Kind::Connect, "the connection of the body is closed")),
        }
    }

    fn read_chunk(&mut self, buf: &mut [u8]) -> Result<usize> {
        loop {
            let (Some(conn), Rest::Chunks(chunks)) = (&mut self.conn, &mut self.rest) else { return Ok(0) };
            let next = match chunks.advance(conn.buffered()) {
                Ok((n, next)) => {
                    conn.consume(n);
                    next
                }
                Err(e) => {
                    return Err(e.context(self.abandon()));
                }
            };
            let n = match next {
                Next::End => {
                    self.finish();
                    return Ok(0);
                }
                Next::Data(left) => {
                    let most = left.min(buf.len() as u64) as usize;
                    let n = take(conn, &mut buf[..most]);
                    if let Ok(n) = n {
                        chunks.took(n as u64);
                    }
                    n
                }
                Next::More => match conn.receive_more() {
                    Ok(n) if n > 0 => continue,
                    n => n,
                },
            };
            return self.received(n);
        }
    }

    /// Whether what comes next of the body is next on the socket too, where anybody may take it.
    fn is_ahead(&self) -> bool {
        let plain = |c: &Conn| c.wire.is_plain() && c.buffered().is_empty();
        self.left().is_some_and(|l| l > 0) && self.conn.as_deref().is_some_and(plain)
    }

    /// Moves bytes of the body, if there are any left, to where a file is, past this process; `None` when that cannot be
    /// done with what comes next. An error of the file is given apart: the outer one is of the connection.
    pub fn move_to(&mut self, file: &mut File, through: &mut Pipe) -> Option<Result<io::Result<usize>>> {
        if !self.is_ahead() {
            return None;
        }
        let left = self.left()?;
        let conn = self.conn.as_mut()?;
        conn.pass_by();
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let n = match conn.wire.receive_into(through, most) {
            Ok(None) => return None,
            Ok(Some(n)) => Ok(n),
            Err(e) => Err(e),
        };
        Some(self.received(n).map(|n| through.empty(n, file).map(|()| n)))
    }

    /// Counts what a read has brought.
    fn received(&mut self, n: io::Result<usize>) -> Result<usize> {
        match (n, &mut self.rest) {
            (Ok(0), Rest::Connection) => {
                self.finish();
                Ok(0)
            }
            (Ok(0), _) => {
                let peer = self.abandon();
                let left = match self.rest {
                    Rest::Length(left) => format!("{left} bytes of the body"),
                    _ => "more of the body".to_owned(),
                };
                Err(Error::new(Kind::Connect, format!("{peer} closed the connection with {left} to come")))
            }
            (Ok(n), Rest::Length(left)) => {
                *left -= n as u64;
                if *left == 0 {
                    self.finish();
                }
                Ok(n)
            }
            (Ok(n), _) => Ok(n),
            (Err(e), _) => Err(fault::from_io(e, &self.abandon())),
        }
    }

    /// Appends the rest to `out`, at most `limit` bytes: `false` when there is more.
    pub fn read_into(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<bool> {
        let mut filled = out.len();
        let done = self.fill(out, &mut filled, limit);
        out.truncate(filled);
        done
    }

    fn fill(&mut self, out: &mut Vec<u8>, filled: &mut usize, limit: usize) -> Result<bool> {
        let start = *filled;
        out.reserve(self.left().unwrap_or(0).min(limit as u64).min(1 << 20) as usize);
        loop {
            // What is left is known mostly, and then there is no second, empty read.
            if self.left() == Some(0) {
                return Ok(true);
            }
            if *filled - start == limit {
                let mut one = [0];
                return Ok(self.read(&mut one)? == 0);
            }
            if let (Some(left), Some(conn)) = (self.left(), &mut self.conn) {
                // Into room that is not filled with zeros first.
                let most = left.min((limit - (*filled - start)) as u64).min(1 << 20) as usize;
                let n = conn.buffered().len().min(most);
                if n > 0 {
                    out.truncate(*filled);
                    out.try_reserve(n).map_err(|_| no_memory(out.len(), n))?;
                    out.extend_from_slice(&conn.buffered()[..n]);
                    conn.consume(n);
                    *filled += self.received(Ok(n))?;
                    continue;
                }
                if conn.wire.is_plain() {
                    out.truncate(*filled);
                    if out.capacity() == out.len() {
                        out.try_reserve(most).map_err(|_| no_memory(out.len(), most))?;
                    }
                    conn.pass_by();
                    let n = conn.wire.recv_behind(out, most);
                    *filled += self.received(n)?;
                    continue;
                }
            }
            if *filled == out.len() {
                let room = (out.capacity() - *filled).clamp(4096, 1 << 20).min(limit - (*filled - start));
                grow(out, room)?;
            }
            match self.read(&mut out[*filled..])? {
                0 => return Ok(true),
                n => *filled += n,
            }
        }
    }

    /// The end was reached: gives the connection back.
    fn finish(&mut self) {
        let ends_with_it = matches!(self.rest, Rest::Connection);
        self.rest = Rest::Length(0);
        let (Some(mut conn), Some(shared)) = (self.conn.take(), self.shared.take()) else { return };
        if ends_with_it {
            conn.wire.end();
        } else {
            give_back(conn, &shared);
        }
    }

    /// Nothing more can be read. The name of who sent it.
    fn abandon(&mut self) -> String {
        self.conn.take().map_or_else(String::new, |mut conn| {
            conn.wire.end();
            std::mem::take(&mut conn.wire.peer)
        })
    }
}

/// A connection whose answer has ended as it should can serve another request.
fn give_back(mut conn: Box<Conn>, shared: &Shared) {
    conn.wire.end();
    // Bytes that do not belong to the body would be the next answer.
    if conn.is_clean() {
        let came = conn.came.unwrap_or_else(Instant::now);
        shared.pool.park(conn, came);
    }
}

impl Drop for RawBody {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Takes what is buffered, or receives: into the buffer when little is wanted.
fn take(conn: &mut Conn, buf: &mut [u8]) -> io::Result<usize> {
    if conn.buffered().is_empty() {
        if buf.len() >= DIRECT || conn.is_tls() {
            return conn.receive_into(buf);
        }
        if conn.receive_more()? == 0 {
            return Ok(0);
        }
    }
    let there = conn.buffered();
    let n = there.len().min(buf.len());
    buf[..n].copy_from_slice(&there[..n]);
    conn.consume(n);
    Ok(n)
}
