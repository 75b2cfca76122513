//! stat: what is known of the account, a container or objects.

use std::sync::Arc;

use super::job::{Next, Turn, Work};
use super::pool::Lane;
use super::result::JobResult;
use super::verb::{Plan, Remote, check_names};
use crate::core::{Error, Headers, Result};

pub(super) fn plan(remote: Remote, container: Option<String>, objects: Vec<String>) -> Result<Plan> {
    match &container {
        Some(c) => check_names(c, &objects)?,
        None if objects.is_empty() => {}
        None => return Err(Error::invalid("objects are in a container: name it")),
    }
    let (lane, count) =
        if objects.is_empty() { (Lane::Container, 1) } else { (Lane::ObjectDd, objects.len()) };
    Ok(Plan { lane, work: Arc::new(Stat { remote, container, objects }), count })
}

struct Stat {
    remote: Remote,
    container: Option<String>,
    /// Empty: it is about the container or the account.
    objects: Vec<String>,
}

impl Work for Stat {
    fn blank(&self, index: usize) -> JobResult {
        let object = self.objects.get(index).map(String::as_str);
        let action = match (&self.container, object) {
            (None, _) => "stat_account",
            (Some(_), None) => "stat_container",
            (Some(_), Some(_)) => "stat_object",
        };
        JobResult::about(action, self.container.as_deref(), object)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (connection, request) = (&self.remote.connection, self.remote.request(turn));
        let object = self.objects.get(index).map(String::as_str);
        let container = self.container.as_deref();
        let outcome = match (container, object) {
            (None, _) => connection.head_account(&request),
            (Some(c), None) => connection.head_container(c, &request),
            (Some(c), Some(o)) => connection.head_object(c, o, &request),
        };
        let mut result = self.blank(index).settled(outcome);
        if result.success() {
            let url = connection.storage_url().unwrap_or_default();
            let account = account_of(&url);
            result.items = match (container, object) {
                (None, _) => account_items(account, &result.headers),
                (Some(c), None) => container_items(account, c, &result.headers),
                (Some(c), Some(o)) => object_items(account, c, o, &result.headers),
            };
        }
        Next::done(result)
    }
}

/// The account of a storage URL.
fn account_of(url: &str) -> &str {
    url.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

type Items = Vec<(String, String)>;

fn item(items: &mut Items, name: impl Into<String>, value: impl Into<String>) {
    items.push((name.into(), value.into()));
}

/// A header as text; empty when it is not there.
fn text(headers: &Headers, name: &str) -> String {
    headers.get(name).map(|v| String::from_utf8_lossy(v).into_owned()).unwrap_or_default()
}

/// A header that holds a number; 0 when it is not there.
fn number(headers: &Headers, name: &str) -> String {
    Some(text(headers, name)).filter(|v| !v.is_empty()).unwrap_or_else(|| "0".to_owned())
}

/// A header that the server percent-encodes, as it was meant.
fn decoded(headers: &Headers, name: &str) -> String {
    headers.get_decoded(name).map(|v| v.into_owned()).unwrap_or_default()
}

fn account_items(account: &str, headers: &Headers) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Containers", number(headers, "x-account-container-count"));
    item(&mut items, "Objects", number(headers, "x-account-object-count"));
    item(&mut items, "Bytes", number(headers, "x-account-bytes-used"));
    let quota = text(headers, "x-account-meta-quota-bytes");
    if !quota.is_empty() {
        item(&mut items, "Quota Bytes", quota);
    }
    for policy in policies(headers) {
        let header = |what: &str| format!("x-account-storage-policy-{policy}-{what}");
        let containers = header("container-count");
        if headers.get(&containers).is_some() {
            item(&mut items, format!("Containers in policy \"{policy}\""), number(headers, &containers));
        }
        let (objects, bytes) =
            (number(headers, &header("object-count")), number(headers, &header("bytes-used")));
        item(&mut items, format!("Objects in policy \"{policy}\""), objects);
        item(&mut items, format!("Bytes in policy \"{policy}\""), bytes);
        let quota = text(headers, &format!("x-account-quota-bytes-policy-{policy}"));
        if !quota.is_empty() {
            item(&mut items, format!("Quota Bytes for policy \"{policy}\""), quota);
        }
    }
    items
}

/// The storage policies that headers of an account tell something about, in their order.
fn policies(headers: &Headers) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (name, _) in headers.iter() {
        let name = name.to_ascii_lowercase();
        // What it tells is two words: object-count, container-count, bytes-used.
        let policy = name
            .strip_prefix("x-account-storage-policy-")
            .and_then(|rest| rest.rsplitn(3, '-').nth(2))
            .filter(|p| !p.is_empty());
        if let Some(p) = policy
            && !found.iter().any(|f| f == p)
        {
            found.push(p.to_owned());
        }
    }
    found
}

