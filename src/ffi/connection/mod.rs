//! The Connection API: the connection itself. Its calls follow in a file per level: account, container, object.

use std::ffi::c_char;

use super::error::swc_error;
use super::handle::{borrow, free, maybe, share};
use super::listing::swc_listing;
use super::report::swc_report;
use super::request::swc_request;
use super::response::swc_response;
use super::status::{SWC_OK, swc_status};
use super::{guard, out, out_if_any, read};
use crate::core::{Connection, Error, Kind, Listing, Report, Request, Response, Result};

pub mod account;
pub mod bulk;
pub mod cluster;
pub mod container;
pub mod copy;
pub mod dlo;
pub mod metadata;
pub mod object;
pub mod raw;
pub mod slo;
pub mod symlink;

/// A client of one account: credentials, token, open sockets and settings.
///
/// All its functions may be called from any number of threads at once; they share the token and the sockets.
pub struct swc_connection {
    pub(super) connection: Connection,
}

/// Runs `body` with the connection and the extras of a call, which may be NULL.
///
/// # Safety
/// The header's rules, for both pointers.
pub(super) unsafe fn ask<R>(
    connection: *const swc_connection,
    request: *const swc_request,
    body: impl FnOnce(&Connection, &Request) -> Result<R>,
) -> Result<R> {
    // SAFETY: as this function's own.
    let connection = unsafe { share(connection) }?;
    // The extras are held as well: a callback, or another thread, may free the request before the call is done.
    // SAFETY: as this function's own.
    let extras = unsafe { maybe(request) }.map(|r| r.request.clone());
    body(&connection.connection, extras.as_deref().unwrap_or(Request::none()))
}

/// Runs a call that answers with a response, which is what the caller wants of it.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn respond(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
    body: impl FnOnce(&Connection, &Request) -> Result<Response>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let response = out(response, "response");
        guard(err, || {
            let response = response?;
            response.give(swc_response::from(ask(connection, request, body)?));
            Ok(SWC_OK)
        })
    }
}

/// Runs a call that does something; its response may be declined with NULL.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn perform(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
    body: impl FnOnce(&Connection, &Request) -> Result<Response>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let response = out_if_any(response);
        guard(err, || {
            response.give(swc_response::from(ask(connection, request, body)?));
            Ok(SWC_OK)
        })
    }
}

/// Runs a call about many things; its report may be declined with NULL.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn reported(
    connection: *const swc_connection,
    request: *const swc_request,
    report: *mut *mut swc_report,
    err: *mut *mut swc_error,
    body: impl FnOnce(&Connection, &Request) -> Result<Report>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let report = out_if_any(report);
        guard(err, || {
            report.give(swc_report::from(ask(connection, request, body)?));
            Ok(SWC_OK)
        })
    }
}

/// Runs a call that answers with a listing.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn list(
    connection: *const swc_connection,
    request: *const swc_request,
    listing: *mut *mut swc_listing,
    err: *mut *mut swc_error,
    body: impl FnOnce(&Connection, &Request) -> Result<Listing>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let listing = out(listing, "listing");
        guard(err, || {
            let listing = listing?;
            listing.give(swc_listing::from(ask(connection, request, body)?));
            Ok(SWC_OK)
        })
    }
}

/// Makes a connection; nothing is sent before the first call.
///
/// Checks that the settings fit together. Files of certificates are read when TLS is first used: then the call
/// fails with SWC_ERR_IO when one cannot be read, and with SWC_ERR_INVALID_ARGUMENT when it holds no certificate.
/// Blocks only to read the files of a cloud that "os_cloud" names, unless they were read before; any thread.
///
/// @param[in] config The settings, which are copied.
/// @param[out] connection The connection; free it with swc_connection_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AUTH when credentials are missing; SWC_ERR_INVALID_ARGUMENT when settings contradict
/// each other, or the cloud is not there; SWC_ERR_UNSUPPORTED for an authentication that this library cannot make;
/// SWC_ERR_IO when a file of the cloud cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_new(
    config: *const super::config::swc_config,
    connection: *mut *mut swc_connection,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let connection = out(connection, "connection");
        guard(err, || {
            let (connection, config) = (connection?, borrow(config)?);
            connection.give(swc_connection { connection: Connection::new(&config.config)? });
            Ok(SWC_OK)
        })
    }
}

