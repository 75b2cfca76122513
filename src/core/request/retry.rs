//! What one call says about how often and how patiently it is tried.

use std::time::Duration;

use super::Request;
use crate::core::error::{Error, Result};

/// As the key `retries` of the config has it.
const MOST: u32 = 1000;

impl Request {
    /// Sets how many times a failed request is made again.
    pub fn set_retries(&mut self, retries: u32) -> Result<()> {
        if retries > MOST {
            return Err(Error::invalid(format!("{retries} retries are too many, there can be {MOST}")));
        }
        self.retry.retries = Some(retries);
        Ok(())
    }

    /// Sets the first pause and the longest one; in between they double. No longest one: they double on and on.
    pub fn set_backoff(&mut self, starting: Duration, max: Option<Duration>) {
        self.retry.starting_backoff = Some(starting);
        self.retry.max_backoff = Some(max.unwrap_or(Duration::MAX));
    }

    /// Sets which fraction of each pause is random, 0 to 1.
    pub fn set_backoff_jitter(&mut self, jitter: f64) -> Result<()> {
        if !(0.0..=1.0).contains(&jitter) {
            return Err(Error::invalid(format!("{jitter} is no fraction; give a number from 0 to 1")));
        }
        self.retry.backoff_jitter = Some(jitter);
        Ok(())
    }

    /// Sets how long a pause the server may ask for; zero: it is not asked; `None`: as long as it wants.
    pub fn set_retry_after_max(&mut self, max: Option<Duration>) {
        self.retry.retry_after_max = Some(max.unwrap_or(Duration::MAX));
    }

    /// Sets how long after its start the call may still begin a request; `None`: for ever.
    pub fn set_retry_max_elapsed(&mut self, max: Option<Duration>) {
        self.retry.retry_max_elapsed = Some(max);
    }

    /// Sets whether a request refused for its rate (429, 498) is made again.
    pub fn set_retry_on_ratelimit(&mut self, retry: bool) {
        self.retry.retry_on_ratelimit = Some(retry);
    }
}
