package swiftclient

// What the tests share: the real server of the environment, and containers of their own.

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

var bg = context.Background()

func TestMain(m *testing.M) {
	if os.Getenv("ST_AUTH") == "" {
		fmt.Fprintln(os.Stderr, "the tests need a Swift server: make test-go starts one, or eval \"$(tests/swift-server/swift-server env)\"")
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// v1 gives the settings of tempauth.
func v1() Settings {
	return Settings{
		"auth": os.Getenv("ST_AUTH"), "user": os.Getenv("ST_USER"), "key": os.Getenv("ST_KEY"), "starting_backoff": 0.01,
	}
}

func connectWith(t testing.TB, settings Settings) *Connection {
	t.Helper()
	config, err := NewConfigFrom(settings)
	check1(t, err)
	defer config.Close()
	c, err := NewConnection(config)
	check1(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

func connect(t testing.TB) *Connection {
	t.Helper()
	return connectWith(t, v1())
}

func check1(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if interface{}(got) != interface{}(want) {
		t.Fatalf("%s: %v, where %v was expected", what, got, want)
	}
}

func is(t testing.TB, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("%v (%T), where %v was expected", err, err, target)
	}
}

func contains(t testing.TB, text, part string) {
	t.Helper()
	if !strings.Contains(text, part) {
		t.Fatalf("%q has no %q in it", text, part)
	}
}

// unique gives a name that no other test has.
func unique(prefix string) string {
	b := make([]byte, 6)
	rand.Read(b)
	return prefix + "-" + hex.EncodeToString(b)
}

// container makes a container that goes away with all that is in it, and its segments.
func container(t testing.TB, c *Connection, options ...Option) string {
	t.Helper()
	name := unique("go")
	must(c.PutContainer(bg, name, options...))(t)
	t.Cleanup(func() {
		s, err := NewService(c, nil)
		if err != nil {
			return
		}
		defer s.Close()
		for _, n := range []string{name, name + "_segments"} {
			if j, err := s.Delete(bg, n, nil, nil); err == nil {
				j.Wait()
			}
		}
	})
	return name
}

func put(t testing.TB, c *Connection, container, object, text string, options ...Option) *Response {
	t.Helper()
	return must(c.PutObject(bg, container, object, FromString(text), options...))(t)
}

func get(t testing.TB, c *Connection, container, object string, options ...Option) string {
	t.Helper()
	r := must(c.GetObject(bg, container, object, options...))(t)
	defer r.Close()
	return string(must(r.ReadAll(-1))(t))
}

// within fails the test when f does not return in time.
func within(t testing.TB, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Minute):
		t.Fatal("it hangs")
	}
}
