//! What a healthy server does not do, with bodies: broken, changed, refused half-way, damaged; and sources and targets
//! that fail on our side.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs::File;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use support::faulty::{Faulty, Reply, Seen, cut, endless, get_all, make_fifo, memory, reply, response, with};
use support::{Folder, pattern};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Cancel, Kind, Request, Source};

#[test]
fn rb_02_a_broken_download_goes_on_where_it_broke() {
    let body = pattern(300_000);
    let etag = Sum::of(&body);
    let (b, e) = (body.clone(), etag.clone());
    let s = Faulty::new(move |n, seen: &Seen| match (n, seen.header("range")) {
        (0, None) => Reply::SendAndClose(cut("200 OK", &[("ETag", &e)], &b, 100_000)),
        (1, Some("bytes=100000-299999")) => reply("503 Busy", &[], b""),
        (2, Some("bytes=100000-299999")) => Reply::SendAndReset(cut(
            "206 Partial Content",
            &[("ETag", &e), ("Content-Range", "bytes 100000-299999/300000")],
            &b[100_000..],
            50_000,
        )),
        (3, Some("bytes=150000-299999")) => reply(
            "206 Partial Content",
            &[("ETag", &e), ("Content-Range", "bytes 150000-299999/300000")],
            &b[150_000..],
        ),
        _ => reply("400 What", &[], format!("{n} {:?}", seen.header("range")).as_bytes()),
    });
    let mut r = s.connection().get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(r.read_all(1 << 20).unwrap(), body);
    assert_eq!(r.attempts(), 4);
    assert!(s.seen()[1..].iter().all(|q| q.header("if-match") == Some(etag.as_str())));
}

#[test]
fn rb_02_a_file_that_the_kernel_writes_goes_on_where_it_broke() {
    // Longer than what is worth it; the pieces come with a head, and then without one.
    let body = pattern(5_000_000);
    let b = body.clone();
    let s = Faulty::new(move |n, seen: &Seen| match (n, seen.header("range")) {
        (0, None) => Reply::SendAndClose(cut("200 OK", &[("ETag", "\"e\"")], &b, 2_000_000)),
        (1, Some("bytes=2000000-4999999")) => Reply::SendAndClose(cut(
            "206 Partial Content",
            &[("ETag", "\"e\""), ("Content-Range", "bytes 2000000-4999999/5000000")],
            &b[2_000_000..],
            3,
        )),
        (2, Some("bytes=2000003-4999999")) => reply(
            "206 Partial Content",
            &[("ETag", "\"e\""), ("Content-Range", "bytes 2000003-4999999/5000000")],
            &b[2_000_003..],
        ),
        (3, None) => reply("200 OK", &[], &b),
        _ => reply("400 What", &[], format!("{n} {:?}", seen.header("range")).as_bytes()),
    });
    let folder = Folder::new("spliced");
    let cn = s.connection();
    let unchecked = Request { checksum: Some(false), ..Request::new() };
    for name in ["broken", "whole"] {
        let path = folder.path(name);
        let mut r = cn.get_object("c", "o", &unchecked).unwrap();
        assert_eq!(r.write_to_file(&path, None).unwrap(), 5_000_000);
        assert!(std::fs::read(path).unwrap() == body);
        assert_eq!((r.bytes_read(), r.bytes_verified()), (5_000_000, 0));
    }
    // To where a descriptor is, with what was read before.
    let path = folder.path("rest");
    let mut out = File::create(&path).unwrap();
    std::io::Write::write_all(&mut out, b"before").unwrap();
    let s = Faulty::new(|_, _| reply("200 OK", &[], &pattern(5_000_000)));
    let mut r = s.connection().get_object("c", "o", &unchecked).unwrap();
    r.read(&mut [0; 100]).unwrap();
    let n = r.write_to_fd(out.as_fd()).unwrap();
    let read = std::fs::read(path).unwrap();
    assert!(n <= 4_999_999 && read.len() as u64 == n + 6 && read[6..] == body[body.len() - n as usize..]);
}

