package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"encoding/json"
	"io"
	"sync"
)

// Result is one result of a job: what was done to what, whether it worked, and what came of it. It need not be closed;
// the garbage collector finds it.
type Result struct {
	Tag     uint64 // What [Service.To] was given.
	Job     uint64 // The number of the job.
	IsLast  bool   // Whether this is the last result of its job.
	Action  string // In python-swiftclient's words, such as "upload_object" or "list_container_part".
	Success bool
	Err     error // Why it did not work, an [*Error]; else nil.

	Container  string // "" when it is about the account or the cluster.
	Object     string // "" when it is about no object.
	Path       string // Of the local file it is about; "" when it is about none.
	HTTPStatus int    // Of the last response; 0 when there was none.
	Attempts   int    // How many HTTP requests it took, retries included.
	Bytes      int64  // How many bytes of bodies were sent or received.

	Marker        string // The marker a page of a list was asked for with.
	VersionMarker string // That among the versions of one object.
	VersionID     string // The version that was deleted, when the setting "versions" had it found.
	Destination   string // Where an object was copied to, as "/container/object".
	Pseudodir     bool   // Whether an object stands for a directory, so that nothing was written.
	Outcome       string // "uploaded", "skipped-identical" or "skipped-changed"; else "".
	IsLarge       bool   // Whether an upload made a large object, of segments and a manifest.
	// Segment says what the segment is part of, in a result "upload_segment"; else nil.
	Segment *UploadedSegment
	// Report is what the server told of each path: of a "bulk_delete", or of the segments of a static large object.
	Report *Report
	// Progress is how far the job is, in a result "progress", which the setting "progress_interval" asks for.
	Progress *JobProgress

	h     *resultHandle
	mu    sync.Mutex
	count struct{ headers, items, objects C.size_t }
	row   C.struct_gosw_row
}

// resultHandle is the result of C, which is freed when neither the result nor its error is there any more.
type resultHandle struct {
	ref ref
	c   *C.swc_result
}

func (h *resultHandle) finalizer() { h.ref.close() }

// UploadedSegment is what an "upload_segment" was about.
type UploadedSegment struct {
	ForContainer string // The container of the object it is part of.
	ForObject    string // The object.
	Index        int64  // Number of the segment, from 0.
	Size         int64
	ETag         string // Its MD5 once it is stored.
}

func newResult(c *C.swc_result) *Result {
	var i C.struct_gosw_result
	C.gosw_result_get(c, &i)
	r := &Result{
		Tag: uint64(i.tag), Job: uint64(i.job), IsLast: bool(i.is_last), Action: C.GoString(i.action),
		Success: bool(i.success), Container: C.GoString(i.container), Object: C.GoString(i.object),
		Path: C.GoString(i.path), HTTPStatus: int(i.http_status), Attempts: int(i.attempts), Bytes: int64(i.bytes),
		Marker: C.GoString(i.marker), VersionMarker: C.GoString(i.version_marker), VersionID: C.GoString(i.version_id),
		Destination: C.GoString(i.destination), Pseudodir: bool(i.pseudodir), Outcome: C.GoString(i.outcome),
		IsLarge: bool(i.is_large), Report: lookAtReport(i.report), h: &resultHandle{c: c},
	}
	r.h.ref.free = func() { C.swc_result_free(c) }
	finalize(r.h)
	r.count.headers, r.count.items, r.count.objects = i.header_count, i.item_count, i.object_count
	if i.has_segment {
		r.Segment = &UploadedSegment{
			C.GoString(i.for_container), C.GoString(i.for_object), int64(i.segment_index), int64(i.segment_size),
			C.GoString(i.segment_etag),
		}
	}
	if i.progress != nil {
		p := lookAtProgress(i.progress)
		r.Progress = &p
	}
	if i.error != nil {
		e := lookAtError(i.error)
		e.c, e.owner = &cError{i.error}, r.h
		r.Err = e
	} else if !r.Success {
		r.Err = &Error{Status: Status(i.status)}
	}
	return r
}

// Close frees the result at once; what its fields say stays.
func (r *Result) Close() error {
	r.h.ref.close()
	return nil
}

// look runs f for one goroutine at a time, unless it is closed.
func (r *Result) look(f func()) error {
	if err := r.h.ref.enter(); err != nil {
		return err
	}
	defer r.h.ref.leave()
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	return nil
}

// Header finds the first value of a header of the last response, by its name in any case; "" when there is none.
func (r *Result) Header(name string) (value string) {
	t := texts(name)
	r.look(func() { value = C.GoString(C.swc_result_header(r.h.c, t.at(0))) })
	return value
}

// Headers gives all headers of the last response.
func (r *Result) Headers() (h Headers) {
	r.look(func() {
		h = make(Headers, int(r.count.headers))
		for i := C.size_t(0); i < C.swc_result_header_count(r.h.c); i++ {
			var name, value *C.char
			C.swc_result_header_at(r.h.c, i, &name, &value)
			h.add(name, value)
		}
	})
	return h
}

// Items gives the items of a stat, in the order the swift command shows them, such as "Content Length".
func (r *Result) Items() (items []Field) {
	r.look(func() {
		for i := C.size_t(0); i < C.swc_result_item_count(r.h.c); i++ {
			var name, value *C.char
			C.swc_result_item_at(r.h.c, i, &name, &value)
			items = append(items, Field{C.GoString(name), C.GoString(value)})
		}
	})
	return items
}

// Objects gives the names of the objects of a "bulk_delete".
func (r *Result) Objects() (names []string) {
	r.look(func() {
		for i := C.size_t(0); i < C.swc_result_object_count(r.h.c); i++ {
			names = append(names, C.GoString(C.swc_result_object_at(r.h.c, i)))
		}
	})
	return names
}

// JSON gives the whole result as JSON, with the keys python-swiftclient's results have, and "job" and "tag".
func (r *Result) JSON() (text string) {
	r.look(func() { text = C.GoString(C.swc_result_json(r.h.c)) })
	return text
}

// Map gives the same as a map.
func (r *Result) Map() (m map[string]interface{}, err error) {
	text := r.JSON()
	if text == "" {
		return nil, ErrClosed
	}
	return m, json.Unmarshal([]byte(text), &m)
}

// NextEntry gives the next row of a page of a list; the error is [io.EOF] when there are no more.
func (r *Result) NextEntry() (e Entry, err error) {
	closed := r.look(func() {
		var fault *C.swc_error
		status := C.gosw_result_next_entry(r.h.c, &r.row, &fault)
		if err = check(status, fault); err != nil {
			return
		}
		if status == C.SWC_END {
			err = io.EOF
			return
		}
		e = lookAtRow(&r.row)
	})
	if closed != nil {
		return Entry{}, closed
	}
	return e, err
}

// Entries gives the rows of a page of a list that NextEntry has not given.
func (r *Result) Entries() (all []Entry, err error) {
	for {
		e, err := r.NextEntry()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, e)
	}
}

// TakeResponse takes the open response out of the result of a download with "out_file" set to "-". Its body is read as
// that of [Connection.GetObject] is, and it is to be closed. A cancel of the job ends it as long as the job has not
// delivered its last result. [ErrState] means that it has none, or none any more.
func (r *Result) TakeResponse() (response *Response, err error) {
	closed := r.look(func() {
		var p *C.swc_response
		var e *C.swc_error
		if err = check(C.swc_result_take_response(r.h.c, &p, &e), e); err == nil {
			response = newResponse(p, &scope{ctx: context.Background(), ownTime: true})
		}
	})
	if closed != nil {
		return nil, closed
	}
	return response, err
}
