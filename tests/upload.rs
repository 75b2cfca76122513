//! Uploads by the Service API against the real Swift: files, trees and streams, whole and in segments.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, mpsc};

use support::pattern;
use support::world::{PATIENCE, World, config};
use swiftclient::core::source::Callbacks;
use swiftclient::core::{Kind, Request, Source};
use swiftclient::service::{JobResult, Objects, Verb, What};

fn files(list: &[(&Path, Option<&str>)]) -> Objects {
    let mut objects = Objects::new();
    for (path, name) in list {
        objects.add_what(*name, What::File(path.to_path_buf()), None).unwrap();
    }
    objects
}

/// Uploads, and sorts the results by what they are about.
fn upload(w: &World, objects: Objects, options: &[(&str, &str)]) -> BTreeMap<&'static str, Vec<JobResult>> {
    let mut sorted: BTreeMap<&'static str, Vec<JobResult>> = BTreeMap::new();
    for result in w.run(Verb::Upload { container: w.container(), objects }, options) {
        sorted.entry(result.action).or_default().push(result);
    }
    sorted
}

fn only(mut results: BTreeMap<&'static str, Vec<JobResult>>) -> JobResult {
    let mut objects = results.remove("upload_object").unwrap();
    assert_eq!(objects.len(), 1);
    objects.remove(0)
}

fn names(w: &World, container: &str) -> Vec<String> {
    let mut listing = match w.remote.connection.list_container(container, &Request::new()) {
        Ok(listing) => listing,
        Err(e) => panic!("{e}"),
    };
    let mut names = Vec::new();
    loop {
        match listing.next() {
            Ok(Some(row)) => names.push(row.name().to_owned()),
            Ok(None) => return names,
            Err(e) if e.kind() == Kind::NotFound => return names,
            Err(e) => panic!("{e}"),
        }
    }
}

fn body(w: &World, object: &str) -> Vec<u8> {
    let mut r = w.remote.connection.get_object(&w.container(), object, &Request::new()).unwrap();
    r.read_all(1 << 30).unwrap()
}

fn head(w: &World, object: &str, name: &str) -> Option<String> {
    let r = w.remote.connection.head_object(&w.container(), object, &Request::new()).unwrap();
    r.headers().get_str(name).map(str::to_owned)
}

/// The container of the segments, deleted with all that is in it.
struct Segments<'a>(&'a World);

impl Segments<'_> {
    fn container(&self) -> String {
        format!("{}_segments", self.0.container())
    }

    fn names(&self) -> Vec<String> {
        names(self.0, &self.container())
    }
}

impl Drop for Segments<'_> {
    fn drop(&mut self) {
        let (c, r) = (self.container(), Request::new());
        for name in self.names() {
            let _ = self.0.remote.connection.delete_object(&c, &name, &r);
        }
        let _ = self.0.remote.connection.delete_container(&c, &r);
    }
}

struct Counting(u64);

