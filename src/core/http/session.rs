//! A session by TLS with the server or with a proxy. What is received is deciphered in large pieces, and what is sent is
//! enciphered in such: one system call each, and not one for each record.

use std::fmt;
use std::io;
use std::sync::Arc;

use rustls::ClientConfig;
use rustls::client::UnbufferedClientConnection;
use rustls::pki_types::ServerName;
use rustls::unbuffered::{ConnectionState, UnbufferedStatus};

use crate::core::scratch::{SIZE, Scratch};

/// The most that a record holds, and what it takes beside that.
const RECORD: usize = 16 * 1024;
const AROUND: usize = 32;
/// So much is received at once. More would save nothing that can be measured, and be memory that many connections hold.
const MOST: usize = 4 * (RECORD + AROUND);
/// The start of a record, which tells how long it is.
const HEADER: usize = 5;
/// For what TLS itself has to say before the next record.
const ASIDE: usize = 1024;
/// So much is sent at once: as many whole records as there is room for.
pub(super) const PIECE: usize = (SIZE - ASIDE) / (RECORD + AROUND) * RECORD;

/// What carries the records of a session.
pub(super) trait Carrier {
    /// Waits for what the peer sends; 0 is the end.
    fn receive(&self, room: &mut [u8]) -> io::Result<usize>;

    /// Sends some of it; 0 when there is reason to look for an answer.
    fn send(&self, bytes: &[u8]) -> io::Result<usize>;
}

/// Bytes on their way. It has no memory while there are none, so that a connection at rest has none.
#[derive(Default)]
struct Queue {
    memory: Option<Scratch>,
    start: usize,
    end: usize,
}

impl Queue {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn bytes(&mut self) -> &mut [u8] {
        match &mut self.memory {
            Some(memory) => &mut memory[self.start..self.end],
            None => &mut [],
        }
    }

    /// All the room there is, behind the bytes.
    fn room(&mut self) -> &mut [u8] {
        let memory = self.memory.get_or_insert_with(Scratch::take);
        if self.start > 0 {
            memory.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        &mut memory[self.end..]
    }

    /// So much has been put into the room.
    fn added(&mut self, n: usize) {
        self.end += n;
        self.rest();
    }

    fn remove(&mut self, n: usize) {
        self.start += n;
        self.rest();
    }

    fn rest(&mut self) {
        if self.is_empty() {
            *self = Queue::default();
        }
    }
}

/// Why no more is deciphered for now.
#[derive(PartialEq)]
enum Pause {
    /// What has come so far is not enough.
    Hungry,
    /// What comes next does not fit, or should not be taken.
    Full,
    /// The peer has said that it sends no more.
    Over,
}

/// A session with a peer.
pub(super) struct Session {
    tls: UnbufferedClientConnection,
    /// Received, and not deciphered.
    input: Queue,
    /// Enciphered, and not sent.
    output: Queue,
    /// Of a record that did not fit into the room of who wanted it, from there on.
    rest: Vec<u8>,
    taken: usize,
    /// How long records are, with all that belongs to them.
    record: usize,
    /// All that has come is deciphered, but for the part of a record.
    idle: bool,
    over: bool,
    /// Why it goes no further.
    failed: Option<rustls::Error>,
}

impl Session {
    /// One that has not begun.
    pub fn new(config: Arc<ClientConfig>, name: ServerName<'static>) -> Result<Session, rustls::Error> {
        Ok(Session {
            tls: UnbufferedClientConnection::new(config, name)?,
            input: Queue::default(),
            output: Queue::default(),
            rest: Vec::new(),
            taken: 0,
            record: RECORD + AROUND,
            idle: false,
            over: false,
            failed: None,
        })
    }

    /// Does the handshake.
    pub fn begin(&mut self, carrier: &dyn Carrier) -> io::Result<()> {
        loop {
            let done = self.decipher(&mut []);
            // Also why it failed, if it did.
            let flushed = self.flush(carrier);
            done?;
            flushed?;
            if !self.tls.is_handshaking() {
                return Ok(());
            }
            self.fetch(carrier)?;
        }
    }

