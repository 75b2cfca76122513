//! The Service API: batches of jobs on worker threads.

use std::ffi::c_char;

use super::config::swc_config;
use super::connection::swc_connection;
use super::error::swc_error;
use super::handle::{borrow, free, share};
use super::objects::swc_objects;
use super::progress::{swc_progress, swc_statistics};
use super::queue::swc_queue;
use super::source::swc_source;
use super::status::{SWC_OK, SWC_TIMED_OUT, swc_status};
use super::{guard, out, out_if_any, read, text, text_if_any, timeout};
use crate::core::{Config, Error, Kind, Result};
use crate::service::{Objects, Service, Verb, What};

/// Workers that do jobs on the account of a connection, many at once.
///
/// Each job is queued with a tag of the caller's, and its results come through the queue named with it. All
/// functions may be called from any thread.
///
/// A job counts one result for each object it names, or one. When nothing is outstanding a job of any size is taken;
/// otherwise it must fit: its results and those outstanding, still to come or not popped yet, may be "max_queued".
pub struct swc_service {
    service: Service,
}

/// Runs `body` with the options, which may be NULL.
///
/// # Safety
/// The header's rules for `options`.
pub(super) unsafe fn with_options<R>(
    options: *const swc_config,
    body: impl FnOnce(Option<&Config>) -> Result<R>,
) -> Result<R> {
    // SAFETY: as this function's own.
    body(unsafe { borrow(options) }.ok().map(|o| &o.config))
}

/// A list of objects; NULL for what contains them.
///
/// # Safety
/// The header's rules for `objects`.
unsafe fn objects_if_any(objects: *const swc_objects) -> Option<Objects> {
    // SAFETY: as this function's own.
    unsafe { borrow(objects) }.ok().map(|o| o.objects.clone())
}

/// Queues a job.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn submit(
    service: *const swc_service,
    (options, queue, tag): (*const swc_config, *const swc_queue, u64),
    job: *mut u64,
    err: *mut *mut swc_error,
    verb: impl FnOnce() -> Result<Verb>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let job = out_if_any(job);
        guard(err, || {
            let service = share(service)?;
            let verb = verb()?;
            let queue = share(queue)?;
            job.set(with_options(options, |o| service.service.submit(&queue.queue, tag, verb, o))?);
            Ok(SWC_OK)
        })
    }
}

/// Makes a service over the account of a connection.
///
/// It shares token and sockets with the connection, which may be freed. Its threads start when there is
/// work. Never blocks; any thread.
///
/// @param[in] connection The connection.
/// @param[in] options Settings that shall differ from the connection's, such as "object_uu_threads" or
/// "max_queued"; NULL for none. What swc_config_load_env() has set there is for connections and has no effect.
/// @param[out] service The service; free it with swc_service_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when an option is not one for a service.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_new(
    connection: *const swc_connection,
    options: *const swc_config,
    service: *mut *mut swc_service,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let service = out(service, "service");
        guard(err, || {
            let (service, connection) = (service?, share(connection)?);
            let made = with_options(options, |o| Service::new(&connection.connection, o))?;
            service.give(swc_service { service: made });
            Ok(SWC_OK)
        })
    }
}

/// Queues a stat: of the account, of a container, or of each of some objects.
///
/// There is one result for each; the items of a result are what the swift command shows. Never blocks; any
/// thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; NULL for the account.
/// @param[in] objects Objects in the container; NULL for the container itself. A list without any is refused.
/// @param[in] options Settings for this job alone; NULL for none. It knows "header", "human" and "verbose", for objects
/// also "version_id" and "fail_fast", and "progress_interval"; an object "header" and "version_id".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_stat(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let container = text_if_any(container, "container")?.map(str::to_owned);
            Ok(Verb::Stat { container, objects: objects_if_any(objects) })
        })
    }
}

/// Queues a post: sets metadata and other settings of the account, of a container, or of each of some objects.
///
/// There is one result for each. What is not mentioned stays as it is, but not with objects: there all metadata is
/// replaced. A container that is not there is made. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; NULL for the account.
/// @param[in] objects Objects in the container; NULL for the container itself. A list without any is refused.
/// @param[in] options Settings for this job alone; NULL for none. It knows "meta" and "header", for a container
/// also "read_acl", "write_acl", "sync_to" and "sync_key", for objects "fail_fast", and "progress_interval"; an
/// object "meta" and "header".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_post(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let container = text_if_any(container, "container")?.map(str::to_owned);
            Ok(Verb::Post { container, objects: objects_if_any(objects) })
        })
    }
}

