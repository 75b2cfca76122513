//! HTTP/1.1: the only folder that names ureq. One request and its answer at a time; what to send and whether to
//! try again is decided above.

mod conn;
mod connect;
mod fault;
mod heads;
mod own;
mod pool;
mod proxy;
mod tls;
mod transport;
mod wire;

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use http::{HeaderName, HeaderValue, Method, Uri};
use ureq::{Agent, SendBody};

use self::pool::Pool;
pub(crate) use self::proxy::{Proxies, Proxy};
use self::tls::Tls;
use self::transport::{CURRENT, Current, NoResolver, PoolConnector, Shared, may_be_stale};
use self::wire::Wire;
use super::cancel::{Call, lock};
use super::config::Options;
use super::error::{BODY_KEPT, Error, Failure, Kind, Result};
use super::headers::Headers;
use super::source::SourceReader;
use super::url::{Url, without_signature};
use crate::sys::pipe::Pipe;

/// A whole answer of the identity service must fit into this.
const FETCH_LIMIT: usize = 4 << 20;
/// From this size on a read goes from the socket straight into the caller's memory.
const DIRECT: usize = 16 * 1024;

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
    pub headers: &'a Headers,
    /// Not on a connection that lay idle, as the server may have closed it.
    pub fresh: bool,
    /// The body is announced, and this is how long the server may take to ask for it before it is sent.
    pub expect: Option<Duration>,
    /// The headers say how the body is framed, rightly or not: nothing is added to them, nothing to the body, and the
    /// connection serves no other request.
    pub own_framing: bool,
    pub payload: Payload<'a>,
}

/// The head of a response, its body still to be read.
pub(crate) struct Answer {
    pub status: u16,
    pub reason: String,
    pub headers: Headers,
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

impl From<Unanswered> for Error {
    fn from(u: Unanswered) -> Error {
        u.error
    }
}

/// Sends requests over pooled connections; used by all threads.
pub(crate) struct Client {
    shared: Arc<Shared>,
    // One for each request in progress: threads that shared one would wait for one another.
    agents: Mutex<Vec<Agent>>,
}

impl Client {
    /// No I/O; files that TLS needs are read at the first https connection.
    pub fn new(options: &Options) -> Client {
        Client {
            shared: Arc::new(Shared {
                pool: Arc::new(Pool::default()),
                tls: Tls::new(options),
                proxies: options.proxies.clone(),
                connect_timeout: options.connect_timeout,
                stall: options.timeout,
            }),
            agents: Mutex::new(Vec::new()),
        }
    }

    /// Closes idle connections, so that the next request opens a new one.
    pub fn forget_connections(&self) {
        self.shared.pool.clear();
    }

