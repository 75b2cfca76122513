//! Request heads that are written here and not by ureq: those with bytes outside ASCII in the target or in the name of
//! the host, which it does not take, and those with framing of the caller's own.

use http::Method;
use http::uri::Authority;

use super::{Announced, Exchange};
use crate::core::error::{Error, Result};
use crate::core::headers::Headers;

/// Whether ureq cannot write the head.
pub(super) fn is_needed(x: &Exchange<'_>) -> bool {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>`".contains(&b);
    x.own_framing || !x.target.bytes().all(plain) || x.headers.get("host").is_some_and(|h| !h.is_ascii())
}

/// The head. The headers have been looked at; the target is here, as nobody else does.
pub(super) fn head(
    method: &Method,
    authority: &Authority,
    target: &str,
    headers: &Headers,
    announced: &Announced,
) -> Result<Vec<u8>> {
    let mut head = Vec::with_capacity(512 + target.len());
    let mut put = |pieces: &[&[u8]]| pieces.iter().for_each(|p| head.extend_from_slice(p));
    put(&[method.as_str().as_bytes(), b" "]);
    for c in target.chars() {
        match u8::try_from(c) {
            Ok(b) if b > b' ' && b != 0x7f => put(&[&[b]]),
            _ => return Err(Error::invalid(format!("the path cannot be sent: it has {c:?} in it"))),
        }
    }
    put(&[b" HTTP/1.1\r\n"]);
    if headers.get("host").is_none() {
        put(&[b"host: ", authority.as_str().as_bytes(), b"\r\n"]);
    }
    for (name, value) in headers.iter() {
        put(&[name.as_bytes(), b": ", value, b"\r\n"]);
    }
    match announced {
        Announced::Nothing => {}
        Announced::Length(n) => put(&[b"content-length: ", n.to_string().as_bytes(), b"\r\n"]),
        Announced::Chunked => put(&[b"transfer-encoding: chunked\r\n"]),
    }
    put(&[b"\r\n"]);
    Ok(head)
}

/// Puts the head where ureq put its own; its length, or `None` when it leaves too little room for the body.
pub(super) fn put(output: &mut [u8], head: &[u8]) -> Option<usize> {
    let room = output.len() / 2;
    output.get_mut(..head.len()).filter(|_| head.len() <= room)?.copy_from_slice(head);
    Some(head.len())
}

/// Takes a piece of the body, of whole chunks, out of them: its new length.
pub(super) fn unframe(piece: &mut [u8]) -> usize {
    let (mut from, mut to) = (0, 0);
    while let Some(line) = piece.get(from..).and_then(|rest| rest.iter().position(|b| *b == b'\n')) {
        let digits = piece[from..from + line].trim_ascii();
        let size = std::str::from_utf8(digits).ok().and_then(|d| usize::from_str_radix(d, 16).ok());
        let start = from + line + 1;
        let Some(size) = size.filter(|n| *n > 0 && *n <= piece.len() - start) else { break };
        piece.copy_within(start..start + size, to);
        to += size;
        from = start + size + 2;
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(list: &[(&str, &[u8])]) -> Headers {
        let mut headers = Headers::new();
        list.iter().for_each(|(n, v)| headers.push(n, v));
        headers
    }

    #[test]
    fn a_head_has_the_very_bytes() {
        let authority = Authority::from_static("h:1");
        let given = headers(&[("X-A", b"\xe4\xff"), ("X-\u{fc}", b"1")]);
        let h =
            head(&Method::PUT, &authority, "/\u{e4}\u{ff}%41?\u{80}", &given, &Announced::Length(3)).unwrap();
        assert_eq!(
            h,
            b"PUT /\xe4\xff%41?\x80 HTTP/1.1\r\nhost: h:1\r\nX-A: \xe4\xff\r\nX-\xc3\xbc: 1\r\ncontent-length: 3\r\n\r\n"
        );
        let given = headers(&[("HOST", b"\xff"), ("Content-Length", b"x")]);
        let h = head(&Method::GET, &authority, "/", &given, &Announced::Nothing).unwrap();
        assert_eq!(h, b"GET / HTTP/1.1\r\nHOST: \xff\r\nContent-Length: x\r\n\r\n");
        for bad in ["/a b", "/\r\nX: y", "/\t", "/\u{7f}", "/\u{100}", "/\0"] {
            assert!(head(&Method::GET, &authority, bad, &given, &Announced::Nothing).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn chunks_are_taken_off() {
        let unframed = |text: &[u8]| {
            let mut piece = text.to_vec();
            let n = unframe(&mut piece);
            piece[..n].to_vec()
        };
        assert_eq!(unframed(b"3\r\na\nb\r\na\r\n0\r\n\r\n12345\r\n"), b"a\nb0\r\n\r\n12345");
        assert_eq!(unframed(b"0\r\n\r\n"), b"");
        assert_eq!(unframed(b""), b"");
        assert_eq!(unframed(b"ff\r\nshort\r\n"), b"");
    }

    #[test]
    fn a_head_leaves_room_for_the_body() {
        assert_eq!(put(&mut [0; 8], b"abcd"), Some(4));
        assert_eq!(put(&mut [0; 8], b"abcde"), None);
    }
}
