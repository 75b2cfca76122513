//! By select, which tells of connections that failed as well; WSAPoll does not before Windows 10 version 2004.

use std::io;
use std::os::windows::io::{AsRawSocket, BorrowedSocket};
use std::ptr;
use std::time::Duration;

use windows_sys::Win32::Networking::WinSock::{FD_SET, SOCKET_ERROR, TIMEVAL, select};

use super::For;

/// Waits for at most `limit`: whether the socket is ready, or something is wrong with it.
pub fn wait(socket: BorrowedSocket<'_>, what: For, limit: Duration) -> io::Result<bool> {
    let mut socket_alone = FD_SET { fd_count: 1, fd_array: [0; 64] };
    socket_alone.fd_array[0] = socket.as_raw_socket() as usize;
    // Each is changed by the call.
    let (mut ready, mut failed) = (socket_alone, socket_alone);
    let time = TIMEVAL {
        tv_sec: i32::try_from(limit.as_secs()).unwrap_or(i32::MAX),
        tv_usec: limit.subsec_micros() as i32,
    };
    let (read, write) = match what {
        For::Reading => (&raw mut ready, ptr::null_mut()),
        For::Writing => (ptr::null_mut(), &raw mut ready),
    };
    // SAFETY: the sets hold one socket, which is open, as it is borrowed; they and the time live through the call.
    match unsafe { select(0, read, write, &raw mut failed, &raw const time) } {
        SOCKET_ERROR => Err(io::Error::last_os_error()),
        n => Ok(n > 0),
    }
}
