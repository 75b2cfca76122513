//! A body that another thread gives piece by piece while it is sent. Its beginning is kept, up to a bound, so that
//! it can be sent again as long as no more than that was taken.

use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::core::cancel::Call;
use crate::core::error::{Error, Kind, Result};

/// How long a wait for the next piece goes on before it looks whether it should end.
const SLICE: Duration = Duration::from_millis(50);

/// What comes through the channel of a [`Feed`]. A channel that closes before `End` means that the body was given up.
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    End,
}

/// The end of the channel that bodies are made from.
pub(crate) struct Feed {
    pieces: Receiver<Piece>,
    /// What can still be sent again, from the first byte on; once more than `bound` was taken the piece at hand only.
    kept: Vec<Vec<u8>>,
    /// Bytes in `kept`.
    keeps: usize,
    bound: usize,
    /// More than `bound` was taken.
    once: bool,
    /// Where reading is: the piece, and the byte in it.
    at: (usize, usize),
    /// Bytes taken off the channel for this body, and the most it may have.
    taken: u64,
    most: u64,
    ended: bool,
}

impl Feed {
    /// A body that begins with `first` and goes on with what comes, up to `most` bytes; pieces must not cross that.
    /// Its first `bound` bytes can be sent again.
    pub fn new(first: Vec<Vec<u8>>, pieces: Receiver<Piece>, bound: usize, most: u64) -> Feed {
        let keeps = first.iter().map(Vec::len).sum();
        Feed {
            pieces,
            kept: first,
            keeps,
            bound,
            once: false,
            at: (0, 0),
            taken: keeps as u64,
            most,
            ended: false,
        }
    }

    pub fn can_rewind(&self) -> bool {
        !self.once
    }

    pub fn rewind(&mut self) -> Result<()> {
        if self.once {
            return Err(Error::new(Kind::Io, format!("only its first {} bytes were kept", self.bound)));
        }
        self.at = (0, 0);
        Ok(())
    }

    pub fn read(&mut self, buf: &mut [u8], call: Option<&Call>) -> Result<usize> {
        loop {
            if let Some(piece) = self.kept.get(self.at.0) {
                let rest = &piece[self.at.1..];
                if rest.is_empty() {
                    self.at = (self.at.0 + 1, 0);
                    continue;
                }
                let n = rest.len().min(buf.len());
                buf[..n].copy_from_slice(&rest[..n]);
                self.at.1 += n;
                return Ok(n);
            }
            if self.ended || self.taken >= self.most {
                return Ok(0);
            }
            match self.next(call)? {
                Piece::End => self.ended = true,
                Piece::Bytes(bytes) => self.keep(bytes),
            }
        }
    }

    fn next(&self, call: Option<&Call>) -> Result<Piece> {
        loop {
            if let Some(call) = call {
                call.check()?;
            }
            match self.pieces.recv_timeout(SLICE) {
                Ok(piece) => return Ok(piece),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(Error::new(Kind::Cancelled, "given up before its end"));
                }
            }
        }
    }

    fn keep(&mut self, bytes: Vec<u8>) {
        self.taken += bytes.len() as u64;
        self.once |= self.keeps + bytes.len() > self.bound;
        if self.once {
            self.kept.clear();
            self.keeps = 0;
            self.at = (0, 0);
        }
        self.keeps += bytes.len();
        self.kept.push(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(feed: &mut Feed) -> Vec<u8> {
        let (mut out, mut buf) = (Vec::new(), [0; 3]);
        loop {
            match feed.read(&mut buf, None).unwrap() {
                0 => return out,
                n => out.extend_from_slice(&buf[..n]),
            }
        }
    }

    #[test]
    fn a_feed_is_sent_again_while_all_of_it_is_kept() {
        let (give, take) = crossbeam_channel::unbounded();
        for text in ["cd", "", "ef"] {
            give.send(Piece::Bytes(text.into())).unwrap();
        }
        give.send(Piece::End).unwrap();
        let mut feed = Feed::new(vec![b"ab".to_vec()], take, 6, u64::MAX);
        assert_eq!(all(&mut feed), b"abcdef");
        feed.rewind().unwrap();
        assert_eq!(all(&mut feed), b"abcdef");
    }

    #[test]
    fn past_its_bound_a_feed_is_sent_once() {
        let (give, take) = crossbeam_channel::unbounded();
        for text in ["cd", "ef", "gh"] {
            give.send(Piece::Bytes(text.into())).unwrap();
        }
        let mut feed = Feed::new(vec![b"ab".to_vec()], take, 5, 8);
        assert_eq!(all(&mut feed), b"abcdefgh");
        assert!(!feed.can_rewind());
        assert!(feed.rewind().unwrap_err().message().contains("first 5 bytes"));
    }

    #[test]
    fn a_feed_nobody_ends_is_an_error() {
        let (give, take) = crossbeam_channel::unbounded();
        drop(give);
        let e = Feed::new(Vec::new(), take, 5, 8).read(&mut [0; 3], None).unwrap_err();
        assert_eq!(e.kind(), Kind::Cancelled);
    }
}
