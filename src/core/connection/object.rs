//! Operations on an object.

use std::sync::Arc;
use std::time::Instant;

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::{Operation, Target};
use super::raw::Raw;
use crate::core::body::verify::Verify;
use crate::core::body::{Body, Check, Span, Stream, parse_content_range};
use crate::core::cancel::{Call, CallGuard};
use crate::core::digest::{Md5, Sum, md5_of_etag};
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::http::Answer;
use crate::core::log::{Level, log};
use crate::core::multipart::{Asked, boundary};
use crate::core::pair::Pair;
use crate::core::report::{Wanted, What};
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::retry::Retry;
use crate::core::source::{Source, SourceReader};
use crate::core::time;

/// A request whose answer is being read, kept to ask for the rest of it, and for messages.
pub(crate) struct ObjectGet {
    pub(super) what: Kept,
    /// Nothing where it has no extras.
    pub(super) request: Option<Box<Request>>,
}

/// What it is about.
pub(super) enum Kept {
    /// Container and object.
    Object(Pair),
    Raw(Raw),
}

impl ObjectGet {
    pub fn operation(&self) -> Result<Operation<'_>> {
        match &self.what {
            Kept::Object(names) => {
                let (container, object) = names.get();
                Operation::object("Object GET", Method::GET, container, object)
            }
            Kept::Raw(raw) => Ok(raw.operation()),
        }
    }

    /// The extras it was made with.
    pub fn request(&self) -> &Request {
        self.request.as_deref().unwrap_or(Request::none())
    }

    /// What it is and what it is about, for messages.
    pub fn title(&self) -> String {
        self.operation().map(|op| op.title()).unwrap_or_default()
    }

    /// Whether it names an object of the account, with whose token others can be asked for.
    pub fn is_of_account(&self) -> bool {
        matches!(self.what, Kept::Object(_))
    }

    /// Its method, for messages.
    pub fn method(&self) -> &str {
        match &self.what {
            Kept::Object(_) => "GET",
            Kept::Raw(raw) => raw.method(),
        }
    }
}

impl Connection {
    /// Headers of an object.
    pub fn head_object(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        let op = Operation::object("Object HEAD", Method::HEAD, container, object)?;
        self.perform(&op, Send::Nothing, r)
    }

    /// An object. Returns once the headers are in; the body is read from the response, is taken up again where the
    /// connection breaks, and is checked against the ETag when the whole object is read.
    pub fn get_object(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        self.fetch(ObjectGet { what: Kept::Object(Pair::new(container, object)), request: r.kept() })
    }

    /// As [`get_object`](Connection::get_object), wherever the object lies.
    pub(super) fn fetch(&self, get: ObjectGet) -> Result<Response> {
        let r = get.request();
        let guard = self.begin_for_long(r);
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        let Answer { status, reason, headers, came, body, .. } =
            self.run(&get.operation()?, Send::Nothing, r, guard.call(), &mut retry, None)?;
        let (attempts, elapsed) = (retry.attempts, retry.elapsed_at(came));
        let checksum = r.checksum.unwrap_or(self.handle.shared.options.checksum);
        let check = if checksum { check_of_body(status, &headers, r) } else { Check::Length };
        if let Err(e) = matches_request(status, &headers, body.left(), r) {
            let url = self.url_of_get(&get);
            return Err(e
                .context(format_args!("{} failed", get.title()))
                .with_request("GET", &url)
                .with_attempts(attempts));
        }
        let progress = r.progress.clone();
        let etag = headers.get_str("etag");
        let span = span(status, &headers, body.left());
        let range = headers.get_str("content-range").and_then(parse_content_range);
        let told =
            range.filter(|_| status == 206 && body.left().is_none()).map(|(first, last)| last + 1 - first);
        // Put together where it stays.
        let stream = Box::write(
            Box::new_uninit(),
            Stream {
                raw: body,
                connection: self.clone(),
                get,
                retry,
                broke: 0,
                check,
                manifest_etag: headers.get_str("x-manifest-etag").and_then(md5_of_etag),
                span: span.filter(|_| etag.is_some()).map(|(first, end)| Span { first, end }),
                told,
                progress,
                first: (status, reason.clone()),
                identity: Pair::new(etag.unwrap_or_default(), headers.transaction_id().unwrap_or("unknown")),
                guard,
            },
        );
        Ok(Response::new(status, reason, headers, attempts, Body::stream(stream)).took(elapsed))
    }

