/* The queue in event loops and among threads: every result arrives, nobody is woken for nothing. Usage: loops [JOBS].
 *
 * The jobs are quick ones: capabilities, which are asked for once and then known.
 */
#include "server.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/epoll.h>

enum { PRODUCERS = 6, CONSUMERS = 3, BATCH = 16 };

static swc_connection *connection;
static swc_service *service;
static uint64_t jobs = 20000;

/* What the threads of one test share. */
struct stress {
    swc_queue *queue;
    atomic_uint_fast64_t tags;
    atomic_uint_fast64_t taken, sum, woken;
    atomic_bool over;
};

/* As the checks of check.h, which have one error object for all threads. */
static swc_status submit(swc_queue *queue, uint64_t tag)
{
    swc_error *error = NULL;
    swc_status status;
    while ((status = swc_service_capabilities(service, NULL, queue, tag, NULL, &error)) == SWC_ERR_AGAIN) {
        swc_error_free(error);
        usleep(200);
    }
    if (status < 0) {
        fprintf(stderr, "%s\n", swc_error_message(error));
        exit(1);
    }
    return status;
}

static void *produce(void *context)
{
    struct stress *all = context;
    uint64_t tag;
    while ((tag = atomic_fetch_add(&all->tags, 1)) < jobs)
        submit(all->queue, tag);
    return NULL;
}

/* Takes a batch without more ado; returns how many there were. */
static size_t take(struct stress *all, int32_t timeout_ms)
{
    swc_result *results[BATCH];
    size_t count = 0;
    swc_status status = swc_queue_pop(all->queue, results, BATCH, timeout_ms, &count, NULL);
    if (status != (count ? SWC_OK : SWC_TIMED_OUT))
        exit(1);
    for (size_t i = 0; i < count; i++) {
        if (!swc_result_success(results[i]) || !swc_result_is_last(results[i]))
            exit(1);
        atomic_fetch_add(&all->sum, swc_result_tag(results[i]));
        swc_result_free(results[i]);
    }
    atomic_fetch_add(&all->taken, count);
    return count;
}

static void start(struct stress *all, pthread_t *threads)
{
    memset(all, 0, sizeof *all);
    CHECK_OK(swc_queue_new(&all->queue, &err));
    for (int i = 0; i < PRODUCERS; i++)
        CHECK_INT(pthread_create(&threads[i], NULL, produce, all), 0);
}

/* Every tag came, once. */
static void finish(struct stress *all, pthread_t *threads)
{
    for (int i = 0; i < PRODUCERS; i++)
        pthread_join(threads[i], NULL);
    CHECK_INT(atomic_load(&all->taken), jobs);
    CHECK_INT(atomic_load(&all->sum), jobs * (jobs - 1) / 2);
    CHECK_INT(swc_queue_length(all->queue), 0);
    swc_queue_free(all->queue);
}

static int watch(const swc_queue *queue, uint32_t events)
{
    struct epoll_event event = {.events = events};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    int32_t fd;
    CHECK_OK(swc_queue_fd(queue, &fd, &err));
    CHECK(epoll >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0);
    return epoll;
}

/* A level: one batch for each time it is told, and it is told as long as there is more; never for nothing. */
static void in_epoll(void)
{
    pthread_t threads[PRODUCERS];
    struct stress all;
    struct epoll_event event;
    uint64_t told = 0;
    int epoll;
    start(&all, threads);
    epoll = watch(all.queue, EPOLLIN);
    while (atomic_load(&all.taken) < jobs) {
        CHECK_INT(epoll_wait(epoll, &event, 1, 60000), 1);
        CHECK(take(&all, 0) > 0);
        told++;
    }
    CHECK(told <= jobs);
    /* Nothing is left, and the loop sleeps; a wake-up is for who waits in a pop. */
    CHECK_INT(epoll_wait(epoll, &event, 1, 50), 0);
    swc_queue_wake(all.queue);
    CHECK_INT(epoll_wait(epoll, &event, 1, 50), 0);
    CHECK_INT(take(&all, -1), 0);
    finish(&all, threads);
    close(epoll);
}

