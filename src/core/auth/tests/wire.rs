//! What is sent, what is taken from the answers, and what refusals are turned into.

use serde_json::json;

use super::*;

const V3: [(&str, &str); 5] = [
    ("os_auth_url", "http://h:5000/v3"),
    ("os_username", "me"),
    ("os_password", "geheim"),
    ("os_project_name", "p"),
    ("os_user_domain_name", "D"),
];

fn v3_reply() -> Fetched {
    let body = json!({"token": {
        "issued_at": "2026-01-01T00:00:00.000000Z",
        "expires_at": "2026-01-01T01:00:00.000000Z",
        "catalog": [{"type": "object-store", "endpoints": [
            {"interface": "public", "region": "r", "region_id": "r", "url": "http://s/v1/KEY_p"},
        ]}],
    }});
    reply(201, &[("X-Subject-Token", "gAAA")], &body.to_string())
}

/// The body sent, the outcome, and the error if it is one.
fn one(set: &[(&str, &str)], answer: fn() -> Fetched) -> (Seen, Result<Arc<Session>>) {
    let fake = Fake::new(move |_, _| Ok(answer()));
    let outcome = authenticator(set).session(&fake, &call());
    assert_eq!(fake.count(), 1);
    (fake.seen.into_inner().unwrap().remove(0), outcome)
}

fn error(set: &[(&str, &str)], answer: fn() -> Fetched) -> Error {
    let e = one(set, answer).1.unwrap_err();
    assert!(!e.message().contains("geheim"), "{e}");
    e
}

#[test]
fn au_20_v1_sends_user_and_key_in_headers() {
    let (seen, session) = one(&with(&V1, &[("user", "acc:mé")]), || v1_reply(1));
    assert_eq!((seen.method.as_str(), seen.url.as_str()), ("GET", "http://h/auth/v1.0"));
    assert_eq!(seen.headers.get_str("x-auth-user"), Some("acc:mé"));
    assert_eq!(seen.headers.get_str("x-auth-key"), Some("geheim"));
    assert_eq!(seen.body, Value::Null);
    let session = session.unwrap();
    assert_eq!(session.storage_url.to_string(), "http://s/v1/AUTH_a");
    assert_eq!((session.token.as_str(), session.expires), ("tk1", None));
}

#[test]
fn au_21_v1_answers_without_url_or_token_are_not_success() {
    for answer in [
        || reply(200, &[], "<html>hello</html>"),
        || reply(204, &[("X-Auth-Token", "t")], ""),
        || reply(200, &[("X-Storage-Url", "http://s/v1/a")], ""),
        || reply(200, &[("X-Auth-Token", "t"), ("X-Storage-Url", "s/v1/a")], ""),
        || reply(200, &[("X-Auth-Token", ""), ("X-Storage-Url", "http://s/v1/a")], ""),
    ] {
        let e = error(&V1, answer);
        assert_eq!(e.kind(), Kind::Protocol);
        assert!(e.message().contains("http://h/auth/v1.0") && e.message().contains("auth_version"), "{e}");
    }
}

#[test]
fn au_22_v1_prefers_the_storage_token_and_knows_its_life() {
    let before = SystemTime::now();
    let (_, session) = one(&V1, || {
        reply(
            200,
            &[
                ("X-Auth-Token", "a"),
                ("X-Storage-Token", "s"),
                ("X-Storage-Url", "http://s/v1/a"),
                ("X-Auth-Token-Expires", "3600"),
            ],
            "",
        )
    });
    let session = session.unwrap();
    assert_eq!(session.token, "s");
    assert!(session.expires.unwrap() >= before + Duration::from_secs(3600));
}

#[test]
fn au_06_the_storage_url_option_replaces_the_one_found() {
    let other = [("os_storage_url", "http://other/v1/b")];
    let (_, session) = one(&with(&V1, &other), || v1_reply(1));
    assert_eq!(session.unwrap().storage_url.to_string(), "http://other/v1/b");
    // It does without what it replaces.
    let (_, session) = one(&with(&V1, &other), || reply(200, &[("X-Auth-Token", "t")], ""));
    assert_eq!(session.unwrap().token, "t");
    let (_, session) = one(&with(&V3, &other), || reply(201, &[("X-Subject-Token", "t")], "{\"token\": {}}"));
    assert_eq!(session.unwrap().storage_url.to_string(), "http://other/v1/b");
}

#[test]
fn au_08_token_and_url_given_make_no_request() {
    let fake = Fake::new(|_, _| panic!("no request is needed"));
    let a = authenticator(&[("os_storage_url", "http://s/v1/a"), ("os_auth_token", "t")]);
    let session = a.session(&fake, &call()).unwrap();
    assert_eq!((session.token.as_str(), session.storage_url.path()), ("t", "/v1/a"));
    assert!(Arc::ptr_eq(&session, &a.current().unwrap()));
}

