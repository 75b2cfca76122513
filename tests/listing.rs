//! Listings: every parameter and every key of a row against a real Swift, and what servers may do in between pages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write;
use std::sync::Arc;

use support::faulty::{Faulty, Reply, Seen, cut, reply, response};
use support::real::{self, Container};
use support::unique;
use swiftclient::core::{Connection, Kind, Listing, Request, Source};

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

fn request(change: impl FnOnce(&mut Request)) -> Request {
    let mut r = Request::new();
    change(&mut r);
    r
}

/// A request with parameters of listings, `""` being none.
fn with(parameters: &[(&str, &str)]) -> Request {
    request(|r| parameters.iter().for_each(|(name, value)| r.set_listing(name, Some(value))))
}

fn names(mut l: Listing) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(e) = l.next().unwrap() {
        all.push(e.name().to_owned());
    }
    assert!(l.next().unwrap().is_none());
    all
}

/// A container with these objects, each as long as its name.
fn holding(what: &str, objects: &[&str]) -> Container {
    let c = Container::new(&real::v1(), what);
    for o in objects {
        c.connection.put_object(&c.name, o, &memory(o.as_bytes()), &Request::new()).unwrap();
    }
    c
}

/// Pages of a scripted server: what follows the marker, two rows at a time.
fn pages(all: &'static [&'static str]) -> impl Fn(&Seen) -> Vec<u8> {
    move |seen| {
        let marker = parameter(seen, "marker").unwrap_or_default();
        let at = all.iter().position(|n| *n == marker).map_or(0, |i| i + 1);
        let rows: Vec<_> = all[at..].iter().take(2).map(|n| format!("{{\"name\":\"{n}\"}}")).collect();
        response("200 OK", &[("X-Container-Object-Count", "5")], format!("[{}]", rows.join(",")).as_bytes())
    }
}

