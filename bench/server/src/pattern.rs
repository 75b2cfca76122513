//! What every object holds: the beginning of one endless pattern. Thus a server needs to keep no bodies, and knows
//! the MD5 of any body it is sent, as long as clients send the beginning of the pattern too.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd, RawFd};
use std::sync::Mutex;

use md5::{Digest, Md5};

/// The pattern repeats after this many bytes; segments of such sizes all look the same.
pub const PERIOD: usize = 16 << 20;

/// The pattern, in memory and as a file to send from.
pub struct Pattern {
    pub bytes: Vec<u8>,
    file: File,
    sums: Mutex<HashMap<u64, String>>,
}

impl Pattern {
    pub fn new() -> io::Result<Pattern> {
        // xorshift, so that nothing can compress it.
        let mut x = 0x2545_f491_4f6c_dd1d_u64;
        let mut bytes = Vec::with_capacity(PERIOD);
        while bytes.len() < PERIOD {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            bytes.extend_from_slice(&x.to_le_bytes());
        }
        let mut file = memory_file()?;
        file.write_all(&bytes)?;
        Ok(Pattern { bytes, file, sums: Mutex::default() })
    }

    pub fn fd(&self) -> RawFd {
        self.file.as_raw_fd()
    }

    /// MD5 of the first `size` bytes, in hexadecimal digits.
    pub fn sum(&self, size: u64) -> String {
        if let Some(sum) = self.sums.lock().unwrap().get(&size) {
            return sum.clone();
        }
        let mut md5 = Md5::new();
        let mut left = size;
        while left > 0 {
            let n = left.min(PERIOD as u64);
            md5.update(&self.bytes[..n as usize]);
            left -= n;
        }
        let sum = hex(&md5.finalize());
        self.sums.lock().unwrap().insert(size, sum.clone());
        sum
    }

    /// Writes the first `size` bytes to a file.
    pub fn write_to(&self, path: &str, size: u64) -> io::Result<()> {
        let mut file = File::create(path)?;
        let mut left = size;
        while left > 0 {
            let n = left.min(PERIOD as u64) as usize;
            file.write_all(&self.bytes[..n])?;
            left -= n as u64;
        }
        Ok(())
    }
}

/// A file that is nowhere but in memory.
pub fn memory_file() -> io::Result<File> {
    // SAFETY: the name ends in a NUL; the descriptor is new and nobody else's.
    unsafe {
        let fd = libc::memfd_create(c"bench".as_ptr(), libc::MFD_CLOEXEC);
        if fd < 0 { Err(io::Error::last_os_error()) } else { Ok(File::from_raw_fd(fd)) }
    }
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
