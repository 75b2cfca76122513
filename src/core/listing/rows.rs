//! The rows of a page: JSON read one object at a time.

use std::fmt;
use std::sync::Arc;

use super::entry::Entry;
use super::scanner::{Found, Scanner, skip_blanks};
use super::shape::{Shape, Shapes};
use crate::core::error::{Error, Kind};
use crate::sys::scan::{Registers, Work, at_best};

type Result<T, E = Error> = std::result::Result<T, E>;

/// The rows of one page that lies elsewhere: a JSON array, read one object at a time, without memory for the others.
#[derive(Debug, Default)]
pub struct Cursor {
    at: usize,
    /// The bracket that opens the array is behind us.
    open: bool,
    /// The one that closes it too, or what came up to here is no array of rows: there is nothing more to be read.
    closed: bool,
    /// Why there is not.
    failed: Option<Error>,
    /// The last good row.
    pub(super) entry: Entry,
    /// How many of those behind it were taken with it.
    ready: usize,
    shapes: Shapes,
    found: Found,
}

/// A look at the row that comes next on a page: where it ends, if that was all it takes to know it is good.
struct Glance<'c> {
    cursor: &'c mut Cursor,
    page: &'c [u8],
    /// Whether it shall be the row at hand.
    take: bool,
}

/// Whether it fits into the mould of the last one as a whole.
struct Whole<'c>(Glance<'c>);

impl Work for Whole<'_> {
    type Done = Option<usize>;

    #[inline(always)]
    fn run<R: Registers>(self, _: R) -> Option<usize> {
        let Whole(Glance { cursor: Cursor { at, shapes, entry, ready, .. }, page, take }) = self;
        let known = shapes.first()?;
        let mould = known.mould.as_ref()?;
        if take {
            *ready = entry.cast(&known.shape, mould, page, *at).checked_sub(1)?;
        } else if !mould.fits(page, *at) {
            return None;
        }
        Some(*at + mould.length())
    }
}

/// Whether it fits but for the length of some values.
struct Pieces<'c>(Glance<'c>);

impl Work for Pieces<'_> {
    type Done = Option<usize>;

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) -> Option<usize> {
        let Pieces(Glance { cursor: Cursor { at, shapes, found, entry, .. }, page, take }) = self;
        let known = shapes.first()?;
        let mould = known.mould.as_ref()?;
        let end = mould.row(registers, page, *at, &mut found.values)?;
        if take {
            found.clear();
            entry.take(&known.shape, page.get(*at + mould.lead()..end)?, found);
        }
        Some(end)
    }
}

/// Whether the row at that place has the shape of the last one, and nothing in it is out of the ordinary.
struct Look<'c>(Glance<'c>, usize);

impl Work for Look<'_> {
    type Done = Option<usize>;

    #[inline(always)]
    fn run<R: Registers>(self, registers: R) -> Option<usize> {
        let Look(Glance { cursor: Cursor { at, shapes, found, entry, .. }, page, take }, row) = self;
        let known = shapes.first()?;
        let end = found.plain_row(registers, page, row, &known.shape)?;
        known.learn(&found.values, page.get(*at..end)?, row - *at);
        if take {
            entry.take(&known.shape, page.get(row..end)?, found);
        }
        Some(end)
    }
}

fn bad(at: usize, why: &dyn fmt::Display) -> Error {
    Error::new(Kind::Protocol, format!("the listing is not what it should be at byte {at}: {why}"))
}

impl Cursor {
    pub(super) fn restart(&mut self) {
        self.at = 0;
        self.open = false;
        self.closed = false;
        self.ready = 0;
        self.failed = None;
        self.shapes.relearn();
    }

    fn peek(&mut self, page: &[u8]) -> Option<u8> {
        self.at = skip_blanks(page, self.at);
        page.get(self.at).copied()
    }

    /// The next row of the page, which is the same at each call; `None` at its end. After an error there are no more
    /// rows, only that error.
    pub fn next(&mut self, page: &[u8]) -> Result<Option<&Entry>> {
        Ok(if self.advance(page)? { Some(&self.entry) } else { None })
    }

    /// The next row if a glance is all it takes, which cannot panic; else it is to be had by
    /// [`next_at_length`](Cursor::next_at_length).
    #[inline(always)]
    pub fn next_at_a_glance(&mut self, page: &[u8]) -> Option<&Entry> {
        if self.advance_at_a_glance(page) { Some(&self.entry) } else { None }
    }

