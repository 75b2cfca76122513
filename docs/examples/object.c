/* Objects: stored, looked at, got, changed, expired, deleted. */
#include <time.h>

#include "example.h"

static void a_file_is_stored(swc_connection *connection)
{
    swc_source *source = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_source_new_file("cat.jpg", &source, &err));
    ok(swc_request_set_content_type(request, "image/jpeg", &err));
    ok(swc_request_set_object_metadata(request, "Camera", "Leica", &err));
    ok(swc_connection_put_object(connection, "photos", "2026/cat.jpg", source, request, &response, &err));
    printf("stored with the ETag %s, as it was sent\n", swc_response_etag(response));
    swc_response_free(response);
    swc_request_free(request);
    swc_source_free(source);
}

static void what_is_known_about_an_object(swc_connection *connection)
{
    swc_response *response = NULL;
    ok(swc_connection_head_object(connection, "photos", "2026/cat.jpg", NULL, &response, &err));
    printf("%" PRId64 " bytes of %s, changed %" PRId64 ", camera %s\n", swc_response_content_length(response),
           swc_response_content_type(response), swc_response_last_modified(response),
           swc_response_metadata(response, "Camera"));
    swc_response_free(response);
}

static void an_object_is_got(swc_connection *connection)
{
    swc_response *response = NULL;
    ok(swc_connection_get_object(connection, "photos", "2026/cat.jpg", NULL, &response, &err));
    ok(swc_response_write_to_file(response, "cat.jpg", NULL, &err)); /* under its name only when it is whole */
    swc_response_free(response);
}

static void only_if_nothing_is_there_yet(swc_connection *connection, const swc_source *source)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_if_none_match(request, "*", &err));
    if (swc_connection_put_object(connection, "photos", "2026/cat.jpg", source, request, NULL, NULL) ==
        SWC_ERR_PRECONDITION)
        puts("somebody else has stored it before");
    swc_request_free(request);
}

static void only_if_it_has_changed(swc_connection *connection, const char *etag, int64_t since)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_if_none_match(request, etag, &err));
    ok(swc_request_set_if_modified_since(request, since, &err));
    if (swc_connection_get_object(connection, "photos", "2026/cat.jpg", request, &response, NULL) ==
        SWC_ERR_NOT_MODIFIED)
        puts("our copy is current");
    swc_response_free(response);
    swc_request_free(request);
}

static void only_if_it_has_not_changed(swc_connection *connection, const char *etag, int64_t since)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_if_match(request, etag, &err));
    ok(swc_request_set_if_unmodified_since(request, since, &err));
    ok(swc_connection_get_object(connection, "photos", "2026/cat.jpg", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void part_of_an_object(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    uint64_t offset, length;
    int64_t size;
    ok(swc_request_set_range(request, 2, 3, &err)); /* (UINT64_MAX, 3) would be the last three bytes */
    ok(swc_connection_get_object(connection, "photos", "2026/cat.jpg", request, &response, &err));
    if (swc_response_content_range(response, &offset, &length, &size))
        printf("%" PRIu64 " bytes from %" PRIu64 " of %" PRId64 "\n", length, offset, size);
    swc_response_free(response);
    swc_request_free(request);
}

static void several_parts_at_once(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    uint64_t offset, length;
    ok(swc_request_set_range(request, 0, 2, &err));
    ok(swc_request_add_range(request, 3, 2, &err));
    ok(swc_connection_get_object(connection, "photos", "2026/cat.jpg", request, &response, &err));
    while (ok(swc_response_next_part(response, &offset, &length, NULL, &err)) != SWC_END) {
        char bytes[16];
        size_t read = 0;
        ok(swc_response_read(response, bytes, sizeof bytes, &read, &err));
        printf("from %" PRIu64 ": %.*s\n", offset, (int)read, bytes);
    }
    swc_response_free(response);
    swc_request_free(request);
}

static void how_browsers_shall_see_it(swc_connection *connection, const swc_source *source)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_detect_content_type(request, true, &err)); /* by the name */
    ok(swc_request_set_content_encoding(request, "gzip", &err));  /* the bytes are compressed */
    ok(swc_request_set_content_language(request, "en", &err));
    ok(swc_request_set_content_disposition(request, "attachment; filename=notes.txt", &err));
    ok(swc_request_set_cache_control(request, "public, max-age=3600", &err));
    ok(swc_request_set_expires(request, (int64_t)time(NULL) + 3600, &err));
    ok(swc_request_set_robots_tag(request, "noindex", &err));
    ok(swc_connection_put_object(connection, "photos", "notes.txt", source, request, NULL, &err));
    swc_request_free(request);
}

