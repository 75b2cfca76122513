package swiftclient

// The options of calls, in the order of the functions of C that they stand for.

// #include "bridge.h"
import "C"

import (
	"time"
	"unsafe"
)

// Header sets a header, in place of any of that name, whatever its case. It also takes the place of a header the
// library would send by itself, but for Content-Length, Transfer-Encoding, Connection, Expect and Upgrade, which are
// refused: see [OwnFraming].
//
// name: name of the header. value: its value, which may hold any UTF-8 but control characters (other bytes:
// [HeaderBytes]).
func Header(name string, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_set_header(k.request, t.at(0), t.at(1), &k.err))
	}
}

// AddHeader adds a header besides those of the same name; the same ones are refused as by [Header].
//
// name: name of the header. value: its value, which may hold any UTF-8 but control characters.
func AddHeader(name string, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_add_header(k.request, t.at(0), t.at(1), &k.err))
	}
}

// ContentType sets the media type of what is sent, as "text/plain"; without it the server guesses from the name.
//
// contentType: the media type.
func ContentType(contentType string) Option {
	return func(k *call) {
		t := k.texts(contentType)
		k.check(C.swc_request_set_content_type(k.request, t.at(0), &k.err))
	}
}

// Metadata sets metadata of an object: the header X-Object-Meta-NAME. A POST replaces all metadata of an object; what
// is not set again is gone.
//
// name: name of the metadata, without the prefix. value: its value.
func Metadata(name string, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_set_object_metadata(k.request, t.at(0), t.at(1), &k.err))
	}
}

// RemoveQuery takes a parameter of the query away again; one that is not there is fine.
//
// name: name of the parameter, not percent-encoded.
func RemoveQuery(name string) Option {
	return func(k *call) {
		t := k.texts(name)
		k.check(C.swc_request_remove_query(k.request, t.at(0), &k.err))
	}
}

// IfMatch makes a read succeed only for an object with this ETag, else fail with [ErrPrecondition]. It holds for the
// source of a copy too. A PUT, POST or DELETE pays no heed to it.
//
// etag: the ETag, or several with commas between them, or "*" for any object that is there.
func IfMatch(etag string) Option {
	return func(k *call) {
		t := k.texts(etag)
		k.check(C.swc_request_set_if_match(k.request, t.at(0), &k.err))
	}
}

// IfNoneMatch makes the call fail for an object with this ETag. A read fails with [ErrNotModified], a write with
// [ErrPrecondition]. A PUT takes only "*": with an ETag the server answers HTTP 400, which is [ErrHTTP].
//
// etag: the ETag, or several with commas between them, or "*" for any, so that a PUT does not replace what is there.
func IfNoneMatch(etag string) Option {
	return func(k *call) {
		t := k.texts(etag)
		k.check(C.swc_request_set_if_none_match(k.request, t.at(0), &k.err))
	}
}

// IfModifiedSince makes a read fail with [ErrNotModified] when the object is not newer than a time.
func IfModifiedSince(when time.Time) Option {
	return func(k *call) {
		k.check(C.swc_request_set_if_modified_since(k.request, unix(when), &k.err))
	}
}

// IfUnmodifiedSince makes a read fail with [ErrPrecondition] when the object is newer than a time.
func IfUnmodifiedSince(when time.Time) Option {
	return func(k *call) {
		k.check(C.swc_request_set_if_unmodified_since(k.request, unix(when), &k.err))
	}
}

// Checksum sets whether bodies are checked against their MD5, whatever the key "checksum" of the config says.
//
// checksum: whether to check.
func Checksum(checksum bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_checksum(k.request, C.bool(checksum), &k.err))
	}
}

// SendToken sets whether the token goes with the request. Unless this is set the token goes with every call that has
// use for one, and only to the server of the storage URL: not with [Connection.Capabilities] and the like, not to
// another server, and not where the query holds the signature of a temporary URL. A header X-Auth-Token set with
// [Header] takes its place.
//
// sendToken: with true it goes to any server, so be sure of the URL; with false to none: what is public answers
// without.
func SendToken(sendToken bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_send_token(k.request, C.bool(sendToken), &k.err))
	}
}

// UseTempURL makes calls by the signature of a temporary URL instead of the token. What the query of the URL has is
// sent along, and nothing else of it is looked at: the call says which object it is about. For any call about an
// object that the URL is good for; one for a prefix is good for all below that. A connection for nothing else is made
// with the keys "os_auth_type" set to "none" and "os_storage_url".
//
// url: a temporary URL, or its query behind a '?'.
func UseTempURL(url string) Option {
	return func(k *call) {
		t := k.texts(url)
		k.check(C.swc_request_set_temp_url(k.request, t.at(0), &k.err))
	}
}

// AnyStatus sets whether [Connection.Request] gives a response whatever the status: 404, 503, or 301. Then only what
// is no answer is an error, and a refusal after which the time of the call does not suffice for the attempt that
// should follow. What other calls try again is tried again here too, and a 401 renews the token: the response is the
// last one. Other calls refuse a request that has this set.
//
// anyStatus: whether to give it.
func AnyStatus(anyStatus bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_any_status(k.request, C.bool(anyStatus), &k.err))
	}
}

