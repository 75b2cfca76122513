//! What can go wrong, in terms of what the caller can do about it.

use std::fmt;
use std::sync::Arc;

use super::headers::Headers;
use super::report::Report;
use super::retry::Attempt;

/// Result of anything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// How much of the body of a failed response is kept.
pub const BODY_KEPT: usize = 64 * 1024;

/// What kind of failure it is. The C interface has a status for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 404, 410: the account, container, object, version or segment is not there.
    NotFound,
    /// 401 from the storage server, also after the token was renewed.
    Unauthorized,
    /// 403: the credentials are good, but not for this.
    Forbidden,
    /// 409: not empty, or in conflict with the state of the resource.
    Conflict,
    /// 412: a condition of the request does not hold.
    Precondition,
    /// 304: the condition says that the caller's copy is current.
    NotModified,
    /// 416: the range lies outside the object.
    Range,
    /// 413, 507: size limit or quota exceeded.
    TooLarge,
    /// 429, 498: the server limits the rate of requests.
    RateLimited,
    /// The bytes are not the ones that were sent or stored; 422 included.
    Checksum,
    /// 5xx: the server failed.
    Server,
    /// Any other HTTP status that is not a success.
    Http,
    /// No byte moved for the configured time, or the deadline of the call passed; 408 and 499 included.
    Timeout,
    /// The server could not be reached, or the connection broke.
    Connect,
    /// TLS: certificate, host name, handshake.
    Tls,
    /// A local file, descriptor or memory operation failed.
    Io,
    /// The server's answer is not what the protocol allows.
    Protocol,
    /// Authentication failed: wrong or missing credentials, no endpoint in the catalogue.
    Auth,
    /// Cancelled by the caller.
    Cancelled,
    /// A callback of the caller reported failure.
    Callback,
    /// An argument is missing, unknown, malformed or out of range.
    InvalidArgument,
    /// A text argument is not UTF-8.
    InvalidUtf8,
    /// The object is not in a state that allows the call.
    State,
    /// Too much is queued already; pop results and call again.
    Again,
    /// The server or this build cannot do that.
    Unsupported,
    /// A bug in the library, stopped at its boundary.
    Panic,
}

impl Kind {
    /// Its name, as the C interface has it after `SWC_ERR_`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::NotFound => "NOT_FOUND",
            Kind::Unauthorized => "UNAUTHORIZED",
            Kind::Forbidden => "FORBIDDEN",
            Kind::Conflict => "CONFLICT",
            Kind::Precondition => "PRECONDITION",
            Kind::NotModified => "NOT_MODIFIED",
            Kind::Range => "RANGE",
            Kind::TooLarge => "TOO_LARGE",
            Kind::RateLimited => "RATE_LIMITED",
            Kind::Checksum => "CHECKSUM",
            Kind::Server => "SERVER",
            Kind::Http => "HTTP",
            Kind::Timeout => "TIMEOUT",
            Kind::Connect => "CONNECT",
            Kind::Tls => "TLS",
            Kind::Io => "IO",
            Kind::Protocol => "PROTOCOL",
            Kind::Auth => "AUTH",
            Kind::Cancelled => "CANCELLED",
            Kind::Callback => "CALLBACK",
            Kind::InvalidArgument => "INVALID_ARGUMENT",
            Kind::InvalidUtf8 => "INVALID_UTF8",
            Kind::State => "STATE",
            Kind::Again => "AGAIN",
            Kind::Unsupported => "UNSUPPORTED",
            Kind::Panic => "PANIC",
        }
    }
}

/// The response behind a failure.
#[derive(Clone, Debug, Default)]
pub struct Failure {
    /// HTTP status code.
    pub status: u16,
    /// Reason phrase as the server sent it; may be empty.
    pub reason: String,
    /// Response headers.
    pub headers: Headers,
    /// The first [`BODY_KEPT`] bytes of the body.
    pub body: Vec<u8>,
}

