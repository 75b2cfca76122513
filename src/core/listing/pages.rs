//! Pages at random, good ones and broken ones, read as a parser for any JSON reads them.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::Rows;
use crate::core::error::Kind;

/// An object with its keys in their order, also those that come twice.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Pairs;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a row")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut all = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    all.push(pair);
                }
                Ok(Pairs(all))
            }
        }
        d.deserialize_map(V)
    }
}

type Fields = Vec<(String, String)>;

/// What the rows should be; nothing when the page is not what it should be.
fn wanted(page: &[u8]) -> Option<Vec<Fields>> {
    if page.trim_ascii().is_empty() {
        return Some(Vec::new());
    }
    let rows: Vec<Pairs> = serde_json::from_slice(page).ok()?;
    let text = |v: Value| match v {
        Value::Null => None,
        Value::String(s) => Some(s),
        // As many digits as it takes.
        Value::Number(n) if n.is_f64() => n.as_f64().map(|f| f.to_string()),
        other => Some(other.to_string()),
    };
    let mut all = Vec::new();
    for Pairs(row) in rows {
        let fields: Fields = row.into_iter().filter_map(|(k, v)| Some((k, text(v)?))).collect();
        let first = |key: &str| fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        let name = first("name").or(first("subdir"))?;
        let is_size = |key| first(key).is_none_or(|v| v.parse::<u64>().is_ok());
        if name.is_empty() || name.contains('\0') || !is_size("bytes") || !is_size("count") {
            return None;
        }
        all.push(fields);
    }
    Some(all)
}

/// The same as the scanner sees it, with a look at all that a row tells.
fn seen(page: &[u8]) -> Option<Vec<Fields>> {
    let mut rows = Rows::new(page.to_vec());
    let mut all = Vec::new();
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return Some(all),
            Err(e) => {
                assert_eq!(e.kind(), Kind::Protocol);
                return None;
            }
        };
        let fields: Fields = row.fields().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
        assert_eq!(row.field_count(), fields.len());
        for (i, (key, value)) in fields.iter().enumerate() {
            let (k, v) = row.field_with_nul(i).unwrap();
            assert_eq!(
                (k.split_last(), v.split_last()),
                (Some((&0, key.as_bytes())), Some((&0, value.as_bytes())))
            );
            let first = fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
            assert_eq!(row.get(key), first);
        }
        let first = |key: &str| fields.iter().find(|(k, _)| k == key).map(|(_, v)| v.as_str());
        let size = |key| first(key).map_or(0, |v| v.parse().unwrap());
        assert_eq!(Some(row.name()), first("name").or(first("subdir")));
        assert_eq!((row.bytes(), row.count()), (size("bytes"), size("count")));
        assert_eq!(row.is_subdir(), first("subdir").is_some());
        // The row as it was sent stands in the page.
        let json = row.json().as_bytes();
        assert_eq!(row.json_with_nul().split_last(), Some((&0, json)));
        assert!(page.windows(json.len()).any(|w| w == json), "{}", row.json());
        let Pairs(again) = serde_json::from_slice(json).unwrap();
        assert!(again.len() >= fields.len());
        all.push(fields);
    }
}

/// The last good row when the others are passed, and whether the page is what it should be.
fn passed(page: &[u8]) -> (String, bool) {
    let mut rows = Rows::new(page.to_vec());
    let good = rows.advance_to_last().is_ok();
    (rows.entry().json().to_owned(), good)
}

/// The same after a look at some rows.
fn passed_after(page: &[u8], rows_before: usize) -> (String, bool) {
    let mut rows = Rows::new(page.to_vec());
    for _ in 0..rows_before {
        if rows.advance().is_err() {
            return (rows.entry().json().to_owned(), false);
        }
    }
    let good = rows.advance_to_last().is_ok();
    (rows.entry().json().to_owned(), good)
}

/// The same with a look at each row.
fn walked(page: &[u8]) -> (String, bool) {
    let mut rows = Rows::new(page.to_vec());
    loop {
        match rows.advance() {
            Ok(true) => {}
            last => return (rows.entry().json().to_owned(), last.is_ok()),
        }
    }
}

fn check(page: &[u8]) {
    let shown = String::from_utf8_lossy(page);
    assert_eq!(passed(page), walked(page), "{shown}");
    for rows_before in [1, 3, 10] {
        assert_eq!(passed_after(page, rows_before), walked(page), "{rows_before}: {shown}");
    }
    let (seen, wanted) = (seen(page), wanted(page));
    assert_eq!(seen.is_some(), wanted.is_some(), "{shown}");
    let (Some(seen), Some(wanted)) = (seen, wanted) else { return };
    assert_eq!(seen.len(), wanted.len(), "{shown}");
    for ((k, v), (wk, wv)) in seen.iter().flatten().zip(wanted.iter().flatten()) {
        let same = v == wv || v.parse::<f64>().is_ok_and(|n| wv.parse() == Ok(n));
        assert!(k == wk && same, "{k}={v}, not {wk}={wv}: {shown}");
    }
    let counts = |all: &[Fields]| all.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(counts(&seen), counts(&wanted), "{shown}");
}

