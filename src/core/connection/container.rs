//! Operations on a container.

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use crate::core::error::{Error, Result};
use crate::core::listing::Listing;
use crate::core::request::Request;
use crate::core::response::Response;

impl Connection {
    /// Headers of a container: counts, bytes, metadata, access lists, storage policy.
    pub fn head_container(&self, container: &str, r: &Request) -> Result<Response> {
        self.perform(&Operation::container("Container HEAD", Method::HEAD, container)?, Send::Nothing, r)
    }

    /// Creates a container (201), or sets metadata of one that is there (202).
    pub fn put_container(&self, container: &str, r: &Request) -> Result<Response> {
        self.perform(&Operation::container("Container PUT", Method::PUT, container)?, Send::Empty, r)
    }

    /// Sets metadata of a container: what is not mentioned stays, an empty value removes.
    pub fn post_container(&self, container: &str, r: &Request) -> Result<Response> {
        self.perform(&Operation::container("Container POST", Method::POST, container)?, Send::Empty, r)
    }

    /// Deletes an empty container; `Conflict` when it is not empty.
    pub fn delete_container(&self, container: &str, r: &Request) -> Result<Response> {
        self.perform(&Operation::container("Container DELETE", Method::DELETE, container)?, Send::Nothing, r)
    }

    /// One page of the list of objects as the server sends it, in the format the request asks for; or what static web
    /// makes of the container.
    pub fn get_container(&self, container: &str, r: &Request) -> Result<Response> {
        self.perform(&Operation::container("Container GET", Method::GET, container)?, Send::Nothing, r)
    }

    /// Asks what may be done with a container, or with an object in it, as a browser does before it lets a page of
    /// `origin` make a request of `method` (CORS). No token is sent. `Unauthorized` when it may not.
    pub fn options(
        &self,
        container: &str,
        object: Option<&str>,
        origin: Option<&str>,
        method: Option<&str>,
        r: &Request,
    ) -> Result<Response> {
        let mut op = match object {
            Some(o) => Operation::object("Object OPTIONS", Method::OPTIONS, container, o)?,
            None => Operation::container("Container OPTIONS", Method::OPTIONS, container)?,
        };
        if origin.is_some() && method.is_none() {
            return Err(Error::invalid(
                "method is missing: a page of another origin is let do one thing and not another",
            ));
        }
        op.token = false;
        let mut r = r.clone();
        for (name, value) in [("Origin", origin), ("Access-Control-Request-Method", method)] {
            if value.is_some() {
                r.set_header(name, value)?;
            }
        }
        self.perform(&op, Send::Nothing, &r)
    }

    /// The objects of a container. No I/O before the first row is asked for.
    pub fn list_container(&self, container: &str, r: &Request) -> Result<Listing> {
        Listing::new(self.clone(), Some(container), r)
    }
}
