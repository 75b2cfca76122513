/* Objects written piece by piece: small ones, large ones in chunks or segments, and those that are given up. */
#include <sys/resource.h>

#include "server.h"

#define SIZE 1000000

static swc_connection *connection;
static const char *container;
static char segments[128];
static uint8_t *bytes;

static swc_config *options_of(const char *segment_size, const char *buffer_size)
{
    swc_config *options = swc_config_new();
    set(options, "segment_size", segment_size);
    set(options, "buffer_size", buffer_size);
    return options;
}

static swc_writer *begin(const char *object, const char *segment_size, const char *buffer_size)
{
    swc_config *options = options_of(segment_size, buffer_size);
    swc_writer *writer = NULL;
    CHECK_OK(swc_writer_new(connection, container, object, options, NULL, &writer, &err));
    swc_config_free(options);
    return writer;
}

static void write_all(swc_writer *writer, size_t size, size_t step)
{
    for (size_t at = 0; at < size; at += step)
        CHECK_OK(swc_writer_write(writer, bytes + at, step < size - at ? step : size - at, &err));
    CHECK_INT(swc_writer_bytes_written(writer), size);
}

/* The object holds the first bytes; returns whether it is a large one. */
static bool check_bytes(const char *object, size_t size)
{
    swc_response *response = NULL;
    const char *body = NULL;
    size_t length = 0;
    bool large;
    CHECK_OK(swc_connection_get_object(connection, container, object, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, SIZE, &body, &length, &err));
    CHECK(length == size && memcmp(body, bytes, size) == 0);
    CHECK_INT(swc_response_bytes_verified(response), size);
    large = swc_response_header(response, "X-Static-Large-Object") != NULL;
    swc_response_free(response);
    return large;
}

static bool exists(const char *object)
{
    swc_response *response = NULL;
    int32_t status = (int32_t)swc_connection_head_object(connection, container, object, NULL, &response, &err);
    CHECK(status == SWC_OK || status == SWC_ERR_NOT_FOUND);
    swc_response_free(response);
    forget_error();
    return status == SWC_OK;
}

static size_t count_segments(void)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    size_t count = 0;
    int32_t status;
    CHECK_OK(swc_connection_list_container(connection, segments, NULL, &listing, &err));
    while ((status = (int32_t)swc_listing_next(listing, &entry, &err)) == SWC_OK)
        count++;
    CHECK_STATUS(status, SWC_END);
    swc_listing_free(listing);
    return count;
}

struct heard {
    uint64_t moved;
    int64_t total;
};

static bool hear(void *user_data, uint64_t moved, int64_t total)
{
    struct heard *heard = user_data;
    CHECK(moved >= heard->moved);
    heard->moved = moved;
    heard->total = total;
    return true;
}

