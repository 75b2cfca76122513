//! What narrows a listing down, and how its pages come.

use std::ffi::c_char;

use super::{change, swc_request};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::text_if_any;

/// Sets the size of a page of a listing.
///
/// A listing goes on with the next page by itself; smaller pages come sooner and take less memory. More
/// than the cluster allows, mostly 10000, makes it fail with SWC_ERR_PRECONDITION.
///
/// @param[in] request The request.
/// @param[in] rows How many rows, at least 1; UINT64_MAX for what the server takes by itself.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_limit(
    request: *mut swc_request,
    rows: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_limit((rows != u64::MAX).then_some(rows))) }
}

/// Has a listing give only names that begin so.
///
/// @param[in] request The request.
/// @param[in] prefix The beginning; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_prefix(
    request: *mut swc_request,
    prefix: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("prefix", text_if_any(prefix, "prefix")?);
            Ok(())
        })
    }
}

/// Has a listing stop each name after a delimiter that follows the prefix, and give what it stopped at
/// once, as a pseudo-directory.
///
/// @param[in] request The request.
/// @param[in] delimiter The delimiter, mostly "/", of one or several characters; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_delimiter(
    request: *mut swc_request,
    delimiter: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("delimiter", text_if_any(delimiter, "delimiter")?);
            Ok(())
        })
    }
}

/// Has a listing begin after a name, which itself is left out; with swc_request_set_reverse() before it.
///
/// @param[in] request The request.
/// @param[in] marker The name; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_marker(
    request: *mut swc_request,
    marker: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("marker", text_if_any(marker, "marker")?);
            Ok(())
        })
    }
}

/// Has a listing end before a name, which itself is left out; with swc_request_set_reverse() after it.
///
/// @param[in] request The request.
/// @param[in] end_marker The name; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_end_marker(
    request: *mut swc_request,
    end_marker: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("end_marker", text_if_any(end_marker, "end_marker")?);
            Ok(())
        })
    }
}

/// Has a listing of a container give what lies directly in a pseudo-directory, objects that stand for one
/// included.
///
/// An older way than prefix and delimiter, which it excludes.
///
/// @param[in] request The request.
/// @param[in] path The pseudo-directory, with or without its last slash; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_path(
    request: *mut swc_request,
    path: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("path", text_if_any(path, "path")?);
            Ok(())
        })
    }
}

/// Has a listing run from the last name to the first.
///
/// @param[in] request The request.
/// @param[in] reverse Whether it does.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_reverse(
    request: *mut swc_request,
    reverse: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("reverse", reverse.then_some("true"));
            Ok(())
        })
    }
}

/// Has a listing of a container give every version of each object, the newest first.
///
/// The container must have versions: swc_entry_version_id().
///
/// @param[in] request The request.
/// @param[in] versions Whether it does.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_versions(
    request: *mut swc_request,
    versions: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("versions", versions.then_some("true"));
            Ok(())
        })
    }
}

/// Has a listing of versions begin after one version of the object that the marker names.
///
/// Only together with swc_request_set_marker().
///
/// @param[in] request The request.
/// @param[in] version_id Id of the version; NULL or "" for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_version_marker(
    request: *mut swc_request,
    version_id: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_listing("version_marker", text_if_any(version_id, "version_id")?);
            Ok(())
        })
    }
}

/// Lets the server, or a proxy before it, compress listings and what swc_connection_capabilities() asks
/// for.
///
/// Swift itself does not. What comes compressed is checked and given to you as if it had not been. Objects,
/// and what swc_connection_get_container() reads, always come as they are.
///
/// @param[in] request The request.
/// @param[in] gzip Whether to.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_accept_gzip(
    request: *mut swc_request,
    gzip: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.accept_gzip = gzip;
            Ok(())
        })
    }
}