#[test]
fn au_09_token_or_url_alone_authenticate() {
    let (_, session) = one(&with(&V1, &[("os_auth_token", "old")]), || v1_reply(1));
    assert_eq!(session.unwrap().token, "tk1");
    let a = authenticator(&with(&V1, &[("os_storage_url", "http://s/v1/b")]));
    assert!(a.current().is_none());
}

#[test]
fn au_32_v3_password() {
    let (seen, session) = one(&with(&V3, &[("os_region_name", "r")]), v3_reply);
    assert_eq!((seen.method.as_str(), seen.url.as_str()), ("POST", "http://h:5000/v3/auth/tokens"));
    assert_eq!(seen.headers.get_str("content-type"), Some("application/json"));
    assert_eq!(
        seen.body,
        json!({"auth": {
            "identity": {
                "methods": ["password"],
                "password": {"user": {"name": "me", "domain": {"name": "D"}, "password": "geheim"}},
            },
            "scope": {"project": {"name": "p", "domain": {"id": "default"}}},
        }})
    );
    let session = session.unwrap();
    assert_eq!(
        (session.token.as_str(), session.storage_url.to_string().as_str()),
        ("gAAA", "http://s/v1/KEY_p")
    );
    // An hour from now, whatever the date on the server is.
    let left = session.expires.unwrap().duration_since(session.obtained).unwrap();
    assert_eq!(left, Duration::from_secs(3600));
}

#[test]
fn au_32_v3_ids_need_no_domain() {
    let ids = [("os_user_id", "u"), ("os_project_id", "i")];
    let (seen, _) = one(&with(&V3, &ids), v3_reply);
    assert_eq!(seen.body["auth"]["identity"]["password"]["user"], json!({"id": "u", "password": "geheim"}));
    assert_eq!(seen.body["auth"]["scope"], json!({"project": {"id": "i"}}));
}

#[test]
fn au_34_v3_token_alone_and_beside_a_password() {
    let token = [("os_auth_token", "old")];
    let (seen, _) = one(&with(&V3, &with(&token, &[("os_auth_type", "v3token")])), v3_reply);
    assert_eq!(seen.body["auth"]["identity"], json!({"methods": ["token"], "token": {"id": "old"}}));
    assert_eq!(seen.body["auth"]["scope"]["project"]["name"], "p");

    let fake = Fake::new(|_, _| Ok(v3_reply()));
    let a = authenticator(&with(&V3, &token));
    let stale = a.session(&fake, &call()).unwrap();
    a.renew(&fake, &call(), &stale).unwrap();
    let seen = lock(&fake.seen);
    let first = &seen[0].body["auth"]["identity"];
    assert_eq!(first["methods"], json!(["token", "password"]));
    assert_eq!(first["token"]["id"], "old");
    assert_eq!(first["password"]["user"]["name"], "me");
    // The old token is of no use when a newer one has to be renewed.
    assert_eq!(seen[1].body["auth"]["identity"]["methods"], json!(["password"]));
}

#[test]
fn au_44_scopes_as_they_are_asked_for() {
    for (set, scope) in [
        (("os_system_scope", "all"), json!({"system": {"all": true}})),
        (("os_domain_id", "d"), json!({"domain": {"id": "d"}})),
        (("os_domain_name", "n"), json!({"domain": {"name": "n"}})),
        (("os_trust_id", "t"), json!({"OS-TRUST:trust": {"id": "t"}})),
    ] {
        let base = [("os_auth_url", "http://h/v3"), ("os_username", "u"), ("os_password", "geheim")];
        let more = [("auth_version", "3"), ("os_storage_url", "http://s/v1/a"), set];
        let (seen, session) = one(&with(&base, &more), v3_reply);
        assert_eq!(seen.body["auth"]["scope"], scope);
        assert_eq!(session.unwrap().storage_url.to_string(), "http://s/v1/a");
    }
}

