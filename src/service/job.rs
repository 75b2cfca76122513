//! Jobs: what is asked for ([`Work`]), how far it is, and that it ends in exactly one last result.
//!
//! A job is a number of open elements. Each element ends in exactly one result, and the result of the last open
//! one is the job's last. Whoever works on an element holds its [`Ticket`], and a ticket cannot get lost: dropped
//! without a result, in a panic too, it delivers a failure.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::engine::Engine;
use super::pool::Lane;
use super::queue::{Entry, Shared};
use super::result::JobResult;
use crate::core::cancel::lock;
use crate::core::{Cancel, Error, Kind};

/// What a verb does with its elements, one at a time, on any worker, several at once.
pub trait Work: Send + Sync {
    /// The result of element `index` as long as nothing is known of it but what it is about. Used for elements that
    /// are never started.
    fn blank(&self, index: usize) -> JobResult;

    /// Works on element `index`. It may block on the network and on files, but never on other work of a service.
    fn run(&self, index: usize, turn: &mut Turn) -> Next;
}

/// How a turn ends.
pub enum Next {
    /// The element is finished; this is its result.
    Done(Box<JobResult>),
    /// The element takes another turn once fewer than this many results of its job wait unread. Until then no
    /// worker is kept from other work.
    Again(usize),
    /// The element's ticket went elsewhere ([`Turn::hand_over`]); whoever has it delivers.
    Elsewhere,
}

impl Next {
    /// The element is finished; this is its result.
    pub fn done(result: JobResult) -> Next {
        Next::Done(Box::new(result))
    }
}

/// What a running element may use.
pub struct Turn {
    job: Arc<Job>,
    pub(super) ticket: Option<Ticket>,
}

impl Turn {
    pub(super) fn new(ticket: Ticket) -> Turn {
        Turn { job: ticket.task.job.clone(), ticket: Some(ticket) }
    }

    /// The job it belongs to.
    pub fn job(&self) -> &Arc<Job> {
        &self.job
    }

    /// Takes the element's ticket, to have the element finished elsewhere: by other elements that were
    /// [added](Job::add), or by [`Ticket::follow`]. The turn then ends with [`Next::Elsewhere`].
    pub fn hand_over(&mut self) -> Option<Ticket> {
        self.ticket.take()
    }
}

/// One job, from submission to its last result.
pub struct Job {
    id: u64,
    tag: u64,
    queue: Arc<Shared>,
    engine: Arc<Engine>,
    cancel: Cancel,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Elements without a result, those not started included.
    open: usize,
    /// Results in the queue.
    unread: usize,
    /// Tasks with elements that are not started, for those who cancel.
    tasks: Vec<Arc<Task>>,
    /// Those of them that wait for fewer unread results than this.
    parked: Vec<(usize, Arc<Task>)>,
}

impl Job {
    pub(super) fn new(engine: &Arc<Engine>, id: u64, tag: u64, queue: Arc<Shared>) -> Arc<Job> {
        Arc::new(Job {
            id,
            tag,
            queue,
            engine: engine.clone(),
            cancel: Cancel::new(),
            state: Mutex::default(),
        })
    }

    /// Its id, never 0.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The token that ends its calls.
    pub fn cancel_token(&self) -> &Cancel {
        &self.cancel
    }

