/* What the examples of the reference share: a connection by the environment, an end when a call fails, and a place
 * to try things in. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <swiftclient.h>

/* The error object of the last call that failed. */
static swc_error *err;

/* Ends the program with what the library has to say, when a call has failed. */
static inline swc_status ok(swc_status status)
{
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(err));
        exit(1);
    }
    return status;
}

/* Ends the program when something is not as its author thought. */
static inline void expect(bool so, const char *what)
{
    if (!so) {
        fprintf(stderr, "not so: %s\n", what);
        exit(1);
    }
}
#define expect(condition) expect(condition, #condition)

/* A connection with the credentials of the environment. */
static inline swc_connection *connected(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    ok(swc_config_load_env(config, &err));
    ok(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    return connection;
}

/* Stores a text as an object. */
static inline void put_text(swc_connection *connection, const char *container, const char *object, const char *text)
{
    swc_source *source = NULL;
    ok(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    ok(swc_connection_put_object(connection, container, object, source, NULL, NULL, &err));
    swc_source_free(source);
}

/* Deletes a container with all that is in it, by the Service API. */
static inline void clean_up(swc_connection *connection, const char *container)
{
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    bool done = false;
    ok(swc_service_new(connection, NULL, &service, &err));
    ok(swc_queue_new(&queue, &err));
    ok(swc_service_delete(service, container, NULL, NULL, queue, 0, NULL, &err));
    while (!done) {
        swc_result *results[16];
        size_t count = 0;
        ok(swc_queue_pop(queue, results, 16, -1, &count, &err));
        for (size_t i = 0; i < count; i++) {
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
    }
    swc_service_free(service);
    swc_queue_free(queue);
}

#endif
