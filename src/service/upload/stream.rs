//! A stream in segments: they are read one after the other, kept in memory, and sent several at once. What fits into
//! one is an ordinary object. Segments larger than `buffer_size` are not kept: a writer sends them as they come.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::object::{counted, put};
use super::segments::{Finish, Whole};
use crate::core::cancel::lock;
use crate::core::source::SourceReader;
use crate::core::writer::Writer;
use crate::core::{Config, Error, Request, Result, Source};
use crate::service::local::mtime_text;

use crate::service::job::Ticket;
use crate::service::large::{Cluster, Done, Kinds, MOST_SEGMENTS};
use crate::service::pool::Lane;
use crate::service::result::JobResult;
use crate::service::work::{Group, Next, Turn, Wait, Work};

/// What is read at a time where a writer sends.
const PIECE: usize = 256 * 1024;
/// Memory that the segments of one stream take at most, or that of two if they are larger.
const MEMORY: u64 = 256 << 20;

/// Sends a stream that may be larger than a segment.
pub(super) fn upload(whole: Whole, source: Source, turn: &mut Turn) -> Result<Next> {
    if whole.own.segment_size > whole.own.buffer {
        return Ok(through_writer(&whole, &source, turn));
    }
    let own = whole.own.clone();
    let cluster = Cluster::of(&whole.target.remote, turn);
    // Not the whole seconds that the object gets: another upload to the same name must not write over these.
    let prefix = format!("{}/slo/{}/{}/", whole.name, mtime_text(SystemTime::now()), own.segment_size);
    let reader = source.open()?;
    let Some(ticket) = turn.hand_over() else { return Ok(Next::Elsewhere) };
    let (done, group) = (Arc::new(Done::default()), Group::new());
    let at_once = usize::try_from(MEMORY / own.segment_size).unwrap_or(usize::MAX).clamp(2, own.at_once);
    let finish = Arc::new(Finish {
        whole,
        prefix,
        done,
        group,
        kind: Kinds::Static(cluster.most_segments),
        local: None,
    });
    let work = Stream { finish, reader: Mutex::new(State { reader, count: 0, end: false }), at_once };
    ticket.follow(Lane::ObjectUu, Arc::new(work));
    Ok(Next::Elsewhere)
}

struct Stream {
    finish: Arc<Finish>,
    reader: Mutex<State>,
    at_once: usize,
}

struct State {
    reader: SourceReader,
    /// Segments read so far.
    count: usize,
    end: bool,
}

impl Stream {
    /// Reads the next segment; none at the end.
    fn next(&self, state: &mut State, turn: &Turn) -> Result<Option<Vec<u8>>> {
        let size = usize::try_from(self.finish.whole.own.segment_size).unwrap_or(usize::MAX);
        let mut bytes = Vec::new();
        while bytes.len() < size && !state.end {
            if turn.job().cancel_token().is_cancelled() {
                return Err(Error::new(crate::core::Kind::Cancelled, "cancelled"));
            }
            let at = bytes.len();
            let room = (size - at).min(1 << 20);
            bytes.try_reserve(room).map_err(|_| {
                Error::new(crate::core::Kind::Io, format!("no memory for a segment of {size} bytes"))
            })?;
            bytes.resize(at + room, 0);
            let n = state.reader.read(&mut bytes[at..])?;
            bytes.truncate(at + n);
            state.end = n == 0;
        }
        if state.count >= MOST_SEGMENTS && !bytes.is_empty() {
            let text = format!(
                "option segment_size: the stream has more than {MOST_SEGMENTS} segments of {size} bytes"
            );
            return Err(Error::invalid(text));
        }
        Ok(Some(bytes).filter(|b| !b.is_empty()))
    }
}

