//! Looking through text many bytes at once.

/// Where text in JSON that begins at `at` stops being plain: at a quote, a backslash, or what has no place there; the
/// length of all when it does not. And whether only ASCII was passed.
pub fn plain_until(all: &[u8], at: usize) -> (usize, bool) {
    let (at, ascii) = by_sixteen(all, at);
    let ends = |b: &u8| matches!(b, b'"' | b'\\' | ..b' ');
    let rest = all.get(at..).unwrap_or_default();
    // Only at the end of all, or where one is near.
    let length = rest.iter().position(ends).unwrap_or(rest.len());
    (at + length, ascii && rest[..length].is_ascii())
}

/// How far blocks of sixteen bytes are passed, or where in one of them the end lies.
#[cfg(target_arch = "x86_64")]
#[inline]
fn by_sixteen(all: &[u8], mut at: usize) -> (usize, bool) {
    use std::arch::x86_64::*;
    let mut beyond = 0;
    while let Some(block) = all.get(at..at + 16) {
        // SAFETY: sixteen bytes are there, and all processors of this kind have SSE2.
        let (stops, high) = unsafe {
            let block = _mm_loadu_si128(block.as_ptr().cast());
            let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte as i8));
            let control = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
            let stops = _mm_or_si128(_mm_or_si128(is(b'"'), is(b'\\')), control);
            (_mm_movemask_epi8(stops) as u32, _mm_movemask_epi8(block) as u32)
        };
        if stops != 0 {
            let n = stops.trailing_zeros();
            beyond |= high & ((1 << n) - 1);
            return (at + n as usize, beyond == 0);
        }
        beyond |= high;
        at += 16;
    }
    (at, beyond == 0)
}

/// The same by eight.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
fn by_sixteen(all: &[u8], at: usize) -> (usize, bool) {
    by_eight(all, at)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn by_eight(all: &[u8], mut at: usize) -> (usize, bool) {
    const ONES: u64 = u64::MAX / 255;
    const TOPS: u64 = ONES << 7;
    // The lowest byte that is marked is right; those above it need not be.
    let below = |word: u64, limit: u8| word.wrapping_sub(ONES * u64::from(limit)) & !word & TOPS;
    let mut beyond = 0;
    while let Some(Ok(eight)) = all.get(at..at + 8).map(<[u8; 8]>::try_from) {
        let word = u64::from_le_bytes(eight);
        let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
        let stops = is(b'"') | is(b'\\') | below(word, b' ');
        if stops != 0 {
            let n = stops.trailing_zeros() / 8;
            beyond |= word & TOPS & ((1 << (8 * n)) - 1);
            return (at + n as usize, beyond == 0);
        }
        beyond |= word & TOPS;
        at += 8;
    }
    (at, beyond == 0)
}

/// Work that can be done with wider registers where the processor has them.
pub trait Work {
    /// What comes of it.
    type Done;

    /// Does it; must be inlined all the way down to where `WIDE` matters.
    fn run<const WIDE: bool>(self) -> Self::Done;
}

/// Does work with the widest registers there are.
#[inline(always)]
pub fn at_best<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[target_feature(enable = "avx2")]
        fn wide<W: Work>(work: W) -> W::Done {
            work.run::<true>()
        }
        // SAFETY: the processor has what it takes.
        return unsafe { wide(work) };
    }
    work.run::<false>()
}

/// Whether `N` bytes are there from `at` on.
#[inline(always)]
fn is_within<const N: usize>(all: &[u8], at: usize) -> bool {
    // Nothing in memory is so long that this goes astray.
    at as isize <= all.len() as isize - N as isize && at as isize >= 0
}

/// Where text in JSON that begins at `at` stops being plain ASCII: at a quote, a backslash, a control character, or a
/// byte beyond ASCII; the length of all when it does not. `WIDE` is for [`Work`] alone.
#[inline(always)]
pub fn ascii_until<const WIDE: bool>(all: &[u8], mut at: usize) -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::*;
        // As numbers with a sign, bytes beyond ASCII are below all others.
        if WIDE {
            while is_within::<32>(all, at) {
                // SAFETY: 32 bytes are there, and who says WIDE has AVX2.
                let stops = unsafe {
                    let block = _mm256_loadu_si256(all.as_ptr().add(at).cast());
                    let is = |byte: u8| _mm256_cmpeq_epi8(block, _mm256_set1_epi8(byte as i8));
                    let low = _mm256_cmpgt_epi8(_mm256_set1_epi8(b' ' as i8), block);
                    _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(is(b'"'), is(b'\\')), low)) as u32
                };
                if stops != 0 {
                    return at + stops.trailing_zeros() as usize;
                }
                at += 32;
            }
        } else {
            while is_within::<16>(all, at) {
                // SAFETY: sixteen bytes are there, and all processors of this kind have SSE2.
                let stops = unsafe {
                    let block = _mm_loadu_si128(all.as_ptr().add(at).cast());
                    let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte as i8));
                    let low = _mm_cmplt_epi8(block, _mm_set1_epi8(b' ' as i8));
                    _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(is(b'"'), is(b'\\')), low)) as u32
                };
                if stops != 0 {
                    return at + stops.trailing_zeros() as usize;
                }
                at += 16;
            }
        }
    }
    ascii_by_one(all, at)
}

