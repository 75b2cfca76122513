//! Ways to authenticate, and what is taken from the catalogue, against a real Keystone.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use serde_json::{Value, json};
use support::{real, unique};
use swiftclient::core::{Config, Connection, Error, Kind, Request};

/// As much of Keystone's own API as the tests need.
struct Keystone {
    agent: ureq::Agent,
    url: String,
    token: String,
    user: String,
    project: String,
}

impl Keystone {
    /// As `user`, who works in a project.
    fn of(user: &str, password: &str, project: &str) -> Keystone {
        // Without a proxy, whatever the environment says.
        let agent = ureq::Agent::config_builder().proxy(None).http_status_as_error(false).build().into();
        let url = real::value("OS_AUTH_URL").to_owned();
        let mut k =
            Keystone { agent, url, token: String::new(), user: String::new(), project: String::new() };
        let domain = json!({"id": "default"});
        let (token, answer) = k.call(
            "POST",
            "/auth/tokens",
            &json!({"auth": {
                "identity": {"methods": ["password"], "password": {"user": {
                    "name": user, "password": password, "domain": domain,
                }}},
                "scope": {"project": {"name": project, "domain": domain}},
            }}),
        );
        k.token = token.unwrap();
        k.user = answer["token"]["user"]["id"].as_str().unwrap().to_owned();
        k.project = answer["token"]["project"]["id"].as_str().unwrap().to_owned();
        k
    }

    fn tester() -> Keystone {
        Keystone::of(real::value("OS_USERNAME"), real::value("OS_PASSWORD"), real::value("OS_PROJECT_NAME"))
    }

    fn call(&self, method: &str, path: &str, body: &Value) -> (Option<String>, Value) {
        let request = http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Content-Type", "application/json")
            .header("X-Auth-Token", &self.token)
            .body(if body.is_null() { String::new() } else { body.to_string() })
            .unwrap();
        let mut answer = self.agent.run(request).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        assert!(answer.status().is_success(), "{method} {path}: {} {text}", answer.status());
        let token = answer.headers().get("x-subject-token").map(|t| t.to_str().unwrap().to_owned());
        (token, serde_json::from_str(&text).unwrap_or_default())
    }
}

/// A service of its own in the catalogue, with endpoints that tell apart by their host; deleted when dropped.
struct Catalogued {
    admin: Keystone,
    id: String,
    /// Its type.
    kind: String,
}

impl Catalogued {
    fn new(endpoints: &[(&str, &str)]) -> Catalogued {
        let admin = Keystone::of("admin", "adminpass", "admin");
        let kind = unique("store");
        let (_, made) = admin.call("POST", "/services", &json!({"service": {"name": kind, "type": kind}}));
        let id = made["service"]["id"].as_str().unwrap().to_owned();
        for (interface, url) in endpoints {
            let endpoint =
                json!({"service_id": id, "interface": interface, "region_id": "RegionOne", "url": url});
            admin.call("POST", "/endpoints", &json!({"endpoint": endpoint}));
        }
        Catalogued { admin, id, kind }
    }
}

impl Drop for Catalogued {
    fn drop(&mut self) {
        // Its endpoints go with it.
        self.admin.call("DELETE", &format!("/services/{}", self.id), &Value::Null);
    }
}

/// `base` with other settings; an empty value takes one away.
fn with(base: &Config, settings: &[(&str, &str)]) -> Config {
    let mut c = base.clone();
    for (k, v) in settings {
        c.set(k, if v.is_empty() { None } else { Some(v) }).unwrap();
    }
    c
}

/// Only the URL of Keystone, and a region.
fn keystone() -> Config {
    with(&Config::new(), &[("os_auth_url", real::value("OS_AUTH_URL")), ("os_region_name", "RegionOne")])
}

/// The connection, after a request that needs the token.
fn accepted(config: &Config) -> Connection {
    let cn = Connection::new(config).unwrap();
    cn.head_account(&Request::new()).unwrap();
    cn
}

fn refused(config: &Config) -> Error {
    let e = Connection::new(config).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.retryable()), (Kind::Auth, false), "{e}");
    e
}

