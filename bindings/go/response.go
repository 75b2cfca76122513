package swiftclient

// #include "bridge.h"
import "C"

import (
	"io"
	"os"
	"sync"
	"time"
)

// Response is the answer to a call that succeeded: status, headers, and a body to be read. One with a body, such as
// that of [Connection.GetObject], holds a socket until its body is read to the end or it is closed, so close it. The
// others, such as that of [Connection.HeadObject], hold some memory, which the garbage collector finds.
//
// It may be used by several goroutines, which take turns; Close ends a Read that is waiting in another one. After Close
// there is nothing left of it: what it told before, it answers with zero values.
type Response struct {
	ref   ref
	mu    sync.RWMutex
	c     *C.swc_response
	scope *scope
	n     C.size_t
	err   *C.swc_error
}

func newResponse(c *C.swc_response, s *scope) *Response {
	if c == nil {
		s.end()
		return nil
	}
	r := &Response{c: c, scope: s}
	r.ref.free = func() {
		C.swc_response_free(c)
		s.end()
	}
	finalize(r)
	return r
}

// borrowedResponse is one that belongs to something else.
func borrowedResponse(c *C.swc_response, s *scope, free func()) *Response {
	r := &Response{c: c, scope: s}
	r.ref.free = free
	return r
}

// Close ends the response, whether or not its body was read to the end. It may be called more than once.
func (r *Response) Close() error {
	if r == nil {
		return nil
	}
	if r.ref.close() {
		r.scope.cancel()
	}
	return nil
}

func (r *Response) finalizer() { r.ref.close() }

// look answers a question about the headers; f is not called when it is closed.
func (r *Response) look(f func()) {
	if r == nil || r.ref.enter() != nil {
		return
	}
	defer r.ref.leave()
	r.mu.RLock()
	defer r.mu.RUnlock()
	f()
}

// reading runs what reads the body.
func (r *Response) reading(f func() C.swc_status) (end bool, err error) {
	if err := r.ref.enter(); err != nil {
		return false, err
	}
	defer r.ref.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = nil
	status := f()
	return status == C.SWC_END, bodyError(r.scope.check(status, r.err))
}

// bodyError marks what it is for a body to break off.
func bodyError(err error) error {
	if e := asError(err); e != nil && (e.Status == ErrConnect || e.Status == ErrProtocol) {
		e.atEnd = true
	}
	return err
}

// Read reads some of the body. Only [io.EOF] says that it is complete: that it has the length the server announced and,
// where sums are to be had, that every MD5 was right. A body that breaks off is an [io.ErrUnexpectedEOF].
func (r *Response) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, nil
	}
	end, err := r.reading(func() C.swc_status {
		status := C.swc_response_read(r.c, memory(p), C.size_t(len(p)), &r.n, &r.err)
		n = int(r.n)
		return status
	})
	if end {
		return n, io.EOF
	}
	return n, err
}

// ReadAll reads what is left of the body, at most limit bytes unless that is negative; more is [ErrTooLarge].
func (r *Response) ReadAll(limit int64) (body []byte, err error) {
	most := ^C.size_t(0)
	if limit >= 0 {
		most = C.size_t(limit)
	}
	_, err = r.reading(func() C.swc_status {
		var p *C.char
		status := C.swc_response_read_all(r.c, most, &p, &r.n, &r.err)
		body = goBytes(p, r.n)
		return status
	})
	return body, err
}

// WriteTo writes what is left of the body to w, which a copy with [io.Copy] does. To a regular [os.File] the library
// writes by itself.
func (r *Response) WriteTo(w io.Writer) (int64, error) {
	if f, ok := w.(*os.File); ok {
		if i, err := f.Stat(); err == nil && i.Mode().IsRegular() {
			return r.writeToFile(f)
		}
	}
	return copyTo(w, r)
}