struct Random(fastrand::Rng);

impl Random {
    fn text(&mut self) -> String {
        let pieces = [
            "a",
            "0",
            "-",
            "plain text",
            "\\\"",
            "\\\\",
            "\\/",
            "\\b\\f\\n\\r\\t",
            "\\u00fc",
            "\\u20AC",
            "\\ud83d\\ude00",
            "\u{fc}",
            "\u{20ac}",
            "\u{1f600}",
            "obj-00000000",
            "0123456789abcdef0123456789abcdef",
            "\u{7f}",
        ];
        // Mostly it is plain.
        let most = if self.0.bool() { pieces.len() } else { 4 };
        (0..self.0.usize(..5)).map(|_| pieces[self.0.usize(..most)]).collect()
    }

    fn value(&mut self) -> String {
        match self.0.u8(..24) {
            0 => "null".to_owned(),
            1 => "true".to_owned(),
            2 => "[1, \"]\", {\"}\": null}]".to_owned(),
            3 => ["-1", "1.5", "1e3", "18446744073709551615", "18446744073709551616", "-0", "0"]
                [self.0.usize(..7)]
            .to_owned(),
            4..8 => self.0.u64(..).to_string(),
            8..12 => self.0.u16(..).to_string(),
            _ => format!("\"{}\"", self.text()),
        }
    }

    fn row(&mut self, blank: &str, keys: &[&str]) -> String {
        let mut fields = Vec::new();
        for key in keys {
            let value = match *key {
                "name" | "subdir" if self.0.u8(..50) > 0 => format!("\"n{}\"", self.text()),
                "bytes" | "count" if self.0.u8(..50) > 0 => (self.0.u64(..) >> self.0.u8(..64)).to_string(),
                _ => self.value(),
            };
            fields.push(format!("\"{key}\":{blank}{value}"));
        }
        format!("{{{}}}", fields.join(&format!(",{blank}")))
    }

    fn page(&mut self) -> Vec<u8> {
        let shapes: [&[&str]; 8] = [
            &["name", "hash", "bytes", "content_type", "last_modified"],
            &["bytes", "name"],
            &["count", "bytes", "name", "last_modified"],
            &["subdir"],
            &["hash", "bytes", "name", "a-key-that-is-longer-than-any-register-of-a-processor", "slo_etag"],
            &["name", "name", "bytes", "bytes"],
            &["k\\u00fcy", "subdir", "name"],
            &["name", "\u{20ac}", "", "is_latest"],
        ];
        let blank = ["", " ", "\t\r\n "][self.0.usize(..3)];
        let shape = self.0.usize(..shapes.len());
        let mut rows = Vec::new();
        for _ in 0..self.0.usize(..8) {
            let keys = if self.0.u8(..4) == 0 { shapes[self.0.usize(..shapes.len())] } else { shapes[shape] };
            rows.push(self.row(blank, keys));
        }
        format!("[{}]", rows.join(&format!(",{blank}"))).into_bytes()
    }

    /// Rows that are as long as each other, but for a few values, and those of one key.
    fn alike(&mut self) -> Vec<u8> {
        let keys: &[&str] = match self.0.u8(..4) {
            0 => &["bytes", "hash", "name", "content_type", "last_modified"],
            1 => &["name"],
            2 => &["count", "bytes", "name", "k\u{fc}y"],
            _ => &["name", "x", "bytes", "name", "a-key-that-is-as-long-as-a-register"],
        };
        let blank = ["", " "][self.0.usize(..2)];
        let lengths: Vec<usize> = keys.iter().map(|_| self.0.usize(1..50)).collect();
        let other = self.0.usize(..keys.len() * 2);
        let mut rows = Vec::new();
        for _ in 0..self.0.usize(3..30) {
            let mut fields = Vec::new();
            for (i, key) in keys.iter().enumerate() {
                let anew = i == other || self.0.u8(..100) == 0;
                let length = if anew { self.0.usize(1..50) } else { lengths[i] };
                let value = if ["bytes", "count", "x"].contains(key) {
                    let least = 10_u64.pow(length as u32 % 19);
                    self.0.u64(least..least.saturating_mul(10)).to_string()
                } else {
                    let text = (0..length).map(|_| char::from(b'#' + self.0.u8(..50))).collect::<String>();
                    format!("\"{text}\"")
                };
                fields.push(format!("\"{key}\":{blank}{value}"));
            }
            rows.push(format!("{{{}}}", fields.join(&format!(",{blank}"))));
        }
        format!("[{}]", rows.join(&format!(",{blank}"))).into_bytes()
    }

    /// Changes it a little: a byte more, less, or another; a part twice; its end cut off.
    fn damage(&mut self, page: &mut Vec<u8>) {
        let bytes = b"\"\\{}[],: 0127etnulf\0\x1f\n\x7f\x80\xc3\xbc\xed\xa0\xff";
        let at = self.0.usize(..page.len());
        let byte = bytes[self.0.usize(..bytes.len())];
        match self.0.u8(..6) {
            0 => page.truncate(at),
            1 => page.insert(at, byte),
            2 => drop(page.remove(at)),
            3 => {
                let to = self.0.usize(at..page.len().min(at + 40));
                let part = page[at..to].to_vec();
                page.splice(at..at, part);
            }
            _ => page[at] = byte,
        }
    }
}

