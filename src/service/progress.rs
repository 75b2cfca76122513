//! How far a job or a whole service is: counted where bytes move and elements end, read at any time.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::core::cancel::lock;

/// The action of results that tell the progress.
pub(super) const ACTION: &str = "progress";

/// The rate is that of the last seconds.
const WINDOW: Duration = Duration::from_secs(5);
/// Between two looks at the clock's count of bytes.
const STEP: Duration = Duration::from_millis(100);

/// How far something is at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Bytes of bodies sent and received so far.
    pub bytes: u64,
    /// Bytes there are to move in all, once that is known.
    pub bytes_total: Option<u64>,
    /// Objects, and containers or accounts asked for by themselves, that are done, the failed ones included.
    pub objects: u64,
    /// Those of them that failed.
    pub failed: u64,
    /// How many there are in all, once that is known: a listing may still find more.
    pub objects_total: Option<u64>,
    /// Bytes a second, of the last few seconds.
    pub rate: f64,
}

/// Counts the progress of a job, and of the service it belongs to.
#[derive(Default)]
pub struct Tally {
    above: Option<Arc<Tally>>,
    bytes: AtomicU64,
    expected: AtomicU64,
    objects: AtomicU64,
    failed: AtomicU64,
    announced: AtomicU64,
    /// Those announced whose number of bytes is known.
    sized: AtomicU64,
    /// Listings that may announce more.
    searching: AtomicU64,
    recent: Mutex<Recent>,
}

#[derive(Default)]
struct Recent {
    /// When there were how many bytes, the oldest first.
    marks: VecDeque<(Instant, u64)>,
    reported: Option<Instant>,
}

impl Tally {
    /// One whose counts are added to those of `above` too.
    pub fn below(above: &Arc<Tally>) -> Arc<Tally> {
        Arc::new(Tally { above: Some(above.clone()), ..Tally::default() })
    }

    fn all(&self) -> impl Iterator<Item = &Tally> {
        std::iter::successors(Some(self), |t| t.above.as_deref())
    }

    fn add(&self, what: fn(&Tally) -> &AtomicU64, count: u64) {
        for tally in self.all() {
            what(tally).fetch_add(count, Ordering::Relaxed);
        }
    }

    /// There are `count` more objects to do. `sized`: nothing more will be said of their bytes.
    pub fn announce(&self, count: u64, sized: bool) {
        self.add(|t| &t.announced, count);
        if sized {
            self.add(|t| &t.sized, count);
        }
    }

    /// The job is over: what it has not found out, nobody need wait for.
    pub(super) fn settle(&self) {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        self.add(|t| &t.sized, get(&self.announced).saturating_sub(get(&self.sized)));
        for _ in 0..get(&self.searching) {
            self.found_all();
        }
    }

    /// Of `count` objects it is known that they have so many bytes to move together.
    pub fn size(&self, count: u64, bytes: u64) {
        self.add(|t| &t.expected, bytes);
        self.add(|t| &t.sized, count);
    }

    /// One object is begun, whose size is still to be found out.
    pub fn begin(self: &Arc<Self>) -> Begun {
        Begun { tally: Some(self.clone()) }
    }

    /// A listing begins that announces more.
    pub fn search(&self) {
        self.add(|t| &t.searching, 1);
    }

