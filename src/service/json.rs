//! A result as JSON, with python-swiftclient's keys and the job's id and tag. The keys depend on the action
//! alone, never on the outcome, so that a program can rely on them: what is not there is `null`.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;

use super::result::JobResult;
use crate::core::{Error, Headers};

impl JobResult {
    /// The whole result as JSON with python-swiftclient's keys. Bytes that are not UTF-8 show as U+FFFD.
    pub fn to_json(&self) -> String {
        // Cannot fail: every key is text and writing goes to memory.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for JobResult {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut m = s.serialize_map(None)?;
        m.serialize_entry("job", &self.job)?;
        m.serialize_entry("tag", &self.tag)?;
        m.serialize_entry("action", self.action)?;
        m.serialize_entry("success", &self.success())?;
        m.serialize_entry("container", &self.container)?;
        m.serialize_entry("object", &self.object)?;
        match self.action {
            "stat_account" | "stat_container" | "stat_object" => {
                m.serialize_entry("items", &self.items())?;
                m.serialize_entry("headers", &HeaderMap(&self.headers))?;
            }
            "list_account_part" | "list_container_part" => {
                m.serialize_entry("prefix", &self.prefix)?;
                m.serialize_entry("marker", &self.marker)?;
                if self.action == "list_container_part" {
                    m.serialize_entry("version_marker", &self.version_marker)?;
                }
                match raw(&self.json) {
                    Some(page) => m.serialize_entry("listing", page)?,
                    None => m.serialize_entry("listing", &[(); 0])?,
                }
            }
            "upload_object" | "create_dir_marker" | "upload_directory" => {
                m.serialize_entry("path", &self.path.as_deref().map(lossy))?;
                m.serialize_entry("headers", &HeaderMap(&self.sent))?;
                m.serialize_entry("large_object", &self.large_object)?;
                m.serialize_entry("status", &self.status)?;
                m.serialize_entry("segment_results", &Segments(self))?;
                let manifest = self.large_object && self.http_status != 0;
                m.serialize_entry("manifest_response_dict", &manifest.then_some(ResponseMap(self)))?;
            }
            "upload_segment" | "copy_segment" => {
                let part = self.part.as_deref().cloned().unwrap_or_default();
                let place = (self.container.as_deref().unwrap_or(""), self.object.as_deref().unwrap_or(""));
                let location = match &self.destination {
                    Some(copy) => copy.clone(),
                    None => format!("/{}/{}", place.0, place.1),
                };
                if self.action == "upload_segment" {
                    m.serialize_entry("path", &self.path.as_deref().map(lossy))?;
                } else {
                    m.serialize_entry("destination", &self.destination)?;
                }
                m.serialize_entry("for_container", &part.for_container)?;
                m.serialize_entry("for_object", &part.for_object)?;
                m.serialize_entry("segment_index", &part.index)?;
                m.serialize_entry("segment_size", &part.size)?;
                m.serialize_entry("segment_location", &location)?;
                m.serialize_entry("segment_etag", &part.etag)?;
                m.serialize_entry("log_line", &format!("{} segment {}", part.for_object, part.index))?;
                m.serialize_entry("status", &self.status)?;
            }
            "download_object" => {
                m.serialize_entry("path", &self.path.as_deref().map(lossy))?;
                m.serialize_entry("pseudodir", &self.pseudodir)?;
                m.serialize_entry("status", &self.status)?;
                m.serialize_entry("read_length", &self.bytes)?;
                let time = |i: usize| self.times.as_ref().and_then(|t| t.get(i).copied()).map(seconds);
                m.serialize_entry("start_time", &time(0))?;
                m.serialize_entry("auth_end_time", &time(1))?;
                m.serialize_entry("headers_receipt", &time(2))?;
                m.serialize_entry("finish_time", &seconds(self.time))?;
            }
            "post_account" | "post_container" | "post_object" | "create_container" => {
                m.serialize_entry("headers", &HeaderMap(&self.sent))?;
            }
            "copy_object" => {
                m.serialize_entry("destination", &self.destination)?;
                m.serialize_entry("headers", &HeaderMap(&self.sent))?;
                m.serialize_entry("fresh_metadata", &self.fresh_metadata)?;
                m.serialize_entry("large_object", &self.large_object)?;
                m.serialize_entry("segment_results", &Segments(self))?;
            }
            "delete_object" => {
                m.serialize_entry("version_id", &self.version_id)?;
                m.serialize_entry("dlo_segments_deleted", &self.dlo_segments_deleted)?;
                m.serialize_entry("result", &self.report().map(|r| r.to_json()))?;
            }
            "bulk_delete" => {
                m.serialize_entry("objects", &self.objects)?;
                m.serialize_entry("result", &self.report().map(|r| r.to_json()))?;
            }
            "delete_prefix" => m.serialize_entry("prefix", &self.prefix)?,
            "progress" => {
                let p = self.progress.unwrap_or_default();
                m.serialize_entry("bytes", &p.bytes)?;
                m.serialize_entry("bytes_total", &p.bytes_total)?;
                m.serialize_entry("objects", &p.objects)?;
                m.serialize_entry("failed", &p.failed)?;
                m.serialize_entry("objects_total", &p.objects_total)?;
                m.serialize_entry("rate", &p.rate)?;
            }
            "capabilities" => {
                m.serialize_entry("capabilities", &raw(&self.json))?;
                m.serialize_entry("url", &self.url)?;
                m.serialize_entry("timestamp", &seconds(self.asked.unwrap_or(self.time)))?;
            }
            _ => {}
        }
        m.serialize_entry("attempts", &self.attempts)?;
        m.serialize_entry("last_attempts", &self.last_attempts)?;
        m.serialize_entry("error", &self.error.as_ref().map(ErrorMap))?;
        m.serialize_entry("error_timestamp", &self.error.as_ref().map(|_| seconds(self.time)))?;
        m.serialize_entry("response_dict", &(self.http_status != 0).then_some(ResponseMap(self)))?;
        m.end()
    }
}

