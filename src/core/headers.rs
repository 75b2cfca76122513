//! HTTP headers in one allocation, each name and value NUL-terminated so that C can borrow them.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode;

use crate::sys::lines::lower_name;

/// Where a header lies in the text: where its name begins and ends, and where its value does; both are followed by a NUL.
#[derive(Clone, Copy, Debug)]
struct Span {
    name: u32,
    name_end: u32,
    value: u32,
    end: u32,
}

/// Headers in the order they came. Names are compared without regard to case; values are bytes,
/// in practice UTF-8.
#[derive(Clone, Default)]
pub struct Headers {
    text: Vec<u8>,
    spans: Vec<Span>,
    /// Which names may be there, see [`mark`].
    marks: u64,
}

impl Headers {
    /// No headers.
    pub const fn new() -> Headers {
        Headers { text: Vec::new(), spans: Vec::new(), marks: 0 }
    }

    /// No headers, with room for `count` of them in `bytes` bytes of text.
    pub fn with_capacity(count: usize, bytes: usize) -> Headers {
        Headers { text: Vec::with_capacity(bytes), spans: Vec::with_capacity(count), marks: 0 }
    }

    /// Adds a header after those that are there. A NUL in a value becomes a space: C could not see past it.
    pub fn push(&mut self, name: &str, value: &[u8]) {
        self.push_bytes(name.as_bytes(), value);
        let value = self.text.len() - 1 - value.len()..self.text.len() - 1;
        self.text[value].iter_mut().filter(|b| **b == 0).for_each(|b| *b = b' ');
    }

    fn push_bytes(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(name);
        self.text.push(0);
        self.text.extend_from_slice(value);
        self.text.push(0);
        let name_end = start + name.len();
        self.add(start, name_end, name_end + 1, self.text.len() - 1);
    }

    /// Adds what lies in the text.
    fn add(&mut self, name: usize, name_end: usize, value: usize, end: usize) {
        self.marks |= mark(&self.text[name..name_end]);
        let [name, name_end, value, end] = [name, name_end, value, end].map(|at| at as u32);
        self.spans.push(Span { name, name_end, value, end });
    }

    /// Adds the field that a line is, which comes with its end and has no other control characters but tabs: the name in
    /// lower case, the value without blanks around it. `false` when it is none whose name is a token.
    pub(crate) fn push_line(&mut self, line: &[u8]) -> bool {
        if !line.first().is_some_and(|b| is_token(*b)) {
            return false;
        }
        let start = self.text.len();
        self.text.extend_from_slice(line);
        let field = &mut self.text[start..];
        let mut name = lower_name(field);
        for b in &mut field[name..] {
            let lower = TOKEN[usize::from(*b)];
            if lower == 0 {
                break;
            }
            *b = lower;
            name += 1;
        }
        if field.get(name) != Some(&b':') {
            self.text.truncate(start);
            return false;
        }
        let mut value = name + 1;
        while field.get(value).is_some_and(|b| matches!(b, b' ' | b'\t')) {
            value += 1;
        }
        let mut end = field.len();
        while end > value && field[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
        field[name] = 0;
        field[end] = 0;
        self.add(start, start + name, start + value, start + end);
        true
    }

    /// The same with the name, which is text, in lower case, and a value without NUL.
    pub(crate) fn push_lower(&mut self, name: &[u8], value: &[u8]) {
        let start = self.text.len();
        self.push_bytes(name, value);
        self.text[start..start + name.len()].make_ascii_lowercase();
    }

    /// The value of the last header goes on, after a blank, with one without NUL.
    pub(crate) fn extend_last(&mut self, more: &[u8]) {
        let Some(span) = self.spans.last_mut() else { return };
        self.text.truncate(span.end as usize);
        self.text.push(b' ');
        self.text.extend_from_slice(more);
        span.end = self.text.len() as u32;
        self.text.push(0);
    }

    /// Replaces every header of that name by one.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        self.remove(name);
        self.push(name, value);
    }

    /// Removes every header of that name.
    pub fn remove(&mut self, name: &str) {
        if !self.contains(name.as_bytes()) {
            return;
        }
        // Made anew, so that headers that are changed all the time do not grow.
        let mut kept = Headers::with_capacity(self.spans.len(), self.text.len());
        for (n, v) in self.iter().filter(|(n, _)| !n.eq_ignore_ascii_case(name)) {
            kept.push(n, v);
        }
        *self = kept;
    }

