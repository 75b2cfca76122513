package swiftclient

// #include "bridge.h"
import "C"

import "time"

// maker sets what a caller has set, and keeps the first failure.
type maker struct {
	err *C.swc_error
	bad error
}

func (m *maker) check(status C.swc_status) {
	e := m.err
	m.err = nil
	if err := check(status, e); m.bad == nil {
		m.bad = err
	}
}

// with calls f with a text unless that is "".
func (m *maker) with(s string, f func(p *C.char) C.swc_status) {
	if s == "" {
		return
	}
	t := texts(s)
	if m.bad == nil {
		m.bad = t.err()
	}
	m.check(f(t.at(0)))
}

// TempURL says what a temporary URL allows: it lets whoever has it at one object, or at all whose names begin alike, by
// one method and for some time. The server checks its signature with the key that the owner of the account or container
// has stored there ([AccountTempURLKey], [ContainerTempURLKey]). [Connection.SignTempURL] finds out what is lacking;
// [TempURL.Generate] needs path, key and time.
type TempURL struct {
	// Path is that of the object: "/v1/ACCOUNT/CONTAINER/OBJECT", not percent-encoded; it may have scheme and host before
	// it, which then come out too. "/info" makes a signed request for all that the cluster tells of itself.
	Path string
	// StorageURL, Container and Object say the same by names, in place of Path.
	StorageURL string
	Container  string
	Object     string

	Method   string        // The one that is allowed; "" is GET.
	Lifetime time.Duration // How long it is good, from the moment it is made.
	Expires  time.Time     // When it ends to be good, in place of Lifetime.
	// Until is the same as the program swift takes it, in place of both: "1.5h", "2026-07-31T12:34:56Z", a whole number
	// of seconds, which with Absolute are those since 1970.
	Until    string
	Absolute bool

	Key      string // The key to sign with.
	Digest   string // "sha1", "sha256" or "sha512"; "" is sha256.
	Prefix   bool   // Whether it is good for all objects whose names begin with the one that was set.
	IPRange  string // One address, or a network as "10.0.0.0/8"; "" is all.
	ISO8601  bool   // Whether its time is written as "2026-07-31T12:34:56Z" and not as a number.
	Filename string // Under which a browser saves the object; "" is that of the object.
	Inline   bool   // Whether a browser shows the object instead of saving it.
}

func (u TempURL) make() (*C.swc_tempurl, error) {
	p := C.swc_tempurl_new()
	var m maker
	m.with(u.Path, func(s *C.char) C.swc_status { return C.swc_tempurl_set_path(p, s, &m.err) })
	if u.StorageURL != "" || u.Container != "" || u.Object != "" {
		t := texts(u.StorageURL, u.Container, u.Object)
		if m.bad == nil {
			m.bad = t.err()
		}
		m.check(C.swc_tempurl_set_object(p, t.at(0), t.at(1), t.at(2), &m.err))
	}
	m.with(u.Method, func(s *C.char) C.swc_status { return C.swc_tempurl_set_method(p, s, &m.err) })
	if u.Lifetime != 0 {
		m.check(C.swc_tempurl_set_lifetime(p, whole(u.Lifetime), &m.err))
	}
	if !u.Expires.IsZero() {
		m.check(C.swc_tempurl_set_expires(p, unix(u.Expires), &m.err))
	}
	m.with(u.Until, func(s *C.char) C.swc_status {
		return C.swc_tempurl_set_time(p, s, C.bool(u.Absolute), &m.err)
	})
	m.with(u.Key, func(s *C.char) C.swc_status { return C.swc_tempurl_set_key(p, s, &m.err) })
	m.with(u.Digest, func(s *C.char) C.swc_status { return C.swc_tempurl_set_digest(p, s, &m.err) })
	m.check(C.swc_tempurl_set_prefix(p, C.bool(u.Prefix), &m.err))
	m.with(u.IPRange, func(s *C.char) C.swc_status { return C.swc_tempurl_set_ip_range(p, s, &m.err) })
	m.check(C.swc_tempurl_set_iso8601(p, C.bool(u.ISO8601), &m.err))
	m.with(u.Filename, func(s *C.char) C.swc_status { return C.swc_tempurl_set_filename(p, s, &m.err) })
	m.check(C.swc_tempurl_set_inline(p, C.bool(u.Inline), &m.err))
	return p, m.bad
}

// Generate makes the URL, signed; path and query where no host was set. It is percent-encoded and complete. Whoever has
// it has the access, so do not log it. [ErrState] means that path, key or time was not set.
func (u TempURL) Generate() (string, error) {
	p, err := u.make()
	defer C.swc_tempurl_free(p)
	if err != nil {
		return "", err
	}
	var s *C.char
	var e *C.swc_error
	err = check(C.swc_tempurl_generate(p, &s, &e), e)
	return takeText(s), err
}

