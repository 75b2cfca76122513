//! Many things in one request: bulk delete and archive upload.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::Method;

use super::Connection;
use super::engine::Send;
use super::operation::{Operation, Target};
use crate::core::cancel::CallGuard;
use crate::core::capabilities::Capabilities;
use crate::core::error::{BODY_KEPT, Error, Failure, Kind, Result};
use crate::core::log::{Level, log};
use crate::core::names;
use crate::core::report::{PathError, Report, Wanted, What, may_pass};
use crate::core::request::Request;
use crate::core::retry::Retry;
use crate::core::source::Source;

/// So many paths go into one request without asking what the cluster takes, which is ten times that by default.
const UNASKED: usize = 1000;
/// A line longer than a path can be unencoded is refused by Swift, depending on where in its buffer it comes to lie.
const LINE: usize = 1282;

/// How the files of an archive are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Archive {
    /// Not compressed.
    Tar,
    /// With gzip.
    TarGz,
    /// With bzip2.
    TarBz2,
}

impl Archive {
    /// The format by the end of a file's name, whatever its case.
    pub fn of_name(path: &Path) -> Option<Archive> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let ends = |ends: &[&str]| ends.iter().any(|e| name.ends_with(e));
        if ends(&[".tar"]) {
            Some(Archive::Tar)
        } else if ends(&[".tar.gz", ".tgz"]) {
            Some(Archive::TarGz)
        } else if ends(&[".tar.bz2", ".tbz2", ".tbz"]) {
            Some(Archive::TarBz2)
        } else {
            None
        }
    }

    /// As the server calls it.
    fn name(self) -> &'static str {
        match self {
            Archive::Tar => "tar",
            Archive::TarGz => "tar.gz",
            Archive::TarBz2 => "tar.bz2",
        }
    }
}

/// What a call that is made of several requests has as one: its deadline, and that it can be ended.
pub(super) struct Batch<'a> {
    connection: &'a Connection,
    r: &'a Request,
    guard: CallGuard,
    end: Option<Instant>,
}

impl Batch<'_> {
    /// A request with the time that is left.
    pub fn request(&self, r: &Request) -> Result<Request> {
        self.guard.call().check()?;
        let timeout = self.end.map(|end| end.saturating_duration_since(Instant::now()));
        Ok(Request { timeout, ..r.clone() })
    }

    /// What the cluster says of itself; nothing when it does not say, and then it has the last word.
    pub fn capabilities(&self) -> Result<Option<Arc<Capabilities>>> {
        Ok(self.connection.known_capabilities(&self.plain()?).unwrap_or_default())
    }

    /// Whether there is time for a pause of that length.
    pub fn has_time(&self, pause: Duration) -> bool {
        self.guard.call().has_time(pause)
    }

    /// Waits, unless the call is ended meanwhile.
    pub fn sleep(&self, pause: Duration) -> Result<()> {
        self.guard.call().sleep(pause)
    }

    /// A request for anything else than what the caller's was made for.
    pub fn plain(&self) -> Result<Request> {
        let mut r = self.request(self.r)?;
        r.query.clear();
        r.progress = None;
        for name in ["accept", "content-type", "range", "if-match", "if-none-match", "etag"] {
            r.headers.remove(name);
        }
        Ok(r)
    }

    /// Deletes what a path names, by itself; `false` when there is no such thing.
    pub fn delete(&self, path: &str) -> Result<bool> {
        let r = self.plain()?;
        let deleted = match split(path)? {
            (container, Some(object)) => self.connection.delete_object(container, object, &r),
            (container, None) => self.connection.delete_container(container, &r),
        };
        match deleted {
            Ok(_) => Ok(true),
            Err(e) if e.kind() == Kind::NotFound => Ok(false),
            Err(e) => Err(e),
        }
    }

    /// Deletes what a path names, by itself, and adds what came of it to a report.
    pub fn delete_into(&self, path: &str, report: &mut Report) -> Result<()> {
        match self.delete(path) {
            Ok(true) => report.count_deleted(),
            Ok(false) => report.count_not_found(),
            Err(e) if e.failure().is_none() => return Err(e),
            Err(e) => report.errors_mut().push(of_error(path, &e)),
        }
        Ok(())
    }

    /// Tries the paths of a report again, each by itself, whose failure may pass.
    pub fn retry_paths(&self, report: &mut Report) -> Result<()> {
        let (again, lasting): (Vec<_>, Vec<_>) =
            std::mem::take(report.errors_mut()).into_iter().partition(|e| may_pass(e.status()));
        *report.errors_mut() = lasting;
        let mut again = again.into_iter();
        while let Some(e) = again.next() {
            log!(Level::Warn, "{:?}: {}; trying it by itself", e.path(), e.reason());
            match self.delete(e.path()) {
                Ok(true) => report.count_deleted(),
                Ok(false) => report.count_not_found(),
                Err(why) => {
                    self.guard.call().check()?;
                    let hopeless = why.retryable();
                    report.errors_mut().push(of_error(e.path(), &why));
                    if hopeless {
                        // A server that fails for one path after all attempts will fail for the others.
                        report.errors_mut().extend(again.by_ref());
                    }
                }
            }
        }
        if report.errors_mut().is_empty() {
            report.conclude(200, "OK", "");
        }
        Ok(())
    }
}

