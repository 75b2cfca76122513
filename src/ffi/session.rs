//! Token and storage URL as one thing: what an authentication callback hands over, and what a connection works with.

use std::ffi::{c_char, c_void};
use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::callback::{UserData, swc_free_callback};
use super::config::swc_config;
use super::connection::swc_connection;
use super::error::swc_error;
use super::handle::{borrow_mut, free, share};
use super::status::{SWC_OK, swc_status};
use super::{Text, guard, out, read, text, text_if_any};
use crate::core::auth::provider::{Login, Provider, Reason};
use crate::core::{Error, Kind, Result};

/// Why a token is asked for.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_auth_reason {
    /// There is none yet.
    SWC_AUTH_FIRST = 0,
    /// The server refused the one there is: another one is needed.
    SWC_AUTH_REFUSED = 1,
    /// The one there is expires soon, or has expired.
    SWC_AUTH_EXPIRING = 2,
}

/// Logs in, in the place of the library: see swc_config_set_auth_callback().
///
/// `reason` is an swc_auth_reason. `session` holds what there was before, if anything; put in storage URL, token
/// and, where it is known, when the token expires. It lives until the callback returns and must not be freed.
/// Returns SWC_OK, or what the call shall end with: SWC_ERR_AUTH when there is no more to try; SWC_ERR_CONNECT,
/// SWC_ERR_TIMEOUT, SWC_ERR_SERVER or SWC_ERR_RATE_LIMITED for what may work when tried again, which it then is, as
/// "retries" says; SWC_ERR_TLS, SWC_ERR_CANCELLED. Every other number is SWC_ERR_CALLBACK. Say why with
/// swc_session_set_failure().
pub type swc_auth_callback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, reason: i32, session: *mut swc_session) -> i32>;

/// A storage URL with the token that opens it.
///
/// Both are secrets as far as the token is. A session belongs to one thread at a time.
pub struct swc_session {
    login: Login,
    failure: Option<String>,
    /// In the hands of a callback, which must not free it.
    lent: bool,
    storage_url: Text,
    token: Text,
    service_token: Text,
}

impl From<Login> for swc_session {
    fn from(login: Login) -> swc_session {
        swc_session {
            login,
            failure: None,
            lent: false,
            storage_url: Text::default(),
            token: Text::default(),
            service_token: Text::default(),
        }
    }
}

/// What a callback may end a call with.
const ENDS: [Kind; 7] =
    [Kind::Auth, Kind::Connect, Kind::Timeout, Kind::Server, Kind::RateLimited, Kind::Tls, Kind::Cancelled];

/// The caller's function, and its data.
struct LoggingIn {
    log_in: unsafe extern "C" fn(*mut c_void, i32, *mut swc_session) -> i32,
    user: UserData,
}

impl LoggingIn {
    fn log_in(&self, reason: Reason, login: &mut Login) -> Result<()> {
        let reason = match reason {
            Reason::First => swc_auth_reason::SWC_AUTH_FIRST,
            Reason::Refused => swc_auth_reason::SWC_AUTH_REFUSED,
            Reason::Expiring => swc_auth_reason::SWC_AUTH_EXPIRING,
        };
        let mut session = swc_session { lent: true, ..swc_session::from(mem::take(login)) };
        // SAFETY: the header's rules for callbacks.
        let status = unsafe { (self.log_in)(self.user.data(), reason as i32, &raw mut session) };
        *login = session.login;
        if status == SWC_OK as i32 {
            return Ok(());
        }
        let kind = ENDS.into_iter().find(|k| swc_status::from(*k) as i32 == status).unwrap_or(Kind::Callback);
        Err(match session.failure {
            Some(why) => Error::new(kind, format!("the authentication callback failed: {why}")),
            None => Error::new(kind, format!("the authentication callback failed: it returned {status}")),
        })
    }
}

/// Sets a callback that logs in, in the place of the library.
///
/// It is for what needs more than a password: federation (OIDC, SAML, Kerberos), tokens that another library or
/// program keeps. It is called when a token is needed and there is none, when the server has refused the one there
/// is, and shortly before the one there is expires; by the thread whose call needs it, and by the workers of a
/// service. One call at a time: other threads that need the token wait for it, each no longer than its own
/// deadline. The callback itself cannot be interrupted. It may use the library, but not the connection it logs in:
/// calls of that which need the token are SWC_ERR_STATE. It must not throw nor jump. All keys for credentials are
/// without meaning then. "os_storage_url" goes before the storage URL of the callback, and with "os_auth_token" too
/// it is first called when that is refused. Keys for a service's token hold, unless the callback gives one. Copies
/// of the config, and the connections made from them, share the callback.
///
/// @param[in] config The config.
/// @param[in] auth_cb The callback; NULL for none.
/// @param[in] free_cb Releases `user_data` when the last config and connection that has it is gone, also when this
/// call fails; NULL for no such thing.
/// @param[in] user_data Passed to both callbacks; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_config_set_auth_callback(
    config: *mut swc_config,
    auth_cb: swc_auth_callback,
    free_cb: swc_free_callback,
    user_data: *mut c_void,
    err: *mut *mut swc_error,
) -> swc_status {
    let user = UserData::new(user_data, free_cb);
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let config = borrow_mut(config)?;
            config.config.set_provider(auth_cb.map(|log_in| {
                let to = LoggingIn { log_in, user };
                Provider(Arc::new(move |reason, login: &mut Login| to.log_in(reason, login)))
            }));
            Ok(SWC_OK)
        })
    }
}