/// Queues a list: the containers of the account, or the objects of a container.
///
/// There is one result for each page, with its rows, and a last one that has none. At most two pages wait
/// unread: popping one lets the list go on. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; NULL for the account.
/// @param[in] options Settings for this job alone; NULL for none. It knows "prefix", "delimiter", "marker",
/// "header" and "progress_interval", for the account also "long", for a container "versions" and "version_marker".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_list(
    service: *const swc_service,
    container: *const c_char,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let container = text_if_any(container, "container")?.map(str::to_owned);
            Ok(Verb::List { container })
        })
    }
}

/// Queues an upload: of files, whole directories and other sources, as whole objects or in segments.
///
/// There is one result for each object, with the action "upload_object", "create_dir_marker" for a directory; for a
/// whole directory a last one, "upload_directory", which has failed when something in it has. Before them come
/// those of the containers, "create_container", which are made unless "skip_container_put" is set; that one cannot
/// be made makes nothing else fail.
///
/// What is larger than "segment_size" goes in segments, several at once, to the container "segment_container", each
/// with a result "upload_segment"; then a manifest makes one object of them, a static large object (SLO) or, when
/// "use_slo" says so or the cluster has no other, a dynamic one (DLO). A stream becomes none of the latter. A file
/// that grows or changes in any way meanwhile gets no manifest (SWC_ERR_IO). An upload that broke off, even with
/// its program, goes on where it was when it is made again: segments of the same file that are stored, and have the
/// right MD5, are not sent again (status "skipped-identical"). With "clean_segments" they are deleted when the
/// object fails instead; a job that is cancelled sends nothing more and leaves them. The segments of an object that
/// was replaced are deleted ("delete_segment") unless "leave_segments" is set. A stream whose segments are larger
/// than "buffer_size" is not kept in memory, and has one result for all. Segments of up to 64 MiB of a file that
/// lies in the system's memory are hashed many at once before they are sent, which costs little; others while they
/// are sent.
///
/// "changed" leaves files alone whose object has their size and time, "skip_identical" those whose object has the same
/// content; the status is "skipped-changed" or "skipped-identical" then, else "uploaded". Each object carries
/// the time of its file as X-Object-Meta-Mtime. The list and its sources may be freed at once; memory that a source was
/// made of must stay until the job is done. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; what stands behind a slash in it goes before the names of all objects.
/// @param[in] objects What to upload; a name without a source is the path of a file too.
/// @param[in] options Settings for this job alone; NULL for none. It knows "meta", "header", "segment_size", "use_slo",
/// "segment_container", "leave_segments", "clean_segments", "changed", "skip_identical", "dir_marker", "checksum",
/// "buffer_size", which an object may have too, and "skip_container_put", "fail_fast" and "progress_interval".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_upload(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            Ok(Verb::Upload {
                container: text(container, "container")?.to_owned(),
                objects: borrow(objects)?.objects.clone(),
            })
        })
    }
}

/// Queues an upload of one object, as swc_service_upload() does it for a list of this alone.
///
/// Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; what stands behind a slash in it goes before the name of the object.
/// @param[in] object Name the object gets.
/// @param[in] source The bytes.
/// @param[in] options Settings for this job alone, as for swc_service_upload(); NULL for none.
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return As swc_service_upload().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_upload_object(
    service: *const swc_service,
    container: *const c_char,
    object: *const c_char,
    source: *const swc_source,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let mut objects = Objects::new();
            let source = share(source)?.source.clone();
            objects.add_what(Some(text(object, "object")?), What::Source(source), None)?;
            Ok(Verb::Upload { container: text(container, "container")?.to_owned(), objects })
        })
    }
}

