//! What an account or container holds and may hold.

use std::ffi::{CString, c_char};
use std::ptr;

use super::swc_response;
use crate::core::Headers;
use crate::ffi::acl::swc_account_acl;
use crate::ffi::error::swc_error;
use crate::ffi::handle::borrow;
use crate::ffi::status::{SWC_OK, swc_status};
use crate::ffi::{borrowed, c_string, guard, out, out_if_any, read, size_or_unknown, text_if_any};

/// What an account holds in one storage policy, with its name as C has it.
pub(super) struct Policy {
    name: CString,
    containers: Option<u64>,
    objects: Option<u64>,
    bytes: Option<u64>,
}

impl swc_response {
    /// Read when they are first asked for.
    fn policies(&self) -> &[Policy] {
        self.policies.get_or_init(|| {
            let all = self.response.headers().policies().into_iter();
            let of = |p: crate::core::usage::PolicyUsage| Policy {
                name: c_string(p.name),
                containers: p.containers,
                objects: p.objects,
                bytes: p.bytes,
            };
            all.map(of).collect()
        })
    }
}

/// Tells how many containers an account has.
///
/// It follows changes with a delay.
///
/// @param[in] response The response to a call about the account.
/// @return The number of containers; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_container_count(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| size_or_unknown(r.response.headers().container_count())) }
}

/// Tells how many objects an account or container has.
///
/// It follows changes with a delay.
///
/// @param[in] response The response to a call about the account or a container.
/// @return The number of objects; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_object_count(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| size_or_unknown(r.response.headers().object_count())) }
}

/// Tells how many bytes the objects in an account or container have.
///
/// It follows changes with a delay.
///
/// @param[in] response The response to a call about the account or a container.
/// @return The number of bytes; -1 when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_bytes_used(response: *const swc_response) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(response, -1, |r| size_or_unknown(r.response.headers().bytes_used())) }
}

/// Tells the storage policy of a container.
///
/// @param[in] response The response to a call about the container.
/// @return Name of the policy, which lives as long as the response; NULL when the server did not tell, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_storage_policy(response: *const swc_response) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(response, ptr::null(), |r| borrowed(r.response.headers().get_with_nul("x-storage-policy")))
    }
}

/// Counts the storage policies that an account has something in.
///
/// @param[in] response The response to a call about the account.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_policy_count(response: *const swc_response) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(response, 0, |r| r.policies().len()) }
}

/// Tells what an account holds in a storage policy.
///
/// @param[in] response The response to a call about the account.
/// @param[in] index From 0 to one less than swc_response_policy_count().
/// @param[out] name Name of the policy in lower case, which lives as long as the response; may be NULL.
/// @param[out] containers Number of containers with the policy, -1 when the server did not tell; may be NULL.
/// @param[out] objects Number of objects in them, -1 when the server did not tell; may be NULL.
/// @param[out] bytes Bytes of these objects, -1 when the server did not tell; may be NULL.
/// @return Whether there is a policy of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_policy_at(
    response: *const swc_response,
    index: usize,
    name: *mut *const c_char,
    containers: *mut i64,
    objects: *mut i64,
    bytes: *mut i64,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, containers) = (out_if_any(name), out_if_any(containers));
        let (objects, bytes) = (out_if_any(objects), out_if_any(bytes));
        read(response, false, |r| {
            let Some(policy) = r.policies().get(index) else { return false };
            name.set(policy.name.as_ptr());
            containers.set(size_or_unknown(policy.containers));
            objects.set(size_or_unknown(policy.objects));
            bytes.set(size_or_unknown(policy.bytes));
            true
        })
    }
}

/// Runs the body of an accessor of a quota.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn quota(
    response: *const swc_response,
    policy: *const c_char,
    body: fn(&Headers, Option<&str>) -> Option<u64>,
) -> i64 {
    // SAFETY: as this function's own.
    unsafe {
        read(response, -1, |r| match text_if_any(policy, "policy") {
            Ok(policy) => size_or_unknown(body(r.response.headers(), policy)),
            Err(_) => -1,
        })
    }
}

/// Tells how many bytes an account or container may hold.
///
/// @param[in] response The response to a call about the account or a container.
/// @param[in] policy The storage policy of which the quota is; NULL for that of the whole account or container.
/// @return The number of bytes; -1 when there is no quota, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_quota_bytes(
    response: *const swc_response,
    policy: *const c_char,
) -> i64 {
    // SAFETY: the header's rules.
    unsafe { quota(response, policy, Headers::quota_bytes) }
}

/// Tells how many objects an account or container may hold.
///
/// @param[in] response The response to a call about the account or a container.
/// @param[in] policy The storage policy of which the quota is; NULL for that of the whole account or container.
/// @return The number of objects; -1 when there is no quota, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_quota_count(
    response: *const swc_response,
    policy: *const c_char,
) -> i64 {
    // SAFETY: the header's rules.
    unsafe { quota(response, policy, Headers::quota_count) }
}

/// Reads who besides its owners may use an account: X-Account-Access-Control, which only owners are told.
///
/// @param[in] response The response to a call about the account.
/// @param[out] acl The list, or NULL when the server told none; free it with swc_account_acl_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK, also when the server told none; SWC_ERR_PROTOCOL when it is no such list; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_response_account_acl(
    response: *const swc_response,
    acl: *mut *mut swc_account_acl,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let acl = out(acl, "acl");
        guard(err, || {
            let (acl, response) = (acl?, borrow(response)?);
            if let Some(list) = response.response.headers().account_acl()? {
                acl.give(swc_account_acl::from(list));
            }
            Ok(SWC_OK)
        })
    }
}
