//! Looking for the ends of lines, and for what has no place in them, many bytes at once.

/// So many bytes are looked at together.
const WINDOW: usize = 64;

/// A line of text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Where it begins.
    pub start: usize,
    /// Where its line feed stands.
    pub end: usize,
    /// It holds no control characters but tabs, and a carriage return at its end.
    pub clean: bool,
}

/// The lines of a text, one after the other, as far as their ends are there.
pub struct Lines<'a> {
    all: &'a [u8],
    /// Where the next line begins.
    at: usize,
    /// Which bytes of the window at hand are control characters that were not seen yet, from the lowest bit on; and where
    /// the window after it begins.
    controls: u64,
    next: usize,
}

impl<'a> Lines<'a> {
    /// From the beginning of a text on.
    #[inline]
    pub fn new(all: &'a [u8]) -> Lines<'a> {
        Lines { all, at: 0, controls: 0, next: 0 }
    }

    /// Where the next line begins.
    #[inline]
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes on to the next window, if there is any.
    #[inline]
    fn look(&mut self) -> Option<()> {
        let rest = self.all.get(self.next..).filter(|rest| !rest.is_empty())?;
        self.controls = match rest.first_chunk() {
            Some(window) => controls(window),
            None => controls(&filled(rest, b' ')),
        };
        self.next += WINDOW;
        Some(())
    }
}

impl Iterator for Lines<'_> {
    type Item = Line;

    #[inline]
    fn next(&mut self) -> Option<Line> {
        let mut clean = true;
        loop {
            while self.controls == 0 {
                self.look()?;
            }
            let here = self.next - WINDOW + self.controls.trailing_zeros() as usize;
            self.controls &= self.controls - 1;
            match self.all[here] {
                b'\n' => {
                    let start = std::mem::replace(&mut self.at, here + 1);
                    return Some(Line { start, end: here, clean });
                }
                b'\r' if self.all.get(here + 1) == Some(&b'\n') => {}
                b'\t' => {}
                _ => clean = false,
            }
        }
    }
}

/// How many control characters there are.
pub fn count_controls(all: &[u8]) -> usize {
    let (windows, rest) = all.as_chunks();
    let count = |window| controls(window).count_ones() as usize;
    windows.iter().map(count).sum::<usize>() + count(&filled(rest, b' '))
}

/// Whether all of it is ASCII that can be seen.
pub fn is_graphic(all: &[u8]) -> bool {
    let (windows, rest) = all.as_chunks();
    windows.iter().all(|window| others(window) == 0) && others(&filled(rest, b'x')) == 0
}

/// A window that begins with `rest`, which is shorter.
fn filled(rest: &[u8], with: u8) -> [u8; WINDOW] {
    let mut window = [with; WINDOW];
    window[..rest.len()].copy_from_slice(rest);
    window
}

/// Puts the ASCII letters, digits and dashes that text begins with in lower case, as far as it can be looked at sixteen at
/// once: how many these are.
#[cfg(target_arch = "x86_64")]
#[inline]
pub fn lower_name(text: &mut [u8]) -> usize {
    use std::arch::x86_64::*;
    let mut length = 0;
    while let Some(block) = text.get_mut(length..length + 16) {
        // SAFETY: sixteen bytes are there, and all processors of this kind have SSE2.
        let n = unsafe {
            let all = _mm_loadu_si128(block.as_ptr().cast());
            // What is wanted is moved to where the lowest signed numbers are.
            let within = |block, first: u8, count: u8| {
                let moved = _mm_add_epi8(block, _mm_set1_epi8(0x80_u8.wrapping_sub(first) as i8));
                _mm_cmplt_epi8(moved, _mm_set1_epi8((0x80 + count) as i8))
            };
            let upper = _mm_and_si128(within(all, b'A', 26), _mm_set1_epi8(0x20));
            let lower = _mm_or_si128(all, upper);
            let others = _mm_or_si128(within(all, b'0', 10), _mm_cmpeq_epi8(all, _mm_set1_epi8(b'-' as i8)));
            let wanted = _mm_or_si128(within(lower, b'a', 26), others);
            let n = (!_mm_movemask_epi8(wanted) as u16).trailing_zeros();
            let order = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            let upper = _mm_and_si128(upper, _mm_cmplt_epi8(order, _mm_set1_epi8(n as i8)));
            _mm_storeu_si128(block.as_mut_ptr().cast(), _mm_or_si128(all, upper));
            n as usize
        };
        length += n;
        if n < 16 {
            break;
        }
    }
    length
}

/// Elsewhere it is left to the caller.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub fn lower_name(_text: &mut [u8]) -> usize {
    0
}

/// Whether a byte has no place in the value of a field: a control character, but for tabs.
pub fn is_odd(b: u8) -> bool {
    b.is_ascii_control() && b != b'\t'
}

/// Which of so many bytes are control characters, from the lowest bit on.
#[cfg(target_arch = "x86_64")]
#[inline]
fn controls(window: &[u8; WINDOW]) -> u64 {
    use std::arch::x86_64::*;
    marks(window, |block| {
        // SAFETY: all processors of this kind have SSE2.
        unsafe {
            let low = _mm_cmpeq_epi8(_mm_min_epu8(block, _mm_set1_epi8(0x1f)), block);
            _mm_or_si128(low, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f)))
        }
    })
}

