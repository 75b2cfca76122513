/* Versions of objects, in the newer way and in the two older ones. */
#include "example.h"

static void versions_are_kept(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_versions_enabled(request, true, &err));
    ok(swc_connection_post_container(connection, "poems", request, NULL, &err));
    swc_request_free(request);

    put_text(connection, "poems", "poem", "first");
    put_text(connection, "poems", "poem", "second");
    ok(swc_connection_head_object(connection, "poems", "poem", NULL, &response, &err));
    printf("now version %s\n", swc_response_version_id(response));
    swc_response_free(response);
}

static void the_older_ones_are_listed(swc_connection *connection, char *oldest, char *newest, size_t size)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_request_set_versions(request, true, &err));
    ok(swc_request_set_version_marker(request, NULL, &err)); /* from the newest on */
    ok(swc_connection_list_container(connection, "poems", request, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END) {
        printf("%s %s%s%s%s\n", swc_entry_name(entry), swc_entry_version_id(entry),
               swc_entry_is_latest(entry) ? ", the current one" : "",
               swc_entry_is_delete_marker(entry) ? ", a deletion" : "",
               swc_entry_is_version_symlink(entry) ? ", restored" : "");
        snprintf(swc_entry_is_latest(entry) ? newest : oldest, size, "%s", swc_entry_version_id(entry));
    }
    swc_listing_free(listing);
    swc_request_free(request);
}

static void one_is_read_and_restored(swc_connection *connection, const char *version)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *text = NULL;
    ok(swc_request_set_version_id(request, version, &err));
    ok(swc_connection_get_object(connection, "poems", "poem", request, &response, &err));
    ok(swc_response_read_all(response, 1000, &text, NULL, &err));
    printf("it was: %s\n", text);
    swc_response_free(response);

    ok(swc_connection_restore_object_version(connection, "poems", "poem", version, NULL, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void one_is_deleted_for_good(swc_connection *connection, const char *version)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_version_id(request, version, &err));
    ok(swc_connection_delete_object(connection, "poems", "poem", request, &response, &err));
    if (swc_response_current_version_id(response))
        printf("current still: %s\n", swc_response_current_version_id(response));
    swc_response_free(response);
    swc_request_free(request);
}

static void the_older_ways(swc_connection *connection)
{
    swc_request *stack = swc_request_new(), *history = swc_request_new();
    /* A DELETE brings back the version before. */
    ok(swc_request_set_versions_location(stack, "poems-old", &err));
    ok(swc_connection_put_container(connection, "drafts", stack, NULL, &err));
    /* A DELETE keeps the last one too. */
    ok(swc_request_set_history_location(history, "poems-old", &err));
    ok(swc_connection_put_container(connection, "letters", history, NULL, &err));
    swc_request_free(stack);
    swc_request_free(history);
}

static void a_large_object_and_its_segments(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_manifest *manifest = swc_manifest_new();
    put_text(connection, "poems", "epic/1", "Sing, ");
    ok(swc_manifest_add_object(manifest, "poems", "epic/1", NULL, -1, &err));
    ok(swc_connection_put_slo(connection, "poems", "epic", manifest, NULL, NULL, &err));
    swc_manifest_free(manifest);
    /* The container keeps the manifest as an older version, which will lack its segments: that is meant. */
    ok(swc_request_set_delete_kept(request, true, &err));
    ok(swc_connection_delete_slo(connection, "poems", "epic", false, request, NULL, &err));
    swc_request_free(request);
}

static void everything_goes_with_all_its_versions(swc_connection *connection, swc_service *service, swc_queue *queue)
{
    swc_config *options = swc_config_new();
    swc_request *request = swc_request_new();
    bool done = false;
    ok(swc_request_set_versions_enabled(request, false, &err)); /* the versions there are stay */
    ok(swc_connection_post_container(connection, "poems", request, NULL, &err));
    swc_request_free(request);
    ok(swc_config_set(options, "versions", "true", &err));
    ok(swc_service_delete(service, "poems", NULL, options, queue, 0, NULL, &err));
    while (!done) {
        swc_result *result = NULL;
        size_t count = 0;
        ok(swc_queue_pop(queue, &result, 1, -1, &count, &err));
        done = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_config_free(options);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    char oldest[128] = "", newest[128] = "";
    ok(swc_connection_put_container(connection, "poems", NULL, NULL, &err));
    ok(swc_connection_put_container(connection, "poems-old", NULL, NULL, &err));
    versions_are_kept(connection);
    the_older_ones_are_listed(connection, oldest, newest, sizeof oldest);
    one_is_read_and_restored(connection, oldest);
    one_is_deleted_for_good(connection, newest);
    a_large_object_and_its_segments(connection);
    the_older_ways(connection);
    clean_up(connection, "drafts");
    clean_up(connection, "letters");
    clean_up(connection, "poems-old");
    ok(swc_service_new(connection, NULL, &service, &err));
    ok(swc_queue_new(&queue, &err));
    everything_goes_with_all_its_versions(connection, service, queue);
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    return 0;
}
