//! Whether a failed request is made again, and after how long; and what became of each request of a call.

use std::time::{Duration, Instant, SystemTime};

use super::config::Options;
use super::error::{Error, Kind, is_retryable};
use super::headers::Headers;

/// No pause is longer, whatever a server asks for: the end of one far longer is no time that a clock could show.
const LONGEST: Duration = Duration::from_secs(366 * 86_400);

/// What one call says about its repetitions; what it leaves open the config says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RetryChoice {
    /// How many times a failed request is made again.
    pub retries: Option<u32>,
    /// Pause before a request is first made again.
    pub starting_backoff: Option<Duration>,
    /// The longest pause of our own.
    pub max_backoff: Option<Duration>,
    /// The fraction of each pause that is random, 0 to 1.
    pub backoff_jitter: Option<f64>,
    /// The longest pause that a server may ask for; zero: it is not asked.
    pub retry_after_max: Option<Duration>,
    /// Since when no more requests are begun, from the start of the call; the inner `None`: no limit.
    pub retry_max_elapsed: Option<Option<Duration>>,
    /// Whether 429 and 498 are tried again.
    pub retry_on_ratelimit: Option<bool>,
}

impl RetryChoice {
    /// All is left open.
    pub const fn new() -> RetryChoice {
        RetryChoice {
            retries: None,
            starting_backoff: None,
            max_backoff: None,
            backoff_jitter: None,
            retry_after_max: None,
            retry_max_elapsed: None,
            retry_on_ratelimit: None,
        }
    }
}

/// One request of a call, and what became of it.
#[derive(Clone, Debug, Default)]
pub struct Attempt {
    /// HTTP status; 0 when no answer came.
    pub status: u16,
    /// Reason phrase; may be empty.
    pub reason: String,
    /// Headers of the answer.
    pub headers: Headers,
    /// What went wrong; empty when nothing did.
    pub error: String,
    /// How long it took, up to the headers of the answer, or the whole of an answer that is read whole.
    pub elapsed: Duration,
    /// How long the call waited before the next one.
    pub pause: Duration,
}

/// What is left to try for one operation.
#[derive(Clone, Debug)]
pub(crate) struct Retry {
    /// Requests made so far.
    pub attempts: u32,
    left: u32,
    pause: Duration,
    /// Both as they were at first.
    whole: (u32, Duration),
    max: Duration,
    jitter: f64,
    /// The longest pause that a server may ask for.
    asked: Duration,
    /// No request begins after that.
    until: Option<Instant>,
    late: bool,
    on_ratelimit: bool,
    /// When the request at hand began.
    began: Option<Instant>,
    /// What became of the requests so far; that of the last one is not in it when it succeeded.
    history: Vec<Attempt>,
    /// A request that does not count may have reached the server all the same.
    pub unsure: bool,
}

impl Retry {
    /// `retries` more requests after the first, with pauses that double.
    pub fn new(options: &Options, choice: &RetryChoice) -> Retry {
        let max = choice.max_backoff.unwrap_or(options.max_backoff).min(LONGEST);
        // One limit holds for both kinds of pauses, unless it was said otherwise.
        let asked = choice.retry_after_max.or(options.retry_after_max).unwrap_or(max).min(LONGEST);
        let elapsed = choice.retry_max_elapsed.unwrap_or(options.retry_max_elapsed);
        let whole = (
            choice.retries.unwrap_or(options.retries),
            choice.starting_backoff.unwrap_or(options.starting_backoff).min(max),
        );
        Retry {
            attempts: 0,
            left: whole.0,
            pause: whole.1,
            whole,
            max,
            jitter: choice.backoff_jitter.unwrap_or(options.backoff_jitter).clamp(0.0, 1.0),
            asked,
            until: elapsed.and_then(|e| Instant::now().checked_add(e)),
            late: false,
            on_ratelimit: choice.retry_on_ratelimit.unwrap_or(options.retry_on_ratelimit),
            began: None,
            history: Vec::new(),
            unsure: false,
        }
    }

