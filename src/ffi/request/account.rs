//! What a request sets on an account, and what is for all levels.

use std::ffi::c_char;

use super::{change, swc_request};
use crate::core::request::TempUrlKey;
use crate::core::{Error, Result};
use crate::ffi::acl::swc_account_acl;
use crate::ffi::error::swc_error;
use crate::ffi::handle::borrow;
use crate::ffi::status::swc_status;
use crate::ffi::{text, text_if_any};

/// The number of a temp URL key from C.
pub(super) fn temp_url_key(number: i32) -> Result<TempUrlKey> {
    match number {
        1 => Ok(TempUrlKey::First),
        2 => Ok(TempUrlKey::Second),
        _ => Err(Error::invalid(format!("there is no temp URL key {number}, only 1 and 2"))),
    }
}

/// What an account or container may hold, from C; -1 is no limit.
pub(super) fn quota(number: i64, what: &str) -> Result<Option<u64>> {
    match number {
        -1 => Ok(None),
        0.. => Ok(Some(number as u64)),
        _ => Err(Error::invalid(format!("{what} is {number}; give a number, or -1 to remove the setting"))),
    }
}

/// Makes a read ask for what was written last, of whichever copy: X-Newest.
///
/// Without it the server answers with the copy it comes to first, which may be an older one for a while
/// after a change. For HEAD, GET and listings of account, container and object.
///
/// @param[in] request The request.
/// @param[in] newest Whether to.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_newest(
    request: *mut swc_request,
    newest: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_newest(newest);
            Ok(())
        })
    }
}

/// Adds text to the transaction ids of a call, by which its requests are found in logs: X-Trans-Id-Extra.
///
/// @param[in] request The request.
/// @param[in] extra The text, 1 to 32 characters of ASCII; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_trans_id_extra(
    request: *mut swc_request,
    extra: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_trans_id_extra(text_if_any(extra, "extra")?)) }
}

/// Has the server remove metadata of an account: the header X-Remove-Account-Meta-NAME.
///
/// For POST and PUT. It takes the place of a value that the request set before.
///
/// @param[in] request The request.
/// @param[in] name Name of the metadata, without the prefix.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_remove_account_metadata(
    request: *mut swc_request,
    name: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.remove_metadata("Account", text(name, "name")?)) }
}

/// Sets a key that temp URLs of all objects of the account are signed with.
///
/// There are two, so that one can be changed while URLs signed with the other still work. Only owners see
/// them: in the metadata Temp-URL-Key and Temp-URL-Key-2.
///
/// @param[in] request The request.
/// @param[in] number 1 or 2.
/// @param[in] key The key, a secret; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_temp_url_key(
    request: *mut swc_request,
    number: i32,
    key: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| r.set_account_temp_url_key(temp_url_key(number)?, text_if_any(key, "key")?))
    }
}

/// Sets who besides its owners may use the account, in place of whoever might before: X-Account-Access-Control.
///
/// Swift's own tempauth knows it ("account_acls" in what swc_connection_capabilities() tells); Keystone has roles
/// instead, and ignores it.
///
/// @param[in] request The request.
/// @param[in] acl The list, which is copied; an empty one takes all access back; NULL leaves what there is alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_acl(
    request: *mut swc_request,
    acl: *const swc_account_acl,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| match acl.is_null() {
            true => r.set_account_acl(None),
            false => r.set_account_acl(Some(&borrow(acl)?.acl)),
        })
    }
}

/// Sets how many bytes an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
///
/// For reseller admins; anyone else gets SWC_ERR_FORBIDDEN. Owners can read it: swc_response_quota_bytes().
///
/// @param[in] request The request.
/// @param[in] policy The storage policy it is for; NULL for all of the account.
/// @param[in] bytes How many; -1 has the server remove the quota.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_quota_bytes(
    request: *mut swc_request,
    policy: *const c_char,
    bytes: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_account_quota_bytes(text_if_any(policy, "policy")?, quota(bytes, "bytes")?)
        })
    }
}

/// Sets how many objects an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
///
/// For reseller admins; anyone else gets SWC_ERR_FORBIDDEN. Owners can read it: swc_response_quota_count().
///
/// @param[in] request The request.
/// @param[in] policy The storage policy it is for; NULL for all of the account.
/// @param[in] objects How many; -1 has the server remove the quota.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_quota_count(
    request: *mut swc_request,
    policy: *const c_char,
    objects: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_account_quota_count(text_if_any(policy, "policy")?, quota(objects, "objects")?)
        })
    }
}

/// Sets whether ETags of objects come in quotes, as the standard has it: X-Account-Rfc-Compliant-Etags.
///
/// It holds for the containers that do not say otherwise. To give it back to the server's default send that
/// header with an empty value: swc_request_set_header().
///
/// @param[in] request The request.
/// @param[in] quoted Whether they do.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_rfc_etags(
    request: *mut swc_request,
    quoted: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_account_rfc_etags(quoted)) }
}

/// Sets metadata of an account: the header X-Account-Meta-NAME.
///
/// The name may hold any letters, but Swift itself refuses some here that it takes for objects, with SWC_ERR_HTTP
/// (400): those of Latin, Greek and Cyrillic beyond ASCII.
///
/// @param[in] request The request.
/// @param[in] name Name of the metadata, without the prefix.
/// @param[in] value Its value; "" removes it from the account.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_account_metadata(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_metadata("Account", text(name, "name")?, text(value, "value")?)) }
}
