package swiftclient

// Calls that end before their time, and what callers do wrong: contexts, panics, garbage.

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// endless reads for ever.
type endless struct{ began chan struct{} }

func (e *endless) Read(p []byte) (int, error) {
	if e.began != nil {
		close(e.began)
		e.began = nil
	}
	return len(p), nil
}

// slow answers with a header, and then with a byte now and then until it is told to end.
func slow(w http.ResponseWriter, r *http.Request, began chan<- struct{}) {
	w.Header().Set("Content-Length", "1000000")
	w.Write([]byte("x"))
	w.(http.Flusher).Flush()
	if began != nil {
		began <- struct{}{}
	}
	<-r.Context().Done()
}

func TestContext(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	put(t, c, box, "o", "hello")

	done, cancel := context.WithCancel(bg)
	cancel()
	_, err := c.HeadObject(done, box, "o")
	is(t, err, context.Canceled)
	is(t, err, ErrCancelled)
	_, err = c.GetObject(done, box, "o")
	is(t, err, context.Canceled)
	late, cancel := context.WithDeadline(bg, time.Now().Add(-time.Second))
	defer cancel()
	_, err = c.HeadObject(late, box, "o")
	is(t, err, context.DeadlineExceeded)
	equal(t, "timeout", asError(err).Timeout(), true)

	// In the middle of an upload.
	ctx, cancel := context.WithCancel(bg)
	body := &endless{began: make(chan struct{})}
	began := body.began
	go func() {
		<-began
		cancel()
	}()
	within(t, func() { _, err = c.PutObject(ctx, box, "endless", FromReader(body, -1)) })
	is(t, err, context.Canceled)
	_, gone := c.HeadObject(bg, box, "endless")
	is(t, gone, ErrNotFound)

	// While an answer, a body or a page is waited for.
	waiting := make(chan struct{}, 8)
	s := stranger(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // Only then the server sees that the client has gone.
		if strings.HasSuffix(r.URL.Path, "/never") || strings.HasSuffix(r.URL.Path, "/c") {
			waiting <- struct{}{}
			<-r.Context().Done()
			return
		}
		slow(w, r, waiting)
	})
	// Calls until the server has heard of it: on a busy machine the time may be over before.
	reaching := func(call func()) {
		for {
			call()
			select {
			case <-waiting:
				return
			case <-time.After(5 * time.Second):
			}
		}
	}
	for name, f := range map[string]func(ctx context.Context) error{
		"answer": func(ctx context.Context) error { _, err := s.HeadObject(ctx, "c", "never"); return err },
		"body": func(ctx context.Context) error {
			r, err := s.GetObject(ctx, "c", "o")
			if err == nil {
				_, err = r.ReadAll(-1)
			}
			r.Close()
			return err
		},
		"page": func(ctx context.Context) error {
			l := must(s.ListContainer(ctx, "c"))(t)
			defer l.Close()
			equal(t, "next", l.Next(), false)
			return l.Err()
		},
		"writer": func(ctx context.Context) error {
			w := must(s.CreateObject(ctx, "c", "never", nil))(t)
			defer w.Abort()
			must(w.Write([]byte("x")))(t)
			return w.Close()
		},
	} {
		ctx, cancel := context.WithCancel(bg)
		go func() {
			<-waiting
			cancel()
		}()
		within(t, func() { err = f(ctx) })
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: %v", name, err)
		}
		reaching(func() {
			ctx, cancel := context.WithTimeout(bg, 200*time.Millisecond)
			defer cancel()
			within(t, func() { err = f(ctx) })
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("%s: %v", name, err)
			}
		})
		reaching(func() {
			ctx, cancel := context.WithTimeout(bg, time.Hour)
			defer cancel()
			within(t, func() { _, err = s.HeadObject(ctx, "c", "never", Timeout(50*time.Millisecond)) })
			is(t, err, ErrTimeout)
			is(t, err, os.ErrDeadlineExceeded)
			equal(t, "the context's doing", errors.Is(err, context.DeadlineExceeded), false)
		})
	}

	// Close and Interrupt end what another goroutine does.
	r := must(s.GetObject(bg, "c", "o"))(t)
	<-waiting
	go func() {
		time.Sleep(50 * time.Millisecond)
		r.Close()
	}()
	within(t, func() { _, err = io.Copy(io.Discard, r) })
	if !errors.Is(err, ErrCancelled) && !errors.Is(err, ErrClosed) {
		t.Fatal(err)
	}
	go func() {
		<-waiting
		s.Interrupt()
	}()
	within(t, func() { _, err = s.HeadObject(bg, "c", "never") })
	is(t, err, ErrCancelled)
	equal(t, "the context's doing", errors.Is(err, context.Canceled), false)
}

