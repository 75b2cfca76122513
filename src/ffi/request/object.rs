//! Extras for calls on objects: stored headers, expiry, several ranges, copies, versions, symlinks.

use std::ffi::c_char;

use super::{change, swc_request};
use crate::core::{Error, SymlinkPost};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::text_if_any;

/// What a POST to a symlink means.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_symlink_post {
    /// It is a failure, SWC_ERR_HTTP with HTTP status 307, that says what happened and where the target is.
    SWC_SYMLINK_POST_REPORT = 0,
    /// The link was meant: the call succeeds.
    SWC_SYMLINK_POST_LINK = 1,
    /// The target was meant: the POST is repeated there, as long as that is in the same cluster.
    SWC_SYMLINK_POST_TARGET = 2,
}

/// Has the server guess the media type of an object from its name, whatever type is given.
///
/// @param[in] request The request.
/// @param[in] detect Whether to guess.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_detect_content_type(
    request: *mut swc_request,
    detect: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_detect_content_type(detect)) }
}

/// Says how the bytes of an object are encoded, as "gzip".
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
/// They are delivered as they are stored.
///
/// @param[in] request The request.
/// @param[in] content_encoding The encoding; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_content_encoding(
    request: *mut swc_request,
    content_encoding: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| r.set_content_encoding(text_if_any(content_encoding, "content_encoding")?))
    }
}

/// Says what a browser does with an object, as "attachment; filename="a.txt"".
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
///
/// @param[in] request The request.
/// @param[in] content_disposition The value of Content-Disposition; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_content_disposition(
    request: *mut swc_request,
    content_disposition: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_content_disposition(text_if_any(content_disposition, "content_disposition")?)
        })
    }
}

/// Says how long caches may keep an object, as "max-age=3600".
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
///
/// @param[in] request The request.
/// @param[in] cache_control The value of Cache-Control; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_cache_control(
    request: *mut swc_request,
    cache_control: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_cache_control(text_if_any(cache_control, "cache_control")?)) }
}

/// Says which language an object is in, as "en".
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
///
/// @param[in] request The request.
/// @param[in] content_language The language; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_content_language(
    request: *mut swc_request,
    content_language: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| r.set_content_language(text_if_any(content_language, "content_language")?))
    }
}

/// Says until when caches may keep an object; the object itself stays, see swc_request_set_delete_at().
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
///
/// @param[in] request The request.
/// @param[in] time Seconds since 1970, as `time_t` has them; -1 takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_expires(
    request: *mut swc_request,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_expires((time != -1).then_some(time))) }
}

/// Says what search engines may do with an object, as "noindex".
///
/// It is stored with the object and sent with every GET. A POST without it takes it from the object.
///
/// @param[in] request The request.
/// @param[in] robots_tag The value of X-Robots-Tag; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_robots_tag(
    request: *mut swc_request,
    robots_tag: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_robots_tag(text_if_any(robots_tag, "robots_tag")?)) }
}

/// Has the server delete an object at a time, given with a PUT, POST or copy.
///
/// A time that has passed is refused by the server with HTTP 400. A POST without it, or the time after which, lets
/// the object live on.
///
/// @param[in] request The request.
/// @param[in] time Seconds since 1970, as `time_t` has them; -1 takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_delete_at(
    request: *mut swc_request,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_delete_at((time != -1).then_some(time))) }
}

/// Has the server delete an object so many seconds from now, given with a PUT, POST or copy.
///
/// It wins over swc_request_set_delete_at(). 0 is refused by the server with HTTP 400.
///
/// @param[in] request The request.
/// @param[in] seconds How long the object lives; -1 takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_delete_after(
    request: *mut swc_request,
    seconds: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_delete_after((seconds != -1).then_some(seconds))) }
}

/// Reaches an object whose time has come, as long as it is still there, with GET, HEAD and POST.
///
/// The server must allow it: "allow_open_expired" among its capabilities.
///
/// @param[in] request The request.
/// @param[in] open Whether to reach it.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_open_expired(
    request: *mut swc_request,
    open: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_open_expired(open)) }
}

/// Says which MD5 a PUT has; the server refuses other bytes, which is SWC_ERR_CHECKSUM, and stores nothing.
///
/// For the manifest of a static large object it is the ETag the large object will have.
///
/// @param[in] request The request.
/// @param[in] etag The MD5 in hexadecimal digits; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_etag(
    request: *mut swc_request,
    etag: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_etag(text_if_any(etag, "etag")?)) }
}

/// Drops the metadata of the source of a copy: the copy has what the request sets and no more.
///
/// Without it metadata that the request sets is added to that of the source.
///
/// @param[in] request The request.
/// @param[in] fresh Whether to drop it.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_fresh_metadata(
    request: *mut swc_request,
    fresh: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_fresh_metadata(fresh)) }
}

