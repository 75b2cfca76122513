//! `Expect: 100-continue`: a body is announced, asked for or refused, and never waited over for ever.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::faulty::{Faulty, Reply, known, memory, reply, with};
use support::{pattern, real};
use swiftclient::core::source::Callbacks;
use swiftclient::core::{Config, Connection, Error, Kind, Request, Source};

/// A body that can be read only once, and counts how often it is.
struct Once {
    bytes: Vec<u8>,
    at: usize,
    reads: Arc<AtomicUsize>,
}

impl Callbacks for Once {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        let n = buf.len().min(self.bytes.len() - self.at);
        buf[..n].copy_from_slice(&self.bytes[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

fn once(bytes: &[u8], length: Option<u64>) -> (Source, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let body = Once { bytes: bytes.to_vec(), at: 0, reads: reads.clone() };
    (Source::callbacks(Box::new(body), length), reads)
}

/// Waits for so long that a test which depends on it does not end.
fn announced() -> Request {
    Request { expect: Some(Some(Duration::from_secs(600))), ..Request::new() }
}

fn ways() -> [Config; 2] {
    [real::v1(), real::v1_tls()]
}

#[test]
fn the_real_server_asks_for_the_body() {
    for config in ways() {
        let c = real::Container::new(&config, "expect");
        let body = pattern(1 << 20);
        c.connection.put_object(&c.name, "known", &memory(&body), &announced()).unwrap();
        let (source, _) = once(&body, None);
        c.connection.put_object(&c.name, "chunked", &source, &announced()).unwrap();
        c.connection.put_object(&c.name, "empty", &memory(b""), &announced()).unwrap();
        for (name, is) in [("known", &body), ("chunked", &body), ("empty", &Vec::new())] {
            let mut r = c.connection.get_object(&c.name, name, &Request::new()).unwrap();
            assert_eq!(&r.read_all(2 << 20).unwrap(), is, "{name}");
        }
        // As a setting of the connection.
        let mut config = config.clone();
        config.set("expect_continue", Some("true")).unwrap();
        config.set("expect_timeout", Some("10m")).unwrap();
        let cn = Connection::new(&config).unwrap();
        cn.put_object(&c.name, "set", &memory(b"x"), &Request::new()).unwrap();
    }
}

#[test]
fn the_real_server_refuses_before_the_body_is_sent() {
    for config in ways() {
        let c = real::Container::new(&config, "refused");
        let refused = |name: &str, object: &str, r: &Request| -> (Error, usize) {
            let (source, reads) = once(&pattern(1 << 20), Some(1 << 20));
            let e = c.connection.put_object(name, object, &source, r).unwrap_err();
            (e, reads.load(Ordering::SeqCst))
        };
        let (e, reads) = refused("there-is-no-such-container", "o", &announced());
        assert_eq!((e.kind(), reads), (Kind::NotFound, 0), "{e}");
        let mut r = announced();
        r.set_header("If-None-Match", Some("*")).unwrap();
        c.connection.put_object(&c.name, "o", &memory(b"x"), &r).unwrap();
        let (e, reads) = refused(&c.name, "o", &r);
        assert_eq!((e.kind(), reads), (Kind::Precondition, 0), "{e}");
        let mut quota = Request::new();
        quota.set_metadata("Container", "Quota-Bytes", "1000").unwrap();
        c.connection.post_container(&c.name, &quota).unwrap();
        let (e, reads) = refused(&c.name, "big", &announced());
        assert_eq!((e.http_status(), reads), (413, 0), "{e}");
        // The connection handle is as good as before.
        c.connection.head_object(&c.name, "o", &Request::new()).unwrap();
    }
}

#[test]
fn a_token_that_expired_costs_no_body_that_can_be_sent_only_once() {
    for config in ways() {
        let c = real::Container::new(&config, "expired");
        let mut config = config.clone();
        config.set("os_auth_token", Some("AUTH_tkexpired")).unwrap();
        config.set("os_storage_url", Some(&c.connection.storage_url().unwrap())).unwrap();
        let cn = Connection::new(&config).unwrap();
        let (source, _) = once(b"only once", None);
        let r = cn.put_object(&c.name, "o", &source, &announced()).unwrap();
        assert_eq!(r.history()[0].status, 401);
        let got = cn.get_object(&c.name, "o", &Request::new()).unwrap().read_all(100).unwrap();
        assert_eq!(got, b"only once");
    }
}

#[test]
fn a_server_that_never_asks_gets_the_body_all_the_same() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b"")).never_go_on();
    let short = Request { expect: Some(Some(Duration::from_millis(20))), ..Request::new() };
    let (source, _) = once(b"in chunks", None);
    let cn = s.connection();
    cn.put_object("c", "o", &memory(b"hello"), &short).unwrap();
    cn.put_object("c", "o", &source, &short).unwrap();
    with(&s, &[("expect_continue", "yes"), ("expect_timeout", "0.01")])
        .put_object("c", "o", &memory(b"as set"), &Request::new())
        .unwrap();
    let bodies: Vec<_> = s.seen().into_iter().map(|r| (r.body, r.headers)).collect();
    for ((body, headers), is) in bodies.iter().zip([&b"hello"[..], b"in chunks", b"as set"]) {
        assert_eq!(body, is);
        let expects: Vec<_> = headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("expect")).collect();
        assert!(expects.len() == 1 && expects[0].1 == "100-continue", "{headers:?}");
    }
    // It was said that it is not announced.
    let never = Request { expect: Some(None), ..Request::new() };
    with(&s, &[("expect_continue", "yes")]).put_object("c", "o", &memory(b"hello"), &never).unwrap();
    // Nor is a body of nothing, or none, or one that other requests have.
    with(&s, &[("expect_continue", "yes")]).put_object("c", "o", &memory(b""), &Request::new()).unwrap();
    with(&s, &[("expect_continue", "yes")]).put_container("c", &Request::new()).unwrap();
    assert!(s.seen()[3..].iter().all(|r| r.header("expect").is_none()));
}

