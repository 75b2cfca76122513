//! A large object that is larger than a plain one may be, and that the server refuses to copy as one: its segments are
//! copied, several at once, and a manifest of its own makes one object of the copies. They are named as those of
//! an upload (UP-12), so that a copy that broke off goes on with those that are there.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::{Own, Route};
use crate::core::cancel::lock;
use crate::core::digest::{Sum, md5_of_etag};
use crate::core::manifest::Part as Range;
use crate::core::meter::Meter;
use crate::core::names::check_container;
use crate::core::{Error, Headers, Kind, Request, Response, Result};
use crate::service::large::{
    Cluster, Done, Entry, Kinds, MOST_SEGMENTS, Manifests, Stored, make_segment_container, maybe_stored,
    present, segment_headers, take_up,
};
use crate::service::made::{Made, Piece, pieces, pieces_of_static};
use crate::service::old::{self, Before, Places};
use crate::service::pool::Lane;
use crate::service::result::{JobResult, Part};
use crate::service::verb::Remote;
use crate::service::work::{Group, Next, Turn, Wait, Work};

/// Headers about a copy that are none of its manifest.
const OF_THE_COPY: [&str; 8] = [
    "x-fresh-metadata",
    "x-copy-from-account",
    "destination-account",
    "range",
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
];
/// Those among them that say where.
const ACCOUNTS: [&str; 2] = ["x-copy-from-account", "destination-account"];
/// What Swift keeps with an object besides its metadata, and a copy takes along.
const KEPT: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "expires",
    "x-delete-at",
    "x-robots-tag",
];

/// What is copied with one request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Unit {
    /// Container and object.
    place: (String, String),
    size: u64,
    /// Of all of the object, where it is known.
    md5: Option<String>,
    /// First and last byte, where it is not all of it.
    range: Option<(u64, u64)>,
}

/// What the copy is made of, in order.
enum Element {
    /// A copied unit, by its number. One may be there several times.
    Unit(usize),
    /// What stands in the manifest.
    Data(Vec<u8>),
}

/// An object on its way.
struct Whole {
    route: Route,
    /// Where the copy goes to, which may be another account.
    target: Remote,
    segment_container: String,
    prefix: String,
    kind: Kinds,
    /// Of the manifest.
    headers: Headers,
    units: Vec<Unit>,
    elements: Vec<Element>,
    /// What the source is made of, which must stay.
    source: HashSet<(String, String)>,
    /// What there was under the new name.
    before: Option<Before>,
    /// Segments that are there from before: size and MD5.
    there: HashMap<String, (u64, String)>,
    done: Done,
    group: Arc<Group>,
    meter: Arc<Meter>,
}