#[test]
fn pages_at_random_are_what_a_parser_for_any_json_says() {
    let mut good = 0;
    for seed in 0..3000 {
        let mut random = Random(fastrand::Rng::with_seed(seed));
        let mut page = random.page();
        good += usize::from(wanted(&page).is_some_and(|rows| !rows.is_empty()));
        check(&page);
        for _ in 0..4 {
            if page.is_empty() {
                break;
            }
            random.damage(&mut page);
            check(&page);
        }
    }
    // Most of them must have had something to say.
    assert!(good > 1500, "{good}");
}

#[test]
fn rows_that_are_alike_are_looked_at_as_closely_as_any() {
    let mut whole = 0;
    for seed in 0..800 {
        let mut random = Random(fastrand::Rng::with_seed(seed));
        let page = random.alike();
        assert!(wanted(&page).is_some(), "{}", String::from_utf8_lossy(&page));
        check(&page);
        let mut rows = Rows::new(page.clone());
        while rows.next().unwrap().is_some() {
            whole += usize::from(rows.entry().is_cast());
        }
        for _ in 0..4 {
            let mut broken = page.clone();
            random.damage(&mut broken);
            check(&broken);
        }
    }
    // Many of them must have been compared as a whole.
    assert!(whole > 1500, "{whole}");
}

#[test]
fn every_byte_of_a_row_that_fits_is_looked_at() {
    let row = r#"{"bytes": 1024, "hash": "83f9578533b4949e1a59e42dd9af970d", "name": "obj-00000001", "x": 100000000000, "content_type": "text/plain"}"#;
    for varied in ["", "a longer one"] {
        let other = row.replace("obj-0", &format!("obj-{varied}0"));
        let before = format!("[{row}, {other}, {row}, ");
        let after = format!(", {row}, {row}]");
        for at in 0..row.len() {
            for byte in b"\"\\}, 0a/\0\x1f\x7f\x80\xff" {
                let mut row = row.as_bytes().to_vec();
                row[at] = *byte;
                check(&[before.as_bytes(), &row, after.as_bytes()].concat());
            }
        }
    }
}

#[test]
fn a_row_of_a_known_shape_is_looked_at_as_closely_as_the_first() {
    for (second, good) in [
        (r#"{"name":"b","bytes":2}"#, true),
        (r#"{"name":"\u00fc","bytes":2}"#, true),
        ("{\"name\":\"\u{fc}\",\"bytes\":18446744073709551615}", true),
        (r#"{"name":"b","bytes":"2"}"#, true),
        (r#"{"name":"b","bytes":null}"#, true),
        (r#"{"name":"b","bytes":18446744073709551616}"#, false),
        (r#"{"name":"b","bytes":-2}"#, false),
        (r#"{"name":"b","bytes":02}"#, false),
        (r#"{"name":"b","bytes":}"#, false),
        (r#"{"name":"","bytes":2}"#, false),
        (r#"{"name":null,"bytes":2}"#, false),
        (r#"{"name":"a\u0000","bytes":2}"#, false),
        (r#"{"name":"\ud83d","bytes":2}"#, false),
        (r#"{"name":"\ude00\ud83d","bytes":2}"#, false),
        (r#"{"name":"\u00g0","bytes":2}"#, false),
        ("{\"name\":\"a\0\",\"bytes\":2}", false),
        ("{\"name\":\"a\nb\",\"bytes\":2}", false),
        (r#"{"name":"b","bytes":2"#, false),
        (r#"{"name":"b"#, false),
    ] {
        let page = format!(r#"[{{"name":"a","bytes":1}},{second}]"#);
        let mut rows = Rows::new(page.clone().into_bytes());
        assert_eq!(rows.next().unwrap().unwrap().name(), "a");
        assert_eq!(rows.next().is_ok(), good, "{second}");
        assert_eq!(rows.entry().json() == second, good, "{second}");
        check(page.as_bytes());
    }
    // Also where the length of names has been seen to differ.
    for (name, good) in [("cc", true), ("", false), (&"x".repeat(1 << 20), false)] {
        let row = |name: &str| format!(r#"{{"name":"{name}","bytes":1}}"#);
        let padding = row(&"x".repeat(100));
        let page = format!("[{},{},{},{},{padding}]", row("a"), row("bb"), row("ccc"), row(name));
        let mut rows = Rows::new(page.clone().into_bytes());
        for _ in 0..3 {
            rows.next().unwrap().unwrap();
        }
        assert_eq!(rows.next().is_ok(), good, "{name:.20}");
        assert_eq!(rows.entry().name(), if good { name } else { "ccc" });
    }
    let long = "x".repeat(1 << 20);
    let mut rows = Rows::new(format!(r#"[{{"name":"a"}},{{"name":"{long}"}}]"#).into_bytes());
    assert_eq!(rows.next().unwrap().unwrap().name(), "a");
    assert!(rows.next().unwrap_err().message().contains("longer than"));
    assert_eq!(rows.entry().name(), "a");
}
