//! The machinery under work of the tests' own: no server, no sleeping, and waits that are bounded only so that
//! a mistake fails instead of hanging.

mod ends;
mod jobs;
mod parts;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, Weak};
use std::thread;
use std::time::Duration;

use super::engine::{Engine, First, Plan, Sizes};
use super::job::Ticket;
use super::pool::Lane;
use super::work::{Group, Next, Turn, Wait, Work};
use super::{JobResult, Queue};
use crate::core::cancel::lock;
use crate::core::{Error, Kind};

const PATIENCE: Duration = Duration::from_secs(120);

/// Work that is a closure.
struct Do<F>(F);

impl<F: Fn(usize, &mut Turn) -> Next + Send + Sync> Work for Do<F> {
    fn blank(&self, index: usize) -> JobResult {
        about(index)
    }
    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        (self.0)(index, turn)
    }
}

fn work<F: Fn(usize, &mut Turn) -> Next + Send + Sync + 'static>(f: F) -> Arc<dyn Work> {
    Arc::new(Do(f))
}

fn about(index: usize) -> JobResult {
    JobResult::about("test", None, Some(&index.to_string()))
}

/// Work that is done at once.
fn nothing() -> Arc<dyn Work> {
    work(|index, _| Next::done(about(index)))
}

fn engine(threads: usize, max_queued: usize) -> Arc<Engine> {
    Engine::new(Sizes { threads: [threads; Lane::ALL.len()], max_queued })
}

fn take(q: &Queue, n: usize) -> Vec<JobResult> {
    let mut all = Vec::new();
    while all.len() < n {
        let some = q.pop(n - all.len(), Some(PATIENCE));
        assert!(!some.is_empty(), "{} of {n} results came", all.len());
        all.extend(some);
    }
    all
}

/// Everything up to the last result of one job.
fn take_job(q: &Queue, job: u64) -> Vec<JobResult> {
    let mut all = Vec::new();
    loop {
        let r = take(q, 1).remove(0);
        assert_eq!(r.job, job);
        let last = r.is_last;
        all.push(r);
        if last {
            assert!(q.is_empty());
            return all;
        }
    }
}

fn is_cancelled(r: &JobResult) -> bool {
    r.error.as_ref().is_some_and(|e| e.kind() == Kind::Cancelled)
}

/// A number that can be waited for.
#[derive(Clone, Default)]
struct Count(Arc<(Mutex<usize>, Condvar)>);

impl Count {
    fn add(&self) {
        *lock(&self.0.0) += 1;
        self.0.1.notify_all();
    }
    fn get(&self) -> usize {
        *lock(&self.0.0)
    }
    fn wait(&self, n: usize) {
        let (guard, timeout) =
            self.0.1.wait_timeout_while(lock(&self.0.0), PATIENCE, |have| *have < n).unwrap();
        assert!(!timeout.timed_out(), "{} of {n}", *guard);
    }
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < until, "{what}");
        thread::yield_now();
    }
}

/// Work that tells when it starts and then waits for `go`.
fn gated(started: &Count, go: &Count) -> Arc<dyn Work> {
    let (started, go) = (started.clone(), go.clone());
    work(move |index, _| {
        started.add();
        go.wait(1);
        Next::done(about(index))
    })
}

/// Work that goes on until it is cancelled.
fn endless(started: &Count) -> Arc<dyn Work> {
    let started = started.clone();
    work(move |index, turn| {
        started.add();
        eventually("cancelled", || turn.job().cancel_token().is_cancelled());
        Next::done(about(index).failed(Error::new(Kind::Cancelled, "in the middle")))
    })
}

/// A listing of so many pages.
fn pages(n: usize, made: &Count) -> Arc<dyn Work> {
    let made = made.clone();
    work(move |_, turn| {
        if !turn.job().is_wanted() || made.get() == n {
            return Next::done(about(usize::MAX));
        }
        let page = about(made.get());
        made.add();
        if turn.job().interim(page) { Next::Again(Wait::Unread(2)) } else { Next::done(about(usize::MAX)) }
    })
}
