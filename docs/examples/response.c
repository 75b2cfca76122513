/* Answers: status, headers, bodies, and what became of each attempt. */
#include <fcntl.h>
#include <unistd.h>

#include "example.h"

static void status_and_headers(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *name, *value;
    char *decoded = NULL;
    ok(swc_connection_get_object(connection, "docs", "hello.txt", NULL, &response, &err));
    printf("%d %s, transaction %s\n", (int)swc_response_status(response), swc_response_reason(response),
           swc_response_transaction_id(response));
    printf("%" PRId64 " bytes of %s, ETag %s, changed %" PRId64 "\n", swc_response_content_length(response),
           swc_response_header(response, "content-type"), swc_response_etag(response),
           swc_response_last_modified(response));
    printf("stored at exactly %" PRId64 " us since 1970\n", swc_response_timestamp(response));
    for (size_t i = 0; i < swc_response_header_count(response); i++)
        if (swc_response_header_at(response, i, &name, &value))
            printf("    %s: %s\n", name, value);
    ok(swc_response_header_decoded(response, "X-Object-Meta-Note", &decoded, &err)); /* "a%20b" is "a b" */
    swc_string_free(decoded);                                                        /* NULL when there is none */
    swc_response_free(response); /* a body that was not read is given up */
}

static void a_body_piece_by_piece(swc_connection *connection)
{
    swc_response *response = NULL;
    char buffer[65536];
    size_t length = 0;
    ok(swc_connection_get_object(connection, "docs", "hello.txt", NULL, &response, &err));
    while (ok(swc_response_read(response, buffer, sizeof buffer, &length, &err)) != SWC_END)
        fwrite(buffer, 1, length, stdout);
    /* Only here it is known that the body was whole, and right as far as there was an MD5. */
    printf("\n%" PRIu64 " bytes, %" PRIu64 " of them verified\n", swc_response_bytes_read(response),
           swc_response_bytes_verified(response));
    swc_response_free(response);
}

static void a_small_body_at_once(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *text = NULL;
    size_t length = 0;
    ok(swc_connection_get_object(connection, "docs", "hello.txt", NULL, &response, &err));
    ok(swc_response_read_all(response, 1048576, &text, &length, &err)); /* no more than 1 MiB */
    printf("%zu bytes: %s\n", length, text); /* text lives as long as the response */
    swc_response_free(response);
}

static void a_body_into_files(swc_connection *connection)
{
    swc_response *response = NULL;
    uint64_t written = 0;
    int fd;
    ok(swc_connection_get_object(connection, "docs", "hello.txt", NULL, &response, &err));
    ok(swc_response_write_to_file(response, "hello.txt", &written, &err)); /* whole or not at all */
    swc_response_free(response);

    ok(swc_connection_get_object(connection, "docs", "hello.txt", NULL, &response, &err));
    fd = open("hello2.txt", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    ok(swc_response_write_to_fd(response, fd, &written, &err)); /* as it comes */
    close(fd);
    swc_response_free(response);
}

static void each_attempt_is_told(const swc_response *response)
{
    for (uint32_t i = 0; i < swc_response_attempts(response); i++) {
        int32_t http_status;
        int64_t elapsed_ms, pause_ms;
        const char *reason, *transaction_id, *message;
        swc_response_attempt_at(response, i, &http_status, &reason, &transaction_id, &message, &elapsed_ms, &pause_ms);
        printf("attempt %u: %d %s %s\n", i + 1, (int)http_status, reason, message);
        if (swc_response_attempt_header(response, i, "Retry-After"))
            puts("    the server asked for a pause");
    }
}

int main(void)
{
    swc_connection *connection = connected();
    swc_response *response = NULL;
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    put_text(connection, "docs", "hello.txt", "Hello, Swift!");
    status_and_headers(connection);
    a_body_piece_by_piece(connection);
    a_small_body_at_once(connection);
    a_body_into_files(connection);
    ok(swc_connection_head_object(connection, "docs", "hello.txt", NULL, &response, &err));
    each_attempt_is_told(response);
    swc_response_free(response);
    clean_up(connection, "docs");
    remove("hello.txt");
    remove("hello2.txt");
    swc_connection_free(connection);
    return 0;
}
