//! Settings from the environment: the ST_* and OS_* variables of OpenStack's own clients.

use std::ffi::{CString, OsString};

use super::super::error::{Error, Kind, Result};
use super::kinds::KeyKind;
use super::{CLOUD, Config, Key, checked, keys};

impl Config {
    /// Takes the ST_* and OS_* variables, and those that name proxies, of this process as the layer below what was set;
    /// those of an earlier call are forgotten. OS_CLOUD is followed. When one holds a bad value, nothing changes.
    pub fn load_env(&mut self) -> Result<()> {
        self.load_env_from(|name| std::env::var_os(name))
    }

    /// Like [`load_env`](Config::load_env), with variables from elsewhere.
    pub fn load_env_from(&mut self, variable: impl Fn(&str) -> Option<OsString>) -> Result<()> {
        // Who has an openrc file loaded and sets these three besides means them, and not with Keystone's version, nor a
        // cloud.
        let tempauth =
            ["ST_AUTH", "ST_USER", "ST_KEY"].iter().all(|n| variable(n).is_some_and(|v| !v.is_empty()));
        // In a CGI program HTTP_PROXY holds what a client of the web server sent as its header "Proxy".
        let cgi = variable("REQUEST_METHOD").is_some();
        let mut found = Vec::with_capacity(keys().len());
        for key in keys() {
            let names = key
                .env
                .iter()
                .filter(|name| {
                    !(tempauth
                        && (key.kind == KeyKind::AuthVersion || key.name() == CLOUD)
                        && name.starts_with("OS_"))
                })
                .filter(|name| !(cgi && **name == "HTTP_PROXY"));
            found.push(from_variables(key, names, &variable)?);
        }
        let mut next = self.clone();
        for (slot, value) in next.slots.iter_mut().zip(found) {
            slot.environment = value;
        }
        if next.active_cloud().is_some() {
            next.in_region()?;
        } else {
            next.read_cloud(&variable)?;
        }
        *self = next;
        Ok(())
    }
}