#[test]
fn a_refusal_before_the_body_leaves_the_source_as_it_was() {
    for status in ["503 Busy", "401 Unauthorized", "429 Slow", "500 Oops"] {
        let s = Faulty::new(|_, _| reply("201 Created", &[], b""))
            .early(move |n, _| (n == 0).then(|| reply(status, &[], b"not now")));
        let (source, _) = once(b"only once", Some(9));
        let cn = s.connection();
        let r = cn.put_object("c", "o", &source, &announced()).unwrap();
        assert_eq!((r.attempts(), s.seen().len()), (2, 2), "{status}");
        assert_eq!((s.seen()[0].body.len(), &s.seen()[1].body[..]), (0, &b"only once"[..]));
        // It could not know whether the body comes: that connection is not used again.
        assert!(s.connections() >= 2, "{status}");
    }
}

#[test]
fn a_final_refusal_is_told_at_once() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""))
        .early(|_, _| Some(reply("413 Too Large", &[], b"the quota of the container")));
    let (source, reads) = once(&pattern(1 << 20), None);
    let e = s.connection().put_object("c", "o", &source, &announced()).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), reads.load(Ordering::SeqCst)), (Kind::TooLarge, 413, 0));
    assert!(e.message().contains("the quota of the container"), "{e}");
}

#[test]
fn a_server_that_does_not_know_the_expectation_is_asked_without() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""))
        .early(|_, r| r.header("expect").map(|_| reply("417 Expectation Failed", &[], b"")));
    let (source, _) = once(b"only once", None);
    let cn = with(&s, &[("retries", "0")]);
    let r = cn.put_object("c", "o", &source, &announced()).unwrap();
    assert_eq!((r.attempts(), r.history()[0].status), (2, 417));
    assert_eq!(s.seen()[1].body, b"only once");
    // Also where every status is a response: this one is about the way of asking.
    let (source, _) = once(b"only once", None);
    let any = Request { any_status: true, ..announced() };
    assert_eq!(cn.request("PUT", "c/o", Some(&source), &any).unwrap().status(), 201);
}

#[test]
fn what_else_may_come_before_the_body() {
    // Other interim answers, and then the one that counts, in pieces.
    let s = Faulty::new(|_, _| reply("201 Created", &[], b"")).early(|n, _| match n {
        // A success without the body cannot be one.
        0 => Some(reply("201 Created", &[], b"")),
        1 => Some(Reply::SendAndClose(Vec::new())),
        2 => Some(Reply::SendAndReset(b"HTTP/1.1 10".to_vec())),
        3 => Some(Reply::SendAndClose(b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 503 Busy\r\n\r\n".to_vec())),
        4 => Some(Reply::SendAndClose(b"garbage\r\n\r\n".to_vec())),
        _ => None,
    });
    let cn = with(&s, &[("retries", "0")]);
    let put = || cn.put_object("c", "o", &memory(b"hello"), &announced());
    let e = put().unwrap_err();
    assert!(e.message().contains("took only a part of the body, and answered 201"), "{e}");
    for kind in [Kind::Connect, Kind::Connect, Kind::Server, Kind::Protocol] {
        let e = put().unwrap_err();
        assert_eq!(e.kind(), kind, "{e}");
    }
    put().unwrap();
}

#[test]
fn a_server_that_says_nothing_is_not_waited_for_for_ever() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""))
        .early(|_, _| Some(Reply::SendAndStall(Vec::new())));
    let cn = known(&s, &[("retries", "0"), ("timeout", "0.2")]);
    // For ever is until the timeout of any answer.
    let r = Request { expect: Some(Some(Duration::MAX)), ..Request::new() };
    let e = cn.put_object("c", "o", &memory(b"x"), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    // The deadline of the call ends the wait as well.
    let r = Request { timeout: Some(Duration::from_millis(100)), ..announced() };
    let e = with(&s, &[]).put_object("c", "o", &memory(b"x"), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("deadline"), "{e}");
    // So does a token to cancel.
    let cancel = swiftclient::core::Cancel::new();
    let r = Request { cancel: Some(cancel.clone()), ..announced() };
    std::thread::scope(|scope| {
        let t = scope.spawn(|| with(&s, &[]).put_object("c", "held", &memory(b"x"), &r).unwrap_err().kind());
        while !s.seen().iter().any(|r| r.target.ends_with("/held")) {
            std::thread::sleep(Duration::from_millis(1));
        }
        cancel.cancel();
        assert_eq!(t.join().unwrap(), Kind::Cancelled);
    });
}
