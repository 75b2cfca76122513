//! Versions of objects, in both of Swift's ways, against the real one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::memory;
use support::real::{self, Container};
use swiftclient::core::manifest::Segment;
use swiftclient::core::{Connection, Kind, Manifest, Request};

fn request(change: impl FnOnce(&mut Request) -> swiftclient::core::Result<()>) -> Request {
    let mut r = Request::new();
    change(&mut r).unwrap();
    r
}

fn of_version(id: &str) -> Request {
    request(|r| r.set_version_id(Some(id)))
}

fn put(cn: &Connection, container: &str, text: &str) -> Option<String> {
    let stored = cn.put_object(container, "o", &memory(text.as_bytes()), &Request::new()).unwrap();
    stored.version_id().map(str::to_owned)
}

fn text(cn: &Connection, container: &str, object: &str, r: &Request) -> String {
    String::from_utf8(cn.get_object(container, object, r).unwrap().read_all(1000).unwrap()).unwrap()
}

/// A container with versions; all of them go with it.
struct Versioned(Container);

impl Versioned {
    fn new(what: &str) -> Versioned {
        let c = Container::new(&real::v1(), what);
        c.connection.post_container(&c.name, &request(|r| r.set_versions_enabled(Some(true)))).unwrap();
        Versioned(c)
    }
}

impl Drop for Versioned {
    fn drop(&mut self) {
        let (cn, name) = (&self.0.connection, self.0.name.as_str());
        let _ = cn.post_container(name, &request(|r| r.set_versions_enabled(Some(false))));
        let all = Request { query: vec![("versions".into(), None)], ..Request::new() };
        let Ok(mut listing) = cn.list_container(name, &all) else { return };
        while let Ok(Some(e)) = listing.next() {
            let _ = cn.delete_object(name, e.name(), &of_version(e.get("version_id").unwrap_or("null")));
        }
    }
}