/// How far a bulk delete came.
#[derive(Default)]
struct SoFar {
    /// So many paths are done with.
    at: usize,
    /// What came of them.
    sum: Report,
    /// The last answer, for the error.
    answer: Failure,
    attempts: u32,
}

/// What one round of a bulk delete came to.
struct Round {
    report: Report,
    /// The answer it came in, for the error.
    answer: Failure,
    attempts: u32,
}

impl Connection {
    pub(super) fn batch<'a>(&'a self, r: &'a Request) -> Batch<'a> {
        let end = r.timeout.and_then(|t| Instant::now().checked_add(t));
        Batch { connection: self, r, guard: self.begin_for_long(r), end }
    }

    /// Deletes objects and containers, `container/object` or `container` each (a slash before it does no harm),
    /// not percent-encoded. Objects go first, so that containers may be emptied and deleted in one call. What is not
    /// there counts as not found and is no failure. Of a large object this deletes the manifest only.
    ///
    /// As many requests are made as it takes. Paths that fail for a while are sent again. When others are left, that
    /// is an error, whose report names each of them; so does that of a call that had to stop half-way. Progress counts paths.
    pub fn bulk_delete<P: AsRef<str>>(&self, paths: &[P], r: &Request) -> Result<Report> {
        if paths.is_empty() {
            return Err(Error::invalid("there are no paths to delete"));
        }
        let mut todo = Vec::with_capacity(paths.len());
        for (i, path) in paths.iter().enumerate() {
            let whole = path.as_ref();
            let (_, object) = split(whole).map_err(|e| e.context(format_args!("path {i}, {whole:?}")))?;
            todo.push((object.is_none(), whole.strip_prefix('/').unwrap_or(whole)));
        }
        // Stable: otherwise the order stays as it is.
        todo.sort_by_key(|(container, _)| *container);
        let todo: Vec<&str> = todo.into_iter().map(|(_, path)| path).collect();
        let batch = self.batch(r);
        let mut so_far = SoFar { sum: Report::done(200, "OK"), ..SoFar::default() };
        let done = self.delete_all(&batch, &todo, &mut so_far);
        let SoFar { at, mut sum, answer, attempts } = so_far;
        if let Err(e) = done {
            sum.errors_mut().extend(todo[at..].iter().map(|p| PathError::new(*p, NOT_TRIED)));
            let (status, reason) = e.failure().map_or((0, ""), |f| (f.status, f.reason.as_str()));
            sum.conclude(status, reason, e.message());
            return Err(e.with_report(Arc::new(sum)).with_attempts(attempts));
        }
        if sum.errors_mut().is_empty() {
            return Ok(sum);
        }
        let server = sum.errors_mut().iter().any(|e| may_pass(e.status()));
        let (status, reason) = if server { (502, "Bad Gateway") } else { (400, "Bad Request") };
        sum.conclude(status, reason, "");
        Err(sum.into_error("Bulk DELETE", answer).with_attempts(attempts))
    }

