//! Containers on a real Swift: metadata, policies, access lists, quotas, CORS, static web, sync, keys.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;

use support::faulty::{Faulty, reply};
use support::real::{self, Container};
use support::unique;
use swiftclient::core::request::TempUrlKey;
use swiftclient::core::{Config, Connection, Headers, Kind, Request, Source};

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

fn request(change: impl FnOnce(&mut Request)) -> Request {
    let mut r = Request::new();
    change(&mut r);
    r
}

/// Another user, at work on the account of `ST_USER`.
fn stranger() -> Connection {
    let mut c = real::v1();
    let owner = Connection::new(&c).unwrap();
    owner.authenticate(&Request::new()).unwrap();
    let url = owner.storage_url().unwrap();
    for (k, v) in [("user", "test2:tester2"), ("key", "testing2"), ("os_storage_url", url.as_str())] {
        c.set(k, Some(v)).unwrap();
    }
    Connection::new(&c).unwrap()
}

/// The account of `ST_USER` for somebody who does not know a token.
fn nobody() -> Connection {
    let mut c = Config::new();
    let owner = Connection::new(&real::v1()).unwrap();
    owner.authenticate(&Request::new()).unwrap();
    c.set("os_storage_url", owner.storage_url().as_deref()).unwrap();
    c.set("os_auth_token", Some("none")).unwrap();
    Connection::new(&c).unwrap()
}

/// The browser's request: without a token, from a page.
fn from_page(referer: Option<&str>) -> Request {
    request(|r| {
        r.headers.set("X-Auth-Token", b"");
        if let Some(referer) = referer {
            r.headers.set("Referer", referer.as_bytes());
        }
    })
}

/// Changes a container; the headers it has then.
fn post(c: &Container, change: impl FnOnce(&mut Request)) -> Headers {
    assert_eq!(c.connection.post_container(&c.name, &request(change)).unwrap().status(), 204);
    c.connection.head_container(&c.name, &Request::new()).unwrap().take_headers()
}

#[test]
fn co_06_put_container_tells_new_from_old() {
    let (cn, name, r) = (Connection::new(&real::v1()).unwrap(), unique("put"), Request::new());
    let put = cn.put_container(&name, &r).unwrap();
    assert_eq!((put.status(), put.reason()), (201, "Created"));
    assert!(put.transaction_id().is_some());
    assert_eq!(cn.put_container(&name, &r).unwrap().status(), 202);
    let deleted = cn.delete_container(&name, &r).unwrap();
    assert_eq!(deleted.status(), 204);
    assert!(deleted.headers().get("date").is_some());
    let e = cn.delete_container(&name, &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404), "{e}");
    assert!(e.message().starts_with("Container DELETE"), "{e}");
}

#[test]
fn co_04_head_container_tells_what_it_holds() {
    let c = Container::new(&real::v1(), "head");
    let head = || c.connection.head_container(&c.name, &Request::new()).unwrap();
    assert_eq!((head().headers().object_count(), head().headers().bytes_used()), (Some(0), Some(0)));
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let h = head().take_headers();
    assert_eq!((h.object_count(), h.bytes_used(), h.storage_policy()), (Some(1), Some(5), Some("gold")));
    assert!(h.get_str("x-timestamp").is_some() && h.get("last-modified").is_some(), "{h:?}");
    let e = c.connection.head_container(&unique("none"), &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404), "{e}");
    assert!(e.message().starts_with("Container HEAD"), "{e}");
}

