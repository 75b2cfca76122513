//! What a server tells in the body of an answer that began as a success, and what becomes of it when it fails there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::os::fd::AsFd;
use std::time::Duration;

use support::faulty::{Faulty, Reply, Seen, known, memory, reply, response, with};
use swiftclient::core::connection::Archive;
use swiftclient::core::manifest::Segment;
use swiftclient::core::{Connection, Error, Kind, Manifest, Report, Request, Source};

const JSON: &[(&str, &str)] = &[("Content-Type", "application/json")];

/// A call that is answered by a report.
type Call = fn(&Connection) -> Result<Report, Error>;

fn bulk(cn: &Connection) -> Result<Report, Error> {
    cn.bulk_delete(&["c/a", "c/b", "c"], &Request::new())
}

fn archive(cn: &Connection) -> Result<Report, Error> {
    cn.upload_archive(Some("c"), None, Archive::Tar, &memory(b"tar"), &Request::new())
}

fn delete(cn: &Connection) -> Result<Report, Error> {
    // Without the look at the container, which is no report.
    cn.delete_slo("c", "big", false, &Request { delete_kept: true, ..Request::new() })
}

fn manifest() -> Manifest {
    let mut m = Manifest::new();
    m.push(Segment::object("c", "a", Some("0cc175b9c0f1b6a831c399e269772661"), Some(1), None).unwrap());
    m
}

/// Gives a report of nothing: what counts is whether it fails.
fn heartbeat(cn: &Connection) -> Result<Report, Error> {
    let mut r = Request::new();
    r.set_heartbeat(true);
    cn.put_slo("c", "big", &manifest(), &r).map(|_| Report::default())
}

const ALL: [(&str, Call, &str); 4] = [
    (
        "bulk delete",
        bulk,
        r#"{"Response Status": "200 OK", "Number Deleted": 3, "Number Not Found": 0, "Errors": []}"#,
    ),
    ("archive", archive, r#"{"Response Status": "201 Created", "Number Files Created": "3", "Errors": []}"#),
    (
        "deletion with segments",
        delete,
        r#"{"Response Status": "200 OK", "Number Deleted": "3", "Number Not Found": "0", "Errors": []}"#,
    ),
    ("heartbeat", heartbeat, r#"{"Response Status": "201 Created", "Response Body": "", "Errors": []}"#),
];

/// The head of an answer whose body comes in chunks, and some white space.
fn begun() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-Trans-Id: tx-test\r\n\r\n1\r\n \r\n".to_vec()
}

fn chunk(text: &str) -> Vec<u8> {
    format!("{:x}\r\n{text}\r\n", text.len()).into_bytes()
}

#[test]
fn df_17_white_space_is_a_sign_of_life() {
    let one = |name: &str, call: Call, good: &'static str| {
        let s = Faulty::new(move |_, _| {
            let mut pieces = vec![begun()];
            pieces.extend((0..5).map(|_| chunk(" ")));
            pieces.push(chunk("\r\n\r\n"));
            pieces.push(chunk(good));
            pieces.push(chunk(""));
            Reply::SendSlowly(pieces, Duration::from_millis(700))
        });
        // In all it takes longer than a stall may, and each pause is far from that.
        call(&known(&s, &[("timeout", "5"), ("retries", "0")])).unwrap_or_else(|e| panic!("{name}: {e}"));
        let asked = s.seen()[0].target.contains("heartbeat=on");
        assert_eq!(asked, name == "heartbeat", "{name}");
    };
    std::thread::scope(|scope| {
        for (name, call, good) in ALL {
            scope.spawn(move || one(name, call, good));
        }
    });
}

#[test]
fn df_17_white_space_and_then_nothing_is_a_stall() {
    for (name, call, _) in ALL {
        let s = Faulty::new(|_, _| Reply::SendAndStall(begun()));
        let e = call(&known(&s, &[("timeout", "0.2"), ("retries", "1")])).unwrap_err();
        assert_eq!((e.kind(), e.attempts()), (Kind::Timeout, 2), "{name}: {e}");
    }
}

