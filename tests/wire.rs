//! What is sent and what is understood, header by header.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, Reply, memory, reply, with};
use swiftclient::core::{Config, Connection, Kind, Request};

fn head(lines: &[u8]) -> Faulty {
    let lines = lines.to_vec();
    Faulty::new(move |_, _| Reply::Send([b"HTTP/1.1 204 Fine\r\n", &lines[..], b"\r\n"].concat()))
}

#[test]
fn ht_02_a_connection_is_kept_when_its_answer_was_read_to_the_end() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"0123456789"));
    let cn = s.connection();
    for _ in 0..3 {
        cn.get_object("c", "o", &Request::new()).unwrap().read_all(100).unwrap();
    }
    assert_eq!(s.connections(), 1);
    // What is left unread goes with its connection.
    drop(cn.get_object("c", "o", &Request::new()).unwrap());
    cn.head_account(&Request::new()).unwrap();
    assert_eq!(s.connections(), 2);
}

#[test]
fn ht_04_what_goes_with_every_request() {
    let s = Faulty::new(|_, _| reply("204 Fine", &[], b""));
    let cn = s.connection();
    cn.head_object("c", "o", &Request::new()).unwrap();
    let seen = s.seen().remove(0);
    let mut names: Vec<_> = seen.headers.iter().map(|(n, _)| n.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept-encoding", "host", "user-agent", "x-auth-token"]);
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert!(seen.header("user-agent").unwrap().starts_with("libswiftclient/"));
    // The caller's go before them.
    let mut r = Request::new();
    r.set_header("User-Agent", Some("mine")).unwrap();
    cn.head_object("c", "o", &r).unwrap();
    let seen = s.seen().remove(1);
    let agents: Vec<_> = seen.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("user-agent")).collect();
    assert!(agents.len() == 1 && agents[0].1 == "mine", "{agents:?}");
}

#[test]
fn ht_05_requests_without_a_body_say_so_where_one_could_be() {
    let s = Faulty::new(|_, seen| {
        reply(
            if seen.method == "PUT" || seen.method == "COPY" { "201 Created" } else { "204 Fine" },
            &[],
            b"",
        )
    });
    let (cn, r) = (s.connection(), Request::new());
    cn.post_object("c", "o", &r).unwrap();
    cn.copy_object("c", "o", None, &r).unwrap();
    cn.put_container("c", &r).unwrap();
    cn.post_container("c", &r).unwrap();
    cn.put_object("c", "o", &memory(b""), &r).unwrap();
    for seen in s.seen() {
        assert_eq!(seen.header("content-length"), Some("0"), "{seen:?}");
    }
    cn.head_object("c", "o", &r).unwrap();
    assert_eq!(s.seen().last().unwrap().header("content-length"), None);
}

#[test]
fn ht_07_bytes_that_are_no_utf_8_do_not_spoil_an_answer() {
    let s =
        head(b"X-Object-Meta-Latin: gr\xfcn\r\nX-Object-Meta-\xc3\xbc: \xc3\xa9\r\nX-\xff: 1\r\nETag: e\r\n");
    let r = s.connection().head_object("c", "o", &Request::new()).unwrap();
    assert_eq!(r.headers().get("x-object-meta-latin"), Some(&b"gr\xfcn"[..]));
    assert_eq!(r.headers().get_str("X-Object-Meta-\u{fc}"), Some("\u{e9}"));
    assert_eq!(r.etag(), Some("e"));
}

#[test]
fn ht_08_values_come_as_they_were_sent_and_decoded_when_asked() {
    let s = head(b"X-A: a%20b%C3%BC\r\nX-A: second\r\nX-Bad: %ff%zz\r\n");
    let r = s.connection().head_object("c", "o", &Request::new()).unwrap();
    let h = r.headers();
    assert_eq!(h.get_str("x-a"), Some("a%20b%C3%BC"));
    assert_eq!(h.get_decoded("x-a").as_deref(), Some("a b\u{fc}"));
    assert_eq!(h.get_decoded("x-bad").as_deref(), Some("%ff%zz"));
    // Lines of the same name stay apart, in their order.
    let all: Vec<_> = h.iter().filter(|(n, _)| *n == "x-a").map(|(_, v)| v).collect();
    assert_eq!(all, [&b"a%20b%C3%BC"[..], b"second"]);
}

#[test]
fn ht_09_names_are_found_in_any_case_and_told_in_lower_case() {
    let s = head(b"X-Object-META-Abc: 1\r\n");
    let r = s.connection().head_object("c", "o", &Request::new()).unwrap();
    for name in ["x-object-meta-abc", "X-OBJECT-META-ABC", "X-Object-Meta-Abc"] {
        assert_eq!(r.headers().get_str(name), Some("1"), "{name}");
    }
    assert_eq!(r.headers().iter().next().unwrap().0, "x-object-meta-abc");
}

#[test]
fn odd_lines_leave_a_response_a_response() {
    let s =
        head(b"A: b\r\n  folded\r\nno field at all\r\n: nor this\r\nB:\x01x\x7f\r\nEmpty:\r\nC :  d  \r\n");
    let cn = s.connection();
    for _ in 0..2 {
        let r = cn.head_account(&Request::new()).unwrap();
        let value = |name: &str| {
            r.headers().get_str(name).map(|v| v.split_whitespace().collect::<Vec<_>>().join(" "))
        };
        assert_eq!(value("a").as_deref(), Some("b folded"));
        assert_eq!(value("b").as_deref(), Some("x"));
        assert_eq!(value("empty").as_deref(), Some(""));
    }
    assert_eq!(s.connections(), 1);
}