// ExpectContinue sets whether a body is announced before it is sent, whatever the key "expect_continue" of the config
// says. With "Expect: 100-continue" the server can refuse a body that it has not got yet: for a token that has
// expired, a quota, a condition that does not hold. Nothing of the source is used up then, so that also one that can
// be sent only once is sent when the call is made again. A server that does not know of this is waited for once.
//
// announce: whether to announce it. wait: how long the server may take to ask for the body, which is sent after that;
// -1: as long as for any answer, and then the call fails.
func ExpectContinue(announce bool, wait time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_expect_continue(k.request, C.bool(announce), milli(wait), &k.err))
	}
}

// Heartbeat lets the server send white space while it works on a manifest or a copy, so that the wait is not taken for
// a stall. For [Connection.PutSLO] with hundreds of segments, and for copies that take minutes. What comes of it is in
// the response or the error, as without.
//
// on: whether it shall.
func Heartbeat(on bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_heartbeat(k.request, C.bool(on), &k.err))
	}
}

// DeleteKept has a large object deleted with its segments also where an older version of it is kept, which then lacks
// them. For [Connection.DeleteSLO] and [Connection.DeleteDLO], which refuse that otherwise.
func DeleteKept(on bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_delete_kept(k.request, C.bool(on), &k.err))
	}
}

// PartNumber asks for one segment of a static large object instead of all of it, in GET or HEAD. [Response.PartsCount]
// tells how many there are. It cannot be used with a range.
//
// number: which one, from 1; 0 asks for all of it again.
func PartNumber(number uint32) Option {
	return func(k *call) {
		k.check(C.swc_request_set_part_number(k.request, C.uint32_t(number), &k.err))
	}
}

// SegmentsOfDLO makes the object that is stored, or posted to, the manifest of a dynamic large object
// (X-Object-Manifest). For [Connection.PutObject] and [Connection.PostObject]; there are [Connection.PutDLO] and
// [Connection.PostDLO], which do this by themselves.
//
// segmentContainer: the container the segments are in. prefix: how their names begin.
func SegmentsOfDLO(segmentContainer string, prefix string) Option {
	return func(k *call) {
		t := k.texts(segmentContainer, prefix)
		k.check(C.swc_request_set_dlo(k.request, t.at(0), t.at(1), &k.err))
	}
}

// DetectContentType has the server guess the media type of an object from its name, whatever type is given.
//
// detect: whether to guess.
func DetectContentType(detect bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_detect_content_type(k.request, C.bool(detect), &k.err))
	}
}

// ContentEncoding says how the bytes of an object are encoded, as "gzip". It is stored with the object and sent with
// every GET. A POST without it takes it from the object. They are delivered as they are stored.
//
// contentEncoding: the encoding.
func ContentEncoding(contentEncoding string) Option {
	return func(k *call) {
		t := k.texts(contentEncoding)
		k.check(C.swc_request_set_content_encoding(k.request, t.at(0), &k.err))
	}
}

// ContentDisposition says what a browser does with an object, as "attachment; filename="a.txt"". It is stored with the
// object and sent with every GET. A POST without it takes it from the object.
//
// contentDisposition: the value of Content-Disposition.
func ContentDisposition(contentDisposition string) Option {
	return func(k *call) {
		t := k.texts(contentDisposition)
		k.check(C.swc_request_set_content_disposition(k.request, t.at(0), &k.err))
	}
}

// CacheControl says how long caches may keep an object, as "max-age=3600". It is stored with the object and sent with
// every GET. A POST without it takes it from the object.
//
// cacheControl: the value of Cache-Control.
func CacheControl(cacheControl string) Option {
	return func(k *call) {
		t := k.texts(cacheControl)
		k.check(C.swc_request_set_cache_control(k.request, t.at(0), &k.err))
	}
}

// ContentLanguage says which language an object is in, as "en". It is stored with the object and sent with every GET.
// A POST without it takes it from the object.
//
// contentLanguage: the language.
func ContentLanguage(contentLanguage string) Option {
	return func(k *call) {
		t := k.texts(contentLanguage)
		k.check(C.swc_request_set_content_language(k.request, t.at(0), &k.err))
	}
}

// ExpiresHeader says until when caches may keep an object; the object itself stays, see [DeleteAt]. It is stored with
// the object and sent with every GET. A POST without it takes it from the object.
func ExpiresHeader(when time.Time) Option {
	return func(k *call) {
		k.check(C.swc_request_set_expires(k.request, unix(when), &k.err))
	}
}

// RobotsTag says what search engines may do with an object, as "noindex". It is stored with the object and sent with
// every GET. A POST without it takes it from the object.
//
// robotsTag: the value of X-Robots-Tag.
func RobotsTag(robotsTag string) Option {
	return func(k *call) {
		t := k.texts(robotsTag)
		k.check(C.swc_request_set_robots_tag(k.request, t.at(0), &k.err))
	}
}

