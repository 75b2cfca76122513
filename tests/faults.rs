//! What a healthy server does not do: each fault must end as its own kind of error, or not be noticed at all.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs::File;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::faulty::{Faulty, Reply, Seen, reply, response};
use support::{Folder, pattern};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Cancel, Config, Connection, Error, Kind, Request, Source};

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

fn with(server: &Faulty, settings: &[(&str, &str)]) -> Connection {
    let mut c: Config = server.config();
    for (k, v) in settings {
        c.set(k, Some(v)).unwrap();
    }
    Connection::new(&c).unwrap()
}

/// A response that announces more than it brings.
fn cut(status: &str, headers: &[(&str, &str)], body: &[u8], sent: usize) -> Vec<u8> {
    let mut all = response(status, headers, body);
    all.truncate(all.len() - body.len() + sent);
    all
}

fn get_all(cn: &Connection, r: &Request) -> Result<Vec<u8>, Error> {
    cn.get_object("c", "o", r)?.read_all(1 << 30)
}

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
        assert_eq!((e.kind(), e.http_status()), (Kind::Auth, 401), "{e}");
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
fn a_server_that_stops_answering_ends_in_a_timeout() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(b"HTTP/1.1 200 OK\r\nContent-".to_vec()));
    let e = with(&s, &[("timeout", "0.1"), ("retries", "1")]).head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Timeout, 2));
    assert!(e.message().contains("0.1 s"), "{e}");
}

#[test]
fn a_body_that_stops_coming_ends_in_a_timeout() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(cut("200 OK", &[], &[1; 1000], 10)));
    let mut r = with(&s, &[("timeout", "0.1")]).get_object("c", "o", &Request::new()).unwrap();
    let mut buf = [0; 100];
    assert_eq!(r.read(&mut buf).unwrap(), 10);
    // No ETag, so there is no saying whether the rest belongs to the same object.
    let e = r.read(&mut buf).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout);
    assert_eq!(r.read(&mut buf).unwrap_err().kind(), Kind::Timeout);
}

#[test]
fn the_deadline_of_a_call_covers_all_of_it() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new()));
    let r = Request { timeout: Some(Duration::from_millis(100)), ..Request::new() };
    let e = s.connection().head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Timeout, 1));
    // A pause that would outlast it is not begun.
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600"), ("backoff_jitter", "0")]);
    let r = Request { timeout: Some(Duration::from_secs(20)), ..Request::new() };
    let e = cn.head_account(&r).unwrap_err();
    // What failed is told, not the deadline that has not passed.
    assert_eq!((e.kind(), e.http_status(), s.seen().len()), (Kind::Server, 503, 1));
    assert!(e.message().contains("the deadline leaves no time"), "{e}");
}

