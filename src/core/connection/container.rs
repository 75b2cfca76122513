//! Operations on a container.

use http::Method;

use super::Connection;
use super::engine::{Operation, Send};
use crate::core::error::Result;
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

    /// The objects of a container. No I/O before the first row is asked for.
    pub fn list_container(&self, container: &str, r: &Request) -> Result<Listing> {
        Listing::new(self.clone(), Some(container), r)
    }
}
