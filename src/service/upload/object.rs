//! One object: what there is under its name, whether it must be uploaded at all, and which way.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::segments::{self, Whole};
use super::{Own, Target, stream, tree};
use crate::core::digest::md5_of_etag;
use crate::core::{Error, Headers, Kind, Request, Response, Result, Source};
use crate::service::large::Cluster;
use crate::service::local::{Local, mtime_now};

use crate::service::made::{DIRECTORY, Made, is_directory_marker, same_as_file};
use crate::service::objects::What;
use crate::service::old::{self, Before};
use crate::service::result::JobResult;
use crate::service::work::{Next, Turn, Work};

/// MD5 of nothing.
const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";
/// Makes a PUT fail where there is an object already.
const ONLY_NEW: (&str, &str) = ("if-none-match", "*");

/// An object to be.
pub(super) struct Item {
    /// As it will be called; of a tree what goes before the names in it.
    pub name: String,
    pub what: What,
    pub own: Arc<Own>,
}

impl Item {
    pub fn path(&self) -> Option<&Path> {
        match &self.what {
            What::File(path) | What::Tree(path) => Some(path),
            What::Source(source) => source.path(),
            What::Nothing => None,
        }
    }
}

pub(super) struct Upload {
    pub target: Arc<Target>,
    pub items: Vec<Item>,
}

/// What a look at what is there has found.
enum Seen {
    /// The upload is over, as it is there already.
    Needless(Next),
    /// What will be overwritten.
    Before(Option<Before>),
}

/// How an object is to be sent.
enum Way {
    Marker,
    Plain(Source),
    /// A file in segments.
    Segments(Local),
    /// A stream, which may become segments.
    Stream(Source),
}

impl Work for Upload {
    fn blank(&self, index: usize) -> JobResult {
        let Some(item) = self.items.get(index) else { return JobResult::default() };
        match &item.what {
            What::Tree(path) => tree::about(&self.target, path),
            what => {
                let marker = matches!(what, What::Nothing) && item.own.dir_marker;
                self.about(item, if marker { "create_dir_marker" } else { "upload_object" })
            }
        }
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let Some(item) = self.items.get(index) else { return Next::done(self.blank(index)) };
        if let What::Tree(path) = &item.what {
            return tree::walk(&self.target, path, &item.name, &item.own, turn);
        }
        let mut result = self.blank(index);
        match self.begin(item, turn, &mut result) {
            Ok(next) => next,
            Err(e) => Next::done(result.failed(e)),
        }
    }
}

impl Upload {
    fn about(&self, item: &Item, action: &'static str) -> JobResult {
        let mut result = JobResult::about(action, Some(&self.target.container), Some(&item.name));
        result.path = item.path().map(PathBuf::from);
        result
    }

