#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use md5::{Digest, Md5};

use super::lanes::{self, Group, MOST};
use super::{BLOCK, Many, Part, START, Single, State, hash, single, together};

fn bytes(seed: u64, length: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed);
    std::iter::repeat_with(|| random.u8(..)).take(length).collect()
}

/// Ends a stream of whole blocks as MD5 does.
fn finish(mut state: State, length: usize, way: Single) -> [u8; 16] {
    let mut last = [0; BLOCK];
    last[0] = 0x80;
    last[56..].copy_from_slice(&(length as u64 * 8).to_le_bytes());
    (way.0)(&mut state, &last);
    let mut sum = [0; 16];
    for (to, word) in sum.chunks_mut(4).zip(state) {
        to.copy_from_slice(&word.to_le_bytes());
    }
    sum
}

fn expected(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// Every implementation this processor can run.
fn singles() -> Vec<(&'static str, Single)> {
    #[allow(unused_mut)]
    let mut all = vec![("portable", Single(single::portable))];
    #[cfg(target_arch = "x86_64")]
    {
        all.push(("scalar", Single(single::x86::scalar)));
        if super::has_avx512() {
            // SAFETY: the processor has it.
            all.push(("ternary", Single(|s, b| unsafe { single::x86::ternary(s, b) })));
        }
    }
    all
}

fn manies() -> Vec<(&'static str, Many)> {
    #[allow(unused_mut)]
    let mut all = vec![("plain", Many { lanes: 8, run: lanes::plain })];
    #[cfg(target_arch = "x86_64")]
    {
        all.push(("sse2", Many { lanes: 8, run: lanes::x86::sse2 }));
        if is_x86_feature_detected!("avx2") {
            all.push(("avx2", Many { lanes: 16, run: lanes::x86::avx2 }));
        }
        if super::has_avx512() {
            all.push(("ternary", Many { lanes: 4, run: lanes::x86::ternary }));
            all.push(("avx512", Many { lanes: 16, run: lanes::x86::avx512 }));
        }
    }
    all
}

#[test]
fn one_stream_each_way() {
    for (name, way) in singles() {
        for blocks in [0, 1, 2, 7, 64, 1000] {
            let data = bytes(blocks, blocks as usize * BLOCK);
            let mut state = START;
            (way.0)(&mut state, &data);
            assert_eq!(finish(state, data.len(), way), expected(&data), "{name}, {blocks} blocks");
        }
    }
}

#[test]
fn many_streams_each_way() {
    for (name, way) in manies() {
        for blocks in [1, 2, 33] {
            let data: Vec<Vec<u8>> = (0..MOST as u64).map(|n| bytes(n, blocks * BLOCK)).collect();
            let mut group = Group { state: [[0; MOST]; 4], streams: [data[0].as_ptr(); MOST] };
            for (lane, stream) in data.iter().enumerate() {
                group.set(lane, START);
                group.streams[lane] = stream.as_ptr();
            }
            // SAFETY: so long is each of them, and the processor has what it takes.
            unsafe { (way.run)(&mut group, blocks) };
            for (lane, stream) in data.iter().enumerate().take(way.lanes) {
                let sum = finish(group.get(lane), stream.len(), Single(single::portable));
                assert_eq!(sum, expected(stream), "{name}, lane {lane}, {blocks} blocks");
            }
        }
    }
}

#[test]
fn streams_of_any_lengths_share_the_lanes() {
    let mut random = fastrand::Rng::with_seed(7);
    for count in [1, 2, 3, 5, 16, 17, 40] {
        let data: Vec<Vec<u8>> = (0..count).map(|n| bytes(n, random.usize(..200) * BLOCK)).collect();
        let mut states = vec![START; data.len()];
        let mut parts: Vec<Part<'_>> =
            states.iter_mut().zip(&data).map(|(state, data)| Part { state, blocks: data }).collect();
        together(&mut parts);
        for (state, data) in states.into_iter().zip(&data) {
            assert_eq!(
                finish(state, data.len(), Single(single::portable)),
                expected(data),
                "{count} streams"
            );
        }
    }
}

#[test]
fn threads_hash_together() {
    std::thread::scope(|scope| {
        for thread in 0..24 {
            scope.spawn(move || {
                let mut random = fastrand::Rng::with_seed(thread);
                for round in 0..20 {
                    let data = bytes(thread * 100 + round, random.usize(..3000) * BLOCK);
                    let mut state = START;
                    for piece in data.chunks(random.usize(1..1500) * BLOCK) {
                        hash(&mut state, piece);
                    }
                    assert_eq!(finish(state, data.len(), Single(single::portable)), expected(&data));
                }
            });
        }
    });
}
