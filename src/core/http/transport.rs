//! Our connector and transport under ureq: pooled connections, the request's head sent together with the start
//! of its body, bodies sent from where they lie, and an answer that came before the body was taken still read.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::uri::Scheme;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};

use super::conn::{Conn, is_cut};
use super::heads;
use super::own;
use super::pool::Pool;
use super::proxy::{Proxies, Proxy};
use super::tls::Tls;
use super::wire::Wire;
use super::{connect, fault};
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind};
use crate::core::headers::Headers;
use crate::core::source::Chunk;

/// What the request in progress on this thread and its transport tell one another past ureq.
#[derive(Default)]
pub(super) struct Current {
    pub call: Option<Arc<Call>>,
    /// The connection that `connect` chose.
    pub wire: Option<Arc<Wire>>,
    /// A body follows the head: hold the head back and send both together.
    pub body_follows: bool,
    /// Only a new connection will do.
    pub fresh: bool,
    /// The head has names in disguise.
    pub disguised: bool,
    /// The head to send in the place of the one that ureq writes.
    pub head: Option<Vec<u8>>,
    /// The body goes without the chunks that ureq puts it into.
    pub bare: bool,
    /// The connection may serve no other request.
    pub spend: bool,
    /// The piece of the body that ureq believes to be in the output buffer.
    pub chunk: Option<Chunk>,
    /// The rest of the body is not wanted: the connection broke, or the server has answered already.
    pub cut: bool,
    /// The head has been given out.
    pub head_is_out: bool,
    /// The proxy that the request is made to.
    pub via: Option<Arc<Proxy>>,
    /// How long the server may take to ask for the body before it is sent.
    pub expect: Option<Duration>,
    /// Reason phrase of the last response head.
    pub reason: String,
    /// Headers of it beyond those that ureq can count.
    pub surplus: Headers,
}

thread_local! {
    pub(super) static CURRENT: RefCell<Current> = RefCell::new(Current::default());
}

/// A connection at work for ureq. Dropped after a clean end, the connection goes back to the pool.
pub(super) struct HttpTransport {
    // Taken only by `drop`.
    conn: Option<Box<Conn>>,
    none: LazyBuffers,
    pool: Arc<Pool>,
    ended: bool,
}

fn gone() -> ureq::Error {
    ureq::Error::Io(io::ErrorKind::NotConnected.into())
}

#[cold]
fn too_long() -> ureq::Error {
    ureq::Error::Other(Box::new(Error::invalid("the headers of the request are longer than 256 KiB")))
}

impl Transport for HttpTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        match &mut self.conn {
            Some(conn) => &mut **conn,
            None => &mut self.none,
        }
    }

    fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), ureq::Error> {
        let conn = self.conn.as_mut().ok_or_else(gone)?;
        if conn.broken.is_some() {
            return Ok(());
        }
        let (hold, chunk, disguised, expect, head, own, bare) = CURRENT.with_borrow_mut(|c| {
            let head = !std::mem::replace(&mut c.head_is_out, true);
            let hold = std::mem::take(&mut c.body_follows);
            let disguised = std::mem::take(&mut c.disguised);
            (hold, c.chunk.take(), disguised, c.expect.take(), head, c.head.take(), c.bare)
        });
        // The head is the first that goes out.
        let mut amount = match own {
            Some(own) => own::put(&mut conn.output, &own).ok_or_else(too_long)?,
            None if disguised => heads::uncover(&mut conn.output[..amount]),
            None if bare && !head => own::unframe(&mut conn.output[conn.held..][..amount]),
            None => amount,
        };
        if head && conn.via.is_some() {
            amount = conn.address_proxy(amount).ok_or_else(too_long)?;
        }
        if let Some(limit) = expect {
            amount =
                heads::add(&mut conn.output, amount, b"expect: 100-continue\r\n").ok_or_else(too_long)?;
            return conn.settle(|c| {
                c.transmit(amount, None)?;
                c.await_go_on(limit)
            });
        }
        if hold {
            conn.held = amount;
            return Ok(());
        }
        conn.settle(|c| c.transmit(amount, chunk))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        if self.conn.as_ref().is_some_and(|c| c.held > 0) {
            // A body was announced, but its end came first.
            self.transmit_output(0, timeout)?;
        }
        let conn = self.conn.as_mut().ok_or_else(gone)?;
        match conn.receive() {
            Ok(0) => match conn.broken.take() {
                Some(e) => Err(ureq::Error::Io(e)),
                None => Ok(false),
            },
            Ok(_) => Ok(true),
            // ureq takes a reset for a regular end of a body without length; wrapped, it does not.
            Err(e) if is_cut(&e) || e.kind() == io::ErrorKind::UnexpectedEof => {
                let e = conn.broken.take().unwrap_or(e);
                Err(ureq::Error::Other(Box::new(fault::from_io(e, &conn.wire.peer))))
            }
            Err(e) => Err(ureq::Error::Io(e)),
        }
    }

    fn is_open(&mut self) -> bool {
        // ureq asks when a response has come to its end as it should.
        self.ended = true;
        self.conn.as_ref().is_some_and(|c| c.broken.is_none())
    }

    fn is_tls(&self) -> bool {
        self.conn.as_ref().is_some_and(|c| c.is_tls())
    }
}

