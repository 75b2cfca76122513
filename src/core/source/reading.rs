//! A source while it is sent: what was taken of it, its MD5, its progress, and back to its first byte.

use std::fs::{File, Metadata};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::SystemTime;

use super::{Chunk, From, Memory, Origin, Source};
use crate::core::cancel::{Call, lock};
use crate::core::digest::{Md5, Sum};
use crate::core::error::{Error, Kind, Result};
use crate::core::request::Progress;
use crate::sys::file::read_at;

/// Files that are shorter are read, so that they go out in one piece with the head of the request.
const SMALL: u64 = 64 * 1024;

pub(super) enum Input {
    Memory(Memory),
    File { file: Arc<File>, start: u64, name: String, stamp: Stamp },
    Stream(Source),
    Nested(Box<SourceReader>),
}

/// By what a change of a file shows: its size, and when it was written to.
pub(super) type Stamp = Option<(u64, SystemTime)>;

/// How a file is now.
pub(super) fn stamp(file: &File) -> Stamp {
    stamp_of(&file.metadata().ok()?)
}

/// The same, of what is known of it.
pub(super) fn stamp_of(meta: &Metadata) -> Stamp {
    Some((meta.len(), meta.modified().ok()?))
}

/// What is done for the MD5 sum of what is sent.
enum Summing {
    /// Nobody asked for it.
    Not,
    Hashing(Sum),
    Known(Md5),
}

/// A source being sent: counts, and when asked hashes and reports, what passes.
pub(crate) struct SourceReader {
    input: Input,
    length: Option<u64>,
    at: u64,
    sum: Summing,
    /// The MD5 sum of all of it, when it was found before.
    known: Option<Md5>,
    progress: Option<Progress>,
    /// The call it is sent in, which may have to end while the source has nothing to give.
    call: Option<Arc<Call>>,
}

impl SourceReader {
    pub(super) fn new(input: Input, length: Option<u64>) -> SourceReader {
        SourceReader { input, length, at: 0, sum: Summing::Not, known: None, progress: None, call: None }
    }

    /// What it will give has this MD5 sum.
    pub(super) fn of_sum(mut self, known: Option<Md5>) -> SourceReader {
        self.known = known;
        self
    }

    /// Computes the MD5 sum of what is sent, unless it is known.
    pub fn hash(&mut self) {
        self.sum = self.known.take().map_or_else(|| Summing::Hashing(Sum::new()), Summing::Known);
    }

    /// The MD5 sum of what was sent.
    pub fn take_sum(&mut self) -> Option<Md5> {
        match std::mem::replace(&mut self.sum, Summing::Not) {
            Summing::Not => None,
            Summing::Hashing(sum) => Some(sum.finish()),
            Summing::Known(sum) => Some(sum),
        }
    }

    /// Ends with this call, also where the source keeps it waiting.
    pub fn belong_to(&mut self, call: &Arc<Call>) {
        // Memory and files never do.
        if matches!(self.input, Input::Stream(_) | Input::Nested(_)) {
            self.call = Some(call.clone());
        }
    }

    /// Reports what is sent.
    pub fn report_to(&mut self, progress: Option<Progress>) {
        self.progress = progress;
    }

    fn passed(&mut self, n: usize) -> Result<()> {
        self.at += n as u64;
        match &self.progress {
            Some(p) if n > 0 && !p(self.at, self.length) => {
                Err(Error::new(Kind::Cancelled, "ended by the progress callback"))
            }
            _ => Ok(()),
        }
    }

    /// Bytes still to come, when known.
    pub fn left(&self) -> Option<u64> {
        self.length.map(|l| l - self.at)
    }

    /// Whether something was taken from it.
    pub fn started(&self) -> bool {
        self.at > 0
    }