    /// The manifest of a static large object, for a call whose own socket stays attached to it.
    pub(crate) fn get_manifest(&self, op: &Operation<'_>, r: &Request, guard: &CallGuard) -> Result<Vec<u8>> {
        let mut r = r.clone();
        // They are about the object, and this is its manifest.
        for name in ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since"] {
            r.headers.remove(name);
        }
        r.set_query("multipart-manifest", Some("get"))?;
        let mut manifest = Vec::new();
        let guard = CallGuard::new(&self.handle.calls, r.cancel.as_ref(), guard.call().deadline());
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        self.run(op, Send::Nothing, &r, guard.call(), &mut retry, Some(&mut manifest))?;
        Ok(manifest)
    }

    /// Where an object that is being fetched lies, without secrets.
    pub(crate) fn url_of_get(&self, get: &ObjectGet) -> String {
        get.operation().map(|op| self.url_of(&op, get.request())).unwrap_or_default()
    }

    /// One request for the rest of an object whose download broke: the same query and headers, but for this range
    /// and only if the object is still the same.
    pub(crate) fn get_rest(
        &self,
        get: &ObjectGet,
        range: &str,
        etag: &str,
        retry: &mut Retry,
        call: &Arc<Call>,
    ) -> Result<Answer> {
        let op = get.operation()?;
        let mut r = get.request().clone();
        // They held when the download began; If-Match says what must hold now.
        for name in ["if-none-match", "if-modified-since", "if-unmodified-since"] {
            r.headers.remove(name);
        }
        // The range says which bytes are left of the segment; both together are refused.
        r.remove_query("part-number");
        r.headers.set("range", range.as_bytes());
        r.headers.set("if-match", etag.as_bytes());
        self.once(&op, &r, retry, call)
    }

    /// Stores an object. A source of known length is sent with it, others in chunks. With the option `checksum` the
    /// ETag that the server returns must be the MD5 sum of what was sent.
    ///
    /// With `If-None-Match: *` an object that an earlier attempt of this call has stored, whose answer was lost, is a
    /// success and no [`Kind::Precondition`]: what is there is compared in size, MD5 and age. Where that cannot be done, as
    /// for a manifest or a symlink, the error says that it may be so.
    pub fn put_object(&self, container: &str, object: &str, body: &Source, r: &Request) -> Result<Response> {
        let wanted = Wanted::new(What::Put);
        let mut op = Operation::object("Object PUT", Method::PUT, container, object)?;
        if r.query_value("multipart-manifest").is_some() {
            op = op.reporting(&wanted);
        }
        self.store(&op, body, r).map_err(|e| {
            // Only what the object would lie in can be missing.
            if e.kind() == Kind::NotFound { e.remark("does the container exist?") } else { e }
        })
    }

    /// As [`put_object`](Connection::put_object), wherever the object shall lie.
    pub(super) fn store(&self, op: &Operation<'_>, body: &Source, r: &Request) -> Result<Response> {
        let mut reader = body.open()?;
        // The ETag of a manifest is not the MD5 sum of its text.
        let manifest = r.query_value("multipart-manifest").is_some();
        if r.checksum.unwrap_or(self.handle.shared.options.checksum) && !manifest {
            reader.hash();
        }
        reader.report_to(r.progress.clone());
        let began = is_only_new(r).then(Instant::now);
        let response = match self.perform(op, Send::Source(&mut reader), r) {
            Err(e) if stored_before(&e, r) => {
                let plain = !manifest && OF_ANOTHER_KIND.iter().all(|name| r.headers.get(name).is_none());
                let own = if plain { self.own_object(op, &mut reader, r, began) } else { None };
                match own {
                    Some(Stored::Own(head)) => {
                        let attempts = e.attempts() + head.attempts();
                        log!(
                            Level::Info,
                            "{}: an earlier attempt, whose answer was lost, stored it",
                            op.title()
                        );
                        return Ok(created(&head, attempts).with_history(e.history()));
                    }
                    Some(Stored::Others) => return Err(e),
                    None => return Err(perhaps_own(e, r)),
                }
            }
            outcome => outcome?,
        };
        if reader.has_changed() {
            log!(Level::Warn, "{}: the file was written to while it was sent", op.title());
        }
        stored_as_sent(op, &mut reader, response.headers())
            .map_err(|e| e.with_attempts(response.attempts()))?;
        Ok(response)
    }

    /// The object as it is there, when it has just the bytes that were sent since `began`; `None` when that cannot be told.
    fn own_object(
        &self,
        op: &Operation<'_>,
        reader: &mut SourceReader,
        r: &Request,
        began: Option<Instant>,
    ) -> Option<Stored> {
        let (Target::Object(container, object), Some(began)) = (op.target, began) else { return None };
        let head = self.head_object(container, object, &r.companion(began)).ok()?;
        if OF_ANOTHER_KIND.iter().chain(&["content-location"]).any(|name| head.headers().get(name).is_some())
        {
            return Some(Stored::Others);
        }
        // Another one with the same bytes, that was there before, is what the condition was about. Both times are the
        // server's.
        let number = |name: &str| head.headers().get_str(name)?.trim().parse::<f64>().ok();
        let date = head.headers().get_str("date").and_then(time::from_http).and_then(time::seconds);
        if let (Some(stored), Some(now)) = (number("x-timestamp"), date)
            && now as f64 - stored > began.elapsed().as_secs_f64() + CLOCKS
        {
            return Some(Stored::Others);
        }
        reader.rewind().ok()?;
        reader.report_to(None);
        let (mut sum, mut size, mut buf) = (Sum::new(), 0, vec![0; PIECE]);
        loop {
            match reader.read(&mut buf).ok()? {
                0 => break,
                n => {
                    sum.update(&buf[..n]);
                    size += n as u64;
                }
            }
        }
        if head.content_length() != Some(size) {
            return Some(Stored::Others);
        }
        let same = head.headers().get_str("etag").and_then(md5_of_etag)? == sum.hex();
        Some(if same { Stored::Own(Box::new(head)) } else { Stored::Others })
    }

    /// Deletes an object. With `multipart-manifest=delete` a failure told in the report is one of this call;
    /// [`delete_slo`](Connection::delete_slo) does better then.
    pub fn delete_object(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        let op = Operation::object("Object DELETE", Method::DELETE, container, object)?;
        if r.query_value("multipart-manifest") != Some("delete") {
            return self.perform(&op, Send::Nothing, r);
        }
        let wanted = Wanted::new(What::Delete);
        let op = op.reporting(&wanted);
        let response = self.perform(&op, Send::Nothing, r)?;
        match wanted.take() {
            Some(report) if !report.is_success() => Err(report.into_error_of(&op.title(), response)),
            _ => Ok(response),
        }
    }
}

