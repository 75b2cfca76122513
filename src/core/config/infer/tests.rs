//! The rules of parity one by one.

mod choice;

use super::super::plan::{Application, AuthPlan, Domain, Lack, Project, Scope, Service, User, V3, V3Method};
use super::*;

const V1: [(&str, &str); 3] = [("auth", "http://h/auth/v1.0"), ("user", "acc:me"), ("key", "k")];
const OS: [(&str, &str); 4] = [
    ("os_auth_url", "http://h:5000"),
    ("os_username", "me"),
    ("os_password", "pw"),
    ("os_project_name", "p"),
];

/// The same from the environment.
const ENV: [(&str, &str); 4] = [
    ("OS_AUTH_URL", "http://h:5000"),
    ("OS_USERNAME", "me"),
    ("OS_PASSWORD", "pw"),
    ("OS_PROJECT_NAME", "p"),
];

/// Settings: variables of the environment (upper case) and options.
fn config(parts: &[&[(&str, &str)]]) -> Config {
    let all: Vec<(&str, &str)> = parts.iter().flat_map(|p| p.iter().copied()).collect();
    let mut c = Config::new();
    c.load_env_from(|name| all.iter().rev().find(|(n, _)| *n == name).map(|(_, v)| v.into())).unwrap();
    for (k, v) in all.iter().filter(|(k, _)| k.starts_with(|c: char| c.is_ascii_lowercase())) {
        c.set(k, Some(v)).unwrap();
    }
    c
}

fn plan(parts: &[&[(&str, &str)]]) -> AuthPlan {
    AuthPlan::from_config(&config(parts)).unwrap()
}

fn refused(parts: &[&[(&str, &str)]]) -> Error {
    AuthPlan::from_config(&config(parts)).unwrap_err()
}

fn v1(parts: &[&[(&str, &str)]]) -> super::V1 {
    match plan(parts).credentials.unwrap() {
        Credentials::V1(v) => v,
        other => panic!("{other:?}"),
    }
}

fn v2(parts: &[&[(&str, &str)]]) -> V2 {
    match plan(parts).credentials.unwrap() {
        Credentials::V2(v) => v,
        other => panic!("{other:?}"),
    }
}

fn v3(parts: &[&[(&str, &str)]]) -> V3 {
    match plan(parts).credentials.unwrap() {
        Credentials::V3(v) => v,
        other => panic!("{other:?}"),
    }
}

fn version(parts: &[&[(&str, &str)]]) -> u8 {
    match plan(parts).credentials.unwrap() {
        Credentials::V1(_) => 1,
        Credentials::V2(_) => 2,
        Credentials::V3(_) => 3,
        Credentials::Nobody => 0,
    }
}

/// The environment of a shell that has credentials does not count then.
#[test]
fn au_42_none_is_no_authentication() {
    let token = [("OS_AUTH_TOKEN", "t"), ("OS_STORAGE_URL", "http://h/v1/a")];
    let none = [("os_auth_type", "none")];
    for parts in [&[&none[..]][..], &[&V1, &none], &[&OS, &token, &none]] {
        assert_eq!(version(parts), 0);
        assert_eq!(plan(parts).token, None);
    }
    assert!(plan(&[&token, &none]).storage_url.is_some());
}

/// User, its domain, project and its domain of a password authentication with version 3.
fn who(parts: &[&[(&str, &str)]]) -> (User, Project) {
    match v3(parts) {
        V3 { method: V3Method::User { user, .. }, scope: Some(Scope::Project(project)), .. } => {
            (user, project)
        }
        other => panic!("{other:?}"),
    }
}

fn by_name(name: &str, domain_id: &str) -> User {
    User::Name(name.into(), Domain::Id(domain_id.into()))
}

fn project(name: &str) -> Project {
    Project::Name(name.into(), Domain::Id("default".into()))
}

#[test]
fn au_02_v1_takes_the_user_whole() {
    let v = v1(&[&V1]);
    assert_eq!(
        (v.url.to_string().as_str(), v.user.as_str(), v.key.expose()),
        ("http://h/auth/v1.0", "acc:me", "k")
    );
}

