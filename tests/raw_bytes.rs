//! Requests of the caller's own, byte for byte: targets, hosts and values outside ASCII, and framing that is the caller's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::faulty::{Faulty, Reply, endless, memory, nobody, once, response, text, with};
use support::real::{self, Container};
use swiftclient::core::{Config, Connection, Kind, Request};

/// A server that keeps what each connection brings, byte for byte, and answers whenever that ends as told.
struct Tape {
    address: std::net::SocketAddr,
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

/// Whether requests end where these bytes do, by the framing that their heads tell.
fn is_whole(mut bytes: &[u8]) -> bool {
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|w| w == what);
    while !bytes.is_empty() {
        let Some(head) = find(bytes, b"\r\n\r\n") else { return false };
        let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
        let length = text.lines().find_map(|l| l.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let chunks = text.contains("\r\ntransfer-encoding: chunked");
        let body =
            if chunks { find(&bytes[head + 2..], b"\r\n0\r\n\r\n").map(|at| at + 5) } else { Some(length) };
        match body {
            Some(body) if bytes.len() >= head + 4 + body => bytes = &bytes[head + 4 + body..],
            _ => return false,
        }
    }
    true
}

impl Tape {
    /// Answers to requests that end with these bytes.
    fn new(end: &'static [u8], answer: &'static [u8]) -> Tape {
        Tape::when(move |bytes| bytes.ends_with(end), answer)
    }

