/**
 * @file swiftclient.h
 * @brief libswiftclient: the client for OpenStack Object Storage (Swift).
 *
 * There are two ways to use it. A connection has one function for each operation of the REST API, which
 * returns when the answer is there. A service does batches of jobs on threads of its own and puts their
 * results in a queue. Both take their settings from a config.
 *
 * @code
 * swc_error *err = NULL;
 * swc_connection *connection = NULL;
 * swc_response *response = NULL;
 * swc_config *config = swc_config_new();
 * if (swc_config_load_env(config, &err) < 0 || swc_connection_new(config, &connection, &err) < 0 ||
 *     swc_connection_get_object(connection, "photos", "cat.jpg", NULL, &response, &err) < 0 ||
 *     swc_response_write_to_file(response, "cat.jpg", NULL, &err) < 0)
 *     fprintf(stderr, "%s\n", swc_error_message(err));
 * swc_response_free(response);
 * swc_connection_free(connection);
 * swc_config_free(config);
 * swc_error_free(err);
 * @endcode
 *
 * After the statuses and types the functions follow by what they are about, as the parts of their names say:
 * the small things that calls take (config, request, source, manifest, ...), the connection with its calls, what
 * they return (response, report, listing, reader, writer, ...), and the service with its queue and results.
 *
 * @section ownership Ownership
 * What an output parameter returns is yours: free it once with its own _free. What an accessor returns, or
 * an output parameter with const in its type, belongs to the object and lives as long as it (a row of a
 * listing: until the next one is asked for). Arguments are copied, except memory given to a source, which is
 * borrowed until that source is freed and its jobs are done. Objects may be freed in any order. A _free
 * takes NULL, never fails and moves no data.
 *
 * @section errors Errors
 * Functions that can fail return an swc_status: negative is failure. Their last parameter receives an error
 * object with a message for people and facts for programs; pass NULL if you do not want it. Every output
 * parameter is always written: with NULL or 0 on failure (a descriptor with -1), and err with NULL on
 * success. Accessors cannot fail: for NULL, and for what is not there, they return the neutral value each of
 * them names. Every function may return SWC_ERR_PANIC.
 *
 * "Any status of a call" means what every exchange with a server can come to: SWC_ERR_INVALID_ARGUMENT and
 * SWC_ERR_INVALID_UTF8 before anything is sent; SWC_ERR_AUTH, SWC_ERR_CONNECT, SWC_ERR_TLS, SWC_ERR_TIMEOUT,
 * SWC_ERR_PROTOCOL, SWC_ERR_CANCELLED; SWC_ERR_IO when a file of certificates cannot be read; and those that
 * stand for the HTTP status of an answer.
 *
 * @section retries Retries
 * A request that fails for a reason that may pass is made again, whatever its method, as the keys "retries",
 * "starting_backoff" and "max_backoff" say. With their defaults that takes 15 to 31 seconds when the port refuses
 * connections. Where an answer got lost on the way, a request is thus carried out twice. Swift's requests can be
 * repeated, with few exceptions: a DELETE may end with SWC_ERR_NOT_FOUND because an earlier attempt did it, one
 * in a container with versions may take effect twice (see swc_connection_delete_object()), and a PUT or POST may
 * overwrite what somebody else has stored meanwhile. Where that matters, set "retries" to 0.
 *
 * @section threads Threads
 * Connection, service, queue, source and cancel token may be used from any thread, by several at once.
 * Everything else belongs to one thread at a time; but functions that take a const pointer may run at once
 * with each other, while one that takes a pointer without const needs the object for itself. Calls of a
 * connection, and reading what they return, run callbacks only on the calling thread, before they return. A
 * callback must return normally: no exception and no longjmp may leave it. Nothing survives fork(): make all
 * objects in the process that uses them.
 *
 * @section text Text
 * Text is UTF-8 and ends in a NUL, both ways; what is not UTF-8 is refused. Names of containers and objects
 * are given as they are, never percent-encoded. Paths of local files are the bytes the system has, UTF-8 on
 * Windows.
 *
 * @section descriptors Descriptors
 * A descriptor is what the system calls one: a small number that open(), pipe() or socket() gave. On Windows, where
 * such numbers mean something only to the C library that made them, it is the value of a handle: of a file or a
 * pipe, (int32_t)_get_osfhandle(fd) or (int32_t)(intptr_t)handle, or a connected SOCKET; and 0, 1 and 2 stand for the
 * standard streams. Handles have 32 bits that mean something, so none is cut.
 *
 * @section numbers Times and sizes
 * Waiting times are milliseconds, with -1 for no limit; points in time are seconds since 1970. Only keys of a
 * config differ, being text: there times are seconds, or a number with one of the suffixes s, m, h and d. Sizes
 * are bytes. Where a size or a time may be unknown it is signed, and -1 means unknown.
 *
 * Made by cbindgen from the sources of the library; do not edit.
 */


#ifndef SWIFTCLIENT_H
#define SWIFTCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Version of this header: its parts, as text, and as a number made to be compared. */
#define SWC_VERSION_MAJOR 0
#define SWC_VERSION_MINOR 1
#define SWC_VERSION_PATCH 0
#define SWC_VERSION "0.1.0"
#define SWC_VERSION_NUMBER 0x000100

/* Programs that link the static library on Windows define SWC_STATIC. */
#if defined(_WIN32) && !defined(SWC_STATIC)
#define SWC_API __declspec(dllimport)
#elif defined(__GNUC__)
#define SWC_API __attribute__((visibility("default")))
#else
#define SWC_API
#endif


/**
 * The outcome of a call, made to branch on: 0 is success, negative is failure, positive is neither.
 *
 * A number once given keeps its meaning; new ones may come. Compare with `< 0` to learn whether a call
 * failed.
 */
enum swc_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Done.
     */
    SWC_OK = 0,
    /**
     * There is nothing more: the end of a body or of a listing. Not a failure.
     */
    SWC_END = 1,
    /**
     * The time given to this call was up before there was anything to report. Not a failure.
     */
    SWC_TIMED_OUT = 2,
    /**
     * An argument is missing, unknown, malformed or out of range. Nothing was done.
     */
    SWC_ERR_INVALID_ARGUMENT = -1,
    /**
     * A text argument is not UTF-8. Nothing was done.
     */
    SWC_ERR_INVALID_UTF8 = -2,
    /**
     * The object is not in a state that allows the call.
     */
    SWC_ERR_STATE = -3,
    /**
     * The job does not fit into "max_queued" now; pop results and call again.
     */
    SWC_ERR_AGAIN = -4,
    /**
     * The server, this system or this build cannot do that.
     */
    SWC_ERR_UNSUPPORTED = -5,
    /**
     * A bug in the library, stopped before it could harm the program. Please report it.
     */
    SWC_ERR_PANIC = -6,
    /**
     * Ended by a cancel token, by an interrupt, or with its service.
     */
    SWC_ERR_CANCELLED = -7,
    /**
     * A callback reported failure.
     */
    SWC_ERR_CALLBACK = -8,
    /**
     * A local file, descriptor or memory operation failed.
     */
    SWC_ERR_IO = -9,
    /**
     * The server could not be reached, or the connection broke.
     */
    SWC_ERR_CONNECT = -20,
    /**
     * TLS failed: a certificate, the host name in it, or the handshake.
     */
    SWC_ERR_TLS = -21,
    /**
     * No byte moved for the configured time, or the deadline of the call passed. HTTP 408 and 499 too.
     */
    SWC_ERR_TIMEOUT = -22,
    /**
     * The server's answer is not what the protocol allows.
     */
    SWC_ERR_PROTOCOL = -23,
    /**
     * Authentication failed: wrong or missing credentials, or no endpoint in the catalogue.
     */
    SWC_ERR_AUTH = -24,
    /**
     * The MD5 of the bytes is not the ETag the server gave. HTTP 422 too.
     */
    SWC_ERR_CHECKSUM = -25,
    /**
     * An HTTP status that is no success and has no status of its own here; ask swc_error_http_status().
     */
    SWC_ERR_HTTP = -40,
    /**
     * HTTP 404, 410: the account, container or object is not there.
     */
    SWC_ERR_NOT_FOUND = -41,
    /**
     * HTTP 401 from the storage server, also with a new token.
     */
    SWC_ERR_UNAUTHORIZED = -42,
    /**
     * HTTP 403: the credentials are good, but not for this.
     */
    SWC_ERR_FORBIDDEN = -43,
    /**
     * HTTP 409: not empty, or in conflict with what is there.
     */
    SWC_ERR_CONFLICT = -44,
    /**
     * HTTP 412: a condition of the request does not hold.
     */
    SWC_ERR_PRECONDITION = -45,
    /**
     * HTTP 304: the condition says that the caller's copy is current.
     */
    SWC_ERR_NOT_MODIFIED = -46,
    /**
     * HTTP 416: the range lies outside the object.
     */
    SWC_ERR_RANGE = -47,
    /**
     * HTTP 413, 507: a size limit or a quota is exceeded; also a body larger than the caller's limit.
     */
    SWC_ERR_TOO_LARGE = -48,
    /**
     * HTTP 429, 498: the server limits the rate of requests.
     */
    SWC_ERR_RATE_LIMITED = -49,
    /**
     * HTTP 5xx: the server failed.
     */
    SWC_ERR_SERVER = -50,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_status swc_status;
#else
typedef int32_t swc_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a user may do with an account.
 */
enum swc_account_access
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Everything its owner may, but what only a reseller admin may.
     */
    SWC_ACCOUNT_ADMIN = 0,
    /**
     * Read, write and delete containers and objects; not see keys.
     */
    SWC_ACCOUNT_READ_WRITE = 1,
    /**
     * Read and list.
     */
    SWC_ACCOUNT_READ_ONLY = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_account_access swc_account_access;
#else
typedef int32_t swc_account_access;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How the files of an archive are packed.
 */
enum swc_archive
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * As the name of the file says that the source is made of: .tar, .tar.gz, .tgz, .tar.bz2, .tbz2 or .tbz.
     */
    SWC_ARCHIVE_BY_NAME = 0,
    /**
     * A tar archive that is not compressed.
     */
    SWC_ARCHIVE_TAR = 1,
    /**
     * One compressed with gzip.
     */
    SWC_ARCHIVE_TAR_GZ = 2,
    /**
     * One compressed with bzip2.
     */
    SWC_ARCHIVE_TAR_BZ2 = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_archive swc_archive;
#else
typedef int32_t swc_archive;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a POST to a symlink means.
 */
enum swc_symlink_post
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It is a failure, SWC_ERR_HTTP with HTTP status 307, that says what happened and where the target is.
     */
    SWC_SYMLINK_POST_REPORT = 0,
    /**
     * The link was meant: the call succeeds.
     */
    SWC_SYMLINK_POST_LINK = 1,
    /**
     * The target was meant: the POST is repeated there, as long as that is in the same cluster.
     */
    SWC_SYMLINK_POST_TARGET = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_symlink_post swc_symlink_post;
#else
typedef int32_t swc_symlink_post;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How much a log message matters; a level includes those above it.
 */
enum swc_log_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No messages.
     */
    SWC_LOG_OFF = 0,
    /**
     * A call or job failed for good, after its retries; authentication failed.
     */
    SWC_LOG_ERROR = 1,
    /**
     * A request failed and is made again; something is not as it should be, such as an ETag that is no MD5.
     */
    SWC_LOG_WARN = 2,
    /**
     * Every failed request, as the server answered it.
     */
    SWC_LOG_INFO = 3,
    /**
     * Every request and response, those of authentication included.
     */
    SWC_LOG_DEBUG = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_log_level swc_log_level;
#else
typedef int32_t swc_log_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a token is asked for.
 */
enum swc_auth_reason
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * There is none yet.
     */
    SWC_AUTH_FIRST = 0,
    /**
     * The server refused the one there is: another one is needed.
     */
    SWC_AUTH_REFUSED = 1,
    /**
     * The one there is expires soon, or has expired.
     */
    SWC_AUTH_EXPIRING = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum swc_auth_reason swc_auth_reason;
#else
typedef int32_t swc_auth_reason;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Who besides its owners may use an account, and how.
 *
 * For one thread at a time.
 */
typedef struct swc_account_acl swc_account_acl;

/**
 * A token that ends the calls it was given to, from any thread.
 *
 * Give it to calls with swc_request_set_cancel(). Once cancelled it stays so: make a new one for new calls.
 */
typedef struct swc_cancel swc_cancel;

/**
 * What a cluster says it offers: middleware with their settings, limits, and storage policies.
 *
 * Values are found by paths of keys, as "slo.max_manifest_segments". Its functions may be called from several threads
 * at once, and what they return lives as long as the capabilities.
 */
typedef struct swc_capabilities swc_capabilities;

/**
 * Settings by name: where and who, how long and how often, how many at once.
 *
 * Keys and values are text. The keys are the names of python-swiftclient's options:
 *
 * - tempauth: "auth" (a URL), "user" (as account:user) and "key";
 * - Keystone: "os_auth_url", "os_username" or "os_user_id", "os_password" or "os_passcode" or both,
 *   "os_project_name" or "os_project_id" (older: "os_tenant_name", "os_tenant_id"), "os_user_domain_name" or
 *   "os_user_domain_id", "os_project_domain_name" or "os_project_domain_id" ("os_default_domain_id",
 *   "os_default_domain_name" for both); instead of user and password "os_application_credential_id" or
 *   "os_application_credential_name", and "os_application_credential_secret"; instead of a project "os_trust_id",
 *   "os_domain_id" or "os_domain_name", "os_system_scope";
 * - which of them, when it is not clear: "auth_version" (1, 2 or 3), "os_auth_type", "os_auth_methods"; version 2,
 *   which no Keystone has any more, is tested against a stand-in only;
 * - a service that acts for the user, whose token goes along in X-Service-Token, by the same ways under other
 *   names: "service_username" or "service_user_id", "service_key", "service_project_name" or "service_project_id",
 *   "service_user_domain_name" or "service_user_domain_id", "service_project_domain_name" or
 *   "service_project_domain_id"; "service_application_credential_id" or "service_application_credential_name", and
 *   "service_application_credential_secret"; "service_auth_url" and "service_auth_version" where they are not the
 *   user's; or outright "service_auth_token";
 * - the endpoint: "os_region_name" or "os_any_region", "os_service_type", "os_endpoint_type", or outright
 *   "os_storage_url", which together with "os_auth_token" needs no authentication;
 * - TLS: "os_cacert", "os_cert", "os_key" (files in PEM form), "insecure";
 * - patience: "timeout", "connect_timeout", "starting_backoff" and "max_backoff" (times: seconds, or a number with
 *   one of the suffixes s, m, h and d), "retries", "backoff_jitter", "retry_on_ratelimit", "retry_after_max",
 *   "retry_max_elapsed", "force_auth_retry", "reauth_on_forbidden";
 * - sizes ("segment_size", "part_size", "buffer_size"): bytes, or a whole number with K, M or G, which are 1024, its
 *   square and its cube;
 * - the way: "proxy" for all, or "http_proxy" and "https_proxy", but for "no_proxy"; "expect_continue" and
 *   "expect_timeout" (Expect: 100-continue);
 * - "checksum" (whether the MD5 of bodies is checked), "user_agent";
 * - services: "container_threads", "object_uu_threads", "object_dd_threads", "segment_threads", "max_queued";
 * - jobs of a service: "header" and "meta", which hold any number of lines (see swc_config_add()), and the others of
 *   python-swiftclient, such as "prefix", "out_directory" or "yes_all": each job names those it knows.
 * - all that is about authentication, from clouds.yaml: "os_cloud", "os_client_config_file",
 *   "os_client_secure_file", or swc_config_load_cloud().
 *
 * What holds for a job is, from the weakest to the strongest: the default, the config of the connection, that of the
 * service, that of the job, that of the object.
 *
 * For other ways to log in see swc_config_set_auth_callback().
 *
 * swc_config_key_count() and its companions list them with their defaults and their meaning. A config is copied
 * where it is used: changes made later have no effect there.
 */
typedef struct swc_config swc_config;

/**
 * A client of one account: credentials, token, open sockets and settings.
 *
 * All its functions may be called from any number of threads at once; they share the token and the sockets.
 */
typedef struct swc_connection swc_connection;

/**
 * Where an object, a container or an account lies: URLs on storage nodes.
 *
 * Its functions may be called from several threads at once, and what they return lives as long as the endpoints.
 */
typedef struct swc_endpoints swc_endpoints;

/**
 * A row of a listing: a container, an object, or a pseudo-directory.
 *
 * It belongs to the listing or result it came from and lives until that one's next row is asked for.
 */
typedef struct swc_entry swc_entry;

/**
 * What is known about a failure: a message for people, facts for programs.
 *
 * It comes from the last parameter of a function that failed, or from swc_result_error().
 */
typedef struct swc_error swc_error;

/**
 * A form in the making, by which a browser uploads files straight into a container.
 *
 * Set what it allows, sign it with swc_formpost_sign() or swc_connection_sign_formpost(), and write its
 * fields into a page as
 * hidden inputs of a form with the method POST and the encoding multipart/form-data, those for files last.
 * The key is that
 * of temporary URLs. See "formpost" in Swift's documentation.
 */
typedef struct swc_formpost swc_formpost;

/**
 * The containers of an account or the objects of a container, row by row, in constant memory.
 *
 * For one thread at a time.
 */
typedef struct swc_listing swc_listing;

/**
 * The segments of a static large object, in order: objects, parts of objects, and bytes that stand in the manifest
 * itself.
 *
 * Build one with swc_manifest_new() and the functions that add, and store it with swc_connection_put_slo();
 * or read that of an object back with swc_connection_get_slo_manifest(). For one thread at a time while it is
 * changed.
 */
typedef struct swc_manifest swc_manifest;

/**
 * Objects that a job is about, each with options of its own if need be.
 *
 * One list may serve any number of jobs: each copies it. For one thread at a time while it is changed.
 */
typedef struct swc_objects swc_objects;

/**
 * How far a job or a service is, at one moment.
 *
 * For one thread at a time.
 */
typedef struct swc_progress swc_progress;

/**
 * Where the results of jobs wait until they are popped, on the thread that pops them.
 *
 * One queue may serve any number of jobs and services; all its functions may be called from any thread.
 */
typedef struct swc_queue swc_queue;

/**
 * An object that is read as a file is: in order, or from any place.
 *
 * It reads nothing but the object that was opened: when that is changed or deleted meanwhile, reading fails with
 * SWC_ERR_PRECONDITION or SWC_ERR_NOT_FOUND. Reading in order takes one request and holds one socket;
 * swc_reader_pread() takes a request each time, and may be called by any number of threads at once, also while
 * another thread reads. All other functions are for one thread at a time.
 */
typedef struct swc_reader swc_reader;

/**
 * What a server told at the end of a call about many things: counts, and each path that something went wrong with.
 *
 * Bulk delete, archive upload and the deletion of large objects give one when all went well. When
 * something did not, the call fails, and the report is that of the error: see swc_error_report(). It is not
 * changed by anything and may be looked at by any number of threads.
 */
typedef struct swc_report swc_report;

/**
 * Extras for calls: headers, query, range, conditions, deadline, cancel token, progress.
 *
 * Where a function takes a request, NULL means no extras. A call does not change it: one request may serve
 * any number of calls, also at once. A call takes the extras as they are when it begins; the request may be
 * changed or freed while it goes on, for example in a callback.
 */
typedef struct swc_request swc_request;

/**
 * The answer to a call that succeeded: status, headers, and a body to be read.
 *
 * It holds a socket until its body is read to the end or it is freed. For one thread at a time.
 */
typedef struct swc_response swc_response;

/**
 * One result of a job: what was done to what, whether it worked, and what came of it.
 *
 * Every job ends in exactly one last result; some have others before it, such as a page of a list or one
 * of the objects to download. For one thread at a time.
 */
typedef struct swc_result swc_result;

/**
 * A segment of a manifest; it belongs to the manifest and lives until that is changed or freed.
 */
typedef struct swc_segment swc_segment;

/**
 * Workers that do jobs on the account of a connection, many at once.
 *
 * Each job is queued with a tag of the caller's, and its results come through the queue named with it. All
 * functions may be called from any thread.
 *
 * A job counts one result for each object it names, or one. When nothing is outstanding a job of any size is taken;
 * otherwise it must fit: its results and those outstanding, still to come or not popped yet, may be "max_queued".
 */
typedef struct swc_service swc_service;

/**
 * A storage URL with the token that opens it.
 *
 * Both are secrets as far as the token is. A session belongs to one thread at a time.
 */
typedef struct swc_session swc_session;

/**
 * A body to send: memory, a file or part of one, a descriptor, or what a callback gives.
 *
 * One source serves both APIs. Memory and files may be sent any number of times, also at once. A
 * descriptor or callbacks serve one call at a time; another one meanwhile fails with SWC_ERR_STATE. What
 * cannot go back to its first byte (a pipe, callbacks without rewind) is sent once and not retried.
 */
typedef struct swc_source swc_source;

/**
 * What a service has done so far, in all or for one verb.
 *
 * For one thread at a time.
 */
typedef struct swc_statistics swc_statistics;

/**
 * A temporary URL in the making: it lets whoever has it at one object, or at all whose names begin alike, by
 * one method
 * and for some time.
 *
 * The server checks its signature with the key that the owner of the account or container has stored there
 * as metadata
 * Temp-URL-Key or Temp-URL-Key-2. See "tempurl" in Swift's documentation.
 */
typedef struct swc_tempurl swc_tempurl;

/**
 * An object that is written piece by piece, as a file is.
 *
 * Nothing appears under its name before swc_writer_finish(); an object that had the name stays until then. What is no
 * longer than the key "buffer_size" (and "segment_size", unless that is 0) is kept in memory and sent when it is
 * finished, as swc_connection_put_object() sends it. What is longer is sent while it is written, by a thread of the
 * writer's own:
 *
 * - With "segment_size" 0 as one object, in chunks. A failure can be made good only before more than "buffer_size"
 *   bytes were sent; later it is final, and the error says so.
 * - Else in segments of "segment_size" bytes and a manifest (SLO). The segments lie in the container that
 *   "segment_container" names, by default the object's with "_segments" behind its name, which is made when it is
 *   missing; their names are OBJECT/slo/TIME/SEGMENT_SIZE/NUMBER. A segment no larger than "buffer_size" is sent
 *   again after a failure, a larger one only as above. More segments than a manifest can name go into manifests of
 *   manifests. The segments of an object that fails or is given up are deleted, unless "leave_segments" is
 *   true (in the background when it was cancelled or too late); those of an older object of the name are not.
 *
 * Memory: "buffer_size" and 1.25 MiB; with segments no larger than it, twice their size. For one thread at a time.
 */
typedef struct swc_writer swc_writer;

/**
 * Releases `user_data`: the library will not use it again.
 *
 * It runs exactly once for every `user_data` given together with it, also when the function it was given
 * to fails. It may run on any thread, and must not call back into the library.
 */
typedef void (*swc_free_callback)(void *user_data);

/**
 * Gives bytes of a body to send.
 *
 * Puts between 1 and `size` bytes into `buffer` and returns their number; 0 is the end of the body. A
 * negative number is failure: the call ends with SWC_ERR_CALLBACK, and the number is in its message. A body of
 * known length ends after that many bytes: no more are asked for, and fewer are SWC_ERR_IO. May block.
 */
typedef int64_t (*swc_read_callback)(void *user_data, void *buffer, size_t size);

/**
 * Goes back to the first byte of a body, so that it can be sent again. Returns whether that worked.
 */
typedef bool (*swc_rewind_callback)(void *user_data);

/**
 * Hears how far a body has come: bytes moved so far, and the total or -1 when that is not known.
 *
 * The bytes moved never become fewer, but for an upload that is begun again after a failure. A download that is
 * taken up again goes on where it was.
 *
 * Returns whether to go on; false ends the call with SWC_ERR_CANCELLED.
 */
typedef bool (*swc_progress_callback)(void *user_data, uint64_t bytes_moved, int64_t bytes_total);

/**
 * Logs in, in the place of the library: see swc_config_set_auth_callback().
 *
 * `reason` is an swc_auth_reason. `session` holds what there was before, if anything; put in storage URL, token
 * and, where it is known, when the token expires. It lives until the callback returns and must not be freed.
 * Returns SWC_OK, or what the call shall end with: SWC_ERR_AUTH when there is no more to try; SWC_ERR_CONNECT,
 * SWC_ERR_TIMEOUT, SWC_ERR_SERVER or SWC_ERR_RATE_LIMITED for what may work when tried again, which it then is, as
 * "retries" says; SWC_ERR_TLS, SWC_ERR_CANCELLED. Every other number is SWC_ERR_CALLBACK. Say why with
 * swc_session_set_failure().
 */
typedef int32_t (*swc_auth_callback)(void *user_data, int32_t reason, swc_session *session);

/**
 * Receives a log message and its level, an swc_log_level.
 *
 * It may run on any thread and on several at once. The message lives until it returns.
 */
typedef void (*swc_log_callback)(void *user_data, int32_t level, const char *message);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Tells the version of the library that is running, such as "0.1.0".
 *
 * It differs from `SWC_VERSION`, the version of this header, when a program runs with another library than
 * it was compiled for. Never blocks; any thread.
 *
 * @return Static text.
 */
SWC_API
const char *swc_version(void);

/**
 * Tells the version of the library that is running as a number made to be compared.
 *
 * The number is major times 65536 plus minor times 256 plus patch, like `SWC_VERSION_NUMBER`. Never
 * blocks; any thread.
 *
 * @return The number.
 */
SWC_API uint32_t swc_version_number(void);

/**
 * Names a status, as "SWC_ERR_NOT_FOUND".
 *
 * Never blocks; any thread.
 *
 * @param[in] status Any number.
 * @return Static text; "SWC_UNKNOWN" for a number this library does not use.
 */
SWC_API const char *swc_status_name(int32_t status);

/**
 * Tells the status of the failure; the same as the failed function returned.
 *
 * @param[in] error The error.
 * @return The status; SWC_OK for NULL.
 */
SWC_API swc_status swc_error_status(const swc_error *error);

/**
 * Tells what happened in one line made for people, without secrets.
 *
 * @param[in] error The error.
 * @return The message, which lives as long as the error; "" for NULL.
 */
SWC_API const char *swc_error_message(const swc_error *error);

/**
 * Tells the HTTP status of the response that was a failure.
 *
 * @param[in] error The error.
 * @return The HTTP status; 0 when there was no response, and for NULL.
 */
SWC_API int32_t swc_error_http_status(const swc_error *error);

/**
 * Tells the reason phrase of that response, as "Not Found".
 *
 * @param[in] error The error.
 * @return The phrase, which lives as long as the error; "" when there was none, and for NULL.
 */
SWC_API const char *swc_error_reason(const swc_error *error);

