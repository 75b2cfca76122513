/* Jobs that are cancelled at random moments, under load: cancelled [ROUNDS]
 *
 * In each round a service has uploads (small, in segments, streams), downloads (small, in parts), lists, stats and deletes
 * to do, some of it is done, and then one job is cancelled, or all, or a call with its token, or the service is shut down
 * or freed, or its queue or connection goes first. Each job has exactly one last result, and nothing after it; a file that
 * has its name is complete and right, and no other is left; each source is released once. In the end memory, threads
 * and descriptors are what they were. */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "trial.h"

enum { SMALL = 40, LARGE = 4 << 20, SEGMENT = 512 << 10, JOBS = 16, WATCHDOG = 180, GROWTH = 8 * 1024 };

enum how { ONE_JOB, ALL_JOBS, TOKEN, DEADLINE, AT_ONCE, FREED, QUEUE_FIRST, CONNECTION_FIRST, WAYS };

static const char *const names_of_ways[WAYS] = {"one job", "all jobs", "a token", "shutdown with a deadline",
                                                "shutdown at once", "freed", "freed after its queue",
                                                "freed after its connection"};

static swc_connection *connection;
static const char *container;
static unsigned char *large;
static atomic_long sources, releases;

/* Objects, by what their names end in: their bodies are known from that. */
static size_t length_of(long number)
{
    return number == SMALL ? LARGE : (size_t)(number * 1237 % 60000);
}

static void too_long(int signal)
{
    static const char text[] = "a round takes too long: something hangs\n";
    (void)signal;
    if (write(2, text, sizeof text - 1) < 0)
        _exit(2);
    abort();
}

static void released(void *bytes)
{
    atomic_fetch_add(&releases, 1);
    free(bytes);
}

static swc_source *memory_source(long number)
{
    swc_source *source = NULL;
    size_t length = length_of(number);
    unsigned char *bytes = malloc(length + 1);
    fill_with(bytes, length, (uint64_t)number, 0);
    atomic_fetch_add(&sources, 1);
    CHECK_OK(swc_source_new_memory(bytes, length, released, bytes, &source, &err));
    return source;
}

struct stream {
    uint64_t number;
    uint64_t at, length;
};

static int64_t read_stream(void *user_data, void *buffer, size_t size)
{
    struct stream *stream = user_data;
    uint64_t n = stream->length - stream->at < size ? stream->length - stream->at : size;
    if (n > 30000)
        n = 30000;
    fill_with(buffer, n, stream->number, stream->at);
    stream->at += n;
    return (int64_t)n;
}

static swc_source *stream_source(long number)
{
    swc_source *source = NULL;
    struct stream *stream = calloc(1, sizeof *stream);
    stream->number = (uint64_t)number;
    stream->length = length_of(number);
    atomic_fetch_add(&sources, 1);
    CHECK_OK(swc_source_new_callbacks(read_stream, NULL, released, stream, -1, &source, &err));
    return source;
}

static swc_service *new_service(const swc_connection *of)
{
    swc_service *service = NULL;
    CHECK_OK(swc_service_new(of, NULL, &service, &err));
    return service;
}

/* The jobs of a round. */
static uint64_t jobs[JOBS];
static int job_count, lasts[JOBS];

static uint64_t *next_job(void)
{
    CHECK(job_count < JOBS);
    lasts[job_count] = 0;
    return &jobs[job_count++];
}

static void note(swc_result *result)
{
    int which = 0;
    while (which < job_count && jobs[which] != swc_result_job(result))
        which++;
    CHECK(which < job_count);
    /* Nothing comes after the last one. */
    CHECK_INT(lasts[which], 0);
    lasts[which] += swc_result_is_last(result);
    CHECK(swc_result_success(result) || *swc_error_message(swc_result_error(result)));
    swc_result_free(result);
}

static void take_some(const swc_queue *queue)
{
    swc_result *results[8];
    size_t count = 0;
    swc_queue_pop(queue, results, 8, 0, &count, &err);
    forget_error();
    for (size_t i = 0; i < count; i++)
        note(results[i]);
}

