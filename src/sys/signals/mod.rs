//! Signals: a library must neither die of one in a program that is not its own, nor take one that is meant for it.

#[cfg(not(unix))]
mod none;
#[cfg(unix)]
mod unix;

#[cfg(not(unix))]
pub use none::{NoSigPipe, leave_signals_to_the_host};
#[cfg(unix)]
pub use unix::{NoSigPipe, leave_signals_to_the_host};
