//! What a writer works on, and how the thread that sends goes about it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, SendError, Sender};

use super::segments::Segments;
use crate::core::cancel::Cancel;
use crate::core::config::Config;
use crate::core::connection::Connection;
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::names;
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::source::Source;
use crate::core::source::feed::{Feed, Piece};

/// How long the deletion of one segment may take that nobody needs any more.
const CLEANING: Duration = Duration::from_secs(60);

/// How an object is sent that is not small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// As one object, in chunks.
    Single,
    /// In segments of this size, each sent from memory.
    Whole(usize),
    /// In segments of this size, each sent in chunks while it is written.
    Streamed(u64),
}

impl Plan {
    /// Up to this size an object is small.
    pub fn small(self, buffer: usize) -> usize {
        match self {
            Plan::Whole(size) => size,
            Plan::Single | Plan::Streamed(_) => buffer,
        }
    }
}

/// What was sent.
pub(super) enum Done {
    /// The object.
    Object(Box<Response>),
    /// Its segments, which lack their manifest.
    Segments(Segments),
}

/// What a writer works on; the same to all its threads.
pub(super) struct Job {
    pub connection: Connection,
    pub container: String,
    pub object: String,
    /// The caller's extras, without progress and with a token of the writer's own.
    request: Request,
    pub cancel: Cancel,
    deadline: Option<Instant>,
    pub began: Instant,
    pub plan: Plan,
    pub buffer: usize,
    pub segment_container: String,
    /// What the names of all segments begin with.
    pub prefix: String,
    /// Segments stay when the object fails.
    pub leave: bool,
    /// Bytes that have gone out; never less than before.
    pub sent: AtomicU64,
}

impl Job {
    pub fn new(
        connection: &Connection,
        container: &str,
        object: &str,
        settings: &Config,
        r: &Request,
    ) -> Result<Job> {
        names::check_container(container)?;
        names::check_object(object)?;
        let segment_size = settings.get_size("segment_size")?;
        let buffer = usize::try_from(settings.get_size("buffer_size")?).unwrap_or(usize::MAX);
        let plan = match usize::try_from(segment_size) {
            _ if segment_size == 0 => Plan::Single,
            Ok(size) if size <= buffer => Plan::Whole(size),
            _ => Plan::Streamed(segment_size),
        };
        let segment_container = match settings.get("segment_container")? {
            "" => format!("{container}_segments"),
            own => own.to_owned(),
        };
        names::check_container(&segment_container).map_err(|e| e.context("option segment_container"))?;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let prefix = format!("{object}/slo/{}.{:06}/{segment_size}/", now.as_secs(), now.subsec_micros());
        let cancel = Cancel::child(r.cancel.as_ref());
        let mut request = Request { cancel: Some(cancel.clone()), progress: None, ..r.clone() };
        request.checksum = Some(match r.checksum {
            Some(said) => said,
            None => settings.get_bool("checksum")?,
        });
        let began = Instant::now();
        Ok(Job {
            connection: connection.clone(),
            container: container.to_owned(),
            object: object.to_owned(),
            request,
            cancel,
            deadline: r.timeout.and_then(|t| began.checked_add(t)),
            began,
            plan,
            buffer,
            segment_container,
            prefix,
            leave: settings.get_bool("leave_segments")?,
            sent: AtomicU64::new(0),
        })
    }

    /// The extras of a call that begins now.
    pub fn request(&self) -> Request {
        let mut r = self.request.clone();
        if let Some(deadline) = self.deadline {
            r.timeout = Some(deadline.saturating_duration_since(Instant::now()));
        }
        r
    }

    /// An error when the writer was cancelled or its time is up.
    pub fn check(&self) -> Result<()> {
        if self.cancel.is_cancelled() {
            return Err(Error::new(Kind::Cancelled, "cancelled"));
        }
        if self.deadline.is_some_and(|d| Instant::now() >= d) {
            let e = Error::new(Kind::Timeout, "the deadline of the writer passed");
            return Err(e.with_retryable(false));
        }
        Ok(())
    }

