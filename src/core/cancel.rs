//! Ending calls from another thread: a [`Cancel`] token, the state of one [`Call`] in progress, and
//! the set of calls that belong to a connection or a token.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::error::{Error, Kind, Result};
use crate::sys::net::Socket;

/// A lock whose holder panicked still guards valid data here: nothing is left half-changed.
pub(crate) fn lock<T: ?Sized>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One call in progress: whether it must end, until when it may last, and the socket it may be blocked on.
#[derive(Debug)]
pub struct Call {
    aborted: AtomicBool,
    deadline: Option<Instant>,
    socket: Mutex<Option<Arc<Socket>>>,
    wake: Condvar,
}

impl Call {
    /// A call that may last until `deadline`.
    pub fn new(deadline: Option<Instant>) -> Call {
        Call { aborted: AtomicBool::new(false), deadline, socket: Mutex::new(None), wake: Condvar::new() }
    }

    /// When the call must be over.
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Whether it was told to end.
    pub fn aborted(&self) -> bool {
        self.aborted.load(Ordering::Acquire)
    }

    /// An error when the call was told to end or its time is up.
    pub fn check(&self) -> Result<()> {
        if self.aborted() {
            return Err(Error::new(Kind::Cancelled, "cancelled"));
        }
        if self.deadline.is_some_and(|d| Instant::now() >= d) {
            return Err(deadline_passed());
        }
        Ok(())
    }

    /// Ends it: what blocks on its socket returns at once, a wait between attempts too.
    pub fn abort(&self) {
        self.aborted.store(true, Ordering::Release);
        let socket = lock(&self.socket);
        if let Some(s) = socket.as_ref() {
            s.shutdown();
        }
        self.wake.notify_all();
    }

    /// The socket it now works on, so that [`abort`](Call::abort) can end what blocks on it.
    pub(crate) fn attach(&self, s: Arc<Socket>) {
        let mut socket = lock(&self.socket);
        if self.aborted() {
            s.shutdown();
        }
        *socket = Some(s);
    }

    /// It works on none; gives back the one it worked on.
    pub(crate) fn detach(&self) -> Option<Arc<Socket>> {
        lock(&self.socket).take()
    }

    /// Whether it may still last that long.
    pub fn has_time(&self, pause: Duration) -> bool {
        self.deadline.is_none_or(|d| Instant::now() + pause < d)
    }

    /// Sleeps, but not past the deadline and not after [`abort`](Call::abort).
    pub fn sleep(&self, pause: Duration) -> Result<()> {
        let until = Instant::now() + pause;
        if !self.has_time(pause) {
            // Waiting for a time that is not there helps nobody.
            return Err(deadline_passed());
        }
        let mut guard = lock(&self.socket);
        loop {
            self.check()?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            guard = match self.wake.wait_timeout(guard, left) {
                Ok((g, _)) => g,
                Err(e) => e.into_inner().0,
            };
        }
    }
}

fn deadline_passed() -> Error {
    Error::new(Kind::Timeout, "the deadline of the call passed").with_retryable(false)
}

/// The calls in progress that belong together.
#[derive(Debug, Default)]
pub(crate) struct Calls(Mutex<Vec<Arc<Call>>>);

impl Calls {
    fn add(&self, call: &Arc<Call>) {
        lock(&self.0).push(call.clone());
    }

    fn remove(&self, call: &Arc<Call>) {
        let mut calls = lock(&self.0);
        if let Some(i) = calls.iter().position(|c| Arc::ptr_eq(c, call)) {
            calls.swap_remove(i);
        }
    }

    /// Ends every call in progress; later calls are not affected.
    pub fn abort_all(&self) {
        for call in lock(&self.0).iter() {
            call.abort();
        }
    }
}

#[derive(Debug, Default)]
struct Token {
    cancelled: AtomicBool,
    calls: Calls,
    /// Cancels this one too.
    parent: Option<Cancel>,
}

/// A token that ends the calls and jobs it was given to, from any thread. Once cancelled it stays so.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<Token>);

impl Cancel {
    /// A token nobody has cancelled.
    pub fn new() -> Cancel {
        Cancel::default()
    }

