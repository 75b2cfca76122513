//! upload: one source as one whole object.

use std::fs::Metadata;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::engine::Plan;
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::Remote;
use super::work::{Next, Turn, Work};
use crate::core::names::{check_container, check_object};
use crate::core::{Error, Kind, Result, Source};

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: String,
    object: String,
    source: Source,
) -> Result<Plan> {
    check_container(&container)?;
    check_object(&object)?;
    let checksum = settings.flag("checksum")?;
    let work = Upload { remote, container, object, source, checksum };
    Ok(Plan { sized: false, ..Plan::new(Lane::ObjectUu, Arc::new(work), 1) })
}

struct Upload {
    remote: Remote,
    container: String,
    object: String,
    source: Source,
    checksum: bool,
}

impl Work for Upload {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about("upload_object", Some(&self.container), Some(&self.object));
        result.path = self.source.path().map(Path::to_owned);
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut request = self.remote.request(turn);
        request.checksum = Some(self.checksum);
        if let Some(path) = self.source.path() {
            match examine(path) {
                Ok(meta) => {
                    if let Ok(t) = meta.modified() {
                        request.headers.set("x-object-meta-mtime", mtime_text(t).as_bytes());
                    }
                }
                Err(e) => return Next::done(self.blank(index).failed(e)),
            }
        }
        if let Ok(Some(size)) = self.source.size() {
            turn.job().tally().size(1, size);
        }
        let sent = Arc::new(AtomicU64::new(0));
        let (counter, job) = (sent.clone(), turn.job().clone());
        request.progress = Some(Arc::new(move |n, _| {
            // It begins anew when the body is sent again.
            let before = counter.swap(n, Ordering::Relaxed);
            job.moved(n.saturating_sub(before));
            true
        }));
        let outcome =
            self.remote.connection.put_object(&self.container, &self.object, &self.source, &request);
        let mut result = self.blank(index).settled(outcome);
        result.bytes = sent.load(Ordering::Relaxed);
        self.remote.counters.sent(result.bytes);
        Next::done(result)
    }
}

/// What is known of a local file; whether it can be one is told here, before any request.
fn examine(path: &Path) -> Result<Metadata> {
    let meta = std::fs::metadata(path)
        .map_err(|e| Error::io(format_args!("the local file {} cannot be read", path.display()), &e))?;
    if meta.is_dir() {
        return Err(Error::new(Kind::Io, format!("{} is a directory, not a file", path.display())));
    }
    Ok(meta)
}

/// Seconds since 1970 with six decimals, as other clients write and compare them (UP-09, UP-10).
fn mtime_text(t: SystemTime) -> String {
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
    format!("{seconds:.6}")
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
    fn up_05_what_is_no_file_is_told_before_any_request() {
        let dir = std::env::temp_dir();
        assert_eq!(examine(&dir).unwrap_err().kind(), Kind::Io);
        let e = examine(&dir.join("swc no such file")).unwrap_err();
        assert_eq!(e.kind(), Kind::Io);
        assert!(e.message().contains("swc no such file"), "{e}");
    }
}
