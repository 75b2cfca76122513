//! Reports as servers write them: in JSON, or as plain text.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::{PathError, Report, What};

/// A path as reports have it, percent-encoded. Archive upload names objects by container and object without a slash
/// before them, but containers with version and account.
pub(super) fn path_error(what: What, quoted: &str, reason: String) -> PathError {
    let path = match percent_decode_str(quoted).decode_utf8() {
        // A NUL would end the path for C.
        Ok(path) if !path.contains('\0') => path,
        _ => quoted.into(),
    };
    let path = match path.strip_prefix('/') {
        Some(rest) if what == What::Extract => rest.splitn(3, '/').nth(2).unwrap_or(rest),
        Some(rest) => rest,
        None => &path,
    };
    PathError::new(path, reason)
}

/// A number, also when it comes as text.
fn number(value: &Value) -> std::result::Result<u64, String> {
    match value {
        Value::Number(n) => n.as_u64(),
        Value::String(s) => s.trim().parse().ok(),
        _ => None,
    }
    .ok_or_else(|| format!("{value} is no count"))
}

/// Text; nothing for null.
fn words(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(s) => Some(s),
        other => Some(other.to_string()),
    }
}

struct Json(What);

impl<'de> Visitor<'de> for Json {
    type Value = Report;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a report")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Report, A::Error> {
        use serde::de::Error as _;
        let mut r = Report::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "Response Status" => r.reason = words(map.next_value()?).unwrap_or_default(),
                "Response Body" => r.message = words(map.next_value()?).unwrap_or_default(),
                "Etag" => r.etag = words(map.next_value()?),
                "Last Modified" => r.last_modified = words(map.next_value()?),
                "Number Deleted" => r.deleted = number(&map.next_value()?).map_err(A::Error::custom)?,
                "Number Not Found" => r.not_found = number(&map.next_value()?).map_err(A::Error::custom)?,
                "Number Files Created" => r.created = number(&map.next_value()?).map_err(A::Error::custom)?,
                "Errors" => {
                    let errors: Vec<(String, Value)> = map.next_value()?;
                    r.errors = errors
                        .into_iter()
                        .map(|(path, reason)| path_error(self.0, &path, words(reason).unwrap_or_default()))
                        .collect();
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(r)
    }
}

pub(super) fn from_json(what: What, text: &str) -> serde_json::Result<Report> {
    let mut json = serde_json::Deserializer::from_str(text);
    let report = (&mut json).deserialize_map(Json(what))?;
    json.end()?;
    Ok(report)
}

/// The form of who did not look at `Accept`: lines of `Key: value`, and after `Errors:` lines of `path, status`.
pub(super) fn from_text(what: What, text: &str) -> Option<Report> {
    let mut r = Report::default();
    let mut in_message = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.trim();
        let was_in_message = std::mem::take(&mut in_message);
        match key {
            "Errors" => {
                for line in lines {
                    let (path, reason) = line.split_once(", ")?;
                    r.errors.push(path_error(what, path, reason.trim().to_owned()));
                }
                return Some(r);
            }
            "Response Status" => r.reason = value.to_owned(),
            "Response Body" => {
                r.message = value.to_owned();
                in_message = true;
            }
            "Etag" => r.etag = Some(value.to_owned()),
            "Last Modified" => r.last_modified = Some(value.to_owned()),
            "Number Deleted" => r.deleted = value.parse().ok()?,
            "Number Not Found" => r.not_found = value.parse().ok()?,
            "Number Files Created" => r.created = value.parse().ok()?,
            _ if was_in_message => {
                r.message.push('\n');
                r.message.push_str(line);
                in_message = true;
            }
            _ => return None,
        }
    }
    // It ends with the errors: without them it broke off.
    None
}
