//! Files of Windows. What the standard library does there already: paths of any length, and a rename that takes the place of
//! another file.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::mem::MaybeUninit;
use std::os::windows::fs::{FileExt, OpenOptionsExt};
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle};
use std::path::Path;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_CRC, ERROR_DISK_FULL, ERROR_FILE_TOO_LARGE, ERROR_HANDLE_DISK_FULL,
    ERROR_HANDLE_EOF, ERROR_IO_DEVICE, ERROR_LOCK_VIOLATION, ERROR_NO_SYSTEM_RESOURCES,
    ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_READ_FAULT, ERROR_SHARING_VIOLATION,
    ERROR_TOO_MANY_OPEN_FILES,
};
use windows_sys::Win32::Storage::FileSystem::{
    BY_HANDLE_FILE_INFORMATION, FILE_ALLOCATION_INFO, FILE_FLAG_BACKUP_SEMANTICS,
    FILE_FLAG_OPEN_REPARSE_POINT, FILE_SHARE_DELETE, FILE_SHARE_READ, FILE_TYPE_CHAR, FileAllocationInfo,
    GetFileInformationByHandle, GetFileType, SetFileInformationByHandle,
};

/// So long a file that others have open for a moment, as scanners and indexers do with what is new, is waited for.
const BUSY: Duration = Duration::from_secs(2);

/// Whether a path leads to a device to write to: `NUL`, a console, a port. Such have names of their own in all folders.
pub(super) fn is_device_path(path: &Path) -> bool {
    // Opened for nothing, so that nothing happens to what is there.
    let Ok(file) = OpenOptions::new().access_mode(0).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path)
    else {
        return false;
    };
    is_character_device(file.as_handle())
}

fn is_character_device(handle: BorrowedHandle<'_>) -> bool {
    // SAFETY: the handle is open, as it is borrowed.
    unsafe { GetFileType(handle.as_raw_handle()) == FILE_TYPE_CHAR }
}

/// Only the path tells.
pub(super) fn is_device(_meta: &Metadata) -> bool {
    false
}

/// A name that others can guess is not opened through a link that they may have put there.
pub fn refuse_links(options: &mut OpenOptions) {
    // It opens the link itself, which is no regular file.
    options.custom_flags(FILE_FLAG_OPEN_REPARSE_POINT);
}

/// Others may read the file, and rename or delete it, but not write to it.
pub(super) fn share(options: &mut OpenOptions) {
    options.share_mode(FILE_SHARE_READ | FILE_SHARE_DELETE);
}

/// Whether a file cannot be opened as somebody else has it.
pub(super) fn is_open_elsewhere(e: &io::Error) -> bool {
    is(e, &[ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION])
}

/// Named pipes are opened at once, or not at all.
pub(super) fn do_not_wait(_options: &mut OpenOptions) {}

/// Whether an open file has this path.
pub(super) fn is_same(file: &File, _open: &Metadata, path: &Path) -> io::Result<bool> {
    let there = OpenOptions::new()
        .access_mode(0)
        .custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT)
        .open(path)?;
    Ok(identity(file)? == identity(&there)?)
}

/// Volume and number of a file.
fn identity(file: &File) -> io::Result<(u32, u32, u32)> {
    let mut found = MaybeUninit::<BY_HANDLE_FILE_INFORMATION>::uninit();
    // SAFETY: the handle is open, as `file` is borrowed, and there is room for the answer.
    if unsafe { GetFileInformationByHandle(file.as_raw_handle(), found.as_mut_ptr()) } == 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the call has filled it.
    let found = unsafe { found.assume_init() };
    Ok((found.dwVolumeSerialNumber, found.nFileIndexHigh, found.nFileIndexLow))
}

/// What there is to keep is that a file is read-only, and such a file is not replaced.
pub(super) fn keep_permissions(_file: &File, _there: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Gives a file its name, in place of what had it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(5);
    loop {
        // One that is read-only is so because somebody wants to keep it.
        if fs::metadata(to).is_ok_and(|m| m.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "is read-only"));
        }
        match fs::rename(from, to) {
            Err(e) if is(&e, &[ERROR_SHARING_VIOLATION, ERROR_ACCESS_DENIED]) && begun.elapsed() < BUSY => {
                std::thread::sleep(pause);
                pause = (pause * 2).min(Duration::from_millis(200));
            }
            done => return done,
        }
    }
}

/// Nothing is won here by looking later.
pub(super) const MAKES_NEW: bool = false;

