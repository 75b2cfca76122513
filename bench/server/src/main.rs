//! A Swift-shaped server for measuring clients:
//!
//!     bench-server [--port N] [--tls-port N --cert FILE --key FILE] [--keep FOLDER]
//!     bench-server --pattern FILE SIZE
//!
//! Loopback only. It takes any credentials, keeps names and sizes but no bodies (see `pattern`), until `POST /forget`.
//! It makes up containers: `rows-COUNT-SIZE` with objects `obj-00000000` and so on, `tree-COUNT-SIZE` with such objects
//! in folders, a hundred in each, and `slo-COUNT-SIZE`, whose `object` has the objects of `rows-COUNT-SIZE` as its
//! segments. The second form writes a file whose upload will verify. When it is ready it prints its ports.
//!
//! With `--keep` it is for trials: bodies come back as they were sent, those above 64 KiB from files in FOLDER; there
//! is bulk delete, large objects go with their segments, and `GET /received` tells how many bytes of bodies have come.

mod kept;
mod pattern;
mod request;
mod store;
mod wire;

use std::io;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use percent_encoding::percent_decode_str;

use kept::Keep;
use pattern::{PERIOD, Pattern};
use request::{Peer, Request, Sink};
use store::{Kind, Object, Piece, Store};
use wire::{Buffered, Secure, Wire};

const INFO: &str = r#"{"swift": {"version": "2.0", "container_listing_limit": 10000, "max_file_size": 5368709122},
            "slo": {"max_manifest_segments": 1000, "min_segment_size": 1}}"#;
/// When bodies are kept.
const KEEPING: &str = r#"{"swift": {"version": "2.0", "container_listing_limit": 10000, "max_file_size": 5368709122},
            "slo": {"max_manifest_segments": 1000, "min_segment_size": 1},
            "bulk_delete": {"max_deletes_per_request": 10000, "max_failed_deletes": 1000}}"#;

struct Server {
    pattern: Pattern,
    store: Store,
    transactions: AtomicU64,
    /// Where bodies are kept, if they are.
    keep: Option<Keep>,
}

/// What an answer carries.
enum Body {
    None,
    Bytes(Vec<u8>),
    /// The pattern from the one offset to the other.
    Pattern(u64, u64),
    /// The same of a body that was kept.
    Kept(kept::Body, u64, u64),
    /// Rows between brackets.
    Rows(Piece),
}

struct Answer {
    status: &'static str,
    headers: String,
    body: Body,
    /// Of HEAD: the length that GET would have.
    length: Option<u64>,
}

fn answer(status: &'static str) -> Answer {
    Answer { status, headers: String::with_capacity(256), body: Body::None, length: None }
}

impl Answer {
    fn with(mut self, name: &str, value: &str) -> Answer {
        for part in [name, ": ", value, "\r\n"] {
            self.headers.push_str(part);
        }
        self
    }

    fn body(mut self, body: Body) -> Answer {
        self.body = body;
        self
    }
}

fn serve<W: Wire>(server: &Server, wire: W) -> io::Result<()> {
    let mut peer = Peer { wire, buf: vec![0; 64 * 1024], filled: 0 };
    while let Some(request) = peer.head()? {
        let a = respond(server, &request, &mut peer)?;
        let length = a.length.unwrap_or(match &a.body {
            Body::None => 0,
            Body::Bytes(b) => b.len() as u64,
            Body::Pattern(from, to) | Body::Kept(_, from, to) => to - from,
            Body::Rows(piece) => piece.length + 2,
        });
        let id = server.transactions.fetch_add(1, Ordering::Relaxed);
        let mut out = format!(
            "HTTP/1.1 {}\r\nContent-Length: {length}\r\n{}X-Trans-Id: tx{id:021x}-0000000000\r\nX-Openstack-Request-Id: \
             tx{id:021x}-0000000000\r\nDate: Thu, 02 Jan 2025 03:04:05 GMT\r\n\r\n",
            a.status, a.headers
        )
        .into_bytes();
        match a.body {
            _ if request.method == "HEAD" => peer.wire.send(&out)?,
            Body::None => peer.wire.send(&out)?,
            Body::Bytes(b) => {
                out.extend_from_slice(&b);
                peer.wire.send(&out)?;
            }
            Body::Kept(body, from, to) => {
                peer.wire.send(&out)?;
                body.send(&mut peer.wire, from, to)?;
            }
            Body::Rows(piece) => {
                out.push(b'[');
                peer.wire.send(&out)?;
                peer.wire.send_file(&piece)?;
                peer.wire.send(b"]")?;
            }
            Body::Pattern(from, to)
                if to - from <= 32 * 1024 && from % PERIOD as u64 + (to - from) <= PERIOD as u64 =>
            {
                let at = (from % PERIOD as u64) as usize;
                out.extend_from_slice(&server.pattern.bytes[at..at + (to - from) as usize]);
                peer.wire.send(&out)?;
            }
            Body::Pattern(mut from, to) => {
                peer.wire.send(&out)?;
                while from < to {
                    let offset = from % PERIOD as u64;
                    let length = (to - from).min(PERIOD as u64 - offset);
                    let bytes = &server.pattern.bytes[offset as usize..][..length as usize];
                    peer.wire.send_part(bytes, &Piece { fd: server.pattern.fd(), offset, length })?;
                    from += length;
                }
            }
        }
        if request.header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close")) {
            break;
        }
    }
    Ok(())
}

