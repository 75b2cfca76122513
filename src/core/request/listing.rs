//! What narrows a listing down. Swift tells what it does not know nothing of: an empty value is none.

use super::Request;
use crate::core::error::{Error, Result};

impl Request {
    /// The size of a page; `None` is the server's.
    pub fn set_limit(&mut self, rows: Option<u64>) -> Result<()> {
        if rows == Some(0) {
            return Err(Error::invalid("a page of a listing has at least 1 row"));
        }
        self.set_listing("limit", rows.map(|n| n.to_string()).as_deref());
        Ok(())
    }

    /// Sets a parameter of listings, such as `prefix`; without a value, or with an empty one, it is not sent.
    pub fn set_listing(&mut self, name: &str, value: Option<&str>) {
        self.remove_query(name);
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            self.query.push((name.to_owned(), Some(value.to_owned())));
        }
    }
}
