/* Shows an account, a container or an object: the headers a HEAD request brings, by the Connection API.
 *
 *     cc -o stat_connection stat_connection.c $(pkg-config --cflags --libs swiftclient)
 *     ./stat_connection [CONTAINER [OBJECT]]
 *
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <swiftclient.h>

/* Ends the program with what the library has to say. */
static void check(swc_status status, swc_error **err)
{
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(*err));
        swc_error_free(*err);
        exit(1);
    }
}

int main(int argc, char **argv)
{
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_response *response = NULL;
    char *url = NULL;
    size_t width = 0;
    swc_config *config = swc_config_new();
    swc_status status;

    if (argc > 3) {
        fprintf(stderr, "usage: %s [CONTAINER [OBJECT]]\n", argv[0]);
        return 2;
    }
    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);

    if (argc == 1)
        status = swc_connection_head_account(connection, NULL, &response, &err);
    else if (argc == 2)
        status = swc_connection_head_container(connection, argv[1], NULL, &response, &err);
    else
        status = swc_connection_head_object(connection, argv[1], argv[2], NULL, &response, &err);
    check(status, &err);

    check(swc_connection_storage_url(connection, &url, &err), &err);
    printf("%s\n\n", url);
    for (size_t i = 0; i < swc_response_header_count(response); i++) {
        const char *name, *value;
        swc_response_header_at(response, i, &name, &value);
        width = strlen(name) > width ? strlen(name) : width;
    }
    for (size_t i = 0; i < swc_response_header_count(response); i++) {
        const char *name, *value;
        swc_response_header_at(response, i, &name, &value);
        printf("%*s: %s\n", (int)width, name, value);
    }

    swc_string_free(url);
    swc_response_free(response);
    swc_connection_free(connection);
    swc_config_free(config);
    return 0;
}
