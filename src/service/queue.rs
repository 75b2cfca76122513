//! Where results wait: a list, a condition to sleep on, and a descriptor for event loops.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::job::Hold;
use super::result::JobResult;
use crate::core::cancel::lock;
use crate::core::error::{Error, Result};
use crate::sys::notify::Notify;

/// Where results wait for the caller. Cheap to clone; clones are the same queue, and any number of services may
/// deliver into it. When the last clone is dropped the queue is closed.
#[derive(Clone)]
pub struct Queue(Arc<Handle>);

/// What the caller's clones share. Jobs hold only the [`Shared`] part, so that a queue which nobody can pop any
/// more is noticed and closed.
struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The queue as jobs see it.
pub(super) struct Shared {
    inner: Mutex<Inner>,
    change: Condvar,
    /// How long results that come thick and fast are left to gather.
    gather: Duration,
}

/// Where a result ended a wait sooner than this, results come thick and fast: the next ones are left to gather for so long
/// before the thread that takes them is woken. To wake it for each costs more than a small operation does.
const GATHER: Duration = Duration::from_micros(100);

#[derive(Default)]
struct Inner {
    waiting: VecDeque<Entry>,
    /// Threads that sleep until there is a result.
    sleeping: usize,
    /// How many results end the sleep of a thread that lets them gather; 0: there is none.
    enough: usize,
    /// Whether the last wait was a short one.
    brisk: bool,
    /// Calls of `wake` that no `pop` has answered yet.
    wakes: usize,
    closed: bool,
    /// Raised exactly while `waiting` holds something; made when first asked for.
    notify: Option<Notify>,
}

/// A result and what it keeps back while it waits.
pub(super) struct Entry {
    pub result: JobResult,
    pub hold: Option<Hold>,
}

impl Inner {
    /// Brings the descriptor into line after a change of `waiting`; `was_empty` is how it was before.
    fn changed(&self, was_empty: bool) {
        if let Some(n) = &self.notify {
            match (was_empty, self.waiting.is_empty()) {
                (true, false) => n.raise(),
                (false, true) => n.clear(),
                _ => {}
            }
        }
    }
}

impl Shared {
    /// Adds a result. A closed queue gives it back; drop it outside all locks, for that lets its job go on.
    #[must_use]
    pub fn push(&self, entry: Entry) -> Option<Entry> {
        let mut q = lock(&self.inner);
        if q.closed {
            return Some(entry);
        }
        let was_empty = q.waiting.is_empty();
        let last = entry.result.is_last;
        q.waiting.push_back(entry);
        q.changed(was_empty);
        let wanted = q.sleeping > 0 || (q.enough > 0 && (last || q.waiting.len() >= q.enough));
        drop(q);
        if wanted {
            self.change.notify_one();
        }
        None
    }

    /// Whether results are still wanted.
    pub fn is_closed(&self) -> bool {
        lock(&self.inner).closed
    }

    fn close(&self) {
        let mut q = lock(&self.inner);
        q.closed = true;
        let dropped = std::mem::take(&mut q.waiting);
        q.changed(dropped.is_empty());
        drop(q);
        self.change.notify_all();
        // Outside the lock: jobs that waited for these to be taken go on and may deliver at once.
        drop(dropped);
    }

    fn pop(&self, max: usize, timeout: Option<Duration>) -> Vec<JobResult> {
        if max == 0 {
            return Vec::new();
        }
        // A time too far away to be told is as long as it takes.
        let until = timeout.and_then(|t| Instant::now().checked_add(t));
        let may_wait = timeout != Some(Duration::ZERO);
        let mut q = lock(&self.inner);
        let taken: Vec<Entry> = loop {
            if !q.waiting.is_empty() {
                let n = max.min(q.waiting.len());
                let taken = q.waiting.drain(..n).collect();
                q.changed(false);
                break taken;
            }
            if q.closed || !may_wait {
                return Vec::new();
            }
            if q.wakes > 0 {
                q.wakes -= 1;
                return Vec::new();
            }
            let began = Instant::now();
            let left = until.map(|u| u.saturating_duration_since(began));
            if left == Some(Duration::ZERO) {
                return Vec::new();
            }
            // With several that wait, results are for whoever is there.
            if std::mem::take(&mut q.brisk) && q.sleeping == 0 && q.enough == 0 {
                q.enough = max;
                q = self.sleep(q, Some(left.map_or(self.gather, |l| l.min(self.gather))));
                q.enough = 0;
                q.brisk = q.waiting.len() > 1;
            } else {
                q.sleeping += 1;
                q = self.sleep(q, left);
                q.sleeping -= 1;
                q.brisk = !q.waiting.is_empty() && began.elapsed() < self.gather;
            }
        };
        drop(q);
        // Outside the lock, for what the holds let go on; those of one job together.
        let mut holds: Option<Hold> = None;
        let mut result = |e: Entry| {
            if let Some(hold) = e.hold {
                let apart = match &mut holds {
                    Some(before) => before.join(hold),
                    None => Some(hold),
                };
                if apart.is_some() {
                    holds = apart;
                }
            }
            e.result
        };
        taken.into_iter().map(&mut result).collect()
    }

