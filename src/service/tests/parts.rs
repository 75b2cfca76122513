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
