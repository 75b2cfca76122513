//! The Service API against a real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use serde_json::Value;
use support::pattern;
use support::real::{self, Container};
use support::world::{PATIENCE, World, by_object, config, kind, owned, value};
use swiftclient::core::manifest::Segment;
use swiftclient::core::source::Callbacks;
use swiftclient::core::{Kind, Manifest, Request, Source};
use swiftclient::service::{JobResult, Objects, Verb};

/// Bytes of a caller, some at a time.
struct Bytes(Vec<u8>, usize);

impl Callbacks for Bytes {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        let n = buf.len().min(1000).min(self.0.len() - self.1);
        buf[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
        self.1 += n;
        Ok(n)
    }
    fn can_rewind(&self) -> bool {
        true
    }
    fn rewind(&mut self) -> bool {
        self.1 = 0;
        true
    }
}

#[test]
fn st_02_stat_of_account_container_and_objects() {
    let w = World::new("stat", &[]);
    w.put("a", b"hello", &[("content-type", "text/plain"), ("x-object-meta-color", "blue")]);
    w.put("dir/b é", b"", &[]);

    let r = w.one(Verb::Stat { container: None, objects: None }, &[]);
    assert!(r.success() && r.action == "stat_account" && r.http_status == 204);
    let items = r.items();
    let names: Vec<_> = items.iter().map(|(n, _)| n.as_str()).collect();
    assert_eq!(names[..4], ["Account", "Containers", "Objects", "Bytes"]);
    assert_eq!(r.items()[0].1, "AUTH_test");
    assert!(r.items()[1].1.parse::<u64>().unwrap() >= 1);
    assert_eq!(value(&r)["headers"]["x-account-container-count"], Value::from(r.items()[1].1.as_str()));

    let r = w.one(Verb::Stat { container: Some(w.container()), objects: None }, &[]);
    assert_eq!((r.action, r.container.as_deref()), ("stat_container", Some(w.remote.name.as_str())));
    assert_eq!(r.items()[2], ("Objects".into(), "2".into()));
    assert_eq!(r.items()[3], ("Bytes".into(), "5".into()));

    let objects = owned(&["a", "missing", "dir/b é"]);
    let all = w.run(Verb::Stat { container: Some(w.container()), objects }, &[]);
    assert_eq!(all.len(), 3);
    let a = by_object(&all, "a");
    let v = value(a);
    assert_eq!((v["success"].as_bool(), v["items"][2][1].as_str()), (Some(true), Some("a")));
    assert_eq!(v["headers"]["x-object-meta-color"], "blue");
    assert_eq!(a.items()[6], ("ETag".into(), "5d41402abc4b2a76b9719d911017c592".into()));
    assert!(by_object(&all, "dir/b é").success());
    let missing = by_object(&all, "missing");
    assert_eq!((kind(missing), missing.http_status), (Some(Kind::NotFound), 404));
    let message = missing.error.as_ref().unwrap().message();
    assert!(message.contains("/missing\" failed: 404 Not Found"), "{message}");
    assert!(value(missing)["error"]["transaction_id"].as_str().unwrap().starts_with("tx"));

    let r = w.one(Verb::Stat { container: Some("no such container".into()), objects: None }, &[]);
    assert!(
        r.error.as_ref().unwrap().message().starts_with("Container HEAD \"no such container\" failed: 404")
    );
}

