//! Symlinks against the real Swift, and redirections that are none.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, memory, reply};
use support::real::{self, Container};
use swiftclient::core::{Config, Connection, Kind, Location, Request, SymlinkPost};

const HELLO: &str = "5d41402abc4b2a76b9719d911017c592";
const TARGET: &str = "dir/é %?/../x";

fn request(change: impl FnOnce(&mut Request) -> swiftclient::core::Result<()>) -> Request {
    let mut r = Request::new();
    change(&mut r).unwrap();
    r
}

fn itself() -> Request {
    request(|r| r.set_symlink_get(true))
}

fn colour(what: SymlinkPost) -> Request {
    let r = request(|r| r.set_metadata("Object", "Colour", "blue"));
    Request { symlink_post: what, ..r }
}

fn has_colour(cn: &Connection, container: &str, object: &str, r: &Request) -> bool {
    cn.head_object(container, object, r).unwrap().headers().get("x-object-meta-colour").is_some()
}

/// A container with an object and a link to it.
fn linked(what: &str) -> Container {
    let c = Container::new(&real::v1(), what);
    c.connection.put_object(&c.name, TARGET, &memory(b"hello"), &Request::new()).unwrap();
    let to = Location::here(&c.name, TARGET);
    let made = c.connection.put_symlink(&c.name, "link", &to, None, &Request::new()).unwrap();
    assert_eq!(made.status(), 201);
    c
}

#[test]
fn a_link_is_followed_and_says_to_what() {
    let c = linked("followed");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let mut got = cn.get_object(name, "link", &r).unwrap();
    let at = got.content_location().unwrap();
    assert_eq!((at.account.as_deref(), at.container.as_str()), (Some("AUTH_test"), name));
    assert_eq!((at.object.as_str(), at.version_id), (TARGET, None));
    assert_eq!(got.read_all(10).unwrap(), b"hello");
    let mut part = cn.get_object(name, "link", &request(|r| r.set_range(Some(1), Some(2)))).unwrap();
    assert_eq!(part.read_all(10).unwrap(), b"el");
    assert_eq!(cn.head_object(name, TARGET, &r).unwrap().content_location(), None);
    // A link to nothing.
    cn.put_symlink(name, "dangling", &Location::here(name, "none"), None, &r).unwrap();
    let e = cn.get_object(name, "dangling", &r).unwrap_err();
    assert_eq!(e.kind(), Kind::NotFound);
    assert!(e.failure().unwrap().headers.get_str("content-location").unwrap().ends_with("/none"));
}

#[test]
fn the_link_itself_is_read_copied_moved_and_deleted() {
    let c = linked("itself");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let head = cn.head_object(name, "link", &itself()).unwrap();
    let to = head.symlink_target().unwrap();
    assert_eq!(to, Location::here(name, TARGET));
    assert_eq!((head.content_length(), head.content_type()), (Some(0), Some("application/symlink")));
    assert_eq!(cn.get_object(name, "link", &itself()).unwrap().read_all(10).unwrap(), b"");
    cn.copy_object(name, "link", Some((name, "copy")), &itself()).unwrap();
    assert_eq!(cn.head_object(name, "copy", &itself()).unwrap().symlink_target(), Some(to.clone()));
    cn.copy_object(name, "link", Some((name, "flat")), &r).unwrap();
    assert_eq!(cn.head_object(name, "flat", &itself()).unwrap().symlink_target(), None);
    cn.move_object(name, "link", name, "moved", &r).unwrap();
    assert_eq!(cn.head_object(name, "moved", &itself()).unwrap().symlink_target(), Some(to));
    assert_eq!(cn.head_object(name, "link", &itself()).unwrap_err().kind(), Kind::NotFound);
    cn.delete_object(name, "moved", &r).unwrap();
    assert_eq!(cn.get_object(name, TARGET, &r).unwrap().read_all(10).unwrap(), b"hello");
    // The listing knows where it leads to.
    let mut listing = cn.list_container(name, &request(|r| r.set_query("prefix", Some("copy")))).unwrap();
    let row = listing.next().unwrap().unwrap();
    assert!(row.get("symlink_path").unwrap().starts_with("/v1/AUTH_test/"));
}

