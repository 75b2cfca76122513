//! Static large objects: the manifest stored, read back, and deleted together with what it names.

use std::sync::Arc;

use http::Method;

use super::Connection;
use super::bulk::Batch;
use super::engine::Send;
use super::object::perhaps_own;
use super::operation::Operation;
use crate::core::digest::md5_of_etag;
use crate::core::error::{Error, Failure, Kind, Result};
use crate::core::http::Answer;
use crate::core::manifest::Manifest;
use crate::core::report::{Report, Wanted, What};
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::retry::Retry;
use crate::core::source::Source;

/// What every Swift takes unless its operator said otherwise; beyond it the cluster is asked.
const USUAL_SEGMENTS: usize = 1000;
const USUAL_SIZE: usize = 8 << 20;
/// A manifest that is read back must fit into this.
const MANIFEST: usize = 64 << 20;

impl Connection {
    /// Stores the manifest of a static large object. The server looks at every segment first: what is wrong with them
    /// is in the report of the error. Where the ETag of the whole can be known beforehand, the server is told it
    /// and its answer compared with it.
    pub fn put_slo(
        &self,
        container: &str,
        object: &str,
        manifest: &Manifest,
        r: &Request,
    ) -> Result<Response> {
        let wanted = Wanted::new(What::Put);
        let mut op = Operation::object("Object PUT", Method::PUT, container, object)?.reporting(&wanted);
        op.query = &[("multipart-manifest", Some("put"))];
        let title = op.title();
        manifest.check(container, object).map_err(|e| e.context(&title))?;
        let text = manifest.to_json();
        let batch = self.batch(r);
        self.check_limits(manifest, text.len(), &batch).map_err(|e| e.context(&title))?;
        let checksum = r.checksum.unwrap_or(self.handle.shared.options.checksum);
        let etag = if checksum { manifest.etag() } else { None };
        if let Some(etag) = &etag {
            op.headers.set("etag", etag.as_bytes());
        }
        let mut r = batch.request(r)?;
        // The report must be one that is understood, and the manifest is no part of another operation.
        r.headers.remove("accept");
        r.remove_query("multipart-manifest");
        let mut reader = Source::memory(Arc::new(text.into_bytes())).open()?;
        reader.report_to(r.progress.clone());
        let response = self.perform(&op, Send::Source(&mut reader), &r).map_err(|e| match e.kind() {
            Kind::NotFound if e.report().is_none_or(|r| r.errors().is_empty()) => {
                e.remark("does the container exist?")
            }
            Kind::Checksum => e.remark("the segments are not those the manifest was made for"),
            _ => perhaps_own(e, &r),
        })?;
        let stored = response.headers().get_str("etag").and_then(md5_of_etag);
        match (etag, stored) {
            (Some(want), Some(got)) if want != got => {
                let id = response.transaction_id().unwrap_or("unknown");
                let text = format!(
                    "{title}: the segments have together the ETag {want}, the server stored {got} (transaction {id}); \
                     the object has not been removed"
                );
                Err(Error::new(Kind::Checksum, text).with_attempts(response.attempts()))
            }
            _ => Ok(response),
        }
    }

    /// Refuses a manifest that is larger than the cluster says it takes.
    fn check_limits(&self, manifest: &Manifest, size: usize, batch: &Batch<'_>) -> Result<()> {
        let count = manifest.objects();
        if count <= USUAL_SEGMENTS && size <= USUAL_SIZE {
            return Ok(());
        }
        // Without an answer the server has the last word.
        let Some(info) = batch.capabilities()? else { return Ok(()) };
        let limit = |name: &str| info.integer(&format!("slo.{name}")).and_then(|n| u64::try_from(n).ok());
        let over = |what: &str, is: usize, most: u64, name: &str| {
            let text = format!("the manifest has {is} {what}, and the cluster takes {most} ({name})");
            Err(Error::new(Kind::TooLarge, text))
        };
        match (limit("max_manifest_segments"), limit("max_manifest_size")) {
            (Some(most), _) if count as u64 > most => {
                over("segments that are objects", count, most, "max_manifest_segments")
            }
            (_, Some(most)) if size as u64 > most => over("bytes", size, most, "max_manifest_size"),
            _ => Ok(()),
        }
    }

