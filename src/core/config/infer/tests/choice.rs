//! Which login is meant where that is not said outright, and what it lacks; and that of a service.

use super::*;

#[test]
fn au_50_the_settings_of_a_service_are_those_of_a_user() {
    let service = [
        ("service_username", "glance"),
        ("service_key", "s3cret"),
        ("service_project_name", "services"),
        ("service_user_domain_name", "Users"),
        ("service_project_domain_id", "pd"),
    ];
    let found = |parts: &[&[(&str, &str)]]| match plan(parts).service.unwrap() {
        Service::Credentials(c) => *c,
        other => panic!("{other:?}"),
    };
    let three = [("auth_version", "3"), ("os_region_name", "r"), ("os_endpoint_type", "internal")];
    let Credentials::V3(v) = found(&[&OS, &three, &service]) else { panic!() };
    assert_eq!(v.url.to_string(), "http://h:5000/v3");
    // DF-11
    assert_eq!(v.endpoint.interface, "internal");
    assert_eq!(v.endpoint.region.as_deref(), Some("r"));
    let user = User::Name("glance".into(), Domain::Name("Users".into()));
    assert_eq!(
        v.method,
        V3Method::User { user, password: Some("s3cret".into()), passcode: None, token: None }
    );
    assert_eq!(v.scope, Some(Scope::Project(Project::Name("services".into(), Domain::Id("pd".into())))));
    // By ids, by an application credential, and somewhere else.
    let ids = [("service_user_id", "u"), ("service_key", "k"), ("service_project_id", "i")];
    let Credentials::V3(v) = found(&[&OS, &three, &ids]) else { panic!() };
    assert_eq!(v.scope, Some(Scope::Project(Project::Id("i".into()))));
    let app = [
        ("service_application_credential_id", "i"),
        ("service_application_credential_secret", "s"),
        ("service_auth_url", "http://other/v3"),
    ];
    let Credentials::V3(v) = found(&[&OS, &three, &app]) else { panic!() };
    assert_eq!((v.url.to_string().as_str(), v.scope), ("http://other/v3", None));
    // Version 1 and 2 as the user's, or its own.
    let Credentials::V1(v) = found(&[&V1, &service[..2]]) else { panic!() };
    assert_eq!((v.user.as_str(), v.key.expose()), ("glance", "s3cret"));
    assert!(matches!(found(&[&OS, &[("auth_version", "2")], &service[..3]]), Credentials::V2(_)));
    let own = [("service_auth_version", "1"), ("service_auth_url", "http://h/auth/v1.0")];
    assert!(matches!(found(&[&OS, &three, &service, &own]), Credentials::V1(_)));
    // With the user's token given.
    let preset =
        [("os_storage_url", "http://s/v1/a"), ("os_auth_token", "t"), ("os_auth_url", "http://h/v3")];
    assert!(matches!(found(&[&preset, &service]), Credentials::V3(_)));
    assert_eq!(plan(&[&V1, &[("service_auth_token", "x")]]).service, Some(Service::Token("x".into())));
    assert_eq!(plan(&[&V1]).service, None);
}

#[test]
fn au_50_what_a_service_lacks_is_named_by_its_own_settings() {
    let e = refused(&[&OS, &[("auth_version", "3"), ("service_username", "glance")]]);
    assert!(e.message().starts_with("the service's token (X-Service-Token): "), "{e}");
    assert!(e.message().contains("set service_key") && e.message().contains("service_project_name"), "{e}");
    assert!(!e.message().contains("os_password") && !e.message().contains("OS_"), "{e}");
    for alone in ["service_key", "service_project_id", "service_application_credential_secret"] {
        let e = refused(&[&V1, &[(alone, "x")]]);
        assert!(e.message().contains(alone) && e.message().contains("set service_username"), "{e}");
    }
    let preset = [("os_storage_url", "http://s/v1/a"), ("os_auth_token", "t"), ("service_username", "s")];
    assert!(refused(&[&preset]).message().contains("service_auth_url"));
}

#[test]
fn en_05_short_names_go_before_long_ones() {
    let v = v1(&[&V1, &OS]);
    assert_eq!(
        (v.url.to_string().as_str(), v.user.as_str(), v.key.expose()),
        ("http://h/auth/v1.0", "acc:me", "k")
    );
    // EN-04 before it: what was set goes before the environment.
    let env = [("ST_AUTH", "http://env/auth/v1.0"), ("ST_USER", "env:env"), ("ST_KEY", "env")];
    assert_eq!(who(&[&env, &OS, &[("auth_version", "3")]]).0, by_name("me", "default"));
    // The long ones fill the gaps.
    let v = v1(&[&[("auth_version", "1"), ("user", "u")], &OS]);
    assert_eq!((v.user.as_str(), v.key.expose()), ("u", "pw"));
}

