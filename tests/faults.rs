//! What a healthy server does not do, in its answers: failures, refusals, listings that are none, names and headers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use support::faulty::{Faulty, Reply, cut, memory, reply, with};
use swiftclient::core::{Config, Connection, Kind, Request};

#[test]
fn rt_03_a_failing_server_is_asked_again_and_attempts_are_counted() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("503 Service Unavailable", &[], b"busy"),
        1 => reply("408 Request Timeout", &[], b""),
        2 => reply("498 Rate Limited", &[("Retry-After", "0")], b""),
        _ => reply("204 No Content", &[], b""),
    });
    let r = s.connection().head_object("c", "o", &Request::new()).unwrap();
    assert_eq!((r.status(), r.attempts()), (204, 4));
    assert_eq!(s.tokens(), 1);
}

#[test]
fn rt_01_retries_end_and_the_last_failure_is_told_with_all_there_is() {
    let s = Faulty::new(|_, _| reply("503 Slow Down", &[], b"too many cooks\nin here"));
    let e = with(&s, &[("retries", "2")]).head_container("a b", &Request::new()).unwrap_err();
    // HEAD has no body.
    assert_eq!((e.kind(), e.http_status(), e.attempts(), e.retryable()), (Kind::Server, 503, 3, true));
    let e = with(&s, &[("retries", "0")]).post_container("a b", &Request::new()).unwrap_err();
    let f = e.failure().unwrap();
    assert_eq!((f.reason.as_str(), f.transaction_id()), ("Slow Down", Some("tx-test")));
    assert_eq!(f.body, b"too many cooks\nin here");
    assert_eq!(e.method(), "POST");
    assert_eq!(e.url(), format!("{}/v1/AUTH_test/a%20b", s.url()));
    assert_eq!(
        e.message(),
        "Container POST \"a b\" failed: 503 Slow Down: too many cooks (transaction tx-test)"
    );
    assert_eq!(s.seen().len(), 4);
}

#[test]
fn rt_03_rate_limits_are_not_retried_when_told_so() {
    let s = Faulty::new(|_, _| reply("429 Too Many Requests", &[], b""));
    let e = with(&s, &[("retry_on_ratelimit", "no")]).head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::RateLimited, 1));
}

#[test]
fn rt_04_a_token_is_renewed_once_also_without_retries_and_the_body_is_sent_again() {
    let s = Faulty::new(|_, seen| match seen.header("x-auth-token") {
        Some("AUTH_tk1") => reply("401 Unauthorized", &[], b""),
        _ => reply("201 Created", &[], b""),
    });
    let cn = with(&s, &[("retries", "0")]);
    cn.put_object("c", "o", &memory(b"hello"), &Request::new()).unwrap();
    let seen = s.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen.iter().all(|r| r.body == b"hello" && r.header("content-length") == Some("5")));
    assert_eq!(s.tokens(), 2);
}

#[test]
fn rt_04_a_second_401_is_final() {
    let s = Faulty::new(|_, _| reply("401 Unauthorized", &[], b""));
    let e = s.connection().head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts(), s.tokens()), (Kind::Unauthorized, 2, 2));
}

#[test]
fn df_10_a_token_without_credentials_is_not_lost() {
    let s = Faulty::new(
        |n, _| if n == 0 { reply("401 Unauthorized", &[], b"") } else { reply("204 OK", &[], b"") },
    );
    let mut c = Config::new();
    c.set("os_auth_token", Some("mine")).unwrap();
    c.set("os_storage_url", Some(&format!("{}/v1/AUTH_test/", s.url()))).unwrap();
    let cn = Connection::new(&c).unwrap();
    let e = cn.head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Unauthorized);
    assert!(e.message().contains("cannot be renewed"), "{e}");
    cn.head_account(&Request::new()).unwrap();
    assert_eq!(s.seen()[1].header("x-auth-token"), Some("mine"));
    // DF-06: the slash at the end of the storage URL is not doubled.
    assert_eq!(s.seen()[1].target, "/v1/AUTH_test");
    assert_eq!(s.tokens(), 0);
}

#[test]
fn refused_credentials_are_not_shown_over_and_over() {
    // The identity service counts: it is the same server, which here refuses.
    let s = Faulty::new(|_, _| reply("403 Forbidden", &[], b"")).refuse_tokens();
    let cn = s.connection();
    for _ in 0..20 {
        let e = cn.head_account(&Request::new()).unwrap_err();
        // Nor is the refusal waited out: the one attempt is the last.
        assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Auth, 401, 1), "{e}");
    }
    assert_eq!(s.tokens(), 1);
}

