package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// Queue is where results of many jobs, also of several services, wait in one row until they are read: see [Service.To].
// Most programs do not need one, for every job has results of its own.
//
// Results that nobody reads hold their jobs back, as "max_queued" and the jobs themselves bound what may wait; nothing
// is lost.
type Queue struct{ q *queue }

// queue is a queue of C and the way to wait for it without a thread of the system.
type queue struct {
	ref    ref
	c      *C.swc_queue
	turn   chan struct{} // Holds a token while somebody pops.
	closed chan struct{}

	mu   sync.Mutex
	file *os.File // The descriptor, in the hands of Go's poller; nil before somebody waits, and where there is none.
	raw  syscall.RawConn
	jobs map[jobKey][]*Job // Of a queue of many jobs: those that have not ended.
}

// jobKey is what a result tells of its job, which two services may have in common.
type jobKey struct{ tag, id uint64 }

// blockingWait has queues waited for in C, on a thread, as where there is no descriptor to poll.
var blockingWait = false

func newQueue() (*queue, error) {
	q := &queue{turn: make(chan struct{}, 1), closed: make(chan struct{})}
	var e *C.swc_error
	if err := check(C.swc_queue_new(&q.c, &e), e); err != nil {
		return nil, err
	}
	c := q.c
	q.ref.free = func() { C.swc_queue_free(c) }
	finalize(q)
	return q, nil
}

func (q *queue) finalizer() { q.close() }

func (q *queue) close() {
	if !q.ref.close() {
		return
	}
	close(q.closed)
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.file != nil {
		q.file.Close()
	}
}

// poller gives the descriptor to Go's poller, when there is one.
func (q *queue) poller() syscall.RawConn {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.raw != nil || blockingWait {
		return q.raw
	}
	var fd C.int32_t
	if C.swc_queue_fd(q.c, &fd, nil) < 0 {
		return nil
	}
	q.file = pollable(int(fd))
	if q.file == nil {
		return nil
	}
	// What cannot be polled refuses deadlines.
	if q.file.SetReadDeadline(time.Time{}) == nil {
		q.raw, _ = q.file.SyscallConn()
	}
	return q.raw
}

// pop waits for results and takes up to as many as there is room for; ctx ends the waiting.
func (q *queue) pop(ctx context.Context, room []*C.swc_result) (int, error) {
	if err := q.ref.enter(); err != nil {
		return 0, err
	}
	defer q.ref.leave()
	select {
	case q.turn <- struct{}{}:
		defer func() { <-q.turn }()
	case <-q.closed:
		return 0, ErrClosed
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for wait := C.int32_t(0); ; {
		var n C.size_t
		var e *C.swc_error
		status := C.swc_queue_pop(q.c, &room[0], C.size_t(len(room)), wait, &n, &e)
		if err := check(status, e); err != nil || n > 0 {
			return int(n), err
		}
		select {
		case <-q.closed:
			return 0, ErrClosed
		case <-ctx.Done():
			return 0, ctx.Err()
		default:
		}
		if raw := q.poller(); raw != nil {
			q.poll(ctx, raw)
			continue
		}
		wait = -1
		stop := q.wakeAfter(ctx)
		defer stop()
	}
}

// poll waits until there is a result, ctx is done or the queue closed.
func (q *queue) poll(ctx context.Context, raw syscall.RawConn) {
	if ctx.Done() != nil {
		var once sync.Mutex
		over := false
		stop := afterFunc(ctx, func() {
			once.Lock()
			defer once.Unlock()
			if !over {
				q.file.SetReadDeadline(time.Unix(1, 0))
			}
		})
		defer func() {
			stop()
			once.Lock()
			defer once.Unlock()
			over = true
			q.file.SetReadDeadline(time.Time{})
		}()
	}
	raw.Read(func(uintptr) bool { return C.swc_queue_length(q.c) > 0 })
}

// wakeAfter wakes who waits in C when ctx is done or the queue closed.
func (q *queue) wakeAfter(ctx context.Context) (stop func()) {
	stopped := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		select {
		case <-ctx.Done():
		case <-q.closed:
		case <-stopped:
			return
		}
		C.swc_queue_wake(q.c)
	}()
	return func() {
		close(stopped)
		<-done
	}
}

