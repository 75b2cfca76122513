//! What the log is told of authentication, and that its receiver may use the connection while it is told.

use std::sync::{MutexGuard, mpsc};
use std::thread;

use super::super::super::log;
use super::sharing::put;
use super::*;

/// There is one receiver in the process: one test at a time has it.
static ONE: Mutex<()> = Mutex::new(());

/// Hears the messages of the thread that made it, and answers each with `then`.
struct Ear {
    heard: Arc<Mutex<Vec<(Level, String)>>>,
    _one: MutexGuard<'static, ()>,
}

impl Ear {
    fn new(then: impl Fn() + Send + Sync + 'static) -> Ear {
        let one = lock(&ONE);
        let heard: Arc<Mutex<Vec<(Level, String)>>> = Arc::default();
        let (to, this) = (heard.clone(), thread::current().id());
        log::set(Some((
            Level::Debug,
            Arc::new(move |level, text: &str| {
                if thread::current().id() == this {
                    lock(&to).push((level, text.to_owned()));
                    then();
                }
            }),
        )));
        Ear { heard, _one: one }
    }

    fn heard(&self) -> Vec<(Level, String)> {
        std::mem::take(&mut *lock(&self.heard))
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        log::set(None);
    }
}

/// Runs it in a thread that is left behind when it hangs.
fn bounded(run: impl FnOnce() + Send + 'static) {
    let (done, ended) = mpsc::channel();
    let t = thread::spawn(move || {
        run();
        done.send(()).unwrap();
    });
    let ended = ended.recv_timeout(Duration::from_secs(60));
    assert_ne!(ended, Err(mpsc::RecvTimeoutError::Timeout), "it hangs");
    t.join().unwrap();
}

#[test]
fn the_receiver_may_ask_for_token_and_storage_url() {
    for status in [200, 401, 503] {
        bounded(move || {
            let a = Arc::new(authenticator(&V1));
            let asked = a.clone();
            let ear = Ear::new(move || drop(asked.current()));
            let fake = Fake::new(
                move |n, _| if status == 200 { Ok(v1_reply(n)) } else { Ok(reply(status, &[], "")) },
            );
            // Without a session, and with one that is to be renewed ahead of its end.
            let _ = a.session(&fake, &call());
            put(&a, 3590, 3600);
            lock(&a.state).not_before = None;
            a.session(&fake, &call()).unwrap();
            assert_eq!(fake.count(), 2);
            assert!(!ear.heard().is_empty());
        });
    }
}

#[test]
fn a_receiver_that_needs_the_token_it_is_told_of_is_refused() {
    bounded(|| {
        let a = Arc::new(authenticator(&V1));
        let (inner, refused) = (a.clone(), Arc::new(Mutex::new(Vec::new())));
        let to = refused.clone();
        // The service's own messages come while the thread authenticates.
        let fake = Fake::new(move |n, c| {
            let nothing = Fake::new(|_, _| panic!("one authentication at a time"));
            lock(&to).push(inner.session(&nothing, c).unwrap_err().kind());
            Ok(v1_reply(n))
        });
        assert_eq!(a.session(&fake, &call()).unwrap().token, "tk1");
        assert_eq!(*lock(&refused), [Kind::State]);
    });
}

#[test]
fn a_receiver_may_make_calls_once_the_outcome_is_told() {
    bounded(|| {
        let a = Arc::new(authenticator(&V1));
        let (used, made) = (a.clone(), Arc::new(Mutex::new(0)));
        let count = made.clone();
        let _ear = Ear::new(move || {
            let fake = Fake::new(|_, _| panic!("there is a session"));
            if used.current().is_some() {
                used.session(&fake, &call()).unwrap();
                *lock(&count) += 1;
            }
        });
        let fake = Fake::new(|n, _| Ok(v1_reply(n)));
        a.session(&fake, &call()).unwrap();
        assert_eq!(*lock(&made), 1);
    });
}
