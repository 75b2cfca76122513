//! What became of a job.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use super::entry::{lend, lend_at_once, swc_entry};
use super::error::swc_error;
use super::handle::{borrow_mut, free};
use super::progress::swc_progress;
use super::report::swc_report;
use super::response::swc_response;
use super::status::{SWC_OK, swc_status};
use super::{Text, c_string, guard, header, header_at, out, out_if_any, pair, read};
use crate::core::listing::Cursor;
use crate::core::{Error, Kind};
use crate::service::JobResult;

/// One result of a job: what was done to what, whether it worked, and what came of it.
///
/// Every job ends in exactly one last result; some have others before it, such as a page of a list or one
/// of the objects to download. For one thread at a time.
pub struct swc_result {
    result: JobResult,
    rows: Cursor,
    said: OnceLock<Box<Said>>,
}

/// What was asked of a result, as C has it. Most are asked for little before they are freed.
#[derive(Default)]
struct Said {
    action: Text,
    container: Text,
    object: Text,
    path: Text,
    marker: Text,
    version_marker: Text,
    version_id: Text,
    destination: Text,
    json: Text,
    /// Of a segment: container and object it is for, and its MD5.
    part: [Text; 3],
    error: OnceLock<swc_error>,
    items: OnceLock<Vec<(CString, CString)>>,
    objects: OnceLock<Vec<CString>>,
    report: OnceLock<swc_report>,
    progress: OnceLock<swc_progress>,
}

impl swc_result {
    fn said(&self) -> &Said {
        self.said.get_or_init(Box::default)
    }

    fn items(&self) -> &[(CString, CString)] {
        if self.result.shown.is_none() {
            return &[];
        }
        let text = |(name, value): (String, String)| (c_string(name), c_string(value));
        self.said().items.get_or_init(|| self.result.items().into_iter().map(text).collect())
    }
}

impl From<JobResult> for swc_result {
    fn from(result: JobResult) -> swc_result {
        swc_result { result, rows: Cursor::default(), said: OnceLock::new() }
    }
}

/// Tells the tag the job was given.
///
/// @param[in] result The result.
/// @return The tag; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_tag(result: *const swc_result) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.tag) }
}

/// Tells the number of the job.
///
/// @param[in] result The result.
/// @return The number the job got when it was queued; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_job(result: *const swc_result) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.job) }
}

/// Tells whether this is the last result of its job.
///
/// @param[in] result The result.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_is_last(result: *const swc_result) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(result, false, |r| r.result.is_last) }
}

/// Tells what was done, in python-swiftclient's words.
///
/// Such as "stat_object", "list_container_part", "upload_object", "download_object" or "delete_object".
///
/// @param[in] result The result.
/// @return The word, which lives as long as the result; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_action(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(result, c"".as_ptr(), |r| match known(r.result.action) {
            Some(word) => word.as_ptr(),
            None => r.said().action.get(|| r.result.action),
        })
    }
}

/// The words that there are mostly, as C has them.
fn known(action: &str) -> Option<&'static CStr> {
    Some(match action {
        "stat_object" => c"stat_object",
        "post_object" => c"post_object",
        "upload_object" => c"upload_object",
        "upload_segment" => c"upload_segment",
        "download_object" => c"download_object",
        "delete_object" => c"delete_object",
        "delete_segment" => c"delete_segment",
        "copy_object" => c"copy_object",
        _ => return None,
    })
}

/// Tells whether it worked.
///
/// @param[in] result The result.
/// @return Whether it did; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_success(result: *const swc_result) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(result, false, |r| r.result.error.is_none()) }
}

/// Tells the status: SWC_OK, or why it did not work.
///
/// @param[in] result The result.
/// @return The status, as a call of a connection would have returned it; SWC_ERR_CANCELLED for a job that was
/// cancelled; SWC_ERR_INVALID_ARGUMENT for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_status(result: *const swc_result) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        read(result, swc_status::SWC_ERR_INVALID_ARGUMENT, |r| {
            r.result.error.as_ref().map_or(SWC_OK, |e| e.kind().into())
        })
    }
}

