//! Where users are at home, and programs keep their settings.
//!
//! `variable` looks into the environment.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{home, settings};
#[cfg(windows)]
pub use windows::{home, settings};
