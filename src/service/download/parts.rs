//! One large object in parts, several of which are fetched at once and written where they belong in one file. The file
//! gets its name when all are there and the whole is verified; each part is of the object as it was at the beginning,
//! or the download fails.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, TryLockError};
use std::time::SystemTime;

use super::kept::Kept;
use super::names::make_directory;
use crate::core::body::parse_content_range;
use crate::core::body::verify::{Piece as Sum, Verify};
use crate::core::cancel::lock;
use crate::core::digest::{Md5, Sum as Digest, md5_of_etag};
use crate::core::log::{Level, log};
use crate::core::scratch::Scratch;
use crate::core::{Error, Kind, Request, Response, Result};
use crate::service::job::Ticket;
use crate::service::made::{Made, Piece, pieces_of_dynamic, pieces_of_static};
use crate::service::pool::Lane;
use crate::service::result::JobResult;
use crate::service::verb::Remote;
use crate::service::work::{Next, Turn, Work};
use crate::sys::file::{Occupant, PendingFile, occupant, preallocate, read_at, write_at};

/// More parts than this an object never has: each is remembered.
const MOST: u64 = 1 << 16;

/// Where an object goes to.
pub(super) struct Target<'a> {
    pub path: &'a Path,
    /// Its folder, if that may have to be made.
    pub folder: Option<&'a Path>,
    /// The time its file shall have.
    pub time: Option<SystemTime>,
    pub part_size: u64,
    pub resume: bool,
}

/// What an object of which all is known but its bytes will be fetched as.
pub(super) struct Plan {
    whole: Whole,
    pending: PendingFile,
    /// Which parts are in the file already.
    there: Vec<bool>,
}

/// A part: where it lies in the object, and what it is checked by.
struct Part {
    offset: u64,
    length: u64,
    /// When it is made of whole segments.
    sums: Vec<Sum>,
    /// When it is a range of something larger: which of the stretches it belongs to.
    stretch: Option<usize>,
}

/// Parts that have one sum: those of a plain object, or of a large segment.
struct Stretch {
    first: usize,
    sum: Sum,
}

/// What all parts need to know.
struct Whole {
    remote: Remote,
    container: String,
    object: String,
    request: Request,
    etag: String,
    parts: Vec<Part>,
    stretches: Vec<Stretch>,
    file: File,
    /// What is kept for another time.
    kept: Option<Kept>,
    shown: String,
    time: Option<SystemTime>,
}