    fn agent(&self) -> Agent {
        if let Some(agent) = lock(&self.agents).pop() {
            return agent;
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .proxy(None)
            // We send exactly the headers we are given.
            .user_agent("")
            .accept("")
            .accept_encoding("")
            .build();
        Agent::with_parts(config, PoolConnector(self.shared.clone()), NoResolver)
    }

    /// One request; returns when the headers of the answer are in, whatever its status.
    pub fn exchange(&self, x: Exchange<'_>, call: &Arc<Call>) -> std::result::Result<Answer, Unanswered> {
        let fresh = |error| Unanswered { error, stale: false };
        call.check().map_err(fresh)?;
        let peer = x.authority.as_str();
        let mut request = http::Request::new(());
        *request.method_mut() = x.method.clone();
        let own = own::is_needed(&x);
        // ureq does not see a head that is not its own; what it must know is where bodies end.
        let target = if own { "/" } else { x.target };
        *request.uri_mut() = uri(x.https, x.authority, target).map_err(fresh)?;
        let headers = request.headers_mut();
        let mut disguised = false;
        for (name, value) in x.headers.iter() {
            disguised |= !name.is_ascii();
            let (name, value) = header(name, value).map_err(fresh)?;
            if !own {
                headers.try_append(name, value).map_err(|_| fresh(Error::invalid("too many headers")))?;
            }
        }
        let reader = BodyReader::new(x.payload);
        let head = match own {
            true => {
                let announced = if x.own_framing { Announced::Nothing } else { reader.announced() };
                Some(own::head(&x.method, x.authority, x.target, x.headers, &announced).map_err(fresh)?)
            }
            false => None,
        };
        let mut reader = reader;
        let has_body = match reader.announced() {
            Announced::Nothing => false,
            Announced::Length(n) => {
                headers.insert(http::header::CONTENT_LENGTH, HeaderValue::from(n));
                true
            }
            Announced::Chunked => {
                headers.insert(http::header::TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
                true
            }
        };
        reader.lend = !x.https;
        let bare = x.own_framing && matches!(reader.announced(), Announced::Chunked);

        let agent = self.agent();
        // A callback that gives the body may itself use the library on this thread.
        let outer = CURRENT.replace(Current {
            call: Some(call.clone()),
            disguised,
            head,
            bare,
            spend: x.own_framing,
            body_follows: has_body && !reader.is_empty(),
            expect: x.expect.filter(|_| has_body && !reader.is_empty()),
            // A body that can be sent only once must not be spent on a connection the server has closed.
            fresh: x.fresh
                || x.own_framing
                || matches!(&reader.payload, Payload::Source(s) if !s.can_rewind()),
            ..Current::default()
        });
        let answered = if has_body {
            agent.run(request.map(|()| SendBody::from_reader(&mut reader)))
        } else {
            agent.run(request)
        };
        let current = CURRENT.replace(outer);
        lock(&self.agents).push(agent);
        // That says through which proxy it went.
        let peer = current.wire.as_ref().map_or(peer, |w| &w.peer);

        let response = match answered {
            Ok(response) => response,
            Err(e) => {
                // What the source reported is the cause; what ureq made of it is not.
                let error = reader.failure.take().unwrap_or_else(|| fault::from_ureq(e, peer));
                let stale = current.wire.is_some_and(|w| may_be_stale(error.kind(), &w));
                return Err(Unanswered { error, stale });
            }
        };
        let (parts, body) = response.into_parts();
        let mut bytes = 0;
        for (name, value) in &parts.headers {
            bytes += name.as_str().len() + value.len() + 2;
        }
        let mut headers = Headers::with_capacity(parts.headers.len(), bytes);
        for (name, value) in &parts.headers {
            headers.push(&heads::incoming(name.as_str()), value.as_bytes());
        }
        for (name, value) in current.surplus.iter() {
            headers.push(name, value);
        }
        let status = parts.status.as_u16();
        if current.cut && parts.status.is_success() && !x.own_framing {
            // Only a refusal makes sense of a body that was not taken to its end.
            let text = format!("{peer} took only a part of the body, and answered {status}");
            return Err(Unanswered { error: Error::new(Kind::Connect, text), stale: false });
        }
        let chunked = parts.headers.contains_key(http::header::TRANSFER_ENCODING);
        let no_body = x.method == Method::HEAD || status < 200 || status == 204 || status == 304;
        let mut codings = parts.headers.get_all(http::header::TRANSFER_ENCODING).into_iter();
        let other = codings.find(|v| !v.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"));
        if let Some(coding) = other.filter(|_| !no_body) {
            // Its bytes would be taken for those of the object.
            let coding = coding.as_bytes().escape_ascii().to_string();
            let text =
                format!("{peer} sends a body with the transfer coding {coding:?}, which nobody asked for");
            return Err(Unanswered { error: Error::new(Kind::Protocol, text), stale: false });
        }
        let left = if no_body {
            Some(0)
        } else if chunked {
            None
        } else {
            headers.get_u64("content-length")
        };
        let wire = current.wire;
        // Without a body the connection is back in the pool already, and may be at work for another thread.
        if let Some(w) = &wire
            && left != Some(0)
        {
            w.in_body.store(true, Ordering::Relaxed);
        }
        let body = RawBody { reader: Some(body.into_reader()), wire, left, direct: false };
        Ok(Answer { status, reason: current.reason, headers, body, via: current.via })
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
                    headers,
                    fresh,
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
                            reason: answer.reason,
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
        Failure { status: self.status, reason: self.reason, headers: self.headers, body }
    }
}

fn uri(https: bool, authority: &Authority, target: &str) -> Result<Uri> {
    let mut parts = Parts::default();
    parts.scheme = Some(if https { Scheme::HTTPS } else { Scheme::HTTP });
    parts.authority = Some(authority.clone());
    let target = PathAndQuery::try_from(target).map_err(|e| {
        Error::invalid(format!("the path cannot be sent ({e}): {}", without_signature(target)))
    })?;
    parts.path_and_query = Some(target);
    Uri::from_parts(parts).map_err(|e| Error::invalid(format!("the URL cannot be sent: {e}")))
}

fn header(name: &str, value: &[u8]) -> Result<(HeaderName, HeaderValue)> {
    let n = heads::outgoing(name)
        .and_then(|n| HeaderName::from_bytes(n.as_bytes()).ok())
        .ok_or_else(|| Error::invalid(format!("{name:?} cannot be the name of a header")))?;
    let mut v = HeaderValue::from_bytes(value)
        .map_err(|_| Error::invalid(format!("the value of header {name} has a control character")))?;
    v.set_sensitive(super::log::is_secret(name));
    Ok((n, v))
}

enum Announced {
    Nothing,
    Length(u64),
    Chunked,
}

/// The body as ureq reads it. Where it can, it only says how many bytes come next and leaves it to the transport
/// to send them from where they lie.
struct BodyReader<'a> {
    payload: Payload<'a>,
    /// The transport can send from memory and files.
    lend: bool,
    /// Bytes still to come, when the length was announced.
    left: u64,
    failure: Option<Error>,
}

impl<'a> BodyReader<'a> {
    fn new(payload: Payload<'a>) -> BodyReader<'a> {
        let left = match &payload {
            Payload::Bytes(b) => b.len() as u64,
            Payload::Source(s) => s.left().unwrap_or(0),
            Payload::None | Payload::Empty => 0,
        };
        BodyReader { payload, lend: false, left, failure: None }
    }

    fn announced(&self) -> Announced {
        match &self.payload {
            Payload::None => Announced::Nothing,
            Payload::Source(s) if s.left().is_none() => Announced::Chunked,
            _ => Announced::Length(self.left),
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self.announced(), Announced::Length(0))
    }

    fn fill(&mut self, buf: &mut [u8], cut: bool) -> Result<usize> {
        match &mut self.payload {
            Payload::None | Payload::Empty => Ok(0),
            Payload::Bytes(b) => {
                let n = b.len().min(buf.len());
                buf[..n].copy_from_slice(&b[..n]);
                *b = &b[n..];
                self.left -= n as u64;
                Ok(n)
            }
            Payload::Source(s) => {
                let Some(left) = s.left() else {
                    return if cut { Ok(0) } else { s.read(buf) };
                };
                if cut {
                    // The length was announced, so ureq wants that many bytes; nobody gets them.
                    let n = (buf.len() as u64).min(self.left);
                    self.left -= n;
                    return Ok(n as usize);
                }
                if self.lend
                    && let Some(chunk) = s.lend(buf.len())?
                {
                    let n = chunk.len();
                    CURRENT.with_borrow_mut(|c| c.chunk = Some(chunk));
                    self.left -= n as u64;
                    return Ok(n);
                }
                let most = left.min(buf.len() as u64) as usize;
                let n = s.read(&mut buf[..most])?;
                self.left -= n as u64;
                Ok(n)
            }
        }
    }
}

impl Read for BodyReader<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            // Zero would be taken for the end of the body, and a part of it stored as the whole.
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let cut = CURRENT.with_borrow(|c| c.cut);
        self.fill(buf, cut).map_err(|e| {
            self.failure = Some(e);
            io::ErrorKind::Other.into()
        })
    }
}

/// Makes room behind what is in a buffer. Memory that is not there is an error, not the end of the program.
pub(crate) fn grow(out: &mut Vec<u8>, room: usize) -> Result<()> {
    out.try_reserve(room).map_err(|_| no_memory(out.len(), room))?;
    out.resize(out.len() + room, 0);
    Ok(())
}

fn no_memory(there: usize, room: usize) -> Error {
    Error::new(Kind::Io, format!("no memory for {} bytes", there.saturating_add(room)))
}

/// The body of a response as it comes off the connection.
pub(crate) struct RawBody {
    // Some while there is more to read; ureq keeps the connection in it.
    reader: Option<ureq::BodyReader<'static>>,
    wire: Option<Arc<Wire>>,
    /// Bytes still to come, when the length is known.
    left: Option<u64>,
    /// ureq has been left behind: only our own count holds.
    direct: bool,
}

impl RawBody {
    /// Bytes still to come, when the length is known.
    pub fn left(&self) -> Option<u64> {
        self.left
    }

