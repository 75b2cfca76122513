//! Every operation against every fault: the right data or the right error, within the timeouts, and nothing left behind.
//!
//! A new operation is one more line in `operations`: how it is called and what must come of it. `swift` must know what
//! a healthy server answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::{Duration, Instant};

use md5::{Digest, Md5};
use support::faulty::{Faulty, Reply, Seen, memory, reply, response};
use support::pattern;
use swiftclient::core::connection::Archive;
use swiftclient::core::manifest::{Manifest, Segment};
use swiftclient::core::{Connection, Error, Kind, Listing, Request};

/// What objects hold: more than goes through a socket at once.
const SIZE: usize = 3 << 19;

fn body() -> &'static Vec<u8> {
    static BODY: OnceLock<Vec<u8>> = OnceLock::new();
    BODY.get_or_init(|| pattern(SIZE))
}

fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

const REPORT: &[u8] = br#"{"Number Deleted": 2, "Number Not Found": 0, "Number Files Created": 2,
    "Response Status": "200 OK", "Response Body": "", "Errors": []}"#;
const MANIFEST: &[u8] = br#"[{"name": "/c/s1", "hash": "0cc175b9c0f1b6a831c399e269772661", "bytes": 1,
    "content_type": "text/plain", "last_modified": "1994-11-06T08:49:37.000000"}]"#;