    /// A token that is cancelled by itself, or with `parent`.
    pub(crate) fn child(parent: Option<&Cancel>) -> Cancel {
        Cancel(Arc::new(Token { parent: parent.cloned(), ..Token::default() }))
    }

    /// Itself, and those that cancel it too.
    fn line(&self) -> impl Iterator<Item = &Cancel> {
        std::iter::successors(Some(self), |t| t.0.parent.as_ref())
    }

    /// Ends all that was given this token, now and later.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.calls.abort_all();
    }

    /// Sleeps for so long; `false` when it was cancelled, before or meanwhile.
    pub fn sleep(&self, pause: Duration) -> bool {
        let guard = CallGuard::new(Calls::default(), Some(self), None);
        guard.call().sleep(pause).is_ok()
    }

    /// Whether [`cancel`](Cancel::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.line().any(|t| t.0.cancelled.load(Ordering::Acquire))
    }
}

/// Keeps a call listed with its connection and its token for as long as it lasts.
#[derive(Debug)]
pub(crate) struct CallGuard<C: AsRef<Calls> = Arc<Calls>> {
    call: Arc<Call>,
    calls: C,
    token: Option<Cancel>,
}

impl AsRef<Calls> for Calls {
    fn as_ref(&self) -> &Calls {
        self
    }
}

impl<C: AsRef<Calls>> CallGuard<C> {
    pub fn new(calls: C, token: Option<&Cancel>, deadline: Option<Instant>) -> CallGuard<C> {
        let call = Arc::new(Call::new(deadline));
        calls.as_ref().add(&call);
        if let Some(t) = token {
            t.line().for_each(|t| t.0.calls.add(&call));
            // After the add, so that a cancel in between is not missed.
            if t.is_cancelled() {
                call.abort();
            }
        }
        CallGuard { call, calls, token: token.cloned() }
    }

    pub fn call(&self) -> &Arc<Call> {
        &self.call
    }
}

impl<C: AsRef<Calls>> Drop for CallGuard<C> {
    fn drop(&mut self) {
        self.calls.as_ref().remove(&self.call);
        if let Some(t) = &self.token {
            t.line().for_each(|t| t.0.calls.remove(&self.call));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_ends_calls_made_before_and_after() {
        let calls = Arc::new(Calls::default());
        let token = Cancel::new();
        let before = CallGuard::new(&calls, Some(&token), None);
        assert!(before.call().check().is_ok());
        token.cancel();
        assert_eq!(before.call().check().map_err(|e| e.kind()), Err(Kind::Cancelled));
        let after = CallGuard::new(&calls, Some(&token), None);
        assert!(after.call().aborted());
        drop((before, after));
        assert!(lock(&calls.0).is_empty());
        assert!(lock(&token.0.calls.0).is_empty());
    }

    #[test]
    fn a_token_ends_with_the_one_it_belongs_to_and_not_the_other_way_round() {
        let calls = Arc::new(Calls::default());
        let parent = Cancel::new();
        let (a, b) = (Cancel::child(Some(&parent)), Cancel::child(Some(&parent)));
        let guard = CallGuard::new(&calls, Some(&b), None);
        a.cancel();
        assert!(a.is_cancelled() && !parent.is_cancelled() && !b.is_cancelled());
        assert!(guard.call().check().is_ok());
        parent.cancel();
        assert!(b.is_cancelled() && guard.call().aborted());
        assert!(CallGuard::new(&calls, Some(&b), None).call().aborted());
        drop(guard);
        assert!(lock(&calls.0).is_empty() && lock(&parent.0.calls.0).is_empty());
    }

    #[test]
    fn a_wait_ends_when_aborted() {
        let call = Arc::new(Call::new(None));
        let other = call.clone();
        let t = std::thread::spawn(move || other.sleep(Duration::from_secs(600)));
        call.abort();
        assert_eq!(t.join().unwrap().map_err(|e| e.kind()), Err(Kind::Cancelled));
    }

    #[test]
    fn no_wait_past_the_deadline() {
        let call = Call::new(Some(Instant::now() + Duration::from_secs(5)));
        assert_eq!(call.sleep(Duration::from_secs(600)).map_err(|e| e.kind()), Err(Kind::Timeout));
    }
}