#[test]
fn df_17_a_report_that_breaks_off_is_asked_for_again() {
    for (name, call, good) in ALL {
        for how in 0..3 {
            let s = Faulty::new(move |n, _| match (n, how) {
                // Cut by the connection, noticed by the framing; cut by the server, noticed by the text; nothing at all.
                (0, 0) => Reply::SendAndClose([begun(), chunk(&good[..20])].concat()),
                (0, 1) => reply("200 OK", JSON, &good.as_bytes()[..20]),
                (0, _) => reply("200 OK", JSON, b" \r\n "),
                _ => reply("200 OK", JSON, good.as_bytes()),
            });
            let report = call(&s.connection()).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(s.seen().len(), 2, "{name}");
            assert_eq!(
                report.deleted() + report.created(),
                if name == "heartbeat" { 0 } else { 3 },
                "{name}"
            );
        }
    }
}

#[test]
fn df_17_garbage_is_no_report() {
    for (name, call, _) in ALL {
        for body in ["<html>Hello</html>", "[]", "{\"Response Status\": 5}", "{\"Errors\": []}", "\u{1}\u{2}"]
        {
            let s = Faulty::new(move |_, _| reply("200 OK", JSON, body.as_bytes()));
            let e = call(&with(&s, &[("retries", "1")])).unwrap_err();
            assert_eq!((e.kind(), e.attempts()), (Kind::Protocol, 2), "{name}: {body}: {e}");
        }
    }
}

#[test]
fn df_17_a_report_about_fewer_paths_than_were_sent_is_none() {
    for (numbers, about) in [
        ("", 0),
        ("\"Number Deleted\": 1, \"Number Not Found\": 1, ", 2),
        ("\"Number Deleted\": 1, \"Number Not Found\": 0, ", 1),
    ] {
        let body = format!("{{\"Response Status\": \"200 OK\", {numbers}\"Errors\": []}}");
        let s = Faulty::new(move |_, _| reply("200 OK", JSON, body.as_bytes()));
        let e = bulk(&s.connection()).unwrap_err();
        assert_eq!(e.kind(), Kind::Protocol, "{e}");
        assert!(e.message().contains(&format!("about {about} of 3 paths")), "{e}");
        let report = e.report().unwrap();
        assert_eq!(report.errors().len(), 3, "none of them is known to be deleted");
    }
    // Numbers that no one can add.
    let body = format!(
        "{{\"Response Status\": \"200 OK\", \"Number Deleted\": {0}, \"Number Not Found\": {0}, \"Errors\": []}}",
        u64::MAX
    );
    let s = Faulty::new(move |_, _| reply("200 OK", JSON, body.as_bytes()));
    assert_eq!(bulk(&s.connection()).unwrap().deleted(), u64::MAX);
}

#[test]
fn df_17_a_failure_of_the_whole_is_one_of_the_call() {
    let failures = [
        ("400 Bad Request", Kind::Http, 1),
        ("403 Forbidden", Kind::Forbidden, 1),
        ("404 Not Found", Kind::NotFound, 1),
        ("412 Precondition Failed", Kind::Precondition, 1),
        ("422 Unprocessable Entity", Kind::Checksum, 1),
        ("500 Internal Error", Kind::Server, 3),
        ("503 Service Unavailable", Kind::Server, 3),
        ("498 Rate Limited", Kind::RateLimited, 3),
    ];
    for (name, call, _) in ALL {
        for (status, kind, attempts) in failures {
            let s = Faulty::new(move |_, _| {
                let body = format!(
                    "  {{\"Response Status\": \"{status}\", \"Response Body\": \"so it is\", \"Errors\": []}}"
                );
                reply("200 OK", JSON, body.as_bytes())
            });
            let e = call(&with(&s, &[("retries", "2")])).unwrap_err();
            assert_eq!((e.kind(), e.attempts()), (kind, attempts), "{name}: {e}");
            assert_eq!(e.http_status().to_string(), status[..3], "{name}");
            assert!(e.message().contains("so it is") && e.message().contains("tx-test"), "{name}: {e}");
            assert_eq!(
                e.report().unwrap().message(),
                if name == "bulk delete" { e.message() } else { "so it is" }
            );
        }
    }
}

