//! The segments of an object that outgrew `segment_size`: named as python-swiftclient names those of a stream, sent
//! one after the other, deleted again when the object comes to nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::Receiver;

use super::job::{Job, Plan};
use super::manifest::{self, Entry};
use crate::core::digest::md5_of_etag;
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::source::Source;
use crate::core::source::feed::{Feed, Piece};

/// What a Swift takes that does not say otherwise.
const MOST_IN_MANIFEST: usize = 1000;

/// After a request that was cut off the server is given this long to be done with it.
const SECOND_LOOKS: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];

/// The segments so far.
#[derive(Default)]
pub(super) struct Segments {
    stored: Vec<Entry>,
    /// Names of all that may have been stored, the one at hand too.
    begun: Vec<String>,
    /// How many a manifest may have.
    most: usize,
    /// Of the last of `begun` no answer came: the server may still be at work on it.
    open: bool,
}

impl Segments {
    /// Sends all that comes after `first`.
    pub fn send(&mut self, job: &Arc<Job>, first: Vec<u8>, pieces: Receiver<Piece>) -> Result<()> {
        self.prepare(job)?;
        let given_up = || Error::new(Kind::Cancelled, "given up before its end");
        let mut next = Piece::Bytes(first);
        while let Piece::Bytes(bytes) = next {
            let (body, most) = match job.plan {
                Plan::Streamed(size) => {
                    (Source::feed(Feed::new(vec![bytes], pieces.clone(), job.buffer, size)), size)
                }
                // It is whole.
                _ => (Source::memory(Arc::new(bytes)), 0),
            };
            let size = self.put(job, &body)?;
            // A shorter one has come to the end already.
            next = if size < most { Piece::End } else { pieces.recv().map_err(|_| given_up())? };
        }
        Ok(())
    }

    /// Makes sure before anything is sent that it can become an object.
    fn prepare(&mut self, job: &Job) -> Result<()> {
        self.most = MOST_IN_MANIFEST;
        let extras = || Request { headers: job.access(), query: Vec::new(), ..job.request() };
        // Nothing of the caller's is for a request without token.
        let plain = Request { headers: Headers::new(), query: Vec::new(), ..job.request() };
        if let Ok(Some(info)) = job.connection.known_capabilities(&plain) {
            if !info.has("slo") {
                let text = "the cluster has no static large objects: set segment_size to 0 to store it as one object";
                return Err(Error::new(Kind::Unsupported, text));
            }
            let most = info.integer("slo.max_manifest_segments").and_then(|n| usize::try_from(n).ok());
            self.most = most.filter(|m| *m > 1).unwrap_or(MOST_IN_MANIFEST);
        }
        job.check()?;
        if job.header("if-none-match").is_some()
            && job.connection.head_object(&job.container, &job.object, &extras()).is_ok()
        {
            let text = format!("{}/{} exists, and If-None-Match says it must not", job.container, job.object);
            return Err(Error::new(Kind::Precondition, text));
        }
        match job.connection.head_container(&job.segment_container, &extras()) {
            Err(e) if e.kind() == Kind::NotFound => {}
            // Who may write need not be allowed to look.
            _ => return job.check(),
        }
        let mut r = extras();
        match job.connection.head_container(&job.container, &extras()) {
            Ok(head) => {
                if let Some(policy) = head.headers().get_str("x-storage-policy") {
                    r.set_header("X-Storage-Policy", Some(policy))?;
                }
            }
            Err(e) if e.kind() == Kind::NotFound => return Err(e.remark("does the container exist?")),
            Err(_) => job.check()?,
        }
        job.connection.put_container(&job.segment_container, &r).map(|_| ()).map_err(|e| {
            e.context(format_args!(
                "the container {:?} of the segments cannot be made",
                job.segment_container
            ))
        })
    }

    fn put(&mut self, job: &Arc<Job>, body: &Source) -> Result<u64> {
        let name = format!("{}{:08}", job.prefix, self.stored.len());
        let mut r = extras(job)?;
        r.set_header("Content-Type", Some("application/swiftclient-segment"))?;
        let size = Arc::new(AtomicU64::new(0));
        let before: u64 = self.stored.iter().map(|s| s.size).sum();
        job.count(&mut r, before);
        let (counted, own) = (r.progress.take(), size.clone());
        r.progress = Some(Arc::new(move |moved, total| {
            own.store(moved, Ordering::Relaxed);
            counted.as_ref().is_none_or(|c| c(moved, total))
        }));
        self.begun.push(name.clone());
        let stored = job.connection.put_object(&job.segment_container, &name, body, &r).map_err(|e| {
            self.open = e.failure().is_none();
            job.explain(e, size.load(Ordering::Relaxed))
        })?;
        let size = size.load(Ordering::Relaxed);
        let etag = stored.headers().get_str("etag").and_then(md5_of_etag);
        self.stored.push(Entry { name, etag, size });
        Ok(size)
    }

