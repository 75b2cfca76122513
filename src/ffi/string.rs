//! Text handed to the caller for good.

use std::ffi::{CString, c_char};

use super::{Out, c_string, value};

impl Out<*mut c_char> {
    /// Hands text to the caller, who frees it.
    pub(super) fn give_text(self, text: impl Into<Vec<u8>>) {
        if !self.0.is_null() {
            self.set(c_string(text).into_raw());
        }
    }
}

/// Frees text that an output parameter of type `char **` gave.
///
/// Never blocks; any thread. Text of type `const char *` is not yours and not for this function.
///
/// @param[in] text The text; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_string_free(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: made by `give_text`, and by the header's rules not used again.
        value((), || unsafe { drop(CString::from_raw(text)) });
    }
}
