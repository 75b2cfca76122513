//! stat: what is known of the account, a container or objects.

use std::fmt;
use std::sync::{Arc, Mutex};

use super::engine::Plan;
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use super::work::{Next, Turn, Work};
use crate::core::cancel::lock;
use crate::core::names::push_resource;
use crate::core::{Headers, Request, Result};

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: Option<String>,
    objects: Option<Objects>,
) -> Result<Plan> {
    check_target(container.as_deref(), objects.as_ref())?;
    let own = Own::new(settings)?;
    let (human, show) = (settings.flag("human")?, settings.config().get_u64("verbose")? > 1);
    let objects = objects.map(|o| Each::new(o, settings, &["header", "version_id"], Own::new)).transpose()?;
    let (lane, count) = match &objects {
        None => (Lane::Container, 1),
        Some(o) => (Lane::ObjectDd, o.len()),
    };
    Ok(Plan::new(
        lane,
        Arc::new(Stat { remote, container, objects, own, human, show, last: Mutex::default() }),
        count,
    ))
}

/// What holds for one object, or for what contains them.
struct Own {
    headers: Headers,
    version_id: Option<String>,
}

impl Own {
    fn new(settings: &JobSettings<'_>) -> Result<Own> {
        Ok(Own { headers: settings.headers(None)?, version_id: settings.text("version_id")? })
    }
}

struct Stat {
    remote: Remote,
    container: Option<String>,
    /// `None`: it is about the container or the account.
    objects: Option<Each<Own>>,
    own: Own,
    human: bool,
    /// Whether URL and token are shown.
    show: bool,
    /// What was shown last, and for which login.
    last: Mutex<Option<(u64, Arc<Shown>)>>,
}

impl Stat {
    fn object(&self, index: usize) -> Option<(&str, &Own)> {
        self.objects.as_ref().map(|o| o.get(index))
    }
}

impl Work for Stat {
    fn blank(&self, index: usize) -> JobResult {
        let object = self.object(index).map(|(name, _)| name);
        let action = match (&self.container, object) {
            (None, _) => "stat_account",
            (Some(_), None) => "stat_container",
            (Some(_), Some(_)) => "stat_object",
        };
        JobResult::about(action, self.container.as_deref(), object)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (object, own) = match self.object(index) {
            Some((name, own)) => (Some(name), own),
            None => (None, &self.own),
        };
        let connection = &self.remote.connection;
        let mut request = Request { headers: own.headers.clone(), ..self.remote.request(turn) };
        if object.is_some()
            && let Some(id) = &own.version_id
        {
            request.query.push(("version-id".to_owned(), Some(id.clone())));
        }
        let container = self.container.as_deref();
        let outcome = match (container, object) {
            (None, _) => connection.head_account(&request),
            (Some(c), None) => connection.head_container(c, &request),
            (Some(c), Some(o)) => connection.head_object(c, o, &request),
        };
        let mut result = self.blank(index).settled(outcome);
        if result.success() {
            result.shown = Some(self.shown());
        }
        Next::done(result)
    }
}

impl Stat {
    /// What the items of a result need that was had just now; the same for all, unless the login is another one.
    fn shown(&self) -> Arc<Shown> {
        let connection = &self.remote.connection;
        let login = connection.login_number();
        let mut last = lock(&self.last);
        if let Some((number, shown)) = &*last
            && *number == login
        {
            return shown.clone();
        }
        let url = connection.storage_url().unwrap_or_default();
        let shown = Arc::new(Shown {
            account: account_of(&url).to_owned(),
            access: self.show.then(|| (url, connection.token().unwrap_or_default())),
            human: self.human,
        });
        *last = Some((login, shown.clone()));
        shown
    }
}

/// What the items of a result tell beside its headers.
pub struct Shown {
    account: String,
    /// Storage URL and token, where they are shown.
    access: Option<(String, String)>,
    human: bool,
}

impl Shown {
    /// Of an account alone.
    #[cfg(test)]
    pub(super) fn of(account: &str) -> Arc<Shown> {
        Arc::new(Shown { account: account.to_owned(), access: None, human: false })
    }

    /// The items of a result.
    pub(super) fn items(&self, result: &JobResult) -> Items {
        let (container, object) = (result.container.as_deref(), result.object.as_deref());
        let mut items = Items::new();
        if let Some((url, token)) = &self.access {
            let name = if container.is_some() { "URL" } else { "StorageURL" };
            let mut shown = url.trim_end_matches('/').to_owned();
            if let Some(c) = container {
                push_resource(&mut shown, c, object);
            }
            item(&mut items, name, shown);
            item(&mut items, "Auth Token", token.as_str());
        }
        let (account, headers, human) = (&self.account, &result.headers, self.human);
        items.extend(match (container, object) {
            (None, _) => account_items(account, headers, human),
            (Some(c), None) => container_items(account, c, headers, human),
            (Some(c), Some(o)) => object_items(account, c, o, headers, human),
        });
        items
    }
}