    fn when(ended: impl Fn(&[u8]) -> bool + Send + Sync + 'static, answer: &'static [u8]) -> Tape {
        let ended = Arc::new(ended);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Vec<u8>>>> = Arc::default();
        let kept = seen.clone();
        // Ends with the program; each connection ends with the client's.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, seen, is_end) = (stream.unwrap(), kept.clone(), ended.clone());
                stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
                let at = {
                    let mut all = seen.lock().unwrap();
                    all.push(Vec::new());
                    all.len() - 1
                };
                std::thread::spawn(move || {
                    let mut buf = [0; 4096];
                    while let Ok(n @ 1..) = stream.read(&mut buf) {
                        let ended = {
                            let mut all = seen.lock().unwrap();
                            all[at].extend_from_slice(&buf[..n]);
                            is_end(&all[at])
                        };
                        if ended && stream.write_all(answer).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Tape { address, seen }
    }

    fn connection(&self) -> Connection {
        nobody(Some(&format!("http://{}/v1/a", self.address)))
    }

    /// What came by each connection.
    fn seen(&self) -> Vec<Vec<u8>> {
        self.seen.lock().unwrap().clone()
    }

    /// What the head of a request is, with `first` as its first line and `rest` as its last ones.
    fn head(&self, first: &[u8], rest: &[u8]) -> Vec<u8> {
        let usual = format!(
            "host: {}\r\nuser-agent: libswiftclient/{}\r\naccept-encoding: identity\r\n",
            self.address,
            env!("CARGO_PKG_VERSION")
        );
        [first, b"\r\n", usual.as_bytes(), rest, b"\r\n"].concat()
    }
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[test]
fn co_17_bytes_outside_ascii_arrive_as_they_are() {
    let s = Tape::when(is_whole, OK);
    let cn = s.connection();
    let r = Request::new();
    cn.request("GET", b"c/\xff\xe4%41\"<>`?x=\xfe\"<>`", None, &r).unwrap();
    cn.request("GET", "c/ä", None, &r).unwrap();
    // The body is framed as ever, and the connection serves more than one.
    cn.request("PUT", b"\xff", Some(&memory(b"abc\r\n\r\n")), &r).unwrap();
    cn.request("PUT", b"\xff", Some(&once(b"abc")), &r).unwrap();
    let want = [
        s.head(b"GET /v1/a/c/\xff\xe4%41\"<>`?x=\xfe\"<>` HTTP/1.1", b""),
        s.head(b"GET /v1/a/c/\xc3\xa4 HTTP/1.1", b""),
        s.head(b"PUT /v1/a/\xff HTTP/1.1", b"content-length: 7\r\n"),
        b"abc\r\n\r\n".to_vec(),
        s.head(b"PUT /v1/a/\xff HTTP/1.1", b"transfer-encoding: chunked\r\n"),
        b"3\r\nabc\r\n0\r\n\r\n".to_vec(),
    ];
    // What is sent only once has a connection of its own.
    assert_eq!(s.seen().concat().escape_ascii().to_string(), want.concat().escape_ascii().to_string());
    assert_eq!(s.seen().len(), 2);
    for bad in [&b"\xff b"[..], b"\xff\r\nX: y", b"\xff\x7f", b"\xff\0", b"\xff#"] {
        let e = cn.request("GET", bad, None, &r).unwrap_err();
        assert!(e.kind() == Kind::InvalidArgument && e.message().contains("byte 1:"), "{e}");
    }
    // At URLs that others make, all is encoded.
    let url = format!("http://{}/ä", s.address);
    assert_eq!(cn.get_url(&url, &r).unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!(s.seen().concat().len(), want.concat().len());
}

#[test]
fn co_17_bytes_outside_ascii_are_a_name_to_the_real_server() {
    let c = Container::new(&real::v1(), "raw-bytes");
    let cn = &c.connection;
    let r = Request::new();
    let target = format!("{}/größe", c.name);
    assert_eq!(cn.request("PUT", &target, Some(&memory(b"1")), &r).unwrap().status(), 201);
    assert_eq!(cn.head_object(&c.name, "größe", &r).unwrap().content_length(), Some(1));
    let target = [c.name.as_bytes(), b"/\xff\xe4"].concat();
    let e = cn.request("PUT", &target, Some(&memory(b"1")), &r).unwrap_err();
    assert_eq!(e.http_status(), 412);
    assert!(e.to_string().contains(r"/\xff\xe4") && e.url().ends_with(r"/\xff\xe4"), "{e}");
}

#[test]
fn a_host_and_a_value_may_be_any_bytes() {
    let s = Tape::new(b"\r\n\r\n", OK);
    let cn = s.connection();
    let mut r = Request::new();
    r.set_header("Host", Some("ü.example")).unwrap();
    r.set_header_bytes("X-Object-Meta-A", Some(b"\xe4\xff\x80")).unwrap();
    cn.request("GET", "c", None, &r).unwrap();
    cn.head_object("c", "o", &r).unwrap();
    let rest = b"Host: \xc3\xbc.example\r\nX-Object-Meta-A: \xe4\xff\x80\r\n";
    for (bytes, first) in s.seen()[0]
        .split_inclusive(|b| *b == b'\n')
        .collect::<Vec<_>>()
        .chunks(6)
        .zip([&b"GET /v1/a/c HTTP/1.1\r\n"[..], b"HEAD /v1/a/c/o HTTP/1.1\r\n"])
    {
        assert_eq!(bytes[0], first);
        assert_eq!([bytes[3], bytes[4]].concat(), rest);
    }
    for bad in [&b"a\r\nb"[..], b"a\n", b"\r", b"\0"] {
        assert_eq!(r.set_header_bytes("X-A", Some(bad)).unwrap_err().kind(), Kind::InvalidArgument);
    }
    r.set_header_bytes("x-object-meta-a", None).unwrap();
    assert!(r.headers.get("x-object-meta-a").is_none());
}

fn framed(headers: &[(&str, &str)]) -> Request {
    let mut r = Request { own_framing: true, ..Request::new() };
    for (n, v) in headers {
        r.add_header(n, v).unwrap();
    }
    r
}

#[test]
fn co_17_framing_of_the_callers_own_goes_out_as_it_is() {
    let s = Tape::new(b"END", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let cn = s.connection();
    let bodies = [&b"END"[..], b"5\r\nhello\r\n0\r\n\r\nEND", b"GET /admin HTTP/1.1\r\nHost: x\r\n\r\nEND"];
    let mut want = Vec::new();
    for headers in [
        &[][..],
        &[("Content-Length", "1")],
        &[("Content-Length", "x"), ("content-length", "")],
        &[("Transfer-Encoding", "gzip,chunked"), ("Content-Length", "7")],
        &[
            ("Connection", "X-Trans-Id"),
            ("TE", "trailers"),
            ("Trailer", "X"),
            ("Upgrade", "h2c"),
            ("Expect", "1"),
        ],
    ] {
        for body in bodies {
            let lines: String = headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
            for source in [memory(body), once(body)] {
                let r = framed(headers);
                assert_eq!(text(cn.request("PUT", b"c/\xff", Some(&source), &r).unwrap()), "ok");
                let head = s.head(b"PUT /v1/a/c/\xff HTTP/1.1", lines.as_bytes());
                want.push([&head[..], body].concat().escape_ascii().to_string());
            }
        }
    }
    // A connection for each, and none of them is taken for a request that the library frames.
    let seen: Vec<_> = s.seen().iter().map(|b| b.escape_ascii().to_string()).collect();
    assert_eq!(seen, want);
    for r in [Request::new(), framed(&[]), Request::new()] {
        assert_eq!(text(cn.request("PUT", "c", Some(&memory(b"END")), &r).unwrap()), "ok");
    }
    assert_eq!(s.seen().len(), want.len() + 2);
    // No body, and no header that speaks of one.
    let s = Tape::new(b"\r\n\r\n", OK);
    s.connection().request("PUT", "c", None, &framed(&[])).unwrap();
    s.connection().request("POST", "c", Some(&memory(b"")), &framed(&[])).unwrap();
    s.connection().request("POST", "c", Some(&once(b"")), &framed(&[("Content-Length", "0")])).unwrap();
    assert_eq!(s.seen()[0], s.head(b"PUT /v1/a/c HTTP/1.1", b""));
    assert_eq!(s.seen()[1], s.head(b"POST /v1/a/c HTTP/1.1", b""));
    assert_eq!(s.seen()[2], s.head(b"POST /v1/a/c HTTP/1.1", b"Content-Length: 0\r\n"));
}

#[test]
fn framing_is_the_librarys_unless_told_otherwise() {
    let s = Tape::new(b"\r\n\r\n", OK);
    let cn = s.connection();
    let refused = |r: Request, what: &str| {
        let e = cn.request("PUT", "c", Some(&memory(b"1")), &r).unwrap_err();
        assert!(e.kind() == Kind::InvalidArgument && e.message().contains(what), "{e}");
    };
    for name in ["Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"] {
        assert_eq!(Request::new().set_header(name, Some("1")).unwrap_err().kind(), Kind::InvalidArgument);
        // Taken back, it is as if it had never been.
        refused(Request { own_framing: false, ..framed(&[(name, "1")]) }, name);
    }
    assert!(framed(&[]).add_header("Content-Length", "1\r\nX: y").is_err());
    let wait = Some(Some(Duration::from_secs(1)));
    refused(Request { expect: wait, ..framed(&[]) }, "announced");
    refused(Request { checksum: Some(true), ..framed(&[]) }, "checksum");
    // Other calls do not know what to make of it.
    for e in [
        cn.put_object("c", "o", &memory(b"1"), &framed(&[("Content-Length", "1")])).unwrap_err(),
        cn.get_object("c", "o", &framed(&[])).unwrap_err(),
        cn.put_container("c", &framed(&[])).unwrap_err(),
        cn.post_account(&framed(&[])).unwrap_err(),
        cn.get_url(&format!("http://{}/o", s.address), &framed(&[])).unwrap_err(),
        cn.put_url(&format!("http://{}/o", s.address), &memory(b"1"), &framed(&[])).unwrap_err(),
    ] {
        assert!(e.kind() == Kind::InvalidArgument && e.message().contains("swc_connection_request"), "{e}");
    }
    assert!(s.seen().is_empty());
}

#[test]
fn framing_that_is_false_ends_within_the_timeouts() {
    // It waits for bytes that do not come, and is left.
    let s = Tape::new(b"never", OK);
    let mut r = framed(&[("Content-Length", "100")]);
    r.timeout = Some(Duration::from_millis(300));
    let e = s.connection().request("PUT", "c", Some(&memory(b"12345")), &r).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    // It has all it wants, and answers before the end, or closes then.
    for status in ["200 OK", "413 Too Large"] {
        let s = Faulty::new(move |_, _| Reply::SendAndClose(response(status, &[], b"ok"))).ignore_bodies();
        let r = Request { any_status: true, ..framed(&[("Content-Length", "5")]) };
        let answer = with(&s, &[("retries", "0")]).request("PUT", "c", Some(&endless()), &r);
        // That the connection was reset may come first.
        match answer {
            Ok(answer) => assert_eq!(answer.status().to_string(), status[..3]),
            Err(e) => assert_eq!(e.kind(), Kind::Connect, "{e}"),
        }
    }
    let s = Tape::new(b"12345", b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    let r = Request { any_status: true, ..framed(&[("Content-Length", "1")]) };
    let r = s.connection().request("PUT", "c", Some(&memory(b"12345")), &r).unwrap();
    assert_eq!((r.status(), text(r).as_str()), (413, "no"));
    // An upgrade that the server agrees to is the end: nobody here speaks the other protocol.
    let s = Tape::new(b"\r\n\r\n", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");
    let r = framed(&[("Connection", "upgrade"), ("Upgrade", "h2c")]);
    let e = s.connection().request("GET", "c", None, &r).unwrap_err();
    assert!(e.kind() == Kind::Protocol && e.message().contains("another protocol"), "{e}");
}

#[test]
fn a_proxy_gets_the_very_bytes_too() {
    let s = Tape::new(b"\r\n\r\n", OK);
    let mut c = Config::new();
    let proxy = format!("http://{}", s.address);
    for (k, v) in [("os_auth_type", "none"), ("proxy", &proxy), ("retries", "0")] {
        c.set(k, Some(v)).unwrap();
    }
    let cn = Connection::new(&c).unwrap();
    cn.request("GET", b"http://nowhere.invalid/\xff", None, &framed(&[("Host", "a")])).unwrap();
    assert!(s.seen()[0].starts_with(b"GET http://nowhere.invalid/\xff HTTP/1.1\r\n"), "{:?}", s.seen());
}
