//! Bodies to send.

use std::ffi::{c_char, c_void};
use std::sync::Arc;

use super::callback::{Lent, Reading, UserData, swc_free_callback, swc_read_callback, swc_rewind_callback};
use super::error::swc_error;
use super::handle::{free, share};
use super::status::{SWC_OK, swc_status};
use super::{check_memory, guard, is_null, out, path, size, size_or_unknown};
use crate::core::Source;

/// A body to send: memory, a file or part of one, a descriptor, or what a callback gives.
///
/// One source serves both APIs. Memory and files may be sent any number of times, also at once. A
/// descriptor or callbacks serve one call at a time; another one meanwhile fails with SWC_ERR_STATE. What
/// cannot go back to its first byte (a pipe, callbacks without rewind) is sent once and not retried.
pub struct swc_source {
    pub(super) source: Source,
}

/// Makes a body of bytes in memory, which are lent and not copied.
///
/// The memory must stay as it is until the source is freed and the jobs it was given to are done; then
/// `free_cb` runs. Never blocks; any thread.
///
/// @param[in] data The bytes; NULL only when `size` is 0.
/// @param[in] size Their number.
/// @param[in] free_cb Told when the memory is no longer needed, also when this call fails; NULL for nobody.
/// @param[in] user_data Passed to `free_cb`; may be NULL.
/// @param[out] source The source; free it with swc_source_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_new_memory(
    data: *const c_void,
    size: usize,
    free_cb: swc_free_callback,
    user_data: *mut c_void,
    source: *mut *mut swc_source,
    err: *mut *mut swc_error,
) -> swc_status {
    let user = UserData::new(user_data, free_cb);
    // SAFETY: the header's rules.
    unsafe {
        let source = out(source, "source");
        guard(err, || {
            let source = source?;
            let data = data.cast::<u8>();
            check_memory(data, size, "data")?;
            let memory = Arc::new(Lent { data, size, _user: user });
            source.give(swc_source { source: Source::memory(memory) });
            Ok(SWC_OK)
        })
    }
}

/// Makes a body of a whole file.
///
/// The file is opened each time it is sent, and its size taken then: one that is not there is found out
/// when it is sent. One that becomes shorter meanwhile is SWC_ERR_IO; of one that grows as much is sent as there was. A
/// file that says it is empty and is not, such as those of /proc, is sent in chunks up to its end. Never blocks; any
/// thread.
///
/// @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows.
/// @param[out] source The source; free it with swc_source_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_new_file(
    path: *const c_char,
    source: *mut *mut swc_source,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let source = out(source, "source");
        guard(err, || {
            let source = source?;
            source.give(swc_source { source: Source::file(self::path(path, "path")?) });
            Ok(SWC_OK)
        })
    }
}

/// Makes a body of part of a file.
///
/// It is an error of the call that sends it when the file ends before the part does. Never blocks; any
/// thread.
///
/// @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows.
/// @param[in] offset First byte to send, from 0.
/// @param[in] length Number of bytes to send.
/// @param[out] source The source; free it with swc_source_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_new_file_range(
    path: *const c_char,
    offset: u64,
    length: u64,
    source: *mut *mut swc_source,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let source = out(source, "source");
        guard(err, || {
            let source = source?;
            let path = self::path(path, "path")?;
            // Offsets of files are signed numbers to every system.
            if offset.checked_add(length).is_none_or(|end| end > i64::MAX as u64) {
                return Err(crate::core::Error::invalid("offset and length lie beyond what a file can hold"));
            }
            source.give(swc_source { source: Source::file_range(path, offset, length) });
            Ok(SWC_OK)
        })
    }
}

/// Makes a body of what a descriptor gives from its present position on.
///
/// The descriptor is duplicated: yours may be closed afterwards, and its position is not moved if it is a file's. A
/// regular file can be sent any number of times, each time from the position it had here; a pipe or socket only
/// once. On Windows see "descriptors" at the top.
///
/// @param[in] fd An open descriptor.
/// @param[in] length Number of bytes to send; -1 for all up to the end.
/// @param[out] source The source; free it with swc_source_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when `fd` is not open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_new_fd(
    fd: i32,
    length: i64,
    source: *mut *mut swc_source,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let source = out(source, "source");
        guard(err, || {
            let (source, length) = (source?, size(length, "length")?);
            let fd = super::descriptor(fd, "fd")?;
            source.give(swc_source { source: Source::fd(fd, length)? });
            Ok(SWC_OK)
        })
    }
}

/// Makes a body of what a callback gives.
///
/// In a call of a connection the callbacks run on the calling thread, before the call returns; in a job of
/// a service on one of its threads, one at a time. They must not throw nor jump. Never blocks; any thread.
///
/// @param[in] read_cb Gives the bytes.
/// @param[in] rewind_cb Goes back to the first byte, which retries need; NULL when that is impossible.
/// @param[in] free_cb Releases `user_data` when the source is freed and its jobs are done, also when this
/// call fails; NULL for no such thing.
/// @param[in] user_data Passed to all three; may be NULL.
/// @param[in] length Number of bytes to send: exactly so many are asked for, and what the callback has beyond them
/// is not sent and can serve another source. -1 when unknown: they are then sent in chunks, up to the end.
/// @param[out] source The source; free it with swc_source_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_new_callbacks(
    read_cb: swc_read_callback,
    rewind_cb: swc_rewind_callback,
    free_cb: swc_free_callback,
    user_data: *mut c_void,
    length: i64,
    source: *mut *mut swc_source,
    err: *mut *mut swc_error,
) -> swc_status {
    let user = UserData::new(user_data, free_cb);
    // SAFETY: the header's rules.
    unsafe {
        let source = out(source, "source");
        guard(err, || {
            let (source, length) = (source?, size(length, "length")?);
            let read = read_cb.ok_or_else(|| is_null("read_cb"))?;
            let callbacks = Box::new(Reading { read, rewind: rewind_cb, user });
            source.give(swc_source { source: Source::callbacks(callbacks, length) });
            Ok(SWC_OK)
        })
    }
}

/// Tells the number of bytes a source will give.
///
/// Asks the file system for a file, else does no I/O; any thread.
///
/// @param[in] source The source.
/// @param[out] size The number of bytes; -1 when it is not known beforehand.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when there is no such file.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_size(
    source: *const swc_source,
    size: *mut i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let size = out(size, "size");
        guard(err, || {
            let (size, source) = (size?, share(source)?);
            size.set(size_or_unknown(source.source.size()?));
            Ok(SWC_OK)
        })
    }
}

/// Frees a source; jobs that use it go on.
///
/// @param[in] source The source; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_source_free(source: *mut swc_source) {
    // SAFETY: the header's rules.
    unsafe { free(source) }
}
