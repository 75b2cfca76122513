/* The Connection API on accounts and containers, and what is true of every call: connection v1|v3|tls */
#include <pthread.h>

#include "server.h"

static swc_connection *connection;
static const char *way;

static void nothing_is_known_before_the_first_call(void)
{
    swc_connection *fresh = connect_to(way);
    char *text = (char *)1;
    CHECK_FAILS(swc_connection_storage_url(fresh, &text, &err), SWC_ERR_STATE);
    CHECK(!text && strstr(swc_error_message(err), "authenticate"));
    forget_error();
    CHECK_STATUS(swc_connection_token(fresh, &text, &err), SWC_ERR_STATE);
    swc_connection_free(fresh);
}

static void authentication(void)
{
    char *url = NULL, *token = NULL, *again = NULL;
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_storage_url(connection, &url, &err));
    CHECK(strncmp(url, strcmp(way, "tls") == 0 ? "https://" : "http://", 7) == 0 && strstr(url, "/v1/"));
    CHECK_OK(swc_connection_token(connection, &token, &err));
    CHECK(strlen(token) > 10);
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_token(connection, &again, &err));
    CHECK_TEXT(again, token);
    swc_string_free(url);
    swc_string_free(token);
    swc_string_free(again);
    swc_string_free(NULL);
}

