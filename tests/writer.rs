//! Objects written piece by piece, against a real Swift; the faults against one by script.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::cutter::{Cut, Cutter};
use support::faulty::{Faulty, Reply, reply, response, with};
use support::pattern;
use support::real::{self, Container};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Cancel, Config, Connection, Kind, Request, Writer};

fn options(list: &[(&str, &str)]) -> Config {
    let mut c = Config::new();
    for (k, v) in list {
        c.set(k, Some(v)).unwrap();
    }
    c
}

fn header(name: &str, value: &str) -> Request {
    let mut r = Request::new();
    r.set_header(name, Some(value)).unwrap();
    r
}

fn names(cn: &Connection, container: &str) -> Vec<String> {
    let mut listing = cn.list_container(container, &Request::new()).unwrap();
    let mut all = Vec::new();
    while let Some(e) = listing.next().unwrap() {
        all.push(e.name().to_owned());
    }
    all
}

/// A container and that of its segments, which goes with it.
struct Pair(Container, Container);

impl Pair {
    fn new(what: &str) -> Pair {
        let main = Container::new(&real::v1(), what);
        // Its drop empties and deletes it, also when the writer made it.
        let name = format!("{}_segments", main.name);
        let connection = main.connection.clone();
        Pair(main, Container { connection, name })
    }

    fn writer(&self, object: &str, list: &[(&str, &str)], r: &Request) -> Writer {
        Writer::new(&self.0.connection, &self.0.name, object, Some(&options(list)), r).unwrap()
    }

    fn write(&self, object: &str, list: &[(&str, &str)], bytes: &[u8], step: usize) {
        let mut writer = self.writer(object, list, &Request::new());
        bytes.chunks(step).for_each(|b| writer.write(b).unwrap());
        assert_eq!(writer.finish().unwrap().status(), 201);
    }

    fn segments(&self) -> Vec<String> {
        names(&self.0.connection, &self.1.name)
    }

    /// The object holds these bytes, and so say the sums; how many requests its manifest names, 0 without one.
    fn check(&self, object: &str, bytes: &[u8]) -> usize {
        let cn = &self.0.connection;
        let mut answer = cn.get_object(&self.0.name, object, &Request::new()).unwrap();
        let large = answer.headers().get("x-static-large-object").is_some();
        assert!(answer.read_all(1 << 30).unwrap() == bytes, "{object}");
        assert_eq!(answer.bytes_verified(), bytes.len() as u64);
        if !large {
            assert_eq!(answer.etag(), Some(Sum::of(bytes).as_str()));
            return 0;
        }
        let mut r = Request::new();
        r.set_query("multipart-manifest", Some("get")).unwrap();
        let text = cn.get_object(&self.0.name, object, &r).unwrap().read_all(1 << 20).unwrap();
        String::from_utf8(text).unwrap().matches("\"hash\"").count()
    }

    fn absent(&self, object: &str) {
        let head = self.0.connection.head_object(&self.0.name, object, &Request::new());
        assert_eq!(head.unwrap_err().kind(), Kind::NotFound);
        assert!(names(&self.0.connection, &self.0.name).is_empty());
    }
}

#[test]
fn what_fits_is_a_plain_object_with_all_that_was_asked_for() {
    let c = Pair::new("writer-small");
    let bytes = pattern(300_000);
    for length in [0, 1, 65_536, 300_000] {
        let mut r = header("X-Object-Meta-Color", "blue");
        r.set_header("Content-Type", Some("text/x-test")).unwrap();
        let heard = Arc::new(AtomicU64::new(0));
        let ear = heard.clone();
        r.progress = Some(Arc::new(move |moved, total| {
            assert_eq!(total, Some(length as u64));
            assert!(ear.fetch_max(moved, Ordering::SeqCst) <= moved);
            true
        }));
        let mut writer = c.writer("o", &[], &r);
        bytes[..length].chunks(7_777).for_each(|b| writer.write(b).unwrap());
        writer.write(b"").unwrap();
        assert_eq!(writer.written(), length as u64);
        let answer = writer.finish().unwrap();
        assert_eq!(answer.etag(), Some(Sum::of(&bytes[..length]).as_str()));
        assert_eq!(heard.load(Ordering::SeqCst), length as u64);
        assert_eq!(c.check("o", &bytes[..length]), 0);
        let head = c.0.connection.head_object(&c.0.name, "o", &Request::new()).unwrap();
        assert_eq!(head.headers().get_str("x-object-meta-color"), Some("blue"));
        assert_eq!(head.headers().get_str("content-type"), Some("text/x-test"));
        assert_eq!(writer.write(b"more").unwrap_err().kind(), Kind::State);
        assert_eq!(writer.finish().unwrap_err().kind(), Kind::State);
        writer.abort().unwrap();
    }
}

