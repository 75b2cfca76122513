//! The containers of an upload, which are made before its objects (UP-03, UP-04). That one cannot be made need not
//! mean anything: a user may be allowed to write to what is there, and no more.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::{Own, Target};
use crate::service::large::{make_container, make_segment_container};
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
}

impl Work for Containers {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = JobResult::about("create_container", Some(&self.target.container), None);
        result.counted = 0;
        result
    }

    fn run(&self, _: usize, turn: &mut Turn) -> Next {
        let (remote, container) = (&self.target.remote, &self.target.container);
        let policy = self.policy.as_deref();
        let mut result = make_container(remote, container, policy, turn);
        // Of one that was there already the answer is another (202).
        self.target.made.store(result.success() && result.http_status == 201, Ordering::Release);
        for segments in &self.segments {
            turn.job().interim(result);
            result = make_segment_container(remote, container, segments, policy, turn);
        }
        Next::done(result)
    }
}
