//! Requests of the caller's own (`Connection::request`): what is sent is what was given, and what comes back is handed
//! out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, Reply, memory, nobody, once, reply, response, text};
use support::pattern;
use support::real::{self, Container};
use swiftclient::core::{Config, Connection, Kind, Request};

fn any() -> Request {
    Request { any_status: true, ..Request::new() }
}

/// Every byte of the path arrives: slashes, dot segments and encodings are the caller's.
#[test]
fn co_17_a_path_is_sent_as_it_is() {
    let c = Container::new(&real::v1(), "raw-path");
    let cn = &c.connection;
    let r = Request::new();
    let names = ["a/../b", "./x", "//y//", "%41", "a?b", "tail/..", "~!$&'()*+,;=:@[]^|\"{}\\"];
    for name in names {
        let encoded = name.replace('%', "%25").replace('?', "%3F");
        let put = cn.request("PUT", &format!("{}/{encoded}", c.name), Some(&memory(b"1")), &r).unwrap();
        assert_eq!(put.status(), 201, "{name}");
        assert_eq!(cn.head_object(&c.name, name, &r).unwrap().content_length(), Some(1), "{name}");
    }
    let listed = text(cn.request("GET", &c.name, None, &r).unwrap());
    let mut listed: Vec<_> = listed.lines().collect();
    let mut want = names.to_vec();
    listed.sort();
    want.sort();
    assert_eq!(listed, want);
}

#[test]
fn co_17_a_target_is_below_the_account_on_its_server_or_a_whole_url() {
    let c = Container::new(&real::v1(), "raw-target");
    let cn = &c.connection;
    let r = Request::new();
    cn.put_object(&c.name, "o", &memory(b"hello"), &r).unwrap();
    let storage_url = cn.storage_url().unwrap();
    let path = storage_url.splitn(4, '/').nth(3).unwrap();
    for target in
        [format!("{}/o", c.name), format!("/{path}/{}/o", c.name), format!("{storage_url}/{}/o?x=1", c.name)]
    {
        assert_eq!(text(cn.request("GET", &target, None, &r).unwrap()), "hello", "{target}");
    }
    // The account itself; a query in the target, and another in the request.
    let containers = text(cn.request("GET", "", None, &r).unwrap());
    assert!(containers.lines().any(|l| l == c.name));
    let mut one = Request::new();
    one.set_query("prefix", Some(&c.name)).unwrap();
    assert_eq!(text(cn.request("GET", "?limit=1", None, &one).unwrap()).trim(), c.name);
    assert_eq!(text(cn.request("GET", "/healthcheck", None, &r).unwrap()), "OK");
}

#[test]
fn any_method_and_a_body_with_any() {
    let s = Faulty::new(|_, seen| reply("200 OK", &[], seen.method.as_bytes()));
    let cn = s.connection();
    for method in ["GET", "DELETE", "REPORT", "put", "OPTIONS", "TRACE", "PATCH", "X-1"] {
        let r = cn.request(method, "c/o", None, &Request::new()).unwrap();
        assert_eq!(text(r), method);
        if method != "TRACE" {
            let r = cn.request(method, "c/o", Some(&memory(b"body")), &Request::new()).unwrap();
            assert_eq!(text(r), method);
            let last = s.seen().pop().unwrap();
            assert_eq!(last.body, b"body", "{method}");
            assert_eq!(last.header("content-length"), Some("4"), "{method}");
        }
    }
    assert_eq!(cn.request("HEAD", "c/o", None, &Request::new()).unwrap().status(), 200);
    for (method, length) in [("PUT", Some("0")), ("POST", Some("0")), ("GET", None), ("DELETE", None)] {
        cn.request(method, "c/o", None, &Request::new()).unwrap();
        assert_eq!(s.seen().pop().unwrap().header("content-length"), length, "{method}");
    }
    let e = cn.request("CONNECT", "c/o", None, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
    // The real server knows no such method.
    let real = Connection::new(&real::v1()).unwrap();
    let e = real.request("REPORT", "", None, &Request::new()).unwrap_err();
    assert_eq!(e.http_status(), 405);
}

#[test]
fn bad_targets_are_refused_and_nothing_is_sent() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = s.connection();
    for target in
        ["a b", "/a\tb", "a\r\nX: y", "/ä b", "/a#b", "ftp://h/x", "http://", "http://u:p@h/x", "http://h:0/"]
    {
        let e = cn.request("GET", target, None, &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument, "{target:?}: {e}");
    }
    assert!(s.seen().is_empty());
}

