//! download: objects to files, each complete and verified before it gets its name, or to the caller.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::engine::Plan;
use super::find::{AHEAD, Account, Finder, Step, incomplete};
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::{IDENTICAL, JobResult};
use super::settings::{JobSettings, Output};
use super::verb::{Remote, check_target};
use super::work::{Group, Next, Turn, Wait, Work};
use crate::core::digest::Sum;
use crate::core::{Error, Headers, Kind, Request, Response, Result};

/// Open responses that may wait for the caller.
const HANDED_OUT: usize = 8;
/// Local files are read, and bodies that go nowhere, in pieces of this size.
const PIECE: usize = 256 * 1024;

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
    no_download: bool,
    ignore_mtime: bool,
    skip_identical: bool,
}

impl Own {
    fn new(settings: &JobSettings<'_>, count: Option<usize>) -> Result<Own> {
        Ok(Own {
            headers: settings.headers(None)?,
            // Of objects that a listing finds no one version can be meant.
            version_id: if count.is_some() { settings.text("version_id")? } else { None },
            output: settings.output(count)?,
            checksum: settings.flag("checksum")?,
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

    fn get(&self, object: &str, own: &Own, turn: &Turn, result: &mut JobResult) -> Result<()> {
        let remote = &self.from.remote;
        let path = self.path(object, own)?;
        let mut request = Request { headers: own.headers.clone(), ..remote.request(turn) };
        request.checksum = Some(own.checksum);
        if let Some(id) = &own.version_id {
            request.query.push(("version-id".to_owned(), Some(id.clone())));
        }
        let local = if own.skip_identical && !own.no_download { path.as_deref() } else { None };
        if let Some(sum) = local.map(|path| sum_of_file(path, turn)).transpose()?.flatten() {
            request.headers.set("If-None-Match", format!("\"{sum}\"").as_bytes());
        }
        let (last, job) = (AtomicU64::new(0), turn.job().clone());
        request.progress = Some(Arc::new(move |n, _| {
            job.moved(n.saturating_sub(last.swap(n, Ordering::Relaxed)));
            true
        }));
        let begun = SystemTime::now();
        remote.connection.authenticate(&request)?;
        let authenticated = SystemTime::now();
        let outcome = remote.connection.get_object(&self.container, object, &request);
        result.times = Some([begun, authenticated, SystemTime::now()]);
        let mut response = outcome.map_err(|e| {
            if local.is_some() && e.kind() == Kind::NotModified {
                result.status = Some(IDENTICAL);
                return e.remark("the file has the same content (skip_identical)");
            }
            e
        })?;
        if !self.sized {
            turn.job().tally().size(1, response.content_length().unwrap_or(0));
        }
        result.take(&mut response);
        if path.is_none() && !own.no_download {
            result.response = Some(Box::new(response));
            return Ok(());
        }
        let outcome = match &path {
            Some(path) if !own.no_download => self.save(&mut response, object, own, path, result),
            _ => drain(&mut response),
        };
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

    fn save(
        &self,
        response: &mut Response,
        object: &str,
        own: &Own,
        path: &Path,
        result: &mut JobResult,
    ) -> Result<()> {
        if matches!(own.output, Output::Directory(_)) {
            let marker = is_directory_marker(&result.headers);
            // A path that ends in a slash names a directory; only the text of it still shows that.
            if marker || path.as_os_str().as_encoded_bytes().ends_with(b"/") {
                // Nothing is lost of an empty one; bytes that would go nowhere are a failure (DL-07).
                if response.read(&mut [0; 64])? > 0 {
                    let what = if marker { "its content type" } else { "its name" };
                    let why = format!("{what} is that of a directory, but it has content");
                    return Err(no_file(object, &why));
                }
                if marker {
                    make_directory(path)?;
                }
                result.pseudodir = !marker;
                return Ok(());
            }
            if let Some(parent) = path.parent() {
                make_directory(parent)?;
            }
        }
        let time = if own.ignore_mtime { None } else { mtime(&result.headers) };
        response.write_to_file(path, time)?;
        Ok(())
    }
}

impl Work for Download {
    fn blank(&self, index: usize) -> JobResult {
        let (object, own) = self.object(index);
        let mut result = JobResult::about("download_object", Some(&self.container), Some(object));
        result.path = self.path(object, own).ok().flatten();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (object, own) = self.object(index);
        // Each that waits keeps a connection.
        if own.output == Output::Caller && !turn.job().has_room(HANDED_OUT) {
            return Next::Again(Wait::Unread(HANDED_OUT));
        }
        let mut result = self.blank(index);
        Next::done(match self.get(object, own, turn, &mut result) {
            Ok(()) => result,
            Err(e) => result.failed(e),
        })
    }
}

/// Reads a body to its end, for what that tells.
fn drain(response: &mut Response) -> Result<()> {
    let mut piece = vec![0; PIECE];
    while response.read(&mut piece)? > 0 {}
    Ok(())
}

/// The MD5 sum of a file; `None` when there is no such file.
fn sum_of_file(path: &Path, turn: &Turn) -> Result<Option<String>> {
    if !path.is_file() {
        return Ok(None);
    }
    let failed = |e: &std::io::Error| Error::io(path.display(), e);
    let mut file = std::fs::File::open(path).map_err(|e| failed(&e))?;
    let (mut sum, mut piece) = (Sum::new(), vec![0; PIECE]);
    loop {
        if turn.job().cancel_token().is_cancelled() {
            return Err(Error::new(Kind::Cancelled, "cancelled"));
        }
        match file.read(&mut piece) {
            Ok(0) => return Ok(Some(sum.hex())),
            Ok(n) => sum.update(&piece[..n]),
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(failed(&e)),
        }
    }
}

/// The path of an object's file under the output directory: the name without leading slashes (DL-05). Names that
/// would lead out of it, or to something that is no file of its own, are refused (DF-22).
fn local_name(object: &str, windows: bool) -> Result<&str> {
    let refuse = |why| Err(no_file(object, why));
    let local = object.trim_start_matches('/');
    if local.is_empty() {
        return refuse("nothing but slashes");
    }
    if local.contains('\0') {
        return refuse("it contains a NUL character");
    }
    let parts = local.split('/');
    if parts.clone().any(|p| p == "..") {
        return refuse("it would leave the output directory");
    }
    // Empty parts and dots lead nowhere; but something must remain.
    if parts.clone().all(|p| p.is_empty() || p == ".") || local.ends_with("/.") {
        return refuse("it would be a directory");
    }
    if windows {
        if local.contains(['\\', ':']) {
            return refuse("it contains a backslash or colon");
        }
        for part in parts.filter(|p| !matches!(*p, "" | ".")) {
            if part.ends_with(['.', ' ']) {
                return refuse("Windows would leave out a dot or space at the end");
            }
            if is_windows_device(part) {
                return refuse("it is the name of a device");
            }
        }
    }
    Ok(local)
}

#[cold]
fn no_file(object: &str, why: &str) -> Error {
    Error::invalid(format!("object {object:?} is not downloaded to a file of its name: {why}; use out_file"))
}

/// Names that Windows takes for devices in any directory and with any extension.
fn is_windows_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        s => s.strip_prefix("COM").or_else(|| s.strip_prefix("LPT")).is_some_and(|n| {
            n.chars().count() == 1 && n.contains(|c: char| c.is_ascii_digit() || "¹²³".contains(c))
        }),
    }
}

/// Whether the object stands for a directory (DL-07).
fn is_directory_marker(headers: &Headers) -> bool {
    let Some(value) = headers.get_str("content-type") else { return false };
    let kind = value.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/directory") || kind.eq_ignore_ascii_case("text/directory")
}

fn make_directory(path: &Path) -> Result<()> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(path)
        .map_err(|e| Error::io(format_args!("the directory {} cannot be made", path.display()), &e))
}

/// When the object's file was last changed, as its uploader noted it (DL-21).
fn mtime(headers: &Headers) -> Option<SystemTime> {
    parse_mtime(headers.get_str("x-object-meta-mtime")?)
}

/// Seconds since 1970 as a decimal number.
fn parse_mtime(text: &str) -> Option<SystemTime> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let since = if plain(whole) && plain(fraction) && !digits.is_empty() && digits != "." {
        // Digit by digit: a float would be off in the microseconds.
        let seconds = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let nanos = format!("{:0<9.9}", fraction).parse().ok()?;
        Duration::new(seconds, nanos)
    } else {
        // Some write it as 1e9.
        Duration::try_from_secs_f64(digits.parse().ok()?).ok()?
    };
    if negative {
        SystemTime::UNIX_EPOCH.checked_sub(since)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dl_05_names_become_paths() {
        for (name, local) in [
            ("a", "a"),
            ("a/b/c.txt", "a/b/c.txt"),
            ("///etc/passwd", "etc/passwd"),
            ("a//b", "a//b"),
            ("./a", "./a"),
            ("dir/", "dir/"),
            ("..a/b..", "..a/b.."),
            ("...", "..."),
            ("a\\..\\b", "a\\..\\b"),
            ("é ü", "é ü"),
        ] {
            assert_eq!(local_name(name, false).unwrap(), local);
        }
    }

    #[test]
    fn df_22_names_that_lead_elsewhere_are_refused() {
        for name in ["..", "../a", "a/..", "a/../../b", "/../a", "/", "//", ".", "./.", "a/.", "./", "a\0b"] {
            let e = local_name(name, false).unwrap_err();
            assert_eq!(e.kind(), Kind::InvalidArgument);
            assert!(e.message().contains(&format!("{name:?}")), "{e}");
        }
    }

    #[test]
    fn df_22_on_windows_there_are_more_of_them() {
        for name in [
            "a\\b",
            "..\\a",
            "C:a",
            "C:/a",
            "a/b:stream",
            "a./b",
            "a /b",
            "...",
            "nul",
            "a/Com1.txt",
            "LPT²",
            "con .x",
        ] {
            assert_eq!(local_name(name, true).unwrap_err().kind(), Kind::InvalidArgument, "{name}");
        }
        for name in ["a/b", "console", "com", "com10", "a.b", "./a"] {
            assert!(local_name(name, true).is_ok(), "{name}");
        }
    }

    #[test]
    fn dl_07_directory_markers() {
        for (value, marker) in [
            ("application/directory", true),
            ("text/directory; charset=UTF-8", true),
            ("Application/Directory ;x", true),
            ("application/directory2", false),
            ("text/plain; application/directory", false),
        ] {
            let mut h = Headers::new();
            h.push("Content-Type", value.as_bytes());
            assert_eq!(is_directory_marker(&h), marker, "{value}");
        }
        assert!(!is_directory_marker(&Headers::new()));
    }

    #[test]
    fn dl_21_mtime_is_read_exactly() {
        let at = |s, n| Some(SystemTime::UNIX_EPOCH + Duration::new(s, n));
        assert_eq!(parse_mtime("1700000000.123457"), at(1_700_000_000, 123_457_000));
        assert_eq!(parse_mtime(" 5 "), at(5, 0));
        assert_eq!(parse_mtime("+5."), at(5, 0));
        assert_eq!(parse_mtime(".5"), at(0, 500_000_000));
        assert_eq!(parse_mtime("1.9999999999999"), at(1, 999_999_999));
        assert_eq!(parse_mtime("1e3"), at(1000, 0));
        assert_eq!(parse_mtime("-1.5"), Some(SystemTime::UNIX_EPOCH - Duration::from_millis(1500)));
        for bad in
            ["", ".", "-", "nan", "inf", "-inf", "x", "1.2.3", "99999999999999999999999", "1e300", "--1"]
        {
            assert_eq!(parse_mtime(bad), None, "{bad}");
        }
    }
}
