//! The Connection API against a real Swift: by tempauth and by Keystone, over http and over TLS.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use support::real::{self, Container};
use support::{Folder, pattern};
use swiftclient::core::{Config, Connection, Kind, Request, Source};

fn memory(bytes: &[u8]) -> Source {
    Source::memory(Arc::new(bytes.to_vec()))
}

fn header(r: &Request, name: &str, value: &str) -> Request {
    let mut r = r.clone();
    r.headers.set(name, value.as_bytes());
    r
}

fn query(name: &str, value: &str) -> Request {
    Request { query: vec![(name.into(), Some(value.into()))], ..Request::new() }
}

/// Every operation once, as a user would go through them.
fn round_trip(config: &Config, what: &str) {
    let c = Container::new(config, what);
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());

    let put = cn
        .put_object(name, "dir/é ü.txt", &memory(b"hello"), &header(&r, "x-object-meta-color", "blue"))
        .unwrap();
    assert_eq!(put.status(), 201);
    assert_eq!(put.headers().get_str("etag"), Some("5d41402abc4b2a76b9719d911017c592"));
    assert!(put.transaction_id().is_some_and(|t| t.starts_with("tx")));

    let head = cn.head_object(name, "dir/é ü.txt", &r).unwrap();
    assert_eq!(head.content_length(), Some(5));
    assert_eq!(head.headers().get_str("X-Object-Meta-Color"), Some("blue"));

    let mut get = cn.get_object(name, "dir/é ü.txt", &r).unwrap();
    assert_eq!(get.read_all(100).unwrap(), b"hello");

    cn.post_object(name, "dir/é ü.txt", &header(&r, "x-object-meta-shape", "round")).unwrap();
    let head = cn.head_object(name, "dir/é ü.txt", &r).unwrap();
    // A POST replaces.
    assert_eq!(head.headers().get("x-object-meta-color"), None);
    assert_eq!(head.headers().get_str("x-object-meta-shape"), Some("round"));

    let copied = cn.copy_object(name, "dir/é ü.txt", Some((name, "copy")), &r).unwrap();
    assert_eq!(copied.status(), 201);
    assert_eq!(cn.get_object(name, "copy", &r).unwrap().read_all(100).unwrap(), b"hello");
    cn.copy_object(name, "copy", None, &header(&r, "x-object-meta-new", "1")).unwrap();
    assert_eq!(cn.head_object(name, "copy", &r).unwrap().headers().get_str("x-object-meta-new"), Some("1"));

    cn.post_container(name, &header(&r, "x-container-meta-a", "b")).unwrap();
    assert_eq!(cn.head_container(name, &r).unwrap().headers().get_str("x-container-meta-a"), Some("b"));

    let mut listing = cn.list_container(name, &r).unwrap();
    let mut rows = Vec::new();
    while let Some(e) = listing.next().unwrap() {
        rows.push((e.name().to_owned(), e.bytes(), e.get("hash").unwrap().to_owned()));
    }
    let md5 = "5d41402abc4b2a76b9719d911017c592".to_owned();
    assert_eq!(rows, [("copy".into(), 5, md5.clone()), ("dir/é ü.txt".into(), 5, md5)]);

    assert_eq!(cn.delete_container(name, &r).unwrap_err().kind(), Kind::Conflict);
    cn.delete_object(name, "copy", &r).unwrap();
    let e = cn.head_object(name, "copy", &r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::NotFound, 404));

    cn.post_account(&header(&r, &format!("x-account-meta-{what}"), "yes")).unwrap();
    let account = cn.head_account(&r).unwrap();
    assert_eq!(account.headers().get_str(&format!("x-account-meta-{what}")), Some("yes"));
    assert!(account.headers().get_u64("x-account-container-count").is_some());
    let mut listing = cn.list_account(&query("prefix", name)).unwrap();
    assert_eq!(listing.next().unwrap().unwrap().name(), name);
    assert!(listing.next().unwrap().is_none());

    let mut info = cn.capabilities(&r).unwrap();
    let info: serde_json::Value = serde_json::from_slice(&info.read_all(1 << 20).unwrap()).unwrap();
    assert!(info["swift"]["version"].is_string());
}

