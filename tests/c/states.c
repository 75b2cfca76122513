/* Objects in a state that a call does not expect: at their end, used twice at once, outliving what they came from. */
#include <pthread.h>

#include "server.h"

static swc_connection *connection;
static const char *container;

static void a_response_at_its_end_stays_there(void)
{
    swc_response *response = NULL;
    uint8_t buffer[16];
    size_t length = 1;
    uint64_t written = 1;
    const char *body = NULL;
    CHECK_OK(swc_connection_get_object(connection, container, "o", NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, 100, &body, &length, &err));
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(swc_response_read(response, buffer, sizeof buffer, &length, &err), SWC_END);
        CHECK_INT(length, 0);
    }
    CHECK_TEXT(body, "hello");
    CHECK_OK(swc_response_write_to_file(response, "rest", &written, &err));
    CHECK_INT(written, 0);
    check_file("rest", "");
    CHECK_INT(swc_response_bytes_read(response), 5);
    swc_response_free(response);
    /* The response to a HEAD has no body at all. */
    CHECK_OK(swc_connection_head_object(connection, container, "o", NULL, &response, &err));
    CHECK_INT(swc_response_content_length(response), 5);
    CHECK_STATUS(swc_response_read(response, buffer, sizeof buffer, &length, &err), SWC_END);
    swc_response_free(response);
}

static void a_cancelled_response_stays_cancelled(void)
{
    swc_cancel *cancel = swc_cancel_new();
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    uint8_t byte;
    size_t length = 1;
    CHECK_OK(swc_request_set_cancel(request, cancel, &err));
    CHECK_OK(swc_connection_get_object(connection, container, "big", request, &response, &err));
    swc_request_free(request);
    CHECK_OK(swc_response_read(response, &byte, 1, &length, &err));
    swc_cancel_cancel(cancel);
    swc_cancel_free(cancel);
    CHECK_STATUS(swc_response_read(response, &byte, 1, &length, &err), SWC_ERR_CANCELLED);
    CHECK_STATUS(swc_response_read(response, &byte, 1, &length, &err), SWC_ERR_CANCELLED);
    CHECK_INT(length, 0);
    swc_response_free(response);
}

static void a_listing_at_its_end_stays_there(void)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_query(request, "prefix", "o", &err));
    CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
    swc_request_free(request);
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    for (int i = 0; i < 3; i++) {
        CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
        CHECK(!entry);
    }
    swc_listing_free(listing);
}

/* A source whose callback sends the same source again, in the middle of being sent. */
struct twice {
    swc_source *source;
    int given;
    int32_t second;
    int rewound;
};

static int64_t send_again(void *user_data, void *buffer, size_t size)
{
    struct twice *twice = user_data;
    if (twice->given == 0) {
        swc_error *own = NULL;
        swc_response *response = NULL;
        twice->second =
            (int32_t)swc_connection_put_object(connection, container, "second", twice->source, NULL, &response, &own);
        CHECK(own && !response && *swc_error_message(own));
        swc_error_free(own);
        /* The library may be called from a callback otherwise. */
        check_object(connection, container, "o", "hello");
    }
    if (twice->given == 5 || size == 0)
        return 0;
    *(char *)buffer = "hello"[twice->given++];
    return 1;
}

static bool rewind_twice(void *user_data)
{
    struct twice *twice = user_data;
    twice->given = 0;
    twice->rewound++;
    return true;
}

static void a_source_serves_one_call_at_a_time(void)
{
    struct twice twice = {NULL, 0, 0, 0};
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_callbacks(send_again, rewind_twice, NULL, &twice, 5, &twice.source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "first", twice.source, NULL, &response, &err));
    swc_response_free(response);
    CHECK_INT(twice.second, SWC_ERR_STATE);
    check_object(connection, container, "first", "hello");
    /* Afterwards it serves another, from its beginning. */
    CHECK_OK(swc_connection_put_object(connection, container, "first", twice.source, NULL, &response, &err));
    swc_response_free(response);
    CHECK(twice.rewound >= 1);
    check_object(connection, container, "first", "hello");
    swc_source_free(twice.source);
}

