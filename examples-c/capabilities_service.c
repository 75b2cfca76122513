/* Shows what the cluster says of itself, as JSON, by the Service API.
 *
 *     cc -o capabilities_service capabilities_service.c $(pkg-config --cflags --libs swiftclient)
 *     ./capabilities_service
 *
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <swiftclient.h>

/* Ends the program with what the library has to say. */
static void check(swc_status status, swc_error **err)
{
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(*err));
        swc_error_free(*err);
        exit(1);
    }
}

int main(void)
{
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    swc_config *config = swc_config_new();
    size_t count;
    int failed;

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);

    /* The answer is kept for the life of the service: another job for it makes no request. */
    check(swc_service_capabilities(service, NULL, queue, 0, NULL, &err), &err);
    check(swc_queue_pop(queue, &result, 1, -1, &count, &err), &err);
    failed = !swc_result_success(result);
    if (failed)
        fprintf(stderr, "%s\n", swc_error_message(swc_result_error(result)));
    else
        printf("%s\n", swc_result_json(result));

    swc_result_free(result);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