#[test]
fn every_success_has_its_status() {
    let (cn, name, r) = (Connection::new(&real::v1()).unwrap(), unique("status"), Request::new());
    let c = name.as_str();
    let text = memory(b"hello");
    let part = request(|r| r.set_range(Some(1), Some(2)).unwrap());
    let statuses = [
        cn.head_account(&r).unwrap().status(),
        cn.post_account(&r).unwrap().status(),
        cn.put_container(c, &r).unwrap().status(),
        cn.put_container(c, &r).unwrap().status(),
        cn.get_account(&r).unwrap().status(),
        cn.get_container(c, &r).unwrap().status(),
        cn.head_container(c, &r).unwrap().status(),
        cn.post_container(c, &r).unwrap().status(),
        cn.put_object(c, "o", &text, &r).unwrap().status(),
        cn.copy_object(c, "o", Some((c, "o2")), &r).unwrap().status(),
        cn.post_object(c, "o", &r).unwrap().status(),
        cn.head_object(c, "o", &r).unwrap().status(),
        cn.get_object(c, "o", &r).unwrap().status(),
        cn.get_object(c, "o", &part).unwrap().status(),
        cn.get_container(c, &r).unwrap().status(),
        cn.delete_object(c, "o", &r).unwrap().status(),
        cn.delete_object(c, "o2", &r).unwrap().status(),
        cn.delete_container(c, &r).unwrap().status(),
    ];
    assert_eq!(
        statuses,
        [204, 204, 201, 202, 200, 204, 204, 204, 201, 201, 202, 200, 200, 206, 200, 204, 204, 204]
    );
}

#[test]
fn df_30_answers_to_changes_are_whole() {
    let server = Faulty::new(|_, seen| {
        let status = if seen.method == "DELETE" { "200 OK" } else { "202 Accepted" };
        reply(status, &[("X-Told", "header")], b"told in the body")
    });
    let (cn, r) = (server.connection(), Request::new());
    for mut answer in [
        cn.put_container("c", &r).unwrap(),
        cn.post_container("c", &r).unwrap(),
        cn.delete_container("c", &r).unwrap(),
        cn.post_account(&r).unwrap(),
        cn.put_account(&r).unwrap(),
        cn.delete_account(&r).unwrap(),
    ] {
        assert!([200, 202].contains(&answer.status()));
        assert_eq!(answer.headers().get_str("x-told"), Some("header"));
        assert_eq!(answer.read_all(100).unwrap(), b"told in the body");
    }
    // HT-05: what has no body says so.
    for seen in server.seen() {
        let length = seen.header("content-length");
        assert_eq!(length, (seen.method != "DELETE").then_some("0"), "{seen:?}");
    }
}

#[test]
fn co_07_post_container_merges_and_removes_metadata() {
    let c = Container::new(&real::v1(), "meta");
    post(&c, |r| {
        r.set_metadata("Container", "colour", "blue").unwrap();
        r.set_metadata("Container", "uni\u{e12}", "\u{fc}ber 5").unwrap();
        r.set_metadata("Container", "third", "x").unwrap();
    });
    let h = post(&c, |r| r.set_metadata("Container", "colour", "red").unwrap());
    assert_eq!(h.get_metadata("Colour"), Some(&b"red"[..]));
    assert_eq!(h.get_metadata("uni\u{e12}"), Some("\u{fc}ber 5".as_bytes()), "{h:?}");
    let h = post(&c, |r| {
        r.set_metadata("Container", "colour", "").unwrap();
        r.remove_metadata("Container", "uni\u{e12}").unwrap();
    });
    assert_eq!(h.metadata().map(|(n, _)| n.to_lowercase()).collect::<Vec<_>>(), ["third"]);
    let e = c.connection.post_container(&unique("none"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
}

#[test]
fn co_08_a_container_with_objects_is_not_deleted() {
    let c = Container::new(&real::v1(), "full");
    c.connection.put_object(&c.name, "o", &memory(b"x"), &Request::new()).unwrap();
    let e = c.connection.delete_container(&c.name, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Conflict, 409), "{e}");
}

#[test]
fn storage_policies_are_chosen_at_creation() {
    let c = Container::new(&real::v1(), "gold");
    let (cn, name) = (&c.connection, unique("silver"));
    let policy = |name: &str| request(|r| r.set_storage_policy(Some(name)).unwrap());
    assert_eq!(cn.put_container(&name, &policy("silver")).unwrap().status(), 201);
    let head = cn.head_container(&name, &Request::new()).unwrap();
    assert_eq!(head.headers().storage_policy(), Some("silver"));
    assert_eq!((head.headers().object_count(), head.headers().bytes_used()), (Some(0), Some(0)));
    assert_eq!(head.headers().container_count(), None);
    let e = cn.put_container(&name, &policy("gold")).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Conflict, 409), "{e}");
    cn.delete_container(&name, &Request::new()).unwrap();
    let e = cn.put_container(&unique("bronze"), &policy("bronze")).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400), "{e}");
    assert!(e.message().contains("bronze") || e.message().contains("Policy"), "{e}");
}

