package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"fmt"
	"sync"
)

// Service does jobs on the account of a connection, many at once, on threads of the library. It may be used by any
// number of goroutines.
//
//	service, err := swiftclient.NewService(connection, nil)
//	if err != nil { … }
//	defer service.Close()
//	job, err := service.Download(ctx, "photos", nil, swiftclient.Settings{"out_directory": "here"})
//	if err != nil { … }
//	for result := range job.Results() {
//		fmt.Println(result.Object, result.Err)
//	}
//
// What a job shall do beyond its verb stands in [Settings], with python-swiftclient's names: "prefix", "meta",
// "out_directory", "fail_fast" and so on. A setting that a verb does not know is refused by its name.
//
// A job counts one result for each object it names, or one. When nothing is outstanding a job of any size is taken;
// otherwise it must fit: its results and those outstanding, still to come or not read yet, may be "max_queued". One that
// does not fit is [ErrAgain]: read some results, and submit it again.
type Service struct {
	s     *service
	queue *Queue
	tag   uint64
}

// service is what a Service and those that To makes of it share.
type service struct {
	ref ref
	c   *C.swc_service
}

// NewService makes a service over the account of a connection. It shares token and sockets with the connection, which
// may be closed. Settings that shall differ from those of the connection, such as "object_uu_threads" or "max_queued";
// nil for none.
func NewService(connection *Connection, settings Settings) (*Service, error) {
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	if err := connection.ref.enter(); err != nil {
		return nil, err
	}
	defer connection.ref.leave()
	s := &service{}
	err = config.with(func(options *C.swc_config) error {
		var e *C.swc_error
		return check(C.swc_service_new(connection.c, options, &s.c, &e), e)
	})
	if err != nil {
		return nil, err
	}
	c := s.c
	s.ref.free = func() { C.swc_service_free(c) }
	finalize(s)
	return &Service{s: s}, nil
}

// finalizer waits for no thread on the only goroutine there is for finalizers.
func (s *service) finalizer() { go s.ref.close() }

// To gives the service with results that go to a queue: what is submitted to it has them there, and not in its job. Tag
// comes back in them.
func (s *Service) To(queue *Queue, tag uint64) *Service {
	return &Service{s: s.s, queue: queue, tag: tag}
}

// Close ends the service. Jobs that have not ended are cancelled; their last results can be read. To have them done call
// Shutdown first. It waits until the threads have ended, and so until a reader that is being read has returned.
func (s *Service) Close() error {
	s.s.ref.close()
	return nil
}

// Shutdown takes no more jobs and waits for those there are, then stops the threads. When ctx is done the jobs are
// cancelled, and the error is that of ctx. Every job has its last result then, which can be read.
func (s *Service) Shutdown(ctx context.Context) error {
	if err := s.s.ref.enter(); err != nil {
		return err
	}
	defer s.s.ref.leave()
	if err := ctx.Err(); err != nil {
		s.CancelAll()
	}
	if ctx.Done() != nil {
		defer afterFunc(ctx, s.CancelAll)()
	}
	var e *C.swc_error
	status := C.swc_service_shutdown(s.s.c, waitTime(ctx), &e)
	if err := check(status, e); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, limited := ctx.Deadline(); limited && status == C.SWC_TIMED_OUT {
		return context.DeadlineExceeded
	}
	return nil
}

// CancelAll ends all jobs, as [Job.Cancel] does; new ones may follow.
func (s *Service) CancelAll() {
	if s.s.ref.enter() == nil {
		defer s.s.ref.leave()
		C.swc_service_cancel_all(s.s.c)
	}
}

// Pending counts the jobs whose last result has not come yet.
func (s *Service) Pending() int {
	if s.s.ref.enter() != nil {
		return 0
	}
	defer s.s.ref.leave()
	return int(C.swc_service_pending(s.s.c))
}

// Progress tells how far all is that the service has done and has to do.
func (s *Service) Progress() (JobProgress, error) { return s.s.progress(0) }

func (s *service) progress(job uint64) (JobProgress, error) {
	if err := s.ref.enter(); err != nil {
		return JobProgress{}, err
	}
	defer s.ref.leave()
	var p *C.swc_progress
	var e *C.swc_error
	err := check(C.swc_service_progress(s.c, C.uint64_t(job), &p, &e), e)
	defer C.swc_progress_free(p)
	if err != nil {
		return JobProgress{}, err
	}
	return lookAtProgress(p), nil
}

