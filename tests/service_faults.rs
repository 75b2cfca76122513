//! The Service API when the server misbehaves or does not answer: results stay truthful, nothing half-written stays,
//! and nothing hangs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use support::Folder;
use support::faulty::{Faulty, Reply, Seen, reply, response};
use swiftclient::core::digest::Sum;
use swiftclient::core::{Config, Connection, Kind, Source};
use swiftclient::service::{JobResult, Objects, Queue, Service, Verb};

/// Longer than anything takes: so that a mistake fails and does not hang.
const PATIENCE: Duration = Duration::from_secs(120);

fn config(list: &[(&str, &str)]) -> Config {
    let mut c = Config::new();
    for (k, v) in list {
        c.set(k, Some(v)).unwrap();
    }
    c
}

/// A service over a scripted server, and a queue.
fn service(server: &Faulty, connection: &[(&str, &str)], options: &[(&str, &str)]) -> (Service, Queue) {
    let mut c = server.config();
    for (k, v) in connection {
        c.set(k, Some(v)).unwrap();
    }
    let connection = Connection::new(&c).unwrap();
    (Service::new(&connection, Some(&config(options))).unwrap(), Queue::new().unwrap())
}

fn take(q: &Queue, n: usize) -> Vec<JobResult> {
    let mut all = Vec::new();
    while all.len() < n {
        let some = q.pop(n - all.len(), Some(PATIENCE));
        assert!(!some.is_empty(), "{} of {n} results came", all.len());
        all.extend(some);
    }
    all
}

fn kind(r: &JobResult) -> Option<Kind> {
    r.error.as_ref().map(|e| e.kind())
}

fn download(objects: &[&str]) -> Verb {
    Verb::Download {
        container: Some("c".into()),
        objects: Some(objects.iter().map(|o| (*o).to_owned()).collect::<Vec<_>>().into()),
    }
}

fn md5(body: &[u8]) -> String {
    let mut sum = Sum::new();
    sum.update(body);
    sum.hex()
}

