//! The error object.

use std::ffi::c_char;
use std::ptr;
use std::sync::OnceLock;

use super::attempts::{Attempts, Outputs};
use super::handle::free;
use super::report::swc_report;
use super::status::{SWC_OK, swc_status};
use super::{Text, header, header_at, out_if_any, read};
use crate::core::{Error, Headers};

/// What is known about a failure: a message for people, facts for programs.
///
/// It comes from the last parameter of a function that failed, or from swc_result_error().
pub struct swc_error {
    error: Error,
    message: Text,
    reason: Text,
    transaction_id: Text,
    method: Text,
    url: Text,
    report: OnceLock<Option<Box<swc_report>>>,
    /// The body and a NUL.
    body: OnceLock<Box<[u8]>>,
    attempts: Attempts,
}

impl From<Error> for swc_error {
    fn from(error: Error) -> swc_error {
        swc_error {
            error,
            message: Text::default(),
            reason: Text::default(),
            transaction_id: Text::default(),
            method: Text::default(),
            url: Text::default(),
            report: OnceLock::new(),
            body: OnceLock::new(),
            attempts: Attempts::default(),
        }
    }
}

impl swc_error {
    fn headers(&self) -> Option<&Headers> {
        self.error.failure().map(|f| &f.headers)
    }
}

/// Tells the status of the failure; the same as the failed function returned.
///
/// @param[in] error The error.
/// @return The status; SWC_OK for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_status(error: *const swc_error) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { read(error, SWC_OK, |e| e.error.kind().into()) }
}

/// Tells what happened in one line made for people, without secrets.
///
/// @param[in] error The error.
/// @return The message, which lives as long as the error; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_message(error: *const swc_error) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(error, c"".as_ptr(), |e| e.message.get(|| e.error.message())) }
}

/// Tells the HTTP status of the response that was a failure.
///
/// @param[in] error The error.
/// @return The HTTP status; 0 when there was no response, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_http_status(error: *const swc_error) -> i32 {
    // SAFETY: the header's rules.
    unsafe { read(error, 0, |e| e.error.http_status().into()) }
}

/// Tells the reason phrase of that response, as "Not Found".
///
/// @param[in] error The error.
/// @return The phrase, which lives as long as the error; "" when there was none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_reason(error: *const swc_error) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(error, c"".as_ptr(), |e| e.reason.get(|| e.error.failure().map_or("", |f| f.reason.as_str())))
    }
}

/// Tells the transaction id by which the operator of the server finds the request.
///
/// @param[in] error The error.
/// @return The id, which lives as long as the error; "" when there was none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_transaction_id(error: *const swc_error) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(error, c"".as_ptr(), |e| {
            e.transaction_id.get(|| e.error.failure().and_then(|f| f.transaction_id()).unwrap_or_default())
        })
    }
}

/// Tells the HTTP method of the failed request.
///
/// @param[in] error The error.
/// @return The method, which lives as long as the error; "" when no request was made, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_method(error: *const swc_error) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(error, c"".as_ptr(), |e| e.method.get(|| e.error.method())) }
}

/// Tells the URL of the failed request, without secrets.
///
/// @param[in] error The error.
/// @return The URL, which lives as long as the error; "" when no request was made, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_url(error: *const swc_error) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(error, c"".as_ptr(), |e| e.url.get(|| e.error.url())) }
}

/// Finds a header of the response that was a failure.
///
/// @param[in] error The error.
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the error; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_header(error: *const swc_error, name: *const c_char) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(error, ptr::null(), |e| e.headers().map_or(ptr::null(), |h| header(h, name))) }
}

/// Counts the headers of that response.
///
/// @param[in] error The error.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_header_count(error: *const swc_error) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(error, 0, |e| e.headers().map_or(0, Headers::len)) }
}

/// Gives a header of that response by its number.
///
/// @param[in] error The error.
/// @param[in] index From 0 to one less than swc_error_header_count().
/// @param[out] name The name, which lives as long as the error; may be NULL.
/// @param[out] value The value, which lives as long as the error; may be NULL.
/// @return Whether there is a header of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_header_at(
    error: *const swc_error,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(error, false, |e| e.headers().is_some_and(|h| header_at(h, index, name, value)))
    }
}