#[test]
fn rb_02_a_broken_range_goes_on_within_the_range() {
    let body = pattern(1000);
    let b = body.clone();
    let s = Faulty::new(move |_, seen: &Seen| match seen.header("range") {
        Some("bytes=100-899") => Reply::SendAndClose(cut(
            "206 Partial Content",
            &[("ETag", "e"), ("Content-Range", "bytes 100-899/1000")],
            &b[100..900],
            10,
        )),
        Some("bytes=110-899") => reply(
            "206 Partial Content",
            &[("ETag", "e"), ("Content-Range", "bytes 110-899/1000")],
            &b[110..900],
        ),
        other => reply("400 What", &[], format!("{other:?}").as_bytes()),
    });
    let mut q = Request::new();
    q.headers.push("Range", b"bytes=100-899");
    assert_eq!(get_all(&s.connection(), &q).unwrap(), body[100..900]);
}

#[test]
fn rb_05_an_answer_from_the_first_byte_is_read_past() {
    let body = pattern(200_000);
    let etag = Sum::of(&body);
    let b = body.clone();
    let s = Faulty::new(move |n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", &etag)], &b, 150_000)),
        _ => reply("200 OK", &[("ETag", &etag)], &b),
    });
    assert_eq!(get_all(&s.connection(), &Request::new()).unwrap(), body);
}

#[test]
fn df_33_an_answer_of_another_length_from_the_first_byte_ends_the_download() {
    let body = pattern(2000);
    // Also one that reaches beyond what was delivered.
    for length in [100, 500, 999, 1001] {
        let body = body.clone();
        let s = Faulty::new(move |n, _| match n {
            0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &body[..1000], 500)),
            _ => reply("200 OK", &[("ETag", "e")], &body[..length]),
        });
        let e = get_all(&s.connection(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{length}");
        assert!(e.message().contains("its length"), "{length}: {e}");
    }
}

#[test]
fn rb_06_a_changed_object_ends_the_download() {
    let s = Faulty::new(|n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
        _ => reply("412 Precondition Failed", &[], b""),
    });
    let e = get_all(&s.connection(), &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::Precondition, 412));
    let asked = s.seen();
    assert_eq!(asked[1].header("if-match"), Some("e"));
    // A server that takes no notice of the condition gives itself away by the ETag.
    for answer in ["200 OK", "206 Partial Content"] {
        let s = Faulty::new(move |n, _| match n {
            0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
            _ if answer == "200 OK" => reply(answer, &[("ETag", "other")], &[2; 1000]),
            _ => reply(answer, &[("ETag", "other"), ("Content-Range", "bytes 500-999/1000")], &[2; 500]),
        });
        let e = get_all(&s.connection(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{answer}");
        assert!(e.message().contains("changed during the download"), "{e}");
    }
}

#[test]
fn rb_04_another_range_than_the_one_asked_for_is_refused() {
    let s = Faulty::new(|n, _| match n {
        0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
        _ => {
            reply("206 Partial Content", &[("ETag", "e"), ("Content-Range", "bytes 400-999/1000")], &[1; 600])
        }
    });
    assert_eq!(get_all(&s.connection(), &Request::new()).unwrap_err().kind(), Kind::Precondition);
    // As many bytes from elsewhere, or the right place and too few of them, are not it either.
    for (range, length) in
        [("bytes 499-998/1000", 500), ("bytes 500-999/1000", 499), ("bytes 500-998/1000", 499)]
    {
        let s = Faulty::new(move |n, _| match n {
            0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 500)),
            _ => reply("206 Partial Content", &[("ETag", "e"), ("Content-Range", range)], &vec![1; length]),
        });
        let e = get_all(&s.connection(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{range} in {length} bytes: {e}");
    }
}

#[test]
fn rb_07_a_download_that_keeps_breaking_ends_and_leaves_no_file() {
    let s = Faulty::new(|_, _| Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &[1; 1000], 10)));
    let folder = Folder::new("breaking");
    let target = folder.path("o");
    std::fs::write(&target, "before").unwrap();
    let mut r = with(&s, &[("retries", "2")]).get_object("c", "o", &Request::new()).unwrap();
    let e = r.write_to_file(&target, None).unwrap_err();
    assert_eq!(e.kind(), Kind::Connect);
    assert_eq!(folder.names(), ["o"]);
    assert_eq!(std::fs::read(&target).unwrap(), b"before");
    assert_eq!(s.seen().len(), 3);
}