// copyTo copies through a buffer as large as pays.
func copyTo(w io.Writer, r io.Reader) (total int64, err error) {
	buffer := make([]byte, 128<<10)
	for {
		n, err := r.Read(buffer)
		if n > 0 {
			written, err := w.Write(buffer[:n])
			total += int64(written)
			if err == nil && written < n {
				err = io.ErrShortWrite
			}
			if err != nil {
				return total, err
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

func (r *Response) writeToFile(f *os.File) (int64, error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return 0, err
	}
	before := r.BytesRead()
	var written C.uint64_t
	failed := raw.Control(func(fd uintptr) {
		_, err = r.reading(func() C.swc_status {
			return C.swc_response_write_to_fd(r.c, C.int32_t(fd), &written, &r.err)
		})
	})
	switch e := asError(err); {
	case failed != nil:
		return 0, failed
	case e != nil && e.Status == ErrUnsupported:
		return copyTo(f, r)
	case err != nil:
		return r.BytesRead() - before, err
	}
	return int64(written), nil
}

// WriteFile writes what is left of the body to a file. The bytes go to a temporary file beside it, which takes its name
// when they are complete and checked: on failure a file that was there is as it was. Its folder must exist.
func (r *Response) WriteFile(path string) (written int64, err error) {
	t := texts(path)
	if t.bad != nil {
		return 0, t.bad
	}
	_, err = r.reading(func() C.swc_status {
		var n C.uint64_t
		status := C.swc_response_write_to_file(r.c, t.at(0), &n, &r.err)
		written = int64(n)
		return status
	})
	return written, err
}

// ContentRange says which bytes of an object a body holds.
type ContentRange struct {
	Offset int64
	Length int64 // -1 when the server did not tell.
	Size   int64 // Of the object; -1 when the server did not tell.
}

// NextPart goes to the next part of the answer to a request for several ranges ([AnotherRange]). From then on the
// functions that read the body read that part: [io.EOF] is the end of the part. What is left unread of the part before
// is skipped. An answer of one range, or of all of the object, is one part; an empty object has none. The error is
// [io.EOF] when there are no more and the answer is complete.
func (r *Response) NextPart() (part ContentRange, err error) {
	end, err := r.reading(func() C.swc_status {
		var offset, length C.uint64_t
		var size C.int64_t
		status := C.swc_response_next_part(r.c, &offset, &length, &size, &r.err)
		part = ContentRange{int64(offset), signed(length), int64(size)}
		return status
	})
	if end {
		return ContentRange{}, io.EOF
	}
	return part, err
}

// Status tells the HTTP status, such as 200 or 204.
func (r *Response) Status() (status int) {
	r.look(func() { status = int(C.swc_response_status(r.c)) })
	return status
}

// Reason tells the reason phrase, as "OK".
func (r *Response) Reason() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_reason(r.c)) })
	return s
}

// Header finds the first value of a header, by its name in any case; "" when there is none.
func (r *Response) Header(name string) (s string) {
	t := texts(name)
	r.look(func() { s = C.GoString(C.swc_response_header(r.c, t.at(0))) })
	return s
}

// HeaderDecoded gives the value of a header with its percent-encoding undone; where that gives no UTF-8, as it is.
func (r *Response) HeaderDecoded(name string) (s string, err error) {
	t := texts(name)
	if t.bad != nil {
		return "", t.bad
	}
	r.look(func() {
		var p *C.char
		var e *C.swc_error
		err = check(C.swc_response_header_decoded(r.c, t.at(0), &p, &e), e)
		s = takeText(p)
	})
	return s, err
}

// Headers gives all headers.
func (r *Response) Headers() (h Headers) {
	r.look(func() {
		count := C.swc_response_header_count(r.c)
		h = make(Headers, int(count))
		for i := C.size_t(0); i < count; i++ {
			var name, value *C.char
			C.swc_response_header_at(r.c, i, &name, &value)
			h.add(name, value)
		}
	})
	return h
}

// ContentLength tells the length of the body, or of the part of the object that was asked for; for a HEAD of an object
// its size. -1 means that the server did not tell.
func (r *Response) ContentLength() int64 {
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_content_length(r.c)) })
	return n
}

// ETag tells the ETag of the object, without quotes; the MD5 of its bytes for all but large objects. "" means that the
// server sent none.
func (r *Response) ETag() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_etag(r.c)) })
	return s
}

// TransactionID tells the transaction id by which the operator of the server finds the request.
func (r *Response) TransactionID() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_transaction_id(r.c)) })
	return s
}

// LastModified tells when the object, container or account was last changed; zero when the server did not tell.
func (r *Response) LastModified() (t time.Time) {
	r.look(func() { t = seconds(C.swc_response_last_modified(r.c)) })
	return t
}

// Attempts tells what became of all requests the call took, retries included; the last one is the one that was answered
// in full.
func (r *Response) Attempts() (all []Attempt) {
	r.look(func() {
		count := C.swc_response_attempts(r.c)
		for i := C.uint32_t(0); i < count; i++ {
			var status C.int32_t
			var reason, id, message *C.char
			var elapsed, pause C.int64_t
			if C.swc_response_attempt_at(r.c, C.size_t(i), &status, &reason, &id, &message, &elapsed, &pause) {
				all = append(all, attempt(status, reason, id, message, elapsed, pause))
			}
		}
	})
	return all
}