#[test]
fn up_22_upload_from_every_kind_of_source() {
    let w = World::new("upload", &[]);
    let body = pattern(100_000);
    let file = w.path("source");
    std::fs::write(&file, &body).unwrap();
    let t = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 250_000_000);
    std::fs::File::options().write(true).open(&file).unwrap().set_modified(t).unwrap();

    let r = w.upload("file", Source::file(&file));
    assert!(r.success(), "{:?}", r.error);
    // One of the requests has looked what there was.
    assert_eq!((r.http_status, r.attempts, r.bytes), (201, 2, 100_000));
    assert_eq!(r.path.as_deref(), Some(file.as_path()));
    let v = value(&r);
    assert_eq!((v["status"].as_str(), v["path"].as_str()), (Some("uploaded"), file.to_str()));
    let memory: Arc<Vec<u8>> = Arc::new(body.clone());
    assert_eq!(w.upload("memory", Source::memory(memory)).bytes, 100_000);
    assert_eq!(w.upload("part", Source::file_range(&file, 10, 20)).bytes, 20);
    for length in [None, Some(100_000)] {
        let r = w.upload("callbacks", Source::callbacks(Box::new(Bytes(body.clone(), 0)), length));
        assert_eq!((kind(&r), r.bytes), (None, 100_000));
        assert_eq!(r.path, None);
    }
    let all = w.run(
        Verb::Stat {
            container: Some(w.container()),
            objects: owned(&["file", "memory", "part", "callbacks"]),
        },
        &[],
    );
    assert_eq!(by_object(&all, "file").headers.get("x-object-meta-mtime"), Some(&b"1700000000.250000"[..]));
    // What has no time of its own has that of its upload, in whole seconds.
    let now = by_object(&all, "memory").headers.get_str("x-object-meta-mtime").unwrap();
    assert!(now.ends_with(".000000") && now.len() > 10, "{now}");
    assert_eq!(by_object(&all, "part").items()[4].1, "20");
    for name in ["memory", "callbacks"] {
        assert_eq!(by_object(&all, name).items()[6], by_object(&all, "file").items()[6]);
    }

    let r = w.upload("nothing", Source::file(w.path("not there")));
    assert_eq!(kind(&r), Some(Kind::Io));
    assert!(r.error.as_ref().unwrap().message().contains("not there"));
    // A folder without files is an object that stands for it.
    std::fs::create_dir(w.path("empty")).unwrap();
    let objects = support::upload_of("folder", Source::file(w.path("empty")));
    let all = w.run(Verb::Upload { container: w.container(), objects }, &[]);
    assert!(all.iter().all(JobResult::success), "{:?}", all[0].error);
    let marker = all.iter().find(|r| r.action == "create_dir_marker").unwrap().object.clone().unwrap();
    assert_eq!(w.header(&w.container(), &marker, "content-type").as_deref(), Some("application/directory"));
    let gone = Verb::Upload {
        container: support::unique("none"),
        objects: support::upload_of("o", Source::memory(Arc::new(b"x"))),
    };
    let r = w.one(gone, &[("skip_container_put", "true")]);
    assert!(r.error.as_ref().unwrap().message().ends_with("does the container exist?"));
}

#[test]
fn dl_08_folders_are_made_when_a_file_needs_them() {
    let w = World::new("download-folders", &[]);
    let long: &'static [u8] = pattern(700_000).leak();
    w.put("a", b"hello", &[]);
    w.put("a/b", b"below what is a file", &[]);
    w.put("s/s/short", b"bye", &[]);
    w.put("l/l/long", long, &[]);
    w.put("p/p/long", long, &[]);
    let all = w.run(w.download(&["a", "s/s/short", "l/l/long"]), &w.out());
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    assert_eq!(std::fs::read(w.path("s/s/short")).unwrap(), b"bye");
    assert!(std::fs::read(w.path("l/l/long")).unwrap() == long);
    let options = [w.out()[0], ("part_size", "200000")];
    let r = w.one(w.download(&["p/p/long"]), &options);
    assert!(r.success() && r.attempts > 3, "{} {:?}", r.attempts, r.error);
    assert!(std::fs::read(w.path("p/p/long")).unwrap() == long);

    let r = w.one(w.download(&["a/b"]), &w.out());
    assert_eq!(kind(&r), Some(Kind::Io));
    assert!(r.error.as_ref().unwrap().message().contains("cannot be made"));
    assert_eq!(std::fs::read(w.path("a")).unwrap(), b"hello");
    // One that went away meanwhile is made again.
    std::fs::remove_dir_all(w.path("s")).unwrap();
    assert!(w.one(w.download(&["s/s/short"]), &w.out()).success());
    assert_eq!(w.folder.names(), ["a", "l", "p", "s"]);
}