// Statistics is what a service has done so far, in all or for one verb.
type Statistics struct {
	Jobs              int64 // How many jobs were taken.
	Requests          int64 // How many HTTP requests were made, those for tokens not included.
	Retries           int64 // How many of them were made because one before had failed.
	BytesSent         int64 // Of bodies.
	BytesReceived     int64 // Of bodies, listings included, but not of responses that were handed out.
	Reauthentications int64 // How often a new token took the place of an old one.
}

// Statistics tells what the service has done so far: of a verb such as "upload", or with "" of all.
func (s *Service) Statistics(verb string) (Statistics, error) {
	t := texts(verb)
	if t.bad != nil {
		return Statistics{}, t.bad
	}
	if err := s.s.ref.enter(); err != nil {
		return Statistics{}, err
	}
	defer s.s.ref.leave()
	var p *C.swc_statistics
	var e *C.swc_error
	err := check(C.swc_service_statistics(s.s.c, t.opt(0), &p, &e), e)
	defer C.swc_statistics_free(p)
	if err != nil {
		return Statistics{}, err
	}
	return Statistics{
		int64(C.swc_statistics_jobs(p)), int64(C.swc_statistics_requests(p)), int64(C.swc_statistics_retries(p)),
		int64(C.swc_statistics_bytes_sent(p)), int64(C.swc_statistics_bytes_received(p)),
		int64(C.swc_statistics_reauthentications(p)),
	}, nil
}

// order is what C needs to take a job.
type order struct {
	service   *C.swc_service
	container *C.char // NULL for "".
	objects   *C.swc_objects
	source    *C.swc_source
	options   *C.swc_config
	queue     *C.swc_queue
	tag       C.uint64_t
	job       C.uint64_t
	err       *C.swc_error
	readers   map[string]*bodyReader // By the names of their objects.
}

// submit has a job taken.
func (s *Service) submit(ctx context.Context, container string, objects *Objects, settings Settings,
	f func(o *order) C.swc_status) (*Job, error) {
	if err := ctx.Err(); err != nil {
		return nil, (&scope{ctx: ctx}).explain(&Error{Status: ErrCancelled, Message: "the job was not submitted"})
	}
	t := texts(container)
	if t.bad != nil {
		return nil, t.bad
	}
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	if err := s.s.ref.enter(); err != nil {
		return nil, err
	}
	defer s.s.ref.leave()
	j := &Job{service: s.s, ctx: ctx}
	o := &order{service: s.s.c, container: t.opt(0), tag: C.uint64_t(s.tag)}
	q := (*queue)(nil)
	if s.queue != nil {
		q = s.queue.q
	} else if j.q, err = newQueue(); err != nil {
		return nil, err
	} else {
		q = j.q
	}
	if err := q.ref.enter(); err != nil {
		return nil, err
	}
	defer q.ref.leave()
	o.queue = q.c
	if s.queue != nil {
		// Until the job is known by its number none of its results may be looked at.
		q.mu.Lock()
		defer q.mu.Unlock()
	}
	err = objects.with(func(list *C.swc_objects) error {
		o.objects = list
		if objects != nil {
			o.readers = objects.readersNow()
		}
		return config.with(func(options *C.swc_config) error {
			o.options = options
			return check(f(o), o.err)
		})
	})
	j.readers = o.readers
	if err != nil {
		if j.q != nil {
			j.q.close()
		}
		return nil, err
	}
	j.id = uint64(o.job)
	if s.queue != nil {
		key := jobKey{s.tag, j.id}
		q.jobs[key] = append(q.jobs[key], j)
	}
	if ctx.Done() != nil {
		service, id := s.s, j.id
		j.stop = afterFunc(ctx, func() {
			if service.ref.enter() == nil {
				defer service.ref.leave()
				C.swc_service_cancel(service.c, C.uint64_t(id))
			}
		})
	}
	return j, nil
}