/// JSON to be embedded as it is; `None` when it is none.
fn raw(json: &[u8]) -> Option<&RawValue> {
    serde_json::from_slice(json).ok()
}

fn lossy(path: &Path) -> std::borrow::Cow<'_, str> {
    path.to_string_lossy()
}

/// Seconds since 1970, as Python's `time()` has them.
fn seconds(t: SystemTime) -> f64 {
    t.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO).as_secs_f64()
}

/// The segments of a large object that was uploaded.
struct Segments<'a>(&'a JobResult);

impl Serialize for Segments<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let container = self.0.segment_container.as_deref().unwrap_or("");
        s.collect_seq(self.0.segments.iter().enumerate().map(|(index, (name, size, etag))| {
            serde_json::json!({ "segment_index": index, "segment_location": format!("/{container}/{name}"),
                "segment_name": name, "segment_size": size, "segment_etag": etag })
        }))
    }
}

/// The response of python-swiftclient's `response_dict`.
struct ResponseMap<'a>(&'a JobResult);

impl Serialize for ResponseMap<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut m = s.serialize_map(Some(3))?;
        m.serialize_entry("status", &self.0.http_status)?;
        m.serialize_entry("reason", &self.0.reason)?;
        m.serialize_entry("headers", &HeaderMap(&self.0.headers))?;
        m.end()
    }
}

/// Headers as an object: names in lower case, values of one name joined by a comma.
pub(super) struct HeaderMap<'a>(pub &'a Headers);

impl Serialize for HeaderMap<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let mut all: Vec<(String, String)> = Vec::with_capacity(self.0.len());
        for (name, value) in self.0.iter() {
            let value = String::from_utf8_lossy(value);
            match all.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name)) {
                Some((_, joined)) => {
                    joined.push_str(", ");
                    joined.push_str(&value);
                }
                None => all.push((name.to_ascii_lowercase(), value.into_owned())),
            }
        }
        s.collect_map(all)
    }
}

struct ErrorMap<'a>(&'a Error);

