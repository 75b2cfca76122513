//! Answers: status, headers, and a body that is read as a stream.

mod attempts;
mod large;
pub mod object;
mod verified;

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::{LazyLock, OnceLock};

use crate::core::Response;
use crate::ffi::attempts::Attempts;
use crate::ffi::error::swc_error;
use crate::ffi::handle::{borrow, borrow_mut, free};
use crate::ffi::status::{SWC_END, SWC_OK, swc_status};
use crate::ffi::{
    Text, guard, header, header_at, out, out_if_any, path, read, size_or_unknown, slice_mut, text,
};

pub mod metadata;
pub mod usage;

/// The answer to a call that succeeded: status, headers, and a body to be read.
///
/// It holds a socket until its body is read to the end or it is freed. For one thread at a time.
pub struct swc_response {
    response: Response,
    reason: Text,
    transaction_id: Text,
    etag: Text,
    policies: OnceLock<Vec<usage::Policy>>,
    dlo_manifest: Text,
    /// Few are asked for these.
    object: LazyLock<Box<object::Texts>>,
    /// The body read by `read_all`, and a NUL.
    body: Vec<u8>,
    attempts: Attempts,
}

impl From<Response> for swc_response {
    fn from(response: Response) -> swc_response {
        swc_response {
            response,
            reason: Text::default(),
            transaction_id: Text::default(),
            etag: Text::default(),
            policies: OnceLock::new(),
            dlo_manifest: Text::default(),
            object: LazyLock::new(Box::default),
            body: Vec::new(),
            attempts: Attempts::default(),
        }
    }
}

/// Tells the HTTP status, such as 200 or 204.
///
/// @param[in] response The response.
/// @return The status: from 200 to 299, any with swc_request_set_any_status(), 307 of a POST that was meant for a
/// symlink; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_status(response: *const swc_response) -> i32 {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.status().into()) }
}

/// Tells the reason phrase, as "OK".
///
/// @param[in] response The response.
/// @return The phrase, which lives as long as the response; "" when the server sent none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_reason(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, c"".as_ptr(), |r| r.reason.get(|| r.response.reason())) }
}

/// Finds a header.
///
/// @param[in] response The response.
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the response; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_header(
    response: *const swc_response,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| header(r.response.headers(), name)) }
}

/// Gives the value of a header with its percent-encoding undone.
///
/// Where that gives no UTF-8 the value comes as it is.
///
/// @param[in] response The response.
/// @param[in] name Name of the header, in any case.
/// @param[out] value The first value of that name, or NULL when there is none; free it with
/// swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK, also when there is no such header; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_header_decoded(
    response: *const swc_response,
    name: *const c_char,
    value: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let value = out(value, "value");
        guard(err, || {
            let (value, response) = (value?, borrow(response)?);
            if let Some(decoded) = response.response.headers().get_decoded(text(name, "name")?) {
                value.give_text(decoded.as_bytes());
            }
            Ok(SWC_OK)
        })
    }
}

/// Counts the headers.
///
/// @param[in] response The response.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_header_count(response: *const swc_response) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.headers().len()) }
}

/// Gives a header by its number.
///
/// @param[in] response The response.
/// @param[in] index From 0 to one less than swc_response_header_count().
/// @param[out] name The name, which lives as long as the response; may be NULL.
/// @param[out] value The value, which lives as long as the response; may be NULL.
/// @return Whether there is a header of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_header_at(
    response: *const swc_response,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(response, false, |r| header_at(r.response.headers(), index, name, value))
    }
}

/// Tells the length of the body, or of the part of the object that was asked for.
///
/// For a HEAD of an object this is the size of the object.
///
/// @param[in] response The response.
/// @return The number of bytes; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_content_length(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| size_or_unknown(r.response.content_length())) }
}

/// Tells the ETag of the object, without quotes; the MD5 of its bytes for all but large objects.
///
/// @param[in] response The response.
/// @return The ETag, which lives as long as the response; NULL when the server sent none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_etag(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| r.etag.get_if_any(r.response.etag())) }
}

/// Tells the transaction id by which the operator of the server finds the request.
///
/// @param[in] response The response.
/// @return The id, which lives as long as the response; "" when the server sent none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_transaction_id(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(response, c"".as_ptr(), |r| {
            r.transaction_id.get(|| r.response.transaction_id().unwrap_or_default())
        })
    }
}