fn container_items(account: &str, container: &str, headers: &Headers) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Container", container);
    item(&mut items, "Objects", number(headers, "x-container-object-count"));
    item(&mut items, "Bytes", number(headers, "x-container-bytes-used"));
    item(&mut items, "Read ACL", text(headers, "x-container-read"));
    item(&mut items, "Write ACL", text(headers, "x-container-write"));
    item(&mut items, "Sync To", decoded(headers, "x-container-sync-to"));
    item(&mut items, "Sync Key", decoded(headers, "x-container-sync-key"));
    items
}

fn object_items(account: &str, container: &str, object: &str, headers: &Headers) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Container", container);
    item(&mut items, "Object", object);
    item(&mut items, "Content Type", text(headers, "content-type"));
    item(&mut items, "Content Length", number(headers, "content-length"));
    item(&mut items, "Last Modified", text(headers, "last-modified"));
    item(&mut items, "ETag", text(headers, "etag"));
    item(&mut items, "Manifest", decoded(headers, "x-object-manifest"));
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &str)]) -> Headers {
        let mut h = Headers::new();
        for (n, v) in list {
            h.push(n, v.as_bytes());
        }
        h
    }

    fn shown(items: &Items) -> Vec<(&str, &str)> {
        items.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect()
    }

    #[test]
    fn st_04_the_account_with_its_policies() {
        let h = headers(&[
            ("X-Account-Container-Count", "2"),
            ("X-Account-Object-Count", "18446744073709551615"),
            ("X-Account-Meta-Quota-Bytes", "1000"),
            ("X-Account-Storage-Policy-Policy-0-Bytes-Used", "5"),
            ("X-Account-Storage-Policy-Gold-Object-Count", "7"),
            ("X-Account-Storage-Policy-Gold-Container-Count", "1"),
            ("X-Account-Storage-Policy-Policy-0-Object-Count", "3"),
            ("X-Account-Quota-Bytes-Policy-Gold", "99"),
            ("X-Account-Storage-Policy-Odd", "1"),
        ]);
        assert_eq!(
            shown(&account_items("AUTH_test", &h)),
            [
                ("Account", "AUTH_test"),
                ("Containers", "2"),
                ("Objects", "18446744073709551615"),
                ("Bytes", "0"),
                ("Quota Bytes", "1000"),
                ("Objects in policy \"policy-0\"", "3"),
                ("Bytes in policy \"policy-0\"", "5"),
                ("Containers in policy \"gold\"", "1"),
                ("Objects in policy \"gold\"", "7"),
                ("Bytes in policy \"gold\"", "0"),
                ("Quota Bytes for policy \"gold\"", "99"),
            ]
        );
        assert_eq!(account_of("http://h:8080/v1/AUTH_a%20b/"), "AUTH_a%20b");
        assert_eq!(account_of(""), "");
    }

    #[test]
    fn st_05_a_container() {
        let h = headers(&[
            ("X-Container-Object-Count", "2"),
            ("X-Container-Bytes-Used", "10"),
            ("X-Container-Read", ".r:*,.rlistings"),
            ("X-Container-Sync-To", "//realm/c/AUTH_a/b%20c"),
        ]);
        assert_eq!(
            shown(&container_items("a", "c é", &h)),
            [
                ("Account", "a"),
                ("Container", "c é"),
                ("Objects", "2"),
                ("Bytes", "10"),
                ("Read ACL", ".r:*,.rlistings"),
                ("Write ACL", ""),
                ("Sync To", "//realm/c/AUTH_a/b c"),
                ("Sync Key", ""),
            ]
        );
    }

    #[test]
    fn st_06_an_object() {
        let h = headers(&[
            ("Content-Type", "text/plain"),
            ("Content-Length", "12"),
            ("Last-Modified", "Thu, 01 Jan 1970 00:00:01 GMT"),
            ("Etag", "5d41402abc4b2a76b9719d911017c592"),
            ("X-Object-Manifest", "c/p%C3%A9/"),
        ]);
        let items = object_items("a", "c", "o/p", &h);
        assert_eq!(
            shown(&items),
            [
                ("Account", "a"),
                ("Container", "c"),
                ("Object", "o/p"),
                ("Content Type", "text/plain"),
                ("Content Length", "12"),
                ("Last Modified", "Thu, 01 Jan 1970 00:00:01 GMT"),
                ("ETag", "5d41402abc4b2a76b9719d911017c592"),
                ("Manifest", "c/pé/"),
            ]
        );
        let none = object_items("a", "c", "o", &Headers::new());
        assert_eq!(none[4].1, "0");
        assert_eq!(none[7].1, "");
    }
}
