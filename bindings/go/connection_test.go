package swiftclient

// Connections: settings, ways to log in, accounts, listings, what a cluster says of itself, errors, options.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestConfig(t *testing.T) {
	c := NewConfig()
	check1(t, c.Set("retries", "7"))
	equal(t, "set", must(c.Get("retries"))(t), "7")
	check1(t, c.Reset("retries"))
	equal(t, "default", must(c.Get("retries"))(t), "5")
	check1(t, c.Add("header", "X-A", "b"))
	contains(t, must(c.Get("header"))(t), "X-A")
	is(t, c.Set("no such key", "x"), ErrInvalidArgument)
	is(t, c.Set("retries", "many"), ErrInvalidArgument)
	is(t, c.Set("user", "a\x00b"), ErrInvalidArgument)
	is(t, c.Set("user", "\xff"), ErrInvalidUTF8)
	is(t, c.Reset("no such key"), ErrInvalidArgument)
	is(t, c.Reset("\x00"), ErrInvalidArgument)
	is(t, c.Add("retries", "a", "b"), ErrInvalidArgument)
	is(t, c.Add("\x00", "a", "b"), ErrInvalidArgument)
	_, err := c.Get("no such key")
	is(t, err, ErrInvalidArgument)
	_, err = c.Get("\x00")
	is(t, err, ErrInvalidArgument)
	clone := must(c.Clone())(t)
	check1(t, c.Close())
	check1(t, c.Close())
	is(t, c.Set("retries", "1"), ErrClosed)
	_, err = c.Clone()
	is(t, err, ErrClosed)
	_, err = NewConnection(c)
	is(t, err, ErrClosed)
	contains(t, must(clone.Get("header"))(t), "X-A")
	_, err = NewConnection(nil)
	is(t, err, ErrInvalidArgument)
	_, err = NewConnection(NewConfig())
	is(t, err, ErrAuth)

	c = must(NewConfigFrom(Settings{
		"user": "a:b", "insecure": true, "retries": 3, "timeout": 1500 * time.Millisecond, "backoff_jitter": 0.25,
		"starting_backoff": 20 * time.Microsecond,
		"meta":             map[string]string{"Color": "blue"}, "header": []string{"X-A: b", "X-C:d"}, "key": nil,
	}))(t)
	for key, want := range map[string]string{
		"user": "a:b", "insecure": "true", "retries": "3", "timeout": "1.5", "backoff_jitter": "0.25", "starting_backoff": "0.00002", "meta": "Color",
		"header": "X-C",
	} {
		contains(t, must(c.Get(key))(t), want)
	}
	for _, s := range []Settings{
		{"retries": struct{}{}}, {"header": []string{"no colon"}}, {"none": 1}, {"header": []string{"\n: "}},
		{"meta": map[string]string{"": "x"}},
	} {
		_, err := NewConfigFrom(s)
		is(t, err, ErrInvalidArgument)
	}

	keys := Keys()
	sort.Slice(keys, func(a, b int) bool { return keys[a].Name < keys[b].Name })
	i := sort.Search(len(keys), func(i int) bool { return keys[i].Name >= "retries" })
	equal(t, "key", keys[i].Name, "retries")
	equal(t, "key", keys[i].Default, "5")
	contains(t, keys[i].Doc, "again")

	path := filepath.Join(t.TempDir(), "clouds.yaml")
	check1(t, os.WriteFile(path, []byte("clouds:\n  mine:\n    auth: {auth_url: 'http://h/v3', username: u}\n"), 0o600))
	c = NewConfig()
	check1(t, c.LoadCloud("mine", path))
	equal(t, "cloud", must(c.Get("os_username"))(t), "u")
	is(t, c.LoadCloud("other", path), ErrInvalidArgument)
	is(t, c.LoadCloud("\x00", path), ErrInvalidArgument)
	check1(t, c.LoadCloud("", path))
	check1(t, c.LoadEnv())
	equal(t, "user", must(must(ConfigFromEnv())(t).Get("user"))(t), os.Getenv("ST_USER"))
}

