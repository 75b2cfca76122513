//! delete: objects of a list, a container with what is in it, or the account. Large objects go with their segments.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::engine::Plan;
use super::find::{AHEAD, Account, Finder, Found, Step, incomplete};
use super::made::{Made, keeps};
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use super::work::{Group, Next, Turn, Wait, Work};
use crate::core::cancel::lock;
use crate::core::connection::KEEP_DELETED;
use crate::core::{Error, Headers, Kind, Request, Response, Result};

/// The options that mean something for named objects, or for all there are.
pub(super) fn options(named: bool) -> &'static [&'static str] {
    const NAMED: &[&str] =
        &["header", "version_id", "leave_segments", "prefix", "bulk", "fail_fast", "progress_interval"];
    const ALL: &[&str] = &[
        "header",
        "prefix",
        "versions",
        "leave_segments",
        "yes_all",
        "bulk",
        "fail_fast",
        "progress_interval",
    ];
    if named { NAMED } else { ALL }
}

/// Options an object may have of its own.
const OBJECT_OPTIONS: &[&str] = &["header", "version_id", "leave_segments"];

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: Option<String>,
    objects: Option<Objects>,
) -> Result<Plan> {
    check_target(container.as_deref(), objects.as_ref())?;
    let prefix = settings.text("prefix")?;
    let bulk = Bulk::new(settings)?;
    if let (Some(container), Some(mut objects)) = (&container, objects) {
        if let Some(prefix) = &prefix {
            objects = objects.filtered(|name| name.starts_with(prefix.as_str()));
            if objects.is_empty() {
                return Err(Error::invalid(format!("none of the objects begins with the prefix {prefix:?}")));
            }
        }
        let bulk = bulk.filter(|b| objects.len() > b.at_least && !objects.has_own());
        let objects = Each::new(objects, settings, OBJECT_OPTIONS, Own::new)?;
        let count = objects.len();
        let own = objects.common();
        // In bulk nobody looks whether there are segments, nor can a version be named.
        let bulk = bulk.filter(|_| own.leave_segments && own.version_id.is_none());
        let container = container.clone();
        let Some(bulk) = bulk else {
            let work = Delete { remote, container, objects, found: Vec::new(), again: false };
            return Ok(Plan::new(Lane::ObjectDd, Arc::new(work), count));
        };
        // One element at first, which stands for all of them.
        let plan = Plan::new(Lane::Container, Arc::new(Many { remote, container, objects, bulk }), 1);
        return Ok(Plan { weight: count, objects: Some(count as u64), ..plan });
    }
    let config = settings.config();
    let all = Arc::new(All {
        remote: remote.clone(),
        own: Arc::new(Own { version_id: None, ..Own::new(settings)? }),
        prefix,
        versions: settings.flag("versions")?,
        bulk,
        passes: u32::try_from(config.get_u64("retries")?).unwrap_or(u32::MAX),
        pause: config.get_duration("starting_backoff")?,
        longest: config.get_duration("max_backoff")?,
    });
    let work: Arc<dyn Work> = match container {
        Some(container) => Arc::new(Container::new(all, container)),
        None if all.prefix.is_some() => {
            return Err(Error::invalid("option prefix is for the objects of a container: name it"));
        }
        None if settings.flag("yes_all")? => {
            let make = move |name| -> Arc<dyn Work> { Arc::new(Container::new(all.clone(), name)) };
            Arc::new(Account::new(remote, "delete_account", false, make))
        }
        None => {
            return Err(Error::invalid(
                "no container is named: to delete everything in the account set the option yes_all",
            ));
        }
    };
    Ok(Plan { objects: None, ..Plan::new(Lane::Container, work, 1) })
}

/// What holds for one object.
struct Own {
    headers: Headers,
    version_id: Option<String>,
    leave_segments: bool,
    /// Whether each object is looked at, also where a listing says enough of most.
    examine: bool,
}

impl Own {
    fn new(settings: &JobSettings<'_>) -> Result<Own> {
        Ok(Own {
            headers: settings.headers(None)?,
            version_id: settings.text("version_id")?,
            leave_segments: settings.flag("leave_segments")?,
            examine: !settings.flag("bulk")?,
        })
    }
}