    /// Whether nothing is left that came from the peer, and more can come.
    pub fn is_clean(&mut self) -> bool {
        let hungry = self.rest.is_empty() && matches!(self.decipher(&mut []), Ok((0, Pause::Hungry)));
        // A part of a record would be the start of the next answer.
        hungry && self.input.is_empty()
    }

    /// Receives as much as fits of what has come, and waits for it if there is nothing yet; 0 is the end. `speak`: what
    /// is left to be sent, and what TLS itself has to say, may be sent.
    pub fn receive(&mut self, carrier: &dyn Carrier, speak: bool, room: &mut [u8]) -> io::Result<usize> {
        loop {
            let got = self.take(room);
            if let Ok(Some(n)) = got {
                return Ok(n);
            }
            // That the peer takes nothing more is no reason not to hear what it said before.
            if speak {
                let _ = self.flush(carrier);
            }
            got?;
            self.fetch(carrier)?;
        }
    }

    /// Receives what has come, without waiting for more; `None` when that is nothing as yet.
    pub fn hear(&mut self, carrier: &dyn Carrier, room: &mut [u8]) -> io::Result<Option<usize>> {
        let got = self.take(room)?;
        if got.is_some() {
            return Ok(got);
        }
        self.fetch(carrier)?;
        self.take(room)
    }

    /// Takes what has come already; `None` when there is nothing and more may come.
    fn take(&mut self, room: &mut [u8]) -> io::Result<Option<usize>> {
        if room.is_empty() {
            return Ok(Some(0));
        }
        if !self.rest.is_empty() {
            let left = &self.rest[self.taken..];
            let n = left.len().min(room.len());
            room[..n].copy_from_slice(&left[..n]);
            self.taken += n;
            if self.taken == self.rest.len() {
                (self.rest, self.taken) = (Vec::new(), 0);
            }
            return Ok(Some(n));
        }
        match self.decipher(room)? {
            (0, Pause::Hungry) => Ok(None),
            (n, _) => Ok(Some(n)),
        }
    }

    /// Enciphers as much of both as can be sent together.
    pub fn encipher(&mut self, head: &[u8], body: &[u8]) -> io::Result<usize> {
        // What came meanwhile is seen to first.
        while self.decipher(&mut [])?.1 == Pause::Full {
            self.put_aside();
        }
        let mut took = 0;
        for part in [head, body] {
            let n = self.encipher_some(part)?;
            took += n;
            if n < part.len() {
                break;
            }
        }
        Ok(took)
    }

