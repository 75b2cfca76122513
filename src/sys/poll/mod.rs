//! Waiting until there is something to read, or room to write, for a time: of descriptors, on Windows of sockets alone.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::wait;
#[cfg(windows)]
pub use windows::wait;

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// There is something to read, or the end.
    Reading,
    /// There is room to write, or nobody who would read.
    Writing,
}
