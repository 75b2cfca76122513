//! MD5 sums of segments found before the segments are sent, of as many at once as the processor has lanes for. Workers
//! that each hash their own while they send it fill as many lanes as there are workers, and what they hash has to pass
//! through their memory; a segment whose sum is known goes from the file to the socket without that.
//!
//! The file is read twice so. That costs next to nothing as long as it lies in memory: where it does not, each segment
//! is hashed while it is sent.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::core::cancel::lock;
use crate::core::digest::Sum;
use crate::core::{Cancel, Result};
use crate::service::local::{Local, unreadable};
use crate::sys::md5::lanes;
use crate::sys::resident::Resident;

/// Larger segments are not hashed ahead: the first of them would be waited for too long, and those that are hashed might
/// not be in memory any more when they are sent.
const LARGEST: u64 = 64 << 20;
/// So much of each segment is read at a time. All lanes together stay in the cache next to the processor.
const PIECE: usize = 32 * 1024;
/// How long a wait for another worker goes on before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(50);

/// The sums of the segments of one file.
pub(super) struct Ahead {
    local: Local,
    segment_size: u64,
    count: usize,
    state: Mutex<State>,
    /// Sums were found, or will not be.
    changed: Condvar,
}

#[derive(Default)]
struct State {
    known: HashMap<usize, String>,
    /// A worker is at these.
    coming: Option<Range<usize>>,
    /// Nobody was, or will be, at those from here on.
    next: usize,
    /// What is not known yet is hashed while it is sent.
    given_up: bool,
}

