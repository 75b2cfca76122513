//go:build !go1.21

package swiftclient

import "context"

// afterFunc has f called when ctx is done; stop tells it not to.
func afterFunc(ctx context.Context, f func()) (stop func() bool) {
	stopped := make(chan struct{})
	go func() {
		select {
		case <-ctx.Done():
			f()
		case <-stopped:
		}
	}()
	return func() bool { close(stopped); return true }
}

// contextCause is why ctx ended.
func contextCause(ctx context.Context) error { return ctx.Err() }

func isUnsupported(error) bool { return false }

// pinner stands for what keeps memory of Go where it is; before Go 1.21 there is no such thing, and bytes are copied.
type pinner struct{}

func (pinner) Pin(interface{}) {}
func (pinner) Unpin()          {}

const canPin = false