/**
 * Tells the transaction id by which the operator of the server finds the request.
 *
 * @param[in] error The error.
 * @return The id, which lives as long as the error; "" when there was none, and for NULL.
 */
SWC_API const char *swc_error_transaction_id(const swc_error *error);

/**
 * Tells the HTTP method of the failed request.
 *
 * @param[in] error The error.
 * @return The method, which lives as long as the error; "" when no request was made, and for NULL.
 */
SWC_API const char *swc_error_method(const swc_error *error);

/**
 * Tells the URL of the failed request, without secrets.
 *
 * @param[in] error The error.
 * @return The URL, which lives as long as the error; "" when no request was made, and for NULL.
 */
SWC_API const char *swc_error_url(const swc_error *error);

/**
 * Finds a header of the response that was a failure.
 *
 * @param[in] error The error.
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the error; NULL when there is none.
 */
SWC_API const char *swc_error_header(const swc_error *error, const char *name);

/**
 * Counts the headers of that response.
 *
 * @param[in] error The error.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_error_header_count(const swc_error *error);

/**
 * Gives a header of that response by its number.
 *
 * @param[in] error The error.
 * @param[in] index From 0 to one less than swc_error_header_count().
 * @param[out] name The name, which lives as long as the error; may be NULL.
 * @param[out] value The value, which lives as long as the error; may be NULL.
 * @return Whether there is a header of that number.
 */
SWC_API
bool swc_error_header_at(const swc_error *error,
                         size_t index,
                         const char **name,
                         const char **value);

/**
 * Gives the body of that response, or its first 64 KiB.
 *
 * @param[in] error The error.
 * @param[out] length Bytes in the body; may be NULL.
 * @return The body and a NUL after it, which live as long as the error; "" when there was none, and for
 * NULL.
 */
SWC_API
const char *swc_error_body(const swc_error *error,
                           size_t *length);

/**
 * Gives the report of a call about many things: which paths failed, and what was done nevertheless.
 *
 * Bulk delete, archive upload, deletion of large objects, and static large objects whose segments the server does not
 * accept have one.
 *
 * @param[in] error The error.
 * @return The report, which lives as long as the error: do not free it; NULL when there is none, and for NULL.
 */
SWC_API
const swc_report *swc_error_report(const swc_error *error);

/**
 * Tells how many HTTP requests the failed call made, retries included.
 *
 * @param[in] error The error.
 * @return The number of requests; 0 when none was made, and for NULL.
 */
SWC_API uint32_t swc_error_attempts(const swc_error *error);

/**
 * Tells what became of one of the requests of a call that failed.
 *
 * The last one is the one that failed for good. The call's pauses and failures are in here
 * also when it went well in the end.
 *
 * @param[in] error The error.
 * @param[in] index From 0, the first request, to one less than swc_error_attempts().
 * @param[out] http_status The HTTP status, or 0 when no answer came; -1 when there is no such request; may be NULL.
 * @param[out] reason The reason phrase, or "", which lives as long as the error; may be NULL.
 * @param[out] transaction_id The transaction id of the answer, or "", which lives as long as the error; may be NULL.
 * @param[out] message What went wrong, or "", which lives as long as the error; may be NULL.
 * @param[out] elapsed_ms How long it took, in milliseconds; may be NULL.
 * @param[out] pause_ms How long the call waited after it, in milliseconds; 0 after the last; may be NULL.
 * @return Whether there is a request of that number.
 */
SWC_API
bool swc_error_attempt_at(const swc_error *error,
                          size_t index,
                          int32_t *http_status,
                          const char **reason,
                          const char **transaction_id,
                          const char **message,
                          int64_t *elapsed_ms,
                          int64_t *pause_ms);

/**
 * Finds a header in the answer to one of the requests of a call that failed.
 *
 * @param[in] error The error.
 * @param[in] index From 0, the first request, to one less than swc_error_attempts().
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the error; NULL when there is none.
 */
SWC_API
const char *swc_error_attempt_header(const swc_error *error,
                                     size_t index,
                                     const char *name);

/**
 * Tells whether the same call may succeed later.
 *
 * @param[in] error The error.
 * @return True for failures that pass, such as an overloaded server, a refused connection, or one on which no byte
 * moved for the time of the key "timeout"; false when the deadline of the call passed, which is SWC_ERR_TIMEOUT
 * too, and for NULL.
 */
SWC_API
bool swc_error_retryable(const swc_error *error);

/**
 * Frees an error object.
 *
 * @param[in] error The error; NULL is fine. One that swc_result_error() gave belongs to its result: leave
 * it alone.
 */
SWC_API
void swc_error_free(swc_error *error);

/**
 * Frees text that an output parameter of type `char **` gave.
 *
 * Never blocks; any thread. Text of type `const char *` is not yours and not for this function.
 *
 * @param[in] text The text; NULL is fine.
 */
SWC_API void swc_string_free(char *text);

/**
 * Makes a config in which every key has its default.
 *
 * Never blocks; any thread.
 *
 * @return The config; free it with swc_config_free().
 */
SWC_API swc_config *swc_config_new(void);

/**
 * Makes a copy of a config.
 *
 * Never blocks.
 *
 * @param[in] config The config.
 * @return The copy, to be freed with swc_config_free(); NULL for NULL.
 */
SWC_API swc_config *swc_config_clone(const swc_config *config);

/**
 * Sets a key.
 *
 * Never blocks.
 *
 * @param[in] config The config.
 * @param[in] key The key.
 * @param[in] value The value, which is copied; NULL goes back to the default.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key or the value is none for it;
 * SWC_ERR_UNSUPPORTED for an "os_auth_type" that other tools know and this library does not;
 * SWC_ERR_INVALID_UTF8. On failure nothing has changed.
 */
SWC_API
swc_status swc_config_set(swc_config *config,
                          const char *key,
                          const char *value,
                          swc_error **err);

/**
 * Adds a line to a key that holds several: "header" or "meta".
 *
 * A line is name and value with a colon between them; of one name the last counts. Never blocks.
 *
 * @param[in] config The config.
 * @param[in] key The key.
 * @param[in] name Name of the header or the item of metadata.
 * @param[in] value Its value; "" takes it away where the server knows how to.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key, when it holds one value only, or when name or
 * value have what cannot be in them; SWC_ERR_INVALID_UTF8. On failure nothing has changed.
 */
SWC_API
swc_status swc_config_add(swc_config *config,
                          const char *key,
                          const char *name,
                          const char *value,
                          swc_error **err);

/**
 * Gets the value of a key: the one set, or its default.
 *
 * Never blocks.
 *
 * @param[in] config The config.
 * @param[in] key The key.
 * @param[out] value The value, "" for none; it lives until the config is changed or freed.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such key; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_config_get(const swc_config *config,
                          const char *key,
                          const char **value,
                          swc_error **err);

/**
 * Sets keys from the environment variables ST_* and OS_*, as the swift command reads them.
 *
 * ST_AUTH, ST_USER, ST_KEY, ST_AUTH_VERSION and the OS_* variables of OpenStack, such as OS_AUTH_URL, OS_USERNAME,
 * OS_PASSWORD and OS_PROJECT_NAME. What swc_config_set() sets goes before them, whichever is called first. A
 * variable that is not set or empty changes nothing. Blocks only to read the files of OS_CLOUD; not while another
 * thread changes the environment. The variables that name proxies are read too: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY
 * and NO_PROXY, in lower case before upper case, HTTP_PROXY not in a CGI program, where a header sets it; and
 * REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE where OS_CACERT is not set. Without this call none of them counts. With
 * ST_AUTH, ST_USER and ST_KEY all set they are what counts, without the version in the OS_* variables and without
 * OS_CLOUD. Else OS_CLOUD names a cloud of clouds.yaml, which is read: see swc_config_load_cloud() for what of the
 * other variables counts then.
 *
 * @param[in] config The config.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when a variable has a value that is none for its key;
 * SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_config_load_env(swc_config *config,
                               swc_error **err);

/**
 * Sets keys from a cloud of clouds.yaml, the file of OpenStack's own clients.
 *
 * The file is looked for in the current directory, ~/.config/openstack ($XDG_CONFIG_HOME), /etc/xdg/openstack
 * ($XDG_CONFIG_DIRS) and /etc/openstack, as clouds.yaml, .yml or .json; the first one counts. What is secret may
 * stand in a secure.yaml, and what a provider says of itself in a clouds-public.yaml, found in the same places and
 * before them beside the file that was named. Of a cloud, "auth" with all it may hold is taken, "auth_type",
 * "identity_api_version", "region_name" and "regions", "interface", "object_store_endpoint_override", "verify",
 * "cacert", "cert", "key" and "api_timeout"; what is for other services is passed over. With several regions
 * "os_region_name" (OS_REGION_NAME) says which. What swc_config_set() sets goes before the cloud, whichever is
 * called first. The cloud goes before the environment: with it the variables OS_* and ST_* do not count, but for
 * OS_REGION_NAME, OS_PASSCODE, and OS_CACERT, a password or a secret that the files leave out. The key "os_cloud"
 * has the same effect when a connection is made, and the variable OS_CLOUD in swc_config_load_env(). Blocks for as
 * long as it takes to read the files; not while another thread changes the environment.
 *
 * @param[in] config The config.
 * @param[in] name The name of the cloud; NULL for the only one there is.
 * @param[in] file The file to read instead of those that are looked for; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such cloud or file, or what it says makes no sense;
 * SWC_ERR_IO when the file cannot be read; SWC_ERR_INVALID_UTF8. On failure nothing has changed.
 */
SWC_API
swc_status swc_config_load_cloud(swc_config *config,
                                 const char *name,
                                 const char *file,
                                 swc_error **err);

/**
 * Frees a config.
 *
 * @param[in] config The config; NULL is fine.
 */
SWC_API void swc_config_free(swc_config *config);

/**
 * Counts the keys a config knows.
 *
 * @return How many there are.
 */
SWC_API size_t swc_config_key_count(void);

/**
 * Names a key by its number.
 *
 * @param[in] index From 0 to one less than swc_config_key_count().
 * @return Static text; NULL past the end.
 */
SWC_API const char *swc_config_key_name(size_t index);

/**
 * Tells the default of a key by its number.
 *
 * @param[in] index From 0 to one less than swc_config_key_count().
 * @return Static text, "" when the key has no default; NULL past the end.
 */
SWC_API const char *swc_config_key_default(size_t index);

/**
 * Tells what a key is for, by its number.
 *
 * @param[in] index From 0 to one less than swc_config_key_count().
 * @return Static text, a sentence or two with the unit of the value; NULL past the end.
 */
SWC_API const char *swc_config_key_doc(size_t index);

/**
 * Makes a token that nobody has cancelled yet.
 *
 * Never blocks; any thread.
 *
 * @return The token; free it with swc_cancel_free().
 */
SWC_API swc_cancel *swc_cancel_new(void);

/**
 * Ends all calls that have the token, those in progress and those to come.
 *
 * They return SWC_ERR_CANCELLED at once, also when they are waiting for the server or for their next
 * attempt. Never blocks; any thread.
 *
 * @param[in] cancel The token; nothing happens for NULL.
 */
SWC_API
void swc_cancel_cancel(const swc_cancel *cancel);

/**
 * Tells whether swc_cancel_cancel() was called.
 *
 * Never blocks; any thread.
 *
 * @param[in] cancel The token.
 * @return Whether it is cancelled; false for NULL.
 */
SWC_API bool swc_cancel_is_cancelled(const swc_cancel *cancel);

/**
 * Frees a token; the calls that have it go on.
 *
 * @param[in] cancel The token; NULL is fine.
 */
SWC_API void swc_cancel_free(swc_cancel *cancel);

/**
 * Makes an access list that lets nobody in.
 *
 * Never blocks; any thread.
 *
 * @return The list; free it with swc_account_acl_free().
 */
SWC_API swc_account_acl *swc_account_acl_new(void);

/**
 * Gives a user an access; one that has it already is fine.
 *
 * @param[in] acl The list.
 * @param[in] access What the user may do, an swc_account_access.
 * @param[in] user The user as the server names it, with tempauth "account:user".
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_account_acl_add(swc_account_acl *acl,
                               int32_t access,
                               const char *user,
                               swc_error **err);

/**
 * Takes an access from a user; one that does not have it is fine.
 *
 * @param[in] acl The list.
 * @param[in] access What the user may no longer do, an swc_account_access.
 * @param[in] user The user as the server names it.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_account_acl_remove(swc_account_acl *acl,
                                  int32_t access,
                                  const char *user,
                                  swc_error **err);

/**
 * Counts the users that have an access.
 *
 * @param[in] acl The list.
 * @param[in] access The access, an swc_account_access.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_account_acl_count(const swc_account_acl *acl, int32_t access);

/**
 * Gives a user that has an access, by its number.
 *
 * @param[in] acl The list.
 * @param[in] access The access, an swc_account_access.
 * @param[in] index From 0 to one less than swc_account_acl_count().
 * @return The user, which lives until the list is changed or freed; NULL when there is none.
 */
SWC_API const char *swc_account_acl_at(const swc_account_acl *acl, int32_t access, size_t index);

/**
 * Frees an access list.
 *
 * Never blocks.
 *
 * @param[in] acl The list; NULL is fine.
 */
SWC_API void swc_account_acl_free(swc_account_acl *acl);

/**
 * Gives all of it as JSON, as the server sent it.
 *
 * @param[in] capabilities The capabilities.
 * @return The JSON; "" for NULL.
 */
SWC_API const char *swc_capabilities_json(const swc_capabilities *capabilities);

/**
 * Tells whether the cluster has something: a middleware, as "slo", or a setting of one, as "slo.allow_async_delete".
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @return Whether there is such a key, whatever its value; false for NULL.
 */
SWC_API
bool swc_capabilities_has(const swc_capabilities *capabilities,
                          const char *path);

/**
 * Gives a number, as "slo.max_manifest_segments".
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @return The number, without its fraction; -1 when there is none, and for NULL.
 */
SWC_API int64_t swc_capabilities_integer(const swc_capabilities *capabilities, const char *path);

/**
 * Gives a truth value, as "swift.account_autocreate".
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @return The value; false when there is none, and for NULL.
 */
SWC_API bool swc_capabilities_boolean(const swc_capabilities *capabilities, const char *path);

/**
 * Gives a text, as "swift.version".
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @return The text; NULL when there is none, and for NULL.
 */
SWC_API const char *swc_capabilities_text(const swc_capabilities *capabilities, const char *path);

/**
 * Counts the items of a list, as "tempurl.methods".
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @return How many there are; 0 when there is no such list, and for NULL.
 */
SWC_API size_t swc_capabilities_item_count(const swc_capabilities *capabilities, const char *path);

/**
 * Gives an item of a list by its number.
 *
 * @param[in] capabilities The capabilities.
 * @param[in] path Keys with dots between them.
 * @param[in] index From 0 to one less than swc_capabilities_item_count().
 * @return The item, as JSON when it is no text; NULL when there is none of that number, and for NULL.
 */
SWC_API
const char *swc_capabilities_item_at(const swc_capabilities *capabilities,
                                     const char *path,
                                     size_t index);

/**
 * Gives a limit of Swift itself: as the server tells it, or the one Swift has unless configured otherwise.
 *
 * @param[in] capabilities The capabilities.
 * @param[in] name "max_file_size", "max_object_name_length", "max_container_name_length", "max_account_name_length",
 * "max_meta_count", "max_meta_name_length", "max_meta_value_length", "max_meta_overall_size", "max_header_size",
 * "max_request_line", "container_listing_limit" or "account_listing_limit".
 * @return The limit; -1 when there is none of that name, and for NULL.
 */
SWC_API
int64_t swc_capabilities_limit(const swc_capabilities *capabilities,
                               const char *name);

/**
 * Counts the storage policies.
 *
 * @param[in] capabilities The capabilities.
 * @return How many there are; 0 when the server tells none, and for NULL.
 */
SWC_API size_t swc_capabilities_policy_count(const swc_capabilities *capabilities);

/**
 * Gives a storage policy by its number.
 *
 * @param[in] capabilities The capabilities.
 * @param[in] index From 0 to one less than swc_capabilities_policy_count().
 * @param[out] name Its name, for X-Storage-Policy; may be NULL.
 * @param[out] aliases All its names with ", " between them; may be NULL.
 * @return Whether there is a policy of that number.
 */
SWC_API
bool swc_capabilities_policy_at(const swc_capabilities *capabilities,
                                size_t index,
                                const char **name,
                                const char **aliases);

/**
 * Tells whether a storage policy is the one that containers get when none is asked for.
 *
 * @param[in] capabilities The capabilities.
 * @param[in] index From 0 to one less than swc_capabilities_policy_count().
 * @return Whether it is; false when there is none of that number, and for NULL.
 */
SWC_API bool swc_capabilities_policy_is_default(const swc_capabilities *capabilities, size_t index);

/**
 * Tells whether new containers cannot have a storage policy any more.
 *
 * @param[in] capabilities The capabilities.
 * @param[in] index From 0 to one less than swc_capabilities_policy_count().
 * @return Whether they cannot; false when there is none of that number, and for NULL.
 */
SWC_API
bool swc_capabilities_policy_is_deprecated(const swc_capabilities *capabilities,
                                           size_t index);

/**
 * Frees capabilities.
 *
 * Never blocks.
 *
 * @param[in] capabilities The capabilities; NULL is fine.
 */
SWC_API void swc_capabilities_free(swc_capabilities *capabilities);

/**
 * Counts the URLs, one for each replica.
 *
 * @param[in] endpoints The endpoints.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_endpoints_count(const swc_endpoints *endpoints);

/**
 * Gives a URL by its number.
 *
 * @param[in] endpoints The endpoints.
 * @param[in] index From 0 to one less than swc_endpoints_count().
 * @return The URL; NULL when there is none of that number, and for NULL.
 */
SWC_API const char *swc_endpoints_url_at(const swc_endpoints *endpoints, size_t index);

/**
 * Counts the headers that a request to one of the URLs needs, such as the one that names the storage policy.
 *
 * @param[in] endpoints The endpoints.
 * @return How many there are; 0 for NULL.
 */
SWC_API
size_t swc_endpoints_header_count(const swc_endpoints *endpoints);

/**
 * Gives such a header by its number.
 *
 * @param[in] endpoints The endpoints.
 * @param[in] index From 0 to one less than swc_endpoints_header_count().
 * @param[out] name The name; may be NULL.
 * @param[out] value The value; may be NULL.
 * @return Whether there is a header of that number.
 */
SWC_API
bool swc_endpoints_header_at(const swc_endpoints *endpoints,
                             size_t index,
                             const char **name,
                             const char **value);

/**
 * Frees endpoints.
 *
 * Never blocks.
 *
 * @param[in] endpoints The endpoints; NULL is fine.
 */
SWC_API void swc_endpoints_free(swc_endpoints *endpoints);

/**
 * Makes a body of bytes in memory, which are lent and not copied.
 *
 * The memory must stay as it is until the source is freed and the jobs it was given to are done; then
 * `free_cb` runs. Never blocks; any thread.
 *
 * @param[in] data The bytes; NULL only when `size` is 0.
 * @param[in] size Their number.
 * @param[in] free_cb Told when the memory is no longer needed, also when this call fails; NULL for nobody.
 * @param[in] user_data Passed to `free_cb`; may be NULL.
 * @param[out] source The source; free it with swc_source_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_source_new_memory(const void *data,
                                 size_t size,
                                 swc_free_callback free_cb,
                                 void *user_data,
                                 swc_source **source,
                                 swc_error **err);

/**
 * Makes a body of a whole file.
 *
 * The file is opened each time it is sent, and its size taken then: one that is not there is found out
 * when it is sent. One that becomes shorter meanwhile is SWC_ERR_IO; of one that grows as much is sent as there was. A
 * file that says it is empty and is not, such as those of /proc, is sent in chunks up to its end. Never blocks; any
 * thread.
 *
 * @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows.
 * @param[out] source The source; free it with swc_source_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_source_new_file(const char *path,
                               swc_source **source,
                               swc_error **err);

/**
 * Makes a body of part of a file.
 *
 * It is an error of the call that sends it when the file ends before the part does. Never blocks; any
 * thread.
 *
 * @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows.
 * @param[in] offset First byte to send, from 0.
 * @param[in] length Number of bytes to send.
 * @param[out] source The source; free it with swc_source_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_source_new_file_range(const char *path,
                                     uint64_t offset,
                                     uint64_t length,
                                     swc_source **source,
                                     swc_error **err);

/**
 * Makes a body of what a descriptor gives from its present position on.
 *
 * The descriptor is duplicated: yours may be closed afterwards, and its position is not moved if it is a file's. A
 * regular file can be sent any number of times, each time from the position it had here; a pipe or socket only
 * once. On Windows see "descriptors" at the top.
 *
 * @param[in] fd An open descriptor.
 * @param[in] length Number of bytes to send; -1 for all up to the end.
 * @param[out] source The source; free it with swc_source_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when `fd` is not open.
 */
SWC_API
swc_status swc_source_new_fd(int32_t fd,
                             int64_t length,
                             swc_source **source,
                             swc_error **err);

/**
 * Makes a body of what a callback gives.
 *
 * In a call of a connection the callbacks run on the calling thread, before the call returns; in a job of
 * a service on one of its threads, one at a time. They must not throw nor jump. Never blocks; any thread.
 *
 * @param[in] read_cb Gives the bytes.
 * @param[in] rewind_cb Goes back to the first byte, which retries need; NULL when that is impossible.
 * @param[in] free_cb Releases `user_data` when the source is freed and its jobs are done, also when this
 * call fails; NULL for no such thing.
 * @param[in] user_data Passed to all three; may be NULL.
 * @param[in] length Number of bytes to send: exactly so many are asked for, and what the callback has beyond them
 * is not sent and can serve another source. -1 when unknown: they are then sent in chunks, up to the end.
 * @param[out] source The source; free it with swc_source_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_source_new_callbacks(swc_read_callback read_cb,
                                    swc_rewind_callback rewind_cb,
                                    swc_free_callback free_cb,
                                    void *user_data,
                                    int64_t length,
                                    swc_source **source,
                                    swc_error **err);

/**
 * Tells the number of bytes a source will give.
 *
 * Asks the file system for a file, else does no I/O; any thread.
 *
 * @param[in] source The source.
 * @param[out] size The number of bytes; -1 when it is not known beforehand.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when there is no such file.
 */
SWC_API swc_status swc_source_size(const swc_source *source, int64_t *size, swc_error **err);

/**
 * Frees a source; jobs that use it go on.
 *
 * @param[in] source The source; NULL is fine.
 */
SWC_API void swc_source_free(swc_source *source);

/**
 * Makes a request without extras.
 *
 * Never blocks; any thread.
 *
 * @return The request; free it with swc_request_free().
 */
SWC_API swc_request *swc_request_new(void);

/**
 * Sets a header, in place of any of that name, whatever its case.
 *
 * It also takes the place of a header the library would send by itself, but for Content-Length,
 * Transfer-Encoding, Connection, Expect and Upgrade, which are refused: see swc_request_set_own_framing().
 *
 * @param[in] request The request.
 * @param[in] name Name of the header.
 * @param[in] value Its value, which may hold any UTF-8 but control characters (other bytes:
 * swc_request_set_header_bytes()); NULL takes the header away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_header(swc_request *request,
                                  const char *name,
                                  const char *value,
                                  swc_error **err);

/**
 * Adds a header besides those of the same name; the same ones are refused as by swc_request_set_header().
 *
 * @param[in] request The request.
 * @param[in] name Name of the header.
 * @param[in] value Its value, which may hold any UTF-8 but control characters.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_add_header(swc_request *request,
                                  const char *name,
                                  const char *value,
                                  swc_error **err);

/**
 * Sets the media type of what is sent, as "text/plain"; without it the server guesses from the name.
 *
 * @param[in] request The request.
 * @param[in] content_type The media type; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_content_type(swc_request *request,
                                        const char *content_type,
                                        swc_error **err);

/**
 * Sets metadata of an object: the header X-Object-Meta-NAME.
 *
 * A POST replaces all metadata of an object; what is not set again is gone.
 *
 * @param[in] request The request.
 * @param[in] name Name of the metadata, without the prefix.
 * @param[in] value Its value.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_object_metadata(swc_request *request,
                                           const char *name,
                                           const char *value,
                                           swc_error **err);

/**
 * Sets a parameter of the query, in place of any of that name: "prefix", "delimiter", "limit", "marker"
 * and so on.
 *
 * @param[in] request The request.
 * @param[in] name Name of the parameter, not percent-encoded.
 * @param[in] value Its value, not percent-encoded; NULL sends the bare name, as in `?versions`. To take the
 * parameter away again there is swc_request_remove_query().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_query(swc_request *request,
                                 const char *name,
                                 const char *value,
                                 swc_error **err);

/**
 * Takes a parameter of the query away again; one that is not there is fine.
 *
 * @param[in] request The request.
 * @param[in] name Name of the parameter, not percent-encoded.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_remove_query(swc_request *request,
                                    const char *name,
                                    swc_error **err);

/**
 * Asks for part of an object.
 *
 * `UINT64_MAX` for `length` means up to the end. `UINT64_MAX` for `offset` means the last `length` bytes.
 * Both together mean the whole object, as without a range.
 * A range that begins beyond the end of the object makes the call fail with SWC_ERR_RANGE.
 *
 * @param[in] request The request.
 * @param[in] offset First byte wanted, from 0.
 * @param[in] length Number of bytes wanted, at least 1.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_range(swc_request *request,
                                 uint64_t offset,
                                 uint64_t length,
                                 swc_error **err);

/**
 * Makes a read succeed only for an object with this ETag, else fail with SWC_ERR_PRECONDITION.
 *
 * It holds for the source of a copy too. A PUT, POST or DELETE pays no heed to it.
 *
 * @param[in] request The request.
 * @param[in] etag The ETag, or several with commas between them, or "*" for any object that is there; NULL takes
 * the condition away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_if_match(swc_request *request,
                                    const char *etag,
                                    swc_error **err);

/**
 * Makes the call fail for an object with this ETag.
 *
 * A read fails with SWC_ERR_NOT_MODIFIED, a write with SWC_ERR_PRECONDITION. A PUT takes only "*": with an
 * ETag the server answers HTTP 400, which is SWC_ERR_HTTP. What an earlier attempt of the same
 * swc_connection_put_object() has stored, whose answer was lost, does not make it fail; where that cannot be told, as
 * for a manifest, a symlink or a URL, the message says that it may be so.
 *
 * @param[in] request The request.
 * @param[in] etag The ETag, or several with commas between them, or "*" for any, so that a PUT does not replace what
 * is there; NULL takes the condition away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_if_none_match(swc_request *request,
                                         const char *etag,
                                         swc_error **err);

/**
 * Makes a read fail with SWC_ERR_NOT_MODIFIED when the object is not newer than a time.
 *
 * @param[in] request The request.
 * @param[in] time Seconds since 1970, as `time_t` has them; -1 takes the condition away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_if_modified_since(swc_request *request,
                                             int64_t time,
                                             swc_error **err);

/**
 * Makes a read fail with SWC_ERR_PRECONDITION when the object is newer than a time.
 *
 * @param[in] request The request.
 * @param[in] time Seconds since 1970, as `time_t` has them; -1 takes the condition away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_if_unmodified_since(swc_request *request,
                                               int64_t time,
                                               swc_error **err);

/**
 * Limits how long a call may last in all: attempts, pauses between them and the reading of the body.
 *
 * When the time is up the call, or the reading of its body, fails with SWC_ERR_TIMEOUT. Without a limit
 * the timeouts of the config still end a call in which nothing moves.
 *
 * @param[in] request The request.
 * @param[in] timeout_ms Milliseconds, more than 0; -1 for no limit.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_timeout(swc_request *request,
                                   int32_t timeout_ms,
                                   swc_error **err);

/**
 * Gives calls a token by which another thread can end them.
 *
 * @param[in] request The request.
 * @param[in] cancel The token, which may be freed before the request; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_cancel(swc_request *request,
                                  const swc_cancel *cancel,
                                  swc_error **err);

/**
 * Has a callback told how far the body of a call has come.
 *
 * It runs on the thread that makes the call or reads its response, and must not throw nor jump. When the
 * request serves several calls at once, so may the callback.
 *
 * @param[in] request The request.
 * @param[in] progress_cb The callback; NULL for none.
 * @param[in] free_cb Releases `user_data` when neither the request nor a call needs it, also when this
 * call fails; NULL for no such thing.
 * @param[in] user_data Passed to both callbacks; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_progress(swc_request *request,
                                    swc_progress_callback progress_cb,
                                    swc_free_callback free_cb,
                                    void *user_data,
                                    swc_error **err);

/**
 * Sets whether bodies are checked against their MD5, whatever the key `checksum` of the config says.
 *
 * @param[in] request The request.
 * @param[in] checksum Whether to check.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_checksum(swc_request *request,
                                    bool checksum,
                                    swc_error **err);

/**
 * Frees a request; calls that have begun go on.
 *
 * Never blocks.
 *
 * @param[in] request The request; NULL is fine.
 */
