//! A file in segments, several of which are sent at once, and what makes one object of them. Segments are named as
//! python-swiftclient names them (UP-12), which is also what lets an upload that broke off go on: those of the same file
//! that are there already, and are what they should be, are not sent again.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::ahead::Ahead;
use super::object::counted;
use super::{Own, Target};
use crate::core::cancel::lock;
use crate::core::{Error, Headers, Kind, Request, Response, Result, Source};
use crate::service::large::{
    Cluster, Done, Entry, Kinds, MOST_SEGMENTS, Manifests, Stored, maybe_stored, present, segment_headers,
    take_up,
};
use crate::service::local::Local;
use crate::service::old::{self, Before, Places};
use crate::service::pool::Lane;
use crate::service::result::{JobResult, Part};
use crate::service::work::{Group, Next, Turn, Wait, Work};

/// An object on its way: what all of its parts need to know.
pub(super) struct Whole {
    pub target: Arc<Target>,
    pub own: Arc<Own>,
    pub name: String,
    pub path: Option<PathBuf>,
    /// Its metadata and other headers.
    pub headers: Headers,
    pub mtime: String,
    /// What there was under its name, when that was looked at.
    pub before: Option<Before>,
    /// Requests made for it before.
    pub attempts: u32,
}

impl Whole {
    pub fn blank(&self) -> JobResult {
        let mut result = JobResult::about("upload_object", Some(&self.target.container), Some(&self.name));
        result.path.clone_from(&self.path);
        result.sent = self.headers.clone();
        result.attempts = self.attempts;
        result
    }

    /// The extras of a request with these headers, and how many bytes it has moved.
    pub fn request(&self, target: &Target, turn: &Turn, headers: Headers) -> (Request, Arc<AtomicU64>) {
        let request = Request { headers, checksum: Some(self.own.checksum), ..target.remote.request(turn) };
        counted(request, turn, target)
    }

    /// Has the segments of the object before deleted that `new` does not need.
    pub fn remove_old(&self, new: &Places, prefix: Option<&str>, turn: &Turn) {
        if self.own.leave_segments {
            return;
        }
        if let Some(before) = &self.before {
            old::delete(&self.target.remote, before.needless(new, prefix), turn);
        }
    }

    /// Headers of a segment: the object's end is theirs too.
    pub fn segment_headers(&self) -> Headers {
        segment_headers(&self.headers)
    }

    /// A result about one of its segments (UP-14).
    pub fn about_segment(&self, name: &str, index: usize, size: u64) -> JobResult {
        let mut result = JobResult::about("upload_segment", Some(&self.own.segment_container), Some(name));
        result.counted = 0;
        result.path.clone_from(&self.path);
        result.part = Some(Box::new(Part {
            for_container: self.target.container.clone(),
            for_object: self.name.clone(),
            index: index as u64,
            size,
            etag: None,
        }));
        result
    }
}

/// The end of an object in segments: when they are all there, its manifest.
pub(super) struct Finish {
    pub whole: Whole,
    pub prefix: String,
    pub done: Arc<Done>,
    pub group: Arc<Group>,
    pub kind: Kinds,
    /// The file, which must not have changed meanwhile.
    pub local: Option<Local>,
}

/// Sends a file in segments.
pub(super) fn upload(whole: Whole, local: Local, turn: &mut Turn) -> Result<Next> {
    let (own, target) = (whole.own.clone(), whole.target.clone());
    let size = own.segment_size;
    let count = local.size.div_ceil(size);
    if count > MOST_SEGMENTS as u64 {
        return Err(Error::invalid(format!(
            "option segment_size: {} would be {count} segments, and {MOST_SEGMENTS} is the most",
            local.path.display()
        )));
    }
    let count = count as usize;
    let cluster = Cluster::of(&target.remote, turn);
    let slo = own.use_slo.unwrap_or(cluster.has_slo);
    let middle = if slo { "slo/" } else { "" };
    let prefix = format!("{}/{middle}{}/{}/{size}/", whole.name, whole.mtime, local.size);
    let there = present(&target.remote, &own.segment_container, &prefix, turn)?;
    let kind = if slo { Kinds::Static(cluster.most_segments) } else { Kinds::Dynamic(prefix.clone()) };
    let Some(ticket) = turn.hand_over() else { return Ok(Next::Elsewhere) };
    let (done, group) = (Arc::new(Done::of(count)), Group::new());
    let finish = Finish {
        whole,
        prefix: prefix.clone(),
        done: done.clone(),
        group: group.clone(),
        kind,
        local: Some(local.clone()),
    };
    let finish = Arc::new(finish);
    let ahead = Ahead::new(&local, size, count, own.checksum);
    let parts = FileParts { finish: finish.clone(), local, there, ahead };
    turn.job().add(Lane::Segment, Arc::new(parts), count, Some(&group));
    ticket.follow_after(Wait::Done(group), Lane::ObjectUu, finish);
    Ok(Next::Elsewhere)
}

/// Segments of a file.
struct FileParts {
    finish: Arc<Finish>,
    local: Local,
    there: HashMap<String, (u64, String)>,
    ahead: Ahead,
}

impl FileParts {
    /// Name, offset and size of a segment.
    fn part(&self, index: usize) -> (String, u64, u64) {
        let size = self.finish.whole.own.segment_size;
        let offset = index as u64 * size;
        (self.finish.name(index), offset, size.min(self.local.size.saturating_sub(offset)))
    }

