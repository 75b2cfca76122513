/* Uploads a folder with all that is in it, with a progress bar.
 *
 *     cc -o upload_tree upload_tree.c $(pkg-config --cflags --libs swiftclient)
 *     ./upload_tree FOLDER CONTAINER [PREFIX]
 *
 * What is larger than 100 MiB goes in segments, several at once. What is there already with the same content is not sent
 * again, nor are the segments of a file that broke off: after an interruption call it again.
 * Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or the OS_ variables of OpenStack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* Draws how far the service is. Polled between results: nobody has to count. */
static void show(const swc_service *service)
{
    swc_error *err = NULL;
    swc_progress *progress = NULL;
    char bar[31] = "";

    check(swc_service_progress(service, 0, &progress, &err), &err);
    unsigned long long objects = swc_progress_objects(progress), bytes = swc_progress_bytes(progress);
    long long total = swc_progress_bytes_total(progress), objects_total = swc_progress_objects_total(progress);
    /* As long as the walk through the folders goes on nobody knows the total. */
    if (total > 0) {
        int done = (int)(bytes < (unsigned long long)total ? bytes * 30 / total : 30);
        for (int i = 0; i < 30; i++)
            bar[i] = i < done ? '#' : '.';
        fprintf(stderr, "\r[%s] %3d%%", bar, done * 100 / 30);
    } else {
        fprintf(stderr, "\r");
    }
    fprintf(stderr, "  %llu", objects);
    if (objects_total >= 0)
        fprintf(stderr, " of %lld", objects_total);
    fprintf(stderr, " objects, %.1f MB, %.1f MB/s   ", bytes / 1e6, swc_progress_rate(progress) / 1e6);
    swc_progress_free(progress);
}

int main(int argc, char **argv)
{
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_config *config = swc_config_new(), *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    uint64_t sent = 0, skipped = 0;
    int failed = 0;

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&queue, &err), &err);
    if (argc < 3) {
        fprintf(stderr, "usage: %s FOLDER CONTAINER [PREFIX]\n", argv[0]);
        return 2;
    }

    check(swc_objects_add_tree(objects, argv[1], argc > 3 ? argv[3] : NULL, NULL, &err), &err);
    check(swc_config_set(options, "segment_size", "104857600", &err), &err);
    check(swc_config_set(options, "skip_identical", "true", &err), &err);
    check(swc_service_upload(service, argv[2], objects, options, queue, 0, NULL, &err), &err);
    swc_objects_free(objects);
    swc_config_free(options);
    for (int done = 0; !done;) {
        swc_result *results[16];
        size_t count;
        /* No longer than a fifth of a second, for the sake of the bar. */
        check(swc_queue_pop(queue, results, 16, 200, &count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            const swc_error *error = swc_result_error(results[i]);
            const char *action = swc_result_action(results[i]);
            /* That a container cannot be made means nothing to who may write to what is there. */
            if (error && strcmp(action, "create_container") != 0) {
                fprintf(stderr, "\n%s\n", swc_error_message(error));
                failed = 1;
            }
            if (!error && strcmp(action, "upload_object") == 0) {
                if (strcmp(swc_result_outcome(results[i]), "uploaded") == 0)
                    sent++;
                else
                    skipped++;
            }
            done |= swc_result_is_last(results[i]);
            swc_result_free(results[i]);
        }
        show(service);
    }

    printf("\n%llu files sent, %llu were there\n", (unsigned long long)sent, (unsigned long long)skipped);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    swc_config_free(config);
    return failed;
}
