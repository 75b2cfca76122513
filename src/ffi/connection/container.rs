//! Calls about a container.

use std::ffi::c_char;

use super::{list, perform, respond, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::listing::swc_listing;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::text;

/// Asks for the metadata of a container: X-Container-* headers (HEAD).
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_head_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        respond(connection, request, response, err, |c, r| c.head_container(text(container, "container")?, r))
    }
}

/// Creates a container, or changes metadata of the one that is there (PUT).
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| c.put_container(text(container, "container")?, r))
    }
}

/// Changes metadata of a container (POST); what is not named stays.
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request What to change: swc_request_set_container_metadata() and other headers; NULL changes
/// nothing.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_post_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| c.post_container(text(container, "container")?, r))
    }
}

/// Deletes a container, which must be empty.
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_CONFLICT when it is not empty; SWC_ERR_NOT_FOUND when there is none; any status
/// of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            c.delete_container(text(container, "container")?, r)
        })
    }
}

/// Lists the objects of a container, from the first to the last.
///
/// The pages are asked for as the rows are read, so this call may find nothing wrong with what fails later.
/// The query of the request narrows it down: "prefix", "marker", "end_marker", "reverse"; with "delimiter"
/// the names up to it come as pseudo-directories; "limit" is the size of a page. Any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request Extras of every page; NULL for none.
/// @param[out] listing The listing; free it with swc_listing_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_list_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    listing: *mut *mut swc_listing,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        list(connection, request, listing, err, |c, r| c.list_container(text(container, "container")?, r))
    }
}
