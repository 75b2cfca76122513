//! Objects that a job is about, each with settings of its own where it has any, and for an upload with what it is
//! made of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::settings::JobSettings;
use crate::core::names::check_object;
use crate::core::{Config, Error, Result, Source};
use crate::sys::path::object_name;

/// What an object is made of.
#[derive(Clone, Debug)]
pub enum What {
    /// A file; of a directory a marker is made.
    File(PathBuf),
    /// Every file below a directory; the name goes before theirs.
    Tree(PathBuf),
    /// Bytes from elsewhere.
    Source(Source),
    /// It is empty, or with the option `dir_marker` a marker of a directory.
    Nothing,
}

/// A list of objects for a job, each with settings of its own if need be.
#[derive(Clone, Debug, Default)]
pub struct Objects {
    names: Vec<String>,
    own: BTreeMap<usize, Config>,
    what: BTreeMap<usize, What>,
}

impl Objects {
    /// No objects yet.
    pub fn new() -> Objects {
        Objects::default()
    }

    /// Adds an object; `options` hold for it alone and go before those of its job.
    pub fn add(&mut self, name: impl Into<String>, options: Option<&Config>) -> Result<()> {
        let name = name.into();
        check_object(&name)?;
        if let Some(o) = options.filter(|o| o.is_set_at_all()) {
            self.own.insert(self.names.len(), o.clone());
        }
        self.names.push(name);
        Ok(())
    }

    /// Adds an object to be uploaded. A file without a name gets that of its path, a tree may have none.
    pub fn add_what(&mut self, name: Option<&str>, what: What, options: Option<&Config>) -> Result<()> {
        let name = match (&what, name) {
            (What::Tree(_), name) => name.unwrap_or_default().to_owned(),
            (_, Some(name)) => name.to_owned(),
            (What::File(path), None) => match object_name(path) {
                Some(name) => name.into_owned(),
                None => {
                    return Err(Error::invalid(format!(
                        "the path {} is not UTF-8, as names of objects must be: give the object a name",
                        path.display()
                    )));
                }
            },
            (What::Source(_) | What::Nothing, None) => return Err(Error::invalid("the object has no name")),
        };
        if !matches!(what, What::Tree(_)) {
            check_object(&name)?;
        }
        if let Some(o) = options.filter(|o| o.is_set_at_all()) {
            self.own.insert(self.names.len(), o.clone());
        }
        self.what.insert(self.names.len(), what);
        self.names.push(name);
        Ok(())
    }

    /// Whether any says what it is made of.
    pub fn has_bodies(&self) -> bool {
        !self.what.is_empty()
    }

    /// Settings that objects have of their own, by their numbers.
    pub(super) fn own(&self) -> &BTreeMap<usize, Config> {
        &self.own
    }

    /// Names, and what is said of what they are made of.
    pub(super) fn into_parts(self) -> impl Iterator<Item = (String, Option<What>)> {
        let mut what = self.what;
        self.names.into_iter().enumerate().map(move |(i, name)| (name, what.remove(&i)))
    }

    /// Adds objects without settings of their own; none of them when one has no name.
    pub fn add_all(&mut self, names: Vec<String>) -> Result<()> {
        for (i, name) in names.iter().enumerate() {
            check_object(name).map_err(|e| e.context(format_args!("name number {}", i + 1)))?;
        }
        self.names.extend(names);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether any has settings of its own.
    pub fn has_own(&self) -> bool {
        !self.own.is_empty()
    }

    /// The names that `keep` wants, with their settings.
    pub(super) fn filtered(self, keep: impl Fn(&str) -> bool) -> Objects {
        let Objects { names, mut own, .. } = self;
        let mut kept = Objects::new();
        for (i, name) in names.into_iter().enumerate() {
            if keep(&name) {
                if let Some(o) = own.remove(&i) {
                    kept.own.insert(kept.names.len(), o);
                }
                kept.names.push(name);
            }
        }
        kept
    }
}

impl From<Vec<String>> for Objects {
    fn from(names: Vec<String>) -> Objects {
        Objects { names, ..Objects::default() }
    }
}

/// Names, with what holds for each: the same for most.
pub(super) struct Each<T> {
    names: Vec<String>,
    common: Arc<T>,
    own: BTreeMap<usize, T>,
}

impl<T> Each<T> {
    /// What `make` makes of the settings of a job, for these objects. `known` are the options an object may have.
    pub fn new(
        objects: Objects,
        settings: &JobSettings<'_>,
        known: &[&str],
        make: impl Fn(&JobSettings<'_>) -> Result<T>,
    ) -> Result<Each<T>> {
        for (i, name) in objects.names.iter().enumerate() {
            check_object(name).map_err(|e| e.context(format_args!("object number {} of the list", i + 1)))?;
        }
        let mut own = BTreeMap::new();
        for (i, config) in &objects.own {
            let about = |e: Error| e.context(format_args!("object number {} of the list", i + 1));
            let settings = settings.for_object(known, config).map_err(about)?;
            own.insert(*i, make(&settings).map_err(about)?);
        }
        Ok(Each { names: objects.names, common: Arc::new(make(settings)?), own })
    }

    /// What holds for those without settings of their own.
    pub fn common(&self) -> &Arc<T> {
        &self.common
    }

    /// Names that a listing has found: the same holds for all.
    pub fn found(names: Vec<String>, common: &Arc<T>) -> Each<T> {
        Each { names, common: common.clone(), own: BTreeMap::new() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// A name, and what holds for it.
    pub fn get(&self, index: usize) -> (&str, &T) {
        (self.names.get(index).map_or("", String::as_str), self.own.get(&index).unwrap_or(&self.common))
    }

    /// Names and what holds for them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        (0..self.len()).map(|i| self.get(i))
    }
}
