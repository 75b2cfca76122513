//! Results, order, back-pressure.

use super::*;

#[test]
fn every_job_ends_in_exactly_one_last_result() {
    let e = engine(4, usize::MAX);
    let q = Queue::new().unwrap();
    let mut expected = HashMap::new();
    for tag in 0..300 {
        let count = fastrand::usize(1..20);
        let id = e
            .submit(&q, tag, Plan::new(Lane::ALL[fastrand::usize(0..Lane::ALL.len())], nothing(), count))
            .unwrap();
        expected.insert(id, (tag, count));
        if fastrand::u8(0..4) == 0 {
            e.cancel(fastrand::u64(1..=id));
        }
    }
    let mut seen: HashMap<u64, usize> = HashMap::new();
    while !expected.is_empty() {
        for r in q.pop(fastrand::usize(1..50), Some(PATIENCE)) {
            let (tag, count) = *expected.get(&r.job).expect("nothing comes after the last result");
            assert_eq!(r.tag, tag);
            let n = seen.entry(r.job).or_default();
            *n += 1;
            assert_eq!(r.is_last, *n == count);
            if r.is_last {
                expected.remove(&r.job);
            }
        }
    }
    assert!(q.is_empty());
    assert_eq!((e.pending(), e.outstanding()), (0, 0));
    assert!(e.shutdown(None));
}

#[test]
fn many_threads_submit_pop_and_cancel() {
    let e = engine(3, 50);
    let q = Queue::new().unwrap();
    let (results, lasts) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (jobs, elements) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let done = AtomicBool::new(false);
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| {
                while !done.load(Ordering::Acquire) {
                    for r in q.pop(7, Some(PATIENCE)) {
                        results.fetch_add(1, Ordering::AcqRel);
                        lasts.fetch_add(usize::from(r.is_last), Ordering::AcqRel);
                    }
                }
            });
        }
        let submitters: Vec<_> = (0..3)
            .map(|_| {
                s.spawn(|| {
                    for _ in 0..200 {
                        let count = fastrand::usize(1..80);
                        let lane = Lane::ALL[fastrand::usize(0..Lane::ALL.len())];
                        loop {
                            match e.submit(&q, 1, Plan::new(lane, nothing(), count)) {
                                Ok(id) => {
                                    if fastrand::bool() {
                                        e.cancel(id);
                                    }
                                    break;
                                }
                                Err(err) => assert_eq!(err.kind(), Kind::Again),
                            }
                            thread::yield_now();
                        }
                        jobs.fetch_add(1, Ordering::AcqRel);
                        elements.fetch_add(count, Ordering::AcqRel);
                    }
                })
            })
            .collect();
        for t in submitters {
            t.join().unwrap();
        }
        assert!(e.shutdown(None));
        eventually("all results are taken", || {
            results.load(Ordering::Acquire) == elements.load(Ordering::Acquire)
        });
        done.store(true, Ordering::Release);
        (0..4).for_each(|_| q.wake());
    });
    assert_eq!(lasts.into_inner(), jobs.into_inner());
    assert_eq!(e.outstanding(), 0);
}

#[test]
fn a_long_list_does_not_keep_later_jobs_waiting() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let (started, go) = (Count::default(), Count::default());
    e.submit(&q, 1, Plan::new(Lane::ObjectDd, gated(&started, &go), 1000)).unwrap();
    started.wait(1);
    e.submit(&q, 2, Plan::new(Lane::ObjectDd, nothing(), 1)).unwrap();
    go.add();
    let all = take(&q, 1001);
    let place = all.iter().position(|r| r.tag == 2).unwrap();
    assert!(place <= 2, "{place}");
    e.shutdown(None);
}