    /// Goes through all paths.
    fn delete_all(&self, batch: &Batch<'_>, todo: &[&str], so_far: &mut SoFar) -> Result<()> {
        let SoFar { at, sum, answer, attempts } = so_far;
        let mut most = self.paths_per_request(batch, todo.len())?;
        while *at < todo.len() {
            let mut body = String::new();
            let mut count = 0;
            for path in todo[*at..].iter().take(most) {
                let Some(line) = line(path) else { break };
                body.push_str(&line);
                count += 1;
            }
            if count == 0 {
                // Longer than a line may be.
                batch.delete_into(todo[*at], sum)?;
                *at += 1;
                continue;
            }
            let round = match self.delete_round(batch, body) {
                Ok(round) => round,
                Err(e) => {
                    *attempts += e.attempts();
                    if let Some(report) = e.report().filter(|r| !r.errors().is_empty()) {
                        // Each was refused by itself.
                        *at += report.errors().len().min(count);
                        sum.merge(Report::clone(report));
                    }
                    match smaller(&e, count) {
                        Some(fewer) => {
                            most = fewer;
                            continue;
                        }
                        None => return Err(e),
                    }
                }
            };
            *attempts += round.attempts;
            *answer = round.answer;
            answer.body.truncate(BODY_KEPT);
            // A server that has seen enough failures stops there. It works through the lines in their order.
            let handled = [round.report.not_found(), round.report.errors().len() as u64]
                .into_iter()
                .fold(round.report.deleted(), u64::saturating_add);
            let stopped = round.report.message().contains(ENOUGH) && handled > 0;
            let short = handled < count as u64;
            sum.merge(round.report);
            if short && !stopped {
                // Which ones it passed over cannot be told.
                return Err(Error::new(
                    Kind::Protocol,
                    format!("Bulk DELETE failed: the server's report is about {handled} of {count} paths"),
                ));
            }
            *at += if short { handled as usize } else { count };
            if batch.r.progress.as_ref().is_some_and(|p| !p(*at as u64, Some(todo.len() as u64))) {
                return Err(Error::new(Kind::Cancelled, "ended by the progress callback"));
            }
        }
        Ok(())
    }

    /// One request and, for paths that fail for a while, some more with these alone.
    fn delete_round(&self, batch: &Batch<'_>, body: String) -> Result<Round> {
        let mut retry = Retry::new(&self.handle.shared.options, &batch.r.retry);
        let mut round = self.delete_once(batch, body, &mut retry)?;
        let mut renewed = false;
        loop {
            // With a token that expired meanwhile the rest fails, and is refused as a whole when it comes alone,
            // which gets a new one.
            let again = |e: &PathError| may_pass(e.status()) || (e.status() == 401 && !renewed);
            let errors = round.report.errors();
            round.attempts = retry.attempts;
            if !errors.iter().any(again) {
                return Ok(round);
            }
            let body: String = errors.iter().filter(|e| again(e)).filter_map(|e| line(e.path())).collect();
            if errors.iter().any(|e| may_pass(e.status())) {
                let e = round.report.clone().into_error("Bulk DELETE", round.answer.clone());
                retry.failed(&e);
                if Self::pause(e, &mut retry, batch.guard.call()).is_err() {
                    return Ok(round);
                }
            }
            // What came of the others is kept, whatever becomes of these.
            let next = self.delete_once(batch, body, &mut retry);
            round.attempts = retry.attempts;
            let Ok(next) = next else { return Ok(round) };
            round.report.errors_mut().retain(|e| !again(e));
            round.report.merge(next.report);
            round.answer = next.answer;
            renewed = true;
        }
    }

