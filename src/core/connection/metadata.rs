//! The metadata of an object: replaced, as Swift does it, or changed in part.

use std::time::Instant;

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use super::symlink::MOST_LINKS;
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::request::{Request, SymlinkPost};
use crate::core::response::{Location, Response};

/// Headers besides the metadata of a user that a POST replaces.
const REPLACED: [&str; 8] = [
    "content-disposition",
    "content-encoding",
    "cache-control",
    "content-language",
    "expires",
    "x-robots-tag",
    "x-delete-at",
    "x-object-manifest",
];

impl Connection {
    /// Replaces the metadata of an object: what is not mentioned is lost, but for its media type.
    ///
    /// That is metadata, expiry, `Content-Encoding`, `Content-Disposition`, `Cache-Control`, `Content-Language`,
    /// `Expires`, `X-Robots-Tag` and `X-Object-Manifest`. What a POST to a symlink means is for the request to say.
    pub fn post_object(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        let began = Instant::now();
        let op = Operation::object("Object POST", Method::POST, container, object)?;
        match self.perform(&op, Send::Empty, r) {
            Err(e) if e.http_status() == 307 => {
                let link = Location::here(container, object);
                self.posted_to_link(e, link, r, began)
            }
            other => other,
        }
    }

    /// Changes the metadata of an object in part: what the request does not mention stays, and a header with an empty
    /// value is taken away. It covers all that a POST replaces.
    ///
    /// Swift has no such operation, so this is a HEAD and a POST: what somebody else changes between the two is lost.
    /// The conditions of the request are about the HEAD. A symlink is refused unless the request says what is meant.
    pub fn update_object_metadata(&self, container: &str, object: &str, r: &Request) -> Result<Response> {
        let began = Instant::now();
        let mut at = Location::here(container, object);
        let mut attempts = 0;
        for _ in 0..MOST_LINKS {
            let own = self.examine(&at, &r.conditional_companion(began))?;
            attempts += own.attempts;
            match (own.target, r.symlink_post) {
                (Some(to), SymlinkPost::Report) => {
                    let text = format!(
                        "{:?} is a symlink to {:?}, and nothing has been changed; say which of them is meant \
                         (swc_request_set_symlink_post)",
                        at.shown(),
                        to.shown()
                    );
                    return Err(Error::new(Kind::Conflict, text).with_attempts(attempts));
                }
                (Some(to), SymlinkPost::Target) => {
                    at = self.beside(&at, to);
                    continue;
                }
                (_, SymlinkPost::Link) | (None, _) => {}
            }
            let mut all = r.rest(began);
            all.drop_conditions();
            all.headers = merged(&own.headers, &all.headers);
            let op = self.operation_at("Object POST", Method::POST, &at)?;
            let posted = match self.perform(&op, Send::Empty, &all) {
                Err(e) if e.http_status() == 307 => self.posted_to_link(e, at.clone(), r, began),
                other => other,
            };
            return match posted {
                Ok(response) => Ok(response.after(attempts)),
                Err(e) => {
                    let n = e.attempts() + attempts;
                    Err(e.with_attempts(n))
                }
            };
        }
        Err(too_many_links(&at))
    }
}

#[cold]
pub(super) fn too_many_links(at: &Location) -> Error {
    let text = format!("more than {MOST_LINKS} symlinks, one after another, lead to {:?}", at.shown());
    Error::new(Kind::Conflict, text)
}

/// Whether two headers are one to Swift, for which a dash and an underscore are the same.
fn same(a: &str, b: &str) -> bool {
    let plain = |c: u8| if c == b'_' { b'-' } else { c.to_ascii_lowercase() };
    a.bytes().map(plain).eq(b.bytes().map(plain))
}

fn is_replaced(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("x-object-meta-") || REPLACED.contains(&name.as_str())
}

/// What an object has, with what the request says about it.
fn merged(has: &Headers, given: &Headers) -> Headers {
    let mut all = Headers::new();
    let lives = given.get("x-delete-after").is_some();
    for (name, value) in has.iter().filter(|(name, _)| is_replaced(name)) {
        let replaced =
            given.iter().any(|(g, _)| same(g, name)) || (lives && name.eq_ignore_ascii_case("x-delete-at"));
        if !replaced {
            all.push(name, value);
        }
    }
    for (name, value) in given.iter() {
        if !(value.is_empty() && is_replaced(name)) {
            all.push(name, value);
        }
    }
    all
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
    fn what_a_post_would_lose_is_sent_again() {
        let has = headers(&[
            ("Content-Type", "text/plain"),
            ("Content-Length", "5"),
            ("Etag", "abc"),
            ("X-Timestamp", "1"),
            ("X-Object-Meta-A-B", "old"),
            ("X-Object-Meta-C", "c"),
            ("X-Object-Meta-D", "d"),
            ("X-Delete-At", "99"),
            ("X-Object-Manifest", "c/p%20q"),
            ("Content-Encoding", "gzip"),
            ("Cache-Control", "no-store"),
        ]);
        let given = headers(&[
            ("x-object-meta-a_b", "new"),
            ("X-Object-Meta-D", ""),
            ("cache-control", ""),
            ("X-Other", ""),
        ]);
        let all = merged(&has, &given);
        let all: Vec<_> = all.iter().map(|(n, v)| (n, std::str::from_utf8(v).unwrap())).collect();
        assert_eq!(
            all,
            [
                ("X-Object-Meta-C", "c"),
                ("X-Delete-At", "99"),
                ("X-Object-Manifest", "c/p%20q"),
                ("Content-Encoding", "gzip"),
                ("x-object-meta-a_b", "new"),
                ("X-Other", ""),
            ]
        );
        let all = merged(&has, &headers(&[("X-Delete-After", "5")]));
        assert!(all.get("x-delete-at").is_none() && all.get("x-delete-after").is_some());
        assert!(merged(&has, &headers(&[("x-delete-at", "")])).get("x-delete-at").is_none());
    }
}
