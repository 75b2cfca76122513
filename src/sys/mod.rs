//! The operating system, nothing of Swift. With `ffi` the only place for `unsafe`.
//!
//! What differs between systems has a folder with a file for each: `unix` and `windows`, or `linux` and the rest. The
//! other parts of the library ask none of them which one it is.

pub mod clock;
pub mod fd;
pub mod file;
pub mod folders;
pub mod lines;
pub mod md5;
pub mod net;
pub mod notify;
pub mod pages;
pub mod path;
pub mod pipe;
pub mod poll;
pub mod resident;
pub mod scan;
pub mod signals;
