//! What a request says about large objects.

use std::ffi::c_char;

use super::{change, swc_request};
use crate::core::Error;
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::text_if_any;

/// Has a large object deleted with its segments also where an older version of it is kept, which then lacks them.
///
/// For swc_connection_delete_slo() and swc_connection_delete_dlo(), which refuse that otherwise. They do not look
/// at the container then.
///
/// @param[in] request The request.
/// @param[in] on Whether it shall be.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_delete_kept(
    request: *mut swc_request,
    on: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.delete_kept = on;
            Ok(())
        })
    }
}

/// Lets the server send white space while it works on a manifest or a copy, so that the wait is not taken for a stall.
///
/// For swc_connection_put_slo() with hundreds of segments, and for copies that take minutes. What comes of
/// it is in the response or the error, as without.
///
/// @param[in] request The request.
/// @param[in] on Whether it shall.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_heartbeat(
    request: *mut swc_request,
    on: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_heartbeat(on);
            Ok(())
        })
    }
}

/// Asks for one segment of a static large object instead of all of it, in GET or HEAD.
///
/// swc_response_parts_count() tells how many there are. It cannot be used with a range.
///
/// @param[in] request The request.
/// @param[in] number Which one, from 1; 0 asks for all of it again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_part_number(
    request: *mut swc_request,
    number: u32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_part_number((number != 0).then_some(number))) }
}

/// Makes the object that is stored, or posted to, the manifest of a dynamic large object (X-Object-Manifest).
///
/// For swc_connection_put_object() and swc_connection_post_object(); there are swc_connection_put_dlo() and
/// swc_connection_post_dlo(), which do this by themselves.
///
/// @param[in] request The request.
/// @param[in] segment_container The container the segments are in; NULL takes it away again.
/// @param[in] prefix How their names begin; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_dlo(
    request: *mut swc_request,
    segment_container: *const c_char,
    prefix: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            let container = text_if_any(segment_container, "segment_container")?;
            match (container, text_if_any(prefix, "prefix")?) {
                (None, None) => r.set_dlo(None),
                (Some(c), Some(p)) => r.set_dlo(Some((c, p))),
                _ => Err(Error::invalid("segment_container and prefix are given both, or are NULL both")),
            }
        })
    }
}
