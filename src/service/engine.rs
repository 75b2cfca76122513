//! What drives a service: its pools, the jobs in them, the bound on what is outstanding, and the shutdown.
//!
//! It knows nothing of Swift. Locks are taken in the order job → engine → queue, or engine → pool.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::job::{Job, Task};
use super::pool::{Lane, Pool, works_for};
use super::progress::Tally;
use super::queue::Queue;
use super::work::Work;
use crate::core::cancel::lock;
use crate::core::{Error, Kind, Result};

/// How much an engine may do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Threads of each pool, in the order of [`Lane::ALL`].
    pub threads: [usize; Lane::ALL.len()],
    /// Elements submitted whose results were not taken yet.
    pub max_queued: usize,
}

/// Elements that are done before those of the plan are started. How they end has no effect on those.
pub struct First {
    /// Where they are done.
    pub lane: Lane,
    /// What is done.
    pub work: Arc<dyn Work>,
    /// How many there are, at least one.
    pub count: usize,
}

/// What a job is: its first elements, and what holds for all of it.
pub struct Plan {
    /// Where they are done.
    pub lane: Lane,
    /// What is done.
    pub work: Arc<dyn Work>,
    /// What comes before it.
    pub first: Option<First>,
    /// How many elements there are at first, at least one.
    pub count: usize,
    /// What each of them counts of `max_queued`.
    pub weight: usize,
    /// How many objects it is about; `None`: it finds out.
    pub objects: Option<u64>,
    /// Of those that it finds out, how many it knows already.
    pub known: u64,
    /// When it finds out: how many searches that takes, each of which says when it is over.
    pub searches: usize,
    /// Whether there are no bytes to wait for beyond those that listings tell.
    pub sized: bool,
    /// Whether the first failure ends what is not started.
    pub fail_fast: bool,
    /// How often progress is told as a result; `None`: never.
    pub report_every: Option<Duration>,
    /// Where progress is counted.
    pub tally: Arc<Tally>,
}

impl Plan {
    /// `count` elements of `work`.
    pub fn new(lane: Lane, work: Arc<dyn Work>, count: usize) -> Plan {
        Plan {
            lane,
            work,
            first: None,
            count,
            weight: 1,
            objects: Some(count as u64),
            known: 0,
            searches: 1,
            sized: true,
            fail_fast: false,
            report_every: None,
            tally: Arc::default(),
        }
    }
}

/// Pools of workers and the jobs they do.
pub struct Engine {
    pools: [Pool; Lane::ALL.len()],
    max_queued: usize,
    outstanding: AtomicUsize,
    draining: AtomicBool,
    state: Mutex<State>,
    change: Condvar,
    joining: Mutex<()>,
}

#[derive(Default)]
struct State {
    shut: bool,
    /// Whether a shutdown had to cancel something.
    forced: bool,
    last_id: u64,
    jobs: HashMap<u64, Arc<Job>>,
}

impl Engine {
    /// An engine without any threads yet.
    pub fn new(sizes: Sizes) -> Arc<Engine> {
        Arc::new(Engine {
            pools: Lane::ALL.map(|lane| Pool::new(lane, sizes.threads[lane as usize])),
            max_queued: sizes.max_queued.max(1),
            outstanding: AtomicUsize::new(0),
            draining: AtomicBool::new(false),
            state: Mutex::default(),
            change: Condvar::new(),
            joining: Mutex::new(()),
        })
    }

    pub(super) fn pool(&self, lane: Lane) -> &Pool {
        &self.pools[lane as usize]
    }

