/* Batches: jobs on worker pools, their results, their progress. */
#include "example.h"

/* Takes the results of a job until its last, and tells whether all went well. */
static bool results(swc_queue *queue, uint64_t job)
{
    bool good = true, last = false;
    while (!last) {
        swc_result *some[64];
        size_t count = 0;
        ok(swc_queue_pop(queue, some, 64, -1, &count, &err));
        for (size_t i = 0; i < count; i++) {
            if (!swc_result_success(some[i])) {
                fprintf(stderr, "%s: %s\n", swc_result_action(some[i]), swc_error_message(swc_result_error(some[i])));
                good = false;
            }
            last |= swc_result_is_last(some[i]) && swc_result_job(some[i]) == job;
            swc_result_free(some[i]);
        }
    }
    return good;
}

static swc_service *a_service_with_many_threads(swc_connection *connection)
{
    swc_config *options = swc_config_new();
    swc_service *service = NULL;
    ok(swc_config_set(options, "object_uu_threads", "20", &err));
    ok(swc_config_set(options, "object_dd_threads", "20", &err));
    ok(swc_config_set(options, "segment_threads", "10", &err));
    ok(swc_service_new(connection, options, &service, &err));
    swc_config_free(options);
    return service;
}

static void files_and_trees_are_uploaded(swc_service *service, swc_queue *queue)
{
    swc_objects *objects = swc_objects_new();
    swc_config *options = swc_config_new(), *report = swc_config_new();
    uint64_t job = 0;
    ok(swc_config_set(options, "segment_size", "1073741824", &err)); /* larger files go in segments of 1 GiB */
    ok(swc_config_set(options, "skip_identical", "true", &err));
    ok(swc_config_add(report, "header", "Content-Type", "text/plain", &err));
    ok(swc_objects_add_tree(objects, "tree", "backup", NULL, &err));
    ok(swc_objects_add_file(objects, "tree/1", "report.txt", report, &err)); /* with an option of its own */
    printf("%zu entries\n", swc_objects_count(objects));
    ok(swc_service_upload(service, "docs", objects, options, queue, 0, &job, &err));
    swc_objects_free(objects); /* the job has a copy */
    swc_config_free(options);
    swc_config_free(report);
    expect(results(queue, job));
}

