//! What a response says about large objects.

use std::ffi::c_char;
use std::ptr;

use super::swc_response;
use crate::ffi::{read, size_or_unknown};

/// Tells whether the object is a static large object.
///
/// @param[in] response The response to GET or HEAD of an object.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_is_slo(response: *const swc_response) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(response, false, |r| r.response.is_slo()) }
}

/// Tells where the segments of a dynamic large object are: "container/prefix", not percent-encoded.
///
/// @param[in] response The response to GET or HEAD of an object.
/// @return The text, which lives as long as the response; NULL when it is no dynamic large object, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_dlo_manifest(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| r.dlo_manifest.get_if_any(r.response.dlo_manifest())) }
}

/// Tells how many segments a static large object has, when swc_request_set_part_number() asked for one of them.
///
/// @param[in] response The response to GET or HEAD of an object.
/// @return The number; -1 when the server does not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_parts_count(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| size_or_unknown(r.response.parts_count())) }
}
