/* Objects read as files are: in order, from any place, by several threads, and checked. */
#include <pthread.h>

#include "server.h"

#define SIZE 300000

static swc_connection *connection;
static const char *container;
static uint8_t *bytes;

static swc_reader *open_reader(const char *object, const swc_request *request)
{
    swc_reader *reader = NULL;
    CHECK_OK(swc_reader_new(connection, container, object, request, &reader, &err));
    return reader;
}

static void put_bytes(const char *object, const void *data, size_t size, const char *key, const char *value)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    if (key && strncmp(key, "X-", 2) == 0)
        CHECK_OK(swc_request_set_header(request, key, value, &err));
    else if (key)
        CHECK_OK(swc_request_set_query(request, key, value, &err));
    CHECK_OK(swc_source_new_memory(data, size, NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, object, source, request, NULL, &err));
    swc_source_free(source);
    swc_request_free(request);
}

/* Reads to the end, and compares with the bytes from there on. */
static void read_to_end(swc_reader *reader)
{
    static uint8_t buffer[7001];
    size_t length = 0;
    int32_t status;
    while ((status = (int32_t)swc_reader_read(reader, buffer, sizeof buffer, &length, &err)) == SWC_OK) {
        uint64_t at = swc_reader_tell(reader) - length;
        CHECK(length > 0 && at + length <= SIZE);
        CHECK(memcmp(buffer, bytes + at, length) == 0);
    }
    CHECK_STATUS(status, SWC_END);
    CHECK_INT(length, 0);
    CHECK_INT(swc_reader_tell(reader), SIZE);
}

static void reading_in_order_is_checked(void)
{
    swc_reader *reader = open_reader("o", NULL);
    CHECK_INT(swc_reader_size(reader), SIZE);
    CHECK_INT(strlen(swc_reader_etag(reader)), 32);
    CHECK_TEXT(swc_reader_header(reader, "x-object-meta-color"), "blue");
    CHECK(!swc_reader_header(reader, "x-object-meta-none"));
    CHECK_INT(swc_reader_tell(reader), 0);
    CHECK(!swc_reader_is_verified(reader));
    read_to_end(reader);
    CHECK(swc_reader_is_verified(reader));
    swc_reader_free(reader);
}

static void reading_from_any_place(void)
{
    static const uint64_t places[] = {299990, 0, 150000, 151000, 20, 299999};
    swc_reader *reader = open_reader("o", NULL);
    uint8_t buffer[500];
    size_t length = 0;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        CHECK_OK(swc_reader_seek(reader, places[i], &err));
        CHECK_INT(swc_reader_tell(reader), places[i]);
        CHECK_OK(swc_reader_read(reader, buffer, sizeof buffer, &length, &err));
        CHECK(length > 0 && memcmp(buffer, bytes + places[i], length) == 0);
        CHECK_INT(swc_reader_tell(reader), places[i] + length);
    }
    CHECK(!swc_reader_is_verified(reader));
    CHECK_OK(swc_reader_seek(reader, SIZE + 1, &err));
    CHECK_STATUS(swc_reader_read(reader, buffer, sizeof buffer, &length, &err), SWC_END);
    CHECK_OK(swc_reader_read(reader, NULL, 0, &length, &err));
    CHECK_OK(swc_reader_seek(reader, 123456, &err));
    read_to_end(reader);
    swc_reader_free(reader);
}

static void *read_here_and_there(void *reader)
{
    uint8_t buffer[3000];
    for (uint64_t at = 0; at < SIZE; at += 60000) {
        swc_error *error = NULL;
        size_t length = 0;
        if (swc_reader_pread(reader, at, buffer, sizeof buffer, &length, &error) != SWC_OK || length != sizeof buffer
            || memcmp(buffer, bytes + at, length) != 0)
            return "pread failed";
    }
    return NULL;
}

static void many_threads_read_one_object(void)
{
    swc_reader *reader = open_reader("o", NULL);
    pthread_t threads[8];
    uint8_t buffer[10];
    size_t length = 0;
    for (size_t i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, read_here_and_there, reader) == 0);
    read_to_end(reader);
    for (size_t i = 0; i < 8; i++) {
        void *failed = NULL;
        CHECK(pthread_join(threads[i], &failed) == 0);
        CHECK(!failed);
    }
    CHECK_OK(swc_reader_pread(reader, SIZE - 4, buffer, sizeof buffer, &length, &err));
    CHECK_INT(length, 4);
    CHECK_STATUS(swc_reader_pread(reader, SIZE, buffer, sizeof buffer, &length, &err), SWC_END);
    swc_reader_free(reader);
}

