/* The Service API: each verb, the queue and its descriptor, cancelling and shutting down. */
#include <poll.h>
#include <sys/stat.h>

#include "server.h"

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;
/* The container need not be made. */
static swc_config *there;

/* Waits for the next result. */
static swc_result *next(void)
{
    swc_result *result = NULL;
    size_t count = 0;
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    CHECK_INT(count, 1);
    return result;
}

/* Waits for the only result of a job that went well. */
static swc_result *only(const char *action)
{
    swc_result *result = next();
    if (!swc_result_success(result))
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result) && swc_result_is_last(result));
    CHECK_INT(swc_result_status(result), SWC_OK);
    CHECK(!swc_result_error(result));
    CHECK_TEXT(swc_result_action(result), action);
    return result;
}

static const char *item(const swc_result *result, const char *wanted)
{
    const char *name = NULL, *value = NULL;
    for (size_t i = 0; i < swc_result_item_count(result); i++) {
        CHECK(swc_result_item_at(result, i, &name, &value));
        if (strcmp(name, wanted) == 0)
            return value;
    }
    CHECK(!swc_result_item_at(result, swc_result_item_count(result), &name, &value) && !name && !value);
    return NULL;
}

static void stat_of_an_account(void)
{
    swc_result *result;
    uint64_t job = 0;
    CHECK_OK(swc_service_stat(service, NULL, NULL, NULL, queue, 42, &job, &err));
    CHECK(job != 0);
    result = only("stat_account");
    CHECK_INT(swc_result_tag(result), 42);
    CHECK_INT(swc_result_job(result), job);
    CHECK(item(result, "Account") && item(result, "Containers") && item(result, "Objects") && item(result, "Bytes"));
    CHECK(!item(result, "Colour"));
    CHECK(!swc_result_container(result) && !swc_result_object(result) && !swc_result_path(result));
    CHECK(!swc_result_marker(result));
    CHECK(swc_result_http_status(result) / 100 == 2);
    CHECK_INT(swc_result_attempts(result), 1);
    CHECK(swc_result_header(result, "X-Account-Object-Count"));
    CHECK(strstr(swc_result_json(result), "\"action\"") && strstr(swc_result_json(result), "stat_account"));
    swc_result_free(result);
}

static void stat_of_a_container(void)
{
    const char *name = NULL, *value = NULL;
    swc_result *result;
    CHECK_OK(swc_service_stat(service, container, NULL, NULL, queue, 0, NULL, &err));
    result = only("stat_container");
    CHECK_TEXT(swc_result_container(result), container);
    CHECK_TEXT(item(result, "Container"), container);
    CHECK(swc_result_header_count(result) > 3);
    for (size_t i = 0; i < swc_result_header_count(result); i++) {
        CHECK(swc_result_header_at(result, i, &name, &value));
        CHECK_TEXT(swc_result_header(result, name), value);
    }
    CHECK(!swc_result_header_at(result, swc_result_header_count(result), &name, &value));
    swc_result_free(result);
}

static void upload_from_memory_and_file(void)
{
    swc_source *source = NULL;
    swc_result *result;
    swc_config *options = swc_config_new();
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    CHECK_OK(swc_service_upload_object(service, container, "a/memory", source, there, queue, 1, NULL, &err));
    swc_source_free(source);
    result = only("upload_object");
    CHECK_TEXT(swc_result_object(result), "a/memory");
    CHECK_INT(swc_result_bytes(result), 5);
    CHECK_INT(swc_result_http_status(result), 201);
    CHECK(strstr(swc_result_header(result, "etag"), "5d41402abc4b2a76b9719d911017c592"));
    swc_result_free(result);

    write_text("up", "from a file");
    set(options, "checksum", "false");
    set(options, "skip_container_put", "true");
    CHECK_OK(swc_source_new_file("up", &source, &err));
    CHECK_OK(swc_service_upload_object(service, container, "file", source, options, queue, 2, NULL, &err));
    swc_source_free(source);
    swc_config_free(options);
    result = only("upload_object");
    CHECK_TEXT(swc_result_path(result), "up");
    CHECK_INT(swc_result_bytes(result), 11);
    swc_result_free(result);
    check_object(connection, container, "a/memory", "hello");
    check_object(connection, container, "file", "from a file");
}