SWC_API void swc_request_free(swc_request *request);

/**
 * Sets whether the token goes with the request.
 *
 * Unless this is set the token goes with every call that has use for one, and only to the server of the storage URL:
 * not with swc_connection_capabilities() and the like, not to another server, and not where the query holds the
 * signature of a temporary URL. A header X-Auth-Token set with swc_request_set_header() takes its place.
 *
 * @param[in] request The request.
 * @param[in] send_token With true it goes to any server, so be sure of the URL; with false to none: what is
 * public answers without.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_send_token(swc_request *request,
                                      bool send_token,
                                      swc_error **err);

/**
 * Makes calls by the signature of a temporary URL instead of the token.
 *
 * What the query of the URL has is sent along, and nothing else of it is looked at: the call says which object it
 * is about. For any call about an object that the URL is good for; one for a prefix is good for all below that. A
 * connection for nothing else is made with the keys "os_auth_type" set to "none" and "os_storage_url".
 *
 * @param[in] request The request.
 * @param[in] url A temporary URL, or its query behind a '?'.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no temporary URL; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_temp_url(swc_request *request,
                                    const char *url,
                                    swc_error **err);

/**
 * Sets whether swc_connection_request() gives a response whatever the status: 404, 503, or 301.
 *
 * Then only what is no answer is an error, and a refusal after which the time of the call does not suffice for the
 * attempt that should follow. What other calls try again is tried again here too, and a 401 renews the token: the
 * response is the last one. Other calls refuse a request that has this set.
 *
 * @param[in] request The request.
 * @param[in] any_status Whether to give it.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_any_status(swc_request *request,
                                      bool any_status,
                                      swc_error **err);

/**
 * Sets whether a body is announced before it is sent, whatever the key `expect_continue` of the config says.
 *
 * With `Expect: 100-continue` the server can refuse a body that it has not got yet: for a token that has expired, a
 * quota, a condition that does not hold. Nothing of the source is used up then, so that also one that can be sent
 * only once is sent when the call is made again. A server that does not know of this is waited for once.
 *
 * @param[in] request The request.
 * @param[in] announce Whether to announce it.
 * @param[in] wait_ms Milliseconds the server may take to ask for the body, which is sent after that; -1: as long
 * as for any answer, and then the call fails.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_expect_continue(swc_request *request,
                                           bool announce,
                                           int32_t wait_ms,
                                           swc_error **err);

/**
 * Has a large object deleted with its segments also where an older version of it is kept, which then lacks them.
 *
 * For swc_connection_delete_slo() and swc_connection_delete_dlo(), which refuse that otherwise. They do not look
 * at the container then.
 *
 * @param[in] request The request.
 * @param[in] on Whether it shall be.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_delete_kept(swc_request *request,
                                       bool on,
                                       swc_error **err);

/**
 * Lets the server send white space while it works on a manifest or a copy, so that the wait is not taken for a stall.
 *
 * For swc_connection_put_slo() with hundreds of segments, and for copies that take minutes. What comes of
 * it is in the response or the error, as without.
 *
 * @param[in] request The request.
 * @param[in] on Whether it shall.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_heartbeat(swc_request *request,
                                     bool on,
                                     swc_error **err);

/**
 * Asks for one segment of a static large object instead of all of it, in GET or HEAD.
 *
 * swc_response_parts_count() tells how many there are. It cannot be used with a range.
 *
 * @param[in] request The request.
 * @param[in] number Which one, from 1; 0 asks for all of it again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_part_number(swc_request *request,
                                       uint32_t number,
                                       swc_error **err);

/**
 * Makes the object that is stored, or posted to, the manifest of a dynamic large object (X-Object-Manifest).
 *
 * For swc_connection_put_object() and swc_connection_post_object(); there are swc_connection_put_dlo() and
 * swc_connection_post_dlo(), which do this by themselves.
 *
 * @param[in] request The request.
 * @param[in] segment_container The container the segments are in; NULL takes it away again.
 * @param[in] prefix How their names begin; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_dlo(swc_request *request,
                               const char *segment_container,
                               const char *prefix,
                               swc_error **err);

/**
 * Has the server guess the media type of an object from its name, whatever type is given.
 *
 * @param[in] request The request.
 * @param[in] detect Whether to guess.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_detect_content_type(swc_request *request,
                                               bool detect,
                                               swc_error **err);

/**
 * Says how the bytes of an object are encoded, as "gzip".
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 * They are delivered as they are stored.
 *
 * @param[in] request The request.
 * @param[in] content_encoding The encoding; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_content_encoding(swc_request *request,
                                            const char *content_encoding,
                                            swc_error **err);

/**
 * Says what a browser does with an object, as "attachment; filename="a.txt"".
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 *
 * @param[in] request The request.
 * @param[in] content_disposition The value of Content-Disposition; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_content_disposition(swc_request *request,
                                               const char *content_disposition,
                                               swc_error **err);

/**
 * Says how long caches may keep an object, as "max-age=3600".
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 *
 * @param[in] request The request.
 * @param[in] cache_control The value of Cache-Control; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_cache_control(swc_request *request,
                                         const char *cache_control,
                                         swc_error **err);

/**
 * Says which language an object is in, as "en".
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 *
 * @param[in] request The request.
 * @param[in] content_language The language; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_content_language(swc_request *request,
                                            const char *content_language,
                                            swc_error **err);

/**
 * Says until when caches may keep an object; the object itself stays, see swc_request_set_delete_at().
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 *
 * @param[in] request The request.
 * @param[in] time Seconds since 1970, as `time_t` has them; -1 takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_expires(swc_request *request,
                                   int64_t time,
                                   swc_error **err);

/**
 * Says what search engines may do with an object, as "noindex".
 *
 * It is stored with the object and sent with every GET. A POST without it takes it from the object.
 *
 * @param[in] request The request.
 * @param[in] robots_tag The value of X-Robots-Tag; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_robots_tag(swc_request *request,
                                      const char *robots_tag,
                                      swc_error **err);

/**
 * Has the server delete an object at a time, given with a PUT, POST or copy.
 *
 * A time that has passed is refused by the server with HTTP 400. A POST without it, or the time after which, lets
 * the object live on.
 *
 * @param[in] request The request.
 * @param[in] time Seconds since 1970, as `time_t` has them; -1 takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_delete_at(swc_request *request,
                                     int64_t time,
                                     swc_error **err);

/**
 * Has the server delete an object so many seconds from now, given with a PUT, POST or copy.
 *
 * It wins over swc_request_set_delete_at(). 0 is refused by the server with HTTP 400.
 *
 * @param[in] request The request.
 * @param[in] seconds How long the object lives; -1 takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_delete_after(swc_request *request,
                                        int64_t seconds,
                                        swc_error **err);

/**
 * Reaches an object whose time has come, as long as it is still there, with GET, HEAD and POST.
 *
 * The server must allow it: "allow_open_expired" among its capabilities.
 *
 * @param[in] request The request.
 * @param[in] open Whether to reach it.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_request_set_open_expired(swc_request *request, bool open, swc_error **err);

/**
 * Says which MD5 a PUT has; the server refuses other bytes, which is SWC_ERR_CHECKSUM, and stores nothing.
 *
 * For the manifest of a static large object it is the ETag the large object will have.
 *
 * @param[in] request The request.
 * @param[in] etag The MD5 in hexadecimal digits; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_etag(swc_request *request,
                                const char *etag,
                                swc_error **err);

/**
 * Drops the metadata of the source of a copy: the copy has what the request sets and no more.
 *
 * Without it metadata that the request sets is added to that of the source.
 *
 * @param[in] request The request.
 * @param[in] fresh Whether to drop it.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_fresh_metadata(swc_request *request,
                                          bool fresh,
                                          swc_error **err);

/**
 * Names the account a copy goes to; without it that is the one of the connection.
 *
 * The container there must allow the user of the connection to write.
 *
 * @param[in] request The request.
 * @param[in] account Name of the account, not percent-encoded; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_destination_account(swc_request *request,
                                               const char *account,
                                               swc_error **err);

/**
 * Names the account a copy comes from; without it that is the one of the connection.
 *
 * The container there must allow the user of the connection to read.
 *
 * @param[in] request The request.
 * @param[in] account Name of the account, not percent-encoded; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_source_account(swc_request *request,
                                          const char *account,
                                          swc_error **err);

/**
 * Reads or copies the manifest of a large object in place of what it stands for.
 *
 * A copied manifest shares its segments with the source.
 *
 * @param[in] request The request.
 * @param[in] manifest Whether the manifest is meant.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_manifest_get(swc_request *request,
                                        bool manifest,
                                        swc_error **err);

/**
 * Names the version of an object that is read, copied or deleted.
 *
 * @param[in] request The request.
 * @param[in] version_id The id, from swc_response_version_id() or a listing; "null" for the object from before
 * versioning was turned on; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_version_id(swc_request *request,
                                      const char *version_id,
                                      swc_error **err);

/**
 * Reads or copies a symlink itself in place of its target.
 *
 * @param[in] request The request.
 * @param[in] symlink Whether the link is meant.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_request_set_symlink_get(swc_request *request, bool symlink, swc_error **err);

/**
 * Names the container that replaced versions of objects go to, in a PUT or POST of a container.
 *
 * This is the older way of versioning, in stack mode: a DELETE brings back the version before. It excludes
 * swc_request_set_history_location() and swc_request_set_versions_enabled().
 *
 * @param[in] request The request.
 * @param[in] container Name of the container, not percent-encoded; "" ends the versioning; NULL takes it out of
 * the request again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_versions_location(swc_request *request,
                                             const char *container,
                                             swc_error **err);

/**
 * Names the container that replaced and deleted versions of objects go to, in a PUT or POST of a container.
 *
 * This is the older way of versioning, in history mode: a DELETE puts the object there too. It excludes
 * swc_request_set_versions_location() and swc_request_set_versions_enabled().
 *
 * @param[in] request The request.
 * @param[in] container Name of the container, not percent-encoded; "" ends the versioning; NULL takes it out of
 * the request again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_history_location(swc_request *request,
                                            const char *container,
                                            swc_error **err);

/**
 * Turns the versioning of a container on or off, in a PUT or POST of the container.
 *
 * While it is on every version of an object is kept, and a DELETE leaves a marker. Turning it off keeps the
 * versions there are.
 *
 * @param[in] request The request.
 * @param[in] enabled Whether versions are kept.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_versions_enabled(swc_request *request,
                                            bool enabled,
                                            swc_error **err);

/**
 * Asks for one more part of an object besides those asked for.
 *
 * The arguments are those of swc_request_set_range(), which begins anew; one of them must not be `UINT64_MAX`.
 * The parts come with swc_response_next_part(), in this order. Those that lie beyond the end of the object are left
 * out; when all do, the call fails with SWC_ERR_RANGE. So it does with more than 50 parts, more than 2 pairs that
 * overlap, or 8 or more that do not ascend: the limits of Swift. Of a dynamic large object (DLO) Swift gives all
 * when asked for more than one part.
 *
 * @param[in] request The request.
 * @param[in] offset First byte wanted, from 0.
 * @param[in] length Number of bytes wanted, at least 1.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_add_range(swc_request *request,
                                 uint64_t offset,
                                 uint64_t length,
                                 swc_error **err);

/**
 * Says what is meant by a POST to a symlink.
 *
 * Swift does not follow a link there: it sets the metadata of the link itself, and then answers HTTP 307 with the path
 * of the target. Therefore with SWC_SYMLINK_POST_TARGET the link has the metadata as well.
 *
 * @param[in] request The request.
 * @param[in] meaning An swc_symlink_post; SWC_SYMLINK_POST_REPORT in the beginning.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such meaning.
 */
SWC_API
swc_status swc_request_set_symlink_post(swc_request *request,
                                        int32_t meaning,
                                        swc_error **err);

/**
 * Sets a header whose value is bytes and need not be UTF-8, in place of any of that name.
 *
 * Otherwise like swc_request_set_header(): what is refused there is refused here, control characters too. For any
 * call.
 *
 * @param[in] request The request.
 * @param[in] name Name of the header.
 * @param[in] value Its value, which is copied; NULL takes the header away again.
 * @param[in] size Number of bytes; 0 when `value` is NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_header_bytes(swc_request *request,
                                        const char *name,
                                        const void *value,
                                        size_t size,
                                        swc_error **err);

/**
 * Leaves the framing of the body to the caller, for swc_connection_request().
 *
 * After this, Content-Length, Transfer-Encoding, Connection, Expect and Upgrade can be set like other headers. All go
 * out as they are, or not at all: nothing is added that says how long the body is, and the bytes of the source are
 * sent as they are, so chunks are the caller's to make. The body is sent at once, also with Expect. The call has a
 * connection for itself, which is closed after it.
 *
 * This is for tests of servers. What the headers say and what is sent may differ, and a server or a proxy may take
 * the rest for another request, in the name of somebody else: never let others choose these headers or the body.
 * A server that waits for bytes that do not come is given up when the timeouts of the config are over, and the call is
 * tried again as others are; one that got enough may answer before it has taken all, and that answer counts.
 *
 * Other calls refuse a request that has this set; so does swc_connection_request() together with
 * swc_request_set_expect_continue() and, when there is a body, swc_request_set_checksum(). Headers that were set under
 * it are refused when it is taken back.
 *
 * @param[in] request The request.
 * @param[in] own_framing Whether the framing is the caller's.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_own_framing(swc_request *request,
                                       bool own_framing,
                                       swc_error **err);

/**
 * Sets how many times a failed request is made again, whatever the key `retries` of the config says.
 *
 * As with the key, a request refused for its token (HTTP 401) is made once more beside these.
 *
 * @param[in] request The request.
 * @param[in] retries How many times, from 0 to 1000.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_retries(swc_request *request,
                                   uint32_t retries,
                                   swc_error **err);

/**
 * Sets the pauses before a request is made again, whatever the keys `starting_backoff` and `max_backoff` say.
 *
 * @param[in] request The request.
 * @param[in] starting_ms Milliseconds before the first repetition; the pause doubles each time.
 * @param[in] max_ms The longest pause in milliseconds; -1 for no limit.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_backoff(swc_request *request,
                                   int32_t starting_ms,
                                   int32_t max_ms,
                                   swc_error **err);

/**
 * Sets which fraction of each pause is random, whatever the key `backoff_jitter` says.
 *
 * @param[in] request The request.
 * @param[in] jitter The fraction, from 0 to 1.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_backoff_jitter(swc_request *request,
                                          double jitter,
                                          swc_error **err);

/**
 * Sets how long a pause the server may ask for with Retry-After, whatever the key `retry_after_max` says.
 *
 * When it asks for more the pause is this long. It is never shorter than the pause without Retry-After.
 *
 * @param[in] request The request.
 * @param[in] max_ms Milliseconds; 0: the server is not asked; -1 for no limit.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_retry_after_max(swc_request *request,
                                           int32_t max_ms,
                                           swc_error **err);

/**
 * Sets how long after its start a call may still make a failed request again, whatever the key
 * `retry_max_elapsed` says.
 *
 * A request that is on its way goes on; to end that too there is swc_request_set_timeout().
 *
 * @param[in] request The request.
 * @param[in] elapsed_ms Milliseconds; -1 for no limit.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_retry_max_elapsed(swc_request *request,
                                             int32_t elapsed_ms,
                                             swc_error **err);

/**
 * Sets whether a request that the server refused for its rate (HTTP 429, 498) is made again, whatever the key
 * `retry_on_ratelimit` says.
 *
 * @param[in] request The request.
 * @param[in] retry Whether to make it again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_retry_on_ratelimit(swc_request *request,
                                              bool retry,
                                              swc_error **err);

/**
 * Makes a read ask for what was written last, of whichever copy: X-Newest.
 *
 * Without it the server answers with the copy it comes to first, which may be an older one for a while
 * after a change. For HEAD, GET and listings of account, container and object.
 *
 * @param[in] request The request.
 * @param[in] newest Whether to.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_newest(swc_request *request,
                                  bool newest,
                                  swc_error **err);

/**
 * Adds text to the transaction ids of a call, by which its requests are found in logs: X-Trans-Id-Extra.
 *
 * @param[in] request The request.
 * @param[in] extra The text, 1 to 32 characters of ASCII; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_trans_id_extra(swc_request *request,
                                          const char *extra,
                                          swc_error **err);

/**
 * Has the server remove metadata of an account: the header X-Remove-Account-Meta-NAME.
 *
 * For POST and PUT. It takes the place of a value that the request set before.
 *
 * @param[in] request The request.
 * @param[in] name Name of the metadata, without the prefix.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_remove_account_metadata(swc_request *request,
                                               const char *name,
                                               swc_error **err);

/**
 * Sets a key that temp URLs of all objects of the account are signed with.
 *
 * There are two, so that one can be changed while URLs signed with the other still work. Only owners see
 * them: in the metadata Temp-URL-Key and Temp-URL-Key-2.
 *
 * @param[in] request The request.
 * @param[in] number 1 or 2.
 * @param[in] key The key, a secret; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_account_temp_url_key(swc_request *request,
                                                int32_t number,
                                                const char *key,
                                                swc_error **err);

/**
 * Sets who besides its owners may use the account, in place of whoever might before: X-Account-Access-Control.
 *
 * Swift's own tempauth knows it ("account_acls" in what swc_connection_capabilities() tells); Keystone has roles
 * instead, and ignores it.
 *
 * @param[in] request The request.
 * @param[in] acl The list, which is copied; an empty one takes all access back; NULL leaves what there is alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_account_acl(swc_request *request,
                                       const swc_account_acl *acl,
                                       swc_error **err);

/**
 * Sets how many bytes an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
 *
 * For reseller admins; anyone else gets SWC_ERR_FORBIDDEN. Owners can read it: swc_response_quota_bytes().
 *
 * @param[in] request The request.
 * @param[in] policy The storage policy it is for; NULL for all of the account.
 * @param[in] bytes How many; -1 has the server remove the quota.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_account_quota_bytes(swc_request *request,
                                               const char *policy,
                                               int64_t bytes,
                                               swc_error **err);

/**
 * Sets how many objects an account may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
 *
 * For reseller admins; anyone else gets SWC_ERR_FORBIDDEN. Owners can read it: swc_response_quota_count().
 *
 * @param[in] request The request.
 * @param[in] policy The storage policy it is for; NULL for all of the account.
 * @param[in] objects How many; -1 has the server remove the quota.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_account_quota_count(swc_request *request,
                                               const char *policy,
                                               int64_t objects,
                                               swc_error **err);

/**
 * Sets whether ETags of objects come in quotes, as the standard has it: X-Account-Rfc-Compliant-Etags.
 *
 * It holds for the containers that do not say otherwise. To give it back to the server's default send that
 * header with an empty value: swc_request_set_header().
 *
 * @param[in] request The request.
 * @param[in] quoted Whether they do.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_account_rfc_etags(swc_request *request,
                                             bool quoted,
                                             swc_error **err);

/**
 * Sets metadata of an account: the header X-Account-Meta-NAME.
 *
 * The name may hold any letters, but Swift itself refuses some here that it takes for objects, with SWC_ERR_HTTP
 * (400): those of Latin, Greek and Cyrillic beyond ASCII.
 *
 * @param[in] request The request.
 * @param[in] name Name of the metadata, without the prefix.
 * @param[in] value Its value; "" removes it from the account.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_account_metadata(swc_request *request,
                                            const char *name,
                                            const char *value,
                                            swc_error **err);

/**
 * Sets metadata of a container: the header X-Container-Meta-NAME.
 *
 * The name may hold any letters, but Swift itself refuses some here that it takes for objects, with SWC_ERR_HTTP
 * (400): those of Latin, Greek and Cyrillic beyond ASCII.
 *
 * @param[in] request The request.
 * @param[in] name Name of the metadata, without the prefix.
 * @param[in] value Its value; "" removes it from the container.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_container_metadata(swc_request *request,
                                              const char *name,
                                              const char *value,
                                              swc_error **err);

/**
 * Has the server remove metadata of a container: the header X-Remove-Container-Meta-NAME.
 *
 * For POST and PUT. It takes the place of a value that the request set before.
 *
 * @param[in] request The request.
 * @param[in] name Name of the metadata, without the prefix.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_remove_container_metadata(swc_request *request,
                                                 const char *name,
                                                 swc_error **err);

/**
 * Sets the storage policy of a container that is created: X-Storage-Policy.
 *
 * The PUT fails with SWC_ERR_HTTP (400) when the cluster has no such policy, and with SWC_ERR_CONFLICT
 * when the container is there with another one: it cannot be changed.
 *
 * @param[in] request The request.
 * @param[in] policy Name of the policy; NULL takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_storage_policy(swc_request *request,
                                          const char *policy,
                                          swc_error **err);

/**
 * Sets who may read a container: X-Container-Read.
 *
 * It replaces the whole list, also what swc_request_allow_read(), swc_request_allow_referrer() and
 * swc_request_allow_listings() have put into the request; these spare you the grammar.
 *
 * @param[in] request The request.
 * @param[in] acl Elements separated by commas, as ".r:*,.rlistings,project:user"; "" has the server remove
 * it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_read_acl(swc_request *request,
                                    const char *acl,
                                    swc_error **err);

/**
 * Sets who may write to a container: X-Container-Write.
 *
 * It replaces the whole list, also what swc_request_allow_write() has put into the request.
 *
 * @param[in] request The request.
 * @param[in] acl Elements separated by commas, as "project:user"; "" has the server remove it; NULL leaves
 * it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_write_acl(swc_request *request,
                                     const char *acl,
                                     swc_error **err);

/**
 * Lets a user read a container and what is in it, besides those the request lets already.
 *
 * Together these elements replace the list that the container has.
 *
 * @param[in] request The request.
 * @param[in] project The project (with tempauth: the account); "*" for any.
 * @param[in] user The user, "*" for any; NULL for the bare name of the project, which tempauth takes for
 * all its users and Keystone for a role.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_allow_read(swc_request *request,
                                  const char *project,
                                  const char *user,
                                  swc_error **err);

/**
 * Lets a user write objects into a container and delete them, besides those the request lets already.
 *
 * Together these elements replace the list that the container has.
 *
 * @param[in] request The request.
 * @param[in] project The project (with tempauth: the account); "*" for any.
 * @param[in] user The user, "*" for any; NULL for the bare name of the project, which tempauth takes for
 * all its users and Keystone for a role.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_allow_write(swc_request *request,
                                   const char *project,
                                   const char *user,
                                   swc_error **err);

/**
 * Lets everybody read objects who comes from pages of a host, or keeps them from it.
 *
 * The last element that fits decides. It rests on the header Referer, which anybody can set: no protection
 * of secrets.
 *
 * @param[in] request The request.
 * @param[in] host The host, a domain as ".example.com", or "*" for any, with or without that header.
 * @param[in] allowed Whether they may.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_allow_referrer(swc_request *request,
                                      const char *host,
                                      bool allowed,
                                      swc_error **err);

/**
 * Lets those list a container whom swc_request_allow_referrer() lets read its objects.
 *
 * @param[in] request The request.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_request_allow_listings(swc_request *request, swc_error **err);

/**
 * Sets how many bytes a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
 *
 * @param[in] request The request.
 * @param[in] bytes How many; -1 has the server remove the quota.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_container_quota_bytes(swc_request *request,
                                                 int64_t bytes,
                                                 swc_error **err);

/**
 * Sets how many objects a container may hold; a PUT beyond that fails with SWC_ERR_TOO_LARGE.
 *
 * @param[in] request The request.
 * @param[in] objects How many; -1 has the server remove the quota.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_container_quota_count(swc_request *request,
                                                 int64_t objects,
                                                 swc_error **err);

/**
 * Sets whose pages may use a container from a browser (CORS).
 *
 * @param[in] request The request.
 * @param[in] origins Origins, as "https://example.com", separated by spaces, or "*" for any; "" has the
 * server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_cors_allow_origin(swc_request *request,
                                             const char *origins,
                                             swc_error **err);

/**
 * Sets how long a browser may keep what a preflight request told it (CORS).
 *
 * @param[in] request The request.
 * @param[in] seconds How long; -1 has the server remove the setting.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_cors_max_age(swc_request *request,
                                        int64_t seconds,
                                        swc_error **err);

/**
 * Sets which headers pages in a browser may read, besides those they always may (CORS).
 *
 * @param[in] request The request.
 * @param[in] headers Names of headers, separated by spaces; "" has the server remove it; NULL leaves it
 * alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_cors_expose_headers(swc_request *request,
                                               const char *headers,
                                               swc_error **err);

/**
 * Sets the object that is shown for a container and for each pseudo-directory in it (static web).
 *
 * @param[in] request The request.
 * @param[in] object Its name, as "index.html"; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_web_index(swc_request *request,
                                     const char *object,
                                     swc_error **err);

/**
 * Sets the end of the names of the objects that are shown for errors (static web).
 *
 * @param[in] request The request.
 * @param[in] suffix What follows the HTTP status, as "error.html" for the object "404error.html"; "" has
 * the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_web_error(swc_request *request,
                                     const char *suffix,
                                     swc_error **err);

/**
 * Sets whether pseudo-directories without an index are shown as a list (static web).
 *
 * @param[in] request The request.
 * @param[in] listings Whether they are.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_web_listings(swc_request *request,
                                        bool listings,
                                        swc_error **err);

/**
 * Sets the style sheet of these lists (static web).
 *
 * @param[in] request The request.
 * @param[in] object Name of the object; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_web_listings_css(swc_request *request,
                                            const char *object,
                                            swc_error **err);

/**
 * Sets what these lists have in their heading in place of the container (static web).
 *
 * @param[in] request The request.
 * @param[in] label The text; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_web_listings_label(swc_request *request,
                                              const char *label,
                                              swc_error **err);

/**
 * Sets the media type of objects that stand for pseudo-directories (static web).
 *
 * @param[in] request The request.
 * @param[in] content_type The media type, as "text/directory"; "" has the server remove it; NULL leaves it
 * alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_web_directory_type(swc_request *request,
                                              const char *content_type,
                                              swc_error **err);

/**
 * Has a container answer as a web site although the request carries a token: X-Web-Mode (static web).
 *
 * For reads of objects, and of the container itself by swc_connection_request() with a slash behind its name; without
 * the slash the server sends a redirect there, as it does to browsers.
 *
 * @param[in] request The request.
 * @param[in] web Whether it does.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_web_mode(swc_request *request,
                                    bool web,
                                    swc_error **err);

/**
 * Sets the container that gets a copy of every change: X-Container-Sync-To.
 *
 * @param[in] request The request.
 * @param[in] to "//realm/cluster/account/container", with a realm and cluster that
 * swc_connection_capabilities() names, or the URL of the container; "" has the server remove it; NULL
 * leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_sync_to(swc_request *request,
                                   const char *to,
                                   swc_error **err);

/**
 * Sets the secret that both containers share: X-Container-Sync-Key.
 *
 * @param[in] request The request.
 * @param[in] key The secret; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API swc_status swc_request_set_sync_key(swc_request *request, const char *key, swc_error **err);

/**
 * Sets a key that temp URLs of objects in the container are signed with.
 *
 * There are two, so that one can be changed while URLs signed with the other still work. Only owners see
 * them: in the metadata Temp-URL-Key and Temp-URL-Key-2.
 *
 * @param[in] request The request.
 * @param[in] number 1 or 2.
 * @param[in] key The key, a secret; "" has the server remove it; NULL leaves it alone.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_container_temp_url_key(swc_request *request,
                                                  int32_t number,
                                                  const char *key,
                                                  swc_error **err);

/**
 * Sets whether ETags of objects come in quotes, whatever the account says:
 * X-Container-Rfc-Compliant-Etags.
 *
 * To have it follow the account again send that header with an empty value: swc_request_set_header().
 *
 * @param[in] request The request.
 * @param[in] quoted Whether they do.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_container_rfc_etags(swc_request *request,
                                               bool quoted,
                                               swc_error **err);

/**
 * Sets the size of a page of a listing.
 *
 * A listing goes on with the next page by itself; smaller pages come sooner and take less memory. More
 * than the cluster allows, mostly 10000, makes it fail with SWC_ERR_PRECONDITION.
 *
 * @param[in] request The request.
 * @param[in] rows How many rows, at least 1; UINT64_MAX for what the server takes by itself.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_limit(swc_request *request,
                                 uint64_t rows,
                                 swc_error **err);

/**
 * Has a listing give only names that begin so.
 *
 * @param[in] request The request.
 * @param[in] prefix The beginning; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_prefix(swc_request *request,
                                  const char *prefix,
                                  swc_error **err);

/**
 * Has a listing stop each name after a delimiter that follows the prefix, and give what it stopped at
 * once, as a pseudo-directory.
 *
 * @param[in] request The request.
 * @param[in] delimiter The delimiter, mostly "/", of one or several characters; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_delimiter(swc_request *request,
                                     const char *delimiter,
                                     swc_error **err);

/**
 * Has a listing begin after a name, which itself is left out; with swc_request_set_reverse() before it.
 *
 * @param[in] request The request.
 * @param[in] marker The name; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_marker(swc_request *request,
                                  const char *marker,
                                  swc_error **err);

/**
 * Has a listing end before a name, which itself is left out; with swc_request_set_reverse() after it.
 *
 * @param[in] request The request.
 * @param[in] end_marker The name; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_end_marker(swc_request *request,
                                      const char *end_marker,
                                      swc_error **err);

/**
 * Has a listing of a container give what lies directly in a pseudo-directory, objects that stand for one
 * included.
 *
 * An older way than prefix and delimiter, which it excludes.
 *
 * @param[in] request The request.
 * @param[in] path The pseudo-directory, with or without its last slash; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_path(swc_request *request,
                                const char *path,
                                swc_error **err);

/**
 * Has a listing run from the last name to the first.
 *
 * @param[in] request The request.
 * @param[in] reverse Whether it does.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_request_set_reverse(swc_request *request, bool reverse, swc_error **err);

/**
 * Has a listing of a container give every version of each object, the newest first.
 *
 * The container must have versions: swc_entry_version_id().
 *
 * @param[in] request The request.
 * @param[in] versions Whether it does.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_request_set_versions(swc_request *request, bool versions, swc_error **err);

/**
 * Has a listing of versions begin after one version of the object that the marker names.
 *
 * Only together with swc_request_set_marker().
 *
 * @param[in] request The request.
 * @param[in] version_id Id of the version; NULL or "" for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_request_set_version_marker(swc_request *request,
                                          const char *version_id,
                                          swc_error **err);

/**
 * Lets the server, or a proxy before it, compress listings and what swc_connection_capabilities() asks
 * for.
 *
 * Swift itself does not. What comes compressed is checked and given to you as if it had not been. Objects,
 * and what swc_connection_get_container() reads, always come as they are.
 *
 * @param[in] request The request.
 * @param[in] gzip Whether to.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_request_set_accept_gzip(swc_request *request,
                                       bool gzip,
                                       swc_error **err);

/**
 * Makes a connection; nothing is sent before the first call.
 *
 * Checks that the settings fit together. Files of certificates are read when TLS is first used: then the call
 * fails with SWC_ERR_IO when one cannot be read, and with SWC_ERR_INVALID_ARGUMENT when it holds no certificate.
 * Blocks only to read the files of a cloud that "os_cloud" names, unless they were read before; any thread.
 *
 * @param[in] config The settings, which are copied.
 * @param[out] connection The connection; free it with swc_connection_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AUTH when credentials are missing; SWC_ERR_INVALID_ARGUMENT when settings contradict
 * each other, or the cloud is not there; SWC_ERR_UNSUPPORTED for an authentication that this library cannot make;
 * SWC_ERR_IO when a file of the cloud cannot be read.
 */
