//! How an object that is there is made up: plain, or a large object of which kind; and of what pieces.

use std::fs::File;

use super::large::MOST_SEGMENTS;
use super::verb::Remote;
use crate::core::digest::{Sum, md5_of_etag};
use crate::core::listing::Listing;
use crate::core::{Error, Headers, Kind, Request, Result};

/// Manifests within manifests are followed to this depth, one more than Swift serves.
const DEPTH: usize = 11;
/// More pieces than these are not looked at: the segments, and the manifests that name them.
const MOST_PIECES: usize = MOST_SEGMENTS + MOST_MANIFESTS;
/// More manifests than these are not read for one object. Those within one another multiply: a few small ones may stand for
/// millions.
const MOST_MANIFESTS: usize = 1 << 12;

/// What kind of object it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Made {
    Plain,
    Static,
    /// The container of its segments, and what their names begin with.
    Dynamic(String, String),
}

impl Made {
    /// As the headers of an object tell.
    pub fn of(headers: &Headers) -> Made {
        if headers.get_str("x-static-large-object").is_some_and(|v| v.trim().eq_ignore_ascii_case("true")) {
            return Made::Static;
        }
        let Some(manifest) = headers.get_decoded("x-object-manifest") else { return Made::Plain };
        match manifest.trim_start_matches('/').split_once('/') {
            Some((c, p)) if !c.is_empty() && !p.is_empty() => Made::Dynamic(c.to_owned(), p.to_owned()),
            _ => Made::Plain,
        }
    }
}

/// The media type that marks a directory; of two, the one that is written.
pub(super) const DIRECTORY: &str = "application/directory";

/// Whether the object stands for a directory (DL-07, UP-06).
pub(super) fn is_directory_marker(headers: &Headers) -> bool {
    let Some(value) = headers.get_str("content-type") else { return false };
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(DIRECTORY) || kind.eq_ignore_ascii_case("text/directory")
}

/// Whether a container keeps older versions. Who cannot look leaves segments rather than an object without them.
pub(super) fn keeps(remote: &Remote, container: &str, names: &[&str], request: &Request) -> bool {
    let own = Request { cancel: request.cancel.clone(), ..Request::new() };
    remote.connection.keeps(container, names, &own).unwrap_or(true)
}

/// A piece of a large object, in order.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    /// Container and object; none of what stands in the manifest itself.
    pub place: Option<(String, String)>,
    pub size: u64,
    /// Of just these bytes, where it is known.
    pub md5: Option<String>,
    pub data: Option<Vec<u8>>,
    /// A manifest within the manifest: it has no bytes, its pieces follow.
    pub manifest: bool,
    /// First and last byte of the object, when it is not all of it.
    pub part: Option<(u64, u64)>,
}

/// The pieces of an object that is stored as `made`.
pub(super) fn pieces(
    remote: &Remote,
    container: &str,
    object: &str,
    made: &Made,
    request: &Request,
) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    match made {
        Made::Plain => {}
        Made::Static => Expansion::new(remote).add((container, object), None, request, DEPTH, &mut out)?,
        Made::Dynamic(container, prefix) => {
            listed(remote, container, prefix, request, &mut out)?;
        }
    }
    Ok(out)
}

/// Adds what the listing shows of the segments of a dynamic large object. Returns the ETag the object has then.
fn listed(
    remote: &Remote,
    container: &str,
    prefix: &str,
    request: &Request,
    out: &mut Vec<Piece>,
) -> Result<String> {
    let query = vec![("prefix".to_owned(), Some(prefix.to_owned()))];
    let r = Request { query, cancel: request.cancel.clone(), ..Request::new() };
    let mut listing: Listing = remote.connection.list_container(container, &r)?;
    let mut etag = Sum::new();
    while let Some(row) = listing.next()? {
        if out.len() == MOST_PIECES {
            return Err(too_many(format_args!("{MOST_PIECES} segments")));
        }
        let hash = row.get("hash").unwrap_or_default();
        etag.update(hash.trim_matches('"').as_bytes());
        // The hash of a static large object is not that of its bytes.
        let md5 = if row.get("slo_etag").is_some() { None } else { md5_of_etag(hash) };
        out.push(Piece {
            place: Some((container.to_owned(), row.name().to_owned())),
            size: row.bytes(),
            md5,
            data: None,
            manifest: false,
            part: None,
        });
    }
    Ok(etag.hex())
}

/// The pieces of a dynamic large object that has this ETag; an error when the listing shows others, as it may from one
/// moment to the next.
pub(super) fn pieces_of_dynamic(
    remote: &Remote,
    (container, prefix): (&str, &str),
    etag: &str,
    request: &Request,
) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    let found = listed(remote, container, prefix, request, &mut out)?;
    if md5_of_etag(etag) != Some(found) {
        let text =
            format!("the listing of /{container}/{prefix} is not that of the object that was asked for");
        return Err(Error::new(Kind::Protocol, text));
    }
    Ok(out)
}