/// How objects are deleted many at a time, where that is wanted.
#[derive(Clone, Copy)]
struct Bulk {
    /// So many and fewer are deleted one by one (DE-02).
    at_least: usize,
    /// Requests at once.
    groups: usize,
}

impl Bulk {
    /// `None` when the options do not want it, or cannot be met by it.
    fn new(settings: &JobSettings<'_>) -> Result<Option<Bulk>> {
        let threads = usize::try_from(settings.config().get_u64("object_dd_threads")?).unwrap_or(usize::MAX);
        let wanted = settings.flag("bulk")? && settings.headers(None)?.is_empty();
        Ok(wanted.then_some(Bulk { at_least: threads.saturating_mul(2), groups: threads }))
    }

    /// Whether `count` objects are worth it, and the cluster offers it.
    fn serves(&self, count: usize, remote: &Remote, turn: &Turn) -> bool {
        count > self.at_least && remote.offers_bulk_delete(&remote.request(turn))
    }

    /// Names in groups of about one size, no more than may be sent at once.
    fn split(&self, container: &str, names: Vec<String>, remote: &Remote) -> Groups {
        let size = names.len().div_ceil(self.groups).max(1);
        let mut groups = Vec::with_capacity(self.groups);
        let mut names = names.into_iter();
        loop {
            let group: Vec<String> = names.by_ref().take(size).collect();
            if group.is_empty() {
                break;
            }
            groups.push(group);
        }
        Groups { remote: remote.clone(), container: container.to_owned(), groups }
    }
}

/// Objects that were named, and may be deleted in bulk if the cluster can do that.
struct Many {
    remote: Remote,
    container: String,
    objects: Each<Own>,
    bulk: Bulk,
}

impl Many {
    fn names(&self) -> Vec<String> {
        self.objects.iter().map(|(name, _)| name.to_owned()).collect()
    }
}

impl Work for Many {
    fn blank(&self, _: usize) -> JobResult {
        about_many(&self.container, self.names())
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let names = self.names();
        let serves = self.bulk.serves(names.len(), &self.remote, turn);
        let Some(ticket) = turn.hand_over() else { return Next::Elsewhere };
        if serves {
            let work = self.bulk.split(&self.container, names, &self.remote);
            let count = work.groups.len();
            ticket.become_all(Lane::ObjectDd, Arc::new(work), count);
        } else {
            let count = names.len();
            let objects = Each::found(names, self.objects.common());
            let (remote, container) = (self.remote.clone(), self.container.clone());
            let work = Delete { remote, container, objects, found: Vec::new(), again: false };
            ticket.become_all(Lane::ObjectDd, Arc::new(work), count);
        }
        Next::Elsewhere
    }
}

/// Groups of objects, each deleted with one request.
struct Groups {
    remote: Remote,
    container: String,
    groups: Vec<Vec<String>>,
}

fn about_many(container: &str, names: Vec<String>) -> JobResult {
    let mut result = JobResult::about("bulk_delete", Some(container), None);
    result.counted = names.len() as u64;
    result.objects = names;
    result
}

impl Work for Groups {
    fn blank(&self, index: usize) -> JobResult {
        about_many(&self.container, self.groups.get(index).cloned().unwrap_or_default())
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        let paths: Vec<String> = result.objects.iter().map(|o| format!("{}/{o}", self.container)).collect();
        let (connection, meter) = self.remote.metered();
        result = result.reported(connection.bulk_delete(&paths, &self.remote.request(turn)));
        result.made(meter.requests() as u32);
        result.last_attempts = 1 + meter.retries() as u32;
        result.left = result.report().map_or(0, |r| r.errors().len() as u64);
        Next::done(result)
    }
}

/// Objects, each deleted by itself.
struct Delete {
    remote: Remote,
    container: String,
    objects: Each<Own>,
    /// What a listing told of them; empty when they were named.
    found: Vec<Found>,
    /// They were deleted before and still listed: that they are gone is what is wanted.
    again: bool,
}

