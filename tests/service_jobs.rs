//! Jobs as a whole: what is sent for their options, how they end when something fails or is cancelled, how far they are.
//! The server is a scripted one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use support::Folder;
use support::faulty::{Faulty, Reply, Seen, cut, reply, response};
use support::world::{PATIENCE, config, kind, owned, value};
use swiftclient::core::{Connection, Kind, Source};
use swiftclient::service::{JobResult, Objects, Queue, Service, Verb, What};

fn service(server: &Faulty, connection: &[(&str, &str)], options: &[(&str, &str)]) -> (Service, Queue) {
    let mut c = server.config();
    for (k, v) in connection {
        c.set(k, Some(v)).unwrap();
    }
    let connection = Connection::new(&c).unwrap();
    (Service::new(&connection, Some(&config(options))).unwrap(), Queue::new().unwrap())
}

/// All results of a job.
fn run(s: &Service, q: &Queue, verb: Verb, options: &[(&str, &str)]) -> Vec<JobResult> {
    let job = s.submit(q, 1, verb, Some(&config(options))).unwrap();
    let mut all: Vec<JobResult> = Vec::new();
    while !all.last().is_some_and(|r| r.is_last) {
        let some = q.pop(1, Some(PATIENCE));
        assert!(!some.is_empty());
        all.extend(some);
    }
    assert!(all.iter().all(|r| r.job == job));
    all
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn delete(objects: Option<&[&str]>) -> Verb {
    Verb::Delete { container: Some("c".into()), objects: objects.and_then(owned) }
}

fn page(names: &[String]) -> Reply {
    let rows: Vec<String> = names.iter().map(|n| format!("{{\"name\": \"{n}\", \"bytes\": 1}}")).collect();
    reply("200 OK", &[], format!("[{}]", rows.join(", ")).as_bytes())
}

/// Whether a request is for a page of a listing, and the marker of it.
fn listing(seen: &Seen) -> Option<String> {
    let (_, query) = seen.target.split_once('?').filter(|_| seen.method == "GET")?;
    query.contains("format=json").then(|| {
        let marker = query.split('&').find_map(|p| p.strip_prefix("marker="));
        marker.unwrap_or_default().to_owned()
    })
}

#[test]
fn sv_08_the_header_option_reaches_the_server_with_every_verb() {
    let s =
        Faulty::new(|_, seen| if listing(seen).is_some() { page(&[]) } else { reply("200 OK", &[], b"") });
    let (service, q) = service(&s, &[], &[]);
    let c = || Some("c".to_owned());
    let verbs: [(Verb, &str); 10] = [
        (Verb::Stat { container: None, objects: None }, "HEAD"),
        (Verb::Stat { container: c(), objects: None }, "HEAD"),
        (Verb::Stat { container: c(), objects: owned(&["o"]) }, "HEAD"),
        (Verb::List { container: None }, "GET"),
        (Verb::List { container: c() }, "GET"),
        (Verb::Post { container: c(), objects: owned(&["o"]) }, "POST"),
        (Verb::Download { container: c(), objects: owned(&["o"]) }, "GET"),
        (Verb::Copy { container: "c".into(), objects: owned(&["o"]).unwrap() }, "COPY"),
        (delete(Some(&["o"])), "DELETE"),
        (delete(None), "DELETE"),
    ];
    for (verb, method) in verbs {
        let before = s.seen().len();
        let mut options = vec![("header", "X-Mine: a\nX-mine:  b c \nx-other:")];
        if matches!(verb, Verb::Download { .. }) {
            options.push(("no_download", "true"));
        }
        run(&service, &q, verb, &options);
        let seen = s.seen()[before..].iter().find(|r| r.method == method).cloned().unwrap();
        let mine: Vec<_> = seen.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("x-mine")).collect();
        assert_eq!(mine.len(), 1, "{seen:?}");
        assert_eq!((mine[0].1.as_str(), seen.header("x-other")), ("b c", Some("")));
    }
}

