//! Names: whatever Swift can store, sent exactly, in every place a name can stand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, memory, reply};
use support::real::{self, Container};
use swiftclient::core::{Connection, Kind, Location, Request};

const OBJECTS: &[&str] = &[
    ".",
    "..",
    "../x",
    "../../x",
    "a/../b",
    "a/./b",
    "./a",
    "a/..",
    "a/.",
    "...",
    "a.",
    "a...",
    "/",
    "//",
    "/a",
    "//a",
    "a//b",
    "a/",
    "a//",
    " ",
    " a ",
    "a b",
    "%",
    "%2F",
    "%2e%2e",
    "%zz",
    "a%00b",
    "?",
    "a?b=c",
    "a?versions",
    "#",
    "a#b",
    ";",
    "a;b=c",
    "+",
    "a+b",
    "&",
    "=",
    ",",
    "\"",
    "'",
    "<>",
    "\\",
    "a\\b",
    "|",
    "^",
    "`",
    "{}",
    "[]",
    "~",
    "$",
    "!",
    "*",
    "()",
    ":",
    "@",
    "a:b@c",
    "http://x/y",
    "\t",
    "\n",
    "a\nb",
    "\r\n",
    "a\r\nb: c",
    "\u{1}",
    "\u{1f}",
    "\u{7f}",
    "ü",
    "u\u{308}",
    "日本",
    "🌍",
    "\u{202e}",
    "\u{feff}",
    "\u{85}",
    "\u{a0}",
    "--",
    "null",
];

const CONTAINERS: &[&str] = &[
    ".", "..", " ", "a b", "%", "%2F", "?", "#", ";", "+", "&", "\"", "\\", "a\nb", "\r\n", "\u{1}",
    "\u{7f}", "ü", "🌍", ":", "@", "~", "=", "*",
];

/// All that can be done with an object of that name.
fn round_trip(cn: &Connection, container: &str, object: &str) {
    let what = format!("{container:?} {object:?}");
    let r = Request::new();
    cn.put_object(container, object, &memory(b"here"), &r).unwrap();
    assert_eq!(cn.get_object(container, object, &r).unwrap().read_all(10).unwrap(), b"here", "{what}");
    let mut meta = Request::new();
    meta.set_metadata("Object", "Seen", "yes").unwrap();
    cn.post_object(container, object, &meta).unwrap();
    let head = cn.head_object(container, object, &r).unwrap();
    assert_eq!(head.headers().get_str("x-object-meta-seen"), Some("yes"), "{what}");
    let mut listing = cn.list_container(container, &r).unwrap();
    assert_eq!(listing.next().unwrap().unwrap().name(), object, "{what}");
    assert!(listing.next().unwrap().is_none(), "{what}");
    // As the source of a copy, as its destination, and as both.
    let copied = cn.copy_object(container, object, Some((container, "plain")), &r).unwrap();
    let from = copied.copied_from().unwrap();
    assert_eq!((from.container.as_str(), from.object.as_str()), (container, object), "{what}");
    cn.delete_object(container, object, &r).unwrap();
    cn.copy_object(container, "plain", Some((container, object)), &r).unwrap();
    cn.copy_object(container, object, None, &r).unwrap();
    cn.delete_object(container, "plain", &r).unwrap();
    // As the target of a link, and as what is moved.
    cn.put_symlink(container, "plain", &Location::here(container, object), None, &r).unwrap();
    let got = cn.head_object(container, "plain", &r).unwrap();
    let at = got.content_location().unwrap();
    assert_eq!((at.container.as_str(), at.object.as_str()), (container, object), "{what}");
    cn.delete_object(container, "plain", &r).unwrap();
    cn.move_object(container, object, container, "plain", &r).unwrap();
    cn.move_object(container, "plain", container, object, &r).unwrap();
    assert_eq!(cn.get_object(container, object, &r).unwrap().read_all(10).unwrap(), b"here", "{what}");
    cn.delete_object(container, object, &r).unwrap();
    assert_eq!(cn.head_object(container, object, &r).unwrap_err().kind(), Kind::NotFound, "{what}");
}

