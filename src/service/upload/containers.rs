//! The containers of an upload, which are made before its objects (UP-03, UP-04). That one cannot be made need not
//! mean anything: a user may be allowed to write to what is there, and no more.

use std::sync::Arc;

use super::{Own, Target};
use crate::core::{Headers, Request};

use crate::service::result::JobResult;
use crate::service::work::{Next, Turn, Work};

pub(super) struct Containers {
    target: Arc<Target>,
    /// With the policy that the options name, where they do.
    policy: Option<Vec<u8>>,
    segments: Vec<String>,
}

impl Containers {
    pub fn new<'a>(target: &Arc<Target>, owns: impl Iterator<Item = &'a Arc<Own>>) -> Containers {
        let (mut policy, mut segments) = (None, Vec::new());
        for own in owns {
            if policy.is_none() {
                policy = own.headers.get("x-storage-policy").map(<[u8]>::to_vec);
            }
            let container = &own.segment_container;
            if own.segment_size > 0 && *container != target.container && !segments.contains(container) {
                segments.push(container.clone());
            }
        }
        Containers { target: target.clone(), policy, segments }
    }

    fn put(&self, container: &str, policy: Option<&[u8]>, turn: &Turn) -> JobResult {
        let mut result = JobResult::about("create_container", Some(container), None);
        result.counted = 0;
        let mut sent = Headers::new();
        if let Some(policy) = policy {
            sent.push("X-Storage-Policy", policy);
        }
        let request = Request { headers: sent.clone(), ..self.target.remote.request(turn) };
        result.sent = sent;
        let outcome = self.target.remote.connection.put_container(container, &request);
        result.settled(outcome)
    }
}

impl Work for Containers {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about("create_container", Some(&self.target.container), None);
        result.counted = 0;
        result
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let container = &self.target.container;
        let mut result = self.put(container, self.policy.as_deref(), turn);
        for segments in &self.segments {
            turn.job().interim(result);
            // Segments lie where the object does, unless the options say otherwise.
            let request = self.target.remote.request(turn);
            let found = match &self.policy {
                Some(policy) => Some(policy.clone()),
                None => match self.target.remote.connection.head_container(container, &request) {
                    Ok(head) => head.headers().get("x-storage-policy").map(<[u8]>::to_vec),
                    Err(_) => None,
                },
            };
            result = self.put(segments, found.as_deref(), turn);
        }
        Next::done(result)
    }
}
