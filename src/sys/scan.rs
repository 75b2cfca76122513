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

    /// Does it; must be inlined all the way down to where the registers are used.
    fn run<R: Registers>(self, registers: R) -> Self::Done;
}

/// Does work with the widest registers there are.
#[inline(always)]
pub fn at_best<W: Work>(work: W) -> W::Done {
    #[cfg(target_arch = "x86_64")]
    if let Some(registers) = Avx2::if_any() {
        #[target_feature(enable = "avx2")]
        fn wide<W: Work>(work: W, registers: Avx2) -> W::Done {
            work.run(registers)
        }
        // SAFETY: the processor has what it takes.
        return unsafe { wide(work, registers) };
    }
    // Out of line as well: whoever calls this shall not have room for both.
    #[inline(never)]
    fn usual<W: Work>(work: W) -> W::Done {
        work.run(Usual)
    }
    usual(work)
}

/// Text that is looked through by wide registers, which see as many bytes at once as this.
const WINDOW: usize = 32;

/// Registers of a processor: whoever has a value of such a type has them.
pub trait Registers: Copy {
    /// Which of so many bytes are no plain ASCII of JSON, from the lowest bit on.
    ///
    /// # Safety
    /// They can be read.
    unsafe fn stops(self, at: *const u8) -> u32;

    /// Which of so many bytes are the same here and there.
    ///
    /// # Safety
    /// They can be read, both here and there.
    unsafe fn same(self, here: *const u8, there: *const u8) -> u32;
}

/// What all processors of the kind have.
#[derive(Clone, Copy)]
pub struct Usual;

/// What most of today have, this one too.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy)]
pub struct Avx2(());

#[cfg(target_arch = "x86_64")]
impl Avx2 {
    /// Nothing where the processor has them not.
    #[inline(always)]
    fn if_any() -> Option<Avx2> {
        std::arch::is_x86_feature_detected!("avx2").then_some(Avx2(()))
    }
}

#[cfg(target_arch = "x86_64")]
impl Registers for Avx2 {
    #[inline(always)]
    unsafe fn stops(self, at: *const u8) -> u32 {
        use std::arch::x86_64::*;
        // SAFETY: the caller's for reading; there is no value of this type without AVX2.
        unsafe {
            let block = _mm256_loadu_si256(at.cast());
            let is = |byte: u8| _mm256_cmpeq_epi8(block, _mm256_set1_epi8(byte as i8));
            // As numbers with a sign, bytes beyond ASCII are below all others.
            let low = _mm256_cmpgt_epi8(_mm256_set1_epi8(b' ' as i8), block);
            _mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(is(b'"'), is(b'\\')), low)) as u32
        }
    }

    #[inline(always)]
    unsafe fn same(self, here: *const u8, there: *const u8) -> u32 {
        use std::arch::x86_64::*;
        // SAFETY: as above.
        unsafe {
            let (here, there) = (_mm256_loadu_si256(here.cast()), _mm256_loadu_si256(there.cast()));
            _mm256_movemask_epi8(_mm256_cmpeq_epi8(here, there)) as u32
        }
    }
}

#[cfg(target_arch = "x86_64")]
impl Registers for Usual {
    #[inline(always)]
    unsafe fn stops(self, at: *const u8) -> u32 {
        use std::arch::x86_64::*;
        let half = |i: usize| {
            // SAFETY: the caller's for reading; all processors of this kind have SSE2.
            unsafe {
                let block = _mm_loadu_si128(at.add(i).cast());
                let is = |byte: u8| _mm_cmpeq_epi8(block, _mm_set1_epi8(byte as i8));
                let low = _mm_cmplt_epi8(block, _mm_set1_epi8(b' ' as i8));
                _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(is(b'"'), is(b'\\')), low)) as u32
            }
        };
        half(0) | half(16) << 16
    }

    #[inline(always)]
    unsafe fn same(self, here: *const u8, there: *const u8) -> u32 {
        use std::arch::x86_64::*;
        let half = |i: usize| {
            // SAFETY: as above.
            unsafe {
                let (here, there) =
                    (_mm_loadu_si128(here.add(i).cast()), _mm_loadu_si128(there.add(i).cast()));
                _mm_movemask_epi8(_mm_cmpeq_epi8(here, there)) as u32
            }
        };
        half(0) | half(16) << 16
    }
}

