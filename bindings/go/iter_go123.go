//go:build go1.23

package swiftclient

import (
	"context"
	"io"
	"iter"
)

// All gives the rows that are left. A failure is the last that comes, with an empty row. The listing is closed after
// the loop, however that ends.
func (l *Listing) All() iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		defer l.Close()
		for {
			e, err := l.next()
			if err == io.EOF || !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Objects gives the objects of a container, from the first to the last:
//
//	for object, err := range connection.Objects(ctx, "photos") {
//		if err != nil { … }
//		fmt.Println(object.Name)
//	}
//
// Options are those of [Connection.ListContainer]. A failure is the last that comes, with an empty row.
func (c *Connection) Objects(ctx context.Context, container string, options ...Option) iter.Seq2[Entry, error] {
	return all(func() (*Listing, error) { return c.ListContainer(ctx, container, options...) })
}

// Containers gives the containers of the account, from the first to the last, as [Connection.Objects] does objects.
// Options are those of [Connection.ListAccount].
func (c *Connection) Containers(ctx context.Context, options ...Option) iter.Seq2[Entry, error] {
	return all(func() (*Listing, error) { return c.ListAccount(ctx, options...) })
}

func all(list func() (*Listing, error)) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		l, err := list()
		if err != nil {
			yield(Entry{}, err)
			return
		}
		l.All()(yield)
	}
}

// All gives the results that are left, up to the last one. A loop that is left before closes the job: see [Job.Close].
func (j *Job) All() iter.Seq[*Result] {
	return func(yield func(*Result) bool) {
		defer j.Close()
		for {
			r, err := j.Next()
			if err != nil || !yield(r) {
				return
			}
		}
	}
}
