//! Sessions kept, renewed and shared between threads.

use std::sync::mpsc;
use std::thread;

use super::*;

#[test]
fn a_session_is_kept_and_renewed_when_it_is_stale() {
    let fake = Fake::new(|n, _| Ok(v1_reply(n)));
    let a = authenticator(&V1);
    assert!(a.current().is_none() && a.can_renew());
    let first = a.session(&fake, &call()).unwrap();
    assert!(Arc::ptr_eq(&first, &a.session(&fake, &call()).unwrap()));
    let second = a.renew(&fake, &call(), &first).unwrap();
    assert_eq!((first.token.as_str(), second.token.as_str()), ("tk1", "tk2"));
    // Somebody else noticed later that the first one is stale: the second will do.
    assert!(Arc::ptr_eq(&second, &a.renew(&fake, &call(), &first).unwrap()));
    assert_eq!(fake.count(), 2);
}

#[test]
fn au_11_a_refused_session_is_not_used_again_when_its_renewal_failed() {
    let fake = Fake::new(|n, _| if n == 2 { Ok(reply(503, &[], "")) } else { Ok(v1_reply(n)) });
    let a = authenticator(&V1);
    let first = a.session(&fake, &call()).unwrap();
    assert_eq!(a.renew(&fake, &call(), &first).unwrap_err().kind(), Kind::Server);
    assert_eq!(a.session(&fake, &call()).unwrap().token, "tk3");
}

#[test]
fn df_10_a_given_token_stays_and_says_why_it_cannot_be_renewed() {
    let fake = Fake::new(|_, _| panic!("nothing to authenticate with"));
    let a = authenticator(&[("os_storage_url", "http://s/v1/a"), ("os_auth_token", "geheim")]);
    assert!(!a.can_renew());
    let session = a.session(&fake, &call()).unwrap();
    let e = a.renew(&fake, &call(), &session).unwrap_err();
    assert_eq!(e.kind(), Kind::Auth);
    assert_eq!(
        e.message(),
        "the token was given (os_auth_token) without credentials to get another one: it may have expired, and \
         cannot be renewed"
    );
    assert!(Arc::ptr_eq(&session, &a.session(&fake, &call()).unwrap()));

    // Credentials that were given and do not do are worth a word.
    let a = authenticator(&[
        ("os_storage_url", "http://s/v1/a"),
        ("os_auth_token", "t"),
        ("os_auth_url", "http://h/v3"),
        ("os_username", "me"),
        ("os_password", "geheim"),
    ]);
    let why = a.why_not_renewable();
    assert!(why.contains("cannot be renewed") && why.contains("no project"), "{why}");

    // With credentials beside it, it can be.
    let fake = Fake::new(|n, _| Ok(v1_reply(n)));
    let a = authenticator(&with(&V1, &[("os_storage_url", "http://s/v1/b"), ("os_auth_token", "t")]));
    let session = a.session(&fake, &call()).unwrap();
    let renewed = a.renew(&fake, &call(), &session).unwrap();
    assert_eq!((renewed.token.as_str(), renewed.storage_url.path()), ("tk1", "/v1/b"));

    // A token that only a token was had for, neither.
    let a = authenticator(&[
        ("os_auth_url", "http://h/v3"),
        ("os_auth_type", "v3token"),
        ("os_auth_token", "old"),
        ("os_project_name", "p"),
    ]);
    assert!(!a.can_renew() && a.why_not_renewable().contains("password"));
}

fn session(token: &str, storage_url: &Url, life: Option<Duration>, begun: SystemTime) -> Session {
    let granted =
        Granted { token: token.into(), service_token: None, storage_url: storage_url.clone(), life };
    Session::new(granted, begun)
}

/// A session that began `age` ago and lives for `life`.
pub(super) fn put(a: &Authenticator, age: u64, life: u64) -> Arc<Session> {
    let begun = SystemTime::now() - Duration::from_secs(age);
    let url = Url::parse("http://s/v1/a").unwrap();
    let session = Arc::new(session("put", &url, Some(Duration::from_secs(life)), begun));
    lock(&a.state).session = Some(session.clone());
    session
}

#[test]
fn ages_of_a_session() {
    let url = Url::parse("http://s/v1/a").unwrap();
    let now = SystemTime::now();
    let age = |life: u64, at: u64| {
        session("t", &url, Some(Duration::from_secs(life)), now).age(now + Duration::from_secs(at))
    };
    // A minute ahead, or a tenth of a short life.
    assert_eq!((age(3600, 3539), age(3600, 3540), age(3600, 3600)), (Age::Fresh, Age::Old, Age::Over));
    assert_eq!((age(20, 17), age(20, 18), age(20, 21)), (Age::Fresh, Age::Old, Age::Over));
    // No life: the time is wrong. Endless life: no time.
    assert_eq!(age(0, 5), Age::Fresh);
    assert_eq!(age(u64::MAX, 5), Age::Fresh);
    assert_eq!(session("t", &url, None, now).age(now), Age::Fresh);
}

