//! Forms for uploads by a browser: what a real Swift does with them when they are sent as a browser sends them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::memory;
use support::real::{self, Container};
use swiftclient::core::formpost::Form;
use swiftclient::core::signature::{Digest, Expiry};
use swiftclient::core::{Config, Connection, FormPost, Request, Response};

const KEY: &str = "form key ü";

fn set_up(what: &str) -> (Container, Connection) {
    let c = Container::new(&real::v1(), what);
    let mut r = Request::new();
    r.set_header("X-Container-Meta-Temp-URL-Key", Some(KEY)).unwrap();
    c.connection.post_container(&c.name, &r).unwrap();
    let mut config = Config::new();
    config.set("os_auth_type", Some("none")).unwrap();
    (c, Connection::new(&config).unwrap())
}

fn form(c: &Container, prefix: &str) -> FormPost {
    let mut f = FormPost::new();
    f.set_container(&c.connection.storage_url().unwrap(), &c.name, prefix).unwrap();
    f.set_limits(100, 2).unwrap();
    f.set_key(KEY).unwrap();
    f.set_expiry(Expiry::After(60)).unwrap();
    f
}

/// As a browser does it: the fields in their order, then the files.
fn submit(nobody: &Connection, form: &Form, files: &[(&str, &str)]) -> Response {
    const EDGE: &str = "----edge4711";
    let mut body = String::new();
    for (name, value) in &form.fields {
        body += &format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (i, (name, content)) in files.iter().enumerate() {
        body += &format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"file{i}\"; filename=\"{name}\"\r\n\
             Content-Type: text/x-browser\r\n\r\n{content}\r\n"
        );
    }
    body += &format!("--{EDGE}--\r\n");
    let mut r = Request { any_status: true, ..Request::new() };
    r.set_header("Content-Type", Some(&format!("multipart/form-data; boundary={EDGE}"))).unwrap();
    nobody.request("POST", &form.action, Some(&memory(body.as_bytes())), &r).unwrap()
}

fn content(c: &Container, name: &str) -> Vec<u8> {
    c.connection.get_object(&c.name, name, &Request::new()).unwrap().read_all(1000).unwrap()
}

#[test]
fn files_arrive_below_the_prefix_with_each_digest() {
    let (c, nobody) = set_up("form-files");
    for (digest, name) in [(Digest::Sha1, "sha1"), (Digest::Sha256, "sha256"), (Digest::Sha512, "sha512")] {
        let prefix = format!("é {name}%/");
        let mut f = form(&c, &prefix);
        f.set_digest(digest);
        let answer = submit(&nobody, &f.generate().unwrap(), &[("a.txt", "first"), ("b.txt", "second")]);
        assert_eq!(answer.status(), 201, "{name}");
        assert_eq!(content(&c, &format!("{prefix}a.txt")), b"first");
        assert_eq!(content(&c, &format!("{prefix}b.txt")), b"second");
    }
    // Straight into the container.
    assert_eq!(submit(&nobody, &form(&c, "").generate().unwrap(), &[("c.txt", "third")]).status(), 201);
    let head = c.connection.head_object(&c.name, "c.txt", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("content-type"), Some("text/x-browser"));
}

#[test]
fn the_server_holds_to_what_was_signed() {
    let (c, nobody) = set_up("form-limits");
    let signed = form(&c, "").generate().unwrap();
    let too_long = "x".repeat(101);
    assert_eq!(submit(&nobody, &signed, &[("a", &too_long)]).status(), 400);
    assert_eq!(submit(&nobody, &signed, &[("a", "1"), ("b", "2"), ("c", "3")]).status(), 400);
    // Whoever changes a field, or the place, has no signature.
    for at in 0..3 {
        let mut forged = signed.clone();
        forged.fields[at].1 = "1999999999".to_owned();
        assert_eq!(submit(&nobody, &forged, &[("a", "1")]).status(), 401, "{}", forged.fields[at].0);
    }
    let mut forged = signed.clone();
    forged.action += "elsewhere/";
    assert_eq!(submit(&nobody, &forged, &[("a", "1")]).status(), 401);
    let mut late = form(&c, "");
    late.set_expiry(Expiry::At(1_400_000_000)).unwrap();
    assert_eq!(submit(&nobody, &late.generate().unwrap(), &[("a", "1")]).status(), 401);
}

#[test]
fn a_redirect_and_what_the_objects_get() {
    let (c, nobody) = set_up("form-options");
    let mut f = form(&c, "");
    f.set_redirect(Some("https://example.com/done?x=1")).unwrap();
    f.set_delete(Some(Expiry::After(600))).unwrap();
    f.set_content_type(Some("text/x-own")).unwrap();
    f.set_content_encoding(Some("gzip")).unwrap();
    let answer = submit(&nobody, &f.generate().unwrap(), &[("a", "1")]);
    assert_eq!(answer.status(), 303);
    let to = answer.headers().get_str("location").unwrap();
    assert!(to.starts_with("https://example.com/done?x=1&status=201&message="), "{to}");
    let head = c.connection.head_object(&c.name, "a", &Request::new()).unwrap();
    assert_eq!(head.headers().get_str("content-type"), Some("text/x-own"));
    assert_eq!(head.headers().get_str("content-encoding"), Some("gzip"));
    assert!(head.headers().get_u64("x-delete-at").is_some());
    let mut f = form(&c, "");
    f.set_delete(Some(Expiry::At(4_000_000_000))).unwrap();
    assert_eq!(submit(&nobody, &f.generate().unwrap(), &[("b", "1")]).status(), 201);
    let head = c.connection.head_object(&c.name, "b", &Request::new()).unwrap();
    assert_eq!(head.headers().get_u64("x-delete-at"), Some(4_000_000_000));
}

#[test]
fn a_connection_finds_out_what_is_lacking() {
    let (c, nobody) = set_up("form-sign");
    let mut f = FormPost::new();
    f.set_limits(100, 1).unwrap();
    f.set_expiry(Expiry::After(60)).unwrap();
    let signed = c.connection.sign_formpost(&f, &c.name, "p ", &Request::new()).unwrap();
    assert!(signed.action.starts_with(&c.connection.storage_url().unwrap()));
    assert_eq!(submit(&nobody, &signed, &[("a", "1")]).status(), 201);
    assert_eq!(content(&c, "p a"), b"1");
}
