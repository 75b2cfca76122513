//! Descriptors that programs hand us: regular files, which have positions, and streams such as pipes, sockets and
//! consoles, which have none, and may keep us waiting.
//!
//! On Windows the number of a C library's descriptor says nothing outside of it, and there may be several such libraries in
//! a program; what all share are handles. So there a descriptor is the value of a handle, of a file or pipe or of a
//! socket, or 0, 1 or 2 for the standard streams.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub use unix::{Borrowed, Descriptor, borrow, of};
#[cfg(windows)]
pub use windows::{Borrowed, Descriptor, borrow, of};

/// How long a wait goes on before it looks whether it should end.
const SLICE: std::time::Duration = std::time::Duration::from_millis(50);

/// What a descriptor is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    Regular,
    /// A folder.
    Directory,
    /// All else.
    Stream,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{self, Read, Write};
    use std::thread;
    use std::time::Duration;

    /// A pipe, and its ends as programs hand them over.
    fn pipe() -> (io::PipeReader, io::PipeWriter) {
        io::pipe().unwrap()
    }

    #[test]
    fn a_pipe_is_read_to_its_end() {
        let (reader, mut writer) = pipe();
        let mut d = Descriptor::duplicate(of(&reader)).unwrap();
        drop(reader);
        assert_eq!(d.kind().unwrap(), Kind::Stream);
        let t = thread::spawn(move || {
            for _ in 0..3 {
                writer.write_all(b"abc").unwrap();
                thread::sleep(Duration::from_millis(20));
            }
        });
        let (mut got, mut buf) = (Vec::new(), [0; 2]);
        loop {
            match d.read(&mut buf, &|| Ok(())).unwrap() {
                0 => break,
                n => got.extend_from_slice(&buf[..n]),
            }
        }
        assert_eq!(got, b"abcabcabc");
        t.join().unwrap();
    }

    /// Says that it is enough when it is asked for the third time.
    fn enough() -> impl Fn() -> io::Result<()> {
        let asked = std::cell::Cell::new(0);
        move || {
            asked.set(asked.get() + 1);
            if asked.get() > 2 { Err(io::Error::other("enough")) } else { Ok(()) }
        }
    }

    #[test]
    fn waiting_for_a_pipe_can_be_ended() {
        let (reader, writer) = pipe();
        let mut d = Descriptor::duplicate(of(&reader)).unwrap();
        assert_eq!(d.read(&mut [0; 8], &enough()).unwrap_err().to_string(), "enough");
        // Nobody reads, so it is full some time.
        let d = Descriptor::duplicate(of(&writer)).unwrap();
        let failed = loop {
            if let Err(e) = d.write(&[0; 4096], &enough()) {
                break e;
            }
        };
        assert_eq!(failed.to_string(), "enough");
    }

    #[test]
    fn what_is_written_to_a_pipe_arrives() {
        let (mut reader, writer) = pipe();
        let d = Descriptor::duplicate(of(&writer)).unwrap();
        drop(writer);
        let t = thread::spawn(move || {
            let mut got = Vec::new();
            reader.read_to_end(&mut got).unwrap();
            got
        });
        let mut left = &[7; 100_000][..];
        while !left.is_empty() {
            let n = d.write(left, &|| Ok(())).unwrap();
            left = &left[n..];
        }
        drop(d);
        assert_eq!(t.join().unwrap().len(), 100_000);
    }

    #[test]
    fn a_reader_that_went_away_is_an_error() {
        let _quiet = crate::sys::signals::NoSigPipe::new();
        let (reader, writer) = pipe();
        drop(reader);
        let d = Descriptor::duplicate(of(&writer)).unwrap();
        assert_eq!(d.write(b"x", &|| Ok(())).unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn files_are_told_from_folders() {
        let path = std::env::temp_dir().join(format!("swc-fd-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        let file = std::fs::File::open(&path).unwrap();
        assert_eq!(Descriptor::duplicate(of(&file)).unwrap().kind().unwrap(), Kind::Regular);
        std::fs::remove_file(path).unwrap();
    }
}