/// Tells when the object, container or account was last changed.
///
/// @param[in] response The response.
/// @return Seconds since 1970; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_last_modified(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| r.response.last_modified().unwrap_or(-1)) }
}

/// Tells how many HTTP requests the call took, retries included.
///
/// @param[in] response The response.
/// @return The number of requests; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_attempts(response: *const swc_response) -> u32 {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.attempts()) }
}

/// Reads some of the body into memory of yours.
///
/// Blocks until there is at least one byte, or the end. Only SWC_END says that the body is complete: that it has the
/// length the server announced and, where sums are to be had, that every MD5 was right; how much that was
/// swc_response_bytes_verified() tells.
///
/// @param[in] response The response.
/// @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
/// @param[in] size How many there is room for.
/// @param[out] length How many were put there: at least 1 with SWC_OK (0 when `size` is 0), else 0.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when there are no more; SWC_ERR_CHECKSUM when the bytes are not those of the
/// object; SWC_ERR_TIMEOUT, SWC_ERR_CONNECT, SWC_ERR_PROTOCOL, SWC_ERR_CANCELLED, SWC_ERR_PRECONDITION when
/// the object changed while it was read; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_read(
    response: *mut swc_response,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let length = out(length, "length");
        guard(err, || {
            let (length, response) = (length?, borrow_mut(response)?);
            let buffer = slice_mut(buffer.cast::<u8>(), size, "buffer")?;
            if buffer.is_empty() {
                return Ok(SWC_OK);
            }
            Ok(match response.response.read(buffer)? {
                0 => SWC_END,
                n => {
                    length.set(n);
                    SWC_OK
                }
            })
        })
    }
}

/// Reads what is left of the body into memory of the library's.
///
/// Blocks until the body is complete and checked.
///
/// @param[in] response The response.
/// @param[in] limit How many bytes there may be; `SIZE_MAX` for any number.
/// @param[out] body The bytes and a NUL after them; they live until the response is freed or this is called
/// again.
/// @param[out] length Number of bytes; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK, also when nothing is left; SWC_ERR_TOO_LARGE when there are more than `limit`; what
/// swc_response_read() may give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_read_all(
    response: *mut swc_response,
    limit: usize,
    body: *mut *const c_char,
    length: *mut usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let (body, length) = (out(body, "body"), out_if_any(length));
        guard(err, || {
            let (body, response) = (body?, borrow_mut(response)?);
            response.body = response.response.read_all(limit)?;
            length.set(response.body.len());
            response.body.push(0);
            body.set(response.body.as_ptr().cast());
            Ok(SWC_OK)
        })
    }
}

/// Writes what is left of the body to a descriptor.
///
/// Blocks until the body is complete, checked and written. What is wrong with the body may be found only
/// after part of it was written. On Windows see "descriptors" at the top.
///
/// @param[in] response The response.
/// @param[in] fd An open descriptor, in blocking mode.
/// @param[out] written Number of bytes written when all went well; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_IO when writing fails; what swc_response_read() may give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_write_to_fd(
    response: *mut swc_response,
    fd: i32,
    written: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let written = out_if_any(written);
        guard(err, || {
            let response = borrow_mut(response)?;
            written.set(response.response.write_to_fd(super::descriptor(fd, "fd")?)?);
            Ok(SWC_OK)
        })
    }
}

/// Writes what is left of the body to a file.
///
/// The bytes go to a temporary file beside it, which takes its name when they are complete and checked: on
/// failure a file that was there is as it was. One that a killed program has left is called as those of
/// swc_service_download(). Blocks until that is done.
///
/// @param[in] response The response.
/// @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows. Its folder must exist.
/// @param[out] written Number of bytes written when all went well; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_IO when writing fails; what swc_response_read() may give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_write_to_file(
    response: *mut swc_response,
    path: *const c_char,
    written: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let written = out_if_any(written);
        guard(err, || {
            let response = borrow_mut(response)?;
            written.set(response.response.write_to_file(self::path(path, "path")?, None)?);
            Ok(SWC_OK)
        })
    }
}

/// Tells how many bytes of the body have been read or written so far.
///
/// @param[in] response The response.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_bytes_read(response: *const swc_response) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.bytes_read()) }
}

/// Frees a response, whether or not its body was read to the end.
///
/// Never blocks.
///
/// @param[in] response The response; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_free(response: *mut swc_response) {
    // SAFETY: the header's rules.
    unsafe { free(response) }
}