    /// Counts a request that begins now, which is the time that it gives back.
    pub fn begin(&mut self) -> Instant {
        self.attempts += 1;
        *self.began.insert(Instant::now())
    }

    /// The request at hand does not count: it went out on a connection that the server had closed. Most likely it
    /// reached nobody.
    pub fn forget(&mut self) {
        self.attempts -= 1;
        self.unsure = true;
    }

    /// Whether the caller wants failed requests to be made again at all.
    pub fn repeats(&self) -> bool {
        self.whole.0 > 0
    }

    /// How long the request at hand has taken.
    pub fn elapsed(&self) -> Duration {
        self.elapsed_at(Instant::now())
    }

    /// How long it had taken at that time.
    pub fn elapsed_at(&self, then: Instant) -> Duration {
        self.began.map_or(Duration::ZERO, |began| then.saturating_duration_since(began))
    }

    /// Keeps what became of the request at hand, which failed.
    pub fn failed(&mut self, e: &Error) {
        let answer = e.failure();
        self.history.push(Attempt {
            status: e.http_status(),
            reason: answer.map(|f| f.reason.clone()).unwrap_or_default(),
            headers: answer.map(|f| f.headers.clone()).unwrap_or_default(),
            error: e.message().to_owned(),
            elapsed: self.elapsed(),
            pause: Duration::ZERO,
        });
    }

    /// Keeps an answer that is not the one the caller sees.
    pub fn answered(&mut self, status: u16, reason: &str, headers: &Headers) {
        let (reason, headers, elapsed) = (reason.to_owned(), headers.clone(), self.elapsed());
        self.history.push(Attempt { status, reason, headers, elapsed, ..Attempt::default() });
    }

    /// The body of the last answer broke off. When that answer is not kept yet, `headers` are its own.
    pub fn broke(&mut self, e: &Error, answer: impl FnOnce() -> (u16, String, Headers)) {
        if self.history.len() < self.attempts as usize {
            let (status, reason, headers) = answer();
            self.history.push(Attempt {
                status,
                reason,
                headers,
                elapsed: self.elapsed(),
                ..Attempt::default()
            });
        }
        if let Some(last) = self.history.last_mut() {
            e.message().clone_into(&mut last.error);
        }
    }

    /// What became of the requests so far; that of the last one is not in it when it succeeded.
    pub fn history(&self) -> &[Attempt] {
        &self.history
    }

    /// All that could be tried at first can be tried again: since the last failure much has gone well.
    pub fn renew(&mut self) {
        (self.left, self.pause) = self.whole;
    }

    /// Whether it is only for the time that there is no further request.
    pub fn late(&self) -> bool {
        self.late
    }

    /// Whether there may be another request after an answer of this status.
    pub fn may_follow(&self, status: u16) -> bool {
        let kind = Error::kind_of_status(status);
        self.left > 0 && is_retryable(status) && (kind != Kind::RateLimited || self.on_ratelimit)
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
        let mut pause = whole.mul_f64(1.0 - self.jitter * fastrand::f64());
        let asked = e.failure().and_then(|f| f.headers.get_str("retry-after"));
        if let Some(asked) = asked.and_then(|v| seconds(v, SystemTime::now())) {
            // A server may ask for more patience, but not for more than the caller has.
            pause = pause.max(asked.min(self.asked));
        }
        self.late = self.until.is_some_and(|u| Instant::now() + pause > u);
        if self.late {
            return None;
        }
        if let Some(last) = self.history.last_mut() {
            last.pause = pause;
        }
        Some(pause)
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
            whole: (left, Duration::from_secs(1)),
            max: Duration::from_secs(5),
            jitter,
            asked: Duration::from_secs(5),
            until: None,
            late: false,
            on_ratelimit: true,
            began: None,
            history: Vec::new(),
            unsure: false,
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
        let none = RetryChoice::default();
        let r = Retry::new(&Options::from_config(&c).unwrap(), &none);
        assert_eq!((r.left, r.pause, r.max), (7, Duration::from_secs(3), Duration::from_secs(120)));
        assert_eq!((r.jitter, r.on_ratelimit, r.until), (0.25, false, None));
        // A server may ask for as much as we would wait by ourselves, until somebody says something else.
        assert_eq!(r.asked, Duration::from_secs(120));
        c.set("retry_after_max", Some("7")).unwrap();
        c.set("retry_max_elapsed", Some("9")).unwrap();
        let r = Retry::new(&Options::from_config(&c).unwrap(), &none);
        assert_eq!(r.asked, Duration::from_secs(7));
        assert!(r.until.is_some_and(|u| u > Instant::now()));
    }