SWC_API
swc_status swc_connection_new(const swc_config *config,
                              swc_connection **connection,
                              swc_error **err);

/**
 * Gets a token now instead of at the first call, to learn whether the credentials are good.
 *
 * A token that is still good is kept. Blocks until the answer is there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras: deadline and cancel token; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AUTH when the credentials are refused; SWC_ERR_CONNECT, SWC_ERR_TLS,
 * SWC_ERR_TIMEOUT, SWC_ERR_PROTOCOL, SWC_ERR_CANCELLED, SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_connection_authenticate(const swc_connection *connection,
                                       const swc_request *request,
                                       swc_error **err);

/**
 * Ends every call in progress on a connection, on whatever thread; they return SWC_ERR_CANCELLED.
 *
 * Responses whose body is being read end too. Jobs of a service go on: see swc_service_cancel_all(). Calls
 * made afterwards work. Never blocks; any thread.
 *
 * @param[in] connection The connection; nothing happens for NULL.
 */
SWC_API
void swc_connection_interrupt(const swc_connection *connection);

/**
 * Tells the storage URL of the account, known once the connection has authenticated.
 *
 * It may change when the token is renewed, therefore you get a copy. Never blocks; any thread.
 *
 * @param[in] connection The connection.
 * @param[out] storage_url The URL; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_connection_storage_url(const swc_connection *connection,
                                      char **storage_url,
                                      swc_error **err);

/**
 * Tells the token, known once the connection has authenticated. It is a secret.
 *
 * It changes when it is renewed, therefore you get a copy. Never blocks; any thread.
 *
 * @param[in] connection The connection.
 * @param[out] token The token; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_connection_token(const swc_connection *connection,
                                char **token,
                                swc_error **err);

/**
 * Asks what the cluster offers (GET /info), as JSON in the body of the response.
 *
 * No token is sent, but the storage URL must be known, for the answer is found beside it: without the key
 * "os_storage_url" a connection that has not authenticated does so first. Blocks until the headers are in; any
 * thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_capabilities(const swc_connection *connection,
                                       const swc_request *request,
                                       swc_response **response,
                                       swc_error **err);

/**
 * Closes the sockets that lie idle, as before a long rest.
 *
 * Calls in progress keep theirs, and later calls open new ones. Never blocks; any thread.
 *
 * @param[in] connection The connection; nothing happens for NULL.
 */
SWC_API void swc_connection_close_idle(const swc_connection *connection);

/**
 * Frees a connection; its responses, listings and services go on.
 *
 * Never blocks. Calls in progress on other threads go on as well; end them with swc_connection_interrupt()
 * first if they shall not.
 *
 * @param[in] connection The connection; NULL is fine.
 */
SWC_API
void swc_connection_free(swc_connection *connection);

/**
 * Asks for the metadata of the account: X-Account-* headers (HEAD).
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_head_account(const swc_connection *connection,
                                       const swc_request *request,
                                       swc_response **response,
                                       swc_error **err);

/**
 * Changes metadata of the account (POST); what is not named stays.
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request What to change: swc_request_set_account_metadata() and other headers; NULL changes
 * nothing.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_post_account(const swc_connection *connection,
                                       const swc_request *request,
                                       swc_response **response,
                                       swc_error **err);

/**
 * Creates the account (PUT): the one of the storage URL, which the key "os_storage_url" sets.
 *
 * For reseller admins, on clusters that let them; mostly an account comes into being with its first container. Blocks
 * until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call, such as metadata to set; NULL for none.
 * @param[out] response The response, with status 201 for a new account and 202 for one that was there; free it with
 * swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_FORBIDDEN for others than reseller admins; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_put_account(const swc_connection *connection,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Deletes the account with everything in it (DELETE): the one of the storage URL.
 *
 * It cannot be used any more at once, by nobody; the data follows as the operator has set it. For reseller admins, on
 * clusters that let them. Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_FORBIDDEN for others than reseller admins; SWC_ERR_NOT_FOUND when there is none; any status
 * of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_account(const swc_connection *connection,
                                         const swc_request *request,
                                         swc_response **response,
                                         swc_error **err);

/**
 * Reads one page of the list of containers as the server sends it (GET).
 *
 * It is text with a name on each line, unless the query parameter "format" of the request says "json" or "xml": see
 * swc_request_set_query(); the header Accept with a media type works too. What narrows it down is that of
 * swc_connection_list_account(), which reads all pages and takes them apart. Blocks until the page is there; any
 * thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response, with status 200, or 204 when there are no containers; free it with
 * swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_get_account(const swc_connection *connection,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Lists the containers of the account, from the first to the last.
 *
 * The pages are asked for as the rows are read, so this call may find nothing wrong with what fails later.
 * The request narrows it down: swc_request_set_prefix(), swc_request_set_marker(), swc_request_set_end_marker(),
 * swc_request_set_delimiter(), swc_request_set_reverse(); swc_request_set_limit() is the size of a page. Any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of every page; NULL for none.
 * @param[out] listing The listing; free it with swc_listing_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_list_account(const swc_connection *connection,
                                       const swc_request *request,
                                       swc_listing **listing,
                                       swc_error **err);

/**
 * Deletes many objects and containers (POST ?bulk-delete).
 *
 * Choose it for more than a few: up to the limit of the cluster they go in one request, and more in as many as
 * it takes. Objects are deleted first, so that containers can be emptied and deleted in one call. What is not there
 * is counted and is no failure. When something could not be deleted, the call fails after it has tried all, and
 * swc_error_report() has each path with its status; so it does when the call had to stop half-way, and then
 * has those too that it did not come to. Of large objects this deletes the manifests only: see
 * swc_connection_delete_slo() and swc_connection_delete_dlo(). A version of an object cannot be named: delete it by
 * itself, with the query parameter "version-id".
 *
 * What is said of repeated attempts at swc_connection_delete_object() holds here too: in a container with versions
 * a deletion may take effect twice. Blocks until all is done; any thread. The progress callback is told how many
 * paths are done, and of how many.
 *
 * @param[in] connection The connection.
 * @param[in] paths What to delete: "container/object" or "container" each, not percent-encoded; a slash before the
 * container does no harm.
 * @param[in] path_count How many there are, at least 1.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] report What was deleted and what was not there; free it with swc_report_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; when all that failed did so for one reason, its status, such as SWC_ERR_CONFLICT for containers that
 * are not empty; SWC_ERR_HTTP for different ones; SWC_ERR_UNSUPPORTED when the server offers no bulk delete; any
 * status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_bulk_delete(const swc_connection *connection,
                                      const char *const *paths,
                                      size_t path_count,
                                      const swc_request *request,
                                      swc_report **report,
                                      swc_error **err);

/**
 * Uploads an archive, which the server unpacks into objects (PUT ?extract-archive).
 *
 * Choose it for many small files: it saves a request for each. Files become objects under their path in the
 * archive; folders and links are left out. Without a container the first part of each path is the container, and
 * files without one are left out too; containers that are not there are created. Metadata and the time of
 * expiry in the request go to all objects; extended attributes in the archive, user.mime_type and user.meta.*, become
 * media type and metadata of their own. The media type of the request plays no part.
 *
 * When files could not be stored, the call fails, and swc_error_report() has each with its status; the others are
 * stored. An archive that is none or breaks off within a file is a failure too, after the files before that place. But
 * Swift takes a place between two files at which it can read no further for the end: compare swc_report_created() with
 * the number of files.
 *
 * Blocks until all is stored; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded; NULL when the paths in the archive begin
 * with it.
 * @param[in] prefix What stands before each path in the archive, with a slash between, not percent-encoded; NULL
 * for nothing.
 * @param[in] format The format: a number of swc_archive.
 * @param[in] source The archive.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] report How many objects it became; free it with swc_report_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_HTTP when the archive is broken, has no files, or files failed for different reasons, and
 * when for one reason, its status; SWC_ERR_UNSUPPORTED when the server unpacks no archives; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_upload_archive(const swc_connection *connection,
                                         const char *container,
                                         const char *prefix,
                                         int32_t format,
                                         const swc_source *source,
                                         const swc_request *request,
                                         swc_report **report,
                                         swc_error **err);

/**
 * Asks what the cluster offers (GET /info) and takes the answer apart.
 *
 * Unlike swc_connection_capabilities() it can ask another cluster. No token is sent. Blocks until the answer is
 * there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url A storage URL, or one that has "/info" in its path, or one to which that is appended; its query
 * is sent, so a signed one shows what only the operator sees. NULL for the cluster of the connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] capabilities The capabilities; free them with swc_capabilities_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_PROTOCOL when the answer is no JSON; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_read_capabilities(const swc_connection *connection,
                                            const char *url,
                                            const swc_request *request,
                                            swc_capabilities **capabilities,
                                            swc_error **err);

/**
 * Asks whether the server is up (GET /healthcheck).
 *
 * No token is sent. Blocks until the answer is there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK when it is; SWC_ERR_SERVER when it has been taken out of service; SWC_ERR_PROTOCOL when the
 * answer is not "OK"; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_healthcheck(const swc_connection *connection,
                                      const swc_request *request,
                                      swc_error **err);

/**
 * Asks for the cross-domain policy (GET /crossdomain.xml), as XML in the body of the response.
 *
 * No token is sent. Blocks until the answer is there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when the cluster has none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_crossdomain(const swc_connection *connection,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Asks where an object, a container or the account lies: on which storage nodes (GET /endpoints).
 *
 * For programs that run inside the cluster; most clusters offer that to no one else. No token is sent. Blocks
 * until the answer is there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded; NULL for the account.
 * @param[in] object Name of the object, not percent-encoded; NULL for the container.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] endpoints The endpoints; free them with swc_endpoints_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK, also for what does not exist: this is where it would lie; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_endpoints(const swc_connection *connection,
                                    const char *container,
                                    const char *object,
                                    const swc_request *request,
                                    swc_endpoints **endpoints,
                                    swc_error **err);

/**
 * Makes a temporary URL for an object of the account.
 *
 * The path is that of the object, whatever was set. What else is lacking is found out: the key is that of the
 * container or the account, which only their owner is shown, and the digest is the best that the cluster takes.
 * Authenticates when the storage URL is not known. Blocks until that is done; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded; what the names begin with for
 * swc_tempurl_set_prefix().
 * @param[in] tempurl What it shall allow and until when; it is not changed.
 * @param[in] request Extras of the requests that find out what is lacking; NULL for none.
 * @param[out] url The whole URL; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when no key is shown, or no time was set; SWC_ERR_UNSUPPORTED when the
 * cluster has no temporary URLs; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_sign_tempurl(const swc_connection *connection,
                                       const char *container,
                                       const char *object,
                                       const swc_tempurl *tempurl,
                                       const swc_request *request,
                                       char **url,
                                       swc_error **err);

/**
 * Signs a form for uploads into a container of the account.
 *
 * The path is that of the container, whatever was set. What else is lacking is found out as by
 * swc_connection_sign_tempurl(). Blocks until that is done; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] prefix What the names of the objects begin with, not percent-encoded; "" for nothing.
 * @param[in] formpost The form; its action and fields can be asked for afterwards.
 * @param[in] request Extras of the requests that find out what is lacking; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when no key is shown, or limits or time were not set; SWC_ERR_UNSUPPORTED when
 * the cluster takes no forms; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_sign_formpost(const swc_connection *connection,
                                        const char *container,
                                        const char *prefix,
                                        swc_formpost *formpost,
                                        const swc_request *request,
                                        swc_error **err);

/**
 * Asks for the metadata of a container: X-Container-* headers (HEAD).
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_head_container(const swc_connection *connection,
                                         const char *container,
                                         const swc_request *request,
                                         swc_response **response,
                                         swc_error **err);

/**
 * Creates a container, or changes metadata of the one that is there (PUT).
 *
 * swc_response_status() tells which: 201 for a new one, 202 for one that was there. Blocks until the headers are in;
 * any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_put_container(const swc_connection *connection,
                                        const char *container,
                                        const swc_request *request,
                                        swc_response **response,
                                        swc_error **err);

/**
 * Changes metadata of a container (POST); what is not named stays.
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request What to change: swc_request_set_container_metadata() and other headers; NULL changes
 * nothing.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_post_container(const swc_connection *connection,
                                         const char *container,
                                         const swc_request *request,
                                         swc_response **response,
                                         swc_error **err);

/**
 * Deletes a container, which must be empty.
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_CONFLICT when it is not empty; SWC_ERR_NOT_FOUND when there is none; any status
 * of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_container(const swc_connection *connection,
                                           const char *container,
                                           const swc_request *request,
                                           swc_response **response,
                                           swc_error **err);

/**
 * Reads one page of the list of objects as the server sends it (GET).
 *
 * It is text with a name on each line, unless the query parameter "format" of the request says "json" or "xml": see
 * swc_request_set_query(); the header Accept with a media type works too. What narrows it down is that of
 * swc_connection_list_container(), which reads all pages and takes them apart. Blocks until the page is there; any
 * thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response, with status 200, or 204 when there are no objects; free it with
 * swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_get_container(const swc_connection *connection,
                                        const char *container,
                                        const swc_request *request,
                                        swc_response **response,
                                        swc_error **err);

/**
 * Asks what may be done with a container or object, as a browser does for a page of another origin (OPTIONS, CORS).
 *
 * No token is sent, but a connection that does not know its storage URL authenticates first. The headers of the
 * response say what may be done: Allow, Access-Control-Allow-Methods, Access-Control-Allow-Headers,
 * Access-Control-Max-Age. Blocks until they are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded; NULL for the container itself.
 * @param[in] origin The origin of the page, as "https://example.com"; NULL to ask which methods there are.
 * @param[in] method What the page would do, as "PUT"; NULL only without an origin.
 * @param[in] request Extras of this call, such as the header Access-Control-Request-Headers; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK when the page may; SWC_ERR_UNAUTHORIZED when it may not; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_options(const swc_connection *connection,
                                  const char *container,
                                  const char *object,
                                  const char *origin,
                                  const char *method,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Lists the objects of a container, from the first to the last.
 *
 * The pages are asked for as the rows are read, so this call may find nothing wrong with what fails later.
 * The request narrows it down: swc_request_set_prefix(), swc_request_set_marker(), swc_request_set_end_marker(),
 * swc_request_set_path(), swc_request_set_reverse(); with swc_request_set_delimiter() the names up to it come as
 * pseudo-directories, with swc_request_set_versions() every version of an object has a row. swc_request_set_limit()
 * is the size of a page. Any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] request Extras of every page; NULL for none.
 * @param[out] listing The listing; free it with swc_listing_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_list_container(const swc_connection *connection,
                                         const char *container,
                                         const swc_request *request,
                                         swc_listing **listing,
                                         swc_error **err);

/**
 * Copies an object inside the cluster (COPY); no bytes pass through the caller.
 *
 * Metadata set by the request is added to the copy's, see swc_request_set_fresh_metadata(). Another account is
 * named by swc_request_set_destination_account() or swc_request_set_source_account(). Range and conditions are
 * about the source, and so are swc_request_set_version_id(), swc_request_set_manifest_get(), without which a large
 * object is copied into a single one (up to 5 GiB), and swc_request_set_symlink_get(). For copies that take
 * minutes there is swc_request_set_heartbeat(): a failure told in the body then is one of the call. Blocks until
 * the copy is stored; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] destination_container Where to; NULL for the same container.
 * @param[in] destination_object Under which name; NULL for the same name. With both NULL the object is
 * copied onto itself.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object or container; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_copy_object(const swc_connection *connection,
                                      const char *container,
                                      const char *object,
                                      const char *destination_container,
                                      const char *destination_object,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Moves an object inside the cluster: copies it, makes sure of the copy, and deletes the source.
 *
 * An object at the destination is replaced. A large object is moved by its manifest, and its segments stay where
 * they are; a symlink is moved as a link. In a container with versions the source keeps its versions behind a
 * delete marker. Swift has no such operation, so these are several requests. When one fails the source is still
 * there, and the message says whether the copy is there too. A source that changed meanwhile is not deleted; but
 * what somebody else stores under its name between the last look at it and the deletion is lost. Blocks until all
 * is done; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] destination_container Where to; NULL for the same container.
 * @param[in] destination_object Under which name; NULL for the same name. Both together must be another object.
 * @param[in] request Extras of this call; conditions are about the source, other headers about the copy, a range or
 * another account is refused; NULL for none.
 * @param[out] response The response to the copy; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object or container; SWC_ERR_CONFLICT when the source
 * changed or the copy is not the same; SWC_ERR_PRECONDITION as the request asked; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_move_object(const swc_connection *connection,
                                      const char *container,
                                      const char *object,
                                      const char *destination_container,
                                      const char *destination_object,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Stores a dynamic large object: an empty object whose bytes are those of its segments.
 *
 * Its segments are all objects of a container whose names begin with a prefix, in the order of their names: they may
 * be stored before or after, and adding one makes the object longer. What is read is what the listing of the container
 * shows, which may be behind what was stored: see swc_connection_wait_dlo(). In listings it has 0 bytes;
 * swc_connection_head_object() tells its size. For what does not grow choose swc_connection_put_slo(), which has
 * neither weakness.
 *
 * Reading it needs nothing special, nor does copying its bytes into a new object; with the query parameter
 * "multipart-manifest" set to "get" it is the manifest that is read or copied. Blocks until it is stored; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] segment_container Name of the container the segments are in, not percent-encoded.
 * @param[in] prefix How the names of the segments begin, not percent-encoded: best with a slash at its end, so that
 * it is not the beginning of other names too.
 * @param[in] request Extras of this call, such as metadata and media type; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_put_dlo(const swc_connection *connection,
                                  const char *container,
                                  const char *object,
                                  const char *segment_container,
                                  const char *prefix,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Replaces the metadata of a dynamic large object, which stays one.
 *
 * swc_connection_post_object() would make it an empty object, unless swc_request_set_dlo() repeats where its
 * segments are; this asks the server and repeats it. Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request The metadata; NULL for none, which takes all of it away.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no dynamic large
 * object, or an older version needs the segments; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_post_dlo(const swc_connection *connection,
                                   const char *container,
                                   const char *object,
                                   const swc_request *request,
                                   swc_response **response,
                                   swc_error **err);

/**
 * Deletes a dynamic large object together with its segments.
 *
 * These are all objects the listing shows for its prefix. The manifest goes last, and only when all segments are
 * gone, so that the call can be made again after a failure, of which swc_error_report() tells.
 * swc_connection_delete_object() deletes the manifest alone. Blocks until all is deleted; any thread.
 *
 * Where the container keeps what is deleted as an older version, which needs the segments, the call is refused with
 * SWC_ERR_STATE: delete the manifest alone, with swc_connection_delete_object(), or name a version to delete for
 * good, with swc_request_set_version_id(); swc_request_set_delete_kept() insists.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] report What was deleted, the manifest included; free it with swc_report_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no dynamic large
 * object; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_dlo(const swc_connection *connection,
                                     const char *container,
                                     const char *object,
                                     const swc_request *request,
                                     swc_report **report,
                                     swc_error **err);

/**
 * Waits until a dynamic large object has the size it should have.
 *
 * For readers that come right after the writer: the listing the object is made from may be behind. Blocks
 * until the listing shows that many bytes, for as long as the request allows, or 15 seconds; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] size The size in bytes: that of all segments together.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response to the last HEAD; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_TIMEOUT when it has another size still; SWC_ERR_NOT_FOUND when there is no such object;
 * SWC_ERR_STATE when it is no dynamic large object; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_wait_dlo(const swc_connection *connection,
                                   const char *container,
                                   const char *object,
                                   uint64_t size,
                                   const swc_request *request,
                                   swc_response **response,
                                   swc_error **err);

/**
 * Replaces the metadata of an object (POST); what is not set again is gone.
 *
 * That is metadata, expiry, Content-Encoding, Content-Disposition, Cache-Control, Content-Language, Expires,
 * X-Robots-Tag, and X-Object-Manifest, without which a dynamic large object is none any more; the media type stays
 * unless it is set. To change a part there is swc_connection_update_object_metadata(). For a POST to a symlink see
 * swc_request_set_symlink_post(). Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request The new metadata: swc_request_set_object_metadata() and other headers; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_post_object(const swc_connection *connection,
                                      const char *container,
                                      const char *object,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Changes the metadata of an object in part: what the request does not mention stays as it is.
 *
 * It covers all that a POST replaces: see swc_connection_post_object(). A header with an empty value is taken
 * away. Swift has no such operation, so this is a HEAD and a POST: what somebody else changes between the two is
 * lost. A symlink is refused with SWC_ERR_CONFLICT unless swc_request_set_symlink_post() says what is meant.
 * Blocks until both are done; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request What is to be changed; conditions are about the object as it was; NULL for nothing.
 * @param[out] response The response to the POST; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_CONFLICT for a symlink; SWC_ERR_PRECONDITION or
 * SWC_ERR_NOT_MODIFIED as the request asked; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_update_object_metadata(const swc_connection *connection,
                                                 const char *container,
                                                 const char *object,
                                                 const swc_request *request,
                                                 swc_response **response,
                                                 swc_error **err);

/**
 * Asks for the metadata of an object (HEAD).
 *
 * Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_head_object(const swc_connection *connection,
                                      const char *container,
                                      const char *object,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Gets an object (GET); its bytes are then read from the response.
 *
 * Blocks until the headers are in; any thread. While the body is read its length is checked, and, of a whole
 * object, its MD5 against the ETag. Of a static large object (SLO) it is the MD5 of each segment that is checked
 * against its manifest, which takes one more request when the body is first read, and one for each manifest nested
 * in it; where a manifest cannot be read a warning is logged. Not checked by MD5 are ranges, parts of segments,
 * dynamic large objects (DLO), and anything when the key "checksum" is false.
 *
 * A connection that breaks is taken up again where it broke, as long as the object is the same. Once 16 MiB came
 * without a failure, all retries are there again.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of this call, such as range and conditions; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_RANGE, SWC_ERR_NOT_MODIFIED or
 * SWC_ERR_PRECONDITION as the request asked; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_get_object(const swc_connection *connection,
                                     const char *container,
                                     const char *object,
                                     const swc_request *request,
                                     swc_response **response,
                                     swc_error **err);

/**
 * Stores an object (PUT), in place of one that has the name.
 *
 * Blocks until the server has stored it; any thread. The MD5 of what was sent is checked against the ETag the
 * server answers with. When that is no MD5, as with an encrypting proxy, or of a manifest, there is nothing to
 * compare; the former is logged as a warning. An object that fails the check has been stored and is not removed.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] source The bytes; NULL for an empty object.
 * @param[in] request Extras of this call: metadata, media type, conditions; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; SWC_ERR_PRECONDITION as the request
 * asked; SWC_ERR_IO, SWC_ERR_CALLBACK or SWC_ERR_STATE for the source; SWC_ERR_TOO_LARGE;
 * SWC_ERR_CHECKSUM; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_put_object(const swc_connection *connection,
                                     const char *container,
                                     const char *object,
                                     const swc_source *source,
                                     const swc_request *request,
                                     swc_response **response,
                                     swc_error **err);

/**
 * Deletes an object.
 *
 * Blocks until the headers are in; any thread. A repeated attempt may find the object gone, which is
 * SWC_ERR_NOT_FOUND. In a container with versions it may take effect twice: with X-Versions-Location it removes
 * one version more, with X-Versions-Enabled it leaves one more delete marker, unless the query parameter
 * "version-id" names what to delete. Where that matters, set the key "retries" to 0.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_object(const swc_connection *connection,
                                        const char *container,
                                        const char *object,
                                        const swc_request *request,
                                        swc_response **response,
                                        swc_error **err);

/**
 * Makes any other request, for what has no function of its own.
 *
 * The target is sent as it is, byte for byte, so what servers want percent-encoded must be; dot segments and
 * double slashes stay, and so do bytes outside ASCII, which need not be UTF-8 (messages show them as in C:
 * "\\xe4"). One that begins with a slash is a path on the server of the storage URL ("/info"), one that begins
 * with http:// or https:// goes to that server, and any other is below the account ("photos/cat.jpg?symlink=get";
 * "" is the account itself). It may have a query; what the request has of it follows. The headers of the request
 * take the place of those the library sends, X-Auth-Token, Host and User-Agent too. The token goes to no other
 * server than that of the storage URL: see swc_request_set_send_token().
 *
 * It is tried again as other calls are: when the server cannot be reached or the connection breaks before the
 * headers
 * are in, and on 408, 429, 498, 499 and 5xx, as often as the key "retries" or swc_request_set_retries() says;
 * on 401 once with a new token, unless
 * the request has one of its own. The source is rewound for that, and one that cannot be is sent once. Redirects are
 * not followed. An answer that is not 2xx is an error that holds it, but for swc_request_set_any_status().
 *
 * The library frames the body, unless swc_request_set_own_framing() leaves that to the caller.
 *
 * Blocks until the headers are in; any thread. A body that breaks off while it is read is not taken up again, and is
 * compared with the ETag only when swc_request_set_checksum() asks for that, as is what PUT sends.
 *
 * @param[in] connection The connection.
 * @param[in] method Any method but CONNECT, as it shall be sent: "GET", "REPORT".
 * @param[in] target Path and query below the account or on the server, or a whole URL.
 * @param[in] source The body; NULL for none.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the target has blanks, control characters or '#' in it; any status
 * of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_request(const swc_connection *connection,
                                  const char *method,
                                  const char *target,
                                  const swc_source *source,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Asks for the metadata of the object at a URL that needs no token, such as a temporary one (HEAD).
 *
 * No token is sent; a connection for nothing else is made with the key "os_auth_type" set to "none". Blocks until
 * the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_head_url(const swc_connection *connection,
                                   const char *url,
                                   const swc_request *request,
                                   swc_response **response,
                                   swc_error **err);

/**
 * Gets the object at a URL that needs no token, such as a temporary one (GET).
 *
 * Like swc_connection_get_object(): the bytes are read from the response, checked against the ETag, and taken
 * up again
 * where the connection breaks. No token is sent. Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] request Extras of this call, such as range and conditions; NULL for none.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_get_url(const swc_connection *connection,
                                  const char *url,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Stores an object at a URL that needs no token, such as a temporary one for PUT.
 *
 * Like swc_connection_put_object(): what was sent is checked against the ETag that comes back. No token is sent.
 * Blocks until the server has it; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] source The bytes; NULL for an empty object.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_put_url(const swc_connection *connection,
                                  const char *url,
                                  const swc_source *source,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Replaces the metadata of the object at a URL that needs no token, such as a temporary one for POST.
 *
 * No token is sent. Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] request The metadata: swc_request_set_object_metadata(); NULL leaves none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_post_url(const swc_connection *connection,
                                   const char *url,
                                   const swc_request *request,
                                   swc_response **response,
                                   swc_error **err);

/**
 * Deletes the object at a URL that needs no token, such as a temporary one for DELETE.
 *
 * No token is sent. Blocks until it is deleted; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_UNAUTHORIZED when the signature is wrong or has
 * expired; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_url(const swc_connection *connection,
                                     const char *url,
                                     const swc_request *request,
                                     swc_response **response,
                                     swc_error **err);

/**
 * Stores a static large object: its manifest, whose segments the server has already
 * (PUT ?multipart-manifest=put).
 *
 * Choose it for what is larger than an object may be, or is to be uploaded in parts at once; reading it needs
 * no listing, as a dynamic large object does. The manifest is checked first: the server is not asked when a segment
 * is missing its object, or is empty and not the last. The server then looks at every object: those that are not
 * there, or are not what the manifest says, are in swc_error_report(), with a reason each. Where the ETag of the whole
 * is known beforehand (see swc_manifest_etag()) and checksums are on, a server that finds another one stores
 * nothing.
 *
 * With hundreds of segments the server takes its time: swc_request_set_heartbeat() keeps that from looking like
 * a stall. The response is the same with and without.
 *
 * Blocks until it is stored; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] manifest The manifest.
 * @param[in] request Extras of this call, such as metadata, media type, heartbeat; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the manifest cannot be right; SWC_ERR_TOO_LARGE when the cluster
 * takes none so large; SWC_ERR_HTTP when objects are not what it says; SWC_ERR_CHECKSUM when they are not those it
 * was made for; SWC_ERR_NOT_FOUND when the container or all objects are not there; any status of a call: see
 * swc_status.
 */
