//! The metadata of an object.

use std::ffi::c_char;

use super::{perform, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::text;

/// Replaces the metadata of an object (POST); what is not set again is gone.
///
/// That is metadata, expiry, Content-Encoding, Content-Disposition, Cache-Control, Content-Language, Expires,
/// X-Robots-Tag, and X-Object-Manifest, without which a dynamic large object is none any more; the media type stays
/// unless it is set. To change a part there is swc_connection_update_object_metadata(). For a POST to a symlink see
/// swc_request_set_symlink_post(). Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request The new metadata: swc_request_set_object_metadata() and other headers; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_post_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            c.post_object(text(container, "container")?, text(object, "object")?, r)
        })
    }
}

/// Changes the metadata of an object in part: what the request does not mention stays as it is.
///
/// It covers all that a POST replaces: see swc_connection_post_object(). A header with an empty value is taken
/// away. Swift has no such operation, so this is a HEAD and a POST: what somebody else changes between the two is
/// lost. A symlink is refused with SWC_ERR_CONFLICT unless swc_request_set_symlink_post() says what is meant.
/// Blocks until both are done; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request What is to be changed; conditions are about the object as it was; NULL for nothing.
/// @param[out] response The response to the POST; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_CONFLICT for a symlink; SWC_ERR_PRECONDITION or
/// SWC_ERR_NOT_MODIFIED as the request asked; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_update_object_metadata(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            c.update_object_metadata(text(container, "container")?, text(object, "object")?, r)
        })
    }
}
