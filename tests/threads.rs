//! One handle for 32 threads: every operation at once, the right data for each, and one new token when the old one dies.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::faulty::{Faulty, memory, reply, with};
use support::{pattern, real, unique};
use swiftclient::core::{Config, Connection, Request};

const THREADS: usize = 32;

/// What one of the threads does; its objects are its own, the container is everybody's.
fn mixed(cn: &Connection, container: &str, thread: usize, rounds: usize) {
    let r = Request::new();
    for round in 0..rounds {
        let name = format!("{thread:02}/{round} ü");
        let body = [format!("{thread} {round}").into_bytes(), pattern(thread * 3001 + round)].concat();
        cn.put_object(container, &name, &memory(&body), &r).unwrap();
        let mut meta = Request::new();
        meta.set_metadata("Object", "Thread", &thread.to_string()).unwrap();
        cn.post_object(container, &name, &meta).unwrap();
        let head = cn.head_object(container, &name, &r).unwrap();
        assert_eq!(head.headers().get_str("x-object-meta-thread"), Some(thread.to_string().as_str()));
        assert!(cn.get_object(container, &name, &r).unwrap().read_all(1 << 20).unwrap() == body);
        // One that is not read to its end takes its connection along and nobody else's.
        drop(cn.get_object(container, &name, &r).unwrap());
        let copy = format!("{name} copy");
        cn.copy_object(container, &name, Some((container, &copy)), &r).unwrap();
        let mut listing = Request::new();
        listing.set_query("prefix", Some(&format!("{thread:02}/"))).unwrap();
        let mut listed = cn.list_container(container, &listing).unwrap();
        let mut names = Vec::new();
        while let Some(e) = listed.next().unwrap() {
            names.push(e.name().to_owned());
        }
        assert_eq!(names, [name.clone(), copy.clone()]);
        assert_eq!(cn.head_object(container, "nothing", &r).unwrap_err().http_status(), 404);
        cn.head_account(&r).unwrap();
        cn.head_container(container, &r).unwrap();
        cn.delete_object(container, &name, &r).unwrap();
        cn.delete_object(container, &copy, &r).unwrap();
    }
}

fn at_once(work: impl Fn(usize) + Sync) {
    let start = std::sync::Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(thread);
            });
        }
    });
}

fn against_the_real_server(base: &Config) {
    let own = Connection::new(base).unwrap();
    let container = unique("threads");
    own.put_container(&container, &Request::new()).unwrap();
    // All of them find that the token is no good at the same moment.
    let mut c = base.clone();
    c.set("os_storage_url", Some(&own.storage_url().unwrap())).unwrap();
    c.set("os_auth_token", Some("AUTH_tkthatdied")).unwrap();
    let cn = Connection::new(&c).unwrap();
    at_once(|thread| mixed(&cn, &container, thread, 2));
    assert_eq!(cn.reauthentications(), 1);
    own.delete_container(&container, &Request::new()).unwrap();
}

#[test]
fn thirty_two_threads_share_one_handle_over_http() {
    against_the_real_server(&real::v1());
}

#[test]
fn thirty_two_threads_share_one_handle_over_tls() {
    against_the_real_server(&real::v1_tls());
}

#[test]
fn a_token_that_dies_in_the_middle_is_replaced_once() {
    let served = Arc::new(AtomicUsize::new(0));
    let count = served.clone();
    let s = Faulty::new(move |_, seen| {
        // Each answer is for the one who asked; the first token dies after a while, for all at once.
        let n = count.fetch_add(1, Ordering::SeqCst);
        if n >= 500 && seen.header("x-auth-token") == Some("AUTH_tk1") {
            return reply("401 Unauthorized", &[], b"");
        }
        match n % 50 {
            7 => reply("503 Busy", &[], b""),
            11 => support::faulty::Reply::SendAndClose(Vec::new()),
            _ => reply("200 OK", &[("X-Target", &seen.target)], seen.target.as_bytes()),
        }
    });
    let cn = with(&s, &[("retries", "20"), ("timeout", "60")]);
    at_once(|thread| {
        for round in 0..50 {
            let name = format!("{thread}-{round}");
            let mut r = cn.get_object("c", &name, &Request::new()).unwrap();
            let target = format!("/v1/AUTH_test/c/{name}");
            assert_eq!(r.headers().get_str("x-target"), Some(target.as_str()));
            assert_eq!(r.read_all(1000).unwrap(), target.as_bytes());
        }
    });
    assert!(served.load(Ordering::SeqCst) >= THREADS * 50);
    assert_eq!((s.tokens(), cn.reauthentications()), (2, 1));
}
