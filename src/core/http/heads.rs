//! Heads of responses: read line by line as they come, straight into [`Headers`], with mercy for what servers and proxies
//! between them make of HTTP.

use std::borrow::Cow;

use super::Reason;
use crate::core::error::{Error, Kind, Result};
use crate::core::headers::{Headers, is_token};
use crate::sys::lines::{Line, Lines, is_odd};

/// A line must fit into the buffer that it is received in; all lines of a head into this. An account with all the metadata
/// that it may have has some 20 KiB of it.
const HEAD: usize = 256 * 1024;
/// More fields than these are nobody's.
const FIELDS: usize = 2000;

/// Room for what most responses have, so that it need not grow.
const EXPECTED: usize = 16;
const EXPECTED_BYTES: usize = 1024;

/// Where the body of a response ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Framing {
    /// So many bytes are left of it.
    Length(u64),
    Chunked,
    /// With the connection.
    End,
}

/// The head of a response, as far as it has come.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub status: u16,
    pub reason: Reason,
    /// Names in lower case.
    pub headers: Headers,
    /// The empty line that ends it was there.
    pub complete: bool,
    /// The status line is behind.
    in_fields: bool,
    /// HTTP/1.0, where connections end with the response.
    old: bool,
    /// The line before was a field, so that a line that begins with a blank goes on with it.
    open: bool,
    bytes: usize,
    /// How many heads came before it that announce another one (1xx).
    pub interims: u32,
    /// One of them was `100 Continue`: the server wants the body.
    pub go_on: bool,
    /// One of them was `101 Switching Protocols`: no answer follows.
    pub switched: bool,
}

impl Head {
    /// Takes the lines that are whole now, which are that many bytes; after the last line of the head the body begins.
    pub fn advance(&mut self, input: &[u8]) -> Result<usize> {
        let mut lines = Lines::new(input);
        while !self.complete {
            let Some(Line { start, end, clean }) = lines.next() else {
                self.check_start(&input[lines.at()..])?;
                break;
            };
            if self.bytes == 0 {
                // Mostly all of it is there.
                self.headers = Headers::with_capacity(EXPECTED, (input.len() - start).min(EXPECTED_BYTES));
            }
            self.bytes += end + 1 - start;
            // Nearly all lines are fields as they should be.
            if self.in_fields && clean && self.headers.push_line(&input[start..=end]) {
                self.open = true;
            } else {
                let line = &input[start..end];
                self.take(line.strip_suffix(b"\r").unwrap_or(line), clean)?;
            }
            if self.bytes > HEAD || self.headers.len() > FIELDS {
                return Err(too_long(HEAD));
            }
        }
        Ok(lines.at())
    }

    /// Whether something of a head has come.
    pub fn has_begun(&self) -> bool {
        self.bytes > 0
    }

    pub fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// What is not HTTP may never come to the end of a line.
    fn check_start(&self, start: &[u8]) -> Result<()> {
        const HTTP: &[u8] = b"HTTP/1.";
        let n = start.len().min(HTTP.len());
        if !self.in_fields && start[..n] != HTTP[..n] && start != b"\r" {
            return Err(not_http("no status line"));
        }
        Ok(())
    }

    fn take(&mut self, line: &[u8], clean: bool) -> Result<()> {
        if !self.in_fields {
            // Blank lines before the status line belong to nothing.
            return if line.is_empty() { Ok(()) } else { self.status_line(line) };
        }
        if line.is_empty() {
            return self.end();
        }
        if matches!(line[0], b' ' | b'\t') {
            // The field before goes on (RFC 9112, 5.2).
            if self.open {
                self.headers.extend_last(&plain(line, clean));
            }
            return Ok(());
        }
        let name = line.iter().take_while(|b| is_token(**b)).count();
        if name > 0 && line.get(name) == Some(&b':') {
            self.headers.push_lower(&line[..name], &plain(&line[name + 1..], clean));
            self.open = true;
            return Ok(());
        }
        // Swift allows names of metadata outside ASCII. What is no field at all is passed over: the others are no worse for
        // it.
        let colon = line.iter().position(|b| *b == b':').filter(|colon| *colon > 0);
        self.open = false;
        if let Some(colon) = colon
            && !line[..colon].iter().any(|b| *b < b' ' || *b == 0x7f)
        {
            let name = String::from_utf8_lossy(&line[..colon]);
            self.headers.push_lower(name.as_bytes(), &plain(&line[colon + 1..], clean));
            self.open = true;
        }
        Ok(())
    }

    /// "HTTP/1.1 404 Not Found"
    fn status_line(&mut self, line: &[u8]) -> Result<()> {
        let (version, rest) = line.split_at_checked(9).ok_or_else(|| not_http("no status line"))?;
        self.old = match version {
            b"HTTP/1.1 " => false,
            b"HTTP/1.0 " => true,
            _ => return Err(not_http("no status line of HTTP/1.1")),
        };
        let (digits, reason) = rest.split_at_checked(3).ok_or_else(|| not_http("no status"))?;
        if !digits.iter().all(u8::is_ascii_digit) || digits[0] == b'0' || !matches!(reason, [] | [b' ', ..]) {
            return Err(not_http("no status"));
        }
        self.status = digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0'));
        self.reason = words(self.status, reason.trim_ascii());
        self.in_fields = true;
        self.open = false;
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        if self.status >= 200 {
            self.complete = true;
            return Ok(());
        }
        // Another head follows.
        *self = Head {
            interims: self.interims + 1,
            go_on: self.go_on || self.status == 100,
            switched: self.switched || self.status == 101,
            ..Head::default()
        };
        Ok(())
    }

