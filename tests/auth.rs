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

/// The passcode of this moment, of tester and tester5.
fn passcode() -> String {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/swift-server/passcode");
    let out =
        std::process::Command::new(program).arg(real::value("SWIFT_TEST_TOTP_SECRET")).output().unwrap();
    assert!(out.status.success());
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

fn user(name: &'static str, password: &'static str) -> Config {
    with(&keystone(), &[("auth_version", "3"), ("os_username", name), ("os_password", password)])
}

#[test]
fn au_44_a_passcode() {
    let project = [("os_username", "tester"), ("os_project_name", "test"), ("os_auth_type", "v3totp")];
    let by_code = with(&keystone(), &project);
    let cn = accepted(&with(&by_code, &[("os_passcode", &passcode())]));
    assert_eq!(cn.storage_url(), accepted(&real::v3()).storage_url());
    let e = refused(&with(&by_code, &[("os_passcode", "000000")]));
    assert!(e.message().contains("passcode") && !e.message().contains("000000"), "{e}");
    // It is good for one token: the next needs another.
    let old =
        [("os_auth_token", "no-token"), ("os_storage_url", &cn.storage_url().unwrap()), ("os_passcode", "1")];
    let e = Connection::new(&with(&by_code, &old)).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Unauthorized);
    assert!(e.message().contains("obtained with a passcode"), "{e}");
}

#[test]
fn au_34_a_user_that_needs_password_and_passcode() {
    let both = with(&user("tester5", "testing5"), &[("os_project_name", "test")]);
    // Keystone asks for the second factor.
    assert_eq!(refused(&both).http_status(), 401);
    accepted(&with(&both, &[("os_passcode", &passcode())]));
    let multi = [("os_auth_type", "v3multifactor"), ("os_passcode", &*passcode())];
    accepted(&with(&both, &multi));
    refused(&with(&both, &[multi[0], multi[1], ("os_auth_methods", "v3totp")]));
    refused(&with(&both, &[multi[0], multi[1], ("os_auth_methods", "v3password")]));
}

#[test]
fn au_44_a_trust() {
    let own = accepted(&real::v3()).storage_url();
    let by_trust = with(&user("tester2", "testing2"), &[("os_trust_id", real::value("SWIFT_TEST_TRUST_ID"))]);
    let cn = accepted(&by_trust);
    assert_eq!(cn.storage_url(), own);
    let name = unique("trust");
    cn.put_container(&name, &Request::new()).unwrap();
    cn.delete_container(&name, &Request::new()).unwrap();
    // Without it, nothing there.
    let without = with(
        &user("tester2", "testing2"),
        &[("os_project_name", "test2"), ("os_storage_url", &own.unwrap())],
    );
    let e = Connection::new(&without).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Forbidden);
    assert!(refused(&with(&by_trust, &[("os_trust_id", "0123abcd")])).message().contains("0123abcd"));
    // It is tester2's alone.
    refused(&with(&by_trust, &[("os_username", "tester3"), ("os_password", "testing3")]));
}

#[test]
fn au_44_the_scopes_of_domain_and_system() {
    let own = accepted(&real::v3()).storage_url().unwrap();
    let admin = user("admin", "adminpass");
    for scope in [("os_domain_id", "default"), ("os_domain_name", "Default"), ("os_system_scope", "all")] {
        let e = refused(&with(&admin, &[scope]));
        assert!(
            e.message().contains("no endpoint of it") && e.message().contains("set os_storage_url"),
            "{e}"
        );
        let cn = accepted(&with(&admin, &[scope, ("os_storage_url", &own)]));
        let name = unique("scope");
        let made = cn.put_container(&name, &Request::new());
        if scope.0 == "os_system_scope" {
            // It may read here, as swift-server has set it up.
            assert_eq!(made.unwrap_err().kind(), Kind::Forbidden);
        } else {
            made.unwrap();
            cn.delete_container(&name, &Request::new()).unwrap();
        }
    }
    // A user without a role in the domain.
    refused(&with(&user("tester", "testing"), &[("os_domain_id", "default"), ("os_storage_url", &own)]));
    // Nothing said at all: what can be said is named, before anybody is asked.
    let e = Connection::new(&user("tester", "testing")).unwrap_err();
    for key in ["os_project_name", "os_trust_id", "os_domain_id", "os_system_scope"] {
        assert!(e.message().contains(key), "{key}: {e}");
    }
}

#[test]
fn au_36_version_2_by_token() {
    let token = accepted(&real::v3()).token().unwrap();
    let two = [
        ("os_auth_type", "v2token"),
        ("os_auth_url", real::value("SWIFT_TEST_KEYSTONE_V2_URL")),
        ("os_auth_token", &token),
        ("os_tenant_name", "test"),
    ];
    accepted(&with(&keystone(), &two));
    refused(&with(&keystone(), &[two[0], two[1], two[3], ("os_auth_token", "no-token")]));
}

