//! Decides from the settings how to authenticate: method and version, user and project, and what is missing. Version
//! 3 of Keystone and the token of a service have files of their own.

mod service;
mod v3;

use super::super::error::{Error, Kind, Result};
use super::super::url::Url;
use super::kinds::{self, header_safe};
use super::options::text_or_default;
use super::plan::{Credentials, Endpoint, Secret, Tenant, V1, V2, V2Method, V2User};
use super::{Config, Picked};

pub(super) use service::service;

#[cfg(test)]
mod tests;

/// The methods there are, apart from the version.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    /// With all that is there: password, passcode, token.
    Any,
    /// With these together.
    Factors {
        password: bool,
        passcode: bool,
        token: bool,
    },
    Application,
}

impl Method {
    const PASSWORD: Method = Method::Factors { password: true, passcode: false, token: false };
    const PASSCODE: Method = Method::Factors { password: false, passcode: true, token: false };
    const TOKEN: Method = Method::Factors { password: false, passcode: false, token: true };
}

/// The settings that several decisions look at.
struct Given<'a> {
    config: &'a Config,
    version: Option<Version>,
    url: Option<Picked<'a>>,
    user: Option<Picked<'a>>,
    password: Option<Picked<'a>>,
    passcode: Option<Picked<'a>>,
    token: Option<Secret>,
    /// What stands for the account with `v1password`.
    account: Option<&'a str>,
}

/// A version that was given.
#[derive(Clone, Copy)]
struct Version {
    number: u8,
    explicit: bool,
}

/// A project by one of its two names.
#[derive(Clone, Copy)]
enum Named<'a> {
    Id(&'a str),
    Name(&'a str),
}

/// What to authenticate with; an error says what to set.
pub(super) fn credentials(c: &Config) -> Result<Credentials> {
    let given = Given {
        config: c,
        version: c
            .pick(&["auth_version"])?
            .and_then(|v| Some(Version { number: kinds::auth_version(v.text)?, explicit: v.explicit })),
        // EN-05: the short names go before the long ones.
        url: c.pick(&URLS)?,
        user: c.pick(&["user", "os_username"])?,
        password: c.pick(&["key", "os_password"])?,
        passcode: c.pick(&["os_passcode"])?,
        token: c.pick(&["os_auth_token"])?.map(|t| Secret::from(t.text)),
        account: match kinds::auth_type(c.get("os_auth_type")?) {
            Ok(Some("v1password")) => c.pick(&["os_project_name", "os_tenant_name"])?.map(|p| p.text),
            _ => None,
        },
    };
    let (method, version) = given.decide()?;
    if given.nothing()? {
        return Err(Error::new(
            Kind::Auth,
            "no credentials: set auth, user and key (ST_AUTH, ST_USER, ST_KEY) for authentication version 1, \
             or os_auth_url, os_username, os_password and os_project_name (OS_AUTH_URL, OS_USERNAME, \
             OS_PASSWORD, OS_PROJECT_NAME) for Keystone, or os_storage_url and os_auth_token \
             (OS_STORAGE_URL, OS_AUTH_TOKEN) when a token is at hand",
        ));
    }
    match version {
        1 => given.v1(method).map(Credentials::V1),
        2 => given.v2(method).map(Credentials::V2),
        _ => given.v3(method).map(Credentials::V3),
    }
    .and_then(|found| given.all_is_used(method, version).map(|()| found))
}

/// Whether there shall be no authentication.
pub(super) fn is_nobody(c: &Config) -> Result<bool> {
    // A type that is none of ours is refused where it matters.
    Ok(kinds::auth_type(c.get("os_auth_type")?).is_ok_and(|t| t == Some("none")))
}

/// The keys of the authentication URL.
const URLS: [&str; 2] = ["auth", "os_auth_url"];

/// Which of them counts, in words, when both hold one and these differ.
pub(super) fn url_origin(c: &Config) -> Result<Option<&'static str>> {
    let (Some(short), Some(long)) = (c.pick(&URLS[..1])?, c.pick(&URLS[1..])?) else { return Ok(None) };
    Ok(match c.pick(&URLS)? {
        _ if short.text == long.text => None,
        Some(p) if p.key == short.key => {
            Some("the URL is that of auth (ST_AUTH), which goes before os_auth_url (OS_AUTH_URL)")
        }
        _ => Some(
            "the URL is that of os_auth_url, which was set, while auth (ST_AUTH) is in the environment only",
        ),
    })
}

