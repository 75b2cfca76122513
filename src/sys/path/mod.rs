//! Paths as C programs give them, and names of objects made of them.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{from_bytes, object_name};
#[cfg(windows)]
pub use windows::{from_bytes, object_name};
