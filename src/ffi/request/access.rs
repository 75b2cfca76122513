//! Whether the token goes with a request, and how refusals come back.

use std::ffi::c_char;

use super::{change, swc_request};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::text;

/// Sets whether the token goes with the request.
///
/// Unless this is set the token goes with every call that has use for one, and only to the server of the storage URL:
/// not with swc_connection_capabilities() and the like, not to another server, and not where the query holds the
/// signature of a temporary URL. A header X-Auth-Token set with swc_request_set_header() takes its place.
///
/// @param[in] request The request.
/// @param[in] send_token With true it goes to any server, so be sure of the URL; with false to none: what is
/// public answers without.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_send_token(
    request: *mut swc_request,
    send_token: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.send_token = Some(send_token);
            Ok(())
        })
    }
}

/// Makes calls by the signature of a temporary URL instead of the token.
///
/// What the query of the URL has is sent along, and nothing else of it is looked at: the call says which object it
/// is about. For any call about an object that the URL is good for; one for a prefix is good for all below that. A
/// connection for nothing else is made with the keys "os_auth_type" set to "none" and "os_storage_url".
///
/// @param[in] request The request.
/// @param[in] url A temporary URL, or its query behind a '?'.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no temporary URL; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_temp_url(
    request: *mut swc_request,
    url: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_temp_url(text(url, "url")?)) }
}

/// Sets whether swc_connection_request() gives a response whatever the status: 404, 503, or 301.
///
/// Then only what is no answer is an error, and a refusal after which the time of the call does not suffice for the
/// attempt that should follow. What other calls try again is tried again here too, and a 401 renews the token: the
/// response is the last one. Other calls refuse a request that has this set.
///
/// @param[in] request The request.
/// @param[in] any_status Whether to give it.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_any_status(
    request: *mut swc_request,
    any_status: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.any_status = any_status;
            Ok(())
        })
    }
}
