//! Headers that ureq and the `http` crate would not take.
//!
//! Names outside ASCII, which Swift allows in metadata, travel through them in disguise: a prefix, then the name
//! percent-encoded. In the bytes that come they are disguised before ureq sees them; in the bytes that go the disguise
//! is taken off. And of heads with more fields than ureq counts to, those beyond are taken out before it sees them.

use std::borrow::Cow;

use crate::core::headers::Headers;
use crate::sys::scan::line_end;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, percent_decode_str, percent_encode};

const DISGUISE: &str = "x-swc-disguised-";

/// ureq gives up at 128 fields. An account with all the metadata it may have, and policies, has more.
const COUNTED: usize = 100;
/// A head with more than these is nobody's: what comes then is left to ureq to refuse.
const SURPLUS: usize = 1000;
const SURPLUS_BYTES: usize = 256 * 1024;

/// Fields that tell ureq where the body ends, and what to do with the connection.
const FRAMING: [&str; 4] = ["content-length", "transfer-encoding", "connection", "location"];

/// What the `http` crate does not take in a name, and the percent sign, which the disguise uses.
const NAME: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'(')
    .add(b')')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'{')
    .add(b'}');

/// What of a response head has been looked at.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Bytes, from the first one not consumed, that are whole lines of good names.
    pub ready: usize,
    /// The empty line that ends the head is among them.
    pub complete: bool,
    /// The status line is behind.
    in_fields: bool,
    /// The head is one of those that announce another (1xx).
    interim: bool,
    /// How many of those there were.
    pub interims: u32,
    /// One of them was `100 Continue`: the server wants the body.
    pub go_on: bool,
    /// One of them was `101 Switching Protocols`: no answer follows.
    pub switched: bool,
    /// The answer is a success.
    pub success: bool,
    fields: usize,
    /// Fields taken out.
    surplus: Vec<(String, Vec<u8>)>,
    /// What became of the line before.
    last: Last,
    surplus_bytes: usize,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Last {
    /// It was no field, or one that nobody can make sense of.
    #[default]
    Nothing,
    Field,
    Surplus,
}

fn remove(input: &mut [u8], from: usize, length: usize, end: usize) -> usize {
    input.copy_within(from + length..end, from);
    end - length
}

impl Scan {
    /// Looks at the lines that are whole now. `input` is what is not consumed, from `start` on; a disguised name
    /// makes it longer, and the new end is returned.
    pub fn advance(&mut self, input: &mut Vec<u8>, start: usize, mut end: usize) -> usize {
        while !self.complete {
            let from = start + self.ready;
            let Some((line_end, clean)) = line_end(&input[..end], from) else { break };
            let length = line_end - from;
            let line = &input[from..line_end];
            // What nearly all names are.
            let name = line.iter().take_while(|b| is_token(**b)).count();
            let proper = name > 0 && line.get(name) == Some(&b':');
            if !self.in_fields && matches!(line, b"" | b"\r") {
                // Blank lines before the status line belong to nothing; httparse passes over them too.
            } else if !self.in_fields {
                // "HTTP/1.1 100 Continue"
                let class = line.get(9).filter(|_| line.starts_with(b"HTTP/"));
                self.interim = class == Some(&b'1');
                self.success = class == Some(&b'2');
                self.switched |= self.interim && line.get(10..12) == Some(b"01");
                self.go_on |= self.interim && line.get(10..12) == Some(b"00");
                self.in_fields = true;
                self.last = Last::Nothing;
            } else if matches!(line, b"" | b"\r") {
                self.in_fields = false;
                self.fields = 0;
                if self.interim {
                    // After an interim head comes another one. This one is nothing to ureq, which takes it for a fault
                    // when it has fields.
                    self.interims += 1;
                    self.ready = 0;
                    self.surplus.clear();
                    self.surplus_bytes = 0;
                    end = remove(input, start, from + length + 1 - start, end);
                    continue;
                }
                self.complete = true;
            } else if matches!(line[0], b' ' | b'\t') {
                // The field before goes on (RFC 9112, 5.2).
                match self.last {
                    Last::Field => {
                        let line_end = if input[from - 2] == b'\r' { from - 2..from } else { from - 1..from };
                        input[line_end].fill(b' ');
                        plain(&mut input[from..from + length]);
                    }
                    Last::Surplus | Last::Nothing => {
                        if let (Last::Surplus, Some((_, value))) = (self.last, self.surplus.last_mut()) {
                            value.push(b' ');
                            value.extend_from_slice(line.trim_ascii());
                            self.surplus_bytes += length;
                        }
                        end = remove(input, from, length + 1, end);
                        continue;
                    }
                }
            } else if !proper && line.iter().position(|b| *b == b':').is_none_or(|colon| colon == 0) {
                // No field: the others are no worse for it.
                self.last = Last::Nothing;
                end = remove(input, from, length + 1, end);
                continue;
            } else if let Some((name, value)) = self.beyond(line) {
                self.surplus_bytes += length;
                self.surplus.push((name, value));
                self.last = Last::Surplus;
                // The line is gone for ureq.
                end = remove(input, from, length + 1, end);
                continue;
            } else if let Some(longer) = if proper { None } else { disguise(line) } {
                self.last = Last::Field;
                let grown = longer.len() - length;
                // What follows makes room; the buffer keeps its size where it can.
                if end + grown > input.len() {
                    input.resize(end + grown, 0);
                }
                input.copy_within(from + length..end, from + longer.len());
                input[from..from + longer.len()].copy_from_slice(&longer);
                end += grown;
                self.ready += grown;
                plain(&mut input[from..from + longer.len()]);
            } else {
                self.last = Last::Field;
                if !clean {
                    plain(&mut input[from..line_end]);
                }
            }
            self.ready += length + 1;
        }
        end
    }

