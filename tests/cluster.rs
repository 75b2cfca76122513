//! What is asked of the cluster: capabilities, health, endpoints; and other ways to address it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::faulty::{Faulty, Reply, memory, reply, with};
use support::real::{self, Container};
use swiftclient::core::signature::Expiry;
use swiftclient::core::{Config, Connection, Kind, Request, TempUrl};

/// No credentials, and nothing to authenticate with.
fn nobody(storage_url: Option<&str>) -> Connection {
    let mut c = Config::new();
    c.set("os_auth_type", Some("none")).unwrap();
    c.set("os_storage_url", storage_url).unwrap();
    Connection::new(&c).unwrap()
}

#[test]
fn co_15_capabilities_typed_and_as_json() {
    let cn = Connection::new(&real::v1()).unwrap();
    let c = cn.read_capabilities(None, &Request::new()).unwrap();
    assert!(c.has("swift") && c.has("slo") && c.has("tempurl.allowed_digests") && !c.has("swauth"));
    assert_eq!(c.integer("slo.max_manifest_segments"), Some(1000));
    assert_eq!(c.boolean("swift.allow_open_expired"), Some(true));
    assert!(c.text("swift.version").is_some_and(|v| v.starts_with(|d: char| d.is_ascii_digit())));
    assert!(c.list("tempurl.methods").unwrap().contains(&"DELETE".to_owned()));
    assert_eq!(c.limit("max_object_name_length"), Some(1024));
    let names: Vec<_> = c.policies().iter().map(|p| (p.name.as_str(), p.default)).collect();
    assert_eq!(names, [("gold", true), ("silver", false)]);
    assert_eq!(c.policies()[0].aliases, ["gold", "yellow", "orange"]);
    let json: serde_json::Value = serde_json::from_str(c.json()).unwrap();
    assert_eq!(json["slo"]["max_manifest_segments"], 1000);
    assert_eq!(cn.capabilities(&Request::new()).unwrap().read_all(1 << 20).unwrap(), c.json().as_bytes());
}

/// CR-13: nobody has to be asked for a token, and CR-14: it is the given host that is asked, with the whole query.
#[test]
fn df_08_capabilities_come_from_where_they_were_asked_for() {
    let home = Faulty::new(|_, _| reply("200 OK", &[], b"{\"home\": {}}"));
    let other = Faulty::new(|n, _| match n {
        0 => reply("503 Service Unavailable", &[], b""),
        1 => Reply::SendAndReset(Vec::new()),
        _ => reply("200 OK", &[], b"{\"other\": {}}"),
    });
    let cn = home.connection();
    assert!(cn.read_capabilities(None, &Request::new()).unwrap().has("home"));
    let url = format!("{}/swift/v1/AUTH_x?swiftinfo_sig=a&swiftinfo_expires=1", other.url());
    assert!(cn.read_capabilities(Some(&url), &Request::new()).unwrap().has("other"));
    let seen = other.seen();
    assert_eq!(seen.len(), 3);
    for s in &seen {
        assert_eq!(s.target, "/swift/info?swiftinfo_sig=a&swiftinfo_expires=1");
        assert_eq!(s.header("x-auth-token"), None);
    }
    assert_eq!(home.seen().last().unwrap().header("x-auth-token"), None);
    // With a storage URL at hand nobody authenticates for it.
    let cn = with(&home, &[("os_storage_url", &format!("{}/v1/AUTH_y", home.url()))]);
    let before = home.tokens();
    cn.read_capabilities(None, &Request::new()).unwrap();
    cn.healthcheck(&Request::new()).unwrap_err();
    assert_eq!(home.tokens(), before);
    assert!(nobody(None).read_capabilities(Some(&url), &Request::new()).unwrap().has("other"));
    assert_eq!(nobody(None).read_capabilities(None, &Request::new()).unwrap_err().kind(), Kind::State);
    let e = cn.read_capabilities(Some("/v1/AUTH_x"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
}

#[test]
fn what_is_no_json_is_an_error() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"<html>"));
    assert_eq!(s.connection().read_capabilities(None, &Request::new()).unwrap_err().kind(), Kind::Protocol);
    let e = s.connection().healthcheck(&Request::new()).unwrap_err();
    assert!(e.kind() == Kind::Protocol && e.message().contains("<html>"), "{e}");
    assert_eq!(s.connection().endpoints(None, None, &Request::new()).unwrap_err().kind(), Kind::Protocol);
}

/// TU-09 proved: what only the operator sees comes by a signed request.
#[test]
fn tu_09_signed_info_shows_the_part_for_operators() {
    let url = real::value("SWIFT_TEST_URL");
    let mut t = TempUrl::new();
    t.set_path(&format!("{url}/info")).unwrap();
    t.set_key(real::value("SWIFT_TEST_ADMIN_KEY")).unwrap();
    t.set_expiry(Expiry::After(60)).unwrap();
    let anybody = nobody(None);
    let all = anybody.read_capabilities(Some(&t.generate().unwrap()), &Request::new()).unwrap();
    assert!(all.has("admin"), "{}", all.json());
    assert!(!anybody.read_capabilities(Some(url), &Request::new()).unwrap().has("admin"));
    t.set_key("wrong").unwrap();
    let e = anybody.read_capabilities(Some(&t.generate().unwrap()), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Unauthorized);
    assert!(!e.url().contains("swiftinfo_sig=") || e.url().contains("swiftinfo_sig=..."), "{}", e.url());
}

