//! The C boundary: whatever crosses it is decoded and encoded in this file, and nowhere else.
//!
//! Every exported function takes the same steps: note the outputs (which writes their neutral value), decode the
//! inputs, call the layer below, encode what comes back. [`guard`] runs them, stops panics and makes the error object.
//!
//! What the `unsafe` blocks of this folder rely on, called "the header's rules" there, is what the header asks
//! of its callers: a pointer is NULL or what its type says; an object is alive until its `_free`; text ends in a NUL; a
//! length tells the truth; `T *` is used by one thread at a time.
//!
//! The items here are documented for readers of the C header, which is generated from them.
// To rustdoc the `[in]` of a parameter looks like a link; to a reader of C a URL in quotes is text.
#![allow(
    non_camel_case_types,
    clippy::missing_safety_doc,
    rustdoc::broken_intra_doc_links,
    rustdoc::bare_urls
)]

use std::any::Any;
use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::OnceLock;
use std::time::Duration;

use crate::core::{Error, Headers, Kind, Result};

pub mod version;

pub mod status;

pub mod error;

pub mod string;

pub mod config;

pub mod callback;

pub mod cancel;

pub mod acl;

pub mod capabilities;

pub mod source;

pub mod request;

pub mod connection;

pub mod session;

pub mod response;

pub mod reader;

pub mod writer;

pub mod listing;

pub mod entry;

pub mod objects;

pub mod progress;

pub mod manifest;

pub mod report;

pub mod queue;

pub mod service;

pub mod result;

pub mod tempurl;

pub mod formpost;

pub mod log;

mod attempts;
mod handle;
mod panic;
#[cfg(test)]
mod tests;

use error::swc_error;
use handle::{Handle, borrow};
use status::swc_status;

const _: () = assert!(cfg!(panic = "unwind"), "the boundary stops panics, which needs panic=unwind");

/// Runs the body of a function that can fail: writes `*err` in every case and never unwinds.
///
/// # Safety
/// `err` is NULL or valid for writing.
unsafe fn guard(err: *mut *mut swc_error, body: impl FnOnce() -> Result<swc_status>) -> swc_status {
    if !err.is_null() {
        // SAFETY: as this function's own.
        unsafe { err.write(ptr::null_mut()) };
    }
    match panic::catch(body) {
        Ok(Ok(status)) => status,
        // SAFETY: as this function's own.
        Ok(Err(failure)) => unsafe { fail(err, failure) },
        // SAFETY: as this function's own.
        Err(payload) => unsafe { fail_by_panic(err, payload) },
    }
}

/// Makes the error object. Out of line, as there is one of [`guard`] in each of hundreds of functions.
///
/// # Safety
/// As [`guard`].
#[cold]
#[inline(never)]
unsafe fn fail(err: *mut *mut swc_error, failure: Error) -> swc_status {
    let status = swc_status::from(failure.kind());
    if !err.is_null() {
        // SAFETY: as this function's own.
        unsafe { err.write(swc_error::from(failure).into_raw()) };
    }
    status
}

/// The same for what a panic left.
///
/// # Safety
/// As [`guard`].
#[cold]
#[inline(never)]
unsafe fn fail_by_panic(err: *mut *mut swc_error, payload: Box<dyn Any + Send>) -> swc_status {
    let message = panic::message(payload);
    // SAFETY: as this function's own.
    unsafe { fail(err, Error::new(Kind::Panic, format!("internal error, please report it: {message}"))) }
}

/// Runs the body of an accessor: `neutral` when the object is NULL, or after a panic.
///
/// # Safety
/// `object` is NULL or alive.
unsafe fn read<T: Handle, R>(object: *const T, neutral: R, body: impl FnOnce(&T) -> R) -> R {
    // SAFETY: as this function's own.
    match unsafe { borrow(object) } {
        Ok(object) => value(neutral, || body(object)),
        Err(_) => neutral,
    }
}

/// Runs a body that cannot fail: `neutral` after a panic.
fn value<R>(neutral: R, body: impl FnOnce() -> R) -> R {
    panic::catch(body).unwrap_or_else(|payload| {
        panic::message(payload);
        neutral
    })
}

/// Types of output parameters, with what stands there until there is something better.
trait Neutral: Copy {
    const NEUTRAL: Self;
}

impl<T> Neutral for *mut T {
    const NEUTRAL: Self = ptr::null_mut();
}

impl<T> Neutral for *const T {
    const NEUTRAL: Self = ptr::null();
}

impl Neutral for u64 {
    const NEUTRAL: Self = 0;
}

impl Neutral for i64 {
    const NEUTRAL: Self = 0;
}

