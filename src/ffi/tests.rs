//! What C cannot provoke: panics, and the helpers of the boundary one by one.

use std::ffi::CStr;
use std::ptr;

use super::cancel::swc_cancel;
use super::error::{swc_error_free, swc_error_message, swc_error_status};
use super::handle::{Handle, free, share};
use super::status::*;
use super::*;

/// Runs a body in a guard; returns the status, and the message of the error object.
fn guarded(body: impl FnOnce() -> Result<swc_status>) -> (swc_status, Option<String>) {
    let mut err = ptr::dangling_mut::<swc_error>();
    // SAFETY: `err` is a variable; what is put there is looked at and freed once.
    unsafe {
        let status = guard(&mut err, body);
        if err.is_null() {
            return (status, None);
        }
        assert_eq!(swc_error_status(err), status);
        let message = CStr::from_ptr(swc_error_message(err)).to_string_lossy().into_owned();
        swc_error_free(err);
        (status, Some(message))
    }
}

#[test]
fn success_clears_the_error() {
    assert_eq!(guarded(|| Ok(SWC_OK)), (SWC_OK, None));
    assert_eq!(guarded(|| Ok(SWC_END)), (SWC_END, None));
}

#[test]
fn a_failure_becomes_status_and_message() {
    let (status, message) = guarded(|| Err(Error::new(Kind::NotFound, "not\0there")));
    assert_eq!((status, message.as_deref()), (SWC_ERR_NOT_FOUND, Some("not there")));
}

#[test]
fn a_panic_becomes_status_and_message() {
    let (status, message) = guarded(|| panic!("out of order"));
    assert_eq!(status, SWC_ERR_PANIC);
    let message = message.unwrap();
    assert!(message.contains("out of order") && message.contains("src/ffi/tests.rs"), "{message}");
}

#[test]
fn nobody_needs_to_want_the_error() {
    // SAFETY: NULL is allowed.
    unsafe {
        assert_eq!(guard(ptr::null_mut(), || panic!("unheard")), SWC_ERR_PANIC);
        assert_eq!(guard(ptr::null_mut(), || Err(Error::invalid("unheard"))), SWC_ERR_INVALID_ARGUMENT);
    }
}

#[test]
fn an_accessor_that_panics_is_neutral() {
    let cancel = swc_cancel { cancel: Default::default() };
    // SAFETY: alive.
    let got = unsafe { read(&cancel, 7, |_| panic!("out of order")) };
    assert_eq!(got, 7);
}

#[test]
fn every_kind_has_a_status_of_its_own_with_a_name() {
    use Kind::*;
    let kinds = [
        NotFound,
        Unauthorized,
        Forbidden,
        Conflict,
        Precondition,
        NotModified,
        Range,
        TooLarge,
        RateLimited,
        Checksum,
        Server,
        Http,
        Timeout,
        Connect,
        Tls,
        Io,
        Protocol,
        Auth,
        Cancelled,
        Callback,
        InvalidArgument,
        InvalidUtf8,
        State,
        Again,
        Unsupported,
        Panic,
    ];
    let mut numbers: Vec<i32> = kinds.iter().map(|k| swc_status::from(*k) as i32).collect();
    for n in &numbers {
        assert!(*n < 0);
        // SAFETY: static text.
        let name = unsafe { CStr::from_ptr(swc_status_name(*n)) }.to_str().unwrap();
        assert!(name.starts_with("SWC_ERR_"), "{n}: {name}");
    }
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), kinds.len());
}

#[test]
fn a_call_keeps_a_shared_object_alive() {
    let p = swc_cancel { cancel: Default::default() }.into_raw();
    // SAFETY: given up once, and used afterwards only through the reference of the call.
    unsafe {
        let held = share(p).unwrap();
        free(p);
        held.cancel.cancel();
        assert!(held.cancel.is_cancelled());
    }
}

#[test]
fn sizes_and_times_from_c() {
    assert_eq!(timeout(-1, "t").unwrap(), None);
    assert_eq!(timeout(1500, "t").unwrap(), Some(Duration::from_millis(1500)));
    assert_eq!(timeout(-2, "t").unwrap_err().kind(), Kind::InvalidArgument);
    assert_eq!((size(-1, "s").unwrap(), size(5, "s").unwrap()), (None, Some(5)));
    assert!(size(i64::MIN, "s").is_err());
    assert_eq!(
        (size_or_unknown(Some(5)), size_or_unknown(None), size_or_unknown(Some(u64::MAX))),
        (5, -1, -1)
    );
}

#[test]
fn memory_that_cannot_be_is_refused() {
    // SAFETY: nothing is read: the sizes are refused, or zero.
    unsafe {
        assert!(slice::<u64>(ptr::null(), 0, "a").unwrap().is_empty());
        assert!(slice::<u64>(ptr::null(), 1, "a").is_err());
        assert!(slice::<u64>(ptr::dangling(), usize::MAX / 8, "a").is_err());
        assert!(slice_mut::<u8>(ptr::dangling_mut(), usize::MAX, "a").is_err());
        assert!(slice_mut::<u8>(ptr::dangling_mut(), 0, "a").unwrap().is_empty());
    }
}