// FormPost says what a form allows by which a browser uploads files straight into a container. The key is that of
// temporary URLs. [Connection.SignFormPost] finds out what is lacking; [FormPost.Sign] needs path, limits, key and time.
type FormPost struct {
	// Path is where the files go: "/v1/ACCOUNT/CONTAINER/PREFIX", not percent-encoded, where the prefix may be empty; it
	// may have scheme and host before it.
	Path string
	// StorageURL, Container and Prefix say the same by names, in place of Path.
	StorageURL string
	Container  string
	Prefix     string

	MaxFileSize  int64 // Bytes of the largest file.
	MaxFileCount int64 // Number of files, from 1.

	Lifetime time.Duration // How long it is good, from the moment it is made.
	Expires  time.Time     // When it ends to be good, in place of Lifetime.
	Until    string        // The same, as in [TempURL].
	Absolute bool

	Key      string // The key to sign with.
	Digest   string // "sha1", "sha256" or "sha512"; "" is sha256.
	Redirect string // Where the browser is sent afterwards; "" is nowhere.

	// What is not signed:
	DeleteAfter     time.Duration // The objects are deleted so long after the upload.
	DeleteAt        time.Time     // The objects are deleted then, in place of DeleteAfter.
	ContentType     string        // The media type of all files; "" is what the browser says of each.
	ContentEncoding string        // The encoding of all files; the same.
}

// SignedForm is a form to be written into a page: hidden inputs, in this order, of a form with the method POST and the
// encoding multipart/form-data, and those for files last.
type SignedForm struct {
	Action string // Where it is sent to: the URL, or the path where no host was set.
	Fields []Field
}

func (f FormPost) make() (*C.swc_formpost, error) {
	p := C.swc_formpost_new()
	var m maker
	m.with(f.Path, func(s *C.char) C.swc_status { return C.swc_formpost_set_path(p, s, &m.err) })
	if f.StorageURL != "" || f.Container != "" {
		t := texts(f.StorageURL, f.Container, f.Prefix)
		if m.bad == nil {
			m.bad = t.err()
		}
		m.check(C.swc_formpost_set_container(p, t.at(0), t.at(1), t.at(2), &m.err))
	}
	if f.MaxFileSize < 0 || f.MaxFileCount < 0 {
		m.bad = invalid("a form cannot take %d files of %d bytes", f.MaxFileCount, f.MaxFileSize)
	} else if f.MaxFileSize != 0 || f.MaxFileCount != 0 {
		m.check(C.swc_formpost_set_limits(p, C.uint64_t(f.MaxFileSize), C.uint64_t(f.MaxFileCount), &m.err))
	}
	if f.Lifetime != 0 {
		m.check(C.swc_formpost_set_lifetime(p, whole(f.Lifetime), &m.err))
	}
	if !f.Expires.IsZero() {
		m.check(C.swc_formpost_set_expires(p, unix(f.Expires), &m.err))
	}
	m.with(f.Until, func(s *C.char) C.swc_status {
		return C.swc_formpost_set_time(p, s, C.bool(f.Absolute), &m.err)
	})
	m.with(f.Key, func(s *C.char) C.swc_status { return C.swc_formpost_set_key(p, s, &m.err) })
	m.with(f.Digest, func(s *C.char) C.swc_status { return C.swc_formpost_set_digest(p, s, &m.err) })
	m.with(f.Redirect, func(s *C.char) C.swc_status { return C.swc_formpost_set_redirect(p, s, &m.err) })
	if f.DeleteAfter != 0 {
		m.check(C.swc_formpost_set_delete_after(p, whole(f.DeleteAfter), &m.err))
	}
	if !f.DeleteAt.IsZero() {
		m.check(C.swc_formpost_set_delete_at(p, unix(f.DeleteAt), &m.err))
	}
	m.with(f.ContentType, func(s *C.char) C.swc_status { return C.swc_formpost_set_content_type(p, s, &m.err) })
	m.with(f.ContentEncoding, func(s *C.char) C.swc_status {
		return C.swc_formpost_set_content_encoding(p, s, &m.err)
	})
	return p, m.bad
}

// Sign signs the form. [ErrState] means that path, limits, key or time was not set.
func (f FormPost) Sign() (*SignedForm, error) {
	p, err := f.make()
	defer C.swc_formpost_free(p)
	if err != nil {
		return nil, err
	}
	var e *C.swc_error
	if err := check(C.swc_formpost_sign(p, &e), e); err != nil {
		return nil, err
	}
	return lookAtForm(p), nil
}

func lookAtForm(p *C.swc_formpost) *SignedForm {
	f := &SignedForm{Action: C.GoString(C.swc_formpost_action(p))}
	for i := C.size_t(0); i < C.swc_formpost_field_count(p); i++ {
		var name, value *C.char
		C.swc_formpost_field_at(p, i, &name, &value)
		f.Fields = append(f.Fields, Field{C.GoString(name), C.GoString(value)})
	}
	return f
}
