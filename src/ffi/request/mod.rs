//! Optional extras of one call.

pub mod access;
mod expect;
mod large;
pub mod object;
mod raw;
mod retry;

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::Arc;

use crate::core::{Error, Request, Result};
use crate::ffi::callback::{Telling, UserData, swc_free_callback, swc_progress_callback};
use crate::ffi::cancel::swc_cancel;
use crate::ffi::error::swc_error;
use crate::ffi::handle::{Handle, borrow_mut, free, share};
use crate::ffi::status::{SWC_OK, swc_status};
use crate::ffi::{guard, text, text_if_any, timeout, value};

pub mod account;
pub mod container;
pub mod listing;

/// Extras for calls: headers, query, range, conditions, deadline, cancel token, progress.
///
/// Where a function takes a request, NULL means no extras. A call does not change it: one request may serve
/// any number of calls, also at once. A call takes the extras as they are when it begins; the request may be
/// changed or freed while it goes on, for example in a callback.
#[derive(Default)]
pub struct swc_request {
    /// Shared with the calls that have begun: they go on with what it said then.
    pub(super) request: Arc<Request>,
}

/// Runs the body of a setter.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn change(
    request: *mut swc_request,
    err: *mut *mut swc_error,
    body: impl FnOnce(&mut Request) -> Result<()>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        guard(err, || {
            body(Arc::make_mut(&mut borrow_mut(request)?.request))?;
            Ok(SWC_OK)
        })
    }
}

/// Makes a request without extras.
///
/// Never blocks; any thread.
///
/// @return The request; free it with swc_request_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_request_new() -> *mut swc_request {
    value(ptr::null_mut(), || swc_request::default().into_raw())
}

/// Sets a header, in place of any of that name, whatever its case.
///
/// It also takes the place of a header the library would send by itself, but for Content-Length,
/// Transfer-Encoding, Connection, Expect and Upgrade, which are refused: see swc_request_set_own_framing().
///
/// @param[in] request The request.
/// @param[in] name Name of the header.
/// @param[in] value Its value, which may hold any UTF-8 but control characters (other bytes:
/// swc_request_set_header_bytes()); NULL takes the header away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_header(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_header(text(name, "name")?, text_if_any(value, "value")?)) }
}

/// Adds a header besides those of the same name; the same ones are refused as by swc_request_set_header().
///
/// @param[in] request The request.
/// @param[in] name Name of the header.
/// @param[in] value Its value, which may hold any UTF-8 but control characters.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_add_header(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.add_header(text(name, "name")?, text(value, "value")?)) }
}

/// Sets the media type of what is sent, as "text/plain"; without it the server guesses from the name.
///
/// @param[in] request The request.
/// @param[in] content_type The media type; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_content_type(
    request: *mut swc_request,
    content_type: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| r.set_header("Content-Type", text_if_any(content_type, "content_type")?))
    }
}

/// Sets the header `X-<kind>-Meta-<name>`.
///
/// # Safety
/// As [`change`], and as `text` for name and value.
unsafe fn set_metadata(
    request: *mut swc_request,
    kind: &str,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe { change(request, err, |r| r.set_metadata(kind, text(name, "name")?, text(value, "value")?)) }
}

/// Sets metadata of an object: the header X-Object-Meta-NAME.
///
/// A POST replaces all metadata of an object; what is not set again is gone.
///
/// @param[in] request The request.
/// @param[in] name Name of the metadata, without the prefix.
/// @param[in] value Its value.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_object_metadata(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { set_metadata(request, "Object", name, value, err) }
}

/// Sets a parameter of the query, in place of any of that name: "prefix", "delimiter", "limit", "marker"
/// and so on.
///
/// @param[in] request The request.
/// @param[in] name Name of the parameter, not percent-encoded.
/// @param[in] value Its value, not percent-encoded; NULL sends the bare name, as in `?versions`. To take the
/// parameter away again there is swc_request_remove_query().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_query(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_query(text(name, "name")?, text_if_any(value, "value")?)) }
}

/// Takes a parameter of the query away again; one that is not there is fine.
///
/// @param[in] request The request.
/// @param[in] name Name of the parameter, not percent-encoded.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_remove_query(
    request: *mut swc_request,
    name: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.remove_query(text(name, "name")?);
            Ok(())
        })
    }
}

/// Asks for part of an object.
///
/// `UINT64_MAX` for `length` means up to the end. `UINT64_MAX` for `offset` means the last `length` bytes.
/// Both together mean the whole object, as without a range.
/// A range that begins beyond the end of the object makes the call fail with SWC_ERR_RANGE.
///
/// @param[in] request The request.
/// @param[in] offset First byte wanted, from 0.
/// @param[in] length Number of bytes wanted, at least 1.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_range(
    request: *mut swc_request,
    offset: u64,
    length: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    let given = |n: u64| (n != u64::MAX).then_some(n);
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_range(given(offset), given(length))) }
}

