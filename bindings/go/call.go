package swiftclient

// A call into the library: its request, its context, and what its callbacks ran into.

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Option is something special about one call: a header, a condition, a deadline. See the functions that return one.
// Options are applied in the order they are given in.
type Option func(*call)

// Options makes one option of several.
func Options(options ...Option) Option {
	return func(k *call) {
		for _, o := range options {
			o(k)
		}
	}
}

// scope is what lives as long as a call or what it opened: the context, and panics of callbacks.
type scope struct {
	ctx     context.Context
	ownTime bool // Whether the time limit is an option and not the deadline of the context.
	stop    func() bool

	mu       sync.Mutex
	token    *C.swc_cancel
	panicked bool
	value    interface{}
}

// watch makes the token and has the context cancel it.
func (s *scope) watch() {
	s.token = C.swc_cancel_new()
	if s.ctx.Done() != nil {
		s.stop = afterFunc(s.ctx, s.cancel)
	}
}

// cancel ends the calls of the scope.
func (s *scope) cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.token != nil {
		C.swc_cancel_cancel(s.token)
	}
}

// end lets go of the context.
func (s *scope) end() {
	if s.stop != nil {
		s.stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	C.swc_cancel_free(s.token)
	s.token = nil
}

// caught remembers the panic of a callback, which must not go through C.
func (s *scope) caught(value interface{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.panicked {
		s.panicked, s.value = true, value
	}
}

// rethrow lets the panic of a callback go on in the goroutine that made the call.
func (s *scope) rethrow() {
	s.mu.Lock()
	panicked, value := s.panicked, s.value
	s.panicked, s.value = false, nil
	s.mu.Unlock()
	if panicked {
		panic(value)
	}
}

// check makes an error of a status where it is one, and lets panics of callbacks go on.
func (s *scope) check(status C.swc_status, err *C.swc_error) error {
	s.rethrow()
	if status >= 0 {
		return nil
	}
	return s.explain(takeError(err, status))
}

// explain says of a failure whether it was the context's doing.
func (s *scope) explain(e *Error) *Error {
	switch {
	case e.Status == ErrCancelled && s.ctx.Err() != nil:
		e.context = s.ctx.Err()
	case e.Status == ErrTimeout && !e.Retryable && !s.ownTime:
		if _, limited := s.ctx.Deadline(); limited {
			e.context = context.DeadlineExceeded
		}
	}
	if e.context != nil && e.cause == nil {
		e.cause = e.context
		if cause := contextCause(s.ctx); cause != nil {
			e.cause = cause
		}
	}
	return e
}

// call is one call of a connection in the making, and its outputs.
type call struct {
	scope   *scope
	request *C.swc_request
	timeout time.Duration
	bad     error // The first option that was refused.

	err          *C.swc_error
	response     *C.swc_response
	report       *C.swc_report
	listing      *C.swc_listing
	reader       *C.swc_reader
	writer       *C.swc_writer
	capabilities *C.swc_capabilities
	endpoints    *C.swc_endpoints
	manifest     *C.swc_manifest
	text         *C.char
	auth         *authenticator
}

// begin prepares a call. One that opens something to be read or written can be cancelled whatever its context is, so
// that closing it can end what another goroutine does.
func (c *Connection) begin(ctx context.Context, opens bool, options []Option) (*call, error) {
	if err := c.ref.enter(); err != nil {
		return nil, err
	}
	k := &call{scope: &scope{ctx: ctx}, auth: c.auth}
	if err := ctx.Err(); err != nil {
		c.ref.leave()
		return nil, k.scope.explain(&Error{Status: ErrCancelled, Message: "the call was not made"})
	}
	if err := k.prepare(opens, options); err != nil {
		k.end(c)
		return nil, err
	}
	return k, nil
}

func (k *call) prepare(opens bool, options []Option) error {
	ctx := k.scope.ctx
	watched := opens || ctx.Done() != nil
	if !watched && len(options) == 0 {
		return nil
	}
	k.request = C.swc_request_new()
	for _, o := range options {
		o(k)
	}
	if watched {
		k.scope.watch()
		k.check(C.swc_request_set_cancel(k.request, k.scope.token, &k.err))
	}
	limit := k.timeout
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		if left <= 0 {
			left = time.Nanosecond
		}
		if limit > 0 && limit < left {
			k.scope.ownTime = true
		} else {
			limit = left
		}
	} else {
		k.scope.ownTime = true
	}
	if limit > 0 {
		k.check(C.swc_request_set_timeout(k.request, milli(limit), &k.err))
	}
	return k.bad
}

// check keeps the first failure of an option.
func (k *call) check(status C.swc_status) {
	if status < 0 {
		e := takeError(k.err, status)
		k.err = nil
		if k.bad == nil {
			k.bad = e
		}
	}
}

// texts makes text for an option; what cannot be text fails the call.
func (k *call) texts(all ...string) text {
	t := texts(all...)
	if k.bad == nil {
		k.bad = t.err()
	}
	return t
}

// end lets go of all that a call took but did not hand out.
func (k *call) end(c *Connection) {
	k.endRequest(c)
	k.scope.end()
}

func (k *call) endRequest(c *Connection) {
	C.swc_request_free(k.request)
	k.request = nil
	c.ref.leave()
}

// run makes a call that hands out nothing that stays open.
func (c *Connection) run(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*call, error) {
	if t.bad != nil {
		return nil, t.bad
	}
	k, err := c.begin(ctx, false, options)
	if err != nil {
		return nil, err
	}
	defer k.end(c)
	return k, k.outcome(f(k))
}

// outcome is what has come of a call.
func (k *call) outcome(status C.swc_status) error {
	err := k.scope.check(status, k.err)
	if err != nil && k.auth != nil {
		k.auth.explain(err)
	}
	return err
}

// open makes a call whose response, listing, reader or writer goes on with the context of the call; the scope belongs
// to that then.
func (c *Connection) open(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*call, error) {
	if t.bad != nil {
		return nil, t.bad
	}
	k, err := c.begin(ctx, true, options)
	if err != nil {
		return nil, err
	}
	opened := false
	defer func() {
		k.endRequest(c)
		if !opened {
			k.scope.end()
		}
	}()
	if err := k.outcome(f(k)); err != nil {
		return nil, err
	}
	opened = true
	return k, nil
}

// simple makes a call that is answered by headers.
func (c *Connection) simple(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*Response, error) {
	k, err := c.run(ctx, options, t, f)
	if err != nil {
		return nil, err
	}
	return newResponse(k.response, &scope{ctx: context.Background(), ownTime: true}), nil
}

// body makes a call that is answered by a body.
func (c *Connection) body(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*Response, error) {
	k, err := c.open(ctx, options, t, f)
	if err != nil {
		return nil, err
	}
	return newResponse(k.response, k.scope), nil
}

// reported makes a call about many things.
func (c *Connection) reported(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*Report, error) {
	k, err := c.run(ctx, options, t, f)
	if err != nil {
		return nil, err
	}
	defer C.swc_report_free(k.report)
	return lookAtReport(k.report), nil
}

// asError gives the error of the library in err.
func asError(err error) *Error {
	var e *Error
	errors.As(err, &e)
	return e
}