#[test]
fn a_call_is_ended_from_another_thread() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = arrived.clone();
    let s = Faulty::new(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::SendAndStall(Vec::new())
    });
    let cn = s.connection();
    let token = Cancel::new();
    let with_token = Request { cancel: Some(token.clone()), ..Request::new() };
    let wait_for = |n| {
        while arrived.load(Ordering::SeqCst) < n {
            std::thread::yield_now();
        }
    };
    std::thread::scope(|scope| {
        let call = scope.spawn(|| cn.head_account(&with_token));
        wait_for(1);
        token.cancel();
        assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        let call = scope.spawn(|| cn.head_account(&Request::new()));
        wait_for(2);
        cn.interrupt();
        assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
    // Cancelled before it began.
    assert_eq!(cn.head_account(&with_token).unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(arrived.load(Ordering::SeqCst), 2);
}

#[test]
fn rb_02_a_broken_download_goes_on_where_it_broke() {
    let body = pattern(300_000);
    let etag = Sum::of(&body);
    let (b, e) = (body.clone(), etag.clone());
    let s = Faulty::new(move |n, seen: &Seen| match (n, seen.header("range")) {
        (0, None) => Reply::SendAndClose(cut("200 OK", &[("ETag", &e)], &b, 100_000)),
        (1, Some("bytes=100000-299999")) => reply("503 Busy", &[], b""),
        (2, Some("bytes=100000-299999")) => Reply::SendAndReset(cut(
            "206 Partial Content",
            &[("ETag", &e), ("Content-Range", "bytes 100000-299999/300000")],
            &b[100_000..],
            50_000,
        )),
        (3, Some("bytes=150000-299999")) => reply(
            "206 Partial Content",
            &[("ETag", &e), ("Content-Range", "bytes 150000-299999/300000")],
            &b[150_000..],
        ),
        _ => reply("400 What", &[], format!("{n} {:?}", seen.header("range")).as_bytes()),
    });
    let mut r = s.connection().get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(r.read_all(1 << 20).unwrap(), body);
    assert_eq!(r.attempts(), 4);
    assert!(s.seen()[1..].iter().all(|q| q.header("if-match") == Some(etag.as_str())));
}

#[test]
fn rb_02_a_broken_range_goes_on_within_the_range() {
    let body = pattern(1000);
    let b = body.clone();
    let s = Faulty::new(move |_, seen: &Seen| match seen.header("range") {
        Some("bytes=100-899") => Reply::SendAndClose(cut(
            "206 Partial Content",
            &[("ETag", "e"), ("Content-Range", "bytes 100-899/1000")],
            &b[100..900],
            10,
        )),
        Some("bytes=110-899") => reply(
            "206 Partial Content",
            &[("ETag", "e"), ("Content-Range", "bytes 110-899/1000")],
            &b[110..900],
        ),
        other => reply("400 What", &[], format!("{other:?}").as_bytes()),
    });
    let mut q = Request::new();
    q.headers.push("Range", b"bytes=100-899");
    assert_eq!(get_all(&s.connection(), &q).unwrap(), body[100..900]);
}

#[test]
fn rb_05_an_answer_from_the_first_byte_is_read_past() {
    let body = pattern(200_000);
    let etag = Sum::of(&body);
    let b = body.clone();
    let s = Faulty::new(move |n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", &etag)], &b, 150_000)),
        _ => reply("200 OK", &[("ETag", &etag)], &b),
    });
    assert_eq!(get_all(&s.connection(), &Request::new()).unwrap(), body);
}

#[test]
fn df_33_a_shorter_answer_from_the_first_byte_ends_the_download() {
    let body = pattern(1000);
    let s = Faulty::new(move |n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &body, 500)),
        _ => reply("200 OK", &[("ETag", "e")], &body[..100]),
    });
    let e = get_all(&s.connection(), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Precondition);
}

#[test]
fn rb_06_a_changed_object_ends_the_download() {
    let s = Faulty::new(|n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
        _ => reply("412 Precondition Failed", &[], b""),
    });
    let e = get_all(&s.connection(), &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Precondition, 412));
}

#[test]
fn rb_04_another_range_than_the_one_asked_for_is_refused() {
    let s = Faulty::new(|n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
        _ => {
            reply("206 Partial Content", &[("ETag", "e"), ("Content-Range", "bytes 400-999/1000")], &[1; 600])
        }
    });
    assert_eq!(get_all(&s.connection(), &Request::new()).unwrap_err().kind(), Kind::Precondition);
}

#[test]
fn rb_07_a_download_that_keeps_breaking_ends_and_leaves_no_file() {
    let s = Faulty::new(|_, _| Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 10)));
    let folder = Folder::new("breaking");
    let target = folder.path("o");
    std::fs::write(&target, "before").unwrap();
    let mut r = with(&s, &[("retries", "2")]).get_object("c", "o", &Request::new()).unwrap();
    let e = r.write_to_file(&target, None).unwrap_err();
    assert_eq!(e.kind(), Kind::Connect);
    assert_eq!(folder.names(), ["o"]);
    assert_eq!(std::fs::read(&target).unwrap(), b"before");
    assert_eq!(s.seen().len(), 3);
}

#[test]
fn df_23_wrong_bytes_are_noticed_and_never_get_the_final_name() {
    let etag = Sum::of(b"right");
    let s = Faulty::new(move |_, _| reply("200 OK", &[("ETag", &etag)], b"wrong"));
    let cn = s.connection();
    let folder = Folder::new("wrong");
    let e =
        cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(&folder.path("o"), None).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(folder.names().is_empty());
    // Who reads exactly the announced length hears of it too.
    let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(r.read(&mut [0; 5]).unwrap_err().kind(), Kind::Checksum);
    let unchecked = Request { checksum: Some(false), ..Request::new() };
    assert_eq!(get_all(&cn, &unchecked).unwrap(), b"wrong");
}

