//! A server that answers by script: for stalls, broken bodies, wrong lengths and whatever else Swift does not do on
//! request. It gives out tokens as tempauth does and counts them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use swiftclient::core::{Config, Connection, Error, Request, Response, Source};

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// What to do with a request.
pub enum Reply {
    /// These bytes, and then the next request on the same connection.
    Send(Vec<u8>),
    /// These bytes, and the connection is closed.
    SendAndClose(Vec<u8>),
    /// These bytes, and the connection is reset.
    SendAndReset(Vec<u8>),
    /// These bytes, and then nothing more, the connection open.
    SendAndStall(Vec<u8>),
    /// These pieces, with a pause before each.
    SendSlowly(Vec<Vec<u8>>, Duration),
}

/// A response with a status line, headers and a body with its length.
pub fn response(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nX-Trans-Id: tx-test\r\n", body.len());
    for (n, v) in headers {
        out.push_str(&format!("{n}: {v}\r\n"));
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// The same as a reply.
pub fn reply(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    Reply::Send(response(status, headers, body))
}

type Handler = dyn Fn(usize, &Seen) -> Reply + Send + Sync;
/// What to answer to a request before its body is read, if anything.
type Early = dyn Fn(usize, &Seen) -> Option<Reply> + Send + Sync;

struct State {
    handler: Box<Handler>,
    seen: Mutex<Vec<Seen>>,
    connections: Mutex<Vec<TcpStream>>,
    tokens: Mutex<usize>,
    read_bodies: AtomicBool,
    early: Mutex<Option<Arc<Early>>>,
    go_on: AtomicBool,
    announce: Mutex<Vec<u8>>,
    refuse: AtomicBool,
    stop: AtomicBool,
}

/// The server; ends when dropped.
pub struct Faulty {
    pub address: SocketAddr,
    state: Arc<State>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

impl Faulty {
    /// `handler` gets each request that is not for a token, with its number from 0.
    pub fn new(handler: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static) -> Faulty {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            handler: Box::new(handler),
            seen: Mutex::default(),
            connections: Mutex::default(),
            tokens: Mutex::default(),
            read_bodies: AtomicBool::new(true),
            early: Mutex::default(),
            go_on: AtomicBool::new(true),
            announce: Mutex::default(),
            refuse: AtomicBool::new(false),
            stop: AtomicBool::new(false),
        });
        let shared = state.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { return };
                shared.connections.lock().unwrap().push(stream.try_clone().unwrap());
                let state = shared.clone();
                std::thread::spawn(move || serve(&state, stream, address));
            }
        });
        Faulty { address, state, accepting: Some(accepting) }
    }

    /// Answers as soon as the head is in, without reading the body.
    pub fn ignore_bodies(self) -> Faulty {
        self.state.read_bodies.store(false, Ordering::SeqCst);
        self
    }

    /// Asks this what to answer before it reads a body.
    pub fn early(self, answer: impl Fn(usize, &Seen) -> Option<Reply> + Send + Sync + 'static) -> Faulty {
        *self.state.early.lock().unwrap() = Some(Arc::new(answer));
        self
    }

    /// Does not know `Expect: 100-continue`.
    pub fn never_go_on(self) -> Faulty {
        self.state.go_on.store(false, Ordering::SeqCst);
        self
    }

    /// Sends this after the head of a request, and then reads its body slowly.
    pub fn announce(self, bytes: &[u8]) -> Faulty {
        *self.state.announce.lock().unwrap() = bytes.to_vec();
        self
    }

    /// Takes no credentials.
    pub fn refuse_tokens(self) -> Faulty {
        self.state.refuse.store(true, Ordering::SeqCst);
        self
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// How many tokens were asked for.
    pub fn tokens(&self) -> usize {
        *self.state.tokens.lock().unwrap()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.state.connections.lock().unwrap().len()
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Settings for it: quick retries, a bounded wait.
    pub fn config(&self) -> Config {
        let mut c = Config::new();
        for (key, value) in [
            ("auth", format!("{}/auth/v1.0", self.url()).as_str()),
            ("user", "test:tester"),
            ("key", "testing"),
            ("starting_backoff", "0.001"),
            ("max_backoff", "0.002"),
            ("timeout", "20"),
        ] {
            c.set(key, Some(value)).unwrap();
        }
        c
    }

    pub fn connection(&self) -> Connection {
        Connection::new(&self.config()).unwrap()
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        // The port is closed when this returns.
        let _ = TcpStream::connect(self.address);
        if let Some(t) = self.accepting.take() {
            let _ = t.join();
        }
        for c in self.state.connections.lock().unwrap().iter() {
            let _ = c.shutdown(std::net::Shutdown::Both);
        }
    }
}

fn serve(state: &State, stream: TcpStream, address: SocketAddr) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut seen = Seen::default();
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let mut words = line.split_whitespace();
        seen.method = words.next()?.to_owned();
        seen.target = words.next()?.to_owned();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            let (n, v) = line.split_once(':')?;
            seen.headers.push((n.to_owned(), v.trim().to_owned()));
        }
        if seen.target.starts_with("/auth/") {
            let n = {
                let mut t = state.tokens.lock().unwrap();
                *t += 1;
                *t
            };
            if state.refuse.load(Ordering::SeqCst) {
                stream.write_all(&response("401 Unauthorized", &[], b"")).ok()?;
                continue;
            }
            let storage = format!("http://{address}/v1/AUTH_test");
            let token = format!("AUTH_tk{n}");
            let answer = response("200 OK", &[("X-Storage-Url", &storage), ("X-Auth-Token", &token)], b"");
            stream.write_all(&answer).ok()?;
            continue;
        }
        let early = state.early.lock().unwrap().clone();
        let early = early.and_then(|e| e(state.seen.lock().unwrap().len(), &seen));
        if state.read_bodies.load(Ordering::SeqCst) && early.is_none() {
            if seen.header("expect").is_some() && state.go_on.load(Ordering::SeqCst) {
                stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
            }
            let announce = state.announce.lock().unwrap().clone();
            if !announce.is_empty() {
                stream.write_all(&announce).ok()?;
                std::thread::sleep(Duration::from_millis(300));
            }
            if let Some(n) = seen.header("content-length") {
                seen.body = vec![0; n.parse().ok()?];
                reader.read_exact(&mut seen.body).ok()?;
            } else if seen.header("transfer-encoding").is_some() {
                loop {
                    let mut size = String::new();
                    reader.read_line(&mut size).ok()?;
                    let n = usize::from_str_radix(size.trim(), 16).ok()?;
                    let mut chunk = vec![0; n + 2];
                    reader.read_exact(&mut chunk).ok()?;
                    seen.body.extend_from_slice(&chunk[..n]);
                    if n == 0 {
                        break;
                    }
                }
            }
        }
        let n = {
            let mut all = state.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        match early.unwrap_or_else(|| (state.handler)(n, &seen)) {
            Reply::Send(bytes) => stream.write_all(&bytes).ok()?,
            Reply::SendAndClose(bytes) => {
                // The last bytes and the end travel together: a client that is quick would otherwise have sent its next
                // request in between, and not every test means that.
                socket2::SockRef::from(&stream).set_tcp_cork(true).ok()?;
                stream.write_all(&bytes).ok()?;
                let _ = stream.shutdown(std::net::Shutdown::Both);
                return None;
            }
            Reply::SendAndReset(bytes) => {
                stream.write_all(&bytes).ok()?;
                // A reset takes back what has not arrived.
                arrived(&stream);
                reset(&stream);
                return None;
            }
            Reply::SendSlowly(pieces, pause) => {
                for piece in pieces {
                    std::thread::sleep(pause);
                    stream.write_all(&piece).ok()?;
                }
            }
            Reply::SendAndStall(bytes) => {
                stream.write_all(&bytes).ok()?;
                while !state.stop.load(Ordering::SeqCst) {
                    std::thread::sleep(Duration::from_millis(10));
                }
                return None;
            }
        }
    }
}