fn respond<W: Wire>(server: &Server, r: &Request, peer: &mut Peer<W>) -> io::Result<Answer> {
    if r.path.starts_with("/auth") {
        let host = r.header("host").unwrap_or("127.0.0.1");
        // Who asks behind TLS comes to the port that a plain request would not.
        let scheme = if r.path.ends_with("/tls") { "https" } else { "http" };
        return Ok(answer("200 OK")
            .with("X-Storage-Url", &format!("{scheme}://{host}/v1/AUTH_bench"))
            .with("X-Auth-Token", "AUTH_tkbench")
            .with("X-Storage-Token", "AUTH_tkbench"));
    }
    if r.path == "/info" {
        let info = match server.keep {
            Some(_) => KEEPING,
            None => INFO,
        };
        return Ok(answer("200 OK")
            .with("Content-Type", "application/json")
            .body(Body::Bytes(info.as_bytes().to_vec())));
    }
    if r.method == "POST" && r.path == "/forget" {
        server.store.forget();
        return Ok(answer("204 No Content"));
    }
    if let (Some(keep), "/received") = (&server.keep, r.path.as_str()) {
        let count = keep.received.load(Ordering::Relaxed).to_string();
        return Ok(answer("200 OK").body(Body::Bytes(count.into_bytes())));
    }
    let mut parts =
        r.path.splitn(5, '/').skip(3).map(|p| percent_decode_str(p).decode_utf8_lossy().into_owned());
    let container = parts.next().filter(|c| !c.is_empty());
    let object = parts.next().filter(|o| !o.is_empty());
    match (container, object) {
        (None, _) if server.keep.is_some() && r.method == "POST" && r.value("bulk-delete").is_some() => {
            let mut body = Vec::new();
            peer.body(r, Sink::Memory(&mut body))?;
            Ok(bulk_delete(server, &body))
        }
        (None, _) => {
            peer.body(r, Sink::Nowhere)?;
            on_account(server, r)
        }
        (Some(c), None) => {
            peer.body(r, Sink::Nowhere)?;
            on_container(server, r, &c)
        }
        (Some(c), Some(o)) => on_object(server, r, &c, &o, peer),
    }
}

fn on_account(server: &Server, r: &Request) -> io::Result<Answer> {
    let json = |text: String| {
        answer("200 OK")
            .with("Content-Type", "application/json; charset=utf-8")
            .body(Body::Bytes(text.into_bytes()))
    };
    Ok(match r.method.as_str() {
        "GET" => json(server.store.list_account(&r.asked())),
        "HEAD" => answer("204 No Content")
            .with("X-Account-Container-Count", "1")
            .with("X-Account-Object-Count", "1")
            .with("X-Account-Bytes-Used", "1"),
        _ => answer("405 Method Not Allowed"),
    })
}

/// Deletes what is named line by line, and tells what came of it.
fn bulk_delete(server: &Server, body: &[u8]) -> Answer {
    let (mut deleted, mut missing) = (0, 0);
    let mut errors = Vec::new();
    for line in body.split(|b| *b == b'\n') {
        let path = percent_encoding::percent_decode(line).decode_utf8_lossy();
        let path = path.trim().trim_start_matches('/');
        let gone = match path.split_once('/') {
            _ if path.is_empty() => continue,
            Some((container, name)) => match server.store.container(container) {
                Some(c) if c.lock().unwrap().remove(name).is_some() => 204,
                _ => 404,
            },
            None => server.store.delete(path),
        };
        match gone {
            204 => deleted += 1,
            404 => missing += 1,
            _ => errors.push(serde_json::json!([path, "409 Conflict"])),
        }
    }
    let status = if errors.is_empty() { "200 OK" } else { "400 Bad Request" };
    let report = serde_json::json!({ "Number Deleted": deleted, "Number Not Found": missing, "Errors": errors,
        "Response Status": status, "Response Body": "" });
    answer("200 OK")
        .with("Content-Type", "application/json")
        .body(Body::Bytes(report.to_string().into_bytes()))
}

