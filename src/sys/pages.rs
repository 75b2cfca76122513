//! Pages of memory. A body of many megabytes that is read into one buffer costs as much for the pages it comes to lie in as
//! for its bytes, when they are made one after the other as it reaches them.

use std::alloc::{Layout, alloc_zeroed};

/// So many zeros; memory of the system that is not touched before something is written to it. `None` when there is not so
/// much.
pub fn zeroed(length: usize) -> Option<Vec<u8>> {
    if length == 0 {
        return Some(Vec::new());
    }
    let layout = Layout::array::<u8>(length).ok()?;
    // SAFETY: the layout is not empty.
    let memory = unsafe { alloc_zeroed(layout) };
    if memory.is_null() {
        return None;
    }
    // SAFETY: the allocator that vectors have gave it, of this layout, and all of it is initialized.
    Some(unsafe { Vec::from_raw_parts(memory, length, length) })
}

/// Has the pages of memory that is about to be filled made all at once; a hint and no more.
#[cfg(target_os = "linux")]
pub fn make(memory: &mut [u8]) {
    // SAFETY: asks for a number.
    let Ok(page) = usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }) else { return };
    let skip = memory.as_ptr().align_offset(page);
    let Some(rest) = memory.get_mut(skip..) else { return };
    let length = rest.len() - rest.len() % page;
    // SAFETY: the pages are within memory that is borrowed, and stay as they are where they are made already. A kernel that
    // does not know the advice refuses it.
    unsafe { libc::madvise(rest.as_mut_ptr().cast(), length, libc::MADV_POPULATE_WRITE) };
}

/// Not possible.
#[cfg(not(target_os = "linux"))]
pub fn make(_memory: &mut [u8]) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_made_and_memory_stays_as_it_is() {
        for length in [0, 1, 4095, 4096, 100_000, (3 << 20) + 1] {
            let mut memory = zeroed(length).unwrap();
            assert!(memory.len() == length && memory.iter().all(|b| *b == 0));
            memory.iter_mut().step_by(5000).for_each(|b| *b = 7);
            make(&mut memory);
            assert_eq!(memory.iter().filter(|b| **b == 7).count(), length.div_ceil(5000));
            memory.push(1);
        }
        assert!(zeroed(usize::MAX).is_none());
        assert!(zeroed(isize::MAX as usize).is_none());
    }
}
