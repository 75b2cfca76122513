/* libswiftclient through its header; see common.h. Beside what the others do, small operations and lists as jobs of a
 * service:
 *
 *     ours many head|delete COUNT THREADS          objects of 1 KiB, by their names
 *     ours list-service COUNT
 *
 * With BENCH_REAL=1 the server and the credentials are those of the environment, as for any program.
 */
#include <swiftclient.h>

#include "common.h"

static swc_connection *connection;

#define TRY(call)                              \
    do {                                       \
        swc_error *err = NULL;                 \
        if ((call) < 0)                        \
            DIE("%s", swc_error_message(err)); \
    } while (0)

/* The Connection API. */

static void *small(void *argument)
{
    const struct share *share = argument;
    char name[32], buffer[SMALL + 1];
    for (int i = share->first; i < share->end; i++) {
        swc_response *response = NULL;
        snprintf(name, sizeof name, "obj-%08d", i);
        if (!strcmp(share->method, "get")) {
            size_t n = 0, got = 0;
            swc_status status;
            swc_error *err = NULL;
            TRY(swc_connection_get_object(connection, "rows-20000-1024", name, NULL, &response, &err));
            while ((status = swc_response_read(response, buffer + got, sizeof buffer - got, &n, &err)) == SWC_OK)
                got += n;
            if (status < 0)
                DIE("%s", swc_error_message(err));
            if (got != SMALL)
                DIE("%zu bytes", got);
        } else if (!strcmp(share->method, "put")) {
            swc_source *source = NULL;
            TRY(swc_source_new_memory(small_body, SMALL, NULL, NULL, &source, &err));
            TRY(swc_connection_put_object(connection, "small", name, source, NULL, &response, &err));
            swc_source_free(source);
        } else if (!strcmp(share->method, "head")) {
            TRY(swc_connection_head_object(connection, "rows-20000-1024", name, NULL, &response, &err));
        } else {
            TRY(swc_connection_delete_object(connection, "rows-20000-1024", name, NULL, &response, &err));
        }
        swc_response_free(response);
    }
    return NULL;
}

static void get(const char *size, const char *to, bool verified)
{
    char container[64];
    size_t expected = (size_t)atoll(size), got = 0, n;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    snprintf(container, sizeof container, "rows-1-%s", size);
    TRY(swc_request_set_checksum(request, verified, &err));
    TRY(swc_connection_get_object(connection, container, "obj-00000000", request, &response, &err));
    if (!strcmp(to, "memory")) {
        const char *body = NULL;
        TRY(swc_response_read_all(response, expected, &body, &got, &err));
    } else if (!strcmp(to, "null")) {
        enum { ROOM = 256 * 1024 };
        char *buffer = malloc(ROOM);
        swc_status status;
        swc_error *err = NULL;
        while ((status = swc_response_read(response, buffer, ROOM, &n, &err)) == SWC_OK)
            got += n;
        if (status < 0)
            DIE("%s", swc_error_message(err));
        free(buffer);
    } else {
        uint64_t written = 0;
        TRY(swc_response_write_to_file(response, to, &written, &err));
        got = (size_t)written;
    }
    if (got != expected)
        DIE("%zu bytes", got);
    swc_response_free(response);
    swc_request_free(request);
}

static int64_t give(void *body, void *to, size_t most)
{
    return (int64_t)body_next(body, to, most);
}

static void put(const char *path, const char *from, bool verified)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    struct body body = {0};
    TRY(swc_request_set_checksum(request, verified, &err));
    TRY(swc_connection_put_container(connection, "big", NULL, NULL, &err));
    if (!strcmp(from, "file")) {
        TRY(swc_source_new_file(path, &source, &err));
    } else if (!strcmp(from, "memory")) {
        body = body_of(path, true);
        TRY(swc_source_new_memory(body.bytes, body.size, NULL, NULL, &source, &err));
    } else {
        body = body_of(path, false);
        TRY(swc_source_new_callbacks(give, NULL, NULL, &body, (int64_t)body.size, &source, &err));
    }
    TRY(swc_connection_put_object(connection, "big", "object", source, request, NULL, &err));
    swc_source_free(source);
    swc_request_free(request);
}

