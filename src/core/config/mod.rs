//! Settings: string keys and values in layers: explicit over a cloud of clouds.yaml over environment over built-in default.
//!
//! `keys` is the table of what can be set, `kinds` what values look like, `env` reads the
//! environment and `cloud` clouds.yaml, `options` turns the text into what the connection works with, and `infer` decides
//! how it authenticates: the `plan`.

mod cloud;
mod env;
mod infer;
mod job_keys;
mod keys;
mod kinds;
pub(crate) mod options;
pub(crate) mod plan;
mod yaml;

use std::borrow::Cow;
use std::ffi::{CStr, CString, OsString};
use std::fmt;
use std::time::Duration;

pub(crate) use kinds::suffixed;

pub use keys::{Key, Scope, keys};
pub use kinds::KeyKind;
pub(crate) use kinds::{boolean, header_safe, interface, pairs};
pub use options::Options;

use super::auth::provider::Provider;
use super::error::{Error, Result};
use cloud::{Choice, Cloud};

/// The two values a key may have beside its default. NUL-terminated, so that C can borrow them.
#[derive(Clone, Default)]
struct Slot {
    explicit: Option<CString>,
    environment: Option<CString>,
}

const CLOUD: &str = "os_cloud";
const CLOUD_FILE: &str = "os_client_config_file";
const SECURE_FILE: &str = "os_client_secure_file";
const REGION: &str = "os_region_name";
/// Stands for the only cloud of a file: a name that cannot be one in YAML's plain style.
const ONLY: &str = "*";

/// Settings of a connection, a service or a job. A value set with [`set`](Config::set) beats one from the
/// environment, which beats the default, whatever the order of the calls.
#[derive(Clone)]
pub struct Config {
    /// One per key, in the order of [`keys()`].
    slots: Box<[Slot]>,
    /// An application that logs in by itself.
    provider: Option<Provider>,
    /// The cloud that was read last; in effect while it is the one that is asked for.
    cloud: Option<Box<Cloud>>,
}

impl Default for Config {
    fn default() -> Config {
        Config { slots: vec![Slot::default(); keys().len()].into_boxed_slice(), provider: None, cloud: None }
    }
}

impl Config {
    /// Settings with every key at its default.
    pub fn new() -> Config {
        Config::default()
    }

    /// Sets a key, or with `None` takes it back to what the environment or the default says. A value that
    /// the key cannot have is refused here. Empty text, for a key that holds text, means: not given, not even
    /// by the environment.
    pub fn set(&mut self, key: &str, value: Option<&str>) -> Result<()> {
        let i = keys::find(key)?;
        let next = match value {
            None => None,
            Some(v) => Some(checked(&keys()[i], v, false).map_err(|e| e.context(format!("option {key}")))?),
        };
        let was = std::mem::replace(&mut self.slots[i].explicit, next);
        if key == REGION
            && let Err(e) = self.in_region()
        {
            self.slots[i].explicit = was;
            return Err(e.context(format!("option {key}")));
        }
        Ok(())
    }

    /// Adds a line to a key that holds several, such as `header`: `name` and `value` with a colon between them. What
    /// only the environment or the default says is not added to.
    pub fn add(&mut self, key: &str, name: &str, value: &str) -> Result<()> {
        let i = keys::find(key)?;
        if keys()[i].kind != KeyKind::Pairs {
            return Err(Error::invalid(format!("option {key} holds one value: set it instead")));
        }
        if name.contains(':') || name.contains('\n') || value.contains('\n') {
            return Err(Error::invalid(format!("option {key}: a name with a colon or a line break in it")));
        }
        let before = self.slots[i].explicit.as_deref().and_then(|v| v.to_str().ok()).unwrap_or_default();
        let all =
            if before.is_empty() { format!("{name}:{value}") } else { format!("{before}\n{name}:{value}") };
        self.set(key, Some(&all))
    }

