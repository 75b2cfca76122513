/* A batch in an event loop: uploads many objects at once while epoll tells when there are results, then deletes them.
 *
 *     cc -o poll_queue poll_queue.c $(pkg-config --cflags --libs swiftclient)
 *     ./poll_queue [HOW_MANY]
 *
 * For Linux; with poll or kqueue it is the same. Credentials come from the environment: ST_AUTH, ST_USER and ST_KEY, or
 * the OS_ variables of OpenStack.
 */
#include <stdio.h>
#include <stdlib.h>
#include <swiftclient.h>
#include <sys/epoll.h>
#include <unistd.h>

#define CONTAINER "poll-queue"

struct batch {
    swc_queue *queue;
    int epoll;
    uint64_t done, failed;
};

/* Ends the program with what the library has to say. */
static void check(swc_status status, swc_error **err)
{
    if (status < 0) {
        fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(*err));
        swc_error_free(*err);
        exit(1);
    }
}

/* One turn of the loop: waits for results, and for whatever else the program watches, and takes what is there. */
static void turn(struct batch *batch)
{
    struct epoll_event event;
    swc_result *results[32];
    swc_error *err = NULL;
    size_t count;

    if (epoll_wait(batch->epoll, &event, 1, -1) < 1)
        return;
    /* Does not wait. What does not fit stays, and so the descriptor stays readable. */
    check(swc_queue_pop(batch->queue, results, 32, 0, &count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        if (!swc_result_success(results[i])) {
            fprintf(stderr, "%s: %s\n", swc_result_action(results[i]), swc_error_message(swc_result_error(results[i])));
            batch->failed++;
        } else if (swc_result_object(results[i])) {
            printf("%-16s %s/%s (tag %llu)\n", swc_result_action(results[i]), swc_result_container(results[i]),
                   swc_result_object(results[i]), (unsigned long long)swc_result_tag(results[i]));
        }
        batch->done += swc_result_is_last(results[i]);
        swc_result_free(results[i]);
    }
}

int main(int argc, char **argv)
{
    static const char text[] = "A small object.\n";
    uint64_t jobs = argc > 1 ? strtoull(argv[1], NULL, 10) : 20;
    struct batch batch = {NULL, epoll_create1(EPOLL_CLOEXEC), 0, 0};
    struct epoll_event event = {.events = EPOLLIN};
    swc_error *err = NULL;
    swc_connection *connection = NULL;
    swc_service *service = NULL;
    swc_source *source = NULL;
    swc_config *config = swc_config_new();
    int32_t fd;

    check(swc_config_load_env(config, &err), &err);
    check(swc_connection_new(config, &connection, &err), &err);
    check(swc_connection_put_container(connection, CONTAINER, NULL, NULL, &err), &err);

    check(swc_service_new(connection, NULL, &service, &err), &err);
    check(swc_queue_new(&batch.queue, &err), &err);
    check(swc_queue_fd(batch.queue, &fd, &err), &err);
    if (batch.epoll < 0 || epoll_ctl(batch.epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
        perror("epoll");
        return 1;
    }

    /* Jobs are taken as fast as they come; past the limit "max_queued" results must be popped first. */
    check(swc_source_new_memory(text, sizeof text - 1, NULL, NULL, &source, &err), &err);
    for (uint64_t tag = 0; tag < jobs; tag++) {
        swc_status status;
        char name[32];
        snprintf(name, sizeof name, "object-%04llu", (unsigned long long)tag);
        while ((status = swc_service_upload_object(service, CONTAINER, name, source, NULL, batch.queue, tag, NULL, &err)) ==
               SWC_ERR_AGAIN) {
            swc_error_free(err);
            turn(&batch);
        }
        check(status, &err);
    }
    while (batch.done < jobs)
        turn(&batch);

    for (uint64_t tag = 0; tag < jobs; tag++) {
        swc_status status;
        char name[32];
        swc_objects *one = swc_objects_new();
        snprintf(name, sizeof name, "object-%04llu", (unsigned long long)tag);
        check(swc_objects_add(one, name, NULL, &err), &err);
        while ((status = swc_service_delete(service, CONTAINER, one, NULL, batch.queue, tag, NULL, &err)) ==
               SWC_ERR_AGAIN) {
            swc_error_free(err);
            turn(&batch);
        }
        check(status, &err);
        swc_objects_free(one);
    }
    while (batch.done < 2 * jobs)
        turn(&batch);
    printf("%llu jobs done, %llu failed\n", (unsigned long long)batch.done, (unsigned long long)batch.failed);

    /* Nothing is left to do, so this does not wait. */
    check(swc_service_shutdown(service, -1, &err), &err);
    check(swc_connection_delete_container(connection, CONTAINER, NULL, NULL, &err), &err);

    swc_source_free(source);
    swc_service_free(service);
    swc_queue_free(batch.queue);
    swc_connection_free(connection);
    swc_config_free(config);
    close(batch.epoll);
    return batch.failed ? 1 : 0;
}