#[test]
fn df_17_a_failure_that_passes_is_no_failure() {
    for (name, call, good) in ALL {
        let s = Faulty::new(move |n, _| match n {
            0 => reply("200 OK", JSON, br#"{"Response Status": "503 Service Unavailable", "Errors": []}"#),
            _ => reply("200 OK", JSON, good.as_bytes()),
        });
        call(&s.connection()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(s.seen().len(), 2, "{name}");
    }
}

#[test]
fn df_17_a_token_that_expired_is_renewed() {
    for (name, call, good) in ALL {
        let s = Faulty::new(move |_, seen| match seen.header("x-auth-token") {
            Some("AUTH_tk1") => {
                reply("200 OK", JSON, br#"{"Response Status": "401 Unauthorized", "Errors": []}"#)
            }
            _ => reply("200 OK", JSON, good.as_bytes()),
        });
        call(&with(&s, &[("retries", "0")])).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(s.tokens(), 2, "{name}");
    }
}

#[test]
fn a_server_that_knows_nothing_of_it_is_told_as_that() {
    for (name, call, _) in &ALL[..3] {
        let s = Faulty::new(|_, _| reply("204 No Content", &[], b""));
        let e = call(&s.connection()).unwrap_err();
        assert_eq!((e.kind(), s.seen().len()), (Kind::Unsupported, 1), "{name}: {e}");
    }
    // Without a heartbeat it is stored all the same.
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    heartbeat(&s.connection()).unwrap();
}

/// The paths a bulk delete asks for.
fn lines(seen: &Seen) -> Vec<String> {
    String::from_utf8(seen.body.clone()).unwrap().lines().map(str::to_owned).collect()
}

fn told(report: &Report) -> Vec<(&str, u16)> {
    report.errors().iter().map(|e| (e.path(), e.status())).collect()
}

#[test]
fn paths_that_fail_for_a_while_are_sent_again_alone() {
    let s = Faulty::new(|n, _| match n {
        0 => reply(
            "200 OK",
            JSON,
            br#"{"Response Status": "502 Bad Gateway", "Number Deleted": 1, "Number Not Found": 0,
                 "Errors": [["/c/b%0A", "503 Service Unavailable"], ["/c", "409 Conflict"]]}"#,
        ),
        _ => reply("200 OK", JSON, br#"{"Response Status": "200 OK", "Number Deleted": 1, "Errors": []}"#),
    });
    let e = s.connection().bulk_delete(&["/c/a", "c", "c/b\n"], &Request::new()).unwrap_err();
    let seen = s.seen();
    // Objects first, whatever their order was.
    assert_eq!(lines(&seen[0]), ["/c/a", "/c/b%0A", "/c"]);
    assert_eq!(lines(&seen[1]), ["/c/b%0A"]);
    assert_eq!(seen[0].header("content-type"), Some("text/plain"));
    assert_eq!(seen[0].header("accept"), Some("application/json"));
    assert!(seen[0].target.ends_with("AUTH_test?bulk-delete"), "{}", seen[0].target);
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Conflict, 409, 2), "{e}");
    let report = e.report().unwrap();
    assert_eq!((report.deleted(), report.not_found(), report.status()), (2, 0, 400));
    assert_eq!(told(report), [("c", 409)]);
}

#[test]
fn paths_that_go_on_failing_are_told_when_the_attempts_are_used_up() {
    let s = Faulty::new(|_, _| {
        let body = br#"{"Response Status": "502 Bad Gateway", "Number Deleted": 0,
            "Errors": [["/c/a", "503 Service Unavailable"]]}"#;
        reply("200 OK", JSON, body)
    });
    let e = with(&s, &[("retries", "2")]).bulk_delete(&["c/a"], &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts(), e.retryable()), (Kind::Server, 503, 3, true));
    assert_eq!(told(e.report().unwrap()), [("c/a", 503)]);
}