#[test]
fn au_41_an_application_credential_by_id() {
    let credential = [
        ("os_application_credential_id", real::value("SWIFT_TEST_APPCRED_ID")),
        ("os_application_credential_secret", real::value("SWIFT_TEST_APPCRED_SECRET")),
    ];
    let cn = accepted(&with(&keystone(), &credential));
    // Its project comes with it: that of the user who made it.
    assert_eq!(cn.storage_url(), accepted(&real::v3()).storage_url());

    let e =
        refused(&with(&keystone(), &[credential[0], ("os_application_credential_secret", "wrong-secret")]));
    assert_eq!(e.http_status(), 401);
    assert!(
        e.message().contains("application credential with id") && !e.message().contains("wrong-secret"),
        "{e}"
    );
    let e = refused(&with(&keystone(), &[("os_application_credential_id", "0123abcd"), credential[1]]));
    assert!(e.message().contains("0123abcd"), "{e}");

    // Beside a password only when it is asked for: with a wrong secret it then fails.
    let both = with(&real::v3(), &[credential[0], ("os_application_credential_secret", "wrong-secret")]);
    accepted(&both);
    refused(&with(&both, &[("auth_version", ""), ("os_auth_type", "v3applicationcredential")]));
}

#[test]
fn au_41_an_application_credential_by_name() {
    let tester = Keystone::tester();
    let path =
        format!("/users/{}/application_credentials/{}", tester.user, real::value("SWIFT_TEST_APPCRED_ID"));
    let (_, found) = tester.call("GET", &path, &Value::Null);
    let name = found["application_credential"]["name"].as_str().unwrap();
    let credential = [
        ("os_application_credential_name", name),
        ("os_application_credential_secret", real::value("SWIFT_TEST_APPCRED_SECRET")),
    ];
    let by_name = with(&keystone(), &credential);
    let user = ("os_username", real::value("OS_USERNAME"));
    let domain = ("os_user_domain_name", real::value("OS_USER_DOMAIN_NAME"));
    accepted(&with(&by_name, &[user, domain]));
    accepted(&with(&by_name, &[("os_user_id", &tester.user)]));

    let e = refused(&with(&by_name, &[user, ("os_application_credential_secret", "wrong-secret")]));
    assert!(e.message().contains(name) && !e.message().contains("wrong-secret"), "{e}");
    // The name is the user's own.
    refused(&with(&by_name, &[("os_username", "tester2")]));
    refused(&with(&by_name, &[user, ("os_user_domain_name", "test-domain")]));
    assert_eq!(Connection::new(&by_name).unwrap_err().kind(), Kind::Auth);
}

#[test]
fn au_34_a_token() {
    let first = accepted(&real::v3());
    let (token, storage_url) = (first.token().unwrap(), first.storage_url().unwrap());
    let project = [
        ("os_project_name", real::value("OS_PROJECT_NAME")),
        ("os_project_domain_name", real::value("OS_PROJECT_DOMAIN_NAME")),
    ];
    // Alone, for a token of its own.
    let by_token =
        with(&with(&keystone(), &project), &[("os_auth_type", "v3token"), ("os_auth_token", &token)]);
    let cn = accepted(&by_token);
    assert_eq!(cn.storage_url().as_deref(), Some(storage_url.as_str()));
    assert_ne!(cn.token().as_deref(), Some(token.as_str()));
    accepted(&with(&by_token, &[("os_auth_type", "token"), ("auth_version", "3")]));
    let e = refused(&with(&by_token, &[("os_auth_token", "no-token")]));
    assert!(e.message().contains("it may have expired") && !e.message().contains("no-token"), "{e}");

    // Beside the password; both must be good. Without it, when the type says so.
    accepted(&with(&real::v3(), &[("os_auth_token", &token)]));
    let both = with(&real::v3(), &[("os_auth_token", "no-token")]);
    assert!(refused(&both).message().contains("unset os_auth_token"));
    accepted(&with(&both, &[("os_auth_type", "v3password")]));

    // With the storage URL, as it is.
    let ready = with(&Config::new(), &[("os_storage_url", &storage_url), ("os_auth_token", &token)]);
    assert_eq!(accepted(&ready).token(), Some(token));
    let old = with(&ready, &[("os_auth_token", "no-token")]);
    let e = Connection::new(&old).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Unauthorized, 401));
    assert!(e.message().contains("without credentials to get another one"), "{e}");
}