// DeleteAt has the server delete an object at a time, given with a PUT, POST or copy. A time that has passed is
// refused by the server with HTTP 400. A POST without it, or the time after which, lets the object live on.
func DeleteAt(when time.Time) Option {
	return func(k *call) {
		k.check(C.swc_request_set_delete_at(k.request, unix(when), &k.err))
	}
}

// DeleteAfter has the server delete an object so many seconds from now, given with a PUT, POST or copy. It wins over
// [DeleteAt]. 0 is refused by the server with HTTP 400.
//
// after: how long the object lives.
func DeleteAfter(after time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_delete_after(k.request, whole(after), &k.err))
	}
}

// OpenExpired reaches an object whose time has come, as long as it is still there, with GET, HEAD and POST. The server
// must allow it: "allow_open_expired" among its capabilities.
//
// open: whether to reach it.
func OpenExpired(open bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_open_expired(k.request, C.bool(open), &k.err))
	}
}

// ETag says which MD5 a PUT has; the server refuses other bytes, which is [ErrChecksum], and stores nothing. For the
// manifest of a static large object it is the ETag the large object will have.
//
// etag: the MD5 in hexadecimal digits.
func ETag(etag string) Option {
	return func(k *call) {
		t := k.texts(etag)
		k.check(C.swc_request_set_etag(k.request, t.at(0), &k.err))
	}
}

// FreshMetadata drops the metadata of the source of a copy: the copy has what the request sets and no more. Without it
// metadata that the request sets is added to that of the source.
//
// fresh: whether to drop it.
func FreshMetadata(fresh bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_fresh_metadata(k.request, C.bool(fresh), &k.err))
	}
}

// DestinationAccount names the account a copy goes to; without it that is the one of the connection. The container
// there must allow the user of the connection to write.
//
// account: name of the account, not percent-encoded.
func DestinationAccount(account string) Option {
	return func(k *call) {
		t := k.texts(account)
		k.check(C.swc_request_set_destination_account(k.request, t.at(0), &k.err))
	}
}

// SourceAccount names the account a copy comes from; without it that is the one of the connection. The container there
// must allow the user of the connection to read.
//
// account: name of the account, not percent-encoded.
func SourceAccount(account string) Option {
	return func(k *call) {
		t := k.texts(account)
		k.check(C.swc_request_set_source_account(k.request, t.at(0), &k.err))
	}
}

// ManifestGet reads or copies the manifest of a large object in place of what it stands for. A copied manifest shares
// its segments with the source.
//
// manifest: whether the manifest is meant.
func ManifestGet(manifest bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_manifest_get(k.request, C.bool(manifest), &k.err))
	}
}

// VersionID names the version of an object that is read, copied or deleted.
//
// version: the id, from [Response.VersionID] or a listing; "null" for the object from before versioning was turned on.
func VersionID(version string) Option {
	return func(k *call) {
		t := k.texts(version)
		k.check(C.swc_request_set_version_id(k.request, t.at(0), &k.err))
	}
}

// SymlinkGet reads or copies a symlink itself in place of its target.
//
// symlink: whether the link is meant.
func SymlinkGet(symlink bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_symlink_get(k.request, C.bool(symlink), &k.err))
	}
}

// VersionsLocation names the container that replaced versions of objects go to, in a PUT or POST of a container. This
// is the older way of versioning, in stack mode: a DELETE brings back the version before. It excludes
// [HistoryLocation] and [VersionsEnabled].
//
// container: name of the container, not percent-encoded; "" ends the versioning.
func VersionsLocation(container string) Option {
	return func(k *call) {
		t := k.texts(container)
		k.check(C.swc_request_set_versions_location(k.request, t.at(0), &k.err))
	}
}

// HistoryLocation names the container that replaced and deleted versions of objects go to, in a PUT or POST of a
// container. This is the older way of versioning, in history mode: a DELETE puts the object there too. It excludes
// [VersionsLocation] and [VersionsEnabled].
//
// container: name of the container, not percent-encoded; "" ends the versioning.
func HistoryLocation(container string) Option {
	return func(k *call) {
		t := k.texts(container)
		k.check(C.swc_request_set_history_location(k.request, t.at(0), &k.err))
	}
}

// VersionsEnabled turns the versioning of a container on or off, in a PUT or POST of the container. While it is on
// every version of an object is kept, and a DELETE leaves a marker. Turning it off keeps the versions there are.
//
// enabled: whether versions are kept.
func VersionsEnabled(enabled bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_versions_enabled(k.request, C.bool(enabled), &k.err))
	}
}

