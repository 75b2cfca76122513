//! post: metadata and other settings of the account, a container or objects.

use std::sync::Arc;

use super::engine::Plan;
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use super::work::{Next, Turn, Work};
use crate::core::{Headers, Kind, Request, Response, Result};

/// Options of a container that are headers (PO-01).
const CONTAINER_HEADERS: [(&str, &str); 4] = [
    ("read_acl", "X-Container-Read"),
    ("write_acl", "X-Container-Write"),
    ("sync_to", "X-Container-Sync-To"),
    ("sync_key", "X-Container-Sync-Key"),
];

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: Option<String>,
    objects: Option<Objects>,
) -> Result<Plan> {
    check_target(container.as_deref(), objects.as_ref())?;
    if let (Some(container), Some(objects)) = (&container, objects) {
        let make = |s: &JobSettings<'_>| s.headers(Some("Object"));
        let objects = Each::new(objects, settings, &["meta", "header"], make)?;
        let count = objects.len();
        let work = PostObjects { remote, container: container.clone(), objects };
        return Ok(Plan::new(Lane::ObjectUu, Arc::new(work), count));
    }
    let kind = if container.is_some() { "Container" } else { "Account" };
    let mut headers = settings.headers(Some(kind))?;
    if container.is_some() {
        for (key, name) in CONTAINER_HEADERS {
            // Empty text takes away what is there.
            if let Some(value) = settings.given(key)? {
                headers.set(name, value.as_bytes());
            }
        }
    }
    Ok(Plan::new(Lane::Container, Arc::new(Post { remote, container, headers }), 1))
}

/// The account or a container.
struct Post {
    remote: Remote,
    container: Option<String>,
    headers: Headers,
}

impl Post {
    fn post(&self, request: &Request) -> Result<Response> {
        let remote = &self.remote;
        let Some(container) = &self.container else {
            return remote.connection.post_account(request);
        };
        match remote.connection.post_container(container, request) {
            // What is not there yet is made, with the same headers (PO-02).
            Err(e) if e.kind() == Kind::NotFound => remote.connection.put_container(container, request),
            outcome => outcome,
        }
    }
}

impl Work for Post {
    fn blank(&self, _: usize) -> JobResult {
        let action = if self.container.is_some() { "post_container" } else { "post_account" };
        let mut result = JobResult::about(action, self.container.as_deref(), None);
        result.sent = self.headers.clone();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let request = Request { headers: self.headers.clone(), ..self.remote.request(turn) };
        Next::done(self.blank(index).settled(self.post(&request)))
    }
}

struct PostObjects {
    remote: Remote,
    container: String,
    objects: Each<Headers>,
}

impl Work for PostObjects {
    fn blank(&self, index: usize) -> JobResult {
        let (object, headers) = self.objects.get(index);
        let mut result = JobResult::about("post_object", Some(&self.container), Some(object));
        result.sent = headers.clone();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (object, headers) = self.objects.get(index);
        let request = Request { headers: headers.clone(), ..self.remote.request(turn) };
        let outcome = self.remote.connection.post_object(&self.container, object, &request);
        Next::done(self.blank(index).settled(outcome))
    }
}
