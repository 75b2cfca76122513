//! Temporary URLs: as python-swiftclient makes them, and taken or refused by a real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex};

use support::faulty::memory;
use support::pattern;
use support::real::{self, Container};
use swiftclient::core::log::{self, Level};
use swiftclient::core::signature::{Digest, Expiry};
use swiftclient::core::{Config, Connection, Kind, Request, TempUrl};

const KEY: &str = "clé secrète";

fn tempurl(path: &str, method: &str, key: &str) -> TempUrl {
    let mut t = TempUrl::new();
    t.set_path(path).unwrap();
    t.set_method(method).unwrap();
    t.set_key(key).unwrap();
    t.set_expiry(Expiry::At(1_400_003_600)).unwrap();
    t
}

fn python(options: &[(&str, &str)], path: &str, method: &str, key: &str) -> String {
    let mut t = tempurl(path, method, key);
    for (name, value) in options {
        match *name {
            "digest" => t.set_digest(Digest::parse(value).unwrap()),
            "iso8601" => t.set_iso8601(true),
            "prefix" => t.set_prefix(true),
            "ip_range" => t.set_ip_range(Some(value)).unwrap(),
            "seconds" => t.set_expiry(Expiry::parse(value, true).unwrap()).unwrap(),
            _ => panic!("{name}"),
        }
    }
    t.generate().unwrap()
}

/// What `generate_temp_url` of python-swiftclient 4.11 gives for the same arguments.
#[test]
fn tu_01_tu_04_tu_07_tu_08_as_python_swiftclient_makes_them() {
    let o = "/v1/AUTH_account/c/o";
    let horse = "correcthorsebatterystaple";
    let long = "correcthorsebatterystaple";
    for (options, path, method, key, want) in [
        (
            &[][..],
            o,
            "GET",
            horse,
            "?temp_url_sig=923ba41f852382aae7a9a475296cd2b2d87bd103950d578ed257685938c9dcfc\
             &temp_url_expires=1400003600",
        ),
        (
            &[("digest", "sha1")],
            o,
            "put",
            long,
            "?temp_url_sig=44da633481c452b8d4b2440b6583ee715ae012d3&temp_url_expires=1400003600",
        ),
        (
            &[("digest", "sha512")],
            o,
            "DELETE",
            horse,
            "?temp_url_sig=sha512:qf4_hv1Knvo1Kl8fboJShJ_lfSWAH86XfaqwIVEu2zhP7B0IZ2K1pR5iSfgBykXvhqrdr0wBU__fzryxayfyMQ\
             &temp_url_expires=1400003600",
        ),
        (
            &[("iso8601", "")],
            o,
            "HEAD",
            "k",
            "?temp_url_sig=031a5d647d1b8847085359f32d5ce9571ffcae890b29506ce37a0389b97ba57b\
             &temp_url_expires=2014-05-13T17:53:20Z",
        ),
        (
            &[("prefix", "")],
            "/v1/AUTH_account/c/my/prefix",
            "GET",
            "k",
            "?temp_url_sig=028fa24cdeb04b69680124db9daec8e3c89dddaac815cca76e616736ba42f95f\
             &temp_url_expires=1400003600&temp_url_prefix=my/prefix",
        ),
        (
            &[("prefix", ""), ("digest", "sha512")],
            "/v1/AUTH_account/c/",
            "GET",
            "k",
            "?temp_url_sig=sha512:zvp8aPIeqNEi_yDQ3p5SXUttvhJEBKItOuSNL6w1wFrnwTPzR3-XT3r0Up7CpqYtJcRu30m83QIFodeiHW-IUQ\
             &temp_url_expires=1400003600&temp_url_prefix=",
        ),
        (
            &[("ip_range", "10.0.0.0/24")],
            o,
            "POST",
            "k",
            "?temp_url_sig=e004e3d26f4331d7f3ffb265b43eddc1fccc1c519935ec7ebf959230ca8527c5\
             &temp_url_expires=1400003600&temp_url_ip_range=10.0.0.0/24",
        ),
        (
            &[("ip_range", "fe80::/10"), ("prefix", ""), ("iso8601", ""), ("digest", "sha512")],
            "/v1/AUTH_account/c/p",
            "GET",
            "k",
            "?temp_url_sig=sha512:FZIBmRDFWSbfM-XBSbbIi30tN55FmeRTibkUByQ6YhHpW9CFdU5-XxfMWTc_uehe5T-xZA9JTfLAHH7kYSGwbw\
             &temp_url_expires=2014-05-13T17:53:20Z&temp_url_ip_range=fe80::/10&temp_url_prefix=p",
        ),
        (
            &[("digest", "sha1")],
            "/info",
            "GET",
            "adminkey",
            "?swiftinfo_sig=4ab1716dcf2a12485eb33c708d980472a5e96351&swiftinfo_expires=1400003600",
        ),
        (
            &[("seconds", "2014-05-13T17:53:20Z")],
            "/v1/a/c/o",
            "GET",
            "k",
            "?temp_url_sig=8f233d885025cd955726b477cdae0dd261014cba2f1eea429991ba052e990c1c\
             &temp_url_expires=1400003600",
        ),
    ] {
        assert_eq!(python(options, path, method, key), format!("{path}{want}"));
    }
    // TU-03: the path is signed as it is, and comes out percent-encoded, which python-swiftclient leaves to others.
    assert_eq!(
        python(&[], "/v1/AUTH_test/c/é ü%?#&+\n", "GET", "schlüssel"),
        "/v1/AUTH_test/c/%C3%A9%20%C3%BC%25%3F%23%26%2B%0A\
         ?temp_url_sig=8de1e76c454c0698808cb5fab1984a813ea3b59a3d118d804f41befca9dfe309&temp_url_expires=1400003600"
    );
}