SWC_API
swc_status swc_connection_put_slo(const swc_connection *connection,
                                  const char *container,
                                  const char *object,
                                  const swc_manifest *manifest,
                                  const swc_request *request,
                                  swc_response **response,
                                  swc_error **err);

/**
 * Reads the manifest of a static large object (GET ?multipart-manifest=get).
 *
 * To get its bytes use swc_connection_get_object(); one segment of them with swc_request_set_part_number().
 * Blocks until the manifest is there; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] manifest The manifest; free it with swc_manifest_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_STATE when it is no static large
 * object; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_get_slo_manifest(const swc_connection *connection,
                                           const char *container,
                                           const char *object,
                                           const swc_request *request,
                                           swc_manifest **manifest,
                                           swc_error **err);

/**
 * Deletes a static large object together with its segments (DELETE ?multipart-manifest=delete).
 *
 * swc_connection_delete_object() deletes the manifest alone. Segments that are large objects themselves are deleted
 * with theirs. When segments could not be deleted, the call fails although the manifest may be gone: they
 * are in swc_error_report().
 *
 * With `later` the server deletes the manifest now and the segments in its own time; that needs all of them in one
 * container and none that is a large object, and the report then counts nothing.
 *
 * A repeated attempt, after an answer that got lost, may find the object gone, which is SWC_ERR_NOT_FOUND.
 * Segments that other manifests use too are deleted all the same.
 *
 * Blocks until all is deleted; any thread.
 *
 * Where the container keeps what is deleted as an older version, which needs the segments, the call is refused with
 * SWC_ERR_STATE: delete the manifest alone, with swc_connection_delete_object(), or name a version to delete for
 * good, with swc_request_set_version_id(); swc_request_set_delete_kept() insists.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] later Whether the segments are left to the server to delete later.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] report What was deleted, the manifest included; free it with swc_report_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such object; SWC_ERR_HTTP when it is no static large object,
 * and then it is still there; SWC_ERR_STATE when an older version needs the segments; SWC_ERR_UNSUPPORTED when the
 * server knows no static large objects; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_delete_slo(const swc_connection *connection,
                                     const char *container,
                                     const char *object,
                                     bool later,
                                     const swc_request *request,
                                     swc_report **report,
                                     swc_error **err);

/**
 * Makes a symlink: an object that stands for another one.
 *
 * GET and HEAD then give the target, see swc_response_content_location(); with swc_request_set_symlink_get() they give
 * the link itself. DELETE deletes the link. The server follows two links one after another, and answers HTTP 409,
 * which is SWC_ERR_CONFLICT, when there are more. Blocks until the headers are in; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container of the link, not percent-encoded.
 * @param[in] object Name of the link, not percent-encoded.
 * @param[in] target_account Account of the target, not percent-encoded; NULL for that of the link.
 * @param[in] target_container Container of the target, not percent-encoded.
 * @param[in] target_object Name of the target, not percent-encoded. It need not be there, unless there is an ETag.
 * @param[in] target_etag For a static link: the ETag that the target has and must keep; for a static large object
 * (SLO) that is the header X-Manifest-Etag. NULL for a link to whatever has the name.
 * @param[in] request Extras of this call, such as metadata of the link; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such container; SWC_ERR_CONFLICT when the target has another ETag
 * or is not there; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_put_symlink(const swc_connection *connection,
                                      const char *container,
                                      const char *object,
                                      const char *target_account,
                                      const char *target_container,
                                      const char *target_object,
                                      const char *target_etag,
                                      const swc_request *request,
                                      swc_response **response,
                                      swc_error **err);

/**
 * Makes a version of an object the current one again; no bytes are copied.
 *
 * Its container has versioning on: see swc_request_set_versions_enabled(). Blocks until the headers are in; any
 * thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] version_id The version, from swc_response_version_id() or a listing; "null" cannot be restored.
 * @param[in] request Extras of this call; NULL for none.
 * @param[out] response The response; free it with swc_response_free(); may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is no such version; SWC_ERR_HTTP, with HTTP status 400, for what is no
 * version id and where there are no versions; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_connection_restore_object_version(const swc_connection *connection,
                                                 const char *container,
                                                 const char *object,
                                                 const char *version_id,
                                                 const swc_request *request,
                                                 swc_response **response,
                                                 swc_error **err);

/**
 * Sets a callback that logs in, in the place of the library.
 *
 * It is for what needs more than a password: federation (OIDC, SAML, Kerberos), tokens that another library or
 * program keeps. It is called when a token is needed and there is none, when the server has refused the one there
 * is, and shortly before the one there is expires; by the thread whose call needs it, and by the workers of a
 * service. One call at a time: other threads that need the token wait for it, each no longer than its own
 * deadline. The callback itself cannot be interrupted. It may use the library, but not the connection it logs in:
 * calls of that which need the token are SWC_ERR_STATE. It must not throw nor jump. All keys for credentials are
 * without meaning then. "os_storage_url" goes before the storage URL of the callback, and with "os_auth_token" too
 * it is first called when that is refused. Keys for a service's token hold, unless the callback gives one. Copies
 * of the config, and the connections made from them, share the callback.
 *
 * @param[in] config The config.
 * @param[in] auth_cb The callback; NULL for none.
 * @param[in] free_cb Releases `user_data` when the last config and connection that has it is gone, also when this
 * call fails; NULL for no such thing.
 * @param[in] user_data Passed to both callbacks; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_config_set_auth_callback(swc_config *config,
                                        swc_auth_callback auth_cb,
                                        swc_free_callback free_cb,
                                        void *user_data,
                                        swc_error **err);

/**
 * Gets what a connection works with now: storage URL, tokens, and when they expire.
 *
 * It is a copy. With the keys "os_storage_url", "os_auth_token" and "service_auth_token" another connection, also
 * one of another process, works with the same. Never blocks; any thread.
 *
 * @param[in] connection The connection.
 * @param[out] session The session; free it with swc_session_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when the connection has not authenticated; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_connection_session(const swc_connection *connection,
                                  swc_session **session,
                                  swc_error **err);

/**
 * Tells the storage URL of a session.
 *
 * @param[in] session The session.
 * @return The URL, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
 */
SWC_API
const char *swc_session_storage_url(const swc_session *session);

/**
 * Tells the token of a session. It is a secret.
 *
 * @param[in] session The session.
 * @return The token, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
 */
SWC_API
const char *swc_session_token(const swc_session *session);

/**
 * Tells the token of a service that acts for the user, sent in X-Service-Token. It is a secret.
 *
 * @param[in] session The session.
 * @return The token, which lives until it is set again or the session is freed; NULL when there is none, and for NULL.
 */
SWC_API
const char *swc_session_service_token(const swc_session *session);

/**
 * Tells when the first of the tokens of a session expires.
 *
 * @param[in] session The session.
 * @return Seconds since 1970; -1 when that is not known, and for NULL.
 */
SWC_API int64_t swc_session_expires(const swc_session *session);

/**
 * Sets the storage URL of a session.
 *
 * @param[in] session The session.
 * @param[in] url The URL of the account, http or https.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no such URL; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_session_set_storage_url(swc_session *session,
                                       const char *url,
                                       swc_error **err);

/**
 * Sets the token of a session.
 *
 * @param[in] session The session.
 * @param[in] token The token, sent in X-Auth-Token.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is empty or contains control characters; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_session_set_token(swc_session *session,
                                 const char *token,
                                 swc_error **err);

/**
 * Sets the token of a service that acts for the user.
 *
 * @param[in] session The session.
 * @param[in] token The token, sent in X-Service-Token; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is empty or contains control characters; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_session_set_service_token(swc_session *session,
                                         const char *token,
                                         swc_error **err);

/**
 * Sets when the tokens of a session expire, so that they are renewed ahead of it and not when they are refused.
 *
 * @param[in] session The session.
 * @param[in] expires Seconds since 1970; -1 for not known.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when it is no such time.
 */
SWC_API
swc_status swc_session_set_expires(swc_session *session,
                                   int64_t expires,
                                   swc_error **err);

/**
 * Says why an authentication callback fails; it goes into the message of the error of the call.
 *
 * @param[in] session The session that the callback was given.
 * @param[in] message The message, for people.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_session_set_failure(swc_session *session,
                                   const char *message,
                                   swc_error **err);

/**
 * Frees a session that swc_connection_session() has made. Nothing happens to one that a callback was given.
 *
 * @param[in] session The session; NULL is fine.
 */
SWC_API
void swc_session_free(swc_session *session);

/**
 * Tells the HTTP status, such as 200 or 204.
 *
 * @param[in] response The response.
 * @return The status: from 200 to 299, any with swc_request_set_any_status(), 307 of a POST that was meant for a
 * symlink; 0 for NULL.
 */
SWC_API
int32_t swc_response_status(const swc_response *response);

/**
 * Tells the reason phrase, as "OK".
 *
 * @param[in] response The response.
 * @return The phrase, which lives as long as the response; "" when the server sent none, and for NULL.
 */
SWC_API
const char *swc_response_reason(const swc_response *response);

/**
 * Finds a header.
 *
 * @param[in] response The response.
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the response; NULL when there is none.
 */
SWC_API
const char *swc_response_header(const swc_response *response,
                                const char *name);

/**
 * Gives the value of a header with its percent-encoding undone.
 *
 * Where that gives no UTF-8 the value comes as it is.
 *
 * @param[in] response The response.
 * @param[in] name Name of the header, in any case.
 * @param[out] value The first value of that name, or NULL when there is none; free it with
 * swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK, also when there is no such header; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_response_header_decoded(const swc_response *response,
                                       const char *name,
                                       char **value,
                                       swc_error **err);

/**
 * Counts the headers.
 *
 * @param[in] response The response.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_response_header_count(const swc_response *response);

/**
 * Gives a header by its number.
 *
 * @param[in] response The response.
 * @param[in] index From 0 to one less than swc_response_header_count().
 * @param[out] name The name, which lives as long as the response; may be NULL.
 * @param[out] value The value, which lives as long as the response; may be NULL.
 * @return Whether there is a header of that number.
 */
SWC_API
bool swc_response_header_at(const swc_response *response,
                            size_t index,
                            const char **name,
                            const char **value);

/**
 * Tells the length of the body, or of the part of the object that was asked for.
 *
 * For a HEAD of an object this is the size of the object.
 *
 * @param[in] response The response.
 * @return The number of bytes; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_content_length(const swc_response *response);

/**
 * Tells the ETag of the object, without quotes; the MD5 of its bytes for all but large objects.
 *
 * @param[in] response The response.
 * @return The ETag, which lives as long as the response; NULL when the server sent none, and for NULL.
 */
SWC_API
const char *swc_response_etag(const swc_response *response);

/**
 * Tells the transaction id by which the operator of the server finds the request.
 *
 * @param[in] response The response.
 * @return The id, which lives as long as the response; "" when the server sent none, and for NULL.
 */
SWC_API const char *swc_response_transaction_id(const swc_response *response);

/**
 * Tells when the object, container or account was last changed.
 *
 * @param[in] response The response.
 * @return Seconds since 1970; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_last_modified(const swc_response *response);

/**
 * Tells how many HTTP requests the call took, retries included.
 *
 * @param[in] response The response.
 * @return The number of requests; 0 for NULL.
 */
SWC_API uint32_t swc_response_attempts(const swc_response *response);

/**
 * Reads some of the body into memory of yours.
 *
 * Blocks until there is at least one byte, or the end. Only SWC_END says that the body is complete: that it has the
 * length the server announced and, where sums are to be had, that every MD5 was right; how much that was
 * swc_response_bytes_verified() tells.
 *
 * @param[in] response The response.
 * @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
 * @param[in] size How many there is room for.
 * @param[out] length How many were put there: at least 1 with SWC_OK (0 when `size` is 0), else 0.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when there are no more; SWC_ERR_CHECKSUM when the bytes are not those of the
 * object; SWC_ERR_TIMEOUT, SWC_ERR_CONNECT, SWC_ERR_PROTOCOL, SWC_ERR_CANCELLED, SWC_ERR_PRECONDITION when
 * the object changed while it was read; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_response_read(swc_response *response,
                             void *buffer,
                             size_t size,
                             size_t *length,
                             swc_error **err);

/**
 * Reads what is left of the body into memory of the library's.
 *
 * Blocks until the body is complete and checked.
 *
 * @param[in] response The response.
 * @param[in] limit How many bytes there may be; `SIZE_MAX` for any number.
 * @param[out] body The bytes and a NUL after them; they live until the response is freed or this is called
 * again.
 * @param[out] length Number of bytes; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK, also when nothing is left; SWC_ERR_TOO_LARGE when there are more than `limit`; what
 * swc_response_read() may give.
 */
SWC_API
swc_status swc_response_read_all(swc_response *response,
                                 size_t limit,
                                 const char **body,
                                 size_t *length,
                                 swc_error **err);

/**
 * Writes what is left of the body to a descriptor.
 *
 * Blocks until the body is complete, checked and written. What is wrong with the body may be found only
 * after part of it was written. On Windows see "descriptors" at the top.
 *
 * @param[in] response The response.
 * @param[in] fd An open descriptor, in blocking mode.
 * @param[out] written Number of bytes written when all went well; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_IO when writing fails; what swc_response_read() may give.
 */
SWC_API
swc_status swc_response_write_to_fd(swc_response *response,
                                    int32_t fd,
                                    uint64_t *written,
                                    swc_error **err);

/**
 * Writes what is left of the body to a file.
 *
 * The bytes go to a temporary file beside it, which takes its name when they are complete and checked: on
 * failure a file that was there is as it was. One that a killed program has left is called as those of
 * swc_service_download(). Blocks until that is done.
 *
 * @param[in] response The response.
 * @param[in] path Path of the file: bytes as the system has them, UTF-8 on Windows. Its folder must exist.
 * @param[out] written Number of bytes written when all went well; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_IO when writing fails; what swc_response_read() may give.
 */
SWC_API
swc_status swc_response_write_to_file(swc_response *response,
                                      const char *path,
                                      uint64_t *written,
                                      swc_error **err);

/**
 * Tells how many bytes of the body have been read or written so far.
 *
 * @param[in] response The response.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_response_bytes_read(const swc_response *response);

/**
 * Frees a response, whether or not its body was read to the end.
 *
 * Never blocks.
 *
 * @param[in] response The response; NULL is fine.
 */
SWC_API void swc_response_free(swc_response *response);

/**
 * Tells what became of one of the requests of a call.
 *
 * The last one is the one that was answered in full. The call's pauses and failures are in here
 * also when it went well in the end.
 *
 * @param[in] response The response.
 * @param[in] index From 0, the first request, to one less than swc_response_attempts().
 * @param[out] http_status The HTTP status, or 0 when no answer came; -1 when there is no such request; may be NULL.
 * @param[out] reason The reason phrase, or "", which lives as long as the response; may be NULL.
 * @param[out] transaction_id The transaction id of the answer, or "", which lives as long as the response; may be
 * NULL.
 * @param[out] message What went wrong, or "", which lives as long as the response; may be NULL.
 * @param[out] elapsed_ms How long it took, in milliseconds; may be NULL.
 * @param[out] pause_ms How long the call waited after it, in milliseconds; 0 after the last; may be NULL.
 * @return Whether there is a request of that number.
 */
SWC_API
bool swc_response_attempt_at(const swc_response *response,
                             size_t index,
                             int32_t *http_status,
                             const char **reason,
                             const char **transaction_id,
                             const char **message,
                             int64_t *elapsed_ms,
                             int64_t *pause_ms);

/**
 * Finds a header in the answer to one of the requests of a call.
 *
 * @param[in] response The response.
 * @param[in] index From 0, the first request, to one less than swc_response_attempts().
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the response; NULL when there is none.
 */
SWC_API
const char *swc_response_attempt_header(const swc_response *response,
                                        size_t index,
                                        const char *name);

/**
 * Tells whether the object is a static large object.
 *
 * @param[in] response The response to GET or HEAD of an object.
 * @return Whether it is; false for NULL.
 */
SWC_API bool swc_response_is_slo(const swc_response *response);

/**
 * Tells where the segments of a dynamic large object are: "container/prefix", not percent-encoded.
 *
 * @param[in] response The response to GET or HEAD of an object.
 * @return The text, which lives as long as the response; NULL when it is no dynamic large object, and for NULL.
 */
SWC_API
const char *swc_response_dlo_manifest(const swc_response *response);

/**
 * Tells how many segments a static large object has, when swc_request_set_part_number() asked for one of them.
 *
 * @param[in] response The response to GET or HEAD of an object.
 * @return The number; -1 when the server does not tell, and for NULL.
 */
SWC_API
int64_t swc_response_parts_count(const swc_response *response);

/**
 * Tells the media type of the body, or of the object for a HEAD.
 *
 * @param[in] response The response.
 * @return The media type, which lives as long as the response; NULL when the server told none, and for NULL.
 */
SWC_API
const char *swc_response_content_type(const swc_response *response);

/**
 * Tells when the server will delete the object.
 *
 * @param[in] response The response.
 * @return Seconds since 1970; -1 when it will not, and for NULL.
 */
SWC_API int64_t swc_response_delete_at(const swc_response *response);

/**
 * Tells when the object was stored or its metadata set, exactly; for containers and accounts, when they were made.
 *
 * @param[in] response The response.
 * @return Microseconds since 1970; -1 when the server did not tell, and for NULL.
 */
SWC_API
int64_t swc_response_timestamp(const swc_response *response);

/**
 * Tells which bytes of the object the body holds, when it is a part.
 *
 * For several ranges in one answer there is swc_response_next_part().
 *
 * @param[in] response The response.
 * @param[out] offset Offset of the first byte; may be NULL.
 * @param[out] length Number of bytes; may be NULL.
 * @param[out] size Size of the object, or -1 when the server did not tell; may be NULL.
 * @return Whether it is a part.
 */
SWC_API
bool swc_response_content_range(const swc_response *response,
                                uint64_t *offset,
                                uint64_t *length,
                                int64_t *size);