// AttemptHeader finds a header in the answer to one of the requests of the call, by its index in Attempts; "" when
// there is none.
func (r *Response) AttemptHeader(index int, name string) (s string) {
	t := texts(name)
	r.look(func() {
		if index >= 0 {
			s = C.GoString(C.swc_response_attempt_header(r.c, C.size_t(index), t.at(0)))
		}
	})
	return s
}

// BytesRead tells how many bytes of the body have been read or written so far.
func (r *Response) BytesRead() (n int64) {
	r.look(func() { n = int64(C.swc_response_bytes_read(r.c)) })
	return n
}

// BytesVerified tells how many bytes of the body read so far were checked by MD5. At the end of an object that is all
// of them. Ranges and dynamic large objects have no sum to check.
func (r *Response) BytesVerified() (n int64) {
	r.look(func() { n = int64(C.swc_response_bytes_verified(r.c)) })
	return n
}

// IsSLO tells whether the object is a static large object.
func (r *Response) IsSLO() (is bool) {
	r.look(func() { is = bool(C.swc_response_is_slo(r.c)) })
	return is
}

// DLOManifest tells where the segments of a dynamic large object are: "container/prefix", not percent-encoded; "" when
// it is none.
func (r *Response) DLOManifest() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_dlo_manifest(r.c)) })
	return s
}

// PartsCount tells how many segments a static large object has, when [PartNumber] asked for one of them; -1 when the
// server does not tell.
func (r *Response) PartsCount() int64 {
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_parts_count(r.c)) })
	return n
}

// ContentType tells the media type of the body, or of the object for a HEAD.
func (r *Response) ContentType() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_content_type(r.c)) })
	return s
}

// DeleteAt tells when the server will delete the object; zero when it will not.
func (r *Response) DeleteAt() (t time.Time) {
	r.look(func() { t = seconds(C.swc_response_delete_at(r.c)) })
	return t
}

// Timestamp tells when the object was stored or its metadata set, to the microsecond; for containers and accounts, when
// they were made. Zero when the server did not tell.
func (r *Response) Timestamp() (t time.Time) {
	r.look(func() { t = microseconds(C.swc_response_timestamp(r.c)) })
	return t
}

// ContentRange tells which bytes of the object the body holds, when it is a part.
func (r *Response) ContentRange() (part ContentRange, isPart bool) {
	r.look(func() {
		var offset, length C.uint64_t
		var size C.int64_t
		isPart = bool(C.swc_response_content_range(r.c, &offset, &length, &size))
		part = ContentRange{int64(offset), signed(length), int64(size)}
	})
	return part, isPart
}

// name decodes the names that a function of C gives.
func (r *Response) name(f func(account, container, object **C.char) C.bool) (n ObjectName, ok bool) {
	r.look(func() {
		var account, container, object *C.char
		ok = bool(f(&account, &container, &object))
		n = ObjectName{C.GoString(account), C.GoString(container), C.GoString(object)}
	})
	return n, ok
}

// SymlinkTarget tells what a symlink points to, when the link itself was asked for: see [SymlinkGet].
func (r *Response) SymlinkTarget() (target SymlinkTo, isLink bool) {
	target.ObjectName, isLink = r.name(func(account, container, object **C.char) C.bool {
		target.ETag = C.GoString(C.swc_response_symlink_target_etag(r.c))
		return C.swc_response_symlink_target(r.c, account, container, object)
	})
	return target, isLink
}

// ContentLocation tells which object answered, when it is not the one asked for by its name alone: what a symlink led
// to, or a version of the object.
func (r *Response) ContentLocation() (name ObjectName, other bool) {
	return r.name(func(account, container, object **C.char) C.bool {
		return C.swc_response_content_location(r.c, account, container, object)
	})
}

// VersionID tells which version of the object was read, written or deleted, "null" for an object from before
// versioning; "" when its container has no versions.
func (r *Response) VersionID() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_version_id(r.c)) })
	return s
}

// CurrentVersionID tells which version is the current one after the DELETE of a version, "null" when there is none; ""
// when nothing of that kind happened.
func (r *Response) CurrentVersionID() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_current_version_id(r.c)) })
	return s
}

// CopiedFrom tells what a copy is a copy of.
func (r *Response) CopiedFrom() (name ObjectName, told bool) {
	return r.name(func(account, container, object **C.char) C.bool {
		return C.swc_response_copied_from(r.c, account, container, object)
	})
}