#[test]
fn up_11_an_upload_the_server_stored_otherwise_is_told() {
    let s =
        Faulty::new(|_, _| reply("201 Created", &[("ETag", "\"00000000000000000000000000000000\"")], b""));
    let e = s.connection().put_object("c", "o", &memory(b"hello"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(e.message().contains("5d41402abc4b2a76b9719d911017c592"), "{e}");
}

#[test]
fn an_early_refusal_of_a_large_upload_is_heard() {
    let s = Faulty::new(|_, _| Reply::SendAndReset(response("413 Request Entity Too Large", &[], b"quota")))
        .ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    let big = memory(&vec![0; 64 << 20]);
    let e = cn.put_object("c", "o", &big, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::TooLarge, 413), "{e}");
    // The same from a file, with and without hashing, and in chunks.
    let folder = Folder::new("refused");
    let path = folder.path("big");
    std::fs::write(&path, vec![0; 64 << 20]).unwrap();
    for checksum in [true, false] {
        let q = Request { checksum: Some(checksum), ..Request::new() };
        let e = cn.put_object("c", "o", &Source::file(&path), &q).unwrap_err();
        assert_eq!(e.http_status(), 413, "{e}");
    }
    let e = cn.put_object("c", "o", &endless(), &Request::new()).unwrap_err();
    assert_eq!(e.http_status(), 413, "{e}");
}

struct Endless;
impl swiftclient::core::source::Callbacks for Endless {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        buf.fill(1);
        Ok(buf.len())
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

fn endless() -> Source {
    Source::callbacks(Box::new(Endless), None)
}

#[test]
fn rt_23_a_body_that_cannot_be_sent_again_says_so() {
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let (read, write) = std::io::pipe().unwrap();
    {
        use std::io::Write;
        let mut write = write;
        write.write_all(b"only once").unwrap();
    }
    let source = Source::fd(read.as_fd(), None).unwrap();
    // Without the pause before an attempt that cannot be made, and with the server's answer.
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600")]);
    let e = cn.put_object("c", "o", &source, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Server, 503, 1));
    assert!(e.message().contains("can be sent only once"), "{e}");
    let seen = s.seen();
    assert_eq!((seen.len(), seen[0].body.as_slice()), (1, &b"only once"[..]));
    assert_eq!(seen[0].header("transfer-encoding"), Some("chunked"));
}

#[test]
fn a_file_that_shrinks_and_a_callback_that_fails_end_the_upload() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = s.connection();
    let folder = Folder::new("shrinks");
    std::fs::write(folder.path("f"), "12345").unwrap();
    let f = File::open(folder.path("f")).unwrap();
    let source = Source::fd(f.as_fd(), Some(5)).unwrap();
    std::fs::write(folder.path("f"), "123").unwrap();
    let e = cn.put_object("c", "o", &source, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io, "{e}");
    struct Fails;
    impl swiftclient::core::source::Callbacks for Fails {
        fn read(&mut self, _: &mut [u8]) -> Result<usize, i64> {
            Err(-7)
        }
        fn can_rewind(&self) -> bool {
            true
        }
        fn rewind(&mut self) -> bool {
            true
        }
    }
    let e =
        cn.put_object("c", "o", &Source::callbacks(Box::new(Fails), Some(10)), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Callback);
    assert!(e.message().contains("-7"), "{e}");
    let e = cn.put_object("c", "o", &Source::file(folder.path("none")), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io);
    assert!(s.seen().is_empty());
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
    assert!(l.next().unwrap().is_none());
}