/// Gets what a connection works with now: storage URL, tokens, and when they expire.
///
/// It is a copy. With the keys "os_storage_url", "os_auth_token" and "service_auth_token" another connection, also
/// one of another process, works with the same. Never blocks; any thread.
///
/// @param[in] connection The connection.
/// @param[out] session The session; free it with swc_session_free().
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_connection_session(
    connection: *const swc_connection,
    session: *mut *mut swc_session,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        let session = out(session, "session");
        guard(err, || {
            let (session, connection) = (session?, share(connection)?);
            let login = connection.connection.login().ok_or_else(|| {
                Error::new(Kind::State, "there is no session yet: authenticate, or make a call")
            })?;
            session.give(swc_session::from(login));
            Ok(SWC_OK)
        })
    }
}

/// Tells the storage URL of a session.
///
/// @param[in] session The session.
/// @return The URL, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_storage_url(session: *const swc_session) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(session, std::ptr::null(), |s| s.storage_url.get_if_any(s.login.storage_url())) }
}

/// Tells the token of a session. It is a secret.
///
/// @param[in] session The session.
/// @return The token, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_token(session: *const swc_session) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(session, std::ptr::null(), |s| s.token.get_if_any(s.login.token())) }
}

/// Tells the token of a service that acts for the user, sent in X-Service-Token. It is a secret.
///
/// @param[in] session The session.
/// @return The token, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_service_token(session: *const swc_session) -> *const c_char {
    // SAFETY: the header's rules.
    unsafe { read(session, std::ptr::null(), |s| s.service_token.get_if_any(s.login.service_token())) }
}

/// Tells when the first of the tokens of a session expires.
///
/// @param[in] session The session.
/// @return Seconds since 1970; -1 when that is not known, and for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_expires(session: *const swc_session) -> i64 {
    // SAFETY: the header's rules.
    unsafe {
        read(session, -1, |s| {
            let since = s.login.expires().and_then(|e| e.duration_since(UNIX_EPOCH).ok());
            since.and_then(|d| i64::try_from(d.as_secs()).ok()).unwrap_or(-1)
        })
    }
}

/// Sets the storage URL of a session.
///
/// @param[in] session The session.
/// @param[in] url The URL of the account, http or https.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no such URL; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_set_storage_url(
    session: *mut swc_session,
    url: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let session = borrow_mut(session)?;
            session.login.set_storage_url(text(url, "url")?)?;
            session.storage_url = Text::default();
            Ok(SWC_OK)
        })
    }
}

/// Sets the token of a session.
///
/// @param[in] session The session.
/// @param[in] token The token, sent in X-Auth-Token.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is empty or contains control characters; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_set_token(
    session: *mut swc_session,
    token: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let session = borrow_mut(session)?;
            session.login.set_token(text(token, "token")?)?;
            session.token = Text::default();
            Ok(SWC_OK)
        })
    }
}

/// Sets the token of a service that acts for the user.
///
/// @param[in] session The session.
/// @param[in] token The token, sent in X-Service-Token; NULL for none.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is empty or contains control characters; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_set_service_token(
    session: *mut swc_session,
    token: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let session = borrow_mut(session)?;
            session.login.set_service_token(text_if_any(token, "token")?)?;
            session.service_token = Text::default();
            Ok(SWC_OK)
        })
    }
}

/// Sets when the tokens of a session expire, so that they are renewed ahead of it and not when they are refused.
///
/// @param[in] session The session.
/// @param[in] expires Seconds since 1970; -1 for not known.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no such time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_set_expires(
    session: *mut swc_session,
    expires: i64,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let session = borrow_mut(session)?;
            let when = match expires {
                -1 => None,
                _ => Some(moment(expires).ok_or_else(|| {
                    Error::invalid(format!(
                        "expires is {expires}; give seconds since 1970, or -1 when it is not known"
                    ))
                })?),
            };
            session.login.set_expires(when);
            Ok(SWC_OK)
        })
    }
}

/// A point in time that a calendar has: before the year 10000.
fn moment(seconds: i64) -> Option<SystemTime> {
    const END: u64 = 253_402_300_800;
    let seconds = u64::try_from(seconds).ok().filter(|s| *s < END)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}

/// Says why an authentication callback fails; it goes into the message of the error of the call.
///
/// @param[in] session The session that the callback was given.
/// @param[in] message The message, for people.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_set_failure(
    session: *mut swc_session,
    message: *const c_char,
    err: *mut *mut swc_error,
) -> swc_status {
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            borrow_mut(session)?.failure = Some(text(message, "message")?.to_owned());
            Ok(SWC_OK)
        })
    }
}

/// Frees a session that swc_connection_session() has made. Nothing happens to one that a callback was given.
///
/// @param[in] session The session; NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_session_free(session: *mut swc_session) {
    // SAFETY: the header's rules.
    unsafe {
        if !read(session, false, |s| s.lent) {
            free(session);
        }
    }
}