/// Which of them are not ASCII that can be seen.
#[cfg(target_arch = "x86_64")]
#[inline]
fn others(window: &[u8; WINDOW]) -> u64 {
    use std::arch::x86_64::*;
    marks(window, |block| {
        // SAFETY: all processors of this kind have SSE2. What is beyond ASCII is below zero here.
        unsafe {
            let low = _mm_cmplt_epi8(block, _mm_set1_epi8(b'!' as i8));
            _mm_or_si128(low, _mm_cmpeq_epi8(block, _mm_set1_epi8(0x7f)))
        }
    })
}

#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn marks(
    window: &[u8; WINDOW],
    wanted: impl Fn(std::arch::x86_64::__m128i) -> std::arch::x86_64::__m128i,
) -> u64 {
    use std::arch::x86_64::*;
    let blocks = window.as_chunks::<16>().0.iter().enumerate();
    blocks.fold(0, |marks, (n, block)| {
        // SAFETY: sixteen bytes are there, and all processors of this kind have SSE2.
        let marked = unsafe { _mm_movemask_epi8(wanted(_mm_loadu_si128(block.as_ptr().cast()))) };
        marks | (u64::from(marked as u16) << (16 * n))
    })
}

#[cfg(not(target_arch = "x86_64"))]
use by_one::{controls, others};

/// The same byte by byte.
#[cfg(any(test, not(target_arch = "x86_64")))]
mod by_one {
    use super::WINDOW;

    fn marks(window: &[u8; WINDOW], wanted: impl Fn(&u8) -> bool) -> u64 {
        window.iter().enumerate().fold(0, |marks, (n, b)| marks | (u64::from(wanted(b)) << n))
    }

    pub fn controls(window: &[u8; WINDOW]) -> u64 {
        marks(window, u8::is_ascii_control)
    }

    pub fn others(window: &[u8; WINDOW]) -> u64 {
        marks(window, |b| !b.is_ascii_graphic())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_where_they_end_and_are_clean_when_they_are() {
        for length in 0..140usize {
            for odd in [b'x', b'\t', b'\r', 0, 0x1f, 0x7f, 0x80] {
                for at in (0..=length).filter(|at| length < 20 || at % 16 < 2 || at % 16 > 13) {
                    let mut all = vec![b'a'; length];
                    if let Some(b) = all.get_mut(at) {
                        *b = odd;
                    }
                    assert_eq!(Lines::new(&all).next(), None);
                    let last = odd == b'\r' && at + 1 == length;
                    let clean = at == length || last || !matches!(odd, b'\r' | 0 | 0x1f | 0x7f);
                    all.extend_from_slice(b"\nnext\0\n\r\n0123456789abcdef");
                    let mut lines = Lines::new(&all);
                    assert_eq!(lines.next(), Some(Line { start: 0, end: length, clean }), "{all:?}");
                    let (start, end) = (length + 1, length + 6);
                    assert_eq!(lines.next(), Some(Line { start, end, clean: false }));
                    assert_eq!(lines.next(), Some(Line { start: end + 1, end: end + 2, clean: true }));
                    assert_eq!((lines.next(), lines.at()), (None, end + 3));
                }
            }
        }
    }

    #[test]
    fn names_are_put_in_lower_case_up_to_their_end() {
        let is_name = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        for end in (0..=255).filter(|b| !is_name(*b)) {
            for length in 0..40 {
                let name: Vec<u8> =
                    (0..255).filter(|b| is_name(*b)).cycle().skip(length * 7).take(length).collect();
                let mut text = [&name[..], &[end], b"VALUE of 24 bytes, ABCDE"].concat();
                let lowered = lower_name(&mut text);
                if cfg!(target_arch = "x86_64") {
                    assert_eq!(lowered, length);
                }
                assert_eq!(text[..lowered], name[..lowered].to_ascii_lowercase());
                assert_eq!(text[length..], [&[end], &b"VALUE of 24 bytes, ABCDE"[..]].concat());
            }
        }
        let mut short = *b"Short-Name:1";
        assert!(lower_name(&mut short) == 0 && short == *b"Short-Name:1");
    }

    #[test]
    fn control_characters_are_told_from_others_and_counted() {
        let all: Vec<u8> = (0..=255).collect();
        for from in 0..WINDOW {
            let (windows, _) = all[from..].as_chunks();
            for window in windows {
                assert_eq!(controls(window), by_one::controls(window));
                assert_eq!(others(window), by_one::others(window));
            }
            let wanted = all[from..].iter().filter(|b| b.is_ascii_control()).count();
            assert_eq!(count_controls(&all[from..]), wanted);
            for to in from..=all.len() {
                assert_eq!(is_graphic(&all[from..to]), all[from..to].iter().all(u8::is_ascii_graphic));
            }
        }
        assert_eq!(count_controls(b""), 0);
    }
}
