package swiftclient

// #include "bridge.h"
import "C"

import (
	"sync"
	"time"
	"unsafe"
)

// Manifest has the segments of a static large object, in order: objects, parts of objects, and bytes that stand in the
// manifest itself. Build one with [NewManifest] and the methods that add, and store it with [Connection.PutSLO]; or read
// that of an object back with [Connection.GetSLOManifest].
type Manifest struct {
	ref ref
	mu  sync.Mutex
	c   *C.swc_manifest
}

// NewManifest makes a manifest without segments.
func NewManifest() *Manifest { return newManifest(C.swc_manifest_new()) }

func newManifest(p *C.swc_manifest) *Manifest {
	m := &Manifest{c: p}
	m.ref.free = func() { C.swc_manifest_free(p) }
	finalize(m)
	return m
}

// ManifestFromJSON reads a manifest from its JSON text, in either form that Swift has: the one that is sent, and the one
// that comes back.
func ManifestFromJSON(json string) (*Manifest, error) {
	t := texts(json)
	if t.bad != nil {
		return nil, t.bad
	}
	var p *C.swc_manifest
	var e *C.swc_error
	if err := check(C.swc_manifest_new_json(t.at(0), &p, &e), e); err != nil {
		return nil, err
	}
	return newManifest(p), nil
}

func (m *Manifest) finalizer() { m.ref.close() }

// with runs f with the manifest of C, which is NULL for nil, for one goroutine at a time.
func (m *Manifest) with(f func(*C.swc_manifest) error) error {
	if m == nil {
		return f(nil)
	}
	if err := m.ref.enter(); err != nil {
		return err
	}
	defer m.ref.leave()
	m.mu.Lock()
	defer m.mu.Unlock()
	return f(m.c)
}

// AddObject adds an object as the next segment. The server stores the manifest only if the object is there and, where
// they are given, has this ETag ("" when it does not matter) and this size (-1). With the ETags of all segments the ETag
// of the whole is known beforehand, and [Connection.PutSLO] has it checked. The object may be a static large object
// itself: give its ETag and its whole size.
func (m *Manifest) AddObject(container, object, etag string, size int64) error {
	t := texts(container, object, etag)
	if t.bad != nil {
		return t.bad
	}
	return m.with(func(p *C.swc_manifest) error {
		var e *C.swc_error
		return check(C.swc_manifest_add_object(p, t.at(0), t.at(1), t.opt(2), C.int64_t(size), &e), e)
	})
}

// AddRange adds part of an object as the next segment: length bytes from offset on, with a length of -1 up to the end,
// with an offset of -1 the last length bytes. ETag and size are those of the whole object.
func (m *Manifest) AddRange(container, object, etag string, size, offset, length int64) error {
	t := texts(container, object, etag)
	if t.bad != nil {
		return t.bad
	}
	return m.with(func(p *C.swc_manifest) error {
		var e *C.swc_error
		return check(C.swc_manifest_add_range(p, t.at(0), t.at(1), t.opt(2), C.int64_t(size), unsigned(offset),
			unsigned(length), &e), e)
	})
}

// AddData adds bytes as the next segment, which stand in the manifest itself: for what is too small to be an object of
// its own. A manifest needs at least one segment that is an object.
func (m *Manifest) AddData(data []byte) error {
	return m.with(func(p *C.swc_manifest) error {
		var e *C.swc_error
		return check(C.swc_manifest_add_data(p, memory(data), C.size_t(len(data)), &e), e)
	})
}

// Segment is a segment of a [Manifest].
type Segment struct {
	Container string // "" for data.
	Object    string
	ETag      string // Of the whole object, without quotes; "" when it is not known.
	Size      int64  // Of the whole object, or of the data; -1 when it is not known.
	Length    int64  // How many bytes of the large object it makes; -1 when that is not known.
	IsRange   bool   // Whether it is a part of its object:
	Offset    int64  // its first byte; -1 for the last RangeSize bytes,
	RangeSize int64  // and its length; -1 for all up to the end.
	Data      []byte // The bytes that stand in the manifest itself; nil for an object.

	ContentType  string    // Of the object, in a manifest that was read back.
	LastModified time.Time // The same.
	IsSLO        bool      // Whether the object is a static large object itself; the same.
}

// Segments gives all segments.
func (m *Manifest) Segments() (all []Segment) {
	m.with(func(p *C.swc_manifest) error {
		count := C.swc_manifest_segment_count(p)
		for i := C.size_t(0); i < count; i++ {
			all = append(all, lookAtSegment(C.swc_manifest_segment_at(p, i)))
		}
		return nil
	})
	return all
}

func lookAtSegment(p *C.swc_segment) Segment {
	var offset, length C.uint64_t
	var size C.size_t
	s := Segment{
		Container: C.GoString(C.swc_segment_container(p)), Object: C.GoString(C.swc_segment_object(p)),
		ETag: C.GoString(C.swc_segment_etag(p)), Size: int64(C.swc_segment_size(p)),
		Length: int64(C.swc_segment_length(p)), IsRange: bool(C.swc_segment_range(p, &offset, &length)),
		ContentType: C.GoString(C.swc_segment_content_type(p)), LastModified: seconds(C.swc_segment_last_modified(p)),
		IsSLO: bool(C.swc_segment_is_slo(p)),
	}
	if s.IsRange {
		s.Offset, s.RangeSize = signed(offset), signed(length)
	}
	data := C.swc_segment_data(p, &size)
	s.Data = goBytes((*C.char)(unsafe.Pointer(data)), size)
	return s
}

// Size tells the size of the large object; -1 when the size of a segment is not known.
func (m *Manifest) Size() int64 {
	n := int64(-1)
	m.with(func(p *C.swc_manifest) error { n = int64(C.swc_manifest_size(p)); return nil })
	return n
}

// ETag tells the ETag the large object has when the manifest is stored: the MD5 of the ETags of its segments; "" when
// one is not known, or the size of an object that is used in part.
func (m *Manifest) ETag() (etag string) {
	m.with(func(p *C.swc_manifest) error { etag = C.GoString(C.swc_manifest_etag(p)); return nil })
	return etag
}

// JSON writes the manifest as the text that is sent to the server.
func (m *Manifest) JSON() (json string, err error) {
	err = m.with(func(p *C.swc_manifest) error {
		var s *C.char
		var e *C.swc_error
		err := check(C.swc_manifest_json(p, &s, &e), e)
		json = takeText(s)
		return err
	})
	return json, err
}
