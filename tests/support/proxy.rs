//! An HTTP proxy for tests: it passes requests on, or plays what a proxy does that will not or cannot.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// What it does with a request.
#[derive(Clone, Debug)]
pub enum Manner {
    /// Passes it on.
    Pass,
    /// Answers with these bytes and closes.
    Answer(&'static str),
    /// Says nothing.
    Stall,
    /// Passes on the answer only so far, and closes.
    Cut(usize),
}

struct State {
    manner: Manner,
    /// What `Proxy-Authorization` must hold.
    wanted: Option<String>,
    /// First lines of the requests made to it.
    asked: Mutex<Vec<String>>,
    connections: Mutex<Vec<TcpStream>>,
    stop: AtomicBool,
}

/// The proxy; ends when dropped.
pub struct TestProxy {
    pub address: SocketAddr,
    tls: bool,
    state: Arc<State>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

enum Side {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ServerConnection, TcpStream>>),
}

impl Side {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        match self {
            Side::Plain(s) => s.read(buf),
            Side::Tls(s) => s.read(buf),
        }
    }

    /// Writes all, though the socket does not block.
    fn send(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let n = match self {
                Side::Plain(s) => s.write(bytes),
                Side::Tls(s) => s.write(bytes),
            };
            match n {
                Ok(n) => bytes = &bytes[n..],
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => nap(),
                Err(e) => return Err(e),
            }
        }
        if let Side::Tls(s) = self {
            while s.conn.wants_write() {
                match s.conn.write_tls(&mut s.sock) {
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => nap(),
                    r => drop(r?),
                }
            }
        }
        Ok(())
    }
}

fn nap() {
    std::thread::sleep(Duration::from_micros(300));
}

impl TestProxy {
    pub fn new() -> TestProxy {
        TestProxy::start(Manner::Pass, None, None)
    }

    pub fn that(manner: Manner) -> TestProxy {
        TestProxy::start(manner, None, None)
    }

    /// `wanted`: user and password, as in a URL; `tls`: how to speak with clients.
    pub fn start(manner: Manner, wanted: Option<&str>, tls: Option<Arc<ServerConfig>>) -> TestProxy {
        use base64::Engine;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let encode = |w: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(w));
        let state = Arc::new(State {
            manner,
            wanted: wanted.map(encode),
            asked: Mutex::default(),
            connections: Mutex::default(),
            stop: AtomicBool::new(false),
        });
        let (shared, secure) = (state.clone(), tls.is_some());
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                shared.connections.lock().unwrap().push(stream.try_clone().unwrap());
                let (state, tls) = (shared.clone(), tls.clone());
                std::thread::spawn(move || {
                    let handle = stream.try_clone().unwrap();
                    let _ = serve(&state, stream, tls);
                    let _ = handle.shutdown(std::net::Shutdown::Both);
                });
            }
        });
        TestProxy { address, tls: secure, state, accepting: Some(accepting) }
    }

    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls { "https" } else { "http" }, self.address)
    }

    /// First lines of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.state.connections.lock().unwrap().len()
    }
}

impl Drop for TestProxy {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(t) = self.accepting.take() {
            let _ = t.join();
        }
        for c in self.state.connections.lock().unwrap().iter() {
            let _ = c.shutdown(std::net::Shutdown::Both);
        }
    }
}

/// Where a client is in its requests.
enum Stage {
    Head,
    /// So many bytes of a body.
    Body(u64),
    /// Until the last chunk.
    Chunks,
    /// What it says is for the other side.
    Tunnel,
}

