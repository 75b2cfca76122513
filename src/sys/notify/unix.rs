//! An eventfd, or a pipe where there is none.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;

/// See the module. Nobody but its owner may read from it or write to it.
#[derive(Debug)]
pub struct Notify {
    reader: File,
    /// The other end where the system has no eventfd.
    writer: Option<File>,
}

impl Notify {
    /// One that is not raised.
    pub fn new() -> io::Result<Notify> {
        #[cfg(target_os = "linux")]
        return Ok(Notify { reader: eventfd::open()?, writer: None });
        #[cfg(not(target_os = "linux"))]
        Notify::with_pipe()
    }

    #[cfg(any(not(target_os = "linux"), test))]
    fn with_pipe() -> io::Result<Notify> {
        let (reader, writer) = pipe::open()?;
        Ok(Notify { reader, writer: Some(writer) })
    }

    /// Makes it readable. Call it only when it is not.
    pub fn raise(&self) {
        let end = self.writer.as_ref().unwrap_or(&self.reader);
        // What an eventfd takes; from a pipe all of it is read again.
        let one = 1u64.to_ne_bytes();
        // Neither end blocks: the only failure left is a counter or a pipe that somebody else filled,
        // and then it is readable anyway.
        while matches!((&*end).write(&one), Err(e) if e.kind() == ErrorKind::Interrupted) {}
    }

    /// Makes it not readable.
    pub fn clear(&self) {
        let mut bytes = [0; 8];
        while matches!((&self.reader).read(&mut bytes), Err(e) if e.kind() == ErrorKind::Interrupted) {}
    }

    /// The descriptor to watch. It stays the property of this object.
    pub fn fd(&self) -> i32 {
        self.reader.as_raw_fd()
    }
}

#[cfg(target_os = "linux")]
mod eventfd {
    use std::fs::File;
    use std::io;
    use std::os::fd::{FromRawFd, OwnedFd};

    pub fn open() -> io::Result<File> {
        // SAFETY: no pointers; the result is checked before it is used.
        let fd = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: just opened, and nobody else knows it.
        Ok(File::from(unsafe { OwnedFd::from_raw_fd(fd) }))
    }
}

#[cfg(any(not(target_os = "linux"), test))]
mod pipe {
    use std::fs::File;
    use std::io;
    use std::os::fd::{AsRawFd, OwnedFd};

    pub fn open() -> io::Result<(File, File)> {
        let (reader, writer) = io::pipe()?;
        let ends = (File::from(OwnedFd::from(reader)), File::from(OwnedFd::from(writer)));
        // If anybody read from the descriptor although told not to, the owner must not wait for a byte.
        for end in [&ends.0, &ends.1] {
            // SAFETY: the descriptor is open as long as `end`, and the call has no pointers.
            let failed = unsafe {
                let flags = libc::fcntl(end.as_raw_fd(), libc::F_GETFL);
                flags < 0 || libc::fcntl(end.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) < 0
            };
            if failed {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(ends)
    }
}

#[cfg(test)]
pub(in crate::sys) mod tests {
    use super::Notify;
    use crate::sys::notify::tests::is_a_level;

    /// Whether the descriptor is readable now.
    pub(crate) fn readable(fd: i32) -> bool {
        let mut p = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
        // SAFETY: one pollfd, as told.
        let n = unsafe { libc::poll(&mut p, 1, 0) };
        assert!(n >= 0);
        n == 1 && p.revents & libc::POLLIN != 0
    }

    fn check(n: &Notify) {
        is_a_level(n);
        // SAFETY: no pointers.
        let flags = unsafe { libc::fcntl(n.fd(), libc::F_GETFD) };
        assert_eq!(flags & libc::FD_CLOEXEC, libc::FD_CLOEXEC);
    }

    #[test]
    fn a_level_by_the_means_of_this_system() {
        check(&Notify::new().unwrap());
    }

    #[test]
    fn a_level_by_a_pipe() {
        check(&Notify::with_pipe().unwrap());
    }
}
