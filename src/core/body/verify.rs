//! Whether the bytes of a body are those of the object: MD5 sums over the pieces it is made of, one for most
//! objects, one for each segment of a static large object.

use std::collections::VecDeque;

use crate::core::digest::{Md5, Sum};
use crate::core::error::{Error, Kind, Result};

/// A stretch of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its length; `None` for all there is.
    pub length: Option<u64>,
    /// The MD5 sum it must have; `None` when there is none to be had, as for a part of a segment.
    pub md5: Option<Md5>,
    /// The segment it is, `/container/object`; empty for a whole object.
    pub name: String,
    /// It is made of segments itself, and this is the ETag of its manifest's segments.
    pub nested: Option<String>,
    /// How many manifests it lies in.
    pub depth: u32,
}

/// The sums in the making.
pub(crate) struct Verify {
    /// The one that the next byte is of, and those that follow.
    piece: Option<Piece>,
    others: VecDeque<Piece>,
    sum: Sum,
    /// Bytes of the piece that have passed.
    passed: u64,
    /// Bytes whose sum was right.
    verified: u64,
}

impl Verify {
    /// Of a body made of these pieces in this order.
    pub fn new(pieces: Vec<Piece>) -> Verify {
        let mut others = VecDeque::from(pieces);
        Verify { piece: others.pop_front(), others, sum: Sum::new(), passed: 0, verified: 0 }
    }

    /// Of a body that has one sum.
    pub fn whole(md5: Md5) -> Verify {
        let piece = Piece { md5: Some(md5), ..Piece::default() };
        Verify { piece: Some(piece), ..Verify::new(Vec::new()) }
    }

    /// Bytes whose sum was right.
    pub fn verified(&self) -> u64 {
        self.verified
    }

    /// Whether the next byte is one of a piece that is made of segments itself, which were not looked up yet.
    pub fn nested(&mut self) -> Option<&mut Piece> {
        self.piece.as_mut().filter(|p| p.nested.is_some())
    }

    /// Puts what it is made of in place of the first piece.
    pub fn expand(&mut self, pieces: Vec<Piece>) {
        for piece in pieces.into_iter().rev() {
            self.others.push_front(piece);
        }
        self.piece = self.others.pop_front();
    }

    /// Takes the next bytes of the body, and tells how many: fewer when what follows is [`nested`](Verify::nested).
    pub fn update(&mut self, all: &[u8]) -> Result<usize> {
        let mut bytes = all;
        while let Some(piece) = &self.piece
            && !bytes.is_empty()
        {
            if piece.nested.is_some() {
                return Ok(all.len() - bytes.len());
            }
            let most = piece.length.map_or(u64::MAX, |l| l - self.passed).min(bytes.len() as u64);
            let (now, rest) = bytes.split_at(most as usize);
            if piece.md5.is_some() {
                self.sum.update(now);
            }
            self.passed += most;
            bytes = rest;
            if piece.length == Some(self.passed) {
                self.settle()?;
            }
        }
        Ok(all.len())
    }

    /// The body is at its end, which must be that of the last piece.
    pub fn finish(&mut self) -> Result<()> {
        let pieces = self.piece.iter().chain(&self.others);
        let left: u64 = pieces.filter_map(|p| p.length).fold(0, u64::saturating_add);
        if left > 0 {
            let missing = left.saturating_sub(self.passed);
            self.piece = None;
            self.others.clear();
            let text = format!("the body ends {missing} bytes before the manifest says");
            return Err(Error::new(Kind::Checksum, text));
        }
        self.settle()
    }

    fn settle(&mut self) -> Result<()> {
        let next = self.others.pop_front();
        let Some(piece) = std::mem::replace(&mut self.piece, next) else { return Ok(()) };
        let sum = std::mem::take(&mut self.sum);
        let passed = std::mem::take(&mut self.passed);
        let Some(expected) = piece.md5 else { return Ok(()) };
        let got = sum.finish();
        if got == expected {
            self.verified += passed;
            return Ok(());
        }
        let text = if piece.name.is_empty() {
            format!("the bytes received have the MD5 sum {got}, the object's ETag is {expected}")
        } else {
            let name = piece.name;
            format!(
                "the bytes received of segment {name} have the MD5 sum {got}, that of the segment is {expected}"
            )
        };
        Err(Error::new(Kind::Checksum, text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum_of(bytes: &[u8]) -> Md5 {
        let mut sum = Sum::new();
        sum.update(bytes);
        sum.finish()
    }

    fn piece(text: &str, known: bool) -> Piece {
        Piece {
            length: Some(text.len() as u64),
            md5: known.then(|| sum_of(text.as_bytes())),
            name: format!("/c/{text}"),
            ..Piece::default()
        }
    }

    #[test]
    fn pieces_are_checked_wherever_reads_end() {
        for step in 1..12 {
            let mut v = Verify::new(vec![piece("abc", true), piece("de", false), piece("fghi", true)]);
            for part in b"abcdefghi".chunks(step) {
                v.update(part).unwrap();
            }
            v.finish().unwrap();
            assert_eq!(v.verified(), 7);
            let mut v = Verify::new(vec![piece("abc", true), piece("de", true)]);
            let e = b"abcdX".chunks(step).find_map(|p| v.update(p).err()).unwrap();
            assert_eq!(e.kind(), Kind::Checksum);
            assert!(e.message().contains("segment /c/de"), "{e}");
            assert_eq!(v.verified(), 3);
        }
    }

    #[test]
    fn what_is_made_of_pieces_waits_to_be_looked_up() {
        let nested = Piece { nested: Some("etag".into()), ..piece("defg", false) };
        let mut v = Verify::new(vec![piece("abc", true), nested, piece("h", true)]);
        assert!(v.nested().is_none());
        assert_eq!(v.update(b"abcdefg").unwrap(), 3);
        assert!(v.nested().is_some());
        v.expand(vec![piece("de", true), piece("fg", true)]);
        assert_eq!(v.update(b"defgh").unwrap(), 5);
        assert_eq!(v.verified(), 8);
    }

    #[test]
    fn a_body_that_ends_before_its_last_piece_is_wrong() {
        // The second has no sum by which that would show.
        let mut v = Verify::new(vec![piece("abc", true), piece("de", false), piece("f", false)]);
        v.update(b"abcd").unwrap();
        let e = v.finish().unwrap_err();
        assert!(e.kind() == Kind::Checksum && e.message().contains("ends 2 bytes before"), "{e}");
        assert_eq!(v.verified(), 3);
        let mut v = Verify::new(vec![piece("abc", true)]);
        v.update(b"abc").unwrap();
        v.finish().unwrap();
    }

    #[test]
    fn a_whole_body_is_checked_at_its_end() {
        let mut v = Verify::whole(sum_of(b"abc"));
        v.update(b"ab").unwrap();
        v.update(b"c").unwrap();
        assert_eq!(v.verified(), 0);
        v.finish().unwrap();
        assert_eq!(v.verified(), 3);
        let mut v = Verify::whole(sum_of(b"abc"));
        v.update(b"ab").unwrap();
        assert!(v.finish().unwrap_err().message().contains("the object's ETag"));
        Verify::whole(sum_of(b"")).finish().unwrap();
    }
}