#[test]
fn an_expired_session_is_replaced_and_an_old_one_ahead_of_time() {
    for (age, life) in [(100, 50), (3590, 3600)] {
        let fake = Fake::new(|n, _| Ok(v1_reply(n)));
        let a = authenticator(&V1);
        put(&a, age, life);
        assert_eq!(a.session(&fake, &call()).unwrap().token, "tk1");
        assert_eq!(a.session(&fake, &call()).unwrap().token, "tk1");
        assert_eq!(fake.count(), 1);
    }
}

#[test]
fn an_old_session_serves_on_when_its_renewal_fails() {
    let fake = Fake::new(|_, _| Ok(reply(503, &[], "")));
    let a = authenticator(&V1);
    let old = put(&a, 3590, 3600);
    assert!(Arc::ptr_eq(&old, &a.session(&fake, &call()).unwrap()));
    assert!(Arc::ptr_eq(&old, &a.session(&fake, &call()).unwrap()));
    assert_eq!(fake.count(), 1, "the service is left alone for a while");
    // When it is over, or the server refuses it, it does not.
    assert_eq!(a.renew(&fake, &call(), &old).unwrap_err().kind(), Kind::Server);
    put(&a, 100, 50);
    assert_eq!(a.session(&fake, &call()).unwrap_err().kind(), Kind::Server);
}

#[test]
fn an_expired_session_that_cannot_be_renewed_is_left_to_the_server() {
    let fake = Fake::new(|_, _| panic!("no request is needed"));
    let a = authenticator(&[("os_storage_url", "http://s/v1/a"), ("os_auth_token", "t")]);
    let over = put(&a, 100, 50);
    assert!(Arc::ptr_eq(&over, &a.session(&fake, &call()).unwrap()));
}

#[test]
fn threads_share_one_authentication() {
    let fake = Fake::new(|n, call| {
        call.sleep(Duration::from_millis(20))?;
        Ok(v1_reply(n))
    });
    let a = authenticator(&V1);
    for expected in 1..=2 {
        let stale = a.current();
        thread::scope(|s| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    s.spawn(|| match &stale {
                        None => a.session(&fake, &call()),
                        Some(old) => a.renew(&fake, &call(), old),
                    })
                })
                .collect();
            for t in threads {
                assert_eq!(t.join().unwrap().unwrap().token, format!("tk{expected}"));
            }
        });
        assert_eq!(fake.count(), expected);
    }
}

/// One thread in the middle of authenticating, and what ends that.
fn leading<R>(
    a: &Authenticator,
    fake_answer: fn(&Arc<Call>) -> Result<Fetched>,
    during: impl FnOnce(&Fake, &Arc<Call>, &dyn Fn()) -> R,
) -> (R, Result<Arc<Session>>) {
    let (arrived, wait_arrived) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let fake = Fake::new(move |n, call| {
        if n > 1 {
            return Ok(v1_reply(n));
        }
        arrived.send(()).unwrap();
        lock(&gate).recv().unwrap();
        fake_answer(call)
    });
    let leader = call();
    thread::scope(|s| {
        let led = s.spawn(|| a.session(&fake, &leader));
        wait_arrived.recv().unwrap();
        let r = during(&fake, &leader, &|| open.send(()).unwrap());
        (r, led.join().unwrap())
    })
}

#[test]
fn who_waits_obeys_its_own_call() {
    let a = authenticator(&V1);
    let (_, led) = leading(
        &a,
        |_| Ok(v1_reply(1)),
        |fake, _, open| {
            let late = Arc::new(Call::new(Some(Instant::now() + Duration::from_millis(10))));
            assert_eq!(a.session(fake, &late).unwrap_err().kind(), Kind::Timeout);
            let aborted = call();
            thread::scope(|s| {
                let waiting = s.spawn(|| a.session(fake, &aborted));
                aborted.abort();
                assert_eq!(waiting.join().unwrap().unwrap_err().kind(), Kind::Cancelled);
            });
            assert_eq!(fake.count(), 1);
            open();
        },
    );
    assert_eq!(led.unwrap().token, "tk1");
}

#[test]
fn when_the_one_that_authenticates_is_cancelled_another_takes_over() {
    let a = authenticator(&V1);
    let ((), led) = leading(
        &a,
        |call| Err(call.check().unwrap_err()),
        |fake, leader, open| {
            thread::scope(|s| {
                let waiting = s.spawn(|| a.session(fake, &call()));
                leader.abort();
                open();
                assert_eq!(waiting.join().unwrap().unwrap().token, "tk2");
            });
        },
    );
    assert_eq!(led.unwrap_err().kind(), Kind::Cancelled);
}