static void bytes_from_anywhere_are_uploaded(swc_service *service, swc_queue *queue)
{
    swc_objects *objects = swc_objects_new();
    swc_source *source = NULL;
    uint64_t job = 0;
    ok(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    ok(swc_service_upload_object(service, "docs", "hello.txt", source, NULL, queue, 0, &job, &err)); /* one */
    expect(results(queue, job));
    ok(swc_objects_add_source(objects, "a", source, NULL, &err)); /* or several */
    ok(swc_objects_add_source(objects, "b", source, NULL, &err));
    swc_source_free(source);
    ok(swc_service_upload(service, "docs", objects, NULL, queue, 0, &job, &err));
    swc_objects_free(objects);
    expect(results(queue, job));
}

static void a_container_is_downloaded(swc_service *service, swc_queue *queue)
{
    swc_config *options = swc_config_new();
    uint64_t job = 0;
    ok(swc_config_set(options, "prefix", "backup/", &err));
    ok(swc_config_set(options, "out_directory", "restored", &err));
    ok(swc_service_download(service, "docs", NULL, options, queue, 0, &job, &err));
    swc_config_free(options);
    expect(results(queue, job));
}

static void some_objects_are_looked_at(swc_service *service, swc_queue *queue)
{
    const char *names[] = {"a", "b", "none"};
    swc_objects *objects = swc_objects_new();
    uint64_t job = 0;
    ok(swc_objects_add_all(objects, names, 3, &err));
    ok(swc_service_stat(service, "docs", objects, NULL, queue, /* comes back in each result */ 42, &job, &err));
    swc_objects_free(objects);
    for (bool last = false; !last;) {
        swc_result *result = NULL;
        size_t count = 0;
        const char *name, *value;
        ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        expect(swc_result_tag(result) == 42);
        printf("%s/%s: %s\n", swc_result_container(result), swc_result_object(result),
               swc_status_name(swc_result_status(result)));
        for (size_t i = 0; i < swc_result_item_count(result); i++)
            if (swc_result_item_at(result, i, &name, &value))
                printf("    %s: %s\n", name, value);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
}

static void a_container_is_listed(swc_service *service, swc_queue *queue)
{
    swc_config *options = swc_config_new();
    ok(swc_config_set(options, "prefix", "backup/", &err));
    ok(swc_service_list(service, "docs", options, queue, 0, NULL, &err));
    swc_config_free(options);
    for (bool last = false; !last;) {
        swc_result *page = NULL;
        const swc_entry *entry = NULL;
        size_t count = 0;
        ok(swc_queue_pop(queue, &page, 1, -1, &count, &err));
        /* Where this page began: what to go on from when the program is started again. */
        printf("from \"%s\", version \"%s\":\n", swc_result_marker(page) ? swc_result_marker(page) : "",
               swc_result_version_marker(page) ? swc_result_version_marker(page) : "");
        while (ok(swc_result_next_entry(page, &entry, &err)) != SWC_END)
            printf("    %s\n", swc_entry_name(entry));
        last = swc_result_is_last(page);
        swc_result_free(page);
    }
}

static void metadata_of_a_container(swc_service *service, swc_queue *queue)
{
    swc_config *options = swc_config_new();
    uint64_t job = 0;
    ok(swc_config_add(options, "meta", "Colour", "blue", &err));
    ok(swc_config_set(options, "read_acl", ".r:*", &err));
    ok(swc_service_post(service, "docs", NULL, options, queue, 0, &job, &err)); /* made when it is not there */
    swc_config_free(options);
    expect(results(queue, job));
}

static void objects_are_copied(swc_service *service, swc_queue *queue)
{
    swc_objects *objects = swc_objects_new();
    swc_config *options = swc_config_new();
    ok(swc_objects_add(objects, "a", NULL, &err));
    ok(swc_config_set(options, "destination", "/docs/copy-of-a", &err));
    ok(swc_service_copy(service, "docs", objects, options, queue, 0, NULL, &err));
    swc_config_free(options);
    swc_objects_free(objects);
    for (bool last = false; !last;) {
        swc_result *result = NULL;
        size_t count = 0;
        ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        if (swc_result_destination(result))
            printf("%s went to %s\n", swc_result_object(result), swc_result_destination(result));
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
}

static void what_the_cluster_offers(swc_service *service, swc_queue *queue)
{
    swc_result *result = NULL;
    size_t count = 0;
    ok(swc_service_capabilities(service, NULL, queue, 0, NULL, &err));
    ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    printf("%.60s...\n", swc_result_json(result));
    swc_result_free(result);
}

static void how_far_it_has_come(swc_service *service, uint64_t job)
{
    swc_progress *progress = NULL;
    ok(swc_service_progress(service, job, &progress, &err)); /* 0 for all jobs of the service */
    printf("%" PRIu64 " of %" PRId64 " objects (%" PRIu64 " failed), %" PRIu64 " of %" PRId64 " bytes, %.0f bytes/s\n",
           swc_progress_objects(progress), swc_progress_objects_total(progress), swc_progress_failed(progress),
           swc_progress_bytes(progress), swc_progress_bytes_total(progress), swc_progress_rate(progress));
    swc_progress_free(progress);
}

static void jobs_are_given_up(swc_service *service, swc_queue *queue)
{
    uint64_t job = 0;
    ok(swc_service_list(service, "docs", NULL, queue, 0, &job, &err));
    if (!swc_service_cancel(service, job)) /* each ends with one last result, SWC_ERR_CANCELLED */
        puts("it had ended already");
    swc_service_cancel_all(service);
    while (swc_service_pending(service) > 0 || swc_queue_length(queue) > 0) {
        swc_result *result = NULL;
        size_t count = 0;
        ok(swc_queue_pop(queue, &result, 1, 1000, &count, &err));
        swc_result_free(result);
    }
}

static void what_it_has_done(swc_service *service)
{
    swc_statistics *statistics = NULL;
    ok(swc_service_statistics(service, "upload", &statistics, &err)); /* NULL for all verbs */
    printf("%" PRIu64 " jobs, %" PRIu64 " requests (%" PRIu64 " again), %" PRIu64 " bytes out, %" PRIu64
           " in, %" PRIu64 " new tokens\n",
           swc_statistics_jobs(statistics), swc_statistics_requests(statistics), swc_statistics_retries(statistics),
           swc_statistics_bytes_sent(statistics), swc_statistics_bytes_received(statistics),
           swc_statistics_reauthentications(statistics));
    swc_statistics_free(statistics);
}

static void deleted_and_shut_down(swc_service *service, swc_queue *queue)
{
    uint64_t job = 0;
    ok(swc_service_delete(service, "docs", NULL, NULL, queue, 0, &job, &err)); /* all objects, then the container */
    expect(results(queue, job));
    /* No new jobs; those that go on have 10 s, and are cancelled then. */
    ok(swc_service_shutdown(service, 10000, &err));
    swc_service_free(service);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_service *service = a_service_with_many_threads(connection);
    swc_queue *queue = NULL;
    expect(system("mkdir -p tree && echo one >tree/1 && echo two >tree/2") == 0);
    ok(swc_queue_new(&queue, &err));
    files_and_trees_are_uploaded(service, queue);
    bytes_from_anywhere_are_uploaded(service, queue);
    a_container_is_downloaded(service, queue);
    some_objects_are_looked_at(service, queue);
    a_container_is_listed(service, queue);
    metadata_of_a_container(service, queue);
    objects_are_copied(service, queue);
    what_the_cluster_offers(service, queue);
    how_far_it_has_come(service, 0);
    jobs_are_given_up(service, queue);
    what_it_has_done(service);
    deleted_and_shut_down(service, queue);
    swc_queue_free(queue);
    swc_connection_free(connection);
    expect(system("rm -r tree restored") == 0);
    return 0;
}
