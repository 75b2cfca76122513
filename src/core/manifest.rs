//! Manifests of static large objects: what stands in for the bytes, built here or read back from the server.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::digest::Sum;
use super::error::{Error, Kind, Result};
use super::names;
use super::response::Response;

/// More segments than this no manifest has: Swift's own limit is 1000 unless the operator raised it.
const MOST_SEGMENTS: usize = 1 << 18;
/// How old servers tell the size of a large object within its media type.
const SWIFT_BYTES: &str = ";swift_bytes=";

/// Part of an object, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From an offset to another, that byte included; without the other to the end.
    From(u64, Option<u64>),
    /// So many at the end.
    Last(u64),
}

/// A segment: all of an object, part of one, or bytes that stand in the manifest itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    container: String,
    object: String,
    data: Option<Vec<u8>>,
    etag: Option<String>,
    size: Option<u64>,
    part: Option<Part>,
    content_type: Option<String>,
    last_modified: Option<String>,
    slo: bool,
}

/// The segments of a static large object, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    segments: Vec<Segment>,
}

impl Part {
    /// As [`Request::set_range`](super::request::Request::set_range) takes it: no `offset` means the last bytes, no
    /// `length` up to the end, neither the whole object.
    pub fn new(offset: Option<u64>, length: Option<u64>) -> Result<Option<Part>> {
        Ok(Some(match (offset, length) {
            (_, Some(0)) => return Err(Error::invalid("the range is empty")),
            (None, None) => return Ok(None),
            (None, Some(length)) => Part::Last(length),
            (Some(offset), None) => Part::From(offset, None),
            (Some(offset), Some(length)) => match offset.checked_add(length - 1) {
                Some(last) => Part::From(offset, Some(last)),
                None => return Err(Error::invalid("the range ends beyond what a number can say")),
            },
        }))
    }

    /// First and last byte, given the size of the object; none when there are no such bytes.
    pub fn of(self, size: u64) -> Option<(u64, u64)> {
        let end = size.checked_sub(1)?;
        match self {
            Part::From(first, last) => {
                let last = last.unwrap_or(end).min(end);
                (first <= last).then_some((first, last))
            }
            Part::Last(count) => (count > 0).then_some((size.saturating_sub(count), end)),
        }
    }

    /// As HTTP and manifests write it.
    pub(crate) fn parse(text: &str) -> Option<Part> {
        let (first, last) = text.trim().split_once('-')?;
        match (first.trim(), last.trim()) {
            ("", last) => Some(Part::Last(last.parse().ok()?)),
            (first, "") => Some(Part::From(first.parse().ok()?, None)),
            (first, last) => {
                let (first, last) = (first.parse().ok()?, last.parse().ok()?);
                (first <= last).then_some(Part::From(first, Some(last)))
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::From(first, None) => write!(f, "{first}-"),
            Part::From(first, Some(last)) => write!(f, "{first}-{last}"),
            Part::Last(count) => write!(f, "-{count}"),
        }
    }
}

impl Segment {
    /// An object, which may be a static large object itself. Its ETag (with or without quotes) and size, where they
    /// are given, are what the server checks the object for.
    pub fn object(
        container: &str,
        object: &str,
        etag: Option<&str>,
        size: Option<u64>,
        part: Option<Part>,
    ) -> Result<Segment> {
        names::check_container(container)?;
        names::check_object(object)?;
        let segment = Segment {
            container: container.to_owned(),
            object: object.to_owned(),
            data: None,
            etag: etag.map(|e| e.trim().trim_matches('"').to_owned()).filter(|e| !e.is_empty()),
            size,
            part,
            content_type: None,
            last_modified: None,
            slo: false,
        };
        if let (Some(part), Some(size)) = (part, size)
            && part.of(size).is_none()
        {
            return Err(Error::invalid(format!(
                "the range {part} lies outside of {:?}, which has {size} bytes",
                segment.path()
            )));
        }
        Ok(segment)
    }

    /// Bytes that stand in the manifest.
    pub fn inline(data: &[u8]) -> Result<Segment> {
        if data.is_empty() {
            return Err(Error::invalid("the data of a segment is empty"));
        }
        Ok(Segment {
            container: String::new(),
            object: String::new(),
            data: Some(data.to_vec()),
            etag: None,
            size: Some(data.len() as u64),
            part: None,
            content_type: None,
            last_modified: None,
            slo: false,
        })
    }