#[test]
fn dl_22_download_to_files() {
    let w = World::new("download", &[]);
    w.put("a", b"hello", &[("x-object-meta-mtime", "1000000000.5")]);
    w.put("//deep//er/b", b"bye", &[]);
    w.put("empty", b"", &[]);
    w.put("marker", b"", &[("content-type", "application/directory; charset=x")]);
    w.put("slash/", b"", &[("content-type", "text/plain")]);
    w.put("full/", b"content", &[("content-type", "text/plain")]);
    w.put("../evil", b"evil", &[]);
    let names = ["a", "//deep//er/b", "empty", "marker", "slash/", "full/", "../evil", "missing"];
    let all = w.run(w.download(&names), &w.out());
    assert_eq!(all.len(), names.len());

    let a = by_object(&all, "a");
    assert!(a.success(), "{:?}", a.error);
    assert_eq!((a.bytes, a.attempts, a.http_status), (5, 1, 200));
    assert_eq!(a.path, Some(w.path("a")));
    assert_eq!(std::fs::read(w.path("a")).unwrap(), b"hello");
    let modified = std::fs::metadata(w.path("a")).unwrap().modified().unwrap();
    assert_eq!(modified, SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000_000_500));
    let v = value(a);
    assert_eq!((v["read_length"].as_u64(), v["pseudodir"].as_bool()), (Some(5), Some(false)));
    assert_eq!(v["response_dict"]["headers"]["etag"], "5d41402abc4b2a76b9719d911017c592");

    assert!(by_object(&all, "//deep//er/b").success());
    assert_eq!(std::fs::read(w.path("deep/er/b")).unwrap(), b"bye");
    assert!(by_object(&all, "empty").success());
    assert_eq!(std::fs::read(w.path("empty")).unwrap(), b"");
    assert!(by_object(&all, "marker").success());
    assert!(w.path("marker").is_dir());
    let slash = by_object(&all, "slash/");
    assert!(slash.success() && slash.pseudodir);
    assert!(w.path("slash").is_dir());
    let full = by_object(&all, "full/");
    assert_eq!((kind(full), full.pseudodir), (Some(Kind::InvalidArgument), false));
    assert!(full.error.as_ref().unwrap().message().contains("use out_file"), "{:?}", full.error);
    assert!(!w.path("full").exists());

    let evil = by_object(&all, "../evil");
    assert_eq!((kind(evil), evil.attempts), (Some(Kind::InvalidArgument), 0));
    assert!(!w.folder.0.parent().unwrap().join("evil").exists());
    let missing = by_object(&all, "missing");
    assert_eq!(kind(missing), Some(Kind::NotFound));
    assert!(!w.path("missing").exists());

    // Under a name of the caller's every object can be had.
    let file = w.path("mine");
    let r = w.one(w.download(&["../evil"]), &[("out_file", file.to_str().unwrap())]);
    assert!(r.success(), "{:?}", r.error);
    assert_eq!(std::fs::read(&file).unwrap(), b"evil");
    let r = w.one(w.download(&["full/"]), &[("out_file", file.to_str().unwrap())]);
    assert!(r.success(), "{:?}", r.error);
    assert_eq!(std::fs::read(&file).unwrap(), b"content");
    let r = w.one(w.download(&["a"]), &[("out_file", "/dev/null")]);
    assert_eq!((kind(&r), r.bytes), (None, 5));
    assert!(!Path::new("/dev/null").is_file());

    // What is there is replaced only by something complete.
    let r = w.one(w.download(&["a"]), &[("out_file", w.folder.0.to_str().unwrap())]);
    assert_eq!(kind(&r), Some(Kind::Io));
    assert_eq!(w.folder.names(), ["a", "deep", "empty", "marker", "mine", "slash"]);
}