static void stat_of_objects(void)
{
    static const char *const objects[] = {"a/memory", "file", "not there"};
    int last = 0, failed = 0;
    uint64_t job = 0;
    swc_objects *list = list_of(objects, 3);
    CHECK_OK(swc_service_stat(service, container, list, NULL, queue, 0, &job, &err));
    swc_objects_free(list);
    for (int i = 0; i < 3; i++) {
        swc_result *result = next();
        CHECK_TEXT(swc_result_action(result), "stat_object");
        CHECK_INT(swc_result_job(result), job);
        last += swc_result_is_last(result);
        CHECK(swc_result_is_last(result) == (i == 2));
        if (strcmp(swc_result_object(result), "not there") == 0) {
            const swc_error *error = swc_result_error(result);
            CHECK(!swc_result_success(result));
            CHECK_INT(swc_result_status(result), SWC_ERR_NOT_FOUND);
            CHECK_INT(swc_error_status(error), SWC_ERR_NOT_FOUND);
            CHECK_INT(swc_error_http_status(error), 404);
            CHECK(strstr(swc_error_message(error), "not there"));
            CHECK(strstr(swc_result_json(result), "\"success\""));
            failed++;
        } else {
            CHECK_TEXT(item(result, "Object"), swc_result_object(result));
            CHECK_TEXT(item(result, "Content Length"), strcmp(swc_result_object(result), "file") ? "5" : "11");
        }
        swc_result_free(result);
    }
    CHECK(last == 1 && failed == 1);
    CHECK_INT(swc_service_pending(service), 0);
}

static void a_list_comes_in_pages(void)
{
    swc_result *result;
    const swc_entry *entry = NULL;
    CHECK_OK(swc_service_list(service, container, NULL, queue, 0, NULL, &err));
    result = next();
    CHECK_TEXT(swc_result_action(result), "list_container_part");
    CHECK(swc_result_success(result) && !swc_result_is_last(result));
    CHECK_TEXT(swc_result_marker(result), "");
    CHECK_OK(swc_result_next_entry(result, &entry, &err));
    CHECK_TEXT(swc_entry_name(entry), "a/memory");
    CHECK_INT(swc_entry_bytes(entry), 5);
    CHECK_OK(swc_result_next_entry(result, &entry, &err));
    CHECK_TEXT(swc_entry_name(entry), "file");
    CHECK_STATUS(swc_result_next_entry(result, &entry, &err), SWC_END);
    CHECK_STATUS(swc_result_next_entry(result, &entry, &err), SWC_END);
    CHECK(!entry);
    CHECK(strstr(swc_result_json(result), "a/memory"));
    swc_result_free(result);
    result = only("list_container_part");
    CHECK_STATUS(swc_result_next_entry(result, &entry, &err), SWC_END);
    swc_result_free(result);

    CHECK_OK(swc_service_list(service, NULL, NULL, queue, 0, NULL, &err));
    for (bool done = false, found = false; !done;) {
        result = next();
        CHECK(swc_result_success(result));
        CHECK_TEXT(swc_result_action(result), "list_account_part");
        while (swc_result_next_entry(result, &entry, &err) == SWC_OK)
            found |= strcmp(swc_entry_name(entry), container) == 0;
        done = swc_result_is_last(result);
        CHECK(!done || found);
        swc_result_free(result);
    }

    CHECK_OK(swc_service_list(service, own_container("none"), NULL, queue, 0, NULL, &err));
    result = next();
    CHECK(swc_result_is_last(result));
    CHECK_INT(swc_result_status(result), SWC_ERR_NOT_FOUND);
    CHECK_STATUS(swc_result_next_entry(result, &entry, &err), SWC_END);
    swc_result_free(result);
}