/// Plans an object whose `response` has begun in parts; `None` when it does not pay, or is not possible: then the
/// response is as good as before.
pub(super) fn plan(
    remote: &Remote,
    (container, object): (&str, &str),
    response: &Response,
    result: &JobResult,
    request: &Request,
    target: Target<'_>,
) -> Result<Option<Plan>> {
    let headers = &result.headers;
    let (Some(size), Some(etag)) = (headers.get_u64("content-length"), headers.get_str("etag")) else {
        return Ok(None);
    };
    let part_size = target.part_size.max(size / MOST);
    let whole = response.status() == 200 && headers.get("content-range").is_none();
    let weak = etag.starts_with("W/");
    if target.part_size == 0 || size / 2 < part_size || !whole || weak {
        return Ok(None);
    }
    if let Some(folder) = target.folder {
        make_directory(folder)?;
    }
    if occupant(target.path) != Occupant::File {
        return Ok(None);
    }
    let checked = request.checksum != Some(false);
    let pieces = match Made::of(headers) {
        Made::Plain => {
            let md5 = md5_of_etag(etag);
            Ok(vec![Piece { place: None, size, md5, data: None, manifest: false, part: None }])
        }
        Made::Static => pieces_of_static(remote, container, object, etag, request),
        // The server makes it anew of what a listing shows for each request: each part is asked for with the ETag
        // that stands for this listing.
        Made::Dynamic(c, prefix) => pieces_of_dynamic(remote, (&c, &prefix), etag, request),
    };
    let (parts, stretches) = match pieces {
        Ok(pieces) => layout(&pieces, size, part_size, checked),
        Err(e) if e.kind() == Kind::Cancelled => return Err(e),
        Err(e) => {
            log!(Level::Info, "{container}/{object}: downloaded in one, for want of its segments: {e}");
            return Ok(None);
        }
    };
    if parts.len() < 2 {
        return Ok(None);
    }
    let shown = target.path.display().to_string();
    let fail = |e: &std::io::Error| Error::io(&shown, e);
    let taken = if target.resume {
        // The query names the version.
        let place = format!(
            "{} {container}/{object} {:?}",
            remote.connection.storage_url().unwrap_or_default(),
            request.query
        );
        let what = format!("{} {size} {}", Digest::of(place.as_bytes()), etag.trim_matches('"'));
        let layout: Vec<u8> = parts.iter().flat_map(|p| p.length.to_le_bytes()).collect();
        let ends: Vec<u64> = parts.iter().map(|p| p.offset + p.length).collect();
        let what = format!("{what} {}", Digest::of(&layout));
        let taken = Kept::take_up(target.path, &what, &ends).map_err(|e| fail(&e))?;
        if taken.is_none() {
            log!(Level::Warn, "{shown}: another download to it is under way: this one cannot be resumed");
        }
        taken
    } else {
        None
    };
    let (pending, kept, there) = match taken {
        Some((pending, kept, there)) => (pending, Some(kept), there),
        None => {
            let pending = PendingFile::create(target.path).map_err(|e| fail(&e))?;
            (pending, None, vec![false; parts.len()])
        }
    };
    preallocate(pending.shared(), size).map_err(|e| fail(&e))?;
    let file = pending.shared().try_clone().map_err(|e| fail(&e))?;
    let mut request = request.clone();
    // They held when the download began; If-Match says what must hold now.
    for name in ["if-none-match", "if-modified-since", "if-unmodified-since"] {
        request.headers.remove(name);
    }
    request.headers.set("If-Match", etag.as_bytes());
    let whole = Whole {
        remote: remote.clone(),
        container: container.to_owned(),
        object: object.to_owned(),
        request,
        etag: etag.to_owned(),
        parts,
        stretches,
        file,
        kept,
        shown,
        time: target.time,
    };
    Ok(Some(Plan { whole, pending, there }))
}

/// Parts of about one size: of whole segments where those are small, and of ranges of what is large. None when the
/// pieces do not make up the object.
fn layout(pieces: &[Piece], size: u64, part_size: u64, checked: bool) -> (Vec<Part>, Vec<Stretch>) {
    let (mut parts, mut stretches): (Vec<Part>, Vec<Stretch>) = (Vec::new(), Vec::new());
    let mut end = 0_u64;
    for piece in pieces.iter().filter(|p| !p.manifest && p.size > 0) {
        // Before there are parts of what cannot be.
        let next = end.checked_add(piece.size).filter(|next| *next <= size);
        let Some(next) = next else { return (Vec::new(), Vec::new()) };
        let name = match (&piece.place, &piece.data) {
            (Some((c, o)), _) => format!("/{c}/{o}"),
            (None, Some(_)) => "in the manifest".to_owned(),
            (None, None) => String::new(),
        };
        let md5 = match (&piece.md5, &piece.data) {
            (Some(md5), _) => Some(md5.clone()),
            (None, data) => data.as_deref().map(Digest::of),
        };
        let md5 = md5.and_then(|md5| Md5::of_etag(md5.as_bytes())).filter(|_| checked);
        let sum = Sum { length: Some(piece.size), md5, name, ..Sum::default() };
        if piece.size / 2 >= part_size {
            let first = parts.len();
            let stretch = Some(stretches.len());
            for n in 0..piece.size.div_ceil(part_size) {
                let offset = n * part_size;
                let length = part_size.min(piece.size - offset);
                parts.push(Part { offset: end + offset, length, sums: Vec::new(), stretch });
            }
            stretches.push(Stretch { first, sum });
        } else if let Some(part) = parts.last_mut().filter(|p| p.length < part_size && p.stretch.is_none()) {
            part.length += piece.size;
            part.sums.push(sum);
        } else {
            parts.push(Part { offset: end, length: piece.size, sums: vec![sum], stretch: None });
        }
        end = next;
    }
    if end == size { (parts, stretches) } else { (Vec::new(), Vec::new()) }
}