#[test]
fn df_05_a_slash_in_a_container_name_is_refused() {
    let server = Faulty::new(|_, _| reply("204 No Content", &[], b""));
    let (cn, r) = (server.connection(), Request::new());
    for e in [
        cn.head_container("a/b", &r).unwrap_err(),
        cn.put_container("a/b", &r).unwrap_err(),
        cn.post_container("a/b", &r).unwrap_err(),
        cn.delete_container("a/b", &r).unwrap_err(),
        cn.get_container("a/b", &r).unwrap_err(),
        cn.options("a/b", None, None, None, &r).unwrap_err(),
        cn.list_container("a/b", &r).map(|_| ()).unwrap_err(),
        cn.put_object("a/b", "o", &memory(b""), &r).unwrap_err(),
        cn.head_object("a/b", "o", &r).unwrap_err(),
    ] {
        assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
        assert!(e.message().contains("a/b") && e.message().contains("slash"), "{e}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn df_06_a_slash_at_the_end_of_the_storage_url_is_one() {
    let server = Faulty::new(|_, _| reply("204 No Content", &[], b""));
    for end in ["", "/", "//"] {
        let mut c = Config::new();
        c.set("os_storage_url", Some(&format!("{}/v1/AUTH_test{end}", server.url()))).unwrap();
        c.set("os_auth_token", Some("tk")).unwrap();
        let (cn, r) = (Connection::new(&c).unwrap(), Request::new());
        cn.head_account(&r).unwrap();
        cn.head_container("c", &r).unwrap();
        cn.put_container("c", &r).unwrap();
        cn.delete_object("c", "/o", &r).unwrap();
    }
    let targets: Vec<_> = server.seen().into_iter().map(|s| s.target).collect();
    for four in targets.chunks(4) {
        assert_eq!(four, ["/v1/AUTH_test", "/v1/AUTH_test/c", "/v1/AUTH_test/c", "/v1/AUTH_test/c//o"]);
    }
    assert_eq!(targets.len(), 12);
}

#[test]
fn names_have_the_servers_limits() {
    let cn = Connection::new(&real::v1()).unwrap();
    let mut info = cn.capabilities(&Request::new()).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.read_all(1 << 20).unwrap()).unwrap();
    let limit = info["swift"]["max_container_name_length"].as_u64().unwrap() as usize;
    // Of UTF-8, which percent-encoded is three times as long on the way.
    let name = format!("{}-{}", unique("long"), "\u{e9}".repeat(limit));
    let mut cut = limit;
    while !name.is_char_boundary(cut) {
        cut -= 1;
    }
    let name = &name[..cut];
    cn.put_container(name, &Request::new()).unwrap();
    cn.head_container(name, &Request::new()).unwrap();
    cn.delete_container(name, &Request::new()).unwrap();
    let e = cn.put_container(&"x".repeat(limit + 1), &Request::new()).unwrap_err();
    assert_eq!((e.http_status(), e.attempts()), (400, 1), "{e}");
}

#[test]
fn access_lists_let_users_in_and_out() {
    let c = Container::new(&real::v1(), "acl");
    let (other, r) = (stranger(), Request::new());
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &r).unwrap();
    let kind = |e: swiftclient::core::Error| e.kind();
    let read = || other.get_object(&c.name, "o", &r).map(|_| ()).map_err(kind);
    let list = || other.list_container(&c.name, &r).unwrap().next().map(|_| ()).map_err(kind);
    let write = || other.put_object(&c.name, "o2", &memory(b"x"), &r).map(|_| ()).map_err(kind);
    let no = Err(Kind::Forbidden);
    assert_eq!((read(), list(), write()), (no, no, no));
    let h = post(&c, |r| r.allow_read("test2", Some("tester2")).unwrap());
    assert_eq!(h.get_str("x-container-read"), Some("test2:tester2"));
    assert_eq!((read(), list(), write()), (Ok(()), Ok(()), no));
    let h = post(&c, |r| {
        r.set_read_acl(Some("")).unwrap();
        r.allow_write("somebody, else", None).unwrap();
        r.allow_write("test2", None).unwrap();
    });
    assert_eq!(h.get("x-container-read"), None);
    assert_eq!(h.get_str("x-container-write"), Some("somebody%2C%20else,test2"));
    assert_eq!((read(), list(), write()), (no, no, Ok(())));
    let h = post(&c, |r| r.set_write_acl(Some("")).unwrap());
    assert_eq!(h.get("x-container-write"), None);
    assert_eq!(write(), no);
    // The server tidies up, and refuses what makes no sense.
    let h = post(&c, |r| r.set_read_acl(Some(".referrer : *.example.com ,, .rlistings")).unwrap());
    assert_eq!(h.get_str("x-container-read"), Some(".r:.example.com,.rlistings"));
    let bad = request(|r| r.set_write_acl(Some(".r:*")).unwrap());
    let e = c.connection.post_container(&c.name, &bad).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400), "{e}");
    assert!(e.message().contains("Referrers not allowed in write ACL"), "{e}");
}

