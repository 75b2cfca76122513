//! Downloads of large objects by the Service API: in parts, several at once, and compared with what is there; against
//! the real Swift, and a server that plays faults.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use support::faulty::{Faulty, Reply, Seen, cut, reply, response};
use support::world::{PATIENCE, World, config, kind, owned, value};
use support::{Folder, eventually, pattern, unique};
use swiftclient::core::manifest::Segment;
use swiftclient::core::{Connection, Kind, Manifest, Request, Source};
use swiftclient::service::{JobResult, Queue, Service, Verb};

/// Parts of the size that most tests want.
const PART: &str = "65536";

fn put(
    connection: &Connection,
    container: &str,
    object: &str,
    bytes: &[u8],
    headers: &[(&str, &str)],
) -> String {
    let mut r = Request::new();
    for (n, v) in headers {
        r.set_header(n, Some(v)).unwrap();
    }
    let source = Source::memory(Arc::new(bytes.to_vec()));
    connection.put_object(container, object, &source, &r).unwrap().etag().unwrap().to_owned()
}

/// A static large object `slo` of all there is: whole segments, part of one, bytes of its own, and one within it.
struct Large {
    bytes: Vec<u8>,
    segments: String,
}

fn large(w: &World, with_range: bool) -> Large {
    let c = &w.remote.connection;
    let segments = unique("download-segments");
    c.put_container(&segments, &Request::new()).unwrap();
    let bytes = pattern(400_000);
    let piece = |from: usize, to: usize| {
        let name = format!("{from:08}");
        let etag = put(c, &segments, &name, &bytes[from..to], &[]);
        Segment::object(&segments, &name, Some(&etag), Some((to - from) as u64), None).unwrap()
    };
    let mut inner = Manifest::new();
    inner.push(piece(150_000, 200_000));
    inner.push(piece(200_000, 300_000));
    c.put_slo(&segments, "inner", &inner, &Request::new()).unwrap();
    let mut outer = Manifest::new();
    outer.push(piece(0, 100_000));
    outer.push(piece(100_000, 149_000));
    outer.push(Segment::inline(&bytes[149_000..150_000]).unwrap());
    outer.push(Segment::object(&segments, "inner", None, None, None).unwrap());
    let last = piece(300_000, 400_000);
    if with_range {
        let etag = put(c, &segments, "more", &pattern(300_000)[..], &[]);
        let part = swiftclient::core::manifest::Part::new(Some(1000), Some(70_000)).unwrap();
        outer.push(Segment::object(&segments, "more", Some(&etag), Some(300_000), part).unwrap());
    }
    outer.push(last);
    c.put_slo(&w.remote.name, "slo", &outer, &Request::new()).unwrap();
    let mut all = bytes.clone();
    if with_range {
        all.splice(300_000..300_000, pattern(300_000)[1000..71_000].iter().copied());
    }
    Large { bytes: all, segments }
}

impl Large {
    fn remove(&self, w: &World) {
        let verb = Verb::Delete { container: Some(self.segments.clone()), objects: None };
        assert!(w.run(verb, &[("leave_segments", "true")]).iter().all(JobResult::success));
    }
}

/// Requests so far, those not counted that a busy server had to be sent again.
fn requests(w: &World) -> u64 {
    let all = w.service.statistics(Some("download")).unwrap();
    all.requests - all.retries
}

#[test]
fn a_large_plain_object_comes_in_parts() {
    let w = World::new("parts", &[("part_size", PART)]);
    let bytes = pattern(1_000_000);
    put(&w.remote.connection, &w.remote.name, "o", &bytes, &[("x-object-meta-mtime", "1000000000.25")]);
    let r = w.one(w.download(&["o"]), &w.out());
    assert_eq!((kind(&r), r.http_status, r.bytes), (None, 200, 1_000_000));
    assert_eq!(std::fs::read(w.path("o")).unwrap(), bytes);
    let noted = SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000_000_250);
    assert_eq!(std::fs::metadata(w.path("o")).unwrap().modified().unwrap(), noted);
    // The one that told what it is, and sixteen parts.
    assert_eq!(requests(&w), 17);
    assert_eq!(u64::from(r.attempts), w.service.statistics(Some("download")).unwrap().requests);
    let v = value(&r);
    assert_eq!((v["action"].as_str(), v["read_length"].as_u64()), (Some("download_object"), Some(1_000_000)));
    assert_eq!(w.service.progress(0).unwrap().bytes, 1_000_000);
    assert_eq!(w.folder.names(), ["o"]);
    // By an option of the object or the job it comes in one.
    let out = w.out()[0];
    assert!(w.one(w.download(&["o"]), &[out, ("part_size", "0")]).success());
    assert_eq!(requests(&w), 18);
    // So does what is not twice as long as a part.
    assert!(w.one(w.download(&["o"]), &[out, ("part_size", "500001")]).success());
    assert_eq!(requests(&w), 19);
    // And what goes to a file from a listing.
    let all = w.run(Verb::Download { container: Some(w.container()), objects: None }, &w.out());
    assert!(all.len() == 2 && all.iter().all(JobResult::success));
    assert_eq!(std::fs::read(w.path("o")).unwrap(), bytes);
    let p = w.service.progress(0).unwrap();
    assert_eq!((p.bytes, p.bytes_total), (4_000_000, Some(4_000_000)));
}