/// A container with a key of its own, and a connection that has no credentials at all.
fn set_up(what: &str) -> (Container, Connection) {
    let c = Container::new(&real::v1(), what);
    let mut r = Request::new();
    r.set_header("X-Container-Meta-Temp-URL-Key", Some(KEY)).unwrap();
    c.connection.post_container(&c.name, &r).unwrap();
    let mut config = Config::new();
    config.set("os_auth_type", Some("none")).unwrap();
    (c, Connection::new(&config).unwrap())
}

/// For an hour, signed with the key of the container.
fn hour(c: &Container, method: &str, object: &str) -> TempUrl {
    let mut t = TempUrl::new();
    t.set_object(&c.connection.storage_url().unwrap(), &c.name, object).unwrap();
    t.set_method(method).unwrap();
    t.set_key(KEY).unwrap();
    t.set_expiry(Expiry::After(3600)).unwrap();
    t
}

#[test]
fn co_16_every_method_without_a_token() {
    let (c, nobody) = set_up("tempurl-methods");
    let r = Request::new();
    let url = |method: &str| hour(&c, method, "dir/o").generate().unwrap();
    let body = pattern(300_000);
    assert_eq!(nobody.put_url(&url("PUT"), &memory(&body), &r).unwrap().status(), 201);
    assert!(nobody.get_url(&url("GET"), &r).unwrap().read_all(1 << 20).unwrap() == body);
    assert_eq!(nobody.head_url(&url("GET"), &r).unwrap().content_length(), Some(300_000));
    assert_eq!(nobody.head_url(&url("PUT"), &r).unwrap().content_length(), Some(300_000));
    let mut part = Request::new();
    part.set_range(Some(100), Some(10)).unwrap();
    assert_eq!(nobody.get_url(&url("GET"), &part).unwrap().read_all(100).unwrap(), body[100..110]);
    let mut meta = Request::new();
    meta.set_metadata("Object", "Color", "blue").unwrap();
    nobody.post_url(&url("POST"), &meta).unwrap();
    let head = c.connection.head_object(&c.name, "dir/o", &r).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-color"), Some("blue"));
    // One method is not another, and a DELETE is not a PUT.
    for (method, other) in [("GET", "DELETE"), ("PUT", "DELETE"), ("DELETE", "PUT"), ("POST", "GET")] {
        let url = url(method);
        let e = match other {
            "GET" => nobody.get_url(&url, &r).unwrap_err(),
            "PUT" => nobody.put_url(&url, &memory(b""), &r).unwrap_err(),
            _ => nobody.delete_url(&url, &r).unwrap_err(),
        };
        assert_eq!((e.kind(), e.attempts()), (Kind::Unauthorized, 1), "{method} for {other}");
    }
    assert_eq!(nobody.delete_url(&url("DELETE"), &r).unwrap().status(), 204);
    assert_eq!(nobody.head_url(&url("GET"), &r).unwrap_err().kind(), Kind::NotFound);
}

