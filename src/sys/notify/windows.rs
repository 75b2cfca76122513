//! A pair of sockets, for sockets are what select, WSAPoll and event loops can watch.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::windows::io::{AsRawSocket, AsSocket};
use std::time::Duration;

use crate::sys::poll::{self, For};

/// Longer than a byte takes from one end of a pair to the other.
const ARRIVAL: Duration = Duration::from_millis(500);

/// See the module. Nobody but its owner may read from it or write to it.
#[derive(Debug)]
pub struct Notify {
    reader: TcpStream,
    writer: TcpStream,
}

impl Notify {
    /// One that is not raised.
    pub fn new() -> io::Result<Notify> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let writer = TcpStream::connect(listener.local_addr()?)?;
        let own = writer.local_addr()?;
        // Any program on this machine may connect as well, and be first.
        let reader = loop {
            let (stream, from) = listener.accept()?;
            if from == own {
                break stream;
            }
        };
        writer.set_nodelay(true)?;
        writer.set_nonblocking(true)?;
        reader.set_nonblocking(true)?;
        let n = Notify { reader, writer };
        // What identifies a socket has 32 bits that mean something, as with all handles.
        if i32::try_from(n.reader.as_raw_socket()).is_err() {
            return Err(ErrorKind::Unsupported.into());
        }
        Ok(n)
    }

    /// Makes it readable. Call it only when it is not.
    pub fn raise(&self) {
        // A byte that cannot be sent finds others that make it readable.
        let _ = (&self.writer).write(&[1]);
        // So that it is readable from now on, and can be cleared.
        let _ = poll::wait(self.reader.as_socket(), For::Reading, ARRIVAL);
    }

    /// Makes it not readable.
    pub fn clear(&self) {
        let mut bytes = [0; 8];
        let _ = (&self.reader).read(&mut bytes);
    }

    /// The socket to watch. It stays the property of this object.
    pub fn fd(&self) -> i32 {
        self.reader.as_raw_socket() as i32
    }
}

#[cfg(test)]
pub(in crate::sys) mod tests {
    use std::os::windows::io::BorrowedSocket;
    use std::time::Duration;

    use super::Notify;
    use crate::sys::notify::tests::is_a_level;
    use crate::sys::poll::{self, For};

    /// Whether the socket is readable now.
    pub(crate) fn readable(fd: i32) -> bool {
        // SAFETY: the tests keep it open.
        let socket = unsafe { BorrowedSocket::borrow_raw(fd as u64) };
        poll::wait(socket, For::Reading, Duration::ZERO).unwrap()
    }

    #[test]
    fn a_level_by_a_pair_of_sockets() {
        is_a_level(&Notify::new().unwrap());
    }
}
