//! Bodies of several ranges (`multipart/byteranges`), taken apart while they are received.
//!
//! Each part says in its head how many bytes it has, so its bytes go straight to the caller, whatever they look
//! like; the boundary is expected where the part must end.

use super::body::parse_content_range;
use super::error::{Error, Kind, Result};

/// Longest head of a part, and most of what may follow the last one.
const HEAD: usize = 16 * 1024;
/// Heads are read in pieces of this size; what is read too far of the bytes is kept.
const AHEAD: usize = 1024;
/// Longest boundary; the rules of MIME allow 70 characters.
const BOUNDARY: usize = 200;

/// A part of an object, its bytes still to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Offset in the object of its first byte.
    pub offset: u64,
    /// How many bytes it has, when known.
    pub length: Option<u64>,
    /// Size of the object, when known.
    pub size: Option<u64>,
}

/// Where the bytes of the body come from: 0 is the end.
pub(crate) type Source<'a> = &'a mut dyn FnMut(&mut [u8]) -> Result<usize>;

/// A body on its way through the parser.
#[derive(Debug)]
pub(crate) struct Parts {
    /// `--` and the boundary.
    delimiter: Vec<u8>,
    ahead: Vec<u8>,
    at: usize,
    /// Bytes of the present part still to come.
    left: u64,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Start,
    Part,
    End,
}

#[cold]
fn garbage(what: &str) -> Error {
    Error::new(Kind::Protocol, format!("the body of several ranges is garbled: {what}"))
}

/// The boundary in a `Content-Type`; none when it is of another kind.
pub(crate) fn boundary(content_type: &str) -> Option<Result<String>> {
    let mut parameters = content_type.split(';');
    if !parameters.next()?.trim().eq_ignore_ascii_case("multipart/byteranges") {
        return None;
    }
    let found = parameters.find_map(|p| {
        let (name, value) = p.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim().trim_matches('"'))
    });
    Some(match found {
        Some(b) if !b.is_empty() && b.len() <= BOUNDARY => Ok(b.to_owned()),
        Some(_) => Err(garbage("its boundary is empty or too long")),
        None => Err(garbage("it has no boundary")),
    })
}

impl Parts {
    pub fn new(boundary: &str) -> Parts {
        Parts {
            delimiter: format!("--{boundary}").into_bytes(),
            ahead: Vec::new(),
            at: 0,
            left: 0,
            place: Place::Start,
        }
    }

    /// Bytes of the present part still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next part; what is left of the one before is read past.
    pub fn next(&mut self, source: Source<'_>) -> Result<Option<Part>> {
        if self.left > 0 {
            let mut skip = vec![0; self.left.min(64 * 1024) as usize];
            while self.read(&mut skip, source)? > 0 {}
        }
        let mut line = Vec::new();
        match self.place {
            Place::End => return Ok(None),
            Place::Start => {
                // Nothing must stand before the first boundary, but an empty line may.
                self.line(&mut line, source)?;
                if line.is_empty() {
                    self.line(&mut line, source)?;
                }
            }
            Place::Part => {
                self.line(&mut line, source)?;
                if !line.is_empty() {
                    return Err(garbage("a part does not end where it must"));
                }
                self.line(&mut line, source)?;
            }
        }
        let Some(rest) = line.strip_prefix(self.delimiter.as_slice()) else {
            return Err(garbage("there is no boundary where one must be"));
        };
        match rest.trim_ascii_end() {
            b"" => {}
            b"--" if self.place == Place::Start => return Err(garbage("it has no part")),
            b"--" => {
                self.finish(source)?;
                return Ok(None);
            }
            _ => return Err(garbage("there is no boundary where one must be")),
        }
        let part = self.head(source)?;
        self.place = Place::Part;
        self.left = part.length.unwrap_or(0);
        Ok(Some(part))
    }