// OwnFraming leaves the framing of the body to the caller, for [Connection.Request]. After this, Content-Length,
// Transfer-Encoding, Connection, Expect and Upgrade can be set like other headers. All go out as they are, or not at
// all: nothing is added that says how long the body is, and the bytes of the source are sent as they are, so chunks
// are the caller's to make. The body is sent at once, also with Expect. The call has a connection for itself, which is
// closed after it. This is for tests of servers. What the headers say and what is sent may differ, and a server or a
// proxy may take the rest for another request, in the name of somebody else: never let others choose these headers or
// the body. A server that waits for bytes that do not come is given up when the timeouts of the config are over, and
// the call is tried again as others are; one that got enough may answer before it has taken all, and that answer
// counts. Other calls refuse a request that has this set; so does [Connection.Request] together with [ExpectContinue]
// and, when there is a body, [Checksum]. Headers that were set under it are refused when it is taken back.
//
// ownFraming: whether the framing is the caller's.
func OwnFraming(ownFraming bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_own_framing(k.request, C.bool(ownFraming), &k.err))
	}
}

// Retries sets how many times a failed request is made again, whatever the key "retries" of the config says. As with
// the key, a request refused for its token (HTTP 401) is made once more beside these.
//
// retries: how many times, from 0 to 1000.
func Retries(retries uint32) Option {
	return func(k *call) {
		k.check(C.swc_request_set_retries(k.request, C.uint32_t(retries), &k.err))
	}
}

// Backoff sets the pauses before a request is made again, whatever the keys "starting_backoff" and "max_backoff" say.
//
// starting: how long before the first repetition; the pause doubles each time. max: the longest pause; -1 for no
// limit.
func Backoff(starting time.Duration, max time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_backoff(k.request, milli(starting), milli(max), &k.err))
	}
}

// BackoffJitter sets which fraction of each pause is random, whatever the key "backoff_jitter" says.
//
// jitter: the fraction, from 0 to 1.
func BackoffJitter(jitter float64) Option {
	return func(k *call) {
		k.check(C.swc_request_set_backoff_jitter(k.request, C.double(jitter), &k.err))
	}
}

// RetryAfterMax sets how long a pause the server may ask for with Retry-After, whatever the key "retry_after_max"
// says. When it asks for more the pause is this long. It is never shorter than the pause without Retry-After.
//
// max: how long; 0: the server is not asked; -1 for no limit.
func RetryAfterMax(max time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_retry_after_max(k.request, milli(max), &k.err))
	}
}

// RetryMaxElapsed sets how long after its start a call may still make a failed request again, whatever the key
// "retry_max_elapsed" says. A request that is on its way goes on; to end that too there is [Timeout].
//
// elapsed: how long; -1 for no limit.
func RetryMaxElapsed(elapsed time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_retry_max_elapsed(k.request, milli(elapsed), &k.err))
	}
}

// RetryOnRateLimit sets whether a request that the server refused for its rate (HTTP 429, 498) is made again, whatever
// the key "retry_on_ratelimit" says.
//
// retry: whether to make it again.
func RetryOnRateLimit(retry bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_retry_on_ratelimit(k.request, C.bool(retry), &k.err))
	}
}

// Newest makes a read ask for what was written last, of whichever copy: X-Newest. Without it the server answers with
// the copy it comes to first, which may be an older one for a while after a change. For HEAD, GET and listings of
// account, container and object.
//
// newest: whether to.
func Newest(newest bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_newest(k.request, C.bool(newest), &k.err))
	}
}

// TransactionIDExtra adds text to the transaction ids of a call, by which its requests are found in logs:
// X-Trans-Id-Extra.
//
// extra: the text, 1 to 32 characters of ASCII.
func TransactionIDExtra(extra string) Option {
	return func(k *call) {
		t := k.texts(extra)
		k.check(C.swc_request_set_trans_id_extra(k.request, t.at(0), &k.err))
	}
}

// RemoveAccountMetadata has the server remove metadata of an account: the header X-Remove-Account-Meta-NAME. For POST
// and PUT. It takes the place of a value that the request set before.
//
// name: name of the metadata, without the prefix.
func RemoveAccountMetadata(name string) Option {
	return func(k *call) {
		t := k.texts(name)
		k.check(C.swc_request_remove_account_metadata(k.request, t.at(0), &k.err))
	}
}

// AccountTempURLKey sets a key that temp URLs of all objects of the account are signed with. There are two, so that
// one can be changed while URLs signed with the other still work. Only owners see them: in the metadata Temp-URL-Key
// and Temp-URL-Key-2.
//
// number: 1 or 2. key: the key, a secret; "" has the server remove it.
func AccountTempURLKey(number int, key string) Option {
	return func(k *call) {
		t := k.texts(key)
		k.check(C.swc_request_set_account_temp_url_key(k.request, C.int32_t(number), t.at(0), &k.err))
	}
}

// AccountQuotaBytes sets how many bytes an account may hold; a PUT beyond that fails with [ErrTooLarge]. For reseller
// admins; anyone else gets [ErrForbidden]. Owners can read it: [Response.QuotaBytes].
//
// policy: the storage policy it is for. bytes: how many; -1 has the server remove the quota.
func AccountQuotaBytes(policy string, bytes int64) Option {
	return func(k *call) {
		t := k.texts(policy)
		k.check(C.swc_request_set_account_quota_bytes(k.request, t.opt(0), C.int64_t(bytes), &k.err))
	}
}

