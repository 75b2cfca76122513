//! Rules of the Service API where its other tests would not notice that one is broken: against the real Swift, and a
//! server that tells what it was sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use support::faulty::{Faulty, Seen, once, reply};
use support::world::{PATIENCE, World, by_object, config, kind, owned, value};
use support::{Folder, pattern, unique, upload_of};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Kind, Request, Source};
use swiftclient::service::{JobResult, Objects, Queue, Service, Verb, What};

fn file(path: &Path, name: &str) -> Objects {
    let mut objects = Objects::new();
    objects.add_what(Some(name), What::File(path.to_path_buf()), None).unwrap();
    objects
}

/// Uploads a file, and gives the result about the object.
fn upload(w: &World, path: &Path, name: &str, options: &[(&str, &str)]) -> JobResult {
    let all = w.run(Verb::Upload { container: w.container(), objects: file(path, name) }, options);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    all.into_iter().find(|r| matches!(r.action, "upload_object" | "create_dir_marker")).unwrap()
}

fn segments(w: &World) -> String {
    let name = format!("{}_segments", w.container());
    w.remote.connection.put_container(&name, &Request::new()).unwrap();
    name
}

/// Deletes a container with what is in it, as it is.
fn remove(w: &World, container: &str) {
    let verb = Verb::Delete { container: Some(container.to_owned()), objects: None };
    let all = w.run(verb, &[("leave_segments", "true")]);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
}

fn body(w: &World, object: &str) -> Vec<u8> {
    w.remote
        .connection
        .get_object(&w.container(), object, &Request::new())
        .unwrap()
        .read_all(1 << 20)
        .unwrap()
}

/// Gives a file this content, and a time.
fn write(path: &Path, bytes: &[u8], seconds: u64) {
    std::fs::write(path, bytes).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
}

/// Runs one job on a scripted server.
fn run(s: &Faulty, verb: Verb, options: &[(&str, &str)]) -> Vec<JobResult> {
    let service = Service::new(&s.connection(), None).unwrap();
    let queue = Queue::new().unwrap();
    service.submit(&queue, 1, verb, Some(&config(options))).unwrap();
    let mut all: Vec<JobResult> = Vec::new();
    while !all.last().is_some_and(|r| r.is_last) {
        let some = queue.pop(1, Some(PATIENCE));
        assert!(!some.is_empty());
        all.extend(some);
    }
    all
}

