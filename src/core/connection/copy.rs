//! Copies inside the cluster.

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use crate::core::error::{Error, Kind, Result};
use crate::core::names;
use crate::core::report::{Report, Wanted, What};
use crate::core::request::Request;
use crate::core::response::Response;

impl Connection {
    /// Server-side copy; `None` as destination copies the object onto itself, which changes its metadata.
    ///
    /// With [`set_source_account`](Request::set_source_account) the source lies in another account, with
    /// [`set_destination_account`](Request::set_destination_account) the destination. Range and conditions are about
    /// the source; so are `version-id`, `multipart-manifest=get` (the manifest of a large object and not its bytes) and
    /// `symlink=get` (the link and not its target). With `heartbeat` a failure told in the body is one of the call.
    pub fn copy_object(
        &self,
        container: &str,
        object: &str,
        destination: Option<(&str, &str)>,
        r: &Request,
    ) -> Result<Response> {
        let (to_container, to_object) = destination.unwrap_or((container, object));
        let (from, to) = ((container, object), (to_container, to_object));
        // What is not in the account of the storage URL goes into a header.
        let of_other = r.headers.get("x-copy-from-account").is_some();
        if of_other && r.headers.get("destination-account").is_some() {
            return Err(Error::invalid(
                "a copy comes from another account or goes to another one, but not both at once",
            ));
        }
        let (method, here, there, header) = match of_other {
            true => (Method::PUT, to, from, "x-copy-from"),
            false => (Method::from_bytes(b"COPY").unwrap_or_default(), from, to, "destination"),
        };
        names::check_container(there.0)?;
        names::check_object(there.1)?;
        let mut path = String::new();
        names::push_resource(&mut path, there.0, Some(there.1));
        let mut op = Operation::object("Object COPY", method, here.0, here.1)?;
        op.headers.push(header, path.as_bytes());
        let wanted = Wanted::new(What::Put);
        if r.query_value("heartbeat").is_some() || r.query_value("multipart-manifest").is_some() {
            op = op.reporting(&wanted);
        }
        let response = self.perform(&op, Send::Empty, r).map_err(|e| {
            // Swift says no more than that when it is the destination that is not there.
            let missing = e.kind() == Kind::NotFound;
            if missing { e.remark(format_args!("is there a container {to_container:?}?")) } else { e }
        })?;
        match wanted.take() {
            Some(report) => examined(&op.title(), response, &report),
            None => Ok(response),
        }
    }
}

/// The PUT of a manifest reports with a heartbeat of its own, and then the copy has that report in its own.
fn examined(title: &str, response: Response, report: &Report) -> Result<Response> {
    if report.status() != 202 || !report.message().trim_start().starts_with('{') {
        return Ok(response);
    }
    let inner = Report::parse(What::Put, report.message().as_bytes());
    let inner = inner.map_err(|e| e.context(format_args!("{title} failed")))?;
    if !inner.is_success() || inner.status() == 202 {
        return Err(inner.into_error_of(title, response));
    }
    let etag = inner.etag().unwrap_or_default().to_owned();
    Ok(response.with_status(inner.status(), inner.reason()).with_header("etag", etag.as_bytes()))
}