/// Ours give way to the caller's, each of them.
#[test]
fn cr_01_the_headers_of_the_caller_replace_ours() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = s.connection();
    let mut r = Request::new();
    for (n, v) in
        [("X-Auth-Token", "mine"), ("Host", "elsewhere.example"), ("User-Agent", "me/1"), ("Accept", "a/b")]
    {
        r.set_header(n, Some(v)).unwrap();
    }
    cn.request("GET", "c/o", None, &r).unwrap();
    let seen = s.seen().pop().unwrap();
    let count = |name: &str| seen.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name)).count();
    for (n, v) in
        [("X-Auth-Token", "mine"), ("Host", "elsewhere.example"), ("User-Agent", "me/1"), ("Accept", "a/b")]
    {
        assert_eq!((seen.header(n), count(n)), (Some(v), 1));
    }
}

/// A server that answers 401 to any token but its own.
fn strict(token: &'static str) -> Faulty {
    Faulty::new(move |_, seen| {
        let right = seen.header("x-auth-token") == Some(token);
        reply(if right { "200 OK" } else { "401 Unauthorized" }, &[], b"")
    })
}

#[test]
fn cr_01_a_token_of_the_callers_own_is_not_renewed() {
    let s = strict("mine");
    let cn = s.connection();
    let mut r = Request::new();
    r.set_header("X-Auth-Token", Some("mine")).unwrap();
    assert_eq!(cn.request("GET", "c/o", None, &r).unwrap().status(), 200);
    r.set_header("X-Auth-Token", Some("wrong")).unwrap();
    let before = s.tokens();
    let e = cn.request("GET", "c/o", None, &r).unwrap_err();
    assert_eq!((e.http_status(), e.attempts(), s.tokens()), (401, 1, before));
}

#[test]
fn the_token_goes_to_no_other_server_unless_told_to() {
    let home = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let other = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = home.connection();
    let token_at = |s: &Faulty| s.seen().pop().unwrap().header("x-auth-token").is_some();
    cn.request("GET", &format!("{}/v1/x", home.url()), None, &Request::new()).unwrap();
    assert!(token_at(&home));
    cn.request("GET", &format!("{}/v1/x", other.url()), None, &Request::new()).unwrap();
    assert!(!token_at(&other));
    // The same host by another scheme or port is another server; that one is asked for by its own.
    let told = Request { send_token: Some(true), ..Request::new() };
    cn.request("GET", &format!("{}/v1/x", other.url()), None, &told).unwrap();
    assert!(token_at(&other));
    let untold = Request { send_token: Some(false), ..Request::new() };
    cn.request("GET", "c/o", None, &untold).unwrap();
    assert!(!token_at(&home));
    cn.head_object("c", "o", &untold).unwrap();
    assert!(!token_at(&home));
    // Nor when it is not known yet which server is the own one; and where that is known, no token is fetched.
    let home = Faulty::new(|_, _| reply("200 OK", &[], b""));
    home.connection().request("GET", &format!("{}/v1/x", other.url()), None, &Request::new()).unwrap();
    assert!(!token_at(&other));
    let mut c = home.config();
    c.set("os_storage_url", Some(&format!("{}/v1/a", home.url()))).unwrap();
    let before = home.tokens();
    let cn = Connection::new(&c).unwrap();
    cn.request("GET", &format!("{}/v1/x", other.url()), None, &Request::new()).unwrap();
    assert!(!token_at(&other) && home.tokens() == before);
}

