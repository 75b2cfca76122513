//! Calls about the account.

use super::{list, perform, respond, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::listing::swc_listing;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::swc_status;

/// Asks for the metadata of the account: X-Account-* headers (HEAD).
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_head_account(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.head_account(r)) }
}

/// Changes metadata of the account (POST); what is not named stays.
///
/// Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request What to change: swc_request_set_account_metadata() and other headers; NULL changes
/// nothing.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_post_account(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { perform(connection, request, response, err, |c, r| c.post_account(r)) }
}

/// Creates the account (PUT): the one of the storage URL, which the key "os_storage_url" sets.
///
/// For reseller admins, on clusters that let them; mostly an account comes into being with its first container. Blocks
/// until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call, such as metadata to set; NULL for none.
/// @param[out] response The response, with status 201 for a new account and 202 for one that was there; free it with
/// swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_FORBIDDEN for others than reseller admins; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_account(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { perform(connection, request, response, err, |c, r| c.put_account(r)) }
}

/// Deletes the account with everything in it (DELETE): the one of the storage URL.
///
/// It cannot be used any more at once, by nobody; the data follows as the operator has set it. For reseller admins, on
/// clusters that let them. Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_FORBIDDEN for others than reseller admins; SWC_ERR_NOT_FOUND when there is none; any status
/// of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_account(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { perform(connection, request, response, err, |c, r| c.delete_account(r)) }
}

/// Reads one page of the list of containers as the server sends it (GET).
///
/// It is text with a name on each line, unless the query parameter "format" of the request says "json" or "xml": see
/// swc_request_set_query(); the header Accept with a media type works too. What narrows it down is that of
/// swc_connection_list_account(), which reads all pages and takes them apart. Blocks until the page is there; any
/// thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response, with status 200, or 204 when there are no containers; free it with
/// swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_get_account(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.get_account(r)) }
}

/// Lists the containers of the account, from the first to the last.
///
/// The pages are asked for as the rows are read, so this call may find nothing wrong with what fails later.
/// The request narrows it down: swc_request_set_prefix(), swc_request_set_marker(), swc_request_set_end_marker(),
/// swc_request_set_delimiter(), swc_request_set_reverse(); swc_request_set_limit() is the size of a page. Any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of every page; NULL for none.
/// @param[out] listing The listing; free it with swc_listing_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_list_account(
    connection: *const swc_connection,
    request: *const swc_request,
    listing: *mut *mut swc_listing,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { list(connection, request, listing, err, |c, r| c.list_account(r)) }
}
