//! The version of the library that runs; that of the header is in its macros.

use std::ffi::{CStr, c_char};

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

const fn number(text: &str) -> u32 {
    match u32::from_str_radix(text, 10) {
        Ok(n) => n,
        Err(_) => 0,
    }
}

const NUMBER: u32 = number(env!("CARGO_PKG_VERSION_MAJOR")) << 16
    | number(env!("CARGO_PKG_VERSION_MINOR")) << 8
    | number(env!("CARGO_PKG_VERSION_PATCH"));

/// Tells the version of the library that is running, such as "0.1.0".
///
/// It differs from `SWC_VERSION`, the version of this header, when a program runs with another library than
/// it was compiled for. Never blocks; any thread.
///
/// @return Static text.
#[unsafe(no_mangle)]
pub extern "C" fn swc_version() -> *const c_char {
    VERSION.as_ptr()
}

/// Tells the version of the library that is running as a number made to be compared.
///
/// The number is major times 65536 plus minor times 256 plus patch, like `SWC_VERSION_NUMBER`. Never
/// blocks; any thread.
///
/// @return The number.
#[unsafe(no_mangle)]
pub extern "C" fn swc_version_number() -> u32 {
    NUMBER
}