/**
 * Goes to the next part of the answer to a request for several ranges.
 *
 * From then on the functions that read the body, swc_response_read() and its like, read that part: an end is the
 * end of the part. What is left unread of the part before is skipped. Nothing is kept in memory. An answer of one
 * range, or of all of the object, is one part, so that a caller need not tell them apart; an empty object has none.
 * The length of each part is checked; SWC_END says that the answer is complete. Blocks until the head of the part
 * is in.
 *
 * @param[in] response The response, of which nothing has been read before the first part.
 * @param[out] offset Offset in the object of the first byte of the part; may be NULL.
 * @param[out] length Number of bytes in the part, `UINT64_MAX` when the server did not tell; may be NULL.
 * @param[out] size Size of the object, or -1 when the server did not tell; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when there are no more; SWC_ERR_PROTOCOL when the body is none of several ranges;
 * SWC_ERR_STATE when the body has been read without its parts; what swc_response_read() may give.
 */
SWC_API
swc_status swc_response_next_part(swc_response *response,
                                  uint64_t *offset,
                                  uint64_t *length,
                                  int64_t *size,
                                  swc_error **err);

/**
 * Tells what a symlink points to.
 *
 * It is told only when the link itself was asked for: see swc_request_set_symlink_get().
 *
 * @param[in] response The response.
 * @param[out] account Its account, or NULL for that of the link; may be NULL.
 * @param[out] container Its container, not percent-encoded; may be NULL.
 * @param[out] object Its name, not percent-encoded; may be NULL.
 * @return Whether the object is a symlink. The texts live as long as the response.
 */
SWC_API
bool swc_response_symlink_target(const swc_response *response,
                                 const char **account,
                                 const char **container,
                                 const char **object);

/**
 * Tells which ETag the target of a static symlink must have.
 *
 * @param[in] response The response.
 * @return The ETag without quotes, which lives as long as the response; NULL when it is no static symlink, or the link
 * itself was not asked for, and for NULL.
 */
SWC_API
const char *swc_response_symlink_target_etag(const swc_response *response);

/**
 * Tells which object answered, when it is not the one asked for by its name alone.
 *
 * That is what a symlink led to, or a version of the object: see swc_response_version_id().
 *
 * @param[in] response The response.
 * @param[out] account Its account, or NULL when the server names none; may be NULL.
 * @param[out] container Its container, not percent-encoded; may be NULL.
 * @param[out] object Its name, not percent-encoded; may be NULL.
 * @return Whether it was another. The texts live as long as the response.
 */
SWC_API
bool swc_response_content_location(const swc_response *response,
                                   const char **account,
                                   const char **container,
                                   const char **object);

/**
 * Tells which version of the object was read, written or deleted.
 *
 * For a DELETE without a version it is that of the marker the DELETE left.
 *
 * @param[in] response The response.
 * @return The id, "null" for an object from before versioning, which lives as long as the response; NULL when its
 * container has no versions, and for NULL.
 */
SWC_API
const char *swc_response_version_id(const swc_response *response);

/**
 * Tells which version is the current one after the DELETE of a version.
 *
 * @param[in] response The response.
 * @return The id, "null" when there is none, which lives as long as the response; NULL when nothing of that kind
 * happened, and for NULL.
 */
SWC_API
const char *swc_response_current_version_id(const swc_response *response);

/**
 * Tells what a copy is a copy of.
 *
 * @param[in] response The response.
 * @param[out] account Its account, or NULL when the server names none; may be NULL.
 * @param[out] container Its container, not percent-encoded; may be NULL.
 * @param[out] object Its name, not percent-encoded; may be NULL.
 * @return Whether the server told. The texts live as long as the response.
 */
SWC_API
bool swc_response_copied_from(const swc_response *response,
                              const char **account,
                              const char **container,
                              const char **object);

/**
 * Tells when the source of a copy was last changed.
 *
 * @param[in] response The response.
 * @return Seconds since 1970; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_copied_from_last_modified(const swc_response *response);

/**
 * Tells which version of an object was copied.
 *
 * @param[in] response The response.
 * @return The id, which lives as long as the response; NULL when the source has no versions, and for NULL.
 */
SWC_API
const char *swc_response_copied_from_version_id(const swc_response *response);

/**
 * Tells how many bytes of the body read so far were checked by MD5.
 *
 * At the end of an object that is all of them. The bytes of a static large object (SLO) count when their segment is
 * complete, but not those of a segment of which the object holds a part only. Ranges and dynamic large
 * objects (DLO) have no sum to check.
 *
 * @param[in] response The response.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API
uint64_t swc_response_bytes_verified(const swc_response *response);

/**
 * Finds metadata by its name: the header X-Account-Meta-NAME, X-Container-Meta-NAME or X-Object-Meta-NAME.
 *
 * @param[in] response The response.
 * @param[in] name Name of the metadata without the prefix, in any case.
 * @return The value, which lives as long as the response; NULL when there is none.
 */
SWC_API
const char *swc_response_metadata(const swc_response *response,
                                  const char *name);

/**
 * Gives metadata with its percent-encoding undone, for programs that store it percent-encoded.
 *
 * Where that gives no UTF-8 the value comes as it is.
 *
 * @param[in] response The response.
 * @param[in] name Name of the metadata without the prefix, in any case.
 * @param[out] value The value, or NULL when there is none; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK, also when there is no such metadata; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_response_metadata_decoded(const swc_response *response,
                                         const char *name,
                                         char **value,
                                         swc_error **err);

/**
 * Counts the metadata of a response: its headers X-Account-Meta-, X-Container-Meta- and X-Object-Meta-.
 *
 * @param[in] response The response.
 * @return How many there are; 0 for NULL.
 */
SWC_API
size_t swc_response_metadata_count(const swc_response *response);

/**
 * Gives metadata by its number.
 *
 * Swift does not keep the case of names: A and a are one.
 *
 * @param[in] response The response.
 * @param[in] index From 0 to one less than swc_response_metadata_count().
 * @param[out] name The name without the prefix, which lives as long as the response; may be NULL.
 * @param[out] value The value, which lives as long as the response; may be NULL.
 * @return Whether there is metadata of that number.
 */
SWC_API
bool swc_response_metadata_at(const swc_response *response,
                              size_t index,
                              const char **name,
                              const char **value);

/**
 * Tells how many containers an account has.
 *
 * It follows changes with a delay.
 *
 * @param[in] response The response to a call about the account.
 * @return The number of containers; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_container_count(const swc_response *response);

/**
 * Tells how many objects an account or container has.
 *
 * It follows changes with a delay.
 *
 * @param[in] response The response to a call about the account or a container.
 * @return The number of objects; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_object_count(const swc_response *response);

/**
 * Tells how many bytes the objects in an account or container have.
 *
 * It follows changes with a delay.
 *
 * @param[in] response The response to a call about the account or a container.
 * @return The number of bytes; -1 when the server did not tell, and for NULL.
 */
SWC_API int64_t swc_response_bytes_used(const swc_response *response);

/**
 * Tells the storage policy of a container.
 *
 * @param[in] response The response to a call about the container.
 * @return Name of the policy, which lives as long as the response; NULL when the server did not tell, and for NULL.
 */
SWC_API
const char *swc_response_storage_policy(const swc_response *response);

/**
 * Counts the storage policies that an account has something in.
 *
 * @param[in] response The response to a call about the account.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_response_policy_count(const swc_response *response);

/**
 * Tells what an account holds in a storage policy.
 *
 * @param[in] response The response to a call about the account.
 * @param[in] index From 0 to one less than swc_response_policy_count().
 * @param[out] name Name of the policy in lower case, which lives as long as the response; may be NULL.
 * @param[out] containers Number of containers with the policy, -1 when the server did not tell; may be NULL.
 * @param[out] objects Number of objects in them, -1 when the server did not tell; may be NULL.
 * @param[out] bytes Bytes of these objects, -1 when the server did not tell; may be NULL.
 * @return Whether there is a policy of that number.
 */
SWC_API
bool swc_response_policy_at(const swc_response *response,
                            size_t index,
                            const char **name,
                            int64_t *containers,
                            int64_t *objects,
                            int64_t *bytes);

/**
 * Tells how many bytes an account or container may hold.
 *
 * @param[in] response The response to a call about the account or a container.
 * @param[in] policy The storage policy of which the quota is; NULL for that of the whole account or container.
 * @return The number of bytes; -1 when there is no quota, and for NULL.
 */
SWC_API
int64_t swc_response_quota_bytes(const swc_response *response,
                                 const char *policy);

/**
 * Tells how many objects an account or container may hold.
 *
 * @param[in] response The response to a call about the account or a container.
 * @param[in] policy The storage policy of which the quota is; NULL for that of the whole account or container.
 * @return The number of objects; -1 when there is no quota, and for NULL.
 */
SWC_API
int64_t swc_response_quota_count(const swc_response *response,
                                 const char *policy);

/**
 * Reads who besides its owners may use an account: X-Account-Access-Control, which only owners are told.
 *
 * @param[in] response The response to a call about the account.
 * @param[out] acl The list, or NULL when the server told none; free it with swc_account_acl_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK, also when the server told none; SWC_ERR_PROTOCOL when it is no such list; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_response_account_acl(const swc_response *response,
                                    swc_account_acl **acl,
                                    swc_error **err);

/**
 * Opens an object for reading.
 *
 * It may be of any kind: a version (query parameter "version-id"), a large object (SLO, DLO), the target of a
 * symlink. Its size and ETag are asked for (HEAD); later requests carry the ETag (If-Match). Blocks until the
 * headers are in; any thread.
 *
 * The extras hold for all that the reader does: the timeout is how long all reading may take; a progress callback
 * hears where swc_reader_read() has come to, and the size, which goes back where the position does. A range is
 * refused.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] request Extras of all its calls; NULL for none.
 * @param[out] reader The reader; free it with swc_reader_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_NOT_FOUND when there is none; SWC_ERR_UNSUPPORTED when the server does not tell its
 * length or ETag, as of a dynamic large object with more segments than a listing has room for; any status of a
 * call: see swc_status.
 */
SWC_API
swc_status swc_reader_new(const swc_connection *connection,
                          const char *container,
                          const char *object,
                          const swc_request *request,
                          swc_reader **reader,
                          swc_error **err);

/**
 * Opens the object at a URL that needs no token, such as a temporary one, for reading.
 *
 * As swc_reader_new(), but that no token is sent: what has been signed for GET may be asked for its size as well. Of
 * manifests within the manifest of a static large object only the length is checked. Blocks until the headers are in;
 * any thread.
 *
 * @param[in] connection The connection.
 * @param[in] url The whole URL, percent-encoded; it is sent as it is.
 * @param[in] request Extras of all its calls; NULL for none.
 * @param[out] reader The reader; free it with swc_reader_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_UNAUTHORIZED when the signature is wrong or has expired, also while it is read; else as
 * swc_reader_new().
 */
SWC_API
swc_status swc_reader_new_url(const swc_connection *connection,
                              const char *url,
                              const swc_request *request,
                              swc_reader **reader,
                              swc_error **err);

/**
 * Reads on from the position, which moves by what was read.
 *
 * Blocks until there is at least one byte, or the end. A connection that breaks is taken up again. After a failure the
 * position is where it was, and reading may be tried again; but not when the object changed or an MD5 was
 * wrong. An object that is read in one pass from its first byte is checked as swc_connection_get_object() says.
 *
 * @param[in] reader The reader.
 * @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
 * @param[in] size How many there is room for.
 * @param[out] length How many were put there: at least 1 with SWC_OK (0 when `size` is 0), else 0.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when the position is at or past the end; SWC_ERR_PRECONDITION or SWC_ERR_NOT_FOUND when
 * the object is not the one that was opened; SWC_ERR_CHECKSUM when the bytes are not those of the object; any
 * status of a call: see swc_status.
 */
SWC_API
swc_status swc_reader_read(swc_reader *reader,
                           void *buffer,
                           size_t size,
                           size_t *length,
                           swc_error **err);

/**
 * Reads from any place; the position stays where it is.
 *
 * Takes a request of its own. Blocks until all bytes are there; any thread, also several at once.
 *
 * @param[in] reader The reader.
 * @param[in] offset First byte to read, from 0.
 * @param[out] buffer Where to put the bytes; NULL only when `size` is 0.
 * @param[in] size How many to read.
 * @param[out] length How many were put there: `size`, or fewer when the object ends before.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when `offset` is at or past the end; else as swc_reader_read().
 */
SWC_API
swc_status swc_reader_pread(const swc_reader *reader,
                            uint64_t offset,
                            void *buffer,
                            size_t size,
                            size_t *length,
                            swc_error **err);

/**
 * Sets the position where swc_reader_read() goes on.
 *
 * No I/O: only the next read asks for other bytes, and a short way forward it reads through. Any position is fine;
 * past the end there is nothing to read.
 *
 * @param[in] reader The reader.
 * @param[in] offset The position, from 0.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_reader_seek(swc_reader *reader,
                           uint64_t offset,
                           swc_error **err);

/**
 * Tells the position where swc_reader_read() goes on.
 *
 * @param[in] reader The reader.
 * @return The position; 0 for NULL.
 */
SWC_API uint64_t swc_reader_tell(const swc_reader *reader);

/**
 * Tells the size of the object.
 *
 * Any thread.
 *
 * @param[in] reader The reader.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_reader_size(const swc_reader *reader);

/**
 * Tells the ETag of the object, without quotes.
 *
 * Any thread.
 *
 * @param[in] reader The reader.
 * @return The ETag, which lives as long as the reader; "" for NULL.
 */
SWC_API const char *swc_reader_etag(const swc_reader *reader);

/**
 * Finds a header that the object had when it was opened, such as its metadata.
 *
 * Any thread.
 *
 * @param[in] reader The reader.
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the reader; NULL when there is none, and for NULL.
 */
SWC_API
const char *swc_reader_header(const swc_reader *reader,
                              const char *name);

/**
 * Tells whether all of the object was read in one pass from its first byte, and every byte was checked by MD5.
 *
 * @param[in] reader The reader.
 * @return Whether that is so; false for NULL.
 */
SWC_API
bool swc_reader_is_verified(const swc_reader *reader);

/**
 * Frees a reader, wherever it has come to.
 *
 * Never blocks. Calls in progress on other threads go on.
 *
 * @param[in] reader The reader; NULL is fine.
 */
SWC_API void swc_reader_free(swc_reader *reader);

/**
 * Begins to write an object; nothing is sent yet.
 *
 * The extras hold for the object: metadata, media type, conditions, expiry, which its segments share. The timeout
 * is how long all writing may take; a progress callback hears how much was sent, in swc_writer_write() and
 * swc_writer_finish(), the total only in the latter. With the header ETag the MD5 of all that is written must be
 * that. Never blocks; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] container Name of the container, which must exist, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] options Settings that shall differ from the connection's: "segment_size", "segment_container",
 * "leave_segments", "buffer_size", "checksum"; NULL for none.
 * @param[in] request Extras of the object; NULL for none.
 * @param[out] writer The writer; free it with swc_writer_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_writer_new(const swc_connection *connection,
                          const char *container,
                          const char *object,
                          const swc_config *options,
                          const swc_request *request,
                          swc_writer **writer,
                          swc_error **err);

/**
 * Writes bytes, which are copied.
 *
 * Blocks while the network takes less than is written. A failure may be that of bytes written before; it is final,
 * and every later call fails with it too.
 *
 * @param[in] writer The writer.
 * @param[in] data The bytes; NULL only when `size` is 0.
 * @param[in] size Their number.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK when all were taken; SWC_ERR_STATE after swc_writer_finish() or swc_writer_abort();
 * SWC_ERR_UNSUPPORTED when the cluster has no static large objects; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_writer_write(swc_writer *writer,
                            const void *data,
                            size_t size,
                            swc_error **err);

/**
 * Sends what is left, and stores the object.
 *
 * Blocks until the server has stored it. With this the writer is done, whatever comes of it. MD5 sums are checked
 * as by swc_connection_put_object(); those of segments also by the server, when it takes the manifest. When it
 * remains open whether a manifest was stored, the segments stay, and the error says where.
 *
 * @param[in] writer The writer.
 * @param[out] response The response to the request that made the object; free it with swc_response_free(); may be
 * NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when it was done before; SWC_ERR_PRECONDITION as the request asked;
 * SWC_ERR_CHECKSUM; any status of a call: see swc_status.
 */
SWC_API
swc_status swc_writer_finish(swc_writer *writer,
                             swc_response **response,
                             swc_error **err);

/**
 * Gives the object up: nothing appears under its name.
 *
 * Blocks until its segments are deleted, unless "leave_segments" is true. After swc_writer_finish() nothing happens.
 *
 * @param[in] writer The writer.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; any status of a call when segments could not be deleted.
 */
SWC_API
swc_status swc_writer_abort(swc_writer *writer,
                            swc_error **err);

/**
 * Tells how many bytes were written.
 *
 * @param[in] writer The writer.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_writer_bytes_written(const swc_writer *writer);

/**
 * Frees a writer; one that was not finished gives its object up.
 *
 * Never blocks: a request in progress is cut off at once, and segments are deleted in the background, as long as the
 * program runs. To wait for that call swc_writer_abort() first.
 *
 * @param[in] writer The writer; NULL is fine.
 */
SWC_API
void swc_writer_free(swc_writer *writer);

/**
 * Gets the next row of a listing.
 *
 * Asks the server for the next page when the rows at hand are used up, and blocks until it is there. After
 * a failure that passes, calling it again asks for the failed page again; no row is lost or doubled.
 *
 * @param[in] listing The listing.
 * @param[out] entry The row, which lives until the next call; NULL at the end.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when there are no more rows; SWC_ERR_NOT_FOUND when there is no such container;
 * any status of a call: see swc_status.
 */
SWC_API
swc_status swc_listing_next(swc_listing *listing,
                            const swc_entry **entry,
                            swc_error **err);

/**
 * Finds a header of the page that was read last, such as "X-Container-Object-Count".
 *
 * @param[in] listing The listing.
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives until the next row is asked for; NULL when there is
 * none, and before the first row was asked for.
 */
SWC_API
const char *swc_listing_header(const swc_listing *listing,
                               const char *name);

/**
 * Gives the response that brought the page that was read last, for its headers and what they tell.
 *
 * swc_response_object_count() and its like work on it. Its body is the page, of which there is nothing left.
 *
 * @param[in] listing The listing.
 * @return The response, which lives until the next row is asked for; NULL before the first row was asked for, and for
 * NULL.
 */
SWC_API
const swc_response *swc_listing_response(const swc_listing *listing);

/**
 * Frees a listing and its row.
 *
 * @param[in] listing The listing; NULL is fine.
 */
SWC_API void swc_listing_free(swc_listing *listing);

/**
 * Tells the name of the container or object; of a pseudo-directory the part up to and with the delimiter.
 *
 * @param[in] entry The row.
 * @return The name, which lives as long as the row; NULL for NULL.
 */
SWC_API
const char *swc_entry_name(const swc_entry *entry);

/**
 * Tells whether the row is a pseudo-directory, which a listing with a delimiter has.
 *
 * @param[in] entry The row.
 * @return Whether it is; false for NULL.
 */
SWC_API bool swc_entry_is_subdir(const swc_entry *entry);

/**
 * Tells the size of an object, or of all objects in a container.
 *
 * @param[in] entry The row.
 * @return The number of bytes; 0 for a pseudo-directory and for NULL.
 */
SWC_API uint64_t swc_entry_bytes(const swc_entry *entry);

/**
 * Tells how many objects a container holds.
 *
 * @param[in] entry The row.
 * @return The number of objects; 0 for an object, a pseudo-directory and for NULL.
 */
SWC_API uint64_t swc_entry_count(const swc_entry *entry);

/**
 * Tells the ETag of an object: the MD5 of its bytes for all but large objects.
 *
 * @param[in] entry The row.
 * @return The ETag, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API const char *swc_entry_hash(const swc_entry *entry);

/**
 * Tells the media type of an object.
 *
 * @param[in] entry The row.
 * @return The media type, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API const char *swc_entry_content_type(const swc_entry *entry);

/**
 * Tells when the object or container was last changed.
 *
 * @param[in] entry The row.
 * @return Seconds since 1970; -1 when the row does not tell, and for NULL.
 */
SWC_API int64_t swc_entry_last_modified(const swc_entry *entry);

/**
 * Tells when the object or container was last changed, to the microsecond.
 *
 * The server's own text is swc_entry_get() of "last_modified".
 *
 * @param[in] entry The row.
 * @return Microseconds since 1970; -1 when the row does not tell, and for NULL.
 */
SWC_API int64_t swc_entry_last_modified_us(const swc_entry *entry);

/**
 * Tells the storage policy of a container; older servers do not list it.
 *
 * @param[in] entry The row.
 * @return Name of the policy, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API
const char *swc_entry_storage_policy(const swc_entry *entry);

/**
 * Tells the ETag that a static large object (SLO) has when it is read; swc_entry_hash() is that of its manifest.
 *
 * @param[in] entry The row.
 * @return The ETag, in quotes as the server has it, which lives as long as the row; NULL when the row has none,
 * and for NULL.
 */
SWC_API
const char *swc_entry_slo_etag(const swc_entry *entry);

/**
 * Tells what a symlink leads to, as "/v1/account/container/object", percent-encoded.
 *
 * @param[in] entry The row.
 * @return The path, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API const char *swc_entry_symlink_path(const swc_entry *entry);

/**
 * Tells the ETag of the object that a static symlink leads to.
 *
 * @param[in] entry The row.
 * @return The ETag, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API const char *swc_entry_symlink_etag(const swc_entry *entry);

/**
 * Tells the size of the object that a static symlink leads to; that of the symlink itself is 0.
 *
 * @param[in] entry The row.
 * @return The number of bytes; -1 when the row does not tell, and for NULL.
 */
SWC_API int64_t swc_entry_symlink_bytes(const swc_entry *entry);

/**
 * Tells the version of a row in a listing of versions; "null" is what was stored without versions.
 *
 * @param[in] entry The row.
 * @return The id, which lives as long as the row; NULL when the row has none, and for NULL.
 */
SWC_API const char *swc_entry_version_id(const swc_entry *entry);

/**
 * Tells whether the row is the version that the name shows, in a listing of versions.
 *
 * @param[in] entry The row.
 * @return Whether it is; false for NULL.
 */
SWC_API bool swc_entry_is_latest(const swc_entry *entry);

/**
 * Tells whether the row says that the object was deleted then, in a listing of versions.
 *
 * @param[in] entry The row.
 * @return Whether it is; false for NULL.
 */
SWC_API bool swc_entry_is_delete_marker(const swc_entry *entry);

/**
 * Tells whether the object is kept as a version, in an ordinary listing of a container with versions.
 *
 * @param[in] entry The row.
 * @return Whether it is; false for NULL.
 */
SWC_API
bool swc_entry_is_version_symlink(const swc_entry *entry);

/**
 * Finds a field of the row by the key the server gives it, such as "version_id" or "symlink_path".
 *
 * @param[in] entry The row.
 * @param[in] key The key.
 * @return The value as text, also of numbers and booleans, lists and objects as JSON, which lives as long as the row;
 * NULL when there is none.
 */
SWC_API
const char *swc_entry_get(const swc_entry *entry,
                          const char *key);

/**
 * Counts the fields of a row.
 *
 * @param[in] entry The row.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_entry_field_count(const swc_entry *entry);

/**
 * Gives a field of a row by its number.
 *
 * @param[in] entry The row.
 * @param[in] index From 0 to one less than swc_entry_field_count().
 * @param[out] key The key, which lives as long as the row; may be NULL.
 * @param[out] value The value as text, which lives as long as the row; may be NULL.
 * @return Whether there is a field of that number.
 */
SWC_API
bool swc_entry_field_at(const swc_entry *entry,
                        size_t index,
                        const char **key,
                        const char **value);

/**
 * Gives the whole row as the server wrote it: a JSON object with every key.
 *
 * @param[in] entry The row.
 * @return The JSON, which lives as long as the row; NULL for NULL.
 */
SWC_API const char *swc_entry_json(const swc_entry *entry);

/**
 * Makes an empty list.
 *
 * Never blocks; any thread.
 *
 * @return The list; free it with swc_objects_free().
 */
SWC_API swc_objects *swc_objects_new(void);

/**
 * Adds an object to a list.
 *
 * Options of its own go before those of the job; "header" and "meta" are put over what the job says. The job refuses
 * those that its verb does not know for an object. Never blocks.
 *
 * @param[in] objects The list.
 * @param[in] object Name of the object.
 * @param[in] options Settings for this object alone; NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when the name is empty; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_objects_add(swc_objects *objects,
                           const char *object,
                           const swc_config *options,
                           swc_error **err);

/**
 * Adds a file to a list for an upload; of a directory a marker is made (media type application/directory).
 *
 * It is opened when it is uploaded. Never blocks.
 *
 * @param[in] objects The list.
 * @param[in] path Path of the file.
 * @param[in] object Name the object gets; NULL for that of the path.
 * @param[in] options Settings for this object alone, as with swc_objects_add(); NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT, also when the path shall be the name and is not UTF-8;
 * SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_objects_add_file(swc_objects *objects,
                                const char *path,
                                const char *object,
                                const swc_config *options,
                                swc_error **err);

/**
 * Adds every file below a directory to a list for an upload, hidden ones too.
 *
 * It is walked when it is uploaded, following links. An empty directory in it becomes a marker. What cannot be
 * read, or has a name that is not UTF-8, is a failed result, and the rest goes on. Never blocks.
 *
 * @param[in] objects The list.
 * @param[in] path Path of the directory.
 * @param[in] prefix What goes before the names of the files, which are their paths below the directory, as
 * "backup/2025"; NULL for nothing.
 * @param[in] options Settings for these objects alone, as with swc_objects_add(); NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_objects_add_tree(swc_objects *objects,
                                const char *path,
                                const char *prefix,
                                const swc_config *options,
                                swc_error **err);

/**
 * Adds bytes from anywhere to a list for an upload.
 *
 * The source may be freed at once. Never blocks.
 *
 * @param[in] objects The list.
 * @param[in] object Name the object gets.
 * @param[in] source The bytes; NULL for an empty object or, with the option "dir_marker", a marker of a directory.
 * @param[in] options Settings for this object alone, as with swc_objects_add(); NULL for none.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_objects_add_source(swc_objects *objects,
                                  const char *object,
                                  const swc_source *source,
                                  const swc_config *options,
                                  swc_error **err);

/**
 * Adds several objects without options of their own to a list.
 *
 * Never blocks.
 *
 * @param[in] objects The list.
 * @param[in] names Names of the objects; may be NULL when there are none.
 * @param[in] name_count Number of names.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when a name is empty; SWC_ERR_INVALID_UTF8. On failure nothing was added.
 */
SWC_API
swc_status swc_objects_add_all(swc_objects *objects,
                               const char *const *names,
                               size_t name_count,
                               swc_error **err);