/// Queues a download: of each of some objects, of a container or of the account.
///
/// There is one result for each object, with the action "download_object"; for a container or the account a last
/// one, "download_container" or "download_account", which has failed when the listing or an object has. Files get
/// the names of the objects below the folder "out_directory", for the account with that of the container before
/// them; a name that would leave the folder is refused, while links that lie in the folder are followed. Each
/// appears when it is complete and its checksum is right. What is at least twice as long as "part_size" comes in
/// parts of about that size, several at once: large objects by their segments, plain ones and large segments by
/// ranges, all of the object as it was at the beginning (SWC_ERR_PRECONDITION when it changes), and verified like
/// any other, a dynamic large object by what the listing of its segments tells of each. With "resume" what has come
/// in parts is kept beside the file, in hidden ones ending in .partial and .parts, when the download fails or the
/// program ends, and the same download goes on with it. Else one that fails leaves nothing, and one whose program is
/// killed a temporary file, .NAME.XXXXXXXXXXXXXXXX.part with sixteen digits (0 to 9, a to f) after the first forty
/// characters of the name, which is never taken up again: delete those when no download is running.
/// "skip_identical" compares large objects segment by segment. With "out_file" set to "-" the results hand out the
/// open responses instead, see swc_result_take_response(). Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; NULL for the account, which "yes_all" must allow.
/// @param[in] objects Objects in the container; NULL for all. A list without any is refused.
/// @param[in] options Settings for this job alone; NULL for none. It knows "checksum", "header", "out_directory",
/// "remove_prefix" with "prefix", "part_size", "resume", "no_download", "shuffle", "ignore_mtime",
/// "skip_identical", "fail_fast" and "progress_interval", for objects also "version_id" and "out_file", for all of
/// them "prefix", "marker" and "yes_all"; an object "checksum", "header", "version_id", "out_file",
/// "out_directory", "part_size", "resume", "no_download", "ignore_mtime" and "skip_identical".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_download(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let container = text_if_any(container, "container")?.map(str::to_owned);
            Ok(Verb::Download { container, objects: objects_if_any(objects) })
        })
    }
}

/// Queues a delete: of each of some objects, of a container with all that is in it, or of the account.
///
/// There is one result for each object, and for a container or the account one more, with the action
/// "delete_container" (or "delete_prefix", when "prefix" says what to delete) and "delete_account". Large objects
/// go with their segments unless "leave_segments" is set; each segment of a dynamic one has a result,
/// "delete_segment". What a listing found goes in bulk where "bulk" allows it; objects that are named only with
/// "leave_segments", as else each is asked for its segments. An object that is not there is a failure
/// (SWC_ERR_NOT_FOUND), but none in bulk. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] container Name of the container; NULL for the account, which "yes_all" must allow.
/// @param[in] objects Objects in the container; NULL for the container with all that is in it. A list without any is
/// refused.
/// @param[in] options Settings for this job alone; NULL for none. It knows "header", "prefix", "leave_segments",
/// "bulk", "fail_fast" and "progress_interval", for objects also "version_id", for a container "versions", for the
/// account "yes_all"; an object "header", "version_id" and "leave_segments".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_delete(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            let container = text_if_any(container, "container")?.map(str::to_owned);
            Ok(Verb::Delete { container, objects: objects_if_any(objects) })
        })
    }
}

/// Queues a copy of each of some objects, within the cluster.
///
/// There is one result for each, and before them one with the action "create_container" for each container they are
/// copied to, which is made when it is not there. Never blocks; any thread.
///
/// A large object, static (SLO) or dynamic (DLO), becomes a plain one with the same bytes. One that is larger than
/// the cluster lets a plain object be ("swift.max_file_size" of its capabilities, 5 GiB by default) stays a large
/// one: its segments are copied within the cluster, several at once, to "segment_container" (made when it is
/// missing), each with a result "copy_segment"; then a manifest of the same kind makes one object of the copies,
/// with the metadata, media type and expiry a copy has. Copied onto itself it keeps its segments. The copies are
/// compared with the manifest they are from. A copy that broke off goes on where it was when it is made again:
/// segments that are there, and have the right MD5, are not copied again (status "skipped-identical"). With
/// "clean_segments" they are deleted when the copy fails instead. The segments of an object that was replaced so
/// are deleted ("delete_segment") unless "leave_segments" is set; those of the source stay.
///
/// @param[in] service The service.
/// @param[in] container Name of the container.
/// @param[in] objects Objects in the container, at least one.
/// @param[in] options Settings for this job alone; NULL for none. It knows "destination" (as "/container" or
/// "/container/object"; without it objects are copied onto themselves), "fresh_metadata", "meta", "header",
/// "version_id", "segment_container", "leave_segments" and "clean_segments", which an object may have too, and
/// "fail_fast" and "progress_interval".
/// @param[in] queue Where the results go.
/// @param[in] tag Whatever shall come back in the results.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_copy(
    service: *const swc_service,
    container: *const c_char,
    objects: *const swc_objects,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        submit(service, (options, queue, tag), job, err, || {
            Ok(Verb::Copy {
                container: text(container, "container")?.to_owned(),
                objects: borrow(objects)?.objects.clone(),
            })
        })
    }
}