#[test]
fn everything_by_v1() {
    round_trip(&real::v1(), "v1");
}

#[test]
fn everything_by_v1_over_tls() {
    round_trip(&real::v1_tls(), "v1tls");
}

#[test]
fn everything_by_v3() {
    round_trip(&real::v3(), "v3");
}

#[test]
fn everything_by_v3_over_tls() {
    let config = real::v3_tls();
    let cn = Connection::new(&config).unwrap();
    cn.authenticate(&Request::new()).unwrap();
    assert!(cn.storage_url().unwrap().starts_with("https://"), "{cn:?}");
    round_trip(&config, "v3tls");
}

#[test]
fn settings_from_the_environment_of_an_openrc_file_work() {
    for prefix in ["ST_", "OS_"] {
        let mut c = Config::new();
        c.load_env_from(|name| {
            let wanted = name.starts_with(prefix) && name != "OS_CACERT";
            wanted.then(|| real::environment().get(name).map(Into::into)).flatten()
        })
        .unwrap();
        let cn = Connection::new(&c).unwrap();
        cn.head_account(&Request::new()).unwrap();
        let account = cn.storage_url().unwrap();
        assert_eq!(account.contains("/AUTH_"), prefix == "ST_", "{account}");
    }
}

#[test]
fn wrong_credentials_are_told_apart_from_missing_rights() {
    let r = Request::new();
    for mut config in [real::v1(), real::v3()] {
        for key in ["key", "os_password"] {
            config.set(key, Some("wrong-password")).unwrap();
        }
        let cn = Connection::new(&config).unwrap();
        let e = cn.head_account(&r).unwrap_err();
        assert_eq!((e.kind(), e.http_status(), e.retryable()), (Kind::Auth, 401, false), "{e}");
        assert!(!e.message().contains("wrong-password"), "{e}");
    }
    let mut config = real::v1();
    config.set("user", Some("test:tester3")).unwrap();
    config.set("key", Some("testing3")).unwrap();
    let e = Connection::new(&config).unwrap().head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Forbidden, 403), "{e}");
    let mut config = real::v3();
    config.set("os_region_name", Some("Atlantis")).unwrap();
    let e = Connection::new(&config).unwrap().head_account(&r).unwrap_err();
    assert_eq!(e.kind(), Kind::Auth);
    assert!(e.message().contains("Atlantis") && e.message().contains("RegionOne"), "{e}");
}

#[test]
fn tls_trusts_whom_it_is_told_to() {
    let r = Request::new();
    let refused = |config: &Config, word: &str| {
        let e = Connection::new(config).unwrap().head_account(&r).unwrap_err();
        assert_eq!(e.kind(), Kind::Tls, "{e}");
        assert_eq!(e.attempts(), 1, "{e}");
        assert!(e.message().contains(word), "{e}");
    };
    let mut c = real::v1_tls();
    c.set("os_cacert", Some(real::value("SWIFT_TEST_WRONG_CACERT"))).unwrap();
    refused(&c, "not from a trusted authority");
    let mut c = real::v1_tls();
    c.set("auth", Some(&format!("{}/auth/v1.0", real::value("SWIFT_TEST_WRONG_NAME_URL")))).unwrap();
    refused(&c, "host name");
    // RT-08: what may pass is tried again, what does not is not.
    let mut c = real::v1_tls();
    c.set("os_cacert", Some(real::value("SWIFT_TEST_WRONG_CACERT"))).unwrap();
    c.set("insecure", Some("true")).unwrap();
    Connection::new(&c).unwrap().head_account(&r).unwrap();
    let mut c = real::v1_tls();
    c.set("os_cacert", Some("/nowhere/ca.pem")).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.retryable()), (Kind::Io, false), "{e}");
    c.set("os_cacert", Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&r).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument, "{e}");
    // http spoken to a TLS port, and TLS to an http port.
    let mut c = real::v1_tls();
    c.set("auth", Some(&real::value("ST_AUTH").replace("http://", "https://"))).unwrap();
    c.set("retries", Some("0")).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&r).unwrap_err();
    assert_eq!(e.kind(), Kind::Tls, "{e}");
}

