//! What the file of an object is called, and what its headers say of it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::core::{Error, Headers, Result};

/// The path of an object's file under the output directory: the name without leading slashes (DL-05). Names that
/// would lead out of it, or to something that is no file of its own, are refused (DF-22).
pub(super) fn local_name(object: &str, windows: bool) -> Result<&str> {
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
        // A backslash divides folders, a colon stands behind drives and before streams; the rest is refused by the system,
        // or means more than one file.
        if local.contains(['\\', ':']) {
            return refuse("it contains a backslash or colon");
        }
        if local.contains(['<', '>', '"', '|', '?', '*']) || local.contains(|c| c < ' ') {
            return refuse("it contains a character that names of files cannot have on Windows");
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
pub(super) fn no_file(object: &str, why: &str) -> Error {
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

pub(super) fn make_directory(path: &Path) -> Result<()> {
    if path.as_os_str().is_empty() {
        return Ok(());
    }
    std::fs::create_dir_all(path)
        .map_err(|e| Error::io(format_args!("the directory {} cannot be made", path.display()), &e))
}

/// When the object's file was last changed, as its uploader noted it (DL-21).
pub(super) fn mtime(headers: &Headers) -> Option<SystemTime> {
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
    use crate::core::Kind;
    use crate::service::made::is_directory_marker;

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
            "CONIN$",
            "a/conout$/b",
            "COM0",
            "a/aux",
            "NUL.tar.gz",
            "prn ",
            "//?/C:/a",
            "/\\\\server\\share",
            "a?",
            "a*b",
            "a<b>",
            "a|b",
            "\"a\"",
            "a\tb",
            "a\nb",
            "a/ ",
            "a/. ",
            "a/.. /b",
            "a/... ",
            "c:",
            "C:\\a",
            "a::$DATA",
            "a:$I30:$INDEX_ALLOCATION/b",
        ] {
            assert_eq!(local_name(name, true).unwrap_err().kind(), Kind::InvalidArgument, "{name}");
        }
        for name in [
            "a/b",
            "console",
            "com",
            "com10",
            "a.b",
            "./a",
            "CON1",
            "nul_",
            "é ü",
            "a'b",
            "PROGRA~1/a",
            ".x",
            "..x",
        ] {
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
