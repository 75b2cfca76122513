//! Calls about static large objects.

use std::ffi::c_char;

use super::{ask, perform, reported, swc_connection};
use crate::ffi::error::swc_error;
use crate::ffi::handle::borrow;
use crate::ffi::manifest::swc_manifest;
use crate::ffi::report::swc_report;
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::{SWC_OK, swc_status};
use crate::ffi::{guard, out, text};

/// Stores a static large object: its manifest, whose segments the server has already
/// (PUT ?multipart-manifest=put).
///
/// Choose it for what is larger than an object may be, or is to be uploaded in parts at once; reading it needs
/// no listing, as a dynamic large object does. The manifest is checked first: the server is not asked when a segment
/// is missing its object, or is empty and not the last. The server then looks at every object: those that are not
/// there, or are not what the manifest says, are in swc_error_report(), with a reason each. Where the ETag of the whole
/// is known beforehand (see swc_manifest_etag()) and checksums are on, a server that finds another one stores
/// nothing.
///
/// With hundreds of segments the server takes its time: swc_request_set_heartbeat() keeps that from looking like
/// a stall. The response is the same with and without.
///
/// Blocks until it is stored; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] manifest The manifest.
/// @param[in] request Extras of this call, such as metadata, media type, heartbeat; NULL for none.
/// @param[out] response The response; free it with swc_response_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the manifest cannot be right; SWC_ERR_TOO_LARGE when the cluster
/// takes none so large; SWC_ERR_HTTP when objects are not what it says; SWC_ERR_CHECKSUM when they are not those it
/// was made for; SWC_ERR_NOT_FOUND when the container or all objects are not there; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_put_slo(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    manifest: *const swc_manifest,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        perform(connection, request, response, err, |c, r| {
            let manifest = &borrow(manifest)?.manifest;
            c.put_slo(text(container, "container")?, text(object, "object")?, manifest, r)
        })
    }
}

/// Reads the manifest of a static large object (GET ?multipart-manifest=get).
///
/// To get its bytes use swc_connection_get_object(); one segment of them with swc_request_set_part_number().
/// Blocks until the manifest is there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] manifest The manifest; free it with swc_manifest_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no static large
/// object; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_get_slo_manifest(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    manifest: *mut *mut swc_manifest,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let manifest = out(manifest, "manifest");
        guard(err, || {
            let manifest = manifest?;
            let read = ask(connection, request, |c, r| {
                c.get_slo_manifest(text(container, "container")?, text(object, "object")?, r)
            })?;
            manifest.give(read.into());
            Ok(SWC_OK)
        })
    }
}

/// Deletes a static large object together with its segments (DELETE ?multipart-manifest=delete).
///
/// swc_connection_delete_object() deletes the manifest alone. Segments that are large objects themselves are deleted
/// with theirs. When segments could not be deleted, the call fails although the manifest may be gone: they
/// are in swc_error_report().
///
/// With `later` the server deletes the manifest now and the segments in its own time; that needs all of them in one
/// container and none that is a large object, and the report then counts nothing.
///
/// A repeated attempt, after an answer that got lost, may find the object gone, which is SWC_ERR_NOT_FOUND.
/// Segments that other manifests use too are deleted all the same.
///
/// Blocks until all is deleted; any thread.
///
/// Where the container keeps what is deleted as an older version, which needs the segments, the call is refused with
/// SWC_ERR_STATE: delete the manifest alone, with swc_connection_delete_object(), or name a version to delete for
/// good, with swc_request_set_version_id(); swc_request_set_delete_kept() insists.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] later Whether the segments are left to the server to delete later.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] report What was deleted, the manifest included; free it with swc_report_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_HTTP when it is no static large object,
/// and then it is still there; SWC_ERR_STATE when an older version needs the segments; SWC_ERR_UNSUPPORTED when the
/// server knows no static large objects; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_delete_slo(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    later: bool,
    request: *const swc_request,
    report: *mut *mut swc_report,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        reported(connection, request, report, err, |c, r| {
            c.delete_slo(text(container, "container")?, text(object, "object")?, later, r)
        })
    }
}
