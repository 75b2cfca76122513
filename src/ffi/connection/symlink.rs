//! Symlinks and versions.

use std::ffi::c_char;

use super::{perform, swc_connection};
use crate::core::Location;
use crate::ffi::error::swc_error;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::{text, text_if_any};

/// Makes a symlink: an object that stands for another one.
///
/// GET and HEAD then give the target, see swc_response_content_location(); with swc_request_set_symlink_get() they give
/// the link itself. DELETE deletes the link. The server follows two links one after another, and answers HTTP 409,
/// which is SWC_ERR_CONFLICT, when there are more. Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container of the link, not percent-encoded.
/// @param[in] object Name of the link, not percent-encoded.
/// @param[in] target_account Account of the target, not percent-encoded; NULL for that of the link.
/// @param[in] target_container Container of the target, not percent-encoded.
/// @param[in] target_object Name of the target, not percent-encoded. It need not be there, unless there is an ETag.
/// @param[in] target_etag For a static link: the ETag that the target has and must keep; for a static large object
/// (SLO) that is the header X-Manifest-Etag. NULL for a link to whatever has the name.
/// @param[in] request Extras of this call, such as metadata of the link; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; SWC_ERR_CONFLICT when the target has another ETag
/// or is not there; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_symlink(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    target_account: *const c_char,
    target_container: *const c_char,
    target_object: *const c_char,
    target_etag: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let (container, object) = (text(container, "container")?, text(object, "object")?);
            let account = text_if_any(target_account, "target_account")?;
            let target = Location {
                account: account.map(str::to_owned),
                ..Location::here(
                    text(target_container, "target_container")?,
                    text(target_object, "target_object")?,
                )
            };
            c.put_symlink(container, object, &target, text_if_any(target_etag, "target_etag")?, r)
        })
    }
}

/// Makes a version of an object the current one again; no bytes are copied.
///
/// Its container has versioning on: see swc_request_set_versions_enabled(). Blocks until the headers are in; any
/// thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] version_id The version, from swc_response_version_id() or a listing; "null" cannot be restored.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such version; SWC_ERR_HTTP, with HTTP status 400, for what is no
/// version id and where there are no versions; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_restore_object_version(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    version_id: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let (container, object) = (text(container, "container")?, text(object, "object")?);
            c.restore_object_version(container, object, text(version_id, "version_id")?, r)
        })
    }
}