#[test]
fn a_page_that_is_none_is_asked_for_again_and_no_row_is_lost() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("200 OK", &[], b"<html>out of order</html>"),
        1 => reply("200 OK", &[], br#"[{"name":"b"},{"name":"c"}]"#),
        2 => reply("200 OK", &[], br#"[{"name":"d"},{"nom":"e"}]"#),
        3 => reply("200 OK", &[], br#"[{"name":"e"}]"#),
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
    assert_eq!((names.join(""), failures), ("bcde".to_owned(), 2));
    let markers: Vec<_> = s.seen().iter().map(|q| q.target.rsplit('=').next().unwrap().to_owned()).collect();
    assert_eq!(markers, ["a", "a", "c", "d", "e"]);
    for limit in ["0", "-1", "many"] {
        let q = Request { query: vec![("limit".into(), Some(limit.into()))], ..Request::new() };
        let e = s.connection().list_account(&q).err().unwrap();
        assert_eq!(e.kind(), Kind::InvalidArgument, "{limit}");
    }
}

#[test]
fn a_connection_the_server_closed_meanwhile_costs_no_pause_and_no_retry() {
    let s = Faulty::new(|_, _| Reply::SendAndClose(response("204 No Content", &[], b"")));
    let cn = with(&s, &[("retries", "0")]);
    for _ in 0..20 {
        assert_eq!(cn.head_account(&Request::new()).unwrap().attempts(), 1);
    }
    cn.put_object("c", "o", &memory(b"x"), &Request::new()).unwrap();
}

#[test]
fn connections_are_used_again() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "GET" => reply("200 OK", &[], &pattern(100_000)),
        "HEAD" => Reply::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec()),
        "DELETE" => reply("404 Not Found", &[], b"<html>gone</html>"),
        _ => reply("201 Created", &[], b""),
    });
    let cn = s.connection();
    let r = Request::new();
    for _ in 0..5 {
        // The end is reached by reading exactly the length, and by reading on.
        let mut g = cn.get_object("c", "o", &r).unwrap();
        let mut all = vec![0; 100_000];
        let mut at = 0;
        while at < all.len() {
            at += g.read(&mut all[at..]).unwrap();
        }
        drop(g);
        assert_eq!(all, pattern(100_000));
        let mut g = cn.get_object("c", "o", &r).unwrap();
        let mut small = [0; 777];
        while g.read(&mut small).unwrap() > 0 {}
        // What the response left in the buffers must not eat into a body sent in chunks.
        let (pipe, mut end) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut end, &pattern(20_000)).unwrap();
        drop(end);
        struct Pipe(std::io::PipeReader);
        impl swiftclient::core::source::Callbacks for Pipe {
            fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
                std::io::Read::read(&mut self.0, buf).map_err(|_| -1)
            }
            fn can_rewind(&self) -> bool {
                true
            }
            fn rewind(&mut self) -> bool {
                false
            }
        }
        cn.put_object("c", "o", &Source::callbacks(Box::new(Pipe(pipe)), None), &r).unwrap();
        assert_eq!(s.seen().last().unwrap().body, pattern(20_000));
        cn.head_object("c", "o", &r).unwrap();
        cn.delete_object("c", "o", &r).unwrap_err();
        cn.put_object("c", "o", &memory(&pattern(1000)), &r).unwrap();
        cn.put_object("c", "o", &memory(b""), &r).unwrap();
    }
    assert_eq!(s.connections(), 1);
    // A body nobody reads to the end takes its connection with it.
    drop(cn.get_object("c", "o", &r).unwrap());
    cn.head_object("c", "o", &r).unwrap();
    assert_eq!(s.connections(), 2);
}

#[test]
fn chunked_bodies_work_and_their_end_is_watched() {
    let s = Faulty::new(|n, _| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec();
        match n {
            0 => Reply::Send([head, b"6\r\n world\r\n0\r\n\r\n".to_vec()].concat()),
            _ => Reply::SendAndClose(head),
        }
    });
    let cn = s.connection();
    assert_eq!(get_all(&cn, &Request::new()).unwrap(), b"hello world");
    assert_eq!(get_all(&cn, &Request::new()).unwrap_err().kind(), Kind::Connect);
}

#[test]
fn what_is_not_http_is_told() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.2\r\n\r\n"[..],
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"\x16\x03\x01\x00\x05\r\n\r\n",
    ] {
        let g = garbage.to_vec();
        let s = Faulty::new(move |_, _| Reply::SendAndClose(g.clone()));
        let e = with(&s, &[("retries", "0")]).get_object("c", "o", &Request::new()).unwrap_err();
        assert!(matches!(e.kind(), Kind::Protocol | Kind::Connect), "{e:?} for {garbage:?}");
    }
    let s = Faulty::new(|_, _| {
        let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(200_000));
        Reply::SendAndClose(long.into_bytes())
    });
    let e = with(&s, &[("retries", "0")]).head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Protocol, "{e}");
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
fn places_that_are_not_there_have_their_own_errors() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let url = format!("{}/auth/v1.0", s.url());
    drop(s);
    for (auth, word) in
        [(url.as_str(), "refused"), ("http://no-such-host.invalid/auth/v1.0", "no-such-host.invalid")]
    {
        let mut c = Config::new();
        for (k, v) in [("auth", auth), ("user", "u"), ("key", "k"), ("retries", "0"), ("timeout", "20")] {
            c.set(k, Some(v)).unwrap();
        }
        let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Connect, "{e}");
        assert!(e.message().contains(word), "{e}");
    }
}

