//go:build go1.21

package swiftclient

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
)

// afterFunc has f called when ctx is done, at no cost before; stop tells it not to.
func afterFunc(ctx context.Context, f func()) (stop func() bool) { return context.AfterFunc(ctx, f) }

// contextCause is why ctx ended.
func contextCause(ctx context.Context) error { return context.Cause(ctx) }

func isUnsupported(target error) bool { return target == errors.ErrUnsupported }

// pinner keeps memory of Go where it is while C has it.
type pinner struct{ runtime.Pinner }

const canPin = true

// SetLogger sends log messages to a logger, in place of what there was; nil for nowhere. The levels are those of slog;
// what the handler is not enabled for is not made.
func SetLogger(logger *slog.Logger) error {
	if logger == nil {
		return SetLog(LogOff, nil)
	}
	level := LogError
	for l, s := range slogLevels {
		if logger.Enabled(context.Background(), s) && l > level {
			level = l
		}
	}
	return SetLog(level, func(level LogLevel, message string) {
		logger.Log(context.Background(), slogLevels[level], message)
	})
}

var slogLevels = map[LogLevel]slog.Level{
	LogError: slog.LevelError, LogWarn: slog.LevelWarn, LogInfo: slog.LevelInfo, LogDebug: slog.LevelDebug,
}
