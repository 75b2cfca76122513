//! What a download in parts keeps beside its target, so that it can go on after a crash: the file as far as it has come,
//! and a note of the parts that are in it. Both have names that begin with a dot and end in `.partial` and `.parts`, and
//! go when the download is complete or turns out to be of another object.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::core::cancel::lock;
use crate::core::digest::Sum;
use crate::sys::file::{PendingFile, refuse_links, through_links};

/// The first word of the note; what it says is in the form that this version writes.
const FORM: &str = "swiftclient-parts-1";
/// A longer note is none of ours.
const LONGEST: u64 = 1 << 20;

/// The note of the parts there are.
pub(super) struct Kept {
    path: PathBuf,
    note: Mutex<File>,
}

/// Where the file and its note lie.
fn places(target: &Path) -> io::Result<(PathBuf, PathBuf)> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    // A name may be as long as the file system allows: ours must not be longer, and still be that of this file alone.
    let stem: String = name.to_string_lossy().chars().take(40).collect();
    let sum = Sum::of(name.as_encoded_bytes());
    let place = |end| target.with_file_name(format!(".{stem}.{}.{end}", &sum[..16]));
    Ok((place("partial"), place("parts")))
}

impl Kept {
    /// Takes up what was kept of a download to `target`, which fits when the note begins with `what`; else it is begun
    /// anew. Returns which of the parts, of which `ends` has the ends, are there. `None`: another download is at it.
    pub fn take_up(
        target: &Path,
        what: &str,
        ends: &[u64],
    ) -> io::Result<Option<(PendingFile, Kept, Vec<bool>)>> {
        let target = through_links(target);
        let (partial, path) = places(&target)?;
        let Some(pending) = PendingFile::take_up(&target, partial)? else { return Ok(None) };
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        refuse_links(&mut options);
        let mut note = options.open(&path)?;
        let first = format!("{FORM} {what}\n");
        let mut there = vec![false; ends.len()];
        let mut text = Vec::new();
        (&note).take(LONGEST).read_to_end(&mut text)?;
        let length = pending.shared().metadata()?.len();
        // Of another object, or of the same in other parts.
        let rest = text.strip_prefix(first.as_bytes());
        if rest.is_none() {
            pending.shared().set_len(0)?;
        }
        // A line without an end was being written when all ended.
        let lines = rest.unwrap_or_default().split_inclusive(|b| *b == b'\n').map(|l| l.strip_suffix(b"\n"));
        let mut sound = rest.is_some();
        for line in lines {
            let index = line.and_then(|l| std::str::from_utf8(l).ok()?.parse::<usize>().ok());
            match index.and_then(|i| there.get_mut(i).zip(ends.get(i))) {
                Some((there, end)) if *end <= length => *there = true,
                _ => sound = false,
            }
        }
        if sound {
            note.seek(SeekFrom::End(0))?;
        } else {
            // What is noted and not there would be believed once the file is long enough.
            note.set_len(0)?;
            note.rewind()?;
            let there = there.iter().enumerate().filter(|(_, there)| **there);
            note.write_all(there.fold(first, |text, (index, _)| text + &format!("{index}\n")).as_bytes())?;
        }
        Ok(Some((pending, Kept { path, note: Mutex::new(note) }, there)))
    }

    /// Notes that a part is in the file, once it is there for certain.
    pub fn note(&self, file: &File, index: usize) -> io::Result<()> {
        file.sync_data()?;
        lock(&self.note).write_all(format!("{index}\n").as_bytes())
    }

    /// Takes the note away: nothing is to be taken up any more.
    pub fn forget(&self) {
        // One that stays says nothing without the file.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_taken_up_and_all_else_begun_anew() {
        let folder = std::env::temp_dir().join(format!("swc-kept-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let target = folder.join("o");
        let take = |what: &str| Kept::take_up(&target, what, &[3, 6, 9]).unwrap();
        let (mut pending, kept, there) = take("a").unwrap();
        assert_eq!(there, [false; 3]);
        pending.file().write_all(b"abcdef").unwrap();
        for index in [0, 1, 2] {
            kept.note(pending.shared(), index).unwrap();
        }
        // Nobody else may write to it.
        assert!(take("a").is_none());
        drop((pending, kept));
        // The last is noted, but not in the file.
        let (pending, kept, there) = take("a").unwrap();
        assert_eq!(there, [true, true, false]);
        lock(&kept.note).write_all(b"2").unwrap();
        drop((pending, kept));
        // Half a line may be of any number: it is taken away.
        let (pending, kept, _) = take("a").unwrap();
        kept.note(pending.shared(), 0).unwrap();
        assert!(std::fs::read_to_string(&kept.path).unwrap().ends_with("\n0\n1\n0\n"));
        drop((pending, kept));
        // Of a file that somebody took away nothing is there, also once its length is what it was.
        std::fs::remove_file(&places(&target).unwrap().0).unwrap();
        let (mut pending, kept, there) = take("a").unwrap();
        assert_eq!(there, [false; 3]);
        pending.file().write_all(b"\0\0\0\0\0\0ghi").unwrap();
        kept.note(pending.shared(), 2).unwrap();
        drop((pending, kept));
        let (pending, kept, there) = take("a").unwrap();
        assert_eq!(there, [false, false, true]);
        drop((pending, kept));
        let (pending, kept, there) = take("b").unwrap();
        assert_eq!((there, pending.shared().metadata().unwrap().len()), (vec![false; 3], 0));
        pending.commit(None).unwrap();
        kept.forget();
        drop(kept);
        let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["o"]);
        #[cfg(unix)]
        {
            // Somebody's link is not written through.
            let (partial, _) = places(&target).unwrap();
            std::os::unix::fs::symlink(folder.join("o"), partial).unwrap();
            assert!(Kept::take_up(&target, "a", &[3]).is_err());
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