impl Serialize for ErrorMap<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        let e = self.0;
        let some = |text| Some(text).filter(|t: &&str| !t.is_empty());
        let mut m = s.serialize_map(None)?;
        // As a program that links the library knows it.
        m.serialize_entry("status", &format_args!("SWC_ERR_{}", e.kind().name()))?;
        m.serialize_entry("message", e.message())?;
        m.serialize_entry("http_status", &(e.http_status() != 0).then(|| e.http_status()))?;
        m.serialize_entry("http_reason", &e.failure().map(|f| f.reason.as_str()))?;
        m.serialize_entry("transaction_id", &e.failure().and_then(|f| f.transaction_id()))?;
        m.serialize_entry("method", &some(e.method()))?;
        m.serialize_entry("url", &some(e.url()))?;
        m.serialize_entry("attempts", &e.attempts())?;
        m.serialize_entry("retryable", &e.retryable())?;
        m.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::error::Failure;
    use crate::service::stat::Shown;
    use serde_json::{Value, json};

    fn value(r: &JobResult) -> Value {
        serde_json::from_str(&r.to_json()).unwrap()
    }

    fn answered(action: &'static str) -> JobResult {
        let mut r = JobResult::about(action, Some("c"), Some("o"));
        r.http_status = 200;
        r.reason = "OK".into();
        r.attempts = 1;
        r.last_attempts = 1;
        r.headers.push("X-Object-Meta-A", b"1");
        r.headers.push("x-object-meta-a", b"\xff\"2");
        r
    }

    #[test]
    fn headers_are_lower_case_joined_and_text() {
        let mut r = answered("stat_object");
        (r.job, r.tag) = (3, u64::MAX);
        r.shown = Some(Shown::of("AUTH_test"));
        assert_eq!(
            value(&r),
            json!({
                "job": 3, "tag": u64::MAX, "action": "stat_object", "success": true, "container": "c", "object": "o",
                "items": [
                    ["Account", "AUTH_test"], ["Container", "c"], ["Object", "o"], ["Content Type", ""],
                    ["Content Length", "0"], ["Last Modified", ""], ["ETag", ""], ["Manifest", ""],
                ],
                "headers": {"x-object-meta-a": "1, \u{fffd}\"2"},
                "attempts": 1, "last_attempts": 1, "error": null, "error_timestamp": null,
                "response_dict": {"status": 200, "reason": "OK", "headers": {"x-object-meta-a": "1, \u{fffd}\"2"}},
            })
        );
    }

    #[test]
    fn a_page_is_passed_on_as_it_came() {
        let mut r = JobResult::about("list_container_part", Some("c"), None);
        r.marker = Some("é\u{1}".into());
        r.json = br#"[{"name": "a",  "bytes": 12345678901234567890123}]"#.to_vec();
        assert!(r.to_json().contains(r#""listing":[{"name": "a",  "bytes": 12345678901234567890123}]"#));
        let v = value(&r);
        assert_eq!(v["marker"], "é\u{1}");
        assert_eq!(v["prefix"], Value::Null);
        r.json.clear();
        assert_eq!(value(&r)["listing"], json!([]));
    }

    #[test]
    fn what_is_no_json_is_not_embedded() {
        let mut r = JobResult::about("capabilities", None, None);
        for bad in [&b"{\"swift\": {}"[..], b"", b"\xff", b"[],[]", b"{\"a\":\"\xff\"}"] {
            r.json = bad.to_vec();
            assert_eq!(value(&r)["capabilities"], Value::Null);
        }
        r.json = b"{\"swift\": {}}\n".to_vec();
        assert_eq!(value(&r)["capabilities"], json!({"swift": {}}));
    }

    #[test]
    fn a_failure_has_the_same_keys() {
        fn keys(v: &Value) -> Vec<String> {
            v.as_object().unwrap().keys().cloned().collect()
        }
        for action in [
            "stat_account",
            "list_container_part",
            "upload_object",
            "download_object",
            "delete_object",
            "delete_container",
            "capabilities",
        ] {
            let good = answered(action);
            let mut headers = Headers::new();
            headers.push("X-Trans-Id", b"tx1");
            let failure = Failure { status: 503, reason: "Busy".into(), headers, body: Vec::new() };
            let e = Error::from_failure("X", failure).with_request("GET", "http://h/v1/a").with_attempts(6);
            let bad = answered(action).failed(e);
            let (good, bad) = (value(&good), value(&bad));
            assert_eq!(keys(&good), keys(&bad), "{action}");
            assert_eq!(bad["success"], false);
            assert_eq!(
                bad["error"],
                json!({
                    "status": "SWC_ERR_SERVER", "message": "X failed: 503 Busy (transaction tx1)", "http_status": 503,
                    "http_reason": "Busy", "transaction_id": "tx1", "method": "GET", "url": "http://h/v1/a",
                    "attempts": 6, "retryable": true,
                })
            );
            assert_eq!(bad["response_dict"]["status"], 503);
        }
        let r = JobResult::about("delete_object", Some("c"), Some("o")).failed(Error::invalid("no"));
        let v = value(&r);
        assert_eq!(v["response_dict"], Value::Null);
        assert_eq!(v["error"]["http_status"], Value::Null);
        assert_eq!(v["error"]["url"], Value::Null);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_no_text_is_still_json() {
        use std::os::unix::ffi::OsStrExt;
        let mut r = JobResult::about("upload_object", Some("c"), Some("o"));
        r.path = Some(std::ffi::OsStr::from_bytes(b"/tmp/\xff").into());
        r.status = Some("uploaded");
        assert_eq!(value(&r)["path"], "/tmp/\u{fffd}");
        assert_eq!(value(&r)["status"], "uploaded");
    }
}