static void what_cannot_go_back_is_sent_once(void)
{
    struct twice twice = {NULL, 1, 0, 0};
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_callbacks(send_again, NULL, NULL, &twice, 4, &twice.source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "once", twice.source, NULL, &response, &err));
    swc_response_free(response);
    check_object(connection, container, "once", "ello");
    CHECK_STATUS(swc_connection_put_object(connection, container, "once", twice.source, NULL, &response, &err),
                 SWC_ERR_STATE);
    check_object(connection, container, "once", "ello");
    swc_source_free(twice.source);
}

static void memory_may_be_sent_by_many_at_once_and_freed_first(void)
{
    swc_source *source = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *results[8];
    size_t count = 0, done = 0;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    swc_config *there = swc_config_new();
    CHECK_OK(swc_config_set(there, "skip_container_put", "true", &err));
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    for (uint64_t tag = 0; tag < 8; tag++) {
        char name[16];
        snprintf(name, sizeof name, "many-%d", (int)tag);
        CHECK_OK(swc_service_upload_object(service, container, name, source, there, queue, tag, NULL, &err));
    }
    swc_config_free(there);
    swc_source_free(source);
    while (done < 8) {
        CHECK_OK(swc_queue_pop(queue, results, 8, -1, &count, &err));
        for (size_t i = 0; i < count; i++, done++) {
            CHECK(swc_result_success(results[i]) && swc_result_is_last(results[i]));
            swc_result_free(results[i]);
        }
    }
    swc_queue_free(queue);
    swc_service_free(service);
    check_object(connection, container, "many-7", "hello");
}

static void a_service_that_is_shut_down_takes_no_jobs(void)
{
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    size_t count = 0;
    uint64_t job = 1;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK_OK(swc_service_stat(service, NULL, NULL, NULL, queue, 0, NULL, &err));
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    CHECK_INT(swc_service_pending(service), 0);
    CHECK_STATUS(swc_service_stat(service, NULL, NULL, NULL, queue, 0, &job, &err), SWC_ERR_STATE);
    CHECK_INT(job, 0);
    CHECK_STATUS(swc_service_capabilities(service, NULL, queue, 0, NULL, &err), SWC_ERR_STATE);
    CHECK_OK(swc_service_shutdown(service, 0, &err));
    CHECK(!swc_service_cancel(service, 1));
    swc_service_cancel_all(service);
    /* What was done before is there. */
    CHECK_OK(swc_queue_pop(queue, &result, 1, 0, &count, &err));
    CHECK(swc_result_success(result));
    swc_result_free(result);
    CHECK_STATUS(swc_queue_pop(queue, &result, 1, 0, &count, &err), SWC_TIMED_OUT);
    CHECK(!result && count == 0);
    swc_service_free(service);
    swc_queue_free(queue);
}

static void a_queue_may_go_before_its_jobs_are_done(void)
{
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    for (int i = 0; i < 20; i++)
        CHECK_OK(swc_service_stat(service, container, NULL, NULL, queue, 0, NULL, &err));
    CHECK_OK(swc_service_list(service, container, NULL, queue, 0, NULL, &err));
    swc_queue_free(queue);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    CHECK_INT(swc_service_pending(service), 0);
    swc_service_free(service);
}

static void a_service_may_go_before_its_jobs_are_done(void)
{
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *results[32];
    size_t count = 0, last = 0;
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    for (int i = 0; i < 30; i++)
        CHECK_OK(swc_service_stat(service, container, NULL, NULL, queue, 0, NULL, &err));
    swc_service_free(service);
    /* Each ended, one way or the other. */
    CHECK_OK(swc_queue_pop(queue, results, 32, 0, &count, &err));
    for (size_t i = 0; i < count; i++) {
        CHECK(swc_result_success(results[i]) || swc_result_status(results[i]) == SWC_ERR_CANCELLED);
        last += swc_result_is_last(results[i]);
        swc_result_free(results[i]);
    }
    CHECK_INT(last, 30);
    swc_queue_free(queue);
}