#[test]
fn a_peer_that_accepts_and_says_nothing_ends_in_a_timeout_while_connecting() {
    // TLS: the handshake never comes; the connect timeout holds, not the longer one for reading.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut c = Config::new();
    let auth = format!("https://{}/auth/v1.0", silent.local_addr().unwrap());
    for (k, v) in [
        ("auth", auth.as_str()),
        ("user", "u"),
        ("key", "k"),
        ("retries", "0"),
        ("insecure", "true"),
        ("connect_timeout", "0.2"),
        ("timeout", "3600"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("TLS handshake") && e.message().contains("0.2 s"), "{e}");
    // TCP: a queue of connections that is full takes no more.
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            s.set_nonblocking(true).unwrap();
            let _ = s.connect(&address.into());
            s
        })
        .collect();
    c.set("auth", Some(&format!("http://{address}/auth/v1.0"))).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("connecting to"), "{e}");
    drop(waiting);
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
fn an_interrupt_ends_a_body_and_a_pause() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(cut("200 OK", &[("ETag", "e")], &[1; 100_000], 10)));
    let cn = s.connection();
    let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| r.read_all(1 << 20));
        while !reading.is_finished() {
            // Until it has begun there is nothing to interrupt.
            cn.interrupt();
            std::thread::yield_now();
        }
        assert_eq!(reading.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600")]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| cn.head_account(&Request::new()));
        while !waiting.is_finished() {
            if !s.seen().is_empty() {
                cn.interrupt();
            }
            std::thread::yield_now();
        }
        assert_eq!(waiting.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
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
fn a_body_that_was_not_taken_whole_is_not_stored_whatever_the_answer() {
    let s = Faulty::new(|_, _| Reply::SendAndReset(response("201 Created", &[], b""))).ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    for checksum in [true, false] {
        let q = Request { checksum: Some(checksum), ..Request::new() };
        let e = cn.put_object("c", "o", &memory(&vec![0; 64 << 20]), &q).unwrap_err();
        assert_eq!(e.kind(), Kind::Connect, "{e}");
    }
}

#[test]
fn a_rest_of_another_length_than_asked_for_is_refused() {
    let body = pattern(10);
    for second in [
        &b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 2\r\n\r\nxx"[..],
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nETag: e\r\n\r\n0123456",
    ] {
        let body = body.clone();
        let s = Faulty::new(move |n, _| match n {
            0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &body, 5)),
            _ => Reply::SendAndClose(second.to_vec()),
        });
        let e = get_all(&s.connection(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{e}");
        // And it says which object, where, and how often it was asked for.
        assert!(e.message().starts_with("Object GET \"c/o\" failed: "), "{e}");
        assert_eq!((e.method(), e.attempts()), ("GET", 2));
        assert_eq!(e.url(), format!("{}/v1/AUTH_test/c/o", s.url()));
    }
}

#[test]
fn bytes_behind_a_body_are_no_answer_to_the_next_request() {
    let s = Faulty::new(|_, seen| {
        let mut all = response("200 OK", &[], &pattern(300_000));
        if seen.target.ends_with("/first") {
            all.extend_from_slice(&response("200 OK", &[], b"evil"));
        }
        Reply::Send(all)
    });
    let cn = s.connection();
    let mut r = cn.get_object("c", "first", &Request::new()).unwrap();
    let mut buf = vec![0; 100_000];
    while r.read(&mut buf).unwrap() > 0 {}
    drop(r);
    assert!(
        cn.get_object("c", "second", &Request::new()).unwrap().read_all(1 << 20).unwrap() == pattern(300_000)
    );
}

/// A connection and a server that takes the head of a request and then reads nothing more.
fn deaf() -> (Faulty, Connection) {
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new())).ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    (s, cn)
}

#[test]
fn the_deadline_holds_while_a_body_is_sent() {
    let (_s, cn) = deaf();
    let q = Request { timeout: Some(Duration::from_millis(300)), ..Request::new() };
    let e = cn.put_object("c", "o", &memory(&vec![0; 64 << 20]), &q).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    let e = cn.put_object("c", "o", &endless(), &q).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
}