#[test]
fn every_part_is_of_the_version_that_is_meant() {
    let w = World::new("parts-version", &[("part_size", PART)]);
    let c = &w.remote.connection;
    let mut r = Request::new();
    r.set_header("X-Versions-Enabled", Some("true")).unwrap();
    c.post_container(&w.remote.name, &r).unwrap();
    let old = pattern(200_000);
    let source = Source::memory(Arc::new(old.clone()));
    let stored = c.put_object(&w.remote.name, "o", &source, &Request::new()).unwrap();
    let id = stored.headers().get_str("x-object-version-id").unwrap().to_owned();
    put(c, &w.remote.name, "o", &pattern(300_000)[100_000..], &[]);
    assert!(w.one(w.download(&["o"]), &[w.out()[0], ("version_id", &id)]).success());
    assert_eq!(std::fs::read(w.path("o")).unwrap(), old);
    assert_eq!(requests(&w), 5);
    w.run(Verb::Delete { container: Some(w.container()), objects: None }, &[("versions", "true")]);
}

#[test]
fn a_static_large_object_comes_by_its_segments() {
    let w = World::new("parts-slo", &[("part_size", PART)]);
    let large = large(&w, true);
    let r = w.one(w.download(&["slo"]), &w.out());
    assert_eq!((kind(&r), r.bytes), (None, large.bytes.len() as u64));
    assert_eq!(std::fs::read(w.path("slo")).unwrap(), large.bytes);
    // Itself and two manifests; 100,000, 50,000 with the data and 50,000 of the inner one, 100,000, 70,000, 100,000.
    assert_eq!(requests(&w), 3 + 5);
    assert_eq!(w.folder.names(), ["slo"]);
    large.remove(&w);
}

#[test]
fn a_dynamic_large_object_comes_by_its_segments_and_each_is_verified() {
    let w = World::new("parts-dlo", &[("part_size", PART)]);
    let segments = unique("parts-dlo-segments");
    let c = &w.remote.connection;
    c.put_container(&segments, &Request::new()).unwrap();
    let bytes = pattern(300_000);
    // Small ones together, an empty one, and one that is larger than parts are.
    let ends = [0, 10_000, 40_000, 40_000, 240_000, 300_000];
    for (n, ends) in ends.windows(2).enumerate() {
        put(c, &segments, &format!("p/{n}"), &bytes[ends[0]..ends[1]], &[]);
    }
    let manifest = ("x-object-manifest", &*format!("{segments}/p/"));
    put(c, &w.remote.name, "dlo", b"", &[manifest, ("x-object-meta-mtime", "1000000000.25")]);
    w.listed(&segments, 5);
    let r = w.one(w.download(&["dlo"]), &w.out());
    assert_eq!((kind(&r), r.bytes), (None, 300_000), "{:?}", r.error);
    assert_eq!(std::fs::read(w.path("dlo")).unwrap(), bytes);
    let noted = SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000_000_250);
    assert_eq!(std::fs::metadata(w.path("dlo")).unwrap().modified().unwrap(), noted);
    // Itself, its listing to the end; 40,000, four ranges of 200,000, and 60,000.
    assert_eq!(requests(&w), 3 + 6);
    assert_eq!(w.folder.names(), ["dlo"]);
    // With a segment more it is another one.
    put(c, &segments, "p/5", b"more", &[]);
    w.listed(&segments, 6);
    assert!(w.one(w.download(&["dlo"]), &w.out()).success());
    assert_eq!(std::fs::read(w.path("dlo")).unwrap(), [&bytes[..], b"more"].concat());
    for n in 0..6 {
        c.delete_object(&segments, &format!("p/{n}"), &Request::new()).unwrap();
    }
    c.delete_container(&segments, &Request::new()).unwrap();
}

