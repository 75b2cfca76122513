//! What is asked of the cluster, and temporary URLs and forms for what lies in the account.

use std::ffi::c_char;

use super::{ask, respond, swc_connection};
use crate::ffi::capabilities::{swc_capabilities, swc_endpoints};
use crate::ffi::error::swc_error;
use crate::ffi::formpost::swc_formpost;
use crate::ffi::handle::{borrow, borrow_mut};
use crate::ffi::request::swc_request;
use crate::ffi::response::swc_response;
use crate::ffi::status::{SWC_OK, swc_status};
use crate::ffi::tempurl::swc_tempurl;
use crate::ffi::{guard, out, text, text_if_any};

/// Asks what the cluster offers (GET /info) and takes the answer apart.
///
/// Unlike swc_connection_capabilities() it can ask another cluster. No token is sent. Blocks until the answer is
/// there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] url A storage URL, or one that has "/info" in its path, or one to which that is appended; its query
/// is sent, so a signed one shows what only the operator sees. NULL for the cluster of the connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] capabilities The capabilities; free them with swc_capabilities_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_PROTOCOL when the answer is no JSON; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_read_capabilities(
    connection: *const swc_connection,
    url: *const c_char,
    request: *const swc_request,
    capabilities: *mut *mut swc_capabilities,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let capabilities = out(capabilities, "capabilities");
        guard(err, || {
            let (capabilities, url) = (capabilities?, text_if_any(url, "url")?);
            capabilities
                .give(swc_capabilities::from(ask(connection, request, |c, r| c.read_capabilities(url, r))?));
            Ok(SWC_OK)
        })
    }
}

/// Asks whether the server is up (GET /healthcheck).
///
/// No token is sent. Blocks until the answer is there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK when it is; SWC_ERR_SERVER when it has been taken out of service; SWC_ERR_PROTOCOL when the
/// answer is not "OK"; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_healthcheck(
    connection: *const swc_connection,
    request: *const swc_request,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            ask(connection, request, |c, r| c.healthcheck(r))?;
            Ok(SWC_OK)
        })
    }
}

/// Asks for the cross-domain policy (GET /crossdomain.xml), as XML in the body of the response.
///
/// No token is sent. Blocks until the answer is there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_NOT_FOUND when the cluster has none; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_crossdomain(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.crossdomain(r)) }
}

/// Asks where an object, a container or the account lies: on which storage nodes (GET /endpoints).
///
/// For programs that run inside the cluster; most clusters offer that to no one else. No token is sent. Blocks
/// until the answer is there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded; NULL for the account.
/// @param[in] object Name of the object, not percent-encoded; NULL for the container.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] endpoints The endpoints; free them with swc_endpoints_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK, also for what does not exist: this is where it would lie; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_endpoints(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    request: *const swc_request,
    endpoints: *mut *mut swc_endpoints,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let endpoints = out(endpoints, "endpoints");
        guard(err, || {
            let endpoints = endpoints?;
            let (container, object) = (text_if_any(container, "container")?, text_if_any(object, "object")?);
            let found = ask(connection, request, |c, r| c.endpoints(container, object, r))?;
            endpoints.give(swc_endpoints::from(found));
            Ok(SWC_OK)
        })
    }
}

/// Makes a temporary URL for an object of the account.
///
/// The path is that of the object, whatever was set. What else is lacking is found out: the key is that of the
/// container or the account, which only their owner is shown, and the digest is the best that the cluster takes.
/// Authenticates when the storage URL is not known. Blocks until that is done; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] object Name of the object, not percent-encoded; what the names begin with for
/// swc_tempurl_set_prefix().
/// @param[in] tempurl What it shall allow and until when; it is not changed.
/// @param[in] request Extras of the requests that find out what is lacking; NULL for none.
/// @param[out] url The whole URL; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when no key is shown, or no time was set; SWC_ERR_UNSUPPORTED when the
/// cluster has no temporary URLs; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_sign_tempurl(
    connection: *const swc_connection,
    container: *const c_char,
    object: *const c_char,
    tempurl: *const swc_tempurl,
    request: *const swc_request,
    url: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let url = out(url, "url");
        guard(err, || {
            let (url, tempurl) = (url?, borrow(tempurl)?.tempurl.clone());
            let (container, object) = (text(container, "container")?, text(object, "object")?);
            url.give_text(ask(connection, request, |c, r| c.sign_tempurl(&tempurl, container, object, r))?);
            Ok(SWC_OK)
        })
    }
}

/// Signs a form for uploads into a container of the account.
///
/// The path is that of the container, whatever was set. What else is lacking is found out as by
/// swc_connection_sign_tempurl(). Blocks until that is done; any thread.
///
/// @param[in] connection The connection.
/// @param[in] container Name of the container, not percent-encoded.
/// @param[in] prefix What the names of the objects begin with, not percent-encoded; "" for nothing.
/// @param[in] formpost The form; its action and fields can be asked for afterwards.
/// @param[in] request Extras of the requests that find out what is lacking; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when no key is shown, or limits or time were not set; SWC_ERR_UNSUPPORTED when
/// the cluster takes no forms; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_sign_formpost(
    connection: *const swc_connection,
    container: *const c_char,
    prefix: *const c_char,
    formpost: *mut swc_formpost,
    request: *const swc_request,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let formpost = borrow_mut(formpost)?;
            formpost.forget();
            let (container, prefix) = (text(container, "container")?, text(prefix, "prefix")?);
            let form = formpost.form.clone();
            let signed = ask(connection, request, |c, r| c.sign_formpost(&form, container, prefix, r))?;
            formpost.keep(signed);
            Ok(SWC_OK)
        })
    }
}
