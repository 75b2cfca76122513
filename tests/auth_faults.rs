//! Identity services that answer wrongly, tokens that die, and who hears of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use support::faulty::{Faulty, Reply, Seen, reply, with};
use support::proxy::TestProxy;
use swiftclient::core::auth::provider::{Login, Provider, Reason};
use swiftclient::core::{Config, Connection, Error, Kind, Request};

/// A Keystone at the server's own address: `tokens` answers to the n-th request for one, `rest` to the others.
fn keystone(
    tokens: impl Fn(usize, &Seen) -> Reply + Send + Sync + 'static,
    rest: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
) -> Faulty {
    let count = AtomicUsize::new(0);
    Faulty::new(move |_, seen| {
        if seen.target == "/v3/auth/tokens" {
            tokens(count.fetch_add(1, Ordering::SeqCst), seen)
        } else {
            rest(seen)
        }
    })
}

fn config(server: &Faulty, settings: &[(&str, &str)]) -> Config {
    let mut c = server.config();
    for key in ["auth", "user", "key"] {
        c.set(key, None).unwrap();
    }
    for (key, value) in [
        ("os_auth_url", format!("{}/v3", server.url()).as_str()),
        ("os_username", "me"),
        ("os_password", "geheim"),
        ("os_project_name", "p"),
        ("auth_version", "3"),
    ]
    .iter()
    .chain(settings)
    {
        c.set(key, Some(value)).unwrap();
    }
    c
}

/// A good answer, with an endpoint at this place of the server that sent the request.
fn granted(seen: &Seen, token: &str, account: &str) -> Reply {
    let url = format!("http://{}{account}", seen.header("host").unwrap());
    let body = json!({"token": {"catalog": [{"type": "object-store", "endpoints": [
        {"interface": "public", "region": "r", "url": url},
    ]}]}});
    reply("201 Created", &[("X-Subject-Token", token)], body.to_string().as_bytes())
}

fn fails(server: &Faulty) -> Error {
    let cn = Connection::new(&config(server, &[("retries", "1")])).unwrap();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert!(!e.message().contains("geheim"), "{e}");
    e
}

#[test]
fn a_storage_url_that_is_new_with_the_token_takes_effect() {
    let server = keystone(
        |n, seen| granted(seen, &format!("tk{n}"), &format!("/v1/place{n}")),
        |seen| match seen.header("x-auth-token") {
            Some("tk0") => reply("401 Unauthorized", &[], b""),
            _ => reply("204 No Content", &[], b""),
        },
    );
    let cn = Connection::new(&config(&server, &[])).unwrap();
    cn.head_container("c", &Request::new()).unwrap();
    let targets: Vec<String> = server.seen().iter().map(|s| s.target.clone()).collect();
    assert_eq!(targets, ["/v3/auth/tokens", "/v1/place0/c", "/v3/auth/tokens", "/v1/place1/c"]);
    assert!(cn.storage_url().unwrap().ends_with("/v1/place1"));
}

#[test]
fn a_403_is_answered_with_a_new_token_when_that_is_asked_for() {
    let server = || {
        keystone(
            |n, seen| granted(seen, &format!("tk{n}"), "/v1/a"),
            |seen| match seen.header("x-auth-token") {
                Some("tk0") => reply("403 Forbidden", &[], b""),
                _ => reply("204 No Content", &[], b""),
            },
        )
    };
    let (plain, again) = (server(), server());
    let e = Connection::new(&config(&plain, &[])).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), plain.seen().len()), (Kind::Forbidden, 2));
    let asked = config(&again, &[("reauth_on_forbidden", "true"), ("retries", "0")]);
    Connection::new(&asked).unwrap().head_account(&Request::new()).unwrap();
    assert_eq!(again.seen().len(), 4);
    // Once: one that stays is told.
    let stays =
        keystone(|n, seen| granted(seen, &format!("tk{n}"), "/v1/a"), |_| reply("403 Forbidden", &[], b""));
    let asked = config(&stays, &[("reauth_on_forbidden", "true")]);
    let e = Connection::new(&asked).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), stays.seen().len()), (Kind::Forbidden, 4));
    // And where there is no other token, the answer is what counts.
    let given = with(&stays, &[("os_auth_token", "t"), ("os_storage_url", &format!("{}/v1/a", stays.url()))]);
    assert_eq!(given.head_account(&Request::new()).unwrap_err().kind(), Kind::Forbidden);
}