// Stat asks about the account (container ""), a container (objects nil), or each of some objects. There is one result
// for each; its items are what the swift command shows. It knows "header", "human" and "verbose", for objects also
// "version_id" and "fail_fast", and "progress_interval"; an object "header" and "version_id".
func (s *Service) Stat(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_stat(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Post sets metadata and other settings of the account (container ""), of a container (objects nil), or of each of some
// objects. What is not mentioned stays as it is, but not with objects: there all metadata is replaced. A container that
// is not there is made. It knows "meta" and "header", for a container also "read_acl", "write_acl", "sync_to" and
// "sync_key", for objects "fail_fast", and "progress_interval"; an object "meta" and "header".
func (s *Service) Post(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_post(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// List lists the containers of the account (container ""), or the objects of a container. There is one result for each
// page, with its rows ([Result.Entries]), and a last one that has none. At most two pages wait unread. It knows
// "prefix", "delimiter", "marker", "header" and "progress_interval", for the account also "long", for a container
// "versions" and "version_marker".
func (s *Service) List(ctx context.Context, container string, settings Settings) (*Job, error) {
	return s.submit(ctx, container, nil, settings, func(o *order) C.swc_status {
		return C.swc_service_list(o.service, o.container, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Upload uploads files, whole directories and other sources, as whole objects or, beyond "segment_size", in segments and
// a manifest. What stands behind a slash in the container goes before the names of all objects. There is a result
// "upload_object" for each object, and others for containers, directories and segments: see swc_service_upload in
// swiftclient.h. It knows "meta", "header", "segment_size", "use_slo", "segment_container", "leave_segments",
// "clean_segments", "changed", "skip_identical", "dir_marker", "checksum", "buffer_size", which an object may have too,
// and "skip_container_put", "fail_fast" and "progress_interval".
func (s *Service) Upload(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_upload(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// UploadObject uploads one object, as Upload does it for a list of this alone.
func (s *Service) UploadObject(ctx context.Context, container, object string, source *Source,
	settings Settings) (*Job, error) {
	t := texts(object)
	if t.bad != nil {
		return nil, t.bad
	}
	if source == nil {
		source = FromBytes(nil)
	}
	c, done, err := source.forJobs()
	if err != nil {
		return nil, err
	}
	defer done()
	return s.submit(ctx, container, nil, settings, func(o *order) C.swc_status {
		if source.reader != nil {
			o.readers = map[string]*bodyReader{object: source.reader}
		}
		return C.swc_service_upload_object(o.service, o.container, t.at(0), c, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Download downloads each of some objects, a container (objects nil) or the account (container "", which "yes_all" must
// allow) to files below "out_directory"; each appears when it is complete and its checksum is right. There is a result
// "download_object" for each object; for a container or the account a last one. With "out_file" set to "-" the results
// hand out the open responses instead: see [Result.TakeResponse]. It knows "checksum", "header", "out_directory",
// "remove_prefix" with "prefix", "part_size", "resume", "no_download", "shuffle", "ignore_mtime", "skip_identical",
// "fail_fast" and "progress_interval", for objects also "version_id" and "out_file", for all of them "prefix", "marker"
// and "yes_all"; an object "checksum", "header", "version_id", "out_file", "out_directory", "part_size", "resume",
// "no_download", "ignore_mtime" and "skip_identical".
func (s *Service) Download(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_download(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Delete deletes each of some objects, a container with all that is in it (objects nil), or the account (container "",
// which "yes_all" must allow). Large objects go with their segments unless "leave_segments" is set. There is one result
// for each object, and for a container or the account one more. It knows "header", "prefix", "leave_segments", "bulk",
// "fail_fast" and "progress_interval", for objects also "version_id", for a container "versions", for the account
// "yes_all"; an object "header", "version_id" and "leave_segments".
func (s *Service) Delete(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_delete(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Copy copies each of some objects, within the cluster. There is one result for each, and before them one for each
// container they are copied to, which is made when it is not there. It knows "destination" (as "/container" or
// "/container/object"; without it objects are copied onto themselves), "fresh_metadata", "meta", "header", "version_id",
// "fail_fast" and "progress_interval"; an object the first five.
func (s *Service) Copy(ctx context.Context, container string, objects *Objects, settings Settings) (*Job, error) {
	return s.submit(ctx, container, objects, settings, func(o *order) C.swc_status {
		return C.swc_service_copy(o.service, o.container, o.objects, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Capabilities asks what the cluster offers; the answer is in the JSON of the result. A cluster is asked once in the
// life of the service, unless "refresh_cache" is set. It knows "url" (of another cluster), "refresh_cache" and
// "progress_interval".
func (s *Service) Capabilities(ctx context.Context, settings Settings) (*Job, error) {
	return s.submit(ctx, "", nil, settings, func(o *order) C.swc_status {
		return C.swc_service_capabilities(o.service, o.options, o.queue, o.tag, &o.job, &o.err)
	})
}

// Objects are what a job is about, each with settings of its own if need be. One list may serve any number of jobs: each
// copies it. What is wrong with an object is the error of the call that submits the job.
type Objects struct {
	ref     ref
	mu      sync.Mutex
	c       *C.swc_objects
	readers map[string]*bodyReader
	bad     error
}

// NewObjects makes a list of names.
func NewObjects(names ...string) *Objects {
	c := C.swc_objects_new()
	o := &Objects{c: c}
	o.ref.free = func() { C.swc_objects_free(c) }
	finalize(o)
	return o.add(nil, func(*C.swc_config) error {
		array, free, err := textArray(names)
		if err != nil {
			return err
		}
		defer free()
		var e *C.swc_error
		return check(C.swc_objects_add_all(c, array, C.size_t(len(names)), &e), e)
	})
}

func (o *Objects) finalizer() { o.ref.close() }

// with runs f with the list of C, which is NULL for nil, for one goroutine at a time.
func (o *Objects) with(f func(*C.swc_objects) error) error {
	if o == nil {
		return f(nil)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bad != nil {
		return o.bad
	}
	if err := o.ref.enter(); err != nil {
		return err
	}
	defer o.ref.leave()
	return f(o.c)
}

// add adds something, and keeps the first failure for who submits the list.
func (o *Objects) add(settings Settings, f func(options *C.swc_config) error) *Objects {
	err := o.with(func(*C.swc_objects) error {
		config, err := settings.config()
		if err != nil {
			return err
		}
		return config.with(f)
	})
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.bad == nil {
		o.bad = err
	}
	return o
}

// Add adds an object with settings of its own, which go before those of the job; "header" and "meta" are put over what
// the job says.
func (o *Objects) Add(object string, settings Settings) *Objects {
	t := texts(object)
	return o.add(settings, func(options *C.swc_config) error {
		if t.bad != nil {
			return t.bad
		}
		var e *C.swc_error
		return check(C.swc_objects_add(o.c, t.at(0), options, &e), e)
	})
}

// AddFile adds a file for an upload; of a directory a marker is made. The object gets the name of the path, unless one
// is given. The file is opened when it is uploaded.
func (o *Objects) AddFile(path, object string, settings Settings) *Objects {
	t := texts(path, object)
	return o.add(settings, func(options *C.swc_config) error {
		if t.bad != nil {
			return t.bad
		}
		var e *C.swc_error
		return check(C.swc_objects_add_file(o.c, t.at(0), t.opt(1), options, &e), e)
	})
}

// AddTree adds every file below a directory for an upload, hidden ones too. Prefix goes before the names of the files,
// which are their paths below the directory. It is walked when it is uploaded, following links. An empty directory in
// it becomes a marker. What cannot be read is a failed result, and the rest goes on.
func (o *Objects) AddTree(path, prefix string, settings Settings) *Objects {
	t := texts(path, prefix)
	return o.add(settings, func(options *C.swc_config) error {
		if t.bad != nil {
			return t.bad
		}
		var e *C.swc_error
		return check(C.swc_objects_add_tree(o.c, t.at(0), t.opt(1), options, &e), e)
	})
}

// AddSource adds a body from anywhere for an upload; nil is an empty object or, with the setting "dir_marker", a marker
// of a directory.
func (o *Objects) AddSource(object string, source *Source, settings Settings) *Objects {
	t := texts(object)
	return o.add(settings, func(options *C.swc_config) error {
		if t.bad != nil {
			return t.bad
		}
		var c *C.swc_source
		if source != nil {
			p, done, err := source.forJobs()
			if err != nil {
				return err
			}
			defer done()
			c = p
		}
		var e *C.swc_error
		err := check(C.swc_objects_add_source(o.c, t.at(0), c, options, &e), e)
		if err == nil && source != nil && source.reader != nil {
			if o.readers == nil {
				o.readers = make(map[string]*bodyReader)
			}
			o.readers[object] = source.reader
		}
		return err
	})
}

// readersNow copies the readers for a job.
func (o *Objects) readersNow() map[string]*bodyReader {
	if o.readers == nil {
		return nil
	}
	readers := make(map[string]*bodyReader, len(o.readers))
	for name, r := range o.readers {
		readers[name] = r
	}
	return readers
}

// Len counts the objects.
func (o *Objects) Len() (n int) {
	o.with(func(c *C.swc_objects) error {
		n = int(C.swc_objects_count(c))
		return nil
	})
	return n
}

// String tells how many there are.
func (o *Objects) String() string { return fmt.Sprintf("%d objects", o.Len()) }
