//! One thread of each kind, hardly any room for results, and a reader who takes one at a time: jobs of every kind wait for
//! each other's threads, places and results, and all of them end.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use swiftclient::core::{Kind, Source};
use swiftclient::service::{JobResult, Objects, Verb, What};

use super::support::world::{PATIENCE, World, config, owned};
use super::support::{pattern, upload_of};
use super::{Slow, full};

const SEGMENT: usize = 20_000;
const OPTIONS: &[(&str, &str)] = &[
    ("container_threads", "1"),
    ("object_uu_threads", "1"),
    ("object_dd_threads", "1"),
    ("segment_threads", "1"),
    ("max_queued", "12"),
];

/// Submits when there is room, taking one result after the other until there is.
fn submit(w: &World, verb: &Verb, options: &[(&str, &str)], open: &mut HashMap<u64, usize>) {
    loop {
        match w.service.submit(&w.queue, 0, verb.clone(), Some(&config(options))) {
            Ok(job) => {
                open.insert(job, 0);
                return;
            }
            Err(e) => {
                assert_eq!(e.kind(), Kind::Again, "{e}");
                take(w, open);
            }
        }
    }
}

/// Takes one result, and no more than one in a millisecond.
fn take(w: &World, open: &mut HashMap<u64, usize>) -> JobResult {
    std::thread::sleep(Duration::from_millis(1));
    let result = w.queue.pop(1, Some(PATIENCE)).pop().expect("jobs wait for each other");
    assert!(result.success(), "{} {:?}: {:?}", result.action, result.object, result.error);
    let count = open.get_mut(&result.job).expect("nothing comes after the last result of a job");
    *count += 1;
    if result.is_last {
        open.remove(&result.job);
    }
    result
}

#[test]
fn jobs_of_every_kind_end_with_one_thread_of_each_and_a_slow_reader() {
    let w = World::new("fair", OPTIONS);
    let c = w.container();
    let large = w.path("large");
    std::fs::write(&large, pattern(SEGMENT * 12)).unwrap();
    let tree = w.path("tree");
    for n in 0..30 {
        std::fs::create_dir_all(tree.join(format!("{}", n % 3))).unwrap();
        std::fs::write(tree.join(format!("{}/{n}", n % 3)), pattern(n)).unwrap();
    }
    let segmented = [("segment_size", "20000"), ("skip_container_put", "true")];
    w.remote.connection.put_container(&format!("{c}_segments"), &Default::default()).unwrap();
    let mut open = HashMap::new();
    for round in 0..if full() { 12 } else { 3 } {
        let file = |name: String| {
            let mut objects = Objects::new();
            objects.add_what(Some(&name), What::File(large.clone()), None).unwrap();
            Verb::Upload { container: c.clone(), objects }
        };
        let stream = Source::callbacks(Box::new(Slow::new(pattern(SEGMENT * 5 + 1))), None);
        let mut walk = Objects::new();
        walk.add_what(Some(&format!("tree{round}")), What::Tree(tree.clone()), None).unwrap();
        let small = (0..8).map(|n| format!("small/{round}/{n}")).collect::<Vec<_>>();
        let mut many = Objects::new();
        for name in &small {
            many.add_what(Some(name), What::Source(Source::memory(Arc::new(pattern(100)))), None).unwrap();
        }
        submit(&w, &file(format!("slo/{round}")), &segmented, &mut open);
        submit(
            &w,
            &Verb::Upload { container: c.clone(), objects: upload_of(&format!("stream/{round}"), stream) },
            &segmented,
            &mut open,
        );
        submit(&w, &Verb::Upload { container: c.clone(), objects: walk }, &segmented[1..], &mut open);
        submit(
            &w,
            &file(format!("dlo/{round}")),
            &[segmented[0], segmented[1], ("use_slo", "false")],
            &mut open,
        );
        submit(&w, &Verb::Upload { container: c.clone(), objects: many }, &segmented[1..], &mut open);
        submit(&w, &Verb::List { container: Some(c.clone()) }, &[], &mut open);
        submit(&w, &Verb::Stat { container: Some(c.clone()), objects: None }, &[], &mut open);
        submit(&w, &Verb::Capabilities, &[], &mut open);
        submit(&w, &Verb::List { container: None }, &[("prefix", "fair")], &mut open);
    }
    while !open.is_empty() {
        take(&w, &mut open);
    }
    w.listed(&c, if full() { 12 } else { 3 } * 41);
    // Everything at once again, of what there is now: large objects in parts, whole containers, deletes in bulk.
    let out = w.path("out");
    let out = out.to_str().unwrap();
    for round in 0..2 {
        let below = format!("{out}{round}");
        let parts = [("out_directory", below.as_str()), ("part_size", "30000")];
        submit(&w, &Verb::Download { container: Some(c.clone()), objects: None }, &parts, &mut open);
        let names = owned(&["slo/0", "dlo/0", "stream/0"]);
        submit(&w, &Verb::Stat { container: Some(c.clone()), objects: names.clone() }, &[], &mut open);
        let handed = [("no_download", "true"), ("part_size", "30000")];
        submit(&w, &Verb::Download { container: Some(c.clone()), objects: names }, &handed, &mut open);
        submit(&w, &Verb::List { container: Some(c.clone()) }, &[], &mut open);
    }
    while !open.is_empty() {
        take(&w, &mut open);
    }
    for round in 0..2 {
        assert!(std::fs::read(w.path(&format!("out{round}/slo/1"))).unwrap() == pattern(SEGMENT * 12));
        assert!(std::fs::read(w.path(&format!("out{round}/stream/1"))).unwrap() == pattern(SEGMENT * 5 + 1));
    }
    for prefix in ["small/", "tree", "slo/", "dlo/", "stream/"] {
        let verb = Verb::Delete { container: Some(c.clone()), objects: None };
        submit(&w, &verb, &[("prefix", prefix)], &mut open);
        submit(&w, &Verb::Stat { container: Some(c.clone()), objects: None }, &[], &mut open);
    }
    while !open.is_empty() {
        take(&w, &mut open);
    }
    w.listed(&c, 0);
    w.listed(&format!("{c}_segments"), 0);
    w.remote.connection.delete_container(&format!("{c}_segments"), &Default::default()).unwrap();
    assert!(w.service.shutdown(None));
    assert!(w.queue.is_empty());
}
