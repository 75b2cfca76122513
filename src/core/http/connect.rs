//! Opens connections: looks the host up, tries its addresses in turn, does the TLS handshake, all within the
//! connect timeout and the call's own deadline.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use http::uri::Authority;

use super::Shared;
use super::conn::Conn;
use super::fault;
use super::proxy::Proxy;
use super::wire::Wire;
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind, Result, plainly};
use crate::sys::net::Socket;
use crate::sys::signals::leave_signals_to_the_host;

/// How often a look-up that takes long is asked whether it should end.
const SLICE: Duration = Duration::from_millis(50);
/// What a proxy says when it has connected must fit.
const TUNNEL_HEAD: usize = 16 * 1024;

/// Where to, for how long, and what to call it.
struct Way<'a> {
    host: &'a str,
    port: u16,
    /// `host:port`, and the proxy when there is one.
    name: String,
    timeout: Option<Duration>,
    until: Option<Instant>,
    call: &'a Arc<Call>,
}

impl Way<'_> {
    fn slow(&self, what: &str) -> Error {
        if let Err(why) = self.call.check() {
            return why;
        }
        let seconds = self.timeout.unwrap_or_default().as_secs_f64();
        Error::new(Kind::Timeout, format!("{what} {} took longer than {seconds} s", self.name))
    }

    /// Does something with the connection, and names a timeout as that of connecting.
    fn step<T>(&self, what: &str, outcome: Result<T>) -> Result<T> {
        outcome.map_err(|e| if e.kind() == Kind::Timeout { self.slow(what) } else { e })
    }

    /// Tries the addresses of the host in turn.
    fn dial(&self) -> Result<Socket> {
        let addresses = look_up(self.host, self.port, self.until, self.call)?;
        let addresses = addresses.ok_or_else(|| self.slow("looking up"))?;
        let mut failure = None;
        let mut left = addresses.len() as u32;
        for address in addresses {
            // An address that does not answer must leave time for the next one.
            let share = self.until.map(|u| {
                let now = Instant::now();
                now + u.saturating_duration_since(now) / left
            });
            left -= 1;
            match Socket::connect(address, share, &|| self.call.check().map_err(fault::into_io)) {
                Ok(socket) => return Ok(socket),
                Err(e) => {
                    self.call.check()?;
                    failure = Some((address, e));
                }
            }
        }
        let name = &self.name;
        match failure {
            Some((_, e)) if e.kind() == io::ErrorKind::TimedOut => Err(self.slow("connecting to")),
            Some((address, e)) => {
                let itself = self.host == address.ip().to_string();
                let at = if itself { String::new() } else { format!(" ({address})") };
                Err(Error::new(Kind::Connect, format!("cannot connect to {name}{at}: {}", plain(&e))))
            }
            None => Err(Error::new(Kind::Connect, format!("the host name {:?} has no address", self.host))),
        }
    }
}

/// Opens a connection to `authority`, through a proxy where one is set.
pub(super) fn open(
    authority: &Authority,
    https: bool,
    shared: &Shared,
    call: &Arc<Call>,
) -> Result<Box<Conn>> {
    let port = authority.port_u16().unwrap_or(if https { 443 } else { 80 });
    let host = authority.host();
    let target = format!("{host}:{port}");
    let timeout = shared.connect_timeout;
    let mut until = timeout.map(|t| Instant::now() + t);
    if let Some(d) = call.deadline() {
        until = Some(until.map_or(d, |u| u.min(d)));
    }
    let proxy = shared.proxies.of(https, host, port);
    let way = match proxy {
        None => Way { host, port, name: target.clone(), timeout, until, call },
        Some(p) => {
            let name = format!("the proxy {p} (for {target})");
            Way { host: p.host(), port: p.port(), name, timeout, until, call }
        }
    };
    let socket = Arc::new(way.dial()?);
    let peer = match proxy {
        None => target.clone(),
        Some(p) => format!("{target} (through the proxy {p})"),
    };
    let tls = https || proxy.is_some_and(|p| p.is_https());
    let mut wire = Wire::new(socket, peer, tls);
    // As a whole: a peer that sends a byte now and then must not make it last.
    wire.begin(call, None, until);
    let mut session = None;
    if let Some(p) = proxy {
        if p.is_https() {
            let shaken = shared.tls.handshake(&wire, p.host(), true);
            let shaken = shaken.map_err(|e| e.context(format_args!("the proxy {p}")));
            session = Some(way.step("the TLS handshake with", shaken)?);
        }
        if https {
            if let Some(outer) = session.take() {
                wire = wire.within(outer);
            }
            way.step("waiting for", tunnel(&wire, p, &target))?;
        }
    }
    if https {
        let shaken = shared.tls.handshake(&wire, host, false);
        session = Some(way.step("the TLS handshake with", shaken)?);
    }
    let via = if https { None } else { proxy.cloned() };
    Ok(Box::new(Conn::new(wire, session, https, authority.clone()).through(via)))
}

/// Has the proxy connect to `target`.
fn tunnel(wire: &Wire, proxy: &Proxy, target: &str) -> Result<()> {
    let died = |e: io::Error| {
        let e = fault::from_io(e, &format!("the proxy {proxy}"));
        let ours = e.kind() == Kind::Connect;
        if ours { e.context(format_args!("no connection to {target}")) } else { e }
    };
    let request = proxy.connect_request(target);
    let mut left = request.as_bytes();
    while !left.is_empty() {
        let n = wire.send(left, &[]).map_err(died)?;
        left = &left[n..];
        if n == 0 {
            // It says something before it was asked: that will show in a moment.
            break;
        }
    }
    let mut head = vec![0; TUNNEL_HEAD];
    let mut end = 0;
    loop {
        if end == head.len() {
            return proxy.check_tunnel(b"", target);
        }
        let n = wire.recv(&mut head[end..]).map_err(died)?;
        if n == 0 {
            return Err(died(io::ErrorKind::UnexpectedEof.into()));
        }
        end += n;
        // It stays silent after that until we begin with TLS.
        if head[..end].windows(4).any(|w| w == b"\r\n\r\n") || head[..end].windows(2).any(|w| w == b"\n\n") {
            return proxy.check_tunnel(&head[..end], target);
        }
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
