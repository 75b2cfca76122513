//! The sums of a static large object: its manifest is read when its body is, those of nested ones when the body
//! comes to them. A manifest that cannot be read, or that is not the object's, is no failure of the download: the
//! bytes in question are then checked by their number alone, and a warning says so.

use http::Method;

use super::verify::{Piece, Verify};
use super::{Check, Stream};
use crate::core::cancel::CallGuard;
use crate::core::connection::{Connection, ObjectGet, Operation};
use crate::core::digest::{Md5, Sum, md5_of_etag};
use crate::core::error::{Error, Kind, Result};
use crate::core::log::{Level, log};
use crate::core::manifest::{Manifest, Segment};
use crate::core::request::Request;

/// Deeper than Swift itself goes.
const DEEPEST: u32 = 10;

/// The check of the body of a static large object of which `first` bytes have been received.
pub(super) fn look_up(stream: &Stream, first: u64) -> Check {
    let get = &stream.get;
    let looked_up = || -> Result<Vec<Piece>> {
        let text = stream.connection.get_manifest(&get.operation()?, get.request(), &stream.guard)?;
        let manifest = Manifest::parse(&text)?;
        let same = match (&stream.manifest_etag, &stream.span) {
            (Some(md5), _) => *md5 == Sum::of(&text),
            (None, Some(_)) => manifest.etag().is_some() && manifest.etag() == md5_of_etag(stream.etag()),
            (None, None) => false,
        };
        let size = stream.raw.left().and_then(|left| left.checked_add(first));
        if !same || size.is_some_and(|s| manifest.size() != Some(s)) {
            return Err(Error::new(Kind::Protocol, "it is not the manifest of what is being downloaded"));
        }
        Ok(pieces(&manifest, 1))
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
        if !get.is_of_account() {
            return Err(Error::new(Kind::Unsupported, "a URL gives access to one manifest only"));
        }
        if piece.depth > DEEPEST {
            return Err(Error::new(Kind::Protocol, "manifests lie in one another too deeply"));
        }
        let (container, object) = piece
            .name
            .strip_prefix('/')
            .and_then(|n| n.split_once('/'))
            .ok_or_else(|| Error::new(Kind::Protocol, "it has no name"))?;
        // What the query names is a version of the outer object.
        let r = Request { query: Vec::new(), ..get.request().clone() };
        let op = Operation::object("Object GET", Method::GET, container, object)?;
        let manifest = Manifest::parse(&connection.get_manifest(&op, &r, guard)?)?;
        if manifest.etag() != Some(etag) || manifest.size() != piece.length {
            return Err(Error::new(Kind::Protocol, "it is not the manifest the outer one speaks of"));
        }
        Ok(pieces(&manifest, piece.depth + 1))
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

/// What a manifest makes of a body.
fn pieces(manifest: &Manifest, depth: u32) -> Vec<Piece> {
    let piece = |s: &Segment| {
        let md5 = match s.data() {
            Some(data) => Some(Sum::of(data)),
            None => s.etag().and_then(md5_of_etag),
        };
        // Of a part there is no sum.
        let md5 = md5.filter(|_| s.length() == s.size());
        let name = if s.data().is_some() { "in the manifest".to_owned() } else { s.path() };
        let (md5, nested) =
            if s.is_slo() { (None, md5) } else { (md5.and_then(|md5| Md5::of_etag(md5.as_bytes())), None) };
        Piece { length: s.length(), md5, name, nested, depth }
    };
    // A piece of nothing would never be come past.
    manifest.segments().iter().filter(|s| s.length() != Some(0)).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_becomes_pieces() {
        let text = br#"[{"name":"/c/s1","bytes":7,"hash":"b52731692f35498bba7e4660142129d2"},
            {"name":"/c/s2","bytes":8,"hash":"cedf85d6cb5c251f72d7f16fe283e094","range":"1-3"},
            {"data":"YWJj"},
            {"name":"/c/slo","bytes":13,"hash":"a1b906700cbc8985bb53ebc949b9f0ca","sub_slo":true},
            {"name":"/c/slo","bytes":13,"hash":"a1b906700cbc8985bb53ebc949b9f0ca","sub_slo":true,"range":"5-"},
            {"name":"/c/none","bytes":0,"hash":"d41d8cd98f00b204e9800998ecf8427e"}]"#;
        let all = pieces(&Manifest::parse(text).unwrap(), 2);
        let lengths: Vec<_> = all.iter().map(|p| p.length.unwrap()).collect();
        assert_eq!(lengths, [7, 3, 3, 13, 8]);
        let sums: Vec<_> = all.iter().map(|p| p.md5.is_some()).collect();
        assert_eq!(sums, [true, false, true, false, false]);
        assert_eq!(all[2].md5, Md5::of_etag(Sum::of(b"abc").as_bytes()));
        assert_eq!(all[3].nested.as_deref(), Some("a1b906700cbc8985bb53ebc949b9f0ca"));
        assert_eq!((all[4].nested.as_deref(), all[0].depth), (None, 2));
    }
}
