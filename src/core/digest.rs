//! MD5 over bodies as they pass, and ETags that are MD5 sums.

use std::fmt;

use crate::sys::md5::{BLOCK, Part, START, State, hash, together};

/// An MD5 sum in the making. Threads that each make one share the work, see [`hash`].
#[derive(Clone)]
pub struct Sum {
    state: State,
    /// Bytes added so far.
    length: u64,
    /// Those that do not fill a block yet; how many follows from the length.
    rest: [u8; BLOCK],
}

impl Default for Sum {
    fn default() -> Sum {
        Sum { state: START, length: 0, rest: [0; BLOCK] }
    }
}

impl Sum {
    /// Of nothing yet.
    pub fn new() -> Sum {
        Sum::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, mut bytes: &[u8]) {
        let begun = self.length as usize % BLOCK;
        self.length = self.length.wrapping_add(bytes.len() as u64);
        if begun > 0 {
            let (more, others) = bytes.split_at(bytes.len().min(BLOCK - begun));
            self.rest[begun..begun + more.len()].copy_from_slice(more);
            bytes = others;
            if begun + more.len() < BLOCK {
                return;
            }
            hash(&mut self.state, &self.rest);
        }
        let (whole, rest) = bytes.split_at(bytes.len() - bytes.len() % BLOCK);
        hash(&mut self.state, whole);
        self.rest[..rest.len()].copy_from_slice(rest);
    }

    /// Adds bytes to each of several sums, with less work than to one after the other.
    pub fn update_all<'a>(sums: impl IntoIterator<Item = (&'a mut Sum, &'a [u8])>) {
        let mut parts = Vec::new();
        for (sum, bytes) in sums {
            if !sum.length.is_multiple_of(BLOCK as u64) {
                sum.update(bytes);
                continue;
            }
            sum.length = sum.length.wrapping_add(bytes.len() as u64);
            let (blocks, rest) = bytes.split_at(bytes.len() - bytes.len() % BLOCK);
            sum.rest[..rest.len()].copy_from_slice(rest);
            parts.push(Part { state: &mut sum.state, blocks });
        }
        together(&mut parts);
    }

    /// The sum of these bytes, as lower-case hexadecimal digits.
    pub fn of(bytes: &[u8]) -> String {
        let mut s = Sum::new();
        s.update(bytes);
        s.hex()
    }

    /// The sum, as lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        self.finish().hex()
    }

    /// The sum.
    pub fn finish(mut self) -> Md5 {
        // A one, zeros, and the length in bits at the end of a block.
        const LENGTH: usize = BLOCK - 8;
        let begun = self.length as usize % BLOCK;
        self.rest[begun] = 0x80;
        self.rest[begun + 1..].fill(0);
        if begun >= LENGTH {
            hash(&mut self.state, &self.rest);
            self.rest = [0; BLOCK];
        }
        self.rest[LENGTH..].copy_from_slice(&self.length.wrapping_mul(8).to_le_bytes());
        hash(&mut self.state, &self.rest);
        let mut sum = [0; 16];
        for (bytes, word) in sum.chunks_exact_mut(4).zip(self.state) {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        Md5(sum)
    }
}

/// An MD5 sum; shown as lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Md5([u8; 16]);

impl Md5 {
    /// The one that an ETag is, quoted or not; `None` when that is something else.
    pub fn of_etag(etag: &[u8]) -> Option<Md5> {
        let mut bare = etag.trim_ascii();
        while let [b'"', rest @ ..] | [rest @ .., b'"'] = bare {
            bare = rest;
        }
        let digits = <&[u8; 32]>::try_from(bare).ok()?;
        let (mut sum, mut all) = ([0; 16], 0);
        for (byte, [high, low]) in sum.iter_mut().zip(digits.as_chunks().0) {
            let (high, low) = (DIGIT[usize::from(*high)], DIGIT[usize::from(*low)]);
            all |= high | low;
            *byte = high << 4 | low & 15;
        }
        (all < 16).then_some(Md5(sum))
    }

