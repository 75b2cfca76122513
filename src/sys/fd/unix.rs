//! A descriptor is what the system calls one.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd};

use super::{Kind, SLICE};
use crate::sys::poll::{self, For};

/// One that is open for so long.
pub type Borrowed<'a> = BorrowedFd<'a>;

/// That of this number.
///
/// # Safety
/// It is not negative, and open for `'a`.
pub unsafe fn borrow<'a>(number: i32) -> io::Result<Borrowed<'a>> {
    // SAFETY: not -1, and open as the caller promised.
    Ok(unsafe { BorrowedFd::borrow_raw(number) })
}

/// That of an open file.
pub fn of(file: &impl AsFd) -> Borrowed<'_> {
    file.as_fd()
}

/// A descriptor of our own.
#[derive(Debug)]
pub struct Descriptor(File);

impl Descriptor {
    /// A second one for the same.
    pub fn duplicate(fd: Borrowed<'_>) -> io::Result<Descriptor> {
        fd.try_clone_to_owned().map(|own| Descriptor(File::from(own)))
    }

    /// What was opened by its path.
    pub fn opened(file: File) -> Descriptor {
        Descriptor(file)
    }

    /// What it is one of.
    pub fn kind(&self) -> io::Result<Kind> {
        let meta = self.0.metadata()?;
        Ok(if meta.is_dir() {
            Kind::Directory
        } else if meta.is_file() {
            Kind::Regular
        } else {
            Kind::Stream
        })
    }

    /// The regular file that it is one of, to write to where it stands.
    pub fn file(&mut self) -> io::Result<&mut File> {
        Ok(&mut self.0)
    }

    /// The same, to be read at offsets, and its present position.
    pub fn into_file(mut self) -> io::Result<(File, u64)> {
        let at = self.0.stream_position()?;
        Ok((self.0, at))
    }

    /// Reads what there is, waiting for it; 0 is the end. `go_on` is asked every 50 ms and ends the wait with its error.
    pub fn read(&mut self, buf: &mut [u8], go_on: &dyn Fn() -> io::Result<()>) -> io::Result<usize> {
        loop {
            go_on()?;
            if !poll::wait(self.0.as_fd(), For::Reading, SLICE)? {
                continue;
            }
            match self.0.read(buf) {
                Err(e) if matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::WouldBlock) => {}
                r => return r,
            }
        }
    }

    /// Writes some of it, waiting until there is room; `go_on` as above.
    pub fn write(&self, buf: &[u8], go_on: &dyn Fn() -> io::Result<()>) -> io::Result<usize> {
        loop {
            go_on()?;
            if poll::wait(self.0.as_fd(), For::Writing, SLICE)? {
                // What a pipe that is ready takes for certain; more might block, out of reach of a cancel.
                match (&self.0).write(&buf[..buf.len().min(libc::PIPE_BUF)]) {
                    Err(e) if e.kind() == ErrorKind::WouldBlock => {}
                    r => return r,
                }
            }
        }
    }
}