/// Each option alone and all together, as the server understands them.
#[test]
fn tu_04_to_tu_08_the_server_takes_every_combination() {
    let (c, nobody) = set_up("tempurl-options");
    let r = Request::new();
    c.connection.put_object(&c.name, "p/o", &memory(b"hello"), &r).unwrap();
    for bits in 0..16 {
        for digest in [Digest::Sha1, Digest::Sha256, Digest::Sha512] {
            let mut t = hour(&c, "GET", if bits & 1 > 0 { "p/" } else { "p/o" });
            t.set_digest(digest);
            t.set_prefix(bits & 1 > 0);
            t.set_ip_range(Some("127.0.0.0/8").filter(|_| bits & 2 > 0)).unwrap();
            t.set_iso8601(bits & 4 > 0);
            t.set_filename(Some("näme & co.txt").filter(|_| bits & 8 > 0));
            t.set_inline(bits & 4 > 0);
            let url = t.generate().unwrap();
            let url = if bits & 1 > 0 { url.replacen("/p/?", "/p/o?", 1) } else { url };
            let mut got = nobody.get_url(&url, &r).unwrap_or_else(|e| panic!("{e}: {bits} {digest:?}"));
            let shown = got.headers().get_str("content-disposition").unwrap().to_owned();
            assert_eq!(shown.starts_with("inline"), bits & 4 > 0, "{shown}");
            assert_eq!(shown.contains("n%C3%A4me %26 co.txt"), bits & 8 > 0, "{shown}");
            assert_eq!(got.read_all(100).unwrap(), b"hello");
        }
    }
}

#[test]
fn what_has_expired_or_comes_from_elsewhere_is_refused() {
    let (c, nobody) = set_up("tempurl-refused");
    let r = Request::new();
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &r).unwrap();
    let refused = |change: fn(&mut TempUrl)| {
        let mut t = hour(&c, "GET", "o");
        change(&mut t);
        let e = nobody.get_url(&t.generate().unwrap(), &r).unwrap_err();
        assert_eq!(e.kind(), Kind::Unauthorized);
        for shown in [e.message(), e.url()] {
            assert!(!shown.contains("temp_url_sig=") || shown.contains("temp_url_sig=..."), "{shown}");
        }
    };
    refused(|t| t.set_expiry(Expiry::At(1_400_000_000)).unwrap());
    refused(|t| t.set_ip_range(Some("10.0.0.0/8")).unwrap());
    refused(|t| t.set_key("another").unwrap());
    refused(|t| {
        t.set_object(&format!("{}/v1/AUTH_test", real::value("SWIFT_TEST_URL")), "other", "o").unwrap()
    });
    nobody.get_url(&hour(&c, "GET", "o").generate().unwrap(), &r).unwrap();
}

/// TU-03 mended: names of any kind, signed as they are and sent percent-encoded.
#[test]
fn tu_03_names_of_any_kind() {
    let (c, nobody) = set_up("tempurl-names");
    let r = Request::new();
    for name in [
        "100%",
        "a?b",
        "a#b",
        "a&b=c+d",
        "é ü 日本",
        "line\nbreak",
        "a/../b",
        "//x",
        "%41",
        "tail/",
        "~!$'()*,;:@|",
    ] {
        c.connection.put_object(&c.name, name, &memory(name.as_bytes()), &r).unwrap();
        let url = hour(&c, "GET", name).generate().unwrap();
        assert_eq!(nobody.get_url(&url, &r).unwrap().read_all(100).unwrap(), name.as_bytes(), "{name:?}");
        let mut t = hour(&c, "GET", name);
        t.set_prefix(true);
        let url = t.generate().unwrap();
        assert_eq!(nobody.get_url(&url, &r).unwrap().read_all(100).unwrap(), name.as_bytes(), "{name:?}");
    }
}

