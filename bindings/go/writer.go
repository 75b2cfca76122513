package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"io"
	"sync"
)

// Writer writes an object piece by piece, as a file is written. Nothing appears under its name before Close; an object
// that had the name stays until then. What is short is kept in memory and sent by Close; what is longer than the setting
// "buffer_size" is sent while it is written, as one object or, with "segment_size", in segments and a manifest (SLO).
//
// Close stores the object, also when what was to be written is not complete. Therefore:
//
//	w, err := connection.CreateObject(ctx, "photos", "all.tar", nil)
//	if err != nil { … }
//	defer w.Abort() // does nothing after Close
//	if _, err := io.Copy(w, from); err != nil { return err }
//	return w.Close()
type Writer struct {
	ref     ref
	mu      sync.Mutex
	c       *C.swc_writer
	scope   *scope
	err     *C.swc_error
	done    bool
	outcome error
}

var _ interface {
	io.WriteCloser
	io.ReaderFrom
} = (*Writer)(nil)

// CreateObject begins to write an object; nothing is sent yet. The container must exist. Settings that shall differ from
// those of the connection: "segment_size", "segment_container", "leave_segments", "buffer_size", "checksum". The options
// are for the object: metadata, media type, conditions, expiry. The context holds for all that the writer does.
func (c *Connection) CreateObject(ctx context.Context, container, object string, settings Settings,
	options ...Option) (w *Writer, err error) {
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	t := texts(container, object)
	err = config.with(func(differing *C.swc_config) error {
		k, err := c.open(ctx, options, t, func(k *call) C.swc_status {
			return C.swc_writer_new(c.c, t.at(0), t.at(1), differing, k.request, &k.writer, &k.err)
		})
		if err != nil {
			return err
		}
		p, s := k.writer, k.scope
		w = &Writer{c: p, scope: s}
		w.ref.free = func() {
			C.swc_writer_free(p)
			s.end()
		}
		finalize(w)
		return nil
	})
	return w, err
}

func (w *Writer) finalizer() { w.ref.close() }

// use runs f for one goroutine at a time.
func (w *Writer) use(f func() error) error {
	if err := w.ref.enter(); err != nil {
		return err
	}
	defer w.ref.leave()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.err = nil
	return f()
}

// Write writes bytes. It blocks while the network takes less than is written. A failure may be that of bytes written
// before; it is final, and every later call fails with it too.
func (w *Writer) Write(p []byte) (n int, err error) {
	err = w.use(func() error {
		return w.scope.check(C.swc_writer_write(w.c, memory(p), C.size_t(len(p)), &w.err), w.err)
	})
	if err != nil {
		return 0, err
	}
	return len(p), nil
}

// ReadFrom writes all that r has, which a copy with [io.Copy] does.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	return copyTo(onlyWriter{w}, r)
}

// onlyWriter hides that a writer can read by itself.
type onlyWriter struct{ io.Writer }

// Finish sends what is left, stores the object, and gives the response to the request that made it. With this the writer
// is done, whatever comes of it: later calls are [ErrClosed].
func (w *Writer) Finish() (response *Response, err error) {
	err = w.use(func() error {
		if w.done {
			return ErrClosed
		}
		w.done = true
		var p *C.swc_response
		w.outcome = w.scope.check(C.swc_writer_finish(w.c, &p, &w.err), w.err)
		if w.outcome == nil {
			response = newResponse(p, &scope{ctx: context.Background(), ownTime: true})
		}
		return w.outcome
	})
	w.ref.close()
	return response, err
}

// Close sends what is left and stores the object, as Finish does. A second Close does nothing and gives the same error;
// after Abort it gives none.
func (w *Writer) Close() error {
	_, err := w.Finish()
	if err == ErrClosed {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.outcome
	}
	return err
}

// Abort gives the object up: nothing appears under its name. It waits until its segments are deleted, unless the setting
// "leave_segments" is true. After Close, or a second time, nothing happens.
func (w *Writer) Abort() error {
	err := w.use(func() error {
		if w.done {
			return nil
		}
		w.done = true
		return w.scope.check(C.swc_writer_abort(w.c, &w.err), w.err)
	})
	w.ref.close()
	if err == ErrClosed {
		return nil
	}
	return err
}

// BytesWritten tells how many bytes were written; 0 when it is closed.
func (w *Writer) BytesWritten() (n int64) {
	w.use(func() error {
		n = int64(C.swc_writer_bytes_written(w.c))
		return nil
	})
	return n
}
