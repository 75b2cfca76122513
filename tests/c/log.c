/* Log messages: levels, secrets, and when the caller's data is released. */
#include <pthread.h>

#include "server.h"

struct log {
    pthread_mutex_t lock;
    char text[65536];
    int32_t worst, finest;
    int released;
};

static void hear(void *user_data, int32_t level, const char *message)
{
    struct log *log = user_data;
    pthread_mutex_lock(&log->lock);
    if (strlen(log->text) + strlen(message) + 2 < sizeof log->text)
        strcat(strcat(log->text, message), "\n");
    if (!log->worst || level < log->worst)
        log->worst = level;
    if (level > log->finest)
        log->finest = level;
    pthread_mutex_unlock(&log->lock);
}

static void release(void *user_data)
{
    ((struct log *)user_data)->released++;
}

static void clear(struct log *log)
{
    log->text[0] = '\0';
    log->worst = log->finest = 0;
}

static struct log first = {.lock = PTHREAD_MUTEX_INITIALIZER}, second = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Authenticates and makes a call that fails; returns the token. */
static char *talk(void)
{
    swc_connection *connection = connect_to("v1");
    swc_response *response = NULL;
    char *token = NULL;
    CHECK_STATUS(swc_connection_head_container(connection, own_container("none"), NULL, &response, &err),
                 SWC_ERR_NOT_FOUND);
    CHECK_OK(swc_connection_token(connection, &token, &err));
    swc_connection_free(connection);
    return token;
}

static void debug_shows_everything_but_secrets(void)
{
    char *token;
    CHECK_OK(swc_log_set(SWC_LOG_DEBUG, hear, release, &first, &err));
    token = talk();
    CHECK_INT(first.finest, SWC_LOG_DEBUG);
    CHECK(strstr(first.text, "HEAD") && strstr(first.text, "404"));
    CHECK(!strstr(first.text, token) && !strstr(first.text, need("ST_KEY")));
    swc_string_free(token);
}

static void secrets_are_shown_when_asked(void)
{
    char *token;
    clear(&first);
    swc_log_show_secrets(true);
    token = talk();
    CHECK(strstr(first.text, token));
    swc_log_show_secrets(false);
    swc_string_free(token);
    clear(&first);
    token = talk();
    CHECK(*first.text && !strstr(first.text, token));
    swc_string_free(token);
}

static void so_much_of_a_secret_is_shown(void)
{
    static const struct { int32_t characters; size_t shown; } cases[] = {{4, 4}, {0, 0}, {INT32_MAX, 21}, {-1, 16}};
    char start[64];
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *token;
        swc_log_set_secret_prefix(cases[i].characters);
        clear(&first);
        token = talk();
        /* tempauth's tokens have 39 characters; half of one is shown at most. */
        CHECK_INT(strlen(token), 39);
        snprintf(start, sizeof start, "x-auth-token: %.*s...", (int)(cases[i].shown > 19 ? 19 : cases[i].shown), token);
        CHECK(strstr(first.text, start));
        swc_string_free(token);
    }
}

static void a_request_can_be_run_again_with_curl(void)
{
    char command[4096];
    const char *start;
    char *token;
    FILE *curl;
    int status = 0;
    swc_log_show_curl(true);
    swc_log_show_secrets(true);
    clear(&first);
    token = talk();
    swc_log_show_curl(false);
    swc_log_show_secrets(false);
    start = strstr(first.text, "curl -i -I 'http://");
    CHECK(start && strstr(start, token));
    snprintf(command, sizeof command, "%.*s 2>/dev/null", (int)strcspn(start, "\n"), start);
    swc_string_free(token);
    if (system("command -v curl >/dev/null") != 0)
        return;
    curl = popen(command, "r");
    CHECK(curl && fscanf(curl, "HTTP/1.1 %d", &status) == 1);
    while (fgetc(curl) != EOF)
        ;
    pclose(curl);
    CHECK_INT(status, 404);
}

