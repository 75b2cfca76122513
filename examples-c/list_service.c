/* Lists a container, page by page, by the Service API; with a prefix only the names that begin so.
 *
 *     cc -o list_service list_service.c $(pkg-config --cflags --libs swiftclient)
 *     ./list_service CONTAINER [PREFIX]
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

int main(int argc, char **argv)
{
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_config *options = swc_config_new();
    int failed = 0;
    swc_config *config = swc_config_new();

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);
    if (argc < 2) {
        fprintf(stderr, "usage: %s CONTAINER [PREFIX]\n", argv[0]);
        return 2;
    }

    if (argc > 2)
        check(swc_config_set(options, "prefix", argv[2], &err), &err);
    /* The next page is fetched while this one is shown; no more than two wait. */
    check(swc_service_list(service, argv[1], options, queue, 0, NULL, &err), &err);
    for (int done = 0; !done;) {
        swc_result *results[16];
        size_t count;
        check(swc_queue_pop(queue, results, 16, -1, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            const swc_entry *entry;
            while (swc_result_next_entry(results[i], &entry, NULL) == SWC_OK)
                printf("%12llu  %s\n", (unsigned long long)swc_entry_bytes(entry), swc_entry_name(entry));
            if (!swc_result_success(results[i])) {
                fprintf(stderr, "%s\n", swc_error_message(swc_result_error(results[i])));
                failed = 1;
            }
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }

    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