    /// How the body is framed.
    pub fn framing(&self, no_body: bool) -> Result<Framing> {
        let mut length = None;
        for value in self.values("content-length") {
            let n = number(value).ok_or_else(|| not_http("no length of its body"))?;
            if length.is_some_and(|l| l != n) {
                return Err(not_http("two lengths of one body"));
            }
            length = Some(n);
        }
        if no_body || matches!(self.status, 204 | 304) {
            return Ok(Framing::Length(0));
        }
        if self.headers.get("transfer-encoding").is_some() {
            // Others would be taken for the bytes of the object.
            let mut all = self.values("transfer-encoding");
            return match all.find(|v| !v.eq_ignore_ascii_case(b"chunked")) {
                None => Ok(Framing::Chunked),
                Some(other) => {
                    let coding = other.escape_ascii().to_string();
                    let text = format!("the body has the transfer coding {coding:?}, which nobody asked for");
                    Err(Error::new(Kind::Protocol, text))
                }
            };
        }
        Ok(length.map_or(Framing::End, Framing::Length))
    }

    /// Whether the connection can serve another request after the body.
    pub fn keeps_connection(&self) -> bool {
        let says = |what: &str| self.values("connection").any(|v| v.eq_ignore_ascii_case(what.as_bytes()));
        let both =
            self.headers.get("transfer-encoding").is_some() && self.headers.get("content-length").is_some();
        !both && !says("close") && (!self.old || says("keep-alive"))
    }

    /// The members of the lists that the fields of that name are.
    fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.get_all(name).flat_map(|v| v.split(|b| *b == b',').map(<[u8]>::trim_ascii))
    }
}

/// A number that is written in digits and nothing else.
fn number(digits: &[u8]) -> Option<u64> {
    let add = |n: u64, digit: &u8| {
        let more = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        n.checked_mul(10)?.checked_add(more)
    };
    digits.iter().try_fold(0, add).filter(|_| !digits.is_empty())
}

#[cold]
pub(super) fn too_long(most: usize) -> Error {
    Error::new(Kind::Protocol, format!("the response headers are longer than {most} bytes"))
}

#[cold]
fn not_http(what: &str) -> Error {
    Error::new(Kind::Protocol, format!("the answer is not HTTP as it should be: it has {what}"))
}

/// A value without blanks around it, and with spaces for control characters, which have no place in it.
fn plain(value: &[u8], clean: bool) -> Cow<'_, [u8]> {
    let value = value.trim_ascii();
    if clean {
        return value.into();
    }
    let spaced: Vec<u8> = value.iter().map(|b| if is_odd(*b) { b' ' } else { *b }).collect();
    spaced.trim_ascii().to_vec().into()
}