#[test]
fn access_lists_of_keystone_name_users_of_projects() {
    let c = Container::new(&real::v3(), "acl");
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let mut config = real::v3();
    let url = c.connection.storage_url().unwrap();
    for (k, v) in [
        ("os_username", "tester2"),
        ("os_password", "testing2"),
        ("os_project_name", "test2"),
        ("os_storage_url", &url),
    ] {
        config.set(k, Some(v)).unwrap();
    }
    let other = Connection::new(&config).unwrap();
    let read = || other.head_object(&c.name, "o", &Request::new()).map(|_| ()).map_err(|e| e.kind());
    assert_eq!(read(), Err(Kind::Forbidden));
    for (project, user) in [("test2", "tester2"), ("test2", "*"), ("*", "tester2"), ("*", "*")] {
        post(&c, |r| r.allow_read(project, Some(user)).unwrap());
        assert_eq!(read(), Ok(()), "{project}:{user}");
        post(&c, |r| r.set_read_acl(Some("")).unwrap());
        assert_eq!(read(), Err(Kind::Forbidden));
    }
    post(&c, |r| r.allow_read("test", Some("tester2")).unwrap());
    assert_eq!(read(), Err(Kind::Forbidden));
}

#[test]
fn access_by_referrer_is_for_everybody() {
    let c = Container::new(&real::v1(), "referrer");
    c.connection.put_object(&c.name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let anyone = nobody();
    let read = |referer| anyone.get_object(&c.name, "o", &from_page(referer)).is_ok();
    let list = || anyone.get_container(&c.name, &from_page(Some("http://www.example.com/x"))).is_ok();
    assert!(!read(None));
    let h = post(&c, |r| {
        r.allow_referrer(".example.com", true).unwrap();
        r.allow_referrer("thief.example.com", false).unwrap();
    });
    assert_eq!(h.get_str("x-container-read"), Some(".r:.example.com,.r:-thief.example.com"));
    assert!(read(Some("http://www.example.com/x")) && !list());
    assert!(!read(None) && !read(Some("http://other.example/")) && !read(Some("http://thief.example.com/")));
    post(&c, |r| {
        r.allow_referrer("*", true).unwrap();
        r.allow_listings().unwrap();
    });
    assert!(read(None) && read(Some("http://other.example/")) && list());
}

#[test]
fn quotas_of_a_container_are_kept() {
    let c = Container::new(&real::v1(), "quota");
    let put = |name: &str, bytes: &[u8]| {
        c.connection.put_object(&c.name, name, &memory(bytes), &Request::new()).map(|_| ()).map_err(|e| {
            assert_eq!(e.http_status(), 413, "{e}");
            e.kind()
        })
    };
    let h = post(&c, |r| r.set_container_quota_bytes(Some(10)).unwrap());
    assert_eq!((h.quota_bytes(None), h.quota_count(None)), (Some(10), None));
    assert_eq!(put("o", b"0123456789a"), Err(Kind::TooLarge));
    assert_eq!(put("o", b"0123456789"), Ok(()));
    let h = post(&c, |r| {
        r.set_container_quota_bytes(None).unwrap();
        r.set_container_quota_count(Some(0)).unwrap();
    });
    assert_eq!((h.quota_bytes(None), h.quota_count(None)), (None, Some(0)));
    assert_eq!(put("o2", b""), Err(Kind::TooLarge));
    post(&c, |r| r.set_container_quota_count(None).unwrap());
    assert_eq!(put("o2", b"0123456789a"), Ok(()));
}

#[test]
fn pages_of_other_origins_are_let_in() {
    let c = Container::new(&real::v1(), "cors");
    let (cn, name) = (&c.connection, c.name.as_str());
    cn.put_object(name, "o", &memory(b"hello"), &Request::new()).unwrap();
    let page = "https://example.com";
    let h = post(&c, |r| {
        r.set_cors_allow_origin(Some("https://example.com https://other.example")).unwrap();
        r.set_cors_max_age(Some(600)).unwrap();
        r.set_cors_expose_headers(Some("X-Object-Meta-Colour")).unwrap();
    });
    assert_eq!(h.get_metadata("Access-Control-Max-Age"), Some(&b"600"[..]));
    let asks = request(|r| r.set_header("Access-Control-Request-Headers", Some("X-Auth-Token")).unwrap());
    for object in [None, Some("o")] {
        let told = cn.options(name, object, Some(page), Some("PUT"), &asks).unwrap();
        let h = told.headers();
        assert_eq!(h.get_str("access-control-allow-origin"), Some(page), "{h:?}");
        assert_eq!(h.get_str("access-control-max-age"), Some("600"));
        assert!(h.get_str("access-control-allow-methods").unwrap().contains("PUT"));
        assert_eq!(
            h.get_str("access-control-allow-headers").map(str::to_lowercase).as_deref(),
            Some("x-auth-token")
        );
        let e = cn.options(name, object, Some("https://bad.example"), Some("PUT"), &asks).unwrap_err();
        assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Unauthorized, 401, 1), "{e}");
        // Without a page there is still an answer.
        let told = cn.options(name, object, None, None, &Request::new()).unwrap();
        assert!(told.headers().get_str("allow").unwrap().contains("DELETE"));
    }
    // The request that follows tells the page what it may see.
    let from = request(|r| r.set_header("Origin", Some(page)).unwrap());
    let got = cn.get_object(name, "o", &from).unwrap();
    assert_eq!(got.headers().get_str("access-control-allow-origin"), Some(page));
    let exposed = got.headers().get_str("access-control-expose-headers").unwrap().to_lowercase();
    assert!(exposed.contains("x-object-meta-colour"), "{exposed}");
    let h = post(&c, |r| {
        r.set_cors_allow_origin(Some("")).unwrap();
        r.set_cors_max_age(None).unwrap();
        r.set_cors_expose_headers(Some("")).unwrap();
    });
    assert_eq!(h.metadata().count(), 0, "{h:?}");
    let e = cn.options(name, None, Some(page), Some("PUT"), &asks).unwrap_err();
    assert_eq!(e.kind(), Kind::Unauthorized);
}

