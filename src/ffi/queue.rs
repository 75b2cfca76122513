//! Where results wait for the caller.

use std::ptr;

use super::error::swc_error;
use super::handle::{Handle, free, share};
use super::result::swc_result;
use super::status::{SWC_OK, SWC_TIMED_OUT, swc_status};
use super::{guard, out, read, slice_mut, timeout};
use crate::core::Error;
use crate::service::Queue;

/// Where the results of jobs wait until they are popped, on the thread that pops them.
///
/// One queue may serve any number of jobs and services; all its functions may be called from any thread.
pub struct swc_queue {
    pub(super) queue: Queue,
}

/// Makes an empty queue.
///
/// Never blocks; any thread.
///
/// @param[out] queue The queue; free it with swc_queue_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_IO when the system gives no descriptor; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_new(queue: *mut *mut swc_queue, err: *mut *mut swc_error) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let queue = out(queue, "queue");
        guard(err, || {
            queue?.give(swc_queue { queue: Queue::new()? });
            Ok(SWC_OK)
        })
    }
}

/// Gives a descriptor for poll, epoll, kqueue or an event loop: readable exactly while results wait.
///
/// It is a level, not an edge: each time it is readable take a batch with swc_queue_pop() and a timeout of 0, and it
/// stays readable as long as more is left. A loop that is told of edges alone, as with EPOLLET, pops until there is
/// nothing. While several threads pop, one that is told may find nothing. The descriptor belongs to the queue: do not
/// read, write or close it. On Windows it is a SOCKET, for select, WSAPoll or an event loop that takes sockets. Never
/// blocks; any thread.
///
/// @param[in] queue The queue.
/// @param[out] fd The descriptor; -1 on failure.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when the system gives none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_fd(
    queue: *const swc_queue,
    fd: *mut i32,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let fd = out(fd, "fd");
        guard(err, || {
            let (fd, queue) = (fd?, share(queue)?);
            fd.set(queue.queue.fd()?);
            Ok(SWC_OK)
        })
    }
}

/// Takes results out of a queue, waiting for the first.
///
/// Blocks until there is a result, the time is up, or swc_queue_wake() is called; takes what is there
/// without waiting for more. Where results come so fast that to wake a thread for each would cost more than
/// they do, one that waits is woken for those of 0.1 ms together, and earlier with the last one of a job or
/// when the array would be full. Any thread; each result goes to one of them.
///
/// @param[in] queue The queue.
/// @param[out] results The results, each to be freed with swc_result_free(); the rest of the array becomes
/// NULL.
/// @param[in] max Length of the array, at least 1.
/// @param[in] timeout_ms Milliseconds to wait for the first: 0 not at all, -1 without limit.
/// @param[out] count Number of results.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK when there is at least one; SWC_TIMED_OUT when there is none; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_pop(
    queue: *const swc_queue,
    results: *mut *mut swc_result,
    max: usize,
    timeout_ms: i32,
    count: *mut usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let count = out(count, "count");
        let mut results = slice_mut(results, max, "results");
        if let Ok(results) = &mut results {
            results.fill(ptr::null_mut());
        }
        guard(err, || {
            let (count, results, queue) = (count?, results?, share(queue)?);
            if results.is_empty() {
                return Err(Error::invalid("max is 0, but there must be room for a result"));
            }
            let popped = queue.queue.pop(max, timeout(timeout_ms, "timeout_ms")?);
            if popped.is_empty() {
                return Ok(SWC_TIMED_OUT);
            }
            count.set(popped.len());
            for (slot, result) in results.iter_mut().zip(popped) {
                *slot = swc_result::from(result).into_raw();
            }
            Ok(SWC_OK)
        })
    }
}

/// Makes a thread that waits in swc_queue_pop() return, or the next one that would wait.
///
/// Calls are counted: each ends one wait. Results that are there are still popped first, and the descriptor of
/// swc_queue_fd() does not become readable. Never blocks; any thread.
///
/// @param[in] queue The queue; nothing happens for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_wake(queue: *const swc_queue) {
    // SAFETY: the header's rules.
    unsafe { read(queue, (), |q| q.queue.wake()) }
}

/// Counts the results that wait now.
///
/// Never blocks; any thread.
///
/// @param[in] queue The queue.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_length(queue: *const swc_queue) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(queue, 0, |q| q.queue.len()) }
}

/// Frees a queue, and the results that wait in it and those still to come.
///
/// The jobs go on. A thread that waits in swc_queue_pop() gets SWC_TIMED_OUT. Never blocks.
///
/// @param[in] queue The queue; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_queue_free(queue: *mut swc_queue) {
    // SAFETY: the header's rules.
    unsafe {
        // Said aloud, because a call in progress still holds the queue.
        read(queue, (), |q| q.queue.close());
        free(queue);
    }
}