/// The same for the end of all.
fn ascii_by_one(all: &[u8], at: usize) -> usize {
    let stops = |b: &u8| matches!(b, b'"' | b'\\' | ..b' ' | 0x80..);
    let rest = all.get(at..).unwrap_or_default();
    at + rest.iter().position(stops).unwrap_or(rest.len())
}

/// A few bytes to be looked for at a place where they mostly are.
#[derive(Debug)]
pub struct Needle {
    start: [u8; Needle::SHORT],
    /// The bits of the bytes that do not count in `start`.
    other: u32,
    length: u32,
    /// All of them, when they do not fit there.
    long: Option<Box<[u8]>>,
}

impl Needle {
    /// Up to this length they are compared in one go.
    const SHORT: usize = 32;

    /// These bytes.
    pub fn new(all: &[u8]) -> Needle {
        let mut start = [0; Self::SHORT];
        let n = all.len().min(Self::SHORT);
        start[..n].copy_from_slice(&all[..n]);
        let other = u32::MAX.checked_shl(n as u32).unwrap_or(0);
        Needle { start, other, length: n as u32, long: (all.len() > n).then(|| all.into()) }
    }

    /// The place behind them, if they are at `at`. `WIDE` is for [`Work`] alone.
    #[inline(always)]
    pub fn behind<const WIDE: bool>(&self, all: &[u8], at: usize) -> Option<usize> {
        #[cfg(target_arch = "x86_64")]
        if is_within::<{ Self::SHORT }>(all, at) && self.long.is_none() {
            use std::arch::x86_64::*;
            // SAFETY: 32 bytes are there on both sides; who says WIDE has AVX2, and all of this kind have SSE2.
            let same = unsafe {
                let (there, here) = (all.as_ptr().add(at), self.start.as_ptr());
                if WIDE {
                    let there = _mm256_loadu_si256(there.cast());
                    _mm256_movemask_epi8(_mm256_cmpeq_epi8(there, _mm256_loadu_si256(here.cast()))) as u32
                } else {
                    let equal = |i: usize| {
                        let there = _mm_loadu_si128(there.add(i).cast());
                        _mm_movemask_epi8(_mm_cmpeq_epi8(there, _mm_loadu_si128(here.add(i).cast()))) as u32
                    };
                    equal(0) | equal(16) << 16
                }
            };
            return (same | self.other == u32::MAX).then_some(at + self.length as usize);
        }
        self.behind_any(all, at)
    }

    /// The same for what is long, or near the end.
    fn behind_any(&self, all: &[u8], at: usize) -> Option<usize> {
        let here = self.long.as_deref().unwrap_or(&self.start[..self.length as usize]);
        all.get(at..)?.starts_with(here).then_some(at + here.len())
    }
}

/// Where the line that begins at `at` ends, at its line feed; `None` when that has not come. And whether the line holds
/// no control characters but tabs, and a carriage return at its end.
pub fn line_end(all: &[u8], at: usize) -> Option<(usize, bool)> {
    let (mut end, mut controls) = (at, 0);
    #[cfg(target_arch = "x86_64")]
    while let Some(block) = all.get(end..end + 16) {
        use std::arch::x86_64::*;
        // SAFETY: sixteen bytes are there, and all processors of this kind have SSE2.
        let (feeds, odd) = unsafe {
            let block = _mm_loadu_si128(block.as_ptr().cast());
            let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte as i8));
            let low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
            let odd = _mm_or_si128(_mm_andnot_si128(is(b'\t'), low), is(0x7f));
            (_mm_movemask_epi8(is(b'\n')) as u32, _mm_movemask_epi8(odd) as u32)
        };
        if feeds != 0 {
            let n = feeds.trailing_zeros();
            controls += (odd & ((1 << n) - 1)).count_ones();
            return Some(judged(all, at, end + n as usize, controls));
        }
        controls += odd.count_ones();
        end += 16;
    }
    let rest = all.get(end..)?;
    let length = rest.iter().position(|b| *b == b'\n')?;
    controls += rest[..length].iter().filter(|b| is_odd(**b)).count() as u32;
    Some(judged(all, at, end + length, controls))
}

fn is_odd(b: u8) -> bool {
    (b < b' ' && b != b'\t') || b == 0x7f
}