    /// Reads the manifest of a static large object back. Of any other object not a byte is read.
    pub fn get_slo_manifest(&self, container: &str, object: &str, r: &Request) -> Result<Manifest> {
        let mut op = Operation::object("Object GET", Method::GET, container, object)?;
        op.query = &[("multipart-manifest", Some("get"))];
        let title = op.title();
        let failed = |e: Error| e.context(format_args!("{title} failed"));
        let mut r = r.clone();
        for name in ["range", "accept"] {
            r.headers.remove(name);
        }
        r.remove_query("multipart-manifest");
        r.remove_query("part-number");
        let guard = self.begin(&r);
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        loop {
            let Answer { headers, mut body, .. } =
                self.run(&op, Send::Nothing, &r, guard.call(), &mut retry, None)?;
            let is = |name: &str| headers.get(name).is_some_and(|v| v.eq_ignore_ascii_case(b"true"));
            if !is("x-static-large-object") {
                let dynamic = headers.get("x-object-manifest").is_some();
                let what = if dynamic { "a dynamic large object" } else { "no large object" };
                let text = format!("{title}: this is {what}, so it has no manifest of segments to read");
                return Err(Error::new(Kind::State, text).with_attempts(retry.attempts));
            }
            let mut text = Vec::new();
            let e = match body.read_into(&mut text, MANIFEST) {
                Ok(true) => match Manifest::parse(&text) {
                    Ok(manifest) => return Ok(manifest),
                    Err(e) => failed(e).with_attempts(retry.attempts),
                },
                Ok(false) => {
                    let text = format!("the manifest is longer than {MANIFEST} bytes");
                    failed(Error::new(Kind::Protocol, text)).with_attempts(retry.attempts)
                }
                Err(e) => failed(e),
            };
            retry.failed(&e);
            guard.call().check()?;
            Self::pause(e, &mut retry, guard.call()).map_err(|e| e.with_history(retry.history()))?;
        }
    }

    /// Deletes a static large object with its segments. What is left, and why, is in the report of the error. With
    /// `later` the server deletes the manifest now and the segments when it gets round to it, and the report counts
    /// nothing.
    ///
    /// Where the container keeps what is deleted as an older version, which needs the segments, it is refused, unless a
    /// `version-id` names what is to go for good, or [`delete_kept`](Request::delete_kept) insists.
    pub fn delete_slo(&self, container: &str, object: &str, later: bool, r: &Request) -> Result<Report> {
        const NOW: &[(&str, Option<&str>)] = &[("multipart-manifest", Some("delete"))];
        const LATER: &[(&str, Option<&str>)] =
            &[("multipart-manifest", Some("delete")), ("async", Some("yes"))];
        let wanted = Wanted::new(What::Delete);
        let mut op =
            Operation::object("Object DELETE", Method::DELETE, container, object)?.reporting(&wanted);
        op.query = if later { LATER } else { NOW };
        let title = op.title();
        let mut own = r.clone();
        own.headers.remove("accept");
        own.remove_query("multipart-manifest");
        own.remove_query("async");
        let batch = self.batch(r);
        self.check_not_kept(container, object, r, &batch.plain()?).map_err(|e| e.context(&title))?;
        let response = self.perform(&op, Send::Nothing, &batch.request(&own)?)?;
        let attempts = response.attempts();
        let Some(mut report) = wanted.take() else {
            if later {
                return Ok(Report::done(response.status(), response.reason()));
            }
            let text = format!(
                "{title}: the server answered {} without a report: it knows no static large objects, and has deleted \
                 the object alone",
                response.status()
            );
            return Err(Error::new(Kind::Unsupported, text).with_attempts(attempts));
        };
        // The manifest goes last and goes in any case: there is no second try but for the paths that are left.
        batch.retry_paths(&mut report)?;
        if !report.is_success() {
            return Err(report.into_error_of(&title, response));
        }
        if report.deleted() == 0 && report.not_found() > 0 {
            let reason = "Not Found".to_owned();
            let failure = Failure { status: 404, reason, ..Failure::default() };
            let e =
                Error::from_failure(&title, failure).with_report(Arc::new(report)).with_attempts(attempts);
            return Err(if attempts > 1 {
                e.remark("an earlier attempt, whose answer did not come, may have deleted it")
            } else {
                e
            });
        }
        Ok(report)
    }
}
