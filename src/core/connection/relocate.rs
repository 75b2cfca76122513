//! Moving an object inside the cluster, which Swift has no operation for.

use std::time::Instant;

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use super::symlink::Own;
use crate::core::error::{Error, Kind, Result};
use crate::core::names;
use crate::core::request::Request;
use crate::core::response::{Location, Response};

/// What a copy must have of its source. What a request may set is not among it.
const SAME: [&str; 6] = [
    "etag",
    "content-length",
    "x-static-large-object",
    "x-object-manifest",
    "x-symlink-target",
    "x-symlink-target-account",
];

/// Extras that have no place in a move: it is all of the current object that goes, and within the account.
const NO_PLACE: [&str; 3] = ["range", "destination-account", "x-copy-from-account"];

impl Connection {
    /// Moves an object to another name or container: copies it, makes sure of the copy, and deletes the source. An
    /// object at the destination is replaced.
    ///
    /// A large object is moved by its manifest, its segments stay where they are; a symlink is moved as a link. In a
    /// container with versions the source keeps its versions behind a delete marker. The source is not deleted when it
    /// changed meanwhile; what somebody else stores between the last look at it and the deletion is lost. Conditions
    /// of the request are about the source, and other headers about the copy. The response is that of the copy.
    pub fn move_object(
        &self,
        container: &str,
        object: &str,
        to_container: &str,
        to_object: &str,
        r: &Request,
    ) -> Result<Response> {
        let began = Instant::now();
        names::check_container(to_container)?;
        names::check_object(to_object)?;
        let delete = Operation::object("Object DELETE", Method::DELETE, container, object)?;
        let (from, to) = (Location::here(container, object), Location::here(to_container, to_object));
        if from == to {
            let text = format!("{:?} cannot be moved to itself", from.shown());
            return Err(Error::invalid(text));
        }
        if let Some(name) = NO_PLACE.iter().find(|n| r.headers.get(n).is_some()) {
            return Err(Error::invalid(format!(
                "the header {name} has no place in a move; copy, then delete"
            )));
        }
        if let Some((name, _)) = r.query.iter().find(|(n, _)| n != "heartbeat") {
            return Err(Error::invalid(format!("the parameter {name} has no place in a move")));
        }

        let source = self.examine(&from, &r.conditional_companion(began))?;
        let mut attempts = source.attempts;
        let counted = |e: Error, before: u32| {
            let n = e.attempts() + before;
            e.with_attempts(n)
        };
        let mut copy = r.rest(began);
        copy.drop_conditions();
        copy.set_manifest_get(true)?;
        // A link that only stands for the current version would be copied as a link to it.
        copy.set_symlink_get(source.target.is_some())?;
        copy.set_version_id(source.version.as_deref())?;
        let response = self
            .copy_object(container, object, Some((to_container, to_object)), &copy)
            .map_err(|e| counted(e, attempts))?;
        attempts += response.attempts();

        let kept = |e: Error, attempts: u32| {
            let text = format!("{:?} has been copied to {:?}, and was not deleted", from.shown(), to.shown());
            counted(e.remark(text), attempts)
        };
        let copied = self.examine(&to, &r.companion(began)).map_err(|e| kept(e, attempts))?;
        attempts += copied.attempts;
        if let Some(name) = differs(&source, &copied, &SAME) {
            let text = format!("Object move failed: the copy differs from its source in {name}");
            return Err(kept(Error::new(Kind::Conflict, text), attempts));
        }
        let still = self.examine(&from, &r.companion(began)).map_err(|e| kept(e, attempts))?;
        attempts += still.attempts;
        if still.version != source.version || differs(&source, &still, &["x-timestamp", "etag"]).is_some() {
            let text = "Object move failed: the source changed while it was copied";
            return Err(kept(Error::new(Kind::Conflict, text), attempts));
        }
        match self.perform(&delete, Send::Nothing, &r.companion(began)) {
            Ok(deleted) => attempts += deleted.attempts(),
            // It is gone: an attempt whose answer was lost did it, or somebody else.
            Err(e) if e.kind() == Kind::NotFound => attempts += e.attempts(),
            Err(e) => return Err(kept(e, attempts)),
        }
        let before = attempts - response.attempts();
        Ok(response.after(before))
    }
}

/// The first header in which two objects differ.
fn differs(a: &Own, b: &Own, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|n| a.headers.get(n) != b.headers.get(n))
}
