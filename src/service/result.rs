//! One result of a job.

use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

use super::progress::Progress;
use super::stat::Shown;
use crate::core::http::Reason;
use crate::core::report::Report;
use crate::core::{Error, Headers, Response, Result};

/// The status of a result whose object was left alone, as it is there with the same content.
pub const IDENTICAL: &str = "skipped-identical";

/// One result of a job. It goes from hand to hand until the caller has it, so it is no more than a pointer.
#[derive(Debug, Default)]
pub struct JobResult(Box<Fields>);

/// What a result says.
#[derive(Debug)]
pub struct Fields {
    /// The caller's tag.
    pub tag: u64,
    /// The job's id.
    pub job: u64,
    /// Whether this is the job's last result; every job has exactly one.
    pub is_last: bool,
    /// python-swiftclient's action: `stat_account`, `stat_container`, `stat_object`, `list_account_part`,
    /// `list_container_part`, `post_account`, `post_container`, `post_object`, `upload_object`, `download_object`,
    /// `delete_object`, `delete_segment`, `bulk_delete`, `delete_container`, `create_container`, `create_dir_marker`,
    /// `upload_segment`, `copy_object`, `capabilities`. Ours: `copy_segment`, `upload_directory`, `download_container`, `download_account`, `delete_prefix` and `delete_account`, the last
    /// result of what a listing found; `progress`.
    pub action: &'static str,
    /// The container it is about.
    pub container: Option<String>,
    /// The object it is about.
    pub object: Option<String>,
    /// The local path.
    pub path: Option<PathBuf>,
    /// download: the name ends in a slash and the object, though no directory marker, is empty, so a directory was
    /// made of it.
    pub pseudodir: bool,
    /// Why it failed; `None` is success.
    pub error: Option<Error>,
    /// HTTP status of the last response, 0 when there was none.
    pub http_status: u16,
    /// Reason phrase of the last response; may be empty.
    pub reason: Reason,
    /// Headers of the last response.
    pub headers: Headers,
    /// Requests made.
    pub attempts: u32,
    /// How many of them the last operation took, such as the PUT of an upload; 0 when it is not known.
    pub last_attempts: u32,
    /// capabilities: the URL that was asked for them, of another cluster.
    pub url: Option<String>,
    /// capabilities: when they were asked for.
    pub asked: Option<SystemTime>,
    /// Bytes of bodies sent or received, also when it failed in the middle or they were not the right ones.
    pub bytes: u64,
    /// stat: what [`items`](JobResult::items) need besides.
    pub shown: Option<Arc<Shown>>,
    /// list: the page as the server sent it (a JSON array; empty in the last result, which has no rows);
    /// capabilities: the answer, a JSON object.
    pub json: Vec<u8>,
    /// list: the marker the page was asked for with, also when it could not be had.
    pub marker: Option<String>,
    /// list: the marker among versions the page was asked for with.
    pub version_marker: Option<String>,
    /// delete: the version that was deleted, of an object that a listing of versions found.
    pub version_id: Option<String>,
    /// list, delete: the prefix of all names.
    pub prefix: Option<String>,
    /// post, copy: the headers that were sent for it.
    pub sent: Headers,
    /// copy, also of a segment: where to, as `/container/object`.
    pub destination: Option<String>,
    /// copy: whether the metadata of the source was left behind.
    pub fresh_metadata: bool,
    /// bulk_delete: the objects.
    pub objects: Vec<String>,
    /// How many of those objects are not gone; for other results nothing.
    pub left: u64,
    /// What the server told of each path, where it did: of a bulk delete, or of the segments of a static large object.
    pub report: Option<Arc<Report>>,
    /// delete of a dynamic large object: whether all its segments are gone; `None`: it is not one.
    pub dlo_segments_deleted: Option<bool>,
    /// What came of it beyond success and failure, such as `skipped-identical`.
    pub status: Option<&'static str>,
    /// upload or copy of a segment: what it is a part of.
    pub part: Option<Box<Part>>,
    /// upload, copy: whether it is a large object now.
    pub large_object: bool,
    /// upload or copy of a large object: name, size and MD5 of each of its segments.
    pub segments: Vec<(String, u64, Option<String>)>,
    /// upload or copy of a large object: where its segments are.
    pub segment_container: Option<String>,
    /// download with `out_file` `-`: the open response.
    pub response: Option<Box<Response>>,
    /// How far the job is, in a result that tells that.
    pub progress: Option<Progress>,
    /// download: when it was begun, when there was a token, and when the headers had come.
    pub times: Option<[SystemTime; 3]>,
    /// How many objects it stands for in the progress of its job.
    pub counted: u64,
    /// When it was delivered.
    pub time: SystemTime,
}

/// What a segment is a part of.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// The container of the object.
    pub for_container: String,
    /// The object.
    pub for_object: String,
    /// Its number, from 0.
    pub index: u64,
    /// Its size in bytes.
    pub size: u64,
    /// Its MD5, once it is stored.
    pub etag: Option<String>,
}