/// Copies a large object by its segments, after the server has refused to copy it as a plain one. `None`: that is not
/// what it is, and the refusal stands.
pub(super) fn copy(route: Route, turn: &mut Turn) -> Result<Option<Next>> {
    let own = route.own.clone();
    if own.headers.get("range").is_some() {
        return Ok(None);
    }
    let (connection, meter) = route.remote.metered();
    let remote = route.remote.with(connection);
    let route = Route { remote: remote.clone(), ..route };
    let account = |header: &str| match own.headers.get_decoded(header) {
        Some(account) => remote.with(remote.connection.of_account(&account)),
        None => remote.clone(),
    };
    let [source, target] = ACCOUNTS.map(account);
    let same_account = ACCOUNTS.iter().all(|name| {
        own.headers.get_decoded(name).is_none_or(|account| remote.connection.is_of_account(&account))
    });

    let mut request = route.request(turn);
    for (name, value) in own.headers.iter() {
        if name.to_ascii_lowercase().starts_with("if-") {
            request.headers.set(name, value);
        }
    }
    let (container, object) = (&route.from.0, &route.from.1);
    let head = source.connection.head_object(container, object, &request)?;
    request.headers = Headers::new();
    let made = Made::of(head.headers());
    let cluster = Cluster::of(&remote, turn);
    let limit = cluster.max_file_size;
    // Something else was too much, such as a quota. A dynamic one of very many segments has no length.
    if made == Made::Plain || head.content_length().is_some_and(|length| length <= limit) {
        return Ok(None);
    }
    if same_account && route.from == route.to {
        return Ok(Some(Next::done(onto_itself(&route, &meter, turn))));
    }
    let found = match (&made, head.etag()) {
        (Made::Static, Some(etag)) => pieces_of_static(&source, container, object, etag, &request)?,
        _ => pieces(&source, container, object, &made, &request)?,
    };
    let total = found.iter().filter(|p| !p.manifest).map(|p| p.size).fold(0, u64::saturating_add);
    if let Some(length) = head.content_length().filter(|length| *length != total) {
        let text = format!(
            "/{container}/{object} has {length} bytes and its segments {total} together: it is being changed"
        );
        return Err(Error::new(Kind::Conflict, text));
    }
    let (units, elements) = layout(&found, limit)?;

    let segment_container = match &own.segment_container {
        Some(own) => own.clone(),
        None => format!("{}_segments", route.to.0),
    };
    check_container(&segment_container).map_err(|e| e.context("option segment_container"))?;
    let stamp = head.headers().get_str("x-timestamp").unwrap_or("0");
    let size = units.iter().map(|unit| unit.size).max().unwrap_or(0);
    let (prefix, kind) = match &made {
        // Its segments may be others another time, though it is the same.
        Made::Dynamic(..) => {
            let prefix = format!("{}/{stamp}-{}/{total}/{size}/", route.to.1, fingerprint(&units));
            (prefix.clone(), Kinds::Dynamic(prefix))
        }
        _ => (format!("{}/slo/{stamp}/{total}/{size}/", route.to.1), Kinds::Static(cluster.most_segments)),
    };
    let mut attempts = 0;
    let before = old::look(&target, &route.to.0, &route.to.1, turn, &mut attempts)?.map(|(before, _)| before);
    let would_grow = |made: &Made| matches!(made, Made::Dynamic(c, p) if *c == segment_container && prefix.starts_with(p) && *p != prefix);
    let which = match &before {
        _ if same_account && would_grow(&made) => Some("the source"),
        Some(before) if would_grow(&before.made) => Some("the object that is there now"),
        _ => None,
    };
    if let Some(which) = which {
        return Err(Error::invalid(format!(
            "copies of segments in {segment_container:?} would be taken for segments of {which}, whose names begin \
             alike: set the option segment_container to another one"
        )));
    }
    if segment_container != route.to.0 {
        let account = own.headers.get_decoded("destination-account").map(Into::into);
        let container = (account, segment_container.clone());
        let mut known = lock(&route.containers);
        if !known.contains(&container) {
            let policy = own.headers.get("x-storage-policy");
            let made = make_segment_container(&target, &route.to.0, &segment_container, policy, turn);
            // One that could not be made is tried again for the next object.
            if made.success() {
                known.insert(container);
            }
            drop(known);
            turn.job().interim(made);
        }
    }
    let there = present(&target, &segment_container, &prefix, turn)?;
    let count = units.len();
    if let Kinds::Dynamic(_) = &kind {
        let ours: HashSet<String> = (0..count).map(|index| name(&prefix, index)).collect();
        if let Some(other) = there.keys().find(|name| !ours.contains(*name)) {
            let text = format!(
                "/{segment_container}/{other} is no part of the copy, and would be taken for one: delete it, or set \
                 the option segment_container to another one"
            );
            return Err(Error::new(Kind::Conflict, text));
        }
    }
    let Some(ticket) = turn.hand_over() else { return Ok(Some(Next::Elsewhere)) };
    let group = Group::new();
    let whole = Arc::new(Whole {
        headers: manifest_headers(head.headers(), &own),
        source: found.into_iter().filter_map(|piece| piece.place).collect(),
        route,
        target,
        segment_container,
        prefix,
        kind,
        units,
        elements,
        before,
        there,
        done: Done::of(count),
        group: group.clone(),
        meter,
    });
    turn.job().add(Lane::Segment, Arc::new(Segments(whole.clone())), count, Some(&group));
    ticket.follow_after(Wait::Done(group), Lane::ObjectUu, Arc::new(Finish(whole)));
    Ok(Some(Next::Elsewhere))
}