    /// Waits for a change, at most so long.
    fn sleep<'a>(&self, q: MutexGuard<'a, Inner>, most: Option<Duration>) -> MutexGuard<'a, Inner> {
        match most {
            None => self.change.wait(q).unwrap_or_else(PoisonError::into_inner),
            Some(most) => self.change.wait_timeout(q, most).unwrap_or_else(PoisonError::into_inner).0,
        }
    }
}

impl Queue {
    /// An empty queue.
    pub fn new() -> Result<Queue> {
        let shared = Shared { inner: Mutex::default(), change: Condvar::new(), gather: GATHER };
        Ok(Queue(Arc::new(Handle(Arc::new(shared)))))
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.0.0
    }

    /// Takes up to `max` results, waiting for the first: `None` as long as it takes, zero not at all. Empty when the
    /// time was up, when [`wake`](Queue::wake) was called, or when the queue is closed. Who waits while results come fast
    /// gets those of a moment together.
    pub fn pop(&self, max: usize, timeout: Option<Duration>) -> Vec<JobResult> {
        self.shared().pop(max, timeout)
    }

    /// Results waiting now.
    pub fn len(&self) -> usize {
        lock(&self.shared().inner).waiting.len()
    }

    /// Whether no result waits now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Ends one `pop` that waits, or the next one that would. Each call ends one; results that are there are
    /// still taken first.
    pub fn wake(&self) {
        let shared = self.shared();
        lock(&shared.inner).wakes += 1;
        shared.change.notify_one();
    }

    /// A descriptor, on Windows a socket, that is readable exactly while results wait. It belongs to the queue: watch it, but neither read
    /// from it nor close it.
    pub fn fd(&self) -> Result<i32> {
        let mut q = lock(&self.shared().inner);
        if let Some(n) = &q.notify {
            return Ok(n.fd());
        }
        let n = Notify::new().map_err(|e| Error::io("making the descriptor of a queue", &e))?;
        if !q.waiting.is_empty() {
            n.raise();
        }
        let fd = n.fd();
        q.notify = Some(n);
        Ok(fd)
    }

