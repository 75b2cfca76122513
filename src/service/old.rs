//! What is removed once a new object stands: the segments of the one before (UP-21), or those of a new one that came
//! to nothing.

use std::collections::HashSet;
use std::sync::Arc;

use super::made::{Made, Piece, keeps, pieces};
use super::pool::Lane;
use super::result::JobResult;
use super::verb::Remote;
use super::work::{Next, Turn, Work};
use crate::core::connection::KEEP_OVERWRITTEN;
use crate::core::{Headers, Kind, Result};

/// Places of segments: container and object.
pub(super) type Places = Vec<(String, String)>;

/// What there was under the name of an object before another was put there.
pub(super) struct Before {
    /// Where it is.
    place: (String, String),
    pub made: Made,
    /// Its pieces, read before it is overwritten.
    pub pieces: Vec<Piece>,
    /// It stays as it is, and needs its segments: the name is that of a symlink to it, or older versions are kept.
    pub kept: bool,
}

impl Before {
    /// Segments that nobody needs when the object is made of `new` ones. A dynamic object needs all that its
    /// prefix finds, which may be itself.
    pub fn needless(&self, new: &Places, prefix: Option<&str>) -> Places {
        if self.kept {
            return Vec::new();
        }
        if let (Made::Dynamic(_, old), Some(new)) = (&self.made, prefix)
            && old == new
        {
            return Vec::new();
        }
        let stay = new.iter().chain([&self.place]);
        let stay: HashSet<(&str, &str)> = stay.map(|(c, o)| (c.as_str(), o.as_str())).collect();
        let places = self.pieces.iter().filter_map(|p| p.place.clone());
        let mut seen = HashSet::new();
        places
            .filter(|(c, o)| !stay.contains(&(c.as_str(), o.as_str())) && seen.insert((c.clone(), o.clone())))
            .collect()
    }
}

/// Looks at what is there under a name; nothing when there is nothing.
pub(super) fn look(
    remote: &Remote,
    container: &str,
    object: &str,
    turn: &Turn,
    attempts: &mut u32,
) -> Result<Option<(Before, Headers)>> {
    let request = remote.request(turn);
    let head = match remote.connection.head_object(container, object, &request) {
        Ok(head) => head,
        Err(e) if e.kind() == Kind::NotFound => {
            *attempts += e.attempts();
            return Ok(None);
        }
        Err(e) => return Err(e),
    };
    *attempts += head.attempts();
    let made = Made::of(head.headers());
    let linked = head.headers().get("content-location").is_some();
    let kept = linked || (made != Made::Plain && keeps(remote, container, &KEEP_OVERWRITTEN, &request));
    let headers = head.headers().clone();
    let pieces = match made {
        Made::Plain => Vec::new(),
        _ => pieces(remote, container, object, &made, &request).map_err(|e| match e.kind() {
            Kind::TooLarge => {
                e.remark("to replace it all the same, and leave its segments, set leave_segments")
            }
            _ => e,
        })?,
    };
    let place = (container.to_owned(), object.to_owned());
    Ok(Some((Before { place, made, pieces, kept }, headers)))
}

/// Has `places` deleted, each with a result of its own, which come after that of the object. What cannot be deleted is
/// told there, and makes nothing else fail.
pub(super) fn delete(remote: &Remote, places: Places, turn: &Turn) {
    let count = places.len();
    let work = Arc::new(Delete { remote: remote.clone(), places });
    turn.job().add(Lane::Segment, work, count, None);
}

/// Single segments.
struct Delete {
    remote: Remote,
    places: Places,
}

impl Work for Delete {
    fn blank(&self, index: usize) -> JobResult {
        let place = self.places.get(index);
        let mut result = JobResult::about(
            "delete_segment",
            place.map(|(c, _)| c.as_str()),
            place.map(|(_, o)| o.as_str()),
        );
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let result = self.blank(index);
        let Some((container, object)) = self.places.get(index) else { return Next::done(result) };
        let request = self.remote.request(turn);
        let outcome = self.remote.connection.delete_object(container, object, &request);
        Next::done(match outcome {
            // It is gone, which is what was wanted.
            Err(e) if e.kind() == Kind::NotFound => result,
            outcome => result.settled(outcome),
        })
    }
}
