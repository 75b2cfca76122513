//! Objects: what is stored with them, conditions, expiry, metadata in part, several ranges, and what comes back.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use support::faulty::{Faulty, Reply, cut, memory, reply, response, with};
use support::pattern;
use support::real::{self, Container};
use swiftclient::core::source::Callbacks;
use swiftclient::core::{Connection, Error, Kind, Part, Request, Response, Source};

const HELLO: &str = "5d41402abc4b2a76b9719d911017c592";
const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";

fn request(change: impl FnOnce(&mut Request) -> swiftclient::core::Result<()>) -> Request {
    let mut r = Request::new();
    change(&mut r).unwrap();
    r
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64
}

#[test]
fn co_09_co_10_co_11_co_12_co_14_every_call_gives_its_response() {
    let c = Container::new(&real::v1(), "calls");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let meta = request(|r| r.set_metadata("Object", "A", "1"));
    let put = cn.put_object(name, "o", &memory(b"hello"), &meta).unwrap();
    assert_eq!((put.status(), put.reason(), put.etag()), (201, "Created", Some(HELLO)));
    assert!(put.last_modified().is_some() && put.transaction_id().is_some());
    let head = cn.head_object(name, "o", &r).unwrap();
    assert_eq!((head.status(), head.content_length(), head.etag()), (200, Some(5), Some(HELLO)));
    assert_eq!(head.headers().get_str("X-OBJECT-META-a"), Some("1"));
    let stamp = head.timestamp().unwrap();
    assert!((stamp + 999_999) / 1_000_000 == head.last_modified().unwrap(), "{stamp}");
    let mut get = cn.get_object(name, "o", &r).unwrap();
    assert_eq!((get.status(), get.read_all(10).unwrap().as_slice()), (200, &b"hello"[..]));
    let post = cn.post_object(name, "o", &r).unwrap();
    assert_eq!(post.status(), 202);
    assert_eq!(cn.head_object(name, "o", &r).unwrap().headers().get("x-object-meta-a"), None);
    let delete = cn.delete_object(name, "o", &r).unwrap();
    assert_eq!(delete.status(), 204);
    assert_eq!(cn.head_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
    assert_eq!(cn.post_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
    assert_eq!(cn.delete_object(name, "o", &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn df_30_status_headers_and_body_are_there_also_when_it_fails() {
    let c = Container::new(&real::v1(), "failures");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    type Call<'a> = Box<dyn Fn() -> Result<Response, Error> + 'a>;
    let calls: [(&str, Call<'_>); 6] = [
        ("HEAD", Box::new(|| cn.head_object(name, "none", &r))),
        ("GET", Box::new(|| cn.get_object(name, "none", &r))),
        ("PUT", Box::new(|| cn.put_object("no-such-container", "o", &memory(b"x"), &r))),
        ("POST", Box::new(|| cn.post_object(name, "none", &r))),
        ("DELETE", Box::new(|| cn.delete_object(name, "none", &r))),
        ("COPY", Box::new(|| cn.copy_object(name, "none", Some((name, "x")), &r))),
    ];
    for (method, call) in calls {
        let e = call().unwrap_err();
        let failure = e.failure().unwrap();
        assert_eq!((e.method(), failure.status, failure.reason.as_str()), (method, 404, "Not Found"));
        assert!(failure.transaction_id().unwrap().starts_with("tx"), "{method}");
        assert_eq!(failure.body.is_empty(), method == "HEAD", "{method}");
        assert!(e.url().contains("/v1/AUTH_test/"), "{}", e.url());
    }
    // A body of success is not dropped either.
    let r = request(|r| r.set_query("multipart-manifest", Some("delete")));
    cn.put_object(name, "o", &memory(b""), &Request::new()).unwrap();
    let e = cn.delete_object(name, "o", &r).unwrap_err();
    assert!(e.message().contains("Not an SLO manifest"), "{e}");
}

struct Pieces(Vec<Vec<u8>>);
impl Callbacks for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        if self.0.is_empty() {
            return Ok(0);
        }
        let piece = self.0.remove(0);
        buf[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

#[test]
fn cr_05_cr_06_contents_of_every_kind() {
    let c = Container::new(&real::v1(), "kinds");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let pieces = || Box::new(Pieces(vec![b"he".to_vec(), b"ll".to_vec(), b"o".to_vec()]));
    let sources = [
        memory(b"hello"),
        Source::memory(Arc::new("hello".to_owned())),
        Source::callbacks(pieces(), Some(5)),
        Source::callbacks(pieces(), None),
    ];
    for source in &sources {
        cn.put_object(name, "o", source, &r).unwrap();
        assert_eq!(cn.get_object(name, "o", &r).unwrap().read_all(10).unwrap(), b"hello");
    }
    // Nothing is an empty object, with its length.
    let put = cn.put_object(name, "o", &memory(b""), &r).unwrap();
    assert_eq!(put.etag(), Some(EMPTY));
    // A length that is not kept is an error, and stores nothing.
    let short = Source::callbacks(pieces(), Some(6));
    assert_eq!(cn.put_object(name, "short", &short, &r).unwrap_err().kind(), Kind::Io);
    assert_eq!(cn.head_object(name, "short", &r).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn cr_05_cr_09_how_contents_are_framed() {
    let server = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = server.connection();
    let r = Request { checksum: Some(false), ..Request::new() };
    cn.put_object("c", "o", &memory(b""), &r).unwrap();
    cn.put_object("c", "o", &memory(b"hello"), &r).unwrap();
    let unknown = Source::callbacks(Box::new(Pieces(vec![b"he".to_vec(), b"llo".to_vec()])), None);
    cn.put_object("c", "o", &unknown, &r).unwrap();
    let seen = server.seen();
    let framing: Vec<_> =
        seen.iter().map(|s| (s.header("content-length"), s.header("transfer-encoding"))).collect();
    assert_eq!(framing, [(Some("0"), None), (Some("5"), None), (None, Some("chunked"))]);
    assert_eq!(seen[2].body, b"hello");
    assert!(seen.iter().all(|s| s.header("expect").is_none() && s.header("content-type").is_none()));
}

#[test]
fn cr_07_cr_08_etag_and_media_type() {
    let c = Container::new(&real::v1(), "types");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    cn.put_object(name, "o", &memory(b"hello"), &request(|r| r.set_etag(Some(HELLO)))).unwrap();
    let wrong = Request { checksum: Some(false), ..request(|r| r.set_etag(Some(EMPTY))) };
    let e = cn.put_object(name, "wrong", &memory(b"hello"), &wrong).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Checksum, 422));
    assert_eq!(cn.head_object(name, "wrong", &r).unwrap_err().kind(), Kind::NotFound);
    let kind = |object: &str, r: &Request| {
        cn.put_object(name, object, &memory(b""), r).unwrap();
        let head = cn.head_object(name, object, &Request::new()).unwrap();
        head.content_type().unwrap().to_owned()
    };
    assert_eq!(kind("page.html", &r), "text/html");
    assert_eq!(kind("page.html", &request(|r| r.set_content_type(Some("text/x-own")))), "text/x-own");
    let detect = request(|r| {
        r.set_content_type(Some("text/x-own"))?;
        r.set_detect_content_type(true)
    });
    assert_eq!(kind("page.html", &detect), "text/html");
}

#[test]
fn what_is_stored_with_an_object_comes_with_it() {
    let c = Container::new(&real::v1(), "stored");
    let (cn, name) = (&c.connection, c.name.as_str());
    let all = request(|r| {
        r.set_content_encoding(Some("gzip"))?;
        r.set_content_disposition(Some("attachment; filename=\"é\""))?;
        r.set_cache_control(Some("max-age=60"))?;
        r.set_content_language(Some("en"))?;
        r.set_expires(Some(784_111_777))?;
        r.set_robots_tag(Some("noindex"))
    });
    let want = [
        ("content-encoding", "gzip"),
        ("content-disposition", "attachment; filename=\"é\""),
        ("cache-control", "max-age=60"),
        ("content-language", "en"),
        ("expires", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("x-robots-tag", "noindex"),
    ];
    cn.put_object(name, "o", &memory(b"as it is"), &all).unwrap();
    let mut got = cn.get_object(name, "o", &Request::new()).unwrap();
    for (header, value) in want {
        assert_eq!(got.headers().get_str(header), Some(value), "{header}");
    }
    // Whatever it says of its encoding: the bytes are those that were stored (HT-11).
    assert_eq!(got.read_all(100).unwrap(), b"as it is");
    // A POST replaces: all at once, and all away.
    cn.post_object(name, "o", &Request::new()).unwrap();
    let head = cn.head_object(name, "o", &Request::new()).unwrap();
    for (header, _) in want {
        assert_eq!(head.headers().get(header), None, "{header}");
    }
    cn.post_object(name, "o", &all).unwrap();
    let head = cn.head_object(name, "o", &Request::new()).unwrap();
    for (header, value) in want {
        assert_eq!(head.headers().get_str(header), Some(value), "{header}");
    }
}

#[test]
fn conditions_may_name_several_etags() {
    let c = Container::new(&real::v1(), "conditions");
    let (cn, name) = (&c.connection, c.name.as_str());
    cn.put_object(name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let changed = cn.head_object(name, "o", &Request::new()).unwrap().last_modified().unwrap();
    let lists = [format!("\"0\", {HELLO}"), format!("\"{HELLO}\",\"1\""), "*".to_owned()];
    for list in &lists {
        let r = request(|r| r.set_if_match(Some(list)));
        assert_eq!(cn.get_object(name, "o", &r).unwrap().read_all(10).unwrap(), b"hello", "{list}");
        assert_eq!(cn.head_object(name, "o", &r).unwrap().status(), 200);
        let r = request(|r| r.set_if_none_match(Some(list)));
        assert_eq!(cn.get_object(name, "o", &r).unwrap_err().kind(), Kind::NotModified, "{list}");
        assert_eq!(cn.head_object(name, "o", &r).unwrap_err().kind(), Kind::NotModified, "{list}");
    }
    let r = request(|r| r.set_if_match(Some("\"0\", \"1\"")));
    assert_eq!(cn.get_object(name, "o", &r).unwrap_err().kind(), Kind::Precondition);
    for (name_of, delta, kind) in [
        ("If-Modified-Since", 0, Some(Kind::NotModified)),
        ("If-Modified-Since", -10, None),
        ("If-Unmodified-Since", 0, None),
        ("If-Unmodified-Since", -10, Some(Kind::Precondition)),
    ] {
        let r = request(|r| r.set_time(name_of, Some(changed + delta)));
        assert_eq!(cn.head_object(name, "o", &r).err().map(|e| e.kind()), kind, "{name_of} {delta}");
    }
}

#[test]
fn an_object_is_created_only_where_there_is_none() {
    let c = Container::new(&real::v1(), "absent");
    let (cn, name) = (&c.connection, c.name.as_str());
    let absent = request(|r| r.set_if_none_match(Some("*")));
    cn.put_object(name, "o", &memory(b"first"), &absent).unwrap();
    let e = cn.put_object(name, "o", &memory(b"second"), &absent).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Precondition, 412));
    assert_eq!(cn.get_object(name, "o", &Request::new()).unwrap().read_all(10).unwrap(), b"first");
    let etag = request(|r| r.set_if_none_match(Some(HELLO)));
    assert_eq!(cn.put_object(name, "o", &memory(b"x"), &etag).unwrap_err().http_status(), 400);
}

#[test]
fn objects_expire_when_they_are_told_to() {
    let c = Container::new(&real::v1(), "expiry");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let at = |r: &Request| {
        cn.put_object(name, "o", &memory(b""), r).unwrap();
        cn.head_object(name, "o", &Request::new()).unwrap().delete_at()
    };
    assert_eq!(at(&r), None);
    let time = now() + 1000;
    let mut both = request(|r| r.set_delete_at(Some(time)));
    assert_eq!(at(&both), Some(time));
    both.set_delete_after(Some(5000)).unwrap();
    assert!(at(&both).unwrap() > time + 3000);
    cn.copy_object(name, "o", Some((name, "copy")), &r).unwrap();
    assert!(cn.head_object(name, "copy", &r).unwrap().delete_at().is_some());
    for wrong in [
        request(|r| r.set_delete_at(Some(1000))),
        request(|r| r.set_delete_after(Some(0))),
        request(|r| r.set_delete_at(Some(0))),
    ] {
        let e = cn.put_object(name, "o", &memory(b""), &wrong).unwrap_err();
        assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400), "{e}");
        assert!(e.message().contains("X-Delete-A"), "{e}");
    }
    // After its time it is gone, but for who asks to open it: until the expirer comes by.
    let soon = request(|r| r.set_delete_after(Some(1)));
    let open = request(|r| r.set_open_expired(true));
    let mut reached = false;
    for n in 0..20 {
        let object = format!("expired-{n}");
        cn.put_object(name, &object, &memory(b"still here"), &soon).unwrap();
        while cn.head_object(name, &object, &r).is_ok() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        match cn.get_object(name, &object, &open) {
            Ok(mut got) => {
                assert!(got.delete_at().unwrap() <= now());
                assert_eq!(got.read_all(100).unwrap(), b"still here");
                reached = true;
                break;
            }
            Err(e) => assert_eq!(e.kind(), Kind::NotFound),
        }
    }
    assert!(reached, "no object that had expired could be opened");
}

#[test]
fn metadata_is_changed_in_part_and_the_rest_stays() {
    let c = Container::new(&real::v1(), "update");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let all = request(|r| {
        r.set_metadata("Object", "A", "ä 1")?;
        r.set_metadata("Object", "Größe", "2")?;
        r.set_content_language(Some("en"))?;
        r.set_cache_control(Some("no-store"))?;
        r.set_delete_after(Some(5000))?;
        r.set_header("X-Object-Manifest", Some("somewhere%20else/pre"))
    });
    cn.put_object(name, "o", &memory(b""), &all).unwrap();
    let change = request(|r| {
        r.set_metadata("Object", "B", "3")?;
        r.set_metadata("Object", "größe", "4")?;
        r.set_cache_control(Some(""))
    });
    let posted = cn.update_object_metadata(name, "o", &change).unwrap();
    assert!(posted.status() == 202 && posted.attempts() >= 3);
    // Where its segments should be there is nothing.
    let itself = request(|r| r.set_manifest_get(true));
    let head = cn.head_object(name, "o", &itself).unwrap();
    let h = head.headers();
    assert_eq!(h.get_str("x-object-meta-a"), Some("ä 1"));
    assert_eq!(h.get_str("x-object-meta-größe"), Some("4"));
    assert_eq!(h.get_str("x-object-meta-b"), Some("3"));
    assert_eq!((h.get_str("content-language"), h.get("cache-control")), (Some("en"), None));
    assert_eq!(h.get_str("x-object-manifest"), Some("somewhere%20else/pre"));
    assert!(head.delete_at().is_some());
    // A condition is about what is changed; where it does not hold, nothing is.
    let only = request(|r| {
        r.set_metadata("Object", "B", "5")?;
        r.set_if_unmodified_since_past()
    });
    assert_eq!(cn.update_object_metadata(name, "o", &only).unwrap_err().kind(), Kind::Precondition);
    assert_eq!(cn.head_object(name, "o", &itself).unwrap().headers().get_str("x-object-meta-b"), Some("3"));
    // The expiry can be taken away, and nothing else goes with it.
    let forever = request(|r| r.set_header("X-Delete-At", Some("")));
    cn.update_object_metadata(name, "o", &forever).unwrap();
    let head = cn.head_object(name, "o", &itself).unwrap();
    assert_eq!((head.delete_at(), head.headers().get_str("x-object-meta-b")), (None, Some("3")));
    assert_eq!(cn.update_object_metadata(name, "none", &r).unwrap_err().kind(), Kind::NotFound);
    // Of two expiries, the old and the new, only the new one is sent.
    let server = Faulty::new(|_, seen| match seen.method.as_str() {
        "HEAD" => reply("200 OK", &[("X-Delete-At", "4000000000"), ("X-Object-Meta-A", "1")], b""),
        _ => reply("202 Accepted", &[], b""),
    });
    let sooner = request(|r| r.set_delete_after(Some(60)));
    server.connection().update_object_metadata("c", "o", &sooner).unwrap();
    let posted = server.seen().pop().unwrap();
    assert_eq!((posted.header("x-delete-after"), posted.header("x-delete-at")), (Some("60"), None));
    assert_eq!(posted.header("x-object-meta-a"), Some("1"));
}

trait Past {
    fn set_if_unmodified_since_past(&mut self) -> swiftclient::core::Result<()>;
}

impl Past for Request {
    fn set_if_unmodified_since_past(&mut self) -> swiftclient::core::Result<()> {
        self.set_time("If-Unmodified-Since", Some(784_111_777))
    }
}

#[test]
fn df_29_values_are_given_as_sent_and_decoded_when_asked() {
    let c = Container::new(&real::v1(), "decoded");
    let (cn, name) = (&c.connection, c.name.as_str());
    let r = request(|r| r.set_metadata("Object", "A", "a%20b ü"));
    cn.put_object(name, "o", &memory(b""), &r).unwrap();
    let head = cn.head_object(name, "o", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-a"), Some("a%20b ü"));
    assert_eq!(head.headers().get_decoded("x-object-meta-a").as_deref(), Some("a b ü"));
}

/// Reads all parts.
fn parts(response: &mut Response) -> Result<Vec<(u64, Vec<u8>)>, Error> {
    let mut all = Vec::new();
    while let Some(Part { offset, length, .. }) = response.next_part()? {
        let bytes = response.read_all(1 << 24)?;
        assert_eq!(length, Some(bytes.len() as u64));
        all.push((offset, bytes));
    }
    Ok(all)
}

fn ranges(list: &[(Option<u64>, Option<u64>)]) -> Request {
    request(|r| list.iter().try_for_each(|(offset, length)| r.add_range(*offset, *length)))
}

#[test]
fn a_range_is_an_offset_a_length_or_both() {
    let c = Container::new(&real::v1(), "range");
    let (cn, name) = (&c.connection, c.name.as_str());
    cn.put_object(name, "o", &memory(b"0123456789"), &Request::new()).unwrap();
    for (offset, length, want, of) in [
        (Some(3), Some(4), "3456", (3, 4)),
        (Some(7), None, "789", (7, 3)),
        (None, Some(2), "89", (8, 2)),
        (Some(8), Some(100), "89", (8, 2)),
    ] {
        let r = request(|r| r.set_range(offset, length));
        let mut got = cn.get_object(name, "o", &r).unwrap();
        assert_eq!((got.status(), got.content_range()), (206, Some((of.0, of.1, Some(10)))), "{want}");
        assert_eq!(got.read_all(20).unwrap(), want.as_bytes());
    }
    let mut r = request(|r| r.set_range(Some(3), Some(4)));
    for (offset, length) in [(Some(3), Some(0)), (None, Some(0)), (Some(u64::MAX), Some(2))] {
        assert_eq!(r.set_range(offset, length).unwrap_err().kind(), Kind::InvalidArgument);
    }
    r.set_range(None, None).unwrap();
    assert_eq!(cn.get_object(name, "o", &r).unwrap().read_all(20).unwrap(), b"0123456789");
    // One more range goes with ranges of bytes alone.
    let mut r = request(|r| r.set_header("Range", Some("lines=1-2")));
    assert_eq!(r.add_range(Some(1), Some(2)).unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!(r.add_range(None, None).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn several_ranges_come_as_parts_of_objects_large_and_small() {
    let c = Container::new(&real::v1(), "ranges");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let data = pattern(300_000);
    cn.put_object(name, "plain", &memory(&data), &r).unwrap();
    cn.put_object(name, "seg/1", &memory(&data[..100_000]), &r).unwrap();
    cn.put_object(name, "seg/2", &memory(&data[100_000..]), &r).unwrap();
    let manifest = format!("[{{\"path\": \"/{name}/seg/1\"}}, {{\"path\": \"/{name}/seg/2\"}}]");
    let put = request(|r| r.set_query("multipart-manifest", Some("put")));
    cn.put_object(name, "slo", &memory(manifest.as_bytes()), &put).unwrap();
    let dlo = request(|r| r.set_header("X-Object-Manifest", Some(&format!("{name}/seg/"))));
    cn.put_object(name, "dlo", &memory(b""), &dlo).unwrap();
    let want = |list: &[(usize, usize)]| -> Vec<(u64, Vec<u8>)> {
        list.iter().map(|(a, b)| (*a as u64, data[*a..*b].to_vec())).collect()
    };
    // Of a dynamic large object Swift gives all when asked for more than one part.
    let mut got = cn.get_object(name, "dlo", &ranges(&[(Some(5), Some(10)), (Some(50), Some(1))])).unwrap();
    assert!(got.status() == 200 && parts(&mut got).unwrap() == want(&[(0, 300_000)]));
    let mut got = cn.get_object(name, "dlo", &ranges(&[(Some(99_990), Some(20))])).unwrap();
    assert!(parts(&mut got).unwrap() == want(&[(99_990, 100_010)]));
    for object in ["plain", "slo"] {
        let get = |list: &[(Option<u64>, Option<u64>)]| cn.get_object(name, object, &ranges(list));
        let mut got = get(&[
            (Some(5), Some(10)),
            (Some(99_990), Some(100_000)),
            (None, Some(7)),
            (Some(299_999), None),
        ])
        .unwrap();
        assert_eq!(got.status(), 206);
        let all = parts(&mut got).unwrap();
        assert!(
            all == want(&[(5, 15), (99_990, 199_990), (299_993, 300_000), (299_999, 300_000)]),
            "{object}"
        );
        assert!(got.next_part().unwrap().is_none());
        // Out of reach: left out; when one is left, it comes alone.
        let mut got = get(&[(Some(7), Some(3)), (Some(400_000), Some(3))]).unwrap();
        assert_eq!(parts(&mut got).unwrap(), want(&[(7, 10)]), "{object}");
        let e = get(&[(Some(300_000), Some(3)), (Some(400_000), Some(3))]).unwrap_err();
        assert_eq!((e.kind(), e.http_status()), (Kind::Range, 416), "{object}");
        // What is not read of a part is skipped.
        let mut got = get(&[(Some(0), Some(200_000)), (Some(10), Some(5))]).unwrap();
        assert_eq!(got.next_part().unwrap().unwrap().size, Some(300_000));
        assert!(got.read(&mut [0; 10]).unwrap() > 0);
        assert_eq!(got.next_part().unwrap().unwrap().offset, 10);
        assert_eq!(got.read_all(10).unwrap(), data[10..15]);
        // To a file, part by part.
        let folder = support::Folder::new("parts");
        let mut got = get(&[(Some(1), Some(100)), (Some(50), Some(1000))]).unwrap();
        for (n, want) in [&data[1..101], &data[50..1050]].into_iter().enumerate() {
            got.next_part().unwrap().unwrap();
            let path = folder.path(&n.to_string());
            assert_eq!(got.write_to_file(&path, None).unwrap(), want.len() as u64);
            assert!(std::fs::read(&path).unwrap() == want);
        }
    }
    // All of it, and nothing at all.
    let mut got = cn.get_object(name, "plain", &r).unwrap();
    assert!(parts(&mut got).unwrap() == want(&[(0, 300_000)]));
    cn.put_object(name, "empty", &memory(b""), &r).unwrap();
    assert!(parts(&mut cn.get_object(name, "empty", &r).unwrap()).unwrap().is_empty());
    // The limits of Swift: 50 parts, 2 that overlap, 8 in disorder.
    let many = |n: u64| ranges(&(0..n).map(|i| (Some(i * 10), Some(1))).collect::<Vec<_>>());
    assert_eq!(parts(&mut cn.get_object(name, "plain", &many(50)).unwrap()).unwrap().len(), 50);
    assert_eq!(cn.get_object(name, "plain", &many(51)).unwrap_err().kind(), Kind::Range);
    // Who does not ask for parts gets the body as it is.
    let mut raw = cn.get_object(name, "plain", &many(2)).unwrap();
    assert!(raw.read_all(10_000).unwrap().starts_with(b"--"));
    assert_eq!(raw.next_part().unwrap_err().kind(), Kind::State);
}

const MULTI: &[u8] = b"--b\r\nContent-Type: x/y\r\nContent-Range: bytes 0-4/20\r\n\r\nhello\r\n\
    --b\r\nContent-Type: x/y\r\nContent-Range: bytes 10-12/20\r\n\r\nyou\r\n--b--";

fn multi(body: &[u8]) -> Vec<u8> {
    let headers = [("Content-Type", "multipart/byteranges;boundary=b"), ("ETag", HELLO)];
    response("206 Partial Content", &headers, body)
}

#[test]
fn parts_of_a_hostile_server_are_errors() {
    let get = |body: Vec<u8>| {
        let server = Faulty::new(move |_, _| Reply::SendAndClose(body.clone()));
        let cn = with(&server, &[("retries", "0")]);
        parts(&mut cn.get_object("c", "o", &ranges(&[(Some(0), Some(5)), (Some(10), Some(3))])).unwrap())
    };
    assert_eq!(get(multi(MULTI)).unwrap(), [(0, b"hello".to_vec()), (10, b"you".to_vec())]);
    let text = String::from_utf8(MULTI.to_vec()).unwrap();
    for (from, to) in [
        ("0-4/20", "0-5/20"),
        ("0-4/20", "0-3/20"),
        ("0-4/20", "0-18446744073709551614/*"),
        ("Content-Range", "Content-Rage"),
        // Not what was asked for, or not in that order, or not all of it.
        ("0-4/20", "1-5/20"),
        ("0-4/20", "10-14/20"),
        ("10-12/20", "0-2/20"),
        ("10-12/20", "11-13/20"),
        ("10-12/20", "13-15/20"),
        ("\r\n--b\r\nContent-Type: x/y\r\nContent-Range: bytes 10-12/20\r\n\r\nyou", ""),
        ("--b--", ""),
        ("--b--", "--b"),
        (
            "\r\n--b\r\nContent-Type: x/y\r\nContent-Range: bytes 10",
            "\r\n--c\r\nContent-Type: x/y\r\nContent-Range: bytes 10",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let e = get(multi(text.replacen(from, to, 1).as_bytes())).unwrap_err();
        assert_eq!(e.kind(), Kind::Protocol, "{from} -> {to}: {e}");
    }
    for kind in ["multipart/byteranges", "multipart/byteranges; boundary="] {
        let e = get(response("206 Partial Content", &[("Content-Type", kind)], MULTI)).unwrap_err();
        assert_eq!(e.kind(), Kind::Protocol, "{kind}");
    }
    // An end without an end: the length says that there was to be more.
    let headers = [("Content-Type", "multipart/byteranges;boundary=b")];
    let e = get(cut("206 Partial Content", &headers, MULTI, MULTI.len() - 20)).unwrap_err();
    assert_eq!(e.kind(), Kind::Connect, "{e}");
}

#[test]
fn what_failed_once_in_a_part_stays_failed() {
    let body = multi(&MULTI[..80]);
    let server = Faulty::new(move |_, _| Reply::SendAndClose(body.clone()));
    let cn: Connection = with(&server, &[("retries", "0")]);
    let mut got = cn.get_object("c", "o", &ranges(&[(Some(0), Some(5)), (Some(10), Some(3))])).unwrap();
    got.next_part().unwrap().unwrap();
    assert_eq!(got.read_all(10).unwrap(), b"hello");
    for _ in 0..2 {
        assert_eq!(got.next_part().unwrap_err().kind(), Kind::Protocol);
        assert_eq!(got.read(&mut [0; 4]).unwrap_err().kind(), Kind::Protocol);
    }
}
