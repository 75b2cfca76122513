//! download: objects to files, each complete and verified before it gets its name, or to the caller.
//!
//! `names` says what files are called, `same` whether one has the content of its object already, and `parts` fetches
//! one large object in several parts at once, of which `kept` keeps what a crash must not cost.

mod kept;
mod names;
mod parts;
mod same;

use std::path::{Path, PathBuf, is_separator};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::engine::Plan;
use super::find::{AHEAD, Account, Finder, Step, incomplete};
use super::made::is_directory_marker;
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::{JobSettings, Output};
use super::verb::{Remote, check_target};
use super::work::{Group, Next, Turn, Wait, Work};
use crate::core::scratch::Scratch;
use crate::core::{Error, Headers, Kind, Request, Response, Result};
use names::{local_name, make_directory, mtime, no_file};

/// Open responses that may wait for the caller.
const HANDED_OUT: usize = 8;

/// The options that mean something for named objects, or for all there are.
pub(super) fn options(named: bool) -> &'static [&'static str] {
    const NAMED: &[&str] = &[
        "checksum",
        "header",
        "version_id",
        "out_file",
        "out_directory",
        "prefix",
        "remove_prefix",
        "part_size",
        "resume",
        "no_download",
        "shuffle",
        "ignore_mtime",
        "skip_identical",
        "fail_fast",
        "progress_interval",
    ];
    const ALL: &[&str] = &[
        "checksum",
        "header",
        "out_file",
        "out_directory",
        "prefix",
        "marker",
        "yes_all",
        "remove_prefix",
        "part_size",
        "resume",
        "no_download",
        "shuffle",
        "ignore_mtime",
        "skip_identical",
        "fail_fast",
        "progress_interval",
    ];
    if named { NAMED } else { ALL }
}

/// Options an object may have of its own.
const OBJECT_OPTIONS: &[&str] = &[
    "checksum",
    "header",
    "version_id",
    "out_file",
    "out_directory",
    "part_size",
    "resume",
    "no_download",
    "ignore_mtime",
    "skip_identical",
];

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: Option<String>,
    objects: Option<Objects>,
) -> Result<Plan> {
    check_target(container.as_deref(), objects.as_ref())?;
    let prefix = settings.text("prefix")?;
    let cut = if settings.flag("remove_prefix")? { prefix.clone() } else { None };
    let shuffle = settings.flag("shuffle")?;
    if let (Some(container), Some(objects)) = (&container, objects) {
        if prefix.is_some() && cut.is_none() && settings.is_own("prefix")? {
            return Err(Error::invalid(
                "option prefix has a meaning for objects that are named only together with remove_prefix",
            ));
        }
        let count = objects.len();
        let make = |s: &JobSettings<'_>| Own::new(s, Some(count));
        let objects = Each::new(objects, settings, OBJECT_OPTIONS, make)?;
        let from = From { remote, cut, folder: false };
        let order = shuffle.then(|| {
            let mut order: Vec<usize> = (0..count).collect();
            fastrand::shuffle(&mut order);
            order
        });
        let work = Download { from, container: container.clone(), objects, order, sized: false };
        return Ok(Plan { sized: false, ..Plan::new(Lane::ObjectDd, Arc::new(work), count) });
    }
    let folder = container.is_none();
    let all = Arc::new(All {
        from: From { remote: remote.clone(), cut, folder },
        own: Arc::new(Own::new(settings, None)?),
        prefix,
        marker: settings.text("marker")?,
        shuffle,
    });
    let work: Arc<dyn Work> = match container {
        Some(container) => Arc::new(Container::new(all, container)),
        None if settings.flag("yes_all")? => {
            let make = move |name| -> Arc<dyn Work> { Arc::new(Container::new(all.clone(), name)) };
            Arc::new(Account::new(remote, "download_account", shuffle, make))
        }
        None => {
            return Err(Error::invalid(
                "no container is named: to download the whole account set the option yes_all",
            ));
        }
    };
    Ok(Plan { objects: None, sized: false, ..Plan::new(Lane::Container, work, 1) })
}

/// Where objects come from and what their files are called.
#[derive(Clone)]
struct From {
    remote: Remote,
    /// What is taken off the names.
    cut: Option<String>,
    /// Whether each container has a directory of its own.
    folder: bool,
}

/// What holds for one object.
struct Own {
    headers: Headers,
    version_id: Option<String>,
    output: Output,
    checksum: bool,
    /// 0: never in parts.
    part_size: u64,
    resume: bool,
    no_download: bool,
    ignore_mtime: bool,
    skip_identical: bool,
}