    /// Queues a job and returns its id.
    pub fn submit(self: &Arc<Engine>, queue: &Queue, tag: u64, plan: Plan) -> Result<u64> {
        let lane = plan.first.as_ref().map_or(plan.lane, |f| f.lane);
        let Some(count) = plan.count.checked_mul(plan.weight).filter(|n| *n > 0) else {
            return Err(Error::invalid("a job needs something to do"));
        };
        let mut state = lock(&self.state);
        if state.shut {
            return Err(Error::new(Kind::State, "the service is shut down"));
        }
        // Only grows under the lock, so the bound holds.
        let before = self.outstanding.load(Ordering::Acquire);
        if before > 0 && before.saturating_add(count) > self.max_queued {
            return Err(Error::new(
                Kind::Again,
                format!(
                    "the job wants {count} results and {before} are outstanding, together more than the {} of \
                     max_queued: take some first",
                    self.max_queued
                ),
            ));
        }
        match plan.objects {
            Some(objects) => plan.tally.announce(objects, plan.sized),
            None => {
                plan.tally.announce(plan.known, plan.sized);
                for _ in 0..plan.searches {
                    plan.tally.search();
                }
            }
        }
        state.last_id += 1;
        let id = state.last_id;
        let job = Job::new(self, id, tag, queue.shared().clone(), &plan);
        let task = job.start_with(&plan);
        self.outstanding.fetch_add(count, Ordering::AcqRel);
        // Under the lock, so that no shutdown comes in between. The job's end waits for it as well.
        if let Err(e) = self.pool(lane).send(self, task) {
            self.outstanding.fetch_sub(count, Ordering::AcqRel);
            // Out of the lock: the work may hold a source that the caller's code releases.
            drop(state);
            job.discard();
            drop(plan);
            return Err(e);
        }
        state.jobs.insert(id, job);
        Ok(id)
    }

    /// Queues elements of a running job.
    pub(super) fn send(self: &Arc<Engine>, task: Arc<Task>) {
        if let Err(e) = self.pool(task.lane()).send(self, task.clone()) {
            task.fail(|| Error::new(e.kind(), e.message()));
        }
    }

    pub(super) fn free_slots(&self, count: usize) {
        self.outstanding.fetch_sub(count, Ordering::AcqRel);
    }

    /// Whether jobs must come to their end without waiting for a reader.
    pub(super) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// A job delivers its last result, by `push`: together with that it is gone from here.
    pub(super) fn finish<T>(&self, id: u64, push: impl FnOnce() -> T) -> T {
        let mut state = lock(&self.state);
        if let Some(job) = state.jobs.remove(&id) {
            job.tally().settle();
        }
        let pushed = push();
        if state.jobs.is_empty() {
            self.change.notify_all();
        }
        pushed
    }

    /// Ends one job; `false` when there is no such job.
    pub fn cancel(&self, id: u64) -> bool {
        let job = lock(&self.state).jobs.get(&id).cloned();
        job.inspect(|j| j.cancel()).is_some()
    }

    /// How far a job is that has not delivered its last result.
    pub fn tally(&self, id: u64) -> Option<Arc<Tally>> {
        lock(&self.state).jobs.get(&id).map(|j| j.tally().clone())
    }

    /// Ends all jobs.
    pub fn cancel_all(&self) {
        for job in self.all_jobs() {
            job.cancel();
        }
    }

    fn all_jobs(&self) -> Vec<Arc<Job>> {
        lock(&self.state).jobs.values().cloned().collect()
    }

    /// Jobs that have not delivered their last result.
    pub fn pending(&self) -> usize {
        lock(&self.state).jobs.len()
    }

    /// Results submitted for that were not taken yet.
    pub fn outstanding(&self) -> usize {
        self.outstanding.load(Ordering::Acquire)
    }

    /// See [`Service::shutdown`](super::Service::shutdown).
    pub fn shutdown(self: &Arc<Engine>, timeout: Option<Duration>) -> bool {
        // A worker cannot wait for itself: there the jobs end at once and the threads go when they can.
        let inside = works_for(self);
        let until = timeout.and_then(|t| Instant::now().checked_add(t));
        lock(&self.state).shut = true;
        if timeout != Some(Duration::ZERO) && !inside {
            // Whoever waits here may be the one who should have read: what comes is kept in the queue instead.
            self.draining.store(true, Ordering::Release);
            for job in self.all_jobs() {
                job.unpark();
            }
            self.wait(until);
        }
        let mut state = lock(&self.state);
        state.forced |= !state.jobs.is_empty();
        let forced = state.forced;
        drop(state);
        self.cancel_all();
        for pool in &self.pools {
            pool.stop();
        }
        if !inside {
            let one_at_a_time = lock(&self.joining);
            for pool in &self.pools {
                pool.join();
            }
            drop(one_at_a_time);
            // Results that another thread is delivering because it cancels.
            self.wait(None);
        }
        !forced
    }

    /// Waits until there are no jobs, or for a time.
    fn wait(&self, until: Option<Instant>) {
        let mut state = lock(&self.state);
        while !state.jobs.is_empty() {
            state = match until {
                None => self.change.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return;
                    }
                    self.change.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}
