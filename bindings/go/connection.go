package swiftclient

// #include "bridge.h"
import "C"

import (
	"context"
	"time"
)

// Connection is a client of one account: credentials, token, open sockets and settings. It may be used by any number
// of goroutines at once; they share the token and the sockets.
//
// Every call takes a context: when that is done the call ends at once, also while it waits for the server or for its
// next attempt, and its error is that of the context for [errors.Is]. What a call has opened, such as a body that is
// being read, goes on with the context of the call. Names of containers and objects are given as they are, never
// percent-encoded. While a call waits it holds a thread of the system, as calls into C do.
type Connection struct {
	ref  ref
	c    *C.swc_connection
	auth *authenticator
}

// NewConnection makes a connection; nothing is sent before the first call.
func NewConnection(config *Config) (*Connection, error) {
	connection := &Connection{}
	err := config.with(func(c *C.swc_config) error {
		var err *C.swc_error
		if config != nil {
			connection.auth = config.auth
		}
		return check(C.swc_connection_new(c, &connection.c, &err), err)
	})
	if err != nil {
		return nil, err
	}
	c := connection.c
	connection.ref.free = func() { C.swc_connection_free(c) }
	finalize(connection)
	return connection, nil
}

// Connect makes a connection with the settings of the environment: see [Config.LoadEnv].
func Connect() (*Connection, error) {
	config, err := ConfigFromEnv()
	if err != nil {
		return nil, err
	}
	defer config.Close()
	return NewConnection(config)
}

// Close lets go of the connection. Calls in progress, and what they have opened, go on; a service of it too.
func (c *Connection) Close() error {
	c.ref.close()
	return nil
}

func (c *Connection) finalizer() { c.ref.close() }

// Interrupt ends every call in progress, in whatever goroutine, and what they have opened, with [ErrCancelled]. Jobs of
// a service go on. Calls made afterwards work.
func (c *Connection) Interrupt() {
	if c.ref.enter() == nil {
		defer c.ref.leave()
		C.swc_connection_interrupt(c.c)
	}
}

// CloseIdle closes the sockets that lie idle, as before a long rest. Later calls open new ones.
func (c *Connection) CloseIdle() {
	if c.ref.enter() == nil {
		defer c.ref.leave()
		C.swc_connection_close_idle(c.c)
	}
}

// Authenticate gets a token now instead of at the first call, to learn whether the credentials are good. A token that
// is still good is kept.
func (c *Connection) Authenticate(ctx context.Context, options ...Option) error {
	_, err := c.run(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_authenticate(c.c, k.request, &k.err)
	})
	return err
}

// look asks for something that needs no exchange with the server.
func (c *Connection) look(f func(err **C.swc_error) C.swc_status) error {
	if err := c.ref.enter(); err != nil {
		return err
	}
	defer c.ref.leave()
	var err *C.swc_error
	return check(f(&err), err)
}

// StorageURL tells the storage URL of the account, known once the connection has authenticated; before it is
// [ErrState].
func (c *Connection) StorageURL() (url string, err error) {
	err = c.look(func(err **C.swc_error) C.swc_status {
		var p *C.char
		status := C.swc_connection_storage_url(c.c, &p, err)
		url = takeText(p)
		return status
	})
	return url, err
}

// Token tells the token, known once the connection has authenticated; before it is [ErrState]. It is a secret.
func (c *Connection) Token() (token string, err error) {
	err = c.look(func(err **C.swc_error) C.swc_status {
		var p *C.char
		status := C.swc_connection_token(c.c, &p, err)
		token = takeText(p)
		return status
	})
	return token, err
}

// Session gives what the connection works with now: storage URL, tokens, and when they expire. With the keys
// "os_storage_url", "os_auth_token" and "service_auth_token" another connection, also one of another process, works
// with the same.
func (c *Connection) Session() (session Session, err error) {
	err = c.look(func(err **C.swc_error) C.swc_status {
		var p *C.swc_session
		status := C.swc_connection_session(c.c, &p, err)
		session = lookAtSession(p)
		C.swc_session_free(p)
		return status
	})
	return session, err
}