#[test]
fn au_36_v2_password_and_token() {
    fn answer() -> Fetched {
        let body = json!({"access": {
            "token": {"id": "v2tk", "issued_at": "2026-01-01T00:00:00", "expires": "2026-01-01T00:00:30Z"},
            "serviceCatalog": [{"type": "object-store", "endpoints": [
                {"region": "r", "publicURL": "http://s/v1/p", "internalURL": "http://i/v1/p"},
            ]}],
        }});
        reply(200, &[], &body.to_string())
    }
    let two = [("auth_version", "2"), ("os_auth_url", "http://h:5000"), ("os_endpoint_type", "internal")];
    let (seen, session) = one(&with(&V3, &two), answer);
    assert_eq!((seen.method.as_str(), seen.url.as_str()), ("POST", "http://h:5000/v2.0/tokens"));
    let credentials = json!({"username": "me", "password": "geheim"});
    assert_eq!(seen.body, json!({"auth": {"passwordCredentials": credentials, "tenantName": "p"}}));
    let session = session.unwrap();
    assert_eq!((session.token.as_str(), session.storage_url.to_string().as_str()), ("v2tk", "http://i/v1/p"));
    let left = session.expires.unwrap().duration_since(session.obtained).unwrap();
    assert_eq!(left, Duration::from_secs(30));

    let token = [("os_auth_type", "token"), ("os_auth_token", "old"), ("os_tenant_id", "i")];
    let (seen, _) = one(&with(&V3, &with(&two, &token)), answer);
    assert_eq!(seen.body, json!({"auth": {"token": {"id": "old"}, "tenantId": "i"}}));
}

#[test]
fn au_41_application_credentials_have_no_scope() {
    let id = [
        ("os_auth_url", "http://h"),
        ("os_application_credential_id", "i"),
        ("os_application_credential_secret", "geheim"),
    ];
    let (seen, session) = one(&id, v3_reply);
    assert_eq!(seen.url, "http://h/v3/auth/tokens");
    let credential = json!({"id": "i", "secret": "geheim"});
    assert_eq!(
        seen.body,
        json!({"auth": {"identity": {
            "methods": ["application_credential"],
            "application_credential": credential,
        }}})
    );
    assert!(session.is_ok());
    let name = [
        ("os_application_credential_id", ""),
        ("os_application_credential_name", "n"),
        ("os_username", "me"),
    ];
    let (seen, _) = one(&with(&id, &name), v3_reply);
    assert_eq!(
        seen.body["auth"]["identity"]["application_credential"],
        json!({"name": "n", "secret": "geheim", "user": {"name": "me", "domain": {"id": "default"}}})
    );
    let e = error(&id, || reply(401, &[], ""));
    assert!(e.message().contains("application credential with id \"i\""), "{e}");
}

#[test]
fn df_09_region_and_interface_count_for_application_credentials() {
    let e = error(
        &[
            ("os_auth_url", "http://h"),
            ("os_application_credential_id", "i"),
            ("os_application_credential_secret", "geheim"),
            ("os_region_name", "elsewhere"),
        ],
        v3_reply,
    );
    assert_eq!(e.kind(), Kind::Auth);
    assert!(e.message().contains("elsewhere") && e.message().contains("r (public)"), "{e}");
}

#[test]
fn au_39_wrong_credentials_are_explained() {
    let e = error(&V3, || {
        let body =
            json!({"error": {"code": 401, "message": "The request needs authentication.", "title": "x"}});
        reply(401, &[("x-openstack-request-id", "req-1")], &body.to_string())
    });
    assert_eq!((e.kind(), e.http_status(), e.retryable()), (Kind::Auth, 401, false));
    assert!(e.failure().unwrap().body.starts_with(b"{\"error\""));
    assert_eq!((e.method(), e.url()), ("POST", "http://h:5000/v3/auth/tokens"));
    assert_eq!(
        e.message(),
        "authentication at http://h:5000/v3 failed: 401: The request needs authentication. (transaction \
         req-1); user \"me\" of domain \"D\" for project \"p\" of the domain with id \"default\" is not \
         accepted: check the user, the password, the project and their domains (os_username, os_password, \
         os_project_name, os_user_domain_name, os_project_domain_name)"
    );
    let e = error(&V1, || reply(401, &[("x-trans-id", "tx1")], "<html><h1>Unauthorized</h1></html>"));
    assert_eq!((e.kind(), e.http_status()), (Kind::Auth, 401));
    assert_eq!(
        e.message(),
        "authentication at http://h/auth/v1.0 failed: 401 (transaction tx1); user \"acc:me\" with its key is \
         not accepted: check the options user and key (ST_USER, ST_KEY)"
    );
}

#[test]
fn au_39_other_refusals_are_errors_of_authentication_too() {
    for answer in [
        || reply(400, &[], "{\"error\": {\"message\": \"bad\"}}"),
        || reply(409, &[], "{}"),
        || reply(403, &[], "no"),
    ] {
        let e = error(&V3, answer);
        assert_eq!((e.kind(), e.retryable()), (Kind::Auth, false));
        assert!(e.message().contains("project \"p\""), "{e}");
    }
}

