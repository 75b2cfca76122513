/* Symlinks: made, followed, read as links, posted to, deleted. */
#include "server.h"

#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"
#define TARGET "dir/\xc3\xbc %?"

static swc_connection *connection;
static const char *container;

static void put_link(const char *name, const char *target, const char *etag)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_put_symlink(connection, container, name, NULL, container, target, etag, NULL, &response,
                                        &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
}

static void links_are_followed(void)
{
    swc_response *response = NULL;
    const char *account, *of, *object;
    put_link("link", TARGET, NULL);
    check_object(connection, container, "link", "hello");
    CHECK_OK(swc_connection_head_object(connection, container, "link", NULL, &response, &err));
    CHECK(swc_response_content_location(response, &account, &of, &object));
    CHECK_TEXT(account, "AUTH_test");
    CHECK_TEXT(of, container);
    CHECK_TEXT(object, TARGET);
    CHECK(!swc_response_symlink_target(response, NULL, NULL, NULL));
    swc_response_free(response);
}

static void the_link_itself(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *account, *of, *object;
    CHECK_OK(swc_request_set_symlink_get(request, true, &err));
    CHECK_OK(swc_connection_head_object(connection, container, "link", request, &response, &err));
    CHECK(swc_response_symlink_target(response, &account, &of, &object));
    CHECK(!account);
    CHECK_TEXT(of, container);
    CHECK_TEXT(object, TARGET);
    CHECK(!swc_response_symlink_target_etag(response));
    CHECK_INT(swc_response_content_length(response), 0);
    swc_response_free(response);
    CHECK_OK(swc_connection_copy_object(connection, container, "link", NULL, "copy", request, NULL, &err));
    CHECK_OK(swc_connection_head_object(connection, container, "copy", request, &response, &err));
    CHECK(swc_response_symlink_target(response, NULL, NULL, NULL));
    swc_response_free(response);
    swc_request_free(request);
}

static void static_links(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    put_link("static", TARGET, HELLO_MD5);
    CHECK_STATUS(swc_connection_put_symlink(connection, container, "x", NULL, container, TARGET, "0", NULL, NULL, &err),
                 SWC_ERR_CONFLICT);
    CHECK_STATUS(swc_connection_put_symlink(connection, container, "x", NULL, container, "none", "0", NULL, NULL, &err),
                 SWC_ERR_CONFLICT);
    CHECK_OK(swc_request_set_symlink_get(request, true, &err));
    CHECK_OK(swc_connection_head_object(connection, container, "static", request, &response, &err));
    CHECK_TEXT(swc_response_symlink_target_etag(response), HELLO_MD5);
    swc_response_free(response);
    swc_request_free(request);
}

static void links_in_a_circle(void)
{
    swc_response *response = NULL;
    put_link("a", "b", NULL);
    put_link("b", "a", NULL);
    CHECK_STATUS(swc_connection_get_object(connection, container, "a", NULL, &response, &err), SWC_ERR_CONFLICT);
    CHECK_STATUS(swc_connection_put_symlink(connection, container, "c", NULL, container, "c", NULL, NULL, NULL, &err),
                 SWC_ERR_HTTP);
}

static void check_colour(const char *name, bool link, const char *want)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *is;
    CHECK_OK(swc_request_set_symlink_get(request, link, &err));
    CHECK_OK(swc_connection_head_object(connection, container, name, request, &response, &err));
    is = swc_response_header(response, "X-Object-Meta-Colour");
    if (want)
        CHECK_TEXT(is, want);
    else
        CHECK(!is);
    swc_response_free(response);
    swc_request_free(request);
}

static void what_a_post_to_a_link_means(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_object_metadata(request, "Colour", "blue", &err));
    CHECK_FAILS(swc_connection_post_object(connection, container, "link", request, &response, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 307);
    CHECK(strstr(swc_error_message(err), "symlink"));
    forget_error();
    check_colour(TARGET, false, NULL);

    CHECK_OK(swc_request_set_symlink_post(request, SWC_SYMLINK_POST_LINK, &err));
    CHECK_OK(swc_connection_post_object(connection, container, "link", request, &response, &err));
    CHECK_INT(swc_response_status(response), 307);
    swc_response_free(response);
    check_colour("link", true, "blue");
    check_colour(TARGET, false, NULL);

    CHECK_OK(swc_request_set_symlink_post(request, SWC_SYMLINK_POST_TARGET, &err));
    CHECK_OK(swc_connection_post_object(connection, container, "link", request, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    check_colour(TARGET, false, "blue");
    CHECK_STATUS(swc_request_set_symlink_post(request, 3, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
}

static void changing_metadata_of_a_link(void)
{
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_object_metadata(request, "Shape", "round", &err));
    CHECK_STATUS(swc_connection_update_object_metadata(connection, container, "link", request, NULL, &err),
                 SWC_ERR_CONFLICT);
    CHECK_OK(swc_request_set_symlink_post(request, SWC_SYMLINK_POST_TARGET, &err));
    CHECK_OK(swc_connection_update_object_metadata(connection, container, "link", request, NULL, &err));
    check_colour(TARGET, false, "blue");
    CHECK_OK(swc_request_set_symlink_post(request, SWC_SYMLINK_POST_LINK, &err));
    CHECK_OK(swc_connection_update_object_metadata(connection, container, "link", request, NULL, &err));
    check_colour("link", true, "blue");
    swc_request_free(request);
}

static void links_to_another_account(void)
{
    swc_config *config = config_for("v1");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_connection *second;
    const char *account;
    set(config, "user", "test2:tester2");
    set(config, "key", "testing2");
    second = connect_with(config);
    CHECK_OK(swc_request_set_header(request, "X-Container-Read", "test:tester", &err));
    CHECK_OK(swc_connection_put_container(second, container, request, NULL, &err));
    put_text(second, container, "o", "there");
    CHECK_OK(swc_connection_put_symlink(connection, container, "far", "AUTH_test2", container, "o", NULL, NULL, NULL,
                                        &err));
    check_object(connection, container, "far", "there");
    swc_request_free(request);
    request = swc_request_new();
    CHECK_OK(swc_request_set_symlink_get(request, true, &err));
    CHECK_OK(swc_connection_head_object(connection, container, "far", request, &response, &err));
    CHECK(swc_response_symlink_target(response, &account, NULL, NULL));
    CHECK_TEXT(account, "AUTH_test2");
    swc_response_free(response);
    swc_request_free(request);
    remove_container(second, container);
    swc_connection_free(second);
}

static void a_link_is_moved_and_deleted_alone(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_move_object(connection, container, "link", NULL, "moved link", NULL, NULL, &err));
    check_object(connection, container, "moved link", "hello");
    delete_object(connection, container, "moved link");
    check_object(connection, container, TARGET, "hello");
    CHECK_STATUS(swc_connection_head_object(connection, container, "link", NULL, &response, &err), SWC_ERR_NOT_FOUND);
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("symlink");
    make_container(connection, container);
    put_text(connection, container, TARGET, "hello");
    RUN(links_are_followed);
    RUN(the_link_itself);
    RUN(static_links);
    RUN(links_in_a_circle);
    RUN(what_a_post_to_a_link_means);
    RUN(changing_metadata_of_a_link);
    RUN(links_to_another_account);
    RUN(a_link_is_moved_and_deleted_alone);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
