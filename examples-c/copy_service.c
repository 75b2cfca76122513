/* Copies objects to another container, which is made when it is not there. The bytes stay in the cluster. Objects that are
 * too large for that in one piece are copied by their segments, each of which is told too.
 *
 *     cc -o copy_service copy_service.c $(pkg-config --cflags --libs swiftclient)
 *     ./copy_service CONTAINER TO_CONTAINER OBJECT...
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
    swc_objects *objects = swc_objects_new();
    char destination[260];
    int failed = 0;
    swc_config *config = swc_config_new();

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);
    if (argc < 4) {
        fprintf(stderr, "usage: %s CONTAINER TO_CONTAINER OBJECT...\n", argv[0]);
        return 2;
    }

    snprintf(destination, sizeof destination, "/%s", argv[2]);
    check(swc_config_set(options, "destination", destination, &err), &err);
    check(swc_objects_add_all(objects, (const char *const *)argv + 3, (size_t)argc - 3, &err), &err);
    check(swc_service_copy(service, argv[1], objects, options, queue, 0, NULL, &err), &err);
    for (int done = 0; !done;) {
        swc_result *results[16];
        size_t count;
        check(swc_queue_pop(queue, results, 16, -1, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            const swc_error *error = swc_result_error(results[i]);
            const char *to = swc_result_destination(results[i]);
            /* The result for the container has no destination. */
            if (error)
                fprintf(stderr, "%s\n", swc_error_message(error));
            else if (to)
                printf("%s -> %s\n", swc_result_object(results[i]), to);
            /* What fails for a segment fails for its object. */
            failed |= error && to && !swc_result_segment(results[i], NULL, NULL, NULL, NULL, NULL);
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }

    swc_objects_free(objects);
    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