static void list(const char *count)
{
    char container[64];
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    unsigned long long rows = 0, bytes = 0;
    swc_error *err = NULL;
    swc_status status;
    snprintf(container, sizeof container, "rows-%s-1024", count);
    TRY(swc_connection_list_container(connection, container, NULL, &listing, &err));
    while ((status = swc_listing_next(listing, &entry, &err)) == SWC_OK) {
        rows++;
        bytes += swc_entry_bytes(entry) + strlen(swc_entry_name(entry));
    }
    if (status < 0)
        DIE("%s", swc_error_message(err));
    if (rows != strtoull(count, NULL, 10) || bytes != rows * (1024 + 12))
        DIE("%llu rows", rows);
    swc_listing_free(listing);
}

static void stat_one(void)
{
    swc_response *response = NULL;
    TRY(swc_connection_head_object(connection, "rows-1-1024", "obj-00000000", NULL, &response, &err));
    swc_response_free(response);
}

/* The Service API: one job each, its results taken until the last. */

static swc_service *service;
static swc_queue *queue;

/* Starts a service with one setting; "" for none. */
static void open_service(const char *setting, const char *value)
{
    swc_config *config = swc_config_new();
    if (*setting)
        TRY(swc_config_set(config, setting, value, &err));
    TRY(swc_config_set(config, "max_queued", "1000000", &err));
    TRY(swc_service_new(connection, config, &service, &err));
    TRY(swc_queue_new(&queue, &err));
    swc_config_free(config);
}

