//! Copies in all forms and moves, against the real Swift; faults of a move, and reports inside answers, by a server
//! that plays them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, memory, reply};
use support::real::{self, Container};
use swiftclient::core::{Config, Connection, Kind, Request, Source};

const HELLO: &str = "5d41402abc4b2a76b9719d911017c592";

fn request(change: impl FnOnce(&mut Request) -> swiftclient::core::Result<()>) -> Request {
    let mut r = Request::new();
    change(&mut r).unwrap();
    r
}

fn text(cn: &Connection, container: &str, object: &str) -> String {
    let mut got = cn.get_object(container, object, &Request::new()).unwrap();
    String::from_utf8(got.read_all(1000).unwrap()).unwrap()
}

fn gone(cn: &Connection, container: &str, object: &str) -> bool {
    cn.head_object(container, object, &Request::new()).is_err_and(|e| e.kind() == Kind::NotFound)
}

/// The second account of the server.
fn second() -> Config {
    let mut c = real::v1();
    c.set("user", Some("test2:tester2")).unwrap();
    c.set("key", Some("testing2")).unwrap();
    c
}

fn put_slo(cn: &Connection, container: &str, object: &str) {
    let r = Request::new();
    cn.put_object(container, "segments/1", &memory(b"one"), &r).unwrap();
    cn.put_object(container, "segments/2", &memory(b"two"), &r).unwrap();
    let manifest =
        format!("[{{\"path\": \"/{container}/segments/1\"}}, {{\"path\": \"/{container}/segments/2\"}}]");
    let r = request(|r| r.set_query("multipart-manifest", Some("put")));
    cn.put_object(container, object, &memory(manifest.as_bytes()), &r).unwrap();
}