#[test]
fn au_03_user_with_colon_is_project_and_user() {
    let names: [(&str, &str); 4] =
        [("auth_version", "3"), ("auth", "http://h"), ("user", "p:me"), ("key", "k")];
    assert_eq!(who(&[&names]), (by_name("me", "default"), project("p")));
    let v = v2(&[&names, &[("auth_version", "2")]]);
    assert_eq!(v.tenant, Tenant::Name("p".into()));
    assert_eq!(v.method, V2Method::Password { user: V2User::Name("me".into()), password: "k".into() });
    let long =
        [("auth_version", "3"), ("os_auth_url", "http://h"), ("os_username", "p:me"), ("os_password", "k")];
    assert_eq!(who(&[&long]), (by_name("me", "default"), project("p")));
}

#[test]
fn au_03_project_options_go_before_the_colon() {
    let names: [(&str, &str); 4] =
        [("auth_version", "3"), ("auth", "http://h"), ("user", "p:me"), ("key", "k")];
    assert_eq!(who(&[&names, &[("os_project_name", "q")]]), (by_name("me", "default"), project("q")));
    assert_eq!(who(&[&names, &[("os_tenant_name", "q")]]), (by_name("me", "default"), project("p")));
    assert_eq!(who(&[&names, &[("os_tenant_id", "i")]]).1, Project::Id("i".into()));
    // What was set goes before the environment.
    assert_eq!(who(&[&names, &[("OS_PROJECT_NAME", "q")]]).1, project("p"));
    let env = [("ST_USER", "p:me"), ("ST_KEY", "k"), ("auth", "http://h"), ("auth_version", "3")];
    assert_eq!(who(&[&env, &[("os_tenant_name", "q")]]).1, project("q"));
}

#[test]
fn au_03_a_keystone_name_with_colon_stays_whole_when_the_project_is_given() {
    let (user, _) = who(&[&OS, &[("auth_version", "3"), ("os_username", "corp:me")]]);
    assert_eq!(user, by_name("corp:me", "default"));
}

#[test]
fn df_31_split_at_the_first_colon() {
    let names = [("auth_version", "3"), ("auth", "http://h"), ("user", "p:me:too"), ("key", "k")];
    assert_eq!(who(&[&names]), (by_name("me:too", "default"), project("p")));
}

#[test]
fn au_05_no_project() {
    for version in ["2", "3"] {
        let e = refused(&[&OS, &[("os_project_name", ""), ("auth_version", version)]]);
        assert_eq!(e.kind(), Kind::Auth);
        assert!(!e.retryable());
        assert!(e.message().contains("no project: set os_project_name or os_project_id"), "{e}");
    }
    let app = [("os_application_credential_id", "i"), ("os_application_credential_secret", "s")];
    assert_eq!(version(&[&app, &[("os_auth_url", "http://h")]]), 3);
}

#[test]
fn au_06_the_storage_url_is_kept_beside_credentials() {
    let p = plan(&[&V1, &[("os_storage_url", "http://s/v1/other/")]]);
    assert_eq!(p.storage_url.unwrap().to_string(), "http://s/v1/other");
    assert!(p.credentials.is_ok() && p.token.is_none());
}

#[test]
fn au_06_only_keystone_puts_the_id_of_a_project_into_a_url() {
    let url = [("os_storage_url", "http://s/v1/AUTH_%(project_id)s")];
    assert!(plan(&[&OS, &url]).storage_url.is_some());
    for parts in [&[&V1[..], &url][..], &[&url, &[("os_auth_token", "t"), ("os_auth_type", "none")]]] {
        let e = refused(parts);
        assert!(e.message().starts_with("option os_storage_url: only with Keystone"), "{e}");
    }
    assert_eq!(refused(&[&url, &[("os_auth_token", "t")]]).kind(), Kind::Auth);
}

