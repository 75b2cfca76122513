//! The rows of a page: JSON read one object at a time.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::Entry;
use crate::core::error::{Error, Kind, Result};

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

    pub(super) fn advance(&mut self) -> Result<bool> {
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
        // Turned into an iterator, which nobody runs, it tells how far it came.
        let end = self.at + de.into_iter::<IgnoredAny>().byte_offset();
        self.next.set_json(self.page[self.at..end].trim_ascii());
        std::mem::swap(&mut self.entry, &mut self.next);
        self.at = end;
        Ok(true)
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
        ] {
            let e = names(bad);
            assert!(matches!(&e, Err(e) if e.kind() == Kind::Protocol), "{bad:.40}: {e:?}");
        }
    }
}
