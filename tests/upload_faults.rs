//! Uploads by the Service API against a server that plays what the real one does not do on request.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::io::{Seek, SeekFrom, Write};

use support::faulty::{Faulty, Reply, Seen, memory, reply};
use support::world::{PATIENCE, config, kind};
use support::{Folder, pattern, upload_of};
use swiftclient::core::digest::Sum;
use swiftclient::core::source::Callbacks;
use swiftclient::core::{Config, Kind, Source};
use swiftclient::service::{JobResult, Objects, Queue, Service, Verb, What};

/// Stores what it is given, and knows no object.
fn stores(seen: &Seen) -> support::faulty::Reply {
    match seen.method.as_str() {
        "PUT" => reply("201 Created", &[("Etag", &Sum::of(&seen.body))], b""),
        "GET" if seen.target.contains("/info") => reply("503 Service Unavailable", &[], b""),
        _ => reply("404 Not Found", &[], b""),
    }
}

fn run(server: &Faulty, objects: Objects, options: &[(&str, &str)]) -> Vec<JobResult> {
    let service = Service::new(&server.connection(), Some(&config(&[("object_uu_threads", "1")]))).unwrap();
    let queue = Queue::new().unwrap();
    let verb = Verb::Upload { container: "c".into(), objects };
    service.submit(&queue, 1, verb, Some(&config(options))).unwrap();
    let mut all: Vec<JobResult> = Vec::new();
    while !all.last().is_some_and(|r| r.is_last) {
        let some = queue.pop(1, Some(PATIENCE));
        assert!(!some.is_empty());
        all.extend(some);
    }
    all
}

/// A stream of one byte that cannot go back.
struct Once(bool);

impl Callbacks for Once {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, i64> {
        buf[0] = b'x';
        Ok(usize::from(!std::mem::replace(&mut self.0, true)))
    }
    fn can_rewind(&self) -> bool {
        false
    }
    fn rewind(&mut self) -> bool {
        false
    }
}

fn requests(server: &Faulty) -> Vec<String> {
    server.seen().iter().map(|s| format!("{} {}", s.method, s.target.replace("/v1/AUTH_test", ""))).collect()
}

#[test]
fn up_02_a_segment_size_is_a_number() {
    for bad in ["1X", "-1", "", "1.5"] {
        let e = Config::new().set("segment_size", Some(bad)).err();
        assert!(e.is_some_and(|e| e.message().contains("segment_size")) || bad.is_empty(), "{bad:?}");
    }
}

#[test]
fn up_03_up_04_up_26_containers_have_the_policy_that_is_asked_for() {
    let s = Faulty::new(|_, seen| stores(seen));
    let folder = Folder::new("up-policy");
    std::fs::write(folder.path("f"), pattern(3000)).unwrap();
    let mut objects = Objects::new();
    objects.add_what(Some("o"), What::File(folder.path("f")), None).unwrap();
    let options = [("header", "X-Storage-Policy: gold"), ("segment_size", "2000"), ("use_slo", "false")];
    let all = run(&s, objects, &options);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    let made: Vec<_> = all.iter().filter(|r| r.action == "create_container").collect();
    let names: Vec<_> = made.iter().map(|r| r.container.as_deref().unwrap()).collect();
    assert_eq!(names, ["c", "c_segments"]);
    assert!(made.iter().all(|r| r.sent.get_str("x-storage-policy") == Some("gold")));
    let json: serde_json::Value = serde_json::from_str(&made[0].to_json()).unwrap();
    for key in ["action", "container", "headers", "success", "response_dict"] {
        assert!(json.get(key).is_some(), "{key}");
    }
    let with: Vec<_> =
        s.seen().into_iter().filter(|s| s.header("x-storage-policy") == Some("gold")).collect();
    // Both containers, and the manifest; the segments have headers of their own.
    assert_eq!(with.iter().filter(|s| s.method == "PUT").count(), 3);
    // A container that cannot be made need not mean anything.
    let s = Faulty::new(|_, seen| match (seen.method.as_str(), seen.target.ends_with("/c")) {
        ("PUT", true) => reply("403 Forbidden", &[], b""),
        _ => stores(seen),
    });
    let all = run(&s, upload_of("o", memory(b"x")), &[]);
    assert_eq!(kind(&all[0]), Some(Kind::Forbidden));
    assert!(all[1].success() && all[1].is_last);
}