/// As [`MAKES_NEW`] says.
pub(super) fn rename_new(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Left to the standard library, as names of drives may stand before those of files.
pub(super) fn parts(_path: &Path) -> Option<(&OsStr, &OsStr)> {
    None
}

/// Sets room aside for `length` bytes, so that a full disk shows before the transfer and the file system can lay
/// the file out in one piece. `false` where that is not possible, which is no failure.
pub fn preallocate(file: &File, length: u64) -> io::Result<bool> {
    let Ok(length) = i64::try_from(length) else { return Err(io::ErrorKind::FileTooLarge.into()) };
    if length == 0 {
        return Ok(true);
    }
    let room = FILE_ALLOCATION_INFO { AllocationSize: length };
    // SAFETY: the handle is open, as `file` is borrowed; the information is of the kind and size that is said.
    let done = unsafe {
        SetFileInformationByHandle(
            file.as_raw_handle(),
            FileAllocationInfo,
            (&raw const room).cast(),
            size_of::<FILE_ALLOCATION_INFO>() as u32,
        )
    };
    if done != 0 {
        return Ok(true);
    }
    let e = io::Error::last_os_error();
    if is(&e, &[ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL, ERROR_FILE_TOO_LARGE]) { Err(e) } else { Ok(false) }
}

/// Whether this is the failure of a file or its disk to be read, where it may as well be one of a socket.
pub fn cannot_be_read(e: &io::Error) -> bool {
    is(e, &[ERROR_CRC, ERROR_READ_FAULT, ERROR_IO_DEVICE])
}

/// Whether a file could not be opened for lack of handles or memory, and not for what it is.
pub fn is_starved(e: &io::Error) -> bool {
    is(e, &[ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_NO_SYSTEM_RESOURCES])
}

fn is(e: &io::Error, codes: &[u32]) -> bool {
    e.raw_os_error().is_some_and(|code| codes.contains(&(code as u32)))
}

/// Moves the file's position, which nobody here relies on.
pub(super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    match file.seek_read(buf, offset) {
        Err(e) if is(&e, &[ERROR_HANDLE_EOF]) => Ok(0),
        r => r,
    }
}

/// As [`read_at`].
pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.seek_write(bytes, offset)
}

#[cfg(test)]
mod tests {
    use super::super::{Occupant, PendingFile, occupant};
    use super::*;
    use std::io::Write;
    use std::path::PathBuf;

    fn folder(name: &str) -> PathBuf {
        let d = std::env::temp_dir().join(format!("swc-windows-{name}-{}", std::process::id()));
        fs::create_dir_all(&d).unwrap();
        d
    }

    #[test]
    fn devices_are_told_from_files() {
        let d = folder("devices");
        assert_eq!(occupant(Path::new("NUL")), Occupant::Device);
        assert_eq!(occupant(&d), Occupant::Other);
        assert_eq!(occupant(&d.join("none")), Occupant::File);
        fs::write(d.join("a"), "x").unwrap();
        assert_eq!(occupant(&d.join("a")), Occupant::File);
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn nobody_else_writes_to_what_is_not_complete() {
        let d = folder("alone");
        let mut p = PendingFile::create(&d.join("a")).unwrap();
        p.file().write_all(b"half").unwrap();
        let temporary = fs::read_dir(&d).unwrap().next().unwrap().unwrap().path();
        assert!(is_open_elsewhere(&OpenOptions::new().write(true).open(&temporary).unwrap_err()));
        assert!(fs::read(&temporary).is_ok());
        p.commit(None).unwrap();
        let kept = d.join("kept");
        let one = PendingFile::take_up(&d.join("b"), kept.clone()).unwrap();
        assert!(one.is_some());
        assert!(PendingFile::take_up(&d.join("b"), kept.clone()).unwrap().is_none());
        drop(one);
        assert!(PendingFile::take_up(&d.join("b"), kept).unwrap().is_some());
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn a_file_takes_the_place_of_one_that_may_be_replaced() {
        let d = folder("place");
        let target = d.join("a");
        fs::write(&target, "old").unwrap();
        // Somebody has it open without letting others delete it, and soon has not.
        let busy = OpenOptions::new().read(true).share_mode(FILE_SHARE_READ).open(&target).unwrap();
        let t = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            drop(busy);
        });
        PendingFile::create(&target).unwrap().commit(None).unwrap();
        t.join().unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"");
        let mut permissions = fs::metadata(&target).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&target, permissions.clone()).unwrap();
        let e = PendingFile::create(&target).unwrap().commit(None).unwrap_err();
        assert!(e.to_string().contains("read-only"), "{e}");
        assert_eq!(fs::read_dir(&d).unwrap().count(), 1);
        #[allow(clippy::permissions_set_readonly_false, reason = "there is no other way here")]
        permissions.set_readonly(false);
        fs::set_permissions(&target, permissions).unwrap();
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn paths_may_be_long() {
        let d = folder("long");
        let deep = (0..20).fold(d.clone(), |path, _| path.join("a folder of twenty-five c"));
        assert!(deep.as_os_str().len() > 500);
        fs::create_dir_all(&deep).unwrap();
        let target = deep.join("a");
        for text in ["one", "two"] {
            let mut p = PendingFile::create(&target).unwrap();
            p.file().write_all(text.as_bytes()).unwrap();
            p.commit(None).unwrap();
            assert_eq!(fs::read_to_string(&target).unwrap(), text);
        }
        fs::remove_dir_all(d).unwrap();
    }

    #[test]
    fn reads_and_writes_at_offsets() {
        let d = folder("offsets");
        let file = super::super::to_write().create(true).truncate(true).open(d.join("a")).unwrap();
        super::super::write_at(&file, b"abc", 5).unwrap();
        let mut buf = [9; 16];
        assert_eq!(super::super::read_at(&file, &mut buf, 0).unwrap(), 8);
        assert_eq!(&buf[..8], b"\0\0\0\0\0abc");
        assert_eq!(super::super::read_at(&file, &mut buf, 8).unwrap(), 0);
        assert_eq!(super::super::read_at(&file, &mut buf, 100).unwrap(), 0);
        drop(file);
        fs::remove_dir_all(d).unwrap();
    }
}