#[test]
fn au_08_token_and_url_need_nothing_else() {
    let preset = [("os_storage_url", "http://s/v1/a"), ("os_auth_token", "t")];
    let p = plan(&[&preset]);
    assert_eq!(p.token.unwrap().expose(), "t");
    assert_eq!(p.credentials, Err(Lack::NotGiven));
    // Incomplete credentials of other tools do not hinder (EN-10); why they cannot be used is kept.
    let p = plan(&[&preset, &[("OS_AUTH_TYPE", "v3oidcpassword"), ("OS_AUTH_URL", "http://h/v3")]]);
    let unusable = |p: AuthPlan| match p.credentials {
        Err(Lack::Unusable(why)) => why,
        other => panic!("{other:?}"),
    };
    assert!(unusable(p).contains("v3oidcpassword"));
    assert!(unusable(plan(&[&preset, &OS[..3]])).contains("no project"));
    // Where Keystone is says nothing of credentials.
    assert_eq!(plan(&[&preset, &OS[..1]]).credentials, Err(Lack::NotGiven));
    assert!(plan(&[&preset, &V1]).credentials.is_ok());
}

#[test]
fn au_09_a_token_alone_does_not_do() {
    let e = refused(&[&[("os_auth_token", "t")]]);
    assert!(e.message().contains("os_auth_url") && e.message().contains("no project"), "{e}");
    let e = refused(&[&[("os_auth_token", "t"), ("os_auth_url", "http://h/auth/v1.0")]]);
    assert!(e.message().contains("os_storage_url"), "{e}");
}

#[test]
fn au_30_the_version_is_added_to_the_url_unless_it_is_there() {
    for (given, version, expected) in [
        ("http://h:5000", "3", "http://h:5000/v3"),
        ("http://h:5000/", "3", "http://h:5000/v3"),
        ("http://h/identity", "3", "http://h/identity/v3"),
        ("http://h/v3/", "3", "http://h/v3"),
        ("http://h/v3.0", "3", "http://h/v3.0"),
        ("http://h/v2.0", "3", "http://h/v2.0"),
        ("http://h:5000", "2", "http://h:5000/v2.0"),
        ("http://h/v2", "2", "http://h/v2"),
    ] {
        let set = [("os_auth_url", given), ("auth_version", version)];
        let url = if version == "3" { v3(&[&OS, &set]).url } else { v2(&[&OS, &set]).url };
        assert_eq!(url.to_string(), expected, "{given}");
    }
}

#[test]
fn au_33_domains_are_default_unless_said() {
    let three = [("auth_version", "3")];
    assert_eq!(who(&[&OS, &three]), (by_name("me", "default"), project("p")));
    let (user, project) = who(&[&OS, &[("os_user_domain_name", "Users"), ("os_project_domain_id", "abc")]]);
    assert_eq!(user, User::Name("me".into(), Domain::Name("Users".into())));
    assert_eq!(project, Project::Name("p".into(), Domain::Id("abc".into())));
    let (user, project) = who(&[&OS, &three, &[("os_user_id", "u"), ("os_project_id", "i")]]);
    assert_eq!((user, project), (User::Id("u".into()), Project::Id("i".into())));
    let both = [("os_user_domain_name", "Users"), ("os_user_domain_id", "d")];
    assert_eq!(who(&[&OS, &both]).0, by_name("me", "d"));
}

#[test]
fn au_33_a_name_that_was_set_goes_before_an_id_of_the_environment() {
    let (user, _) = who(&[&OS, &[("auth_version", "3"), ("OS_USER_ID", "u")]]);
    assert_eq!(user, by_name("me", "default"));
    let (user, _) =
        who(&[&OS, &[("auth_version", "3"), ("OS_USER_DOMAIN_ID", "env"), ("os_user_domain_name", "set")]]);
    assert_eq!(user, User::Name("me".into(), Domain::Name("set".into())));
}

