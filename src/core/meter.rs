//! Counts requests as they are made, for those who want to know how many something took.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts requests; what it counts is counted above it too.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    above: Option<Arc<Meter>>,
    requests: AtomicU64,
    retries: AtomicU64,
}

impl Meter {
    /// One below another.
    pub fn below(above: &Arc<Meter>) -> Arc<Meter> {
        Arc::new(Meter { above: Some(above.clone()), ..Meter::default() })
    }

    /// A request is made; `again` when one before it failed.
    pub fn count(&self, again: bool) {
        for meter in std::iter::successors(Some(self), |m| m.above.as_deref()) {
            meter.requests.fetch_add(1, Ordering::Relaxed);
            if again {
                meter.retries.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// How many were made.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// How many of them because one before had failed.
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }
}