func TestWaysToLogIn(t *testing.T) {
	for _, s := range []Settings{
		v1(),
		{"os_auth_url": os.Getenv("OS_AUTH_URL"), "os_username": os.Getenv("OS_USERNAME"),
			"os_password": os.Getenv("OS_PASSWORD"), "os_project_name": os.Getenv("OS_PROJECT_NAME"),
			"os_user_domain_name": "Default", "os_project_domain_name": "Default", "auth_version": 3,
			"os_region_name": os.Getenv("OS_REGION_NAME")},
		{"auth": os.Getenv("SWIFT_TEST_HTTPS_URL") + "/auth/v1.0", "user": os.Getenv("ST_USER"),
			"key": os.Getenv("ST_KEY"), "os_cacert": os.Getenv("SWIFT_TEST_CACERT")},
		{"os_auth_url": os.Getenv("SWIFT_TEST_KEYSTONE_HTTPS_URL"), "os_cacert": os.Getenv("SWIFT_TEST_CACERT"),
			"os_application_credential_id":     os.Getenv("SWIFT_TEST_APPCRED_ID"),
			"os_application_credential_secret": os.Getenv("SWIFT_TEST_APPCRED_SECRET"), "os_region_name": "RegionTLS"},
	} {
		c := connectWith(t, s)
		_, err := c.StorageURL()
		is(t, err, ErrState)
		_, err = c.Token()
		is(t, err, ErrState)
		_, err = c.Session()
		is(t, err, ErrState)
		check1(t, c.Authenticate(bg))
		session := must(c.Session())(t)
		equal(t, "URL", must(c.StorageURL())(t), session.StorageURL)
		equal(t, "token", must(c.Token())(t), session.Token)
		box := container(t, c)
		put(t, c, box, "o", "hello")
		equal(t, "body", get(t, c, box, "o"), "hello")
		other := connectWith(t, Settings{"os_storage_url": session.StorageURL, "os_auth_token": session.Token,
			"os_cacert": os.Getenv("SWIFT_TEST_CACERT")})
		equal(t, "by another connection", get(t, other, box, "o"), "hello")
	}
	wrong := v1()
	wrong["key"] = "wrong"
	err := connectWith(t, wrong).Authenticate(bg)
	is(t, err, ErrAuth)
	err = connectWith(t, Settings{"auth": os.Getenv("SWIFT_TEST_HTTPS_URL") + "/auth/v1.0", "user": "a:b", "key": "c",
		"os_cacert": os.Getenv("SWIFT_TEST_WRONG_CACERT"), "retries": 0}).Authenticate(bg)
	is(t, err, ErrTLS)
	c := must(Connect())(t)
	check1(t, c.Authenticate(bg))
	c.CloseIdle()
	must(c.HeadAccount(bg))(t)
	check1(t, c.Close())
	check1(t, c.Close())
	c.Interrupt()
	c.CloseIdle()
	is(t, c.Authenticate(bg), ErrClosed)
	_, err = c.Token()
	is(t, err, ErrClosed)
	_, err = NewService(c, nil)
	is(t, err, ErrClosed)
}

