package swiftclient

// #include "bridge.h"
import "C"

import (
	"errors"
	"io"
	"os"
	"runtime"
	"unsafe"
)

// Source is a body to send: memory, a file or part of one, or what a reader gives. One source serves both APIs.
// Memory and files may be sent any number of times, also at once; a reader serves one call at a time. What can go back
// to where it began (an [io.Seeker]) is sent again when a request has to be repeated; what cannot is sent once, and the
// failure of that is final.
//
// A mistake in the making, such as a path with a NUL in it, is the error of the call that sends it. A source need not
// be closed; the garbage collector finds it.
type Source struct {
	ref    ref
	c      *C.swc_source // Nil for memory, of which each call makes a source of its own.
	memory []byte
	isMem  bool
	reader *bodyReader
	bad    error
}

// FromBytes makes a body of bytes. They are lent and not copied, and must stay as they are until the call returns, or
// the job has given its last result.
func FromBytes(b []byte) *Source { return &Source{memory: b, isMem: true} }

// FromString makes a body of a string.
func FromString(s string) *Source { return FromBytes([]byte(s)) }

// FromFile makes a body of a whole file. It is opened each time it is sent, and its size taken then: one that is not
// there is found out when it is sent.
func FromFile(path string) *Source {
	t := texts(path)
	return newSource(t, nil, func(c **C.swc_source, err **C.swc_error) C.swc_status {
		return C.swc_source_new_file(t.at(0), c, err)
	})
}

// FromFileRange makes a body of part of a file: length bytes from offset on. When the file ends before, the call that
// sends it fails.
func FromFileRange(path string, offset, length int64) *Source {
	t := texts(path)
	if offset < 0 || length < 0 {
		t.bad = invalid("a file has no part of %d bytes at %d", length, offset)
	}
	return newSource(t, nil, func(c **C.swc_source, err **C.swc_error) C.swc_status {
		return C.swc_source_new_file_range(t.at(0), C.uint64_t(offset), C.uint64_t(length), c, err)
	})
}

// FromReader makes a body of what a reader gives: size bytes, or with -1 all up to its end. With a size, exactly so
// many are read; without one they are sent in chunks. Of what is a regular [os.File], or has a method Len as those of
// packages bytes and strings have, or can seek to its end, the size is found out.
//
// In calls of a connection the reader is read in the goroutine that makes the call; in jobs of a service by a thread of
// the library. When it fails, its error is what [errors.Is] and [errors.As] find in that of the call; when it panics,
// the panic goes on in the goroutine that made the call, and is a [PanicError] in the result of a job.
func FromReader(r io.Reader, size int64) *Source {
	if r == nil {
		return FromBytes(nil)
	}
	f, isFile := r.(*os.File)
	if isFile {
		if s := fromOSFile(f, size); s != nil {
			return s
		}
	}
	b := &bodyReader{r: r}
	// Devices let themselves be sought in, and then neither go back nor have a size.
	if seeker, ok := r.(io.Seeker); ok && !isFile {
		if start, err := seeker.Seek(0, io.SeekCurrent); err == nil {
			b.seeker, b.start = seeker, start
		}
	}
	if size < 0 {
		size = b.size()
	}
	return newSource(text{}, b, func(c **C.swc_source, err **C.swc_error) C.swc_status {
		return C.gosw_source_new_reader(newHandle(b), C.bool(b.seeker != nil), C.int64_t(size), c, err)
	})
}

// size finds out how many bytes are left; -1 when that is not known.
func (b *bodyReader) size() int64 {
	if l, ok := b.r.(interface{ Len() int }); ok {
		return int64(l.Len())
	}
	if b.seeker == nil {
		return -1
	}
	end, err := b.seeker.Seek(0, io.SeekEnd)
	if _, back := b.seeker.Seek(b.start, io.SeekStart); err != nil || back != nil || end < b.start {
		return -1
	}
	return end - b.start
}