#[test]
fn one_token_serves_all_threads() {
    let s = Faulty::new(|_, _| reply("204 No Content", &[], b""));
    let cn = s.connection();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| cn.head_account(&Request::new()).unwrap());
        }
    });
    assert_eq!((s.tokens(), s.seen().len()), (1, 16));
}

#[test]
fn df_02_a_listing_that_breaks_off_is_asked_for_again() {
    let s = Faulty::new(|n, seen| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[], br#"[{"name":"a"},{"name":"b"}]"#, 15)),
        1 => reply("200 OK", &[], br#"[{"name":"a"},{"name":"b"}]"#),
        2 => reply("500 Internal Error", &[], b""),
        3 if seen.target.ends_with("marker=b") => reply("200 OK", &[], br#"[{"name":"c"}]"#),
        _ => reply("200 OK", &[], b"[]"),
    });
    let mut l = s.connection().list_container("c", &Request::new()).unwrap();
    let mut names = Vec::new();
    while let Some(e) = l.next().unwrap() {
        names.push(e.name().to_owned());
    }
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(s.seen()[1].target, "/v1/AUTH_test/c?format=json");
}

#[test]
fn df_07_a_listing_goes_on_at_the_page_that_failed() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("200 OK", &[], br#"[{"name":"a"}]"#),
        1 => reply("403 Forbidden", &[], b""),
        2 => reply("200 OK", &[], br#"[{"subdir":"b/"}]"#),
        _ => reply("204 No Content", &[], b""),
    });
    let mut l = s.connection().list_account(&Request::new()).unwrap();
    assert_eq!(l.next().unwrap().unwrap().name(), "a");
    assert_eq!(l.next().unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(l.next().unwrap().unwrap().name(), "b/");
    assert!(l.next().unwrap().is_none());
    assert!(l.next().unwrap().is_none());
    let markers: Vec<_> = s.seen().iter().map(|q| q.target.clone()).collect();
    assert!(
        markers[1].ends_with("marker=a") && markers[2] == markers[1] && markers[3].ends_with("marker=b/")
    );
}

#[test]
fn a_listing_that_never_ends_is_ended() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], br#"[{"name":"a"}]"#));
    let mut l = s.connection().list_container("c", &Request::new()).unwrap();
    assert!(l.next().unwrap().is_some());
    assert!(l.next().unwrap().is_some());
    assert_eq!(l.next().unwrap_err().kind(), Kind::Protocol);
    // It stays so: the end was not reached.
    assert_eq!(l.next().unwrap_err().kind(), Kind::Protocol);
    // Pages that take turns come round too.
    let s = Faulty::new(|n, _| {
        reply("200 OK", &[], if n % 3 == 0 { br#"[{"name":"a"}]"# } else { br#"[{"name":"b"}]"# })
    });
    let mut l = s.connection().list_account(&Request::new()).unwrap();
    while l.next().is_ok() {}
    assert!(s.seen().len() < 20);
}

#[test]
fn an_answer_without_a_page_is_not_the_end_of_a_listing() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("200 OK", &[], br#"[{"name":"a"}]"#),
        1 => Reply::SendAndClose(b"HTTP/1.1 200 OK\r\n\r\n".to_vec()),
        2 => reply("200 OK", &[], br#"[{"name":"b"}]"#),
        _ => reply("204 No Content", &[], b""),
    });
    let mut l = s.connection().list_container("c", &Request::new()).unwrap();
    assert_eq!(l.next().unwrap().unwrap().name(), "a");
    assert_eq!(l.next().unwrap_err().kind(), Kind::Protocol);
    assert_eq!(l.next().unwrap().unwrap().name(), "b");
    assert!(l.next().unwrap().is_none());
}