func TestAuthCallback(t *testing.T) {
	real := connect(t)
	check1(t, real.Authenticate(bg))
	session := must(real.Session())(t)
	failing := errors.New("the ticket has expired")
	var fail error
	var thrown interface{}
	var reasons []AuthReason
	config := must(NewConfigFrom(Settings{"retries": 1, "starting_backoff": 0.01}))(t)
	check1(t, config.SetAuth(func(reason AuthReason, before Session) (Session, error) {
		reasons = append(reasons, reason)
		if thrown != nil {
			panic(thrown)
		}
		return Session{session.StorageURL, session.Token, "", time.Now().Add(time.Hour)}, fail
	}))
	c := must(NewConnection(config))(t)
	fail = failing
	err := c.Authenticate(bg)
	is(t, err, failing)
	is(t, err, ErrCallback)
	fail = fmt.Errorf("later: %w", ErrServer)
	_, err = c.HeadAccount(bg)
	is(t, err, ErrServer)
	equal(t, "tried again", len(reasons), 3)
	fail, thrown = nil, "oh no"
	equal(t, "panic", catch(func() { c.HeadAccount(bg) }), "oh no")
	thrown = nil
	must(c.HeadAccount(bg))(t)
	equal(t, "reason", reasons[len(reasons)-1], AuthFirst)
	before := must(c.Session())(t)
	if before.Expires.IsZero() || before.Token != session.Token {
		t.Fatalf("%+v", before)
	}
	check1(t, config.SetAuth(nil))
	_, err = NewConnection(config)
	is(t, err, ErrAuth)
}

// catch gives what f panics with.
func catch(f func()) (v interface{}) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestAccount(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	put(t, c, box, "o", "hello")
	name := unique("Meta")
	must(c.PostAccount(bg, AccountMetadata(name, "x")))(t)
	r := must(c.HeadAccount(bg))(t)
	v, _ := r.Metadata(name)
	equal(t, "metadata", v, "x")
	must(c.PostAccount(bg, RemoveAccountMetadata(name)))(t)
	if r.ContainerCount() < 0 || r.ObjectCount() < 0 || r.BytesUsed() < 0 {
		t.Fatal("counts are not told")
	}
	equal(t, "quota", r.QuotaBytes(""), -1)
	equal(t, "quota", r.QuotaCount("gold"), -1)
	_ = r.PolicyUsage()
	r = must(c.GetAccount(bg, Prefix(box)))(t)
	defer r.Close()
	equal(t, "list", string(must(r.ReadAll(-1))(t)), box+"\n")
	_, err := c.PutAccount(bg)
	is(t, err, ErrForbidden)
	_, err = c.DeleteAccount(bg)
	is(t, err, ErrForbidden)
	must(c.PostAccount(bg, SetAccountACL(AccountACL{ReadOnly: []string{"test2:tester2"}, Admin: []string{"a:b"}})))(t)
	acl := must(must(c.HeadAccount(bg))(t).AccountACL())(t)
	if acl == nil || fmt.Sprint(*acl) != "{[a:b] [] [test2:tester2]}" {
		t.Fatalf("%+v", acl)
	}
	must(c.PostAccount(bg, SetAccountACL(AccountACL{})))(t)

	r = must(c.HeadContainer(bg, box))(t)
	if r.StoragePolicy() == "" {
		t.Fatal("no policy")
	}
	must(c.PostContainer(bg, box, ContainerMetadata("A", "b")))(t)
	r = must(c.GetContainer(bg, box, Query("format", "json")))(t)
	defer r.Close()
	contains(t, string(must(r.ReadAll(-1))(t)), `"hash"`)
	must(c.PostContainer(bg, box, CORSAllowOrigin("https://example.com")))(t)
	contains(t, must(c.Preflight(bg, box, "o", "https://example.com", "PUT"))(t).Header("Access-Control-Allow-Methods"), "PUT")
	_, err = c.DeleteContainer(bg, box)
	is(t, err, ErrConflict)
	_, err = c.HeadContainer(bg, "")
	is(t, err, ErrInvalidArgument)
	_, err = c.HeadContainer(bg, "a\x00b")
	is(t, err, ErrInvalidArgument)
	_, err = c.HeadContainer(bg, "\xff")
	is(t, err, ErrInvalidUTF8)
}