#[test]
fn a_static_link_holds_its_target_to_an_etag() {
    let c = linked("static");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let to = Location::here(name, TARGET);
    cn.put_symlink(name, "static", &to, Some(HELLO), &r).unwrap();
    let head = cn.head_object(name, "static", &itself()).unwrap();
    assert_eq!(head.symlink_target_etag(), Some(HELLO));
    for (to, etag) in [(TARGET, "0"), ("none", HELLO)] {
        let e = cn.put_symlink(name, "x", &Location::here(name, to), Some(etag), &r).unwrap_err();
        assert_eq!(e.kind(), Kind::Conflict, "{to}");
    }
    assert_eq!(cn.put_symlink(name, "x", &to, Some(""), &r).unwrap_err().kind(), Kind::InvalidArgument);
    cn.put_object(name, TARGET, &memory(b"changed"), &r).unwrap();
    assert_eq!(cn.get_object(name, "static", &r).unwrap_err().kind(), Kind::Conflict);
    assert_eq!(cn.get_object(name, "link", &r).unwrap().read_all(10).unwrap(), b"changed");
}

#[test]
fn links_that_lead_nowhere_are_errors() {
    let c = Container::new(&real::v1(), "circle");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    cn.put_symlink(name, "a", &Location::here(name, "b"), None, &r).unwrap();
    cn.put_symlink(name, "b", &Location::here(name, "a"), None, &r).unwrap();
    assert_eq!(cn.get_object(name, "a", &r).unwrap_err().kind(), Kind::Conflict);
    assert_eq!(
        cn.put_symlink(name, "c", &Location::here(name, "c"), None, &r).unwrap_err().http_status(),
        400
    );
    let e = cn.post_object(name, "a", &colour(SymlinkPost::Target)).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict, "{e}");
    let e = cn.update_object_metadata(name, "a", &colour(SymlinkPost::Target)).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict, "{e}");
    let version = Location { version_id: Some("1".into()), ..Location::here(name, "o") };
    assert_eq!(cn.put_symlink(name, "v", &version, None, &r).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn df_04_a_post_to_a_link_does_what_is_meant() {
    let c = linked("post");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let e = cn.post_object(name, "link", &colour(SymlinkPost::Report)).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 307));
    assert!(e.message().contains("symlink"), "{e}");
    // It was applied to the link all the same.
    assert!(has_colour(cn, name, "link", &itself()) && !has_colour(cn, name, TARGET, &r));
    let posted = cn.post_object(name, "link", &colour(SymlinkPost::Link)).unwrap();
    assert!(posted.status() == 307 && posted.attempts() >= 2);
    assert!(!has_colour(cn, name, TARGET, &r));
    let posted = cn.post_object(name, "link", &colour(SymlinkPost::Target)).unwrap();
    assert_eq!(posted.status(), 202);
    assert!(has_colour(cn, name, TARGET, &r));
    // Through two links.
    cn.post_object(name, TARGET, &r).unwrap();
    cn.put_symlink(name, "second", &Location::here(name, "link"), None, &r).unwrap();
    cn.post_object(name, "second", &colour(SymlinkPost::Target)).unwrap();
    assert!(has_colour(cn, name, TARGET, &r));
}

#[test]
fn changing_metadata_in_part_asks_which_of_the_two_is_meant() {
    let c = linked("update");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let shape = request(|r| r.set_metadata("Object", "Shape", "round"));
    cn.post_object(name, TARGET, &shape).unwrap();
    let e = cn.update_object_metadata(name, "link", &colour(SymlinkPost::Report)).unwrap_err();
    assert_eq!(e.kind(), Kind::Conflict);
    assert!(e.message().contains(TARGET), "{e}");
    assert!(!has_colour(cn, name, "link", &itself()) && !has_colour(cn, name, TARGET, &r));
    cn.update_object_metadata(name, "link", &colour(SymlinkPost::Target)).unwrap();
    assert!(!has_colour(cn, name, "link", &itself()));
    let head = cn.head_object(name, TARGET, &r).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-shape"), Some("round"));
    assert_eq!(head.headers().get_str("x-object-meta-colour"), Some("blue"));
    cn.update_object_metadata(name, "link", &colour(SymlinkPost::Link)).unwrap();
    assert!(has_colour(cn, name, "link", &itself()));
    assert_eq!(
        cn.head_object(name, "link", &itself()).unwrap().symlink_target(),
        Some(Location::here(name, TARGET))
    );
}

