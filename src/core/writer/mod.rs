//! An object written piece by piece, as a file is: what is small is sent when it is finished, what is larger while it
//! is written, and what outgrows `segment_size` becomes a static large object.

mod job;
mod manifest;
mod segments;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, SendTimeoutError, Sender};

use self::job::{Done, Job, Plan};
use super::config::{Config, Scope, keys};
use super::connection::Connection;
use super::digest::{Sum, md5_of_etag};
use super::error::{Error, Kind, Result};
use super::request::{Progress, Request};
use super::response::Response;
use super::source::Source;
use super::source::feed::Piece;
use crate::sys::signals::leave_signals_to_the_host;

/// What is sent while it is written goes to the sending thread in pieces of this size.
const PIECE: usize = 256 * 1024;
/// How many of them may wait for the network.
const WAITING: usize = 4;
/// How often a wait for the network looks whether it should end, and tells how far it has come.
const SLICE: Duration = Duration::from_millis(50);
/// The options a writer knows.
const OPTIONS: [&str; 5] = ["segment_size", "segment_container", "leave_segments", "buffer_size", "checksum"];

/// Writes one object. Nothing appears under its name before [`finish`](Writer::finish); dropped without that, nothing
/// ever does.
///
/// Up to `buffer_size` bytes are kept in memory, or up to twice `segment_size` when that is smaller, and 1.25 MiB
/// more on their way. What fits is sent as a whole, with its length, and may be sent again. What is larger is sent
/// while it is written, by a thread of the writer's: without `segment_size` as one object in chunks, which can be sent
/// again only as long as no more than `buffer_size` bytes of it were sent; with it in segments, of which those no larger
/// than `buffer_size` can be sent again.
pub struct Writer {
    job: Arc<Job>,
    /// The plain object so far, or the piece or segment in the making.
    buffer: Vec<u8>,
    /// Given to the writer.
    written: u64,
    progress: Option<Progress>,
    /// The MD5 that the caller said the whole has, which no server can check of segments.
    whole: Option<(Sum, String)>,
    state: State,
}

enum State {
    /// All is in the buffer.
    Small,
    /// On its way.
    Large(Worker),
    /// What failed once stays failed.
    Failed(Error),
    Finished,
}

/// The thread that sends.
struct Worker {
    give: Sender<Piece>,
    /// What became of it.
    told: Receiver<Result<Done>>,
    /// Ends when nothing is left to be cleaned up; what could not be.
    thread: JoinHandle<Result<()>>,
}

impl Writer {
    /// Begins an object. No I/O before there is something to send, or the end. `options` are among `segment_size`,
    /// `segment_container`, `leave_segments`, `buffer_size` and `checksum`, and go before those of the connection.
    ///
    /// The deadline of the request is that of all writing.
    pub fn new(
        connection: &Connection,
        container: &str,
        object: &str,
        options: Option<&Config>,
        r: &Request,
    ) -> Result<Writer> {
        let settings = match options {
            None => connection.config().clone(),
            Some(own) => {
                own.check_scope(Scope::Job)?;
                for key in keys().iter().filter(|k| k.scope == Scope::Job && !OPTIONS.contains(&k.name())) {
                    if own.is_set(key.name())? {
                        return Err(Error::invalid(format!(
                            "option {} has no meaning for a writer",
                            key.name()
                        )));
                    }
                }
                connection.config().merged(own)
            }
        };
        let job = Job::new(connection, container, object, &settings, r)?;
        let expected = r.headers.get_str("etag").and_then(md5_of_etag);
        let whole = expected.filter(|_| job.plan != Plan::Single).map(|md5| (Sum::new(), md5));
        let progress = r.progress.clone();
        let job = Arc::new(job);
        Ok(Writer { job, buffer: Vec::new(), written: 0, progress, whole, state: State::Small })
    }