    /// Reads up to `buf.len()` bytes, never past the announced length; an early end of it is an error.
    pub fn read(&mut self, buf: &mut [u8]) -> Result<usize> {
        let most = self.left().map_or(buf.len(), |l| l.min(buf.len() as u64) as usize);
        if most == 0 {
            return Ok(0);
        }
        let buf = &mut buf[..most];
        let (n, name) = match &mut self.input {
            Input::Memory(m) => {
                let from = self.at as usize;
                buf.copy_from_slice(&(**m).as_ref()[from..from + most]);
                (most, "memory")
            }
            Input::File { file, start, name, .. } => {
                let n = read_at(file, buf, *start + self.at).map_err(|e| Error::io(&name, &e))?;
                (n, name.as_str())
            }
            Input::Stream(source) => match &*source.0 {
                Origin::Stream { stream, .. } => {
                    (lock(stream).read(buf, self.call.as_deref())?, "the source")
                }
                _ => (0, "the source"),
            },
            Input::Nested(reader) => {
                reader.call.clone_from(&self.call);
                (reader.read(buf)?, "the source")
            }
        };
        if n == 0
            && let Some(length) = self.length
        {
            return Err(Error::new(Kind::Io, format!("{name} ended after {} of {length} bytes", self.at)));
        }
        if let Summing::Hashing(sum) = &mut self.sum {
            sum.update(&buf[..n]);
        }
        self.passed(n)?;
        Ok(n)
    }

    /// The next piece, when it can be sent from where it lies: at most so much of memory, or of a file.
    pub fn lend(&mut self, of_memory: usize, of_file: usize) -> Result<Option<Chunk<'_>>> {
        let Some(left) = self.left() else { return Ok(None) };
        let most = if matches!(self.input, Input::File { .. }) { of_file } else { of_memory };
        let n = left.min(most as u64) as usize;
        let from = self.at;
        match &self.input {
            Input::Memory(m) => {
                if let Summing::Hashing(sum) = &mut self.sum {
                    sum.update(&(**m).as_ref()[from as usize..][..n]);
                }
            }
            // What is hashed has to be read, and then the kernel's own way saves nothing.
            Input::File { .. } if matches!(self.sum, Summing::Hashing(_)) => return Ok(None),
            // And of a few bytes it saves less than it costs.
            Input::File { .. } if left < SMALL => return Ok(None),
            Input::File { .. } => {}
            Input::Stream(_) | Input::Nested(_) => return Ok(None),
        }
        self.passed(n)?;
        Ok(match &self.input {
            Input::Memory(m) => Some(Chunk::Memory(&(**m).as_ref()[from as usize..][..n])),
            Input::File { file, start, .. } => Some(Chunk::File(file.clone(), start + from, n)),
            Input::Stream(_) | Input::Nested(_) => None,
        })
    }

    /// Whether it is a file that was written to since it was opened, so that what was sent may be neither its old nor
    /// its new content.
    pub fn has_changed(&self) -> bool {
        match &self.input {
            // What has no size has no times worth looking at.
            Input::File { file, stamp: was, .. } => self.length.is_some() && *was != stamp(file),
            Input::Memory(_) | Input::Stream(_) | Input::Nested(_) => false,
        }
    }

    /// Whether it can be sent a second time.
    pub fn can_rewind(&self) -> bool {
        match &self.input {
            Input::Memory(_) | Input::File { .. } => true,
            Input::Stream(source) => match &*source.0 {
                Origin::Stream { stream, .. } => match &lock(stream).from {
                    From::Pipe(_) => false,
                    From::Callbacks(c) => c.can_rewind(),
                    From::Feed(feed) => feed.can_rewind(),
                },
                _ => false,
            },
            Input::Nested(reader) => reader.can_rewind(),
        }
    }

    /// Back to the first byte.
    pub fn rewind(&mut self) -> Result<()> {
        if let Summing::Hashing(sum) = &mut self.sum {
            *sum = Sum::new();
        }
        if !self.started() {
            return Ok(());
        }
        match &mut self.input {
            Input::Memory(_) | Input::File { .. } => {}
            Input::Stream(source) => {
                if let Origin::Stream { stream, .. } = &*source.0 {
                    lock(stream).rewind()?;
                }
            }
            Input::Nested(reader) => reader.rewind()?,
        }
        self.at = 0;
        Ok(())
    }
}

impl Drop for SourceReader {
    fn drop(&mut self) {
        if let Input::Stream(source) = &self.input
            && let Origin::Stream { busy, .. } = &*source.0
        {
            busy.store(false, Ordering::Release);
        }
    }
}
