//! Manifests of static large objects.

use std::ffi::{CString, c_char, c_void};
use std::ptr;
use std::sync::OnceLock;

use super::error::swc_error;
use super::handle::{Handle, borrow, borrow_mut, free};
use super::status::{SWC_OK, swc_status};
use super::{
    Text, c_string, guard, out, out_if_any, read, size, size_or_unknown, slice, text, text_if_any, value,
};
use crate::core::manifest::{Part, Segment};
use crate::core::{Manifest, Result, time};

/// The segments of a static large object, in order: objects, parts of objects, and bytes that stand in the manifest
/// itself.
///
/// Build one with swc_manifest_new() and the functions that add, and store it with swc_connection_put_slo();
/// or read that of an object back with swc_connection_get_slo_manifest(). For one thread at a time while it is
/// changed.
#[derive(Default)]
pub struct swc_manifest {
    pub(super) manifest: Manifest,
    /// What is lent to C, until the manifest is changed.
    shown: OnceLock<Vec<swc_segment>>,
    etag: OnceLock<Option<CString>>,
}

/// A segment of a manifest; it belongs to the manifest and lives until that is changed or freed.
pub struct swc_segment {
    segment: Segment,
    container: Text,
    object: Text,
    etag: Text,
    content_type: Text,
}

impl From<Manifest> for swc_manifest {
    fn from(manifest: Manifest) -> swc_manifest {
        swc_manifest { manifest, ..swc_manifest::default() }
    }
}

impl From<&Segment> for swc_segment {
    fn from(segment: &Segment) -> swc_segment {
        swc_segment {
            segment: segment.clone(),
            container: Text::default(),
            object: Text::default(),
            etag: Text::default(),
            content_type: Text::default(),
        }
    }
}

/// Adds a segment.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn add(
    manifest: *mut swc_manifest,
    err: *mut *mut swc_error,
    segment: impl FnOnce() -> Result<Segment>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        guard(err, || {
            let manifest = borrow_mut(manifest)?;
            manifest.manifest.push(segment()?);
            manifest.shown.take();
            manifest.etag.take();
            Ok(SWC_OK)
        })
    }
}

/// Makes a manifest without segments.
///
/// Never blocks; any thread.
///
/// @return The manifest; free it with swc_manifest_free().
#[unsafe(no_mangle)]
pub extern "C" fn swc_manifest_new() -> *mut swc_manifest {
    value(ptr::null_mut(), || swc_manifest::default().into_raw())
}

/// Reads a manifest from its JSON text.
///
/// Takes both forms that Swift has: the one that is sent ("path", "etag", "size_bytes", "range", "data"), and
/// the one that comes back ("name", "hash", "bytes" and more). Never blocks; any thread.
///
/// @param[in] json The text, a list of segments.
/// @param[out] manifest The manifest; free it with swc_manifest_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_PROTOCOL when the text is no manifest; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_new_json(
    json: *const c_char,
    manifest: *mut *mut swc_manifest,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let manifest = out(manifest, "manifest");
        guard(err, || {
            let (manifest, json) = (manifest?, text(json, "json")?);
            manifest.give(Manifest::parse(json.as_bytes())?.into());
            Ok(SWC_OK)
        })
    }
}

/// Adds an object as the next segment.
///
/// The server stores the manifest only if the object is there and, where they are given, has this ETag and this size.
/// With the ETags of all segments the ETag of the whole is known beforehand, and swc_connection_put_slo() has it
/// checked. The object may be a static large object itself: give its ETag and its whole size. Never
/// blocks.
///
/// @param[in] manifest The manifest.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] etag Its ETag, with or without quotes, as the PUT answered it; NULL when it does not matter.
/// @param[in] size Its size; -1 when it does not matter. Only the last segment may be empty.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_add_object(
    manifest: *mut swc_manifest,
    container: *const c_char,
    object: *const c_char,
    etag: *const c_char,
    size: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { swc_manifest_add_range(manifest, container, object, etag, size, u64::MAX, u64::MAX, err) }
}