static void submit(const swc_service *service, const swc_queue *queue)
{
    swc_objects *objects = swc_objects_new(), *names = swc_objects_new();
    swc_config *options = swc_config_new();
    swc_source *source;
    char name[64];
    job_count = 0;
    set(options, "out_directory", "out");
    set(options, "part_size", "524288");
    CHECK_OK(swc_service_download(service, container, NULL, options, queue, 0, next_job(), &err));
    swc_config_free(options);

    options = swc_config_new();
    set(options, "skip_container_put", "true");
    for (long i = 0; i < SMALL / 2; i++) {
        snprintf(name, sizeof name, "new/%ld", (long)(random_number() % SMALL));
        source = memory_source(atol(name + 4));
        CHECK_OK(swc_objects_add_source(objects, name, source, NULL, &err));
        CHECK_OK(swc_objects_add(names, name, NULL, &err));
        swc_source_free(source);
    }
    CHECK_OK(swc_service_upload(service, container, objects, options, queue, 0, next_job(), &err));
    CHECK_OK(swc_service_stat(service, container, names, NULL, queue, 0, next_job(), &err));
    swc_objects_free(objects);

    set(options, "segment_size", "524288");
    objects = swc_objects_new();
    CHECK_OK(swc_objects_add_file(objects, "original", "new/large-40", NULL, &err));
    CHECK_OK(swc_service_upload(service, container, objects, options, queue, 0, next_job(), &err));
    swc_objects_free(objects);
    source = stream_source(SMALL);
    CHECK_OK(swc_service_upload_object(service, container, "new/stream-40", source, options, queue, 0, next_job(), &err));
    swc_source_free(source);
    swc_config_free(options);

    CHECK_OK(swc_service_list(service, container, NULL, queue, 0, next_job(), &err));
    CHECK_OK(swc_service_capabilities(service, NULL, queue, 0, next_job(), &err));
    CHECK_OK(swc_service_delete(service, container, names, NULL, queue, 0, next_job(), &err));
    swc_objects_free(names);
}

static void pop_until_all_ended(const swc_queue *queue)
{
    for (int i = 0; i < job_count; i++)
        while (!lasts[i])
            note(take_result(queue));
    CHECK_INT(swc_queue_length(queue), 0);
}

/* What has come is complete and right, and has its own name. Deletes it all. */
static long check_files(const char *path)
{
    static unsigned char bytes[LARGE + 1], want[LARGE];
    long files = 0;
    DIR *folder = opendir(path);
    if (!folder)
        return 0;
    for (struct dirent *e; (e = readdir(folder));) {
        char below[512];
        struct stat status;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(below, sizeof below, "%s/%s", path, e->d_name);
        CHECK(lstat(below, &status) == 0);
        if (S_ISDIR(status.st_mode)) {
            files += check_files(below);
            continue;
        }
        if (*e->d_name == '.') {
            fprintf(stderr, "%s is left\n", below);
            exit(1);
        }
        const char *dash = strrchr(e->d_name, '-');
        long number = atol(dash ? dash + 1 : e->d_name);
        int fd = open(below, O_RDONLY);
        CHECK(fd >= 0);
        CHECK_INT(read(fd, bytes, sizeof bytes), length_of(number));
        close(fd);
        if (number != SMALL)
            fill_with(want, length_of(number), (uint64_t)number, 0);
        CHECK(memcmp(bytes, number == SMALL ? large : want, length_of(number)) == 0);
        CHECK(unlink(below) == 0);
        files++;
    }
    closedir(folder);
    CHECK(rmdir(path) == 0);
    return files;
}

/* A call of a thread of its own, which its token ends. */
static void *call(void *cancel)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_error *e = NULL;
    CHECK(swc_request_set_cancel(request, cancel, NULL) == SWC_OK);
    for (;;) {
        const char *body;
        size_t length;
        swc_status status = swc_connection_get_object(connection, container, "keep/large-40", request, &response, &e);
        if (status == SWC_OK)
            status = swc_response_read_all(response, SIZE_MAX, &body, &length, &e);
        if (status == SWC_ERR_CANCELLED)
            break;
        if (status != SWC_OK)
            fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(e));
        CHECK(status == SWC_OK && length == LARGE && memcmp(body, large, LARGE) == 0);
        swc_response_free(response);
    }
    swc_response_free(response);
    swc_error_free(e);
    swc_request_free(request);
    return NULL;
}

static long rounds, files, cancelled_in_time;

/* Returns whether the service is still there. */
static bool one_round(swc_service *service, enum how how)
{
    swc_queue *queue = NULL;
    swc_connection *own = NULL;
    swc_cancel *token = NULL;
    pthread_t caller;
    bool alive = true;
    alarm(WATCHDOG);
    CHECK_OK(swc_queue_new(&queue, &err));
    if (how == CONNECTION_FIRST) {
        swc_service_free(service);
        own = connect_to("v1");
        service = new_service(own);
    }
    if (how == TOKEN) {
        token = swc_cancel_new();
        CHECK_INT(pthread_create(&caller, NULL, call, token), 0);
    }
    submit(service, queue);
    /* Now and then nothing has begun, now and then all is done. */
    for (uint64_t left = random_number() % (random_number() % 8 ? 40 : 600); left > 0; left--) {
        usleep(500);
        if (left % 4 == 0)
            take_some(queue);
    }
    cancelled_in_time += swc_service_pending(service) > 0;
    switch (how) {
    case ONE_JOB:
        swc_service_cancel(service, jobs[random_number() % (uint64_t)job_count]);
        break;
    case TOKEN:
        swc_cancel_cancel(token);
        CHECK_INT(pthread_join(caller, NULL), 0);
        swc_cancel_free(token);
        /* The jobs go on, and end the other way. */
        __attribute__((fallthrough));
    case ALL_JOBS:
        swc_service_cancel_all(service);
        break;
    case DEADLINE:
    case AT_ONCE: {
        int32_t status = (int32_t)swc_service_shutdown(service, how == AT_ONCE ? 0 : (int32_t)(random_number() % 10), &err);
        CHECK(status == SWC_OK || status == SWC_TIMED_OUT);
        CHECK_INT(swc_service_pending(service), 0);
        alive = false;
        break;
    }
    case QUEUE_FIRST:
        swc_queue_free(queue);
        queue = NULL;
        alive = false;
        break;
    case CONNECTION_FIRST:
        swc_connection_free(own);
        alive = false;
        break;
    default:
        alive = false;
    }
    if (!alive)
        swc_service_free(service);
    if (queue)
        pop_until_all_ended(queue);
    swc_queue_free(queue);
    alarm(0);
    files += check_files("out");
    return alive;
}