/// The first line of what a server said, as far as it fits into a message; nothing of HTML.
pub(crate) fn first_line(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|l| !l.is_empty()).filter(|l| !l.starts_with('<'))?;
    // What a terminal would obey stays out.
    Some(line.chars().take(LINE).map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// Whether a line says no more than the status line does.
pub(crate) fn repeats(line: &str, status: u16, reason: &str) -> bool {
    let line = line.trim_end_matches('.');
    let words = line.strip_prefix(&status.to_string()).map_or(line, str::trim_start);
    words.is_empty() || words.eq_ignore_ascii_case(reason.trim())
}

/// Takes the tokens of a request out of what the server said: some repeat the token they refuse.
pub(crate) fn hide(text: &mut String, sent: &Headers) {
    for name in ["x-auth-token", "x-service-token"] {
        // What is shorter may be a word.
        if let Some(token) = sent.get_str(name).filter(|t| t.len() >= 8 && text.contains(*t)) {
            *text = text.replace(token, "...");
        }
    }
}

/// How much of a line of the server's goes into a message.
const LINE: usize = 200;

/// Whether the same request may fare better later, after an answer of this status.
pub(crate) fn is_retryable(status: u16) -> bool {
    matches!(status, 408 | 429 | 498 | 499 | 500..=599)
}

/// The system's words without the number behind them.
pub(crate) fn plainly(e: &std::io::Error) -> String {
    let text = e.to_string();
    match text.rfind(" (os error ") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}

impl Failure {
    /// The transaction id by which the operator of the server finds this request.
    pub fn transaction_id(&self) -> Option<&str> {
        self.headers.transaction_id()
    }
}

#[derive(Clone, Debug)]
struct Inner {
    kind: Kind,
    message: String,
    method: String,
    url: String,
    attempts: u32,
    history: Vec<Attempt>,
    unsure: bool,
    retryable: bool,
    failure: Option<Failure>,
    report: Option<Arc<Report>>,
}

/// A failure with all that is known about it.
#[derive(Clone, Debug)]
pub struct Error(Box<Inner>);

impl Error {
    /// An error with a message made for people.
    #[cold]
    pub fn new(kind: Kind, message: impl Into<String>) -> Error {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            method: String::new(),
            url: String::new(),
            attempts: 0,
            history: Vec::new(),
            unsure: false,
            retryable: matches!(
                kind,
                Kind::Server | Kind::Timeout | Kind::Connect | Kind::RateLimited | Kind::Again
            ),
            failure: None,
            report: None,
        }))
    }

    /// Shorthand for [`Kind::InvalidArgument`].
    #[cold]
    pub fn invalid(message: impl Into<String>) -> Error {
        Error::new(Kind::InvalidArgument, message)
    }

    /// A local operating-system failure; `what` says what was being done to what.
    #[cold]
    pub fn io(what: impl fmt::Display, e: &std::io::Error) -> Error {
        Error::new(Kind::Io, format!("{what}: {}", plainly(e)))
    }

    /// The same, but for one of ours that came through an interface which knows only [`std::io::Error`].
    pub(crate) fn io_or_own(what: impl fmt::Display, e: &std::io::Error) -> Error {
        match e.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(ours) => ours.clone(),
            None => Error::io(what, e),
        }
    }

    /// The kind that belongs to an HTTP status that is not a success.
    pub fn kind_of_status(status: u16) -> Kind {
        match status {
            304 => Kind::NotModified,
            401 => Kind::Unauthorized,
            403 => Kind::Forbidden,
            404 | 410 => Kind::NotFound,
            408 | 499 => Kind::Timeout,
            409 => Kind::Conflict,
            412 => Kind::Precondition,
            413 | 507 => Kind::TooLarge,
            416 => Kind::Range,
            422 => Kind::Checksum,
            429 | 498 => Kind::RateLimited,
            500..=599 => Kind::Server,
            _ => Kind::Http,
        }
    }

    /// An error made from a response; `what` names the operation ("Object HEAD").
    #[cold]
    pub fn from_failure(what: &str, failure: Failure) -> Error {
        let mut message = format!("{what} failed: {}", failure.status);
        if !failure.reason.is_empty() {
            message.push(' ');
            message.extend(failure.reason.chars().take(LINE));
        }
        // One line of the body often says what a status cannot ("container quota exceeded").
        if let Some(line) = first_line(&String::from_utf8_lossy(&failure.body))
            && !repeats(&line, failure.status, &failure.reason)
        {
            message.push_str(": ");
            message.push_str(&line);
        }
        if let Some(id) = failure.transaction_id() {
            message.push_str(" (transaction ");
            message.push_str(id);
            message.push(')');
        }
        let mut e = Error::new(Error::kind_of_status(failure.status), message);
        e.0.retryable = is_retryable(failure.status);
        e.0.failure = Some(failure);
        e
    }

    /// Attaches the response behind an error that has a message of its own.
    pub fn with_failure(mut self, failure: Failure) -> Error {
        self.0.failure = Some(failure);
        self
    }

    /// Attaches what the server told of each path.
    pub fn with_report(mut self, report: Arc<Report>) -> Error {
        self.0.report = Some(report);
        self
    }

    /// Adds the request it happened in. `url` must hold no secrets.
    pub fn with_request(mut self, method: &str, url: &str) -> Error {
        if self.0.method.is_empty() {
            self.0.method = method.to_owned();
            self.0.url = url.to_owned();
        }
        self
    }

    /// Adds how many requests were made, this one included.
    pub fn with_attempts(mut self, attempts: u32) -> Error {
        self.0.attempts = attempts;
        self
    }

    /// Adds what became of each of them.
    pub(crate) fn with_history(mut self, history: &[Attempt]) -> Error {
        self.0.history = history.to_vec();
        self
    }

    /// Adds that a request, which is not among them, may have reached the server.
    pub(crate) fn with_unsure(mut self, unsure: bool) -> Error {
        self.0.unsure = unsure;
        self
    }

    /// Says whether the same call may succeed later.
    pub fn with_retryable(mut self, retryable: bool) -> Error {
        self.0.retryable = retryable;
        self
    }

    /// The same failure as another kind.
    pub fn with_kind(mut self, kind: Kind) -> Error {
        self.0.kind = kind;
        self
    }

    /// Puts `text` and a colon before the message.
    pub fn context(mut self, text: impl fmt::Display) -> Error {
        self.0.message = format!("{text}: {}", self.0.message);
        self
    }

    /// Puts a remark after the message.
    pub fn remark(mut self, text: impl fmt::Display) -> Error {
        self.0.message = format!("{}; {text}", self.0.message);
        self
    }

    /// Takes out of the message what of these secrets the server has repeated there.
    pub(crate) fn without(mut self, secrets: &Headers) -> Error {
        hide(&mut self.0.message, secrets);
        self
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The message, for people.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The HTTP method of the failed request; empty when none was made.
    pub fn method(&self) -> &str {
        &self.0.method
    }

    /// The URL of the failed request without secrets; empty when none was made.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// How many requests were made.
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// What became of each request of the call, in their order.
    pub fn history(&self) -> &[Attempt] {
        &self.0.history
    }

    /// Whether the server has said that it did not do what it was asked to, and each time it was asked. Where an
    /// answer was lost, or was that of a server in trouble, it may have been done.
    pub(crate) fn refused_each_time(&self) -> bool {
        let said_no = |status: u16| (400..500).contains(&status) && !is_retryable(status);
        !self.0.unsure && said_no(self.http_status()) && self.history().iter().all(|a| said_no(a.status))
    }

    /// Whether the same call may succeed later.
    pub fn retryable(&self) -> bool {
        self.0.retryable
    }

    /// The response behind it, if there was one.
    pub fn failure(&self) -> Option<&Failure> {
        self.0.failure.as_ref()
    }

    /// What the server told of each path, when it was a call that is answered so.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.0.report.as_ref()
    }

    /// The HTTP status, or 0.
    pub fn http_status(&self) -> u16 {
        self.0.failure.as_ref().map_or(0, |f| f.status)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_status_says_is_said_once() {
        let message = |reason: &str, body: &str| {
            let (reason, body) = (reason.to_owned(), body.as_bytes().to_vec());
            let failure = Failure { status: 401, reason, headers: Headers::new(), body };
            Error::from_failure("Object GET", failure).message().to_owned()
        };
        for body in ["401 Unauthorized", "Unauthorized", "unauthorized.\n", "401", ""] {
            assert_eq!(message("Unauthorized", body), "Object GET failed: 401 Unauthorized", "{body:?}");
        }
        assert_eq!(message("", "401 Unauthorized"), "Object GET failed: 401: 401 Unauthorized");
        assert_eq!(
            message("Unauthorized", "Token expired"),
            "Object GET failed: 401 Unauthorized: Token expired"
        );
    }
}
