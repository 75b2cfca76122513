//! Requests of the caller's own, and calls about an object at a URL that needs no token.

use std::ffi::c_char;
use std::sync::Arc;

use super::{perform, respond, swc_connection};
use crate::core::Source;
use crate::ffi::error::swc_error;
use crate::ffi::handle::share;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::source::swc_source;
use crate::ffi::status::swc_status;
use crate::ffi::{bytes, text};

/// Makes any other request, for what has no function of its own.
///
/// The target is sent as it is, byte for byte, so what servers want percent-encoded must be; dot segments and
/// double slashes stay, and so do bytes outside ASCII, which need not be UTF-8 (messages show them as in C:
/// "\\xe4"). One that begins with a slash is a path on the server of the storage URL ("/info"), one that begins
/// with http:// or https:// goes to that server, and any other is below the account ("photos/cat.jpg?symlink=get";
/// "" is the account itself). It may have a query; what the request has of it follows. The headers of the request
/// take the place of those the library sends, X-Auth-Token, Host and User-Agent too. The token goes to no other
/// server than that of the storage URL: see swc_request_set_send_token().
///
/// It is tried again as other calls are: when the server cannot be reached or the connection breaks before the
/// headers
/// are in, and on 408, 429, 498, 499 and 5xx, as often as the key "retries" or swc_request_set_retries() says;
/// on 401 once with a new token, unless
/// the request has one of its own. The source is rewound for that, and one that cannot be is sent once. Redirects are
/// not followed. An answer that is not 2xx is an error that holds it, but for swc_request_set_any_status().
///
/// The library frames the body, unless swc_request_set_own_framing() leaves that to the caller.
///
/// Blocks until the headers are in; any thread. A body that breaks off while it is read is not taken up again, and is
/// compared with the ETag only when swc_request_set_checksum() asks for that, as is what PUT sends.
///
/// @param[in] connection The connection.
/// @param[in] method Any method but CONNECT, as it shall be sent: "GET", "REPORT".
/// @param[in] target Path and query below the account or on the server, or a whole URL.
/// @param[in] source The body; NULL for none.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the target has blanks, control characters or '#' in it; any status
/// of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_request(
    connection: *const swc_connection,
    method: *const c_char,
    target: *const c_char,
    source: *const swc_source,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        respond(connection, request, response, err, |c, r| {
            let (method, target) = (text(method, "method")?, bytes(target, "target")?);
            let source = if source.is_null() { None } else { Some(share(source)?) };
            c.request(method, target, source.as_ref().map(|s| &s.source), r)
        })
    }
}

/// Asks for the metadata of the object at a URL that needs no token, such as a temporary one (HEAD).
///
/// No token is sent; a connection for nothing else is made with the key "os_auth_type" set to "none". Blocks until
/// the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_head_url(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.head_url(text(url, "url")?, r)) }
}

/// Gets the object at a URL that needs no token, such as a temporary one (GET).
///
/// Like swc_connection_get_object(): the bytes are read from the response, checked against the ETag, and taken
/// up again
/// where the connection breaks. No token is sent. Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] request Extras of this call, such as range and conditions; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_get_url(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.get_url(text(url, "url")?, r)) }
}

/// Stores an object at a URL that needs no token, such as a temporary one for PUT.
///
/// Like swc_connection_put_object(): what was sent is checked against the ETag that comes back. No token is sent.
/// Blocks until the server has it; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] source The bytes; NULL for an empty object.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_url(
    connection: *const swc_connection,
    url: *const c_char,
    source: *const swc_source,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let url = text(url, "url")?;
            if source.is_null() {
                return c.put_url(url, &Source::memory(Arc::new(Vec::new())), r);
            }
            c.put_url(url, &share(source)?.source, r)
        })
    }
}

/// Replaces the metadata of the object at a URL that needs no token, such as a temporary one for POST.
///
/// No token is sent. Blocks until the headers are in; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] request The metadata: swc_request_set_object_metadata(); NULL leaves none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_post_url(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { perform(connection, request, response, err, |c, r| c.post_url(text(url, "url")?, r)) }
}

/// Deletes the object at a URL that needs no token, such as a temporary one for DELETE.
///
/// No token is sent. Blocks until it is deleted; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_UNAUTHORIZED when the signature is wrong or has
/// expired; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_url(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { perform(connection, request, response, err, |c, r| c.delete_url(text(url, "url")?, r)) }
}
