//! Bodies in chunks: where in their framing the next byte lies.

use crate::core::error::{Error, Kind, Result};
use crate::sys::lines::{Line, Lines};

/// The line before a chunk, with extensions that nobody uses, and what may follow the last one.
const LINE: usize = 4096;
const TRAILER: usize = 64 * 1024;

/// The place in a body in chunks.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// Before the line with a length.
    Length,
    /// In a chunk, of which so much is left.
    Data(u64),
    /// Behind it, where a line ends.
    Gap,
    /// In the fields behind the last chunk, of which so many bytes came.
    Trailer(usize),
    End,
}

#[derive(Debug)]
pub(super) struct Chunks(Place);

/// What comes next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// So many bytes of the body.
    Data(u64),
    /// Something of the framing that is not all there.
    More,
    End,
}

impl Chunks {
    pub fn new() -> Chunks {
        Chunks(Place::Length)
    }

    /// Takes the framing at the start of `input`: how many bytes that was, and what comes after it.
    pub fn advance(&mut self, input: &[u8]) -> Result<(usize, Next)> {
        let mut at = 0;
        loop {
            match self.0 {
                Place::Data(left) => return Ok((at, Next::Data(left))),
                Place::End => return Ok((at, Next::End)),
                Place::Length | Place::Gap | Place::Trailer(_) => {}
            }
            let input = &input[at..];
            let Some(Line { end, .. }) = Lines::new(input).next() else {
                return if input.len() > LINE {
                    Err(wrong("a line without an end"))
                } else {
                    Ok((at, Next::More))
                };
            };
            let line = &input[..end];
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let size = end + 1;
            at += size;
            self.0 = match self.0 {
                Place::Length => match length(line)? {
                    0 => Place::Trailer(0),
                    n => Place::Data(n),
                },
                Place::Gap if line.is_empty() => Place::Length,
                Place::Gap => return Err(wrong("more bytes than its length says")),
                Place::Trailer(_) if line.is_empty() => Place::End,
                Place::Trailer(n) if n + size > TRAILER => return Err(wrong("a trailer without an end")),
                Place::Trailer(n) => Place::Trailer(n + size),
                other => other,
            };
        }
    }

    /// `n` bytes of the chunk were taken.
    pub fn took(&mut self, n: u64) {
        if let Place::Data(left) = self.0 {
            self.0 = if left > n { Place::Data(left - n) } else { Place::Gap };
        }
    }
}

/// "1a2b", or "1a2b; extension".
fn length(line: &[u8]) -> Result<u64> {
    let digits = line.split(|b| *b == b';').next().unwrap_or_default().trim_ascii();
    let number = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
    number.and_then(|d| u64::from_str_radix(d, 16).ok()).ok_or_else(|| wrong("no length"))
}

#[cold]
fn wrong(what: &str) -> Error {
    Error::new(Kind::Protocol, format!("the body is not in chunks as it should be: one has {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All of the body, given in two pieces.
    fn taken(first: &[u8], second: &[u8]) -> Result<(Vec<u8>, Next)> {
        let (mut chunks, mut body, mut rest) = (Chunks::new(), Vec::new(), Vec::new());
        let mut next = Next::More;
        for piece in [first, second] {
            rest.extend_from_slice(piece);
            loop {
                let (n, what) = chunks.advance(&rest)?;
                rest.drain(..n);
                next = what;
                let Next::Data(left) = next else { break };
                let n = rest.len().min(left as usize);
                if n == 0 {
                    break;
                }
                body.extend(rest.drain(..n));
                chunks.took(n as u64);
            }
        }
        Ok((body, next))
    }

    #[test]
    fn the_bytes_come_out_wherever_the_pieces_end() {
        let all = b"3\r\na\nb\r\n0A; x=y\r\n0123456789\r\n1\nz\n0\r\nTrailer: 1\r\n\r\n";
        for cut in 0..all.len() {
            let (body, next) = taken(&all[..cut], &all[cut..]).unwrap();
            assert_eq!((&body[..], next), (&b"a\nb0123456789z"[..], Next::End), "cut at {cut}");
        }
        assert_eq!(taken(b"3\r\nab", b"").unwrap(), (b"ab".to_vec(), Next::Data(1)));
        assert_eq!(taken(b"3\r\nabc", b"").unwrap(), (b"abc".to_vec(), Next::More));
    }

    #[test]
    fn wrong_framing_is_told() {
        let long = [&b"1;"[..], &[b'x'; LINE]].concat();
        let trailer = [&b"0\r\n"[..], &b"A: b\r\n".repeat(TRAILER / 6 + 2)].concat();
        for bad in [
            &b"\r\n"[..],
            b"x\r\n",
            b"-1\r\n",
            b"+1\r\n",
            b"1 1\r\n",
            b"10000000000000000\r\n",
            b"3\r\nabcd\r\n",
            &long,
            &trailer,
        ] {
            assert!(taken(bad, b"").is_err(), "{:?}", bad.escape_ascii().to_string());
        }
    }
}
