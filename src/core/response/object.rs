//! What the headers of an answer say about an object: where it came from, what it points to, which version it is.

use percent_encoding::percent_decode_str;

use super::Response;
use crate::core::body::parse_content_range;
use crate::core::headers::Headers;
use crate::core::names;
use crate::core::time;

/// An object somewhere in the cluster; without account in that of the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The account, when the server names one.
    pub account: Option<String>,
    /// The container.
    pub container: String,
    /// The object.
    pub object: String,
    /// Its version, when it is one.
    pub version_id: Option<String>,
}

/// What percent-encoding stood for; as it came when that is no UTF-8.
fn decoded(text: &str) -> String {
    match percent_decode_str(text).decode_utf8() {
        Ok(t) => t.into_owned(),
        Err(_) => text.to_owned(),
    }
}

impl Location {
    /// An object of the connection's account.
    pub fn here(container: &str, object: &str) -> Location {
        Location {
            account: None,
            container: container.to_owned(),
            object: object.to_owned(),
            version_id: None,
        }
    }

    /// For messages.
    pub(crate) fn shown(&self) -> String {
        match &self.account {
            Some(account) => format!("{account}/{}/{}", self.container, self.object),
            None => format!("{}/{}", self.container, self.object),
        }
    }

    /// Reads `container/object[?version-id=id]`, percent-encoded.
    pub(crate) fn of_path(account: Option<&str>, path: &str) -> Option<Location> {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let (container, object) = path.split_once('/')?;
        if container.is_empty() || object.is_empty() {
            return None;
        }
        Some(Location {
            account: account.map(decoded),
            container: decoded(container),
            object: decoded(object),
            version_id: query.split('&').find_map(|q| q.strip_prefix("version-id=")).map(decoded),
        })
    }

    /// Reads `/v1/account/container/object[?version-id=id]`, percent-encoded. A gateway may have put more before it.
    pub(crate) fn of_full_path(path: &str) -> Option<Location> {
        let version = names::version_at(path).unwrap_or(0);
        let (_version, rest) = path[version..].strip_prefix('/')?.split_once('/')?;
        let (account, rest) = rest.split_once('/')?;
        Location::of_path(Some(account), rest)
    }
}

/// What a symlink points to.
pub(crate) fn symlink_target(headers: &Headers) -> Option<Location> {
    Location::of_path(headers.get_str("x-symlink-target-account"), headers.get_str("x-symlink-target")?)
}

impl Response {
    /// Counts requests the call made before the one this answers.
    pub(crate) fn after(mut self, attempts: u32) -> Response {
        self.attempts = self.attempts.saturating_add(attempts);
        self
    }

    /// Replaces the status, when the body tells another.
    pub(crate) fn with_status(mut self, status: u16, reason: &str) -> Response {
        self.status = status;
        self.reason = reason.to_owned().into();
        self
    }

    /// Puts a header in place of any of that name.
    pub(crate) fn with_header(mut self, name: &str, value: &[u8]) -> Response {
        self.headers.set(name, value);
        self
    }

    /// The media type of the body, or of the object for HEAD.
    pub fn content_type(&self) -> Option<&str> {
        self.headers.get_str("content-type")
    }

    /// When the object will be deleted, in seconds since 1970.
    pub fn delete_at(&self) -> Option<i64> {
        self.headers.get_str("x-delete-at")?.trim().parse().ok()
    }

    /// When the object, container or account was last changed (containers and accounts: created), in microseconds since
    /// 1970.
    pub fn timestamp(&self) -> Option<i64> {
        // Behind an underscore comes what orders changes of one moment.
        let text = self.headers.get_str("x-timestamp")?.trim().split('_').next()?;
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = fraction.bytes().chain(std::iter::repeat(b'0')).take(6);
        let mut micros: i64 = seconds.parse().ok().filter(|s| *s >= 0)?;
        for digit in digits {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            micros = micros.checked_mul(10)?.checked_add(digit)?;
        }
        Some(micros)
    }