#[test]
fn df_18_a_report_of_failure_is_a_failure() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "HEAD" => reply("200 OK", &[("X-Static-Large-Object", "True")], b""),
        _ => {
            let body = br#"{"Number Deleted": 1, "Number Not Found": 0, "Response Status": "400 Bad Request",
                "Response Body": "", "Errors": [["/c/s%20p", "403 Forbidden"]]}"#;
            reply("200 OK", &[("Content-Type", "application/json")], body)
        }
    });
    let (service, q) = service(&s, &[("retries", "0")], &[]);
    let all = run(&service, &q, delete(Some(&["o"])), &[]);
    assert!(!all[0].success());
    let message = all[0].error.as_ref().unwrap().message();
    assert!(message.contains("403 Forbidden"), "{message}");
    let seen = s.seen();
    assert!(seen[0].target.ends_with("/c/o?symlink=get"));
    // Between them it was looked whether the container keeps what is deleted.
    assert!(seen[1].target.ends_with("/c"));
    assert!(seen[2].target.ends_with("/c/o?multipart-manifest=delete"));
    assert_eq!(seen[2].header("accept"), Some("application/json"));
}

#[test]
fn de_08_a_container_delete_outlasts_a_listing_that_lags() {
    // The object is gone, but listed twice more, and until then the container is not empty.
    let deletes = Arc::new(AtomicUsize::new(0));
    let count = deletes.clone();
    let s = Faulty::new(move |_, seen| {
        let passed = count.load(Ordering::SeqCst);
        if let Some(marker) = listing(seen) {
            let names = if passed < 3 && marker.is_empty() { vec!["o".to_owned()] } else { vec![] };
            return page(&names);
        }
        match (seen.method.as_str(), seen.target.ends_with("/c/o")) {
            ("DELETE", true) if passed == 0 => reply("204 No Content", &[], b""),
            ("DELETE", true) => reply("404 Not Found", &[], b""),
            ("DELETE", false) if count.fetch_add(1, Ordering::SeqCst) < 2 => {
                reply("409 Conflict", &[], b"There was a conflict when trying to complete your request.")
            }
            _ => reply("204 No Content", &[], b""),
        }
    });
    let (service, q) = service(&s, &[], &[]);
    let all = run(&service, &q, delete(None), &[]);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    assert_eq!(all.iter().filter(|r| r.action == "delete_object").count(), 3);
    assert_eq!(deletes.load(Ordering::SeqCst), 3);

    // What will never be empty is given up.
    let s = Faulty::new(|_, seen| match listing(seen) {
        Some(_) => page(&[]),
        None => reply("409 Conflict", &[], b""),
    });
    let (service, q) = self::service(&s, &[("retries", "2")], &[]);
    let all = run(&service, &q, delete(None), &[]);
    assert_eq!((all.len(), kind(&all[0])), (1, Some(Kind::Conflict)));
    assert_eq!(s.seen().iter().filter(|r| r.method == "DELETE").count(), 3);
    assert_eq!(all[0].attempts, 6);
}

/// A container of so many objects, a hundred on a page; everything else is well.
fn large(count: usize) -> Faulty {
    Faulty::new(move |_, seen| match listing(seen) {
        Some(marker) => {
            let from = if marker.is_empty() { 0 } else { marker[1..].parse::<usize>().unwrap() + 1 };
            let names: Vec<String> = (from..count.min(from + 100)).map(|n| format!("o{n:06}")).collect();
            page(&names)
        }
        None if seen.method == "GET" => reply("200 OK", &[], b"x"),
        None => reply("204 No Content", &[], b""),
    })
}

#[test]
fn dl_03_no_more_is_found_ahead_than_is_read() {
    let s = large(10_000);
    let (service, q) = service(&s, &[], &[]);
    let verb = Verb::Download { container: Some("c".into()), objects: None };
    service.submit(&q, 1, verb, Some(&config(&[("no_download", "true")]))).unwrap();
    let pages = || s.seen().iter().filter(|r| listing(r).is_some()).count();
    // Nobody reads: it comes to a halt.
    eventually("a halt", || q.len() >= 2000 && q.len() == pages() * 100);
    std::thread::sleep(Duration::from_millis(100));
    assert!(q.len() <= 2100, "{}", q.len());
    eventually("what waits is counted", || {
        let p = service.progress(1).unwrap();
        (p.objects, p.objects_total, p.bytes_total) == (q.len() as u64, None, None)
    });
    let mut objects = 0;
    loop {
        let some = q.pop(500, Some(PATIENCE));
        assert!(!some.is_empty() && q.len() <= 2600);
        objects += some.iter().filter(|r| r.action == "download_object").count();
        if some.last().unwrap().is_last {
            break;
        }
    }
    assert_eq!(objects, 10_000);
    let p = service.progress(0).unwrap();
    assert_eq!((p.bytes, p.bytes_total, p.objects_total), (10_000, Some(10_000), Some(10_000)));
}

