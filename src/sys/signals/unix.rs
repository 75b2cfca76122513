//! Signals as POSIX has them.

use std::marker::PhantomData;

/// Keeps the signals of the host program away from the calling thread, so that its handlers run on its own
/// threads and its own blocking calls are the ones that end with `EINTR`. Faults and profilers are let through.
pub fn leave_signals_to_the_host() {
    const LET_THROUGH: [libc::c_int; 8] = [
        libc::SIGSEGV,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGABRT,
        libc::SIGTRAP,
        libc::SIGSYS,
        libc::SIGPROF,
    ];
    // SAFETY: the set is filled before it is used, and the call changes only the mask of this thread.
    unsafe {
        let mut set = std::mem::zeroed::<libc::sigset_t>();
        libc::sigfillset(&mut set);
        for s in LET_THROUGH {
            libc::sigdelset(&mut set, s);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &set, std::ptr::null_mut());
    }
}

/// As long as it lives, writing to a socket or pipe that nobody reads any more raises no SIGPIPE on this thread, which
/// would end a program that does not expect it: the signal is blocked, and taken away if it came. (Where sockets are
/// sent to, `MSG_NOSIGNAL` is cheaper; `sendfile` and plain writes have no such flag.)
#[derive(Debug)]
pub struct NoSigPipe {
    // The mask belongs to the thread, so the guard must stay on it.
    _not_send: PhantomData<*const ()>,
    _masks: Masks,
}

struct Masks {
    before: libc::sigset_t,
    was_pending: bool,
}

impl NoSigPipe {
    /// Blocks the signal on the calling thread.
    pub fn new() -> NoSigPipe {
        NoSigPipe { _not_send: PhantomData, _masks: Masks::block() }
    }
}

impl Default for NoSigPipe {
    fn default() -> NoSigPipe {
        NoSigPipe::new()
    }
}

impl std::fmt::Debug for Masks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Masks").field("was_pending", &self.was_pending).finish_non_exhaustive()
    }
}

impl Masks {
    fn block() -> Masks {
        // SAFETY: the sets are initialised by sigemptyset or filled by the calls before they are read.
        unsafe {
            let mut pipe: libc::sigset_t = std::mem::zeroed();
            let mut before: libc::sigset_t = std::mem::zeroed();
            let mut pending: libc::sigset_t = std::mem::zeroed();
            libc::sigemptyset(&raw mut pipe);
            libc::sigaddset(&raw mut pipe, libc::SIGPIPE);
            libc::sigpending(&raw mut pending);
            let was_pending = libc::sigismember(&raw const pending, libc::SIGPIPE) == 1;
            libc::pthread_sigmask(libc::SIG_BLOCK, &raw const pipe, &raw mut before);
            Masks { before, was_pending }
        }
    }
}

impl Drop for Masks {
    fn drop(&mut self) {
        // SAFETY: as above.
        unsafe {
            if !self.was_pending {
                let mut pipe: libc::sigset_t = std::mem::zeroed();
                libc::sigemptyset(&raw mut pipe);
                libc::sigaddset(&raw mut pipe, libc::SIGPIPE);
                take_away(&pipe);
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut());
        }
    }
}

/// Takes a signal that is blocked off this thread, if it is there.
///
/// # Safety
/// The set was initialised.
#[cfg(target_os = "linux")]
unsafe fn take_away(set: &libc::sigset_t) {
    let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the pointers are valid for the call, which does not block.
    unsafe { libc::sigtimedwait(set, std::ptr::null_mut(), &raw const now) };
}

/// Elsewhere it takes two calls.
///
/// # Safety
/// As above.
#[cfg(not(target_os = "linux"))]
unsafe fn take_away(set: &libc::sigset_t) {
    // SAFETY: the pointers are valid for the calls; what is pending sigwait need not wait for.
    unsafe {
        let mut pending: libc::sigset_t = std::mem::zeroed();
        libc::sigpending(&raw mut pending);
        if libc::sigismember(&raw const pending, libc::SIGPIPE) == 1 {
            let mut which = 0;
            libc::sigwait(set, &raw mut which);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{ErrorKind, Write};

    #[test]
    fn writing_to_a_closed_pipe_is_an_error_and_no_signal() {
        // The test harness ignores SIGPIPE; here it does what it does in a C program.
        // SAFETY: the default action is a valid one; it is put back below.
        let before = unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
        let (read, mut write) = std::io::pipe().unwrap();
        drop(read);
        let quiet = NoSigPipe::new();
        assert_eq!(write.write(b"x").unwrap_err().kind(), ErrorKind::BrokenPipe);
        drop(quiet);
        // SAFETY: as above.
        unsafe { libc::signal(libc::SIGPIPE, before) };
    }
}