    fn begin(&self, item: &Item, turn: &mut Turn, result: &mut JobResult) -> Result<Next> {
        let (own, target) = (&item.own, &self.target);
        let begun = turn.job().tally().begin();
        let local = match &item.what {
            What::File(path) => Some(Local::examine(path)?),
            _ => None,
        };
        let directory = local.as_ref().is_some_and(|l| l.directory);
        if directory {
            *result = self.about(item, "create_dir_marker");
        }
        let size = match (&item.what, &local) {
            (_, Some(local)) => Some(local.size),
            (What::Source(source), None) => source.size()?,
            _ => Some(0),
        };
        begun.size(size);
        let mtime = local.as_ref().map_or_else(mtime_now, |l| l.mtime.clone());
        let marker = directory || (own.dir_marker && matches!(item.what, What::Nothing));
        let way = way(item, local.as_ref(), marker, size, turn, target);
        let mut before = None;
        // In a container that this job has made there is nothing, unless somebody else has put it there since: a PUT that
        // replaces nothing finds that out, if it can be sent again. Beside segments a HEAD costs nothing.
        let fresh = target.made.load(Ordering::Acquire);
        let unseen = fresh
            && match &way {
                Way::Marker => true,
                Way::Plain(source) => source.can_be_repeated() && own.headers.get(ONLY_NEW.0).is_none(),
                Way::Segments(_) | Way::Stream(_) => false,
            };
        let asks = !own.leave_segments || own.changed || own.skip_identical;
        if marker {
            if own.changed
                && !unseen
                && let Some((_, headers)) =
                    old::look(&target.remote, &target.container, &item.name, turn, &mut result.attempts)?
                && is_marker(&headers, &mtime)
            {
                return Ok(skipped(result, headers, "skipped-changed"));
            }
        } else if asks && !unseen {
            match self.look(item, local.as_ref(), turn, result)? {
                Seen::Needless(next) => return Ok(next),
                Seen::Before(found) => before = found,
            }
        }
        let mut headers = Headers::with_capacity(1 + own.headers.len(), 48 + own.headers.size());
        headers.push("x-object-meta-mtime", mtime.as_bytes());
        if marker {
            headers.set("content-type", DIRECTORY.as_bytes());
        } else {
            for (name, value) in own.headers.iter() {
                headers.set(name, value);
            }
        }
        result.sent = headers.clone();
        let whole = Whole {
            target: target.clone(),
            own: own.clone(),
            name: item.name.clone(),
            path: result.path.clone(),
            headers,
            mtime,
            before,
            attempts: result.attempts,
        };
        match way {
            Way::Marker => {
                Ok(put(&whole, &Source::memory(Arc::new(Vec::new())), turn, std::mem::take(result)))
            }
            Way::Plain(source) if asks && unseen => {
                self.put_first(item, local.as_ref(), whole, &source, turn, result)
            }
            Way::Plain(source) => Ok(put(&whole, &source, turn, std::mem::take(result))),
            Way::Segments(local) => segments::upload(whole, local, turn),
            Way::Stream(source) => stream::upload(whole, source, turn),
        }
    }

    /// Looks at what is there under its name, also because that must be known before it is gone: which segments it has
    /// (UP-07).
    fn look(&self, item: &Item, local: Option<&Local>, turn: &Turn, result: &mut JobResult) -> Result<Seen> {
        let target = &self.target;
        let found = old::look(&target.remote, &target.container, &item.name, turn, &mut result.attempts)?;
        let Some((found, headers)) = found else { return Ok(Seen::Before(None)) };
        if let Some(status) = self.needless(item, local, &found, &headers, turn)? {
            result.large_object = found.made != Made::Plain;
            return Ok(Seen::Needless(skipped(result, headers, status)));
        }
        Ok(Seen::Before(Some(found)))
    }

    /// Sends an object where none should be; where there is one, it is looked at before it is overwritten.
    fn put_first(
        &self,
        item: &Item,
        local: Option<&Local>,
        mut whole: Whole,
        source: &Source,
        turn: &Turn,
        result: &mut JobResult,
    ) -> Result<Next> {
        let (outcome, sent) = send(&whole, source, turn, Some(ONLY_NEW));
        match outcome {
            Err(e) if e.kind() == Kind::Precondition => {
                result.attempts += e.attempts();
                match self.look(item, local, turn, result)? {
                    Seen::Needless(next) => return Ok(next),
                    Seen::Before(found) => whole.before = found,
                }
                Ok(put(&whole, source, turn, std::mem::take(result)))
            }
            outcome => Ok(stored(&whole, outcome, sent, turn, std::mem::take(result))),
        }
    }

    /// What makes the upload needless, if anything does (UP-08, UP-09).
    fn needless(
        &self,
        item: &Item,
        local: Option<&Local>,
        before: &Before,
        headers: &Headers,
        turn: &Turn,
    ) -> Result<Option<&'static str>> {
        let Some(local) = local else { return Ok(None) };
        if item.own.skip_identical {
            let file = local.open()?;
            let cancel = turn.job().cancel_token();
            let sum = |f: &std::fs::File, at, length| local.sum(f, at, length, cancel);
            let same = match before.made {
                Made::Plain => {
                    headers.get_u64("content-length") == Some(local.size)
                        && match headers.get_str("etag").and_then(md5_of_etag) {
                            Some(etag) => sum(&file, 0, local.size)?.as_ref() == Some(&etag),
                            None => false,
                        }
                }
                Made::Static | Made::Dynamic(..) => same_as_file(&before.pieces, local.size, &file, sum)?,
            };
            if same {
                return Ok(Some("skipped-identical"));
            }
        }
        let unchanged = item.own.changed
            && headers.get_u64("content-length") == Some(local.size)
            && headers.get_str("x-object-meta-mtime") == Some(&local.mtime);
        Ok(unchanged.then_some("skipped-changed"))
    }
}

