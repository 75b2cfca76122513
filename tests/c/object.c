/* Objects: every source, every way to read a body, ranges, conditions, metadata, copies: object v1|v3|tls */
#include <fcntl.h>
#include <pthread.h>

#include "server.h"

#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"

static swc_connection *connection;
static const char *container;

/* Stores a source under a name and frees it. */
static void put(const char *object, swc_source *source, const swc_request *request)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_put_object(connection, container, object, source, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    swc_source_free(source);
}

static swc_response *get(const char *object, const swc_request *request)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_get_object(connection, container, object, request, &response, &err));
    return response;
}

static void count(void *user_data)
{
    ++*(int *)user_data;
}

static void from_memory(void)
{
    static const char hello[] = "hello";
    int freed = 0;
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_memory(hello, 5, count, &freed, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, &response, &err));
    CHECK_TEXT(swc_response_etag(response), HELLO_MD5);
    CHECK_TEXT(swc_response_reason(response), "Created");
    swc_response_free(response);
    CHECK_INT(freed, 0);
    swc_source_free(source);
    CHECK_INT(freed, 1);

    CHECK_OK(swc_connection_head_object(connection, container, "o", NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 200);
    CHECK_INT(swc_response_content_length(response), 5);
    CHECK_TEXT(swc_response_etag(response), HELLO_MD5);
    CHECK(swc_response_last_modified(response) > 1700000000);
    swc_response_free(response);
    check_object(connection, container, "o", "hello");
}

static void without_a_source(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_put_object(connection, container, "empty", NULL, NULL, &response, &err));
    swc_response_free(response);
    check_object(connection, container, "empty", "");
}

static void from_a_file(void)
{
    swc_source *source = NULL;
    write_text("file", "bytes of a file");
    CHECK_OK(swc_source_new_file("file", &source, &err));
    put("from-file", source, NULL);
    check_object(connection, container, "from-file", "bytes of a file");
    CHECK_OK(swc_source_new_file_range("file", 9, 4, &source, &err));
    put("from-range", source, NULL);
    check_object(connection, container, "from-range", "a fi");
}

static void from_a_file_that_is_wrong(void)
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_file("not there", &source, &err));
    CHECK_FAILS(swc_connection_put_object(connection, container, "x", source, NULL, &response, &err), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(err), "not there"));
    forget_error();
    swc_source_free(source);
    write_text("file", "short");
    CHECK_OK(swc_source_new_file_range("file", 3, 10, &source, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "x", source, NULL, &response, &err), SWC_ERR_IO);
    swc_source_free(source);
    CHECK_STATUS(swc_connection_head_object(connection, container, "x", NULL, &response, &err), SWC_ERR_NOT_FOUND);
}

static void from_a_descriptor(void)
{
    swc_source *source = NULL;
    int fd, ends[2];
    write_text("file", "bytes of a file");
    fd = open("file", O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 6, SEEK_SET) == 6);
    CHECK_OK(swc_source_new_fd(fd, -1, &source, &err));
    close(fd);
    put("from-fd", source, NULL);
    check_object(connection, container, "from-fd", "of a file");

    CHECK(pipe(ends) == 0 && write(ends[1], "through a pipe", 14) == 14);
    close(ends[1]);
    CHECK_OK(swc_source_new_fd(ends[0], -1, &source, &err));
    close(ends[0]);
    put("from-pipe", source, NULL);
    check_object(connection, container, "from-pipe", "through a pipe");

    CHECK(pipe(ends) == 0 && write(ends[1], "through a pipe", 14) == 14);
    close(ends[1]);
    CHECK_OK(swc_source_new_fd(ends[0], 7, &source, &err));
    close(ends[0]);
    put("from-pipe", source, NULL);
    check_object(connection, container, "from-pipe", "through");
}

/* Gives a text in pieces of three bytes. */
struct pieces {
    const char *text;
    size_t at;
    int rewound, freed;
    bool fail;
};

static int64_t give_piece(void *user_data, void *buffer, size_t size)
{
    struct pieces *pieces = user_data;
    size_t left = strlen(pieces->text) - pieces->at;
    size_t n = left < 3 ? left : 3;
    if (pieces->fail && pieces->at >= 6)
        return -42;
    if (n > size)
        n = size;
    memcpy(buffer, pieces->text + pieces->at, n);
    pieces->at += n;
    return (int64_t)n;
}

static bool go_back(void *user_data)
{
    struct pieces *pieces = user_data;
    pieces->at = 0;
    pieces->rewound++;
    return true;
}

static void forget(void *user_data)
{
    ((struct pieces *)user_data)->freed++;
}