static void only_what_was_opened_is_read(void)
{
    swc_request *request = swc_request_new();
    swc_reader *reader = NULL;
    uint8_t buffer[10];
    size_t length = 1;
    put_text(connection, container, "changing", "before");
    reader = open_reader("changing", NULL);
    put_text(connection, container, "changing", "after!");
    CHECK_FAILS(swc_reader_read(reader, buffer, sizeof buffer, &length, &err), SWC_ERR_PRECONDITION);
    CHECK(strstr(swc_error_message(err), "changed"));
    CHECK_INT(length, 0);
    forget_error();
    CHECK_STATUS(swc_reader_pread(reader, 1, buffer, 2, &length, &err), SWC_ERR_PRECONDITION);
    swc_reader_free(reader);
    CHECK_STATUS(swc_reader_new(connection, container, "missing", NULL, &reader, &err), SWC_ERR_NOT_FOUND);
    CHECK(!reader);
    CHECK_OK(swc_request_set_range(request, 1, 1, &err));
    CHECK_STATUS(swc_reader_new(connection, container, "o", request, &reader, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
}

static void a_reader_may_be_freed_anywhere_and_before_its_connection(void)
{
    swc_connection *own = connect_to("v1");
    swc_cancel *cancel = swc_cancel_new();
    swc_request *request = swc_request_new();
    swc_reader *reader = NULL;
    uint8_t buffer[10];
    size_t length = 0;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK_OK(swc_reader_new(own, container, "o", request, &reader, &err));
    swc_request_free(request);
    swc_connection_free(own);
    CHECK_OK(swc_reader_read(reader, buffer, sizeof buffer, &length, &err));
    swc_cancel_cancel(cancel);
    CHECK_STATUS(swc_reader_pread(reader, 0, buffer, sizeof buffer, &length, &err), SWC_ERR_CANCELLED);
    swc_reader_free(reader);
    swc_cancel_free(cancel);
}

static void what_a_url_gives_needs_no_token(void)
{
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    swc_connection *nobody;
    swc_reader *reader = NULL;
    char *storage = NULL, url[1024];
    CHECK_OK(swc_connection_storage_url(connection, &storage, &err));
    CHECK_OK(swc_request_set_header(request, "X-Container-Read", ".r:*", &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    swc_request_free(request);
    snprintf(url, sizeof url, "%s/%s/o", storage, container);
    swc_string_free(storage);
    set(config, "os_auth_type", "none");
    nobody = connect_with(config);
    CHECK_OK(swc_reader_new_url(nobody, url, NULL, &reader, &err));
    read_to_end(reader);
    CHECK(swc_reader_is_verified(reader));
    swc_reader_free(reader);
    swc_connection_free(nobody);
}

static void large_objects_are_checked_by_their_segments(void)
{
    char manifest[512];
    swc_response *response = NULL;
    swc_request *unchecked = swc_request_new();
    const char *body = NULL;
    size_t length = 0;
    swc_reader *reader;
    put_bytes("part1", bytes, 200000, NULL, NULL);
    put_bytes("part2", bytes + 200000, SIZE - 200000, NULL, NULL);
    snprintf(manifest, sizeof manifest, "[{\"path\": \"/%s/part1\"}, {\"path\": \"/%s/part2\"}]", container, container);
    put_bytes("slo", manifest, strlen(manifest), "multipart-manifest", "put");
    CHECK_OK(swc_connection_get_object(connection, container, "slo", NULL, &response, &err));
    CHECK_INT(swc_response_bytes_verified(response), 0);
    CHECK_OK(swc_response_read_all(response, SIZE, &body, &length, &err));
    CHECK(length == SIZE && memcmp(body, bytes, SIZE) == 0);
    CHECK_INT(swc_response_bytes_verified(response), SIZE);
    swc_response_free(response);
    reader = open_reader("slo", NULL);
    read_to_end(reader);
    CHECK(swc_reader_is_verified(reader));
    swc_reader_free(reader);
    CHECK_OK(swc_request_set_checksum(unchecked, false, &err));
    reader = open_reader("slo", unchecked);
    read_to_end(reader);
    CHECK(!swc_reader_is_verified(reader));
    swc_reader_free(reader);
    swc_request_free(unchecked);
}

int main(void)
{
    bytes = malloc(SIZE);
    CHECK(bytes);
    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * UINT32_C(2654435761) >> 13);
    connection = connect_to("v1");
    container = own_container("reader");
    make_container(connection, container);
    put_bytes("o", bytes, SIZE, "X-Object-Meta-Color", "blue");
    RUN(reading_in_order_is_checked);
    RUN(reading_from_any_place);
    RUN(many_threads_read_one_object);
    RUN(only_what_was_opened_is_read);
    RUN(a_reader_may_be_freed_anywhere_and_before_its_connection);
    RUN(what_a_url_gives_needs_no_token);
    RUN(large_objects_are_checked_by_their_segments);
    remove_container(connection, container);
    swc_connection_free(connection);
    free(bytes);
    return 0;
}
