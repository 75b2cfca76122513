//! Brings threads together that each hash a stream of their own. The first to come leads: it waits a moment for
//! those who sang along the last time, and then hashes for all; meanwhile others gather for the next turn. A stream
//! that is alone is hashed at once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

use super::{BLOCK, Part, State, processor, together};

/// Less than this is hashed at once: to meet others would cost more than it saves.
const WORTHWHILE: usize = 16 * 1024;

/// The most bytes of one stream that others wait for; at half a gigabyte a second a millisecond.
const TURN: usize = 512 * 1024;

/// A leader waits for the others of the last turn for no longer than four times what its own blocks would take it: a
/// byte takes a stream that is alone two nanoseconds, and one of sixteen a fifth of one. Where there are fewer
/// processors than threads, the others need as long to come round with their next blocks. Meanwhile the system goes on
/// receiving for those who wait, and the next leader expects only as many as came.
const PATIENCE: Duration = Duration::from_nanos(8);

/// Blocks of a stream whose thread waits for them to be hashed.
struct Singer {
    state: *mut State,
    blocks: *const u8,
    length: usize,
    thread: Thread,
    /// It may look around: its blocks are hashed, or it is its turn to lead.
    called: *const AtomicBool,
    /// Set under the lock.
    role: *mut Role,
}

/// What a thread that is called finds.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    Waiting,
    Leading,
    Done,
}

// SAFETY: what it points to is the waiting thread's, which leaves it alone until it is called.
unsafe impl Send for Singer {}

impl Singer {
    /// Says what it is to do; its thread may be gone right after.
    fn call(&self, role: Role) {
        // SAFETY: the thread stays, and leaves both alone, until `called` is set.
        unsafe {
            self.role.write(role);
            (*self.called).store(true, Ordering::Release);
        }
        self.thread.unpark();
    }
}

/// Where threads meet.
struct Choir {
    waiting: Vec<Singer>,
    /// Somebody leads.
    led: bool,
    /// A leader that waits for so many, itself included.
    awaited: Option<(usize, Thread)>,
    /// How many the next leader may expect, itself included.
    expected: usize,
}

static CHOIR: Mutex<Choir> =
    Mutex::new(Choir { waiting: Vec::new(), led: false, awaited: None, expected: 1 });

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
    let called = AtomicBool::new(false);
    let mut role = Role::Waiting;
    let role_at: *mut Role = &mut role;
    let mut choir = enter();
    let leads = !choir.led;
    choir.led = true;
    choir.waiting.push(Singer {
        state,
        blocks: blocks.as_ptr(),
        length: blocks.len(),
        thread: std::thread::current(),
        called: &called,
        role: role_at,
    });
    if !leads {
        // The leader may be waiting for just this one.
        let gathered = choir.waiting.len();
        if let Some((_, leader)) = choir.awaited.take_if(|(wanted, _)| gathered >= *wanted) {
            leader.unpark();
        }
        drop(choir);
        while !called.load(Ordering::Acquire) {
            std::thread::park();
        }
        // SAFETY: whoever called has written it before, and does no more with it.
        if unsafe { role_at.read() } == Role::Done {
            return;
        }
        choir = enter();
    }
    // It is in one of the first places: all that came before it had their turn.
    lead(choir, blocks.len());
}

/// One turn: gathers, and hashes without the lock.
fn lead(mut choir: MutexGuard<'static, Choir>, length: usize) {
    let most = processor().most();
    let until = Instant::now() + PATIENCE * length as u32;
    let wanted = choir.expected.min(most);
    while choir.waiting.len() < wanted {
        let Some(left) = until.checked_duration_since(Instant::now()).filter(|l| !l.is_zero()) else { break };
        choir.awaited = Some((wanted, std::thread::current()));
        drop(choir);
        std::thread::park_timeout(left);
        choir = enter();
    }
    choir.awaited = None;
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
        // Those of this turn are soon back; those who came meanwhile are there; some of those who sang before may
        // only be late.
        let late = choir.expected - choir.expected.div_ceil(4);
        choir.expected = (self.0.len() + choir.waiting.len()).max(late);
        // The first of those leads the next.
        match choir.waiting.first() {
            Some(next) => next.call(Role::Leading),
            None => choir.led = false,
        }
        drop(choir);
        for singer in &self.0 {
            singer.call(Role::Done);
        }
    }
}
