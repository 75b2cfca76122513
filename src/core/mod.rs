//! The Swift client itself: safe Rust, no C types, no threads of its own.

pub mod auth;
pub mod cancel;
pub mod config;
pub mod digest;
pub mod error;
pub mod headers;
pub(crate) mod http;
pub mod log;
pub mod names;
pub mod request;
pub mod source;
pub mod time;
pub(crate) mod url;

pub use cancel::Cancel;
pub use config::Config;
pub use error::{Error, Kind, Result};
pub use headers::Headers;
pub use request::Request;
pub use source::Source;