#[test]
fn a_token_that_expires_half_way_is_renewed_for_the_rest() {
    let s = Faulty::new(|n, seen| match (n, seen.header("x-auth-token")) {
        (0, _) => {
            let body = br#"{"Response Status": "400 Bad Request", "Number Deleted": 1,
                "Errors": [["/c/b", "401 Unauthorized"]]}"#;
            reply("200 OK", JSON, body)
        }
        (_, Some("AUTH_tk1")) => {
            let body = br#"{"Response Status": "400 Bad Request", "Number Deleted": 0, "Number Not Found": 0,
                "Errors": [["/c/b", "401 Unauthorized"]]}"#;
            reply("200 OK", JSON, body)
        }
        _ => reply("200 OK", JSON, br#"{"Response Status": "200 OK", "Number Deleted": 1, "Errors": []}"#),
    });
    let report = with(&s, &[("retries", "0")]).bulk_delete(&["c/a", "c/b"], &Request::new()).unwrap();
    assert_eq!((report.deleted(), s.tokens()), (2, 2));
    // For good it is a failure with each path.
    let s = Faulty::new(|_, _| {
        let body = br#"{"Response Status": "400 Bad Request", "Errors": [["/c/a", "401 Unauthorized"]]}"#;
        reply("200 OK", JSON, body)
    });
    let e = s.connection().bulk_delete(&["c/a"], &Request::new()).unwrap_err();
    assert_eq!((e.kind(), s.tokens()), (Kind::Unauthorized, 2), "{e}");
}

#[test]
fn a_server_that_stops_after_many_failures_is_given_the_rest() {
    let s = Faulty::new(|n, _| match n {
        0 => reply(
            "200 OK",
            JSON,
            br#"{"Response Status": "400 Bad Request", "Response Body": "Max delete failures exceeded",
                 "Number Deleted": 1, "Number Not Found": 0,
                 "Errors": [["/c/b", "409 Conflict"], ["/c/c", "409 Conflict"]]}"#,
        ),
        _ => reply("200 OK", JSON, br#"{"Response Status": "200 OK", "Number Deleted": 2, "Errors": []}"#),
    });
    let e = s.connection().bulk_delete(&["c/a", "c/b", "c/c", "c/d", "c/e"], &Request::new()).unwrap_err();
    assert_eq!(lines(&s.seen()[1]), ["/c/d", "/c/e"]);
    assert_eq!(e.report().unwrap().deleted(), 3);
    assert_eq!(told(e.report().unwrap()), [("c/b", 409), ("c/c", 409)]);
}

