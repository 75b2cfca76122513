/* What may go along with any call. */
#include "example.h"

static void headers_and_query_of_ones_own(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_header(request, "X-Client-Id", "backup-7", &err)); /* in place of one of that name */
    ok(swc_request_add_header(request, "X-Note", "one", &err));
    ok(swc_request_add_header(request, "X-Note", "two", &err));           /* both are sent */
    ok(swc_request_set_header_bytes(request, "X-Bytes", "caf\xe9", 4, &err)); /* Latin-1, no UTF-8 */
    ok(swc_request_set_query(request, "symlink", "get", &err));           /* encoded by the library */
    ok(swc_request_set_query(request, "debug", NULL, &err));              /* a name alone */
    ok(swc_request_remove_query(request, "debug", &err));
    ok(swc_connection_head_container(connection, "docs", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request); /* or keep it for the next calls */
}

static void a_deadline_for_the_whole_call(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_timeout(request, 30000, &err)); /* retries and their pauses included */
    ok(swc_connection_head_container(connection, "docs", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static bool show(void *user_data, uint64_t bytes_moved, int64_t bytes_total)
{
    (void)user_data;
    fprintf(stderr, "\r%" PRIu64 " of %" PRId64, bytes_moved, bytes_total);
    return true; /* false would end the call with SWC_ERR_CANCELLED */
}

static void progress_is_shown(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_progress(request, show, NULL, NULL, &err));
    ok(swc_connection_get_object(connection, "docs", "hello.txt", request, &response, &err));
    ok(swc_response_write_to_file(response, "hello.txt", NULL, &err)); /* show() is called in here */
    swc_response_free(response);
    swc_request_free(request);
}

static void patience_of_one_call(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_retries(request, 10, &err));
    ok(swc_request_set_backoff(request, 200, 5000, &err));         /* 0.2 s, 0.4 s … at most 5 s */
    ok(swc_request_set_backoff_jitter(request, 0.25, &err));       /* a quarter of each pause is random */
    ok(swc_request_set_retry_after_max(request, 10000, &err));     /* Retry-After is honoured up to 10 s */
    ok(swc_request_set_retry_max_elapsed(request, 60000, &err));   /* after a minute no new attempt */
    ok(swc_request_set_retry_on_ratelimit(request, false, &err));  /* 429 and 498 are final */
    ok(swc_connection_head_container(connection, "docs", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void found_again_in_the_servers_logs(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_trans_id_extra(request, "job-42", &err)); /* ends the transaction id */
    ok(swc_connection_head_container(connection, "docs", request, &response, &err));
    printf("%s\n", swc_response_transaction_id(response));
    swc_response_free(response);
    swc_request_free(request);
}

static void what_was_written_last(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_newest(request, true, &err)); /* X-Newest: every copy is asked */
    ok(swc_connection_head_object(connection, "docs", "hello.txt", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void large_bodies_are_announced_first(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    ok(swc_source_new_file("hello.txt", &source, &err));
    /* Expect: 100-continue: a server that refuses says so before the body is sent; it has 2 s for that. */
    ok(swc_request_set_expect_continue(request, true, 2000, &err));
    ok(swc_request_set_checksum(request, false, &err)); /* no MD5 of this body */
    ok(swc_connection_put_object(connection, "docs", "large", source, request, NULL, &err));
    swc_source_free(source);
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    put_text(connection, "docs", "hello.txt", "Hello!");
    headers_and_query_of_ones_own(connection);
    a_deadline_for_the_whole_call(connection);
    progress_is_shown(connection);
    patience_of_one_call(connection);
    found_again_in_the_servers_logs(connection);
    what_was_written_last(connection);
    large_bodies_are_announced_first(connection);
    clean_up(connection, "docs");
    remove("hello.txt");
    swc_connection_free(connection);
    return 0;
}