/// Names the account a copy goes to; without it that is the one of the connection.
///
/// The container there must allow the user of the connection to write.
///
/// @param[in] request The request.
/// @param[in] account Name of the account, not percent-encoded; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_destination_account(
    request: *mut swc_request,
    account: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_destination_account(text_if_any(account, "account")?)) }
}

/// Names the account a copy comes from; without it that is the one of the connection.
///
/// The container there must allow the user of the connection to read.
///
/// @param[in] request The request.
/// @param[in] account Name of the account, not percent-encoded; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_source_account(
    request: *mut swc_request,
    account: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_source_account(text_if_any(account, "account")?)) }
}

/// Reads or copies the manifest of a large object in place of what it stands for.
///
/// A copied manifest shares its segments with the source.
///
/// @param[in] request The request.
/// @param[in] manifest Whether the manifest is meant.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_manifest_get(
    request: *mut swc_request,
    manifest: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_manifest_get(manifest)) }
}

/// Names the version of an object that is read, copied or deleted.
///
/// @param[in] request The request.
/// @param[in] version_id The id, from swc_response_version_id() or a listing; "null" for the object from before
/// versioning was turned on; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_version_id(
    request: *mut swc_request,
    version_id: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_version_id(text_if_any(version_id, "version_id")?)) }
}

/// Reads or copies a symlink itself in place of its target.
///
/// @param[in] request The request.
/// @param[in] symlink Whether the link is meant.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_symlink_get(
    request: *mut swc_request,
    symlink: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_symlink_get(symlink)) }
}

/// Names the container that replaced versions of objects go to, in a PUT or POST of a container.
///
/// This is the older way of versioning, in stack mode: a DELETE brings back the version before. It excludes
/// swc_request_set_history_location() and swc_request_set_versions_enabled().
///
/// @param[in] request The request.
/// @param[in] container Name of the container, not percent-encoded; "" ends the versioning; NULL takes it out of
/// the request again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_versions_location(
    request: *mut swc_request,
    container: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_versions_location(text_if_any(container, "container")?)) }
}

/// Names the container that replaced and deleted versions of objects go to, in a PUT or POST of a container.
///
/// This is the older way of versioning, in history mode: a DELETE puts the object there too. It excludes
/// swc_request_set_versions_location() and swc_request_set_versions_enabled().
///
/// @param[in] request The request.
/// @param[in] container Name of the container, not percent-encoded; "" ends the versioning; NULL takes it out of
/// the request again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_history_location(
    request: *mut swc_request,
    container: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_history_location(text_if_any(container, "container")?)) }
}

/// Turns the versioning of a container on or off, in a PUT or POST of the container.
///
/// While it is on every version of an object is kept, and a DELETE leaves a marker. Turning it off keeps the
/// versions there are.
///
/// @param[in] request The request.
/// @param[in] enabled Whether versions are kept.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_versions_enabled(
    request: *mut swc_request,
    enabled: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_versions_enabled(Some(enabled))) }
}

/// Asks for one more part of an object besides those asked for.
///
/// The arguments are those of swc_request_set_range(), which begins anew; one of them must not be `UINT64_MAX`.
/// The parts come with swc_response_next_part(), in this order. Those that lie beyond the end of the object are left
/// out; when all do, the call fails with SWC_ERR_RANGE. So it does with more than 50 parts, more than 2 pairs that
/// overlap, or 8 or more that do not ascend: the limits of Swift. Of a dynamic large object (DLO) Swift gives all
/// when asked for more than one part.
///
/// @param[in] request The request.
/// @param[in] offset First byte wanted, from 0.
/// @param[in] length Number of bytes wanted, at least 1.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_add_range(
    request: *mut swc_request,
    offset: u64,
    length: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    let given = |n: u64| (n != u64::MAX).then_some(n);
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.add_range(given(offset), given(length))) }
}

/// Says what is meant by a POST to a symlink.
///
/// Swift does not follow a link there: it sets the metadata of the link itself, and then answers HTTP 307 with the path
/// of the target. Therefore with SWC_SYMLINK_POST_TARGET the link has the metadata as well.
///
/// @param[in] request The request.
/// @param[in] meaning An swc_symlink_post; SWC_SYMLINK_POST_REPORT in the beginning.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such meaning.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_symlink_post(
    request: *mut swc_request,
    meaning: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.symlink_post = match meaning {
                0 => SymlinkPost::Report,
                1 => SymlinkPost::Link,
                2 => SymlinkPost::Target,
                _ => {
                    return Err(Error::invalid(format!(
                        "{meaning} is no swc_symlink_post; they go from 0 to 2"
                    )));
                }
            };
            Ok(())
        })
    }
}