/// The URL that a key holds.
pub(super) fn url(picked: Option<Picked<'_>>) -> Result<Option<Url>> {
    picked.map(|p| Url::parse(p.text).map_err(|e| e.context(format_args!("option {}", p.key)))).transpose()
}

impl<'a> Given<'a> {
    fn nothing(&self) -> Result<bool> {
        let others = ["os_user_id", "os_application_credential_id", "os_application_credential_name"];
        Ok(self.url.is_none()
            && self.user.is_none()
            && self.password.is_none()
            && self.passcode.is_none()
            && self.token.is_none()
            && self.config.pick(&others)?.is_none())
    }

    /// Method and version: what the authentication type forces (EN-06), else the version that was given
    /// (EN-07), else what the other settings suggest (EN-08).
    fn decide(&self) -> Result<(Method, u8)> {
        let method = match kinds::auth_type(self.auth_type()?)? {
            Some("v1password") => return Ok((Method::PASSWORD, 1)),
            Some("v2password") => return Ok((Method::PASSWORD, 2)),
            Some("v2token") => return Ok((Method::TOKEN, 2)),
            Some("v3password") => return Ok((Method::PASSWORD, 3)),
            Some("v3applicationcredential") => return Ok((Method::Application, 3)),
            Some("v3token") => return Ok((Method::TOKEN, 3)),
            Some("v3totp") => return Ok((Method::PASSCODE, 3)),
            Some("v3multifactor") => return Ok((self.factors()?, 3)),
            Some("token") => Method::TOKEN,
            Some(_) => Method::PASSWORD,
            None if self.prefers_application()? => Method::Application,
            None if self.password.is_some() || self.passcode.is_some() => Method::Any,
            None if self.token.is_some() => Method::TOKEN,
            None => Method::Any,
        };
        Ok((method, self.version(method)?))
    }

    /// Whether an application credential is there, nothing asks for an older version, which has none, and no
    /// password goes before it.
    fn prefers_application(&self) -> Result<bool> {
        let older = self.version.is_some_and(|v| v.number == 2 || (v.number == 1 && v.explicit));
        let named = self.config.pick(&["os_application_credential_id", "os_application_credential_name"])?;
        let secret = self.config.pick(&["os_application_credential_secret"])?;
        let (Some(named), Some(_), false) = (named, secret, older) else { return Ok(false) };
        // A credential that was set is not given up for a password that is in the environment.
        // (A passcode is typed in for the moment, and means what it is for.)
        if self.passcode.is_some_and(|p| p.explicit || !named.explicit) {
            return Ok(false);
        }
        Ok(self.password.is_none_or(|p| named.explicit && !p.explicit))
    }

    /// EN-08. A version 1 that was set is meant; one from the environment gives way to the settings of
    /// Keystone, as in python-swiftclient.
    fn version(&self, method: Method) -> Result<u8> {
        if let Some(v) = self.version
            && (v.explicit || v.number != 1)
        {
            return Ok(v.number);
        }
        let holds = |picked: Option<Picked<'_>>, key| picked.is_some_and(|p| p.key == key);
        let short = holds(self.url, "auth") && holds(self.user, "user") && holds(self.password, "key");
        if short && method != Method::TOKEN {
            return Ok(1);
        }
        if method == Method::Application
            || self.passcode.is_some()
            || self.config.pick(&DOMAINS)?.is_some()
            || self.config.pick(&SCOPES)?.is_some()
        {
            return Ok(3);
        }
        // From here on python-swiftclient takes 2, whatever the URL says; one that ends in a version knows
        // better.
        Ok(match url(self.url)?.as_ref().map_or("", Url::last_segment) {
            "v3" | "v3.0" => 3,
            "v1" | "v1.0" => 1,
            _ => 2,
        })
    }

