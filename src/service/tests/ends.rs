//! Cancel, panic, shutdown.

use super::*;

#[test]
fn what_was_not_started_is_cancelled_without_a_worker() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let (started, go) = (Count::default(), Count::default());
    e.submit(&q, 1, Plan::new(Lane::ObjectDd, gated(&started, &go), 1)).unwrap();
    started.wait(1);
    let id = e.submit(&q, 2, Plan::new(Lane::ObjectDd, nothing(), 100)).unwrap();
    assert!(e.cancel(id));
    // The only worker is busy all the while.
    let all = take_job(&q, id);
    assert_eq!(all.len(), 100);
    assert!(all.iter().all(is_cancelled));
    assert!(all[0].error.as_ref().unwrap().message().contains("before it was started"));
    assert!(!e.cancel(id));
    assert!(!e.cancel(0));
    go.add();
    assert!(take(&q, 1)[0].success());
    assert!(e.shutdown(None));
}

#[test]
fn cancelling_ends_what_runs_and_what_waits() {
    let e = engine(2, usize::MAX);
    let q = Queue::new().unwrap();
    let started = Count::default();
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectDd, endless(&started), 50)).unwrap();
    started.wait(2);
    e.cancel_all();
    let all = take_job(&q, id);
    assert_eq!(all.len(), 50);
    assert!(all.iter().all(is_cancelled));
    let middle = all.iter().filter(|r| r.error.as_ref().unwrap().message() == "in the middle").count();
    assert_eq!(middle, 2);
    assert!(e.shutdown(None));
}

#[test]
fn a_panic_is_a_failed_result_and_the_worker_stays() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let bad = work(|index, turn: &mut Turn| match index {
        0 => panic!("number {index}"),
        1 => {
            let _gone = turn.hand_over();
            panic!("with the ticket in hand");
        }
        2 => Next::Elsewhere,
        3 => {
            drop(turn.hand_over());
            Next::done(about(3))
        }
        _ => Next::done(about(index)),
    });
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectUu, bad, 5)).unwrap();
    let all = take_job(&q, id);
    assert_eq!(all.len(), 5);
    for r in &all[..4] {
        assert_eq!(r.error.as_ref().unwrap().kind(), Kind::Panic);
    }
    assert_eq!(all[0].error.as_ref().unwrap().message(), "a bug in the library: number 0");
    assert!(all[4].success());
    assert!(e.shutdown(None));
}

#[test]
fn df_16_a_listing_that_nobody_reads_can_be_ended() {
    let q = Queue::new().unwrap();
    // Cancelled.
    let e = engine(1, usize::MAX);
    let made = Count::default();
    let id = e.submit(&q, 1, Plan::new(Lane::Container, pages(6, &made), 1)).unwrap();
    made.wait(2);
    assert!(e.cancel(id));
    let all = take_job(&q, id);
    assert_eq!(all.len(), 3);
    assert!(is_cancelled(&all[2]));

    // Its queue closed: no more pages are made for nobody.
    let made = Count::default();
    let closing = Queue::new().unwrap();
    e.submit(&closing, 1, Plan::new(Lane::Container, pages(6, &made), 1)).unwrap();
    made.wait(2);
    closing.close();
    // Its last result, which the queue refuses, is dropped a moment after that.
    eventually("the job is over", || (e.pending(), e.outstanding()) == (0, 0));
    assert_eq!(made.get(), 2);

    // A shutdown without a limit takes it to its end: nothing is lost, and nothing hangs.
    let made = Count::default();
    let id = e.submit(&q, 1, Plan::new(Lane::Container, pages(6, &made), 1)).unwrap();
    made.wait(2);
    assert!(e.shutdown(None));
    assert_eq!(take_job(&q, id).len(), 7);

    // A shutdown at once ends it.
    let e = engine(1, usize::MAX);
    let made = Count::default();
    let id = e.submit(&q, 1, Plan::new(Lane::Container, pages(6, &made), 1)).unwrap();
    made.wait(2);
    assert!(!e.shutdown(Some(Duration::ZERO)));
    let all = take_job(&q, id);
    assert!((1..=3).contains(&all.len()));
    assert!(is_cancelled(all.last().unwrap()));
}

