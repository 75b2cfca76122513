//! copy: objects within the cluster, to where their destination says.

use std::sync::Arc;

use super::engine::{First, Plan};
use super::objects::{Each, Objects};
use super::pool::Lane;
use super::result::JobResult;
use super::settings::JobSettings;
use super::verb::{Remote, check_target};
use super::work::{Next, Turn, Work};
use crate::core::names::check_container;
use crate::core::{Error, Headers, Request, Result};

/// Options an object may have of its own.
const OBJECT_OPTIONS: &[&str] = &["destination", "fresh_metadata", "meta", "header", "version_id"];

pub(super) fn plan(
    remote: Remote,
    settings: &JobSettings<'_>,
    container: String,
    objects: Objects,
) -> Result<Plan> {
    check_target(Some(&container), Some(&objects))?;
    let count = objects.len();
    let objects = Each::new(objects, settings, OBJECT_OPTIONS, Own::new)?;
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
    let mut containers: Vec<(String, Headers)> = Vec::new();
    for (_, own) in objects.iter() {
        if let Some(d) = &own.destination
            && !containers.iter().any(|(name, _)| *name == d.container)
        {
            let mut headers = Headers::new();
            if let Some(policy) = own.headers.get("x-storage-policy") {
                headers.push("X-Storage-Policy", policy);
            }
            containers.push((d.container.clone(), headers));
        }
    }
    let count = objects.len();
    let first = First {
        lane: Lane::Container,
        count: containers.len(),
        work: Arc::new(Prepare { remote: remote.clone(), containers }),
    };
    let plan = Plan::new(Lane::ObjectUu, Arc::new(Copy { remote, container, objects }), count);
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
        })
    }
}

/// Makes the containers that objects are copied to. That one cannot be made need not mean anything: a user may be
/// allowed to write to what is there, and no more.
struct Prepare {
    remote: Remote,
    containers: Vec<(String, Headers)>,
}

impl Work for Prepare {
    fn blank(&self, index: usize) -> JobResult {
        let container = self.containers.get(index);
        let mut result = JobResult::about("create_container", container.map(|(name, _)| name.as_str()), None);
        result.sent = container.map(|(_, headers)| headers.clone()).unwrap_or_default();
        result.counted = 0;
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let result = self.blank(index);
        let request = Request { headers: result.sent.clone(), ..self.remote.request(turn) };
        let container = result.container.clone().unwrap_or_default();
        let outcome = self.remote.connection.put_container(&container, &request);
        Next::done(result.settled(outcome))
    }
}

struct Copy {
    remote: Remote,
    container: String,
    objects: Each<Own>,
}

impl Copy {
    /// Container and object it goes to.
    fn target<'a>(&'a self, object: &'a str, own: &'a Own) -> (&'a str, &'a str) {
        match &own.destination {
            Some(d) => (&d.container, d.object.as_deref().unwrap_or(object)),
            None => (&self.container, object),
        }
    }
}

impl Work for Copy {
    fn blank(&self, index: usize) -> JobResult {
        let (object, own) = self.objects.get(index);
        let mut result = JobResult::about("copy_object", Some(&self.container), Some(object));
        let (to_container, to_object) = self.target(object, own);
        result.destination = Some(format!("/{to_container}/{to_object}"));
        result.fresh_metadata = own.fresh_metadata;
        result.sent = own.headers.clone();
        result
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let (object, own) = self.objects.get(index);
        let mut request = Request { headers: own.headers.clone(), ..self.remote.request(turn) };
        if let Some(id) = &own.version_id {
            request.query.push(("version-id".to_owned(), Some(id.clone())));
        }
        let to = Some(self.target(object, own));
        let outcome = self.remote.connection.copy_object(&self.container, object, to, &request);
        Next::done(self.blank(index).settled(outcome))
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
