//! A socket that blocks for as long as its timeouts say, which the kernel counts.

use std::fs::File;
use std::io::{self, IoSlice, Read};
use std::net::{Shutdown, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use socket2::{SockRef, Socket as Raw};

#[cfg(target_os = "linux")]
use super::super::signals::NoSigPipe;
use super::super::{pipe::Pipe, poll};
use super::{connected, tune};

/// A connected TCP socket that another thread can shut down.
#[derive(Debug)]
pub struct Socket {
    raw: Raw,
    // In milliseconds, as last set; 0 is "no limit".
    read_timeout: AtomicI64,
    write_timeout: AtomicI64,
}

impl Socket {
    /// Connects to `addr`. `go_on` is asked every 50 ms and ends the attempt with its error.
    pub fn connect(
        addr: SocketAddr,
        until: Option<Instant>,
        go_on: &dyn Fn() -> io::Result<()>,
    ) -> io::Result<Socket> {
        let raw = connected(addr, until, go_on, &poll_writable)?;
        raw.set_nonblocking(false)?;
        tune(&raw)?;
        Ok(Socket { raw, read_timeout: AtomicI64::new(0), write_timeout: AtomicI64::new(0) })
    }

    /// Limits how long one read may block; no system call when that is the limit already.
    pub fn set_read_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        let ms = millis(limit);
        if self.read_timeout.swap(ms, Ordering::Relaxed) != ms {
            self.raw.set_read_timeout(limit.map(at_least_1ms))?;
        }
        Ok(())
    }

    /// Limits how long one write may block; no system call when that is the limit already.
    pub fn set_write_timeout(&self, limit: Option<Duration>) -> io::Result<()> {
        let ms = millis(limit);
        if self.write_timeout.swap(ms, Ordering::Relaxed) != ms {
            self.raw.set_write_timeout(limit.map(at_least_1ms))?;
        }
        Ok(())
    }

    /// Receives into `buf`; 0 is the end. A timeout is [`io::ErrorKind::TimedOut`]; a signal ends the wait as
    /// [`io::ErrorKind::Interrupted`], as the time that is left must be worked out anew.
    pub fn recv(&self, buf: &mut [u8]) -> io::Result<usize> {
        (&self.raw).read(buf).map_err(timed_out)
    }

    /// The same behind what is in `out`, at most `most` bytes and what there is room for.
    pub fn recv_behind(&self, out: &mut Vec<u8>, most: usize) -> io::Result<usize> {
        let room = out.spare_capacity_mut();
        let most = most.min(room.len());
        let n = self.raw.recv(&mut room[..most]).map_err(timed_out)?;
        // SAFETY: the kernel has written so many bytes behind what was there.
        unsafe { out.set_len(out.len() + n.min(most)) };
        Ok(n)
    }

    /// Sends what the kernel takes of these pieces in one system call; never nothing. Errors as in
    /// [`recv`](Socket::recv).
    pub fn send(&self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        let sent = match pieces {
            [one] => self.raw.send_with_flags(one, NOSIGNAL),
            all => self.raw.send_vectored_with_flags(all, NOSIGNAL),
        };
        match sent {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            r => r.map_err(timed_out),
        }
    }

    /// Sends up to `length` bytes of `file` from `offset` without copying them through this process, in one system
    /// call: how many. `None`: the kernel cannot do that with this file, nothing was sent. 0: the file has no more.
    #[cfg(target_os = "linux")]
    pub fn send_file(&self, file: &File, offset: u64, length: usize) -> io::Result<Option<usize>> {
        use std::os::fd::AsRawFd;
        let _quiet = NoSigPipe::new();
        let mut at = libc::off_t::try_from(offset).map_err(|_| io::ErrorKind::InvalidInput)?;
        // SAFETY: both descriptors are open for the call, as `self` and `file` are borrowed; `at` is ours.
        let n = unsafe { libc::sendfile(self.raw.as_raw_fd(), file.as_raw_fd(), &raw mut at, length) };
        if let Ok(n) = usize::try_from(n) {
            return Ok(Some(n));
        }
        let e = io::Error::last_os_error();
        match e.raw_os_error() {
            Some(libc::EINVAL | libc::ENOSYS) => Ok(None),
            _ => Err(timed_out(e)),
        }
    }

    /// Elsewhere nothing is sent, and the caller reads and sends.
    #[cfg(not(target_os = "linux"))]
    pub fn send_file(&self, _file: &File, _offset: u64, _length: usize) -> io::Result<Option<usize>> {
        Ok(None)
    }

    /// Moves up to `most` bytes that came into a pipe without copying them, in one system call: how many; 0 is the end.
    /// `None`: the kernel cannot, and nothing was taken. Errors as in [`recv`](Socket::recv).
    #[cfg(target_os = "linux")]
    pub fn splice_into(&self, pipe: &Pipe, most: usize) -> io::Result<Option<usize>> {
        use std::os::fd::AsFd;
        pipe.fill(self.raw.as_fd(), most).map_err(timed_out)
    }

    /// Elsewhere there is no such pipe.
    #[cfg(not(target_os = "linux"))]
    pub fn splice_into(&self, pipe: &Pipe, _most: usize) -> io::Result<Option<usize>> {
        match *pipe {}
    }

    /// Whether an idle connection still stands: open, and with nothing unasked for to read.
    pub fn is_quiet(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit(); 1];
        let peeked = self.raw.recv_with_flags(&mut byte, libc::MSG_PEEK | libc::MSG_DONTWAIT);
        matches!(peeked, Err(e) if e.kind() == io::ErrorKind::WouldBlock)
    }

    /// Whether a read would not block: there is something to read, the end, or an error.
    pub fn is_readable(&self) -> bool {
        !self.is_quiet()
    }

    /// Ends all that blocks on it, on any thread; it is of no use afterwards.
    pub fn shutdown(&self) {
        // It may be closed by the peer already: nothing is lost then.
        let _ = SockRef::from(&self.raw).shutdown(Shutdown::Both);
    }
}

#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd"))]
const NOSIGNAL: libc::c_int = libc::MSG_NOSIGNAL;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd", target_os = "netbsd")))]
const NOSIGNAL: libc::c_int = 0;

fn millis(limit: Option<Duration>) -> i64 {
    limit.map_or(0, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1))
}

/// A zero timeout would mean "none" to the kernel.
fn at_least_1ms(d: Duration) -> Duration {
    d.max(Duration::from_millis(1))
}

/// The kernel says EAGAIN when a socket's timeout has passed.
fn timed_out(e: io::Error) -> io::Error {
    if e.kind() == io::ErrorKind::WouldBlock { io::ErrorKind::TimedOut.into() } else { e }
}

fn poll_writable(raw: &Raw, wait: Duration) -> io::Result<bool> {
    use std::os::fd::AsFd;
    poll::wait(raw.as_fd(), poll::For::Writing, wait)
}
