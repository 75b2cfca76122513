//! Elements that go on in other pools, as large objects do: their parts, then what joins them.

use super::*;

/// Parts of one element that other workers do, and what is done when all of them are.
struct Parts<F> {
    left: AtomicUsize,
    whole: Mutex<Option<Ticket>>,
    run: F,
}

impl<F: Fn(usize) + Send + Sync> Work for Parts<F> {
    fn blank(&self, index: usize) -> JobResult {
        JobResult::about("part", None, Some(&index.to_string()))
    }
    fn run(&self, index: usize, _: &mut Turn) -> Next {
        (self.run)(index);
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1
            && let Some(ticket) = lock(&self.whole).take()
        {
            ticket.follow(Lane::ObjectUu, work(|_, _| Next::done(JobResult::about("whole", None, None))));
        }
        Next::done(self.blank(index))
    }
}

/// An object whose parts are done in `lane` before it is finished itself.
fn in_parts(lane: Lane, n: usize, run: impl Fn(usize) + Send + Sync + Clone + 'static) -> Arc<dyn Work> {
    work(move |_, turn| {
        let parts =
            Parts { left: AtomicUsize::new(n), whole: Mutex::new(turn.hand_over()), run: run.clone() };
        turn.job().add(lane, Arc::new(parts), n, None);
        Next::Elsewhere
    })
}

#[test]
fn an_element_can_go_on_in_other_pools_and_end_after_its_parts() {
    // One thread for each pool: waiting for parts would block for ever.
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    for lane in [Lane::ObjectDd, Lane::ObjectUu] {
        let id = e.submit(&q, 1, Plan::new(Lane::ObjectUu, in_parts(lane, 5, |_| {}), 1)).unwrap();
        let all = take_job(&q, id);
        assert_eq!(
            all.iter().map(|r| r.action).collect::<Vec<_>>(),
            ["part", "part", "part", "part", "part", "whole"]
        );
        assert!(all.iter().all(JobResult::success));
        assert_eq!(e.outstanding(), 0);
    }
    // Several such objects in one job.
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectUu, in_parts(Lane::ObjectDd, 3, |_| {}), 4)).unwrap();
    let all = take_job(&q, id);
    assert_eq!(all.iter().filter(|r| r.action == "whole").count(), 4);
    assert_eq!(all.len(), 16);
    assert!(e.shutdown(None));
}

#[test]
fn an_element_whose_parts_are_cancelled_or_panic_still_ends() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let (started, go) = (Count::default(), Count::default());
    let (s, g) = (started.clone(), go.clone());
    let held = in_parts(Lane::ObjectDd, 5, move |_| {
        s.add();
        g.wait(1);
    });
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectUu, held, 1)).unwrap();
    started.wait(1);
    e.cancel(id);
    go.add();
    let all = take_job(&q, id);
    assert_eq!(all.len(), 6);
    // The one part that ran, the four that did not, and the whole.
    assert_eq!(all.iter().filter(|r| is_cancelled(r)).count(), 5);

    let falls = in_parts(Lane::ObjectDd, 3, |index| assert_ne!(index, 1, "part 1 falls"));
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectUu, falls, 1)).unwrap();
    let all = take_job(&q, id);
    assert_eq!(all.len(), 4);
    assert_eq!(all.iter().filter(|r| r.success()).count(), 2);
    assert!(e.shutdown(None));
}

#[test]
fn an_element_waits_for_a_group_and_its_backlog() {
    for lane in Lane::ALL {
        let e = engine(3, usize::MAX);
        let q = Queue::new().unwrap();
        let (group, turns) = (Group::new(), Count::default());
        let (own, count) = (group.clone(), turns.clone());
        // Ten times ten elements, never more than fifteen that are not done or not read; then the end.
        let whole = work(move |_, turn| {
            assert!(own.open() < 15);
            if count.get() == 10 {
                if own.open() > 0 {
                    return Next::Again(Wait::Done(own.clone()));
                }
                return Next::done(JobResult::about("whole", None, None));
            }
            count.add();
            turn.job().add(lane, nothing(), 10, Some(&own));
            Next::Again(Wait::Backlog(own.clone(), 15))
        });
        let id = e.submit(&q, 1, Plan::new(Lane::Container, whole, 1)).unwrap();
        eventually("a halt", || q.len() >= 15);
        assert!(turns.get() <= 3 && q.len() <= 30);
        let all = take_job(&q, id);
        assert_eq!((all.len(), all[100].action, group.failed()), (101, "whole", 0));
        e.shutdown(None);
    }
}

#[test]
fn what_comes_first_is_done_before_the_rest_and_however_it_ends() {
    let e = engine(3, usize::MAX);
    let q = Queue::new().unwrap();
    let (first, seen) = (Count::default(), Count::default());
    let (done, rest) = (first.clone(), first.clone());
    let fails = work(move |index, _| {
        done.add();
        let mut result = about(index).failed(Error::new(Kind::Forbidden, "no"));
        result.counted = 0;
        Next::done(result)
    });
    let ok = seen.clone();
    let plan = Plan {
        first: Some(First { lane: Lane::Container, work: fails, count: 4 }),
        fail_fast: true,
        ..Plan::new(
            Lane::ObjectUu,
            work(move |index, _| {
                assert_eq!(rest.get(), 4);
                ok.add();
                Next::done(about(index))
            }),
            10,
        )
    };
    let id = e.submit(&q, 1, plan).unwrap();
    let all = take_job(&q, id);
    assert_eq!((all.len(), seen.get()), (14, 10));
    assert!(all[..4].iter().all(|r| !r.success()) && all[4..].iter().all(JobResult::success));
    e.shutdown(None);
}

#[test]
fn one_element_becomes_many_and_counts_as_many_until_its_result_is_read() {
    let e = engine(2, 10);
    let q = Queue::new().unwrap();
    let many = work(|_, turn| {
        if let Some(ticket) = turn.hand_over() {
            ticket.become_all(Lane::ObjectDd, nothing(), 7);
        }
        Next::Elsewhere
    });
    let plan = || Plan { weight: 7, ..Plan::new(Lane::Container, many.clone(), 1) };
    let id = e.submit(&q, 1, plan()).unwrap();
    assert_eq!(e.submit(&q, 1, plan()).unwrap_err().kind(), Kind::Again);
    eventually("all are done", || q.len() == 7);
    assert_eq!(e.outstanding(), 7);
    assert_eq!(take_job(&q, id).len(), 7);
    assert_eq!(e.outstanding(), 0);
    let id = e.submit(&q, 1, plan()).unwrap();
    // Before it became many it is one, which has a result.
    e.cancel(id);
    let all = take_job(&q, id);
    assert!(all.len() == 1 || all.len() == 7);
    e.shutdown(None);
}

#[test]
fn the_first_failure_ends_what_is_not_started_when_that_is_wanted() {
    let e = engine(1, usize::MAX);
    let q = Queue::new().unwrap();
    let fails = || {
        work(|index, _| {
            let result = about(index);
            Next::done(if index == 3 { result.failed(Error::new(Kind::Io, "no")) } else { result })
        })
    };
    let id = e.submit(&q, 1, Plan { fail_fast: true, ..Plan::new(Lane::ObjectDd, fails(), 20) }).unwrap();
    let all = take_job(&q, id);
    assert_eq!((all.len(), all.iter().filter(|r| is_cancelled(r)).count()), (20, 16));
    let id = e.submit(&q, 1, Plan::new(Lane::ObjectDd, fails(), 20)).unwrap();
    let all = take_job(&q, id);
    assert_eq!(all.iter().filter(|r| r.success()).count(), 19);
    e.shutdown(None);
}
