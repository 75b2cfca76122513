//! Calls about dynamic large objects.

use std::ffi::c_char;

use super::{perform, reported, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::report::swc_report;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::text;

/// Stores a dynamic large object: an empty object whose bytes are those of its segments.
///
/// Its segments are all objects of a container whose names begin with a prefix, in the order of their names: they may
/// be stored before or after, and adding one makes the object longer. What is read is what the listing of the container
/// shows, which may be behind what was stored: see swc_connection_wait_dlo(). In listings it has 0 bytes;
/// swc_connection_head_object() tells its size. For what does not grow choose swc_connection_put_slo(), which has
/// neither weakness.
///
/// Reading it needs nothing special, nor does copying its bytes into a new object; with the query parameter
/// "multipart-manifest" set to "get" it is the manifest that is read or copied. Blocks until it is stored; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] segment_container Name of the container the segments are in, not percent-encoded.
/// @param[in] prefix How the names of the segments begin, not percent-encoded: best with a slash at its end, so that
/// it is not the beginning of other names too.
/// @param[in] request Extras of this call, such as metadata and media type; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_dlo(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    segment_container: *const c_char,
    prefix: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let segments = text(segment_container, "segment_container")?;
            let prefix = text(prefix, "prefix")?;
            c.put_dlo(text(container, "container")?, text(object, "object")?, segments, prefix, r)
        })
    }
}

/// Replaces the metadata of a dynamic large object, which stays one.
///
/// swc_connection_post_object() would make it an empty object, unless swc_request_set_dlo() repeats where its
/// segments are; this asks the server and repeats it. Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request The metadata; NULL for none, which takes all of it away.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no dynamic large
/// object, or an older version needs the segments; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_post_dlo(
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
            c.post_dlo(text(container, "container")?, text(object, "object")?, r)
        })
    }
}

/// Deletes a dynamic large object together with its segments.
///
/// These are all objects the listing shows for its prefix. The manifest goes last, and only when all segments are
/// gone, so that the call can be made again after a failure, of which swc_error_report() tells.
/// swc_connection_delete_object() deletes the manifest alone. Blocks until all is deleted; any thread.
///
/// Where the container keeps what is deleted as an older version, which needs the segments, the call is refused with
/// SWC_ERR_STATE: delete the manifest alone, with swc_connection_delete_object(), or name a version to delete for
/// good, with swc_request_set_version_id(); swc_request_set_delete_kept() insists.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] report What was deleted, the manifest included; free it with swc_report_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no dynamic large
/// object; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_dlo(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    report: *mut *mut swc_report,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        reported(connection, request, report, err, |c, r| {
            c.delete_dlo(text(container, "container")?, text(object, "object")?, r)
        })
    }
}

/// Waits until a dynamic large object has the size it should have.
///
/// For readers that come right after the writer: the listing the object is made from may be behind. Blocks
/// until the listing shows that many bytes, for as long as the request allows, or 15 seconds; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] size The size in bytes: that of all segments together.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response to the last HEAD; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_TIMEOUT when it has another size still; SWC_ERR_NOT_FOUND when there is no such object;
/// SWC_ERR_STATE when it is no dynamic large object; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_wait_dlo(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    size: u64,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            c.wait_dlo(text(container, "container")?, text(object, "object")?, size, r)
        })
    }
}
