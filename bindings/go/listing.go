package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"io"
	"sync"
	"time"
)

// Entry is a row of a listing: a container, an object, or a pseudo-directory.
type Entry struct {
	Name         string // Of a pseudo-directory the part up to and with the delimiter.
	IsSubdir     bool   // Whether it is a pseudo-directory, which a listing with a delimiter has.
	Bytes        int64  // The size of an object, or of all objects in a container.
	Count        int64  // How many objects a container holds.
	Hash         string // The ETag of an object: the MD5 of its bytes for all but large objects.
	ContentType  string
	LastModified time.Time // To the microsecond; zero when the row does not tell.

	StoragePolicy string // Of a container; older servers do not list it.
	SLOETag       string // The ETag that a static large object has when it is read, in quotes as the server has it.
	SymlinkPath   string // What a symlink leads to, as "/v1/account/container/object", percent-encoded.
	SymlinkETag   string // The ETag of the object that a static symlink leads to.
	SymlinkBytes  int64  // Its size; -1 when the row does not tell.

	VersionID        string // In a listing of versions; "null" is what was stored without versions.
	IsLatest         bool   // Whether it is the version that the name shows.
	IsDeleteMarker   bool   // Whether it says that the object was deleted then.
	IsVersionSymlink bool   // Whether the object is kept as a version, in an ordinary listing.
}

func lookAtRow(r *C.struct_gosw_row) Entry {
	e := Entry{
		Name: C.GoString(r.name), IsSubdir: bool(r.is_subdir), Bytes: int64(r.bytes), Count: int64(r.count),
		Hash: C.GoString(r.hash), ContentType: C.GoString(r.content_type), LastModified: microseconds(r.last_modified_us),
		StoragePolicy: C.GoString(r.storage_policy), SLOETag: C.GoString(r.slo_etag),
		SymlinkPath: C.GoString(r.symlink_path), SymlinkETag: C.GoString(r.symlink_etag),
		SymlinkBytes: int64(r.symlink_bytes), VersionID: C.GoString(r.version_id), IsLatest: bool(r.is_latest),
		IsDeleteMarker: bool(r.is_delete_marker), IsVersionSymlink: bool(r.is_version_symlink),
	}
	if e.LastModified.IsZero() {
		e.LastModified = seconds(r.last_modified)
	}
	return e
}

// Field is a name and its value.
type Field struct{ Name, Value string }

func rowFields(e *C.swc_entry) []Field {
	fields := make([]Field, 0, int(C.swc_entry_field_count(e)))
	for i := C.size_t(0); i < C.swc_entry_field_count(e); i++ {
		var key, value *C.char
		C.swc_entry_field_at(e, i, &key, &value)
		fields = append(fields, Field{C.GoString(key), C.GoString(value)})
	}
	return fields
}

// Listing gives the containers of an account or the objects of a container, row by row, in constant memory:
//
//	listing, err := connection.ListContainer(ctx, "photos", swiftclient.Prefix("2026/"))
//	if err != nil { … }
//	defer listing.Close()
//	for listing.Next() {
//		fmt.Println(listing.Entry().Name)
//	}
//	if err := listing.Err(); err != nil { … }
//
// With Go 1.23 or later [Connection.Objects] and [Connection.Containers] do that in a loop over a range. It may be used
// by several goroutines, which take turns; Close ends a Next that is waiting in another one.
type Listing struct {
	ref   ref
	mu    sync.Mutex
	c     *C.swc_listing
	scope *scope
	err   *C.swc_error
	row   C.struct_gosw_row
	entry Entry
	fault error
}

func (c *Connection) listing(ctx context.Context, options []Option, t text, f func(k *call) C.swc_status) (*Listing, error) {
	k, err := c.open(ctx, options, t, f)
	if err != nil {
		return nil, err
	}
	p, s := k.listing, k.scope
	l := &Listing{c: p, scope: s}
	l.ref.free = func() {
		C.swc_listing_free(p)
		s.end()
	}
	finalize(l)
	return l, nil
}

// Close ends the listing. It may be called more than once.
func (l *Listing) Close() error {
	if l.ref.close() {
		l.scope.cancel()
	}
	return nil
}

func (l *Listing) finalizer() { l.ref.close() }

// use runs f for one goroutine at a time.
func (l *Listing) use(f func()) error {
	if err := l.ref.enter(); err != nil {
		return err
	}
	defer l.ref.leave()
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	return nil
}

// next gets the next row; io.EOF is the end.
func (l *Listing) next() (e Entry, err error) {
	closed := l.use(func() {
		l.err, l.entry = nil, Entry{}
		status := C.gosw_listing_next(l.c, &l.row, &l.err)
		switch {
		case status == C.SWC_END:
			err = io.EOF
		case status < 0:
			err = l.scope.check(status, l.err)
		default:
			l.entry = lookAtRow(&l.row)
		}
		e, l.fault = l.entry, err
	})
	if closed != nil {
		return Entry{}, closed
	}
	return e, err
}

// Next goes to the next row, and asks the server for the next page when the rows at hand are used up. It gives false at
// the end and after a failure, which Err tells. After a failure that passes, calling it again asks for the failed page
// again; no row is lost or doubled.
func (l *Listing) Next() bool {
	_, err := l.next()
	if err == ErrClosed {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.fault = err
	}
	return err == nil
}

// Entry gives the row that Next went to.
func (l *Listing) Entry() Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entry
}

// Err tells why Next gave false; nil at the end.
func (l *Listing) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fault == io.EOF {
		return nil
	}
	return l.fault
}

// Field finds a field of the row by the key the server gives it, such as "version_id": its value as text, lists and
// objects as JSON.
func (l *Listing) Field(key string) (value string, ok bool) {
	t := texts(key)
	l.use(func() { value, ok = lookup(C.swc_entry_get(l.row.entry, t.at(0))) })
	return value, ok
}

// Fields gives all fields of the row.
func (l *Listing) Fields() (fields []Field) {
	l.use(func() { fields = rowFields(l.row.entry) })
	return fields
}

// JSON gives the row as the server wrote it: a JSON object with every key; "" when there is no row.
func (l *Listing) JSON() (json string) {
	l.use(func() { json = C.GoString(C.swc_entry_json(l.row.entry)) })
	return json
}

// Header finds a header of the page that was read last, such as "X-Container-Object-Count"; "" when there is none.
func (l *Listing) Header(name string) (value string) {
	t := texts(name)
	l.use(func() { value = C.GoString(C.swc_listing_header(l.c, t.at(0))) })
	return value
}

// Response calls f with the response that brought the page that was read last, for its headers and what they tell, such
// as [Response.ObjectCount]; nil before the first row was asked for. It is good until f returns, which must not use the
// listing.
func (l *Listing) Response(f func(*Response)) {
	l.use(func() {
		p := C.swc_listing_response(l.c)
		if p == nil {
			f(nil)
			return
		}
		r := borrowedResponse(p, l.scope, func() {})
		defer r.ref.close()
		f(r)
	})
}
