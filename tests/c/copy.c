/* Copies in all forms, moves, and metadata: what is stored with an object, how it expires, how it is changed. */
#include <time.h>

#include "server.h"

#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"

static swc_connection *connection;
static const char *container;

static swc_response *head(const char *object, const swc_request *request)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_head_object(connection, container, object, request, &response, &err));
    return response;
}

static void check_header(const char *object, const char *name, const char *value)
{
    swc_response *response = head(object, NULL);
    const char *is = swc_response_header(response, name);
    if (value)
        CHECK_TEXT(is, value);
    else
        CHECK(!is);
    swc_response_free(response);
}

static void what_is_stored_with_an_object(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_content_type(request, "text/x-wrong", &err));
    CHECK_OK(swc_request_set_detect_content_type(request, true, &err));
    CHECK_OK(swc_request_set_content_encoding(request, "gzip", &err));
    CHECK_OK(swc_request_set_content_disposition(request, "attachment; filename=\"a.txt\"", &err));
    CHECK_OK(swc_request_set_cache_control(request, "max-age=60", &err));
    CHECK_OK(swc_request_set_content_language(request, "en", &err));
    CHECK_OK(swc_request_set_expires(request, 784111777, &err));
    CHECK_OK(swc_request_set_robots_tag(request, "noindex", &err));
    CHECK_OK(swc_request_set_etag(request, "d41d8cd98f00b204e9800998ecf8427e", &err));
    CHECK_OK(swc_connection_put_object(connection, container, "stored.html", NULL, request, NULL, &err));
    response = head("stored.html", NULL);
    CHECK_TEXT(swc_response_content_type(response), "text/html");
    CHECK_TEXT(swc_response_header(response, "Content-Encoding"), "gzip");
    CHECK_TEXT(swc_response_header(response, "Content-Disposition"), "attachment; filename=\"a.txt\"");
    CHECK_TEXT(swc_response_header(response, "Cache-Control"), "max-age=60");
    CHECK_TEXT(swc_response_header(response, "Content-Language"), "en");
    CHECK_TEXT(swc_response_header(response, "Expires"), "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK_TEXT(swc_response_header(response, "X-Robots-Tag"), "noindex");
    /* Last-Modified is rounded up. */
    CHECK_INT((swc_response_timestamp(response) + 999999) / 1000000, swc_response_last_modified(response));
    swc_response_free(response);
    /* Other bytes than those announced are not stored. */
    CHECK_OK(swc_request_set_etag(request, HELLO_MD5, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "other", NULL, request, NULL, &err),
                 SWC_ERR_CHECKSUM);
    CHECK_STATUS(swc_connection_head_object(connection, container, "other", NULL, &response, &err),
                 SWC_ERR_NOT_FOUND);
    swc_request_free(request);
}

