//! Containers and objects: names, sizes and metadata; bodies only when they are kept.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::sync::{Arc, Mutex, RwLock};

use crate::kept::Body;
use crate::pattern::{Pattern, hex, memory_file};

/// Rows of a page of a listing, as Swift has it.
const PAGE: u64 = 10_000;

/// What is known of an object.
#[derive(Clone, Default)]
pub struct Object {
    pub size: u64,
    pub etag: String,
    pub content_type: String,
    /// A static large object.
    pub slo: bool,
    /// Its manifest, as it is read back.
    pub manifest: Vec<u8>,
    /// Metadata: names and values as they came.
    pub metadata: Vec<(String, String)>,
    /// What was sent, when that is kept.
    pub body: Body,
}

type Container = Arc<Mutex<BTreeMap<String, Object>>>;

/// What is in a container that is made up.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Flat,
    /// In folders `t000/s0` and so on, of a hundred objects each.
    Tree,
    /// One large object; count and size are those of its segments.
    Large,
}

/// A container that is made up: `rows-COUNT-SIZE` holds COUNT objects of SIZE bytes, listed from memory.
pub struct MadeUp {
    pub kind: Kind,
    file: std::fs::File,
    /// Length of a row with its comma.
    stride: u64,
    pub count: u64,
    pub size: u64,
}

pub struct Store {
    containers: RwLock<HashMap<String, Container>>,
    made_up: Mutex<HashMap<String, Arc<MadeUp>>>,
}

/// Part of a file.
pub struct Piece {
    pub fd: RawFd,
    pub offset: u64,
    pub length: u64,
}

impl MadeUp {
    fn new(pattern: &Pattern, kind: Kind, count: u64, size: u64) -> io::Result<MadeUp> {
        use std::io::Write;
        let etag = pattern.sum(size);
        let mut out = io::BufWriter::with_capacity(1 << 20, memory_file()?);
        let mut row = String::new();
        for n in 0..if kind == Kind::Large { 0 } else { count } {
            row.clear();
            let _ = write!(
                row,
                "{{\"bytes\": {size}, \"hash\": \"{etag}\", \"name\": \"{}\", \"content_type\": \
                 \"application/octet-stream\", \"last_modified\": \"2025-01-02T03:04:05.678900\"}}, ",
                name(kind, n)
            );
            out.write_all(row.as_bytes())?;
        }
        let file = out.into_inner().map_err(|e| e.into_error())?;
        Ok(MadeUp { kind, file, stride: row.len() as u64, count, size })
    }

    /// The rows after `marker`, without the brackets around them and the comma behind; no piece when there are none.
    pub fn page(&self, marker: &str, limit: Option<u64>) -> Option<Piece> {
        let first = number(marker).map_or(0, |n| n + 1);
        let listed = if self.kind == Kind::Large { 0 } else { self.count };
        let rows = listed.saturating_sub(first).min(limit.unwrap_or(PAGE).min(PAGE));
        (rows > 0).then(|| Piece {
            fd: self.file.as_raw_fd(),
            offset: first * self.stride,
            length: rows * self.stride - 2,
        })
    }

    pub fn has(&self, object: &str) -> bool {
        number(object).is_some_and(|n| n < self.count && object == name(self.kind, n))
    }

    /// The large object.
    pub fn large(&self, pattern: &Pattern) -> Object {
        let sum = pattern.sum(self.size);
        let segments: Vec<serde_json::Value> = (0..self.count)
            .map(|n| {
                serde_json::json!({ "name": format!("/rows-{}-{}/{}", self.count, self.size, name(Kind::Flat, n)),
                    "bytes": self.size, "hash": sum, "content_type": "application/octet-stream",
                    "last_modified": "2025-01-02T03:04:05.678900" })
            })
            .collect();
        Object {
            size: self.count * self.size,
            etag: sum_of_sums(std::iter::repeat_n(sum.as_str(), self.count as usize)),
            content_type: "application/octet-stream".to_owned(),
            slo: true,
            manifest: serde_json::Value::from(segments).to_string().into_bytes(),
            ..Object::default()
        }
    }
}

