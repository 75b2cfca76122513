//! Large objects in the making, by an upload or a copy: their segments as they get done, and the manifests that make
//! one object of them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock};

use super::old::Places;
use super::result::JobResult;
use super::verb::Remote;
use super::work::Turn;
use crate::core::cancel::lock;
use crate::core::digest::md5_of_etag;
use crate::core::manifest::{Manifest, Segment};
use crate::core::{Error, Headers, Kind, Request, Response, Result};

/// More than two levels of manifests can name in a usual cluster; what is known of each must be kept.
pub(super) const MOST_SEGMENTS: usize = 1 << 20;
/// The status of a segment that is there already.
const FOUND: &str = "skipped-identical";
/// The media type of segments.
const SEGMENT: &str = "application/swiftclient-segment";

/// What the cluster says of its large objects; the usual where it says nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cluster {
    pub has_slo: bool,
    /// How many segments a manifest may have.
    pub most_segments: usize,
    /// Bytes of the largest object that is none of segments.
    pub max_file_size: u64,
}

impl Cluster {
    /// One that does not answer is asked again for the next object.
    pub fn of(remote: &Remote, turn: &Turn) -> Cluster {
        /// What a Swift takes that does not say otherwise.
        const USUAL: usize = 1000;
        const LARGEST: u64 = 5_368_709_122;
        let Ok(Some(info)) = remote.connection.known_capabilities(&remote.request(turn)) else {
            return Cluster { has_slo: false, most_segments: USUAL, max_file_size: LARGEST };
        };
        let most = info.integer("slo.max_manifest_segments").and_then(|n| usize::try_from(n).ok());
        let largest = info.integer("swift.max_file_size").and_then(|n| u64::try_from(n).ok());
        Cluster {
            has_slo: info.has("slo"),
            most_segments: most.filter(|n| *n > 1).unwrap_or(USUAL),
            max_file_size: largest.filter(|n| *n > 0).unwrap_or(LARGEST),
        }
    }
}

/// When an object with these headers ends, which is when its segments do too.
fn expiry(headers: &Headers) -> Headers {
    let mut own = Headers::new();
    for name in ["x-delete-at", "x-delete-after"] {
        if let Some(value) = headers.get(name) {
            own.set(name, value);
        }
    }
    own
}

/// Headers of a segment of an object with these.
pub(super) fn segment_headers(headers: &Headers) -> Headers {
    let mut own = expiry(headers);
    own.set("content-type", SEGMENT.as_bytes());
    own
}

/// Makes a container for segments: they lie where the object does, unless the options say otherwise.
pub(super) fn make_segment_container(
    remote: &Remote,
    container: &str,
    segments: &str,
    policy: Option<&[u8]>,
    turn: &Turn,
) -> JobResult {
    let found = match policy {
        Some(policy) => Some(policy.to_vec()),
        None => match remote.connection.head_container(container, &remote.request(turn)) {
            Ok(head) => head.headers().get("x-storage-policy").map(<[u8]>::to_vec),
            Err(_) => None,
        },
    };
    make_container(remote, segments, found.as_deref(), turn)
}

/// Makes a container, with a storage policy where one is named.
pub(super) fn make_container(
    remote: &Remote,
    container: &str,
    policy: Option<&[u8]>,
    turn: &Turn,
) -> JobResult {
    let mut result = JobResult::about("create_container", Some(container), None);
    result.counted = 0;
    if let Some(policy) = policy {
        result.sent.push("X-Storage-Policy", policy);
    }
    let request = Request { headers: result.sent.clone(), ..remote.request(turn) };
    let outcome = remote.connection.put_container(container, &request);
    result.settled(outcome)
}

/// What is stored under names that begin so: name, size and MD5.
pub(super) fn present(
    remote: &Remote,
    container: &str,
    prefix: &str,
    turn: &Turn,
) -> Result<HashMap<String, (u64, String)>> {
    let query = vec![("prefix".to_owned(), Some(prefix.to_owned()))];
    let request = Request { query, ..remote.request(turn) };
    let mut found = HashMap::new();
    let mut listing = remote.connection.list_container(container, &request)?;
    loop {
        match listing.next() {
            Ok(Some(row)) => {
                if let Some(md5) = row.get("hash").and_then(md5_of_etag) {
                    found.insert(row.name().to_owned(), (row.bytes(), md5));
                }
            }
            Ok(None) => return Ok(found),
            // It is not there, or may not be looked at: all is sent.
            Err(e) if matches!(e.kind(), Kind::NotFound | Kind::Forbidden) => return Ok(HashMap::new()),
            Err(e) => return Err(e),
        }
    }
}

