//! Reports: what came of a call, told in the body of an answer whose status was sent before anyone knew.
//!
//! Bulk delete, archive upload, deletion of a large object with its segments, and PUT or COPY of a manifest with
//! `heartbeat=on` answer 200 or 202 at once, send white space while they work, and say in the body how it ended.

mod parse;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use super::error::{BODY_KEPT, Error, Failure, Kind, Result, first_line, repeats};
use super::headers::Headers;
use super::http::Answer;
use super::response::Response;
use parse::{from_json, from_text};

/// What a server may say of a path whose status is no number, such as "Etag Mismatch", has this status.
pub const NO_STATUS: u16 = 0;

/// A path that something went wrong with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    path: String,
    status: u16,
    reason: String,
}

impl PathError {
    /// `path` starts with the container, not percent-encoded; `reason` is a status line or other words.
    pub(crate) fn new(path: impl Into<String>, reason: impl Into<String>) -> PathError {
        let (path, reason) = (path.into(), reason.into());
        PathError { status: status_of(&reason).unwrap_or(NO_STATUS), path, reason }
    }

    /// The path without percent-encoding and without a slash before it: `container` or `container/object`. One that
    /// is no UTF-8, as an archive may hold, stays percent-encoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The container.
    pub fn container(&self) -> &str {
        self.path.split_once('/').map_or(&self.path, |(c, _)| c)
    }

    /// The object; none when it is the container that something went wrong with.
    pub fn object(&self) -> Option<&str> {
        self.path.split_once('/').map(|(_, o)| o).filter(|o| !o.is_empty())
    }

    /// HTTP status; [`NO_STATUS`] when the server gave a reason without one.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// What the server said: `409 Conflict`, `Etag Mismatch`.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What came of a call, as the server told it at the end.
#[derive(Clone, Debug, Default)]
pub struct Report {
    status: u16,
    reason: String,
    message: String,
    deleted: u64,
    not_found: u64,
    created: u64,
    etag: Option<String>,
    last_modified: Option<String>,
    errors: Vec<PathError>,
    /// Of the answer it came in; of several, the last.
    headers: Headers,
}

/// What a report is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Bulk delete and the like. Paths that failed are for the caller to look at, who sends them alone once more.
    Delete,
    /// Archive upload.
    Extract,
    /// PUT or COPY of a manifest. Without `heartbeat` there is a report only when it fails.
    Put,
}

/// The place for the report of an operation, which the engine fills in.
pub(crate) struct Wanted {
    what: What,
    found: Cell<Option<Report>>,
}

impl Report {
    /// HTTP status of the whole: 200, 201, or why it failed.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Headers of the answer it came in; of several, the last.
    pub fn headers(&self) -> &Headers {
        &self.headers
    }

    /// The words after the status, as "Bad Request".
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// What the server said beside it, as "Invalid Tar File"; mostly empty.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How many objects and containers were deleted.
    pub fn deleted(&self) -> u64 {
        self.deleted
    }

    /// How many were not there to be deleted.
    pub fn not_found(&self) -> u64 {
        self.not_found
    }

    /// How many objects an archive became.
    pub fn created(&self) -> u64 {
        self.created
    }