impl Plan {
    /// Has the parts fetched. The last of them ends the element.
    pub fn start(self, turn: &mut Turn, result: JobResult) {
        let Some(ticket) = turn.hand_over() else { return };
        let count = self.whole.parts.len();
        let order = |s: &Stretch| Mutex::new(Order { next: s.first, sum: Verify::new(vec![s.sum.clone()]) });
        let orders = self.whole.stretches.iter().map(order).collect();
        let parts = Parts {
            there: (0..count).map(|_| AtomicBool::new(false)).collect(),
            kept: self.there,
            left: AtomicUsize::new(count),
            orders,
            failure: OnceLock::new(),
            bytes: AtomicU64::new(0),
            attempts: AtomicU32::new(result.attempts),
            end: Mutex::new(Some(End { pending: self.pending, ticket, result })),
            whole: self.whole,
        };
        turn.job().assist(Lane::Segment, Arc::new(parts), count);
    }
}

/// The parts of one object as they come.
struct Parts {
    whole: Whole,
    there: Vec<AtomicBool>,
    /// Which were in the file from the beginning.
    kept: Vec<bool>,
    /// How many have not ended.
    left: AtomicUsize,
    /// The sum of each stretch.
    orders: Vec<Mutex<Order>>,
    /// The first failure.
    failure: OnceLock<Error>,
    bytes: AtomicU64,
    attempts: AtomicU32,
    end: Mutex<Option<End>>,
}

/// The sum of the parts of a stretch in their order, as far as they are there.
struct Order {
    next: usize,
    sum: Verify,
}

/// What is left to do when all parts have ended.
struct End {
    pending: PendingFile,
    ticket: Ticket,
    result: JobResult,
}

impl Parts {
    fn fetch(&self, index: usize, turn: &Turn) -> Result<()> {
        if let Some(e) = self.failure.get() {
            return Err(e.clone());
        }
        let Some(part) = self.whole.parts.get(index) else { return Ok(()) };
        if !self.has_kept(index, part, turn)? {
            self.receive(part, turn)?;
            if let Some(kept) = &self.whole.kept {
                kept.note(&self.whole.file, index).map_err(|e| Error::io(&self.whole.shown, &e))?;
            }
        }
        if let Some(there) = self.there.get(index) {
            there.store(true, Ordering::Release);
        }
        match part.stretch {
            Some(stretch) if self.is_checked(stretch) => self.add_up(stretch, turn),
            _ => Ok(()),
        }
    }

    fn is_checked(&self, stretch: usize) -> bool {
        self.whole.stretches.get(stretch).is_some_and(|s| s.sum.md5.is_some())
    }

    /// Whether a part was kept, and is what it should be as far as that can be told of a part.
    fn has_kept(&self, index: usize, part: &Part, turn: &Turn) -> Result<bool> {
        if !self.kept.get(index).is_some_and(|k| *k) {
            return Ok(false);
        }
        if !part.sums.is_empty() {
            let mut sums = Verify::new(part.sums.clone());
            let read = self.read_back(part, turn, |bytes| sums.update(bytes).map(|_| ()));
            match read.and_then(|()| sums.finish()) {
                Ok(()) => {}
                Err(e) if e.kind() == Kind::Checksum => return Ok(false),
                Err(e) => return Err(e),
            }
        }
        turn.job().moved(part.length);
        Ok(true)
    }