/// A descriptor; 0 would be one.
impl Neutral for i32 {
    const NEUTRAL: Self = -1;
}

impl Neutral for usize {
    const NEUTRAL: Self = 0;
}

/// An output parameter; already written, so that it is whatever comes.
struct Out<T>(*mut T);

impl<T: Neutral> Out<T> {
    fn set(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: valid for writing, as the caller of `out` promised.
            unsafe { self.0.write(value) }
        }
    }
}

impl<T: Handle> Out<*mut T> {
    /// Hands an object to the caller, who frees it.
    fn give(self, object: T) {
        if !self.0.is_null() {
            self.set(object.into_raw());
        }
    }
}

/// Writes the neutral value to an output and keeps it for later. All outputs of a function are noted before
/// any input is looked at: each is written, whichever argument turns out to be wrong.
///
/// # Safety
/// `p` is NULL or valid for writing.
unsafe fn out<T: Neutral>(p: *mut T, what: &str) -> Result<Out<T>> {
    if p.is_null() {
        return Err(is_null(what));
    }
    // SAFETY: as this function's own.
    unsafe { p.write(T::NEUTRAL) };
    Ok(Out(p))
}

/// Like [`out`], for an output the caller may decline with NULL.
///
/// # Safety
/// `p` is NULL or valid for writing.
unsafe fn out_if_any<T: Neutral>(p: *mut T) -> Out<T> {
    if !p.is_null() {
        // SAFETY: as this function's own.
        unsafe { p.write(T::NEUTRAL) };
    }
    Out(p)
}

#[cold]
#[inline(never)]
fn is_null(what: &str) -> Error {
    Error::invalid(format!("{what} is NULL"))
}

/// Text from C.
///
/// # Safety
/// `p` is NULL or NUL-terminated, and stays as it is for `'a`.
unsafe fn text<'a>(p: *const c_char, what: &str) -> Result<&'a str> {
    if p.is_null() {
        return Err(is_null(what));
    }
    // SAFETY: as this function's own.
    unsafe { CStr::from_ptr(p) }.to_str().map_err(|e| not_utf8(what, e))
}

#[cold]
fn not_utf8(what: &str, e: std::str::Utf8Error) -> Error {
    Error::new(Kind::InvalidUtf8, format!("{what} is not UTF-8 (from byte {} on)", e.valid_up_to()))
}

/// Text from C that need not be UTF-8.
///
/// # Safety
/// As [`text`].
unsafe fn bytes<'a>(p: *const c_char, what: &str) -> Result<&'a [u8]> {
    if p.is_null() {
        return Err(is_null(what));
    }
    // SAFETY: as this function's own.
    Ok(unsafe { CStr::from_ptr(p) }.to_bytes())
}

/// Text from C that may be left out.
///
/// # Safety
/// As [`text`].
unsafe fn text_if_any<'a>(p: *const c_char, what: &str) -> Result<Option<&'a str>> {
    if p.is_null() {
        return Ok(None);
    }
    // SAFETY: as this function's own.
    unsafe { text(p, what) }.map(Some)
}

/// A path from C: any bytes on Unix, UTF-8 elsewhere.
///
/// # Safety
/// As [`text`].
unsafe fn path<'a>(p: *const c_char, what: &str) -> Result<&'a std::path::Path> {
    // SAFETY: as this function's own.
    match unsafe { bytes(p, what) }? {
        b"" => Err(Error::invalid(format!("{what} is empty"))),
        bytes => crate::sys::path::from_bytes(bytes).map_err(|e| not_utf8(what, e)),
    }
}

/// Checks that memory of a size can exist at a pointer; NULL can only be empty.
fn check_memory<T>(p: *const T, count: usize, what: &str) -> Result<()> {
    if p.is_null() && count > 0 {
        return Err(is_null(what));
    }
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Error::invalid(format!("the size of {what} is larger than memory can be")));
    }
    Ok(())
}

/// An array from C.
///
/// # Safety
/// `p` is NULL or points to `count` values, which stay as they are for `'a`.
unsafe fn slice<'a, T>(p: *const T, count: usize, what: &str) -> Result<&'a [T]> {
    check_memory(p, count, what)?;
    if count == 0 {
        return Ok(&[]);
    }
    // SAFETY: as this function's own, and checked above.
    Ok(unsafe { std::slice::from_raw_parts(p, count) })
}

