//! An application that logs in by itself, through federation or with a session it has anyway, and hands over token
//! and storage URL.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use super::super::config::header_safe;
use super::super::error::{Error, Kind, Result};
use super::super::url::Url;
use super::{Granted, Session};

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is none yet.
    First,
    /// The server refused the one there is.
    Refused,
    /// The one there is expires soon, or has expired.
    Expiring,
}

/// Token and storage URL, on their way to or from an application.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    storage_url: Option<Url>,
    token: Option<String>,
    service_token: Option<String>,
    expires: Option<SystemTime>,
}

impl Login {
    /// Sets the URL of the account.
    pub fn set_storage_url(&mut self, url: &str) -> Result<()> {
        self.storage_url = Some(Url::parse(url).map_err(|e| e.context("the storage URL"))?);
        Ok(())
    }

    /// Sets the token of the user.
    pub fn set_token(&mut self, token: &str) -> Result<()> {
        self.token = Some(usable(token)?);
        Ok(())
    }

    /// Sets the token of a service that acts for the user; `None` for no such thing.
    pub fn set_service_token(&mut self, token: Option<&str>) -> Result<()> {
        self.service_token = token.map(usable).transpose()?;
        Ok(())
    }

    /// Sets when the tokens end; `None` when that is not known.
    pub fn set_expires(&mut self, expires: Option<SystemTime>) {
        self.expires = expires;
    }

    /// The URL of the account.
    pub fn storage_url(&self) -> Option<String> {
        self.storage_url.as_ref().map(Url::to_string)
    }

    /// The token of the user.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The token of a service that acts for the user.
    pub fn service_token(&self) -> Option<&str> {
        self.service_token.as_deref()
    }

    /// When the tokens end.
    pub fn expires(&self) -> Option<SystemTime> {
        self.expires
    }
}

impl From<&Session> for Login {
    fn from(s: &Session) -> Login {
        Login {
            storage_url: Some(s.storage_url.clone()),
            token: Some(s.token.clone()),
            service_token: s.service_token.clone(),
            expires: s.expires,
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("storage_url", &self.storage_url)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

fn usable(token: &str) -> Result<String> {
    if token.is_empty() {
        return Err(Error::invalid("the token is empty"));
    }
    if !header_safe(token) {
        return Err(Error::invalid("the token contains a control character, which no header can hold"));
    }
    Ok(token.to_owned())
}

/// Logs in. `login` holds what there was before, if anything: what is left unchanged stays. Its times are of no
/// meaning any more.
pub type LogIn = dyn Fn(Reason, &mut Login) -> Result<()> + Send + Sync;

/// An application that logs in by itself. Called by one thread at a time, that of the call which needs the token.
#[derive(Clone)]
pub struct Provider(pub Arc<LogIn>);

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Provider")
    }
}

/// What the application hands over; `storage_url` is the one that was set, which goes before its own (AU-06).
pub(super) fn granted(
    provider: &Provider,
    reason: Reason,
    was: Option<&Session>,
    storage_url: Option<&Url>,
) -> Result<Granted> {
    let mut login = was.map(Login::from).unwrap_or_default();
    login.expires = None;
    (provider.0)(reason, &mut login)?;
    let lacks = |what: &str| {
        Error::new(
            Kind::Callback,
            format!("the authentication callback has set no {what}, though it reports success"),
        )
    };
    let Some(token) = login.token else { return Err(lacks("token")) };
    let Some(storage_url) = storage_url.cloned().or(login.storage_url) else {
        return Err(lacks("storage URL"));
    };
    let life = login.expires.map(|e| e.duration_since(SystemTime::now()).unwrap_or_default());
    Ok(Granted { token, service_token: login.service_token, storage_url, life })
}
