//! Stands before a Swift and spoils a tenth of all requests, in every way that networks, proxies and overloaded servers
//! have: some never reach the server, some are carried out and nobody learns of it, some are half sent or half answered.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What is done to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// The connection is closed before anything is passed on.
    ClosedBefore,
    /// It is carried out, and the connection closed instead of an answer.
    ClosedAfter,
    /// It is carried out, and the answer breaks off somewhere.
    AnswerCut,
    /// It is passed on up to somewhere before its end.
    RequestCut,
    /// It is answered with this status, and not passed on. With `true` with a Retry-After.
    Status(u16, bool),
    /// It is carried out, and answered with 503.
    Lied,
    /// It is not passed on, and nothing is answered.
    Stalled,
    /// It is carried out, and the answer stops in the middle, the connection open.
    AnswerStalled,
}

/// None of them is final. (What does not speak HTTP at all is asked only once, see `faults_matrix.rs`.)
const FAULTS: [Fault; 15] = [
    Fault::ClosedBefore,
    Fault::ClosedAfter,
    Fault::ClosedAfter,
    Fault::AnswerCut,
    Fault::AnswerCut,
    Fault::RequestCut,
    Fault::RequestCut,
    Fault::Status(503, false),
    Fault::Status(503, true),
    Fault::Status(500, false),
    Fault::Status(429, true),
    Fault::Status(408, false),
    Fault::Status(401, false),
    Fault::Lied,
    Fault::Status(502, false),
];

struct State {
    upstream: String,
    random: Mutex<fastrand::Rng>,
    requests: AtomicUsize,
    played: Mutex<BTreeMap<Fault, usize>>,
    /// Refused with 401 just now: a second one in a row would rightly be the end.
    refused: Mutex<HashSet<String>>,
    connections: Mutex<Vec<TcpStream>>,
    stop: AtomicBool,
}