#[test]
fn a_shutdown_lets_a_container_be_finished_though_nobody_reads() {
    let s = large(5_000);
    let (service, q) = service(&s, &[], &[]);
    service.submit(&q, 1, delete(None), Some(&config(&[("bulk", "false")]))).unwrap();
    assert!(service.shutdown(None));
    assert_eq!(q.len(), 5_001);
}

#[test]
fn df_15_a_failure_ends_what_a_listing_has_found_and_would_find() {
    let failed = AtomicBool::new(false);
    let s = Faulty::new(move |_, seen| match listing(seen) {
        Some(marker) if marker.is_empty() => page(&(0..100).map(|n| format!("o{n:03}")).collect::<Vec<_>>()),
        Some(marker) if marker == "o099" => page(&["z".to_owned()]),
        Some(_) => page(&[]),
        None if seen.target.contains("o01") => {
            failed.store(true, Ordering::SeqCst);
            reply("403 Forbidden", &[], b"")
        }
        None => {
            // The other worker must not be far ahead when the one that failed comes to tell so.
            if failed.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(50));
            }
            reply("204 No Content", &[], b"")
        }
    });
    let (service, q) = service(&s, &[("retries", "0")], &[("object_dd_threads", "2")]);
    let all = run(&service, &q, delete(None), &[("fail_fast", "true"), ("bulk", "false")]);
    let cancelled = all.iter().filter(|r| kind(r) == Some(Kind::Cancelled)).count();
    assert!(cancelled > 50, "{cancelled}");
    // The container was not touched: what is in it is not gone.
    assert!(!s.seen().iter().any(|r| r.method == "DELETE" && r.target.ends_with("/c")));
    let container = all.iter().find(|r| r.action == "delete_container").unwrap();
    assert_eq!(kind(container), Some(Kind::Cancelled));
    assert_eq!(all.iter().filter(|r| r.is_last).count(), 1);
    // Without it the rest goes on.
    let all = run(&service, &q, delete(None), &[("bulk", "false")]);
    assert_eq!(all.iter().filter(|r| r.success() && r.action == "delete_object").count(), 91);
}

#[test]
fn de_05_a_latest_version_goes_alone_whatever_it_is() {
    // The delete keeps it as an older version, which needs its segments.
    for header in [("X-Static-Large-Object", "True"), ("X-Object-Manifest", "s/p/")] {
        let s = Faulty::new(move |_, seen| match seen.method.as_str() {
            "HEAD" => reply("200 OK", &[header, ("X-Object-Version-Id", "1.5")], b""),
            _ => reply("204 No Content", &[], b""),
        });
        let (service, q) = service(&s, &[], &[]);
        let all = run(&service, &q, delete(Some(&["o"])), &[]);
        assert!(all.len() == 1 && all[0].success());
        let seen = s.seen();
        assert_eq!((seen.len(), seen[1].method.as_str()), (2, "DELETE"));
        assert!(!seen[1].target.contains("multipart-manifest"), "{}", seen[1].target);
    }
}

#[test]
fn cp_03_a_container_that_cannot_be_made_need_not_matter() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "PUT" => reply("403 Forbidden", &[], b""),
        _ => reply("201 Created", &[], b""),
    });
    let (service, q) = service(&s, &[], &[]);
    let verb = Verb::Copy { container: "c".into(), objects: owned(&["o", "p"]).unwrap() };
    let options =
        [("destination", "/d"), ("fail_fast", "true"), ("header", "X-Storage-Policy: gold\nX-A: b")];
    let all = run(&service, &q, verb, &options);
    assert_eq!((all[0].action, kind(&all[0])), ("create_container", Some(Kind::Forbidden)));
    assert!(all[1..].iter().all(|r| r.success() && r.action == "copy_object"));
    let seen = s.seen();
    assert_eq!((seen[0].header("x-storage-policy"), seen[0].header("x-a")), (Some("gold"), None));
    assert_eq!(
        seen[1].header("destination"),
        Some(if seen[1].target.ends_with("/o") { "/d/o" } else { "/d/p" })
    );

    // Cancelled before that is known, each object has a result all the same.
    let s = Faulty::new(|_, _| Reply::SendAndStall(Vec::new()));
    let (service, q) = self::service(&s, &[], &[]);
    let verb = Verb::Copy { container: "c".into(), objects: owned(&["o", "p"]).unwrap() };
    let job = service.submit(&q, 1, verb, Some(&config(&[("destination", "/d")]))).unwrap();
    eventually("it is under way", || s.seen().len() == 1);
    assert!(service.cancel(job));
    let mut all = Vec::new();
    while all.len() < 3 {
        all.extend(q.pop(3, Some(PATIENCE)));
    }
    assert!(all.iter().all(|r| kind(r) == Some(Kind::Cancelled)));
}

