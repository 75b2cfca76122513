//! download: objects to files, each complete and verified before it gets its name.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::job::{Next, Turn, Work};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::{JobSettings, Output};
use super::verb::{Plan, Remote, check_names};
use crate::core::{Error, Headers, Kind, Response, Result};

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: String,
    objects: Vec<String>,
) -> Result<Plan> {
    check_names(&container, &objects)?;
    if objects.is_empty() {
        return Err(Error::invalid("a download needs the names of objects"));
    }
    let output = settings.output(objects.len())?;
    let count = objects.len();
    Ok(Plan { lane: Lane::ObjectDd, work: Arc::new(Download { remote, output, container, objects }), count })
}

struct Download {
    remote: Remote,
    output: Output,
    container: String,
    objects: Vec<String>,
}

impl Download {
    /// Where an object goes to.
    fn path(&self, object: &str) -> Result<PathBuf> {
        match &self.output {
            Output::File(path) => Ok(path.clone()),
            Output::Directory(directory) => {
                let local = local_name(object, cfg!(windows))?;
                Ok(directory.as_ref().map_or_else(|| local.into(), |d| d.join(local)))
            }
        }
    }

    fn get(&self, object: &str, turn: &Turn, result: &mut JobResult) -> Result<()> {
        let path = self.path(object)?;
        let request = self.remote.request(turn);
        let mut response = self.remote.connection.get_object(&self.container, object, &request)?;
        result.take(&mut response);
        let outcome = self.save(&mut response, object, &path, result);
        result.attempts = response.attempts();
        result.bytes = response.bytes_read();
        if outcome.as_ref().is_err_and(|e| e.kind() == Kind::Checksum) {
            // A wrong sum shows with the last piece, which is not handed out; but all of it has come.
            let length = result.headers.get_u64("content-length").unwrap_or(0);
            result.bytes = result.bytes.max(length);
        }
        outcome
    }

    fn save(&self, response: &mut Response, object: &str, path: &Path, result: &mut JobResult) -> Result<()> {
        if matches!(self.output, Output::Directory(_)) {
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
        response.write_to_file(path, mtime(&result.headers))?;
        Ok(())
    }
}

impl Work for Download {
    fn blank(&self, index: usize) -> JobResult {
        let object = self.objects.get(index).map_or("", String::as_str);
        let mut result = JobResult::about("download_object", Some(&self.container), Some(object));
        result.path = self.path(object).ok();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut result = self.blank(index);
        let object = self.objects.get(index).map_or("", String::as_str);
        Next::done(match self.get(object, turn, &mut result) {
            Ok(()) => result,
            Err(e) => result.failed(e),
        })
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
