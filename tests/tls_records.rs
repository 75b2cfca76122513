//! Records of TLS as no server of ours sends them: cut and joined anywhere, with other messages among them, or broken.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustls::version::{TLS12, TLS13};
use rustls::{HandshakeKind, SupportedProtocolVersion};
use support::certs::Authority;
use support::faulty::{endless, memory};
use support::tls::{Tls, TlsServer, head};
use support::{eventually, pattern};
use swiftclient::core::{Connection, Error, Kind, Request};

const BOTH: [&SupportedProtocolVersion; 2] = [&TLS12, &TLS13];

/// A server with one version of TLS, a client of it, and how many connections there were.
struct Peers {
    _server: TlsServer,
    _authority: Authority,
    client: Connection,
    connections: Arc<AtomicUsize>,
}

impl Peers {
    fn new(
        version: &'static SupportedProtocolVersion,
        handle: impl Fn(&mut Tls, &AtomicBool) + Send + Sync + 'static,
    ) -> Peers {
        let authority = Authority::new("records");
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        let config =
            authority.issue(&["127.0.0.1"]).server_with(rustls::crypto::ring::default_provider(), version);
        let server = TlsServer::new(config, move |tls, stop| {
            tls.sock.set_nodelay(true).unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            handle(tls, stop);
        });
        let mut c = server.config("127.0.0.1", &authority.file());
        // A test that waits for this is one that failed.
        c.set("timeout", Some("600")).unwrap();
        Peers { client: Connection::new(&c).unwrap(), _server: server, _authority: authority, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// Reads an object in pieces of this size: what came, and the error behind it.
    fn read(&self, name: &str, piece: usize) -> (Vec<u8>, Option<Error>) {
        let mut all = Vec::new();
        let mut room = vec![0; piece];
        match self.client.get_object("c", name, &Request::new()) {
            Err(e) => (all, Some(e)),
            Ok(mut r) => loop {
                match r.read(&mut room) {
                    Ok(0) => return (all, None),
                    Ok(n) => all.extend_from_slice(&room[..n]),
                    Err(e) => return (all, Some(e)),
                }
            },
        }
    }
}

/// What goes over the wire for these bytes, in records of this size.
fn sealed(tls: &mut Tls, bytes: &[u8], record: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for part in bytes.chunks(record) {
        tls.conn.writer().write_all(part).unwrap();
        drain(tls, &mut out);
    }
    out
}

fn drain(tls: &mut Tls, out: &mut Vec<u8>) {
    while tls.conn.wants_write() {
        tls.conn.write_tls(out).unwrap();
    }
}

fn answer(body: &[u8]) -> Vec<u8> {
    let mut all = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
    all.extend_from_slice(body);
    all
}

#[test]
fn records_may_be_cut_and_joined_anywhere() {
    for version in BOTH {
        // The name of the object says how its body is sent.
        let peers = Peers::new(version, |tls, _| {
            while let Some(asked) = head(tls) {
                let name = asked.split(' ').nth(1).unwrap().rsplit('/').next().unwrap();
                let [size, record, piece] =
                    name.split('-').map(|n| n.parse().unwrap()).collect::<Vec<usize>>()[..]
                else {
                    panic!("{name}")
                };
                let wire = sealed(tls, &answer(&pattern(size)), record);
                for part in wire.chunks(piece) {
                    tls.sock.write_all(part).unwrap();
                }
            }
        });
        for (size, record, piece) in [
            (1_000, 1, 1_000_000),
            (1_000, 1, 11),
            (5_000, 4_999, 1),
            (100_000, 100, 1_000_000),
            (100_000, 100, 777),
            (400_000, 16_384, 1_000_000),
            (400_000, 16_384, 16_384),
            (400_000, 16_384, 5_001),
            (400_000, 10_000, 131_072),
        ] {
            for room in [1, 100, 16_384, 16_385, 40_000, 300_000] {
                if size / room > 10_000 {
                    continue;
                }
                let (got, e) = peers.read(&format!("{size}-{record}-{piece}"), room);
                assert!(e.is_none(), "{e:?}");
                assert!(got == pattern(size), "{size} {record} {piece} {room}: {} bytes", got.len());
            }
        }
        // Nothing was ever left over, which would end a connection.
        assert_eq!(peers.connections(), 1);
    }
}

#[test]
fn uploads_go_out_whole_whatever_their_size() {
    for version in BOTH {
        let got = Arc::new(Mutex::new(Vec::new()));
        let keep = got.clone();
        let peers = Peers::new(version, move |tls, _| {
            while let Some(asked) = head(tls) {
                let length = asked
                    .to_ascii_lowercase()
                    .split("content-length: ")
                    .nth(1)
                    .map(|l| l.split("\r\n").next().unwrap().parse::<usize>().unwrap());
                let mut body = vec![0; length.unwrap_or(0)];
                std::io::Read::read_exact(tls, &mut body).unwrap();
                *keep.lock().unwrap() = body;
                tls.write_all(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").unwrap();
            }
        });
        let plain = Request { checksum: Some(false), ..Request::new() };
        for size in [1, 16_383, 16_384, 16_385, 100_000, 114_688, 114_689, 131_072, 131_073, 5_000_001] {
            let body = pattern(size);
            peers.client.put_object("c", "o", &memory(&body), &plain).unwrap();
            assert!(*got.lock().unwrap() == body, "{size}");
        }
        assert_eq!(peers.connections(), 1);
    }
}

#[test]
fn keys_may_change_in_the_midst_of_a_body() {
    let peers = Peers::new(&TLS13, |tls, _| {
        while head(tls).is_some() {
            let all = answer(&pattern(300_000));
            let mut wire = Vec::new();
            for part in all.chunks(70_000) {
                wire.extend(sealed(tls, part, 16_384));
                // It asks for new keys of the client too, which announces them before its next request.
                tls.conn.refresh_traffic_keys().unwrap();
                drain(tls, &mut wire);
            }
            tls.sock.write_all(&wire).unwrap();
        }
    });
    for _ in 0..3 {
        let (got, e) = peers.read("o", 50_000);
        assert!(e.is_none() && got == pattern(300_000), "{e:?}");
    }
    assert_eq!(peers.connections(), 1);
}

#[test]
fn sessions_are_resumed() {
    for version in BOTH {
        let kinds = Arc::new(Mutex::new(Vec::new()));
        let keep = kinds.clone();
        let peers = Peers::new(version, move |tls, _| {
            if head(tls).is_some() {
                keep.lock().unwrap().push(tls.conn.handshake_kind().unwrap());
                let _ = tls.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx");
            }
        });
        for _ in 0..3 {
            let (got, e) = peers.read("o", 100);
            assert!(e.is_none() && got == b"x", "{e:?}");
        }
        assert_eq!(peers.connections(), 3);
        let kinds = kinds.lock().unwrap();
        assert_eq!(*kinds, [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed]);
    }
}

#[test]
fn an_end_that_was_not_announced_is_no_end_of_a_body() {
    for version in BOTH {
        for (announced, length, says) in [
            (true, "", None),
            (false, "", Some("closed the connection")),
            (
                true,
                "Content-Length: 30001\r\n",
                Some("closed the connection with 1 bytes of the body to come"),
            ),
            (false, "Content-Length: 30001\r\n", Some("closed the connection")),
        ] {
            let peers = Peers::new(version, move |tls, _| {
                if head(tls).is_none() {
                    return;
                }
                let mut all = format!("HTTP/1.1 200 OK\r\n{length}\r\n").into_bytes();
                all.extend(pattern(30_000));
                let mut wire = sealed(tls, &all, 16_384);
                if announced {
                    tls.conn.send_close_notify();
                    drain(tls, &mut wire);
                }
                tls.sock.write_all(&wire).unwrap();
            });
            let (got, e) = peers.read("o", 100_000);
            assert!(got == pattern(30_000), "{} bytes", got.len());
            match (e, says) {
                (None, None) => {}
                (Some(e), Some(says)) => {
                    assert_eq!(e.kind(), Kind::Connect, "{e}");
                    assert!(e.message().contains(says), "{e}");
                }
                (e, _) => panic!("{announced} {length:?}: {e:?}"),
            }
        }
    }
}

#[test]
fn what_is_no_record_ends_the_session_and_the_server_is_told() {
    fn flip(mut wire: Vec<u8>) -> Vec<u8> {
        if let Some(last) = wire.last_mut() {
            *last ^= 1;
        }
        wire
    }
    fn speak_http(_: Vec<u8>) -> Vec<u8> {
        b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()
    }
    fn be_too_long(_: Vec<u8>) -> Vec<u8> {
        vec![0x17, 3, 3, 0xff, 0xff]
    }
    for version in BOTH {
        for (spoil, alert) in [
            (flip as fn(Vec<u8>) -> Vec<u8>, "BadRecordMac"),
            (speak_http, "DecodeError"),
            (be_too_long, "DecodeError"),
        ] {
            let told = Arc::new(Mutex::new(None));
            let keep = told.clone();
            let peers = Peers::new(version, move |tls, _| {
                if head(tls).is_none() {
                    return;
                }
                let all = answer(&pattern(100_000));
                let mut wire = sealed(tls, &all[..50_000], 16_384);
                let next = sealed(tls, &all[50_000..60_000], 16_384);
                wire.extend(spoil(next));
                tls.sock.write_all(&wire).unwrap();
                *keep.lock().unwrap() = Some(std::io::Read::read(tls, &mut [0; 1]).unwrap_err().to_string());
            });
            let (got, e) = peers.read("o", 30_000);
            let e = e.unwrap();
            assert_eq!(e.kind(), Kind::Tls, "{e}");
            // All that came before it is good.
            let good = 50_000 - (answer(&pattern(100_000)).len() - 100_000);
            assert!(got.len() == good && got == pattern(good), "{} bytes, not {good}", got.len());
            let heard = eventually(|| told.lock().unwrap().take());
            assert!(heard.contains(alert), "{heard}");
        }
    }
}

#[test]
fn an_alert_is_heard_while_a_body_is_sent() {
    for version in BOTH {
        let peers = Peers::new(version, |tls, stop| {
            head(tls);
            // What it receives now is nothing that it can decipher, and it reads no more after that.
            while tls.conn.process_new_packets().is_ok() {
                tls.conn.read_tls(&mut &[0x55; 4096][..]).unwrap();
            }
            let mut wire = Vec::new();
            drain(tls, &mut wire);
            tls.sock.write_all(&wire).unwrap();
            while !stop.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let e = peers.client.put_object("c", "o", &endless(), &Request::new()).unwrap_err();
        assert_eq!(e.kind(), Kind::Tls, "{e}");
        assert!(e.message().contains("received fatal alert"), "{e}");
    }
}

#[test]
fn a_connection_with_more_behind_the_answer_is_not_used_again() {
    for version in BOTH {
        for part_of_a_record in [true, false] {
            let peers = Peers::new(version, move |tls, _| {
                while head(tls).is_some() {
                    let mut wire = sealed(tls, &answer(&pattern(20_000)), 16_384);
                    if part_of_a_record {
                        let mut next = sealed(tls, b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 100);
                        next.truncate(30);
                        wire.extend(next);
                    } else {
                        tls.conn.send_close_notify();
                        drain(tls, &mut wire);
                    }
                    tls.sock.write_all(&wire).unwrap();
                }
            });
            for room in [100, 30_000, 100] {
                let (got, e) = peers.read("o", room);
                assert!(e.is_none() && got == pattern(20_000), "{e:?}");
            }
            assert_eq!(peers.connections(), 3, "{part_of_a_record}");
        }
    }
}
