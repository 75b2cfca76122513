//! Trials of the Service API: much at once, and all that can go wrong. Small here; `make trials` has them at full size.
//! What they measured is in `tests/trials/README.md`; those about memory, threads and killed processes are C programs,
//! `many.c`, `killed.c` and `cancelled.c` in `tests/c`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "trials/fair.rs"]
mod fair;
#[path = "trials/mixed.rs"]
mod mixed;
mod support;

use swiftclient::core::source::Callbacks;

/// Whether the full size is asked for.
fn full() -> bool {
    std::env::var_os("SWIFT_TRIALS").is_some_and(|v| v == "full")
}

/// A stream that cannot go back, and gives a little at a time.
struct Slow(std::io::Cursor<Vec<u8>>);

impl Slow {
    fn new(bytes: Vec<u8>) -> Slow {
        Slow(std::io::Cursor::new(bytes))
    }
}

impl Callbacks for Slow {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        let most = buf.len().min(7_000);
        std::io::Read::read(&mut self.0, &mut buf[..most]).map_err(|_| 1)
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}