/// The value of the first of the variables that counts.
fn from_variables<'a>(
    key: &Key,
    names: impl Iterator<Item = &'a &'static str>,
    variable: &impl Fn(&str) -> Option<OsString>,
) -> Result<Option<CString>> {
    for name in names {
        let Some(value) = variable(name) else { continue };
        // An empty variable is one that is not there; an empty version says: find out, and ends the search.
        if value.is_empty() && key.kind != KeyKind::AuthVersion {
            continue;
        }
        let Some(text) = value.to_str() else {
            return Err(Error::new(
                Kind::InvalidUtf8,
                format!("the environment variable {name} is not UTF-8 text"),
            ));
        };
        let value =
            checked(key, text, true).map_err(|e| e.context(format!("environment variable {name}")))?;
        return Ok(Some(value));
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(vars: &[(&str, &str)]) -> Result<Config> {
        let mut c = Config::new();
        c.load_env_from(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))?;
        Ok(c)
    }

    #[test]
    fn en_02_every_variable_fills_its_option() {
        for (variable, key) in [
            ("ST_USER", "user"),
            ("ST_KEY", "key"),
            ("OS_USERNAME", "os_username"),
            ("OS_USER_ID", "os_user_id"),
            ("OS_USER_DOMAIN_NAME", "os_user_domain_name"),
            ("OS_USER_DOMAIN_ID", "os_user_domain_id"),
            ("OS_PASSWORD", "os_password"),
            ("OS_TENANT_ID", "os_tenant_id"),
            ("OS_TENANT_NAME", "os_tenant_name"),
            ("OS_PROJECT_NAME", "os_project_name"),
            ("OS_PROJECT_ID", "os_project_id"),
            ("OS_PROJECT_DOMAIN_NAME", "os_project_domain_name"),
            ("OS_PROJECT_DOMAIN_ID", "os_project_domain_id"),
            ("OS_AUTH_TOKEN", "os_auth_token"),
            ("OS_AUTH_TYPE", "os_auth_type"),
            ("OS_APPLICATION_CREDENTIAL_ID", "os_application_credential_id"),
            ("OS_APPLICATION_CREDENTIAL_NAME", "os_application_credential_name"),
            ("OS_APPLICATION_CREDENTIAL_SECRET", "os_application_credential_secret"),
            ("OS_PASSCODE", "os_passcode"),
            ("OS_TRUST_ID", "os_trust_id"),
            ("OS_DOMAIN_ID", "os_domain_id"),
            ("OS_DOMAIN_NAME", "os_domain_name"),
            ("OS_DEFAULT_DOMAIN_ID", "os_default_domain_id"),
            ("OS_DEFAULT_DOMAIN", "os_default_domain_id"),
            ("OS_DEFAULT_DOMAIN_NAME", "os_default_domain_name"),
            ("OS_CLIENT_CONFIG_FILE", "os_client_config_file"),
            ("OS_CLIENT_SECURE_FILE", "os_client_secure_file"),
            ("OS_REGION_NAME", "os_region_name"),
            ("OS_SERVICE_TYPE", "os_service_type"),
            ("OS_CACERT", "os_cacert"),
            ("OS_CERT", "os_cert"),
            ("OS_KEY", "os_key"),
        ] {
            let c = load(&[(variable, "value")]).unwrap();
            assert_eq!(c.get(key).unwrap(), "value", "{variable}");
        }
        for (variable, key, value) in [
            ("ST_AUTH", "auth", "http://h/auth/v1.0"),
            ("OS_AUTH_URL", "os_auth_url", "http://h/v3"),
            ("OS_STORAGE_URL", "os_storage_url", "http://h/v1/a"),
            ("OS_ENDPOINT_TYPE", "os_endpoint_type", "internalURL"),
            ("OS_INTERFACE", "os_endpoint_type", "admin"),
            ("OS_AUTH_METHODS", "os_auth_methods", "v3password,v3totp"),
            ("OS_SYSTEM_SCOPE", "os_system_scope", "all"),
            ("SWIFTCLIENT_INSECURE", "insecure", "Yes"),
        ] {
            let c = load(&[(variable, value)]).unwrap();
            assert_eq!(c.get(key).unwrap(), value, "{variable}");
        }
        let c = load(&[("OS_INTERFACE", "admin"), ("OS_ENDPOINT_TYPE", "internal")]).unwrap();
        assert_eq!(c.get("os_endpoint_type").unwrap(), "internal");
    }

    #[test]
    fn en_05_whole_st_credentials_do_not_take_the_version_of_the_os_variables() {
        let st = [("ST_AUTH", "http://h/auth/v1.0"), ("ST_USER", "t:u"), ("ST_KEY", "k")];
        let os = [("OS_IDENTITY_API_VERSION", "3"), ("OS_AUTH_URL", "http://h/v3"), ("OS_USERNAME", "u")];
        let both = load(&[st, os].concat()).unwrap();
        assert!(!both.is_set("auth_version").unwrap());
        // Nor are two of the three enough, nor is a version of their own passed over.
        assert_eq!(load(&[&st[..2], &os[..]].concat()).unwrap().get("auth_version").unwrap(), "3");
        let own = load(&[&st[..], &os[..], &[("ST_AUTH_VERSION", "2")]].concat()).unwrap();
        assert_eq!(own.get("auth_version").unwrap(), "2");
    }

    #[test]
    fn en_01_the_proxies_of_the_environment_are_taken() {
        for (variable, key) in [
            ("http_proxy", "http_proxy"),
            ("HTTP_PROXY", "http_proxy"),
            ("https_proxy", "https_proxy"),
            ("HTTPS_PROXY", "https_proxy"),
            ("all_proxy", "proxy"),
            ("ALL_PROXY", "proxy"),
            ("no_proxy", "no_proxy"),
            ("NO_PROXY", "no_proxy"),
            ("REQUESTS_CA_BUNDLE", "os_cacert"),
            ("CURL_CA_BUNDLE", "os_cacert"),
        ] {
            assert_eq!(load(&[(variable, "p:1")]).unwrap().get(key).unwrap(), "p:1", "{variable}");
        }
        let both = [("HTTPS_PROXY", "upper:1"), ("https_proxy", "lower:1")];
        assert_eq!(load(&both).unwrap().get("https_proxy").unwrap(), "lower:1");
        let own = [("CURL_CA_BUNDLE", "/c"), ("REQUESTS_CA_BUNDLE", "/r"), ("OS_CACERT", "/o")];
        assert_eq!(load(&own).unwrap().get("os_cacert").unwrap(), "/o");
        // In a CGI program anybody can set that variable by a header.
        let cgi = [("REQUEST_METHOD", "GET"), ("HTTP_PROXY", "evil:1"), ("HTTPS_PROXY", "good:1")];
        let c = load(&cgi).unwrap();
        assert!(!c.is_set("http_proxy").unwrap() && c.is_set("https_proxy").unwrap());
        let e = load(&[("ALL_PROXY", "socks5://u:secret@p:1")]).unwrap_err();
        assert!(e.message().contains("ALL_PROXY") && e.message().contains("SOCKS"), "{e}");
        assert!(!e.message().contains("secret"), "{e}");
    }

    #[test]
    fn en_03_the_first_version_variable_counts_even_when_empty() {
        let all = [("OS_IDENTITY_API_VERSION", "3"), ("OS_AUTH_VERSION", "2"), ("ST_AUTH_VERSION", "1")];
        for (n, expected) in [(1, "3"), (2, "2"), (3, "1")] {
            assert_eq!(load(&all[..n]).unwrap().get("auth_version").unwrap(), expected);
        }
        let c = load(&[("OS_IDENTITY_API_VERSION", "3"), ("ST_AUTH_VERSION", "")]).unwrap();
        assert_eq!(c.get("auth_version").unwrap(), "");
    }

    #[test]
    fn empty_variables_are_not_there() {
        let c =
            load(&[("OS_REGION_NAME", ""), ("SWIFTCLIENT_INSECURE", ""), ("OS_SERVICE_TYPE", "")]).unwrap();
        assert!(!c.is_set("os_region_name").unwrap());
        assert!(!c.get_bool("insecure").unwrap());
        assert_eq!(c.get("os_service_type").unwrap(), "object-store");
    }

    #[test]
    fn a_bad_variable_is_named_and_nothing_is_taken() {
        let mut c = load(&[("ST_USER", "old")]).unwrap();
        let e = c
            .load_env_from(|name| match name {
                "ST_USER" => Some("new".into()),
                "OS_IDENTITY_API_VERSION" => Some("three".into()),
                _ => None,
            })
            .unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().starts_with("environment variable OS_IDENTITY_API_VERSION: \"three\""), "{e}");
        assert_eq!(c.get("user").unwrap(), "old");
        let e = load(&[("SWIFTCLIENT_INSECURE", "perhaps")]).unwrap_err();
        assert!(e.message().contains("SWIFTCLIENT_INSECURE"), "{e}");
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf8_is_named() {
        use std::os::unix::ffi::OsStringExt;
        let mut c = Config::new();
        let e = c
            .load_env_from(|name| (name == "OS_PASSWORD").then(|| OsString::from_vec(vec![0xff])))
            .unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidUtf8);
        assert!(e.message().contains("OS_PASSWORD"), "{e}");
    }

    #[test]
    fn an_auth_type_of_other_tools_may_be_in_the_environment() {
        // With a token and a storage URL nobody asks for it.
        let c = load(&[("OS_AUTH_TYPE", "v3oidcpassword")]).unwrap();
        assert_eq!(c.get("os_auth_type").unwrap(), "v3oidcpassword");
    }

    #[test]
    fn the_environment_of_the_process_is_read() {
        // Only the environment of a new process can be set safely: there this test runs once more.
        const INSIDE: &str = "SWIFTCLIENT_TEST_INSIDE";
        if std::env::var_os(INSIDE).is_some() {
            let mut c = Config::new();
            c.load_env().unwrap();
            assert_eq!(c.get("os_username").unwrap(), "from the process");
            assert!(!c.is_set("os_password").unwrap());
            return;
        }
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        for name in keys().iter().flat_map(|k| k.env) {
            again.env_remove(name);
        }
        let (_, module) = module_path!().split_once("::").unwrap();
        let name = format!("{module}::the_environment_of_the_process_is_read");
        let out = again
            .args([name.as_str(), "--exact", "--nocapture"])
            .env("OS_USERNAME", "from the process")
            .env(INSIDE, "yes")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && text.contains("1 passed"), "{text}");
    }
}