/// Name of object number `n` of a container that is made up.
fn name(kind: Kind, n: u64) -> String {
    match kind {
        Kind::Tree => format!("t{:03}/s{}/obj-{n:08}", n / 1000, n / 100 % 10),
        _ => format!("obj-{n:08}"),
    }
}

/// The number such a name ends in.
fn number(name: &str) -> Option<u64> {
    name.rsplit_once("obj-")?.1.parse().ok()
}

/// The ETag of a static large object is the MD5 of those of its segments.
fn sum_of_sums<'a>(sums: impl Iterator<Item = &'a str>) -> String {
    use md5::{Digest, Md5};
    let mut sum = Md5::new();
    sums.for_each(|s| sum.update(s));
    hex(&sum.finalize())
}

/// What a listing is asked for.
#[derive(Default)]
pub struct Asked {
    pub marker: String,
    pub prefix: String,
    pub delimiter: String,
    pub limit: Option<u64>,
}

impl Store {
    pub fn new() -> Store {
        Store { containers: RwLock::default(), made_up: Mutex::default() }
    }

    pub fn made_up(&self, pattern: &Pattern, name: &str) -> Option<Arc<MadeUp>> {
        let (kind, rest) = name.split_once('-')?;
        let kind = match kind {
            "rows" => Kind::Flat,
            "tree" => Kind::Tree,
            "slo" => Kind::Large,
            _ => return None,
        };
        let (count, size) = rest.split_once('-')?;
        let (count, size): (u64, u64) = (count.parse().ok()?, size.parse().ok()?);
        if count > if kind == Kind::Tree { 1_000_000 } else { 20_000_000 } {
            return None;
        }
        let mut all = self.made_up.lock().unwrap();
        if let Some(found) = all.get(name) {
            return Some(found.clone());
        }
        let made = Arc::new(MadeUp::new(pattern, kind, count, size).ok()?);
        all.insert(name.to_owned(), made.clone());
        Some(made)
    }

    /// `true` when it is new.
    pub fn create(&self, name: &str) -> bool {
        let mut all = self.containers.write().unwrap();
        let new = !all.contains_key(name);
        all.entry(name.to_owned()).or_default();
        new
    }

    pub fn container(&self, name: &str) -> Option<Container> {
        self.containers.read().unwrap().get(name).cloned()
    }

    /// Bytes of the objects that make up a dynamic large object, by "container/prefix".
    pub fn size_below(&self, prefix: &str) -> u64 {
        let (container, prefix) = prefix.split_once('/').unwrap_or((prefix, ""));
        let Some(objects) = self.container(container) else { return 0 };
        let objects = objects.lock().unwrap();
        objects
            .range(prefix.to_owned()..)
            .take_while(|(n, _)| n.starts_with(prefix))
            .map(|(_, o)| o.size)
            .sum()
    }

    /// Forgets all that was put there.
    pub fn forget(&self) {
        self.containers.write().unwrap().clear();
    }

    /// 204, 404 or 409.
    pub fn delete(&self, name: &str) -> u16 {
        let mut all = self.containers.write().unwrap();
        match all.get(name).map(|c| c.lock().unwrap().is_empty()) {
            None => 404,
            Some(false) => 409,
            Some(true) => {
                all.remove(name);
                204
            }
        }
    }

    /// The account's containers as JSON.
    pub fn list_account(&self, asked: &Asked) -> String {
        let all = self.containers.read().unwrap();
        let mut names: Vec<&String> =
            all.keys().filter(|n| **n > asked.marker && n.starts_with(&asked.prefix)).collect();
        names.sort();
        let rows = names.into_iter().take(asked.limit.unwrap_or(PAGE).min(PAGE) as usize).map(|n| {
            let objects = all[n].lock().unwrap();
            serde_json::json!({ "name": n, "count": objects.len(), "bytes": objects.values().map(|o| o.size).sum::<u64>(),
                "last_modified": "2025-01-02T03:04:05.678900" })
        });
        serde_json::Value::from_iter(rows).to_string()
    }
}

