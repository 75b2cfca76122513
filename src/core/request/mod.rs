//! Optional extras of one call: headers, query, conditions, progress, cancellation, deadline.

mod account;
mod container;
mod large;
mod listing;
mod object;
mod retry;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::core::cancel::Cancel;
use crate::core::error::{Error, Result};
use crate::core::headers::Headers;
use crate::core::retry::RetryChoice;
use crate::core::{tempurl, time};

pub use account::TempUrlKey;
pub(crate) use account::quota;
pub use object::SymlinkPost;

/// Headers whose values only the library can know, in lower case.
const FRAMING: [&str; 5] = ["content-length", "transfer-encoding", "connection", "expect", "upgrade"];

/// Called with the bytes moved so far and the total, when known; `false` ends the call.
pub type Progress = Arc<dyn Fn(u64, Option<u64>) -> bool + Send + Sync>;

/// Extras for one call; the default has none. It is not changed by a call and may serve many.
#[derive(Clone)]
pub struct Request {
    /// Headers sent with the request; they replace those the library would send of the same name.
    pub headers: Headers,
    /// Query parameters, sent percent-encoded in this order; no value means the bare name.
    pub query: Vec<(String, Option<String>)>,
    /// Ends the call from another thread.
    pub cancel: Option<Cancel>,
    /// How long the call may last in all, attempts, pauses and the reading of the body included.
    pub timeout: Option<Duration>,
    /// Told about the progress of a body, on the thread that makes the call.
    pub progress: Option<Progress>,
    /// Whether listings and what the cluster says of itself may come compressed.
    pub accept_gzip: bool,
    /// Whether bodies are checked against their MD5; `None` takes the option `checksum`.
    pub checksum: Option<bool>,
    /// How long to wait for `100 Continue` before a body is sent; the inner `None`: it is not announced; the outer
    /// one takes the options `expect_continue` and `expect_timeout`.
    pub expect: Option<Option<Duration>>,
    /// What this call says about its repetitions.
    pub retry: RetryChoice,
    /// Whether the token goes with it; `None`: where the call has use for one, and to no other server.
    pub send_token: Option<bool>,
    /// For [`Connection::request`](crate::core::Connection::request): an answer that is no success comes as a
    /// response too.
    pub any_status: bool,
    /// For [`Connection::request`](crate::core::Connection::request): the headers say how the body is framed, as far as
    /// they do, and both go out as they are. The server may take what it gets for less or more than one request, so the
    /// connection serves no other.
    pub own_framing: bool,
    /// What a POST to a symlink means.
    pub symlink_post: SymlinkPost,
    /// Whether a large object is deleted with its segments also where an older version of it is kept, which then lacks
    /// them.
    pub delete_kept: bool,
}

static NONE: Request = Request::new();

impl Default for Request {
    fn default() -> Request {
        Request::new()
    }
}

impl Request {
    /// No extras.
    pub const fn new() -> Request {
        Request {
            headers: Headers::new(),
            query: Vec::new(),
            cancel: None,
            timeout: None,
            progress: None,
            accept_gzip: false,
            checksum: None,
            expect: None,
            retry: RetryChoice::new(),
            send_token: None,
            any_status: false,
            own_framing: false,
            symlink_post: SymlinkPost::Report,
            delete_kept: false,
        }
    }