#[test]
fn the_total_of_bytes_waits_for_no_object_that_has_failed() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        _ if seen.target.ends_with("/gone") => reply("404 Not Found", &[], b""),
        "GET" => {
            let whole = response("200 OK", &[], b"12345");
            Reply::SendAndStall(whole[..whole.len() - 1].to_vec())
        }
        "HEAD" => reply("404 Not Found", &[], b""),
        _ => Reply::SendAndStall(Vec::new()),
    });
    let (service, q) = service(&s, &[], &[]);
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["gone", "here"]) };
    let job = service.submit(&q, 1, verb, Some(&config(&[("no_download", "true")]))).unwrap();
    eventually("its bytes are known", || service.progress(job).unwrap().bytes_total == Some(5));
    eventually("one has failed", || service.progress(job).unwrap().failed == 1);
    assert!(service.cancel(job));

    // What is no file at all, and what a tree has that nobody can read.
    let folder = Folder::new("total-of-bytes");
    std::fs::create_dir(folder.path("tree")).unwrap();
    std::fs::write(folder.path("tree/file"), "five!").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", folder.path("tree/broken")).unwrap();
    let mut objects = Objects::new();
    objects.add_what(Some("missing"), What::File(folder.path("missing")), None).unwrap();
    objects.add_what(Some("tree"), What::Tree(folder.path("tree")), None).unwrap();
    let verb = Verb::Upload { container: "c".into(), objects };
    let options = [("skip_container_put", "true"), ("segment_size", "0")];
    let job = service.submit(&q, 2, verb, Some(&config(&options))).unwrap();
    eventually("its bytes are known", || service.progress(job).unwrap().bytes_total == Some(5));
    eventually("they have failed", || {
        service.progress(job).unwrap().failed == if cfg!(unix) { 2 } else { 1 }
    });
    assert!(service.cancel(job));
}

#[test]
fn progress_is_told_while_bytes_move() {
    let go = Arc::new(AtomicBool::new(false));
    let wait = go.clone();
    let body = vec![7; 1 << 20];
    let s = Faulty::new(move |_, seen| {
        if seen.target.ends_with("/b") {
            while !wait.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        reply("200 OK", &[], &body)
    });
    let (service, q) = service(&s, &[], &[]);
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["a", "b"]) };
    let options = config(&[("no_download", "true"), ("progress_interval", "0.0001")]);
    let job = service.submit(&q, 1, verb, Some(&options)).unwrap();
    eventually("the first is done", || service.progress(job).unwrap().objects == 1);
    let p = service.progress(job).unwrap();
    // Of the second not even the length is known.
    assert_eq!((p.bytes, p.bytes_total, p.objects_total, p.failed), (1 << 20, None, Some(2), 0));
    assert_eq!(service.progress(0).unwrap().bytes, 1 << 20);
    go.store(true, Ordering::SeqCst);
    let (mut told, mut done) = (Vec::new(), 0);
    loop {
        let r = q.pop(1, Some(PATIENCE)).remove(0);
        match r.progress {
            Some(p) => {
                assert_eq!(value(&r)["bytes"].as_u64(), Some(p.bytes));
                told.push(p);
            }
            None => done += 1,
        }
        if r.is_last {
            break;
        }
    }
    assert_eq!(done, 2);
    assert!(!told.is_empty() && told.is_sorted_by_key(|p| p.bytes));
    assert!(service.progress(job).is_none());
    // Without being asked for it is not told, and never more than one waits.
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["a", "a", "a"]) };
    assert!(run(&service, &q, verb.clone(), &[("no_download", "1")]).iter().all(|r| r.progress.is_none()));
    service.submit(&q, 1, verb, Some(&options)).unwrap();
    eventually("it is over", || service.pending() == 0);
    assert_eq!(q.pop(10, None).iter().filter(|r| r.progress.is_some()).count(), 1);
}

