/* Symlinks: objects that stand for others. */
#include "example.h"

static void a_link_is_made_and_followed(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *account, *container, *object;
    ok(swc_connection_put_symlink(connection, "links", "latest", NULL, "links", "poem", NULL, NULL, NULL, &err));
    ok(swc_connection_get_object(connection, "links", "latest", NULL, &response, &err)); /* the poem */
    if (swc_response_content_location(response, &account, &container, &object))
        printf("these are the bytes of %s/%s\n", container, object);
    swc_response_free(response);
}

static void the_link_itself(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *account, *container, *object;
    ok(swc_request_set_symlink_get(request, true, &err));
    ok(swc_connection_head_object(connection, "links", "latest", request, &response, &err));
    if (swc_response_symlink_target(response, &account, &container, &object))
        printf("points at %s/%s\n", container, object);
    swc_response_free(response);
    swc_request_free(request);
}

static void a_link_to_one_content_only(swc_connection *connection, const char *etag)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_connection_put_symlink(connection, "links", "release", NULL, "links", "poem", etag, NULL, NULL, &err));
    ok(swc_request_set_symlink_get(request, true, &err));
    ok(swc_connection_head_object(connection, "links", "release", request, &response, &err));
    printf("as long as the ETag is %s\n", swc_response_symlink_target_etag(response));
    swc_response_free(response);
    swc_request_free(request);
}

static void metadata_for_the_target(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_object_metadata(request, "Author", "Ada", &err));
    /* Without this the POST would be a failure that tells where the target is. */
    ok(swc_request_set_symlink_post(request, SWC_SYMLINK_POST_TARGET, &err));
    ok(swc_connection_post_object(connection, "links", "latest", request, NULL, &err));
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_response *response = NULL;
    ok(swc_connection_put_container(connection, "links", NULL, NULL, &err));
    put_text(connection, "links", "poem", "first");
    a_link_is_made_and_followed(connection);
    the_link_itself(connection);
    ok(swc_connection_head_object(connection, "links", "poem", NULL, &response, &err));
    a_link_to_one_content_only(connection, swc_response_etag(response));
    swc_response_free(response);
    metadata_for_the_target(connection);
    clean_up(connection, "links");
    swc_connection_free(connection);
    return 0;
}
