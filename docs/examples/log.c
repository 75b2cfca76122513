/* Messages for those who look for what went wrong. */
#include "example.h"

static void show(void *user_data, int32_t level, const char *message)
{
    /* From any thread that uses the library; it must not call back into it. */
    fprintf(user_data, "%s: %s\n", level <= SWC_LOG_WARN ? "attention" : "note", message);
}

static void every_request_is_shown(swc_connection *connection)
{
    swc_response *response = NULL;
    ok(swc_log_set(SWC_LOG_DEBUG, show, NULL, stderr, &err));
    swc_log_set_secret_prefix(8);  /* of tokens no more than 8 characters */
    swc_log_show_curl(true);       /* as commands that can be tried in a shell */
    swc_log_show_secrets(false);   /* true only where nobody else reads it */
    ok(swc_connection_head_account(connection, NULL, &response, &err));
    swc_response_free(response);
    ok(swc_log_set(SWC_LOG_OFF, NULL, NULL, NULL, &err));
}

int main(void)
{
    swc_connection *connection = connected();
    every_request_is_shown(connection);
    swc_connection_free(connection);
    return 0;
}
