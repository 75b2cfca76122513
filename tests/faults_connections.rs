//! What a healthy server does not do, with connections: silence, slowness, hanging up, not being there.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use support::faulty::{Faulty, Reply, arrived, cut, endless, known, memory, reply, response, with};
use support::{Folder, pattern};
use swiftclient::core::{Cancel, Config, Connection, Error, Kind, Request, Source};

#[test]
fn a_server_that_stops_answering_ends_in_a_timeout() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(b"HTTP/1.1 200 OK\r\nContent-".to_vec()));
    let e = known(&s, &[("timeout", "0.1"), ("retries", "1")]).head_account(&Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Timeout, 2));
    assert!(e.message().contains("0.1 s"), "{e}");
}

#[test]
fn a_head_that_comes_byte_by_byte_ends_in_a_timeout() {
    let s = Faulty::new(|_, _| {
        let head = b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec();
        let drops = (0..200).map(|_| b"x".to_vec());
        Reply::SendSlowly(std::iter::once(head).chain(drops).collect(), Duration::from_millis(50))
    });
    let cn = known(&s, &[("timeout", "2"), ("retries", "0")]);
    let e = cn.head_object("c", "o", &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("response headers") && e.retryable(), "{e}");
}

#[test]
fn a_body_in_a_coding_nobody_asked_for_is_no_body() {
    for coding in ["gzip", "gzip, chunked", "identity", "chunked\r\nTransfer-Encoding: chunked, gzip"] {
        let s = Faulty::new(move |_, seen| {
            let head = format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: {coding}\r\n\r\n");
            let body = if seen.method == "HEAD" { "" } else { "5\r\nhello\r\n0\r\n\r\n" };
            Reply::SendAndClose(format!("{head}{body}").into_bytes())
        });
        let cn = with(&s, &[("retries", "0")]);
        let e = cn.get_object("c", "o", &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Protocol, "{coding}: {e}");
        assert!(e.message().contains("transfer coding"), "{e}");
        assert!(cn.head_object("c", "o", &Request::new()).is_ok());
    }
    let s = Faulty::new(|_, _| {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        Reply::Send(text.as_bytes().to_vec())
    });
    assert_eq!(s.connection().get_object("c", "o", &Request::new()).unwrap().read_all(9).unwrap(), b"hello");
}

#[test]
fn a_body_that_stops_coming_ends_in_a_timeout() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(cut("200 OK", &[], &[1; 1000], 10)));
    // On a busy machine the beginning may take longer than that too, and is asked for again.
    let cn = known(&s, &[("timeout", "0.1"), ("retries", "1000")]);
    let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
    let mut buf = [0; 100];
    assert_eq!(r.read(&mut buf).unwrap(), 10);
    // No ETag, so there is no saying whether the rest belongs to the same object.
    let e = r.read(&mut buf).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout);
    assert_eq!(r.read(&mut buf).unwrap_err().kind(), Kind::Timeout);
}

#[test]
fn the_deadline_of_a_call_covers_all_of_it() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new()));
    let r = Request { timeout: Some(Duration::from_millis(500)), ..Request::new() };
    let e = known(&s, &[]).head_account(&r).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Timeout, 1));
    // A pause that would outlast it is not begun.
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600"), ("backoff_jitter", "0")]);
    let r = Request { timeout: Some(Duration::from_secs(600)), ..Request::new() };
    let e = cn.head_account(&r).unwrap_err();
    // What failed is told, not the deadline that has not passed.
    assert_eq!((e.kind(), e.http_status(), s.seen().len()), (Kind::Server, 503, 1));
    assert!(e.message().contains("the deadline leaves no time"), "{e}");
}

