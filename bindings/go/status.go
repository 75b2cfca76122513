package swiftclient

/*
#cgo pkg-config: swiftclient
#cgo CFLAGS: -std=gnu11
#include "bridge.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"
)

// Status is the outcome of a call, made to branch on. The failures among them are errors by themselves, to be used as
// targets of [errors.Is]:
//
//	if errors.Is(err, swiftclient.ErrNotFound) { … }
type Status int32

// The statuses. Numbers once given keep their meaning; new ones may come.
const (
	// StatusOK: done.
	StatusOK Status = C.SWC_OK
	// ErrInvalidArgument: an argument is missing, unknown, malformed or out of range. Nothing was done.
	ErrInvalidArgument Status = C.SWC_ERR_INVALID_ARGUMENT
	// ErrInvalidUTF8: a text is not UTF-8. Nothing was done.
	ErrInvalidUTF8 Status = C.SWC_ERR_INVALID_UTF8
	// ErrState: the object is not in a state that allows the call.
	ErrState Status = C.SWC_ERR_STATE
	// ErrAgain: the job does not fit into "max_queued" now; read results and submit it again.
	ErrAgain Status = C.SWC_ERR_AGAIN
	// ErrUnsupported: the server, this system or this build cannot do that.
	ErrUnsupported Status = C.SWC_ERR_UNSUPPORTED
	// ErrPanic: a bug in the library, stopped before it could harm the program. Please report it.
	ErrPanic Status = C.SWC_ERR_PANIC
	// ErrCancelled: ended by its context, by Close or Interrupt, or with its service.
	ErrCancelled Status = C.SWC_ERR_CANCELLED
	// ErrCallback: a reader or a callback of the caller's failed; the error it gave is what [errors.Unwrap] gives.
	ErrCallback Status = C.SWC_ERR_CALLBACK
	// ErrIO: a local file, descriptor or memory operation failed.
	ErrIO Status = C.SWC_ERR_IO
	// ErrConnect: the server could not be reached, or the connection broke.
	ErrConnect Status = C.SWC_ERR_CONNECT
	// ErrTLS: TLS failed: a certificate, the host name in it, or the handshake.
	ErrTLS Status = C.SWC_ERR_TLS
	// ErrTimeout: no byte moved for the configured time, or the deadline of the call passed. HTTP 408 and 499 too.
	ErrTimeout Status = C.SWC_ERR_TIMEOUT
	// ErrProtocol: the server's answer is not what the protocol allows.
	ErrProtocol Status = C.SWC_ERR_PROTOCOL
	// ErrAuth: authentication failed: wrong or missing credentials, or no endpoint in the catalogue.
	ErrAuth Status = C.SWC_ERR_AUTH
	// ErrChecksum: the MD5 of the bytes is not the ETag the server gave. HTTP 422 too.
	ErrChecksum Status = C.SWC_ERR_CHECKSUM
	// ErrHTTP: an HTTP status that is no success and has no status of its own here; it is in [Error].HTTPStatus.
	ErrHTTP Status = C.SWC_ERR_HTTP
	// ErrNotFound: HTTP 404, 410: the account, container or object is not there. It is an [fs.ErrNotExist] too.
	ErrNotFound Status = C.SWC_ERR_NOT_FOUND
	// ErrUnauthorized: HTTP 401 from the storage server, also with a new token. It is an [fs.ErrPermission] too.
	ErrUnauthorized Status = C.SWC_ERR_UNAUTHORIZED
	// ErrForbidden: HTTP 403: the credentials are good, but not for this. It is an [fs.ErrPermission] too.
	ErrForbidden Status = C.SWC_ERR_FORBIDDEN
	// ErrConflict: HTTP 409: not empty, or in conflict with what is there.
	ErrConflict Status = C.SWC_ERR_CONFLICT
	// ErrPrecondition: HTTP 412: a condition of the request does not hold.
	ErrPrecondition Status = C.SWC_ERR_PRECONDITION
	// ErrNotModified: HTTP 304: the condition says that the caller's copy is current.
	ErrNotModified Status = C.SWC_ERR_NOT_MODIFIED
	// ErrRange: HTTP 416: the range lies outside the object.
	ErrRange Status = C.SWC_ERR_RANGE
	// ErrTooLarge: HTTP 413, 507: a size limit or a quota is exceeded; also a body larger than the caller's limit.
	ErrTooLarge Status = C.SWC_ERR_TOO_LARGE
	// ErrRateLimited: HTTP 429, 498: the server limits the rate of requests.
	ErrRateLimited Status = C.SWC_ERR_RATE_LIMITED
	// ErrServer: HTTP 5xx: the server failed.
	ErrServer Status = C.SWC_ERR_SERVER
)

// ErrClosed is what calls return on something that has been closed. It is an [os.ErrClosed] too.
var ErrClosed = fmt.Errorf("swiftclient: %w", os.ErrClosed)

// String gives the name the status has in C, as "SWC_ERR_NOT_FOUND".
func (s Status) String() string { return C.GoString(C.swc_status_name(C.int32_t(s))) }

// Error gives the name of the status in words, as "swiftclient: not found".
func (s Status) Error() string {
	return "swiftclient: " + strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(s.String(), "SWC_ERR_")), "_", " ")
}

// Is lets [errors.Is] find what the standard library has for the same failure.
func (s Status) Is(target error) bool {
	switch target {
	case fs.ErrNotExist:
		return s == ErrNotFound
	case fs.ErrPermission:
		return s == ErrUnauthorized || s == ErrForbidden
	case os.ErrDeadlineExceeded:
		return s == ErrTimeout
	}
	return s == ErrUnsupported && isUnsupported(target)
}

// Attempt is what became of one of the requests of a call.
type Attempt struct {
	HTTPStatus    int           // 0 when no answer came.
	Reason        string        // The reason phrase.
	TransactionID string        // The transaction id of the answer.
	Message       string        // What went wrong, or "".
	Elapsed       time.Duration // How long it took.
	Pause         time.Duration // How long the call waited after it.
}

// Error is a failure of the library: a message for people, facts for programs. Get at it with [errors.As].
type Error struct {
	Status        Status
	Message       string  // What happened in one line, without secrets.
	HTTPStatus    int     // Of the response that was a failure; 0 when there was none.
	Reason        string  // Its reason phrase, as "Not Found".
	TransactionID string  // By which the operator of the server finds the request.
	Method        string  // The HTTP method of the request; "" when none was made.
	URL           string  // The URL of the request, without secrets.
	Header        Headers // The headers of the response.
	Body          []byte  // The body of the response, or its first 64 KiB.
	Retryable     bool    // Whether the same call may succeed later.
	// Attempts are all requests of the call, retries included; the last one is the one that failed for good.
	Attempts []Attempt
	// Report has what a call about many things came to: bulk deletion, archives, large objects. Else nil.
	Report *Report

	context error // Why the context ended the call, if it did.
	cause   error
	atEnd   bool // Whether the body broke off.
	c       *cError
	owner   *resultHandle // What c belongs to, where that is not the error itself.
}

// cError keeps an error of C for what has to be looked up in it.
type cError struct{ p *C.swc_error }

// Error gives the message.
func (e *Error) Error() string {
	switch {
	case e.cause != nil && !strings.Contains(e.Message, e.cause.Error()):
		return "swiftclient: " + e.Message + ": " + e.cause.Error()
	case e.Message == "":
		return e.Status.Error()
	}
	return "swiftclient: " + e.Message
}

// Is tells whether target is the status of the error, what the standard library has for it, the error of the context
// that ended the call, or [io.ErrUnexpectedEOF] when a body broke off.
func (e *Error) Is(target error) bool {
	if s, ok := target.(Status); ok {
		return e.Status == s
	}
	if e.context != nil && errors.Is(e.context, target) {
		return true
	}
	return e.Status.Is(target) || e.atEnd && target == io.ErrUnexpectedEOF
}

// Unwrap gives the error of a reader or callback that ended the call, or the cause of the context that did; else nil.
func (e *Error) Unwrap() error { return e.cause }

// Timeout tells whether time was up.
func (e *Error) Timeout() bool {
	return e.Status == ErrTimeout || errors.Is(e.context, context.DeadlineExceeded)
}

// AttemptHeader finds a header in the answer to one of the requests of the call, by its index in Attempts; "" when
// there is none.
func (e *Error) AttemptHeader(index int, name string) string {
	if e.c == nil || index < 0 {
		return ""
	}
	if e.owner != nil {
		if e.owner.ref.enter() != nil {
			return ""
		}
		defer e.owner.ref.leave()
	}
	s := texts(name)
	defer runtime.KeepAlive(e.c)
	return C.GoString(C.swc_error_attempt_header(e.c.p, C.size_t(index), s.at(0)))
}

// PanicError is why a job failed when a reader of the caller's panicked on a thread of the library. In calls of a
// connection the panic goes on in the goroutine that made the call.
type PanicError struct {
	Value interface{} // What panic was called with.
	Stack []byte      // The stack of that moment.
}

// Error gives the value of the panic.
func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// takeError makes an error of one of C, which it owns from then on.
func takeError(p *C.swc_error, status C.swc_status) *Error {
	if p == nil {
		return &Error{Status: Status(status)}
	}
	c := &cError{p}
	runtime.SetFinalizer(c, func(c *cError) { C.swc_error_free(c.p) })
	e := lookAtError(p)
	e.c = c
	return e
}

// lookAtError copies what an error of C has.
func lookAtError(p *C.swc_error) *Error {
	var i C.struct_gosw_error
	C.gosw_error_get(p, &i)
	e := &Error{
		Status: Status(i.status), Message: C.GoString(i.message), HTTPStatus: int(i.http_status),
		Reason: C.GoString(i.reason), TransactionID: C.GoString(i.transaction_id), Method: C.GoString(i.method),
		URL: C.GoString(i.url), Retryable: bool(i.retryable), Report: lookAtReport(i.report),
	}
	if i.body_length > 0 {
		e.Body = []byte(C.GoStringN(i.body, C.int(i.body_length)))
	}
	if i.header_count > 0 {
		e.Header = make(Headers, int(i.header_count))
		for n := C.size_t(0); n < i.header_count; n++ {
			var name, value *C.char
			C.swc_error_header_at(p, n, &name, &value)
			e.Header.add(name, value)
		}
	}
	for n := C.uint32_t(0); n < i.attempts; n++ {
		var status C.int32_t
		var reason, id, message *C.char
		var elapsed, pause C.int64_t
		if !C.swc_error_attempt_at(p, C.size_t(n), &status, &reason, &id, &message, &elapsed, &pause) {
			break
		}
		e.Attempts = append(e.Attempts, attempt(status, reason, id, message, elapsed, pause))
	}
	return e
}

func attempt(status C.int32_t, reason, id, message *C.char, elapsed, pause C.int64_t) Attempt {
	return Attempt{
		HTTPStatus: int(status), Reason: C.GoString(reason), TransactionID: C.GoString(id),
		Message: C.GoString(message), Elapsed: milliseconds(elapsed), Pause: milliseconds(pause),
	}
}

func milliseconds(n C.int64_t) time.Duration { return time.Duration(n) * time.Millisecond }

// invalid makes the error for an argument that C cannot be given.
func invalid(format string, args ...interface{}) *Error {
	return &Error{Status: ErrInvalidArgument, Message: fmt.Sprintf(format, args...)}
}

// check makes an error of a status where it is one.
func check(status C.swc_status, err *C.swc_error) error {
	if status >= 0 {
		return nil
	}
	return takeError(err, status)
}