static void from_callbacks(void)
{
    struct pieces pieces = {"given in pieces", 0, 0, 0, false};
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_callbacks(give_piece, go_back, forget, &pieces, 15, &source, &err));
    put("from-callbacks", source, NULL);
    CHECK_INT(pieces.freed, 1);
    check_object(connection, container, "from-callbacks", "given in pieces");

    /* In chunks, without knowing how much there will be. */
    pieces.at = 0;
    CHECK_OK(swc_source_new_callbacks(give_piece, NULL, forget, &pieces, -1, &source, &err));
    put("from-chunks", source, NULL);
    CHECK_INT(pieces.freed, 2);
    check_object(connection, container, "from-chunks", "given in pieces");
}

static void from_callbacks_that_fail(void)
{
    struct pieces pieces = {"given in pieces", 0, 0, 0, true};
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_callbacks(give_piece, go_back, forget, &pieces, 15, &source, &err));
    CHECK_FAILS(swc_connection_put_object(connection, container, "x", source, NULL, &response, &err), SWC_ERR_CALLBACK);
    CHECK(strstr(swc_error_message(err), "-42"));
    forget_error();
    swc_source_free(source);
    CHECK_INT(pieces.freed, 1);
    /* Fewer bytes than promised are an error, not a shorter object. */
    pieces = (struct pieces){"given in pieces", 0, 0, 0, false};
    CHECK_OK(swc_source_new_callbacks(give_piece, NULL, NULL, &pieces, 100, &source, &err));
    CHECK(swc_connection_put_object(connection, container, "x", source, NULL, &response, &err) < 0);
    CHECK(!response && err);
    forget_error();
    swc_source_free(source);
    CHECK_STATUS(swc_connection_head_object(connection, container, "x", NULL, &response, &err), SWC_ERR_NOT_FOUND);
}

static void reading_in_pieces(void)
{
    swc_response *response = get("o", NULL);
    uint8_t buffer[2];
    size_t length = 0, total = 0;
    char text[16] = "";
    int32_t status;
    CHECK_INT(swc_response_bytes_read(response), 0);
    CHECK_OK(swc_response_read(response, NULL, 0, &length, &err));
    while ((status = (int32_t)swc_response_read(response, buffer, sizeof buffer, &length, &err)) == SWC_OK) {
        CHECK(length > 0 && length <= sizeof buffer && total + length < sizeof text);
        memcpy(text + total, buffer, length);
        total += length;
        CHECK_INT(swc_response_bytes_read(response), total);
    }
    CHECK_STATUS(status, SWC_END);
    CHECK_INT(length, 0);
    CHECK_TEXT(text, "hello");
    swc_response_free(response);
}

static void reading_all_within_a_limit(void)
{
    swc_response *response = get("o", NULL);
    const char *body = NULL;
    size_t length = 0;
    CHECK_OK(swc_response_read_all(response, 5, &body, &length, &err));
    CHECK_TEXT(body, "hello");
    CHECK_INT(length, 5);
    CHECK_OK(swc_response_read_all(response, 5, &body, NULL, &err));
    CHECK_TEXT(body, "");
    swc_response_free(response);
    response = get("o", NULL);
    CHECK_STATUS(swc_response_read_all(response, 4, &body, &length, &err), SWC_ERR_TOO_LARGE);
    CHECK(!body && length == 0);
    swc_response_free(response);
}

static void writing_to_descriptors_and_files(void)
{
    swc_response *response = get("o", NULL);
    uint64_t written = 0;
    int fd = open("out", O_CREAT | O_TRUNC | O_WRONLY, 0600);
    CHECK_OK(swc_response_write_to_fd(response, fd, &written, &err));
    CHECK_INT(written, 5);
    CHECK_INT(write(fd, "!", 1), 1);
    close(fd);
    check_file("out", "hello!");
    swc_response_free(response);

    response = get("from-file", NULL);
    CHECK_OK(swc_response_write_to_file(response, "out", &written, &err));
    CHECK_INT(written, 15);
    CHECK_INT(swc_response_bytes_read(response), 15);
    check_file("out", "bytes of a file");
    swc_response_free(response);

    response = get("o", NULL);
    CHECK_FAILS(swc_response_write_to_file(response, "no such folder/out", &written, &err), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(err), "no such folder"));
    CHECK_INT(written, 0);
    forget_error();
    swc_response_free(response);
    response = get("o", NULL);
    CHECK_STATUS(swc_response_write_to_fd(response, 12344, NULL, &err), SWC_ERR_IO);
    swc_response_free(response);
}

static void a_pipe_that_nobody_reads(void)
{
    swc_response *response = get("o", NULL);
    int ends[2];
    /* An error of the call and not the end of the program, whose SIGPIPE this would be otherwise. */
    CHECK(pipe(ends) == 0);
    close(ends[0]);
    CHECK_STATUS(swc_response_write_to_fd(response, ends[1], NULL, &err), SWC_ERR_IO);
    close(ends[1]);
    swc_response_free(response);
}