    /// Takes the values of a cloud of clouds.yaml: the one of that name, or with `None` the only one there is. `file` goes
    /// before the files that are searched for. What was set goes before them, and they before the environment.
    pub fn load_cloud(&mut self, name: Option<&str>, file: Option<&str>) -> Result<()> {
        self.load_cloud_from(name, file, &|name| std::env::var_os(name))
    }

    /// Like [`load_cloud`](Config::load_cloud), with variables from elsewhere.
    pub fn load_cloud_from(
        &mut self,
        name: Option<&str>,
        file: Option<&str>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<()> {
        let mut next = self.clone();
        if let Some(file) = file {
            next.set(CLOUD_FILE, Some(file))?;
        }
        next.set(CLOUD, Some(name.unwrap_or(ONLY)))?;
        next.read_cloud(variable)?;
        *self = next;
        Ok(())
    }

    /// These settings with the cloud that they ask for, which is read unless it has been.
    pub fn with_cloud(&self) -> Result<Cow<'_, Config>> {
        let mut found = Cow::Borrowed(self);
        if self.wanted_cloud().is_some() && self.active_cloud().is_none() {
            found.to_mut().read_cloud(&|name| std::env::var_os(name))?;
        }
        match found.active_cloud().and_then(Cloud::problem) {
            Some(problem) => Err(problem.clone()),
            None => Ok(found),
        }
    }

    fn read_cloud(&mut self, variable: &dyn Fn(&str) -> Option<OsString>) -> Result<()> {
        let Some(choice) = self.wanted_cloud() else { return Ok(()) };
        let cloud = Cloud::read(choice, self.chosen_region(), variable)?;
        self.cloud = Some(Box::new(cloud));
        Ok(())
    }

