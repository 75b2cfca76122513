package swiftclient

// Jobs of a service: what each verb does, their results, queues, and how they end.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
)

func newService(t testing.TB, c *Connection, settings Settings) *Service {
	t.Helper()
	s := must(NewService(c, settings))(t)
	t.Cleanup(func() { s.Close() })
	return s
}

// actions gives the actions of the results of a job, which must all have worked.
func actions(t testing.TB, j *Job, err error) string {
	t.Helper()
	check1(t, err)
	var all []string
	for r := range j.Results() {
		if r.Err != nil || !r.Success {
			t.Fatalf("%s %s: %v", r.Action, r.Object, r.Err)
		}
		equal(t, "job", r.Job, j.ID())
		all = append(all, r.Action)
	}
	_, err = j.Next()
	if err != io.EOF && !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	sort.Strings(all)
	return strings.Join(all, " ")
}

func TestServiceVerbs(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	s := newService(t, c, Settings{"object_uu_threads": 4})
	dir := t.TempDir()
	check1(t, os.MkdirAll(filepath.Join(dir, "tree", "sub"), 0o700))
	for _, name := range []string{"tree/a", "tree/sub/b", "single"} {
		check1(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600))
	}
	objects := NewObjects().AddTree(filepath.Join(dir, "tree"), "in", nil).
		AddFile(filepath.Join(dir, "single"), "one", Settings{"meta": []string{"Color: blue"}}).
		AddSource("memory", FromString("bytes"), nil).
		AddSource("reader", FromReader(io.MultiReader(strings.NewReader("reader")), -1), nil).
		AddSource("file", FromFile(filepath.Join(dir, "single")), nil).
		AddSource("empty", nil, nil)
	equal(t, "objects", objects.Len(), 6)
	equal(t, "objects", objects.String(), "6 objects")
	j, err := s.Upload(bg, box, objects, Settings{"header": []string{"X-Object-Meta-Shape: round"}})
	contains(t, actions(t, j, err), "upload_object upload_object upload_object upload_object upload_object")
	r := must(c.HeadObject(bg, box, "one"))(t)
	equal(t, "metadata", r.AllMetadata()["Color"]+r.AllMetadata()["Shape"], "blueround")
	equal(t, "reader", get(t, c, box, "reader"), "reader")
	equal(t, "memory", get(t, c, box, "memory"), "bytes")
	equal(t, "tree", get(t, c, box, "in/sub/b"), "tree/sub/b")
	j, err = s.UploadObject(bg, box, "alone", FromBytes([]byte("alone")), nil)
	contains(t, actions(t, j, err), "upload_object")
	j, err = s.UploadObject(bg, box, "nothing", nil, nil)
	contains(t, actions(t, j, err), "upload_object")

	j = must(s.Stat(bg, box, NewObjects("one"), nil))(t)
	result := must(j.Next())(t)
	equal(t, "action", result.Action, "stat_object")
	equal(t, "last", result.IsLast, true)
	equal(t, "header", result.Header("Content-Length"), "6")
	equal(t, "headers", result.Headers().Get("Content-Length"), "6")
	items := ""
	for _, f := range result.Items() {
		items += f.Name + "=" + f.Value + ";"
	}
	contains(t, items, "Content Length=6")
	m := must(result.Map())(t)
	equal(t, "map", m["object"], "one")
	contains(t, result.JSON(), `"stat_object"`)
	equal(t, "HTTP", result.HTTPStatus, 200)
	equal(t, "attempts", result.Attempts, 1)
	_, err = result.TakeResponse()
	is(t, err, ErrState)
	check1(t, result.Close())
	check1(t, result.Close())
	equal(t, "closed", result.JSON(), "")
	_, err = result.Map()
	is(t, err, ErrClosed)
	_, err = result.TakeResponse()
	is(t, err, ErrClosed)
	_, err = result.NextEntry()
	is(t, err, ErrClosed)
	_, err = j.Next()
	equal(t, "after the last", err, io.EOF)

	j, err = s.Post(bg, box, nil, Settings{"meta": map[string]string{"A": "b"}, "read_acl": ".r:*"})
	equal(t, "post", actions(t, j, err), "post_container")
	j, err = s.Post(bg, box, NewObjects().Add("one", Settings{"meta": []string{"X: y"}}), nil)
	equal(t, "post", actions(t, j, err), "post_object")
	j, err = s.Stat(bg, "", nil, nil)
	equal(t, "stat", actions(t, j, err), "stat_account")

	j = must(s.List(bg, box, Settings{"prefix": "in/"}))(t)
	var names []string
	for {
		r, err := j.Next()
		if err == io.EOF {
			break
		}
		check1(t, err)
		first, err := r.NextEntry()
		if err == io.EOF {
			continue
		}
		check1(t, err)
		for _, e := range append([]Entry{first}, must(r.Entries())(t)...) {
			names = append(names, e.Name)
		}
	}
	equal(t, "list", strings.Join(names, " "), "in/a in/sub/b")

	out := filepath.Join(dir, "out")
	j, err = s.Download(bg, box, nil, Settings{"out_directory": out, "prefix": "in/"})
	contains(t, actions(t, j, err), "download_container download_object download_object")
	equal(t, "file", string(must(os.ReadFile(filepath.Join(out, "in/sub/b")))(t)), "tree/sub/b")
	j = must(s.Download(bg, box, NewObjects("one"), Settings{"out_file": "-"}))(t)
	result = must(j.Next())(t)
	response := must(result.TakeResponse())(t)
	equal(t, "handed out", string(must(response.ReadAll(-1))(t)), "single")
	response.Close()
	check1(t, j.Wait())

	j, err = s.Copy(bg, box, NewObjects("one"), Settings{"destination": "/" + box + "/two"})
	contains(t, actions(t, j, err), "copy_object")
	j = must(s.Capabilities(bg, nil))(t)
	result = must(j.Next())(t)
	var caps struct {
		Capabilities map[string]interface{} `json:"capabilities"`
	}
	check1(t, json.Unmarshal([]byte(result.JSON()), &caps))
	equal(t, "capabilities", caps.Capabilities["swift"] != nil, true)

	j, err = s.Delete(bg, box, NewObjects("one", "two"), Settings{"bulk": true})
	check1(t, err)
	result = must(j.Next())(t)
	_ = result.Objects()
	check1(t, j.Wait())
	j, err = s.Delete(bg, box, nil, nil)
	contains(t, actions(t, j, err), "delete_container")
	_, err = c.HeadContainer(bg, box)
	is(t, err, ErrNotFound)

	j = must(s.Download(bg, box, NewObjects("gone"), Settings{"out_directory": out}))(t)
	err = j.Wait()
	is(t, err, ErrNotFound)
	equal(t, "attempts", len(asError(err).Attempts), 1)
	_ = asError(err).AttemptHeader(0, "X-Trans-Id")
	stats := must(s.Statistics("upload"))(t)
	equal(t, "jobs", stats.Jobs, 3)
	if stats.BytesSent < 30 || stats.Requests < 6 {
		t.Fatalf("%+v", stats)
	}
	must(s.Statistics(""))(t)
	_, err = s.Statistics("sing")
	is(t, err, ErrInvalidArgument)
	_, err = s.Statistics("\x00")
	is(t, err, ErrInvalidArgument)
	p := must(s.Progress())(t)
	if p.Objects < 10 || p.Bytes < 30 {
		t.Fatalf("%+v", p)
	}
	equal(t, "pending", s.Pending(), 0)
	_, err = j.Progress()
	is(t, err, ErrState)

	for _, bad := range []*Objects{
		NewObjects(""), NewObjects("a\x00"), NewObjects().Add("\x00", nil), NewObjects().Add("a", Settings{"none": 1}),
		NewObjects().AddFile("\x00", "", nil), NewObjects().AddTree("\x00", "", nil), NewObjects().AddSource("", nil, nil),
		NewObjects().AddSource("\x00", nil, nil), NewObjects().AddSource("a", FromFile("\x00"), nil), NewObjects(),
	} {
		_, err = s.Upload(bg, box, bad, nil)
		is(t, err, ErrInvalidArgument)
	}
	_, err = s.Upload(bg, box, NewObjects("a"), Settings{"yes_all": true})
	is(t, err, ErrInvalidArgument)
	_, err = s.Upload(bg, "\x00", NewObjects("a"), nil)
	is(t, err, ErrInvalidArgument)
	_, err = s.UploadObject(bg, box, "\x00", nil, nil)
	is(t, err, ErrInvalidArgument)
	_, err = s.Upload(bg, box, NewObjects("a"), Settings{"none": 1})
	is(t, err, ErrInvalidArgument)
	_, err = NewService(c, Settings{"none": 1})
	is(t, err, ErrInvalidArgument)
}