    /// The next row after a glance was not enough.
    pub fn next_at_length(&mut self, page: &[u8]) -> Result<Option<&Entry>> {
        Ok(if self.advance_at_length(page)? { Some(&self.entry) } else { None })
    }

    /// The bracket that closes the array: nothing may follow.
    #[cold]
    fn close(&mut self, page: &[u8]) -> Result<bool> {
        self.at += 1;
        self.closed = true;
        match self.peek(page) {
            None => Ok(false),
            Some(_) => {
                let text = format!("the listing is not what it should be: more text at byte {}", self.at);
                Err(Error::new(Kind::Protocol, text))
            }
        }
    }

    pub(super) fn advance(&mut self, page: &[u8]) -> Result<bool> {
        if self.advance_at_a_glance(page) {
            return Ok(true);
        }
        self.advance_at_length(page)
    }

    /// Goes to the next row of the page if it fits into the mould of the last one. Nothing in this can panic.
    #[inline(always)]
    pub(super) fn advance_at_a_glance(&mut self, page: &[u8]) -> bool {
        if self.ready > 0 {
            self.step(1);
            return true;
        }
        self.advance_to_fit(page)
    }

    /// Goes to the next row and takes those that come after it, if they fit.
    #[inline(never)]
    fn advance_to_fit(&mut self, page: &[u8]) -> bool {
        let end = self.glance(page, true);
        self.at = end.unwrap_or(self.at);
        end.is_some()
    }

    /// Goes on by so many of the rows that were taken at once.
    #[inline(always)]
    fn step(&mut self, rows: usize) {
        self.ready -= rows;
        self.at += rows * self.entry.length();
        self.entry.step(rows);
    }

    /// Where the next row ends, if it fits into the mould of the last one.
    #[inline(always)]
    fn glance(&mut self, page: &[u8], take: bool) -> Option<usize> {
        if !self.open || self.closed {
            return None;
        }
        // The comma before it is part of the mould.
        let varies = self.shapes.first()?.mould.as_ref()?.varies();
        let glance = Glance { cursor: self, page, take };
        if varies { at_best(Pieces(glance)) } else { at_best(Whole(glance)) }
    }

    /// Goes to the next row, which does not fit.
    pub(super) fn advance_at_length(&mut self, page: &[u8]) -> Result<bool> {
        if let Some(row) = self.next_row(page) {
            if let Some(end) = at_best(Look(Glance { cursor: self, page, take: true }, row)) {
                self.at = end;
                return Ok(true);
            }
            if self.is_like_one(page, row) {
                return Ok(true);
            }
        }
        self.advance_to_any(page)
    }

    /// Where the next row ends, if it has the shape of the last one, and nothing in it is out of the ordinary.
    fn pass(&mut self, page: &[u8]) -> Option<usize> {
        if let Some(end) = self.glance(page, false) {
            return Some(end);
        }
        let row = self.next_row(page)?;
        at_best(Look(Glance { cursor: self, page, take: false }, row))
    }

    /// Goes to the last row of the page. Those before it are looked at as closely, but not taken.
    pub(super) fn advance_to_last(&mut self, page: &[u8]) -> Result<()> {
        let mut before_last = None;
        self.step(self.ready);
        loop {
            if let Some(end) = self.pass(page) {
                before_last = Some(std::mem::replace(&mut self.at, end));
            } else if let Some(at) = before_last.take() {
                // The last good row must be at hand when what follows it is none.
                self.at = at;
                self.advance(page)?;
            } else if !self.advance(page)? {
                return Ok(());
            }
        }
    }

    /// Where the next row begins, if it is not the first.
    #[inline(always)]
    fn next_row(&self, page: &[u8]) -> Option<usize> {
        let follows = self.open && !self.closed && page.get(self.at) == Some(&b',');
        follows.then(|| skip_blanks(page, self.at + 1))
    }

    /// Goes to the row at `row` if it has the shape of one before. What is wrong with a row, another look tells.
    fn is_like_one(&mut self, page: &[u8], row: usize) -> bool {
        for (i, known) in self.shapes.iter().enumerate() {
            let shape = &known.shape;
            let Some(end) = Scanner::new(page, row, &mut self.found).row_like(shape) else { continue };
            let Some(whole) = page.get(row..end) else { return false };
            if self.found.fault(shape, whole).is_some() {
                return false;
            }
            self.entry.take(shape, whole, &mut self.found);
            self.at = end;
            self.shapes.used(i);
            return true;
        }
        false
    }