static void store_what_is_kept(void)
{
    swc_service *service = new_service(connection);
    swc_queue *queue = NULL;
    swc_objects *objects = swc_objects_new();
    swc_config *options = swc_config_new();
    int fd = open("original", O_WRONLY | O_CREAT | O_EXCL, 0600);
    large = malloc(LARGE);
    fill_with(large, LARGE, SMALL, 0);
    CHECK(fd >= 0);
    CHECK_INT(write(fd, large, LARGE), LARGE);
    close(fd);
    CHECK_OK(swc_queue_new(&queue, &err));
    set(options, "segment_size", "524288");
    for (long i = 0; i < SMALL; i++) {
        char name[32];
        swc_source *source = memory_source(i);
        snprintf(name, sizeof name, "keep/%ld", i);
        CHECK_OK(swc_objects_add_source(objects, name, source, NULL, &err));
        swc_source_free(source);
    }
    CHECK_OK(swc_objects_add_file(objects, "original", "keep/large-40", NULL, &err));
    CHECK_OK(swc_service_upload(service, container, objects, options, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = take_result(queue);
        check_good(result);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_objects_free(objects);
    swc_config_free(options);
    swc_service_free(service);
    swc_queue_free(queue);
}

static void delete_all(const char *name)
{
    swc_service *service = new_service(connection);
    swc_queue *queue = NULL;
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK_OK(swc_service_delete(service, name, NULL, NULL, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = take_result(queue);
        check_good(result);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_service_free(service);
    swc_queue_free(queue);
}

int main(int argc, char **argv)
{
    long counts[WAYS] = {0}, settled = 0, descriptors, threads = threads_of_process(), open_at_first = descriptors_of_process();
    swc_service *service = NULL;
    char segments[80];
    use_one_heap();
    rounds = argc > 1 ? atol(argv[1]) : 16;
    signal(SIGALRM, too_long);
    seed_randomly();
    container = own_container("cancelled");
    snprintf(segments, sizeof segments, "%s_segments", container);
    connection = connect_to("v1");
    make_container(connection, container);
    store_what_is_kept();
    for (long i = 0; i < rounds; i++) {
        /* Each way comes, at first and in the end. */
        enum how how = i < WAYS ? (enum how)i : (enum how)(random_number() % WAYS);
        counts[how]++;
        if (!service)
            service = new_service(connection);
        if (!one_round(service, how))
            service = NULL;
        if (i == rounds / 4)
            settled = status_of_process("VmRSS:");
        if (rounds >= 200 && i % (rounds / 8) == 0) {
            printf("      round %5ld: RSS %6ld KiB\n", i, status_of_process("VmRSS:"));
            fflush(stdout);
        }
    }
    swc_service_free(service);
    check_threads(threads);
    CHECK_INT(atomic_load(&releases), atomic_load(&sources));
    for (int i = 0; i < WAYS; i++)
        printf("      %-28s %4ld times\n", names_of_ways[i], counts[i]);
    long grown = status_of_process("VmRSS:") - settled;
    delete_all(container);
    /* Segments of uploads that did not end. */
    delete_all(segments);
    swc_connection_free(connection);
    descriptors = descriptors_of_process();
    CHECK_INT(descriptors, open_at_first);
    CHECK(unlink("original") == 0);
    CHECK_INT(entries_of("."), 0);
    free(large);
    printf("ok    %ld rounds, %ld of them cut off; %ld files came and were right; %ld sources, each released; memory grew by "
           "%ld KiB in the last three quarters; %ld threads and %ld descriptors, as before\n",
           rounds, cancelled_in_time, files, atomic_load(&sources), grown, threads, descriptors);
    if (rounds >= 200)
        CHECK(grown <= GROWTH);
    return 0;
}
