//! upload: files, directory trees and other sources, as whole objects or in segments.
//!
//! `containers` makes what the objects go into, `tree` walks directories, `object` decides what is to be done with one
//! object, `segments` and `stream` do the large ones, and `ahead` hashes segments before they are sent.

mod ahead;
mod containers;
mod object;
mod segments;
mod stream;
mod tree;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::engine::{First, Plan};
use super::objects::{Objects, What};
use super::pool::Lane;
use super::settings::JobSettings;
use super::verb::Remote;
use crate::core::names::{check_container, check_object};
use crate::core::{Error, Headers, Result};
use crate::sys::path::object_name;
use object::{Item, Upload};

/// The options that mean something for it.
pub(super) const OPTIONS: &[&str] = &[
    "meta",
    "header",
    "segment_size",
    "use_slo",
    "segment_container",
    "leave_segments",
    "clean_segments",
    "changed",
    "skip_identical",
    "skip_container_put",
    "dir_marker",
    "checksum",
    "buffer_size",
    "fail_fast",
    "progress_interval",
];

/// Options an object may have of its own.
const OBJECT_OPTIONS: &[&str] = &[
    "meta",
    "header",
    "segment_size",
    "use_slo",
    "segment_container",
    "leave_segments",
    "clean_segments",
    "changed",
    "skip_identical",
    "dir_marker",
    "checksum",
    "buffer_size",
];

/// What holds for one object.
pub(super) struct Own {
    /// What the options `meta` and `header` say.
    headers: Headers,
    /// 0: never in segments.
    segment_size: u64,
    /// `None`: a static large object where the cluster has them.
    use_slo: Option<bool>,
    segment_container: String,
    leave_segments: bool,
    clean_segments: bool,
    changed: bool,
    skip_identical: bool,
    dir_marker: bool,
    checksum: bool,
    /// Up to this much of a stream is kept to be sent again.
    buffer: u64,
    /// Segments of a stream that are in memory at once.
    at_once: usize,
}

impl Own {
    fn new(settings: &JobSettings<'_>, container: &str) -> Result<Own> {
        let config = settings.config();
        let segment_container = match settings.text("segment_container")? {
            Some(own) => own,
            None => format!("{container}_segments"),
        };
        check_container(&segment_container).map_err(|e| e.context("option segment_container"))?;
        let use_slo = match config.get("use_slo")? {
            "auto" => None,
            said => Some(said == "true"),
        };
        let threads = usize::try_from(config.get_u64("segment_threads")?).unwrap_or(usize::MAX);
        Ok(Own {
            headers: settings.headers(Some("Object"))?,
            segment_size: config.get_size("segment_size")?,
            use_slo,
            segment_container,
            leave_segments: settings.flag("leave_segments")?,
            clean_segments: settings.flag("clean_segments")?,
            changed: settings.flag("changed")?,
            skip_identical: settings.flag("skip_identical")?,
            dir_marker: settings.flag("dir_marker")?,
            checksum: settings.flag("checksum")?,
            buffer: config.get_size("buffer_size")?,
            at_once: threads.max(2),
        })
    }
}

/// What all objects of an upload share.
pub(super) struct Target {
    remote: Remote,
    container: String,
    /// Goes before the names of all objects: what stood behind the container.
    folder: String,
    /// The container was made by this job: there was nothing in it before, and who else puts something there is noticed.
    made: AtomicBool,
}

impl Target {
    /// The name of an object, as other clients make it of what they are given (UP-01).
    fn name(&self, given: &str) -> String {
        let name = given.strip_prefix("./").or_else(|| given.strip_prefix(".\\")).unwrap_or(given);
        let name = name.strip_prefix('/').unwrap_or(name);
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", self.folder) }
    }
}

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: &str,
    objects: Objects,
) -> Result<Plan> {
    let (container, folder) = container.split_once('/').unwrap_or((container, ""));
    check_container(container)?;
    if objects.is_empty() {
        return Err(Error::invalid("objects holds nothing to upload"));
    }
    let target = Arc::new(Target {
        remote,
        container: container.to_owned(),
        folder: folder.trim_end_matches('/').to_owned(),
        made: AtomicBool::new(false),
    });
    let common = Arc::new(Own::new(settings, container)?);
    let mut own: BTreeMap<usize, Arc<Own>> = BTreeMap::new();
    for (index, config) in objects.own() {
        let about = |e: Error| e.context(format_args!("object number {} of the list", index + 1));
        let settings = settings.for_object(OBJECT_OPTIONS, config).map_err(about)?;
        own.insert(*index, Arc::new(Own::new(&settings, container).map_err(about)?));
    }
    let containers = containers::Containers::new(&target, std::iter::once(&common).chain(own.values()));
    let whole = objects.len();
    let mut items = Vec::with_capacity(whole);
    let mut trees = 0;
    for (index, (name, what)) in objects.into_parts().enumerate() {
        let (name, mut what) = match what {
            Some(what) => (name, what),
            // It is the path of a file.
            None => {
                let path = PathBuf::from(name);
                (object_name(&path).unwrap_or_default().into_owned(), What::File(path))
            }
        };
        if let What::Source(source) = &what
            && let Some(path) = source.whole_file()
        {
            what = What::File(path.to_owned());
        }
        let tree = matches!(what, What::Tree(_));
        trees += usize::from(tree);
        let name = if tree { tree::prefix(&target, &name) } else { target.name(&name) };
        if !tree {
            check_object(&name)
                .map_err(|e| e.context(format_args!("object number {} of the list", index + 1)))?;
        }
        items.push(Item { name, what, own: own.remove(&index).unwrap_or_else(|| common.clone()) });
    }
    let first = if settings.flag("skip_container_put")? {
        None
    } else {
        Some(First { lane: Lane::Container, work: Arc::new(containers), count: 1 })
    };
    let work = Arc::new(Upload { target, items });
    // Those below trees are counted as they are found; each tree is a search.
    let objects = (trees == 0).then_some(whole as u64);
    let known = (whole - trees) as u64;
    Ok(Plan {
        first,
        objects,
        known,
        searches: trees,
        sized: false,
        ..Plan::new(Lane::ObjectUu, work, whole)
    })
}
