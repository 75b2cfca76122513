//! Jobs: which elements of [`Work`] are open, what waits for what, and that each ends in exactly one last result.
//!
//! A job is a number of open elements. Each element ends in exactly one result, and the result of the last open
//! one is the job's last. Whoever works on an element holds its [`Ticket`], and a ticket cannot get lost: dropped
//! without a result, in a panic too, it delivers a failure.

use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use super::engine::{Engine, Plan};
use super::pool::Lane;
use super::progress::{ACTION, Tally};
use super::queue::{Entry, Shared};
use super::result::{IDENTICAL, JobResult};
use super::work::{Group, Wait, Work};
use crate::core::cancel::lock;
use crate::core::{Cancel, Error, Kind};

/// One job, from submission to its last result.
pub struct Job {
    id: u64,
    tag: u64,
    queue: Arc<Shared>,
    engine: Arc<Engine>,
    cancel: Cancel,
    /// Whether the first failure ends what is not started, and whether that has happened.
    fail_fast: bool,
    stopped: AtomicBool,
    tally: Arc<Tally>,
    /// How often progress is told as a result; `None`: never.
    report_every: Option<Duration>,
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
    /// Those of them that wait for something.
    parked: Vec<(Wait, Arc<Task>)>,
    /// A result that tells the progress is in the queue.
    reported: bool,
}

