//! Objects read as files are.

use std::ffi::{c_char, c_void};
use std::ptr;

use super::connection::{ask, swc_connection};
use super::error::swc_error;
use super::handle::{free, share};
use super::request::swc_request;
use super::status::{SWC_END, SWC_OK, swc_status};
use super::{Text, guard, header, out, read, slice_mut, text};
use crate::core::Reader;
use crate::core::reader::SharedReader;

/// An object that is read as a file is: in order, or from any place.
///
/// It reads nothing but the object that was opened: when that is changed or deleted meanwhile, reading fails with
/// SWC_ERR_PRECONDITION or SWC_ERR_NOT_FOUND. Reading in order takes one request and holds one socket;
/// swc_reader_pread() takes a request each time, and may be called by any number of threads at once, also while
/// another thread reads. All other functions are for one thread at a time.
pub struct swc_reader {
    reader: SharedReader,
    etag: Text,
}

/// Opens an object for reading.
///
/// It may be of any kind: a version (query parameter "version-id"), a large object (SLO, DLO), the target of a
/// symlink. Its size and ETag are asked for (HEAD); later requests carry the ETag (If-Match). Blocks until the
/// headers are in; any thread.
///
/// The extras hold for all that the reader does: the timeout is how long all reading may take; a progress callback
/// hears where swc_reader_read() has come to, and the size, which goes back where the position does. A range is
/// refused.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] request Extras of all its calls; NULL for none.
/// @param[out] reader The reader; free it with swc_reader_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_UNSUPPORTED when the server does not tell its
/// length or ETag, as of a dynamic large object with more segments than a listing has room for; any status of a
/// call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_new(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    reader: *mut *mut swc_reader,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let reader = out(reader, "reader");
        guard(err, || {
            let reader = reader?;
            let opened = ask(connection, request, |c, r| {
                Reader::open(c, text(container, "container")?, text(object, "object")?, r)
            })?;
            reader.give(swc_reader { reader: SharedReader::new(opened), etag: Text::default() });
            Ok(SWC_OK)
        })
    }
}

/// Opens the object at a URL that needs no token, such as a temporary one, for reading.
///
/// As swc_reader_new(), but that no token is sent: what has been signed for GET may be asked for its size as well. Of
/// manifests within the manifest of a static large object only the length is checked. Blocks until the headers are in;
/// any thread.
///
/// @param[in] connection The connection.
/// @param[in] url The whole URL, percent-encoded; it is sent as it is.
/// @param[in] request Extras of all its calls; NULL for none.
/// @param[out] reader The reader; free it with swc_reader_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired, also while it is read; else as
/// swc_reader_new().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_new_url(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    reader: *mut *mut swc_reader,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let reader = out(reader, "reader");
        guard(err, || {
            let reader = reader?;
            let opened = ask(connection, request, |c, r| Reader::open_url(c, text(url, "url")?, r))?;
            reader.give(swc_reader { reader: SharedReader::new(opened), etag: Text::default() });
            Ok(SWC_OK)
        })
    }
}

/// Reads on from the position, which moves by what was read.
///
/// Blocks until there is at least one byte, or the end. A connection that breaks is taken up again. After a failure the
/// position is where it was, and reading may be tried again; but not when the object changed or an MD5 was
/// wrong. An object that is read in one pass from its first byte is checked as swc_connection_get_object() says.
///
/// @param[in] reader The reader.
/// @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
/// @param[in] size How many there is room for.
/// @param[out] length How many were put there: at least 1 with SWC_OK (0 when `size` is 0), else 0.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when the position is at or past the end; SWC_ERR_PRECONDITION or SWC_ERR_NOT_FOUND when
/// the object is not the one that was opened; SWC_ERR_CHECKSUM when the bytes are not those of the object; any
/// status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_read(
    reader: *mut swc_reader,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let length = out(length, "length");
        guard(err, || {
            let (length, reader) = (length?, share(reader)?);
            let buffer = slice_mut(buffer.cast::<u8>(), size, "buffer")?;
            if buffer.is_empty() {
                return Ok(SWC_OK);
            }
            Ok(match reader.reader.with(|r| r.read(buffer))? {
                0 => SWC_END,
                n => {
                    length.set(n);
                    SWC_OK
                }
            })
        })
    }
}

/// Reads from any place; the position stays where it is.
///
/// Takes a request of its own. Blocks until all bytes are there; any thread, also several at once.
///
/// @param[in] reader The reader.
/// @param[in] offset First byte to read, from 0.
/// @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
/// @param[in] size How many to read.
/// @param[out] length How many were put there: `size`, or fewer when the object ends before.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_END when `offset` is at or past the end; else as swc_reader_read().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_pread(
    reader: *const swc_reader,
    offset: u64,
    buffer: *mut c_void,
    size: usize,
    length: *mut usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let length = out(length, "length");
        guard(err, || {
            let (length, reader) = (length?, share(reader)?);
            let buffer = slice_mut(buffer.cast::<u8>(), size, "buffer")?;
            if buffer.is_empty() {
                return Ok(SWC_OK);
            }
            Ok(match reader.reader.opened().read_at(offset, buffer)? {
                0 => SWC_END,
                n => {
                    length.set(n);
                    SWC_OK
                }
            })
        })
    }
}

/// Sets the position where swc_reader_read() goes on.
///
/// No I/O: only the next read asks for other bytes, and a short way forward it reads through. Any position is fine;
/// past the end there is nothing to read.
///
/// @param[in] reader The reader.
/// @param[in] offset The position, from 0.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_seek(
    reader: *mut swc_reader,
    offset: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            share(reader)?.reader.with(|r| r.seek(offset));
            Ok(SWC_OK)
        })
    }
}

/// Tells the position where swc_reader_read() goes on.
///
/// @param[in] reader The reader.
/// @return The position; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_tell(reader: *const swc_reader) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(reader, 0, |r| r.reader.with(|r| r.position())) }
}

/// Tells the size of the object.
///
/// Any thread.
///
/// @param[in] reader The reader.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_size(reader: *const swc_reader) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(reader, 0, |r| r.reader.opened().size()) }
}

/// Tells the ETag of the object, without quotes.
///
/// Any thread.
///
/// @param[in] reader The reader.
/// @return The ETag, which lives as long as the reader; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_etag(reader: *const swc_reader) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(reader, c"".as_ptr(), |r| {
            r.etag.get(|| r.reader.opened().headers().get_str("etag").unwrap_or_default().trim_matches('"'))
        })
    }
}

/// Finds a header that the object had when it was opened, such as its metadata.
///
/// Any thread.
///
/// @param[in] reader The reader.
/// @param[in] name Name of the header, in any case.
/// @return The first value of that name, which lives as long as the reader; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_header(reader: *const swc_reader, name: *const c_char) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(reader, ptr::null(), |r| header(r.reader.opened().headers(), name)) }
}

/// Tells whether all of the object was read in one pass from its first byte, and every byte was checked by MD5.
///
/// @param[in] reader The reader.
/// @return Whether that is so; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_is_verified(reader: *const swc_reader) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(reader, false, |r| r.reader.with(|r| r.is_verified())) }
}

/// Frees a reader, wherever it has come to.
///
/// Never blocks. Calls in progress on other threads go on.
///
/// @param[in] reader The reader; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_reader_free(reader: *mut swc_reader) {
    // SAFETY: the header's rules.
    unsafe { free(reader) }
}