    /// Which bytes of the object the body holds: offset of the first, number, and size of the object when it is told.
    /// Several ranges have each their own, see [`next_part`](Response::next_part).
    pub fn content_range(&self) -> Option<(u64, u64, Option<u64>)> {
        let text = self.headers.get_str("content-range")?;
        let (first, last) = parse_content_range(text)?;
        let size = text.rsplit('/').next().and_then(|s| s.trim().parse().ok());
        Some((first, last + 1 - first, size))
    }

    /// What a symlink points to, when the link itself was asked for.
    pub fn symlink_target(&self) -> Option<Location> {
        symlink_target(&self.headers)
    }

    /// The ETag that the target of a static symlink has, without quotes.
    pub fn symlink_target_etag(&self) -> Option<&str> {
        self.headers.get_str("x-symlink-target-etag").map(|e| e.trim_matches('"'))
    }

    /// The object that answered, when it is another than the one asked for: the target of a symlink, or a version.
    pub fn content_location(&self) -> Option<Location> {
        Location::of_full_path(self.headers.get_str("content-location")?)
    }

    /// The version that was read, written or deleted.
    pub fn version_id(&self) -> Option<&str> {
        self.headers.get_str("x-object-version-id")
    }

    /// After the deletion of a version: the one that is current now, `null` when there is none.
    pub fn current_version_id(&self) -> Option<&str> {
        self.headers.get_str("x-object-current-version-id")
    }

    /// What a copy is a copy of.
    pub fn copied_from(&self) -> Option<Location> {
        let path = self.headers.get_str("x-copied-from")?;
        let mut from = Location::of_path(self.headers.get_str("x-copied-from-account"), path)?;
        from.version_id = self.headers.get_str("x-copied-from-version-id").map(str::to_owned);
        Some(from)
    }

    /// When that was last changed, in seconds since 1970.
    pub fn copied_from_last_modified(&self) -> Option<i64> {
        let date = self.headers.get_str("x-copied-from-last-modified")?;
        time::from_http(date).and_then(time::seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::body::Body;

    fn response(list: &[(&str, &str)]) -> Response {
        let mut h = Headers::new();
        for (n, v) in list {
            h.push(n, v.as_bytes());
        }
        Response::new(200, String::new(), h, 1, Body::memory(Vec::new()))
    }

    #[test]
    fn locations_are_decoded() {
        let r =
            response(&[("X-Symlink-Target", "a%20b/c%2Fd/%3F%25"), ("X-Symlink-Target-Account", "A%C3%A9")]);
        let to = r.symlink_target().unwrap();
        assert_eq!(
            (to.account.as_deref(), to.container.as_str(), to.object.as_str(), to.version_id),
            (Some("Aé"), "a b", "c/d/?%", None)
        );
        let r = response(&[("Content-Location", "/v1/AUTH_t/c/o%3Fx?version-id=123.4")]);
        let to = r.content_location().unwrap();
        assert_eq!((to.object.as_str(), to.version_id.as_deref()), ("o?x", Some("123.4")));
        let to = response(&[("Content-Location", "/swift/v1/AUTH_t/c/o")]).content_location().unwrap();
        assert_eq!(to.shown(), "AUTH_t/c/o");
        for bad in ["", "/", "c", "c/", "/o", "/v1/a/c", "/v1/a//o", "/v1/a/c/"] {
            assert_eq!(response(&[("Content-Location", bad)]).content_location(), None, "{bad}");
        }
    }

    #[test]
    fn numbers_that_are_none_are_none() {
        let of = |v: &str| response(&[("X-Timestamp", v)]).timestamp();
        assert_eq!(of("1795347350.84187"), Some(1_795_347_350_841_870));
        assert_eq!(of("1795347350"), Some(1_795_347_350_000_000));
        assert_eq!(of("1795347350.84187_0000000000000001"), Some(1_795_347_350_841_870));
        for bad in ["", "-1.0", "1.x", "9223372036854775807.1", "x"] {
            assert_eq!(of(bad), None, "{bad}");
        }
        assert_eq!(response(&[("X-Delete-At", "soon")]).delete_at(), None);
        let range = |v: &str| response(&[("Content-Range", v)]).content_range();
        assert_eq!(range("bytes 2-5/10"), Some((2, 4, Some(10))));
        assert_eq!(range("bytes 2-5/*"), Some((2, 4, None)));
        assert_eq!(range("bytes */10"), None);
    }
}