/// Queues a question for what the cluster offers; the answer is in the JSON of the result.
///
/// A cluster is asked once in the life of the service, unless "refresh_cache" is set. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] options Settings for this job alone; NULL for none. It knows "url" (of another cluster),
/// "refresh_cache" and "progress_interval".
/// @param[in] queue Where the result goes.
/// @param[in] tag Whatever shall come back in the result.
/// @param[out] job Number of the job, which is never 0; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
/// call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_capabilities(
    service: *const swc_service,
    options: *const swc_config,
    queue: *const swc_queue,
    tag: u64,
    job: *mut u64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { submit(service, (options, queue, tag), job, err, || Ok(Verb::Capabilities)) }
}

/// Ends a job: what it has not begun and what it is doing.
///
/// Its last result still comes; what was left to do fails with SWC_ERR_CANCELLED. Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] job Number of the job.
/// @return Whether there was such a job that had not ended; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_cancel(service: *const swc_service, job: u64) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(service, false, |s| s.service.cancel(job)) }
}

/// Ends all jobs, as swc_service_cancel() does; new ones may follow.
///
/// Never blocks; any thread.
///
/// @param[in] service The service; nothing happens for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_cancel_all(service: *const swc_service) {
    // SAFETY: the header's rules.
    unsafe { read(service, (), |s| s.service.cancel_all()) }
}

/// Counts the jobs whose last result has not come yet.
///
/// Never blocks; any thread.
///
/// @param[in] service The service.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_pending(service: *const swc_service) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(service, 0, |s| s.service.pending()) }
}

/// Tells how far a job is, or all of a service.
///
/// Never blocks; any thread. The option "progress_interval" has the same told as results, see swc_result_progress().
///
/// @param[in] service The service.
/// @param[in] job Number of the job; 0 for all that the service has done and has to do.
/// @param[out] progress The progress; free it with swc_progress_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when there is no such job, or none any more; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_progress(
    service: *const swc_service,
    job: u64,
    progress: *mut *mut swc_progress,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let progress = out(progress, "progress");
        guard(err, || {
            let (progress, service) = (progress?, share(service)?);
            let Some(now) = service.service.progress(job) else {
                return Err(Error::new(
                    Kind::State,
                    format!("there is no job {job}, or its last result has come"),
                ));
            };
            progress.give(swc_progress { progress: now });
            Ok(SWC_OK)
        })
    }
}

/// Tells what a service has done so far: jobs, requests, retries, bytes.
///
/// Never blocks; any thread.
///
/// @param[in] service The service.
/// @param[in] verb Only of this verb: "stat", "list", "post", "upload", "download", "delete", "copy" or "capabilities";
/// NULL for all.
/// @param[out] statistics The statistics; free them with swc_statistics_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such verb; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_statistics(
    service: *const swc_service,
    verb: *const c_char,
    statistics: *mut *mut swc_statistics,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let statistics = out(statistics, "statistics");
        guard(err, || {
            let (statistics, service) = (statistics?, share(service)?);
            let read = service.service.statistics(text_if_any(verb, "verb")?)?;
            let reauthentications = service.service.reauthentications();
            statistics.give(swc_statistics { statistics: read, reauthentications });
            Ok(SWC_OK)
        })
    }
}

/// Takes no more jobs, waits for those there are, then stops the threads.
///
/// Blocks until the jobs are done; when the time is up they are cancelled, and this waits for what cannot be
/// cancelled: a callback that has not returned. Every job has its last result in its queue then, and queues stay
/// usable. While this waits, lists run to their end without waiting for
/// their pages to be read. Calling it again, or on several threads, is fine; in a callback it cannot wait.
///
/// @param[in] service The service.
/// @param[in] timeout_ms Milliseconds to wait; 0 cancels at once, -1 waits without limit.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_TIMED_OUT when jobs had to be cancelled; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_shutdown(
    service: *const swc_service,
    timeout_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let service = share(service)?;
            let in_time = service.service.shutdown(timeout(timeout_ms, "timeout_ms")?);
            Ok(if in_time { SWC_OK } else { SWC_TIMED_OUT })
        })
    }
}

/// Frees a service. Jobs that have not ended are cancelled; their last results are in their queues.
///
/// To have them done, call swc_service_shutdown() first. Blocks until the threads have ended, and so until a
/// callback that is running has returned; called in a callback it does not wait.
///
/// @param[in] service The service; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_service_free(service: *mut swc_service) {
    // SAFETY: the header's rules.
    unsafe {
        // A call of another thread may hold the service: its jobs end all the same.
        read(service, (), |s| s.service.cancel_all());
        free(service);
    }
}
