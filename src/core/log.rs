//! Log messages for one receiver in the process, with secrets taken out unless asked otherwise.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use super::cancel::lock;
use super::headers::Headers;

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
const SECRET: [&str; 12] = [
    "authorization",
    "cookie",
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
        || header.eq_ignore_ascii_case("x-container-sync-key")
}

/// Shows headers without their secrets: a short start of each, enough to tell two tokens apart.
pub struct Redacted<'a>(pub &'a Headers);

impl fmt::Display for Redacted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.0.iter().enumerate() {
            let value = String::from_utf8_lossy(value);
            let sep = if i == 0 { "" } else { ", " };
            if is_secret(name) && !SECRETS.load(Ordering::Acquire) {
                let n = value.chars().count();
                let shown: String = value.chars().take(16.min(n * n / 32).min(n / 2)).collect();
                write!(f, "{sep}{name}: {shown}...")?;
            } else {
                write!(f, "{sep}{name}: {value}")?;
            }
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
    fn secrets_are_cut_short() {
        let mut h = Headers::new();
        h.push("X-Auth-Token", b"AUTH_tk0123456789abcdef0123456789abcdef");
        h.push("x-storage-token", b"abc");
        h.push("etag", b"e");
        let shown = Redacted(&h).to_string();
        assert_eq!(shown, "X-Auth-Token: AUTH_tk012345678..., x-storage-token: ..., etag: e");
    }
}
