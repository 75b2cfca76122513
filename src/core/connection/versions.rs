//! Versions of an object.

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use crate::core::error::{Error, Kind, Result};
use crate::core::request::Request;
use crate::core::response::Response;

impl Connection {
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
