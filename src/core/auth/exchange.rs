//! One request to the identity service, and what its refusals mean to a person.

use std::sync::Arc;

use serde_json::Value;

use super::super::cancel::Call;
use super::super::config::plan::Secret;
use super::super::error::{BODY_KEPT, Error, Failure, Kind, Result};
use super::super::headers::Headers;
use super::super::http::Fetched;
use super::super::log::{Level, Redacted, log};
use super::super::url::Url;
use super::Fetch;

/// Who asks the identity service, and what to tell when it refuses.
pub(super) struct Exchange<'a> {
    pub http: &'a dyn Fetch,
    pub call: &'a Arc<Call>,
    /// The URL the user gave, with the version: it stands for the service in messages.
    pub service: &'a Url,
    /// Which setting it is from, when two hold one.
    pub origin: Option<&'static str>,
    /// Who authenticates: `user "a:b"`.
    pub who: String,
    /// What to check when the service does not accept that.
    pub check: &'static str,
    /// What to think of when the service does not know the path.
    pub wrong_url: &'static str,
    /// Whether a token is among the credentials.
    pub token: bool,
    /// What must not get into a message, though the service may repeat it.
    pub secrets: Vec<&'a Secret>,
}

impl Exchange<'_> {
    /// Makes the request; what is not a success is an error.
    pub fn send(&self, method: &str, url: &Url, headers: &Headers, body: Option<&Value>) -> Result<Fetched> {
        let url = url.to_string();
        let body = body.map(|b| b.to_string().into_bytes());
        // The request's headers and body are the credentials: neither is for the log.
        log!(Level::Debug, "{method} {url}, to authenticate {}", self.who);
        let fetched = self.http.fetch(method, &url, headers, body.as_deref(), self.call);
        let fetched = fetched.map_err(|e| {
            log!(Level::Info, "{method} {url}: {e}");
            match e.kind() {
                Kind::Cancelled => e,
                _ => e.context(format_args!("authentication at {}", self.service)).with_request(method, &url),
            }
        })?;
        let good = (200..300).contains(&fetched.status);
        log!(
            if good { Level::Debug } else { Level::Info },
            "{method} {url}: {} {} [{}]",
            fetched.status,
            fetched.reason,
            Redacted(&fetched.headers)
        );
        if good { Ok(fetched) } else { Err(self.refused(fetched).with_request(method, &url)) }
    }

    /// The answer is a success but not one of an identity service. It is not attached: it may hold a token.
    #[cold]
    pub fn unexpected(&self, what: &str) -> Error {
        Error::new(
            Kind::Protocol,
            format!("authentication at {}: {what}; {}", self.service, self.wrong_url()),
        )
    }

    fn wrong_url(&self) -> String {
        match self.origin {
            Some(origin) => format!("{}; {origin}", self.wrong_url),
            None => self.wrong_url.to_owned(),
        }
    }

    #[cold]
    fn refused(&self, fetched: Fetched) -> Error {
        let status = fetched.status;
        let mut message = format!("authentication at {} failed: {status}", self.service);
        if !fetched.reason.is_empty() {
            message.push(' ');
            message.push_str(&fetched.reason);
        }
        if let Some(said) = self.said(&fetched) {
            message.push_str(": ");
            message.push_str(&said);
        }
        let (kind, advice) = match status {
            408 | 499 => (Kind::Timeout, None),
            429 | 498 => (Kind::RateLimited, None),
            500..=599 => (Kind::Server, None),
            401 | 403 => (Kind::Auth, Some(format!("{} is not accepted: {}", self.who, self.check))),
            // This is what Keystone answers to a token that it does not know.
            404 if self.token => {
                let text = format!(
                    "{} is not accepted: {}; or the authentication URL is wrong: {}",
                    self.who,
                    self.check,
                    self.wrong_url()
                );
                (Kind::Auth, Some(text))
            }
            // 300 is how Keystone offers its versions.
            300..=399 | 404 | 405 | 410 => {
                let to = fetched.headers.get_str("location").map(|l| format!(", it redirects to {l:?}"));
                let seems = format!("the authentication URL seems wrong{}", to.unwrap_or_default());
                (Kind::Auth, Some(format!("{seems}; {}", self.wrong_url())))
            }
            // tempauth answers 400 to a path that it does not know.
            400..=499 => {
                let text =
                    format!("this was for {}: {}, and the URL: {}", self.who, self.check, self.wrong_url());
                (Kind::Auth, Some(text))
            }
            _ => (Kind::Protocol, Some(self.wrong_url())),
        };
        let mut body = fetched.body;
        body.truncate(BODY_KEPT);
        let failure = Failure { status, reason: fetched.reason, headers: fetched.headers, body };
        if let Some(id) = failure.transaction_id() {
            message.push_str(&format!(" (transaction {id})"));
        }
        let e = Error::new(kind, message).with_failure(failure);
        match advice {
            Some(text) => e.remark(text),
            None => e,
        }
    }

    /// What the service says about it, on one line: the message in Keystone's JSON, or a line of text.
    fn said(&self, fetched: &Fetched) -> Option<String> {
        let json: Option<Value> = serde_json::from_slice(&fetched.body).ok();
        let text = match &json {
            Some(v) => v.pointer("/error/message")?.as_str()?.to_owned(),
            None => String::from_utf8_lossy(&fetched.body).into_owned(),
        };
        let line = text.lines().map(str::trim).find(|l| !l.is_empty())?;
        if line.starts_with('<') || self.secrets.iter().any(|s| line.contains(s.expose())) {
            return None;
        }
        Some(line.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect())
    }
}
