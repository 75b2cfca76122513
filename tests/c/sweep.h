/* What the generated sweep stands on: one object of each type, and the checks after each call. */
#ifndef SWEEP_H
#define SWEEP_H

#include <fcntl.h>

#include "check.h"
#include "tiny_swift.h"

/* Expectations that are not a status. */
enum { FINE = 100, ANY, NEUTRAL };

/* What outputs hold before the call. */
#define POISON ((void *)(uintptr_t)0x5a5a5a5a)
#define NUMBER 0x5a5a5a5a

static const char *current = "", *variant = "";
static int released;
static int null_fd;
static uint8_t room[16];
static swc_connection *connection;
static swc_listing *entry_owner;
static swc_manifest *segment_owner;
static char object_url[64];
static const char *const two[] = {"o", "p"};
static const char *const with_null[] = {"o", NULL};
static const char *const with_bad[] = {"o", "\xff\xfe"};

static inline void begin(const char *function, const char *what)
{
    current = function;
    variant = what;
}

static inline void fail(const char *what)
{
    fprintf(stderr, "%s, %s: %s\n", current, variant, what);
    exit(1);
}

/* Status and error object belong together, and are those expected. */
static inline void settle(swc_status status, int expect, swc_error **error)
{
    char text[512];
    if (status == SWC_ERR_PANIC || (expect == FINE && status < 0) || (expect < FINE && (int)status != expect)) {
        snprintf(text, sizeof text, "it returns %s (%s)", swc_status_name((int32_t)status),
                 error ? swc_error_message(*error) : "");
        fail(text);
    }
    if (!error)
        return;
    if (*error == POISON)
        fail("err was not written");
    if ((status < 0) != (*error != NULL))
        fail(status < 0 ? "there is no error object" : "there is an error object without an error");
    if (*error && (swc_error_status(*error) != status || *swc_error_message(*error) == '\0'))
        fail("the error object says something else");
    swc_error_free(*error);
}

/* An output holds its neutral value after a failure, and anything but what was there before. */
#define CHECK_WRITTEN(output, neutral)                                                                                 \
    do {                                                                                                               \
        if (failed ? (output) != (neutral) : (output) == (__typeof__(output))(uintptr_t)NUMBER)                        \
            fail(#output " was not written");                                                                          \
    } while (0)

static void release(void *user_data)
{
    (void)user_data;
    released++;
}

static int64_t give(void *user_data, void *to, size_t size)
{
    static bool given;
    (void)user_data;
    given = !given && size >= 5;
    if (given)
        memcpy(to, "hello", 5);
    return given ? 5 : 0;
}

static bool rewind_it(void *user_data)
{
    (void)user_data;
    return true;
}

static bool hear(void *user_data, uint64_t moved, int64_t total)
{
    (void)user_data, (void)moved, (void)total;
    return true;
}

static int32_t log_in(void *user_data, int32_t reason, swc_session *session)
{
    (void)user_data, (void)reason, (void)session;
    return SWC_ERR_AUTH;
}

static void hear_log(void *user_data, int32_t level, const char *message)
{
    (void)user_data, (void)level, (void)message;
}

/* A file with one cloud. */
static inline const char *clouds_yaml(void)
{
    FILE *file = fopen("clouds.yaml", "wb");
    CHECK(file && fputs("clouds: {c: {auth: {auth_url: 'http://127.0.0.1/v3'}}}\n", file) >= 0 && fclose(file) == 0);
    return "clouds.yaml";
}

static inline swc_config *make_config(void)
{
    swc_config *config = swc_config_new();
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/auth/v1.0", tiny.port);
    set(config, "auth", url);
    set(config, "user", "test:tester");
    set(config, "key", "testing");
    set(config, "retries", "0");
    return config;
}

/* Settings of a service or job: none, for those of a connection have no meaning there. */
static inline swc_config *make_options(void)
{
    return swc_config_new();
}

static inline swc_request *make_request(void)
{
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_header(request, "X-Sweep", "1", &err));
    return request;
}

static inline swc_session *make_session(void)
{
    swc_session *session = NULL;
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_session(connection, &session, &err));
    return session;
}

static inline swc_account_acl *make_acl(void)
{
    swc_account_acl *acl = swc_account_acl_new();
    CHECK_OK(swc_account_acl_add(acl, SWC_ACCOUNT_READ_ONLY, "test:tester", &err));
    return acl;
}

static inline swc_response *make_response(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_get_object(connection, "c", "o", NULL, &response, &err));
    return response;
}

static inline swc_listing *make_listing(void)
{
    swc_listing *listing = NULL;
    CHECK_OK(swc_connection_list_container(connection, "c", NULL, &listing, &err));
    return listing;
}

static inline const swc_entry *make_entry(void)
{
    const swc_entry *entry = NULL;
    entry_owner = make_listing();
    CHECK_OK(swc_listing_next(entry_owner, &entry, &err));
    return entry;
}

static inline void drop_entry(const swc_entry *entry)
{
    (void)entry;
    swc_listing_free(entry_owner);
}

static inline swc_error *make_error(void)
{
    swc_response *response = NULL;
    swc_error *made;
    CHECK_FAILS(swc_connection_get_object(connection, "c", "missing", NULL, &response, &err), SWC_ERR_NOT_FOUND);
    made = err;
    err = NULL;
    return made;
}

static inline swc_source *make_source(void)
{
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    return source;
}

static inline swc_reader *make_reader(void)
{
    swc_reader *reader = NULL;
    CHECK_OK(swc_reader_new(connection, "c", "o", NULL, &reader, &err));
    return reader;
}

