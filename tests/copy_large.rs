//! The Service API copies objects that are larger than a plain one may be, against a real Swift that takes 96 MiB.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use serde_json::Value;
use support::real::Container;
use support::world::{World, kind, own_account, owned, value};
use support::{pattern, unique};
use swiftclient::core::manifest::{Part, Segment};
use swiftclient::core::{Kind, Manifest, Request, Source};
use swiftclient::service::{JobResult, Verb};

/// What the server of the tests takes as one object.
const LIMIT: u64 = 96 << 20;
/// Bytes of a segment: five of it are too much.
const SIZE: usize = 20 << 20;

fn copy(w: &World, object: &str) -> Verb {
    Verb::Copy { container: w.container(), objects: owned(&[object]).unwrap() }
}

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

fn put(c: &Container, object: &str, bytes: &[u8]) -> Segment {
    let r = c.connection.put_object(&c.name, object, &memory(bytes), &Request::new()).unwrap();
    segment(c, object, r.etag().unwrap(), bytes.len() as u64, None)
}

fn segment(c: &Container, object: &str, etag: &str, size: u64, part: Option<Part>) -> Segment {
    Segment::object(&c.name, object, Some(etag), Some(size), part).unwrap()
}

fn slo(c: &Container, object: &str, segments: &[Segment], headers: &[(&str, &str)]) -> Manifest {
    let mut manifest = Manifest::new();
    segments.iter().cloned().for_each(|s| manifest.push(s));
    let mut r = Request::new();
    headers.iter().for_each(|(name, value)| r.set_header(name, Some(value)).unwrap());
    c.connection.put_slo(&c.name, object, &manifest, &r).unwrap();
    manifest
}

/// A world in which "o" is a segment five times over, and what it has.
fn five(what: &str) -> (World, Vec<u8>, Segment) {
    let w = World::new(what, &[]);
    let bytes = pattern(SIZE);
    let one = put(&w.remote, "segment", &bytes);
    slo(&w.remote, "o", &vec![one.clone(); 5], &[]);
    (w, bytes, one)
}

/// Whether an object has these bytes, in order: its length, and where each part begins and ends. The sums of the segments
/// were compared by the server.
fn has(c: &Container, container: &str, object: &str, parts: &[&[u8]]) {
    let head = c.connection.head_object(container, object, &Request::new()).unwrap();
    assert_eq!(head.content_length(), Some(parts.iter().map(|p| p.len() as u64).sum()), "{object}");
    let mut at = 0;
    for (i, part) in parts.iter().enumerate() {
        let most = part.len().min(100);
        for first in [0, part.len() - most] {
            let mut r = Request::new();
            r.set_range(Some(at + first as u64), Some(most as u64)).unwrap();
            let got = c.connection.get_object(container, object, &r).unwrap().read_all(most).unwrap();
            assert!(got == part[first..first + most], "part {i} of {object}");
        }
        at += part.len() as u64;
    }
}

fn named<'a>(all: &'a [JobResult], action: &str) -> Vec<&'a JobResult> {
    all.iter().filter(|r| r.action == action).collect()
}

fn good(all: &[JobResult]) {
    all.iter().for_each(|r| assert!(r.success(), "{} {:?}: {:?}", r.action, r.object, r.error));
}

fn remove(w: &World, container: &str) {
    let verb = Verb::Delete { container: Some(container.to_owned()), objects: None };
    good(&w.run(verb, &[("leave_segments", "true")]));
}