#[test]
fn a_shutdown_delivers_everything_and_takes_nothing_more() {
    let e = engine(2, usize::MAX);
    let q = Queue::new().unwrap();
    for lane in Lane::ALL {
        e.submit(&q, 1, Plan::new(lane, nothing(), 50)).unwrap();
    }
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(|| assert!(e.shutdown(None)));
        }
    });
    assert_eq!(q.len(), 50 * Lane::ALL.len());
    let refused = e.submit(&q, 1, Plan::new(Lane::ObjectDd, nothing(), 1)).unwrap_err();
    assert_eq!(refused.kind(), Kind::State);
    assert!(e.shutdown(Some(Duration::ZERO)));
    e.cancel_all();
    // The threads are gone, and with the results nothing is left that holds the engine.
    let weak: Weak<Engine> = Arc::downgrade(&e);
    drop(e);
    take(&q, 50 * Lane::ALL.len());
    assert!(weak.upgrade().is_none());
}

#[test]
fn a_shutdown_with_a_deadline_cancels_what_is_left() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let started = Count::default();
    e.submit(&q, 1, Plan::new(Lane::ObjectDd, endless(&started), 3)).unwrap();
    started.wait(1);
    assert!(!e.shutdown(Some(Duration::from_millis(20))));
    assert_eq!(q.len(), 3);
    assert!(q.pop(9, None).iter().all(is_cancelled));
    assert_eq!(e.pending(), 0);
    // What happened stays true.
    assert!(!e.shutdown(None));
}

#[test]
fn a_worker_may_shut_down_what_it_works_for() {
    let e = engine(2, usize::MAX);
    let q = Queue::new().unwrap();
    let started = Count::default();
    e.submit(&q, 1, Plan::new(Lane::ObjectUu, endless(&started), 1)).unwrap();
    started.wait(1);
    let own = e.clone();
    let ends_all = work(move |index, _| {
        assert!(!own.shutdown(None));
        Next::done(about(index))
    });
    e.submit(&q, 2, Plan::new(Lane::ObjectDd, ends_all, 1)).unwrap();
    let all = take(&q, 2);
    assert!(all.iter().all(|r| r.is_last));
    // From outside the threads can be joined.
    assert!(!e.shutdown(None));
    let weak = Arc::downgrade(&e);
    drop(e);
    drop(all);
    assert!(weak.upgrade().is_none());
}

#[test]
fn shutdown_races_with_submit_and_cancel() {
    for _ in 0..200 {
        let e = engine(2, usize::MAX);
        let q = Queue::new().unwrap();
        let accepted = AtomicUsize::new(0);
        thread::scope(|s| {
            for _ in 0..2 {
                s.spawn(|| {
                    for _ in 0..20 {
                        let made = Count::default();
                        let lane = Lane::ALL[fastrand::usize(0..Lane::ALL.len())];
                        let (w, n) = if fastrand::bool() { (pages(4, &made), 1) } else { (nothing(), 5) };
                        if e.submit(&q, 0, Plan::new(lane, w, n)).is_err() {
                            break;
                        }
                        accepted.fetch_add(1, Ordering::AcqRel);
                    }
                });
            }
            s.spawn(|| {
                e.cancel(fastrand::u64(1..20));
                e.cancel_all();
            });
            s.spawn(|| {
                q.pop(3, Some(Duration::ZERO)).len();
            });
            s.spawn(|| e.shutdown([None, Some(Duration::ZERO)][fastrand::usize(0..2)]));
        });
        e.shutdown(Some(Duration::ZERO));
        assert_eq!(e.pending(), 0);
        let weak = Arc::downgrade(&e);
        drop(e);
        q.close();
        assert!(weak.upgrade().is_none());
    }
}
