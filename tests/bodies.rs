//! Bodies to send: where they come from, what is announced of them, and how they are sent again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use support::cutter::{Cut, Cutter};
use support::faulty::{Faulty, Reply, memory, reply, with};
use support::real::{self, Container};
use support::{Folder, pattern};
use swiftclient::core::digest::Sum;
use swiftclient::core::source::Callbacks;
use swiftclient::core::writer::Writer;
use swiftclient::core::{Config, Connection, Kind, Request, Source};

/// Gives bytes in small pieces, and counts what is asked of it.
struct Pieces {
    bytes: Vec<u8>,
    at: usize,
    start: usize,
    can_rewind: bool,
    rewound: Arc<AtomicU32>,
    given: Arc<AtomicU64>,
}

impl Callbacks for Pieces {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        let n = buf.len().min(1000).min(self.bytes.len() - self.at);
        buf[..n].copy_from_slice(&self.bytes[self.at..self.at + n]);
        self.at += n;
        self.given.fetch_add(n as u64, Ordering::SeqCst);
        Ok(n)
    }
    fn can_rewind(&self) -> bool {
        self.can_rewind
    }
    fn rewind(&mut self) -> bool {
        self.at = self.start;
        self.rewound.fetch_add(1, Ordering::SeqCst);
        true
    }
}

fn pieces(bytes: &[u8], start: usize, can_rewind: bool) -> (Pieces, Arc<AtomicU32>, Arc<AtomicU64>) {
    let (rewound, given): (Arc<AtomicU32>, Arc<AtomicU64>) = Default::default();
    let (r, g) = (rewound.clone(), given.clone());
    (Pieces { bytes: bytes.to_vec(), at: start, start, can_rewind, rewound: r, given: g }, rewound, given)
}

