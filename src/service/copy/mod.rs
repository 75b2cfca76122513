//! copy: objects within the cluster, to where their destination says. Those that are too large for a plain object are
//! copied by their segments (`large`).

mod large;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use super::engine::{First, Plan};
use super::large::make_container;
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use super::work::{Next, Turn, Work};
use crate::core::names::check_container;
use crate::core::{Error, Headers, Kind, Request, Result};

/// Options an object may have of its own.
const OBJECT_OPTIONS: &[&str] = &[
    "destination",
    "fresh_metadata",
    "meta",
    "header",
    "version_id",
    "segment_container",
    "leave_segments",
    "clean_segments",
];

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: String,
    objects: Objects,
) -> Result<Plan> {
    check_target(Some(&container), Some(&objects))?;
    let count = objects.len();
    let objects = Each::new(objects, settings, OBJECT_OPTIONS, |s| Own::new(s).map(Arc::new))?;
    for (object, own) in objects.iter() {
        let common = std::ptr::eq(own, &raw const **objects.common());
        if common && count > 1 && own.destination.as_ref().is_some_and(|d| d.object.is_some()) {
            return Err(Error::invalid(format!(
                "option destination names one object, but {count} are to be copied, {object:?} among them: name the \
                 container alone, or give each object a destination"
            )));
        }
    }
    // To be there before the first copy; each once (CP-03).
    let mut containers: Vec<Container> = Vec::new();
    for (_, own) in objects.iter() {
        if let Some(d) = &own.destination {
            let account = own.headers.get_decoded("destination-account").map(Into::into);
            let name = d.container.clone();
            if !containers.iter().any(|c| c.name == name && c.account == account) {
                let policy = own.headers.get("x-storage-policy").map(<[u8]>::to_vec);
                containers.push(Container { account, name, policy });
            }
        }
    }
    let count = objects.len();
    let first = First {
        lane: Lane::Container,
        count: containers.len(),
        work: Arc::new(Prepare { remote: remote.clone(), containers }),
    };
    let plan = Plan::new(
        Lane::ObjectUu,
        Arc::new(Copy { remote, container, objects, containers: Arc::default() }),
        count,
    );
    Ok(Plan { first: (first.count > 0).then_some(first), ..plan })
}

/// Where an object goes to.
struct Destination {
    container: String,
    /// `None`: under the name it has.
    object: Option<String>,
}

impl Destination {
    /// `/container` or `/container/object` (SO-03).
    fn parse(text: &str) -> Result<Destination> {
        let bad = |why: &str| Err(Error::invalid(format!("option destination: {text:?} {why}")));
        let Some(rest) = text.strip_prefix('/') else {
            return bad("does not begin with a slash: it is /container or /container/object");
        };
        if rest.ends_with('/') {
            return bad("ends with a slash: it is /container or /container/object");
        }
        let (container, object) = match rest.split_once('/') {
            Some((c, o)) => (c, Some(o.to_owned())),
            None => (rest, None),
        };
        check_container(container).map_err(|e| e.context("option destination"))?;
        Ok(Destination { container: container.to_owned(), object })
    }
}

/// What holds for one object.
struct Own {
    destination: Option<Destination>,
    fresh_metadata: bool,
    headers: Headers,
    version_id: Option<String>,
    segment_container: Option<String>,
    leave_segments: bool,
    clean_segments: bool,
}

impl Own {
    fn new(settings: &JobSettings<'_>) -> Result<Own> {
        let fresh_metadata = settings.flag("fresh_metadata")?;
        let mut headers = settings.headers(Some("Object"))?;
        headers.set("X-Fresh-Metadata", if fresh_metadata { b"true" } else { b"false" });
        Ok(Own {
            destination: settings.text("destination")?.map(|d| Destination::parse(&d)).transpose()?,
            fresh_metadata,
            headers,
            version_id: settings.text("version_id")?,
            segment_container: settings.text("segment_container")?,
            leave_segments: settings.flag("leave_segments")?,
            clean_segments: settings.flag("clean_segments")?,
        })
    }
}