fn on_container(server: &Server, r: &Request, name: &str) -> io::Result<Answer> {
    let made_up = server.store.made_up(&server.pattern, name);
    let page = |answer: Answer| answer.with("Content-Type", "application/json; charset=utf-8");
    Ok(match (r.method.as_str(), made_up, server.store.container(name)) {
        ("PUT", _, _) => answer(if server.store.create(name) { "201 Created" } else { "202 Accepted" }),
        ("GET", Some(rows), _) => {
            let asked = r.asked();
            if rows.kind != Kind::Flat && !(asked.prefix.is_empty() && asked.delimiter.is_empty()) {
                return Ok(answer("400 Bad Request"));
            }
            match rows.page(&asked.marker, asked.limit) {
                Some(piece) => page(answer("200 OK")).body(Body::Rows(piece)),
                None => page(answer("200 OK")).body(Body::Bytes(b"[]".to_vec())),
            }
        }
        ("GET", None, Some(c)) => {
            page(answer("200 OK")).body(Body::Bytes(store::list(&c.lock().unwrap(), &r.asked()).into_bytes()))
        }
        ("HEAD", Some(rows), _) => answer("204 No Content")
            .with("X-Container-Object-Count", &rows.count.to_string())
            .with("X-Container-Bytes-Used", &(rows.count * rows.size).to_string()),
        ("HEAD", None, Some(c)) => {
            let objects = c.lock().unwrap();
            answer("204 No Content")
                .with("X-Container-Object-Count", &objects.len().to_string())
                .with("X-Container-Bytes-Used", &objects.values().map(|o| o.size).sum::<u64>().to_string())
        }
        ("POST", _, Some(_)) => answer("204 No Content"),
        ("DELETE", None, _) => match server.store.delete(name) {
            204 => answer("204 No Content"),
            409 => answer("409 Conflict"),
            _ => answer("404 Not Found"),
        },
        _ => answer("404 Not Found"),
    })
}

fn on_object<W: Wire>(
    server: &Server,
    r: &Request,
    container: &str,
    name: &str,
    peer: &mut Peer<W>,
) -> io::Result<Answer> {
    let manifest = r.value("multipart-manifest");
    if r.method == "PUT" {
        let mut body = Vec::new();
        let mut kept = None;
        let size = match &server.keep {
            _ if manifest == Some("put") => peer.body(r, Sink::Memory(&mut body))?,
            None => peer.body(r, Sink::Nowhere)?,
            Some(keep) => {
                let mut incoming = keep.incoming();
                let size = peer.body(r, Sink::Kept(&mut incoming))?;
                kept = Some(incoming.done());
                size
            }
        };
        let made_up = server.store.made_up(&server.pattern, container).is_some();
        let Some(c) = server.store.container(container) else {
            // What is made up can be overwritten without being kept.
            return Ok(match made_up {
                true => answer("201 Created").with("Etag", &server.pattern.sum(size)),
                false => answer("404 Not Found"),
            });
        };
        let mut object = if manifest == Some("put") {
            let Some(large) = store::large(&server.store, &body) else {
                return Ok(answer("400 Bad Request"));
            };
            large
        } else if let Some((body, etag)) = kept {
            if r.header("etag").is_some_and(|sent| sent.trim_matches('"') != etag) {
                return Ok(answer("422 Unprocessable Entity"));
            }
            Object { size, etag, body, ..Object::default() }
        } else {
            Object { size, etag: server.pattern.sum(size), ..Object::default() }
        };
        object.content_type = r.header("content-type").unwrap_or("application/octet-stream").to_owned();
        object.metadata = r
            .headers()
            .map(|(n, v)| (n.to_ascii_lowercase(), v))
            .filter(|(n, _)| n.starts_with("x-object-meta-") || n == "x-object-manifest")
            .map(|(n, v)| (n, v.to_owned()))
            .collect();
        let etag = if object.slo { format!("\"{}\"", object.etag) } else { object.etag.clone() };
        c.lock().unwrap().insert(name.to_owned(), object);
        return Ok(answer("201 Created")
            .with("Etag", &etag)
            .with("Last-Modified", "Thu, 02 Jan 2025 03:04:05 GMT"));
    }
    peer.body(r, Sink::Nowhere)?;
    let found = match server.store.made_up(&server.pattern, container) {
        Some(rows) if rows.kind == Kind::Large => (name == "object").then(|| rows.large(&server.pattern)),
        Some(rows) => rows.has(name).then(|| Object {
            size: rows.size,
            etag: server.pattern.sum(rows.size),
            content_type: "application/octet-stream".to_owned(),
            ..Object::default()
        }),
        None => server.store.container(container).and_then(|c| c.lock().unwrap().get(name).cloned()),
    };
    let Some(mut object) = found else { return Ok(answer("404 Not Found")) };
    if let Some((_, prefix)) = object.metadata.iter().find(|(n, _)| n == "x-object-manifest") {
        object.size = server.store.size_below(&percent_decode_str(prefix).decode_utf8_lossy());
    }
    Ok(match r.method.as_str() {
        "GET" | "HEAD" => get(server, r, &object, manifest),
        "DELETE" if server.keep.is_some() && object.slo && manifest == Some("delete") => {
            let mut paths: String = store::segments(&object).iter().map(|s| format!("{s}\n")).collect();
            paths.push_str(&format!("/{container}/{name}"));
            bulk_delete(server, paths.as_bytes())
        }
        "DELETE" => {
            if let Some(c) = server.store.container(container) {
                c.lock().unwrap().remove(name);
            }
            answer("204 No Content")
        }
        "POST" => answer("202 Accepted"),
        _ => answer("405 Method Not Allowed"),
    })
}

