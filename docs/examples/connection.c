/* A connection itself: login, what it works with, its sockets, and its end. */
#include "example.h"

static void credentials_are_tried(const swc_config *config)
{
    swc_connection *connection = NULL;
    char *storage_url = NULL, *token = NULL;
    ok(swc_connection_new(config, &connection, &err));           /* nothing is sent */
    ok(swc_connection_authenticate(connection, NULL, &err));     /* the first call would do it too */
    ok(swc_connection_storage_url(connection, &storage_url, &err));
    ok(swc_connection_token(connection, &token, &err));          /* a secret */
    printf("%s, with a token of %zu characters\n", storage_url, strlen(token));
    swc_string_free(storage_url);
    swc_string_free(token);
    swc_connection_free(connection);
}

static void idle_sockets_are_closed(swc_connection *connection)
{
    /* Before a long pause: the server need not keep them. The next call opens a new one. */
    swc_connection_close_idle(connection);
}

static void every_call_is_ended(swc_connection *connection)
{
    /* From any thread: all calls that are going on return SWC_ERR_CANCELLED. New ones are not touched. */
    swc_connection_interrupt(connection);
}

static void what_the_cluster_says_about_itself(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *json = NULL;
    ok(swc_connection_capabilities(connection, NULL, &response, &err)); /* as it comes; see swc_capabilities */
    ok(swc_response_read_all(response, SIZE_MAX, &json, NULL, &err));
    printf("%.60s...\n", json);
    swc_response_free(response);
}

int main(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = connected();
    ok(swc_config_load_env(config, &err));
    credentials_are_tried(config);
    what_the_cluster_says_about_itself(connection);
    idle_sockets_are_closed(connection);
    every_call_is_ended(connection);
    swc_connection_free(connection);
    swc_config_free(config);
    return 0;
}
