//! A body to send: memory, a file or part of one, a descriptor, or callbacks. One source serves both APIs.

pub(crate) mod feed;
mod reading;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use self::feed::Feed;
pub(crate) use self::reading::SourceReader;
use self::reading::{Input, stamp, stamp_of};
use super::cancel::{Call, lock};
use super::digest::Md5;
use super::error::{Error, Kind, Result};
use crate::sys::fd::{self, Descriptor};
use crate::sys::file::{open_readable, read_at};

/// Where bytes come from when the caller makes them. Used by one call at a time.
pub trait Callbacks: Send {
    /// Puts up to `buf.len()` bytes into `buf`; 0 is the end. An error ends the call and names the caller's code.
    fn read(&mut self, buf: &mut [u8]) -> std::result::Result<usize, i64>;
    /// Whether [`rewind`](Callbacks::rewind) can work at all.
    fn can_rewind(&self) -> bool;
    /// Goes back to the first byte; `false` when that failed.
    fn rewind(&mut self) -> bool;
}

/// Memory that outlives its use: a `Vec`, or what a C caller lent.
pub type Memory = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A piece of a body that can be sent from where it lies.
pub(crate) enum Chunk<'a> {
    Memory(&'a [u8]),
    File(Arc<File>, u64, usize),
}

enum Origin {
    Memory(Memory),
    Path {
        path: PathBuf,
        range: Option<(u64, u64)>,
        /// The MD5 of what it will give, when that is known.
        sum: Option<Md5>,
    },
    /// A regular file by descriptor, read at offsets: it can be sent again, and by several at once.
    File {
        file: Arc<File>,
        offset: u64,
        length: Option<u64>,
    },
    /// What has only one position: a pipe, a socket, callbacks.
    Stream {
        stream: Mutex<Stream>,
        length: Option<u64>,
        busy: AtomicBool,
    },
}

struct Stream {
    from: From,
    /// Something was taken since the start or the last rewind.
    touched: bool,
}

enum From {
    Pipe(Descriptor),
    Callbacks(Box<dyn Callbacks>),
    Feed(Feed),
}

/// A body to send. Cheap to clone; clones are the same source.
#[derive(Clone)]
pub struct Source(Arc<Origin>);

impl Source {
    /// Bytes in memory; can be sent any number of times, also at once.
    pub fn memory(bytes: Memory) -> Source {
        Source(Arc::new(Origin::Memory(bytes)))
    }

    /// A whole file, opened each time it is sent; its size is taken then.
    pub fn file(path: impl Into<PathBuf>) -> Source {
        Source(Arc::new(Origin::Path { path: path.into(), range: None, sum: None }))
    }

    /// `length` bytes of a file from `offset`; it is an error when the file has less.
    pub fn file_range(path: impl Into<PathBuf>, offset: u64, length: u64) -> Source {
        Source::file_range_of_sum(path, offset, length, None)
    }

    /// The same of which the MD5 was found before: it is not found again while it is sent.
    pub(crate) fn file_range_of_sum(
        path: impl Into<PathBuf>,
        offset: u64,
        length: u64,
        sum: Option<String>,
    ) -> Source {
        let sum = sum.and_then(|sum| Md5::of_etag(sum.as_bytes()));
        Source(Arc::new(Origin::Path { path: path.into(), range: Some((offset, length)), sum }))
    }

    /// A descriptor from its present position; duplicated, so the caller may close its own. `None` as length: to
    /// the end. A regular file can be sent again and its position stays; a pipe or socket can be sent once.
    pub fn fd(fd: fd::Borrowed<'_>, length: Option<u64>) -> Result<Source> {
        let own =
            Descriptor::duplicate(fd).map_err(|e| Error::io("the descriptor cannot be duplicated", &e))?;
        match own.kind().map_err(|e| Error::io("the descriptor cannot be examined", &e))? {
            fd::Kind::Directory => Err(Error::invalid("the descriptor is a directory")),
            fd::Kind::Regular => {
                let (file, offset) =
                    own.into_file().map_err(|e| Error::io("the descriptor has no position", &e))?;
                Ok(Source(Arc::new(Origin::File { file: Arc::new(file), offset, length })))
            }
            fd::Kind::Stream => Ok(Source::stream(From::Pipe(own), length)),
        }
    }

