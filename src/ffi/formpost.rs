//! Forms by which a browser uploads into a container without a token.

use std::ffi::c_char;
use std::ptr;

use super::error::swc_error;
use super::handle::{Handle, borrow_mut, free};
use super::status::{SWC_OK, swc_status};
use super::{c_string, guard, out_if_any, pair, read, text, text_if_any, value};
use crate::core::formpost::Form;
use crate::core::signature::{Digest, Expiry};
use crate::core::{FormPost, Result};

/// A form in the making, by which a browser uploads files straight into a container.
///
/// Set what it allows, sign it with swc_formpost_sign() or swc_connection_sign_formpost(), and write its
/// fields into a page as
/// hidden inputs of a form with the method POST and the encoding multipart/form-data, those for files last.
/// The key is that
/// of temporary URLs. See "formpost" in Swift's documentation.
#[derive(Default)]
pub struct swc_formpost {
    pub(super) form: FormPost,
    /// What was signed last: the action, and name and value of each field, all with a NUL.
    action: Vec<u8>,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

impl swc_formpost {
    /// Forgets what was signed.
    pub(super) fn forget(&mut self) {
        (self.action, self.fields) = Default::default();
    }

    /// Keeps what was signed.
    pub(super) fn keep(&mut self, form: Form) {
        let with_nul = |text: String| c_string(text).into_bytes_with_nul();
        self.action = with_nul(form.action);
        self.fields = form.fields.into_iter().map(|(n, v)| (with_nul(n.to_owned()), with_nul(v))).collect();
    }
}

/// Runs the body of a setter; what was signed before is no more.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn change(
    formpost: *mut swc_formpost,
    err: *mut *mut swc_error,
    body: impl FnOnce(&mut FormPost) -> Result<()>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        guard(err, || {
            let formpost = borrow_mut(formpost)?;
            formpost.forget();
            body(&mut formpost.form)?;
            Ok(SWC_OK)
        })
    }
}

/// Makes a form that allows nothing yet.
///
/// Path, limits, key and time must be set before swc_formpost_sign(). Never blocks; any thread.
///
/// @return The form; free it with swc_formpost_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_formpost_new() -> *mut swc_formpost {
    value(ptr::null_mut(), || swc_formpost::default().into_raw())
}

/// Sets where the files go: their names are appended to this path.
///
/// @param[in] formpost The form.
/// @param[in] path "/v1/ACCOUNT/CONTAINER/PREFIX", not percent-encoded, where the prefix may be empty; it may
/// have scheme and host before it, which then come out too.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_path(
    formpost: *mut swc_formpost,
    path: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_path(text(path, "path")?)) }
}

/// Sets where the files go by names, in place of swc_formpost_set_path().
///
/// @param[in] formpost The form.
/// @param[in] storage_url URL of the account, as swc_connection_storage_url() tells it.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] prefix What the names of the objects begin with, not percent-encoded; "" for nothing.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_container(
    formpost: *mut swc_formpost,
    storage_url: *const c_char,
    container: *const c_char,
    prefix: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(formpost, err, |t| {
            t.set_container(
                text(storage_url, "storage_url")?,
                text(container, "container")?,
                text(prefix, "prefix")?,
            )
        })
    }
}

/// Sets how large each file may be, and how many there may be.
///
/// @param[in] formpost The form.
/// @param[in] max_file_size Bytes of the largest file.
/// @param[in] max_file_count Number of files, from 1.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_limits(
    formpost: *mut swc_formpost,
    max_file_size: u64,
    max_file_count: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_limits(max_file_size, max_file_count)) }
}

/// Sets how long the form is good, from the moment it is made.
///
/// @param[in] formpost The form.
/// @param[in] seconds Number of seconds.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_lifetime(
    formpost: *mut swc_formpost,
    seconds: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_expiry(Expiry::After(seconds))) }
}

/// Sets when the form ends to be good, in place of swc_formpost_set_lifetime().
///
/// @param[in] formpost The form.
/// @param[in] time Seconds since 1970.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_expires(
    formpost: *mut swc_formpost,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_expiry(Expiry::At(time))) }
}

/// Sets until when the form is good, by a text as the program swift takes it.
///
/// It is a whole number of seconds; a number with one of the suffixes s, m, min, h, hr and d ("1.5h"); a time
/// such as
/// "2026-07-31T12:34:56Z"; or the same without "Z", or the date alone, which are in local time.
///
/// @param[in] formpost The form.
/// @param[in] text The time.
/// @param[in] absolute Whether a whole number is seconds since 1970, and not from now on.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_time(
    formpost: *mut swc_formpost,
    text: *const c_char,
    absolute: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(formpost, err, |t| t.set_expiry(Expiry::parse(crate::ffi::text(text, "text")?, absolute)?))
    }
}

