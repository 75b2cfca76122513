//! Requests through proxies: to the real Swift over http and TLS, and to proxies that will not, cannot or are not there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::certs::Authority;
use support::faulty::{Faulty, reply};
use support::proxy::{Manner, TestProxy};
use support::{pattern, real};
use swiftclient::core::{Config, Connection, Error, Kind, Request, Source};

fn set(config: &Config, settings: &[(&str, &str)]) -> Config {
    let mut c = config.clone();
    for (k, v) in settings {
        c.set(k, Some(v)).unwrap();
    }
    c
}

/// Does what clients do, and a large upload and download among it.
fn use_it(config: &Config) {
    let c = real::Container::new(config, "proxied");
    let cn = &c.connection;
    let body = pattern(3 << 20);
    let memory = support::faulty::memory(&body);
    cn.put_object(&c.name, "o", &memory, &Request::new()).unwrap();
    let r = Request { expect: Some(Some(std::time::Duration::from_secs(600))), ..Request::new() };
    cn.put_object(&c.name, "p", &memory, &r).unwrap();
    let folder = support::Folder::new("proxied");
    std::fs::write(folder.path("file"), &body).unwrap();
    cn.put_object(&c.name, "a b/ü?", &Source::file(folder.path("file")), &Request::new()).unwrap();
    for name in ["o", "p", "a b/ü?"] {
        let got = cn.get_object(&c.name, name, &Request::new()).unwrap().read_all(10 << 20).unwrap();
        assert!(got == body, "{name}");
    }
    assert_eq!(cn.head_object(&c.name, "nothing", &Request::new()).unwrap_err().http_status(), 404);
}

#[test]
fn http_goes_through_a_proxy_with_whole_urls() {
    let proxy = TestProxy::new();
    use_it(&set(&real::v1(), &[("http_proxy", &proxy.url())]));
    let asked = proxy.asked();
    assert!(asked.iter().all(|l| l.contains(" http://127.0.0.1:")), "{asked:?}");
    // The identity service too.
    assert!(asked[0].starts_with("GET http://") && asked[0].contains("/auth/v1.0 "), "{asked:?}");
    // One connection served them all but those of uploads that had to be announced.
    assert!(proxy.connections() < asked.len() / 2, "{} for {}", proxy.connections(), asked.len());
}

#[test]
fn https_goes_through_a_tunnel() {
    let proxy = TestProxy::new();
    use_it(&set(&real::v1_tls(), &[("https_proxy", &proxy.url()), ("http_proxy", "http://127.0.0.1:1")]));
    assert!(proxy.asked().iter().all(|l| l.starts_with("CONNECT 127.0.0.1:")), "{:?}", proxy.asked());
    let proxy = TestProxy::new();
    Connection::new(&set(&real::v3_tls(), &[("proxy", &proxy.url())]))
        .unwrap()
        .head_account(&Request::new())
        .unwrap();
    // Keystone and Swift.
    assert_eq!(proxy.asked().len(), 2, "{:?}", proxy.asked());
}

#[test]
fn the_proxy_itself_may_speak_tls() {
    let authority = Authority::new("the proxy's");
    let server = authority.issue(&["127.0.0.1"]).server();
    // Both are trusted: the proxy's authority and that of Swift.
    let folder = support::Folder::new("both");
    let both = [authority.pem(), std::fs::read_to_string(real::value("OS_CACERT")).unwrap()].concat();
    std::fs::write(folder.path("ca.pem"), both).unwrap();
    let trusted = folder.path("ca.pem");
    let ca = ("os_cacert", trusted.to_str().unwrap());
    let proxy = TestProxy::start(Manner::Pass, Some("me:secret"), Some(server));
    let url = proxy.url().replace("://", "://me:secret@");
    use_it(&set(&real::v1(), &[ca, ("proxy", &url)]));
    use_it(&set(&real::v1_tls(), &[ca, ("proxy", &url)]));
    assert!(proxy.asked().iter().any(|l| l.starts_with("CONNECT")));
    // Not trusted, it is not used.
    let cn = Connection::new(&set(&real::v1_tls(), &[("proxy", &url), ("retries", "0")])).unwrap();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Tls, "{e}");
    assert!(e.message().contains(&proxy.url()) && e.message().contains("os_cacert"), "{e}");
}

#[test]
fn a_proxy_gets_user_and_password() {
    for base in [real::v1(), real::v1_tls()] {
        let proxy = TestProxy::start(Manner::Pass, Some("me@home:pa:ss word"), None);
        let url = proxy.url().replace("://", "://me%40home:pa:ss%20word@");
        Connection::new(&set(&base, &[("proxy", &url)])).unwrap().head_account(&Request::new()).unwrap();
        for (user, says) in [("", "wants a user and password"), ("me:wrong@", "does not accept the user")] {
            let url = proxy.url().replace("://", &format!("://{user}"));
            let cn = Connection::new(&set(&base, &[("proxy", &url)])).unwrap();
            let e = cn.head_account(&Request::new()).unwrap_err();
            assert_eq!((e.kind(), e.attempts(), e.retryable()), (Kind::Connect, 1, false), "{e}");
            assert!(e.message().contains(says) && e.message().contains(&proxy.url()), "{e}");
            assert!(!e.message().contains("wrong"), "{e}");
        }
    }
}

