//! Calls about an object.

use std::ffi::c_char;
use std::sync::Arc;

use super::{perform, respond, swc_connection};
use crate::core::{Connection, Request, Response, Result, Source};
use crate::ffi::error::swc_error;
use crate::ffi::handle::share;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::source::swc_source;
use crate::ffi::status::swc_status;
use crate::ffi::text;

/// Sends a source, or nothing at all.
///
/// # Safety
/// The header's rules for `source`.
unsafe fn put(
    connection: &Connection,
    container: &str,
    object: &str,
    source: *const swc_source,
    request: &Request,
) -> Result<Response> {
    if source.is_null() {
        let nothing = Source::memory(Arc::new(Vec::new()));
        return connection.put_object(container, object, &nothing, request);
    }
    // SAFETY: as this function's own.
    let source = unsafe { share(source) }?;
    connection.put_object(container, object, &source.source, request)
}

/// Asks for the metadata of an object (HEAD).
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_head_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        respond(connection, request, response, err, |c, r| {
            c.head_object(text(container, "container")?, text(object, "object")?, r)
        })
    }
}

/// Gets an object (GET); its bytes are then read from the response.
///
/// Blocks until the headers are in; any thread. While the body is read its length is checked, and, of a whole
/// object, its MD5 against the ETag. Of a static large object (SLO) it is the MD5 of each segment that is checked
/// against its manifest, which takes one more request when the body is first read, and one for each manifest nested
/// in it; where a manifest cannot be read a warning is logged. Not checked by MD5 are ranges, parts of segments,
/// dynamic large objects (DLO), and anything when the key "checksum" is false.
///
/// A connection that breaks is taken up again where it broke, as long as the object is the same. Once 16 MiB came
/// without a failure, all retries are there again.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of this call, such as range and conditions; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_RANGE, SWC_ERR_NOT_MODIFIED or
/// SWC_ERR_PRECONDITION as the request asked; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_get_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        respond(connection, request, response, err, |c, r| {
            c.get_object(text(container, "container")?, text(object, "object")?, r)
        })
    }
}

/// Stores an object (PUT), in place of one that has the name.
///
/// Blocks until the server has stored it; any thread. The MD5 of what was sent is checked against the ETag the
/// server answers with. When that is no MD5, as with an encrypting proxy, or of a manifest, there is nothing to
/// compare; the former is logged as a warning. An object that fails the check has been stored and is not removed.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] source The bytes; NULL for an empty object.
/// @param[in] request Extras of this call: metadata, media type, conditions; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; SWC_ERR_PRECONDITION as the request
/// asked; SWC_ERR_IO, SWC_ERR_CALLBACK or SWC_ERR_STATE for the source; SWC_ERR_TOO_LARGE;
/// SWC_ERR_CHECKSUM; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    source: *const swc_source,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            put(c, text(container, "container")?, text(object, "object")?, source, r)
        })
    }
}

/// Deletes an object.
///
/// Blocks until the headers are in; any thread. A repeated attempt may find the object gone, which is
/// SWC_ERR_NOT_FOUND. In a container with versions it may take effect twice: with X-Versions-Location it removes
/// one version more, with X-Versions-Enabled it leaves one more delete marker, unless the query parameter
/// "version-id" names what to delete. Where that matters, set the key "retries" to 0.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_object(
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
            c.delete_object(text(container, "container")?, text(object, "object")?, r)
        })
    }
}