    /// Name and value of a field that is one too many for ureq.
    fn beyond(&mut self, line: &[u8]) -> Option<(String, Vec<u8>)> {
        self.fields += 1;
        if self.fields <= COUNTED || self.surplus.len() >= SURPLUS || self.surplus_bytes >= SURPLUS_BYTES {
            return None;
        }
        let colon = line.iter().position(|b| *b == b':').filter(|c| *c > 0)?;
        let name = String::from_utf8_lossy(&line[..colon]).to_lowercase();
        let value = line[colon + 1..].trim_ascii();
        let clean = name.bytes().all(|b| b > b' ' && b != 0x7f);
        let usable = clean && !FRAMING.contains(&name.as_str());
        usable.then(|| {
            let mut value = value.to_vec();
            plain(&mut value);
            (name, value)
        })
    }

    /// `amount` bytes were consumed: a head. The fields that were taken out of it.
    pub fn consumed(&mut self, amount: usize) -> Headers {
        self.ready = self.ready.saturating_sub(amount);
        self.surplus_bytes = 0;
        let mut surplus = Headers::new();
        for (name, value) in std::mem::take(&mut self.surplus) {
            surplus.push(&name, &value);
        }
        surplus
    }
}

/// Puts spaces for control characters, for which HTTP has no use and ureq no mercy. The line end stays.
fn plain(line: &mut [u8]) {
    let end = line.len() - usize::from(line.last() == Some(&b'\r'));
    for b in &mut line[..end] {
        if (*b < b' ' && *b != b'\t') || *b == 0x7f {
            *b = b' ';
        }
    }
}

fn is_token(b: u8) -> bool {
    TOKEN[usize::from(b)]
}

/// Which bytes names of fields are made of.
static TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut b = 0;
    while b < 256 {
        token[b] = (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut n = 0;
    while n < others.len() {
        token[others[n] as usize] = true;
        n += 1;
    }
    token
};

/// A field line with its name disguised, when that is needed and there is one.
fn disguise(line: &[u8]) -> Option<Vec<u8>> {
    let name = line.iter().position(|b| !is_token(*b))?;
    if name > 0 && line[name] == b':' {
        return None;
    }
    // A line that goes on with the one before starts with a blank.
    if matches!(line[0], b' ' | b'\t' | b':') {
        return None;
    }
    let name = line.iter().position(|b| *b == b':')?;
    let mut out = DISGUISE.as_bytes().to_vec();
    out.extend(percent_encode(&line[..name], NAME).to_string().into_bytes());
    out.extend_from_slice(&line[name..]);
    Some(out)
}

/// A name for the `http` crate: itself, or disguised. `None` for one that looks disguised already: what it would be
/// without that is not what was asked for.
pub(super) fn outgoing(name: &str) -> Option<Cow<'_, str>> {
    if !name.is_ascii() {
        return Some(format!("{DISGUISE}{}", percent_encode(name.as_bytes(), NAME)).into());
    }
    let disguised = name.get(..DISGUISE.len()).is_some_and(|start| start.eq_ignore_ascii_case(DISGUISE));
    (!disguised).then(|| name.into())
}

