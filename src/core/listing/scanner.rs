//! The values of a row: what servers send is found with a glance and stays where it lies; all else is left to a parser
//! for any JSON.

use std::borrow::Cow;
use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::{DECODED, Is, Value};
use super::shape::{Kind, Shape};
use crate::sys::scan::{Registers, Windows, plain_until};

type Result<T, E = Fault> = std::result::Result<T, E>;

/// No row is longer: names are a thousand bytes, and a request that asks for what follows one holds it again.
pub(super) const MAX_ROW: usize = 1 << 20;

/// Why a row is none, and where that shows.
pub(super) type Fault = (usize, String);

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

pub(super) fn skip_blanks(page: &[u8], mut at: usize) -> usize {
    while matches!(page.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
        at += 1;
    }
    at
}

/// A number as sizes and counts are, and where it ends.
#[inline(always)]
pub(super) fn plain_number(page: &[u8], start: usize) -> Option<(u64, usize)> {
    let (mut end, mut number) = (start, 0_u64);
    while let Some(digit) = page.get(end).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
        // Where this goes astray there are too many of them.
        number = number.wrapping_mul(10).wrapping_add(digit.into());
        end += 1;
    }
    let whole = matches!(page.get(end), Some(b',' | b'}' | b' ' | b'\n' | b'\r' | b'\t'));
    let digits = end - start;
    (whole && (1..=19).contains(&digits) && (digits == 1 || page[start] != b'0')).then_some((number, end))
}

/// A number of as many digits, which all of them must be, in text with a few bytes more; what follows is not looked at.
#[inline(always)]
pub(super) fn number_of(page: &[u8], start: usize, length: usize) -> Option<u64> {
    match length {
        1..=8 => {
            let digits = digits(page, start, length)?;
            (are_digits(digits) && (length == 1 || page.get(start) != Some(&b'0'))).then(|| number(digits))
        }
        _ => long_number(page, start, length),
    }
}

/// The same for one that was found good before.
#[inline(always)]
pub(super) fn good_number_of(page: &[u8], start: usize, length: usize) -> Option<u64> {
    match length {
        1..=8 => digits(page, start, length).map(number),
        _ => {
            let add = |all: u64, digit: &u8| all.wrapping_mul(10).wrapping_add((digit & 15).into());
            Some(page.get(start..start + length)?.iter().fold(0, add))
        }
    }
}

#[cold]
#[inline(never)]
fn long_number(page: &[u8], start: usize, length: usize) -> Option<u64> {
    plain_number(page, start).filter(|(_, end)| *end == start + length).map(|(number, _)| number)
}

const ONES: u64 = u64::MAX / 255;

/// The bytes of a number of one to eight digits less those of zeros, the last one in the highest place.
#[inline(always)]
fn digits(page: &[u8], start: usize, length: usize) -> Option<u64> {
    const ZEROS: u64 = ONES * b'0' as u64;
    let word = u64::from_le_bytes(*page.get(start..)?.first_chunk()?);
    // What does not belong to it is moved out, and nothing comes in.
    Some((word ^ ZEROS) << (64 - 8 * length))
}

#[inline(always)]
fn are_digits(digits: u64) -> bool {
    (digits | digits.wrapping_add(ONES * 6)) & (ONES * 0xf0) == 0
}

