//! The Swift client itself: safe Rust, no C types, no threads of its own but to look up
//! host names.

pub mod acl;
pub mod auth;
pub mod body;
pub mod cancel;
pub mod capabilities;
pub mod config;
pub mod connection;
pub mod digest;
pub mod error;
pub mod formpost;
pub mod headers;
pub(crate) mod http;
pub mod listing;
pub mod log;
pub mod manifest;
pub mod names;
pub mod reader;
pub mod report;
pub mod request;
pub mod response;
pub mod retry;
pub mod signature;
pub mod source;
pub mod tempurl;
pub mod time;
pub(crate) mod url;
pub mod usage;
pub mod writer;

pub use acl::{AccountAccess, AccountAcl};
pub use cancel::Cancel;
pub use capabilities::Capabilities;
pub use config::Config;
pub use connection::Connection;
pub use error::{Error, Kind, Result};
pub use formpost::FormPost;
pub use headers::Headers;
pub use listing::{Entry, Listing};
pub use manifest::Manifest;
pub use reader::Reader;
pub use report::Report;
pub use request::Request;
pub use response::Response;
pub use source::Source;
pub use tempurl::TempUrl;
pub use writer::Writer;
