package swiftclient

// Calls of a connection about objects.

// #include "bridge.h"
import "C"

import (
	"context"
)

// HeadObject asks for the metadata of an object (HEAD).
func (c *Connection) HeadObject(ctx context.Context, container, object string, options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_head_object(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// GetObject gets an object (GET); its bytes are then read from the response, which is to be closed. While the body is
// read its length is checked, and, of a whole object, its MD5 against the ETag; of a static large object (SLO) that of
// each segment. Only [io.EOF] says that all was right. A connection that breaks is taken up again where it broke, as
// long as the object is the same.
func (c *Connection) GetObject(ctx context.Context, container, object string, options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.body(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_get_object(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// PutObject stores an object (PUT), in place of one that has the name. A source of nil makes an empty one. The MD5 of
// what was sent is checked against the ETag the server answers with.
func (c *Connection) PutObject(ctx context.Context, container, object string, source *Source,
	options ...Option) (response *Response, err error) {
	t := texts(container, object)
	err = source.with(func() error {
		body, memory := source.body()
		response, err = c.simple(ctx, options, t, func(k *call) C.swc_status {
			return C.gosw_put_object(c.c, t.at(0), t.at(1), body, memory, k.request, &k.response, &k.err)
		})
		return err
	})
	return response, err
}

// PostObject replaces the metadata of an object (POST); what is not set again is gone: metadata, expiry, the headers
// Content-Encoding and the like. The media type stays unless it is set. To change a part there is
// [Connection.UpdateObjectMetadata].
func (c *Connection) PostObject(ctx context.Context, container, object string, options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_post_object(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// UpdateObjectMetadata changes the metadata of an object in part: what the options do not mention stays as it is. A
// header with an empty value is taken away. Swift has no such operation, so this is a HEAD and a POST: what somebody else
// changes between the two is lost.
func (c *Connection) UpdateObjectMetadata(ctx context.Context, container, object string,
	options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_update_object_metadata(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// DeleteObject deletes an object. A repeated attempt may find the object gone, which is [ErrNotFound].
func (c *Connection) DeleteObject(ctx context.Context, container, object string, options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_delete_object(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// CopyObject copies an object inside the cluster (COPY); no bytes pass through the caller. The destination may be ""
// for the same container, or the same name. Metadata of the options is added to the copy's, see [FreshMetadata]; [Range]
// and conditions are about the source. A large object is copied into a single one, unless there is [ManifestGet].
func (c *Connection) CopyObject(ctx context.Context, container, object, toContainer, toObject string,
	options ...Option) (*Response, error) {
	t := texts(container, object, toContainer, toObject)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_copy_object(c.c, t.at(0), t.at(1), t.opt(2), t.opt(3), k.request, &k.response, &k.err)
	})
}

// MoveObject moves an object inside the cluster: copies it, makes sure of the copy, and deletes the source. The
// destination may be "" for the same container, or the same name. A large object is moved by its manifest, and its
// segments stay where they are. When one of the requests fails the source is still there, and the message says whether
// the copy is there too.
func (c *Connection) MoveObject(ctx context.Context, container, object, toContainer, toObject string,
	options ...Option) (*Response, error) {
	t := texts(container, object, toContainer, toObject)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_move_object(c.c, t.at(0), t.at(1), t.opt(2), t.opt(3), k.request, &k.response, &k.err)
	})
}

// PutDLO stores a dynamic large object: an empty object whose bytes are those of its segments, which are all objects of
// a container whose names begin with a prefix, in the order of their names. For what does not grow choose
// [Connection.PutSLO], which needs no listing to be read.
func (c *Connection) PutDLO(ctx context.Context, container, object, segmentContainer, prefix string,
	options ...Option) (*Response, error) {
	t := texts(container, object, segmentContainer, prefix)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_put_dlo(c.c, t.at(0), t.at(1), t.at(2), t.at(3), k.request, &k.response, &k.err)
	})
}

// PostDLO replaces the metadata of a dynamic large object, which stays one; [Connection.PostObject] would make it an
// empty object.
func (c *Connection) PostDLO(ctx context.Context, container, object string, options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_post_dlo(c.c, t.at(0), t.at(1), k.request, &k.response, &k.err)
	})
}

// DeleteDLO deletes a dynamic large object together with its segments: all objects the listing shows for its prefix.
// The manifest goes last, and only when all segments are gone, so that the call can be made again after a failure. Where
// the container keeps what is deleted as an older version, it is refused with [ErrState]: see [DeleteKept].
func (c *Connection) DeleteDLO(ctx context.Context, container, object string, options ...Option) (*Report, error) {
	t := texts(container, object)
	return c.reported(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_delete_dlo(c.c, t.at(0), t.at(1), k.request, &k.report, &k.err)
	})
}

// WaitDLO waits until a dynamic large object has the size it should have, that of all segments together: for readers
// that come right after the writer, as the listing the object is made from may be behind. Without a deadline it waits 15
// seconds, then it is [ErrTimeout].
func (c *Connection) WaitDLO(ctx context.Context, container, object string, size int64,
	options ...Option) (*Response, error) {
	t := texts(container, object)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_wait_dlo(c.c, t.at(0), t.at(1), C.uint64_t(size), k.request, &k.response, &k.err)
	})
}

