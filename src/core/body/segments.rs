//! The sums of a static large object: its manifest is read when its body is, those of nested ones when the body
//! comes to them. A manifest that cannot be read, or that is not the object's, is no failure of the download: the
//! bytes in question are then checked by their number alone, and a warning says so.

use http::Method;
use serde_json::Value;

use super::verify::{Piece, Verify};
use super::{Check, Stream};
use crate::core::cancel::CallGuard;
use crate::core::connection::{Connection, ObjectGet, Operation};
use crate::core::digest::{Sum, md5_of_etag};
use crate::core::error::{Error, Kind, Result};
use crate::core::log::{Level, log};
use crate::core::request::Request;

/// Deeper than Swift itself goes.
const DEEPEST: u32 = 10;

/// The check of the body of a static large object of which `first` bytes have been received.
pub(super) fn look_up(stream: &Stream, first: u64) -> Check {
    let get = &stream.get;
    let looked_up = || -> Result<Vec<Piece>> {
        let text = stream.connection.get_manifest(&get.operation()?, &get.request, &stream.guard)?;
        let (pieces, etag) = parse(&text, 1)?;
        let same = match &stream.manifest_etag {
            Some(md5) => *md5 == Sum::of(&text),
            None => stream.span.as_ref().and_then(|s| md5_of_etag(&s.etag)) == Some(etag),
        };
        let length: u64 = pieces.iter().filter_map(|p| p.length).fold(0, u64::saturating_add);
        if !same || stream.raw.left().is_some_and(|left| left.checked_add(first) != Some(length)) {
            return Err(Error::new(Kind::Protocol, "it is not the manifest of what is being downloaded"));
        }
        Ok(pieces)
    };
    match looked_up() {
        Ok(pieces) => Check::Sums(Verify::new(pieces)),
        Err(e) => {
            log!(Level::Warn, "{}: only the length is checked, for want of the manifest: {e}", get.title());
            Check::Length
        }
    }
}

/// Finds out what the nested manifest is made of that the body has come to.
pub(super) fn expand(sums: &mut Verify, connection: &Connection, get: &ObjectGet, guard: &CallGuard) {
    let Some(piece) = sums.nested() else { return };
    let Some(etag) = piece.nested.take() else { return };
    let looked_up = || -> Result<Vec<Piece>> {
        if piece.depth > DEEPEST {
            return Err(Error::new(Kind::Protocol, "manifests lie in one another too deeply"));
        }
        let (container, object) = piece
            .name
            .strip_prefix('/')
            .and_then(|n| n.split_once('/'))
            .ok_or_else(|| Error::new(Kind::Protocol, "it has no name"))?;
        // What the query names is a version of the outer object.
        let r = Request { query: Vec::new(), ..get.request.clone() };
        let op = Operation::object("Object GET", Method::GET, container, object)?;
        let text = connection.get_manifest(&op, &r, guard)?;
        let (pieces, own) = parse(&text, piece.depth + 1)?;
        let length: u64 = pieces.iter().filter_map(|p| p.length).fold(0, u64::saturating_add);
        if own != etag || Some(length) != piece.length {
            return Err(Error::new(Kind::Protocol, "it is not the manifest the outer one speaks of"));
        }
        Ok(pieces)
    };
    match looked_up() {
        Ok(pieces) => sums.expand(pieces),
        // Its `nested` is gone, so that it is now a piece without a sum.
        Err(e) => {
            let name = &piece.name;
            log!(Level::Warn, "{}: of {name} only the length is checked: {e}", get.title());
        }
    }
}