#[test]
fn au_34_a_token_beside_the_password() {
    let token = [("os_auth_token", "t"), ("auth_version", "3")];
    let sent = |parts: &[&[(&str, &str)]]| match v3(parts).method {
        V3Method::User { token, .. } => token.map(|t| t.expose().to_owned()),
        V3Method::Token(token) => Some(format!("only {}", token.expose())),
        other => panic!("{other:?}"),
    };
    assert_eq!(sent(&[&OS, &token]).as_deref(), Some("t"));
    assert_eq!(sent(&[&OS, &token, &[("os_auth_type", "password")]]), None);
    assert_eq!(sent(&[&OS, &token, &[("os_auth_type", "v3token")]]).as_deref(), Some("only t"));
    assert_eq!(sent(&[&OS, &token, &[("os_password", "")]]).as_deref(), Some("only t"));
    let e = refused(&[&OS, &[("os_auth_type", "v3token")]]);
    assert!(e.message().contains("os_auth_token"), "{e}");
}

#[test]
fn au_35_project_goes_before_tenant() {
    let set = [("auth_version", "3"), ("os_tenant_name", "t"), ("os_project_name", "p")];
    assert_eq!(who(&[&OS, &set]).1, project("p"));
    assert_eq!(who(&[&OS, &set, &[("os_project_name", "")]]).1, project("t"));
    let ids = [("os_tenant_id", "t"), ("os_project_id", "i")];
    assert_eq!(who(&[&OS, &set, &ids]).1, Project::Id("i".into()));
    assert_eq!(v2(&[&OS, &[("auth_version", "2"), ("os_tenant_id", "t")]]).tenant, Tenant::Id("t".into()));
}

#[test]
fn au_36_version_2_by_password_or_token() {
    let two = [("auth_version", "2.0"), ("os_auth_token", "t")];
    assert!(matches!(v2(&[&OS, &two]).method, V2Method::Password { .. }));
    assert_eq!(v2(&[&OS, &two, &[("os_auth_type", "token")]]).method, V2Method::Token("t".into()));
    assert_eq!(v2(&[&OS, &two, &[("os_password", "")]]).method, V2Method::Token("t".into()));
    let id = v2(&[&OS, &two, &[("os_username", ""), ("os_user_id", "u")]]);
    assert_eq!(id.method, V2Method::Password { user: V2User::Id("u".into()), password: "pw".into() });
}

#[test]
fn au_37_endpoint_options() {
    let e = v3(&[&OS, &[("auth_version", "3")]]).endpoint;
    assert_eq!(
        e,
        Endpoint { service_type: "object-store".into(), interface: "public", region: None, any: false }
    );
    let set = [("os_region_name", "r"), ("os_service_type", "s"), ("os_endpoint_type", "internalURL")];
    let expected =
        Endpoint { service_type: "s".into(), interface: "internal", region: Some("r".into()), any: false };
    assert_eq!(v2(&[&OS, &set]).endpoint, expected);
    let app = [
        ("os_auth_type", "v3applicationcredential"),
        ("os_application_credential_id", "i"),
        ("os_application_credential_secret", "s"),
    ];
    assert_eq!(v3(&[&OS, &set, &app]).endpoint, expected);
}

#[test]
fn au_41_application_credentials_by_id_and_by_name() {
    let url = [("os_auth_url", "http://h"), ("os_application_credential_secret", "s")];
    let found = |parts: &[&[(&str, &str)]]| match v3(parts).method {
        V3Method::Application { credential, secret } => (credential, secret.expose().to_owned()),
        other => panic!("{other:?}"),
    };
    let id = [("os_application_credential_id", "i")];
    assert_eq!(found(&[&url, &id]), (Application::Id("i".into()), "s".into()));
    let name = [("os_application_credential_name", "n"), ("os_username", "me"), ("os_user_domain_name", "D")];
    let user = User::Name("me".into(), Domain::Name("D".into()));
    assert_eq!(found(&[&url, &name]).0, Application::Name("n".into(), user));
    let e = refused(&[&url, &name[..1]]);
    assert!(e.message().contains("given by name"), "{e}");
    // A password beside it wins unless the type says otherwise.
    assert_eq!(version(&[&OS, &url, &id, &[("auth_version", "2")]]), 2);
    assert_eq!(
        found(&[&OS, &url, &id, &[("os_auth_type", "v3applicationcredential")]]).0,
        Application::Id("i".into())
    );
    let env = [("OS_PASSWORD", "pw"), ("OS_USERNAME", "me"), ("OS_PROJECT_NAME", "p")];
    assert_eq!(found(&[&env, &url, &id]).0, Application::Id("i".into()));
    let e = refused(&[&[("os_auth_type", "v3applicationcredential")], &url[..1]]);
    assert!(e.message().contains("os_application_credential_id") && e.message().contains("_secret"), "{e}");
}

