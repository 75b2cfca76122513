/* Each thing that can go wrong has a status of its own, a message a person understands, and an end. */
#include "server.h"

#include "loopback.h"

static swc_connection *connection;
static const char *container;

/* The call failed, and its message speaks of this. */
static void says(const char *word)
{
    if (!strstr(swc_error_message(err), word)) {
        fprintf(stderr, "nothing of \"%s\" in:\n", word);
        CHECK(false);
    }
}

/* Authenticates with these settings and expects a failure. */
static void authenticate_fails(swc_config *config, int32_t status)
{
    swc_connection *other = connect_with(config);
    CHECK_FAILS(swc_connection_authenticate(other, NULL, &err), status);
    swc_connection_free(other);
}

static void a_wrong_password(void)
{
    swc_config *config = config_for("v1");
    set(config, "key", "not the key");
    authenticate_fails(config, SWC_ERR_AUTH);
    CHECK_INT(swc_error_http_status(err), 401);
    CHECK(!strstr(swc_error_message(err), "not the key") && !strstr(swc_error_url(err), "not the key"));
    forget_error();
    config = config_for("v3");
    set(config, "os_password", "not the password");
    authenticate_fails(config, SWC_ERR_AUTH);
    CHECK_INT(swc_error_http_status(err), 401);
    CHECK(!strstr(swc_error_message(err), "not the password"));
    forget_error();
    config = config_for("v3");
    set(config, "os_region_name", "Atlantis");
    authenticate_fails(config, SWC_ERR_AUTH);
    says("Atlantis");
    forget_error();
}

static void a_host_that_does_not_exist(void)
{
    swc_config *config = config_for("v1");
    set(config, "auth", "http://no-such-host.invalid:8080/auth/v1.0");
    set(config, "retries", "0");
    authenticate_fails(config, SWC_ERR_CONNECT);
    says("no-such-host.invalid");
    CHECK(swc_error_retryable(err));
    forget_error();
}

static void a_closed_port(void)
{
    swc_config *config = config_for("v1");
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%s/auth/v1.0", need("SWIFT_TEST_CLOSED_PORT"));
    set(config, "auth", url);
    set(config, "retries", "0");
    authenticate_fails(config, SWC_ERR_CONNECT);
    says("127.0.0.1");
    says(need("SWIFT_TEST_CLOSED_PORT"));
    CHECK_INT(swc_error_attempts(err), 1);
    CHECK_INT(swc_error_http_status(err), 0);
    CHECK_TEXT(swc_error_reason(err), "");
    CHECK_TEXT(swc_error_body(err, NULL), "");
    CHECK(!swc_error_header(err, "date"));
    forget_error();
}

static void an_authority_that_is_not_trusted(void)
{
    swc_config *config = config_for("tls");
    swc_connection *other;
    swc_response *response = NULL;
    set(config, "retries", "0");
    set(config, "os_cacert", need("SWIFT_TEST_WRONG_CACERT"));
    authenticate_fails(config, SWC_ERR_TLS);
    says("ertificate");
    forget_error();
    /* That of the system does not know the test's authority either. */
    config = config_for("tls");
    set(config, "retries", "0");
    set(config, "os_cacert", NULL);
    authenticate_fails(config, SWC_ERR_TLS);
    forget_error();
    config = config_for("tls");
    set(config, "os_cacert", need("SWIFT_TEST_WRONG_CACERT"));
    set(config, "insecure", "true");
    other = connect_with(config);
    CHECK_OK(swc_connection_head_account(other, NULL, &response, &err));
    swc_response_free(response);
    swc_connection_free(other);
}

static void a_certificate_for_another_name(void)
{
    swc_config *config = config_for("tls");
    char url[256];
    snprintf(url, sizeof url, "%s/auth/v1.0", need("SWIFT_TEST_WRONG_NAME_URL"));
    set(config, "auth", url);
    set(config, "retries", "0");
    authenticate_fails(config, SWC_ERR_TLS);
    forget_error();
}

