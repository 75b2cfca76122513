//! Many streams at once, one in each lane of vector registers: what waits in the chain of one stream is time for
//! the others.

use super::State;
use super::steps::{SINES, steps};

/// A register of 32-bit lanes.
///
/// # Safety
/// Every method may ask for instructions that not each processor has; whoever calls them has looked.
pub(super) trait Vector: Copy {
    /// How many streams it holds.
    const LANES: usize;
    /// What one step mixes, by round.
    unsafe fn f(x: Self, y: Self, z: Self) -> Self;
    unsafe fn g(x: Self, y: Self, z: Self) -> Self;
    unsafe fn h(x: Self, y: Self, z: Self) -> Self;
    unsafe fn i(x: Self, y: Self, z: Self) -> Self;
    unsafe fn splat(word: u32) -> Self;
    unsafe fn load(from: *const u32) -> Self;
    unsafe fn store(self, to: *mut u32);
    unsafe fn add(self, other: Self) -> Self;
    /// Rotates to the left by `L`, which is to the right by `R`.
    unsafe fn rotate<const L: i32, const R: i32>(self) -> Self;
    /// The 16 words of the block that lies `offset` bytes on in each stream; lane n of each is of stream n.
    unsafe fn words(streams: *const *const u8, offset: usize) -> [Self; 16];
}

/// Most lanes that any implementation has.
pub(super) const MOST: usize = 16;

/// What an implementation works on.
pub(super) struct Group {
    /// Word by word, not stream by stream.
    pub state: [[u32; MOST]; 4],
    pub streams: [*const u8; MOST],
}

impl Group {
    pub fn get(&self, lane: usize) -> State {
        self.state.map(|words| words[lane])
    }

    pub fn set(&mut self, lane: usize, state: State) {
        for (words, word) in self.state.iter_mut().zip(state) {
            words[lane] = word;
        }
    }
}

/// Hashes `blocks` blocks of each stream, `SETS` registers side by side.
///
/// # Safety
/// The processor has what `V` needs; each of the first `V::LANES * SETS` streams has that many blocks.
#[inline(always)]
unsafe fn run<V: Vector, const SETS: usize>(group: &mut Group, blocks: usize) {
    // No closures here: they would not be compiled for the processor that the caller is compiled for.
    // SAFETY: as this function's own; the groups have at least as many lanes.
    unsafe {
        let mut sum = [[V::splat(0); SETS]; 4];
        for (registers, words) in sum.iter_mut().zip(&group.state) {
            for (s, register) in registers.iter_mut().enumerate() {
                *register = V::load(words.as_ptr().add(s * V::LANES));
            }
        }
        let [mut s0, mut s1, mut s2, mut s3] = sum;
        let mut m = [[V::splat(0); 16]; SETS];
        for block in 0..blocks {
            for (s, words) in m.iter_mut().enumerate() {
                *words = V::words(group.streams.as_ptr().add(s * V::LANES), block * 64);
            }
            let (mut a, mut b, mut c, mut d) = (s0, s1, s2, s3);
            macro_rules! step {
                ($f:ident, $t:ident, $x:ident, $y:ident, $z:ident, $w:literal, $l:literal, $r:literal, $n:tt) => {
                    for s in 0..SETS {
                        let sum =
                            $t[s].add(m[s][$w].add(V::splat(SINES[$n]))).add(V::$f($x[s], $y[s], $z[s]));
                        $t[s] = sum.rotate::<$l, $r>().add($x[s]);
                    }
                };
            }
            steps!(step, a b c d);
            for s in 0..SETS {
                (s0[s], s1[s]) = (s0[s].add(a[s]), s1[s].add(b[s]));
                (s2[s], s3[s]) = (s2[s].add(c[s]), s3[s].add(d[s]));
            }
        }
        for (words, registers) in group.state.iter_mut().zip([s0, s1, s2, s3]) {
            for (s, register) in registers.into_iter().enumerate() {
                register.store(words.as_mut_ptr().add(s * V::LANES));
            }
        }
    }
}

