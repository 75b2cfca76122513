//! Stops panics at the boundary, keeping what they say for the error object instead of printing it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// How many `catch` are on this thread's stack: callbacks may call back into the library.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Where the last panic under a `catch` happened.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Whether the hook has been changed, or cannot be.
static QUIET: Once = Once::new();

/// Runs `body`; a panic in it becomes what [`message`] reads.
pub(super) fn catch<R>(body: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    if !QUIET.is_completed() {
        stay_quiet();
    }
    DEPTH.with(|d| d.set(d.get() + 1));
    let result = panic::catch_unwind(AssertUnwindSafe(body));
    DEPTH.with(|d| d.set(d.get() - 1));
    result
}

/// Panics that `catch` stops are reported in the error object; a library has no business on its host's
/// stderr. All others are printed as before.
#[cold]
#[inline(never)]
fn stay_quiet() {
    QUIET.call_once(|| {
        // The hook cannot be changed while this thread unwinds; a later call would not find that easier.
        if std::thread::panicking() {
            return;
        }
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if DEPTH.try_with(Cell::get).unwrap_or(0) == 0 {
                return before(info);
            }
            let place = info.location().map(|l| format!("{}:{}", l.file(), l.line())).unwrap_or_default();
            let _ = PLACE.try_with(|p| *p.borrow_mut() = place);
        }));
    });
}

/// What a panic said, and where.
#[cold]
#[inline(never)]
pub(super) fn message(payload: Box<dyn Any + Send>) -> String {
    let text = match payload.downcast::<&'static str>() {
        Ok(text) => (*text).to_owned(),
        Err(other) => match other.downcast::<String>() {
            Ok(text) => *text,
            Err(other) => {
                // Nothing is known about it, also not whether dropping it would panic again.
                std::mem::forget(other);
                "unknown panic".to_owned()
            }
        },
    };
    let place = PLACE.try_with(RefCell::take).unwrap_or_default();
    if place.is_empty() { text } else { format!("{text} ({place})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spiteful;

    impl Drop for Spiteful {
        fn drop(&mut self) {
            panic!("again");
        }
    }

    #[test]
    fn a_panic_becomes_its_message_and_its_place() {
        let said = catch(|| panic!("out of {}", "order")).map_err(message).err().unwrap_or_default();
        assert!(said.starts_with("out of order (src/ffi/panic.rs:"), "{said}");
        let said = catch(|| panic!("plain")).map_err(message).err().unwrap_or_default();
        assert!(said.starts_with("plain ("), "{said}");
    }

    #[test]
    fn a_payload_that_panics_when_dropped_is_left_alone() {
        let said = catch(|| panic::panic_any(Spiteful)).map_err(message).err().unwrap_or_default();
        assert!(said.starts_with("unknown panic"), "{said}");
        assert_eq!(super::super::value(7, || panic::panic_any(Spiteful)), 7);
    }

    #[test]
    fn a_panic_inside_a_callback_reaches_the_inner_catch_only() {
        let outer = catch(|| catch(|| panic!("inner")).is_err());
        assert!(matches!(outer, Ok(true)));
    }
}
