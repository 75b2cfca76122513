//! Log messages.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{Logging, UserData, swc_free_callback, swc_log_callback};
use super::error::swc_error;
use super::status::{SWC_OK, swc_status};
use super::{guard, value};
use crate::core::Error;
use crate::core::log::{self, Level};

/// How much a log message matters; a level includes those above it.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_log_level {
    /// No messages.
    SWC_LOG_OFF = 0,
    /// A call or job failed for good, after its retries; authentication failed.
    SWC_LOG_ERROR = 1,
    /// A request failed and is made again; something is not as it should be, such as an ETag that is no MD5.
    SWC_LOG_WARN = 2,
    /// Every failed request, as the server answered it.
    SWC_LOG_INFO = 3,
    /// Every request and response, those of authentication included.
    SWC_LOG_DEBUG = 4,
}

fn level(number: i32) -> Option<Level> {
    [Level::Error, Level::Warn, Level::Info, Level::Debug].into_iter().find(|l| *l as i32 == number)
}

/// Sends log messages to a callback, in place of the one there was.
///
/// There is one receiver in the process, and none in the beginning. Tokens and keys are cut short in
/// messages, see swc_log_show_secrets(). Never blocks; any thread.
///
/// @param[in] level Messages of this level and those above it are sent, an swc_log_level.
/// @param[in] log_cb The callback; NULL for none, as SWC_LOG_OFF. It must not throw nor jump.
/// @param[in] free_cb Releases `user_data` when another callback has taken the place of this one and no
/// message is on its way to it, also when this call fails; NULL for no such thing.
/// @param[in] user_data Passed to both callbacks; may be NULL.
/// @param[out] err The error object on failure; may be NULL.
/// @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such level.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn swc_log_set(
    level: i32,
    log_cb: swc_log_callback,
    free_cb: swc_free_callback,
    user_data: *mut c_void,
    err: *mut *mut swc_error,
) -> swc_status {
    let user = UserData::new(user_data, free_cb);
    // SAFETY: the header's rules.
    unsafe {
        guard(err, || {
            let wanted = self::level(level);
            if wanted.is_none() && level != swc_log_level::SWC_LOG_OFF as i32 {
                return Err(Error::invalid(format!("{level} is no log level; they go from 0 to 4")));
            }
            let sink: Option<(Level, log::Sink)> = match (wanted, log_cb) {
                (Some(wanted), Some(log)) => {
                    let to = Logging { log, user };
                    Some((wanted, Arc::new(move |level, message| to.log(level, message))))
                }
                _ => None,
            };
            // Dropped out of the lock: it runs the caller's code.
            drop(log::set(sink));
            Ok(SWC_OK)
        })
    }
}

/// Sets whether tokens and keys are shown whole in log messages, which is for debugging only.
///
/// Never blocks; any thread.
///
/// @param[in] show Whether to show them; false in the beginning.
#[unsafe(no_mangle)]
pub extern "C" fn swc_log_show_secrets(show: bool) {
    value((), || log::show_secrets(show));
}

/// Sets how many characters at the start of tokens and keys may be shown in log messages, so that one can be told from
/// another.
///
/// Of a secret of n characters it is no more than n * n / 32 and n / 2 in any case. Never blocks; any thread.
///
/// @param[in] characters How many; 0: none; a negative number: 16, as in the beginning.
#[unsafe(no_mangle)]
pub extern "C" fn swc_log_set_secret_prefix(characters: i32) {
    value((), || log::set_secret_prefix(usize::try_from(characters).ok()));
}

/// Sets whether requests are shown in log messages as command lines of curl, which can be run again with the secrets
/// filled in.
///
/// Never blocks; any thread.
///
/// @param[in] show Whether to show them so; false in the beginning.
#[unsafe(no_mangle)]
pub extern "C" fn swc_log_show_curl(show: bool) {
    value((), || log::show_curl(show));
}
