//! The outcome of a call as a number.

use std::ffi::{CStr, c_char};

use crate::core::Kind;

/// The outcome of a call, made to branch on: 0 is success, negative is failure, positive is neither.
///
/// A number once given keeps its meaning; new ones may come. Compare with `< 0` to learn whether a call
/// failed.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum swc_status {
    /// Done.
    SWC_OK = 0,
    /// There is nothing more: the end of a body or of a listing. Not a failure.
    SWC_END = 1,
    /// The time given to this call was up before there was anything to report. Not a failure.
    SWC_TIMED_OUT = 2,

    /// An argument is missing, unknown, malformed or out of range. Nothing was done.
    SWC_ERR_INVALID_ARGUMENT = -1,
    /// A text argument is not UTF-8. Nothing was done.
    SWC_ERR_INVALID_UTF8 = -2,
    /// The object is not in a state that allows the call.
    SWC_ERR_STATE = -3,
    /// The job does not fit into "max_queued" now; pop results and call again.
    SWC_ERR_AGAIN = -4,
    /// The server, this system or this build cannot do that.
    SWC_ERR_UNSUPPORTED = -5,
    /// A bug in the library, stopped before it could harm the program. Please report it.
    SWC_ERR_PANIC = -6,
    /// Ended by a cancel token, by an interrupt, or with its service.
    SWC_ERR_CANCELLED = -7,
    /// A callback reported failure.
    SWC_ERR_CALLBACK = -8,
    /// A local file, descriptor or memory operation failed.
    SWC_ERR_IO = -9,

    /// The server could not be reached, or the connection broke.
    SWC_ERR_CONNECT = -20,
    /// TLS failed: a certificate, the host name in it, or the handshake.
    SWC_ERR_TLS = -21,
    /// No byte moved for the configured time, or the deadline of the call passed. HTTP 408 and 499 too.
    SWC_ERR_TIMEOUT = -22,
    /// The server's answer is not what the protocol allows.
    SWC_ERR_PROTOCOL = -23,
    /// Authentication failed: wrong or missing credentials, or no endpoint in the catalogue.
    SWC_ERR_AUTH = -24,
    /// The MD5 of the bytes is not the ETag the server gave. HTTP 422 too.
    SWC_ERR_CHECKSUM = -25,

    /// An HTTP status that is no success and has no status of its own here; ask swc_error_http_status().
    SWC_ERR_HTTP = -40,
    /// HTTP 404, 410: the account, container or object is not there.
    SWC_ERR_NOT_FOUND = -41,
    /// HTTP 401 from the storage server, also with a new token.
    SWC_ERR_UNAUTHORIZED = -42,
    /// HTTP 403: the credentials are good, but not for this.
    SWC_ERR_FORBIDDEN = -43,
    /// HTTP 409: not empty, or in conflict with what is there.
    SWC_ERR_CONFLICT = -44,
    /// HTTP 412: a condition of the request does not hold.
    SWC_ERR_PRECONDITION = -45,
    /// HTTP 304: the condition says that the caller's copy is current.
    SWC_ERR_NOT_MODIFIED = -46,
    /// HTTP 416: the range lies outside the object.
    SWC_ERR_RANGE = -47,
    /// HTTP 413, 507: a size limit or a quota is exceeded; also a body larger than the caller's limit.
    SWC_ERR_TOO_LARGE = -48,
    /// HTTP 429, 498: the server limits the rate of requests.
    SWC_ERR_RATE_LIMITED = -49,
    /// HTTP 5xx: the server failed.
    SWC_ERR_SERVER = -50,
}
pub use swc_status::*;

impl From<Kind> for swc_status {
    fn from(kind: Kind) -> swc_status {
        match kind {
            Kind::NotFound => SWC_ERR_NOT_FOUND,
            Kind::Unauthorized => SWC_ERR_UNAUTHORIZED,
            Kind::Forbidden => SWC_ERR_FORBIDDEN,
            Kind::Conflict => SWC_ERR_CONFLICT,
            Kind::Precondition => SWC_ERR_PRECONDITION,
            Kind::NotModified => SWC_ERR_NOT_MODIFIED,
            Kind::Range => SWC_ERR_RANGE,
            Kind::TooLarge => SWC_ERR_TOO_LARGE,
            Kind::RateLimited => SWC_ERR_RATE_LIMITED,
            Kind::Checksum => SWC_ERR_CHECKSUM,
            Kind::Server => SWC_ERR_SERVER,
            Kind::Http => SWC_ERR_HTTP,
            Kind::Timeout => SWC_ERR_TIMEOUT,
            Kind::Connect => SWC_ERR_CONNECT,
            Kind::Tls => SWC_ERR_TLS,
            Kind::Io => SWC_ERR_IO,
            Kind::Protocol => SWC_ERR_PROTOCOL,
            Kind::Auth => SWC_ERR_AUTH,
            Kind::Cancelled => SWC_ERR_CANCELLED,
            Kind::Callback => SWC_ERR_CALLBACK,
            Kind::InvalidArgument => SWC_ERR_INVALID_ARGUMENT,
            Kind::InvalidUtf8 => SWC_ERR_INVALID_UTF8,
            Kind::State => SWC_ERR_STATE,
            Kind::Again => SWC_ERR_AGAIN,
            Kind::Unsupported => SWC_ERR_UNSUPPORTED,
            Kind::Panic => SWC_ERR_PANIC,
        }
    }
}

/// Every status with its name.
macro_rules! names {
    ($($status:ident)+) => {
        &[$(($status, match CStr::from_bytes_with_nul(concat!(stringify!($status), "\0").as_bytes()) {
            Ok(name) => name,
            Err(_) => c"",
        }),)+]
    };
}

const NAMES: &[(swc_status, &CStr)] = names! {
    SWC_OK SWC_END SWC_TIMED_OUT
    SWC_ERR_INVALID_ARGUMENT SWC_ERR_INVALID_UTF8 SWC_ERR_STATE SWC_ERR_AGAIN SWC_ERR_UNSUPPORTED
    SWC_ERR_PANIC SWC_ERR_CANCELLED SWC_ERR_CALLBACK SWC_ERR_IO
    SWC_ERR_CONNECT SWC_ERR_TLS SWC_ERR_TIMEOUT SWC_ERR_PROTOCOL SWC_ERR_AUTH SWC_ERR_CHECKSUM
    SWC_ERR_HTTP SWC_ERR_NOT_FOUND SWC_ERR_UNAUTHORIZED SWC_ERR_FORBIDDEN SWC_ERR_CONFLICT
    SWC_ERR_PRECONDITION SWC_ERR_NOT_MODIFIED SWC_ERR_RANGE SWC_ERR_TOO_LARGE SWC_ERR_RATE_LIMITED
    SWC_ERR_SERVER
};

/// Names a status, as "SWC_ERR_NOT_FOUND".
///
/// Never blocks; any thread.
///
/// @param[in] status Any number.
/// @return Static text; "SWC_UNKNOWN" for a number this library does not use.
#[unsafe(no_mangle)]
pub extern "C" fn swc_status_name(status: i32) -> *const c_char {
    let name = NAMES.iter().find(|(s, _)| *s as i32 == status).map_or(c"SWC_UNKNOWN", |(_, name)| name);
    name.as_ptr()
}
