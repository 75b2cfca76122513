/* Requests that the library has no name for. */
#include "example.h"

static void any_method_and_path(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    ok(swc_request_set_any_status(request, true, &err)); /* a refusal is a response, not a failure */
    /* Below the account; the path is sent as it is, so percent-encode what needs it. */
    ok(swc_connection_request(connection, "REPORT", "docs/a%20b?x=1", NULL, request, &response, &err));
    ok(swc_response_read_all(response, 65536, &body, NULL, &err));
    printf("%d %s: %s\n", (int)swc_response_status(response), swc_response_reason(response), body);
    swc_response_free(response);
    swc_request_free(request);
}

static void on_the_server_not_below_the_account(swc_connection *connection)
{
    swc_response *response = NULL;
    ok(swc_connection_request(connection, "GET", "/healthcheck", NULL, NULL, &response, &err));
    swc_response_free(response);
}

static void a_test_of_a_server(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    swc_response *response = NULL;
    /* Chunks by hand: what a test of a server needs and nobody else. */
    ok(swc_request_set_own_framing(request, true, &err));
    ok(swc_request_set_header(request, "Transfer-Encoding", "chunked", &err));
    ok(swc_source_new_memory("5\r\nhello\r\n0\r\n\r\n", 15, NULL, NULL, &source, &err));
    ok(swc_connection_request(connection, "PUT", "docs/chunks", source, request, &response, &err));
    swc_response_free(response);
    swc_source_free(source);
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    any_method_and_path(connection);
    on_the_server_not_below_the_account(connection);
    a_test_of_a_server(connection);
    clean_up(connection, "docs");
    swc_connection_free(connection);
    return 0;
}