static void download_to_files(void)
{
    static const char *const objects[] = {"a/memory", "file"};
    static const char *const one[] = {"file"};
    static const char *const outside[] = {"../outside"};
    swc_objects *both = list_of(objects, 2), *single = list_of(one, 1), *evil = list_of(outside, 1);
    swc_config *options = swc_config_new();
    swc_result *result;
    int last = 0;
    set(options, "out_directory", "down");
    CHECK_OK(swc_service_download(service, container, both, options, queue, 0, NULL, &err));
    for (int i = 0; i < 2; i++) {
        result = next();
        CHECK(swc_result_success(result));
        CHECK_TEXT(swc_result_action(result), "download_object");
        CHECK(strncmp(swc_result_path(result), "down", 4) == 0);
        last += swc_result_is_last(result);
        swc_result_free(result);
    }
    CHECK_INT(last, 1);
    check_file("down/a/memory", "hello");
    check_file("down/file", "from a file");

    set(options, "out_directory", NULL);
    set(options, "out_file", "out");
    CHECK_OK(swc_service_download(service, container, single, options, queue, 0, NULL, &err));
    result = only("download_object");
    CHECK_TEXT(swc_result_path(result), "out");
    CHECK_INT(swc_result_bytes(result), 11);
    swc_result_free(result);
    check_file("out", "from a file");
    CHECK_STATUS(swc_service_download(service, container, both, options, queue, 0, NULL, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    swc_config_free(options);

    /* A name that would leave the folder is refused. */
    put_text(connection, container, "../outside", "x");
    CHECK_OK(swc_service_download(service, container, evil, NULL, queue, 0, NULL, &err));
    result = next();
    CHECK_INT(swc_result_status(result), SWC_ERR_INVALID_ARGUMENT);
    swc_result_free(result);
    CHECK(access("../outside", F_OK) != 0);
    delete_object(connection, container, "../outside");
    swc_objects_free(both);
    swc_objects_free(single);
    swc_objects_free(evil);
}

static void capabilities(void)
{
    swc_result *result;
    CHECK_OK(swc_service_capabilities(service, NULL, queue, 0, NULL, &err));
    result = only("capabilities");
    CHECK(strstr(swc_result_json(result), "\"capabilities\"") && strstr(swc_result_json(result), "\"swift\""));
    swc_result_free(result);
}

static void the_descriptor_says_whether_results_wait(void)
{
    struct pollfd watch = {.events = POLLIN};
    swc_result *results[8];
    size_t count = 0;
    CHECK_OK(swc_queue_fd(queue, &watch.fd, &err));
    CHECK(watch.fd >= 0);
    CHECK_INT(poll(&watch, 1, 0), 0);
    CHECK_INT(swc_queue_length(queue), 0);
    CHECK_STATUS(swc_queue_pop(queue, results, 8, 0, &count, &err), SWC_TIMED_OUT);
    CHECK_STATUS(swc_queue_pop(queue, results, 8, 10, &count, &err), SWC_TIMED_OUT);
    for (int i = 0; i < 3; i++)
        CHECK_OK(swc_service_stat(service, container, NULL, NULL, queue, 0, NULL, &err));
    for (size_t taken = 0; taken < 3; taken++) {
        CHECK_INT(poll(&watch, 1, -1), 1);
        CHECK(swc_queue_length(queue) >= 1);
        CHECK_OK(swc_queue_pop(queue, results, 1, 0, &count, &err));
        CHECK_INT(count, 1);
        swc_result_free(results[0]);
    }
    CHECK_INT(poll(&watch, 1, 0), 0);
}

static void results_come_in_batches(void)
{
    swc_result *results[4];
    size_t count = 0, total = 0;
    uint64_t seen = 0;
    for (uint64_t tag = 0; tag < 10; tag++)
        CHECK_OK(swc_service_stat(service, container, NULL, NULL, queue, tag, NULL, &err));
    while (total < 10) {
        CHECK_OK(swc_queue_pop(queue, results, 4, -1, &count, &err));
        CHECK(count >= 1 && count <= 4);
        total += count;
        for (size_t i = 0; i < 4; i++) {
            CHECK((results[i] != NULL) == (i < count));
            seen |= results[i] ? UINT64_C(1) << swc_result_tag(results[i]) : 0;
            swc_result_free(results[i]);
        }
    }
    CHECK_INT(seen, 0x3ff);
}

/* Gives a byte now and then, for ever. */
static int64_t trickle(void *user_data, void *buffer, size_t size)
{
    CHECK(size > 0);
    *(char *)buffer = 'x';
    *(volatile int *)user_data = 1;
    usleep(1000);
    return 1;
}

/* Queues an upload that never ends, and waits until it runs. */
static uint64_t endless(swc_service *on, volatile int *running)
{
    swc_source *source = NULL;
    uint64_t job = 0;
    *running = 0;
    CHECK_OK(swc_source_new_callbacks(trickle, NULL, NULL, (void *)(uintptr_t)running, -1, &source, &err));
    CHECK_OK(swc_service_upload_object(on, container, "endless", source, there, queue, 99, &job, &err));
    swc_source_free(source);
    while (!*running)
        usleep(1000);
    return job;
}

static void check_cancelled(uint64_t tag)
{
    swc_result *result = next();
    CHECK(swc_result_is_last(result) && !swc_result_success(result));
    CHECK_INT(swc_result_tag(result), tag);
    CHECK_INT(swc_result_status(result), SWC_ERR_CANCELLED);
    swc_result_free(result);
}

static void a_job_can_be_cancelled(void)
{
    static volatile int running;
    uint64_t job = endless(service, &running);
    CHECK_INT(swc_service_pending(service), 1);
    CHECK(swc_service_cancel(service, job));
    check_cancelled(99);
    CHECK(!swc_service_cancel(service, job));
    CHECK(!swc_service_cancel(service, 123456789));

    endless(service, &running);
    swc_service_cancel_all(service);
    check_cancelled(99);
    CHECK_INT(swc_service_pending(service), 0);
    /* The service goes on. */
    CHECK_OK(swc_service_stat(service, NULL, NULL, NULL, queue, 0, NULL, &err));
    swc_result_free(only("stat_account"));
}

static void shutting_down_cancels_what_takes_too_long(void)
{
    static volatile int running;
    swc_service *other = NULL;
    CHECK_OK(swc_service_new(connection, NULL, &other, &err));
    endless(other, &running);
    CHECK_STATUS(swc_service_shutdown(other, 50, &err), SWC_TIMED_OUT);
    check_cancelled(99);
    swc_service_free(other);
    /* As does freeing it. */
    CHECK_OK(swc_service_new(connection, NULL, &other, &err));
    endless(other, &running);
    swc_service_free(other);
    check_cancelled(99);
}

static void no_more_than_max_queued(void)
{
    swc_service *other = NULL;
    swc_config *options = swc_config_new();
    set(options, "max_queued", "2");
    CHECK_OK(swc_service_new(connection, options, &other, &err));
    CHECK_OK(swc_service_stat(other, NULL, NULL, NULL, queue, 0, NULL, &err));
    CHECK_OK(swc_service_stat(other, NULL, NULL, NULL, queue, 0, NULL, &err));
    CHECK_FAILS(swc_service_stat(other, NULL, NULL, NULL, queue, 0, NULL, &err), SWC_ERR_AGAIN);
    CHECK(swc_error_retryable(err));
    forget_error();
    swc_result_free(only("stat_account"));
    CHECK_OK(swc_service_stat(other, NULL, NULL, NULL, queue, 0, NULL, &err));
    swc_result_free(only("stat_account"));
    swc_result_free(only("stat_account"));
    swc_service_free(other);
    swc_config_free(options);
}

static void options_out_of_place_are_refused(void)
{
    swc_service *other = NULL;
    swc_config *options = swc_config_new();
    set(options, "user", "somebody");
    CHECK_FAILS(swc_service_new(connection, options, &other, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(!other && strstr(swc_error_message(err), "user"));
    forget_error();
    set(options, "user", NULL);
    set(options, "out_file", "x");
    CHECK_STATUS(swc_service_stat(service, NULL, NULL, options, queue, 0, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_config_free(options);
}

static void delete_objects_and_container(void)
{
    static const char *const objects[] = {"a/memory", "file"};
    const char *kept = own_container("kept");
    int last = 0;
    swc_result *result;
    swc_objects *both = list_of(objects, 2), *none = swc_objects_new();
    CHECK_OK(swc_service_delete(service, container, both, NULL, queue, 0, NULL, &err));
    for (int i = 0; i < 2; i++) {
        result = next();
        CHECK(swc_result_success(result));
        CHECK_TEXT(swc_result_action(result), "delete_object");
        last += swc_result_is_last(result);
        swc_result_free(result);
    }
    CHECK_INT(last, 1);
    CHECK_OK(swc_service_delete(service, container, both, NULL, queue, 0, NULL, &err));
    for (int i = 0; i < 2; i++) {
        result = next();
        CHECK_INT(swc_result_status(result), SWC_ERR_NOT_FOUND);
        swc_result_free(result);
    }
    /* A list of objects that came out empty is a mistake, and not the container. */
    make_container(connection, kept);
    CHECK_FAILS(swc_service_delete(service, kept, none, NULL, queue, 0, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "objects"));
    forget_error();
    CHECK_STATUS(swc_service_stat(service, container, none, NULL, queue, 0, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_objects_free(both);
    swc_objects_free(none);
    CHECK_INT(swc_service_pending(service), 0);
    remove_container(connection, kept);
    CHECK_OK(swc_service_delete(service, container, NULL, NULL, queue, 0, NULL, &err));
    result = only("delete_container");
    CHECK_INT(swc_result_http_status(result), 204);
    swc_result_free(result);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("service");
    make_container(connection, container);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    there = swc_config_new();
    set(there, "skip_container_put", "true");
    RUN(stat_of_an_account);
    RUN(stat_of_a_container);
    RUN(upload_from_memory_and_file);
    RUN(stat_of_objects);
    RUN(a_list_comes_in_pages);
    RUN(download_to_files);
    RUN(capabilities);
    RUN(the_descriptor_says_whether_results_wait);
    RUN(results_come_in_batches);
    RUN(a_job_can_be_cancelled);
    RUN(shutting_down_cancels_what_takes_too_long);
    RUN(no_more_than_max_queued);
    RUN(options_out_of_place_are_refused);
    RUN(delete_objects_and_container);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_config_free(there);
    swc_queue_free(queue);
    swc_connection_free(connection);
    return 0;
}
