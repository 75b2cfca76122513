//! One row of a listing: its fields where they lie, and what they mean.

use crate::core::time;

/// What the content type of a delete marker is, in a listing of versions.
const DELETED: &str = "application/x-deleted;swift_versions_deleted=1";

/// A field of a row: where its key and value lie in the row's text, each followed by a NUL.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub key: u32,
    pub key_end: u32,
    pub value: u32,
    pub end: u32,
}

/// From here on offsets of a field are those of what was decoded.
pub(super) const DECODED: u32 = 1 << 31;

/// One row; borrowed from its listing until the next row is asked for.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// The row with a NUL behind every key and value, in place of what stood there; then what had to be decoded.
    text: Vec<u8>,
    pub(super) fields: Vec<Field>,
    /// Keys and values that do not lie in the row as they are, while it is read.
    pub(super) decoded: Vec<u8>,
    /// The row as the server wrote it, and a NUL.
    json: Vec<u8>,
}

impl Entry {
    pub(super) fn clear(&mut self) {
        self.fields.clear();
        self.decoded.clear();
    }

    /// Keeps text that does not lie in the row as it is; where it is now.
    pub(super) fn decode(&mut self, text: &str) -> (u32, u32) {
        let start = self.decoded.len() as u32;
        self.decoded.extend_from_slice(text.as_bytes());
        let end = self.decoded.len() as u32;
        self.decoded.push(0);
        (DECODED + start, DECODED + end)
    }

    /// Takes the row, as the server wrote it, that the fields were found in.
    pub(super) fn take_row(&mut self, row: &[u8]) {
        self.json.clear();
        self.json.extend_from_slice(row);
        self.json.push(0);
        self.text.clear();
        self.text.extend_from_slice(row);
        for f in &self.fields {
            // What follows a key or a value is no part of it: a quote, a comma, a bracket, a blank.
            for end in [f.key_end, f.end] {
                if let Some(b) = self.text.get_mut(end as usize) {
                    *b = 0;
                }
            }
        }
        if self.decoded.is_empty() {
            return;
        }
        let base = self.text.len() as u32;
        self.text.extend_from_slice(&self.decoded);
        for f in &mut self.fields {
            for at in [&mut f.key, &mut f.key_end, &mut f.value, &mut f.end] {
                if *at >= DECODED {
                    *at = *at - DECODED + base;
                }
            }
        }
    }

    fn key_of(&self, f: Field) -> &str {
        std::str::from_utf8(&self.text[f.key as usize..f.key_end as usize]).unwrap_or_default()
    }

    fn value_of(&self, f: Field) -> &str {
        std::str::from_utf8(&self.text[f.value as usize..f.end as usize]).unwrap_or_default()
    }

    fn find(&self, key: &str) -> Option<Field> {
        let is = |f: &Field| &self.text[f.key as usize..f.key_end as usize] == key.as_bytes();
        self.fields.iter().copied().find(is)
    }

    /// The name of a container or object; for a `subdir` row the pseudo-directory, which ends in the delimiter.
    pub fn name(&self) -> &str {
        self.get("name").or_else(|| self.get("subdir")).unwrap_or_default()
    }

    /// The name with the NUL that follows it, for C.
    pub fn name_with_nul(&self) -> &[u8] {
        self.get_with_nul("name").or_else(|| self.get_with_nul("subdir")).unwrap_or(b"\0")
    }

    /// Whether this is a pseudo-directory (from a `delimiter`) and not an object.
    pub fn is_subdir(&self) -> bool {
        self.find("subdir").is_some()
    }

    /// Bytes of an object, or of all objects of a container.
    pub fn bytes(&self) -> u64 {
        self.number("bytes")
    }

    /// Objects in a container; 0 for an object.
    pub fn count(&self) -> u64 {
        self.number("count")
    }

    fn number(&self, key: &str) -> u64 {
        self.get(key).and_then(|v| v.parse().ok()).unwrap_or(0)
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
        std::str::from_utf8(&self.json[..self.json.len().saturating_sub(1)]).unwrap_or_default()
    }

    /// Like [`json`](Entry::json), with the NUL that follows, for C.
    pub fn json_with_nul(&self) -> &[u8] {
        if self.json.is_empty() { b"\0" } else { &self.json }
    }

    /// The value of any key the server sent (`hash`, `content_type`, `last_modified`, `storage_policy`,
    /// `version_id`, `symlink_path` …); numbers and booleans as text, lists and objects as JSON, `null` as none.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.find(key).map(|f| self.value_of(f))
    }

    /// Like [`get`](Entry::get), with the NUL that follows, for C.
    pub fn get_with_nul(&self, key: &str) -> Option<&[u8]> {
        self.find(key).map(|f| &self.text[f.value as usize..=f.end as usize])
    }

    /// Every key the server sent, in its order, with the value as text.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|f| (self.key_of(*f), self.value_of(*f)))
    }

    /// How many fields there are.
    pub fn field_count(&self) -> usize {
        self.fields.len()
    }

    /// Key and value of field number `i`, each with its NUL, for C.
    pub fn field_with_nul(&self, i: usize) -> Option<(&[u8], &[u8])> {
        let f = *self.fields.get(i)?;
        Some((&self.text[f.key as usize..=f.key_end as usize], &self.text[f.value as usize..=f.end as usize]))
    }
}