// Capabilities asks what the cluster offers (GET /info), as JSON in the body of the response, which is to be closed.
// [Connection.ReadCapabilities] takes it apart.
func (c *Connection) Capabilities(ctx context.Context, options ...Option) (*Response, error) {
	return c.body(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_capabilities(c.c, k.request, &k.response, &k.err)
	})
}

// ReadCapabilities asks what a cluster offers (GET /info) and takes the answer apart. No token is sent. The URL is a
// storage URL, or one that has "/info" in its path, or one to which that is appended; its query is sent, so a signed one
// shows what only the operator sees. "" is the cluster of the connection.
func (c *Connection) ReadCapabilities(ctx context.Context, url string, options ...Option) (*Capabilities, error) {
	t := texts(url)
	k, err := c.run(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_read_capabilities(c.c, t.opt(0), k.request, &k.capabilities, &k.err)
	})
	if err != nil {
		return nil, err
	}
	return newCapabilities(k.capabilities), nil
}

// Healthcheck asks whether the server is up (GET /healthcheck). No token is sent. [ErrServer] means that it has been
// taken out of service.
func (c *Connection) Healthcheck(ctx context.Context, options ...Option) error {
	_, err := c.run(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_healthcheck(c.c, k.request, &k.err)
	})
	return err
}

// Crossdomain asks for the cross-domain policy (GET /crossdomain.xml), as XML in the body of the response, which is to
// be closed. No token is sent.
func (c *Connection) Crossdomain(ctx context.Context, options ...Option) (*Response, error) {
	return c.body(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_crossdomain(c.c, k.request, &k.response, &k.err)
	})
}

// Endpoints asks where an object, a container (object "") or the account (both "") lies: on which storage nodes
// (GET /endpoints). For programs that run inside the cluster; most clusters offer that to no one else. No token is sent.
func (c *Connection) Endpoints(ctx context.Context, container, object string, options ...Option) (*Endpoints, error) {
	t := texts(container, object)
	k, err := c.run(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_endpoints(c.c, t.opt(0), t.opt(1), k.request, &k.endpoints, &k.err)
	})
	if err != nil {
		return nil, err
	}
	defer C.swc_endpoints_free(k.endpoints)
	return lookAtEndpoints(k.endpoints), nil
}

// HeadAccount asks for the metadata of the account: X-Account-* headers (HEAD).
func (c *Connection) HeadAccount(ctx context.Context, options ...Option) (*Response, error) {
	return c.simple(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_head_account(c.c, k.request, &k.response, &k.err)
	})
}

// PostAccount changes metadata of the account (POST), as the options say: [AccountMetadata] and others. What is not
// named stays.
func (c *Connection) PostAccount(ctx context.Context, options ...Option) (*Response, error) {
	return c.simple(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_post_account(c.c, k.request, &k.response, &k.err)
	})
}

// PutAccount creates the account (PUT): the one of the storage URL. For reseller admins, on clusters that let them;
// mostly an account comes into being with its first container. Status 201 is a new account, 202 one that was there.
func (c *Connection) PutAccount(ctx context.Context, options ...Option) (*Response, error) {
	return c.simple(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_put_account(c.c, k.request, &k.response, &k.err)
	})
}

// DeleteAccount deletes the account with everything in it (DELETE): the one of the storage URL. It cannot be used any
// more at once, by nobody. For reseller admins, on clusters that let them.
func (c *Connection) DeleteAccount(ctx context.Context, options ...Option) (*Response, error) {
	return c.simple(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_delete_account(c.c, k.request, &k.response, &k.err)
	})
}

// GetAccount reads one page of the list of containers as the server sends it (GET): text with a name on each line,
// unless [Query] "format" says "json" or "xml". [Connection.ListAccount] reads all pages and takes them apart. The
// response is to be closed.
func (c *Connection) GetAccount(ctx context.Context, options ...Option) (*Response, error) {
	return c.body(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_get_account(c.c, k.request, &k.response, &k.err)
	})
}