#[test]
fn li_02_listings_come_in_pages_and_end_without_rows() {
    let w = World::new("list", &[]);
    let names: Vec<String> = (0..12).map(|n| format!("o{n:02} é")).collect();
    for n in &names {
        w.put(n, b"x", &[]);
    }
    let all = w.run(Verb::List { container: Some(w.container()) }, &[]);
    let (last, pages) = all.split_last().unwrap();
    let mut got = Vec::new();
    let mut marker = String::new();
    for page in pages {
        let v = value(page);
        assert_eq!(v["action"], "list_container_part");
        assert_eq!(v["marker"], marker.as_str());
        assert_eq!((page.http_status, page.attempts), (200, 1));
        assert_eq!(page.headers.get("x-container-object-count"), Some(&b"12"[..]));
        let rows = v["listing"].as_array().unwrap();
        assert!(!rows.is_empty());
        got.extend(rows.iter().map(|r| r["name"].as_str().unwrap().to_owned()));
        marker = got.last().unwrap().clone();
    }
    assert_eq!(got, names);
    assert!(last.success());
    assert_eq!(value(last)["listing"], Value::Array(vec![]));
    assert_eq!(last.marker.as_deref(), Some(marker.as_str()));

    let all = w.run(Verb::List { container: None }, &[]);
    let mine = |r: &JobResult| {
        value(r)["listing"].as_array().unwrap().iter().any(|row| row["name"] == w.remote.name.as_str())
    };
    assert!(all.iter().any(mine));
    assert_eq!(all[0].action, "list_account_part");

    let all = w.run(Verb::List { container: Some("no such container".into()) }, &[]);
    assert_eq!(all.len(), 1);
    assert_eq!(kind(&all[0]), Some(Kind::NotFound));
}

#[test]
fn de_07_delete_objects_and_the_container() {
    let w = World::new("delete", &[]);
    w.put("a", b"x", &[]);
    w.put("b", b"x", &[]);
    let all = w.run(Verb::Delete { container: Some(w.container()), objects: owned(&["a", "b", "c"]) }, &[]);
    assert!(by_object(&all, "a").success() && by_object(&all, "b").success());
    assert_eq!(by_object(&all, "a").http_status, 204);
    assert_eq!(kind(by_object(&all, "c")), Some(Kind::NotFound));
    assert_eq!(by_object(&all, "c").attempts, 2);
    let r = w.one(Verb::Delete { container: Some(w.container()), objects: None }, &[]);
    assert_eq!(kind(&r), None);
    assert_eq!(value(&r)["object"], Value::Null);
}

#[test]
fn ca_01_capabilities() {
    let w = World::new("info", &[]);
    let r = w.one(Verb::Capabilities, &[]);
    assert!(r.success(), "{:?}", r.error);
    let v = value(&r);
    assert!(v["capabilities"]["swift"]["version"].is_string());
    assert!(v["timestamp"].as_f64().unwrap() > 1e9);
    assert_eq!((r.attempts, &v["url"]), (1, &Value::Null));
    // It is known then, unless it is asked for again; each cluster for itself.
    let again = w.one(Verb::Capabilities, &[]);
    assert_eq!((again.attempts, &again.json, again.asked), (0, &r.json, r.asked));
    assert_eq!(value(&again)["timestamp"], v["timestamp"]);
    assert_eq!(w.one(Verb::Capabilities, &[("refresh_cache", "true")]).attempts, 1);
    let url = format!("{}/v1/AUTH_other", real::value("SWIFT_TEST_URL"));
    let other = w.one(Verb::Capabilities, &[("url", &url)]);
    assert_eq!((kind(&other), other.attempts, value(&other)["url"].as_str()), (None, 1, Some(url.as_str())));
    assert_eq!(w.one(Verb::Capabilities, &[("url", &url)]).attempts, 0);
}

