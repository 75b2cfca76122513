/* How often and how patiently a call is tried, and what is told of each request: against a server that fails first. */
#include "server.h"

#include "loopback.h"

static struct loopback server;
static atomic_int served;
/* The server fails this often, then all is well. */
static atomic_int failures;
static const char *failure;

static void serve(int fd)
{
    char head[8192];
    if (!loopback_head(fd, head, sizeof head))
        return;
    if (atomic_fetch_add(&served, 1) < atomic_load(&failures))
        loopback_send(fd, failure);
    else
        loopback_send(fd, "HTTP/1.1 204 Fine\r\nX-Trans-Id: txgood\r\nConnection: close\r\n\r\n");
}

static swc_connection *connect_to_it(const char *key, const char *value)
{
    swc_config *config = swc_config_new();
    char url[64];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/AUTH_t", server.port);
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "t");
    set(config, "starting_backoff", "0.002");
    set(config, "max_backoff", "0.002");
    set(config, "backoff_jitter", "0");
    if (key)
        set(config, key, value);
    return connect_with(config);
}

/* How many requests a call makes that fails for ever. */
static uint32_t tries(const swc_connection *connection, const swc_request *request)
{
    uint32_t attempts;
    atomic_store(&served, 0);
    atomic_store(&failures, 1000);
    CHECK(swc_connection_post_account(connection, request, NULL, &err) < 0);
    attempts = swc_error_attempts(err);
    CHECK_INT(atomic_load(&served), attempts);
    forget_error();
    return attempts;
}

static int64_t first_pause(const swc_connection *connection, const swc_request *request)
{
    int64_t pause = -1;
    tries(connection, request);
    atomic_store(&served, 0);
    CHECK(swc_connection_post_account(connection, request, NULL, &err) < 0);
    CHECK(swc_error_attempt_at(err, 0, NULL, NULL, NULL, NULL, NULL, &pause));
    forget_error();
    return pause;
}

static void how_often(void)
{
    swc_connection *connection = connect_to_it("retries", "2");
    swc_request *request = swc_request_new();
    failure = "HTTP/1.1 503 Busy\r\nX-Trans-Id: txbad\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    CHECK_INT(tries(connection, NULL), 3);
    CHECK_OK(swc_request_set_retries(request, 0, &err));
    CHECK_INT(tries(connection, request), 1);
    CHECK_OK(swc_request_set_retries(request, 4, &err));
    CHECK_INT(tries(connection, request), 5);
    /* The time for it may be over before. */
    CHECK_OK(swc_request_set_retry_max_elapsed(request, 0, &err));
    CHECK_INT(tries(connection, request), 1);
    CHECK_OK(swc_request_set_retry_max_elapsed(request, -1, &err));
    CHECK_INT(tries(connection, request), 5);
    swc_connection_free(connection);
    connection = connect_to_it("retry_max_elapsed", "0.001");
    CHECK_INT(tries(connection, NULL), 1);
    CHECK_INT(tries(connection, request), 5);
    failure = "HTTP/1.1 429 Too Many\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    CHECK_INT(tries(connection, request), 5);
    CHECK_OK(swc_request_set_retry_on_ratelimit(request, false, &err));
    CHECK_INT(tries(connection, request), 1);
    swc_request_free(request);
    swc_connection_free(connection);
}

static void how_patiently(void)
{
    swc_connection *connection = connect_to_it("retries", "1");
    swc_request *request = swc_request_new();
    failure = "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    CHECK_OK(swc_request_set_backoff_jitter(request, 1.0, &err));
    CHECK_INT(first_pause(connection, request), 2);
    CHECK_OK(swc_request_set_backoff_jitter(request, 0.0, &err));
    /* No longer than max_backoff, unless something else is said. */
    CHECK_INT(first_pause(connection, request), 2);
    CHECK_OK(swc_request_set_retry_after_max(request, 30, &err));
    CHECK_INT(first_pause(connection, request), 30);
    CHECK_OK(swc_request_set_retry_after_max(request, -1, &err));
    CHECK_INT(first_pause(connection, request), 1000);
    CHECK_OK(swc_request_set_retry_after_max(request, 0, &err));
    CHECK_INT(first_pause(connection, request), 2);
    CHECK_OK(swc_request_set_backoff(request, 40, 25, &err));
    CHECK_INT(first_pause(connection, request), 25);
    CHECK_OK(swc_request_set_backoff(request, 40, -1, &err));
    CHECK_INT(first_pause(connection, request), 40);
    swc_connection_free(connection);
    connection = connect_to_it("retry_after_max", "0.05");
    swc_request_free(request);
    CHECK_INT(first_pause(connection, NULL), 50);
    swc_connection_free(connection);
}

