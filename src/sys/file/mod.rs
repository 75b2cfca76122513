//! Files: a file that appears under its name only when it is whole, reads at an offset, room set aside.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

pub use system::{cannot_be_read, is_starved, preallocate, refuse_links};

/// What may already stand where a file is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// Nothing, or a regular file that will be replaced.
    File,
    /// A character device such as `/dev/null`: it is written to and stays.
    Device,
    /// A folder, a pipe, a socket, a disk: not to be replaced by a file.
    Other,
}

/// What is at `path`; links are followed.
pub fn occupant(path: &Path) -> Occupant {
    if system::is_device_path(path) {
        return Occupant::Device;
    }
    let Ok(meta) = fs::metadata(path) else { return Occupant::File };
    if system::is_device(&meta) {
        return Occupant::Device;
    }
    if meta.is_file() { Occupant::File } else { Occupant::Other }
}

/// Where a path leads through links, also when the last of them points to what is not there yet.
pub fn through_links(path: &Path) -> PathBuf {
    let mut path = path.to_path_buf();
    // As many as the system would follow.
    for _ in 0..40 {
        let Ok(next) = fs::read_link(&path) else { break };
        path = match path.parent() {
            Some(folder) => folder.join(next),
            None => next,
        };
    }
    path
}

/// Refuses what no file can take the place of.
fn check_target(target: &Path) -> io::Result<()> {
    if target.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "is a directory"));
    }
    if occupant(target) != Occupant::File {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file"));
    }
    Ok(())
}

/// Whether an open file is the regular file of that name.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    if !open.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "is not a regular file"));
    }
    match system::is_same(file, &open, path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
        same => same,
    }
}

/// Options for a file that is written here and by nobody else.
fn to_write() -> OpenOptions {
    let mut options = OpenOptions::new();
    // What parts have written may be read again, to be checked.
    options.read(true).write(true);
    system::share(&mut options);
    options
}

/// Opens a file to read; a named pipe that nobody writes to yet is not waited for.
pub fn open_readable(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    system::do_not_wait(&mut options);
    options.open(path)
}

/// A file being written under a temporary name beside its target. [`commit`](PendingFile::commit) gives it its
/// name; dropped before that, it is removed and the target stays as it was.
#[derive(Debug)]
pub struct PendingFile {
    file: File,
    temporary: PathBuf,
    target: PathBuf,
    /// Whether it stays under its temporary name when it is dropped.
    keep: bool,
    done: bool,
}

impl PendingFile {
    /// Creates the temporary file in the target's folder, which must exist.
    pub fn create(target: &Path) -> io::Result<PendingFile> {
        PendingFile::create_over(target).map(|(pending, _)| pending)
    }

    /// The same, and the file that has its name now.
    fn create_over(target: &Path) -> io::Result<(PendingFile, Option<fs::Metadata>)> {
        // Mostly there is nothing, or a file.
        let mut there = fs::symlink_metadata(target).ok();
        if there.as_ref().is_none_or(fs::Metadata::is_file) && !system::is_device_path(target) {
            return Ok((PendingFile::beside(target.to_owned())?, there));
        }
        // A link is written through, as any other program would.
        let target = through_links(target);
        check_target(&target)?;
        there = fs::metadata(&target).ok();
        Ok((PendingFile::beside(target)?, there))
    }