func TestCluster(t *testing.T) {
	c := connect(t)
	check1(t, c.Healthcheck(bg))
	r := must(c.Capabilities(bg))(t)
	defer r.Close()
	contains(t, string(must(r.ReadAll(-1))(t)), `"swift"`)
	caps := must(c.ReadCapabilities(bg, ""))(t)
	contains(t, caps.JSON(), `"swift"`)
	equal(t, "has", caps.Has("slo"), true)
	equal(t, "has", caps.Has("nothing"), false)
	equal(t, "number", caps.Integer("nothing"), -1)
	if caps.Integer("slo.max_manifest_segments") < 1 || caps.Text("swift.version") == "" || len(caps.Policies()) == 0 {
		t.Fatal("something is not told")
	}
	equal(t, "truth", caps.Boolean("swift.account_autocreate"), true)
	contains(t, strings.Join(caps.List("tempurl.methods"), " "), "GET")
	equal(t, "limit", caps.Limit("container_listing_limit") > 0, true)
	equal(t, "default", caps.Policies()[0].Default, true)
	r = must(c.Crossdomain(bg))(t)
	defer r.Close()
	contains(t, string(must(r.ReadAll(-1))(t)), "cross-domain-policy")
	e := must(c.Endpoints(bg, "c", "o"))(t)
	if len(e.URLs) == 0 {
		t.Fatal("no endpoints")
	}
	r = must(c.Request(bg, "GET", "/info", nil))(t)
	defer r.Close()
	equal(t, "type", r.ContentType(), "application/json; charset=UTF-8")
	r = must(c.Request(bg, "GET", "no/such", nil, AnyStatus(true)))(t)
	defer r.Close()
	equal(t, "status", r.Status(), 404)
	box := container(t, c)
	r = must(c.Request(bg, "PUT", box+"/o", FromString("raw"), Checksum(true)))(t)
	defer r.Close()
	equal(t, "raw", get(t, c, box, "o"), "raw")
	_, err := c.Request(bg, "GET", "a b", nil)
	is(t, err, ErrInvalidArgument)
	if VersionNumber() < 0x000100 || !strings.Contains(Version(), ".") {
		t.Fatal(Version())
	}
}

func TestErrors(t *testing.T) {
	c := connect(t)
	_, err := c.HeadObject(bg, unique("none"), "o")
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	equal(t, "status", e.Status, ErrNotFound)
	equal(t, "HTTP", e.HTTPStatus, 404)
	equal(t, "reason", e.Reason, "Not Found")
	equal(t, "method", e.Method, "HEAD")
	contains(t, e.URL, "/o")
	contains(t, e.Error(), "swiftclient: ")
	equal(t, "attempts", len(e.Attempts), 1)
	equal(t, "attempt", e.Attempts[0].HTTPStatus, 404)
	equal(t, "attempt", e.AttemptHeader(0, "X-Trans-Id"), e.TransactionID)
	equal(t, "attempt", e.AttemptHeader(9, "X-Trans-Id"), "")
	equal(t, "header", e.Header.Get("x-trans-id"), e.TransactionID)
	equal(t, "retryable", e.Retryable, false)
	equal(t, "timeout", e.Timeout(), false)
	equal(t, "cause", errors.Unwrap(err), nil)
	if e.TransactionID == "" {
		t.Fatal("no transaction id")
	}
	_, err = c.GetObject(bg, unique("none"), "o")
	contains(t, string(asError(err).Body), "not be found")
	equal(t, "text", ErrNotFound.Error(), "swiftclient: not found")
	equal(t, "name", ErrNotFound.String(), "SWC_ERR_NOT_FOUND")
	equal(t, "name", StatusOK.String(), "SWC_OK")
	if !errors.Is(ErrTimeout, os.ErrDeadlineExceeded) || errors.Is(ErrNotFound, os.ErrPermission) || ErrHTTP.Is(nil) {
		t.Fatal("what the standard library has for it")
	}
	equal(t, "without", (&Error{Status: ErrIO}).Error(), "swiftclient: io")
	equal(t, "none", (&Error{}).AttemptHeader(0, "a"), "")
}

