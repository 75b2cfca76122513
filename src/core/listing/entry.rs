//! One row of a listing: its values where they lie, and what they mean.

use std::sync::{Arc, OnceLock};

use super::mould::Mould;
use super::scanner::{Found, good_number_of};
use super::shape::Shape;
use crate::core::time;

/// What the content type of a delete marker is, in a listing of versions.
const DELETED: &str = "application/x-deleted;swift_versions_deleted=1";

/// What kind of value one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// null: the row has no such field.
    Nothing,
    /// A size or count, which `number` is, but in a row that was compared as a whole: there it is read from the text.
    Number,
    /// All else.
    Text,
}

/// A value of a row: where it lies in the row's text, followed by a NUL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub start: u32,
    pub end: u32,
    pub number: u64,
    pub is: Is,
    /// What stood where the NUL is; behind text it was a quote.
    pub after: u8,
}

/// From here on offsets of a value are those of what was decoded.
pub(super) const DECODED: u32 = 1 << 31;

/// One row; borrowed from its listing until the next row is asked for.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    shape: Arc<Shape>,
    values: Vec<Value>,
    /// The row with a NUL behind every value, in place of what stood there; then what had to be decoded. Of rows that
    /// fit into a mould several, those that come next behind the one at hand.
    text: Vec<u8>,
    /// Where the row at hand begins in it, and how far the next is from there.
    base: usize,
    stride: usize,
    /// How much of the text the row is, with what is before it.
    length: usize,
    lead: usize,
    /// Where the name lies in it, and its NUL.
    name: (u32, u32),
    /// The mould that the row fits into as a whole, as the next one may.
    mould: Option<Arc<Mould>>,
    /// The row as the server wrote it, and a NUL; made when it is asked for.
    json: OnceLock<Vec<u8>>,
}

impl Entry {
    /// Becomes a row of a shape, as the server wrote it, with what was found in it.
    #[inline(always)]
    pub(super) fn take(&mut self, shape: &Arc<Shape>, row: &[u8], found: &mut Found) {
        if !Arc::ptr_eq(&self.shape, shape) {
            self.shape = shape.clone();
        }
        std::mem::swap(&mut self.values, &mut found.values);
        if self.json.get().is_some() {
            self.forget_json();
        }
        self.mould = None;
        self.base = 0;
        (self.lead, self.length) = (0, row.len());
        self.text.clear();
        self.text.extend_from_slice(row);
        let text = self.text.as_mut_slice();
        for v in &self.values {
            // What follows a value is no part of it: a quote, a comma, a bracket, a blank.
            if let Some(b) = text.get_mut(v.end as usize) {
                *b = 0;
            }
        }
        if !found.decoded.is_empty() {
            let base = self.text.len() as u32;
            self.text.extend_from_slice(&found.decoded);
            for v in &mut self.values {
                for at in [&mut v.start, &mut v.end] {
                    if *at >= DECODED {
                        *at = *at - DECODED + base;
                    }
                }
            }
        }
        self.find_name();
    }

    #[inline(always)]
    fn find_name(&mut self) {
        let name = self.shape.name_place(&self.values).and_then(|i| self.values.get(i));
        self.name = name.map_or((u32::MAX, u32::MAX), |v| (v.start, v.end));
    }

    /// Becomes the first of the rows at `at` of a page that fit into the mould of their shape as a whole; how many of them
    /// there are at once. None, and the row stays what it is.
    #[inline(always)]
    pub(super) fn cast(&mut self, shape: &Arc<Shape>, mould: &Arc<Mould>, page: &[u8], at: usize) -> usize {
        if !self.mould.as_ref().is_some_and(|last| Arc::ptr_eq(last, mould)) {
            if !mould.fits(page, at) {
                return 0;
            }
            self.prepare(shape, mould);
        }
        // Not where the row at hand is.
        let room = mould.room();
        let base = if self.base < room { room } else { 0 };
        let text = self.text.get_mut(base..base + room).unwrap_or_default();
        let count = mould.fill_with_rows(page, at, text);
        if count > 0 {
            self.go_to(base);
        }
        count
    }

    /// Becomes the row that comes so many after it, of those that were taken at once.
    #[inline(always)]
    pub(super) fn step(&mut self, rows: usize) {
        self.go_to(self.base + rows * self.stride);
    }

    /// How much of a page it is.
    #[inline(always)]
    pub(super) fn length(&self) -> usize {
        self.length
    }

    #[inline(always)]
    fn go_to(&mut self, base: usize) {
        self.base = base;
        if self.json.get().is_some() {
            self.forget_json();
        }
    }

    #[cold]
    #[inline(never)]
    fn forget_json(&mut self) {
        self.json.take();
    }

    #[cold]
    #[inline(never)]
    fn prepare(&mut self, shape: &Arc<Shape>, mould: &Arc<Mould>) {
        self.shape = shape.clone();
        self.mould = Some(mould.clone());
        (self.lead, self.length) = (mould.lead(), mould.length());
        (self.base, self.stride) = (0, mould.stride());
        self.values.clear();
        self.values.extend_from_slice(mould.values());
        // Numbers are read by eight digits.
        self.text.resize(2 * mould.room() + 8, 0);
        self.find_name();
    }

    /// Whether the row was compared as a whole.
    #[cfg(test)]
    pub(super) fn is_cast(&self) -> bool {
        self.mould.is_some()
    }

    /// The text of the row at hand, and what is behind it.
    #[inline(always)]
    fn row(&self) -> &[u8] {
        self.text.get(self.base..).unwrap_or_default()
    }

