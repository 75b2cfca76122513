//! Decides from the settings how to authenticate: method and version, user and project, and what is missing.

use super::super::error::{Error, Kind, Result};
use super::super::url::Url;
use super::kinds::{self, header_safe};
use super::options::text_or_default;
use super::plan::{
    Application, Credentials, Domain, Endpoint, Project, Secret, Tenant, User, V1, V2, V2Method, V2User, V3,
    V3Method,
};
use super::{Config, Picked};

#[cfg(test)]
mod tests;

/// The methods there are, apart from the version.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Method {
    /// By password, and by a token too when there is one.
    Any,
    Password,
    Token,
    Application,
}

/// The settings that several decisions look at.
struct Given<'a> {
    config: &'a Config,
    version: Option<Version>,
    url: Option<Picked<'a>>,
    user: Option<Picked<'a>>,
    password: Option<Picked<'a>>,
    token: Option<Secret>,
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
        token: c.pick(&["os_auth_token"])?.map(|t| Secret::from(t.text)),
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
            && self.token.is_none()
            && self.config.pick(&others)?.is_none())
    }

    /// Method and version: what the authentication type forces (EN-06), else the version that was given
    /// (EN-07), else what the other settings suggest (EN-08).
    fn decide(&self) -> Result<(Method, u8)> {
        let method = match kinds::auth_type(self.config.get("os_auth_type")?)? {
            Some("v1password") => return Ok((Method::Password, 1)),
            Some("v2password") => return Ok((Method::Password, 2)),
            Some("v3password") => return Ok((Method::Password, 3)),
            Some("v3applicationcredential") => return Ok((Method::Application, 3)),
            Some("v3token") => return Ok((Method::Token, 3)),
            Some("token") => Method::Token,
            Some(_) => Method::Password,
            None if self.prefers_application()? => Method::Application,
            None if self.password.is_some() => Method::Any,
            None if self.token.is_some() => Method::Token,
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
        if short && method != Method::Token {
            return Ok(1);
        }
        let domains =
            ["os_user_domain_id", "os_user_domain_name", "os_project_domain_id", "os_project_domain_name"];
        if method == Method::Application || self.config.pick(&domains)?.is_some() {
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

    fn v1(&self, method: Method) -> Result<V1> {
        if method == Method::Token {
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
        for picked in [user, key] {
            if !header_safe(picked.text) {
                return Err(Error::invalid(format!(
                    "option {} contains a control character, which authentication version 1 cannot send",
                    picked.key
                )));
            }
        }
        Ok(V1 { url, user: user.text.to_owned(), key: key.text.into() })
    }

    fn v2(&self, method: Method) -> Result<V2> {
        let (name, project) = self.user_and_project()?;
        let mut missing = Missing::default();
        let url = missing.unless(self.keystone("/v2.0")?, AUTH_URL);
        let method = if method == Method::Token {
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

    fn v3(&self, method: Method) -> Result<V3> {
        let (name, project) = self.user_and_project()?;
        let mut missing = Missing::default();
        let url = missing.unless(self.keystone("/v3")?, AUTH_URL);
        let found = if method == Method::Application {
            self.v3_application(name, &mut missing)?
        } else {
            let project = match missing.unless(project, PROJECT) {
                Some(Named::Id(id)) => Some(Project::Id(id.to_owned())),
                Some(Named::Name(name)) => Some(Project::Name(
                    name.to_owned(),
                    self.domain("os_project_domain_id", "os_project_domain_name")?,
                )),
                None => None,
            };
            if method == Method::Token {
                let token = missing.unless(self.token.clone(), TOKEN);
                token.zip(project).map(|(token, project)| V3Method::Token { token, project })
            } else {
                let user = missing.unless(
                    self.v3_user(name)?,
                    "user: set os_username or os_user_id (OS_USERNAME, OS_USER_ID)",
                );
                let password = missing.unless(self.password, PASSWORD).map(|p| Secret::from(p.text));
                let token = self.token.clone().filter(|_| method == Method::Any);
                match (user, password, project) {
                    (Some(user), Some(password), Some(project)) => {
                        Some(V3Method::Password { user, password, token, project })
                    }
                    _ => None,
                }
            }
        };
        let (Some(url), Some(method)) = (url, found) else { return Err(missing.error(3)) };
        Ok(V3 { url, method, endpoint: self.endpoint()? })
    }

    /// AU-41: an application credential by its id, or by the name its user gave it.
    fn v3_application(&self, user: Option<&str>, missing: &mut Missing) -> Result<Option<V3Method>> {
        let secret = missing.unless(
            self.config.pick(&["os_application_credential_secret"])?,
            "secret: set os_application_credential_secret (OS_APPLICATION_CREDENTIAL_SECRET)",
        );
        let picked = self.config.pick(&["os_application_credential_id", "os_application_credential_name"])?;
        let picked = missing.unless(
            picked,
            "application credential: set os_application_credential_id (OS_APPLICATION_CREDENTIAL_ID)",
        );
        let credential = match picked {
            Some(id) if id.key == "os_application_credential_id" => Some(Application::Id(id.text.to_owned())),
            Some(name) => missing
                .unless(
                    self.v3_user(user)?,
                    "user of the application credential, which is given by name: set os_username or \
                     os_user_id, or give os_application_credential_id instead",
                )
                .map(|user| Application::Name(name.text.to_owned(), user)),
            None => None,
        };
        Ok(credential
            .zip(secret)
            .map(|(credential, s)| V3Method::Application { credential, secret: s.text.into() }))
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

    /// The user by id, which needs no domain, or by name; one that was set goes before one found in the
    /// environment.
    fn v3_user(&self, name: Option<&str>) -> Result<Option<User>> {
        Ok(match (self.config.pick(&["os_user_id", "user", "os_username"])?, name) {
            (Some(id), _) if id.key == "os_user_id" => Some(User::Id(id.text.to_owned())),
            (_, Some(name)) => {
                Some(User::Name(name.to_owned(), self.domain("os_user_domain_id", "os_user_domain_name")?))
            }
            _ => None,
        })
    }

    /// AU-33: the domain with the id `default` when nothing is said.
    fn domain(&self, id: &'static str, name: &'static str) -> Result<Domain> {
        Ok(match self.config.pick(&[id, name])? {
            Some(p) if p.key == id => Domain::Id(p.text.to_owned()),
            Some(p) => Domain::Name(p.text.to_owned()),
            None => Domain::Id("default".to_owned()),
        })
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
        })
    }
}

const AUTH_URL: &str = "authentication URL: set os_auth_url (OS_AUTH_URL)";
const PASSWORD: &str = "password: set os_password (OS_PASSWORD)";
const TOKEN: &str = "token, though os_auth_type asks for one: set os_auth_token (OS_AUTH_TOKEN)";
const PROJECT: &str = "project: set os_project_name or os_project_id (OS_PROJECT_NAME, OS_PROJECT_ID), or \
                       give the user as project:user";

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