#[test]
fn a_large_segment_comes_in_ranges() {
    let w = World::new("parts-range", &[("part_size", PART)]);
    let segments = unique("parts-range-segments");
    let c = &w.remote.connection;
    c.put_container(&segments, &Request::new()).unwrap();
    let bytes = pattern(500_000);
    let mut manifest = Manifest::new();
    for (name, piece) in [("a", &bytes[..20_000]), ("b", &bytes[20_000..480_000]), ("c", &bytes[480_000..])] {
        let etag = put(c, &segments, name, piece, &[]);
        let size = Some(piece.len() as u64);
        manifest.push(Segment::object(&segments, name, Some(&etag), size, None).unwrap());
    }
    c.put_slo(&w.remote.name, "slo", &manifest, &Request::new()).unwrap();
    let r = w.one(w.download(&["slo"]), &w.out());
    assert_eq!((kind(&r), r.bytes), (None, 500_000), "{:?}", r.error);
    assert_eq!(std::fs::read(w.path("slo")).unwrap(), bytes);
    // Itself and its manifest; 20,000, eight ranges of 460,000, 20,000.
    assert_eq!(requests(&w), 2 + 10);
    for name in ["a", "b", "c"] {
        c.delete_object(&segments, name, &Request::new()).unwrap();
    }
    c.delete_container(&segments, &Request::new()).unwrap();
}

#[test]
fn one_worker_is_enough_for_parts() {
    let options = [("part_size", PART), ("segment_threads", "1"), ("object_dd_threads", "1")];
    let w = World::new("parts-one", &options);
    for name in ["a", "b", "c"] {
        put(&w.remote.connection, &w.remote.name, name, &pattern(300_000), &[]);
    }
    let all = w.run(w.download(&["a", "b", "c"]), &w.out());
    assert!(all.len() == 3 && all.iter().all(JobResult::success));
    assert!(["a", "b", "c"].iter().all(|n| std::fs::read(w.path(n)).unwrap() == pattern(300_000)));
}

#[test]
fn dl_12_df_21_large_objects_that_are_identical_are_left_alone() {
    let w = World::new("dl12-large", &[("skip_identical", "true")]);
    let large = large(&w, false);
    let c = &w.remote.connection;
    let dlo = [("x-object-manifest", &*format!("{}/00", large.segments))];
    put(c, &w.remote.name, "dlo", b"", &dlo);
    w.listed(&large.segments, 6);
    let (slo, other) = (w.path("slo"), w.path("dlo"));
    std::fs::write(&slo, &large.bytes).unwrap();
    // The data stand in the manifest of the static one alone.
    let dynamic = [&large.bytes[..149_000], &large.bytes[150_000..]].concat();
    std::fs::write(&other, &dynamic).unwrap();
    let all = w.run(w.download(&["slo", "dlo"]), &w.out());
    for r in &all {
        assert_eq!((kind(r), r.http_status, r.bytes), (Some(Kind::NotModified), 304, 0), "{:?}", r.object);
        assert_eq!(value(r)["status"], "skipped-identical");
    }
    assert_eq!(w.service.progress(0).unwrap().failed, 0);
    // One byte in the data of the manifest, one in a segment of the inner one, one too many.
    for at in [149_500, 250_000] {
        let mut wrong = large.bytes.clone();
        wrong[at] ^= 1;
        std::fs::write(&slo, &wrong).unwrap();
        let r = w.one(w.download(&["slo"]), &w.out());
        assert_eq!((kind(&r), r.bytes), (None, large.bytes.len() as u64));
        assert_eq!(std::fs::read(&slo).unwrap(), large.bytes);
    }
    std::fs::write(&other, [&dynamic[..], b"x"].concat()).unwrap();
    assert!(w.one(w.download(&["dlo"]), &w.out()).success());
    assert_eq!(std::fs::read(&other).unwrap(), dynamic);
    large.remove(&w);
    // Of part of a segment no sum is known: it is fetched, and not taken for the whole segment.
    let large = self::large(&w, true);
    std::fs::write(&slo, &large.bytes).unwrap();
    assert!(w.one(w.download(&["slo"]), &w.out()).success());
    assert_eq!(std::fs::read(&slo).unwrap(), large.bytes);
    large.remove(&w);
}