#[test]
fn a_page_that_is_none_is_asked_for_again_and_no_row_is_lost() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("200 OK", &[], b"<html>out of order</html>"),
        1 => reply("200 OK", &[], br#"[{"name":"b"},{"name":"c"}]"#),
        2 => reply("200 OK", &[], br#"[{"name":"d"},{"nom":"e"}]"#),
        3 => reply("200 OK", &[], br#"[{"name":"e"}]"#),
        // What follows the fault is no row either.
        4 => reply("200 OK", &[], br#"[,{"name":"x"}]"#),
        _ => reply("200 OK", &[], b"[]"),
    });
    let q = Request { query: vec![("marker".into(), Some("a".into()))], ..Request::new() };
    let mut l = s.connection().list_container("c", &q).unwrap();
    let mut names = Vec::new();
    let mut failures = 0;
    loop {
        match l.next() {
            Ok(Some(e)) => names.push(e.name().to_owned()),
            Ok(None) => break,
            Err(e) => {
                assert_eq!(e.kind(), Kind::Protocol);
                failures += 1;
            }
        }
    }
    assert_eq!((names.join(""), failures), ("bcde".to_owned(), 3));
    let markers: Vec<_> = s.seen().iter().map(|q| q.target.rsplit('=').next().unwrap().to_owned()).collect();
    assert_eq!(markers, ["a", "a", "c", "d", "e", "e"]);
    for limit in ["0", "-1", "many"] {
        let q = Request { query: vec![("limit".into(), Some(limit.into()))], ..Request::new() };
        let e = s.connection().list_account(&q).err().unwrap();
        assert_eq!(e.kind(), Kind::InvalidArgument, "{limit}");
    }
}

#[test]
fn df_04_redirects_are_reported_and_no_token_goes_elsewhere() {
    let other = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let url = other.url();
    let s = Faulty::new(move |_, _| reply("302 Found", &[("Location", &url)], b"moved"));
    let e = s.connection().put_object("c", "o", &memory(b"x"), &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 302));
    assert!(e.failure().unwrap().headers.get("location").is_some());
    assert!(other.seen().is_empty());
    assert_eq!(s.seen().len(), 1);
}

