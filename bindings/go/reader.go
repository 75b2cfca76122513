package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"fmt"
	"io"
	"sync"
)

// Reader reads an object as a file is read: in order, or from any place. It reads nothing but the object that was
// opened: when that is changed or deleted meanwhile, reading fails with [ErrPrecondition] or [ErrNotFound]. Reading in
// order takes one request and holds one socket; ReadAt takes a request each time, and may be called by any number of
// goroutines at once. The others take turns. Close ends what waits.
type Reader struct {
	ref   ref
	mu    sync.Mutex
	c     *C.swc_reader
	scope *scope
	n     C.size_t
	err   *C.swc_error
	size  int64
	etag  string
}

var _ interface {
	io.ReadSeekCloser
	io.ReaderAt
	io.WriterTo
} = (*Reader)(nil)

// OpenObject opens an object of any kind for reading: a version ([VersionID]), a large object, the target of a symlink.
// The context holds for all that the reader does, and so do the options.
func (c *Connection) OpenObject(ctx context.Context, container, object string, options ...Option) (*Reader, error) {
	t := texts(container, object)
	return c.reader(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_reader_new(c.c, t.at(0), t.at(1), k.request, &k.reader, &k.err)
	})
}

// OpenURL opens the object at a URL that needs no token, such as a temporary one, for reading.
func (c *Connection) OpenURL(ctx context.Context, url string, options ...Option) (*Reader, error) {
	t := texts(url)
	return c.reader(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_reader_new_url(c.c, t.at(0), k.request, &k.reader, &k.err)
	})
}

func (c *Connection) reader(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*Reader, error) {
	k, err := c.open(ctx, options, t, f)
	if err != nil {
		return nil, err
	}
	p, s := k.reader, k.scope
	r := &Reader{c: p, scope: s, size: int64(C.swc_reader_size(p)), etag: C.GoString(C.swc_reader_etag(p))}
	r.ref.free = func() {
		C.swc_reader_free(p)
		s.end()
	}
	finalize(r)
	return r, nil
}

// Close ends the reader, wherever it has come to. It may be called more than once.
func (r *Reader) Close() error {
	if r.ref.close() {
		r.scope.cancel()
	}
	return nil
}

func (r *Reader) finalizer() { r.ref.close() }

// Read reads on from the position, which moves by what was read. A connection that breaks is taken up again. After a
// failure the position is where it was, and reading may be tried again; but not when the object changed or an MD5 was
// wrong. An object that is read in one pass from its first byte is checked as [Connection.GetObject] says.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if err := r.ref.enter(); err != nil {
		return 0, err
	}
	defer r.ref.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = nil
	status := C.swc_reader_read(r.c, memory(p), C.size_t(len(p)), &r.n, &r.err)
	if status == C.SWC_END {
		r.scope.rethrow()
		return 0, io.EOF
	}
	return int(r.n), bodyError(r.scope.check(status, r.err))
}

// ReadAt reads from any place; the position stays where it is. Fewer bytes than p has room for come with an error, which
// is [io.EOF] where the object ends.
func (r *Reader) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, invalid("an object has nothing at %d", offset)
	}
	if err := r.ref.enter(); err != nil {
		return 0, err
	}
	defer r.ref.leave()
	if len(p) == 0 {
		return 0, nil
	}
	var n C.size_t
	var e *C.swc_error
	status := C.swc_reader_pread(r.c, C.uint64_t(offset), memory(p), C.size_t(len(p)), &n, &e)
	if err := bodyError(r.scope.check(status, e)); err != nil {
		return int(n), err
	}
	if int(n) < len(p) {
		return int(n), io.EOF
	}
	return int(n), nil
}

// Seek sets the position. No request is made before the next Read. Any position from 0 on is fine; past the end there is
// nothing to read.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	if err := r.ref.enter(); err != nil {
		return 0, err
	}
	defer r.ref.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	switch whence {
	case io.SeekStart:
	case io.SeekCurrent:
		offset += int64(C.swc_reader_tell(r.c))
	case io.SeekEnd:
		offset += r.size
	default:
		return 0, invalid("%d is no place to seek from", whence)
	}
	if offset < 0 {
		return 0, invalid("the position %d is before the first byte", offset)
	}
	var e *C.swc_error
	return offset, check(C.swc_reader_seek(r.c, C.uint64_t(offset), &e), e)
}

// WriteTo writes what follows the position to w, which a copy with [io.Copy] does.
func (r *Reader) WriteTo(w io.Writer) (int64, error) { return copyTo(w, r) }

// Size tells the size of the object.
func (r *Reader) Size() int64 { return r.size }

// ETag tells the ETag of the object, without quotes.
func (r *Reader) ETag() string { return r.etag }

// Header finds a header that the object had when it was opened, such as its metadata; "" when there is none.
func (r *Reader) Header(name string) string {
	if r.ref.enter() != nil {
		return ""
	}
	defer r.ref.leave()
	t := texts(name)
	return C.GoString(C.swc_reader_header(r.c, t.at(0)))
}

// IsVerified tells whether all of the object was read in one pass from its first byte, and every byte was checked by
// MD5.
func (r *Reader) IsVerified() bool {
	if r.ref.enter() != nil {
		return false
	}
	defer r.ref.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	return bool(C.swc_reader_is_verified(r.c))
}

// String names what is read.
func (r *Reader) String() string { return fmt.Sprintf("object of %d bytes, ETag %s", r.size, r.etag) }