/// The true name of a header that came.
pub(super) fn incoming(name: &str) -> Cow<'_, str> {
    let Some(hidden) = name.strip_prefix(DISGUISE) else { return name.into() };
    let shown = percent_decode_str(hidden).decode_utf8_lossy();
    // A server that plays our game could hide a line end in there.
    let hidden_line = shown.bytes().any(|b| b < b' ' || b == 0x7f);
    // Nor would it disguise what needs none, such as a length that ureq has not seen.
    if hidden_line || shown.bytes().all(is_token) { name.into() } else { shown }
}

/// Adds a line to a whole request head of `length` bytes: the new length, or `None` when it does not fit.
pub(super) fn add(head: &mut [u8], length: usize, line: &[u8]) -> Option<usize> {
    let at = length.checked_sub(2).filter(|at| head[..*at].ends_with(b"\r\n"))?;
    insert(head, length, at, line)
}

/// Puts text into a request head of `length` bytes: the new length, or `None` when it does not fit.
pub(super) fn insert(head: &mut [u8], length: usize, at: usize, text: &[u8]) -> Option<usize> {
    let longer = length + text.len();
    if longer > head.len() {
        return None;
    }
    head.copy_within(at..length, at + text.len());
    head[at..at + text.len()].copy_from_slice(text);
    Some(longer)
}