/// Stores what it is given, knows no object, and has static large objects.
fn stores(seen: &Seen) -> support::faulty::Reply {
    match seen.method.as_str() {
        "PUT" => reply("201 Created", &[("Etag", &Sum::of(&seen.body))], b""),
        "GET" if seen.target.contains("/info") => reply("200 OK", &[], br#"{"slo": {}}"#),
        _ => reply("404 Not Found", &[], b""),
    }
}

#[test]
fn sv_01_a_shutdown_waits_for_what_is_queued() {
    let w = World::new("sv01", &[("container_threads", "1")]);
    for _ in 0..5 {
        let verb = Verb::Stat { container: Some(w.container()), objects: None };
        w.service.submit(&w.queue, 7, verb, None).unwrap();
    }
    assert!(w.service.shutdown(None));
    let all = w.queue.pop(9, Some(Duration::ZERO));
    assert!(all.len() == 5 && all.iter().all(JobResult::success));
}

#[test]
fn up_03_segments_lie_where_the_container_does() {
    let w = World::new("up03", &[]);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(3000)).unwrap();
    let container = unique("up03-silver");
    let mut r = Request::new();
    r.set_header("X-Storage-Policy", Some("silver")).unwrap();
    w.remote.connection.put_container(&container, &r).unwrap();
    let verb = || Verb::Upload { container: container.clone(), objects: file(&path, "o") };
    let all = w.run(verb(), &[("segment_size", "2000")]);
    assert!(all.iter().all(JobResult::success));
    let of_segments = format!("{container}_segments");
    let head = w.remote.connection.head_container(&of_segments, &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-storage-policy"), Some("silver"));
    // None is made when they are said to be there.
    let all = w.run(verb(), &[("skip_container_put", "true"), ("segment_size", "2000")]);
    assert!(all.iter().all(|r| r.success() && r.action != "create_container"));
    remove(&w, &container);
    remove(&w, &of_segments);
}

#[test]
fn up_06_up_09_what_changed_in_time_or_size_alone_is_sent_again() {
    let w = World::new("up09", &[]);
    let path = w.folder.path("f");
    let changed = &[("changed", "true")][..];
    write(&path, b"aaaa", 1000);
    assert_eq!(upload(&w, &path, "o", changed).status, Some("uploaded"));
    write(&path, b"bbbb", 1000);
    assert_eq!(upload(&w, &path, "o", changed).status, Some("skipped-changed"));
    write(&path, b"bbbb", 1001);
    assert_eq!(upload(&w, &path, "o", changed).status, Some("uploaded"));
    write(&path, b"ccccc", 1001);
    assert_eq!(upload(&w, &path, "o", changed).status, Some("uploaded"));
    assert_eq!(body(&w, "o"), b"ccccc");
    let directory = w.folder.path("d");
    std::fs::create_dir(&directory).unwrap();
    let touch = |seconds| {
        let d = std::fs::File::open(&directory).unwrap();
        d.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    };
    touch(1000);
    assert_eq!(upload(&w, &directory, "d", changed).status, Some("uploaded"));
    assert_eq!(upload(&w, &directory, "d", changed).status, Some("skipped-changed"));
    touch(1001);
    assert_eq!(upload(&w, &directory, "d", changed).status, Some("uploaded"));
    assert_eq!(w.header(&w.container(), "d", "x-object-meta-mtime").as_deref(), Some("1001.000000"));
}

#[test]
fn up_10_a_header_of_the_options_goes_over_the_time() {
    let w = World::new("up10", &[]);
    let path = w.folder.path("f");
    write(&path, b"a", 1000);
    upload(&w, &path, "o", &[("header", "x-object-meta-mtime: 5")]);
    assert_eq!(w.header(&w.container(), "o", "x-object-meta-mtime").as_deref(), Some("5"));
}

#[test]
fn up_12_what_fits_into_one_segment_is_no_large_object() {
    let w = World::new("up12", &[]);
    let s = segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(2000)).unwrap();
    assert!(!upload(&w, &path, "o", &[("segment_size", "2000")]).large_object);
    assert!(w.names(&s).is_empty());
    let r = upload(&w, &path, "o", &[("segment_size", "1999")]);
    assert!(r.large_object);
    let v = value(&r);
    let place = v["segment_results"][1]["segment_location"].as_str().unwrap().to_owned();
    assert!(place.starts_with(&format!("/{s}/o/slo/")) && place.ends_with("/2000/1999/00000001"), "{place}");
    // One that is there is taken for what it is only when it has the bytes.
    let names = w.names(&s);
    w.remote.connection.delete_object(&w.container(), "o", &Request::new()).unwrap();
    let source = Source::memory(Arc::new(pattern(1999).into_iter().rev().collect::<Vec<u8>>()));
    w.remote.connection.put_object(&s, &names[0], &source, &Request::new()).unwrap();
    let verb = Verb::Upload { container: w.container(), objects: file(&path, "o") };
    let all = w.run(verb, &[("segment_size", "1999")]);
    let status = |name: &str| by_object(&all, name).status;
    assert_eq!((status(&names[0]), status(&names[1])), (Some("uploaded"), Some("skipped-identical")));
    assert_eq!(body(&w, "o"), pattern(2000));
    remove(&w, &s);
}

#[test]
fn up_16_the_manifest_tells_the_sum_and_size_of_each_segment() {
    let s = Faulty::new(|_, seen| stores(seen));
    let folder = Folder::new("up16");
    std::fs::write(folder.path("f"), pattern(3000)).unwrap();
    let verb = Verb::Upload { container: "c".into(), objects: file(&folder.path("f"), "o") };
    let all = run(&s, verb, &[("segment_size", "2000")]);
    assert!(all.iter().any(|r| r.action == "upload_object"));
    let seen = s.seen();
    let manifest = seen.iter().find(|s| s.target.contains("multipart-manifest=put")).unwrap();
    let rows: serde_json::Value = serde_json::from_slice(&manifest.body).unwrap();
    let bytes = pattern(3000);
    for (row, bytes) in rows.as_array().unwrap().iter().zip([&bytes[..2000], &bytes[2000..]]) {
        assert_eq!(row["etag"], Sum::of(bytes).as_str());
        assert_eq!(row["size_bytes"], bytes.len());
        assert!(row["path"].as_str().unwrap().starts_with("/c_segments/o/slo/"));
    }
}

#[test]
fn up_18_segments_of_a_stream_are_sent_several_at_once() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (here, seen_at_once) = (now.clone(), most.clone());
    let s = Faulty::new(move |_, seen| {
        if seen.target.contains("c_segments/") {
            let n = here.fetch_add(1, Ordering::SeqCst) + 1;
            seen_at_once.fetch_max(n, Ordering::SeqCst);
            // The first waits for a second.
            let until = Instant::now() + Duration::from_secs(60);
            while seen_at_once.load(Ordering::SeqCst) < 2 && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(5));
            }
            here.fetch_sub(1, Ordering::SeqCst);
        }
        stores(seen)
    });
    let verb = Verb::Upload { container: "c".into(), objects: upload_of("o", once(&pattern(8000))) };
    run(&s, verb, &[("segment_size", "2000")]);
    assert!(most.load(Ordering::SeqCst) >= 2);
}