#[test]
fn cp_06_a_static_large_object_above_the_limit_is_copied_by_its_segments() {
    let w = World::new("cp06slo", &[]);
    let (c, from) = (&w.remote, w.container());
    let bytes = pattern(SIZE);
    let big = put(c, "big", &bytes);
    let small = put(c, "small", b"0123456789");
    let inner = slo(c, "inner", &[vec![big.clone(); 5], vec![small.clone()]].concat(), &[]);
    let (size, etag) = (inner.size().unwrap(), inner.etag().unwrap());
    let part = |object: &str, etag: &str, size, first, last| {
        segment(c, object, etag, size, Some(Part::From(first, Some(last))))
    };
    let nested = slo(c, "nested", &[small.clone(), big.clone()], &[]);
    let segments = [
        big.clone(),
        Segment::inline(b"inline").unwrap(),
        part("small", small.etag().unwrap(), 10, 2, 5),
        // More than may be copied at once, and not from the first byte.
        part("inner", &etag, size, 3, size - 2),
        segment(c, "nested", &nested.etag().unwrap(), nested.size().unwrap(), None),
        small.clone(),
    ];
    let headers = [
        ("X-Object-Meta-Color", "blue"),
        ("X-Object-Meta-Shape", "round"),
        ("Content-Type", "text/plain"),
        ("Content-Disposition", "inline"),
        ("X-Delete-At", "4000000000"),
    ];
    slo(c, "o", &segments, &headers);

    let total = 2 * SIZE as u64 + 6 + 4 + (size - 4) + 20;
    let target = unique("cp06to");
    let options = [("destination", &*format!("/{target}/dir/copy")), ("meta", "Shape: square")];
    let all = w.run(copy(&w, "o"), &options);
    good(&all);
    let containers: Vec<_> =
        named(&all, "create_container").iter().map(|r| r.container.clone().unwrap()).collect();
    assert_eq!(containers, [target.clone(), format!("{target}_segments")]);
    let copied = named(&all, "copy_segment");
    // big, the range of small, the range of inner in two, small
    assert_eq!(copied.len(), 5);
    let last = all.last().unwrap();
    assert_eq!((last.action, last.is_last, last.large_object), ("copy_object", true, true));
    assert_eq!(last.segments.len(), 5);
    assert!(last.attempts > 6, "{}", last.attempts);
    let v = value(last);
    assert_eq!(v["destination"], format!("/{target}/dir/copy"));
    let mut places: Vec<_> = copied.iter().map(|r| value(r)["destination"].clone()).collect();
    places.sort_by_key(Value::to_string);
    let told: Vec<_> =
        v["segment_results"].as_array().unwrap().iter().map(|s| s["segment_location"].clone()).collect();
    assert_eq!(told, places);
    assert_eq!((&v["large_object"], &v["container"]), (&Value::from(true), &Value::from(from)));
    let of_big = copied.iter().find(|r| r.object.as_deref() == Some("big")).unwrap();
    let v = value(of_big);
    assert_eq!(v["segment_etag"], *big.etag().unwrap());
    assert_eq!(v["segment_size"], SIZE);
    assert_eq!((&v["for_container"], &v["for_object"]), (&Value::from(&*target), &"dir/copy".into()));
    assert_eq!((&v["status"], &v["segment_location"]), (&"copied".into(), &v["destination"]));
    let name = v["destination"].as_str().unwrap().strip_prefix(&format!("/{target}_segments/")).unwrap();
    // UP-12: name, "slo", time, size of all, size of a segment, number.
    let fields: Vec<&str> = name.strip_prefix("dir/copy/slo/").unwrap().split('/').collect();
    assert_eq!(fields[1..], [total.to_string(), LIMIT.to_string(), "00000000".into()]);

    has(
        c,
        &target,
        "dir/copy",
        &[
            &bytes,
            b"inline",
            b"2345",
            &bytes[3..],
            &bytes,
            &bytes,
            &bytes,
            &bytes,
            b"012345678",
            b"0123456789",
            &bytes,
            b"0123456789",
        ],
    );
    let head = |name| w.header(&target, "dir/copy", name);
    assert_eq!(head("x-static-large-object").as_deref(), Some("True"));
    assert_eq!(head("x-object-meta-color").as_deref(), Some("blue"));
    assert_eq!(head("x-object-meta-shape").as_deref(), Some("square"));
    assert_eq!(head("content-type").as_deref(), Some("text/plain"));
    assert_eq!(head("content-disposition").as_deref(), Some("inline"));
    assert_eq!(head("x-delete-at").as_deref(), Some("4000000000"));
    let segments = format!("{target}_segments");
    let of_segment = |n| w.header(&segments, name, n);
    assert_eq!(of_segment("content-type").as_deref(), Some("application/swiftclient-segment"));
    assert_eq!(of_segment("x-delete-at").as_deref(), Some("4000000000"));

    // Again: what stands with a known sum is not copied again, and nothing of it is deleted.
    let again = w.run(copy(&w, "o"), &[options[0], ("fresh_metadata", "true")]);
    good(&again);
    let status = |r: &&JobResult| (r.object.clone().unwrap(), r.status.unwrap());
    let mut got: Vec<_> = named(&again, "copy_segment").iter().map(status).collect();
    got.sort();
    let want = [
        ("big", "skipped-identical"),
        ("inner", "copied"),
        ("inner", "copied"),
        ("small", "copied"),
        ("small", "skipped-identical"),
    ];
    assert_eq!(got, want.map(|(o, s)| (o.to_owned(), s)));
    assert_eq!(named(&again, "delete_segment").len(), 0);
    assert_eq!(head("x-object-meta-color"), None);
    assert_eq!(head("content-type").as_deref(), Some("text/plain"));
    assert_eq!(head("content-length").as_deref(), Some(&*total.to_string()));
    remove(&w, &target);
    remove(&w, &segments);
}