#[cfg(not(target_arch = "x86_64"))]
impl Registers for Usual {
    unsafe fn stops(self, at: *const u8) -> u32 {
        // SAFETY: the caller's.
        let block = unsafe { std::slice::from_raw_parts(at, WINDOW) };
        match plain_until(block, 0) {
            (WINDOW, true) => 0,
            _ => bits(|i| matches!(block[i], b'"' | b'\\' | ..b' ' | 0x80..)),
        }
    }

    unsafe fn same(self, here: *const u8, there: *const u8) -> u32 {
        // SAFETY: the caller's.
        let (here, there) =
            unsafe { (std::slice::from_raw_parts(here, WINDOW), std::slice::from_raw_parts(there, WINDOW)) };
        if here == there { u32::MAX } else { bits(|i| here[i] == there[i]) }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn bits(of: impl Fn(usize) -> bool) -> u32 {
    (0..WINDOW).fold(0, |all, i| all | u32::from(of(i)) << i)
}

/// Text, and how far such registers may go.
#[derive(Clone, Copy)]
pub struct Windows<'a, R> {
    registers: R,
    all: &'a [u8],
    /// The last place from which on there are as many bytes.
    last: usize,
}

impl<'a, R: Registers> Windows<'a, R> {
    /// Nothing for text that is shorter than a register.
    #[inline(always)]
    pub fn new(registers: R, all: &'a [u8]) -> Option<Windows<'a, R>> {
        Some(Windows { registers, all, last: all.len().checked_sub(WINDOW)? })
    }

    /// Where text in JSON that begins at `at` stops being plain ASCII: at a quote, a backslash, a control character, or a
    /// byte beyond ASCII. Nothing when that is too near the end.
    #[inline(always)]
    pub fn plain_until(&self, mut at: usize) -> Option<usize> {
        while at <= self.last {
            // SAFETY: so many bytes are there.
            let stops = unsafe { self.registers.stops(self.all.as_ptr().add(at)) };
            if stops != 0 {
                return Some(at + stops.trailing_zeros() as usize);
            }
            at += WINDOW;
        }
        None
    }

    /// The place behind a needle, if it is short, is at `at`, and that is not too near the end.
    #[inline(always)]
    pub fn behind(&self, needle: &Needle, at: usize) -> Option<usize> {
        if at > self.last {
            return None;
        }
        // SAFETY: so many bytes are there and in the needle.
        let same = unsafe { self.registers.same(self.all.as_ptr().add(at), needle.start.as_ptr()) };
        (same | needle.other == u32::MAX).then_some(at + needle.length as usize)
    }
}

/// A few bytes to be looked for at a place where they mostly are.
#[derive(Debug)]
pub struct Needle {
    start: [u8; WINDOW],
    /// The bits of the bytes that do not count in `start`.
    other: u32,
    length: u32,
    /// All of them, when they do not fit there.
    long: Option<Box<[u8]>>,
}

impl Needle {
    /// These bytes.
    pub fn new(all: &[u8]) -> Needle {
        let mut start = [0; WINDOW];
        let n = all.len().min(WINDOW);
        start[..n].copy_from_slice(&all[..n]);
        let other = u32::MAX.checked_shl(n as u32).unwrap_or(0);
        Needle { start, other, length: n as u32, long: (all.len() > n).then(|| all.into()) }
    }

    /// Whether [`Windows`] can look for them.
    pub fn is_short(&self) -> bool {
        self.long.is_none()
    }

