/* Requests of one's own, and objects at a URL that needs no token. The argument says by which way. */
#include <fcntl.h>

#include "server.h"

static swc_connection *connection;
static const char *container;

static swc_source *source_of(const char *text)
{
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    return source;
}

/* The body, compared and the response freed. */
static void check_body(swc_response *response, int status, const char *text)
{
    const char *body = NULL;
    CHECK_INT(swc_response_status(response), status);
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK_TEXT(body, text);
    swc_response_free(response);
}

static char *target_of(const char *name)
{
    static char text[256];
    snprintf(text, sizeof text, "%s/%s", container, name);
    return text;
}

static char *url_of(const char *name)
{
    static char text[512];
    char *storage_url = NULL;
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    snprintf(text, sizeof text, "%s/%s/%s", storage_url, container, name);
    swc_string_free(storage_url);
    return text;
}

/* The files and sockets that are open. */
static int open_files(void)
{
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* A path is sent byte for byte, on the server, below the account, and as a whole URL. */
static void requests_of_ones_own(void)
{
    swc_source *source = source_of("hello");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_connection_request(connection, "PUT", target_of("a/../%41//b"), source, NULL, &response, &err));
    check_body(response, 201, "");
    check_object(connection, container, "a/../A//b", "hello");
    CHECK_OK(swc_connection_request(connection, "GET", url_of("a/../A//b"), NULL, NULL, &response, &err));
    check_body(response, 200, "hello");
    CHECK_OK(swc_connection_request(connection, "GET", "/healthcheck", NULL, NULL, &response, &err));
    check_body(response, 200, "OK");
    int before = open_files();
    swc_connection_close_idle(connection);
    CHECK(open_files() < before);
    CHECK_OK(swc_connection_request(connection, "GET", "/healthcheck", NULL, NULL, &response, &err));
    check_body(response, 200, "OK");
    CHECK_OK(swc_request_set_query(request, "prefix", "a/", &err));
    CHECK_OK(swc_request_set_header(request, "Accept", "text/plain", &err));
    CHECK_OK(swc_connection_request(connection, "GET", container, NULL, request, &response, &err));
    check_body(response, 200, "a/../A//b\n");
    swc_request_free(request);
    swc_source_free(source);
    delete_object(connection, container, "a/../A//b");
}