    /// Bytes of all of them.
    pub(crate) fn size(&self) -> usize {
        self.text.len()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    fn name_bytes(&self, s: Span) -> &[u8] {
        &self.text[s.name as usize..s.name_end as usize]
    }

    fn value_bytes(&self, s: Span) -> &[u8] {
        &self.text[s.value as usize..s.end as usize]
    }

    /// Whether it is worth to look for that name.
    fn may_have(&self, name: &[u8]) -> bool {
        self.marks & mark(name) != 0
    }

    fn find(&self, name: &[u8]) -> Option<Span> {
        if !self.may_have(name) {
            return None;
        }
        self.spans.iter().copied().find(|s| self.name_bytes(*s).eq_ignore_ascii_case(name))
    }

    /// Whether there is one of that name.
    pub(crate) fn contains(&self, name: &[u8]) -> bool {
        self.find(name).is_some()
    }

    /// The first value of that name.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.find(name.as_bytes()).map(|s| self.value_bytes(s))
    }

    /// All values of that name.
    pub(crate) fn get_all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let is = move |s: &&Span| self.name_bytes(**s).eq_ignore_ascii_case(name.as_bytes());
        let spans = if self.may_have(name.as_bytes()) { &self.spans[..] } else { &[] };
        spans.iter().filter(is).map(|s| self.value_bytes(*s))
    }

    /// The first value of that name, when it is UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// The first value of that name as a number.
    pub fn get_u64(&self, name: &str) -> Option<u64> {
        self.get_str(name)?.trim().parse().ok()
    }

    /// The transaction id of a response, by which the operator of the server finds its request.
    pub fn transaction_id(&self) -> Option<&str> {
        self.get_str("x-trans-id").or_else(|| self.get_str("x-openstack-request-id"))
    }

    /// The first value of that name with percent-encoding undone, when that gives UTF-8; else as it came.
    pub fn get_decoded(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).map(decoded)
    }

    /// Metadata of an account, a container or an object, in order: names without `X-<kind>-Meta-`.
    pub fn metadata(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.iter().filter_map(|(name, value)| Some((&name[metadata_prefix(name)?..], value)))
    }

    /// Where the metadata of that name lies, given without `X-<kind>-Meta-`.
    fn find_metadata(&self, name: &str) -> Option<Span> {
        self.spans.iter().copied().find(|s| {
            let whole = std::str::from_utf8(self.name_bytes(*s)).unwrap_or_default();
            metadata_prefix(whole).is_some_and(|at| whole[at..].eq_ignore_ascii_case(name))
        })
    }

    /// The value of the metadata of that name, given without `X-<kind>-Meta-`.
    pub fn get_metadata(&self, name: &str) -> Option<&[u8]> {
        self.find_metadata(name).map(|s| self.value_bytes(s))
    }

    /// Like [`get_metadata`](Headers::get_metadata), with percent-encoding undone when that gives UTF-8.
    pub fn get_metadata_decoded(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get_metadata(name).map(decoded)
    }

    /// Like [`get_metadata`](Headers::get_metadata), with the NUL that follows, for C.
    pub fn get_metadata_with_nul(&self, name: &str) -> Option<&[u8]> {
        self.find_metadata(name).map(|s| &self.text[s.value as usize..=s.end as usize])
    }

    /// Name, without `X-<kind>-Meta-`, and value of metadata number `i`, each with its NUL, for C.
    pub fn metadata_at_with_nul(&self, i: usize) -> Option<(&[u8], &[u8])> {
        let of = |s: &Span| {
            let prefix = metadata_prefix(std::str::from_utf8(self.name_bytes(*s)).ok()?)?;
            Some((
                &self.text[s.name as usize + prefix..=s.name_end as usize],
                &self.text[s.value as usize..=s.end as usize],
            ))
        };
        self.spans.iter().filter_map(of).nth(i)
    }

    /// The first value of that name with the NUL that follows it, for C.
    pub fn get_with_nul(&self, name: &str) -> Option<&[u8]> {
        self.find(name.as_bytes()).map(|s| &self.text[s.value as usize..=s.end as usize])
    }

    /// Name and value of header number `i`, each with the NUL that follows it, for C.
    pub fn at_with_nul(&self, i: usize) -> Option<(&[u8], &[u8])> {
        let s = *self.spans.get(i)?;
        Some((
            &self.text[s.name as usize..=s.name_end as usize],
            &self.text[s.value as usize..=s.end as usize],
        ))
    }

    /// The same as bytes.
    pub(crate) fn iter_bytes(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.spans.iter().map(|s| (self.name_bytes(*s), self.value_bytes(*s)))
    }

    /// All headers in order; a name is text because [`push`](Headers::push) takes text.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.spans
            .iter()
            .map(|s| (std::str::from_utf8(self.name_bytes(*s)).unwrap_or_default(), self.value_bytes(*s)))
    }
}

/// The bit that stands for a name, and for others: what is asked for is mostly not there, and is then looked for nowhere.
fn mark(name: &[u8]) -> u64 {
    let last = name.last().map_or(0, |b| usize::from(b | 0x20));
    1 << ((name.len() + 4 * last) % 64)
}