#[test]
fn statistics_count_what_was_done() {
    // Every other request fails, and the first token is refused.
    let calls = AtomicUsize::new(0);
    let s = Faulty::new(move |_, seen| match seen.header("x-auth-token") {
        Some("AUTH_tk1") => reply("401 Unauthorized", &[], b""),
        _ if calls.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) => reply("503 Busy", &[], b""),
        _ if seen.method == "GET" => reply("200 OK", &[], b"hello"),
        _ => reply("201 Created", &[], b""),
    });
    let (service, q) = service(&s, &[], &[]);
    run(&service, &q, Verb::Stat { container: None, objects: None }, &[]);
    let verb = Verb::Download { container: Some("c".into()), objects: owned(&["o"]) };
    run(&service, &q, verb, &[("no_download", "true")]);
    let source = Source::memory(Arc::new(b"hello!"));
    let verb = Verb::Upload { container: "c".into(), objects: support::upload_of("o", source) };
    run(&service, &q, verb, &[("skip_container_put", "true"), ("leave_segments", "true")]);
    let stat = service.statistics(Some("stat")).unwrap();
    assert_eq!((stat.jobs, stat.requests, stat.retries), (1, 3, 2));
    let get = service.statistics(Some("download")).unwrap();
    assert_eq!((get.requests, get.retries, get.received, get.sent), (2, 1, 5, 0));
    let put = service.statistics(Some("upload")).unwrap();
    assert_eq!((put.requests, put.sent, put.received), (2, 6, 0));
    let all = service.statistics(None).unwrap();
    assert_eq!((all.jobs, all.requests, all.retries), (3, 7, 4));
    assert_eq!(all.requests as usize, s.seen().len());
    assert_eq!(service.reauthentications(), 1);
    assert!(service.statistics(Some("swim")).is_err());
}