    /// Whether a segment is there already, and is what it should be.
    fn is_there(
        &self,
        (name, offset, size): (&str, u64, u64),
        known: Option<&String>,
        turn: &Turn,
    ) -> Result<Option<String>> {
        let Some((bytes, md5)) = self.there.get(name).filter(|(bytes, _)| *bytes == size) else {
            return Ok(None);
        };
        let sum = match known {
            Some(sum) => Some(sum.clone()),
            None => self.local.sum(&self.local.open()?, offset, *bytes, turn.job().cancel_token())?,
        };
        Ok(sum.filter(|sum| sum == md5))
    }

    fn send(&self, index: usize, turn: &Turn) -> Result<JobResult> {
        let whole = &self.finish.whole;
        let (own, target) = (&whole.own, &whole.target);
        let connection = &target.remote.connection;
        let (name, offset, size) = self.part(index);
        let (name, mut result) = (&*name, self.blank(index));
        let sum = self.ahead.sum(index, turn.job().cancel_token());
        if let Some(md5) = self.is_there((name, offset, size), sum.as_ref(), turn)? {
            let (about, place) = ((&target.remote, &whole.headers), (&*own.segment_container, name));
            if take_up(about, place, (size, &md5), &mut result, turn)? {
                turn.job().moved(size);
                return Ok(result);
            }
        }
        let (request, sent) = whole.request(target, turn, whole.segment_headers());
        let put = |sum| {
            let source = Source::file_range_of_sum(&self.local.path, offset, size, sum);
            connection.put_object(&own.segment_container, name, &source, &request)
        };
        let hashed = sum.is_some();
        let mut outcome = put(sum);
        let mut attempts = 0;
        // What was hashed before it was sent may have been written to in between: then it is the sum that is wrong.
        if let (true, Err(e)) = (hashed, &outcome)
            && e.kind() == Kind::Checksum
        {
            attempts = e.attempts();
            outcome = put(None);
        }
        result = result.settled(outcome);
        result.attempts += attempts;
        result.bytes = sent.load(Ordering::Relaxed);
        result.status = result.success().then_some("uploaded");
        Ok(result)
    }
}

impl Work for FileParts {
    fn blank(&self, index: usize) -> JobResult {
        let (name, _, size) = self.part(index);
        self.finish.whole.about_segment(&name, index, size)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (name, _, size) = self.part(index);
        let result = match self.send(index, turn) {
            Ok(result) => result,
            Err(e) => self.blank(index).failed(e),
        };
        Next::done(self.finish.done.note(index, &name, size, result))
    }
}

impl Finish {
    /// The name of a segment.
    pub fn name(&self, index: usize) -> String {
        format!("{}{index:08}", self.prefix)
    }

    fn result(&self) -> JobResult {
        let mut result = self.whole.blank();
        result.large_object = true;
        result.segment_container = Some(self.whole.own.segment_container.clone());
        if let Kinds::Dynamic(prefix) = &self.kind {
            let mut request = Request { headers: std::mem::take(&mut result.sent), ..Request::new() };
            // Where it cannot be, it is the manifest that fails.
            let _ = request.set_dlo(Some((&self.whole.own.segment_container, prefix)));
            result.sent = request.headers;
        }
        result.attempts += u32::try_from(self.done.attempts.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
        result
    }

    /// Stores the manifest, and those within it where one cannot name all.
    fn store(&self, stored: Vec<Stored>, turn: &Turn, places: &mut Places) -> Result<Response> {
        let whole = &self.whole;
        let manifests = Manifests {
            remote: &whole.target.remote,
            object: (&whole.target.container, &whole.name),
            segment_container: &whole.own.segment_container,
            prefix: &self.prefix,
            headers: &whole.headers,
            checksum: whole.own.checksum,
        };
        manifests.store(&self.kind, stored.into_iter().map(Entry::Stored).collect(), turn, places)
    }
}

impl Work for Finish {
    fn blank(&self, _: usize) -> JobResult {
        self.result()
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let mut result = self.result();
        let all = std::mem::take(&mut *lock(&self.done.stored));
        let count = all.len();
        let stored: Vec<Stored> = all.into_iter().flatten().collect();
        let container = &self.whole.own.segment_container;
        let mut places: Places = stored.iter().map(|s| (container.clone(), s.name.clone())).collect();
        let found: HashSet<String> = stored.iter().filter(|s| s.found).map(|s| s.name.clone()).collect();
        result.segments = stored.iter().map(|s| (s.name.clone(), s.size, s.etag.clone())).collect();
        let failed = count - stored.len();
        let outcome = if self.group.failed() > 0 || failed > 0 {
            Err(self.done.failed(failed.max(self.group.failed()), &self.whole.name))
        } else {
            let unchanged = self.local.as_ref().map_or(Ok(()), Local::check_unchanged);
            unchanged.and_then(|()| self.store(stored, turn, &mut places))
        };
        let before = result.attempts;
        let attempts = outcome.as_ref().map_or_else(Error::attempts, Response::attempts);
        // That of a segment is counted already.
        let told = self.group.failed() == 0 && failed == 0;
        result = result.settled(outcome);
        result.attempts = if told { before.saturating_add(attempts) } else { before };
        if result.success() {
            result.status = Some("uploaded");
            let prefix = match &self.kind {
                Kinds::Dynamic(prefix) => Some(prefix.as_str()),
                Kinds::Static(_) => None,
            };
            self.whole.remove_old(&places, prefix, turn);
        } else if self.whole.own.clean_segments && !(told && maybe_stored(&result)) {
            // What lay there before, or is in use by the object that is still there, stays.
            places.retain(|(_, name)| !found.contains(name));
            if let Some(before) = &self.whole.before {
                places.retain(|place| !before.pieces.iter().any(|p| p.place.as_ref() == Some(place)));
            }
            old::delete(&self.whole.target.remote, places, turn);
        }
        Next::done(result)
    }
}