fn get(server: &Server, r: &Request, object: &Object, manifest: Option<&str>) -> Answer {
    if object.slo && manifest == Some("get") {
        return answer("200 OK")
            .with("Content-Type", "application/json; charset=utf-8")
            .with("X-Static-Large-Object", "True")
            .body(Body::Bytes(object.manifest.clone()));
    }
    let range = r.header("range").and_then(|range| {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        let first: u64 = first.parse().ok()?;
        let last = last.parse().unwrap_or(u64::MAX).min(object.size.checked_sub(1)?);
        (first <= last).then_some((first, last))
    });
    let body = |from, to| match server.keep {
        Some(_) => Body::Kept(object.body.clone(), from, to),
        None => Body::Pattern(from, to),
    };
    let mut a = match range {
        Some((first, last)) => answer("206 Partial Content")
            .with("Content-Range", &format!("bytes {first}-{last}/{}", object.size))
            .body(body(first, last + 1)),
        None => answer("200 OK").body(body(0, object.size)),
    };
    a = a
        .with("Etag", &if object.slo { format!("\"{}\"", object.etag) } else { object.etag.clone() })
        .with("Content-Type", &object.content_type)
        .with("Last-Modified", "Thu, 02 Jan 2025 03:04:05 GMT")
        .with("X-Timestamp", "1735787045.00000");
    if object.slo {
        a = a.with("X-Static-Large-Object", "True");
    }
    for (name, value) in &object.metadata {
        a = a.with(name, value);
    }
    a
}

fn tls(cert: &str, key: &str) -> Arc<rustls::ServerConfig> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let chain =
        CertificateDer::pem_file_iter(cert).expect("certificate").map(|c| c.expect("certificate")).collect();
    let key = PrivateKeyDer::from_pem_file(key).expect("key");
    Arc::new(
        rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("pair"),
    )
}

fn listen(port: u16, each: impl Fn(TcpStream) + Send + Clone + 'static) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", port)).expect("port");
    let port = listener.local_addr().expect("port").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = stream.set_nodelay(true);
            let each = each.clone();
            std::thread::spawn(move || each(stream));
        }
    });
    port
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let pattern = Pattern::new().expect("memory");
    if let Some(at) = arguments.iter().position(|a| a == "--pattern") {
        let size = arguments[at + 2].parse().expect("a size in bytes");
        return pattern.write_to(&arguments[at + 1], size).expect("file");
    }
    let keep = value("--keep").map(|folder| Keep::new(folder.as_ref()));
    let server = Arc::new(Server { pattern, store: Store::new(), transactions: AtomicU64::new(1), keep });
    let port = |name| value(name).map_or(0, |p| p.parse().expect("a port"));
    let plain = server.clone();
    let mut line = format!(
        "port {}",
        listen(port("--port"), move |stream| {
            let _ = serve(&plain, stream);
        })
    );
    if let (Some(cert), Some(key)) = (value("--cert"), value("--key")) {
        let config = tls(cert, key);
        let at = listen(port("--tls-port"), move |stream| {
            let Ok(session) = rustls::ServerConnection::new(config.clone()) else { return };
            let _ = serve(&server, Secure(rustls::StreamOwned::new(session, Buffered::new(stream))));
        });
        line.push_str(&format!(" tls-port {at}"));
    }
    println!("{line}");
    loop {
        std::thread::park();
    }
}
