package swiftclient

// What C calls: readers of bodies, progress, authentication, log messages. No panic leaves these functions: it is kept,
// the callback reports failure, and the panic goes on where the call was made.

// #include "bridge.h"
import "C"

import (
	"errors"
	"io"
	"runtime/cgo"
	"runtime/debug"
	"sync"
	"unsafe"
)

// newHandle makes the number by which C knows a value of ours, until it calls goswRelease with it.
func newHandle(v interface{}) C.uintptr_t { return C.uintptr_t(cgo.NewHandle(v)) }

// released is what wants to know that C does not use it any more.
type released interface{ released() }

//export goswRelease
func goswRelease(h C.uintptr_t) {
	handle := cgo.Handle(h)
	v := handle.Value()
	handle.Delete()
	if r, ok := v.(released); ok {
		r.released()
	}
}

// progress is the callback of the option Progress.
type progress struct {
	f     func(moved, total int64) bool
	scope *scope
}

//export goswProgress
func goswProgress(h C.uintptr_t, moved C.uint64_t, total C.int64_t) (goOn C.bool) {
	p := cgo.Handle(h).Value().(*progress)
	defer func() {
		if v := recover(); v != nil {
			p.scope.caught(v)
			goOn = false
		}
	}()
	return C.bool(p.f(int64(moved), int64(total)))
}

// bodyReader gives the bytes of an io.Reader as a body.
type bodyReader struct {
	r      io.Reader
	seeker io.Seeker // Nil when r cannot go back.
	start  int64

	after error // What r gave together with its last bytes.

	mu     sync.Mutex
	failed error // Of r; a PanicError when it panicked.
}

func (b *bodyReader) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failed = err
}

// failure gives why the reader failed last, and forgets it.
func (b *bodyReader) failure() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.failed
	b.failed = nil
	return err
}

func (b *bodyReader) caught() {
	if v := recover(); v != nil {
		b.fail(&PanicError{v, debug.Stack()})
	}
}

//export goswRead
func goswRead(h C.uintptr_t, buffer unsafe.Pointer, size C.size_t) (n C.int64_t) {
	b := cgo.Handle(h).Value().(*bodyReader)
	n = -1
	defer b.caught()
	space := unsafe.Slice((*byte)(buffer), int(size))
	for idle := 0; idle < 100; idle++ {
		got, err := 0, b.after
		if err == nil {
			got, err = b.r.Read(space)
		}
		switch {
		case got < 0 || got > len(space):
			b.fail(errors.New("the reader gave an invalid count from Read"))
			return -1
		case got > 0:
			b.after = err
			return C.int64_t(got)
		case err == io.EOF:
			return 0
		case err != nil:
			b.fail(err)
			return -1
		}
	}
	b.fail(io.ErrNoProgress)
	return -1
}

//export goswRewind
func goswRewind(h C.uintptr_t) (ok C.bool) {
	b := cgo.Handle(h).Value().(*bodyReader)
	defer b.caught()
	b.after = nil
	if _, err := b.seeker.Seek(b.start, io.SeekStart); err != nil {
		b.fail(err)
		return false
	}
	return true
}

//export goswAuth
func goswAuth(h C.uintptr_t, reason C.int32_t, session *C.swc_session) (status C.int32_t) {
	a := cgo.Handle(h).Value().(*authenticator)
	status = C.SWC_ERR_CALLBACK
	defer func() {
		if v := recover(); v != nil {
			a.fail(&PanicError{v, debug.Stack()})
		}
	}()
	err := a.logIn(AuthReason(reason), session)
	if err == nil {
		return C.SWC_OK
	}
	a.fail(err)
	t := texts(err.Error())
	C.swc_session_set_failure(session, t.at(0), nil)
	return authStatus(err)
}

//export goswLog
func goswLog(h C.uintptr_t, level C.int32_t, message *C.char) {
	f := cgo.Handle(h).Value().(func(LogLevel, string))
	defer func() {
		// It may have run on any thread, so there is no call it could go on in: it ends the program, as a panic in a
		// goroutine of its own does.
		if v := recover(); v != nil {
			go panic(v)
		}
	}()
	f(LogLevel(level), C.GoString(message))
}