    fn encipher_some(&mut self, part: &[u8]) -> io::Result<usize> {
        if part.is_empty() {
            return Ok(0);
        }
        let room = self.output.room();
        let n = part.len().min(room.len().saturating_sub(ASIDE) / (RECORD + AROUND) * RECORD);
        let UnbufferedStatus { state, .. } = self.tls.process_tls_records(self.input.bytes());
        match state {
            Ok(ConnectionState::WriteTraffic(mut to)) => {
                // The keys are worn out, for one.
                let all = to.encrypt(&part[..n], room).map_err(|_| io::ErrorKind::ConnectionAborted)?;
                self.output.added(all);
                Ok(n)
            }
            _ => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Keeps what has come for later.
    fn put_aside(&mut self) {
        let UnbufferedStatus { state, .. } = self.tls.process_tls_records(self.input.bytes());
        if let Ok(ConnectionState::ReadTraffic(mut from)) = state
            && let Some(Ok(record)) = from.next_record()
        {
            self.rest.extend_from_slice(record.payload);
        }
    }

    /// Whether something is left to be sent.
    pub fn has_to_send(&self) -> bool {
        !self.output.is_empty()
    }

    /// Sends some of what is to be sent, in one system call; 0 when there is reason to look for an answer.
    pub fn send(&mut self, carrier: &dyn Carrier) -> io::Result<usize> {
        let n = carrier.send(self.output.bytes())?;
        self.output.remove(n);
        Ok(n)
    }

    /// Sends what is to be sent; some may stay when there is reason to look for an answer.
    pub fn flush(&mut self, carrier: &dyn Carrier) -> io::Result<()> {
        while self.has_to_send() && self.send(carrier)? > 0 {}
        Ok(())
    }

    /// Waits for more from the peer: for whole records, as far as one can tell, for a part of one would have to be kept
    /// and moved.
    fn fetch(&mut self, carrier: &dyn Carrier) -> io::Result<()> {
        let begun = self.input.bytes();
        if let Some(&[_, _, _, high, low]) = begun.first_chunk::<HEADER>() {
            self.record = HEADER + usize::from(u16::from_be_bytes([high, low]));
        }
        let missing = self.record.saturating_sub(begun.len()) % self.record;
        let wanted = missing + MOST.saturating_sub(missing) / self.record * self.record;
        let room = self.input.room();
        if room.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a message of TLS is too long"));
        }
        let most = wanted.min(room.len());
        let received = carrier.receive(&mut room[..most]);
        let n = *received.as_ref().unwrap_or(&0);
        self.input.added(n);
        self.idle &= n == 0;
        match received {
            // It would have said so.
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            received => received.map(drop),
        }
    }

    /// Deciphers what was received into `room`, record by record, as far as they fit.
    fn decipher(&mut self, room: &mut [u8]) -> io::Result<(usize, Pause)> {
        let mut filled = 0;
        loop {
            if self.idle {
                return Ok((filled, Pause::Hungry));
            }
            if self.over {
                return Ok((filled, Pause::Over));
            }
            if let Some(e) = &self.failed {
                // After what came before.
                return if filled > 0 { Ok((filled, Pause::Full)) } else { Err(invalid(e.clone())) };
            }
            if filled > 0 && filled == room.len() {
                return Ok((filled, Pause::Full));
            }
            let UnbufferedStatus { mut discard, state } = self.tls.process_tls_records(self.input.bytes());
            let mut full = false;
            match state {
                Ok(ConnectionState::ReadTraffic(mut from)) => {
                    let room = &mut room[filled..];
                    let fits = from.peek_len().is_none_or(|n| n.get() <= room.len());
                    if room.is_empty() || (filled > 0 && !fits) {
                        full = true;
                    } else if let Some(record) = from.next_record() {
                        let record = record.map_err(invalid)?;
                        let n = record.payload.len().min(room.len());
                        room[..n].copy_from_slice(&record.payload[..n]);
                        self.rest.extend_from_slice(&record.payload[n..]);
                        discard += record.discard;
                        filled += n;
                    }
                }
                Ok(ConnectionState::EncodeTlsData(mut message)) => {
                    let n = message.encode(self.output.room()).map_err(io::Error::other)?;
                    self.output.added(n);
                }
                // It will be, before anything else.
                Ok(ConnectionState::TransmitTlsData(sent)) => sent.done(),
                Ok(ConnectionState::WriteTraffic(_) | ConnectionState::BlockedHandshake) => self.idle = true,
                Ok(_) => self.over = true,
                Err(e) => self.failed = Some(e),
            }
            self.input.remove(discard);
            if self.failed.is_some() {
                self.say_why()?;
            }
            if full {
                return Ok((filled, Pause::Full));
            }
        }
    }

    /// Has the peer told what was wrong with what it sent.
    fn say_why(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            let UnbufferedStatus { state, .. } = self.tls.process_tls_records(&mut []);
            let Ok(ConnectionState::EncodeTlsData(mut message)) = state else { break };
            let n = message.encode(self.output.room()).map_err(io::Error::other)?;
            self.output.added(n);
        }
        Ok(())
    }
}

fn invalid(e: rustls::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, e)
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("over", &self.over)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::{Read, Write};

    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{RootCertStore, ServerConfig, ServerConnection};

    use super::*;

    /// A server at the other end of a carrier, and how often that was asked for something.
    struct Server {
        tls: RefCell<ServerConnection>,
        calls: RefCell<usize>,
        got: RefCell<Vec<u8>>,
        /// It takes no more than this at once.
        most: usize,
    }

    impl Carrier for Server {
        fn receive(&self, mut room: &mut [u8]) -> io::Result<usize> {
            *self.calls.borrow_mut() += 1;
            let (mut tls, all) = (self.tls.borrow_mut(), room.len());
            while tls.wants_write() && !room.is_empty() {
                tls.write_tls(&mut room)?;
            }
            if room.len() == all { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(all - room.len()) }
        }