#[test]
fn au_52_a_401_renews_both_tokens_and_each_request_carries_them() {
    let dead = Arc::new(AtomicBool::new(false));
    let died = dead.clone();
    let server = keystone(
        |n, seen| {
            let body: Value = serde_json::from_slice(&seen.body).unwrap();
            let name = body["auth"]["identity"]["password"]["user"]["name"].as_str().unwrap().to_owned();
            granted(seen, &format!("{name}{n}"), &format!("/v1/{name}"))
        },
        move |seen| {
            let (token, service) = (seen.header("x-auth-token"), seen.header("x-service-token"));
            if died.load(Ordering::SeqCst) && (token, service) == (Some("me0"), Some("glance1")) {
                return reply("401 Unauthorized", &[], b"");
            }
            reply("204 No Content", &[], b"")
        },
    );
    let service = [("service_username", "glance"), ("service_key", "k"), ("service_project_name", "s")];
    let cn = Connection::new(&config(&server, &service)).unwrap();
    cn.head_account(&Request::new()).unwrap();
    dead.store(true, Ordering::SeqCst);
    std::thread::scope(|s| {
        for _ in 0..32 {
            s.spawn(|| cn.head_account(&Request::new()).unwrap());
        }
    });
    let seen = server.seen();
    // Two tokens at first, and two more for all of the threads.
    assert_eq!(seen.iter().filter(|s| s.method == "POST").count(), 4);
    let last = seen.last().unwrap();
    assert_eq!((last.header("x-auth-token"), last.header("x-service-token")), (Some("me2"), Some("glance3")));
    // AU-51: the account is the service's, unless another was set.
    assert_eq!(last.target, "/v1/glance");
    let own = format!("{}/v1/own", server.url());
    let cn =
        Connection::new(&config(&server, &[&service[..], &[("os_storage_url", &own)]].concat())).unwrap();
    cn.head_account(&Request::new()).unwrap();
    assert_eq!(server.seen().last().unwrap().target, "/v1/own");
}

#[test]
fn a_token_of_a_service_is_renewed_also_when_the_users_cannot_be() {
    let server = keystone(
        |n, seen| granted(seen, &format!("service{n}"), "/v1/s"),
        |seen| match seen.header("x-service-token") {
            Some("service0") => reply("401 Unauthorized", &[], b""),
            _ => reply("204 No Content", &[], b""),
        },
    );
    let mut c = Config::new();
    for (key, value) in [
        ("os_storage_url", format!("{}/v1/a", server.url()).as_str()),
        ("os_auth_token", "given"),
        ("service_username", "glance"),
        ("service_key", "k"),
        ("service_project_name", "s"),
        ("service_auth_url", &format!("{}/v3", server.url())),
        ("service_auth_version", "3"),
    ] {
        c.set(key, Some(value)).unwrap();
    }
    Connection::new(&c).unwrap().head_account(&Request::new()).unwrap();
    let seen = server.seen();
    assert_eq!(seen.last().unwrap().header("x-auth-token"), Some("given"));
    assert_eq!(seen.last().unwrap().header("x-service-token"), Some("service1"));
    assert_eq!(seen.last().unwrap().target, "/v1/a");
}

