//! Symlinks: made, told from what they point to, and what a POST to one means.

use std::time::Instant;

use http::Method;

use super::Connection;
use super::engine::Send;
use super::metadata::too_many_links;
use super::object::perhaps_own;
use super::operation::{Operation, Target};
use crate::core::body::Body;
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::names;
use crate::core::request::{Request, SymlinkPost};
use crate::core::response::{Location, Response, symlink_target};

/// How many links one after another are gone along; Swift itself follows two.
pub(super) const MOST_LINKS: u32 = 10;

/// An object itself, and not what it leads to.
pub(super) struct Own {
    /// What HEAD says of it.
    pub headers: Headers,
    /// Where it leads to, when it is a symlink.
    pub target: Option<Location>,
    /// Its version, when its container keeps them.
    pub version: Option<String>,
    /// How many requests it took.
    pub attempts: u32,
}

/// Whether it is a manifest.
fn is_large(headers: &Headers) -> bool {
    headers.get("x-object-manifest").is_some() || headers.get("x-static-large-object").is_some()
}

impl Connection {
    /// Makes a symlink: an object that stands for another one, which may lie in another account.
    ///
    /// With `etag` it is a static link, which the server makes only when the target has that ETag (of a large object
    /// (SLO) that of the manifest, `X-Manifest-Etag`), and follows only as long as it has.
    pub fn put_symlink(
        &self,
        container: &str,
        object: &str,
        target: &Location,
        etag: Option<&str>,
        r: &Request,
    ) -> Result<Response> {
        let mut op = Operation::object("Object PUT", Method::PUT, container, object)?;
        names::check_container(&target.container)?;
        names::check_object(&target.object)?;
        if target.version_id.is_some() {
            return Err(Error::invalid("a symlink cannot lead to a version"));
        }
        let mut path = names::encoded(&target.container);
        path.push('/');
        names::encode_path_into(&mut path, &target.object);
        op.headers.push("x-symlink-target", path.as_bytes());
        if let Some(account) = &target.account {
            names::check_account(account)?;
            op.headers.push("x-symlink-target-account", names::encoded(account).as_bytes());
        }
        if let Some(etag) = etag {
            if etag.is_empty() {
                return Err(Error::invalid("the ETag of the target is empty"));
            }
            op.headers.push("x-symlink-target-etag", etag.as_bytes());
        }
        self.perform(&op, Send::Empty, r).map_err(|e| match e.kind() {
            Kind::NotFound => e.remark("does the container exist?"),
            _ => perhaps_own(e, r),
        })
    }

