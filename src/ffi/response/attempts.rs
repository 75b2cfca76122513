//! What became of each request that a call took.

use std::ffi::c_char;
use std::ptr;

use super::swc_response;
use crate::ffi::attempts::Outputs;
use crate::ffi::{out_if_any, read};

/// Tells what became of one of the requests of a call.
///
/// The last one is the one that was answered in full. The call's pauses and failures are in here
/// also when it went well in the end.
///
/// @param[in] response The response.
/// @param[in] index From 0, the first request, to one less than swc_response_attempts().
/// @param[out] http_status The HTTP status, or 0 when no answer came; -1 when there is no such request; may be NULL.
/// @param[out] reason The reason phrase, or "", which lives as long as the response; may be NULL.
/// @param[out] transaction_id The transaction id of the answer, or "", which lives as long as the response; may be
/// NULL.
/// @param[out] message What went wrong, or "", which lives as long as the response; may be NULL.
/// @param[out] elapsed_ms How long it took, in milliseconds; may be NULL.
/// @param[out] pause_ms How long the call waited after it, in milliseconds; 0 after the last; may be NULL.
/// @return Whether there is a request of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_attempt_at(
    response: *const swc_response,
    index: usize,
    http_status: *mut i32,
    reason: *mut *const c_char,
    transaction_id: *mut *const c_char,
    message: *mut *const c_char,
    elapsed_ms: *mut i64,
    pause_ms: *mut i64,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let to = Outputs {
            http_status: out_if_any(http_status),
            reason: out_if_any(reason),
            transaction_id: out_if_any(transaction_id),
            message: out_if_any(message),
            elapsed_ms: out_if_any(elapsed_ms),
            pause_ms: out_if_any(pause_ms),
        };
        read(response, false, |x| x.attempts.tell(&x.response.history(), index, to))
    }
}

/// Finds a header in the answer to one of the requests of a call.
///
/// @param[in] response The response.
/// @param[in] index From 0, the first request, to one less than swc_response_attempts().
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the response; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_attempt_header(
    response: *const swc_response,
    index: usize,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |x| x.attempts.header(&x.response.history(), index, name)) }
}
