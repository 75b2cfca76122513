/* Copies on the server, and moves. */
#include "example.h"

static void an_object_is_copied(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *account, *container, *object;
    ok(swc_request_set_object_metadata(request, "Copied-By", "backup", &err)); /* besides what the source has */
    ok(swc_connection_copy_object(connection, "photos", "cat.jpg", "photos", "old/cat.jpg", request, &response, &err));
    if (swc_response_copied_from(response, &account, &container, &object))
        printf("from %s/%s, changed %" PRId64 "\n", container, object,
               swc_response_copied_from_last_modified(response));
    if (swc_response_copied_from_version_id(response))
        printf("its version %s\n", swc_response_copied_from_version_id(response));
    swc_response_free(response);
    swc_request_free(request);
}

static void without_the_metadata_of_the_source(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_fresh_metadata(request, true, &err));
    ok(swc_connection_copy_object(connection, "photos", "cat.jpg", "photos", "bare.jpg", request, NULL, &err));
    swc_request_free(request);
}

static void to_and_from_another_account(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_destination_account(request, "AUTH_test", &err));
    ok(swc_connection_copy_object(connection, "photos", "cat.jpg", "photos", "there.jpg", request, NULL, &err));
    swc_request_free(request);

    request = swc_request_new();
    ok(swc_request_set_source_account(request, "AUTH_test", &err));
    ok(swc_connection_copy_object(connection, "photos", "there.jpg", "photos", "here.jpg", request, NULL, &err));
    swc_request_free(request);
}

static void an_object_is_moved(swc_connection *connection)
{
    /* A copy, and then the deletion of the source: never the other way round. */
    ok(swc_connection_move_object(connection, "photos", "here.jpg", "photos", "moved.jpg", NULL, NULL, &err));
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "cat.jpg", "a cat");
    an_object_is_copied(connection);
    without_the_metadata_of_the_source(connection);
    to_and_from_another_account(connection);
    an_object_is_moved(connection);
    clean_up(connection, "photos");
    swc_connection_free(connection);
    return 0;
}