impl Delete {
    /// The version that is meant.
    fn version<'a>(&'a self, index: usize, own: &'a Own) -> Option<&'a str> {
        self.found.get(index).map_or(own.version_id.as_deref(), |f| f.version_id.as_deref())
    }

    /// A request about an object, of the version that is meant.
    fn request(&self, index: usize, own: &Own, turn: &Turn) -> Request {
        let mut request = self.remote.request(turn);
        if let Some(id) = self.version(index, own) {
            request.query.push(("version-id".to_owned(), Some(id.to_owned())));
        }
        request
    }

    /// Finds out whether there are segments to delete with an object.
    fn examine(&self, index: usize, turn: &Turn, result: &mut JobResult) -> Result<Made> {
        let (object, own) = self.objects.get(index);
        if own.leave_segments {
            return Ok(Made::Plain);
        }
        // What has bytes of its own in a listing has no segments, unless the listing says it is a static one. A
        // dynamic one is listed as empty, unless somebody gave its manifest bytes of its own, which nobody sees.
        if self.found.get(index).is_some_and(|f| !f.slo && (f.bytes > 0 || f.symlink) && !own.examine) {
            return Ok(Made::Plain);
        }
        let mut request = self.request(index, own, turn);
        request.query.push(("symlink".to_owned(), Some("get".to_owned())));
        let outcome = self.remote.connection.head_object(&self.container, object, &request);
        let head = match outcome {
            Ok(head) => head,
            // The delete tells what there is to tell.
            Err(e) if e.kind() == Kind::NotFound => {
                result.attempts += e.attempts();
                return Ok(Made::Plain);
            }
            Err(e) => return Err(e),
        };
        result.attempts += head.attempts();
        let headers = head.headers();
        let made = Made::of(headers);
        // Where versions are kept, a delete of the latest keeps it as an older one, which needs its segments.
        let kept = made != Made::Plain
            && self.version(index, own).is_none()
            && (headers.get("x-object-version-id").is_some()
                || keeps(&self.remote, &self.container, &KEEP_DELETED, &request));
        Ok(if kept { Made::Plain } else { made })
    }

    fn delete(&self, index: usize, turn: &Turn) -> Result<Response> {
        let (object, own) = self.objects.get(index);
        let request = Request { headers: own.headers.clone(), ..self.request(index, own, turn) };
        self.remote.connection.delete_object(&self.container, object, &request)
    }

    /// That something is gone is no failure when it was listed though it had been deleted.
    fn pardoned(&self, mut result: JobResult) -> JobResult {
        if self.again && result.error.as_ref().is_some_and(|e| e.kind() == Kind::NotFound) {
            result.error = None;
        }
        result
    }

    /// Deletes a static large object with its segments. What the server tells of those is examined, for the status
    /// of its answer is 200 whatever happened (DF-18).
    fn delete_slo(&self, index: usize, turn: &Turn, mut result: JobResult) -> JobResult {
        let (object, own) = self.objects.get(index);
        let request = Request { headers: own.headers.clone(), ..self.request(index, own, turn) };
        // That was looked at.
        let request = Request { delete_kept: true, ..request };
        let before = result.attempts;
        let (connection, meter) = self.remote.metered();
        let outcome = connection.delete_slo(&self.container, object, false, &request);
        result = result.reported(outcome);
        result.made(before.saturating_add(meter.requests() as u32));
        result.last_attempts = 1 + meter.retries() as u32;
        result
    }
}