#[test]
fn up_07_what_is_there_is_looked_at_unless_nobody_wants_to_know() {
    let s = Faulty::new(|_, seen| stores(seen));
    let run_one = |s: &Faulty, options: &[(&str, &str)]| {
        let mut all = vec![("skip_container_put", "true")];
        all.extend(options);
        run(s, upload_of("o", memory(b"x")), &all).remove(0)
    };
    assert!(run_one(&s, &[]).success());
    assert_eq!(requests(&s), ["HEAD /c/o", "PUT /c/o"]);
    let s = Faulty::new(|_, seen| stores(seen));
    assert!(run_one(&s, &[("leave_segments", "true")]).success());
    assert_eq!(requests(&s), ["PUT /c/o"]);
    let s = Faulty::new(|_, seen| stores(seen));
    assert!(run_one(&s, &[("leave_segments", "true"), ("changed", "true")]).success());
    assert_eq!(requests(&s), ["HEAD /c/o", "PUT /c/o"]);
    // Who cannot look must not overwrite what may have segments.
    let s = Faulty::new(
        |_, seen| if seen.method == "HEAD" { reply("403 Forbidden", &[], b"") } else { stores(seen) },
    );
    assert_eq!(kind(&run_one(&s, &[])), Some(Kind::Forbidden));
    assert_eq!(requests(&s), ["HEAD /c/o"]);
}

#[test]
fn up_07_in_a_container_that_was_just_made_only_what_is_there_all_the_same_is_looked_at() {
    let folder = Folder::new("up-made");
    std::fs::write(folder.path("f"), pattern(3000)).unwrap();
    let run_one = |status: &'static str, options: &[(&str, &str)]| {
        let s = Faulty::new(move |_, seen| match seen.target.as_str() {
            "/v1/AUTH_test/c" => reply(status, &[], b""),
            // Somebody else was quick.
            "/v1/AUTH_test/c/b" if seen.header("if-none-match") == Some("*") => {
                reply("412 Precondition Failed", &[], b"")
            }
            _ => stores(seen),
        });
        let mut objects = upload_of("a", memory(b"x"));
        objects.add_what(Some("b"), What::Source(memory(b"x")), None).unwrap();
        objects.add_what(Some("large"), What::File(folder.path("f")), None).unwrap();
        objects
            .add_what(Some("stream"), What::Source(Source::callbacks(Box::new(Once(false)), None)), None)
            .unwrap();
        let all = run(&s, objects, &[options, &[("segment_size", "2000")]].concat());
        assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
        let of_objects =
            |r: &String| ["a", "b", "large", "stream"].iter().any(|o| r.ends_with(&format!("/c/{o}")));
        let mut all: Vec<_> = requests(&s).into_iter().filter(of_objects).collect();
        all.sort_by_key(|r| r.rsplit_once('/').unwrap().1.to_owned());
        all
    };
    let heads = |all: Vec<String>| all.into_iter().filter(|r| r.starts_with("HEAD")).collect::<Vec<_>>();
    let each = ["HEAD /c/a", "HEAD /c/b", "HEAD /c/large", "HEAD /c/stream"];
    assert_eq!(heads(run_one("202 Accepted", &[])), each);
    // Of those that go with one request, this one looks, as long as it can be made again with all it had.
    let all = ["PUT /c/a", "PUT /c/b", "HEAD /c/b", "PUT /c/b"];
    let all = [&all[..], &["HEAD /c/large", "PUT /c/large", "HEAD /c/stream", "PUT /c/stream"]].concat();
    assert_eq!(run_one("201 Created", &[("changed", "true")]), all);
    // Where a condition is set already there is room for no other.
    let set = ("header", "If-None-Match: x");
    assert_eq!(heads(run_one("201 Created", &[set])), each);
    // And who does not want to know is told nothing.
    assert_eq!(heads(run_one("201 Created", &[("leave_segments", "true")])), [""; 0]);
}

