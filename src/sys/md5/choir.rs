//! Brings threads together that each hash a stream of their own. The first to come leads: it waits a moment for
//! those who sang along the last time, and then hashes for all; meanwhile others gather for the next turn. A stream
//! that is alone is hashed at once.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{BLOCK, Part, State, processor, together};

/// Less than this is hashed at once: to meet others would cost more than it saves.
const WORTHWHILE: usize = 16 * 1024;

/// The most bytes of one stream that others wait for; at half a gigabyte a second a quarter of a millisecond.
const TURN: usize = 128 * 1024;

/// How long a leader waits for the others of the last turn.
const PATIENCE: Duration = Duration::from_micros(200);

/// Blocks of a stream whose thread waits for them to be hashed.
struct Singer {
    state: *mut State,
    blocks: *const u8,
    length: usize,
    done: *mut bool,
}

// SAFETY: what it points to is the waiting thread's, which leaves it alone until `done` is set under the lock.
unsafe impl Send for Singer {}

/// Where threads meet.
struct Choir {
    waiting: Vec<Singer>,
    /// Somebody leads.
    led: bool,
    /// How many the next leader may expect, itself included.
    expected: usize,
}

static CHOIR: Mutex<Choir> = Mutex::new(Choir { waiting: Vec::new(), led: false, expected: 1 });

/// Someone came, or a turn has ended.
static CHANGED: Condvar = Condvar::new();

fn enter() -> MutexGuard<'static, Choir> {
    CHOIR.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Hashes blocks of a stream; `blocks` is a multiple of [`BLOCK`] long. Where other threads do the same, one of them
/// may do it for all: a call may last a little longer than it would alone, and takes much less of the processor.
pub fn hash(state: &mut State, blocks: &[u8]) {
    debug_assert!(blocks.len().is_multiple_of(BLOCK));
    if blocks.len() < WORTHWHILE {
        return (processor().single.0)(state, blocks);
    }
    for part in blocks.chunks(TURN) {
        sing(state, part);
    }
}

fn sing(state: &mut State, blocks: &[u8]) {
    let mut done = false;
    let done_at: *mut bool = &mut done;
    let mut choir = enter();
    choir.waiting.push(Singer { state, blocks: blocks.as_ptr(), length: blocks.len(), done: done_at });
    if choir.led {
        // The leader may be waiting for just this one.
        CHANGED.notify_all();
    }
    // SAFETY: `done` is written under the lock only, which is held.
    while !unsafe { done_at.read() } {
        if choir.led {
            choir = CHANGED.wait(choir).unwrap_or_else(PoisonError::into_inner);
        } else {
            choir.led = true;
            lead(choir);
            choir = enter();
        }
    }
}

/// One turn: gathers, and hashes without the lock.
fn lead(mut choir: MutexGuard<'static, Choir>) {
    let most = processor().most();
    let until = Instant::now() + PATIENCE;
    while choir.waiting.len() < choir.expected.min(most) {
        let Some(left) = until.checked_duration_since(Instant::now()).filter(|l| !l.is_zero()) else { break };
        choir = match CHANGED.wait_timeout(choir, left) {
            Ok((choir, _)) => choir,
            Err(e) => PoisonError::into_inner(e).0,
        };
    }
    let count = choir.waiting.len().min(most);
    let turn = Turn(choir.waiting.drain(..count).collect());
    drop(choir);
    let part = |s: &Singer| {
        // SAFETY: both are the waiting thread's, which leaves them alone and stays until it is told.
        unsafe { Part { state: &mut *s.state, blocks: std::slice::from_raw_parts(s.blocks, s.length) } }
    };
    let mut parts: Vec<Part<'_>> = turn.0.iter().map(part).collect();
    together(&mut parts);
}

/// Those whose turn it is. They are told that it is over whatever happens: nobody else would.
struct Turn(Vec<Singer>);

impl Drop for Turn {
    fn drop(&mut self) {
        let mut choir = enter();
        for singer in &self.0 {
            // SAFETY: the waiting thread reads it under the lock, which is held.
            unsafe { singer.done.write(true) };
        }
        // Those of this turn are soon back; those who came meanwhile are there.
        choir.expected = self.0.len() + choir.waiting.len();
        choir.led = false;
        drop(choir);
        CHANGED.notify_all();
    }
}
