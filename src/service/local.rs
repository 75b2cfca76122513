//! What is known of a local file, and the MD5 sums of its parts.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::core::digest::Sum;
use crate::core::scratch::Scratch;
use crate::core::{Cancel, Error, Kind, Result};
use crate::sys::file::read_at;

/// A file or directory as it was when it was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Local {
    pub path: PathBuf,
    pub directory: bool,
    pub size: u64,
    /// Seconds since 1970 with six decimals (UP-10).
    pub mtime: String,
}

impl Local {
    /// Looks, following links; what is neither a file nor a directory is refused.
    pub fn examine(path: &Path) -> Result<Local> {
        let meta = std::fs::metadata(path).map_err(|e| unreadable(path, &e))?;
        if !meta.is_dir() && !meta.is_file() {
            return Err(Error::new(
                Kind::Io,
                format!(
                    "{} is neither a file nor a directory: it can be uploaded as a source",
                    path.display()
                ),
            ));
        }
        let modified = meta.modified().map_err(|e| unreadable(path, &e))?;
        Ok(Local {
            path: path.to_owned(),
            directory: meta.is_dir(),
            size: if meta.is_dir() { 0 } else { meta.len() },
            mtime: mtime_text(modified),
        })
    }

    /// Fails when the file is not any more what it was.
    pub fn check_unchanged(&self) -> Result<()> {
        if Local::examine(&self.path)? == *self {
            return Ok(());
        }
        Err(Error::new(Kind::Io, format!("{} changed while it was uploaded", self.path.display())))
    }

    /// Opens it to be read.
    pub fn open(&self) -> Result<File> {
        File::open(&self.path).map_err(|e| unreadable(&self.path, &e))
    }

    /// The MD5 of a part of the file; none when it is shorter, and when `cancel` ends it.
    pub fn sum(&self, file: &File, offset: u64, length: u64, cancel: &Cancel) -> Result<Option<String>> {
        let mut sum = Sum::new();
        let complete = self.read(file, offset, length, cancel, |bytes| {
            sum.update(bytes);
            true
        })?;
        Ok(complete.then(|| sum.hex()))
    }

    /// Gives `take` a part of the file piece by piece, until it wants no more; whether all of it was taken.
    pub fn read(
        &self,
        file: &File,
        offset: u64,
        length: u64,
        cancel: &Cancel,
        mut take: impl FnMut(&[u8]) -> bool,
    ) -> Result<bool> {
        let mut buf = Scratch::take();
        let mut at = 0;
        while at < length {
            if cancel.is_cancelled() {
                return Err(Error::new(Kind::Cancelled, "cancelled"));
            }
            let most = (length - at).min(buf.len() as u64) as usize;
            match read_at(file, &mut buf[..most], offset + at).map_err(|e| unreadable(&self.path, &e))? {
                0 => return Ok(false),
                n if take(&buf[..n]) => at += n as u64,
                _ => return Ok(false),
            }
        }
        Ok(true)
    }
}

pub(super) fn unreadable(path: &Path, e: &std::io::Error) -> Error {
    Error::io(format_args!("the local file {} cannot be read", path.display()), e)
}

/// Seconds since 1970 with six decimals, as other clients write and compare them (UP-09, UP-10).
pub(super) fn mtime_text(t: SystemTime) -> String {
    // By way of a float, as they do, so that the last digit is rounded the same way.
    let seconds = match t.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(d) => d.as_secs() as f64 + 1e-9 * f64::from(d.subsec_nanos()),
        Err(before) => {
            let d = before.duration();
            let (whole, rest) = match d.subsec_nanos() {
                0 => (d.as_secs(), 0),
                n => (d.as_secs() + 1, 1_000_000_000 - n),
            };
            -(whole as f64) + 1e-9 * f64::from(rest)
        }
    };
    six_decimals(seconds)
}

/// What `{:.6}` makes of a number, at a tenth of what that costs for those there mostly are.
fn six_decimals(number: f64) -> String {
    // The parts after the point of such a number are multiples of 2^-52, so nothing is lost here.
    const ONE: u64 = 1 << 52;
    if !(1.0..ONE as f64).contains(&number) {
        return format!("{number:.6}");
    }
    let mut whole = number as u64;
    let scaled = u128::from(((number - whole as f64) * ONE as f64) as u64) * 1_000_000;
    let (mut millionths, rest) = ((scaled >> 52) as u32, scaled as u64 & (ONE - 1));
    // To the nearer one, and from the middle to the even one.
    millionths += u32::from(rest > ONE / 2 || (rest == ONE / 2 && millionths % 2 == 1));
    if millionths == 1_000_000 {
        (whole, millionths) = (whole + 1, 0);
    }
    let mut digits = *b".000000";
    for digit in digits[1..].iter_mut().rev() {
        *digit += (millionths % 10) as u8;
        millionths /= 10;
    }
    let mut text = String::with_capacity(24);
    text.push_str(itoa::Buffer::new().format(whole));
    text.push_str(str::from_utf8(&digits).unwrap_or_default());
    text
}

/// The present time as the time of what has none of its own: rounded to a second, as other clients do.
pub(super) fn mtime_now() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}.000000", (now.as_secs_f64()).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn up_10_mtime_has_six_decimals() {
        let at = |s, n| SystemTime::UNIX_EPOCH + Duration::new(s, n);
        assert_eq!(mtime_text(at(0, 0)), "0.000000");
        assert_eq!(mtime_text(at(1, 500_000_000)), "1.500000");
        // As Python shows '%f' % os.path.getmtime() for these.
        assert_eq!(mtime_text(at(1_700_000_000, 123_456_789)), "1700000000.123457");
        assert_eq!(mtime_text(at(1_700_000_000, 999_999_999)), "1700000001.000000");
        assert_eq!(mtime_text(SystemTime::UNIX_EPOCH - Duration::from_millis(1500)), "-1.500000");
        assert_eq!(mtime_text(SystemTime::UNIX_EPOCH - Duration::from_secs(2)), "-2.000000");
    }

    #[test]
    fn up_10_decimals_are_rounded_as_others_do() {
        let check = |n: f64| assert_eq!(six_decimals(n), format!("{n:.6}"), "{n:e}");
        for n in [
            0.0,
            -0.0,
            0.5,
            0.9999999,
            1.0,
            1.5,
            1.9999995,
            1.999_999_5,
            2.5e-7,
            1.000_000_5,
            4_096.015_625_5,
            4_503_599_627_370_495.5,
            4_503_599_627_370_496.0,
            1e300,
            -1.5,
            f64::INFINITY,
            f64::NAN,
            // In the middle between two: 2^-7 has seven decimals, the last of them a 5.
            1.007_812_5,
            1.023_437_5,
            3.992_187_5,
            1_700_000_000.007_812_5,
            1_700_000_000.023_437_5,
        ] {
            check(n);
        }
        for _ in 0..20_000 {
            check(fastrand::f64() * 10f64.powi(fastrand::i32(0..16)));
            check(1_700_000_000.0 + f64::from(fastrand::u32(..)) / 128.0);
        }
    }

    #[test]
    fn up_05_what_cannot_be_read_is_told_before_any_request() {
        let dir = std::env::temp_dir();
        assert!(Local::examine(&dir).unwrap().directory);
        let e = Local::examine(&dir.join("swc no such file")).unwrap_err();
        assert_eq!(e.kind(), Kind::Io);
        assert!(e.message().contains("swc no such file"), "{e}");
        #[cfg(unix)]
        assert!(Local::examine(Path::new("/dev/null")).unwrap_err().message().contains("neither"));
    }
}