impl fmt::Debug for Shown {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("account", &self.account).finish_non_exhaustive()
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
fn number(headers: &Headers, name: &str, human: bool) -> String {
    let shown = Some(text(headers, name)).filter(|v| !v.is_empty()).unwrap_or_else(|| "0".to_owned());
    match shown.trim().parse() {
        Ok(n) if human => rounded(n),
        _ => shown,
    }
}

/// A number as people like it: 1023, 1.0K, 15M (UT-04).
fn rounded(number: u64) -> String {
    let mut value = number as f64;
    let mut suffixes = "KMGTPE".chars();
    let mut suffix = None;
    while value > 1023.0 {
        value /= 1024.0;
        suffix = suffixes.next();
    }
    match suffix {
        None => number.to_string(),
        Some(s) if value >= 10.0 => format!("{value:.0}{s}"),
        Some(s) => format!("{value:.1}{s}"),
    }
}

/// A header that the server percent-encodes, as it was meant.
fn decoded(headers: &Headers, name: &str) -> String {
    headers.get_decoded(name).map(|v| v.into_owned()).unwrap_or_default()
}

fn account_items(account: &str, headers: &Headers, human: bool) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Containers", number(headers, "x-account-container-count", human));
    item(&mut items, "Objects", number(headers, "x-account-object-count", human));
    item(&mut items, "Bytes", number(headers, "x-account-bytes-used", human));
    if !text(headers, "x-account-meta-quota-bytes").is_empty() {
        item(&mut items, "Quota Bytes", number(headers, "x-account-meta-quota-bytes", human));
    }
    for policy in policies(headers) {
        let header = |what: &str| format!("x-account-storage-policy-{policy}-{what}");
        let containers = header("container-count");
        if headers.get(&containers).is_some() {
            item(
                &mut items,
                format!("Containers in policy \"{policy}\""),
                number(headers, &containers, human),
            );
        }
        let (objects, bytes) =
            (number(headers, &header("object-count"), human), number(headers, &header("bytes-used"), human));
        item(&mut items, format!("Objects in policy \"{policy}\""), objects);
        item(&mut items, format!("Bytes in policy \"{policy}\""), bytes);
        let quota = format!("x-account-quota-bytes-policy-{policy}");
        if !text(headers, &quota).is_empty() {
            let quota = number(headers, &quota, human);
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

fn container_items(account: &str, container: &str, headers: &Headers, human: bool) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Container", container);
    item(&mut items, "Objects", number(headers, "x-container-object-count", human));
    item(&mut items, "Bytes", number(headers, "x-container-bytes-used", human));
    item(&mut items, "Read ACL", text(headers, "x-container-read"));
    item(&mut items, "Write ACL", text(headers, "x-container-write"));
    item(&mut items, "Sync To", decoded(headers, "x-container-sync-to"));
    item(&mut items, "Sync Key", decoded(headers, "x-container-sync-key"));
    items
}

fn object_items(account: &str, container: &str, object: &str, headers: &Headers, human: bool) -> Items {
    let mut items = Items::new();
    item(&mut items, "Account", account);
    item(&mut items, "Container", container);
    item(&mut items, "Object", object);
    item(&mut items, "Content Type", text(headers, "content-type"));
    item(&mut items, "Content Length", number(headers, "content-length", human));
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
            shown(&account_items("AUTH_test", &h, false)),
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
            shown(&container_items("a", "c é", &h, false)),
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
        let items = object_items("a", "c", "o/p", &h, false);
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
        let none = object_items("a", "c", "o", &Headers::new(), false);
        assert_eq!(none[4].1, "0");
        assert_eq!(none[7].1, "");
    }

    #[test]
    fn ut_04_numbers_for_people() {
        for (n, shown) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (10 << 10, "10K"),
            (1 << 20, "1.0M"),
            (5_368_709_120, "5.0G"),
            (u64::MAX, "16E"),
        ] {
            assert_eq!(rounded(n), shown);
        }
        let h = headers(&[("Content-Length", "2048")]);
        assert_eq!(object_items("a", "c", "o", &h, true)[4].1, "2.0K");
    }
}
