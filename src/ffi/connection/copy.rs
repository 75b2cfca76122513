//! Copying and moving inside the cluster.

use std::ffi::c_char;

use super::{perform, swc_connection};
use crate::core::{Connection, Request, Response, Result};
use crate::ffi::error::swc_error;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::{text, text_if_any};

/// Copies between a container and an object each; parts of the destination that are NULL are those of the
/// source.
///
/// # Safety
/// The header's rules for the texts.
unsafe fn copy(
    connection: &Connection,
    from: (*const c_char, *const c_char),
    to: (*const c_char, *const c_char),
    request: &Request,
) -> Result<Response> {
    // SAFETY: as this function's own.
    let (container, object, to_container, to_object) = unsafe {
        (
            text(from.0, "container")?,
            text(from.1, "object")?,
            text_if_any(to.0, "destination_container")?,
            text_if_any(to.1, "destination_object")?,
        )
    };
    let to = match (to_container, to_object) {
        (None, None) => None,
        (c, o) => Some((c.unwrap_or(container), o.unwrap_or(object))),
    };
    connection.copy_object(container, object, to, request)
}

/// Copies an object inside the cluster (COPY); no bytes pass through the caller.
///
/// Metadata set by the request is added to the copy's, see swc_request_set_fresh_metadata(). Another account is
/// named by swc_request_set_destination_account() or swc_request_set_source_account(). Range and conditions are
/// about the source, and so are swc_request_set_version_id(), swc_request_set_manifest_get(), without which a large
/// object is copied into a single one (up to 5 GiB), and swc_request_set_symlink_get(). For copies that take
/// minutes there is swc_request_set_heartbeat(): a failure told in the body then is one of the call. Blocks until
/// the copy is stored; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] destination_container Where to; NULL for the same container.
/// @param[in] destination_object Under which name; NULL for the same name. With both NULL the object is
/// copied onto itself.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object or container; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_copy_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    destination_container: *const c_char,
    destination_object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            copy(c, (container, object), (destination_container, destination_object), r)
        })
    }
}

/// Moves an object inside the cluster: copies it, makes sure of the copy, and deletes the source.
///
/// An object at the destination is replaced. A large object is moved by its manifest, and its segments stay where
/// they are; a symlink is moved as a link. In a container with versions the source keeps its versions behind a
/// delete marker. Swift has no such operation, so these are several requests. When one fails the source is still
/// there, and the message says whether the copy is there too. A source that changed meanwhile is not deleted; but
/// what somebody else stores under its name between the last look at it and the deletion is lost. Blocks until all
/// is done; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] destination_container Where to; NULL for the same container.
/// @param[in] destination_object Under which name; NULL for the same name. Both together must be another object.
/// @param[in] request Extras of this call; conditions are about the source, other headers about the copy, a range or
/// another account is refused; NULL for none.
/// @param[out] response The response to the copy; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object or container; SWC_ERR_CONFLICT when the source
/// changed or the copy is not the same; SWC_ERR_PRECONDITION as the request asked; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_move_object(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    destination_container: *const c_char,
    destination_object: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let (container, object) = (text(container, "container")?, text(object, "object")?);
            let to_container = text_if_any(destination_container, "destination_container")?;
            let to_object = text_if_any(destination_object, "destination_object")?;
            c.move_object(
                container,
                object,
                to_container.unwrap_or(container),
                to_object.unwrap_or(object),
                r,
            )
        })
    }
}