/// Whether names of fields are made of such bytes (RFC 9110, 5.6.2).
pub(crate) fn is_token(b: u8) -> bool {
    TOKEN[usize::from(b)] != 0
}

/// The bytes that names of fields are made of, in lower case; 0 for all others.
static TOKEN: [u8; 256] = {
    let mut token = [0; 256];
    let mut b = 0;
    while b < 256 {
        if (b as u8).is_ascii_alphanumeric() {
            token[b] = (b as u8).to_ascii_lowercase();
        }
        b += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut n = 0;
    while n < others.len() {
        token[others[n] as usize] = others[n];
        n += 1;
    }
    token
};

/// How much of a header's name says that it is metadata, and whose.
fn metadata_prefix(name: &str) -> Option<usize> {
    let is = |prefix: &&str| name.get(..prefix.len()).is_some_and(|p| p.eq_ignore_ascii_case(prefix));
    ["x-object-meta-", "x-container-meta-", "x-account-meta-"].iter().find(|p| is(p)).map(|p| p.len())
}

/// A value with percent-encoding undone, when that gives UTF-8; else as it came.
fn decoded(raw: &[u8]) -> Cow<'_, str> {
    match percent_decode(raw).decode_utf8() {
        Ok(text) => text,
        Err(_) => String::from_utf8_lossy(raw),
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What an answer holds may be a key or a token.
        fmt::Debug::fmt(&super::log::Redacted(self), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_values_end_in_nul() {
        let mut h = Headers::new();
        h.push("x-object-meta-a", b"1");
        h.push("ETag", b"\"abc\"");
        h.push("x-object-meta-b", b"a\0b");
        assert_eq!(h.get("X-Object-Meta-A"), Some(&b"1"[..]));
        assert_eq!(h.get_with_nul("etag"), Some(&b"\"abc\"\0"[..]));
        assert_eq!(h.at_with_nul(0), Some((&b"x-object-meta-a\0"[..], &b"1\0"[..])));
        assert_eq!(h.get("x-object-meta-b"), Some(&b"a b"[..]));
        assert!(h.at_with_nul(3).is_none());
    }

    #[test]
    fn lg_01_keys_are_not_shown() {
        let mut h = Headers::new();
        h.push("X-Container-Meta-Temp-URL-Key", b"geheim");
        h.push("ETag", b"abc");
        let shown = format!("{h:?}");
        assert!(shown.contains("ETag: abc") && !shown.contains("geheim"), "{shown}");
    }

    #[test]
    fn set_replaces_all_of_a_name() {
        let mut h = Headers::new();
        h.push("a", b"1");
        h.push("A", b"2");
        h.push("b", b"3");
        h.set("a", b"4");
        assert_eq!(h.len(), 2);
        assert_eq!(h.get("A"), Some(&b"4"[..]));
        assert_eq!(h.iter().map(|(n, _)| n).collect::<Vec<_>>(), ["b", "a"]);
        let size = h.text.len();
        for i in 0..1000 {
            h.set("a", format!("{:03}", i % 10).as_bytes());
        }
        assert!(h.text.len() <= size + 2);
    }

    #[test]
    fn metadata_is_found_without_its_prefix() {
        let mut h = Headers::new();
        h.push("x-object-meta-a", b"1%20");
        h.push("x-trans-id", b"tx");
        h.push("X-Container-Meta-Gr\u{f6}\u{df}e", "\u{fc}".as_bytes());
        h.push("x-object-met\u{e4}", b"no");
        assert_eq!(
            h.metadata().collect::<Vec<_>>(),
            [("a", &b"1%20"[..]), ("Gr\u{f6}\u{df}e", "\u{fc}".as_bytes())]
        );
        assert_eq!(h.get_metadata("A"), Some(&b"1%20"[..]));
        assert_eq!(h.get_metadata_decoded("a").as_deref(), Some("1 "));
        assert_eq!(h.get_metadata_with_nul("gr\u{f6}\u{df}e"), Some("\u{fc}\0".as_bytes()));
        assert_eq!(h.metadata_at_with_nul(0), Some((&b"a\0"[..], &b"1%20\0"[..])));
        assert_eq!(h.metadata_at_with_nul(1).map(|m| m.0), Some("Gr\u{f6}\u{df}e\0".as_bytes()));
        assert!(h.metadata_at_with_nul(2).is_none() && h.get_metadata("trans-id").is_none());
    }

    #[test]
    fn decoding_leaves_what_is_not_utf8() {
        let mut h = Headers::new();
        h.push("a", b"c%C3%A9");
        h.push("b", b"%ff");
        assert_eq!(h.get_decoded("a").as_deref(), Some("cé"));
        assert_eq!(h.get_decoded("b").as_deref(), Some("%ff"));
    }
}