// NewQueue makes an empty queue.
func NewQueue() (*Queue, error) {
	q, err := newQueue()
	if err != nil {
		return nil, err
	}
	q.jobs = make(map[jobKey][]*Job)
	return &Queue{q}, nil
}

// Pop takes results, at most max and waiting for the first. Any goroutine may; each result goes to one of them. The
// error is that of the context, or [ErrClosed].
func (q *Queue) Pop(ctx context.Context, max int) ([]*Result, error) {
	if max < 1 {
		return nil, invalid("there is no room for %d results", max)
	}
	room := make([]*C.swc_result, max)
	n, err := q.q.pop(ctx, room)
	results := make([]*Result, n)
	for i := range results {
		results[i] = q.result(room[i])
	}
	return results, err
}

// result makes a result, and lets go of its job when it is the last one.
func (q *Queue) result(c *C.swc_result) *Result {
	r := newResult(c)
	key := jobKey{r.Tag, r.Job}
	q.q.mu.Lock()
	defer q.q.mu.Unlock()
	jobs := q.q.jobs[key]
	for i, job := range jobs {
		if len(jobs) > 1 && r.IsLast && !job.hasEnded() {
			continue
		}
		job.explain(r)
		if r.IsLast {
			if jobs = append(jobs[:i:i], jobs[i+1:]...); len(jobs) == 0 {
				delete(q.q.jobs, key)
			} else {
				q.q.jobs[key] = jobs
			}
			break
		}
	}
	return r
}

// Results gives the results on a channel, which one goroutine fills that takes them in batches. When the context is done
// or the queue closed it closes the channel, and results that it has taken and nobody has received are gone.
func (q *Queue) Results(ctx context.Context) <-chan *Result {
	out := make(chan *Result)
	go func() {
		defer close(out)
		for {
			batch, err := q.Pop(ctx, 64)
			for _, r := range batch {
				select {
				case out <- r:
				case <-ctx.Done():
					return
				case <-q.q.closed:
					return
				}
			}
			if err != nil {
				return
			}
		}
	}()
	return out
}

// Len counts the results that wait now.
func (q *Queue) Len() int {
	if q.q.ref.enter() != nil {
		return 0
	}
	defer q.q.ref.leave()
	return int(C.swc_queue_length(q.q.c))
}

// Close frees the queue, and the results that wait in it and those still to come; the jobs go on. Who waits for results
// gets [ErrClosed].
func (q *Queue) Close() error {
	q.q.close()
	return nil
}

// Job is what a service was told to do. Its results are read by one of Next, Results, Wait, and with Go 1.23 or later
// All. Every job ends in exactly one last result. When the context it was submitted with is done, it is cancelled.
//
// Results that nobody reads hold their job back and count for "max_queued"; those of other jobs are not affected. A job
// whose results nobody wants any more is to be closed.
type Job struct {
	service *service
	id      uint64
	ctx     context.Context
	readers map[string]*bodyReader
	q       *queue // Its own; nil when the results go to a Queue.
	stop    func() bool

	mu    sync.Mutex
	room  [64]*C.swc_result
	ready []*C.swc_result
	last  bool
}

// ID gives the number of the job, which is never 0.
func (j *Job) ID() uint64 { return j.id }

// Next waits for the next result. After the last one the error is [io.EOF], after Close [ErrClosed].
func (j *Job) Next() (*Result, error) {
	if j.q == nil {
		return nil, &Error{Status: ErrState, Message: "the results of this job go to a queue"}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.ready) == 0 {
		if j.last {
			return nil, io.EOF
		}
		// The last result comes whatever the context: it has cancelled the job then.
		n, err := j.q.pop(context.Background(), j.room[:])
		if err != nil {
			return nil, err
		}
		j.ready = j.room[:n]
	}
	select {
	case <-j.q.closed:
		j.drop()
		return nil, ErrClosed
	default:
	}
	r := newResult(j.ready[0])
	j.ready[0] = nil
	j.ready = j.ready[1:]
	j.explain(r)
	if r.IsLast {
		j.last = true
		j.q.close()
	}
	return r, nil
}