/// So much may the clocks of two servers of a cluster differ, in seconds.
const CLOCKS: f64 = 2.0;
/// What was sent is read again in pieces of this size.
const PIECE: usize = 256 * 1024;

/// Whether a PUT shall replace nothing.
fn is_only_new(r: &Request) -> bool {
    r.headers.get_str("if-none-match").is_some_and(|v| v.trim() == "*")
}

/// What an object has that is not made of the bytes that were sent for it.
const OF_ANOTHER_KIND: [&str; 3] = ["x-object-manifest", "x-static-large-object", "x-symlink-target"];

/// Who has stored the object that is there.
enum Stored {
    /// This call.
    Own(Box<Response>),
    Others,
}

/// Says so where a PUT that shall replace nothing may have been refused for what it has stored itself.
pub(super) fn perhaps_own(e: Error, r: &Request) -> Error {
    match stored_before(&e, r) {
        true => e.remark("an earlier attempt of this call, which had no clear answer, may have stored it"),
        false => e,
    }
}

/// Whether a PUT that shall replace nothing (If-None-Match: *) was refused for what it may have stored itself: an earlier
/// attempt had no answer, or that of a server in trouble.
fn stored_before(e: &Error, r: &Request) -> bool {
    is_only_new(r) && e.kind() == Kind::Precondition && !e.refused_each_time()
}

