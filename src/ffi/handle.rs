//! How C holds each type, declared once: `owned` by one caller in a box, or `shared` with calls in progress.

use std::sync::Arc;

use super::is_null;
use crate::core::Result;

/// A type that C holds by pointer. `Sync`, because functions that take `const T *` may run at once.
pub(super) trait Handle: Send + Sync + Sized + 'static {
    /// What messages call it.
    const NOUN: &'static str;

    /// Gives it away.
    fn into_raw(self) -> *mut Self;

    /// Takes it back and drops it.
    ///
    /// # Safety
    /// `p` came from [`into_raw`](Handle::into_raw) and is not used again.
    unsafe fn drop_raw(p: *mut Self);
}

/// A type with one owner; functions that change it take `T *`.
pub(super) trait Owned: Handle {}

/// A type that is used from several threads at once. A call in progress holds it too, so that another
/// thread's `_free` does not pull the ground away under a call that is blocked.
pub(super) trait Shared: Handle {}

macro_rules! owned {
    ($($t:ty: $noun:literal,)+) => {$(
        impl Handle for $t {
            const NOUN: &'static str = $noun;
            fn into_raw(self) -> *mut Self {
                Box::into_raw(Box::new(self))
            }
            unsafe fn drop_raw(p: *mut Self) {
                // SAFETY: made by `Box::into_raw`, and the caller gives it up.
                drop(unsafe { Box::from_raw(p) });
            }
        }
        impl Owned for $t {}
    )+};
}

macro_rules! shared {
    ($($t:ty: $noun:literal,)+) => {$(
        impl Handle for $t {
            const NOUN: &'static str = $noun;
            fn into_raw(self) -> *mut Self {
                Arc::into_raw(Arc::new(self)).cast_mut()
            }
            unsafe fn drop_raw(p: *mut Self) {
                // SAFETY: made by `Arc::into_raw`, and the caller gives up its reference.
                drop(unsafe { Arc::from_raw(p) });
            }
        }
        impl Shared for $t {}
    )+};
}

owned! {
    super::error::swc_error: "error",
    super::config::swc_config: "config",
    super::acl::swc_account_acl: "acl",
    super::request::swc_request: "request",
    super::response::swc_response: "response",
    super::listing::swc_listing: "listing",
    super::writer::swc_writer: "writer",
    super::result::swc_result: "result",
    super::tempurl::swc_tempurl: "tempurl",
    super::formpost::swc_formpost: "formpost",
    super::capabilities::swc_capabilities: "capabilities",
    super::capabilities::swc_endpoints: "endpoints",
    super::session::swc_session: "session",
    super::objects::swc_objects: "objects",
    super::progress::swc_progress: "progress",
    super::progress::swc_statistics: "statistics",
    super::report::swc_report: "report",
    super::manifest::swc_manifest: "manifest",
    super::manifest::swc_segment: "segment",
}

shared! {
    super::cancel::swc_cancel: "cancel",
    super::source::swc_source: "source",
    super::reader::swc_reader: "reader",
    super::connection::swc_connection: "connection",
    super::queue::swc_queue: "queue",
    super::service::swc_service: "service",
}

/// The object behind a pointer, for looking at.
///
/// # Safety
/// `p` is NULL or alive for `'a`.
pub(super) unsafe fn borrow<'a, T: Handle>(p: *const T) -> Result<&'a T> {
    // SAFETY: as this function's own.
    unsafe { p.as_ref() }.ok_or_else(|| is_null(T::NOUN))
}

/// The same where NULL says that there is none.
///
/// # Safety
/// `p` is NULL or alive for `'a`.
pub(super) unsafe fn maybe<'a, T: Handle>(p: *const T) -> Option<&'a T> {
    // SAFETY: as this function's own.
    unsafe { p.as_ref() }
}

/// The object behind a pointer, for changing.
///
/// # Safety
/// `p` is NULL or alive for `'a`, and nobody else uses it meanwhile.
pub(super) unsafe fn borrow_mut<'a, T: Owned>(p: *mut T) -> Result<&'a mut T> {
    // SAFETY: as this function's own.
    unsafe { p.as_mut() }.ok_or_else(|| is_null(T::NOUN))
}

/// The object behind a pointer, held for as long as the call takes.
///
/// # Safety
/// `p` is NULL or alive.
pub(super) unsafe fn share<T: Shared>(p: *const T) -> Result<Arc<T>> {
    if p.is_null() {
        return Err(is_null(T::NOUN));
    }
    // SAFETY: alive and made by `Arc::into_raw`, being a `Shared`; the count taken here is the one given back.
    Ok(unsafe {
        Arc::increment_strong_count(p);
        Arc::from_raw(p)
    })
}

/// Takes an object back; NULL is fine.
///
/// # Safety
/// `p` is NULL, or alive and not used again.
pub(super) unsafe fn free<T: Handle>(p: *mut T) {
    if !p.is_null() {
        // SAFETY: as this function's own.
        super::value((), || unsafe { T::drop_raw(p) });
    }
}
