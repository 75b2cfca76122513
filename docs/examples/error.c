/* What can be learned from a failure. */
#include "example.h"

static void a_failure_is_handled_and_told(swc_connection *connection)
{
    swc_response *response = NULL;
    swc_error *error = NULL;
    swc_status status = swc_connection_get_object(connection, "photos", "none.jpg", NULL, &response, &error);
    if (status == SWC_ERR_NOT_FOUND)
        puts("there is no such photo");
    else if (status < 0)
        fprintf(stderr, "%s\n", swc_error_message(error));
    swc_error_free(error);
    swc_response_free(response);
}

static void all_that_the_error_knows(swc_connection *connection)
{
    swc_error *error = NULL;
    size_t length = 0;
    const char *body, *name, *value;
    swc_connection_post_object(connection, "photos", "none.jpg", NULL, NULL, &error);

    printf("status          %s\n", swc_status_name(swc_error_status(error)));
    printf("message         %s\n", swc_error_message(error));
    printf("request         %s %s\n", swc_error_method(error), swc_error_url(error));
    printf("answer          %d %s\n", (int)swc_error_http_status(error), swc_error_reason(error));
    /* What the operator of the cluster will ask for. */
    printf("transaction     %s\n", swc_error_transaction_id(error));
    printf("content type    %s\n", swc_error_header(error, "Content-Type"));
    for (size_t i = 0; i < swc_error_header_count(error); i++)
        if (swc_error_header_at(error, i, &name, &value))
            printf("    %s: %s\n", name, value);
    body = swc_error_body(error, &length);
    printf("%zu bytes of body: %s\n", length, body);
    printf("worth another try later: %s\n", swc_error_retryable(error) ? "yes" : "no");
    swc_error_free(error);
}

static void each_attempt_is_told(const swc_error *error)
{
    for (uint32_t i = 0; i < swc_error_attempts(error); i++) {
        int32_t http_status;
        int64_t elapsed_ms, pause_ms;
        const char *reason, *transaction_id, *message;
        swc_error_attempt_at(error, i, &http_status, &reason, &transaction_id, &message, &elapsed_ms, &pause_ms);
        printf("attempt %u: %d %s (%s) %s after %" PRId64 " ms, then a pause of %" PRId64 " ms\n", i + 1,
               (int)http_status, reason, transaction_id, message, elapsed_ms, pause_ms);
        if (swc_error_attempt_header(error, i, "Retry-After"))
            printf("    the server asked for %s s\n", swc_error_attempt_header(error, i, "Retry-After"));
    }
}

static void a_report_tells_which_paths_failed(swc_connection *connection)
{
    const char *paths[] = {"photos"}; /* a container that is not empty cannot be deleted */
    swc_report *report = NULL;
    swc_error *error = NULL;
    if (swc_connection_bulk_delete(connection, paths, 1, NULL, &report, &error) < 0) {
        const swc_report *failed = swc_error_report(error); /* belongs to the error */
        const char *container, *reason;
        for (size_t i = 0; i < swc_report_error_count(failed); i++)
            if (swc_report_error_at(failed, i, &container, NULL, NULL, &reason))
                printf("%s: %s\n", container, reason);
    }
    swc_error_free(error);
    swc_report_free(report);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_error *error = NULL;
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "cat.jpg", "a cat");
    a_failure_is_handled_and_told(connection);
    all_that_the_error_knows(connection);
    swc_connection_head_object(connection, "photos", "none.jpg", NULL, &(swc_response *){NULL}, &error);
    each_attempt_is_told(error);
    swc_error_free(error);
    a_report_tells_which_paths_failed(connection);
    clean_up(connection, "photos");
    swc_connection_free(connection);
    return 0;
}
