//! Bodies of several ranges (`multipart/byteranges`), taken apart while they are received.
//!
//! Each part says in its head how many bytes it has, so its bytes go straight to the caller, whatever they look
//! like; the boundary is expected where the part must end.

use super::body::parse_content_range;
use super::error::{Error, Kind, Result};
use super::manifest;

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

/// The ranges that were asked for. They come in this order, but for those that lie outside of the object.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    ranges: Vec<manifest::Part>,
    /// So many of them have come, or lie outside.
    at: usize,
    /// Size of the object, once it was told.
    size: Option<u64>,
}

impl Asked {
    /// The ranges in a `Range`; `None` when they are not in bytes, and so the caller's own to make sense of.
    pub fn parse(header: &str) -> Option<Asked> {
        let list = header.trim().strip_prefix("bytes=")?.split(',').filter(|r| !r.trim().is_empty());
        let ranges = list.map(manifest::Part::parse).collect::<Option<_>>()?;
        Some(Asked { ranges, ..Asked::default() })
    }

    /// Notes that these bytes of an object came, or says why they should not have.
    pub fn came(&mut self, (first, last): (u64, u64), size: Option<u64>) -> Result<()> {
        self.size = self.size.or(size);
        while let Some(range) = self.ranges.get(self.at) {
            self.at += 1;
            match (size, range) {
                (Some(size), range) => match range.of(size) {
                    Some(want) if want == (first, last) => return Ok(()),
                    Some(_) => break,
                    None => {}
                },
                (None, manifest::Part::From(from, to)) => {
                    if *from == first && to.is_none_or(|to| last <= to) {
                        return Ok(());
                    }
                }
                (None, manifest::Part::Last(_)) => return Ok(()),
            }
        }
        let text = format!("bytes {first} to {last} came, which were not asked for in that place");
        Err(Error::new(Kind::Protocol, text))
    }

    /// Makes sure that nothing is left that should have come.
    pub fn ended(&self) -> Result<()> {
        let Some(size) = self.size else { return Ok(()) };
        match self.ranges.iter().skip(self.at).find_map(|range| range.of(size)) {
            Some((first, last)) => {
                let text = format!("bytes {first} to {last} were asked for and did not come");
                Err(Error::new(Kind::Protocol, text))
            }
            None => Ok(()),
        }
    }
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
    asked: Option<Asked>,
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
    /// Each part must be one of those that were asked for, where that is known.
    pub fn new(boundary: &str, asked: Option<Asked>) -> Parts {
        Parts {
            delimiter: format!("--{boundary}").into_bytes(),
            ahead: Vec::new(),
            at: 0,
            left: 0,
            place: Place::Start,
            asked,
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
                self.asked.as_ref().map_or(Ok(()), Asked::ended)?;
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
        if let Some(asked) = &mut self.asked {
            asked.came((first, last), size)?;
        }
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
        let (mut parts, mut source, mut all) = (Parts::new("b", None), pieces(body, size), Vec::new());
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
        let (mut parts, mut source) = (Parts::new("b", None), pieces(BODY, 5));
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
        assert_eq!(Parts::new("b", None).next(&mut broken).unwrap_err().kind(), Kind::Connect);
    }

    #[test]
    fn parts_are_those_that_were_asked_for() {
        let check = |asked: &str, came: &[(u64, u64)], size: Option<u64>| {
            let mut asked = Asked::parse(asked).unwrap();
            came.iter().try_for_each(|part| asked.came(*part, size)).and_then(|()| asked.ended())
        };
        for (asked, came) in [
            ("bytes=0-1,5-", &[(0, 1), (5, 9)][..]),
            ("bytes=0-1, 20-30,-3", &[(0, 1), (7, 9)]),
            ("bytes=5-30,,0-1,0-1", &[(5, 9), (0, 1), (0, 1)]),
            ("bytes=20-,-30", &[(0, 9)]),
        ] {
            assert!(check(asked, came, Some(10)).is_ok(), "{asked}");
            assert!(check(asked, came, None).is_ok(), "{asked}");
        }
        for (asked, came) in [
            // Swapped, another one, more, less, twice, none.
            ("bytes=0-1,5-6", &[(5, 6), (0, 1)][..]),
            ("bytes=0-1,5-6", &[(0, 1), (6, 7)]),
            ("bytes=0-1,5-6", &[(0, 1), (5, 6), (8, 9)]),
            ("bytes=0-1,5-6", &[(0, 1)]),
            ("bytes=0-1,5-6,8-9", &[(0, 1), (8, 9)]),
            ("bytes=0-1,5-6", &[(0, 1), (0, 1)]),
            ("bytes=0-1,5-6", &[(0, 6)]),
            ("bytes=0-1,-2", &[(0, 1), (7, 9)]),
        ] {
            let e = check(asked, came, Some(10)).unwrap_err();
            assert_eq!(e.kind(), Kind::Protocol, "{asked}: {e}");
        }
        assert!(check("bytes=0-1,5-6", &[(5, 6), (0, 1)], None).is_err());
        assert!(Asked::parse("pages=1-2").is_none() && Asked::parse("bytes=a-b").is_none());
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
