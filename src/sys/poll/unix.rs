//! By poll.

use super::For;

/// Waits for at most `limit`: whether the descriptor is ready. A signal ends the wait early, with `false`.
pub fn wait(fd: std::os::fd::BorrowedFd<'_>, what: For, limit: std::time::Duration) -> std::io::Result<bool> {
    use std::os::fd::AsRawFd;
    let events = match what {
        For::Reading => libc::POLLIN,
        For::Writing => libc::POLLOUT,
    };
    let mut p = libc::pollfd { fd: fd.as_raw_fd(), events, revents: 0 };
    let ms = libc::c_int::try_from(limit.as_millis()).unwrap_or(libc::c_int::MAX).max(1);
    // SAFETY: one pollfd, which lives through the call, of a descriptor that is open, as it is borrowed.
    let n = unsafe { libc::poll(&raw mut p, 1, ms) };
    if n < 0 {
        let e = std::io::Error::last_os_error();
        return if e.kind() == std::io::ErrorKind::Interrupted { Ok(false) } else { Err(e) };
    }
    Ok(n > 0)
}