    /// ETag of what was stored, without quotes.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref().map(|e| e.trim_matches('"'))
    }

    /// The paths that something went wrong with.
    pub fn errors(&self) -> &[PathError] {
        &self.errors
    }

    /// The paths that are left, in python-swiftclient's form of a report: a status of the whole, and what failed.
    pub fn to_json(&self) -> serde_json::Value {
        let errors: Vec<_> = self.errors.iter().map(|e| [e.path(), e.reason()]).collect();
        serde_json::json!({
            "Number Deleted": self.deleted,
            "Number Not Found": self.not_found,
            "Response Status": format!("{} {}", self.status, self.reason).trim_end(),
            "Response Body": self.message,
            "Errors": errors,
        })
    }

    /// Whether all of it was done.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status) && self.errors.is_empty()
    }

    /// Reads a report in JSON or as plain text.
    pub(crate) fn parse(what: What, bytes: &[u8]) -> Result<Report> {
        let bad = |why: &dyn fmt::Display| Err(broken(format_args!("is not what it should be: {why}")));
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.trim(),
            Err(e) => return bad(&e),
        };
        let mut report = match text.bytes().next() {
            None => return Err(broken("is missing: the answer ended without one")),
            Some(b'{') => match from_json(what, text) {
                Ok(report) => report,
                Err(e) => return bad(&e),
            },
            Some(b'<') => return bad(&"it is XML or HTML"),
            Some(_) => match from_text(what, text) {
                Some(report) => report,
                None => return bad(&"it is neither JSON nor a report as plain text"),
            },
        };
        if !report.reason.is_empty() {
            let Some(status) = status_of(&report.reason) else {
                return bad(&format_args!("{:?} is no status", report.reason));
            };
            report.status = status;
            let words = report.reason.split_once(' ').map_or("", |(_, words)| words);
            report.reason = words.to_owned();
        }
        Ok(report)
    }

    /// A report of something that is done.
    pub(crate) fn done(status: u16, reason: &str) -> Report {
        Report { status, reason: reason.to_owned(), ..Report::default() }
    }

    /// Counts what another report counts, and takes over its errors.
    pub(crate) fn merge(&mut self, other: Report) {
        // The numbers are the server's.
        self.deleted = self.deleted.saturating_add(other.deleted);
        self.not_found = self.not_found.saturating_add(other.not_found);
        self.created = self.created.saturating_add(other.created);
        self.errors.extend(other.errors);
        self.headers = other.headers;
    }

    /// Sets what the whole came to.
    pub(crate) fn conclude(&mut self, status: u16, reason: &str, message: &str) {
        (self.status, self.reason, self.message) = (status, reason.to_owned(), message.to_owned());
    }

    pub(crate) fn errors_mut(&mut self) -> &mut Vec<PathError> {
        &mut self.errors
    }

    pub(crate) fn count_deleted(&mut self) {
        self.deleted += 1;
    }

    pub(crate) fn count_not_found(&mut self) {
        self.not_found += 1;
    }

    /// The status to go by: that of the paths when all of them failed for the same reason, which says more than
    /// the status over them all.
    fn failure_status(&self) -> u16 {
        match self.errors.first() {
            Some(first)
                if first.status != NO_STATUS
                    && !self.has_own_words()
                    && self.errors.iter().all(|e| e.status == first.status) =>
            {
                first.status
            }
            Some(_) if (200..300).contains(&self.status) => 400,
            _ => self.status,
        }
    }

    /// Whether the whole failed for a reason of its own, as a broken archive does, in whose wake files fail too.
    fn has_own_words(&self) -> bool {
        let stock = self.message.starts_with('<') || self.message.starts_with(&self.reason);
        !self.message.is_empty() && !stock
    }

    /// Whether the same call may go better later.
    fn may_pass(&self) -> bool {
        may_pass(self.status) || (!self.has_own_words() && self.errors.iter().any(|e| may_pass(e.status)))
    }

    /// The failure it tells of; `failure` is the answer it came in.
    pub(crate) fn into_error(self, title: &str, failure: Failure) -> Error {
        let status = self.failure_status();
        let reason = match self.errors.first() {
            Some(first) if first.status == status => {
                first.reason.split_once(' ').map_or("", |(_, words)| words)
            }
            _ => &self.reason,
        };
        let mut text = format!("{title} failed: {status} {reason}").trim_end().to_owned();
        if let Some(line) = first_line(&self.message).filter(|line| !repeats(line, status, reason)) {
            text.push_str(": ");
            text.push_str(&line);
        }
        if let Some(first) = self.errors.first() {
            let many = self.errors.len();
            text.push_str(&match many {
                1 => format!(": {:?}: {}", first.path, first.reason),
                _ => format!(" for {many} paths, {:?}: {} and others", first.path, first.reason),
            });
        }
        if let Some(id) = failure.transaction_id() {
            text.push_str(" (transaction ");
            text.push_str(id);
            text.push(')');
        }
        let (reason, may_pass) = (reason.to_owned(), self.may_pass());
        let mut failure = Failure { status, reason, ..failure };
        failure.body.truncate(BODY_KEPT);
        let e = Error::new(Error::kind_of_status(status), text);
        e.with_failure(failure).with_retryable(may_pass).with_report(Arc::new(self))
    }
}

impl Report {
    /// The failure it tells of, `response` being the answer it came in.
    pub(crate) fn into_error_of(self, title: &str, mut response: Response) -> Error {
        let failure = Failure {
            status: response.status(),
            reason: response.reason().to_owned(),
            headers: response.take_headers(),
            body: response.read_all(BODY_KEPT).unwrap_or_default(),
        };
        self.into_error(title, failure).with_attempts(response.attempts())
    }
}

impl Wanted {
    pub fn new(what: What) -> Wanted {
        Wanted { what, found: Cell::new(None) }
    }

    /// The report that came with the last answer.
    pub fn take(&self) -> Option<Report> {
        self.found.take()
    }