    /// The same for many calls.
    pub(crate) fn none() -> &'static Request {
        &NONE
    }

    /// To be kept for longer than the call lasts, if it is any.
    pub(crate) fn kept(&self) -> Option<Box<Request>> {
        (!std::ptr::eq(self, &NONE)).then(|| Box::new(self.clone()))
    }

    /// Sends a header in place of any of that name; `None` takes those away again.
    pub fn set_header(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        self.set_header_bytes(name, value.map(str::as_bytes))
    }

    /// Sends a header, whose value need not be UTF-8, in place of any of that name; `None` takes those away again.
    pub fn set_header_bytes(&mut self, name: &str, value: Option<&[u8]>) -> Result<()> {
        self.check_header(name, value.unwrap_or_default())?;
        match value {
            Some(v) => self.headers.set(name, v),
            None => self.headers.remove(name),
        }
        Ok(())
    }

    /// Sets metadata of an `Account`, a `Container` or an `Object`: the header `X-<kind>-Meta-<name>`.
    pub fn set_metadata(&mut self, kind: &str, name: &str, value: &str) -> Result<()> {
        if name.is_empty() {
            return Err(Error::invalid("the name of the metadata is empty"));
        }
        self.set_header(&format!("X-{kind}-Meta-{name}"), Some(value))
    }

    /// Sends a header besides those that are there.
    pub fn add_header(&mut self, name: &str, value: &str) -> Result<()> {
        self.check_header(name, value.as_bytes())?;
        self.headers.push(name, value.as_bytes());
        Ok(())
    }

    /// Sends a query parameter in place of any of that name; no value means the bare name.
    pub fn set_query(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        if name.is_empty() {
            return Err(Error::invalid("the name of a query parameter is empty"));
        }
        self.remove_query(name);
        self.query.push((name.to_owned(), value.map(str::to_owned)));
        Ok(())
    }

    /// Takes away a query parameter.
    pub fn remove_query(&mut self, name: &str) {
        self.query.retain(|(n, _)| n != name);
    }

    /// Asks for part of an object. No `offset`: its last bytes; no `length`: up to its end; neither: all of it again.
    pub fn set_range(&mut self, offset: Option<u64>, length: Option<u64>) -> Result<()> {
        let range = match (offset, length) {
            (_, Some(0)) => return Err(Error::invalid("the range is empty")),
            (None, None) => {
                self.headers.remove("Range");
                return Ok(());
            }
            (None, Some(length)) => format!("bytes=-{length}"),
            (Some(offset), None) => format!("bytes={offset}-"),
            (Some(offset), Some(length)) => match offset.checked_add(length - 1) {
                Some(last) => format!("bytes={offset}-{last}"),
                None => return Err(Error::invalid("the range ends beyond what a number can say")),
            },
        };
        self.headers.set("Range", range.as_bytes());
        Ok(())
    }

    /// Sends a header whose value is a time, in seconds since 1970; `None` takes it away again.
    pub fn set_time(&mut self, name: &str, seconds: Option<i64>) -> Result<()> {
        let Some(seconds) = seconds else { return self.set_header(name, None) };
        match time::to_http(seconds) {
            Some(date) => self.set_header(name, Some(&date)),
            None => Err(Error::invalid(format!(
                "{seconds} is no time for {name}: give seconds since 1970, before the year 10000"
            ))),
        }
    }

    /// Makes the call with the signature of a temporary URL instead of the token: what its query has is sent, and
    /// nothing else of it. For any call about an object that the URL is good for; one for a prefix is good for all below
    /// that.
    pub fn set_temp_url(&mut self, url: &str) -> Result<()> {
        let parameters = tempurl::parameters(url)?;
        for (name, _) in &parameters {
            self.remove_query(name);
        }
        self.query.extend(parameters);
        Ok(())
    }

    /// The first value of a query parameter.
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).and_then(|(_, v)| v.as_deref())
    }

    /// Refuses what would end a header early, smuggle in another, or contradict what is really sent.
    fn check_header(&self, name: &str, value: &[u8]) -> Result<()> {
        if name.is_empty() {
            return Err(Error::invalid("the name of a header is empty"));
        }
        if !self.own_framing {
            refuse_framing(name)?;
        }
        if name.bytes().any(|b| b <= b' ' || b == b':' || b == 0x7f) {
            return Err(Error::invalid(format!(
                "the header name {name:?} contains a colon, a blank or a control character"
            )));
        }
        if name.eq_ignore_ascii_case("host") && value.iter().any(|b| matches!(b, b' ' | b'\t')) {
            return Err(Error::invalid(format!(
                "{:?} is no name of a host: it has a blank",
                value.escape_ascii().to_string()
            )));
        }
        if value.iter().any(|&b| (b < b' ' && b != b'\t') || b == 0x7f) {
            // The value is not shown: it may be a secret.
            return Err(Error::invalid(format!(
                "the value of the header {name} contains a control character"
            )));
        }
        Ok(())
    }
}

