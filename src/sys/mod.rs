//! The operating system, nothing of Swift. With `ffi` the only place for `unsafe`.

pub mod clock;
pub mod file;
pub mod md5;
pub mod net;
pub mod notify;
#[cfg(target_os = "linux")]
pub mod pipe;
pub mod poll;
pub mod scan;
pub mod signals;