    /// The head of a part, up to the empty line.
    fn head(&mut self, source: Source<'_>) -> Result<Part> {
        let (mut line, mut seen, mut range) = (Vec::new(), 0, None);
        loop {
            self.line(&mut line, source)?;
            if line.is_empty() {
                break;
            }
            seen += line.len();
            if seen > HEAD {
                return Err(garbage("the head of a part is too long"));
            }
            let text = String::from_utf8_lossy(&line);
            let Some((name, value)) = text.split_once(':') else {
                return Err(garbage("a line in the head of a part is no header"));
            };
            if name.trim().eq_ignore_ascii_case("content-range") {
                let size = value.rsplit('/').next().map(str::trim);
                let known = size.and_then(|s| s.parse::<u64>().ok());
                let fits = |last: u64| size == Some("*") || known.is_some_and(|s| last < s);
                range = parse_content_range(value).filter(|(_, last)| fits(*last)).map(|r| (r, known));
                if range.is_none() {
                    return Err(garbage("the Content-Range of a part is none"));
                }
            }
        }
        let Some(((first, last), size)) = range else {
            return Err(garbage("a part does not tell its range"));
        };
        Ok(Part { offset: first, length: Some(last + 1 - first), size })
    }

    /// Bytes of the present part; 0 is its end.
    pub fn read(&mut self, buf: &mut [u8], source: Source<'_>) -> Result<usize> {
        let most = (buf.len() as u64).min(self.left) as usize;
        if most == 0 {
            return Ok(0);
        }
        let waiting = &self.ahead[self.at..];
        let n = if waiting.is_empty() {
            match source(&mut buf[..most])? {
                0 => return Err(garbage("it ends in the middle of a part")),
                n => n,
            }
        } else {
            let n = most.min(waiting.len());
            buf[..n].copy_from_slice(&waiting[..n]);
            self.at += n;
            n
        };
        self.left -= n as u64;
        Ok(n)
    }

    /// A line without the CR and LF that end it. The last one may end with the body.
    fn line(&mut self, line: &mut Vec<u8>, source: Source<'_>) -> Result<()> {
        line.clear();
        loop {
            let waiting = &self.ahead[self.at..];
            if let Some(n) = waiting.iter().position(|b| *b == b'\n') {
                line.extend_from_slice(&waiting[..n]);
                self.at += n + 1;
                return match line.pop() {
                    Some(b'\r') => Ok(()),
                    _ => Err(garbage("a line in it does not end as it must")),
                };
            }
            line.extend_from_slice(waiting);
            self.at = self.ahead.len();
            if line.len() > HEAD {
                return Err(garbage("a line in it is too long"));
            }
            if !self.fill(source)? {
                if line.is_empty() {
                    return Err(garbage("it ends where a part must begin"));
                }
                return Ok(());
            }
        }
    }

    /// Gets more of the body; `false` at its end.
    fn fill(&mut self, source: Source<'_>) -> Result<bool> {
        self.ahead.resize(AHEAD, 0);
        self.at = 0;
        let read = source(&mut self.ahead);
        self.ahead.truncate(*read.as_ref().unwrap_or(&0));
        Ok(read? > 0)
    }

