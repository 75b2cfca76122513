//! Operations on the account.

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::Operation;
use crate::core::error::Result;
use crate::core::listing::Listing;
use crate::core::request::Request;
use crate::core::response::Response;

impl Connection {
    /// Headers of the account: counts, bytes, metadata, quotas.
    pub fn head_account(&self, r: &Request) -> Result<Response> {
        self.perform(&Operation::account("Account HEAD", Method::HEAD), Send::Nothing, r)
    }

    /// Sets metadata of the account: what is not mentioned stays, an empty value removes.
    pub fn post_account(&self, r: &Request) -> Result<Response> {
        self.perform(&Operation::account("Account POST", Method::POST), Send::Empty, r)
    }

    /// Creates the account; for reseller admins, on clusters that let them.
    pub fn put_account(&self, r: &Request) -> Result<Response> {
        self.perform(&Operation::account("Account PUT", Method::PUT), Send::Empty, r)
    }

    /// Deletes the account with all that is in it; for reseller admins, on clusters that let them.
    pub fn delete_account(&self, r: &Request) -> Result<Response> {
        self.perform(&Operation::account("Account DELETE", Method::DELETE), Send::Nothing, r)
    }

    /// One page of the list of containers as the server sends it, in the format the request asks for.
    pub fn get_account(&self, r: &Request) -> Result<Response> {
        self.perform(&Operation::account("Account GET", Method::GET), Send::Nothing, r)
    }

    /// The containers of the account. No I/O before the first row is asked for.
    pub fn list_account(&self, r: &Request) -> Result<Listing> {
        Listing::new(self.clone(), None, r)
    }
}