#[test]
fn df_03_df_05_names_travel_exactly() {
    let s = Faulty::new(|_, _| reply("204 No Content", &[], b""));
    let cn = s.connection();
    let r = Request::new();
    for (object, path) in [
        ("a/../b", "a/../b"),
        ("..", ".."),
        ("./x", "./x"),
        ("//a//", "//a//"),
        ("é ?#%&+.", "%C3%A9%20%3F%23%25%26%2B."),
    ] {
        cn.delete_object("c d", object, &r).unwrap();
        assert_eq!(s.seen().last().unwrap().target, format!("/v1/AUTH_test/c%20d/{path}"));
    }
    assert_eq!(cn.head_container("a/b", &r).unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!(cn.head_object("c", "", &r).unwrap_err().kind(), Kind::InvalidArgument);
    let mut r = Request::new();
    r.headers.push("Content-Length", b"7");
    assert_eq!(cn.post_object("c", "o", &r).unwrap_err().kind(), Kind::InvalidArgument);
    let mut r = Request::new();
    r.headers.push("X-Evil", b"a\r\nX-Other: b");
    assert_eq!(cn.post_object("c", "o", &r).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn what_a_request_looks_like() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = s.connection();
    let mut r = Request::new();
    r.headers.push("X-Object-Meta-A", b"1");
    r.headers.push("User-Agent", b"mine");
    r.query.push(("multipart-manifest".into(), Some("put".into())));
    cn.put_object("c", "o", &memory(b"[]"), &r).unwrap();
    cn.copy_object("c", "o", Some(("d", "p q")), &Request::new()).unwrap();
    cn.post_account(&Request::new()).unwrap();
    let seen = s.seen();
    assert_eq!(seen[0].target, "/v1/AUTH_test/c/o?multipart-manifest=put");
    assert_eq!(seen[0].header("x-object-meta-a"), Some("1"));
    assert_eq!(seen[0].header("user-agent"), Some("mine"));
    assert_eq!(seen[0].header("expect"), None);
    assert_eq!((seen[1].method.as_str(), seen[1].header("destination")), ("COPY", Some("/d/p%20q")));
    // HT-05: requests without a body say so.
    assert_eq!(seen[1].header("content-length"), Some("0"));
    assert_eq!(seen[2].header("content-length"), Some("0"));
    assert!(seen[2].header("user-agent").unwrap().starts_with("libswiftclient/"));
    assert!(seen.iter().all(|q| q.header("host") == Some(&s.address.to_string())));
}

#[test]
fn rt_11_force_auth_retry_gets_a_new_token_for_each_attempt() {
    let s = Faulty::new(|n, _| match n {
        0 | 1 => reply("503 Service Unavailable", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    with(&s, &[("force_auth_retry", "true")]).head_account(&Request::new()).unwrap();
    let tokens: Vec<_> = s.seen().iter().map(|q| q.header("x-auth-token").unwrap().to_owned()).collect();
    assert_eq!(tokens, ["AUTH_tk1", "AUTH_tk2", "AUTH_tk3"]);
}

#[test]
fn secrets_stay_out_of_the_log() {
    use std::sync::Mutex;
    use swiftclient::core::log::{self, Level};
    let lines: Arc<Mutex<Vec<String>>> = Arc::default();
    let sink = lines.clone();
    log::set(Some((Level::Debug, Arc::new(move |_, text: &str| sink.lock().unwrap().push(text.to_owned())))));
    let s = Faulty::new(|_, _| reply("404 Not Found", &[], b""));
    let mut c = s.config();
    c.set("key", Some("very-secret-password")).unwrap();
    let mut r = Request::new();
    r.query.push(("temp_url_sig".into(), Some("0123456789abcdef".into())));
    let e = Connection::new(&c).unwrap().head_object("c", "log-me", &r).unwrap_err();
    log::set(None);
    let all = lines.lock().unwrap().join("\n");
    assert!(all.contains("HEAD /v1/AUTH_test/c/log-me") && all.contains("404 Not Found"), "{all}");
    assert!(!all.contains("very-secret-password") && !all.contains("0123456789abcdef"), "{all}");
    assert!(!e.url().contains("0123456789abcdef"), "{}", e.url());
}

#[test]
fn ht_10_more_headers_than_usual_are_read() {
    let s = Faulty::new(|_, _| {
        let mut head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n".to_owned();
        for i in 0..300 {
            head.push_str(&format!("X-Account-Meta-{i}: value {i}\r\n"));
        }
        Reply::Send(format!("{head}\r\nbody").into_bytes())
    });
    let cn = s.connection();
    for _ in 0..2 {
        let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
        assert!(r.headers().len() >= 301);
        assert_eq!(r.headers().get_str("x-account-meta-299"), Some("value 299"));
        assert_eq!(r.read_all(10).unwrap(), b"body");
    }
    assert_eq!(s.connections(), 1);
    let mut q = Request::new();
    q.headers.push("x-object-meta-\u{e9}: 1\r\nx-evil", b"1");
    assert_eq!(cn.head_object("c", "o", &q).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn settings_arrive_where_they_should() {
    let s = Faulty::new(|_, _| reply("503 Busy", &[], b""));
    with(&s, &[("user_agent", "mine/1"), ("retries", "0")]).head_account(&Request::new()).unwrap_err();
    assert_eq!(s.seen()[0].header("user-agent"), Some("mine/1"));
    // A token is not renewed for an attempt that is not made.
    let s = Faulty::new(|_, _| reply("503 Busy", &[], b""));
    let cn = with(&s, &[("force_auth_retry", "true"), ("retries", "0")]);
    cn.head_account(&Request::new()).unwrap_err();
    assert_eq!(s.tokens(), 1);
}

#[test]
fn a_token_that_the_server_repeats_stays_out_of_messages() {
    const TOKEN: &str = "gAAAAABtoken-of-some-length";
    for refusal in 0..3 {
        let s = Faulty::new(move |_, _| match refusal {
            0 => reply(&format!("400 Bad token {TOKEN}"), &[], b""),
            1 => reply("400 Bad Request", &[], format!("Could not find token: {TOKEN}").as_bytes()),
            _ => reply("302 Found", &[("Location", &format!("http://h/?t={TOKEN}"))], b""),
        });
        let url = format!("{}/v1/AUTH_test", s.url());
        let cn = with(&s, &[("os_storage_url", &url), ("os_auth_token", TOKEN)]);
        let e = cn.get_object("c", "o", &Request::new()).map(|_| ()).unwrap_err();
        assert!(!e.message().contains(TOKEN) && e.message().contains("..."), "{e}");
        assert!(!e.failure().unwrap().reason.contains(TOKEN), "{e}");
    }
}

#[test]
fn long_words_of_the_server_do_not_make_long_messages() {
    let s = Faulty::new(|_, _| reply(&format!("404 {}", "x".repeat(50_000)), &[], b""));
    let e = s.connection().get_object("c", "o", &Request::new()).map(|_| ()).unwrap_err();
    assert!(e.message().len() < 1000, "{} bytes", e.message().len());
    let e = s.connection().get_object("c", &"y".repeat(100_000), &Request::new()).map(|_| ()).unwrap_err();
    assert!(e.message().contains("cannot be sent"), "{}", &e.message()[..100]);
}
