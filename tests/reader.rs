//! Objects read as files are, and downloads that are checked and taken up again, against a real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use support::cutter::{Cut, Cutter};
use support::faulty::{Faulty, Reply, cut, memory, reply, response, with};
use support::real::{self, Container};
use support::{eventually, pattern};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Cancel, Connection, Kind, Reader, Request};

fn query(name: &str, value: &str) -> Request {
    Request { query: vec![(name.into(), Some(value.into()))], ..Request::new() }
}

fn read_to_end(reader: &mut Reader, step: usize) -> Vec<u8> {
    let (mut all, mut buf) = (Vec::new(), vec![0; step]);
    loop {
        match reader.read(&mut buf).unwrap() {
            0 => return all,
            n => all.extend_from_slice(&buf[..n]),
        }
    }
}

/// Stores segments and a manifest of them.
fn put_slo(c: &Container, object: &str, manifest: &str) {
    let body = memory(manifest.as_bytes());
    c.connection.put_object(&c.name, object, &body, &query("multipart-manifest", "put")).unwrap();
}

fn put(c: &Container, object: &str, bytes: &[u8]) {
    c.connection.put_object(&c.name, object, &memory(bytes), &Request::new()).unwrap();
}

#[test]
fn an_object_is_read_in_order_and_from_any_place() {
    let c = Container::new(&real::v1(), "reader-order");
    let bytes = pattern(3_000_000);
    put(&c, "o", &bytes);
    let mut reader = Reader::open(&c.connection, &c.name, "o", &Request::new()).unwrap();
    assert_eq!(reader.opened().size(), 3_000_000);
    assert!(!reader.is_verified());
    assert!(read_to_end(&mut reader, 100_000) == bytes);
    assert!(reader.is_verified());
    assert_eq!(reader.position(), 3_000_000);
    let mut buf = vec![0; 1000];
    for at in [2_999_990, 0, 17, 500_000, 100_000, 100_100, 2_000_000] {
        reader.seek(at as u64);
        let n = reader.read(&mut buf).unwrap();
        assert!(n > 0 && buf[..n] == bytes[at..at + n], "{at}");
        assert_eq!(reader.position(), (at + n) as u64);
        let n = reader.opened().read_at(at as u64 / 2, &mut buf).unwrap();
        assert!(n == 1000 && buf[..] == bytes[at / 2..at / 2 + 1000], "{at}");
    }
    for at in [3_000_000, 3_000_001, u64::MAX] {
        reader.seek(at);
        assert_eq!(reader.read(&mut buf).unwrap(), 0);
        assert_eq!(reader.opened().read_at(at, &mut buf).unwrap(), 0);
    }
    assert_eq!(reader.opened().read_at(2_999_999, &mut buf).unwrap(), 1);
}

