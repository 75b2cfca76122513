/* Gives objects a colour, and the first of them a shape as well: options of a job, and of one of its objects.
 *
 *     cc -o set_metadata set_metadata.c $(pkg-config --cflags --libs swiftclient)
 *     ./set_metadata CONTAINER OBJECT...
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
    swc_config *own = swc_config_new();
    swc_objects *objects = swc_objects_new();
    int failed = 0;
    swc_config *config = swc_config_new();

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);
    if (argc < 3) {
        fprintf(stderr, "usage: %s CONTAINER OBJECT...\n", argv[0]);
        return 2;
    }

    /* A post replaces all the metadata an object has. */
    check(swc_config_add(options, "meta", "Color", "blue", &err), &err);
    check(swc_config_add(own, "meta", "Shape", "round", &err), &err);
    for (int i = 2; i < argc; i++)
        check(swc_objects_add(objects, argv[i], i == 2 ? own : NULL, &err), &err);
    check(swc_service_post(service, argv[1], objects, options, queue, 0, NULL, &err), &err);
    for (int done = 0; !done;) {
        swc_result *results[16];
        size_t count;
        check(swc_queue_pop(queue, results, 16, -1, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            const swc_error *error = swc_result_error(results[i]);
            printf("%s: %s\n", swc_result_object(results[i]), error ? swc_error_message(error) : "done");
            failed |= error != NULL;
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }

    swc_objects_free(objects);
    swc_config_free(own);
    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
