//! Answers that come compressed: listings and what the cluster says of itself, when a proxy does so.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use crate::core::error::{Error, Kind, Result};
use crate::core::headers::Headers;
use crate::core::http::{Answer, RawBody};

/// Whether these headers announce a compressed body.
fn is_gzip(headers: &Headers) -> bool {
    let coding = headers.get_str("content-encoding").unwrap_or_default().trim();
    coding.eq_ignore_ascii_case("gzip") || coding.eq_ignore_ascii_case("x-gzip")
}

/// Reads the body of an answer whole, decompressed if need be; `false` when it is longer than `limit` then.
///
/// The headers are those of what is read: a length and an encoding that no longer hold are taken out.
pub(super) fn read_plain(answer: &mut Answer, out: &mut Vec<u8>, limit: usize) -> Result<bool> {
    if !is_gzip(&answer.headers) {
        return answer.body.read_into(out, limit);
    }
    answer.headers.remove("content-encoding");
    answer.headers.remove("content-length");
    if answer.body.left() == Some(0) {
        return Ok(true);
    }
    inflate(Raw(&mut answer.body), out, limit)
}

/// Decompresses all there is, piece by piece, and stops when it grows too long.
fn inflate(from: impl Read, out: &mut Vec<u8>, limit: usize) -> Result<bool> {
    let mut plain = MultiGzDecoder::new(from).take(limit as u64 + 1);
    plain.read_to_end(out).map_err(|e| {
        match e.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) {
            Some(ours) => ours.clone(),
            None => Error::new(Kind::Protocol, format!("the answer cannot be decompressed: {e}")),
        }
    })?;
    Ok(out.len() <= limit)
}

/// A body as the decompressor reads it.
struct Raw<'a>(&'a mut RawBody);

impl Read for Raw<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf).map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        to.write_all(bytes).unwrap();
        to.finish().unwrap()
    }

    #[test]
    fn what_inflates_without_end_is_stopped() {
        // A thousand times smaller than what comes out of it.
        let bomb = gzip(&vec![b' '; 10 << 20]);
        let mut out = Vec::new();
        assert!(!inflate(&bomb[..], &mut out, 1 << 20).unwrap());
        assert!(out.len() <= (1 << 20) + 1, "{}", out.len());
        let mut out = Vec::new();
        assert!(inflate(&bomb[..], &mut out, 10 << 20).unwrap());
        assert_eq!(out.len(), 10 << 20);
    }

    #[test]
    fn what_breaks_off_or_is_damaged_is_an_error() {
        let good = gzip(b"[]");
        for bad in [&good[..good.len() - 1], b"[]", b""] {
            assert!(inflate(bad, &mut Vec::new(), 100).is_err(), "{bad:?}");
        }
        let mut damaged = good.clone();
        let at = damaged.len() - 6;
        damaged[at] ^= 1;
        assert!(inflate(&damaged[..], &mut Vec::new(), 100).is_err());
        // Several members in a row are one text.
        let mut out = Vec::new();
        assert!(inflate(&[good.clone(), good].concat()[..], &mut out, 100).unwrap());
        assert_eq!(out, b"[][]");
    }
}