#[test]
fn de_05_manifests_with_bytes_of_their_own_go_with_their_segments_when_all_are_looked_at() {
    let w = World::new("de05-bytes", &[]);
    let segments = unique("de05-bytes-segments");
    let c = &w.remote.connection;
    c.put_container(&segments, &Request::new()).unwrap();
    put(c, &segments, "p/1", b"1", &[]);
    put(c, &w.remote.name, "dlo", b"bytes nobody sees", &[("x-object-manifest", &*format!("{segments}/p/"))]);
    w.listed(&segments, 1);
    w.listed(&w.remote.name, 1);
    let verb = Verb::Delete { container: Some(w.container()), objects: None };
    let all = w.run(verb, &[("bulk", "false")]);
    assert!(all.iter().all(JobResult::success));
    let dlo = all.iter().find(|r| r.action == "delete_object").unwrap();
    assert_eq!(dlo.dlo_segments_deleted, Some(true));
    assert!(w.names(&segments).is_empty());
    c.delete_container(&segments, &Request::new()).unwrap();
}

/// The bytes that a request asks for.
fn range(seen: &Seen) -> Option<(usize, usize)> {
    let (from, to) = seen.header("range")?.strip_prefix("bytes=")?.split_once('-')?;
    Some((from.parse().unwrap(), to.parse::<usize>().unwrap() + 1))
}

fn md5(bytes: &[u8]) -> String {
    swiftclient::core::digest::Sum::of(bytes)
}

/// An answer with the part of an object that is asked for.
fn part(bytes: &[u8], etag: &str, seen: &Seen) -> Vec<u8> {
    part_of(bytes, &[("Etag", etag)], seen)
}

fn part_of(bytes: &[u8], headers: &[(&str, &str)], seen: &Seen) -> Vec<u8> {
    match range(seen) {
        None => response("200 OK", headers, bytes),
        Some((from, to)) => {
            let range = format!("bytes {from}-{}/{}", to - 1, bytes.len());
            let headers = [headers, &[("Content-Range", &*range)]].concat();
            response("206 Partial Content", &headers, &bytes[from..to])
        }
    }
}

/// What an object is that a scripted server has: large ones are of one segment, `/s/p/0`.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kinds {
    Plain,
    Static,
    Dynamic,
}

impl Kinds {
    const ALL: [Kinds; 3] = [Kinds::Plain, Kinds::Static, Kinds::Dynamic];

    /// The answer about an object that should be `right`, and has `bytes`.
    fn answer(self, right: &[u8], bytes: &[u8], seen: &Seen) -> Vec<u8> {
        let (sum, size) = (md5(right), right.len());
        match self {
            Kinds::Plain => part(bytes, &sum, seen),
            Kinds::Static => {
                let slo = ("X-Static-Large-Object", "True");
                let manifest = format!(r#"[{{"name":"/s/p/0","bytes":{size},"hash":"{sum}"}}]"#);
                if seen.target.contains("multipart-manifest=get") {
                    return response("200 OK", &[slo], manifest.as_bytes());
                }
                let etag = Manifest::parse(manifest.as_bytes()).unwrap().etag().unwrap();
                part_of(bytes, &[("Etag", &etag), slo], seen)
            }
            Kinds::Dynamic => {
                let row = format!(r#"[{{"name":"p/0","bytes":{size},"hash":"{sum}"}}]"#);
                if seen.target.contains("/s?") {
                    let page = if seen.target.contains("marker=") { "[]" } else { &row };
                    return response("200 OK", &[], page.as_bytes());
                }
                let etag = format!("\"{}\"", md5(sum.as_bytes()));
                part_of(bytes, &[("Etag", &etag), ("X-Object-Manifest", "s/p/")], seen)
            }
        }
    }
}

fn get(server: &Faulty, folder: &Folder, options: &[(&str, &str)]) -> (JobResult, Queue, Service) {
    let service = Service::new(&server.connection(), Some(&config(&[("part_size", PART)]))).unwrap();
    let queue = Queue::new().unwrap();
    let file = folder.path("o");
    let mut own = config(&[("out_file", file.to_str().unwrap())]);
    for (k, v) in options {
        own.set(k, Some(v)).unwrap();
    }
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["o"]) };
    service.submit(&queue, 7, verb, Some(&own)).unwrap();
    let mut all = queue.pop(9, Some(PATIENCE));
    assert_eq!(all.len(), 1);
    assert!(all[0].is_last && queue.is_empty());
    (all.remove(0), queue, service)
}