/// What a healthy server answers.
fn swift(seen: &Seen) -> Vec<u8> {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let has = |name: &str| query.split('&').any(|p| p == name || p.starts_with(&format!("{name}=")));
    let object = path.matches('/').count() > 3;
    let md5_of = |bytes: &[u8]| ("ETag".to_owned(), md5(bytes));
    let with = |status: &str, headers: &[(String, String)], body: &[u8]| {
        let headers: Vec<_> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        response(status, &headers, body)
    };
    match seen.method.as_str() {
        _ if path == "/info" => {
            response("200 OK", &[], br#"{"swift": {}, "bulk_delete": {"max_deletes_per_request": 10}}"#)
        }
        _ if has("bulk-delete") || has("extract-archive") || query == "multipart-manifest=delete" => {
            response("200 OK", &[("Content-Type", "application/json")], REPORT)
        }
        "GET" if has("multipart-manifest") => response(
            "200 OK",
            &[("X-Static-Large-Object", "True"), ("Content-Type", "application/json")],
            MANIFEST,
        ),
        "HEAD" | "GET" if object => {
            let all = body();
            let range = seen.header("range").and_then(|r| r.strip_prefix("bytes=")?.split_once('-'));
            let mut headers = vec![md5_of(all)];
            match range {
                Some((first, _)) => {
                    let first: usize = first.parse().unwrap();
                    headers.push(("Content-Range".into(), format!("bytes {first}-{}/{SIZE}", SIZE - 1)));
                    with("206 Partial Content", &headers, &all[first..])
                }
                None => {
                    let whole = with("200 OK", &headers, all);
                    let end = whole.len() - if seen.method == "HEAD" { SIZE } else { 0 };
                    whole[..end].to_vec()
                }
            }
        }
        "HEAD" => response("204 No Content", &[("X-Account-Object-Count", "7")], b""),
        "GET" if has("marker") => response("200 OK", &[("X-Container-Object-Count", "2")], b"[]"),
        "GET" => {
            let rows = br#"[{"name": "a", "count": 1, "bytes": 1}, {"name": "b", "count": 1, "bytes": 2}]"#;
            response("200 OK", &[("X-Container-Object-Count", "2")], rows)
        }
        "PUT" if has("multipart-manifest") => response("201 Created", &[("ETag", "\"whole\"")], b""),
        "PUT" if object => with("201 Created", &[md5_of(&seen.body)], b""),
        "PUT" | "COPY" => response("201 Created", &[], b""),
        "OPTIONS" => response("200 OK", &[("Allow", "GET, PUT")], b""),
        "DELETE" | "POST" => response("204 No Content", &[], b""),
        other => panic!("the server has no answer to {other} {}", seen.target),
    }
}

type Run = fn(&Connection) -> Result<String, Error>;

struct Operation {
    name: &'static str,
    run: Run,
    /// What comes of it with a healthy server.
    right: &'static str,
    /// Whether the token goes with it; without one a 401 is final.
    token: bool,
}

fn names(listing: Result<Listing, Error>) -> Result<String, Error> {
    let (mut listing, mut all) = (listing?, String::new());
    while let Some(e) = listing.next()? {
        all.push_str(e.name());
    }
    Ok(all)
}

fn operations() -> Vec<Operation> {
    fn op(name: &'static str, right: &'static str, run: Run) -> Operation {
        Operation { name, run, right, token: true }
    }
    fn r() -> Request {
        Request::new()
    }
    fn status(r: Result<swiftclient::core::Response, Error>) -> Result<String, Error> {
        Ok(r?.status().to_string())
    }
    fn manifest() -> Manifest {
        let mut m = Manifest::new();
        m.push(Segment::object("c", "s1", None, None, None).unwrap());
        m
    }
    fn open(name: &'static str, right: &'static str, run: Run) -> Operation {
        Operation { token: false, ..op(name, right, run) }
    }
    vec![
        op("head_account", "204", |cn| status(cn.head_account(&r()))),
        op("post_account", "204", |cn| status(cn.post_account(&r()))),
        op("put_account", "201", |cn| status(cn.put_account(&r()))),
        op("delete_account", "204", |cn| status(cn.delete_account(&r()))),
        op("list_account", "ab", |cn| names(cn.list_account(&r()))),
        op("get_account", "200", |cn| status(cn.get_account(&r()))),
        open("capabilities", "200", |cn| status(cn.capabilities(&r()))),
        op("head_container", "204", |cn| status(cn.head_container("c", &r()))),
        op("put_container", "201", |cn| status(cn.put_container("c", &r()))),
        op("post_container", "204", |cn| status(cn.post_container("c", &r()))),
        op("delete_container", "204", |cn| status(cn.delete_container("c", &r()))),
        op("list_container", "ab", |cn| names(cn.list_container("c", &r()))),
        op("get_container", "200", |cn| status(cn.get_container("c", &r()))),
        open("options", "200", |cn| status(cn.options("c", Some("o"), Some("http://h"), Some("GET"), &r()))),
        op("head_object", "200", |cn| status(cn.head_object("c", "o", &r()))),
        op("get_object", "all of it", |cn| {
            let got = cn.get_object("c", "o", &r())?.read_all(10 << 20)?;
            Ok(if got == *body() { "all of it" } else { "other bytes" }.to_owned())
        }),
        op("put_object", "201", |cn| status(cn.put_object("c", "o", &memory(body()), &r()))),
        op("post_object", "204", |cn| status(cn.post_object("c", "o", &r()))),
        op("copy_object", "201", |cn| status(cn.copy_object("c", "o", Some(("c", "p")), &r()))),
        op("delete_object", "204", |cn| status(cn.delete_object("c", "o", &r()))),
        op("put_slo", "201", |cn| status(cn.put_slo("c", "o", &manifest(), &r()))),
        op("get_slo_manifest", "1", |cn| {
            Ok(cn.get_slo_manifest("c", "o", &r())?.segments().len().to_string())
        }),
        op("delete_slo", "2", |cn| Ok(cn.delete_slo("c", "o", false, &r())?.deleted().to_string())),
        op("bulk_delete", "2", |cn| Ok(cn.bulk_delete(&["/c/a", "/c/b"], &r())?.deleted().to_string())),
        op("upload_archive", "2", |cn| {
            let report = cn.upload_archive(Some("c"), None, Archive::Tar, &memory(body()), &r())?;
            Ok(report.created().to_string())
        }),
        op("request", "204", |cn| status(cn.request("POST", "/c/o", None, &r()))),
    ]
}

/// What may come of a call.
#[derive(Clone, Copy)]
enum End {
    /// All is well.
    Right,
    /// One of these.
    Fails(&'static [Kind]),
}
use End::{Fails, Right};

/// What the server makes of a good answer to a request.
type Spoil = fn(&[u8], &Seen) -> Option<Reply>;

struct Fault {
    name: &'static str,
    spoil: Spoil,
    /// The request comes to it before its body was read.
    early: bool,
    /// When it happens once, and when it happens always.
    once: End,
    always: End,
}

/// Head and body.
fn halves(good: &[u8]) -> (&[u8], &[u8]) {
    let end = good.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
    good.split_at(end)
}

fn head_with(good: &[u8], line: &str) -> Vec<u8> {
    let (head, body) = halves(good);
    [&head[..head.len() - 2], line.as_bytes(), b"\r\n", body].concat()
}

fn flood(lines: usize, length: usize) -> Vec<u8> {
    let mut all = b"HTTP/1.1 200 OK\r\n".to_vec();
    for i in 0..lines {
        all.extend_from_slice(format!("X-Flood-{i}: {}\r\n", "x".repeat(length)).as_bytes());
    }
    all
}

fn faults() -> Vec<Fault> {
    fn fault(name: &'static str, once: End, always: End, spoil: Spoil) -> Fault {
        Fault { name, spoil, early: false, once, always }
    }
    fn cut(good: &[u8], at: usize) -> Option<Reply> {
        Some(Reply::SendAndClose(good[..at].to_vec()))
    }
    fn in_body(good: &[u8]) -> Option<usize> {
        let (head, body) = halves(good);
        (!body.is_empty()).then_some(head.len() + body.len() / 2)
    }
    const GONE: End = Fails(&[Kind::Connect]);
    const LATE: End = Fails(&[Kind::Timeout]);
    const ODD: End = Fails(&[Kind::Protocol]);
    vec![
        fault("closed before the headers", Right, GONE, |_, _| Some(Reply::SendAndClose(Vec::new()))),
        fault("reset before the headers", Right, GONE, |_, _| Some(Reply::SendAndReset(Vec::new()))),
        fault("closed in the headers", Right, GONE, |g, _| cut(g, 25)),
        fault("reset in the headers", Right, GONE, |g, _| Some(Reply::SendAndReset(g[..25].to_vec()))),
        fault("closed before the body", Right, GONE, |g, _| {
            in_body(g).and_then(|_| cut(g, halves(g).0.len()))
        }),
        fault("closed in the body", Right, GONE, |g, _| in_body(g).and_then(|at| cut(g, at))),
        fault("reset in the body", Right, GONE, |g, _| {
            in_body(g).map(|at| Reply::SendAndReset(g[..at].to_vec()))
        }),
        fault("closed after the body", Right, Right, |g, _| Some(Reply::SendAndClose(g.to_vec()))),
        fault("a body that is too short", Right, GONE, |g, _| in_body(g).and_then(|_| cut(g, g.len() - 1))),
        fault("a body that is too long", Right, Right, |g, _| {
            Some(Reply::Send([g, b"more than that"].concat()))
        }),
        fault("another answer behind it", Right, Right, |g, _| {
            Some(Reply::Send([g, &response("200 OK", &[], b"not for you")[..]].concat()))
        }),
        Fault {
            name: "reset while the body is sent",
            spoil: |_, seen| {
                let large =
                    seen.header("content-length").is_some_and(|n| n.parse::<usize>().unwrap() == SIZE);
                large.then(|| Reply::SendAndReset(Vec::new()))
            },
            early: true,
            once: Right,
            always: GONE,
        },
        fault("401", Right, Fails(&[Kind::Unauthorized]), |_, _| Some(reply("401 Unauthorized", &[], b""))),
        fault("408", Right, LATE, |_, _| Some(reply("408 Request Timeout", &[], b""))),
        fault("499", Right, LATE, |_, _| Some(reply("499 Client Disconnect", &[], b""))),
        fault("429", Right, Fails(&[Kind::RateLimited]), |_, _| {
            Some(reply("429 Too Many Requests", &[("Retry-After", "1")], b""))
        }),
        fault("498", Right, Fails(&[Kind::RateLimited]), |_, _| {
            Some(reply("498 Rate Limited", &[("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT")], b""))
        }),
        fault("500", Right, Fails(&[Kind::Server]), |_, _| Some(reply("500 Internal Error", &[], b"oops"))),
        fault("503", Right, Fails(&[Kind::Server]), |_, _| {
            Some(Reply::SendAndClose(response("503 Service Unavailable", &[], b"busy")))
        }),
        fault("silence before the headers", Right, LATE, |_, _| Some(Reply::SendAndStall(Vec::new()))),
        fault("silence in the headers", Right, LATE, |g, _| Some(Reply::SendAndStall(g[..25].to_vec()))),
        fault("silence in the body", Right, LATE, |g, _| {
            in_body(g).map(|at| Reply::SendAndStall(g[..at].to_vec()))
        }),
        fault("garbage", ODD, ODD, |_, _| Some(Reply::SendAndClose(b"220 ftp ready\r\n\r\n".to_vec()))),
        fault("a length that is none", ODD, ODD, |g, _| {
            let text = String::from_utf8_lossy(halves(g).0).replace("Content-Length: ", "Content-Length: x");
            Some(Reply::SendAndClose(text.into_bytes()))
        }),
        fault("a flood of headers", ODD, ODD, |_, _| Some(Reply::SendAndClose(flood(20_000, 100)))),
        fault("a header without end", ODD, ODD, |_, _| Some(Reply::SendAndClose(flood(1, 1 << 20)))),
        fault("a name without end", ODD, ODD, |g, _| {
            Some(Reply::SendAndClose(head_with(g, &format!("X-{}: 1\r\n", "n".repeat(200_000)))))
        }),
        fault("hundreds of headers", Right, Right, |g, _| {
            let lines: String = (0..300).map(|i| format!("X-Meta-{i}: {i}\r\n")).collect();
            Some(Reply::Send(head_with(g, &lines)))
        }),
        fault("odd headers", Right, Right, |g, _| {
            let lines = "X-Folded: a\r\n  b\r\nno field\r\n: nor this\r\nX-Object-Meta-Gr\u{fc}n: \u{fc}\r\nX-Empty:\r\nX-Tab:\tx\t\r\n";
            Some(Reply::Send(head_with(g, lines)))
        }),
        fault(
            "other bytes than those of the ETag",
            Fails(&[Kind::Checksum]),
            Fails(&[Kind::Checksum]),
            |g, seen| {
                let object = ["GET", "PUT"].contains(&seen.method.as_str())
                    && seen.target.ends_with("/c/o")
                    && halves(g).0.windows(5).any(|w| w == b"ETag:");
                object.then(|| {
                    let text = [&b"HTTP/1.1 200 OK\r\nETag: 0cc175b9c0f1b6a831c399e269772661\r\n"[..]];
                    let (head, body) = halves(g);
                    let status = if seen.method == "PUT" { 201 } else { 200 };
                    let length = if head.is_empty() { 0 } else { body.len() };
                    let head = String::from_utf8_lossy(text[0]).replace("200 OK", &format!("{status} Fine"));
                    Reply::Send([format!("{head}Content-Length: {length}\r\n\r\n").as_bytes(), body].concat())
                })
            },
        ),
    ]
}

/// One operation, one fault; why it is not as it should be.
fn play(op: &Operation, fault: &Fault, always: bool) -> Result<(), String> {
    let last = always || (fault.name == "401" && !op.token);
    let end = if last { fault.always } else { fault.once };
    let (spoil, early) = (fault.spoil, fault.early);
    let applied = Arc::new(Mutex::new(0));
    let counter = applied.clone();
    let strike = Arc::new(move |good: &[u8], seen: &Seen| {
        let mut n = counter.lock().unwrap();
        let spoilt = if *n > 0 && !always { None } else { spoil(good, seen) };
        *n += usize::from(spoilt.is_some());
        spoilt
    });
    let late = strike.clone();
    let server = Faulty::new(move |_, seen| {
        let good = swift(seen);
        let spoilt = if early { None } else { late(&good, seen) };
        spoilt.unwrap_or(Reply::Send(good))
    })
    .early(move |_, seen| if early { strike(b"", seen) } else { None });
    let mut c = server.config();
    let short = fault.name.starts_with("silence");
    for (k, v) in [
        // Once silent, it may be too slow a few times more.
        ("retries", if short && !always { "20" } else { "2" }),
        ("timeout", if short { "0.5" } else { "60" }),
        ("connect_timeout", "60"),
        ("starting_backoff", "0.01"),
        ("max_backoff", "0.02"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let cn = Connection::new(&c).unwrap();
    let got = (op.run)(&cn);
    if *applied.lock().unwrap() == 0 {
        // It has no meaning for this operation.
        return match got {
            Ok(got) if got == op.right => Ok(()),
            other => Err(format!("without any fault: {other:?}")),
        };
    }
    match (got, end) {
        (Ok(got), Right) if got == op.right => {}
        (Err(e), Fails(kinds)) if kinds.contains(&e.kind()) => {
            if e.message().len() > 2000 || e.message().is_empty() {
                return Err(format!("its message is no message: {e}"));
            }
        }
        (other, _) => return Err(format!("{other:?}")),
    }
    // And nothing of it is left for the next call on the same handle.
    if !always {
        let next = (op.run)(&cn);
        if !matches!(&next, Ok(n) if n == op.right) {
            return Err(format!("the call after it: {next:?}"));
        }
    }
    Ok(())
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn every_operation_survives_every_fault() {
    let (operations, faults) = (operations(), faults());
    let mut jobs: Vec<(usize, usize, bool)> = Vec::new();
    for f in 0..faults.len() {
        for o in 0..operations.len() {
            jobs.extend([(o, f, false), (o, f, true)]);
        }
    }
    let before = descriptors();
    let total = jobs.len();
    let jobs = Mutex::new(jobs.into_iter());
    let running: Mutex<BTreeMap<(usize, usize, bool), Instant>> = Mutex::default();
    let wrong = Mutex::new(Vec::new());
    let (done, finished) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..24 {
            let done = done.clone();
            let (jobs, running, wrong, operations, faults) = (&jobs, &running, &wrong, &operations, &faults);
            scope.spawn(move || {
                loop {
                    let Some(job) = jobs.lock().unwrap().next() else { return };
                    running.lock().unwrap().insert(job, Instant::now());
                    let (o, f, always) = job;
                    if let Err(why) = play(&operations[o], &faults[f], always) {
                        let often = if always { "always" } else { "once" };
                        let text = format!("{}, {} {often}: {why}", operations[o].name, faults[f].name);
                        wrong.lock().unwrap().push(text);
                    }
                    running.lock().unwrap().remove(&job);
                    done.send(()).unwrap();
                }
            });
        }
        for _ in 0..total {
            if finished.recv_timeout(Duration::from_secs(240)).is_err() {
                for (o, f, always) in running.lock().unwrap().keys() {
                    eprintln!("hangs: {}, {} (always: {always})", operations[*o].name, faults[*f].name);
                }
                // The threads cannot be ended.
                std::process::exit(1);
            }
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{} of {total}:\n{}", wrong.len(), wrong.join("\n"));
    // What the servers had is closed a moment later.
    let end = Instant::now() + Duration::from_secs(60);
    while descriptors() > before && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(descriptors() <= before, "{} descriptors before, {} after", before, descriptors());
}