    /// The authentication type that counts. One of the environment that is about something else than passwords belongs
    /// to the credentials there, not to those that were set.
    fn auth_type(&self) -> Result<&'a str> {
        let Some(picked) = self.config.pick(&["os_auth_type"])? else { return Ok("") };
        let set = [self.url, self.user, self.password].iter().all(|p| p.is_some_and(|p| p.explicit));
        let foreign = set && !picked.explicit && !picked.text.to_ascii_lowercase().ends_with("password");
        Ok(if foreign { "" } else { picked.text })
    }

    /// What `v3multifactor` presents: what is named, or all that is there.
    fn factors(&self) -> Result<Method> {
        let (password, passcode, token) = match self.config.pick(&["os_auth_methods"])? {
            Some(list) => {
                let named = kinds::factors(list.text).unwrap_or_default();
                let has = |name| named.contains(&name);
                (has("v3password"), has("v3totp"), has("v3token"))
            }
            None => (self.password.is_some(), self.passcode.is_some(), self.token.is_some()),
        };
        if !password && !passcode && !token {
            return Err(Error::new(
                Kind::Auth,
                "v3multifactor needs something to present: set os_password and os_passcode, or os_auth_token",
            ));
        }
        Ok(Method::Factors { password, passcode, token })
    }

    /// Refuses what was set and would have no effect, so that nobody works in another scope than they think.
    fn all_is_used(&self, method: Method, version: u8) -> Result<()> {
        let set = |keys: &[&'static str]| -> Result<Option<&'static str>> {
            Ok(self.config.pick(keys)?.filter(|p| p.explicit).map(|p| p.key))
        };
        let (unused, why) = match (version, method) {
            (3, Method::Application) => {
                (set(&SCOPES)?, "an application credential is for the project it was made in")
            }
            (3, _) => (None, ""),
            _ => (
                set(&["os_trust_id", "os_system_scope", "os_passcode"])?,
                "only version 3 of Keystone has it",
            ),
        };
        match unused {
            Some(key) => Err(Error::invalid(format!("option {key} would have no effect: {why}"))),
            None => Ok(()),
        }
    }

    fn v1(&self, method: Method) -> Result<V1> {
        if method == Method::TOKEN {
            return Err(Error::new(
                Kind::Auth,
                "a token alone does not authenticate with version 1: set os_storage_url (OS_STORAGE_URL) to \
                 use it as it is, or set auth, user and key (ST_AUTH, ST_USER, ST_KEY)",
            ));
        }
        let mut missing = Missing::default();
        let url = missing.unless(url(self.url)?, "authentication URL: set auth (ST_AUTH)");
        let user = missing.unless(self.user, "user: set user (ST_USER)");
        let key = missing.unless(self.password, "key: set key (ST_KEY)");
        let (Some(url), Some(user), Some(key)) = (url, user, key) else { return Err(missing.error(1)) };
        if let Some(account) = self.account
            && (account.contains('/') || account == "." || account == "..")
        {
            return Err(Error::invalid(format!(
                "{account:?} (os_project_name) cannot be the account at the end of a storage URL"
            )));
        }
        for picked in [user, key] {
            if !header_safe(picked.text) {
                return Err(Error::invalid(format!(
                    "option {} contains a control character, which authentication version 1 cannot send",
                    picked.key
                )));
            }
        }
        let account = self.account.map(str::to_owned);
        Ok(V1 { url, user: user.text.to_owned(), key: key.text.into(), account })
    }

    fn v2(&self, method: Method) -> Result<V2> {
        let (name, project) = self.user_and_project()?;
        let mut missing = Missing::default();
        let url = missing.unless(self.keystone("/v2.0")?, AUTH_URL);
        let method = if method == Method::TOKEN {
            missing.unless(self.token.clone(), TOKEN).map(V2Method::Token)
        } else {
            let user = match (name, self.config.pick(&["user", "os_username", "os_user_id"])?) {
                (_, Some(id)) if id.key == "os_user_id" => Some(V2User::Id(id.text.to_owned())),
                (name, _) => name.map(|n| V2User::Name(n.to_owned())),
            };
            let user = missing.unless(user, "user: set os_username (OS_USERNAME)");
            let password = missing.unless(self.password, PASSWORD);
            user.zip(password).map(|(user, p)| V2Method::Password { user, password: p.text.into() })
        };
        let tenant = missing.unless(project, PROJECT).map(|project| match project {
            Named::Id(id) => Tenant::Id(id.to_owned()),
            Named::Name(name) => Tenant::Name(name.to_owned()),
        });
        let (Some(url), Some(method), Some(tenant)) = (url, method, tenant) else {
            return Err(missing.error(2));
        };
        Ok(V2 { url, method, tenant, endpoint: self.endpoint()? })
    }

    /// The name of the user and the project, which may be given together: AU-03, `project:user`, split at the
    /// first colon (DF-31).
    fn user_and_project(&self) -> Result<(Option<&'a str>, Option<Named<'a>>)> {
        // AU-35: tenant is the older word and gives way; an id says more than a name.
        let project =
            self.config.pick(&["os_project_id", "os_tenant_id", "os_project_name", "os_tenant_name"])?;
        let named =
            project.map(|p| if p.key.ends_with("_id") { Named::Id(p.text) } else { Named::Name(p.text) });
        let Some(user) = self.user else { return Ok((None, named)) };
        let split =
            user.text.split_once(':').filter(|(project, name)| !project.is_empty() && !name.is_empty());
        let Some((before, after)) = split else { return Ok((Some(user.text), named)) };
        let Some(project) = project else { return Ok((Some(after), Some(Named::Name(before)))) };
        if user.key == "os_username" {
            // The project is known, and names of users in Keystone may contain colons.
            return Ok((Some(user.text), named));
        }
        // What was set goes before what the environment says; of the same origin, only os_tenant_name gives
        // way.
        let keep = if project.explicit == user.explicit {
            project.key != "os_tenant_name"
        } else {
            project.explicit
        };
        Ok((Some(after), if keep { named } else { Some(Named::Name(before)) }))
    }

    /// AU-30: the URL of Keystone with a version at its end.
    fn keystone(&self, version: &str) -> Result<Option<Url>> {
        Ok(url(self.url)?.map(|url| match url.last_segment() {
            "v2" | "v2.0" | "v3" | "v3.0" => url,
            _ => url.join(version),
        }))
    }

    fn endpoint(&self) -> Result<Endpoint> {
        Ok(Endpoint {
            service_type: text_or_default(self.config, "os_service_type")?.to_owned(),
            interface: kinds::interface(self.config.get("os_endpoint_type")?).unwrap_or("public"),
            region: self.config.pick(&["os_region_name"])?.map(|r| r.text.to_owned()),
            any: self.config.get_bool("os_any_region")?,
        })
    }
}