#[test]
fn parts_go_on_where_they_break() {
    let bytes = pattern(300_000);
    let etag = md5(&bytes);
    let whole = bytes.clone();
    let s = Faulty::new(move |_, seen| {
        let all = part(&bytes, &etag, seen);
        let length = range(seen).map_or(0, |(from, to)| to - from);
        // Each part ends in the middle, and so does its first half of the rest.
        if length > 20_000 {
            Reply::SendAndClose(all[..all.len() - length / 2].to_vec())
        } else {
            Reply::Send(all)
        }
    });
    let folder = Folder::new("parts-break");
    let (r, ..) = get(&s, &folder, &[("header", "X-Extra: 1")]);
    assert_eq!((kind(&r), r.bytes), (None, 300_000), "{:?}", r.error);
    assert_eq!(std::fs::read(folder.path("o")).unwrap(), whole);
    let seen = s.seen();
    let parts = &seen[1..];
    let quoted = md5(&whole);
    assert!(parts.len() > 5 && parts.iter().all(|s| s.header("if-match") == Some(&quoted)));
    assert!(seen.iter().all(|s| s.header("x-extra") == Some("1")));
    assert_eq!(r.attempts as usize, seen.len());
}

#[test]
fn df_23_an_object_that_changes_between_its_parts_never_appears() {
    let bytes = pattern(300_000);
    let etag = md5(&bytes);
    let s = Faulty::new(move |_, seen| match range(seen) {
        Some((from, _)) if from > 100_000 => reply("412 Precondition Failed", &[], b""),
        _ => Reply::Send(part(&bytes, &etag, seen)),
    });
    let folder = Folder::new("parts-changed");
    std::fs::write(folder.path("o"), b"old").unwrap();
    let (r, ..) = get(&s, &folder, &[]);
    assert_eq!((kind(&r), r.http_status), (Some(Kind::Precondition), 412));
    assert!(r.error.as_ref().unwrap().message().contains("changed"));
    assert_eq!(folder.names(), ["o"]);
    assert_eq!(std::fs::read(folder.path("o")).unwrap(), b"old");
    // Also where the server does not look at the condition.
    let (one, two) = (pattern(300_000), vec![7; 300_000]);
    let s = Faulty::new(move |n, seen| {
        let bytes = if n > 2 { &two } else { &one };
        Reply::Send(part(bytes, &md5(bytes), seen))
    });
    let (r, ..) = get(&s, &folder, &[]);
    assert_eq!(kind(&r), Some(Kind::Precondition));
    assert_eq!(folder.names(), ["o"]);
}

#[test]
fn df_23_parts_that_are_wrong_never_appear() {
    let bytes = pattern(300_000);
    let etag = md5(&bytes);
    let folder = Folder::new("parts-wrong");
    // One byte of a plain object.
    let wrong = move |at: usize| {
        let (bytes, etag) = (bytes.clone(), etag.clone());
        Faulty::new(move |_, seen| {
            let mut bytes = bytes.clone();
            bytes[at] ^= 1;
            Reply::Send(part(&bytes, &etag, seen))
        })
    };
    for at in [0, 150_000, 299_999] {
        let (r, ..) = get(&wrong(at), &folder, &[]);
        assert_eq!(kind(&r), Some(Kind::Checksum));
        assert!(r.error.as_ref().unwrap().message().contains("c/o"));
        assert!(folder.names().is_empty());
    }
    assert!(get(&wrong(5), &folder, &[("checksum", "false")]).0.success());
    std::fs::remove_file(folder.path("o")).unwrap();
    // Of a server that sends all whatever is asked for, or something else.
    let bytes = pattern(300_000);
    let etag = md5(&bytes);
    let s = Faulty::new(move |_, _| Reply::Send(response("200 OK", &[("Etag", &etag)], &bytes)));
    assert_eq!(kind(&get(&s, &folder, &[]).0), Some(Kind::Protocol));
    assert!(folder.names().is_empty());
}

/// The same answer, but in one chunk, without a length.
fn chunked(answer: &[u8], cut: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let head = text.split("\r\n\r\n").next().unwrap();
    let body = &answer[head.len() + 4..answer.len() - cut];
    let lines = head.split("\r\n").filter(|l| !l.starts_with("Content-Length"));
    let head = lines.collect::<Vec<_>>().join("\r\n");
    let mut all = format!("{head}\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n", body.len()).into_bytes();
    all.extend_from_slice(body);
    all.extend_from_slice(b"\r\n0\r\n\r\n");
    all
}

#[test]
fn df_23_a_range_without_a_length_is_as_long_as_it_says() {
    for (cut, good) in [(0, true), (100, false)] {
        let bytes = pattern(300_000);
        let etag = md5(&bytes);
        let s = Faulty::new(move |_, seen| {
            let all = part(&bytes, &etag, seen);
            Reply::Send(if range(seen).is_some() { chunked(&all, cut) } else { all })
        });
        let folder = Folder::new("parts-chunked");
        // The length is checked whatever else is.
        let (r, ..) = get(&s, &folder, &[("checksum", "false")]);
        assert_eq!(kind(&r), (!good).then_some(Kind::Protocol), "{:?}", r.error);
        assert_eq!(folder.names().len(), usize::from(good));
    }
}

