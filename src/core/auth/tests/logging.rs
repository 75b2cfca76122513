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

/// What is said of one session that is asked for.
fn said(set: &[(&str, &str)], answer: fn() -> Result<Fetched>) -> Vec<(Level, String)> {
    let ear = Ear::new(|| ());
    let fake = Fake::new(move |_, _| answer());
    let _ = authenticator(set).session(&fake, &call());
    let all = ear.heard();
    assert!(all.iter().all(|(_, text)| !text.contains("geheim")), "{all:?}");
    all
}

const V3: [(&str, &str); 5] = [
    ("auth_version", "3"),
    ("os_auth_url", "http://h:5000"),
    ("os_username", "me"),
    ("os_password", "geheim"),
    ("os_project_name", "p"),
];

#[test]
fn an_exchange_is_told_for_debugging_without_its_secrets() {
    let all = said(&V1, || {
        let token = ("X-Auth-Token", "AUTH_tk-geheim-geheim");
        let url = ("X-Storage-Url", "http://s/v1/AUTH_a");
        Ok(reply(200, &[url, token, ("X-Auth-Token-Expires", "85734")], ""))
    });
    assert!(all.iter().all(|(level, _)| *level == Level::Debug), "{all:?}");
    let texts: Vec<&str> = all.iter().map(|(_, t)| t.as_str()).collect();
    assert_eq!(texts[0], "GET http://h/auth/v1.0, to authenticate user \"acc:me\" with its key");
    assert!(texts[1].starts_with("GET http://h/auth/v1.0: 200 "), "{texts:?}");
    assert_eq!(texts[2], "authenticated: storage URL http://s/v1/AUTH_a, the token lives 23 h 48 min");
    assert_eq!(texts.len(), 3);
}

#[test]
fn a_refusal_is_told_as_any_failed_request_and_as_a_failure_for_good() {
    let all = said(&V3, || Ok(reply(401, &[("x-openstack-request-id", "req-1")], "geheim is wrong")));
    let levels: Vec<Level> = all.iter().map(|(l, _)| *l).collect();
    assert_eq!(levels, [Level::Debug, Level::Info, Level::Error], "{all:?}");
    assert!(all[1].1.starts_with("POST http://h:5000/v3/auth/tokens: 401 "), "{all:?}");
    assert!(all[1].1.contains("req-1"), "{all:?}");
    assert!(all[2].1.starts_with("authentication at http://h:5000/v3 failed: 401"), "{all:?}");
}

#[test]
fn what_may_be_tried_again_is_no_failure_for_good() {
    for answer in
        [(|| Ok(reply(503, &[], ""))) as fn() -> Result<Fetched>, || Err(Error::new(Kind::Connect, "broken"))]
    {
        let all = said(&V3, answer);
        let levels: Vec<Level> = all.iter().map(|(l, _)| *l).collect();
        assert_eq!(levels, [Level::Debug, Level::Info], "{all:?}");
    }
}

#[test]
fn a_refusal_that_is_remembered_is_told_once() {
    let ear = Ear::new(|| ());
    let fake = Fake::new(|_, _| Ok(reply(401, &[], "")));
    let a = authenticator(&V1);
    for _ in 0..3 {
        assert_eq!(a.session(&fake, &call()).unwrap_err().kind(), Kind::Auth);
    }
    assert_eq!(ear.heard().iter().filter(|(l, _)| *l == Level::Error).count(), 1);
}

#[test]
fn a_life_is_told_in_words() {
    for (seconds, text) in [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min 0 s"),
        (3599, "59 min 59 s"),
        (3600, "1 h 0 min"),
        (85_734, "23 h 48 min"),
        (90_000, "1 d 1 h"),
    ] {
        assert_eq!(Life(Some(Duration::from_secs(seconds))).to_string(), format!("the token lives {text}"));
    }
    assert_eq!(Life(None).to_string(), "the token does not say how long it lives");
}