    /// No more results are wanted: those that wait and those to come are dropped, and every `pop` ends. Jobs run
    /// on, but for listings, which nobody would read.
    pub fn close(&self) {
        self.shared().close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(q: &Queue, tag: u64) -> bool {
        let mut result = JobResult::default();
        result.tag = tag;
        q.shared().push(Entry { result, hold: None }).is_none()
    }

    fn tags(results: Vec<JobResult>) -> Vec<u64> {
        results.iter().map(|r| r.tag).collect()
    }

    #[test]
    fn results_come_in_order_and_in_batches() {
        let q = Queue::new().unwrap();
        assert!(q.pop(10, Some(Duration::ZERO)).is_empty());
        for tag in 0..5 {
            assert!(push(&q, tag));
        }
        assert_eq!(q.len(), 5);
        assert!(q.pop(0, None).is_empty());
        assert_eq!(tags(q.pop(2, None)), [0, 1]);
        assert_eq!(tags(q.pop(usize::MAX, Some(Duration::MAX))), [2, 3, 4]);
        assert!(q.is_empty());
        assert!(q.pop(1, Some(Duration::from_millis(1))).is_empty());
    }

    #[test]
    fn a_pop_waits_for_its_result() {
        let q = Queue::new().unwrap();
        let other = q.clone();
        let t = std::thread::spawn(move || tags(other.pop(1, None)));
        push(&q, 7);
        assert_eq!(t.join().unwrap(), [7]);
    }

    #[test]
    fn each_wake_ends_one_pop() {
        let q = Queue::new().unwrap();
        q.wake();
        // One that does not wait leaves it to one that does.
        assert!(q.pop(1, Some(Duration::ZERO)).is_empty());
        push(&q, 1);
        assert_eq!(tags(q.pop(1, None)), [1]);
        assert!(q.pop(1, None).is_empty());

        let poppers: Vec<_> = (0..4)
            .map(|_| {
                let q = q.clone();
                std::thread::spawn(move || q.pop(1, None).len())
            })
            .collect();
        for _ in 0..3 {
            q.wake();
        }
        push(&q, 2);
        let taken: usize = poppers.into_iter().map(|t| t.join().unwrap()).sum();
        assert_eq!(taken, 1);
    }

    #[test]
    fn close_ends_every_pop_and_refuses_what_comes() {
        let q = Queue::new().unwrap();
        let poppers: Vec<_> = (0..3)
            .map(|_| {
                let q = q.clone();
                std::thread::spawn(move || q.pop(1, None).len())
            })
            .collect();
        q.close();
        for t in poppers {
            assert_eq!(t.join().unwrap(), 0);
        }
        assert!(!push(&q, 1));
        assert!(q.pop(1, None).is_empty());
    }

    /// A queue whose results gather for longer than any test lasts, and a thread that waits for so many of them.
    fn gathering(max: usize, timeout: Option<Duration>) -> (Queue, std::thread::JoinHandle<Vec<u64>>) {
        let inner = Mutex::new(Inner { brisk: true, ..Inner::default() });
        let gather = Duration::from_secs(3600);
        let q = Queue(Arc::new(Handle(Arc::new(Shared { inner, change: Condvar::new(), gather }))));
        let other = q.clone();
        let t = std::thread::spawn(move || tags(other.pop(max, timeout)));
        while timeout.is_none() && lock(&q.shared().inner).enough == 0 {
            std::thread::yield_now();
        }
        (q, t)
    }

    #[test]
    fn results_that_come_fast_gather_until_there_are_enough() {
        let (q, t) = gathering(3, None);
        assert!(push(&q, 0) && push(&q, 1));
        assert_eq!((q.len(), lock(&q.shared().inner).enough), (2, 3));
        assert!(push(&q, 2));
        assert_eq!(t.join().unwrap(), [0, 1, 2]);
        let inner = lock(&q.shared().inner);
        assert_eq!((inner.enough, inner.sleeping, inner.brisk), (0, 0, true));
    }

    #[test]
    fn the_last_result_of_a_job_does_not_wait_for_others() {
        let (q, t) = gathering(10, None);
        let mut result = JobResult::default();
        (result.tag, result.is_last) = (7, true);
        assert!(q.shared().push(Entry { result, hold: None }).is_none());
        assert_eq!(t.join().unwrap(), [7]);
        assert!(!lock(&q.shared().inner).brisk, "one alone is no crowd");
    }

    #[test]
    fn gathering_ends_with_a_wake_a_close_and_the_time() {
        let (q, t) = gathering(10, None);
        q.wake();
        assert!(t.join().unwrap().is_empty());
        let (q, t) = gathering(10, None);
        q.close();
        assert!(t.join().unwrap().is_empty());
        let (_q, t) = gathering(10, Some(Duration::from_millis(1)));
        assert!(t.join().unwrap().is_empty());
    }

    #[test]
    fn dropping_the_last_clone_closes() {
        let q = Queue::new().unwrap();
        let shared = q.shared().clone();
        drop(q.clone());
        assert!(!shared.is_closed());
        drop(q);
        assert!(shared.is_closed());
    }

    #[test]
    fn the_descriptor_is_readable_exactly_while_results_wait() {
        use crate::sys::notify::tests::readable;
        let q = Queue::new().unwrap();
        push(&q, 1);
        let fd = q.fd().unwrap();
        assert_eq!(q.fd().unwrap(), fd);
        assert!(readable(fd));
        push(&q, 2);
        q.pop(1, None);
        assert!(readable(fd));
        q.pop(1, None);
        assert!(!readable(fd));
        q.wake();
        assert!(!readable(fd));
        push(&q, 3);
        assert!(readable(fd));
        q.close();
        assert!(!readable(fd));
    }

    #[test]
    fn the_descriptor_keeps_its_level_under_many_threads() {
        use crate::sys::notify::tests::readable;
        let q = Queue::new().unwrap();
        let fd = q.fd().unwrap();
        let pushers: Vec<_> = (0..3)
            .map(|_| {
                let q = q.clone();
                std::thread::spawn(move || (0..2000).for_each(|i| assert!(push(&q, i))))
            })
            .collect();
        let poppers: Vec<_> = (0..3)
            .map(|_| {
                let q = q.clone();
                std::thread::spawn(move || {
                    let mut n = 0;
                    while n < 2000 {
                        n += q.pop(2000 - n, None).len();
                    }
                })
            })
            .collect();
        for t in pushers.into_iter().chain(poppers) {
            t.join().unwrap();
        }
        assert!(q.is_empty());
        assert!(!readable(fd));
        push(&q, 1);
        assert!(readable(fd));
    }
}
