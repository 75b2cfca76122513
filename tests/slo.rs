//! Static large objects against the real Swift: manifests stored, read back, read through, deleted.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::large::Room;
use support::{pattern, real};
use swiftclient::core::digest::Sum;
use swiftclient::core::manifest::{Part, Segment};
use swiftclient::core::{Connection, Kind, Manifest, Request};

fn heartbeat() -> Request {
    let mut r = Request::new();
    r.set_heartbeat(true);
    r
}

#[test]
fn up_16_a_manifest_is_stored_read_through_and_read_back() {
    let room = Room::new("slo");
    let (a, b) = (pattern(5000), pattern(300));
    let mut m = room.manifest(&[("seg/1 é%?", &a), ("seg/2", &b)]);
    let path = format!("/{}/seg/1 é%?", room.name);
    assert!(m.to_json().contains(&format!("\"path\":\"{path}\"")), "{}", m.to_json());
    // Ranges in all their forms, inline data, an object twice.
    let etag = m.segments()[1].etag().map(str::to_owned);
    for part in [Part::From(10, Some(19)), Part::From(290, None), Part::Last(5), Part::From(0, Some(10_000))]
    {
        m.push(Segment::object(&room.name, "seg/2", etag.as_deref(), Some(300), Some(part)).unwrap());
    }
    m.push(Segment::inline(b"\0inline\xff").unwrap());
    let want = [&a[..], &b, &b[10..20], &b[290..], &b[295..], &b, b"\0inline\xff"].concat();
    assert_eq!(m.size(), Some(want.len() as u64));
    for (name, r) in [("big", Request::new()), ("big-with-heartbeat", heartbeat())] {
        let stored = room.connection.put_slo(&room.name, name, &m, &r).unwrap();
        // With a heartbeat status, ETag and time come in the body, and are those of the response all the same.
        assert_eq!((stored.status(), stored.etag()), (201, m.etag().as_deref()), "{name}");
        assert!(stored.last_modified().is_some(), "{name}");
        assert_eq!(room.get(name, &Request::new()), want, "{name}");
    }
    let head = room.connection.head_object(&room.name, "big", &Request::new()).unwrap();
    assert!(head.is_slo());
    assert_eq!((head.etag(), head.content_length()), (m.etag().as_deref(), Some(want.len() as u64)));
    assert!(head.headers().get("x-manifest-etag").is_some());

    let back = room.connection.get_slo_manifest(&room.name, "big", &Request::new()).unwrap();
    assert_eq!((back.size(), back.etag()), (m.size(), m.etag()));
    let parts: Vec<_> = back.segments().iter().map(Segment::part).collect();
    let normal = [
        None,
        None,
        Some(Part::From(10, Some(19))),
        Some(Part::From(290, Some(299))),
        Some(Part::From(295, Some(299))),
        None,
        None,
    ];
    assert_eq!(parts, normal);
    let first = &back.segments()[0];
    assert_eq!((first.container(), first.name()), (Some(room.name.as_str()), Some("seg/1 é%?")));
    assert_eq!(first.etag(), m.segments()[0].etag());
    assert_eq!(first.content_type(), Some("application/octet-stream"));
    assert!(first.last_modified().is_some_and(|t| t.starts_with("20")));
    assert_eq!(back.segments()[6].data(), Some(&b"\0inline\xff"[..]));
    // The form it is sent in says the same.
    let mut raw = Request::new();
    raw.set_query("format", Some("raw")).unwrap();
    let raw = room.connection.get_slo_manifest(&room.name, "big", &raw).unwrap();
    assert_eq!((raw.to_json(), raw.etag()), (back.to_json(), m.etag()));
    // And is one that can be stored.
    assert_eq!(
        room.connection.put_slo(&room.name, "copy", &raw, &Request::new()).unwrap().etag(),
        m.etag().as_deref()
    );
}

fn metadata(r: &mut Request, name: &str, value: &str) {
    r.set_metadata("Object", name, value).unwrap();
}