fn serve(state: &State, stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> io::Result<()> {
    stream.set_nonblocking(true)?;
    stream.set_nodelay(true)?;
    let mut client = match tls {
        None => Side::Plain(stream),
        Some(config) => {
            let conn = ServerConnection::new(config).map_err(io::Error::other)?;
            Side::Tls(Box::new(StreamOwned::new(conn, stream)))
        }
    };
    let mut upstream: Option<TcpStream> = None;
    let (mut stage, mut pending, mut passed) = (Stage::Head, Vec::new(), 0);
    let mut buf = vec![0; 64 * 1024];
    let began = Instant::now();
    while !state.stop.load(Ordering::SeqCst) && began.elapsed() < Duration::from_secs(120) {
        let mut idle = true;
        match client.read(&mut buf) {
            Ok(0) => return Ok(()),
            Ok(n) => {
                pending.extend_from_slice(&buf[..n]);
                idle = false;
            }
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
        while !pending.is_empty() {
            let take = match &mut stage {
                Stage::Tunnel => pending.len(),
                Stage::Body(left) => {
                    let n = pending.len().min(*left as usize);
                    *left -= n as u64;
                    n
                }
                Stage::Chunks => pending.len(),
                Stage::Head => {
                    let Some(end) = pending.windows(4).position(|w| w == b"\r\n\r\n") else { break };
                    let head = String::from_utf8_lossy(&pending[..end]).into_owned();
                    pending.drain(..end + 4);
                    match request(state, &head, &mut client, &mut upstream)? {
                        Some(next) => stage = next,
                        None => return Ok(()),
                    }
                    if matches!(stage, Stage::Body(0)) {
                        stage = Stage::Head;
                    }
                    continue;
                }
            };
            if let Some(up) = &mut upstream {
                let mut up = Side::Plain(up.try_clone()?);
                up.send(&pending[..take])?;
            }
            let last = matches!(stage, Stage::Chunks) && pending[..take].ends_with(b"0\r\n\r\n");
            pending.drain(..take);
            if last || matches!(stage, Stage::Body(0)) {
                stage = Stage::Head;
            }
        }
        if let Some(up) = &mut upstream {
            match up.read(&mut buf) {
                Ok(0) => return Ok(()),
                Ok(n) => {
                    idle = false;
                    if let Manner::Cut(most) = state.manner {
                        let n = n.min(most - passed);
                        client.send(&buf[..n])?;
                        passed += n;
                        if passed == most {
                            return Ok(());
                        }
                    } else {
                        client.send(&buf[..n])?;
                    }
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(e),
            }
        }
        if idle {
            nap();
        }
    }
    Ok(())
}

/// Deals with the head of a request; `None` ends the connection.
fn request(
    state: &State,
    head: &str,
    client: &mut Side,
    upstream: &mut Option<TcpStream>,
) -> io::Result<Option<Stage>> {
    let mut lines = head.lines();
    let first = lines.next().unwrap_or_default();
    state.asked.lock().unwrap().push(first.to_owned());
    let field = |name: &str| {
        head.lines().skip(1).find_map(|l| {
            let (n, v) = l.split_once(':')?;
            n.eq_ignore_ascii_case(name).then(|| v.trim().to_owned())
        })
    };
    if state.wanted.is_some() && field("proxy-authorization") != state.wanted {
        client.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n")?;
        return Ok(None);
    }
    match &state.manner {
        Manner::Answer(text) => {
            client.send(text.as_bytes())?;
            return Ok(None);
        }
        Manner::Stall => {
            while !state.stop.load(Ordering::SeqCst) {
                nap();
            }
            return Ok(None);
        }
        Manner::Pass | Manner::Cut(_) => {}
    }
    let words: Vec<_> = first.split(' ').collect();
    let open = |target: &str| -> io::Result<TcpStream> {
        let up = TcpStream::connect(target)?;
        up.set_nonblocking(true)?;
        up.set_nodelay(true)?;
        Ok(up)
    };
    if words[0] == "CONNECT" {
        match open(words[1]) {
            Ok(up) => *upstream = Some(up),
            Err(_) => {
                client.send(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")?;
                return Ok(None);
            }
        }
        client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")?;
        return Ok(Some(Stage::Tunnel));
    }
    let Some((target, path)) = words[1].strip_prefix("http://").and_then(|u| u.split_once('/')) else {
        client.send(b"HTTP/1.1 400 Not for a proxy\r\nContent-Length: 0\r\n\r\n")?;
        return Ok(None);
    };
    if upstream.is_none() {
        match open(target) {
            Ok(up) => *upstream = Some(up),
            Err(_) => {
                client.send(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")?;
                return Ok(None);
            }
        }
    }
    let mut onward = format!("{} /{path} {}\r\n", words[0], words[2]);
    for line in lines.filter(|l| !l.to_ascii_lowercase().starts_with("proxy-")) {
        onward.push_str(line);
        onward.push_str("\r\n");
    }
    onward.push_str("\r\n");
    if let Some(up) = upstream {
        Side::Plain(up.try_clone()?).send(onward.as_bytes())?;
    }
    Ok(Some(match field("transfer-encoding") {
        Some(_) => Stage::Chunks,
        None => Stage::Body(field("content-length").map_or(0, |n| n.parse().unwrap_or(0))),
    }))
}