func TestListings(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	for _, name := range []string{"a/1", "a/2", "b", "c", "d"} {
		put(t, c, box, name, name)
	}
	var names []string
	l := must(c.ListContainer(bg, box, Limit(2)))(t)
	l.Response(func(r *Response) {
		if r != nil {
			t.Fatal("nothing was asked for yet")
		}
	})
	equal(t, "no row", l.JSON(), "")
	for l.Next() {
		names = append(names, l.Entry().Name)
		v, ok := l.Field("name")
		equal(t, "field", v, l.Entry().Name)
		equal(t, "field", ok, true)
		if len(l.Fields()) < 4 || l.Entry().LastModified.IsZero() || l.Entry().Hash == "" {
			t.Fatalf("%+v", l.Entry())
		}
		contains(t, l.JSON(), `"hash"`)
		equal(t, "bytes", l.Entry().Bytes, int64(len(l.Entry().Name)))
	}
	check1(t, l.Err())
	equal(t, "names", strings.Join(names, " "), "a/1 a/2 b c d")
	equal(t, "header", l.Header("X-Container-Object-Count") != "", true)
	l.Response(func(r *Response) { equal(t, "status", r.Status() == 200 || r.Status() == 204, true) })
	_, ok := l.Field("name")
	equal(t, "no row", ok, false)
	check1(t, l.Close())
	check1(t, l.Close())
	equal(t, "closed", l.Next(), false)
	is(t, l.Err(), ErrClosed)
	l = must(c.ListContainer(bg, box, Delimiter("/"), Reverse(true), EndMarker("a")))(t)
	defer l.Close()
	var subdirs int
	for l.Next() {
		if l.Entry().IsSubdir {
			subdirs++
		}
	}
	equal(t, "pseudo-directories", subdirs, 1)
	l = must(c.ListContainer(bg, unique("none")))(t)
	defer l.Close()
	equal(t, "none", l.Next(), false)
	is(t, l.Err(), ErrNotFound)
	l = must(c.ListAccount(bg, Prefix(box)))(t)
	defer l.Close()
	equal(t, "container", l.Next(), true)
	equal(t, "container", l.Entry().Name, box)
}

func TestManyGoroutines(t *testing.T) {
	c := connect(t)
	box := container(t, c)
	var wg sync.WaitGroup
	for i := 0; i < 8; i++ {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			name, text := fmt.Sprint(i), strings.Repeat(fmt.Sprint(i), 1000)
			for n := 0; n < 5; n++ {
				if _, err := c.PutObject(bg, box, name, FromReader(strings.NewReader(text), -1)); err != nil {
					t.Error(err)
				}
				r, err := c.GetObject(bg, box, name)
				if err != nil {
					t.Error(err)
					return
				}
				if body, err := r.ReadAll(-1); err != nil || string(body) != text {
					t.Error(err, len(body))
				}
				r.Close()
			}
		}(i)
	}
	wg.Wait()
	// One source, one reader and one listing in many hands.
	source := FromString("shared")
	put(t, c, box, "o", "0123456789")
	reader := must(c.OpenObject(bg, box, "o"))(t)
	defer reader.Close()
	listing := must(c.ListContainer(bg, box))(t)
	defer listing.Close()
	response := must(c.GetObject(bg, box, "o"))(t)
	for i := 0; i < 4; i++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if _, err := c.PutObject(bg, box, "s", source); err != nil {
				t.Error(err)
			}
			p := make([]byte, 3)
			if n, err := reader.ReadAt(p, 2); n != 3 || err != nil || string(p) != "234" {
				t.Error(n, err)
			}
			reader.Read(p)
			listing.Next()
			listing.Entry()
			response.Read(p)
			response.Header("Content-Length")
			response.Close()
		}()
	}
	wg.Wait()
}

// stranger is a server whose answers a test makes.
func stranger(t *testing.T, f http.HandlerFunc) *Connection {
	server := httptest.NewServer(f)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return connectWith(t, Settings{"os_storage_url": server.URL + "/v1/a", "os_auth_token": "t", "starting_backoff": 0.01,
		"checksum": false})
}