#[test]
fn en_05_which_url_counts_is_known_when_two_were_given() {
    let env = [("ST_AUTH", "http://env/auth/v1.0")];
    assert_eq!(plan(&[&V1]).url_origin, None);
    assert_eq!(plan(&[&OS]).url_origin, None);
    assert_eq!(plan(&[&OS, &[("ST_AUTH", OS[0].1)]]).url_origin, None);
    let long = plan(&[&env, &OS]).url_origin.unwrap();
    assert!(long.starts_with("the URL is that of os_auth_url, which was set"), "{long}");
    for short in [plan(&[&V1, &OS]), plan(&[&env, &OS[1..], &[("OS_AUTH_URL", "http://h:5000")]])] {
        let short = short.url_origin.unwrap();
        assert!(short.starts_with("the URL is that of auth (ST_AUTH)"), "{short}");
    }
}

#[test]
fn en_06_the_type_forces_the_version() {
    let wrong = [("auth_version", "1")];
    assert_eq!(version(&[&OS, &wrong, &[("os_auth_type", "v3password")]]), 3);
    assert_eq!(version(&[&OS, &wrong, &[("os_auth_type", "v2password")]]), 2);
    assert_eq!(version(&[&OS, &[("auth_version", "3"), ("os_auth_type", "v1password")]]), 1);
    assert_eq!(version(&[&OS, &[("auth_version", "3"), ("os_auth_type", "password")]]), 3);
}

#[test]
fn en_07_a_version_that_is_set_is_taken() {
    for (given, expected) in [("1.0", 1), ("2", 2), ("v3.0", 3)] {
        assert_eq!(version(&[&OS, &[("auth_version", given)]]), expected);
        assert_eq!(version(&[&OS, &V1, &[("auth_version", given)]]), expected);
    }
}

#[test]
fn en_08_auth_user_and_key_mean_version_1() {
    assert_eq!(version(&[&V1]), 1);
    assert_eq!(version(&[&V1, &[("os_user_domain_id", "default")]]), 1);
    assert_eq!(version(&[&[("ST_AUTH", "http://h"), ("ST_USER", "u"), ("ST_KEY", "k")]]), 1);
    let empty = [("OS_IDENTITY_API_VERSION", "3"), ("ST_AUTH_VERSION", "")];
    assert_eq!(version(&[&V1, &empty]), 1);
}

#[test]
fn en_08_domains_mean_version_3_else_2() {
    assert_eq!(version(&[&OS]), 2);
    for key in ["os_user_domain_id", "os_user_domain_name", "os_project_domain_id", "os_project_domain_name"]
    {
        assert_eq!(version(&[&OS, &[(key, "d")]]), 3, "{key}");
    }
    assert_eq!(version(&[&OS, &[("OS_USER_DOMAIN_NAME", "Default")]]), 3);
    // A version 1 of the environment does not hold against the settings of Keystone.
    assert_eq!(version(&[&OS, &[("ST_AUTH_VERSION", "1.0")]]), 2);
    assert_eq!(version(&[&OS, &[("ST_AUTH_VERSION", "3")]]), 3);
}

#[test]
fn en_09_where_it_would_be_a_guess_the_url_decides() {
    for (url, expected) in [
        ("http://h/v3", 3),
        ("http://h/identity/v3/", 3),
        ("http://h/v2.0", 2),
        ("http://h/auth/v1.0", 1),
        ("http://h/auth/v1", 1),
        ("http://h/", 2),
    ] {
        assert_eq!(version(&[&OS, &[("os_auth_url", url)]]), expected, "{url}");
    }
    assert_eq!(version(&[&V1, &[("auth", "http://h/v3")]]), 1);
    assert_eq!(version(&[&OS, &[("os_auth_url", "http://h/v3"), ("auth_version", "2")]]), 2);
}

#[test]
fn en_10_everything_that_is_missing_is_named() {
    let e = refused(&[]);
    assert_eq!(e.kind(), Kind::Auth);
    for name in ["ST_AUTH", "OS_AUTH_URL", "OS_PROJECT_NAME", "OS_AUTH_TOKEN", "os_storage_url"] {
        assert!(e.message().contains(name), "{name}: {e}");
    }
    let e = refused(&[&[("os_storage_url", "http://s/v1/a")]]);
    assert!(e.message().starts_with("no credentials"), "{e}");
    let e = refused(&[&[("auth_version", "1"), ("user", "u")]]);
    assert!(e.message().contains("set auth (") && e.message().contains("set key ("), "{e}");
    let e = refused(&[&[("auth_version", "3"), ("os_project_name", "p"), ("os_auth_url", "http://h")]]);
    assert!(e.message().contains("no user") && e.message().contains("no password"), "{e}");
    assert!(!e.message().contains("no project"), "{e}");
}
