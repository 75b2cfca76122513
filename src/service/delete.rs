//! delete: objects of a list, or an empty container.

use std::sync::Arc;

use super::job::{Next, Turn, Work};
use super::pool::Lane;
use super::result::JobResult;
use super::verb::{Plan, Remote, check_names};
use crate::core::Result;

pub(super) fn plan(remote: Remote, container: String, objects: Vec<String>) -> Result<Plan> {
    check_names(&container, &objects)?;
    let (lane, count) =
        if objects.is_empty() { (Lane::Container, 1) } else { (Lane::ObjectDd, objects.len()) };
    Ok(Plan { lane, work: Arc::new(Delete { remote, container, objects }), count })
}

struct Delete {
    remote: Remote,
    container: String,
    /// Empty: it is about the container.
    objects: Vec<String>,
}

impl Work for Delete {
    fn blank(&self, index: usize) -> JobResult {
        let object = self.objects.get(index).map(String::as_str);
        let action = if object.is_some() { "delete_object" } else { "delete_container" };
        JobResult::about(action, Some(&self.container), object)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let request = self.remote.request(turn);
        let object = self.objects.get(index).map(String::as_str);
        let outcome = match object {
            Some(o) => self.remote.connection.delete_object(&self.container, o, &request),
            None => self.remote.connection.delete_container(&self.container, &request),
        };
        Next::done(self.blank(index).settled(outcome))
    }
}