#[test]
fn a_client_certificate_is_shown() {
    let r = Request::new();
    let mut c = real::v1_tls();
    c.set("auth", Some(&format!("{}/auth/v1.0", real::value("SWIFT_TEST_MTLS_URL")))).unwrap();
    c.set("os_storage_url", Some(&format!("{}/v1/AUTH_test", real::value("SWIFT_TEST_MTLS_URL")))).unwrap();
    c.set("retries", Some("0")).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&r).unwrap_err();
    assert_eq!(e.kind(), Kind::Tls, "{e}");
    c.set("os_cert", Some(real::value("SWIFT_TEST_CLIENT_CERT"))).unwrap();
    c.set("os_key", Some(real::value("SWIFT_TEST_CLIENT_KEY"))).unwrap();
    Connection::new(&c).unwrap().head_account(&r).unwrap();
    c.set("os_key", Some(real::value("OS_CACERT"))).unwrap();
    assert_eq!(Connection::new(&c).unwrap().head_account(&r).unwrap_err().kind(), Kind::InvalidArgument);
}

#[test]
fn bodies_of_every_origin_and_size_come_back_as_they_went() {
    let folder = Folder::new("bodies");
    for config in [real::v1(), real::v1_tls()] {
        let c = Container::new(&config, "bodies");
        let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
        for size in [0, 1, 1000, 65_535, 65_536, 262_145, 3_000_001] {
            let data = pattern(size);
            let path = folder.path("up");
            std::fs::write(&path, &data).unwrap();
            let file = std::fs::File::open(&path).unwrap();
            struct Twice(Vec<u8>, usize);
            impl swiftclient::core::source::Callbacks for Twice {
                fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
                    // Small pieces of odd sizes.
                    let n = buf.len().min(7777).min(self.0.len() - self.1);
                    buf[..n].copy_from_slice(&self.0[self.1..self.1 + n]);
                    self.1 += n;
                    Ok(n)
                }
                fn can_rewind(&self) -> bool {
                    true
                }
                fn rewind(&mut self) -> bool {
                    self.1 = 0;
                    true
                }
            }
            let (pipe, mut end) = std::io::pipe().unwrap();
            let copy = data.clone();
            let feeder = std::thread::spawn(move || {
                use std::io::Write;
                end.write_all(&copy).unwrap();
            });
            let sources = [
                memory(&data),
                Source::file(&path),
                Source::fd(file.as_fd(), None).unwrap(),
                Source::callbacks(Box::new(Twice(data.clone(), 0)), Some(size as u64)),
                Source::callbacks(Box::new(Twice(data.clone(), 0)), None),
                Source::fd(pipe.as_fd(), None).unwrap(),
            ];
            for (i, source) in sources.iter().enumerate() {
                for checksum in [true, false] {
                    if i == 5 && !checksum {
                        continue;
                    }
                    let r = Request { checksum: Some(checksum), ..Request::new() };
                    cn.put_object(name, "o", source, &r).unwrap();
                    let got = cn.get_object(name, "o", &r).unwrap().read_all(size).unwrap();
                    let sent = format_args!("size {size}, source {i}, checksum {checksum}");
                    assert!(got == data, "{sent}: {} bytes came back", got.len());
                }
            }
            feeder.join().unwrap();
            // And the ways a body can be taken.
            let down = folder.path("down");
            let n = cn.get_object(name, "o", &r).unwrap().write_to_file(&down, None).unwrap();
            assert_eq!((n, std::fs::read(&down).unwrap() == data), (size as u64, true));
            let out = std::fs::File::create(folder.path("fd")).unwrap();
            cn.get_object(name, "o", &r).unwrap().write_to_fd(out.as_fd()).unwrap();
            assert!(std::fs::read(folder.path("fd")).unwrap() == data);
        }
        let part = Source::file_range(folder.path("up"), 10, 20);
        cn.put_object(name, "part", &part, &r).unwrap();
        assert_eq!(
            cn.get_object(name, "part", &r).unwrap().read_all(100).unwrap(),
            pattern(3_000_001)[10..30]
        );
    }
}

