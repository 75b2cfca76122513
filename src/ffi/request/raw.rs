//! What only requests of the caller's own have use for: values that are no text, and framing.

use std::ffi::{c_char, c_void};

use super::{change, swc_request};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::{slice, text};

/// Sets a header whose value is bytes and need not be UTF-8, in place of any of that name.
///
/// Otherwise like swc_request_set_header(): what is refused there is refused here, control characters too. For any
/// call.
///
/// @param[in] request The request.
/// @param[in] name Name of the header.
/// @param[in] value Its value, which is copied; NULL takes the header away again.
/// @param[in] size Number of bytes; 0 when `value` is NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_header_bytes(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_void,
    size: usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            let bytes = slice(value.cast::<u8>(), size, "value")?;
            r.set_header_bytes(text(name, "name")?, (!value.is_null()).then_some(bytes))
        })
    }
}

/// Leaves the framing of the body to the caller, for swc_connection_request().
///
/// After this, Content-Length, Transfer-Encoding, Connection, Expect and Upgrade can be set like other headers. All go
/// out as they are, or not at all: nothing is added that says how long the body is, and the bytes of the source are
/// sent as they are, so chunks are the caller's to make. The body is sent at once, also with Expect. The call has a
/// connection for itself, which is closed after it.
///
/// This is for tests of servers. What the headers say and what is sent may differ, and a server or a proxy may take
/// the rest for another request, in the name of somebody else: never let others choose these headers or the body.
/// A server that waits for bytes that do not come is given up when the timeouts of the config are over, and the call is
/// tried again as others are; one that got enough may answer before it has taken all, and that answer counts.
///
/// Other calls refuse a request that has this set; so does swc_connection_request() together with
/// swc_request_set_expect_continue() and, when there is a body, swc_request_set_checksum(). Headers that were set under
/// it are refused when it is taken back.
///
/// @param[in] request The request.
/// @param[in] own_framing Whether the framing is the caller's.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_own_framing(
    request: *mut swc_request,
    own_framing: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.own_framing = own_framing;
            Ok(())
        })
    }
}