#[test]
fn up_20_where_the_cluster_does_not_say_segments_become_a_dynamic_object() {
    let s = Faulty::new(|_, seen| stores(seen));
    let folder = Folder::new("up-info");
    std::fs::write(folder.path("f"), pattern(3000)).unwrap();
    let mut objects = Objects::new();
    objects.add_what(Some("o"), What::File(folder.path("f")), None).unwrap();
    let all = run(&s, objects, &[("segment_size", "2000"), ("skip_container_put", "true")]);
    assert!(all.iter().all(JobResult::success));
    let seen = s.seen();
    let manifest = seen.iter().find(|s| s.method == "PUT" && s.target.ends_with("/c/o")).unwrap();
    assert!(manifest.header("x-object-manifest").unwrap().starts_with("c_segments/o/"));
    assert_eq!(manifest.body, b"");
    // UP-13: each segment with its exact length, and no more headers than it needs.
    let segments: Vec<_> =
        seen.iter().filter(|s| s.method == "PUT" && s.target.contains("c_segments")).collect();
    let mut lengths: Vec<_> = segments.iter().map(|s| s.header("content-length").unwrap()).collect();
    lengths.sort_unstable();
    assert_eq!(lengths, ["1000", "2000"]);
    assert!(segments.iter().all(|s| s.header("content-type") == Some("application/swiftclient-segment")));
    assert!(segments.iter().all(|s| s.header("x-object-meta-mtime").is_none()));
}

#[test]
fn up_25_after_a_failure_nothing_more_is_started_when_that_is_wanted() {
    let s = Faulty::new(
        |_, seen| if seen.method == "PUT" { reply("403 Forbidden", &[], b"") } else { stores(seen) },
    );
    let mut objects = Objects::new();
    for n in 0..20 {
        objects.add_what(Some(&format!("o{n}")), What::Source(memory(b"x")), None).unwrap();
    }
    let all = run(&s, objects, &[("fail_fast", "true"), ("skip_container_put", "true")]);
    assert_eq!(all.len(), 20);
    assert!(all.iter().all(|r| !r.success() && r.action == "upload_object"));
    assert!(all.iter().filter(|r| kind(r) == Some(Kind::Cancelled)).count() >= 18);
}

#[test]
fn up_11_what_is_stored_wrong_is_a_failure() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "PUT" => reply("201 Created", &[("Etag", &Sum::of(b"other"))], b""),
        _ => stores(seen),
    });
    let r = run(&s, upload_of("o", memory(b"x")), &[("skip_container_put", "true")]).remove(0);
    assert_eq!(kind(&r), Some(Kind::Checksum));
    let options = [("skip_container_put", "true"), ("checksum", "false")];
    assert!(run(&s, upload_of("o", memory(b"x")), &options).remove(0).success());
}

#[test]
fn up_11_segments_of_a_file_that_is_written_to_go_as_they_are_when_they_are_sent() {
    const SIZE: usize = 70_000;
    let folder = Folder::new("up-written");
    let path = folder.path("f");
    std::fs::write(&path, pattern(40 * SIZE)).unwrap();
    let (file, once) = (path.clone(), std::sync::Once::new());
    // Sums of segments may be found before they are sent; here the tenth becomes another one in between, and nothing
    // tells of it.
    let s = Faulty::new(move |_, seen| {
        if seen.method == "PUT" && seen.target.contains("/c_segments/o") {
            once.call_once(|| {
                let mut f = std::fs::File::options().write(true).open(&file).unwrap();
                let time = f.metadata().unwrap().modified().unwrap();
                f.seek(SeekFrom::Start(10 * SIZE as u64 + 1000)).unwrap();
                f.write_all(b"other").unwrap();
                f.set_modified(time).unwrap();
            });
        }
        stores(seen)
    });
    let mut objects = Objects::new();
    objects.add_what(Some("o"), What::File(path.clone()), None).unwrap();
    let size = SIZE.to_string();
    let all = run(&s, objects, &[("segment_size", &size), ("use_slo", "false")]);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    let now = std::fs::read(&path).unwrap();
    let seen = s.seen();
    for (index, segment) in now.chunks(SIZE).enumerate() {
        let end = format!("/{index:08}");
        let last = seen.iter().rfind(|s| s.method == "PUT" && s.target.ends_with(&end)).unwrap();
        assert!(last.body == segment, "segment {index}");
        let told = all.iter().find(|r| r.object.as_deref().is_some_and(|o| o.ends_with(&end))).unwrap();
        let sent = seen.iter().filter(|s| s.method == "PUT" && s.target.ends_with(&end)).count();
        assert_eq!(told.attempts as usize, sent, "segment {index}");
        assert!(sent == 1 || index == 10, "segment {index} was sent {sent} times");
        assert_eq!(told.bytes, SIZE as u64);
    }
}

