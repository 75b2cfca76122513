//! Whole directories: every file below one, and a marker for what is an empty directory. Links are followed, but not
//! into a directory that is being walked already. What cannot be read, or has a name that is no text, is a failed
//! result; the rest goes on.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::DirEntry;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::object::{Item, Upload};
use super::{Own, Target};
use crate::core::cancel::lock;
use crate::core::{Error, Kind};
use crate::service::find::{AHEAD, incomplete};
use crate::service::local::unreadable;

use crate::service::objects::What;
use crate::service::pool::Lane;
use crate::service::result::JobResult;
use crate::service::work::{Group, Next, Turn, Wait, Work};

/// Files that are handed on at a time.
const BATCH: usize = 500;

/// What goes before the names of a tree's files.
pub(super) fn prefix(target: &Target, given: &str) -> String {
    let prefix = target.name(given);
    if prefix.is_empty() || prefix.ends_with('/') { prefix } else { format!("{prefix}/") }
}

pub(super) fn about(target: &Target, path: &Path) -> JobResult {
    let mut result = JobResult::about("upload_directory", Some(&target.container), None);
    result.path = Some(path.to_owned());
    result.counted = 0;
    result
}

/// Begins to walk.
pub(super) fn walk(target: &Arc<Target>, path: &Path, prefix: &str, own: &Arc<Own>, turn: &mut Turn) -> Next {
    let Some(ticket) = turn.hand_over() else { return Next::Elsewhere };
    let walker =
        Walker { folders: vec![Folder::new(path.to_owned(), prefix.to_owned())], ready: VecDeque::new() };
    let work = Tree {
        target: target.clone(),
        own: own.clone(),
        path: path.to_owned(),
        walker: Mutex::new(walker),
        group: Group::new(),
    };
    ticket.follow(Lane::ObjectUu, Arc::new(work));
    Next::Elsewhere
}

struct Tree {
    target: Arc<Target>,
    own: Arc<Own>,
    path: PathBuf,
    walker: Mutex<Walker>,
    group: Arc<Group>,
}

impl Work for Tree {
    fn blank(&self, _: usize) -> JobResult {
        about(&self.target, &self.path)
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let mut walker = lock(&self.walker);
        if walker.is_over() {
            let result = self.blank(index);
            return Next::done(match self.group.failed() {
                0 => result,
                n => result.failed(incomplete(n, "files")),
            });
        }
        let (mut items, mut failed) = (Vec::new(), Vec::new());
        while items.len() + failed.len() < BATCH
            && !turn.job().is_ending()
            && let Some(found) = walker.next()
        {
            match found {
                Ok((path, name)) => {
                    items.push(Item { name, what: What::File(path), own: self.own.clone() });
                }
                Err(broken) => failed.push(broken),
            }
        }
        let over = walker.is_over();
        drop(walker);
        let job = turn.job();
        job.tally().announce(items.len() as u64, false);
        job.tally().announce(failed.len() as u64, true);
        let count = items.len();
        let work = Arc::new(Upload { target: self.target.clone(), items });
        job.add(Lane::ObjectUu, work, count, Some(&self.group));
        let count = failed.len();
        job.add(
            Lane::ObjectUu,
            Arc::new(Broken { target: self.target.clone(), failed }),
            count,
            Some(&self.group),
        );
        if over {
            job.tally().found_all();
            return Next::Again(Wait::Done(self.group.clone()));
        }
        Next::Again(Wait::Backlog(self.group.clone(), AHEAD))
    }
}

/// What cannot be uploaded.
struct Broken {
    target: Arc<Target>,
    failed: Vec<(PathBuf, Error)>,
}

impl Work for Broken {
    fn blank(&self, index: usize) -> JobResult {
        let mut result = JobResult::about("upload_object", Some(&self.target.container), None);
        result.path = self.failed.get(index).map(|(path, _)| path.clone());
        result
    }