    /// As lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        hex(self.0)
    }
}

impl fmt::Display for Md5 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// What a byte is as a hexadecimal digit; 16 and more for none.
static DIGIT: [u8; 256] = {
    let mut digits = [0xff; 256];
    let mut n = 0;
    while n < 16 {
        let digit = b"0123456789abcdef"[n];
        digits[digit as usize] = n as u8;
        digits[digit.to_ascii_uppercase() as usize] = n as u8;
        n += 1;
    }
    digits
};

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: impl IntoIterator<Item = u8>) -> String {
    let digits = |byte: u8| [byte >> 4, byte & 15].map(|half| b"0123456789abcdef"[half as usize]);
    let out: Vec<u8> = bytes.into_iter().flat_map(digits).collect();
    String::from_utf8(out).unwrap_or_default()
}

/// The MD5 sum in an ETag, quoted or not, in lower case; `None` when it is something else.
pub fn md5_of_etag(etag: &str) -> Option<String> {
    Md5::of_etag(etag.as_bytes()).map(Md5::hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_etags() {
        let mut s = Sum::new();
        s.update(b"hel");
        s.update(b"lo");
        assert_eq!(s.hex(), "5d41402abc4b2a76b9719d911017c592");
        assert_eq!(Sum::new().hex(), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(
            md5_of_etag("\"5D41402ABC4b2a76b9719d911017c592\"").as_deref(),
            Some("5d41402abc4b2a76b9719d911017c592")
        );
        let sum = "5d41402abc4b2a76b9719d911017c592";
        for quoted in [sum.to_owned(), format!(" \"{sum}\" "), format!("\"\"{sum}"), format!("{sum}\"")] {
            assert_eq!(md5_of_etag(&quoted).as_deref(), Some(sum), "{quoted}");
        }
        let other = |c: &str| sum.replacen('0', c, 1);
        for none in
            ["\"abc-2\"", "", "\"", &sum[1..], &other("g"), &other("00"), &other("/"), &other("\u{e9}")]
        {
            assert_eq!(md5_of_etag(none), None, "{none}");
        }
    }

    #[test]
    fn sums_of_many_at_once() {
        let bytes: Vec<u8> = (0..300_000u32).map(|n| (n * 13 + n / 257) as u8).collect();
        for streams in [0, 1, 2, 5, 16, 37] {
            let mut sums = vec![Sum::new(); streams];
            let (mut at, length) = (vec![0; streams], |n: usize| n * 7919 % 100_003);
            for piece in [64, 100, 4096, 0, 28, 65_536, 300_000] {
                let pieces: Vec<&[u8]> =
                    (0..streams).map(|n| &bytes[at[n]..(at[n] + piece).min(length(n)).max(at[n])]).collect();
                (0..streams).for_each(|n| at[n] += pieces[n].len());
                Sum::update_all(sums.iter_mut().zip(pieces));
            }
            for (n, sum) in sums.into_iter().enumerate() {
                assert_eq!(sum.hex(), Sum::of(&bytes[..length(n)]), "stream {n} of {streams}");
            }
        }
    }

    #[test]
    fn sums_of_all_lengths_in_all_pieces() {
        use md5::{Digest, Md5};
        let bytes: Vec<u8> = (0..100_000u32).map(|n| (n * 7 + n / 251) as u8).collect();
        for length in (0..200).chain([4095, 16_383, 16_384, 16_447, 99_999]) {
            let want: String = Md5::digest(&bytes[..length]).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(Sum::of(&bytes[..length]), want, "{length} bytes");
            for piece in [1, 63, 64, 65, 20_000] {
                let mut sum = Sum::new();
                bytes[..length].chunks(piece).for_each(|p| sum.update(p));
                assert_eq!(sum.hex(), want, "{length} bytes by {piece}");
            }
        }
    }
}