func TestFaults(t *testing.T) {
	var requests atomic.Int32
	c := stranger(t, func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		switch {
		case strings.HasSuffix(r.URL.Path, "/busy") && n < 3:
			w.Header().Set("Retry-After", "0")
			w.Header().Set("X-Trans-Id", "tx1")
			w.WriteHeader(503)
		case strings.HasSuffix(r.URL.Path, "/cut"):
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("only this"))
			if h, ok := w.(http.Hijacker); ok {
				conn, _, _ := h.Hijack()
				conn.(*net.TCPConn).SetLinger(0)
				conn.Close()
			}
		default:
			w.WriteHeader(204)
		}
	})
	r := must(c.HeadObject(bg, "c", "busy"))(t)
	equal(t, "attempts", len(r.Attempts()), 3)
	equal(t, "status", r.Attempts()[0].HTTPStatus, 503)
	equal(t, "id", r.Attempts()[0].TransactionID, "tx1")
	equal(t, "header", r.AttemptHeader(0, "Retry-After"), "0")
	r = must(c.GetObject(bg, "c", "cut", Retries(0)))(t)
	defer r.Close()
	_, err := r.ReadAll(-1)
	equal(t, "broken off", err != nil, true)
	if err.Error() != "EOF" {
		t.Log(err)
	}
	if e := asError(err); e == nil || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("%v", err)
	}
}