    #[test]
    fn a_call_says_it_differently() {
        let mut c = crate::core::Config::new();
        for (k, v) in
            [("os_storage_url", "http://h/v1/a"), ("os_auth_token", "t"), ("retry_max_elapsed", "9")]
        {
            c.set(k, Some(v)).unwrap();
        }
        let choice = RetryChoice {
            retries: Some(2),
            starting_backoff: Some(Duration::from_secs(4)),
            max_backoff: Some(Duration::from_secs(8)),
            backoff_jitter: Some(0.125),
            retry_after_max: Some(Duration::ZERO),
            retry_max_elapsed: Some(None),
            retry_on_ratelimit: Some(false),
        };
        let r = Retry::new(&Options::from_config(&c).unwrap(), &choice);
        assert_eq!((r.left, r.pause, r.max), (2, Duration::from_secs(4), Duration::from_secs(8)));
        assert_eq!((r.jitter, r.asked, r.until, r.on_ratelimit), (0.125, Duration::ZERO, None, false));
    }

    #[test]
    fn df_12_a_server_that_asks_for_ages_gets_a_year() {
        let mut c = crate::core::Config::new();
        for (k, v) in [("os_storage_url", "http://h/v1/a"), ("os_auth_token", "t")] {
            c.set(k, Some(v)).unwrap();
        }
        let choice = RetryChoice { retry_after_max: Some(Duration::MAX), ..RetryChoice::default() };
        let mut r = Retry::new(&Options::from_config(&c).unwrap(), &choice);
        r.until = Instant::now().checked_add(Duration::from_secs(1));
        assert!(r.after(&answered(503, Some("18446744073709551615"))).is_none() && r.late());
        r.until = None;
        let pause = r.after(&answered(503, Some("18446744073709551615"))).unwrap();
        assert_eq!(pause, LONGEST);
        let call = crate::core::cancel::Call::new(Some(Instant::now()));
        assert!(!call.has_time(pause));
    }

    #[test]
    fn no_request_begins_when_its_time_is_over() {
        let mut r = retry(5, 0.0);
        r.until = Some(Instant::now() + Duration::from_secs(60));
        assert!(r.after(&answered(503, None)).is_some() && !r.late());
        r.until = Some(Instant::now());
        assert!(r.after(&answered(503, None)).is_none() && r.late());
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
    fn rb_03_what_went_well_for_long_may_fail_as_often_again() {
        let mut r = retry(2, 0.0);
        let e = answered(503, None);
        assert_eq!(std::iter::from_fn(|| r.after(&e)).count(), 2);
        r.renew();
        assert_eq!(r.after(&e), Some(Duration::from_secs(1)));
        assert_eq!(std::iter::from_fn(|| r.after(&e)).count(), 1);
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
        let mut deaf = retry(1, 0.0);
        deaf.asked = Duration::ZERO;
        assert_eq!(deaf.after(&answered(503, Some("3"))), Some(Duration::from_secs(1)));
        let mut patient = retry(1, 0.0);
        patient.asked = Duration::from_secs(100);
        assert_eq!(patient.after(&answered(429, Some("70"))), Some(Duration::from_secs(70)));
        let spread: Vec<f64> =
            (0..100).map(|_| retry(1, 0.5).after(&answered(503, None)).unwrap().as_secs_f64()).collect();
        assert!(spread.iter().all(|p| (0.5..=1.0).contains(p)));
        assert!(spread.iter().any(|p| *p < 0.75) && spread.iter().any(|p| *p > 0.75), "{spread:?}");
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:40 GMT", now), Some(Duration::from_secs(3)));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:30 GMT", now), Some(Duration::ZERO));
    }
}