#[test]
fn cp_06_a_dynamic_large_object_above_the_limit_stays_dynamic() {
    let w = World::new("cp06dlo", &[]);
    let (cn, from) = (&w.remote.connection, w.container());
    let bytes = pattern(SIZE);
    put(&w.remote, "parts/0", &bytes);
    for n in 1..5 {
        let to = format!("parts/{n}");
        cn.copy_object(&from, "parts/0", Some((&from, &to)), &Request::new()).unwrap();
    }
    w.listed(&from, 5);
    cn.put_dlo(&from, "o", &from, "parts/", &Request::new()).unwrap();
    let dest = format!("/{from}/parts/copy");
    // The copies would become part of the source while they are made.
    let url = cn.storage_url().unwrap();
    // Also where the account is named, and is the one that it would be anyway.
    let header = format!("Destination-Account: {}", url.rsplit('/').next().unwrap());
    for more in [&[][..], &[("header", &*header)]] {
        let options = [&[("destination", &*dest), ("segment_container", &*from)], more].concat();
        let refused = w.run(copy(&w, "o"), &options);
        let e = refused.last().unwrap().error.as_ref().unwrap();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains("segment_container") && e.message().contains("the source"), "{e}");
    }

    let dest = format!("/{from}/copy");
    let options = [("destination", &*dest), ("segment_container", &*from), ("meta", "A:1")];
    let all = w.run(copy(&w, "o"), &options);
    good(&all);
    assert_eq!(named(&all, "copy_segment").len(), 5);
    let manifest = w.header(&from, "copy", "x-object-manifest").unwrap();
    let prefix = manifest.strip_prefix(&format!("{from}/")).unwrap().to_owned();
    assert!(prefix.starts_with("copy/") && prefix.ends_with(&format!("/{}/{SIZE}/", 5 * SIZE)), "{prefix}");
    assert_eq!(w.header(&from, "copy", "x-object-meta-a").as_deref(), Some("1"));
    cn.wait_dlo(&from, "copy", 5 * SIZE as u64, &Request::new()).unwrap();
    has(&w.remote, &from, "copy", &[bytes.as_slice(); 5]);

    // What a copy that broke off has left is not copied again.
    cn.delete_object(&from, "copy", &Request::new()).unwrap();
    cn.delete_object(&from, &format!("{prefix}00000003"), &Request::new()).unwrap();
    w.listed(&from, 5 + 1 + 4);
    let all = w.run(copy(&w, "o"), &options);
    good(&all);
    let fresh: Vec<_> =
        named(&all, "copy_segment").into_iter().filter(|r| r.status == Some("copied")).collect();
    assert_eq!(fresh.len(), 1);
    assert_eq!(fresh[0].object.as_deref(), Some("parts/3"));
    // What does not belong there would be taken for a segment.
    put(&w.remote, &format!("{prefix}00000009"), b"strange");
    w.listed(&from, 5 + 1 + 5 + 1 + 1);
    let all = w.run(copy(&w, "o"), &options);
    let e = all.last().unwrap().error.as_ref().unwrap();
    assert!(e.kind() == Kind::Conflict && e.message().contains("00000009"), "{e}");
}