    /// The value of number `i` with its NUL.
    fn value(&self, i: usize) -> Option<&[u8]> {
        let v = self.values.get(i).filter(|v| v.is != Is::Nothing)?;
        self.row().get(v.start as usize..=v.end as usize)
    }

    fn text_of(&self, i: usize) -> Option<&str> {
        without_nul(self.value(i)?)
    }

    /// The number of the field with a key, the usual place of which may be known.
    fn place(&self, usual: Option<usize>, key: &str) -> Option<usize> {
        self.shape.place(&self.values, usual, key)
    }

    fn find(&self, key: &str) -> Option<usize> {
        self.shape.find(&self.values, key)
    }

    /// The numbers of the values that are there.
    fn places(&self) -> impl Iterator<Item = usize> {
        self.values.iter().enumerate().filter(|(_, v)| v.is != Is::Nothing).map(|(i, _)| i)
    }

    /// The name of a container or object; for a `subdir` row the pseudo-directory, which ends in the delimiter.
    pub fn name(&self) -> &str {
        without_nul(self.name_with_nul()).unwrap_or_default()
    }

    /// The name with the NUL that follows it, for C.
    #[inline]
    pub fn name_with_nul(&self) -> &[u8] {
        self.row().get(self.name.0 as usize..=self.name.1 as usize).unwrap_or(b"\0")
    }

    /// Whether this is a pseudo-directory (from a `delimiter`) and not an object.
    pub fn is_subdir(&self) -> bool {
        self.place(self.shape.subdir, "subdir").is_some()
    }

    /// Bytes of an object, or of all objects of a container.
    pub fn bytes(&self) -> u64 {
        self.number(self.shape.bytes, "bytes")
    }

    /// The same, if it lies where it mostly does; a look for it cannot panic.
    #[inline(always)]
    pub fn bytes_at_a_glance(&self) -> Option<u64> {
        self.size(self.values.get(self.shape.bytes?)?)
    }

    /// A size among the values.
    #[inline(always)]
    fn size(&self, v: &Value) -> Option<u64> {
        match v.is {
            Is::Number if self.mould.is_none() => Some(v.number),
            Is::Number => good_number_of(self.row(), v.start as usize, (v.end - v.start) as usize),
            _ => None,
        }
    }

    /// Objects in a container; 0 for an object.
    pub fn count(&self) -> u64 {
        self.number(self.shape.count, "count")
    }

    fn number(&self, usual: Option<usize>, key: &str) -> u64 {
        // Mostly it is a size, where it is in all rows.
        if let Some(size) = usual.and_then(|i| self.size(self.values.get(i)?)) {
            return size;
        }
        let Some(i) = self.place(usual, key) else { return 0 };
        self.text_of(i).and_then(|v| v.parse().ok()).unwrap_or(0)
    }

    fn is(&self, key: &str) -> bool {
        self.get(key) == Some("true")
    }

    /// When the container or object was last changed, in microseconds since 1970.
    pub fn last_modified(&self) -> Option<i64> {
        self.get("last_modified").and_then(time::from_iso).and_then(time::microseconds)
    }

    /// Bytes of the object that a symlink leads to, for a static one.
    pub fn symlink_bytes(&self) -> Option<u64> {
        self.get("symlink_bytes").and_then(|v| v.parse().ok())
    }

    /// Whether this is the version that the name shows, in a listing of versions.
    pub fn is_latest(&self) -> bool {
        self.is("is_latest")
    }

    /// Whether this version says that the object was deleted, in a listing of versions.
    pub fn is_delete_marker(&self) -> bool {
        self.get("content_type") == Some(DELETED)
    }

    /// Whether the object is kept as a version, in an ordinary listing of a container that has versions.
    pub fn is_version_symlink(&self) -> bool {
        self.is("version_symlink")
    }

    /// The row as the server wrote it: a JSON object with every key.
    pub fn json(&self) -> &str {
        without_nul(self.json_with_nul()).unwrap_or_default()
    }

    /// Like [`json`](Entry::json), with the NUL that follows, for C.
    pub fn json_with_nul(&self) -> &[u8] {
        self.json.get_or_init(|| {
            let mut json = self.row().get(self.lead..self.length).unwrap_or_default().to_vec();
            for v in &self.values {
                if let Some(b) = json.get_mut((v.end as usize).wrapping_sub(self.lead)) {
                    *b = if v.is == Is::Text { b'"' } else { v.after };
                }
            }
            json.push(0);
            json
        })
    }

    /// The value of any key the server sent (`hash`, `content_type`, `last_modified`, `storage_policy`,
    /// `version_id`, `symlink_path` …); numbers and booleans as text, lists and objects as JSON, `null` as none.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.text_of(self.find(key)?)
    }

    /// Like [`get`](Entry::get), with the NUL that follows, for C.
    pub fn get_with_nul(&self, key: &str) -> Option<&[u8]> {
        self.value(self.find(key)?)
    }

    /// Every key the server sent, in its order, with the value as text.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.places().map(|i| (self.shape.key(i), self.text_of(i).unwrap_or_default()))
    }

    /// How many fields there are.
    pub fn field_count(&self) -> usize {
        self.places().count()
    }

    /// Key and value of field number `i`, each with its NUL, for C.
    pub fn field_with_nul(&self, i: usize) -> Option<(&[u8], &[u8])> {
        let i = self.places().nth(i)?;
        Some((self.shape.key_with_nul(i), self.value(i)?))
    }
}

fn without_nul(text: &[u8]) -> Option<&str> {
    std::str::from_utf8(text.strip_suffix(b"\0")?).ok()
}