#[test]
fn cancel_at_random_moments_under_load() {
    // A server that is slow now and then, cuts bodies off, and refuses some.
    let n = AtomicUsize::new(0);
    let s = Faulty::new(move |_, seen| {
        let n = n.fetch_add(1, Ordering::Relaxed);
        if let Some(marker) = listing(seen) {
            let from = if marker.is_empty() { 0 } else { marker[1..].parse::<usize>().unwrap() + 1 };
            return page(&(from..30.min(from + 10)).map(|n| format!("o{n:06}")).collect::<Vec<_>>());
        }
        if n.is_multiple_of(7) {
            std::thread::sleep(Duration::from_millis(n as u64 % 5));
        }
        match n % 23 {
            3 => return reply("503 Busy", &[], b""),
            5 => return Reply::SendAndClose(cut("200 OK", &[], &[1; 5000], 100)),
            _ => {}
        }
        match seen.method.as_str() {
            "GET" => Reply::Send(response("200 OK", &[("Etag", "x")], &[1; 5000])),
            "HEAD" if n.is_multiple_of(11) => reply("200 OK", &[("X-Object-Manifest", "c/seg")], b""),
            "HEAD" => reply("200 OK", &[], b""),
            _ => reply("201 Created", &[], b""),
        }
    });
    let folder = Folder::new("random");
    let out = folder.0.to_str().unwrap().to_owned();
    let threads = [("object_dd_threads", "3"), ("object_uu_threads", "2"), ("segment_threads", "2")];
    let (service, q) = service(&s, &[("retries", "1")], &threads);
    let names: Vec<String> = (0..20).map(|n| format!("f{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut random = fastrand::Rng::with_seed(12);
    let ended: Arc<Mutex<HashMap<u64, usize>>> = Arc::default();
    let (reader, seen) = (q.clone(), ended.clone());
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let popping = std::thread::spawn(move || {
        loop {
            let some = reader.pop(7, Some(Duration::from_millis(20)));
            if some.is_empty() && stopped.load(Ordering::SeqCst) {
                return;
            }
            for r in some {
                let mut seen = seen.lock().unwrap();
                // Nothing comes after the last one.
                let last = seen.entry(r.job).or_default();
                assert_eq!(*last, 0, "{} after the last result", r.action);
                *last += usize::from(r.is_last);
            }
        }
    });
    let mut jobs = BTreeSet::new();
    for round in 0..300 {
        let c = || Some("c".to_owned());
        let (verb, options): (Verb, Vec<(&str, &str)>) = match round % 7 {
            0 => (Verb::Download { container: c(), objects: owned(&names) }, vec![("out_directory", &out)]),
            1 => (Verb::Download { container: c(), objects: None }, vec![("out_directory", &out)]),
            2 => (delete(None), vec![]),
            3 => (delete(Some(&names)), vec![("fail_fast", "true")]),
            4 => (
                Verb::Copy { container: "c".into(), objects: owned(&names).unwrap() },
                vec![("destination", "/d")],
            ),
            5 => (Verb::List { container: c() }, vec![("progress_interval", "0.001")]),
            _ => (Verb::Stat { container: c(), objects: owned(&names) }, vec![]),
        };
        jobs.insert(service.submit(&q, round, verb, Some(&config(&options))).unwrap());
        if random.u32(..3) > 0 {
            std::thread::sleep(Duration::from_micros(random.u64(..3000)));
        }
        match random.u32(..40) {
            0 => service.cancel_all(),
            _ => {
                let all: Vec<u64> = jobs.iter().copied().collect();
                service.cancel(all[all.len() - 1 - random.usize(..all.len().min(6))]);
            }
        }
    }
    service.shutdown(Some(Duration::from_secs(2)));
    stop.store(true, Ordering::SeqCst);
    popping.join().unwrap();
    let ended = ended.lock().unwrap();
    assert_eq!(ended.len(), jobs.len());
    assert!(ended.values().all(|n| *n == 1));
    assert_eq!(service.pending(), 0);
    // No file but whole ones.
    for name in folder.names() {
        assert!(!name.contains(".part"), "{name}");
        assert_eq!(std::fs::metadata(folder.path(&name)).unwrap().len(), 5000, "{name}");
    }
}

#[test]
fn df_17_what_a_bulk_delete_leaves_is_a_failure_with_its_names() {
    let s = Faulty::new(|_, seen| match (seen.method.as_str(), seen.target.as_str()) {
        ("GET", "/info") => reply("200 OK", &[], br#"{"bulk_delete": {"max_deletes_per_request": 3}}"#),
        ("POST", _) => {
            let lines = String::from_utf8(seen.body.clone()).unwrap();
            let bad: Vec<_> = lines.lines().filter(|l| l.ends_with("3")).collect();
            let errors: Vec<String> = bad.iter().map(|l| format!("[\"{l}\", \"403 Forbidden\"]")).collect();
            let (status, deleted) =
                (if bad.is_empty() { "200 OK" } else { "400 Bad Request" }, lines.lines().count());
            let body = format!(
                "{{\"Response Status\": \"{status}\", \"Number Deleted\": {}, \"Number Not Found\": 0, \
                 \"Response Body\": \"\", \"Errors\": [{}]}}",
                deleted - bad.len(),
                errors.join(", ")
            );
            reply("200 OK", &[("Content-Type", "application/json")], body.as_bytes())
        }
        _ => reply("404 Not Found", &[], b""),
    });
    let (service, q) = service(&s, &[], &[("object_dd_threads", "2")]);
    let names: Vec<String> = (0..10).map(|n| format!("o{n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = run(&service, &q, delete(Some(&names)), &[("leave_segments", "true")]);
    assert_eq!(all.len(), 2);
    let (bad, good): (Vec<_>, Vec<_>) = all.iter().partition(|r| !r.success());
    assert_eq!((bad.len(), good.len()), (1, 1));
    let v = value(bad[0]);
    assert_eq!(v["result"]["Errors"][0][1], "403 Forbidden");
    assert!(v["result"]["Errors"][0][0].as_str().unwrap().contains("o3"));
    assert_eq!(v["result"]["Number Deleted"], 4);
    assert_eq!(kind(bad[0]), Some(Kind::Forbidden));
    let p = service.progress(0).unwrap();
    assert_eq!((p.objects, p.failed), (10, 1));
    let s = service.statistics(Some("delete")).unwrap();
    assert!(s.requests >= 3 && s.retries == 0);

    // A cluster without it: each by itself.
    let s = Faulty::new(|_, seen| match seen.target.as_str() {
        "/info" => reply("200 OK", &[], b"{}"),
        _ => reply("204 No Content", &[], b""),
    });
    let (service, q) = self::service(&s, &[], &[("object_dd_threads", "2"), ("max_queued", "10")]);
    let all = run(&service, &q, delete(Some(&names)), &[("leave_segments", "true")]);
    assert_eq!(all.len(), 10);
    assert!(all.iter().all(|r| r.success() && r.action == "delete_object"));
    // All of them counted until the results were taken.
    assert!(run(&service, &q, delete(Some(&names)), &[]).len() == 10);
}

#[test]
fn dl_01_objects_come_in_random_order_when_that_is_wanted() {
    let s = large(60);
    let (service, q) = service(&s, &[], &[("object_dd_threads", "1")]);
    let names: Vec<String> = (0..60).map(|n| format!("o{n:06}")).collect();
    let named = owned(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for objects in [None, named] {
        for shuffle in ["false", "true"] {
            let before = s.seen().len();
            let verb = Verb::Download { container: Some("c".into()), objects: objects.clone() };
            let all = run(&service, &q, verb, &[("no_download", "true"), ("shuffle", shuffle)]);
            assert!(all.iter().all(JobResult::success));
            let seen = s.seen();
            let mut got: Vec<&str> = seen[before..]
                .iter()
                .filter(|r| listing(r).is_none())
                .map(|r| r.target.rsplit('/').next().unwrap())
                .collect();
            assert_eq!(got != names, shuffle == "true");
            got.sort_unstable();
            assert_eq!(got, names);
        }
    }
}

#[test]
fn de_06_segments_that_stay_are_told() {
    let s = Faulty::new(|_, seen| match (seen.method.as_str(), listing(seen)) {
        (_, Some(marker)) if marker.is_empty() && seen.target.contains("prefix=seg") => {
            page(&["seg1".to_owned(), "seg2".to_owned(), "seg3".to_owned()])
        }
        (_, Some(_)) => page(&[]),
        ("HEAD", _) => reply("200 OK", &[("X-Object-Manifest", "other%20c/seg")], b""),
        _ if seen.target.ends_with("seg2") => reply("403 Forbidden", &[], b""),
        _ if seen.target.ends_with("seg3") => reply("404 Not Found", &[], b""),
        _ => reply("204 No Content", &[], b""),
    });
    let (service, q) = service(&s, &[("retries", "0")], &[]);
    let all = run(&service, &q, delete(Some(&["o"])), &[]);
    assert_eq!(all.len(), 4);
    let segment = |name: &str| all.iter().find(|r| r.object.as_deref() == Some(name)).unwrap();
    assert!(
        all.iter()
            .filter(|r| r.action == "delete_segment")
            .all(|r| r.container.as_deref() == Some("other c"))
    );
    assert_eq!(kind(segment("seg2")), Some(Kind::Forbidden));
    // What is gone need not be deleted.
    assert!(segment("seg1").success() && segment("seg3").success());
    let object = segment("o");
    assert!(object.success() && object.is_last);
    assert_eq!(value(object)["dlo_segments_deleted"], false);
    // The manifest goes before its segments: what breaks off leaves no object with holes.
    let deletes: Vec<_> =
        s.seen().iter().filter(|r| r.method == "DELETE").map(|r| r.target.clone()).collect();
    assert!(deletes[0].ends_with("/c/o"), "{deletes:?}");
    // Segments are no objects of the job.
    let p = service.progress(0).unwrap();
    assert_eq!((p.objects, p.objects_total, p.failed), (1, Some(1), 0));
}

#[test]
fn dl_09_only_so_many_bodies_wait_open() {
    let s = large(100);
    let (service, q) = service(&s, &[], &[]);
    let names: Vec<String> = (0..100).map(|n| format!("o{n}")).collect();
    let verb = Verb::Download { container: Some("c".into()), objects: Some(names.into()) };
    service.submit(&q, 1, verb, Some(&config(&[("out_file", "-")]))).unwrap();
    eventually("some wait", || q.len() >= 8);
    std::thread::sleep(Duration::from_millis(100));
    // And those that were under way when the last of them came.
    assert!(q.len() < 8 + 10, "{}", q.len());
    let mut read = 0;
    while read < 100 {
        for mut r in q.pop(5, Some(PATIENCE)) {
            assert_eq!(r.response.take().unwrap().read_all(10).unwrap(), b"x");
            read += 1;
        }
    }
    // A shutdown does not wait for a reader.
    let names: Vec<String> = (0..100).map(|n| format!("o{n}")).collect();
    let verb = Verb::Download { container: Some("c".into()), objects: Some(names.into()) };
    service.submit(&q, 1, verb, Some(&config(&[("out_file", "-")]))).unwrap();
    assert!(service.shutdown(None));
    assert_eq!(q.len(), 100);
}
