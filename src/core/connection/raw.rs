//! Requests of the caller's own: any method, and a path that is sent as it is given.

use std::borrow::Cow;

use http::Method;

use super::Connection;
use super::engine::Send;
use super::object::{Kept, ObjectGet, check_of_body, stored_as_sent};
use super::operation::{Operation, Target};
use crate::core::body::{Body, Check, Stream};
use crate::core::digest::md5_of_etag;
use crate::core::error::{Error, Result};
use crate::core::http::Answer;
use crate::core::pair::Pair;
use crate::core::request::Request;
use crate::core::response::Response;
use crate::core::retry::Retry;
use crate::core::source::Source;
use crate::core::url::{Shown, Url, shown_target};

/// Methods that announce a body even when it is empty.
const WITH_BODY: [&str; 4] = ["PUT", "POST", "PATCH", "COPY"];

/// A method and a target that are the caller's.
pub(crate) struct Raw {
    name: &'static str,
    method: Method,
    pub(super) place: Place,
    token: bool,
    any_status: bool,
    own_framing: bool,
}

/// Where it goes; path and query are sent as they are.
pub(super) enum Place {
    Below(String),
    Server(String),
    Elsewhere(Url, String),
}

impl Raw {
    fn new(method: &str, target: &[u8], r: &Request) -> Result<Raw> {
        let place = Place::parse(&as_text(target), refuse_in_request)?;
        Ok(Raw {
            name: "Request",
            method: self::method(method)?,
            place,
            token: true,
            any_status: r.any_status,
            own_framing: r.own_framing,
        })
    }

    /// An object at a URL that needs no token.
    pub(super) fn object(name: &'static str, method: Method, url: &str) -> Result<Raw> {
        match Place::parse(url, refuse_in_url)? {
            place @ Place::Elsewhere(..) => {
                Ok(Raw { name, method, place, token: false, any_status: false, own_framing: false })
            }
            _ => Err(Error::invalid(format!(
                "{} is not a URL that begins with http:// or https://",
                Shown(url)
            ))),
        }
    }

    pub(super) fn operation(&self) -> Operation<'_> {
        Operation {
            target: match &self.place {
                Place::Below(rest) => Target::Below(rest),
                Place::Server(whole) => Target::Server(whole),
                Place::Elsewhere(url, whole) => Target::Elsewhere(url, whole),
            },
            token: self.token,
            any_status: self.any_status,
            own_framing: self.own_framing,
            ..Operation::account(self.name, self.method.clone())
        }
    }

    pub(super) fn method(&self) -> &str {
        self.method.as_str()
    }
}

impl Place {
    fn parse(target: &str, refused: fn(char, bool) -> bool) -> Result<Place> {
        let Some((scheme, rest)) = target.split_once("://").filter(|(s, _)| is_scheme(s)) else {
            check(target, refused)?;
            let place = if target.starts_with('/') { Place::Server } else { Place::Below };
            return Ok(place(target.to_owned()));
        };
        let host = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (origin, path) = target.split_at(scheme.len() + 3 + host);
        let url = Url::parse(origin)?;
        check(path, refused)?;
        let slash = if path.starts_with('/') { "" } else { "/" };
        Ok(Place::Elsewhere(url, format!("{slash}{path}")))
    }
}

/// Whether it is what stands before `://`, and not a path that has these characters in it.
fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

fn method(text: &str) -> Result<Method> {
    let refused = |why: &str| Err(Error::invalid(format!("{text:?} {why}")));
    match Method::from_bytes(text.as_bytes()) {
        Ok(Method::CONNECT) => refused("is not for this: it asks a proxy for a tunnel"),
        Ok(method) => Ok(method),
        Err(_) => refused("is not a method: letters, and none of them a blank"),
    }
}

/// A target in which each byte outside ASCII stands as the character of its value.
fn as_text(target: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(target) {
        Ok(text) if text.is_ascii() => text.into(),
        _ => target.iter().map(|b| char::from(*b)).collect::<String>().into(),
    }
}

/// What cannot stand in a request line, or would not be sent by anybody: that much is checked of a request of the
/// caller's own.
fn refuse_in_request(c: char, _in_query: bool) -> bool {
    c <= ' ' || matches!(c, '#' | '\u{7f}')
}