/// Waits until the other side has all that was sent, read or not.
pub fn arrived(stream: &TcpStream) {
    use std::os::fd::AsRawFd;
    let until = Instant::now() + Duration::from_secs(60);
    let mut left: libc::c_int = 1;
    while left > 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
        // SAFETY: it writes how many bytes were not acknowledged, an int.
        if unsafe { libc::ioctl(stream.as_raw_fd(), libc::TIOCOUTQ, &raw mut left) } != 0 {
            return;
        }
    }
}

/// Closes with RST instead of FIN.
fn reset(stream: &TcpStream) {
    socket2::SockRef::from(stream).set_linger(Some(Duration::ZERO)).unwrap();
    // The other handles to the socket keep it open; connecting its end to nowhere is what resets it.
    use std::os::fd::AsRawFd;
    // SAFETY: AF_UNSPEC disconnects a TCP socket, which with zero linger is a reset; the address lives through the call.
    unsafe {
        let mut a: libc::sockaddr = std::mem::zeroed();
        a.sa_family = libc::AF_UNSPEC as libc::sa_family_t;
        libc::connect(stream.as_raw_fd(), &raw const a, size_of::<libc::sockaddr>() as libc::socklen_t);
    }
}

/// A connection to it, with other settings than usual.
pub fn with(server: &Faulty, settings: &[(&str, &str)]) -> Connection {
    let mut c = server.config();
    for (k, v) in settings {
        c.set(k, Some(v)).unwrap();
    }
    Connection::new(&c).unwrap()
}