#[test]
fn df_23_wrong_bytes_are_noticed_and_never_get_the_final_name() {
    let etag = Sum::of(b"right");
    let s = Faulty::new(move |_, _| reply("200 OK", &[("ETag", &etag)], b"wrong"));
    let cn = s.connection();
    let folder = Folder::new("wrong");
    let e =
        cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(&folder.path("o"), None).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(folder.names().is_empty());
    // Who reads exactly the announced length hears of it too.
    let mut r = cn.get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(r.read(&mut [0; 5]).unwrap_err().kind(), Kind::Checksum);
    let unchecked = Request { checksum: Some(false), ..Request::new() };
    assert_eq!(get_all(&cn, &unchecked).unwrap(), b"wrong");
}

#[test]
fn up_11_an_upload_the_server_stored_otherwise_is_told() {
    let s =
        Faulty::new(|_, _| reply("201 Created", &[("ETag", "\"00000000000000000000000000000000\"")], b""));
    let e = s.connection().put_object("c", "o", &memory(b"hello"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Checksum);
    assert!(e.message().contains("5d41402abc4b2a76b9719d911017c592"), "{e}");
}

#[test]
fn an_early_refusal_of_a_large_upload_is_heard() {
    let s = Faulty::new(|_, _| Reply::SendAndReset(response("413 Request Entity Too Large", &[], b"quota")))
        .ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    let big = memory(&vec![0; 64 << 20]);
    let e = cn.put_object("c", "o", &big, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status()), (Kind::TooLarge, 413), "{e}");
    // The same from a file, with and without hashing, and in chunks.
    let folder = Folder::new("refused");
    let path = folder.path("big");
    std::fs::write(&path, vec![0; 64 << 20]).unwrap();
    for checksum in [true, false] {
        let q = Request { checksum: Some(checksum), ..Request::new() };
        let e = cn.put_object("c", "o", &Source::file(&path), &q).unwrap_err();
        assert_eq!(e.http_status(), 413, "{e}");
    }
    let e = cn.put_object("c", "o", &endless(), &Request::new()).unwrap_err();
    assert_eq!(e.http_status(), 413, "{e}");
}

#[test]
fn rt_23_a_body_that_cannot_be_sent_again_says_so() {
    let s = Faulty::new(|_, _| reply("503 Service Unavailable", &[], b""));
    let (read, write) = std::io::pipe().unwrap();
    {
        use std::io::Write;
        let mut write = write;
        write.write_all(b"only once").unwrap();
    }
    let source = Source::fd(read.as_fd(), None).unwrap();
    // Without the pause before an attempt that cannot be made, and with the server's answer.
    let cn = with(&s, &[("starting_backoff", "3600"), ("max_backoff", "3600")]);
    let e = cn.put_object("c", "o", &source, &Request::new()).unwrap_err();
    assert_eq!((e.kind(), e.http_status(), e.attempts()), (Kind::Server, 503, 1));
    assert!(e.message().contains("can be sent only once"), "{e}");
    let seen = s.seen();
    assert_eq!((seen.len(), seen[0].body.as_slice()), (1, &b"only once"[..]));
    assert_eq!(seen[0].header("transfer-encoding"), Some("chunked"));
}

#[test]
fn a_file_that_shrinks_and_a_callback_that_fails_end_the_upload() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = s.connection();
    let folder = Folder::new("shrinks");
    std::fs::write(folder.path("f"), "12345").unwrap();
    let f = File::open(folder.path("f")).unwrap();
    let source = Source::fd(f.as_fd(), Some(5)).unwrap();
    std::fs::write(folder.path("f"), "123").unwrap();
    let e = cn.put_object("c", "o", &source, &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io, "{e}");
    struct Fails;
    impl swiftclient::core::source::Callbacks for Fails {
        fn read(&mut self, _: &mut [u8]) -> Result<usize, i64> {
            Err(-7)
        }
        fn can_rewind(&self) -> bool {
            true
        }
        fn rewind(&mut self) -> bool {
            true
        }
    }
    let e =
        cn.put_object("c", "o", &Source::callbacks(Box::new(Fails), Some(10)), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Callback);
    assert!(e.message().contains("-7"), "{e}");
    let e = cn.put_object("c", "o", &Source::file(folder.path("none")), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io);
    assert!(s.seen().is_empty());
}

