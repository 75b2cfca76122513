//go:build !unix

package swiftclient

import "os"

// pollable gives nothing: queues have no descriptor here, and who waits for them does so in C.
func pollable(int) *os.File { return nil }