/// Makes `result` that of a segment that need not be stored again, as a listing shows it with this size and MD5; `false`
/// when it is not there any more. `headers` are those of the object.
pub(super) fn take_up(
    (remote, headers): (&Remote, &Headers),
    (container, name): (&str, &str),
    (size, md5): (u64, &str),
    result: &mut JobResult,
    turn: &Turn,
) -> Result<bool> {
    let (connection, request) = (&remote.connection, remote.request(turn));
    // Listings lag behind what was deleted. A dynamic object would just lack it, and of a static one all would fail.
    let gone = |e: Error| if e.kind() == Kind::NotFound { Ok(false) } else { Err(e) };
    let head = match connection.head_object(container, name, &request) {
        Ok(head) => head,
        Err(e) => return gone(e),
    };
    let there = head.headers().get_str("etag").and_then(md5_of_etag);
    if head.content_length() != Some(size) || there.as_deref() != Some(md5) {
        return Ok(false);
    }
    let mut attempts = head.attempts();
    let expiry = expiry(headers);
    if !expiry.is_empty() || head.headers().get("x-delete-at").is_some() {
        // It must not end before the object does.
        match connection.post_object(container, name, &Request { headers: expiry, ..request }) {
            Ok(response) => attempts += response.attempts(),
            Err(e) => return gone(e),
        }
    }
    result.attempts = attempts;
    result.http_status = 200;
    result.headers.set("etag", md5.as_bytes());
    result.status = Some(FOUND);
    Ok(true)
}

/// A segment that is stored.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub name: String,
    pub size: u64,
    pub etag: Option<String>,
    /// It was not sent: it lay there, and may be part of another object, or of the one before.
    pub found: bool,
}

/// The segments of an object, as they get done.
#[derive(Default)]
pub(super) struct Done {
    pub stored: Mutex<Vec<Option<Stored>>>,
    /// Requests made for them.
    pub attempts: AtomicU64,
    /// The first failure.
    pub failure: OnceLock<Error>,
}

impl Done {
    pub fn of(count: usize) -> Done {
        Done { stored: Mutex::new(vec![None; count]), ..Done::default() }
    }

    /// Notes what became of segment `index`, and returns the result about it.
    pub fn note(&self, index: usize, name: &str, size: u64, mut result: JobResult) -> JobResult {
        self.attempts.fetch_add(u64::from(result.attempts), Ordering::Relaxed);
        if let Some(e) = &result.error {
            let _ = self.failure.set(e.clone());
            return result;
        }
        let etag = result.headers.get_str("etag").and_then(md5_of_etag);
        if let Some(part) = &mut result.part {
            part.etag.clone_from(&etag);
        }
        let mut stored = lock(&self.stored);
        if stored.len() <= index {
            stored.resize(index + 1, None);
        }
        let found = result.status == Some(FOUND);
        stored[index] = Some(Stored { name: name.to_owned(), size, etag, found });
        result
    }

    /// Why there is no manifest when `failed` of the segments of an object failed.
    pub fn failed(&self, failed: usize, object: &str) -> Error {
        // Cancelled ones have told nothing.
        let why = self.failure.get().cloned();
        let why = why.unwrap_or_else(|| Error::new(Kind::Cancelled, "cancelled"));
        why.context(format_args!("no manifest is made: {failed} of the segments of {object} failed"))
    }
}

/// What is made of segments.
pub(super) enum Kinds {
    /// A static large object, whose manifests may have so many segments.
    Static(usize),
    /// A dynamic large object of all that begins with this.
    Dynamic(String),
}

/// What a static large object is made of, in order.
pub(super) enum Entry {
    Stored(Stored),
    /// Bytes that stand in the manifest.
    Data(Vec<u8>),
}