/// A large object that gets other metadata keeps its segments: the manifest alone is copied.
fn onto_itself(route: &Route, meter: &Meter, turn: &Turn) -> JobResult {
    let mut request = Request { headers: route.own.headers.clone(), ..route.request(turn) };
    request.query.push(("multipart-manifest".to_owned(), Some("get".to_owned())));
    let outcome = route.remote.connection.copy_object(&route.from.0, &route.from.1, None, &request);
    let mut result = route.about().settled(outcome);
    result.large_object = true;
    result.attempts = requests(meter);
    result
}

/// The requests for an object, and the one that was refused before.
fn requests(meter: &Meter) -> u32 {
    u32::try_from(meter.requests() + 1).unwrap_or(u32::MAX)
}

/// What is to be copied, each of it once, and in what order it makes the object. No unit is larger than a plain object
/// may be.
fn layout(pieces: &[Piece], limit: u64) -> Result<(Vec<Unit>, Vec<Element>)> {
    let (mut units, mut elements) = (Vec::new(), Vec::new());
    let mut numbers: HashMap<Unit, usize> = HashMap::new();
    let mut number = |unit: Unit| {
        Element::Unit(*numbers.entry(unit).or_insert_with_key(|unit| {
            units.push(unit.clone());
            units.len() - 1
        }))
    };
    for piece in pieces.iter().filter(|p| !p.manifest) {
        let more = piece.place.as_ref().map_or(1, |_| piece.size.div_ceil(limit).max(1));
        if more > MOST_SEGMENTS.saturating_sub(elements.len()) as u64 {
            let text = format!("it would have more than {MOST_SEGMENTS} segments");
            return Err(Error::new(Kind::TooLarge, text));
        }
        let Some(place) = &piece.place else {
            elements.extend(piece.data.clone().map(Element::Data));
            continue;
        };
        if piece.part.is_none() && piece.size <= limit {
            let (place, md5) = (place.clone(), piece.md5.clone());
            elements.push(number(Unit { place, size: piece.size, md5, range: None }));
            continue;
        }
        let first = piece.part.map_or(0, |(first, _)| first);
        let mut done = 0;
        while done < piece.size {
            let size = limit.min(piece.size - done);
            let at = first + done;
            let (place, range) = (place.clone(), Some((at, at + size - 1)));
            elements.push(number(Unit { place, size, md5: None, range }));
            done += size;
        }
    }
    Ok((units, elements))
}

/// Something short that tells lists of segments from one another.
fn fingerprint(units: &[Unit]) -> String {
    let mut sum = Sum::new();
    for unit in units {
        sum.update(format!("{:?}\n", unit).as_bytes());
    }
    let mut hex = sum.hex();
    hex.truncate(8);
    hex
}

/// The name of a segment.
fn name(prefix: &str, index: usize) -> String {
    format!("{prefix}{index:08}")
}

/// What a copy has of its source, and what the options say.
fn manifest_headers(source: &Headers, own: &Own) -> Headers {
    let mut headers = Headers::new();
    for (name, value) in source.iter() {
        let lower = name.to_ascii_lowercase();
        let kept = lower.starts_with("x-object-meta-") || KEPT.contains(&lower.as_str());
        if lower == "content-type" || (kept && !own.fresh_metadata) {
            headers.set(&lower, value);
        }
    }
    for (name, value) in own.headers.iter() {
        if OF_THE_COPY.iter().any(|of| name.eq_ignore_ascii_case(of)) {
            continue;
        }
        if name.eq_ignore_ascii_case("x-delete-after") {
            headers.remove("x-delete-at");
        }
        headers.set(name, value);
    }
    headers
}

/// The segments, each copied by itself.
struct Segments(Arc<Whole>);