/* Takes all results of the job; all must be good. How many were of that action; the rows of pages are read. */
static unsigned long long take_results(const char *action)
{
    unsigned long long count = 0, rows = 0;
    for (bool last = false; !last;) {
        swc_result *results[64];
        size_t n = 0;
        TRY(swc_queue_pop(queue, results, 64, -1, &n, &err));
        for (size_t i = 0; i < n; i++) {
            const swc_entry *entry = NULL;
            if (!swc_result_success(results[i]))
                DIE("%s", swc_result_json(results[i]));
            count += !strcmp(swc_result_action(results[i]), action);
            while (swc_result_next_entry(results[i], &entry, NULL) == SWC_OK)
                rows += swc_entry_name(entry)[0] != 0;
            last = swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }
    TRY(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    return rows ? rows : count;
}

static void expect(unsigned long long count, unsigned long long expected)
{
    if (count != expected)
        DIE("%llu results instead of %llu", count, expected);
}

static swc_objects *names(int count)
{
    swc_objects *objects = swc_objects_new();
    char **all = calloc((size_t)count, sizeof *all);
    for (int i = 0; i < count; i++) {
        all[i] = malloc(16);
        snprintf(all[i], 16, "obj-%08d", i);
    }
    TRY(swc_objects_add_all(objects, (const char *const *)all, (size_t)count, &err));
    for (int i = 0; i < count; i++)
        free(all[i]);
    free(all);
    return objects;
}

static void many(const char *method, int count, const char *threads)
{
    swc_objects *objects = names(count);
    if (!strcmp(method, "head")) {
        open_service("object_dd_threads", threads);
        TRY(swc_service_stat(service, "rows-20000-1024", objects, NULL, queue, 0, NULL, &err));
        swc_objects_free(objects);
        expect(take_results("stat_object"), (unsigned long long)count);
    } else {
        /* One request each: without looking for segments first, as the others do it. */
        swc_config *job = swc_config_new();
        TRY(swc_config_set(job, "leave_segments", "true", &err));
        TRY(swc_config_set(job, "bulk", "false", &err));
        open_service("object_dd_threads", threads);
        TRY(swc_service_delete(service, "rows-20000-1024", objects, job, queue, 0, NULL, &err));
        swc_config_free(job);
        swc_objects_free(objects);
        expect(take_results("delete_object"), (unsigned long long)count);
    }
}

static void list_service(const char *count)
{
    char container[64];
    snprintf(container, sizeof container, "rows-%s-1024", count);
    open_service("", "");
    TRY(swc_service_list(service, container, NULL, queue, 0, NULL, &err));
    expect(take_results(""), strtoull(count, NULL, 10));
}

/* All objects of a container when there is no list of them. */
static void download(const char *container, swc_objects *objects, int count, const char *threads, const char *folder)
{
    swc_config *job = swc_config_new();
    if (!strcmp(folder, "null"))
        TRY(swc_config_set(job, "no_download", "true", &err));
    else
        TRY(swc_config_set(job, "out_directory", folder, &err));
    open_service("object_dd_threads", threads);
    TRY(swc_service_download(service, container, objects, job, queue, 0, NULL, &err));
    swc_objects_free(objects);
    swc_config_free(job);
    expect(take_results("download_object"), (unsigned long long)count);
}

static void upload(const char *folder, const char *container, const char *threads)
{
    swc_objects *objects = swc_objects_new();
    TRY(swc_objects_add_tree(objects, folder, NULL, NULL, &err));
    open_service("object_uu_threads", threads);
    TRY(swc_service_upload(service, container, objects, NULL, queue, 0, NULL, &err));
    swc_objects_free(objects);
    take_results("upload_object");
}

static void segments(const char *file, const char *container, const char *size, const char *threads)
{
    swc_objects *objects = swc_objects_new();
    swc_config *job = swc_config_new();
    TRY(swc_objects_add_file(objects, file, "object", NULL, &err));
    TRY(swc_config_set(job, "segment_size", size, &err));
    open_service("segment_threads", threads);
    TRY(swc_service_upload(service, container, objects, job, queue, 0, NULL, &err));
    swc_objects_free(objects);
    swc_config_free(job);
    expect(take_results("upload_object"), 1);
}

static void assemble(const char *container, const char *file)
{
    swc_objects *objects = swc_objects_new();
    swc_config *job = swc_config_new();
    TRY(swc_objects_add(objects, "object", NULL, &err));
    TRY(swc_config_set(job, "out_file", file, &err));
    open_service("", "");
    TRY(swc_service_download(service, container, objects, job, queue, 0, NULL, &err));
    swc_objects_free(objects);
    swc_config_free(job);
    expect(take_results("download_object"), 1);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    swc_config *config = swc_config_new();
    fill_small_body();
    if (*env_or("BENCH_REAL", "")) {
        TRY(swc_config_load_env(config, &err));
    } else {
        TRY(swc_config_set(config, "os_storage_url", base_url(), &err));
        TRY(swc_config_set(config, "os_auth_token", "AUTH_tkbench", &err));
    }
    /* Else the system's certificates. */
    if (over_tls() && !*env_or("BENCH_SYSTEM", ""))
        TRY(swc_config_set(config, "os_cacert", env_or("BENCH_CA", ""), &err));
    TRY(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    if (!strcmp(what, "get") && argc == 5) {
        get(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "put") && argc == 5) {
        put(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "small") && argc == 5) {
        TRY(swc_connection_put_container(connection, "small", NULL, NULL, &err));
        run_shares(argv[2], atoi(argv[3]), atoi(argv[4]), small);
    } else if (!strcmp(what, "list") && argc == 3) {
        list(argv[2]);
    } else if (!strcmp(what, "list-service") && argc == 3) {
        list_service(argv[2]);
    } else if (!strcmp(what, "stat")) {
        stat_one();
    } else if (!strcmp(what, "many") && argc == 5) {
        many(argv[2], atoi(argv[3]), argv[4]);
    } else if (!strcmp(what, "download") && argc == 6) {
        download(argv[2], names(atoi(argv[3])), atoi(argv[3]), argv[4], argv[5]);
    } else if (!strcmp(what, "tree") && argc == 6) {
        download(argv[2], NULL, atoi(argv[3]), argv[4], argv[5]);
    } else if (!strcmp(what, "upload") && argc == 5) {
        upload(argv[2], argv[3], argv[4]);
    } else if (!strcmp(what, "segments") && argc == 6) {
        segments(argv[2], argv[3], argv[4], argv[5]);
    } else if (!strcmp(what, "assemble") && argc == 5) {
        assemble(argv[2], argv[4]);
    } else {
        DIE("what?");
    }
    swc_connection_free(connection);
    return 0;
}
