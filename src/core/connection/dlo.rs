//! Dynamic large objects: a manifest that says where the segments lie, which are those the listing shows.

use std::sync::Arc;
use std::time::Duration;

use super::Connection;
use crate::core::error::{Error, Kind, Result};
use crate::core::report::{PathError, Report};
use crate::core::request::Request;
use crate::core::response::{Location, Response};
use crate::core::source::Source;

/// How long to wait for a listing when the caller does not say.
const PATIENCE: Duration = Duration::from_secs(15);
/// Pauses between two looks at a listing: the first and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// So many segments are deleted at a time.
const PAGE: usize = 10_000;

impl Connection {
    /// Stores the manifest of a dynamic large object, which has no bytes of its own: those of all objects in
    /// `segment_container` whose names begin with `prefix`, in the order of their names.
    pub fn put_dlo(
        &self,
        container: &str,
        object: &str,
        segment_container: &str,
        prefix: &str,
        r: &Request,
    ) -> Result<Response> {
        let mut r = r.clone();
        r.set_dlo(Some((segment_container, prefix)))?;
        self.put_object(container, object, &Source::memory(Arc::new(Vec::new())), &r)
    }

    /// Replaces the metadata of a dynamic large object, which stays one: POST would make it an empty object.
    pub fn post_dlo(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        let batch = self.batch(r);
        let segments = self.segments_of(container, object, &batch.plain()?)?;
        let mut r = batch.request(r)?;
        r.set_dlo(Some((&segments.0, &segments.1)))?;
        self.post_object(container, object, &r)
    }

    /// Deletes a dynamic large object with its segments, which are all objects that the listing shows for its prefix.
    /// The manifest goes last, and only when all segments are gone, so that the call can be made again. What is left,
    /// and why, is in the report of the error. Where the container keeps what is deleted it is refused, as
    /// [`delete_slo`](Connection::delete_slo) is.
    pub fn delete_dlo(&self, container: &str, object: &str, r: &Request) -> Result<Report> {
        let batch = self.batch(r);
        // The object itself, and as it is now: the segments behind a link are those of another object, and a manifest that
        // was replaced may have named others.
        let own = self.examine(&Location::here(container, object), &batch.plain()?)?;
        let manifest = own.headers.get_decoded("x-object-manifest").filter(|_| own.target.is_none());
        let manifest = manifest.as_deref().and_then(segments);
        let (from, prefix) = manifest.ok_or_else(|| no_dlo(container, object))?;
        self.check_not_kept(container, object, r, &batch.plain()?)?;
        let itself = format!("{container}/{object}");
        let mut sum = Report::done(200, "OK");
        let mut one_by_one = false;
        let mut list = batch.plain()?;
        list.set_query("prefix", Some(&prefix))?;
        let mut listing = self.list_container(&from, &list)?;
        loop {
            let mut page = Vec::new();
            while page.len() < PAGE {
                match listing.next() {
                    Ok(Some(entry)) => page.push(format!("{from}/{}", entry.name())),
                    Ok(None) => break,
                    Err(e) => return Err(with_report(e, sum)),
                }
            }
            if page.is_empty() {
                break;
            }
            // Its own name may begin with the prefix.
            page.retain(|path| *path != itself);
            if !page.is_empty() && !one_by_one {
                match batch.plain().and_then(|r| self.bulk_delete(&page, &r)) {
                    Ok(report) => {
                        sum.merge(report);
                        page.clear();
                    }
                    Err(e) if e.kind() == Kind::Unsupported => one_by_one = true,
                    Err(e) => match e.report() {
                        Some(report) => {
                            let mut sum = sum;
                            sum.merge(Report::clone(report));
                            return Err(with_report(e, sum));
                        }
                        None => return Err(with_report(e, sum)),
                    },
                }
            }
            for path in page {
                match batch.delete(&path) {
                    Ok(true) => sum.count_deleted(),
                    Ok(false) => sum.count_not_found(),
                    Err(e) => {
                        sum.errors_mut().push(PathError::new(&path, e.message()));
                        return Err(with_report(e, sum));
                    }
                }
            }
        }
        match self.delete_object(container, object, &batch.request(r)?) {
            Ok(_) => sum.count_deleted(),
            Err(e) => {
                sum.errors_mut().push(PathError::new(&itself, e.message()));
                return Err(with_report(e, sum));
            }
        }
        Ok(sum)
    }

    /// Waits until a dynamic large object has this size: the listing it is made from may be behind what was stored.
    /// Waits as long as the request allows, or 15 seconds.
    pub fn wait_dlo(&self, container: &str, object: &str, size: u64, r: &Request) -> Result<Response> {
        let mut r = r.clone();
        r.timeout = Some(r.timeout.unwrap_or(PATIENCE));
        let batch = self.batch(&r);
        let mut pause = PAUSES.0;
        let mut seen = 0;
        let late = |seen: u64| {
            let text = format!(
                "Object HEAD \"{container}/{object}\": its segments have {seen} of {size} bytes so far, as the listing \
                 has it"
            );
            Error::new(Kind::Timeout, text).with_retryable(true)
        };
        loop {
            let head = match batch.request(&r).and_then(|r| self.head_object(container, object, &r)) {
                Ok(head) => head,
                Err(e) if e.kind() == Kind::Timeout => return Err(late(seen).remark(e)),
                Err(e) => return Err(e),
            };
            seen = match head.content_length() {
                _ if head.dlo_manifest().is_none() => return Err(no_dlo(container, object)),
                Some(length) => length,
                // More segments than a page of the listing has.
                None => self.listed_bytes(&head, &batch.plain()?)?,
            };
            if seen == size {
                return Ok(head);
            }
            if !batch.has_time(pause) {
                return Err(late(seen));
            }
            batch.sleep(pause)?;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    /// What the segments of a dynamic large object have together, as the listing shows them.
    fn listed_bytes(&self, head: &Response, r: &Request) -> Result<u64> {
        let (container, prefix) = head.dlo_manifest().as_deref().and_then(segments).unwrap_or_default();
        let mut r = r.clone();
        r.set_query("prefix", Some(&prefix))?;
        let mut listing = self.list_container(&container, &r)?;
        let mut bytes = 0u64;
        while let Some(entry) = listing.next()? {
            bytes = bytes.saturating_add(entry.bytes());
        }
        Ok(bytes)
    }

    /// Container and prefix of the segments.
    fn segments_of(&self, container: &str, object: &str, r: &Request) -> Result<(String, String)> {
        let head = self.head_object(container, object, r)?;
        head.dlo_manifest().as_deref().and_then(segments).ok_or_else(|| no_dlo(container, object))
    }
}

fn segments(manifest: &str) -> Option<(String, String)> {
    let (container, prefix) = manifest.strip_prefix('/').unwrap_or(manifest).split_once('/')?;
    (!container.is_empty() && !prefix.is_empty()).then(|| (container.to_owned(), prefix.to_owned()))
}

#[cold]
fn no_dlo(container: &str, object: &str) -> Error {
    let path = format!("{container}/{object}");
    Error::new(Kind::State, format!("{path:?} is no dynamic large object: it has no X-Object-Manifest"))
}

/// What was done before it failed.
#[cold]
fn with_report(e: Error, mut sum: Report) -> Error {
    let (status, reason) = e.failure().map_or((0, ""), |f| (f.status, f.reason.as_str()));
    sum.conclude(status, reason, e.message());
    e.with_report(Arc::new(sum))
}