#[test]
fn up_21_segments_that_somebody_needs_stay() {
    let w = World::new("up21", &[]);
    let s = segments(&w);
    let path = w.folder.path("f");
    write(&path, &pattern(3000), 1000);
    let c = &w.remote.connection;
    for slo in ["true", "false"] {
        let options = [("segment_size", "2000"), ("use_slo", slo)];
        // The same again needs those it has.
        for _ in 0..2 {
            upload(&w, &path, "o", &options);
            assert_eq!(body(&w, "o"), pattern(3000), "{slo}");
        }
        // What replaces a link leaves alone what that led to.
        upload(&w, &path, "target", &options);
        let mut link = Request::new();
        link.set_header("X-Symlink-Target", Some(&format!("{}/target", w.container()))).unwrap();
        c.put_object(&w.container(), "link", &Source::memory(Arc::new(*b"")), &link).unwrap();
        let small = w.folder.path("small");
        std::fs::write(&small, b"small").unwrap();
        upload(&w, &small, "link", &[]);
        assert_eq!((body(&w, "link"), body(&w, "target")), (b"small".to_vec(), pattern(3000)));
        // Those of what was there before stay when that is wanted, though it was looked at.
        write(&path, &pattern(3000), 2000);
        let before = w.names(&s).len();
        let keep = [("leave_segments", "true"), ("changed", "true")];
        upload(&w, &path, "o", &[&options[..], &keep].concat());
        assert_eq!(w.names(&s).len(), before + 2);
        write(&path, &pattern(3000), 1000);
        for name in ["o", "target", "link"] {
            c.delete_object(&w.container(), name, &Request::new()).unwrap();
        }
    }
    remove(&w, &s);
}

#[test]
fn de_01_a_prefix_that_no_object_has_is_refused() {
    let w = World::new("de01", &[]);
    w.put("a", b"x", &[]);
    let verb = Verb::Delete { container: Some(w.container()), objects: owned(&["a"]) };
    let e = w.service.submit(&w.queue, 7, verb, Some(&config(&[("prefix", "b")]))).unwrap_err();
    assert!(e.kind() == Kind::InvalidArgument && e.message().contains("\"b\""), "{e}");
    assert_eq!(w.names(&w.container()), ["a"]);
}

#[test]
fn de_02_options_that_bulk_cannot_meet_go_one_by_one() {
    let w = World::new("de02", &[("object_dd_threads", "1")]);
    let names = ["a", "b", "c", "d"];
    let verb = |objects| Verb::Delete { container: Some(w.container()), objects: Some(objects) };
    let actions = |all: &[JobResult]| -> Vec<&str> { all.iter().map(|r| r.action).collect() };
    names.iter().for_each(|n| w.put(n, b"x", &[]));
    // An object has options of its own.
    let mut objects = Objects::new();
    names[..3].iter().for_each(|n| objects.add(*n, None).unwrap());
    objects.add("d", Some(&config(&[("leave_segments", "false")]))).unwrap();
    let all = w.run(verb(objects), &[("leave_segments", "true")]);
    assert_eq!(actions(&all), ["delete_object"; 4]);
    assert!(all.iter().all(JobResult::success));
    // A version is named, which nothing has.
    names.iter().for_each(|n| w.put(n, b"x", &[]));
    let options = [("leave_segments", "true"), ("version_id", "1700000000.00000")];
    let all = w.run(verb(owned(&names).unwrap()), &options);
    assert_eq!(actions(&all), ["delete_object"; 4]);
    w.listed(&w.container(), 4);
    // Of what a listing of versions finds each goes by its version.
    let mut r = Request::new();
    r.set_header("X-Versions-Enabled", Some("true")).unwrap();
    w.remote.connection.post_container(&w.container(), &r).unwrap();
    names.iter().for_each(|n| w.put(n, b"new", &[]));
    let whole = Verb::Delete { container: Some(w.container()), objects: None };
    let all = w.run(whole, &[("versions", "true"), ("leave_segments", "true")]);
    assert!(all.iter().all(|r| r.success() && r.action != "bulk_delete"));
    let gone = w.one(Verb::Stat { container: Some(w.container()), objects: None }, &[]);
    assert_eq!(kind(&gone), Some(Kind::NotFound));
}

