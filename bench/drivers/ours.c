/* libswiftclient through its header; see common.h. Beside
 * what the others do, whole batches as one job of a service:
 *
 *     ours download CONTAINER COUNT THREADS DIRECTORY      objects obj-00000000 and so on
 */
#include <swiftclient.h>

#include "common.h"

static swc_connection *connection;

#define TRY(call)                                                              \
    do {                                                                       \
        swc_error *err = NULL;                                                 \
        if ((call) < 0)                                                        \
            DIE("%s", swc_error_message(err));                                 \
    } while (0)

static void *small(void *argument)
{
    const struct share *share = argument;
    char name[32], buffer[SMALL + 1];
    for (int i = share->first; i < share->end; i++) {
        swc_response *response = NULL;
        snprintf(name, sizeof name, "obj-%08d", i);
        if (!strcmp(share->method, "get")) {
            size_t n = 0, got = 0;
            TRY(swc_connection_get_object(connection, "rows-20000-1024", name, NULL, &response, &err));
            while (swc_response_read(response, buffer + got, sizeof buffer - got, &n, NULL) == SWC_OK)
                got += n;
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
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    snprintf(container, sizeof container, "rows-1-%s", size);
    TRY(swc_request_set_checksum(request, verified, &err));
    TRY(swc_connection_get_object(connection, container, "obj-00000000", request, &response, &err));
    if (strcmp(to, "null")) {
        TRY(swc_response_write_to_file(response, to, NULL, &err));
    } else {
        size_t room = 256 * 1024, n;
        char *buffer = malloc(room);
        swc_status status;
        swc_error *err = NULL;
        while ((status = swc_response_read(response, buffer, room, &n, &err)) == SWC_OK)
            ;
        if (status < 0)
            DIE("%s", swc_error_message(err));
        free(buffer);
    }
    swc_response_free(response);
    swc_request_free(request);
}

static void put(const char *path, bool verified)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    TRY(swc_request_set_checksum(request, verified, &err));
    TRY(swc_connection_put_container(connection, "big", NULL, NULL, &err));
    TRY(swc_source_new_file(path, &source, &err));
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
    if (rows != strtoull(count, NULL, 10) || !bytes)
        DIE("%llu rows", rows);
    swc_listing_free(listing);
}

static void download(const char *container, int count, const char *threads, const char *directory)
{
    swc_config *config = swc_config_new(), *job = swc_config_new();
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    char **names = calloc((size_t)count, sizeof *names);
    swc_objects *objects = swc_objects_new();
    for (int i = 0; i < count; i++) {
        names[i] = malloc(16);
        snprintf(names[i], 16, "obj-%08d", i);
    }
    TRY(swc_config_set(config, "object_dd_threads", threads, &err));
    TRY(swc_config_set(config, "max_queued", "1000000", &err));
    TRY(swc_config_set(job, "out_directory", directory, &err));
    TRY(swc_service_new(connection, config, &service, &err));
    TRY(swc_queue_new(&queue, &err));
    TRY(swc_objects_add_all(objects, (const char *const *)names, (size_t)count, &err));
    TRY(swc_service_download(service, container, objects, job, queue, 0, NULL, &err));
    swc_objects_free(objects);
    for (bool last = false; !last;) {
        swc_result *results[64];
        size_t n = 0;
        TRY(swc_queue_pop(queue, results, 64, -1, &n, &err));
        for (size_t i = 0; i < n; i++) {
            if (!swc_result_success(results[i]))
                DIE("%s", swc_result_json(results[i]));
            last = swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }
    TRY(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    swc_config_free(config);
    swc_config_free(job);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    swc_config *config = swc_config_new();
    fill_small_body();
    TRY(swc_config_set(config, "os_storage_url", base_url(), &err));
    TRY(swc_config_set(config, "os_auth_token", "AUTH_tkbench", &err));
    if (over_tls())
        TRY(swc_config_set(config, "os_cacert", env_or("BENCH_CA", ""), &err));
    TRY(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    if (!strcmp(what, "get") && argc == 5) {
        get(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "put") && argc == 4) {
        put(argv[2], !strcmp(argv[3], "verified"));
    } else if (!strcmp(what, "small") && argc == 5) {
        TRY(swc_connection_put_container(connection, "small", NULL, NULL, &err));
        run_shares(argv[2], atoi(argv[3]), atoi(argv[4]), small);
    } else if (!strcmp(what, "list") && argc == 3) {
        list(argv[2]);
    } else if (!strcmp(what, "stat")) {
        swc_response *response = NULL;
        TRY(swc_connection_head_object(connection, "rows-1-1024", "obj-00000000", NULL, &response, &err));
        swc_response_free(response);
    } else if (!strcmp(what, "download") && argc == 6) {
        download(argv[2], atoi(argv[3]), argv[4], argv[5]);
    } else {
        DIE("what?");
    }
    swc_connection_free(connection);
    return 0;
}