static void a_file_of_certificates_that_is_not_there(void)
{
    swc_config *config = config_for("tls");
    set(config, "os_cacert", "/no/such/file.pem");
    authenticate_fails(config, SWC_ERR_IO);
    says("/no/such/file.pem");
    forget_error();
}

static void what_is_not_there(void)
{
    swc_response *response = (void *)1;
    const char *name = NULL, *value = NULL;
    size_t length = 0;
    bool found = false;
    CHECK_FAILS(swc_connection_get_object(connection, container, "no such object", NULL, &response, &err),
                SWC_ERR_NOT_FOUND);
    CHECK(!response);
    CHECK_INT(swc_error_http_status(err), 404);
    CHECK_TEXT(swc_error_reason(err), "Not Found");
    CHECK_TEXT(swc_error_method(err), "GET");
    CHECK(strstr(swc_error_url(err), container) && strstr(swc_error_url(err), "no%20such%20object"));
    CHECK_INT(swc_error_attempts(err), 1);
    CHECK(!swc_error_retryable(err));
    CHECK(*swc_error_transaction_id(err));
    CHECK_TEXT(swc_error_header(err, "x-trans-id"), swc_error_transaction_id(err));
    says("404");
    says(swc_error_transaction_id(err));
    CHECK(strstr(swc_error_body(err, &length), "Not Found"));
    CHECK_INT(length, strlen(swc_error_body(err, NULL)));
    for (size_t i = 0; i < swc_error_header_count(err); i++) {
        CHECK(swc_error_header_at(err, i, &name, &value));
        CHECK_TEXT(swc_error_header(err, name), value);
        found |= strcmp(value, swc_error_transaction_id(err)) == 0;
    }
    CHECK(found && !swc_error_header_at(err, swc_error_header_count(err), &name, &value));
    CHECK(!name && !value);
    forget_error();
}

static void a_condition_that_does_not_hold(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_if_none_match(request, "*", &err));
    CHECK_FAILS(swc_connection_put_object(connection, container, "o", NULL, request, &response, &err),
                SWC_ERR_PRECONDITION);
    CHECK_INT(swc_error_http_status(err), 412);
    forget_error();
    swc_request_free(request);
}

static void bytes_that_are_not_those_promised(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_header(request, "ETag", "00000000000000000000000000000000", &err));
    CHECK_FAILS(swc_connection_put_object(connection, container, "wrong", NULL, request, &response, &err),
                SWC_ERR_CHECKSUM);
    CHECK_INT(swc_error_http_status(err), 422);
    forget_error();
    swc_request_free(request);
}

static void somebody_without_rights(void)
{
    swc_config *config = config_for("v1");
    swc_connection *other;
    swc_response *response = NULL;
    char *url = NULL;
    CHECK_OK(swc_connection_storage_url(connection, &url, &err));
    set(config, "user", "test:tester3");
    set(config, "key", "testing3");
    set(config, "os_storage_url", url);
    other = connect_with(config);
    CHECK_FAILS(swc_connection_head_container(other, container, NULL, &response, &err), SWC_ERR_FORBIDDEN);
    CHECK_INT(swc_error_http_status(err), 403);
    forget_error();
    swc_connection_free(other);

    config = swc_config_new();
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "AUTH_tk_of_nobody");
    other = connect_with(config);
    CHECK_FAILS(swc_connection_head_container(other, container, NULL, &response, &err), SWC_ERR_UNAUTHORIZED);
    CHECK_INT(swc_error_http_status(err), 401);
    forget_error();
    swc_connection_free(other);
    swc_string_free(url);
}