/// The objects of a container as JSON.
pub fn list(objects: &BTreeMap<String, Object>, asked: &Asked) -> String {
    let limit = asked.limit.unwrap_or(PAGE).min(PAGE);
    let mut out = String::from("[");
    let mut rows = 0;
    let mut last_subdir = String::new();
    let from = if asked.marker < asked.prefix { asked.prefix.clone() } else { asked.marker.clone() };
    for (name, o) in objects.range(from..) {
        if rows == limit || !name.starts_with(&asked.prefix) {
            break;
        }
        if *name <= asked.marker {
            continue;
        }
        let text = |t: &str| serde_json::Value::from(t).to_string();
        let row = match name[asked.prefix.len()..]
            .find(&asked.delimiter)
            .filter(|_| !asked.delimiter.is_empty())
        {
            Some(at) => {
                let subdir = &name[..asked.prefix.len() + at + asked.delimiter.len()];
                if subdir == last_subdir || subdir <= asked.marker.as_str() {
                    continue;
                }
                last_subdir = subdir.to_owned();
                format!("{{\"subdir\": {}}}", text(subdir))
            }
            None => {
                let large =
                    if o.slo { format!(", \"slo_etag\": \"\\\"{}\\\"\"", o.etag) } else { String::new() };
                format!(
                    "{{\"bytes\": {}, \"hash\": \"{}\", \"name\": {}, \"content_type\": {}, \"last_modified\": \
                     \"2025-01-02T03:04:05.678900\"{large}}}",
                    o.size,
                    o.etag,
                    text(name),
                    text(&o.content_type)
                )
            }
        };
        if rows > 0 {
            out.push_str(", ");
        }
        out.push_str(&row);
        rows += 1;
    }
    out.push(']');
    out
}

/// A static large object of the segments that a manifest names: its size, ETag, and the manifest as it is read back.
pub fn large(store: &Store, body: &[u8]) -> Option<Object> {
    let listed: Vec<serde_json::Value> = serde_json::from_slice(body).ok()?;
    let (mut size, mut sums, mut read_back) = (0, Vec::new(), Vec::new());
    let mut bodies = Vec::new();
    for entry in &listed {
        let path = entry.get("path")?.as_str()?;
        let (container, name) = path.trim_start_matches('/').split_once('/')?;
        let segment = store.container(container)?.lock().unwrap().get(name)?.clone();
        size += segment.size;
        if entry.get("etag").and_then(|e| e.as_str()).is_some_and(|e| e.trim_matches('"') != segment.etag) {
            return None;
        }
        read_back.push(serde_json::json!({ "name": format!("/{container}/{name}"), "bytes": segment.size,
            "hash": segment.etag, "content_type": segment.content_type,
            "last_modified": "2025-01-02T03:04:05.678900" }));
        bodies.push((segment.body, segment.size));
        sums.push(segment.etag);
    }
    Some(Object {
        size,
        etag: sum_of_sums(sums.iter().map(String::as_str)),
        slo: true,
        body: Body::Segments(bodies.into()),
        manifest: serde_json::Value::from(read_back).to_string().into_bytes(),
        ..Object::default()
    })
}

/// Paths of the segments of a static large object, fit to be deleted in bulk.
pub fn segments(object: &Object) -> Vec<String> {
    let all: Vec<serde_json::Value> = serde_json::from_slice(&object.manifest).unwrap_or_default();
    let encode = |path: &str| {
        percent_encoding::utf8_percent_encode(path, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    all.iter().filter_map(|s| s["name"].as_str()).map(encode).collect()
}
