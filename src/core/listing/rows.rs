//! The rows of a page: JSON read one object at a time.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::{Entry, Field};
use crate::core::error::{Error, Kind};
use crate::sys::scan::plain_until;

type Result<T, E = Error> = std::result::Result<T, E>;

/// No row is longer: names are a thousand bytes, and a request that asks for what follows one holds it again.
const MAX_ROW: usize = 1 << 20;

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

/// Any value of a field, as text; nothing for null.
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
            // No server sends such today; what one may send tomorrow is not lost.
            fn visit_seq<A: SeqAccess<'de>>(self, a: A) -> std::result::Result<Scalar<'de>, A::Error> {
                let list = serde_json::Value::deserialize(SeqAccessDeserializer::new(a))?;
                Ok(Scalar(Some(Cow::Owned(list.to_string()))))
            }
            fn visit_map<A: MapAccess<'de>>(self, a: A) -> std::result::Result<Scalar<'de>, A::Error> {
                let object = serde_json::Value::deserialize(MapAccessDeserializer::new(a))?;
                Ok(Scalar(Some(Cow::Owned(object.to_string()))))
            }
        }
        d.deserialize_any(V)
    }
}

fn skip_blanks(page: &[u8], mut at: usize) -> usize {
    while matches!(page.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// Why a row is none, and where that shows.
type Fault = (usize, String);

/// One row at a time: what servers send is found with a glance and stays where it lies; all else is left to a parser
/// for any JSON.
struct Scanner<'p> {
    page: &'p [u8],
    /// Where the row begins.
    row: usize,
    at: usize,
    /// What lies in the row as it is, is ASCII so far.
    ascii: bool,
}

impl<'p> Scanner<'p> {
    fn peek(&mut self) -> Option<u8> {
        self.at = skip_blanks(self.page, self.at);
        self.page.get(self.at).copied()
    }

    fn expected(&self, what: &str) -> Fault {
        match self.page.get(self.at) {
            Some(b) => (self.at, format!("{what} expected, not {:?}", char::from(*b))),
            None => (self.at, format!("{what} expected, but it breaks off")),
        }
    }

    fn expect(&mut self, byte: u8, what: &str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.expected(what));
        }
        self.at += 1;
        Ok(())
    }

    /// Where in the row something lies.
    fn span(&self, start: usize, end: usize) -> (u32, u32) {
        ((start - self.row) as u32, (end - self.row) as u32)
    }

    /// Leaves what comes next to the parser.
    fn parse<T: Deserialize<'p>>(&mut self) -> Result<T, Fault> {
        let at = self.at;
        let mut de = serde_json::Deserializer::from_slice(&self.page[at..]);
        let value = T::deserialize(&mut de).map_err(|e| (at, e.to_string()))?;
        // Turned into an iterator, which nobody runs, it tells how far it came.
        self.at = at + de.into_iter::<IgnoredAny>().byte_offset();
        Ok(value)
    }

    /// Text after a quote, when it lies there as it is.
    fn plain_text(&mut self) -> Option<(u32, u32)> {
        let start = self.at + 1;
        let (end, ascii) = plain_until(self.page, start);
        if self.page.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.ascii &= ascii;
        Some(self.span(start, end))
    }

    fn key(&mut self, entry: &mut Entry) -> Result<(u32, u32), Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key"));
        }
        match self.plain_text() {
            Some(span) => Ok(span),
            None => self.parse::<Text<'_>>().map(|text| entry.decode(&text.0)),
        }
    }

    /// Nothing for null.
    fn value(&mut self, entry: &mut Entry) -> Result<Option<(u32, u32)>, Fault> {
        let start = self.at;
        let plain = match self.peek() {
            Some(b'"') => self.plain_text(),
            Some(b'0'..=b'9') => self.plain_number(),
            _ => None,
        };
        if plain.is_some() {
            return Ok(plain);
        }
        self.at = start;
        Ok(self.parse::<Scalar<'_>>()?.0.map(|text| entry.decode(&text)))
    }

    /// A number as sizes and counts are.
    fn plain_number(&mut self) -> Option<(u32, u32)> {
        let start = self.at;
        let digits = self.page[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        let end = start + digits;
        let whole = matches!(self.page.get(end), Some(b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'));
        if !whole || digits > 19 || (digits > 1 && self.page[start] == b'0') {
            return None;
        }
        self.at = end;
        Some(self.span(start, end))
    }

    /// The whole row; where it ends.
    fn row(mut self, entry: &mut Entry) -> Result<usize, Fault> {
        entry.clear();
        self.expect(b'{', "a row")?;
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                let (key, key_end) = self.key(entry)?;
                self.expect(b':', "a colon")?;
                let value = self.value(entry)?;
                if self.at - self.row > MAX_ROW || entry.decoded.len() > MAX_ROW {
                    return Err((self.row, format!("the row is longer than {MAX_ROW} bytes")));
                }
                if let Some((value, end)) = value {
                    entry.fields.push(Field { key, key_end, value, end });
                }
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break self.at += 1,
                    _ => return Err(self.expected("a comma or the end of the row")),
                }
            }
        }
        let row = &self.page[self.row..self.at];
        // What the parser took is proper, and all else is looked at: only plain text may hold what is not.
        if !self.ascii
            && let Err(e) = std::str::from_utf8(row)
        {
            return Err((self.row + e.valid_up_to(), "no UTF-8".to_owned()));
        }
        entry.take_row(row);
        Ok(self.at)
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
    pub(super) entry: Entry,
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

    pub(super) fn page_mut(&mut self) -> &mut Vec<u8> {
        self.restart();
        &mut self.page
    }

    pub(super) fn restart(&mut self) {
        self.at = 0;
        self.open = false;
        self.closed = false;
    }

    fn peek(&mut self) -> Option<u8> {
        self.at = skip_blanks(&self.page, self.at);
        self.page.get(self.at).copied()
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

    pub(super) fn advance(&mut self) -> Result<bool> {
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
        let row = skip_blanks(&self.page, self.at);
        let scanner = Scanner { page: &self.page, row, at: row, ascii: true };
        let end = scanner.row(&mut self.next).map_err(|(at, why)| bad(at, &why))?;
        // A name with a NUL would be another one to C.
        let name = self.next.name_with_nul();
        if name.len() == 1 || name[..name.len() - 1].contains(&0) {
            return Err(bad(self.at, &"a row without a proper name"));
        }
        // A size that is none must not pass for nothing: programs add them up, and compare files with them.
        for key in ["bytes", "count"] {
            if let Some(v) = self.next.get(key)
                && v.parse::<u64>().is_err()
            {
                let shown: String = v.chars().take(40).collect();
                return Err(bad(self.at, &format_args!("{key} is {shown:?}, which is no size")));
            }
        }
        std::mem::swap(&mut self.entry, &mut self.next);
        self.at = end;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            assert_eq!(rows.entry.name(), "a");
        }
        let mut rows =
            Rows::new(b"[{\"name\":\"a\",\"bytes\":null,\"count\":18446744073709551615}]".to_vec());
        assert_eq!(rows.next().unwrap().map(|e| (e.bytes(), e.count())), Some((0, u64::MAX)));
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
        assert_eq!(rows.entry.name(), "good");
    }
}