#[test]
fn a_407_to_a_request_is_the_proxys() {
    let s = Faulty::new(|_, _| reply("204 Fine", &[], b""));
    let proxy = TestProxy::start(Manner::Pass, Some("a:b"), None);
    let c = set(
        &Config::new(),
        &[("os_storage_url", &format!("{}/v1/a", s.url())), ("os_auth_token", "t"), ("proxy", &proxy.url())],
    );
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Connect, 407, 1), "{e}");
    assert!(e.message().contains("http://user:password@"), "{e}");
}

#[test]
fn what_goes_around_the_proxy() {
    for around in ["*", "127.0.0.1", "127.0.0.0/8", "example.com, 127.0.0.1"] {
        let c = set(&real::v1(), &[("proxy", "http://127.0.0.1:1"), ("no_proxy", around)]);
        Connection::new(&c).unwrap().head_account(&Request::new()).unwrap();
    }
    let proxy = TestProxy::new();
    let c = set(&real::v1(), &[("proxy", &proxy.url()), ("no_proxy", "127.0.0.1:1,localhost,10.0.0.0/8")]);
    Connection::new(&c).unwrap().head_account(&Request::new()).unwrap();
    assert_eq!(proxy.asked().len(), 2);
    // The proxy looks up the name, which only it may know.
    let c = set(&c, &[("auth", "http://only-the-proxy-knows.invalid:8080/auth/v1.0"), ("retries", "0")]);
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.http_status(), 502, "{e}");
    assert_eq!(proxy.asked().len(), 3);
}

fn fails(base: &Config, proxy: &str) -> Error {
    fails_in(base, proxy, "60")
}

fn fails_in(base: &Config, proxy: &str, seconds: &str) -> Error {
    let c =
        set(base, &[("proxy", proxy), ("retries", "0"), ("connect_timeout", seconds), ("timeout", seconds)]);
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert!(e.message().contains(proxy), "it does not name the proxy: {e}");
    assert!(e.message().contains("127.0.0.1:"), "{e}");
    e
}

#[test]
fn proxies_that_refuse_stall_or_die_have_their_own_errors() {
    let tls = real::v1_tls();
    for (answer, says, retryable) in [
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "refuses a connection to 127.0.0.1:", false),
        ("HTTP/1.1 502 Bad Gateway\r\n\r\n", "502 Bad Gateway", true),
        ("SSH-2.0-x\r\n\r\n", "does not answer as an HTTP proxy does", false),
        ("", "closed the connection", true),
        ("HTTP/1.1 2", "closed the connection", true),
    ] {
        let proxy = TestProxy::that(Manner::Answer(answer));
        let e = fails(&tls, &proxy.url());
        assert_eq!((e.kind(), e.retryable()), (Kind::Connect, retryable), "{e}");
        assert!(e.message().contains(says), "{e}");
    }
    let proxy = TestProxy::that(Manner::Stall);
    for base in [&tls, &real::v1()] {
        let e = fails_in(base, &proxy.url(), "0.3");
        assert_eq!(e.kind(), Kind::Timeout, "{e}");
    }
    // It dies in the middle of the handshake with the server behind it.
    let proxy = TestProxy::that(Manner::Cut(700));
    let e = fails(&tls, &proxy.url());
    assert_eq!(e.kind(), Kind::Tls, "{e}");
    let proxy = TestProxy::that(Manner::Answer(""));
    let e = fails(&real::v1(), &proxy.url());
    assert_eq!(e.kind(), Kind::Connect, "{e}");
    // And it is not there at all.
    for base in [&tls, &real::v1()] {
        let e = fails(base, &format!("http://127.0.0.1:{}", real::value("SWIFT_TEST_CLOSED_PORT")));
        assert_eq!(e.kind(), Kind::Connect);
        assert!(e.message().contains("cannot connect to the proxy"), "{e}");
    }
}

#[test]
fn what_is_no_proxy_is_refused_when_it_is_set() {
    let mut c = Config::new();
    for value in ["socks5://h:1080", "ftp://h", "http://h:x"] {
        let e = c.set("proxy", Some(value)).unwrap_err();
        assert!(e.message().contains("option proxy"), "{e}");
    }
    assert_eq!(c.set("https_proxy", Some("socks5://h")).unwrap_err().kind(), Kind::Unsupported);
}
