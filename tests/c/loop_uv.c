/* The queue in a loop of libuv, beside a timer: batches of results, and the loop ends when there is nothing to do. */
#include "server.h"

#include <uv.h>

enum { JOBS = 60, BATCH = 8 };

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;
static uint64_t submitted, done, told, ticks;
static uv_poll_t results;
static uv_timer_t timer;

/* Submits what there is room for. */
static void submit(void)
{
    static const char text[] = "small";
    swc_config *there = swc_config_new();
    set(there, "skip_container_put", "true");
    while (submitted < JOBS) {
        swc_source *source = NULL;
        swc_status status;
        char name[32];
        snprintf(name, sizeof name, "o%02d", (int)submitted);
        CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
        status = swc_service_upload_object(service, container, name, source, there, queue, submitted, NULL, &err);
        swc_source_free(source);
        if (status == SWC_ERR_AGAIN) {
            swc_error_free(err);
            err = NULL;
            break;
        }
        CHECK_OK(status);
        submitted++;
    }
    swc_config_free(there);
}

static void on_results(uv_poll_t *handle, int status, int events)
{
    swc_result *batch[BATCH];
    size_t count = 0;
    CHECK(status == 0 && (events & UV_READABLE));
    told++;
    /* It is a level: what does not fit is told again. */
    CHECK_OK(swc_queue_pop(queue, batch, BATCH, 0, &count, &err));
    CHECK(count > 0);
    for (size_t i = 0; i < count; i++) {
        CHECK(swc_result_success(batch[i]) && swc_result_is_last(batch[i]));
        swc_result_free(batch[i]);
    }
    done += count;
    submit();
    if (done == JOBS) {
        uv_poll_stop(handle);
        uv_timer_stop(&timer);
    }
}

static void on_tick(uv_timer_t *handle)
{
    (void)handle;
    ticks++;
}

int main(void)
{
    swc_config *options = swc_config_new();
    uv_loop_t loop;
    int32_t fd;
    alarm(300);
    connection = connect_to("v1");
    container = own_container("uv");
    make_container(connection, container);
    set(options, "max_queued", "20");
    CHECK_OK(swc_service_new(connection, options, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK_OK(swc_queue_fd(queue, &fd, &err));
    CHECK_INT(uv_loop_init(&loop), 0);
    CHECK_INT(uv_poll_init(&loop, &results, fd), 0);
    CHECK_INT(uv_timer_init(&loop, &timer), 0);
    CHECK_INT(uv_poll_start(&results, UV_READABLE, on_results), 0);
    CHECK_INT(uv_timer_start(&timer, on_tick, 1, 1), 0);
    submit();
    CHECK_INT(uv_run(&loop, UV_RUN_DEFAULT), 0);
    CHECK(done == JOBS && told <= JOBS && ticks > 0);
    uv_close((uv_handle_t *)&results, NULL);
    uv_close((uv_handle_t *)&timer, NULL);
    CHECK_INT(uv_run(&loop, UV_RUN_DEFAULT), 0);
    CHECK_INT(uv_loop_close(&loop), 0);

    CHECK_OK(swc_service_delete(service, container, NULL, NULL, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = NULL;
        size_t count = 0;
        CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        CHECK(swc_result_success(result));
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    return 0;
}