#[test]
fn misuse_is_refused_on_submission_by_name() {
    let w = World::new("misuse", &[]);
    let refused = |verb: Verb, options: &[(&str, &str)], word: &str| {
        let e = w.service.submit(&w.queue, 0, verb, Some(&config(options))).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains(word), "{e}");
    };
    let c = w.container();
    refused(Verb::Stat { container: None, objects: owned(&["o"]) }, &[], "container");
    refused(Verb::Stat { container: Some("a/b".into()), objects: None }, &[], "slash");
    refused(Verb::Stat { container: Some(c.clone()), objects: owned(&["o", ""]) }, &[], "number 2");
    refused(Verb::Stat { container: None, objects: None }, &[("out_file", "f")], "out_file");
    refused(Verb::List { container: Some(String::new()) }, &[], "empty");
    refused(Verb::Capabilities, &[("checksum", "false")], "checksum");
    refused(Verb::Capabilities, &[("user", "u")], "user");
    refused(w.download(&[]), &[], "holds no name");
    refused(w.download(&["a", "b"]), &[("out_file", "f")], "out_file");
    assert!(w.queue.is_empty());
    assert_eq!(w.service.pending(), 0);
}

#[test]
fn many_jobs_with_bounds() {
    // Over TLS and by Keystone: the workers share one token.
    let options = [("object_dd_threads", "4"), ("object_uu_threads", "3"), ("max_queued", "20")];
    let w = World::of(&real::v3_tls(), "many", &options);
    let (mut sent, mut results, mut refused) = (0, Vec::new(), 0);
    while results.len() < 60 {
        if sent < 60 {
            let body = format!("body {sent}").into_bytes();
            let verb = Verb::Upload {
                container: w.container(),
                objects: support::upload_of(&format!("o{sent:03}"), Source::memory(Arc::new(body))),
            };
            let there = config(&[("skip_container_put", "true")]);
            match w.service.submit(&w.queue, sent, verb, Some(&there)) {
                Ok(_) => {
                    sent += 1;
                    continue;
                }
                Err(e) => {
                    assert_eq!(e.kind(), Kind::Again);
                    refused += 1;
                }
            }
        }
        results.extend(w.queue.pop(10, Some(PATIENCE)));
    }
    assert!(refused > 0);
    assert!(results.iter().all(|r| r.success() && r.is_last));
    let names: Vec<String> = (0..60).map(|n| format!("o{n:03}")).collect();
    let verb = Verb::Download { container: Some(w.container()), objects: Some(Objects::from(names.clone())) };
    let all = w.run(verb, &w.out());
    assert!(all.iter().all(JobResult::success));
    for (n, name) in names.iter().enumerate() {
        assert_eq!(std::fs::read(w.path(name)).unwrap(), format!("body {n}").into_bytes());
    }
    let all =
        w.run(Verb::Delete { container: Some(w.container()), objects: Some(Objects::from(names)) }, &[]);
    assert!(all.iter().all(JobResult::success));
    assert!(w.service.shutdown(None));
}

#[test]
fn cancel_ends_uploads_and_downloads_in_flight() {
    let w = World::new("cancel", &[("object_dd_threads", "2")]);
    /// Never comes to an end by itself.
    struct Endless;
    impl Callbacks for Endless {
        fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
            std::thread::sleep(Duration::from_millis(1));
            buf.fill(0);
            Ok(buf.len().min(1000))
        }
        fn can_rewind(&self) -> bool {
            true
        }
        fn rewind(&mut self) -> bool {
            true
        }
    }
    let verb = Verb::Upload {
        container: w.container(),
        objects: support::upload_of("endless", Source::callbacks(Box::new(Endless), None)),
    };
    let there = config(&[("skip_container_put", "true")]);
    let job = w.service.submit(&w.queue, 7, verb, Some(&there)).unwrap();
    assert!(w.service.cancel(job));
    let all = w.results(job);
    assert_eq!((all.len(), kind(&all[0])), (1, Some(Kind::Cancelled)));

    w.put("a", b"hello", &[]);
    let verb = Verb::Download {
        container: Some(w.container()),
        objects: Some(Objects::from(vec!["a".to_owned(); 500])),
    };
    let job = w.service.submit(&w.queue, 7, verb, Some(&config(&w.out()))).unwrap();
    let mut all = w.queue.pop(1, Some(PATIENCE));
    w.service.cancel(job);
    all.extend(w.results(job));
    assert_eq!(all.len(), 500);
    assert!(all.iter().all(|r| matches!(kind(r), None | Some(Kind::Cancelled))));
    assert!(all.iter().any(|r| kind(r).is_some()));
    // Nothing half-written: at most the file itself.
    assert_eq!(w.folder.names(), ["a"]);
    assert!(w.service.shutdown(None));
    let refused = w.service.submit(&w.queue, 0, Verb::Capabilities, None).unwrap_err();
    assert_eq!(refused.kind(), Kind::State);
}

