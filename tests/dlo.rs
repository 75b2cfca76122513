//! Dynamic large objects against the real Swift.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, memory, reply};
use support::large::Room;
use swiftclient::core::{Cancel, Kind, Location, Request};

/// One of two segments, whose names need to be percent-encoded.
fn big(room: &Room) {
    room.put("s %é/1.5/7/4/00000000", b"aaaa");
    room.put("s %é/1.5/7/4/00000001", b"bbb");
    let c = &room.name;
    room.connection.put_dlo(c, "big", c, "s %é/1.5/7/4/", &Request::new()).unwrap();
}

fn with_query(name: &str, value: &str) -> Request {
    let mut r = Request::new();
    r.set_query(name, Some(value)).unwrap();
    r
}

#[test]
fn up_17_a_manifest_by_prefix_is_stored_and_read_through() {
    let room = Room::new("dlo");
    big(&room);
    let r = Request::new();
    room.connection.wait_dlo(&room.name, "big", 7, &r).unwrap();
    let head = room.connection.head_object(&room.name, "big", &r).unwrap();
    let encoded = format!("{}/s%20%25%C3%A9/1.5/7/4/", room.name);
    assert_eq!(head.headers().get_str("x-object-manifest"), Some(encoded.as_str()));
    assert_eq!(head.dlo_manifest(), Some(format!("{}/s %é/1.5/7/4/", room.name)));
    assert!(!head.is_slo());
    assert_eq!(head.content_length(), Some(7));
    assert_eq!(room.get("big", &r), b"aaaabbb");
    let mut part = Request::new();
    part.set_range(Some(3), Some(2)).unwrap();
    assert_eq!(room.get("big", &part), b"ab");
    // The manifest itself is empty, and so the listing has it.
    let mut manifest =
        room.connection.get_object(&room.name, "big", &with_query("multipart-manifest", "get")).unwrap();
    assert!(manifest.read_all(100).unwrap().is_empty());
    assert!(manifest.dlo_manifest().is_some());
    let mut listing = room.connection.list_container(&room.name, &Request::new()).unwrap();
    let row = listing.next().unwrap().unwrap();
    assert_eq!((row.name(), row.bytes()), ("big", 0));
    let e = room.connection.get_slo_manifest(&room.name, "big", &r).unwrap_err();
    assert!(e.kind() == Kind::State && e.message().contains("a dynamic large object"), "{e}");
    for prefix in ["", "/p"] {
        let e = room.connection.put_dlo(&room.name, "x", &room.name, prefix, &r).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
    }
}

