//! MD5 over bodies as they pass, and ETags that are MD5 sums.

use md5::{Digest, Md5};

/// An MD5 sum in the making.
#[derive(Clone, Default)]
pub struct Sum(Md5);

impl Sum {
    /// Of nothing yet.
    pub fn new() -> Sum {
        Sum::default()
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The sum of these bytes, as lower-case hexadecimal digits.
    pub fn of(bytes: &[u8]) -> String {
        let mut s = Sum::new();
        s.update(bytes);
        s.hex()
    }

    /// The sum, as lower-case hexadecimal digits.
    pub fn hex(self) -> String {
        let mut out = String::with_capacity(32);
        for byte in self.0.finalize() {
            for half in [byte >> 4, byte & 15] {
                out.push(char::from(b"0123456789abcdef"[half as usize]));
            }
        }
        out
    }
}

/// The MD5 sum in an ETag, quoted or not, in lower case; `None` when it is something else.
pub fn md5_of_etag(etag: &str) -> Option<String> {
    let bare = etag.trim().trim_matches('"');
    (bare.len() == 32 && bare.bytes().all(|b| b.is_ascii_hexdigit())).then(|| bare.to_ascii_lowercase())
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
        assert_eq!(md5_of_etag("\"abc-2\""), None);
    }
}