// AccountQuotaCount sets how many objects an account may hold; a PUT beyond that fails with [ErrTooLarge]. For
// reseller admins; anyone else gets [ErrForbidden]. Owners can read it: [Response.QuotaCount].
//
// policy: the storage policy it is for. objects: how many; -1 has the server remove the quota.
func AccountQuotaCount(policy string, objects int64) Option {
	return func(k *call) {
		t := k.texts(policy)
		k.check(C.swc_request_set_account_quota_count(k.request, t.opt(0), C.int64_t(objects), &k.err))
	}
}

// AccountRFCETags sets whether ETags of objects come in quotes, as the standard has it: X-Account-Rfc-Compliant-Etags.
// It holds for the containers that do not say otherwise. To give it back to the server's default send that header with
// an empty value: [Header].
//
// quoted: whether they do.
func AccountRFCETags(quoted bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_account_rfc_etags(k.request, C.bool(quoted), &k.err))
	}
}

// AccountMetadata sets metadata of an account: the header X-Account-Meta-NAME. The name may hold any letters, but
// Swift itself refuses some here that it takes for objects, with [ErrHTTP] (400): those of Latin, Greek and Cyrillic
// beyond ASCII.
//
// name: name of the metadata, without the prefix. value: its value; "" removes it from the account.
func AccountMetadata(name string, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_set_account_metadata(k.request, t.at(0), t.at(1), &k.err))
	}
}

// ContainerMetadata sets metadata of a container: the header X-Container-Meta-NAME. The name may hold any letters, but
// Swift itself refuses some here that it takes for objects, with [ErrHTTP] (400): those of Latin, Greek and Cyrillic
// beyond ASCII.
//
// name: name of the metadata, without the prefix. value: its value; "" removes it from the container.
func ContainerMetadata(name string, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_set_container_metadata(k.request, t.at(0), t.at(1), &k.err))
	}
}

// RemoveContainerMetadata has the server remove metadata of a container: the header X-Remove-Container-Meta-NAME. For
// POST and PUT. It takes the place of a value that the request set before.
//
// name: name of the metadata, without the prefix.
func RemoveContainerMetadata(name string) Option {
	return func(k *call) {
		t := k.texts(name)
		k.check(C.swc_request_remove_container_metadata(k.request, t.at(0), &k.err))
	}
}

// StoragePolicy sets the storage policy of a container that is created: X-Storage-Policy. The PUT fails with [ErrHTTP]
// (400) when the cluster has no such policy, and with [ErrConflict] when the container is there with another one: it
// cannot be changed.
//
// policy: name of the policy.
func StoragePolicy(policy string) Option {
	return func(k *call) {
		t := k.texts(policy)
		k.check(C.swc_request_set_storage_policy(k.request, t.at(0), &k.err))
	}
}

// ReadACL sets who may read a container: X-Container-Read. It replaces the whole list, also what [AllowRead],
// [AllowReferrer] and [AllowListings] have put into the request; these spare you the grammar.
//
// acl: elements separated by commas, as ".r:*,.rlistings,project:user"; "" has the server remove it.
func ReadACL(acl string) Option {
	return func(k *call) {
		t := k.texts(acl)
		k.check(C.swc_request_set_read_acl(k.request, t.at(0), &k.err))
	}
}

// WriteACL sets who may write to a container: X-Container-Write. It replaces the whole list, also what [AllowWrite]
// has put into the request.
//
// acl: elements separated by commas, as "project:user"; "" has the server remove it.
func WriteACL(acl string) Option {
	return func(k *call) {
		t := k.texts(acl)
		k.check(C.swc_request_set_write_acl(k.request, t.at(0), &k.err))
	}
}

// AllowRead lets a user read a container and what is in it, besides those the request lets already. Together these
// elements replace the list that the container has.
//
// project: the project (with tempauth: the account); "*" for any. user: the user, "*" for any.
func AllowRead(project string, user string) Option {
	return func(k *call) {
		t := k.texts(project, user)
		k.check(C.swc_request_allow_read(k.request, t.at(0), t.opt(1), &k.err))
	}
}

// AllowWrite lets a user write objects into a container and delete them, besides those the request lets already.
// Together these elements replace the list that the container has.
//
// project: the project (with tempauth: the account); "*" for any. user: the user, "*" for any.
func AllowWrite(project string, user string) Option {
	return func(k *call) {
		t := k.texts(project, user)
		k.check(C.swc_request_allow_write(k.request, t.at(0), t.opt(1), &k.err))
	}
}

