//! The table of keys: names, defaults, variables, meaning. Documentation and C enumerate it.

use std::ffi::CStr;
use std::fmt;

use super::super::error::{Error, Result};
use super::job_keys::JOB;
use super::kinds::KeyKind;

/// Where a key has a meaning. A wider level may hold the keys of the narrower ones, as defaults for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// A connection: every key.
    Connection,
    /// A service: its own keys, and those of jobs.
    Service,
    /// One job.
    Job,
}

impl Scope {
    /// Whether a key of this scope may be set at `level`.
    pub fn allows(self, level: Scope) -> bool {
        level <= self
    }

    /// Where a key of this scope may be set, for messages.
    pub(super) fn levels(self) -> &'static str {
        match self {
            Scope::Connection => "a connection",
            Scope::Service => "a connection or a service",
            Scope::Job => "a connection, a service or a job",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scope::Connection => "a connection",
            Scope::Service => "a service",
            Scope::Job => "a job",
        })
    }
}

/// What is known about a key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name, python-swiftclient's where that has it.
    pub name: &'static CStr,
    /// The value when nothing is set; may be empty.
    pub default: &'static CStr,
    /// What a value looks like.
    pub kind: KeyKind,
    /// Where it may be set.
    pub scope: Scope,
    /// Whether its value must not be shown.
    pub secret: bool,
    /// The environment variables it is read from, the first that is there.
    pub env: &'static [&'static str],
    /// What it means, in a sentence or two.
    pub doc: &'static CStr,
}

impl Key {
    /// Its name as text.
    pub fn name(&self) -> &'static str {
        // The table is ASCII; a test holds it to that.
        self.name.to_str().unwrap_or_default()
    }

    /// An error that says what is accepted, unless the key can have this value.
    pub(super) fn check(&self, value: &str, environment: bool) -> Result<()> {
        if self.kind.check(value, environment)? {
            return Ok(());
        }
        let accepts = self.kind.accepts();
        if self.secret {
            return Err(Error::invalid(format!("the value is not {accepts}")));
        }
        let shown: String = value.chars().take(100).collect();
        Err(Error::invalid(format!("{shown:?} is not {accepts}")))
    }
}

/// Every key there is.
pub fn keys() -> &'static [Key] {
    &KEYS
}

/// The place of a key in [`keys`].
pub(super) fn find(name: &str) -> Result<usize> {
    let found = KEYS.iter().position(|k| k.name.to_bytes() == name.as_bytes());
    found.ok_or_else(|| unknown(name))
}

#[cold]
fn unknown(name: &str) -> Error {
    let shown: String = name.chars().take(100).collect();
    match nearest(name) {
        Some(near) => Error::invalid(format!("there is no option {shown:?}; did you mean {near}?")),
        None => Error::invalid(format!("there is no option {shown:?}")),
    }
}

/// The key that is written most like `name`, when it is near enough to be meant.
fn nearest(name: &str) -> Option<&'static str> {
    if name.len() > 100 {
        return None;
    }
    let name = name.to_ascii_lowercase().replace('-', "_");
    let (steps, key) = KEYS.iter().map(|k| (distance(&name, k.name()), k.name())).min_by_key(|(d, _)| *d)?;
    (steps * 2 <= name.len()).then_some(key)
}

/// How many characters must be added, removed or replaced to make one text of the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

const AGENT: &CStr =
    match CStr::from_bytes_with_nul(concat!("libswiftclient/", env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(text) => text,
        Err(_) => c"libswiftclient",
    };

/// A key of a connection without a default; the methods below say what is different.
pub(super) const fn key(name: &'static CStr, kind: KeyKind, doc: &'static CStr) -> Key {
    Key { name, default: c"", kind, scope: Scope::Connection, secret: false, env: &[], doc }
}

impl Key {
    const fn env(mut self, names: &'static [&'static str]) -> Key {
        self.env = names;
        self
    }

    pub(super) const fn or(mut self, default: &'static CStr) -> Key {
        self.default = default;
        self
    }

    pub(super) const fn of(mut self, scope: Scope) -> Key {
        self.scope = scope;
        self
    }

    pub(super) const fn secret(mut self) -> Key {
        self.secret = true;
        self
    }
}