func TestReadersThatFail(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	failing := errors.New("the disk is on fire")
	_, err := c.PutObject(bg, box, "o", FromReader(io.MultiReader(strings.NewReader("some"), readerFunc(func([]byte) (int, error) {
		return 0, failing
	})), -1))
	is(t, err, failing)
	is(t, err, ErrCallback)
	contains(t, err.Error(), "on fire")
	for _, bad := range []io.Reader{
		readerFunc(func([]byte) (int, error) { return 0, nil }),
		readerFunc(func(p []byte) (int, error) { return len(p) + 1, nil }),
		readerFunc(func(p []byte) (int, error) { return -1, nil }),
	} {
		_, err = c.PutObject(bg, box, "o", FromReader(bad, -1))
		is(t, err, ErrCallback)
	}
	equal(t, "panic", catch(func() {
		c.PutObject(bg, box, "o", FromReader(readerFunc(func([]byte) (int, error) { panic("reader") }), -1))
	}), "reader")
	equal(t, "panic", catch(func() {
		c.PutObject(bg, box, "o", FromString("text"), Progress(func(int64, int64) bool { panic("progress") }))
	}), "progress")
	put(t, c, box, "o", "hello")
	equal(t, "panic", catch(func() {
		r := must(c.GetObject(bg, box, "o", Progress(func(int64, int64) bool { panic("reading") })))(t)
		defer r.Close()
		r.ReadAll(-1)
	}), "reading")
	_, err = c.PutObject(bg, box, "o", FromString("text"), Progress(func(int64, int64) bool { return false }))
	is(t, err, ErrCancelled)
	var moved, total int64
	must(c.PutObject(bg, box, "o", FromString("text"), Progress(nil), Progress(func(m, of int64) bool {
		moved, total = m, of
		return true
	})))(t)
	equal(t, "moved", moved, 4)
	equal(t, "total", total, 4)

	// A request that has to be repeated goes back to where the reader was.
	var requests atomic.Int32
	s := stranger(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if requests.Add(1) == 1 {
			w.WriteHeader(503)
			return
		}
		equal(t, "body", string(body), "def")
		w.WriteHeader(201)
	})
	text := strings.NewReader("abcdef")
	must(text.Seek(3, io.SeekStart))(t)
	must(s.PutObject(bg, "c", "o", FromReader(text, -1)))(t)
	equal(t, "requests", requests.Load(), 2)
	requests.Store(0)
	_, err = s.PutObject(bg, "c", "o", FromReader(io.LimitReader(strings.NewReader("abc"), 3), 3))
	is(t, err, ErrServer)
	equal(t, "requests", requests.Load(), 1)
	requests.Store(0)
	_, err = s.PutObject(bg, "c", "o", FromReader(&stuck{strings.NewReader("def")}, 3))
	equal(t, "failed", err != nil, true)
	contains(t, err.Error(), "stuck")
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// stuck tells where it is, but cannot go back.
type stuck struct{ *strings.Reader }

func (s *stuck) Seek(offset int64, whence int) (int64, error) {
	if whence == io.SeekCurrent {
		return s.Reader.Seek(offset, whence)
	}
	return 0, errors.New("stuck")
}

