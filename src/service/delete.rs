//! delete: objects of a list, a container with what is in it, or the account. Large objects go with their segments.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::engine::Plan;
use super::find::{AHEAD, Account, Finder, Found, Step, incomplete};
use super::job::{Group, Next, Turn, Wait, Work};
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use crate::core::cancel::lock;
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
    if let (Some(container), Some(mut objects)) = (&container, objects) {
        if let Some(prefix) = &prefix {
            objects = objects.filtered(|name| name.starts_with(prefix.as_str()));
            if objects.is_empty() {
                return Err(Error::invalid(format!("none of the objects begins with the prefix {prefix:?}")));
            }
        }
        let objects = Each::new(objects, settings, OBJECT_OPTIONS, Own::new)?;
        let count = objects.len();
        let work = Delete { remote, container: container.clone(), objects, found: Vec::new(), again: false };
        return Ok(Plan::new(Lane::ObjectDd, Arc::new(work), count));
    }
    let config = settings.config();
    let all = Arc::new(All {
        remote: remote.clone(),
        own: Arc::new(Own { version_id: None, ..Own::new(settings)? }),
        prefix,
        versions: settings.flag("versions")?,
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
}

impl Own {
    fn new(settings: &JobSettings<'_>) -> Result<Own> {
        Ok(Own {
            headers: settings.headers(None)?,
            version_id: settings.text("version_id")?,
            leave_segments: settings.flag("leave_segments")?,
        })
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

/// How an object is made up.
enum Made {
    Plain,
    Static,
    /// Its segments: their container, and what their names begin with.
    Dynamic(String, String),
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
        // dynamic one is listed as empty.
        if self.found.get(index).is_some_and(|f| !f.slo && (f.bytes > 0 || f.symlink)) {
            return Ok(Made::Plain);
        }
        let mut request = self.request(index, own, turn);
        request.query.push(("symlink".to_owned(), Some("get".to_owned())));
        let outcome = self.remote.connection.head_object(&self.container, object, &request);
        let head = match self.remote.noted(outcome) {
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
        // Where versions are kept, a delete of the latest keeps it as an older one, which needs its segments.
        if self.version(index, own).is_none() && headers.get("x-object-version-id").is_some() {
            return Ok(Made::Plain);
        }
        if headers.get_str("x-static-large-object").is_some_and(|v| v.trim().eq_ignore_ascii_case("true")) {
            return Ok(Made::Static);
        }
        let Some(manifest) = headers.get_decoded("x-object-manifest") else { return Ok(Made::Plain) };
        Ok(match manifest.trim_start_matches('/').split_once('/') {
            Some((c, p)) if !c.is_empty() && !p.is_empty() => Made::Dynamic(c.to_owned(), p.to_owned()),
            _ => Made::Plain,
        })
    }

    fn delete(&self, index: usize, made: &Made, turn: &Turn) -> Result<Response> {
        let (object, own) = self.objects.get(index);
        let mut request = self.request(index, own, turn);
        request.headers = own.headers.clone();
        if matches!(made, Made::Static) {
            request.query.push(("multipart-manifest".to_owned(), Some("delete".to_owned())));
            request.headers.set("Accept", b"application/json");
        }
        self.remote.noted(self.remote.connection.delete_object(&self.container, object, &request))
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
        let before = result.attempts;
        let outcome = self.delete(index, &made, turn);
        if self.again
            && let Err(e) = &outcome
            && e.kind() == Kind::NotFound
        {
            result.attempts += e.attempts();
            return Next::done(result);
        }
        let mut response = match outcome {
            Ok(response) => response,
            Err(e) => {
                let attempts = before + e.attempts();
                result = result.failed(e);
                result.attempts = attempts;
                return Next::done(result);
            }
        };
        result.take(&mut response);
        result.attempts += before;
        match made {
            Made::Plain => Next::done(result),
            Made::Static => {
                let checked = response.read_all(1 << 20).and_then(|body| {
                    result.json = body;
                    examine_report(&result.json)
                });
                Next::done(match checked {
                    Ok(()) => result,
                    Err(e) => result.failed(e),
                })
            }
            Made::Dynamic(container, prefix) => {
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
    }
}

/// What the server says of the segments of a static large object: with a status of its own, for that of the response
/// is 200 whatever happened (DF-18).
fn examine_report(body: &[u8]) -> Result<()> {
    let report: serde_json::Value = match serde_json::from_slice(body) {
        Ok(report) => report,
        // An older server that has nothing to say.
        Err(_) if body.trim_ascii().is_empty() => return Ok(()),
        Err(e) => {
            let text = format!("the report on the segments is not JSON: {e}");
            return Err(Error::new(Kind::Protocol, text));
        }
    };
    let status = report["Response Status"].as_str().unwrap_or_default().to_owned();
    let errors = report["Errors"].as_array().map_or(&[][..], Vec::as_slice);
    if errors.is_empty() && (status.starts_with('2') || status.is_empty()) {
        return Ok(());
    }
    let code = status.split(' ').next().and_then(|s| s.parse().ok()).unwrap_or(0);
    let mut text = format!("the server could not delete all of it: {status}");
    if let Some(first) = errors.first() {
        let part = |i: usize| first.get(i).and_then(|v| v.as_str()).unwrap_or_default();
        text = format!("{text}; {} of it failed, the first {:?} with {}", errors.len(), part(0), part(1));
    }
    Err(Error::new(Error::kind_of_status(code), text))
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
        Next::done(match self.remote.noted(outcome) {
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
}

impl Container {
    fn new(all: Arc<All>, container: String) -> Container {
        let versions = all.versions.then_some("true");
        let query = [("prefix", all.prefix.as_deref()), ("versions", versions)];
        let finder = Finder::new(Some(&container), &query);
        Container { all, container, finder, group: Group::new(), pass: AtomicU32::new(0) }
    }

    /// Deletes the container itself; `None`: it is to be looked through again.
    fn finish(&self, turn: &Turn, mut result: JobResult) -> Option<JobResult> {
        let remote = &self.all.remote;
        let request = Request { headers: self.all.own.headers.clone(), ..remote.request(turn) };
        let before = result.attempts;
        let outcome = remote.noted(remote.connection.delete_container(&self.container, &request));
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
                let names = rows.iter().map(|r| r.name.clone()).collect();
                let objects = Each::found(names, &self.all.own);
                let count = objects.len();
                let work = Delete {
                    remote: self.all.remote.clone(),
                    container: self.container.clone(),
                    objects,
                    found: rows,
                    again: self.pass.load(Ordering::Relaxed) > 0,
                };
                turn.job().add(Lane::ObjectDd, Arc::new(work), count, Some(&self.group));
                Next::Again(Wait::Backlog(self.group.clone(), AHEAD))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn df_18_the_report_of_a_delete_with_segments_is_examined() {
        let report = |status: &str, errors: &str| {
            let text = format!(
                "{{\"Response Status\": \"{status}\", \"Errors\": {errors}, \"Number Deleted\": 1, \
                 \"Number Not Found\": 0, \"Response Body\": \"\"}}"
            );
            examine_report(text.as_bytes())
        };
        assert!(report("200 OK", "[]").is_ok());
        assert!(examine_report(b"").is_ok());
        let e = report("400 Bad Request", "[[\"/c/s\", \"403 Forbidden\"]]").unwrap_err();
        assert!(e.message().contains("\"/c/s\" with 403 Forbidden"), "{e}");
        assert_eq!(e.kind(), Kind::Http);
        assert_eq!(report("401 Unauthorized", "[]").unwrap_err().kind(), Kind::Unauthorized);
        assert!(report("200 OK", "[[\"/c/s\", \"409 Conflict\"]]").is_err());
        assert_eq!(examine_report(b"<html>").unwrap_err().kind(), Kind::Protocol);
    }
}