#[test]
fn a_call_is_ended_from_another_thread() {
    let arrived = Arc::new(AtomicUsize::new(0));
    let count = arrived.clone();
    let s = Faulty::new(move |_, _| {
        count.fetch_add(1, Ordering::SeqCst);
        Reply::SendAndStall(Vec::new())
    });
    let cn = s.connection();
    let token = Cancel::new();
    let with_token = Request { cancel: Some(token.clone()), ..Request::new() };
    let wait_for = |n| {
        while arrived.load(Ordering::SeqCst) < n {
            std::thread::yield_now();
        }
    };
    std::thread::scope(|scope| {
        let call = scope.spawn(|| cn.head_account(&with_token));
        wait_for(1);
        token.cancel();
        assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        let call = scope.spawn(|| cn.head_account(&Request::new()));
        wait_for(2);
        cn.interrupt();
        assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
    // Cancelled before it began.
    assert_eq!(cn.head_account(&with_token).unwrap_err().kind(), Kind::Cancelled);
    assert_eq!(arrived.load(Ordering::SeqCst), 2);
}

#[test]
fn a_connection_the_server_closed_meanwhile_costs_no_pause_and_no_retry() {
    let s = Faulty::new(|_, _| Reply::SendAndClose(response("204 No Content", &[], b"")));
    let cn = with(&s, &[("retries", "0")]);
    for _ in 0..20 {
        assert_eq!(cn.head_account(&Request::new()).unwrap().attempts(), 1);
    }
    cn.put_object("c", "o", &memory(b"x"), &Request::new()).unwrap();
}

#[test]
fn what_a_server_sends_unasked_is_no_answer_to_the_next_request() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (idle, wait_until_idle) = std::sync::mpsc::channel::<()>();
    let (said, wait_until_said) = std::sync::mpsc::channel::<()>();
    let server = std::thread::spawn(move || {
        let answer = |stream: &mut std::net::TcpStream, status: &str| {
            let mut head = Vec::new();
            let mut buf = [0; 4096];
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read(&mut buf).unwrap() {
                    0 => return,
                    n => head.extend_from_slice(&buf[..n]),
                }
            }
            stream.write_all(&response(status, &[], b"")).unwrap();
        };
        let (mut first, _) = listener.accept().unwrap();
        answer(&mut first, "204 No Content");
        wait_until_idle.recv().unwrap();
        // Too late for the first request, and before the second.
        first.write_all(&response("403 Forbidden", &[], b"")).unwrap();
        arrived(&first);
        said.send(()).unwrap();
        let (mut second, _) = listener.accept().unwrap();
        answer(&mut second, "204 No Content");
    });
    let mut c = Config::new();
    let url = format!("http://{address}/v1/a");
    for (k, v) in
        [("os_storage_url", url.as_str()), ("os_auth_token", "t"), ("retries", "0"), ("timeout", "60")]
    {
        c.set(k, Some(v)).unwrap();
    }
    let cn = Connection::new(&c).unwrap();
    assert_eq!(cn.head_account(&Request::new()).unwrap().status(), 204);
    idle.send(()).unwrap();
    wait_until_said.recv().unwrap();
    // What is used again at once is not looked at.
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(cn.head_account(&Request::new()).unwrap().status(), 204);
    server.join().unwrap();
}

#[test]
fn connections_are_used_again() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "GET" => reply("200 OK", &[], &pattern(100_000)),
        "HEAD" => Reply::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".to_vec()),
        "DELETE" => reply("404 Not Found", &[], b"<html>gone</html>"),
        _ => reply("201 Created", &[], b""),
    });
    let cn = s.connection();
    let r = Request::new();
    for _ in 0..5 {
        // The end is reached by reading exactly the length, and by reading on.
        let mut g = cn.get_object("c", "o", &r).unwrap();
        let mut all = vec![0; 100_000];
        let mut at = 0;
        while at < all.len() {
            at += g.read(&mut all[at..]).unwrap();
        }
        drop(g);
        assert_eq!(all, pattern(100_000));
        let mut g = cn.get_object("c", "o", &r).unwrap();
        let mut small = [0; 777];
        while g.read(&mut small).unwrap() > 0 {}
        // What the response left in the buffers must not eat into a body sent in chunks.
        let (pipe, mut end) = std::io::pipe().unwrap();
        std::io::Write::write_all(&mut end, &pattern(20_000)).unwrap();
        drop(end);
        struct Pipe(std::io::PipeReader);
        impl swiftclient::core::source::Callbacks for Pipe {
            fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
                std::io::Read::read(&mut self.0, buf).map_err(|_| -1)
            }
            fn can_rewind(&self) -> bool {
                true
            }
            fn rewind(&mut self) -> bool {
                false
            }
        }
        cn.put_object("c", "o", &Source::callbacks(Box::new(Pipe(pipe)), None), &r).unwrap();
        assert_eq!(s.seen().last().unwrap().body, pattern(20_000));
        cn.head_object("c", "o", &r).unwrap();
        cn.delete_object("c", "o", &r).unwrap_err();
        cn.put_object("c", "o", &memory(&pattern(1000)), &r).unwrap();
        cn.put_object("c", "o", &memory(b""), &r).unwrap();
    }
    assert_eq!(s.connections(), 1);
    // A body nobody reads to the end takes its connection with it.
    drop(cn.get_object("c", "o", &r).unwrap());
    cn.head_object("c", "o", &r).unwrap();
    assert_eq!(s.connections(), 2);
}

