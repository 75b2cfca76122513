//! The Service API: batches of operations on worker threads, results through a queue.
//!
//! [`verb`] turns what is asked for into work, with a file per verb; [`engine`], [`pool`] and [`job`] do any kind
//! of work and know nothing of Swift; results wait in a [`queue`].

mod capabilities;
mod copy;
mod delete;
mod download;
pub mod engine;
mod find;
pub mod job;
mod json;
mod large;
mod list;
mod local;
mod made;
pub mod objects;
mod old;
pub mod pool;
mod post;
pub mod progress;
pub mod queue;
pub mod result;
mod settings;
mod stat;
pub mod statistics;
mod upload;
pub mod verb;
pub mod work;

#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

pub use objects::{Objects, What};
pub use progress::Progress;
pub use queue::Queue;
pub use result::JobResult;
pub use statistics::Statistics;
pub use verb::Verb;

use crate::core::{Config, Connection, Result};
use engine::Engine;
use settings::Settings;
use verb::Common;

/// Worker pools over one connection. Cheap to clone; clones are the same service. When the last clone is dropped
/// all jobs are cancelled and the workers joined, unless it is a worker (in a callback) that drops it.
#[derive(Clone)]
pub struct Service(Arc<Handle>);

/// What the caller's clones share. The workers hold the engine alone, so none of them ends up joining itself.
struct Handle {
    engine: Arc<Engine>,
    connection: Connection,
    settings: Settings,
    common: Common,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.engine.shutdown(Some(Duration::ZERO));
    }
}

impl Service {
    /// A service over `connection`, sharing its token and sockets; `Connection::interrupt` does not end its calls.
    /// `options` are settings that differ from the connection's: pool sizes, `max_queued`, defaults for jobs.
    /// Threads start when there is work.
    pub fn new(connection: &Connection, options: Option<&Config>) -> Result<Service> {
        let settings = Settings::new(connection.config(), options)?;
        let engine = Engine::new(settings.sizes()?);
        let connection = connection.separate();
        Ok(Service(Arc::new(Handle { engine, connection, settings, common: Common::default() })))
    }

    /// Queues a job; its results go to `queue` with `tag`. Returns the job's id (never 0); results may be in the
    /// queue before that. `options` are this job's own settings, of those that mean something for its verb.
    ///
    /// `Kind::Again` when more than `max_queued` results would be outstanding: one for each object of a list, one
    /// for any other job, from submission until they are taken from the queue. A job that is larger than the limit
    /// is taken when nothing else is outstanding. `Kind::State` after a shutdown.
    pub fn submit(&self, queue: &Queue, tag: u64, verb: Verb, options: Option<&Config>) -> Result<u64> {
        let handle = &*self.0;
        let number = verb.number();
        let plan = verb.plan(&handle.connection, &handle.settings, options, &handle.common)?;
        let id = handle.engine.submit(queue, tag, plan)?;
        handle.common.board[number].job();
        Ok(id)
    }

    /// How far a job is, or with 0 all that this service has done and has to do; `None` when there is no such job or
    /// it is over.
    pub fn progress(&self, job: u64) -> Option<Progress> {
        if job == 0 {
            Some(self.0.common.tally.progress())
        } else {
            Some(self.0.engine.tally(job)?.progress())
        }
    }

    /// What was done so far for one of [`statistics::VERBS`], or with `None` in all.
    pub fn statistics(&self, verb: Option<&str>) -> Result<Statistics> {
        statistics::read(&self.0.common.board, verb)
    }

    /// How often a token was got after the first one of the account, also by others who share it.
    pub fn reauthentications(&self) -> u64 {
        self.0.connection.reauthentications()
    }

    /// Ends one job: what it is doing, and what it has not begun, each of whose elements gets a result that says
    /// so. Its last result still comes. `false`: no such job, or it is over.
    pub fn cancel(&self, job: u64) -> bool {
        self.0.engine.cancel(job)
    }

    /// Ends all jobs.
    pub fn cancel_all(&self) {
        self.0.engine.cancel_all();
    }

    /// Takes no more jobs, waits for those queued (`None`: as long as it takes), then cancels the rest and stops
    /// the workers. `true` when nothing had to be cancelled. Calling it again, or on several threads, is fine.
    ///
    /// All results are in their queues then. While it waits, listings run to their end without waiting for their
    /// pages to be read. On a worker thread (in a callback) it cannot wait: jobs are cancelled at once.
    pub fn shutdown(&self, timeout: Option<Duration>) -> bool {
        self.0.engine.shutdown(timeout)
    }

    /// Jobs that have not delivered their last result.
    pub fn pending(&self) -> usize {
        self.0.engine.pending()
    }
}
