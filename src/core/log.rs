//! Log messages for one receiver in the process, with secrets taken out unless asked otherwise.

use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::cancel::lock;
use super::headers::Headers;
use super::url::without_secrets;

/// How much a message matters.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something failed for good.
    Error = 1,
    /// Something failed and is tried again, or is not as it should be.
    Warn = 2,
    /// Failed requests, as the server answered them.
    Info = 3,
    /// Every request and response.
    Debug = 4,
}

/// Receives a message; may be called from any thread.
pub type Sink = Arc<dyn Fn(Level, &str) + Send + Sync>;

static LEVEL: AtomicU8 = AtomicU8::new(0);
static SECRETS: AtomicBool = AtomicBool::new(false);
static CURL: AtomicBool = AtomicBool::new(false);
/// How much of a secret may be shown.
static PREFIX: AtomicUsize = AtomicUsize::new(USUAL_PREFIX);
const USUAL_PREFIX: usize = 16;
/// Of a body this much is shown.
const BODY_SHOWN: usize = 1024;
static SINK: Mutex<Option<Sink>> = Mutex::new(None);

/// Sends messages of `level` and above to `sink`; `None` ends it. Returns the receiver there was, so
/// that it is dropped outside the lock.
pub fn set(sink: Option<(Level, Sink)>) -> Option<Sink> {
    let mut current = lock(&SINK);
    LEVEL.store(sink.as_ref().map_or(0, |(l, _)| *l as u8), Ordering::Release);
    std::mem::replace(&mut *current, sink.map(|(_, s)| s))
}

/// Whether tokens and keys are shown whole in messages. For debugging only.
pub fn show_secrets(show: bool) {
    SECRETS.store(show, Ordering::Release);
}

/// Shows requests as command lines of curl.
pub fn show_curl(show: bool) {
    CURL.store(show, Ordering::Release);
}

/// How many characters at the start of a secret may be shown, so that one can be told from another; `None` takes the
/// usual number. Of short ones it is less in any case.
pub fn set_secret_prefix(characters: Option<usize>) {
    PREFIX.store(characters.unwrap_or(USUAL_PREFIX), Ordering::Release);
}

/// Whether anybody wants messages of this level; one atomic load.
pub fn enabled(level: Level) -> bool {
    LEVEL.load(Ordering::Relaxed) >= level as u8
}

/// Hands a message to the receiver. Use the [`log!`](crate::core::log::log) macro, which formats only when needed.
pub fn write(level: Level, text: fmt::Arguments<'_>) {
    // Called outside the lock: the receiver may take its time, log again, or replace itself.
    let sink = lock(&SINK).clone();
    if let Some(sink) = sink {
        sink(level, &text.to_string());
    }
}

/// `log!(Level::Warn, "…", …)`: formats and sends a message when somebody listens.
macro_rules! log {
    ($level:expr, $($arg:tt)+) => {
        if $crate::core::log::enabled($level) {
            $crate::core::log::write($level, format_args!($($arg)+));
        }
    };
}
pub(crate) use log;

/// Headers whose values give access.
const SECRET: [&str; 15] = [
    "authorization",
    "proxy-authorization",
    "x-container-sync-key",
    "cookie",
    "x-amz-security-token",
    "x-auth-token",
    "x-auth-key",
    "x-service-token",
    "x-storage-token",
    "x-subject-token",
    "x-account-meta-temp-url-key",
    "x-account-meta-temp-url-key-2",
    "x-container-meta-temp-url-key",
    "x-container-meta-temp-url-key-2",
    "set-cookie",
];

/// Whether the value of a header of this name gives access to something.
pub fn is_secret(header: &str) -> bool {
    SECRET.iter().any(|s| header.eq_ignore_ascii_case(s))
}

/// The value of a header as it may be shown.
fn shown<'a>(name: &str, value: &'a [u8]) -> Cow<'a, str> {
    let value = match std::str::from_utf8(value) {
        Ok(text) => Cow::from(text),
        Err(_) => value.escape_ascii().to_string().into(),
    };
    if SECRETS.load(Ordering::Acquire) {
        return value;
    }
    if ["location", "x-storage-url"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
        // A redirect takes the signature of a temporary URL along.
        return without_secrets(&value).into();
    }
    if !is_secret(name) {
        return value;
    }
    let n = value.chars().count();
    let most = PREFIX.load(Ordering::Acquire).min(n * n / 32).min(n / 2);
    let start: String = value.chars().take(most).collect();
    format!("{start}...").into()
}

