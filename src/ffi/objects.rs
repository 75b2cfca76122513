//! Lists of objects for jobs.

use std::ffi::c_char;
use std::ptr;

use super::config::swc_config;
use super::error::swc_error;
use super::handle::{Handle, borrow_mut, free};
use super::service::with_options;
use super::status::{SWC_OK, swc_status};
use super::{guard, read, text, texts, value};
use crate::service::Objects;

/// Objects that a job is about, each with options of its own if need be.
///
/// One list may serve any number of jobs: each copies it. For one thread at a time while it is changed.
pub struct swc_objects {
    pub(super) objects: Objects,
}

/// Makes an empty list.
///
/// Never blocks; any thread.
///
/// @return The list; free it with swc_objects_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_objects_new() -> *mut swc_objects {
    value(ptr::null_mut(), || swc_objects { objects: Objects::new() }.into_raw())
}

/// Adds an object to a list.
///
/// Options of its own go before those of the job; "header" and "meta" are put over what the job says. The job refuses
/// those that its verb does not know for an object. Never blocks.
///
/// @param[in] objects The list.
/// @param[in] object Name of the object.
/// @param[in] options Settings for this object alone; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the name is empty; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_add(
    objects: *mut swc_objects,
    object: *const c_char,
    options: *const swc_config,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let (objects, name) = (borrow_mut(objects)?, text(object, "object")?);
            with_options(options, |o| objects.objects.add(name, o))?;
            Ok(SWC_OK)
        })
    }
}

/// Adds several objects without options of their own to a list.
///
/// Never blocks.
///
/// @param[in] objects The list.
/// @param[in] names Names of the objects; may be NULL when there are none.
/// @param[in] name_count Number of names.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when a name is empty; SWC_ERR_INVALID_UTF8. On failure nothing was added.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_add_all(
    objects: *mut swc_objects,
    names: *const *const c_char,
    name_count: usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let (objects, names) = (borrow_mut(objects)?, texts(names, name_count, "names")?);
            objects.objects.add_all(names)?;
            Ok(SWC_OK)
        })
    }
}

/// Counts the objects of a list.
///
/// Never blocks.
///
/// @param[in] objects The list.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_count(objects: *const swc_objects) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(objects, 0, |o| o.objects.len()) }
}

/// Frees a list. Jobs that were given it go on.
///
/// @param[in] objects The list; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_free(objects: *mut swc_objects) {
    // SAFETY: the header's rules.
    unsafe { free(objects) }
}