#[test]
fn what_is_not_http_is_told() {
    for garbage in [
        &b"SSH-2.0-OpenSSH_9.2\r\n\r\n"[..],
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1\r\nBad Header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        b"\x16\x03\x01\x00\x05\r\n\r\n",
    ] {
        let g = garbage.to_vec();
        let s = Faulty::new(move |_, _| Reply::SendAndClose(g.clone()));
        let e = with(&s, &[("retries", "0")]).get_object("c", "o", &Request::new()).unwrap_err();
        assert!(matches!(e.kind(), Kind::Protocol | Kind::Connect), "{e:?} for {garbage:?}");
    }
    let s = Faulty::new(|_, _| {
        let long = format!("HTTP/1.1 200 OK\r\nX-Long: {}\r\n\r\n", "x".repeat(200_000));
        Reply::SendAndClose(long.into_bytes())
    });
    let e = with(&s, &[("retries", "0")]).head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Protocol, "{e}");
}

#[test]
fn places_that_are_not_there_have_their_own_errors() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b""));
    let url = format!("{}/auth/v1.0", s.url());
    drop(s);
    for (auth, word) in
        [(url.as_str(), "refused"), ("http://no-such-host.invalid/auth/v1.0", "no-such-host.invalid")]
    {
        let mut c = Config::new();
        for (k, v) in [("auth", auth), ("user", "u"), ("key", "k"), ("retries", "0"), ("timeout", "20")] {
            c.set(k, Some(v)).unwrap();
        }
        let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Connect, "{e}");
        assert!(e.message().contains(word), "{e}");
    }
}

#[test]
fn a_peer_that_accepts_and_says_nothing_ends_in_a_timeout_while_connecting() {
    // TLS: the handshake never comes; the connect timeout holds, not the longer one for reading.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut c = Config::new();
    let auth = format!("https://{}/auth/v1.0", silent.local_addr().unwrap());
    for (k, v) in [
        ("auth", auth.as_str()),
        ("user", "u"),
        ("key", "k"),
        ("retries", "0"),
        ("insecure", "true"),
        ("connect_timeout", "1"),
        ("timeout", "3600"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("TLS handshake") && e.message().contains("longer than 1 s"), "{e}");
    // TCP: a queue of connections that is full takes no more.
    let full = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    full.bind(&"127.0.0.1:0".parse::<std::net::SocketAddr>().unwrap().into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let s = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
            s.set_nonblocking(true).unwrap();
            let _ = s.connect(&address.into());
            s
        })
        .collect();
    c.set("auth", Some(&format!("http://{address}/auth/v1.0"))).unwrap();
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("connecting to"), "{e}");
    drop(waiting);
}

#[test]
fn an_interrupt_ends_a_body_and_a_pause() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(cut("200 OK", &[("ETag", "e")], &[1; 100_000], 10)));
    let cn = s.connection();
    let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| r.read_all(1 << 20));
        while !reading.is_finished() {
            // Until it has begun there is nothing to interrupt.
            cn.interrupt();
            std::thread::yield_now();
        }
        assert_eq!(reading.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600")]);
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| cn.head_account(&Request::new()));
        while !waiting.is_finished() {
            if !s.seen().is_empty() {
                cn.interrupt();
            }
            std::thread::yield_now();
        }
        assert_eq!(waiting.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
    });
}