    /// An operation on an object, wherever it lies.
    pub(super) fn operation_at<'a>(
        &self,
        name: &'static str,
        method: Method,
        at: &'a Location,
    ) -> Result<Operation<'a>> {
        let mut op = Operation::object(name, method, &at.container, &at.object)?;
        if let Some(account) = at.account.as_deref().filter(|a| self.account().as_deref() != Some(*a)) {
            names::check_account(account)?;
            op.target = Target::ObjectOf(account, &at.container, &at.object);
        }
        Ok(op)
    }

    /// The name of the account, once it is known.
    fn account(&self) -> Option<String> {
        let session = self.handle.shared.auth.current()?;
        let last = session.storage_url.last_segment();
        Some(percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned())
    }

    /// The target of a link: without an account it lies in that of the link.
    pub(super) fn beside(&self, link: &Location, mut target: Location) -> Location {
        target.account = target.account.or_else(|| link.account.clone());
        target
    }

    /// Looks at an object itself, whether or not it is a symlink, and whether or not its container keeps versions.
    pub(super) fn examine(&self, at: &Location, r: &Request) -> Result<Own> {
        let mut own = r.clone();
        let conditional = own.drop_conditions();
        own.set_symlink_get(true)?;
        own.headers.set("x-newest", b"true");
        let op = self.operation_at("Object HEAD", Method::HEAD, at)?;
        let (mut headers, mut attempts) = self.head_itself(&op, &own)?;
        // In a container with versions each object is a link to its current version. That has its metadata, all but
        // the expiry, and may itself be a link.
        let version = symlink_target(&headers).and_then(|t| t.version_id);
        if conditional || version.is_some() {
            let mut r = r.clone();
            r.set_symlink_get(true)?;
            r.set_version_id(version.as_deref())?;
            let (found, more) = self.head_itself(&op, &r).map_err(|e| {
                let n = e.attempts() + attempts;
                e.with_attempts(n)
            })?;
            attempts += more;
            let link = std::mem::replace(&mut headers, found);
            if let Some(at) = link.get("x-delete-at").filter(|_| version.is_some()) {
                headers.set("x-delete-at", at);
            }
        }
        Ok(Own { target: symlink_target(&headers), headers, version, attempts })
    }

    /// HEAD of an object, and how many requests it took. Of a large object whose segments come and go, or are
    /// missing, it is the manifest that is looked at.
    fn head_itself(&self, op: &Operation<'_>, r: &Request) -> Result<(Headers, u32)> {
        let first = self.perform(op, Send::Nothing, r).map(|mut head| (head.take_headers(), head.attempts()));
        let before = match &first {
            Ok((headers, n)) if headers.get("x-object-manifest").is_some() => *n,
            Err(e) if matches!(e.kind(), Kind::NotFound | Kind::Conflict) => e.attempts(),
            _ => return first,
        };
        let mut r = r.clone();
        r.set_manifest_get(true)?;
        match self.perform(op, Send::Nothing, &r) {
            Ok(mut head) if first.is_ok() || is_large(head.headers()) => {
                Ok((head.take_headers(), head.attempts() + before))
            }
            // So it is there.
            Err(e) if matches!(e.kind(), Kind::Precondition | Kind::NotModified) => Err(e),
            _ => first,
        }
    }

    /// Decides what to make of the 307 that a POST to a symlink is answered with.
    pub(super) fn posted_to_link(
        &self,
        answer: Error,
        mut link: Location,
        r: &Request,
        began: Instant,
    ) -> Result<Response> {
        if r.symlink_post == SymlinkPost::Report {
            return Err(answer.remark(
                "if it is a symlink, it has the metadata now and its target has not; say which of them is meant \
                 (swc_request_set_symlink_post)",
            ));
        }
        let mut answer = answer;
        let mut attempts = answer.attempts();
        for _ in 0..MOST_LINKS {
            // Whatever stands before a server may redirect as well. Only what is a symlink is taken for one.
            let own = self.examine(&link, &r.companion(began)).map_err(|e| e.remark(&answer))?;
            attempts += own.attempts;
            let target = own.target.map(|t| self.beside(&link, t));
            let Some(target) = target.filter(|t| self.leads_to(&answer, t)) else {
                return Err(answer.with_attempts(attempts));
            };
            if r.symlink_post == SymlinkPost::Link {
                let failure = answer.failure().cloned().unwrap_or_default();
                let body = Body::memory(failure.body);
                return Ok(Response::new(failure.status, failure.reason, failure.headers, attempts, body));
            }
            let op = self.operation_at("Object POST", Method::POST, &target)?;
            match self.perform(&op, Send::Empty, &r.rest(began)) {
                Ok(response) => return Ok(response.after(attempts)),
                Err(e) => {
                    attempts += e.attempts();
                    if e.http_status() != 307 {
                        let e = e.remark(format_args!("the symlink {:?} has the metadata", link.shown()));
                        return Err(e.with_attempts(attempts));
                    }
                    answer = e;
                }
            }
            link = target;
        }
        Err(too_many_links(&link).with_attempts(attempts))
    }

    /// Whether a redirection leads to an object of this cluster: nothing else ever gets the token.
    fn leads_to(&self, answer: &Error, target: &Location) -> bool {
        let headers = answer.failure().map(|f| &f.headers);
        let (Some(to), Some(session)) =
            (headers.and_then(|h| h.get_str("location")), self.handle.shared.auth.current())
        else {
            return false;
        };
        let base = &session.storage_url;
        let path = match to.split_once("://") {
            None => to,
            Some((scheme, rest)) => {
                let (authority, _) = rest.split_once('/').unwrap_or((rest, ""));
                let same = scheme.eq_ignore_ascii_case(base.scheme())
                    && authority.eq_ignore_ascii_case(base.authority().as_str());
                if !same {
                    return false;
                }
                &rest[authority.len()..]
            }
        };
        let Some(found) = Location::of_full_path(path) else { return false };
        let account = target.account.clone().or_else(|| self.account());
        found.account == account && found.container == target.container && found.object == target.object
    }
}
