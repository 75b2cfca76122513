//! MD5 (RFC 1321) of many streams at once. Checking bodies costs more than moving them, and one stream cannot go
//! faster than its chain of steps allows; but registers have room for the steps of sixteen. [`hash`] is for whole
//! blocks; what begins and ends a sum is for the caller.
//!
//! `steps` has the steps, `single` does one stream, `lanes` many, and `choir` brings threads together that each
//! have one.

mod choir;
mod lanes;
mod single;
mod steps;

#[cfg(test)]
mod tests;

use once_cell::sync::OnceCell;

use lanes::{Group, MOST};

pub use choir::hash;

/// What is carried from block to block of one stream.
pub type State = [u32; 4];

/// The state of a stream before its first block.
pub const START: State = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// Length of a block in bytes.
pub const BLOCK: usize = 64;

/// An implementation for one stream.
#[derive(Clone, Copy)]
struct Single(fn(&mut State, &[u8]));

/// An implementation for several streams.
#[derive(Clone, Copy)]
struct Many {
    lanes: usize,
    /// # Safety
    /// The first `lanes` streams of the group have that many blocks.
    run: unsafe fn(&mut Group, usize),
}

/// What this processor can do, and does best.
struct Processor {
    single: Single,
    /// For few streams and for many; the same where one is best for both.
    few: Many,
    many: Many,
}

/// Found out at the first use.
fn processor() -> &'static Processor {
    static FOUND: OnceCell<Processor> = OnceCell::new();
    FOUND.get_or_init(Processor::find)
}

impl Processor {
    #[cfg(not(target_arch = "x86_64"))]
    fn find() -> Processor {
        let many = Many { lanes: 8, run: lanes::plain };
        Processor { single: Single(single::portable), few: many, many }
    }

    #[cfg(target_arch = "x86_64")]
    fn find() -> Processor {
        let (few, many) = if has_avx512() {
            (Many { lanes: 4, run: lanes::x86::ternary }, Many { lanes: 16, run: lanes::x86::avx512 })
        } else if is_x86_feature_detected!("avx2") {
            (Many { lanes: 8, run: lanes::x86::sse2 }, Many { lanes: 16, run: lanes::x86::avx2 })
        } else {
            let all = Many { lanes: 8, run: lanes::x86::sse2 };
            (all, all)
        };
        Processor { single: fastest(), few, many }
    }

    /// How many streams it can hash at once.
    fn most(&self) -> usize {
        self.many.lanes
    }

    /// For `streams` streams, more than one.
    fn choose(&self, streams: usize) -> Many {
        if streams <= self.few.lanes { self.few } else { self.many }
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl")
}

/// For one stream: whether a rotation in a vector takes one cycle or two no flag tells, so both ways are tried once.
#[cfg(target_arch = "x86_64")]
fn fastest() -> Single {
    use std::time::{Duration, Instant};
    let scalar = Single(single::x86::scalar);
    if !has_avx512() {
        return scalar;
    }
    let ternary = Single(|state, blocks| {
        // SAFETY: the processor has AVX-512, as was looked at.
        unsafe { single::x86::ternary(state, blocks) }
    });
    let sample = [0x5a; 128 * BLOCK];
    let time = |way: Single| -> Duration {
        let once = |_| {
            let (mut state, began) = (START, Instant::now());
            (way.0)(&mut state, std::hint::black_box(&sample));
            std::hint::black_box(state);
            began.elapsed()
        };
        // The best of a few: the others were interrupted.
        (0..4).map(once).min().unwrap_or_default()
    };
    if time(ternary) <= time(scalar) { ternary } else { scalar }
}

/// Blocks of one stream.
pub struct Part<'a> {
    /// Of the stream before them, and then with them.
    pub state: &'a mut State,
    /// A multiple of [`BLOCK`] long; what is taken goes from it.
    pub blocks: &'a [u8],
}

/// So many streams are hashed at once.
pub fn lanes() -> usize {
    processor().most()
}

/// Hashes parts of several streams, as many at once as there are lanes.
pub fn together(parts: &mut [Part<'_>]) {
    let processor = processor();
    // The lanes in use, and who is in them.
    let mut left = parts.iter_mut();
    let mut singing: Vec<&mut Part<'_>> = Vec::with_capacity(MOST);
    loop {
        singing.retain(|part| !part.blocks.is_empty());
        while singing.len() < processor.most()
            && let Some(part) = left.next()
        {
            if part.blocks.len() >= BLOCK {
                singing.push(part);
            }
        }
        let many = processor.choose(singing.len());
        let Some(shortest) = singing.iter().map(|part| part.blocks.len() / BLOCK).min() else { return };
        if let [part] = singing.as_mut_slice() {
            (processor.single.0)(part.state, part.blocks);
            part.blocks = &[];
            continue;
        }
        // Lanes that nobody is in repeat the first stream.
        let mut group = Group { state: [[0; MOST]; 4], streams: [singing[0].blocks.as_ptr(); MOST] };
        for (lane, part) in singing.iter().enumerate() {
            group.set(lane, *part.state);
            group.streams[lane] = part.blocks.as_ptr();
        }
        // SAFETY: each of the streams has that many blocks, and `choose` found what the processor has.
        unsafe { (many.run)(&mut group, shortest) };
        for (lane, part) in singing.iter_mut().enumerate() {
            *part.state = group.get(lane);
            part.blocks = &part.blocks[shortest * BLOCK..];
        }
    }
}