/**
 * Counts the objects of a list.
 *
 * Never blocks.
 *
 * @param[in] objects The list.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_objects_count(const swc_objects *objects);

/**
 * Frees a list. Jobs that were given it go on.
 *
 * @param[in] objects The list; NULL is fine.
 */
SWC_API void swc_objects_free(swc_objects *objects);

/**
 * Tells how many bytes of bodies have been sent and received.
 *
 * @param[in] progress The progress.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_progress_bytes(const swc_progress *progress);

/**
 * Tells how many bytes there are to move in all.
 *
 * Listings tell it for what they find; of objects that are named it is known once each has been begun. One that
 * failed before its size was found out, as it is not there, counts for nothing.
 *
 * @param[in] progress The progress.
 * @return The number of bytes; -1 when it is not known yet, and for NULL.
 */
SWC_API
int64_t swc_progress_bytes_total(const swc_progress *progress);

/**
 * Tells how many objects are done, the failed ones included; containers and accounts that are named count too.
 *
 * @param[in] progress The progress.
 * @return How many; 0 for NULL.
 */
SWC_API
uint64_t swc_progress_objects(const swc_progress *progress);

/**
 * Tells how many of the objects that are done have failed.
 *
 * @param[in] progress The progress.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_progress_failed(const swc_progress *progress);

/**
 * Tells how many objects there are to do in all.
 *
 * @param[in] progress The progress.
 * @return How many; -1 when a listing may still find more, and for NULL.
 */
SWC_API int64_t swc_progress_objects_total(const swc_progress *progress);

/**
 * Tells how many bytes a second have moved during the last few seconds.
 *
 * @param[in] progress The progress.
 * @return Bytes a second; 0 for NULL.
 */
SWC_API double swc_progress_rate(const swc_progress *progress);

/**
 * Frees a progress.
 *
 * @param[in] progress The progress; NULL is fine. Not that of a result, which belongs to the result.
 */
SWC_API
void swc_progress_free(swc_progress *progress);

/**
 * Tells how many jobs were taken.
 *
 * @param[in] statistics The statistics.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_statistics_jobs(const swc_statistics *statistics);

/**
 * Tells how many HTTP requests were made, those for tokens not included.
 *
 * @param[in] statistics The statistics.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_statistics_requests(const swc_statistics *statistics);

/**
 * Tells how many of the requests were made because one before had failed.
 *
 * @param[in] statistics The statistics.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_statistics_retries(const swc_statistics *statistics);

/**
 * Tells how many bytes of bodies were sent.
 *
 * @param[in] statistics The statistics.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_statistics_bytes_sent(const swc_statistics *statistics);

/**
 * Tells how many bytes of bodies were received, listings included.
 *
 * Not those of responses that were handed out: they are counted by whoever reads them.
 *
 * @param[in] statistics The statistics.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_statistics_bytes_received(const swc_statistics *statistics);

/**
 * Tells how often a new token took the place of one the server did not take any more, or that was about to end.
 *
 * It is that of all who share the token, whatever the verb.
 *
 * @param[in] statistics The statistics.
 * @return How often; 0 for NULL.
 */
SWC_API
uint64_t swc_statistics_reauthentications(const swc_statistics *statistics);

/**
 * Frees statistics.
 *
 * @param[in] statistics The statistics; NULL is fine.
 */
SWC_API void swc_statistics_free(swc_statistics *statistics);

/**
 * Makes a manifest without segments.
 *
 * Never blocks; any thread.
 *
 * @return The manifest; free it with swc_manifest_free().
 */
SWC_API swc_manifest *swc_manifest_new(void);

/**
 * Reads a manifest from its JSON text.
 *
 * Takes both forms that Swift has: the one that is sent ("path", "etag", "size_bytes", "range", "data"), and
 * the one that comes back ("name", "hash", "bytes" and more). Never blocks; any thread.
 *
 * @param[in] json The text, a list of segments.
 * @param[out] manifest The manifest; free it with swc_manifest_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_PROTOCOL when the text is no manifest; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_manifest_new_json(const char *json,
                                 swc_manifest **manifest,
                                 swc_error **err);

/**
 * Adds an object as the next segment.
 *
 * The server stores the manifest only if the object is there and, where they are given, has this ETag and this size.
 * With the ETags of all segments the ETag of the whole is known beforehand, and swc_connection_put_slo() has it
 * checked. The object may be a static large object itself: give its ETag and its whole size. Never
 * blocks.
 *
 * @param[in] manifest The manifest.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] etag Its ETag, with or without quotes, as the PUT answered it; NULL when it does not matter.
 * @param[in] size Its size; -1 when it does not matter. Only the last segment may be empty.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_manifest_add_object(swc_manifest *manifest,
                                   const char *container,
                                   const char *object,
                                   const char *etag,
                                   int64_t size,
                                   swc_error **err);

/**
 * Adds part of an object as the next segment.
 *
 * `etag` and `size` are those of the whole object. With `size` too, the ETag of the large object can be known
 * beforehand. Never blocks.
 *
 * @param[in] manifest The manifest.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded.
 * @param[in] etag Its ETag, with or without quotes; NULL when it does not matter.
 * @param[in] size Its size; -1 when it does not matter.
 * @param[in] offset The first byte, from 0; UINT64_MAX for the last `length` bytes of the object.
 * @param[in] length The number of bytes; UINT64_MAX for all up to the end. With both UINT64_MAX it is the whole
 * object.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT, also when the object has no such bytes; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_manifest_add_range(swc_manifest *manifest,
                                  const char *container,
                                  const char *object,
                                  const char *etag,
                                  int64_t size,
                                  uint64_t offset,
                                  uint64_t length,
                                  swc_error **err);

/**
 * Adds bytes as the next segment, which stand in the manifest itself.
 *
 * For what is too small to be an object of its own. A manifest needs at least one segment that is an object,
 * and all of it must fit into what the cluster takes, 8 MiB by default. Never blocks.
 *
 * @param[in] manifest The manifest.
 * @param[in] data The bytes, which are copied.
 * @param[in] size Their number, at least 1.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_manifest_add_data(swc_manifest *manifest,
                                 const void *data,
                                 size_t size,
                                 swc_error **err);

/**
 * Counts the segments.
 *
 * @param[in] manifest The manifest.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_manifest_segment_count(const swc_manifest *manifest);

/**
 * Gives a segment by its number.
 *
 * @param[in] manifest The manifest.
 * @param[in] index From 0 to one less than swc_manifest_segment_count().
 * @return The segment, which lives until the manifest is changed or freed; NULL when there is none of that number.
 */
SWC_API
const swc_segment *swc_manifest_segment_at(const swc_manifest *manifest,
                                           size_t index);

/**
 * Tells the size of the large object.
 *
 * @param[in] manifest The manifest.
 * @return The number of bytes; -1 when the size of a segment is not known, and for NULL.
 */
SWC_API int64_t swc_manifest_size(const swc_manifest *manifest);

/**
 * Tells the ETag the large object has when the manifest is stored: the MD5 of the ETags of its segments.
 *
 * @param[in] manifest The manifest.
 * @return The ETag without quotes, which lives until the manifest is changed or freed; NULL when an ETag is
 * not known, or the size of an object that is used in part, and for NULL.
 */
SWC_API
const char *swc_manifest_etag(const swc_manifest *manifest);

/**
 * Writes a manifest as the JSON text that is sent to the server.
 *
 * Never blocks.
 *
 * @param[in] manifest The manifest.
 * @param[out] json The text; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_manifest_json(const swc_manifest *manifest, char **json, swc_error **err);

/**
 * Frees a manifest and its segments.
 *
 * @param[in] manifest The manifest; NULL is fine.
 */
SWC_API void swc_manifest_free(swc_manifest *manifest);

/**
 * Tells the container of a segment.
 *
 * @param[in] segment The segment.
 * @return The name, which lives as long as the segment; NULL for data, and for NULL.
 */
SWC_API const char *swc_segment_container(const swc_segment *segment);

/**
 * Tells the object of a segment.
 *
 * @param[in] segment The segment.
 * @return The name, which lives as long as the segment; NULL for data, and for NULL.
 */
SWC_API const char *swc_segment_object(const swc_segment *segment);

/**
 * Tells the ETag of the whole object of a segment.
 *
 * @param[in] segment The segment.
 * @return The ETag without quotes, which lives as long as the segment; NULL when it is not known, for data, and
 * for NULL.
 */
SWC_API
const char *swc_segment_etag(const swc_segment *segment);

/**
 * Tells the size of the whole object of a segment, or of its data.
 *
 * @param[in] segment The segment.
 * @return The number of bytes; -1 when it is not known, and for NULL.
 */
SWC_API int64_t swc_segment_size(const swc_segment *segment);

/**
 * Tells how many bytes of the large object a segment makes.
 *
 * @param[in] segment The segment.
 * @return The number of bytes; -1 when it is not known, and for NULL.
 */
SWC_API int64_t swc_segment_length(const swc_segment *segment);

/**
 * Tells which part of its object a segment is.
 *
 * @param[in] segment The segment.
 * @param[out] offset The first byte; UINT64_MAX for the last `length` bytes; may be NULL.
 * @param[out] length The number of bytes; UINT64_MAX for all up to the end; may be NULL.
 * @return Whether it is a part; false for a whole object, data, and NULL.
 */
SWC_API bool swc_segment_range(const swc_segment *segment, uint64_t *offset, uint64_t *length);

/**
 * Gives the bytes of a segment that stand in the manifest itself.
 *
 * @param[in] segment The segment.
 * @param[out] size Their number; may be NULL.
 * @return The bytes, which live as long as the segment; NULL for an object, and for NULL.
 */
SWC_API const void *swc_segment_data(const swc_segment *segment, size_t *size);

/**
 * Tells the media type of the object of a segment, in a manifest that was read back.
 *
 * @param[in] segment The segment.
 * @return The media type, which lives as long as the segment; NULL when it is not known, for data, and for
 * NULL.
 */
SWC_API
const char *swc_segment_content_type(const swc_segment *segment);

/**
 * Tells when the object of a segment was last changed, in a manifest that was read back.
 *
 * @param[in] segment The segment.
 * @return Seconds since 1970; -1 when it is not known, for data, and for NULL.
 */
SWC_API int64_t swc_segment_last_modified(const swc_segment *segment);

/**
 * Tells whether the object of a segment is a static large object itself, in a manifest that was read back.
 *
 * @param[in] segment The segment.
 * @return Whether it is; false for NULL.
 */
SWC_API
bool swc_segment_is_slo(const swc_segment *segment);

/**
 * Tells the status of the whole as an HTTP status: 200 or 201, or why it failed.
 *
 * The answer itself has 200 or 202 in any case, because its status was sent before the work began.
 *
 * @param[in] report The report.
 * @return The status; 0 when the call ended before there was one, and for NULL.
 */
SWC_API int32_t swc_report_status(const swc_report *report);

/**
 * Tells what the server said about the whole, as "Invalid Tar File".
 *
 * @param[in] report The report.
 * @return The text, which lives as long as the report; "" when it said nothing, and for NULL.
 */
SWC_API const char *swc_report_message(const swc_report *report);

/**
 * Counts what was deleted, objects and containers.
 *
 * @param[in] report The report.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_report_deleted(const swc_report *report);

/**
 * Counts what was to be deleted and was not there, which is no failure.
 *
 * What an attempt deleted whose answer got lost counts here too.
 *
 * @param[in] report The report.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_report_not_found(const swc_report *report);

/**
 * Counts the objects that an archive became.
 *
 * @param[in] report The report.
 * @return How many; 0 for NULL.
 */
SWC_API uint64_t swc_report_created(const swc_report *report);

/**
 * Counts the paths that something went wrong with.
 *
 * @param[in] report The report.
 * @return How many; 0 for NULL.
 */
SWC_API size_t swc_report_error_count(const swc_report *report);

/**
 * Gives a path that something went wrong with, by its number.
 *
 * Names are not percent-encoded, but for those that are not UTF-8, as an archive may hold.
 *
 * @param[in] report The report.
 * @param[in] index From 0 to one less than swc_report_error_count().
 * @param[out] container The container, which lives as long as the report; may be NULL.
 * @param[out] object The object, which lives as long as the report; NULL when it is the container that something
 * went wrong with; may be NULL.
 * @param[out] http_status The HTTP status, as 409; 0 when there is none, as for "Etag Mismatch"; may be NULL.
 * @param[out] reason What the server said, as "409 Conflict", which lives as long as the report; may be NULL.
 * @return Whether there is a path of that number.
 */
SWC_API
bool swc_report_error_at(const swc_report *report,
                         size_t index,
                         const char **container,
                         const char **object,
                         int32_t *http_status,
                         const char **reason);

/**
 * Frees a report.
 *
 * @param[in] report The report; NULL is fine. One that swc_error_report() gave belongs to its error: leave it
 * alone.
 */
SWC_API
void swc_report_free(swc_report *report);

/**
 * Makes an empty queue.
 *
 * Never blocks; any thread.
 *
 * @param[out] queue The queue; free it with swc_queue_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_IO when the system gives no descriptor; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_queue_new(swc_queue **queue, swc_error **err);

/**
 * Gives a descriptor for poll, epoll, kqueue or an event loop: readable exactly while results wait.
 *
 * It is a level, not an edge: each time it is readable take a batch with swc_queue_pop() and a timeout of 0, and it
 * stays readable as long as more is left. A loop that is told of edges alone, as with EPOLLET, pops until there is
 * nothing. While several threads pop, one that is told may find nothing. The descriptor belongs to the queue: do not
 * read, write or close it. On Windows it is a SOCKET, for select, WSAPoll or an event loop that takes sockets. Never
 * blocks; any thread.
 *
 * @param[in] queue The queue.
 * @param[out] fd The descriptor; -1 on failure.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_IO when the system gives none.
 */
SWC_API
swc_status swc_queue_fd(const swc_queue *queue,
                        int32_t *fd,
                        swc_error **err);

/**
 * Takes results out of a queue, waiting for the first.
 *
 * Blocks until there is a result, the time is up, or swc_queue_wake() is called; takes what is there
 * without waiting for more. Where results come so fast that to wake a thread for each would cost more than
 * they do, one that waits is woken for those of 0.1 ms together, and earlier with the last one of a job or
 * when the array would be full. Any thread; each result goes to one of them.
 *
 * @param[in] queue The queue.
 * @param[out] results The results, each to be freed with swc_result_free(); the rest of the array becomes
 * NULL.
 * @param[in] max Length of the array, at least 1.
 * @param[in] timeout_ms Milliseconds to wait for the first: 0 not at all, -1 without limit.
 * @param[out] count Number of results.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK when there is at least one; SWC_TIMED_OUT when there is none; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_queue_pop(const swc_queue *queue,
                         swc_result **results,
                         size_t max,
                         int32_t timeout_ms,
                         size_t *count,
                         swc_error **err);

/**
 * Makes a thread that waits in swc_queue_pop() return, or the next one that would wait.
 *
 * Calls are counted: each ends one wait. Results that are there are still popped first, and the descriptor of
 * swc_queue_fd() does not become readable. Never blocks; any thread.
 *
 * @param[in] queue The queue; nothing happens for NULL.
 */
SWC_API
void swc_queue_wake(const swc_queue *queue);

/**
 * Counts the results that wait now.
 *
 * Never blocks; any thread.
 *
 * @param[in] queue The queue.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_queue_length(const swc_queue *queue);

/**
 * Frees a queue, and the results that wait in it and those still to come.
 *
 * The jobs go on. A thread that waits in swc_queue_pop() gets SWC_TIMED_OUT. Never blocks.
 *
 * @param[in] queue The queue; NULL is fine.
 */
SWC_API void swc_queue_free(swc_queue *queue);

/**
 * Makes a service over the account of a connection.
 *
 * It shares token and sockets with the connection, which may be freed. Its threads start when there is
 * work. Never blocks; any thread.
 *
 * @param[in] connection The connection.
 * @param[in] options Settings that shall differ from the connection's, such as "object_uu_threads" or
 * "max_queued"; NULL for none. What swc_config_load_env() has set there is for connections and has no effect.
 * @param[out] service The service; free it with swc_service_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when an option is not one for a service.
 */
SWC_API
swc_status swc_service_new(const swc_connection *connection,
                           const swc_config *options,
                           swc_service **service,
                           swc_error **err);

/**
 * Queues a stat: of the account, of a container, or of each of some objects.
 *
 * There is one result for each; the items of a result are what the swift command shows. Never blocks; any
 * thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; NULL for the account.
 * @param[in] objects Objects in the container; NULL for the container itself. A list without any is refused.
 * @param[in] options Settings for this job alone; NULL for none. It knows "header", "human" and "verbose", for objects
 * also "version_id" and "fail_fast", and "progress_interval"; an object "header" and "version_id".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_stat(const swc_service *service,
                            const char *container,
                            const swc_objects *objects,
                            const swc_config *options,
                            const swc_queue *queue,
                            uint64_t tag,
                            uint64_t *job,
                            swc_error **err);

/**
 * Queues a post: sets metadata and other settings of the account, of a container, or of each of some objects.
 *
 * There is one result for each. What is not mentioned stays as it is, but not with objects: there all metadata is
 * replaced. A container that is not there is made. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; NULL for the account.
 * @param[in] objects Objects in the container; NULL for the container itself. A list without any is refused.
 * @param[in] options Settings for this job alone; NULL for none. It knows "meta" and "header", for a container
 * also "read_acl", "write_acl", "sync_to" and "sync_key", for objects "fail_fast", and "progress_interval"; an
 * object "meta" and "header".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_post(const swc_service *service,
                            const char *container,
                            const swc_objects *objects,
                            const swc_config *options,
                            const swc_queue *queue,
                            uint64_t tag,
                            uint64_t *job,
                            swc_error **err);

/**
 * Queues a list: the containers of the account, or the objects of a container.
 *
 * There is one result for each page, with its rows, and a last one that has none. At most two pages wait
 * unread: popping one lets the list go on. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; NULL for the account.
 * @param[in] options Settings for this job alone; NULL for none. It knows "prefix", "delimiter", "marker",
 * "header" and "progress_interval", for the account also "long", for a container "versions" and "version_marker".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_list(const swc_service *service,
                            const char *container,
                            const swc_config *options,
                            const swc_queue *queue,
                            uint64_t tag,
                            uint64_t *job,
                            swc_error **err);

/**
 * Queues an upload: of files, whole directories and other sources, as whole objects or in segments.
 *
 * There is one result for each object, with the action "upload_object", "create_dir_marker" for a directory; for a
 * whole directory a last one, "upload_directory", which has failed when something in it has. Before them come
 * those of the containers, "create_container", which are made unless "skip_container_put" is set; that one cannot
 * be made makes nothing else fail.
 *
 * What is larger than "segment_size" goes in segments, several at once, to the container "segment_container", each
 * with a result "upload_segment"; then a manifest makes one object of them, a static large object (SLO) or, when
 * "use_slo" says so or the cluster has no other, a dynamic one (DLO). A stream becomes none of the latter. A file
 * that grows or changes in any way meanwhile gets no manifest (SWC_ERR_IO). An upload that broke off, even with
 * its program, goes on where it was when it is made again: segments of the same file that are stored, and have the
 * right MD5, are not sent again (status "skipped-identical"). With "clean_segments" they are deleted when the
 * object fails instead; a job that is cancelled sends nothing more and leaves them. The segments of an object that
 * was replaced are deleted ("delete_segment") unless "leave_segments" is set. A stream whose segments are larger
 * than "buffer_size" is not kept in memory, and has one result for all. Segments of up to 64 MiB of a file that
 * lies in the system's memory are hashed many at once before they are sent, which costs little; others while they
 * are sent.
 *
 * "changed" leaves files alone whose object has their size and time, "skip_identical" those whose object has the same
 * content; the status is "skipped-changed" or "skipped-identical" then, else "uploaded". Each object carries
 * the time of its file as X-Object-Meta-Mtime. The list and its sources may be freed at once; memory that a source was
 * made of must stay until the job is done. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; what stands behind a slash in it goes before the names of all objects.
 * @param[in] objects What to upload; a name without a source is the path of a file too.
 * @param[in] options Settings for this job alone; NULL for none. It knows "meta", "header", "segment_size", "use_slo",
 * "segment_container", "leave_segments", "clean_segments", "changed", "skip_identical", "dir_marker", "checksum",
 * "buffer_size", which an object may have too, and "skip_container_put", "fail_fast" and "progress_interval".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_upload(const swc_service *service,
                              const char *container,
                              const swc_objects *objects,
                              const swc_config *options,
                              const swc_queue *queue,
                              uint64_t tag,
                              uint64_t *job,
                              swc_error **err);

/**
 * Queues an upload of one object, as swc_service_upload() does it for a list of this alone.
 *
 * Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; what stands behind a slash in it goes before the name of the object.
 * @param[in] object Name the object gets.
 * @param[in] source The bytes.
 * @param[in] options Settings for this job alone, as for swc_service_upload(); NULL for none.
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return As swc_service_upload().
 */
SWC_API
swc_status swc_service_upload_object(const swc_service *service,
                                     const char *container,
                                     const char *object,
                                     const swc_source *source,
                                     const swc_config *options,
                                     const swc_queue *queue,
                                     uint64_t tag,
                                     uint64_t *job,
                                     swc_error **err);

/**
 * Queues a download: of each of some objects, of a container or of the account.
 *
 * There is one result for each object, with the action "download_object"; for a container or the account a last
 * one, "download_container" or "download_account", which has failed when the listing or an object has. Files get
 * the names of the objects below the folder "out_directory", for the account with that of the container before
 * them; a name that would leave the folder is refused, while links that lie in the folder are followed. Each
 * appears when it is complete and its checksum is right. What is at least twice as long as "part_size" comes in
 * parts of about that size, several at once: large objects by their segments, plain ones and large segments by
 * ranges, all of the object as it was at the beginning (SWC_ERR_PRECONDITION when it changes), and verified like
 * any other, a dynamic large object by what the listing of its segments tells of each. With "resume" what has come
 * in parts is kept beside the file, in hidden ones ending in .partial and .parts, when the download fails or the
 * program ends, and the same download goes on with it. Else one that fails leaves nothing, and one whose program is
 * killed a temporary file, .NAME.XXXXXXXXXXXXXXXX.part with sixteen digits (0 to 9, a to f) after the first forty
 * characters of the name, which is never taken up again: delete those when no download is running.
 * "skip_identical" compares large objects segment by segment. With "out_file" set to "-" the results hand out the
 * open responses instead, see swc_result_take_response(). Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; NULL for the account, which "yes_all" must allow.
 * @param[in] objects Objects in the container; NULL for all. A list without any is refused.
 * @param[in] options Settings for this job alone; NULL for none. It knows "checksum", "header", "out_directory",
 * "remove_prefix" with "prefix", "part_size", "resume", "no_download", "shuffle", "ignore_mtime",
 * "skip_identical", "fail_fast" and "progress_interval", for objects also "version_id" and "out_file", for all of
 * them "prefix", "marker" and "yes_all"; an object "checksum", "header", "version_id", "out_file",
 * "out_directory", "part_size", "resume", "no_download", "ignore_mtime" and "skip_identical".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_download(const swc_service *service,
                                const char *container,
                                const swc_objects *objects,
                                const swc_config *options,
                                const swc_queue *queue,
                                uint64_t tag,
                                uint64_t *job,
                                swc_error **err);

/**
 * Queues a delete: of each of some objects, of a container with all that is in it, or of the account.
 *
 * There is one result for each object, and for a container or the account one more, with the action
 * "delete_container" (or "delete_prefix", when "prefix" says what to delete) and "delete_account". Large objects
 * go with their segments unless "leave_segments" is set; each segment of a dynamic one has a result,
 * "delete_segment". What a listing found goes in bulk where "bulk" allows it; objects that are named only with
 * "leave_segments", as else each is asked for its segments. An object that is not there is a failure
 * (SWC_ERR_NOT_FOUND), but none in bulk. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container; NULL for the account, which "yes_all" must allow.
 * @param[in] objects Objects in the container; NULL for the container with all that is in it. A list without any is
 * refused.
 * @param[in] options Settings for this job alone; NULL for none. It knows "header", "prefix", "leave_segments",
 * "bulk", "fail_fast" and "progress_interval", for objects also "version_id", for a container "versions", for the
 * account "yes_all"; an object "header", "version_id" and "leave_segments".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_delete(const swc_service *service,
                              const char *container,
                              const swc_objects *objects,
                              const swc_config *options,
                              const swc_queue *queue,
                              uint64_t tag,
                              uint64_t *job,
                              swc_error **err);

/**
 * Queues a copy of each of some objects, within the cluster.
 *
 * There is one result for each, and before them one with the action "create_container" for each container they are
 * copied to, which is made when it is not there. Never blocks; any thread.
 *
 * A large object, static (SLO) or dynamic (DLO), becomes a plain one with the same bytes. One that is larger than
 * the cluster lets a plain object be ("swift.max_file_size" of its capabilities, 5 GiB by default) stays a large
 * one: its segments are copied within the cluster, several at once, to "segment_container" (made when it is
 * missing), each with a result "copy_segment"; then a manifest of the same kind makes one object of the copies,
 * with the metadata, media type and expiry a copy has. Copied onto itself it keeps its segments. The copies are
 * compared with the manifest they are from. A copy that broke off goes on where it was when it is made again:
 * segments that are there, and have the right MD5, are not copied again (status "skipped-identical"). With
 * "clean_segments" they are deleted when the copy fails instead. The segments of an object that was replaced so
 * are deleted ("delete_segment") unless "leave_segments" is set; those of the source stay.
 *
 * @param[in] service The service.
 * @param[in] container Name of the container.
 * @param[in] objects Objects in the container, at least one.
 * @param[in] options Settings for this job alone; NULL for none. It knows "destination" (as "/container" or
 * "/container/object"; without it objects are copied onto themselves), "fresh_metadata", "meta", "header",
 * "version_id", "segment_container", "leave_segments" and "clean_segments", which an object may have too, and
 * "fail_fast" and "progress_interval".
 * @param[in] queue Where the results go.
 * @param[in] tag Whatever shall come back in the results.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_copy(const swc_service *service,
                            const char *container,
                            const swc_objects *objects,
                            const swc_config *options,
                            const swc_queue *queue,
                            uint64_t tag,
                            uint64_t *job,
                            swc_error **err);

/**
 * Queues a question for what the cluster offers; the answer is in the JSON of the result.
 *
 * A cluster is asked once in the life of the service, unless "refresh_cache" is set. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] options Settings for this job alone; NULL for none. It knows "url" (of another cluster),
 * "refresh_cache" and "progress_interval".
 * @param[in] queue Where the result goes.
 * @param[in] tag Whatever shall come back in the result.
 * @param[out] job Number of the job, which is never 0; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_AGAIN when the job does not fit into "max_queued", see swc_service: pop results, then
 * call again; SWC_ERR_STATE after swc_service_shutdown(); SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_service_capabilities(const swc_service *service,
                                    const swc_config *options,
                                    const swc_queue *queue,
                                    uint64_t tag,
                                    uint64_t *job,
                                    swc_error **err);

/**
 * Ends a job: what it has not begun and what it is doing.
 *
 * Its last result still comes; what was left to do fails with SWC_ERR_CANCELLED. Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] job Number of the job.
 * @return Whether there was such a job that had not ended; false for NULL.
 */
