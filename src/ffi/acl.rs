//! The access list of an account.

use std::ffi::{CString, c_char};
use std::ptr;

use super::error::swc_error;
use super::handle::{Handle, borrow_mut, free};
use super::status::{SWC_OK, swc_status};
use super::{c_string, guard, read, text, value};
use crate::core::{AccountAccess, AccountAcl, Error, Result};

/// What a user may do with an account.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_account_access {
    /// Everything its owner may, but what only a reseller admin may.
    SWC_ACCOUNT_ADMIN = 0,
    /// Read, write and delete containers and objects; not see keys.
    SWC_ACCOUNT_READ_WRITE = 1,
    /// Read and list.
    SWC_ACCOUNT_READ_ONLY = 2,
}

fn access(number: i32) -> Result<AccountAccess> {
    match number {
        0 => Ok(AccountAccess::Admin),
        1 => Ok(AccountAccess::ReadWrite),
        2 => Ok(AccountAccess::ReadOnly),
        _ => Err(Error::invalid(format!("{number} is no access to an account; they go from 0 to 2"))),
    }
}

/// Who besides its owners may use an account, and how.
///
/// For one thread at a time.
#[derive(Default)]
pub struct swc_account_acl {
    pub(super) acl: AccountAcl,
    /// The users for C: a copy that is made anew with each change.
    users: [Vec<CString>; 3],
}

impl From<AccountAcl> for swc_account_acl {
    fn from(acl: AccountAcl) -> swc_account_acl {
        let mut new = swc_account_acl { acl, users: Default::default() };
        new.refresh();
        new
    }
}

impl swc_account_acl {
    fn refresh(&mut self) {
        for (number, users) in (0..).zip(&mut self.users) {
            users.clear();
            if let Ok(access) = access(number) {
                users.extend(self.acl.users(access).map(c_string));
            }
        }
    }

    fn users(&self, access: i32) -> &[CString] {
        usize::try_from(access).ok().and_then(|i| self.users.get(i)).map_or(&[], Vec::as_slice)
    }
}

/// Makes an access list that lets nobody in.
///
/// Never blocks; any thread.
///
/// @return The list; free it with swc_account_acl_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_account_acl_new() -> *mut swc_account_acl {
    value(ptr::null_mut(), || swc_account_acl::default().into_raw())
}

/// Gives a user an access; one that has it already is fine.
///
/// @param[in] acl The list.
/// @param[in] access What the user may do, an swc_account_access.
/// @param[in] user The user as the server names it, with tempauth "account:user".
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_account_acl_add(
    acl: *mut swc_account_acl,
    access: i32,
    user: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let acl = borrow_mut(acl)?;
            acl.acl.add(self::access(access)?, text(user, "user")?)?;
            acl.refresh();
            Ok(SWC_OK)
        })
    }
}

/// Takes an access from a user; one that does not have it is fine.
///
/// @param[in] acl The list.
/// @param[in] access What the user may no longer do, an swc_account_access.
/// @param[in] user The user as the server names it.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_account_acl_remove(
    acl: *mut swc_account_acl,
    access: i32,
    user: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let acl = borrow_mut(acl)?;
            acl.acl.remove(self::access(access)?, text(user, "user")?);
            acl.refresh();
            Ok(SWC_OK)
        })
    }
}

/// Counts the users that have an access.
///
/// @param[in] acl The list.
/// @param[in] access The access, an swc_account_access.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_account_acl_count(acl: *const swc_account_acl, access: i32) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(acl, 0, |a| a.users(access).len()) }
}

/// Gives a user that has an access, by its number.
///
/// @param[in] acl The list.
/// @param[in] access The access, an swc_account_access.
/// @param[in] index From 0 to one less than swc_account_acl_count().
/// @return The user, which lives until the list is changed or freed; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_account_acl_at(
    acl: *const swc_account_acl,
    access: i32,
    index: usize,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(acl, ptr::null(), |a| a.users(access).get(index).map_or(ptr::null(), |u| u.as_ptr())) }
}

/// Frees an access list.
///
/// Never blocks.
///
/// @param[in] acl The list; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_account_acl_free(acl: *mut swc_account_acl) {
    // SAFETY: the header's rules.
    unsafe { free(acl) }
}
