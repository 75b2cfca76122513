//! HTTP/1.1. One request and its answer at a time; what to send and whether to try again is decided above.

mod body;
mod chunks;
mod conn;
mod connect;
mod fault;
mod heads;
mod pool;
mod proxy;
mod request;
mod send;
mod session;
mod tls;
mod wire;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use http::Method;
use http::uri::Authority;

pub(crate) use self::body::{RawBody, grow};
use self::conn::Conn;
use self::heads::Framing;
use self::pool::Pool;
pub(crate) use self::proxy::{Proxies, Proxy};
use self::request::Announced;
use self::send::Sent;
use self::tls::Tls;
use super::cancel::Call;
use super::config::Options;
use super::error::{BODY_KEPT, Error, Failure, Kind, Result};
use super::fields::Fields;
use super::headers::Headers;
use super::source::SourceReader;
use super::url::Url;

/// A whole answer of the identity service must fit into this.
const FETCH_LIMIT: usize = 4 << 20;
thread_local! {
    /// Where heads of requests are put together.
    static HEAD: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What goes with a request.
pub(crate) enum Payload<'a> {
    /// No body, and no header that speaks of one.
    None,
    /// `Content-Length: 0`.
    Empty,
    /// A few bytes.
    Bytes(&'a [u8]),
    /// A source, from its present position to its end.
    Source(&'a mut SourceReader),
}

/// One request.
pub(crate) struct Exchange<'a> {
    pub method: Method,
    pub https: bool,
    pub authority: &'a Authority,
    /// Path and query, encoded. A byte outside ASCII stands in it as the character of its value.
    pub target: &'a str,
    pub fields: &'a Fields<'a>,
    /// When it begins.
    pub now: Instant,
    /// Not on a connection that lay idle, as the server may have closed it.
    pub fresh: bool,
    /// Should an idle connection prove to be closed by the server, the request is made again.
    pub may_be_stale: bool,
    /// The body is announced, and this is how long the server may take to ask for it before it is sent.
    pub expect: Option<Duration>,
    /// The headers say how the body is framed, rightly or not: nothing is added to them, nothing to the body, and the
    /// connection serves no other request.
    pub own_framing: bool,
    pub payload: Payload<'a>,
}

/// What a server says beside the status; nearly always the words of HTTP itself, which cost nothing.
pub(crate) type Reason = std::borrow::Cow<'static, str>;

/// The head of a response, its body still to be read.
pub(crate) struct Answer {
    pub status: u16,
    pub reason: Reason,
    pub headers: Headers,
    /// When it came.
    pub came: Instant,
    pub body: RawBody,
    /// The proxy that gave it.
    pub via: Option<Arc<Proxy>>,
}

/// A whole response in memory.
pub(crate) struct Fetched {
    pub status: u16,
    pub reason: String,
    pub headers: Headers,
    pub body: Vec<u8>,
}

/// Why there is no answer.
pub(crate) struct Unanswered {
    pub error: Error,
    /// It was an idle connection that the server had closed: the same request on a new one has every chance.
    pub stale: bool,
}

impl From<Error> for Unanswered {
    fn from(error: Error) -> Unanswered {
        Unanswered { error, stale: false }
    }
}

impl From<Unanswered> for Error {
    fn from(u: Unanswered) -> Error {
        u.error
    }
}

/// Everything connections are made from.
#[derive(Debug)]
struct Shared {
    pool: Pool,
    tls: Tls,
    /// A host and port is always reached in the same way, so connections are told apart by these alone.
    proxies: Proxies,
    connect_timeout: Option<Duration>,
    stall: Option<Duration>,
}

/// Sends requests over pooled connections; used by all threads.
pub(crate) struct Client {
    shared: Arc<Shared>,
}

impl Client {
    /// No I/O; files that TLS needs are read at the first https connection.
    pub fn new(options: &Options) -> Client {
        Client {
            shared: Arc::new(Shared {
                pool: Pool::default(),
                tls: Tls::new(options),
                proxies: options.proxies.clone(),
                connect_timeout: options.connect_timeout,
                stall: options.timeout,
            }),
        }
    }

    /// Closes idle connections, so that the next request opens a new one.
    pub fn forget_connections(&self) {
        self.shared.pool.clear();
    }

    /// One request; returns when the headers of the answer are in, whatever its status.
    pub fn exchange(&self, x: Exchange<'_>, call: &Arc<Call>) -> std::result::Result<Answer, Unanswered> {
        call.check()?;
        // A callback that gives the body may itself use the library on this thread: it finds none, and makes one. So does
        // who calls while the thread ends.
        let mut head = HEAD.try_with(Cell::take).unwrap_or_default();
        head.clear();
        let answered = self.ask(x, call, &mut head);
        let _ = HEAD.try_with(|kept| kept.set(head));
        answered
    }

    fn ask(
        &self,
        mut x: Exchange<'_>,
        call: &Arc<Call>,
        head: &mut Vec<u8>,
    ) -> std::result::Result<Answer, Unanswered> {
        let announced = if x.own_framing { Announced::Nothing } else { x.payload.announced() };
        let expect = x.expect.filter(|_| x.payload.follows());
        let expects = expect.is_some();
        let (authority, target, fields) = (x.authority, x.target, x.fields);
        request::Head { method: &x.method, authority, target, fields, announced, expect: expects }
            .write(head)?;
        let mut conn = self.connection(&x, call)?;
        if let Some(proxy) = &conn.via {
            request::address_proxy(head, proxy, authority);
        }
        // What is on its way may be more or less than one request, or the last of them.
        conn.spent = x.own_framing || x.fields.has_foreign("connection");
        conn.any_answer_ends = x.own_framing;
        let outcome = converse(&mut conn, head, &mut x, expect);
        match outcome {
            Ok(framing) => {
                if !conn.head.keeps_connection() {
                    conn.spent = true;
                }
                let headers = std::mem::take(&mut conn.head.headers);
                let (status, reason) = (conn.head.status, std::mem::take(&mut conn.head.reason));
                let (via, came) = (conn.via.clone(), Instant::now());
                conn.came = Some(came);
                let body = RawBody::new(conn, &self.shared, framing);
                Ok(Answer { status, reason, headers, came, body, via })
            }
            Err(error) => {
                conn.wire.end();
                let answered = conn.wire.answered.load(Ordering::Relaxed);
                let stale = error.kind() == Kind::Connect && conn.reused && !answered;
                Err(Unanswered { error, stale })
            }
        }
    }

    /// An idle connection, or a new one.
    fn connection(&self, x: &Exchange<'_>, call: &Arc<Call>) -> Result<Box<Conn>> {
        // A body that can be sent only once must not be spent on a connection the server has closed.
        let fresh = x.fresh || x.own_framing || !x.payload.is_repeatable();
        let authority = x.authority.as_str();
        let idle =
            if fresh { None } else { self.shared.pool.take(x.https, authority, x.may_be_stale, x.now) };
        let reused = idle.is_some();
        let mut conn = match idle {
            Some(conn) => conn,
            None => connect::open(x.authority, x.https, &self.shared, call)?,
        };
        conn.reused = reused;
        conn.begin(call, self.shared.stall);
        Ok(conn)
    }

    /// One small exchange, no retries, no redirects, no token: for the identity service. Any HTTP status is `Ok`;
    /// the body is read whole, 4 MiB at most.
    pub fn fetch(
        &self,
        method: &str,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        call: &Arc<Call>,
    ) -> Result<Fetched> {
        let method = Method::from_bytes(method.as_bytes())
            .map_err(|_| Error::invalid(format!("{method:?} is not a method")))?;
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let parsed = Url::parse(base)?;
        let mut target = parsed.path().to_owned();
        if target.is_empty() {
            target.push('/');
        }
        if !query.is_empty() {
            target.push('?');
            target.push_str(query);
        }
        let mut fresh = false;
        loop {
            let answered = self.exchange(
                Exchange {
                    method: method.clone(),
                    https: parsed.is_https(),
                    authority: parsed.authority(),
                    target: &target,
                    fields: &Fields::of(headers),
                    now: Instant::now(),
                    fresh,
                    may_be_stale: true,
                    expect: None,
                    own_framing: false,
                    payload: body.map_or(Payload::None, Payload::Bytes),
                },
                call,
            );
            match answered {
                Err(u) if u.stale && !fresh => fresh = true,
                Err(u) => return Err(u.error),
                Ok(Answer { status: 407, via: Some(proxy), .. }) => {
                    let text = format!("no connection to {}: {}", parsed.authority(), proxy.advice());
                    return Err(Error::new(Kind::Connect, text).with_retryable(false));
                }
                Ok(mut answer) => {
                    let mut bytes = Vec::new();
                    if answer.body.read_into(&mut bytes, FETCH_LIMIT)? {
                        return Ok(Fetched {
                            status: answer.status,
                            reason: answer.reason.into_owned(),
                            headers: answer.headers,
                            body: bytes,
                        });
                    }
                    return Err(Error::new(
                        Kind::Protocol,
                        format!("the answer of {} is longer than {FETCH_LIMIT} bytes", parsed.authority()),
                    ));
                }
            }
        }
    }
}

impl Answer {
    /// Reads what the error keeps of the body; a body that breaks off is no further problem.
    pub fn into_failure(self) -> Failure {
        self.into_failure_with(BODY_KEPT)
    }

    /// The same with more of the body, for who makes something of it.
    pub fn into_failure_with(mut self, limit: usize) -> Failure {
        let mut body = Vec::new();
        let _ = self.body.read_into(&mut body, limit);
        Failure { status: self.status, reason: self.reason.into_owned(), headers: self.headers, body }
    }
}

/// Sends a request and receives the head of its answer: how the body is framed that follows.
fn converse(
    conn: &mut Conn,
    head: &mut Vec<u8>,
    x: &mut Exchange<'_>,
    expect: Option<Duration>,
) -> Result<Framing> {
    let wanted = match expect {
        None => Sent::Whole,
        Some(limit) => send::announcement(conn, head, limit)?,
    };
    let sent = match wanted {
        Sent::Whole => send::request(conn, head, &mut x.payload, x.own_framing)?,
        Sent::Part => Sent::Part,
    };
    let peer = |conn: &Conn| conn.wire.peer.clone();
    conn.await_head().map_err(|e| fault::from_io(e, &peer(conn)))?;
    let status = conn.head.status;
    if sent == Sent::Part && x.payload.follows() && conn.head.is_success() && !x.own_framing {
        // Only a refusal makes sense of a body that was not taken to its end.
        let text = format!("{} took only a part of the body, and answered {status}", peer(conn));
        return Err(Error::new(Kind::Connect, text));
    }
    conn.head.framing(x.method == Method::HEAD).map_err(|e| e.context(peer(conn)))
}