        fn send(&self, bytes: &[u8]) -> io::Result<usize> {
            *self.calls.borrow_mut() += 1;
            let mut tls = self.tls.borrow_mut();
            let mut left = &bytes[..bytes.len().min(self.most)];
            let n = left.len();
            while !left.is_empty() {
                tls.read_tls(&mut left)?;
                tls.process_new_packets().map_err(io::Error::other)?;
                // There is no more than that for now, which is no failure.
                let _ = tls.reader().read_to_end(&mut self.got.borrow_mut());
            }
            Ok(n)
        }
    }

    impl Server {
        fn calls(&self) -> usize {
            self.calls.replace(0)
        }

        fn write(&self, bytes: &[u8]) {
            let mut tls = self.tls.borrow_mut();
            tls.set_buffer_limit(None);
            tls.writer().write_all(bytes).unwrap();
        }

        /// What has come since it was asked last.
        fn got(&self) -> Vec<u8> {
            self.got.take()
        }
    }

    /// A session that has begun.
    fn pair(most: usize) -> (Session, Server) {
        let own = rcgen::generate_simple_self_signed(vec!["swift".to_owned()]).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(own.cert.der().clone()).unwrap();
        let client = ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![CertificateDer::from(own.cert)], key)
            .unwrap();
        let mut session = Session::new(Arc::new(client), ServerName::try_from("swift").unwrap()).unwrap();
        let tls = RefCell::new(ServerConnection::new(Arc::new(server)).unwrap());
        let server = Server { tls, calls: RefCell::default(), got: RefCell::default(), most };
        session.begin(&server).unwrap();
        server.calls();
        (session, server)
    }

    fn at_rest(session: &mut Session) -> bool {
        session.is_clean()
            && session.input.memory.is_none()
            && session.output.memory.is_none()
            && session.rest.capacity() == 0
    }

    #[test]
    fn many_records_are_received_at_once_and_nothing_is_held_behind_them() {
        let (mut session, server) = pair(usize::MAX);
        let body = vec![b'x'; 1 << 20];
        server.write(&body);
        let (mut room, mut got) = (vec![0; 100_000], Vec::new());
        while got.len() < body.len() {
            let n = session.receive(&server, true, &mut room).unwrap();
            got.extend_from_slice(&room[..n]);
        }
        assert!(got == body);
        // Of 64 records.
        assert!(server.calls() <= 20);
        assert!(at_rest(&mut session));
    }

    #[test]
    fn much_is_sent_at_once_and_nothing_is_lost_when_less_is_taken() {
        for (most, calls) in [(usize::MAX, 10), (10_000, 120)] {
            let (mut session, server) = pair(most);
            let body: Vec<u8> = (0..1 << 20).map(|i| (i >> 3) as u8).collect();
            let (mut left, mut got) = (&body[..], Vec::new());
            while !left.is_empty() {
                let n = session.encipher(b"head", left).unwrap();
                left = &left[n - 4..];
                session.flush(&server).unwrap();
                let came = server.got();
                assert!(came.len() == n && came.starts_with(b"head"));
                got.extend_from_slice(&came[4..]);
            }
            assert!(got == body);
            assert!(server.calls() <= calls);
            // Tickets have come meanwhile.
            let mut room = [0; 100];
            assert!(session.receive(&server, true, &mut room).is_err());
            assert!(at_rest(&mut session));
        }
    }

    #[test]
    fn what_comes_while_something_is_sent_is_kept() {
        let (mut session, server) = pair(usize::MAX);
        server.write(&[b'a'; 20_000]);
        let mut room = [0; 1000];
        let mut got = session.hear(&server, &mut room).unwrap().unwrap();
        assert_eq!(session.encipher(b"", b"body").unwrap(), 4);
        session.flush(&server).unwrap();
        assert_eq!(server.got(), b"body");
        assert!(!session.is_clean());
        server.calls();
        while got < 20_000 {
            let n = session.receive(&server, true, &mut room).unwrap();
            assert!(n > 0 && room[..n].iter().all(|b| *b == b'a'));
            got += n;
        }
        assert_eq!((got, server.calls()), (20_000, 0));
        assert!(at_rest(&mut session));
    }
}