    /// The place behind them, if they are at `at`.
    pub fn behind(&self, all: &[u8], at: usize) -> Option<usize> {
        let here = self.long.as_deref().unwrap_or(&self.start[..self.length as usize]);
        all.get(at..)?.starts_with(here).then_some(at + here.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both ways to do it, as far as the processor has them.
    struct Until<'a>(&'a [u8], usize);

    impl Work for Until<'_> {
        type Done = [Option<usize>; 2];
        #[inline(always)]
        fn run<R: Registers>(self, registers: R) -> Self::Done {
            let wide = Windows::new(registers, self.0).and_then(|w| w.plain_until(self.1));
            let usual = Windows::new(Usual, self.0).and_then(|w| w.plain_until(self.1));
            [wide, usual]
        }
    }

    #[test]
    fn plain_ascii_ends_where_it_ends() {
        for length in 0..100usize {
            for at in 0..=length {
                for from in [0, 1, 7].into_iter().filter(|f| *f <= length) {
                    for end in [b'"', b'\\', 0, 0x1f, b' ', 0x7f, 0x80, 0xff] {
                        let mut all = vec![b'x'; length];
                        if let Some(b) = all.get_mut(at) {
                            *b = end;
                        }
                        // Whole windows are looked at, from where it begins.
                        let seen = (from + (length - from) / WINDOW * WINDOW).max(from);
                        let stops = at >= from && at < seen && !matches!(end, b' ' | 0x7f);
                        let wanted = stops.then_some(at);
                        assert_eq!(at_best(Until(&all, from)), [wanted; 2], "{all:?} from {from}");
                    }
                }
            }
        }
        assert_eq!(at_best(Until(&[b'x'; 40], usize::MAX)), [None; 2]);
        let all: Vec<u8> = (0..=255).collect();
        for at in (0..256).step_by(WINDOW) {
            let odd = bits(|i| matches!(all[at + i], b'"' | b'\\' | ..b' ' | 0x80..));
            // SAFETY: they are there.
            assert_eq!(unsafe { Usual.stops(all[at..].as_ptr()) }, odd);
        }
    }

    struct Behind<'a>(&'a Needle, &'a [u8], usize);

    impl Work for Behind<'_> {
        type Done = [Option<usize>; 3];
        #[inline(always)]
        fn run<R: Registers>(self, registers: R) -> Self::Done {
            let Behind(needle, all, at) = self;
            let slow = needle.behind(all, at);
            let fits = needle.is_short() && at.saturating_add(WINDOW) <= all.len();
            match (Windows::new(registers, all), Windows::new(Usual, all)) {
                (Some(wide), Some(usual)) if fits => {
                    [wide.behind(needle, at), usual.behind(needle, at), slow]
                }
                _ => [slow; 3],
            }
        }
    }

    #[test]
    fn a_needle_is_found_where_it_is_and_nowhere_else() {
        let text: Vec<u8> = (0..100).collect();
        for length in 0..70 {
            let needle = Needle::new(&text[..length]);
            assert_eq!(needle.is_short(), length <= WINDOW);
            for before in [0, 1, 40] {
                for behind in [0, 1, 40] {
                    let mut all = vec![0xff; before];
                    all.extend_from_slice(&text[..length]);
                    all.resize(before + length + behind, 0xff);
                    assert_eq!(at_best(Behind(&needle, &all, before)), [Some(before + length); 3]);
                    assert_eq!(at_best(Behind(&needle, &all, all.len() + 1)), [None; 3]);
                    for wrong in before..before + length {
                        all[wrong] ^= 0x80;
                        assert_eq!(at_best(Behind(&needle, &all, before)), [None; 3], "{length} {wrong}");
                        all[wrong] ^= 0x80;
                    }
                    if let Some(less) =
                        all.len().checked_sub(behind + 1).filter(|l| *l >= before && length > 0)
                    {
                        assert_eq!(at_best(Behind(&needle, &all[..less], before)), [None; 3]);
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
