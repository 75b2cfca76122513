/* Deletes a container with all that is in it: large objects with their segments, every version, in bulk where it goes.
 *
 *     cc -o delete_container delete_container.c $(pkg-config --cflags --libs swiftclient)
 *     ./delete_container CONTAINER
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
    swc_statistics *statistics = NULL;
    uint64_t deleted = 0;
    int failed = 0;
    swc_config *config = swc_config_new();

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);
    if (argc < 2) {
        fprintf(stderr, "usage: %s CONTAINER\n", argv[0]);
        return 2;
    }

    check(swc_config_set(options, "versions", "true", &err), &err);
    check(swc_service_delete(service, argv[1], NULL, options, queue, 0, NULL, &err), &err);
    for (int done = 0; !done;) {
        swc_result *results[16];
        size_t count;
        check(swc_queue_pop(queue, results, 16, -1, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            if (!swc_result_success(results[i])) {
                fprintf(stderr, "%s\n", swc_error_message(swc_result_error(results[i])));
                failed = 1;
            } else {
                /* One object, or as many as went with one request. */
                deleted += swc_result_object(results[i]) ? 1 : swc_result_object_count(results[i]);
            }
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }

    check(swc_service_statistics(service, NULL, &statistics, &err), &err);
    printf("%llu objects deleted with %llu requests\n", (unsigned long long)deleted,
           (unsigned long long)swc_statistics_requests(statistics));
    swc_statistics_free(statistics);
    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
