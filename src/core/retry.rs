//! Whether a failed request is made again, and after how long.

use std::time::{Duration, SystemTime};

use super::config::Options;
use super::error::{Error, Kind};

/// What is left to try for one operation.
#[derive(Debug)]
pub(crate) struct Retry {
    /// Requests made so far.
    pub attempts: u32,
    left: u32,
    pause: Duration,
    max: Duration,
    jitter: f64,
    on_ratelimit: bool,
}

impl Retry {
    /// `options.retries` more requests after the first, with pauses that double.
    pub fn new(options: &Options) -> Retry {
        Retry {
            attempts: 0,
            left: options.retries,
            pause: options.starting_backoff.min(options.max_backoff),
            max: options.max_backoff,
            jitter: options.backoff_jitter.clamp(0.0, 1.0),
            on_ratelimit: options.retry_on_ratelimit,
        }
    }

    /// How long to wait before the next request; `None` when there shall be none.
    pub fn after(&mut self, e: &Error) -> Option<Duration> {
        if !e.retryable() || (e.kind() == Kind::RateLimited && !self.on_ratelimit) || self.left == 0 {
            return None;
        }
        self.left -= 1;
        let whole = self.pause;
        self.pause = self.pause.saturating_mul(2).min(self.max);
        // Many clients that failed together must not come back together.
        let pause = whole.mul_f64(1.0 - self.jitter * fastrand::f64());
        let asked = e
            .failure()
            .and_then(|f| f.headers.get_str("retry-after"))
            .and_then(|v| seconds(v, SystemTime::now()));
        // A server may ask for more patience, but not for more than the caller has.
        Some(asked.map_or(pause, |a| pause.max(a.min(self.max))))
    }
}

/// `Retry-After`: seconds, or a date.
fn seconds(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(s) = value.parse::<u64>() {
        return Some(Duration::from_secs(s));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::error::Failure;

    fn retry(left: u32, jitter: f64) -> Retry {
        Retry {
            attempts: 0,
            left,
            pause: Duration::from_secs(1),
            max: Duration::from_secs(5),
            jitter,
            on_ratelimit: true,
        }
    }

    #[test]
    fn the_settings_arrive() {
        let mut c = crate::core::Config::new();
        for (k, v) in [
            ("auth", "http://h/auth/v1.0"),
            ("user", "u"),
            ("key", "k"),
            ("retries", "7"),
            ("starting_backoff", "3"),
            ("max_backoff", "2m"),
            ("backoff_jitter", "0.25"),
            ("retry_on_ratelimit", "no"),
        ] {
            c.set(k, Some(v)).unwrap();
        }
        let r = Retry::new(&Options::from_config(&c).unwrap());
        assert_eq!((r.left, r.pause, r.max), (7, Duration::from_secs(3), Duration::from_secs(120)));
        assert_eq!((r.jitter, r.on_ratelimit), (0.25, false));
    }

    fn answered(status: u16, retry_after: Option<&str>) -> Error {
        let mut f = Failure { status, ..Failure::default() };
        if let Some(v) = retry_after {
            f.headers.push("Retry-After", v.as_bytes());
        }
        Error::from_failure("Object GET", f)
    }

    #[test]
    fn rt_01_pauses_double_up_to_the_maximum() {
        let mut r = retry(5, 0.0);
        let e = answered(503, None);
        let s: Vec<_> = std::iter::from_fn(|| r.after(&e)).map(|d| d.as_secs()).collect();
        assert_eq!(s, [1, 2, 4, 5, 5]);
    }

    #[test]
    fn rt_03_what_is_tried_again() {
        for status in [408, 499, 500, 502, 503, 504, 507, 498, 429] {
            assert!(retry(1, 0.0).after(&answered(status, None)).is_some(), "{status}");
        }
        for status in [304, 400, 401, 403, 404, 409, 412, 413, 416, 422] {
            assert!(retry(1, 0.0).after(&answered(status, None)).is_none(), "{status}");
        }
        let mut r = retry(1, 0.0);
        r.on_ratelimit = false;
        assert!(r.after(&answered(498, None)).is_none());
        assert!(r.after(&answered(503, None)).is_some());
    }

    #[test]
    fn df_12_retry_after_is_honoured_within_the_maximum_and_pauses_are_spread() {
        assert_eq!(retry(1, 0.0).after(&answered(503, Some("3"))), Some(Duration::from_secs(3)));
        assert_eq!(retry(1, 0.0).after(&answered(503, Some("3600"))), Some(Duration::from_secs(5)));
        assert_eq!(retry(1, 0.0).after(&answered(503, Some("soon"))), Some(Duration::from_secs(1)));
        for _ in 0..100 {
            let p = retry(1, 0.5).after(&answered(503, None)).unwrap().as_secs_f64();
            assert!((0.5..=1.0).contains(&p));
        }
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:40 GMT", now), Some(Duration::from_secs(3)));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:30 GMT", now), Some(Duration::ZERO));
    }
}