/// A signature is what the server shall judge by; a token beside it would tell it who asks.
#[test]
fn a_signature_keeps_the_token_at_home_and_stays_out_of_messages() {
    let s = Faulty::new(|n, _| reply(if n == 3 { "403 Forbidden" } else { "200 OK" }, &[], b""));
    let cn = s.connection();
    let signed = "temp_url_sig=geheim&temp_url_expires=1";
    let mut r = Request::new();
    r.set_query("temp_url_sig", Some("geheim")).unwrap();
    cn.head_object("c", "o", &r).unwrap();
    cn.request("GET", &format!("c/o?{signed}"), None, &Request::new()).unwrap();
    cn.request("GET", &format!("{}/c/o?x=1&{signed}", s.url()), None, &Request::new()).unwrap();
    assert!(s.seen().iter().all(|s| s.header("x-auth-token").is_none()));
    let e = cn.request("GET", &format!("c/o?{signed}"), None, &Request::new()).unwrap_err();
    for shown in [e.message(), e.url(), &format!("{r:?}")] {
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn any_status_is_a_response_and_its_body_is_whole() {
    let c = Container::new(&real::v1(), "raw-status");
    let cn = &c.connection;
    let missing = cn.request("GET", &format!("{}/none", c.name), None, &any()).unwrap();
    assert_eq!((missing.status(), missing.reason()), (404, "Not Found"));
    assert!(missing.transaction_id().is_some_and(|t| t.starts_with("tx")));
    assert!(text(missing).contains("Not Found"));
    let e = cn.request("GET", &format!("{}/none", c.name), None, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert!(e.message().contains(&format!("{}/none", c.name)), "{e}");
    assert!(!e.failure().unwrap().body.is_empty());
    // More than an error object keeps.
    let long = pattern(300_000);
    let body = long.clone();
    let s = Faulty::new(move |_, _| reply("400 Bad Request", &[], &body));
    let mut got = Vec::new();
    let mut r = s.connection().request("GET", "c", None, &any()).unwrap();
    let mut buf = [0; 4096];
    while let n @ 1.. = r.read(&mut buf).unwrap() {
        got.extend_from_slice(&buf[..n]);
    }
    assert!(got == long);
    let s = Faulty::new(|_, _| reply("301 Moved Permanently", &[("Location", "http://127.0.0.1:1/x")], b""));
    let moved = s.connection().request("GET", "c", None, &any()).unwrap();
    assert_eq!(moved.headers().get_str("location"), Some("http://127.0.0.1:1/x"));
    let e = s.connection().request("GET", "c", None, &Request::new()).unwrap_err();
    assert!(e.message().contains("http://127.0.0.1:1/x"), "{e}");
    let to = "http://127.0.0.1:1/x?temp_url_sig=geheim&a=b";
    let s = Faulty::new(move |_, _| reply("301 Moved Permanently", &[("Location", to)], b""));
    let e = s.connection().request("GET", "c", None, &Request::new()).unwrap_err();
    assert!(e.message().contains("temp_url_sig=...&a=b"), "{e}");
    // Calls that make something of the answer cannot do with a refusal.
    for e in [
        cn.head_object(&c.name, "o", &any()).unwrap_err(),
        cn.list_account(&any()).map_or_else(|e| e, |mut l| l.next().unwrap_err()),
    ] {
        assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
    }
}

#[test]
fn any_status_comes_after_all_that_can_be_tried() {
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b"no"));
    let mut c = s.config();
    c.set("retries", Some("2")).unwrap();
    let r = Connection::new(&c).unwrap().request("GET", "c", None, &any()).unwrap();
    assert_eq!((r.status(), r.attempts(), s.seen().len()), (503, 3, 3));
    assert_eq!(text(r), "no");
    // Sent once: no second chance, and the answer is handed out.
    let once = once(b"abc");
    let r = Connection::new(&c).unwrap().request("PUT", "c/o", Some(&once), &any()).unwrap();
    assert_eq!((r.status(), r.attempts()), (503, 1));
    let s = Faulty::new(|n, _| reply(if n == 0 { "401 Unauthorized" } else { "200 OK" }, &[], b""));
    let r = s.connection().request("GET", "c", None, &any()).unwrap();
    assert_eq!((r.status(), s.tokens()), (200, 2));
    let s = Faulty::new(|_, _| reply("401 Unauthorized", &[], b"who?"));
    let r = s.connection().request("GET", "c", None, &any()).unwrap();
    assert_eq!((r.status(), s.tokens(), text(r).as_str()), (401, 2, "who?"));
}

#[test]
fn a_source_is_rewound_for_another_attempt() {
    let s = Faulty::new(|n, _| match n {
        0 => Reply::SendAndReset(Vec::new()),
        1 => reply("500 Internal Server Error", &[], b""),
        _ => reply("201 Created", &[], b""),
    });
    let r = s.connection().request("PUT", "c/o", Some(&memory(b"hello")), &Request::new()).unwrap();
    assert_eq!((r.status(), s.seen().len()), (201, 3));
    assert!(s.seen().iter().all(|s| s.body == b"hello"));
}

#[test]
fn bodies_of_unknown_length_go_in_chunks() {
    let c = Container::new(&real::v1(), "raw-chunks");
    let bytes = pattern(200_000);
    let source = once(&bytes);
    c.connection.request("PUT", &format!("{}/o", c.name), Some(&source), &Request::new()).unwrap();
    let mut got = c.connection.request("GET", &format!("{}/o", c.name), None, &Request::new()).unwrap();
    assert!(got.read_all(1 << 20).unwrap() == bytes);
}

/// Only who asks for it gets the comparison with the ETag: the answer may be anything.
#[test]
fn the_etag_is_compared_when_asked_for() {
    let etag = ("ETag", "5d41402abc4b2a76b9719d911017c592");
    let s = Faulty::new(move |_, _| reply("200 OK", &[etag], b"other"));
    let cn = s.connection();
    assert_eq!(text(cn.request("GET", "c/o", None, &Request::new()).unwrap()), "other");
    cn.request("PUT", "c/o", Some(&memory(b"x")), &Request::new()).unwrap();
    let checked = Request { checksum: Some(true), ..Request::new() };
    let e = cn.request("GET", "c/o", None, &checked).unwrap().read_all(100).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    let e = cn.request("PUT", "c/o", Some(&memory(b"x")), &checked).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
}

#[test]
fn a_body_that_breaks_off_is_an_error_that_says_of_what() {
    let s = Faulty::new(|_, _| {
        let whole = response("200 OK", &[("ETag", "e")], b"hello");
        Reply::SendAndClose(whole[..whole.len() - 2].to_vec())
    });
    let e =
        s.connection().request("REPORT", "c/o", None, &Request::new()).unwrap().read_all(100).unwrap_err();
    assert_eq!((e.kind(), e.method()), (Kind::Connect, "REPORT"));
    assert!(e.url().ends_with("/c/o"), "{}", e.url());
    assert_eq!(s.seen().len(), 1);
}

/// Ours is one handle that many threads share; what it keeps open it closes when asked to, or when it is dropped.
#[test]
fn ht_03_co_18_sockets_are_kept_and_closed() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = s.connection();
    let once = || cn.request("GET", "c", None, &Request::new()).unwrap().read_all(10).unwrap();
    once();
    once();
    let before = s.connections();
    cn.close_idle();
    once();
    assert_eq!((before, s.connections()), (1, 2));
}

