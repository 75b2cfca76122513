//! Linux: reads that do not wait (`RWF_NOWAIT`), and file systems that are nowhere but in memory.

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;

use crate::sys::file::read_at;

/// A file that can be asked.
pub struct Resident<'a> {
    file: &'a File,
    /// It lies nowhere else.
    always: bool,
}

impl<'a> Resident<'a> {
    /// `None` for a file whose file system cannot tell.
    pub fn of(file: &'a File) -> Option<Resident<'a>> {
        if is_in_memory(file) {
            return Some(Resident { file, always: true });
        }
        let resident = Resident { file, always: false };
        match resident.without_waiting(&mut [0], 0) {
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => Some(resident),
            Err(_) => None,
            Ok(_) => Some(resident),
        }
    }

    /// Fills all of `buf` from `offset` on; `false` when some of it is not in memory, or behind the end.
    pub fn read(&self, buf: &mut [u8], offset: u64) -> io::Result<bool> {
        let mut at = 0;
        while at < buf.len() {
            let (rest, from) = (&mut buf[at..], offset + at as u64);
            let n = match self.always {
                true => read_at(self.file, rest, from),
                false => self.without_waiting(rest, from),
            };
            match n {
                Ok(0) => return Ok(false),
                Ok(n) => at += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(e) => return Err(e),
            }
        }
        Ok(true)
    }

    /// One system call; the C library's own function is younger than some that the library shall run with.
    fn without_waiting(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let room = libc::iovec { iov_base: buf.as_mut_ptr().cast(), iov_len: buf.len() };
        // Where one register cannot hold an offset, it goes in two halves; elsewhere the second is ignored.
        let (low, high) = (offset as libc::c_long, (offset >> 32) as libc::c_long);
        // SAFETY: the descriptor is open, and `room` is the memory of `buf`, which is borrowed for the call.
        let n = unsafe {
            libc::syscall(
                libc::SYS_preadv2,
                self.file.as_raw_fd() as libc::c_long,
                &raw const room,
                1 as libc::c_long,
                low,
                high,
                libc::RWF_NOWAIT as libc::c_long,
            )
        };
        usize::try_from(n).map_err(|_| io::Error::last_os_error())
    }
}

/// Whether a file is on a file system without a disk.
fn is_in_memory(file: &File) -> bool {
    let mut about = MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: the descriptor is open, and there is room for what is told.
    if unsafe { libc::fstatfs(file.as_raw_fd(), about.as_mut_ptr()) } != 0 {
        return false;
    }
    // SAFETY: the call succeeded, and has filled it in.
    let about = unsafe { about.assume_init() };
    // The types of both differ from system to system.
    about.f_type as u64 == libc::TMPFS_MAGIC as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn what_was_just_written_lies_in_memory_and_nothing_behind_it() {
        let mut file = tempfile_in(&std::env::temp_dir());
        let bytes: Vec<u8> = (0..100_000u32).map(|n| n as u8).collect();
        file.write_all(&bytes).unwrap();
        // Not all file systems tell.
        let Some(resident) = Resident::of(&file) else { return };
        let mut buf = vec![0; 60_000];
        assert!(resident.read(&mut buf, 40_000).unwrap());
        assert_eq!(buf, bytes[40_000..]);
        assert!(!resident.read(&mut buf, 40_001).unwrap());
        assert!(!resident.read(&mut buf, 1 << 40).unwrap());
        assert!(resident.read(&mut [], 0).unwrap());
    }

    #[test]
    fn a_pipe_has_nothing_to_tell() {
        let (out, _into) = std::io::pipe().unwrap();
        assert!(Resident::of(&File::from(std::os::fd::OwnedFd::from(out))).is_none());
    }

    fn tempfile_in(folder: &std::path::Path) -> File {
        let path = folder.join(format!("swc-resident-{}", std::process::id()));
        let file = File::options().read(true).write(true).create(true).truncate(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file
    }
}
