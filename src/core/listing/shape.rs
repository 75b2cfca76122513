//! What the rows of a listing have in common: the same keys in the same order, with the same signs between the values.

use std::sync::Arc;

use super::entry::{Is, Value};
use super::mould::Mould;
use crate::sys::scan::Needle;

/// Rows with more around their values are not remembered.
const MAX_SIGNS: usize = 8 * 1024;

/// No more moulds are made of the rows of a page.
const MOST_MOULDS: u32 = 32;

/// A key of a row, decoded, in the text of all keys: where it begins, and where the NUL stands that follows it.
#[derive(Clone, Copy, Debug)]
struct Key {
    start: u32,
    end: u32,
}

/// What a value mostly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Any,
}

/// The keys of a row, and what it says around their values.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// What stands before each value, and of what kind that was; the quotes around text are no part of it.
    signs: Vec<(Needle, Kind)>,
    /// What stands behind the last one, to the end of the row.
    last: Option<Needle>,
    keys: Vec<Key>,
    text: Vec<u8>,
    /// Which values those are that every row is looked at for.
    pub name: Option<usize>,
    pub subdir: Option<usize>,
    pub bytes: Option<usize>,
    pub count: Option<usize>,
    length: usize,
    /// Some signs are not short.
    long: bool,
}

impl Shape {
    /// Adds a key, decoded, with the signs before its value and the kind of that.
    pub fn push(&mut self, signs: &[u8], key: &[u8], kind: Kind) {
        let signs = self.needle(signs);
        self.signs.push((signs, kind));
        let start = self.text.len() as u32;
        self.text.extend_from_slice(key);
        let end = self.text.len() as u32;
        self.text.push(0);
        let place = match key {
            b"name" => Some(&mut self.name),
            b"subdir" => Some(&mut self.subdir),
            b"bytes" => Some(&mut self.bytes),
            b"count" => Some(&mut self.count),
            _ => None,
        };
        if let Some(place) = place {
            // The first counts where a key comes twice.
            place.get_or_insert(self.keys.len());
        }
        self.keys.push(Key { start, end });
    }

    /// Adds the signs behind the last value.
    pub fn end(&mut self, signs: &[u8]) {
        self.last = Some(self.needle(signs));
    }

    fn needle(&mut self, signs: &[u8]) -> Needle {
        let needle = Needle::new(signs);
        self.length += signs.len();
        self.long |= !needle.is_short();
        needle
    }

    /// Whether it is worth being remembered.
    pub fn is_small(&self) -> bool {
        self.length <= MAX_SIGNS
    }

    /// What stands before each value, and of what kind that is.
    pub fn signs(&self) -> &[(Needle, Kind)] {
        &self.signs
    }

    /// The same, if all of them are short, also behind the last one.
    #[inline(always)]
    pub fn short_signs(&self) -> Option<&[(Needle, Kind)]> {
        (!self.long).then_some(self.signs.as_slice())
    }

    /// What stands behind the last one.
    pub fn last(&self) -> Option<&Needle> {
        self.last.as_ref()
    }

    /// The key of value number `i`, with the NUL that follows it.
    pub fn key_with_nul(&self, i: usize) -> &[u8] {
        self.keys.get(i).map_or(b"\0", |k| &self.text[k.start as usize..=k.end as usize])
    }

    /// The key of value number `i`.
    pub fn key(&self, i: usize) -> &str {
        let key = self.key_with_nul(i);
        std::str::from_utf8(&key[..key.len() - 1]).unwrap_or_default()
    }

    /// The number of the value that a key has; null is none.
    pub fn find(&self, values: &[Value], key: &str) -> Option<usize> {
        let is = |k: &Key| &self.text[k.start as usize..k.end as usize] == key.as_bytes();
        self.keys.iter().zip(values).position(|(k, v)| v.is != Is::Nothing && is(k))
    }

    /// The same for a key that has a place of its own here: without one it is none of the keys.
    #[inline]
    pub fn place(&self, values: &[Value], usual: Option<usize>, key: &str) -> Option<usize> {
        match values.get(usual?) {
            Some(v) if v.is != Is::Nothing => usual,
            // The key may come again.
            _ => self.find(values, key),
        }
    }

    /// The number of the value that is the name of the row.
    #[inline]
    pub fn name_place(&self, values: &[Value]) -> Option<usize> {
        self.place(values, self.name, "name").or_else(|| self.place(values, self.subdir, "subdir"))
    }
}

/// A shape that rows had, and the mould of them.
#[derive(Debug)]
pub(super) struct Known {
    pub shape: Arc<Shape>,
    pub mould: Option<Arc<Mould>>,
    /// How many were made for the page.
    made: u32,
}

impl Known {
    /// Notes that a row did not fit into the mould, though nothing in it is out of the ordinary; it comes with what lies
    /// between it and the one before.
    #[cold]
    #[inline(never)]
    pub fn learn(&mut self, values: &[Value], row: &[u8], lead: usize) {
        // Rows that are never alike are not worth it.
        if self.made < MOST_MOULDS
            && let Some(mould) = Mould::new(self.mould.as_deref(), &self.shape, values, row, lead)
        {
            self.mould = Some(Arc::new(mould));
            self.made += 1;
        }
    }
}

/// The shapes that rows had of late: objects and pseudo-directories come mixed, and large objects say more than others.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    of_late: Vec<Known>,
}

impl Shapes {
    const MOST: usize = 4;

    /// The shape of the last row.
    #[inline(always)]
    pub fn first(&mut self) -> Option<&mut Known> {
        self.of_late.first_mut()
    }

    /// All of them, that of the last row first.
    pub fn iter(&self) -> std::slice::Iter<'_, Known> {
        self.of_late.iter()
    }

    /// Notes that the last row had shape number `i`.
    pub fn used(&mut self, i: usize) {
        if let Some(first) = self.of_late.get_mut(..=i) {
            first.rotate_right(1);
        }
    }

    /// Remembers a shape that the last row had.
    pub fn insert(&mut self, shape: Arc<Shape>) {
        if shape.is_small() {
            self.of_late.truncate(Self::MOST - 1);
            self.of_late.insert(0, Known { shape, mould: None, made: 0 });
        }
    }

    /// Forgets which values differed in length: in what comes they may be alike.
    pub fn relearn(&mut self) {
        for known in &mut self.of_late {
            known.made = 0;
            if known.mould.as_ref().is_some_and(|m| m.varies()) {
                known.mould = None;
            }
        }
    }
}
