//! A pipe of our own, through which the kernel moves bytes from a socket to a file without copying them to this
//! process and back. Where there is no such thing none can be made, and the caller copies.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod none;

#[cfg(target_os = "linux")]
pub use linux::Pipe;
#[cfg(not(target_os = "linux"))]
pub use none::Pipe;