#[test]
fn au_37_of_two_regions_none_is_taken_by_chance() {
    let e = refused(&with(&real::v3(), &[("os_region_name", "")]));
    for word in ["in several regions", "RegionOne", "RegionTLS", "os_region_name"] {
        assert!(e.message().contains(word), "{word}: {e}");
    }
}

#[test]
fn au_37_of_two_regions_the_first_is_taken_when_any_will_do() {
    let first = accepted(&with(&real::v3(), &[("os_region_name", ""), ("os_any_region", "true")]));
    let named = accepted(&real::v3());
    assert_eq!(first.storage_url().unwrap(), named.storage_url().unwrap());
}

#[test]
fn au_43_v1password_works_in_another_account() {
    let admin =
        with(&real::v1(), &[("user", "admin:admin"), ("key", "admin"), ("os_auth_type", "v1password")]);
    assert!(accepted(&admin).storage_url().unwrap().ends_with("/v1/AUTH_admin"));
    let other = accepted(&with(&admin, &[("os_project_name", "AUTH_test")]));
    assert!(other.storage_url().unwrap().ends_with("/v1/AUTH_test"));
    // The life of the token is known.
    assert!(other.login().unwrap().expires().unwrap() > std::time::SystemTime::now());
}

/// A container that only user and service together may make.
fn with_a_service(config: &Config) -> Connection {
    let cn = Connection::new(config).unwrap();
    let name = unique("service");
    cn.put_container(&name, &Request::new()).unwrap();
    cn.delete_container(&name, &Request::new()).unwrap();
    cn
}

#[test]
fn au_51_the_token_of_a_service_of_tempauth() {
    let service = [("service_username", "service:service"), ("service_key", "servicing")];
    let url = format!("{}/v1/SERVICE_test", real::value("SWIFT_TEST_URL"));
    let alone = with(&real::v1(), &[("os_storage_url", &url)]);
    let e = Connection::new(&alone).unwrap().put_container("x", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Forbidden);
    let cn = with_a_service(&with(&alone, &service));
    let login = cn.login().unwrap();
    assert_ne!(login.token(), login.service_token());
    // Obtained elsewhere, both or one.
    let ready =
        [("os_auth_token", login.token().unwrap()), ("service_auth_token", login.service_token().unwrap())];
    with_a_service(&with(&with(&Config::new(), &[("os_storage_url", &url)]), &ready));
    with_a_service(&with(&alone, &ready[1..]));
    let one = with_a_service(&with(&with(&alone, &service), &ready[..1]));
    assert_eq!(one.token().as_deref(), login.token());
    // Without os_storage_url the account is the service's.
    let own = Connection::new(&with(&real::v1(), &service)).unwrap();
    own.authenticate(&Request::new()).unwrap();
    assert!(own.storage_url().unwrap().ends_with("/v1/AUTH_service"), "{:?}", own.storage_url());
    let e = refused(&with(&with(&alone, &service), &[("service_key", "wrong")]));
    assert!(e.message().contains("service_key") && !e.message().contains("wrong"), "{e}");
    assert_eq!(e.http_status(), 401);
}

#[test]
fn df_11_the_token_of_a_service_of_keystone_with_its_domains() {
    let own = accepted(&real::v3()).storage_url().unwrap();
    let url = own.replace("/KEY_", "/KEYSERVICE_");
    let alone = with(&real::v3(), &[("os_storage_url", &url)]);
    let e = Connection::new(&alone).unwrap().put_container("x", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Forbidden);
    let service = [
        ("service_username", "swift"),
        ("service_key", "adminpass"),
        ("service_project_name", "service"),
        ("service_user_domain_id", "default"),
        ("service_project_domain_name", "Default"),
    ];
    let both = with(&alone, &service);
    with_a_service(&both);
    // The user and the project of the service are looked for in its domains.
    for wrong in ["service_user_domain_name", "service_project_domain_name"] {
        let e = refused(&with(&both, &[("service_user_domain_id", ""), (wrong, "test-domain")]));
        assert!(e.message().contains("as the service"), "{e}");
    }
    // Somewhere else than the user, and in another version.
    let elsewhere =
        [("service_auth_url", real::value("SWIFT_TEST_KEYSTONE_V2_URL")), ("service_auth_version", "2")];
    with_a_service(&with(&both, &elsewhere));
    // Over TLS with the same settings (AU-66); the region counts as the user's does.
    let tls = with(&real::v3_tls(), &service);
    let cn = Connection::new(&tls).unwrap();
    cn.authenticate(&Request::new()).unwrap();
    assert!(cn.storage_url().unwrap().starts_with(real::value("SWIFT_TEST_HTTPS_URL")));
    let e = refused(&with(&tls, &[("os_region_name", "Atlantis")]));
    assert!(e.message().contains("Atlantis"), "{e}");
}