#[test]
fn df_32_a_reader_can_wait_until_the_listing_shows_all_segments() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let shown = AtomicU64::new(1);
    // The listing comes to show one segment after the other, of 5 bytes each.
    let s = Faulty::new(move |_, _| {
        let size = 5 * shown.fetch_add(1, Ordering::SeqCst);
        let head = format!("HTTP/1.1 200 OK\r\nX-Object-Manifest: c/p%2F\r\nContent-Length: {size}\r\n\r\n");
        support::faulty::Reply::Send(head.into_bytes())
    });
    let cn = s.connection();
    let head = cn.wait_dlo("c", "big", 20, &Request::new()).unwrap();
    assert_eq!((head.content_length(), s.seen().len()), (Some(20), 4));
    // It has gone beyond by now.
    let mut r = Request::new();
    r.timeout = Some(std::time::Duration::from_millis(300));
    // Until one of its looks was answered within that time, which a busy machine may take for something else.
    support::eventually(|| {
        let e = cn.wait_dlo("c", "big", 20, &r).unwrap_err();
        assert_eq!((e.kind(), e.retryable()), (Kind::Timeout, true));
        e.message().contains("of 20 bytes so far").then_some(())
    });

    // The call that waits can be ended.
    for interrupt in [false, true] {
        let s = Faulty::new(|_, _| {
            let head = "HTTP/1.1 200 OK\r\nX-Object-Manifest: c/p%2F\r\nContent-Length: 5\r\n\r\n";
            support::faulty::Reply::Send(head.into())
        });
        let (cn, cancel) = (s.connection(), Cancel::new());
        let r = Request {
            cancel: Some(cancel.clone()),
            timeout: Some(std::time::Duration::from_secs(3600)),
            ..Request::new()
        };
        let e = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| cn.wait_dlo("c", "big", 20, &r).unwrap_err());
            while s.seen().len() < 3 {
                std::thread::yield_now();
            }
            if interrupt {
                cn.interrupt()
            } else {
                cancel.cancel()
            }
            waiting.join().unwrap()
        });
        assert_eq!(e.kind(), Kind::Cancelled, "{e}");
    }

    // More segments than a page: there is no length, and the listing is added up.
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "HEAD" => support::faulty::Reply::Send(
            b"HTTP/1.1 200 OK\r\nX-Object-Manifest: c/p%2F\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec(),
        ),
        _ => {
            assert!(seen.target.contains("prefix=p/"), "{}", seen.target);
            let rows: &[u8] = match seen.target.contains("marker=") {
                false => br#"[{"name": "p/1", "bytes": 5}, {"name": "p/2", "bytes": 6}]"#,
                true => b"[]",
            };
            reply("200 OK", &[], rows)
        }
    });
    s.connection().wait_dlo("c", "big", 11, &Request::new()).unwrap();

    let room = Room::new("wait");
    room.put("plain", b"x");
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    assert_eq!(cn.wait_dlo(c, "plain", 1, &r).unwrap_err().kind(), Kind::State);
    assert_eq!(cn.wait_dlo(c, "missing", 1, &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn metadata_is_replaced_and_it_stays_a_large_object() {
    let room = Room::new("dlo-post");
    big(&room);
    let (cn, c) = (&room.connection, room.name.as_str());
    let mut r = Request::new();
    r.set_metadata("Object", "color", "blue").unwrap();
    cn.post_dlo(c, "big", &r).unwrap();
    let head = cn.head_object(c, "big", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-color"), Some("blue"));
    assert_eq!(head.dlo_manifest(), Some(format!("{c}/s %é/1.5/7/4/")));
    assert_eq!(room.get("big", &Request::new()), b"aaaabbb");
    // This is what it is for: the plain call makes it an empty object.
    cn.post_object(c, "big", &r).unwrap();
    assert_eq!(room.get("big", &Request::new()), b"");
    let e = cn.post_dlo(c, "big", &r).unwrap_err();
    assert!(e.kind() == Kind::State && e.message().contains("no dynamic large object"), "{e}");
}

#[test]
fn copied_as_bytes_or_as_a_manifest() {
    let room = Room::new("dlo-copy");
    big(&room);
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    cn.copy_object(c, "big", Some((c, "bytes")), &r).unwrap();
    let bytes = cn.head_object(c, "bytes", &r).unwrap();
    assert_eq!((bytes.dlo_manifest(), bytes.content_length()), (None, Some(7)));
    cn.copy_object(c, "big", Some((c, "manifest")), &with_query("multipart-manifest", "get")).unwrap();
    let manifest = cn.head_object(c, "manifest", &r).unwrap();
    assert_eq!((manifest.dlo_manifest().is_some(), manifest.content_length()), (true, Some(7)));
    // Another segment belongs to it, and not to the bytes.
    room.put("s %é/1.5/7/4/00000002", b"c");
    assert_eq!(room.get("manifest", &r), b"aaaabbbc");
    assert_eq!(room.get("bytes", &r), b"aaaabbb");
}

#[test]
fn deleted_with_its_segments() {
    let room = Room::new("dlo-delete");
    big(&room);
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    // A manifest below its own prefix is not taken for a segment.
    cn.put_dlo(c, "s %é/1.5/7/4/zbig", c, "s %é/1.5/7/4/", &r).unwrap();
    room.put("s %é/1.5", b"other");
    let report = cn.delete_dlo(c, "s %é/1.5/7/4/zbig", &r).unwrap();
    assert_eq!((report.status(), report.deleted(), report.errors().len()), (200, 3, 0));
    room.lists(&["big", "s %é/1.5"]);
    // Without segments it is deleted too; of what is none, nothing.
    assert_eq!(cn.delete_dlo(c, "big", &r).unwrap().deleted(), 1);
    assert_eq!(cn.delete_dlo(c, "big", &r).unwrap_err().kind(), Kind::NotFound);
    assert_eq!(cn.delete_dlo(c, "s %é/1.5", &r).unwrap_err().kind(), Kind::State);
    room.lists(&["s %é/1.5"]);
    // A link is not what it leads to.
    room.put("q/1", b"x");
    cn.put_dlo(c, "big", c, "q/", &r).unwrap();
    cn.put_symlink(c, "link", &Location::here(c, "big"), None, &r).unwrap();
    assert_eq!(cn.delete_dlo(c, "link", &r).unwrap_err().kind(), Kind::State);
    room.lists(&["big", "link", "q/1", "s %é/1.5"]);
    // Segments in another container.
    let other = Room::new("dlo-segments");
    other.put("p/1", b"x");
    cn.put_dlo(c, "big", &other.name, "p/", &r).unwrap();
    assert_eq!(cn.delete_dlo(c, "big", &r).unwrap().deleted(), 2);
    other.lists(&[]);
}

#[test]
fn segments_that_cannot_be_deleted_keep_the_manifest() {
    let rows = br#"[{"name": "p/1", "bytes": 1}, {"name": "p/2", "bytes": 1}]"#;
    let answer = move |bulk: &'static [u8]| {
        move |_: usize, seen: &support::faulty::Seen| match (seen.method.as_str(), seen.target.as_str()) {
            ("HEAD", _) => reply("200 OK", &[("X-Object-Manifest", "c/p%2F")], b""),
            ("GET", t) if t.contains("marker=") => reply("200 OK", &[], b"[]"),
            ("GET", _) => reply("200 OK", &[], rows),
            ("POST", _) if bulk.is_empty() => reply("204 No Content", &[], b""),
            ("POST", _) => reply("200 OK", &[], bulk),
            ("DELETE", "/v1/AUTH_test/c/p/2") => reply("403 Forbidden", &[], b""),
            ("DELETE", _) => reply("204 No Content", &[], b""),
            other => panic!("{other:?}"),
        }
    };
    let deletes = |s: &Faulty| {
        s.seen().iter().filter(|r| r.method == "DELETE").map(|r| r.target.clone()).collect::<Vec<_>>()
    };
    let report = br#"{"Response Status": "400 Bad Request", "Number Deleted": 1, "Errors": [["/c/p/2", "403 Forbidden"]]}"#;
    let s = Faulty::new(answer(report));
    let e = s.connection().delete_dlo("c", "big", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Forbidden);
    assert_eq!(e.report().unwrap().deleted(), 1);
    assert_eq!(e.report().unwrap().errors()[0].path(), "c/p/2");
    assert!(deletes(&s).is_empty());
    // Where there is no bulk delete they go one by one.
    let s = Faulty::new(answer(b""));
    let e = s.connection().delete_dlo("c", "big", &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.report().unwrap().deleted()), (Kind::Forbidden, 1));
    assert_eq!(deletes(&s), ["/v1/AUTH_test/c/p/1", "/v1/AUTH_test/c/p/2"]);
}

#[test]
fn a_body_beside_the_prefix_is_not_read() {
    // What is stored with the manifest is there all the same, for who asks for the manifest.
    let room = Room::new("dlo-body");
    room.put("p/1", b"segment");
    let mut r = Request::new();
    r.set_dlo(Some((&room.name, "p/"))).unwrap();
    r.set_dlo(None).unwrap();
    room.connection.put_object(&room.name, "small", &memory(b"body"), &r).unwrap();
    assert_eq!(
        room.connection.head_object(&room.name, "small", &Request::new()).unwrap().dlo_manifest(),
        None
    );
    r.set_dlo(Some((&room.name, "p/"))).unwrap();
    room.connection.put_object(&room.name, "big", &memory(b"body"), &r).unwrap();
    assert_eq!(room.get("big", &Request::new()), b"segment");
    assert_eq!(room.get("big", &with_query("multipart-manifest", "get")), b"body");
}
