//! Opens connections: looks the host up, tries its addresses in turn, does the TLS handshake, all within the
//! connect timeout and the call's own deadline.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use http::uri::Authority;

use super::conn::Conn;
use super::fault;
use super::tls::Tls;
use super::wire::Wire;
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind, Result, plainly};
use crate::sys::net::Socket;
use crate::sys::signals::leave_signals_to_the_host;

/// How often a look-up that takes long is asked whether it should end.
const SLICE: Duration = Duration::from_millis(50);

/// Opens a connection to `authority`.
pub(super) fn open(
    authority: &Authority,
    https: bool,
    tls: &Tls,
    timeout: Option<Duration>,
    call: &Arc<Call>,
) -> Result<Box<Conn>> {
    let port = authority.port_u16().unwrap_or(if https { 443 } else { 80 });
    let host = authority.host();
    let peer = format!("{host}:{port}");
    let mut until = timeout.map(|t| Instant::now() + t);
    if let Some(d) = call.deadline() {
        until = Some(until.map_or(d, |u| u.min(d)));
    }
    let slow = |what: &str| {
        if let Err(why) = call.check() {
            return why;
        }
        let seconds = timeout.unwrap_or_default().as_secs_f64();
        Error::new(Kind::Timeout, format!("{what} {peer} took longer than {seconds} s"))
    };

    let addresses = look_up(host, port, until, call)?.ok_or_else(|| slow("looking up"))?;
    let mut failure = None;
    let mut left = addresses.len() as u32;
    for address in addresses {
        // An address that does not answer must leave time for the next one.
        let share = until.map(|u| {
            let now = Instant::now();
            now + u.saturating_duration_since(now) / left
        });
        left -= 1;
        match Socket::connect(address, share, &|| call.check().map_err(fault::into_io)) {
            Ok(socket) => {
                let wire = Arc::new(Wire::new(Arc::new(socket), peer.clone(), https));
                // As a whole: a peer that sends a byte now and then must not make it last.
                wire.begin(call, None, until);
                let session = if https {
                    match tls.handshake(&wire, host) {
                        Ok(s) => Some(s),
                        Err(e) if e.kind() == Kind::Timeout => return Err(slow("the TLS handshake with")),
                        Err(e) => return Err(e),
                    }
                } else {
                    None
                };
                return Ok(Box::new(Conn::new(wire, session, https, authority.clone())));
            }
            Err(e) => {
                call.check()?;
                failure = Some((address, e));
            }
        }
    }
    match failure {
        Some((_, e)) if e.kind() == io::ErrorKind::TimedOut => Err(slow("connecting to")),
        Some((address, e)) => {
            let at = if host == address.ip().to_string() { String::new() } else { format!(" ({address})") };
            Err(Error::new(Kind::Connect, format!("cannot connect to {peer}{at}: {}", plain(&e))))
        }
        None => Err(Error::new(Kind::Connect, format!("the host name {host:?} has no address"))),
    }
}

/// The system's words without the number behind them.
fn plain(e: &io::Error) -> String {
    match e.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused; is the server running there?".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network unreachable".to_owned(),
        io::ErrorKind::HostUnreachable => "host unreachable".to_owned(),
        _ => plainly(e),
    }
}

/// The addresses of a host; `None` when that took too long. The system's look-up cannot be interrupted, so it
/// runs on a thread of its own, for as long as it takes; that happens only when a connection is opened.
fn look_up(host: &str, port: u16, until: Option<Instant>, call: &Call) -> Result<Option<Vec<SocketAddr>>> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse() {
        return Ok(Some(vec![SocketAddr::new(ip, port)]));
    }
    let (send, receive) = mpsc::channel();
    let name = bare.to_owned();
    std::thread::Builder::new()
        .name("swc-lookup".to_owned())
        .spawn(move || {
            leave_signals_to_the_host();
            let found = (name.as_str(), port).to_socket_addrs().map(Iterator::collect::<Vec<_>>);
            // Nobody may be waiting any more.
            let _ = send.send(found);
        })
        .map_err(|e| Error::io("cannot start a thread", &e))?;
    loop {
        call.check()?;
        let left = until.map_or(SLICE, |u| u.saturating_duration_since(Instant::now()).min(SLICE));
        match receive.recv_timeout(left) {
            Ok(Ok(addresses)) => return Ok(Some(addresses)),
            Ok(Err(e)) => {
                let text = format!("the host name {host:?} cannot be resolved: {}", plainly(&e));
                return Err(Error::new(Kind::Connect, text));
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                return Err(Error::new(Kind::Connect, format!("the host name {host:?} cannot be resolved")));
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                if until.is_some_and(|u| Instant::now() >= u) {
                    return Ok(None);
                }
            }
        }
    }
}
