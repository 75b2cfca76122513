//! One stream. What bounds it is the chain from each step to the next, so all that matters is how few cycles of a
//! step are in that chain.

use super::State;
use super::steps::{SINES, steps};

/// In plain Rust, for processors of any kind.
#[cfg(any(test, not(target_arch = "x86_64")))]
pub(super) fn portable(state: &mut State, blocks: &[u8]) {
    for block in blocks.as_chunks::<64>().0 {
        let mut m = [0; 16];
        for (word, bytes) in m.iter_mut().zip(block.as_chunks::<4>().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let [mut a, mut b, mut c, mut d] = *state;
        macro_rules! step {
            ($f:ident, $t:ident, $x:ident, $y:ident, $z:ident, $w:literal, $l:literal, $r:literal, $n:tt) => {
                $t = $t
                    .wrapping_add(m[$w])
                    .wrapping_add(SINES[$n])
                    .wrapping_add(mix!($f, $x, $y, $z))
                    .rotate_left($l)
                    .wrapping_add($x)
            };
        }
        macro_rules! mix {
            (f, $x:ident, $y:ident, $z:ident) => {
                $z ^ ($x & ($y ^ $z))
            };
            (g, $x:ident, $y:ident, $z:ident) => {
                // The halves have no bit in common, and the one without $x is ready early.
                (!$z & $y).wrapping_add($z & $x)
            };
            (h, $x:ident, $y:ident, $z:ident) => {
                ($y ^ $z) ^ $x
            };
            (i, $x:ident, $y:ident, $z:ident) => {
                $y ^ ($x | !$z)
            };
        }
        steps!(step, a b c d);
        for (word, new) in state.iter_mut().zip([a, b, c, d]) {
            *word = word.wrapping_add(new);
        }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use std::arch::asm;

    use super::{SINES, State, steps};

    /// With the instructions in an order that the compiler does not find: what comes from the step before is used as
    /// late as can be.
    pub fn scalar(state: &mut State, blocks: &[u8]) {
        for block in blocks.as_chunks::<64>().0 {
            let at = block.as_ptr();
            let [mut a, mut b, mut c, mut d] = *state;
            macro_rules! step {
                ($f:ident, $t:ident, $x:ident, $y:ident, $z:ident, $w:literal, $l:literal, $r:literal, $n:tt) => {
                    mix!($f, $t, $x, $y, $z, $w, $l, $n)
                };
            }
            macro_rules! emit {
                ($t:ident, $x:ident, $y:ident, $z:ident, $w:literal, $l:literal, $n:tt, $($line:literal),*) => {
                    // SAFETY: reads one word of the block, which is 64 bytes; touches nothing else.
                    unsafe {
                        asm!(
                            "add {t:e}, {sine}",
                            "add {t:e}, dword ptr [{at} + {word}]",
                            $($line,)*
                            "rol {t:e}, {left}",
                            "add {t:e}, {x:e}",
                            t = inout(reg) $t, x = in(reg) $x, y = in(reg) $y, z = in(reg) $z, at = in(reg) at,
                            u = out(reg) _, v = out(reg) _,
                            sine = const SINES[$n] as i32, word = const $w * 4, left = const $l,
                            options(pure, readonly, nostack),
                        )
                    }
                };
            }
            macro_rules! mix {
                (f, $($operands:tt),*) => {
                    emit!($($operands),*, "mov {u:e}, {y:e}", "xor {u:e}, {z:e}", "and {u:e}, {x:e}",
                        "xor {u:e}, {z:e}", "add {t:e}, {u:e}", "/* {v} */")
                };
                (g, $($operands:tt),*) => {
                    emit!($($operands),*, "mov {u:e}, {z:e}", "mov {v:e}, {z:e}", "not {u:e}",
                        "and {u:e}, {y:e}", "and {v:e}, {x:e}", "add {t:e}, {u:e}", "add {t:e}, {v:e}")
                };
                (h, $($operands:tt),*) => {
                    emit!($($operands),*, "mov {u:e}, {y:e}", "xor {u:e}, {z:e}", "xor {u:e}, {x:e}",
                        "add {t:e}, {u:e}", "/* {v} */")
                };
                (i, $($operands:tt),*) => {
                    emit!($($operands),*, "mov {u:e}, {z:e}", "not {u:e}", "or {u:e}, {x:e}",
                        "xor {u:e}, {y:e}", "add {t:e}, {u:e}", "/* {v} */")
                };
            }
            steps!(step, a b c d);
            for (word, new) in state.iter_mut().zip([a, b, c, d]) {
                *word = word.wrapping_add(new);
            }
        }
    }

    /// In the lowest lane of vector registers: any function of three operands is one instruction there, and so is a
    /// rotation, which leaves four cycles in the chain of a step.
    ///
    /// # Safety
    /// The processor has AVX-512 F and VL.
    #[target_feature(enable = "avx512f,avx512vl")]
    pub unsafe fn ternary(state: &mut State, blocks: &[u8]) {
        use std::arch::x86_64::{_mm_add_epi32, _mm_cvtsi32_si128, _mm_cvtsi128_si32};
        static TABLE: [u32; 64] = SINES;
        let sines = TABLE.as_ptr();
        let [mut s0, mut s1, mut s2, mut s3] = state.map(|word| _mm_cvtsi32_si128(word as i32));
        for block in blocks.as_chunks::<64>().0 {
            let at = block.as_ptr();
            let (mut a, mut b, mut c, mut d) = (s0, s1, s2, s3);
            macro_rules! step {
                (f, $($rest:tt)*) => { emit!("0xca", $($rest)*) };
                (g, $($rest:tt)*) => { emit!("0xe4", $($rest)*) };
                (h, $($rest:tt)*) => { emit!("0x96", $($rest)*) };
                (i, $($rest:tt)*) => { emit!("0x39", $($rest)*) };
            }
            macro_rules! emit {
                ($table:literal, $t:ident, $x:ident, $y:ident, $z:ident, $w:literal, $l:literal, $r:literal, $n:tt) => {
                    // SAFETY: reads one word of the block and one of the table; touches nothing else.
                    unsafe {
                        asm!(
                            "vmovd {u}, dword ptr [{at} + {word}]",
                            "vmovd {v}, dword ptr [{sines} + {number}]",
                            "vpaddd {u}, {u}, {v}",
                            "vpaddd {t}, {t}, {u}",
                            "vmovdqa {v}, {x}",
                            concat!("vpternlogd {v}, {y}, {z}, ", $table),
                            "vpaddd {t}, {t}, {v}",
                            "vprold {t}, {t}, {left}",
                            "vpaddd {t}, {t}, {x}",
                            t = inout(xmm_reg) $t, x = in(xmm_reg) $x, y = in(xmm_reg) $y, z = in(xmm_reg) $z,
                            u = out(xmm_reg) _, v = out(xmm_reg) _, at = in(reg) at, sines = in(reg) sines,
                            word = const $w * 4, number = const $n * 4, left = const $l,
                            options(pure, readonly, nostack),
                        )
                    }
                };
            }
            steps!(step, a b c d);
            (s0, s1) = (_mm_add_epi32(s0, a), _mm_add_epi32(s1, b));
            (s2, s3) = (_mm_add_epi32(s2, c), _mm_add_epi32(s3, d));
        }
        *state = [s0, s1, s2, s3].map(|word| _mm_cvtsi128_si32(word) as u32);
    }
}