    #[inline(never)]
    fn advance_to_any(&mut self, page: &[u8]) -> Result<bool> {
        if self.closed {
            return self.failed.clone().map_or(Ok(false), Err);
        }
        let some = self.read_any(page);
        if let Err(e) = &some {
            // What a page that broke holds further on, nobody can tell.
            self.closed = true;
            self.failed = Some(e.clone());
        }
        some
    }

    fn read_any(&mut self, page: &[u8]) -> Result<bool> {
        let (next, at) = (self.peek(page), self.at);
        let first = !self.open;
        match next {
            // A page without rows may come as no content at all.
            None if first => return Ok(false),
            None => return Err(bad(at, &"it breaks off")),
            Some(b'[') if first => self.open = true,
            Some(b',') if !first => {}
            Some(b']') if !first => return self.close(page),
            Some(b) => return Err(bad(at, &format_args!("unexpected {:?}", char::from(b)))),
        }
        self.at += 1;
        if first && self.peek(page) == Some(b']') {
            return self.close(page);
        }
        let row = skip_blanks(page, self.at);
        // All other rows have been looked at that way.
        if first && self.is_like_one(page, row) {
            return Ok(true);
        }
        let mut shape = Shape::default();
        let end =
            Scanner::new(page, row, &mut self.found).row(&mut shape).map_err(|(at, why)| bad(at, &why))?;
        let whole = page.get(row..end).unwrap_or_default();
        if let Some(why) = self.found.fault(&shape, whole) {
            return Err(bad(self.at, &why));
        }
        let shape = Arc::new(shape);
        self.entry.take(&shape, whole, &mut self.found);
        self.shapes.insert(shape);
        self.at = end;
        Ok(true)
    }
}

/// A page and where its reader has come to.
#[derive(Debug, Default)]
pub struct Rows {
    page: Vec<u8>,
    cursor: Cursor,
}

impl Rows {
    /// The rows of a page as the server sent it.
    pub fn new(page: Vec<u8>) -> Rows {
        Rows { page, cursor: Cursor::default() }
    }

    /// The page as the server sent it.
    pub fn page(&self) -> &[u8] {
        &self.page
    }

    pub(super) fn page_mut(&mut self) -> &mut Vec<u8> {
        self.restart();
        &mut self.page
    }

    pub(super) fn restart(&mut self) {
        self.cursor.restart();
    }

    /// The last good row.
    pub(super) fn entry(&self) -> &Entry {
        &self.cursor.entry
    }

    /// The next row; `None` at the end of the page.
    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> Result<Option<&Entry>> {
        self.cursor.next(&self.page)
    }

    pub(super) fn advance(&mut self) -> Result<bool> {
        self.cursor.advance(&self.page)
    }

    #[inline(always)]
    pub(super) fn advance_at_a_glance(&mut self) -> bool {
        self.cursor.advance_at_a_glance(&self.page)
    }

    pub(super) fn advance_at_length(&mut self) -> Result<bool> {
        self.cursor.advance_at_length(&self.page)
    }