#[test]
fn au_33_ids_and_domains() {
    let tester = Keystone::tester();
    let ids = [
        ("os_user_id", tester.user.as_str()),
        ("os_password", real::value("OS_PASSWORD")),
        ("os_project_id", tester.project.as_str()),
        ("auth_version", "3"),
    ];
    let expected = accepted(&real::v3()).storage_url();
    assert_eq!(accepted(&with(&keystone(), &ids)).storage_url(), expected);
    assert!(
        refused(&with(&keystone(), &[&ids[..], &[("os_user_id", "0123abcd")]].concat())).http_status() == 401
    );
    refused(&with(&keystone(), &[&ids[..], &[("os_project_id", "0123abcd")]].concat()));

    // A user and a project of another domain than the one that is taken when nothing is said.
    let names = with(
        &keystone(),
        &[
            ("auth_version", "3"),
            ("os_username", "tester4"),
            ("os_password", "testing4"),
            ("os_project_name", "test4"),
        ],
    );
    let (user, project) = (("os_user_domain_name", "test-domain"), ("os_project_domain_name", "test-domain"));
    accepted(&with(&names, &[user, project]));
    refused(&with(&names, &[user]));
    refused(&with(&names, &[project]));
}

#[test]
fn au_37_type_and_interface_choose_the_endpoint() {
    let swift = real::value("SWIFT_TEST_URL");
    let (_, port) = swift.rsplit_once(':').unwrap();
    let at = |host: &str| format!("http://{host}:{port}/v1/KEY_%(project_id)s");
    let service = Catalogued::new(&[("public", &at("127.0.0.1")), ("internal", &at("localhost"))]);
    let url = |settings: &[(&str, &str)]| {
        let config = with(&real::v3(), &[("os_service_type", service.kind.as_str())]);
        accepted(&with(&config, settings)).storage_url().unwrap()
    };
    assert!(url(&[]).starts_with("http://127.0.0.1:"));
    for (interface, host) in [
        ("public", "127.0.0.1"),
        ("publicURL", "127.0.0.1"),
        ("internal", "localhost"),
        ("internalURL", "localhost"),
    ] {
        let found = url(&[("os_endpoint_type", interface)]);
        assert!(found.starts_with(&format!("http://{host}:")), "{interface}: {found}");
    }
    // An interface that the service does not have.
    let settings = [("os_service_type", service.kind.as_str()), ("os_endpoint_type", "admin")];
    let e = refused(&with(&real::v3(), &settings));
    for word in ["no admin endpoint", service.kind.as_str(), "it has RegionOne (", "internal", "public"] {
        assert!(e.message().contains(word), "{word}: {e}");
    }
    // The same of an application credential.
    let credential = [
        ("os_application_credential_id", real::value("SWIFT_TEST_APPCRED_ID")),
        ("os_application_credential_secret", real::value("SWIFT_TEST_APPCRED_SECRET")),
    ];
    refused(&with(&with(&keystone(), &credential), &settings));
    // A type that is not in the catalogue.
    let e = refused(&with(&real::v3(), &[("os_service_type", "no-such-store")]));
    for word in ["no service of type no-such-store", "identity", "object-store"] {
        assert!(e.message().contains(word), "{word}: {e}");
    }
}

#[test]
fn au_36_version_2() {
    let two = [("auth_version", "2"), ("os_auth_url", real::value("SWIFT_TEST_KEYSTONE_V2_URL"))];
    let names = [
        ("os_username", real::value("OS_USERNAME")),
        ("os_password", real::value("OS_PASSWORD")),
        ("os_tenant_name", real::value("OS_PROJECT_NAME")),
    ];
    let config = with(&with(&keystone(), &two), &names);
    assert_eq!(accepted(&config).storage_url(), accepted(&real::v3()).storage_url());
    assert_eq!(refused(&with(&config, &[("os_password", "wrong")])).http_status(), 401);
    // Where version 3 is, there is no version 2.
    let e = refused(&with(&config, &[("os_auth_url", real::value("OS_AUTH_URL"))]));
    assert!(e.message().contains("set auth_version"), "{e}");
}