    /// One request, repeated where nothing is known to have come of it.
    fn delete_once(&self, batch: &Batch<'_>, body: String, retry: &mut Retry) -> Result<Round> {
        let wanted = Wanted::new(What::Delete);
        let mut op = Operation::account("Bulk DELETE", Method::POST).reporting(&wanted);
        op.query = &[("bulk-delete", None)];
        op.headers.push("content-type", b"text/plain");
        let mut r = batch.request(batch.r)?;
        r.headers.remove("accept");
        r.headers.remove("content-type");
        r.remove_query("bulk-delete");
        let mut reader = Source::memory(Arc::new(body.into_bytes())).open()?;
        let mut bytes = Vec::new();
        let send = Send::Source(&mut reader);
        let answer = self.run(&op, send, &r, batch.guard.call(), retry, Some(&mut bytes))?;
        let attempts = retry.attempts;
        let Some(report) = wanted.take() else {
            let text = format!(
                "Bulk DELETE failed: the server answered {} without a report: {OFFERS_NONE}",
                answer.status
            );
            return Err(Error::new(Kind::Unsupported, text).with_attempts(attempts));
        };
        let answer = Failure {
            status: answer.status,
            reason: answer.reason.into_owned(),
            headers: answer.headers,
            body: bytes,
        };
        Ok(Round { report, answer, attempts })
    }

    /// Whether the cluster has bulk delete; none when it does not say.
    pub(crate) fn offers_bulk_delete(&self, r: &Request) -> Option<bool> {
        self.batch(r).capabilities().ok()?.map(|info| info.has("bulk_delete"))
    }

    /// How many paths a request may hold.
    fn paths_per_request(&self, batch: &Batch<'_>, count: usize) -> Result<usize> {
        if count <= UNASKED {
            return Ok(UNASKED);
        }
        let Some(info) = batch.capabilities()? else { return Ok(UNASKED) };
        if !info.has("bulk_delete") {
            return Err(Error::new(Kind::Unsupported, format!("Bulk DELETE failed: {OFFERS_NONE}")));
        }
        let most = info.integer("bulk_delete.max_deletes_per_request").and_then(|n| usize::try_from(n).ok());
        Ok(most.filter(|n| *n > 0).unwrap_or(UNASKED))
    }

    /// Has the server unpack an archive into objects: below the account, where the first part of each path is the
    /// container; into a container; or into a container with a prefix before each name. Containers that are not there
    /// are created. Metadata and the time of expiry in the request go to all objects.
    pub fn upload_archive(
        &self,
        container: Option<&str>,
        prefix: Option<&str>,
        format: Archive,
        body: &Source,
        r: &Request,
    ) -> Result<Report> {
        let wanted = Wanted::new(What::Extract);
        let mut op = Operation::account("Archive PUT", Method::PUT).reporting(&wanted);
        op.target = match (container, prefix.map(|p| p.trim_end_matches('/')).filter(|p| !p.is_empty())) {
            (None, None) => Target::Account,
            (None, Some(_)) => return Err(Error::invalid("a prefix needs a container before it")),
            (Some(c), None) => Target::Container(c),
            (Some(c), Some(p)) => Target::Object(c, p),
        };
        container.map_or(Ok(()), names::check_container)?;
        let query = [("extract-archive", Some(format.name()))];
        op.query = &query;
        let title = op.title();
        let mut r = r.clone();
        r.headers.remove("accept");
        r.remove_query("extract-archive");
        let mut reader = body.open()?;
        reader.report_to(r.progress.clone());
        let response = self.perform(&op, Send::Source(&mut reader), &r)?;
        wanted.take().ok_or_else(|| {
            Error::new(Kind::Protocol, format!("{title} failed: the server sent no report"))
                .with_attempts(response.attempts())
        })
    }
}

