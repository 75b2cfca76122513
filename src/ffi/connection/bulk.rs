//! Calls about many things at once.

use std::ffi::c_char;

use super::{reported, swc_connection};
use crate::core::connection::Archive;
use crate::core::{Error, Result, Source};
use crate::ffi::error::swc_error;
use crate::ffi::handle::share;
use crate::ffi::report::swc_report;
use crate::ffi::request::swc_request;
use crate::ffi::source::swc_source;
use crate::ffi::status::swc_status;
use crate::ffi::{text_if_any, texts};

/// How the files of an archive are packed.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_archive {
    /// As the name of the file says that the source is made of: .tar, .tar.gz, .tgz, .tar.bz2, .tbz2 or .tbz.
    SWC_ARCHIVE_BY_NAME = 0,
    /// A tar archive that is not compressed.
    SWC_ARCHIVE_TAR = 1,
    /// One compressed with gzip.
    SWC_ARCHIVE_TAR_GZ = 2,
    /// One compressed with bzip2.
    SWC_ARCHIVE_TAR_BZ2 = 3,
}

/// A format from C.
fn archive(format: i32, source: &Source) -> Result<Archive> {
    match format {
        f if f == swc_archive::SWC_ARCHIVE_BY_NAME as i32 => {
            source.path().and_then(Archive::of_name).ok_or_else(|| {
                Error::invalid("the source has no file name that tells the format of the archive: give it")
            })
        }
        f if f == swc_archive::SWC_ARCHIVE_TAR as i32 => Ok(Archive::Tar),
        f if f == swc_archive::SWC_ARCHIVE_TAR_GZ as i32 => Ok(Archive::TarGz),
        f if f == swc_archive::SWC_ARCHIVE_TAR_BZ2 as i32 => Ok(Archive::TarBz2),
        f => Err(Error::invalid(format!("format is {f}, which is none of swc_archive"))),
    }
}

/// Deletes many objects and containers (POST ?bulk-delete).
///
/// Choose it for more than a few: up to the limit of the cluster they go in one request, and more in as many as
/// it takes. Objects are deleted first, so that containers can be emptied and deleted in one call. What is not there
/// is counted and is no failure. When something could not be deleted, the call fails after it has tried all, and
/// swc_error_report() has each path with its status; so it does when the call had to stop half-way, and then
/// has those too that it did not come to. Of large objects this deletes the manifests only: see
/// swc_connection_delete_slo() and swc_connection_delete_dlo(). A version of an object cannot be named: delete it by
/// itself, with the query parameter "version-id".
///
/// What is said of repeated attempts at swc_connection_delete_object() holds here too: in a container with versions
/// a deletion may take effect twice. Blocks until all is done; any thread. The progress callback is told how many
/// paths are done, and of how many.
///
/// @param[in] connection The connection.
/// @param[in] paths What to delete: "container/object" or "container" each, not percent-encoded; a slash before the
/// container does no harm.
/// @param[in] path_count How many there are, at least 1.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] report What was deleted and what was not there; free it with swc_report_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; when all that failed did so for one reason, its status, such as SWC_ERR_CONFLICT for containers that
/// are not empty; SWC_ERR_HTTP for different ones; SWC_ERR_UNSUPPORTED when the server offers no bulk delete; any
/// status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_bulk_delete(
    connection: *const swc_connection,
    paths: *const *const c_char,
    path_count: usize,
    request: *const swc_request,
    report: *mut *mut swc_report,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        reported(connection, request, report, err, |c, r| {
            c.bulk_delete(&texts(paths, path_count, "paths")?, r)
        })
    }
}

/// Uploads an archive, which the server unpacks into objects (PUT ?extract-archive).
///
/// Choose it for many small files: it saves a request for each. Files become objects under their path in the
/// archive; folders and links are left out. Without a container the first part of each path is the container, and
/// files without one are left out too; containers that are not there are created. Metadata and the time of
/// expiry in the request go to all objects; extended attributes in the archive, user.mime_type and user.meta.*, become
/// media type and metadata of their own. The media type of the request plays no part.
///
/// When files could not be stored, the call fails, and swc_error_report() has each with its status; the others are
/// stored. An archive that is none or breaks off within a file is a failure too, after the files before that place. But
/// Swift takes a place between two files at which it can read no further for the end: compare swc_report_created() with
/// the number of files.
///
/// Blocks until all is stored; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded; NULL when the paths in the archive begin
/// with it.
/// @param[in] prefix What stands before each path in the archive, with a slash between, not percent-encoded; NULL
/// for nothing.
/// @param[in] format The format: a number of swc_archive.
/// @param[in] source The archive.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] report How many objects it became; free it with swc_report_free(); may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_HTTP when the archive is broken, has no files, or files failed for different reasons, and
/// when for one reason, its status; SWC_ERR_UNSUPPORTED when the server unpacks no archives; any status of a call: see
/// swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_upload_archive(
    connection: *const swc_connection,
    container: *const c_char,
    prefix: *const c_char,
    format: i32,
    source: *const swc_source,
    request: *const swc_request,
    report: *mut *mut swc_report,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        reported(connection, request, report, err, |c, r| {
            let (container, prefix) = (text_if_any(container, "container")?, text_if_any(prefix, "prefix")?);
            let source = &share(source)?.source;
            c.upload_archive(container, prefix, archive(format, source)?, source, r)
        })
    }
}
