//! Tokens that end calls from another thread.

use std::ptr;

use super::handle::{Handle, free};
use super::{read, value};
use crate::core::Cancel;

/// A token that ends the calls it was given to, from any thread.
///
/// Give it to calls with swc_request_set_cancel(). Once cancelled it stays so: make a new one for new calls.
pub struct swc_cancel {
    pub(super) cancel: Cancel,
}

/// Makes a token that nobody has cancelled yet.
///
/// Never blocks; any thread.
///
/// @return The token; free it with swc_cancel_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_cancel_new() -> *mut swc_cancel {
    value(ptr::null_mut(), || swc_cancel { cancel: Cancel::new() }.into_raw())
}

/// Ends all calls that have the token, those in progress and those to come.
///
/// They return SWC_ERR_CANCELLED at once, also when they are waiting for the server or for their next
/// attempt. Never blocks; any thread.
///
/// @param[in] cancel The token; nothing happens for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_cancel_cancel(cancel: *const swc_cancel) {
    // SAFETY: the header's rules.
    unsafe { read(cancel, (), |c| c.cancel.cancel()) }
}

/// Tells whether swc_cancel_cancel() was called.
///
/// Never blocks; any thread.
///
/// @param[in] cancel The token.
/// @return Whether it is cancelled; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_cancel_is_cancelled(cancel: *const swc_cancel) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(cancel, false, |c| c.cancel.is_cancelled()) }
}

/// Frees a token; the calls that have it go on.
///
/// @param[in] cancel The token; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_cancel_free(cancel: *mut swc_cancel) {
    // SAFETY: the header's rules.
    unsafe { free(cancel) }
}