    fn receive(&self, part: &Part, turn: &Turn) -> Result<()> {
        let whole = &self.whole;
        let mut request =
            Request { cancel: Some(turn.job().cancel_token().clone()), ..whole.request.clone() };
        request.set_range(Some(part.offset), Some(part.length))?;
        let outcome = whole.remote.connection.get_object(&whole.container, &whole.object, &request);
        let mut response = outcome.map_err(|e| {
            self.attempts.fetch_add(e.attempts(), Ordering::Relaxed);
            if e.kind() == Kind::Precondition {
                return e.remark("the object changed while it was downloaded");
            }
            e
        })?;
        let outcome = self.write(part, &mut response, turn);
        self.attempts.fetch_add(response.attempts(), Ordering::Relaxed);
        self.bytes.fetch_add(response.bytes_read(), Ordering::Relaxed);
        whole.remote.counters.received(response.bytes_read());
        outcome
    }

    fn write(&self, part: &Part, response: &mut Response, turn: &Turn) -> Result<()> {
        let whole = &self.whole;
        let range = response.headers().get_str("content-range").and_then(parse_content_range);
        if response.status() != 206 || range != Some((part.offset, part.offset + part.length - 1)) {
            let text = format!(
                "{} bytes from {} on of {}/{} were asked for, and others came",
                part.length, part.offset, whole.container, whole.object
            );
            return Err(Error::new(Kind::Protocol, text));
        }
        if response.headers().get_str("etag").is_some_and(|e| e != whole.etag) {
            let text = format!("{}/{} changed while it was downloaded", whole.container, whole.object);
            return Err(Error::new(Kind::Precondition, text));
        }
        let mut sums = (!part.sums.is_empty()).then(|| Verify::new(part.sums.clone()));
        let mut buf = Scratch::take();
        let mut at = 0;
        loop {
            if let Some(e) = self.failure.get() {
                return Err(e.clone());
            }
            let n = response.read(&mut buf)?;
            if n == 0 {
                return sums.map_or(Ok(()), |mut sums| sums.finish());
            }
            write_at(&whole.file, &buf[..n], part.offset + at).map_err(|e| Error::io(&whole.shown, &e))?;
            at += n as u64;
            if let Some(sums) = &mut sums {
                sums.update(&buf[..n])?;
            }
            turn.job().moved(n as u64);
        }
    }

    /// Adds what is there to the sum of a stretch, unless another part does already.
    fn add_up(&self, stretch: usize, turn: &Turn) -> Result<()> {
        let Some(order) = self.orders.get(stretch) else { return Ok(()) };
        loop {
            let mut order = match order.try_lock() {
                Ok(order) => order,
                Err(TryLockError::Poisoned(p)) => PoisonError::into_inner(p),
                Err(TryLockError::WouldBlock) => return Ok(()),
            };
            while self.is_there(stretch, order.next) {
                self.add_part(&mut order, turn)?;
            }
            let next = order.next;
            drop(order);
            // One that came just now has found this one still at it.
            if !self.is_there(stretch, next) {
                return Ok(());
            }
        }
    }

    /// Whether a part is there, and of this stretch.
    fn is_there(&self, stretch: usize, index: usize) -> bool {
        self.whole.parts.get(index).is_some_and(|p| p.stretch == Some(stretch))
            && self.there.get(index).is_some_and(|t| t.load(Ordering::Acquire))
    }

    fn add_part(&self, order: &mut Order, turn: &Turn) -> Result<()> {
        let Some(part) = self.whole.parts.get(order.next) else { return Ok(()) };
        let sum = &mut order.sum;
        self.read_back(part, turn, |bytes| sum.update(bytes).map(|_| ()))?;
        order.next += 1;
        Ok(())
    }