#[test]
fn chunked_bodies_work_and_their_end_is_watched() {
    let s = Faulty::new(|n, _| {
        let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n".to_vec();
        match n {
            0 => Reply::Send([head, b"6\r\n world\r\n0\r\n\r\n".to_vec()].concat()),
            _ => Reply::SendAndClose(head),
        }
    });
    let cn = s.connection();
    assert_eq!(get_all(&cn, &Request::new()).unwrap(), b"hello world");
    assert_eq!(get_all(&cn, &Request::new()).unwrap_err().kind(), Kind::Connect);
}

#[test]
fn a_body_that_was_not_taken_whole_is_not_stored_whatever_the_answer() {
    let s = Faulty::new(|_, _| Reply::SendAndReset(response("201 Created", &[], b""))).ignore_bodies();
    let cn = with(&s, &[("retries", "0")]);
    for checksum in [true, false] {
        let q = Request { checksum: Some(checksum), ..Request::new() };
        let e = cn.put_object("c", "o", &memory(&vec![0; 64 << 20]), &q).unwrap_err();
        assert_eq!(e.kind(), Kind::Connect, "{e}");
    }
}

#[test]
fn a_rest_of_another_length_than_asked_for_is_refused() {
    let body = pattern(10);
    for second in [
        &b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 2\r\n\r\nxx"[..],
        b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 5-9/10\r\n\r\nxx",
        b"HTTP/1.1 200 OK\r\nETag: e\r\n\r\n0123456",
    ] {
        let body = body.clone();
        let s = Faulty::new(move |n, _| match n {
            0 => Reply::SendAndClose(cut("200 OK", &[("ETag", "e")], &body, 5)),
            _ => Reply::SendAndClose(second.to_vec()),
        });
        let e = get_all(&s.connection(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Precondition, "{e}");
        // And it says which object, where, and how often it was asked for.
        assert!(e.message().starts_with("Object GET \"c/o\" failed: "), "{e}");
        assert_eq!((e.method(), e.attempts()), ("GET", 2));
        assert_eq!(e.url(), format!("{}/v1/AUTH_test/c/o", s.url()));
    }
}

#[test]
fn bytes_behind_a_body_are_no_answer_to_the_next_request() {
    let s = Faulty::new(|_, seen| {
        let mut all = response("200 OK", &[], &pattern(300_000));
        if seen.target.ends_with("/first") {
            all.extend_from_slice(&response("200 OK", &[], b"evil"));
        }
        Reply::Send(all)
    });
    let cn = s.connection();
    let mut r = cn.get_object("c", "first", &Request::new()).unwrap();
    let mut buf = vec![0; 100_000];
    while r.read(&mut buf).unwrap() > 0 {}
    drop(r);
    assert!(
        cn.get_object("c", "second", &Request::new()).unwrap().read_all(1 << 20).unwrap() == pattern(300_000)
    );
}

#[test]
fn a_source_that_has_nothing_to_give_does_not_outlast_its_call() {
    let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
    let cn = s.connection();
    let folder = Folder::new("silent");
    let fifo = folder.path("fifo");
    make_fifo(&fifo);
    let (pipe, _open) = std::io::pipe().unwrap();
    for source in [Source::file(&fifo), Source::fd(pipe.as_fd(), None).unwrap()] {
        let q = Request { timeout: Some(Duration::from_millis(200)), ..Request::new() };
        assert_eq!(cn.put_object("c", "o", &source, &q).unwrap_err().kind(), Kind::Timeout);
        let token = Cancel::new();
        let q = Request { cancel: Some(token.clone()), ..Request::new() };
        std::thread::scope(|scope| {
            let call = scope.spawn(|| cn.put_object("c", "o", &source, &q).map(|_| ()));
            token.cancel();
            assert_eq!(call.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
        });
    }
    // Somebody writes to it: it is sent.
    let writer = std::thread::spawn(move || std::fs::write(fifo, "from a pipe").unwrap());
    cn.put_object("c", "o", &Source::file(folder.path("fifo")), &Request::new()).unwrap();
    writer.join().unwrap();
    assert_eq!(s.seen().last().unwrap().body, b"from a pipe");
}

#[test]
fn a_descriptor_that_takes_nothing_more_does_not_outlast_its_call() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], &pattern(1 << 20)));
    let (mut read, write) = std::io::pipe().unwrap();
    let q = Request { timeout: Some(Duration::from_millis(200)), ..Request::new() };
    let e = s.connection().get_object("c", "o", &q).unwrap().write_to_fd(write.as_fd()).unwrap_err();
    assert_eq!(e.kind(), Kind::Timeout, "{e}");
    // Somebody reads: all of it arrives.
    let (mut read2, write) = std::io::pipe().unwrap();
    let reader = std::thread::spawn(move || {
        let mut all = Vec::new();
        std::io::Read::read_to_end(&mut read2, &mut all).unwrap();
        all
    });
    s.connection().get_object("c", "o", &Request::new()).unwrap().write_to_fd(write.as_fd()).unwrap();
    drop(write);
    assert!(reader.join().unwrap() == pattern(1 << 20));
    let mut some = [0; 10];
    std::io::Read::read(&mut read, &mut some).unwrap();
}