static void objects_expire(void)
{
    swc_request *request = swc_request_new(), *open = swc_request_new();
    swc_response *response = NULL;
    int64_t now = (int64_t)time(NULL);
    CHECK_OK(swc_request_set_delete_at(request, now + 1000, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "expiring", NULL, request, NULL, &err));
    response = head("expiring", NULL);
    CHECK_INT(swc_response_delete_at(response), now + 1000);
    swc_response_free(response);
    /* So many seconds from now wins over a time. */
    CHECK_OK(swc_request_set_delete_after(request, 5000, &err));
    CHECK_OK(swc_connection_post_object(connection, container, "expiring", request, NULL, &err));
    response = head("expiring", NULL);
    CHECK(swc_response_delete_at(response) > now + 4000);
    swc_response_free(response);
    CHECK_OK(swc_request_set_delete_after(request, -1, &err));
    CHECK_OK(swc_request_set_delete_at(request, 1000, &err));
    CHECK_FAILS(swc_connection_post_object(connection, container, "expiring", request, NULL, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    forget_error();
    CHECK_OK(swc_request_set_delete_at(request, -1, &err));
    CHECK_OK(swc_connection_post_object(connection, container, "expiring", request, NULL, &err));
    response = head("expiring", NULL);
    CHECK_INT(swc_response_delete_at(response), -1);
    swc_response_free(response);

    /* One whose time has come may still be reached. */
    CHECK_OK(swc_request_set_delete_after(request, 1, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "expired", NULL, request, NULL, &err));
    do
        usleep(100000);
    while (swc_connection_head_object(connection, container, "expired", NULL, &response, NULL) == SWC_OK
           && (swc_response_free(response), true));
    CHECK_OK(swc_request_set_open_expired(open, true, &err));
    if (swc_connection_head_object(connection, container, "expired", open, &response, &err) == SWC_OK) {
        CHECK(swc_response_delete_at(response) <= (int64_t)time(NULL));
        swc_response_free(response);
    } else {
        /* The expirer of the server was faster. */
        CHECK_INT(swc_error_status(err), SWC_ERR_NOT_FOUND);
        forget_error();
    }
    swc_request_free(request);
    swc_request_free(open);
}

static void metadata_is_changed_in_part(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_object_metadata(request, "A", "1", &err));
    CHECK_OK(swc_request_set_object_metadata(request, "B", "2", &err));
    CHECK_OK(swc_request_set_content_language(request, "en", &err));
    CHECK_OK(swc_connection_put_object(connection, container, "part", NULL, request, NULL, &err));
    swc_request_free(request);
    request = swc_request_new();
    CHECK_OK(swc_request_set_object_metadata(request, "A", "", &err));
    CHECK_OK(swc_request_set_object_metadata(request, "C", "3", &err));
    CHECK_OK(
        swc_connection_update_object_metadata(connection, container, "part", request, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    check_header("part", "X-Object-Meta-A", NULL);
    check_header("part", "X-Object-Meta-B", "2");
    check_header("part", "X-Object-Meta-C", "3");
    check_header("part", "Content-Language", "en");
    CHECK_OK(swc_request_set_if_match(request, "0", &err));
    CHECK_STATUS(swc_connection_update_object_metadata(connection, container, "part", request, NULL, &err),
                 SWC_ERR_PRECONDITION);
    CHECK_STATUS(swc_connection_update_object_metadata(connection, container, "none", NULL, NULL, &err),
                 SWC_ERR_NOT_FOUND);
    swc_request_free(request);
}

static void copies_with_and_without_metadata(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *from_account, *from_container, *from_object;
    CHECK_OK(swc_request_set_object_metadata(request, "Old", "1", &err));
    CHECK_OK(swc_connection_post_object(connection, container, "o", request, NULL, &err));
    swc_request_free(request);
    request = swc_request_new();
    CHECK_OK(swc_request_set_object_metadata(request, "New", "2", &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "\xc3\xbc /%?", request, &response, &err));
    CHECK(swc_response_copied_from(response, &from_account, &from_container, &from_object));
    CHECK_TEXT(from_account, "AUTH_test");
    CHECK_TEXT(from_container, container);
    CHECK_TEXT(from_object, "o");
    CHECK(swc_response_copied_from_last_modified(response) > 1700000000);
    CHECK(!swc_response_copied_from_version_id(response));
    swc_response_free(response);
    check_header("\xc3\xbc /%?", "X-Object-Meta-Old", "1");
    check_header("\xc3\xbc /%?", "X-Object-Meta-New", "2");
    CHECK_OK(swc_request_set_fresh_metadata(request, true, &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "fresh", request, NULL, &err));
    check_header("fresh", "X-Object-Meta-Old", NULL);
    check_header("fresh", "X-Object-Meta-New", "2");
    /* Part of it, and only if it is what is expected. */
    CHECK_OK(swc_request_set_range(request, 1, 3, &err));
    CHECK_OK(swc_request_set_if_match(request, HELLO_MD5, &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "partial", request, NULL, &err));
    check_object(connection, container, "partial", "ell");
    CHECK_OK(swc_request_set_if_match(request, "0", &err));
    CHECK_STATUS(swc_connection_copy_object(connection, container, "o", NULL, "partial", request, NULL, &err),
                 SWC_ERR_PRECONDITION);
    swc_request_free(request);
}

static void copies_with_a_heartbeat(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_heartbeat(request, true, &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "beat", request, &response, &err));
    CHECK_TEXT(swc_response_etag(response), HELLO_MD5);
    swc_response_free(response);
    check_object(connection, container, "beat", "hello");
    /* The server says 202, and in the body that it has failed. */
    CHECK_STATUS(swc_connection_copy_object(connection, container, "o", "no-such", "x", request, NULL, &err),
                 SWC_ERR_NOT_FOUND);
    swc_request_free(request);
}

static void manifests_are_copied_and_moved_as_manifests(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_source *source = NULL;
    char manifest[256];
    put_text(connection, container, "segments/1", "one");
    put_text(connection, container, "segments/2", "two");
    snprintf(manifest, sizeof manifest, "[{\"path\": \"/%s/segments/1\"}, {\"path\": \"/%s/segments/2\"}]",
             container, container);
    CHECK_OK(swc_source_new_memory(manifest, strlen(manifest), NULL, NULL, &source, &err));
    CHECK_OK(swc_request_set_query(request, "multipart-manifest", "put", &err));
    CHECK_OK(swc_connection_put_object(connection, container, "large", source, request, NULL, &err));
    swc_source_free(source);
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_manifest_get(request, true, &err));
    CHECK_OK(swc_request_set_heartbeat(request, true, &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "large", NULL, "large copy", request, NULL, &err));
    check_header("large copy", "X-Static-Large-Object", "True");
    swc_request_free(request);
    CHECK_OK(swc_connection_copy_object(connection, container, "large", NULL, "flat", NULL, NULL, &err));
    check_header("flat", "X-Static-Large-Object", NULL);

    CHECK_OK(swc_connection_move_object(connection, container, "large", NULL, "moved", NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    check_header("moved", "X-Static-Large-Object", "True");
    check_object(connection, container, "moved", "onetwo");
    CHECK_STATUS(swc_connection_head_object(connection, container, "large", NULL, &response, &err),
                 SWC_ERR_NOT_FOUND);
}

static void moves(void)
{
    const char *other = own_container("moved");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    make_container(connection, other);
    put_text(connection, container, "goes", "hello");
    CHECK_OK(swc_request_set_object_metadata(request, "Seen", "yes", &err));
    CHECK_OK(swc_connection_move_object(connection, container, "goes", other, NULL, request, &response, &err));
    CHECK_TEXT(swc_response_etag(response), HELLO_MD5);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_head_object(connection, container, "goes", NULL, &response, &err), SWC_ERR_NOT_FOUND);
    check_object(connection, other, "goes", "hello");
    /* What fails leaves the object where it is. */
    CHECK_STATUS(swc_connection_move_object(connection, other, "goes", "no-such", NULL, NULL, NULL, &err),
                 SWC_ERR_NOT_FOUND);
    CHECK_STATUS(swc_connection_move_object(connection, other, "goes", NULL, NULL, NULL, NULL, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_request_set_if_match(request, "0", &err));
    CHECK_STATUS(swc_connection_move_object(connection, other, "goes", NULL, "x", request, NULL, &err),
                 SWC_ERR_PRECONDITION);
    CHECK_OK(swc_request_set_range(request, 0, 1, &err));
    CHECK_STATUS(swc_connection_move_object(connection, other, "goes", NULL, "x", request, NULL, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    check_object(connection, other, "goes", "hello");
    swc_request_free(request);
    remove_container(connection, other);
}

static void copies_between_accounts(void)
{
    swc_config *config = config_for("v1");
    swc_request *request = swc_request_new();
    swc_connection *second;
    set(config, "user", "test2:tester2");
    set(config, "key", "testing2");
    second = connect_with(config);
    CHECK_OK(swc_request_set_header(request, "X-Container-Read", "test:tester", &err));
    CHECK_OK(swc_request_set_header(request, "X-Container-Write", "test:tester", &err));
    CHECK_OK(swc_connection_put_container(second, container, request, NULL, &err));
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_destination_account(request, "AUTH_test2", &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "there", request, NULL, &err));
    check_object(second, container, "there", "hello");
    CHECK_OK(swc_request_set_source_account(request, "AUTH_test2", &err));
    CHECK_STATUS(swc_connection_copy_object(connection, container, "there", NULL, "back", request, NULL, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_request_set_destination_account(request, NULL, &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "there", NULL, "back", request, NULL, &err));
    check_object(connection, container, "back", "hello");
    swc_request_free(request);
    remove_container(second, container);
    swc_connection_free(second);
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("copy");
    make_container(connection, container);
    put_text(connection, container, "o", "hello");
    RUN(what_is_stored_with_an_object);
    RUN(objects_expire);
    RUN(metadata_is_changed_in_part);
    RUN(copies_with_and_without_metadata);
    RUN(copies_with_a_heartbeat);
    RUN(manifests_are_copied_and_moved_as_manifests);
    RUN(moves);
    RUN(copies_between_accounts);
    /* The expirer may delete at the same time. */
    while (swc_connection_head_object(connection, container, "expired", NULL, NULL, NULL) == SWC_OK)
        usleep(100000);
    swc_connection_delete_object(connection, container, "expired", NULL, NULL, NULL);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