/// Takes the disguise off the names in a request head, which becomes shorter: its new length.
pub(super) fn uncover(head: &mut [u8]) -> usize {
    let all = head.to_vec();
    let mut at = 0;
    let mut put = |bytes: &[u8]| {
        head[at..at + bytes.len()].copy_from_slice(bytes);
        at += bytes.len();
    };
    for line in all.split_inclusive(|b| *b == b'\n') {
        let hidden = line.strip_prefix(DISGUISE.as_bytes());
        match hidden.and_then(|h| h.iter().position(|b| *b == b':').map(|colon| h.split_at(colon))) {
            Some((name, rest)) => {
                put(&Cow::from(percent_decode(name)));
                put(rest);
            }
            None => put(line),
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanned(pieces: &[&str]) -> (String, bool) {
        let (mut scan, mut input, mut end) = (Scan::default(), Vec::new(), 0);
        for p in pieces {
            input.truncate(end);
            input.extend_from_slice(p.as_bytes());
            end = input.len();
            end = scan.advance(&mut input, 0, end);
            assert!(scan.ready <= end);
        }
        (String::from_utf8(input[..scan.ready].to_vec()).unwrap(), scan.complete)
    }

    #[test]
    fn good_heads_pass_unchanged_in_pieces_of_any_size() {
        let head = "HTTP/1.1 200 OK\r\nA: b\r\nX-Long: c: d é\r\n\r\n";
        for cut in 0..head.len() {
            if head.is_char_boundary(cut) {
                assert_eq!(scanned(&[&head[..cut], &head[cut..]]), (head.to_owned(), true));
            }
        }
        assert_eq!(
            scanned(&["HTTP/1.1 200 OK\r\nA: b\r\nX"]),
            ("HTTP/1.1 200 OK\r\nA: b\r\n".to_owned(), false)
        );
    }

    #[test]
    fn names_outside_ascii_are_disguised_and_come_back() {
        let (head, complete) =
            scanned(&["HTTP/1.1 200 OK\r\nX-Obj", "ect-Meta-Gr\u{fc}n (x): 1\r\nB: 2\r\n\r\nbody"]);
        assert!(complete);
        assert_eq!(
            head,
            "HTTP/1.1 200 OK\r\nx-swc-disguised-X-Object-Meta-Gr%C3%BCn%20%28x%29: 1\r\nB: 2\r\n\r\n"
        );
        assert_eq!(incoming("x-swc-disguised-x-object-meta-gr%c3%bcn%20%28x%29"), "x-object-meta-grün (x)");
        assert_eq!(incoming("x-swc-disguised-a%0d%0ab"), "x-swc-disguised-a%0d%0ab");
        assert_eq!(incoming("etag"), "etag");
        assert_eq!(incoming("x-swc-disguised-content-length"), "x-swc-disguised-content-length");
    }

    #[test]
    fn ht_10_fields_beyond_those_that_can_be_counted_are_kept_aside() {
        let mut head = "HTTP/1.1 200 OK\r\n".to_owned();
        for i in 0..300 {
            head.push_str(&format!("X-Meta-{i}: {i}\r\n"));
        }
        head.push_str("Content-Length: 4\r\n\r\nbody");
        for cut in [1, 500, 3000, head.len()] {
            let (mut scan, mut input, mut end) = (Scan::default(), Vec::new(), 0);
            for piece in [&head[..cut], &head[cut..]] {
                input.truncate(end);
                input.extend_from_slice(piece.as_bytes());
                end = input.len();
                end = scan.advance(&mut input, 0, end);
            }
            let text = String::from_utf8(input[..scan.ready].to_vec()).unwrap();
            assert!(scan.complete && text.ends_with("X-Meta-99: 99\r\nContent-Length: 4\r\n\r\n"), "{text}");
            assert_eq!(&input[scan.ready..end], b"body");
            let surplus = scan.consumed(scan.ready);
            assert_eq!((surplus.len(), surplus.get_str("x-meta-299")), (200, Some("299")));
        }
    }

    #[test]
    fn blank_lines_before_a_head_are_not_its_end() {
        let (head, complete) = scanned(&["\r\n\r\n\nHTTP/1.1 200 OK\r\nA: b\r\n"]);
        assert!(!complete && head.ends_with("A: b\r\n"));
        let (_, complete) = scanned(&["\r\nHTTP/1.1 100 Continue\r\n\r\n\r\nHTTP/1.1 200 OK\r\n"]);
        assert!(!complete);
    }

    #[test]
    fn an_interim_head_is_followed_by_another() {
        let all =
            "HTTP/1.1 100 Continue\r\nA: b\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.1 201 Created\r\né: 1\r\n\r\n";
        for cut in (0..all.len()).filter(|c| all.is_char_boundary(*c)) {
            let (head, complete) = scanned(&[&all[..cut], &all[cut..]]);
            assert!(complete);
            assert_eq!(head, "HTTP/1.1 201 Created\r\nx-swc-disguised-%C3%A9: 1\r\n\r\n");
        }
    }

    #[test]
    fn odd_lines_do_not_spoil_a_head() {
        let all = "HTTP/1.1 200 OK\r\n lost: 1\r\nA: b\r\n c\r\n\td\r\nno field\r\n nor this\r\n: neither\r\n\
                   B: x\u{1}y\u{7f}z\r\nContent-Length: 0\r\n\r\n";
        for cut in 0..all.len() {
            let (head, complete) = scanned(&[&all[..cut], &all[cut..]]);
            assert!(complete);
            assert_eq!(head, "HTTP/1.1 200 OK\r\nA: b   c  \td\r\nB: x y z\r\nContent-Length: 0\r\n\r\n");
        }
        let mut head = "HTTP/1.1 200 OK\r\n".to_owned();
        for i in 0..150 {
            head.push_str(&format!("X-{i}: a\r\n b\r\n"));
        }
        head.push_str("\r\n");
        let (mut scan, mut input) = (Scan::default(), head.into_bytes());
        let end = input.len();
        scan.advance(&mut input, 0, end);
        assert!(scan.complete);
        assert_eq!(scan.consumed(scan.ready).get_str("x-149"), Some("a b"));
    }

    #[test]
    fn requests_lose_the_disguise() {
        let name = outgoing("X-Object-Meta-Grün").unwrap();
        let head = format!("PUT /x HTTP/1.1\r\nhost: h\r\n{name}: wert é\r\nb: c\r\n\r\n");
        let mut head = head.into_bytes();
        let n = uncover(&mut head);
        let text = String::from_utf8(head[..n].to_vec()).unwrap();
        assert_eq!(text, "PUT /x HTTP/1.1\r\nhost: h\r\nX-Object-Meta-Grün: wert é\r\nb: c\r\n\r\n");
        assert_eq!(outgoing("x-plain").as_deref(), Some("x-plain"));
        assert_eq!(outgoing("X-Swc-Disguised-a%0d%0ab"), None);
    }
}
