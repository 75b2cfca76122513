//! Temporary URLs: who has one gets at an object without a token.

use std::ffi::c_char;
use std::ptr;

use super::error::swc_error;
use super::handle::{Handle, borrow, borrow_mut, free};
use super::status::{SWC_OK, swc_status};
use super::{guard, out, text, text_if_any, value};
use crate::core::signature::{Digest, Expiry};
use crate::core::{Result, TempUrl};

/// A temporary URL in the making: it lets whoever has it at one object, or at all whose names begin alike, by
/// one method
/// and for some time.
///
/// The server checks its signature with the key that the owner of the account or container has stored there
/// as metadata
/// Temp-URL-Key or Temp-URL-Key-2. See "tempurl" in Swift's documentation.
#[derive(Default)]
pub struct swc_tempurl {
    pub(super) tempurl: TempUrl,
}

/// Runs the body of a setter.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn change(
    tempurl: *mut swc_tempurl,
    err: *mut *mut swc_error,
    body: impl FnOnce(&mut TempUrl) -> Result<()>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        guard(err, || {
            body(&mut borrow_mut(tempurl)?.tempurl)?;
            Ok(SWC_OK)
        })
    }
}

/// Makes a temporary URL for GET that has nothing else yet.
///
/// Path, key and time must be set before swc_tempurl_generate(). Never blocks; any thread.
///
/// @return The temporary URL; free it with swc_tempurl_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_tempurl_new() -> *mut swc_tempurl {
    value(ptr::null_mut(), || swc_tempurl::default().into_raw())
}

/// Sets the path of the object.
///
/// What comes out has it percent-encoded. The path "/info" makes a signed request for all that the cluster
/// tells of itself,
/// with the key of its operator.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] path "/v1/ACCOUNT/CONTAINER/OBJECT", not percent-encoded; it may have scheme and host before
/// it, "https://swift.example.com/v1/...", which then come out too.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_path(
    tempurl: *mut swc_tempurl,
    path: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_path(text(path, "path")?)) }
}

/// Sets the object by its names, in place of swc_tempurl_set_path().
///
/// @param[in] tempurl The temporary URL.
/// @param[in] storage_url URL of the account, as swc_connection_storage_url() tells it.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded; what the names begin with for
/// swc_tempurl_set_prefix().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_object(
    tempurl: *mut swc_tempurl,
    storage_url: *const c_char,
    container: *const c_char,
    object: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_object(
                text(storage_url, "storage_url")?,
                text(container, "container")?,
                text(object, "object")?,
            )
        })
    }
}

/// Sets the method that is allowed; GET unless set.
///
/// Swift allows HEAD too where it allows GET, PUT or POST.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] method "GET", "PUT", "POST", "HEAD" or "DELETE"; what else a server takes is in its
/// capabilities, "tempurl.methods".
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_method(
    tempurl: *mut swc_tempurl,
    method: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_method(text(method, "method")?)) }
}

/// Sets how long the temporary URL is good, from the moment it is made.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] seconds Number of seconds.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_lifetime(
    tempurl: *mut swc_tempurl,
    seconds: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_expiry(Expiry::After(seconds))) }
}

/// Sets when the temporary URL ends to be good, in place of swc_tempurl_set_lifetime().
///
/// @param[in] tempurl The temporary URL.
/// @param[in] time Seconds since 1970.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_expires(
    tempurl: *mut swc_tempurl,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_expiry(Expiry::At(time))) }
}

/// Sets until when the temporary URL is good, by a text as the program swift takes it.
///
/// It is a whole number of seconds; a number with one of the suffixes s, m, min, h, hr and d ("1.5h"); a time
/// such as
/// "2026-07-31T12:34:56Z"; or the same without "Z", or the date alone, which are in local time.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] text The time.
/// @param[in] absolute Whether a whole number is seconds since 1970, and not from now on.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_time(
    tempurl: *mut swc_tempurl,
    text: *const c_char,
    absolute: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| t.set_expiry(Expiry::parse(crate::ffi::text(text, "text")?, absolute)?))
    }
}

/// Sets the key to sign with.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] key What is stored in the account or container as metadata Temp-URL-Key or Temp-URL-Key-2.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_key(
    tempurl: *mut swc_tempurl,
    key: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_key(text(key, "key")?)) }
}

/// Sets the digest of the signature; "sha256" unless set, and "sha1" for "/info", where Swift takes no other.
///
/// What a server takes is in its capabilities, "tempurl.allowed_digests"; one that does not say so takes only
/// SHA-1.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] digest "sha1", "sha256" or "sha512".
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_digest(
    tempurl: *mut swc_tempurl,
    digest: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_digest(Digest::parse(text(digest, "digest")?)?);
            Ok(())
        })
    }
}

/// Sets whether it is good for all objects whose names begin with the one that was set.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] prefix Whether it is.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_prefix(
    tempurl: *mut swc_tempurl,
    prefix: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_prefix(prefix);
            Ok(())
        })
    }
}

/// Sets the addresses it is good from.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] ip_range One address, or a network as "10.0.0.0/8"; NULL for all.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_ip_range(
    tempurl: *mut swc_tempurl,
    ip_range: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(tempurl, err, |t| t.set_ip_range(text_if_any(ip_range, "ip_range")?)) }
}

/// Sets whether its time is written as "2026-07-31T12:34:56Z" and not as a number.
///
/// @param[in] tempurl The temporary URL.
/// @param[in] iso8601 Whether it is.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_iso8601(
    tempurl: *mut swc_tempurl,
    iso8601: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_iso8601(iso8601);
            Ok(())
        })
    }
}

/// Sets the name under which a browser saves the object (Content-Disposition).
///
/// @param[in] tempurl The temporary URL.
/// @param[in] filename The name; NULL for that of the object.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_filename(
    tempurl: *mut swc_tempurl,
    filename: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_filename(text_if_any(filename, "filename")?);
            Ok(())
        })
    }
}

/// Sets whether a browser shows the object instead of saving it (Content-Disposition).
///
/// @param[in] tempurl The temporary URL.
/// @param[in] show_inline Whether it does.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_set_inline(
    tempurl: *mut swc_tempurl,
    show_inline: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(tempurl, err, |t| {
            t.set_inline(show_inline);
            Ok(())
        })
    }
}

/// Makes the URL, signed.
///
/// It is percent-encoded and complete: swc_connection_get_url() and other programs take it as it is. Whoever
/// has it has the
/// access, so do not log it. Never blocks; any thread.
///
/// @param[in] tempurl The temporary URL.
/// @param[out] url The URL, or path and query where no host was set; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when path, key or time was not set; SWC_ERR_INVALID_ARGUMENT when the path
/// is not that of
/// an object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_generate(
    tempurl: *const swc_tempurl,
    url: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let url = out(url, "url");
        guard(err, || {
            let url = url?;
            url.give_text(borrow(tempurl)?.tempurl.generate()?);
            Ok(SWC_OK)
        })
    }
}

/// Frees a temporary URL; the texts it made stay.
///
/// Never blocks.
///
/// @param[in] tempurl The temporary URL; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_tempurl_free(tempurl: *mut swc_tempurl) {
    // SAFETY: the header's rules.
    unsafe { free(tempurl) }
}