    /// Looks at an answer that began as a success, `bytes` being its body. What a report says at the end becomes
    /// status and headers of the answer.
    pub fn examine(&self, title: &str, answer: &mut Answer, bytes: &[u8]) -> Result<()> {
        self.found.set(None);
        match (self.what, answer.status) {
            // Stored without a heartbeat, or by a server that knows none; or left to be deleted later.
            (What::Put, 201) | (What::Delete, 204) => return Ok(()),
            // Whoever answers this knows nothing of archives, and may have stored it as an object.
            (What::Extract, 201 | 202 | 204) => {
                let text = format!(
                    "{title} failed: the server answered {} without a report: it does not unpack archives",
                    answer.status
                );
                return Err(Error::new(Kind::Unsupported, text));
            }
            _ => {}
        }
        let report =
            Report::parse(self.what, bytes).map_err(|e| e.context(format_args!("{title} failed")))?;
        if report.status == 0 {
            return Err(broken("has no status").context(format_args!("{title} failed")));
        }
        let alone = self.what == What::Delete && !report.errors.is_empty() && !report.is_refusal();
        if !report.is_success() && !alone {
            let headers = std::mem::take(&mut answer.headers);
            return Err(report.into_error(title, failure(answer, headers, bytes)));
        }
        if self.what == What::Put {
            answer.status = report.status;
            answer.reason = report.reason.clone().into();
            if let Some(etag) = &report.etag {
                answer.headers.set("etag", etag.as_bytes());
            }
            if let Some(time) = &report.last_modified {
                answer.headers.set("last-modified", time.as_bytes());
            }
        }
        self.found.set(Some(Report { headers: answer.headers.clone(), ..report }));
        Ok(())
    }

    /// The error for an answer that began as a failure, whose body may be a report all the same.
    pub fn refused(title: &str, mut failure: Failure) -> Error {
        let report = match failure.body.trim_ascii_start().first() {
            Some(b'{') => Report::parse(What::Put, &failure.body).ok(),
            _ => None,
        };
        match report {
            Some(mut report) if !report.errors.is_empty() => {
                (report.status, report.reason) = (failure.status, failure.reason.clone());
                report.into_error(title, failure)
            }
            _ => {
                failure.body.truncate(BODY_KEPT);
                Error::from_failure(title, failure)
            }
        }
    }
}

impl Report {
    /// Whether nothing was done for want of a valid token. The bulk middleware comes before the authentication: an
    /// expired token shows as a failure of each path.
    fn is_refusal(&self) -> bool {
        let refused = self.errors.iter().all(|e| e.status == 401) && !self.errors.is_empty();
        refused && self.deleted == 0 && self.not_found == 0
    }
}

/// Whether a status is one that another attempt may change.
pub(crate) fn may_pass(status: u16) -> bool {
    matches!(status, 408 | 429 | 498 | 499 | 500..=599)
}

fn failure(answer: &Answer, headers: Headers, bytes: &[u8]) -> Failure {
    let body = bytes[..bytes.len().min(BODY_KEPT)].to_vec();
    Failure { status: answer.status, reason: answer.reason.to_string(), headers, body }
}

/// A report that cannot be read: what was done is not known, so the call is made again.
#[cold]
fn broken(what: impl fmt::Display) -> Error {
    Error::new(Kind::Protocol, format!("the server's report {what}")).with_retryable(true)
}