impl Job {
    pub(super) fn new(engine: &Arc<Engine>, id: u64, tag: u64, queue: Arc<Shared>, plan: &Plan) -> Arc<Job> {
        Arc::new(Job {
            id,
            tag,
            queue,
            engine: engine.clone(),
            cancel: Cancel::new(),
            fail_fast: plan.fail_fast,
            stopped: AtomicBool::new(false),
            tally: plan.tally.clone(),
            report_every: plan.report_every,
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

    /// How far it is.
    pub fn tally(&self) -> &Arc<Tally> {
        &self.tally
    }

    /// Whether nothing more of it shall be started: it was cancelled, or something failed that shall end it.
    pub fn is_ending(&self) -> bool {
        self.cancel.is_cancelled() || self.stopped.load(Ordering::Acquire)
    }

    /// Whether anybody will read its results.
    pub fn is_wanted(&self) -> bool {
        !self.queue.is_closed()
    }

    /// Whether fewer than `limit` of its results are unread, or nobody may be there to read.
    pub fn has_room(&self, limit: usize) -> bool {
        Wait::Unread(limit).is_over(lock(&self.state).unread, self.engine.is_draining())
    }

    /// Adds `count` elements of `work`, to be done in `lane`. Only for those who hold a ticket of this job.
    pub fn add(self: &Arc<Job>, lane: Lane, work: Arc<dyn Work>, count: usize, group: Option<&Arc<Group>>) {
        if count > 0 {
            let task = Task::new(self, lane, work, 0..count, group.cloned());
            let mut state = lock(&self.state);
            state.open += count;
            if let Some(g) = group {
                g.open.fetch_add(count, Ordering::AcqRel);
            }
            drop(state);
            self.launch(task);
        }
    }

    /// Adds `count` elements of `work` that have no results of their own: how each of them ended is told to the work
    /// alone ([`Work::ended`]). Only for those who hold a ticket of this job, which must last until all of them have
    /// ended.
    pub fn assist(self: &Arc<Job>, lane: Lane, work: Arc<dyn Work>, count: usize) {
        if count > 0 {
            let mut task = Task::new(self, lane, work, 0..count, None);
            if let Some(t) = Arc::get_mut(&mut task) {
                t.silent = true;
                t.begun = true;
            }
            self.launch(task);
        }
    }

    /// Bytes of a body have moved. Tells the progress when that was asked for and is due.
    pub fn moved(self: &Arc<Job>, bytes: u64) {
        self.tally.moved(bytes);
        self.report();
    }

    fn report(self: &Arc<Job>) {
        let Some(every) = self.report_every else { return };
        if !self.tally.is_due(every) {
            return;
        }
        let mut state = lock(&self.state);
        // One that nobody has read yet says enough.
        if state.open == 0 || state.reported {
            return;
        }
        state.reported = true;
        state.unread += 1;
        let mut result = JobResult::about(ACTION, None, None);
        result.counted = 0;
        result.progress = Some(self.tally.progress());
        let mut entry = self.entry(result, 0);
        if let Some(hold) = &mut entry.hold {
            hold.report = true;
        }
        let refused = self.queue.push(entry);
        drop(state);
        drop(refused);
    }

    /// Delivers a result that ends no element, such as a page of a listing. Only for those who hold a ticket of this
    /// job, for nothing may come after its last result. `false` when nobody will read it.
    pub fn interim(self: &Arc<Job>, result: JobResult) -> bool {
        let mut state = lock(&self.state);
        if state.open == 0 {
            return false;
        }
        state.unread += 1;
        let refused = self.queue.push(self.entry(result, 0));
        drop(state);
        refused.is_none()
    }

    fn entry(self: &Arc<Job>, mut result: JobResult, weight: usize) -> Entry {
        result.job = self.id;
        result.tag = self.tag;
        result.time = SystemTime::now();
        Entry { result, hold: Some(Hold { job: self.clone(), results: 1, weight, report: false }) }
    }

    /// The first task of a job that nobody else knows yet.
    pub(super) fn start_with(self: &Arc<Job>, plan: &Plan) -> Arc<Task> {
        let mut task = Task::new(self, plan.lane, plan.work.clone(), 0..plan.count, None);
        if let Some(t) = Arc::get_mut(&mut task) {
            t.weight = plan.weight;
        }
        let mut state = lock(&self.state);
        state.open = plan.count;
        state.tasks.push(task.clone());
        let Some(first) = &plan.first else { return task };
        let group = Group::new();
        group.open.store(first.count, Ordering::Release);
        state.open += first.count;
        state.parked.push((Wait::Done(group.clone()), task));
        let task = Task::new(self, first.lane, first.work.clone(), 0..first.count, Some(group));
        state.tasks.push(task.clone());
        task
    }

    /// Forgets the tasks of a job that could not be started.
    pub(super) fn discard(&self) {
        let mut state = lock(&self.state);
        let (tasks, parked) = (std::mem::take(&mut state.tasks), std::mem::take(&mut state.parked));
        drop(state);
        drop((tasks, parked));
    }

    /// Queues elements that are counted as open already.
    fn launch(&self, task: Arc<Task>) {
        let mut state = lock(&self.state);
        // Looked at under the lock under which `cancel` collects the tasks: none slips through.
        if self.is_ending() {
            drop(state);
            task.cancel();
            return;
        }
        state.tasks.push(task.clone());
        drop(state);
        self.engine.send(task);
    }

    /// Has `task` wait for something.
    fn launch_later(&self, task: Arc<Task>, wait: Wait) {
        let mut state = lock(&self.state);
        if !self.is_ending() && !wait.is_over(state.unread, self.engine.is_draining()) {
            state.tasks.push(task.clone());
            state.parked.push((wait, task));
            return;
        }
        drop(state);
        self.launch(task);
    }

    /// So many results were taken, or nobody wants them any more.
    fn read(&self, results: usize, weight: usize, report: bool) {
        if weight > 0 {
            self.engine.free_slots(weight);
        }
        let mut state = lock(&self.state);
        state.unread -= results;
        state.reported &= !report;
        let ready = self.ready(&mut state);
        drop(state);
        self.send(ready);
    }

    /// Takes out the parked tasks whose wait is over.
    fn ready(&self, state: &mut State) -> Vec<Arc<Task>> {
        let mut ready = Vec::new();
        if state.parked.is_empty() {
            return ready;
        }
        let draining = self.engine.is_draining();
        let mut unread = state.unread;
        state.parked.retain(|(wait, task)| {
            let go = wait.is_over(unread, draining);
            if go {
                // Each of them may deliver one result before it parks again.
                unread += 1;
                ready.push(task.clone());
            }
            !go
        });
        ready
    }

    fn send(&self, tasks: Vec<Arc<Task>>) {
        for task in tasks {
            self.engine.send(task);
        }
    }

    /// Lets go on what waits for results to be read, as nobody may read them any more.
    pub(super) fn unpark(&self) {
        let ready = self.ready(&mut lock(&self.state));
        self.send(ready);
    }

    /// Ends what is not started, after a failure.
    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.cancel_tasks();
    }

    /// Ends it: calls in progress end at once, elements not started get their results from here.
    pub(super) fn cancel(&self) {
        self.cancel.cancel();
        self.cancel_tasks();
    }

    fn cancel_tasks(&self) {
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
    /// What each of its elements counts of what a service may have outstanding.
    weight: usize,
    /// Whether something was done for its elements already.
    begun: bool,
    /// Whether its elements have no results of their own, and do not keep the job open.
    silent: bool,
    group: Option<Arc<Group>>,
}

impl Task {
    fn new(
        job: &Arc<Job>,
        lane: Lane,
        work: Arc<dyn Work>,
        range: Range<usize>,
        group: Option<Arc<Group>>,
    ) -> Arc<Task> {
        Arc::new(Task {
            job: job.clone(),
            lane,
            work,
            next: AtomicUsize::new(range.start),
            end: range.end,
            weight: 0,
            begun: false,
            silent: false,
            group,
        })
    }

    /// The rest of an element of this task, as a task of its own.
    fn rest(&self, lane: Lane, work: Arc<dyn Work>, index: usize) -> Arc<Task> {
        let mut task = Task::new(&self.job, lane, work, index..index + 1, self.group.clone());
        if let Some(t) = Arc::get_mut(&mut task) {
            t.weight = self.weight;
            t.begun = true;
            t.silent = self.silent;
        }
        task
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
        let error = Error::new(Kind::Cancelled, text);
        if self.job.cancel.is_cancelled() {
            error
        } else {
            error.remark("an earlier failure ended the job (fail_fast)")
        }
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
        let task = self.task.rest(lane, work, 0);
        self.task.job.launch(task);
    }

    /// The same, when a wait is over.
    pub fn follow_after(mut self, wait: Wait, lane: Lane, work: Arc<dyn Work>) {
        self.delivered = true;
        let task = self.task.rest(lane, work, 0);
        self.task.job.launch_later(task, wait);
    }

    /// The element becomes `count` elements of `work`, at least one, in `lane`.
    pub fn become_all(mut self, lane: Lane, work: Arc<dyn Work>, count: usize) {
        self.delivered = true;
        let t = &self.task;
        let first = t.rest(lane, work.clone(), 0);
        let others = Task::new(&t.job, lane, work, 1..count, t.group.clone());
        let more = count.saturating_sub(1);
        let mut state = lock(&t.job.state);
        state.open += more;
        if let Some(g) = &t.group {
            g.open.fetch_add(more, Ordering::AcqRel);
        }
        drop(state);
        t.job.launch(first);
        if more > 0 {
            t.job.launch(others);
        }
    }

    /// The element takes another turn when a wait is over.
    pub(super) fn again(mut self, wait: Wait) {
        self.delivered = true;
        let task = self.task.rest(self.task.lane, self.task.work.clone(), self.index);
        self.task.job.launch_later(task, wait);
    }

    fn conclude(&mut self, mut result: JobResult) {
        self.delivered = true;
        if self.task.silent {
            return self.task.work.ended(result);
        }
        let job = &self.task.job;
        // What was left alone because it is there has lost nothing.
        let failed = result.error.is_some() && result.status != Some(IDENTICAL);
        // What is about no object may fail without meaning anything.
        let fatal = failed && job.fail_fast && result.counted > 0;
        let lost = match (failed, result.left) {
            (false, _) => 0,
            (true, 0) => result.counted,
            (true, left) => left.min(result.counted),
        };
        job.tally.done(result.counted, lost);
        let mut state = lock(&job.state);
        state.open -= 1;
        state.unread += 1;
        if let Some(g) = &self.task.group {
            g.open.fetch_sub(1, Ordering::AcqRel);
            g.failed.fetch_add(usize::from(failed), Ordering::AcqRel);
        }
        result.is_last = state.open == 0;
        let last = result.is_last;
        let entry = job.entry(result, self.task.weight);
        // Pushed under the lock, so that the last result is the last in the queue too.
        let refused =
            if last { job.engine.finish(job.id, || job.queue.push(entry)) } else { job.queue.push(entry) };
        let ready = job.ready(&mut state);
        drop(state);
        drop(refused);
        job.send(ready);
        if fatal && !last && !job.is_ending() {
            job.stop();
        }
        if !last {
            job.report();
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.delivered {
            let error = if self.task.job.is_ending() {
                self.task.cancelled()
            } else {
                Error::new(Kind::Panic, "the operation ended without a result, which is a bug in the library")
            };
            let result = self.blank().failed(error);
            self.conclude(result);
        }
    }
}

/// What results of a job keep back as long as they wait in a queue: their places among those its service may have
/// outstanding, and the further pages of its listing.
pub(super) struct Hold {
    job: Arc<Job>,
    /// How many they are; 0 once another hold has taken this one over.
    results: usize,
    weight: usize,
    /// One of them tells the progress.
    report: bool,
}

impl Hold {
    /// Takes over one of the same job, so that both end at once; gives back one of another job.
    pub fn join(&mut self, mut other: Hold) -> Option<Hold> {
        if !Arc::ptr_eq(&self.job, &other.job) {
            return Some(other);
        }
        self.results += std::mem::take(&mut other.results);
        self.weight += other.weight;
        self.report |= other.report;
        None
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if self.results > 0 {
            self.job.read(self.results, self.weight, self.report);
        }
    }
}
