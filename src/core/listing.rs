//! Listings of accounts and containers: page after page in constant memory, rows read where they lie.

use std::borrow::Cow;
use std::fmt;

use http::Method;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::connection::{Connection, Operation};
use super::error::{Error, Kind, Result};
use super::headers::Headers;
use super::names;
use super::request::Request;
use super::response::Response;

/// A field of a row: where its key and value lie in the row's text, each followed by a NUL.
#[derive(Clone, Copy, Debug)]
struct Field {
    key: u32,
    value: u32,
    end: u32,
}

/// One row; borrowed from its listing until the next row is asked for.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    text: Vec<u8>,
    fields: Vec<Field>,
}

impl Entry {
    fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    fn push(&mut self, key: &str, value: &str) {
        let start = self.text.len() as u32;
        self.text.extend_from_slice(key.as_bytes());
        self.text.push(0);
        let at = self.text.len() as u32;
        self.text.extend_from_slice(value.as_bytes());
        self.text.push(0);
        self.fields.push(Field { key: start, value: at, end: self.text.len() as u32 - 1 });
    }

    fn key_of(&self, f: Field) -> &str {
        std::str::from_utf8(&self.text[f.key as usize..f.value as usize - 1]).unwrap_or_default()
    }

    fn value_of(&self, f: Field) -> &str {
        std::str::from_utf8(&self.text[f.value as usize..f.end as usize]).unwrap_or_default()
    }

    fn find(&self, key: &str) -> Option<Field> {
        self.fields.iter().copied().find(|f| self.key_of(*f) == key)
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

    /// The value of any key the server sent (`hash`, `content_type`, `last_modified`, `storage_policy`,
    /// `version_id`, `symlink_path` …); numbers and booleans as text, `null` as none.
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
        Some((&self.text[f.key as usize..f.value as usize], &self.text[f.value as usize..=f.end as usize]))
    }
}

/// Text in JSON, borrowed where it holds no escapes.
struct Text<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, v: &'de str) -> std::result::Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(v)))
            }
            fn visit_str<E>(self, v: &str) -> std::result::Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(v.to_owned())))
            }
        }
        d.deserialize_str(V)
    }
}

/// Any value of a field, as text; nothing for null and for what has parts of its own.
struct Scalar<'a>(Option<Cow<'a, str>>);

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Scalar<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_borrowed_str<E>(self, v: &'de str) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Borrowed(v))))
            }
            fn visit_str<E>(self, v: &str) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(v.to_owned()))))
            }
            fn visit_u64<E>(self, v: u64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(v.to_string()))))
            }
            fn visit_i64<E>(self, v: i64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(v.to_string()))))
            }
            fn visit_f64<E>(self, v: f64) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Owned(v.to_string()))))
            }
            fn visit_bool<E>(self, v: bool) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(Some(Cow::Borrowed(if v { "true" } else { "false" }))))
            }
            fn visit_unit<E>(self) -> std::result::Result<Scalar<'de>, E> {
                Ok(Scalar(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> std::result::Result<Scalar<'de>, A::Error> {
                while a.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut a: A) -> std::result::Result<Scalar<'de>, A::Error> {
                while a.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar(None))
            }
        }
        d.deserialize_any(V)
    }
}

/// Puts one JSON object into a row.
struct Fill<'e>(&'e mut Entry);

impl<'de> serde::de::DeserializeSeed<'de> for Fill<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> std::result::Result<(), D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row of a listing")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        self.0.clear();
        while let Some(Text(key)) = map.next_key()? {
            if let Scalar(Some(value)) = map.next_value()? {
                self.0.push(&key, &value);
            }
        }
        Ok(())
    }
}

/// The rows of one page: a JSON array, read one object at a time, without memory for the others.
#[derive(Debug, Default)]
pub struct Rows {
    page: Vec<u8>,
    at: usize,
    /// The bracket that opens the array is behind us.
    open: bool,
    /// The one that closes it too.
    closed: bool,
    entry: Entry,
    /// Where the next row is read into: `entry` stays the last good one when that fails.
    next: Entry,
}

impl Rows {
    /// The rows of a page as the server sent it.
    pub fn new(page: Vec<u8>) -> Rows {
        Rows { page, ..Rows::default() }
    }

    /// The page as the server sent it.
    pub fn page(&self) -> &[u8] {
        &self.page
    }

    fn page_mut(&mut self) -> &mut Vec<u8> {
        self.restart();
        &mut self.page
    }

    fn restart(&mut self) {
        self.at = 0;
        self.open = false;
        self.closed = false;
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(b) = self.page.get(self.at) {
            if !b.is_ascii_whitespace() {
                return Some(*b);
            }
            self.at += 1;
        }
        None
    }

