//! What verbs give to a service to do, and how an element of it goes on: at once, later, or elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::job::{Job, Ticket};
use super::result::JobResult;

/// What a verb does with its elements, one at a time, on any worker, several at once.
pub trait Work: Send + Sync {
    /// The result of element `index` as long as nothing is known of it but what it is about. Used for elements that
    /// are never started.
    fn blank(&self, index: usize) -> JobResult;

    /// Works on element `index`. It may block on the network and on files, but never on other work of a service.
    fn run(&self, index: usize, turn: &mut Turn) -> Next;

    /// What became of an element that has no result of its own ([`Job::assist`]). Called once for each of them.
    fn ended(&self, _result: JobResult) {}
}

/// How a turn ends.
pub enum Next {
    /// The element is finished; this is its result.
    Done(JobResult),
    /// The element takes another turn when this wait is over. Until then no worker is kept from other work.
    Again(Wait),
    /// The element's ticket went elsewhere ([`Turn::hand_over`]); whoever has it delivers.
    Elsewhere,
}

impl Next {
    /// The element is finished; this is its result.
    pub fn done(result: JobResult) -> Next {
        Next::Done(result)
    }
}

/// What an element waits for before its next turn.
pub enum Wait {
    /// Fewer than so many results of its job are unread.
    Unread(usize),
    /// The elements of a group that are not done and the unread results of the job are fewer than so many.
    Backlog(Arc<Group>, usize),
    /// Fewer than so many elements of a group are not done.
    Open(Arc<Group>, usize),
    /// All elements of a group are done.
    Done(Arc<Group>),
}

impl Wait {
    /// `draining`: nobody may be there to read.
    pub(super) fn is_over(&self, unread: usize, draining: bool) -> bool {
        match self {
            Wait::Unread(limit) => draining || unread < *limit,
            Wait::Backlog(group, limit) => group.open() + if draining { 0 } else { unread } < *limit,
            Wait::Open(group, limit) => group.open() < *limit,
            Wait::Done(group) => group.open() == 0,
        }
    }
}

/// Elements of a job that another one of its elements waits for. Changed under the lock of the job.
#[derive(Default)]
pub struct Group {
    pub(super) open: AtomicUsize,
    pub(super) failed: AtomicUsize,
}

impl Group {
    /// No elements yet.
    pub fn new() -> Arc<Group> {
        Arc::default()
    }

    /// How many of them are not done.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Acquire)
    }

    /// How many of them failed.
    pub fn failed(&self) -> usize {
        self.failed.load(Ordering::Acquire)
    }
}

/// What a running element may use.
pub struct Turn {
    job: Arc<Job>,
    pub(super) ticket: Option<Ticket>,
}

impl Turn {
    pub(super) fn new(ticket: Ticket) -> Turn {
        Turn { job: ticket.job().clone(), ticket: Some(ticket) }
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
