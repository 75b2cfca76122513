//! Rows of listings.

use std::ffi::c_char;
use std::ptr;

use super::error::swc_error;
use super::status::{SWC_END, SWC_OK, swc_status};
use super::{Out, borrowed, out_if_any, pair, size_or_unknown, text, value};
use crate::core::{Entry, Result};

/// A row of a listing: a container, an object, or a pseudo-directory.
///
/// It belongs to the listing or result it came from and lives until that one's next row is asked for.
pub struct swc_entry {
    /// C never owns one: a pointer to it is a pointer to the entry inside the listing.
    _entry: Entry,
}

/// Lends a row to the caller.
pub(super) fn lend(entry: Result<Option<&Entry>>, to: Out<*const swc_entry>) -> Result<swc_status> {
    Ok(match entry? {
        Some(entry) => {
            to.set(ptr::from_ref(entry).cast());
            SWC_OK
        }
        None => SWC_END,
    })
}

/// Lends a row that was had without anything that could fail or panic.
///
/// # Safety
/// Both are valid for writing, or NULL in case of `err`.
#[inline(always)]
pub(super) unsafe fn lend_at_once(
    entry: &Entry,
    to: *mut *const swc_entry,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        to.write(ptr::from_ref(entry).cast());
        if !err.is_null() {
            err.write(ptr::null_mut());
        }
    }
    SWC_OK
}

/// Runs the body of an accessor of a row, in which nothing can panic: without the means against that, which cost more
/// than the body.
///
/// # Safety
/// As [`look`].
#[inline(always)]
unsafe fn glance<R>(entry: *const swc_entry, neutral: R, body: impl FnOnce(&Entry) -> R) -> R {
    // SAFETY: as this function's own.
    unsafe { entry.cast::<Entry>().as_ref() }.map_or(neutral, body)
}

/// Runs the body of an accessor of a row.
///
/// # Safety
/// The header's rules for `entry`, which came from [`lend`].
unsafe fn look<R>(entry: *const swc_entry, neutral: R, body: impl FnOnce(&Entry) -> R) -> R {
    // SAFETY: as this function's own; `lend` made it out of an `Entry`.
    match unsafe { entry.cast::<Entry>().as_ref() } {
        Some(entry) => value(neutral, || body(entry)),
        None => neutral,
    }
}

/// Tells the name of the container or object; of a pseudo-directory the part up to and with the delimiter.
///
/// @param[in] entry The row.
/// @return The name, which lives as long as the row; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_name(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { glance(entry, ptr::null(), |e| borrowed(Some(e.name_with_nul()))) }
}

/// Tells whether the row is a pseudo-directory, which a listing with a delimiter has.
///
/// @param[in] entry The row.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_is_subdir(entry: *const swc_entry) -> bool {
    // SAFETY: the header's rules.
    unsafe { look(entry, false, Entry::is_subdir) }
}

/// Tells the size of an object, or of all objects in a container.
///
/// @param[in] entry The row.
/// @return The number of bytes; 0 for a pseudo-directory and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_bytes(entry: *const swc_entry) -> u64 {
    // SAFETY: the header's rules.
    unsafe {
        match glance(entry, Some(0), Entry::bytes_at_a_glance) {
            Some(bytes) => bytes,
            None => look(entry, 0, Entry::bytes),
        }
    }
}

/// Tells how many objects a container holds.
///
/// @param[in] entry The row.
/// @return The number of objects; 0 for an object, a pseudo-directory and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_count(entry: *const swc_entry) -> u64 {
    // SAFETY: the header's rules.
    unsafe { look(entry, 0, Entry::count) }
}

/// Tells the ETag of an object: the MD5 of its bytes for all but large objects.
///
/// @param[in] entry The row.
/// @return The ETag, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_hash(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("hash"))) }
}

/// Tells the media type of an object.
///
/// @param[in] entry The row.
/// @return The media type, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_content_type(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("content_type"))) }
}

/// Tells when the object or container was last changed.
///
/// @param[in] entry The row.
/// @return Seconds since 1970; -1 when the row does not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_last_modified(entry: *const swc_entry) -> i64 {
    // SAFETY: the header's rules.
    unsafe { look(entry, -1, |e| e.last_modified().map_or(-1, |us| us / 1_000_000)) }
}