fn parameter(seen: &Seen, name: &str) -> Option<String> {
    let (_, query) = seen.target.split_once('?')?;
    query.split('&').find_map(|p| Some(p.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
}

const FIVE: &[&str] = &["a", "b", "c", "d", "e"];

#[test]
fn co_05_every_parameter_of_a_container() {
    let objects = ["a", "b--x", "b--y", "dir/1", "dir/2", "dir/sub/3", "f g&=%?#", "\u{fc}"];
    let c = holding("parameters", &objects);
    let list = |r: &Request| names(c.connection.list_container(&c.name, r).unwrap());
    for limit in ["", "1", "2", "3", "8"] {
        let of = |more: &[(&str, &str)]| list(&with(&[&[("limit", limit)], more].concat()));
        assert_eq!(of(&[]), objects, "limit {limit}");
        assert_eq!(of(&[("prefix", "dir/")]), ["dir/1", "dir/2", "dir/sub/3"]);
        assert_eq!(of(&[("delimiter", "/")]), ["a", "b--x", "b--y", "dir/", "f g&=%?#", "\u{fc}"]);
        assert_eq!(of(&[("delimiter", "/"), ("prefix", "dir/")]), ["dir/1", "dir/2", "dir/sub/"]);
        // Of several characters.
        assert_eq!(of(&[("delimiter", "--"), ("end_marker", "d")]), ["a", "b--"]);
        assert_eq!(
            of(&[("delimiter", "--"), ("end_marker", "dir/2"), ("reverse", "true")]),
            ["\u{fc}", "f g&=%?#", "dir/sub/3"]
        );
        assert_eq!(of(&[("delimiter", "--"), ("marker", "d"), ("reverse", "true")]), ["b--", "a"]);
        // Subdirectories as the last row, forwards and backwards.
        assert_eq!(of(&[("delimiter", "/"), ("end_marker", "f")]), ["a", "b--x", "b--y", "dir/"]);
        assert_eq!(
            of(&[("delimiter", "/"), ("reverse", "true")]),
            ["\u{fc}", "f g&=%?#", "dir/", "b--y", "b--x", "a"]
        );
        assert_eq!(of(&[("marker", "dir/2")]), ["dir/sub/3", "f g&=%?#", "\u{fc}"]);
        assert_eq!(of(&[("marker", "b--x"), ("end_marker", "dir/2")]), ["b--y", "dir/1"]);
        assert_eq!(
            of(&[("marker", "dir/2"), ("end_marker", "a"), ("reverse", "true")]),
            ["dir/1", "b--y", "b--x"]
        );
        assert_eq!(of(&[("path", "dir")]), ["dir/1", "dir/2"]);
        assert_eq!(of(&[("prefix", "nothing")]), Vec::<String>::new());
    }
    let mut l = c.connection.list_container(&c.name, &with(&[("delimiter", "/"), ("prefix", "d")])).unwrap();
    let e = l.next().unwrap().unwrap();
    assert_eq!((e.name(), e.is_subdir(), e.bytes(), e.last_modified()), ("dir/", true, 0, None));
}

#[test]
fn co_02_every_parameter_of_an_account_and_df_07_subdirectories() {
    let cn = Connection::new(&real::v1()).unwrap();
    let base = unique("account");
    let own: Vec<String> =
        ["-a", "-b--x", "-b--y", "-c--z", "-d"].iter().map(|e| format!("{base}{e}")).collect();
    let r = Request::new();
    own.iter().for_each(|c| assert_eq!(cn.put_container(c, &r).unwrap().status(), 201));
    let short = |names: Vec<String>| -> Vec<String> {
        names.iter().map(|n| n.strip_prefix(&base).unwrap().to_owned()).collect()
    };
    for limit in ["1", "2", ""] {
        let of = |more: &[(&str, &str)]| {
            let r = with(&[&[("limit", limit), ("prefix", base.as_str())], more].concat());
            short(names(cn.list_account(&r).unwrap()))
        };
        assert_eq!(of(&[]), ["-a", "-b--x", "-b--y", "-c--z", "-d"]);
        assert_eq!(of(&[("reverse", "true")]), ["-d", "-c--z", "-b--y", "-b--x", "-a"]);
        // A subdirectory may be the last row of a page, which python-swiftclient cannot get past.
        assert_eq!(of(&[("delimiter", "--")]), ["-a", "-b--", "-c--", "-d"]);
        assert_eq!(of(&[("delimiter", "--"), ("reverse", "true")]), ["-d", "-c--", "-b--", "-a"]);
        assert_eq!(of(&[("marker", &own[1]), ("end_marker", &own[4])]), ["-b--y", "-c--z"]);
        assert_eq!(of(&[("marker", &own[3]), ("reverse", "true")]), ["-b--y", "-b--x", "-a"]);
    }
    let mut l = cn.list_account(&with(&[("prefix", &own[0])])).unwrap();
    let e = l.next().unwrap().unwrap();
    assert_eq!((e.count(), e.bytes(), e.is_subdir()), (0, 0, false));
    assert!(e.last_modified().unwrap() > 1_700_000_000_000_000, "{}", e.json());
    let policy = e.get("storage_policy").map(str::to_owned);
    assert!(policy.is_none_or(|p| p == "gold"));
    assert!(l.response().unwrap().headers().container_count().is_some());
    own.iter().for_each(|c| drop(cn.delete_container(c, &r).unwrap()));
}

#[test]
fn cr_02_only_what_is_given_is_sent() {
    let server = Faulty::new(|_, _| reply("200 OK", &[], b"[]"));
    let cn = server.connection();
    let mut r = with(&[("marker", ""), ("prefix", ""), ("delimiter", "")]);
    r.set_limit(None).unwrap();
    r.set_limit(Some(5)).unwrap();
    r.set_limit(None).unwrap();
    names(cn.list_container("c", &r).unwrap());
    names(cn.list_account(&r).unwrap());
    r.set_listing("end_marker", Some("a b/\u{fc}&"));
    r.set_limit(Some(7)).unwrap();
    r.set_query("custom", None).unwrap();
    names(cn.list_container("c", &r).unwrap());
    let targets: Vec<_> = server.seen().into_iter().map(|s| s.target).collect();
    assert_eq!(
        targets,
        [
            "/v1/AUTH_test/c?format=json",
            "/v1/AUTH_test?format=json",
            "/v1/AUTH_test/c?format=json&end_marker=a%20b/%C3%BC%26&limit=7&custom"
        ]
    );
    assert!(r.set_limit(Some(0)).is_err());
    let zero = request(|r| r.set_query("limit", Some("0")).unwrap());
    assert_eq!(cn.list_container("c", &zero).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn limits_of_pages_are_the_servers() {
    let c = Container::new(&real::v1(), "limit");
    let r = request(|r| r.set_limit(Some(10_001)).unwrap());
    let e = c.connection.list_container(&c.name, &r).unwrap().next().map(|_| ()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Precondition, 412), "{e}");
}

#[test]
fn cr_03_only_an_empty_page_ends_a_listing() {
    // As Ceph does it: two rows where a hundred were asked for.
    let page = pages(FIVE);
    let server = Faulty::new(move |_, seen| Reply::Send(page(seen)));
    let r = request(|r| {
        r.set_limit(Some(100)).unwrap();
        r.set_header("X-Mine", Some("1")).unwrap();
        r.set_listing("prefix", Some("p"));
        r.set_newest(true);
    });
    let mut l = server.connection().list_container("c", &r).unwrap();
    assert!(l.response().is_none());
    assert_eq!(l.next().unwrap().unwrap().name(), "a");
    // The headers are those of the container, from the first page on.
    assert_eq!(l.headers().unwrap().object_count(), Some(5));
    assert_eq!(names(l), FIVE[1..]);
    let seen = server.seen();
    let markers: Vec<_> = seen.iter().map(|s| parameter(s, "marker")).collect();
    assert_eq!(markers, [None, Some("b".into()), Some("d".into()), Some("e".into())]);
    // What the caller asked for is on every page (CR-04).
    for s in &seen {
        assert_eq!(
            (parameter(s, "limit").as_deref(), parameter(s, "prefix").as_deref()),
            (Some("100"), Some("p"))
        );
        assert_eq!((s.header("x-mine"), s.header("x-newest")), (Some("1"), Some("true")));
        assert_eq!(s.header("accept-encoding"), Some("identity"));
    }
}

#[test]
fn df_07_a_retry_asks_for_the_failed_page_alone() {
    let page = pages(FIVE);
    let server = Faulty::new(move |n, seen| {
        let whole = page(seen);
        match n {
            // DF-02, RT-10: the second page breaks off, is refused, and is cut by the server.
            1 => Reply::SendAndClose(whole[..whole.len() - 5].to_vec()),
            2 => reply("503 Service Unavailable", &[], b""),
            3 => Reply::SendAndClose(cut("200 OK", &[], b"[{\"name\":\"c\"}]", 7)),
            _ => Reply::Send(whole),
        }
    });
    assert_eq!(names(server.connection().list_container("c", &Request::new()).unwrap()), FIVE);
    let markers: Vec<_> = server.seen().iter().map(|s| parameter(s, "marker").unwrap_or_default()).collect();
    assert_eq!(markers, ["", "b", "b", "b", "b", "d", "e"]);
}

#[test]
fn cr_04_after_a_failure_the_listing_goes_on_where_it_was() {
    let page = pages(FIVE);
    let server = Faulty::new(move |n, seen| match n {
        1 | 2 => reply("404 Not Found", &[], b""),
        3 => reply("200 OK", &[], b"[{\"name\":\"c\"},{\"na"),
        _ => Reply::Send(page(seen)),
    });
    let mut l = server.connection().list_container("c", &Request::new()).unwrap();
    let mut all = Vec::new();
    let mut failures = Vec::new();
    for _ in 0..20 {
        match l.next() {
            Ok(Some(e)) => all.push(e.name().to_owned()),
            Ok(None) => break,
            Err(e) => failures.push(e.kind()),
        }
    }
    // No row is lost, and none comes twice.
    assert_eq!(all, FIVE);
    assert_eq!(failures, [Kind::NotFound, Kind::NotFound, Kind::Protocol]);
}

#[test]
fn df_26_a_listing_keeps_to_what_it_was_asked_for() {
    let page = pages(FIVE);
    let server = Faulty::new(move |_, seen| Reply::Send(page(seen)));
    let cn = server.connection();
    let mut r = with(&[("marker", "a"), ("limit", "2")]);
    let l = cn.list_container("c", &r).unwrap();
    // What becomes of the request afterwards is of no account, and what it says does not reach other listings.
    r.set_listing("marker", Some("d"));
    let other = cn.list_container("c", &Request::new()).unwrap();
    assert_eq!(names(l), FIVE[1..]);
    assert_eq!(names(other), FIVE);
    assert_eq!(names(cn.list_container("c", &r).unwrap()), ["e"]);
}

#[test]
fn versions_are_listed_with_every_page_size() {
    let c = Container::new(&real::v1(), "versions");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let enabled = |yes: &str| {
        cn.post_container(name, &request(|r| r.set_header("X-Versions-Enabled", Some(yes)).unwrap())).unwrap()
    };
    // Three versions, the oldest from before there were any, and a delete marker; beside them an object that was not
    // changed since, and so has the version "null", and a pseudo-directory.
    cn.put_object(name, "o", &memory(b"0"), &r).unwrap();
    cn.put_object(name, "p", &memory(b"p"), &r).unwrap();
    enabled("true");
    cn.put_object(name, "o", &memory(b"11"), &r).unwrap();
    cn.put_object(name, "o", &memory(b"222"), &r).unwrap();
    cn.delete_object(name, "o", &r).unwrap();
    cn.put_object(name, "d/x", &memory(b"x"), &r).unwrap();
    let list = |limit: &str, more: &[(&str, &str)]| {
        let mut l = cn
            .list_container(name, &with(&[&[("versions", "true"), ("limit", limit)], more].concat()))
            .unwrap();
        let mut all = Vec::new();
        while let Some(e) = l.next().unwrap() {
            let null = e.get("version_id") == Some("null");
            all.push((e.name().to_owned(), e.bytes(), e.is_latest(), e.is_delete_marker(), null));
        }
        all
    };
    let row = |n: &str, bytes, latest, deleted, null| (n.to_owned(), bytes, latest, deleted, null);
    let all = [
        row("d/x", 1, true, false, false),
        row("o", 0, true, true, false),
        row("o", 3, false, false, false),
        row("o", 2, false, false, false),
        row("o", 1, false, false, false),
        row("p", 1, true, false, true),
    ];
    for limit in ["1", "2", "3", "4", "100"] {
        assert_eq!(list(limit, &[]), all, "limit {limit}");
        assert_eq!(list(limit, &[("prefix", "o")]), all[1..5], "limit {limit}");
        let by_folder = list(limit, &[("delimiter", "/")]);
        assert_eq!(by_folder[0].0, "d/");
        assert_eq!(by_folder[1..], all[1..], "limit {limit}");
        let mut back = list(limit, &[("reverse", "true")]);
        // Of one object the oldest version comes first then.
        back.reverse();
        assert_eq!(back, all, "limit {limit}");
        let mut back = list(limit, &[("delimiter", "/"), ("reverse", "true")]);
        back.reverse();
        assert_eq!(back, by_folder, "limit {limit}");
    }
    // Begun in the middle of an object.
    let mut l = cn.list_container(name, &with(&[("versions", "true"), ("prefix", "o")])).unwrap();
    l.next().unwrap().unwrap();
    let second = l.next().unwrap().unwrap().get("version_id").unwrap().to_owned();
    assert_eq!(list("1", &[("marker", "o"), ("version_marker", &second)]), all[3..]);

    // An ordinary listing tells which objects are versions.
    let mut l = cn.list_container(name, &r).unwrap();
    while let Some(e) = l.next().unwrap() {
        assert_eq!((e.is_version_symlink(), e.is_latest()), (e.name() != "p", false), "{}", e.json());
    }
    let mut l = cn.list_container(name, &with(&[("versions", "true")])).unwrap();
    let mut ids = Vec::new();
    while let Some(e) = l.next().unwrap() {
        ids.push((e.name().to_owned(), e.get("version_id").unwrap().to_owned()));
    }
    for (object, id) in ids {
        cn.delete_object(name, &object, &request(|r| r.set_query("version-id", Some(&id)).unwrap())).unwrap();
    }
    enabled("false");
}

#[test]
fn rows_tell_all_the_server_knows() {
    let c = holding("rows", &["plain"]);
    let (cn, name) = (&c.connection, c.name.as_str());
    let send = |object: &str, body: &[u8], headers: &[(&str, &str)], query: Option<(&str, &str)>| {
        let r = request(|r| {
            headers.iter().for_each(|(n, v)| r.set_header(n, Some(v)).unwrap());
            query.iter().for_each(|(n, v)| r.set_query(n, Some(v)).unwrap());
        });
        cn.put_object(name, object, &memory(body), &r).unwrap()
    };
    let etag = send("target", b"hello", &[("Content-Type", "text/x-mine")], None);
    let etag = etag.etag().unwrap().to_owned();
    let target = format!("{name}/target");
    send("link-dynamic", b"", &[("X-Symlink-Target", &target)], None);
    send("link-static", b"", &[("X-Symlink-Target", &target), ("X-Symlink-Target-Etag", &etag)], None);
    let manifest = format!("[{{\"path\":\"/{target}\"}},{{\"path\":\"/{name}/plain\"}}]");
    send("slo", manifest.as_bytes(), &[], Some(("multipart-manifest", "put")));

    let mut l = cn.list_container(name, &Request::new()).unwrap();
    let account = cn.storage_url().unwrap();
    let account = &account[account.find("/v1/").unwrap()..];
    let mut seen = 0;
    while let Some(e) = l.next().unwrap() {
        seen += 1;
        // The row as it came holds what the accessors say.
        let json: serde_json::Value = serde_json::from_str(e.json()).unwrap();
        assert_eq!(json["name"], e.name());
        assert_eq!(json.as_object().unwrap().len(), e.field_count(), "{}", e.json());
        for (key, value) in e.fields() {
            let want = &json[key];
            assert_eq!(want.as_str().map_or(want.to_string(), str::to_owned), value, "{key}");
        }
        let us = e.last_modified().unwrap();
        let text = json["last_modified"].as_str().unwrap();
        assert!(text.ends_with(&format!(".{:06}", us % 1_000_000)), "{text} {us}");
        match e.name() {
            "target" => {
                assert_eq!(
                    (e.bytes(), e.get("hash"), e.get("content_type")),
                    (5, Some(&*etag), Some("text/x-mine"))
                );
                assert_eq!((e.get("symlink_path"), e.symlink_bytes(), e.get("slo_etag")), (None, None, None));
            }
            "link-dynamic" => {
                assert_eq!(e.get("symlink_path"), Some(&*format!("{account}/{target}")));
                assert_eq!((e.symlink_bytes(), e.get("symlink_etag")), (None, None));
            }
            "link-static" => {
                assert_eq!(e.get("symlink_path"), Some(&*format!("{account}/{target}")));
                assert_eq!((e.symlink_bytes(), e.get("symlink_etag")), (Some(5), Some(&*etag)));
            }
            "slo" => {
                assert_eq!(e.bytes(), 10);
                assert!(e.get("slo_etag").unwrap().starts_with('"'), "{}", e.json());
            }
            other => assert_eq!(other, "plain"),
        }
    }
    assert_eq!(seen, 5);
}

#[test]
fn keys_of_servers_to_come_survive() {
    let rows = br#"[{"name":"a","bytes":1,"colour":"blue","tags":["x",{"y":1}],"none":null,"big":-1.5}]"#;
    let server = Faulty::new(|_, seen| {
        let more = seen.target.contains("marker=");
        reply("200 OK", &[], if more { b"[]" } else { rows })
    });
    let mut l = server.connection().list_container("c", &Request::new()).unwrap();
    let e = l.next().unwrap().unwrap();
    assert_eq!((e.get("colour"), e.get("big"), e.get("none")), (Some("blue"), Some("-1.5"), None));
    assert_eq!(e.get("tags"), Some(r#"["x",{"y":1}]"#));
    assert_eq!(e.json().as_bytes(), &rows[1..rows.len() - 1]);
    assert!(l.next().unwrap().is_none());
}

#[test]
fn lists_come_as_text_and_xml_too() {
    let c = holding("formats", &["a", "b<&"]);
    let (cn, name) = (&c.connection, c.name.as_str());
    let text = |r: &Request| {
        let mut got = cn.get_container(name, r).unwrap();
        assert_eq!(got.status(), 200);
        assert_eq!(got.headers().object_count(), Some(2));
        String::from_utf8(got.read_all(1 << 20).unwrap()).unwrap()
    };
    let format = |f: &str| request(|r| r.set_query("format", Some(f)).unwrap());
    assert_eq!(text(&Request::new()), "a\nb<&\n");
    assert_eq!(text(&format("plain")), "a\nb<&\n");
    assert!(text(&format("xml")).contains("<name>b&lt;&amp;</name>"));
    assert!(text(&format("json")).contains("\"name\": \"b<&\""));
    let accept = request(|r| r.set_header("Accept", Some("application/xml")).unwrap());
    assert!(text(&accept).starts_with("<?xml"));
    let mut one = format("plain");
    one.set_limit(Some(1)).unwrap();
    assert_eq!(text(&one), "a\n");
    let accept = request(|r| r.set_header("Accept", Some("image/png")).unwrap());
    assert_eq!(cn.get_container(name, &accept).unwrap_err().http_status(), 406);
    let account = with(&[("prefix", name)]);
    let mut got = cn.get_account(&account).unwrap();
    assert_eq!(got.read_all(1 << 20).unwrap(), format!("{name}\n").as_bytes());
    // No objects, no content.
    let none = cn.get_container(name, &with(&[("prefix", "none")])).unwrap();
    assert_eq!(none.status(), 204);
    // Read row by row a list is JSON, and nothing else.
    let e = cn.list_container(name, &format("xml")).unwrap_err();
    assert!(e.message().contains("format"), "{e}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

#[test]
fn ht_11_compressed_lists_are_taken_apart() {
    let page = pages(FIVE);
    let server = Faulty::new(move |n, seen| {
        if seen.header("accept-encoding") != Some("gzip") {
            return Reply::Send(page(seen));
        }
        if seen.target.starts_with("/info") {
            return reply("200 OK", &[("Content-Encoding", "gzip")], &gzip(b"{\"swift\":{}}"));
        }
        let plain = page(seen);
        let at = plain.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        let packed = gzip(&plain[at..]);
        match n {
            // Damaged on the way: asked for again.
            1 => reply("200 OK", &[("Content-Encoding", "gzip")], &packed[..packed.len() - 3]),
            _ => reply("200 OK", &[("Content-Encoding", "gzip")], &packed),
        }
    });
    let (cn, mut r) = (server.connection(), Request::new());
    assert_eq!(names(cn.list_container("c", &r).unwrap()), FIVE);
    assert!(server.seen().iter().all(|s| s.header("accept-encoding") == Some("identity")));
    r.accept_gzip = true;
    let mut all = Vec::new();
    let mut l = cn.list_container("c", &r).unwrap();
    while let Some(e) = l.next().unwrap() {
        all.push(e.name().to_owned());
    }
    assert_eq!(all, FIVE);
    // What is told of the body is true of what is handed over.
    let h = l.headers().unwrap();
    assert_eq!((h.get("content-encoding"), h.get("content-length")), (None, None));
    let mut info = cn.capabilities(&r).unwrap();
    assert_eq!(info.read_all(100).unwrap(), b"{\"swift\":{}}");
    // Objects come as they are stored.
    let _ = cn.head_object("c", "o", &r);
    assert_eq!(server.seen().last().unwrap().header("accept-encoding"), Some("identity"));
    // And the real server, which compresses nothing, is asked in vain.
    let c = holding("gzip", &["a", "b"]);
    assert_eq!(names(c.connection.list_container(&c.name, &r).unwrap()), ["a", "b"]);
}
