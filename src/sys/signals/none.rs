//! Windows has no signals that matter here: a write that nobody reads fails, and that is all.

/// Keeps nothing away: there is nothing.
pub fn leave_signals_to_the_host() {}

/// Guards against nothing.
#[derive(Debug, Default)]
pub struct NoSigPipe;

impl NoSigPipe {
    /// Does nothing.
    pub fn new() -> NoSigPipe {
        NoSigPipe
    }
}