impl Entry {
    fn is_data(&self) -> bool {
        matches!(self, Entry::Data(_))
    }

    fn size(&self) -> u64 {
        match self {
            Entry::Stored(s) => s.size,
            Entry::Data(data) => data.len() as u64,
        }
    }
}

/// Stores the manifest of an object.
pub(super) struct Manifests<'a> {
    pub remote: &'a Remote,
    /// Container and name.
    pub object: (&'a str, &'a str),
    pub segment_container: &'a str,
    /// What the names of its segments begin with.
    pub prefix: &'a str,
    pub headers: &'a Headers,
    pub checksum: bool,
}

impl Manifests<'_> {
    /// Stores the manifest, and those within it where one cannot name all; the places of these are added to `places`.
    pub fn store(
        &self,
        kind: &Kinds,
        entries: Vec<Entry>,
        turn: &Turn,
        places: &mut Places,
    ) -> Result<Response> {
        let connection = &self.remote.connection;
        let (container, object) = self.object;
        let request = |headers: Headers| Request {
            headers,
            checksum: Some(self.checksum),
            ..self.remote.request(turn)
        };
        let most = match kind {
            Kinds::Dynamic(prefix) => {
                let r = request(self.headers.clone());
                return connection.put_dlo(container, object, self.segment_container, prefix, &r);
            }
            Kinds::Static(most) => *most,
        };
        let (mut level, mut made) = (entries, 0);
        while level.iter().filter(|e| !e.is_data()).count() > most {
            let mut outer = Vec::with_capacity(level.len().div_ceil(most));
            for group in groups(&level, most) {
                let name = format!("{}manifest-{made:08}", self.prefix);
                made += 1;
                let manifest = self.manifest(group)?;
                let r = request(expiry(self.headers));
                connection.put_slo(self.segment_container, &name, &manifest, &r)?;
                places.push((self.segment_container.to_owned(), name.clone()));
                let size = group.iter().map(Entry::size).sum();
                outer.push(Entry::Stored(Stored { name, size, etag: manifest.etag(), found: false }));
            }
            level = outer;
        }
        connection.put_slo(container, object, &self.manifest(&level)?, &request(self.headers.clone()))
    }

    fn manifest(&self, entries: &[Entry]) -> Result<Manifest> {
        let mut manifest = Manifest::new();
        for entry in entries {
            manifest.push(match entry {
                Entry::Stored(s) => {
                    Segment::object(self.segment_container, &s.name, s.etag.as_deref(), Some(s.size), None)?
                }
                Entry::Data(data) => Segment::inline(data)?,
            });
        }
        Ok(manifest)
    }
}

/// Entries in groups of at most so many objects, with at least one in each: of bytes alone no manifest may be.
fn groups(mut entries: &[Entry], most: usize) -> Vec<&[Entry]> {
    let mut groups = Vec::new();
    while !entries.is_empty() {
        let mut objects = 0;
        let full = entries.iter().position(|e| {
            objects += usize::from(!e.is_data());
            objects > most
        });
        let (group, rest) = entries.split_at(full.unwrap_or(entries.len()));
        groups.push(group);
        entries = rest;
    }
    groups
}

/// Whether the manifest may have been stored though the answer does not say so: then it needs its segments.
pub(super) fn maybe_stored(result: &JobResult) -> bool {
    result.error.as_ref().is_some_and(|e| e.attempts() > 0 && !e.refused_each_time())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_manifest_within_has_an_object() {
        let entries: Vec<Entry> = "ddoddoodddod"
            .chars()
            .map(|c| match c {
                'd' => Entry::Data(vec![1]),
                _ => Entry::Stored(Stored { name: "o".into(), size: 1, etag: None, found: false }),
            })
            .collect();
        let shown = |most| -> Vec<String> {
            let shown = |e: &Entry| if e.is_data() { 'd' } else { 'o' };
            groups(&entries, most).into_iter().map(|g| g.iter().map(shown).collect()).collect()
        };
        assert_eq!(shown(1), ["ddodd", "o", "oddd", "od"]);
        assert_eq!(shown(2), ["ddoddo", "odddod"]);
        assert_eq!(shown(9), ["ddoddoodddod"]);
    }
}
