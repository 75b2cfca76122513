//! How an operation becomes requests: token, attempts, pauses, one renewal of the token, the body rewound.

use std::sync::Arc;
use std::time::Duration;

use super::operation::{Operation, Target, shown_url};
use super::{Connection, gzip};
use crate::core::auth::Session;
use crate::core::body::Body;
use crate::core::cancel::Call;
use crate::core::error::{Error, Kind, Result, hide};
use crate::core::fields::Fields;
use crate::core::http::{Answer, Exchange, Payload};
use crate::core::log::{Asked, Excerpt, Level, Redacted, log};
use crate::core::report::Wanted;
use crate::core::request::{Request, refuse_framing};
use crate::core::response::Response;
use crate::core::retry::Retry;
use crate::core::source::SourceReader;
use crate::core::url::{Url, shown_target, without_signature};

/// A small answer that is read whole must fit into this: the longest listing page does several times over.
const WHOLE: usize = 64 << 20;

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

/// The response that an answer is which was read whole; `empty` when that was its head alone.
fn answered(head: Answer, retry: &Retry, empty: bool, body: Body) -> Response {
    let elapsed = if empty { retry.elapsed_at(head.came) } else { retry.elapsed() };
    let response = Response::new(head.status, head.reason, head.headers, retry.attempts, body);
    response.with_history(retry.history()).took(elapsed)
}

impl Connection {
    /// Performs an operation and reads its answer whole.
    pub(crate) fn perform(&self, op: &Operation<'_>, send: Send<'_>, r: &Request) -> Result<Response> {
        let guard = self.begin(r);
        let mut bytes = Vec::new();
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        let head = self.run(op, send, r, guard.call(), &mut retry, Some(&mut bytes))?;
        Ok(answered(head, &retry, bytes.is_empty(), Body::memory(bytes)))
    }

    /// Performs an operation whose answer goes into `page`, which is emptied first, and not into the response.
    pub(crate) fn perform_into(
        &self,
        op: &Operation<'_>,
        r: &Request,
        page: &mut Vec<u8>,
    ) -> Result<Response> {
        let guard = self.begin(r);
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        let head = self.run(op, Send::Nothing, r, guard.call(), &mut retry, Some(page))?;
        Ok(answered(head, &retry, page.is_empty(), Body::memory(Vec::new())))
    }

    /// The loop around one operation. With `whole`, a body that breaks off is one more reason to try again;
    /// without, the caller reads it.
    pub(crate) fn run(
        &self,
        op: &Operation<'_>,
        send: Send<'_>,
        r: &Request,
        call: &Arc<Call>,
        retry: &mut Retry,
        whole: Option<&mut Vec<u8>>,
    ) -> Result<Answer> {
        self.attempts(op, send, r, call, retry, whole)
            .map_err(|e| e.with_history(retry.history()).with_unsure(retry.unsure))
    }

