//! What a cluster says of itself in `/info`: its middleware, limits and storage policies.

use serde_json::Value;

use super::error::{Error, Kind, Result};

/// Limits of Swift itself, for servers that do not tell theirs.
const LIMITS: [(&str, i64); 12] = [
    ("max_file_size", 5_368_709_122),
    ("max_meta_name_length", 128),
    ("max_meta_value_length", 256),
    ("max_meta_count", 90),
    ("max_meta_overall_size", 4096),
    ("max_header_size", 8192),
    ("max_request_line", 8192),
    ("max_object_name_length", 1024),
    ("max_account_name_length", 256),
    ("max_container_name_length", 256),
    ("container_listing_limit", 10_000),
    ("account_listing_limit", 10_000),
];

/// A storage policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name, for `X-Storage-Policy`.
    pub name: String,
    /// All its names.
    pub aliases: Vec<String>,
    /// Whether it is the one that containers get unless another is asked for.
    pub default: bool,
    /// Whether no new containers can have it.
    pub deprecated: bool,
}

/// What a cluster offers.
#[derive(Clone, Debug)]
pub struct Capabilities {
    json: String,
    all: Value,
    policies: Vec<Policy>,
}

impl Capabilities {
    /// Reads the answer to `GET /info`.
    pub fn parse(json: Vec<u8>) -> Result<Capabilities> {
        let wrong = |why: String| {
            Error::new(Kind::Protocol, format!("the answer to /info is not what it should be: {why}"))
        };
        let json = String::from_utf8(json).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
        let all: Value = serde_json::from_str(&json).map_err(|e| wrong(e.to_string()))?;
        if !all.is_object() {
            return Err(wrong("it is no object of JSON".to_owned()));
        }
        let policies = all.pointer("/swift/policies").and_then(Value::as_array);
        let policies = policies.into_iter().flatten().filter_map(policy).collect();
        Ok(Capabilities { json, all, policies })
    }

    /// All of it as JSON, as the server sent it.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// What stands at a path of keys: `slo`, `slo.max_manifest_segments`.
    fn get(&self, path: &str) -> Option<&Value> {
        // A name may have dots in it itself, so the longest fitting one is taken.
        let mut at = &self.all;
        let mut rest = path;
        if rest.ends_with('.') {
            return None;
        }
        while !rest.is_empty() {
            let ends = rest.char_indices().filter(|(_, c)| *c == '.').map(|(i, _)| i);
            let fit = std::iter::once(rest.len())
                .chain(ends.collect::<Vec<_>>().into_iter().rev())
                .find_map(|end| Some((end, at.get(&rest[..end])?)))?;
            (rest, at) = (rest[fit.0..].strip_prefix('.').unwrap_or_default(), fit.1);
        }
        Some(at)
    }

    /// Visits all values with their paths.
    pub(crate) fn each(&self, visit: &mut dyn FnMut(&str, &Value)) {
        fn walk(path: &str, v: &Value, visit: &mut dyn FnMut(&str, &Value)) {
            visit(path, v);
            for (key, v) in v.as_object().into_iter().flatten() {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                walk(&path, v, visit);
            }
        }
        walk("", &self.all, visit);
    }

    /// Whether there is something of that name: a middleware, or with dots a setting of it, as `slo.allow_async_delete`.
    pub fn has(&self, path: &str) -> bool {
        !path.is_empty() && self.get(path).is_some()
    }

    /// A number; the fraction of one that has one is dropped.
    pub fn integer(&self, path: &str) -> Option<i64> {
        let v = self.get(path)?;
        v.as_i64().or_else(|| v.as_f64().map(|f| f as i64))
    }

    /// A text.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.as_str()
    }

    /// A truth value.
    pub fn boolean(&self, path: &str) -> Option<bool> {
        self.get(path)?.as_bool()
    }

    /// A list, as text.
    pub fn list(&self, path: &str) -> Option<Vec<String>> {
        let items = self.get(path)?.as_array()?;
        Some(items.iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned)).collect())
    }

    /// A limit of Swift itself: as the server tells it, or else Swift's own. `None`: there is no such limit.
    pub fn limit(&self, name: &str) -> Option<i64> {
        let usual = LIMITS.iter().find(|(n, _)| *n == name)?.1;
        Some(self.integer(&format!("swift.{name}")).unwrap_or(usual))
    }

    /// The storage policies.
    pub fn policies(&self) -> &[Policy] {
        &self.policies
    }
}

fn policy(v: &Value) -> Option<Policy> {
    let name = v.get("name")?.as_str()?.to_owned();
    let aliases = v.get("aliases").and_then(Value::as_str).unwrap_or(&name);
    let flag = |key: &str| v.get(key).and_then(Value::as_bool).unwrap_or(false);
    Some(Policy {
        aliases: aliases.split(',').map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect(),
        default: flag("default"),
        deprecated: flag("deprecated"),
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> Capabilities {
        Capabilities::parse(json.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn values_by_path() {
        let c = of(r#"{"swift": {"version": "2.38", "max_file_size": 7, "policies": [
                {"name": "gold", "aliases": "gold, yellow", "default": true}, {"name": "old", "deprecated": true}, 3]},
            "slo": {"allow_async_delete": true, "a.b": {"c": 1.9}}, "tempurl": {"methods": ["GET", 1]}, "bulk": {}}"#);
        assert!(c.has("slo") && c.has("bulk") && c.has("slo.allow_async_delete"));
        assert!(!c.has("dlo") && !c.has("") && !c.has("slo.none") && !c.has("slo."));
        assert_eq!(c.integer("slo.a.b.c"), Some(1));
        assert_eq!((c.text("swift.version"), c.text("slo"), c.text("x.y")), (Some("2.38"), None, None));
        assert_eq!((c.boolean("slo.allow_async_delete"), c.boolean("swift.version")), (Some(true), None));
        assert_eq!(c.list("tempurl.methods"), Some(vec!["GET".to_owned(), "1".to_owned()]));
        assert_eq!(
            (c.limit("max_file_size"), c.limit("max_meta_count"), c.limit("x")),
            (Some(7), Some(90), None)
        );
        let names: Vec<_> = c.policies().iter().map(|p| p.name.as_str()).collect();
        assert_eq!(names, ["gold", "old"]);
        assert_eq!(c.policies()[0].aliases, ["gold", "yellow"]);
        assert_eq!((c.policies()[0].default, c.policies()[1].deprecated), (true, true));
        assert_eq!(c.policies()[1].aliases, ["old"]);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for json in [&b""[..], b"[]", b"{", b"\xff", b"<html>"] {
            assert_eq!(Capabilities::parse(json.to_vec()).unwrap_err().kind(), Kind::Protocol);
        }
    }
}