#[test]
fn a_large_object_of_large_objects_is_read_and_deleted_with_all_of_them() {
    let room = Room::new("nested");
    let inner = room.manifest(&[("a", b"aaaa"), ("b", b"bb")]);
    let r = Request::new();
    let stored = room.connection.put_slo(&room.name, "inner", &inner, &r).unwrap();
    let mut outer = Manifest::new();
    // Its ETag comes in quotes, and may stay so.
    let etag = stored.headers().get_str("etag").map(str::to_owned);
    assert!(etag.as_deref().is_some_and(|e| e.starts_with('"')));
    let part = Some(Part::From(3, Some(4)));
    outer.push(Segment::object(&room.name, "inner", etag.as_deref(), Some(6), None).unwrap());
    outer.push(Segment::object(&room.name, "inner", etag.as_deref(), Some(6), part).unwrap());
    let stored = room.connection.put_slo(&room.name, "outer", &outer, &r).unwrap();
    assert_eq!(stored.etag(), outer.etag().as_deref());
    assert_eq!(room.get("outer", &r), b"aaaabbab");
    let back = room.connection.get_slo_manifest(&room.name, "outer", &r).unwrap();
    assert!(back.segments().iter().all(Segment::is_slo));
    assert_eq!((back.size(), back.etag()), (Some(8), outer.etag()));

    let report = room.connection.delete_slo(&room.name, "outer", false, &r).unwrap();
    // The inner one is named twice: the second time it is gone.
    assert_eq!((report.status(), report.deleted()), (200, 4));
    assert!(report.not_found() > 0 && report.errors().is_empty());
    room.lists(&[]);
}

#[test]
fn what_is_wrong_with_segments_is_told_of_each() {
    let room = Room::new("wrong");
    let good = room.put("good", b"good");
    let mut m = Manifest::new();
    let wrong = "00000000000000000000000000000000";
    m.push(Segment::object(&room.name, "good", Some(&good), Some(4), None).unwrap());
    m.push(Segment::object(&room.name, "missing é", None, None, None).unwrap());
    m.push(Segment::object(&room.name, "good", Some(wrong), None, None).unwrap());
    m.push(Segment::object(&room.name, "good", None, Some(5), None).unwrap());
    m.push(Segment::object(&room.name, "good", None, None, Some(Part::From(9, None))).unwrap());
    for r in [Request::new(), heartbeat()] {
        let e = room.connection.put_slo(&room.name, "big", &m, &r).unwrap_err();
        assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Http, 400, 1), "{e}");
        let report = e.report().unwrap();
        let mut told: Vec<_> = report.errors().iter().map(|e| (e.object(), e.status(), e.reason())).collect();
        told.sort_unstable();
        let want = [
            (Some("good"), 0, "Etag Mismatch"),
            (Some("good"), 0, "Size Mismatch"),
            (Some("good"), 0, "Unsatisfiable Range"),
            (Some("missing é"), 404, "404 Not Found"),
        ];
        assert_eq!(told, want);
        assert!(report.errors().iter().all(|e| e.container() == room.name));
    }
    // Only that: the status says which.
    let mut m = Manifest::new();
    m.push(Segment::object(&room.name, "missing", None, None, None).unwrap());
    let e = room.connection.put_slo(&room.name, "big", &m, &heartbeat()).unwrap_err();
    assert_eq!((e.kind(), e.report().unwrap().errors()[0].object()), (Kind::NotFound, Some("missing")));
    // The container is another matter.
    let m = room.manifest(&[("a", b"a")]);
    for r in [Request::new(), heartbeat()] {
        let e = room.connection.put_slo("no-such-container", "big", &m, &r).unwrap_err();
        assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404), "{e}");
        assert!(e.message().contains("does the container exist?"), "{e}");
    }
    room.lists(&["a", "good"]);
}

#[test]
fn manifest_etag_check() {
    let room = Room::new("etag");
    let m = room.manifest(&[("a", b"aaaa"), ("b", b"bb")]);
    let sum = Sum::of(m.segments().iter().filter_map(Segment::etag).collect::<String>().as_bytes());
    assert_eq!(m.etag(), Some(sum));
    // The header that would be sent, but wrong: nothing is stored.
    let mut r = Request::new();
    r.set_header("ETag", Some("00000000000000000000000000000000")).unwrap();
    let e = room.connection.put_slo(&room.name, "big", &m, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Checksum, 422), "{e}");
    r.set_heartbeat(true);
    let e = room.connection.put_slo(&room.name, "big", &m, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Checksum, 422), "{e}");
    room.lists(&["a", "b"]);
    // Not known beforehand: nothing to compare with.
    let mut open = Manifest::new();
    open.push(Segment::object(&room.name, "a", None, None, None).unwrap());
    assert_eq!((open.etag(), open.size()), (None, None));
    assert_eq!(room.connection.put_slo(&room.name, "big", &open, &Request::new()).unwrap().status(), 201);
    assert_eq!(room.get("big", &Request::new()), b"aaaa");
}