#[test]
fn df_23_a_segment_that_is_not_what_its_manifest_says_never_appears() {
    let bytes = pattern(300_000);
    let manifest = (0..3)
        .map(|n| {
            let md5 = md5(&bytes[n * 100_000..(n + 1) * 100_000]);
            format!(r#"{{"name":"/s/{n}","bytes":100000,"hash":"{md5}"}}"#)
        })
        .collect::<Vec<_>>()
        .join(",");
    let manifest = format!("[{manifest}]");
    let etag = Manifest::parse(manifest.as_bytes()).unwrap().etag().unwrap();
    let wrong = Arc::new(AtomicUsize::new(usize::MAX));
    let at = wrong.clone();
    let s = Faulty::new(move |_, seen| {
        let slo = ("X-Static-Large-Object", "True");
        if seen.target.contains("multipart-manifest=get") {
            return reply("200 OK", &[slo], manifest.as_bytes());
        }
        let mut bytes = bytes.clone();
        if let Some(b) = bytes.get_mut(at.load(Ordering::SeqCst)) {
            *b ^= 1;
        }
        let mut all = part(&bytes, &etag, seen);
        all.splice(all.len() - range(seen).map_or(300_000, |(from, to)| to - from) - 2.., []);
        let body = range(seen).map_or(&bytes[..], |(from, to)| &bytes[from..to]);
        all.extend_from_slice(format!("{}: {}\r\n\r\n", slo.0, slo.1).as_bytes());
        all.extend_from_slice(body);
        Reply::Send(all)
    });
    let folder = Folder::new("parts-segment");
    wrong.store(150_000, Ordering::SeqCst);
    let (r, ..) = get(&s, &folder, &[]);
    let e = r.error.as_ref().unwrap();
    assert!(e.kind() == Kind::Checksum && e.message().contains("/s/1"), "{e}");
    assert!(folder.names().is_empty());
    wrong.store(usize::MAX, Ordering::SeqCst);
    let before = s.seen().len();
    assert!(get(&s, &folder, &[]).0.success());
    assert_eq!(s.seen().len() - before, 5);
    assert_eq!(std::fs::read(folder.path("o")).unwrap(), pattern(300_000));
}

#[test]
fn df_23_ranges_of_a_segment_that_are_wrong_never_appear() {
    for made in [Kinds::Static, Kinds::Dynamic] {
        let right = pattern(300_000);
        let wrong = Arc::new(AtomicUsize::new(150_000));
        let (at, bytes) = (wrong.clone(), right.clone());
        let s = Faulty::new(move |_, seen| {
            let mut bytes = bytes.clone();
            if let Some(b) = bytes.get_mut(at.load(Ordering::SeqCst)) {
                *b ^= 1;
            }
            Reply::Send(made.answer(&pattern(300_000), &bytes, seen))
        });
        let folder = Folder::new("parts-range");
        let asked = || s.seen().iter().filter(|s| range(s).is_some()).count();
        for at in [0, 150_000, 299_999] {
            wrong.store(at, Ordering::SeqCst);
            let e = get(&s, &folder, &[]).0.error.take().unwrap();
            assert!(e.kind() == Kind::Checksum && e.message().contains("/s/p/0"), "{made:?}: {e}");
            assert!(folder.names().is_empty());
        }
        assert!(get(&s, &folder, &[("checksum", "false")]).0.success());
        std::fs::remove_file(folder.path("o")).unwrap();
        wrong.store(usize::MAX, Ordering::SeqCst);
        let before = asked();
        assert!(get(&s, &folder, &[]).0.success());
        assert_eq!((asked() - before, std::fs::read(folder.path("o")).unwrap()), (5, right));
    }
}

#[test]
fn df_23_a_dynamic_object_whose_listing_tells_something_else_comes_in_one() {
    let bytes = pattern(300_000);
    let (mode, right) = (Arc::new(AtomicUsize::new(0)), bytes.clone());
    let now = mode.clone();
    let s = Faulty::new(move |_, seen| match (now.load(Ordering::SeqCst), seen.target.contains("/s?")) {
        // Another segment since; nobody may look; a length that does not fit.
        (0, true) if seen.target.contains("marker=") => reply("200 OK", &[], b"[]"),
        (0, true) => reply("200 OK", &[], br#"[{"name":"p/9","bytes":300000,"hash":"0123"}]"#),
        (1, true) => reply("403 Forbidden", &[], b""),
        (2, true) => {
            let row = format!(r#"[{{"name":"p/0","bytes":299999,"hash":"{}"}}]"#, md5(&right));
            let page = if seen.target.contains("marker=") { "[]" } else { &row };
            reply("200 OK", &[], page.as_bytes())
        }
        // It changes while it comes.
        (3, false) if range(seen).is_some_and(|(from, _)| from > 100_000) => {
            reply("412 Precondition Failed", &[], b"")
        }
        _ => Reply::Send(Kinds::Dynamic.answer(&right, &right, seen)),
    });
    let folder = Folder::new("parts-dynamic");
    for one in 0..3 {
        mode.store(one, Ordering::SeqCst);
        let (r, ..) = get(&s, &folder, &[]);
        assert!(r.success(), "{one}: {:?}", r.error);
        assert!(s.seen().iter().all(|s| range(s).is_none()));
        assert_eq!(std::fs::read(folder.path("o")).unwrap(), bytes);
        std::fs::remove_file(folder.path("o")).unwrap();
    }
    mode.store(3, Ordering::SeqCst);
    let (r, ..) = get(&s, &folder, &[]);
    assert_eq!(kind(&r), Some(Kind::Precondition));
    assert!(r.error.as_ref().unwrap().message().contains("changed") && folder.names().is_empty());
}

#[test]
fn a_cancel_ends_parts_that_stall_and_leaves_no_file() {
    let bytes = pattern(1_000_000);
    let etag = md5(&bytes);
    let s = Faulty::new(move |_, seen| {
        let all = part(&bytes, &etag, seen);
        match range(seen) {
            Some((from, to)) if from > 0 => Reply::SendAndStall(cut(
                "206 Partial Content",
                &[("Content-Range", &format!("bytes {from}-{}/1000000", to - 1))],
                &bytes[from..to],
                9,
            )),
            _ => Reply::Send(all),
        }
    });
    let service =
        Service::new(&s.connection(), Some(&config(&[("part_size", PART), ("segment_threads", "3")])))
            .unwrap();
    let queue = Queue::new().unwrap();
    let folder = Folder::new("parts-cancel");
    let own = config(&[("out_directory", folder.0.to_str().unwrap())]);
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["o"]) };
    let job = service.submit(&queue, 7, verb, Some(&own)).unwrap();
    eventually(|| (s.seen().len() >= 5).then_some(()));
    assert!(service.cancel(job));
    let all = queue.pop(9, Some(PATIENCE));
    assert_eq!((all.len(), kind(&all[0]), all[0].is_last), (1, Some(Kind::Cancelled), true));
    assert!(folder.names().is_empty());
    assert_eq!(service.pending(), 0);
    assert!(service.shutdown(None));
    assert!(queue.is_empty());
}

/// What a program does that is killed: for `df_23_a_download_that_was_killed_goes_on_with_the_parts_there_are`, which
/// runs it as a process of its own.
#[test]
fn the_program_that_is_killed() {
    let (Ok(url), Ok(file)) = (std::env::var("SWC_TEST_KILLED_URL"), std::env::var("SWC_TEST_KILLED_FILE"))
    else {
        return;
    };
    let connection =
        config(&[("auth", &*format!("{url}/auth/v1.0")), ("user", "test:tester"), ("key", "testing")]);
    let service = Service::new(&Connection::new(&connection).unwrap(), None).unwrap();
    let queue = Queue::new().unwrap();
    let own = config(&[("out_file", &*file), ("part_size", PART), ("resume", "true")]);
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["o"]) };
    service.submit(&queue, 7, verb, Some(&own)).unwrap();
    queue.pop(1, Some(PATIENCE));
}

