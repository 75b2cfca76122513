/* An object read as a file is. */
#include "example.h"

static void forwards_and_from_any_place(swc_connection *connection)
{
    swc_reader *reader = NULL;
    char buffer[16];
    size_t length = 0;
    ok(swc_reader_new(connection, "docs", "hello.txt", NULL, &reader, &err));
    printf("%" PRIu64 " bytes, ETag %s, %s\n", swc_reader_size(reader), swc_reader_etag(reader),
           swc_reader_header(reader, "Content-Type"));
    ok(swc_reader_seek(reader, 7, &err)); /* sends nothing yet */
    ok(swc_reader_read(reader, buffer, 5, &length, &err));
    printf("%.*s, now at %" PRIu64 "\n", (int)length, buffer, swc_reader_tell(reader));
    /* Any number of threads at once, and it does not move the place of the others. */
    ok(swc_reader_pread(reader, 0, buffer, 5, &length, &err));
    printf("%.*s\n", (int)length, buffer);
    swc_reader_free(reader);
}

static void all_of_it_verified(swc_connection *connection)
{
    swc_reader *reader = NULL;
    char buffer[4096];
    size_t length = 0;
    ok(swc_reader_new(connection, "docs", "hello.txt", NULL, &reader, &err));
    while (ok(swc_reader_read(reader, buffer, sizeof buffer, &length, &err)) != SWC_END)
        ;
    /* True when it was read from its first byte to its last, and its MD5 was right. */
    printf("verified: %s\n", swc_reader_is_verified(reader) ? "yes" : "no");
    swc_reader_free(reader);
}

static void by_a_temporary_url(swc_connection *connection, const char *url)
{
    swc_reader *reader = NULL;
    ok(swc_reader_new_url(connection, url, NULL, &reader, &err));
    printf("%" PRIu64 " bytes\n", swc_reader_size(reader));
    swc_reader_free(reader);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_tempurl *tempurl = swc_tempurl_new();
    swc_request *request = swc_request_new();
    char *url = NULL;
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    put_text(connection, "docs", "hello.txt", "Hello, Swift!");
    forwards_and_from_any_place(connection);
    all_of_it_verified(connection);
    ok(swc_request_set_account_temp_url_key(request, 1, "a secret", &err));
    ok(swc_connection_post_account(connection, request, NULL, &err));
    ok(swc_tempurl_set_lifetime(tempurl, 60, &err));
    ok(swc_connection_sign_tempurl(connection, "docs", "hello.txt", tempurl, NULL, &url, &err));
    by_a_temporary_url(connection, url);
    swc_string_free(url);
    swc_request_free(request);
    swc_tempurl_free(tempurl);
    clean_up(connection, "docs");
    swc_connection_free(connection);
    return 0;
}