#[test]
fn more_paths_than_a_server_takes_go_in_as_many_requests_as_it_takes() {
    let limit = |most: usize, says: bool| {
        Faulty::new(move |_, seen| {
            let count = lines(seen).len();
            let (status, body) = match () {
                () if seen.target == "/info" => {
                    let info = format!("{{\"bulk_delete\": {{\"max_deletes_per_request\": {most}}}}}");
                    return reply("200 OK", JSON, info.as_bytes());
                }
                () if count > most && says => {
                    ("413 Request Entity Too Large", format!("Maximum Bulk Deletes: {most} per request"))
                }
                () if count > most => ("413 Request Entity Too Large", String::new()),
                () => ("200 OK", String::new()),
            };
            let done = if status == "200 OK" { count } else { 0 };
            let body = format!(
                "{{\"Response Status\": \"{status}\", \"Response Body\": \"{body}\", \"Number Deleted\": {done}, \
                 \"Errors\": []}}"
            );
            reply("200 OK", JSON, body.as_bytes())
        })
    };
    let paths: Vec<_> = (0..10).map(|i| format!("c/{i}")).collect();
    let sizes = |s: &Faulty| s.seen().iter().map(|r| lines(r).len()).collect::<Vec<_>>();
    // A few are sent without asking: the server says how many it takes, or one has to find out.
    let s = limit(4, true);
    assert_eq!(s.connection().bulk_delete(&paths, &Request::new()).unwrap().deleted(), 10);
    assert_eq!(sizes(&s), [10, 4, 4, 2]);
    let s = limit(3, false);
    assert_eq!(s.connection().bulk_delete(&paths, &Request::new()).unwrap().deleted(), 10);
    assert_eq!(sizes(&s), [10, 5, 2, 2, 2, 2, 2]);
    // For many, /info is asked.
    let paths: Vec<_> = (0..2500).map(|i| format!("c/{i}")).collect();
    let s = limit(1200, true);
    assert_eq!(s.connection().bulk_delete(&paths, &Request::new()).unwrap().deleted(), 2500);
    assert_eq!(sizes(&s), [0, 1200, 1200, 100]);
    let s = Faulty::new(|_, _| reply("200 OK", JSON, b"{\"swift\": {}}"));
    let e = s.connection().bulk_delete(&paths, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), s.seen().len()), (Kind::Unsupported, 1), "{e}");
    assert_eq!(e.report().unwrap().errors().len(), 2500);
}

#[test]
fn what_was_done_before_it_had_to_stop_is_told() {
    let paths: Vec<_> = (0..1500).map(|i| format!("c/{i}")).collect();
    let s = Faulty::new(|n, seen| match n {
        // No word on what it takes.
        0 => reply("404 Not Found", &[], b""),
        1 => {
            let body = format!(
                "{{\"Response Status\": \"200 OK\", \"Number Deleted\": {}, \"Errors\": []}}",
                lines(seen).len()
            );
            reply("200 OK", JSON, body.as_bytes())
        }
        _ => reply("403 Forbidden", &[], b"no more"),
    });
    let e = s.connection().bulk_delete(&paths, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Forbidden, 403));
    let report = e.report().unwrap();
    assert_eq!((report.deleted(), report.errors().len()), (1000, 500));
    assert_eq!(report.errors()[0].path(), "c/1000");
    assert!(report.errors()[0].reason().contains("not known"), "{}", report.errors()[0].reason());
}

#[test]
fn segments_that_fail_for_a_while_are_deleted_by_themselves() {
    // The manifest is gone by then: asking for it again would find nothing, and the segments would be lost.
    let s = Faulty::new(|_, seen| match seen.target.as_str() {
        "/v1/AUTH_test/c" => reply("204 No Content", &[], b""),
        "/v1/AUTH_test/c/big?multipart-manifest=delete" => reply(
            "200 OK",
            JSON,
            br#"{"Response Status": "502 Bad Gateway", "Number Deleted": 2,
                 "Errors": [["/c/s%201", "503 Service Unavailable"], ["/c/s2", "503 Service Unavailable"],
                            ["/c/s3", "403 Forbidden"]]}"#,
        ),
        "/v1/AUTH_test/c/s%201" => reply("204 No Content", &[], b""),
        "/v1/AUTH_test/c/s2" => reply("404 Not Found", &[], b""),
        other => panic!("{other}"),
    });
    let e = s.connection().delete_slo("c", "big", false, &Request::new()).unwrap_err();
    let report = e.report().unwrap();
    assert_eq!((report.deleted(), report.not_found()), (3, 1));
    assert_eq!(told(report), [("c/s3", 403)]);
    assert_eq!(e.kind(), Kind::Forbidden);
}