    /// The same for a target of which it is known that a file can take its place.
    fn beside(target: PathBuf) -> io::Result<PendingFile> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let (folder, name) = match system::parts(&target) {
            Some((folder, name)) => (Some(folder), name),
            None => (None, target.file_name().ok_or(io::ErrorKind::InvalidInput)?),
        };
        // A name may be as long as the file system allows: ours must not be longer. The random part keeps two
        // processes apart that write the same target.
        let name = name.to_string_lossy();
        let stem = name.char_indices().nth(40).map_or(&*name, |(end, _)| &name[..end]);
        loop {
            let n = NEXT.fetch_add(1, Ordering::Relaxed);
            let unique = digits(fastrand::u64(..) ^ n);
            let parts = [".", stem, ".", str::from_utf8(&unique).unwrap_or_default(), ".part"];
            let room = folder.map_or(0, OsStr::len) + parts.iter().map(|p| p.len()).sum::<usize>();
            let mut temporary = OsString::with_capacity(room);
            temporary.push(folder.unwrap_or_default());
            parts.iter().for_each(|part| temporary.push(part));
            let temporary = match folder {
                Some(_) => PathBuf::from(temporary),
                None => target.with_file_name(temporary),
            };
            match to_write().create_new(true).open(&temporary) {
                Ok(file) => return Ok(PendingFile { file, temporary, target, keep: false, done: false }),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Opens a temporary file of this name that was kept, or creates it; dropped, it stays. `None` when it is open
    /// elsewhere, or cannot be kept for this one alone.
    pub fn take_up(target: &Path, temporary: PathBuf) -> io::Result<Option<PendingFile>> {
        check_target(target)?;
        let mut options = to_write();
        options.create(true).truncate(false);
        refuse_links(&mut options);
        loop {
            let file = match options.open(&temporary) {
                Err(e) if system::is_open_elsewhere(&e) => return Ok(None),
                file => file?,
            };
            if file.try_lock().is_err() {
                return Ok(None);
            }
            // Who had it before may have given it its name, between the two.
            if is_at(&file, &temporary)? {
                return Ok(Some(PendingFile {
                    file,
                    temporary,
                    target: target.to_owned(),
                    keep: true,
                    done: false,
                }));
            }
        }
    }

    /// It shall not stay when it is dropped.
    pub fn give_up(&mut self) {
        self.keep = false;
    }

    /// The file, to write to.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// The same for several who write at offsets of it.
    pub fn shared(&self) -> &File {
        &self.file
    }

    /// A file system that keeps no times is no failure.
    fn set_time(&self, modified: Option<SystemTime>) {
        if let Some(t) = modified {
            let _ = self.file.set_times(fs::FileTimes::new().set_accessed(t).set_modified(t));
        }
    }

    /// Gives the file its name, in place of what had it. An existing target's permissions are kept. With `modified`
    /// that is the file's time when it appears.
    pub fn commit(self, modified: Option<SystemTime>) -> io::Result<()> {
        let there = fs::metadata(&self.target).ok();
        self.take_place(modified, there)
    }

    /// The same, in place of a file of which that is known.
    fn take_place(mut self, modified: Option<SystemTime>, there: Option<fs::Metadata>) -> io::Result<()> {
        self.file.flush()?;
        self.set_time(modified);
        if let Some(there) = there {
            // Not fatal: the file system may have no permissions to set.
            let _ = system::keep_permissions(&self.file, &there);
        }
        system::rename(&self.temporary, &self.target)?;
        self.done = true;
        Ok(())
    }
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        if !self.done && !self.keep {
            // Nothing better can be done about a failure here.
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// A number in sixteen hexadecimal digits.
fn digits(number: u64) -> [u8; 16] {
    let mut out = [0; 16];
    for (at, digit) in out.iter_mut().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (60 - 4 * at)) as usize & 15];
    }
    out
}

/// Makes a file of these bytes in one go: it appears under its name whole, as with [`PendingFile`]. A device is written
/// to.
pub fn put(path: &Path, bytes: &[u8], modified: Option<SystemTime>) -> io::Result<()> {
    put_by(path, bytes, modified, system::rename_new)
}

/// The same; `rename_new` gives a file a name that nothing has.
fn put_by(
    path: &Path,
    bytes: &[u8],
    modified: Option<SystemTime>,
    rename_new: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    // Mostly nothing has that name yet, and nobody need look. What cannot be done so is done the long way, which knows
    // why if that cannot be either.
    if system::MAKES_NEW
        && let Ok(mut pending) = PendingFile::beside(path.to_owned())
    {
        pending.file().write_all(bytes)?;
        pending.set_time(modified);
        if rename_new(&pending.temporary, path).is_ok() {
            pending.done = true;
            return Ok(());
        }
        match fs::symlink_metadata(path) {
            Ok(there) if there.is_file() => return pending.take_place(None, Some(there)),
            // Not every file system can do that.
            Err(e) if e.kind() == io::ErrorKind::NotFound => return pending.take_place(None, None),
            _ => {}
        }
    }
    match PendingFile::create_over(path) {
        Err(_) if occupant(path) == Occupant::Device => {
            OpenOptions::new().write(true).open(path)?.write_all(bytes)
        }
        Err(e) => Err(e),
        Ok((mut pending, there)) => {
            pending.file().write_all(bytes)?;
            pending.take_place(modified, there)
        }
    }
}

/// Reads at an offset without moving the file's position, so that several can read one file.
pub fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match system::read_at(file, buf, offset) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            r => return r,
        }
    }
}