#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) use plain::plain;

#[cfg(any(test, not(target_arch = "x86_64")))]
mod plain {
    use super::{Group, Vector, run};

    /// Four lanes in plain Rust, which compilers turn into what the processor always has, as NEON.
    #[derive(Clone, Copy)]
    struct Plain([u32; 4]);

    impl Plain {
        #[inline(always)]
        fn each(f: impl Fn(usize) -> u32) -> Plain {
            Plain(std::array::from_fn(f))
        }
    }

    impl Vector for Plain {
        const LANES: usize = 4;
        #[inline(always)]
        unsafe fn f(x: Plain, y: Plain, z: Plain) -> Plain {
            Plain::each(|n| z.0[n] ^ (x.0[n] & (y.0[n] ^ z.0[n])))
        }
        #[inline(always)]
        unsafe fn g(x: Plain, y: Plain, z: Plain) -> Plain {
            Plain::each(|n| y.0[n] ^ (z.0[n] & (x.0[n] ^ y.0[n])))
        }
        #[inline(always)]
        unsafe fn h(x: Plain, y: Plain, z: Plain) -> Plain {
            Plain::each(|n| x.0[n] ^ y.0[n] ^ z.0[n])
        }
        #[inline(always)]
        unsafe fn i(x: Plain, y: Plain, z: Plain) -> Plain {
            Plain::each(|n| y.0[n] ^ (x.0[n] | !z.0[n]))
        }
        #[inline(always)]
        unsafe fn splat(word: u32) -> Plain {
            Plain([word; 4])
        }
        #[inline(always)]
        unsafe fn load(from: *const u32) -> Plain {
            // SAFETY: four words lie there.
            Plain(unsafe { from.cast::<[u32; 4]>().read_unaligned() })
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut u32) {
            // SAFETY: four words lie there.
            unsafe { to.cast::<[u32; 4]>().write_unaligned(self.0) }
        }
        #[inline(always)]
        unsafe fn add(self, other: Plain) -> Plain {
            Plain::each(|n| self.0[n].wrapping_add(other.0[n]))
        }
        #[inline(always)]
        unsafe fn rotate<const L: i32, const R: i32>(self) -> Plain {
            Plain::each(|n| self.0[n] << L | self.0[n] >> R)
        }
        #[inline(always)]
        unsafe fn words(streams: *const *const u8, offset: usize) -> [Plain; 16] {
            // SAFETY: there are four streams, and a block in each.
            let blocks: [[u32; 16]; 4] = std::array::from_fn(|n| unsafe {
                (*streams.add(n)).add(offset).cast::<[u32; 16]>().read_unaligned()
            });
            std::array::from_fn(|w| Plain::each(|n| u32::from_le(blocks[n][w])))
        }
    }