/// Tells when the object or container was last changed, to the microsecond.
///
/// The server's own text is swc_entry_get() of "last_modified".
///
/// @param[in] entry The row.
/// @return Microseconds since 1970; -1 when the row does not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_last_modified_us(entry: *const swc_entry) -> i64 {
    // SAFETY: the header's rules.
    unsafe { look(entry, -1, |e| e.last_modified().unwrap_or(-1)) }
}

/// Tells the storage policy of a container; older servers do not list it.
///
/// @param[in] entry The row.
/// @return Name of the policy, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_storage_policy(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("storage_policy"))) }
}

/// Tells the ETag that a static large object (SLO) has when it is read; swc_entry_hash() is that of its manifest.
///
/// @param[in] entry The row.
/// @return The ETag, in quotes as the server has it, which lives as long as the row; NULL when the row has none,
/// and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_slo_etag(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("slo_etag"))) }
}

/// Tells what a symlink leads to, as "/v1/account/container/object", percent-encoded.
///
/// @param[in] entry The row.
/// @return The path, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_symlink_path(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("symlink_path"))) }
}

/// Tells the ETag of the object that a static symlink leads to.
///
/// @param[in] entry The row.
/// @return The ETag, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_symlink_etag(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("symlink_etag"))) }
}

/// Tells the size of the object that a static symlink leads to; that of the symlink itself is 0.
///
/// @param[in] entry The row.
/// @return The number of bytes; -1 when the row does not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_symlink_bytes(entry: *const swc_entry) -> i64 {
    // SAFETY: the header's rules.
    unsafe { look(entry, -1, |e| size_or_unknown(e.symlink_bytes())) }
}

/// Tells the version of a row in a listing of versions; "null" is what was stored without versions.
///
/// @param[in] entry The row.
/// @return The id, which lives as long as the row; NULL when the row has none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_version_id(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(e.get_with_nul("version_id"))) }
}

/// Tells whether the row is the version that the name shows, in a listing of versions.
///
/// @param[in] entry The row.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_is_latest(entry: *const swc_entry) -> bool {
    // SAFETY: the header's rules.
    unsafe { look(entry, false, Entry::is_latest) }
}

/// Tells whether the row says that the object was deleted then, in a listing of versions.
///
/// @param[in] entry The row.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_is_delete_marker(entry: *const swc_entry) -> bool {
    // SAFETY: the header's rules.
    unsafe { look(entry, false, Entry::is_delete_marker) }
}

/// Tells whether the object is kept as a version, in an ordinary listing of a container with versions.
///
/// @param[in] entry The row.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_is_version_symlink(entry: *const swc_entry) -> bool {
    // SAFETY: the header's rules.
    unsafe { look(entry, false, Entry::is_version_symlink) }
}

/// Finds a field of the row by the key the server gives it, such as "version_id" or "symlink_path".
///
/// @param[in] entry The row.
/// @param[in] key The key.
/// @return The value as text, also of numbers and booleans, lists and objects as JSON, which lives as long as the row;
/// NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_get(entry: *const swc_entry, key: *const c_char) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        look(entry, ptr::null(), |e| {
            text(key, "key").map_or(ptr::null(), |key| borrowed(e.get_with_nul(key)))
        })
    }
}

/// Counts the fields of a row.
///
/// @param[in] entry The row.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_field_count(entry: *const swc_entry) -> usize {
    // SAFETY: the header's rules.
    unsafe { look(entry, 0, Entry::field_count) }
}

/// Gives a field of a row by its number.
///
/// @param[in] entry The row.
/// @param[in] index From 0 to one less than swc_entry_field_count().
/// @param[out] key The key, which lives as long as the row; may be NULL.
/// @param[out] value The value as text, which lives as long as the row; may be NULL.
/// @return Whether there is a field of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_field_at(
    entry: *const swc_entry,
    index: usize,
    key: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (key, value) = (out_if_any(key), out_if_any(value));
        look(entry, false, |e| pair(e.field_with_nul(index), key, value))
    }
}

/// Gives the whole row as the server wrote it: a JSON object with every key.
///
/// @param[in] entry The row.
/// @return The JSON, which lives as long as the row; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_json(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(Some(e.json_with_nul()))) }
}