/// The same with a token that is known and time to connect: of a short timeout nothing goes to anything else.
pub fn known(server: &Faulty, settings: &[(&str, &str)]) -> Connection {
    let url = format!("{}/v1/AUTH_test", server.url());
    let own = [("os_storage_url", url.as_str()), ("os_auth_token", "known"), ("connect_timeout", "60")];
    with(server, &[&own, settings].concat())
}

/// A response that announces more than it brings.
pub fn cut(status: &str, headers: &[(&str, &str)], body: &[u8], sent: usize) -> Vec<u8> {
    let mut all = response(status, headers, body);
    all.truncate(all.len() - body.len() + sent);
    all
}

/// The body of an object.
pub fn get_all(cn: &Connection, r: &Request) -> Result<Vec<u8>, Error> {
    cn.get_object("c", "o", r)?.read_all(1 << 30)
}

/// A body in memory.
pub fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

struct Endless;
impl swiftclient::core::source::Callbacks for Endless {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        buf.fill(1);
        Ok(buf.len())
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

/// A body without end.
pub fn endless() -> Source {
    Source::callbacks(Box::new(Endless), None)
}

/// Makes a named pipe.
pub fn make_fifo(path: &std::path::Path) {
    let name = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: a path that ends in a NUL.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
}

struct Once(std::io::Cursor<Vec<u8>>);
impl swiftclient::core::source::Callbacks for Once {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        Ok(self.0.read(buf).unwrap())
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

/// A body of a length that is not told, and that can be sent only once.
pub fn once(bytes: &[u8]) -> Source {
    Source::callbacks(Box::new(Once(std::io::Cursor::new(bytes.to_vec()))), None)
}

/// A body that is text.
pub fn text(mut response: Response) -> String {
    String::from_utf8(response.read_all(1 << 20).unwrap()).unwrap()
}

/// No credentials, and no token ever.
pub fn nobody(storage_url: Option<&str>) -> Connection {
    let mut c = Config::new();
    c.set("os_auth_type", Some("none")).unwrap();
    c.set("retries", Some("0")).unwrap();
    c.set("os_storage_url", storage_url).unwrap();
    Connection::new(&c).unwrap()
}
