//! How far jobs are, and what a service has done, in numbers.

use super::handle::free;
use super::{read, size_or_unknown};
use crate::service::{Progress, Statistics};

/// How far a job or a service is, at one moment.
///
/// For one thread at a time.
pub struct swc_progress {
    pub(super) progress: Progress,
}

/// Tells how many bytes of bodies have been sent and received.
///
/// @param[in] progress The progress.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_bytes(progress: *const swc_progress) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, 0, |p| p.progress.bytes) }
}

/// Tells how many bytes there are to move in all.
///
/// Listings tell it for what they find; of objects that are named it is known once each has been begun. One that
/// failed before its size was found out, as it is not there, counts for nothing.
///
/// @param[in] progress The progress.
/// @return The number of bytes; -1 when it is not known yet, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_bytes_total(progress: *const swc_progress) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, -1, |p| size_or_unknown(p.progress.bytes_total)) }
}

/// Tells how many objects are done, the failed ones included; containers and accounts that are named count too.
///
/// @param[in] progress The progress.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_objects(progress: *const swc_progress) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, 0, |p| p.progress.objects) }
}

/// Tells how many of the objects that are done have failed.
///
/// @param[in] progress The progress.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_failed(progress: *const swc_progress) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, 0, |p| p.progress.failed) }
}

/// Tells how many objects there are to do in all.
///
/// @param[in] progress The progress.
/// @return How many; -1 when a listing may still find more, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_objects_total(progress: *const swc_progress) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, -1, |p| size_or_unknown(p.progress.objects_total)) }
}

/// Tells how many bytes a second have moved during the last few seconds.
///
/// @param[in] progress The progress.
/// @return Bytes a second; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_rate(progress: *const swc_progress) -> f64 {
    // SAFETY: the header's rules.
    unsafe { read(progress, 0.0, |p| p.progress.rate) }
}

/// Frees a progress.
///
/// @param[in] progress The progress; NULL is fine. Not that of a result, which belongs to the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_progress_free(progress: *mut swc_progress) {
    // SAFETY: the header's rules.
    unsafe { free(progress) }
}

/// What a service has done so far, in all or for one verb.
///
/// For one thread at a time.
pub struct swc_statistics {
    pub(super) statistics: Statistics,
    pub(super) reauthentications: u64,
}

/// Tells how many jobs were taken.
///
/// @param[in] statistics The statistics.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_jobs(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.statistics.jobs) }
}

/// Tells how many HTTP requests were made, those for tokens not included.
///
/// @param[in] statistics The statistics.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_requests(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.statistics.requests) }
}

/// Tells how many of the requests were made because one before had failed.
///
/// @param[in] statistics The statistics.
/// @return How many; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_retries(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.statistics.retries) }
}

/// Tells how many bytes of bodies were sent.
///
/// @param[in] statistics The statistics.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_bytes_sent(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.statistics.sent) }
}

/// Tells how many bytes of bodies were received, listings included.
///
/// Not those of responses that were handed out: they are counted by whoever reads them.
///
/// @param[in] statistics The statistics.
/// @return The number of bytes; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_bytes_received(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.statistics.received) }
}

/// Tells how often a new token took the place of one the server did not take any more, or that was about to end.
///
/// It is that of all who share the token, whatever the verb.
///
/// @param[in] statistics The statistics.
/// @return How often; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_reauthentications(statistics: *const swc_statistics) -> u64 {
    // SAFETY: the header's rules.
    unsafe { read(statistics, 0, |s| s.reauthentications) }
}

/// Frees statistics.
///
/// @param[in] statistics The statistics; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_statistics_free(statistics: *mut swc_statistics) {
    // SAFETY: the header's rules.
    unsafe { free(statistics) }
}
