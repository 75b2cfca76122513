//! A container, a folder, and a service between them, for tests of the Service API.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use swiftclient::core::{Config, Kind, Request, Source};
use swiftclient::service::{JobResult, Objects, Queue, Service, Verb};

use super::Folder;
use super::real::{self, Container};

/// Longer than anything takes: so that a mistake fails and does not hang.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// A container, a folder, and a service between them.
pub struct World {
    pub service: Service,
    pub queue: Queue,
    pub remote: Container,
    pub folder: Folder,
}

pub fn config(list: &[(&str, &str)]) -> Config {
    let mut c = Config::new();
    for (k, v) in list {
        c.set(k, Some(v)).unwrap();
    }
    c
}

/// An account nobody else uses.
pub fn own_account(what: &str) -> Config {
    let url = format!("{}/v1/AUTH_{}", real::value("SWIFT_TEST_URL"), super::unique(what));
    config(&[
        ("auth", real::value("ST_AUTH")),
        ("user", "admin:admin"),
        ("key", "admin"),
        ("os_storage_url", &url),
    ])
}

impl World {
    pub fn new(what: &str, options: &[(&str, &str)]) -> World {
        World::of(&real::v1(), what, options)
    }

    pub fn of(account: &Config, what: &str, options: &[(&str, &str)]) -> World {
        let remote = Container::new(account, what);
        let service = Service::new(&remote.connection, Some(&config(options))).unwrap();
        World { service, queue: Queue::new().unwrap(), remote, folder: Folder::new(what) }
    }

    pub fn container(&self) -> String {
        self.remote.name.clone()
    }

    /// Submits a job and takes its results.
    pub fn run(&self, verb: Verb, options: &[(&str, &str)]) -> Vec<JobResult> {
        let job = self.service.submit(&self.queue, 7, verb, Some(&config(options))).unwrap();
        self.results(job)
    }

    pub fn results(&self, job: u64) -> Vec<JobResult> {
        let mut all: Vec<JobResult> = Vec::new();
        while !all.last().is_some_and(|r| r.is_last) {
            let some = self.queue.pop(1, Some(PATIENCE));
            assert!(!some.is_empty());
            all.extend(some);
        }
        assert!(all.iter().all(|r| r.job == job && r.tag == 7));
        assert_eq!(all.iter().filter(|r| r.is_last).count(), 1);
        all
    }

    pub fn one(&self, verb: Verb, options: &[(&str, &str)]) -> JobResult {
        let mut all = self.run(verb, options);
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    pub fn upload(&self, object: &str, source: Source) -> JobResult {
        let objects = super::upload_of(object, source);
        self.one(Verb::Upload { container: self.container(), objects }, &[("skip_container_put", "true")])
    }

    pub fn put(&self, object: &str, body: &'static [u8], headers: &[(&str, &str)]) {
        let mut r = Request::new();
        for (n, v) in headers {
            r.headers.push(n, v.as_bytes());
        }
        self.remote
            .connection
            .put_object(&self.remote.name, object, &Source::memory(Arc::new(body)), &r)
            .unwrap();
    }

    /// The value of a header of an object.
    pub fn header(&self, container: &str, object: &str, name: &str) -> Option<String> {
        let r = self.remote.connection.head_object(container, object, &Request::new()).unwrap();
        r.headers().get_str(name).map(str::to_owned)
    }

    /// The names in a container.
    pub fn names(&self, container: &str) -> Vec<String> {
        let mut listing = self.remote.connection.list_container(container, &Request::new()).unwrap();
        let mut all = Vec::new();
        while let Some(e) = listing.next().unwrap() {
            all.push(e.name().to_owned());
        }
        all
    }

    /// Waits until a listing shows so many names: on a busy machine it lags behind what was stored.
    pub fn listed(&self, container: &str, count: usize) {
        let until = std::time::Instant::now() + PATIENCE;
        while self.names(container).len() != count {
            assert!(std::time::Instant::now() < until, "{:?}", self.names(container));
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn download(&self, objects: &[&str]) -> Verb {
        Verb::Download { container: Some(self.container()), objects: owned(objects) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path(name)
    }

    pub fn out(&self) -> [(&str, &str); 1] {
        [("out_directory", self.folder.0.to_str().unwrap())]
    }
}

pub fn owned(names: &[&str]) -> Option<Objects> {
    Some(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>().into())
}

pub fn by_object<'a>(all: &'a [JobResult], object: &str) -> &'a JobResult {
    all.iter().find(|r| r.object.as_deref() == Some(object)).unwrap()
}

pub fn kind(r: &JobResult) -> Option<Kind> {
    r.error.as_ref().map(|e| e.kind())
}

pub fn value(r: &JobResult) -> Value {
    serde_json::from_str(&r.to_json()).unwrap()
}