// AllowReferrer lets everybody read objects who comes from pages of a host, or keeps them from it. The last element
// that fits decides. It rests on the header Referer, which anybody can set: no protection of secrets.
//
// host: the host, a domain as ".example.com", or "*" for any, with or without that header. allowed: whether they may.
func AllowReferrer(host string, allowed bool) Option {
	return func(k *call) {
		t := k.texts(host)
		k.check(C.swc_request_allow_referrer(k.request, t.at(0), C.bool(allowed), &k.err))
	}
}

// AllowListings lets those list a container whom [AllowReferrer] lets read its objects.
func AllowListings() Option {
	return func(k *call) {
		k.check(C.swc_request_allow_listings(k.request, &k.err))
	}
}

// ContainerQuotaBytes sets how many bytes a container may hold; a PUT beyond that fails with [ErrTooLarge].
//
// bytes: how many; -1 has the server remove the quota.
func ContainerQuotaBytes(bytes int64) Option {
	return func(k *call) {
		k.check(C.swc_request_set_container_quota_bytes(k.request, C.int64_t(bytes), &k.err))
	}
}

// ContainerQuotaCount sets how many objects a container may hold; a PUT beyond that fails with [ErrTooLarge].
//
// objects: how many; -1 has the server remove the quota.
func ContainerQuotaCount(objects int64) Option {
	return func(k *call) {
		k.check(C.swc_request_set_container_quota_count(k.request, C.int64_t(objects), &k.err))
	}
}

// CORSAllowOrigin sets whose pages may use a container from a browser (CORS).
//
// origins: origins, as "https://example.com", separated by spaces, or "*" for any; "" has the server remove it.
func CORSAllowOrigin(origins string) Option {
	return func(k *call) {
		t := k.texts(origins)
		k.check(C.swc_request_set_cors_allow_origin(k.request, t.at(0), &k.err))
	}
}

// CORSMaxAge sets how long a browser may keep what a preflight request told it (CORS).
//
// after: how long; -1 has the server remove the setting.
func CORSMaxAge(after time.Duration) Option {
	return func(k *call) {
		k.check(C.swc_request_set_cors_max_age(k.request, whole(after), &k.err))
	}
}

// CORSExposeHeaders sets which headers pages in a browser may read, besides those they always may (CORS).
//
// headers: names of headers, separated by spaces; "" has the server remove it.
func CORSExposeHeaders(headers string) Option {
	return func(k *call) {
		t := k.texts(headers)
		k.check(C.swc_request_set_cors_expose_headers(k.request, t.at(0), &k.err))
	}
}

// WebIndex sets the object that is shown for a container and for each pseudo-directory in it (static web).
//
// object: its name, as "index.html"; "" has the server remove it.
func WebIndex(object string) Option {
	return func(k *call) {
		t := k.texts(object)
		k.check(C.swc_request_set_web_index(k.request, t.at(0), &k.err))
	}
}

// WebError sets the end of the names of the objects that are shown for errors (static web).
//
// suffix: what follows the HTTP status, as "error.html" for the object "404error.html"; "" has the server remove it.
func WebError(suffix string) Option {
	return func(k *call) {
		t := k.texts(suffix)
		k.check(C.swc_request_set_web_error(k.request, t.at(0), &k.err))
	}
}

// WebListings sets whether pseudo-directories without an index are shown as a list (static web).
//
// listings: whether they are.
func WebListings(listings bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_web_listings(k.request, C.bool(listings), &k.err))
	}
}

// WebListingsCSS sets the style sheet of these lists (static web).
//
// object: name of the object; "" has the server remove it.
func WebListingsCSS(object string) Option {
	return func(k *call) {
		t := k.texts(object)
		k.check(C.swc_request_set_web_listings_css(k.request, t.at(0), &k.err))
	}
}

// WebListingsLabel sets what these lists have in their heading in place of the container (static web).
//
// label: the text; "" has the server remove it.
func WebListingsLabel(label string) Option {
	return func(k *call) {
		t := k.texts(label)
		k.check(C.swc_request_set_web_listings_label(k.request, t.at(0), &k.err))
	}
}

// WebDirectoryType sets the media type of objects that stand for pseudo-directories (static web).
//
// contentType: the media type, as "text/directory"; "" has the server remove it.
func WebDirectoryType(contentType string) Option {
	return func(k *call) {
		t := k.texts(contentType)
		k.check(C.swc_request_set_web_directory_type(k.request, t.at(0), &k.err))
	}
}

// WebMode has a container answer as a web site although the request carries a token: X-Web-Mode (static web). For
// [Connection.GetContainer] and reads of objects.
//
// web: whether it does.
func WebMode(web bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_web_mode(k.request, C.bool(web), &k.err))
	}
}

// SyncTo sets the container that gets a copy of every change: X-Container-Sync-To.
//
// to: "//realm/cluster/account/container", with a realm and cluster that [Connection.Capabilities] names, or the URL
// of the container; "" has the server remove it.
func SyncTo(to string) Option {
	return func(k *call) {
		t := k.texts(to)
		k.check(C.swc_request_set_sync_to(k.request, t.at(0), &k.err))
	}
}

