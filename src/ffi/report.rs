//! Reports: what came of calls that are about many things at once.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::{Arc, OnceLock};

use super::handle::free;
use super::{Text, c_string, out_if_any, read};
use crate::core::Report;

/// What a server told at the end of a call about many things: counts, and each path that something went wrong with.
///
/// Bulk delete, archive upload and the deletion of large objects give one when all went well. When
/// something did not, the call fails, and the report is that of the error: see swc_error_report(). It is not
/// changed by anything and may be looked at by any number of threads.
pub struct swc_report {
    report: Arc<Report>,
    message: Text,
    errors: OnceLock<Vec<Texts>>,
}

/// A path that failed, for C.
struct Texts {
    container: CString,
    object: Option<CString>,
    reason: CString,
}

impl From<Arc<Report>> for swc_report {
    fn from(report: Arc<Report>) -> swc_report {
        swc_report { report, message: Text::default(), errors: OnceLock::new() }
    }
}

impl From<Report> for swc_report {
    fn from(report: Report) -> swc_report {
        Arc::new(report).into()
    }
}

impl swc_report {
    fn errors(&self) -> &[Texts] {
        self.errors.get_or_init(|| {
            let text = |e: &crate::core::report::PathError| Texts {
                container: c_string(e.container()),
                object: e.object().map(c_string),
                reason: c_string(e.reason()),
            };
            self.report.errors().iter().map(text).collect()
        })
    }
}

/// Tells the status of the whole as an HTTP status: 200 or 201, or why it failed.
///
/// The answer itself has 200 or 202 in any case, because its status was sent before the work began.
///
/// @param[in] report The report.
/// @return The status; 0 when the call ended before there was one, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_status(report: *const swc_report) -> i32 {
    // SAFETY: the header's rules.
    unsafe { read(report, 0, |r| r.report.status().into()) }
}

/// Tells what the server said about the whole, as "Invalid Tar File".
///
/// @param[in] report The report.
/// @return The text, which lives as long as the report; "" when it said nothing, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_message(report: *const swc_report) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(report, c"".as_ptr(), |r| r.message.get(|| r.report.message())) }
}

/// Counts what was deleted, objects and containers.
///
/// @param[in] report The report.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_deleted(report: *const swc_report) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(report, 0, |r| r.report.deleted()) }
}

/// Counts what was to be deleted and was not there, which is no failure.
///
/// What an attempt deleted whose answer got lost counts here too.
///
/// @param[in] report The report.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_not_found(report: *const swc_report) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(report, 0, |r| r.report.not_found()) }
}

/// Counts the objects that an archive became.
///
/// @param[in] report The report.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_created(report: *const swc_report) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(report, 0, |r| r.report.created()) }
}

/// Counts the paths that something went wrong with.
///
/// @param[in] report The report.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_error_count(report: *const swc_report) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(report, 0, |r| r.report.errors().len()) }
}

/// Gives a path that something went wrong with, by its number.
///
/// Names are not percent-encoded, but for those that are not UTF-8, as an archive may hold.
///
/// @param[in] report The report.
/// @param[in] index From 0 to one less than swc_report_error_count().
/// @param[out] container The container, which lives as long as the report; may be NULL.
/// @param[out] object The object, which lives as long as the report; NULL when it is the container that something
/// went wrong with; may be NULL.
/// @param[out] http_status The HTTP status, as 409; 0 when there is none, as for "Etag Mismatch"; may be NULL.
/// @param[out] reason What the server said, as "409 Conflict", which lives as long as the report; may be NULL.
/// @return Whether there is a path of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_error_at(
    report: *const swc_report,
    index: usize,
    container: *mut *const c_char,
    object: *mut *const c_char,
    http_status: *mut i32,
    reason: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (container, object) = (out_if_any(container), out_if_any(object));
        let (http_status, reason) = (out_if_any(http_status), out_if_any(reason));
        read(report, false, |r| {
            let Some((e, texts)) = r.report.errors().get(index).zip(r.errors().get(index)) else {
                return false;
            };
            container.set(texts.container.as_ptr());
            object.set(texts.object.as_ref().map_or(ptr::null(), |o| o.as_ptr()));
            http_status.set(e.status().into());
            reason.set(texts.reason.as_ptr());
            true
        })
    }
}

/// Frees a report.
///
/// @param[in] report The report; NULL is fine. One that swc_error_report() gave belongs to its error: leave it
/// alone.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_report_free(report: *mut swc_report) {
    // SAFETY: the header's rules.
    unsafe { free(report) }
}