/// A cluster that refuses the first attempt to store the second segment, having read all of it.
fn second_segment_fails_once() -> Faulty {
    let failed = AtomicBool::new(false);
    Faulty::new(move |_, seen| match seen.method.as_str() {
        "GET" => reply("200 OK", &[], br#"{"slo": {}}"#),
        "PUT" if seen.target.ends_with("/00000001") && !failed.swap(true, Ordering::SeqCst) => {
            reply("503 Service Unavailable", &[], b"")
        }
        "PUT" if !seen.target.contains("multipart-manifest") => {
            reply("201 Created", &[("ETag", &Sum::of(&seen.body))], b"")
        }
        "PUT" => reply("201 Created", &[], b""),
        _ => reply("204 No Content", &[], b""),
    })
}

#[test]
fn df_01_what_a_writer_keeps_of_a_segment_is_sent_again() {
    // The second segment comes in pieces, and in all is not more than is kept; then, it is.
    for (bytes, sent) in [(600 * 1024, true), (1800 * 1024, false)] {
        let s = second_segment_fails_once();
        let body = pattern((2 << 20) + bytes);
        let mut settings = Config::new();
        for (k, v) in [("segment_size", "2097152"), ("buffer_size", "1048576")] {
            settings.set(k, Some(v)).unwrap();
        }
        let mut writer = Writer::new(&s.connection(), "c", "o", Some(&settings), &Request::new()).unwrap();
        let written = body.chunks(100_000).try_for_each(|b| writer.write(b)).and_then(|()| writer.finish());
        let puts: Vec<_> = s.seen().into_iter().filter(|q| q.target.ends_with("/00000001")).collect();
        let puts: Vec<_> = puts.iter().filter(|q| q.method == "PUT").collect();
        if sent {
            written.unwrap();
            assert_eq!(puts.len(), 2);
            assert!(puts.iter().all(|q| q.body == body[2 << 20..]));
        } else {
            let e = written.unwrap_err();
            assert!(e.http_status() == 503 && e.message().contains("buffer_size"), "{e}");
            assert_eq!(puts.len(), 1);
        }
    }
}

/// Fails so often, then stores what it gets.
fn failing(times: usize, status: &'static str) -> Faulty {
    Faulty::new(move |n, seen| {
        if n < times {
            reply(status, &[], b"")
        } else {
            reply("201 Created", &[("ETag", &Sum::of(&seen.body))], b"")
        }
    })
}

fn put(cn: &Connection, source: &Source) -> Result<u32, swiftclient::core::Error> {
    cn.put_object("c", "o", source, &Request::new()).map(|r| r.attempts())
}

#[test]
fn rt_20_df_01_memory_is_sent_as_often_as_it_takes() {
    for body in [&b""[..], b"hello", &pattern(100_000)] {
        let server = failing(3, "503 Busy");
        assert_eq!(put(&server.connection(), &memory(body)).unwrap(), 4);
        assert!(server.seen().iter().all(|s| s.body == body));
    }
}

#[test]
fn rt_21_a_descriptor_is_sent_again_from_where_it_stood() {
    let folder = Folder::new("position");
    std::fs::write(folder.path("f"), "0123456789").unwrap();
    let mut file = File::open(folder.path("f")).unwrap();
    file.seek(SeekFrom::Start(4)).unwrap();
    let source = Source::fd(file.as_fd(), None).unwrap();
    // The caller's own position is its own business.
    file.seek(SeekFrom::Start(9)).unwrap();
    let server = failing(2, "503 Busy");
    assert_eq!(put(&server.connection(), &source).unwrap(), 3);
    assert!(server.seen().iter().all(|s| s.body == b"456789" && s.header("content-length") == Some("6")));
    assert_eq!(file.stream_position().unwrap(), 9);
    // Closed, its number may be another file's: the source has its own.
    drop(file);
    let other = File::open("/dev/null").unwrap();
    assert_eq!(put(&failing(0, "").connection(), &source).unwrap(), 1);
    drop(other);
}

#[test]
fn rt_22_callbacks_are_asked_to_go_back_to_where_they_began() {
    for length in [None, Some(7_000)] {
        let bytes = pattern(10_000);
        let (from, rewound, _) = pieces(&bytes, 3_000, true);
        let server = failing(2, "500 Oops");
        assert_eq!(put(&server.connection(), &Source::callbacks(Box::new(from), length)).unwrap(), 3);
        assert!(server.seen().iter().all(|s| s.body == bytes[3_000..]));
        assert_eq!(rewound.load(Ordering::SeqCst), 2);
    }
}

#[test]
fn rt_23_what_cannot_go_back_is_sent_once_and_says_so() {
    let (from, rewound, _) = pieces(b"hello", 0, false);
    let source = Source::callbacks(Box::new(from), None);
    let server = failing(1, "503 Busy");
    let e = put(&server.connection(), &source).unwrap_err();
    assert_eq!((e.kind(), e.attempts()), (Kind::Server, 1));
    assert!(e.message().contains("only once"), "{e}");
    assert_eq!(rewound.load(Ordering::SeqCst), 0);
    // What is given again in another call would be the rest of it.
    let e = put(&server.connection(), &source).unwrap_err();
    assert_eq!(e.kind(), Kind::State);
}

#[test]
fn rt_24_without_retries_a_new_token_still_gets_the_body_again() {
    let folder = Folder::new("retries");
    std::fs::write(folder.path("f"), "0123456789").unwrap();
    let mut file = File::open(folder.path("f")).unwrap();
    file.seek(SeekFrom::Start(4)).unwrap();
    let (from, ..) = pieces(b"456789", 0, true);
    for source in [
        Source::fd(file.as_fd(), None).unwrap(),
        Source::file_range(folder.path("f"), 4, 6),
        Source::callbacks(Box::new(from), None),
        memory(b"456789"),
    ] {
        let server = failing(1, "401 Unauthorized");
        assert_eq!(put(&with(&server, &[("retries", "0")]), &source).unwrap(), 2);
        assert!(server.seen().iter().all(|s| s.body == b"456789"));
        assert_eq!(server.tokens(), 2);
    }
}

#[test]
fn cr_05_cr_06_what_is_announced_is_what_the_source_knows() {
    let server = failing(0, "");
    let cn = server.connection();
    let bytes = pattern(50_000);
    let (unknown, ..) = pieces(&bytes, 0, false);
    let (known, _, given) = pieces(&bytes, 0, false);
    let (empty, ..) = pieces(b"", 0, false);
    let cases = [
        (memory(b""), Some("0"), 0),
        (memory(&bytes), Some("50000"), 50_000),
        (Source::callbacks(Box::new(unknown), None), None, 50_000),
        // Of more than was announced exactly that is taken, so that the rest can serve another call.
        (Source::callbacks(Box::new(known), Some(20_000)), Some("20000"), 20_000),
        (Source::callbacks(Box::new(empty), None), None, 0),
    ];
    for (i, (source, length, sent)) in cases.iter().enumerate() {
        put(&cn, source).unwrap();
        let seen = server.seen();
        assert_eq!(seen[i].header("content-length"), *length);
        assert_eq!(seen[i].header("transfer-encoding"), length.is_none().then_some("chunked"));
        assert!(seen[i].body == bytes[..*sent]);
    }
    assert_eq!(given.load(Ordering::SeqCst), 20_000);
    // It is not a header's to say.
    let e = Request::new().set_header("content-length", Some("3")).unwrap_err();
    assert_eq!(e.kind(), Kind::InvalidArgument);
}

#[test]
fn a_source_that_gives_less_than_it_announced_stores_nothing() {
    let c = Container::new(&real::v1(), "short");
    c.connection.put_object(&c.name, "o", &memory(b"before"), &Request::new()).unwrap();
    for length in [6, 1_000_000, i64::MAX as u64] {
        let (from, ..) = pieces(b"hello", 0, true);
        let source = Source::callbacks(Box::new(from), Some(length));
        let e = c.connection.put_object(&c.name, "o", &source, &Request::new()).unwrap_err();
        // A length that no server takes may be refused before the bytes run out.
        assert!(e.kind() == Kind::Io || (length > 6 && e.kind() == Kind::TooLarge), "{length}: {e}");
        assert!(e.kind() != Kind::Io || e.message().contains("ended after 5 of"), "{e}");
    }
    let mut answer = c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
    assert_eq!(answer.read_all(100).unwrap(), b"before");
}

#[cfg(target_os = "linux")]
#[test]
fn files_that_say_they_are_empty_are_sent_whole() {
    let c = Container::new(&real::v1(), "proc");
    let file = File::open("/proc/version").unwrap();
    for source in [Source::file("/proc/version"), Source::fd(file.as_fd(), None).unwrap()] {
        c.connection.put_object(&c.name, "o", &source, &Request::new()).unwrap();
        let mut answer = c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
        assert_eq!(answer.read_all(10_000).unwrap(), std::fs::read("/proc/version").unwrap());
    }
    let e = c.connection.put_object(&c.name, "o", &Source::file("/proc"), &Request::new()).unwrap_err();
    assert_eq!(e.kind(), Kind::Io);
}

#[test]
fn a_file_that_grows_while_it_is_sent_is_sent_as_long_as_it_was() {
    let folder = Folder::new("grows");
    let path = folder.path("f");
    std::fs::write(&path, pattern(500_000)).unwrap();
    let growing = path.clone();
    let server = Faulty::new(move |n, seen| {
        let mut file = std::fs::OpenOptions::new().append(true).open(&growing).unwrap();
        file.write_all(b"more").unwrap();
        let etag = Sum::of(&seen.body);
        if n == 0 { reply("503 Busy", &[], b"") } else { reply("201 Created", &[("ETag", &etag)], b"") }
    });
    for source in [Source::file(&path), Source::file_range(&path, 1000, 499_000)] {
        put(&server.connection(), &source).unwrap();
    }
    let lengths: Vec<_> = server.seen().iter().map(|s| s.body.len()).collect();
    assert_eq!(lengths, [500_000, 500_000, 499_000]);
}

#[test]
fn ut_07_ut_08_a_part_is_sent_with_its_own_sum_also_a_second_time() {
    let folder = Folder::new("part");
    let bytes = pattern(300_000);
    std::fs::write(folder.path("f"), &bytes).unwrap();
    let server = failing(1, "503 Busy");
    let part = Source::file_range(folder.path("f"), 100_000, 150_000);
    assert_eq!(part.size().unwrap(), Some(150_000));
    let answer = server.connection().put_object("c", "o", &part, &Request::new()).unwrap();
    // The sum of the second pass alone, or it would not be that of the server.
    assert_eq!(answer.etag(), Some(Sum::of(&bytes[100_000..250_000]).as_str()));
    // And a server that stored something else is found out.
    let server = Faulty::new(|_, _| reply("201 Created", &[("ETag", &Sum::of(b"other"))], b""));
    assert_eq!(put(&server.connection(), &part).unwrap_err().kind(), Kind::Checksum);
}

#[test]
fn progress_goes_back_only_when_a_body_is_sent_again() {
    let server = failing(1, "503 Busy");
    let told = Arc::new(Mutex::new(Vec::new()));
    let ear = told.clone();
    let mut r = Request::new();
    r.progress = Some(Arc::new(move |moved, total| {
        ear.lock().unwrap().push((moved, total));
        true
    }));
    let (from, ..) = pieces(&pattern(5_000), 0, true);
    server.connection().put_object("c", "o", &Source::callbacks(Box::new(from), Some(5_000)), &r).unwrap();
    let told = std::mem::take(&mut *told.lock().unwrap());
    assert!(told.iter().all(|(_, total)| *total == Some(5_000)));
    let back = told.windows(2).filter(|w| w[1].0 < w[0].0).count();
    assert_eq!((back, told.last().unwrap().0), (1, 5_000));
}

#[test]
fn progress_of_a_download_never_goes_back() {
    let c = Container::new(&real::v1(), "progress");
    let bytes = pattern(2_000_000);
    c.connection.put_object(&c.name, "o", &memory(&bytes), &Request::new()).unwrap();
    let wire = Cutter::new();
    let cn = wire.connection(&[]);
    wire.plan(&[Cut::Down(500_000), Cut::Down(600_000)]);
    let last = Arc::new(AtomicU64::new(0));
    let ear = last.clone();
    let mut r = Request::new();
    r.progress = Some(Arc::new(move |moved, total| {
        assert_eq!(total, Some(2_000_000));
        assert!(ear.swap(moved, Ordering::SeqCst) < moved);
        true
    }));
    assert!(cn.get_object(&c.name, "o", &r).unwrap().read_all(1 << 22).unwrap() == bytes);
    assert_eq!(last.load(Ordering::SeqCst), 2_000_000);
}

#[test]
fn cr_11_a_body_may_be_left_and_others_are_read_meanwhile() {
    let c = Container::new(&real::v1(), "left");
    let bytes = pattern(3_000_000);
    c.connection.put_object(&c.name, "o", &memory(&bytes), &Request::new()).unwrap();
    let mut first = c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
    let mut second = c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
    let (mut a, mut b) = ([0; 1000], [0; 700]);
    let n = first.read(&mut a).unwrap();
    let m = second.read(&mut b).unwrap();
    assert!(a[..n] == bytes[..n] && b[..m] == bytes[..m]);
    drop(first);
    let mut third = c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
    assert!(third.read_all(1 << 22).unwrap() == bytes);
    let rest = second.read_all(1 << 22).unwrap();
    assert!(rest == bytes[m..]);
    assert_eq!(second.bytes_verified(), 3_000_000);
}

#[test]
fn cr_12_a_body_read_to_its_end_gives_its_connection_back() {
    let server = Faulty::new(|_, _| reply("200 OK", &[], b"hello"));
    let cn = server.connection();
    let opened = |n: usize, read: usize| {
        let mut answer = cn.get_object("c", "o", &Request::new()).unwrap();
        let mut buf = vec![0; read];
        assert_eq!(answer.read(&mut buf).unwrap(), read);
        drop(answer);
        assert_eq!(server.connections(), n);
    };
    opened(1, 5);
    opened(1, 5);
    // One that was not is closed.
    opened(1, 3);
    opened(2, 5);
    // The last byte is what gives it back, not the end of the response.
    let mut kept = cn.get_object("c", "o", &Request::new()).unwrap();
    assert_eq!(kept.read(&mut [0; 5]).unwrap(), 5);
    opened(2, 5);
    assert_eq!(kept.read(&mut [0; 5]).unwrap(), 0);
}

#[test]
fn rb_01_without_length_or_etag_nothing_can_be_taken_up_again() {
    let chunked =
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nETag: \"e\"\r\n\r\n5\r\nhello\r\n".to_vec();
    let no_etag = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello".to_vec();
    for head in [chunked, no_etag] {
        let server = Faulty::new(move |_, _| Reply::SendAndClose(head.clone()));
        let mut answer = server.connection().get_object("c", "o", &Request::new()).unwrap();
        assert_eq!(answer.read_all(100).unwrap_err().kind(), Kind::Connect);
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn rb_03_retries_are_there_again_after_much_has_come() {
    let c = Container::new(&real::v1(), "budget");
    let bytes = pattern(60 << 20);
    c.connection.put_object(&c.name, "o", &memory(&bytes), &Request::new()).unwrap();
    let wire = Cutter::new();
    let cn = wire.connection(&[("retries", "1")]);
    wire.plan(&[Cut::Down(18 << 20), Cut::Down(17 << 20), Cut::Down(17 << 20)]);
    let mut answer = cn.get_object(&c.name, "o", &Request::new()).unwrap();
    assert!(answer.read_all(1 << 26).unwrap() == bytes);
    assert_eq!(answer.attempts(), 4);
    let cn = wire.connection(&[("retries", "1")]);
    wire.plan(&[Cut::Down(1 << 20), Cut::Down(1 << 20), Cut::Down(1 << 20)]);
    let mut answer = cn.get_object(&c.name, "o", &Request::new()).unwrap();
    assert_eq!(answer.read_all(1 << 26).unwrap_err().kind(), Kind::Connect);
    assert_eq!(answer.attempts(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_as_one() {
    let c = Container::new(&real::v1(), "full");
    c.connection.put_object(&c.name, "o", &memory(&pattern(100_000)), &Request::new()).unwrap();
    let get = || c.connection.get_object(&c.name, "o", &Request::new()).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for e in [
        get().write_to_fd(full.as_fd()).unwrap_err(),
        get().write_to_file(std::path::Path::new("/dev/full"), None).unwrap_err(),
    ] {
        assert_eq!(e.kind(), Kind::Io);
        assert!(e.message().contains("No space left"), "{e}");
    }
}