static void a_response_may_be_freed_unread(void)
{
    swc_response_free(get("from-file", NULL));
    check_object(connection, container, "o", "hello");
}

static void check_range(uint64_t offset, uint64_t length, const char *text)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    const char *body = NULL;
    CHECK_OK(swc_request_set_range(request, offset, length, &err));
    response = get("o", request);
    CHECK_INT(swc_response_status(response), 206);
    CHECK_INT(swc_response_content_length(response), strlen(text));
    CHECK_OK(swc_response_read_all(response, 100, &body, NULL, &err));
    CHECK_TEXT(body, text);
    swc_response_free(response);
    swc_request_free(request);
}

static void ranges(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    check_range(0, 1, "h");
    check_range(1, 3, "ell");
    check_range(1, 100, "ello");
    check_range(3, UINT64_MAX, "lo");
    check_range(UINT64_MAX, 2, "lo");
    CHECK_OK(swc_request_set_range(request, 5, 1, &err));
    CHECK_FAILS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_RANGE);
    CHECK_INT(swc_error_http_status(err), 416);
    forget_error();
    swc_request_free(request);
}

static void conditions(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = get("o", NULL);
    int64_t changed = swc_response_last_modified(response);
    swc_response_free(response);

    CHECK_OK(swc_request_set_if_match(request, HELLO_MD5, &err));
    swc_response_free(get("o", request));
    CHECK_OK(swc_request_set_if_match(request, "00000000000000000000000000000000", &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_PRECONDITION);
    CHECK_OK(swc_request_set_if_match(request, NULL, &err));

    CHECK_OK(swc_request_set_if_none_match(request, HELLO_MD5, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_NOT_MODIFIED);
    CHECK_OK(swc_request_set_if_none_match(request, "*", &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "o", NULL, request, &response, &err),
                 SWC_ERR_PRECONDITION);
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_if_modified_since(request, changed, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_NOT_MODIFIED);
    CHECK_OK(swc_request_set_if_modified_since(request, changed - 10, &err));
    swc_response_free(get("o", request));
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_if_unmodified_since(request, changed, &err));
    swc_response_free(get("o", request));
    CHECK_OK(swc_request_set_if_unmodified_since(request, changed - 10, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_PRECONDITION);
    swc_request_free(request);
    check_object(connection, container, "o", "hello");
}

static void metadata_is_set_and_replaced(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_source *source = NULL;
    CHECK_OK(swc_request_set_object_metadata(request, "Color", "blue", &err));
    CHECK_OK(swc_request_set_content_type(request, "text/x-poem", &err));
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    put("meta", source, request);
    response = get("meta", NULL);
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Color"), "blue");
    CHECK_TEXT(swc_response_header(response, "Content-Type"), "text/x-poem");
    swc_response_free(response);
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_object_metadata(request, "Shape", "round \xe2\x97\x8b", &err));
    CHECK_OK(swc_connection_post_object(connection, container, "meta", request, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(connection, container, "meta", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Shape"), "round \xe2\x97\x8b");
    CHECK(!swc_response_header(response, "X-Object-Meta-Color"));
    swc_response_free(response);
    swc_request_free(request);
}

static void copies(void)
{
    const char *other = own_container("object-copies");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    make_container(connection, other);
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, "copied/o", NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    check_object(connection, container, "copied/o", "hello");
    CHECK_OK(swc_connection_copy_object(connection, container, "o", other, NULL, NULL, &response, &err));
    swc_response_free(response);
    check_object(connection, other, "o", "hello");
    CHECK_OK(swc_connection_copy_object(connection, container, "o", other, "\xc3\xbc %", NULL, &response, &err));
    swc_response_free(response);
    check_object(connection, other, "\xc3\xbc %", "hello");
    /* Onto itself, for new metadata. */
    CHECK_OK(swc_request_set_object_metadata(request, "Copied", "yes", &err));
    CHECK_OK(swc_connection_copy_object(connection, container, "o", NULL, NULL, request, &response, &err));
    swc_response_free(response);
    response = get("o", NULL);
    CHECK_TEXT(swc_response_header(response, "x-object-meta-copied"), "yes");
    swc_response_free(response);
    CHECK_STATUS(swc_connection_copy_object(connection, container, "none", other, NULL, NULL, &response, &err),
                 SWC_ERR_NOT_FOUND);
    swc_request_free(request);
    remove_container(connection, other);
}

/* What a progress callback saw. */
struct progress {
    uint64_t moved;
    int64_t total;
    int calls, freed;
    uint64_t stop_at;
};

static bool watch(void *user_data, uint64_t moved, int64_t total)
{
    struct progress *progress = user_data;
    if (moved < progress->moved)
        return false;
    progress->moved = moved;
    progress->total = total;
    progress->calls++;
    return moved < progress->stop_at;
}

static void unwatch(void *user_data)
{
    ((struct progress *)user_data)->freed++;
}

static void progress_is_told(void)
{
    struct progress progress = {0, 0, 0, 0, UINT64_MAX};
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_source *source = NULL;
    const char *body = NULL;
    char *bytes = calloc(1, 1 << 20);

    CHECK_OK(swc_request_set_progress(request, watch, unwatch, &progress, &err));
    CHECK_OK(swc_source_new_memory(bytes, 1 << 20, NULL, NULL, &source, &err));
    put("big", source, request);
    CHECK(progress.calls > 0);
    CHECK_INT(progress.moved, 1 << 20);
    CHECK_INT(progress.total, 1 << 20);

    progress.moved = 0;
    progress.calls = 0;
    response = get("big", request);
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK(progress.calls > 0);
    CHECK_INT(progress.moved, 1 << 20);
    CHECK_INT(progress.total, 1 << 20);
    swc_response_free(response);

    /* Saying no ends the call. */
    progress.moved = 0;
    progress.stop_at = 1;
    CHECK_OK(swc_source_new_memory(bytes, 1 << 20, NULL, NULL, &source, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "stopped", source, request, &response, &err),
                 SWC_ERR_CANCELLED);
    swc_source_free(source);
    progress.moved = 0;
    response = get("big", request);
    CHECK_STATUS(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err), SWC_ERR_CANCELLED);
    swc_response_free(response);

    CHECK_INT(progress.freed, 0);
    CHECK_OK(swc_request_set_progress(request, NULL, NULL, NULL, &err));
    CHECK_INT(progress.freed, 1);
    swc_request_free(request);
    free(bytes);
}

static void checking_can_be_left_out(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_source *source = NULL;
    const char *body = NULL;
    CHECK_OK(swc_request_set_checksum(request, false, &err));
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    put("unchecked", source, request);
    response = get("unchecked", request);
    CHECK_OK(swc_response_read_all(response, 10, &body, NULL, &err));
    CHECK_TEXT(body, "hello");
    swc_response_free(response);
    swc_request_free(request);
}

static void *cancel_it(void *argument)
{
    swc_cancel_cancel(argument);
    return NULL;
}

/* Begins to give, lets another thread cancel the call, and waits until it has. */
static int64_t give_and_cancel(void *user_data, void *buffer, size_t size)
{
    swc_cancel *cancel = user_data;
    pthread_t thread;
    CHECK(size > 0);
    CHECK(pthread_create(&thread, NULL, cancel_it, cancel) == 0);
    pthread_join(thread, NULL);
    *(char *)buffer = 'x';
    return 1;
}

static void another_thread_ends_an_upload(void)
{
    swc_cancel *cancel = swc_cancel_new();
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK_OK(swc_source_new_callbacks(give_and_cancel, NULL, NULL, cancel, 1 << 30, &source, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "x", source, request, &response, &err),
                 SWC_ERR_CANCELLED);
    CHECK(!response && swc_cancel_is_cancelled(cancel));
    swc_source_free(source);
    swc_request_free(request);
    swc_cancel_free(cancel);
    CHECK_STATUS(swc_connection_head_object(connection, container, "x", NULL, &response, &err), SWC_ERR_NOT_FOUND);
}

static int64_t give_and_interrupt(void *user_data, void *buffer, size_t size)
{
    swc_connection_interrupt(user_data);
    CHECK(size > 0);
    *(char *)buffer = 'x';
    return 1;
}

static void an_interrupt_ends_an_upload(void)
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_callbacks(give_and_interrupt, NULL, NULL, connection, 1 << 30, &source, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "x", source, NULL, &response, &err),
                 SWC_ERR_CANCELLED);
    swc_source_free(source);
    check_object(connection, container, "o", "hello");
}

static void deleting_twice(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_delete_object(connection, container, "o", NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_delete_object(connection, container, "o", NULL, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK(!response);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("object");
    make_container(connection, container);
    RUN(from_memory);
    RUN(without_a_source);
    RUN(from_a_file);
    RUN(from_a_file_that_is_wrong);
    RUN(from_a_descriptor);
    RUN(from_callbacks);
    RUN(from_callbacks_that_fail);
    RUN(reading_in_pieces);
    RUN(reading_all_within_a_limit);
    RUN(writing_to_descriptors_and_files);
    RUN(a_pipe_that_nobody_reads);
    RUN(a_response_may_be_freed_unread);
    RUN(ranges);
    RUN(conditions);
    RUN(metadata_is_set_and_replaced);
    RUN(copies);
    RUN(progress_is_told);
    RUN(checking_can_be_left_out);
    RUN(another_thread_ends_an_upload);
    RUN(an_interrupt_ends_an_upload);
    RUN(deleting_twice);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
