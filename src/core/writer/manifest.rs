//! The manifest of the segments a writer has stored.

use super::job::Job;
use crate::core::error::Result;
use crate::core::manifest::{Manifest, Segment};
use crate::core::request::Request;
use crate::core::response::Response;

/// A segment, or the manifest of some.
pub(super) struct Entry {
    pub name: String,
    /// Its MD5, or the ETag of the manifest; `None` when the server told none.
    pub etag: Option<String>,
    pub size: u64,
}

/// Stores a manifest; its ETag, as far as it can be known.
pub(super) fn put(
    job: &Job,
    (container, object): (&str, &str),
    entries: &[Entry],
    mut r: Request,
) -> Result<(Response, Option<String>)> {
    let mut manifest = Manifest::new();
    for e in entries {
        let etag = e.etag.as_deref();
        manifest.push(Segment::object(&job.segment_container, &e.name, etag, Some(e.size), None)?);
    }
    // It costs nothing, and finds out a server that takes a manifest for an object.
    r.checksum = Some(true);
    Ok((job.connection.put_slo(container, object, &manifest, &r)?, manifest.etag()))
}