    /// The next row; `None` at the end of the page.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<&Entry>> {
        Ok(if self.advance()? { Some(&self.entry) } else { None })
    }

    /// The bracket that closes the array: nothing may follow.
    fn close(&mut self) -> Result<bool> {
        self.at += 1;
        self.closed = true;
        match self.peek() {
            None => Ok(false),
            Some(_) => {
                let text = format!("the listing is not what it should be: more text at byte {}", self.at);
                Err(Error::new(Kind::Protocol, text))
            }
        }
    }

    fn advance(&mut self) -> Result<bool> {
        use serde::de::DeserializeSeed;
        let bad = |at: usize, why: &dyn fmt::Display| {
            Error::new(Kind::Protocol, format!("the listing is not what it should be at byte {at}: {why}"))
        };
        if self.closed {
            return Ok(false);
        }
        let (next, at) = (self.peek(), self.at);
        let first = !self.open;
        match next {
            // A page without rows may come as no content at all.
            None if first => return Ok(false),
            None => return Err(bad(at, &"it breaks off")),
            Some(b'[') if first => self.open = true,
            Some(b',') if !first => {}
            Some(b']') if !first => return self.close(),
            Some(b) => return Err(bad(at, &format_args!("unexpected {:?}", char::from(b)))),
        }
        self.at += 1;
        if first && self.peek() == Some(b']') {
            return self.close();
        }
        let mut de = serde_json::Deserializer::from_slice(&self.page[self.at..]);
        Fill(&mut self.next).deserialize(&mut de).map_err(|e| bad(self.at, &e))?;
        // A name with a NUL would be another one to C.
        if self.next.name().is_empty() || self.next.name().contains('\0') {
            return Err(bad(self.at, &"a row without a proper name"));
        }
        std::mem::swap(&mut self.entry, &mut self.next);
        // Turned into an iterator, which nobody runs, it tells how far it came.
        self.at += de.into_iter::<IgnoredAny>().byte_offset();
        Ok(true)
    }
}

/// An iterator over all rows of a listing. After an error, calling [`next`](Listing::next) again asks for the failed
/// page again.
#[derive(Debug)]
pub struct Listing {
    connection: Connection,
    container: Option<String>,
    request: Request,
    versions: bool,
    rows: Rows,
    /// What brought the page at hand.
    response: Option<Response>,
    marker: String,
    version_marker: String,
    /// No page was asked for yet.
    fresh: bool,
    /// The page at hand turned out bad: what was not read of it is asked for again.
    again: bool,
    /// A page passed before, and after how many more pages another one is kept: pages that come round are found
    /// without any word on their order, which servers see differently.
    passed: (String, String),
    pages: u64,
    failed: Option<Error>,
    ended: bool,
}

impl Listing {
    pub(crate) fn new(connection: Connection, container: Option<&str>, r: &Request) -> Result<Listing> {
        if let Some(c) = container {
            names::check_container(c)?;
        }
        if r.query.iter().any(|(n, _)| n == "format") {
            return Err(Error::invalid(
                "listings are read as JSON: the query parameter format cannot be set",
            ));
        }
        if let Some(limit) = r.query_value("limit")
            && !limit.parse::<u64>().is_ok_and(|n| n > 0)
        {
            // The server would send an empty page for 0, which means the end, and everything for what is no number.
            return Err(Error::invalid(format!("limit is the size of a page, at least 1, not {limit:?}")));
        }
        let mut request = r.clone();
        let mut start = |name: &str| {
            let value = request.query_value(name).unwrap_or_default().to_owned();
            request.query.retain(|(n, _)| n != name);
            value
        };
        Ok(Listing {
            marker: start("marker"),
            version_marker: start("version_marker"),
            versions: r.query.iter().any(|(n, _)| n == "versions"),
            connection,
            container: container.map(str::to_owned),
            request,
            rows: Rows::default(),
            response: None,
            fresh: true,
            again: false,
            passed: Default::default(),
            pages: 0,
            failed: None,
            ended: false,
        })
    }

    /// Goes to the next row of the page; a page that is not what it should be is given up where it fails.
    fn advance(&mut self) -> Result<bool> {
        self.rows.advance().map_err(|e| {
            self.rows.page_mut().clear();
            self.again = true;
            match &self.container {
                Some(c) => e.context(format_args!("Container GET {c:?} failed")),
                None => e.context("Account GET failed"),
            }
        })
    }