    /// The cloud that is asked for, whether it has been read or not.
    fn wanted_cloud(&self) -> Option<Choice<'_>> {
        // A cloud says nothing of where it is.
        let name = self.below_cloud(CLOUD).filter(|n| !n.is_empty())?;
        Some(Choice {
            name: if name == ONLY { "" } else { name },
            file: self.below_cloud(CLOUD_FILE).unwrap_or_default(),
            secure: self.below_cloud(SECURE_FILE).unwrap_or_default(),
        })
    }

    fn active_cloud(&self) -> Option<&Cloud> {
        let choice = self.wanted_cloud()?;
        self.cloud.as_deref().filter(|c| c.is(choice))
    }

    /// A value that no cloud has a say in.
    fn below_cloud(&self, key: &str) -> Option<&str> {
        let slot = &self.slots[keys::find(key).ok()?];
        slot.explicit.as_deref().or(slot.environment.as_deref())?.to_str().ok()
    }

    /// The region that was set or is in the environment, which chooses among those of a cloud.
    fn chosen_region(&self) -> &str {
        self.below_cloud(REGION).unwrap_or_default()
    }

    /// Takes what a cloud says of the region that is chosen now.
    fn in_region(&mut self) -> Result<()> {
        if self.active_cloud().is_none() {
            // One that is asked for later is read then.
            self.cloud = None;
        }
        let region = self.chosen_region().to_owned();
        self.cloud.as_deref_mut().map_or(Ok(()), |cloud| cloud.translate(&region))
    }

    /// What a key has when it was not set: what the cloud says, or else the environment, as far as that counts beside a
    /// cloud.
    fn found(&self, i: usize) -> Option<&CStr> {
        let environment = self.slots[i].environment.as_deref();
        let Some(cloud) = self.active_cloud() else { return environment };
        let key = &keys()[i];
        let has = |name| keys::find(name).is_ok_and(|i| cloud.value(i).is_some());
        let application = has("os_application_credential_id") || has("os_application_credential_name");
        // A variable of OpenStack's belongs to another login: but for what a file cannot hold, or does not.
        let counts = match key.name() {
            CLOUD | CLOUD_FILE | SECURE_FILE | "os_passcode" | "os_cacert" => true,
            "os_password" => !application && (has("os_username") || has("os_user_id")),
            "os_application_credential_secret" => application,
            _ => !key.env.iter().any(|v| v.starts_with("OS_") || v.starts_with("ST_")),
        };
        cloud.value(i).map(CString::as_c_str).or(environment.filter(|_| counts))
    }

    /// The value in effect; empty when there is none.
    pub fn get(&self, key: &str) -> Result<&str> {
        // Values and defaults were text when they were stored.
        Ok(self.get_cstr(key)?.to_str().unwrap_or_default())
    }

    /// The value in effect, NUL-terminated; empty when there is none. It lives until the key is set again.
    pub fn get_cstr(&self, key: &str) -> Result<&CStr> {
        let i = keys::find(key)?;
        Ok(self.slots[i].explicit.as_deref().or_else(|| self.found(i)).unwrap_or(keys()[i].default))
    }

    /// Whether the value in effect was set or came from the environment, and is not the default.
    pub fn is_set(&self, key: &str) -> Result<bool> {
        let i = keys::find(key)?;
        Ok(self.slots[i].explicit.is_some() || self.found(i).is_some())
    }

    /// Whether anything was set or came from the environment.
    pub fn is_set_at_all(&self) -> bool {
        self.slots.iter().any(|s| s.explicit.is_some() || s.environment.is_some())
    }

    /// The value in effect of a key that holds a truth value.
    pub fn get_bool(&self, key: &str) -> Result<bool> {
        kinds::boolean(self.get(key)?).ok_or_else(|| not_a(key, "a truth value"))
    }

    /// The value in effect of a key that holds a whole number.
    pub fn get_u64(&self, key: &str) -> Result<u64> {
        kinds::integer(self.get(key)?).ok_or_else(|| not_a(key, "a whole number"))
    }

    /// The value in effect of a key that holds a number of bytes.
    pub fn get_size(&self, key: &str) -> Result<u64> {
        kinds::size(self.get(key)?).ok_or_else(|| not_a(key, "a number of bytes"))
    }

    /// The value in effect of a key that holds a number.
    pub fn get_f64(&self, key: &str) -> Result<f64> {
        kinds::number(self.get(key)?).ok_or_else(|| not_a(key, "a number"))
    }

    /// The value in effect of a key that holds a time.
    pub fn get_duration(&self, key: &str) -> Result<Duration> {
        kinds::seconds(self.get(key)?).ok_or_else(|| not_a(key, "a time"))
    }

    /// These settings with those of `over` on top. Both layers are merged for themselves: a value set here
    /// still beats one that `over` took from the environment.
    pub fn merged(&self, over: &Config) -> Config {
        let pairs = self.slots.iter().zip(over.slots.iter());
        Config {
            slots: pairs
                .map(|(base, over)| Slot {
                    explicit: over.explicit.as_ref().or(base.explicit.as_ref()).cloned(),
                    environment: over.environment.as_ref().or(base.environment.as_ref()).cloned(),
                })
                .collect(),
            provider: over.provider.as_ref().or(self.provider.as_ref()).cloned(),
            cloud: over.cloud.as_ref().or(self.cloud.as_ref()).cloned(),
        }
    }

    /// Sets who logs in, in the place of the credentials among the settings; `None` for nobody.
    pub fn set_provider(&mut self, provider: Option<Provider>) {
        self.provider = provider;
    }

    /// An error that names the first key set here that has no meaning at that level.
    pub fn check_scope(&self, level: Scope) -> Result<()> {
        let set = keys().iter().zip(self.slots.iter()).filter(|(_, s)| s.explicit.is_some());
        for (key, _) in set {
            if !key.scope.allows(level) {
                return Err(Error::invalid(format!(
                    "option {} cannot be set for {level}, only for {}",
                    key.name(),
                    key.scope.levels()
                )));
            }
        }
        Ok(())
    }

    /// The first of several keys that stand for the same thing, with its value: what was set before what the
    /// environment holds, and within each in the order given. Empty values do not count.
    fn pick(&self, names: &[&'static str]) -> Result<Option<Picked<'_>>> {
        for explicit in [true, false] {
            for key in names {
                let i = keys::find(key)?;
                let value = match (explicit, self.slots[i].explicit.as_deref()) {
                    (true, Some(v)) => v,
                    (false, None) => match self.found(i) {
                        Some(v) => v,
                        None => continue,
                    },
                    _ => continue,
                };
                let value = value.to_str().unwrap_or_default();
                if !value.is_empty() {
                    return Ok(Some(Picked { key, text: value, explicit }));
                }
            }
        }
        Ok(None)
    }
}

/// A value that is there, and where it comes from.
#[derive(Clone, Copy, Debug)]
struct Picked<'a> {
    key: &'static str,
    text: &'a str,
    /// Set, and not only found in the environment.
    explicit: bool,
}

