//! What a request sets on a container.

use std::ffi::c_char;

use super::account::{quota, temp_url_key};
use super::{change, swc_request};
use crate::ffi::error::swc_error;
use crate::ffi::status::swc_status;
use crate::ffi::{text, text_if_any};

/// Sets metadata of a container: the header X-Container-Meta-NAME.
///
/// The name may hold any letters, but Swift itself refuses some here that it takes for objects, with SWC_ERR_HTTP
/// (400): those of Latin, Greek and Cyrillic beyond ASCII.
///
/// @param[in] request The request.
/// @param[in] name Name of the metadata, without the prefix.
/// @param[in] value Its value; "" removes it from the container.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_container_metadata(
    request: *mut swc_request,
    name: *const c_char,
    value: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| r.set_metadata("Container", text(name, "name")?, text(value, "value")?))
    }
}

/// Has the server remove metadata of a container: the header X-Remove-Container-Meta-NAME.
///
/// For POST and PUT. It takes the place of a value that the request set before.
///
/// @param[in] request The request.
/// @param[in] name Name of the metadata, without the prefix.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_remove_container_metadata(
    request: *mut swc_request,
    name: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.remove_metadata("Container", text(name, "name")?)) }
}

/// Sets the storage policy of a container that is created: X-Storage-Policy.
///
/// The PUT fails with SWC_ERR_HTTP (400) when the cluster has no such policy, and with SWC_ERR_CONFLICT
/// when the container is there with another one: it cannot be changed.
///
/// @param[in] request The request.
/// @param[in] policy Name of the policy; NULL takes it away again.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_storage_policy(
    request: *mut swc_request,
    policy: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_storage_policy(text_if_any(policy, "policy")?)) }
}

/// Sets who may read a container: X-Container-Read.
///
/// It replaces the whole list, also what swc_request_allow_read(), swc_request_allow_referrer() and
/// swc_request_allow_listings() have put into the request; these spare you the grammar.
///
/// @param[in] request The request.
/// @param[in] acl Elements separated by commas, as ".r:*,.rlistings,project:user"; "" has the server remove
/// it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_read_acl(
    request: *mut swc_request,
    acl: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_read_acl(text_if_any(acl, "acl")?)) }
}

/// Sets who may write to a container: X-Container-Write.
///
/// It replaces the whole list, also what swc_request_allow_write() has put into the request.
///
/// @param[in] request The request.
/// @param[in] acl Elements separated by commas, as "project:user"; "" has the server remove it; NULL leaves
/// it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_write_acl(
    request: *mut swc_request,
    acl: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_write_acl(text_if_any(acl, "acl")?)) }
}

/// Lets a user read a container and what is in it, besides those the request lets already.
///
/// Together these elements replace the list that the container has.
///
/// @param[in] request The request.
/// @param[in] project The project (with tempauth: the account); "*" for any.
/// @param[in] user The user, "*" for any; NULL for the bare name of the project, which tempauth takes for
/// all its users and Keystone for a role.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_allow_read(
    request: *mut swc_request,
    project: *const c_char,
    user: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.allow_read(text(project, "project")?, text_if_any(user, "user")?)) }
}

/// Lets a user write objects into a container and delete them, besides those the request lets already.
///
/// Together these elements replace the list that the container has.
///
/// @param[in] request The request.
/// @param[in] project The project (with tempauth: the account); "*" for any.
/// @param[in] user The user, "*" for any; NULL for the bare name of the project, which tempauth takes for
/// all its users and Keystone for a role.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_allow_write(
    request: *mut swc_request,
    project: *const c_char,
    user: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.allow_write(text(project, "project")?, text_if_any(user, "user")?)) }
}

/// Lets everybody read objects who comes from pages of a host, or keeps them from it.
///
/// The last element that fits decides. It rests on the header Referer, which anybody can set: no protection
/// of secrets.
///
/// @param[in] request The request.
/// @param[in] host The host, a domain as ".example.com", or "*" for any, with or without that header.
/// @param[in] allowed Whether they may.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_allow_referrer(
    request: *mut swc_request,
    host: *const c_char,
    allowed: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.allow_referrer(text(host, "host")?, allowed)) }
}

/// Lets those list a container whom swc_request_allow_referrer() lets read its objects.
///
/// @param[in] request The request.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_allow_listings(
    request: *mut swc_request,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.allow_listings()) }
}

/// Sets how many bytes a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
///
/// @param[in] request The request.
/// @param[in] bytes How many; -1 has the server remove the quota.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_container_quota_bytes(
    request: *mut swc_request,
    bytes: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_container_quota_bytes(quota(bytes, "bytes")?)) }
}

/// Sets how many objects a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
///
/// @param[in] request The request.
/// @param[in] objects How many; -1 has the server remove the quota.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_container_quota_count(
    request: *mut swc_request,
    objects: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_container_quota_count(quota(objects, "objects")?)) }
}