/// The pieces of a static large object that has this ETag; an error when what there is now has another.
pub(super) fn pieces_of_static(
    remote: &Remote,
    container: &str,
    object: &str,
    etag: &str,
    request: &Request,
) -> Result<Vec<Piece>> {
    let mut out = Vec::new();
    Expansion::new(remote).add((container, object), Some(etag), request, DEPTH, &mut out)?;
    Ok(out)
}

#[cold]
fn too_many(what: std::fmt::Arguments<'_>) -> Error {
    Error::new(Kind::TooLarge, format!("the large object is made of more than {what}"))
}

/// The manifests of a static large object, of which no more than so many are read.
struct Expansion<'a> {
    remote: &'a Remote,
    manifests: usize,
}

impl<'a> Expansion<'a> {
    fn new(remote: &'a Remote) -> Expansion<'a> {
        Expansion { remote, manifests: 0 }
    }

    fn add(
        &mut self,
        (container, object): (&str, &str),
        etag: Option<&str>,
        request: &Request,
        depth: usize,
        out: &mut Vec<Piece>,
    ) -> Result<()> {
        let r = Request { query: request.query.clone(), cancel: request.cancel.clone(), ..Request::new() };
        self.manifests += 1;
        if self.manifests > MOST_MANIFESTS {
            return Err(too_many(format_args!("{MOST_MANIFESTS} manifests within manifests")));
        }
        let manifest = self.remote.connection.get_slo_manifest(container, object, &r)?;
        if let Some(etag) = etag
            && manifest.etag() != md5_of_etag(etag)
        {
            let text =
                format!("the manifest of /{container}/{object} is not that of the object that was asked for");
            return Err(Error::new(Kind::Protocol, text));
        }
        for segment in manifest.segments() {
            if out.len() == MOST_PIECES {
                return Err(too_many(format_args!("{MOST_PIECES} segments")));
            }
            let place = segment.container().zip(segment.name());
            if let (Some((c, o)), true, None) = (place, segment.is_slo() && depth > 0, segment.part()) {
                let size = segment.size().unwrap_or(0);
                let place = Some((c.to_owned(), o.to_owned()));
                out.push(Piece { place, size, md5: None, data: None, manifest: true, part: None });
                let inner = Request { query: Vec::new(), ..r.clone() };
                // Whoever knows which object is meant knows which manifests are.
                let inner_etag = etag.and(segment.etag());
                self.add((c, o), inner_etag, &inner, depth - 1, out)?;
                continue;
            }
            // Of part of an object, and of a large one, no sum is known.
            let whole = segment.part().is_none() && !segment.is_slo();
            out.push(Piece {
                place: place.map(|(c, o)| (c.to_owned(), o.to_owned())),
                size: segment.length().unwrap_or(0),
                md5: if whole { segment.etag().and_then(md5_of_etag) } else { None },
                data: segment.data().map(<[u8]>::to_vec),
                manifest: false,
                part: segment.part().zip(segment.size()).and_then(|(part, size)| part.of(size)),
            });
        }
        Ok(())
    }
}

/// Whether a file holds just these pieces. One whose bytes are not known counts as different.
pub(super) fn same_as_file(
    pieces: &[Piece],
    size: u64,
    file: &File,
    sum: impl Fn(&File, u64, u64) -> Result<Option<String>>,
) -> Result<bool> {
    let bytes = || pieces.iter().filter(|p| !p.manifest);
    let total = bytes().try_fold(0_u64, |sum, p| sum.checked_add(p.size));
    if pieces.is_empty() || total != Some(size) {
        return Ok(false);
    }
    let mut at = 0;
    for piece in bytes() {
        let md5 = match (&piece.md5, &piece.data) {
            (Some(md5), _) => md5.clone(),
            (None, Some(data)) => Sum::of(data),
            (None, None) => return Ok(false),
        };
        if sum(file, at, piece.size)?.as_ref() != Some(&md5) {
            return Ok(false);
        }
        at += piece.size;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_no_file_can_have_are_those_of_another() {
        let piece = |size| Piece {
            place: Some(("c".into(), "o".into())),
            size,
            md5: Some("x".into()),
            data: None,
            manifest: false,
            part: None,
        };
        let file = File::open(std::env::current_exe().unwrap()).unwrap();
        let same = |sizes: &[u64], size| {
            let pieces: Vec<Piece> = sizes.iter().copied().map(piece).collect();
            same_as_file(&pieces, size, &file, |_, _, _| Ok(Some("x".to_owned()))).unwrap()
        };
        assert!(same(&[2, 3], 5));
        assert!(!same(&[u64::MAX, 6], 5));
    }
}
