//go:build go1.23

package swiftclient

// What newer versions of Go add: range over functions, causes of contexts, loggers.

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestRange(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	for _, name := range []string{"a", "b", "c"} {
		put(t, c, box, name, name)
	}
	names := ""
	for e, err := range c.Objects(bg, box, Limit(2)) {
		check1(t, err)
		names += e.Name
	}
	equal(t, "objects", names, "abc")
	for e, err := range c.Objects(bg, box) {
		check1(t, err)
		equal(t, "first", e.Name, "a")
		break
	}
	for _, err := range c.Objects(bg, unique("none")) {
		is(t, err, ErrNotFound)
	}
	found := false
	for e, err := range c.Containers(bg, Prefix(box)) {
		check1(t, err)
		found = e.Name == box
	}
	equal(t, "container", found, true)
	ctx, cancel := context.WithCancel(bg)
	cancel()
	for _, err := range c.Containers(ctx) {
		is(t, err, context.Canceled)
	}
	l := must(c.ListContainer(bg, box))(t)
	l.Next()
	names = ""
	for e, err := range l.All() {
		check1(t, err)
		names += e.Name
	}
	equal(t, "rest", names, "bc")
	equal(t, "closed", l.Next(), false)

	s := newService(t, c, nil)
	j := must(s.Stat(bg, box, NewObjects("a", "b"), nil))(t)
	n := 0
	for r := range j.All() {
		check1(t, r.Err)
		n++
	}
	equal(t, "results", n, 2)
	j = must(s.Stat(bg, box, NewObjects("a", "b"), nil))(t)
	for range j.All() {
		break
	}
	_, err := j.Next()
	is(t, err, ErrClosed)
}

func TestLogger(t *testing.T) {
	defer SetLogger(nil)
	var all strings.Builder
	check1(t, SetLogger(slog.New(slog.NewTextHandler(&all, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	must(connect(t).HeadAccount(bg))(t)
	check1(t, SetLogger(nil))
	contains(t, all.String(), "level=DEBUG")
	contains(t, all.String(), "HEAD")
	equal(t, "unsupported", errors.Is(ErrUnsupported, errors.ErrUnsupported), true)

	ctx, cancel := context.WithCancelCause(bg)
	why := errors.New("the user went home")
	cancel(why)
	_, err := connect(t).HeadAccount(ctx)
	is(t, err, why)
	is(t, err, context.Canceled)
}