    /// Makes the object of them.
    pub fn store(mut self, job: &Job) -> Result<Response> {
        // Manifests of segments, and of those if need be, until one can name all that is left.
        let mut made = 0;
        while self.stored.len() > self.most {
            let mut outer = Vec::new();
            for group in self.stored.chunks(self.most) {
                let name = format!("{}manifest-{made:08}", job.prefix);
                made += 1;
                let r = extras(job)?;
                self.begun.push(name.clone());
                match manifest::put(job, (&job.segment_container, &name), group, r) {
                    Ok((_, etag)) => {
                        let size = group.iter().map(|s| s.size).sum();
                        outer.push(Entry { name, etag, size });
                    }
                    Err(e) => return Err(self.give_up(job, e)),
                }
            }
            self.stored = outer;
        }
        let mut r = job.request();
        r.headers.remove("etag");
        if let Some(after) = job.header("x-delete-after") {
            self.end_together(job, after, &mut r)?;
        }
        match manifest::put(job, (&job.container, &job.object), &self.stored, r) {
            Ok((response, _)) => Ok(response),
            Err(e) if e.refused_each_time() && !may_be_ours(job, &e) => Err(self.give_up(job, e)),
            // It may have been stored all the same, and then it needs them.
            Err(e) => {
                let place = format!("{}/{}", job.segment_container, job.prefix);
                Err(e.remark(format_args!("its segments stay, for it may have been stored: {place}")))
            }
        }
    }

    /// An object that ends so many seconds after it is made must not outlive its segments, made before: it ends with the
    /// first of them.
    fn end_together(&self, job: &Job, after: &str, r: &mut Request) -> Result<()> {
        let first = self.begun.first().map(|name| {
            let r = Request { headers: job.access(), query: Vec::new(), ..job.request() };
            job.connection.head_object(&job.segment_container, name, &r)
        });
        if let Some(at) = first.and_then(|head| head.ok()?.headers().get_u64("x-delete-at")) {
            r.headers.remove("x-delete-after");
            return r.set_header("X-Delete-At", Some(&at.to_string()));
        }
        // Who may write need not be allowed to look.
        if let Ok(after) = after.trim().parse::<u64>() {
            let left = after.saturating_sub(job.began.elapsed().as_secs() + 1).max(1);
            r.set_header("X-Delete-After", Some(&left.to_string()))?;
        }
        Ok(())
    }

    /// Deletes what was stored of an object that failed; the failure, and what could not be deleted.
    pub fn give_up(&self, job: &Job, e: Error) -> Error {
        match self.clean(job) {
            Ok(()) => e,
            Err(why) => e.remark(why),
        }
    }

    /// Deletes what was stored, unless it shall stay.
    pub fn clean(&self, job: &Job) -> Result<()> {
        if job.leave {
            return Ok(());
        }
        let mut failed = None;
        for (i, name) in self.begun.iter().enumerate() {
            let mut deleted = job.delete(&job.segment_container, name);
            // What was sent whole may be stored yet, after a deletion that found nothing.
            let open = self.open && i + 1 == self.begun.len();
            for pause in SECOND_LOOKS.iter().take_while(|_| open) {
                if !matches!(deleted, Ok(false)) {
                    break;
                }
                std::thread::sleep(*pause);
                deleted = job.delete(&job.segment_container, name);
            }
            if let Err(e) = deleted {
                failed.get_or_insert((e, 0)).1 += 1;
            }
        }
        match failed {
            None => Ok(()),
            Some((e, n)) => {
                let place = format!("{}/{}", job.segment_container, job.prefix);
                Err(e.context(format_args!("{n} of its segments could not be deleted, see {place}")))
            }
        }
    }
}

/// The extras of what lies beside the object.
fn extras(job: &Job) -> Result<Request> {
    let mut r = Request { headers: job.access(), query: Vec::new(), ..job.request() };
    // Without them it would stay when the object is long gone. Counted from its own time it goes after the object.
    for expiry in ["X-Delete-At", "X-Delete-After"] {
        r.set_header(expiry, job.header(expiry))?;
    }
    Ok(r)
}

/// Whether what a condition failed for may be the object itself, stored by an attempt whose answer was lost.
fn may_be_ours(job: &Job, e: &Error) -> bool {
    if e.kind() != Kind::Precondition {
        return false;
    }
    let r = Request { headers: job.access(), query: Vec::new(), ..job.request() };
    match job.connection.get_slo_manifest(&job.container, &job.object, &r) {
        Ok(there) => there.segments().iter().any(|s| s.name().is_some_and(|n| n.starts_with(&job.prefix))),
        Err(e) => !matches!(e.kind(), Kind::NotFound | Kind::State),
    }
}