// drop frees what was popped and not read.
func (j *Job) drop() {
	for _, c := range j.ready {
		C.swc_result_free(c)
	}
	j.ready = nil
}

// explain puts into a result what Go knows of its failure, and lets go of the context after the last one.
func (j *Job) explain(r *Result) {
	if r.IsLast && j.stop != nil {
		j.stop()
	}
	e := asError(r.Err)
	if e == nil {
		return
	}
	if e.Status == ErrCallback {
		for name, b := range j.readers {
			if r.Object == name || len(r.Object) > len(name) && r.Object[len(r.Object)-len(name)-1:] == "/"+name {
				if failed := b.failure(); failed != nil {
					e.cause = failed
				}
			}
		}
	}
	if e.Status == ErrCancelled && j.ctx.Err() != nil {
		e.context = j.ctx.Err()
		if e.cause = contextCause(j.ctx); e.cause == nil {
			e.cause = e.context
		}
	}
}

// Results gives the results on a channel, which is closed after the last one. When the context of the job is done, or
// the job closed, the channel is closed too, and results that nobody has received are gone. Who stops to receive before
// is to do one of these.
func (j *Job) Results() <-chan *Result {
	out := make(chan *Result)
	go func() {
		defer close(out)
		for {
			r, err := j.Next()
			if err != nil {
				return
			}
			var closed <-chan struct{}
			if !r.IsLast {
				closed = j.q.closed
			}
			select {
			case out <- r:
			case <-j.ctx.Done():
				j.Close()
				return
			case <-closed:
				return
			}
		}
	}()
	return out
}

// Wait reads all results and gives the error of the first that failed; nil when none did.
func (j *Job) Wait() error {
	var first error
	for {
		r, err := j.Next()
		if err == io.EOF {
			return first
		}
		if err != nil {
			return err
		}
		if r.Err != nil && first == nil {
			first = r.Err
		}
		r.Close()
	}
}

// Cancel ends the job: what it has not begun and what it is doing. Its last result still comes; what was left to do
// fails with [ErrCancelled]. It tells whether the job had not ended.
func (j *Job) Cancel() bool {
	if j.service.ref.enter() != nil {
		return false
	}
	defer j.service.ref.leave()
	return bool(C.swc_service_cancel(j.service.c, C.uint64_t(j.id)))
}

// Close cancels the job unless it has ended, and drops the results that were not read. It may be called more than once.
func (j *Job) Close() error {
	if j.stop != nil {
		j.stop()
	}
	if j.q != nil {
		j.q.close()
		if j.mu.TryLock() { // Else who holds it drops them.
			j.drop()
			j.mu.Unlock()
		}
	}
	j.Cancel()
	return nil
}

// hasEnded tells whether the service knows nothing of the job any more.
func (j *Job) hasEnded() bool {
	_, err := j.Progress()
	return err != nil
}

// Progress tells how far the job is; [ErrState] when it has ended.
func (j *Job) Progress() (JobProgress, error) { return j.service.progress(j.id) }

// JobProgress is how far a job or a service is, at one moment.
type JobProgress struct {
	Bytes        int64   // How many bytes of bodies have been sent and received.
	BytesTotal   int64   // How many there are to move in all; -1 when it is not known yet.
	Objects      int64   // How many objects are done, the failed ones included.
	Failed       int64   // How many of these have failed.
	ObjectsTotal int64   // How many there are to do in all; -1 when a listing may still find more.
	Rate         float64 // How many bytes a second have moved during the last few seconds.
}

func lookAtProgress(p *C.swc_progress) JobProgress {
	return JobProgress{
		int64(C.swc_progress_bytes(p)), int64(C.swc_progress_bytes_total(p)), int64(C.swc_progress_objects(p)),
		int64(C.swc_progress_failed(p)), int64(C.swc_progress_objects_total(p)), float64(C.swc_progress_rate(p)),
	}
}
