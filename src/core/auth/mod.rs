//! Getting a token and a storage URL, and keeping them fresh: one `Authenticator` serves all threads.
//!
//! `v1`, `v2` and `v3` speak to the identity service, `catalog` chooses the endpoint, `exchange`
//! makes the request and explains refusals. What to authenticate with was decided in `config::plan`. An application
//! that logs in by itself is a `provider`.

mod catalog;
mod exchange;
mod keystone;
pub mod provider;
mod v1;
mod v2;
mod v3;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::cancel::{Call, lock};
use super::config::Options;
use super::config::plan::{AuthPlan, Credentials, Lack, Service};
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::http::{Client, Fetched};
use super::log::{Level, log};
use super::url::Url;
use provider::Reason;

/// A token is renewed this long before it expires, or a tenth of its life if that is less.
const AHEAD: Duration = Duration::from_secs(60);

/// How long to leave the identity service alone when a renewal failed and the token is still good, and when it
/// refused the credentials: a batch of thousands of jobs must not knock thousands of times and lock the user out.
const PAUSE: Duration = Duration::from_secs(5);

/// How often a thread that waits for another's authentication looks whether its own call must end.
const SLICE: Duration = Duration::from_millis(50);

/// One exchange over HTTP; tests put another in the place of [`Client`].
pub(crate) trait Fetch {
    /// Sends a request and reads the whole answer; any HTTP status is `Ok`.
    fn fetch(
        &self,
        method: &str,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        call: &Arc<Call>,
    ) -> Result<Fetched>;
}

impl Fetch for Client {
    fn fetch(
        &self,
        method: &str,
        url: &str,
        headers: &Headers,
        body: Option<&[u8]>,
        call: &Arc<Call>,
    ) -> Result<Fetched> {
        Client::fetch(self, method, url, headers, body, call)
    }
}

/// What authentication gives.
pub(crate) struct Session {
    /// The URL of the account.
    pub storage_url: Url,
    /// Goes into `X-Auth-Token`.
    pub token: String,
    /// Goes into `X-Service-Token`.
    pub service_token: Option<String>,
    /// When the token ends, by our clock, if that is known.
    pub expires: Option<SystemTime>,
    obtained: SystemTime,
}

/// How much of a session's life is left.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Age {
    Fresh,
    /// Good, but to be renewed.
    Old,
    Over,
}

impl Session {
    fn new(granted: Granted, now: SystemTime) -> Session {
        let Granted { token, service_token, storage_url, life } = granted;
        // A token without any life left has a wrong time in it; whether it is good the server knows.
        let expires = life.filter(|l| !l.is_zero()).and_then(|l| now.checked_add(l));
        Session { storage_url, token, service_token, expires, obtained: now }
    }

