//! Lists of objects for jobs.

use std::ffi::c_char;
use std::ptr;

use super::config::swc_config;
use super::error::swc_error;
use super::handle::{Handle, borrow_mut, free, share};
use super::service::with_options;
use super::source::swc_source;
use super::status::{SWC_OK, swc_status};
use super::{guard, read, text, text_if_any, texts, value};
use crate::core::Result;
use crate::service::{Objects, What};

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

/// Adds what `make` makes of an object to be uploaded.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn add(
    objects: *mut swc_objects,
    name: *const c_char,
    options: *const swc_config,
    err: *mut *mut swc_error,
    make: impl FnOnce() -> Result<What>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        guard(err, || {
            let objects = borrow_mut(objects)?;
            let (what, name) = (make()?, text_if_any(name, "object")?);
            with_options(options, |o| objects.objects.add_what(name, what, o))?;
            Ok(SWC_OK)
        })
    }
}

/// Adds a file to a list for an upload; of a directory a marker is made (media type application/directory).
///
/// It is opened when it is uploaded. Never blocks.
///
/// @param[in] objects The list.
/// @param[in] path Path of the file.
/// @param[in] object Name the object gets; NULL for that of the path.
/// @param[in] options Settings for this object alone, as with swc_objects_add(); NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT, also when the path shall be the name and is not UTF-8;
/// SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_add_file(
    objects: *mut swc_objects,
    path: *const c_char,
    object: *const c_char,
    options: *const swc_config,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { add(objects, object, options, err, || Ok(What::File(super::path(path, "path")?.to_owned()))) }
}

/// Adds every file below a directory to a list for an upload, hidden ones too.
///
/// It is walked when it is uploaded, following links. An empty directory in it becomes a marker. What cannot be
/// read, or has a name that is not UTF-8, is a failed result, and the rest goes on. Never blocks.
///
/// @param[in] objects The list.
/// @param[in] path Path of the directory.
/// @param[in] prefix What goes before the names of the files, which are their paths below the directory, as
/// "backup/2025"; NULL for nothing.
/// @param[in] options Settings for these objects alone, as with swc_objects_add(); NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_add_tree(
    objects: *mut swc_objects,
    path: *const c_char,
    prefix: *const c_char,
    options: *const swc_config,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { add(objects, prefix, options, err, || Ok(What::Tree(super::path(path, "path")?.to_owned()))) }
}

/// Adds bytes from anywhere to a list for an upload.
///
/// The source may be freed at once. Never blocks.
///
/// @param[in] objects The list.
/// @param[in] object Name the object gets.
/// @param[in] source The bytes; NULL for an empty object or, with the option "dir_marker", a marker of a directory.
/// @param[in] options Settings for this object alone, as with swc_objects_add(); NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_objects_add_source(
    objects: *mut swc_objects,
    object: *const c_char,
    source: *const swc_source,
    options: *const swc_config,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        add(objects, object, options, err, || {
            text(object, "object")?;
            Ok(if source.is_null() { What::Nothing } else { What::Source(share(source)?.source.clone()) })
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