#[test]
fn who_waits_gets_the_same_failure_without_asking_again() {
    // A thread may come only after the failure, and then asks for itself; so try until all of them waited.
    for _ in 0..200 {
        let fake = Fake::new(|_, call| {
            call.sleep(Duration::from_millis(20))?;
            Ok(reply(401, &[("x-trans-id", "tx1")], "no"))
        });
        let a = authenticator(&V1);
        thread::scope(|s| {
            let threads: Vec<_> = (0..4).map(|_| s.spawn(|| a.session(&fake, &call()))).collect();
            for t in threads {
                let e = t.join().unwrap().unwrap_err();
                assert_eq!((e.kind(), e.http_status(), e.retryable()), (Kind::Auth, 401, false));
                assert_eq!(e.failure().unwrap().transaction_id(), Some("tx1"));
                assert!(e.message().contains("check the options user and key") && !e.url().is_empty());
            }
        });
        if fake.count() == 1 {
            return;
        }
    }
    panic!("every thread asked for itself, 200 times");
}

#[test]
fn while_an_old_session_is_renewed_the_others_go_on_with_it() {
    let a = authenticator(&V1);
    let old = put(&a, 3590, 3600);
    let (_, led) = leading(
        &a,
        |_| Ok(v1_reply(1)),
        |fake, _, open| {
            assert!(Arc::ptr_eq(&old, &a.session(fake, &call()).unwrap()));
            open();
        },
    );
    assert_eq!(led.unwrap().token, "tk1");
}

#[test]
fn a_panic_while_authenticating_does_not_block_the_others() {
    let fake = Fake::new(|n, _| if n == 1 { panic!("a bug") } else { Ok(v1_reply(n)) });
    let a = authenticator(&V1);
    thread::scope(|s| assert!(s.spawn(|| a.session(&fake, &call())).join().is_err()));
    assert_eq!(a.session(&fake, &call()).unwrap().token, "tk2");
}

#[test]
fn an_aborted_call_does_not_authenticate() {
    let fake = Fake::new(|_, _| panic!("no request is needed"));
    let aborted = call();
    aborted.abort();
    let e = authenticator(&V1).session(&fake, &aborted).unwrap_err();
    assert_eq!(e.kind(), Kind::Cancelled);
}

#[test]
fn sessions_do_not_show_their_token() {
    let url = Url::parse("http://s/v1/a").unwrap();
    let shown = format!("{:?}", session("geheim", &url, None, SystemTime::now()));
    assert!(!shown.contains("geheim"), "{shown}");
}

#[test]
fn df_09_application_credentials_are_renewed_and_passcodes_are_not() {
    let fake = Fake::new(|n, _| Ok(reply(201, &[("X-Subject-Token", &format!("tk{n}"))], "{\"token\": {}}")));
    let base = [("os_auth_url", "http://h/v3"), ("os_storage_url", "http://s/v1/a")];
    let app = [("os_application_credential_id", "i"), ("os_application_credential_secret", "s")];
    let a = authenticator(&with(&base, &app));
    let first = a.session(&fake, &call()).unwrap();
    assert_eq!(a.renew(&fake, &call(), &first).unwrap().token, "tk2");
    // A second time the same passcode would only be refused.
    let code =
        [("os_username", "me"), ("os_passcode", "123456"), ("os_project_name", "p"), ("auth_version", "3")];
    let a = authenticator(&with(&base, &code));
    let first = a.session(&fake, &call()).unwrap();
    assert_eq!((first.token.as_str(), a.can_renew()), ("tk3", false));
    let e = a.renew(&fake, &call(), &first).unwrap_err();
    assert!(e.message().contains("obtained with a passcode"), "{e}");
    assert_eq!(fake.count(), 3);
}

#[test]
fn au_50_a_session_lives_as_long_as_the_first_of_its_tokens() {
    let fake = Fake::new(|n, _| {
        let life = if n == 1 { "3600" } else { "60" };
        let headers = [
            ("X-Storage-Url", "http://s/v1/AUTH_a"),
            ("X-Auth-Token", &*format!("tk{n}")),
            ("X-Auth-Token-Expires", life),
        ];
        Ok(reply(200, &headers, ""))
    });
    let service = [("service_username", "s:s"), ("service_key", "geheim")];
    let session = authenticator(&with(&V1, &service)).session(&fake, &call()).unwrap();
    assert_eq!((session.token.as_str(), session.service_token.as_deref()), ("tk1", Some("tk2")));
    assert_eq!(session.expires.unwrap().duration_since(session.obtained).unwrap(), Duration::from_secs(60));
    assert!(!format!("{session:?}").contains("tk2"));
    // The failure of the second is that of both, and says whose it is.
    let fake = Fake::new(|n, _| Ok(if n == 1 { v1_reply(n) } else { reply(401, &[], "") }));
    let e = authenticator(&with(&V1, &service)).session(&fake, &call()).unwrap_err();
    assert!(e.kind() == Kind::Auth && e.message().contains("service_username"), "{e}");
    assert!(!e.message().contains("geheim"), "{e}");
}
