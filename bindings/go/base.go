package swiftclient

// What all of the package needs: text over the boundary, lifetimes, headers.

// #include "bridge.h"
import "C"

import (
	"runtime"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// Version tells the version of the library that is running, such as "0.1.0".
func Version() string { return C.GoString(C.swc_version()) }

// VersionNumber tells it as a number made to be compared: major times 65536 plus minor times 256 plus patch.
func VersionNumber() int { return int(C.swc_version_number()) }

// text is text for C, in memory of Go, which may be lent for the time of a call.
type text struct {
	bytes [][]byte
	bad   *Error
}

// texts makes text for C; bad is set when there is a NUL in it, at which C would see its end.
func texts(all ...string) text {
	var t text
	t.bytes = make([][]byte, len(all))
	size := 0
	for _, s := range all {
		size += len(s) + 1
	}
	block := make([]byte, 0, size)
	for i, s := range all {
		if strings.IndexByte(s, 0) >= 0 {
			t.bad = invalid("%q has a NUL character in it, where no text of the library can have one", s)
			s = s[:strings.IndexByte(s, 0)]
		}
		start := len(block)
		block = append(append(block, s...), 0)
		t.bytes[i] = block[start:]
	}
	return t
}

// at gives one of the texts.
func (t text) at(i int) *C.char { return (*C.char)(unsafe.Pointer(&t.bytes[i][0])) }

// opt gives one of the texts, or NULL for "".
func (t text) opt(i int) *C.char {
	if t.bytes[i][0] == 0 {
		return nil
	}
	return t.at(i)
}

// err is bad as an error.
func (t text) err() error {
	if t.bad != nil {
		return t.bad
	}
	return nil
}

// textArray makes an array of texts in memory of C, as an array in memory of Go may not point to other such memory.
func textArray(all []string) (array **C.char, free func(), err error) {
	pointers := len(all) * int(unsafe.Sizeof(uintptr(0)))
	size := 0
	for _, s := range all {
		if strings.IndexByte(s, 0) >= 0 {
			return nil, func() {}, invalid("%q has a NUL character in it, where no text of the library can have one", s)
		}
		size += len(s) + 1
	}
	array = C.gosw_texts_new(C.size_t(len(all)), C.size_t(size))
	if array == nil {
		return nil, func() {}, &Error{Status: ErrIO, Message: "no memory for a list of names"}
	}
	at := pointers
	for i, s := range all {
		t := texts(s)
		C.gosw_texts_set(array, C.size_t(i), C.size_t(at), t.at(0), C.size_t(len(s)))
		at += len(s) + 1
	}
	return array, func() { C.free(unsafe.Pointer(array)) }, nil
}

// takeText makes a string of text that is ours to free.
func takeText(p *C.char) string {
	s := C.GoString(p)
	C.swc_string_free(p)
	return s
}

// lookup is a string of C where NULL means that there is none.
func lookup(p *C.char) (string, bool) { return C.GoString(p), p != nil }

// seconds makes a time of seconds since 1970, of which -1 means that it is not known.
func seconds(n C.int64_t) time.Time {
	if n < 0 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0)
}

// microseconds makes a time of microseconds since 1970.
func microseconds(n C.int64_t) time.Time {
	if n < 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(n))
}

// unix gives a time as C takes it; -1 for none.
func unix(t time.Time) C.int64_t {
	if t.IsZero() {
		return -1
	}
	return C.int64_t(t.Unix())
}

// milli gives a duration as C takes it, rounded up; a negative one is no limit.
func milli(d time.Duration) C.int32_t {
	const most = 1<<31 - 1
	switch n := (d + time.Millisecond - 1) / time.Millisecond; {
	case d < 0:
		return -1
	case n > most:
		return most
	default:
		return C.int32_t(n)
	}
}

// whole gives a duration in seconds as C takes it, rounded up; a negative one is -1.
func whole(d time.Duration) C.int64_t {
	if d < 0 {
		return -1
	}
	return C.int64_t((d + time.Second - 1) / time.Second)
}

// unsigned gives a number of which a negative one means no limit, or the end.
func unsigned(n int64) C.uint64_t { return C.uint64_t(n) }

// signed gives the same back.
func signed(n C.uint64_t) int64 { return int64(n) }

// Headers has the headers of an answer: the values of each name, in the form in which [net/http] has names, as
// "X-Trans-Id". It can be converted to an http.Header.
type Headers map[string][]string

// Get gives the first value of a name, in any case; "" when there is none.
func (h Headers) Get(name string) string {
	if v := h[canonical(name)]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Values gives all values of a name, in any case.
func (h Headers) Values(name string) []string { return h[canonical(name)] }

func (h Headers) add(name, value *C.char) {
	n := canonical(C.GoString(name))
	h[n] = append(h[n], C.GoString(value))
}

// canonical is net/textproto's form of a name, without that package and the network it brings along.
func canonical(name string) string {
	b := []byte(name)
	upper := true
	for i, c := range b {
		switch {
		case upper && 'a' <= c && c <= 'z':
			b[i] = c - 'a' + 'A'
		case !upper && 'A' <= c && c <= 'Z':
			b[i] = c - 'A' + 'a'
		}
		upper = c == '-'
	}
	return string(b)
}

// ref keeps something of C as long as calls use it: Close ends it for new calls, and the last call that runs frees it.
// So nothing is freed under a call, and Close never waits.
type ref struct {
	mu     sync.Mutex
	uses   int
	closed bool
	free   func()
}

// enter begins a use.
func (r *ref) enter() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return ErrClosed
	}
	r.uses++
	return nil
}

// leave ends a use. Deferred, it also keeps its owner from being finalized before.
func (r *ref) leave() {
	r.mu.Lock()
	r.uses--
	r.freeUnlock()
}

// close lets nobody in any more; whether it was open.
func (r *ref) close() bool {
	r.mu.Lock()
	was := !r.closed
	r.closed = true
	r.freeUnlock()
	return was
}

func (r *ref) freeUnlock() {
	var free func()
	if r.closed && r.uses == 0 {
		free, r.free = r.free, nil
	}
	r.mu.Unlock()
	if free != nil {
		free()
	}
}

// finalize has something closed when nobody has it any more.
func finalize(owner interface{}) {
	runtime.SetFinalizer(owner, func(c interface{ finalizer() }) { c.finalizer() })
}

// goBytes copies bytes of C.
func goBytes(p *C.char, n C.size_t) []byte {
	if p == nil {
		return nil
	}
	return append([]byte{}, unsafe.Slice((*byte)(unsafe.Pointer(p)), int(n))...)
}
