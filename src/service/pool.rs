//! Workers: a pool of threads per kind of work, started when there is work for them.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::engine::Engine;
use super::job::Task;
use super::work::{Next, Turn};
use crate::core::cancel::lock;
use crate::core::log::{Level, log};
use crate::core::{Error, Kind, Result};
use crate::sys::signals::leave_signals_to_the_host;

/// The pools, by what is done in them. Each has its own threads, so that work of one kind never waits for
/// workers that are busy with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Accounts and containers, and what concerns the cluster.
    Container,
    /// Download, delete and stat of objects.
    ObjectDd,
    /// Upload, post and copy of objects.
    ObjectUu,
    /// Segments of large objects.
    Segment,
}

impl Lane {
    /// All of them, in the order of their numbers.
    pub const ALL: [Lane; 4] = [Lane::Container, Lane::ObjectDd, Lane::ObjectUu, Lane::Segment];

    /// What its threads are called; the system shows no more than 15 bytes of a name.
    fn thread_name(self, number: usize) -> String {
        match self {
            Lane::Container => format!("swc-cont-{number}"),
            Lane::ObjectDd => format!("swc-dd-{number}"),
            Lane::ObjectUu => format!("swc-uu-{number}"),
            Lane::Segment => format!("swc-seg-{number}"),
        }
    }
}

/// What travels to the workers: a task with elements to claim, or the order to leave.
type Order = Option<Arc<Task>>;

pub(super) struct Pool {
    lane: Lane,
    size: usize,
    orders: Sender<Order>,
    inbox: Receiver<Order>,
    /// Orders in the channel and in the hands of workers: each of them deserves a thread.
    load: AtomicUsize,
    crew: Mutex<Crew>,
}

#[derive(Default)]
struct Crew {
    started: usize,
    stopped: bool,
    threads: Vec<JoinHandle<()>>,
}

thread_local! {
    /// The engine this thread works for, as a number that is only compared.
    static EMPLOYER: Cell<usize> = const { Cell::new(0) };
}

fn number_of(engine: &Arc<Engine>) -> usize {
    Arc::as_ptr(engine).addr()
}

/// Whether the calling thread is a worker of this engine.
pub(super) fn works_for(engine: &Arc<Engine>) -> bool {
    EMPLOYER.get() == number_of(engine)
}

impl Pool {
    pub fn new(lane: Lane, size: usize) -> Pool {
        let (orders, inbox) = unbounded();
        Pool { lane, size: size.max(1), orders, inbox, load: AtomicUsize::new(0), crew: Mutex::default() }
    }

    /// Puts a task at the end of the line, and starts a thread when all are busy and there may be more. Fails only
    /// when there is no thread at all. Once the pool is stopped the task's elements are cancelled instead.
    pub fn send(&self, engine: &Arc<Engine>, task: Arc<Task>) -> Result<()> {
        let mut crew = lock(&self.crew);
        if crew.stopped {
            drop(crew);
            task.cancel();
            return Ok(());
        }
        if self.load.load(Ordering::Acquire) >= crew.started && crew.started < self.size {
            match self.start(engine, crew.started + 1) {
                Ok(thread) => {
                    crew.threads.push(thread);
                    crew.started += 1;
                }
                Err(e) if crew.started == 0 => return Err(Error::io("starting a worker thread", &e)),
                // Those that are there will do it; the next task tries again.
                Err(_) => {}
            }
        }
        self.load.fetch_add(1, Ordering::AcqRel);
        // Under the lock, so that nothing comes after the orders to leave. There is always a receiver: ours.
        let _ = self.orders.send(Some(task));
        Ok(())
    }

    fn start(&self, engine: &Arc<Engine>, number: usize) -> std::io::Result<JoinHandle<()>> {
        let (engine, inbox, lane) = (engine.clone(), self.inbox.clone(), self.lane);
        std::thread::Builder::new().name(self.lane.thread_name(number)).spawn(move || {
            leave_signals_to_the_host();
            EMPLOYER.set(number_of(&engine));
            while let Ok(Some(task)) = inbox.recv() {
                // Turns catch their own panics; this keeps the thread should anything beside them panic.
                let _ = catch_unwind(AssertUnwindSafe(|| engine.pool(lane).work_on(&engine, task)));
            }
        })
    }

    /// Does one element of a task, after putting the rest of it at the end of the line: a long job does not keep
    /// others waiting.
    fn work_on(&self, engine: &Arc<Engine>, task: Arc<Task>) {
        let Some((ticket, more)) = task.claim() else {
            self.load.fetch_sub(1, Ordering::AcqRel);
            return;
        };
        if more {
            // The engine deals with a failure, which cannot be while this thread is here.
            engine.send(task.clone());
        }
        let index = ticket.index();
        let mut turn = Turn::new(ticket);
        let end = if task.job().is_ending() {
            Ok(Next::done(task.work().blank(index).failed(task.cancelled())))
        } else {
            catch_unwind(AssertUnwindSafe(|| task.work().run(index, &mut turn)))
        };
        // Before the result can be seen: who submits the next job on seeing it finds this thread free.
        self.load.fetch_sub(1, Ordering::AcqRel);
        match (end, turn.ticket.take()) {
            (Ok(Next::Done(result)), Some(ticket)) => ticket.deliver(result),
            (Ok(Next::Again(wait)), Some(ticket)) => ticket.again(wait),
            // A ticket that is kept, or gone too early, is a bug; dropping it tells.
            (Ok(_), _) => {}
            (Err(panic), ticket) => {
                let text = format!("a bug in the library: {}", text_of(&*panic));
                log!(Level::Error, "{text}");
                if let Some(t) = ticket {
                    t.fail(Error::new(Kind::Panic, text));
                }
            }
        }
    }

    /// Tells every worker to leave once it is free.
    pub fn stop(&self) {
        let mut crew = lock(&self.crew);
        if !crew.stopped {
            crew.stopped = true;
            for _ in 0..crew.started {
                let _ = self.orders.send(None);
            }
        }
    }

    /// Waits until all workers have left. Not for workers.
    pub fn join(&self) {
        let threads = std::mem::take(&mut lock(&self.crew).threads);
        for t in threads {
            // Its panics were caught.
            let _ = t.join();
        }
    }
}

/// What a panic said.
fn text_of(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}
