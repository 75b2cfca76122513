//! What an answer says about an object.

use std::ffi::c_char;
use std::ptr;

use super::swc_response;
use crate::core::Location;
use crate::ffi::error::swc_error;
use crate::ffi::handle::borrow_mut;
use crate::ffi::status::{SWC_END, SWC_OK, swc_status};
use crate::ffi::{Out, Text, guard, out_if_any, read, size_or_unknown};

/// Texts of a location that have been handed out.
#[derive(Default)]
struct Place {
    account: Text,
    container: Text,
    object: Text,
}

/// Texts that have been handed out.
#[derive(Default)]
pub(super) struct Texts {
    content_type: Text,
    target_etag: Text,
    version: Text,
    current: Text,
    from_version: Text,
    target: Place,
    location: Place,
    from: Place,
}

type Texts3 = (Out<*const c_char>, Out<*const c_char>, Out<*const c_char>);

/// Hands out a location; `false` when there is none.
fn tell(found: Option<Location>, place: &Place, (account, container, object): Texts3) -> bool {
    let Some(found) = found else { return false };
    account.set(place.account.get_if_any(found.account));
    container.set(place.container.get(|| found.container));
    object.set(place.object.get(|| found.object));
    true
}

/// Tells the media type of the body, or of the object for a HEAD.
///
/// @param[in] response The response.
/// @return The media type, which lives as long as the response; NULL when the server told none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_content_type(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| r.object.content_type.get_if_any(r.response.content_type())) }
}

/// Tells when the server will delete the object.
///
/// @param[in] response The response.
/// @return Seconds since 1970; -1 when it will not, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_delete_at(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| r.response.delete_at().unwrap_or(-1)) }
}

/// Tells when the object was stored or its metadata set, exactly; for containers and accounts, when they were made.
///
/// @param[in] response The response.
/// @return Microseconds since 1970; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_timestamp(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| r.response.timestamp().unwrap_or(-1)) }
}

/// Tells which bytes of the object the body holds, when it is a part.
///
/// For several ranges in one answer there is swc_response_next_part().
///
/// @param[in] response The response.
/// @param[out] offset Offset of the first byte; may be NULL.
/// @param[out] length Number of bytes; may be NULL.
/// @param[out] size Size of the object, or -1 when the server did not tell; may be NULL.
/// @return Whether it is a part.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_content_range(
    response: *const swc_response,
    offset: *mut u64,
    length: *mut u64,
    size: *mut i64,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (offset, length, size) = (out_if_any(offset), out_if_any(length), out_if_any(size));
        read(response, false, |r| {
            let Some((first, count, whole)) = r.response.content_range() else { return false };
            offset.set(first);
            length.set(count);
            size.set(size_or_unknown(whole));
            true
        })
    }
}

/// Goes to the next part of the answer to a request for several ranges.
///
/// From then on the functions that read the body, swc_response_read() and its like, read that part: an end is the
/// end of the part. What is left unread of the part before is skipped. Nothing is kept in memory. An answer of one
/// range, or of all of the object, is one part, so that a caller need not tell them apart; an empty object has none.
/// The length of each part is checked; SWC_END says that the answer is complete. Blocks until the head of the part
/// is in.
///
/// @param[in] response The response, of which nothing has been read before the first part.
/// @param[out] offset Offset in the object of the first byte of the part; may be NULL.
/// @param[out] length Number of bytes in the part, `UINT64_MAX` when the server did not tell; may be NULL.
/// @param[out] size Size of the object, or -1 when the server did not tell; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when there are no more; SWC_ERR_PROTOCOL when the body is none of several ranges;
/// SWC_ERR_STATE when the body has been read without its parts; what swc_response_read() may give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_next_part(
    response: *mut swc_response,
    offset: *mut u64,
    length: *mut u64,
    size: *mut i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let (offset, length, size) = (out_if_any(offset), out_if_any(length), out_if_any(size));
        guard(err, || {
            let Some(part) = borrow_mut(response)?.response.next_part()? else { return Ok(SWC_END) };
            offset.set(part.offset);
            length.set(part.length.unwrap_or(u64::MAX));
            size.set(size_or_unknown(part.size));
            Ok(SWC_OK)
        })
    }
}

