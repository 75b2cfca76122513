//! What became of each request of a call: the same questions to an error and to a response.

use std::ffi::{CString, c_char};
use std::ptr;
use std::sync::Mutex;
use std::time::Duration;

use super::{Out, borrowed, c_string, header};
use crate::core::cancel::lock;
use crate::core::retry::Attempt;

/// A request and its texts for C.
struct Told {
    index: usize,
    attempt: Attempt,
    reason: CString,
    error: CString,
}

/// The requests that were asked about. Their texts, which are lent, stay where they are until this is dropped.
#[derive(Default)]
pub(super) struct Attempts(Mutex<Vec<Told>>);

/// Where the answers of `tell` go.
pub(super) struct Outputs {
    pub http_status: Out<i32>,
    pub reason: Out<*const c_char>,
    pub transaction_id: Out<*const c_char>,
    pub message: Out<*const c_char>,
    pub elapsed_ms: Out<i64>,
    pub pause_ms: Out<i64>,
}

fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

impl Attempts {
    /// Calls `then` with a request that lives as long as this.
    fn with<R>(&self, attempt: &Attempt, index: usize, then: impl FnOnce(&Told) -> R) -> R {
        let mut all = lock(&self.0);
        // It may have changed since it was asked for: a body that broke off later.
        let same = |t: &Told| {
            let (a, b) = (&t.attempt, attempt);
            t.index == index && (a.status, &a.error, a.pause) == (b.status, &b.error, b.pause)
        };
        let at = match all.iter().position(same) {
            Some(at) => at,
            None => {
                let reason = c_string(attempt.reason.as_str());
                let error = c_string(attempt.error.as_str());
                all.push(Told { index, attempt: attempt.clone(), reason, error });
                all.len() - 1
            }
        };
        then(&all[at])
    }

    /// Tells about one of the requests; `false` when there is none of that number.
    pub fn tell(&self, all: &[Attempt], index: usize, to: Outputs) -> bool {
        let Some(attempt) = all.get(index) else { return false };
        self.with(attempt, index, |t| {
            to.http_status.set(t.attempt.status.into());
            to.reason.set(t.reason.as_ptr());
            let headers = &t.attempt.headers;
            let id =
                headers.get_with_nul("x-trans-id").or_else(|| headers.get_with_nul("x-openstack-request-id"));
            to.transaction_id.set(id.map_or(c"".as_ptr(), |id| borrowed(Some(id))));
            to.message.set(t.error.as_ptr());
            to.elapsed_ms.set(milliseconds(t.attempt.elapsed));
            to.pause_ms.set(milliseconds(t.attempt.pause));
        });
        true
    }

    /// A header of the answer to one of the requests.
    ///
    /// # Safety
    /// As [`header`].
    pub unsafe fn header(&self, all: &[Attempt], index: usize, name: *const c_char) -> *const c_char {
        let Some(attempt) = all.get(index) else { return ptr::null() };
        // SAFETY: as this function's own.
        self.with(attempt, index, |t| unsafe { header(&t.attempt.headers, name) })
    }
}
