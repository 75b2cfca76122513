/* A first tour: makes a container, stores an object, looks at it, lists it, gets it into a file, deletes it all.
 *
 *     cc -o quickstart quickstart.c $(pkg-config --cflags --libs swiftclient)
 *     ./quickstart
 *
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <swiftclient.h>

#define CONTAINER "quickstart"
#define OBJECT "greetings/hello.txt"
#define FILE_NAME "hello.txt"

/* Ends the program with what the library has to say. */
static void check(swc_status status, swc_error **err)
{
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(*err));
        swc_error_free(*err);
        exit(1);
    }
}

int main(void)
{
    static const char text[] = "Hello, Swift!\n";
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_response *response = NULL;
    swc_request *request = NULL;
    swc_source *source = NULL;
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    char *url = NULL;
    uint64_t written = 0;
    swc_status status;
    swc_config *config = swc_config_new();

    /* Settings, then a connection. Nothing is sent yet. */
    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    swc_config_free(config);

    check(swc_connection_authenticate(connection, NULL, &err), &err);
    check(swc_connection_storage_url(connection, &url, &err), &err);
    printf("libswiftclient %s, account %s\n\n", swc_version(), url);
    swc_string_free(url);

    check(swc_connection_put_container(connection, CONTAINER, NULL, NULL, &err), &err);
    printf("created   container %s\n", CONTAINER);

    /* A body is a source; a request holds what else goes along. */
    request = swc_request_new();
    check(swc_request_set_content_type(request, "text/plain", &err), &err);
    check(swc_request_set_object_metadata(request, "Language", "English", &err), &err);
    check(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err), &err);
    check(swc_connection_put_object(connection, CONTAINER, OBJECT, source, request, &response, &err), &err);
    printf("stored    %s, ETag %s\n", OBJECT, swc_response_etag(response));
    swc_response_free(response);
    swc_source_free(source);
    swc_request_free(request);

    check(swc_connection_head_object(connection, CONTAINER, OBJECT, NULL, &response, &err), &err);
    printf("stat      %lld bytes of %s in %s\n", (long long)swc_response_content_length(response),
           swc_response_header(response, "Content-Type"), swc_response_header(response, "X-Object-Meta-Language"));
    swc_response_free(response);

    check(swc_connection_list_container(connection, CONTAINER, NULL, &listing, &err), &err);
    while ((status = swc_listing_next(listing, &entry, &err)) == SWC_OK)
        printf("listed    %s, %llu bytes\n", swc_entry_name(entry), (unsigned long long)swc_entry_bytes(entry));
    check(status, &err);
    swc_listing_free(listing);

    check(swc_connection_get_object(connection, CONTAINER, OBJECT, NULL, &response, &err), &err);
    check(swc_response_write_to_file(response, FILE_NAME, &written, &err), &err);
    printf("got       %llu bytes into %s, checksum verified\n", (unsigned long long)written, FILE_NAME);
    swc_response_free(response);

    check(swc_connection_delete_object(connection, CONTAINER, OBJECT, NULL, NULL, &err), &err);
    check(swc_connection_delete_container(connection, CONTAINER, NULL, NULL, &err), &err);
    printf("deleted   the object and its container\n");

    /* Failures carry what a person needs to know, and what their provider will ask for. */
    if (swc_connection_head_object(connection, CONTAINER, OBJECT, NULL, &response, &err) == SWC_ERR_NOT_FOUND)
        printf("gone      %s\n", swc_error_message(err));
    swc_error_free(err);
    swc_connection_free(connection);
    return 0;
}
