//! The operating system, nothing of Swift. With `ffi` the only place for `unsafe`.

pub mod clock;
pub mod file;
pub mod md5;
pub mod net;
pub mod notify;
pub mod poll;
pub mod signals;