    /// Bytes from callbacks; with `None` as length they are sent in chunks until the end.
    pub fn callbacks(callbacks: Box<dyn Callbacks>, length: Option<u64>) -> Source {
        Source::stream(From::Callbacks(callbacks), length)
    }

    /// What another thread gives piece by piece.
    pub(crate) fn feed(feed: Feed) -> Source {
        Source::stream(From::Feed(feed), None)
    }

    fn stream(from: From, length: Option<u64>) -> Source {
        Source(Arc::new(Origin::Stream {
            stream: Mutex::new(Stream { from, touched: false }),
            length,
            busy: AtomicBool::new(false),
        }))
    }

    /// The number of bytes it will give, when known. Looks at the file when it is one.
    pub fn size(&self) -> Result<Option<u64>> {
        match &*self.0 {
            Origin::Memory(m) => Ok(Some((**m).as_ref().len() as u64)),
            Origin::Path { range: Some((_, length)), .. } => Ok(Some(*length)),
            Origin::Path { path, range: None, .. } => {
                let meta = std::fs::metadata(path).map_err(|e| Error::io(path.display(), &e))?;
                if !meta.is_file() {
                    return Ok(None);
                }
                if meta.len() > 0 {
                    return Ok(Some(meta.len()));
                }
                let file = open_readable(path).map_err(|e| Error::io(path.display(), &e))?;
                size_of(&file, 0).map_err(|e| Error::io(path.display(), &e))
            }
            Origin::File { length: Some(length), .. } => Ok(Some(*length)),
            Origin::File { file, offset, length: None } => rest(file, *offset),
            Origin::Stream { length, .. } => Ok(*length),
        }
    }

    /// The path of a file source.
    pub fn path(&self) -> Option<&Path> {
        match &*self.0 {
            Origin::Path { path, .. } => Some(path),
            _ => None,
        }
    }

    /// The path of a source that is a whole file.
    pub(crate) fn whole_file(&self) -> Option<&Path> {
        match &*self.0 {
            Origin::Path { path, range: None, .. } => Some(path),
            _ => None,
        }
    }

    /// Whether it gives the same bytes each time it is sent, whatever became of it before.
    pub(crate) fn can_be_repeated(&self) -> bool {
        !matches!(&*self.0, Origin::Stream { .. })
    }

    /// Makes it ready to be sent from its start.
    pub(crate) fn open(&self) -> Result<SourceReader> {
        let mut known = None;
        let (input, left) = match &*self.0 {
            Origin::Memory(m) => (Input::Memory(m.clone()), Some((**m).as_ref().len() as u64)),
            Origin::Path { path, range, sum } => {
                known = *sum;
                open_path(path, *range)?
            }
            Origin::File { file, offset, length } => {
                let have = rest(file, *offset)?;
                if let (Some(have), Some(length)) = (have, *length)
                    && length > have
                {
                    return Err(too_short("the descriptor", have, length));
                }
                (
                    Input::File {
                        file: file.clone(),
                        start: *offset,
                        name: "the descriptor".into(),
                        stamp: stamp(file),
                    },
                    length.or(have),
                )
            }
            Origin::Stream { stream, length, busy } => {
                if busy.swap(true, Ordering::AcqRel) {
                    return Err(Error::new(Kind::State, "the source is in use by another call"));
                }
                // From here on the reader's drop makes it free again.
                let reader = SourceReader::new(Input::Stream(self.clone()), *length);
                let mut stream = lock(stream);
                if stream.touched {
                    stream.rewind().map_err(|e| e.with_kind(Kind::State))?;
                }
                return Ok(reader);
            }
        };
        Ok(SourceReader::new(input, left).of_sum(known))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match &*self.0 {
            Origin::Memory(_) => "memory",
            Origin::Path { .. } => "file",
            Origin::File { .. } => "descriptor",
            Origin::Stream { .. } => "stream",
        };
        f.debug_tuple("Source").field(&what).finish()
    }
}