    /// That listing is over.
    pub fn found_all(&self) {
        for tally in self.all() {
            tally.searching.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Bytes have moved.
    pub fn moved(&self, bytes: u64) {
        let time = Instant::now();
        for tally in self.all() {
            let now = tally.bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
            // Who comes while another marks leaves it to that one.
            if let Ok(mut recent) = tally.recent.try_lock() {
                recent.mark(time, now);
            }
        }
    }

    /// `count` objects are done, of which so many failed.
    pub(super) fn done(&self, count: u64, failed: u64) {
        self.add(|t| &t.objects, count);
        self.add(|t| &t.failed, failed);
    }

    /// Whether it is time to tell the progress once more; if so, that is noted.
    pub(super) fn is_due(&self, every: Duration) -> bool {
        let Ok(mut recent) = self.recent.try_lock() else { return false };
        let now = Instant::now();
        let due = recent.reported.is_none_or(|at| now.duration_since(at) >= every);
        if due {
            recent.reported = Some(now);
        }
        due
    }

    /// How far it is now.
    pub fn progress(&self) -> Progress {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let (bytes, announced) = (get(&self.bytes), get(&self.announced));
        let complete = get(&self.searching) == 0;
        Progress {
            bytes,
            bytes_total: (complete && get(&self.sized) >= announced).then(|| get(&self.expected)),
            objects: get(&self.objects),
            failed: get(&self.failed),
            objects_total: complete.then_some(announced),
            rate: lock(&self.recent).rate(Instant::now(), bytes),
        }
    }
}

/// An object whose size nobody knows yet. When it ends before its size is found out, it has no bytes to move: else the
/// total of all the others would stay unknown because of it.
pub struct Begun {
    tally: Option<Arc<Tally>>,
}

impl Begun {
    /// The object has so many bytes; `None`: nobody can say before its end.
    pub fn size(mut self, bytes: Option<u64>) {
        if let Some(tally) = self.tally.take()
            && let Some(bytes) = bytes
        {
            tally.size(1, bytes);
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        if let Some(tally) = self.tally.take() {
            tally.size(1, 0);
        }
    }
}

impl Recent {
    fn mark(&mut self, now: Instant, bytes: u64) {
        if self.marks.back().is_some_and(|(at, _)| now.duration_since(*at) < STEP) {
            return;
        }
        // One mark before the window stays, so that there is always something to compare with.
        while self.marks.get(1).is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) {
            self.marks.pop_front();
        }
        self.marks.push_back((now, bytes));
    }

    fn rate(&self, now: Instant, bytes: u64) -> f64 {
        let within = |m: &&(Instant, u64)| now.duration_since(m.0) <= WINDOW;
        let Some((at, before)) = self.marks.iter().find(within) else { return 0.0 };
        let seconds = now.duration_since(*at).as_secs_f64();
        if seconds > 0.0 { bytes.saturating_sub(*before) as f64 / seconds } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_reach_the_service() {
        let service = Arc::new(Tally::default());
        let (a, b) = (Tally::below(&service), Tally::below(&service));
        a.announce(3, false);
        a.size(3, 300);
        a.moved(100);
        a.done(1, 0);
        b.search();
        b.announce(2, false);
        b.done(1, 1);
        let p = a.progress();
        assert_eq!(
            (p.bytes, p.bytes_total, p.objects, p.failed, p.objects_total),
            (100, Some(300), 1, 0, Some(3))
        );
        let p = b.progress();
        assert_eq!((p.bytes_total, p.objects, p.failed, p.objects_total), (None, 1, 1, None));
        let p = service.progress();
        assert_eq!((p.bytes, p.bytes_total, p.objects, p.failed, p.objects_total), (100, None, 2, 1, None));
        b.size(2, 50);
        b.found_all();
        let p = service.progress();
        assert_eq!((p.bytes_total, p.objects_total), (Some(350), Some(5)));
        // What a job that ended early left open.
        let c = Tally::below(&service);
        c.announce(2, false);
        c.search();
        assert_eq!(service.progress().bytes_total, None);
        c.settle();
        assert_eq!(service.progress().bytes_total, Some(350));
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut r = Recent::default();
        let start = Instant::now();
        let at = |s: f64| start + Duration::from_secs_f64(s);
        r.mark(at(0.0), 0);
        r.mark(at(0.05), 1);
        assert_eq!(r.marks.len(), 1);
        for s in 1..=20 {
            r.mark(at(f64::from(s)), u64::from(s as u32) * 1000);
        }
        assert!(r.marks.len() <= 8);
        assert!((r.rate(at(20.0), 20_000) - 1000.0).abs() < 1.0);
        // Nothing moved for long.
        assert_eq!(r.rate(at(60.0), 20_000), 0.0);
    }

    #[test]
    fn reports_come_no_oftener_than_asked_for() {
        let t = Tally::default();
        assert!(t.is_due(Duration::from_secs(600)));
        assert!(!t.is_due(Duration::from_secs(600)));
        assert!(t.is_due(Duration::ZERO));
    }
}