// fromOSFile makes a source of the descriptor of a regular file, which the library reads by itself.
func fromOSFile(f *os.File, size int64) *Source {
	if i, err := f.Stat(); err != nil || !i.Mode().IsRegular() {
		return nil
	}
	raw, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	if size < 0 {
		size = -1
	}
	var s *Source
	err = raw.Control(func(fd uintptr) {
		s = newSource(text{}, nil, func(c **C.swc_source, err **C.swc_error) C.swc_status {
			return C.swc_source_new_fd(C.int32_t(fd), C.int64_t(size), c, err)
		})
	})
	if err != nil || errors.Is(s.bad, ErrUnsupported) {
		return nil
	}
	return s
}

func newSource(t text, b *bodyReader, f func(c **C.swc_source, err **C.swc_error) C.swc_status) *Source {
	s := &Source{reader: b, bad: t.err()}
	if s.bad != nil {
		return s
	}
	var err *C.swc_error
	var c *C.swc_source
	if s.bad = check(f(&c, &err), err); s.bad == nil {
		s.c = c
		s.ref.free = func() { C.swc_source_free(c) }
		finalize(s)
	}
	return s
}

// Size tells the number of bytes the source will give; -1 when that is not known beforehand.
func (s *Source) Size() (int64, error) {
	if s == nil {
		return 0, nil
	}
	if err := s.enter(); err != nil {
		return 0, err
	}
	defer s.ref.leave()
	if s.isMem {
		return int64(len(s.memory)), nil
	}
	var size C.int64_t
	var err *C.swc_error
	status := C.swc_source_size(s.c, &size, &err)
	return int64(size), check(status, err)
}

// Close lets go of the source; calls and jobs that use it go on.
func (s *Source) Close() error {
	s.ref.close()
	return nil
}

func (s *Source) finalizer() { s.ref.close() }

// enter begins a use, and tells what was wrong with the making.
func (s *Source) enter() error {
	if s.bad != nil {
		return s.bad
	}
	return s.ref.enter()
}

// body is the source as a call takes it; memory is given beside it, for it may only be an argument of its own.
func (s *Source) body() (C.struct_gosw_body, unsafe.Pointer) {
	if s == nil {
		return C.struct_gosw_body{}, nil
	}
	return C.struct_gosw_body{
		source: s.c, size: C.size_t(len(s.memory)), is_memory: C.bool(s.isMem),
	}, memory(s.memory)
}

// with runs a call that sends a source, and says of its failure what the reader has to do with it.
func (s *Source) with(f func() error) error {
	if s == nil {
		return f()
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.ref.leave()
	err := f()
	if s.reader == nil {
		return err
	}
	if e := asError(err); e != nil && e.Status != ErrState {
		failed := s.reader.failure()
		if p, ok := failed.(*PanicError); ok {
			panic(p.Value)
		}
		if failed != nil && e.cause == nil {
			e.cause = failed
		}
	}
	return err
}

// forJobs makes a source that may be used after the call in which it is given; done lets go of it.
func (s *Source) forJobs() (c *C.swc_source, done func(), err error) {
	if err := s.enter(); err != nil {
		return nil, nil, err
	}
	if !s.isMem {
		return s.c, s.ref.leave, nil
	}
	defer s.ref.leave()
	var e *C.swc_error
	var status C.swc_status
	if canPin && len(s.memory) > 0 {
		p := &pinned{memory: s.memory}
		p.pinner.Pin(&s.memory[0])
		status = C.gosw_source_new_lent(memory(s.memory), C.size_t(len(s.memory)), newHandle(p), &c, &e)
	} else {
		status = C.gosw_source_new_copy(memory(s.memory), C.size_t(len(s.memory)), &c, &e)
	}
	if err := check(status, e); err != nil {
		return nil, nil, err
	}
	return c, func() { C.swc_source_free(c); runtime.KeepAlive(s) }, nil
}

// pinned is memory that C keeps for a while.
type pinned struct {
	pinner pinner
	memory []byte
}

func (p *pinned) released() { p.pinner.Unpin() }
