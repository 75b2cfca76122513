//! Heads of requests. Bytes outside ASCII go out as they are, in targets, in values, and in names, which Swift allows for
//! metadata.

use http::Method;
use http::uri::Authority;

use super::proxy::Proxy;
use crate::core::error::{Error, Result};
use crate::core::fields::Fields;
use crate::core::headers::is_token;
use crate::core::url::without_signature;
use crate::sys::lines::{count_controls, is_graphic, is_odd};

/// What servers do not take for anything.
const TARGET: usize = 65_534;
const HEAD: usize = 256 * 1024;

/// What the head says of the body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Announced {
    Nothing,
    Length(u64),
    Chunked,
}

/// What a head is made of.
pub(super) struct Head<'a> {
    pub method: &'a Method,
    pub authority: &'a Authority,
    /// A byte outside ASCII stands in it as the character of its value.
    pub target: &'a str,
    pub fields: &'a Fields<'a>,
    pub announced: Announced,
    /// The body waits until it is asked for.
    pub expect: bool,
}

impl Head<'_> {
    /// Appends it to `out`.
    pub fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        let begun = out.len();
        self.fields.foreign().try_for_each(|(name, _)| check_name(name))?;
        out.extend_from_slice(self.method.as_str().as_bytes());
        out.push(b' ');
        self.write_target(out)?;
        out.extend_from_slice(b" HTTP/1.1\r\n");
        let (mut lines, mut length) = (2, itoa::Buffer::new());
        let mut field = |name, value| {
            put(out, name, value);
            lines += 1;
        };
        if !self.fields.has_foreign("host") {
            field(b"host", self.authority.as_str().as_bytes());
        }
        self.fields.iter().for_each(|(name, value)| field(name, value));
        match self.announced {
            Announced::Nothing => {}
            Announced::Length(n) => field(b"content-length", length.format(n).as_bytes()),
            Announced::Chunked => field(b"transfer-encoding", b"chunked"),
        }
        if self.expect {
            field(b"expect", b"100-continue");
        }
        out.extend_from_slice(b"\r\n");
        // Those at the ends of lines are all there may be.
        if count_controls(&out[begun..]) != 2 * lines {
            self.fields.iter().try_for_each(|(name, value)| check_value(name, value))?;
        }
        if out.len() > HEAD {
            return Err(Error::invalid("the headers of the request are longer than 256 KiB"));
        }
        Ok(())
    }

    fn write_target(&self, out: &mut Vec<u8>) -> Result<()> {
        let cannot = |why: &str| {
            let target = without_signature(self.target);
            Err(Error::invalid(format!("the path cannot be sent ({why}): {target}")))
        };
        let start = out.len();
        if is_graphic(self.target.as_bytes()) {
            out.extend_from_slice(self.target.as_bytes());
        } else {
            for c in self.target.chars() {
                match u8::try_from(c) {
                    Ok(b) if b > b' ' && b != 0x7f => out.push(b),
                    _ => return cannot(&format!("it has {c:?} in it")),
                }
            }
        }
        if out.len() - start > TARGET {
            return cannot("it is too long");
        }
        Ok(())
    }
}