/// Gives the body of that response, or its first 64 KiB.
///
/// @param[in] error The error.
/// @param[out] length Bytes in the body; may be NULL.
/// @return The body and a NUL after it, which live as long as the error; "" when there was none, and for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_body(error: *const swc_error, length: *mut usize) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        let length = out_if_any(length);
        read(error, c"".as_ptr(), |e| {
            let body = e.body.get_or_init(|| {
                let body = e.error.failure().map_or(&[][..], |f| &f.body);
                [body, b"\0"].concat().into_boxed_slice()
            });
            length.set(body.len() - 1);
            body.as_ptr().cast()
        })
    }
}

/// Gives the report of a call about many things: which paths failed, and what was done nevertheless.
///
/// Bulk delete, archive upload, deletion of large objects, and static large objects whose segments the server does not
/// accept have one.
///
/// @param[in] error The error.
/// @return The report, which lives as long as the error: do not free it; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_report(error: *const swc_error) -> *const swc_report {
    // SAFETY: the header's rules.
    unsafe {
        read(error, ptr::null(), |e| {
            let report = e.report.get_or_init(|| e.error.report().cloned().map(|r| Box::new(r.into())));
            report.as_deref().map_or(ptr::null(), ptr::from_ref)
        })
    }
}

/// Tells how many HTTP requests the failed call made, retries included.
///
/// @param[in] error The error.
/// @return The number of requests; 0 when none was made, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_attempts(error: *const swc_error) -> u32 {
    // SAFETY: the header's rules.
    unsafe { read(error, 0, |e| e.error.attempts()) }
}

/// Tells what became of one of the requests of a call that failed.
///
/// The last one is the one that failed for good. The call's pauses and failures are in here
/// also when it went well in the end.
///
/// @param[in] error The error.
/// @param[in] index From 0, the first request, to one less than swc_error_attempts().
/// @param[out] http_status The HTTP status, or 0 when no answer came; -1 when there is no such request; may be NULL.
/// @param[out] reason The reason phrase, or "", which lives as long as the error; may be NULL.
/// @param[out] transaction_id The transaction id of the answer, or "", which lives as long as the error; may be NULL.
/// @param[out] message What went wrong, or "", which lives as long as the error; may be NULL.
/// @param[out] elapsed_ms How long it took, in milliseconds; may be NULL.
/// @param[out] pause_ms How long the call waited after it, in milliseconds; 0 after the last; may be NULL.
/// @return Whether there is a request of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_attempt_at(
    error: *const swc_error,
    index: usize,
    http_status: *mut i32,
    reason: *mut *const c_char,
    transaction_id: *mut *const c_char,
    message: *mut *const c_char,
    elapsed_ms: *mut i64,
    pause_ms: *mut i64,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let to = Outputs {
            http_status: out_if_any(http_status),
            reason: out_if_any(reason),
            transaction_id: out_if_any(transaction_id),
            message: out_if_any(message),
            elapsed_ms: out_if_any(elapsed_ms),
            pause_ms: out_if_any(pause_ms),
        };
        read(error, false, |x| x.attempts.tell(x.error.history(), index, to))
    }
}

/// Finds a header in the answer to one of the requests of a call that failed.
///
/// @param[in] error The error.
/// @param[in] index From 0, the first request, to one less than swc_error_attempts().
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the error; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_attempt_header(
    error: *const swc_error,
    index: usize,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(error, ptr::null(), |x| x.attempts.header(x.error.history(), index, name)) }
}

/// Tells whether the same call may succeed later.
///
/// @param[in] error The error.
/// @return True for failures that pass, such as an overloaded server, a refused connection, or one on which no byte
/// moved for the time of the key "timeout"; false when the deadline of the call passed, which is SWC_ERR_TIMEOUT
/// too, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_retryable(error: *const swc_error) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(error, false, |e| e.error.retryable()) }
}

/// Frees an error object.
///
/// @param[in] error The error; NULL is fine. One that swc_result_error() gave belongs to its result: leave
/// it alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_error_free(error: *mut swc_error) {
    // SAFETY: the header's rules.
    unsafe { free(error) }
}
