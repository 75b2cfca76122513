package swiftclient

// What calls tell: reports, capabilities, endpoints, access lists.

// #include "bridge.h"
import "C"

// PathError is a path that something went wrong with in a call about many things.
type PathError struct {
	Container  string
	Object     string // "" when it is the container that something went wrong with.
	HTTPStatus int    // As 409; 0 when there is none, as for "Etag Mismatch".
	Reason     string // What the server said, as "409 Conflict".
}

// Report is what a server told at the end of a call about many things.
type Report struct {
	Status   int    // Of the whole as an HTTP status: 200 or 201, or why it failed; 0 when there was none.
	Message  string // What the server said about the whole, as "Invalid Tar File".
	Deleted  int64  // How much was deleted, objects and containers.
	NotFound int64  // How much was to be deleted and was not there, which is no failure.
	Created  int64  // The objects that an archive became.
	Errors   []PathError
}

func lookAtReport(p *C.swc_report) *Report {
	if p == nil {
		return nil
	}
	r := &Report{
		Status: int(C.swc_report_status(p)), Message: C.GoString(C.swc_report_message(p)),
		Deleted: int64(C.swc_report_deleted(p)), NotFound: int64(C.swc_report_not_found(p)),
		Created: int64(C.swc_report_created(p)),
	}
	count := C.swc_report_error_count(p)
	for i := C.size_t(0); i < count; i++ {
		var container, object, reason *C.char
		var status C.int32_t
		if C.swc_report_error_at(p, i, &container, &object, &status, &reason) {
			r.Errors = append(r.Errors, PathError{
				C.GoString(container), C.GoString(object), int(status), C.GoString(reason),
			})
		}
	}
	return r
}

// Endpoints say where an object, a container or an account lies.
type Endpoints struct {
	URLs    []string // On storage nodes, one for each replica.
	Headers Headers  // What a request to one of them needs, such as the storage policy.
}

func lookAtEndpoints(p *C.swc_endpoints) *Endpoints {
	e := &Endpoints{Headers: Headers{}}
	for i := C.size_t(0); i < C.swc_endpoints_count(p); i++ {
		e.URLs = append(e.URLs, C.GoString(C.swc_endpoints_url_at(p, i)))
	}
	for i := C.size_t(0); i < C.swc_endpoints_header_count(p); i++ {
		var name, value *C.char
		C.swc_endpoints_header_at(p, i, &name, &value)
		e.Headers.add(name, value)
	}
	return e
}

// AccountACL says who besides its owners may use an account, and how: users as the server names them, with tempauth
// "account:user".
type AccountACL struct {
	Admin     []string // Everything its owner may, but what only a reseller admin may.
	ReadWrite []string // Read, write and delete containers and objects; not see keys.
	ReadOnly  []string // Read and list.
}

func (a AccountACL) lists() map[C.int32_t][]string {
	return map[C.int32_t][]string{
		C.SWC_ACCOUNT_ADMIN: a.Admin, C.SWC_ACCOUNT_READ_WRITE: a.ReadWrite, C.SWC_ACCOUNT_READ_ONLY: a.ReadOnly,
	}
}

func lookAtACL(p *C.swc_account_acl) *AccountACL {
	users := func(access C.int32_t) (all []string) {
		for i := C.size_t(0); i < C.swc_account_acl_count(p, access); i++ {
			all = append(all, C.GoString(C.swc_account_acl_at(p, access, i)))
		}
		return all
	}
	return &AccountACL{users(C.SWC_ACCOUNT_ADMIN), users(C.SWC_ACCOUNT_READ_WRITE), users(C.SWC_ACCOUNT_READ_ONLY)}
}

// Capabilities are what a cluster says it offers: middleware with their settings, limits, and storage policies. Values
// are found by paths of keys, as "slo.max_manifest_segments". They may be used by several goroutines at once.
type Capabilities struct {
	ref ref
	c   *C.swc_capabilities
}

func newCapabilities(p *C.swc_capabilities) *Capabilities {
	c := &Capabilities{c: p}
	c.ref.free = func() { C.swc_capabilities_free(p) }
	finalize(c)
	return c
}

func (c *Capabilities) finalizer() { c.ref.close() }

// ask keeps the capabilities for the time of a question; there is no Close after which it could fail.
func (c *Capabilities) ask() func() {
	c.ref.enter()
	return c.ref.leave
}

// JSON gives all of it, as the server sent it.
func (c *Capabilities) JSON() string {
	defer c.ask()()
	return C.GoString(C.swc_capabilities_json(c.c))
}

// Has tells whether the cluster has something: a middleware, as "slo", or a setting of one, as
// "slo.allow_async_delete"; whatever its value.
func (c *Capabilities) Has(path string) bool {
	defer c.ask()()
	t := texts(path)
	return bool(C.swc_capabilities_has(c.c, t.at(0)))
}

// Integer gives a number, as "slo.max_manifest_segments"; -1 when there is none.
func (c *Capabilities) Integer(path string) int64 {
	defer c.ask()()
	t := texts(path)
	return int64(C.swc_capabilities_integer(c.c, t.at(0)))
}

// Boolean gives a truth value, as "swift.account_autocreate"; false when there is none.
func (c *Capabilities) Boolean(path string) bool {
	defer c.ask()()
	t := texts(path)
	return bool(C.swc_capabilities_boolean(c.c, t.at(0)))
}

// Text gives a text, as "swift.version"; "" when there is none.
func (c *Capabilities) Text(path string) string {
	defer c.ask()()
	t := texts(path)
	return C.GoString(C.swc_capabilities_text(c.c, t.at(0)))
}

// List gives the items of a list, as "tempurl.methods"; those that are no text as JSON.
func (c *Capabilities) List(path string) (items []string) {
	defer c.ask()()
	t := texts(path)
	for i := C.size_t(0); i < C.swc_capabilities_item_count(c.c, t.at(0)); i++ {
		items = append(items, C.GoString(C.swc_capabilities_item_at(c.c, t.at(0), i)))
	}
	return items
}

// Limit gives a limit of Swift itself, such as "max_file_size" or "container_listing_limit": as the server tells it, or
// the one Swift has unless configured otherwise. -1 means that there is none of that name.
func (c *Capabilities) Limit(name string) int64 {
	defer c.ask()()
	t := texts(name)
	return int64(C.swc_capabilities_limit(c.c, t.at(0)))
}

// Policy is a storage policy of a cluster.
type Policy struct {
	Name       string // For [StoragePolicy].
	Aliases    string // All its names with ", " between them.
	Default    bool   // Whether containers get it when none is asked for.
	Deprecated bool   // Whether new containers cannot have it any more.
}

// Policies gives the storage policies; none when the server tells none.
func (c *Capabilities) Policies() (all []Policy) {
	defer c.ask()()
	for i := C.size_t(0); i < C.swc_capabilities_policy_count(c.c); i++ {
		var name, aliases *C.char
		C.swc_capabilities_policy_at(c.c, i, &name, &aliases)
		all = append(all, Policy{
			C.GoString(name), C.GoString(aliases), bool(C.swc_capabilities_policy_is_default(c.c, i)),
			bool(C.swc_capabilities_policy_is_deprecated(c.c, i)),
		})
	}
	return all
}
