//! Linux: `splice`.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::ptr;

/// So much the kernel lets any process have in a pipe.
const ROOM: usize = 1 << 20;

/// Both ends of a pipe. Between calls it is empty.
#[derive(Debug)]
pub struct Pipe {
    out: File,
    into: OwnedFd,
}

impl Pipe {
    /// An empty one.
    pub fn new() -> io::Result<Pipe> {
        let mut ends = [0; 2];
        // SAFETY: there is room for the two descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: both were just made and are nobody else's.
        let pipe = unsafe { Pipe { out: File::from_raw_fd(ends[0]), into: OwnedFd::from_raw_fd(ends[1]) } };
        // With less it is slower: users may have so much in all pipes, and no more.
        // SAFETY: the descriptor is open.
        unsafe { libc::fcntl(pipe.into.as_raw_fd(), libc::F_SETPIPE_SZ, ROOM as libc::c_int) };
        Ok(pipe)
    }

    /// Takes up to `most` bytes from a descriptor; 0 is its end, `None` that the kernel cannot do that with it.
    pub(in crate::sys) fn fill(&self, from: BorrowedFd<'_>, most: usize) -> io::Result<Option<usize>> {
        moved(from.as_raw_fd(), self.into.as_raw_fd(), most.min(ROOM))
    }

    /// Writes the `length` bytes that are in it at the file's position.
    pub fn empty(&mut self, mut length: usize, to: &mut File) -> io::Result<()> {
        while length > 0 {
            match moved(self.out.as_raw_fd(), to.as_raw_fd(), length) {
                Ok(Some(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(Some(n)) => length -= n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
                // A file that this cannot be done with.
                Ok(None) => {
                    let mut piece = vec![0; length.min(64 * 1024)];
                    while length > 0 {
                        let most = piece.len().min(length);
                        let n = self.out.read(&mut piece[..most])?;
                        to.write_all(&piece[..n])?;
                        length -= n;
                    }
                }
            }
        }
        Ok(())
    }
}

fn moved(from: libc::c_int, to: libc::c_int, most: usize) -> io::Result<Option<usize>> {
    // SAFETY: both descriptors are open, as who has them is borrowed; no offsets are given.
    let n = unsafe { libc::splice(from, ptr::null_mut(), to, ptr::null_mut(), most, libc::SPLICE_F_MOVE) };
    if let Ok(n) = usize::try_from(n) {
        return Ok(Some(n));
    }
    let e = io::Error::last_os_error();
    match e.raw_os_error() {
        Some(libc::EINVAL | libc::ENOSYS) => Ok(None),
        _ => Err(e),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;

    #[test]
    fn bytes_go_through_it_to_where_the_file_is() {
        let path = std::env::temp_dir().join(format!("swc-pipe-{}", std::process::id()));
        let mut from = File::create_new(&path).unwrap();
        from.write_all(&[7; 100_000]).unwrap();
        let mut from = File::open(&path).unwrap();
        from.seek(io::SeekFrom::Start(90_000)).unwrap();
        let mut pipe = Pipe::new().unwrap();
        use std::os::fd::AsFd;
        for (extension, append) in [("a", false), ("b", true)] {
            let to = path.with_extension(extension);
            let mut to_file = File::options().create(true).append(append).write(true).open(&to).unwrap();
            to_file.write_all(b"head").unwrap();
            from.seek(io::SeekFrom::Start(90_000)).unwrap();
            let mut all = 0;
            while let Some(n @ 1..) = pipe.fill(from.as_fd(), 4_000).unwrap() {
                pipe.empty(n, &mut to_file).unwrap();
                all += n;
            }
            to_file.write_all(b"tail").unwrap();
            let got = std::fs::read(&to).unwrap();
            assert_eq!(
                (all, got.len(), &got[..5], &got[10_003..]),
                (10_000, 10_008, &b"head\x07"[..], &b"\x07tail"[..])
            );
            std::fs::remove_file(to).unwrap();
        }
        std::fs::remove_file(path).unwrap();
    }
}