#[test]
fn ht_06_metadata_names_and_values_may_be_any_text() {
    for config in [real::v1(), real::v1_tls()] {
        let c = Container::new(&config, "names");
        let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
        let mut q = header(&r, "x-object-meta-größe", "ü 1");
        q.headers.push("X-Object-Meta-Plain", b"2");
        q.headers.push("x-object-meta-\u{65e5}\u{672c}", b"3");
        cn.put_object(name, "o", &memory(b"body"), &q).unwrap();
        for _ in 0..2 {
            let mut got = cn.get_object(name, "o", &r).unwrap();
            let h = got.headers();
            assert_eq!(h.get_str("X-Object-Meta-Größe"), Some("ü 1"), "{h:?}");
            assert_eq!(h.get_str("x-object-meta-plain"), Some("2"));
            assert_eq!(h.get_str("x-object-meta-\u{65e5}\u{672c}"), Some("3"));
            assert_eq!(got.read_all(10).unwrap(), b"body");
        }
    }
}

#[test]
fn conditions_and_ranges() {
    let c = Container::new(&real::v1(), "conditions");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    cn.put_object(name, "o", &memory(b"0123456789"), &r).unwrap();
    let etag = cn.head_object(name, "o", &r).unwrap().headers().get_str("etag").unwrap().to_owned();
    let kind = |r: &Request| cn.get_object(name, "o", r).map(|_| ()).map_err(|e| e.kind());
    assert_eq!(kind(&header(&r, "if-none-match", &etag)), Err(Kind::NotModified));
    assert_eq!(kind(&header(&r, "if-match", "\"other\"")), Err(Kind::Precondition));
    assert_eq!(kind(&header(&r, "range", "bytes=50-60")), Err(Kind::Range));
    let mut part = cn.get_object(name, "o", &header(&r, "range", "bytes=-3")).unwrap();
    assert_eq!((part.status(), part.read_all(10).unwrap()), (206, b"789".to_vec()));
    let e = cn.put_object(name, "o", &memory(b"x"), &header(&r, "if-none-match", "*")).unwrap_err();
    assert_eq!(e.kind(), Kind::Precondition);
    let wrong = header(&r, "etag", "00000000000000000000000000000000");
    let e = cn.put_object(name, "o2", &memory(b"x"), &wrong).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Checksum, 422));
}

#[test]
fn listings_cross_pages() {
    let c = Container::new(&real::v1(), "pages");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    let mut expected: Vec<String> = (0..25).map(|i| format!("dir{}/object {i:02} ü&%", i % 3)).collect();
    expected.sort();
    for o in &expected {
        cn.put_object(name, o, &memory(b""), &r).unwrap();
    }
    let names = |r: &Request| {
        let mut l = cn.list_container(name, r).unwrap();
        let mut out = Vec::new();
        while let Some(e) = l.next().unwrap() {
            out.push((e.name().to_owned(), e.is_subdir()));
        }
        assert!(l.headers().unwrap().get("x-container-object-count").is_some());
        out
    };
    let plain: Vec<_> = expected.iter().map(|n| (n.clone(), false)).collect();
    assert_eq!(names(&query("limit", "7")), plain);
    assert_eq!(names(&query("marker", &expected[19])), plain[20..]);
    assert_eq!(names(&query("end_marker", &expected[2])), plain[..2]);
    assert_eq!(names(&query("prefix", "dir1/")).len(), 8);
    let mut r = query("delimiter", "/");
    r.query.push(("limit".into(), Some("1".into())));
    assert_eq!(
        names(&r),
        [("dir0/".to_owned(), true), ("dir1/".to_owned(), true), ("dir2/".to_owned(), true)]
    );
    let mut r = query("reverse", "true");
    r.query.push(("limit".into(), Some("4".into())));
    let mut backwards = plain.clone();
    backwards.reverse();
    assert_eq!(names(&r), backwards);
    let missing = cn.list_container("no-such-container", &Request::new()).unwrap().next().map(|_| ());
    assert_eq!(missing.unwrap_err().kind(), Kind::NotFound);
}

