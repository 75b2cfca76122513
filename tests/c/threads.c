/* One connection for 32 threads: mixed operations at once, and one new token when the old one has died. */
#include "server.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 32, ROUNDS = 2 };

static swc_connection *connection;
static const char *container;
static pthread_barrier_t start;
static atomic_int authentications;

static void hear(void *user_data, int32_t level, const char *message)
{
    (void)user_data, (void)level;
    if (strstr(message, ", to authenticate "))
        atomic_fetch_add(&authentications, 1);
}

/* As the checks of check.h, which have one error object for all threads. */
#define DO(call)                                                                                                       \
    do {                                                                                                               \
        swc_error *error = NULL, **errp = &error;                                                                      \
        if ((call) < 0) {                                                                                              \
            fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #call, swc_error_message(error));                   \
            exit(1);                                                                                                   \
        }                                                                                                              \
        (void)errp;                                                                                                    \
    } while (0)

static void *work(void *number)
{
    int thread = (int)(intptr_t)number, round;
    pthread_barrier_wait(&start);
    for (round = 0; round < ROUNDS; round++) {
        char name[64], text[64];
        const char *body = NULL;
        size_t length = 0;
        swc_source *source = NULL;
        swc_response *response = NULL;
        swc_request *request = swc_request_new();
        swc_listing *listing = NULL;
        const swc_entry *entry = NULL;
        snprintf(name, sizeof name, "object-%d", thread);
        snprintf(text, sizeof text, "of thread %d in round %d", thread, round);
        DO(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, errp));
        DO(swc_connection_put_object(connection, container, name, source, NULL, NULL, errp));
        swc_source_free(source);
        DO(swc_request_set_object_metadata(request, "Thread", text, errp));
        DO(swc_connection_post_object(connection, container, name, request, NULL, errp));
        DO(swc_connection_head_object(connection, container, name, NULL, &response, errp));
        CHECK(strcmp(swc_response_header(response, "x-object-meta-thread"), text) == 0);
        swc_response_free(response);
        DO(swc_connection_get_object(connection, container, name, NULL, &response, errp));
        DO(swc_response_read_all(response, 1000, &body, &length, errp));
        CHECK(strcmp(body, text) == 0);
        swc_response_free(response);
        DO(swc_request_set_query(request, "prefix", name, errp));
        DO(swc_request_set_query(request, "limit", "1", errp));
        DO(swc_connection_list_container(connection, container, request, &listing, errp));
        DO(swc_listing_next(listing, &entry, errp));
        CHECK(strncmp(swc_entry_name(entry), name, strlen(name)) == 0);
        swc_listing_free(listing);
        DO(swc_connection_delete_object(connection, container, name, NULL, NULL, errp));
        swc_request_free(request);
    }
    return NULL;
}

static void together(void)
{
    pthread_t threads[THREADS];
    swc_config *config = config_for("v1");
    swc_connection *own = connect_to("v1");
    char *url = NULL;
    int i;
    container = own_container("threads");
    make_container(own, container);
    CHECK_OK(swc_connection_storage_url(own, &url, &err));
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "AUTH_tkthatdied");
    swc_string_free(url);
    connection = connect_with(config);
    CHECK_OK(swc_log_set(SWC_LOG_DEBUG, hear, NULL, NULL, &err));
    CHECK(pthread_barrier_init(&start, NULL, THREADS) == 0);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i) == 0);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK_OK(swc_log_set(SWC_LOG_OFF, NULL, NULL, NULL, &err));
    CHECK_INT(atomic_load(&authentications), 1);
    pthread_barrier_destroy(&start);
    swc_connection_free(connection);
    remove_container(own, container);
    swc_connection_free(own);
}

int main(void)
{
    RUN(together);
    return 0;
}