impl Callbacks for Counting {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        let n = self.0.min(buf.len() as u64).min(7_000) as usize;
        buf[..n].fill(b'x');
        self.0 -= n as u64;
        Ok(n)
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

#[test]
fn up_03_up_10_up_11_up_22_files_go_whole_with_their_time_and_metadata() {
    let w = World::new("up-plain", &[]);
    let (a, b) = (w.folder.path("a"), w.folder.path("b"));
    std::fs::write(&a, pattern(10_000)).unwrap();
    std::fs::write(&b, b"").unwrap();
    let mut all = upload(
        &w,
        files(&[(&a, Some("./dir/a")), (&b, Some("/b"))]),
        &[("meta", "Colour: blue"), ("header", "Content-Type: text/x-test")],
    );
    let made = all.remove("create_container").unwrap();
    assert!(made.iter().all(JobResult::success));
    assert_eq!(made.len(), 1);
    let objects = all.remove("upload_object").unwrap();
    assert!(objects.iter().all(|r| r.success() && r.status == Some("uploaded") && !r.large_object));
    assert_eq!(names(&w, &w.container()), ["b", "dir/a"]);
    assert_eq!(body(&w, "dir/a"), pattern(10_000));
    assert_eq!(head(&w, "dir/a", "x-object-meta-colour").as_deref(), Some("blue"));
    assert_eq!(head(&w, "dir/a", "content-type").as_deref(), Some("text/x-test"));
    let mtime = std::fs::metadata(&a).unwrap().modified().unwrap();
    let since = mtime.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let told = head(&w, "dir/a", "x-object-meta-mtime").unwrap();
    assert!(told.starts_with(&since.to_string()) && told.split_once('.').unwrap().1.len() == 6, "{told}");
    let json: serde_json::Value = serde_json::from_str(&objects[0].to_json()).unwrap();
    for key in [
        "container",
        "object",
        "path",
        "headers",
        "large_object",
        "status",
        "success",
        "attempts",
        "response_dict",
    ] {
        assert!(json.get(key).is_some(), "{key}");
    }
    // A look at what was there, and the PUT.
    assert_eq!((json["attempts"].as_u64(), json["last_attempts"].as_u64()), (Some(2), Some(1)));
}

#[test]
fn up_01_what_stands_behind_the_container_is_a_folder() {
    let w = World::new("up-folder", &[]);
    let a = w.folder.path("a");
    std::fs::write(&a, b"a").unwrap();
    let container = format!("{}/one/two/", w.container());
    let all = w.run(Verb::Upload { container, objects: files(&[(&a, Some("/a"))]) }, &[]);
    assert!(all.iter().all(JobResult::success));
    assert_eq!(names(&w, &w.container()), ["one/two/a"]);
}

#[test]
fn up_05_a_file_that_is_not_there_fails_alone() {
    let w = World::new("up-missing", &[]);
    let (a, gone) = (w.folder.path("a"), w.folder.path("gone"));
    std::fs::write(&a, b"a").unwrap();
    let all = upload(&w, files(&[(&gone, Some("gone")), (&a, Some("a"))]), &[]);
    let objects = &all["upload_object"];
    let failed: Vec<_> = objects.iter().filter(|r| !r.success()).collect();
    assert_eq!((objects.len(), failed.len()), (2, 1));
    assert_eq!(failed[0].error.as_ref().unwrap().kind(), Kind::Io);
    assert_eq!(failed[0].path.as_deref(), Some(gone.as_path()));
}

#[test]
fn up_06_directories_become_markers() {
    let w = World::new("up-marker", &[]);
    let dir = w.folder.path("dir");
    std::fs::create_dir(&dir).unwrap();
    let mut objects = files(&[(&dir, Some("dir"))]);
    objects.add_what(Some("made/up"), What::Nothing, None).unwrap();
    let all = upload(&w, objects, &[("dir_marker", "true")]);
    assert_eq!(all["create_dir_marker"].len(), 2);
    assert!(all["create_dir_marker"].iter().all(JobResult::success));
    for object in ["dir", "made/up"] {
        assert_eq!(head(&w, object, "content-type").as_deref(), Some("application/directory"));
        assert_eq!(body(&w, object), b"");
    }
    let again = upload(&w, files(&[(&dir, Some("dir"))]), &[("changed", "true")]);
    assert_eq!(again["create_dir_marker"][0].status, Some("skipped-changed"));
    // Without the option it is an empty object.
    let mut objects = Objects::new();
    objects.add_what(Some("nothing"), What::Nothing, None).unwrap();
    assert!(only(upload(&w, objects, &[])).success());
    assert_ne!(head(&w, "nothing", "content-type").as_deref(), Some("application/directory"));
}

#[test]
fn up_12_to_17_a_large_file_goes_in_segments_named_as_other_clients_name_them() {
    let w = World::new("up-slo", &[]);
    let s = Segments(&w);
    let path = w.folder.path("big");
    std::fs::write(&path, pattern(2_500_000)).unwrap();
    for (slo, middle) in [("auto", "slo/"), ("false", "")] {
        let object = format!("big {slo}");
        let all = upload(
            &w,
            files(&[(&path, Some(&object))]),
            &[("segment_size", "1000000"), ("use_slo", slo), ("meta", "Colour: blue")],
        );
        assert_eq!(all["create_container"].len(), 2);
        let parts = &all["upload_segment"];
        assert_eq!(parts.len(), 3);
        assert!(parts.iter().all(|r| r.success() && r.part.as_ref().unwrap().etag.is_some()));
        let r = only(all);
        assert!(r.success() && r.large_object && r.segments.len() == 3, "{}", r.to_json());
        let mtime = head(&w, &object, "x-object-meta-mtime").unwrap();
        let prefix = format!("{object}/{middle}{mtime}/2500000/1000000/");
        let mine: Vec<String> = s.names().into_iter().filter(|n| n.starts_with(&object)).collect();
        assert_eq!(mine, [0, 1, 2].map(|n| format!("{prefix}{n:08}")));
        assert_eq!(body(&w, &object), pattern(2_500_000));
        assert_eq!(head(&w, &object, "x-object-meta-colour").as_deref(), Some("blue"));
        let segment = w.remote.connection.head_object(&s.container(), &mine[0], &Request::new()).unwrap();
        assert_eq!(segment.headers().get_str("content-type"), Some("application/swiftclient-segment"));
        assert!(segment.headers().get("x-object-meta-colour").is_none());
        let json: serde_json::Value = serde_json::from_str(&r.to_json()).unwrap();
        let told = json["segment_results"].as_array().unwrap();
        let places: Vec<_> = told.iter().map(|s| s["segment_location"].as_str().unwrap()).collect();
        assert_eq!(places, [0, 1, 2].map(|n| format!("/{}/{}", s.container(), mine[n])));
        let manifest = json["headers"]["x-object-manifest"].as_str();
        assert_eq!(manifest, head(&w, &object, "x-object-manifest").as_deref());
        assert_eq!(json["manifest_response_dict"]["status"], 201);
    }
    assert_eq!(head(&w, "big auto", "x-static-large-object").as_deref(), Some("True"));
    assert!(head(&w, "big false", "x-object-manifest").is_some());
}

#[test]
fn up_14_segment_results_have_the_keys_of_the_original() {
    let w = World::new("up-keys", &[]);
    let _s = Segments(&w);
    let path = w.folder.path("big");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let all = upload(&w, files(&[(&path, Some("big"))]), &[("segment_size", "100000")]);
    for r in &all["upload_segment"] {
        let json: serde_json::Value = serde_json::from_str(&r.to_json()).unwrap();
        assert_eq!(json["for_container"], w.container().as_str());
        assert_eq!(json["for_object"], "big");
        let index = json["segment_index"].as_u64().unwrap();
        assert_eq!(json["segment_size"], if index == 2 { 50_000 } else { 100_000 });
        assert!(json["segment_location"].as_str().unwrap().ends_with(&format!("/100000/{index:08}")));
        assert!(json["segment_etag"].as_str().unwrap().len() == 32 && json["log_line"].is_string());
        assert_eq!(json["response_dict"]["status"], 201);
    }
}

#[test]
fn up_21_segments_of_the_object_before_go_once_the_new_one_stands() {
    let w = World::new("up-old", &[]);
    let s = Segments(&w);
    let path = w.folder.path("f");
    let kinds: [&[(&str, &str)]; 3] = [
        &[],
        &[("segment_size", "100000"), ("use_slo", "true")],
        &[("segment_size", "100000"), ("use_slo", "false")],
    ];
    let mut size = 250_000;
    for first in kinds {
        for second in kinds {
            let _ = w.remote.connection.delete_object(&w.container(), "o", &Request::new());
            for options in [first, second] {
                size += 1;
                std::fs::write(&path, pattern(size)).unwrap();
                let all = upload(&w, files(&[(&path, Some("o"))]), options);
                assert!(all.values().flatten().all(JobResult::success));
            }
            assert_eq!(body(&w, "o"), pattern(size), "{first:?} {second:?}");
            let left = s.names();
            let wanted = if second.is_empty() { 0 } else { 3 };
            assert_eq!(left.len(), wanted, "{first:?} {second:?}: {left:?}");
            for name in left {
                w.remote.connection.delete_object(&s.container(), &name, &Request::new()).unwrap();
            }
        }
    }
    // With leave_segments they stay.
    for n in 1..3 {
        std::fs::write(&path, pattern(250_000 + 1000 * n)).unwrap();
        let options = [("segment_size", "100000"), ("leave_segments", "true")];
        upload(&w, files(&[(&path, Some("kept"))]), &options);
    }
    assert_eq!(s.names().len(), 6);
}

/// A stream that tells when it is read, and goes on when it is told to.
struct Gate(mpsc::Sender<()>, mpsc::Receiver<()>);

impl Callbacks for Gate {
    fn read(&mut self, _: &mut [u8]) -> Result<usize, i64> {
        let _ = self.0.send(());
        self.1.recv().map_err(|_| 1)?;
        Ok(0)
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

#[test]
fn up_07_up_21_what_somebody_else_puts_into_a_container_just_made_is_looked_at() {
    let w = World::new("up-quick", &[("object_uu_threads", "1")]);
    let (f, g) = (w.folder.path("f"), w.folder.path("g"));
    std::fs::write(&f, pattern(5_000)).unwrap();
    std::fs::write(&g, pattern(6_000)).unwrap();
    // So that it is this job that makes the container.
    w.remote.connection.delete_container(&w.container(), &Request::new()).unwrap();
    let _segments = Segments(&w);
    let (reading, read) = mpsc::channel();
    let (go_on, told) = mpsc::channel();
    let mut objects = Objects::new();
    let gate = Source::callbacks(Box::new(Gate(reading, told)), None);
    objects.add_what(Some("gate"), What::Source(gate), None).unwrap();
    for (name, path) in [("large", &f), ("same", &g)] {
        objects.add_what(Some(name), What::File(path.clone()), None).unwrap();
    }
    let bytes = Source::memory(Arc::new(pattern(7_000)));
    objects.add_what(Some("bytes"), What::Source(bytes), None).unwrap();
    let verb = Verb::Upload { container: w.container(), objects };
    let options = [("skip_identical", "true")];
    let job = w.service.submit(&w.queue, 7, verb, Some(&config(&options))).unwrap();
    read.recv_timeout(PATIENCE).unwrap();

    // Meanwhile somebody else uploads the same names, those larger than a segment in segments.
    let other = World::new("up-other", &[]);
    let others = files(&[(&g, Some("large")), (&g, Some("same")), (&f, Some("bytes"))]);
    let verb = Verb::Upload { container: w.container(), objects: others };
    assert!(other.run(verb, &[("segment_size", "5500")]).iter().all(JobResult::success));
    w.listed(&format!("{}_segments", w.container()), 4);

    go_on.send(()).unwrap();
    drop(go_on);
    let all = w.results(job);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    assert_eq!(all[0].http_status, 201);
    let of = |name: &str| all.iter().find(|r| r.object.as_deref() == Some(name)).unwrap();
    // What is there is replaced, and its segments with it; what is the same stays.
    assert_eq!((of("large").status, of("large").attempts), (Some("uploaded"), 3));
    assert_eq!((of("same").status, of("same").attempts), (Some("skipped-identical"), 2));
    assert_eq!((body(&w, "large"), body(&w, "bytes")), (pattern(5_000), pattern(7_000)));
    assert_eq!(of("large").sent.get("if-none-match"), None);
    let deleted = all.iter().filter(|r| r.action == "delete_segment").count();
    assert_eq!(deleted, 2);
    w.listed(&format!("{}_segments", w.container()), 2);
    assert_eq!(body(&w, "same"), pattern(6_000));
}

#[test]
fn up_21_an_object_that_its_own_prefix_finds_is_no_segment_of_itself() {
    let w = World::new("up-itself", &[]);
    let _s = Segments(&w);
    let (c, path) = (w.container(), w.folder.path("f"));
    let (connection, r) = (&w.remote.connection, Request::new());
    let kinds: [&[(&str, &str)]; 3] = [
        &[],
        &[("segment_size", "100000"), ("use_slo", "true")],
        &[("segment_size", "100000"), ("use_slo", "false")],
    ];
    for (n, kind) in kinds.into_iter().enumerate() {
        for part in ["o-1", "o-2"] {
            let bytes = Source::memory(Arc::new(part.as_bytes().to_vec()));
            connection.put_object(&c, part, &bytes, &r).unwrap();
        }
        connection.put_dlo(&c, "o", &c, "o", &r).unwrap();
        connection.wait_dlo(&c, "o", 6, &r).unwrap();
        assert_eq!(body(&w, "o"), b"o-1o-2");
        let bytes = pattern(250_000 + n);
        std::fs::write(&path, &bytes).unwrap();
        let all = upload(&w, files(&[(&path, Some("o"))]), kind);
        let mut gone: Vec<_> = all["delete_segment"].iter().filter_map(|r| r.object.as_deref()).collect();
        gone.sort_unstable();
        assert_eq!(gone, ["o-1", "o-2"], "{kind:?}");
        assert!(all.values().flatten().all(JobResult::success));
        assert_eq!(names(&w, &c), ["o"], "{kind:?}");
        assert_eq!(body(&w, "o"), bytes, "{kind:?}");
        let _ = connection.delete_object(&c, "o", &r);
    }
}

#[test]
fn up_08_up_09_df_21_what_is_there_already_is_not_sent_again() {
    let w = World::new("up-skip", &[]);
    let _s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    for (object, options) in [
        ("plain", vec![]),
        ("static", vec![("segment_size", "100000"), ("use_slo", "true")]),
        ("dynamic", vec![("segment_size", "100000"), ("use_slo", "false")]),
    ] {
        let run = |more: (&'static str, &'static str)| {
            let mut options = options.clone();
            options.push(more);
            only(upload(&w, files(&[(&path, Some(object))]), &options))
        };
        assert_eq!(run(("changed", "true")).status, Some("uploaded"));
        assert_eq!(run(("changed", "true")).status, Some("skipped-changed"), "{object}");
        assert_eq!(run(("skip_identical", "true")).status, Some("skipped-identical"), "{object}");
        // One byte is another, the size is the same.
        let mut other = pattern(250_000);
        other[200_000] ^= 1;
        std::fs::write(&path, &other).unwrap();
        assert_eq!(run(("skip_identical", "true")).status, Some("uploaded"), "{object}");
        assert_eq!(body(&w, object), other);
        std::fs::write(&path, pattern(250_000)).unwrap();
    }
}

#[test]
fn an_upload_that_broke_off_goes_on_with_the_segments_there_are() {
    let w = World::new("up-resume", &[]);
    let s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(450_000)).unwrap();
    let options = [("segment_size", "100000"), ("leave_segments", "true")];
    assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    w.remote.connection.delete_object(&w.container(), "o", &Request::new()).unwrap();
    let stored = s.names();
    // One is missing, and one is not what it should be.
    w.remote.connection.delete_object(&s.container(), &stored[1], &Request::new()).unwrap();
    let wrong = Source::memory(Arc::new(vec![0u8; 100_000]));
    w.remote.connection.put_object(&s.container(), &stored[3], &wrong, &Request::new()).unwrap();
    let all = upload(&w, files(&[(&path, Some("o"))]), &options);
    let mut sent: Vec<u64> = Vec::new();
    for r in &all["upload_segment"] {
        match r.status {
            Some("uploaded") => sent.push(r.part.as_ref().unwrap().index),
            status => assert_eq!((status, r.bytes), (Some("skipped-identical"), 0)),
        }
    }
    sent.sort_unstable();
    assert_eq!(sent, [1, 3]);
    assert!(only(all).success());
    assert_eq!(body(&w, "o"), pattern(450_000));
}

#[test]
fn df_28_segments_of_an_object_that_failed_stay_or_go_as_it_is_said() {
    let w = World::new("up-clean", &[]);
    let s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    // The manifest carries it and is refused; the segments do not.
    let meta = format!("Long: {}", "x".repeat(300));
    // What lay there before, maybe for another object, stays in any case.
    for (clean, deleted, left) in [("true", true, 0), ("false", false, 3), ("true", false, 3)] {
        let options = [("segment_size", "100000"), ("meta", meta.as_str()), ("clean_segments", clean)];
        let all = upload(&w, files(&[(&path, Some("o"))]), &options);
        assert!(all["upload_segment"].iter().all(JobResult::success));
        assert_eq!(all.contains_key("delete_segment"), deleted);
        let r = only(all);
        assert_eq!(r.http_status, 400, "{}", r.to_json());
        assert_eq!(s.names().len(), left);
    }
}

#[test]
fn segments_that_the_object_before_needs_are_not_deleted_with_a_failed_upload() {
    let w = World::new("up-before", &[]);
    let s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let meta = format!("Long: {}", "x".repeat(300));
    let options = [("segment_size", "100000"), ("clean_segments", "true")];
    assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    // One of them was lost, and is sent for both.
    w.remote.connection.delete_object(&s.container(), &s.names()[1], &Request::new()).unwrap();
    let more = [options[0], options[1], ("meta", meta.as_str())];
    assert_eq!(only(upload(&w, files(&[(&path, Some("o"))]), &more)).http_status, 400);
    assert_eq!(body(&w, "o"), pattern(250_000));
}

#[test]
fn versions_keep_their_segments() {
    let w = World::new("up-versions", &[]);
    let s = Segments(&w);
    let mut r = Request::new();
    r.set_versions_enabled(Some(true)).unwrap();
    w.remote.connection.post_container(&w.container(), &r).unwrap();
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let options = [("segment_size", "100000")];
    assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    let old = head(&w, "o", "x-object-version-id").unwrap();
    std::fs::write(&path, pattern(260_000)).unwrap();
    assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    assert_eq!(s.names().len(), 6);
    let mut r = Request::new();
    r.set_version_id(Some(&old)).unwrap();
    let mut got = w.remote.connection.get_object(&w.container(), "o", &r).unwrap();
    assert_eq!(got.read_all(1 << 20).unwrap(), pattern(250_000));
    for id in [old, head(&w, "o", "x-object-version-id").unwrap()] {
        r.set_version_id(Some(&id)).unwrap();
        w.remote.connection.delete_object(&w.container(), "o", &r).unwrap();
    }
    let mut r = Request::new();
    r.set_versions_enabled(Some(false)).unwrap();
    w.remote.connection.post_container(&w.container(), &r).unwrap();
}

#[test]
fn versions_in_a_container_of_their_own_keep_their_segments() {
    let w = World::new("up-history", &[]);
    let s = Segments(&w);
    let versions = format!("{}_versions", w.container());
    let cn = &w.remote.connection;
    cn.put_container(&versions, &Request::new()).unwrap();
    let mut r = Request::new();
    r.set_history_location(Some(&versions)).unwrap();
    cn.post_container(&w.container(), &r).unwrap();
    let path = w.folder.path("f");
    let options = [("segment_size", "100000")];
    for size in [250_000, 260_000] {
        std::fs::write(&path, pattern(size)).unwrap();
        assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    }
    let kept = names(&w, &versions);
    assert_eq!((kept.len(), s.names().len()), (1, 6));
    let mut old = cn.get_object(&versions, &kept[0], &Request::new()).unwrap();
    assert_eq!(old.read_all(1 << 20).unwrap(), pattern(250_000));
    // Deleted it is kept as well.
    let verb = Verb::Delete { container: Some(w.container()), objects: support::world::owned(&["o"]) };
    assert!(w.one(verb, &[]).success());
    assert_eq!(s.names().len(), 6);
    for name in names(&w, &versions) {
        cn.delete_object(&versions, &name, &Request::new()).unwrap();
    }
    r.set_history_location(Some("")).unwrap();
    cn.post_container(&w.container(), &r).unwrap();
    cn.delete_container(&versions, &Request::new()).unwrap();
}

#[test]
fn up_15_a_failed_segment_fails_the_object() {
    let w = World::new("up-fail", &[]);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let options = [
        ("segment_size", "100000"),
        ("skip_container_put", "true"),
        ("segment_container", "there is no such container"),
    ];
    let all = upload(&w, files(&[(&path, Some("o"))]), &options);
    assert!(all["upload_segment"].iter().all(|r| r.http_status == 404));
    let r = only(all);
    let e = r.error.as_ref().unwrap();
    assert!(e.message().contains("no manifest is made: 3 of the segments"), "{e}");
    assert_eq!(names(&w, &w.container()), [""; 0]);
}

#[test]
fn up_18_up_19_df_27_a_stream_becomes_segments_when_it_does_not_fit_into_one() {
    let w = World::new("up-stream", &[]);
    let s = Segments(&w);
    let stream = |n| Source::callbacks(Box::new(Counting(n)), None);
    let options = [("segment_size", "100000")];
    let r = only(upload(&w, support::upload_of("small", stream(99_999)), &options));
    assert!(r.success() && !r.large_object && s.names().is_empty());
    assert_eq!(body(&w, "small").len(), 99_999);
    // Just as long as segments: there is no empty one at the end.
    for (object, size, count) in [("even", 300_000, 3), ("odd", 300_001, 4)] {
        let all = upload(&w, support::upload_of(object, stream(size)), &options);
        assert_eq!(all["upload_segment"].len(), count);
        assert!(all["upload_segment"].iter().all(|r| r.part.as_ref().unwrap().for_object == object));
        let r = only(all);
        assert!(r.success() && r.large_object, "{}", r.to_json());
        let mine: Vec<String> = s.names().into_iter().filter(|n| n.starts_with(object)).collect();
        assert_eq!(mine.len(), count);
        let mut parts = mine[0].strip_prefix(&format!("{object}/slo/")).unwrap().split('/');
        let (seconds, micros) = parts.next().unwrap().split_once('.').unwrap();
        assert!(seconds.parse::<u64>().is_ok() && micros.len() == 6);
        assert_eq!((parts.next(), parts.next(), parts.next()), (Some("100000"), Some("00000000"), None));
        assert_eq!(body(&w, object), vec![b'x'; size as usize]);
    }
    // UP-20: without segments, or as no static object, it is one chunked request.
    for options in [vec![], vec![("segment_size", "100000"), ("use_slo", "false")]] {
        let r = only(upload(&w, support::upload_of("whole", stream(300_000)), &options));
        assert!(r.success() && !r.large_object);
        assert!(head(&w, "whole", "x-static-large-object").is_none());
    }
    // More than is kept in memory goes through a writer.
    let options = [("segment_size", "200000"), ("buffer_size", "65536")];
    let r = only(upload(&w, support::upload_of("streamed", stream(500_000)), &options));
    assert!(r.success() && r.large_object, "{}", r.to_json());
    assert_eq!(body(&w, "streamed").len(), 500_000);
}

#[test]
fn segments_end_with_their_object() {
    let w = World::new("up-expiry", &[]);
    let s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let options = [("segment_size", "100000"), ("header", "X-Delete-At: 4000000000")];
    assert!(only(upload(&w, files(&[(&path, Some("o"))]), &options)).success());
    assert_eq!(head(&w, "o", "x-delete-at").as_deref(), Some("4000000000"));
    for name in s.names() {
        let r = w.remote.connection.head_object(&s.container(), &name, &Request::new()).unwrap();
        assert_eq!(r.headers().get_str("x-delete-at"), Some("4000000000"));
    }
    // And they stay when they become those of one that does.
    for slo in ["true", "false"] {
        for header in ["X-Delete-At: 4000000000", "X-Object-Meta-A: stays"] {
            let options = [("segment_size", "100000"), ("use_slo", slo), ("header", header)];
            let all = upload(&w, files(&[(&path, Some("o"))]), &options);
            let sent = all["upload_segment"].iter().filter(|r| r.status == Some("uploaded")).count();
            assert_eq!(sent, if slo == "false" && header.starts_with("X-D") { 3 } else { 0 });
            assert!(only(all).success());
        }
        for name in s.names() {
            let r = w.remote.connection.head_object(&s.container(), &name, &Request::new()).unwrap();
            assert!(r.headers().get("x-delete-at").is_none(), "{name}");
        }
    }
    assert_eq!((body(&w, "o"), head(&w, "o", "x-delete-at")), (pattern(250_000), None));
}

#[test]
fn more_segments_than_a_manifest_may_name_are_named_by_manifests_of_their_own() {
    let w = World::new("up-nested", &[("segment_threads", "16")]);
    let _s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(1003)).unwrap();
    let all = upload(&w, files(&[(&path, Some("o"))]), &[("segment_size", "1")]);
    let r = only(all);
    assert!(r.success(), "{}", r.to_json());
    // Swift reads so small segments at one a second; the manifest tells as much.
    assert_eq!(head(&w, "o", "content-length").as_deref(), Some("1003"));
    let manifest = w.remote.connection.get_slo_manifest(&w.container(), "o", &Request::new()).unwrap();
    let sizes: Vec<_> = manifest.segments().iter().map(|s| (s.is_slo(), s.size())).collect();
    assert_eq!(sizes, [(true, Some(1000)), (true, Some(3))]);
    // And they go again, with the manifests between.
    std::fs::write(&path, b"").unwrap();
    let all = upload(&w, files(&[(&path, Some("o"))]), &[]);
    assert_eq!(all["delete_segment"].len(), 1005);
    assert!(all["delete_segment"].iter().all(JobResult::success));
}

#[test]
fn absurd_numbers_of_segments_are_refused() {
    let w = World::new("up-absurd", &[]);
    let path = w.folder.path("f");
    std::fs::File::create(&path).unwrap().set_len(1 << 40).unwrap();
    let options = [("segment_size", "1"), ("skip_container_put", "true")];
    let r = only(upload(&w, files(&[(&path, Some("o"))]), &options));
    assert!(r.error.as_ref().unwrap().message().contains("1099511627776 segments"));
}

#[test]
fn trees_are_walked_with_all_that_is_in_them() {
    let w = World::new("up-tree", &[]);
    let root = w.folder.path("root");
    for dir in ["a/b", "empty/er", ".hidden"] {
        std::fs::create_dir_all(root.join(dir)).unwrap();
    }
    for file in ["top", "a/1", "a/b/2 é", ".hidden/.file"] {
        std::fs::write(root.join(file), file).unwrap();
    }
    std::os::unix::fs::symlink("top", root.join("link")).unwrap();
    std::os::unix::fs::symlink("nowhere", root.join("broken")).unwrap();
    std::os::unix::fs::symlink("..", root.join("a/back")).unwrap();
    let odd = std::os::unix::ffi::OsStringExt::from_vec(b"odd\xff".to_vec());
    let odd: std::ffi::OsString = odd;
    std::fs::write(root.join(&odd), "odd").unwrap();

    let mut objects = Objects::new();
    objects.add_what(Some("pre"), What::Tree(root.clone()), None).unwrap();
    let all = upload(&w, objects, &[]);
    assert_eq!(
        names(&w, &w.container()),
        ["pre/.hidden/.file", "pre/a/1", "pre/a/b/2 é", "pre/empty/er", "pre/link", "pre/top"]
    );
    assert_eq!(body(&w, "pre/a/b/2 é"), "a/b/2 é".as_bytes());
    assert_eq!(all["create_dir_marker"].len(), 1);
    let failed: Vec<_> = all["upload_object"].iter().filter(|r| !r.success()).collect();
    let told = |path: &Path| {
        failed.iter().find(|r| r.path.as_deref() == Some(path)).map(|r| r.error.as_ref().unwrap())
    };
    assert_eq!(told(&root.join("broken")).unwrap().kind(), Kind::Io);
    assert_eq!(told(&root.join(&odd)).unwrap().kind(), Kind::InvalidUtf8);
    assert!(told(&root.join("a/back")).unwrap().message().contains("leads back"));
    assert_eq!(failed.len(), 3);
    let tree = &all["upload_directory"][0];
    assert!(tree.is_last && !tree.success());
    assert!(tree.error.as_ref().unwrap().message().contains("3 of the files failed"));
}

#[test]
fn files_beside_a_tree_count_among_all_there_are() {
    let w = World::new("up-counted", &[]);
    std::fs::create_dir(w.folder.path("root")).unwrap();
    for file in ["root/1", "root/2", "beside"] {
        std::fs::write(w.folder.path(file), "five!").unwrap();
    }
    let mut objects = Objects::new();
    objects.add_what(Some("pre"), What::Tree(w.folder.path("root")), None).unwrap();
    objects.add_what(Some("beside"), What::File(w.folder.path("beside")), None).unwrap();
    assert_eq!(upload(&w, objects, &[])["upload_object"].len(), 3);
    let p = w.service.progress(0).unwrap();
    assert_eq!((p.objects, p.objects_total, p.bytes, p.bytes_total), (3, Some(3), 15, Some(15)));
}

#[test]
fn options_of_an_object_go_before_those_of_its_job() {
    let w = World::new("up-own", &[]);
    let _s = Segments(&w);
    let path = w.folder.path("f");
    std::fs::write(&path, pattern(250_000)).unwrap();
    let own = support::world::config(&[("segment_size", "100000"), ("meta", "Own: yes")]);
    let mut objects = files(&[(&path, Some("whole"))]);
    objects.add_what(Some("parts"), What::File(path), Some(&own)).unwrap();
    let all = upload(&w, objects, &[("meta", "Shared: yes")]);
    let large: Vec<_> = all["upload_object"].iter().filter(|r| r.large_object).collect();
    assert_eq!(large.len(), 1);
    assert_eq!(large[0].object.as_deref(), Some("parts"));
    for (object, own) in [("whole", None), ("parts", Some("yes".to_owned()))] {
        assert_eq!(head(&w, object, "x-object-meta-own"), own);
        assert_eq!(head(&w, object, "x-object-meta-shared").as_deref(), Some("yes"));
    }
    // What means nothing for an upload is refused by name, and files are for uploads alone.
    let config = support::world::config(&[("prefix", "x")]);
    let verb = Verb::Upload { container: w.container(), objects: files(&[(Path::new("f"), None)]) };
    let e = w.service.submit(&w.queue, 7, verb, Some(&config)).unwrap_err();
    assert!(e.message().contains("prefix"), "{e}");
    let objects = Some(files(&[(Path::new("f"), None)]));
    let e = w
        .service
        .submit(&w.queue, 7, Verb::Stat { container: Some(w.container()), objects }, None)
        .unwrap_err();
    assert!(e.message().contains("upload"), "{e}");
}