    /// Whether anybody will read its results.
    pub fn is_wanted(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Adds `count` elements of `work`, to be done in `lane`. Only for those who hold a ticket of this job.
    pub fn add(self: &Arc<Job>, lane: Lane, work: Arc<dyn Work>, count: usize) {
        if count > 0 {
            let task = Task::new(self, lane, work, 0..count, false, false);
            lock(&self.state).open += count;
            self.launch(task);
        }
    }

    /// Delivers a result that ends no element, such as a page of a listing. Only for those who hold a ticket of this
    /// job, for nothing may come after its last result. `false` when nobody will read it.
    pub fn interim(self: &Arc<Job>, result: JobResult) -> bool {
        let mut state = lock(&self.state);
        if state.open == 0 {
            return false;
        }
        state.unread += 1;
        let refused = self.queue.push(self.entry(result, false));
        drop(state);
        refused.is_none()
    }

    fn entry(self: &Arc<Job>, mut result: JobResult, slot: bool) -> Entry {
        result.job = self.id;
        result.tag = self.tag;
        result.time = SystemTime::now();
        Entry { result, hold: Some(Hold { job: self.clone(), slot }) }
    }

    /// The first task of a job that nobody else knows yet.
    pub(super) fn start_with(self: &Arc<Job>, lane: Lane, work: Arc<dyn Work>, count: usize) -> Arc<Task> {
        let task = Task::new(self, lane, work, 0..count, true, false);
        let mut state = lock(&self.state);
        state.open = count;
        state.tasks.push(task.clone());
        task
    }

    /// Forgets the tasks of a job that could not be started.
    pub(super) fn discard(&self) {
        let tasks = std::mem::take(&mut lock(&self.state).tasks);
        drop(tasks);
    }

    /// Queues elements that are counted as open already.
    fn launch(&self, task: Arc<Task>) {
        let mut state = lock(&self.state);
        // Looked at under the lock under which `cancel` collects the tasks: none slips through.
        if self.cancel.is_cancelled() {
            drop(state);
            task.cancel();
            return;
        }
        state.tasks.push(task.clone());
        drop(state);
        self.engine.send(task);
    }

    /// Has `task` wait until fewer than `limit` results are unread.
    fn launch_later(&self, task: Arc<Task>, limit: usize) {
        let mut state = lock(&self.state);
        let wait = state.unread >= limit && !self.engine.is_draining() && !self.cancel.is_cancelled();
        if wait {
            state.tasks.push(task.clone());
            state.parked.push((limit, task));
            return;
        }
        drop(state);
        self.launch(task);
    }

    /// A result was taken, or nobody wants it any more.
    fn read(&self, slot: bool) {
        if slot {
            self.engine.free_slot();
        }
        let mut state = lock(&self.state);
        state.unread -= 1;
        let mut unread = state.unread;
        let mut ready = Vec::new();
        // Each of them may deliver one result before it parks again.
        state.parked.retain(|(limit, task)| {
            let go = unread < *limit;
            if go {
                unread += 1;
                ready.push(task.clone());
            }
            !go
        });
        drop(state);
        for task in ready {
            self.engine.send(task);
        }
    }

    /// Lets go on what waits for results to be read.
    pub(super) fn unpark(&self) {
        let parked = std::mem::take(&mut lock(&self.state).parked);
        for (_, task) in parked {
            self.engine.send(task);
        }
    }

    /// Ends it: calls in progress end at once, elements not started get their results from here.
    pub(super) fn cancel(&self) {
        self.cancel.cancel();
        let mut state = lock(&self.state);
        let tasks = std::mem::take(&mut state.tasks);
        let parked = std::mem::take(&mut state.parked);
        drop(state);
        drop(parked);
        for task in tasks {
            task.cancel();
        }
    }
}

/// Elements of a job that workers claim one at a time.
pub struct Task {
    job: Arc<Job>,
    lane: Lane,
    work: Arc<dyn Work>,
    /// The next element to claim, up to `end`.
    next: AtomicUsize,
    end: usize,
    /// Whether its elements were counted on submission.
    slots: bool,
    /// Whether something was done for its elements already.
    begun: bool,
}

impl Task {
    fn new(
        job: &Arc<Job>,
        lane: Lane,
        work: Arc<dyn Work>,
        range: Range<usize>,
        slots: bool,
        begun: bool,
    ) -> Arc<Task> {
        Arc::new(Task {
            job: job.clone(),
            lane,
            work,
            next: AtomicUsize::new(range.start),
            end: range.end,
            slots,
            begun,
        })
    }

    /// Where it is to be done.
    pub(super) fn lane(&self) -> Lane {
        self.lane
    }

    pub(super) fn work(&self) -> &dyn Work {
        &*self.work
    }