#[test]
fn what_the_server_would_refuse_is_refused_before() {
    // Nobody listens there: whatever is sent fails otherwise.
    let server = support::faulty::Faulty::new(|_, _| support::faulty::reply("500 No", &[], b""));
    let cn = server.connection();
    let refused = |m: &Manifest, words: &str| {
        let e = cn.put_slo("c", "o", m, &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains(words), "{e}");
    };
    let segment = |o: &str, size| Segment::object("c", o, None, size, None).unwrap();
    let mut m = Manifest::new();
    refused(&m, "at least one segment that is an object");
    m.push(Segment::inline(b"x").unwrap());
    refused(&m, "at least one segment that is an object");
    m.push(segment("empty", Some(0)));
    m.push(segment("a", None));
    refused(&m, "segment 1, \"/c/empty\", is empty");
    let mut m = Manifest::new();
    m.push(segment("o", None));
    refused(&m, "segment 0 is the large object itself");
    assert!(Segment::inline(b"").is_err());
    assert!(Segment::object("c/d", "o", None, None, None).is_err());
    assert!(Segment::object("c", "", None, None, None).is_err());
    assert!(Segment::object("c", "o", None, Some(5), Some(Part::From(5, None))).is_err());
    assert!(server.seen().is_empty());

    // The real one says how much it takes.
    let cn = Connection::new(&real::v1()).unwrap();
    let mut m = Manifest::new();
    (0..1001).for_each(|i| m.push(segment(&format!("s{i}"), Some(1))));
    let e = cn.put_slo("c", "o", &m, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::TooLarge, 0));
    assert!(e.message().contains("1001") && e.message().contains("1000 (max_manifest_segments)"), "{e}");
    let mut m = Manifest::new();
    m.push(segment("a", None));
    m.push(Segment::inline(&vec![0; 7 << 20]).unwrap());
    let e = cn.put_slo("c", "o", &m, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::TooLarge);
    assert!(e.message().contains("8388608 (max_manifest_size)"), "{e}");
}

#[test]
fn as_many_segments_as_the_cluster_takes() {
    let room = Room::new("many");
    let etag = room.put("s", b"0123456789");
    let mut m = Manifest::new();
    for i in 0..1000 {
        let part = Part::From(i % 10, Some(i % 10));
        m.push(Segment::object(&room.name, "s", Some(&etag), Some(10), Some(part)).unwrap());
    }
    room.connection.put_slo(&room.name, "big", &m, &heartbeat()).unwrap();
    let back = room.connection.get_slo_manifest(&room.name, "big", &Request::new()).unwrap();
    assert_eq!((back.segments().len(), back.size(), back.etag()), (1000, Some(1000), m.etag()));
}

#[test]
fn one_part_and_ranges_across_segments() {
    let room = Room::new("part");
    let r = Request::new();
    let m = room.manifest(&[("a", b"aaaa"), ("b", b"bbb"), ("c", b"cc")]);
    room.connection.put_slo(&room.name, "big", &m, &r).unwrap();
    for (number, text, range) in
        [(1, "aaaa", "bytes 0-3/9"), (2, "bbb", "bytes 4-6/9"), (3, "cc", "bytes 7-8/9")]
    {
        let mut r = Request::new();
        r.set_part_number(Some(number)).unwrap();
        let mut got = room.connection.get_object(&room.name, "big", &r).unwrap();
        assert_eq!((got.status(), got.parts_count()), (206, Some(3)));
        assert_eq!(got.headers().get_str("content-range"), Some(range));
        assert_eq!(got.read_all(100).unwrap(), text.as_bytes());
        let head = room.connection.head_object(&room.name, "big", &r).unwrap();
        assert_eq!((head.parts_count(), head.content_length()), (Some(3), Some(text.len() as u64)));
    }
    let mut r = Request::new();
    r.set_part_number(Some(4)).unwrap();
    assert_eq!(room.connection.get_object(&room.name, "big", &r).unwrap_err().kind(), Kind::Range);
    let mut r = Request::new();
    r.set_range(Some(2), Some(6)).unwrap();
    assert_eq!(room.get("big", &r), b"aabbbc");
    r.set_range(None, Some(3)).unwrap();
    assert_eq!(room.get("big", &r), b"bcc");
}

