//! How far the body was checked.

use super::swc_response;
use crate::ffi::read;

/// Tells how many bytes of the body read so far were checked by MD5.
///
/// At the end of an object that is all of them. The bytes of a static large object (SLO) count when their segment is
/// complete, but not those of a segment of which the object holds a part only. Ranges and dynamic large
/// objects (DLO) have no sum to check.
///
/// @param[in] response The response.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_bytes_verified(response: *const swc_response) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.response.bytes_verified()) }
}
