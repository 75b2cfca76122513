//! The token of a service that acts for the user (AU-50): its settings are those of a user under other names, so they
//! are decided on as a user's.

use super::super::super::error::{Error, Kind, Result};
use super::super::Config;
use super::super::plan::{Credentials, Secret, Service};
use super::{URLS, credentials};

/// A setting of the service, and the user's that it stands for.
const NAMES: [(&str, &str); 11] = [
    ("service_username", "os_username"),
    ("service_user_id", "os_user_id"),
    ("service_user_domain_name", "os_user_domain_name"),
    ("service_user_domain_id", "os_user_domain_id"),
    ("service_key", "os_password"),
    ("service_project_name", "os_project_name"),
    ("service_project_id", "os_project_id"),
    ("service_project_domain_name", "os_project_domain_name"),
    ("service_project_domain_id", "os_project_domain_id"),
    ("service_application_credential_id", "os_application_credential_id"),
    ("service_application_credential_name", "os_application_credential_name"),
];

/// What is the same for the service.
const SHARED: [&str; 6] = [
    "os_region_name",
    "os_any_region",
    "os_service_type",
    "os_endpoint_type",
    "os_default_domain_id",
    "os_default_domain_name",
];

/// Whoever sets one of these wants a service token.
const WANTED: [&str; 4] = [
    "service_username",
    "service_user_id",
    "service_application_credential_id",
    "service_application_credential_name",
];

/// Where the second token is from, when one is asked for.
pub(in super::super) fn service(c: &Config, user: Option<&Credentials>) -> Result<Option<Service>> {
    if let Some(token) = c.pick(&["service_auth_token"])? {
        return Ok(Some(Service::Token(Secret::from(token.text))));
    }
    if c.pick(&WANTED)?.is_none() {
        for (key, _) in NAMES.iter().chain(&[SECRET]) {
            if c.pick(&[key])?.is_some() {
                return Err(Error::invalid(format!(
                    "option {key} is set but there is no service to authenticate: set service_username, \
                     service_user_id or service_application_credential_id too"
                )));
            }
        }
        return Ok(None);
    }
    let as_user = translated(c, user)?;
    let found = credentials(&as_user).map_err(|e| {
        let mut message = e.message().to_owned();
        for (own, users) in [("service_auth_url", "os_auth_url"), SECRET].iter().chain(&NAMES) {
            message = message.replace(users, own);
        }
        Error::new(
            e.kind(),
            format!("the service's token (X-Service-Token): {}", without_variables(&message)),
        )
    })?;
    Ok(Some(Service::Credentials(Box::new(found))))
}

const SECRET: (&str, &str) = ("service_application_credential_secret", "os_application_credential_secret");

/// The message without the names of variables in brackets: there are none for the service.
fn without_variables(message: &str) -> String {
    let mut rest = message;
    let mut text = String::with_capacity(message.len());
    while let Some(at) = rest.find(" (OS_").or_else(|| rest.find(" (ST_")) {
        text.push_str(&rest[..at]);
        rest = rest[at..].find(')').map_or("", |end| &rest[at + end + 1..]);
    }
    text + rest
}

/// The service's settings under the names of a user's.
fn translated(c: &Config, user: Option<&Credentials>) -> Result<Config> {
    let mut own = Config::new();
    let mut set = |key: &str, value: &str| own.set(key, Some(value));
    for (from, to) in NAMES.iter().chain(&[SECRET]) {
        if let Some(p) = c.pick(&[from])? {
            set(to, p.text)?;
        }
    }
    for key in SHARED {
        if let Some(p) = c.pick(&[key])? {
            set(key, p.text)?;
        }
    }
    match (c.pick(&["service_auth_url"])?, c.pick(&URLS)?) {
        (Some(url), _) | (None, Some(url)) => set("os_auth_url", url.text)?,
        (None, None) => {
            return Err(Error::new(
                Kind::Auth,
                "the service's token (X-Service-Token) lacks a URL to get it from: set service_auth_url, or \
                 os_auth_url or auth (OS_AUTH_URL, ST_AUTH)",
            ));
        }
    }
    let version = match (c.pick(&["service_auth_version", "auth_version"])?, user) {
        (Some(v), _) if v.key == "service_auth_version" => Some(v.text.to_owned()),
        (_, Some(Credentials::V1(_))) => Some("1".to_owned()),
        (_, Some(Credentials::V2(_))) => Some("2".to_owned()),
        (_, Some(Credentials::V3(_))) => Some("3".to_owned()),
        (Some(v), _) => Some(v.text.to_owned()),
        (None, _) => None,
    };
    if let Some(version) = version {
        set("auth_version", &version)?;
    }
    Ok(own)
}