/// The answer to a PUT, as far as a HEAD tells it.
fn created(head: &Response, attempts: u32) -> Response {
    let mut headers = Headers::new();
    for (name, value) in head.headers().iter() {
        if !["content-type", "content-length", "accept-ranges"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
            headers.push(name, value);
        }
    }
    Response::new(201, "Created".to_owned(), headers, attempts, Body::memory(Vec::new()))
}

/// Whether the server stored what was sent, when the sum of it was taken.
pub(super) fn stored_as_sent(op: &Operation<'_>, reader: &mut SourceReader, headers: &Headers) -> Result<()> {
    let Some(sent) = reader.take_sum() else { return Ok(()) };
    let Some(etag) = headers.get("etag").and_then(Md5::of_etag) else {
        let got = headers.get_str("etag").unwrap_or("none");
        log!(Level::Warn, "{}: the ETag is no MD5 sum ({got}): nothing to compare with", op.title());
        return Ok(());
    };
    if sent == etag {
        return Ok(());
    }
    let id = headers.transaction_id().unwrap_or("unknown");
    Err(Error::new(
        Kind::Checksum,
        format!(
            "{}: the bytes sent have the MD5 sum {sent}, the server stored {etag} (transaction {id}); \
             the object has not been removed",
            op.title()
        ),
    ))
}

/// How the bytes of a body are to be checked, as far as the response tells.
pub(super) fn check_of_body(status: u16, headers: &Headers, r: &Request) -> Check {
    let partial = status != 200 || headers.get("content-range").is_some();
    if partial || r.query_value("multipart-manifest").is_some() {
        return Check::Length;
    }
    if headers.get_str("x-static-large-object").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        return Check::Manifest;
    }
    if headers.get("x-object-manifest").is_some() {
        return Check::Length;
    }
    match headers.get("etag").and_then(Md5::of_etag) {
        Some(md5) => Check::Sums(Verify::whole(md5)),
        None => Check::Length,
    }
}

/// Whether an answer is to what was asked: all of the object, or the part.
fn matches_request(status: u16, headers: &Headers, length: Option<u64>, r: &Request) -> Result<()> {
    let other = |what: String| Err(Error::new(Kind::Protocol, what));
    let Some(range) = r.headers.get_str("range") else {
        // One segment of a large object comes as a part of it.
        let segment = status == 206 && r.query_value("part-number").is_some();
        return if status == 200 || segment {
            Ok(())
        } else {
            other(format!("status {status} to a request for the object"))
        };
    };
    // All of it is allowed.
    if status == 200 {
        return Ok(());
    }
    if status != 206 {
        return other(format!("status {status} to a request for the range {range}"));
    }
    let Some(came) = headers.get_str("content-range") else {
        let parts = headers.get_str("content-type").is_some_and(|t| boundary(t).is_some());
        if parts && range.contains(',') {
            return Ok(());
        }
        return other(format!("the range {range} was asked for, and the answer does not tell which came"));
    };
    let size = came.rsplit('/').next().and_then(|s| s.trim().parse::<u64>().ok());
    let Some((first, last)) = parse_content_range(came).filter(|(_, last)| size.is_none_or(|s| *last < s))
    else {
        return other(format!("the range {range} was asked for, and {came:?} came, which is none"));
    };
    if length.is_some_and(|l| l != last + 1 - first) {
        return other(format!("bytes {first} to {last} in a body of {} bytes", length.unwrap_or(0)));
    }
    // Those of the caller's own are not in bytes.
    let Some(mut asked) = Asked::parse(range) else { return Ok(()) };
    if asked.came((first, last), size).and_then(|()| asked.ended()).is_err() {
        return other(format!("the range {range} was asked for, and bytes {first} to {last} came"));
    }
    Ok(())
}

