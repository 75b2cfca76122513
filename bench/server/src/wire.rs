//! The two ways bytes travel: TCP as it is, where bodies never pass through this process, and TLS.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::fd::AsRawFd;

use crate::store::Piece;

pub trait Wire {
    fn receive(&mut self, buf: &mut [u8]) -> io::Result<usize>;
    fn send(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn send_file(&mut self, piece: &Piece) -> io::Result<()>;
    /// Sends what lies both in memory and in a file, in the cheaper way.
    fn send_part(&mut self, bytes: &[u8], piece: &Piece) -> io::Result<()>;
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

    fn send_part(&mut self, _: &[u8], piece: &Piece) -> io::Result<()> {
        self.send_file(piece)
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

/// A socket that is read in large pieces: rustls by itself asks for 4 KiB at a time.
pub struct Buffered {
    stream: TcpStream,
    buf: Vec<u8>,
    at: usize,
    filled: usize,
}

impl Buffered {
    pub fn new(stream: TcpStream) -> Buffered {
        Buffered { stream, buf: vec![0; 256 * 1024], at: 0, filled: 0 }
    }
}

impl Read for Buffered {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.at == self.filled {
            self.at = 0;
            self.filled = self.stream.read(&mut self.buf)?;
        }
        let n = to.len().min(self.filled - self.at);
        to[..n].copy_from_slice(&self.buf[self.at..][..n]);
        self.at += n;
        Ok(n)
    }
}

impl Write for Buffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn write_vectored(&mut self, parts: &[io::IoSlice<'_>]) -> io::Result<usize> {
        self.stream.write_vectored(parts)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// TLS over TCP.
pub struct Secure(pub rustls::StreamOwned<rustls::ServerConnection, Buffered>);

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

    fn send_part(&mut self, bytes: &[u8], _: &Piece) -> io::Result<()> {
        for part in bytes.chunks(256 * 1024) {
            self.0.write_all(part)?;
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
