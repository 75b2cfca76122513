//! A container with objects to make large ones of.

use std::ops::Deref;

use swiftclient::core::manifest::Segment;
use swiftclient::core::{Manifest, Request};

use super::faulty::memory;
use super::real::{self, Container};

/// A container of a test's own.
pub struct Room(Container);

impl Room {
    pub fn new(name: &str) -> Room {
        Room(Container::new(&real::v1(), name))
    }

    /// Stores an object and gives its ETag.
    pub fn put(&self, object: &str, bytes: &[u8]) -> String {
        let r = self.connection.put_object(&self.name, object, &memory(bytes), &Request::new()).unwrap();
        r.etag().unwrap().to_owned()
    }

    pub fn get(&self, object: &str, r: &Request) -> Vec<u8> {
        self.connection.get_object(&self.name, object, r).unwrap().read_all(1 << 30).unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        let mut listing = self.connection.list_container(&self.name, &Request::new()).unwrap();
        let mut all = Vec::new();
        while let Some(e) = listing.next().unwrap() {
            all.push(e.name().to_owned());
        }
        all
    }

    /// The names are these, once the listing has them all: on a busy machine it lags behind what was stored.
    pub fn lists(&self, names: &[&str]) {
        let until = std::time::Instant::now() + std::time::Duration::from_secs(120);
        while self.names() != names {
            assert!(std::time::Instant::now() < until, "{:?} and not {names:?}", self.names());
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
    }

    /// A manifest of objects that are stored here, with ETags and sizes.
    pub fn manifest(&self, parts: &[(&str, &[u8])]) -> Manifest {
        let mut m = Manifest::new();
        for (name, bytes) in parts {
            let etag = self.put(name, bytes);
            let size = Some(bytes.len() as u64);
            m.push(Segment::object(&self.name, name, Some(&etag), size, None).unwrap());
        }
        m
    }
}

impl Deref for Room {
    type Target = Container;
    fn deref(&self) -> &Container {
        &self.0
    }
}