/// Which bytes of the object a body holds: offset of the first and of the one after the last.
fn span(status: u16, headers: &Headers, length: Option<u64>) -> Option<(u64, u64)> {
    let length = length.filter(|l| *l > 0)?;
    match (status, headers.get_str("content-range")) {
        (200, None) => Some((0, length)),
        (206, Some(range)) => {
            let (first, last) = parse_content_range(range)?;
            (last + 1 - first == length).then_some((first, last + 1))
        }
        // Several ranges in one body: there is no saying where it broke.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Headers {
        let mut h = Headers::new();
        for (n, v) in list {
            h.push(n, v.as_bytes());
        }
        h
    }

    #[test]
    fn dl_20_what_is_verified() {
        let md5 = "\"5d41402abc4b2a76b9719d911017c592\"";
        let r = Request::new();
        let plain = headers(&[("etag", md5)]);
        assert!(matches!(check_of_body(200, &plain, &r), Check::Sums(_)));
        assert!(matches!(check_of_body(206, &plain, &r), Check::Length));
        let slo = headers(&[("etag", md5), ("x-static-large-object", "True")]);
        assert!(matches!(check_of_body(200, &slo, &r), Check::Manifest));
        assert!(matches!(check_of_body(206, &slo, &r), Check::Length));
        let manifest =
            Request { query: vec![("multipart-manifest".into(), Some("get".into()))], ..r.clone() };
        assert!(matches!(check_of_body(200, &slo, &manifest), Check::Length));
        let dlo = headers(&[("etag", md5), ("x-object-manifest", "c/p")]);
        assert!(matches!(check_of_body(200, &dlo, &r), Check::Length));
        assert!(matches!(check_of_body(200, &headers(&[("etag", "abc-2")]), &r), Check::Length));
    }

    #[test]
    fn an_answer_to_a_range_holds_that_range() {
        let answers = |range: &str, came: &str| {
            let mut r = Request::new();
            r.headers.set("range", range.as_bytes());
            matches_request(206, &headers(&[("content-range", came)]), None, &r).is_ok()
        };
        for (range, came) in [
            ("bytes=2-4", "bytes 2-4/10"),
            ("bytes=2-4", "bytes 2-3/4"),
            ("bytes=2-4", "bytes 2-4/*"),
            ("bytes=2-4", "bytes 2-3/*"),
            ("bytes=2-", "bytes 2-9/10"),
            ("bytes=-3", "bytes 7-9/10"),
            ("bytes=-30", "bytes 0-9/10"),
            ("bytes=2-4,20-30", "bytes 2-4/10"),
        ] {
            assert!(answers(range, came), "{range}: {came}");
        }
        for (range, came) in [
            ("bytes=2-4", "bytes 2-3/10"),
            ("bytes=2-4", "bytes 2-6/10"),
            ("bytes=2-4", "bytes 3-4/10"),
            ("bytes=2-4", "bytes 2-4/3"),
            ("bytes=2-4", "bytes 2-18446744073709551615/10"),
            ("bytes=2-4", "pages 2-4/10"),
            ("bytes=2-", "bytes 2-8/10"),
            ("bytes=-3", "bytes 6-9/10"),
            ("bytes=-3", "bytes 7-8/10"),
            ("bytes=2-4,6-7", "bytes 2-4/10"),
            ("bytes=2-4,20-30", "bytes 2-5/10"),
        ] {
            assert!(!answers(range, came), "{range}: {came}");
        }
        let mut r = Request::new();
        r.headers.set("range", b"bytes=2-4");
        let parts = headers(&[("content-type", "multipart/byteranges; boundary=b")]);
        assert!(matches_request(206, &Headers::new(), Some(3), &r).is_err());
        assert!(matches_request(206, &parts, Some(300), &r).is_err());
        assert!(matches_request(204, &Headers::new(), None, &r).is_err());
        r.headers.set("range", b"bytes=2-4,6-7");
        assert!(matches_request(206, &parts, Some(300), &r).is_ok());
        assert!(matches_request(206, &Headers::new(), Some(300), &r).is_err());
    }

    #[test]
    fn what_can_be_taken_up_again() {
        assert_eq!(span(200, &Headers::new(), Some(10)), Some((0, 10)));
        assert_eq!(span(200, &Headers::new(), None), None);
        let part = headers(&[("content-range", "bytes 5-9/20")]);
        assert_eq!(span(206, &part, Some(5)), Some((5, 10)));
        assert_eq!(span(206, &part, Some(6)), None);
        assert_eq!(span(206, &Headers::new(), Some(6)), None);
    }
}