#[test]
fn au_42_other_types_are_unsupported() {
    let e = refused(&[&ENV, &[("OS_AUTH_TYPE", "v3kerberos")]]);
    assert_eq!(e.kind(), Kind::Unsupported);
    assert!(e.message().contains("v3kerberos") && e.message().contains("v3password"), "{e}");
    for federated in ["v3oidcpassword", "v3samlpassword", "v3adfspassword", "v3fedkerb", "v3oauth1"] {
        let e = refused(&[&ENV, &[("OS_AUTH_TYPE", federated)]]);
        assert_eq!(e.kind(), Kind::Unsupported);
        assert!(e.message().contains("swc_config_set_auth_callback"), "{e}");
    }
    assert!(!refused(&[&ENV, &[("OS_AUTH_TYPE", "v9")]]).message().contains("callback"));
}

#[test]
fn en_04_a_type_of_the_environment_is_not_that_of_credentials_that_were_set() {
    let env = [
        ("OS_AUTH_TYPE", "v3applicationcredential"),
        ("OS_APPLICATION_CREDENTIAL_ID", "i"),
        ("OS_APPLICATION_CREDENTIAL_SECRET", "s"),
    ];
    assert_eq!(who(&[&env, &OS, &[("auth_version", "3")]]).0, by_name("me", "default"));
    assert_eq!(version(&[&[("OS_AUTH_TYPE", "v3oidcpassword2")], &V1]), 1);
    // A version in it still counts, and all of it for credentials of the same origin.
    assert_eq!(version(&[&[("OS_AUTH_TYPE", "v3password")], &OS]), 3);
    assert!(matches!(v3(&[&env, &ENV]).method, V3Method::Application { .. }));
}

#[test]
fn au_42_every_type_that_is_supported_has_its_method() {
    let all = [("os_auth_token", "t"), ("os_passcode", "123456"), ("auth_version", "3")];
    let app = [("os_application_credential_id", "i"), ("os_application_credential_secret", "s")];
    let method = |kind: &str| {
        let plan = plan(&[&OS, &all, &app, &[("auth_version", ""), ("os_auth_type", kind)]]);
        match plan.credentials.unwrap() {
            Credentials::V1(_) => "1 password".to_owned(),
            Credentials::Nobody => "none".to_owned(),
            Credentials::V2(V2 { method: V2Method::Password { .. }, .. }) => "2 password".to_owned(),
            Credentials::V2(_) => "2 token".to_owned(),
            Credentials::V3(V3 { method: V3Method::User { password, passcode, token, .. }, .. }) => {
                let mut text = "3".to_owned();
                for (is, name) in [(password, " password"), (passcode, " passcode"), (token, " token")] {
                    text.push_str(if is.is_some() { name } else { "" });
                }
                text
            }
            Credentials::V3(V3 { method: V3Method::Token(_), .. }) => "3 token".to_owned(),
            Credentials::V3(_) => "3 application".to_owned(),
        }
    };
    for (kind, expected) in [
        ("v2password", "2 password"),
        ("v2token", "2 token"),
        ("v3password", "3 password"),
        ("v3token", "3 token"),
        ("v3totp", "3 passcode"),
        ("v3multifactor", "3 password passcode token"),
        ("v3applicationcredential", "3 application"),
        ("password", "3 password"),
        ("token", "3 token"),
        ("V3Password", "3 password"),
        ("", "3 password passcode token"),
    ] {
        // What only version 3 has would not have an effect with an older one.
        if kind.starts_with("v2") {
            let e = refused(&[&OS, &all, &[("os_auth_type", kind)]]);
            assert!(e.message().starts_with("option os_passcode would have no effect"), "{e}");
            let env = [("OS_PASSCODE", "123456"), ("os_auth_token", "t"), ("os_auth_type", kind)];
            let found = plan(&[&OS, &env]).credentials.unwrap();
            assert!(matches!(found, Credentials::V2(_)), "{found:?}");
        } else {
            assert_eq!(method(kind), expected, "{kind}");
        }
    }
    assert_eq!(version(&[&OS, &[("os_auth_type", "v1password")]]), 1);
}