/// The reason phrase of a status.
fn words(status: u16, words: &[u8]) -> Reason {
    let usual = http::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason());
    match usual {
        Some(usual) if usual.as_bytes() == words => usual.into(),
        _ => String::from_utf8_lossy(words).into_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A head that comes in these pieces, and what is left of the bytes.
    fn read(pieces: &[&[u8]]) -> Result<(Head, Vec<u8>)> {
        let (mut head, mut input) = (Head::default(), Vec::new());
        for p in pieces {
            input.extend_from_slice(p);
            let n = head.advance(&input)?;
            input.drain(..n);
        }
        Ok((head, input))
    }

    fn whole(text: &str) -> Head {
        let (head, rest) = read(&[text.as_bytes()]).unwrap();
        assert!(head.complete && rest.is_empty());
        head
    }

    fn fields(head: &Head) -> Vec<(String, String)> {
        head.headers.iter().map(|(n, v)| (n.to_owned(), String::from_utf8_lossy(v).into_owned())).collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn heads_come_in_pieces_of_any_size() {
        let all = "HTTP/1.1 200 All right\r\nA: b\r\nX-Long: c: d \u{e9}  \r\n\r\nbody".as_bytes();
        for cut in 0..all.len() {
            let (head, rest) = read(&[&all[..cut], &all[cut..]]).unwrap();
            assert_eq!((head.status, &*head.reason, head.complete), (200, "All right", true));
            assert_eq!(fields(&head), [pair("a", "b"), pair("x-long", "c: d \u{e9}")]);
            assert_eq!(rest, b"body", "cut at {cut}");
        }
        let (head, rest) = read(&[b"HTTP/1.1 200\nA: b\nX"]).unwrap();
        assert!(!head.complete && head.has_begun() && head.reason.is_empty() && rest == b"X");
    }

    #[test]
    fn names_outside_ascii_are_as_they_came() {
        let head = whole("HTTP/1.1 200 OK\r\nX-Object-Meta-Gr\u{dc}n (x): 1\r\nC : 2\r\n\r\n");
        assert_eq!(fields(&head), [pair("x-object-meta-gr\u{dc}n (x)", "1"), pair("c ", "2")]);
        let (head, _) = read(&[b"HTTP/1.1 200 OK\r\nX-\xff: 1\r\n\r\n"]).unwrap();
        assert_eq!(fields(&head), [pair("x-\u{fffd}", "1")]);
    }

    #[test]
    fn ht_10_all_fields_of_a_long_head_are_there() {
        let mut text = "HTTP/1.1 200 OK\r\n".to_owned();
        (0..FIELDS).for_each(|i| text.push_str(&format!("X-Meta-{i}: {i}\r\n")));
        assert_eq!(whole(&format!("{text}\r\n")).headers.get_str("x-meta-1999"), Some("1999"));
        assert!(read(&[format!("{text}A: b\r\n\r\n").as_bytes()]).is_err());
        let long = format!("HTTP/1.1 200 OK\r\n{}", format!("A: {}\r\n", "x".repeat(4000)).repeat(66));
        assert!(read(&[long.as_bytes()]).is_err());
    }

    #[test]
    fn an_interim_head_is_followed_by_another() {
        let all = b"HTTP/1.1 100 Continue\r\nA: b\r\n\r\n\r\nHTTP/1.1 102 P\r\n\r\nHTTP/1.0 201 Created\r\nB: 1\r\n\r\n";
        for cut in 0..all.len() {
            let (head, _) = read(&[&all[..cut], &all[cut..]]).unwrap();
            assert!(head.complete && head.go_on && !head.switched && head.is_success());
            assert_eq!((head.interims, fields(&head)), (2, vec![pair("b", "1")]));
        }
        assert!(read(&[b"HTTP/1.1 101 S\r\n\r\n"]).unwrap().0.switched);
    }

    #[test]
    fn odd_lines_do_not_spoil_a_head() {
        let all =
            b"\r\n\n\r\nHTTP/1.1 200 OK\r\n lost: 1\r\nA: b\r\n c\r\n\td\0\r\nno field\r\n nor this\r\n\
            : neither\r\n\x01: y\r\nB: x\x01y\x7f\r\n\r\n";
        for cut in 0..all.len() {
            let (head, _) = read(&[&all[..cut], &all[cut..]]).unwrap();
            assert_eq!(fields(&head), [pair("a", "b c d"), pair("b", "x y")], "cut at {cut}");
        }
    }

    #[test]
    fn what_is_not_http_is_told_at_once() {
        for bad in [
            &b"SSH"[..],
            b"<html>",
            b"HTTP/2 200 OK\r\n",
            b"HTTP/1.1  200 OK\r\n",
            b"HTTP/1.1 20 OK\r\n",
            b"HTTP/1.1 2000\r\n",
            b"HTTP/1.1 012 x\r\n",
            b"HTTP/1.1 200OK\r\n",
            b"HTTP/1.1\r\n",
            b"\r\nX",
        ] {
            assert!(read(&[bad]).is_err(), "{:?}", bad.escape_ascii().to_string());
        }
    }

    #[test]
    fn a_head_says_where_the_body_ends() {
        let framing = |fields: &str| whole(&format!("HTTP/1.1 200 OK\r\n{fields}\r\n")).framing(false);
        assert_eq!(framing("").unwrap(), Framing::End);
        assert_eq!(framing("Content-Length: 5\r\n").unwrap(), Framing::Length(5));
        assert_eq!(framing("Content-Length: 5\r\nContent-length: 5, 5\r\n").unwrap(), Framing::Length(5));
        assert_eq!(framing("Transfer-Encoding: Chunked\r\nContent-Length: 5\r\n").unwrap(), Framing::Chunked);
        for bad in [
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: +1\r\n",
            "Content-Length:\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Transfer-Encoding: gzip, chunked\r\n",
        ] {
            assert_eq!(framing(bad).unwrap_err().kind(), Kind::Protocol, "{bad}");
        }
        for bodiless in ["HTTP/1.1 204 No\r\nContent-Length: 3\r\n\r\n", "HTTP/1.1 304 No\r\n\r\n"] {
            assert_eq!(whole(bodiless).framing(false).unwrap(), Framing::Length(0));
        }
        let head = whole("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
        assert_eq!(head.framing(true).unwrap(), Framing::Length(0));
        // Who asks for a head alone asks for what it says of the length.
        assert!(whole("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n").framing(true).is_err());
    }

    #[test]
    fn a_head_says_whether_the_connection_goes_on() {
        let keeps = |text: &str| whole(&format!("{text}\r\n\r\n")).keeps_connection();
        assert!(keeps("HTTP/1.1 200 OK\r\nContent-Length: 1"));
        assert!(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive"));
        assert!(!keeps("HTTP/1.0 200 OK\r\nContent-Length: 1"));
        assert!(!keeps("HTTP/1.1 200 OK\r\nConnection: x, Close"));
        assert!(!keeps("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1"));
    }
}