// ListAccount lists the containers of the account, from the first to the last. Options narrow it down: [Prefix],
// [Marker], [EndMarker], [Delimiter], [Reverse]; [Limit] is the size of a page. The pages are asked for as the rows are
// read, so what fails is found out by [Listing.Next].
func (c *Connection) ListAccount(ctx context.Context, options ...Option) (*Listing, error) {
	return c.listing(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_list_account(c.c, k.request, &k.listing, &k.err)
	})
}

// BulkDelete deletes many objects and containers (POST ?bulk-delete), each "container/object" or "container". Choose it
// for more than a few: up to the limit of the cluster they go in one request, and more in as many as it takes. Objects
// are deleted first, so that containers can be emptied and deleted in one call. What is not there is counted and is no
// failure. When something could not be deleted, the call fails after it has tried all, and [Error].Report has each path
// with its status. Of large objects this deletes the manifests only: see [Connection.DeleteSLO] and
// [Connection.DeleteDLO]. [Progress] is told how many paths are done, and of how many.
func (c *Connection) BulkDelete(ctx context.Context, paths []string, options ...Option) (*Report, error) {
	array, free, err := textArray(paths)
	if err != nil {
		return nil, err
	}
	defer free()
	return c.reported(ctx, options, text{}, func(k *call) C.swc_status {
		return C.swc_connection_bulk_delete(c.c, array, C.size_t(len(paths)), k.request, &k.report, &k.err)
	})
}

// ArchiveFormat is how the files of an archive are packed.
type ArchiveFormat int32

// How the files of an archive are packed.
const (
	// ArchiveByName: as the name of the file says that the source is made of: .tar, .tar.gz, .tgz, .tar.bz2, .tbz2, .tbz.
	ArchiveByName ArchiveFormat = C.SWC_ARCHIVE_BY_NAME
	// ArchiveTar: not compressed.
	ArchiveTar ArchiveFormat = C.SWC_ARCHIVE_TAR
	// ArchiveTarGz: compressed with gzip.
	ArchiveTarGz ArchiveFormat = C.SWC_ARCHIVE_TAR_GZ
	// ArchiveTarBz2: compressed with bzip2.
	ArchiveTarBz2 ArchiveFormat = C.SWC_ARCHIVE_TAR_BZ2
)

// UploadArchive uploads an archive, which the server unpacks into objects (PUT ?extract-archive). Choose it for many
// small files: it saves a request for each. Files become objects under their path in the archive, with the prefix and a
// slash before it; folders and links are left out. Without a container ("") the first part of each path is the
// container. Containers that are not there are created. When files could not be stored, the call fails, and
// [Error].Report has each with its status; the others are stored.
func (c *Connection) UploadArchive(ctx context.Context, container, prefix string, format ArchiveFormat, source *Source,
	options ...Option) (report *Report, err error) {
	t := texts(container, prefix)
	err = source.with(func() error {
		body, memory := source.body()
		report, err = c.reported(ctx, options, t, func(k *call) C.swc_status {
			return C.gosw_upload_archive(c.c, t.opt(0), t.opt(1), C.int32_t(format), body, memory, k.request, &k.report,
				&k.err)
		})
		return err
	})
	return report, err
}

