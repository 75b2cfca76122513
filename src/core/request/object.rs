//! Extras for calls on objects: stored headers, expiry, several ranges, copies, versions, symlinks.

use std::time::Instant;

use super::Request;
use crate::core::error::{Error, Result};
use crate::core::headers::Headers;
use crate::core::names;

/// Headers that go with each of several requests that make up one call.
const ACCOMPANYING: [&str; 5] =
    ["x-auth-token", "x-service-token", "x-trans-id-extra", "user-agent", "x-open-expired"];
/// Headers that say under which conditions an object is meant.
const CONDITIONS: [&str; 4] = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];

/// What a POST to a symlink means. Swift sets the metadata of the link itself, and then answers 307 with the path of
/// the target, for it cannot know which of the two was meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SymlinkPost {
    /// It is a failure that says what happened and where the target is.
    #[default]
    Report,
    /// The link was meant: the call has succeeded.
    Link,
    /// The target was meant: the POST is repeated there, if it lies in the same cluster.
    Target,
}

/// A header with a text the caller gives as it is to be sent.
macro_rules! text_headers {
    ($($(#[$doc:meta])* $setter:ident: $name:literal,)+) => {$(
        $(#[$doc])*
        pub fn $setter(&mut self, value: Option<&str>) -> Result<()> {
            self.set_header($name, value)
        }
    )+};
}

impl Request {
    text_headers! {
        /// The media type of what is sent; without it the server guesses from the name.
        set_content_type: "Content-Type",
        /// How the bytes are encoded, as `gzip`: stored, and sent with every GET.
        set_content_encoding: "Content-Encoding",
        /// What a browser does with the object, as `attachment; filename="a.txt"`: stored, and sent with every GET.
        set_content_disposition: "Content-Disposition",
        /// How long caches may keep the object: stored, and sent with every GET.
        set_cache_control: "Cache-Control",
        /// The language of the object: stored, and sent with every GET.
        set_content_language: "Content-Language",
        /// What search engines may do with the object: stored, and sent with every GET.
        set_robots_tag: "X-Robots-Tag",
        /// The MD5 sum that a PUT must have; another is refused (`Checksum`).
        set_etag: "ETag",
        /// The ETag, or several with commas between them, of which the object must have one.
        set_if_match: "If-Match",
        /// The ETag, or several with commas between them, of which the object may have none.
        set_if_none_match: "If-None-Match",
    }

    /// Until when caches may keep the object, in seconds since 1970.
    pub fn set_expires(&mut self, seconds: Option<i64>) -> Result<()> {
        self.set_time("Expires", seconds)
    }

    fn set_flag(&mut self, name: &str, on: bool) -> Result<()> {
        self.set_header(name, on.then_some("true"))
    }

    /// Has the server guess the media type from the name, whatever type is given.
    pub fn set_detect_content_type(&mut self, detect: bool) -> Result<()> {
        self.set_flag("X-Detect-Content-Type", detect)
    }

    /// Has the object deleted at a time, in seconds since 1970.
    pub fn set_delete_at(&mut self, seconds: Option<i64>) -> Result<()> {
        self.set_seconds("X-Delete-At", seconds, "seconds since 1970")
    }

    /// Has the object deleted so many seconds after the server has the request; wins over a time.
    pub fn set_delete_after(&mut self, seconds: Option<i64>) -> Result<()> {
        self.set_seconds("X-Delete-After", seconds, "a number of seconds")
    }

    fn set_seconds(&mut self, name: &str, seconds: Option<i64>, unit: &str) -> Result<()> {
        match seconds {
            Some(n @ ..0) => Err(Error::invalid(format!("{n} is no value for {name}: give {unit}"))),
            _ => self.set_header(name, seconds.map(|n| n.to_string()).as_deref()),
        }
    }

    /// Reaches an object whose time has come, as long as it is still there.
    pub fn set_open_expired(&mut self, open: bool) -> Result<()> {
        self.set_flag("X-Open-Expired", open)
    }

    /// Asks for one more part of an object besides those asked for; the arguments are those of
    /// [`set_range`](Request::set_range), but one of them is needed.
    pub fn add_range(&mut self, offset: Option<u64>, length: Option<u64>) -> Result<()> {
        let mut one = Request::new();
        one.set_range(offset, length)?;
        let Some(range) = one.headers.get_str("range") else {
            return Err(Error::invalid("the range has neither offset nor length"));
        };
        let all = match self.headers.get_str("range") {
            None => range.to_owned(),
            Some(others) if others.starts_with("bytes=") => {
                format!("{others},{}", range.trim_start_matches("bytes="))
            }
            Some(other) => {
                return Err(Error::invalid(format!("no range can be added to the header Range: {other}")));
            }
        };
        self.headers.set("Range", all.as_bytes());
        Ok(())
    }

    /// Drops the metadata of the source of a copy, so that the copy has what the request sets and no more.
    pub fn set_fresh_metadata(&mut self, fresh: bool) -> Result<()> {
        self.set_flag("X-Fresh-Metadata", fresh)
    }

    /// The account a copy goes to; without it that of the connection.
    pub fn set_destination_account(&mut self, account: Option<&str>) -> Result<()> {
        self.set_account("Destination-Account", account)
    }

    /// The account a copy comes from; without it that of the connection.
    pub fn set_source_account(&mut self, account: Option<&str>) -> Result<()> {
        self.set_account("X-Copy-From-Account", account)
    }

    fn set_account(&mut self, name: &str, account: Option<&str>) -> Result<()> {
        if let Some(account) = account {
            names::check_account(account)?;
        }
        self.set_header(name, account.map(names::encoded).as_deref())
    }

    fn set_parameter(&mut self, name: &str, value: Option<&str>) -> Result<()> {
        match value {
            Some(_) => self.set_query(name, value),
            None => {
                self.remove_query(name);
                Ok(())
            }
        }
    }

    /// Reads or copies the manifest of a large object in place of what it stands for.
    pub fn set_manifest_get(&mut self, get: bool) -> Result<()> {
        self.set_parameter("multipart-manifest", get.then_some("get"))
    }

    /// Names the version of an object that is meant; `null` is the one from before versioning.
    pub fn set_version_id(&mut self, id: Option<&str>) -> Result<()> {
        if id == Some("") {
            return Err(Error::invalid("the version id is empty"));
        }
        self.set_parameter("version-id", id)
    }

    /// Reads or copies a symlink itself in place of its target.
    pub fn set_symlink_get(&mut self, get: bool) -> Result<()> {
        self.set_parameter("symlink", get.then_some("get"))
    }

    /// Turns the versioning of a container on or off; `None` leaves it as it is.
    pub fn set_versions_enabled(&mut self, enabled: Option<bool>) -> Result<()> {
        self.set_header("X-Versions-Enabled", enabled.map(|on| if on { "true" } else { "false" }))
    }

    /// The container that older versions go to (stack mode); an empty name ends it.
    pub fn set_versions_location(&mut self, container: Option<&str>) -> Result<()> {
        self.set_location("Versions-Location", container)
    }

    /// The container that older versions and deleted objects go to (history mode); an empty name ends it.
    pub fn set_history_location(&mut self, container: Option<&str>) -> Result<()> {
        self.set_location("History-Location", container)
    }

    fn set_location(&mut self, what: &str, container: Option<&str>) -> Result<()> {
        if let Some(name) = container.filter(|c| !c.is_empty()) {
            names::check_container(name)?;
        }
        let (set, remove) = (format!("X-{what}"), format!("X-Remove-{what}"));
        self.headers.remove(&set);
        self.headers.remove(&remove);
        match container {
            None => Ok(()),
            Some("") => self.set_header(&remove, Some("true")),
            Some(name) => self.set_header(&set, Some(&names::encoded(name))),
        }
    }
}

/// What calls that take several requests give each of them.
impl Request {
    /// The same for a later request of a call that began then: with what is left of its time.
    pub(crate) fn rest(&self, began: Instant) -> Request {
        let mut rest = self.clone();
        rest.timeout = rest.timeout.map(|t| t.saturating_sub(began.elapsed()));
        rest
    }

    /// For a request of the call's own besides the one the caller asked for: not what is meant for that one.
    pub(crate) fn companion(&self, began: Instant) -> Request {
        let mut own = self.rest(began);
        own.headers = self.headers_of(&ACCOMPANYING);
        own.query = Vec::new();
        own.progress = None;
        own
    }

    /// As [`companion`](Request::companion), under the same conditions.
    pub(crate) fn conditional_companion(&self, began: Instant) -> Request {
        let mut own = self.companion(began);
        for (name, value) in self.headers_of(&CONDITIONS).iter() {
            own.headers.push(name, value);
        }
        own
    }

    /// Takes away the conditions; tells whether there were any.
    pub(crate) fn drop_conditions(&mut self) -> bool {
        let before = self.headers.len();
        for name in CONDITIONS {
            self.headers.remove(name);
        }
        self.headers.len() < before
    }

    fn headers_of(&self, names: &[&str]) -> Headers {
        let mut some = Headers::new();
        for (name, value) in self.headers.iter() {
            if names.iter().any(|n| name.eq_ignore_ascii_case(n)) {
                some.push(name, value);
            }
        }
        some
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(r: &Request) -> Vec<(&str, &str)> {
        r.headers.iter().map(|(n, v)| (n, std::str::from_utf8(v).unwrap())).collect()
    }

    #[test]
    fn ranges_are_joined() {
        let mut r = Request::new();
        r.add_range(Some(0), Some(2)).unwrap();
        r.add_range(Some(4), None).unwrap();
        r.add_range(None, Some(3)).unwrap();
        assert_eq!(shown(&r), [("Range", "bytes=0-1,4-,-3")]);
        assert!(r.add_range(None, None).is_err());
        assert!(r.add_range(Some(1), Some(0)).is_err());
        assert_eq!(shown(&r), [("Range", "bytes=0-1,4-,-3")]);
        r.set_range(None, None).unwrap();
        assert!(r.headers.is_empty());
        r.set_header("Range", Some("pages=1-2")).unwrap();
        assert!(r.add_range(Some(1), Some(1)).unwrap_err().message().contains("pages=1-2"));
    }

    #[test]
    fn names_in_headers_are_encoded_and_what_is_set_can_be_taken_away() {
        let mut r = Request::new();
        r.set_destination_account(Some("AUTH_é")).unwrap();
        r.set_source_account(Some("AUTH_ 2")).unwrap();
        r.set_versions_location(Some("old %")).unwrap();
        assert_eq!(
            shown(&r),
            [
                ("Destination-Account", "AUTH_%C3%A9"),
                ("X-Copy-From-Account", "AUTH_%202"),
                ("X-Versions-Location", "old%20%25"),
            ]
        );
        r.set_destination_account(None).unwrap();
        r.set_source_account(None).unwrap();
        r.set_versions_location(Some("")).unwrap();
        assert_eq!(shown(&r), [("X-Remove-Versions-Location", "true")]);
        r.set_versions_location(None).unwrap();
        r.set_delete_at(Some(7)).unwrap();
        r.set_delete_at(None).unwrap();
        r.set_open_expired(true).unwrap();
        r.set_open_expired(false).unwrap();
        r.set_version_id(Some("1")).unwrap();
        r.set_version_id(None).unwrap();
        assert!(r.headers.is_empty() && r.query.is_empty());
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let mut r = Request::new();
        assert!(r.set_delete_at(Some(-1)).is_err());
        assert!(r.set_delete_after(Some(i64::MIN)).is_err());
        assert!(r.set_destination_account(Some("a/b")).is_err());
        assert!(r.set_source_account(Some("")).is_err());
        assert!(r.set_history_location(Some("a/b")).is_err());
        assert!(r.set_version_id(Some("")).is_err());
        assert!(r.set_content_disposition(Some("a\nb")).is_err());
        assert!(r.headers.is_empty() && r.query.is_empty());
    }
}