#[test]
fn au_34_several_factors_are_named_or_all_that_is_there() {
    let multi = [("os_auth_type", "v3multifactor"), ("os_passcode", "123456"), ("os_auth_token", "t")];
    let factors = |parts: &[&[(&str, &str)]]| match v3(parts).method {
        V3Method::User { password, passcode, token, .. } => {
            (password.is_some(), passcode.is_some(), token.is_some())
        }
        V3Method::Token(_) => (false, false, true),
        other => panic!("{other:?}"),
    };
    assert_eq!(factors(&[&OS, &multi]), (true, true, true));
    for (named, expected) in [
        ("v3password,v3totp", (true, true, false)),
        ("v3totp, v3token", (false, true, true)),
        ("v3password", (true, false, false)),
        ("v3token", (false, false, true)),
    ] {
        assert_eq!(factors(&[&OS, &multi, &[("os_auth_methods", named)]]), expected, "{named}");
    }
    // Without a type, a passcode goes with the password that is there, and alone without one.
    let code = [("os_passcode", "123456"), ("auth_version", "3")];
    assert_eq!(factors(&[&OS, &code]), (true, true, false));
    assert_eq!(factors(&[&OS, &code, &[("os_password", "")]]), (false, true, false));
    assert_eq!(version(&[&OS, &code[..1]]), 3);
    let e = refused(&[&OS, &[("os_auth_type", "v3totp")]]);
    assert!(e.message().contains("set os_passcode (OS_PASSCODE)"), "{e}");
    let e = refused(&[&OS[..2], &OS[3..], &[("os_auth_type", "v3multifactor")]]);
    assert!(e.message().contains("needs something to present"), "{e}");
    let bad = config(&[]).set("os_auth_methods", Some("v3password,v3fingerprint")).unwrap_err();
    assert!(bad.message().contains("v3password, v3totp, v3token"), "{bad}");
}