/// Makes the containers that objects are copied to. That one cannot be made need not mean anything: a user may be
/// allowed to write to what is there, and no more.
struct Prepare {
    remote: Remote,
    containers: Vec<Container>,
}

/// A container that objects are copied to.
struct Container {
    /// When it is another one.
    account: Option<String>,
    name: String,
    policy: Option<Vec<u8>>,
}

impl Work for Prepare {
    fn blank(&self, index: usize) -> JobResult {
        let container = self.containers.get(index);
        let mut result = JobResult::about("create_container", container.map(|c| c.name.as_str()), None);
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let Some(container) = self.containers.get(index) else { return Next::done(self.blank(index)) };
        let remote = match &container.account {
            Some(account) => self.remote.with(self.remote.connection.of_account(account)),
            None => self.remote.clone(),
        };
        Next::done(make_container(&remote, &container.name, container.policy.as_deref(), turn))
    }
}

struct Copy {
    remote: Remote,
    container: String,
    objects: Each<Arc<Own>>,
    /// Containers for segments that were made.
    containers: Made,
}

/// Containers that were made: account, when it is another one, and name.
type Made = Arc<Mutex<HashSet<(Option<String>, String)>>>;

/// An object, and where it goes.
struct Route {
    remote: Remote,
    own: Arc<Own>,
    /// Container and object.
    from: (String, String),
    to: (String, String),
    containers: Made,
}

impl Route {
    fn about(&self) -> JobResult {
        let mut result = JobResult::about("copy_object", Some(&self.from.0), Some(&self.from.1));
        result.destination = Some(format!("/{}/{}", self.to.0, self.to.1));
        result.fresh_metadata = self.own.fresh_metadata;
        result.sent = self.own.headers.clone();
        result
    }

    /// A request about the source, of the version that is meant.
    fn request(&self, turn: &Turn) -> Request {
        let mut request = self.remote.request(turn);
        if let Some(id) = &self.own.version_id {
            request.query.push(("version-id".to_owned(), Some(id.clone())));
        }
        request
    }
}

impl Copy {
    fn route(&self, index: usize) -> Route {
        let (object, own) = self.objects.get(index);
        let from = (self.container.clone(), object.to_owned());
        let to = match &own.destination {
            Some(d) => (d.container.clone(), d.object.clone().unwrap_or_else(|| object.to_owned())),
            None => from.clone(),
        };
        Route { remote: self.remote.clone(), own: own.clone(), from, to, containers: self.containers.clone() }
    }
}

impl Work for Copy {
    fn blank(&self, index: usize) -> JobResult {
        self.route(index).about()
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let route = self.route(index);
        let result = route.about();
        let request = Request { headers: route.own.headers.clone(), ..route.request(turn) };
        let (from, to) = (&route.from, Some((route.to.0.as_str(), route.to.1.as_str())));
        let outcome = self.remote.connection.copy_object(&from.0, &from.1, to, &request);
        let refused = match outcome {
            Err(e) if e.kind() == Kind::TooLarge && e.http_status() == 413 => e,
            outcome => return Next::done(result.settled(outcome)),
        };
        match large::copy(route, turn) {
            Ok(Some(next)) => next,
            Ok(None) => Next::done(result.failed(refused)),
            Err(e) => Next::done(result.failed(e.context("it is too large to be copied as a plain object"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_03_destinations() {
        let parsed = |text: &str| Destination::parse(text).map(|d| (d.container, d.object));
        assert_eq!(parsed("/c").unwrap(), ("c".into(), None));
        assert_eq!(parsed("/c/a/b é").unwrap(), ("c".into(), Some("a/b é".into())));
        assert_eq!(parsed("/c//a").unwrap(), ("c".into(), Some("/a".into())));
        for bad in ["c/o", "/", "/c/", "//o", "c"] {
            let e = parsed(bad).unwrap_err();
            assert!(e.message().contains("destination"), "{e}");
        }
    }
}