#[test]
fn ht_01_only_http_and_https() {
    let cn = nobody(None);
    for url in ["ftp://h/v1/a/c/o", "file://h/etc/passwd", "swift://c/o"] {
        let e = cn.request("GET", url, None, &Request::new()).unwrap_err();
        assert!(e.kind() == Kind::InvalidArgument && e.message().contains("http:// or https://"), "{e}");
        assert_eq!(cn.get_url(url, &Request::new()).unwrap_err().kind(), Kind::InvalidArgument);
    }
}

/// DF-06: slashes at the end of a storage URL double none.
#[test]
fn ht_15_a_storage_url_may_end_in_slashes() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = nobody(Some(&format!("{}/v1/AUTH_x//", s.url())));
    let r = Request::new();
    cn.head_account(&r).unwrap();
    cn.head_container("c", &r).unwrap();
    cn.head_object("c", "o", &r).unwrap();
    cn.request("GET", "c/o", None, &r).unwrap();
    cn.request("GET", "", None, &r).unwrap();
    let seen: Vec<_> = s.seen().into_iter().map(|s| s.target).collect();
    assert_eq!(seen, ["/v1/AUTH_x", "/v1/AUTH_x/c", "/v1/AUTH_x/c/o", "/v1/AUTH_x/c/o", "/v1/AUTH_x"]);
}

