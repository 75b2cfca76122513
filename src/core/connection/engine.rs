//! How an operation becomes requests: token, attempts, pauses, one renewal of the token, the body rewound.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::{Connection, gzip};
use crate::core::auth::Session;
use crate::core::body::Body;
use crate::core::cancel::{Call, CallGuard};
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::http::{Answer, Exchange, Payload};
use crate::core::log::{Asked, Excerpt, Level, Redacted, log};
use crate::core::names;
use crate::core::report::Wanted;
use crate::core::request::{Request, refuse_framing};
use crate::core::response::Response;
use crate::core::retry::Retry;
use crate::core::source::SourceReader;
use crate::core::url::{Url, without_signature};

/// A small answer that is read whole must fit into this: the longest listing page does several times over.
const WHOLE: usize = 64 << 20;

/// What an operation is about.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    Account,
    Container(&'a str),
    Object(&'a str, &'a str),
    /// An object of another account: account, container, object.
    ObjectOf(&'a str, &'a str, &'a str),
    /// A path of the cluster's own, such as `/info`: it stands where the version does in the storage URL.
    Cluster(&'a str),
    /// Path and query as they are, below the account: nothing, `?…`, or what follows a slash.
    Below(&'a str),
    /// Path and query as they are, on the server of the account.
    Server(&'a str),
    /// Path and query as they are, on any server.
    Elsewhere(&'a Url, &'a str),
}

/// An operation on the account, a container or an object, or one on the cluster.
pub(crate) struct Operation<'a> {
    /// "Object GET", for messages.
    pub name: &'static str,
    pub method: Method,
    pub target: Target<'a>,
    /// Query parameters of the operation itself, before those of the request.
    pub query: &'a [(&'a str, Option<&'a str>)],
    /// Headers of the operation itself; those of the request replace them.
    pub headers: Headers,
    /// Whether the token goes with it, unless the request says otherwise.
    pub token: bool,
    /// Where the answer is a report, the place for it: a failure it tells of is one of the attempt.
    pub report: Option<&'a Wanted>,
    /// Whether an answer that is no success goes to the caller as it is, once there is no more to try.
    pub any_status: bool,
    /// Whether its answer is ours to read, so that it may come compressed.
    pub plain: bool,
}

impl<'a> Operation<'a> {
    /// An operation on the account.
    pub fn account(name: &'static str, method: Method) -> Operation<'a> {
        Operation {
            name,
            method,
            target: Target::Account,
            query: &[],
            headers: Headers::new(),
            token: true,
            report: None,
            any_status: false,
            plain: false,
        }
    }

    /// An operation on a container.
    pub fn container(name: &'static str, method: Method, container: &'a str) -> Result<Operation<'a>> {
        names::check_container(container)?;
        Ok(Operation { target: Target::Container(container), ..Operation::account(name, method) })
    }

    /// An operation on an object.
    pub fn object(
        name: &'static str,
        method: Method,
        container: &'a str,
        object: &'a str,
    ) -> Result<Operation<'a>> {
        names::check_container(container)?;
        names::check_object(object)?;
        Ok(Operation { target: Target::Object(container, object), ..Operation::account(name, method) })
    }

    /// An operation on the cluster: no token goes with it.
    pub fn cluster(name: &'static str, method: Method, path: &'a str) -> Operation<'a> {
        Operation { target: Target::Cluster(path), token: false, ..Operation::account(name, method) }
    }

    /// Asks for the report that `wanted` is the place for.
    pub fn reporting(mut self, wanted: &'a Wanted) -> Operation<'a> {
        self.headers.set("accept", b"application/json");
        self.report = Some(wanted);
        self
    }

    /// What it is and what it is about, for messages: `Object GET "photos/cat.jpg"`.
    pub fn title(&self) -> String {
        let name = self.name;
        match self.target {
            Target::Account | Target::Cluster(_) => name.to_owned(),
            Target::Container(c) => format!("{name} {c:?}"),
            Target::Object(c, o) => format!("{name} {:?}", format!("{c}/{o}")),
            Target::Below(path) | Target::Server(path) | Target::Elsewhere(_, path) => {
                format!("{} {:?}", self.method, without_signature(path))
            }
            Target::ObjectOf(a, c, o) => format!("{name} {:?}", format!("{a}/{c}/{o}")),
        }
    }

    /// Path and query, encoded.
    fn target(&self, base: &Url, r: &Request) -> String {
        let path = base.path();
        let mut target = match self.target {
            Target::Account => path.to_owned(),
            Target::Container(c) => {
                let mut target = String::with_capacity(path.len() + c.len() + 32);
                target.push_str(path);
                names::push_resource(&mut target, c, None);
                target
            }
            Target::ObjectOf(a, c, o) => {
                // The account is the last element of a storage URL.
                let mut target = path[..path.rfind('/').map_or(0, |at| at + 1)].to_owned();
                names::encode_into(&mut target, a);
                names::push_resource(&mut target, c, Some(o));
                target
            }
            Target::Object(c, o) => {
                let mut target = String::with_capacity(path.len() + c.len() + o.len() + 32);
                target.push_str(path);
                names::push_resource(&mut target, c, Some(o));
                target
            }
            Target::Cluster(own) => cluster_path(path, own),
            Target::Below(rest) => {
                let slash = if rest.is_empty() || rest.starts_with('?') { "" } else { "/" };
                format!("{path}{slash}{rest}")
            }
            Target::Server(whole) | Target::Elsewhere(_, whole) => whole.to_owned(),
        };
        if target.is_empty() || target.starts_with('?') {
            // A storage URL without a path: the name of its host says which account it is.
            target.insert(0, '/');
        }
        let given = r.query.iter().map(|(n, v)| (n.as_str(), v.as_deref()));
        names::push_query(&mut target, self.query.iter().copied().chain(given));
        target
    }

    /// The whole URL, without secrets.
    pub fn url(&self, base: &Url, r: &Request) -> String {
        shown_url(base, &self.target(base, r))
    }

    /// Whether its query holds a signature, which stands in for a token.
    fn is_signed(&self, r: &Request) -> bool {
        let mut given = self.query.iter().map(|(n, _)| *n).chain(r.query.iter().map(|(n, _)| n.as_str()));
        given.any(|n| n == SIGNATURE)
            || match self.target {
                Target::Below(t) | Target::Server(t) | Target::Elsewhere(_, t) => {
                    let query = t.split_once('?').map_or("", |(_, q)| q);
                    query.split('&').any(|p| p.split('=').next() == Some(SIGNATURE))
                }
                _ => false,
            }
    }
}

/// The parameter of a temporary URL that holds its signature.
const SIGNATURE: &str = "temp_url_sig";

/// A URL for messages.
fn shown_url(base: &Url, target: &str) -> String {
    format!("{}://{}{}", base.scheme(), base.authority(), without_signature(target))
}

/// What the body of a request is.
pub(crate) enum Send<'a> {
    Nothing,
    Empty,
    Source(&'a mut SourceReader),
}

/// Where a request goes, and with whose rights.
enum Way {
    /// With the token of the session.
    With(Arc<Session>),
    /// Without a token; this is the storage URL when it is needed.
    Without(Option<Url>),
}

impl Way {
    fn session(&self) -> Option<&Arc<Session>> {
        match self {
            Way::With(session) => Some(session),
            Way::Without(_) => None,
        }
    }

    /// What the target of an operation stands below.
    fn base<'a>(&'a self, op: &Operation<'a>) -> Result<&'a Url> {
        match (op.target, self) {
            (Target::Elsewhere(url, _), _) => Ok(url),
            (_, Way::With(session)) => Ok(&session.storage_url),
            (_, Way::Without(url)) => url.as_ref().ok_or_else(|| {
                Error::new(
                    Kind::State,
                    "there is no storage URL: set os_storage_url (OS_STORAGE_URL), or give a whole URL",
                )
            }),
        }
    }
}

/// What one attempt goes out with.
struct Access<'a> {
    base: &'a Url,
    session: Option<&'a Session>,
    call: &'a Arc<Call>,
    /// Not on a connection that lay idle.
    fresh: bool,
    /// The body is announced, and this is how long the server may take to ask for it.
    expect: Option<Duration>,
    /// A 401 is answered with a new token.
    renews: bool,
}

impl Connection {
    /// Performs an operation and reads its answer whole.
    pub(crate) fn perform(&self, op: &Operation<'_>, send: Send<'_>, r: &Request) -> Result<Response> {
        let guard = self.begin(r);
        let mut bytes = Vec::new();
        let mut retry = Retry::new(&self.shared.options, &r.retry);
        let head = self.run(op, send, r, &guard, &mut retry, Some(&mut bytes))?;
        let body = Body::memory(bytes);
        Ok(Response::new(head.status, head.reason, head.headers, retry.attempts, body).with_history(&retry))
    }

    /// Performs an operation whose answer goes into `page`, which is emptied first, and not into the response.
    pub(crate) fn perform_into(
        &self,
        op: &Operation<'_>,
        r: &Request,
        page: &mut Vec<u8>,
    ) -> Result<Response> {
        let guard = self.begin(r);
        let mut retry = Retry::new(&self.shared.options, &r.retry);
        let head = self.run(op, Send::Nothing, r, &guard, &mut retry, Some(page))?;
        let body = Body::memory(Vec::new());
        Ok(Response::new(head.status, head.reason, head.headers, retry.attempts, body).with_history(&retry))
    }

    /// The loop around one operation. With `whole`, a body that breaks off is one more reason to try again;
    /// without, the caller reads it.
    pub(crate) fn run(
        &self,
        op: &Operation<'_>,
        send: Send<'_>,
        r: &Request,
        guard: &CallGuard,
        retry: &mut Retry,
        whole: Option<&mut Vec<u8>>,
    ) -> Result<Answer> {
        self.attempts(op, send, r, guard, retry, whole).map_err(|e| e.with_history(retry.history()))
    }

    fn attempts(
        &self,
        op: &Operation<'_>,
        mut send: Send<'_>,
        r: &Request,
        guard: &CallGuard,
        retry: &mut Retry,
        mut whole: Option<&mut Vec<u8>>,
    ) -> Result<Answer> {
        r.headers.iter().try_for_each(|(name, _)| refuse_framing(name))?;
        if r.any_status && !op.any_status {
            return Err(Error::invalid(format!(
                "{}: any status as a response is for requests of your own (swc_connection_request) only",
                op.title()
            )));
        }
        let call = guard.call();
        if let Send::Source(reader) = &mut send {
            reader.belong_to(call);
        }
        let mut renewed = false;
        let mut fresh = false;
        let mut expect = r.expect.unwrap_or(self.shared.options.expect);
        loop {
            let way = match self.way(op, r, call) {
                Ok(way) => way,
                Err(e) => {
                    retry.begin();
                    retry.failed(&e);
                    Self::pause(e, retry, call)?;
                    continue;
                }
            };
            let base = way.base(op).map_err(|e| e.context(op.title()))?;
            let session = way.session();
            let renews = session.is_some() && !renewed && self.shared.auth.can_renew();
            let access = Access { base, session: session.map(Arc::as_ref), call, fresh, expect, renews };
            let outcome = self.attempt(op, &mut send, r, &access, retry, whole.as_deref_mut());
            let (e, stale) = match outcome {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let stale = stale && !fresh;
            if !stale {
                retry.failed(&e);
            }
            // What the server answered stays an answer, also when time ran out over it.
            if let Err(why) = call.check()
                && (call.aborted() || e.failure().is_none())
            {
                let why = why.context(op.title()).with_request(e.method(), e.url());
                return Err(why.with_attempts(retry.attempts));
            }
            // What can be sent only once is lost with the first attempt. The failure says why.
            if let Send::Source(reader) = &send
                && reader.started()
                && !reader.can_rewind()
            {
                let e = e.with_attempts(retry.attempts);
                let again = e.retryable() || self.refuses_token(&e);
                return Err(if again { e.remark("the body can be sent only once") } else { e });
            }
            if stale {
                // The server had closed the idle connection; that is nobody's failure, so no pause.
                fresh = true;
                retry.forget();
            } else if e.http_status() == 417 && expect.is_some() {
                // It does not know that expectation: then the body goes without being announced.
                log!(Level::Info, "{}: 417, sending the body at once", op.title());
                expect = None;
            } else if let (true, false, Some(session)) = (self.refuses_token(&e), renewed, session) {
                // Once in an operation, also when no retries are left: tokens expire.
                renewed = true;
                if !self.shared.auth.can_renew() {
                    return Err(e.remark(self.shared.auth.why_not_renewable()).with_attempts(retry.attempts));
                }
                log!(Level::Info, "{}: {}, getting a new token", op.title(), e.http_status());
                if let Err(auth) = self.shared.auth.renew(&self.shared.http, call, session) {
                    Self::pause(auth, retry, call)?;
                }
            } else {
                if matches!(e.http_status(), 408 | 499) {
                    // The server gave up on us in the middle: its connections may be in any state.
                    self.shared.http.forget_connections();
                }
                let anew = self.shared.options.force_auth_retry && self.shared.auth.can_renew();
                Self::pause(e, retry, call)?;
                if let (true, Some(session)) = (anew, session) {
                    // The next attempt fails with a better message if this does.
                    let _ = self.shared.auth.renew(&self.shared.http, call, session);
                }
            }
            if let Send::Source(reader) = &mut send {
                reader.rewind().map_err(|why| {
                    why.context("the body cannot be sent again").with_attempts(retry.attempts)
                })?;
            }
        }
    }

    /// Whether another token may help.
    fn refuses_token(&self, e: &Error) -> bool {
        self.is_refusal(e.http_status())
    }

    fn is_refusal(&self, status: u16) -> bool {
        match status {
            401 => true,
            // The roles of the user may be others than when the token was made.
            403 => self.shared.options.reauth_on_forbidden && self.shared.auth.can_renew(),
            _ => false,
        }
    }

    /// Where a request goes: authenticates when it needs a token, or a storage URL that nobody gave.
    fn way(&self, op: &Operation<'_>, r: &Request, call: &Arc<Call>) -> Result<Way> {
        let auth = &self.shared.auth;
        // A token of the caller's own, or a signature, is what the request shall be judged by.
        let given = r.headers.get("x-auth-token").is_some() || op.is_signed(r);
        let wanted = r.send_token.unwrap_or(op.token) && !given && !auth.is_anonymous();
        let Target::Elsewhere(url, _) = op.target else {
            if !wanted && (auth.is_anonymous() || auth.storage_url().is_some()) {
                return Ok(Way::Without(auth.storage_url()));
            }
            let session = auth.session(&self.shared.http, call)?;
            return Ok(if wanted {
                Way::With(session)
            } else {
                Way::Without(Some(session.storage_url.clone()))
            });
        };
        // A token is for the servers it was got for; others see it only when told to.
        if wanted && (r.send_token == Some(true) || auth.storage_url().is_none_or(|u| u.same_origin(url))) {
            let session = auth.session(&self.shared.http, call)?;
            if r.send_token == Some(true) || session.storage_url.same_origin(url) {
                return Ok(Way::With(session));
            }
        }
        Ok(Way::Without(None))
    }

    /// Waits before the next attempt, or returns the failure when there shall be none.
    pub(super) fn pause(e: Error, retry: &mut Retry, call: &Call) -> Result<()> {
        let retryable = e.retryable();
        let Some(pause) = retry.after(&e) else {
            if retry.late() {
                log!(Level::Error, "{e}; retry_max_elapsed leaves no time for another attempt");
                let e = e.remark("retry_max_elapsed leaves no time for another attempt");
                return Err(e.with_attempts(retry.attempts));
            }
            if retryable {
                log!(Level::Error, "{e}; that was attempt {}, the last", retry.attempts);
            }
            return Err(e.with_attempts(retry.attempts));
        };
        if !call.has_time(pause) {
            // What failed says more than that the time is short.
            log!(Level::Error, "{e}; the deadline leaves no time for another attempt");
            return Err(e
                .remark("the deadline leaves no time for another attempt")
                .with_attempts(retry.attempts));
        }
        log!(Level::Warn, "{e}; trying again in {:.1} s", pause.as_secs_f64());
        call.sleep(pause).map_err(|why| {
            // The failure that was to be tried again belongs to the story.
            why.remark(&e).with_attempts(retry.attempts).with_request(e.method(), e.url())
        })
    }

    /// One request.
    fn attempt(
        &self,
        op: &Operation<'_>,
        send: &mut Send<'_>,
        r: &Request,
        access: &Access<'_>,
        retry: &mut Retry,
        whole: Option<&mut Vec<u8>>,
    ) -> std::result::Result<Answer, (Error, bool)> {
        let base = access.base;
        let target = op.target(base, r);
        let mut headers = op.headers.clone();
        headers.push("user-agent", self.shared.options.user_agent.as_bytes());
        // Objects are delivered as they are stored.
        headers.push("accept-encoding", if op.plain && r.accept_gzip { b"gzip" } else { b"identity" });
        if let Some(session) = access.session {
            headers.push("x-auth-token", session.token.as_bytes());
            if let Some(token) = &session.service_token {
                headers.push("x-service-token", token.as_bytes());
            }
        }
        for (name, _) in r.headers.iter() {
            headers.remove(name);
        }
        for (name, value) in r.headers.iter() {
            headers.push(name, value);
        }
        retry.begin();
        self.meter.count(retry.attempts > 1);
        let shown = without_signature(&target);
        let described = |e: Error| {
            e.with_request(op.method.as_str(), &shown_url(base, &target)).with_attempts(retry.attempts)
        };
        log!(
            Level::Debug,
            "{}",
            Asked {
                method: op.method.as_str(),
                target: &shown,
                origin: format_args!("{}://{}", base.scheme(), base.authority()),
                headers: &headers
            }
        );
        let resendable = !matches!(send, Send::Source(s) if !s.can_rewind());
        let exchange = Exchange {
            method: op.method.clone(),
            https: base.is_https(),
            authority: base.authority(),
            target: &target,
            headers: &headers,
            fresh: access.fresh,
            expect: access.expect.filter(|_| matches!(send, Send::Source(_))),
            payload: match send {
                Send::Nothing => Payload::None,
                Send::Empty => Payload::Empty,
                Send::Source(reader) => Payload::Source(reader),
            },
        };
        let mut answer = match self.shared.http.exchange(exchange, access.call) {
            Ok(answer) => answer,
            Err(u) => {
                return Err((described(u.error.context(format_args!("{} failed", op.title()))), u.stale));
            }
        };
        let failed = !(200..300).contains(&answer.status);
        let level = if failed { Level::Info } else { Level::Debug };
        log!(
            level,
            "{} {shown}: {} {} [{}]",
            op.method,
            answer.status,
            answer.reason,
            Redacted(&answer.headers)
        );
        let status = answer.status;
        let unexpected = status == 417 && access.expect.is_some();
        let again = unexpected
            || (resendable && (retry.may_follow(status) || (self.is_refusal(status) && access.renews)));
        if failed && (again || !op.any_status) {
            let to = answer.headers.get_str("location").map(str::to_owned);
            let via = answer.via.clone();
            let mut e = match op.report {
                Some(_) => Wanted::refused(&op.title(), answer.into_failure_with(WHOLE)),
                None => Error::from_failure(&op.title(), answer.into_failure()),
            };
            if let Some(proxy) = via {
                e = proxy.explain(e);
            }
            if let Some(failure) = e.failure().filter(|f| !f.body.is_empty()) {
                log!(Level::Info, "{} {shown}: {}", op.method, Excerpt(&failure.body));
            }
            if let (300..=399, Some(to)) = (e.http_status(), to) {
                e = e.remark(format_args!(
                    "redirects are not followed; this one leads to {}",
                    without_signature(&to)
                ));
            }
            return Err((described(e), false));
        }
        if let Some(bytes) = whole {
            bytes.clear();
            let read = match op.plain {
                true => gzip::read_plain(&mut answer, bytes, WHOLE),
                false => answer.body.read_into(bytes, WHOLE),
            };
            match read {
                Ok(true) => {}
                Ok(false) => {
                    let text = format!("{} failed: the answer is longer than {WHOLE} bytes", op.title());
                    return Err((described(Error::new(Kind::Protocol, text)), false));
                }
                Err(e) => {
                    return Err((described(e.context(format_args!("{} failed", op.title()))), false));
                }
            }
            if !bytes.is_empty() {
                log!(Level::Debug, "{} {shown}: {}", op.method, Excerpt(bytes));
            }
            if let Some(wanted) = op.report {
                wanted.examine(&op.title(), &mut answer, bytes).map_err(|e| (described(e), false))?;
            }
        }
        Ok(answer)
    }

    /// One request with the token at hand, or a second one with a new token when that one has expired.
    pub(crate) fn once(
        &self,
        op: &Operation<'_>,
        r: &Request,
        retry: &mut Retry,
        call: &Arc<Call>,
    ) -> Result<Answer> {
        let fresh = true;
        let mut renews = self.shared.auth.can_renew();
        loop {
            let way = self.way(op, r, call)?;
            let base = way.base(op)?;
            let session = way.session();
            let access =
                Access { base, session: session.map(Arc::as_ref), call, fresh, expect: None, renews };
            match (self.attempt(op, &mut Send::Nothing, r, &access, retry, None), session) {
                (Ok(answer), _) => {
                    retry.answered(answer.status, &answer.reason, &answer.headers);
                    return Ok(answer);
                }
                (Err((e, _)), Some(session)) if renews && self.refuses_token(&e) => {
                    retry.failed(&e);
                    self.shared.auth.renew(&self.shared.http, call, session)?;
                    renews = false;
                }
                (Err((e, _)), _) => {
                    retry.failed(&e);
                    return Err(e);
                }
            }
        }
    }

    /// The URL of an operation without secrets; empty when it is not known where the account is.
    pub(crate) fn url_of(&self, op: &Operation<'_>, r: &Request) -> String {
        let way = Way::Without(self.shared.auth.storage_url());
        way.base(op).map(|base| op.url(base, r)).unwrap_or_default()
    }
}

/// Where a cluster whose storage URL has the path `storage` has a path of its own: what stands before `/v1` is
/// kept, as gateways put one there.
fn cluster_path(storage: &str, own: &str) -> String {
    let before = names::version_at(storage).map_or("", |at| &storage[..at]);
    format!("{before}{own}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cr_13_info_keeps_what_stands_before_the_version() {
        assert_eq!(cluster_path("/v1/AUTH_test", "/info"), "/info");
        assert_eq!(cluster_path("/swift/v1", "/info"), "/swift/info");
        assert_eq!(cluster_path("/swift/v1.0/AUTH_x", "/info"), "/swift/info");
        assert_eq!(cluster_path("/very/odd", "/info"), "/info");
        assert_eq!(cluster_path("", "/info"), "/info");
    }
}