/// Gets a token now instead of at the first call, to learn whether the credentials are good.
///
/// A token that is still good is kept. Blocks until the answer is there; any thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras: deadline and cancel token; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_AUTH when the credentials are refused; SWC_ERR_CONNECT, SWC_ERR_TLS,
/// SWC_ERR_TIMEOUT, SWC_ERR_PROTOCOL, SWC_ERR_CANCELLED, SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_authenticate(
    connection: *const swc_connection,
    request: *const swc_request,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            ask(connection, request, |c, r| c.authenticate(r))?;
            Ok(SWC_OK)
        })
    }
}

/// Ends every call in progress on a connection, on whatever thread; they return SWC_ERR_CANCELLED.
///
/// Responses whose body is being read end too. Jobs of a service go on: see swc_service_cancel_all(). Calls
/// made afterwards work. Never blocks; any thread.
///
/// @param[in] connection The connection; nothing happens for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_interrupt(connection: *const swc_connection) {
    // SAFETY: the header's rules.
    unsafe { read(connection, (), |c| c.connection.interrupt()) }
}

/// Hands out a text a connection has once it is authenticated.
///
/// # Safety
/// The header's rules, for all pointers.
unsafe fn tell(
    connection: *const swc_connection,
    text: *mut *mut c_char,
    what: &str,
    err: *mut *mut swc_error,
    body: fn(&Connection) -> Option<String>,
) -> swc_status {
    // SAFETY: as this function's own.
    unsafe {
        let text = out(text, what);
        guard(err, || {
            let (text, connection) = (text?, share(connection)?);
            text.give_text(body(&connection.connection).ok_or_else(|| {
                Error::new(Kind::State, format!("there is no {what} yet: authenticate, or make a call"))
            })?);
            Ok(SWC_OK)
        })
    }
}

/// Tells the storage URL of the account, known once the connection has authenticated.
///
/// It may change when the token is renewed, therefore you get a copy. Never blocks; any thread.
///
/// @param[in] connection The connection.
/// @param[out] storage_url The URL; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_storage_url(
    connection: *const swc_connection,
    storage_url: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { tell(connection, storage_url, "storage URL", err, Connection::storage_url) }
}

/// Tells the token, known once the connection has authenticated. It is a secret.
///
/// It changes when it is renewed, therefore you get a copy. Never blocks; any thread.
///
/// @param[in] connection The connection.
/// @param[out] token The token; free it with swc_string_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_token(
    connection: *const swc_connection,
    token: *mut *mut c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { tell(connection, token, "token", err, Connection::token) }
}

/// Asks what the cluster offers (GET /info), as JSON in the body of the response.
///
/// No token is sent, but the storage URL must be known, for the answer is found beside it: without the key
/// "os_storage_url" a connection that has not authenticated does so first. Blocks until the headers are in; any
/// thread.
///
/// @param[in] connection The connection.
/// @param[in] request Extras of this call; NULL for none.
/// @param[out] response The response; free it with swc_response_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; any status of a call: see swc_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_capabilities(
    connection: *const swc_connection,
    request: *const swc_request,
    response: *mut *mut swc_response,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe { respond(connection, request, response, err, |c, r| c.capabilities(r)) }
}

/// Closes the sockets that lie idle, as before a long rest.
///
/// Calls in progress keep theirs, and later calls open new ones. Never blocks; any thread.
///
/// @param[in] connection The connection; nothing happens for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_close_idle(connection: *const swc_connection) {
    // SAFETY: the header's rules.
    unsafe { read(connection, (), |c| c.connection.close_idle()) }
}

/// Frees a connection; its responses, listings and services go on.
///
/// Never blocks. Calls in progress on other threads go on as well; end them with swc_connection_interrupt()
/// first if they shall not.
///
/// @param[in] connection The connection; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_free(connection: *mut swc_connection) {
    // SAFETY: the header's rules.
    unsafe { free(connection) }
}