impl Deref for JobResult {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.0
    }
}

impl DerefMut for JobResult {
    fn deref_mut(&mut self) -> &mut Fields {
        &mut self.0
    }
}

impl Default for Fields {
    fn default() -> Fields {
        Fields {
            tag: 0,
            job: 0,
            is_last: false,
            action: "",
            container: None,
            object: None,
            path: None,
            pseudodir: false,
            error: None,
            http_status: 0,
            reason: Reason::default(),
            headers: Headers::new(),
            attempts: 0,
            last_attempts: 0,
            url: None,
            asked: None,
            bytes: 0,
            shown: None,
            json: Vec::new(),
            marker: None,
            version_marker: None,
            version_id: None,
            prefix: None,
            sent: Headers::new(),
            destination: None,
            fresh_metadata: false,
            objects: Vec::new(),
            left: 0,
            report: None,
            dlo_segments_deleted: None,
            status: None,
            part: None,
            large_object: false,
            segments: Vec::new(),
            segment_container: None,
            response: None,
            progress: None,
            times: None,
            counted: 1,
            time: SystemTime::UNIX_EPOCH,
        }
    }
}

impl JobResult {
    /// A result that says only what it is about.
    pub fn about(action: &'static str, container: Option<&str>, object: Option<&str>) -> JobResult {
        JobResult(Box::new(Fields {
            action,
            container: container.map(str::to_owned),
            object: object.map(str::to_owned),
            ..Fields::default()
        }))
    }

    /// What the server told of each path, also when that was a failure.
    pub fn report(&self) -> Option<&Arc<Report>> {
        self.report.as_ref().or_else(|| self.error.as_ref()?.report())
    }

    /// stat: what `swift stat` shows, as name and value, in its order; a value that is not there is empty. They are made
    /// when somebody asks, as most only want to know one thing.
    pub fn items(&self) -> Vec<(String, String)> {
        self.shown.as_ref().map_or_else(Vec::new, |shown| shown.items(self))
    }

    /// Whether it succeeded.
    pub fn success(&self) -> bool {
        self.error.is_none()
    }

    /// The same result, failed. What the error knows of the last response replaces what is here.
    pub fn failed(mut self, error: Error) -> JobResult {
        self.attempts = self.attempts.max(error.attempts());
        self.last_attempts = error.attempts();
        if let Some(f) = error.failure() {
            self.http_status = f.status;
            self.reason = f.reason.clone().into();
            self.headers = f.headers.clone();
        }
        self.error = Some(error);
        self
    }

    /// So many requests were made for it, as its error says too.
    pub fn made(&mut self, attempts: u32) {
        self.attempts = attempts;
        self.error = self.error.take().map(|e| e.with_attempts(attempts));
    }

    /// Notes what a response says of itself.
    pub fn note(&mut self, response: &Response) {
        self.headers = response.headers().clone();
        self.note_all_but_headers(response);
    }

    /// The same, with the headers taken away from the response: they need not be copied.
    pub fn take(&mut self, response: &mut Response) {
        self.headers = response.take_headers();
        self.note_all_but_headers(response);
    }

    fn note_all_but_headers(&mut self, response: &Response) {
        self.http_status = response.status();
        self.reason = response.reason_shared();
        self.attempts = response.attempts();
        self.last_attempts = response.attempts();
    }

    /// The same result with what the server told of each path.
    pub fn reported(mut self, outcome: Result<Report>) -> JobResult {
        match outcome {
            Ok(report) => {
                self.http_status = report.status();
                self.reason = report.reason().to_owned().into();
                self.headers = report.headers().clone();
                self.report = Some(Arc::new(report));
                self
            }
            Err(e) => self.failed(e),
        }
    }

    /// The same result with the outcome of the only request it took.
    pub fn settled(mut self, outcome: Result<Response>) -> JobResult {
        match outcome {
            Ok(mut response) => {
                self.take(&mut response);
                self
            }
            Err(e) => self.failed(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Kind;
    use crate::core::error::Failure;

    #[test]
    fn a_failure_brings_its_response() {
        let mut headers = Headers::new();
        headers.push("X-Trans-Id", b"tx1");
        let failure = Failure { status: 404, reason: "Not Found".into(), headers, body: Vec::new() };
        let e = Error::from_failure("Object HEAD", failure).with_attempts(2);
        let r = JobResult::about("stat_object", Some("c"), Some("o")).failed(e);
        assert!(!r.success());
        assert_eq!((r.http_status, &*r.reason, r.attempts), (404, "Not Found", 2));
        assert_eq!(r.headers.get("x-trans-id"), Some(&b"tx1"[..]));
    }

    #[test]
    fn a_failure_without_a_response_keeps_what_was_noted() {
        let mut r = JobResult::about("download_object", Some("c"), Some("o"));
        r.http_status = 200;
        r.attempts = 3;
        let r = r.failed(Error::new(Kind::Io, "disk full"));
        assert_eq!((r.http_status, r.attempts), (200, 3));
    }
}
