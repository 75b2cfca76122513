//! The manifest of the segments a writer has stored.

use std::sync::Arc;

use serde_json::json;

use super::job::Job;
use crate::core::digest::{Sum, md5_of_etag};
use crate::core::error::{Error, Kind, Result};
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::source::Source;

/// A segment, or the manifest of some.
pub(super) struct Entry {
    pub name: String,
    /// Its MD5, or the ETag of the manifest; `None` when the server told none.
    pub etag: Option<String>,
    pub size: u64,
}

/// The ETag of an object made of these.
pub(super) fn etag_of(entries: &[Entry]) -> Option<String> {
    let mut sum = Sum::new();
    for entry in entries {
        sum.update(entry.etag.as_ref()?.as_bytes());
    }
    Some(sum.hex())
}

/// Stores a manifest, and checks that it is one.
pub(super) fn put(
    job: &Job,
    (container, object): (&str, &str),
    entries: &[Entry],
    mut r: Request,
) -> Result<Response> {
    let rows: Vec<_> = entries
        .iter()
        .map(|e| {
            let path = format!("/{}/{}", job.segment_container, e.name);
            json!({"path": path, "etag": e.etag, "size_bytes": e.size})
        })
        .collect();
    let text = serde_json::to_vec(&rows).map_err(|e| Error::invalid(format!("the manifest: {e}")))?;
    r.set_query("multipart-manifest", Some("put"))?;
    let response = job.connection.put_object(container, object, &Source::memory(Arc::new(text)), &r)?;
    let (etag, expected) = (response.headers().get_str("etag").and_then(md5_of_etag), etag_of(entries));
    if let (Some(etag), Some(expected)) = (etag, expected)
        && etag != expected
    {
        let text = format!(
            "{container}/{object}: the manifest was stored with the ETag {etag}, its segments make {expected} \
             (transaction {})",
            response.transaction_id().unwrap_or("unknown")
        );
        return Err(Error::new(Kind::Checksum, text));
    }
    Ok(response)
}