// SyncKey sets the secret that both containers share: X-Container-Sync-Key.
//
// key: the secret; "" has the server remove it.
func SyncKey(key string) Option {
	return func(k *call) {
		t := k.texts(key)
		k.check(C.swc_request_set_sync_key(k.request, t.at(0), &k.err))
	}
}

// ContainerTempURLKey sets a key that temp URLs of objects in the container are signed with. There are two, so that
// one can be changed while URLs signed with the other still work. Only owners see them: in the metadata Temp-URL-Key
// and Temp-URL-Key-2.
//
// number: 1 or 2. key: the key, a secret; "" has the server remove it.
func ContainerTempURLKey(number int, key string) Option {
	return func(k *call) {
		t := k.texts(key)
		k.check(C.swc_request_set_container_temp_url_key(k.request, C.int32_t(number), t.at(0), &k.err))
	}
}

// ContainerRFCETags sets whether ETags of objects come in quotes, whatever the account says:
// X-Container-Rfc-Compliant-Etags. To have it follow the account again send that header with an empty value: [Header].
//
// quoted: whether they do.
func ContainerRFCETags(quoted bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_container_rfc_etags(k.request, C.bool(quoted), &k.err))
	}
}

// Limit sets the size of a page of a listing. A listing goes on with the next page by itself; smaller pages come
// sooner and take less memory. More than the cluster allows, mostly 10000, makes it fail with [ErrPrecondition].
//
// rows: how many rows, at least 1; -1 for what the server takes by itself.
func Limit(rows int64) Option {
	return func(k *call) {
		k.check(C.swc_request_set_limit(k.request, unsigned(rows), &k.err))
	}
}

// Prefix has a listing give only names that begin so.
//
// prefix: the beginning.
func Prefix(prefix string) Option {
	return func(k *call) {
		t := k.texts(prefix)
		k.check(C.swc_request_set_prefix(k.request, t.at(0), &k.err))
	}
}

// Delimiter has a listing stop each name after a delimiter that follows the prefix, and give what it stopped at once,
// as a pseudo-directory.
//
// delimiter: the delimiter, mostly "/", of one or several characters.
func Delimiter(delimiter string) Option {
	return func(k *call) {
		t := k.texts(delimiter)
		k.check(C.swc_request_set_delimiter(k.request, t.at(0), &k.err))
	}
}

// Marker has a listing begin after a name, which itself is left out; with [Reverse] before it.
//
// marker: the name.
func Marker(marker string) Option {
	return func(k *call) {
		t := k.texts(marker)
		k.check(C.swc_request_set_marker(k.request, t.at(0), &k.err))
	}
}

// EndMarker has a listing end before a name, which itself is left out; with [Reverse] after it.
//
// endMarker: the name.
func EndMarker(endMarker string) Option {
	return func(k *call) {
		t := k.texts(endMarker)
		k.check(C.swc_request_set_end_marker(k.request, t.at(0), &k.err))
	}
}

// Path has a listing of a container give what lies directly in a pseudo-directory, objects that stand for one
// included. An older way than prefix and delimiter, which it excludes.
//
// path: the pseudo-directory, with or without its last slash.
func Path(path string) Option {
	return func(k *call) {
		t := k.texts(path)
		k.check(C.swc_request_set_path(k.request, t.at(0), &k.err))
	}
}

// Reverse has a listing run from the last name to the first.
//
// reverse: whether it does.
func Reverse(reverse bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_reverse(k.request, C.bool(reverse), &k.err))
	}
}

// Versions has a listing of a container give every version of each object, the newest first. The container must have
// versions: [Entry].VersionID.
//
// versions: whether it does.
func Versions(versions bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_versions(k.request, C.bool(versions), &k.err))
	}
}

// VersionMarker has a listing of versions begin after one version of the object that the marker names. Only together
// with [Marker].
//
// version: id of the version.
func VersionMarker(version string) Option {
	return func(k *call) {
		t := k.texts(version)
		k.check(C.swc_request_set_version_marker(k.request, t.at(0), &k.err))
	}
}

// AcceptGzip lets the server, or a proxy before it, compress listings and what [Connection.Capabilities] asks for.
// Swift itself does not. What comes compressed is checked and given to you as if it had not been. Objects, and what
// [Connection.GetContainer] reads, always come as they are.
//
// gzip: whether to.
func AcceptGzip(gzip bool) Option {
	return func(k *call) {
		k.check(C.swc_request_set_accept_gzip(k.request, C.bool(gzip), &k.err))
	}
}

// Those below have a form in Go that is not that of C.

// RemoveHeader takes a header away again that an option before has set.
func RemoveHeader(name string) Option {
	return func(k *call) {
		t := k.texts(name)
		k.check(C.swc_request_set_header(k.request, t.at(0), nil, &k.err))
	}
}