#[test]
fn de_05_segments_stay_where_a_version_needs_them() {
    let w = World::new("de05v", &[("versions", "true")]);
    let (cn, name) = (&w.remote.connection, w.container());
    let mut on = Request::new();
    on.set_versions_enabled(Some(true)).unwrap();
    cn.post_container(&name, &on).unwrap();
    let segments = Container::new(&real::v1(), "de05v-segments");
    segments
        .connection
        .put_object(&segments.name, "1", &Source::memory(Arc::new(*b"large")), &Request::new())
        .unwrap();
    let mut manifest = Manifest::new();
    manifest.push(Segment::object(&segments.name, "1", None, None, None).unwrap());
    let id = cn.put_slo(&name, "slo", &manifest, &Request::new()).unwrap().version_id().unwrap().to_owned();
    let verb = || Verb::Delete { container: Some(name.clone()), objects: owned(&["slo"]) };
    assert!(w.run(verb(), &[]).iter().all(JobResult::success));
    assert_eq!(
        kind(&w.one(Verb::Stat { container: Some(name.clone()), objects: owned(&["slo"]) }, &[])),
        Some(Kind::NotFound)
    );
    let mut version = Request::new();
    version.set_version_id(Some(&id)).unwrap();
    assert_eq!(cn.get_object(&name, "slo", &version).unwrap().read_all(100).unwrap(), b"large");
    // The version itself takes them along.
    assert!(w.run(verb(), &[("version_id", &id)]).iter().all(JobResult::success));
    let gone = segments.connection.head_object(&segments.name, "1", &Request::new()).unwrap_err();
    assert_eq!(gone.kind(), Kind::NotFound);
    let verb = Verb::Delete { container: Some(name.clone()), objects: None };
    assert!(w.run(verb, &[]).iter().all(JobResult::success));
}

#[test]
fn cp_06_a_large_object_is_copied_as_its_bytes() {
    let w = World::new("cp06", &[]);
    let (cn, name) = (&w.remote.connection, w.container());
    w.put("segments/1", b"large ", &[]);
    w.put("segments/2", b"object", &[]);
    w.listed(&name, 2);
    let mut manifest = Manifest::new();
    for n in 1..=2 {
        manifest.push(Segment::object(&name, &format!("segments/{n}"), None, None, None).unwrap());
    }
    cn.put_slo(&name, "slo", &manifest, &Request::new()).unwrap();
    cn.put_dlo(&name, "dlo", &name, "segments/", &Request::new()).unwrap();
    for object in ["slo", "dlo"] {
        let to = format!("/{name}/copy of {object}");
        let verb = Verb::Copy { container: name.clone(), objects: owned(&[object]).unwrap() };
        let all = w.run(verb, &[("destination", &to)]);
        assert!(all.iter().all(JobResult::success), "{:?}", all[1].error);
        let copy = &to[name.len() + 2..];
        let mut got = cn.get_object(&name, copy, &Request::new()).unwrap();
        for header in ["x-static-large-object", "x-object-manifest"] {
            assert_eq!(got.headers().get(header), None, "{copy}");
        }
        assert_eq!(got.read_all(100).unwrap(), b"large object", "{copy}");
    }
}