const NOT_TRIED: &str = "not known to be deleted: the call ended before";
const OFFERS_NONE: &str = "it offers no bulk delete; delete one by one";
const ENOUGH: &str = "Max delete failures exceeded";

/// Container and object of `container/object` or `container`.
fn split(path: &str) -> Result<(&str, Option<&str>)> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let (container, object) = match path.split_once('/') {
        Some((container, object)) => (container, Some(object)),
        None => (path, None),
    };
    names::check_container(container)?;
    object.map_or(Ok(()), names::check_object)?;
    Ok((container, object))
}

/// A line of a bulk delete: all percent-encoded as Swift's documentation says, or, when that makes it too long, only
/// what would not arrive otherwise.
fn line(path: &str) -> Option<String> {
    let mut line = String::with_capacity(path.len() + 8);
    line.push('/');
    names::encode_path_into(&mut line, path);
    if line.len() > LINE {
        line.truncate(1);
        for c in path.chars() {
            if c.is_ascii() && !c.is_ascii_graphic() || c == '%' {
                names::encode_into(&mut line, c.encode_utf8(&mut [0; 4]));
            } else {
                line.push(c);
            }
        }
    }
    (line.len() <= LINE).then(|| line + "\n")
}

/// How many paths to try when the server says that so many were too many; none when it is something else that fails.
fn smaller(e: &Error, count: usize) -> Option<usize> {
    if e.http_status() != 413 || count < 2 {
        return None;
    }
    let said = e.report().map_or("", |r| r.message());
    let number = said.split(|c: char| !c.is_ascii_digit()).find_map(|n| n.parse::<usize>().ok());
    Some(number.filter(|n| (1..count).contains(n)).unwrap_or(count / 2))
}

/// What went wrong with a path that was deleted by itself.
fn of_error(path: &str, e: &Error) -> PathError {
    let path = path.strip_prefix('/').unwrap_or(path);
    match e.failure() {
        Some(f) => PathError::new(path, format!("{} {}", f.status, f.reason).trim_end()),
        None => PathError::new(path, e.message()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_arrive_as_they_were() {
        assert_eq!(line("c").unwrap(), "/c\n");
        assert_eq!(line("c/a b%?\n/é").unwrap(), "/c/a%20b%25%3F%0A/%C3%A9\n");
        let long = format!("c/{}%\n \u{1f}", "é".repeat(500));
        let sparse = line(&long).unwrap();
        assert!(sparse.ends_with("é%25%0A%20%1F\n") && sparse.len() <= LINE + 1, "{sparse}");
        // What is too long even so is not for a line.
        assert_eq!(line(&format!("c/{}", "%".repeat(500))), None);
    }

    #[test]
    fn paths_name_a_container_or_an_object() {
        assert_eq!(split("c").unwrap(), ("c", None));
        assert_eq!(split("/c").unwrap(), ("c", None));
        assert_eq!(split("/c//o/").unwrap(), ("c", Some("/o/")));
        for path in ["", "/", "//o", "c/", "/c/"] {
            assert!(split(path).is_err(), "{path:?}");
        }
    }

    #[test]
    fn formats_are_told_by_the_name() {
        for (name, format) in [
            ("a.tar", Some(Archive::Tar)),
            ("x/A.TAR.GZ", Some(Archive::TarGz)),
            ("a.tgz", Some(Archive::TarGz)),
            ("a.tar.bz2", Some(Archive::TarBz2)),
            ("a.tbz2", Some(Archive::TarBz2)),
            ("a.gz", None),
            ("tar", None),
            ("", None),
        ] {
            assert_eq!(Archive::of_name(Path::new(name)), format, "{name}");
        }
    }
}
