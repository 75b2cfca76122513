//! Idle connections, the most recent first; no system call in the lock.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::conn::Conn;
use crate::core::cancel::lock;

/// After that a server is likely to have closed it.
const MAX_IDLE: Duration = Duration::from_secs(55);
/// In less than this after its last answer, a connection is used again without a look at it.
const AT_ONCE: Duration = Duration::from_micros(200);
/// More idle connections than threads are of no use.
const MAX_PARKED: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Pool {
    idle: Mutex<Vec<(Instant, Box<Conn>)>>,
}

impl Pool {
    /// A connection to this peer that can be used at once, which is `now`.
    pub fn take(&self, tls: bool, authority: &str, may_be_stale: bool, now: Instant) -> Option<Box<Conn>> {
        loop {
            let (since, conn) = {
                let mut idle = lock(&self.idle);
                let i = idle.iter().rposition(|(_, c)| c.serves(tls, authority))?;
                idle.remove(i)
            };
            let age = now.saturating_duration_since(since);
            // One system call more than sending and receiving take: what a server sent unasked, its end or bytes too
            // many, must not be taken for the answer to the next request, and nothing else tells. Bytes that came
            // with the answer were seen when it was read, but a faulty server sends them a moment later too.
            // That moment is as good as over the next request's own: once it is out, they look like its answer anyway.
            let sure = (may_be_stale && !conn.unseen && age < AT_ONCE) || conn.wire.socket.is_quiet();
            if age < MAX_IDLE && sure {
                return Some(conn);
            }
            // Dropped here, outside the lock, which closes it.
        }
    }

    /// Keeps a connection for the next request, whose last answer came at that time.
    pub fn park(&self, conn: Box<Conn>, came: Instant) {
        let mut stale = Vec::new();
        let mut idle = lock(&self.idle);
        // The oldest are in front.
        let old =
            idle.iter().take_while(|(since, _)| came.saturating_duration_since(*since) > MAX_IDLE).count();
        let over = (idle.len() + 1).saturating_sub(MAX_PARKED);
        if old.max(over) > 0 {
            stale.extend(idle.drain(..old.max(over)));
        }
        idle.push((came, conn));
        drop(idle);
        drop(stale);
    }

    /// Closes all.
    pub fn clear(&self) {
        let all = std::mem::take(&mut *lock(&self.idle));
        drop(all);
    }
}