#[test]
fn answers_of_an_identity_service_that_are_none_end_in_errors() {
    let huge = "x".repeat(5 << 20);
    let deep = "[".repeat(1 << 20);
    let crowd: Vec<Value> = (0..20_000)
        .map(|n| json!({"interface": "public", "region": format!("r{n}"), "url": format!("http://h{n}/")}))
        .collect();
    let crowd = json!({"token": {"catalog": [{"type": "object-store", "endpoints": crowd}]}}).to_string();
    for (body, kind, says) in [
        ("", Kind::Protocol, "not JSON"),
        ("null", Kind::Auth, "role in the project"),
        ("[1, 2", Kind::Protocol, "not JSON"),
        (huge.as_str(), Kind::Protocol, ""),
        (deep.as_str(), Kind::Protocol, "not JSON"),
        (crowd.as_str(), Kind::Auth, "in several regions"),
        (
            "{\"token\": {\"catalog\": [{\"type\": \"object-store\", \"endpoints\": [{\"interface\": \"public\", \"url\": \"\\u0000\"}]}]}}",
            Kind::Protocol,
            "endpoint",
        ),
    ] {
        let body = body.as_bytes().to_vec();
        let server = keystone(
            move |_, _| reply("201 Created", &[("X-Subject-Token", "tk")], &body),
            |_| panic!("no token, no request"),
        );
        let e = fails(&server);
        assert_eq!(e.kind(), kind, "{e}");
        assert!(e.message().contains(says) && e.message().len() < 3000, "{e}");
    }
    for (status, headers, kind) in [
        ("300 Multiple Choices", &[][..], Kind::Auth),
        ("301 Moved", &[("Location", "http://elsewhere/v3/auth/tokens")][..], Kind::Auth),
        ("307 Temporary Redirect", &[("Location", "/v3/other")][..], Kind::Auth),
        ("401 Unauthorized", &[][..], Kind::Auth),
        ("404 Not Found", &[][..], Kind::Auth),
    ] {
        let server =
            keystone(move |_, _| reply(status, headers, b"{}"), |_| panic!("redirects are not followed"));
        let e = fails(&server);
        assert_eq!((e.kind(), e.retryable()), (kind, false), "{e}");
        // At once, and once.
        assert_eq!(server.seen().len(), 1, "{e}");
        for (_, to) in headers {
            assert!(e.message().contains(to), "{e}");
        }
    }
    // What may pass is tried again.
    let server = keystone(
        |n, seen| if n == 0 { reply("503 Busy", &[], b"") } else { granted(seen, "tk", "/v1/a") },
        |_| reply("204 No Content", &[], b""),
    );
    Connection::new(&config(&server, &[])).unwrap().head_account(&Request::new()).unwrap();
    let server = keystone(|_, _| Reply::SendAndReset(b"HTTP/1.1 201 Cre".to_vec()), |_| panic!());
    assert_eq!(fails(&server).kind(), Kind::Connect);
}

#[test]
fn au_63_timeouts_and_deadlines_reach_the_identity_service() {
    let server = keystone(|_, _| Reply::SendAndStall(Vec::new()), |_| panic!());
    let cn = Connection::new(&config(&server, &[("timeout", "0.2"), ("retries", "0")])).unwrap();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout);
    assert!(e.message().starts_with("authentication at "), "{e}");
    let cn = Connection::new(&config(&server, &[])).unwrap();
    let r = Request { timeout: Some(std::time::Duration::from_millis(200)), ..Request::new() };
    assert_eq!(cn.head_account(&r).unwrap_err().kind(), Kind::Timeout);
}

#[test]
fn en_01_a_proxy_is_used_for_the_identity_service_too() {
    let server = keystone(|_, seen| granted(seen, "tk", "/v1/a"), |_| reply("204 No Content", &[], b""));
    let proxy = TestProxy::new();
    let mut c = config(&server, &[]);
    c.set("http_proxy", Some(&proxy.url())).unwrap();
    c.set("no_proxy", Some("")).unwrap();
    Connection::new(&c).unwrap().head_account(&Request::new()).unwrap();
    let asked = proxy.asked();
    assert!(asked.iter().any(|a| a.contains("/v3/auth/tokens")), "{asked:?}");
}