/// Gives the error object of a result that did not work.
///
/// @param[in] result The result.
/// @return The error, which lives as long as the result: do not free it; NULL when it worked, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_error(result: *const swc_result) -> *const swc_error {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| match &r.result.error {
            // A copy, because the result's own goes into its JSON.
            Some(e) => ptr::from_ref(r.said().error.get_or_init(|| e.clone().into())),
            None => ptr::null(),
        })
    }
}

/// Tells the container it is about.
///
/// @param[in] result The result.
/// @return The name, which lives as long as the result; NULL when it is about the account or the cluster,
/// and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_container(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().container.get_if_any(r.result.container.as_deref())) }
}

/// Tells the object it is about.
///
/// @param[in] result The result.
/// @return The name, which lives as long as the result; NULL when it is about no object, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_object(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().object.get_if_any(r.result.object.as_deref())) }
}

/// Counts the objects of a "bulk_delete".
///
/// @param[in] result The result.
/// @return How many there are; 0 for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_object_count(result: *const swc_result) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.objects.len()) }
}

/// Names an object of a "bulk_delete" by its number.
///
/// @param[in] result The result.
/// @param[in] index From 0 to one less than swc_result_object_count().
/// @return The name, which lives as long as the result; NULL past the end, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_object_at(result: *const swc_result, index: usize) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| {
            let names = r
                .said()
                .objects
                .get_or_init(|| r.result.objects.iter().map(|o| c_string(o.as_str())).collect());
            names.get(index).map_or(ptr::null(), |name| name.as_ptr())
        })
    }
}

/// Gives what the server told of each path: of a "bulk_delete", or of the segments of a static large object.
///
/// @param[in] result The result.
/// @return The report, which lives as long as the result: do not free it; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_report(result: *const swc_result) -> *const swc_report {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| match r.result.report() {
            Some(report) => ptr::from_ref(r.said().report.get_or_init(|| report.clone().into())),
            None => ptr::null(),
        })
    }
}

/// Tells the path of the local file it is about.
///
/// For an object whose name ends in "/" no file is written unless "out_file" names one: without content there is
/// nothing to write, and with content its download fails with SWC_ERR_INVALID_ARGUMENT, as no file can have that name.
///
/// @param[in] result The result.
/// @return The path (bytes as the system has them, UTF-8 on Windows), which lives as long as the result;
/// NULL when it is about no file, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_path(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| {
            r.said().path.get_if_any(r.result.path.as_deref().map(|p| p.as_os_str().as_encoded_bytes()))
        })
    }
}

/// Tells the HTTP status of the last response.
///
/// @param[in] result The result.
/// @return The HTTP status; 0 when there was no response, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_http_status(result: *const swc_result) -> i32 {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.http_status.into()) }
}

/// Finds a header of the last response.
///
/// @param[in] result The result.
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the result; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_header(result: *const swc_result, name: *const c_char) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| header(&r.result.headers, name)) }
}

/// Counts the headers of the last response.
///
/// @param[in] result The result.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_header_count(result: *const swc_result) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.headers.len()) }
}

/// Gives a header of the last response by its number.
///
/// @param[in] result The result.
/// @param[in] index From 0 to one less than swc_result_header_count().
/// @param[out] name The name, which lives as long as the result; may be NULL.
/// @param[out] value The value, which lives as long as the result; may be NULL.
/// @return Whether there is a header of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_header_at(
    result: *const swc_result,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(result, false, |r| header_at(&r.result.headers, index, name, value))
    }
}

/// Tells how many HTTP requests it took, retries included.
///
/// @param[in] result The result.
/// @return The number of requests; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_attempts(result: *const swc_result) -> u32 {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.attempts) }
}

