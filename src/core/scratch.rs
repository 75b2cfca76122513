//! Buffers that bodies and the records of TLS pass through. Whoever is done with one leaves it to the next: memory that is
//! new must be filled with zeros first, which costs a transfer more than a copy of what it moves.

use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use super::cancel::lock;

/// Length of a buffer. Those of sixteen streams that are hashed together lie in the cache next to the processor; in
/// smaller ones threads would meet more often than that is worth.
pub(crate) const SIZE: usize = 128 * 1024;
/// So many are kept, which is more than threads work at once for most.
const KEPT: usize = 32;

static IDLE: Mutex<Vec<Box<[u8]>>> = Mutex::new(Vec::new());

/// A buffer; what is in it means nothing.
pub(crate) struct Scratch(Box<[u8]>);

impl Scratch {
    /// One that nobody else uses.
    pub fn take() -> Scratch {
        let idle = lock(&IDLE).pop();
        Scratch(idle.unwrap_or_else(|| vec![0; SIZE].into_boxed_slice()))
    }
}

impl Deref for Scratch {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Scratch {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let buffer = std::mem::take(&mut self.0);
        let mut idle = lock(&IDLE);
        if idle.len() < KEPT {
            idle.push(buffer);
        }
    }
}
