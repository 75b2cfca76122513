//! Bodies as they came, for trials that compare what comes back: small ones in memory, larger ones in files that have
//! no name and go with the process.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use md5::{Digest, Md5};

use crate::pattern::hex;
use crate::store::Piece;
use crate::wire::Wire;

/// Up to this much of a body stays in memory.
const SMALL: usize = 64 << 10;

/// Where bodies are kept.
pub struct Keep {
    folder: PathBuf,
    next: AtomicU64,
    /// Bytes of bodies that came, of those that broke off too.
    pub received: AtomicU64,
}

/// A body that is kept; cheap to clone.
#[derive(Clone, Default)]
pub enum Body {
    #[default]
    Empty,
    Memory(Arc<[u8]>),
    File(Arc<File>),
    /// Of a large object: its segments with their sizes.
    Segments(Arc<[(Body, u64)]>),
}

/// A body on its way in.
pub struct Incoming<'a> {
    keep: &'a Keep,
    sum: Md5,
    memory: Vec<u8>,
    file: Option<File>,
}

impl Keep {
    pub fn new(folder: &Path) -> Keep {
        Keep { folder: folder.to_owned(), next: AtomicU64::new(0), received: AtomicU64::new(0) }
    }

    pub fn incoming(&self) -> Incoming<'_> {
        Incoming { keep: self, sum: Md5::new(), memory: Vec::new(), file: None }
    }

    fn file(&self) -> io::Result<File> {
        let n = self.next.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("bench-server-{}-{n}", std::process::id()));
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(file)
    }
}

impl Incoming<'_> {
    pub fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.keep.received.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        self.sum.update(bytes);
        if self.file.is_none() && self.memory.len() + bytes.len() <= SMALL {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => {
                let mut file = self.keep.file()?;
                file.write_all(&std::mem::take(&mut self.memory))?;
                none.insert(file)
            }
        };
        file.write_all(bytes)
    }

    /// The body and its MD5.
    pub fn done(self) -> (Body, String) {
        let body = match self.file {
            Some(file) => Body::File(Arc::new(file)),
            None => Body::Memory(self.memory.into()),
        };
        (body, hex(&self.sum.finalize()))
    }
}

impl Body {
    /// Sends what lies between two offsets.
    pub fn send<W: Wire>(&self, wire: &mut W, from: u64, to: u64) -> io::Result<()> {
        match self {
            Body::Empty => Ok(()),
            Body::Memory(bytes) => wire.send(&bytes[from as usize..to as usize]),
            Body::File(file) => {
                wire.send_file(&Piece { fd: file.as_raw_fd(), offset: from, length: to - from })
            }
            Body::Segments(all) => {
                let mut at = 0;
                for (body, size) in all.iter() {
                    let (first, last) = (from.max(at), to.min(at + size));
                    if first < last {
                        body.send(wire, first - at, last - at)?;
                    }
                    at += size;
                }
                Ok(())
            }
        }
    }
}