static void metadata_is_replaced_or_added_to(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_object_metadata(request, "Rating", "5", &err));
    /* Adds to what there is, by reading it first. */
    ok(swc_connection_update_object_metadata(connection, "photos", "2026/cat.jpg", request, NULL, &err));
    /* Swift's own POST: replaces all metadata. */
    ok(swc_connection_post_object(connection, "photos", "2026/cat.jpg", request, NULL, &err));
    swc_request_free(request);
}

static void an_object_that_goes_by_itself(swc_connection *connection, const swc_source *source)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_delete_after(request, 86400, &err)); /* in a day */
    ok(swc_connection_put_object(connection, "photos", "draft", source, request, NULL, &err));
    ok(swc_connection_head_object(connection, "photos", "draft", NULL, &response, &err));
    printf("will be deleted %" PRId64 "\n", swc_response_delete_at(response));
    swc_response_free(response);
    swc_request_free(request);

    request = swc_request_new();
    ok(swc_request_set_delete_at(request, (int64_t)time(NULL) + 7 * 86400, &err)); /* a point in time */
    ok(swc_connection_post_object(connection, "photos", "draft", request, NULL, &err));
    swc_request_free(request);
}

static void one_that_has_expired_is_looked_at(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_open_expired(request, true, &err)); /* where the cluster allows it */
    ok(swc_connection_head_object(connection, "photos", "draft", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void the_server_checks_the_md5(swc_connection *connection, const swc_source *source)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_etag(request, "00000000000000000000000000000000", &err)); /* not that of these bytes */
    if (swc_connection_put_object(connection, "photos", "x", source, request, NULL, NULL) == SWC_ERR_CHECKSUM)
        puts("refused, and nothing was stored");
    swc_request_free(request);
}

static void an_object_is_deleted(swc_connection *connection)
{
    swc_status status = swc_connection_delete_object(connection, "photos", "2026/cat.jpg", NULL, NULL, &err);
    if (status != SWC_ERR_NOT_FOUND) /* somebody else, or an attempt before, may have deleted it */
        ok(status);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_source *source = NULL;
    swc_response *response = NULL;
    char etag[64];
    FILE *file = fopen("cat.jpg", "w");
    fputs("a cat", file);
    fclose(file);
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    ok(swc_source_new_memory("notes", 5, NULL, NULL, &source, &err));
    a_file_is_stored(connection);
    what_is_known_about_an_object(connection);
    an_object_is_got(connection);
    only_if_nothing_is_there_yet(connection, source);
    ok(swc_connection_head_object(connection, "photos", "2026/cat.jpg", NULL, &response, &err));
    snprintf(etag, sizeof etag, "%s", swc_response_etag(response));
    only_if_it_has_changed(connection, etag, swc_response_last_modified(response));
    only_if_it_has_not_changed(connection, etag, swc_response_last_modified(response) + 1);
    swc_response_free(response);
    part_of_an_object(connection);
    several_parts_at_once(connection);
    how_browsers_shall_see_it(connection, source);
    metadata_is_replaced_or_added_to(connection);
    an_object_that_goes_by_itself(connection, source);
    one_that_has_expired_is_looked_at(connection);
    the_server_checks_the_md5(connection, source);
    an_object_is_deleted(connection);
    clean_up(connection, "photos");
    swc_source_free(source);
    remove("cat.jpg");
    swc_connection_free(connection);
    return 0;
}
