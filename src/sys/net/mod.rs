//! Sockets: connecting without outlasting a deadline, timeouts that cost a system call only when they change,
//! gathered sends, `sendfile`, and an end to blocking calls from another thread.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use socket2::{Domain, Protocol, Socket as Raw, TcpKeepalive, Type};

#[cfg(unix)]
pub use unix::Socket;
#[cfg(windows)]
pub use windows::Socket;

/// How long a wait goes on before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(50);

/// A connection that does not block. `go_on` is asked every 50 ms and ends the attempt with its error; `writable` waits
/// for so long until something has become of it.
fn connected(
    addr: SocketAddr,
    until: Option<Instant>,
    go_on: &dyn Fn() -> io::Result<()>,
    writable: &dyn Fn(&Raw, Duration) -> io::Result<bool>,
) -> io::Result<Raw> {
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
                if writable(&raw, left.map_or(SLICE, |l| l.min(SLICE)))? {
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
    Ok(raw)
}

/// What all our connections have set.
fn tune(raw: &Raw) -> io::Result<()> {
    raw.set_tcp_nodelay(true)?;
    // Finds a peer that vanished while we wait without a timeout, and keeps NAT entries alive.
    let _ = raw.set_tcp_keepalive(
        &TcpKeepalive::new().with_time(Duration::from_secs(60)).with_interval(Duration::from_secs(15)),
    );
    #[cfg(any(target_os = "macos", target_os = "ios"))]
    raw.set_nosigpipe(true)?;
    Ok(())
}

#[cfg(unix)]
fn in_progress(e: &io::Error) -> bool {
    e.raw_os_error() == Some(libc::EINPROGRESS)
}

#[cfg(windows)]
fn in_progress(e: &io::Error) -> bool {
    e.kind() == io::ErrorKind::WouldBlock
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{IoSlice, Read};
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
        let file = std::fs::File::open(&path).unwrap();
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
