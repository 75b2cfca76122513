//! Files as POSIX has them.

#[cfg(target_os = "linux")]
use std::ffi::CString;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Devices show by what they are, not by their names.
pub(super) fn is_device_path(_path: &Path) -> bool {
    false
}

/// Whether this is a device to write to.
pub(super) fn is_device(meta: &Metadata) -> bool {
    meta.file_type().is_char_device()
}

/// A name that others can guess is not opened through a link that they may have put there.
pub fn refuse_links(options: &mut OpenOptions) {
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK);
}

/// Files are for all here.
pub(super) fn share(_options: &mut OpenOptions) {}

/// Nothing keeps a file from being opened twice; locks do.
pub(super) fn is_open_elsewhere(_e: &io::Error) -> bool {
    false
}

/// A named pipe that nobody writes to is opened all the same.
pub(super) fn do_not_wait(options: &mut OpenOptions) {
    options.custom_flags(libc::O_NONBLOCK);
}

/// Whether an open file, of which that is known, has this path.
pub(super) fn is_same(_file: &File, open: &Metadata, path: &Path) -> io::Result<bool> {
    let there = fs::symlink_metadata(path)?;
    Ok((open.dev(), open.ino()) == (there.dev(), there.ino()))
}

/// Gives a file the permissions of the one whose place it takes; but not what would let a downloaded program run as
/// somebody else.
pub(super) fn keep_permissions(file: &File, there: &Metadata) -> io::Result<()> {
    file.set_permissions(fs::Permissions::from_mode(there.permissions().mode() & 0o777))
}

/// Gives a file its name, in place of what had it.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Whether [`rename_new`] can work here.
pub(super) const MAKES_NEW: bool = cfg!(target_os = "linux");

/// Gives a file its name, unless something has it; not every file system can do that.
#[cfg(target_os = "linux")]
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (CString::new(from.as_os_str().as_bytes())?, CString::new(to.as_os_str().as_bytes())?);
    // SAFETY: both are texts that end in a NUL and live as long as the call, which keeps neither. By number, as not every
    // C library has a function for it.
    let failed = unsafe {
        libc::syscall(
            libc::SYS_renameat2,
            libc::AT_FDCWD,
            from.as_ptr(),
            libc::AT_FDCWD,
            to.as_ptr(),
            libc::RENAME_NOREPLACE,
        )
    } != 0;
    if failed { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Not possible in one step.
#[cfg(not(target_os = "linux"))]
pub(super) fn rename_new(_from: &Path, _to: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// The folder of a path up to its last slash, and the name in it; `None` where the path does not end in a name.
pub(super) fn parts(path: &Path) -> Option<(&OsStr, &OsStr)> {
    let bytes = path.as_os_str().as_bytes();
    let at = bytes.iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    let (folder, name) = bytes.split_at(at);
    let plain = !matches!(name, b"" | b"." | b"..");
    plain.then_some((OsStr::from_bytes(folder), OsStr::from_bytes(name)))
}

/// Sets room aside for `length` bytes, so that a full disk shows before the transfer and the file system can lay
/// the file out in one piece. `false` where that is not possible, which is no failure.
#[cfg(target_os = "linux")]
pub fn preallocate(file: &File, length: u64) -> io::Result<bool> {
    use std::os::fd::AsRawFd;
    let Ok(length) = libc::off_t::try_from(length) else {
        return Err(io::ErrorKind::FileTooLarge.into());
    };
    if length == 0 {
        return Ok(true);
    }
    // SAFETY: the descriptor is open for the call, as `file` is borrowed.
    let failed = unsafe { libc::fallocate(file.as_raw_fd(), libc::FALLOC_FL_KEEP_SIZE, 0, length) } != 0;
    if !failed {
        return Ok(true);
    }
    let e = io::Error::last_os_error();
    match e.raw_os_error() {
        Some(libc::ENOSPC | libc::EFBIG | libc::EDQUOT) => Err(e),
        _ => Ok(false),
    }
}

/// Not possible.
#[cfg(not(target_os = "linux"))]
pub fn preallocate(_file: &File, _length: u64) -> io::Result<bool> {
    Ok(false)
}

/// Whether this is the failure of a file or its disk to be read, where it may as well be one of a socket.
pub fn cannot_be_read(e: &io::Error) -> bool {
    e.raw_os_error() == Some(libc::EIO)
}

/// Whether a file could not be opened for lack of descriptors or memory, and not for what it is.
pub fn is_starved(e: &io::Error) -> bool {
    matches!(e.raw_os_error(), Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM))
}

pub(super) fn read_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(buf, offset)
}

pub(super) fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<usize> {
    file.write_at(bytes, offset)
}
