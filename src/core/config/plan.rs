//! The settings as far as they are for authentication, decided: version, method, who it is for.

use std::fmt;

use super::super::auth::provider::Provider;
use super::super::error::{Error, Kind, Result};
use super::super::url::Url;
use super::Config;
use super::infer;

/// Text that must not be shown.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text, to be sent and not to be shown.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Secret {
        Secret(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("...")
    }
}

/// How to get a token and a storage URL.
#[derive(Clone, Debug)]
pub(crate) struct AuthPlan {
    /// The storage URL to use whatever authentication says (AU-06).
    pub storage_url: Option<Url>,
    /// A token to begin with, when there is a storage URL too (AU-08, AU-09).
    pub token: Option<Secret>,
    /// What to authenticate with, or why there is nothing; only with both of the above may it be that.
    pub credentials: std::result::Result<Credentials, Lack>,
    /// Which of two authentication URLs that were given is the one above, for messages.
    pub url_origin: Option<&'static str>,
    /// How to get the second token, of a service that acts for the user.
    pub service: Option<Service>,
    /// An application that logs in by itself, in the place of all credentials.
    pub provider: Option<Provider>,
}

/// Where the token of `X-Service-Token` is from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Service {
    /// It was given.
    Token(Secret),
    /// The service authenticates.
    Credentials(Box<Credentials>),
}

/// Why there is nothing to authenticate with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lack {
    /// Nobody gave credentials beside the token.
    NotGiven,
    /// What was given does not do; the text says why.
    Unusable(String),
}

/// What to authenticate with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Credentials {
    /// Nothing: requests go without a token (os_auth_type none).
    Nobody,
    V1(V1),
    V2(V2),
    V3(V3),
}

impl Credentials {
    /// Why they do for one authentication and not for the next, if so.
    pub fn good_once(&self) -> Option<&'static str> {
        match self {
            Credentials::V2(V2 { method: V2Method::Token(_), .. })
            | Credentials::V3(V3 { method: V3Method::Token(_), .. }) => Some(
                "a token (os_auth_token) is all there is to authenticate with: it may have expired, and cannot \
                 be renewed; set a password or an application credential",
            ),
            Credentials::V3(V3 { method: V3Method::User { passcode: Some(_), .. }, .. }) => Some(
                "it was obtained with a passcode (os_passcode), which is good for half a minute and for one \
                 token: it may have expired, and cannot be renewed; use an application credential for longer \
                 work",
            ),
            Credentials::Nobody => Some("it does not authenticate (os_auth_type none)"),
            _ => None,
        }
    }
}

/// tempauth and its like.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct V1 {
    pub url: Url,
    pub user: String,
    pub key: Secret,
    /// Takes the place of the account at the end of the storage URL (AU-43).
    pub account: Option<String>,
}

/// Keystone's older API.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct V2 {
    /// Ends in the version.
    pub url: Url,
    pub method: V2Method,
    pub tenant: Tenant,
    pub endpoint: Endpoint,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum V2Method {
    Password { user: V2User, password: Secret },
    Token(Secret),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum V2User {
    Name(String),
    Id(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tenant {
    Id(String),
    Name(String),
}

/// Keystone.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct V3 {
    /// Ends in the version.
    pub url: Url,
    pub method: V3Method,
    /// What the token is good for; with an application credential that is part of it.
    pub scope: Option<Scope>,
    pub endpoint: Endpoint,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum V3Method {
    /// By password, passcode or both, and a token beside them: all are presented (AU-34).
    User {
        user: User,
        password: Option<Secret>,
        passcode: Option<Secret>,
        token: Option<Secret>,
    },
    Token(Secret),
    Application {
        credential: Application,
        secret: Secret,
    },
}

/// What a token is good for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scope {
    Project(Project),
    Domain(Domain),
    /// The whole of OpenStack.
    System,
    /// What another user has handed over, by its id.
    Trust(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum User {
    Id(String),
    Name(String, Domain),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Project {
    Id(String),
    Name(String, Domain),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Domain {
    Id(String),
    Name(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Application {
    Id(String),
    /// A name is the user's own, so the user is needed.
    Name(String, User),
}

/// Which endpoint to take from the catalogue.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Endpoint {
    pub service_type: String,
    /// `public`, `internal` or `admin`.
    pub interface: &'static str,
    pub region: Option<String>,
    /// Whether of several the first one will do.
    pub any: bool,
}

/// Who gives one of these means to authenticate with it.
const SECRETS: [&str; 4] = ["key", "os_password", "os_passcode", "os_application_credential_secret"];

impl AuthPlan {
    /// Decides; an error says what to set.
    pub fn from_config(c: &Config) -> Result<AuthPlan> {
        let storage_url = infer::url(c.pick(&["os_storage_url"])?)?;
        let token = c.pick(&["os_auth_token"])?.map(|t| Secret::from(t.text));
        let provider = c.provider.clone();
        let nobody = infer::is_nobody(c)?;
        let credentials = match infer::credentials(c) {
            _ if nobody => Ok(Credentials::Nobody),
            _ if provider.is_some() => Err(Lack::NotGiven),
            // With token and URL there is enough to work with (EN-10); why there is no more matters at a 401.
            Err(e) if token.is_some() && storage_url.as_ref().is_some_and(|u| !u.wants_project()) => {
                // What a token alone lacks for authentication, nobody has to be told who gave no more than that.
                let meant = e.kind() == Kind::Unsupported || c.pick(&SECRETS)?.is_some();
                Err(if meant { Lack::Unusable(e.message().to_owned()) } else { Lack::NotGiven })
            }
            found => Ok(found?),
        };
        let keystone = matches!(&credentials, Ok(Credentials::V2(_) | Credentials::V3(_)));
        if let Some(url) = storage_url.as_ref().filter(|u| u.wants_project() && !keystone) {
            return Err(Error::invalid(format!(
                "option os_storage_url: only with Keystone's credentials is there the id of a project to put into {url}"
            )));
        }
        // One that lies about in the environment is not sent either.
        let token = token.filter(|_| !nobody);
        let service = infer::service(c, credentials.as_ref().ok())?;
        Ok(AuthPlan { storage_url, token, credentials, url_origin: infer::url_origin(c)?, service, provider })
    }
}
