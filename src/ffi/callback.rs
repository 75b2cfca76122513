//! Functions of the caller's, and the data that goes with them.

use std::ffi::{c_char, c_void};

use super::{c_string, size_or_unknown};
use crate::core::log::Level;
use crate::core::source::Callbacks;

/// Releases `user_data`: the library will not use it again.
///
/// It runs exactly once for every `user_data` given together with it, also when the function it was given
/// to fails. It may run on any thread, and must not call back into the library.
pub type swc_free_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// Gives bytes of a body to send.
///
/// Puts between 1 and `size` bytes into `buffer` and returns their number; 0 is the end of the body. A
/// negative number is failure: the call ends with SWC_ERR_CALLBACK, and the number is in its message. A body of
/// known length ends after that many bytes: no more are asked for, and fewer are SWC_ERR_IO. May block.
pub type swc_read_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, buffer: *mut c_void, size: usize) -> i64>;

/// Goes back to the first byte of a body, so that it can be sent again. Returns whether that worked.
pub type swc_rewind_callback = Option<unsafe extern "C" fn(user_data: *mut c_void) -> bool>;

/// Hears how far a body has come: bytes moved so far, and the total or -1 when that is not known.
///
/// The bytes moved never become fewer, but for an upload that is begun again after a failure. A download that is
/// taken up again goes on where it was.
///
/// Returns whether to go on; false ends the call with SWC_ERR_CANCELLED.
pub type swc_progress_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, bytes_moved: u64, bytes_total: i64) -> bool>;

/// Receives a log message and its level, an swc_log_level.
///
/// It may run on any thread and on several at once. The message lives until it returns.
pub type swc_log_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, level: i32, message: *const c_char)>;

/// The caller's data and how to release it; released when dropped.
pub(super) struct UserData {
    data: *mut c_void,
    release: swc_free_callback,
}

// SAFETY: the header tells callers that their callbacks, and so their data, may be used on any thread.
unsafe impl Send for UserData {}
// SAFETY: as above; where callbacks may run at once the header says so.
unsafe impl Sync for UserData {}

impl UserData {
    pub(super) fn new(data: *mut c_void, release: swc_free_callback) -> UserData {
        UserData { data, release }
    }

    /// What the caller's functions are called with.
    pub(super) fn data(&self) -> *mut c_void {
        self.data
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the header's rules for callbacks; runs once, here.
            unsafe { release(self.data) }
        }
    }
}

/// Memory lent by the caller.
pub(super) struct Lent {
    pub(super) data: *const u8,
    pub(super) size: usize,
    /// Tells the caller when the loan ends.
    pub(super) _user: UserData,
}

// SAFETY: only read, and valid until the loan ends.
unsafe impl Send for Lent {}
// SAFETY: as above.
unsafe impl Sync for Lent {}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        if self.size == 0 {
            return &[];
        }
        // SAFETY: not NULL (checked where this was made), and by the header's rules valid until the loan ends.
        unsafe { std::slice::from_raw_parts(self.data, self.size) }
    }
}

/// Reading through the caller's functions.
pub(super) struct Reading {
    pub(super) read: unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> i64,
    pub(super) rewind: swc_rewind_callback,
    pub(super) user: UserData,
}

impl Callbacks for Reading {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        // SAFETY: the header's rules for callbacks.
        let n = unsafe { (self.read)(self.user.data, buf.as_mut_ptr().cast(), buf.len()) };
        match usize::try_from(n) {
            // More than there was room for: whatever it means, it is not a number of bytes.
            Ok(bytes) if bytes <= buf.len() => Ok(bytes),
            _ => Err(n),
        }
    }

    fn can_rewind(&self) -> bool {
        self.rewind.is_some()
    }

    fn rewind(&mut self) -> bool {
        // SAFETY: the header's rules for callbacks.
        self.rewind.is_some_and(|f| unsafe { f(self.user.data) })
    }
}

/// Progress told to the caller's function.
pub(super) struct Telling {
    pub(super) progress: unsafe extern "C" fn(*mut c_void, u64, i64) -> bool,
    pub(super) user: UserData,
}

impl Telling {
    pub(super) fn tell(&self, moved: u64, total: Option<u64>) -> bool {
        // SAFETY: the header's rules for callbacks.
        unsafe { (self.progress)(self.user.data, moved, size_or_unknown(total)) }
    }
}

/// Messages for the caller's function.
pub(super) struct Logging {
    pub(super) log: unsafe extern "C" fn(*mut c_void, i32, *const c_char),
    pub(super) user: UserData,
}

impl Logging {
    pub(super) fn log(&self, level: Level, message: &str) {
        let message = c_string(message);
        // SAFETY: the header's rules for callbacks.
        unsafe { (self.log)(self.user.data, level as i32, message.as_ptr()) }
    }
}