    /// Bytes given to the writer so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Takes all of these bytes; waits while more are on their way than may be. An error may be that of bytes taken
    /// before, and stays.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.check()?;
        self.take(bytes).inspect_err(|e| self.fail(e))
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let room = self.room();
            if room == 0 {
                self.hand_on()?;
                continue;
            }
            let (now, rest) = bytes.split_at(bytes.len().min(room));
            self.buffer.try_reserve(now.len()).map_err(|_| {
                Error::new(Kind::Io, format!("no memory for {} bytes", self.buffer.len() + now.len()))
            })?;
            self.buffer.extend_from_slice(now);
            if let Some((sum, _)) = &mut self.whole {
                sum.update(now);
            }
            self.written += now.len() as u64;
            bytes = rest;
        }
        Ok(())
    }

    /// How much more goes into the buffer before it is handed on.
    fn room(&self) -> usize {
        let most = match (&self.state, self.job.plan) {
            (State::Small, plan) => plan.small(self.job.buffer),
            (_, Plan::Whole(size)) => size,
            (_, Plan::Single) => PIECE,
            // A piece ends where its segment does.
            (_, Plan::Streamed(size)) => {
                let begun = self.written - self.buffer.len() as u64;
                usize::try_from(size - begun % size).unwrap_or(PIECE).min(PIECE)
            }
        };
        most.saturating_sub(self.buffer.len())
    }

    /// Gives what is in the buffer to the thread that sends, which begins with it if need be.
    fn hand_on(&mut self) -> Result<()> {
        let bytes = std::mem::take(&mut self.buffer);
        if matches!(self.state, State::Small) {
            self.state = State::Large(Worker::start(&self.job, bytes)?);
            return self.tell(None);
        }
        self.give(Piece::Bytes(bytes))
    }

    fn give(&mut self, mut piece: Piece) -> Result<()> {
        loop {
            let State::Large(worker) = &self.state else { return Ok(()) };
            match worker.give.send_timeout(piece, SLICE) {
                Ok(()) => return self.tell(None),
                Err(SendTimeoutError::Timeout(back)) => piece = back,
                // The thread has ended, and says why.
                Err(SendTimeoutError::Disconnected(_)) => {
                    return match self.join(None) {
                        Err(e) => Err(e),
                        Ok(_) => Err(lost()),
                    };
                }
            }
            self.tell(None)?;
            self.job.check()?;
        }
    }

    fn tell(&self, total: Option<u64>) -> Result<()> {
        if self.progress.as_ref().is_some_and(|p| !p(self.job.sent.load(Ordering::Relaxed), total)) {
            return Err(Error::new(Kind::Cancelled, "ended by the progress callback"));
        }
        Ok(())
    }

    /// What became of the sending.
    fn join(&mut self, total: Option<u64>) -> Result<Done> {
        while let State::Large(worker) = &self.state {
            match worker.told.recv_timeout(SLICE) {
                Ok(outcome) => return outcome,
                Err(RecvTimeoutError::Timeout) => self.tell(total)?,
                Err(RecvTimeoutError::Disconnected) => return Err(lost()),
            }
        }
        Err(finished())
    }

    fn check(&mut self) -> Result<()> {
        match &self.state {
            State::Failed(e) => Err(e.clone()),
            State::Finished => Err(finished()),
            State::Small | State::Large(_) => self.job.check().inspect_err(|e| self.fail(e)),
        }
    }

    /// Ends what is going on; the failure stays. What the thread has failed with it has cleaned up after; who
    /// cancels does not want to wait for that, and it goes on by itself.
    fn fail(&mut self, e: &Error) {
        self.buffer = Vec::new();
        if let State::Large(_) = std::mem::replace(&mut self.state, State::Failed(e.clone())) {
            self.job.cancel.cancel();
        }
    }

    /// Sends what is left and stores the object; the answer to the last request, with which it appeared.
    pub fn finish(&mut self) -> Result<Response> {
        self.check()?;
        let ended = self.complete();
        // There is no second time, whatever came of it.
        if let Err(e) = &ended {
            self.fail(e);
        }
        self.state = State::Finished;
        ended
    }

    fn complete(&mut self) -> Result<Response> {
        if matches!(self.state, State::Small) {
            let body = Source::memory(Arc::new(std::mem::take(&mut self.buffer)));
            let r = Request { progress: self.progress.clone(), ..self.job.request() };
            return self.job.connection.put_object(&self.job.container, &self.job.object, &body, &r);
        }
        if !self.buffer.is_empty() {
            self.hand_on()?;
        }
        self.give(Piece::End)?;
        let total = Some(self.written);
        match self.join(total)? {
            Done::Object(response) => {
                self.tell(total)?;
                Ok(*response)
            }
            Done::Segments(segments) => {
                let wrong = match self.whole.take() {
                    Some((sum, expected)) => compare(sum.hex(), &expected).err(),
                    None => None,
                };
                if let Some(e) = wrong.or_else(|| self.tell(total).err()) {
                    return Err(segments.give_up(&self.job, e));
                }
                segments.store(&self.job)
            }
        }
    }

    /// Gives the object up: nothing appears under its name, and segments of it are deleted, unless `leave_segments` is
    /// set. Waits until that is done. Of a writer that was finished or has failed nothing is left to give up.
    pub fn abort(&mut self) -> Result<()> {
        self.buffer = Vec::new();
        match std::mem::replace(&mut self.state, State::Finished) {
            State::Large(worker) => {
                self.job.cancel.cancel();
                let Worker { give, told, thread } = worker;
                drop((give, told));
                thread.join().map_err(|_| lost())?
            }
            State::Small | State::Failed(_) | State::Finished => Ok(()),
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // The thread cuts its connection, cleans up and ends by itself.
        if matches!(self.state, State::Large(_)) {
            self.job.cancel.cancel();
        }
    }
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (container, object) = (&self.job.container, &self.job.object);
        f.debug_struct("Writer").field("container", container).field("object", object).finish_non_exhaustive()
    }
}

impl std::io::Write for Writer {
    fn write(&mut self, buf: &[u8]) -> std::io::Result<usize> {
        Writer::write(self, buf).map_err(std::io::Error::other)?;
        Ok(buf.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Worker {
    /// Starts it with the beginning of the object.
    fn start(job: &Arc<Job>, first: Vec<u8>) -> Result<Worker> {
        // A segment is handed over when the one before it is done: then there are two in memory.
        let waiting = if matches!(job.plan, Plan::Whole(_)) { 0 } else { WAITING };
        let (give, pieces) = crossbeam_channel::bounded(waiting);
        // What is told has been heard, or the thread learns that nobody listens any more.
        let (tell, told) = crossbeam_channel::bounded(0);
        let job = job.clone();
        let thread = std::thread::Builder::new()
            .name("swc-writer".to_owned())
            .spawn(move || {
                leave_signals_to_the_host();
                job.run(first, pieces, &tell)
            })
            .map_err(|e| Error::io("cannot start a thread", &e))?;
        Ok(Worker { give, told, thread })
    }
}

#[cold]
fn lost() -> Error {
    Error::new(Kind::Panic, "internal error in the thread of a writer")
}

fn compare(got: String, expected: &str) -> Result<()> {
    if got == expected {
        return Ok(());
    }
    let text = format!("the bytes written have the MD5 sum {got}, and the request says {expected}");
    Err(Error::new(Kind::Checksum, text))
}

#[cold]
fn finished() -> Error {
    Error::new(Kind::State, "the writer was finished before")
}
