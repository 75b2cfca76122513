//! An answer to a request for several ranges, part by part.

use super::Response;
use crate::core::error::{Error, Kind, Result};
use crate::core::multipart::{Asked, Part, Parts, boundary};

/// How far the parts of a body have come.
#[derive(Debug, Default)]
pub(super) enum Progress {
    /// Nobody asked: the body is read as it comes.
    #[default]
    Unasked,
    /// The body is one part.
    One,
    /// Several parts in one body.
    Several(Box<Parts>),
    /// What failed once stays failed.
    Failed(Error),
}

impl Response {
    /// Goes to the next part of an answer to a request for several ranges; from then on the body is read part by part:
    /// an end is that of the part. What is left of the part before is skipped. `None` after the last one. Parts come in
    /// the order in which they were asked for; what was not asked for is an error, as is what does not come.
    ///
    /// An answer of one range, or of all of the object, has one part, and an empty object none.
    pub fn next_part(&mut self) -> Result<Option<Part>> {
        if matches!(self.parts, Progress::Unasked) {
            if self.body.delivered() > 0 {
                return Err(Error::new(Kind::State, "part of the body has been read already as it comes"));
            }
            match self.content_type().and_then(boundary).filter(|_| self.status == 206) {
                Some(boundary) => {
                    let asked = self.body.range().and_then(Asked::parse);
                    self.parts = Progress::Several(Box::new(Parts::new(&boundary?, asked)));
                }
                None => {
                    self.parts = Progress::One;
                    let whole = || (0, self.body.left(), self.body.left());
                    let range = self.content_range().map(|(offset, n, size)| (offset, Some(n), size));
                    let (offset, length, size) = range.unwrap_or_else(whole);
                    return Ok((length != Some(0)).then_some(Part { offset, length, size }));
                }
            }
        }
        let body = &mut self.body;
        match &mut self.parts {
            Progress::Unasked | Progress::One => Ok(None),
            Progress::Several(parts) => {
                let next = parts.next(&mut |buf| body.read(buf));
                self.keep_failure(next)
            }
            Progress::Failed(e) => Err(e.clone()),
        }
    }

    /// Bytes of the body, or of the part it has come to.
    pub(super) fn take(&mut self, buf: &mut [u8]) -> Result<usize> {
        let body = &mut self.body;
        match &mut self.parts {
            Progress::Unasked | Progress::One => body.read(buf),
            Progress::Several(parts) => {
                let read = parts.read(buf, &mut |buf| body.read(buf));
                self.keep_failure(read)
            }
            Progress::Failed(e) => Err(e.clone()),
        }
    }

    /// Whether the body is to be taken apart.
    pub(super) fn has_several_parts(&self) -> bool {
        !matches!(self.parts, Progress::Unasked | Progress::One)
    }

    /// How many bytes are still to come, of the body or of the part, when known.
    pub(super) fn left(&self) -> Option<u64> {
        match &self.parts {
            Progress::Several(parts) => Some(parts.left()),
            _ => self.body.left(),
        }
    }

    fn keep_failure<T>(&mut self, result: Result<T>) -> Result<T> {
        if let Err(e) = &result {
            self.parts = Progress::Failed(e.clone());
        }
        result
    }
}