impl Drop for HttpTransport {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        conn.wire.end();
        let clean = self.ended || conn.wire.clean.load(Ordering::Relaxed);
        if clean && conn.is_clean() {
            self.pool.park(conn);
        }
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport").field("conn", &self.conn).finish()
    }
}

/// Everything connections are made from, shared by all agents of a client.
#[derive(Debug)]
pub(super) struct Shared {
    pub pool: Arc<Pool>,
    pub tls: Tls,
    /// A host and port is always reached in the same way, so connections are told apart by these alone.
    pub proxies: Proxies,
    pub connect_timeout: Option<Duration>,
    pub stall: Option<Duration>,
}

/// Hands ureq a connection: an idle one, or a new one.
#[derive(Debug)]
pub(super) struct PoolConnector(pub Arc<Shared>);

impl Connector<()> for PoolConnector {
    type Out = HttpTransport;

    fn connect(
        &self,
        details: &ConnectionDetails,
        _: Option<()>,
    ) -> Result<Option<HttpTransport>, ureq::Error> {
        let shared = &self.0;
        let other = |e| ureq::Error::Other(Box::new(e));
        let Some(authority) = details.uri.authority() else {
            return Err(ureq::Error::BadUri(details.uri.to_string()));
        };
        let https = details.uri.scheme() == Some(&Scheme::HTTPS);
        let (call, fresh, spend) = CURRENT.with_borrow(|c| (c.call.clone(), c.fresh, c.spend));
        let call = call.unwrap_or_else(|| Arc::new(Call::new(None)));
        let idle = if fresh { None } else { shared.pool.take(https, authority.as_str()) };
        let conn = match idle {
            Some(conn) => {
                conn.wire.reused.store(true, Ordering::Relaxed);
                conn
            }
            None => connect::open(authority, https, shared, &call).map_err(other)?,
        };
        let mut conn = conn;
        conn.begin();
        conn.spent = spend;
        conn.wire.begin(&call, shared.stall, None);
        CURRENT.with_borrow_mut(|c| {
            c.wire = Some(conn.wire.clone());
            c.via.clone_from(&conn.via);
        });
        Ok(Some(HttpTransport {
            conn: Some(conn),
            none: LazyBuffers::new(1, 1),
            pool: shared.pool.clone(),
            ended: false,
        }))
    }
}

/// ureq looks a host up before it asks for a connection; we do so only when a new one is needed.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(
        &self,
        _: &http::Uri,
        _: &ureq::config::Config,
        _: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Whether an error of this kind on a reused connection may be no more than a server that closed it meanwhile.
pub(super) fn may_be_stale(kind: Kind, wire: &Wire) -> bool {
    kind == Kind::Connect && wire.reused.load(Ordering::Relaxed) && !wire.answered.load(Ordering::Relaxed)
}