func TestOptions(t *testing.T) {
	var mu sync.Mutex
	var last *http.Request
	c := stranger(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		last = r
		io.Copy(io.Discard, r.Body)
		if r.Method == "GET" && strings.HasSuffix(r.URL.Path, "/o") {
			w.WriteHeader(200)
			return
		}
		w.WriteHeader(204)
	})
	when := time.Unix(4000000000, 0)
	account := func(o ...Option) error { _, err := c.PostAccount(bg, o...); return err }
	box := func(o ...Option) error { _, err := c.PutContainer(bg, "c", o...); return err }
	object := func(o ...Option) error { _, err := c.PutObject(bg, "c", "o", FromString("x"), o...); return err }
	read := func(o ...Option) error {
		r, err := c.GetObject(bg, "c", "o", o...)
		r.Close()
		return err
	}
	copied := func(o ...Option) error { _, err := c.CopyObject(bg, "c", "o", "d", "p", o...); return err }
	list := func(o ...Option) error {
		l, err := c.ListContainer(bg, "c", o...)
		if err != nil {
			return err
		}
		defer l.Close()
		l.Next()
		return nil
	}
	raw := func(o ...Option) error {
		r, err := c.Request(bg, "GET", "c", nil, o...)
		r.Close()
		return err
	}
	for _, x := range []struct {
		call   func(...Option) error
		option Option
		want   string // A header, or a parameter with "?" before it.
	}{
		{object, Header("X-A", "b"), "X-A: b"},
		{object, Options(Header("X-A", "b"), AddHeader("X-A", "c")), "X-A: b,c"},
		{object, Options(Header("X-A", "b"), RemoveHeader("X-A")), "X-A: "},
		{object, HeaderBytes("X-A", []byte("\xe4")), "X-A: \xe4"},
		{object, HeaderBytes("X-A", nil), "X-A: "},
		{object, ContentType("a/b"), "Content-Type: a/b"},
		{object, Metadata("A", "b"), "X-Object-Meta-A: b"},
		{raw, Query("a", "b c"), "?a=b+c"},
		{raw, QueryFlag("a"), "?a="},
		{raw, Options(Query("a", "b"), RemoveQuery("a")), "?a=-"},
		{read, Range(1, 2), "Range: bytes=1-2"},
		{read, Range(1, -1), "Range: bytes=1-"},
		{read, Options(Range(-1, 5), AnotherRange(0, 1)), "Range: bytes=-5,0-0"},
		{read, IfMatch("e"), `If-Match: e`},
		{read, IfNoneMatch("e"), `If-None-Match: e`},
		{read, IfModifiedSince(when), "If-Modified-Since: Tue, 02 Oct 2096 07:06:40 GMT"},
		{read, IfUnmodifiedSince(when), "If-Unmodified-Since: Tue, 02 Oct 2096 07:06:40 GMT"},
		{read, SendToken(false), "X-Auth-Token: "},
		{read, UseTempURL("?temp_url_sig=s&temp_url_expires=1"), "?temp_url_sig=s"},
		{raw, AnyStatus(true), ""},
		{object, ExpectContinue(true, time.Second), "Expect: 100-continue"},
		{read, PartNumber(2), "?part-number=2"},
		{object, SegmentsOfDLO("c", "p"), "X-Object-Manifest: c/p"},
		{object, DetectContentType(true), "X-Detect-Content-Type: true"},
		{object, ContentEncoding("gzip"), "Content-Encoding: gzip"},
		{object, ContentDisposition("inline"), "Content-Disposition: inline"},
		{object, CacheControl("no-store"), "Cache-Control: no-store"},
		{object, ContentLanguage("en"), "Content-Language: en"},
		{object, ExpiresHeader(when), "Expires: Tue, 02 Oct 2096 07:06:40 GMT"},
		{object, RobotsTag("noindex"), "X-Robots-Tag: noindex"},
		{object, DeleteAt(when), "X-Delete-At: 4000000000"},
		{object, DeleteAfter(90 * time.Second), "X-Delete-After: 90"},
		{read, OpenExpired(true), "X-Open-Expired: true"},
		{object, ETag("d41d8cd98f00b204e9800998ecf8427e"), "ETag: d41d8cd98f00b204e9800998ecf8427e"},
		{copied, FreshMetadata(true), "X-Fresh-Metadata: true"},
		{copied, DestinationAccount("x"), "Destination-Account: x"},
		{copied, SourceAccount("x"), ""},
		{read, ManifestGet(true), "?multipart-manifest=get"},
		{read, VersionID("7"), "?version-id=7"},
		{read, SymlinkGet(true), "?symlink=get"},
		{box, VersionsLocation("v"), "X-Versions-Location: v"},
		{box, HistoryLocation("v"), "X-History-Location: v"},
		{box, VersionsEnabled(true), "X-Versions-Enabled: true"},
		{raw, Options(OwnFraming(true), Header("Connection", "close")), "Connection: close"},
		{read, Options(Retries(1), Backoff(time.Millisecond, time.Second), BackoffJitter(0.5), RetryAfterMax(time.Second),
			RetryMaxElapsed(time.Minute), RetryOnRateLimit(true), Timeout(time.Minute)), ""},
		{read, Newest(true), "X-Newest: true"},
		{read, TransactionIDExtra("mine"), "X-Trans-Id-Extra: mine"},
		{account, AccountMetadata("A", "b"), "X-Account-Meta-A: b"},
		{account, RemoveAccountMetadata("A"), "X-Remove-Account-Meta-A: x"},
		{account, AccountTempURLKey(2, "k"), "X-Account-Meta-Temp-Url-Key-2: k"},
		{account, AccountQuotaBytes("", 5), "X-Account-Quota-Bytes: 5"},
		{account, AccountQuotaCount("", 6), "X-Account-Quota-Count: 6"},
		{account, AccountQuotaBytes("gold", 5), "X-Account-Quota-Bytes-Policy-Gold: 5"},
		{account, AccountRFCETags(true), "X-Account-Rfc-Compliant-Etags: true"},
		{box, ContainerMetadata("A", "b"), "X-Container-Meta-A: b"},
		{box, RemoveContainerMetadata("A"), "X-Remove-Container-Meta-A: x"},
		{box, StoragePolicy("gold"), "X-Storage-Policy: gold"},
		{box, ReadACL(".r:*"), "X-Container-Read: .r:*"},
		{box, WriteACL("a:b"), "X-Container-Write: a:b"},
		{box, Options(AllowRead("p", "u"), AllowRead("p", ""), AllowReferrer("*", true), AllowReferrer("h", false),
			AllowListings()), "X-Container-Read: p:u,p,.r:*,.r:-h,.rlistings"},
		{box, AllowWrite("p", "*"), "X-Container-Write: p:*"},
		{box, ContainerQuotaBytes(5), "X-Container-Meta-Quota-Bytes: 5"},
		{box, ContainerQuotaCount(5), "X-Container-Meta-Quota-Count: 5"},
		{box, CORSMaxAge(time.Minute), "X-Container-Meta-Access-Control-Max-Age: 60"},
		{box, CORSExposeHeaders("x-a"), "X-Container-Meta-Access-Control-Expose-Headers: x-a"},
		{box, WebIndex("i"), "X-Container-Meta-Web-Index: i"},
		{box, WebError("e"), "X-Container-Meta-Web-Error: e"},
		{box, WebListings(true), "X-Container-Meta-Web-Listings: true"},
		{box, WebListingsCSS("s"), "X-Container-Meta-Web-Listings-Css: s"},
		{box, WebListingsLabel("l"), "X-Container-Meta-Web-Listings-Label: l"},
		{box, WebDirectoryType("a/b"), "X-Container-Meta-Web-Directory-Type: a/b"},
		{read, WebMode(true), "X-Web-Mode: true"},
		{box, SyncTo("//r/c/a/c"), "X-Container-Sync-To: //r/c/a/c"},
		{box, SyncKey("k"), "X-Container-Sync-Key: k"},
		{box, ContainerTempURLKey(1, "k"), "X-Container-Meta-Temp-Url-Key: k"},
		{box, ContainerRFCETags(false), "X-Container-Rfc-Compliant-Etags: false"},
		{list, Limit(7), "?limit=7"},
		{list, Prefix("p"), "?prefix=p"},
		{list, Delimiter("/"), "?delimiter=/"},
		{list, Marker("m"), "?marker=m"},
		{list, EndMarker("m"), "?end_marker=m"},
		{list, Path("p"), "?path=p"},
		{list, Reverse(true), "?reverse=true"},
		{list, Options(Versions(true), Marker("m"), VersionMarker("1")), "?version_marker=1"},
		{list, AcceptGzip(true), "Accept-Encoding: gzip"},
	} {
		// The server has no ranges; what it was asked for counts.
		if err := x.call(x.option); err != nil && !strings.HasPrefix(x.want, "Range") {
			t.Errorf("%s: %v", x.want, err)
			continue
		}
		mu.Lock()
		r := last
		mu.Unlock()
		if x.want == "" {
			continue
		}
		got := ""
		if i := strings.Index(x.want, "="); x.want[0] == '?' {
			name := x.want[1:i]
			if got = x.want[:i+1] + r.URL.Query().Get(name); !r.URL.Query().Has(name) {
				got += "-"
			}
			if strings.ReplaceAll(got, " ", "+") != x.want {
				t.Errorf("%s, where %s was expected", r.URL.RawQuery, x.want)
			}
			continue
		}
		name := x.want[:strings.Index(x.want, ":")]
		got = strings.Join(r.Header.Values(name), ",")
		if want := strings.TrimPrefix(x.want, name+": "); got != want {
			t.Errorf("%s: %q, where %q was expected", name, got, want)
		}
	}
	for _, o := range []Option{
		Header("Content-Length", "1"), Header("a\x00", "b"), Header("A", "\xff"), Timeout(0), Retries(1 << 20),
		SymlinkPost(9), Options(Header("bad name", "x"), ContentType("a/b")),
	} {
		if err := object(o); !errors.Is(err, ErrInvalidArgument) && !errors.Is(err, ErrInvalidUTF8) {
			t.Fatalf("%v", err)
		}
	}
}