/// The number at the start of `409 Conflict`.
fn status_of(text: &str) -> Option<u16> {
    let number = text.split(' ').next().unwrap_or_default();
    let status = number.parse().ok().filter(|_| number.len() == 3)?;
    (100..600).contains(&status).then_some(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TX: &[(&str, &str)] = &[("x-trans-id", "tx1")];

    fn failed(report: Report) -> Error {
        let mut failure = Failure { status: 200, ..Failure::default() };
        TX.iter().for_each(|(n, v)| failure.headers.push(n, v.as_bytes()));
        report.into_error("Bulk DELETE", failure)
    }

    fn deleted(text: &str) -> Result<Report> {
        Report::parse(What::Delete, text.as_bytes())
    }

    #[test]
    fn df_17_a_report_is_read_behind_white_space_and_with_numbers_as_text() {
        let r = deleted(
            " \r\n \r\n{\"Response Status\": \"400 Bad Request\", \"Number Deleted\": \"3\", \"Number Not Found\": 1,\
             \"Response Body\": null, \"new\": {\"a\": [1]}, \"Errors\": [[\"/c%2F/a%0Ab\", \"409 Conflict\"], \
             [\"/c\", \"Etag Mismatch\"]]}\n",
        )
        .unwrap();
        assert_eq!((r.status(), r.reason(), r.deleted(), r.not_found()), (400, "Bad Request", 3, 1));
        let e = r.errors();
        assert_eq!((e[0].path(), e[0].status(), e[0].reason()), ("c//a\nb", 409, "409 Conflict"));
        assert_eq!((e[1].container(), e[1].object(), e[1].status()), ("c", None, NO_STATUS));
        assert!(!r.is_success());
    }

    #[test]
    fn df_17_a_report_as_text_is_the_same() {
        let text = "Number Deleted: 2\nNumber Not Found: 0\nResponse Body: a\nb: c\nResponse Status: 400 Bad Request\n\
                    Errors:\n/c/a%2C%20b, 409 Conflict\n";
        let r = deleted(text).unwrap();
        assert_eq!((r.status(), r.deleted(), r.message()), (400, 2, "a\nb: c"));
        assert_eq!(r.errors(), [PathError::new("c/a, b", "409 Conflict")]);
        // Whatever is missing at its end is noticed, but for the errors, which the transport would have to lose.
        let end = text.find("Errors").unwrap();
        for cut in 1..end {
            assert_eq!(deleted(&text[..cut]).unwrap_err().kind(), Kind::Protocol, "{cut}");
        }
    }

    #[test]
    fn df_17_what_is_no_report_is_an_error_that_may_pass() {
        for text in [
            "",
            " \r\n ",
            "{\"Response Status\": \"200 OK\"",
            "{\"Response Status\": \"200 OK\"} x",
            "{\"Response Status\": \"fine\"}",
            "{\"Number Deleted\": -1}",
            "{\"Number Deleted\": \"many\"}",
            "{\"Errors\": [[\"/c\"]]}",
            "{\"Errors\": {\"a\": 1}}",
            "<delete></delete>",
            "[]",
            "garbage",
        ] {
            let e = deleted(text).unwrap_err();
            assert_eq!((e.kind(), e.retryable()), (Kind::Protocol, true), "{text:?}: {e}");
        }
    }

    #[test]
    fn paths_that_are_no_text_stay_as_they_came() {
        for (what, quoted, path) in [
            (What::Delete, "/c/%FF", "c/%FF"),
            (What::Delete, "/c/%00", "c/%00"),
            (What::Delete, "/c//o", "c//o"),
            (What::Extract, "c/o", "c/o"),
            (What::Extract, "/v1/AUTH_test/c", "c"),
            (What::Put, "/c/%C3%A9", "c/é"),
        ] {
            assert_eq!(parse::path_error(what, quoted, String::new()).path(), path);
        }
    }

    #[test]
    fn df_17_a_failure_in_the_body_is_a_failure_of_its_kind() {
        let with = |status: &str, message: &str, errors: &[(&str, &str)]| {
            let errors = errors.iter().map(|(p, r)| PathError::new(*p, *r)).collect();
            let (status, reason) = status.split_once(' ').unwrap();
            let (status, reason) = (status.parse().unwrap(), reason.to_owned());
            failed(Report { status, reason, message: message.to_owned(), errors, ..Report::default() })
        };
        let e = with("400 Bad Request", "Invalid Tar File: x", &[]);
        assert_eq!((e.kind(), e.http_status(), e.retryable()), (Kind::Http, 400, false));
        assert_eq!(e.message(), "Bulk DELETE failed: 400 Bad Request: Invalid Tar File: x (transaction tx1)");
        let e = with("400 Bad Request", "", &[("c/a", "409 Conflict"), ("c/b", "409 Conflict")]);
        assert_eq!((e.kind(), e.http_status()), (Kind::Conflict, 409));
        assert!(e.message().contains("409 Conflict for 2 paths, \"c/a\""), "{e}");
        assert_eq!(e.report().unwrap().errors().len(), 2);
        let e = with("400 Bad Request", "", &[("c/a", "403 Forbidden"), ("c/b", "409 Conflict")]);
        assert_eq!((e.kind(), e.retryable()), (Kind::Http, false));
        let e = with("502 Bad Gateway", "", &[("c/a", "409 Conflict"), ("c/b", "503 Service Unavailable")]);
        assert_eq!((e.kind(), e.http_status(), e.retryable()), (Kind::Server, 502, true));
        for (status, kind) in [(401, Kind::Unauthorized), (403, Kind::Forbidden), (412, Kind::Precondition)] {
            assert_eq!(with(&format!("{status} x"), "", &[]).kind(), kind);
        }
        assert_eq!(with("413 Request Entity Too Large", "", &[]).kind(), Kind::TooLarge);
        // An expired token shows as the failure of each path.
        let e = with("400 Bad Request", "", &[("c/a", "401 Unauthorized")]);
        assert_eq!((e.kind(), e.http_status()), (Kind::Unauthorized, 401));
    }
}