static void objects_outlive_what_they_came_from(void)
{
    swc_connection *other = connect_to("v1");
    swc_response *response = NULL;
    swc_listing *listing = NULL;
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    swc_result *result = NULL;
    const swc_entry *entry = NULL;
    const char *body = NULL;
    size_t count = 0;
    CHECK_OK(swc_connection_get_object(other, container, "big", NULL, &response, &err));
    CHECK_OK(swc_connection_list_container(other, container, NULL, &listing, &err));
    CHECK_OK(swc_service_new(other, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    swc_connection_free(other);

    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, &count, &err));
    CHECK_INT(count, 1 << 20);
    swc_response_free(response);
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    swc_listing_free(listing);

    CHECK_OK(swc_service_stat(service, own_container("none"), NULL, NULL, queue, 5, NULL, &err));
    CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &count, &err));
    swc_queue_free(queue);
    swc_service_free(service);
    CHECK_INT(swc_result_status(result), SWC_ERR_NOT_FOUND);
    CHECK_INT(swc_error_http_status(swc_result_error(result)), 404);
    CHECK_INT(swc_result_tag(result), 5);
    swc_result_free(result);
}

static void *wait_for_results(void *argument)
{
    swc_error *own = NULL;
    swc_result *result = NULL;
    size_t count = 0;
    int32_t status = (int32_t)swc_queue_pop(argument, &result, 1, -1, &count, &own);
    CHECK(status == SWC_TIMED_OUT && !own && !result);
    return NULL;
}

static void a_waiting_thread_is_woken(void)
{
    pthread_t thread;
    swc_queue *queue = NULL;
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK(pthread_create(&thread, NULL, wait_for_results, queue) == 0);
    swc_queue_wake(queue);
    pthread_join(thread, NULL);
    swc_queue_free(queue);
}

static void a_request_serves_many_calls_and_may_change_between_them(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    for (uint64_t i = 0; i < 5; i++) {
        CHECK_OK(swc_request_set_range(request, i, 1, &err));
        CHECK_OK(swc_connection_get_object(connection, container, "o", request, &response, &err));
        CHECK_OK(swc_response_read_all(response, 10, &body, NULL, &err));
        CHECK(body[0] == "hello"[i] && body[1] == '\0');
        swc_response_free(response);
    }
    CHECK_OK(swc_request_set_header(request, "range", NULL, &err));
    CHECK_OK(swc_connection_get_object(connection, container, "o", request, &response, &err));
    CHECK_INT(swc_response_status(response), 200);
    swc_response_free(response);
    swc_request_free(request);
}

/* Callbacks that free, or change, the request of the call they run in. */
struct fickle {
    swc_request *request;
    bool frees, done;
    int sent, rewound, heard, released;
};

static int64_t let_go(void *user_data, void *buffer, size_t size)
{
    struct fickle *fickle = user_data;
    if (fickle->sent == 5 || size == 0)
        return 0;
    if (!fickle->done && fickle->frees)
        swc_request_free(fickle->request);
    else if (!fickle->done)
        CHECK_OK(swc_request_set_object_metadata(fickle->request, "Mood", "other", &err));
    fickle->done = true;
    *(char *)buffer = "hello"[fickle->sent++];
    return 1;
}

static bool from_the_start(void *user_data)
{
    struct fickle *fickle = user_data;
    fickle->sent = 0;
    fickle->rewound++;
    return true;
}

static bool still_told(void *user_data, uint64_t moved, int64_t total)
{
    struct fickle *fickle = user_data;
    CHECK(moved <= 5 && total == 5);
    fickle->heard++;
    return true;
}

static void count_release(void *user_data)
{
    ((struct fickle *)user_data)->released++;
}