impl Own {
    fn new(settings: &JobSettings<'_>, count: Option<usize>) -> Result<Own> {
        let part_size = settings.config().get_size("part_size")?;
        let resume = settings.flag("resume")?;
        if resume && part_size == 0 {
            return Err(Error::invalid("option resume is for downloads in parts, but part_size is 0"));
        }
        Ok(Own {
            headers: settings.headers(None)?,
            // Of objects that a listing finds no one version can be meant.
            version_id: if count.is_some() { settings.text("version_id")? } else { None },
            output: settings.output(count)?,
            checksum: settings.flag("checksum")?,
            part_size,
            resume,
            no_download: settings.flag("no_download")?,
            ignore_mtime: settings.flag("ignore_mtime")?,
            skip_identical: settings.flag("skip_identical")?,
        })
    }
}

/// What holds for all objects that are found.
struct All {
    from: From,
    own: Arc<Own>,
    prefix: Option<String>,
    marker: Option<String>,
    shuffle: bool,
}

/// Every object of a container that is wanted, page by page.
struct Container {
    all: Arc<All>,
    container: String,
    finder: Finder,
    group: Arc<Group>,
}

impl Container {
    fn new(all: Arc<All>, container: String) -> Container {
        let query = [("prefix", all.prefix.as_deref()), ("marker", all.marker.as_deref())];
        let finder = Finder::new(Some(&container), &query);
        Container { finder, all, container, group: Group::new() }
    }
}

impl Work for Container {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about("download_container", Some(&self.container), None);
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        match self.finder.step(&self.all.from.remote, turn) {
            Step::Page(mut rows) => {
                if self.all.shuffle {
                    fastrand::shuffle(&mut rows);
                }
                let tally = turn.job().tally();
                tally.announce(rows.len() as u64, false);
                tally.size(rows.len() as u64, rows.iter().map(|r| r.bytes).sum());
                let objects = Each::found(rows.into_iter().map(|r| r.name).collect(), &self.all.own);
                let count = objects.len();
                let from = self.all.from.clone();
                let work =
                    Download { from, container: self.container.clone(), objects, order: None, sized: true };
                turn.job().add(Lane::ObjectDd, Arc::new(work), count, Some(&self.group));
                Next::Again(Wait::Backlog(self.group.clone(), AHEAD))
            }
            Step::Over => Next::Again(Wait::Done(self.group.clone())),
            Step::Done(end) => {
                let mut result = self.blank(index);
                result.attempts = self.finder.attempts();
                let failed = self.group.failed();
                Next::done(match end {
                    Err(e) => result.failed(e),
                    Ok(()) if failed > 0 => result.failed(incomplete(failed, "objects")),
                    Ok(()) => result,
                })
            }
        }
    }
}

struct Download {
    from: From,
    container: String,
    objects: Each<Own>,
    /// In which order they come; `None`: as they are named.
    order: Option<Vec<usize>>,
    /// Whether their lengths are known from a listing.
    sized: bool,
}

impl Download {
    fn object(&self, index: usize) -> (&str, &Own) {
        let index = self.order.as_ref().and_then(|o| o.get(index)).copied().unwrap_or(index);
        self.objects.get(index)
    }

    fn about(&self, object: &str) -> JobResult {
        JobResult::about("download_object", Some(&self.container), Some(object))
    }

    /// Where an object goes to; `None`: to the caller.
    fn path(&self, object: &str, own: &Own) -> Result<Option<PathBuf>> {
        let directory = match &own.output {
            Output::Caller => return Ok(None),
            Output::File(path) => return Ok(Some(path.clone())),
            Output::Directory(directory) => directory,
        };
        let name = self.from.cut.as_ref().and_then(|cut| object.strip_prefix(cut.as_str())).unwrap_or(object);
        let mut path = directory.clone().unwrap_or_default();
        if self.from.folder {
            path.push(local_name(&self.container, cfg!(windows))?);
        }
        if name.is_empty() {
            // A pseudo-directory whose whole name was the prefix: what is in it goes here.
            path.push(if path.as_os_str().is_empty() { "./" } else { "" });
        } else {
            path.push(local_name(name, cfg!(windows))?);
        }
        Ok(Some(path))
    }

    /// Fetches an object to where its path is, if that can be told. `None` when it comes in parts, which have the ticket then
    /// and end the element.
    fn get(
        &self,
        (object, own): (&str, &Own),
        path: Result<Option<PathBuf>>,
        turn: &mut Turn,
        mut result: JobResult,
    ) -> Option<JobResult> {
        match self.try_get(object, own, path, turn, &mut result) {
            Ok(Some(parts)) => {
                parts.start(turn, result);
                None
            }
            Ok(None) => Some(result),
            Err(e) => Some(result.failed(e)),
        }
    }