/// Tells how many bytes of bodies were sent or received.
///
/// @param[in] result The result.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_bytes(result: *const swc_result) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.result.bytes) }
}

/// Counts the items of a stat: what the swift command shows, such as "Content Length".
///
/// @param[in] result The result.
/// @return How many there are; 0 for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_item_count(result: *const swc_result) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(result, 0, |r| r.items().len()) }
}

/// Gives an item of a stat by its number, in the order the swift command shows them.
///
/// @param[in] result The result.
/// @param[in] index From 0 to one less than swc_result_item_count().
/// @param[out] name The name, which lives as long as the result; may be NULL.
/// @param[out] value The value as text, which lives as long as the result; may be NULL.
/// @return Whether there is an item of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_item_at(
    result: *const swc_result,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(result, false, |r| {
            let item = r.items().get(index).map(|(n, v)| (n.to_bytes_with_nul(), v.to_bytes_with_nul()));
            pair(item, name, value)
        })
    }
}

/// Gives the whole result as JSON, with the keys python-swiftclient's results have.
///
/// Besides there are "job" and "tag"; "attempts" are all requests that were made, "last_attempts" those of the last
/// operation, such as the PUT of an upload; the "status" in an "error" is the name swc_status_name() gives it.
///
/// @param[in] result The result.
/// @return One JSON object, which lives as long as the result; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_json(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().json.get(|| r.result.to_json())) }
}

/// Tells the marker a page of a list was asked for with: the name before its first.
///
/// @param[in] result The result.
/// @return The marker, which lives as long as the result; NULL for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_marker(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().marker.get_if_any(r.result.marker.as_deref())) }
}

/// Tells the marker among the versions of one object a page of a list was asked for with; see the option "versions".
///
/// @param[in] result The result.
/// @return The marker, which lives as long as the result; NULL for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_version_marker(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| r.said().version_marker.get_if_any(r.result.version_marker.as_deref()))
    }
}

/// Tells which version of the object was deleted, when the option "versions" had it found.
///
/// @param[in] result The result.
/// @return The version, which lives as long as the result; NULL for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_version_id(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().version_id.get_if_any(r.result.version_id.as_deref())) }
}

/// Tells where an object was copied to.
///
/// @param[in] result The result.
/// @return As "/container/object", which lives as long as the result; NULL for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_destination(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(result, ptr::null(), |r| r.said().destination.get_if_any(r.result.destination.as_deref())) }
}

/// Tells whether a directory was made of an object that is no marker of one: its name ends in "/" and it is empty.
///
/// @param[in] result The result.
/// @return Whether it does; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_pseudodir(result: *const swc_result) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(result, false, |r| r.result.pseudodir) }
}

/// Tells what came of it beyond success: "uploaded", "copied", "skipped-identical" or "skipped-changed".
///
/// @param[in] result The result.
/// @return The word, which is there for good; "" for results that have none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_outcome(result: *const swc_result) -> *const c_char {
    // SAFETY: the header's rules.
    let outcome = unsafe { read(result, None, |r| r.result.status) };
    match outcome {
        Some("uploaded") => c"uploaded",
        Some("copied") => c"copied",
        Some("skipped-identical") => c"skipped-identical",
        Some("skipped-changed") => c"skipped-changed",
        _ => c"",
    }
    .as_ptr()
}

/// Tells whether an upload or a copy made a large object, of segments and a manifest.
///
/// @param[in] result The result.
/// @return Whether it did; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_is_large(result: *const swc_result) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(result, false, |r| r.result.large_object) }
}