    fn age(&self, now: SystemTime) -> Age {
        let Some(expires) = self.expires else { return Age::Fresh };
        let Ok(left) = expires.duration_since(now) else { return Age::Over };
        let life = expires.duration_since(self.obtained).unwrap_or_default();
        if left.is_zero() {
            Age::Over
        } else if left <= AHEAD.min(life / 10) {
            Age::Old
        } else {
            Age::Fresh
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("storage_url", &self.storage_url)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// What one authentication works with.
struct Asked<'a> {
    http: &'a dyn Fetch,
    call: &'a Arc<Call>,
    /// Replaces what the identity service says (AU-06).
    storage_url: Option<&'a Url>,
    /// Which setting the URL of the service is from, when two hold one.
    url_origin: Option<&'static str>,
    /// Whether there was no session before.
    first: bool,
    /// Whether it is for the second token, of a service that acts for the user.
    service: bool,
}

/// What an identity service answered.
struct Granted {
    token: String,
    service_token: Option<String>,
    storage_url: Url,
    life: Option<Duration>,
}

#[derive(Default)]
struct State {
    session: Option<Arc<Session>>,
    /// The server does not take the session's token any more.
    refused: bool,
    /// The thread that is authenticating, as a number that is only compared.
    busy: Option<usize>,
    /// How many sessions took the place of another.
    renewals: u64,
    /// How many authentications have ended; tells those who wait that theirs has.
    ended: u64,
    /// How the last one failed, for those who waited for it.
    failed: Option<Error>,
    /// Do not renew ahead of time, nor show refused credentials again, before this.
    not_before: Option<Instant>,
}

impl State {
    /// The session, when it will do without asking the identity service.
    fn usable(&self, renewable: bool) -> Option<&Arc<Session>> {
        let session = self.session.as_ref().filter(|_| !self.refused)?;
        let will_do = match session.age(SystemTime::now()) {
            Age::Fresh => true,
            // One thread renews it, the others go on with it.
            Age::Old => {
                !renewable || self.busy.is_some() || self.not_before.is_some_and(|t| Instant::now() < t)
            }
            Age::Over => !renewable,
        };
        will_do.then_some(session)
    }

    /// The refusal of a moment ago.
    fn refusal(&self) -> Option<&Error> {
        let recent = self.not_before.is_some_and(|t| Instant::now() < t);
        self.failed.as_ref().filter(|e| recent && e.kind() == Kind::Auth)
    }
}

/// Gets sessions for all threads of a connection, one request at a time.
pub(crate) struct Authenticator {
    plan: AuthPlan,
    /// Whether another token of the user can be had.
    user: bool,
    /// Whether anything of a session can be renewed.
    renewable: bool,
    state: Mutex<State>,
    /// An authentication has ended.
    done: Condvar,
}

impl Authenticator {
    /// Takes what the settings say; no I/O. With a token and a storage URL given there is a session already.
    pub fn new(options: &Options) -> Result<Authenticator> {
        let plan = options.auth.clone();
        let service_token = match &plan.service {
            None => Some(None),
            Some(Service::Token(t)) => Some(Some(t.expose().to_owned())),
            Some(Service::Credentials(_)) => None,
        };
        let session = given(&plan).zip(service_token).map(|(granted, service_token)| {
            Arc::new(Session::new(Granted { service_token, ..granted }, SystemTime::now()))
        });
        let user =
            plan.provider.is_some() || plan.credentials.as_ref().is_ok_and(|c| c.good_once().is_none());
        let service = matches!(&plan.service, Some(Service::Credentials(c)) if c.good_once().is_none());
        let state = Mutex::new(State { session, ..State::default() });
        Ok(Authenticator { plan, user, renewable: user || service, state, done: Condvar::new() })
    }

    /// The latest session, if there was one; it may have expired.
    pub fn current(&self) -> Option<Arc<Session>> {
        lock(&self.state).session.clone()
    }

    /// The storage URL, as far as it is known without asking anybody.
    pub fn storage_url(&self) -> Option<Url> {
        let given = self.plan.storage_url.clone().filter(|u| !u.wants_project());
        given.or_else(|| self.current().map(|s| s.storage_url.clone()))
    }

    /// Whether there is a session that will do without asking anybody.
    pub fn is_ready(&self) -> bool {
        lock(&self.state).usable(self.renewable).is_some()
    }

    /// How many authentications have ended: as long as it is the same, token and storage URL are.
    pub fn ended(&self) -> u64 {
        lock(&self.state).ended
    }

    /// Whether there is no token, and shall be none.
    pub fn is_anonymous(&self) -> bool {
        matches!(self.plan.credentials, Ok(Credentials::Nobody))
    }

    /// How often a token took the place of another.
    pub fn renewals(&self) -> u64 {
        lock(&self.state).renewals
    }

    /// Whether a new token can be had when the server refuses this one.
    pub fn can_renew(&self) -> bool {
        self.renewable
    }

    /// Why [`can_renew`](Authenticator::can_renew) is false, for the message of a 401 that cannot be helped.
    pub fn why_not_renewable(&self) -> String {
        match &self.plan.credentials {
            Err(Lack::NotGiven) => "the token was given (os_auth_token) without credentials to get another \
                                    one: it may have expired, and cannot be renewed"
                .to_owned(),
            Err(Lack::Unusable(why)) => {
                format!(
                    "the token was given (os_auth_token), it may have expired, and cannot be renewed: {why}"
                )
            }
            Ok(c) => c.good_once().unwrap_or_default().to_owned(),
        }
    }

    /// A session to work with: the one there is, or a new one. Blocks while another thread authenticates, but
    /// no longer than `call` may last.
    pub fn session(&self, http: &dyn Fetch, call: &Arc<Call>) -> Result<Arc<Session>> {
        let mut state = lock(&self.state);
        loop {
            if let Some(session) = state.usable(self.renewable) {
                return Ok(session.clone());
            }
            call.check()?;
            let this = this_thread();
            if state.busy == Some(this) {
                // It would wait for itself.
                return Err(Error::new(
                    Kind::State,
                    "this thread is authenticating: a callback that it runs meanwhile can make no calls that need the \
                     token",
                ));
            }
            if state.busy.is_none() {
                if let Some(e) = state.refusal() {
                    return Err(e.clone());
                }
                state.busy = Some(this);
                let was = state.session.clone();
                let reason = match &was {
                    None => Reason::First,
                    Some(_) if state.refused => Reason::Refused,
                    Some(_) => Reason::Expiring,
                };
                drop(state);
                return self.lead(http, call, was.as_deref(), reason);
            }
            let ended = state.ended;
            while state.ended == ended {
                call.check()?;
                state = match self.done.wait_timeout(state, SLICE) {
                    Ok((guard, _)) => guard,
                    Err(e) => PoisonError::into_inner(e).0,
                };
            }
            // Asking again what was just refused would not help, and might lock the user out.
            if let Some(e) = &state.failed {
                return Err(e.clone());
            }
        }
    }

    /// A session other than `stale`, whose token the server refused: the one another thread got meanwhile, or
    /// a new one.
    pub fn renew(&self, http: &dyn Fetch, call: &Arc<Call>, stale: &Arc<Session>) -> Result<Arc<Session>> {
        if !self.renewable {
            return Err(Error::new(Kind::Auth, self.why_not_renewable()));
        }
        {
            let mut state = lock(&self.state);
            if state.session.as_ref().is_some_and(|s| Arc::ptr_eq(s, stale)) {
                state.refused = true;
            }
        }
        self.session(http, call)
    }

    /// Authenticates while the others wait.
    fn lead(
        &self,
        http: &dyn Fetch,
        call: &Arc<Call>,
        was: Option<&Session>,
        reason: Reason,
    ) -> Result<Arc<Session>> {
        let turn = Turn(self);
        let asked = Asked {
            http,
            call,
            storage_url: self.plan.storage_url.as_ref(),
            url_origin: self.plan.url_origin,
            first: was.is_none(),
            service: false,
        };
        let outcome = self.authenticate(&asked, was, reason);
        // For the caller, who may go on with the session there is; the log tells the outcome itself.
        let result = self.settle(&outcome, call);
        drop(turn);
        // Neither the lock nor the turn is held: the receiver may take its time, and may use the connection.
        match (&outcome, &result) {
            (Ok((session, life)), _) => {
                log!(Level::Debug, "authenticated: storage URL {}, {}", session.storage_url, Life(*life));
            }
            (Err(e), Ok(_)) => log!(Level::Warn, "the token could not be renewed ahead of its end: {e}"),
            // Final: nobody tries that again.
            (Err(e), Err(_)) if e.kind() == Kind::Auth => log!(Level::Error, "{e}"),
            (Err(_), Err(_)) => {}
        }
        result
    }

    /// Notes how an authentication ended, and decides what its caller gets.
    fn settle(
        &self,
        outcome: &Result<(Arc<Session>, Option<Duration>)>,
        call: &Call,
    ) -> Result<Arc<Session>> {
        let mut state = lock(&self.state);
        state.failed = None;
        match outcome {
            Ok((session, _)) => {
                state.renewals += u64::from(state.session.is_some());
                state.session = Some(session.clone());
                state.refused = false;
                state.not_before = None;
                Ok(session.clone())
            }
            // That this call had to end says nothing to the others: one of them takes over.
            Err(e) if call.check().is_err() => Err(e.clone()),
            Err(e) => {
                let good = state
                    .session
                    .as_ref()
                    .filter(|s| !state.refused && s.age(SystemTime::now()) != Age::Over);
                if let Some(session) = good.cloned() {
                    state.not_before = Some(Instant::now() + PAUSE);
                    return Ok(session);
                }
                state.not_before = (e.kind() == Kind::Auth).then(|| Instant::now() + PAUSE);
                state.failed = Some(e.clone());
                Err(e.clone())
            }
        }
    }

    /// A session and how long its token lives.
    fn authenticate(
        &self,
        asked: &Asked<'_>,
        was: Option<&Session>,
        reason: Reason,
    ) -> Result<(Arc<Session>, Option<Duration>)> {
        let mut granted = self.user(asked, was, reason)?;
        match &self.plan.service {
            // A provider that has one knows best.
            _ if granted.service_token.is_some() => {}
            None => {}
            Some(Service::Token(token)) => granted.service_token = Some(token.expose().to_owned()),
            Some(Service::Credentials(c)) => {
                // Which of two URLs is the user's does not matter here.
                let own = authenticate(c, &Asked { service: true, url_origin: None, ..*asked })?;
                // AU-51; who says where to work means it.
                if self.plan.provider.is_none() && asked.storage_url.is_none() {
                    granted.storage_url = own.storage_url;
                }
                granted.service_token = Some(own.token);
                granted.life = match (granted.life, own.life) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
            }
        }
        let life = granted.life;
        Ok((Arc::new(Session::new(granted, SystemTime::now())), life))
    }

    /// The user's part of a session.
    fn user(&self, asked: &Asked<'_>, was: Option<&Session>, reason: Reason) -> Result<Granted> {
        if was.is_none()
            && let Some(granted) = given(&self.plan)
        {
            return Ok(granted);
        }
        if let Some(provider) = &self.plan.provider {
            return provider::granted(provider, reason, was, asked.storage_url);
        }
        match (&self.plan.credentials, was) {
            // Only the service's token can be renewed.
            (_, Some(was)) if !self.user => Ok(Granted {
                token: was.token.clone(),
                service_token: None,
                storage_url: was.storage_url.clone(),
                life: was.expires.and_then(|e| e.duration_since(SystemTime::now()).ok()),
            }),
            (Ok(credentials), _) => authenticate(credentials, asked),
            (Err(_), _) => Err(Error::new(Kind::Auth, self.why_not_renewable())),
        }
    }
}

/// What settings alone give: a token and a storage URL (AU-08).
fn given(plan: &AuthPlan) -> Option<Granted> {
    let storage_url = plan.storage_url.as_ref().filter(|u| !u.wants_project())?;
    let token = plan.token.as_ref()?;
    Some(Granted {
        token: token.expose().to_owned(),
        service_token: None,
        storage_url: storage_url.clone(),
        life: None,
    })
}

fn authenticate(credentials: &Credentials, asked: &Asked<'_>) -> Result<Granted> {
    match credentials {
        Credentials::V1(c) => v1::authenticate(c, asked),
        Credentials::V2(c) => v2::authenticate(c, asked),
        Credentials::V3(c) => v3::authenticate(c, asked),
        Credentials::Nobody => Err(Error::new(
            Kind::State,
            "this connection does not authenticate (os_auth_type none), so it has no token",
        )),
    }
}

/// How long a token lives, for people: two units are enough.
struct Life(Option<Duration>);

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(life) = self.0 else { return f.write_str("the token does not say how long it lives") };
        let seconds = life.as_secs();
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        f.write_str("the token lives ")?;
        match (days, hours, minutes) {
            (0, 0, 0) => write!(f, "{seconds} s"),
            (0, 0, m) => write!(f, "{m} min {} s", seconds % 60),
            (0, h, m) => write!(f, "{h} h {m} min"),
            (d, h, _) => write!(f, "{d} d {h} h"),
        }
    }
}

thread_local! {
    /// Lies elsewhere in each thread.
    static HERE: u8 = const { 0 };
}

/// The calling thread, as long as it lives. What Rust knows a thread by is memory that is not given back when a C program
/// ends in the thread that called us.
fn this_thread() -> usize {
    HERE.with(|here| std::ptr::from_ref(here).addr())
}

/// The right to authenticate; giving it back wakes those who wait, also after a panic.
struct Turn<'a>(&'a Authenticator);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        state.busy = None;
        state.ended += 1;
        if std::thread::panicking() {
            // What is noted is about an earlier attempt.
            state.failed = None;
        }
        drop(state);
        self.0.done.notify_all();
    }
}