fn open_path(path: &Path, range: Option<(u64, u64)>) -> Result<(Input, Option<u64>)> {
    let shown = path.display().to_string();
    let file = open_readable(path).map_err(|e| Error::io(&shown, &e))?;
    let meta = file.metadata().map_err(|e| Error::io(&shown, &e))?;
    if meta.is_dir() {
        return Err(Error::new(Kind::Io, format!("{shown}: is a directory")));
    }
    if !meta.is_file() {
        // A named pipe or a device: no size, one pass.
        if range.is_some() {
            return Err(Error::new(
                Kind::Io,
                format!("{shown}: is no regular file, so no part of it can be sent"),
            ));
        }
        let stream = Source::stream(From::Pipe(Descriptor::opened(file)), None);
        let reader = stream.open()?;
        return Ok((Input::Nested(Box::new(reader)), None));
    }
    let start = range.map_or(0, |(offset, _)| offset);
    let have = size_from(&file, meta.len(), start).map_err(|e| Error::io(&shown, &e))?;
    if let (Some(have), Some((_, length))) = (have, range)
        && length > have
    {
        return Err(too_short(&shown, have, length));
    }
    let length = range.map(|(_, length)| length).or(have);
    Ok((Input::File { file: Arc::new(file), start, name: shown, stamp: stamp_of(&meta) }, length))
}

fn rest(file: &File, offset: u64) -> Result<Option<u64>> {
    size_of(file, offset).map_err(|e| Error::io("the descriptor cannot be examined", &e))
}

/// How many bytes a regular file has from `offset` on; `None` when only reading it can tell. Files such as those
/// of /proc say they are empty, and are not.
fn size_of(file: &File, offset: u64) -> std::io::Result<Option<u64>> {
    size_from(file, file.metadata()?.len(), offset)
}

/// The same of a file that says it has this size.
fn size_from(file: &File, size: u64, offset: u64) -> std::io::Result<Option<u64>> {
    if size == 0 && read_at(file, &mut [0], 0)? > 0 {
        return Ok(None);
    }
    Ok(Some(size.saturating_sub(offset)))
}

fn too_short(name: &str, have: u64, want: u64) -> Error {
    Error::new(Kind::Io, format!("{name} has {have} bytes where {want} were to be sent"))
}

/// Reads from what may have nothing yet, without outlasting the call.
fn read_pipe(pipe: &mut Descriptor, buf: &mut [u8], call: Option<&Call>) -> Result<usize> {
    let go_on = || call.map_or(Ok(()), Call::check).map_err(std::io::Error::other);
    pipe.read(buf, &go_on).map_err(|e| Error::io_or_own("the descriptor cannot be read", &e))
}

impl Stream {
    fn read(&mut self, buf: &mut [u8], call: Option<&Call>) -> Result<usize> {
        // A pipe that gave nothing so far is as good as new; what a callback did nobody knows.
        self.touched |= matches!(self.from, From::Callbacks(_));
        match &mut self.from {
            From::Pipe(file) => read_pipe(file, buf, call).inspect(|_| self.touched = true),
            From::Callbacks(c) => match c.read(buf) {
                Ok(n) if n <= buf.len() => Ok(n),
                Ok(n) => Err(Error::new(
                    Kind::Callback,
                    format!("the read callback says it put {n} bytes into room for {}", buf.len()),
                )),
                Err(code) => Err(Error::new(Kind::Callback, format!("the read callback returned {code}"))),
            },
            From::Feed(feed) => feed.read(buf, call).inspect(|_| self.touched = true),
        }
    }

    fn rewind(&mut self) -> Result<()> {
        match &mut self.from {
            From::Pipe(_) => {
                return Err(Error::new(Kind::Io, "a pipe or socket can be sent only once"));
            }
            From::Callbacks(c) if !c.can_rewind() => {
                return Err(Error::new(
                    Kind::Callback,
                    "there is no rewind callback, so it can be sent only once",
                ));
            }
            From::Callbacks(c) => {
                if !c.rewind() {
                    return Err(Error::new(Kind::Callback, "the rewind callback failed"));
                }
            }
            From::Feed(feed) => feed.rewind()?,
        }
        self.touched = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Count(u8, u8, bool);
    impl Callbacks for Count {
        fn read(&mut self, buf: &mut [u8]) -> std::result::Result<usize, i64> {
            if self.0 == self.1 {
                return Ok(0);
            }
            buf[0] = self.0;
            self.0 += 1;
            Ok(1)
        }
        fn can_rewind(&self) -> bool {
            self.2
        }
        fn rewind(&mut self) -> bool {
            self.0 = 0;
            true
        }
    }

    fn all(r: &mut SourceReader) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut buf = [0; 7];
        loop {
            match r.read(&mut buf)? {
                0 => return Ok(out),
                n => out.extend_from_slice(&buf[..n]),
            }
        }
    }

