//! What the tests share: the real server, and one that plays faults a healthy server does not show.

// Not every test program uses all of it, and a helper of a test may fail as a test does.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod certs;
pub mod chaos;
pub mod cutter;
pub mod faulty;
pub mod large;
pub mod proxy;
pub mod real;
pub mod tls;
pub mod world;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use swiftclient::core::Source;
use swiftclient::service::{Objects, What};

/// One object to be uploaded.
pub fn upload_of(name: &str, source: Source) -> Objects {
    let mut objects = Objects::new();
    objects.add_what(Some(name), What::Source(source), None).unwrap();
    objects
}

/// A folder of its own for a test, removed when dropped.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Folder {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let n = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("swc-{name}-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The names of all that lies in it.
    pub fn names(&self) -> Vec<String> {
        let mut all: Vec<_> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        all.sort();
        all
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A name no other test has used.
pub fn unique(what: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Bytes that do not repeat soon, so that a shifted or doubled piece shows.
pub fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// What comes about in a while, asked for until it has.
pub fn eventually<T>(mut ask: impl FnMut() -> Option<T>) -> T {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(std::time::Instant::now() < end, "it does not come about");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
}
