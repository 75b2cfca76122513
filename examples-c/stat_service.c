/* Shows an account, a container or objects as the command `swift stat` does, by the Service API.
 *
 *     cc -o stat_service stat_service.c $(pkg-config --cflags --libs swiftclient)
 *     ./stat_service [CONTAINER [OBJECT...]]
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

static void show(const swc_result *result)
{
    const char *container = swc_result_container(result);
    const char *object = swc_result_object(result);

    if (!swc_result_success(result)) {
        fprintf(stderr, "%s%s%s: %s\n", container ? container : "account", object ? "/" : "", object ? object : "",
                swc_error_message(swc_result_error(result)));
        return;
    }
    for (size_t i = 0; i < swc_result_item_count(result); i++) {
        const char *name, *value;
        swc_result_item_at(result, i, &name, &value);
        printf("%28s: %s\n", name, value);
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_config *config = swc_config_new();
    swc_objects *objects = argc > 2 ? swc_objects_new() : NULL;
    int failed = 0, done = 0;

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);

    /* One job: all the objects are asked for at once, by several threads. */
    if (objects)
        check(swc_objects_add_all(objects, (const char *const *)argv + 2, (size_t)argc - 2, &err), &err);
    check(swc_service_stat(service, argc > 1 ? argv[1] : NULL, objects, NULL, queue, 0, NULL, &err), &err);
    while (!done) {
        swc_result *results[16];
        size_t count;
        check(swc_queue_pop(queue, results, 16, -1, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            show(results[i]);
            failed |= !swc_result_success(results[i]);
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }

    swc_objects_free(objects);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