    fn try_get(
        &self,
        object: &str,
        own: &Own,
        path: Result<Option<PathBuf>>,
        turn: &Turn,
        result: &mut JobResult,
    ) -> Result<Option<parts::Plan>> {
        let remote = &self.from.remote;
        let begun = (!self.sized).then(|| turn.job().tally().begin());
        let path = path?;
        result.path.clone_from(&path);
        let mut request = Request { headers: own.headers.clone(), ..remote.request(turn) };
        request.checksum = Some(own.checksum);
        if let Some(id) = &own.version_id {
            request.query.push(("version-id".to_owned(), Some(id.clone())));
        }
        let local = if own.skip_identical && !own.no_download { path.as_deref() } else { None };
        let local = local.map(|path| same::Compare::begin(path, turn)).transpose()?.flatten();
        if let Some(local) = &local {
            request.headers.set("If-None-Match", format!("\"{}\"", local.sum()).as_bytes());
        }
        let plain = request.clone();
        let (last, job) = (AtomicU64::new(0), turn.job().clone());
        request.progress = Some(Arc::new(move |n, _| {
            job.moved(n.saturating_sub(last.swap(n, Ordering::Relaxed)));
            true
        }));
        let start = SystemTime::now();
        remote.connection.authenticate(&request)?;
        let authenticated = SystemTime::now();
        let outcome = remote.connection.get_object(&self.container, object, &request);
        result.times = Some([start, authenticated, SystemTime::now()]);
        let mut response = outcome.map_err(|e| same::noted(e, local.is_some(), result))?;
        if let Some(local) = &local
            && local.is_same(remote, &self.container, object, response.headers(), &plain, turn)?
        {
            return Err(same::identical(response, result));
        }
        // What is open cannot be replaced everywhere.
        drop(local);
        if let Some(begun) = begun {
            begun.size(Some(response.content_length().unwrap_or(0)));
        }
        result.take(&mut response);
        if path.is_none() && !own.no_download {
            result.response = Some(Box::new(response));
            return Ok(None);
        }
        let outcome = match &path {
            Some(path) if !own.no_download => {
                let place = (self.container.as_str(), object);
                self.save(&mut response, place, own, path, &plain, result)
            }
            _ => drain(&mut response).map(|()| None),
        };
        if let Ok(Some(parts)) = outcome {
            return Ok(Some(parts));
        }
        result.attempts = response.attempts();
        result.bytes = response.bytes_read();
        if outcome.as_ref().is_err_and(|e| e.kind() == Kind::Checksum) {
            // A wrong sum shows with the last piece, which is not handed out; but all of it has come.
            let length = result.headers.get_u64("content-length").unwrap_or(0);
            result.bytes = result.bytes.max(length);
        }
        remote.counters.received(result.bytes);
        outcome
    }

    /// Writes an object to its file, or plans how its parts are to be.
    fn save(
        &self,
        response: &mut Response,
        (container, object): (&str, &str),
        own: &Own,
        path: &Path,
        request: &Request,
        result: &mut JobResult,
    ) -> Result<Option<parts::Plan>> {
        if matches!(own.output, Output::Directory(_)) {
            let marker = is_directory_marker(&result.headers);
            // A name that ends in a slash is that of a directory, and so is what remains of one that was cut off whole.
            let last = path.as_os_str().as_encoded_bytes().last();
            if marker || object.ends_with('/') || last.is_some_and(|b| is_separator(char::from(*b))) {
                // Nothing is lost of an empty one; bytes that would go nowhere are a failure (DL-07).
                if response.read(&mut [0; 64])? > 0 {
                    let what = if marker { "its content type" } else { "its name" };
                    let why = format!("{what} is that of a directory, but it has content");
                    return Err(no_file(object, &why));
                }
                make_directory(path)?;
                result.pseudodir = !marker;
                return Ok(None);
            }
        }
        let time = if own.ignore_mtime { None } else { mtime(&result.headers) };
        let folder = matches!(own.output, Output::Directory(_)).then(|| path.parent()).flatten();
        let target = parts::Target { path, folder, time, part_size: own.part_size, resume: own.resume };
        let remote = &self.from.remote;
        if let Some(plan) = parts::plan(remote, (container, object), response, result, request, target)? {
            return Ok(Some(plan));
        }
        response.write_to_file_in(path, time, folder.map(|folder| || make_directory(folder)))?;
        Ok(None)
    }
}

impl Work for Download {
    fn blank(&self, index: usize) -> JobResult {
        let (object, own) = self.object(index);
        let mut result = self.about(object);
        result.path = self.path(object, own).ok().flatten();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (object, own) = self.object(index);
        // Each that waits keeps a connection.
        if own.output == Output::Caller && !turn.job().has_room(HANDED_OUT) {
            return Next::Again(Wait::Unread(HANDED_OUT));
        }
        let result = self.about(object);
        self.get((object, own), self.path(object, own), turn, result).map_or(Next::Elsewhere, Next::done)
    }
}

/// Reads a body to its end, for what that tells.
fn drain(response: &mut Response) -> Result<()> {
    let mut piece = Scratch::take();
    while response.read(&mut piece)? > 0 {}
    Ok(())
}
