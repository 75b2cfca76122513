//go:build unix

package swiftclient

import (
	"os"
	"syscall"
)

// pollable gives a copy of a descriptor to Go's poller; nil when it cannot be had.
func pollable(fd int) *os.File {
	syscall.ForkLock.RLock()
	copied, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(copied)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil
	}
	return os.NewFile(uintptr(copied), "swiftclient.Queue")
}