#[test]
fn each_pool_has_as_many_threads_as_there_is_work_but_no_more() {
    let e = Engine::new(Sizes { threads: [1, 2, 3, 4], max_queued: usize::MAX });
    let q = Queue::new().unwrap();
    let go = Count::default();
    let ran: Vec<_> = Lane::ALL.map(|_| Arc::new(Mutex::new(HashSet::new()))).into();
    for (n, lane) in Lane::ALL.into_iter().enumerate() {
        let (started, go, ran) = (Count::default(), go.clone(), ran[n].clone());
        let begun = started.clone();
        let held = work(move |index, _| {
            lock(&ran).insert(thread::current().id());
            begun.add();
            go.wait(1);
            Next::done(about(index))
        });
        e.submit(&q, 1, Plan::new(lane, held, 10)).unwrap();
        // All of them at once, while the other pools are busy too.
        started.wait(n + 1);
    }
    go.add();
    take(&q, 40);
    assert_eq!(ran.iter().map(|r| lock(r).len()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    e.shutdown(None);
}

#[test]
fn past_the_limit_a_job_is_refused_until_results_are_taken() {
    let e = engine(2, 3);
    let (q, other) = (Queue::new().unwrap(), Queue::new().unwrap());
    let submit = |q: &Queue, n| e.submit(q, 0, Plan::new(Lane::ObjectDd, nothing(), n)).map_err(|e| e.kind());
    // Larger than the limit, but alone.
    submit(&q, 5).unwrap();
    assert_eq!(submit(&other, 1), Err(Kind::Again));
    take(&q, 3);
    assert_eq!(submit(&q, 2), Err(Kind::Again));
    let refused = e.submit(&q, 0, Plan::new(Lane::ObjectDd, nothing(), 7)).unwrap_err();
    assert_eq!(
        refused.message(),
        "the job wants 7 results and 2 are outstanding, together more than the 3 of max_queued: take some first"
    );
    submit(&other, 1).unwrap();
    assert_eq!(submit(&q, 1), Err(Kind::Again));
    // A closed queue frees what waits in it and what comes.
    other.close();
    eventually("the slot is free", || e.outstanding() == 2);
    submit(&other, 1).unwrap();
    eventually("the slot is free", || e.outstanding() == 2);
    take(&q, 2);
    assert_eq!(e.outstanding(), 0);
    assert_eq!(submit(&q, 0), Err(Kind::InvalidArgument));
    e.shutdown(None);
}

#[test]
fn a_listing_waits_for_its_pages_to_be_read_and_nobody_waits_for_it() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let made = Count::default();
    let id = e.submit(&q, 1, Plan::new(Lane::Container, pages(6, &made), 1)).unwrap();
    made.wait(2);
    // The only worker is free for others.
    let other = Queue::new().unwrap();
    for _ in 0..20 {
        e.submit(&other, 2, Plan::new(Lane::Container, nothing(), 1)).unwrap();
        take(&other, 1);
    }
    assert_eq!((made.get(), q.len()), (2, 2));
    for n in 0..6 {
        let page = take(&q, 1).remove(0);
        assert_eq!(page.object, Some(n.to_string()));
        assert!(!page.is_last);
        let expected = (n + 3).min(6);
        made.wait(expected);
        assert_eq!(made.get(), expected);
    }
    let last = take_job(&q, id);
    assert_eq!(last.len(), 1);
    assert_eq!(e.outstanding(), 0);
    assert!(e.shutdown(None));
}

#[test]
fn one_queue_serves_several_services() {
    let q = Queue::new().unwrap();
    let (a, b) = (engine(1, 2), engine(1, 2));
    a.submit(&q, 1, Plan::new(Lane::ObjectDd, nothing(), 2)).unwrap();
    b.submit(&q, 2, Plan::new(Lane::ObjectDd, nothing(), 2)).unwrap();
    let all = take(&q, 4);
    assert_eq!(all.iter().filter(|r| r.tag == 1).count(), 2);
    assert_eq!((a.outstanding(), b.outstanding()), (0, 0));
    // A queue that is gone does not keep a service from ending.
    a.submit(&q, 1, Plan::new(Lane::ObjectDd, nothing(), 2)).unwrap();
    drop(q);
    assert!(a.shutdown(None));
    assert!(b.shutdown(None));
    assert_eq!((a.outstanding(), b.outstanding()), (0, 0));
}