/// The second account of the server.
fn second() -> Config {
    let mut c = real::v1();
    c.set("user", Some("test2:tester2")).unwrap();
    c.set("key", Some("testing2")).unwrap();
    c
}

#[test]
fn a_link_into_another_account() {
    let c = Container::new(&real::v1(), "far");
    let there = Container::new(&second(), "there");
    let acl = request(|r| {
        r.set_header("X-Container-Read", Some("test:tester"))?;
        r.set_header("X-Container-Write", Some("test:tester"))
    });
    there.connection.post_container(&there.name, &acl).unwrap();
    there.connection.put_object(&there.name, "o", &memory(b"there"), &Request::new()).unwrap();
    let to = Location { account: Some("AUTH_test2".into()), ..Location::here(&there.name, "o") };
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    cn.put_symlink(name, "link", &to, None, &r).unwrap();
    assert_eq!(cn.get_object(name, "link", &r).unwrap().read_all(10).unwrap(), b"there");
    assert_eq!(cn.head_object(name, "link", &itself()).unwrap().symlink_target(), Some(to));
    cn.post_object(name, "link", &colour(SymlinkPost::Target)).unwrap();
    assert!(has_colour(&there.connection, &there.name, "o", &r));
    cn.update_object_metadata(name, "link", &colour(SymlinkPost::Target)).unwrap();
}

#[test]
fn df_04_a_redirection_that_is_no_symlink_is_never_followed() {
    let elsewhere = Faulty::new(|_, _| reply("202 Accepted", &[], b""));
    for location in [
        "/v1/AUTH_test/c/other".to_owned(),
        format!("{}/v1/AUTH_test/c/target", elsewhere.url()),
        "/login".to_owned(),
        String::new(),
    ] {
        let server = Faulty::new(move |_, seen| match seen.method.as_str() {
            "HEAD" => reply("200 OK", &[("X-Symlink-Target", "c/target")], b""),
            _ => reply("307 Temporary Redirect", &[("Location", &location)], b""),
        });
        for what in [SymlinkPost::Report, SymlinkPost::Link, SymlinkPost::Target] {
            let e = server.connection().post_object("c", "link", &colour(what)).unwrap_err();
            assert_eq!((e.kind(), e.http_status()), (Kind::Http, 307), "{e}");
        }
        assert!(server.seen().iter().all(|s| s.target.starts_with("/v1/AUTH_test/c/link")));
    }
    // Nor when the object is none.
    let server = Faulty::new(|_, seen| match seen.method.as_str() {
        "HEAD" => reply("200 OK", &[], b""),
        _ => reply("307 Temporary Redirect", &[("Location", "/v1/AUTH_test/c/target")], b""),
    });
    let e = server.connection().post_object("c", "link", &colour(SymlinkPost::Link)).unwrap_err();
    assert_eq!(e.http_status(), 307);
    assert!(elsewhere.seen().is_empty());
    // The whole URL of a target on the same server is fine.
    let server = Faulty::new(|n, seen| match (n, seen.method.as_str()) {
        (_, "HEAD") => reply("200 OK", &[("X-Symlink-Target", "c/target")], b""),
        (0, _) => {
            let to = format!("http://{}/v1/AUTH_test/c/target", seen.header("host").unwrap());
            reply("307 Temporary Redirect", &[("Location", &to)], b"")
        }
        _ => reply("202 Accepted", &[], b""),
    });
    server.connection().post_object("c", "link", &colour(SymlinkPost::Target)).unwrap();
    assert_eq!(server.seen()[2].target, "/v1/AUTH_test/c/target");
}