/// One URL for a prefix serves every call about what lies below it.
#[test]
fn a_request_takes_the_signature_of_a_url() {
    let (c, _) = set_up("tempurl-request");
    let mut config = Config::new();
    config.set("os_auth_type", Some("none")).unwrap();
    config.set("os_storage_url", Some(&c.connection.storage_url().unwrap())).unwrap();
    let nobody = Connection::new(&config).unwrap();
    let mut r = Request::new();
    for (method, name) in [("PUT", "in/a"), ("GET", "in/a"), ("GET", "in/b")] {
        let mut t = hour(&c, method, "in/");
        t.set_prefix(true);
        r.set_temp_url(&t.generate().unwrap()).unwrap();
        if method == "PUT" {
            for name in ["in/a", "in/b"] {
                nobody.put_object(&c.name, name, &memory(b"1"), &r).unwrap();
            }
            let e = nobody.put_object(&c.name, "out/a", &memory(b"1"), &r).unwrap_err();
            assert_eq!(e.kind(), Kind::Unauthorized);
        } else {
            assert_eq!(nobody.get_object(&c.name, name, &r).unwrap().read_all(10).unwrap(), b"1");
        }
    }
    // With credentials too it is the signature that counts.
    assert_eq!(c.connection.head_object(&c.name, "in/a", &r).unwrap().status(), 200);
    let e = c.connection.head_container(&c.name, &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Unauthorized);
    assert!(r.set_temp_url("http://h/v1/a/c/o").is_err());
}

#[test]
fn tu_10_an_unusual_method_is_signed_with_a_warning() {
    let heard: Arc<Mutex<Vec<(Level, String)>>> = Arc::default();
    let to = heard.clone();
    let sink = move |level, text: &str| to.lock().unwrap().push((level, text.to_owned()));
    log::set(Some((Level::Warn, Arc::new(sink))));
    for method in ["get", "PUT", "PROPFIND"] {
        let mut t = TempUrl::new();
        t.set_path("/v1/a/c/o of tu_10").unwrap();
        t.set_method(method).unwrap();
        t.set_expiry(Expiry::At(1)).unwrap();
        t.set_key("k").unwrap();
        t.generate().unwrap();
    }
    log::set(None);
    let mut heard = std::mem::take(&mut *heard.lock().unwrap());
    heard.retain(|(_, text)| text.starts_with("temporary URL for"));
    assert_eq!(heard.len(), 1, "{heard:?}");
    assert!(heard[0].0 == Level::Warn && heard[0].1.contains("PROPFIND"), "{heard:?}");
}

#[test]
fn a_connection_finds_out_what_is_lacking() {
    let (c, nobody) = set_up("tempurl-sign");
    let r = Request::new();
    c.connection.put_object(&c.name, "o ü", &memory(b"hello"), &r).unwrap();
    let mut t = TempUrl::new();
    assert_eq!(c.connection.sign_tempurl(&t, &c.name, "o ü", &r).unwrap_err().kind(), Kind::State);
    // With the first key of the container, before any of the account.
    t.set_expiry(Expiry::At(4_000_000_000)).unwrap();
    let mut by_hand = hour(&c, "GET", "o ü");
    by_hand.set_expiry(Expiry::At(4_000_000_000)).unwrap();
    assert_eq!(c.connection.sign_tempurl(&t, &c.name, "o ü", &r).unwrap(), by_hand.generate().unwrap());
    t.set_expiry(Expiry::After(60)).unwrap();
    let url = c.connection.sign_tempurl(&t, &c.name, "o ü", &r).unwrap();
    assert!(url.starts_with(&c.connection.storage_url().unwrap()), "{url}");
    assert_eq!(nobody.get_url(&url, &r).unwrap().read_all(100).unwrap(), b"hello");
    // The account's key serves where the container has none, and only its owner is shown it.
    let bare = Container::new(&real::v1(), "tempurl-bare");
    let mut key = Request::new();
    key.set_metadata("Account", "Temp-URL-Key-2", "second").unwrap();
    bare.connection.post_account(&key).unwrap();
    bare.connection.put_object(&bare.name, "o", &memory(b"hello"), &r).unwrap();
    let url = bare.connection.sign_tempurl(&t, &bare.name, "o", &r).unwrap();
    assert_eq!(nobody.get_url(&url, &r).unwrap().read_all(100).unwrap(), b"hello");
    let mut other = real::v1();
    for (k, v) in [("user", "test2:tester2"), ("key", "testing2")] {
        other.set(k, Some(v)).unwrap();
    }
    let other = Container::new(&other, "tempurl-none");
    let e = other.connection.sign_tempurl(&t, &other.name, "o", &r).unwrap_err();
    assert_eq!(e.kind(), Kind::State);
    assert!(e.message().contains("Temp-URL-Key"), "{e}");
}