    /// The next row, over page borders; `None` at the end, which only an empty page is.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<&Entry>> {
        while !self.advance()? {
            if !self.fetch_page()? {
                return Ok(None);
            }
        }
        Ok(Some(&self.rows.entry))
    }

    /// Asks for the next page; what is left of the page at hand is skipped. `false` at the end.
    pub fn fetch_page(&mut self) -> Result<bool> {
        if let Some(e) = &self.failed {
            return Err(e.clone());
        }
        if self.ended {
            return Ok(false);
        }
        while self.advance()? {}
        let (mut marker, mut version_marker) = (self.marker.clone(), self.version_marker.clone());
        // Without any row so far the page is the first one still.
        if !self.rows.entry.name().is_empty() {
            marker = self.rows.entry.name().to_owned();
            version_marker = self.rows.entry.get("version_id").unwrap_or_default().to_owned();
        }
        let mut query = vec![("format", Some("json"))];
        if !marker.is_empty() {
            query.push(("marker", Some(marker.as_str())));
        }
        if self.versions && !version_marker.is_empty() {
            query.push(("version_marker", Some(version_marker.as_str())));
        }
        let what = if self.container.is_some() { "Container GET" } else { "Account GET" };
        let mut op = match &self.container {
            Some(c) => Operation::container(what, Method::GET, c)?,
            None => Operation::account(what, Method::GET),
        };
        op.query = &query;
        op.plain = true;
        let fetched = self.connection.perform_into(&op, &self.request, self.rows.page_mut());
        let response = match fetched {
            Ok(response) => response,
            Err(e) => {
                // As it was, so that the same page is asked for again.
                self.rows.page_mut().clear();
                return Err(e);
            }
        };
        // Of what was cut off before its body nothing is left, and that is not the end of the listing.
        if response.status() != 204 && self.rows.page().trim_ascii().is_empty() {
            self.again = true;
            return Err(Error::new(Kind::Protocol, "the listing is not what it should be: no page came"));
        }
        let same = marker == self.marker && version_marker == self.version_marker;
        let here = (marker.clone(), version_marker.clone());
        let comes_round = !self.fresh && !self.again && (same || here == self.passed);
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.passed = here;
        }
        self.response = Some(response);
        self.marker = marker;
        self.version_marker = version_marker;
        self.fresh = false;
        self.again = false;
        // A look at the first row; then back to it.
        let some = self.advance()?;
        self.rows.restart();
        self.ended = !some;
        if some && comes_round {
            self.rows.page_mut().clear();
            let e = Error::new(Kind::Protocol, "the listing does not advance: its pages come round again");
            self.failed = Some(e.clone());
            return Err(e);
        }
        Ok(some)
    }

    /// Headers of the page at hand: they are those of the account or container.
    pub fn headers(&self) -> Option<&Headers> {
        self.response.as_ref().map(Response::headers)
    }

    /// The response that brought the page at hand. Its body is the page, so there is none left to read.
    pub fn response(&self) -> Option<&Response> {
        self.response.as_ref()
    }

    /// The marker the page at hand was asked for with.
    pub fn marker(&self) -> &str {
        &self.marker
    }

    /// The marker among the versions of one name the page at hand was asked for with.
    pub fn version_marker(&self) -> &str {
        &self.version_marker
    }

    /// The marker the next page is asked for with, once the rows of the page at hand are read or taken.
    pub(crate) fn next_marker(&self) -> &str {
        let last = self.rows.entry.name();
        if last.is_empty() { &self.marker } else { last }
    }

    /// The same for the marker among versions.
    pub(crate) fn next_version_marker(&self) -> &str {
        if self.rows.entry.name().is_empty() {
            return &self.version_marker;
        }
        self.rows.entry.get("version_id").unwrap_or_default()
    }

    /// Takes the JSON text of the page at hand (an array), as the server sent it; its rows cannot be read after that.
    pub fn take_page(&mut self) -> Result<Vec<u8>> {
        while self.advance()? {}
        Ok(std::mem::take(self.rows.page_mut()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(page: &str) -> Result<Vec<String>> {
        let mut rows = Rows::new(page.as_bytes().to_vec());
        let mut out = Vec::new();
        while let Some(e) = rows.next()? {
            out.push(e.name().to_owned());
        }
        Ok(out)
    }

    #[test]
    fn rows_are_read_one_by_one() {
        let page = r#" [ {"name":"a\"\u00e9\/\ud83d\ude00","bytes":12,"hash":"x","content_type":"t/p"} ,
            {"subdir":"d/"},{"name":"b","count":3,"last_modified":null,"extra":{"a":[1,{}]},"is_latest":true} ] "#;
        let mut rows = Rows::new(page.as_bytes().to_vec());
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.bytes(), e.is_subdir()), ("a\"é/😀", 12, false));
        assert_eq!(e.get_with_nul("hash"), Some(&b"x\0"[..]));
        assert_eq!(e.field_with_nul(1), Some((&b"bytes\0"[..], &b"12\0"[..])));
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.is_subdir()), ("d/", true));
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.count(), e.get("last_modified"), e.get("extra")), ("b", 3, None, None));
        assert_eq!(e.get("is_latest"), Some("true"));
        assert!(rows.next().unwrap().is_none());
        assert!(rows.next().unwrap().is_none());
    }

    #[test]
    fn empty_pages_and_garbage() {
        assert!(names("").unwrap().is_empty());
        assert!(names("[]").unwrap().is_empty());
        assert!(names(" [ ] ").unwrap().is_empty());
        for bad in [
            "{",
            "[{",
            "[1]",
            "[{\"name\":\"a\"} x]",
            "[{} {}]",
            "<html>",
            "[{\"name\":\"a\"},]",
            "[{\"name\":\"a\"}]x",
            "[][]",
            "[{\"name\":\"a\\u0000b\"}]",
            "[{\"name\":\"a\"}",
            "null",
            ",",
        ] {
            let e = names(bad);
            assert!(matches!(&e, Err(e) if e.kind() == Kind::Protocol), "{bad}: {e:?}");
        }
    }
}