static void more_than_the_quota(void)
{
    const char *small = own_container("quota");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_source *source = NULL;
    CHECK_OK(swc_request_set_container_metadata(request, "Quota-Bytes", "3", &err));
    CHECK_OK(swc_connection_put_container(connection, small, request, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    CHECK_FAILS(swc_connection_put_object(connection, small, "o", source, NULL, &response, &err), SWC_ERR_TOO_LARGE);
    CHECK_INT(swc_error_http_status(err), 413);
    forget_error();
    swc_source_free(source);
    swc_request_free(request);
    remove_container(connection, small);
}

/* A connection to a server on the loopback interface that is no Swift at all. */
static swc_connection *connect_to_loopback(const struct loopback *server, const char *retries, const char *timeout)
{
    swc_config *config = swc_config_new();
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/AUTH_test", server->port);
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "AUTH_tk");
    set(config, "retries", retries);
    set(config, "starting_backoff", "0.01");
    set(config, "timeout", timeout);
    return connect_with(config);
}

static void a_server_that_does_not_answer(void)
{
    struct loopback server;
    swc_connection *other;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    loopback_start(&server, NULL);
    other = connect_to_loopback(&server, "0", "0.3");
    CHECK_FAILS(swc_connection_head_account(other, NULL, &response, &err), SWC_ERR_TIMEOUT);
    CHECK_INT(swc_error_attempts(err), 1);
    CHECK(swc_error_retryable(err));
    forget_error();
    swc_connection_free(other);

    /* The deadline of a call ends its retries too. */
    other = connect_to_loopback(&server, "1000", "0.3");
    CHECK_OK(swc_request_set_timeout(request, 500, &err));
    CHECK_STATUS(swc_connection_head_account(other, request, &response, &err), SWC_ERR_TIMEOUT);
    swc_connection_free(other);
    swc_request_free(request);
    loopback_stop(&server);
}

static void *interrupt_soon(void *argument)
{
    struct loopback *server = ((void **)argument)[0];
    /* Not before the call has come so far that it waits. */
    while (atomic_load(&server->accepted) == 0)
        usleep(1000);
    swc_connection_interrupt(((void **)argument)[1]);
    return NULL;
}

static void *cancel_soon(void *argument)
{
    struct loopback *server = ((void **)argument)[0];
    while (atomic_load(&server->accepted) == 0)
        usleep(1000);
    swc_cancel_cancel(((void **)argument)[1]);
    return NULL;
}

/* Says nothing until the client goes away. */
static void serve_silence(int fd)
{
    char byte;
    while (recv(fd, &byte, 1, 0) == 1)
        ;
}

static void a_call_that_waits_can_be_ended(void)
{
    struct loopback server;
    swc_connection *other;
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    swc_cancel *cancel = swc_cancel_new();
    swc_response *response = NULL;
    pthread_t thread;
    char url[64];
    void *arguments[2] = {&server, NULL};

    loopback_start(&server, serve_silence);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/AUTH_test", server.port);
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "AUTH_tk");
    set(config, "timeout", "0");
    other = connect_with(config);
    arguments[1] = other;
    CHECK(pthread_create(&thread, NULL, interrupt_soon, arguments) == 0);
    CHECK_STATUS(swc_connection_head_account(other, NULL, &response, &err), SWC_ERR_CANCELLED);
    pthread_join(thread, NULL);

    atomic_store(&server.accepted, 0);
    arguments[1] = cancel;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK(pthread_create(&thread, NULL, cancel_soon, arguments) == 0);
    CHECK_STATUS(swc_connection_head_account(other, request, &response, &err), SWC_ERR_CANCELLED);
    pthread_join(thread, NULL);
    swc_cancel_free(cancel);
    swc_request_free(request);
    swc_connection_free(other);
    loopback_stop(&server);
}

/* What the faulty server says next. */
static const char *answer;

static void serve_answer(int fd)
{
    char head[8192];
    if (loopback_head(fd, head, sizeof head))
        loopback_send(fd, answer);
}

static void serve_and_fall_silent(int fd)
{
    serve_answer(fd);
    serve_silence(fd);
}

