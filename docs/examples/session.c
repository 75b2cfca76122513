/* Tokens: passed from one connection to another, and got by the program itself. */
#include "example.h"

static void a_token_serves_another_connection(swc_connection *connection)
{
    swc_config *config = swc_config_new();
    swc_connection *second = NULL;
    swc_session *session = NULL;
    swc_response *response = NULL;
    ok(swc_connection_authenticate(connection, NULL, &err));
    ok(swc_connection_session(connection, &session, &err));
    if (swc_session_expires(session) >= 0)
        printf("good until %" PRId64 "\n", swc_session_expires(session));
    ok(swc_config_set(config, "os_storage_url", swc_session_storage_url(session), &err));
    ok(swc_config_set(config, "os_auth_token", swc_session_token(session), &err));
    if (swc_session_service_token(session))
        ok(swc_config_set(config, "service_auth_token", swc_session_service_token(session), &err));
    swc_session_free(session);

    ok(swc_connection_new(config, &second, &err)); /* no password: in another process, say */
    ok(swc_connection_head_account(second, NULL, &response, &err));
    swc_response_free(response);
    swc_connection_free(second);
    swc_config_free(config);
}

/* What a program knows that logs in by itself: here it has asked somebody else, in a connection of its own. */
struct login {
    const char *storage_url, *token;
    int64_t expires;
};

static int32_t log_in(void *user_data, int32_t reason, swc_session *session)
{
    const struct login *login = user_data;
    if (reason == SWC_AUTH_REFUSED) {
        /* It has no other token than this: the call fails with SWC_ERR_AUTH and this message. */
        swc_session_set_failure(session, "the token has been revoked; log in again", NULL);
        return SWC_ERR_AUTH;
    }
    swc_session_set_storage_url(session, login->storage_url, NULL);
    swc_session_set_token(session, login->token, NULL);
    swc_session_set_service_token(session, NULL, NULL); /* no service acts for the user */
    swc_session_set_expires(session, login->expires, NULL); /* then it is asked again ahead of that */
    return SWC_OK;
}

static void a_program_logs_in_by_itself(struct login *login)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    swc_response *response = NULL;
    ok(swc_config_set_auth_callback(config, log_in, NULL, login, &err));
    ok(swc_connection_new(config, &connection, &err));
    ok(swc_connection_head_account(connection, NULL, &response, &err)); /* calls log_in() first */
    swc_response_free(response);
    swc_connection_free(connection);
    swc_config_free(config);
}

int main(void)
{
    swc_connection *connection = connected();
    struct login login = {NULL, NULL, -1};
    char *storage_url = NULL, *token = NULL;
    a_token_serves_another_connection(connection);
    ok(swc_connection_storage_url(connection, &storage_url, &err));
    ok(swc_connection_token(connection, &token, &err));
    login.storage_url = storage_url;
    login.token = token;
    a_program_logs_in_by_itself(&login);
    swc_string_free(storage_url);
    swc_string_free(token);
    swc_connection_free(connection);
    return 0;
}
