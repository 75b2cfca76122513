//! Calls about a container.

use std::ffi::c_char;

use super::{list, perform, respond, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::listing::swc_listing;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;
use crate::ffi::{text, text_if_any};

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
/// swc_response_status() tells which: 201 for a new one, 202 for one that was there. Blocks until the headers are in;
/// any thread.
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

/// Reads one page of the list of objects as the server sends it (GET).
///
/// It is text with a name on each line, unless the query parameter "format" of the request says "json" or "xml": see
/// swc_request_set_query(); the header Accept with a media type works too. What narrows it down is that of
/// swc_connection_list_container(), which reads all pages and takes them apart. Blocks until the page is there; any
/// thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response, with status 200, or 204 when there are no objects; free it with
/// swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_get_container(
    connection: *const swc_connection,
    container: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        respond(connection, request, response, err, |c, r| c.get_container(text(container, "container")?, r))
    }
}

/// Asks what may be done with a container or object, as a browser does for a page of another origin (OPTIONS, CORS).
///
/// No token is sent, but a connection that does not know its storage URL authenticates first. The headers of the
/// response say what may be done: Allow, Access-Control-Allow-Methods, Access-Control-Allow-Headers,
/// Access-Control-Max-Age. Blocks until they are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded; NULL for the container itself.
/// @param[in] origin The origin of the page, as "https://example.com"; NULL to ask which methods there are.
/// @param[in] method What the page would do, as "PUT"; NULL only without an origin.
/// @param[in] request Extras of this call, such as the header Access-Control-Request-Headers; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK when the page may; SWC_ERR_UNAUTHORIZED when it may not; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_options(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    origin: *const c_char,
    method: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let (object, origin) = (text_if_any(object, "object")?, text_if_any(origin, "origin")?);
            c.options(text(container, "container")?, object, origin, text_if_any(method, "method")?, r)
        })
    }
}

/// Lists the objects of a container, from the first to the last.
///
/// The pages are asked for as the rows are read, so this call may find nothing wrong with what fails later.
/// The request narrows it down: swc_request_set_prefix(), swc_request_set_marker(), swc_request_set_end_marker(),
/// swc_request_set_path(), swc_request_set_reverse(); with swc_request_set_delimiter() the names up to it come as
/// pseudo-directories, with swc_request_set_versions() every version of an object has a row. swc_request_set_limit()
/// is the size of a page. Any thread.
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