#[test]
fn a_file_that_shrinks_while_it_is_sent_is_not_blamed_on_the_server() {
    let folder = Folder::new("shrinking");
    for checksum in [true, false] {
        let path = folder.path("f");
        std::fs::write(&path, vec![1; 32 << 20]).unwrap();
        let s = Faulty::new(|_, _| reply("201 Created", &[], b""));
        let shrink = path.clone();
        let q = Request {
            checksum: Some(checksum),
            progress: Some(Arc::new(move |sent, _| {
                if sent > 1 << 20 {
                    std::fs::OpenOptions::new().write(true).open(&shrink).unwrap().set_len(2 << 20).unwrap();
                }
                true
            })),
            ..Request::new()
        };
        let e = s.connection().put_object("c", "o", &Source::file(&path), &q).unwrap_err();
        assert_eq!((e.kind(), e.attempts()), (Kind::Io, 1), "{e}");
    }
}

#[test]
fn what_is_no_file_is_not_replaced_by_one() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"body"));
    let cn = s.connection();
    let folder = Folder::new("special");
    let fifo = folder.path("fifo");
    make_fifo(&fifo);
    for place in [&fifo, &folder.0] {
        let e = cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(place, None).unwrap_err();
        assert_eq!(e.kind(), Kind::Io, "{e}");
    }
    assert!(!std::fs::metadata(&fifo).unwrap().is_file());
    // A device is written to. (This link keeps a failing test from replacing the machine's own.)
    let link = folder.path("null");
    std::os::unix::fs::symlink("/dev/null", &link).unwrap();
    assert_eq!(cn.get_object("c", "o", &Request::new()).unwrap().write_to_file(&link, None).unwrap(), 4);
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(folder.names(), ["fifo", "null"]);
}

#[test]
fn chunks_may_end_anywhere_in_what_was_received() {
    let body = pattern(42_000);
    for size in [7, 13, 300] {
        for shift in 0..size + 7 {
            let mut all = format!("HTTP/1.1 200 OK\r\nX: {}\r\n", "x".repeat(shift)).into_bytes();
            all.extend_from_slice(b"Transfer-Encoding: chunked\r\n\r\n");
            for chunk in body.chunks(size) {
                all.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                all.extend_from_slice(chunk);
                all.extend_from_slice(b"\r\n");
            }
            all.extend_from_slice(b"0\r\n\r\n");
            let s = Faulty::new(move |_, _| Reply::Send(all.clone()));
            let mut r = with(&s, &[("retries", "0")]).get_object("c", "o", &Request::new()).unwrap();
            assert!(r.read_all(1 << 20).unwrap() == body, "{size} {shift}");
            if shift > 20 {
                break;
            }
        }
    }
}