/// A query in the target is the caller's, byte for byte; parameters of a request are encoded, and follow it.
#[test]
fn ht_16_a_query_is_sent_as_it_is() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = s.connection();
    let mut r = Request::new();
    r.set_query("p", Some("x y&z")).unwrap();
    r.set_query("bare", None).unwrap();
    cn.request("GET", "c?a=%20+b&&c=d/e?f", None, &r).unwrap();
    cn.request("GET", "?", None, &Request::new()).unwrap();
    let seen: Vec<_> = s.seen().into_iter().map(|s| s.target).collect();
    assert_eq!(seen, ["/v1/AUTH_test/c?a=%20+b&&c=d/e?f&p=x%20y%26z&bare", "/v1/AUTH_test?"]);
}

/// What is public needs no credentials, and none are needed to make the connection.
#[test]
fn without_credentials_there_is_no_token() {
    let c = Container::new(&real::v1(), "raw-public");
    let mut r = Request::new();
    r.set_header("X-Container-Read", Some(".r:*,.rlistings")).unwrap();
    c.connection.post_container(&c.name, &r).unwrap();
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let url = c.connection.storage_url().unwrap();
    let anybody = nobody(Some(&url));
    let r = Request::new();
    assert_eq!(text(anybody.get_object(&c.name, "o", &r).unwrap()), "hello");
    assert_eq!(anybody.list_container(&c.name, &r).unwrap().next().unwrap().unwrap().name(), "o");
    let e = anybody.delete_object(&c.name, "o", &r).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Unauthorized, 1));
    assert_eq!((anybody.token(), anybody.storage_url()), (None, Some(url.clone())));

    let lost = nobody(None);
    let e = lost.head_container(&c.name, &r).unwrap_err();
    assert_eq!(e.kind(), Kind::State);
    assert!(e.message().contains("os_storage_url"), "{e}");
    assert_eq!(text(lost.request("GET", &format!("{url}/{}/o", c.name), None, &r).unwrap()), "hello");
    assert_eq!(lost.authenticate(&r).unwrap_err().kind(), Kind::State);
}

/// What is public, or signed, at a URL: the calls about an object, with all they check and take up again.
#[test]
fn co_16_an_object_at_a_url() {
    let bytes = pattern(50_000);
    let whole = bytes.clone();
    let s = Faulty::new(move |n, seen| match (n, seen.header("range")) {
        (0, None) => {
            let all = response("200 OK", &[("ETag", "\"abc\"")], &whole);
            Reply::SendAndClose(all[..all.len() - 20_000].to_vec())
        }
        (1, Some(range)) => {
            assert_eq!(range, "bytes=30000-49999");
            assert_eq!(seen.header("if-match"), Some("\"abc\""));
            assert!(seen.target.ends_with("/c/o?temp_url_sig=geheim"), "{}", seen.target);
            reply(
                "206 Partial Content",
                &[("ETag", "\"abc\""), ("Content-Range", "bytes 30000-49999/50000")],
                &whole[30_000..],
            )
        }
        _ => reply("200 OK", &[("ETag", "5d41402abc4b2a76b9719d911017c592")], b"other"),
    });
    let mut c = Config::new();
    for (k, v) in [("os_auth_type", "none"), ("starting_backoff", "0")] {
        c.set(k, Some(v)).unwrap();
    }
    let cn = Connection::new(&c).unwrap();
    let url = format!("{}/v1/a/c/o?temp_url_sig=geheim", s.url());
    assert!(cn.get_url(&url, &Request::new()).unwrap().read_all(1 << 20).unwrap() == bytes);
    let e = cn.get_url(&url, &Request::new()).unwrap().read_all(100).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(!e.message().contains("geheim") && !e.url().contains("geheim"), "{e} {}", e.url());
    let e = cn.put_url(&url, &memory(b"x"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(s.seen().iter().all(|s| s.header("x-auth-token").is_none()));
    for e in [
        cn.get_url("c/o", &Request::new()).unwrap_err(),
        cn.head_url("/v1/a/c/o", &Request::new()).unwrap_err(),
        cn.delete_url("ftp://h/v1/a/c/o", &Request::new()).unwrap_err(),
        cn.post_url("http://h/v1/a/c/o o", &Request::new()).unwrap_err(),
    ] {
        assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
    }
}