/// Makes a read succeed only for an object with this ETag, else fail with SWC_ERR_PRECONDITION.
///
/// It holds for the source of a copy too. A PUT, POST or DELETE pays no heed to it.
///
/// @param[in] request The request.
/// @param[in] etag The ETag, or several with commas between them, or "*" for any object that is there; NULL takes
/// the condition away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_if_match(
    request: *mut swc_request,
    etag: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_header("If-Match", text_if_any(etag, "etag")?)) }
}

/// Makes the call fail for an object with this ETag.
///
/// A read fails with SWC_ERR_NOT_MODIFIED, a write with SWC_ERR_PRECONDITION. A PUT takes only "*": with an
/// ETag the server answers HTTP 400, which is SWC_ERR_HTTP. What an earlier attempt of the same
/// swc_connection_put_object() has stored, whose answer was lost, does not make it fail; where that cannot be told, as
/// for a manifest, a symlink or a URL, the message says that it may be so.
///
/// @param[in] request The request.
/// @param[in] etag The ETag, or several with commas between them, or "*" for any, so that a PUT does not replace what
/// is there; NULL takes the condition away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_if_none_match(
    request: *mut swc_request,
    etag: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_header("If-None-Match", text_if_any(etag, "etag")?)) }
}

/// Makes a read fail with SWC_ERR_NOT_MODIFIED when the object is not newer than a time.
///
/// @param[in] request The request.
/// @param[in] time Seconds since 1970, as `time_t` has them; -1 takes the condition away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_if_modified_since(
    request: *mut swc_request,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_time("If-Modified-Since", (time != -1).then_some(time))) }
}

/// Makes a read fail with SWC_ERR_PRECONDITION when the object is newer than a time.
///
/// @param[in] request The request.
/// @param[in] time Seconds since 1970, as `time_t` has them; -1 takes the condition away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_if_unmodified_since(
    request: *mut swc_request,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_time("If-Unmodified-Since", (time != -1).then_some(time))) }
}

/// Limits how long a call may last in all: attempts, pauses between them and the reading of the body.
///
/// When the time is up the call, or the reading of its body, fails with SWC_ERR_TIMEOUT. Without a limit
/// the timeouts of the config still end a call in which nothing moves.
///
/// @param[in] request The request.
/// @param[in] timeout_ms Milliseconds, more than 0; -1 for no limit.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_timeout(
    request: *mut swc_request,
    timeout_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            if timeout_ms == 0 {
                return Err(Error::invalid("timeout_ms is 0, which no call can keep; -1 is no limit"));
            }
            r.timeout = timeout(timeout_ms, "timeout_ms")?;
            Ok(())
        })
    }
}

/// Gives calls a token by which another thread can end them.
///
/// @param[in] request The request.
/// @param[in] cancel The token, which may be freed before the request; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_cancel(
    request: *mut swc_request,
    cancel: *const swc_cancel,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.cancel = match cancel.is_null() {
                true => None,
                false => Some(share(cancel)?.cancel.clone()),
            };
            Ok(())
        })
    }
}

/// Has a callback told how far the body of a call has come.
///
/// It runs on the thread that makes the call or reads its response, and must not throw nor jump. When the
/// request serves several calls at once, so may the callback.
///
/// @param[in] request The request.
/// @param[in] progress_cb The callback; NULL for none.
/// @param[in] free_cb Releases `user_data` when neither the request nor a call needs it, also when this
/// call fails; NULL for no such thing.
/// @param[in] user_data Passed to both callbacks; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_progress(
    request: *mut swc_request,
    progress_cb: swc_progress_callback,
    free_cb: swc_free_callback,
    user_data: *mut c_void,
    err: *mut *mut swc_error,
) -> swc_status {
    let user = UserData::new(user_data, free_cb);
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.progress = match progress_cb {
                None => None,
                Some(progress) => {
                    let to = Telling { progress, user };
                    Some(Arc::new(move |moved, total| to.tell(moved, total)))
                }
            };
            Ok(())
        })
    }
}

/// Sets whether bodies are checked against their MD5, whatever the key `checksum` of the config says.
///
/// @param[in] request The request.
/// @param[in] checksum Whether to check.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_checksum(
    request: *mut swc_request,
    checksum: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.checksum = Some(checksum);
            Ok(())
        })
    }
}

/// Frees a request; calls that have begun go on.
///
/// Never blocks.
///
/// @param[in] request The request; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_free(request: *mut swc_request) {
    // SAFETY: the header's rules.
    unsafe { free(request) }
}