func TestServiceSegments(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	s := newService(t, c, nil)
	j := must(s.UploadObject(bg, box, "big", FromBytes(make([]byte, 3<<20)), Settings{"segment_size": 1 << 20}))(t)
	segments := 0
	for r := range j.Results() {
		check1(t, r.Err)
		if r.Segment != nil {
			segments++
			equal(t, "for", r.Segment.ForObject, "big")
			equal(t, "size", r.Segment.Size, 1<<20)
		}
		if r.Action == "upload_object" {
			equal(t, "large", r.IsLarge, true)
			equal(t, "outcome", r.Outcome, "uploaded")
		}
	}
	equal(t, "segments", segments, 3)
}

func TestServiceReadersThatFail(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	s := newService(t, c, nil)
	failing := errors.New("no more")
	j := must(s.Upload(bg, box, NewObjects().
		AddSource("fails", FromReader(readerFunc(func([]byte) (int, error) { return 0, failing }), -1), nil).
		AddSource("panics", FromReader(readerFunc(func([]byte) (int, error) { panic("in a job") }), -1), nil).
		AddSource("works", FromReader(strings.NewReader("x"), -1), nil), nil))(t)
	seen := 0
	for r := range j.Results() {
		switch r.Object {
		case "fails":
			is(t, r.Err, failing)
			is(t, r.Err, ErrCallback)
			seen++
		case "panics":
			var p *PanicError
			if !errors.As(r.Err, &p) || p.Value != "in a job" || len(p.Stack) == 0 {
				t.Fatal(r.Err)
			}
			equal(t, "panic", p.Error(), "panic: in a job")
			seen++
		case "works":
			check1(t, r.Err)
			seen++
		}
	}
	equal(t, "seen", seen, 3)
	j = must(s.UploadObject(bg, box+"/deep", "o", FromReader(readerFunc(func([]byte) (int, error) { return 0, failing }), -1), nil))(t)
	is(t, j.Wait(), failing)
}