    /// Counts what is sent behind the first `before` bytes.
    pub fn count(self: &Arc<Self>, r: &mut Request, before: u64) {
        let job = self.clone();
        r.progress = Some(Arc::new(move |moved, _| {
            job.sent.fetch_max(before + moved, Ordering::Relaxed);
            true
        }));
    }

    /// Sends all that comes after `first`, tells what became of it, and leaves nothing behind of what failed.
    pub fn run(
        self: &Arc<Self>,
        first: Vec<u8>,
        pieces: Receiver<Piece>,
        tell: &Sender<Result<Done>>,
    ) -> Result<()> {
        if self.plan == Plan::Single {
            let _ = tell.send(self.send_object(first, pieces));
            return Ok(());
        }
        let mut segments = Segments::default();
        match segments.send(self, first, pieces) {
            Ok(()) => match tell.send(Ok(Done::Segments(segments))) {
                Err(SendError(Ok(Done::Segments(segments)))) => segments.clean(self),
                _ => Ok(()),
            },
            // Who has no time does not wait for that.
            Err(e) if e.kind() == Kind::Cancelled || self.check().is_err() => {
                let _ = tell.send(Err(e));
                segments.clean(self)
            }
            Err(e) => {
                let cleaned = segments.clean(self);
                let remark = cleaned.as_ref().err().map(ToString::to_string);
                let _ = tell.send(Err(remark.into_iter().fold(e, Error::remark)));
                cleaned
            }
        }
    }

    fn send_object(self: &Arc<Self>, first: Vec<u8>, pieces: Receiver<Piece>) -> Result<Done> {
        let mut r = self.request();
        self.count(&mut r, 0);
        let body = Source::feed(Feed::new(vec![first], pieces, self.buffer, u64::MAX));
        let stored = self.connection.put_object(&self.container, &self.object, &body, &r);
        Ok(Done::Object(Box::new(stored.map_err(|e| self.explain(e, self.sent.load(Ordering::Relaxed)))?)))
    }

    /// Says what can be done about what could not be sent again, of a body that `sent` bytes were taken of.
    pub fn explain(&self, e: Error, sent: u64) -> Error {
        if sent <= self.buffer as u64 || !(e.retryable() || e.http_status() == 401) {
            return e;
        }
        let other = if self.plan == Plan::Single { "; in segments no larger than that it could" } else { "" };
        e.remark(format_args!("what was sent beyond buffer_size ({} bytes) is not kept{other}", self.buffer))
    }

    /// Deletes an object nobody needs any more, whatever became of the writer; whether there was one.
    pub fn delete(&self, container: &str, object: &str) -> Result<bool> {
        let r = Request { headers: self.access(), timeout: Some(CLEANING), ..Request::new() };
        match self.connection.separate().delete_object(container, object, &r) {
            Ok(_) => Ok(true),
            Err(e) if e.kind() == Kind::NotFound => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// The caller's headers that are about the access and not about the object.
    pub fn access(&self) -> Headers {
        let mut headers = Headers::new();
        for (name, value) in self.request.headers.iter() {
            let lower = name.to_ascii_lowercase();
            let of_the_object =
                matches!(
                    lower.as_str(),
                    "content-type"
                        | "content-encoding"
                        | "content-disposition"
                        | "content-language"
                        | "cache-control"
                        | "expires"
                        | "etag"
                        | "range"
                        | "x-robots-tag"
                        | "x-detect-content-type"
                        | "x-object-manifest"
                        | "x-delete-at"
                        | "x-delete-after"
                ) || ["x-object-", "x-symlink-", "x-copy-", "if-"].iter().any(|p| lower.starts_with(p));
            if !of_the_object {
                headers.push(name, value);
            }
        }
        headers
    }

    /// A header of the caller's.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers.get_str(name)
    }
}