/// A request: its method, path and headers, or as a command line of curl.
pub(crate) struct Asked<'a> {
    pub method: &'a str,
    /// Path and query without secrets.
    pub target: &'a str,
    /// Scheme and authority.
    pub origin: fmt::Arguments<'a>,
    pub headers: &'a Headers,
}

impl fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Asked { method, target, origin, headers } = self;
        if !CURL.load(Ordering::Acquire) {
            return write!(f, "{method} {target} [{}]", Redacted(headers));
        }
        // A HEAD by -X would wait for a body.
        let how = if *method == "HEAD" { "-I".to_owned() } else { format!("-X {method}") };
        write!(f, "curl -i {how} {}", Quoted(&format!("{origin}{target}")))?;
        for (name, value) in headers.iter() {
            write!(f, " -H {}", Quoted(&format!("{name}: {}", shown(name, value))))?;
        }
        Ok(())
    }
}

/// A word of a command line.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\'', "'\\''"))
    }
}

/// The start of a body on one line.
pub(crate) struct Excerpt<'a>(pub &'a [u8]);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = self.0.len().min(BODY_SHOWN);
        let text = String::from_utf8_lossy(&self.0[..most]);
        f.write_str(&text.replace(|c: char| c.is_control(), " "))?;
        if most < self.0.len() { write!(f, "... ({} bytes)", self.0.len()) } else { Ok(()) }
    }
}

/// Shows headers without their secrets: a short start of each, enough to tell two tokens apart.
pub struct Redacted<'a>(pub &'a Headers);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.0.iter().enumerate() {
            let sep = if i == 0 { "" } else { ", " };
            write!(f, "{sep}{name}: {}", shown(name, value))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lg_02_each_header_that_is_a_secret_is_one_in_any_case() {
        let parity = [
            "x-auth-token",
            "x-auth-key",
            "x-service-token",
            "x-storage-token",
            "x-account-meta-temp-url-key",
            "x-account-meta-temp-url-key-2",
            "x-container-meta-temp-url-key",
            "x-container-meta-temp-url-key-2",
            "set-cookie",
        ];
        let ours = [
            "authorization",
            "proxy-authorization",
            "x-subject-token",
            "x-container-sync-key",
            "cookie",
            "x-amz-security-token",
        ];
        for name in parity.iter().chain(&ours) {
            assert!(is_secret(name) && is_secret(&name.to_uppercase()), "{name}");
        }
        assert!(!is_secret("x-auth-user") && !is_secret("etag"));
        let to = b"http://h/v1/a/c/o?temp_url_sig=geheim&temp_url_expires=1";
        assert_eq!(shown("Location", to), "http://h/v1/a/c/o?...");
        assert_eq!(shown("X-Storage-Url", b"http://me:geheim@h/v1/a"), "http://...@h/v1/a");
        // min(16, n * n / 32, n / 2)
        for (length, most) in [(0, 0), (5, 0), (8, 2), (16, 8), (30, 15), (32, 16), (200, 16)] {
            let secret = "s".repeat(length);
            assert_eq!(
                shown("X-Auth-Token", secret.as_bytes()),
                format!("{}...", "s".repeat(most)),
                "{length}"
            );
        }
    }

    #[test]
    fn lg_01_requests_and_bodies_are_shown_in_bounds() {
        let mut headers = Headers::new();
        headers.push("X-Auth-Token", b"AUTH_tk0123456789abcdef0123456789abcdef");
        headers.push("X-Object-Meta-Who", b"it's me");
        let asked = Asked {
            method: "PUT",
            target: "/v1/a/c/o",
            origin: format_args!("http://h:1"),
            headers: &headers,
        };
        assert_eq!(
            asked.to_string(),
            "PUT /v1/a/c/o [X-Auth-Token: AUTH_tk012345678..., X-Object-Meta-Who: it's me]"
        );
        assert_eq!(Quoted("it's").to_string(), r"'it'\''s'");
        assert_eq!(Excerpt(b"a\nb").to_string(), "a b");
        let long = Excerpt(&[b'x'; 5000]).to_string();
        assert!(long.len() < 1100 && long.ends_with("x... (5000 bytes)"), "{long}");
    }

    #[test]
    fn secrets_are_cut_short() {
        let mut h = Headers::new();
        h.push("X-Auth-Token", b"AUTH_tk0123456789abcdef0123456789abcdef");
        h.push("x-storage-token", b"abc");
        h.push("etag", b"e");
        let shown = Redacted(&h).to_string();
        assert_eq!(shown, "X-Auth-Token: AUTH_tk012345678..., x-storage-token: ..., etag: e");
    }
}
