//! A request, and the connection that it comes on.

use std::io;

use percent_encoding::percent_decode_str;

use crate::kept::Incoming;
use crate::store::Asked;
use crate::wire::Wire;

/// One request; names as they came on the wire are decoded.
#[derive(Default)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    /// The lines of the head after the first.
    lines: String,
}

impl Request {
    fn parse(head: &[u8]) -> Option<Request> {
        let head = std::str::from_utf8(head).ok()?;
        let (first, lines) = head.split_once("\r\n").unwrap_or((head, ""));
        let mut first = first.split(' ');
        let (method, target) = (first.next()?.to_owned(), first.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decode = |t: &str| percent_decode_str(t).decode_utf8_lossy().into_owned();
        Some(Request {
            method,
            path: path.to_owned(),
            query: query
                .split('&')
                .filter(|q| !q.is_empty())
                .map(|q| {
                    q.split_once('=').map_or((decode(q), String::new()), |(n, v)| (decode(n), decode(v)))
                })
                .collect(),
            lines: lines.to_owned(),
        })
    }

    /// Names, as they came, and values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.split("\r\n").filter_map(|l| l.split_once(':')).map(|(n, v)| (n, v.trim()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v)
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    pub fn asked(&self) -> Asked {
        let text = |name| self.value(name).unwrap_or_default().to_owned();
        Asked {
            marker: text("marker"),
            prefix: text("prefix"),
            delimiter: text("delimiter"),
            limit: self.value("limit").and_then(|l| l.parse().ok()),
        }
    }
}

/// Where a body goes.
pub enum Sink<'a, 'b> {
    Nowhere,
    Memory(&'a mut Vec<u8>),
    Kept(&'a mut Incoming<'b>),
}

/// The connection and what was read from it beyond the last request.
pub struct Peer<W> {
    pub wire: W,
    pub buf: Vec<u8>,
    pub filled: usize,
}

impl<W: Wire> Peer<W> {
    /// The next head; none at the end.
    pub fn head(&mut self) -> io::Result<Option<Request>> {
        let mut searched = 0;
        loop {
            if let Some(at) = self.buf[searched..self.filled].windows(4).position(|w| w == b"\r\n\r\n") {
                let end = searched + at;
                let request = Request::parse(&self.buf[..end]).ok_or(io::ErrorKind::InvalidData)?;
                self.consume(end + 4);
                return Ok(Some(request));
            }
            searched = self.filled.saturating_sub(3);
            if self.filled == self.buf.len() {
                return Err(io::ErrorKind::InvalidData.into());
            }
            match self.wire.receive(&mut self.buf[self.filled..])? {
                0 => return Ok(None),
                n => self.filled += n,
            }
        }
    }

    fn consume(&mut self, n: usize) {
        self.buf.copy_within(n..self.filled, 0);
        self.filled -= n;
    }

    /// Reads a body. Its length.
    pub fn body(&mut self, request: &Request, mut keep: Sink<'_, '_>) -> io::Result<u64> {
        if request.header("expect").is_some() {
            self.wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        if request.header("transfer-encoding").is_none() {
            let length: u64 = request.header("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
            self.part(length, &mut keep)?;
            return Ok(length);
        }
        let mut length = 0;
        loop {
            let line = self.line()?;
            let size = u64::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)
                .map_err(|_| io::ErrorKind::InvalidData)?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(length);
            }
            self.part(size, &mut keep)?;
            self.line()?;
            length += size;
        }
    }

    fn part(&mut self, length: u64, keep: &mut Sink<'_, '_>) -> io::Result<()> {
        let at_hand = length.min(self.filled as u64) as usize;
        match keep {
            Sink::Nowhere => {}
            Sink::Memory(bytes) => bytes.extend_from_slice(&self.buf[..at_hand]),
            Sink::Kept(incoming) => incoming.take(&self.buf[..at_hand])?,
        }
        self.consume(at_hand);
        let mut left = length - at_hand as u64;
        let bytes = match keep {
            Sink::Nowhere => return self.wire.skip(left),
            Sink::Memory(bytes) => bytes,
            Sink::Kept(incoming) => {
                // Nothing waits in `buf` here.
                while left > 0 {
                    let most = left.min(self.buf.len() as u64) as usize;
                    match self.wire.receive(&mut self.buf[..most])? {
                        0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                        n => {
                            incoming.take(&self.buf[..n])?;
                            left -= n as u64;
                        }
                    }
                }
                return Ok(());
            }
        };
        let (mut at, end) = (bytes.len(), bytes.len() + left as usize);
        bytes.resize(end, 0);
        while at < end {
            match self.wire.receive(&mut bytes[at..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => at += n,
            }
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(at) = self.buf[..self.filled].windows(2).position(|w| w == b"\r\n") {
                let line = String::from_utf8_lossy(&self.buf[..at]).into_owned();
                self.consume(at + 2);
                return Ok(line);
            }
            match self.wire.receive(&mut self.buf[self.filled..])? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => self.filled += n,
            }
        }
    }
}
