/* Versions of objects: kept by the container, in both ways that Swift has. */
#include "server.h"

static swc_connection *connection;

static void put_version(const char *container, const char *text, char id[64])
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, &response, &err));
    CHECK(swc_response_version_id(response));
    snprintf(id, 64, "%s", swc_response_version_id(response));
    swc_response_free(response);
    swc_source_free(source);
}

static swc_request *of_version(const char *id)
{
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_version_id(request, id, &err));
    return request;
}

static void check_version(const char *container, const char *id, const char *text)
{
    swc_request *request = of_version(id);
    swc_response *response = NULL;
    const char *body = NULL;
    CHECK_OK(swc_connection_get_object(connection, container, "o", request, &response, &err));
    CHECK_TEXT(swc_response_version_id(response), id);
    CHECK_OK(swc_response_read_all(response, 100, &body, NULL, &err));
    CHECK_TEXT(body, text);
    swc_response_free(response);
    swc_request_free(request);
}

static void delete_version(const char *container, const char *id, const char *current)
{
    swc_request *request = of_version(id);
    swc_response *response = NULL;
    CHECK_OK(swc_connection_delete_object(connection, container, "o", request, &response, &err));
    CHECK_TEXT(swc_response_current_version_id(response), current);
    swc_response_free(response);
    swc_request_free(request);
}

static void versions_that_a_container_keeps(void)
{
    const char *container = own_container("versions");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    char first[64], second[64], marker[64];
    make_container(connection, container);
    put_text(connection, container, "o", "null");
    CHECK_OK(swc_request_set_versions_enabled(request, true, &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    put_version(container, "first", first);
    put_version(container, "second", second);
    check_object(connection, container, "o", "second");
    check_version(container, first, "first");
    check_version(container, second, "second");
    CHECK_OK(swc_connection_restore_object_version(connection, container, "o", first, NULL, NULL, &err));
    check_object(connection, container, "o", "first");

    /* A copy of a version, and who it came from. */
    swc_request_free(request);
    request = of_version(second);
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "copy", request, &response, &err));
    CHECK_TEXT(swc_response_copied_from_version_id(response), second);
    swc_response_free(response);
    check_object(connection, container, "copy", "second");

    /* A DELETE leaves a marker. */
    CHECK_OK(swc_connection_delete_object(connection, container, "o", NULL, &response, &err));
    snprintf(marker, sizeof marker, "%s", swc_response_version_id(response));
    swc_response_free(response);
    CHECK_OK(swc_request_set_version_id(request, marker, &err));
    CHECK_FAILS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK_TEXT(swc_error_header(err, "X-Object-Version-Id"), marker);
    forget_error();
    CHECK_OK(swc_request_set_version_id(request, "rubbish", &err));
    CHECK_FAILS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    forget_error();
    CHECK_STATUS(swc_connection_restore_object_version(connection, container, "o", "9999999999.99999", NULL, NULL, &err),
                 SWC_ERR_NOT_FOUND);
    CHECK_STATUS(swc_connection_delete_container(connection, container, NULL, NULL, &err), SWC_ERR_CONFLICT);
    delete_version(container, marker, "null");
    CHECK_OK(swc_connection_restore_object_version(connection, container, "o", second, NULL, NULL, &err));
    delete_version(container, first, second);
    delete_version(container, second, "null");
    swc_request_free(request);

    /* The container goes when the last version has gone. */
    request = swc_request_new();
    CHECK_OK(swc_request_set_versions_enabled(request, false, &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    swc_request_free(request);
    request = swc_request_new();
    CHECK_OK(swc_request_set_query(request, "versions", NULL, &err));
    for (int left = 1; left;) {
        swc_listing *listing = NULL;
        const swc_entry *entry = NULL;
        left = 0;
        CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
        while (swc_listing_next(listing, &entry, &err) == SWC_OK) {
            swc_request *one = of_version(swc_entry_get(entry, "version_id"));
            CHECK_OK(swc_connection_delete_object(connection, container, swc_entry_name(entry), one, NULL, &err));
            swc_request_free(one);
            left++;
        }
        swc_listing_free(listing);
    }
    swc_request_free(request);
    CHECK_OK(swc_connection_delete_container(connection, container, NULL, NULL, &err));
}

/* The older ways: into another container, and after a DELETE back from it, or not. */
static void versions_in_another_container(void)
{
    const char *container = own_container("legacy"), *archive = own_container("legacy old \xc3\xbc");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    make_container(connection, archive);
    CHECK_OK(swc_request_set_versions_location(request, archive, &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, NULL, &err));
    put_text(connection, container, "o", "first");
    put_text(connection, container, "o", "second");
    delete_object(connection, container, "o");
    check_object(connection, container, "o", "first");

    CHECK_OK(swc_request_set_versions_location(request, NULL, &err));
    CHECK_OK(swc_request_set_history_location(request, archive, &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    put_text(connection, container, "o", "third");
    delete_object(connection, container, "o");
    CHECK_STATUS(swc_connection_head_object(connection, container, "o", NULL, &response, &err), SWC_ERR_NOT_FOUND);

    CHECK_OK(swc_request_set_history_location(request, "", &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    CHECK_OK(swc_connection_head_container(connection, container, NULL, &response, &err));
    CHECK(!swc_response_header(response, "X-History-Location") && !swc_response_header(response, "X-Versions-Location"));
    swc_response_free(response);
    swc_request_free(request);
    remove_container(connection, container);
    remove_container(connection, archive);
}

/* The segments of a large object that is kept as an older version are needed, unless somebody insists. */
static void segments_of_older_versions(void)
{
    const char *container = own_container("large"), *archive = own_container("large-old");
    swc_request *request = swc_request_new(), *insist = swc_request_new();
    swc_manifest *manifest = swc_manifest_new();
    swc_report *report = NULL;
    make_container(connection, archive);
    make_container(connection, container);
    put_text(connection, container, "segment", "text");
    CHECK_OK(swc_manifest_add_object(manifest, container, "segment", NULL, -1, &err));
    CHECK_OK(swc_connection_put_slo(connection, container, "slo", manifest, NULL, NULL, &err));
    CHECK_OK(swc_request_set_history_location(request, archive, &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    CHECK_FAILS(swc_connection_delete_slo(connection, container, "slo", false, NULL, &report, &err), SWC_ERR_STATE);
    CHECK(!report && strstr(swc_error_message(err), "older version"));
    forget_error();
    check_object(connection, container, "slo", "text");
    CHECK_OK(swc_request_set_delete_kept(insist, true, &err));
    CHECK_OK(swc_request_set_delete_kept(insist, false, &err));
    CHECK_STATUS(swc_connection_delete_slo(connection, container, "slo", false, insist, NULL, &err), SWC_ERR_STATE);
    CHECK_OK(swc_request_set_delete_kept(insist, true, &err));
    CHECK_OK(swc_connection_delete_slo(connection, container, "slo", false, insist, &report, &err));
    CHECK_INT(swc_report_deleted(report), 2);
    swc_report_free(report);
    remove_container(connection, container);
    remove_container(connection, archive);
    swc_manifest_free(manifest);
    swc_request_free(request);
    swc_request_free(insist);
}

int main(void)
{
    connection = connect_to("v1");
    RUN(versions_that_a_container_keeps);
    RUN(versions_in_another_container);
    RUN(segments_of_older_versions);
    swc_connection_free(connection);
    return 0;
}