#[inline(always)]
fn number(digits: u64) -> u64 {
    // Neighbours are added up, then their sums, and theirs.
    let twos = (digits * 10 + (digits >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (twos * 100 + (twos >> 16)) & 0x0000_ffff_0000_ffff;
    (fours & 0xffff) * 10_000 + (fours >> 32)
}

/// What was found in a row.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub values: Vec<Value>,
    /// Values that do not lie in the row as they are, each with a NUL.
    pub decoded: Vec<u8>,
    /// Whether all of it is ASCII, but for what the parser took.
    ascii: bool,
}

impl Found {
    /// Finds the values of a row that has this shape, nothing in which needs a closer look; where it ends.
    #[inline(always)]
    pub fn plain_row<R: Registers>(
        &mut self,
        registers: R,
        page: &[u8],
        row: usize,
        shape: &Shape,
    ) -> Option<usize> {
        let (signs, last) = (shape.short_signs()?, shape.last()?);
        self.clear();
        if self.values.len() != signs.len() {
            self.values.resize(signs.len(), NOTHING);
        }
        let windows = Windows::new(registers, page)?;
        let mut at = row;
        for ((before, kind), value) in signs.iter().zip(&mut self.values) {
            let start = windows.behind(before, at)?;
            // What follows a value is compared with the signs to come: for text that is a quote.
            match kind {
                Kind::Text => {
                    at = windows.plain_until(start)?;
                    value.is = Is::Text;
                }
                Kind::Number => {
                    let (number, end) = plain_number(page, start)?;
                    at = end;
                    value.is = Is::Number;
                    value.number = number;
                    value.after = page.get(end).copied()?;
                }
                Kind::Any => return None,
            }
            value.start = (start - row) as u32;
            value.end = (at - row) as u32;
        }
        let end = windows.behind(last, at)?;
        let name = self.values.get(shape.name?)?;
        let is_size = |place: Option<usize>| {
            place.is_none_or(|i| self.values.get(i).is_some_and(|v| v.is == Is::Number))
        };
        let good =
            name.is == Is::Text && name.start < name.end && is_size(shape.bytes) && is_size(shape.count);
        (good && end - row <= MAX_ROW).then_some(end)
    }

    /// Forgets what was decoded.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.decoded.clear();
        self.ascii = true;
    }

    /// What was kept in `decoded` from `start` on.
    fn kept(&mut self, start: usize) -> Value {
        let end = self.decoded.len() as u32;
        self.decoded.push(0);
        Value { start: DECODED + start as u32, end: DECODED + end, number: 0, is: Is::Text, after: 0 }
    }

    /// The text of a value in `row`.
    #[inline]
    fn text<'a>(&'a self, v: &Value, row: &'a [u8]) -> &'a [u8] {
        let (all, start, end) = match v.start.checked_sub(DECODED) {
            Some(start) => (self.decoded.as_slice(), start, v.end - DECODED),
            None => (row, v.start, v.end),
        };
        all.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What is wrong with a row of this shape, if anything is.
    #[inline(never)]
    pub fn fault(&self, shape: &Shape, row: &[u8]) -> Option<String> {
        let name = shape.name_place(&self.values).and_then(|i| self.values.get(i));
        let name = name.map_or(&[][..], |v| self.text(v, row));
        // A name with a NUL would be another one to C; as it is in no text that lies there as it is.
        if name.is_empty() || (!self.decoded.is_empty() && name.contains(&0)) {
            return Some("a row without a proper name".to_owned());
        }
        // A size that is none must not pass for nothing: programs add them up, and compare files with them.
        for (usual, key) in [(shape.bytes, "bytes"), (shape.count, "count")] {
            let size = shape.place(&self.values, usual, key).and_then(|i| self.values.get(i));
            if let Some(v) = size
                && v.is != Is::Number
                && let text = String::from_utf8_lossy(self.text(v, row))
                && text.parse::<u64>().is_err()
            {
                let shown: String = text.chars().take(40).collect();
                return Some(format!("{key} is {shown:?}, which is no size"));
            }
        }
        None
    }

    fn keep(&mut self, text: &str) -> Value {
        let start = self.decoded.len();
        self.decoded.extend_from_slice(text.as_bytes());
        self.kept(start)
    }
}

const NOTHING: Value = Value { start: u32::MAX, end: u32::MAX, number: 0, is: Is::Nothing, after: 0 };

/// One row at a time.
pub(super) struct Scanner<'p, 'f> {
    page: &'p [u8],
    /// Where the row begins.
    row: usize,
    at: usize,
    found: &'f mut Found,
}

impl<'p, 'f> Scanner<'p, 'f> {
    #[inline(always)]
    pub fn new(page: &'p [u8], row: usize, found: &'f mut Found) -> Scanner<'p, 'f> {
        found.clear();
        Scanner { page, row, at: row, found }
    }

    /// The whole row, if it has this shape and is as it should be; where it ends.
    pub fn row_like(mut self, shape: &Shape) -> Option<usize> {
        self.found.values.clear();
        for (before, kind) in shape.signs() {
            let start = before.behind(self.page, self.at)?;
            // The quotes around text are counted among the signs.
            let quote = usize::from(*kind == Kind::Text);
            self.at = start - quote;
            let value = self.value().ok()?;
            self.found.values.push(value);
            self.at -= quote;
        }
        let end = shape.last()?.behind(self.page, self.at)?;
        let good = end - self.row <= MAX_ROW
            && self.found.decoded.len() <= MAX_ROW
            && (self.found.ascii || std::str::from_utf8(&self.page[self.row..end]).is_ok());
        good.then_some(end)
    }

    /// The whole row, whatever its shape is; where it ends.
    pub fn row(mut self, shape: &mut Shape) -> Result<usize> {
        self.found.values.clear();
        let mut signs = self.at;
        self.expect(b'{', "a row")?;
        if self.peek() == Some(b'}') {
            self.at += 1;
        } else {
            loop {
                let key = self.key()?;
                self.expect(b':', "a colon")?;
                self.peek();
                let start = self.at;
                let value = self.value()?;
                let (kind, start, end) = match value.is {
                    _ if self.page.get(start) == Some(&b'"') => (Kind::Text, start + 1, self.at - 1),
                    Is::Number => (Kind::Number, start, self.at),
                    _ => (Kind::Any, start, self.at),
                };
                shape.push(&self.page[signs..start], key.as_bytes(), kind);
                self.found.values.push(value);
                signs = end;
                if self.at - self.row > MAX_ROW || self.found.decoded.len() > MAX_ROW {
                    return Err((self.row, format!("the row is longer than {MAX_ROW} bytes")));
                }
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(b'}') => break self.at += 1,
                    _ => return Err(self.expected("a comma or the end of the row")),
                }
            }
        }
        shape.end(&self.page[signs..self.at]);
        let row = &self.page[self.row..self.at];
        // What the parser took is proper, and all else is looked at: only plain text may hold what is not.
        if !self.found.ascii
            && let Err(e) = std::str::from_utf8(row)
        {
            return Err((self.row + e.valid_up_to(), "no UTF-8".to_owned()));
        }
        Ok(self.at)
    }

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

    fn expect(&mut self, byte: u8, what: &str) -> Result<()> {
        if self.peek() != Some(byte) {
            return Err(self.expected(what));
        }
        self.at += 1;
        Ok(())
    }

    /// Leaves what comes next to the parser.
    #[cold]
    fn parse<T: Deserialize<'p>>(&mut self) -> Result<T> {
        let at = self.at;
        let mut de = serde_json::Deserializer::from_slice(&self.page[at..]);
        let value = T::deserialize(&mut de).map_err(|e| (at, e.to_string()))?;
        // Turned into an iterator, which nobody runs, it tells how far it came.
        self.at = at + de.into_iter::<IgnoredAny>().byte_offset();
        Ok(value)
    }

    fn key(&mut self) -> Result<Cow<'p, str>> {
        if self.peek() != Some(b'"') {
            return Err(self.expected("a key"));
        }
        Ok(self.parse::<Text<'_>>()?.0)
    }

    /// A value that was found in the row, up to `end`.
    fn lying(&self, start: usize, end: usize, is: Is, number: u64) -> Value {
        let after = self.page.get(end).copied().unwrap_or_default();
        Value { start: (start - self.row) as u32, end: (end - self.row) as u32, number, is, after }
    }

    /// The value that stands here.
    fn value(&mut self) -> Result<Value> {
        match self.page.get(self.at) {
            Some(b'"') => self.text(),
            Some(b'0'..=b'9') => match plain_number(self.page, self.at) {
                Some((number, end)) => {
                    let start = std::mem::replace(&mut self.at, end);
                    Ok(self.lying(start, end, Is::Number, number))
                }
                None => self.any(),
            },
            _ => self.any(),
        }
    }

    /// Any value but plain text and sizes.
    #[cold]
    fn any(&mut self) -> Result<Value> {
        let Scalar(text) = self.parse()?;
        Ok(text.map_or(NOTHING, |text| self.found.keep(&text)))
    }

    fn text(&mut self) -> Result<Value> {
        let start = self.at + 1;
        let (end, ascii) = plain_until(self.page, start);
        self.found.ascii &= ascii;
        if self.page.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(self.lying(start, end, Is::Text, 0));
        }
        let before = self.found.decoded.len();
        match self.unescape(start) {
            Some(end) => {
                self.at = end + 1;
                Ok(self.found.kept(before))
            }
            None => {
                // It says what is wrong.
                self.found.decoded.truncate(before);
                self.parse::<Text<'_>>().map(|text| self.found.keep(&text.0))
            }
        }
    }

    /// Decodes text with escapes that begins at `at`; where its quote is. Nothing when it is no proper text.
    fn unescape(&mut self, mut at: usize) -> Option<usize> {
        loop {
            let (end, ascii) = plain_until(self.page, at);
            self.found.ascii &= ascii;
            self.found.decoded.extend_from_slice(&self.page[at..end]);
            match self.page.get(end)? {
                b'"' => return Some(end),
                b'\\' => {}
                _ => return None,
            }
            let plain = match self.page.get(end + 1)? {
                b @ (b'"' | b'\\' | b'/') => *b,
                b'b' => 8,
                b'f' => 12,
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                b'u' => {
                    let (c, length) = self.escaped(end)?;
                    self.found.decoded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    at = end + length;
                    continue;
                }
                _ => return None,
            };
            self.found.decoded.push(plain);
            at = end + 2;
        }
    }

    /// The character that `\u…` at `at` is, which may take two of them; and how long that is.
    fn escaped(&self, at: usize) -> Option<(char, usize)> {
        let unit = |at: usize| {
            let digits = self.page.get(at..at + 6)?.strip_prefix(b"\\u")?;
            digits.iter().try_fold(0, |all, b| Some(all << 4 | char::from(*b).to_digit(16)?))
        };
        let first = unit(at)?;
        if let Some(c) = char::from_u32(first) {
            return Some((c, 6));
        }
        let second = unit(at + 6).filter(|_| first < 0xdc00)?.checked_sub(0xdc00).filter(|s| *s < 0x400)?;
        Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + second)?, 12))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length_are_what_they_are() {
        for length in 1..=21 {
            for seed in 0..200 {
                let mut random = fastrand::Rng::with_seed(seed);
                let mut digits: Vec<u8> = (0..length).map(|_| random.u8(b'0'..=b'9')).collect();
                if random.bool() {
                    digits[random.usize(..length)] = random.u8(..);
                }
                let text = [b"0", digits.as_slice(), b",\"next\":1"].concat();
                let proper = digits.iter().all(u8::is_ascii_digit) && (length == 1 || digits[0] != b'0');
                let number = std::str::from_utf8(&digits).ok().and_then(|d| d.parse::<u64>().ok());
                let wanted = number.filter(|_| proper && length < 20);
                assert_eq!(number_of(&text, 1, length), wanted, "{}", String::from_utf8_lossy(&digits));
                if wanted.is_some() {
                    let text = [digits.as_slice(), &[0; 8]].concat();
                    assert_eq!(good_number_of(&text, 0, length), wanted);
                }
            }
        }
        assert_eq!(number_of(b"1234567", 0, 7), None, "too near the end");
    }
}