/// The pieces a manifest speaks of, and the ETag it gives the object.
fn parse(text: &[u8], depth: u32) -> Result<(Vec<Piece>, String)> {
    let broken = || Error::new(Kind::Protocol, "the manifest is not what Swift makes");
    let rows: Vec<Value> = serde_json::from_slice(text).map_err(|_| broken())?;
    let mut pieces = Vec::with_capacity(rows.len());
    let mut all = Sum::new();
    for row in &rows {
        if let Some(data) = row.get("data").and_then(Value::as_str) {
            let bytes = decode_base64(data).ok_or_else(broken)?;
            let md5 = Sum::of(&bytes);
            all.update(md5.as_bytes());
            let name = format!("{} (inline)", pieces.len());
            pieces.push(Piece {
                length: Some(bytes.len() as u64),
                md5: Some(md5),
                name,
                depth,
                ..Piece::default()
            });
            continue;
        }
        let name = row.get("name").and_then(Value::as_str).ok_or_else(broken)?.to_owned();
        let bytes = row.get("bytes").and_then(Value::as_u64).ok_or_else(broken)?;
        let hash = row.get("hash").and_then(Value::as_str).ok_or_else(broken)?;
        let md5 = md5_of_etag(hash);
        all.update(hash.as_bytes());
        let piece = match row.get("range").and_then(Value::as_str) {
            Some(range) => {
                all.update(format!(":{range};").as_bytes());
                let length = length_of(range, bytes).ok_or_else(broken)?;
                let whole = length == bytes && row.get("sub_slo").is_none();
                Piece { length: Some(length), md5: md5.filter(|_| whole), name, depth, nested: None }
            }
            None if row.get("sub_slo").and_then(Value::as_bool) == Some(true) => {
                Piece { length: Some(bytes), md5: None, name, depth, nested: md5 }
            }
            None => Piece { length: Some(bytes), md5, name, depth, nested: None },
        };
        pieces.push(piece);
    }
    // A piece of nothing would never be come past.
    pieces.retain(|p| p.length != Some(0));
    Ok((pieces, all.hex()))
}

/// How many bytes a range takes of `size`.
fn length_of(range: &str, size: u64) -> Option<u64> {
    match range.trim().split_once('-')? {
        ("", last) => Some(last.parse::<u64>().ok()?.min(size)),
        (first, "") => size.checked_sub(first.parse().ok()?),
        (first, last) => {
            let end = last.parse::<u64>().ok()?.min(size.checked_sub(1)?);
            (end + 1).checked_sub(first.parse().ok()?)
        }
    }
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_becomes_pieces() {
        let text = br#"[{"name":"/c/s1","bytes":7,"hash":"b52731692f35498bba7e4660142129d2"},
            {"name":"/c/s2","bytes":8,"hash":"cedf85d6cb5c251f72d7f16fe283e094","range":"1-3"},
            {"data":"YWJj"}]"#;
        let (pieces, etag) = parse(text, 1).unwrap();
        // As a Swift gives it for these.
        assert_eq!(etag, "a1b906700cbc8985bb53ebc949b9f0ca");
        assert_eq!(pieces.iter().map(|p| p.length).collect::<Vec<_>>(), [Some(7), Some(3), Some(3)]);
        assert_eq!(pieces[1].md5, None);
        assert_eq!(pieces[2].md5, Some(Sum::of(b"abc")));
        let nested =
            br#"[{"name":"/c/slo","bytes":13,"hash":"a1b906700cbc8985bb53ebc949b9f0ca","sub_slo":true}]"#;
        let (pieces, _) = parse(nested, 2).unwrap();
        assert_eq!(pieces[0].nested.as_deref(), Some("a1b906700cbc8985bb53ebc949b9f0ca"));
        for bad in
            ["", "{}", "[1]", "[{}]", r#"[{"name":"/c/o","bytes":-1,"hash":"x"}]"#, r#"[{"data":"?"}]"#]
        {
            assert!(parse(bad.as_bytes(), 1).is_err(), "{bad}");
        }
    }

    #[test]
    fn ranges_of_segments() {
        let of = |range| length_of(range, 10);
        assert_eq!(
            [of("0-9"), of("2-4"), of("7-"), of("-3"), of("-30"), of("5-50")],
            [Some(10), Some(3), Some(3), Some(3), Some(10), Some(5)]
        );
        assert_eq!([of("11-"), of("x-y"), of("5")], [None; 3]);
        assert_eq!(length_of("0-0", 0), None);
    }
}