/// The proxy; ends when dropped.
pub struct Chaos {
    pub address: SocketAddr,
    state: Arc<State>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

impl Chaos {
    /// Before the server at `upstream`, a host and a port.
    pub fn new(upstream: &str, seed: u64) -> Chaos {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            upstream: upstream.to_owned(),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            requests: AtomicUsize::new(0),
            played: Mutex::default(),
            refused: Mutex::default(),
            connections: Mutex::default(),
            stop: AtomicBool::new(false),
        });
        let shared = state.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stop.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { return };
                let state = shared.clone();
                std::thread::spawn(move || {
                    shared_connection(&state, &stream);
                    let _ = serve(&state, &stream);
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Chaos { address, state, accepting: Some(accepting) }
    }

    /// Requests that have come.
    pub fn requests(&self) -> usize {
        self.state.requests.load(Ordering::SeqCst)
    }

    /// How often each fault was played.
    pub fn played(&self) -> BTreeMap<Fault, usize> {
        self.state.played.lock().unwrap().clone()
    }
}

impl Drop for Chaos {
    fn drop(&mut self) {
        self.state.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(t) = self.accepting.take() {
            let _ = t.join();
        }
        for c in self.state.connections.lock().unwrap().drain(..) {
            let _ = c.shutdown(Shutdown::Both);
        }
    }
}

/// Keeps what is needed to end a connection that stalls.
fn shared_connection(state: &State, stream: &TcpStream) {
    let mut all = state.connections.lock().unwrap();
    // Those that have ended are of no more use.
    all.retain(|c| c.peer_addr().is_ok());
    all.push(stream.try_clone().unwrap());
}

/// Reads up to and with the empty line; none at the end.
fn head(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let mut byte = [0];
    while !out.ends_with(b"\r\n\r\n") {
        if from.read(&mut byte)? == 0 {
            return if out.is_empty() { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        out.push(byte[0]);
    }
    Ok(Some(out))
}

fn header(head: &[u8], name: &str) -> Option<String> {
    String::from_utf8_lossy(head)
        .split("\r\n")
        .skip(1)
        .filter_map(|l| l.split_once(':'))
        .find(|(n, _)| n.eq_ignore_ascii_case(name))
        .map(|(_, v)| v.trim().to_owned())
}

/// Reads a body as it is framed, into `out`; `None`: it has no length and ends with the connection.
fn body(head: &[u8], from: &mut impl Read, out: &mut Vec<u8>) -> io::Result<Option<()>> {
    if header(head, "transfer-encoding").is_some_and(|t| t.eq_ignore_ascii_case("chunked")) {
        loop {
            let mut line = Vec::new();
            while !line.ends_with(b"\r\n") {
                let mut byte = [0];
                from.read_exact(&mut byte)?;
                line.push(byte[0]);
            }
            out.extend_from_slice(&line);
            let text = String::from_utf8_lossy(&line);
            let size = u64::from_str_radix(text.trim().split(';').next().unwrap_or_default(), 16)
                .map_err(|_| io::ErrorKind::InvalidData)?;
            if from.take(size + 2).read_to_end(out)? as u64 != size + 2 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if size == 0 {
                return Ok(Some(()));
            }
        }
    }
    match header(head, "content-length") {
        Some(length) => {
            let length: u64 = length.parse().map_err(|_| io::ErrorKind::InvalidData)?;
            if from.take(length).read_to_end(out)? as u64 != length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok(Some(()))
        }
        None => Ok(None),
    }
}

/// Sends a request to the server and reads the answer, with whether its end can be told without closing.
fn forward(state: &State, head_of: &[u8], body_of: &[u8]) -> io::Result<(Vec<u8>, bool)> {
    // A single process takes them all, and may be behind.
    let connect = || {
        let server = TcpStream::connect(&state.upstream);
        server.inspect_err(|_| std::thread::sleep(Duration::from_millis(50))).ok()
    };
    let server = (0..100).find_map(|_| connect()).ok_or(io::ErrorKind::ConnectionRefused)?;
    (&server).write_all(head_of)?;
    (&server).write_all(body_of)?;
    let mut reader = io::BufReader::new(&server);
    let mut answer = head(&mut reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    while answer.starts_with(b"HTTP/1.1 100") {
        answer = head(&mut reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
    }
    let status = String::from_utf8_lossy(&answer[9..12]).into_owned();
    if head_of.starts_with(b"HEAD ") || status == "204" || status == "304" {
        return Ok((answer, true));
    }
    let mut rest = Vec::new();
    let delimited = body(&answer, &mut reader, &mut rest)?.is_some();
    if !delimited {
        reader.read_to_end(&mut rest)?;
    }
    answer.extend_from_slice(&rest);
    Ok((answer, delimited))
}

fn serve(state: &State, client: &TcpStream) -> io::Result<()> {
    let mut reader = io::BufReader::new(client);
    let mut client = client;
    while let Some(head_of) = head(&mut reader)? {
        state.requests.fetch_add(1, Ordering::SeqCst);
        let first = String::from_utf8_lossy(&head_of).lines().next().unwrap_or_default().to_owned();
        let (fault, place) = {
            let mut random = state.random.lock().unwrap();
            let fault = (random.u32(0..10) == 0).then(|| FAULTS[random.usize(0..FAULTS.len())]);
            // Stalls come seldom: each costs the whole of a timeout.
            let fault = match random.u32(0..60) {
                0 => fault.map(|_| Fault::Stalled),
                1 => fault.map(|_| Fault::AnswerStalled),
                _ => fault,
            };
            (fault, random.f64())
        };
        let mut refused = state.refused.lock().unwrap();
        let fault = fault.filter(|f| *f != Fault::Status(401, false) || !refused.contains(&first));
        if fault == Some(Fault::Status(401, false)) {
            refused.insert(first.clone());
        } else {
            refused.remove(&first);
        }
        drop(refused);
        if let Some(fault) = fault {
            *state.played.lock().unwrap().entry(fault).or_default() += 1;
        }
        if fault == Some(Fault::ClosedBefore) {
            return Ok(());
        }
        if fault == Some(Fault::Stalled) {
            // Until the client has had enough.
            io::copy(&mut reader, &mut io::sink())?;
            return Ok(());
        }
        let mut body_of = Vec::new();
        body(&head_of, &mut reader, &mut body_of)?;
        if fault == Some(Fault::RequestCut) {
            let server = TcpStream::connect(&state.upstream)?;
            let whole = [head_of, body_of].concat();
            // Never all of it: what the server carries out when nobody waits any more may undo what came after it.
            let part = (whole.len() as f64 * place) as usize;
            (&server).write_all(&whole[..part.min(whole.len() - 1)])?;
            server.shutdown(Shutdown::Both)?;
            return Ok(());
        }
        if let Some(Fault::Status(status, again)) = fault {
            let after = if again { "Retry-After: 1\r\n" } else { "" };
            let what = format!(
                "HTTP/1.1 {status} Spoilt\r\nContent-Length: 6\r\nX-Trans-Id: tx-spoilt\r\n{after}\r\n"
            );
            client.write_all(what.as_bytes())?;
            if !head_of.starts_with(b"HEAD ") {
                client.write_all(b"spoilt")?;
            }
            continue;
        }
        let (answer, delimited) = forward(state, &head_of, &body_of)?;
        let part = ((answer.len() as f64 * place) as usize).min(answer.len() - 1);
        match fault {
            Some(Fault::ClosedAfter) => return Ok(()),
            Some(Fault::Lied) => {
                client.write_all(
                    b"HTTP/1.1 503 Spoilt\r\nContent-Length: 0\r\nX-Trans-Id: tx-spoilt\r\n\r\n",
                )?;
                continue;
            }
            Some(Fault::AnswerCut) => return client.write_all(&answer[..part]),
            Some(Fault::AnswerStalled) => {
                client.write_all(&answer[..part])?;
                io::copy(&mut reader, &mut io::sink())?;
                return Ok(());
            }
            _ => client.write_all(&answer)?,
        }
        if !delimited {
            return Ok(());
        }
    }
    Ok(())
}