/// Makes tempauth forget a token.
fn forget(token: &str) {
    use std::io::{Read, Write};
    let address = format!("127.0.0.1:{}", real::value("SWIFT_TEST_MEMCACHED_PORT"));
    let mut memcached = std::net::TcpStream::connect(address).unwrap();
    let key = swiftclient::core::digest::Sum::of(format!("AUTH_/token/{token}").as_bytes());
    write!(memcached, "delete {key}\r\nquit\r\n").unwrap();
    let mut answer = String::new();
    memcached.read_to_string(&mut answer).unwrap();
}

#[test]
fn au_52_many_threads_see_a_token_die_and_share_the_next() {
    let service = [("service_username", "service:service"), ("service_key", "servicing")];
    let url = format!("{}/v1/SERVICE_test", real::value("SWIFT_TEST_URL"));
    // All tests that log in as the same user have the same token: the one that dies is nobody else's.
    let own = with(&real::v1(), &[("user", "test:tester4"), ("key", "testing4"), ("os_storage_url", &url)]);
    let cn = with_a_service(&with(&own, &service));
    let before = cn.login().unwrap();
    forget(before.token().unwrap());
    let tokens: Vec<_> = std::thread::scope(|s| {
        let all: Vec<_> = (0..32)
            .map(|_| {
                s.spawn(|| {
                    cn.head_account(&Request::new()).unwrap();
                    cn.token().unwrap()
                })
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert_ne!(Some(tokens[0].as_str()), before.token());
    assert!(tokens.iter().all(|t| *t == tokens[0]), "{tokens:?}");
}

#[test]
fn au_08_presets_in_every_combination() {
    let (v1, r) = (real::v1(), Request::new());
    let first = accepted(&v1);
    let (url, token) = (first.storage_url().unwrap(), first.token().unwrap());
    let (url, token) = (("os_storage_url", url.as_str()), ("os_auth_token", token.as_str()));
    // The URL alone, the token alone (AU-09), both, each beside credentials.
    accepted(&with(&v1, &[url]));
    assert_eq!(accepted(&with(&v1, &[token])).storage_url(), first.storage_url());
    let both = with(&v1, &[url, token]);
    assert_eq!(accepted(&both).token().as_deref(), Some(token.1));
    assert_eq!(accepted(&with(&Config::new(), &[url, token])).token().as_deref(), Some(token.1));
    for lacking in [url, token] {
        assert_eq!(Connection::new(&with(&Config::new(), &[lacking])).unwrap_err().kind(), Kind::Auth);
    }
    // A token that is no good is replaced when there is something to replace it with; the URL stays (DF-10).
    let old = with(&both, &[("os_auth_token", "no-token")]);
    let cn = accepted(&old);
    assert_ne!(cn.token().as_deref(), Some("no-token"));
    assert_eq!(cn.storage_url().as_deref(), Some(url.1));
    let elsewhere = with(&old, &[("os_storage_url", &url.1.replace("AUTH_test", "AUTH_test2"))]);
    assert_eq!(Connection::new(&elsewhere).unwrap().head_account(&r).unwrap_err().kind(), Kind::Forbidden);
}

#[test]
fn au_06_the_id_of_the_project_is_put_into_a_storage_url() {
    let own = accepted(&real::v3()).storage_url().unwrap();
    let url = format!("{}/v1/KEY_%(project_id)s", real::value("SWIFT_TEST_URL"));
    assert_eq!(accepted(&with(&real::v3(), &[("os_storage_url", &url)])).storage_url(), Some(own));
    // A token for no project has no id of one.
    let system = [("os_system_scope", "all"), ("os_storage_url", &*url)];
    assert!(
        refused(&with(&user("admin", "adminpass"), &system)).message().contains("wants the id of a project")
    );
}

#[test]
fn au_60_tls_settings_reach_keystone() {
    let v3 = real::v3_tls();
    accepted(&v3);
    let e =
        Connection::new(&with(&v3, &[("os_cacert", "")])).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Tls);
    assert!(e.message().starts_with("authentication at https://"), "{e}");
    accepted(&with(&v3, &[("os_cacert", ""), ("insecure", "true")]));
    // AU-65: those of an application credential too.
    let credential = [
        ("os_auth_type", "v3applicationcredential"),
        ("os_application_credential_id", real::value("SWIFT_TEST_APPCRED_ID")),
        ("os_application_credential_secret", real::value("SWIFT_TEST_APPCRED_SECRET")),
    ];
    accepted(&with(&v3, &credential));
    let e = Connection::new(&with(&with(&v3, &credential), &[("os_cacert", "")]))
        .unwrap()
        .authenticate(&Request::new())
        .unwrap_err();
    assert_eq!(e.kind(), Kind::Tls);
}