#[test]
fn what_outgrows_the_buffer_is_sent_while_it_is_written() {
    let c = Pair::new("writer-chunked");
    let bytes = pattern(3_000_001);
    for step in [1000, 262_144, 3_000_001] {
        c.write("o", &[("buffer_size", "65536")], &bytes, step);
        assert_eq!(c.check("o", &bytes), 0);
    }
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = told.clone();
    let mut r = Request::new();
    r.progress = Some(Arc::new(move |moved, total| {
        ear.lock().unwrap().push((moved, total));
        true
    }));
    let mut writer = c.writer("o", &[("buffer_size", "65536")], &r);
    writer.write(&bytes).unwrap();
    writer.finish().unwrap();
    let told = told.lock().unwrap();
    assert!(told.is_sorted());
    assert_eq!(*told.last().unwrap(), (3_000_001, Some(3_000_001)));
}

#[test]
fn up_18_what_outgrows_segment_size_becomes_segments_and_a_manifest() {
    let c = Pair::new("writer-segments");
    let bytes = pattern(1_000_000);
    let small = [("segment_size", "200000")];
    let streamed = [("segment_size", "200000"), ("buffer_size", "65536")];
    for (list, plain) in [(&small[..], 200_000), (&streamed[..], 65_536)] {
        for (length, segments) in [(plain, 0), (200_001, 2), (400_000, 2), (999_999, 5), (1_000_000, 5)] {
            for step in [9_999, 1_000_000] {
                c.write("dir/o", list, &bytes[..length], step);
                assert_eq!(c.check("dir/o", &bytes[..length]), segments, "{length} {step} {list:?}");
            }
        }
    }
    // Only what is in memory until its end is known can be a plain object.
    c.write("dir/o", &streamed, &bytes[..65_537], 1000);
    assert_eq!(c.check("dir/o", &bytes[..65_537]), 1);

    let all = c.segments();
    for name in &all {
        let rest = name.strip_prefix("dir/o/slo/").unwrap();
        let parts: Vec<_> = rest.split('/').collect();
        let (seconds, fraction) = parts[0].split_once('.').unwrap();
        assert!(seconds.parse::<u64>().is_ok() && fraction.len() == 6, "{name}");
        assert_eq!((parts[1], parts[2].len(), parts.len()), ("200000", 8, 3));
    }
    assert!(all[0].ends_with("/200000/00000000") && all[1].ends_with("/200000/00000001"));
    let head = c.0.connection.head_object(&c.1.name, &all[0], &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("content-type"), Some("application/swiftclient-segment"));
}