    fn run(&self, index: usize, _: &mut Turn) -> Next {
        let result = self.blank(index);
        Next::done(match self.failed.get(index) {
            Some((_, e)) => result.failed(e.clone()),
            None => result,
        })
    }
}

/// A directory to be walked.
struct Folder {
    path: PathBuf,
    prefix: String,
    /// Where it really lies, and where those lie that led to it.
    real: Vec<PathBuf>,
    /// What is in it, in order, once it was read.
    entries: Option<VecDeque<Entry>>,
}

/// What is in a directory.
struct Entry {
    name: OsString,
    /// Whether it is a directory; `None` for what may lead to one.
    directory: Option<bool>,
}

impl Entry {
    /// What reading a directory tells, without a look at each.
    fn new(entry: &DirEntry) -> Entry {
        let kind = entry.file_type().ok().filter(|t| !t.is_symlink());
        Entry { name: entry.file_name(), directory: kind.map(|t| t.is_dir()) }
    }
}

impl Folder {
    fn new(path: PathBuf, prefix: String) -> Folder {
        Folder { path, prefix, real: Vec::new(), entries: None }
    }
}

type Found = Result<(PathBuf, String), (PathBuf, Error)>;

/// Walks without a call within a call: trees may be deep.
struct Walker {
    /// From the top to the one at hand.
    folders: Vec<Folder>,
    ready: VecDeque<Found>,
}

impl Walker {
    fn is_over(&self) -> bool {
        self.folders.is_empty() && self.ready.is_empty()
    }

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.ready.pop_front() {
                return Some(found);
            }
            let folder = self.folders.last_mut()?;
            let Some(entries) = &mut folder.entries else {
                self.open();
                continue;
            };
            let Some(Entry { name, directory }) = entries.pop_front() else {
                self.folders.pop();
                continue;
            };
            let path = folder.path.join(&name);
            let Some(text) = name.to_str() else {
                let e = Error::new(
                    Kind::InvalidUtf8,
                    format!("the name of {} is not UTF-8, as names of objects must be", path.display()),
                );
                return Some(Err((path, e)));
            };
            let object = [folder.prefix.as_str(), text].concat();
            match directory.map_or_else(|| std::fs::metadata(&path).map(|meta| meta.is_dir()), Ok) {
                Ok(true) => {
                    let real = folder.real.clone();
                    self.folders.push(Folder { real, ..Folder::new(path, format!("{object}/")) });
                }
                Ok(false) => return Some(Ok((path, object))),
                Err(e) => {
                    let e = unreadable(&path, &e);
                    return Some(Err((path, e)));
                }
            }
        }
    }

    /// Reads the directory at hand.
    fn open(&mut self) {
        let top = self.folders.len() == 1;
        let Some(folder) = self.folders.last_mut() else { return };
        let read = || -> std::io::Result<(PathBuf, Vec<Entry>)> {
            let real = folder.path.canonicalize()?;
            let names = std::fs::read_dir(&folder.path)?.map(|e| Ok(Entry::new(&e?)));
            Ok((real, names.collect::<std::io::Result<_>>()?))
        };
        let (real, mut names) = match read() {
            Ok(found) => found,
            Err(e) => {
                let path = folder.path.clone();
                let e = unreadable(&path, &e);
                self.ready.push_back(Err((path, e)));
                self.folders.pop();
                return;
            }
        };
        if folder.real.contains(&real) {
            let path = folder.path.clone();
            let text = format!("{} leads back to a directory that it lies in", path.display());
            self.ready.push_back(Err((path, Error::new(Kind::Io, text))));
            self.folders.pop();
            return;
        }
        names.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        if names.is_empty() && !top {
            // Nothing else would tell that it is there.
            let name = folder.prefix.trim_end_matches('/').to_owned();
            self.ready.push_back(Ok((folder.path.clone(), name)));
        }
        folder.real.push(real);
        folder.entries = Some(names.into());
    }
}