/// Adds part of an object as the next segment.
///
/// `etag` and `size` are those of the whole object. With `size` too, the ETag of the large object can be known
/// beforehand. Never blocks.
///
/// @param[in] manifest The manifest.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded.
/// @param[in] etag Its ETag, with or without quotes; NULL when it does not matter.
/// @param[in] size Its size; -1 when it does not matter.
/// @param[in] offset The first byte, from 0; UINT64_MAX for the last `length` bytes of the object.
/// @param[in] length The number of bytes; UINT64_MAX for all up to the end. With both UINT64_MAX it is the whole
/// object.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT, also when the object has no such bytes; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_add_range(
    manifest: *mut swc_manifest,
    container: *const c_char,
    object: *const c_char,
    etag: *const c_char,
    size: i64,
    offset: u64,
    length: u64,
    err: *mut *mut swc_error,
) -> swc_status {
    let given = |n: u64| (n != u64::MAX).then_some(n);
    // SAFETY: the header's rules.
    unsafe {
        add(manifest, err, || {
            let (container, object) = (text(container, "container")?, text(object, "object")?);
            let (etag, size) = (text_if_any(etag, "etag")?, self::size(size, "size")?);
            Segment::object(container, object, etag, size, Part::new(given(offset), given(length))?)
        })
    }
}

/// Adds bytes as the next segment, which stand in the manifest itself.
///
/// For what is too small to be an object of its own. A manifest needs at least one segment that is an object,
/// and all of it must fit into what the cluster takes, 8 MiB by default. Never blocks.
///
/// @param[in] manifest The manifest.
/// @param[in] data The bytes, which are copied.
/// @param[in] size Their number, at least 1.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_add_data(
    manifest: *mut swc_manifest,
    data: *const c_void,
    size: usize,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { add(manifest, err, || Segment::inline(slice(data.cast::<u8>(), size, "data")?)) }
}

/// Counts the segments.
///
/// @param[in] manifest The manifest.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_segment_count(manifest: *const swc_manifest) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(manifest, 0, |m| m.manifest.segments().len()) }
}

/// Gives a segment by its number.
///
/// @param[in] manifest The manifest.
/// @param[in] index From 0 to one less than swc_manifest_segment_count().
/// @return The segment, which lives until the manifest is changed or freed; NULL when there is none of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_segment_at(
    manifest: *const swc_manifest,
    index: usize,
) -> *const swc_segment {
    // SAFETY: the header's rules.
    unsafe {
        read(manifest, ptr::null(), |m| {
            let shown = m.shown.get_or_init(|| m.manifest.segments().iter().map(swc_segment::from).collect());
            shown.get(index).map_or(ptr::null(), ptr::from_ref)
        })
    }
}

/// Tells the size of the large object.
///
/// @param[in] manifest The manifest.
/// @return The number of bytes; -1 when the size of a segment is not known, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_size(manifest: *const swc_manifest) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(manifest, -1, |m| size_or_unknown(m.manifest.size())) }
}

/// Tells the ETag the large object has when the manifest is stored: the MD5 of the ETags of its segments.
///
/// @param[in] manifest The manifest.
/// @return The ETag without quotes, which lives until the manifest is changed or freed; NULL when an ETag is
/// not known, or the size of an object that is used in part, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_etag(manifest: *const swc_manifest) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        read(manifest, ptr::null(), |m| {
            let etag = m.etag.get_or_init(|| m.manifest.etag().map(c_string));
            etag.as_ref().map_or(ptr::null(), |e| e.as_ptr())
        })
    }
}

/// Writes a manifest as the JSON text that is sent to the server.
///
/// Never blocks.
///
/// @param[in] manifest The manifest.
/// @param[out] json The text; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_json(
    manifest: *const swc_manifest,
    json: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let json = out(json, "json");
        guard(err, || {
            let (json, manifest) = (json?, borrow(manifest)?);
            json.give_text(manifest.manifest.to_json());
            Ok(SWC_OK)
        })
    }
}

/// Frees a manifest and its segments.
///
/// @param[in] manifest The manifest; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_manifest_free(manifest: *mut swc_manifest) {
    // SAFETY: the header's rules.
    unsafe { free(manifest) }
}

