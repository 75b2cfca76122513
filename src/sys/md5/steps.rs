//! The 64 steps of MD5 (RFC 1321) as a macro, so that every implementation has the same ones in full view of the
//! compiler: which registers, which word of the block, how far to rotate.

/// The additive constants: the integer part of 2^32 times the sine of the step's number.
#[rustfmt::skip]
pub(super) const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// Calls `$step!(function, target, x, y, z, word, left, right, number)` for each step: `target` becomes `x` plus the
/// rotated sum. `left` and `right` are how far to rotate, either way.
macro_rules! steps {
    ($step:ident, $a:ident $b:ident $c:ident $d:ident) => {
        steps!(@round $step, f, $a $b $c $d, [7 25 12 20 17 15 22 10],
            [0 1 2 3] 0, [4 5 6 7] 4, [8 9 10 11] 8, [12 13 14 15] 12);
        steps!(@round $step, g, $a $b $c $d, [5 27 9 23 14 18 20 12],
            [1 6 11 0] 16, [5 10 15 4] 20, [9 14 3 8] 24, [13 2 7 12] 28);
        steps!(@round $step, h, $a $b $c $d, [4 28 11 21 16 16 23 9],
            [5 8 11 14] 32, [1 4 7 10] 36, [13 0 3 6] 40, [9 12 15 2] 44);
        steps!(@round $step, i, $a $b $c $d, [6 26 10 22 15 17 21 11],
            [0 7 14 5] 48, [12 3 10 1] 52, [8 15 6 13] 56, [4 11 2 9] 60);
    };
    (@round $step:ident, $f:ident, $a:ident $b:ident $c:ident $d:ident, $turns:tt, $($words:tt $n:literal),*) => {
        $(steps!(@four $step, $f, $a $b $c $d, $turns, $words $n);)*
    };
    (@four $step:ident, $f:ident, $a:ident $b:ident $c:ident $d:ident,
        [$l0:literal $r0:literal $l1:literal $r1:literal $l2:literal $r2:literal $l3:literal $r3:literal],
        [$w0:literal $w1:literal $w2:literal $w3:literal] $n:literal) => {
        $step!($f, $a, $b, $c, $d, $w0, $l0, $r0, $n);
        $step!($f, $d, $a, $b, $c, $w1, $l1, $r1, ($n + 1));
        $step!($f, $c, $d, $a, $b, $w2, $l2, $r2, ($n + 2));
        $step!($f, $b, $c, $d, $a, $w3, $l3, $r3, ($n + 3));
    };
}
pub(super) use steps;