fn logging_in(log_in: impl Fn(Reason, &mut Login) -> Result<(), Error> + Send + Sync + 'static) -> Config {
    let mut c = Config::new();
    c.set("starting_backoff", Some("0.001")).unwrap();
    c.set_provider(Some(Provider(Arc::new(log_in))));
    c
}

#[test]
fn au_40_an_application_that_logs_in_is_asked_once_for_all() {
    let dead = Arc::new(AtomicBool::new(false));
    let died = dead.clone();
    let server = Faulty::new(move |_, seen| {
        if died.load(Ordering::SeqCst) && seen.header("x-auth-token") == Some("own1") {
            return reply("401 Unauthorized", &[], b"");
        }
        reply("204 No Content", &[], b"")
    });
    let (calls, inside) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (count, within, url) = (calls.clone(), inside.clone(), format!("{}/v1/a", server.url()));
    let cn = Connection::new(&logging_in(move |reason, login| {
        assert_eq!(within.fetch_add(1, Ordering::SeqCst), 0);
        let n = count.fetch_add(1, Ordering::SeqCst) + 1;
        assert_eq!(reason, if n == 1 { Reason::First } else { Reason::Refused });
        assert_eq!(login.token(), (n > 1).then_some("own1"));
        std::thread::sleep(std::time::Duration::from_millis(100));
        login.set_storage_url(&url)?;
        login.set_token(&format!("own{n}"))?;
        within.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }))
    .unwrap();
    let everybody = || {
        std::thread::scope(|s| {
            for _ in 0..32 {
                s.spawn(|| cn.head_account(&Request::new()).unwrap());
            }
        });
    };
    everybody();
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    dead.store(true, Ordering::SeqCst);
    everybody();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}

#[test]
fn au_40_an_application_that_hands_over_the_same_token_gets_the_servers_answer() {
    let server = Faulty::new(|_, _| reply("401 Unauthorized", &[], b""));
    let calls = Arc::new(AtomicUsize::new(0));
    let (count, url) = (calls.clone(), format!("{}/v1/a", server.url()));
    let cn = Connection::new(&logging_in(move |_, login| {
        count.fetch_add(1, Ordering::SeqCst);
        login.set_storage_url(&url)?;
        login.set_token("same")
    }))
    .unwrap();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), calls.load(Ordering::SeqCst), server.seen().len()), (Kind::Unauthorized, 2, 2));
}

#[test]
fn au_40_a_panic_or_a_block_of_the_application_hurts_nobody_else() {
    let server = Faulty::new(|_, _| reply("204 No Content", &[], b""));
    let url = format!("{}/v1/a", server.url());
    let (calls, (hold, held)) = (Arc::new(AtomicUsize::new(0)), std::sync::mpsc::channel::<()>());
    let (count, held) = (calls.clone(), std::sync::Mutex::new(held));
    let cn = Connection::new(&logging_in(move |_, login| {
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => panic!("no good"),
            1 => drop(held.lock().unwrap().recv()),
            _ => {}
        }
        login.set_storage_url(&url)?;
        login.set_token("t")
    }))
    .unwrap();
    let panicked =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cn.head_account(&Request::new())));
    assert!(panicked.is_err());
    std::thread::scope(|s| {
        let blocked = s.spawn(|| cn.head_account(&Request::new()));
        while calls.load(Ordering::SeqCst) < 2 {
            std::thread::yield_now();
        }
        // Those who wait for it keep their own deadlines.
        let r = Request { timeout: Some(std::time::Duration::from_millis(100)), ..Request::new() };
        assert_eq!(cn.head_account(&r).unwrap_err().kind(), Kind::Timeout);
        hold.send(()).unwrap();
        blocked.join().unwrap().unwrap();
    });
    cn.head_account(&Request::new()).unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 2);
}