#[test]
fn up_11_a_segment_that_is_stored_wrong_is_a_failure() {
    let s = Faulty::new(|_, seen| match seen.target.ends_with("/00000003") {
        true => reply("201 Created", &[("Etag", &Sum::of(b"something else"))], b""),
        false => stores(seen),
    });
    let folder = Folder::new("up-segment-wrong");
    std::fs::write(folder.path("f"), pattern(50_000)).unwrap();
    let mut objects = Objects::new();
    objects.add_what(Some("o"), What::File(folder.path("f")), None).unwrap();
    let all = run(&s, objects, &[("segment_size", "2000"), ("use_slo", "false")]);
    let failed: Vec<_> = all.iter().filter(|r| !r.success()).collect();
    assert!(failed.iter().any(|r| r.action == "upload_segment" && kind(r) == Some(Kind::Checksum)));
    assert!(!failed.iter().any(|r| r.action == "upload_segment" && kind(r) != Some(Kind::Checksum)));
    assert!(all.last().is_some_and(|r| !r.success() && r.action == "upload_object"));
}

#[test]
fn up_21_manifests_that_stand_for_millions_are_not_all_read() {
    let s = Faulty::new(|_, seen| match seen.method.as_str() {
        "HEAD" if seen.target.ends_with("/o") => reply("200 OK", &[("X-Static-Large-Object", "True")], b""),
        "GET" if seen.target.contains("multipart-manifest=get") => {
            // Each of them is ten of the next, which is itself.
            let row = r#"{"name":"/c/o","bytes":9,"hash":"d41d8cd98f00b204e9800998ecf8427e","sub_slo":true}"#;
            let rows = format!("[{}]", [row; 10].join(","));
            reply("200 OK", &[("X-Static-Large-Object", "True")], rows.as_bytes())
        }
        // It was there before.
        "PUT" if seen.target.ends_with("/c") => reply("202 Accepted", &[], b""),
        _ => stores(seen),
    });
    let folder = Folder::new("up-millions");
    std::fs::write(folder.path("f"), pattern(3000)).unwrap();
    let upload = |options: &[(&str, &str)]| {
        let mut objects = Objects::new();
        objects.add_what(Some("o"), What::File(folder.path("f")), None).unwrap();
        run(&s, objects, options).pop().unwrap()
    };
    let r = upload(&[]);
    assert_eq!(kind(&r), Some(Kind::TooLarge));
    assert!(r.error.as_ref().unwrap().message().contains("leave_segments"));
    assert!(!requests(&s).iter().any(|r| r.starts_with("PUT /c/o")));
    assert!(s.seen().len() < 5000);
    assert!(upload(&[("leave_segments", "true")]).success());
}

#[test]
fn df_28_a_segment_that_only_the_listing_still_has_is_sent_again() {
    let bytes = pattern(3000);
    let sums = [Sum::of(&bytes[..2000]), Sum::of(&bytes[2000..])];
    let name = "o/1000000000.000000/3000/2000/0000000";
    let there = sums.clone();
    // Both are listed; one is there, and one was deleted just now.
    let s = Faulty::new(move |_, seen| match seen.method.as_str() {
        "GET" if seen.target.contains("/c_segments?") && !seen.target.contains("marker=") => {
            let row =
                |n: usize, size| format!(r#"{{"name":"{name}{n}","bytes":{size},"hash":"{}"}}"#, there[n]);
            reply("200 OK", &[], format!("[{},{}]", row(0, 2000), row(1, 1000)).as_bytes())
        }
        "GET" if seen.target.contains("/c_segments?") => reply("200 OK", &[], b"[]"),
        "HEAD" if seen.target.ends_with("/00000001") => Reply::Send(
            format!("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nEtag: {}\r\n\r\n", there[1]).into_bytes(),
        ),
        _ => stores(seen),
    });
    let folder = Folder::new("up-lag");
    std::fs::write(folder.path("f"), &bytes).unwrap();
    let file = std::fs::File::options().write(true).open(folder.path("f")).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000)).unwrap();
    let mut objects = Objects::new();
    objects.add_what(Some("o"), What::File(folder.path("f")), None).unwrap();
    let all = run(&s, objects, &[("segment_size", "2000"), ("use_slo", "false")]);
    assert!(all.iter().all(JobResult::success), "{:?}", all.iter().find_map(|r| r.error.as_ref()));
    let sent: Vec<String> = requests(&s).into_iter().filter(|r| r.starts_with("PUT /c_segments/")).collect();
    assert_eq!(sent, [format!("PUT /c_segments/{name}0")]);
    let statuses = |r: &JobResult| (r.action == "upload_segment").then_some(r.status);
    let mut told: Vec<_> = all.iter().filter_map(statuses).collect();
    told.sort_unstable();
    assert_eq!(told, [Some("skipped-identical"), Some("uploaded")]);
}