/// Sets whose pages may use a container from a browser (CORS).
///
/// @param[in] request The request.
/// @param[in] origins Origins, as "https://example.com", separated by spaces, or "*" for any; "" has the
/// server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_cors_allow_origin(
    request: *mut swc_request,
    origins: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_cors_allow_origin(text_if_any(origins, "origins")?)) }
}

/// Sets how long a browser may keep what a preflight request told it (CORS).
///
/// @param[in] request The request.
/// @param[in] seconds How long; -1 has the server remove the setting.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_cors_max_age(
    request: *mut swc_request,
    seconds: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_cors_max_age(quota(seconds, "seconds")?)) }
}

/// Sets which headers pages in a browser may read, besides those they always may (CORS).
///
/// @param[in] request The request.
/// @param[in] headers Names of headers, separated by spaces; "" has the server remove it; NULL leaves it
/// alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_cors_expose_headers(
    request: *mut swc_request,
    headers: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_cors_expose_headers(text_if_any(headers, "headers")?)) }
}

/// Sets the object that is shown for a container and for each pseudo-directory in it (static web).
///
/// @param[in] request The request.
/// @param[in] object Its name, as "index.html"; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_index(
    request: *mut swc_request,
    object: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_index(text_if_any(object, "object")?)) }
}

/// Sets the end of the names of the objects that are shown for errors (static web).
///
/// @param[in] request The request.
/// @param[in] suffix What follows the HTTP status, as "error.html" for the object "404error.html"; "" has
/// the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_error(
    request: *mut swc_request,
    suffix: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_error(text_if_any(suffix, "suffix")?)) }
}

/// Sets whether pseudo-directories without an index are shown as a list (static web).
///
/// @param[in] request The request.
/// @param[in] listings Whether they are.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_listings(
    request: *mut swc_request,
    listings: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_listings(listings)) }
}

/// Sets the style sheet of these lists (static web).
///
/// @param[in] request The request.
/// @param[in] object Name of the object; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_listings_css(
    request: *mut swc_request,
    object: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_listings_css(text_if_any(object, "object")?)) }
}

/// Sets what these lists have in their heading in place of the container (static web).
///
/// @param[in] request The request.
/// @param[in] label The text; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_listings_label(
    request: *mut swc_request,
    label: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_listings_label(text_if_any(label, "label")?)) }
}

/// Sets the media type of objects that stand for pseudo-directories (static web).
///
/// @param[in] request The request.
/// @param[in] content_type The media type, as "text/directory"; "" has the server remove it; NULL leaves it
/// alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_directory_type(
    request: *mut swc_request,
    content_type: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_directory_type(text_if_any(content_type, "content_type")?)) }
}

/// Has a container answer as a web site although the request carries a token: X-Web-Mode (static web).
///
/// For reads of objects, and of the container itself by swc_connection_request() with a slash behind its name; without
/// the slash the server sends a redirect there, as it does to browsers.
///
/// @param[in] request The request.
/// @param[in] web Whether it does.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_web_mode(
    request: *mut swc_request,
    web: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_web_mode(web)) }
}

/// Sets the container that gets a copy of every change: X-Container-Sync-To.
///
/// @param[in] request The request.
/// @param[in] to "//realm/cluster/account/container", with a realm and cluster that
/// swc_connection_capabilities() names, or the URL of the container; "" has the server remove it; NULL
/// leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_sync_to(
    request: *mut swc_request,
    to: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_sync_to(text_if_any(to, "to")?)) }
}

/// Sets the secret that both containers share: X-Container-Sync-Key.
///
/// @param[in] request The request.
/// @param[in] key The secret; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_sync_key(
    request: *mut swc_request,
    key: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_sync_key(text_if_any(key, "key")?)) }
}

/// Sets a key that temp URLs of objects in the container are signed with.
///
/// There are two, so that one can be changed while URLs signed with the other still work. Only owners see
/// them: in the metadata Temp-URL-Key and Temp-URL-Key-2.
///
/// @param[in] request The request.
/// @param[in] number 1 or 2.
/// @param[in] key The key, a secret; "" has the server remove it; NULL leaves it alone.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_container_temp_url_key(
    request: *mut swc_request,
    number: i32,
    key: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        change(request, err, |r| {
            r.set_container_temp_url_key(temp_url_key(number)?, text_if_any(key, "key")?)
        })
    }
}

/// Sets whether ETags of objects come in quotes, whatever the account says:
/// X-Container-Rfc-Compliant-Etags.
///
/// To have it follow the account again send that header with an empty value: swc_request_set_header().
///
/// @param[in] request The request.
/// @param[in] quoted Whether they do.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_request_set_container_rfc_etags(
    request: *mut swc_request,
    quoted: bool,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { change(request, err, |r| r.set_container_rfc_etags(quoted)) }
}
