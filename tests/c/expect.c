/* Expect: 100-continue against the real server: a body is asked for or refused before any of it is read. */
#include "server.h"

static size_t reads;

/* A body that is there once, and cannot be read again. */
static int64_t give_once(void *user_data, void *to, size_t size)
{
    size_t *left = user_data;
    size_t n = *left < size ? *left : size;
    reads++;
    memset(to, 'x', n);
    *left -= n;
    return (int64_t)n;
}

static int32_t put(const swc_connection *connection, const char *container, size_t *length, const swc_request *request)
{
    swc_source *source = NULL;
    int32_t status;
    reads = 0;
    CHECK_OK(swc_source_new_callbacks(give_once, NULL, NULL, length, (int64_t)*length, &source, &err));
    status = (int32_t)swc_connection_put_object(connection, container, "o", source, request, NULL, &err);
    swc_source_free(source);
    return status;
}

static void on(const char *way)
{
    swc_config *config = config_for(way);
    swc_connection *connection = connect_to(way), *other;
    swc_request *request = swc_request_new();
    const char *container = own_container("expect");
    char *url = NULL;
    size_t length;
    make_container(connection, container);
    /* The test would not end if the server were waited for in vain. */
    CHECK_OK(swc_request_set_expect_continue(request, true, 600000, &err));

    length = 100000;
    CHECK_STATUS(put(connection, "there-is-no-such-container", &length, request), SWC_ERR_NOT_FOUND);
    CHECK(reads == 0 && length == 100000);
    CHECK_STATUS(put(connection, container, &length, request), SWC_OK);
    CHECK(reads > 0 && length == 0);

    length = 1000;
    CHECK_OK(swc_request_set_if_none_match(request, "*", &err));
    CHECK_STATUS(put(connection, container, &length, request), SWC_ERR_PRECONDITION);
    CHECK_INT(reads, 0);
    CHECK_OK(swc_request_set_if_none_match(request, NULL, &err));

    /* A token that is no good any more costs nothing of the body. */
    CHECK_OK(swc_connection_storage_url(connection, &url, &err));
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "AUTH_tkexpired");
    swc_string_free(url);
    set(config, "expect_continue", "true");
    set(config, "expect_timeout", "600");
    other = connect_with(config);
    CHECK_STATUS(put(other, container, &length, NULL), SWC_OK);
    CHECK_INT(length, 0);
    swc_connection_free(other);

    /* Not announced, the same body is spent for nothing. */
    CHECK_OK(swc_request_set_expect_continue(request, false, 0, &err));
    length = 1000;
    CHECK_STATUS(put(connection, "there-is-no-such-container", &length, request), SWC_ERR_NOT_FOUND);
    CHECK(reads > 0);
    swc_request_free(request);
    remove_container(connection, container);
    swc_connection_free(connection);
}

static void over_http(void)
{
    on("v1");
}

static void over_tls(void)
{
    on("tls");
}

int main(void)
{
    RUN(over_http);
    RUN(over_tls);
    return 0;
}