// PutSLO stores a static large object: its manifest, whose segments the server has already
// (PUT ?multipart-manifest=put). The manifest is checked first; the server then looks at every object: those that are
// not there, or are not what the manifest says, are in [Error].Report. With hundreds of segments [Heartbeat] keeps the
// wait from looking like a stall.
func (c *Connection) PutSLO(ctx context.Context, container, object string, manifest *Manifest,
	options ...Option) (response *Response, err error) {
	t := texts(container, object)
	err = manifest.with(func(m *C.swc_manifest) error {
		response, err = c.simple(ctx, options, t, func(k *call) C.swc_status {
			return C.swc_connection_put_slo(c.c, t.at(0), t.at(1), m, k.request, &k.response, &k.err)
		})
		return err
	})
	return response, err
}

// GetSLOManifest reads the manifest of a static large object (GET ?multipart-manifest=get); [ErrState] when it is none.
// To get its bytes use [Connection.GetObject]; one segment of them with [PartNumber].
func (c *Connection) GetSLOManifest(ctx context.Context, container, object string,
	options ...Option) (*Manifest, error) {
	t := texts(container, object)
	k, err := c.run(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_get_slo_manifest(c.c, t.at(0), t.at(1), k.request, &k.manifest, &k.err)
	})
	if err != nil {
		return nil, err
	}
	return newManifest(k.manifest), nil
}

// DeleteSLO deletes a static large object together with its segments (DELETE ?multipart-manifest=delete). When segments
// could not be deleted, the call fails although the manifest may be gone: they are in [Error].Report. With later the
// server deletes the manifest now and the segments in its own time; that needs all of them in one container and none
// that is a large object, and the report then counts nothing. Where the container keeps what is deleted as an older
// version, the call is refused with [ErrState]: see [DeleteKept].
func (c *Connection) DeleteSLO(ctx context.Context, container, object string, later bool,
	options ...Option) (*Report, error) {
	t := texts(container, object)
	return c.reported(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_delete_slo(c.c, t.at(0), t.at(1), C.bool(later), k.request, &k.report, &k.err)
	})
}

// PutSymlink makes a symlink: an object that stands for another one. GET and HEAD then give the target, with
// [SymlinkGet] the link itself. DELETE deletes the link.
func (c *Connection) PutSymlink(ctx context.Context, container, object string, target SymlinkTo,
	options ...Option) (*Response, error) {
	t := texts(container, object, target.Account, target.Container, target.Object, target.ETag)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_put_symlink(c.c, t.at(0), t.at(1), t.opt(2), t.at(3), t.at(4), t.opt(5), k.request,
			&k.response, &k.err)
	})
}

// SymlinkTo is what a symlink points to.
type SymlinkTo struct {
	ObjectName
	// ETag makes the link a static one: the target has it and must keep it; for a static large object (SLO) that is the
	// header X-Manifest-Etag. "" is a link to whatever has the name.
	ETag string
}

// ObjectName says where an object is. Names are not percent-encoded.
type ObjectName struct {
	Account   string // "" for that of the connection, or when the server names none.
	Container string
	Object    string
}

// RestoreObjectVersion makes a version of an object the current one again; no bytes are copied. Its container has
// versioning on: see [VersionsEnabled].
func (c *Connection) RestoreObjectVersion(ctx context.Context, container, object, version string,
	options ...Option) (*Response, error) {
	t := texts(container, object, version)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_restore_object_version(c.c, t.at(0), t.at(1), t.at(2), k.request, &k.response, &k.err)
	})
}

// HeadURL asks for the metadata of the object at a URL that needs no token, such as a temporary one (HEAD). The URL is
// percent-encoded and sent as it is; no token is. A connection for nothing else is made with the key "os_auth_type" set
// to "none". [ErrUnauthorized] means that the signature is wrong or has expired.
func (c *Connection) HeadURL(ctx context.Context, url string, options ...Option) (*Response, error) {
	t := texts(url)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_head_url(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// GetURL gets the object at such a URL (GET), as [Connection.GetObject] does.
func (c *Connection) GetURL(ctx context.Context, url string, options ...Option) (*Response, error) {
	t := texts(url)
	return c.body(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_get_url(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// PutURL stores an object at such a URL, as [Connection.PutObject] does.
func (c *Connection) PutURL(ctx context.Context, url string, source *Source,
	options ...Option) (response *Response, err error) {
	t := texts(url)
	err = source.with(func() error {
		body, memory := source.body()
		response, err = c.simple(ctx, options, t, func(k *call) C.swc_status {
			return C.gosw_put_url(c.c, t.at(0), body, memory, k.request, &k.response, &k.err)
		})
		return err
	})
	return response, err
}

// PostURL replaces the metadata of the object at such a URL.
func (c *Connection) PostURL(ctx context.Context, url string, options ...Option) (*Response, error) {
	t := texts(url)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_post_url(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}

// DeleteURL deletes the object at such a URL.
func (c *Connection) DeleteURL(ctx context.Context, url string, options ...Option) (*Response, error) {
	t := texts(url)
	return c.simple(ctx, options, t, func(k *call) C.swc_status {
		return C.swc_connection_delete_url(c.c, t.at(0), k.request, &k.response, &k.err)
	})
}