impl Ahead {
    /// For the segments of a file; with `wanted` false none is hashed.
    pub fn new(local: &Local, segment_size: u64, count: usize, wanted: bool) -> Ahead {
        let state = State { given_up: !wanted || segment_size > LARGEST, ..State::default() };
        Ahead { local: local.clone(), segment_size, count, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The sum of a segment that is to be sent now, as it was a short while ago. Blocks while this worker or another one
    /// finds it. To be called once for each segment, in order; `None` when it is better hashed while it is sent.
    pub fn sum(&self, index: usize, cancel: &Cancel) -> Option<String> {
        let mut state = lock(&self.state);
        loop {
            if let Some(sum) = state.known.remove(&index) {
                // Those at work on the others are not done before the next ones are known.
                if state.known.len() < lanes() / 2
                    && let Some(group) = self.claim(&mut state, None)
                {
                    drop(state);
                    self.find(group, cancel);
                }
                return Some(sum);
            }
            if state.coming.as_ref().is_some_and(|coming| coming.contains(&index)) {
                if cancel.is_cancelled() {
                    return None;
                }
                let waited = self.changed.wait_timeout(state, SLICE);
                state = waited.unwrap_or_else(PoisonError::into_inner).0;
                continue;
            }
            let group = self.claim(&mut state, Some(index))?;
            drop(state);
            self.find(group, cancel);
            state = lock(&self.state);
        }
    }

    /// The next segments to be hashed, with that of `index` first, when there are enough to be worth it.
    fn claim(&self, state: &mut State, index: Option<usize>) -> Option<Range<usize>> {
        if state.given_up || index.is_some_and(|i| i < state.next) {
            return None;
        }
        let first = index.unwrap_or(state.next);
        let group = first..self.count.min(first.saturating_add(lanes()));
        if state.coming.is_some() || group.len() < lanes() / 2 {
            // The others of before go the same way: they were asked for earlier.
            state.next = state.next.max(index.map_or(0, |i| i + 1));
            return None;
        }
        state.next = group.end;
        state.coming = Some(group.clone());
        Some(group)
    }

    /// Finds the sums of a group.
    fn find(&self, group: Range<usize>, cancel: &Cancel) {
        let mut ending = Ending { ahead: self, sums: None };
        // What is wrong with the file shows when it is sent.
        ending.sums = self.hash(group, cancel).ok().flatten();
    }

    /// `None` where not all of it lies in memory.
    fn hash(&self, group: Range<usize>, cancel: &Cancel) -> Result<Option<Vec<(usize, String)>>> {
        let file = self.local.open()?;
        let Some(resident) = Resident::of(&file) else { return Ok(None) };
        let mut sums = vec![Sum::new(); group.len()];
        let mut buffer = vec![0; group.len() * PIECE];
        let mut at = 0;
        while at < self.segment_size {
            if cancel.is_cancelled() {
                return Ok(None);
            }
            let mut pieces = Vec::with_capacity(group.len());
            for (index, room) in group.clone().zip(buffer.chunks_exact_mut(PIECE)) {
                let offset = index as u64 * self.segment_size + at;
                let left = (self.segment_size - at).min(self.local.size.saturating_sub(offset));
                let (piece, _) = room.split_at_mut(left.min(PIECE as u64) as usize);
                if !resident.read(piece, offset).map_err(|e| unreadable(&self.local.path, &e))? {
                    return Ok(None);
                }
                pieces.push(&*piece);
            }
            Sum::update_all(sums.iter_mut().zip(pieces));
            at += PIECE as u64;
        }
        Ok(Some(group.zip(sums.into_iter().map(Sum::hex)).collect()))
    }
}

/// Tells those who wait how it ended, in a panic too.
struct Ending<'a> {
    ahead: &'a Ahead,
    sums: Option<Vec<(usize, String)>>,
}

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.ahead.state);
        state.coming = None;
        match self.sums.take() {
            Some(sums) => state.known.extend(sums),
            None => state.given_up = true,
        }
        drop(state);
        self.ahead.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A file of so many bytes, if there is a place where files lie in memory.
    fn file(name: &str, length: usize) -> Option<(PathBuf, Vec<u8>)> {
        let bytes: Vec<u8> = (0..length).map(|n| (n * 31 + n / 255) as u8).collect();
        for folder in [PathBuf::from("/dev/shm"), std::env::temp_dir()] {
            let path = folder.join(format!("swc-ahead-{name}-{}", std::process::id()));
            if std::fs::write(&path, &bytes).is_err() {
                continue;
            }
            if Resident::of(&std::fs::File::open(&path).unwrap()).is_some() {
                return Some((path, bytes));
            }
            std::fs::remove_file(path).unwrap();
        }
        None
    }

    fn of(path: &std::path::Path, size: u64) -> Ahead {
        let local = Local::examine(path).unwrap();
        let count = local.size.div_ceil(size) as usize;
        Ahead::new(&local, size, count, true)
    }

    #[test]
    fn all_segments_but_a_few_at_the_end_are_hashed_ahead() {
        let Some((path, bytes)) = file("all", 40 * 70_001 + 17) else { return };
        let ahead = of(&path, 70_001);
        let cancel = Cancel::new();
        for (index, segment) in bytes.chunks(70_001).enumerate() {
            match ahead.sum(index, &cancel) {
                Some(sum) => assert_eq!(sum, Sum::of(segment), "segment {index}"),
                None => assert!(ahead.count - index < lanes() / 2, "segment {index}"),
            }
        }
        assert!(lock(&ahead.state).known.is_empty());
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn workers_share_what_one_of_them_hashes() {
        let Some((path, bytes)) = file("share", 64 * 100_000) else { return };
        let ahead = of(&path, 100_000);
        let next = Mutex::new(0);
        let known = std::sync::atomic::AtomicUsize::new(0);
        std::thread::scope(|s| {
            for _ in 0..8 {
                s.spawn(|| {
                    loop {
                        let mut at = lock(&next);
                        let index = *at;
                        *at += 1;
                        drop(at);
                        let Some(segment) = bytes.chunks(100_000).nth(index) else { return };
                        if let Some(sum) = ahead.sum(index, &Cancel::new()) {
                            assert_eq!(sum, Sum::of(segment), "segment {index}");
                            known.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        // Who comes while another group is hashed, and has not been waited for, hashes his own.
        assert!(known.into_inner() >= lanes());
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn what_is_not_worth_it_or_not_possible_is_left_to_those_who_send() {
        let Some((path, _)) = file("left", 100_000) else { return };
        let cancel = Cancel::new();
        // Too few.
        assert_eq!(of(&path, 50_000).sum(0, &cancel), None);
        // Nobody wants them.
        let local = Local::examine(&path).unwrap();
        assert_eq!(Ahead::new(&local, 1000, 100, false).sum(0, &cancel), None);
        // Too large.
        assert_eq!(Ahead::new(&local, LARGEST + 1, 100, true).sum(0, &cancel), None);
        // Cancelled.
        let over = Cancel::new();
        over.cancel();
        assert_eq!(of(&path, 1000).sum(0, &over), None);
        // Shorter than it was.
        let ahead = of(&path, 1000);
        std::fs::File::options().write(true).open(&path).unwrap().set_len(5_500).unwrap();
        assert_eq!(ahead.sum(0, &cancel), None);
        assert_eq!(ahead.sum(1, &cancel), None);
        // Gone.
        let ahead = of(&path, 100);
        std::fs::remove_file(path).unwrap();
        assert_eq!(ahead.sum(0, &cancel), None);
    }
}