/// Memory of the caller's to write to.
///
/// # Safety
/// `p` is NULL or points to `count` values that nobody else uses for `'a`.
unsafe fn slice_mut<'a, T>(p: *mut T, count: usize, what: &str) -> Result<&'a mut [T]> {
    check_memory(p, count, what)?;
    if count == 0 {
        return Ok(&mut []);
    }
    // SAFETY: as this function's own, and checked above.
    Ok(unsafe { std::slice::from_raw_parts_mut(p, count) })
}

/// An array of texts from C.
///
/// # Safety
/// `p` is NULL or points to `count` texts.
unsafe fn texts(p: *const *const c_char, count: usize, what: &str) -> Result<Vec<String>> {
    // SAFETY: as this function's own.
    let items = unsafe { slice(p, count, what) }?;
    let mut all = Vec::with_capacity(items.len());
    for (i, &item) in items.iter().enumerate() {
        if item.is_null() {
            return Err(is_null(&format!("{what}[{i}]")));
        }
        // SAFETY: as this function's own.
        all.push(match unsafe { text(item, what) } {
            Ok(t) => t.to_owned(),
            Err(e) => return Err(e.context(format!("item {i}"))),
        });
    }
    Ok(all)
}

/// Milliseconds from C; -1 is no limit.
fn timeout(milliseconds: i32, what: &str) -> Result<Option<Duration>> {
    match milliseconds {
        -1 => Ok(None),
        0.. => Ok(Some(Duration::from_millis(milliseconds as u64))),
        _ => Err(Error::invalid(format!("{what} is {milliseconds}; give milliseconds, or -1 for no limit"))),
    }
}

/// A size from C; -1 is unknown.
fn size(bytes: i64, what: &str) -> Result<Option<u64>> {
    match bytes {
        -1 => Ok(None),
        0.. => Ok(Some(bytes as u64)),
        _ => Err(Error::invalid(format!("{what} is {bytes}; give bytes, or -1 for unknown"))),
    }
}

/// A size for C; -1 is unknown.
fn size_or_unknown(bytes: Option<u64>) -> i64 {
    bytes.and_then(|b| i64::try_from(b).ok()).unwrap_or(-1)
}

/// A descriptor from C.
///
/// # Safety
/// A descriptor that is not negative is open for `'a`.
unsafe fn descriptor<'a>(fd: i32, what: &str) -> Result<crate::sys::fd::Borrowed<'a>> {
    if fd < 0 {
        return Err(Error::invalid(format!("{what} is {fd}, which is no descriptor")));
    }
    // SAFETY: not negative, and open as the caller promised.
    unsafe { crate::sys::fd::borrow(fd) }.map_err(|e| Error::io(what, &e))
}

/// Text for C out of bytes that end in a NUL; NULL for `None`.
fn borrowed(text: Option<&[u8]>) -> *const c_char {
    debug_assert!(text.is_none_or(|t| t.last() == Some(&0)));
    text.map_or(ptr::null(), |t| t.as_ptr().cast())
}

/// A copy for C. Where a NUL would hide what follows it stands a space.
fn c_string(text: impl Into<Vec<u8>>) -> CString {
    let mut bytes = text.into();
    bytes.iter_mut().filter(|b| **b == 0).for_each(|b| *b = b' ');
    CString::new(bytes).unwrap_or_default()
}

/// Text of an object for C, copied when it is first asked for.
#[derive(Default)]
struct Text(OnceLock<CString>);

impl Text {
    fn get<V: Into<Vec<u8>>>(&self, text: impl FnOnce() -> V) -> *const c_char {
        self.0.get_or_init(|| c_string(text())).as_ptr()
    }

    fn get_if_any<V: Into<Vec<u8>>>(&self, text: Option<V>) -> *const c_char {
        text.map_or(ptr::null(), |t| self.get(|| t))
    }
}

/// The value of a header, found in any case; NULL when it is not there.
///
/// # Safety
/// As [`text`].
unsafe fn header(headers: &Headers, name: *const c_char) -> *const c_char {
    // SAFETY: as this function's own.
    match unsafe { text(name, "name") } {
        Ok(name) => borrowed(headers.get_with_nul(name)),
        Err(_) => ptr::null(),
    }
}

/// Name and value of a header by its number; `false` when there is none.
fn header_at(headers: &Headers, index: usize, name: Out<*const c_char>, value: Out<*const c_char>) -> bool {
    pair(headers.at_with_nul(index), name, value)
}

/// Two texts that belong together; `false` when there are none.
fn pair(texts: Option<(&[u8], &[u8])>, first: Out<*const c_char>, second: Out<*const c_char>) -> bool {
    let Some((a, b)) = texts else { return false };
    first.set(borrowed(Some(a)));
    second.set(borrowed(Some(b)));
    true
}