    pub(super) fn job(&self) -> &Job {
        &self.job
    }

    /// Takes the next element; also whether more remain.
    pub(super) fn claim(self: &Arc<Task>) -> Option<(Ticket, bool)> {
        let step = |n| (n < self.end).then_some(n + 1);
        let index = self.next.fetch_update(Ordering::AcqRel, Ordering::Acquire, step).ok()?;
        let more = index + 1 < self.end;
        if !more {
            self.forget();
        }
        Some((Ticket { task: self.clone(), index, delivered: false }, more))
    }

    /// All its elements are claimed: nobody needs to cancel them here.
    fn forget(self: &Arc<Task>) {
        lock(&self.job.state).tasks.retain(|t| !Arc::ptr_eq(t, self));
    }

    /// Takes all elements that are left and cancels them.
    pub(super) fn cancel(self: &Arc<Task>) {
        self.fail(|| self.cancelled());
    }

    /// Why an element that is not worked on has no outcome.
    pub(super) fn cancelled(&self) -> Error {
        let text = if self.begun { "cancelled" } else { "cancelled before it was started" };
        Error::new(Kind::Cancelled, text)
    }

    /// Takes all elements that are left and fails them.
    pub(super) fn fail(self: &Arc<Task>, why: impl Fn() -> Error) {
        self.forget();
        let first = self.next.swap(self.end, Ordering::AcqRel);
        for index in first..self.end {
            let ticket = Ticket { task: self.clone(), index, delivered: false };
            ticket.fail(why());
        }
    }
}

/// The right and the duty to deliver the result of one element.
pub struct Ticket {
    task: Arc<Task>,
    index: usize,
    delivered: bool,
}

impl Ticket {
    /// The job it belongs to.
    pub fn job(&self) -> &Arc<Job> {
        &self.task.job
    }

    /// Which element it is for.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The result of its element with nothing in it yet.
    pub fn blank(&self) -> JobResult {
        self.task.work.blank(self.index)
    }

    /// Ends the element.
    pub fn deliver(mut self, result: JobResult) {
        self.conclude(result);
    }

    /// Ends the element as failed.
    pub fn fail(self, error: Error) {
        let result = self.blank().failed(error);
        self.deliver(result);
    }

    /// The element goes on as the only one of `work`, in `lane`.
    pub fn follow(mut self, lane: Lane, work: Arc<dyn Work>) {
        self.delivered = true;
        let task = Task::new(&self.task.job, lane, work, 0..1, self.task.slots, true);
        self.task.job.launch(task);
    }

    /// The element takes another turn once fewer than `limit` results of its job are unread.
    pub(super) fn again(mut self, limit: usize) {
        self.delivered = true;
        let t = &self.task;
        let task = Task::new(&t.job, t.lane, t.work.clone(), self.index..self.index + 1, t.slots, true);
        t.job.launch_later(task, limit);
    }

    fn conclude(&mut self, mut result: JobResult) {
        self.delivered = true;
        let job = &self.task.job;
        let mut state = lock(&job.state);
        state.open -= 1;
        state.unread += 1;
        result.is_last = state.open == 0;
        let last = result.is_last;
        let entry = job.entry(result, self.task.slots);
        // Pushed under the lock, so that the last result is the last in the queue too.
        let refused =
            if last { job.engine.finish(job.id, || job.queue.push(entry)) } else { job.queue.push(entry) };
        drop(state);
        drop(refused);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.delivered {
            let error = if self.task.job.cancel.is_cancelled() {
                Error::new(Kind::Cancelled, "cancelled")
            } else {
                Error::new(Kind::Panic, "the operation ended without a result, which is a bug in the library")
            };
            let result = self.blank().failed(error);
            self.conclude(result);
        }
    }
}

/// What a result keeps back as long as it waits in a queue: its place among those its service may have
/// outstanding, and the further pages of its listing.
pub(super) struct Hold {
    job: Arc<Job>,
    slot: bool,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.job.read(self.slot);
    }
}