impl Work for Stream {
    fn blank(&self, index: usize) -> JobResult {
        self.finish.blank(index)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut state = lock(&self.reader);
        let whole = &self.finish.whole;
        let segment = match self.next(&mut state, turn) {
            Ok(segment) => segment,
            Err(e) if state.count == 0 => return Next::done(self.blank(index).failed(e)),
            Err(e) => {
                // The segments that are on their way are waited for, and then it fails.
                self.finish.done.note(state.count, "", 0, self.blank(index).failed(e));
                None
            }
        };
        let number = state.count;
        let short = segment.as_ref().is_none_or(|s| (s.len() as u64) < whole.own.segment_size);
        if number == 0 && short {
            drop(state);
            // What fits into a segment is an ordinary object.
            let bytes = segment.unwrap_or_default();
            turn.job().tally().size(0, bytes.len() as u64);
            return put(whole, &Source::memory(Arc::new(bytes)), turn, whole.blank());
        }
        let group = &self.finish.group;
        if let Some(bytes) = segment {
            state.count += 1;
            let part = Part { finish: self.finish.clone(), number, bytes: Mutex::new(Some(Arc::new(bytes))) };
            turn.job().add(Lane::Segment, Arc::new(part), 1, Some(group));
            if !short && group.failed() == 0 {
                return Next::Again(Wait::Open(group.clone(), self.at_once));
            }
        }
        drop(state);
        if let Some(ticket) = turn.hand_over() {
            follow(ticket, &self.finish);
        }
        Next::Elsewhere
    }
}

fn follow(ticket: Ticket, finish: &Arc<Finish>) {
    ticket.follow_after(Wait::Done(finish.group.clone()), Lane::ObjectUu, finish.clone());
}

/// One segment, in memory.
struct Part {
    finish: Arc<Finish>,
    number: usize,
    bytes: Mutex<Option<Arc<Vec<u8>>>>,
}

impl Work for Part {
    fn blank(&self, _: usize) -> JobResult {
        let size = lock(&self.bytes).as_ref().map_or(0, |b| b.len() as u64);
        self.finish.whole.about_segment(&self.finish.name(self.number), self.number, size)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        // The memory is given back with the last request for it.
        let Some(bytes) = lock(&self.bytes).take() else { return Next::done(result) };
        let (whole, size) = (&self.finish.whole, bytes.len() as u64);
        let name = self.finish.name(self.number);
        let (request, sent) = whole.request(&whole.target, turn, whole.segment_headers());
        let connection = &whole.target.remote.connection;
        let source = Source::memory(bytes);
        let outcome = connection.put_object(&whole.own.segment_container, &name, &source, &request);
        result = result.settled(outcome);
        result.bytes = sent.load(std::sync::atomic::Ordering::Relaxed);
        result.status = result.success().then_some("uploaded");
        Next::done(self.finish.done.note(self.number, &name, size, result))
    }
}

/// Sends it as it is read, segment after segment.
fn through_writer(whole: &Whole, source: &Source, turn: &Turn) -> Next {
    let mut result = whole.blank();
    result.large_object = true;
    let outcome = write(whole, source, turn, &mut result);
    let before = result.attempts;
    result = match outcome {
        Ok(mut response) => {
            result.take(&mut response);
            result.status = Some("uploaded");
            whole.remove_old(&Vec::new(), None, turn);
            result
        }
        Err(e) => result.failed(e),
    };
    result.attempts = result.attempts.saturating_add(before);
    Next::done(result)
}

fn write(
    whole: &Whole,
    source: &Source,
    turn: &Turn,
    result: &mut JobResult,
) -> Result<crate::core::Response> {
    let (own, target) = (&whole.own, &whole.target);
    let mut options = Config::new();
    for (key, value) in [
        ("segment_size", own.segment_size.to_string()),
        ("segment_container", own.segment_container.clone()),
        ("buffer_size", own.buffer.to_string()),
        ("leave_segments", (!own.clean_segments).to_string()),
    ] {
        options.set(key, Some(&value))?;
    }
    let request = Request {
        headers: whole.headers.clone(),
        checksum: Some(own.checksum),
        ..target.remote.request(turn)
    };
    let (request, sent) = counted(request, turn, target);
    let connection = &target.remote.connection;
    let mut writer = Writer::new(connection, &target.container, &whole.name, Some(&options), &request)?;
    let mut reader = source.open()?;
    let mut buf = vec![0; PIECE];
    loop {
        match reader.read(&mut buf)? {
            0 => break,
            n => writer.write(&buf[..n])?,
        }
    }
    let response = writer.finish();
    result.bytes = sent.load(std::sync::atomic::Ordering::Relaxed);
    response
}