#[test]
fn versions_of_objects_are_listed_across_pages() {
    let c = Container::new(&real::v1(), "versions");
    let (cn, name, r) = (&c.connection, c.name.as_str(), Request::new());
    cn.post_container(name, &header(&r, "x-versions-enabled", "true")).unwrap();
    for text in ["a", "b", "c"] {
        cn.put_object(name, "o", &memory(text.as_bytes()), &r).unwrap();
    }
    let mut q = query("versions", "true");
    q.query.push(("limit".into(), Some("1".into())));
    let mut versions = Vec::new();
    let mut l = cn.list_container(name, &q).unwrap();
    while let Some(e) = l.next().unwrap() {
        versions.push((e.get("version_id").unwrap().to_owned(), e.get("is_latest").unwrap().to_owned()));
    }
    assert_eq!(versions.iter().map(|v| v.1.as_str()).collect::<Vec<_>>(), ["true", "false", "false"]);
    for (id, _) in versions {
        cn.delete_object(name, "o", &query("version-id", &id)).unwrap();
    }
}

#[test]
fn many_threads_share_a_connection_and_progress_is_told() {
    let c = Container::new(&real::v1(), "threads");
    let (cn, name) = (&c.connection, c.name.as_str());
    std::thread::scope(|scope| {
        for t in 0..8 {
            scope.spawn(move || {
                let data = pattern(100_000 + t);
                let moved = Arc::new(AtomicU64::new(0));
                let seen = moved.clone();
                let r = Request {
                    progress: Some(Arc::new(move |n, total| {
                        assert_eq!(total, Some(100_000 + t as u64));
                        seen.store(n, Ordering::SeqCst);
                        true
                    })),
                    ..Request::new()
                };
                for i in 0..3 {
                    let object = format!("{t}-{i}");
                    cn.put_object(name, &object, &memory(&data), &r).unwrap();
                    assert_eq!(moved.load(Ordering::SeqCst), data.len() as u64);
                    assert!(cn.get_object(name, &object, &r).unwrap().read_all(1 << 20).unwrap() == data);
                }
            });
        }
    });
    let r = Request { progress: Some(Arc::new(|_, _| false)), ..Request::new() };
    assert_eq!(cn.put_object(name, "no", &memory(b"x"), &r).unwrap_err().kind(), Kind::Cancelled);
    let e = cn.get_object(name, "0-0", &r).unwrap().read_all(1 << 20).unwrap_err();
    assert_eq!(e.kind(), Kind::Cancelled);
}

#[test]
fn a_token_the_server_forgot_is_renewed() {
    use std::io::{Read, Write};
    // The token of a user whose token no other test uses.
    let mut config = real::v1();
    config.set("user", Some("test:tester4")).unwrap();
    config.set("key", Some("testing4")).unwrap();
    let cn = Connection::new(&config).unwrap();
    let r = Request::new();
    cn.head_account(&r).unwrap();
    let token = cn.token().unwrap();
    // tempauth keeps tokens in memcached: taking this one out is how it expires.
    let mut memcached =
        std::net::TcpStream::connect(format!("127.0.0.1:{}", real::value("SWIFT_TEST_MEMCACHED_PORT")))
            .unwrap();
    let key = swiftclient::core::digest::Sum::of(format!("AUTH_/token/{token}").as_bytes());
    write!(memcached, "delete {key}\r\nquit\r\n").unwrap();
    let mut answer = String::new();
    memcached.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("DELETED"), "{answer}");
    let head = cn.head_account(&r).unwrap();
    assert_eq!(head.attempts(), 2);
}