func TestGarbage(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	stop := make(chan struct{})
	var gc sync.WaitGroup
	gc.Add(1)
	go func() {
		defer gc.Done()
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	var wg sync.WaitGroup
	for i := 0; i < 3; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			name := fmt.Sprint("o", i)
			for n := 0; n < 4; n++ {
				// Everything is forgotten as soon as the language allows it.
				if _, err := c.PutObject(bg, box, name, FromReader(strings.NewReader("hello"), -1)); err != nil {
					t.Error(err)
				}
				if r, err := c.GetObject(bg, box, name); err != nil {
					t.Error(err)
				} else if b, err := io.ReadAll(r); err != nil || string(b) != "hello" {
					t.Error(err, b)
				}
				if _, err := c.HeadObject(bg, box, "none"); asError(err).AttemptHeader(0, "X-Trans-Id") == "" {
					t.Error(err)
				}
				m := NewManifest()
				m.AddData([]byte("x"))
				if len(m.Segments()) != 1 {
					t.Error("segments")
				}
				l, err := c.ListContainer(bg, box, Limit(1))
				if err != nil {
					t.Error(err)
				}
				for l.Next() {
				}
				if err := l.Err(); err != nil {
					t.Error(err)
				}
			}
			s, err := NewService(c, nil)
			if err != nil {
				t.Error(err)
				return
			}
			j, err := s.UploadObject(bg, box, name, FromBytes([]byte("bytes")), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if err := j.Wait(); err != nil {
				t.Error(err)
			}
		}(i)
	}
	wg.Wait()
	close(stop)
	gc.Wait()
}

// resident tells how much memory the process has.
func resident(t *testing.T) int64 {
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip("no /proc here to tell the memory of the process")
	}
	pages := must(strconv.ParseInt(strings.Fields(string(text))[1], 10, 64))(t)
	return pages * int64(os.Getpagesize())
}

func TestNothingIsLeft(t *testing.T) {
	s := stranger(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		if r.Method == "GET" {
			w.Write([]byte("hello"))
			return
		}
		w.WriteHeader(404)
	})
	ctx, cancel := context.WithCancel(bg)
	defer cancel()
	text := bytes.Repeat([]byte("x"), 1000)
	round := func(n int) {
		for i := 0; i < n; i++ {
			r := must(s.GetObject(ctx, "c", "o", Progress(func(int64, int64) bool { return true })))(t)
			must(r.ReadAll(-1))(t)
			r.Close()
			_, err := s.PutObject(ctx, "c", "o", FromReader(bytes.NewReader(text), -1), Metadata("A", "b"))
			is(t, err, ErrNotFound)
			s.ListContainer(ctx, "c")
		}
		runtime.GC()
		runtime.GC()
	}
	round(300)
	goroutines := runtime.NumGoroutine()
	// Heaps and what the race detector keeps grow for a while; what is left behind grows every time.
	for try := 1; ; try++ {
		memory := resident(t)
		for i := 0; i < 10; i++ {
			round(333)
		}
		more := resident(t) - memory
		if more <= 16<<20 {
			break
		}
		if try == 5 {
			t.Fatalf("%d KiB more after 10000 operations, for the fifth time", more>>10)
		}
	}
	for i := 0; runtime.NumGoroutine() > goroutines+10; i++ {
		if i == 6000 {
			t.Fatalf("%d goroutines more", runtime.NumGoroutine()-goroutines)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// A receiver of log messages that panics ends the program, as it has no call to come out of.
func TestLogPanics(t *testing.T) {
	if os.Getenv("GO_TEST_LOG_PANICS") != "" {
		SetLog(LogDebug, func(LogLevel, string) { panic("the log is full") })
		connect(t).HeadAccount(bg)
		select {}
	}
	within(t, func() {
		child := exec.Command(os.Args[0], "-test.run=TestLogPanics")
		child.Env = append(os.Environ(), "GO_TEST_LOG_PANICS=1")
		out, err := child.CombinedOutput()
		if err == nil {
			t.Error("it went on")
		}
		contains(t, string(out), "panic: the log is full")
	})
}

func TestLog(t *testing.T) {
	defer func() {
		LogSecrets(false)
		LogCurl(false)
		LogSecretPrefix(-1)
		check1(t, SetLog(LogOff, nil))
	}()
	var mu sync.Mutex
	var all strings.Builder
	check1(t, SetLog(LogDebug, func(level LogLevel, message string) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(&all, level, message)
	}))
	is(t, SetLog(99, nil), ErrInvalidArgument)
	c := connect(t)
	for _, f := range []func(){func() {}, func() { LogCurl(true) }, func() { LogSecretPrefix(0) }, func() { LogSecrets(true) }} {
		f()
		must(c.HeadAccount(bg))(t)
	}
	mu.Lock()
	defer mu.Unlock()
	contains(t, all.String(), "HEAD")
	contains(t, all.String(), "curl")
	token := must(c.Token())(t)
	contains(t, all.String(), token)
	equal(t, "whole only when asked for", strings.Index(all.String(), token) > strings.Index(all.String(), "curl"), true)
}