    #[test]
    fn df_01_memory_can_be_sent_again_and_at_once() {
        let s = Source::memory(Arc::new(b"hello world".to_vec()));
        let (mut a, mut b) = (s.open().unwrap(), s.open().unwrap());
        assert_eq!(all(&mut a).unwrap(), b"hello world");
        a.rewind().unwrap();
        assert_eq!(all(&mut a).unwrap(), all(&mut b).unwrap());
    }

    #[test]
    fn rt_21_a_descriptor_starts_where_it_stands_and_stays_there() {
        use std::io::{Read, Seek, SeekFrom};
        let path = std::env::temp_dir().join(format!("swc-source-{}", std::process::id()));
        std::fs::write(&path, "0123456789").unwrap();
        let mut f = File::open(&path).unwrap();
        f.seek(SeekFrom::Start(3)).unwrap();
        let s = Source::fd(fd::of(&f), Some(4)).unwrap();
        let mut r = s.open().unwrap();
        assert_eq!(all(&mut r).unwrap(), b"3456");
        r.rewind().unwrap();
        assert_eq!(all(&mut r).unwrap(), b"3456");
        let mut rest = String::new();
        f.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "3456789");
        assert!(Source::fd(fd::of(&f), Some(1)).unwrap().open().is_err());
        let part = Source::file_range(&path, 8, 2);
        assert_eq!(all(&mut part.open().unwrap()).unwrap(), b"89");
        assert!(Source::file_range(&path, 8, 3).open().is_err());
        std::fs::remove_file(path).unwrap();
    }

    #[test]
    fn a_file_that_is_written_to_while_it_is_sent_shows() {
        use std::io::Write;
        let path = std::env::temp_dir().join(format!("swc-changing-{}", std::process::id()));
        std::fs::write(&path, "0123").unwrap();
        let mut r = Source::file(&path).open().unwrap();
        assert_eq!(all(&mut r).unwrap(), b"0123");
        assert!(!r.has_changed());
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"45").unwrap();
        // As much was sent as there was when it was opened.
        r.rewind().unwrap();
        assert_eq!(all(&mut r).unwrap(), b"0123");
        assert!(r.has_changed());
        std::fs::remove_file(path).unwrap();
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_only_says_it_is_empty_is_read_to_its_end() {
        let path = "/proc/self/cmdline";
        let whole = std::fs::read(path).unwrap();
        let source = Source::file(path);
        assert_eq!(source.size().unwrap(), None);
        let mut r = source.open().unwrap();
        assert_eq!(r.left(), None);
        assert_eq!(all(&mut r).unwrap(), whole);
        r.rewind().unwrap();
        assert_eq!(all(&mut r).unwrap(), whole);
        assert_eq!(all(&mut Source::file_range(path, 0, 3).open().unwrap()).unwrap(), whole[..3]);
    }

    #[test]
    fn a_stream_serves_one_call_at_a_time_and_rewinds_when_it_can() {
        let s = Source::callbacks(Box::new(Count(0, 5, true)), None);
        let mut a = s.open().unwrap();
        assert_eq!(s.open().err().map(|e| e.kind()), Some(Kind::State));
        assert_eq!(all(&mut a).unwrap(), [0, 1, 2, 3, 4]);
        drop(a);
        assert_eq!(all(&mut s.open().unwrap()).unwrap(), [0, 1, 2, 3, 4]);
        let s = Source::callbacks(Box::new(Count(0, 5, false)), None);
        drop(s.open().unwrap());
        all(&mut s.open().unwrap()).unwrap();
        assert_eq!(s.open().err().map(|e| e.kind()), Some(Kind::State));
    }

    #[test]
    fn an_early_end_is_told() {
        let s = Source::callbacks(Box::new(Count(0, 5, true)), Some(6));
        let e = all(&mut s.open().unwrap()).unwrap_err();
        assert_eq!(e.kind(), Kind::Io);
        assert!(e.message().contains("5 of 6"), "{e}");
    }
}
