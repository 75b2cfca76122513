package swiftclient

// #include "bridge.h"
import "C"

// LogLevel is how much a log message matters; a level includes those above it.
type LogLevel int32

// Levels of log messages.
const (
	// LogOff: no messages.
	LogOff LogLevel = C.SWC_LOG_OFF
	// LogError: a call or job failed for good, after its retries; authentication failed.
	LogError LogLevel = C.SWC_LOG_ERROR
	// LogWarn: a request failed and is made again; something is not as it should be, such as an ETag that is no MD5.
	LogWarn LogLevel = C.SWC_LOG_WARN
	// LogInfo: every failed request, as the server answered it.
	LogInfo LogLevel = C.SWC_LOG_INFO
	// LogDebug: every request and response, those of authentication included.
	LogDebug LogLevel = C.SWC_LOG_DEBUG
)

// SetLog sends log messages of a level and those above it to f, in place of what there was; nil sends them nowhere.
// There is one receiver in the process, and none in the beginning. Tokens and keys are cut short in messages. f runs
// where the message comes from, which may be several goroutines and threads of the library at once. A panic of it ends
// the program.
func SetLog(level LogLevel, f func(level LogLevel, message string)) error {
	var h C.uintptr_t
	if f != nil {
		h = newHandle(f)
	}
	var err *C.swc_error
	return check(C.gosw_log_set(C.int32_t(level), h, &err), err)
}

// LogSecrets sets whether tokens and keys are shown whole in log messages, which is for debugging only.
func LogSecrets(show bool) { C.swc_log_show_secrets(C.bool(show)) }

// LogSecretPrefix sets how many characters at the start of tokens and keys may be shown in log messages, so that one
// can be told from another. Of a secret of n characters it is no more than n * n / 32 and n / 2 in any case. 0 means
// none, a negative number 16, as in the beginning.
func LogSecretPrefix(characters int) { C.swc_log_set_secret_prefix(C.int32_t(characters)) }

// LogCurl sets whether requests are shown in log messages as command lines of curl.
func LogCurl(show bool) { C.swc_log_show_curl(C.bool(show)) }
