//! The two ways bytes travel: TCP as it is, where bodies never pass through this process, and TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;

use crate::store::Piece;

pub trait Wire {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<usize>;
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn send_file(&mut self, piece: &Piece) -> io::Result<()>;
    /// Reads past that many bytes.
    fn skip(&mut self, length: u64) -> io::Result<()>;
}

impl Wire for TcpStream {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.read(buf)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn send_file(&mut self, piece: &Piece) -> io::Result<()> {
        let mut offset = piece.offset as libc::off_t;
        let end = (piece.offset + piece.length) as libc::off_t;
        while offset < end {
            // SAFETY: both descriptors are open; the offset is ours.
            let n =
                unsafe { libc::sendfile(self.as_raw_fd(), piece.fd, &mut offset, (end - offset) as usize) };
            if n <= 0 {
                return Err(io::Error::last_os_error());
            }
        }
        Ok(())
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            let most = left.min(4 << 20) as usize;
            // SAFETY: with MSG_TRUNC the kernel throws the bytes away; no memory is written to.
            let n = unsafe { libc::recv(self.as_raw_fd(), std::ptr::null_mut(), most, libc::MSG_TRUNC) };
            if n <= 0 {
                return Err(if n == 0 {
                    io::ErrorKind::UnexpectedEof.into()
                } else {
                    io::Error::last_os_error()
                });
            }
            left -= n as u64;
        }
        Ok(())
    }
}

/// TLS over TCP.
pub struct Secure(pub rustls::StreamOwned<rustls::ServerConnection, TcpStream>);

impl Wire for Secure {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.read(buf)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)?;
        self.0.flush()
    }

    fn send_file(&mut self, piece: &Piece) -> io::Result<()> {
        let mut buf = vec![0; 256 * 1024];
        let (mut offset, mut left) = (piece.offset, piece.length);
        while left > 0 {
            let most = left.min(buf.len() as u64) as usize;
            // SAFETY: there is room for that much.
            let n = unsafe { libc::pread(piece.fd, buf.as_mut_ptr().cast(), most, offset as libc::off_t) };
            if n <= 0 {
                return Err(io::Error::last_os_error());
            }
            self.0.write_all(&buf[..n as usize])?;
            offset += n as u64;
            left -= n as u64;
        }
        self.0.flush()
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        let mut buf = vec![0; 64 * 1024];
        let mut left = length;
        while left > 0 {
            let most = left.min(buf.len() as u64) as usize;
            match self.0.read(&mut buf[..most])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => left -= n as u64,
            }
        }
        Ok(())
    }
}
