//! Versions of an object.

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use crate::core::config::boolean;
use crate::core::error::{Error, Kind, Result};
use crate::core::request::Request;
use crate::core::response::Response;

/// Headers of containers that keep what is overwritten in a container of older versions.
pub(crate) const KEEP_OVERWRITTEN: [&str; 2] = ["x-versions-location", "x-history-location"];
/// Those that keep what is deleted there; with the other one an older version takes its place.
pub(crate) const KEEP_DELETED: [&str; 1] = ["x-history-location"];

impl Connection {
    /// Whether a container keeps older versions of its objects: by itself, or in another one, as one of these headers
    /// says. Who may not look is told that it does.
    pub(crate) fn keeps(&self, container: &str, names: &[&str], r: &Request) -> Result<bool> {
        match self.head_container(container, r) {
            Ok(head) => {
                let own = head.headers().get_str("x-versions-enabled").and_then(boolean).unwrap_or(false);
                Ok(own || names.iter().any(|name| head.headers().get(name).is_some()))
            }
            Err(e) if e.kind() == Kind::Forbidden => Ok(true),
            Err(e) => Err(e),
        }
    }

    /// Refuses to delete the segments of a large object that is kept as an older version, which needs them.
    pub(super) fn check_not_kept(
        &self,
        container: &str,
        object: &str,
        r: &Request,
        plain: &Request,
    ) -> Result<()> {
        if r.delete_kept || r.query_value("version-id").is_some() {
            return Ok(());
        }
        if !self.keeps(container, &KEEP_DELETED, plain)? {
            return Ok(());
        }
        let path = format!("{container}/{object}");
        let text = format!(
            "{path:?} is kept as an older version, which needs its segments: delete the manifest alone \
             (swc_connection_delete_object), or a version for good (swc_request_set_version_id); or the segments all the \
             same (swc_request_set_delete_kept)"
        );
        Err(Error::new(Kind::State, text))
    }

    /// Makes a version of an object the current one again; no bytes are copied. Its container has or had versioning on.
    pub fn restore_object_version(
        &self,
        container: &str,
        object: &str,
        version_id: &str,
        r: &Request,
    ) -> Result<Response> {
        if version_id.is_empty() {
            return Err(Error::invalid("the version id is empty"));
        }
        let query = [("version-id", Some(version_id))];
        let op = Operation {
            query: &query,
            ..Operation::object("Object version PUT", Method::PUT, container, object)?
        };
        let mut r = r.clone();
        r.remove_query("version-id");
        self.perform(&op, Send::Empty, &r).map_err(|e| match e.kind() {
            Kind::NotFound => e.remark(format_args!("is there a version {version_id:?}?")),
            _ => e,
        })
    }
}