#[test]
fn df_18_deleted_alone_with_its_segments_or_not_at_all() {
    let room = Room::new("delete");
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    let m = room.manifest(&[("s/1 %é", b"aaaa"), ("s/2", b"bbb")]);
    cn.put_slo(c, "big", &m, &r).unwrap();
    cn.delete_object(c, "big", &r).unwrap();
    room.lists(&["s/1 %é", "s/2"]);
    cn.put_slo(c, "big", &m, &r).unwrap();
    let report = cn.delete_slo(c, "big", false, &r).unwrap();
    assert_eq!((report.status(), report.deleted(), report.not_found()), (200, 3, 0));
    room.lists(&[]);
    // Not there; and no large object, of which nothing is deleted.
    let e = cn.delete_slo(c, "big", false, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404));
    room.put("plain é", b"x");
    let e = cn.delete_slo(c, "plain é", false, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400));
    let error = &e.report().unwrap().errors()[0];
    assert_eq!((error.object(), error.reason()), (Some("plain é"), "Not an SLO manifest"));
    // The plain call with the query parameter fails as well.
    let mut q = Request::new();
    q.set_query("multipart-manifest", Some("delete")).unwrap();
    let e = cn.delete_object(c, "plain é", &q).unwrap_err();
    assert!(e.message().contains("Not an SLO manifest"), "{e}");
    room.lists(&["plain é"]);
    // Manifests of no static large object are not to be had, and their bytes not read.
    let e = cn.get_slo_manifest(c, "plain é", &r).unwrap_err();
    assert_eq!(e.kind(), Kind::State);
    assert_eq!(cn.get_slo_manifest(c, "missing", &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn async_delete_leaves_the_segments_to_the_server() {
    let room = Room::new("later");
    let (cn, c, r) = (&room.connection, room.name.as_str(), Request::new());
    let m = room.manifest(&[("s/1", b"aaaa"), ("s/2", b"bbb")]);
    cn.put_slo(c, "big", &m, &r).unwrap();
    let report = cn.delete_slo(c, "big", true, &r).unwrap();
    assert_eq!((report.status(), report.deleted()), (204, 0));
    assert_eq!(cn.head_object(c, "big", &r).unwrap_err().kind(), Kind::NotFound);
    // Segments in several containers are not for it; those from before may be gone by now.
    let mut m = room.manifest(&[("s/3", b"aaaa"), ("s/4", b"bbb")]);
    let other = Room::new("later2");
    let etag = other.put("s", b"x");
    m.push(Segment::object(&other.name, "s", Some(&etag), Some(1), None).unwrap());
    cn.put_slo(c, "big", &m, &r).unwrap();
    let e = cn.delete_slo(c, "big", true, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400));
    assert!(e.message().contains("one container"), "{e}");
    cn.delete_slo(c, "big", false, &r).unwrap();
}

#[test]
fn metadata_of_a_large_object_changes_and_the_listing_has_its_size() {
    let room = Room::new("meta");
    let (cn, c) = (&room.connection, room.name.as_str());
    let m = room.manifest(&[("s/1", b"aaaa"), ("s/2", b"bbb")]);
    let mut r = Request::new();
    metadata(&mut r, "color", "blue");
    r.set_header("Content-Type", Some("text/x-large")).unwrap();
    cn.put_slo(c, "big", &m, &r).unwrap();
    let mut r = Request::new();
    metadata(&mut r, "shape", "round");
    cn.post_object(c, "big", &r).unwrap();
    let head = cn.head_object(c, "big", &Request::new()).unwrap();
    assert!(head.is_slo());
    assert_eq!(head.headers().get_str("content-type"), Some("text/x-large"));
    assert_eq!(head.headers().get_str("x-object-meta-shape"), Some("round"));
    assert_eq!(head.headers().get_str("x-object-meta-color"), None);
    let mut listing = cn.list_container(c, &Request::new()).unwrap();
    let row = listing.next().unwrap().unwrap();
    assert_eq!((row.name(), row.bytes()), ("big", 7));
    assert_eq!(row.get("slo_etag").map(|e| e.trim_matches('"').to_owned()), m.etag());
    // An ordinary PUT makes it an ordinary object.
    room.put("big", b"small");
    assert!(!cn.head_object(c, "big", &Request::new()).unwrap().is_slo());
}

#[test]
fn a_segment_that_is_gone_breaks_the_download() {
    let room = Room::new("broken");
    let m = room.manifest(&[("s/1", &pattern(100_000)), ("s/2", &pattern(1000))]);
    let r = Request::new();
    room.connection.put_slo(&room.name, "big", &m, &r).unwrap();
    room.connection.delete_object(&room.name, "s/2", &r).unwrap();
    let mut r = Request::new();
    r.set_retries(1).unwrap();
    let e = room
        .connection
        .get_object(&room.name, "big", &r)
        .and_then(|mut got| got.read_all(1 << 20))
        .unwrap_err();
    assert!(matches!(e.kind(), Kind::Connect | Kind::Conflict | Kind::Protocol), "{e}");
}
