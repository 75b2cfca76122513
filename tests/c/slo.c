/* Static large objects: manifests built, stored, read back, read through, and deleted with what they name. */
#include "server.h"

static swc_connection *connection;
static const char *container;

/* Adds an object that is stored here. */
static void add(swc_manifest *manifest, const char *object, const char *text)
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, object, source, NULL, &response, &err));
    CHECK_OK(swc_manifest_add_object(manifest, container, object, swc_response_etag(response), (int64_t)strlen(text),
                                     &err));
    swc_response_free(response);
    swc_source_free(source);
}

static void a_manifest_is_built_stored_and_read_through(void)
{
    swc_manifest *manifest = swc_manifest_new();
    swc_response *response = NULL;
    swc_request *request = swc_request_new();
    const swc_segment *segment;
    const char *etag;
    uint64_t offset = 7, length = 7;
    CHECK_INT(swc_manifest_size(manifest), 0);
    CHECK(swc_manifest_etag(manifest) == NULL);
    add(manifest, "seg/1", "Hello");
    add(manifest, "seg/2 \xc3\xa9", "large world");
    /* ", " stands in the manifest; of the second object a part is used again. */
    CHECK_OK(swc_manifest_add_data(manifest, ", ", 2, &err));
    segment = swc_manifest_segment_at(manifest, 1);
    etag = strdup(swc_segment_etag(segment));
    CHECK_OK(swc_manifest_add_range(manifest, container, "seg/2 \xc3\xa9", etag, 11, UINT64_MAX, 5, &err));
    free((char *)(uintptr_t)etag);
    CHECK_INT(swc_manifest_segment_count(manifest), 4);
    CHECK_INT(swc_manifest_size(manifest), 5 + 11 + 2 + 5);
    CHECK(swc_manifest_etag(manifest) != NULL);

    segment = swc_manifest_segment_at(manifest, 3);
    CHECK(swc_segment_range(segment, &offset, &length));
    CHECK(offset == UINT64_MAX && length == 5);
    CHECK_INT(swc_segment_length(segment), 5);
    CHECK_INT(swc_segment_size(segment), 11);
    CHECK(swc_manifest_segment_at(manifest, 4) == NULL);

    CHECK_OK(swc_request_set_content_type(request, "text/x-large", &err));
    CHECK_OK(swc_connection_put_slo(connection, container, "big", manifest, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    CHECK_TEXT(swc_response_etag(response), swc_manifest_etag(manifest));
    swc_response_free(response);
    check_object(connection, container, "big", "Hellolarge world, world");
    CHECK_OK(swc_connection_head_object(connection, container, "big", NULL, &response, &err));
    CHECK(swc_response_is_slo(response));
    CHECK(swc_response_dlo_manifest(response) == NULL);
    CHECK_TEXT(swc_response_header(response, "Content-Type"), "text/x-large");
    swc_response_free(response);

    /* With a heartbeat the answer begins at once; what comes of it is the same. */
    CHECK_OK(swc_request_set_heartbeat(request, true, &err));
    CHECK_OK(swc_connection_put_slo(connection, container, "big", manifest, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    CHECK_TEXT(swc_response_etag(response), swc_manifest_etag(manifest));
    swc_response_free(response);
    swc_request_free(request);
    swc_manifest_free(manifest);
}

static void the_manifest_is_read_back(void)
{
    swc_manifest *manifest = NULL, *again = NULL;
    const swc_segment *segment;
    uint64_t offset = 7, length = 7;
    size_t size = 0;
    char *json = NULL;
    CHECK_OK(swc_connection_get_slo_manifest(connection, container, "big", NULL, &manifest, &err));
    CHECK_INT(swc_manifest_segment_count(manifest), 4);
    segment = swc_manifest_segment_at(manifest, 1);
    CHECK_TEXT(swc_segment_container(segment), container);
    CHECK_TEXT(swc_segment_object(segment), "seg/2 \xc3\xa9");
    CHECK_INT(swc_segment_size(segment), 11);
    CHECK_INT(strlen(swc_segment_etag(segment)), 32);
    CHECK_TEXT(swc_segment_content_type(segment), "application/octet-stream");
    CHECK(swc_segment_last_modified(segment) > 1600000000);
    CHECK(!swc_segment_is_slo(segment));
    CHECK(!swc_segment_range(segment, &offset, &length));
    CHECK(swc_segment_data(segment, &size) == NULL);
    CHECK_INT(size, 0);
    segment = swc_manifest_segment_at(manifest, 2);
    CHECK(memcmp(swc_segment_data(segment, &size), ", ", 2) == 0);
    CHECK_INT(size, 2);
    CHECK(swc_segment_object(segment) == NULL);
    /* The server says which bytes the last five are. */
    CHECK(swc_segment_range(swc_manifest_segment_at(manifest, 3), &offset, &length));
    CHECK(offset == 6 && length == 5);

    /* The text is one that can be sent, and read. */
    CHECK_OK(swc_manifest_json(manifest, &json, &err));
    CHECK_OK(swc_manifest_new_json(json, &again, &err));
    CHECK_TEXT(swc_manifest_etag(again), swc_manifest_etag(manifest));
    CHECK_OK(swc_connection_put_slo(connection, container, "copy", again, NULL, NULL, &err));
    check_object(connection, container, "copy", "Hellolarge world, world");
    swc_string_free(json);
    swc_manifest_free(again);
    swc_manifest_free(manifest);

    /* A large object can be a segment, and is told from others. */
    manifest = swc_manifest_new();
    CHECK_OK(swc_manifest_add_object(manifest, container, "copy", NULL, -1, &err));
    CHECK_OK(swc_connection_put_slo(connection, container, "outer", manifest, NULL, NULL, &err));
    swc_manifest_free(manifest);
    CHECK_OK(swc_connection_get_slo_manifest(connection, container, "outer", NULL, &manifest, &err));
    CHECK(swc_segment_is_slo(swc_manifest_segment_at(manifest, 0)));
    CHECK(!swc_segment_is_slo(swc_manifest_segment_at(manifest, 1)));
    swc_manifest_free(manifest);
    delete_object(connection, container, "outer");
    CHECK_STATUS(swc_manifest_new_json("[{\"path\": 5}]", &manifest, &err), SWC_ERR_PROTOCOL);
    CHECK_STATUS(swc_connection_get_slo_manifest(connection, container, "seg/1", NULL, &manifest, &err), SWC_ERR_STATE);
    CHECK(manifest == NULL);
}

static void one_part_is_read(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    CHECK_OK(swc_request_set_part_number(request, 1, &err));
    CHECK_OK(swc_connection_get_object(connection, container, "big", request, &response, &err));
    CHECK_INT(swc_response_status(response), 206);
    CHECK_INT(swc_response_parts_count(response), 4);
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK_TEXT(body, "Hello");
    swc_response_free(response);
    CHECK_OK(swc_request_set_part_number(request, 9, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "big", request, &response, &err), SWC_ERR_RANGE);
    CHECK_OK(swc_request_set_part_number(request, 0, &err));
    CHECK_OK(swc_connection_head_object(connection, container, "big", request, &response, &err));
    CHECK_INT(swc_response_parts_count(response), -1);
    swc_response_free(response);
    swc_request_free(request);
}

static void each_segment_that_is_not_accepted_is_told(void)
{
    swc_manifest *manifest = swc_manifest_new();
    const swc_report *report;
    const char *name = NULL, *object = NULL, *reason = NULL;
    int32_t status = -1;
    CHECK_OK(swc_manifest_add_object(manifest, container, "seg/1", "\"00000000000000000000000000000000\"", -1, &err));
    CHECK_OK(swc_manifest_add_object(manifest, container, "missing", NULL, -1, &err));
    CHECK_FAILS(swc_connection_put_slo(connection, container, "bad", manifest, NULL, NULL, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    report = swc_error_report(err);
    CHECK(report != NULL);
    CHECK_INT(swc_report_error_count(report), 2);
    for (size_t i = 0; i < 2; i++) {
        CHECK(swc_report_error_at(report, i, &name, &object, &status, &reason));
        CHECK_TEXT(name, container);
        if (strcmp(object, "missing") == 0) {
            CHECK_INT(status, 404);
            CHECK_TEXT(reason, "404 Not Found");
        } else {
            CHECK_TEXT(object, "seg/1");
            CHECK_INT(status, 0);
            CHECK_TEXT(reason, "Etag Mismatch");
        }
    }
    CHECK(!swc_report_error_at(report, 2, &name, &object, &status, &reason));
    CHECK(name == NULL && object == NULL && reason == NULL);
    CHECK_INT(status, -1);
    forget_error();
    swc_manifest_free(manifest);
    /* Nothing of that kind is known of another failure. */
    CHECK_FAILS(swc_connection_delete_object(connection, container, "missing", NULL, NULL, &err), SWC_ERR_NOT_FOUND);
    CHECK(swc_error_report(err) == NULL);
    forget_error();
}

static void it_is_deleted_with_its_segments(void)
{
    swc_report *report = NULL;
    swc_manifest *manifest = NULL;
    const char *object = NULL, *reason = NULL;
    CHECK_OK(swc_connection_delete_object(connection, container, "copy", NULL, NULL, &err));
    check_object(connection, container, "seg/1", "Hello");
    CHECK_OK(swc_connection_get_slo_manifest(connection, container, "big", NULL, &manifest, &err));
    CHECK_OK(swc_connection_delete_slo(connection, container, "big", false, NULL, &report, &err));
    CHECK_INT(swc_report_status(report), 200);
    CHECK_INT(swc_report_deleted(report), 3);
    CHECK_INT(swc_report_error_count(report), 0);
    CHECK_TEXT(swc_report_message(report), "");
    swc_report_free(report);
    CHECK_STATUS(swc_connection_head_object(connection, container, "seg/1", NULL, &(swc_response *){NULL}, &err),
                 SWC_ERR_NOT_FOUND);
    CHECK_STATUS(swc_connection_delete_slo(connection, container, "big", false, NULL, &report, &err), SWC_ERR_NOT_FOUND);
    CHECK(report == NULL);
    swc_manifest_free(manifest);
    /* What is no large object stays. */
    put_text(connection, container, "plain", "plain");
    CHECK_FAILS(swc_connection_delete_slo(connection, container, "plain", false, NULL, NULL, &err), SWC_ERR_HTTP);
    CHECK(swc_report_error_at(swc_error_report(err), 0, NULL, &object, NULL, &reason));
    CHECK_TEXT(object, "plain");
    CHECK_TEXT(reason, "Not an SLO manifest");
    forget_error();
    check_object(connection, container, "plain", "plain");
}

static void the_segments_are_left_to_the_server(void)
{
    swc_manifest *manifest = swc_manifest_new();
    swc_report *report = NULL;
    add(manifest, "later/1", "one");
    add(manifest, "later/2", "two");
    CHECK_OK(swc_connection_put_slo(connection, container, "later", manifest, NULL, NULL, &err));
    CHECK_OK(swc_connection_delete_slo(connection, container, "later", true, NULL, &report, &err));
    CHECK_INT(swc_report_status(report), 204);
    CHECK_INT(swc_report_deleted(report), 0);
    swc_report_free(report);
    swc_manifest_free(manifest);
    CHECK_STATUS(swc_connection_delete_object(connection, container, "later", NULL, NULL, &err), SWC_ERR_NOT_FOUND);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("slo");
    make_container(connection, container);
    RUN(a_manifest_is_built_stored_and_read_through);
    RUN(the_manifest_is_read_back);
    RUN(one_part_is_read);
    RUN(each_segment_that_is_not_accepted_is_told);
    RUN(it_is_deleted_with_its_segments);
    RUN(the_segments_are_left_to_the_server);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