static void bodies_and_transactions_are_shown(void)
{
    swc_connection *connection = connect_to("v1");
    const char *container = own_container("log");
    swc_response *response = NULL;
    make_container(connection, container);
    put_text(connection, container, "the one in the listing", "not in the log");
    clear(&first);
    remove_container(connection, container);
    CHECK(strstr(first.text, "the one in the listing\"") && strstr(first.text, "x-trans-id: tx"));
    clear(&first);
    CHECK_FAILS(swc_connection_get_object(connection, container, "o", NULL, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK(strstr(first.text, swc_error_transaction_id(err)) && strstr(first.text, "The resource could not be found."));
    forget_error();
    swc_connection_free(connection);
}

/* What a healthy server answers the same to, with and without. */
static void what_a_request_asks_for_is_sent(void)
{
    swc_connection *connection = connect_to("v1");
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    const char *container = own_container("asks");
    make_container(connection, container);
    for (int asks = 1; asks >= 0; asks--) {
        CHECK_OK(swc_request_set_newest(request, asks, &err));
        CHECK_OK(swc_request_set_accept_gzip(request, asks, &err));
        clear(&first);
        CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
        CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
        swc_listing_free(listing);
        CHECK((strstr(first.text, "X-Newest: true") != NULL) == asks);
        CHECK((strstr(first.text, "accept-encoding: gzip") != NULL) == asks);
        CHECK((strstr(first.text, "accept-encoding: identity") != NULL) != asks);
    }
    remove_container(connection, container);
    swc_request_free(request);
    swc_connection_free(connection);
}

static void another_receiver_takes_the_place(void)
{
    CHECK_INT(first.released, 0);
    CHECK_OK(swc_log_set(SWC_LOG_INFO, hear, release, &second, &err));
    CHECK_INT(first.released, 1);
    clear(&first);
    swc_string_free(talk());
    CHECK(!*first.text);
    CHECK(*second.text && second.finest <= SWC_LOG_INFO);
}

static void a_level_leaves_out_what_is_finer(void)
{
    CHECK_OK(swc_log_set(SWC_LOG_ERROR, hear, release, &second, &err));
    CHECK_INT(second.released, 1);
    clear(&second);
    swc_string_free(talk());
    CHECK(second.finest <= SWC_LOG_ERROR);
}

static void nobody_listens_any_more(void)
{
    CHECK_OK(swc_log_set(SWC_LOG_OFF, hear, release, &first, &err));
    /* Not needed with that level, so released at once; as is the one before. */
    CHECK_INT(first.released, 2);
    CHECK_INT(second.released, 2);
    clear(&first);
    clear(&second);
    swc_string_free(talk());
    CHECK(!*first.text && !*second.text);
    CHECK_OK(swc_log_set(SWC_LOG_DEBUG, NULL, release, &first, &err));
    CHECK_INT(first.released, 3);
    CHECK_STATUS(swc_log_set(17, hear, release, &first, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_INT(first.released, 4);
}

static void a_service_logs_from_its_own_threads(void)
{
    swc_connection *connection = connect_to("v1");
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    CHECK_OK(swc_log_set(SWC_LOG_DEBUG, hear, release, &first, &err));
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    clear(&first);
    for (int i = 0; i < 10; i++)
        CHECK_OK(swc_service_stat(service, NULL, NULL, NULL, queue, 0, NULL, &err));
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    CHECK(strstr(first.text, "HEAD"));
    swc_service_free(service);
    swc_queue_free(queue);
    swc_connection_free(connection);
    CHECK_OK(swc_log_set(SWC_LOG_OFF, NULL, NULL, NULL, &err));
    CHECK_INT(first.released, 5);
}

int main(void)
{
    RUN(debug_shows_everything_but_secrets);
    RUN(secrets_are_shown_when_asked);
    RUN(so_much_of_a_secret_is_shown);
    RUN(a_request_can_be_run_again_with_curl);
    RUN(bodies_and_transactions_are_shown);
    RUN(what_a_request_asks_for_is_sent);
    RUN(another_receiver_takes_the_place);
    RUN(a_level_leaves_out_what_is_finer);
    RUN(nobody_listens_any_more);
    RUN(a_service_logs_from_its_own_threads);
    return 0;
}