#[test]
fn au_39_an_old_token_is_not_blamed_on_the_url() {
    // Keystone's answer to a token that it does not know.
    let answer = || reply(404, &[], "{\"error\": {\"message\": \"Could not recognize Fernet token\"}}");
    let token = [("os_auth_token", "old")];
    let e = error(&with(&V3, &with(&token, &[("os_auth_type", "v3token")])), answer);
    assert!(e.message().contains("the token of os_auth_token for project \"p\""), "{e}");
    assert!(e.message().contains("is not accepted: it may have expired"), "{e}");
    let e = error(&with(&V3, &token), answer);
    assert!(e.message().contains("unset os_auth_token if it is old"), "{e}");
    assert!(error(&V3, answer).message().contains("the authentication URL seems wrong"));
}

#[test]
fn a_service_that_repeats_the_password_does_not_get_it_into_the_message() {
    let e = error(&V3, || reply(400, &[], "{\"error\": {\"message\": \"geheim is not good\"}}"));
    assert_eq!(e.http_status(), 400);
    let e = error(&V1, || reply(401, &[], "bad key geheim"));
    assert_eq!(e.http_status(), 401);
    let e = error(&with(&V3, &[("os_auth_token", "tk-geheim")]), || reply(401, &[], "not tk-geheim"));
    assert!(e.message().contains("unset os_auth_token"), "{e}");
}

#[test]
fn failures_of_the_service_keep_their_kind_and_may_be_tried_again() {
    for (answer, kind) in [
        ((|| reply(503, &[], "busy")) as fn() -> Fetched, Kind::Server),
        (|| reply(500, &[], ""), Kind::Server),
        (|| reply(507, &[], ""), Kind::Server),
        (|| reply(429, &[], ""), Kind::RateLimited),
        (|| reply(498, &[], ""), Kind::RateLimited),
        (|| reply(408, &[], ""), Kind::Timeout),
    ] {
        for set in [&V1[..], &V3[..]] {
            let e = error(set, answer);
            assert_eq!((e.kind(), e.retryable()), (kind, true));
            assert!(e.message().starts_with("authentication at http://h"), "{e}");
        }
    }
}

#[test]
fn a_wrong_path_is_said_to_be_one() {
    for answer in [
        || reply(300, &[], "{\"versions\": {}}"),
        || reply(404, &[], "not found"),
        || reply(405, &[], ""),
        || reply(301, &[("Location", "https://h/v3/auth/tokens")], ""),
    ] {
        for set in [&V1[..], &V3[..]] {
            let e = error(set, answer);
            assert_eq!((e.kind(), e.retryable()), (Kind::Auth, false));
            assert!(e.message().contains("the authentication URL seems wrong"), "{e}");
            assert!(e.http_status() != 301 || e.message().contains("https://h/v3/auth/tokens"), "{e}");
        }
    }
    let e = error(&with(&V3, &[("auth_version", "2")]), || reply(404, &[], ""));
    assert!(e.message().contains("set auth_version"), "{e}");
}

#[test]
fn en_05_a_wrong_url_is_named_by_its_setting_when_two_were_given() {
    let both = [("auth", "http://old/auth/v1.0"), ("auth_version", "3")];
    for answer in [|| reply(404, &[], ""), || reply(405, &[], ""), || reply(200, &[], "hello")] {
        let e = error(&with(&V3, &both), answer);
        assert!(e.message().contains("http://old/auth/v1.0/v3"), "{e}");
        assert!(e.message().contains("that of auth (ST_AUTH), which goes before os_auth_url"), "{e}");
        assert!(!error(&V3, answer).message().contains("ST_AUTH"));
    }
}

#[test]
fn answers_that_are_not_keystones_are_protocol_errors() {
    for answer in [
        || reply(201, &[("X-Subject-Token", "t")], "hello"),
        || reply(200, &[], "{}"),
        || reply(201, &[("X-Subject-Token", "a\nb")], "{}"),
        || reply(102, &[], ""),
    ] {
        for version in ["2", "3"] {
            let e = error(&with(&V3, &[("auth_version", version)]), answer);
            assert_eq!(e.kind(), Kind::Protocol, "{e}");
        }
    }
}

#[test]
fn network_errors_keep_their_kind_and_say_where() {
    for kind in [Kind::Connect, Kind::Tls, Kind::Timeout] {
        let fake = Fake::new(move |_, _| Err(Error::new(kind, "broken")));
        let e = authenticator(&V1).session(&fake, &call()).unwrap_err();
        assert_eq!(e.kind(), kind);
        assert_eq!(e.message(), "authentication at http://h/auth/v1.0: broken");
        assert_eq!((e.method(), e.url()), ("GET", "http://h/auth/v1.0"));
    }
}
