//! How often and how patiently a call is tried: what the config says, what one call says, what the server asks for,
//! and what is told afterwards about each request.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::Duration;

use support::cutter::{Cut, Cutter};
use support::faulty::{Faulty, Reply, cut, memory, reply, with};
use support::real::{self, Container};
use swiftclient::core::manifest::{Manifest, Segment};
use swiftclient::core::{Config, Connection, Kind, Location, Request, Response, Result};

fn busy(retry_after: &'static str) -> Faulty {
    Faulty::new(move |_, _| reply("503 Busy", &[("Retry-After", retry_after)], b"later"))
}

#[test]
fn rt_02_every_method_is_tried_again() {
    let s = Faulty::new(|n, seen| match n % 2 {
        0 => reply("500 Internal Error", &[], b""),
        _ if seen.method == "PUT" || seen.method == "COPY" => reply("201 Created", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    let (cn, r) = (s.connection(), Request::new());
    // Also those whose repetition is no longer the same: a delete of a version that is gone. See DF-13.
    assert_eq!(cn.post_object("c", "o", &r).unwrap().attempts(), 2);
    assert_eq!(cn.delete_object("c", "o", &r).unwrap().attempts(), 2);
    assert_eq!(cn.copy_object("c", "o", Some(("c", "p")), &r).unwrap().attempts(), 2);
    assert_eq!(cn.put_object("c", "o", &memory(b"x"), &r).unwrap().attempts(), 2);
    let methods: Vec<_> = s.seen().into_iter().map(|s| s.method).collect();
    assert_eq!(methods, ["POST", "POST", "DELETE", "DELETE", "COPY", "COPY", "PUT", "PUT"]);
}

#[test]
fn rt_02_a_put_that_replaces_nothing_knows_what_it_has_stored_itself() {
    let c = Container::new(&real::v1(), "own");
    let wire = Cutter::new();
    let mut r = Request::new();
    r.set_header("If-None-Match", Some("*")).unwrap();
    // The server stores it, and the answer is lost.
    wire.plan(&[Cut::Down(1)]);
    let cn = wire.connection(&[]);
    let stored = cn.put_object(&c.name, "o", &memory(b"mine"), &r).unwrap();
    assert_eq!((stored.status(), stored.reason(), stored.attempts()), (201, "Created", 3));
    assert!(stored.etag().is_some() && stored.transaction_id().is_some());
    assert_eq!(stored.history().iter().map(|a| a.status).collect::<Vec<_>>(), [0, 412, 201]);
    // Without a lost answer it is what it says.
    let e = cn.put_object(&c.name, "o", &memory(b"mine"), &r).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Precondition, 1));
    // What somebody else has stored is no success.
    wire.plan(&[Cut::Down(1)]);
    let e = wire.connection(&[]).put_object(&c.name, "o", &memory(b"mind"), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Precondition);
    assert_eq!(c.connection.get_object(&c.name, "o", &Request::new()).unwrap().read_all(9).unwrap(), b"mine");

    // Nor is an object with the same bytes that is older than the call.
    const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";
    for (stamp, large, ours) in
        [("784111777.5", None, true), ("784111700.5", None, false), ("784111777.5", Some("c/p"), false)]
    {
        let s = Faulty::new(move |n, seen| match (seen.method.as_str(), n) {
            ("PUT", 0) => Reply::SendAndClose(Vec::new()),
            ("PUT", _) => reply("412 Precondition Failed", &[], b""),
            _ => {
                let date = ("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
                let mut headers = vec![date, ("ETag", EMPTY), ("X-Timestamp", stamp)];
                headers.extend(large.map(|to| ("X-Object-Manifest", to)));
                reply("200 OK", &headers, b"")
            }
        });
        let outcome = s.connection().put_object("c", "o", &memory(b""), &r);
        assert_eq!(outcome.map_err(|e| e.kind()).is_ok(), ours, "{stamp} {large:?}");
        assert_eq!(s.seen().len(), 3);
    }
}

#[test]
fn rt_02_where_it_cannot_know_the_error_says_that_it_may_have_stored_it_itself() {
    let lost = |(status, etag): (&'static str, &'static str)| {
        Faulty::new(move |n, seen| match (seen.method.as_str(), n) {
            ("PUT", 0) => Reply::SendAndClose(Vec::new()),
            ("PUT", _) => reply("412 Precondition Failed", &[], b""),
            _ => reply(status, &[("ETag", etag)], b""),
        })
    };
    let mut r = Request::new();
    r.set_header("If-None-Match", Some("*")).unwrap();
    let manifest = || {
        let mut m = Manifest::new();
        m.push(Segment::object("c", "s", None, None, None).unwrap());
        m
    };
    let target = Location::here("c", "t");
    type Put<'a> = &'a dyn Fn(&Connection, &str) -> Result<Response>;
    let object: Put<'_> = &|cn, _| cn.put_object("c", "o", &memory(b""), &r);
    let dlo: Put<'_> = &|cn, _| cn.put_dlo("c", "o", "c", "p/", &r);
    let slo: Put<'_> = &|cn, _| cn.put_slo("c", "o", &manifest(), &r);
    let symlink: Put<'_> = &|cn, _| cn.put_symlink("c", "o", &target, None, &r);
    let url: Put<'_> = &|cn, base| cn.put_url(&format!("{base}/v1/a/c/o?temp_url_sig=s"), &memory(b"x"), &r);
    let no = ("403 Forbidden", "");
    for (what, put, look, says_so) in [
        ("object, no look", object, no, true),
        ("object without a sum", object, ("200 OK", "none"), true),
        ("another object", object, ("200 OK", "00000000000000000000000000000000"), false),
        ("DLO", dlo, no, true),
        ("SLO", slo, no, true),
        ("symlink", symlink, no, true),
        ("URL", url, no, true),
    ] {
        let s = lost(look);
        let e = put(&s.connection(), &s.url()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{what}: {e}");
        assert_eq!(e.message().contains("may have stored it"), says_so, "{what}: {e}");
        // Each of them was refused at once.
        let s = Faulty::new(|_, _| reply("412 Precondition Failed", &[], b""));
        let e = put(&s.connection(), &s.url()).unwrap_err();
        assert!(e.kind() == Kind::Precondition && !e.message().contains("may have"), "{what}: {e}");
    }
}

#[test]
fn rt_03_what_is_final_is_final_at_once() {
    for status in ["400 Bad", "403 No", "404 No", "409 No", "411 No", "412 No", "413 No", "416 No", "422 No"]
    {
        let s = Faulty::new(move |_, _| reply(status, &[], b""));
        let e = s.connection().post_container("c", &Request::new()).unwrap_err();
        assert_eq!((e.attempts(), s.seen().len(), e.retryable()), (1, 1, false), "{status}");
    }
}

#[test]
fn rt_03_after_408_and_499_no_old_connection_is_used() {
    for status in ["408 Request Timeout", "499 Client Disconnect"] {
        let s = Faulty::new(move |n, _| match n {
            1 => reply(status, &[], b""),
            _ => reply("204 No Content", &[], b""),
        });
        let cn = s.connection();
        cn.head_account(&Request::new()).unwrap();
        let before = s.connections();
        cn.head_account(&Request::new()).unwrap();
        assert_eq!(s.connections(), before + 1, "{status}");
    }
    let s = Faulty::new(|n, _| match n {
        1 => reply("500 Internal Error", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    let cn = s.connection();
    cn.head_account(&Request::new()).unwrap();
    let before = s.connections();
    cn.head_account(&Request::new()).unwrap();
    assert_eq!(s.connections(), before);
}

#[test]
fn rt_07_a_connection_that_breaks_before_the_answer_is_tried_again() {
    let s = Faulty::new(|n, _| match n {
        // On a connection that lay idle that is nobody's failure: it is made again and not counted.
        0 => Reply::SendAndClose(Vec::new()),
        1 => Reply::SendAndClose(Vec::new()),
        2 => Reply::SendAndReset(Vec::new()),
        3 => Reply::SendAndClose(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec()),
        _ => reply("204 No Content", &[], b""),
    });
    let r = s.connection().head_account(&Request::new()).unwrap();
    assert_eq!((r.attempts(), s.seen().len()), (4, 5));
    let told = r.history();
    assert!(told[..3].iter().all(|a| a.status == 0 && !a.error.is_empty()), "{told:?}");
    // What can never be sent is not tried.
    let mut c = Config::new();
    c.set("os_auth_token", Some("t")).unwrap();
    c.set("os_storage_url", Some("http://127.0.0.1:1/v1/a")).unwrap();
    c.set("starting_backoff", Some("0.001")).unwrap();
    let cn = Connection::new(&c).unwrap();
    assert_eq!(cn.head_account(&Request::new()).unwrap_err().attempts(), 6);
    let e = cn.head_object("a/b", "o", &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts(), e.history().len()), (Kind::InvalidArgument, 0, 0));
}

#[test]
fn rt_07_without_retries_only_what_reads_is_sent_again_on_a_connection_that_lay_idle() {
    for (put, requests) in [(false, 3), (true, 2)] {
        let s = Faulty::new(|n, _| match n {
            0 => reply("204 No Content", &[], b""),
            1 => Reply::SendAndClose(Vec::new()),
            _ => reply("204 No Content", &[], b""),
        });
        let cn = with(&s, &[("retries", "0")]);
        cn.head_account(&Request::new()).unwrap();
        if put {
            // It may have been carried out: a second time would be once too often.
            let e = cn.delete_object("c", "o", &Request::new()).unwrap_err();
            assert_eq!((e.kind(), e.attempts()), (Kind::Connect, 1));
        } else {
            cn.head_container("c", &Request::new()).unwrap();
        }
        assert_eq!(s.seen().len(), requests);
    }
}

#[test]
fn rt_11_with_force_auth_retry_each_attempt_has_a_new_token() {
    let s = Faulty::new(|n, _| match n {
        0 | 1 => reply("500 Internal Error", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    with(&s, &[("force_auth_retry", "yes")]).head_account(&Request::new()).unwrap();
    let tokens: Vec<_> = s.seen().iter().map(|s| s.header("x-auth-token").unwrap().to_owned()).collect();
    assert_eq!(tokens, ["AUTH_tk1", "AUTH_tk2", "AUTH_tk3"]);
}

#[test]
fn rt_13_each_attempt_is_told_by_the_response_and_by_the_error() {
    let s = Faulty::new(|n, _| match n {
        0 => reply("503 Slow Down", &[("X-Which", "first")], b"busy"),
        1 => Reply::SendAndClose(b"HTTP/1.1 ".to_vec()),
        2 => reply("401 Unauthorized", &[], b""),
        _ => reply("204 Fine", &[("X-Which", "last")], b""),
    });
    let r = s.connection().post_container("c", &Request::new()).unwrap();
    let told = r.history();
    let statuses: Vec<_> = told.iter().map(|a| (a.status, a.reason.as_str())).collect();
    assert_eq!(statuses, [(503, "Slow Down"), (0, ""), (401, "Unauthorized"), (204, "Fine")]);
    assert_eq!(told[0].headers.get_str("x-which"), Some("first"));
    assert_eq!(told[0].headers.transaction_id(), Some("tx-test"));
    assert_eq!(told[3].headers.get_str("x-which"), Some("last"));
    assert!(told[0].error.contains("503 Slow Down: busy"), "{told:?}");
    assert!(told[1].error.contains("closed the connection"), "{told:?}");
    assert_eq!(told[3].error, "");
    // A new token is got at once; other attempts wait.
    assert!(!told[0].pause.is_zero() && !told[1].pause.is_zero());
    assert!(told[2].pause.is_zero() && told[3].pause.is_zero());

    let s = busy("0");
    let e = with(&s, &[("retries", "2")]).head_account(&Request::new()).unwrap_err();
    assert_eq!((e.attempts(), e.history().len()), (3, 3));
    assert!(e.history().iter().all(|a| a.status == 503 && a.headers.get("retry-after").is_some()));
    assert!(e.history()[2].pause.is_zero());
}

#[test]
fn rt_14_a_download_that_is_taken_up_again_goes_on_counting() {
    let body = support::pattern(10_000);
    let s = Faulty::new(move |n, _| match n {
        0 => reply("500 Internal Error", &[], b""),
        1 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &body, 4000)),
        2 => reply("503 Busy", &[], b""),
        _ => {
            let range = [("ETag", "e"), ("Content-Range", "bytes 4000-9999/10000")];
            reply("206 Partial Content", &range, &body[4000..])
        }
    });
    let mut r = s.connection().get_object("c", "o", &Request::new()).unwrap();
    assert_eq!((r.attempts(), r.history().len()), (2, 2));
    assert_eq!(r.history()[1].error, "");
    assert_eq!(r.read_all(1 << 20).unwrap(), support::pattern(10_000));
    assert_eq!(r.attempts(), 4);
    let told: Vec<_> = r.history().iter().map(|a| (a.status, a.error.is_empty())).collect();
    assert_eq!(told, [(500, false), (200, false), (503, false), (206, true)]);
    assert!(r.history().iter().all(|a| a.headers.transaction_id() == Some("tx-test")));
}

#[test]
fn a_call_can_say_how_often_it_is_tried() {
    let s = busy("0");
    let cn = s.connection();
    for (retries, attempts) in [(0, 1), (2, 3)] {
        let mut r = Request::new();
        r.set_retries(retries).unwrap();
        assert_eq!(cn.head_account(&r).unwrap_err().attempts(), attempts);
    }
    assert_eq!(cn.head_account(&Request::new()).unwrap_err().attempts(), 6);
    assert!(Request::new().set_retries(1001).is_err());
}

#[test]
fn a_call_can_say_how_long_it_pauses() {
    let s = busy("");
    let mut r = Request::new();
    r.set_retries(4).unwrap();
    r.set_backoff(Duration::from_millis(8), Some(Duration::from_millis(20)));
    r.set_backoff_jitter(0.0).unwrap();
    let e = s.connection().head_account(&r).unwrap_err();
    let pauses: Vec<_> = e.history().iter().map(|a| a.pause.as_millis()).collect();
    assert_eq!(pauses, [8, 16, 20, 20, 0]);
    r.set_backoff(Duration::from_millis(8), None);
    let e = s.connection().head_account(&r).unwrap_err();
    let pauses: Vec<_> = e.history().iter().map(|a| a.pause.as_millis()).collect();
    assert_eq!(pauses, [8, 16, 32, 64, 0]);
    for bad in [-0.1, 1.5, f64::NAN, f64::INFINITY] {
        assert!(r.set_backoff_jitter(bad).is_err());
    }
}

#[test]
fn df_12_the_server_is_heard_as_far_as_it_was_said() {
    let pause = |s: &Faulty, settings: &[(&str, &str)], r: &Request| {
        let e = with(s, settings).head_account(r).unwrap_err();
        e.history()[0].pause
    };
    let one = [("retries", "1"), ("backoff_jitter", "0"), ("starting_backoff", "0.001")];
    let plus = |more: (&'static str, &'static str)| [one[0], one[1], one[2], more];
    let s = busy("1");
    assert_eq!(pause(&s, &plus(("max_backoff", "5")), &Request::new()), Duration::from_secs(1));
    assert_eq!(pause(&s, &plus(("retry_after_max", "0.02")), &Request::new()), Duration::from_millis(20));
    assert_eq!(pause(&s, &plus(("retry_after_max", "0")), &Request::new()), Duration::from_millis(1));
    // One limit serves for both until it is said otherwise.
    assert_eq!(pause(&s, &plus(("max_backoff", "0.05")), &Request::new()), Duration::from_millis(50));
    let mut r = Request::new();
    r.set_retry_after_max(Some(Duration::from_millis(30)));
    assert_eq!(pause(&s, &plus(("retry_after_max", "0")), &r), Duration::from_millis(30));
    r.set_retry_after_max(Some(Duration::ZERO));
    assert_eq!(pause(&s, &plus(("retry_after_max", "9")), &r), Duration::from_millis(1));
    r.set_retry_after_max(None);
    assert_eq!(pause(&s, &plus(("retry_after_max", "0")), &r), Duration::from_secs(1));
    // A date in the past is no pause; one in the future is one.
    let s = busy("Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(pause(&s, &plus(("max_backoff", "5")), &Request::new()), Duration::from_millis(1));
    let s = busy("Fri, 31 Dec 9999 23:59:59 GMT");
    assert_eq!(pause(&s, &plus(("retry_after_max", "0.03")), &Request::new()), Duration::from_millis(30));
}

#[test]
fn no_request_begins_after_the_time_for_retries() {
    let s = busy("0");
    let pauses = [("retries", "1000"), ("starting_backoff", "0.02"), ("max_backoff", "0.02")];
    let e = with(&s, &[pauses[0], pauses[1], pauses[2], ("retry_max_elapsed", "3")])
        .head_account(&Request::new())
        .unwrap_err();
    assert_eq!((e.kind(), e.retryable()), (Kind::Server, true));
    assert!(e.message().ends_with("retry_max_elapsed leaves no time for another attempt"), "{e}");
    // Without the limit they would be 1001.
    assert!((2..=600).contains(&e.attempts()), "{}", e.attempts());
    let mut r = Request::new();
    r.set_retry_max_elapsed(Some(Duration::ZERO));
    assert_eq!(with(&s, &pauses).head_account(&r).unwrap_err().attempts(), 1);
    r.set_retry_max_elapsed(None);
    r.set_retries(12).unwrap();
    let cn = with(&s, &[pauses[1], pauses[2], ("retry_max_elapsed", "0.001")]);
    assert_eq!(cn.head_account(&r).unwrap_err().attempts(), 13);
}

#[test]
fn a_call_can_say_that_a_rate_limit_is_final_or_is_not() {
    let s = Faulty::new(|_, _| reply("498 Rate Limited", &[], b""));
    let mut r = Request::new();
    r.set_retry_on_ratelimit(false);
    assert_eq!(s.connection().head_account(&r).unwrap_err().attempts(), 1);
    r.set_retry_on_ratelimit(true);
    assert_eq!(with(&s, &[("retry_on_ratelimit", "no")]).head_account(&r).unwrap_err().attempts(), 6);
}

#[test]
fn a_deadline_ends_the_pauses_too() {
    let s = busy("600");
    let cn = with(&s, &[("retry_after_max", "600")]);
    let mut r = Request::new();
    // Shorter than the pause. One that was begun all the same would end with the deadline, and not with the answer.
    r.timeout = Some(Duration::from_secs(120));
    let e = cn.head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.attempts(), e.history().len()), (Kind::Server, 1, 1));
    assert!(e.message().contains("the deadline leaves no time"), "{e}");
}