#[test]
fn an_archive_that_can_be_sent_only_once_says_so() {
    let s = Faulty::new(|_, _| {
        let body = br#"{"Response Status": "502 Bad Gateway", "Number Files Created": 1,
            "Errors": [["c/a", "503 Service Unavailable"], ["/v1/AUTH_test/d", "503 Service Unavailable"]]}"#;
        reply("200 OK", JSON, body)
    });
    let (read, write) = std::io::pipe().unwrap();
    std::io::Write::write_all(&mut &write, b"tar").unwrap();
    drop(write);
    let source = Source::fd(read.as_fd(), None).unwrap();
    let r = Request::new();
    let e = s.connection().upload_archive(None, None, Archive::TarGz, &source, &r).unwrap_err();
    assert!(e.message().contains("can be sent only once"), "{e}");
    assert_eq!((e.kind(), e.attempts()), (Kind::Server, 1));
    assert_eq!(told(e.report().unwrap()), [("c/a", 503), ("d", 503)]);
    assert_eq!(e.report().unwrap().errors()[1].object(), None);
    let seen = s.seen();
    assert!(seen[0].target.ends_with("AUTH_test?extract-archive=tar.gz"), "{}", seen[0].target);
    // One that can is sent again.
    let e = with(&s, &[("retries", "2")])
        .upload_archive(Some("c"), Some("a/b/"), Archive::TarBz2, &memory(b"tar"), &r)
        .unwrap_err();
    assert_eq!(e.attempts(), 3);
    let seen = s.seen();
    assert!(seen[3].target.ends_with("AUTH_test/c/a/b?extract-archive=tar.bz2"), "{}", seen[3].target);
    assert_eq!(seen[3].body, b"tar");
}

#[test]
fn an_archive_at_a_server_that_would_store_it_is_told() {
    let s = Faulty::new(|_, _| reply("201 Created", &[("ETag", "\"x\"")], b""));
    let e = archive(&s.connection()).unwrap_err();
    assert_eq!(e.kind(), Kind::Unsupported);
    let e = s
        .connection()
        .upload_archive(None, Some("p"), Archive::Tar, &memory(b""), &Request::new())
        .unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
}

#[test]
fn an_etag_other_than_the_one_the_segments_make_is_an_error() {
    let m = manifest();
    for (status, body) in [
        ("201 Created", String::new()),
        (
            "202 Accepted",
            r#" {"Response Status": "201 Created", "Etag": "\"00000000000000000000000000000000\""}"#.into(),
        ),
    ] {
        let s = Faulty::new(move |_, _| {
            reply(status, &[("ETag", "\"00000000000000000000000000000000\"")], body.as_bytes())
        });
        let e = s.connection().put_slo("c", "big", &m, &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Checksum);
        assert_eq!(s.seen()[0].header("etag"), m.etag().as_deref());
        // Not where checksums are off.
        let r = Request { checksum: Some(false), ..Request::new() };
        s.connection().put_slo("c", "big", &m, &r).unwrap();
        assert_eq!(s.seen()[1].header("etag"), None);
    }
}