// HeadContainer asks for the metadata of a container: X-Container-* headers (HEAD).
func (c *Connection) HeadContainer(ctx context.Context, container string, options ...Option) (*Response, error) {
	t := texts(container)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_head_container(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// PutContainer creates a container, or changes metadata of the one that is there (PUT). Status 201 is a new one, 202
// one that was there.
func (c *Connection) PutContainer(ctx context.Context, container string, options ...Option) (*Response, error) {
	t := texts(container)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_put_container(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// PostContainer changes metadata of a container (POST), as the options say: [ContainerMetadata] and others. What is not
// named stays.
func (c *Connection) PostContainer(ctx context.Context, container string, options ...Option) (*Response, error) {
	t := texts(container)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_post_container(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// DeleteContainer deletes a container, which must be empty, or it is [ErrConflict].
func (c *Connection) DeleteContainer(ctx context.Context, container string, options ...Option) (*Response, error) {
	t := texts(container)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_delete_container(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// GetContainer reads one page of the list of objects as the server sends it (GET): text with a name on each line,
// unless [Query] "format" says "json" or "xml". [Connection.ListContainer] reads all pages and takes them apart. With
// [WebMode] it is what static web shows instead. The response is to be closed.
func (c *Connection) GetContainer(ctx context.Context, container string, options ...Option) (*Response, error) {
	t := texts(container)
	return c.body(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_get_container(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// Preflight asks what may be done with a container, or an object unless that is "", as a browser does for a page of
// another origin (OPTIONS, CORS). Origin is that of the page, as "https://example.com", method what the page would do,
// as "PUT"; without an origin ("") it asks which methods there are. The headers of the response say what may be done.
// [ErrUnauthorized] means that the page may not. No token is sent.
func (c *Connection) Preflight(ctx context.Context, container, object, origin, method string,
	options ...Option) (*Response, error) {
	t := texts(container, object, origin, method)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_options(c.c, t.at(0), t.opt(1), t.opt(2), t.opt(3), k.request, &k.response, &k.err)
	})
}

// ListContainer lists the objects of a container, from the first to the last. Options narrow it down: [Prefix],
// [Marker], [EndMarker], [Path], [Reverse]; with [Delimiter] the names up to it come as pseudo-directories, with
// [Versions] every version of an object has a row. [Limit] is the size of a page. The pages are asked for as the rows
// are read, so what fails is found out by [Listing.Next].
func (c *Connection) ListContainer(ctx context.Context, container string, options ...Option) (*Listing, error) {
	t := texts(container)
	return c.listing(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_list_container(c.c, t.at(0), k.request, &k.listing, &k.err)
	})
}

// SignTempURL makes a temporary URL for an object of the account. What is lacking is found out: the key is that of the
// container or the account, which only their owner is shown, and the digest is the best that the cluster takes.
func (c *Connection) SignTempURL(ctx context.Context, container, object string, url TempURL,
	options ...Option) (string, error) {
	p, err := url.make()
	defer C.swc_tempurl_free(p)
	if err != nil {
		return "", err
	}
	t := texts(container, object)
	k, err := c.run(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_sign_tempurl(c.c, t.at(0), t.at(1), p, k.request, &k.text, &k.err)
	})
	if err != nil {
		return "", err
	}
	return takeText(k.text), nil
}

// SignFormPost signs a form for uploads into a container of the account, below a prefix, which may be "". What is
// lacking is found out as by [Connection.SignTempURL].
func (c *Connection) SignFormPost(ctx context.Context, container, prefix string, form FormPost,
	options ...Option) (*SignedForm, error) {
	p, err := form.make()
	defer C.swc_formpost_free(p)
	if err != nil {
		return nil, err
	}
	t := texts(container, prefix)
	_, err = c.run(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_sign_formpost(c.c, t.at(0), t.at(1), p, k.request, &k.err)
	})
	if err != nil {
		return nil, err
	}
	return lookAtForm(p), nil
}

// Request makes any other request, for what has no function of its own. The target is sent as it is, byte for byte, so
// what servers want percent-encoded must be. One that begins with a slash is a path on the server of the storage URL
// ("/info"), one that begins with http:// or https:// goes to that server, and any other is below the account
// ("photos/cat.jpg?symlink=get"; "" is the account itself). The token goes to no other server than that of the storage
// URL: see [SendToken]. It is tried again as other calls are. Redirects are not followed. An answer that is not 2xx is
// an error, but for [AnyStatus]. Source is nil for no body. The response is to be closed.
func (c *Connection) Request(ctx context.Context, method, target string, source *Source,
	options ...Option) (response *Response, err error) {
	t := texts(method, target)
	err = source.with(func() error {
		body, memory := source.body()
		response, err = c.body(ctx, options, t, func(k *call) C.swc_status {
			return C.gosw_request(c.c, t.at(0), t.at(1), body, memory, k.request, &k.response, &k.err)
		})
		return err
	})
	return response, err
}

// waitTime gives how long something may still take for ctx, at most as long as C can count.
func waitTime(ctx context.Context) C.int32_t {
	deadline, ok := ctx.Deadline()
	if !ok {
		return -1
	}
	left := time.Until(deadline)
	if left < 0 {
		left = 0
	}
	return milli(left)
}