func TestServiceCancel(t *testing.T) {
	for _, blockingWait = range []bool{false, true} {
		serviceCancel(t)
	}
	blockingWait = false
}

func serviceCancel(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	s := newService(t, c, nil)
	blocked := func() (*Source, chan struct{}, chan struct{}) {
		began, release := make(chan struct{}), make(chan struct{})
		var once sync.Once
		return FromReader(readerFunc(func([]byte) (int, error) {
			once.Do(func() { close(began) })
			<-release
			return 0, io.EOF
		}), -1), began, release
	}
	goroutines := runtime.NumGoroutine()

	ctx, cancel := context.WithCancel(bg)
	source, began, release := blocked()
	j := must(s.UploadObject(ctx, box, "o", source, nil))(t)
	<-began
	must(j.Progress())(t)
	cancel()
	close(release)
	within(t, func() {
		err := j.Wait()
		if err != nil { // What was sent before the cancel came through has been stored.
			is(t, err, context.Canceled)
		}
	})
	_, err := s.Stat(ctx, "", nil, nil)
	is(t, err, context.Canceled)

	// Nobody reads these results any more: by the context, by Cancel and Close, by the end of the service.
	for i := 0; i < 50; i++ {
		put(t, c, box, fmt.Sprint("o", i), "x")
		if i == 5 {
			break
		}
	}
	ctx, cancel = context.WithCancel(bg)
	j = must(s.Download(ctx, box, nil, Settings{"no_download": true}))(t)
	results := j.Results()
	<-results
	cancel()
	within(t, func() {
		for range results {
		}
	})
	j = must(s.Download(bg, box, nil, Settings{"no_download": true}))(t)
	results = j.Results()
	<-results
	j.Cancel()
	check1(t, j.Close())
	check1(t, j.Close())
	within(t, func() {
		for range results {
		}
	})
	_, err = j.Next()
	is(t, err, ErrClosed)
	is(t, j.Wait(), ErrClosed)
	source, began, release = blocked()
	j = must(s.UploadObject(bg, box, "o", source, nil))(t)
	<-began
	waited := make(chan error)
	go func() {
		for {
			if _, err := j.Next(); err != nil {
				waited <- err
				return
			}
		}
	}()
	time.Sleep(20 * time.Millisecond)
	check1(t, j.Close())
	within(t, func() { is(t, <-waited, ErrClosed) })
	close(release)

	// A job that nobody reads holds no other one back.
	must(s.List(bg, box, nil))(t)
	must(s.Download(bg, box, nil, Settings{"no_download": true}))(t)
	within(t, func() { check1(t, must(s.Stat(bg, box, nil, nil))(t).Wait()) })

	// What does not fit waits for results to be read.
	few := newService(t, c, Settings{"max_queued": 2})
	first := must(few.Stat(bg, box, NewObjects("o0", "o1"), nil))(t)
	_, err = few.Stat(bg, box, nil, nil)
	is(t, err, ErrAgain)
	check1(t, first.Wait())
	check1(t, must(few.Stat(bg, box, nil, nil))(t).Wait())

	late, cancel := context.WithTimeout(bg, 50*time.Millisecond)
	defer cancel()
	// It blocks, and has no end when it goes on: it must not be done before it is given up.
	began = make(chan struct{})
	body := &endless{began: began}
	j = must(few.UploadObject(bg, box, "o", FromReader(readerFunc(func(p []byte) (int, error) {
		n, err := body.Read(p)
		<-late.Done()
		return n, err
	}), -1), nil))(t)
	<-began
	within(t, func() { is(t, few.Shutdown(late), context.DeadlineExceeded) })
	within(t, func() { j.Wait() })
	_, err = few.Stat(bg, box, nil, nil)
	is(t, err, ErrState)
	check1(t, few.Shutdown(bg))
	gone, cancel := context.WithCancel(bg)
	cancel()
	is(t, few.Shutdown(gone), context.Canceled)
	few.CancelAll()
	check1(t, few.Close())
	check1(t, few.Close())
	_, err = few.Stat(bg, box, nil, nil)
	is(t, err, ErrClosed)
	_, err = few.Progress()
	is(t, err, ErrClosed)
	_, err = few.Statistics("")
	is(t, err, ErrClosed)
	is(t, few.Shutdown(bg), ErrClosed)
	equal(t, "pending", few.Pending(), 0)
	equal(t, "cancel", j.Cancel(), false)

	j = must(s.List(bg, box, nil))(t)
	check1(t, s.Close())
	within(t, func() {
		if err := j.Wait(); err != nil {
			is(t, err, ErrCancelled)
		}
	})
	for i := 0; runtime.NumGoroutine() > goroutines+4; i++ {
		if i == 6000 {
			buffer := make([]byte, 1<<16)
			t.Fatalf("goroutines are left:\n%s", buffer[:runtime.Stack(buffer, true)])
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func TestQueue(t *testing.T) {
	for _, blockingWait = range []bool{false, true} {
		queueOfMany(t)
	}
	blockingWait = false
}

func queueOfMany(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	put(t, c, box, "o", "x")
	s, other := newService(t, c, nil), newService(t, c, nil)
	q := must(NewQueue())(t)
	const jobs = 50
	for i := 0; i < jobs; i++ {
		must(s.To(q, uint64(i)).Stat(bg, box, nil, nil))(t)
		must(other.To(q, uint64(i)).Stat(bg, box, NewObjects("o"), nil))(t)
	}
	seen := map[string]bool{}
	ctx, cancel := context.WithCancel(bg)
	results := q.Results(ctx)
	within(t, func() {
		for len(seen) < 2*jobs {
			r := <-results
			check1(t, r.Err)
			seen[fmt.Sprint(r.Action, r.Tag)] = true
		}
	})
	cancel()
	within(t, func() {
		for range results {
		}
	})
	q.q.mu.Lock()
	equal(t, "jobs that are known", len(q.q.jobs), 0)
	q.q.mu.Unlock()

	// The context of a job ends it there too, and its failures are explained.
	ctx, cancel = context.WithCancel(bg)
	began, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	failing := errors.New("no more")
	j := must(s.To(q, 7).UploadObject(ctx, box, "o", FromReader(readerFunc(func([]byte) (int, error) {
		once.Do(func() { close(began) })
		<-release
		return 0, failing
	}), -1), nil))(t)
	<-began
	_, err := j.Next()
	is(t, err, ErrState)
	close(release)
	within(t, func() {
		for {
			batch := must(q.Pop(bg, 10))(t)
			for _, r := range batch {
				if r.Action == "upload_object" {
					is(t, r.Err, failing)
					equal(t, "tag", r.Tag, 7)
					return
				}
			}
		}
	})
	cancel()
	short, cancel := context.WithTimeout(bg, 20*time.Millisecond)
	defer cancel()
	_, err = q.Pop(short, 1)
	is(t, err, context.DeadlineExceeded)
	_, err = q.Pop(bg, 0)
	is(t, err, ErrInvalidArgument)
	equal(t, "length", q.Len(), 0)

	// Several goroutines wait; Close ends them.
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			_, err := q.Pop(bg, 1)
			is(t, err, ErrClosed)
		}()
	}
	time.Sleep(20 * time.Millisecond)
	check1(t, q.Close())
	check1(t, q.Close())
	within(t, wg.Wait)
	equal(t, "length", q.Len(), 0)
	_, err = s.To(q, 1).Stat(bg, box, nil, nil)
	is(t, err, ErrClosed)
}

func TestProgressResults(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	s := newService(t, c, nil)
	j := must(s.UploadObject(bg, box, "o", FromReader(readerFunc(func(p []byte) (int, error) {
		time.Sleep(200 * time.Millisecond)
		return 0, io.EOF
	}), -1), Settings{"progress_interval": 0.02}))(t)
	told := false
	for r := range j.Results() {
		told = told || r.Progress != nil
	}
	equal(t, "told", told, true)
}