    /// Reads up to `buf.len()` bytes; 0 is the end, which is then known to be the true one, or `buf` is empty.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let Some(reader) = &mut self.reader else { return Ok(0) };
        if self.left == Some(0) {
            self.finish();
            return Ok(0);
        }
        let most = self.left.map_or(buf.len(), |l| l.min(buf.len() as u64) as usize);
        let n = match (&self.wire, self.left) {
            (Some(wire), Some(_)) if !wire.tls => {
                let buffered = wire.buffered.load(Ordering::Relaxed);
                if self.direct || (buffered == 0 && buf.len() >= DIRECT) {
                    self.direct = true;
                    wire.recv(&mut buf[..most])
                } else if buffered > 0 {
                    reader.read(&mut buf[..most.min(buffered)])
                } else {
                    reader.read(&mut buf[..most])
                }
            }
            _ => reader.read(&mut buf[..most]),
        };
        self.received(n)
    }

    /// Whether what comes next of the body is next on the socket too, where anybody may take it.
    fn is_ahead(&self) -> bool {
        let plain = |w: &Arc<Wire>| w.is_plain() && (self.direct || w.buffered.load(Ordering::Relaxed) == 0);
        self.reader.is_some() && self.left.is_some_and(|l| l > 0) && self.wire.as_ref().is_some_and(plain)
    }

