//! Sockets: connecting without outlasting a deadline, timeouts that cost a system call only when they change,
//! gathered sends, `sendfile`, and an end to blocking calls from another thread.

use std::fs::File;
use std::io::{self, IoSlice, Read};
use std::net::{Shutdown, SocketAddr};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

#[cfg(target_os = "linux")]
use super::pipe::Pipe;
#[cfg(target_os = "linux")]
use super::signals::NoSigPipe;
use socket2::{Domain, Protocol, SockRef, Socket as Raw, TcpKeepalive, Type};

/// How long a wait for a connection goes on before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(50);

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
        let raw = Raw::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
        raw.set_nonblocking(true)?;
        match raw.connect(&addr.into()) {
            Ok(()) => {}
            Err(e) if in_progress(&e) => {
                loop {
                    go_on()?;
                    let left = until.map(|u| u.saturating_duration_since(Instant::now()));
                    if left.is_some_and(|l| l.is_zero()) {
                        return Err(io::ErrorKind::TimedOut.into());
                    }
                    if poll_writable(&raw, left.map_or(SLICE, |l| l.min(SLICE)))? {
                        break;
                    }
                }
                if let Some(e) = raw.take_error()? {
                    return Err(e);
                }
                // Writable, no error: connected, unless poll reported a hang-up.
                raw.peer_addr()?;
            }
            Err(e) => return Err(e),
        }
        raw.set_nonblocking(false)?;
        raw.set_tcp_nodelay(true)?;
        // Finds a peer that vanished while we wait without a timeout, and keeps NAT entries alive.
        let _ = raw.set_tcp_keepalive(
            &TcpKeepalive::new().with_time(Duration::from_secs(60)).with_interval(Duration::from_secs(15)),
        );
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

    /// Moves up to `most` bytes that came into a pipe without copying them, in one system call: how many; 0 is the end.
    /// `None`: the kernel cannot, and nothing was taken. Errors as in [`recv`](Socket::recv).
    #[cfg(target_os = "linux")]
    pub fn splice_into(&self, pipe: &Pipe, most: usize) -> io::Result<Option<usize>> {
        use std::os::fd::AsFd;
        pipe.fill(self.raw.as_fd(), most).map_err(timed_out)
    }

    /// Elsewhere nothing is sent, and the caller reads and sends.
    #[cfg(not(target_os = "linux"))]
    pub fn send_file(&self, _file: &File, _offset: u64, _length: usize) -> io::Result<Option<usize>> {
        Ok(None)
    }

    /// Whether an idle connection still stands: open, and with nothing unasked for to read.
    pub fn is_quiet(&self) -> bool {
        let mut byte = [std::mem::MaybeUninit::uninit(); 1];
        #[cfg(unix)]
        let peeked = self.raw.recv_with_flags(&mut byte, libc::MSG_PEEK | libc::MSG_DONTWAIT);
        #[cfg(not(unix))]
        let peeked = self
            .raw
            .set_nonblocking(true)
            .and_then(|()| self.raw.peek(&mut byte))
            .inspect_err(|_| drop(self.raw.set_nonblocking(false)));
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

#[cfg(unix)]
fn in_progress(e: &io::Error) -> bool {
    e.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(not(unix))]
fn in_progress(e: &io::Error) -> bool {
    e.kind() == io::ErrorKind::WouldBlock
}

#[cfg(unix)]
fn poll_writable(raw: &Raw, wait: Duration) -> io::Result<bool> {
    use std::os::fd::AsFd;
    super::poll::wait(raw.as_fd(), super::poll::For::Writing, wait)
}

#[cfg(not(unix))]
fn poll_writable(raw: &Raw, wait: Duration) -> io::Result<bool> {
    std::thread::sleep(wait.min(Duration::from_millis(5)));
    Ok(raw.peer_addr().is_ok() || raw.take_error()?.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn pair() -> (Socket, std::net::TcpStream) {
        let l = TcpListener::bind("127.0.0.1:0").unwrap();
        let s = Socket::connect(l.local_addr().unwrap(), None, &|| Ok(())).unwrap();
        (s, l.accept().unwrap().0)
    }

    #[test]
    fn a_closed_port_is_refused() {
        let l = TcpListener::bind("127.0.0.1:0").unwrap();
        let addr = l.local_addr().unwrap();
        drop(l);
        let e = Socket::connect(addr, None, &|| Ok(())).unwrap_err();
        assert_eq!(e.kind(), io::ErrorKind::ConnectionRefused);
    }

    #[test]
    fn head_and_body_arrive_in_order() {
        let (s, mut peer) = pair();
        let body = vec![7u8; 300_000];
        let t = std::thread::spawn(move || {
            let mut got = Vec::new();
            peer.read_to_end(&mut got).unwrap();
            got
        });
        let n = s.send(&[IoSlice::new(b"head"), IoSlice::new(&body)]).unwrap();
        let mut at = n - 4;
        while at < body.len() {
            at += s.send(&[IoSlice::new(&body[at..])]).unwrap();
        }
        drop(s);
        let got = t.join().unwrap();
        assert_eq!(&got[..4], b"head");
        assert_eq!(&got[4..], &body[..]);
    }

    #[test]
    fn a_timeout_is_told_apart_and_shutdown_ends_a_read() {
        let (s, _peer) = pair();
        s.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        assert_eq!(s.recv(&mut [0; 8]).unwrap_err().kind(), io::ErrorKind::TimedOut);
        s.set_read_timeout(None).unwrap();
        std::thread::scope(|scope| {
            let t = scope.spawn(|| s.recv(&mut [0; 8]));
            s.shutdown();
            assert!(matches!(t.join().unwrap(), Ok(0) | Err(_)));
        });
    }

    #[test]
    fn quiet_means_open_and_nothing_to_read() {
        use std::io::Write;
        let (s, mut peer) = pair();
        assert!(s.is_quiet());
        peer.write_all(b"x").unwrap();
        while s.is_quiet() {}
        let (s, peer) = pair();
        drop(peer);
        while s.is_quiet() {}
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn sendfile_sends_a_range_and_survives_a_peer_that_went_away() {
        let path = std::env::temp_dir().join(format!("swc-net-{}", std::process::id()));
        std::fs::write(&path, vec![9u8; 4_000_000]).unwrap();
        let file = File::open(&path).unwrap();
        let (s, mut peer) = pair();
        let t = std::thread::spawn(move || {
            let mut got = vec![0; 1000];
            peer.read_exact(&mut got).unwrap();
            got
        });
        assert_eq!(s.send_file(&file, 500, 1000).unwrap(), Some(1000));
        assert_eq!(t.join().unwrap(), vec![9u8; 1000]);
        // The peer is gone; without the guard the second call would raise SIGPIPE.
        let failed = (0..50).any(|_| s.send_file(&file, 0, 4_000_000).is_err());
        assert!(failed);
        let (s, _peer) = pair();
        assert_eq!(s.send_file(&file, 3_999_999, 10).unwrap(), Some(1));
        assert_eq!(s.send_file(&file, 4_000_000, 10).unwrap(), Some(0));
        std::fs::remove_file(path).unwrap();
    }
}
