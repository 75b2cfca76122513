//! What an event loop can watch: readable exactly while it is raised. A level, not an edge: it stays so until it is
//! cleared, however often it is watched.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::Notify;
#[cfg(windows)]
pub use windows::Notify;

#[cfg(test)]
pub(crate) mod tests {
    #[cfg(unix)]
    pub(crate) use super::unix::tests::readable;
    #[cfg(windows)]
    pub(crate) use super::windows::tests::readable;

    /// Holds for all kinds of them.
    pub(in crate::sys) fn is_a_level(n: &super::Notify) {
        assert!(!readable(n.fd()));
        for _ in 0..3 {
            n.raise();
            assert!(readable(n.fd()));
            assert!(readable(n.fd()));
            n.clear();
            assert!(!readable(n.fd()));
        }
        // Nothing to read: this must return all the same.
        n.clear();
        n.raise();
        assert!(readable(n.fd()));
    }
}