/* As an edge it tells only that there is something after there was nothing: all is taken then. */
static void in_epoll_by_edges(void)
{
    pthread_t threads[PRODUCERS];
    struct stress all;
    struct epoll_event event;
    int epoll;
    start(&all, threads);
    epoll = watch(all.queue, EPOLLIN | EPOLLET);
    while (atomic_load(&all.taken) < jobs) {
        CHECK_INT(epoll_wait(epoll, &event, 1, 60000), 1);
        while (take(&all, 0) > 0)
            ;
    }
    finish(&all, threads);
    close(epoll);
}

/* Several loops watch one queue: each result goes to one of them, and who comes too late finds nothing. */
static void *watch_too(void *context)
{
    struct stress *all = context;
    struct pollfd one = {.events = POLLIN};
    if (swc_queue_fd(all->queue, &one.fd, NULL) != SWC_OK)
        exit(1);
    while (!atomic_load(&all->over)) {
        if (poll(&one, 1, 20) == 1)
            take(all, 0);
    }
    return NULL;
}

static void in_several_loops(void)
{
    pthread_t threads[PRODUCERS], loops[CONSUMERS];
    struct stress all;
    start(&all, threads);
    for (int i = 0; i < CONSUMERS; i++)
        CHECK_INT(pthread_create(&loops[i], NULL, watch_too, &all), 0);
    while (atomic_load(&all.taken) < jobs)
        usleep(1000);
    atomic_store(&all.over, true);
    for (int i = 0; i < CONSUMERS; i++)
        pthread_join(loops[i], NULL);
    finish(&all, threads);
}

/* Waits for as long as it takes; who is woken for no result was woken by swc_queue_wake(). */
static void *wait_for(void *context)
{
    struct stress *all = context;
    while (!atomic_load(&all->over)) {
        if (take(all, -1) == 0)
            atomic_fetch_add(&all->woken, 1);
    }
    return NULL;
}

static void among_waiting_threads(void)
{
    pthread_t threads[PRODUCERS], waiting[CONSUMERS];
    struct stress all;
    uint64_t calls = 0;
    start(&all, threads);
    for (int i = 0; i < CONSUMERS; i++)
        CHECK_INT(pthread_create(&waiting[i], NULL, wait_for, &all), 0);
    for (; atomic_load(&all.taken) < jobs; calls++) {
        swc_queue_wake(all.queue);
        usleep(1000);
    }
    /* Each of these ends one wait, also one that has not begun. */
    while (atomic_load(&all.woken) < calls)
        usleep(1000);
    CHECK_INT(atomic_load(&all.woken), calls);
    atomic_store(&all.over, true);
    for (int i = 0; i < CONSUMERS; i++)
        swc_queue_wake(all.queue);
    for (int i = 0; i < CONSUMERS; i++)
        pthread_join(waiting[i], NULL);
    CHECK_INT(atomic_load(&all.woken), calls + CONSUMERS);
    finish(&all, threads);
}

/* The time is up, and not before. */
static void a_wait_has_an_end(void)
{
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    struct timespec before, after;
    size_t count = 7;
    CHECK_OK(swc_queue_new(&queue, &err));
    clock_gettime(CLOCK_MONOTONIC, &before);
    CHECK_STATUS(swc_queue_pop(queue, &result, 1, 50, &count, &err), SWC_TIMED_OUT);
    clock_gettime(CLOCK_MONOTONIC, &after);
    CHECK(!result && count == 0);
    CHECK((after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000 >= 49);
    /* What was called before the wait counts too, once. */
    swc_queue_wake(queue);
    CHECK_STATUS(swc_queue_pop(queue, &result, 1, -1, &count, &err), SWC_TIMED_OUT);
    CHECK_STATUS(swc_queue_pop(queue, &result, 1, 10, &count, &err), SWC_TIMED_OUT);
    swc_queue_free(queue);
}

int main(int argc, char **argv)
{
    swc_config *config = config_for("v1");
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    size_t count = 0;
    if (argc > 1)
        jobs = strtoull(argv[1], NULL, 10);
    alarm(600);
    set(config, "container_threads", "4");
    set(config, "max_queued", "500");
    connection = connect_with(config);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    submit(queue, 0);
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    CHECK(swc_result_success(result));
    swc_result_free(result);
    swc_queue_free(queue);

    a_wait_has_an_end();
    in_epoll();
    in_epoll_by_edges();
    in_several_loops();
    among_waiting_threads();

    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_connection_free(connection);
    return 0;
}
