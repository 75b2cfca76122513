//! What the verbs of the Service API do with their options, against a real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use support::real::Container;
use support::unique;
use support::world::{World, by_object, config, kind, own_account, owned, value};
use swiftclient::core::{Kind, Request};
use swiftclient::service::{JobResult, Objects, Verb};

/// Results by their action, in order.
fn actions(all: &[JobResult]) -> Vec<&str> {
    all.iter().map(|r| r.action).collect()
}

fn keys(v: &Value) -> Vec<&str> {
    v.as_object().unwrap().keys().map(String::as_str).collect()
}

fn stat(w: &World, objects: Objects) -> Verb {
    Verb::Stat { container: Some(w.container()), objects: Some(objects) }
}

/// Objects, each with options of its own.
fn with_own(list: &[(&str, &[(&str, &str)])]) -> Objects {
    let mut all = Objects::new();
    for (name, options) in list {
        all.add(*name, Some(&config(options))).unwrap();
    }
    all
}

/// A container that keeps versions, with two of one object; their ids, the newest first.
fn versioned(w: &World) -> (String, Vec<String>) {
    let name = unique("versions");
    let mut r = Request::new();
    r.set_header("X-Versions-Enabled", Some("true")).unwrap();
    w.remote.connection.put_container(&name, &r).unwrap();
    for body in [&b"old"[..], b"newer"] {
        let source = swiftclient::core::Source::memory(std::sync::Arc::new(body));
        w.remote.connection.put_object(&name, "o", &source, &Request::new()).unwrap();
    }
    let all = w.run(Verb::List { container: Some(name.clone()) }, &[("versions", "true")]);
    let v = value(&all[0]);
    let ids = v["listing"].as_array().unwrap().iter();
    (name, ids.map(|row| row["version_id"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn st_06_stat_takes_version_and_headers_also_for_each_object() {
    let w = World::new("st06", &[]);
    let (container, ids) = versioned(&w);
    let verb = |objects| Verb::Stat { container: Some(container.clone()), objects: Some(objects) };
    let r = w.one(verb(owned(&["o"]).unwrap()), &[]);
    assert_eq!(r.items()[4], ("Content Length".into(), "5".into()));
    let r = w.one(verb(owned(&["o"]).unwrap()), &[("version_id", &ids[1])]);
    assert_eq!(r.items()[4].1, "3");
    let all = w.run(verb(with_own(&[("o", &[("version_id", &ids[1])]), ("o", &[])])), &[]);
    let mut lengths: Vec<_> = all.iter().map(|r| r.items().remove(4).1).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, ["3", "5"]);
    let etag = by_object(&all, "o").headers.get_str("etag").unwrap().to_owned();
    let header = format!("If-None-Match: {etag}");
    let all = w.run(verb(owned(&["o"]).unwrap()), &[("header", &header)]);
    assert!(matches!(kind(&all[0]), None | Some(Kind::NotModified)));
    let all = w.run(stat(&w, owned(&["o"]).unwrap()), &[]);
    assert_eq!(kind(&all[0]), Some(Kind::NotFound));
    let all = w.run(Verb::Delete { container: Some(container), objects: None }, &[("versions", "true")]);
    assert!(all.iter().all(JobResult::success));
}

#[test]
fn st_07_numbers_can_be_for_people_and_the_token_be_shown() {
    let w = World::new("st07", &[]);
    w.put("o", &[7; 3000], &[]);
    let r = w.one(stat(&w, owned(&["o"]).unwrap()), &[("human", "yes"), ("verbose", "2")]);
    let items = r.items();
    let item = |name: &str| items.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    assert_eq!(item("Content Length"), Some("2.9K"));
    assert_eq!(item("Auth Token"), w.remote.connection.token().as_deref());
    let url = format!("{}/{}/o", w.remote.connection.storage_url().unwrap(), w.container());
    assert_eq!(r.items()[0], ("URL".into(), url));
    let r = w.one(Verb::Stat { container: None, objects: None }, &[("verbose", "2")]);
    assert_eq!(r.items()[0].0, "StorageURL");
}

#[test]
fn po_01_post_sets_what_its_options_say() {
    let mut w = World::of(&own_account("po01"), "po01", &[]);
    let r = w.one(
        Verb::Post { container: None, objects: None },
        &[("meta", "Color:blue"), ("header", "X-Account-Meta-Shape: round")],
    );
    assert!(r.success(), "{:?}", r.error);
    assert_eq!((r.action, r.container.as_deref()), ("post_account", None));
    let head = w.remote.connection.head_account(&Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-account-meta-color"), Some("blue"));
    assert_eq!(head.headers().get_str("x-account-meta-shape"), Some("round"));

    let post = |w: &World, options: &[(&str, &str)]| {
        let verb = Verb::Post { container: Some(w.container()), objects: None };
        let r = w.one(verb, options);
        assert_eq!(kind(&r), None, "{:?}", r.error);
        w.remote.connection.head_container(&w.remote.name, &Request::new()).unwrap().take_headers()
    };
    let options = [
        ("meta", "A:1"),
        ("read_acl", ".r:*"),
        ("write_acl", "test:tester"),
        ("sync_to", "http://127.0.0.1:1/v1/a/c"),
        ("sync_key", "secret"),
    ];
    let h = post(&w, &options);
    for (name, want) in [
        ("x-container-meta-a", "1"),
        ("x-container-read", ".r:*"),
        ("x-container-write", "test:tester"),
        ("x-container-sync-to", "http://127.0.0.1:1/v1/a/c"),
        ("x-container-sync-key", "secret"),
    ] {
        assert_eq!(h.get_decoded(name).as_deref(), Some(want), "{name}");
    }
    // Empty text takes away what is there; what is not mentioned stays.
    let h = post(&w, &[("read_acl", ""), ("meta", "a:")]);
    assert_eq!((h.get("x-container-read"), h.get("x-container-meta-a")), (None, None));
    assert_eq!(h.get_str("x-container-write"), Some("test:tester"));

    w.put("o", b"x", &[("x-object-meta-old", "1")]);
    let verb = Verb::Post { container: Some(w.container()), objects: owned(&["o", "missing"]) };
    let all = w.run(verb, &[("meta", "Color:red\nColor: green"), ("header", "Content-Type: text/x")]);
    let o = by_object(&all, "o");
    assert_eq!((kind(o), o.http_status), (None, 202));
    assert_eq!(kind(by_object(&all, "missing")), Some(Kind::NotFound));
    let c = w.container();
    assert_eq!(w.header(&c, "o", "x-object-meta-color").as_deref(), Some("green"));
    assert_eq!(w.header(&c, "o", "content-type").as_deref(), Some("text/x"));
    assert_eq!(w.header(&c, "o", "x-object-meta-old"), None);
    // PO-03
    let v = value(o);
    assert_eq!(v["headers"], json!({"x-object-meta-color": "green", "content-type": "text/x"}));
    assert_eq!(
        (v["action"].as_str(), v["response_dict"]["status"].as_u64()),
        (Some("post_object"), Some(202))
    );
    assert_eq!(keys(&v), keys(&value(by_object(&all, "missing"))));

    // PO-02: a container that is not there is made; one that cannot be is told.
    let old = std::mem::replace(&mut w.remote.name, unique("po02"));
    let h = post(&w, &[("meta", "B:2"), ("read_acl", ".r:*")]);
    assert_eq!((h.get_str("x-container-meta-b"), h.get_str("x-container-read")), (Some("2"), Some(".r:*")));
    w.remote.connection.delete_container(&w.remote.name, &Request::new()).unwrap();
    w.remote.name = old;
    let long = "x".repeat(300);
    let r = w.one(Verb::Post { container: Some(long), objects: None }, &[("meta", "B:2")]);
    assert_eq!((r.success(), r.http_status), (false, 400));
}

#[test]
fn so_02_options_of_an_object_go_over_those_of_the_job() {
    let w = World::new("so02", &[]);
    w.put("a", b"x", &[]);
    w.put("b", b"x", &[]);
    let objects = with_own(&[("a", &[]), ("b", &[("meta", "Color:red"), ("header", "X-Object-Meta-C:3")])]);
    let verb = Verb::Post { container: Some(w.container()), objects: Some(objects) };
    let options = config(&[("meta", "color:blue\nShape:round")]);
    let job = w.service.submit(&w.queue, 7, verb, Some(&options)).unwrap();
    assert!(w.results(job).iter().all(JobResult::success));
    let c = w.container();
    let meta = |o: &str, n: &str| w.header(&c, o, &format!("x-object-meta-{n}"));
    assert_eq!((meta("a", "color").as_deref(), meta("a", "c")), (Some("blue"), None));
    assert_eq!((meta("b", "color").as_deref(), meta("b", "shape").as_deref()), (Some("red"), Some("round")));
    assert_eq!(meta("b", "c").as_deref(), Some("3"));
    assert!(Objects::new().add("", None).is_err());
    // DF-25: nothing of that was changed.
    assert_eq!(options.get("meta").unwrap(), "color:blue\nShape:round");
}

#[test]
fn sv_02_the_nearer_option_counts() {
    let mut account = support::real::v1();
    account.set("meta", Some("From:connection")).unwrap();
    account.set("out_directory", Some("never used")).unwrap();
    let posted = |w: &World, options: &[(&str, &str)]| {
        w.put("o", b"x", &[]);
        let verb = Verb::Post { container: Some(w.container()), objects: owned(&["o"]) };
        assert!(w.one(verb, options).success());
        w.header(&w.container(), "o", "x-object-meta-from").unwrap()
    };
    let w = World::of(&account, "sv02", &[]);
    assert_eq!(posted(&w, &[]), "connection");
    let w = World::of(&account, "sv02", &[("meta", "From:service")]);
    assert_eq!(posted(&w, &[]), "service");
    assert_eq!(posted(&w, &[("meta", "From:job")]), "job");
}

#[test]
fn li_02_the_account_is_listed_with_its_options() {
    let w = World::of(&own_account("li02"), "a", &[]);
    let others: Vec<Container> = ["b", "b"].map(|n| Container::new(w.remote.connection.config(), n)).into();
    w.put("o", b"hello", &[]);
    let names = |options: &[(&str, &str)]| {
        let all = w.run(Verb::List { container: None }, options);
        let rows: Vec<Value> =
            all.iter().flat_map(|r| value(r)["listing"].as_array().unwrap().clone()).collect();
        let prefix = options.iter().find(|(k, _)| *k == "prefix").map(|(_, v)| *v);
        assert!(all.iter().all(|r| value(r)["prefix"].as_str() == prefix));
        rows.iter()
            .map(|r| r["name"].as_str().or(r["subdir"].as_str()).unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mine = w.container();
    let (first, second) = (others[0].name.clone(), others[1].name.clone());
    assert_eq!(names(&[]), [mine.clone(), first.clone(), second.clone()]);
    assert_eq!(names(&[("prefix", "b")]), [first.clone(), second.clone()]);
    assert_eq!(names(&[("marker", &first)]), [second]);
    assert_eq!(names(&[("delimiter", "-")]), ["a-", "b-"]);
    // Each container with its headers.
    let all = w.run(Verb::List { container: None }, &[("long", "true")]);
    let v = value(&all[0]);
    let rows = v["listing"].as_array().unwrap();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|r| r["meta"]["x-container-object-count"].is_string() && r["name"].is_string()));
    assert!(rows[0]["meta"]["x-timestamp"].is_string());
    let s = w.service.statistics(Some("list")).unwrap();
    // Two requests for each listing but that with one page more: none has more than one page here.
    assert_eq!((s.jobs, s.requests, s.retries), (5, 5 * 2 + 3, 0));
}

#[test]
fn li_03_a_container_is_listed_with_its_options() {
    let w = World::new("li03", &[]);
    for name in ["a/1", "a/2", "b/1", "c"] {
        w.put(name, b"x", &[]);
    }
    w.listed(&w.remote.name, 4);
    let names = |options: &[(&str, &str)]| -> Vec<String> {
        let all = w.run(Verb::List { container: Some(w.container()) }, options);
        // LI-04: the last has no rows, the others have some.
        let (last, pages) = all.split_last().unwrap();
        assert_eq!(value(last)["listing"], json!([]));
        let rows: Vec<Value> =
            pages.iter().flat_map(|r| value(r)["listing"].as_array().unwrap().clone()).collect();
        rows.iter().map(|r| r["name"].as_str().or(r["subdir"].as_str()).unwrap().to_owned()).collect()
    };
    assert_eq!(names(&[("prefix", "a/")]), ["a/1", "a/2"]);
    assert_eq!(names(&[("delimiter", "/")]), ["a/", "b/", "c"]);
    assert_eq!(names(&[("marker", "a/2")]), ["b/1", "c"]);
    assert_eq!(names(&[("marker", "a/1"), ("prefix", "a/")]), ["a/2"]);

    let (container, ids) = versioned(&w);
    let list = |options: &[(&str, &str)]| w.run(Verb::List { container: Some(container.clone()) }, options);
    let rows = |all: &[JobResult]| -> Vec<String> {
        let rows = value(&all[0])["listing"].as_array().unwrap().clone();
        rows.iter().map(|r| r["version_id"].as_str().unwrap_or("none").to_owned()).collect()
    };
    assert_eq!(rows(&list(&[])).len(), 1);
    let all = list(&[("versions", "true")]);
    assert_eq!(rows(&all), ids);
    assert_eq!(all[1].version_marker.as_deref(), Some(ids[1].as_str()));
    assert_eq!(value(&all[1])["version_marker"], ids[1].as_str());
    let after = [("versions", "true"), ("marker", "o"), ("version_marker", ids[0].as_str())];
    assert_eq!(rows(&list(&after)), ids[1..]);
    let refused = w.service.submit(
        &w.queue,
        0,
        Verb::List { container: Some(container.clone()) },
        Some(&config(&[("version_marker", "1")])),
    );
    assert!(refused.unwrap_err().message().contains("version_marker"));
    w.run(Verb::Delete { container: Some(container), objects: None }, &[("versions", "true")]);
}

#[test]
fn cp_01_copies_go_where_their_destination_says() {
    let w = World::new("cp01", &[]);
    let target = unique("cp01-target");
    w.put("a", b"aaa", &[("x-object-meta-color", "blue"), ("x-object-meta-old", "1")]);
    w.put("b", b"bb", &[("x-object-meta-color", "blue")]);
    let copy = |objects: Objects| Verb::Copy { container: w.container(), objects };
    let to = format!("/{target}");
    let all = w.run(copy(owned(&["a", "b"]).unwrap()), &[("destination", &to), ("meta", "Color:red")]);
    // CP-03: the container first, once.
    assert_eq!(actions(&all), ["create_container", "copy_object", "copy_object"]);
    assert!(all.iter().all(JobResult::success));
    assert_eq!(w.names(&target), ["a", "b"]);
    assert_eq!(w.header(&target, "a", "x-object-meta-color").as_deref(), Some("red"));
    assert_eq!(w.header(&target, "a", "x-object-meta-old").as_deref(), Some("1"));
    // CP-05
    let v = value(by_object(&all, "a"));
    assert_eq!(v["destination"], format!("/{target}/a"));
    assert_eq!(v["fresh_metadata"], false);
    assert_eq!(v["headers"], json!({"x-object-meta-color": "red", "x-fresh-metadata": "false"}));
    assert_eq!(value(&all[0])["container"], target.as_str());

    // CP-04, SO-03: objects with destinations of their own; without any an object is copied onto itself.
    let elsewhere = format!("/{target}/dir/c");
    let objects = with_own(&[
        ("a", &[("destination", &elsewhere), ("fresh_metadata", "true"), ("meta", "New:1")]),
        ("b", &[]),
    ]);
    let all = w.run(copy(objects), &[("header", "X-Object-Meta-Color: green")]);
    assert!(all.iter().all(JobResult::success), "{:?}", all[0].error);
    assert_eq!(w.header(&target, "dir/c", "x-object-meta-old"), None);
    assert_eq!(w.header(&target, "dir/c", "x-object-meta-new").as_deref(), Some("1"));
    assert_eq!(w.header(&w.container(), "b", "x-object-meta-color").as_deref(), Some("green"));
    assert_eq!(by_object(&all, "b").destination, Some(format!("/{}/b", w.container())));

    // CP-02
    let refused = |objects: Objects, to: &str| {
        let options = config(&[("destination", to)]);
        let e = w.service.submit(&w.queue, 0, copy(objects), Some(&options)).unwrap_err();
        assert!(e.message().contains("destination"), "{e}");
    };
    refused(owned(&["a", "b"]).unwrap(), "/c/o");
    refused(owned(&["a"]).unwrap(), "c/o");
    refused(owned(&["a"]).unwrap(), "/c/");
    let r = w.one(copy(owned(&["missing"]).unwrap()), &[]);
    assert_eq!(kind(&r), Some(Kind::NotFound));

    // A version of an object can be copied too.
    let (versions, ids) = versioned(&w);
    let verb = Verb::Copy { container: versions.clone(), objects: owned(&["o"]).unwrap() };
    let all = w.run(verb, &[("destination", &to), ("version_id", &ids[1])]);
    assert!(all[1].success(), "{:?}", all[1].error);
    assert_eq!(w.header(&target, "o", "content-length").as_deref(), Some("3"));
    for container in [versions, target] {
        let verb = Verb::Delete { container: Some(container), objects: None };
        assert!(w.run(verb, &[("versions", "true")]).iter().all(JobResult::success));
    }
}

#[test]
fn dl_01_a_container_is_downloaded_and_the_account_when_that_is_allowed() {
    let w = World::of(&own_account("dl01"), "one", &[]);
    let other = Container::new(w.remote.connection.config(), "two");
    for (n, body) in [("a/1", &b"1"[..]), ("a/2", b"22"), ("b", b"333")] {
        w.put(n, body, &[]);
    }
    let source = swiftclient::core::Source::memory(std::sync::Arc::new(b"other"));
    w.remote.connection.put_object(&other.name, "a/1", &source, &Request::new()).unwrap();
    w.listed(&w.remote.name, 3);
    w.listed(&other.name, 1);
    let container = || Verb::Download { container: Some(w.container()), objects: None };
    let into = |name: &str| w.path(name).to_str().unwrap().to_owned();

    let all = w.run(container(), &[("out_directory", &into("whole"))]);
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(JobResult::success));
    assert_eq!((all[3].action, all[3].is_last), ("download_container", true));
    assert_eq!(std::fs::read(w.path("whole/a/2")).unwrap(), b"22");
    // DL-22
    let v = value(by_object(&all, "a/2"));
    for key in ["start_time", "auth_end_time", "headers_receipt", "finish_time"] {
        assert!(v[key].as_f64().unwrap() > 1e9, "{key}");
    }

    let all = w.run(container(), &[("out_directory", &into("after")), ("marker", "a/1"), ("shuffle", "1")]);
    assert_eq!(all.len(), 3);
    // DL-05 with DF-24: the prefix is that of the object's name, whatever stands before it.
    let options =
        [("out_directory", &*into("cut")), ("prefix", "a/"), ("remove_prefix", "true"), ("yes_all", "true")];
    let all = w.run(Verb::Download { container: None, objects: None }, &options);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    assert_eq!(all.last().unwrap().action, "download_account");
    let read = |path: String| std::fs::read(w.path(&path)).unwrap();
    assert_eq!(read(format!("cut/{}/1", w.remote.name)), b"1");
    assert_eq!(read(format!("cut/{}/2", w.remote.name)), b"22");
    assert_eq!(read(format!("cut/{}/1", other.name)), b"other");
    assert_eq!(all.iter().filter(|r| r.action == "download_object").count(), 3);
    assert_eq!(all.iter().filter(|r| r.action == "download_container").count(), 2);

    let e = w.service.submit(&w.queue, 0, Verb::Download { container: None, objects: None }, None);
    assert!(e.unwrap_err().message().contains("yes_all"));
    // DL-04
    let gone = Verb::Download { container: Some("no such container".into()), objects: None };
    let r = w.one(gone, &[]);
    assert_eq!((r.action, kind(&r)), ("download_container", Some(Kind::NotFound)));
    // DL-02: one file for all of them is a mistake.
    let refused = w.service.submit(&w.queue, 0, container(), Some(&config(&[("out_file", "x")])));
    assert!(refused.unwrap_err().message().contains("out_file"));
}

#[test]
fn dl_10_what_is_not_written_is_read_and_checked_all_the_same() {
    let w = World::new("dl10", &[]);
    w.put("a", b"hello", &[]);
    let options = [("out_directory", w.folder.0.to_str().unwrap()), ("no_download", "true")];
    let r = w.one(w.download(&["a"]), &options);
    assert_eq!((kind(&r), r.bytes), (None, 5));
    assert!(w.folder.names().is_empty());
}

#[test]
fn dl_11_headers_and_versions_are_for_the_get() {
    let w = World::new("dl11", &[]);
    w.put("a", b"0123456789", &[]);
    let file = w.path("part");
    let r =
        w.one(w.download(&["a"]), &[("header", "Range: bytes=2-4"), ("out_file", file.to_str().unwrap())]);
    assert_eq!((kind(&r), r.http_status), (None, 206));
    assert_eq!(std::fs::read(&file).unwrap(), b"234");
    let (container, ids) = versioned(&w);
    let get = |objects| Verb::Download { container: Some(container.clone()), objects: Some(objects) };
    let one = w.path("one").to_str().unwrap().to_owned();
    let two = w.path("two").to_str().unwrap().to_owned();
    let objects =
        with_own(&[("o", &[("version_id", &ids[1]), ("out_file", &one)]), ("o", &[("out_file", &two)])]);
    assert!(w.run(get(objects), &[]).iter().all(JobResult::success));
    assert_eq!(std::fs::read(&one).unwrap(), b"old");
    assert_eq!(std::fs::read(&two).unwrap(), b"newer");
    // DF-20: of the version that is meant, also when it is compared with what is there.
    let options = [("version_id", &*ids[1]), ("skip_identical", "true"), ("out_file", &two)];
    let r = w.one(get(owned(&["o"]).unwrap()), &options);
    assert_eq!((kind(&r), r.bytes), (None, 3));
    assert_eq!(std::fs::read(&two).unwrap(), b"old");
    let r = w.one(get(owned(&["o"]).unwrap()), &options);
    assert_eq!(kind(&r), Some(Kind::NotModified));
    w.run(Verb::Delete { container: Some(container), objects: None }, &[("versions", "true")]);
}

#[test]
fn dl_12_identical_files_are_left_alone() {
    let w = World::new("dl12", &[]);
    w.put("a", b"same", &[]);
    w.put("b", b"other", &[]);
    std::fs::write(w.path("a"), b"same").unwrap();
    std::fs::write(w.path("b"), b"mine!").unwrap();
    let before = std::fs::metadata(w.path("a")).unwrap().modified().unwrap();
    let options = [("out_directory", w.folder.0.to_str().unwrap()), ("skip_identical", "true")];
    let all = w.run(w.download(&["a", "b"]), &options);
    let a = by_object(&all, "a");
    assert_eq!((kind(a), a.http_status, a.bytes), (Some(Kind::NotModified), 304, 0));
    let v = value(a);
    assert_eq!((v["success"].as_bool(), v["status"].as_str()), (Some(false), Some("skipped-identical")));
    assert_eq!(std::fs::metadata(w.path("a")).unwrap().modified().unwrap(), before);
    assert!(by_object(&all, "b").success());
    assert_eq!(std::fs::read(w.path("b")).unwrap(), b"other");
    // That is no failure of the whole.
    let all = w.run(Verb::Download { container: Some(w.container()), objects: None }, &options);
    assert_eq!(all.iter().filter(|r| kind(r) == Some(Kind::NotModified)).count(), 2);
    assert!(all.last().unwrap().success());
    assert_eq!(w.service.progress(0).unwrap().failed, 0);
}

#[test]
fn dl_21_times_are_set_unless_that_is_not_wanted() {
    let w = World::new("dl21", &[]);
    w.put("a", b"x", &[("x-object-meta-mtime", "1000000000.25")]);
    let noted = SystemTime::UNIX_EPOCH + Duration::from_millis(1_000_000_000_250);
    let modified = |name: &str, more: &[(&str, &str)]| {
        let path = w.path(name).to_str().unwrap().to_owned();
        let options: Vec<_> = [("out_file", path.as_str())].iter().chain(more).copied().collect();
        assert!(w.one(w.download(&["a"]), &options).success());
        std::fs::metadata(path).unwrap().modified().unwrap()
    };
    assert_eq!(modified("one", &[]), noted);
    assert_ne!(modified("two", &[("ignore_mtime", "true")]), noted);
}

#[test]
fn dl_09_bodies_are_handed_to_the_caller() {
    let w = World::new("dl09", &[]);
    let names: Vec<String> = (0..40).map(|n| format!("o{n:02}")).collect();
    for n in &names {
        w.put(n, b"hello", &[]);
    }
    let verb = Verb::Download { container: Some(w.container()), objects: Some(names.clone().into()) };
    let options = config(&[("out_file", "-")]);
    let job = w.service.submit(&w.queue, 7, verb, Some(&options)).unwrap();
    let mut seen = Vec::new();
    while seen.len() < names.len() {
        // Only so many wait open.
        assert!(w.queue.len() < 8 + 10);
        for mut r in w.queue.pop(3, Some(support::world::PATIENCE)) {
            assert!(r.success() && r.job == job && r.path.is_none());
            let mut body = r.response.take().unwrap();
            assert_eq!(body.read_all(100).unwrap(), b"hello");
            seen.push(r.object.clone().unwrap());
        }
    }
    seen.sort();
    assert_eq!(seen, names);
}

/// A large object of each kind, and how its segments are called.
fn large_objects(w: &World, segments: &str) {
    let put = |container: &str, object: &str, body: &[u8], r: &Request| {
        let source = swiftclient::core::Source::memory(std::sync::Arc::new(body.to_vec()));
        w.remote.connection.put_object(container, object, &source, r).unwrap()
    };
    w.remote.connection.put_container(segments, &Request::new()).unwrap();
    for n in 0..3 {
        put(segments, &format!("slo/{n}"), b"slo", &Request::new());
        put(segments, &format!("dlo/{n}"), b"dlo", &Request::new());
    }
    put(segments, "other", b"x", &Request::new());
    let manifest: Vec<Value> = (0..3).map(|n| json!({"path": format!("/{segments}/slo/{n}")})).collect();
    let mut r = Request::new();
    r.set_query("multipart-manifest", Some("put")).unwrap();
    put(&w.remote.name, "slo", serde_json::to_string(&manifest).unwrap().as_bytes(), &r);
    let mut r = Request::new();
    r.set_header("X-Object-Manifest", Some(&format!("{segments}/dlo/"))).unwrap();
    put(&w.remote.name, "dlo", b"", &r);
    w.listed(segments, 7);
}

#[test]
fn de_05_large_objects_go_with_their_segments() {
    let w = World::new("de05", &[]);
    let segments = unique("de05-segments");
    let delete = |names: &[&str]| Verb::Delete { container: Some(w.container()), objects: owned(names) };

    large_objects(&w, &segments);
    let all = w.run(delete(&["slo", "dlo"]), &[("leave_segments", "true")]);
    assert!(all.iter().all(|r| r.success() && r.attempts == 1));
    assert_eq!(w.names(&segments).len(), 7);

    large_objects(&w, &segments);
    let all = w.run(delete(&["slo", "dlo"]), &[]);
    assert!(all.iter().all(JobResult::success));
    assert_eq!(w.names(&segments), ["other"]);
    // DE-06, DE-07
    let dlo = value(by_object(&all, "dlo"));
    assert_eq!(
        (dlo["action"].as_str(), dlo["dlo_segments_deleted"].as_bool()),
        (Some("delete_object"), Some(true))
    );
    let gone: Vec<_> = all.iter().filter(|r| r.action == "delete_segment").collect();
    assert_eq!(gone.len(), 3);
    assert!(gone.iter().all(|r| r.container.as_deref() == Some(&segments)));
    assert_eq!(value(by_object(&all, "slo"))["dlo_segments_deleted"], Value::Null);

    // One that has to leave them says so for itself.
    large_objects(&w, &segments);
    let objects = with_own(&[("slo", &[("leave_segments", "true")]), ("dlo", &[])]);
    let verb = Verb::Delete { container: Some(w.container()), objects: Some(objects) };
    assert!(w.run(verb, &[]).iter().all(JobResult::success));
    assert_eq!(w.names(&segments), ["other", "slo/0", "slo/1", "slo/2"]);

    // And by a listing, which tells what they are.
    large_objects(&w, &segments);
    w.put("plain", b"x", &[]);
    w.listed(&w.remote.name, 3);
    let all = w.run(Verb::Delete { container: Some(w.container()), objects: None }, &[]);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    assert_eq!(all.last().unwrap().action, "delete_container");
    assert_eq!(w.names(&segments), ["other"]);
    w.run(Verb::Delete { container: Some(segments), objects: None }, &[]);
}

#[test]
fn df_19_the_version_that_is_meant_is_looked_at() {
    let w = World::new("df19", &[]);
    let segments = unique("df19-segments");
    large_objects(&w, &segments);
    let mut r = Request::new();
    r.set_header("X-Versions-Enabled", Some("true")).unwrap();
    w.remote.connection.post_container(&w.remote.name, &r).unwrap();
    // A plain one over the static large object: a delete of the latest keeps all there is.
    w.put("slo", b"plain", &[]);
    let delete = |o: Option<Objects>, options: &[(&str, &str)]| {
        let all = w.run(Verb::Delete { container: Some(w.container()), objects: o }, options);
        assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
        all
    };
    delete(owned(&["slo"]), &[]);
    assert_eq!(w.names(&segments).len(), 7);
    delete(owned(&["dlo"]), &[]);
    assert_eq!(w.names(&segments).len(), 7);
    // Then every version, the large one with its segments.
    let all = delete(None, &[("versions", "true")]);
    assert!(all.iter().filter(|r| r.action == "delete_object").all(|r| r.version_id.is_some()));
    let left = w.names(&segments);
    assert!(!left.iter().any(|n| n.starts_with("slo/")), "{left:?}");
    delete_all(&w, &segments);
}

fn delete_all(w: &World, container: &str) {
    w.run(Verb::Delete { container: Some(container.to_owned()), objects: None }, &[("versions", "true")]);
}

#[test]
fn de_08_a_prefix_chooses_what_goes() {
    let w = World::new("de08", &[]);
    for n in ["a/1", "a/2", "b"] {
        w.put(n, b"x", &[]);
    }
    w.listed(&w.remote.name, 3);
    // DE-01: of objects that are named too.
    let verb = Verb::Delete { container: Some(w.container()), objects: owned(&["a/1", "b"]) };
    let r = w.one(verb, &[("prefix", "a/")]);
    assert_eq!((kind(&r), r.object.as_deref()), (None, Some("a/1")));
    w.listed(&w.remote.name, 2);
    let all = w.run(Verb::Delete { container: Some(w.container()), objects: None }, &[("prefix", "a/")]);
    assert_eq!(actions(&all), ["delete_object", "delete_prefix"]);
    assert_eq!(value(&all[1])["prefix"], "a/");
    assert_eq!(w.names(&w.container()), ["b"]);
    let gone = w.one(Verb::Delete { container: Some("no such container".into()), objects: None }, &[]);
    assert_eq!((gone.action, kind(&gone)), ("delete_container", Some(Kind::NotFound)));
}

#[test]
fn de_01_the_account_is_emptied_when_that_is_allowed() {
    let w = World::of(&own_account("de01"), "one", &[]);
    let other = Container::new(w.remote.connection.config(), "two");
    w.put("a", b"x", &[]);
    w.put("b", b"", &[]);
    w.listed(&w.remote.name, 2);
    let verb = || Verb::Delete { container: None, objects: None };
    let refused = |options: &[(&str, &str)], word: &str| {
        let e = w.service.submit(&w.queue, 0, verb(), Some(&config(options))).unwrap_err();
        assert!(e.message().contains(word), "{e}");
    };
    refused(&[], "yes_all");
    refused(&[("yes_all", "true"), ("prefix", "a")], "prefix");
    let all = w.run(verb(), &[("yes_all", "true")]);
    assert!(all.iter().all(JobResult::success));
    assert_eq!(all.last().unwrap().action, "delete_account");
    assert_eq!(all.iter().filter(|r| r.action == "delete_container").count(), 2);
    assert_eq!(all.iter().filter(|r| r.action == "delete_object").count(), 2);
    let listed = w.run(Verb::List { container: None }, &[]);
    assert_eq!(listed.len(), 1);
    drop(other);
    let p = w.service.progress(0).unwrap();
    assert_eq!((p.objects, p.objects_total, p.failed), (2, Some(2), 0));
}

#[test]
fn df_15_fail_fast_gives_every_object_its_result() {
    let w = World::new("df15", &[("object_dd_threads", "1")]);
    for n in 0..5 {
        w.put(&format!("o{n}"), b"x", &[]);
    }
    let objects = owned(&["o0", "missing", "o1", "o2", "o3"]);
    let verb = Verb::Delete { container: Some(w.container()), objects };
    let all = w.run(verb, &[("fail_fast", "true"), ("leave_segments", "true"), ("bulk", "false")]);
    assert_eq!(all.len(), 5);
    assert!(by_object(&all, "o0").success());
    assert_eq!(kind(by_object(&all, "missing")), Some(Kind::NotFound));
    for name in ["o1", "o2", "o3"] {
        let r = by_object(&all, name);
        assert_eq!((kind(r), r.attempts), (Some(Kind::Cancelled), 0));
        let v = value(r);
        assert_eq!((v["success"].as_bool(), v["action"].as_str()), (Some(false), Some("delete_object")));
        assert!(v["error"]["message"].as_str().unwrap().contains("fail_fast"));
    }
    assert_eq!(w.names(&w.container()), ["o1", "o2", "o3", "o4"]);
}

#[test]
fn df_26_defaults_of_the_service_do_not_reach_listings_of_segments() {
    let w = World::new("df26", &[("marker", "zzz"), ("delimiter", "/"), ("versions", "true")]);
    let segments = unique("df26-segments");
    large_objects(&w, &segments);
    let verb = Verb::Delete { container: Some(w.container()), objects: owned(&["dlo"]) };
    assert!(w.run(verb, &[]).iter().all(JobResult::success));
    assert!(!w.names(&segments).iter().any(|n| n.starts_with("dlo/")));
    delete_all(&w, &segments);
}

#[test]
fn options_without_meaning_are_refused_by_name() {
    let w = World::new("meaning", &[]);
    let c = || Some(w.container());
    let o = || owned(&["o"]);
    for (verb, option, value) in [
        (Verb::Stat { container: c(), objects: None }, "version_id", "1"),
        (Verb::Stat { container: c(), objects: o() }, "meta", "a:b"),
        (Verb::List { container: None }, "versions", "1"),
        (Verb::List { container: c() }, "long", "1"),
        (Verb::Post { container: None, objects: None }, "read_acl", "x"),
        (Verb::Post { container: c(), objects: o() }, "sync_to", "x"),
        (Verb::Download { container: c(), objects: None }, "version_id", "x"),
        (Verb::Download { container: c(), objects: o() }, "marker", "x"),
        (Verb::Download { container: c(), objects: o() }, "prefix", "x"),
        (Verb::Delete { container: c(), objects: o() }, "versions", "1"),
        (Verb::Delete { container: c(), objects: o() }, "yes_all", "1"),
        (Verb::Copy { container: w.container(), objects: o().unwrap() }, "out_file", "x"),
        (Verb::Capabilities, "header", "a:b"),
    ] {
        let options = config(&[(option, value)]);
        let e = w.service.submit(&w.queue, 0, verb.clone(), Some(&options)).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains(option), "{verb:?}: {e}");
    }
    let empty = Verb::Delete { container: c(), objects: Some(Objects::new()) };
    assert!(w.service.submit(&w.queue, 0, empty, None).unwrap_err().message().contains("no name"));
    assert_eq!(w.service.pending(), 0);
}

#[test]
fn de_03_many_objects_go_in_bulk_where_nothing_is_lost() {
    let w = World::new("de03", &[("object_dd_threads", "3")]);
    let segments = unique("de03-segments");
    large_objects(&w, &segments);
    let names: Vec<String> = (0..10).map(|n| format!("p {n} é%/")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let put = || names.iter().for_each(|n| w.put(n, b"x", &[]));
    let delete = |objects: Option<Objects>, options: &[(&str, &str)]| {
        let all = w.run(Verb::Delete { container: Some(w.container()), objects }, options);
        assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
        all
    };
    let bulk = |all: &[JobResult]| all.iter().filter(|r| r.action == "bulk_delete").count();

    // Of what a listing finds, those that cannot have segments; the others as they are.
    put();
    w.listed(&w.remote.name, 12);
    let all = delete(None, &[("prefix", "")]);
    assert_eq!(bulk(&all), 3);
    assert_eq!(w.names(&segments), ["other"]);
    let mut gone: Vec<String> = all.iter().flat_map(|r| r.objects.clone()).collect();
    gone.sort();
    assert_eq!(gone, names);
    // DE-04
    let v = value(all.iter().find(|r| r.action == "bulk_delete").unwrap());
    assert_eq!(v["objects"].as_array().unwrap().len(), 4);
    assert_eq!(v["result"]["Number Deleted"], 4);
    assert_eq!(v["result"]["Response Status"], "200 OK");
    assert_eq!((v["success"].as_bool(), v["attempts"].as_u64()), (Some(true), Some(1)));
    assert!(v["response_dict"]["headers"]["x-trans-id"].is_string());
    assert_eq!(w.service.progress(0).unwrap().objects, 12);

    // DE-02: of objects that are named only when nobody shall look for segments, and only when there are enough.
    w.remote.connection.put_container(&w.remote.name, &Request::new()).unwrap();
    put();
    assert_eq!(bulk(&delete(owned(&names), &[])), 0);
    put();
    let all = delete(owned(&names), &[("leave_segments", "true")]);
    assert_eq!((bulk(&all), all.len()), (3, 3));
    assert!(w.names(&w.container()).is_empty());
    for (options, count) in [
        (vec![("leave_segments", "true"), ("bulk", "false")], 10),
        (vec![("leave_segments", "true"), ("header", "X-A: b")], 10),
        (vec![("leave_segments", "true")], 6),
    ] {
        put();
        let all = delete(owned(&names[..count]), &options);
        assert_eq!((bulk(&all), all.len()), (0, count));
    }
    delete_all(&w, &segments);
}

#[test]
fn de_08_versions_that_are_left_are_not_waited_for() {
    let w = World::new("de08", &[]);
    let (container, _) = versioned(&w);
    let all = w.run(Verb::Delete { container: Some(container.clone()), objects: None }, &[]);
    let last = all.last().unwrap();
    assert_eq!((last.action, kind(last)), ("delete_container", Some(Kind::Conflict)));
    // Two for the listing, one that was refused.
    assert_eq!(last.attempts, 3);
    delete_all(&w, &container);
    let gone = w.one(Verb::Stat { container: Some(container), objects: None }, &[]);
    assert_eq!(kind(&gone), Some(Kind::NotFound));
}