SWC_API
bool swc_service_cancel(const swc_service *service,
                        uint64_t job);

/**
 * Ends all jobs, as swc_service_cancel() does; new ones may follow.
 *
 * Never blocks; any thread.
 *
 * @param[in] service The service; nothing happens for NULL.
 */
SWC_API void swc_service_cancel_all(const swc_service *service);

/**
 * Counts the jobs whose last result has not come yet.
 *
 * Never blocks; any thread.
 *
 * @param[in] service The service.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_service_pending(const swc_service *service);

/**
 * Tells how far a job is, or all of a service.
 *
 * Never blocks; any thread. The option "progress_interval" has the same told as results, see swc_result_progress().
 *
 * @param[in] service The service.
 * @param[in] job Number of the job; 0 for all that the service has done and has to do.
 * @param[out] progress The progress; free it with swc_progress_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when there is no such job, or none any more; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_service_progress(const swc_service *service,
                                uint64_t job,
                                swc_progress **progress,
                                swc_error **err);

/**
 * Tells what a service has done so far: jobs, requests, retries, bytes.
 *
 * Never blocks; any thread.
 *
 * @param[in] service The service.
 * @param[in] verb Only of this verb: "stat", "list", "post", "upload", "download", "delete", "copy" or "capabilities";
 * NULL for all.
 * @param[out] statistics The statistics; free them with swc_statistics_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such verb; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_service_statistics(const swc_service *service,
                                  const char *verb,
                                  swc_statistics **statistics,
                                  swc_error **err);

/**
 * Takes no more jobs, waits for those there are, then stops the threads.
 *
 * Blocks until the jobs are done; when the time is up they are cancelled, and this waits for what cannot be
 * cancelled: a callback that has not returned. Every job has its last result in its queue then, and queues stay
 * usable. While this waits, lists run to their end without waiting for
 * their pages to be read. Calling it again, or on several threads, is fine; in a callback it cannot wait.
 *
 * @param[in] service The service.
 * @param[in] timeout_ms Milliseconds to wait; 0 cancels at once, -1 waits without limit.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_TIMED_OUT when jobs had to be cancelled; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_service_shutdown(const swc_service *service,
                                int32_t timeout_ms,
                                swc_error **err);

/**
 * Frees a service. Jobs that have not ended are cancelled; their last results are in their queues.
 *
 * To have them done, call swc_service_shutdown() first. Blocks until the threads have ended, and so until a
 * callback that is running has returned; called in a callback it does not wait.
 *
 * @param[in] service The service; NULL is fine.
 */
SWC_API
void swc_service_free(swc_service *service);

/**
 * Tells the tag the job was given.
 *
 * @param[in] result The result.
 * @return The tag; 0 for NULL.
 */
SWC_API uint64_t swc_result_tag(const swc_result *result);

/**
 * Tells the number of the job.
 *
 * @param[in] result The result.
 * @return The number the job got when it was queued; 0 for NULL.
 */
SWC_API uint64_t swc_result_job(const swc_result *result);

/**
 * Tells whether this is the last result of its job.
 *
 * @param[in] result The result.
 * @return Whether it is; false for NULL.
 */
SWC_API bool swc_result_is_last(const swc_result *result);

/**
 * Tells what was done, in python-swiftclient's words.
 *
 * Such as "stat_object", "list_container_part", "upload_object", "download_object" or "delete_object".
 *
 * @param[in] result The result.
 * @return The word, which lives as long as the result; "" for NULL.
 */
SWC_API
const char *swc_result_action(const swc_result *result);

/**
 * Tells whether it worked.
 *
 * @param[in] result The result.
 * @return Whether it did; false for NULL.
 */
SWC_API bool swc_result_success(const swc_result *result);

/**
 * Tells the status: SWC_OK, or why it did not work.
 *
 * @param[in] result The result.
 * @return The status, as a call of a connection would have returned it; SWC_ERR_CANCELLED for a job that was
 * cancelled; SWC_ERR_INVALID_ARGUMENT for NULL.
 */
SWC_API
swc_status swc_result_status(const swc_result *result);

/**
 * Gives the error object of a result that did not work.
 *
 * @param[in] result The result.
 * @return The error, which lives as long as the result: do not free it; NULL when it worked, and for NULL.
 */
SWC_API
const swc_error *swc_result_error(const swc_result *result);

/**
 * Tells the container it is about.
 *
 * @param[in] result The result.
 * @return The name, which lives as long as the result; NULL when it is about the account or the cluster,
 * and for NULL.
 */
SWC_API
const char *swc_result_container(const swc_result *result);

/**
 * Tells the object it is about.
 *
 * @param[in] result The result.
 * @return The name, which lives as long as the result; NULL when it is about no object, and for NULL.
 */
SWC_API
const char *swc_result_object(const swc_result *result);

/**
 * Counts the objects of a "bulk_delete".
 *
 * @param[in] result The result.
 * @return How many there are; 0 for other results and for NULL.
 */
SWC_API size_t swc_result_object_count(const swc_result *result);

/**
 * Names an object of a "bulk_delete" by its number.
 *
 * @param[in] result The result.
 * @param[in] index From 0 to one less than swc_result_object_count().
 * @return The name, which lives as long as the result; NULL past the end, and for NULL.
 */
SWC_API const char *swc_result_object_at(const swc_result *result, size_t index);

/**
 * Gives what the server told of each path: of a "bulk_delete", or of the segments of a static large object.
 *
 * @param[in] result The result.
 * @return The report, which lives as long as the result: do not free it; NULL when there is none, and for NULL.
 */
SWC_API
const swc_report *swc_result_report(const swc_result *result);

/**
 * Tells the path of the local file it is about.
 *
 * For an object whose name ends in "/" no file is written unless "out_file" names one: without content there is
 * nothing to write, and with content its download fails with SWC_ERR_INVALID_ARGUMENT, as no file can have that name.
 *
 * @param[in] result The result.
 * @return The path (bytes as the system has them, UTF-8 on Windows), which lives as long as the result;
 * NULL when it is about no file, and for NULL.
 */
SWC_API
const char *swc_result_path(const swc_result *result);

/**
 * Tells the HTTP status of the last response.
 *
 * @param[in] result The result.
 * @return The HTTP status; 0 when there was no response, and for NULL.
 */
SWC_API int32_t swc_result_http_status(const swc_result *result);

/**
 * Finds a header of the last response.
 *
 * @param[in] result The result.
 * @param[in] name Name of the header, in any case.
 * @return The first value of that name, which lives as long as the result; NULL when there is none.
 */
SWC_API const char *swc_result_header(const swc_result *result, const char *name);

/**
 * Counts the headers of the last response.
 *
 * @param[in] result The result.
 * @return How many there are; 0 for NULL.
 */
SWC_API size_t swc_result_header_count(const swc_result *result);

/**
 * Gives a header of the last response by its number.
 *
 * @param[in] result The result.
 * @param[in] index From 0 to one less than swc_result_header_count().
 * @param[out] name The name, which lives as long as the result; may be NULL.
 * @param[out] value The value, which lives as long as the result; may be NULL.
 * @return Whether there is a header of that number.
 */
SWC_API
bool swc_result_header_at(const swc_result *result,
                          size_t index,
                          const char **name,
                          const char **value);

/**
 * Tells how many HTTP requests it took, retries included.
 *
 * @param[in] result The result.
 * @return The number of requests; 0 for NULL.
 */
SWC_API uint32_t swc_result_attempts(const swc_result *result);

/**
 * Tells how many bytes of bodies were sent or received.
 *
 * @param[in] result The result.
 * @return The number of bytes; 0 for NULL.
 */
SWC_API uint64_t swc_result_bytes(const swc_result *result);

/**
 * Counts the items of a stat: what the swift command shows, such as "Content Length".
 *
 * @param[in] result The result.
 * @return How many there are; 0 for other results and for NULL.
 */
SWC_API size_t swc_result_item_count(const swc_result *result);

/**
 * Gives an item of a stat by its number, in the order the swift command shows them.
 *
 * @param[in] result The result.
 * @param[in] index From 0 to one less than swc_result_item_count().
 * @param[out] name The name, which lives as long as the result; may be NULL.
 * @param[out] value The value as text, which lives as long as the result; may be NULL.
 * @return Whether there is an item of that number.
 */
SWC_API
bool swc_result_item_at(const swc_result *result,
                        size_t index,
                        const char **name,
                        const char **value);

/**
 * Gives the whole result as JSON, with the keys python-swiftclient's results have.
 *
 * Besides there are "job" and "tag"; "attempts" are all requests that were made, "last_attempts" those of the last
 * operation, such as the PUT of an upload; the "status" in an "error" is the name swc_status_name() gives it.
 *
 * @param[in] result The result.
 * @return One JSON object, which lives as long as the result; NULL for NULL.
 */
SWC_API
const char *swc_result_json(const swc_result *result);

/**
 * Tells the marker a page of a list was asked for with: the name before its first.
 *
 * @param[in] result The result.
 * @return The marker, which lives as long as the result; NULL for other results and for NULL.
 */
SWC_API const char *swc_result_marker(const swc_result *result);

/**
 * Tells the marker among the versions of one object a page of a list was asked for with; see the option "versions".
 *
 * @param[in] result The result.
 * @return The marker, which lives as long as the result; NULL for other results and for NULL.
 */
SWC_API
const char *swc_result_version_marker(const swc_result *result);

/**
 * Tells which version of the object was deleted, when the option "versions" had it found.
 *
 * @param[in] result The result.
 * @return The version, which lives as long as the result; NULL for other results and for NULL.
 */
SWC_API const char *swc_result_version_id(const swc_result *result);

/**
 * Tells where an object was copied to.
 *
 * @param[in] result The result.
 * @return As "/container/object", which lives as long as the result; NULL for other results and for NULL.
 */
SWC_API
const char *swc_result_destination(const swc_result *result);

/**
 * Tells whether a directory was made of an object that is no marker of one: its name ends in "/" and it is empty.
 *
 * @param[in] result The result.
 * @return Whether it does; false for NULL.
 */
SWC_API
bool swc_result_pseudodir(const swc_result *result);

/**
 * Tells what came of it beyond success: "uploaded", "copied", "skipped-identical" or "skipped-changed".
 *
 * @param[in] result The result.
 * @return The word, which is there for good; "" for results that have none, and for NULL.
 */
SWC_API
const char *swc_result_outcome(const swc_result *result);

/**
 * Tells whether an upload or a copy made a large object, of segments and a manifest.
 *
 * @param[in] result The result.
 * @return Whether it did; false for NULL.
 */
SWC_API bool swc_result_is_large(const swc_result *result);

/**
 * Tells what a segment is part of, in a result with the action "upload_segment" or "copy_segment".
 *
 * Where the segment itself is, swc_result_container() and swc_result_object() tell; of one that was copied
 * swc_result_destination(), as those tell where it was copied from.
 *
 * @param[in] result The result.
 * @param[out] for_container The container of the object; NULL when there is none. It lives as long as the result;
 * may be NULL.
 * @param[out] for_object The object; NULL when there is none. It lives as long as the result; may be NULL.
 * @param[out] index Number of the segment, from 0; may be NULL.
 * @param[out] size Its size in bytes; may be NULL.
 * @param[out] etag Its MD5 once it is stored, else NULL, which lives as long as the result; may be NULL.
 * @return Whether it is about a segment; false for NULL.
 */
SWC_API
bool swc_result_segment(const swc_result *result,
                        const char **for_container,
                        const char **for_object,
                        uint64_t *index,
                        uint64_t *size,
                        const char **etag);

/**
 * Gives the progress of the job, in a result with the action "progress".
 *
 * There are such results when the option "progress_interval" is set, never more than one unread.
 *
 * @param[in] result The result.
 * @return The progress, which lives as long as the result: do not free it; NULL for other results and for NULL.
 */
SWC_API
const swc_progress *swc_result_progress(const swc_result *result);

/**
 * Takes the open response out of the result of a download with "out_file" set to "-".
 *
 * Its body is read as that of swc_connection_get_object() is: into memory, to a descriptor, to a file. It is checked
 * while it is read. A cancel of the job ends it as long as the job has not delivered its last result. Never blocks.
 *
 * @param[in] result The result.
 * @param[out] response The response; free it with swc_response_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when it has none, or none any more; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_result_take_response(swc_result *result,
                                    swc_response **response,
                                    swc_error **err);

/**
 * Gets the next row of a page of a list.
 *
 * Never blocks: the page is there. A result that is no page has no rows.
 *
 * @param[in] result The result.
 * @param[out] entry The row, which lives until the next call; NULL at the end.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_END when there are no more rows; SWC_ERR_PROTOCOL when the server's answer is no
 * listing; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_result_next_entry(swc_result *result,
                                 const swc_entry **entry,
                                 swc_error **err);

/**
 * Frees a result, its error and its row.
 *
 * Never blocks; a list that waits for its pages to be read goes on.
 *
 * @param[in] result The result; NULL is fine.
 */
SWC_API void swc_result_free(swc_result *result);

/**
 * Makes a temporary URL for GET that has nothing else yet.
 *
 * Path, key and time must be set before swc_tempurl_generate(). Never blocks; any thread.
 *
 * @return The temporary URL; free it with swc_tempurl_free().
 */
SWC_API swc_tempurl *swc_tempurl_new(void);

/**
 * Sets the path of the object.
 *
 * What comes out has it percent-encoded. The path "/info" makes a signed request for all that the cluster
 * tells of itself,
 * with the key of its operator.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] path "/v1/ACCOUNT/CONTAINER/OBJECT", not percent-encoded; it may have scheme and host before
 * it, "https://swift.example.com/v1/...", which then come out too.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_path(swc_tempurl *tempurl,
                                const char *path,
                                swc_error **err);

/**
 * Sets the object by its names, in place of swc_tempurl_set_path().
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] storage_url URL of the account, as swc_connection_storage_url() tells it.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] object Name of the object, not percent-encoded; what the names begin with for
 * swc_tempurl_set_prefix().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_object(swc_tempurl *tempurl,
                                  const char *storage_url,
                                  const char *container,
                                  const char *object,
                                  swc_error **err);

/**
 * Sets the method that is allowed; GET unless set.
 *
 * Swift allows HEAD too where it allows GET, PUT or POST.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] method "GET", "PUT", "POST", "HEAD" or "DELETE"; what else a server takes is in its
 * capabilities, "tempurl.methods".
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_method(swc_tempurl *tempurl,
                                  const char *method,
                                  swc_error **err);

/**
 * Sets how long the temporary URL is good, from the moment it is made.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] seconds Number of seconds.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_tempurl_set_lifetime(swc_tempurl *tempurl, int64_t seconds, swc_error **err);

/**
 * Sets when the temporary URL ends to be good, in place of swc_tempurl_set_lifetime().
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] time Seconds since 1970.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_tempurl_set_expires(swc_tempurl *tempurl, int64_t time, swc_error **err);

/**
 * Sets until when the temporary URL is good, by a text as the program swift takes it.
 *
 * It is a whole number of seconds; a number with one of the suffixes s, m, min, h, hr and d ("1.5h"); a time
 * such as
 * "2026-07-31T12:34:56Z"; or the same without "Z", or the date alone, which are in local time.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] text The time.
 * @param[in] absolute Whether a whole number is seconds since 1970, and not from now on.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_time(swc_tempurl *tempurl,
                                const char *text,
                                bool absolute,
                                swc_error **err);

/**
 * Sets the key to sign with.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] key What is stored in the account or container as metadata Temp-URL-Key or Temp-URL-Key-2.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_key(swc_tempurl *tempurl,
                               const char *key,
                               swc_error **err);

/**
 * Sets the digest of the signature; "sha256" unless set, and "sha1" for "/info", where Swift takes no other.
 *
 * What a server takes is in its capabilities, "tempurl.allowed_digests"; one that does not say so takes only
 * SHA-1.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] digest "sha1", "sha256" or "sha512".
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_digest(swc_tempurl *tempurl,
                                  const char *digest,
                                  swc_error **err);

/**
 * Sets whether it is good for all objects whose names begin with the one that was set.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] prefix Whether it is.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_tempurl_set_prefix(swc_tempurl *tempurl, bool prefix, swc_error **err);

/**
 * Sets the addresses it is good from.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] ip_range One address, or a network as "10.0.0.0/8"; NULL for all.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_ip_range(swc_tempurl *tempurl,
                                    const char *ip_range,
                                    swc_error **err);

/**
 * Sets whether its time is written as "2026-07-31T12:34:56Z" and not as a number.
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] iso8601 Whether it is.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_tempurl_set_iso8601(swc_tempurl *tempurl, bool iso8601, swc_error **err);

/**
 * Sets the name under which a browser saves the object (Content-Disposition).
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] filename The name; NULL for that of the object.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_tempurl_set_filename(swc_tempurl *tempurl,
                                    const char *filename,
                                    swc_error **err);

/**
 * Sets whether a browser shows the object instead of saving it (Content-Disposition).
 *
 * @param[in] tempurl The temporary URL.
 * @param[in] show_inline Whether it does.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_tempurl_set_inline(swc_tempurl *tempurl, bool show_inline, swc_error **err);

/**
 * Makes the URL, signed.
 *
 * It is percent-encoded and complete: swc_connection_get_url() and other programs take it as it is. Whoever
 * has it has the
 * access, so do not log it. Never blocks; any thread.
 *
 * @param[in] tempurl The temporary URL.
 * @param[out] url The URL, or path and query where no host was set; free it with swc_string_free().
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when path, key or time was not set; SWC_ERR_INVALID_ARGUMENT when the path
 * is not that of
 * an object.
 */
SWC_API
swc_status swc_tempurl_generate(const swc_tempurl *tempurl,
                                char **url,
                                swc_error **err);

/**
 * Frees a temporary URL; the texts it made stay.
 *
 * Never blocks.
 *
 * @param[in] tempurl The temporary URL; NULL is fine.
 */
SWC_API void swc_tempurl_free(swc_tempurl *tempurl);

/**
 * Makes a form that allows nothing yet.
 *
 * Path, limits, key and time must be set before swc_formpost_sign(). Never blocks; any thread.
 *
 * @return The form; free it with swc_formpost_free().
 */
SWC_API swc_formpost *swc_formpost_new(void);

/**
 * Sets where the files go: their names are appended to this path.
 *
 * @param[in] formpost The form.
 * @param[in] path "/v1/ACCOUNT/CONTAINER/PREFIX", not percent-encoded, where the prefix may be empty; it may
 * have scheme and host before it, which then come out too.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_path(swc_formpost *formpost,
                                 const char *path,
                                 swc_error **err);

/**
 * Sets where the files go by names, in place of swc_formpost_set_path().
 *
 * @param[in] formpost The form.
 * @param[in] storage_url URL of the account, as swc_connection_storage_url() tells it.
 * @param[in] container Name of the container, not percent-encoded.
 * @param[in] prefix What the names of the objects begin with, not percent-encoded; "" for nothing.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_container(swc_formpost *formpost,
                                      const char *storage_url,
                                      const char *container,
                                      const char *prefix,
                                      swc_error **err);

/**
 * Sets how large each file may be, and how many there may be.
 *
 * @param[in] formpost The form.
 * @param[in] max_file_size Bytes of the largest file.
 * @param[in] max_file_count Number of files, from 1.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_formpost_set_limits(swc_formpost *formpost,
                                   uint64_t max_file_size,
                                   uint64_t max_file_count,
                                   swc_error **err);

/**
 * Sets how long the form is good, from the moment it is made.
 *
 * @param[in] formpost The form.
 * @param[in] seconds Number of seconds.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_formpost_set_lifetime(swc_formpost *formpost,
                                     int64_t seconds,
                                     swc_error **err);

/**
 * Sets when the form ends to be good, in place of swc_formpost_set_lifetime().
 *
 * @param[in] formpost The form.
 * @param[in] time Seconds since 1970.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API swc_status swc_formpost_set_expires(swc_formpost *formpost, int64_t time, swc_error **err);

/**
 * Sets until when the form is good, by a text as the program swift takes it.
 *
 * It is a whole number of seconds; a number with one of the suffixes s, m, min, h, hr and d ("1.5h"); a time
 * such as
 * "2026-07-31T12:34:56Z"; or the same without "Z", or the date alone, which are in local time.
 *
 * @param[in] formpost The form.
 * @param[in] text The time.
 * @param[in] absolute Whether a whole number is seconds since 1970, and not from now on.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_time(swc_formpost *formpost,
                                 const char *text,
                                 bool absolute,
                                 swc_error **err);

/**
 * Sets the key to sign with.
 *
 * @param[in] formpost The form.
 * @param[in] key What is stored in the account or container as metadata Temp-URL-Key or Temp-URL-Key-2.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_key(swc_formpost *formpost,
                                const char *key,
                                swc_error **err);

/**
 * Sets the digest of the signature; "sha256" unless set.
 *
 * What a server takes is in its capabilities, "formpost.allowed_digests"; one that does not say so takes
 * only SHA-1.
 *
 * @param[in] formpost The form.
 * @param[in] digest "sha1", "sha256" or "sha512".
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_digest(swc_formpost *formpost,
                                   const char *digest,
                                   swc_error **err);

/**
 * Sets where the browser is sent afterwards.
 *
 * The server appends "status" and "message" to its query. Without it, it answers with the status itself.
 *
 * @param[in] formpost The form.
 * @param[in] redirect The URL; NULL for nowhere.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_redirect(swc_formpost *formpost,
                                     const char *redirect,
                                     swc_error **err);

/**
 * Sets that the objects are deleted some time after the upload; this is not signed.
 *
 * @param[in] formpost The form.
 * @param[in] seconds Number of seconds; -1 takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_formpost_set_delete_after(swc_formpost *formpost,
                                         int64_t seconds,
                                         swc_error **err);

/**
 * Sets that the objects are deleted at a time, in place of swc_formpost_set_delete_after(); this is not signed.
 *
 * @param[in] formpost The form.
 * @param[in] time Seconds since 1970; -1 takes it away again.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT.
 */
SWC_API
swc_status swc_formpost_set_delete_at(swc_formpost *formpost,
                                      int64_t time,
                                      swc_error **err);

/**
 * Sets the media type of all files; this is not signed.
 *
 * @param[in] formpost The form.
 * @param[in] content_type The media type; NULL for what the browser says of each.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_content_type(swc_formpost *formpost,
                                         const char *content_type,
                                         swc_error **err);

/**
 * Sets the encoding of all files; this is not signed.
 *
 * @param[in] formpost The form.
 * @param[in] content_encoding The encoding, as "gzip"; NULL for what the browser says of each.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT; SWC_ERR_INVALID_UTF8.
 */
SWC_API
swc_status swc_formpost_set_content_encoding(swc_formpost *formpost,
                                             const char *content_encoding,
                                             swc_error **err);

/**
 * Signs the form, after which its action and fields can be asked for.
 *
 * Never blocks; any thread.
 *
 * @param[in] formpost The form.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_STATE when path, limits, key or time was not set; SWC_ERR_INVALID_ARGUMENT when
 * the path does not
 * lead into a container.
 */
SWC_API
swc_status swc_formpost_sign(swc_formpost *formpost,
                             swc_error **err);

/**
 * Tells where the form is sent to.
 *
 * @param[in] formpost The form.
 * @return The URL, or the path where no host was set, which lives until the form is changed, signed or
 * freed; "" before it
 * is signed, and for NULL.
 */
SWC_API
const char *swc_formpost_action(const swc_formpost *formpost);

/**
 * Counts the fields.
 *
 * @param[in] formpost The form.
 * @return How many there are; 0 before it is signed, and for NULL.
 */
SWC_API size_t swc_formpost_field_count(const swc_formpost *formpost);

/**
 * Gives a field by its number; they must stand in the form in this order, before those for files.
 *
 * @param[in] formpost The form.
 * @param[in] index From 0 to one less than swc_formpost_field_count().
 * @param[out] name The name, which lives until the form is changed, signed or freed; may be NULL.
 * @param[out] value The value, which lives as long; may be NULL.
 * @return Whether there is a field of that number.
 */
SWC_API
bool swc_formpost_field_at(const swc_formpost *formpost,
                           size_t index,
                           const char **name,
                           const char **value);

/**
 * Frees a form.
 *
 * Never blocks.
 *
 * @param[in] formpost The form; NULL is fine.
 */
SWC_API void swc_formpost_free(swc_formpost *formpost);

/**
 * Sends log messages to a callback, in place of the one there was.
 *
 * There is one receiver in the process, and none in the beginning. Tokens and keys are cut short in
 * messages, see swc_log_show_secrets(). Never blocks; any thread.
 *
 * @param[in] level Messages of this level and those above it are sent, an swc_log_level.
 * @param[in] log_cb The callback; NULL for none, as SWC_LOG_OFF. It must not throw nor jump.
 * @param[in] free_cb Releases `user_data` when another callback has taken the place of this one and no
 * message is on its way to it, also when this call fails; NULL for no such thing.
 * @param[in] user_data Passed to both callbacks; may be NULL.
 * @param[out] err The error object on failure; may be NULL.
 * @return SWC_OK; SWC_ERR_INVALID_ARGUMENT when there is no such level.
 */
SWC_API
swc_status swc_log_set(int32_t level,
                       swc_log_callback log_cb,
                       swc_free_callback free_cb,
                       void *user_data,
                       swc_error **err);

/**
 * Sets whether tokens and keys are shown whole in log messages, which is for debugging only.
 *
 * Never blocks; any thread.
 *
 * @param[in] show Whether to show them; false in the beginning.
 */
SWC_API void swc_log_show_secrets(bool show);

/**
 * Sets how many characters at the start of tokens and keys may be shown in log messages, so that one can be told from
 * another.
 *
 * Of a secret of n characters it is no more than n * n / 32 and n / 2 in any case. Never blocks; any thread.
 *
 * @param[in] characters How many; 0: none; a negative number: 16, as in the beginning.
 */
SWC_API
void swc_log_set_secret_prefix(int32_t characters);

/**
 * Sets whether requests are shown in log messages as command lines of curl, which can be run again with the secrets
 * filled in.
 *
 * Never blocks; any thread.
 *
 * @param[in] show Whether to show them so; false in the beginning.
 */
SWC_API
void swc_log_show_curl(bool show);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* SWIFTCLIENT_H */
