//! Paths are UTF-16, and outside UTF-8. Their parts are divided by backslashes, too.

use std::borrow::Cow;
use std::path::{Component, Path};
use std::str::Utf8Error;

/// The path that these bytes are the text of.
pub fn from_bytes(bytes: &[u8]) -> Result<&Path, Utf8Error> {
    std::str::from_utf8(bytes).map(Path::new)
}

/// What an object is called that is made of a file of this path: slashes divide the parts, and the drive or the server
/// that the file lies on goes, as the first slash does elsewhere. Nothing when the path is no text.
pub fn object_name(path: &Path) -> Option<Cow<'_, str>> {
    let text = path.to_str()?;
    let rest = match path.components().next() {
        Some(Component::Prefix(prefix)) => text.get(prefix.as_os_str().len()..)?,
        _ => text,
    };
    Some(if rest.contains('\\') { Cow::Owned(rest.replace('\\', "/")) } else { Cow::Borrowed(rest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_01_names_have_slashes_and_no_drive() {
        for (path, name) in [
            ("a", "a"),
            ("a\\b/c.txt", "a/b/c.txt"),
            (".\\a", "./a"),
            ("C:\\data\\a", "/data/a"),
            ("C:a", "a"),
            ("\\\\server\\share\\a\\b", "/a/b"),
            ("\\\\?\\C:\\data\\a", "/data/a"),
            ("\\\\?\\UNC\\server\\share\\a", "/a"),
            ("\\\\.\\pipe\\a", "/a"),
            ("dir\\", "dir/"),
            ("é\\ü", "é/ü"),
        ] {
            assert_eq!(object_name(Path::new(path)).unwrap(), name, "{path}");
        }
    }
}