#[test]
fn an_empty_object_is_read_and_what_is_not_there_is_not() {
    let c = Container::new(&real::v1(), "reader-empty");
    put(&c, "o", b"");
    let mut reader = Reader::open(&c.connection, &c.name, "o", &Request::new()).unwrap();
    assert_eq!(reader.read(&mut [0; 10]).unwrap(), 0);
    assert!(reader.is_verified());
    let e = Reader::open(&c.connection, &c.name, "missing", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    let mut r = Request::new();
    r.set_range(Some(1), None).unwrap();
    assert_eq!(Reader::open(&c.connection, &c.name, "o", &r).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn many_threads_read_one_object_at_offsets() {
    let c = Container::new(&real::v1(), "reader-threads");
    let bytes = pattern(400_000);
    put(&c, "o", &bytes);
    let mut reader = Reader::open(&c.connection, &c.name, "o", &Request::new()).unwrap();
    std::thread::scope(|s| {
        for t in 0..8 {
            let (opened, bytes) = (reader.opened().clone(), &bytes);
            s.spawn(move || {
                let mut buf = vec![0; 10_000];
                for i in 0..5 {
                    let at = (t * 5 + i) * 9_000;
                    assert_eq!(opened.read_at(at as u64, &mut buf).unwrap(), 10_000);
                    assert!(buf[..] == bytes[at..at + 10_000]);
                }
            });
        }
        assert!(read_to_end(&mut reader, 7_000) == bytes);
    });
}

#[test]
fn only_what_was_opened_is_read() {
    let c = Container::new(&real::v1(), "reader-changed");
    let bytes = pattern(5_000_000);
    put(&c, "o", &bytes);
    let mut reader = Reader::open(&c.connection, &c.name, "o", &Request::new()).unwrap();
    put(&c, "o", b"other");
    let e = reader.read(&mut [0; 100]).unwrap_err();
    assert_eq!(e.kind(), Kind::Precondition);
    assert!(e.message().contains("changed since it was opened"), "{e}");
    assert_eq!(reader.opened().read_at(1, &mut [0; 9]).unwrap_err().kind(), Kind::Precondition);
    // It does not get better, not even when the object is as it was.
    put(&c, "o", &bytes);
    assert_eq!(reader.read(&mut [0; 100]).unwrap_err().kind(), Kind::Precondition);
    let mut reader = Reader::open(&c.connection, &c.name, "o", &Request::new()).unwrap();
    c.connection.delete_object(&c.name, "o", &Request::new()).unwrap();
    let e = reader.read(&mut [0; 100]).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert!(e.message().contains("deleted"), "{e}");
}

#[test]
fn versions_and_dynamic_large_objects_are_read_too() {
    let c = Container::new(&real::v1(), "reader-kinds");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let mut versions = Request::new();
    versions.set_header("X-Versions-Enabled", Some("true")).unwrap();
    cn.post_container(name, &versions).unwrap();
    let old = cn.put_object(name, "v", &memory(b"old"), &r).unwrap();
    let id = old.headers().get_str("x-object-version-id").unwrap().to_owned();
    put(&c, "v", b"newer");
    let mut reader = Reader::open(cn, name, "v", &query("version-id", &id)).unwrap();
    assert_eq!(read_to_end(&mut reader, 2), b"old");
    cn.delete_object(name, "v", &query("version-id", &id)).unwrap();
    let mut versions = Request::new();
    versions.set_header("X-Versions-Enabled", Some("false")).unwrap();
    cn.post_container(name, &versions).unwrap();
    let mut listing = cn.list_container(name, &query("versions", "")).unwrap();
    while let Some(e) = listing.next().unwrap() {
        if let Some(id) = e.get("version_id").filter(|id| *id != "null") {
            cn.delete_object(name, e.name(), &query("version-id", id)).unwrap();
        }
    }

    put(&c, "part/1", b"hello ");
    put(&c, "part/2", b"world");
    let mut dlo = Request::new();
    dlo.set_header("X-Object-Manifest", Some(&format!("{name}/part/"))).unwrap();
    cn.put_object(name, "dlo", &memory(b""), &dlo).unwrap();
    let mut reader = Reader::open(cn, name, "dlo", &r).unwrap();
    assert_eq!(reader.opened().size(), 11);
    assert_eq!(read_to_end(&mut reader, 4), b"hello world");
    // There is no sum of a dynamic large object.
    assert!(!reader.is_verified());
    reader.seek(4);
    assert_eq!(read_to_end(&mut reader, 100), b"o world");
    put(&c, "part/3", b"!");
    reader.seek(0);
    assert_eq!(reader.read(&mut [0; 9]).unwrap_err().kind(), Kind::Precondition);
}

#[test]
fn what_a_url_gives_is_read_without_a_token() {
    let c = Container::new(&real::v1(), "reader-url");
    let bytes = nested(&c);
    put(&c, "plain", &bytes);
    let mut public = Request::new();
    public.set_header("X-Container-Read", Some(".r:*")).unwrap();
    c.connection.post_container(&c.name, &public).unwrap();
    let storage = c.connection.storage_url().unwrap();
    let mut nobody = swiftclient::core::Config::new();
    nobody.set("os_auth_type", Some("none")).unwrap();
    let cn = Connection::new(&nobody).unwrap();
    for (object, verified) in [("plain", true), ("outer", false)] {
        let url = format!("{storage}/{}/{object}", c.name);
        let mut reader = Reader::open_url(&cn, &url, &Request::new()).unwrap();
        assert!(read_to_end(&mut reader, 50_000) == bytes);
        assert_eq!(reader.is_verified(), verified);
        let mut buf = [0; 100];
        assert_eq!(reader.opened().read_at(77, &mut buf).unwrap(), 100);
        assert!(buf[..] == bytes[77..177]);
    }
    let e = Reader::open_url(&cn, &format!("{storage}/{}/none", c.name), &Request::new()).unwrap_err();
    assert!(matches!(e.kind(), Kind::NotFound | Kind::Unauthorized), "{e}");
}

/// Three segments, one of them itself made of two, a part of one, and inline data.
fn nested(c: &Container) -> Vec<u8> {
    let name = &c.name;
    let (a, b, d) = (pattern(300_000), pattern(70_000), pattern(50_001));
    put(c, "a", &a);
    put(c, "b", &b);
    put(c, "d", &d);
    put_slo(c, "inner", &format!(r#"[{{"path":"/{name}/b"}},{{"path":"/{name}/d"}}]"#));
    put_slo(
        c,
        "outer",
        &format!(
            r#"[{{"path":"/{name}/a"}},{{"path":"/{name}/inner"}},{{"path":"/{name}/b","range":"10-19"}},{{"data":"aGVsbG8="}}]"#
        ),
    );
    [&a[..], &b, &d, &b[10..20], b"hello"].concat()
}

#[test]
fn dl_20_a_static_large_object_is_checked_by_its_manifest() {
    let c = Container::new(&real::v1(), "verify-slo");
    let bytes = nested(&c);
    for step in [1000, 65_536, 1 << 20] {
        let mut answer = c.connection.get_object(&c.name, "outer", &Request::new()).unwrap();
        let (mut all, mut buf) = (Vec::new(), vec![0; step]);
        loop {
            match answer.read(&mut buf).unwrap() {
                0 => break,
                n => all.extend_from_slice(&buf[..n]),
            }
        }
        assert!(all == bytes);
        // All but the ten bytes of a part of a segment.
        assert_eq!(answer.bytes_verified(), bytes.len() as u64 - 10);
    }
    let mut answer = c.connection.get_object(&c.name, "inner", &Request::new()).unwrap();
    assert_eq!(answer.read_all(1 << 20).unwrap().len(), 120_001);
    assert_eq!(answer.bytes_verified(), 120_001);
    let mut unchecked = Request::new();
    unchecked.checksum = Some(false);
    let mut answer = c.connection.get_object(&c.name, "inner", &unchecked).unwrap();
    answer.read_all(1 << 20).unwrap();
    assert_eq!(answer.bytes_verified(), 0);
    let mut reader = Reader::open(&c.connection, &c.name, "inner", &Request::new()).unwrap();
    read_to_end(&mut reader, 10_000);
    assert!(reader.is_verified());
}

/// A static large object of two segments, of which the second is not as the manifest says.
fn forged(manifest: Reply, etag: &'static str) -> Faulty {
    let manifest = std::sync::Mutex::new(Some(manifest));
    Faulty::new(move |_, seen| {
        if seen.target.contains("multipart-manifest=get") {
            return manifest.lock().unwrap().take().unwrap_or_else(|| reply("500 Again", &[], b""));
        }
        let headers = [("ETag", etag), ("X-Static-Large-Object", "True")];
        reply("200 OK", &headers, b"helloworld")
    })
}

fn manifest(second: &str) -> (String, String) {
    let (a, b) = (Sum::of(b"hello"), Sum::of(second.as_bytes()));
    let etag = Sum::of(format!("{a}{b}").as_bytes());
    let text =
        format!(r#"[{{"name":"/c/s1","bytes":5,"hash":"{a}"}},{{"name":"/c/s2","bytes":5,"hash":"{b}"}}]"#);
    (text, etag)
}

#[test]
fn a_segment_with_wrong_bytes_ends_the_download() {
    let (text, etag) = manifest("wOrld");
    let server = forged(reply("200 OK", &[], text.as_bytes()), etag.leak());
    let mut answer = server.connection().get_object("c", "o", &Request::new()).unwrap();
    let e = answer.read_all(100).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(e.message().contains("/c/s2") && e.message().contains("tx-test"), "{e}");
    assert_eq!(answer.bytes_verified(), 5);
    // One request for the manifest, and that only when the body is read.
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_manifest_that_cannot_be_had_leaves_the_length_to_check() {
    let (text, etag) = manifest("world");
    let etag: &'static str = etag.leak();
    let others = [
        reply("403 Forbidden", &[], b""),
        reply("200 OK", &[], b"no manifest"),
        reply("200 OK", &[], manifest("worLd").0.as_bytes()),
        reply("200 OK", &[], text.replace("\"bytes\":5", "\"bytes\":6").as_bytes()),
    ];
    for answer in others {
        let server = forged(answer, etag);
        let cn = with(&server, &[("retries", "0")]);
        let mut answer = cn.get_object("c", "o", &Request::new()).unwrap();
        assert_eq!(answer.read_all(100).unwrap(), b"helloworld");
        assert_eq!(answer.bytes_verified(), 0);
    }
    let server = forged(reply("200 OK", &[], text.as_bytes()), etag);
    let mut answer = server.connection().get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(answer.read_all(100).unwrap(), b"helloworld");
    assert_eq!(answer.bytes_verified(), 10);
    // Neither a range nor a call without checks asks for it.
    let server = forged(reply("200 OK", &[], text.as_bytes()), etag);
    let mut r = Request::new();
    r.checksum = Some(false);
    server.connection().get_object("c", "o", &r).unwrap().read_all(100).unwrap();
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn rb_02_downloads_of_every_kind_go_on_where_the_wire_was_cut() {
    let c = Container::new(&real::v1(), "resume");
    let bytes = nested(&c);
    put(&c, "plain", &bytes);
    let mut dlo = Request::new();
    put(&c, "seg/1", &bytes[..200_000]);
    put(&c, "seg/2", &bytes[200_000..]);
    dlo.set_header("X-Object-Manifest", Some(&format!("{}/seg/", c.name))).unwrap();
    c.connection.put_object(&c.name, "dlo", &memory(b""), &dlo).unwrap();
    let wire = Cutter::new();
    for (object, verified) in [("plain", bytes.len()), ("outer", bytes.len() - 10), ("dlo", 0)] {
        // The second one is that of the manifest, of the static large object.
        wire.plan(&[Cut::Down(100_000), Cut::Never, Cut::Down(150_000), Cut::Down(40_000)]);
        let cn = wire.connection(&[]);
        let mut answer = cn.get_object(&c.name, object, &Request::new()).unwrap();
        assert!(answer.read_all(1 << 20).unwrap() == bytes, "{object}");
        assert_eq!(answer.bytes_verified(), verified as u64, "{object}");
        assert!(answer.attempts() >= 2, "{object}");
        // And as a file, from a place in the middle.
        wire.plan(&[Cut::Never, Cut::Down(50_000), Cut::Never, Cut::Down(50_000)]);
        let cn = wire.connection(&[]);
        let mut reader = Reader::open(&cn, &c.name, object, &Request::new()).unwrap();
        reader.seek(70_000);
        assert!(read_to_end(&mut reader, 30_000) == bytes[70_000..], "{object}");
    }
}

#[test]
fn rb_06_an_object_that_changed_while_it_was_downloaded_is_told() {
    let c = Container::new(&real::v1(), "resume-changed");
    put(&c, "o", &pattern(2_000_000));
    let wire = Cutter::new();
    wire.plan(&[Cut::Down(1_000_000)]);
    let cn = wire.connection(&[]);
    let mut answer = cn.get_object(&c.name, "o", &Request::new()).unwrap();
    let mut buf = vec![0; 10_000];
    answer.read(&mut buf).unwrap();
    put(&c, "o", b"other");
    let e = std::iter::repeat_with(|| answer.read(&mut buf)).find_map(Result::err).unwrap();
    assert_eq!(e.kind(), Kind::Precondition, "{e}");
}

#[test]
fn rb_06_a_reader_of_an_object_that_changed_reads_no_more() {
    // Even when the old one comes back: what was read before may not belong to what would come.
    let head = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 10\r\n\r\n";
    let server = Faulty::new(move |n, _| match n {
        0 => Reply::Send(head.as_bytes().to_vec()),
        1 => reply("412 Precondition Failed", &[], b""),
        _ => reply("200 OK", &[("ETag", "\"e\"")], b"helloworld"),
    });
    let mut reader = Reader::open(&server.connection(), "c", "o", &Request::new()).unwrap();
    for _ in 0..2 {
        assert_eq!(reader.read(&mut [0; 10]).unwrap_err().kind(), Kind::Precondition);
    }
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn another_object_is_not_read_though_the_server_ignores_if_match() {
    for (etag, size) in [("other", 10), ("this", 20)] {
        let server = Faulty::new(move |_, seen| {
            if seen.method == "HEAD" {
                return Reply::Send(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nETag: \"this\"\r\n\r\n".into(),
                );
            }
            let range = format!("bytes 2-4/{size}");
            reply("206 Partial", &[("ETag", etag), ("Content-Range", &range)], b"abc")
        });
        let reader = Reader::open(&server.connection(), "c", "o", &Request::new()).unwrap();
        let e = reader.opened().read_at(2, &mut [0; 3]).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{etag} {size}: {e}");
    }
}

#[test]
fn reading_in_order_takes_one_request_and_short_ways_forward_none() {
    let body = pattern(1_000_000);
    let etag = Sum::of(&body);
    let server = Faulty::new(move |_, seen| {
        let length = body.len().to_string();
        if seen.method == "HEAD" {
            return Reply::Send(
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nETag: {etag}\r\n\r\n").into_bytes(),
            );
        }
        assert_eq!(seen.header("if-match"), Some(etag.as_str()));
        match seen.header("range") {
            None => reply("200 OK", &[("ETag", &etag)], &body),
            Some(range) => {
                let (first, last) = range.strip_prefix("bytes=").unwrap().split_once('-').unwrap();
                let first: usize = first.parse().unwrap();
                let last = last.parse().unwrap_or(body.len() - 1);
                let content_range = format!("bytes {first}-{last}/{}", body.len());
                reply(
                    "206 Partial",
                    &[("ETag", &etag), ("Content-Range", &content_range)],
                    &body[first..=last],
                )
            }
        }
    });
    let bytes = pattern(1_000_000);
    let mut reader = Reader::open(&server.connection(), "c", "o", &Request::new()).unwrap();
    let mut buf = [0; 1000];
    for at in [0, 5_000, 200_000, 450_000] {
        reader.seek(at);
        let n = reader.read(&mut buf).unwrap();
        assert!(buf[..n] == bytes[at as usize..at as usize + n]);
    }
    assert_eq!(server.seen().len(), 2);
    // Reading through is reading.
    read_to_end(&mut reader, 100_000);
    assert!(reader.is_verified());
    // Far forward and back is a request each.
    for (at, requests) in [(10, 3), (900_000, 4), (100_000, 5)] {
        reader.seek(at);
        reader.read(&mut buf).unwrap();
        assert_eq!(server.seen().len(), requests);
    }
    assert_eq!(server.seen()[3].header("range"), Some("bytes=900000-"));
    reader.opened().read_at(7, &mut buf).unwrap();
    assert_eq!(server.seen()[5].header("range"), Some("bytes=7-1006"));
}

#[test]
fn a_reader_goes_on_after_a_failure_and_ends_with_its_call() {
    let headers = "ETag: \"e\"\r\nContent-Length: 10\r\n\r\n";
    let server = Faulty::new(move |n, _| match n {
        0 => Reply::Send(format!("HTTP/1.1 200 OK\r\n{headers}").into_bytes()),
        1 => Reply::SendAndClose(cut("200 OK", &[("ETag", "\"e\"")], b"helloworld", 4)),
        2 => reply("503 Busy", &[], b""),
        3 => reply("206 Partial", &[("ETag", "\"e\""), ("Content-Range", "bytes 4-9/10")], b"oworld"),
        _ => Reply::SendAndStall(response("206 Partial", &[("Content-Range", "bytes 0-9/10")], b"")),
    });
    let cn = with(&server, &[("retries", "0")]);
    let cancel = Cancel::new();
    let heard = Arc::new(AtomicU64::new(0));
    let ear = heard.clone();
    let mut r = Request::new();
    r.cancel = Some(cancel.clone());
    r.progress = Some(Arc::new(move |at, total| {
        assert_eq!(total, Some(10));
        ear.store(at, Ordering::SeqCst);
        at != 10
    }));
    let mut reader = Reader::open(&cn, "c", "o", &r).unwrap();
    let mut buf = [0; 10];
    assert_eq!(reader.read(&mut buf).unwrap(), 4);
    assert_eq!(heard.load(Ordering::SeqCst), 4);
    assert_eq!(reader.read(&mut buf).unwrap_err().kind(), Kind::Connect);
    assert_eq!(reader.read(&mut buf).unwrap_err().kind(), Kind::Server);
    // The position is where it was, and the callback may end it.
    assert_eq!(reader.read(&mut buf).unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(reader.position(), 4);
    cancel.cancel();
    reader.seek(0);
    assert_eq!(reader.read(&mut buf).unwrap_err().kind(), Kind::Cancelled);
}

#[test]
fn what_cannot_be_read_as_a_file_says_so() {
    for (head, missing) in [("Content-Length: 5", "ETag"), ("ETag: e", "length")] {
        let server =
            Faulty::new(move |_, _| Reply::SendAndClose(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n").into()));
        let e = Reader::open(&server.connection(), "c", "o", &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Unsupported);
        assert!(e.message().contains(missing), "{e}");
    }
    // The timeout is that of all reading.
    let c = Container::new(&real::v1(), "reader-late");
    put(&c, "o", b"hello");
    let r = Request { timeout: Some(Duration::from_millis(500)), ..Request::new() };
    // A busy server may take longer than that to open it.
    let mut reader = eventually(|| match Reader::open(&c.connection, &c.name, "o", &r) {
        Ok(reader) => Some(reader),
        Err(e) => {
            assert_eq!(e.kind(), Kind::Timeout, "{e}");
            None
        }
    });
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(reader.read(&mut [0; 9]).unwrap_err().kind(), Kind::Timeout);
    let _: &Connection = &c.connection;
}

#[test]
fn wherever_the_wire_is_cut_the_right_bytes_are_read() {
    let c = Container::new(&real::v1(), "reader-cuts");
    let bytes = nested(&c);
    put(&c, "plain", &bytes);
    let wire = Cutter::new();
    for object in ["plain", "outer"] {
        for n in [1, 15, 200, 420, 1_000, 70_000, 250_000, bytes.len()] {
            // In the answer to HEAD, in that to GET, in that for the manifest.
            for at in 0..3 {
                let cn = wire.connection(&[]);
                let mut plan = vec![Cut::Never; at];
                plan.push(Cut::Down(n));
                wire.plan(&plan);
                let mut reader = Reader::open(&cn, &c.name, object, &Request::new()).unwrap();
                assert!(read_to_end(&mut reader, 33_333) == bytes, "{object} {n} {at}");
                wire.plan(&[Cut::Up(n.min(400)), Cut::Down(n)]);
                let mut buf = vec![0; 100_000];
                assert_eq!(reader.opened().read_at(5, &mut buf).unwrap(), 100_000);
                assert!(buf[..] == bytes[5..100_005], "{object} {n}");
            }
        }
    }
}