/// Waits for something that another thread brings about.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let until = std::time::Instant::now() + PATIENCE;
    while !holds() {
        assert!(std::time::Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Begins every answer, and never ends it.
fn stalling() -> Faulty {
    Faulty::new(|_, _| {
        let mut all = response("200 OK", &[("Etag", &md5(b"0123456789"))], b"0123456789");
        all.truncate(all.len() - 5);
        Reply::SendAndStall(all)
    })
}

#[test]
fn cancel_ends_a_download_that_stalls_and_leaves_no_file() {
    let s = stalling();
    let (service, q) = service(&s, &[], &[("object_dd_threads", "3")]);
    let folder = Folder::new("stall");
    let options = config(&[("out_directory", folder.0.to_str().unwrap())]);
    let names: Vec<String> = (0..20).map(|n| format!("o{n}")).collect();
    let verb = Verb::Download { container: Some("c".into()), objects: Some(Objects::from(names)) };
    let job = service.submit(&q, 1, verb, Some(&options)).unwrap();
    eventually("three are under way", || s.seen().len() == 3);
    assert!(service.cancel(job));
    let all = take(&q, 20);
    assert!(all.iter().all(|r| kind(r) == Some(Kind::Cancelled)));
    assert!(all[19].is_last);
    assert_eq!(s.seen().len(), 3);
    assert_eq!(service.pending(), 0);
    assert!(service.shutdown(None));
    assert!(folder.names().is_empty());
}

#[test]
fn a_shutdown_with_a_deadline_ends_what_stalls() {
    let s = stalling();
    let (service, q) = service(&s, &[], &[]);
    let folder = Folder::new("deadline");
    let file = folder.path("f");
    let options = config(&[("out_file", file.to_str().unwrap())]);
    service.submit(&q, 1, download(&["o"]), Some(&options)).unwrap();
    service.submit(&q, 2, Verb::Stat { container: None, objects: None }, None).unwrap();
    eventually("both are under way", || s.seen().len() == 2);
    assert!(!service.shutdown(Some(Duration::from_millis(50))));
    // The stat had its headers, which is all there is to it.
    let all = take(&q, 2);
    let one = all.iter().find(|r| r.tag == 1).unwrap();
    assert_eq!((kind(one), one.is_last), (Some(Kind::Cancelled), true));
    assert!(folder.names().is_empty());
}

#[test]
fn dropping_a_service_ends_what_stalls() {
    let s = stalling();
    let (service, q) = service(&s, &[], &[]);
    let folder = Folder::new("drop");
    let options = config(&[("out_directory", folder.0.to_str().unwrap())]);
    service.submit(&q, 1, download(&["a", "b"]), Some(&options)).unwrap();
    eventually("both are under way", || s.seen().len() == 2);
    drop(service);
    assert_eq!(q.len(), 2);
    assert!(take(&q, 2).iter().all(|r| kind(r) == Some(Kind::Cancelled)));
    assert!(folder.names().is_empty());
}

#[test]
fn interrupting_the_connection_does_not_reach_its_services() {
    // Answered only once the interrupt is over.
    let (interrupted, gate) = mpsc::channel();
    let gate = Mutex::new(gate);
    let s = Faulty::new(move |_, _| {
        gate.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        reply("204 No Content", &[], b"")
    });
    let connection = s.connection();
    let service = Service::new(&connection, None).unwrap();
    let q = Queue::new().unwrap();
    service.submit(&q, 1, Verb::Stat { container: None, objects: None }, None).unwrap();
    eventually("it is under way", || s.seen().len() == 1);
    connection.interrupt();
    interrupted.send(()).unwrap();
    let r = take(&q, 1).remove(0);
    assert_eq!((kind(&r), r.attempts), (None, 1));
}

#[test]
fn df_23_a_download_that_is_cut_or_wrong_leaves_what_was_there() {
    let s = Faulty::new(|_, seen: &Seen| {
        let body = b"0123456789";
        if seen.target.ends_with("cut") {
            let mut all = response("200 OK", &[("Etag", &md5(body))], body);
            all.truncate(all.len() - 5);
            Reply::SendAndClose(all)
        } else {
            reply("200 OK", &[("Etag", &md5(b"something else"))], body)
        }
    });
    let (service, q) = service(&s, &[("retries", "1")], &[]);
    let folder = Folder::new("cut");
    std::fs::write(folder.path("cut"), b"before").unwrap();
    std::fs::write(folder.path("wrong"), b"before").unwrap();
    let options = config(&[("out_directory", folder.0.to_str().unwrap())]);
    service.submit(&q, 1, download(&["cut", "wrong", "new/wrong"]), Some(&options)).unwrap();
    for r in take(&q, 3) {
        let name = r.object.clone().unwrap();
        let expected = if name == "cut" { Kind::Connect } else { Kind::Checksum };
        assert_eq!(kind(&r), Some(expected), "{name}: {:?}", r.error);
        assert!(r.attempts >= 1, "{name}");
        assert_eq!(r.http_status, 200);
        // What came, whether it was of use or not.
        assert_eq!(r.bytes, if name == "cut" { 5 } else { 10 }, "{name}");
    }
    assert_eq!(std::fs::read(folder.path("cut")).unwrap(), b"before");
    assert_eq!(std::fs::read(folder.path("wrong")).unwrap(), b"before");
    // Not even a folder is made for what is not right.
    assert!(!folder.path("new").exists());
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 2);

    // Without checking, the bytes are taken as they come.
    let options = config(&[("out_directory", folder.0.to_str().unwrap()), ("checksum", "false")]);
    service.submit(&q, 1, download(&["wrong"]), Some(&options)).unwrap();
    assert_eq!(kind(&take(&q, 1)[0]), None);
    assert_eq!(std::fs::read(folder.path("wrong")).unwrap(), b"0123456789");
}

#[test]
fn an_upload_is_sent_again_and_checked() {
    let s = Faulty::new(|_, seen| match (seen.target.rsplit('/').next(), seen.body.len()) {
        (Some("bad"), _) => reply("201 Created", &[("Etag", &md5(b"something else"))], b""),
        (Some("full"), _) => reply("507 Insufficient Storage", &[], b"quota exceeded"),
        _ => reply("201 Created", &[("Etag", &md5(&seen.body))], b""),
    });
    let (service, q) = service(&s, &[("retries", "1")], &[]);
    let upload = |object: &str, options: &[(&str, &str)]| {
        let verb = Verb::Upload {
            container: "c".into(),
            objects: support::upload_of(object, Source::memory(Arc::new(b"hello"))),
        };
        // Neither a container nor a look at what there was.
        let mut all = vec![("skip_container_put", "true"), ("leave_segments", "true")];
        all.extend(options);
        service.submit(&q, 1, verb, Some(&config(&all))).unwrap();
        take(&q, 1).remove(0)
    };
    let good = upload("good", &[]);
    assert_eq!((kind(&good), good.bytes, good.attempts), (None, 5, 1));
    let bad = upload("bad", &[]);
    assert_eq!(kind(&bad), Some(Kind::Checksum));
    assert_eq!(kind(&upload("bad", &[("checksum", "false")])), None);
    let full = upload("full", &[]);
    assert_eq!((kind(&full), full.http_status), (Some(Kind::TooLarge), 507));
    assert_eq!(full.attempts, full.error.as_ref().unwrap().attempts());
    let v: serde_json::Value = serde_json::from_str(&full.to_json()).unwrap();
    assert_eq!(v["error"]["status"], "SWC_ERR_TOO_LARGE");
    assert_eq!((v["job"].as_u64(), v["tag"].as_u64()), (Some(full.job), Some(1)));
    assert_eq!(v["status"], serde_json::Value::Null);
    assert_eq!(v["response_dict"]["status"], 507);
}

#[test]
fn au_52_workers_share_one_token_and_its_renewal() {
    // Every token but the second is refused.
    let s = Faulty::new(|_, seen| match seen.header("x-auth-token") {
        Some("AUTH_tk2") => reply("204 No Content", &[], b""),
        _ => reply("401 Unauthorized", &[], b""),
    });
    let (service, q) = service(&s, &[], &[("object_dd_threads", "8")]);
    let objects: Vec<String> = (0..200).map(|n| format!("o{n}")).collect();
    service
        .submit(&q, 1, Verb::Delete { container: Some("c".into()), objects: Some(objects.into()) }, None)
        .unwrap();
    assert!(take(&q, 200).iter().all(|r| kind(r).is_none()));
    assert_eq!(s.tokens(), 2);
    // As many connections as workers at most, and one for the tokens.
    assert!(s.connections() <= 9, "{}", s.connections());
}

/// A listing of `pages` pages of two rows; the rest is empty.
fn listing(pages: usize) -> Faulty {
    Faulty::new(move |_, seen| {
        let from = match seen.target.split_once("marker=") {
            None => 0,
            Some((_, marker)) => marker.split('&').next().unwrap()[1..].parse::<usize>().unwrap() + 1,
        };
        let rows: Vec<String> =
            (from..(from + 2).min(2 * pages)).map(|n| format!("{{\"name\": \"o{n:03}\"}}")).collect();
        reply("200 OK", &[], format!("[{}]", rows.join(", ")).as_bytes())
    })
}

#[test]
fn sv_10_df_16_a_list_ends_with_its_queue() {
    let s = listing(6);
    let (service, q) = service(&s, &[], &[("container_threads", "1")]);
    service.submit(&q, 1, Verb::List { container: Some("c".into()) }, None).unwrap();
    eventually("two pages wait", || q.len() == 2);
    let before = s.seen().len();
    drop(q);
    eventually("the job is over", || service.pending() == 0);
    assert_eq!(s.seen().len(), before);
    assert!(service.shutdown(None));
}

#[test]
fn li_01_a_listing_keeps_two_unread_pages() {
    let s = listing(6);
    let (service, q) = service(&s, &[], &[("container_threads", "1")]);
    let list = Verb::List { container: Some("c".into()) };
    let job = service.submit(&q, 1, list.clone(), None).unwrap();
    eventually("two pages wait", || q.len() == 2);
    // Its only worker is free for another job.
    let other = Queue::new().unwrap();
    for _ in 0..5 {
        service.submit(&other, 2, Verb::Stat { container: None, objects: None }, None).unwrap();
        take(&other, 1);
    }
    assert_eq!((s.seen().len(), q.len()), (2 + 5, 2));
    let all = take(&q, 7);
    let markers: Vec<_> = all.iter().map(|r| r.marker.clone().unwrap()).collect();
    assert_eq!(markers, ["", "o001", "o003", "o005", "o007", "o009", "o011"]);
    assert_eq!(all[0].json, br#"[{"name": "o000"}, {"name": "o001"}]"#);
    assert!(all[6].is_last && all[6].success());
    assert!(!service.cancel(job));

    // Abandoned ones: by a cancel, by closing the queue, by dropping the service.
    let job = service.submit(&q, 1, list.clone(), None).unwrap();
    eventually("two pages wait", || q.len() == 2);
    service.cancel(job);
    let all = take(&q, 3);
    assert_eq!((kind(&all[1]), kind(&all[2])), (None, Some(Kind::Cancelled)));
    service.submit(&other, 1, list.clone(), None).unwrap();
    eventually("two pages wait", || other.len() == 2);
    let before = s.seen().len();
    other.close();
    eventually("the job is over", || service.pending() == 0);
    assert_eq!(s.seen().len(), before);
    service.submit(&q, 1, list, None).unwrap();
    eventually("two pages wait", || q.len() == 2);
    drop(service);
    assert_eq!(kind(&take(&q, 3)[2]), Some(Kind::Cancelled));
}

#[test]
fn li_05_a_page_that_fails_ends_the_listing() {
    // A page of one row, then what fails: no JSON, no rows, no answer, a refusal; and a refusal of the first page.
    let replies: [fn() -> Reply; 4] = [
        || reply("200 OK", &[("X-Page", "2")], b"<html>"),
        || reply("200 OK", &[("X-Page", "2")], br#"[,{"name": "c"}]"#),
        || Reply::SendAndClose(Vec::new()),
        || reply("403 Forbidden", &[("X-Page", "2")], b"no"),
    ];
    let kinds = [(Kind::Protocol, 200), (Kind::Protocol, 200), (Kind::Connect, 0), (Kind::Forbidden, 403)];
    for (bad, (kind_of_it, status)) in replies.into_iter().zip(kinds) {
        let s = Faulty::new(move |_, seen| match seen.target.contains("marker=") {
            false => reply("200 OK", &[("X-Page", "1")], br#"[{"name": "a"}, {"name": "b \u00e9"}]"#),
            true => bad(),
        });
        let (service, q) = service(&s, &[("retries", "0")], &[]);
        let list = Verb::List { container: Some("c".into()) };
        service.submit(&q, 1, list, None).unwrap();
        let all = take(&q, 2);
        assert_eq!((kind(&all[0]), all[0].is_last), (None, false));
        assert_eq!(all[0].marker.as_deref(), Some(""));
        assert_eq!((kind(&all[1]), all[1].is_last), (Some(kind_of_it), true), "{:?}", all[1].error);
        // All of it is about the page that failed: with that marker it can be asked for again.
        assert_eq!(all[1].marker.as_deref(), Some("b \u{e9}"));
        assert_eq!(all[1].http_status, status);
        let page = all[1].headers.get("x-page");
        assert_eq!(page, if status == 0 { None } else { Some(&b"2"[..]) });
    }
    let s = Faulty::new(|_, _| reply("403 Forbidden", &[], b"no"));
    let (service, q) = service(&s, &[("retries", "0")], &[]);
    service.submit(&q, 1, Verb::List { container: None }, None).unwrap();
    let all = take(&q, 1);
    assert_eq!((kind(&all[0]), all[0].http_status, all[0].is_last), (Some(Kind::Forbidden), 403, true));
    assert_eq!(all[0].marker.as_deref(), Some(""));
}

#[test]
fn capabilities_that_are_no_json_are_a_failure() {
    let s = Faulty::new(|_, _| reply("200 OK", &[], b"<html>gateway</html>"));
    let (service, q) = service(&s, &[], &[]);
    service.submit(&q, 1, Verb::Capabilities, None).unwrap();
    let r = take(&q, 1).remove(0);
    assert_eq!((kind(&r), r.http_status), (Some(Kind::Protocol), 200));
    assert!(r.json.is_empty());
    assert_eq!(r.bytes, 20);
}

#[test]
fn de_02_a_delete_in_bulk_lists_no_further_than_what_is_deleted_and_read() {
    // Pages of three objects, five of them.
    let s = Faulty::new(|_, seen| {
        if seen.target.starts_with("/info") {
            return reply(
                "200 OK",
                &[],
                br#"{"swift": {}, "bulk_delete": {"max_deletes_per_request": 1000}}"#,
            );
        }
        match seen.method.as_str() {
            "GET" => {
                let after = seen.target.split("marker=page").nth(1).map(|m| m[..1].parse::<usize>().unwrap());
                let page = after.map_or(0, |p| p + 1);
                let row = |n| {
                    format!(
                        r#"{{"name": "page{page}-{n}", "bytes": 1, "hash": "{:032}", "content_type": "a/b",
                        "last_modified": "2026-01-02T03:04:05.678900"}}"#,
                        0
                    )
                };
                let rows: Vec<String> = if page < 5 { (0..3).map(row).collect() } else { Vec::new() };
                reply("200 OK", &[("Content-Type", "application/json")], format!("[{}]", rows.join(",")).as_bytes())
            }
            "POST" => reply(
                "200 OK",
                &[("Content-Type", "application/json")],
                br#"{"Number Deleted": 3, "Number Not Found": 0, "Errors": [], "Response Status": "200 OK", "Response Body": ""}"#,
            ),
            _ => reply("204 No Content", &[], b""),
        }
    });
    let threads = [("object_dd_threads", "1"), ("container_threads", "1")];
    let (service, q) = service(&s, &[], &threads);
    let pages = || s.seen().iter().filter(|r| r.method == "GET" && !r.target.starts_with("/info")).count();
    service.submit(&q, 1, Verb::Delete { container: Some("c".into()), objects: None }, None).unwrap();
    eventually("the first page is deleted", || q.len() == 1);
    // Its thread is free, and another page would have been asked for before this is done.
    service.submit(&q, 2, Verb::Stat { container: Some("c".into()), objects: None }, None).unwrap();
    eventually("the other job is done", || q.len() == 2);
    assert_eq!(pages(), 1);
    let all = take(&q, 7);
    assert!(all.iter().all(|r| r.error.is_none()), "{all:?}");
    assert_eq!(all.iter().map(|r| r.objects.len()).sum::<usize>(), 15);
    assert_eq!(pages(), 6);
}