    /// Reads to the end of the body, by which alone it is complete.
    fn finish(&mut self, source: Source<'_>) -> Result<()> {
        let mut seen = 0;
        while self.fill(source)? {
            seen += self.ahead.len();
            if seen > HEAD {
                return Err(garbage("too much follows the last part"));
            }
        }
        self.ahead.clear();
        self.at = 0;
        self.place = Place::End;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a body in pieces of a size.
    fn pieces(body: &[u8], size: usize) -> impl FnMut(&mut [u8]) -> Result<usize> {
        let mut body = body.to_vec();
        move |buf| {
            let n = buf.len().min(size).min(body.len());
            buf[..n].copy_from_slice(&body[..n]);
            body.drain(..n);
            Ok(n)
        }
    }

    fn parse(body: &[u8], size: usize) -> Result<Vec<(Part, Vec<u8>)>> {
        let (mut parts, mut source, mut all) = (Parts::new("b"), pieces(body, size), Vec::new());
        while let Some(part) = parts.next(&mut source)? {
            let (mut bytes, mut buf) = (Vec::new(), [0; 3]);
            loop {
                match parts.read(&mut buf, &mut source)? {
                    0 => break,
                    n => bytes.extend_from_slice(&buf[..n]),
                }
            }
            all.push((part, bytes));
        }
        assert_eq!(parts.next(&mut source)?, None);
        Ok(all)
    }

    const BODY: &[u8] = b"--b\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-4/20\r\n\r\n\r\n--b\r\n\
        --b\r\ncontent-range:bytes 18-19/20\r\n\r\nxy\r\n--b--";

    #[test]
    fn parts_come_out_whatever_the_pieces_and_the_bytes() {
        let want = [
            (Part { offset: 0, length: Some(5), size: Some(20) }, b"\r\n--b".to_vec()),
            (Part { offset: 18, length: Some(2), size: Some(20) }, b"xy".to_vec()),
        ];
        for size in [1, 2, 3, 7, 64, 4096] {
            assert_eq!(parse(BODY, size).unwrap(), want, "pieces of {size}");
            let more = [b"\r\n", BODY, b"\r\nepilogue"].concat();
            assert_eq!(parse(&more, size).unwrap(), want, "pieces of {size}");
        }
    }

    #[test]
    fn what_is_not_read_of_a_part_is_skipped() {
        let (mut parts, mut source) = (Parts::new("b"), pieces(BODY, 5));
        parts.next(&mut source).unwrap().unwrap();
        parts.read(&mut [0; 2], &mut source).unwrap();
        assert_eq!(parts.next(&mut source).unwrap().unwrap().offset, 18);
        assert_eq!(parts.next(&mut source).unwrap(), None);
    }

    #[test]
    fn every_cut_is_noticed() {
        for end in 0..BODY.len() {
            let e = parse(&BODY[..end], 4096).unwrap_err();
            assert_eq!(e.kind(), Kind::Protocol, "cut at {end}: {e}");
        }
    }

    #[test]
    fn garbage_is_an_error_and_never_a_part() {
        let long = "x".repeat(2 * HEAD);
        for body in [
            "garbage".to_owned(),
            "--b--\r\n".to_owned(),
            "--bb\r\n\r\n".to_owned(),
            "--b\r\n\r\nxx\r\n--b--".to_owned(),
            "--b\r\nno header\r\n\r\n".to_owned(),
            "--b\r\nContent-Range: bytes 5-4/20\r\n\r\n".to_owned(),
            "--b\r\nContent-Range: bytes 0-20/20\r\n\r\n".to_owned(),
            "--b\r\nContent-Range: bytes 0-20/twenty\r\n\r\n".to_owned(),
            "--b\r\nContent-Range: bytes 0-18446744073709551615/*\r\n\r\n".to_owned(),
            "--b\r\nContent-Range: bytes 0-1/20\r\n\r\nxyz\r\n--b--".to_owned(),
            "--b\r\nContent-Range: bytes 0-1/20\r\n\r\nxy\r\n--c--".to_owned(),
            "--b\r\nContent-Range: bytes 0-1/20\r\n\r\nxy\r\n\r\n--b--".to_owned(),
            format!("--b\r\nX: {long}\r\n\r\n"),
            format!("--b\r\nContent-Range: bytes 0-1/20\r\n\r\nxy\r\n--b--\r\n{long}"),
            long.clone(),
        ] {
            for size in [1, 4096] {
                let e = parse(body.as_bytes(), size).unwrap_err();
                assert_eq!(e.kind(), Kind::Protocol, "{:.40}: {e}", body);
            }
        }
        let mut broken = |_: &mut [u8]| Err(Error::new(Kind::Connect, "broke"));
        assert_eq!(Parts::new("b").next(&mut broken).unwrap_err().kind(), Kind::Connect);
    }

    #[test]
    fn boundaries() {
        let of = |t: &str| boundary(t).map(|b| b.ok());
        assert_eq!(of("multipart/byteranges;boundary=abc"), Some(Some("abc".into())));
        assert_eq!(of("Multipart/ByteRanges; charset=x; Boundary=\"a b\""), Some(Some("a b".into())));
        assert_eq!(of("text/plain; boundary=abc"), None);
        assert_eq!(of("multipart/byteranges"), Some(None));
        assert_eq!(of("multipart/byteranges; boundary="), Some(None));
        assert_eq!(of(&format!("multipart/byteranges; boundary={}", "x".repeat(201))), Some(None));
    }
}
