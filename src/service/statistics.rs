//! What a service has done so far, in numbers, for each verb.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::core::meter::Meter;
use crate::core::{Error, Result};

/// The verbs, in the order of their counters.
pub const VERBS: [&str; 8] = ["stat", "list", "post", "upload", "download", "delete", "copy", "capabilities"];

/// What was done, for one verb or for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Jobs that were taken.
    pub jobs: u64,
    /// Requests that were made, those for tokens not included.
    pub requests: u64,
    /// Those of them that were made because another one had failed.
    pub retries: u64,
    /// Bytes of bodies that were sent.
    pub sent: u64,
    /// Bytes of bodies that were received, listings included.
    pub received: u64,
}

/// The counters behind it.
#[derive(Default)]
pub(super) struct Counters {
    jobs: AtomicU64,
    /// Counts the requests.
    pub meter: Arc<Meter>,
    sent: AtomicU64,
    received: AtomicU64,
}

impl Counters {
    pub fn job(&self) {
        self.jobs.fetch_add(1, Ordering::Relaxed);
    }

    pub fn sent(&self, bytes: u64) {
        self.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn received(&self, bytes: u64) {
        self.received.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// The counters of all verbs.
pub(super) type Board = [Arc<Counters>; VERBS.len()];

/// What the counters say: of one verb, or of all when it is `None`.
pub(super) fn read(board: &Board, verb: Option<&str>) -> Result<Statistics> {
    if let Some(v) = verb.filter(|v| !VERBS.contains(v)) {
        return Err(Error::invalid(format!("there is no verb {v:?}; it is one of {}", VERBS.join(", "))));
    }
    let mut all = Statistics::default();
    for (name, c) in VERBS.iter().zip(board) {
        if verb.is_none_or(|v| v == *name) {
            all.jobs += c.jobs.load(Ordering::Relaxed);
            all.requests += c.meter.requests();
            all.retries += c.meter.retries();
            all.sent += c.sent.load(Ordering::Relaxed);
            all.received += c.received.load(Ordering::Relaxed);
        }
    }
    Ok(all)
}