#[test]
fn co_13_cr_10_copies_with_more_and_with_fresh_metadata() {
    let c = Container::new(&real::v1(), "copy");
    let (cn, name) = (&c.connection, c.name.as_str());
    let r = request(|r| r.set_metadata("Object", "Old", "1"));
    cn.put_object(name, "dir/o", &memory(b"hello"), &r).unwrap();
    let mut r = request(|r| r.set_metadata("Object", "New", "2"));
    let copied = cn.copy_object(name, "dir/o", Some((name, "é ?/%")), &r).unwrap();
    assert_eq!((copied.status(), copied.etag()), (201, Some(HELLO)));
    let from = copied.copied_from().unwrap();
    assert_eq!((from.account.as_deref(), from.container.as_str()), (Some("AUTH_test"), name));
    assert_eq!((from.object.as_str(), from.version_id), ("dir/o", None));
    assert!(copied.copied_from_last_modified().is_some());
    let head = cn.head_object(name, "é ?/%", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-old"), Some("1"));
    assert_eq!(head.headers().get_str("x-object-meta-new"), Some("2"));
    // Onto itself, without what it had.
    r.set_fresh_metadata(true).unwrap();
    cn.copy_object(name, "dir/o", None, &r).unwrap();
    let head = cn.head_object(name, "dir/o", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-old"), None);
    assert_eq!(head.headers().get_str("x-object-meta-new"), Some("2"));
    let e = cn.copy_object(name, "dir/o", Some(("no-such-container", "o")), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert!(e.message().contains("no-such-container"), "{e}");
}

#[test]
fn copies_go_to_and_come_from_another_account() {
    let c = Container::new(&real::v1(), "accounts");
    let other = Connection::new(&second()).unwrap();
    let (cn, name) = (&c.connection, c.name.as_str());
    let acl = request(|r| {
        r.set_header("X-Container-Write", Some("test:tester"))?;
        r.set_header("X-Container-Read", Some("test:tester"))
    });
    other.put_container(name, &acl).unwrap();
    cn.put_object(name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let mut r = request(|r| r.set_destination_account(Some("AUTH_test2")));
    cn.copy_object(name, "o", Some((name, "ü there")), &r).unwrap();
    assert_eq!(text(&other, name, "ü there"), "hello");
    r.set_source_account(Some("AUTH_test2")).unwrap();
    let e = cn.copy_object(name, "o", None, &r).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
    r.set_destination_account(None).unwrap();
    let copied = cn.copy_object(name, "ü there", Some((name, "back")), &r).unwrap();
    assert_eq!(copied.copied_from().unwrap().account.as_deref(), Some("AUTH_test2"));
    assert_eq!(text(cn, name, "back"), "hello");
    // Without leave it is refused.
    let forbidden = Container::new(&second(), "forbidden");
    let r = request(|r| r.set_destination_account(Some("AUTH_test2")));
    let e = cn.copy_object(name, "o", Some((&forbidden.name, "o")), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Forbidden);
    other.delete_object(name, "ü there", &Request::new()).unwrap();
    other.delete_container(name, &Request::new()).unwrap();
}

#[test]
fn range_and_conditions_of_a_copy_are_about_its_source() {
    let c = Container::new(&real::v1(), "partial");
    let (cn, name) = (&c.connection, c.name.as_str());
    cn.put_object(name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let r = request(|r| {
        r.set_range(Some(1), Some(3))?;
        r.set_if_match(Some(HELLO))
    });
    cn.copy_object(name, "o", Some((name, "part")), &r).unwrap();
    assert_eq!(text(cn, name, "part"), "ell");
    let r = request(|r| r.set_if_match(Some("0")));
    let e = cn.copy_object(name, "o", Some((name, "x")), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Precondition);
    let r = request(|r| r.set_if_none_match(Some(HELLO)));
    let e = cn.copy_object(name, "o", Some((name, "x")), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::NotModified);
    assert!(gone(cn, name, "x"));
}

#[test]
fn large_objects_are_copied_flat_or_by_their_manifest() {
    let c = Container::new(&real::v1(), "manifests");
    let (cn, name) = (&c.connection, c.name.as_str());
    put_slo(cn, name, "slo");
    let r = request(|r| r.set_header("X-Object-Manifest", Some(&format!("{name}/segments/"))));
    cn.put_object(name, "dlo", &memory(b""), &r).unwrap();
    for what in ["slo", "dlo"] {
        let mark = if what == "slo" { "x-static-large-object" } else { "x-object-manifest" };
        for (itself, beats) in [(true, false), (true, true), (false, false), (false, true)] {
            let mut r = request(|r| r.set_manifest_get(itself));
            r.set_heartbeat(beats);
            let to = format!("{what} {itself} {beats}");
            let copied = cn.copy_object(name, what, Some((name, &to)), &r).unwrap();
            assert_eq!(copied.status(), 201, "{to}");
            let head = cn.head_object(name, &to, &Request::new()).unwrap();
            assert_eq!(head.headers().get(mark).is_some(), itself, "{to}");
            assert_eq!(text(cn, name, &to), "onetwo", "{to}");
        }
    }
}

#[test]
fn with_a_heartbeat_the_result_is_looked_for_in_the_body() {
    let c = Container::new(&real::v1(), "heartbeat");
    let (cn, name) = (&c.connection, c.name.as_str());
    cn.put_object(name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let mut r = Request::new();
    r.set_heartbeat(true);
    let copied = cn.copy_object(name, "o", Some((name, "to")), &r).unwrap();
    assert_eq!((copied.status(), copied.etag()), (201, Some(HELLO)));
    // That it answers 202 to what then fails is what makes the difference.
    let e = cn.copy_object(name, "o", Some(("no-such", "to")), &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404), "{e}");
    // A segment is gone, which shows when the manifest is made: in a report inside the report.
    put_slo(cn, name, "slo");
    cn.delete_object(name, "segments/2", &Request::new()).unwrap();
    r.set_manifest_get(true).unwrap();
    let e = cn.copy_object(name, "slo", Some((name, "broken")), &r).unwrap_err();
    assert!(!e.retryable() && (400..500).contains(&e.http_status()), "{} {e}", e.http_status());
    assert!(e.message().contains("segments/2"), "{e}");
    assert!(gone(cn, name, "broken"));
}

#[test]
fn a_report_inside_a_report_is_believed() {
    let inner = |status: &str, errors: &str| {
        let text = format!(
            "{{\"Response Status\": \"{status}\", \"Response Body\": \"\", \"Etag\": \"\\\"abc\\\"\", \"Errors\": [{errors}]}}"
        );
        serde_json::to_string(&text).unwrap()
    };
    let body = |inner: &str| {
        format!("  {{\"Response Status\": \"202 Accepted\", \"Response Body\": {inner}, \"Errors\": []}}")
    };
    let answers = [
        body(&inner("201 Created", "")),
        body(&inner("400 Bad Request", "[\"/c/s\", \"404 Not Found\"]")),
        body(&inner("202 Accepted", "")),
        body("\"{garbage\""),
    ];
    let server = Faulty::new(move |n, _| reply("202 Accepted", &[], answers[n].as_bytes()));
    let cn = support::faulty::with(&server, &[("retries", "0")]);
    let mut r = request(|r| r.set_manifest_get(true));
    r.set_heartbeat(true);
    let copy = || cn.copy_object("c", "o", Some(("c", "p")), &r);
    let copied = copy().unwrap();
    assert_eq!((copied.status(), copied.etag()), (201, Some("abc")));
    assert_eq!(copy().unwrap_err().kind(), Kind::NotFound);
    assert!(copy().is_err());
    assert_eq!(copy().unwrap_err().kind(), Kind::Protocol);
    let seen = server.seen();
    assert_eq!(seen[0].header("accept"), Some("application/json"));
    assert!(seen[0].target.contains("heartbeat=on") && seen[0].target.contains("multipart-manifest=get"));
}

#[test]
fn a_move_takes_the_object_with_it_and_nothing_else() {
    let c = Container::new(&real::v1(), "move");
    let to = Container::new(&real::v1(), "moved");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let meta = request(|r| {
        r.set_metadata("Object", "Kept", "1")?;
        r.set_content_type(Some("text/x-kept"))?;
        r.set_content_language(Some("en"))?;
        r.set_delete_after(Some(5000))
    });
    cn.put_object(name, "o", &memory(b"hello"), &meta).unwrap();
    let moved = cn.move_object(name, "o", &to.name, "there/é", &r).unwrap();
    assert_eq!((moved.status(), moved.etag()), (201, Some(HELLO)));
    assert!(moved.attempts() >= 5);
    assert!(gone(cn, name, "o"));
    let head = cn.head_object(&to.name, "there/é", &r).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-kept"), Some("1"));
    assert_eq!(
        (head.content_type(), head.headers().get_str("content-language")),
        (Some("text/x-kept"), Some("en"))
    );
    assert!(head.delete_at().is_some());

    // A large object goes by its manifest, and its segments stay.
    put_slo(cn, name, "slo");
    let mut beats = Request::new();
    beats.set_heartbeat(true);
    cn.move_object(name, "slo", name, "slo moved", &beats).unwrap();
    assert!(gone(cn, name, "slo"));
    assert_eq!(text(cn, name, "slo moved"), "onetwo");
    assert!(cn.head_object(name, "slo moved", &r).unwrap().headers().get("x-static-large-object").is_some());
    let dlo = request(|r| r.set_header("X-Object-Manifest", Some(&format!("{name}/segments/"))));
    cn.put_object(name, "dlo", &memory(b""), &dlo).unwrap();
    cn.move_object(name, "dlo", name, "dlo moved", &r).unwrap();
    assert!(gone(cn, name, "dlo"));
    assert!(cn.head_object(name, "dlo moved", &r).unwrap().headers().get("x-object-manifest").is_some());
    assert_eq!(text(cn, name, "dlo moved"), "onetwo");

    // What is refused, or fails, leaves it where it is.
    cn.put_object(name, "stays", &memory(b"hello"), &r).unwrap();
    assert_eq!(cn.move_object(name, "stays", name, "stays", &r).unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!(cn.move_object(name, "stays", "none", "x", &r).unwrap_err().kind(), Kind::NotFound);
    assert_eq!(cn.move_object(name, "none", name, "x", &r).unwrap_err().kind(), Kind::NotFound);
    for r in [
        request(|r| r.set_range(Some(0), Some(1))),
        request(|r| r.set_destination_account(Some("AUTH_test2"))),
        request(|r| r.set_version_id(Some("1"))),
    ] {
        assert_eq!(cn.move_object(name, "stays", name, "x", &r).unwrap_err().kind(), Kind::InvalidArgument);
    }
    let other = request(|r| r.set_if_match(Some("0")));
    assert_eq!(cn.move_object(name, "stays", name, "x", &other).unwrap_err().kind(), Kind::Precondition);
    assert_eq!(text(cn, name, "stays"), "hello");
    let same = request(|r| r.set_if_match(Some(HELLO)));
    cn.move_object(name, "stays", name, "x", &same).unwrap();
    assert_eq!(text(cn, name, "x"), "hello");
}

/// What a server says in the course of a move: HEAD source, COPY, HEAD copy, HEAD source, DELETE.
fn played(answers: [(&'static str, &'static str); 5]) -> Faulty {
    Faulty::new(move |n, _| {
        let (status, stamp) = answers[n.min(4)];
        reply(status, &[("ETag", HELLO), ("X-Timestamp", stamp)], b"")
    })
}

#[test]
fn a_move_that_fails_in_the_middle_keeps_the_source() {
    let ok = ("200 OK", "1.0");
    let done = ("201 Created", "2.0");
    let methods = |s: &Faulty| s.seen().into_iter().map(|s| s.method).collect::<Vec<_>>();
    let attempt = |s: &Faulty| {
        support::faulty::with(s, &[("retries", "0")]).move_object("c", "o", "c", "p", &Request::new())
    };
    let server = played([ok, done, ok, ok, ("204 No Content", "")]);
    attempt(&server).unwrap();
    assert_eq!(methods(&server), ["HEAD", "COPY", "HEAD", "HEAD", "DELETE"]);
    assert_eq!(server.seen()[4].target, "/v1/AUTH_test/c/o");
    // Somebody changed it: it is not deleted.
    let server = played([ok, done, ok, ("200 OK", "1.5"), ("204 No Content", "")]);
    let e = attempt(&server).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict);
    assert!(e.message().contains("changed") && e.message().contains("not deleted"), "{e}");
    assert_eq!(methods(&server).len(), 4);
    // Nor when the copy cannot be seen, or was never made.
    let server = played([ok, done, ("404 Not Found", ""), ok, ok]);
    assert_eq!(attempt(&server).unwrap_err().kind(), Kind::NotFound);
    assert!(methods(&server).iter().all(|m| m != "DELETE"));
    let server = played([ok, ("503 Service Unavailable", ""), ok, ok, ok]);
    assert_eq!(attempt(&server).unwrap_err().kind(), Kind::Server);
    assert_eq!(methods(&server).len(), 2);
    // Gone is gone, whoever did it; but a refusal is told with where the copy is.
    let server = played([ok, done, ok, ok, ("404 Not Found", "")]);
    attempt(&server).unwrap();
    let server = played([ok, done, ok, ok, ("403 Forbidden", "")]);
    let e = attempt(&server).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Forbidden, 5));
    assert!(e.message().contains("\"c/o\" has been copied to \"c/p\""), "{e}");
}

#[test]
fn a_move_does_not_believe_a_copy_that_differs() {
    let server = Faulty::new(|n, _| {
        let etag = if n == 2 { "0" } else { HELLO };
        let status = if n == 1 { "201 Created" } else { "200 OK" };
        reply(status, &[("ETag", etag), ("X-Timestamp", "1.0")], b"")
    });
    let e = server.connection().move_object("c", "o", "c", "p", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict);
    assert!(e.message().contains("etag"), "{e}");
    assert!(server.seen().iter().all(|s| s.method != "DELETE"));
}

#[test]
fn a_move_has_one_deadline() {
    let server = Faulty::new(|_, _| support::faulty::Reply::SendAndStall(Vec::new()));
    let r = Request { timeout: Some(std::time::Duration::from_millis(200)), ..Request::new() };
    let e = server.connection().move_object("c", "o", "c", "p", &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout);
    let _: Source = memory(b"");
}