#[test]
fn cp_06_manifests_are_nested_where_one_cannot_name_all() {
    let w = World::new("cp06nest", &[]);
    let c = &w.remote;
    let bytes = pattern(100_000);
    // In turns: Swift takes its time over many parts of one object in a row.
    let two = [put(c, "segment/1", &bytes), put(c, "segment/2", &bytes)];
    let inner = slo(c, "inner", &vec![two; 300].concat(), &[]);
    let inner = segment(c, "inner", &inner.etag().unwrap(), inner.size().unwrap(), None);
    slo(c, "o", &[inner.clone(), inner], &[]);
    let all = w.run(copy(&w, "o"), &[("destination", &format!("/{}/copy", w.container()))]);
    good(&all);
    assert_eq!(named(&all, "copy_segment").len(), 2);
    let head = c.connection.head_object(&c.name, "copy", &Request::new()).unwrap();
    assert_eq!(head.content_length(), Some(1200 * 100_000));
    let manifest = c.connection.get_slo_manifest(&c.name, "copy", &Request::new()).unwrap();
    let sizes: Vec<_> = manifest.segments().iter().map(|s| (s.is_slo(), s.size())).collect();
    assert_eq!(sizes, [(true, Some(100_000_000)), (true, Some(20_000_000))]);
    let mut r = Request::new();
    r.set_range(Some(99_999_990), Some(20)).unwrap();
    let got = c.connection.get_object(&c.name, "copy", &r).unwrap().read_all(100).unwrap();
    assert_eq!(got, [&bytes[99_990..], &bytes[..10]].concat());
    remove(&w, &format!("{}_segments", w.container()));
}

#[test]
fn cp_06_segments_of_what_is_overwritten_go_and_those_of_the_source_stay() {
    let (w, bytes, one) = five("cp06old");
    let (c, name) = (&w.remote, w.container());
    let dest = format!("/{name}/copy");
    let to = ("destination", dest.as_str());
    // The destination is a large object that shares a segment with the source.
    let old = put(c, "old", b"old segment");
    slo(c, "copy", &[old, one], &[]);
    let all = w.run(copy(&w, "o"), &[to]);
    good(&all);
    let gone = named(&all, "delete_segment");
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].object.as_deref(), Some("old"));
    has(c, &name, "o", &[bytes.as_slice(); 5]);
    w.listed(&format!("{name}_segments"), 1);

    // A copy of other bytes has other segments; those before are left when that is wished.
    slo(
        c,
        "o",
        &[vec![Segment::inline(b"first").unwrap()], vec![put(c, "segment", &bytes); 5]].concat(),
        &[],
    );
    let all = w.run(copy(&w, "o"), &[to, ("leave_segments", "true")]);
    good(&all);
    assert_eq!(named(&all, "delete_segment").len(), 0);
    w.listed(&format!("{name}_segments"), 2);
    has(c, &name, "copy", &[b"first", &bytes, &bytes, &bytes, &bytes, &bytes]);
    remove(&w, &format!("{name}_segments"));
}

#[test]
fn cp_06_a_copy_that_fails_leaves_what_there_was() {
    let w = World::new("cp06fail", &[]);
    let (c, name) = (&w.remote, w.container());
    let bytes = pattern(SIZE);
    let (one, two) = (put(c, "one", &bytes), put(c, "two", b"two"));
    slo(c, "o", &[vec![one; 5], vec![two]].concat(), &[]);
    put(c, "copy", b"as it was");
    // One segment is not what the manifest names any more.
    put(c, "two", b"2");
    let segments = format!("{name}_segments");
    let dest = format!("/{name}/copy");
    for (clean, left) in [("true", 0), ("false", 1)] {
        let all = w.run(copy(&w, "o"), &[("destination", &dest), ("clean_segments", clean)]);
        let result = named(&all, "copy_object")[0];
        assert_eq!(kind(result), Some(Kind::Precondition), "{:?}", result.error);
        let text = result.error.as_ref().unwrap().message();
        assert!(text.contains("1 of the segments of o failed"), "{text}");
        assert!(result.large_object);
        w.listed(&segments, left);
        has(c, &name, "copy", &[b"as it was"]);
    }
    // What was copied is there for the next try.
    put(c, "two", b"two");
    let all = w.run(copy(&w, "o"), &[("destination", &dest)]);
    good(&all);
    let mut status: Vec<_> = named(&all, "copy_segment").iter().map(|r| r.status.unwrap()).collect();
    status.sort_unstable();
    assert_eq!(status, ["copied", "skipped-identical"]);
    has(c, &name, "copy", &[&bytes, &bytes, &bytes, &bytes, &bytes, b"two"]);
    remove(&w, &segments);
}