/// Sets the key to sign with.
///
/// @param[in] formpost The form.
/// @param[in] key What is stored in the account or container as metadata Temp-URL-Key or Temp-URL-Key-2.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_key(
    formpost: *mut swc_formpost,
    key: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_key(text(key, "key")?)) }
}

/// Sets the digest of the signature; "sha256" unless set.
///
/// What a server takes is in its capabilities, "formpost.allowed_digests"; one that does not say so takes
/// only SHA-1.
///
/// @param[in] formpost The form.
/// @param[in] digest "sha1", "sha256" or "sha512".
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_digest(
    formpost: *mut swc_formpost,
    digest: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(formpost, err, |t| {
            t.set_digest(Digest::parse(text(digest, "digest")?)?);
            Ok(())
        })
    }
}

/// Sets where the browser is sent afterwards.
///
/// The server appends "status" and "message" to its query. Without it, it answers with the status itself.
///
/// @param[in] formpost The form.
/// @param[in] redirect The URL; NULL for nowhere.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_redirect(
    formpost: *mut swc_formpost,
    redirect: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_redirect(text_if_any(redirect, "redirect")?)) }
}

/// Sets that the objects are deleted some time after the upload; this is not signed.
///
/// @param[in] formpost The form.
/// @param[in] seconds Number of seconds; -1 takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_delete_after(
    formpost: *mut swc_formpost,
    seconds: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_delete((seconds != -1).then_some(Expiry::After(seconds)))) }
}

/// Sets that the objects are deleted at a time, in place of swc_formpost_set_delete_after(); this is not signed.
///
/// @param[in] formpost The form.
/// @param[in] time Seconds since 1970; -1 takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_delete_at(
    formpost: *mut swc_formpost,
    time: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_delete((time != -1).then_some(Expiry::At(time)))) }
}

/// Sets the media type of all files; this is not signed.
///
/// @param[in] formpost The form.
/// @param[in] content_type The media type; NULL for what the browser says of each.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_content_type(
    formpost: *mut swc_formpost,
    content_type: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(formpost, err, |t| t.set_content_type(text_if_any(content_type, "content_type")?)) }
}

/// Sets the encoding of all files; this is not signed.
///
/// @param[in] formpost The form.
/// @param[in] content_encoding The encoding, as "gzip"; NULL for what the browser says of each.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_set_content_encoding(
    formpost: *mut swc_formpost,
    content_encoding: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(formpost, err, |t| t.set_content_encoding(text_if_any(content_encoding, "content_encoding")?))
    }
}

/// Signs the form, after which its action and fields can be asked for.
///
/// Never blocks; any thread.
///
/// @param[in] formpost The form.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when path, limits, key or time was not set; SWC_ERR_INVALID_ARGUMENT when
/// the path does not
/// lead into a container.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_sign(
    formpost: *mut swc_formpost,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let formpost = borrow_mut(formpost)?;
            formpost.forget();
            let form = formpost.form.generate()?;
            formpost.keep(form);
            Ok(SWC_OK)
        })
    }
}

/// Tells where the form is sent to.
///
/// @param[in] formpost The form.
/// @return The URL, or the path where no host was set, which lives until the form is changed, signed or
/// freed; "" before it
/// is signed, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_action(formpost: *const swc_formpost) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(formpost, c"".as_ptr(), |f| {
            if f.action.is_empty() { c"".as_ptr() } else { f.action.as_ptr().cast() }
        })
    }
}

/// Counts the fields.
///
/// @param[in] formpost The form.
/// @return How many there are; 0 before it is signed, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_field_count(formpost: *const swc_formpost) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(formpost, 0, |f| f.fields.len()) }
}

/// Gives a field by its number; they must stand in the form in this order, before those for files.
///
/// @param[in] formpost The form.
/// @param[in] index From 0 to one less than swc_formpost_field_count().
/// @param[out] name The name, which lives until the form is changed, signed or freed; may be NULL.
/// @param[out] value The value, which lives as long; may be NULL.
/// @return Whether there is a field of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_field_at(
    formpost: *const swc_formpost,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(formpost, false, |f| {
            pair(f.fields.get(index).map(|(n, v)| (n.as_slice(), v.as_slice())), name, value)
        })
    }
}

/// Frees a form.
///
/// Never blocks.
///
/// @param[in] formpost The form; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_formpost_free(formpost: *mut swc_formpost) {
    // SAFETY: the header's rules.
    unsafe { free(formpost) }
}
