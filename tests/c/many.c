/* Very many small objects through one service, in memory that does not grow with them: many [COUNT]
 *
 * They are uploaded from memory, listed, downloaded to files, compared, uploaded again as a tree of files, found identical,
 * and deleted. Each object has exactly one result and each job exactly one last one. From 1,000 objects on the memory is
 * measured: the most that the process ever had, above what it had before its first call. */
#include "trial.h"

enum { BATCH = 500, LARGEST = 3000, ROOM = 24 * 1024 };

static long total;
static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container, *second;
/* How many results each object has had in this step. */
static unsigned char *seen;

static size_t length_of(long number)
{
    return (size_t)(number * 7919 % LARGEST);
}

static void name_of(long number, char name[32])
{
    snprintf(name, 32, "%02ld/%02ld/object %06ld", number % 16, number / 16 % 16, number);
}

static long number_of(const char *name)
{
    const char *digits = name ? strrchr(name, ' ') : NULL;
    char want[32];
    long number = digits ? atol(digits + 1) : -1;
    CHECK(number >= 0 && number < total);
    name_of(number, want);
    CHECK_TEXT(name, want);
    return number;
}

static void all_seen_once(void)
{
    for (long i = 0; i < total; i++)
        CHECK_INT(seen[i], 1);
    memset(seen, 0, (size_t)total);
    CHECK_INT(swc_queue_length(queue), 0);
    CHECK_INT(swc_service_pending(service), 0);
}

static void told(const char *what, double since)
{
    printf("      %-34s %7.1f s  RSS %6ld KiB, at most %6ld\n", what, seconds() - since, status_of_process("VmRSS:"),
           status_of_process("VmHWM:"));
    fflush(stdout);
}

/* A job of the upload: its bodies live until its last result. */
struct batch {
    uint64_t job;
    unsigned char *bodies;
};

enum { AT_ONCE = 4 };

static void finish_one(struct batch *batches, swc_result *result)
{
    struct batch *batch = NULL;
    for (int i = 0; i < AT_ONCE; i++)
        if (batches[i].bodies && batches[i].job == swc_result_job(result))
            batch = &batches[i];
    /* None has a result after its last one. */
    CHECK(batch);
    check_good(result);
    CHECK_TEXT(swc_result_action(result), "upload_object");
    seen[number_of(swc_result_object(result))]++;
    if (swc_result_is_last(result)) {
        free(batch->bodies);
        batch->bodies = NULL;
    }
    swc_result_free(result);
}

static void upload_from_memory(void)
{
    struct batch batches[AT_ONCE] = {0};
    swc_config *options = swc_config_new();
    double since = seconds();
    long sent = 0, open = 0;
    set(options, "skip_container_put", "true");
    while (sent < total || open > 0) {
        struct batch *place = NULL;
        for (int i = 0; i < AT_ONCE; i++)
            if (!batches[i].bodies)
                place = &batches[i];
        if (place && sent < total) {
            swc_objects *objects = swc_objects_new();
            long count = total - sent < BATCH ? total - sent : BATCH;
            place->bodies = malloc((size_t)count * LARGEST);
            for (long i = 0; i < count; i++) {
                unsigned char *body = place->bodies + i * LARGEST;
                char name[32];
                swc_source *source = NULL;
                name_of(sent + i, name);
                fill_with(body, length_of(sent + i), (uint64_t)(sent + i), 0);
                CHECK_OK(swc_source_new_memory(body, length_of(sent + i), NULL, NULL, &source, &err));
                CHECK_OK(swc_objects_add_source(objects, name, source, NULL, &err));
                swc_source_free(source);
            }
            CHECK_OK(swc_service_upload(service, container, objects, options, queue, 1, &place->job, &err));
            swc_objects_free(objects);
            sent += count;
            open++;
            continue;
        }
        swc_result *result = take_result(queue);
        open -= swc_result_is_last(result);
        finish_one(batches, result);
    }
    swc_config_free(options);
    all_seen_once();
    told("uploaded from memory", since);
}