    /// `/container/object`; empty for data.
    pub fn path(&self) -> String {
        if self.data.is_some() { String::new() } else { format!("/{}/{}", self.container, self.object) }
    }

    /// The container; none for data.
    pub fn container(&self) -> Option<&str> {
        self.data.is_none().then_some(&self.container)
    }

    /// The object; none for data.
    pub fn name(&self) -> Option<&str> {
        self.data.is_none().then_some(&self.object)
    }

    /// Bytes that stand in the manifest itself.
    pub fn data(&self) -> Option<&[u8]> {
        self.data.as_deref()
    }

    /// ETag of the whole object, without quotes.
    pub fn etag(&self) -> Option<&str> {
        self.etag.as_deref()
    }

    /// Size of the whole object, or of the data.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// Which part of the object it is, when it is not all of it.
    pub fn part(&self) -> Option<Part> {
        self.part
    }

    /// Media type of the object, in a manifest that was read back.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// When the object was last changed, as the server writes it, in a manifest that was read back.
    pub fn last_modified(&self) -> Option<&str> {
        self.last_modified.as_deref()
    }

    /// Whether the object is a static large object itself, in a manifest that was read back.
    pub fn is_slo(&self) -> bool {
        self.slo
    }

    /// How many bytes of the large object it makes, as far as that is known.
    pub fn length(&self) -> Option<u64> {
        match (self.part, self.size) {
            (None, size) => size,
            (Some(part), Some(size)) => part.of(size).map(|(first, last)| last - first + 1),
            // What lies behind the object's end does not count, wherever that is.
            (Some(_), None) => None,
        }
    }

    /// What it adds to the text whose MD5 sum is the ETag of the large object.
    fn push_etag(&self, text: &mut String) -> Option<()> {
        if let Some(data) = &self.data {
            text.push_str(&Sum::of(data));
            return Some(());
        }
        text.push_str(self.etag()?);
        if let Some(part) = self.part {
            let size = self.size?;
            let (first, last) = part.of(size)?;
            // The server leaves out a range that is the whole object.
            if last - first + 1 < size {
                use std::fmt::Write as _;
                let _ = write!(text, ":{first}-{last};");
            }
        }
        Some(())
    }

    fn to_value(&self) -> Value {
        let mut entry = serde_json::Map::new();
        if let Some(data) = &self.data {
            entry.insert("data".into(), BASE64.encode(data).into());
            return entry.into();
        }
        entry.insert("path".into(), self.path().into());
        if let Some(etag) = &self.etag {
            entry.insert("etag".into(), etag.as_str().into());
        }
        if let Some(size) = self.size {
            entry.insert("size_bytes".into(), size.into());
        }
        if let Some(part) = self.part {
            entry.insert("range".into(), part.to_string().into());
        }
        entry.into()
    }
}

impl Manifest {
    /// Without segments.
    pub fn new() -> Manifest {
        Manifest::default()
    }

    /// Appends a segment.
    pub fn push(&mut self, segment: Segment) {
        self.segments.push(segment);
    }

    /// The segments in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Size of the large object; none when that of a segment is not known.
    pub fn size(&self) -> Option<u64> {
        self.segments.iter().try_fold(0u64, |sum, s| sum.checked_add(s.length()?))
    }

    /// The ETag the large object will have, without quotes: the MD5 sum of the ETags of its segments, with the range
    /// of those that are parts. None when an ETag is not known, or the size of an object that is used in part.
    pub fn etag(&self) -> Option<String> {
        let mut text = String::with_capacity(self.segments.len() * 33);
        self.segments.iter().try_for_each(|s| s.push_etag(&mut text))?;
        (!self.segments.is_empty()).then(|| Sum::of(text.as_bytes()))
    }

    /// The text the server wants: a JSON list.
    pub fn to_json(&self) -> String {
        Value::Array(self.segments.iter().map(Segment::to_value).collect()).to_string()
    }

    /// Reads the JSON text of a manifest: as it is sent (`path`, `etag`, `size_bytes`), or as the server gives it
    /// back (`name`, `hash`, `bytes` and more).
    pub fn parse(text: &[u8]) -> Result<Manifest> {
        match serde_json::from_slice(text) {
            Ok(Segments(segments)) => Ok(Manifest { segments }),
            Err(e) => Err(Error::new(Kind::Protocol, format!("the manifest is not what it should be: {e}"))),
        }
    }