#[test]
fn health_and_the_cross_domain_policy() {
    let cn = nobody(Some(&format!("{}/v1/AUTH_test", real::value("SWIFT_TEST_URL"))));
    cn.healthcheck(&Request::new()).unwrap();
    let xml = cn.crossdomain(&Request::new()).unwrap().read_all(1 << 16).unwrap();
    assert!(String::from_utf8(xml).unwrap().contains("<cross-domain-policy>"));
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b"DISABLED BY FILE"));
    let e = with(&s, &[("retries", "0")]).healthcheck(&Request::new()).unwrap_err();
    assert!(e.kind() == Kind::Server && e.message().contains("DISABLED"), "{e}");
    // A page of whoever stands before the cluster is no sign of its health.
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"<html>Welcome</html>"));
    assert_eq!(s.connection().healthcheck(&Request::new()).unwrap_err().kind(), Kind::Protocol);
}

/// Where things lie; the nodes answer there, for who is in the cluster.
#[test]
fn endpoints_on_storage_nodes() {
    let c = Container::new(&real::v1(), "endpoints");
    let r = Request::new();
    let name = "dir/é ü%";
    c.connection.put_object(&c.name, name, &memory(b"hello"), &r).unwrap();
    let anybody = nobody(Some(&c.connection.storage_url().unwrap()));
    let account = anybody.endpoints(None, None, &r).unwrap();
    let container = anybody.endpoints(Some(&c.name), None, &r).unwrap();
    let object = anybody.endpoints(Some(&c.name), Some(name), &r).unwrap();
    assert!(account.urls[0].ends_with("/AUTH_test"), "{account:?}");
    assert!(container.urls[0].ends_with(&format!("/AUTH_test/{}", c.name)), "{container:?}");
    assert!(object.urls[0].ends_with("/dir/%C3%A9%20%C3%BC%25"), "{object:?}");
    assert_eq!(object.headers, [("X-Backend-Storage-Policy-Index".to_owned(), "0".to_owned())]);
    let mut direct = Request::new();
    for (n, v) in &object.headers {
        direct.set_header(n, Some(v)).unwrap();
    }
    let mut got = anybody.request("GET", &object.urls[0], None, &direct).unwrap();
    assert_eq!(got.read_all(100).unwrap(), b"hello");
    for (container, object, kind) in
        [(None, Some("o"), Kind::InvalidArgument), (Some("a/b"), None, Kind::InvalidArgument)]
    {
        assert_eq!(anybody.endpoints(container, object, &r).unwrap_err().kind(), kind);
    }
    let e = nobody(Some("http://127.0.0.1:1/x")).endpoints(None, None, &r).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
}

/// The account, or the container, in the name of the host (`domain_remap`).
#[test]
fn a_storage_url_whose_host_names_the_account() {
    let c = Container::new(&real::v1(), "remap");
    let r = Request::new();
    c.connection.put_object(&c.name, "dir/ü", &memory(b"hello"), &r).unwrap();
    let domain = real::value("SWIFT_TEST_DOMAIN");
    let mut config = real::v1();
    // Names of hosts do not resolve here; the header says what the URL would.
    config.set("os_storage_url", Some(real::value("SWIFT_TEST_URL"))).unwrap();
    let cn = Connection::new(&config).unwrap();
    let mut by_account = Request::new();
    by_account.set_header("Host", Some(&format!("AUTH-test.{domain}"))).unwrap();
    assert_eq!(cn.get_object(&c.name, "dir/ü", &by_account).unwrap().read_all(100).unwrap(), b"hello");
    assert_eq!(cn.list_container(&c.name, &by_account).unwrap().next().unwrap().unwrap().name(), "dir/ü");
    let counted = cn.head_account(&by_account).unwrap();
    assert!(counted.headers().get_u64("x-account-container-count").is_some());
    let mut by_container = Request::new();
    by_container.set_header("Host", Some(&format!("{}.AUTH-test.{domain}", c.name))).unwrap();
    let mut got = cn.request("GET", "/dir/%C3%BC", None, &by_container).unwrap();
    assert_eq!(got.read_all(100).unwrap(), b"hello");
}

/// 405 and 400 say what is the matter, and nobody tries again.
#[test]
fn a_cluster_that_is_read_only_or_checks_names() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "GET" | "HEAD" => reply("200 OK", &[], b""),
        _ if seen.target.contains("bad") => reply(
            "400 Bad Request",
            &[],
            b"Object/Container/Account name contains forbidden chars from '\"`<>",
        ),
        _ => reply("405 Method Not Allowed", &[], b"Writes are disabled for this account."),
    });
    let cn = s.connection();
    let r = Request::new();
    for e in [
        cn.put_object("c", "o", &memory(b""), &r).unwrap_err(),
        cn.delete_object("c", "o", &r).unwrap_err(),
        cn.put_container("c", &r).unwrap_err(),
        cn.post_account(&r).unwrap_err(),
    ] {
        assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Http, 405, 1));
        assert!(e.message().contains("Writes are disabled"), "{e}");
    }
    let e = cn.put_object("c", "bad", &memory(b""), &r).unwrap_err();
    assert!(e.http_status() == 400 && e.message().contains("forbidden chars"), "{e}");
    assert_eq!(cn.head_object("c", "o", &r).unwrap().status(), 200);
}

#[test]
fn capabilities_that_would_fill_the_memory_are_refused() {
    let s = Faulty::new(|_, _| {
        let body = format!("{{\"swift\": [{}1]}}", "1,".repeat(4 << 20));
        reply("200 OK", &[], body.as_bytes())
    });
    let e = s.connection().read_capabilities(None, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Protocol, "{e}");
    assert!(e.message().contains("longer than 4194304 bytes"), "{e}");
}