use KeyKind::{
    AuthMethods, AuthType, AuthVersion, Bool, Header, Integer, Interface, Number, Path, Proxy, Seconds, Text,
    Url, Word,
};

const THREADS: KeyKind = Integer { min: 1, max: 1000 };

/// Those of connections and services, then those of jobs.
static KEYS: [Key; WIDE.len() + JOB.len()] = {
    let mut all = [WIDE[0]; WIDE.len() + JOB.len()];
    let mut i = 1;
    while i < all.len() {
        all[i] = if i < WIDE.len() { WIDE[i] } else { JOB[i - WIDE.len()] };
        i += 1;
    }
    all
};

const WIDE: &[Key] = &[
    key(c"auth", Url, c"URL of the authentication service; goes before os_auth_url.").env(&["ST_AUTH"]),
    key(
        c"auth_version",
        AuthVersion,
        c"Version of the authentication: 1 (tempauth), 2 or 3 (Keystone). When empty it is found out: \
         1 with auth, user and key; 3 with domains or an application credential; else what the \
         authentication URL ends in; else 2.",
    )
    .env(&["ST_AUTH_VERSION", "OS_AUTH_VERSION", "OS_IDENTITY_API_VERSION"]),
    key(
        c"user",
        Text,
        c"Name of the user; goes before os_username. With version 1 account:user, with 2 and 3 also \
         project:user.",
    )
    .env(&["ST_USER"]),
    key(c"key", Text, c"Key or password of the user; goes before os_password.").env(&["ST_KEY"]).secret(),
    key(
        c"os_cloud",
        Text,
        c"Name of a cloud of clouds.yaml, or * for the only one there. Its values count for keys that are not set, before \
         the variables OS_* and ST_*.",
    )
    .env(&["OS_CLOUD"]),
    key(
        c"os_client_config_file",
        Path,
        c"The clouds.yaml to read. When empty the first that is there: in the current directory, ~/.config/openstack and \
         /etc/openstack.",
    )
    .env(&["OS_CLIENT_CONFIG_FILE"]),
    key(
        c"os_client_secure_file",
        Path,
        c"The secure.yaml, with what is secret of the clouds, to read. When empty the first that is there, in the same \
         places.",
    )
    .env(&["OS_CLIENT_SECURE_FILE"]),
    key(c"os_username", Text, c"Name of the user.").env(&["OS_USERNAME"]),
    key(c"os_user_id", Text, c"Id of the user, instead of name and domain.").env(&["OS_USER_ID"]),
    key(c"os_user_domain_name", Text, c"Name of the domain of the user.").env(&["OS_USER_DOMAIN_NAME"]),
    key(
        c"os_user_domain_id",
        Text,
        c"Id of the domain of the user; the domain is `default` when nothing else says it.",
    )
    .env(&["OS_USER_DOMAIN_ID"]),
    key(c"os_password", Text, c"Password of the user.").env(&["OS_PASSWORD"]).secret(),
    key(c"os_tenant_id", Text, c"The older name of os_project_id.").env(&["OS_TENANT_ID"]),
    key(c"os_tenant_name", Text, c"The older name of os_project_name.").env(&["OS_TENANT_NAME"]),
    key(c"os_project_id", Text, c"Id of the project to work in, instead of name and domain.")
        .env(&["OS_PROJECT_ID"]),
    key(c"os_project_name", Text, c"Name of the project to work in.").env(&["OS_PROJECT_NAME"]),
    key(
        c"os_project_domain_id",
        Text,
        c"Id of the domain of the project; the domain is `default` when nothing else says it.",
    )
    .env(&["OS_PROJECT_DOMAIN_ID"]),
    key(c"os_project_domain_name", Text, c"Name of the domain of the project.")
        .env(&["OS_PROJECT_DOMAIN_NAME"]),
    key(c"os_auth_url", Url, c"URL of Keystone, with or without the version at its end.")
        .env(&["OS_AUTH_URL"]),
    key(
        c"os_auth_token",
        Header,
        c"A token obtained elsewhere: used as it is together with os_storage_url, else to authenticate \
         with.",
    )
    .env(&["OS_AUTH_TOKEN"])
    .secret(),
    key(
        c"os_auth_type",
        AuthType,
        c"How to authenticate: password, token, v1password, v2password, v2token, v3password, v3token, v3totp, \
         v3multifactor or v3applicationcredential; none: not at all, for temporary URLs and what is public. When empty it follows from what else is set. Version 2, \
         which no Keystone has any more, is tested against a stand-in only.",
    )
    .env(&["OS_AUTH_TYPE"]),
    key(
        c"os_auth_methods",
        AuthMethods,
        c"What to present with v3multifactor: some of v3password, v3totp, v3token, with commas between them. When \
         empty, all that is set.",
    )
    .env(&["OS_AUTH_METHODS"]),
    key(
        c"os_passcode",
        Text,
        c"A one-time passcode (TOTP) of the user, instead of the password or, for users that need both, with it. \
         The token it gives cannot be renewed.",
    )
    .env(&["OS_PASSCODE"])
    .secret(),
    key(
        c"os_trust_id",
        Text,
        c"Id of a trust, by which another user has handed over a project to work in. Instead of a project.",
    )
    .env(&["OS_TRUST_ID"]),
    key(
        c"os_domain_id",
        Text,
        c"Id of a domain to work in, instead of a project: the catalogue then names no account, so os_storage_url \
         does. With a project, the domain of user and project unless they have others.",
    )
    .env(&["OS_DOMAIN_ID"]),
    key(c"os_domain_name", Text, c"Name of that domain.").env(&["OS_DOMAIN_NAME"]),
    key(
        c"os_system_scope",
        Word(&["all"]),
        c"`all` to work in the whole of OpenStack instead of a project: the catalogue then names no account, so \
         os_storage_url does.",
    )
    .env(&["OS_SYSTEM_SCOPE"]),
    key(
        c"os_default_domain_id",
        Text,
        c"Id of the domain of user and project when nothing else says it, instead of `default`.",
    )
    .env(&["OS_DEFAULT_DOMAIN_ID", "OS_DEFAULT_DOMAIN"]),
    key(c"os_default_domain_name", Text, c"Name of that domain.").env(&["OS_DEFAULT_DOMAIN_NAME"]),
    key(c"os_application_credential_id", Text, c"Id of an application credential.")
        .env(&["OS_APPLICATION_CREDENTIAL_ID"]),
    key(
        c"os_application_credential_name",
        Text,
        c"Name of an application credential of the user, instead of its id.",
    )
    .env(&["OS_APPLICATION_CREDENTIAL_NAME"]),
    key(c"os_application_credential_secret", Text, c"Secret of the application credential.")
        .env(&["OS_APPLICATION_CREDENTIAL_SECRET"])
        .secret(),
    key(
        c"os_storage_url",
        Url,
        c"URL of the account, instead of the one that authentication gives. %(project_id)s in it stands for the id of the \
         project, with Keystone.",
    )
    .env(&["OS_STORAGE_URL"]),
    key(
        c"os_region_name",
        Text,
        c"Region whose endpoint is taken from Keystone's catalogue. Where there are several, none is taken by chance: \
         the error names them.",
    )
    .env(&["OS_REGION_NAME"]),
    key(
        c"os_any_region",
        Bool,
        c"Whether of several endpoints that fit the first of Keystone's catalogue is taken, as python-swiftclient does, \
         instead of none.",
    )
    .or(c"false"),
    key(c"os_service_type", Text, c"Type of the service in Keystone's catalogue.")
        .env(&["OS_SERVICE_TYPE"])
        .or(c"object-store"),
    key(
        c"os_endpoint_type",
        Interface,
        c"Interface of the endpoint in Keystone's catalogue: public, internal or admin.",
    )
    .env(&["OS_ENDPOINT_TYPE", "OS_INTERFACE"])
    .or(c"public"),
    key(
        c"service_username",
        Text,
        c"Name of the user of a service that acts for the user: each request then carries its token too, in \
         X-Service-Token. Without os_storage_url the account is the service's.",
    ),
    key(c"service_user_id", Text, c"Id of that user, instead of name and domain."),
    key(c"service_user_domain_name", Text, c"Name of the domain of the service's user."),
    key(c"service_user_domain_id", Text, c"Id of the domain of the service's user."),
    key(c"service_key", Text, c"Key or password of the service's user.").secret(),
    key(c"service_project_name", Text, c"Name of the project of the service."),
    key(c"service_project_id", Text, c"Id of the project of the service, instead of name and domain."),
    key(c"service_project_domain_name", Text, c"Name of the domain of the service's project."),
    key(c"service_project_domain_id", Text, c"Id of the domain of the service's project."),
    key(
        c"service_application_credential_id",
        Text,
        c"Id of an application credential of the service's user, instead of its name and password.",
    ),
    key(
        c"service_application_credential_name",
        Text,
        c"Name of an application credential of the service's user, instead of its id.",
    ),
    key(c"service_application_credential_secret", Text, c"Secret of that application credential.").secret(),
    key(
        c"service_auth_url",
        Url,
        c"URL where the service authenticates, when it is another one than the user's.",
    ),
    key(
        c"service_auth_version",
        AuthVersion,
        c"Version of the authentication of the service, when it is another one than the user's.",
    ),
    key(
        c"service_auth_token",
        Header,
        c"A token of the service obtained elsewhere, instead of its credentials.",
    )
    .secret(),
    key(
        c"os_cacert",
        Path,
        c"File of the certificates (PEM) of the authorities to trust, or a directory of such files, instead of those \
         of the system; it is read when TLS is first used.",
    )
    .env(&["OS_CACERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]),
    key(c"os_cert", Path, c"File of the client certificate (PEM), and of its key unless os_key is set.")
        .env(&["OS_CERT"]),
    key(c"os_key", Path, c"File of the key (PEM) of the client certificate.").env(&["OS_KEY"]),
    key(c"insecure", Bool, c"Whether to trust any TLS certificate. For tests only.")
        .env(&["SWIFTCLIENT_INSECURE"])
        .or(c"false"),
    key(
        c"retries",
        Integer { min: 0, max: 1000 },
        c"How many times a failed request is made again, whatever its method.",
    )
    .or(c"5"),
    key(c"retry_on_ratelimit", Bool, c"Whether a request refused for its rate (429, 498) is made again.")
        .or(c"true"),
    key(
        c"reauth_on_forbidden",
        Bool,
        c"Whether a refusal (403), too, is answered with a new token, once: the roles of the user may have changed.",
    )
    .or(c"false"),
    key(
        c"force_auth_retry",
        Bool,
        c"Whether to authenticate anew before a failed request is made again, whatever the failure.",
    )
    .or(c"false"),
    key(
        c"starting_backoff",
        Seconds,
        c"Pause before a request is first made again, in seconds or with a suffix (s, m, h, d); it doubles each \
         time.",
    )
    .or(c"1"),
    key(c"max_backoff", Seconds, c"The longest such pause, in seconds or with a suffix.").or(c"64"),
    key(
        c"backoff_jitter",
        Number { min: 0.0, max: 1.0 },
        c"The fraction of each pause that is random, so that many clients do not come back at once.",
    )
    .or(c"0.5"),
    key(
        c"retry_after_max",
        Seconds,
        c"The longest pause that the server may ask for with Retry-After, in seconds or with a suffix; 0: it is \
         not asked. Unless this is set it is what max_backoff says.",
    )
    .or(c"64"),
    key(
        c"retry_max_elapsed",
        Seconds,
        c"How long after its start a call may still make a failed request again, in seconds or with a suffix; \
         0 is for ever.",
    )
    .or(c"0"),
    key(
        c"proxy",
        Proxy,
        c"HTTP proxy for all requests, as http://user:password@host:port: https to it when its URL says so. What \
         http_proxy or https_proxy says goes before it. SOCKS is not supported.",
    )
    .env(&["all_proxy", "ALL_PROXY"])
    .secret(),
    key(c"http_proxy", Proxy, c"HTTP proxy for requests to http URLs.")
        .env(&["http_proxy", "HTTP_PROXY"])
        .secret(),
    key(c"https_proxy", Proxy, c"HTTP proxy for requests to https URLs, through which TLS goes to the server itself.")
        .env(&["https_proxy", "HTTPS_PROXY"])
        .secret(),
    key(
        c"no_proxy",
        Text,
        c"What goes through no proxy, separated by commas: domains with all below them, addresses, networks as \
         10.0.0.0/8, each with a port or without; * is everything.",
    )
    .env(&["no_proxy", "NO_PROXY"]),
    key(
        c"timeout",
        Seconds,
        c"How long a read or write may wait for the server, in seconds or with a suffix (s, m, h, d); 0 is for \
         ever.",
    )
    .or(c"300"),
    key(
        c"connect_timeout",
        Seconds,
        c"How long a new connection may take, name lookup and TLS included, in seconds or with a suffix \
         (s, m, h, d); 0 is for ever. A timeout that is set and shorter holds here too, unless this is set.",
    )
    .or(c"30"),
    key(
        c"expect_continue",
        Bool,
        c"Whether a body is announced with Expect: 100-continue, so that the server can refuse it before it is sent.",
    )
    .or(c"false"),
    key(
        c"expect_timeout",
        Seconds,
        c"How long the server may then take to ask for the body, in seconds or with a suffix; after that it is sent.",
    )
    .or(c"1"),
    key(c"user_agent", Header, c"The User-Agent of every request.").or(AGENT),
    key(c"container_threads", THREADS, c"How many jobs on accounts and containers run at once.")
        .or(c"10")
        .of(Scope::Service),
    key(c"object_uu_threads", THREADS, c"How many objects are uploaded, updated or copied at once.")
        .or(c"10")
        .of(Scope::Service),
    key(
        c"object_dd_threads",
        THREADS,
        c"How many objects are downloaded, deleted or asked for their state at once.",
    )
    .or(c"10")
    .of(Scope::Service),
    key(c"segment_threads", THREADS, c"How many segments of large objects are worked on at once.")
        .or(c"10")
        .of(Scope::Service),
    key(
        c"max_queued",
        Integer { min: 1, max: 1_000_000_000 },
        c"How many results may be outstanding, to come or not yet popped, when a service takes a job, the job's \
         own included. With none outstanding it takes a job of any size.",
    )
    .or(c"10000")
    .of(Scope::Service),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        for (i, k) in keys().iter().enumerate() {
            let name = k.name();
            assert!(
                !name.is_empty()
                    && name.bytes().all(|b| b == b'_' || b.is_ascii_lowercase() || b.is_ascii_digit()),
                "{name}"
            );
            assert_eq!(find(name).unwrap(), i, "{name} is there twice");
            let default = k.default.to_str().unwrap();
            if !default.is_empty() {
                k.check(default, false).unwrap();
            }
            let doc = k.doc.to_str().unwrap();
            assert!(doc.ends_with('.') && !doc.contains("  "), "{name}: {doc}");
        }
    }

    #[test]
    fn every_key_but_texts_has_a_usable_default() {
        for k in keys() {
            let text = matches!(
                k.kind,
                Text | Header
                    | KeyKind::Pairs
                    | Path
                    | Proxy
                    | Url
                    | AuthType
                    | AuthMethods
                    | AuthVersion
                    | Interface
                    | Word(_)
            );
            assert!(text || !k.default.is_empty(), "{}", k.name());
        }
    }

    #[test]
    fn distances() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