/// What cannot stand in a URL.
fn refuse_in_url(c: char, in_query: bool) -> bool {
    match c {
        '#' | '<' | '>' => true,
        '`' => !in_query,
        '"' => in_query,
        c => !c.is_ascii_graphic(),
    }
}

/// Refuses some characters. What is wrong is named, for a server would only say 400.
fn check(target: &str, refused: fn(char, bool) -> bool) -> Result<()> {
    let mut in_query = false;
    for (at, c) in target.chars().enumerate() {
        if refused(c, in_query) {
            return Err(Error::invalid(format!(
                "the path {} has {c:?} at byte {at}: it is sent as it is given, so percent-encode that",
                Shown(&shown_target(target))
            )));
        }
        in_query |= c == '?';
    }
    Ok(())
}

impl Connection {
    /// A request of the caller's own. `target` is sent as it is, byte for byte: a path that begins with a slash is on the
    /// server of the account, another one below the account, and a whole URL anywhere. It may have a query, behind which
    /// that of `r` stands.
    ///
    /// The body of the answer is a stream, which is checked only when `r.checksum` is `Some(true)`, and not taken up
    /// again where it breaks. What fails before is tried again as in every other call. With `r.any_status` an answer
    /// that is no success is a response too, once there is no more to try.
    pub fn request(
        &self,
        method: &str,
        target: &(impl AsRef<[u8]> + ?Sized),
        body: Option<&Source>,
        r: &Request,
    ) -> Result<Response> {
        self.request_of_bytes(method, target.as_ref(), body, r)
    }

    fn request_of_bytes(
        &self,
        method: &str,
        target: &[u8],
        body: Option<&Source>,
        r: &Request,
    ) -> Result<Response> {
        let raw = Raw::new(method, target, r)?;
        let checked = r.checksum == Some(true);
        if r.own_framing {
            if matches!(r.expect, Some(Some(_))) {
                return Err(Error::invalid(
                    "with framing of your own a body is announced by a header of your own, not by the library",
                ));
            }
            if checked && body.is_some() {
                return Err(Error::invalid(
                    "with framing of your own nobody knows what is stored, so there is no checksum to compare",
                ));
            }
        }
        let guard = self.begin_for_long(r);
        let mut retry = Retry::new(&self.handle.shared.options, &r.retry);
        let mut reader = body.map(Source::open).transpose()?;
        if let Some(reader) = &mut reader {
            reader.report_to(r.progress.clone());
            if checked && raw.method == Method::PUT {
                reader.hash();
            }
        }
        let send = match &mut reader {
            Some(reader) => Send::Source(reader),
            None if WITH_BODY.contains(&raw.method()) => Send::Empty,
            None => Send::Nothing,
        };
        let answer = self.run(&raw.operation(), send, r, guard.call(), &mut retry, None)?;
        let Answer { status, reason, headers, came, body, .. } = answer;
        let (attempts, elapsed) = (retry.attempts, retry.elapsed_at(came));
        if let (Some(reader), 200..=299) = (&mut reader, status) {
            stored_as_sent(&raw.operation(), reader, &headers).map_err(|e| e.with_attempts(attempts))?;
        }
        let get = checked && raw.method == Method::GET;
        let check = if get { check_of_body(status, &headers, r) } else { Check::Length };
        // Put together where it stays.
        let stream = Box::write(
            Box::new_uninit(),
            Stream {
                raw: body,
                connection: self.clone(),
                get: ObjectGet { what: Kept::Raw(raw), request: r.kept() },
                retry,
                broke: 0,
                check,
                manifest_etag: headers.get_str("x-manifest-etag").and_then(md5_of_etag),
                span: None,
                told: None,
                // The progress of a request with a body is that of its body.
                progress: r.progress.clone().filter(|_| reader.is_none()),
                first: (status, reason.clone()),
                identity: Pair::new("", headers.transaction_id().unwrap_or("unknown")),
                guard,
            },
        );
        Ok(Response::new(status, reason, headers, attempts, Body::stream(stream)).took(elapsed))
    }