// HeaderBytes sets a header whose value is bytes and need not be UTF-8, in place of any of that name. Control
// characters are refused, and the headers that [Header] refuses.
func HeaderBytes(name string, value []byte) Option {
	return func(k *call) {
		t := k.texts(name)
		value := value
		if value == nil {
			value = []byte{}
		}
		k.check(C.swc_request_set_header_bytes(k.request, t.at(0), memory(value), C.size_t(len(value)), &k.err))
	}
}

// Query sets a parameter of the query, in place of any of that name: "prefix", "limit" and so on. Neither name nor
// value is percent-encoded.
func Query(name, value string) Option {
	return func(k *call) {
		t := k.texts(name, value)
		k.check(C.swc_request_set_query(k.request, t.at(0), t.at(1), &k.err))
	}
}

// QueryFlag sets a parameter of the query that has no value, as in "?versions".
func QueryFlag(name string) Option {
	return func(k *call) {
		t := k.texts(name)
		k.check(C.swc_request_set_query(k.request, t.at(0), nil, &k.err))
	}
}

// Range asks for part of an object: length bytes from offset on, from 0. A length of -1 means up to the end, an offset
// of -1 the last length bytes. A range that begins beyond the end of the object makes the call fail with [ErrRange].
func Range(offset, length int64) Option {
	return func(k *call) {
		k.check(C.swc_request_set_range(k.request, unsigned(offset), unsigned(length), &k.err))
	}
}

// AnotherRange asks for one more part of an object besides those asked for, as [Range] does; the parts come with
// [Response.NextPart], in this order. Those that lie beyond the end of the object are left out; when all do, the call
// fails with [ErrRange]. So it does with more than 50 parts, more than 2 pairs that overlap, or 8 or more that do not
// ascend: the limits of Swift. Of a dynamic large object (DLO) Swift gives all when asked for more than one part.
func AnotherRange(offset, length int64) Option {
	return func(k *call) {
		k.check(C.swc_request_add_range(k.request, unsigned(offset), unsigned(length), &k.err))
	}
}

// Timeout limits how long a call may last in all: attempts, pauses between them and the reading of the body. When the
// time is up it fails with [ErrTimeout]. The deadline of the context does the same; the earlier one counts.
func Timeout(limit time.Duration) Option {
	return func(k *call) {
		if limit <= 0 && k.bad == nil {
			k.bad = invalid("a timeout of %v leaves no time for the call", limit)
		}
		k.timeout = limit
	}
}

// Progress has f told how far the body of a call has come: bytes moved so far, and the total or -1 when that is not
// known. The bytes moved never become fewer, but for an upload that is begun again after a failure. f returns whether
// to go on; false ends the call with [ErrCancelled]. It runs in the goroutine that makes the call or reads its
// response, and must not use what it is called for.
func Progress(f func(moved, total int64) bool) Option {
	return func(k *call) {
		if f == nil {
			return
		}
		h := newHandle(&progress{f, k.scope})
		k.check(C.gosw_request_set_progress(k.request, h, &k.err))
	}
}

// SymlinkMeaning is what a POST to a symlink means.
type SymlinkMeaning int32

// What a POST to a symlink means.
const (
	// SymlinkReport: it is a failure, [ErrHTTP] with HTTP status 307, that says what happened and where the target is.
	SymlinkReport SymlinkMeaning = C.SWC_SYMLINK_POST_REPORT
	// SymlinkLink: the link was meant: the call succeeds.
	SymlinkLink SymlinkMeaning = C.SWC_SYMLINK_POST_LINK
	// SymlinkTarget: the target was meant: the POST is repeated there, as long as that is in the same cluster.
	SymlinkTarget SymlinkMeaning = C.SWC_SYMLINK_POST_TARGET
)

// SymlinkPost says what is meant by a POST to a symlink. Swift does not follow a link there: it sets the metadata of the
// link itself, and then answers HTTP 307 with the path of the target. Therefore with [SymlinkTarget] the link has the
// metadata as well.
func SymlinkPost(meaning SymlinkMeaning) Option {
	return func(k *call) {
		k.check(C.swc_request_set_symlink_post(k.request, C.int32_t(meaning), &k.err))
	}
}

// SetAccountACL sets who besides its owners may use the account, in place of whoever might before
// (X-Account-Access-Control); an empty list takes all access back. Swift's own tempauth knows it ("account_acls" in
// the capabilities); Keystone has roles instead, and ignores it.
func SetAccountACL(acl AccountACL) Option {
	return func(k *call) {
		list := C.swc_account_acl_new()
		defer C.swc_account_acl_free(list)
		for access, users := range acl.lists() {
			for _, user := range users {
				t := k.texts(user)
				k.check(C.swc_account_acl_add(list, access, t.at(0), &k.err))
			}
		}
		k.check(C.swc_request_set_account_acl(k.request, list, &k.err))
	}
}

// memory gives the bytes of a slice to C for the time of a call.
func memory(b []byte) unsafe.Pointer {
	if b == nil {
		return nil
	}
	if cap(b) == 0 {
		return unsafe.Pointer(&empty)
	}
	return unsafe.Pointer(&b[:1][0])
}

var empty byte