#[test]
fn ht_14_df_03_names_of_objects_are_sent_exactly() {
    let c = Container::new(&real::v1(), "objects");
    for object in OBJECTS {
        round_trip(&c.connection, &c.name, object);
    }
}

#[test]
fn ht_13_names_of_containers_are_sent_exactly() {
    let cn = Connection::new(&real::v1()).unwrap();
    for name in CONTAINERS {
        // A dot segment must stand alone to be one.
        let name = if name.starts_with('.') { (*name).to_owned() } else { support::unique(name) };
        cn.put_container(&name, &Request::new()).unwrap();
        cn.head_container(&name, &Request::new()).unwrap();
        round_trip(&cn, &name, "o");
        round_trip(&cn, &name, "../o");
        cn.delete_container(&name, &Request::new()).unwrap();
    }
}

#[test]
fn ht_13_df_03_nothing_is_collapsed_on_the_way() {
    let server = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let cn = server.connection();
    for (container, object, want) in [
        ("c", "a/../b", "/v1/AUTH_test/c/a/../b"),
        ("..", "..", "/v1/AUTH_test/../.."),
        ("c", "/", "/v1/AUTH_test/c//"),
        ("c", "a//b/./c.", "/v1/AUTH_test/c/a//b/./c."),
        ("c d", "é?#%;+", "/v1/AUTH_test/c%20d/%C3%A9%3F%23%25%3B%2B"),
        ("c", "a-_.~b", "/v1/AUTH_test/c/a-_.~b"),
    ] {
        cn.head_object(container, object, &Request::new()).unwrap();
        assert_eq!(server.seen().last().unwrap().target, want);
    }
}

#[test]
fn df_05_a_slash_in_a_container_is_refused() {
    let server = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let (cn, r) = (server.connection(), Request::new());
    let to = Location::here("a/b", "o");
    for e in [
        cn.head_object("a/b", "o", &r).unwrap_err(),
        cn.copy_object("a/b", "o", Some(("c", "o")), &r).unwrap_err(),
        cn.copy_object("c", "o", Some(("a/b", "o")), &r).unwrap_err(),
        cn.move_object("c", "o", "a/b", "o", &r).unwrap_err(),
        cn.put_symlink("c", "o", &to, None, &r).unwrap_err(),
        cn.restore_object_version("a/b", "o", "1", &r).unwrap_err(),
        cn.update_object_metadata("a/b", "o", &r).unwrap_err(),
    ] {
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains("\"a/b\""), "{e}");
    }
    for e in [
        cn.copy_object("c", "o", Some(("c", "")), &r).unwrap_err(),
        cn.copy_object("", "o", None, &r).unwrap_err(),
        cn.move_object("c", "", "c", "o", &r).unwrap_err(),
    ] {
        assert_eq!(e.kind(), Kind::InvalidArgument);
        assert!(e.message().contains("empty"), "{e}");
    }
    assert!(server.seen().is_empty());
}

#[test]
fn names_that_are_too_long_are_refused_readably() {
    let c = Container::new(&real::v1(), "long");
    let (cn, r) = (&c.connection, Request::new());
    // 1,024 bytes in two bytes a letter, and 256 of a container.
    round_trip(cn, &c.name, &"ü".repeat(512));
    let container = format!("{:x<256}", support::unique("long"));
    cn.put_container(&container, &r).unwrap();
    round_trip(cn, &container, &"o".repeat(1024));
    cn.delete_container(&container, &r).unwrap();
    let e = cn.put_object(&c.name, &"o".repeat(1025), &memory(b""), &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Http, 400));
    assert!(e.message().contains("1025") && e.message().contains("1024"), "{e}");
    let e = cn.put_container(&"c".repeat(257), &r).unwrap_err();
    assert_eq!(e.http_status(), 400);
    assert!(e.message().contains("257") && e.message().contains("256"), "{e}");
}