impl Segments {
    fn copy(&self, unit: &Unit, name: &str, result: JobResult, turn: &Turn) -> Result<JobResult> {
        let whole = &*self.0;
        let container = &whole.segment_container;
        let mut result = result;
        if let Some(md5) = &unit.md5
            && whole.there.get(name).is_some_and(|(size, there)| *size == unit.size && there == md5)
        {
            let about = (&whole.target, &whole.headers);
            let place = (container.as_str(), name);
            if take_up(about, place, (unit.size, md5), &mut result, turn)? {
                return Ok(result);
            }
        }
        let mut headers = segment_headers(&whole.headers);
        headers.set("x-fresh-metadata", b"true");
        for name in ACCOUNTS {
            if let Some(account) = whole.route.own.headers.get(name) {
                headers.set(name, account);
            }
        }
        if let Some((first, last)) = unit.range {
            headers.set("range", format!("bytes={}", Range::From(first, Some(last))).as_bytes());
        } else if let Some(md5) = &unit.md5 {
            // What was changed meanwhile is not what the manifest means.
            headers.set("if-match", md5.as_bytes());
        }
        let mut request = Request { headers, ..whole.target.request(turn) };
        // Large ones take longer than a connection may be silent.
        request.query.push(("heartbeat".to_owned(), Some("on".to_owned())));
        let (from, to) = (&unit.place, Some((container.as_str(), name)));
        let response = whole.route.remote.connection.copy_object(&from.0, &from.1, to, &request);
        let response = response.map_err(|e| match e.kind() {
            Kind::Precondition => e.remark("the segment is not the one that the manifest names"),
            _ => e,
        })?;
        self.verify(unit, name, &response, turn)?;
        result = result.settled(Ok(response));
        result.status = Some("copied");
        Ok(result)
    }

    /// Makes sure that what was copied is what the manifest says.
    fn verify(&self, unit: &Unit, name: &str, copy: &Response, turn: &Turn) -> Result<()> {
        let whole = &*self.0;
        let container = &whole.segment_container;
        let wrong = |text: String| {
            let path = format!("/{}/{}", unit.place.0, unit.place.1);
            Err(Error::new(Kind::Checksum, format!("the copy of the segment {path} {text}")))
        };
        let etag = copy.headers().get_str("etag").and_then(md5_of_etag);
        match (&unit.md5, etag) {
            (Some(want), Some(got)) if *want == got => Ok(()),
            (Some(want), Some(got)) => wrong(format!("has the ETag {got} instead of {want}")),
            _ => {
                let head =
                    whole.target.connection.head_object(container, name, &whole.target.request(turn))?;
                match head.content_length() {
                    Some(size) if size == unit.size => Ok(()),
                    size => wrong(format!("has {} bytes instead of {}", size.unwrap_or(0), unit.size)),
                }
            }
        }
    }
}

impl Work for Segments {
    fn blank(&self, index: usize) -> JobResult {
        let whole = &*self.0;
        let Some(unit) = whole.units.get(index) else { return JobResult::default() };
        let mut result = JobResult::about("copy_segment", Some(&unit.place.0), Some(&unit.place.1));
        result.counted = 0;
        result.destination = Some(format!("/{}/{}", whole.segment_container, name(&whole.prefix, index)));
        result.part = Some(Box::new(Part {
            for_container: whole.route.to.0.clone(),
            for_object: whole.route.to.1.clone(),
            index: index as u64,
            size: unit.size,
            etag: None,
        }));
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let Some(unit) = self.0.units.get(index) else { return Next::done(self.blank(index)) };
        let name = name(&self.0.prefix, index);
        let result = match self.copy(unit, &name, self.blank(index), turn) {
            Ok(result) => result,
            Err(e) => self.blank(index).failed(e),
        };
        Next::done(self.0.done.note(index, &name, unit.size, result))
    }
}

/// The end: when all segments are there, the manifest.
struct Finish(Arc<Whole>);

impl Whole {
    fn store(&self, stored: &[Option<Stored>], turn: &Turn, places: &mut Places) -> Result<Response> {
        let entries = self.elements.iter().filter_map(|element| match element {
            Element::Unit(number) => stored.get(*number).cloned().flatten().map(Entry::Stored),
            Element::Data(data) => Some(Entry::Data(data.clone())),
        });
        let manifests = Manifests {
            remote: &self.target,
            object: (&self.route.to.0, &self.route.to.1),
            segment_container: &self.segment_container,
            prefix: &self.prefix,
            headers: &self.headers,
            checksum: true,
        };
        manifests.store(&self.kind, entries.collect(), turn, places)
    }