/// Copies a value that the key may have; from the environment some are taken that `set` refuses.
fn checked(key: &Key, value: &str, environment: bool) -> Result<CString> {
    key.check(value, environment)?;
    CString::new(value).map_err(|_| Error::invalid("the value contains a NUL character"))
}

#[cold]
fn not_a(key: &str, what: &str) -> Error {
    Error::invalid(format!("option {key} does not hold {what}"))
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (i, (key, slot)) in keys().iter().zip(self.slots.iter()).enumerate() {
            if let Some(value) = slot.explicit.as_deref().or_else(|| self.found(i)) {
                let shown = if key.secret && !value.is_empty() { c"..." } else { value };
                map.entry(&key.name(), &shown.to_string_lossy());
            }
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::Kind;
    use super::*;

    fn env<'a>(vars: &'a [(&'a str, &'a str)]) -> impl Fn(&str) -> Option<std::ffi::OsString> + 'a {
        move |name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into())
    }

    #[test]
    fn en_04_set_beats_environment_beats_default_in_any_order() {
        let vars = [("ST_USER", "from:env"), ("OS_REGION_NAME", "r")];
        let mut c = Config::new();
        assert_eq!(c.get("user").unwrap(), "");
        assert_eq!(c.get("retries").unwrap(), "5");
        c.set("user", Some("set:first")).unwrap();
        c.load_env_from(env(&vars)).unwrap();
        assert_eq!(c.get("user").unwrap(), "set:first");
        c.set("user", None).unwrap();
        assert_eq!(c.get("user").unwrap(), "from:env");
        c.set("user", Some("set:last")).unwrap();
        assert_eq!(c.get_cstr("user").unwrap(), c"set:last");
        assert_eq!(c.get("os_region_name").unwrap(), "r");
        assert!(c.is_set("os_region_name").unwrap() && !c.is_set("retries").unwrap());
    }

    #[test]
    fn en_04_empty_text_hides_the_environment() {
        let mut c = Config::new();
        c.load_env_from(env(&[("OS_PROJECT_NAME", "p")])).unwrap();
        c.set("os_project_name", Some("")).unwrap();
        assert_eq!(c.get("os_project_name").unwrap(), "");
        assert!(c.pick(&["os_project_name"]).unwrap().is_none());
    }

    #[test]
    fn unknown_keys_are_refused_with_a_suggestion() {
        let mut c = Config::new();
        let e = c.set("os_usrname", Some("x")).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains("\"os_usrname\"") && e.message().contains("os_username"), "{e}");
        for (given, near) in [
            ("os-username", "os_username"),
            ("OS_AUTH_URL", "os_auth_url"),
            ("password", "os_password"),
            ("retrys", "retries"),
        ] {
            let m = c.set(given, None).unwrap_err();
            assert!(m.message().contains(&format!("did you mean {near}")), "{m}");
        }
        assert!(!c.get("completely_else_here").unwrap_err().message().contains("did you mean"));
        assert!(c.get("").is_err() && c.get_cstr("nope").is_err() && c.is_set("nope").is_err());
    }

    #[test]
    fn bad_values_are_refused_when_set_and_leave_the_old_one() {
        let mut c = Config::new();
        c.set("retries", Some("7")).unwrap();
        let e = c.set("retries", Some("many")).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert_eq!(e.message(), "option retries: \"many\" is not a whole number from 0 to 1000");
        assert_eq!(c.get_u64("retries").unwrap(), 7);
        for (key, value) in [
            ("retries", "-1"),
            ("retries", "1001"),
            ("retries", ""),
            ("retries", "1.5"),
            ("insecure", "maybe"),
            ("insecure", ""),
            ("timeout", "nan"),
            ("timeout", "inf"),
            ("timeout", "-1"),
            ("timeout", "5 parsecs"),
            ("timeout", "400d"),
            ("backoff_jitter", "1.1"),
            ("container_threads", "0"),
            ("object_dd_threads", "1001"),
            ("max_queued", "0"),
            ("auth_version", "4"),
            ("os_endpoint_type", "secret"),
            ("os_auth_url", "keystone:5000"),
            ("os_storage_url", "ftp://h/v1/a"),
            ("user_agent", "a\r\nb: c"),
            ("os_auth_token", "a\nb"),
            ("user", "a\0b"),
        ] {
            assert_eq!(c.set(key, Some(value)).unwrap_err().kind(), Kind::InvalidArgument, "{key}={value}");
        }
        let e = c.set("os_auth_type", Some("v3oidcpassword")).unwrap_err();
        assert_eq!(e.kind(), Kind::Unsupported);
        assert!(e.message().contains("v3applicationcredential"), "{e}");
    }

    #[test]
    fn secrets_are_neither_in_errors_nor_in_debug() {
        let mut c = Config::new();
        let e = c.set("os_auth_token", Some("geheim\n")).unwrap_err();
        assert!(!e.message().contains("geheim"), "{e}");
        let e = c.set("key", Some("geheim\0")).unwrap_err();
        assert!(!e.message().contains("geheim"), "{e}");
        for key in ["key", "os_password", "os_auth_token", "os_application_credential_secret"] {
            c.set(key, Some("geheim")).unwrap();
        }
        c.set("user", Some("who")).unwrap();
        let shown = format!("{c:?}");
        assert!(
            !shown.contains("geheim") && shown.contains("os_password") && shown.contains("who"),
            "{shown}"
        );
    }

    #[test]
    fn merging_keeps_set_values_above_those_of_the_environment() {
        let mut base = Config::new();
        base.set("user", Some("base")).unwrap();
        base.set("retries", Some("1")).unwrap();
        let mut over = Config::new();
        over.load_env_from(env(&[("ST_USER", "env"), ("ST_KEY", "k")])).unwrap();
        over.set("retries", Some("2")).unwrap();
        let m = base.merged(&over);
        assert_eq!((m.get("user").unwrap(), m.get("key").unwrap()), ("base", "k"));
        assert_eq!(m.get_u64("retries").unwrap(), 2);
    }

    #[test]
    fn keys_belong_to_levels() {
        let mut c = Config::new();
        c.load_env_from(env(&[("ST_USER", "env")])).unwrap();
        c.set("out_directory", Some("d")).unwrap();
        c.set("checksum", Some("no")).unwrap();
        for level in [Scope::Connection, Scope::Service, Scope::Job] {
            c.check_scope(level).unwrap();
        }
        c.set("container_threads", Some("3")).unwrap();
        c.check_scope(Scope::Service).unwrap();
        let e = c.check_scope(Scope::Job).unwrap_err();
        assert!(e.message().contains("container_threads") && e.message().contains("service"), "{e}");
        c.set("retries", Some("3")).unwrap();
        let e = c.check_scope(Scope::Service).unwrap_err();
        assert_eq!(e.message(), "option retries cannot be set for a service, only for a connection");
        c.check_scope(Scope::Connection).unwrap();
    }
}