#[test]
fn segments_that_could_not_be_looked_at_are_looked_at_again() {
    let m = manifest();
    let s = Faulty::new(|n, _| match n {
        0 => reply("400 Bad Request", JSON, br#"{"Errors": [["/c/a", "503 Service Unavailable"]]}"#),
        _ => reply("201 Created", &[], b""),
    });
    s.connection().put_slo("c", "big", &m, &Request::new()).unwrap();
    assert_eq!(s.seen().len(), 2);
}

#[test]
fn long_reports_of_failures_are_whole() {
    let m = manifest();
    let errors: Vec<_> = (0..3000).map(|i| format!("[\"/c/{i:040}\", \"Etag Mismatch\"]")).collect();
    let body = format!("{{\"Errors\": [{}]}}", errors.join(", "));
    let s = Faulty::new(move |_, _| reply("400 Bad Request", JSON, body.as_bytes()));
    let e = s.connection().put_slo("c", "big", &m, &Request::new()).unwrap_err();
    assert_eq!(e.report().unwrap().errors().len(), 3000);
    assert_eq!(e.failure().unwrap().body.len(), 64 * 1024);
}

#[test]
fn hostile_manifests_end_in_an_error() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = format!("[{{\"path\": \"/c/o\", \"x\": {deep}}}]");
    let many = format!("[{}{{}}]", "{\"path\": \"/c/o\"},".repeat(300_000));
    for body in [
        "",
        "{}",
        "[1]",
        "[{}]",
        "[{\"name\": \"/c/o\"}",
        "[{\"name\": \"c\"}]",
        "[{\"name\": \"/c/o\", \"bytes\": -1}]",
        "[{\"name\": \"/c/o\", \"bytes\": \"many\"}]",
        "[{\"name\": \"/c/o\", \"bytes\": 5, \"range\": \"7-9\"}]",
        "[{\"name\": \"/c/o\", \"range\": \"5-1\"}]",
        "[{\"name\": \"/c/\\u0000\"}]",
        "[{\"data\": \"?\"}]",
        deep.as_str(),
        many.as_str(),
    ] {
        let body = body.to_owned();
        let shown: String = body.chars().take(60).collect();
        let s =
            Faulty::new(move |_, _| reply("200 OK", &[("X-Static-Large-Object", "True")], body.as_bytes()));
        let e = s.connection().get_slo_manifest("c", "o", &Request::new()).unwrap_err();
        assert_eq!((e.kind(), e.attempts()), (Kind::Protocol, 1), "{shown}: {e}");
    }
    // What is not asked for may be as it likes.
    assert_eq!(Manifest::parse(nested.as_bytes()).unwrap().segments().len(), 1);
    // Sizes that add up to more than there is.
    let huge = format!("{{\"name\": \"/c/o\", \"bytes\": {}, \"hash\": \"x\"}}", u64::MAX);
    let m = Manifest::parse(format!("[{huge}, {huge}]").as_bytes()).unwrap();
    assert_eq!(m.size(), None);
}

#[test]
fn a_manifest_that_breaks_off_is_read_again_and_one_that_is_none_not_at_all() {
    let good = br#"[{"name": "/c/o", "bytes": 5, "hash": "x", "sub_slo": true, "content_type": "a/b;swift_bytes=7"}]"#;
    let s = Faulty::new(|n, _| {
        let whole = response("200 OK", &[("X-Static-Large-Object", "True")], good);
        match n {
            0 => Reply::SendAndClose(whole[..whole.len() - 10].to_vec()),
            _ => Reply::Send(whole),
        }
    });
    let m = s.connection().get_slo_manifest("c", "o", &Request::new()).unwrap();
    // A server of old tells the size of a large object within its media type.
    assert_eq!((m.size(), m.segments()[0].content_type()), (Some(7), Some("a/b")));
    assert_eq!(s.seen().len(), 2);
    // Of what is no manifest nothing is read: this body never ends.
    let s = Faulty::new(|_, _| {
        Reply::SendAndStall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\nxx".to_vec())
    });
    let e = s.connection().get_slo_manifest("c", "o", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::State);
}

#[test]
fn a_part_that_breaks_off_is_taken_up_by_its_range() {
    let s = Faulty::new(|n, seen| match n {
        0 => {
            assert!(seen.target.ends_with("?part-number=2"), "{}", seen.target);
            let head = [("ETag", "e"), ("Content-Range", "bytes 10-19/30"), ("X-Parts-Count", "3")];
            let whole = response("206 Partial Content", &head, b"0123456789");
            Reply::SendAndClose(whole[..whole.len() - 6].to_vec())
        }
        _ => {
            // The two together are refused by Swift.
            assert_eq!(
                (seen.target.contains("part-number"), seen.header("range")),
                (false, Some("bytes=14-19"))
            );
            reply("206 Partial Content", &[("ETag", "e"), ("Content-Range", "bytes 14-19/30")], b"456789")
        }
    });
    let mut r = Request::new();
    r.set_part_number(Some(2)).unwrap();
    let mut got = s.connection().get_object("c", "o", &r).unwrap();
    assert_eq!(got.parts_count(), Some(3));
    assert_eq!(got.read_all(100).unwrap(), b"0123456789");
}