    pub(super) fn advance_to_last(&mut self) -> Result<()> {
        self.cursor.advance_to_last(&self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::listing::scanner::MAX_ROW;

    #[test]
    fn a_row_that_is_too_long_is_none() {
        let long = "x".repeat(MAX_ROW + 1);
        for row in [
            format!(r#"{{"name": "{long}"}}"#),
            format!(r#"{{"name": "{long}", "bytes": 1}}"#),
            format!(r#"{{"bytes": 1, "name": "\u0041{long}"}}"#),
            format!(r#"{{"{long}": 1}}"#),
        ] {
            let e = Rows::new(format!("[{row}]").into_bytes()).next().unwrap_err();
            assert_eq!(e.kind(), Kind::Protocol);
            assert!(e.message().contains("longer than") && e.message().len() < 200, "{e}");
        }
        let name = "x".repeat(100_000);
        let mut rows = Rows::new(format!(r#"[{{"name": "{name}"}}]"#).into_bytes());
        assert_eq!(rows.next().unwrap().unwrap().name(), name);
    }

    #[test]
    fn a_size_that_is_none_is_refused() {
        for bad in ["-1", "1.5", "18446744073709551616", "\"x\"", "[1]", "true"] {
            let page = format!("[{{\"name\":\"a\",\"bytes\":1}},{{\"name\":\"b\",\"bytes\":{bad}}}]");
            let mut rows = Rows::new(page.into_bytes());
            assert!(rows.next().unwrap().is_some());
            let e = rows.next().unwrap_err();
            assert!(e.kind() == Kind::Protocol && e.message().contains("no size"), "{bad}: {e}");
            // The last good row stays.
            assert_eq!(rows.entry().name(), "a");
        }
        let mut rows =
            Rows::new(b"[{\"name\":\"a\",\"bytes\":null,\"count\":18446744073709551615}]".to_vec());
        assert_eq!(rows.next().unwrap().map(|e| (e.bytes(), e.count())), Some((0, u64::MAX)));
    }

    #[test]
    fn after_an_error_there_is_only_that_error() {
        for bad in [
            r#"[,{"name":"a"}]"#,
            r#"[{"name":"a"},,{"name":"b"}]"#,
            r#"[{"name":"a"}{"name":"b"},{"name":"c"}]"#,
            r#"[{"name":"a"},{"name":""},{"name":"c"}]"#,
            r#"[{"name":"a","bytes":1},{"name":"b","bytes":-1},{"name":"c","bytes":1}]"#,
            r#"[{"name":"a"}] [{"name":"b"}]"#,
            r#"x[{"name":"a"}]"#,
            r#"[{"name":"a"},"#,
            r#"["#,
        ] {
            let mut rows = Rows::new(bad.as_bytes().to_vec());
            let told = loop {
                match rows.next() {
                    Ok(row) => assert!(row.is_some(), "{bad}"),
                    Err(e) => break e.message().to_owned(),
                }
            };
            for _ in 0..3 {
                assert!(!rows.advance_at_a_glance(), "{bad}");
                assert_eq!(rows.advance_at_length().unwrap_err().message(), told, "{bad}");
                assert_eq!(rows.next().unwrap_err().message(), told, "{bad}");
                assert_eq!(rows.advance_to_last().unwrap_err().message(), told, "{bad}");
            }
            // From the start it is all the same again.
            rows.restart();
            assert_eq!(rows.advance_to_last().unwrap_err().message(), told, "{bad}");
        }
    }

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
            {"subdir":"d/"},{"name":"b","count":3,"last_modified":null,"extra":{"a":[1,{}]},
            "list":[1,"x"],"is_latest":true} ] "#;
        let mut rows = Rows::new(page.as_bytes().to_vec());
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.bytes(), e.is_subdir()), ("a\"é/😀", 12, false));
        assert_eq!(e.get_with_nul("hash"), Some(&b"x\0"[..]));
        assert_eq!(e.field_with_nul(1), Some((&b"bytes\0"[..], &b"12\0"[..])));
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.is_subdir()), ("d/", true));
        let e = rows.next().unwrap().unwrap();
        assert_eq!((e.name(), e.count(), e.get("last_modified")), ("b", 3, None));
        // What is not known, and not plain, is not lost.
        assert_eq!((e.get("extra"), e.get("list")), (Some(r#"{"a":[1,{}]}"#), Some("[1,\"x\"]")));
        assert!(e.is_latest() && e.json().ends_with(r#""is_latest":true}"#));
        assert_eq!(e.json(), &page[page.find(r#"{"name":"b""#).unwrap()..page.rfind(']').unwrap() - 1]);
        assert_eq!(e.json_with_nul().last(), Some(&0));
        assert!(rows.next().unwrap().is_none());
        assert!(rows.next().unwrap().is_none());
    }

    #[test]
    fn rows_that_fit_have_their_place_in_an_array() {
        let row = r#",  {"name": "a", "bytes": 1}"#;
        let good = format!("[{}]", row.repeat(20).trim_start_matches(','));
        for (bad, count) in [
            (row.repeat(20), 0),
            (format!("[{}", row.repeat(20)), 0),
            (good.clone() + &row.repeat(20), 20),
            (good.replacen("},  {", "} , {", 3).replace(']', ",]"), 20),
        ] {
            let mut rows = Rows::new(good.clone().into_bytes());
            rows.advance_to_last().unwrap();
            assert!(rows.entry().json().starts_with('{'));
            *rows.page_mut() = bad.clone().into_bytes();
            for _ in 0..count {
                let json = rows.next().unwrap().unwrap().json();
                assert_eq!(json, row.trim_start_matches([',', ' ']));
            }
            assert!(rows.next().is_err(), "{bad}");
        }
    }

    #[test]
    fn empty_pages_and_garbage() {
        assert!(names("").unwrap().is_empty());
        assert!(names("[]").unwrap().is_empty());
        assert!(names(" [ ] ").unwrap().is_empty());
        // What is nested without end ends as an error too.
        let deep = format!("[{{\"name\":\"a\",\"x\":{}", "[".repeat(200_000));
        for bad in [
            deep.as_str(),
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
            "[{\"name\":\"a\"\u{c}}]",
            "[{\"name\":\"a\u{1}b\"}]",
            "[{\"name\":\"a\",}]",
            "[{\"name\":\"a\" \"b\":1}]",
            "[{\"name\" \"a\"}]",
            "[{name:\"a\"}]",
            "[{\"name\":\"a\",\"bytes\":01}]",
            "[{\"name\":\"a\",\"bytes\":1x}]",
            "[{\"name\":\"a\",\"bytes\":-}]",
            "[{\"name\":\"a\",\"bytes\":}]",
            "[{\"name\":\"a\",\"bytes\":12",
            "[{\"name\":\"a\\x\"}]",
            "[{\"name\":\"\\ud83d\"}]",
        ] {
            let e = names(bad);
            assert!(matches!(&e, Err(e) if e.kind() == Kind::Protocol), "{bad:.40}: {e:?}");
        }
    }

    #[test]
    fn rows_are_what_a_parser_for_any_json_says() {
        let values = [
            "\"\"",
            "\"plain\"",
            "\"a much longer plain text, with \u{e9} and \u{1f600} in it\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\"",
            "0",
            "7",
            "18446744073709551615",
            "1234567890123456789",
            "-5",
            "1.5",
            "1e3",
            "true",
            "false",
            "null",
            "[1,\"]\",{}]",
            "{\"a\":\"}\"}",
        ];
        let keys = ["k", "a-long-key-of-its-own", "k\\u00fc", "\u{fc}"];
        for blank in ["", " ", "\t\r\n "] {
            for (n, key) in keys.iter().enumerate() {
                for value in values {
                    let pad = "x".repeat(n * 3 + value.len() % 8);
                    let row = format!(
                        "{{{blank}\"name\"{blank}:{blank}\"{pad}n\",{blank}\"{key}\":{blank}{value}{blank},\"z\":1{blank}}}"
                    );
                    let mut rows = Rows::new(format!("[{row},{row}]").into_bytes());
                    for _ in 0..2 {
                        let e = rows.next().unwrap().unwrap();
                        let all: serde_json::Value = serde_json::from_str(&row).unwrap();
                        let want: Vec<_> = ["name", &key.replace("\\u00fc", "\u{fc}"), "z"]
                            .map(|k| match &all[k] {
                                serde_json::Value::Null => None,
                                serde_json::Value::String(s) => Some((k.to_owned(), s.clone())),
                                other => Some((k.to_owned(), other.to_string())),
                            })
                            .into_iter()
                            .flatten()
                            .collect();
                        let got: Vec<_> = e.fields().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
                        assert_eq!(got.len(), want.len(), "{row}");
                        for ((k, v), (wk, wv)) in got.iter().zip(&want) {
                            let same = v == wv || v.parse::<f64>().ok() == wv.parse::<f64>().ok();
                            assert!(k == wk && same, "{row}: {k}={v}, not {wk}={wv}");
                        }
                        for (i, (key, value)) in got.iter().enumerate() {
                            let (k, v) = e.field_with_nul(i).unwrap();
                            assert_eq!((&k[..k.len() - 1], k.last()), (key.as_bytes(), Some(&0)));
                            assert_eq!((&v[..v.len() - 1], v.last()), (value.as_bytes(), Some(&0)));
                        }
                        assert_eq!(e.json(), row);
                    }
                    assert!(rows.next().unwrap().is_none());
                }
            }
        }
    }

    #[test]
    fn a_row_that_is_no_utf8_is_refused_and_the_one_before_stays() {
        let mut rows = Rows::new(b"[{\"name\":\"good\"},{\"name\":\"b\xff\"}]".to_vec());
        assert_eq!(rows.next().unwrap().unwrap().name(), "good");
        assert_eq!(rows.next().unwrap_err().kind(), Kind::Protocol);
        assert_eq!(rows.entry().name(), "good");
    }
}