    /// Reads a part from the file.
    fn read_back(&self, part: &Part, turn: &Turn, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut buf = Scratch::take();
        let mut at = 0;
        while at < part.length {
            if turn.job().cancel_token().is_cancelled() {
                return Err(Error::new(Kind::Cancelled, "cancelled"));
            }
            let most = (part.length - at).min(buf.len() as u64) as usize;
            let fail = |e: &std::io::Error| Error::io(&self.whole.shown, e);
            match read_at(&self.whole.file, &mut buf[..most], part.offset + at).map_err(|e| fail(&e))? {
                0 => return Err(fail(&std::io::ErrorKind::UnexpectedEof.into())),
                n => {
                    take(&buf[..n])?;
                    at += n as u64;
                }
            }
        }
        Ok(())
    }

    /// One part has ended; the last of them ends the object.
    fn count_down(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) > 1 {
            return;
        }
        let Some(End { mut pending, ticket, mut result }) = lock(&self.end).take() else { return };
        result.attempts = self.attempts.load(Ordering::Relaxed);
        result.bytes = self.bytes.load(Ordering::Relaxed);
        let outcome = self.verify().map_err(|e| self.describe(e));
        // What is wrong, or of an object that is not there any more, is of no use another time.
        let useless = |e: &Error| matches!(e.kind(), Kind::Checksum | Kind::Precondition | Kind::NotFound);
        if outcome.as_ref().is_err_and(useless) {
            pending.give_up();
        }
        let outcome = outcome
            .and_then(|()| pending.commit(self.whole.time).map_err(|e| Error::io(&self.whole.shown, &e)));
        if let Some(kept) = &self.whole.kept {
            if outcome.as_ref().err().is_none_or(useless) {
                kept.forget();
            }
            // The same download may begin on seeing the result, before this one's last handle is closed.
            let _ = self.whole.file.unlock();
        }
        ticket.deliver(match outcome {
            Ok(()) => result,
            Err(e) => result.failed(e),
        });
    }

    /// Says which object it was.
    fn describe(&self, e: Error) -> Error {
        if e.kind() != Kind::Checksum {
            return e;
        }
        e.context(format_args!("Object GET {}/{} failed", self.whole.container, self.whole.object))
    }

    /// The last word on all parts.
    fn verify(&self) -> Result<()> {
        if let Some(e) = self.failure.get() {
            return Err(e.clone());
        }
        for (stretch, order) in self.orders.iter().enumerate() {
            if self.is_checked(stretch) {
                lock(order).sum.finish()?;
            }
        }
        Ok(())
    }
}

impl Work for Parts {
    fn blank(&self, _: usize) -> JobResult {
        JobResult::about("download_object", Some(&self.whole.container), Some(&self.whole.object))
    }

    fn run(&self, index: usize, turn: &mut Turn) -> Next {
        let result = self.blank(index);
        match self.fetch(index, turn) {
            Ok(()) => {
                self.count_down();
                Next::done(result)
            }
            Err(e) => Next::done(result.failed(e)),
        }
    }

    fn ended(&self, mut result: JobResult) {
        if let Some(e) = result.error.take() {
            let _ = self.failure.set(e);
            self.count_down();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn df_23_segments_that_cannot_be_make_no_parts() {
        let piece = |size| {
            let place = Some(("c".to_owned(), "o".to_owned()));
            Piece { place, size, md5: None, data: None, manifest: false, part: None }
        };
        let count = |sizes: &[u64]| {
            let pieces: Vec<Piece> = sizes.iter().copied().map(piece).collect();
            layout(&pieces, 300_000, 65_536, true).0.len()
        };
        assert_eq!(count(&[200_000, 100_000]), 5);
        for sizes in [&[200_000][..], &[200_000, 100_001], &[1 << 60], &[200_000, u64::MAX], &[1, u64::MAX]] {
            assert_eq!(count(sizes), 0, "{sizes:?}");
        }
    }
}