/// Tells what a segment is part of, in a result with the action "upload_segment" or "copy_segment".
///
/// Where the segment itself is, swc_result_container() and swc_result_object() tell; of one that was copied
/// swc_result_destination(), as those tell where it was copied from.
///
/// @param[in] result The result.
/// @param[out] for_container The container of the object; NULL when there is none. It lives as long as the result;
/// may be NULL.
/// @param[out] for_object The object; NULL when there is none. It lives as long as the result; may be NULL.
/// @param[out] index Number of the segment, from 0; may be NULL.
/// @param[out] size Its size in bytes; may be NULL.
/// @param[out] etag Its MD5 once it is stored, else NULL, which lives as long as the result; may be NULL.
/// @return Whether it is about a segment; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_segment(
    result: *const swc_result,
    for_container: *mut *const c_char,
    for_object: *mut *const c_char,
    index: *mut u64,
    size: *mut u64,
    etag: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (for_container, for_object) = (out_if_any(for_container), out_if_any(for_object));
        let (index, size, etag) = (out_if_any(index), out_if_any(size), out_if_any(etag));
        read(result, false, |r| {
            let Some(part) = &r.result.part else { return false };
            let [container, object, sum] = &r.said().part;
            for_container.set(container.get(|| part.for_container.as_str()));
            for_object.set(object.get(|| part.for_object.as_str()));
            index.set(part.index);
            size.set(part.size);
            etag.set(sum.get_if_any(part.etag.as_deref()));
            true
        })
    }
}

/// Gives the progress of the job, in a result with the action "progress".
///
/// There are such results when the option "progress_interval" is set, never more than one unread.
///
/// @param[in] result The result.
/// @return The progress, which lives as long as the result: do not free it; NULL for other results and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_progress(result: *const swc_result) -> *const swc_progress {
    // SAFETY: the header's rules.
    unsafe {
        read(result, ptr::null(), |r| match r.result.progress {
            Some(progress) => ptr::from_ref(r.said().progress.get_or_init(|| swc_progress { progress })),
            None => ptr::null(),
        })
    }
}

/// Takes the open response out of the result of a download with "out_file" set to "-".
///
/// Its body is read as that of swc_connection_get_object() is: into memory, to a descriptor, to a file. It is checked
/// while it is read. A cancel of the job ends it as long as the job has not delivered its last result. Never blocks.
///
/// @param[in] result The result.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when it has none, or none any more; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_take_response(
    result: *mut swc_result,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let response = out(response, "response");
        guard(err, || {
            let (response, result) = (response?, borrow_mut(result)?);
            match result.result.response.take() {
                Some(r) => response.give(swc_response::from(*r)),
                None => return Err(Error::new(Kind::State, "the result has no response to read from")),
            }
            Ok(SWC_OK)
        })
    }
}

/// Gets the next row of a page of a list.
///
/// Never blocks: the page is there. A result that is no page has no rows.
///
/// @param[in] result The result.
/// @param[out] entry The row, which lives until the next call; NULL at the end.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when there are no more rows; SWC_ERR_PROTOCOL when the server's answer is no
/// listing; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_next_entry(
    result: *mut swc_result,
    entry: *mut *const swc_entry,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        if !entry.is_null()
            && let Some(result) = result.as_mut()
            // Of what is no page no row was read, and without one before it none is had that way.
            && let Some(row) = result.rows.next_at_a_glance(&result.result.json)
        {
            return lend_at_once(row, entry, err);
        }
        next_at_length(result, entry, err)
    }
}

/// The next row after a glance was not enough; out of line, as what that takes would cost each glance.
///
/// # Safety
/// As [`swc_result_next_entry`].
#[inline(never)]
unsafe fn next_at_length(
    result: *mut swc_result,
    entry: *mut *const swc_entry,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let entry = out(entry, "entry");
        guard(err, || {
            let (entry, result) = (entry?, borrow_mut(result)?);
            if result.result.marker.is_none() {
                return Ok(swc_status::SWC_END);
            }
            lend(result.rows.next_at_length(&result.result.json), entry)
        })
    }
}

/// Frees a result, its error and its row.
///
/// Never blocks; a list that waits for its pages to be read goes on.
///
/// @param[in] result The result; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_result_free(result: *mut swc_result) {
    // SAFETY: the header's rules.
    unsafe { free(result) }
}