    /// Moves bytes of the body, if there are any left, to where a file is, past this process; `None` when that cannot be
    /// done with what comes next. An error of the file is given apart: the outer one is of the connection.
    pub fn move_to(&mut self, file: &mut File, through: &mut Pipe) -> Option<Result<io::Result<usize>>> {
        if !self.is_ahead() {
            return None;
        }
        let (wire, left) = (self.wire.as_ref()?, self.left?);
        let most = usize::try_from(left).unwrap_or(usize::MAX);
        let n = match wire.receive_into(through, most) {
            Ok(None) => return None,
            Ok(Some(n)) => Ok(n),
            Err(e) => Err(e),
        };
        self.direct = true;
        Some(self.received(n).map(|n| through.empty(n, file).map(|()| n)))
    }

    /// Counts what a read has brought.
    fn received(&mut self, n: io::Result<usize>) -> Result<usize> {
        match n {
            Ok(0) if self.left.is_none() => {
                self.finish();
                Ok(0)
            }
            Ok(0) => {
                let left = self.left.unwrap_or(0);
                self.abandon();
                let text =
                    format!("{} closed the connection with {left} bytes of the body to come", self.peer());
                Err(Error::new(Kind::Connect, text))
            }
            Ok(n) => {
                if let Some(left) = &mut self.left {
                    *left -= n as u64;
                    if *left == 0 {
                        self.finish();
                    }
                }
                Ok(n)
            }
            Err(e) => {
                self.abandon();
                Err(fault::from_io(e, &self.peer()))
            }
        }
    }

    /// Appends the rest to `out`, at most `limit` bytes: `false` when there is more.
    pub fn read_into(&mut self, out: &mut Vec<u8>, limit: usize) -> Result<bool> {
        let mut filled = out.len();
        let done = self.fill(out, &mut filled, limit);
        out.truncate(filled);
        done
    }

    fn fill(&mut self, out: &mut Vec<u8>, filled: &mut usize, limit: usize) -> Result<bool> {
        let start = *filled;
        out.reserve(self.left.unwrap_or(0).min(limit as u64).min(1 << 20) as usize);
        loop {
            if *filled - start == limit {
                let mut one = [0];
                return Ok(self.read(&mut one)? == 0);
            }
            // What is left is known mostly, and then there is no second, empty read.
            if self.left == Some(0) {
                self.finish();
                return Ok(true);
            }
            if self.is_ahead()
                && let (Some(wire), Some(left)) = (&self.wire, self.left)
                && (self.direct || left >= DIRECT as u64)
            {
                // Room that is not filled with zeros first.
                out.truncate(*filled);
                let most = left.min((limit - (*filled - start)) as u64).min(1 << 20) as usize;
                if out.capacity() == out.len() {
                    out.try_reserve(most).map_err(|_| no_memory(out.len(), most))?;
                }
                let n = wire.recv_behind(out, most);
                self.direct = true;
                *filled += self.received(n)?;
                continue;
            }
            if *filled == out.len() {
                let room = (out.capacity() - *filled).clamp(4096, 1 << 20).min(limit - (*filled - start));
                grow(out, room)?;
            }
            match self.read(&mut out[*filled..])? {
                0 => return Ok(true),
                n => *filled += n,
            }
        }
    }

    fn peer(&self) -> String {
        self.wire.as_ref().map_or_else(String::new, |w| w.peer.clone())
    }

    /// The end was reached: gives the connection back.
    fn finish(&mut self) {
        let Some(mut reader) = self.reader.take() else { return };
        if self.direct {
            // ureq looks for bytes that do not belong to the body; here that is up to us.
            if let Some(wire) = &self.wire
                && wire.socket.is_quiet()
            {
                wire.clean.store(true, Ordering::Relaxed);
            }
        } else {
            // ureq gives the connection back when it is asked for what is not there.
            let _ = reader.read(&mut [0]);
        }
        self.left = Some(0);
    }

    /// Nothing more can be read.
    fn abandon(&mut self) {
        self.reader = None;
    }
}

impl Drop for RawBody {
    fn drop(&mut self) {
        // Nothing left to read is a clean end even when nobody asked for it.
        if self.left == Some(0) {
            self.finish();
        }
    }
}