// CopiedFromLastModified tells when the source of a copy was last changed; zero when the server did not tell.
func (r *Response) CopiedFromLastModified() (t time.Time) {
	r.look(func() { t = seconds(C.swc_response_copied_from_last_modified(r.c)) })
	return t
}

// CopiedFromVersionID tells which version of an object was copied; "" when the source has no versions.
func (r *Response) CopiedFromVersionID() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_copied_from_version_id(r.c)) })
	return s
}

// Metadata finds metadata of the account, container or object by its name, without the prefix and in any case.
func (r *Response) Metadata(name string) (value string, ok bool) {
	t := texts(name)
	r.look(func() { value, ok = lookup(C.swc_response_metadata(r.c, t.at(0))) })
	return value, ok
}

// MetadataDecoded gives metadata with its percent-encoding undone, for programs that store it percent-encoded; where
// that gives no UTF-8, as it is.
func (r *Response) MetadataDecoded(name string) (s string, err error) {
	t := texts(name)
	if t.bad != nil {
		return "", t.bad
	}
	r.look(func() {
		var p *C.char
		var e *C.swc_error
		err = check(C.swc_response_metadata_decoded(r.c, t.at(0), &p, &e), e)
		s = takeText(p)
	})
	return s, err
}

// AllMetadata gives all metadata by its name, without the prefix and in the form that [Headers] have, as "Color", for
// Swift does not keep the case of names.
func (r *Response) AllMetadata() (all map[string]string) {
	r.look(func() {
		count := C.swc_response_metadata_count(r.c)
		all = make(map[string]string, int(count))
		for i := C.size_t(0); i < count; i++ {
			var name, value *C.char
			C.swc_response_metadata_at(r.c, i, &name, &value)
			all[canonical(C.GoString(name))] = C.GoString(value)
		}
	})
	return all
}

// ContainerCount tells how many containers an account has; it follows changes with a delay. -1 means that the server
// did not tell.
func (r *Response) ContainerCount() int64 {
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_container_count(r.c)) })
	return n
}

// ObjectCount tells how many objects an account or container has; it follows changes with a delay. -1 means that the
// server did not tell.
func (r *Response) ObjectCount() int64 {
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_object_count(r.c)) })
	return n
}

// BytesUsed tells how many bytes the objects in an account or container have; it follows changes with a delay. -1 means
// that the server did not tell.
func (r *Response) BytesUsed() int64 {
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_bytes_used(r.c)) })
	return n
}

// StoragePolicy tells the storage policy of a container.
func (r *Response) StoragePolicy() (s string) {
	r.look(func() { s = C.GoString(C.swc_response_storage_policy(r.c)) })
	return s
}

// PolicyUsage is what an account holds in a storage policy; -1 means that the server did not tell.
type PolicyUsage struct {
	Name       string // In lower case.
	Containers int64
	Objects    int64
	Bytes      int64
}

// PolicyUsage tells what an account holds in the storage policies that it has something in.
func (r *Response) PolicyUsage() (all []PolicyUsage) {
	r.look(func() {
		count := C.swc_response_policy_count(r.c)
		for i := C.size_t(0); i < count; i++ {
			var name *C.char
			var containers, objects, bytes C.int64_t
			if C.swc_response_policy_at(r.c, i, &name, &containers, &objects, &bytes) {
				all = append(all, PolicyUsage{C.GoString(name), int64(containers), int64(objects), int64(bytes)})
			}
		}
	})
	return all
}

// QuotaBytes tells how many bytes an account or container may hold; of a storage policy, or with "" of all. -1 means
// that there is no quota.
func (r *Response) QuotaBytes(policy string) int64 {
	t := texts(policy)
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_quota_bytes(r.c, t.opt(0))) })
	return n
}

// QuotaCount tells how many objects an account or container may hold; of a storage policy, or with "" of all. -1 means
// that there is no quota.
func (r *Response) QuotaCount(policy string) int64 {
	t := texts(policy)
	n := int64(-1)
	r.look(func() { n = int64(C.swc_response_quota_count(r.c, t.opt(0))) })
	return n
}

// AccountACL reads who besides its owners may use an account, which only owners are told; nil when the server told none.
func (r *Response) AccountACL() (acl *AccountACL, err error) {
	r.look(func() {
		var p *C.swc_account_acl
		var e *C.swc_error
		err = check(C.swc_response_account_acl(r.c, &p, &e), e)
		defer C.swc_account_acl_free(p)
		if p != nil {
			acl = lookAtACL(p)
		}
	})
	return acl, err
}