#[test]
fn df_04_ht_12_no_redirect_is_followed_by_any_method() {
    let other = Faulty::new(|_, _| reply("200 OK", &[], b""));
    for status in
        ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"]
    {
        let to = format!("{}/v1/elsewhere", other.url());
        let s = Faulty::new(move |_, _| reply(status, &[("Location", &to)], b""));
        let (cn, r) = (s.connection(), Request::new());
        let answers = [
            cn.head_object("c", "o", &r).unwrap_err(),
            cn.get_object("c", "o", &r).unwrap_err(),
            cn.post_object("c", "o", &r).unwrap_err(),
            cn.delete_object("c", "o", &r).unwrap_err(),
            cn.put_object("c", "o", &memory(b"x"), &r).unwrap_err(),
            cn.copy_object("c", "o", None, &r).unwrap_err(),
        ];
        for e in answers {
            assert_eq!((e.kind(), e.attempts()), (Kind::Http, 1), "{status}: {e}");
            assert!(
                e.message().contains("redirects are not followed") && e.message().contains(&other.url()),
                "{e}"
            );
        }
        let methods: Vec<_> = s.seen().into_iter().map(|s| s.method).collect();
        assert_eq!(methods, ["HEAD", "GET", "POST", "DELETE", "PUT", "COPY"]);
    }
    assert!(other.seen().is_empty());
}

#[test]
fn er_01_er_02_er_03_an_error_says_all_there_is() {
    let s = Faulty::new(|_, seen| match seen.target.contains("other") {
        true => Reply::Send(
            b"HTTP/1.1 409 Conflict\r\nX-Openstack-Request-Id: req-1\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ),
        false => reply("409 There Was A Conflict", &[("X-More", "yes")], &[b'x'; 100_000]),
    });
    let cn = s.connection();
    let e = cn.get_object("c", "o", &Request::new()).unwrap_err();
    let f = e.failure().unwrap();
    assert_eq!((e.kind(), e.http_status(), f.reason.as_str()), (Kind::Conflict, 409, "There Was A Conflict"));
    assert_eq!((e.method(), e.url()), ("GET", format!("{}/v1/AUTH_test/c/o", s.url()).as_str()));
    assert_eq!((f.transaction_id(), f.headers.get_str("x-more")), (Some("tx-test"), Some("yes")));
    assert_eq!(f.body.len(), 64 * 1024);
    // Its text: what, the status, the start of the body in bounds, the transaction.
    let text = e.to_string();
    assert!(text.starts_with("Object GET \"c/o\" failed: 409 There Was A Conflict: xxx"), "{text}");
    assert!(text.ends_with("(transaction tx-test)") && text.len() < 400, "{text}");
    // The other header that may hold the id.
    let e = cn.get_object("c", "other", &Request::new()).unwrap_err();
    assert_eq!(e.failure().unwrap().transaction_id(), Some("req-1"));
}

#[test]
fn each_status_has_a_kind() {
    for (status, kind) in [
        (304, Kind::NotModified),
        (400, Kind::Http),
        (401, Kind::Unauthorized),
        (403, Kind::Forbidden),
        (404, Kind::NotFound),
        (405, Kind::Http),
        (408, Kind::Timeout),
        (409, Kind::Conflict),
        (410, Kind::NotFound),
        (411, Kind::Http),
        (412, Kind::Precondition),
        (413, Kind::TooLarge),
        (416, Kind::Range),
        (417, Kind::Http),
        (422, Kind::Checksum),
        (429, Kind::RateLimited),
        (498, Kind::RateLimited),
        (499, Kind::Timeout),
        (500, Kind::Server),
        (503, Kind::Server),
        (507, Kind::TooLarge),
    ] {
        let s = Faulty::new(move |_, _| reply(&format!("{status} So"), &[], b""));
        let e = with(&s, &[("retries", "0")]).post_container("c", &Request::new()).unwrap_err();
        assert_eq!((e.kind(), e.http_status()), (kind, status), "{e}");
    }
}

#[test]
fn rt_08_who_a_server_is_does_not_change_by_asking_again() {
    use support::certs::Authority;
    let s = support::tls::TlsServer::plain(Authority::new("one").issue(&["127.0.0.1"]).server());
    let another = Authority::new("another");
    let mut c = s.config("127.0.0.1", &another.file());
    c.set("retries", Some("3")).unwrap();
    c.set("starting_backoff", Some("0.001")).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Tls, 1), "{e}");
    // What is no TLS may be a broken server, and is asked again.
    let plain = Faulty::new(|_, _| reply("204 Fine", &[], b""));
    let url = format!("https://{}/v1/a", plain.address);
    let mut c = Config::new();
    for (k, v) in [
        ("os_storage_url", url.as_str()),
        ("os_auth_token", "t"),
        ("insecure", "yes"),
        ("retries", "2"),
        ("timeout", "0.3"),
        ("starting_backoff", "0.001"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.attempts(), 3, "{e}");
}