/// Refuses headers that would contradict what is really sent.
pub(crate) fn refuse_framing(name: &str) -> Result<()> {
    if FRAMING.iter().any(|f| name.eq_ignore_ascii_case(f)) {
        return Err(Error::invalid(format!("the header {name} is the library's to set")));
    }
    Ok(())
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("headers", &crate::core::log::Redacted(&self.headers))
            .field("query", &self.query.iter().map(|(n, _)| n).collect::<Vec<_>>())
            .field("timeout", &self.timeout)
            .field("checksum", &self.checksum)
            .field("expect", &self.expect)
            .field("retry", &self.retry)
            .field("send_token", &self.send_token)
            .field("any_status", &self.any_status)
            .field("own_framing", &self.own_framing)
            .field("delete_kept", &self.delete_kept)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(r: &Request) -> Vec<(&str, &[u8])> {
        r.headers.iter().collect()
    }

    #[test]
    fn a_header_cannot_smuggle_another() {
        let mut r = Request::new();
        for (name, value) in
            [("", "v"), ("a b", "v"), ("a:b", "v"), ("a", "x\r\ny: z"), ("a\n", "v"), ("a", "\u{7f}")]
        {
            assert!(r.set_header(name, Some(value)).is_err(), "{name:?}: {value:?}");
            assert!(r.add_header(name, value).is_err(), "{name:?}: {value:?}");
        }
        assert!(
            r.set_header("Host", Some("c\t.example")).is_err() && r.set_header("host", Some("a b")).is_err()
        );
        assert!(r.headers.is_empty());
        for value in [&b"\xff\r\n"[..], b"\xff\n", b"\xff\0", b"\r\xff"] {
            assert!(r.set_header_bytes("a", Some(value)).is_err(), "{value:?}");
        }
        assert!(r.headers.is_empty());
        assert!(r.set_header("X-Object-Meta-ü", Some("ü\t1")).is_ok());
        assert!(r.set_header_bytes("X-B", Some(b"\xe4\xff")).is_ok());
        assert_eq!(r.headers.get("x-b"), Some(&b"\xe4\xff"[..]));
    }

    #[test]
    fn headers_of_the_transport_are_refused() {
        let mut r = Request::new();
        for name in ["Content-Length", "transfer-encoding", "CONNECTION", "Expect", "Upgrade"] {
            let e = r.set_header(name, Some("1")).err().unwrap();
            assert!(e.message().contains(name), "{e}");
            assert!(r.add_header(name, "1").is_err(), "{name}");
        }
        assert!(r.headers.is_empty());
        assert!(r.set_header("Content-Length-Hint", Some("1")).is_ok());
        r.own_framing = true;
        assert!(
            r.set_header("Content-Length", Some("x")).is_ok() && r.add_header("CONNECTION", "a\nb").is_err()
        );
    }

    #[test]
    fn headers_are_replaced_added_and_taken_away() {
        let mut r = Request::new();
        assert!(r.set_header("a", Some("1")).is_ok() && r.set_header("A", Some("2")).is_ok());
        assert!(r.add_header("a", "3").is_ok());
        assert_eq!(shown(&r), [("A", &b"2"[..]), ("a", &b"3"[..])]);
        assert!(r.set_header("a", None).is_ok());
        assert!(r.headers.is_empty());
    }

    #[test]
    fn a_query_parameter_is_replaced() {
        let mut r = Request::new();
        assert!(r.set_query("prefix", Some("a")).is_ok() && r.set_query("prefix", Some("b")).is_ok());
        assert!(r.set_query("bulk-delete", None).is_ok());
        assert_eq!(r.query_value("prefix"), Some("b"));
        assert_eq!(r.query.len(), 2);
        assert!(r.set_query("", None).is_err());
        r.remove_query("prefix");
        r.remove_query("never there");
        assert_eq!(r.query, [("bulk-delete".to_owned(), None)]);
    }

    #[test]
    fn ranges_are_written_as_http_has_them() {
        let mut r = Request::new();
        for (offset, length, want) in [
            (Some(0), Some(1), "bytes=0-0"),
            (Some(5), None, "bytes=5-"),
            (None, Some(7), "bytes=-7"),
            (Some(u64::MAX - 1), Some(2), "bytes=18446744073709551614-18446744073709551615"),
        ] {
            assert!(r.set_range(offset, length).is_ok());
            assert_eq!(shown(&r), [("Range", want.as_bytes())]);
        }
        for (offset, length) in [(Some(0), Some(0)), (None, Some(0)), (Some(u64::MAX), Some(2))] {
            assert!(r.set_range(offset, length).is_err(), "{offset:?} {length:?}");
        }
        assert!(r.set_range(None, None).is_ok());
        assert!(r.headers.is_empty());
    }

    #[test]
    fn times_are_written_as_http_has_them() {
        let mut r = Request::new();
        assert!(r.set_time("If-Modified-Since", Some(784_111_777)).is_ok());
        assert_eq!(shown(&r), [("If-Modified-Since", &b"Sun, 06 Nov 1994 08:49:37 GMT"[..])]);
        assert!(r.set_time("If-Modified-Since", Some(-1)).is_err());
        assert!(r.set_time("If-Modified-Since", Some(i64::MAX)).is_err());
        assert!(r.set_time("If-Modified-Since", None).is_ok());
        assert!(r.headers.is_empty());
    }
}
