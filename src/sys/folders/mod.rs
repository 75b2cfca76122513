//! Where programs keep their settings.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::settings;
#[cfg(windows)]
pub use windows::settings;
