//! Paths are bytes.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::str::Utf8Error;

/// The path that these bytes are.
pub fn from_bytes(bytes: &[u8]) -> Result<&Path, Utf8Error> {
    Ok(Path::new(OsStr::from_bytes(bytes)))
}

/// What an object is called that is made of a file of this path: the same; nothing when that is no text.
pub fn object_name(path: &Path) -> Option<Cow<'_, str>> {
    path.to_str().map(Cow::Borrowed)
}