#[test]
fn au_44_scopes_beside_a_project() {
    let three = [("auth_version", "3"), ("os_project_name", "")];
    let scope = |set: &[(&str, &str)]| v3(&[&OS, &three, set]).scope.unwrap();
    assert_eq!(scope(&[("os_trust_id", "t")]), Scope::Trust("t".into()));
    assert_eq!(scope(&[("os_system_scope", "all")]), Scope::System);
    assert_eq!(scope(&[("os_domain_id", "d")]), Scope::Domain(Domain::Id("d".into())));
    assert_eq!(scope(&[("os_domain_name", "D")]), Scope::Domain(Domain::Name("D".into())));
    // Each means version 3.
    for set in [("os_trust_id", "t"), ("os_system_scope", "all"), ("os_domain_id", "d")] {
        assert_eq!(version(&[&OS[..3], &[set]]), 3);
    }
    // The colon in a name is a project's only where there can be one.
    let colon = [("os_username", "corp:me"), ("os_trust_id", "t")];
    match v3(&[&OS, &three, &colon]).method {
        V3Method::User { user, .. } => assert_eq!(user, by_name("corp:me", "default")),
        other => panic!("{other:?}"),
    }
    // Two at once are refused, but what was set goes before the environment.
    let both = [("os_trust_id", "t"), ("os_project_name", "p")];
    let e = refused(&[&OS, &three, &both]);
    assert!(e.message().contains("os_trust_id and os_project_name are both set"), "{e}");
    assert_eq!(
        scope(&[("OS_PROJECT_NAME", "p"), ("os_project_name", ""), ("os_trust_id", "t")]),
        Scope::Trust("t".into())
    );
    let env =
        [("OS_PROJECT_NAME", "p"), ("OS_USERNAME", "me"), ("os_password", "pw"), ("os_auth_url", "http://h")];
    assert_eq!(v3(&[&env, &[("os_system_scope", "all")]]).scope, Some(Scope::System));
    let e = refused(&[&env, &[("OS_SYSTEM_SCOPE", "all"), ("auth_version", "3")]]);
    assert_eq!(e.kind(), Kind::InvalidArgument);
    // None at all names them.
    let e = refused(&[&OS, &three]);
    for key in ["os_project_name", "os_trust_id", "os_domain_id", "os_system_scope"] {
        assert!(e.message().contains(key), "{key}: {e}");
    }
    // Where they would be ignored they are refused.
    let app = [("os_application_credential_id", "i"), ("os_application_credential_secret", "s")];
    let app = [&app[..], &[("os_auth_type", "v3applicationcredential")]].concat();
    let e = refused(&[&OS, &app, &[("os_trust_id", "t")]]);
    assert!(e.message().contains("os_trust_id would have no effect"), "{e}");
    let e = refused(&[&OS, &[("auth_version", "2"), ("os_system_scope", "all")]]);
    assert!(e.message().contains("os_system_scope would have no effect"), "{e}");
    assert!(config(&[]).set("os_system_scope", Some("none")).is_err());
}

#[test]
fn au_33_a_domain_beside_a_project_is_that_of_both() {
    let (user, project) = who(&[&OS, &[("os_domain_name", "D")]]);
    assert_eq!(user, User::Name("me".into(), Domain::Name("D".into())));
    assert_eq!(project, Project::Name("p".into(), Domain::Name("D".into())));
    let own = [("os_domain_id", "d"), ("os_user_domain_name", "U")];
    let (user, project) = who(&[&OS, &own]);
    assert_eq!(user, User::Name("me".into(), Domain::Name("U".into())));
    assert_eq!(project, Project::Name("p".into(), Domain::Id("d".into())));
    let default = [("os_default_domain_name", "corp")];
    assert_eq!(who(&[&OS, &default]).0, User::Name("me".into(), Domain::Name("corp".into())));
    assert_eq!(who(&[&OS, &default, &[("os_user_domain_id", "u")]]).0, by_name("me", "u"));
    assert_eq!(who(&[&OS, &[("OS_DEFAULT_DOMAIN", "x")]]).0, by_name("me", "x"));
}

#[test]
fn au_43_the_project_of_v1password_is_the_account() {
    let v = v1(&[&OS, &[("os_auth_type", "v1password")]]);
    assert_eq!(v.account.as_deref(), Some("p"));
    // Not where it is there by chance (AU-24).
    assert_eq!(v1(&[&V1, &OS]).account, None);
    let e = refused(&[&OS, &[("os_auth_type", "v1password"), ("os_project_name", "a/b")]]);
    assert!(e.message().contains("cannot be the account"), "{e}");
}

#[test]
fn a_line_break_cannot_get_into_a_v1_header() {
    let e = refused(&[&V1, &[("key", "geheim\r\nX-Evil: 1")]]);
    assert_eq!(e.kind(), Kind::InvalidArgument);
    assert!(e.message().contains("option key") && !e.message().contains("geheim"), "{e}");
}

#[test]
fn plans_do_not_show_secrets() {
    let token = [("os_auth_token", "geheim"), ("os_password", "geheim"), ("auth_version", "3")];
    let shown = format!("{:?}", plan(&[&OS, &token]));
    assert!(!shown.contains("geheim") && shown.contains("me"), "{shown}");
}