/* The token is stale, so that the request is sent a second time, with all that was asked for. */
static void a_call_goes_on_with_the_extras_it_began_with(void)
{
    for (int frees = 0; frees < 2; frees++) {
        struct fickle fickle = {swc_request_new(), frees, false, 0, 0, 0, 0};
        swc_config *config = config_for("v1");
        swc_connection *other;
        swc_source *source = NULL;
        swc_response *response = NULL;
        char *url = NULL;
        CHECK_OK(swc_connection_storage_url(connection, &url, &err));
        set(config, "os_storage_url", url);
        set(config, "os_auth_token", "AUTH_tkofyesterday");
        swc_string_free(url);
        other = connect_with(config);
        CHECK_OK(swc_request_set_object_metadata(fickle.request, "Mood", "first", &err));
        CHECK_OK(swc_request_set_progress(fickle.request, still_told, count_release, &fickle, &err));
        CHECK_OK(swc_source_new_callbacks(let_go, from_the_start, NULL, &fickle, 5, &source, &err));
        CHECK_OK(swc_connection_put_object(other, container, "fickle", source, fickle.request, NULL, &err));
        swc_source_free(source);
        swc_connection_free(other);
        CHECK(fickle.rewound > 0 && fickle.heard > 0);
        CHECK_INT(fickle.released, frees);
        CHECK_OK(swc_connection_head_object(connection, container, "fickle", NULL, &response, &err));
        CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Mood"), "first");
        swc_response_free(response);
        if (!frees)
            swc_request_free(fickle.request);
        CHECK_INT(fickle.released, 1);
    }
}

static void what_was_asked_for_can_be_taken_back(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    int rows = 0;
    CHECK_OK(swc_request_set_range(request, 1, 2, &err));
    CHECK_OK(swc_request_set_range(request, UINT64_MAX, UINT64_MAX, &err));
    CHECK_OK(swc_request_set_if_modified_since(request, 4102444800, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err),
                 SWC_ERR_NOT_MODIFIED);
    CHECK_OK(swc_request_set_if_modified_since(request, -1, &err));
    CHECK_OK(swc_request_set_if_unmodified_since(request, 784111777, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "o", request, &response, &err),
                 SWC_ERR_PRECONDITION);
    CHECK_OK(swc_request_set_if_unmodified_since(request, -1, &err));
    CHECK_OK(swc_connection_get_object(connection, container, "o", request, &response, &err));
    CHECK_INT(swc_response_status(response), 200);
    swc_response_free(response);

    CHECK_OK(swc_request_set_query(request, "prefix", "no such name", &err));
    CHECK_OK(swc_request_remove_query(request, "prefix", &err));
    CHECK_OK(swc_request_remove_query(request, "prefix", &err));
    CHECK_STATUS(swc_request_remove_query(request, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
    while (swc_listing_next(listing, &entry, &err) == SWC_OK)
        rows++;
    CHECK(rows > 1);
    swc_listing_free(listing);
    swc_request_free(request);
}

int main(void)
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    char *bytes = calloc(1, 1 << 20);
    connection = connect_to("v1");
    container = own_container("states");
    make_container(connection, container);
    put_text(connection, container, "o", "hello");
    CHECK_OK(swc_source_new_memory(bytes, 1 << 20, NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "big", source, NULL, &response, &err));
    swc_response_free(response);
    swc_source_free(source);
    free(bytes);

    RUN(a_response_at_its_end_stays_there);
    RUN(a_cancelled_response_stays_cancelled);
    RUN(a_listing_at_its_end_stays_there);
    RUN(a_source_serves_one_call_at_a_time);
    RUN(what_cannot_go_back_is_sent_once);
    RUN(memory_may_be_sent_by_many_at_once_and_freed_first);
    RUN(a_service_that_is_shut_down_takes_no_jobs);
    RUN(a_queue_may_go_before_its_jobs_are_done);
    RUN(a_service_may_go_before_its_jobs_are_done);
    RUN(objects_outlive_what_they_came_from);
    RUN(a_waiting_thread_is_woken);
    RUN(a_request_serves_many_calls_and_may_change_between_them);
    RUN(a_call_goes_on_with_the_extras_it_began_with);
    RUN(what_was_asked_for_can_be_taken_back);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
