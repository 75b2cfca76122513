//! A wire to the real server that is cut after so many bytes: what healthy servers and networks do not do on request.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use swiftclient::core::{Connection, Request};

use super::real;

/// After how many bytes a connection is cut.
#[derive(Clone, Copy)]
pub enum Cut {
    /// From the server.
    Down(usize),
    /// To the server.
    Up(usize),
    Never,
}

/// Stands before the real server. Its next connections are cut as the plan says, those after them never.
pub struct Cutter {
    pub address: SocketAddr,
    plan: Arc<Mutex<VecDeque<Cut>>>,
    connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

fn pass(mut from: TcpStream, mut to: TcpStream, limit: usize) {
    let mut left = limit;
    let mut buf = vec![0; 64 * 1024];
    loop {
        let most = left.min(buf.len());
        match from.read(&mut buf[..most]) {
            Ok(n) if n > 0 && to.write_all(&buf[..n]).is_ok() => left -= n,
            _ => break,
        }
        if left == 0 {
            break;
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}

impl Cutter {
    pub fn new() -> Cutter {
        let upstream = real::value("SWIFT_TEST_URL").trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let plan: Arc<Mutex<VecDeque<Cut>>> = Arc::default();
        let (connections, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (shared, counter, stopping) = (plan.clone(), connections.clone(), stop.clone());
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(client) = stream else { return };
                counter.fetch_add(1, Ordering::SeqCst);
                // A single process takes them all, and may be behind.
                let server = (0..100).find_map(|_| {
                    let server = TcpStream::connect(&upstream);
                    server.inspect_err(|_| std::thread::sleep(Duration::from_millis(50))).ok()
                });
                let server = server.unwrap();
                let (down, up) = match shared.lock().unwrap().pop_front().unwrap_or(Cut::Never) {
                    Cut::Down(n) => (n, usize::MAX),
                    Cut::Up(n) => (usize::MAX, n),
                    Cut::Never => (usize::MAX, usize::MAX),
                };
                let (c, s) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                std::thread::spawn(move || pass(client, server, up));
                std::thread::spawn(move || pass(s, c, down));
            }
        });
        Cutter { address, plan, connections, stop, accepting: Some(accepting) }
    }

    /// What becomes of the connections from now on.
    pub fn plan(&self, cuts: &[Cut]) {
        *self.plan.lock().unwrap() = cuts.iter().copied().collect();
    }

    /// How many were opened.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// A connection through it to the account of tempauth, with quick retries.
    pub fn connection(&self, settings: &[(&str, &str)]) -> Connection {
        let direct = Connection::new(&real::v1()).unwrap();
        direct.authenticate(&Request::new()).unwrap();
        let storage = direct.storage_url().unwrap();
        let path = storage.splitn(4, '/').nth(3).unwrap();
        let mut c = real::v1();
        let url = format!("http://{}/{path}", self.address);
        for (k, v) in [
            ("os_storage_url", url.as_str()),
            ("retries", "8"),
            ("starting_backoff", "0.01"),
            ("max_backoff", "2"),
            ("timeout", "60"),
        ]
        .iter()
        .chain(settings)
        {
            c.set(k, Some(v)).unwrap();
        }
        let connection = Connection::new(&c).unwrap();
        connection.authenticate(&Request::new()).unwrap();
        connection
    }
}

impl Drop for Cutter {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(t) = self.accepting.take() {
            let _ = t.join();
        }
    }
}
