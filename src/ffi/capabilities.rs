//! What a cluster offers, and where things lie in it.

use std::collections::HashMap;
use std::ffi::c_char;
use std::ptr;

use serde_json::Value;

use super::handle::free;
use super::{borrowed, out_if_any, pair, read, text};
use crate::core::Capabilities;
use crate::core::connection::Endpoints;

/// What a cluster says it offers: middleware with their settings, limits, and storage policies.
///
/// Values are found by paths of keys, as "slo.max_manifest_segments". Its functions may be called from several threads
/// at once, and what they return lives as long as the capabilities.
pub struct swc_capabilities {
    capabilities: Capabilities,
    json: Vec<u8>,
    /// Texts, and items of lists, by path, each with a NUL.
    texts: HashMap<String, Vec<u8>>,
    lists: HashMap<String, Vec<Vec<u8>>>,
    /// Name and aliases.
    policies: Vec<(Vec<u8>, Vec<u8>)>,
}

/// A copy with a NUL behind it; a NUL within becomes a space.
fn with_nul(text: &str) -> Vec<u8> {
    super::c_string(text).into_bytes_with_nul()
}

impl From<Capabilities> for swc_capabilities {
    fn from(capabilities: Capabilities) -> swc_capabilities {
        let policies = capabilities.policies().iter();
        let mut c = swc_capabilities {
            json: with_nul(capabilities.json()),
            texts: HashMap::new(),
            lists: HashMap::new(),
            policies: policies.map(|p| (with_nul(&p.name), with_nul(&p.aliases.join(", ")))).collect(),
            capabilities,
        };
        c.capabilities.each(&mut |path, value| match value {
            Value::String(t) => {
                c.texts.insert(path.to_owned(), with_nul(t));
            }
            Value::Array(items) => {
                let items =
                    items.iter().map(|v| v.as_str().map_or_else(|| with_nul(&v.to_string()), with_nul));
                c.lists.insert(path.to_owned(), items.collect());
            }
            _ => {}
        });
        c
    }
}

/// Runs the body of an accessor that takes a path.
///
/// # Safety
/// The header's rules, for both pointers.
unsafe fn at<R: Copy>(
    capabilities: *const swc_capabilities,
    path: *const c_char,
    neutral: R,
    body: impl FnOnce(&swc_capabilities, &str) -> R,
) -> R {
    // SAFETY: as this function's own.
    unsafe { read(capabilities, neutral, |c| text(path, "path").map_or(neutral, |p| body(c, p))) }
}

/// Gives all of it as JSON, as the server sent it.
///
/// @param[in] capabilities The capabilities.
/// @return The JSON; "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_json(capabilities: *const swc_capabilities) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(capabilities, c"".as_ptr(), |c| borrowed(Some(&c.json))) }
}

/// Tells whether the cluster has something: a middleware, as "slo", or a setting of one, as "slo.allow_async_delete".
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @return Whether there is such a key, whatever its value; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_has(
    capabilities: *const swc_capabilities,
    path: *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, path, false, |c, p| c.capabilities.has(p)) }
}

/// Gives a number, as "slo.max_manifest_segments".
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @return The number, without its fraction; -1 when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_integer(
    capabilities: *const swc_capabilities,
    path: *const c_char,
) -> i64 {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, path, -1, |c, p| c.capabilities.integer(p).unwrap_or(-1)) }
}

/// Gives a truth value, as "swift.account_autocreate".
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @return The value; false when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_boolean(
    capabilities: *const swc_capabilities,
    path: *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, path, false, |c, p| c.capabilities.boolean(p).unwrap_or(false)) }
}

/// Gives a text, as "swift.version".
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @return The text; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_text(
    capabilities: *const swc_capabilities,
    path: *const c_char,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, path, ptr::null(), |c, p| borrowed(c.texts.get(p).map(Vec::as_slice))) }
}

/// Counts the items of a list, as "tempurl.methods".
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @return How many there are; 0 when there is no such list, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_item_count(
    capabilities: *const swc_capabilities,
    path: *const c_char,
) -> usize {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, path, 0, |c, p| c.lists.get(p).map_or(0, Vec::len)) }
}

/// Gives an item of a list by its number.
///
/// @param[in] capabilities The capabilities.
/// @param[in] path Keys with dots between them.
/// @param[in] index From 0 to one less than swc_capabilities_item_count().
/// @return The item, as JSON when it is no text; NULL when there is none of that number, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_item_at(
    capabilities: *const swc_capabilities,
    path: *const c_char,
    index: usize,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe {
        at(capabilities, path, ptr::null(), |c, p| {
            borrowed(c.lists.get(p).and_then(|l| l.get(index)).map(Vec::as_slice))
        })
    }
}

/// Gives a limit of Swift itself: as the server tells it, or the one Swift has unless configured otherwise.
///
/// @param[in] capabilities The capabilities.
/// @param[in] name "max_file_size", "max_object_name_length", "max_container_name_length", "max_account_name_length",
/// "max_meta_count", "max_meta_name_length", "max_meta_value_length", "max_meta_overall_size", "max_header_size",
/// "max_request_line", "container_listing_limit" or "account_listing_limit".
/// @return The limit; -1 when there is none of that name, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_limit(
    capabilities: *const swc_capabilities,
    name: *const c_char,
) -> i64 {
    // SAFETY: the header's rules.
    unsafe { at(capabilities, name, -1, |c, n| c.capabilities.limit(n).unwrap_or(-1)) }
}