static void small_objects_are_plain(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_writer *writer = NULL;
    struct heard heard = {0, 0};
    CHECK_OK(swc_request_set_object_metadata(request, "color", "blue", &err));
    CHECK_OK(swc_request_set_content_type(request, "text/x-test", &err));
    CHECK_OK(swc_request_set_progress(request, hear, NULL, &heard, &err));
    CHECK_OK(swc_writer_new(connection, container, "small", NULL, request, &writer, &err));
    swc_request_free(request);
    CHECK_OK(swc_writer_write(writer, NULL, 0, &err));
    write_all(writer, 5000, 999);
    CHECK(!exists("small"));
    CHECK_OK(swc_writer_finish(writer, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    CHECK_INT(strlen(swc_response_etag(response)), 32);
    CHECK(heard.moved == 5000 && heard.total == 5000);
    swc_response_free(response);
    CHECK_STATUS(swc_writer_finish(writer, &response, &err), SWC_ERR_STATE);
    CHECK_STATUS(swc_writer_write(writer, "x", 1, &err), SWC_ERR_STATE);
    CHECK_OK(swc_writer_abort(writer, &err));
    swc_writer_free(writer);
    CHECK(!check_bytes("small", 5000));
    CHECK_OK(swc_connection_head_object(connection, container, "small", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Color"), "blue");
    CHECK_TEXT(swc_response_header(response, "Content-Type"), "text/x-test");
    swc_response_free(response);
    writer = begin("empty", "0", "65536");
    CHECK_OK(swc_writer_finish(writer, NULL, &err));
    swc_writer_free(writer);
    CHECK(!check_bytes("empty", 0));
}

static void large_objects_go_out_while_they_are_written(void)
{
    swc_writer *writer = begin("large", "0", "65536");
    write_all(writer, SIZE, 12345);
    CHECK_OK(swc_writer_finish(writer, NULL, &err));
    swc_writer_free(writer);
    CHECK(!check_bytes("large", SIZE));
}

static void objects_that_outgrow_a_segment_become_large_ones(void)
{
    /* Segments sent from memory, and segments larger than what is kept there. */
    static const char *const buffers[] = {"1000000", "65536"};
    for (size_t i = 0; i < 2; i++) {
        swc_writer *writer = begin("segmented", "300000", buffers[i]);
        write_all(writer, SIZE, 70000);
        CHECK(i > 0 || !exists("segmented"));
        CHECK_OK(swc_writer_finish(writer, NULL, &err));
        swc_writer_free(writer);
        CHECK(check_bytes("segmented", SIZE));
        CHECK_INT(count_segments(), 4 * (i + 1));
    }
}

static void what_is_given_up_never_appears(void)
{
    static const char *const sizes[] = {"0", "100000", "300000"};
    size_t before = count_segments();
    for (size_t i = 0; i < 3; i++) {
        swc_writer *writer = begin("given-up", sizes[i], i == 1 ? "200000" : "65536");
        write_all(writer, SIZE, 50000);
        CHECK_OK(swc_writer_abort(writer, &err));
        CHECK_STATUS(swc_writer_finish(writer, NULL, &err), SWC_ERR_STATE);
        swc_writer_free(writer);
        CHECK(!exists("given-up"));
        CHECK_INT(count_segments(), before);
        /* Freed it does the same, in the background. */
        writer = begin("given-up", sizes[i], i == 1 ? "200000" : "65536");
        write_all(writer, SIZE, 50000);
        swc_writer_free(writer);
        for (int tries = 0; count_segments() != before; tries++) {
            CHECK(tries < 1200);
            usleep(50000);
        }
        CHECK(!exists("given-up"));
    }
}

static void a_cancel_token_ends_a_writer(void)
{
    swc_config *options = options_of("0", "65536");
    swc_request *request = swc_request_new();
    swc_cancel *cancel = swc_cancel_new();
    swc_writer *writer = NULL;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK_OK(swc_writer_new(connection, container, "cancelled", options, request, &writer, &err));
    swc_request_free(request);
    write_all(writer, SIZE, SIZE);
    swc_cancel_cancel(cancel);
    CHECK_STATUS(swc_writer_write(writer, "x", 1, &err), SWC_ERR_CANCELLED);
    CHECK_STATUS(swc_writer_finish(writer, NULL, &err), SWC_ERR_CANCELLED);
    swc_writer_free(writer);
    swc_cancel_free(cancel);
    CHECK(!exists("cancelled"));
    swc_config_free(options);
}

static void what_is_wrong_is_told(void)
{
    swc_config *options = swc_config_new();
    swc_request *request = swc_request_new();
    swc_writer *writer = NULL;
    set(options, "out_file", "x");
    CHECK_FAILS(swc_writer_new(connection, container, "o", options, NULL, &writer, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "out_file"));
    forget_error();
    swc_config_free(options);
    CHECK_OK(swc_writer_new(connection, "no-such-container", "o", NULL, NULL, &writer, &err));
    CHECK_OK(swc_writer_write(writer, "hello", 5, &err));
    CHECK_STATUS(swc_writer_finish(writer, NULL, &err), SWC_ERR_NOT_FOUND);
    swc_writer_free(writer);
    CHECK_OK(swc_request_set_if_none_match(request, "*", &err));
    put_text(connection, container, "there", "before");
    CHECK_OK(swc_writer_new(connection, container, "there", NULL, request, &writer, &err));
    CHECK_OK(swc_writer_write(writer, "hello", 5, &err));
    CHECK_STATUS(swc_writer_finish(writer, NULL, &err), SWC_ERR_PRECONDITION);
    swc_writer_free(writer);
    check_object(connection, container, "there", "before");
    swc_request_free(request);
}

static long peak_kib(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
}

static void memory_does_not_grow_with_the_object(void)
{
    swc_writer *writer = begin("huge", "0", "1048576");
    long before = peak_kib();
    uint64_t total = 24 << 20;
    for (uint64_t at = 0; at < total; at += SIZE)
        CHECK_OK(swc_writer_write(writer, bytes, SIZE, &err));
    CHECK_OK(swc_writer_finish(writer, NULL, &err));
    swc_writer_free(writer);
    CHECK(peak_kib() - before < 12 * 1024);
}

int main(void)
{
    bytes = malloc(SIZE);
    CHECK(bytes);
    for (uint32_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i * UINT32_C(2654435761) >> 13);
    connection = connect_to("v1");
    container = own_container("writer");
    snprintf(segments, sizeof segments, "%s_segments", container);
    make_container(connection, container);
    RUN(small_objects_are_plain);
    RUN(large_objects_go_out_while_they_are_written);
    RUN(objects_that_outgrow_a_segment_become_large_ones);
    RUN(what_is_given_up_never_appears);
    RUN(a_cancel_token_ends_a_writer);
    RUN(what_is_wrong_is_told);
    RUN(memory_does_not_grow_with_the_object);
    remove_container(connection, container);
    remove_container(connection, segments);
    swc_connection_free(connection);
    free(bytes);
    return 0;
}
