//! A server on TLS whose every connection is handed to a function of the test's.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use swiftclient::core::Config;

pub type Tls = StreamOwned<ServerConnection, TcpStream>;

/// The server; ends when dropped.
pub struct TlsServer {
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    accepting: Option<std::thread::JoinHandle<()>>,
}

impl TlsServer {
    pub fn new(
        config: Arc<ServerConfig>,
        handle: impl Fn(&mut Tls, &AtomicBool) + Send + Sync + 'static,
    ) -> TlsServer {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, handle) = (Arc::new(AtomicBool::new(false)), Arc::new(handle));
        let stopping = stop.clone();
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
                let (config, handle, stop) = (config.clone(), handle.clone(), stopping.clone());
                std::thread::spawn(move || {
                    let conn = ServerConnection::new(config).unwrap();
                    handle(&mut StreamOwned::new(conn, stream), &stop);
                });
            }
        });
        TlsServer { address, stop, accepting: Some(accepting) }
    }

    /// One that has no body for anybody: 204 to all requests.
    pub fn plain(config: Arc<ServerConfig>) -> TlsServer {
        TlsServer::new(config, |tls, _| {
            while head(tls).is_some() {
                if tls.write_all(b"HTTP/1.1 204 Fine\r\nX-Trans-Id: tx-tls\r\n\r\n").is_err() {
                    return;
                }
            }
        })
    }

    /// Settings for it, under this host name.
    pub fn config(&self, host: &str, ca: &std::path::Path) -> Config {
        let mut c = Config::new();
        for (key, value) in [
            ("os_storage_url", format!("https://{host}:{}/v1/AUTH_test", self.address.port()).as_str()),
            ("os_auth_token", "t"),
            ("retries", "0"),
            ("os_cacert", ca.to_str().unwrap()),
        ] {
            c.set(key, Some(value)).unwrap();
        }
        c
    }
}

/// A request up to the end of its headers.
pub fn head(tls: &mut Tls) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if tls.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
        if let Some(t) = self.accepting.take() {
            let _ = t.join();
        }
    }
}