const AUTH_URL: &str = "authentication URL: set os_auth_url (OS_AUTH_URL)";
const PASSWORD: &str = "password: set os_password (OS_PASSWORD)";
const TOKEN: &str = "token, though os_auth_type asks for one: set os_auth_token (OS_AUTH_TOKEN)";
const PROJECT: &str = "project: set os_project_name or os_project_id (OS_PROJECT_NAME, OS_PROJECT_ID), or \
                       give the user as project:user";

/// Any of these is a word of version 3.
const DOMAINS: [&str; 6] = [
    "os_user_domain_id",
    "os_user_domain_name",
    "os_project_domain_id",
    "os_project_domain_name",
    "os_default_domain_id",
    "os_default_domain_name",
];
/// So are these: what a token can be for beside a project.
const SCOPES: [&str; 4] = ["os_trust_id", "os_system_scope", "os_domain_id", "os_domain_name"];

/// Gathers what is missing, so that one error names all of it.
#[derive(Default)]
struct Missing(Vec<&'static str>);

impl Missing {
    fn unless<T>(&mut self, value: Option<T>, what: &'static str) -> Option<T> {
        if value.is_none() {
            self.0.push(what);
        }
        value
    }

    #[cold]
    fn error(&self, version: u8) -> Error {
        Error::new(
            Kind::Auth,
            format!("authentication version {version} lacks settings: no {}", self.0.join("; no ")),
        )
    }
}