/// The parts that the note beside a file has, by their numbers.
fn noted(folder: &Folder) -> Vec<usize> {
    let Some(name) = folder.names().into_iter().find(|n| n.ends_with(".parts")) else { return Vec::new() };
    let text = std::fs::read_to_string(folder.path(&name)).unwrap();
    text.lines().skip(1).map(|l| l.parse().unwrap()).collect()
}

#[test]
fn df_23_a_download_that_was_killed_goes_on_with_the_parts_there_are() {
    for made in Kinds::ALL {
        killed(made);
    }
}

fn killed(made: Kinds) {
    const SIZE: usize = 1_000_000;
    let bytes = pattern(SIZE);
    let stall = Arc::new(AtomicUsize::new(500_000));
    let from_here = stall.clone();
    let whole = bytes.clone();
    let s = Faulty::new(move |_, seen| {
        let mut all = made.answer(&whole, &whole, seen);
        match range(seen) {
            Some((from, _)) if from >= from_here.load(Ordering::SeqCst) => {
                all.truncate(all.len() - 40_000.min(SIZE - from) / 2);
                Reply::SendAndStall(all)
            }
            _ => Reply::Send(all),
        }
    });
    let folder = Folder::new("parts-killed");
    let mut killed = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_program_that_is_killed"])
        .env("SWC_TEST_KILLED_URL", s.url())
        .env("SWC_TEST_KILLED_FILE", folder.path("o"))
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // All that do not stall.
    eventually(|| (noted(&folder).len() == 8).then_some(()));
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert_eq!(folder.names().len(), 2);
    assert!(folder.names().iter().all(|n| n.starts_with(".o.")));
    let there = noted(&folder);
    stall.store(usize::MAX, Ordering::SeqCst);
    let before = s.seen().len();
    let (r, ..) = get(&s, &folder, &[("resume", "true")]);
    assert_eq!((kind(&r), r.bytes), (None, (SIZE - 8 * 65536) as u64), "{:?}", r.error);
    let asked: Vec<_> = s.seen()[before..].iter().filter_map(range).collect();
    assert_eq!(asked.len(), 8);
    assert!(asked.iter().all(|(from, _)| !there.contains(&(from / 65536))));
    assert_eq!(folder.names(), ["o"]);
    assert_eq!(std::fs::read(folder.path("o")).unwrap(), bytes);
}