static void account_metadata(void)
{
    swc_response *response = NULL;
    swc_request *request = swc_request_new();
    char name[64], header[96];
    snprintf(name, sizeof name, "C-Test-%ld", (long)getpid());
    snprintf(header, sizeof header, "x-account-meta-%s", name);
    CHECK_OK(swc_request_set_account_metadata(request, name, "some value", &err));
    CHECK_OK(swc_connection_post_account(connection, request, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, header), "some value");
    CHECK(swc_response_header(response, "X-Account-Container-Count"));
    swc_response_free(response);
    /* An empty value takes it away. */
    CHECK_OK(swc_request_set_account_metadata(request, name, "", &err));
    CHECK_OK(swc_connection_post_account(connection, request, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    CHECK(!swc_response_header(response, header));
    swc_response_free(response);
    swc_request_free(request);
}

static void a_container_from_beginning_to_end(void)
{
    const char *container = own_container("life");
    swc_response *response = NULL;
    swc_request *request = swc_request_new();

    CHECK_OK(swc_request_set_container_metadata(request, "Color", "blue", &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    CHECK_TEXT(swc_response_reason(response), "Created");
    swc_response_free(response);
    CHECK_OK(swc_connection_put_container(connection, container, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);

    CHECK_OK(swc_request_set_container_metadata(request, "Color", "red", &err));
    CHECK_OK(swc_connection_post_container(connection, container, request, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_connection_head_container(connection, container, NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Container-Meta-Color"), "red");
    CHECK_TEXT(swc_response_header(response, "X-CONTAINER-OBJECT-COUNT"), "0");
    CHECK(swc_response_last_modified(response) > 1000000000);
    swc_response_free(response);

    put_text(connection, container, "o", "x");
    CHECK_FAILS(swc_connection_delete_container(connection, container, NULL, &response, &err), SWC_ERR_CONFLICT);
    CHECK(!response);
    CHECK_INT(swc_error_http_status(err), 409);
    forget_error();
    delete_object(connection, container, "o");
    CHECK_OK(swc_connection_delete_container(connection, container, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_head_container(connection, container, NULL, &response, &err), SWC_ERR_NOT_FOUND);
    swc_request_free(request);
}

static void headers_of_a_response(void)
{
    const char *container = own_container("headers"), *name = NULL, *value = NULL;
    swc_response *response = NULL;
    swc_request *request = swc_request_new();
    char *decoded = NULL;
    bool found = false;

    CHECK_OK(swc_request_add_header(request, "X-Container-Meta-Quote", "50%25 caf%C3%A9", &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_connection_head_container(connection, container, NULL, &response, &err));
    CHECK(swc_response_attempts(response) >= 1);
    CHECK(*swc_response_transaction_id(response));
    CHECK_TEXT(swc_response_header(response, "x-trans-id"), swc_response_transaction_id(response));
    CHECK(swc_response_header_count(response) > 5);
    for (size_t i = 0; i < swc_response_header_count(response); i++) {
        CHECK(swc_response_header_at(response, i, &name, &value));
        CHECK_TEXT(swc_response_header(response, name), value);
        found |= strcmp(value, "50%25 caf%C3%A9") == 0;
    }
    CHECK(found);
    CHECK(!swc_response_header_at(response, swc_response_header_count(response), &name, &value));
    CHECK(!name && !value);
    CHECK(swc_response_header_at(response, 0, NULL, NULL));
    CHECK_OK(swc_response_header_decoded(response, "x-container-meta-quote", &decoded, &err));
    CHECK_TEXT(decoded, "50% caf\xc3\xa9");
    swc_string_free(decoded);
    CHECK_OK(swc_response_header_decoded(response, "x-container-meta-none", &decoded, &err));
    CHECK(!decoded && !swc_response_header(response, "x-container-meta-none"));
    swc_response_free(response);
    swc_request_free(request);
    remove_container(connection, container);
}

static void names_are_sent_exactly(void)
{
    static const char *const names[] = {
        "a b", "100%", "%2F", "caf\xc3\xa9", "a//b", "./a", "a/../b", "a/.", "..", "?x=1&y", "a#b", "+", "a/", "\xf0\x9f\xa6\x86",
    };
    const char *container = own_container("names \xc3\xbc%20");
    swc_response *response = NULL;
    make_container(connection, container);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        put_text(connection, container, names[i], names[i]);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_object(connection, container, names[i], names[i]);
    remove_container(connection, container);
    CHECK_STATUS(swc_connection_head_container(connection, "a/b", NULL, &response, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_head_container(connection, "", NULL, &response, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_head_object(connection, "c", "", NULL, &response, &err), SWC_ERR_INVALID_ARGUMENT);
}

static void capabilities(void)
{
    swc_response *response = NULL;
    const char *body = NULL;
    CHECK_OK(swc_connection_capabilities(connection, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, 1 << 20, &body, NULL, &err));
    CHECK(body[0] == '{' && strstr(body, "\"swift\""));
    swc_response_free(response);
}

static void a_cancelled_token_ends_a_call_before_it_begins(void)
{
    swc_cancel *cancel = swc_cancel_new();
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK_OK(swc_connection_head_account(connection, request, &response, &err));
    swc_response_free(response);
    swc_cancel_cancel(cancel);
    swc_cancel_free(cancel);
    CHECK_STATUS(swc_connection_head_account(connection, request, &response, &err), SWC_ERR_CANCELLED);
    CHECK_OK(swc_request_set_cancel(request, NULL, &err));
    CHECK_OK(swc_connection_head_account(connection, request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void interrupting_when_nothing_runs_changes_nothing(void)
{
    swc_response *response = NULL;
    swc_connection_interrupt(connection);
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    swc_response_free(response);
}

static void *heads(void *argument)
{
    swc_request *request = argument;
    for (int i = 0; i < 10; i++) {
        swc_error *own = NULL;
        swc_response *response = NULL;
        if (swc_connection_head_account(connection, request, &response, &own) != SWC_OK) {
            fprintf(stderr, "%s\n", swc_error_message(own));
            exit(1);
        }
        swc_response_free(response);
    }
    return NULL;
}

static void threads_share_a_connection_and_a_request(void)
{
    pthread_t threads[8];
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_timeout(request, 60000, &err));
    for (size_t i = 0; i < 8; i++)
        CHECK(pthread_create(&threads[i], NULL, heads, request) == 0);
    for (size_t i = 0; i < 8; i++)
        pthread_join(threads[i], NULL);
    swc_request_free(request);
}

static void settings_come_from_the_environment_too(void)
{
    swc_config *config = swc_config_new();
    swc_connection *other;
    swc_response *response = NULL;
    if (strcmp(way, "v3") == 0) {
        unsetenv("ST_AUTH");
        unsetenv("ST_USER");
        unsetenv("ST_KEY");
    } else if (strcmp(way, "tls") == 0) {
        char url[256];
        snprintf(url, sizeof url, "%s/auth/v1.0", need("SWIFT_TEST_HTTPS_URL"));
        setenv("ST_AUTH", url, 1);
        unsetenv("OS_AUTH_URL");
        unsetenv("OS_IDENTITY_API_VERSION");
    } else {
        unsetenv("OS_AUTH_URL");
        unsetenv("OS_IDENTITY_API_VERSION");
    }
    CHECK_OK(swc_config_load_env(config, &err));
    other = connect_with(config);
    CHECK_OK(swc_connection_head_account(other, NULL, &response, &err));
    swc_response_free(response);
    swc_connection_free(other);
}

int main(int argc, char **argv)
{
    way = argc > 1 ? argv[1] : "v1";
    connection = connect_to(way);
    RUN(nothing_is_known_before_the_first_call);
    RUN(authentication);
    RUN(account_metadata);
    RUN(a_container_from_beginning_to_end);
    RUN(headers_of_a_response);
    RUN(names_are_sent_exactly);
    RUN(capabilities);
    RUN(a_cancelled_token_ends_a_call_before_it_begins);
    RUN(interrupting_when_nothing_runs_changes_nothing);
    RUN(threads_share_a_connection_and_a_request);
    RUN(settings_come_from_the_environment_too);
    swc_connection_free(connection);
    return 0;
}