/* A refusal is an error that holds the answer, or a response when that is asked for. */
static void refusals(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_FAILS(swc_connection_request(connection, "GET", target_of("none"), NULL, NULL, &response, &err),
                SWC_ERR_NOT_FOUND);
    CHECK_INT(swc_error_http_status(err), 404);
    forget_error();
    CHECK_OK(swc_request_set_any_status(request, true, &err));
    CHECK_OK(swc_connection_request(connection, "GET", target_of("none"), NULL, request, &response, &err));
    CHECK_INT(swc_response_status(response), 404);
    CHECK_TEXT(swc_response_reason(response), "Not Found");
    swc_response_free(response);
    CHECK_OK(swc_connection_request(connection, "REPORT", target_of("o"), NULL, request, &response, &err));
    CHECK_INT(swc_response_status(response), 405);
    swc_response_free(response);
    /* Other calls know what to do with an object, and not with a refusal. */
    CHECK_STATUS(swc_connection_head_object(connection, container, "none", request, &response, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_request(connection, "CONNECT", "", NULL, NULL, &response, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_request(connection, "GET", "c/a b", NULL, NULL, &response, &err),
                 SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
}

/* Names as bytes: raw UTF-8 in the target, and values that are no text. */
static void bytes_as_they_are(void)
{
    swc_source *source = source_of("hello");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_header_bytes(request, "X-Object-Meta-A", "gr\xc3\xbc\xc3\x9f", 6, &err));
    CHECK_OK(swc_connection_request(connection, "PUT", target_of("gr\xc3\xb6\xc3\x9f" "e"), source, request, &response,
                                    &err));
    check_body(response, 201, "");
    CHECK_OK(swc_connection_head_object(connection, container, "gr\xc3\xb6\xc3\x9f" "e", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-A"), "gr\xc3\xbc\xc3\x9f");
    swc_response_free(response);
    /* Half a character, which the server keeps as it is. */
    CHECK_OK(swc_request_set_header_bytes(request, "X-Object-Meta-A", "gr\xc3", 3, &err));
    CHECK_OK(swc_request_set_any_status(request, true, &err));
    CHECK_OK(swc_connection_request(connection, "POST", target_of("gr\xc3\xb6\xc3\x9f" "e"), NULL, request, &response,
                                    &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(connection, container, "gr\xc3\xb6\xc3\x9f" "e", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-A"), "gr\xc3");
    swc_response_free(response);
    CHECK_OK(swc_request_set_header_bytes(request, "X-Object-Meta-A", NULL, 0, &err));
    CHECK_FAILS(swc_request_set_header_bytes(request, "X-Object-Meta-A", "a\r\nX: y", 7, &err),
                SWC_ERR_INVALID_ARGUMENT);
    forget_error();
    CHECK_STATUS(swc_request_set_header_bytes(request, "X-Object-Meta-A", "a\0b", 3, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
    CHECK_FAILS(swc_connection_request(connection, "PUT", target_of("\xff\xe4"), source, NULL, &response, &err),
                SWC_ERR_PRECONDITION);
    CHECK(strstr(swc_error_message(err), "\\xff\\xe4") != NULL);
    forget_error();
    swc_source_free(source);
    delete_object(connection, container, "gr\xc3\xb6\xc3\x9f" "e");
}

/* A server is tested with lengths that are false, and with chunks of one's own. */
static void framing_of_ones_own(void)
{
    static const struct {
        const char *name, *value, *body;
        int status;
    } cases[] = {
        {"Content-Length", "x", "hello", 400},
        {NULL, NULL, "hello", 411},
        {"Transfer-Encoding", "gzip,chunked", "hello", 501},
        {"Content-Length", "2", "hello", 201},
        {"Transfer-Encoding", "chunked", "5\r\nhello\r\n0\r\n\r\n", 201},
    };
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    size_t i;
    CHECK_STATUS(swc_request_set_header(request, "Content-Length", "2", &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        swc_source *source = source_of(cases[i].body);
        request = swc_request_new();
        CHECK_OK(swc_request_set_own_framing(request, true, &err));
        CHECK_OK(swc_request_set_any_status(request, true, &err));
        if (cases[i].name)
            CHECK_OK(swc_request_set_header(request, cases[i].name, cases[i].value, &err));
        CHECK_OK(swc_connection_request(connection, "PUT", target_of("o"), source, request, &response, &err));
        CHECK_INT(swc_response_status(response), cases[i].status);
        swc_response_free(response);
        CHECK_STATUS(swc_connection_put_object(connection, container, "o", source, request, NULL, &err),
                     SWC_ERR_INVALID_ARGUMENT);
        swc_source_free(source);
        swc_request_free(request);
        if (cases[i].status == 201)
            check_object(connection, container, "o", i == 3 ? "he" : "hello");
    }
    delete_object(connection, container, "o");
}

/* Who has no credentials reads what is public, and gets no further. */
static void without_a_token(void)
{
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_connection *nobody;
    set(config, "os_auth_type", "none");
    if (getenv("SWIFT_TEST_CACERT"))
        set(config, "os_cacert", getenv("SWIFT_TEST_CACERT"));
    nobody = connect_with(config);
    put_text(connection, container, "public", "for all");
    CHECK_OK(swc_request_set_send_token(request, false, &err));
    CHECK_STATUS(swc_connection_head_object(connection, container, "public", request, &response, &err),
                 SWC_ERR_UNAUTHORIZED);
    CHECK_STATUS(swc_connection_get_url(nobody, url_of("public"), NULL, &response, &err), SWC_ERR_UNAUTHORIZED);
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_header(request, "X-Container-Read", ".r:*", &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, NULL, &err));
    CHECK_OK(swc_connection_head_url(nobody, url_of("public"), NULL, &response, &err));
    CHECK_INT(swc_response_content_length(response), 7);
    swc_response_free(response);
    CHECK_OK(swc_connection_get_url(nobody, url_of("public"), NULL, &response, &err));
    check_body(response, 200, "for all");
    CHECK_STATUS(swc_connection_put_url(nobody, url_of("public"), NULL, NULL, NULL, &err), SWC_ERR_UNAUTHORIZED);
    CHECK_STATUS(swc_connection_post_url(nobody, url_of("public"), NULL, NULL, &err), SWC_ERR_UNAUTHORIZED);
    CHECK_STATUS(swc_connection_delete_url(nobody, url_of("public"), NULL, NULL, &err), SWC_ERR_UNAUTHORIZED);
    swc_request_free(request);
    swc_connection_free(nobody);
    delete_object(connection, container, "public");
}

/* The same calls with a token, for who says so. */
static void a_url_with_the_token(void)
{
    swc_source *source = source_of("hello");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_send_token(request, true, &err));
    CHECK_OK(swc_request_set_object_metadata(request, "color", "blue", &err));
    CHECK_OK(swc_connection_put_url(connection, url_of("o"), source, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    CHECK_OK(swc_request_set_object_metadata(request, "color", "red", &err));
    CHECK_OK(swc_connection_post_url(connection, url_of("o"), request, NULL, &err));
    CHECK_OK(swc_connection_head_url(connection, url_of("o"), request, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Color"), "red");
    swc_response_free(response);
    check_object(connection, container, "o", "hello");
    CHECK_OK(swc_connection_delete_url(connection, url_of("o"), request, NULL, &err));
    CHECK_STATUS(swc_connection_head_url(connection, url_of("o"), request, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK_STATUS(swc_connection_get_url(connection, "c/o", request, &response, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
    swc_source_free(source);
}

int main(int count, char **arguments)
{
    connection = connect_to(count > 1 ? arguments[1] : "v1");
    container = own_container("raw");
    make_container(connection, container);
    RUN(requests_of_ones_own);
    RUN(refusals);
    RUN(bytes_as_they_are);
    RUN(framing_of_ones_own);
    RUN(without_a_token);
    RUN(a_url_with_the_token);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
