/* Several parts of an object in one answer, read part by part. */
#include "server.h"

static swc_connection *connection;
static const char *container;

static swc_response *get(const char *object, const swc_request *request)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_get_object(connection, container, object, request, &response, &err));
    return response;
}

/* The next part is this text at this offset, of an object of this size. */
static void check_part(swc_response *response, uint64_t offset, const char *text, int64_t size)
{
    uint64_t at = 0, length = 0;
    int64_t whole = 0;
    const char *body = NULL;
    size_t count = 0;
    CHECK_OK(swc_response_next_part(response, &at, &length, &whole, &err));
    CHECK_INT(at, offset);
    CHECK_INT(length, strlen(text));
    CHECK_INT(whole, size);
    CHECK_OK(swc_response_read_all(response, 100, &body, &count, &err));
    CHECK_TEXT(body, text);
    CHECK_INT(count, length);
}

static void check_no_more(swc_response *response)
{
    uint64_t at = 7, length = 7;
    int64_t size = 7;
    CHECK_STATUS(swc_response_next_part(response, &at, &length, &size, &err), SWC_END);
    CHECK(at == 0 && length == 0 && size == 0);
    swc_response_free(response);
}

static void parts_of_an_object(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    uint64_t at = 0;
    uint8_t buffer[2];
    size_t length = 0;
    CHECK_OK(swc_request_add_range(request, 2, 3, &err));
    CHECK_OK(swc_request_add_range(request, UINT64_MAX, 4, &err));
    CHECK_OK(swc_request_add_range(request, 100, 5, &err));
    CHECK_OK(swc_request_add_range(request, 19, UINT64_MAX, &err));
    response = get("o", request);
    CHECK_INT(swc_response_status(response), 206);
    check_part(response, 2, "234", 20);
    /* What is not read of a part is skipped, and an end is the end of the part. */
    CHECK_OK(swc_response_next_part(response, &at, NULL, NULL, &err));
    CHECK_INT(at, 16);
    CHECK_OK(swc_response_read(response, buffer, 2, &length, &err));
    CHECK(length > 0 && buffer[0] == 'g');
    check_part(response, 19, "j", 20);
    CHECK_STATUS(swc_response_read(response, buffer, 2, &length, &err), SWC_END);
    check_no_more(response);

    /* One part that is left, or all of the object, reads the same. */
    CHECK_OK(swc_request_set_range(request, 1, 2, &err));
    CHECK_OK(swc_request_add_range(request, 100, 5, &err));
    response = get("o", request);
    check_part(response, 1, "12", 20);
    check_no_more(response);
    response = get("o", NULL);
    check_part(response, 0, "0123456789abcdefghij", 20);
    check_no_more(response);
    check_no_more(get("empty", NULL));
    swc_request_free(request);
}

static void a_single_part_says_where_it_is(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    uint64_t at = 0, length = 0;
    int64_t size = 0;
    CHECK_OK(swc_request_set_range(request, 5, 3, &err));
    response = get("o", request);
    CHECK(swc_response_content_range(response, &at, &length, &size));
    CHECK(at == 5 && length == 3 && size == 20);
    swc_response_free(response);
    response = get("o", NULL);
    CHECK(!swc_response_content_range(response, &at, &length, &size));
    CHECK(at == 0 && length == 0 && size == 0);
    swc_response_free(response);
    swc_request_free(request);
}

static void what_cannot_be(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    size_t i;
    CHECK_STATUS(swc_request_add_range(request, UINT64_MAX, UINT64_MAX, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_add_range(request, 3, 0, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_request_add_range(request, 50, 1, &err));
    CHECK_OK(swc_request_add_range(request, 60, 1, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_RANGE);
    /* More parts than Swift gives. */
    CHECK_OK(swc_request_set_range(request, 0, 1, &err));
    for (i = 0; i < 50; i++)
        CHECK_OK(swc_request_add_range(request, 0, 1, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err), SWC_ERR_RANGE);
    swc_request_free(request);
    /* Parts or all of the body, but not first the one and then the other. */
    response = get("o", NULL);
    CHECK_OK(swc_response_read_all(response, 100, &body, NULL, &err));
    CHECK_STATUS(swc_response_next_part(response, NULL, NULL, NULL, &err), SWC_ERR_STATE);
    swc_response_free(response);
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("ranges");
    make_container(connection, container);
    put_text(connection, container, "o", "0123456789abcdefghij");
    put_text(connection, container, "empty", "");
    RUN(parts_of_an_object);
    RUN(a_single_part_says_where_it_is);
    RUN(what_cannot_be);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