    /// Refuses what the server would refuse, in words that say which segment it is.
    pub(crate) fn check(&self, container: &str, object: &str) -> Result<()> {
        if self.objects() == 0 {
            return Err(Error::invalid("a manifest needs at least one segment that is an object"));
        }
        let last = self.segments.len() - 1;
        for (i, s) in self.segments.iter().enumerate() {
            if s.size == Some(0) && i != last {
                let text = format!("segment {i}, {:?}, is empty: only the last one may be", s.path());
                return Err(Error::invalid(text));
            }
            if s.data.is_none() && s.container == container && s.object == object {
                let text = format!("segment {i} is the large object itself, {:?}", s.path());
                return Err(Error::invalid(text));
            }
        }
        Ok(())
    }

    /// How many segments are objects; only these count for the server's limit.
    pub(crate) fn objects(&self) -> usize {
        self.segments.iter().filter(|s| s.data.is_none()).count()
    }
}

/// The segments of a manifest as the server writes it.
struct Segments(Vec<Segment>);

impl<'de> Deserialize<'de> for Segments {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Segments;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of segments")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<Segments, A::Error> {
                use serde::de::Error as _;
                let mut all = Vec::new();
                while let Some(Entry(segment)) = seq.next_element()? {
                    if all.len() == MOST_SEGMENTS {
                        return Err(A::Error::custom("it has too many segments"));
                    }
                    all.push(segment);
                }
                Ok(Segments(all))
            }
        }
        d.deserialize_seq(V)
    }
}

struct Entry(Segment);

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(d: D) -> std::result::Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Entry;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a segment")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Entry, A::Error> {
                use serde::de::Error as _;
                let mut raw = Raw::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "name" | "path" => raw.path = map.next_value()?,
                        "data" => raw.data = map.next_value()?,
                        "hash" | "etag" => raw.etag = map.next_value()?,
                        "bytes" | "size_bytes" => raw.size = map.next_value()?,
                        "range" => raw.range = map.next_value()?,
                        "content_type" => raw.content_type = map.next_value()?,
                        "last_modified" => raw.last_modified = map.next_value()?,
                        "sub_slo" => raw.slo = map.next_value()?,
                        _ => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                raw.segment().map(Entry).map_err(A::Error::custom)
            }
        }
        d.deserialize_map(V)
    }
}

/// An entry as it came.
#[derive(Default)]
struct Raw {
    path: Option<String>,
    data: Option<String>,
    etag: Option<String>,
    size: Value,
    range: Option<String>,
    content_type: Option<String>,
    last_modified: Option<String>,
    slo: Value,
}