#[test]
fn a_container_keeps_versions_while_it_is_told_to() {
    let c = Container::new(&real::v1(), "enabled");
    let (cn, name) = (&c.connection, c.name.as_str());
    for (on, shown) in [(true, "True"), (false, "False")] {
        cn.post_container(name, &request(|r| r.set_versions_enabled(Some(on)))).unwrap();
        let head = cn.head_container(name, &Request::new()).unwrap();
        assert_eq!(head.headers().get_str("x-versions-enabled"), Some(shown));
    }
    let made = support::unique("made");
    cn.put_container(&made, &request(|r| r.set_versions_enabled(Some(true)))).unwrap();
    let head = cn.head_container(&made, &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-versions-enabled"), Some("True"));
    cn.delete_container(&made, &Request::new()).unwrap();
}

#[test]
fn df_19_each_call_is_about_the_version_it_names() {
    let v = Versioned::new("versions");
    let (cn, name, r) = (&v.0.connection, v.0.name.as_str(), Request::new());
    let first = put(cn, name, "first").unwrap();
    let second = put(cn, name, "second!").unwrap();
    assert_ne!(first, second);
    let head = cn.head_object(name, "o", &of_version(&first)).unwrap();
    assert_eq!((head.content_length(), head.version_id()), (Some(5), Some(first.as_str())));
    assert_eq!(cn.head_object(name, "o", &r).unwrap().content_length(), Some(7));
    assert_eq!(text(cn, name, "o", &of_version(&first)), "first");
    let copied = cn.copy_object(name, "o", Some((name, "copy")), &of_version(&first)).unwrap();
    assert_eq!(copied.copied_from().unwrap().version_id.as_deref(), Some(first.as_str()));
    assert_eq!(text(cn, name, "copy", &r), "first");
    // What is current stays so when another version goes.
    let deleted = cn.delete_object(name, "o", &of_version(&first)).unwrap();
    assert_eq!(deleted.version_id(), Some(first.as_str()));
    assert_eq!(deleted.current_version_id(), Some(second.as_str()));
    assert_eq!(text(cn, name, "o", &r), "second!");
    let e = cn.get_object(name, "o", &of_version(&first)).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    let deleted = cn.delete_object(name, "o", &of_version(&second)).unwrap();
    assert_eq!(deleted.current_version_id(), Some("null"));
    assert_eq!(cn.head_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn a_delete_leaves_a_marker_and_a_version_comes_back() {
    let v = Versioned::new("markers");
    let (cn, name, r) = (&v.0.connection, v.0.name.as_str(), Request::new());
    let first = put(cn, name, "first").unwrap();
    let deleted = cn.delete_object(name, "o", &r).unwrap();
    let marker = deleted.version_id().unwrap().to_owned();
    assert_eq!(cn.get_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
    let e = cn.get_object(name, "o", &of_version(&marker)).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert_eq!(e.failure().unwrap().headers.get_str("x-object-version-id"), Some(marker.as_str()));
    let restored = cn.restore_object_version(name, "o", &first, &r).unwrap();
    assert_eq!(restored.version_id(), Some(first.as_str()));
    assert_eq!(text(cn, name, "o", &r), "first");
    let e = cn.restore_object_version(name, "o", "9999999999.99999", &r).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert!(e.message().contains("9999999999.99999"), "{e}");
    for id in ["null", "rubbish"] {
        let e = cn.restore_object_version(name, "o", id, &r).unwrap_err();
        assert_eq!(e.http_status(), 400, "{id}");
    }
    assert_eq!(cn.restore_object_version(name, "o", "", &r).unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!(cn.get_object(name, "o", &of_version("rubbish")).unwrap_err().http_status(), 400);
    assert_eq!(cn.post_object(name, "o", &of_version(&first)).unwrap_err().http_status(), 400);
    // With versions in it a container stays.
    cn.delete_object(name, "o", &r).unwrap();
    let e = cn.delete_container(name, &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict);
}

#[test]
fn without_versions_there_is_no_version_to_name() {
    let c = Container::new(&real::v1(), "unversioned");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    assert_eq!(put(cn, name, "x"), None);
    assert_eq!(cn.get_object(name, "o", &of_version("1795347350.84187")).unwrap_err().http_status(), 400);
    assert_eq!(cn.restore_object_version(name, "o", "1795347350.84187", &r).unwrap_err().http_status(), 400);
}

#[test]
fn the_null_version_is_what_was_there_before() {
    let c = Container::new(&real::v1(), "null");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    put(cn, name, "before");
    cn.post_container(name, &request(|r| r.set_versions_enabled(Some(true)))).unwrap();
    let v = Versioned(c);
    let (cn, name) = (&v.0.connection, v.0.name.as_str());
    let head = cn.head_object(name, "o", &of_version("null")).unwrap();
    assert_eq!(head.version_id(), Some("null"));
    assert_eq!(text(cn, name, "o", &of_version("null")), "before");
    put(cn, name, "after").unwrap();
    let e = cn.get_object(name, "o", &of_version("null")).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert_eq!(text(cn, name, "o", &r), "after");
}

#[test]
fn versions_stay_behind_a_move_and_metadata_follows_the_version() {
    let v = Versioned::new("moved");
    let (cn, name, r) = (&v.0.connection, v.0.name.as_str(), Request::new());
    let meta = request(|r| {
        r.set_metadata("Object", "A", "1")?;
        r.set_header("X-Object-Manifest", Some("nowhere/at all"))?;
        r.set_delete_after(Some(5000))
    });
    cn.put_object(name, "o", &memory(b"text"), &meta).unwrap();
    // All that the version has stays, and what only the name has too.
    cn.update_object_metadata(name, "o", &request(|r| r.set_metadata("Object", "B", "2"))).unwrap();
    let itself = request(|r| r.set_manifest_get(true));
    let head = cn.head_object(name, "o", &itself).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-a"), Some("1"));
    assert_eq!(head.headers().get_str("x-object-meta-b"), Some("2"));
    assert_eq!(head.headers().get_str("x-object-manifest"), Some("nowhere/at all"));
    cn.delete_object(name, "o", &r).unwrap();

    let first = put(cn, name, "first").unwrap();
    let second = put(cn, name, "second").unwrap();
    cn.move_object(name, "o", name, "elsewhere", &r).unwrap();
    assert_eq!(cn.head_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
    // It is a copy of the bytes, and no link to the version that was.
    for id in [&first, &second] {
        cn.delete_object(name, "o", &of_version(id)).unwrap();
    }
    assert_eq!(text(cn, name, "elsewhere", &r), "second");
    let to = Container::new(&real::v1(), "plain");
    cn.move_object(name, "elsewhere", &to.name, "o", &r).unwrap();
    assert_eq!(text(cn, &to.name, "o", &r), "second");
}

#[test]
fn df_19_segments_that_an_older_version_needs_are_not_deleted() {
    let old = Container::new(&real::v1(), "kept-old");
    for history in [false, true] {
        let v = Versioned::new("kept");
        let (cn, name) = (&v.0.connection, &v.0.name);
        if history {
            cn.post_container(name, &request(|r| r.set_versions_enabled(Some(false)))).unwrap();
            cn.post_container(name, &request(|r| r.set_history_location(Some(&old.name)))).unwrap();
        }
        let segments = Container::new(&real::v1(), "kept-segments");
        let put = |n: &str| {
            cn.put_object(&segments.name, &format!("p/{n}"), &memory(b"segment"), &Request::new()).unwrap();
        };
        put("1");
        let mut manifest = Manifest::new();
        manifest.push(Segment::object(&segments.name, "p/1", None, None, None).unwrap());
        cn.put_slo(name, "slo", &manifest, &Request::new()).unwrap();
        put("2");
        cn.put_dlo(name, "dlo", &segments.name, "p/2", &Request::new()).unwrap();
        cn.wait_dlo(name, "dlo", 7, &Request::new()).unwrap();
        for (object, segment) in [("slo", "p/1"), ("dlo", "p/2")] {
            let delete = |r: &Request| match object {
                "slo" => cn.delete_slo(name, object, false, r),
                _ => cn.delete_dlo(name, object, r),
            };
            let e = delete(&Request::new()).unwrap_err();
            assert_eq!(e.kind(), Kind::State, "{e}");
            assert!(e.message().contains("older version") && e.message().contains("delete_kept"), "{e}");
            cn.head_object(name, object, &Request::new()).unwrap();
            cn.head_object(&segments.name, segment, &Request::new()).unwrap();
            // Who insists has it so.
            let insist = Request { delete_kept: true, ..Request::new() };
            assert_eq!(delete(&insist).unwrap().deleted(), 2);
            let gone = cn.head_object(&segments.name, segment, &Request::new()).unwrap_err();
            assert_eq!(gone.kind(), Kind::NotFound);
        }
        cn.delete_container(name, &Request::new()).ok();
    }
    // A version is deleted for good, and its segments with it.
    let v = Versioned::new("kept");
    let (cn, name) = (&v.0.connection, &v.0.name);
    cn.put_object(name, "1", &memory(b"segment"), &Request::new()).unwrap();
    let mut manifest = Manifest::new();
    manifest.push(Segment::object(name, "1", None, None, None).unwrap());
    let id = cn.put_slo(name, "slo", &manifest, &Request::new()).unwrap();
    let id = id.version_id().unwrap().to_owned();
    assert_eq!(cn.delete_slo(name, "slo", false, &of_version(&id)).unwrap().deleted(), 2);
}

#[test]
fn legacy_versions_go_to_another_container() {
    for history in [false, true] {
        let c = Container::new(&real::v1(), "legacy");
        let archive = Container::new(&real::v1(), "archive é %");
        let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
        let set = |to: Option<&str>| {
            request(|r| if history { r.set_history_location(to) } else { r.set_versions_location(to) })
        };
        let header = if history { "x-history-location" } else { "x-versions-location" };
        cn.post_container(name, &set(Some(&archive.name))).unwrap();
        let head = cn.head_container(name, &r).unwrap();
        assert_eq!(head.headers().get_decoded(header).as_deref(), Some(archive.name.as_str()));
        put(cn, name, "first");
        put(cn, name, "second");
        let mut listing = cn.list_container(&archive.name, &r).unwrap();
        // Its length in hexadecimal, the name, and when it was stored.
        assert!(listing.next().unwrap().unwrap().name().starts_with("001o/"));
        assert!(listing.next().unwrap().is_none());
        cn.delete_object(name, "o", &r).unwrap();
        if history {
            assert_eq!(cn.head_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
        } else {
            assert_eq!(text(cn, name, "o", &r), "first");
        }
        cn.post_container(name, &set(Some(""))).unwrap();
        let head = cn.head_container(name, &r).unwrap();
        assert_eq!(head.headers().get(header), None);
    }
}
