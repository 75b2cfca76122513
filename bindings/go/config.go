package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config has settings by name: where and who, how long and how often, how many at once. The keys are the names of
// python-swiftclient's options; [Keys] lists them. A config is copied where it is used: changes made later have no
// effect there. It may be used by several goroutines at once, and need not be closed; the garbage collector finds it.
type Config struct {
	ref  ref
	mu   sync.Mutex
	c    *C.swc_config
	auth *authenticator
}

// NewConfig makes a config in which every key has its default.
func NewConfig() *Config { return newConfig(C.swc_config_new(), nil) }

func newConfig(c *C.swc_config, auth *authenticator) *Config {
	config := &Config{c: c, auth: auth}
	config.ref.free = func() { C.swc_config_free(c) }
	finalize(config)
	return config
}

// ConfigFromEnv makes a config of the environment variables ST_* and OS_*: see [Config.LoadEnv].
func ConfigFromEnv() (*Config, error) {
	c := NewConfig()
	return c, c.LoadEnv()
}

// Settings are settings for a config, a service or a job, by their names in python-swiftclient's options. A value may
// be a string, a boolean, a number, a [time.Duration], and for "header" and "meta", which hold any number of lines, a
// map of strings or a list of lines, as "Color: blue".
type Settings map[string]interface{}

// NewConfigFrom makes a config of settings.
func NewConfigFrom(settings Settings) (*Config, error) {
	c := NewConfig()
	keys := make([]string, 0, len(settings))
	for key := range settings {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		if err := c.setAny(key, settings[key]); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

func (c *Config) setAny(key string, value interface{}) error {
	switch v := value.(type) {
	case nil:
		return nil
	case string:
		return c.Set(key, v)
	case time.Duration:
		return c.Set(key, strconv.FormatFloat(v.Seconds(), 'f', -1, 64))
	case float64:
		return c.Set(key, strconv.FormatFloat(v, 'f', -1, 64))
	case map[string]string:
		for name, text := range v {
			if err := c.Add(key, name, text); err != nil {
				return err
			}
		}
		return nil
	case []string:
		for _, line := range v {
			colon := strings.IndexByte(line, ':')
			if colon < 0 {
				return invalid("%q is no line for %q: name and value have a colon between them", line, key)
			}
			if err := c.Add(key, line[:colon], strings.TrimSpace(line[colon+1:])); err != nil {
				return err
			}
		}
		return nil
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, fmt.Stringer:
		return c.Set(key, fmt.Sprint(v))
	}
	return invalid("a %T is no value for %q", value, key)
}

// config makes a config of settings for one call; nil for none.
func (s Settings) config() (*Config, error) {
	if len(s) == 0 {
		return nil, nil
	}
	return NewConfigFrom(s)
}

// with runs f with the config of C, which is NULL for nil.
func (c *Config) with(f func(c *C.swc_config) error) error {
	if c == nil {
		return f(nil)
	}
	if err := c.ref.enter(); err != nil {
		return err
	}
	defer c.ref.leave()
	c.mu.Lock()
	defer c.mu.Unlock()
	return f(c.c)
}

func (c *Config) set(f func(c *C.swc_config, err **C.swc_error) C.swc_status) error {
	return c.with(func(c *C.swc_config) error {
		var err *C.swc_error
		return check(f(c, &err), err)
	})
}

// Set sets a key. On failure nothing has changed: there is no such key, or the value is none for it.
func (c *Config) Set(key, value string) error {
	t := texts(key, value)
	if t.bad != nil {
		return t.bad
	}
	return c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status {
		return C.swc_config_set(c, t.at(0), t.at(1), err)
	})
}

// Reset gives a key its default again.
func (c *Config) Reset(key string) error {
	t := texts(key)
	if t.bad != nil {
		return t.bad
	}
	return c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status {
		return C.swc_config_set(c, t.at(0), nil, err)
	})
}

// Add adds a line to a key that holds several: "header" or "meta". Of one name the last counts; with the value "" it
// is taken away where the server knows how to.
func (c *Config) Add(key, name, value string) error {
	t := texts(key, name, value)
	if t.bad != nil {
		return t.bad
	}
	return c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status {
		return C.swc_config_add(c, t.at(0), t.at(1), t.at(2), err)
	})
}

// Get gives the value of a key: the one set, or its default; "" for none.
func (c *Config) Get(key string) (value string, err error) {
	t := texts(key)
	if t.bad != nil {
		return "", t.bad
	}
	err = c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status {
		var v *C.char
		status := C.swc_config_get(c, t.at(0), &v, err)
		value = C.GoString(v)
		return status
	})
	return value, err
}

// LoadEnv sets keys from the environment variables ST_* and OS_*, as the swift command reads them: those of tempauth,
// those of an openrc file, OS_CLOUD with clouds.yaml, and those that name proxies. What [Config.Set] sets goes before
// them, whichever is called first. With ST_AUTH, ST_USER and ST_KEY all set they are what counts.
func (c *Config) LoadEnv() error {
	return c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status { return C.swc_config_load_env(c, err) })
}

// LoadCloud sets keys from a cloud of clouds.yaml, the file of OpenStack's own clients. Name is "" for the only cloud
// there is, file "" for the first clouds.yaml of the places where those clients look. What [Config.Set] sets goes
// before the cloud, and the cloud before the environment.
func (c *Config) LoadCloud(name, file string) error {
	t := texts(name, file)
	if t.bad != nil {
		return t.bad
	}
	return c.set(func(c *C.swc_config, err **C.swc_error) C.swc_status {
		return C.swc_config_load_cloud(c, t.opt(0), t.opt(1), err)
	})
}