/// Sends an object with one request; `result` is what is known of it so far.
pub(super) fn put(whole: &Whole, source: &Source, turn: &Turn, result: JobResult) -> Next {
    let (outcome, sent) = send(whole, source, turn, None);
    stored(whole, outcome, sent, turn, result)
}

/// The answer to the one request, and how many bytes it has moved.
fn send(
    whole: &Whole,
    source: &Source,
    turn: &Turn,
    condition: Option<(&str, &str)>,
) -> (Result<Response>, u64) {
    let target: &Target = &whole.target;
    let mut headers = whole.headers.clone();
    if let Some((name, value)) = condition {
        headers.push(name, value.as_bytes());
    }
    let (request, sent) = whole.request(target, turn, headers);
    let outcome = target.remote.connection.put_object(&target.container, &whole.name, source, &request);
    (outcome, sent.load(Ordering::Relaxed))
}

/// What became of an object that one request has sent.
fn stored(whole: &Whole, outcome: Result<Response>, sent: u64, turn: &Turn, result: JobResult) -> Next {
    let attempts = result.attempts + outcome.as_ref().map_or_else(Error::attempts, Response::attempts);
    let outcome = outcome.map_err(|e| {
        let large = e.kind() == Kind::TooLarge && whole.own.segment_size == 0;
        if large { e.remark("large files are uploaded in segments: set the option segment_size") } else { e }
    });
    let mut result = result.settled(outcome);
    result.attempts = attempts;
    result.bytes = sent;
    if result.success() {
        result.status = Some("uploaded");
        whole.remove_old(&Vec::new(), None, turn);
    }
    Next::done(result)
}

/// Which way an object goes.
fn way(
    item: &Item,
    local: Option<&Local>,
    marker: bool,
    size: Option<u64>,
    turn: &Turn,
    target: &Target,
) -> Way {
    let segment_size = item.own.segment_size;
    if marker {
        return Way::Marker;
    }
    match (&item.what, local) {
        (_, Some(local)) if segment_size > 0 && local.size > segment_size => Way::Segments(local.clone()),
        (_, Some(local)) => Way::Plain(Source::file(&local.path)),
        (What::Source(source), None) => {
            let fits = segment_size == 0 || size.is_some_and(|s| s <= segment_size);
            // A stream becomes no dynamic object: nobody could tell its segments from those of another (UP-20).
            let slo = || item.own.use_slo.unwrap_or_else(|| Cluster::of(&target.remote, turn).has_slo);
            if fits || !slo() { Way::Plain(source.clone()) } else { Way::Stream(source.clone()) }
        }
        // A file has been looked at.
        (What::Nothing | What::File(_) | What::Tree(_), None) => {
            Way::Plain(Source::memory(Arc::new(Vec::new())))
        }
    }
}

fn skipped(result: &mut JobResult, headers: Headers, status: &'static str) -> Next {
    let mut result = std::mem::take(result);
    result.http_status = 200;
    result.headers = headers;
    result.status = Some(status);
    Next::done(result)
}

/// Whether an object marks a directory of this time (UP-06).
fn is_marker(headers: &Headers, mtime: &str) -> bool {
    is_directory_marker(headers)
        && headers.get_u64("content-length") == Some(0)
        && headers.get_str("etag").and_then(md5_of_etag).as_deref() == Some(EMPTY)
        && headers.get_str("x-object-meta-mtime") == Some(mtime)
}

/// The extras of a request that moves bytes, and how many it has moved.
pub(super) fn counted(request: Request, turn: &Turn, target: &Target) -> (Request, Arc<AtomicU64>) {
    let sent = Arc::new(AtomicU64::new(0));
    let (counter, job, counters) = (sent.clone(), turn.job().clone(), target.remote.counters.clone());
    let progress = move |n: u64, _: Option<u64>| {
        // It begins anew when the body is sent again.
        let more = n.saturating_sub(counter.swap(n, Ordering::Relaxed));
        job.moved(more);
        counters.sent(more);
        true
    };
    (Request { progress: Some(Arc::new(progress)), ..request }, sent)
}