fn put(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.reserve(name.len() + value.len() + 4);
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

/// Refuses what would not be the header that was meant.
fn check_name(name: &[u8]) -> Result<()> {
    let name_is_good = name.iter().all(|b| is_token(*b)) || {
        // Blanks and the like in a name that is no token anyway are the server's affair; a colon would end it.
        !name.is_ascii() && !name.iter().any(|b| b.is_ascii_control() || *b == b':')
    };
    if !name_is_good || name.is_empty() {
        let name = String::from_utf8_lossy(name);
        return Err(Error::invalid(format!("{name:?} cannot be the name of a header")));
    }
    Ok(())
}

/// The same, of what would end it too early.
fn check_value(name: &[u8], value: &[u8]) -> Result<()> {
    if value.iter().any(|b| is_odd(*b)) {
        let name = String::from_utf8_lossy(name);
        return Err(Error::invalid(format!("the value of header {name} has a control character")));
    }
    Ok(())
}

/// Makes the head in `out` one for a proxy, which makes the request in its turn.
pub(super) fn address_proxy(out: &mut Vec<u8>, proxy: &Proxy, authority: &Authority) {
    let Some(at) = out.iter().position(|b| *b == b' ') else { return };
    let origin = format!("http://{authority}");
    out.splice(at + 1..at + 1, origin.bytes());
    if let Some(a) = proxy.authorization() {
        out.truncate(out.len() - 2);
        put(out, b"proxy-authorization", a.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::headers::Headers;

    fn headers(list: &[(&str, &[u8])]) -> Headers {
        let mut headers = Headers::new();
        list.iter().for_each(|(n, v)| headers.push(n, v));
        headers
    }

    fn head(method: Method, target: &str, headers: &Headers, announced: Announced) -> Result<Vec<u8>> {
        let authority = Authority::from_static("h:1");
        let mut out = Vec::new();
        let (authority, fields) = (&authority, &Fields::of(headers));
        Head { method: &method, authority, target, fields, announced, expect: false }.write(&mut out)?;
        Ok(out)
    }

    #[test]
    fn a_head_has_the_very_bytes() {
        let given = headers(&[("X-A", b"\xe4\xff"), ("X-\u{fc}", b"1"), ("X-gr\u{fc}n (x)", b"\t")]);
        let h = head(Method::PUT, "/\u{e4}\u{ff}%41?\u{80}", &given, Announced::Length(30)).unwrap();
        assert_eq!(
            h,
            b"PUT /\xe4\xff%41?\x80 HTTP/1.1\r\nhost: h:1\r\nX-A: \xe4\xff\r\nX-\xc3\xbc: 1\r\nX-gr\xc3\xbcn (x): \t\r\n\
              content-length: 30\r\n\r\n"
        );
        let given = headers(&[("HOST", b"\xff"), ("Content-Length", b"x")]);
        let h = head(Method::GET, "/", &given, Announced::Nothing).unwrap();
        assert_eq!(h, b"GET / HTTP/1.1\r\nHOST: \xff\r\nContent-Length: x\r\n\r\n");
        let h = head(Method::POST, "/", &headers(&[]), Announced::Chunked).unwrap();
        assert_eq!(h, b"POST / HTTP/1.1\r\nhost: h:1\r\ntransfer-encoding: chunked\r\n\r\n");
    }

    #[test]
    fn what_would_be_another_head_is_refused() {
        let none = headers(&[]);
        for bad in ["/a b", "/\r\nX: y", "/\t", "/\u{7f}", "/\u{100}", "/\0"] {
            assert!(head(Method::GET, bad, &none, Announced::Nothing).is_err(), "{bad:?}");
        }
        assert!(head(Method::GET, &"y".repeat(TARGET + 1), &none, Announced::Nothing).is_err());
        for name in ["", "a b", "a:b", "\u{fc}:", "\u{fc}\r\nx", "a\0"] {
            assert!(
                head(Method::GET, "/", &headers(&[(name, b"")]), Announced::Nothing).is_err(),
                "{name:?}"
            );
        }
        for value in [&b"\r\n"[..], b"a\x01", b"\x7f"] {
            assert!(
                head(Method::GET, "/", &headers(&[("a", value)]), Announced::Nothing).is_err(),
                "{value:?}"
            );
        }
        let long = vec![b'x'; HEAD];
        assert!(head(Method::GET, "/", &headers(&[("a", &long)]), Announced::Nothing).is_err());
    }

    #[test]
    fn proxies_are_told_the_whole_url() {
        let authority = Authority::from_static("h:1");
        let mut out = head(Method::GET, "/a", &headers(&[]), Announced::Nothing).unwrap();
        address_proxy(&mut out, &Proxy::parse("http://u:p@proxy:3128").unwrap(), &authority);
        assert_eq!(out, b"GET http://h:1/a HTTP/1.1\r\nhost: h:1\r\nproxy-authorization: Basic dTpw\r\n\r\n");
    }
}