#[test]
fn de_05_a_link_goes_alone_and_history_keeps_segments() {
    let w = World::new("de05", &[]);
    let s = segments(&w);
    let c = &w.remote.connection;
    let put = |container: &str, name: &str, bytes: &'static [u8], headers: &[(&str, &str)]| {
        let mut r = Request::new();
        headers.iter().for_each(|(n, v)| r.set_header(n, Some(v)).unwrap());
        c.put_object(container, name, &Source::memory(Arc::new(bytes)), &r).unwrap();
    };
    put(&s, "p/1", b"segment", &[]);
    let manifest = ("X-Object-Manifest", &*format!("{s}/p/"));
    put(&w.container(), "dlo", b"", &[manifest]);
    put(&w.container(), "link", b"", &[("X-Symlink-Target", &*format!("{}/dlo", w.container()))]);
    w.listed(&s, 1);
    let delete = |name: &str| {
        let all = w.run(Verb::Delete { container: Some(w.container()), objects: owned(&[name]) }, &[]);
        assert!(all.iter().all(JobResult::success));
        all
    };
    // DE-07: what looked at it counts too.
    let all = delete("link");
    assert_eq!((all.len(), all[0].attempts, all[0].dlo_segments_deleted), (1, 2, None));
    assert_eq!((w.names(&s), body(&w, "dlo")), (vec!["p/1".to_owned()], b"segment".to_vec()));
    // What is deleted goes to the container of older versions, and needs its segments there.
    let history = unique("de05-history");
    c.put_container(&history, &Request::new()).unwrap();
    let mut r = Request::new();
    r.set_header("X-History-Location", Some(&history)).unwrap();
    c.post_container(&w.container(), &r).unwrap();
    assert_eq!(delete("dlo").len(), 1);
    assert_eq!(w.names(&s), ["p/1"]);
    r.set_header("X-History-Location", Some("")).unwrap();
    c.post_container(&w.container(), &r).unwrap();
    remove(&w, &history);
    remove(&w, &s);
}

#[test]
fn de_07_a_segment_that_is_gone_already_is_deleted() {
    let s = Faulty::new(|_, seen| match (seen.method.as_str(), seen.target.contains("/s?")) {
        ("HEAD", _) => reply("200 OK", &[("X-Object-Manifest", "s/p/")], b""),
        ("GET", true) if seen.target.contains("marker=") => reply("200 OK", &[], b"[]"),
        ("GET", true) => reply("200 OK", &[], br#"[{"name":"p/1","bytes":1,"hash":"0"}]"#),
        ("DELETE", _) if seen.target.ends_with("/s/p/1") => reply("404 Not Found", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    let all = run(&s, Verb::Delete { container: Some("c".into()), objects: owned(&["o"]) }, &[]);
    let segment = all.iter().find(|r| r.action == "delete_segment").unwrap();
    assert_eq!((kind(segment), segment.http_status), (None, 404));
    assert_eq!(by_object(&all, "o").dlo_segments_deleted, Some(true));
}

#[test]
fn de_08_a_prefix_keeps_the_container_also_when_it_empties_it() {
    let w = World::new("de08-keep", &[]);
    w.put("a/1", b"x", &[]);
    w.listed(&w.container(), 1);
    let all = w.run(Verb::Delete { container: Some(w.container()), objects: None }, &[("prefix", "a/")]);
    assert!(all.iter().all(JobResult::success));
    let there = w.one(Verb::Stat { container: Some(w.container()), objects: None }, &[]);
    assert!(there.success() && w.names(&w.container()).is_empty());
}

#[test]
fn cp_05_the_result_tells_whether_metadata_was_left_behind() {
    let w = World::new("cp05", &[]);
    w.put("a", b"a", &[("x-object-meta-old", "1")]);
    let verb = Verb::Copy { container: w.container(), objects: owned(&["a"]).unwrap() };
    let all = w.run(verb, &[("destination", &format!("/{}/b", w.container())), ("fresh_metadata", "true")]);
    let r = by_object(&all, "a");
    assert_eq!((value(r)["fresh_metadata"].as_bool(), kind(r)), (Some(true), None));
    assert_eq!(w.header(&w.container(), "b", "x-object-meta-old"), None);
}

#[test]
fn ca_01_capabilities_are_those_of_the_cluster_that_is_named() {
    let w = World::new("ca01", &[]);
    let s = Faulty::new(|_, _| reply("200 OK", &[], br#"{"swift": {"version": "of another"}}"#));
    let r = w.one(Verb::Capabilities, &[("url", &format!("{}/v1/AUTH_x", s.url()))]);
    assert_eq!(value(&r)["capabilities"]["swift"]["version"], "of another");
    let own = w.one(Verb::Capabilities, &[]);
    assert_ne!(value(&own)["capabilities"]["swift"]["version"], "of another");
}