#[test]
fn a_source_that_has_nothing_to_give_does_not_outlast_its_call() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = s.connection();
    let folder = Folder::new("silent");
    let fifo = folder.path("fifo");
    let name = std::ffi::CString::new(fifo.to_str().unwrap()).unwrap();
    // SAFETY: a path that ends in a NUL.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    let (pipe, _open) = std::io::pipe().unwrap();
    for source in [Source::file(&fifo), Source::fd(pipe.as_fd(), None).unwrap()] {
        let q = Request { timeout: Some(Duration::from_millis(200)), ..Request::new() };
        assert_eq!(cn.put_object("c", "o", &source, &q).unwrap_err().kind(), Kind::Timeout);
        let token = Cancel::new();
        let q = Request { cancel: Some(token.clone()), ..Request::new() };
        std::thread::scope(|scope| {
            let call = scope.spawn(|| cn.put_object("c", "o", &source, &q).map(|_| ()));
            token.cancel();
            assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        });
    }
    // Somebody writes to it: it is sent.
    let writer = std::thread::spawn(move || std::fs::write(fifo, "from a pipe").unwrap());
    cn.put_object("c", "o", &Source::file(folder.path("fifo")), &Request::new()).unwrap();
    writer.join().unwrap();
    assert_eq!(s.seen().last().unwrap().body, b"from a pipe");
}

#[test]
fn a_descriptor_that_takes_nothing_more_does_not_outlast_its_call() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], &pattern(1 << 20)));
    let (mut read, write) = std::io::pipe().unwrap();
    let q = Request { timeout: Some(Duration::from_millis(200)), ..Request::new() };
    let e = s.connection().get_object("c", "o", &q).unwrap().write_to_fd(write.as_fd()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    // Somebody reads: all of it arrives.
    let (mut read2, write) = std::io::pipe().unwrap();
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        std::io::Read::read_to_end(&mut read2, &mut all).unwrap();
        all
    });
    s.connection().get_object("c", "o", &Request::new()).unwrap().write_to_fd(write.as_fd()).unwrap();
    drop(write);
    assert!(reader.join().unwrap() == pattern(1 << 20));
    let mut some = [0; 10];
    std::io::Read::read(&mut read, &mut some).unwrap();
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_not_blamed_on_the_server() {
    let folder = Folder::new("shrinking");
    for checksum in [true, false] {
        let path = folder.path("f");
        std::fs::write(&path, vec![1; 32 << 20]).unwrap();
        let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
        let shrink = path.clone();
        let q = Request {
            checksum: Some(checksum),
            progress: Some(Arc::new(move |sent, _| {
                if sent > 1 << 20 {
                    std::fs::OpenOptions::new().write(true).open(&shrink).unwrap().set_len(2 << 20).unwrap();
                }
                true
            })),
            ..Request::new()
        };
        let e = s.connection().put_object("c", "o", &Source::file(&path), &q).unwrap_err();
        assert_eq!((e.kind(), e.attempts()), (Kind::Io, 1), "{e}");
    }
}

#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"body"));
    let cn = s.connection();
    let folder = Folder::new("special");
    let fifo = folder.path("fifo");
    let name = std::ffi::CString::new(fifo.to_str().unwrap()).unwrap();
    // SAFETY: a path that ends in a NUL.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
    for place in [&fifo, &folder.0] {
        let e = cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(place, None).unwrap_err();
        assert_eq!(e.kind(), Kind::Io, "{e}");
    }
    assert!(!std::fs::metadata(&fifo).unwrap().is_file());
    // A device is written to. (This link keeps a failing test from replacing the machine's own.)
    let link = folder.path("null");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    assert_eq!(cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(&link, None).unwrap(), 4);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(folder.names(), ["fifo", "null"]);
}

#[test]
fn connect_timeout_bounds_the_whole_handshake() {
    use std::io::Write;
    // A record that promises much, and then a byte now and then.
    let drip = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = drip.local_addr().unwrap();
    std::thread::spawn(move || {
        let Ok((mut peer, _)) = drip.accept() else { return };
        let _ = peer.write_all(&[22, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0]);
        while peer.write_all(&[0]).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut c = Config::new();
    for (k, v) in [
        ("auth", format!("https://{address}/auth/v1.0").as_str()),
        ("user", "u"),
        ("key", "k"),
        ("retries", "0"),
        ("insecure", "true"),
        ("connect_timeout", "0.3"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("TLS handshake"), "{e}");
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
    q.headers.push("x-swc-disguised-a%3a%20b%0d%0ax-evil", b"1");
    q.headers.push("x-object-meta-\u{e9}", b"1");
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