    fn attempts(
        &self,
        op: &Operation<'_>,
        mut send: Send<'_>,
        r: &Request,
        call: &Arc<Call>,
        retry: &mut Retry,
        mut whole: Option<&mut Vec<u8>>,
    ) -> Result<Answer> {
        let own_only = match r {
            _ if r.any_status && !op.any_status => Some("any status as a response is"),
            _ if r.own_framing && !op.own_framing => Some("framing of your own is"),
            _ => None,
        };
        if let Some(what) = own_only {
            let text = "for requests of your own (swc_connection_request) only";
            return Err(Error::invalid(format!("{}: {what} {text}", op.title())));
        }
        if !op.own_framing {
            r.headers.iter().try_for_each(|(name, _)| refuse_framing(name))?;
        }
        if let Send::Source(reader) = &mut send {
            reader.belong_to(call);
        }
        let mut renewed = false;
        let mut fresh = false;
        let expect = r.expect.unwrap_or(self.handle.shared.options.expect);
        // With framing of the caller's own, its own headers say that too.
        let mut expect = expect.filter(|_| !op.own_framing);
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
            let other;
            let base = match (&self.handle.account, op.target) {
                (Some(account), Target::Account | Target::Container(_) | Target::Object(..)) => {
                    other = base.with_last_segment(account);
                    &other
                }
                _ => base,
            };
            let session = way.session();
            let renews = session.is_some() && !renewed && self.handle.shared.auth.can_renew();
            let access = Access { base, session: session.map(Arc::as_ref), call, fresh, expect, renews };
            let outcome = self.attempt(op, &mut send, r, &access, retry, whole.as_deref_mut());
            let (e, stale) = match outcome {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            // Nobody can be sure that the server has not carried it out: who wants no repetitions gets none.
            let stale = stale && !fresh && (op.method.is_safe() || retry.repeats());
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
                if !self.handle.shared.auth.can_renew() {
                    return Err(e
                        .remark(self.handle.shared.auth.why_not_renewable())
                        .with_attempts(retry.attempts));
                }
                log!(Level::Info, "{}: {}, getting a new token", op.title(), e.http_status());
                if let Err(auth) = self.handle.shared.auth.renew(&self.handle.shared.http, call, session) {
                    Self::pause(auth, retry, call)?;
                }
            } else {
                if matches!(e.http_status(), 408 | 499) {
                    // The server gave up on us in the middle: its connections may be in any state.
                    self.handle.shared.http.forget_connections();
                }
                let anew = self.handle.shared.options.force_auth_retry && self.handle.shared.auth.can_renew();
                Self::pause(e, retry, call)?;
                if let (true, Some(session)) = (anew, session) {
                    // The next attempt fails with a better message if this does.
                    let _ = self.handle.shared.auth.renew(&self.handle.shared.http, call, session);
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
            403 => self.handle.shared.options.reauth_on_forbidden && self.handle.shared.auth.can_renew(),
            _ => false,
        }
    }

    /// Where a request goes: authenticates when it needs a token, or a storage URL that nobody gave.
    fn way(&self, op: &Operation<'_>, r: &Request, call: &Arc<Call>) -> Result<Way> {
        let auth = &self.handle.shared.auth;
        // A token of the caller's own, or a signature, is what the request shall be judged by.
        let given = r.headers.get("x-auth-token").is_some() || op.is_signed(r);
        let wanted = r.send_token.unwrap_or(op.token) && !given && !auth.is_anonymous();
        let Target::Elsewhere(url, _) = op.target else {
            if !wanted && (auth.is_anonymous() || auth.storage_url().is_some()) {
                return Ok(Way::Without(auth.storage_url()));
            }
            let session = auth.session(&self.handle.shared.http, call)?;
            return Ok(if wanted {
                Way::With(session)
            } else {
                Way::Without(Some(session.storage_url.clone()))
            });
        };
        // A token is for the servers it was got for; others see it only when told to.
        if wanted && (r.send_token == Some(true) || auth.storage_url().is_none_or(|u| u.same_origin(url))) {
            let session = auth.session(&self.handle.shared.http, call)?;
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
        let session = access.session;
        let service_token = session.and_then(|s| s.service_token.as_ref());
        // Objects are delivered as they are stored.
        let encoding: &[u8] = if op.plain && r.accept_gzip { b"gzip" } else { b"identity" };
        let own = [
            Some(("user-agent", self.handle.shared.options.user_agent.as_bytes())),
            Some(("accept-encoding", encoding)),
            session.map(|s| ("x-auth-token", s.token.as_bytes())),
            service_token.map(|token| ("x-service-token", token.as_bytes())),
        ];
        let fields = Fields::new(&op.headers, own, &r.headers);
        let now = retry.begin();
        self.handle.meter.count(retry.attempts > 1);
        let described = |e: Error| {
            e.with_request(op.method.as_str(), &shown_url(base, &target)).with_attempts(retry.attempts)
        };
        log!(
            Level::Debug,
            "{}",
            Asked {
                method: op.method.as_str(),
                target: &shown_target(&target),
                origin: format_args!("{}://{}", base.scheme(), base.authority()),
                headers: &fields.collect()
            }
        );
        let resendable = !matches!(send, Send::Source(s) if !s.can_rewind());
        let exchange = Exchange {
            method: op.method.clone(),
            https: base.is_https(),
            authority: base.authority(),
            target: &target,
            fields: &fields,
            now,
            fresh: access.fresh,
            may_be_stale: op.method.is_safe() || retry.repeats(),
            expect: access.expect.filter(|_| matches!(send, Send::Source(_))),
            own_framing: op.own_framing,
            payload: match send {
                Send::Nothing => Payload::None,
                Send::Empty => Payload::Empty,
                Send::Source(reader) => Payload::Source(reader),
            },
        };
        let mut answer = match self.handle.shared.http.exchange(exchange, access.call) {
            Ok(answer) => answer,
            Err(u) => {
                return Err((described(u.error.context(format_args!("{} failed", op.title()))), u.stale));
            }
        };
        let failed = !(200..300).contains(&answer.status);
        if failed {
            hide(answer.reason.to_mut(), &fields.collect());
        }
        let level = if failed { Level::Info } else { Level::Debug };
        log!(
            level,
            "{} {}: {} {} [{}]",
            op.method,
            shown_target(&target),
            answer.status,
            answer.reason,
            Redacted(&answer.headers)
        );
        let status = answer.status;
        let unexpected = status == 417 && access.expect.is_some();
        let again = unexpected
            || (resendable && (retry.may_follow(status) || (self.is_refusal(status) && access.renews)));
        if failed && (again || !op.any_status) {
            let sent = fields.collect();
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
                log!(Level::Info, "{} {}: {}", op.method, shown_target(&target), {
                    let mut text = Excerpt(&failure.body).to_string();
                    hide(&mut text, &sent);
                    text
                });
            }
            if let (300..=399, Some(to)) = (e.http_status(), to) {
                e = e.remark(format_args!(
                    "redirects are not followed; this one leads to {}",
                    without_signature(&to)
                ));
            }
            return Err((described(e.without(&sent)), false));
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
                log!(Level::Debug, "{} {}: {}", op.method, shown_target(&target), Excerpt(bytes));
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
        let mut renews = self.handle.shared.auth.can_renew();
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
                    self.handle.shared.auth.renew(&self.handle.shared.http, call, session)?;
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
        let way = Way::Without(self.handle.shared.auth.storage_url());
        way.base(op).map(|base| op.url(base, r)).unwrap_or_default()
    }
}
