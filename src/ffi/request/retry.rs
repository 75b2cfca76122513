//! What one call says about its repetitions, in place of the config.

use super::{change, swc_request};
use crate::core::Error;
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::timeout;

/// Sets how many times a failed request is made again, whatever the key `retries` of the config says.
///
/// As with the key, a request refused for its token (HTTP 401) is made once more beside these.
///
/// @param[in] request The request.
/// @param[in] retries How many times, from 0 to 1000.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_retries(
    request: *mut swc_request,
    retries: u32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_retries(retries)) }
}

/// Sets the pauses before a request is made again, whatever the keys `starting_backoff` and `max_backoff` say.
///
/// @param[in] request The request.
/// @param[in] starting_ms Milliseconds before the first repetition; the pause doubles each time.
/// @param[in] max_ms The longest pause in milliseconds; -1 for no limit.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_backoff(
    request: *mut swc_request,
    starting_ms: i32,
    max_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            let Some(starting) = timeout(starting_ms, "starting_ms")? else {
                return Err(Error::invalid(
                    "starting_ms is -1; the first pause has no other limit than itself",
                ));
            };
            r.set_backoff(starting, timeout(max_ms, "max_ms")?);
            Ok(())
        })
    }
}

/// Sets which fraction of each pause is random, whatever the key `backoff_jitter` says.
///
/// @param[in] request The request.
/// @param[in] jitter The fraction, from 0 to 1.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_backoff_jitter(
    request: *mut swc_request,
    jitter: f64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_backoff_jitter(jitter)) }
}

/// Sets how long a pause the server may ask for with Retry-After, whatever the key `retry_after_max` says.
///
/// When it asks for more the pause is this long. It is never shorter than the pause without Retry-After.
///
/// @param[in] request The request.
/// @param[in] max_ms Milliseconds; 0: the server is not asked; -1 for no limit.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_retry_after_max(
    request: *mut swc_request,
    max_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_retry_after_max(timeout(max_ms, "max_ms")?);
            Ok(())
        })
    }
}

/// Sets how long after its start a call may still make a failed request again, whatever the key
/// `retry_max_elapsed` says.
///
/// A request that is on its way goes on; to end that too there is swc_request_set_timeout().
///
/// @param[in] request The request.
/// @param[in] elapsed_ms Milliseconds; -1 for no limit.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_retry_max_elapsed(
    request: *mut swc_request,
    elapsed_ms: i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_retry_max_elapsed(timeout(elapsed_ms, "elapsed_ms")?);
            Ok(())
        })
    }
}

/// Sets whether a request that the server refused for its rate (HTTP 429, 498) is made again, whatever the key
/// `retry_on_ratelimit` says.
///
/// @param[in] request The request.
/// @param[in] retry Whether to make it again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_retry_on_ratelimit(
    request: *mut swc_request,
    retry: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_retry_on_ratelimit(retry);
            Ok(())
        })
    }
}
