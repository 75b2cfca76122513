//! Metadata of an account, a container or an object, as it comes with a response.

use std::ffi::c_char;
use std::ptr;

use super::swc_response;
use crate::ffi::error::swc_error;
use crate::ffi::handle::borrow;
use crate::ffi::status::{SWC_OK, swc_status};
use crate::ffi::{borrowed, guard, out, out_if_any, pair, read, text};

/// Finds metadata by its name: the header X-Account-Meta-NAME, X-Container-Meta-NAME or X-Object-Meta-NAME.
///
/// @param[in] response The response.
/// @param[in] name Name of the metadata without the prefix, in any case.
/// @return The value, which lives as long as the response; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_metadata(
    response: *const swc_response,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(response, ptr::null(), |r| match text(name, "name") {
            Ok(name) => borrowed(r.response.headers().get_metadata_with_nul(name)),
            Err(_) => ptr::null(),
        })
    }
}

/// Gives metadata with its percent-encoding undone, for programs that store it percent-encoded.
///
/// Where that gives no UTF-8 the value comes as it is.
///
/// @param[in] response The response.
/// @param[in] name Name of the metadata without the prefix, in any case.
/// @param[out] value The value, or NULL when there is none; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK, also when there is no such metadata; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_metadata_decoded(
    response: *const swc_response,
    name: *const c_char,
    value: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let value = out(value, "value");
        guard(err, || {
            let (value, response) = (value?, borrow(response)?);
            let headers = response.response.headers();
            if let Some(decoded) = headers.get_metadata_decoded(text(name, "name")?) {
                value.give_text(decoded.as_bytes());
            }
            Ok(SWC_OK)
        })
    }
}

/// Counts the metadata of a response: its headers X-Account-Meta-, X-Container-Meta- and X-Object-Meta-.
///
/// @param[in] response The response.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_metadata_count(response: *const swc_response) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.headers().metadata().count()) }
}

/// Gives metadata by its number.
///
/// Swift does not keep the case of names: A and a are one.
///
/// @param[in] response The response.
/// @param[in] index From 0 to one less than swc_response_metadata_count().
/// @param[out] name The name without the prefix, which lives as long as the response; may be NULL.
/// @param[out] value The value, which lives as long as the response; may be NULL.
/// @return Whether there is metadata of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_metadata_at(
    response: *const swc_response,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(response, false, |r| pair(r.response.headers().metadata_at_with_nul(index), name, value))
    }
}
