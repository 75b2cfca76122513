/* Large objects: static (SLO) by a manifest, dynamic (DLO) by a prefix. */
#include "example.h"

static void segments_are_joined_by_a_manifest(swc_connection *connection)
{
    swc_manifest *manifest = swc_manifest_new();
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *parts[] = {"Once ", "upon "};
    for (int i = 0; i < 2; i++) {
        char name[32];
        swc_source *source = NULL;
        snprintf(name, sizeof name, "story/%08d", i);
        ok(swc_source_new_memory(parts[i], strlen(parts[i]), NULL, NULL, &source, &err));
        ok(swc_connection_put_object(connection, "films_segments", name, source, NULL, &response, &err));
        ok(swc_manifest_add_object(manifest, "films_segments", name, swc_response_etag(response),
                                   (int64_t)strlen(parts[i]), &err));
        swc_response_free(response);
        swc_source_free(source);
    }
    printf("%" PRId64 " bytes, ETag %s\n", swc_manifest_size(manifest), swc_manifest_etag(manifest));
    ok(swc_request_set_heartbeat(request, true, &err)); /* with hundreds of segments the server takes its time */
    ok(swc_connection_put_slo(connection, "films", "story", manifest, request, NULL, &err));
    swc_request_free(request);
    swc_manifest_free(manifest);
}

static void parts_of_objects_and_bytes_between(swc_connection *connection)
{
    swc_manifest *manifest = swc_manifest_new();
    char *json = NULL;
    ok(swc_manifest_add_range(manifest, "films_segments", "story/00000000", NULL, -1, 0, 4, &err));
    ok(swc_manifest_add_data(manifest, " more", 5, &err)); /* stands in the manifest itself */
    ok(swc_manifest_json(manifest, &json, &err));
    printf("what is sent: %s\n", json);
    swc_string_free(json);
    ok(swc_connection_put_slo(connection, "films", "once-more", manifest, NULL, NULL, &err));
    swc_manifest_free(manifest);
}

static void a_manifest_from_elsewhere(swc_connection *connection)
{
    swc_manifest *manifest = NULL;
    ok(swc_manifest_new_json("[{\"path\": \"/films_segments/story/00000001\"}]", &manifest, &err));
    ok(swc_connection_put_slo(connection, "films", "upon", manifest, NULL, NULL, &err));
    swc_manifest_free(manifest);
}

static void what_a_large_object_is_made_of(swc_connection *connection)
{
    swc_manifest *manifest = NULL;
    ok(swc_connection_get_slo_manifest(connection, "films", "once-more", NULL, &manifest, &err));
    for (size_t i = 0; i < swc_manifest_segment_count(manifest); i++) {
        const swc_segment *segment = swc_manifest_segment_at(manifest, i);
        uint64_t offset, length;
        size_t size = 0;
        const char *data = swc_segment_data(segment, &size);
        if (data) {
            printf("%zu bytes in the manifest: %.*s\n", size, (int)size, data);
            continue;
        }
        printf("%s/%s, %" PRId64 " bytes of %s, ETag %s, changed %" PRId64 "%s\n", swc_segment_container(segment),
               swc_segment_object(segment), swc_segment_size(segment), swc_segment_content_type(segment),
               swc_segment_etag(segment), swc_segment_last_modified(segment),
               swc_segment_is_slo(segment) ? ", a large object itself" : "");
        if (swc_segment_range(segment, &offset, &length))
            printf("    of it %" PRId64 " bytes, from %" PRIu64 " on\n", swc_segment_length(segment), offset);
    }
    swc_manifest_free(manifest);
}

static void how_a_large_object_is_known(swc_connection *connection)
{
    swc_response *response = NULL;
    ok(swc_connection_head_object(connection, "films", "story", NULL, &response, &err));
    if (swc_response_is_slo(response))
        printf("static, %" PRId64 " bytes in all\n", swc_response_content_length(response));
    if (swc_response_dlo_manifest(response))
        printf("dynamic, of all that begins with %s\n", swc_response_dlo_manifest(response));
    swc_response_free(response);
}

static void one_segment_of_it(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *text = NULL;
    ok(swc_request_set_part_number(request, 2, &err)); /* from 1 */
    ok(swc_connection_get_object(connection, "films", "story", request, &response, &err));
    ok(swc_response_read_all(response, 100, &text, NULL, &err));
    printf("segment 2 of %" PRId64 ": %s\n", swc_response_parts_count(response), text);
    swc_response_free(response);
    swc_request_free(request);
}

static void the_manifest_is_copied(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_manifest_get(request, true, &err)); /* the copy has the same segments */
    ok(swc_connection_copy_object(connection, "films", "story", "films", "story-2", request, NULL, &err));
    swc_request_free(request);
    ok(swc_connection_delete_object(connection, "films", "story-2", NULL, NULL, &err)); /* they stay */
}

static void deleted_with_its_segments(swc_connection *connection)
{
    swc_report *report = NULL;
    ok(swc_connection_delete_slo(connection, "films", "story", false, NULL, &report, &err));
    printf("%" PRIu64 " objects deleted\n", swc_report_deleted(report));
    swc_report_free(report);
}

static void all_objects_with_a_prefix_as_one(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_connection_put_dlo(connection, "films", "news", "films_segments", "news/", NULL, NULL, &err));
    put_text(connection, "films_segments", "news/1", "Good ");
    put_text(connection, "films_segments", "news/2", "evening"); /* may come at any time */
    /* The list that a dynamic large object rests on may be a little late. */
    ok(swc_connection_wait_dlo(connection, "films", "news", 12, NULL, &response, &err));
    printf("%" PRId64 " bytes\n", swc_response_content_length(response));
    swc_response_free(response);

    ok(swc_request_set_object_metadata(request, "Day", "Monday", &err));
    ok(swc_connection_post_dlo(connection, "films", "news", request, NULL, &err)); /* stays a large object */
    swc_request_free(request);
    ok(swc_connection_delete_dlo(connection, "films", "news", NULL, NULL, &err)); /* and its segments */
}

static void made_large_by_a_header(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_dlo(request, "films_segments", "news/", &err)); /* as put_dlo does, for any PUT */
    ok(swc_connection_put_object(connection, "films", "news-again", NULL, request, NULL, &err));
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "films", NULL, NULL, &err));
    ok(swc_connection_put_container(connection, "films_segments", NULL, NULL, &err));
    segments_are_joined_by_a_manifest(connection);
    parts_of_objects_and_bytes_between(connection);
    a_manifest_from_elsewhere(connection);
    what_a_large_object_is_made_of(connection);
    how_a_large_object_is_known(connection);
    one_segment_of_it(connection);
    the_manifest_is_copied(connection);
    deleted_with_its_segments(connection);
    all_objects_with_a_prefix_as_one(connection);
    made_large_by_a_header(connection);
    clean_up(connection, "films");
    clean_up(connection, "films_segments");
    swc_connection_free(connection);
    return 0;
}
