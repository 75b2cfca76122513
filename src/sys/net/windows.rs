//! A socket that never blocks: what there is to wait for is waited for here. A blocking one would not do: when the time of
//! a send is up, Windows does not say how much of it was sent; and a shutdown need not end what blocks.

use std::fs::File;
use std::io::{self, IoSlice, Read};
use std::mem::MaybeUninit;
use std::net::{Shutdown, SocketAddr};
use std::os::windows::io::AsSocket;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use socket2::{SockRef, Socket as Raw};
use windows_sys::Win32::Networking::WinSock::WSAESHUTDOWN;

use super::super::pipe::Pipe;
use super::super::poll::{self, For};
use super::{SLICE, connected, tune};

/// The system would take any number of bytes at once, and keep them in its own memory.
const MOST: usize = 256 * 1024;

/// A connected TCP socket that another thread can shut down.
#[derive(Debug)]
pub struct Socket {
    raw: Raw,
    closed: AtomicBool,
    // In nanoseconds; 0 is "no limit".
    read_timeout: AtomicU64,
    write_timeout: AtomicU64,
}

impl Socket {
    /// Connects to `addr`. `go_on` is asked every 50 ms and ends the attempt with its error.
    pub fn connect(
        addr: SocketAddr,
        until: Option<Instant>,
        go_on: &dyn Fn() -> io::Result<()>,
    ) -> io::Result<Socket> {
        let writable = |raw: &Raw, limit| poll::wait(raw.as_socket(), For::Writing, limit);
        let raw = connected(addr, until, go_on, &writable)?;
        tune(&raw)?;
        Ok(Socket {
            raw,
            closed: AtomicBool::new(false),
            read_timeout: AtomicU64::new(0),
            write_timeout: AtomicU64::new(0),
        })
    }

    /// Limits how long one read may block.
    pub fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.read_timeout.store(nanos(limit), Ordering::Relaxed);
        Ok(())
    }

    /// Limits how long one write may block.
    pub fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        self.write_timeout.store(nanos(limit), Ordering::Relaxed);
        Ok(())
    }

    /// Does what may have to wait; `None` when the socket was shut down here.
    fn patiently<T>(
        &self,
        what: For,
        limit: &AtomicU64,
        mut act: impl FnMut() -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let limit = limit.load(Ordering::Relaxed);
        let mut until = None;
        loop {
            if self.closed.load(Ordering::Acquire) {
                return Ok(None);
            }
            match act() {
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) if self.closed.load(Ordering::Acquire) => return Ok(None),
                Err(e) if e.raw_os_error() == Some(WSAESHUTDOWN) => {
                    return Err(io::ErrorKind::BrokenPipe.into());
                }
                done => return done.map(Some),
            }
            let now = Instant::now();
            let left = match limit {
                0 => SLICE,
                n => {
                    until.get_or_insert_with(|| now + Duration::from_nanos(n)).saturating_duration_since(now)
                }
            };
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            // In slices, and not relying on a shutdown to end the wait.
            poll::wait(self.raw.as_socket(), what, left.min(SLICE))?;
        }
    }

    /// Receives into `buf`; 0 is the end. A timeout is [`io::ErrorKind::TimedOut`].
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        self.patiently(For::Reading, &self.read_timeout, || (&self.raw).read(buf)).map(|n| n.unwrap_or(0))
    }

    /// The same behind what is in `out`, at most `most` bytes and what there is room for.
    pub fn recv_behind(&self, out: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let room: &mut [MaybeUninit<u8>] = out.spare_capacity_mut();
        let most = most.min(room.len());
        let room = &mut room[..most];
        let n = self.patiently(For::Reading, &self.read_timeout, || self.raw.recv(room))?.unwrap_or(0);
        // SAFETY: the system has written so many bytes behind what was there.
        unsafe { out.set_len(out.len() + n.min(most)) };
        Ok(n)
    }

    /// Sends what the system takes of these pieces in one call; never nothing. Errors as in [`recv`](Socket::recv).
    pub fn send(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let empty = pieces.iter().take_while(|p| p.is_empty()).count();
        let pieces = &pieces[empty..];
        // Whole pieces up to that size, or a part of the first.
        let mut room = MOST;
        let fit = pieces
            .iter()
            .take_while(|p| {
                p.len() <= room && {
                    room -= p.len();
                    true
                }
            })
            .count();
        let send = || match (pieces, fit) {
            ([], _) => Ok(0),
            ([first, ..], 0) => self.raw.send(&first[..MOST]),
            ([one, ..], 1) => self.raw.send(one),
            (all, n) => self.raw.send_vectored(&all[..n]),
        };
        match self.patiently(For::Writing, &self.write_timeout, send)? {
            Some(0) => Err(io::ErrorKind::WriteZero.into()),
            Some(n) => Ok(n),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// Nothing is sent, and the caller reads and sends.
    pub fn send_file(&self, _file: &File, _offset: u64, _length: usize) -> io::Result<Option<usize>> {
        Ok(None)
    }

    /// There is no such pipe.
    pub fn splice_into(&self, pipe: &Pipe, _most: usize) -> io::Result<Option<usize>> {
        match *pipe {}
    }

    /// Whether an idle connection still stands: open, and with nothing unasked for to read.
    pub fn is_quiet(&self) -> bool {
        !self.closed.load(Ordering::Acquire)
            && matches!(poll::wait(self.raw.as_socket(), For::Reading, Duration::ZERO), Ok(false))
    }

    /// Whether a read would not block: there is something to read, the end, or an error.
    pub fn is_readable(&self) -> bool {
        !self.is_quiet()
    }

    /// Ends all that blocks on it, on any thread; it is of no use afterwards.
    pub fn shutdown(&self) {
        self.closed.store(true, Ordering::Release);
        // It may be closed by the peer already: nothing is lost then.
        let _ = SockRef::from(&self.raw).shutdown(Shutdown::Both);
    }
}

fn nanos(limit: Option<Duration>) -> u64 {
    limit.map_or(0, |d| u64::try_from(d.as_nanos()).unwrap_or(u64::MAX).max(1))
}
