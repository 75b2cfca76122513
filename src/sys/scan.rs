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