#[test]
fn df_23_what_was_kept_is_verified_and_of_this_object_alone() {
    let bytes = pattern(300_000);
    let other = Arc::new(AtomicUsize::new(0));
    let (which, whole) = (other.clone(), bytes.clone());
    let s = Faulty::new(move |_, seen| {
        let which = which.load(Ordering::SeqCst);
        let bytes = if which == 2 { vec![9; 300_000] } else { whole.clone() };
        match range(seen) {
            Some((from, _)) if which == 0 && from > 200_000 => reply("403 Forbidden", &[], b""),
            _ => Reply::Send(part(&bytes, &md5(&bytes), seen)),
        }
    });
    let folder = Folder::new("parts-kept");
    let options = &[("resume", "true")][..];
    let set = |n| other.store(n, Ordering::SeqCst);
    let asked = |before: usize| s.seen()[before..].iter().filter(|s| s.header("range").is_some()).count();
    assert_eq!(kind(&get(&s, &folder, options).0), Some(Kind::Forbidden));
    let (before, there) = (s.seen().len(), noted(&folder).len());
    assert_eq!(folder.names().len(), 2);
    set(1);
    assert!(get(&s, &folder, options).0.success());
    assert_eq!((asked(before), folder.names()), (5 - there, vec!["o".to_owned()]));
    // Kept of an object that is another one now: thrown away.
    set(0);
    assert!(!get(&s, &folder, options).0.success());
    set(2);
    let before = s.seen().len();
    assert!(get(&s, &folder, options).0.success());
    assert_eq!((asked(before), std::fs::read(folder.path("o")).unwrap()), (5, vec![9; 300_000]));
    // What somebody wrote into it meanwhile shows in the end, and is not taken up again.
    set(0);
    assert!(!get(&s, &folder, options).0.success());
    if !noted(&folder).is_empty() {
        let name = folder.names().into_iter().find(|n| n.ends_with(".partial")).unwrap();
        let mut kept = std::fs::read(folder.path(&name)).unwrap();
        let at = noted(&folder)[0] * 65536;
        kept[at] ^= 1;
        std::fs::write(folder.path(&name), kept).unwrap();
        set(1);
        assert_eq!(kind(&get(&s, &folder, options).0), Some(Kind::Checksum));
    }
    assert_eq!(std::fs::read(folder.path("o")).unwrap(), vec![9; 300_000]);
    set(1);
    assert!(get(&s, &folder, options).0.success());
    assert_eq!((folder.names(), std::fs::read(folder.path("o")).unwrap()), (vec!["o".to_owned()], bytes));
    let e = Service::new(&s.connection(), None).unwrap().submit(
        &Queue::new().unwrap(),
        1,
        Verb::Download { container: Some("c".into()), objects: owned(&["o"]) },
        Some(&config(&[("resume", "true"), ("part_size", "0")])),
    );
    assert!(e.err().unwrap().message().contains("part_size"));
}