/// Tells the container of a segment.
///
/// @param[in] segment The segment.
/// @return The name, which lives as long as the segment; NULL for data, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_container(segment: *const swc_segment) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(segment, ptr::null(), |s| s.container.get_if_any(s.segment.container())) }
}

/// Tells the object of a segment.
///
/// @param[in] segment The segment.
/// @return The name, which lives as long as the segment; NULL for data, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_object(segment: *const swc_segment) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(segment, ptr::null(), |s| s.object.get_if_any(s.segment.name())) }
}

/// Tells the ETag of the whole object of a segment.
///
/// @param[in] segment The segment.
/// @return The ETag without quotes, which lives as long as the segment; NULL when it is not known, for data, and
/// for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_etag(segment: *const swc_segment) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(segment, ptr::null(), |s| s.etag.get_if_any(s.segment.etag())) }
}

/// Tells the size of the whole object of a segment, or of its data.
///
/// @param[in] segment The segment.
/// @return The number of bytes; -1 when it is not known, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_size(segment: *const swc_segment) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(segment, -1, |s| size_or_unknown(s.segment.size())) }
}

/// Tells how many bytes of the large object a segment makes.
///
/// @param[in] segment The segment.
/// @return The number of bytes; -1 when it is not known, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_length(segment: *const swc_segment) -> i64 {
    // SAFETY: the header's rules.
    unsafe { read(segment, -1, |s| size_or_unknown(s.segment.length())) }
}

/// Tells which part of its object a segment is.
///
/// @param[in] segment The segment.
/// @param[out] offset The first byte; UINT64_MAX for the last `length` bytes; may be NULL.
/// @param[out] length The number of bytes; UINT64_MAX for all up to the end; may be NULL.
/// @return Whether it is a part; false for a whole object, data, and NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_range(
    segment: *const swc_segment,
    offset: *mut u64,
    length: *mut u64,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (offset, length) = (out_if_any(offset), out_if_any(length));
        read(segment, false, |s| {
            let (first, count) = match s.segment.part() {
                None => return false,
                Some(Part::From(first, None)) => (first, u64::MAX),
                Some(Part::From(first, Some(last))) => (first, last.saturating_sub(first).saturating_add(1)),
                Some(Part::Last(count)) => (u64::MAX, count),
            };
            offset.set(first);
            length.set(count);
            true
        })
    }
}

/// Gives the bytes of a segment that stand in the manifest itself.
///
/// @param[in] segment The segment.
/// @param[out] size Their number; may be NULL.
/// @return The bytes, which live as long as the segment; NULL for an object, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_data(segment: *const swc_segment, size: *mut usize) -> *const c_void {
    // SAFETY: the header's rules.
    unsafe {
        let size = out_if_any(size);
        read(segment, ptr::null(), |s| match s.segment.data() {
            Some(data) => {
                size.set(data.len());
                data.as_ptr().cast()
            }
            None => ptr::null(),
        })
    }
}

/// Tells the media type of the object of a segment, in a manifest that was read back.
///
/// @param[in] segment The segment.
/// @return The media type, which lives as long as the segment; NULL when it is not known, for data, and for
/// NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_content_type(segment: *const swc_segment) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(segment, ptr::null(), |s| s.content_type.get_if_any(s.segment.content_type())) }
}

/// Tells when the object of a segment was last changed, in a manifest that was read back.
///
/// @param[in] segment The segment.
/// @return Seconds since 1970; -1 when it is not known, for data, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_last_modified(segment: *const swc_segment) -> i64 {
    // SAFETY: the header's rules.
    unsafe {
        read(segment, -1, |s| {
            s.segment.last_modified().and_then(time::from_iso).and_then(time::seconds).unwrap_or(-1)
        })
    }
}

/// Tells whether the object of a segment is a static large object itself, in a manifest that was read back.
///
/// @param[in] segment The segment.
/// @return Whether it is; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_segment_is_slo(segment: *const swc_segment) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(segment, false, |s| s.segment.is_slo()) }
}