    /// Eight streams, for processors of any kind.
    ///
    /// # Safety
    /// As [`run`].
    pub unsafe fn plain(group: &mut Group, blocks: usize) {
        // SAFETY: as this function's own.
        unsafe { run::<Plain, 2>(group, blocks) }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use std::arch::x86_64::*;

    use super::{Group, Vector, run};

    /// Implements [`Vector`] with intrinsics; what is not the same in all is given.
    macro_rules! vector {
        ($name:ident, $register:ty, $lanes:literal, $splat:ident, $load:ident, $store:ident, $add:ident,
            f: |$fx:ident, $fy:ident, $fz:ident| $f:expr,
            g: |$gx:ident, $gy:ident, $gz:ident| $g:expr,
            h: |$hx:ident, $hy:ident, $hz:ident| $h:expr,
            i: |$ix:ident, $iy:ident, $iz:ident| $i:expr,
            rotate: |$v:ident, $l:ident, $r:ident| $rotate:expr,
            words: $words:ident) => {
            #[derive(Clone, Copy)]
            struct $name($register);

            // SAFETY (of all blocks): whoever names the type has looked whether the processor has the instructions.
            impl Vector for $name {
                const LANES: usize = $lanes;
                #[inline(always)]
                unsafe fn f($fx: $name, $fy: $name, $fz: $name) -> $name {
                    let ($fx, $fy, $fz) = ($fx.0, $fy.0, $fz.0);
                    // SAFETY: as said above.
                    $name(unsafe { $f })
                }
                #[inline(always)]
                unsafe fn g($gx: $name, $gy: $name, $gz: $name) -> $name {
                    let ($gx, $gy, $gz) = ($gx.0, $gy.0, $gz.0);
                    // SAFETY: as said above.
                    $name(unsafe { $g })
                }
                #[inline(always)]
                unsafe fn h($hx: $name, $hy: $name, $hz: $name) -> $name {
                    let ($hx, $hy, $hz) = ($hx.0, $hy.0, $hz.0);
                    // SAFETY: as said above.
                    $name(unsafe { $h })
                }
                #[inline(always)]
                unsafe fn i($ix: $name, $iy: $name, $iz: $name) -> $name {
                    let ($ix, $iy, $iz) = ($ix.0, $iy.0, $iz.0);
                    // SAFETY: as said above.
                    $name(unsafe { $i })
                }
                #[inline(always)]
                unsafe fn splat(word: u32) -> $name {
                    // SAFETY: as said above.
                    $name(unsafe { $splat(word as i32) })
                }
                #[inline(always)]
                unsafe fn load(from: *const u32) -> $name {
                    // SAFETY: as said above; as many words lie there.
                    $name(unsafe { $load(from.cast()) })
                }
                #[inline(always)]
                unsafe fn store(self, to: *mut u32) {
                    // SAFETY: as said above; as many words lie there.
                    unsafe { $store(to.cast(), self.0) }
                }
                #[inline(always)]
                unsafe fn add(self, other: $name) -> $name {
                    // SAFETY: as said above.
                    $name(unsafe { $add(self.0, other.0) })
                }
                #[inline(always)]
                unsafe fn rotate<const $l: i32, const $r: i32>(self) -> $name {
                    let $v = self.0;
                    // SAFETY: as said above.
                    $name(unsafe { $rotate })
                }
                #[inline(always)]
                unsafe fn words(streams: *const *const u8, offset: usize) -> [$name; 16] {
                    // SAFETY: as said above; there are as many streams, and a block in each.
                    unsafe { $words(streams, offset) }.map($name)
                }
            }
        };
    }

    vector!(Sse2, __m128i, 4, _mm_set1_epi32, _mm_loadu_si128, _mm_storeu_si128, _mm_add_epi32,
        f: |x, y, z| _mm_xor_si128(z, _mm_and_si128(x, _mm_xor_si128(y, z))),
        g: |x, y, z| _mm_or_si128(_mm_and_si128(z, x), _mm_andnot_si128(z, y)),
        h: |x, y, z| _mm_xor_si128(x, _mm_xor_si128(y, z)),
        i: |x, y, z| _mm_xor_si128(y, _mm_or_si128(x, _mm_xor_si128(z, _mm_set1_epi32(-1)))),
        rotate: |v, L, R| _mm_or_si128(_mm_slli_epi32::<L>(v), _mm_srli_epi32::<R>(v)),
        words: words128);

    vector!(Avx2, __m256i, 8, _mm256_set1_epi32, _mm256_loadu_si256, _mm256_storeu_si256, _mm256_add_epi32,
        f: |x, y, z| _mm256_xor_si256(z, _mm256_and_si256(x, _mm256_xor_si256(y, z))),
        g: |x, y, z| _mm256_or_si256(_mm256_and_si256(z, x), _mm256_andnot_si256(z, y)),
        h: |x, y, z| _mm256_xor_si256(x, _mm256_xor_si256(y, z)),
        i: |x, y, z| _mm256_xor_si256(y, _mm256_or_si256(x, _mm256_xor_si256(z, _mm256_set1_epi32(-1)))),
        rotate: |v, L, R| _mm256_or_si256(_mm256_slli_epi32::<L>(v), _mm256_srli_epi32::<R>(v)),
        words: words256);

    vector!(Ternary128, __m128i, 4, _mm_set1_epi32, _mm_loadu_si128, _mm_storeu_si128, _mm_add_epi32,
        f: |x, y, z| _mm_ternarylogic_epi32::<0xca>(x, y, z),
        g: |x, y, z| _mm_ternarylogic_epi32::<0xe4>(x, y, z),
        h: |x, y, z| _mm_ternarylogic_epi32::<0x96>(x, y, z),
        i: |x, y, z| _mm_ternarylogic_epi32::<0x39>(x, y, z),
        rotate: |v, L, _R| _mm_rol_epi32::<L>(v),
        words: words128);

    vector!(Avx512, __m512i, 16, _mm512_set1_epi32, _mm512_loadu_si512, _mm512_storeu_si512, _mm512_add_epi32,
        f: |x, y, z| _mm512_ternarylogic_epi32::<0xca>(x, y, z),
        g: |x, y, z| _mm512_ternarylogic_epi32::<0xe4>(x, y, z),
        h: |x, y, z| _mm512_ternarylogic_epi32::<0x96>(x, y, z),
        i: |x, y, z| _mm512_ternarylogic_epi32::<0x39>(x, y, z),
        rotate: |v, L, _R| _mm512_rol_epi32::<L>(v),
        words: words512);

    /// Rows of four words each become columns; in wider registers in each 128 bits by themselves.
    macro_rules! columns {
        ($low32:ident, $high32:ident, $low64:ident, $high64:ident, $rows:ident, $first:expr) => {{
            let n = $first;
            let (low01, high01) = ($low32($rows[n], $rows[n + 1]), $high32($rows[n], $rows[n + 1]));
            let (low23, high23) = ($low32($rows[n + 2], $rows[n + 3]), $high32($rows[n + 2], $rows[n + 3]));
            [$low64(low01, low23), $high64(low01, low23), $low64(high01, high23), $high64(high01, high23)]
        }};
    }

    /// The words of four streams.
    ///
    /// # Safety
    /// As [`Vector::words`].
    #[inline(always)]
    unsafe fn words128(streams: *const *const u8, offset: usize) -> [__m128i; 16] {
        // SAFETY: as this function's own.
        unsafe {
            let mut m = [_mm_setzero_si128(); 16];
            for quarter in 0..4 {
                let mut rows = [_mm_setzero_si128(); 4];
                for (n, row) in rows.iter_mut().enumerate() {
                    *row = _mm_loadu_si128((*streams.add(n)).add(offset + 16 * quarter).cast());
                }
                let four = columns!(
                    _mm_unpacklo_epi32,
                    _mm_unpackhi_epi32,
                    _mm_unpacklo_epi64,
                    _mm_unpackhi_epi64,
                    rows,
                    0
                );
                m[4 * quarter..4 * quarter + 4].copy_from_slice(&four);
            }
            m
        }
    }

    /// The words of eight streams, half a block at a time.
    ///
    /// # Safety
    /// As [`Vector::words`].
    #[inline(always)]
    unsafe fn words256(streams: *const *const u8, offset: usize) -> [__m256i; 16] {
        // SAFETY: as this function's own.
        unsafe {
            let mut m = [_mm256_setzero_si256(); 16];
            for half in 0..2 {
                let mut rows = [_mm256_setzero_si256(); 8];
                for (n, row) in rows.iter_mut().enumerate() {
                    *row = _mm256_loadu_si256((*streams.add(n)).add(offset + 32 * half).cast());
                }
                macro_rules! four {
                    ($n:expr) => {
                        columns!(
                            _mm256_unpacklo_epi32,
                            _mm256_unpackhi_epi32,
                            _mm256_unpacklo_epi64,
                            _mm256_unpackhi_epi64,
                            rows,
                            $n
                        )
                    };
                }
                // Four streams each: words 0 to 3 in the lower halves of the registers, 4 to 7 in the upper ones.
                let (first, second) = (four!(0), four!(4));
                for word in 0..4 {
                    m[8 * half + word] = _mm256_permute2x128_si256::<0x20>(first[word], second[word]);
                    m[8 * half + 4 + word] = _mm256_permute2x128_si256::<0x31>(first[word], second[word]);
                }
            }
            m
        }
    }

    /// The words of sixteen streams, a whole block at a time.
    ///
    /// # Safety
    /// As [`Vector::words`].
    #[inline(always)]
    unsafe fn words512(streams: *const *const u8, offset: usize) -> [__m512i; 16] {
        // SAFETY: as this function's own.
        unsafe {
            let mut rows = [_mm512_setzero_si512(); 16];
            for (n, row) in rows.iter_mut().enumerate() {
                *row = _mm512_loadu_si512((*streams.add(n)).add(offset).cast());
            }
            macro_rules! four {
                ($n:expr) => {
                    columns!(
                        _mm512_unpacklo_epi32,
                        _mm512_unpackhi_epi32,
                        _mm512_unpacklo_epi64,
                        _mm512_unpackhi_epi64,
                        rows,
                        $n
                    )
                };
            }
            // Four streams each: words w, w + 4, w + 8 and w + 12 in the quarters of register w.
            let (q0, q1, q2, q3) = (four!(0), four!(4), four!(8), four!(12));
            let mut m = [_mm512_setzero_si512(); 16];
            for word in 0..4 {
                // Quarters 0 and 2, and 1 and 3, of two registers each.
                let even01 = _mm512_shuffle_i32x4::<0x88>(q0[word], q1[word]);
                let even23 = _mm512_shuffle_i32x4::<0x88>(q2[word], q3[word]);
                let odd01 = _mm512_shuffle_i32x4::<0xdd>(q0[word], q1[word]);
                let odd23 = _mm512_shuffle_i32x4::<0xdd>(q2[word], q3[word]);
                m[word] = _mm512_shuffle_i32x4::<0x88>(even01, even23);
                m[8 + word] = _mm512_shuffle_i32x4::<0xdd>(even01, even23);
                m[4 + word] = _mm512_shuffle_i32x4::<0x88>(odd01, odd23);
                m[12 + word] = _mm512_shuffle_i32x4::<0xdd>(odd01, odd23);
            }
            m
        }
    }

    /// Eight streams; every x86-64 has what it takes.
    ///
    /// # Safety
    /// As [`run`].
    #[target_feature(enable = "sse2")]
    pub unsafe fn sse2(group: &mut Group, blocks: usize) {
        // SAFETY: as this function's own.
        unsafe { run::<Sse2, 2>(group, blocks) }
    }

    /// Sixteen streams.
    ///
    /// # Safety
    /// As [`run`]; the processor has AVX2.
    #[target_feature(enable = "avx2")]
    pub unsafe fn avx2(group: &mut Group, blocks: usize) {
        // SAFETY: as this function's own.
        unsafe { run::<Avx2, 2>(group, blocks) }
    }

    /// Four streams.
    ///
    /// # Safety
    /// As [`run`]; the processor has AVX-512 F and VL.
    #[target_feature(enable = "avx512f,avx512vl")]
    pub unsafe fn ternary(group: &mut Group, blocks: usize) {
        // SAFETY: as this function's own.
        unsafe { run::<Ternary128, 1>(group, blocks) }
    }

    /// Sixteen streams.
    ///
    /// # Safety
    /// As [`run`]; the processor has AVX-512 F and VL.
    #[target_feature(enable = "avx512f,avx512vl")]
    pub unsafe fn avx512(group: &mut Group, blocks: usize) {
        // SAFETY: as this function's own.
        unsafe { run::<Avx512, 1>(group, blocks) }
    }
}