/// Writes all of it at an offset without moving the file's position, so that several can write to one file.
pub fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match system::write_at(file, bytes, offset) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(n) => {
                bytes = &bytes[n..];
                offset += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let d = std::env::temp_dir().join(format!("swc-file-{name}-{}", std::process::id()));
        fs::create_dir_all(&d).unwrap();
        d
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let d = folder("whole");
        let target = d.join("a");
        fs::write(&target, "old").unwrap();
        let mut p = PendingFile::create(&target).unwrap();
        p.file().write_all(b"half").unwrap();
        drop(p);
        assert_eq!(fs::read(&target).unwrap(), b"old");
        let mut p = PendingFile::create(&target).unwrap();
        p.file().write_all(b"new").unwrap();
        let t = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        p.commit(Some(t)).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::metadata(&target).unwrap().modified().unwrap(), t);
        assert_eq!(fs::read_dir(&d).unwrap().count(), 1);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn a_file_made_in_one_go_is_like_one_that_was_written_to() {
        let d = folder("put");
        let target = d.join("a");
        let t = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        put(&target, b"one", Some(t)).unwrap();
        assert_eq!(fs::metadata(&target).unwrap().modified().unwrap(), t);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
            put(&target, b"two", None).unwrap();
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
            std::os::unix::fs::symlink("a", d.join("link")).unwrap();
            put(&d.join("link"), b"three", None).unwrap();
            assert!(fs::symlink_metadata(d.join("link")).unwrap().is_symlink());
            assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
            fs::remove_file(d.join("link")).unwrap();
            put(Path::new("/dev/null"), b"x", None).unwrap();
        }
        #[cfg(windows)]
        put(&target, b"three", None).unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"three");
        // A link that leads nowhere yet is written through too, and a pipe is left alone.
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("far", d.join("link")).unwrap();
            put(&d.join("link"), b"four", Some(t)).unwrap();
            assert!(fs::symlink_metadata(d.join("link")).unwrap().is_symlink());
            assert_eq!(fs::read(d.join("far")).unwrap(), b"four");
            assert_eq!(fs::metadata(d.join("far")).unwrap().modified().unwrap(), t);
            let pipe = d.join("pipe");
            let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
            assert!(made.success() && put(&pipe, b"x", None).is_err());
            assert_eq!(fs::read_dir(&d).unwrap().count(), 4);
            for name in ["far", "link", "pipe"] {
                fs::remove_file(d.join(name)).unwrap();
            }
        }
        assert!(put(&d, b"x", None).is_err());
        assert_eq!(put(&d.join("no/such"), b"x", None).unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(fs::read_dir(&d).unwrap().count(), 1);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn a_file_is_made_where_new_names_cannot_be_told_from_old_ones() {
        let d = folder("old-system");
        let target = d.join("a");
        let t = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let none = |_: &Path, _: &Path| -> io::Result<()> { Err(io::ErrorKind::InvalidInput.into()) };
        for text in ["one", "two"] {
            put_by(&target, text.as_bytes(), Some(t), none).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
            assert_eq!(fs::metadata(&target).unwrap().modified().unwrap(), t);
        }
        assert!(put_by(&d, b"x", None, none).is_err());
        assert_eq!(fs::read_dir(&d).unwrap().count(), 1);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn temporary_files_lie_beside_their_targets() {
        let d = folder("beside");
        fs::create_dir_all(d.join("a")).unwrap();
        let long = "é".repeat(100);
        let name = |p: &PendingFile| p.temporary.file_name().unwrap().to_str().unwrap().to_owned();
        for (target, stem) in [("b", "b"), (&*long, &long[..80]), ("a/../c", "c"), ("e/", "e"), ("e/.", "e")]
        {
            let p = PendingFile::beside(d.join(target)).unwrap();
            assert_eq!(p.temporary.parent().unwrap().canonicalize().unwrap(), d.canonicalize().unwrap());
            let (start, end) = (format!(".{stem}."), ".part");
            let shown = name(&p);
            let middle = shown.strip_prefix(&start).and_then(|s| s.strip_suffix(end)).unwrap();
            assert!(middle.len() == 16 && u64::from_str_radix(middle, 16).is_ok(), "{shown}");
        }
        assert_eq!(digits(0x0123_4567_89ab_cdef), *b"0123456789abcdef");
        assert!(PendingFile::beside(d.join("..")).is_err() && PendingFile::beside(PathBuf::new()).is_err());
        // One without a folder lies in the present one.
        assert_eq!(system::parts(Path::new("f")).map(|(folder, _)| folder.len()), cfg!(unix).then_some(0));
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn long_names_and_links_work_and_folders_are_refused() {
        let d = folder("names");
        let long = d.join("x".repeat(255));
        PendingFile::create(&long).unwrap().commit(None).unwrap();
        assert!(long.exists());
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&long, d.join("link")).unwrap();
            let mut p = PendingFile::create(&d.join("link")).unwrap();
            p.file().write_all(b"through").unwrap();
            p.commit(None).unwrap();
            assert_eq!(fs::read(&long).unwrap(), b"through");
            // A link to what is not there yet makes that.
            std::os::unix::fs::symlink("new", d.join("dangling")).unwrap();
            PendingFile::create(&d.join("dangling")).unwrap().commit(None).unwrap();
            assert!(
                d.join("new").is_file() && fs::symlink_metadata(d.join("dangling")).unwrap().is_symlink()
            );
            assert!(fs::symlink_metadata(d.join("link")).unwrap().is_symlink());
        }
        assert!(PendingFile::create(&d).is_err());
        assert!(PendingFile::create(&d.join("no/such")).is_err());
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn room_is_set_aside_without_changing_the_length() {
        let d = folder("room");
        let f = File::create(d.join("a")).unwrap();
        preallocate(&f, 1 << 20).unwrap();
        assert_eq!(f.metadata().unwrap().len(), 0);
        drop(f);
        fs::remove_dir_all(d).unwrap();
    }
}
