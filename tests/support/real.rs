//! The real OpenStack Swift: started by `tests/swift-server` when nobody has done so yet.

use std::collections::HashMap;
use std::process::Command;
use std::sync::OnceLock;

use swiftclient::core::{Config, Connection, Request};

/// What `swift-server` says of itself: `ST_AUTH`, `OS_AUTH_URL` and so on.
pub fn environment() -> &'static HashMap<String, String> {
    static ENV: OnceLock<HashMap<String, String>> = OnceLock::new();
    ENV.get_or_init(|| {
        let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/swift-server/swift-server");
        // Idempotent: quick when it runs, and it waits for another start.
        let out = Command::new(program).args(["start", "--keystone", "--tls"]).output().unwrap();
        assert!(
            out.status.success(),
            "the real server could not be started:\n{}",
            String::from_utf8_lossy(&out.stderr)
        );
        String::from_utf8(out.stdout)
            .unwrap()
            .lines()
            .filter_map(|l| l.strip_prefix("export ")?.split_once('='))
            .map(|(n, v)| (n.to_owned(), v.trim_matches('\'').to_owned()))
            .collect()
    })
}

/// A value that the server must have named.
pub fn value(name: &str) -> &'static str {
    environment().get(name).unwrap_or_else(|| panic!("the server does not name {name}"))
}

fn config(pairs: &[(&str, &str)]) -> Config {
    let mut c = Config::new();
    for (k, v) in pairs {
        c.set(k, Some(v)).unwrap();
    }
    c
}

/// tempauth over http.
pub fn v1() -> Config {
    config(&[("auth", value("ST_AUTH")), ("user", value("ST_USER")), ("key", value("ST_KEY"))])
}

/// tempauth over TLS.
pub fn v1_tls() -> Config {
    let url = format!("{}/auth/v1.0", value("SWIFT_TEST_HTTPS_URL"));
    config(&[
        ("auth", &url),
        ("user", value("ST_USER")),
        ("key", value("ST_KEY")),
        ("os_cacert", value("OS_CACERT")),
    ])
}

/// Keystone v3 by password, Swift over http.
pub fn v3() -> Config {
    config(&[
        ("auth_version", "3"),
        ("os_auth_url", value("OS_AUTH_URL")),
        ("os_username", value("OS_USERNAME")),
        ("os_password", value("OS_PASSWORD")),
        ("os_project_name", value("OS_PROJECT_NAME")),
        ("os_user_domain_name", value("OS_USER_DOMAIN_NAME")),
        ("os_project_domain_name", value("OS_PROJECT_DOMAIN_NAME")),
        ("os_region_name", "RegionOne"),
    ])
}

/// Keystone v3 by password, Keystone and Swift over TLS.
pub fn v3_tls() -> Config {
    let mut c = v3();
    for (k, v) in [
        ("os_auth_url", value("SWIFT_TEST_KEYSTONE_HTTPS_URL")),
        ("os_region_name", "RegionTLS"),
        ("os_cacert", value("OS_CACERT")),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    c
}

/// A connection and a container of its own, emptied and deleted when dropped.
pub struct Container {
    pub connection: Connection,
    pub name: String,
}

impl Container {
    pub fn new(config: &Config, what: &str) -> Container {
        let connection = Connection::new(config).unwrap();
        let name = super::unique(what);
        connection.put_container(&name, &Request::new()).unwrap();
        Container { connection, name }
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let r = Request::new();
        if let Ok(mut listing) = self.connection.list_container(&self.name, &r) {
            while let Ok(Some(e)) = listing.next() {
                let _ = self.connection.delete_object(&self.name, e.name(), &r);
            }
        }
        let _ = self.connection.delete_container(&self.name, &r);
    }
}