    /// Has places deleted that are nobody's: neither of the source, nor of `other`.
    fn delete(&self, mut places: Places, other: impl Fn(&(String, String)) -> bool, turn: &Turn) {
        places.retain(|place| !self.source.contains(place) && !other(place));
        old::delete(&self.target, places, turn);
    }
}

impl Work for Finish {
    fn blank(&self, _: usize) -> JobResult {
        let mut result = self.0.route.about();
        result.large_object = true;
        result.segment_container = Some(self.0.segment_container.clone());
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let whole = &*self.0;
        let own = &whole.route.own;
        let mut result = self.blank(index);
        let stored = std::mem::take(&mut *lock(&whole.done.stored));
        let all = || stored.iter().flatten();
        let mut places: Places = all().map(|s| (whole.segment_container.clone(), s.name.clone())).collect();
        result.segments = all().map(|s| (s.name.clone(), s.size, s.etag.clone())).collect();
        let failed = (whole.units.len() - result.segments.len()).max(whole.group.failed());
        let outcome = match failed {
            0 => whole.store(&stored, turn, &mut places),
            _ => Err(whole.done.failed(failed, &whole.route.from.1)),
        };
        result = result.settled(outcome);
        result.attempts = requests(&whole.meter);
        if result.success() {
            let prefix = match &whole.kind {
                Kinds::Dynamic(prefix) => Some(prefix.as_str()),
                Kinds::Static(_) => None,
            };
            if let Some(before) = whole.before.as_ref().filter(|_| !own.leave_segments) {
                whole.delete(before.needless(&places, prefix), |_| false, turn);
            }
        } else if own.clean_segments && !(failed == 0 && maybe_stored(&result)) {
            // What lay there before, or is in use by the object that is still there, stays.
            let found: HashSet<&str> = all().filter(|s| s.found).map(|s| s.name.as_str()).collect();
            let used = |place: &(String, String)| {
                let mut before = whole.before.iter().flat_map(|b| &b.pieces);
                found.contains(place.1.as_str()) || before.any(|p| p.place.as_ref() == Some(place))
            };
            whole.delete(places, used, turn);
        }
        Next::done(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(object: &str, size: u64, part: Option<(u64, u64)>) -> Piece {
        Piece { place: Some(("c".into(), object.into())), size, md5: None, data: None, manifest: false, part }
    }

    #[test]
    fn cp_06_units_are_no_larger_than_a_plain_object_may_be_and_each_is_copied_once() {
        let data = Piece { place: None, data: Some(b"x".to_vec()), ..piece("", 1, None) };
        let inner = Piece { manifest: true, ..piece("inner", 9, None) };
        let pieces = [
            piece("a", 5, None),
            data,
            inner,
            piece("b", 12, None),
            piece("a", 5, None),
            piece("a", 7, Some((3, 9))),
        ];
        let (units, elements) = layout(&pieces, 5).unwrap();
        let shown: Vec<_> = units.iter().map(|u| (u.place.1.as_str(), u.size, u.range)).collect();
        let want = [
            ("a", 5, None),
            ("b", 5, Some((0, 4))),
            ("b", 5, Some((5, 9))),
            ("b", 2, Some((10, 11))),
            ("a", 5, Some((3, 7))),
            ("a", 2, Some((8, 9))),
        ];
        assert_eq!(shown, want);
        let order: Vec<_> = elements
            .iter()
            .map(|e| match e {
                Element::Unit(n) => n.to_string(),
                Element::Data(data) => String::from_utf8_lossy(data).into_owned(),
            })
            .collect();
        assert_eq!(order, ["0", "x", "1", "2", "3", "0", "4", "5"]);
        // Of a size, or of a limit, that cannot be meant.
        for (size, limit) in [(1 << 40, 1), (u64::MAX, 1 << 30)] {
            let e = layout(&[piece("a", size, None)], limit).err().unwrap();
            assert_eq!(e.kind(), Kind::TooLarge, "{e}");
        }
    }
}