/// Tells what a symlink points to.
///
/// It is told only when the link itself was asked for: see swc_request_set_symlink_get().
///
/// @param[in] response The response.
/// @param[out] account Its account, or NULL for that of the link; may be NULL.
/// @param[out] container Its container, not percent-encoded; may be NULL.
/// @param[out] object Its name, not percent-encoded; may be NULL.
/// @return Whether the object is a symlink. The texts live as long as the response.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_symlink_target(
    response: *const swc_response,
    account: *mut *const c_char,
    container: *mut *const c_char,
    object: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let texts = (out_if_any(account), out_if_any(container), out_if_any(object));
        read(response, false, |r| tell(r.response.symlink_target(), &r.object.target, texts))
    }
}

/// Tells which ETag the target of a static symlink must have.
///
/// @param[in] response The response.
/// @return The ETag without quotes, which lives as long as the response; NULL when it is no static symlink, or the link
/// itself was not asked for, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_symlink_target_etag(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(response, ptr::null(), |r| r.object.target_etag.get_if_any(r.response.symlink_target_etag()))
    }
}

/// Tells which object answered, when it is not the one asked for by its name alone.
///
/// That is what a symlink led to, or a version of the object: see swc_response_version_id().
///
/// @param[in] response The response.
/// @param[out] account Its account, or NULL when the server names none; may be NULL.
/// @param[out] container Its container, not percent-encoded; may be NULL.
/// @param[out] object Its name, not percent-encoded; may be NULL.
/// @return Whether it was another. The texts live as long as the response.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_content_location(
    response: *const swc_response,
    account: *mut *const c_char,
    container: *mut *const c_char,
    object: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let texts = (out_if_any(account), out_if_any(container), out_if_any(object));
        read(response, false, |r| tell(r.response.content_location(), &r.object.location, texts))
    }
}

/// Tells which version of the object was read, written or deleted.
///
/// For a DELETE without a version it is that of the marker the DELETE left.
///
/// @param[in] response The response.
/// @return The id, "null" for an object from before versioning, which lives as long as the response; NULL when its
/// container has no versions, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_version_id(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| r.object.version.get_if_any(r.response.version_id())) }
}

/// Tells which version is the current one after the DELETE of a version.
///
/// @param[in] response The response.
/// @return The id, "null" when there is none, which lives as long as the response; NULL when nothing of that kind
/// happened, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_current_version_id(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(response, ptr::null(), |r| r.object.current.get_if_any(r.response.current_version_id())) }
}

/// Tells what a copy is a copy of.
///
/// @param[in] response The response.
/// @param[out] account Its account, or NULL when the server names none; may be NULL.
/// @param[out] container Its container, not percent-encoded; may be NULL.
/// @param[out] object Its name, not percent-encoded; may be NULL.
/// @return Whether the server told. The texts live as long as the response.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_copied_from(
    response: *const swc_response,
    account: *mut *const c_char,
    container: *mut *const c_char,
    object: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let texts = (out_if_any(account), out_if_any(container), out_if_any(object));
        read(response, false, |r| tell(r.response.copied_from(), &r.object.from, texts))
    }
}

/// Tells when the source of a copy was last changed.
///
/// @param[in] response The response.
/// @return Seconds since 1970; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_copied_from_last_modified(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| r.response.copied_from_last_modified().unwrap_or(-1)) }
}

/// Tells which version of an object was copied.
///
/// @param[in] response The response.
/// @return The id, which lives as long as the response; NULL when the source has no versions, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_copied_from_version_id(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(response, ptr::null(), |r| {
            r.object.from_version.get_if_any(r.response.copied_from().and_then(|f| f.version_id))
        })
    }
}