// Clone makes a copy.
func (c *Config) Clone() (*Config, error) {
	var clone *Config
	err := c.with(func(p *C.swc_config) error {
		clone = newConfig(C.swc_config_clone(p), c.auth)
		return nil
	})
	return clone, err
}

// Close frees the config at once.
func (c *Config) Close() error {
	c.ref.close()
	return nil
}

func (c *Config) finalizer() { c.ref.close() }

// Key is a setting that a [Config] knows.
type Key struct {
	Name    string
	Default string // "" when it has none.
	Doc     string // A sentence or two, with the unit of the value.
}

// Keys lists the keys of a config.
func Keys() []Key {
	keys := make([]Key, C.swc_config_key_count())
	for i := range keys {
		n := C.size_t(i)
		keys[i] = Key{
			C.GoString(C.swc_config_key_name(n)), C.GoString(C.swc_config_key_default(n)),
			C.GoString(C.swc_config_key_doc(n)),
		}
	}
	return keys
}

// AuthReason is why a token is asked for.
type AuthReason int32

// Why a token is asked for.
const (
	// AuthFirst: there is none yet.
	AuthFirst AuthReason = C.SWC_AUTH_FIRST
	// AuthRefused: the server refused the one there is: another one is needed.
	AuthRefused AuthReason = C.SWC_AUTH_REFUSED
	// AuthExpiring: the one there is expires soon, or has expired.
	AuthExpiring AuthReason = C.SWC_AUTH_EXPIRING
)

// Session is a storage URL with the token that opens it. The tokens are secrets.
type Session struct {
	StorageURL   string
	Token        string
	ServiceToken string    // Of a service that acts for the user; "" for none.
	Expires      time.Time // When the first of the tokens expires; zero when that is not known.
}

func lookAtSession(p *C.swc_session) Session {
	return Session{
		StorageURL: C.GoString(C.swc_session_storage_url(p)), Token: C.GoString(C.swc_session_token(p)),
		ServiceToken: C.GoString(C.swc_session_service_token(p)), Expires: seconds(C.swc_session_expires(p)),
	}
}

// authenticator is the caller's own way to log in.
type authenticator struct {
	f func(reason AuthReason, before Session) (Session, error)

	mu     sync.Mutex
	failed error
}

func (a *authenticator) fail(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.failed = err
}

// logIn asks the caller for a session and puts it into that of C.
func (a *authenticator) logIn(reason AuthReason, p *C.swc_session) error {
	s, err := a.f(reason, lookAtSession(p))
	if err != nil {
		return err
	}
	t := texts(s.StorageURL, s.Token, s.ServiceToken)
	if t.bad != nil {
		return t.bad
	}
	var e *C.swc_error
	status := C.swc_session_set_storage_url(p, t.at(0), &e)
	if status >= 0 {
		status = C.swc_session_set_token(p, t.at(1), &e)
	}
	if status >= 0 {
		status = C.swc_session_set_service_token(p, t.opt(2), &e)
	}
	if status >= 0 {
		status = C.swc_session_set_expires(p, unix(s.Expires), &e)
	}
	return check(status, e)
}

// authStatus is the status that says of an error of the callback whether it may pass.
func authStatus(err error) C.int32_t {
	for _, s := range []Status{ErrAuth, ErrConnect, ErrTimeout, ErrServer, ErrRateLimited, ErrTLS, ErrCancelled} {
		if errors.Is(err, s) {
			return C.int32_t(s)
		}
	}
	if errors.Is(err, context.Canceled) {
		return C.SWC_ERR_CANCELLED
	}
	return C.SWC_ERR_CALLBACK
}

// explain puts what the callback said into the error of the call that failed for it, or lets its panic go on.
func (a *authenticator) explain(err error) {
	e := asError(err)
	if e == nil {
		return
	}
	a.mu.Lock()
	failed := a.failed
	p, panicked := failed.(*PanicError)
	if panicked && e.Status == ErrCallback {
		a.failed = nil
	}
	a.mu.Unlock()
	switch {
	case panicked && e.Status == ErrCallback:
		panic(p.Value)
	case failed != nil && !panicked && e.cause == nil && strings.Contains(e.Message, failed.Error()):
		e.cause = failed
	}
}

// SetAuth has f log in, in the place of the library, for what needs more than a password: federation (OIDC, SAML,
// Kerberos), tokens that another program keeps. It is called when a token is needed and there is none, when the server
// has refused the one there is, and shortly before the one there is expires; before holds what there was. It runs in
// the goroutine whose call needs the token, or on a worker of a service, one call at a time. It may use the library,
// but not the connection it logs in, and no context interrupts it.
//
// An error that is [ErrConnect], [ErrTimeout], [ErrServer] or [ErrRateLimited] is tried again as such failures are;
// every other one is what the call ends with. All keys for credentials are without meaning then. Nil sets none.
func (c *Config) SetAuth(f func(reason AuthReason, before Session) (Session, error)) error {
	return c.with(func(p *C.swc_config) error {
		c.auth = nil
		var h C.uintptr_t
		if f != nil {
			c.auth = &authenticator{f: f}
			h = newHandle(c.auth)
		}
		var err *C.swc_error
		return check(C.gosw_config_set_auth(p, h, &err), err)
	})
}
