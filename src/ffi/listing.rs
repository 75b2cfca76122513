//! Listings, row by row.

use std::ffi::c_char;
use std::ptr;
use std::sync::OnceLock;

use super::entry::{lend, lend_at_once, swc_entry};
use super::error::swc_error;
use super::handle::{borrow_mut, free};
use super::response::swc_response;
use super::status::swc_status;
use super::{guard, header, out, read};
use crate::core::Listing;

/// The containers of an account or the objects of a container, row by row, in constant memory.
///
/// For one thread at a time.
pub struct swc_listing {
    listing: Listing,
    /// What brought the page at hand, for C; made when it is first asked for.
    response: OnceLock<Option<swc_response>>,
}

impl From<Listing> for swc_listing {
    fn from(listing: Listing) -> swc_listing {
        swc_listing { listing, response: OnceLock::new() }
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
        if !entry.is_null()
            && let Some(listing) = listing.as_mut()
            && listing.response.get().is_none()
            && let Some(row) = listing.listing.next_at_a_glance()
        {
            return lend_at_once(row, entry, err);
        }
        next_at_length(listing, entry, err)
    }
}

/// The next row after a glance was not enough; out of line, as what that takes would cost each glance.
///
/// # Safety
/// As [`swc_listing_next`].
#[inline(never)]
unsafe fn next_at_length(
    listing: *mut swc_listing,
    entry: *mut *const swc_entry,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let entry = out(entry, "entry");
        guard(err, || {
            let (entry, listing) = (entry?, borrow_mut(listing)?);
            if listing.response.get().is_some() {
                listing.response = OnceLock::new();
            }
            lend(listing.listing.next_at_length(), entry)
        })
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

/// Gives the response that brought the page that was read last, for its headers and what they tell.
///
/// swc_response_object_count() and its like work on it. Its body is the page, of which there is nothing left.
///
/// @param[in] listing The listing.
/// @return The response, which lives until the next row is asked for; NULL before the first row was asked for, and for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_listing_response(listing: *const swc_listing) -> *const swc_response {
    // SAFETY: the header's rules.
    unsafe {
        read(listing, ptr::null(), |l| {
            let made = l.response.get_or_init(|| Some(l.listing.response()?.without_body().into()));
            made.as_ref().map_or(ptr::null(), ptr::from_ref)
        })
    }
}

/// Frees a listing and its row.
///
/// @param[in] listing The listing; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_listing_free(listing: *mut swc_listing) {
    // SAFETY: the header's rules.
    unsafe { free(listing) }
}