impl Work for Delete {
    fn blank(&self, index: usize) -> JobResult {
        let (object, _) = self.objects.get(index);
        let mut result = JobResult::about("delete_object", Some(&self.container), Some(object));
        result.version_id = self.found.get(index).and_then(|f| f.version_id.clone());
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        let made = match self.examine(index, turn, &mut result) {
            Ok(made) => made,
            Err(e) => return Next::done(result.failed(e)),
        };
        if matches!(made, Made::Static) {
            return Next::done(self.pardoned(self.delete_slo(index, turn, result)));
        }
        let before = result.attempts;
        let outcome = self.delete(index, turn);
        let attempts = before + outcome.as_ref().map_or_else(Error::attempts, Response::attempts);
        result = result.settled(outcome);
        result.attempts = attempts;
        let Made::Dynamic(container, prefix) = made else { return Next::done(self.pardoned(result)) };
        // It was there just now. Where an answer was lost this very call has deleted it, and its segments go too.
        let lost = |e: &Error| e.kind() == Kind::NotFound && !e.refused_each_time();
        if result.error.as_ref().is_some_and(|e| !lost(e)) {
            return Next::done(self.pardoned(result));
        }
        let Some(ticket) = turn.hand_over() else { return Next::Elsewhere };
        let finder = Finder::new(Some(&container), &[("prefix", Some(&prefix))]);
        let remote = self.remote.clone();
        turn.job().tally().search();
        let result = Mutex::new(Some(result));
        let segments = Segments { remote, container, finder, group: Group::new(), result };
        ticket.follow(Lane::Segment, Arc::new(segments));
        Next::Elsewhere
    }
}

/// The segments of a dynamic large object whose manifest is gone; then the result of that is told.
struct Segments {
    remote: Remote,
    container: String,
    finder: Finder,
    group: Arc<Group>,
    /// Of the manifest.
    result: Mutex<Option<JobResult>>,
}

impl Work for Segments {
    fn blank(&self, _: usize) -> JobResult {
        let result = lock(&self.result);
        let about = result.as_ref();
        JobResult::about(
            "delete_object",
            about.and_then(|r| r.container.as_deref()),
            about.and_then(|r| r.object.as_deref()),
        )
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        match self.finder.step(&self.remote, turn) {
            Step::Page(rows) => {
                let names: Vec<String> = rows.into_iter().map(|r| r.name).collect();
                let count = names.len();
                let (remote, container) = (self.remote.clone(), self.container.clone());
                let work = Arc::new(Segment { remote, container, names });
                turn.job().add(Lane::Segment, work, count, Some(&self.group));
                Next::Again(Wait::Backlog(self.group.clone(), AHEAD))
            }
            Step::Over => Next::Again(Wait::Done(self.group.clone())),
            Step::Done(end) => {
                let mut result = lock(&self.result).take().unwrap_or_else(|| self.blank(index));
                result.attempts += self.finder.attempts();
                result.dlo_segments_deleted = Some(end.is_ok() && self.group.failed() == 0);
                Next::done(result)
            }
        }
    }
}

/// Single segments.
struct Segment {
    remote: Remote,
    container: String,
    names: Vec<String>,
}

impl Work for Segment {
    fn blank(&self, index: usize) -> JobResult {
        let name = self.names.get(index).map(String::as_str);
        let mut result = JobResult::about("delete_segment", Some(&self.container), name);
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let result = self.blank(index);
        let name = self.names.get(index).map_or("", String::as_str);
        let outcome = self.remote.connection.delete_object(&self.container, name, &self.remote.request(turn));
        Next::done(match outcome {
            // What is gone need not be deleted (DE-07).
            Err(e) if e.kind() == Kind::NotFound => {
                let mut result = result.failed(e);
                result.error = None;
                result
            }
            outcome => result.settled(outcome),
        })
    }
}

/// What holds for all containers of a job.
struct All {
    remote: Remote,
    own: Arc<Own>,
    prefix: Option<String>,
    versions: bool,
    bulk: Option<Bulk>,
    /// How often, and after how long, a container that is said not to be empty is looked through again.
    passes: u32,
    pause: Duration,
    longest: Duration,
}

/// A container: what is in it, then itself, unless only names with a prefix are meant.
struct Container {
    all: Arc<All>,
    container: String,
    finder: Finder,
    group: Arc<Group>,
    pass: AtomicU32,
    /// Requests to delete the container itself that failed.
    refused: AtomicU32,
}

impl Container {
    fn new(all: Arc<All>, container: String) -> Container {
        let versions = all.versions.then_some("true");
        let query = [("prefix", all.prefix.as_deref()), ("versions", versions)];
        let finder = Finder::new(Some(&container), &query);
        Container {
            all,
            container,
            finder,
            group: Group::new(),
            pass: AtomicU32::new(0),
            refused: AtomicU32::new(0),
        }
    }