#[test]
fn a_preflight_request_carries_no_token_and_fetches_none_anew() {
    let server = Faulty::new(|_, _| reply("401 Unauthorized", &[], b""));
    let cn = server.connection();
    let e = cn.options("c", Some("o"), Some("https://a.example"), Some("GET"), &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Unauthorized, 1), "{e}");
    let seen = server.seen();
    assert_eq!((seen.len(), seen[0].method.as_str()), (1, "OPTIONS"));
    assert_eq!(seen[0].header("origin"), Some("https://a.example"));
    assert_eq!(seen[0].header("access-control-request-method"), Some("GET"));
    assert_eq!(seen[0].header("x-auth-token"), None);
    assert_eq!(server.tokens(), 1);
}

#[test]
fn a_container_can_be_a_web_site() {
    let c = Container::new(&real::v1(), "web");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    for (object, text) in [
        ("index.html", "<h1>home</h1>"),
        ("404lost.html", "<h1>lost</h1>"),
        ("list.css", "h1 { }"),
        ("dir/page.html", "<h1>page</h1>"),
        ("marked/x", "x"),
    ] {
        cn.put_object(name, object, &memory(text.as_bytes()), &r).unwrap();
    }
    let typed = request(|r| r.set_header("Content-Type", Some("text/folder")).unwrap());
    cn.put_object(name, "marked", &memory(b""), &typed).unwrap();
    let h = post(&c, |r| {
        r.set_web_index(Some("index.html")).unwrap();
        r.set_web_error(Some("lost.html")).unwrap();
        r.set_web_listings(true).unwrap();
        r.set_web_listings_css(Some("list.css")).unwrap();
        r.set_web_listings_label(Some("Our files")).unwrap();
        r.set_web_directory_type(Some("text/folder")).unwrap();
        r.allow_referrer("*", true).unwrap();
        r.allow_listings().unwrap();
    });
    for (key, value) in [
        ("Web-Index", "index.html"),
        ("Web-Error", "lost.html"),
        ("Web-Listings", "true"),
        ("Web-Listings-CSS", "list.css"),
        ("Web-Listings-Label", "Our files"),
        ("Web-Directory-Type", "text/folder"),
    ] {
        assert_eq!(h.get_metadata(key), Some(value.as_bytes()), "{key}");
    }
    let web = request(|r| r.set_web_mode(true).unwrap());
    let text = |mut r: swiftclient::core::Response| String::from_utf8(r.read_all(1 << 20).unwrap()).unwrap();
    // The address of the site ends in a slash; without one it leads there.
    let e = cn.get_container(name, &web).unwrap_err();
    assert_eq!(e.http_status(), 301, "{e}");
    assert!(e.message().contains(&format!("{name}/")), "{e}");
    // With the token, and without: a visitor sees the site by itself.
    let visitor = nobody();
    let listed = text(cn.get_object(name, "dir/", &web).unwrap());
    assert!(listed.contains("page.html") && listed.contains("list.css"), "{listed}");
    assert!(listed.contains("Our files"), "{listed}");
    assert_eq!(text(visitor.get_object(name, "dir/", &from_page(None)).unwrap()), listed);
    // An object of that type is a folder, so that its own address leads to the list in it.
    assert_eq!(cn.get_object(name, "marked", &web).unwrap_err().http_status(), 301);
    let e = cn.get_object(name, "not/there", &web).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert_eq!(e.failure().unwrap().body, b"<h1>lost</h1>");
    // Without that header it is a container as ever.
    assert_eq!(text(cn.get_object(name, "marked", &r).unwrap()), "");
    assert_eq!(cn.get_object(name, "dir/", &r).unwrap_err().kind(), Kind::NotFound);
    assert!(text(cn.get_container(name, &r).unwrap()).contains("list.css\n"));

    let h = post(&c, |r| {
        r.set_web_index(Some("")).unwrap();
        r.set_web_error(Some("")).unwrap();
        r.set_web_listings(false).unwrap();
        r.set_web_listings_css(Some("")).unwrap();
        r.set_web_listings_label(Some("")).unwrap();
        r.set_web_directory_type(Some("")).unwrap();
    });
    assert_eq!(h.metadata().collect::<Vec<_>>(), [("web-listings", &b"false"[..])]);
    assert_eq!(cn.get_object(name, "dir/", &web).unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn container_sync_is_set_up_and_ended() {
    let c = Container::new(&real::v1(), "sync");
    let mut info = c.connection.capabilities(&Request::new()).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.read_all(1 << 20).unwrap()).unwrap();
    let realms = info["container_sync"]["realms"].as_object().unwrap();
    let (realm, about) = realms.iter().next().unwrap();
    let cluster = about["clusters"].as_object().unwrap().keys().next().unwrap();
    let to = format!("//{realm}/{cluster}/AUTH_test2/copy");
    let h = post(&c, |r| {
        r.set_sync_to(Some(&to)).unwrap();
        r.set_sync_key(Some("shared secret")).unwrap();
    });
    assert_eq!(h.get_str("x-container-sync-to").map(str::to_lowercase), Some(to.to_lowercase()));
    assert_eq!(h.get_str("x-container-sync-key"), Some("shared secret"));
    let bad = request(|r| r.set_sync_to(Some("//nowhere/none/a/c")).unwrap());
    let e = c.connection.post_container(&c.name, &bad).unwrap_err();
    assert_eq!(e.http_status(), 400, "{e}");
    let h = post(&c, |r| {
        r.set_sync_to(Some("")).unwrap();
        r.set_sync_key(Some("")).unwrap();
    });
    assert_eq!((h.get("x-container-sync-to"), h.get("x-container-sync-key")), (None, None));
}

#[test]
fn temp_url_keys_of_a_container() {
    let c = Container::new(&real::v1(), "keys");
    let h = post(&c, |r| {
        r.set_container_temp_url_key(TempUrlKey::First, Some("one")).unwrap();
        r.set_container_temp_url_key(TempUrlKey::Second, Some("two")).unwrap();
    });
    assert_eq!(h.get_metadata("temp-url-key"), Some(&b"one"[..]));
    assert_eq!(h.get_metadata("temp-url-key-2"), Some(&b"two"[..]));
    let h = post(&c, |r| r.set_container_temp_url_key(TempUrlKey::Second, Some("")).unwrap());
    assert_eq!(h.metadata().collect::<Vec<_>>(), [("temp-url-key", &b"one"[..])]);
    // A reader does not see it.
    post(&c, |r| r.allow_read("test2", None).unwrap());
    let head = stranger().head_container(&c.name, &Request::new()).unwrap();
    assert_eq!(head.headers().metadata().count(), 0, "{head:?}");
}

#[test]
fn reads_may_ask_for_the_newest() {
    let server = Faulty::new(|_, _| reply("200 OK", &[], b"[]"));
    let cn = server.connection();
    let r = request(|r| r.set_newest(true));
    cn.head_account(&r).unwrap();
    cn.head_container("c", &r).unwrap();
    cn.head_object("c", "o", &r).unwrap();
    cn.list_account(&r).unwrap().next().unwrap();
    cn.list_container("c", &r).unwrap().next().unwrap();
    cn.get_container("c", &r).unwrap();
    assert!(server.seen().iter().all(|s| s.header("x-newest") == Some("true")));
    let mut r = r;
    r.set_newest(false);
    cn.head_account(&r).unwrap();
    assert_eq!(server.seen().last().unwrap().header("x-newest"), None);
    // And the real server takes it.
    let c = Container::new(&real::v1(), "newest");
    let r = request(|r| r.set_newest(true));
    c.connection.head_account(&r).unwrap();
    c.connection.head_container(&c.name, &r).unwrap();
    assert!(c.connection.list_container(&c.name, &r).unwrap().next().unwrap().is_none());
}