/* The whole exchange with a server that answers like this: of a HEAD, or of a GET with its body. */
static int32_t exchange(void (*serve)(int fd), const char *text, bool get, const char *retries)
{
    struct loopback server;
    swc_connection *other;
    swc_response *response = NULL;
    const char *body = NULL;
    int32_t status;
    answer = text;
    loopback_start(&server, serve);
    other = connect_to_loopback(&server, retries, serve == serve_and_fall_silent ? "0.3" : "60");
    if (get) {
        status = (int32_t)swc_connection_get_object(other, "c", "o", NULL, &response, &err);
        if (status == SWC_OK)
            status = (int32_t)swc_response_read_all(response, 1000, &body, NULL, &err);
    } else
        status = (int32_t)swc_connection_head_account(other, NULL, &response, &err);
    swc_response_free(response);
    swc_connection_free(other);
    loopback_stop(&server);
    return status;
}

static void a_server_that_answers_nonsense(void)
{
    CHECK_STATUS(exchange(serve_answer, "SSH-2.0-OpenSSH_9.2\r\n\r\n", false, "0"), SWC_ERR_PROTOCOL);
    CHECK_STATUS(exchange(serve_answer, "", false, "0"), SWC_ERR_CONNECT);
    CHECK_STATUS(exchange(serve_answer, "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n", false, "0"),
                 SWC_ERR_HTTP);
}

static void a_server_that_is_overloaded(void)
{
    CHECK_FAILS(exchange(serve_answer, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false, "2"),
                SWC_ERR_SERVER);
    CHECK_INT(swc_error_http_status(err), 503);
    CHECK_TEXT(swc_error_reason(err), "Busy");
    CHECK_INT(swc_error_attempts(err), 3);
    CHECK(swc_error_retryable(err));
    forget_error();
    CHECK_FAILS(exchange(serve_answer, "HTTP/1.1 429 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", false,
                         "1"),
                SWC_ERR_RATE_LIMITED);
    CHECK_INT(swc_error_attempts(err), 2);
    forget_error();
}

static void a_body_that_breaks_off_or_is_wrong(void)
{
    CHECK_STATUS(exchange(serve_answer, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", true, "0"), SWC_ERR_CONNECT);
    CHECK_STATUS(exchange(serve_and_fall_silent, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", true, "0"),
                 SWC_ERR_TIMEOUT);
    CHECK_FAILS(exchange(serve_answer,
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: 5d41402abc4b2a76b9719d911017c592\r\n\r\nHELLO",
                         true, "0"),
                SWC_ERR_CHECKSUM);
    says("5d41402abc4b2a76b9719d911017c592");
    forget_error();
    CHECK_STATUS(exchange(serve_answer,
                          "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nETag: 5d41402abc4b2a76b9719d911017c592\r\n\r\nhello",
                          true, "0"),
                 SWC_OK);
}

int main(void)
{
    /* Nothing here takes long; what hangs shall not hang for ever. */
    alarm(300);
    connection = connect_to("v1");
    container = own_container("errors");
    make_container(connection, container);
    put_text(connection, container, "o", "hello");
    RUN(a_wrong_password);
    RUN(a_host_that_does_not_exist);
    RUN(a_closed_port);
    RUN(an_authority_that_is_not_trusted);
    RUN(a_certificate_for_another_name);
    RUN(a_file_of_certificates_that_is_not_there);
    RUN(what_is_not_there);
    RUN(a_condition_that_does_not_hold);
    RUN(bytes_that_are_not_those_promised);
    RUN(somebody_without_rights);
    RUN(more_than_the_quota);
    RUN(a_server_that_does_not_answer);
    RUN(a_call_that_waits_can_be_ended);
    RUN(a_server_that_answers_nonsense);
    RUN(a_server_that_is_overloaded);
    RUN(a_body_that_breaks_off_or_is_wrong);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