static void list(const char *what)
{
    double since = seconds();
    bool last = false;
    CHECK_OK(swc_service_list(service, what, NULL, queue, 2, NULL, &err));
    while (!last) {
        swc_result *result = take_result(queue);
        const swc_entry *entry = NULL;
        int32_t status;
        check_good(result);
        while ((status = (int32_t)swc_result_next_entry(result, &entry, &err)) == SWC_OK) {
            long number = number_of(swc_entry_name(entry));
            CHECK_INT(swc_entry_bytes(entry), length_of(number));
            seen[number]++;
        }
        CHECK_INT(status, SWC_END);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    all_seen_once();
    told("listed", since);
}

/* Takes the results of a job on a container, one for each object and the last for the whole. */
static void one_for_each(const char *action, const char *whole)
{
    for (;;) {
        swc_result *result = take_result(queue);
        bool last = swc_result_is_last(result);
        check_good(result);
        CHECK_TEXT(swc_result_action(result), last ? whole : action);
        if (!last)
            seen[number_of(swc_result_object(result))]++;
        swc_result_free(result);
        if (last)
            break;
    }
    all_seen_once();
}

static void download_and_compare(void)
{
    static unsigned char body[LARGEST], file[LARGEST + 1];
    swc_config *options = swc_config_new();
    double since = seconds();
    set(options, "out_directory", "tree");
    CHECK_OK(swc_service_download(service, container, NULL, options, queue, 3, NULL, &err));
    swc_config_free(options);
    one_for_each("download_object", "download_container");
    for (long i = 0; i < total; i++) {
        char name[32], path[64];
        name_of(i, name);
        snprintf(path, sizeof path, "tree/%s", name);
        int fd = open(path, O_RDONLY);
        CHECK(fd >= 0);
        CHECK_INT(read(fd, file, sizeof file), length_of(i));
        close(fd);
        fill_with(body, length_of(i), (uint64_t)i, 0);
        CHECK(memcmp(file, body, length_of(i)) == 0);
    }
    told("downloaded and compared", since);
}

static void upload_tree(const char *outcome)
{
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    double since = seconds();
    set(options, "skip_identical", "true");
    set(options, "skip_container_put", "true");
    CHECK_OK(swc_objects_add_tree(objects, "tree", NULL, NULL, &err));
    CHECK_OK(swc_service_upload(service, second, objects, options, queue, 4, NULL, &err));
    swc_objects_free(objects);
    swc_config_free(options);
    for (;;) {
        swc_result *result = take_result(queue);
        bool last = swc_result_is_last(result);
        CHECK_TEXT(swc_result_action(result), last ? "upload_directory" : "upload_object");
        if (!last) {
            CHECK_TEXT(swc_result_outcome(result), outcome);
            seen[number_of(swc_result_object(result))]++;
        }
        swc_result_free(result);
        if (last)
            break;
    }
    all_seen_once();
    told(strcmp(outcome, "uploaded") == 0 ? "uploaded as a tree" : "found identical", since);
}

/* In bulk where the server has that, with a result for each request instead of each object. */
static void delete_all(const char *what)
{
    double since = seconds();
    swc_response *response = NULL;
    size_t gone = 0;
    bool last = false;
    CHECK_OK(swc_service_delete(service, what, NULL, NULL, queue, 5, NULL, &err));
    while (!last) {
        swc_result *result = take_result(queue);
        check_good(result);
        for (size_t i = 0; i < swc_result_object_count(result); i++)
            seen[number_of(swc_result_object_at(result, i))]++;
        gone += swc_result_object_count(result);
        if (swc_result_object(result)) {
            seen[number_of(swc_result_object(result))]++;
            gone++;
        }
        last = swc_result_is_last(result);
        if (last)
            CHECK_TEXT(swc_result_action(result), "delete_container");
        swc_result_free(result);
    }
    CHECK_INT(gone, total);
    all_seen_once();
    CHECK_STATUS(swc_connection_head_container(connection, what, NULL, &response, &err), SWC_ERR_NOT_FOUND);
    told("deleted", since);
}

int main(int argc, char **argv)
{
    use_one_heap();
    total = argc > 1 ? atol(argv[1]) : 300;
    CHECK(total > 0 && total <= 1000000);
    seen = calloc((size_t)total, 1);
    CHECK(seen);
    long idle = status_of_process("VmRSS:"), threads = threads_of_process(), descriptors = descriptors_of_process();
    container = own_container("many");
    second = own_container("many-again");
    connection = connect_to("v1");
    make_container(connection, container);
    make_container(connection, second);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));

    upload_from_memory();
    list(container);
    download_and_compare();
    upload_tree("uploaded");
    upload_tree("skipped-identical");
    list(second);
    delete_all(container);
    delete_all(second);

    CHECK_OK(swc_service_shutdown(service, -1, &err));
    check_threads(threads);
    swc_service_free(service);
    swc_connection_free(connection);
    swc_queue_free(queue);
    free(seen);
    CHECK_INT(descriptors_of_process(), descriptors);
    long most = status_of_process("VmHWM:") - idle;
    printf("ok    %ld objects: at most %ld KiB more than idle, %ld threads, %ld descriptors left\n", total, most, threads,
           descriptors);
    if (total >= 1000)
        CHECK(most <= ROOM);
    return 0;
}