#[test]
fn segments_lie_where_they_shall_and_expire_with_their_object() {
    let c = Pair::new("writer-place");
    let elsewhere = Container { connection: c.0.connection.clone(), name: format!("{}-other", c.0.name) };
    // The container of the segments gets the storage policy of the object's.
    let silver = Container { connection: c.0.connection.clone(), name: format!("{}-silver", c.0.name) };
    c.0.connection.put_container(&silver.name, &header("X-Storage-Policy", "silver")).unwrap();
    let list = options(&[("segment_size", "100000"), ("segment_container", &elsewhere.name)]);
    let mut r = header("X-Delete-After", "3600");
    r.set_header("X-Object-Meta-Color", Some("red")).unwrap();
    let mut writer = Writer::new(&c.0.connection, &silver.name, "o", Some(&list), &r).unwrap();
    writer.write(&pattern(250_000)).unwrap();
    writer.finish().unwrap();
    let cn = &c.0.connection;
    let head = cn.head_container(&elsewhere.name, &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-storage-policy"), Some("silver"));
    let object = cn.head_object(&silver.name, "o", &Request::new()).unwrap();
    assert_eq!(object.headers().get_str("x-object-meta-color"), Some("red"));
    let end = object.headers().get_u64("x-delete-at").unwrap();
    let all = names(cn, &elsewhere.name);
    assert_eq!(all.len(), 3);
    for name in all {
        let segment = cn.head_object(&elsewhere.name, &name, &Request::new()).unwrap();
        assert!((end..end + 60).contains(&segment.headers().get_u64("x-delete-at").unwrap()));
        assert_eq!(segment.headers().get("x-object-meta-color"), None);
    }
    assert!(c.segments_missing());
}

impl Pair {
    fn segments_missing(&self) -> bool {
        let head = self.0.connection.head_container(&self.1.name, &Request::new());
        head.is_err_and(|e| e.kind() == Kind::NotFound)
    }
}

const WAYS: [&[(&str, &str)]; 3] = [
    &[("buffer_size", "65536")],
    &[("segment_size", "100000")],
    &[("segment_size", "300000"), ("buffer_size", "65536")],
];

#[test]
fn what_is_given_up_never_appears() {
    let c = Pair::new("writer-abort");
    let bytes = pattern(2_000_000);
    for list in WAYS {
        let mut writer = c.writer("o", list, &Request::new());
        writer.write(&bytes).unwrap();
        writer.abort().unwrap();
        assert_eq!(writer.write(b"x").unwrap_err().kind(), Kind::State);
        drop(writer);
        c.absent("o");
        if list.len() > 1 || list[0].0 == "segment_size" {
            assert_eq!(c.segments(), [""; 0], "{list:?}");
        }
    }
    // Small ones too, of course.
    let mut writer = c.writer("o", &[], &Request::new());
    writer.write(b"hello").unwrap();
    drop(writer);
    c.absent("o");
    // Freed, the thread of the writer does the same by itself; what it does in the background is waited for.
    for list in WAYS {
        let mut writer = c.writer("o", list, &Request::new());
        writer.write(&bytes).unwrap();
        drop(writer);
        let until = Instant::now() + Duration::from_secs(60);
        while !c.segments().is_empty() {
            assert!(Instant::now() < until, "segments stay");
            std::thread::sleep(Duration::from_millis(20));
        }
        c.absent("o");
    }
    // Segments stay when they shall.
    let mut writer =
        c.writer("o", &[("segment_size", "100000"), ("leave_segments", "true")], &Request::new());
    writer.write(&bytes).unwrap();
    writer.abort().unwrap();
    assert!(c.segments().len() >= 17);
    c.absent("o");
}

#[test]
fn an_object_that_must_not_exist_is_not_replaced() {
    let c = Pair::new("writer-once");
    let r = header("If-None-Match", "*");
    for list in WAYS.iter().chain(&[&[][..]]) {
        let mut writer = c.writer("o", list, &r);
        writer.write(&pattern(400_000)).unwrap();
        writer.finish().unwrap();
        let before = c.1.connection.head_container(&c.1.name, &Request::new()).is_ok().then(|| c.segments());
        let mut writer = c.writer("o", list, &r);
        let e = writer
            .write(b"other")
            .and_then(|()| writer.write(&pattern(400_000)))
            .and_then(|()| writer.finish().map(|_| ()));
        assert_eq!(e.unwrap_err().kind(), Kind::Precondition, "{list:?}");
        assert_eq!(
            before,
            c.1.connection.head_container(&c.1.name, &Request::new()).is_ok().then(|| c.segments())
        );
        c.check("o", &pattern(400_000));
        c.0.connection.delete_object(&c.0.name, "o", &Request::new()).unwrap();
    }
}

#[test]
fn an_md5_said_beforehand_holds_for_the_whole() {
    let c = Pair::new("writer-etag");
    let bytes = pattern(400_000);
    for list in WAYS.iter().chain(&[&[][..]]) {
        let mut writer = c.writer("o", list, &header("ETag", &Sum::of(b"other")));
        let e = writer.write(&bytes).and_then(|()| writer.finish().map(|_| ())).unwrap_err();
        assert_eq!(e.kind(), Kind::Checksum, "{list:?}: {e}");
        c.absent("o");
        let mut writer = c.writer("o", list, &header("ETag", &Sum::of(&bytes)));
        writer.write(&bytes).unwrap();
        writer.finish().unwrap();
        c.check("o", &bytes);
        c.0.connection.delete_object(&c.0.name, "o", &Request::new()).unwrap();
    }
}

#[test]
fn what_a_writer_does_not_know_is_refused_and_a_missing_container_is_told() {
    let c = Pair::new("writer-refused");
    let new = |container: &str, list: &[(&str, &str)]| {
        Writer::new(&c.0.connection, container, "o", Some(&options(list)), &Request::new())
    };
    for (key, value) in [("out_file", "x"), ("container_threads", "3"), ("user", "u")] {
        let e = new("c", &[(key, value)]).unwrap_err();
        assert!(e.kind() == Kind::InvalidArgument && e.message().contains(key), "{e}");
    }
    let e = new("c", &[("segment_container", "a/b")]).unwrap_err();
    assert!(e.message().contains("segment_container"), "{e}");
    assert_eq!(new("a/b", &[]).unwrap_err().kind(), Kind::InvalidArgument);
    for list in WAYS.iter().chain(&[&[][..]]) {
        let mut writer = new("no-such-container-at-all", list).unwrap();
        let e = writer.write(&pattern(600_000)).and_then(|()| writer.finish().map(|_| ())).unwrap_err();
        assert_eq!(e.kind(), Kind::NotFound, "{list:?}");
        assert!(e.message().contains("does the container exist"), "{e}");
    }
}

#[test]
fn what_is_kept_is_sent_again_when_the_wire_is_cut() {
    let c = Pair::new("writer-cut");
    let wire = Cutter::new();
    let bytes = pattern(18 << 20);
    // In the first 16 MiB the cut is noticed, as no buffer between takes so much.
    let cn = wire.connection(&[]);
    wire.plan(&[Cut::Up(500_000), Cut::Up(100_000)]);
    let mut writer = Writer::new(&cn, &c.0.name, "o", None, &Request::new()).unwrap();
    bytes.chunks(1 << 20).for_each(|b| writer.write(b).unwrap());
    assert!(writer.finish().unwrap().attempts() > 2);
    assert_eq!(c.check("o", &bytes), 0);
    // Segments are kept as a whole, and so is a small object.
    for (list, cuts) in [
        (
            &[("segment_size", "3000000")][..],
            &[Cut::Up(2_000_000), Cut::Up(5_000_000), Cut::Up(4_000_000)][..],
        ),
        (&[("buffer_size", "50000000")][..], &[Cut::Up(2_000_000), Cut::Up(7_000_000)][..]),
    ] {
        let cn = wire.connection(&[]);
        wire.plan(cuts);
        let before = wire.connections();
        let mut writer = Writer::new(&cn, &c.0.name, "o", Some(&options(list)), &Request::new()).unwrap();
        bytes.chunks(1 << 20).for_each(|b| writer.write(b).unwrap());
        writer.finish().unwrap();
        assert!(wire.connections() > before + cuts.len());
        c.check("o", &bytes);
    }
    // What is sent and not kept is lost, and that is said; what there was stays as it was.
    let cn = wire.connection(&[]);
    wire.plan(&[Cut::Up(12 << 20)]);
    let list = options(&[("buffer_size", "65536")]);
    let mut writer = Writer::new(&cn, &c.0.name, "o", Some(&list), &Request::new()).unwrap();
    let e = bytes.chunks(1 << 20).find_map(|b| writer.write(b).err());
    let e = e.or_else(|| writer.finish().err()).unwrap();
    assert_eq!(e.kind(), Kind::Connect);
    assert!(e.message().contains("buffer_size (65536 bytes)") && e.message().contains("only once"), "{e}");
    c.check("o", &bytes);
}

#[test]
fn wherever_the_wire_is_cut_an_object_is_whole_or_not_there() {
    let c = Pair::new("writer-cuts");
    let wire = Cutter::new();
    let bytes = pattern(400_000);
    let (mut stored, mut failed) = (0, 0);
    for list in WAYS.iter().chain(&[&[][..]]) {
        for cut in [1, 420, 50_000, 120_000, 390_000] {
            for cut in [Cut::Up(cut), Cut::Down(cut)] {
                let cn = wire.connection(&[]);
                // With the second, what comes before the first segment is over.
                for plan in [&[cut, cut][..], &[Cut::Never, cut]] {
                    wire.plan(plan);
                    let mut writer =
                        Writer::new(&cn, &c.0.name, "o", Some(&options(list)), &Request::new()).unwrap();
                    let ended = bytes
                        .chunks(30_000)
                        .try_for_each(|b| writer.write(b))
                        .and_then(|()| writer.finish().map(|_| ()));
                    let there = c.0.connection.head_object(&c.0.name, "o", &Request::new()).is_ok();
                    match ended {
                        Ok(()) => {
                            assert!(there);
                            stored += 1;
                        }
                        // Only what was not kept can fail.
                        Err(e) => {
                            assert!(list.contains(&("buffer_size", "65536")), "{list:?}: {e}");
                            assert!(e.message().contains("only once"), "{e}");
                            failed += 1;
                        }
                    }
                    if there {
                        c.check("o", &bytes);
                        c.0.connection.delete_object(&c.0.name, "o", &Request::new()).unwrap();
                    }
                }
            }
        }
    }
    assert!(stored > failed, "{stored} {failed}");
}

#[test]
fn a_cancelled_writer_returns_at_once_and_its_segments_go_by_themselves() {
    let gone = Arc::new(AtomicBool::new(false));
    let hold = gone.clone();
    // What is to be deleted waits until the call has returned.
    let tiny = tiny(1000, move |m, t| {
        if m == "DELETE" {
            while !hold.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        (m == "PUT" && t.ends_with("/00000002")).then(|| Reply::SendAndStall(Vec::new()))
    });
    let cancel = Cancel::new();
    let mut writer = tiny
        .writer(&[("segment_size", "10000")], &Request { cancel: Some(cancel.clone()), ..Request::new() });
    let objects = tiny.objects.clone();
    let segments = || objects.lock().unwrap().keys().filter(|k| k.contains("/slo/")).count();
    writer.write(&pattern(35_000)).unwrap();
    while segments() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    cancel.cancel();
    assert_eq!(writer.finish().unwrap_err().kind(), Kind::Cancelled);
    gone.store(true, Ordering::SeqCst);
    let until = Instant::now() + Duration::from_secs(60);
    while segments() > 0 {
        assert!(Instant::now() < until, "segments stay");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// As much of a Swift as writers need, to see what they send.
struct Tiny {
    server: Faulty,
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

fn tiny(most: usize, fault: impl Fn(&str, &str) -> Option<Reply> + Send + Sync + 'static) -> Tiny {
    let objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>> = Arc::default();
    let stored = objects.clone();
    let server = Faulty::new(move |_, seen| {
        if let Some(reply) = fault(&seen.method, &seen.target) {
            return reply;
        }
        let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
        let path = path.trim_start_matches("/v1/AUTH_test").to_owned();
        let mut stored = stored.lock().unwrap();
        match seen.method.as_str() {
            "GET" if path == "/info" => {
                let info = format!(r#"{{"slo": {{"max_manifest_segments": {most}}}}}"#);
                reply("200 OK", &[], info.as_bytes())
            }
            "PUT" => {
                let mut etag = Sum::of(&seen.body);
                if query.contains("multipart-manifest=put") {
                    let rows: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
                    let rows = rows.as_array().unwrap();
                    assert!(rows.len() <= most);
                    let all: String = rows.iter().map(|r| r["etag"].as_str().unwrap()).collect();
                    etag = Sum::of(all.as_bytes());
                }
                stored.insert(path, seen.body.clone());
                reply("201 Created", &[("ETag", &etag)], b"")
            }
            "DELETE" => {
                stored.remove(&path);
                reply("204 No Content", &[], b"")
            }
            _ => reply("204 No Content", &[], b""),
        }
    });
    Tiny { server, objects }
}

impl Tiny {
    fn writer(&self, list: &[(&str, &str)], r: &Request) -> Writer {
        Writer::new(&self.server.connection(), "c", "o", Some(&options(list)), r).unwrap()
    }

    /// The bytes an object stands for, its manifest followed.
    fn resolve(&self, path: &str) -> Vec<u8> {
        let body = self.objects.lock().unwrap()[path].clone();
        let Ok(serde_json::Value::Array(rows)) = serde_json::from_slice(&body) else { return body };
        let mut all = Vec::new();
        for row in rows {
            let part = self.resolve(row["path"].as_str().unwrap());
            assert_eq!(row["size_bytes"].as_u64(), Some(part.len() as u64));
            all.extend(part);
        }
        all
    }
}

#[test]
fn more_segments_than_a_manifest_takes_go_into_manifests_of_manifests() {
    for (length, most) in [(100_000, 10), (110_000, 10), (1_234_567, 4), (300_000, 2)] {
        let tiny = tiny(most, |_, _| None);
        let bytes: Vec<u8> = pattern(length).iter().map(|b| b | 0x80).collect();
        let mut writer = tiny.writer(&[("segment_size", "10000")], &Request::new());
        writer.write(&bytes).unwrap();
        writer.finish().unwrap();
        assert!(tiny.resolve("/c/o") == bytes, "{length} {most}");
    }
}

#[test]
fn df_28_segments_of_a_failed_object_are_deleted_unless_they_shall_stay() {
    for leave in ["false", "true"] {
        let tiny = tiny(1000, |m, t| {
            (m == "PUT" && t.ends_with("/00000003")).then(|| reply("403 Forbidden", &[], b""))
        });
        let mut writer =
            tiny.writer(&[("segment_size", "10000"), ("leave_segments", leave)], &Request::new());
        let bytes = pattern(100_000);
        let e = bytes.chunks(5000).find_map(|b| writer.write(b).err()).unwrap();
        assert_eq!(e.kind(), Kind::Forbidden);
        // The same failure each time.
        assert_eq!(writer.write(b"x").unwrap_err().message(), e.message());
        assert_eq!(writer.finish().unwrap_err().message(), e.message());
        let left = tiny.objects.lock().unwrap().keys().filter(|k| k.starts_with("/c_segments/o/")).count();
        assert_eq!(left, if leave == "true" { 3 } else { 0 });
    }
}

#[test]
fn segments_of_a_manifest_that_may_have_been_stored_stay() {
    for (status, left) in [("503 Busy", 3), ("400 Bad", 0)] {
        let tiny = tiny(1000, move |m, t| {
            (m == "PUT" && t.contains("multipart-manifest")).then(|| reply(status, &[], b""))
        });
        let mut writer = tiny.writer(&[("segment_size", "10000")], &Request::new());
        writer.write(&pattern(30_000)).unwrap();
        let e = writer.finish().unwrap_err();
        assert_eq!(tiny.objects.lock().unwrap().keys().filter(|k| k.contains("/slo/")).count(), left);
        assert_eq!(e.message().contains("its segments stay"), left > 0, "{e}");
    }
}

#[test]
fn segments_stay_when_an_answer_was_lost_and_the_next_says_that_the_object_exists() {
    for (own, lost, left) in [(true, false, 3), (false, true, 3), (false, false, 0)] {
        let (puts, first) = (AtomicU64::new(0), Mutex::new(String::new()));
        let tiny = tiny(1000, move |m, t| {
            if m == "PUT" && t.ends_with("/00000000") {
                *first.lock().unwrap() = t.replace("/v1/AUTH_test", "");
            }
            match (m, t.contains("multipart-manifest")) {
                // Nothing in the answer to this one tells whether it was stored.
                ("PUT", true) if lost && puts.fetch_add(1, Ordering::SeqCst) == 0 => {
                    Some(reply("503 Busy", &[], b""))
                }
                ("PUT", true) => Some(reply("412 Precondition Failed", &[], b"")),
                ("GET", true) => {
                    let name = if own { first.lock().unwrap().clone() } else { "/x/y".to_owned() };
                    let text = format!(r#"[{{"name": "{name}", "bytes": 10000}}]"#);
                    Some(reply("200 OK", &[("X-Static-Large-Object", "True")], text.as_bytes()))
                }
                ("HEAD", _) if t.ends_with("/c/o") => Some(reply("404 Not Found", &[], b"")),
                _ => None,
            }
        });
        let cn = with(&tiny.server, &[("retries", "1"), ("starting_backoff", "0")]);
        let mut r = Request::new();
        r.set_header("If-None-Match", Some("*")).unwrap();
        let mut writer =
            Writer::new(&cn, "c", "o", Some(&options(&[("segment_size", "10000")])), &r).unwrap();
        writer.write(&pattern(30_000)).unwrap();
        let e = writer.finish().unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{e}");
        assert_eq!(tiny.objects.lock().unwrap().keys().filter(|k| k.contains("/slo/")).count(), left);
        assert_eq!(e.message().contains("its segments stay"), left > 0, "{e}");
    }
}

#[test]
fn a_cluster_without_large_objects_is_found_out_before_anything_is_sent() {
    let tiny = tiny(1000, |_, t| (t == "/info").then(|| reply("200 OK", &[], b"{\"swift\": {}}")));
    let mut writer = tiny.writer(&[("segment_size", "10000")], &Request::new());
    let e = writer.write(&pattern(30_000)).and_then(|()| writer.finish().map(|_| ())).unwrap_err();
    assert_eq!(e.kind(), Kind::Unsupported);
    assert!(tiny.objects.lock().unwrap().is_empty());
    // A cluster that tells nothing may have them.
    let tiny = self::tiny(1000, |_, t| (t == "/info").then(|| reply("403 Forbidden", &[], b"")));
    let mut writer = tiny.writer(&[("segment_size", "10000")], &Request::new());
    writer.write(&pattern(30_000)).unwrap();
    writer.finish().unwrap();
}

#[test]
fn a_server_that_fails_in_the_middle_is_heard() {
    for (answer, kind) in [
        ("413 Request Entity Too Large", Kind::TooLarge),
        ("401 Unauthorized", Kind::Unauthorized),
        ("503 Service Unavailable", Kind::Server),
    ] {
        // It answers without taking the body, over and over.
        let server = Faulty::new(move |_, _| Reply::SendAndReset(response(answer, &[], b""))).ignore_bodies();
        let cn = with(&server, &[("retries", "1")]);
        let list = options(&[("buffer_size", "65536")]);
        let mut writer = Writer::new(&cn, "c", "o", Some(&list), &Request::new()).unwrap();
        let bytes = vec![1; 1 << 20];
        let e = (0..64).find_map(|_| writer.write(&bytes).err()).or_else(|| writer.finish().err()).unwrap();
        assert_eq!(e.kind(), kind, "{e}");
        assert_eq!(writer.write(b"x").unwrap_err().kind(), kind);
    }
    // What fails for a while goes through: a segment is kept.
    let failed = AtomicBool::new(false);
    let tiny = tiny(1000, move |m, t| {
        (m == "PUT" && t.ends_with("/00000001") && !failed.swap(true, Ordering::SeqCst))
            .then(|| reply("503 Busy", &[], b""))
    });
    let bytes: Vec<u8> = pattern(50_000).iter().map(|b| b | 0x80).collect();
    let mut writer = tiny.writer(&[("segment_size", "20000")], &Request::new());
    writer.write(&bytes).unwrap();
    writer.finish().unwrap();
    assert!(tiny.resolve("/c/o") == bytes);
}

#[test]
fn a_writer_whose_server_takes_nothing_ends_with_its_call() {
    for end in 0..4 {
        let server = Faulty::new(|_, _| Reply::SendAndStall(Vec::new())).ignore_bodies();
        let cn = server.connection();
        let mut r = Request::new();
        let cancel = Cancel::new();
        match end {
            0 | 1 => r.cancel = Some(cancel.clone()),
            2 => r.timeout = Some(Duration::from_millis(300)),
            _ => {
                let stop = AtomicBool::new(false);
                r.progress = Some(Arc::new(move |_, _| !stop.swap(true, Ordering::SeqCst)));
            }
        }
        let list = options(&[("buffer_size", "65536")]);
        let mut writer = Writer::new(&cn, "c", "o", Some(&list), &r).unwrap();
        let t = std::thread::spawn(move || {
            let bytes = vec![1; 1 << 20];
            std::iter::repeat_with(|| writer.write(&bytes)).find_map(Result::err).unwrap()
        });
        while server.seen().is_empty() && end < 2 {
            std::thread::sleep(Duration::from_millis(10));
        }
        match end {
            0 => cancel.cancel(),
            1 => cn.interrupt(),
            _ => {}
        }
        let kind = t.join().unwrap().kind();
        assert_eq!(kind, if end == 2 { Kind::Timeout } else { Kind::Cancelled }, "{end}");
    }
}