/// A connection and a server that takes the head of a request and then reads nothing more.
fn deaf() -> (Faulty, Connection) {
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new())).ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    (s, cn)
}

#[test]
fn the_deadline_holds_while_a_body_is_sent() {
    let (_s, cn) = deaf();
    let q = Request { timeout: Some(Duration::from_millis(300)), ..Request::new() };
    let e = cn.put_object("c", "o", &memory(&vec![0; 64 << 20]), &q).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    let e = cn.put_object("c", "o", &endless(), &q).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
}

#[cfg(unix)]
#[test]
fn the_deadline_holds_while_the_kernel_sends_a_file() {
    use std::io::Read;
    use std::sync::atomic::{AtomicBool, Ordering};
    let folder = support::Folder::new("deadline-file");
    let path = folder.path("o");
    std::fs::File::create(&path).unwrap().set_len(64 << 20).unwrap();
    // It takes a page now and then: no single wait is long.
    let slow = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = slow.local_addr().unwrap();
    let url = format!("http://{address}/v1/AUTH_test");
    let over = std::sync::Arc::new(AtomicBool::new(false));
    let until = over.clone();
    let server = std::thread::spawn(move || {
        let (mut peer, _) = slow.accept().unwrap();
        let mut page = [0; 4096];
        while !until.load(Ordering::Relaxed) && peer.read(&mut page).is_ok_and(|n| n > 0) {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut c = Config::new();
    for (k, v) in [("os_storage_url", url.as_str()), ("os_auth_token", "t"), ("retries", "0")] {
        c.set(k, Some(v)).unwrap();
    }
    let source = swiftclient::core::Source::file(&path);
    let q = Request {
        timeout: Some(Duration::from_millis(300)),
        checksum: Some(false),
        expect: Some(None),
        ..Request::new()
    };
    let e = Connection::new(&c).unwrap().put_object("c", "o", &source, &q).unwrap_err();
    over.store(true, Ordering::Relaxed);
    // Should nothing have come before the deadline, the server still waits for a connection.
    let _ = std::net::TcpStream::connect(address);
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    server.join().unwrap();
}

#[test]
fn connect_timeout_bounds_the_whole_handshake() {
    use std::io::Write;
    // A record that promises much, and then a byte now and then.
    let drip = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = drip.local_addr().unwrap();
    std::thread::spawn(move || {
        let Ok((mut peer, _)) = drip.accept() else { return };
        let _ = peer.write_all(&[22, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0]);
        while peer.write_all(&[0]).is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let mut c = Config::new();
    for (k, v) in [
        ("auth", format!("https://{address}/auth/v1.0").as_str()),
        ("user", "u"),
        ("key", "k"),
        ("retries", "0"),
        ("insecure", "true"),
        ("connect_timeout", "1"),
    ] {
        c.set(k, Some(v)).unwrap();
    }
    let e = Connection::new(&c).unwrap().head_account(&Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    assert!(e.message().contains("TLS handshake"), "{e}");
}

#[test]
fn blank_lines_before_an_answer_do_not_turn_a_call_loose() {
    for start in [
        &b"\r\n\r\n"[..],
        b"\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 O",
        b"HTTP/1.1 101 Switching\r\nContent-Length: 9\r\n\r\n",
    ] {
        let s = Faulty::new(move |_, _| Reply::SendAndStall(start.to_vec()));
        let q = Request { timeout: Some(Duration::from_millis(300)), ..Request::new() };
        let e = with(&s, &[("retries", "0")]).head_account(&q).unwrap_err();
        assert!(matches!(e.kind(), Kind::Timeout | Kind::Http | Kind::Protocol), "{e}");
    }
    let s =
        Faulty::new(|_, _| Reply::Send([b"\r\n".to_vec(), response("204 No Content", &[], b"")].concat()));
    s.connection().head_account(&Request::new()).unwrap();
}

#[test]
fn signals_do_not_make_a_timeout_last_longer() {
    extern "C" fn nothing(_: libc::c_int) {}
    // SAFETY: the handler does nothing; without SA_RESTART it interrupts what blocks.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        libc::sigaction(libc::SIGUSR2, &raw const action, std::ptr::null_mut());
    }
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new()));
    for (timeout, deadline) in [("0.5", None), ("3600", Some(Duration::from_millis(500)))] {
        let cn = known(&s, &[("retries", "0"), ("timeout", timeout)]);
        let q = Request { timeout: deadline, ..Request::new() };
        let e = interrupted(&cn, &q);
        assert_eq!(e.kind(), Kind::Timeout);
        // Nor end before its time: then it would be a stall that is told.
        assert_eq!(e.message().contains("deadline"), deadline.is_some(), "{e}");
    }
}

/// What a call ends with while signals rain on its thread.
fn interrupted(cn: &Connection, q: &Request) -> swiftclient::core::Error {
    std::thread::scope(|scope| {
        let (tell, hear) = std::sync::mpsc::channel();
        let call = scope.spawn(move || {
            // SAFETY: names the calling thread.
            tell.send(unsafe { libc::pthread_self() }).unwrap();
            cn.head_account(q).unwrap_err()
        });
        let thread = hear.recv().unwrap();
        while !call.is_finished() {
            // SAFETY: the thread is not joined yet, so its name is good.
            unsafe { libc::pthread_kill(thread, libc::SIGUSR2) };
            std::thread::sleep(Duration::from_millis(20));
        }
        call.join().unwrap()
    })
}

/// What sends a body, and how: memory, a file, a file that is hashed, chunks.
fn large_uploads(cn: &Connection, mut check: impl FnMut(&str, Error)) {
    let folder = Folder::new("early");
    let path = folder.path("big");
    std::fs::File::create(&path).unwrap().set_len(256 << 20).unwrap();
    let plain = Request { checksum: Some(false), ..Request::new() };
    let big = memory(&vec![0; 64 << 20]);
    check("memory", cn.put_object("c", "o", &big, &plain).unwrap_err());
    check("file", cn.put_object("c", "o", &Source::file(&path), &plain).unwrap_err());
    check("hashed", cn.put_object("c", "o", &Source::file(&path), &Request::new()).unwrap_err());
    check("chunks", cn.put_object("c", "o", &endless(), &plain).unwrap_err());
    let deadline = Request { timeout: Some(Duration::from_secs(1800)), ..plain };
    check("deadline", cn.put_object("c", "o", &Source::file(&path), &deadline).unwrap_err());
}

#[test]
fn a_refusal_is_heard_at_once_from_a_server_that_reads_no_more_and_stays() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(response("413 Request Entity Too Large", &[], b"quota")))
        .ignore_bodies();
    // A test that waits for this is one that failed.
    let cn = with(&s, &[("retries", "0"), ("timeout", "3600")]);
    large_uploads(&cn, |what, e| {
        assert_eq!((e.kind(), e.http_status()), (Kind::TooLarge, 413), "{what}: {e}")
    });
}

#[test]
fn an_upload_that_nobody_reads_ends_with_the_timeout() {
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new())).ignore_bodies();
    let cn = known(&s, &[("retries", "0"), ("timeout", "0.3")]);
    large_uploads(&cn, |what, e| {
        assert_eq!(e.kind(), Kind::Timeout, "{what}: {e}");
        assert!(e.message().contains("no data could be sent to"), "{what}: {e}");
    });
}

#[test]
fn an_answer_that_begins_early_with_success_does_not_end_the_upload() {
    // As Swift does when it unpacks an archive: the head comes while the body is still read.
    let body = pattern(32 << 20);
    let whole = body.clone();
    let s = Faulty::new(move |_, seen| {
        assert!(seen.body == whole);
        Reply::Send(b"5\r\n done\r\n0\r\n\r\n".to_vec())
    })
    .announce(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n  \r\n");
    let r = s.connection().put_object("c", "o", &memory(&body), &Request::new()).unwrap();
    assert_eq!((r.status(), s.seen().len()), (200, 1));
}