    /// Headers of the object at a URL that needs no token, such as a temporary one.
    pub fn head_url(&self, url: &str, r: &Request) -> Result<Response> {
        self.perform(&Raw::object("Object HEAD", Method::HEAD, url)?.operation(), Send::Nothing, r)
    }

    /// The object at a URL that needs no token; read, taken up again and checked as by
    /// [`get_object`](Connection::get_object).
    pub fn get_url(&self, url: &str, r: &Request) -> Result<Response> {
        let raw = Raw::object("Object GET", Method::GET, url)?;
        self.fetch(ObjectGet { what: Kept::Raw(raw), request: r.kept() })
    }

    /// Stores an object at a URL that needs no token; sent and checked as by
    /// [`put_object`](Connection::put_object).
    pub fn put_url(&self, url: &str, body: &Source, r: &Request) -> Result<Response> {
        self.store(&Raw::object("Object PUT", Method::PUT, url)?.operation(), body, r)
    }

    /// Replaces the metadata of the object at a URL that needs no token.
    pub fn post_url(&self, url: &str, r: &Request) -> Result<Response> {
        self.perform(&Raw::object("Object POST", Method::POST, url)?.operation(), Send::Empty, r)
    }

    /// Deletes the object at a URL that needs no token.
    pub fn delete_url(&self, url: &str, r: &Request) -> Result<Response> {
        self.perform(&Raw::object("Object DELETE", Method::DELETE, url)?.operation(), Send::Nothing, r)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::Kind;

    #[test]
    fn a_target_is_below_the_account_on_its_server_or_elsewhere() {
        for (target, where_, path) in [
            ("", "below", ""),
            ("c/o?x=1", "below", "c/o?x=1"),
            ("?bulk-delete", "below", "?bulk-delete"),
            ("c/http://o", "below", "c/http://o"),
            ("/info", "server", "/info"),
            ("//c/../%2F", "server", "//c/../%2F"),
            ("http://h", "elsewhere", "/"),
            ("http://h?x", "elsewhere", "/?x"),
            ("HTTPS://h:1//a/./b?c#", "", ""),
            ("https://h:1//a/./b?c", "elsewhere", "//a/./b?c"),
        ] {
            let (is, text) = match Place::parse(target, refuse_in_request) {
                Ok(Place::Below(t)) => ("below", t),
                Ok(Place::Server(t)) => ("server", t),
                Ok(Place::Elsewhere(_, t)) => ("elsewhere", t),
                Err(_) => ("", String::new()),
            };
            assert_eq!((is, text.as_str()), (where_, path), "{target}");
        }
    }

    #[test]
    fn what_cannot_stand_in_a_request_line_is_named() {
        for c in (0..128_u8).map(char::from) {
            for target in [format!("/{c}"), format!("/?{c}")] {
                let taken = target.parse::<http::uri::PathAndQuery>().is_ok_and(|p| p.as_str() == target);
                assert_eq!(check(&target, refuse_in_url).is_ok(), taken, "{target:?}");
                let taken = c > ' ' && c != '\u{7f}' && c != '#';
                assert_eq!(check(&target, refuse_in_request).is_ok(), taken, "{target:?}");
            }
        }
        assert!(Place::parse("/ä", refuse_in_url).is_err());
        for target in ["/a b", "a\nb", "/a#b", "/\u{7f}", "http://h/a b"] {
            let e = Place::parse(target, refuse_in_request).err().unwrap();
            assert!(e.message().contains("percent-encode"), "{e}");
        }
        let e = Place::parse("/v1/a/c/o o?temp_url_sig=geheim", refuse_in_url).err().unwrap();
        assert!(!e.message().contains("geheim"), "{e}");
        for target in ["ftp://h/", "http://", "http://u:p@h/", "http://h:0/"] {
            assert!(Place::parse(target, refuse_in_request).is_err(), "{target}");
        }
    }

    #[test]
    fn any_method_but_connect() {
        for m in ["GET", "REPORT", "get", "X-!#$%&'*+.^_`|~9"] {
            assert_eq!(method(m).unwrap().as_str(), m);
        }
        for m in ["", "CONNECT", "G T", "GET\n", "Ä", "GET:"] {
            assert_eq!(method(m).unwrap_err().kind(), Kind::InvalidArgument, "{m:?}");
        }
    }
}