#[test]
fn cp_06_onto_itself_a_large_object_keeps_its_segments() {
    let (w, bytes, _) = five("cp06self");
    let name = w.container();
    let before = w.names(&name);
    let all = w.run(copy(&w, "o"), &[("meta", "Color:red")]);
    good(&all);
    assert_eq!(all.len(), 1);
    assert!(all[0].large_object);
    assert_eq!(w.header(&name, "o", "x-object-meta-color").as_deref(), Some("red"));
    assert_eq!(w.names(&name), before);
    has(&w.remote, &name, "o", &[bytes.as_slice(); 5]);
}

#[test]
fn cp_06_large_objects_go_to_and_come_from_another_account() {
    let here = own_account("cp06here");
    let w = World::of(&here, "cp06acc", &[]);
    let there = Container::new(&own_account("cp06there"), "cp06acc");
    let url = there.connection.storage_url().unwrap();
    let account = url.rsplit('/').next().unwrap();
    let c = &w.remote;
    let bytes = pattern(SIZE);
    slo(c, "o", &vec![put(c, "segment", &bytes); 5], &[("X-Object-Meta-Color", "blue")]);
    let header = format!("Destination-Account: {account}");
    let dest = format!("/{}/copy", there.name);
    let all = w.run(copy(&w, "o"), &[("destination", &dest), ("header", &header)]);
    good(&all);
    has(&there, &there.name, "copy", &[bytes.as_slice(); 5]);
    let head = there.connection.head_object(&there.name, "copy", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-color"), Some("blue"));
    assert!(head.headers().get("destination-account").is_none());
    let mut containers = w.remote.connection.list_account(&Request::new()).unwrap();
    // Nothing was made here but what was here.
    assert_eq!(containers.next().unwrap().unwrap().name(), c.name);
    assert!(containers.next().unwrap().is_none());

    // And back.
    let header = format!("X-Copy-From-Account: {account}");
    let verb = Verb::Copy { container: there.name.clone(), objects: owned(&["copy"]).unwrap() };
    let back = format!("/{}/back", c.name);
    let all = w.run(verb, &[("destination", &back), ("header", &header)]);
    good(&all);
    has(c, &c.name, "back", &[bytes.as_slice(); 5]);
    remove(&w, &format!("{}_segments", c.name));
    let segments = format!("{}_segments", there.name);
    let mut names = there.connection.list_container(&segments, &Request::new()).unwrap();
    while let Some(row) = names.next().unwrap() {
        there.connection.delete_object(&segments, row.name(), &Request::new()).unwrap();
    }
    there.connection.delete_container(&segments, &Request::new()).unwrap();
}

#[test]
fn cp_06_what_is_too_much_for_a_quota_stays_refused() {
    let w = World::new("cp06quota", &[]);
    let c = &w.remote;
    slo(c, "o", &[put(c, "segment", b"more than ten bytes")], &[]);
    let target = unique("cp06full");
    let mut r = Request::new();
    r.set_header("X-Container-Meta-Quota-Bytes", Some("10")).unwrap();
    c.connection.put_container(&target, &r).unwrap();
    let all = w.run(copy(&w, "o"), &[("destination", &format!("/{target}"))]);
    let last = all.last().unwrap();
    assert_eq!((kind(last), last.http_status, last.large_object), (Some(Kind::TooLarge), 413, false));
    let segments = c.connection.head_container(&format!("{target}_segments"), &Request::new());
    assert_eq!(segments.unwrap_err().kind(), Kind::NotFound);
    remove(&w, &target);
}