/// `controls` counts the carriage return at the end too, if there is one.
fn judged(all: &[u8], at: usize, end: usize, controls: u32) -> (usize, bool) {
    let returns = end > at && all[end - 1] == b'\r';
    (end, controls == u32::from(returns))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_they_end_and_are_clean_when_they_are() {
        for length in 0..40usize {
            for odd in [b'x', b'\t', b'\r', 0, 0x1f, 0x7f, 0x80] {
                for at in 0..=length {
                    for from in [0, 1, 9].into_iter().filter(|f| *f <= length) {
                        let mut all = vec![b'a'; length];
                        if let Some(b) = all.get_mut(at) {
                            *b = odd;
                        }
                        assert_eq!(line_end(&all, from), None);
                        let seen = at >= from && at < length;
                        let last = odd == b'\r' && at + 1 == length;
                        let clean = !seen || last || !matches!(odd, b'\r' | 0 | 0x1f | 0x7f);
                        all.extend_from_slice(b"\nnext\0\n0123456789abcdef");
                        assert_eq!(line_end(&all, from), Some((length, clean)), "{all:?} from {from}");
                    }
                }
            }
        }
    }

    /// Both ways to do it, as far as the processor has them.
    struct Until<'a>(&'a [u8], usize, bool);

    impl Work for Until<'_> {
        type Done = usize;
        #[inline(always)]
        fn run<const WIDE: bool>(self) -> usize {
            if self.2 { ascii_until::<WIDE>(self.0, self.1) } else { ascii_until::<false>(self.0, self.1) }
        }
    }

    #[test]
    fn plain_ascii_ends_where_it_ends() {
        for length in 0..80usize {
            for at in 0..=length {
                for from in [0, 1, 7].into_iter().filter(|f| *f <= length) {
                    for end in [b'"', b'\\', 0, 0x1f, b' ', 0x7f, 0x80, 0xff] {
                        let mut all = vec![b'x'; length];
                        if let Some(b) = all.get_mut(at) {
                            *b = end;
                        }
                        let stops = at >= from && !matches!(end, b' ' | 0x7f);
                        let wanted = if stops { at } else { length };
                        assert_eq!(at_best(Until(&all, from, true)), wanted, "{all:?} from {from}");
                        assert_eq!(at_best(Until(&all, from, false)), wanted, "{all:?} from {from}");
                    }
                }
            }
        }
        assert_eq!(ascii_until::<false>(b"abc", 7), 7);
    }

    struct Behind<'a>(&'a Needle, &'a [u8], usize);

    impl Work for Behind<'_> {
        type Done = [Option<usize>; 2];
        #[inline(always)]
        fn run<const WIDE: bool>(self) -> Self::Done {
            let Behind(needle, all, at) = self;
            [needle.behind::<WIDE>(all, at), needle.behind::<false>(all, at)]
        }
    }

    #[test]
    fn a_needle_is_found_where_it_is_and_nowhere_else() {
        let text: Vec<u8> = (0..100).collect();
        for length in 0..70 {
            let needle = Needle::new(&text[..length]);
            for before in [0, 1, 40] {
                for behind in [0, 1, 40] {
                    let mut all = vec![0xff; before];
                    all.extend_from_slice(&text[..length]);
                    all.resize(before + length + behind, 0xff);
                    assert_eq!(at_best(Behind(&needle, &all, before)), [Some(before + length); 2]);
                    assert_eq!(at_best(Behind(&needle, &all, all.len() + 1)), [None; 2]);
                    for wrong in before..before + length {
                        all[wrong] ^= 0x80;
                        assert_eq!(at_best(Behind(&needle, &all, before)), [None; 2], "{length} {wrong}");
                        all[wrong] ^= 0x80;
                    }
                    if let Some(less) =
                        all.len().checked_sub(behind + 1).filter(|l| *l >= before && length > 0)
                    {
                        assert_eq!(at_best(Behind(&needle, &all[..less], before)), [None; 2]);
                    }
                }
            }
        }
    }

    #[test]
    fn every_end_is_found_at_every_place() {
        let slow = |all: &[u8], from: usize| {
            let end = all[from..].iter().position(|b| matches!(b, b'"' | b'\\' | ..b' '));
            let end = end.map_or(all.len(), |n| from + n);
            (end, all[from..end].is_ascii())
        };
        for length in 0..40 {
            for at in 0..=length {
                for from in [0, 1, 7].into_iter().filter(|f| *f <= length) {
                    for end in [b'"', b'\\', 0, 0x1f, b' ', 0x7f, 0x80, 0xff] {
                        for other in [b'x', 0xc3] {
                            let mut all = vec![other; length];
                            if let Some(b) = all.get_mut(at) {
                                *b = end;
                            }
                            assert_eq!(plain_until(&all, from), slow(&all, from), "{all:?}");
                            let (n, ascii) = by_eight(&all, from);
                            let whole = slow(&all, from);
                            assert!((n, ascii) == whole || (n <= whole.0 && all.len() - n < 8), "{all:?}");
                        }
                    }
                }
            }
        }
    }
}