    /// Has the objects of a page deleted: in bulk those of which the listing says that they are nothing but plain.
    /// Returns below how many elements without a result that was read the next page may come.
    fn delete_page(&self, mut rows: Vec<Found>, turn: &Turn) -> usize {
        let remote = &self.all.remote;
        let again = self.pass.load(Ordering::Relaxed) > 0;
        let plain = |r: &Found| {
            r.version_id.is_none() && (self.all.own.leave_segments || (!r.slo && (r.bytes > 0 || r.symlink)))
        };
        let count = rows.iter().filter(|r| plain(r)).count();
        let mut ahead = AHEAD;
        if let Some(bulk) = &self.all.bulk
            && bulk.serves(count, remote, turn)
        {
            let (many, others) = rows.into_iter().partition(plain);
            rows = others;
            let names = Vec::into_iter(many).map(|r: Found| r.name).collect();
            let work = bulk.split(&self.container, names, remote);
            let count = work.groups.len();
            // Each of them holds many names, of which there are never more than those of two pages.
            ahead = count + rows.len().min(AHEAD);
            turn.job().add(Lane::ObjectDd, Arc::new(work), count, Some(&self.group));
        }
        let objects = Each::found(rows.iter().map(|r| r.name.clone()).collect(), &self.all.own);
        let (count, container) = (objects.len(), self.container.clone());
        let work = Delete { remote: remote.clone(), container, objects, found: rows, again };
        turn.job().add(Lane::ObjectDd, Arc::new(work), count, Some(&self.group));
        ahead
    }

    /// Deletes the container itself; `None`: it is to be looked through again.
    fn finish(&self, turn: &Turn, mut result: JobResult) -> Option<JobResult> {
        let remote = &self.all.remote;
        let request = Request { headers: self.all.own.headers.clone(), ..remote.request(turn) };
        let before = result.attempts + self.refused.load(Ordering::Relaxed);
        let outcome = remote.connection.delete_container(&self.container, &request);
        let pass = self.pass.load(Ordering::Relaxed);
        if let Err(e) = &outcome
            && e.kind() == Kind::Conflict
            && self.group.failed() == 0
            && pass < self.all.passes
            && !e.failure().is_some_and(|f| String::from_utf8_lossy(&f.body).contains("versions"))
        {
            // Listings lag behind what was deleted; that ends by itself. And others may have stored something.
            let pause = self.all.pause.saturating_mul(1 << pass.min(16)).min(self.all.longest);
            if turn.job().cancel_token().sleep(pause) {
                self.pass.store(pass + 1, Ordering::Relaxed);
                self.refused.fetch_add(e.attempts(), Ordering::Relaxed);
                self.finder.restart(turn);
                return None;
            }
        }
        let attempts = before + outcome.as_ref().map_or_else(Error::attempts, Response::attempts);
        result = result.settled(outcome);
        result.attempts = attempts;
        Some(result)
    }
}

impl Work for Container {
    fn blank(&self, _: usize) -> JobResult {
        let action = if self.all.prefix.is_some() { "delete_prefix" } else { "delete_container" };
        let mut result = JobResult::about(action, Some(&self.container), None);
        result.prefix.clone_from(&self.all.prefix);
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        match self.finder.step(&self.all.remote, turn) {
            Step::Page(rows) => {
                turn.job().tally().announce(rows.len() as u64, true);
                let ahead = self.delete_page(rows, turn);
                Next::Again(Wait::Backlog(self.group.clone(), ahead))
            }
            Step::Over => Next::Again(Wait::Done(self.group.clone())),
            Step::Done(end) => {
                let mut result = self.blank(index);
                result.attempts = self.finder.attempts();
                if let Err(e) = end {
                    return Next::done(result.failed(e));
                }
                let failed = self.group.failed();
                if self.all.prefix.is_some() {
                    return Next::done(if failed == 0 {
                        result
                    } else {
                        result.failed(incomplete(failed, "objects"))
                    });
                }
                match self.finish(turn, result) {
                    Some(result) => Next::done(result),
                    None => Next::Again(Wait::Backlog(self.group.clone(), usize::MAX)),
                }
            }
        }
    }
}