/// Counts the storage policies.
///
/// @param[in] capabilities The capabilities.
/// @return How many there are; 0 when the server tells none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_policy_count(capabilities: *const swc_capabilities) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(capabilities, 0, |c| c.policies.len()) }
}

/// Gives a storage policy by its number.
///
/// @param[in] capabilities The capabilities.
/// @param[in] index From 0 to one less than swc_capabilities_policy_count().
/// @param[out] name Its name, for X-Storage-Policy; may be NULL.
/// @param[out] aliases All its names with ", " between them; may be NULL.
/// @return Whether there is a policy of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_policy_at(
    capabilities: *const swc_capabilities,
    index: usize,
    name: *mut *const c_char,
    aliases: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, aliases) = (out_if_any(name), out_if_any(aliases));
        read(capabilities, false, |c| {
            pair(c.policies.get(index).map(|(n, a)| (n.as_slice(), a.as_slice())), name, aliases)
        })
    }
}

/// Tells whether a storage policy is the one that containers get when none is asked for.
///
/// @param[in] capabilities The capabilities.
/// @param[in] index From 0 to one less than swc_capabilities_policy_count().
/// @return Whether it is; false when there is none of that number, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_policy_is_default(
    capabilities: *const swc_capabilities,
    index: usize,
) -> bool {
    // SAFETY: the header's rules.
    unsafe { read(capabilities, false, |c| c.capabilities.policies().get(index).is_some_and(|p| p.default)) }
}

/// Tells whether new containers cannot have a storage policy any more.
///
/// @param[in] capabilities The capabilities.
/// @param[in] index From 0 to one less than swc_capabilities_policy_count().
/// @return Whether they cannot; false when there is none of that number, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_policy_is_deprecated(
    capabilities: *const swc_capabilities,
    index: usize,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        read(capabilities, false, |c| c.capabilities.policies().get(index).is_some_and(|p| p.deprecated))
    }
}

/// Frees capabilities.
///
/// Never blocks.
///
/// @param[in] capabilities The capabilities; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_capabilities_free(capabilities: *mut swc_capabilities) {
    // SAFETY: the header's rules.
    unsafe { free(capabilities) }
}

/// Where an object, a container or an account lies: URLs on storage nodes.
///
/// Its functions may be called from several threads at once, and what they return lives as long as the endpoints.
pub struct swc_endpoints {
    urls: Vec<Vec<u8>>,
    headers: Vec<(Vec<u8>, Vec<u8>)>,
}

impl From<Endpoints> for swc_endpoints {
    fn from(e: Endpoints) -> swc_endpoints {
        swc_endpoints {
            urls: e.urls.iter().map(|u| with_nul(u)).collect(),
            headers: e.headers.iter().map(|(n, v)| (with_nul(n), with_nul(v))).collect(),
        }
    }
}

/// Counts the URLs, one for each replica.
///
/// @param[in] endpoints The endpoints.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_endpoints_count(endpoints: *const swc_endpoints) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(endpoints, 0, |e| e.urls.len()) }
}

/// Gives a URL by its number.
///
/// @param[in] endpoints The endpoints.
/// @param[in] index From 0 to one less than swc_endpoints_count().
/// @return The URL; NULL when there is none of that number, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_endpoints_url_at(
    endpoints: *const swc_endpoints,
    index: usize,
) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(endpoints, ptr::null(), |e| borrowed(e.urls.get(index).map(Vec::as_slice))) }
}

/// Counts the headers that a request to one of the URLs needs, such as the one that names the storage policy.
///
/// @param[in] endpoints The endpoints.
/// @return How many there are; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_endpoints_header_count(endpoints: *const swc_endpoints) -> usize {
    // SAFETY: the header's rules.
    unsafe { read(endpoints, 0, |e| e.headers.len()) }
}

/// Gives such a header by its number.
///
/// @param[in] endpoints The endpoints.
/// @param[in] index From 0 to one less than swc_endpoints_header_count().
/// @param[out] name The name; may be NULL.
/// @param[out] value The value; may be NULL.
/// @return Whether there is a header of that number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_endpoints_header_at(
    endpoints: *const swc_endpoints,
    index: usize,
    name: *mut *const c_char,
    value: *mut *const c_char,
) -> bool {
    // SAFETY: the header's rules.
    unsafe {
        let (name, value) = (out_if_any(name), out_if_any(value));
        read(endpoints, false, |e| {
            pair(e.headers.get(index).map(|(n, v)| (n.as_slice(), v.as_slice())), name, value)
        })
    }
}

/// Frees endpoints.
///
/// Never blocks.
///
/// @param[in] endpoints The endpoints; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_endpoints_free(endpoints: *mut swc_endpoints) {
    // SAFETY: the header's rules.
    unsafe { free(endpoints) }
}
