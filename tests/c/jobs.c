/* Jobs with options: of the job and of each object, what each verb does with them, progress and statistics. */
#include <sys/stat.h>

#include "server.h"

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;

static swc_result *next(void)
{
    swc_result *result = NULL;
    size_t count = 0;
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    CHECK_INT(count, 1);
    return result;
}

static swc_result *good(const char *action)
{
    swc_result *result = next();
    if (!swc_result_success(result))
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result));
    CHECK_TEXT(swc_result_action(result), action);
    return result;
}

/* The value of a header of an object. */
static void check_header(const char *object, const char *name, const char *want)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_head_object(connection, container, object, NULL, &response, &err));
    if (want)
        CHECK_TEXT(swc_response_header(response, name), want);
    else
        CHECK(!swc_response_header(response, name));
    swc_response_free(response);
}

static void a_config_holds_lines(void)
{
    swc_config *options = swc_config_new();
    const char *value = NULL;
    CHECK_OK(swc_config_add(options, "meta", "color", "blue", &err));
    CHECK_OK(swc_config_add(options, "meta", "size", "a:b", &err));
    CHECK_OK(swc_config_get(options, "meta", &value, &err));
    CHECK_TEXT(value, "color:blue\nsize:a:b");
    CHECK_FAILS(swc_config_add(options, "prefix", "a", "b", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "prefix"));
    forget_error();
    CHECK_STATUS(swc_config_add(options, "header", "a:b", "c", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_config_add(options, "header", "a", "b\nc: d", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_config_set(options, "header", "no colon", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_config_get(options, "header", &value, &err));
    CHECK_TEXT(value, "");
    swc_config_free(options);
}

static void post_with_options_of_objects(void)
{
    swc_config *options = swc_config_new(), *own = swc_config_new();
    swc_objects *objects = swc_objects_new();
    put_text(connection, container, "a", "aaa");
    put_text(connection, container, "b", "bb");
    CHECK_OK(swc_config_add(options, "meta", "Color", "blue", &err));
    CHECK_OK(swc_config_add(options, "meta", "Shape", "round", &err));
    CHECK_OK(swc_config_add(own, "meta", "color", "red", &err));
    CHECK_OK(swc_objects_add(objects, "a", NULL, &err));
    CHECK_OK(swc_objects_add(objects, "b", own, &err));
    CHECK_STATUS(swc_objects_add(objects, "", NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_INT(swc_objects_count(objects), 2);
    CHECK_OK(swc_service_post(service, container, objects, options, queue, 0, NULL, &err));
    swc_result_free(good("post_object"));
    swc_result_free(good("post_object"));
    check_header("a", "x-object-meta-color", "blue");
    check_header("b", "x-object-meta-color", "red");
    check_header("b", "x-object-meta-shape", "round");
    /* What a verb does not know it refuses, also for an object. */
    set(own, "prefix", "p");
    CHECK_OK(swc_objects_add(objects, "c", own, &err));
    CHECK_FAILS(swc_service_post(service, container, objects, options, queue, 0, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "prefix") && strstr(swc_error_message(err), "number 3"));
    forget_error();
    swc_objects_free(objects);
    swc_config_free(options);
    swc_config_free(own);
}

static void copy_to_another_container(void)
{
    const char *target = own_container("jobs-target");
    char destination[128];
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    swc_result *result;
    swc_response *response = NULL;
    snprintf(destination, sizeof destination, "/%s", target);
    set(options, "destination", destination);
    set(options, "fresh_metadata", "true");
    CHECK_OK(swc_objects_add(objects, "a", NULL, &err));
    CHECK_OK(swc_objects_add(objects, "b", NULL, &err));
    CHECK_OK(swc_service_copy(service, container, objects, options, queue, 0, NULL, &err));
    result = good("create_container");
    CHECK_TEXT(swc_result_container(result), target);
    CHECK(!swc_result_destination(result));
    swc_result_free(result);
    for (int i = 0; i < 2; i++) {
        char want[160];
        result = good("copy_object");
        snprintf(want, sizeof want, "/%s/%s", target, swc_result_object(result));
        CHECK_TEXT(swc_result_destination(result), want);
        CHECK(swc_result_is_last(result) == (i == 1));
        swc_result_free(result);
    }
    check_object(connection, target, "b", "bb");
    CHECK_OK(swc_connection_head_object(connection, target, "a", NULL, &response, &err));
    CHECK(!swc_response_header(response, "x-object-meta-color"));
    swc_response_free(response);
    remove_container(connection, target);
    swc_objects_free(objects);
    swc_config_free(options);
}

/* Five times 20 MiB are more than the server of the tests takes as one object. */
static void large_objects_are_copied_by_their_segments(void)
{
    enum { SIZE = 20 << 20, TIMES = 5 };
    const char *copies = own_container("jobs-copies"), *for_container = NULL, *for_object = NULL, *etag = NULL;
    char *bytes = calloc(1, SIZE), destination[128];
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    swc_manifest *manifest = swc_manifest_new();
    swc_source *source = NULL;
    swc_response *response = NULL;
    swc_result *result;
    uint64_t index = 9, size = 0;
    int64_t length = 0;
    CHECK_OK(swc_source_new_memory(bytes, SIZE, NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "segment", source, NULL, NULL, &err));
    for (int i = 0; i < TIMES; i++)
        CHECK_OK(swc_manifest_add_object(manifest, container, "segment", NULL, SIZE, &err));
    CHECK_OK(swc_connection_put_slo(connection, container, "large", manifest, NULL, NULL, &err));
    CHECK_OK(swc_objects_add(objects, "large", NULL, &err));
    snprintf(destination, sizeof destination, "/%s/copy", container);
    set(options, "destination", destination);
    set(options, "segment_container", copies);
    CHECK_OK(swc_service_copy(service, container, objects, options, queue, 0, NULL, &err));
    swc_result_free(good("create_container"));
    result = good("create_container");
    CHECK_TEXT(swc_result_container(result), copies);
    swc_result_free(result);
    result = good("copy_segment");
    CHECK_TEXT(swc_result_object(result), "segment");
    CHECK_TEXT(swc_result_outcome(result), "copied");
    CHECK(!strncmp(swc_result_destination(result) + 1, copies, strlen(copies)));
    CHECK(swc_result_segment(result, &for_container, &for_object, &index, &size, &etag));
    CHECK_TEXT(for_container, container);
    CHECK_TEXT(for_object, "copy");
    CHECK(index == 0 && size == SIZE && etag && strlen(etag) == 32);
    swc_result_free(result);
    result = good("copy_object");
    CHECK(swc_result_is_large(result) && swc_result_is_last(result));
    CHECK_TEXT(swc_result_destination(result), destination);
    swc_result_free(result);
    CHECK_OK(swc_connection_head_object(connection, container, "copy", NULL, &response, &err));
    length = swc_response_content_length(response);
    CHECK(length == (int64_t)SIZE * TIMES);
    CHECK_TEXT(swc_response_header(response, "x-static-large-object"), "True");
    swc_response_free(response);

    for (int i = 0; i < 3; i++) {
        static const char *const names[] = {"copy", "large", "segment"};
        CHECK_OK(swc_connection_delete_object(connection, container, names[i], NULL, NULL, &err));
    }
    remove_container(connection, copies);
    swc_source_free(source);
    swc_manifest_free(manifest);
    swc_objects_free(objects);
    swc_config_free(options);
    free(bytes);
}

static void bodies_are_handed_out(void)
{
    static const char *const names[] = {"a", "b"};
    swc_config *options = swc_config_new();
    swc_objects *objects = list_of(names, 2);
    set(options, "out_file", "-");
    CHECK_OK(swc_service_download(service, container, objects, options, queue, 0, NULL, &err));
    for (int i = 0; i < 2; i++) {
        swc_result *result = good("download_object");
        swc_response *response = NULL;
        const char *body = NULL;
        size_t length = 0;
        CHECK(!swc_result_path(result) && !swc_result_pseudodir(result));
        CHECK_OK(swc_result_take_response(result, &response, &err));
        CHECK_OK(swc_response_read_all(response, 100, &body, &length, &err));
        CHECK_TEXT(body, strcmp(swc_result_object(result), "a") ? "bb" : "aaa");
        swc_response_free(response);
        CHECK_STATUS(swc_result_take_response(result, &response, &err), SWC_ERR_STATE);
        CHECK(!response);
        swc_result_free(result);
    }
    swc_objects_free(objects);
    swc_config_free(options);
}

static void download_of_a_container(void)
{
    swc_config *options = swc_config_new();
    swc_result *result;
    int objects = 0;
    put_text(connection, container, "dir/c", "cccc");
    put_text(connection, container, "dir/", "");
    set(options, "prefix", "dir/");
    set(options, "out_directory", "got");
    set(options, "remove_prefix", "true");
    /* What the name "dir/" leaves without its prefix is the folder itself. */
    CHECK_OK(swc_service_download(service, container, NULL, options, queue, 0, NULL, &err));
    for (bool last = false; !last; swc_result_free(result)) {
        result = next();
        last = swc_result_is_last(result);
        CHECK(swc_result_success(result));
        if (strcmp(swc_result_action(result), "download_object") == 0) {
            objects++;
            CHECK(swc_result_pseudodir(result) == !!strcmp(swc_result_object(result), "dir/c"));
        } else {
            CHECK_TEXT(swc_result_action(result), "download_container");
            CHECK(last);
        }
    }
    CHECK_INT(objects, 2);
    check_file("got/c", "cccc");

    set(options, "remove_prefix", NULL);
    CHECK_OK(swc_service_download(service, container, NULL, options, queue, 0, NULL, &err));
    for (int i = 0; i < 2; i++) {
        result = good("download_object");
        CHECK(swc_result_pseudodir(result) == !strcmp(swc_result_object(result), "dir/"));
        swc_result_free(result);
    }
    swc_result_free(good("download_container"));
    check_file("got/dir/c", "cccc");
    swc_config_free(options);
}

static void versions_are_listed_and_deleted(void)
{
    const char *kept = own_container("jobs-versions");
    swc_config *options = swc_config_new();
    swc_result *result;
    int rows = 0, deleted = 0;
    /* The same by a post, which makes the container. */
    CHECK_OK(swc_config_add(options, "header", "X-Versions-Enabled", "true", &err));
    CHECK_OK(swc_service_post(service, kept, NULL, options, queue, 0, NULL, &err));
    result = good("post_container");
    CHECK_INT(swc_result_http_status(result), 201);
    swc_result_free(result);
    swc_config_free(options);
    put_text(connection, kept, "o", "one");
    put_text(connection, kept, "o", "two");

    options = swc_config_new();
    set(options, "versions", "true");
    CHECK_OK(swc_service_list(service, kept, options, queue, 0, NULL, &err));
    for (bool last = false; !last; swc_result_free(result)) {
        const swc_entry *entry = NULL;
        result = good("list_container_part");
        last = swc_result_is_last(result);
        CHECK(!last == !*swc_result_version_marker(result));
        while (swc_result_next_entry(result, &entry, &err) == SWC_OK)
            rows++;
    }
    CHECK_INT(rows, 2);
    CHECK_OK(swc_service_delete(service, kept, NULL, options, queue, 0, NULL, &err));
    for (bool last = false; !last; swc_result_free(result)) {
        result = next();
        CHECK(swc_result_success(result));
        last = swc_result_is_last(result);
        CHECK_TEXT(swc_result_action(result), last ? "delete_container" : "delete_object");
        CHECK(!swc_result_version_id(result) == last);
        deleted += !last;
    }
    CHECK_INT(deleted, 2);
    swc_config_free(options);
}

static void many_are_deleted_in_bulk(void)
{
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    size_t gone = 0;
    for (int i = 0; i < 25; i++) {
        char name[16];
        snprintf(name, sizeof name, "bulk-%02d", i);
        put_text(connection, container, name, "x");
        CHECK_OK(swc_objects_add(objects, name, NULL, &err));
    }
    CHECK_OK(swc_objects_add(objects, "bulk-not-there", NULL, &err));
    /* Nobody looks whether they are large objects, and their segments would stay. */
    set(options, "leave_segments", "true");
    CHECK_OK(swc_service_delete(service, container, objects, options, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = good("bulk_delete");
        const swc_report *report = swc_result_report(result);
        size_t count = swc_result_object_count(result);
        last = swc_result_is_last(result);
        CHECK(count > 0 && !swc_result_object(result));
        for (size_t i = 0; i < count; i++)
            CHECK(strncmp(swc_result_object_at(result, i), "bulk-", 5) == 0);
        CHECK(!swc_result_object_at(result, count));
        CHECK_INT(swc_report_deleted(report) + swc_report_not_found(report), count);
        CHECK_INT(swc_report_error_count(report), 0);
        gone += swc_report_deleted(report);
        swc_result_free(result);
    }
    CHECK_INT(gone, 25);
    swc_objects_free(objects);
    swc_config_free(options);
}

static void progress_and_statistics(void)
{
    static const char *const names[] = {"a", "b"};
    swc_progress *before = NULL, *progress = NULL;
    swc_statistics *statistics = NULL;
    swc_config *options = swc_config_new();
    swc_objects *objects = list_of(names, 2);
    int told = 0;
    uint64_t job = 0;
    CHECK_OK(swc_service_progress(service, 0, &before, &err));
    set(options, "out_directory", "progress");
    set(options, "progress_interval", "0.000001");
    CHECK_OK(swc_service_download(service, container, objects, options, queue, 0, &job, &err));
    for (bool last = false; !last;) {
        swc_result *result = next();
        const swc_progress *now = swc_result_progress(result);
        last = swc_result_is_last(result);
        CHECK((now != NULL) == !strcmp(swc_result_action(result), "progress"));
        if (now) {
            CHECK(!last && swc_result_job(result) == job);
            CHECK(swc_progress_bytes(now) <= 5);
            CHECK_INT(swc_progress_objects_total(now), 2);
            told++;
        }
        swc_result_free(result);
    }
    CHECK(told > 0);
    CHECK_OK(swc_service_progress(service, 0, &progress, &err));
    CHECK_INT(swc_progress_bytes(progress) - swc_progress_bytes(before), 5);
    CHECK_INT(swc_progress_bytes_total(progress) - swc_progress_bytes_total(before), 5);
    CHECK_INT(swc_progress_objects(progress) - swc_progress_objects(before), 2);
    CHECK_INT(swc_progress_objects_total(progress) - swc_progress_objects_total(before), 2);
    CHECK_INT(swc_progress_failed(progress), swc_progress_failed(before));
    CHECK(swc_progress_rate(progress) >= 0);
    swc_progress_free(before);
    swc_progress_free(progress);
    CHECK_STATUS(swc_service_progress(service, job, &progress, &err), SWC_ERR_STATE);
    CHECK(!progress);

    CHECK_OK(swc_service_statistics(service, "copy", &statistics, &err));
    CHECK_INT(swc_statistics_jobs(statistics), 1);
    /* A server that is slow is asked again. */
    CHECK_INT(swc_statistics_requests(statistics) - swc_statistics_retries(statistics), 3);
    CHECK_INT(swc_statistics_bytes_sent(statistics), 0);
    swc_statistics_free(statistics);
    CHECK_OK(swc_service_statistics(service, NULL, &statistics, &err));
    CHECK(swc_statistics_requests(statistics) > 10);
    CHECK(swc_statistics_bytes_received(statistics) >= 10);
    swc_statistics_free(statistics);
    CHECK_STATUS(swc_service_statistics(service, "swim", &statistics, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_objects_free(objects);
    swc_config_free(options);
}

/* A token that is none is replaced once, which takes one request more. */
static void what_was_sent_and_renewed_is_counted(const char *way)
{
    swc_config *config = config_for(way);
    swc_connection *other = NULL;
    swc_service *counted = NULL;
    swc_source *source = NULL;
    swc_statistics *statistics = NULL;
    char *storage_url = NULL;
    uint64_t requests;
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    set(config, "os_storage_url", storage_url);
    set(config, "os_auth_token", "AUTH_tknone");
    CHECK_OK(swc_connection_new(config, &other, &err));
    CHECK_OK(swc_service_new(other, NULL, &counted, &err));
    CHECK_OK(swc_source_new_memory("counted", 7, NULL, NULL, &source, &err));
    CHECK_OK(swc_service_upload_object(counted, container, "counted", source, NULL, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = next();
        if (!swc_result_success(result))
            fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
        CHECK(swc_result_success(result));
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    check_object(connection, container, "counted", "counted");
    CHECK_OK(swc_service_statistics(counted, "upload", &statistics, &err));
    CHECK_INT(swc_statistics_reauthentications(statistics), 1);
    CHECK(swc_statistics_retries(statistics) >= 1);
    requests = swc_statistics_requests(statistics);
    CHECK(requests > swc_statistics_retries(statistics));
    CHECK(swc_statistics_bytes_sent(statistics) >= 7);
    swc_statistics_free(statistics);
    CHECK_OK(swc_service_statistics(counted, "stat", &statistics, &err));
    CHECK_INT(swc_statistics_requests(statistics) + swc_statistics_bytes_sent(statistics), 0);
    swc_statistics_free(statistics);
    CHECK_OK(swc_service_shutdown(counted, -1, &err));
    swc_service_free(counted);
    swc_source_free(source);
    swc_string_free(storage_url);
    swc_connection_free(other);
    swc_config_free(config);
    delete_object(connection, container, "counted");
}

static void a_container_is_deleted_with_what_is_in_it(void)
{
    swc_result *result;
    swc_response *response = NULL;
    bool last = false;
    for (CHECK_OK(swc_service_delete(service, container, NULL, NULL, queue, 0, NULL, &err)); !last;
         swc_result_free(result)) {
        result = next();
        CHECK(swc_result_success(result));
        last = swc_result_is_last(result);
        CHECK_TEXT(swc_result_action(result), last ? "delete_container" : "delete_object");
        CHECK(!swc_result_report(result) && swc_result_object_count(result) == 0);
    }
    CHECK_STATUS(swc_connection_head_container(connection, container, NULL, &response, &err), SWC_ERR_NOT_FOUND);
    /* The whole account is not deleted for want of a name. */
    CHECK_FAILS(swc_service_delete(service, NULL, NULL, NULL, queue, 0, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "yes_all"));
    forget_error();
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("jobs");
    make_container(connection, container);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    RUN(a_config_holds_lines);
    RUN(post_with_options_of_objects);
    RUN(copy_to_another_container);
    RUN(bodies_are_handed_out);
    RUN(download_of_a_container);
    RUN(versions_are_listed_and_deleted);
    RUN(many_are_deleted_in_bulk);
    RUN(progress_and_statistics);
    RUN(large_objects_are_copied_by_their_segments);
    what_was_sent_and_renewed_is_counted(argc > 1 ? argv[1] : "v1");
    RUN(a_container_is_deleted_with_what_is_in_it);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    return 0;
}
