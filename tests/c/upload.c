/* Uploads by the Service API: files, trees, sources, in segments, again, and what their results tell. */
#include <sys/stat.h>
#include <unistd.h>

#include "server.h"

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;
static char segments[256];

/* What came of a job, by action. */
struct counts {
    int created, uploaded, skipped, large, markers, parts, parts_skipped, deleted, failed, trees;
};

static void count_segment(const swc_result *result, struct counts *counts)
{
    const char *for_container = NULL, *for_object = NULL, *etag = NULL;
    uint64_t index = 9, size = 9;
    if (!swc_result_segment(result, &for_container, &for_object, &index, &size, &etag)) {
        CHECK(!for_container && !for_object && !index && !size && !etag);
        CHECK(strcmp(swc_result_action(result), "upload_segment") != 0);
        return;
    }
    CHECK_TEXT(swc_result_action(result), "upload_segment");
    CHECK_TEXT(for_container, container);
    CHECK_TEXT(for_object, "large");
    CHECK_TEXT(swc_result_container(result), segments);
    CHECK_INT(size, index == 2 ? 50000 : 100000);
    CHECK(strlen(etag) == 32 && strstr(swc_result_object(result), "large/slo/"));
    counts->parts++;
    counts->parts_skipped += !strcmp(swc_result_outcome(result), "skipped-identical");
}

static struct counts upload(swc_objects *objects, const swc_config *options)
{
    struct counts counts = {0};
    uint64_t job = 0;
    CHECK_OK(swc_service_upload(service, container, objects, options, queue, 5, &job, &err));
    swc_objects_free(objects);
    for (bool last = false; !last;) {
        swc_result *result = NULL;
        size_t n = 0;
        CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &n, &err));
        CHECK_INT(n, 1);
        CHECK_INT(swc_result_job(result), job);
        const char *action = swc_result_action(result), *outcome = swc_result_outcome(result);
        counts.failed += !swc_result_success(result);
        counts.created += !strcmp(action, "create_container");
        counts.markers += !strcmp(action, "create_dir_marker");
        counts.deleted += !strcmp(action, "delete_segment");
        counts.trees += !strcmp(action, "upload_directory");
        count_segment(result, &counts);
        if (!strcmp(action, "upload_object")) {
            counts.large += swc_result_is_large(result);
            counts.uploaded += !strcmp(outcome, "uploaded");
            counts.skipped += !strncmp(outcome, "skipped-", 8);
        }
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    return counts;
}

static void write_bytes(const char *path, size_t size)
{
    FILE *f = fopen(path, "wb");
    CHECK(f);
    for (size_t i = 0; i < size; i++)
        fputc((int)(i * 7 % 251), f);
    fclose(f);
}

static void files_sources_and_markers(void)
{
    swc_objects *objects = swc_objects_new();
    swc_source *source = NULL;
    swc_config *marker = swc_config_new(), *meta = swc_config_new();
    swc_response *response = NULL;
    set(marker, "dir_marker", "true");
    CHECK_OK(swc_config_add(meta, "meta", "Colour", "blue", &err));
    write_text("plain", "from a file");
    CHECK_OK(swc_objects_add_file(objects, "plain", NULL, NULL, &err));
    CHECK_OK(swc_objects_add_file(objects, "plain", "other/name", meta, &err));
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    CHECK_OK(swc_objects_add_source(objects, "memory", source, NULL, &err));
    swc_source_free(source);
    CHECK_OK(swc_objects_add_source(objects, "marker", NULL, marker, &err));
    CHECK_OK(swc_objects_add_file(objects, "not there", NULL, NULL, &err));
    CHECK_INT(swc_objects_count(objects), 5);
    struct counts counts = upload(objects, NULL);
    CHECK_INT(counts.created, 1);
    CHECK_INT(counts.uploaded, 3);
    CHECK_INT(counts.markers, 1);
    CHECK_INT(counts.failed, 1);
    CHECK_INT(counts.large, 0);
    check_object(connection, container, "plain", "from a file");
    check_object(connection, container, "memory", "hello");
    CHECK_OK(swc_connection_head_object(connection, container, "other/name", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Colour"), "blue");
    CHECK(swc_response_header(response, "X-Object-Meta-Mtime"));
    swc_response_free(response);
    swc_config_free(marker);
    swc_config_free(meta);
}

static void a_tree(void)
{
    swc_objects *objects = swc_objects_new();
    CHECK(!mkdir("tree", 0755) && !mkdir("tree/sub", 0755) && !mkdir("tree/empty", 0755));
    write_text("tree/one", "1");
    write_text("tree/sub/two", "2");
    CHECK_OK(swc_objects_add_tree(objects, "tree", "backup", NULL, &err));
    struct counts counts = upload(objects, NULL);
    CHECK_INT(counts.uploaded, 2);
    CHECK_INT(counts.markers, 1);
    CHECK_INT(counts.trees, 1);
    CHECK_INT(counts.failed, 0);
    check_object(connection, container, "backup/one", "1");
    check_object(connection, container, "backup/sub/two", "2");
}

static void in_segments_and_again(void)
{
    swc_config *options = swc_config_new();
    write_bytes("large", 250000);
    set(options, "segment_size", "100000");
    for (int round = 0; round < 3; round++) {
        swc_objects *objects = swc_objects_new();
        CHECK_OK(swc_objects_add_file(objects, "large", NULL, NULL, &err));
        if (round == 2)
            set(options, "changed", "true");
        struct counts counts = upload(objects, options);
        CHECK_INT(counts.failed, 0);
        CHECK_INT(counts.large, 1); /* also when it is left alone */
        CHECK_INT(counts.parts, round == 2 ? 0 : 3);
        CHECK_INT(counts.parts_skipped, round == 1 ? 3 : 0);
        CHECK_INT(counts.skipped, round == 2);
    }
    /* What takes its place leaves no segments behind. */
    swc_objects *objects = swc_objects_new();
    write_text("large", "not any more");
    CHECK_OK(swc_objects_add_file(objects, "large", NULL, NULL, &err));
    struct counts counts = upload(objects, NULL);
    CHECK_INT(counts.deleted, 3);
    CHECK_INT(counts.failed, 0);
    check_object(connection, container, "large", "not any more");
    swc_config_free(options);
}

static void what_cannot_be_is_refused(void)
{
    swc_objects *objects = swc_objects_new();
    CHECK_FAILS(swc_service_upload(service, container, objects, NULL, queue, 1, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    forget_error();
    CHECK_FAILS(swc_objects_add_source(objects, "", NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    forget_error();
#ifdef _WIN32 /* where a path is text */
    CHECK_FAILS(swc_objects_add_file(objects, "bad\xff", NULL, NULL, &err), SWC_ERR_INVALID_UTF8);
#else
    CHECK_FAILS(swc_objects_add_file(objects, "bad\xff", NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
#endif
    forget_error();
    CHECK_OK(swc_objects_add_file(objects, "plain", NULL, NULL, &err));
    CHECK_FAILS(swc_service_stat(service, container, objects, NULL, queue, 1, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "upload"));
    forget_error();
    swc_objects_free(objects);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("upload");
    snprintf(segments, sizeof segments, "%s_segments", container);
    make_container(connection, container);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    RUN(files_sources_and_markers);
    RUN(a_tree);
    RUN(in_segments_and_again);
    RUN(what_cannot_be_is_refused);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    remove_container(connection, container);
    remove_container(connection, segments);
    swc_connection_free(connection);
    return 0;
}