static void what_became_of_each(void)
{
    swc_connection *connection = connect_to_it(NULL, NULL);
    swc_response *response = NULL;
    const char *reason, *id, *message;
    int32_t status;
    int64_t elapsed, pause;
    failure = "HTTP/1.1 500 Oops\r\nX-Trans-Id: txbad\r\nX-Why: no idea\r\nConnection: close\r\n"
              "Content-Length: 5\r\n\r\nsorry";
    atomic_store(&served, 0);
    atomic_store(&failures, 1);
    CHECK_OK(swc_connection_post_container(connection, "c", NULL, &response, &err));
    CHECK_INT(swc_response_attempts(response), 2);
    CHECK(swc_response_attempt_at(response, 0, &status, &reason, &id, &message, &elapsed, &pause));
    CHECK_INT(status, 500);
    CHECK_TEXT(reason, "Oops");
    CHECK_TEXT(id, "txbad");
    CHECK(strstr(message, "sorry") && elapsed >= 0 && pause >= 0);
    CHECK_TEXT(swc_response_attempt_header(response, 0, "x-why"), "no idea");
    CHECK(swc_response_attempt_at(response, 1, &status, NULL, &id, &message, NULL, &pause));
    CHECK_INT(status, 204);
    CHECK_TEXT(id, "txgood");
    CHECK_TEXT(message, "");
    CHECK_INT(pause, 0);
    CHECK(!swc_response_attempt_header(response, 1, "x-why"));
    CHECK(!swc_response_attempt_at(response, 2, &status, &reason, &id, &message, &elapsed, &pause));
    CHECK(status == -1 && !reason && !id && !message);
    CHECK(!swc_response_attempt_header(response, 2, "x-why"));
    swc_response_free(response);

    atomic_store(&failures, 1000);
    CHECK_FAILS(swc_connection_post_container(connection, "c", NULL, NULL, &err), SWC_ERR_SERVER);
    CHECK_INT(swc_error_attempts(err), 6);
    CHECK(swc_error_attempt_at(err, 5, &status, &reason, &id, &message, NULL, NULL));
    CHECK_INT(status, 500);
    CHECK_TEXT(id, "txbad");
    CHECK_TEXT(swc_error_attempt_header(err, 5, "X-Why"), "no idea");
    CHECK(!swc_error_attempt_at(err, 6, &status, NULL, NULL, NULL, NULL, NULL));
    forget_error();
    swc_connection_free(connection);
}

/* The real server: one attempt, and one more for a token that is none. */
static void with_the_real_one(void)
{
    swc_config *config = config_for("v1");
    swc_connection *connection;
    swc_response *response = NULL;
    const char *id;
    int32_t status;
    set(config, "os_auth_token", "AUTH_tknone");
    CHECK_OK(swc_connection_new(config, &connection, &err));
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    CHECK(swc_response_attempt_at(response, swc_response_attempts(response) - 1, &status, NULL, &id, NULL, NULL, NULL));
    CHECK_INT(status, 204);
    CHECK_TEXT(id, swc_response_transaction_id(response));
    swc_response_free(response);
    swc_connection_free(connection);
    swc_config_free(config);
}

int main(void)
{
    loopback_start(&server, serve);
    RUN(how_often);
    RUN(how_patiently);
    RUN(what_became_of_each);
    RUN(with_the_real_one);
    loopback_stop(&server);
    return 0;
}
