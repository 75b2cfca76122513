//! Listings, row by row.

use std::ffi::c_char;
use std::ptr;

use super::error::swc_error;
use super::handle::{borrow_mut, free};
use super::status::{SWC_END, SWC_OK, swc_status};
use super::{Out, borrowed, guard, header, out, out_if_any, pair, read, text, value};
use crate::core::{Entry, Listing, Result, time};

/// The containers of an account or the objects of a container, row by row, in constant memory.
///
/// For one thread at a time.
pub struct swc_listing {
    listing: Listing,
}

impl From<Listing> for swc_listing {
    fn from(listing: Listing) -> swc_listing {
        swc_listing { listing }
    }
}

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

/// Gets the next row of a listing.
///
/// Asks the server for the next page when the rows at hand are used up, and blocks until it is there. After
/// a failure that passes, calling it again asks for the failed page again; no row is lost or doubled.
///
/// @param[in] listing The listing.
/// @param[out] entry The row, which lives until the next call; NULL at the end.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when there are no more rows; SWC_ERR_NOT_FOUND when there is no such container;
/// any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_listing_next(
    listing: *mut swc_listing,
    entry: *mut *const swc_entry,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let entry = out(entry, "entry");
        guard(err, || lend(borrow_mut(listing)?.listing.next(), entry?))
    }
}

/// Finds a header of the page that was read last, such as "X-Container-Object-Count".
///
/// @param[in] listing The listing.
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives until the next row is asked for; NULL when there is
/// none, and before the first row was asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_listing_header(
    listing: *const swc_listing,
    name: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(listing, ptr::null(), |l| l.listing.headers().map_or(ptr::null(), |h| header(h, name))) }
}

/// Frees a listing and its row.
///
/// @param[in] listing The listing; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_listing_free(listing: *mut swc_listing) {
    // SAFETY: the header's rules.
    unsafe { free(listing) }
}

/// Tells the name of the container or object; of a pseudo-directory the part up to and with the delimiter.
///
/// @param[in] entry The row.
/// @return The name, which lives as long as the row; NULL for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_name(entry: *const swc_entry) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { look(entry, ptr::null(), |e| borrowed(Some(e.name_with_nul()))) }
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
    unsafe { look(entry, 0, Entry::bytes) }
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
/// The server's text, with microseconds, is swc_entry_get() of "last_modified".
///
/// @param[in] entry The row.
/// @return Seconds since 1970; -1 when the row does not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_entry_last_modified(entry: *const swc_entry) -> i64 {
    // SAFETY: the header's rules.
    unsafe {
        look(entry, -1, |e| {
            e.get("last_modified").and_then(time::from_iso).and_then(time::seconds).unwrap_or(-1)
        })
    }
}

/// Finds a field of the row by the key the server gives it, such as "version_id" or "symlink_path".
///
/// @param[in] entry The row.
/// @param[in] key The key.
/// @return The value as text, also of numbers and booleans, which lives as long as the row; NULL when there
/// is none.
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
