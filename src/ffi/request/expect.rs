//! Whether a body is announced before it is sent.

use super::{change, swc_request};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::timeout;

/// Sets whether a body is announced before it is sent, whatever the key `expect_continue` of the config says.
///
/// With `Expect: 100-continue` the server can refuse a body that it has not got yet: for a token that has expired, a
/// quota, a condition that does not hold. Nothing of the source is used up then, so that also one that can be sent
/// only once is sent when the call is made again. A server that does not know of this is waited for once.
///
/// @param[in] request The request.
/// @param[in] announce Whether to announce it.
/// @param[in] wait_ms Milliseconds the server may take to ask for the body, which is sent after that; -1: as long
/// as for any answer, and then the call fails.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_expect_continue(
    request: *mut swc_request,
    announce: bool,
    wait_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            let wait = timeout(wait_ms, "wait_ms")?.unwrap_or(std::time::Duration::MAX);
            r.expect = Some(announce.then_some(wait));
            Ok(())
        })
    }
}
