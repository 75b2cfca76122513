//! Objects written piece by piece.

use std::ffi::{c_char, c_void};

use super::config::swc_config;
use super::connection::{ask, swc_connection};
use super::error::swc_error;
use super::handle::{borrow_mut, free, maybe};
use super::request::swc_request;
use super::response::swc_response;
use super::status::{SWC_OK, swc_status};
use super::{guard, out, out_if_any, read, slice, text};
use crate::core::Writer;

/// An object that is written piece by piece, as a file is.
///
/// Nothing appears under its name before swc_writer_finish(); an object that had the name stays until then. What is no
/// longer than the key "buffer_size" (and "segment_size", unless that is 0) is kept in memory and sent when it is
/// finished, as swc_connection_put_object() sends it. What is longer is sent while it is written, by a thread of the
/// writer's own:
///
/// - With "segment_size" 0 as one object, in chunks. A failure can be made good only before more than "buffer_size"
///   bytes were sent; later it is final, and the error says so.
/// - Else in segments of "segment_size" bytes and a manifest (SLO). The segments lie in the container that
///   "segment_container" names, by default the object's with "_segments" behind its name, which is made when it is
///   missing; their names are OBJECT/slo/TIME/SEGMENT_SIZE/NUMBER. A segment no larger than "buffer_size" is sent
///   again after a failure, a larger one only as above. More segments than a manifest can name go into manifests of
///   manifests. The segments of an object that fails or is given up are deleted, unless "leave_segments" is
///   true (in the background when it was cancelled or too late); those of an older object of the name are not.
///
/// Memory: "buffer_size" and 1.25 MiB; with segments no larger than it, twice their size. For one thread at a time.
pub struct swc_writer {
    writer: Writer,
}

/// Begins to write an object; nothing is sent yet.
///
/// The extras hold for the object: metadata, media type, conditions, expiry, which its segments share. The timeout
/// is how long all writing may take; a progress callback hears how much was sent, in swc_writer_write() and
/// swc_writer_finish(), the total only in the latter. With the header ETag the MD5 of all that is written must be
/// that. Never blocks; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, which must exist, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] options Settings that shall differ from the connection's: "segment_size", "segment_container",
/// "leave_segments", "buffer_size", "checksum"; NULL for none.
/// @param[in] request Extras of the object; NULL for none.
/// @param[out] writer The writer; free it with swc_writer_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_new(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    options: *const swc_config,
    request: *const swc_request,
    writer: *mut *mut swc_writer,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let writer = out(writer, "writer");
        guard(err, || {
            let writer = writer?;
            let options = maybe(options).map(|o| &o.config);
            writer.give(swc_writer {
                writer: ask(connection, request, |c, r| {
                    Writer::new(c, text(container, "container")?, text(object, "object")?, options, r)
                })?,
            });
            Ok(SWC_OK)
        })
    }
}

/// Writes bytes, which are copied.
///
/// Blocks while the network takes less than is written. A failure may be that of bytes written before; it is final,
/// and every later call fails with it too.
///
/// @param[in] writer The writer.
/// @param[in] data The bytes; NULL only when `size` is 0.
/// @param[in] size Their number.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK when all were taken; SWC_ERR_STATE after swc_writer_finish() or swc_writer_abort();
/// SWC_ERR_UNSUPPORTED when the cluster has no static large objects; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_write(
    writer: *mut swc_writer,
    data: *const c_void,
    size: usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let writer = borrow_mut(writer)?;
            writer.writer.write(slice(data.cast::<u8>(), size, "data")?)?;
            Ok(SWC_OK)
        })
    }
}

/// Sends what is left, and stores the object.
///
/// Blocks until the server has stored it. With this the writer is done, whatever comes of it. MD5 sums are checked
/// as by swc_connection_put_object(); those of segments also by the server, when it takes the manifest. When it
/// remains open whether a manifest was stored, the segments stay, and the error says where.
///
/// @param[in] writer The writer.
/// @param[out] response The response to the request that made the object; free it with swc_response_free(); may be
/// NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when it was done before; SWC_ERR_PRECONDITION as the request asked;
/// SWC_ERR_CHECKSUM; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_finish(
    writer: *mut swc_writer,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let response = out_if_any(response);
        guard(err, || {
            response.give(swc_response::from(borrow_mut(writer)?.writer.finish()?));
            Ok(SWC_OK)
        })
    }
}

/// Gives the object up: nothing appears under its name.
///
/// Blocks until its segments are deleted, unless "leave_segments" is true. After swc_writer_finish() nothing happens.
///
/// @param[in] writer The writer.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; any status of a call when segments could not be deleted.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_abort(writer: *mut swc_writer, err: *mut *mut swc_error) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            borrow_mut(writer)?.writer.abort()?;
            Ok(SWC_OK)
        })
    }
}

/// Tells how many bytes were written.
///
/// @param[in] writer The writer.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_bytes_written(writer: *const swc_writer) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(writer, 0, |w| w.writer.written()) }
}

/// Frees a writer; one that was not finished gives its object up.
///
/// Never blocks: a request in progress is cut off at once, and segments are deleted in the background, as long as the
/// program runs. To wait for that call swc_writer_abort() first.
///
/// @param[in] writer The writer; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_writer_free(writer: *mut swc_writer) {
    // SAFETY: the header's rules.
    unsafe { free(writer) }
}