impl Raw {
    fn segment(self) -> std::result::Result<Segment, String> {
        if let Some(data) = self.data {
            let data = BASE64.decode(&data).map_err(|e| format!("its data is not base64: {e}"))?;
            return Segment::inline(&data).map_err(|e| e.message().to_owned());
        }
        let path = self.path.ok_or("a segment has neither a path nor data")?;
        let whole = path.strip_prefix('/').unwrap_or(&path);
        let (container, object) = whole
            .split_once('/')
            .filter(|_| !path.contains('\0'))
            .ok_or_else(|| format!("{path:?} is not the path of an object"))?;
        let mut size = match self.size {
            Value::Null => None,
            Value::Number(n) => Some(n.as_u64().ok_or_else(|| format!("{n} is no size"))?),
            Value::String(s) => Some(s.trim().parse().map_err(|_| format!("{s:?} is no size"))?),
            other => return Err(format!("{other} is no size")),
        };
        let slo = match self.slo {
            Value::Bool(b) => b,
            Value::String(s) => {
                matches!(s.to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on" | "t" | "y")
            }
            _ => false,
        };
        let mut content_type = self.content_type;
        if let Some(text) = &mut content_type
            && let Some((kind, bytes)) = text.split_once(SWIFT_BYTES)
        {
            if slo && let Ok(bytes) = bytes.trim().parse() {
                size = Some(bytes);
            }
            *text = kind.to_owned();
        }
        let part = match self.range.filter(|r| !r.is_empty()) {
            None => None,
            Some(r) => Some(Part::parse(&r).ok_or_else(|| format!("{r:?} is no range"))?),
        };
        let segment = Segment::object(container, object, self.etag.as_deref(), size, part)
            .map_err(|e| e.message().to_owned())?;
        Ok(Segment { content_type, last_modified: self.last_modified, slo, ..segment })
    }
}

/// What a response says of a large object.
impl Response {
    /// Whether the object is a static large object.
    pub fn is_slo(&self) -> bool {
        self.headers().get_str("x-static-large-object").is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// Of a dynamic large object `container/prefix` of its segments, not percent-encoded.
    pub fn dlo_manifest(&self) -> Option<String> {
        self.headers().get_decoded("x-object-manifest").map(|v| v.into_owned())
    }

    /// How many segments a static large object has, when one of them was asked for by `part-number`.
    pub fn parts_count(&self) -> Option<u64> {
        self.headers().get_u64("x-parts-count")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "b52731692f35498bba7e4660142129d2";
    const B: &str = "cedf85d6cb5c251f72d7f16fe283e094";

    #[test]
    fn df_21_ranges_and_data_are_part_of_a_manifest() {
        let text = format!(
            r#"[{{"name": "/c/s1", "bytes": 7, "hash": "{A}"}},
                {{"name": "/c/s2", "bytes": "8", "hash": "{B}", "range": "1-3"}},
                {{"data": "YWJj"}}]"#
        );
        let m = Manifest::parse(text.as_bytes()).unwrap();
        let lengths: Vec<_> = m.segments().iter().map(Segment::length).collect();
        assert_eq!(lengths, [Some(7), Some(3), Some(3)]);
        assert_eq!(m.size(), Some(13));
        // As a Swift gives it for these.
        assert_eq!(m.etag().as_deref(), Some("a1b906700cbc8985bb53ebc949b9f0ca"));
        // A range that is all of the object is none to the server.
        let whole = |part| {
            let mut m = Manifest::new();
            m.push(Segment::object("c", "s1", Some(A), Some(7), part).unwrap());
            m.etag()
        };
        assert_eq!(whole(Some(Part::Last(9))), whole(None));
        assert_ne!(whole(Some(Part::Last(6))), whole(None));
        assert_eq!(whole(None), Some(Sum::of(A.as_bytes())));
        // Where it lies in an object of unknown size is not known.
        let mut m = Manifest::new();
        m.push(Segment::object("c", "s1", Some(A), None, Some(Part::From(1, Some(3)))).unwrap());
        assert_eq!((m.etag(), m.size()), (None, None));
    }

    #[test]
    fn ranges_of_segments() {
        let of = |text: &str| Part::parse(text).and_then(|p| p.of(10)).map(|(first, last)| last - first + 1);
        assert_eq!(
            [of("0-9"), of("2-4"), of("7-"), of("-3"), of("-30"), of("5-50")],
            [Some(10), Some(3), Some(3), Some(3), Some(10), Some(5)]
        );
        assert_eq!([of("11-"), of("x-y"), of("5"), of("4-2"), of("-0")], [None; 5]);
        assert_eq!(Part::From(0, Some(0)).of(0), None);
        for text in ["1-2", "7-", "-3"] {
            assert_eq!(Part::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Part::new(None, None).unwrap(), None);
        assert!(Part::new(Some(0), Some(0)).is_err() && Part::new(Some(u64::MAX), Some(2)).is_err());
    }

    #[test]
    fn up_16_the_text_has_the_keys_of_the_server() {
        let mut m = Manifest::new();
        m.push(Segment::object("c é", "a/\"b", Some(&format!("\"{A}\"")), Some(5), None).unwrap());
        m.push(Segment::object("c", "o", None, None, Some(Part::Last(3))).unwrap());
        m.push(Segment::inline(b"\0").unwrap());
        let want = format!(
            "[{{\"etag\":\"{A}\",\"path\":\"/c é/a/\\\"b\",\"size_bytes\":5}},\
             {{\"path\":\"/c/o\",\"range\":\"-3\"}},{{\"data\":\"AA==\"}}]"
        );
        assert_eq!(m.to_json(), want);
        assert_eq!(Manifest::parse(want.as_bytes()).unwrap(), m);
    }
}