static inline swc_writer *make_writer(void)
{
    swc_writer *writer = NULL;
    CHECK_OK(swc_writer_new(connection, "c", "o", NULL, NULL, &writer, &err));
    return writer;
}

static inline swc_queue *make_queue(void)
{
    swc_queue *queue = NULL;
    CHECK_OK(swc_queue_new(&queue, &err));
    return queue;
}

static inline swc_service *make_service(void)
{
    swc_service *service = NULL;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    return service;
}

/* Ends what a call has started, so that the next finds nothing of it. */
static inline void drop_service(swc_service *service)
{
    swc_service_cancel_all(service);
    swc_service_shutdown(service, -1, NULL);
    swc_service_free(service);
}

static inline swc_objects *make_objects(void)
{
    swc_objects *objects = swc_objects_new();
    CHECK_OK(swc_objects_add_all(objects, two, 2, &err));
    return objects;
}

static inline swc_progress *make_progress(void)
{
    swc_service *service = make_service();
    swc_progress *progress = NULL;
    CHECK_OK(swc_service_progress(service, 0, &progress, &err));
    drop_service(service);
    return progress;
}

static inline swc_statistics *make_statistics(void)
{
    swc_service *service = make_service();
    swc_statistics *statistics = NULL;
    CHECK_OK(swc_service_statistics(service, NULL, &statistics, &err));
    drop_service(service);
    return statistics;
}

/* A page of a list. */
static inline swc_result *make_result(void)
{
    swc_service *service = make_service();
    swc_queue *queue = make_queue();
    swc_result *result = NULL;
    size_t count = 0;
    CHECK_OK(swc_service_list(service, "c", NULL, queue, 7, NULL, &err));
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    drop_service(service);
    swc_queue_free(queue);
    return result;
}

/* An object that is handed out. */
static inline swc_result *make_open_result(void)
{
    swc_service *service = make_service();
    swc_queue *queue = make_queue();
    swc_objects *objects = make_objects();
    swc_config *options = swc_config_new();
    swc_result *result = NULL;
    size_t count = 0;
    set(options, "out_file", "-");
    CHECK_OK(swc_service_download(service, "c", objects, options, queue, 7, NULL, &err));
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    CHECK(swc_result_success(result));
    drop_service(service);
    swc_queue_free(queue);
    swc_objects_free(objects);
    swc_config_free(options);
    return result;
}

static inline swc_report *make_report(void)
{
    swc_report *report = NULL;
    CHECK_OK(swc_connection_bulk_delete(connection, two, 2, NULL, &report, &err));
    return report;
}

static inline swc_manifest *make_manifest(void)
{
    swc_manifest *manifest = swc_manifest_new();
    CHECK_OK(swc_manifest_add_object(manifest, "c", "s", NULL, 5, &err));
    CHECK_OK(swc_manifest_add_data(manifest, "data", 4, &err));
    return manifest;
}

static inline const swc_segment *make_segment(void)
{
    segment_owner = make_manifest();
    return swc_manifest_segment_at(segment_owner, 0);
}

static inline void drop_segment(const swc_segment *segment)
{
    (void)segment;
    swc_manifest_free(segment_owner);
}

static swc_tempurl *make_tempurl(void)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    CHECK_OK(swc_tempurl_set_path(tempurl, "/v1/a/c/o", &err));
    CHECK_OK(swc_tempurl_set_key(tempurl, "secret", &err));
    CHECK_OK(swc_tempurl_set_lifetime(tempurl, 60, &err));
    return tempurl;
}

static swc_formpost *make_formpost(void)
{
    swc_formpost *form = swc_formpost_new();
    CHECK_OK(swc_formpost_set_path(form, "/v1/a/c/", &err));
    CHECK_OK(swc_formpost_set_limits(form, 10, 1, &err));
    CHECK_OK(swc_formpost_set_key(form, "secret", &err));
    CHECK_OK(swc_formpost_set_lifetime(form, 60, &err));
    CHECK_OK(swc_formpost_sign(form, &err));
    return form;
}

static swc_capabilities *make_capabilities(void)
{
    swc_capabilities *capabilities = NULL;
    CHECK_OK(swc_connection_read_capabilities(connection, NULL, NULL, &capabilities, &err));
    return capabilities;
}

static swc_endpoints *make_endpoints(void)
{
    swc_endpoints *endpoints = NULL;
    CHECK_OK(swc_connection_endpoints(connection, "c", "o", NULL, &endpoints, &err));
    return endpoints;
}

static inline void setup(void)
{
    extern char **environ;
    FILE *file = fopen("hello", "wb");
    size_t i = 0;
    /* Nothing from outside, or from a user's shell, takes part. */
    while (environ[i]) {
        char name[256];
        if (sscanf(environ[i], "%255[^=]", name) == 1 && (!strncmp(name, "ST_", 3) || !strncmp(name, "OS_", 3)))
            unsetenv(name);
        else
            i++;
    }
    CHECK(file && fputs("hello", file) >= 0 && fclose(file) == 0);
    null_fd = open("/dev/null", O_RDWR);
    CHECK(null_fd >= 0);
    loopback_start(&tiny, tiny_serve);
    snprintf(object_url, sizeof object_url, "http://127.0.0.1:%d/v1/AUTH_t/c/o", tiny.port);
    connection = connect_with(make_config());
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
}

static inline void teardown(void)
{
    swc_connection_free(connection);
    loopback_stop(&tiny);
    close(null_fd);
}

#endif
