/* Waiting for results: blocked, woken, or in an event loop; and all that a result says. */
#include <poll.h>
#include <pthread.h>

#include "example.h"

static void a_queue_for_a_service(swc_service *service)
{
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    size_t count = 0;
    ok(swc_queue_new(&queue, &err)); /* one may serve any number of jobs and services */
    ok(swc_service_stat(service, NULL, NULL, NULL, queue, 0, NULL, &err));
    ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    swc_result_free(result);
    swc_queue_free(queue); /* and whatever is still in it */
}

static void in_an_event_loop(swc_queue *queue)
{
    int32_t fd = -1;
    struct pollfd wait = {-1, POLLIN, 0};
    ok(swc_queue_fd(queue, &fd, &err)); /* belongs to the queue: only wait for it */
    wait.fd = fd;
    while (poll(&wait, 1, -1) == 1) {
        swc_result *results[64];
        size_t count = 0;
        bool last = false;
        ok(swc_queue_pop(queue, results, 64, 0, &count, &err)); /* does not block */
        for (size_t i = 0; i < count; i++) {
            last |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
        if (last)
            break;
    }
}

static void *stop_waiting(void *queue)
{
    swc_queue_wake(queue);
    return NULL;
}

static void a_thread_that_waits_is_woken(swc_queue *queue)
{
    pthread_t thread;
    swc_result *result = NULL;
    size_t count = 0;
    pthread_create(&thread, NULL, stop_waiting, queue);
    if (ok(swc_queue_pop(queue, &result, 1, -1, &count, &err)) == SWC_TIMED_OUT)
        puts("woken, and nothing was there");
    pthread_join(thread, NULL);
}

static void all_that_a_result_says(const swc_result *result)
{
    const char *name, *value;
    printf("%s %s/%s -> %s: %s\n", swc_result_action(result), swc_result_container(result),
           swc_result_object(result) ? swc_result_object(result) : "", swc_result_path(result) ? swc_result_path(result) : "",
           swc_result_success(result) ? "done" : swc_error_message(swc_result_error(result)));
    printf("    HTTP status %d in %u attempts, %" PRIu64 " bytes, outcome \"%s\"\n", (int)swc_result_http_status(result),
           swc_result_attempts(result), swc_result_bytes(result),
           swc_result_outcome(result) ? swc_result_outcome(result) : "");
    printf("    transaction %s\n", swc_result_header(result, "X-Trans-Id") ? swc_result_header(result, "X-Trans-Id") : "");
    for (size_t i = 0; i < swc_result_header_count(result); i++)
        if (swc_result_header_at(result, i, &name, &value))
            printf("        %s: %s\n", name, value);
    if (swc_result_is_large(result))
        puts("    a large object");
    if (swc_result_pseudodir(result))
        puts("    a directory");
    if (swc_result_version_id(result))
        printf("    version %s\n", swc_result_version_id(result));
    printf("    as python-swiftclient has it: %s\n", swc_result_json(result));
}

static void a_segment(const swc_result *result)
{
    const char *container, *object, *etag;
    uint64_t index, size;
    if (swc_result_segment(result, &container, &object, &index, &size, &etag))
        printf("segment %" PRIu64 " of %s/%s: %" PRIu64 " bytes, ETag %s\n", index, container, object, size, etag);
}

static void a_bulk_delete(const swc_result *result)
{
    /* One result stands for all objects of one request. */
    for (size_t i = 0; i < swc_result_object_count(result); i++)
        printf("deleted %s\n", swc_result_object_at(result, i));
    if (swc_result_report(result))
        printf("    %" PRIu64 " by one request\n", swc_report_deleted(swc_result_report(result)));
}

static void how_far(const swc_result *result)
{
    const swc_progress *progress = swc_result_progress(result); /* of results with the action "progress" */
    if (progress)
        printf("%" PRIu64 " bytes so far\n", swc_progress_bytes(progress));
}

static void a_download_that_is_read_by_the_caller(swc_service *service, swc_queue *queue)
{
    swc_objects *objects = swc_objects_new();
    swc_config *options = swc_config_new();
    swc_result *result = NULL;
    swc_response *response = NULL;
    const char *text = NULL;
    size_t count = 0;
    ok(swc_objects_add(objects, "large", NULL, &err));
    ok(swc_config_set(options, "out_file", "-", &err));
    ok(swc_service_download(service, "docs", objects, options, queue, 0, NULL, &err));
    ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    ok(swc_result_take_response(result, &response, &err)); /* the response is yours now */
    swc_result_free(result);
    ok(swc_response_read_all(response, 1000, &text, NULL, &err));
    puts(text);
    swc_response_free(response);
    swc_config_free(options);
    swc_objects_free(objects);
}

static void take_all(swc_queue *queue)
{
    for (bool last = false; !last;) {
        swc_result *result = NULL;
        size_t count = 0;
        ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        all_that_a_result_says(result);
        a_segment(result);
        a_bulk_delete(result);
        how_far(result);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
}

int main(void)
{
    swc_connection *connection = connected();
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_source *source = NULL;
    swc_config *options = swc_config_new();
    ok(swc_service_new(connection, NULL, &service, &err));
    ok(swc_queue_new(&queue, &err));
    a_queue_for_a_service(service);
    a_thread_that_waits_is_woken(queue);
    ok(swc_source_new_memory("in three parts", 14, NULL, NULL, &source, &err));
    ok(swc_config_set(options, "segment_size", "5", &err));
    ok(swc_service_upload_object(service, "docs", "large", source, options, queue, 0, NULL, &err));
    take_all(queue);
    a_download_that_is_read_by_the_caller(service, queue);
    ok(swc_service_list(service, "docs", NULL, queue, 0, NULL, &err));
    in_an_event_loop(queue);
    ok(swc_service_delete(service, "docs", NULL, NULL, queue, 0, NULL, &err));
    take_all(queue);
    ok(swc_service_delete(service, "docs_segments", NULL, NULL, queue, 0, NULL, &err));
    take_all(queue);
    swc_config_free(options);
    swc_source_free(source);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    return 0;
}
