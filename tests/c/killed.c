/* Transfers that are killed: killed [MIB [SEGMENT_MIB]]
 *
 * A file of that size is uploaded in segments by a process that is killed (SIGKILL) at random moments, early, in the
 * middle and late, and started again each time until it ends. Then the same with its download. What is stored, or on the
 * disk, must not travel again: each kill may cost no more than the segments that were on their way. Under its own
 * name there is nothing, neither object nor file, until it is complete and right.
 *
 * All bytes are counted on their way, by a relay between the processes and the server. */
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "trial.h"

#include "loopback.h"

enum { THREADS = 4, KILLS = 4, BUFFER = 256 * 1024 };

extern char **environ;

static uint64_t size, segment;
static char url[512];
static char *token;
static char container[64];

/* Bytes that have passed, heads of requests and answers too. */
static atomic_uint_fast64_t up, down;
/* Where the process is to be killed: so far they pass, and no further until it has been. */
static atomic_uint_fast64_t most_up = UINT64_MAX, most_down = UINT64_MAX;

struct pipe_end {
    int from, to;
    atomic_uint_fast64_t *count, *most;
    pthread_t other;
    bool first;
};

static void *pump(void *argument)
{
    struct pipe_end *p = argument;
    char *buffer = malloc(BUFFER);
    for (ssize_t n; (n = recv(p->from, buffer, BUFFER, 0)) > 0;) {
        ssize_t sent = 0;
        atomic_fetch_add(p->count, (uint64_t)n);
        while (atomic_load(p->count) >= atomic_load(p->most))
            usleep(500);
        while (sent < n) {
            ssize_t k = send(p->to, buffer + sent, (size_t)(n - sent), MSG_NOSIGNAL);
            if (k <= 0)
                break;
            sent += k;
        }
        if (sent < n)
            break;
    }
    free(buffer);
    shutdown(p->from, SHUT_RDWR);
    shutdown(p->to, SHUT_RDWR);
    if (p->first) {
        pthread_join(p->other, NULL);
        close(p->from);
        close(p->to);
    }
    free(p);
    return NULL;
}

static int server_port;

static void *relay(void *argument)
{
    int listener = *(int *)argument;
    for (;;) {
        int client = accept(listener, NULL, NULL);
        int server = loopback_connect(server_port);
        pthread_t thread;
        if (client < 0 || server < 0) {
            fprintf(stderr, "the relay has no connection\n");
            exit(1);
        }
        struct pipe_end *there = calloc(1, sizeof *there), *back = calloc(1, sizeof *back);
        *there = (struct pipe_end){.from = client, .to = server, .count = &up, .most = &most_up, .first = true};
        *back = (struct pipe_end){.from = server, .to = client, .count = &down, .most = &most_down};
        CHECK_INT(pthread_create(&there->other, NULL, pump, back), 0);
        CHECK_INT(pthread_create(&thread, NULL, pump, there), 0);
        pthread_detach(thread);
    }
    return NULL;
}

static int start_relay(void)
{
    static int listener;
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t length = sizeof at;
    pthread_t thread;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 64) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &length) == 0);
    CHECK_INT(pthread_create(&thread, NULL, relay, &listener), 0);
    pthread_detach(thread);
    return ntohs(at.sin_port);
}

/* What the processes do that are killed. */

static swc_connection *through(const char *where)
{
    swc_config *config = swc_config_new();
    set(config, "os_storage_url", where);
    set(config, "os_auth_token", getenv("SWIFT_TRIAL_TOKEN"));
    return connect_with(config);
}

static swc_service *service_of(const swc_connection *connection)
{
    swc_config *config = swc_config_new();
    swc_service *service = NULL;
    char threads[16];
    snprintf(threads, sizeof threads, "%d", THREADS);
    set(config, "segment_threads", threads);
    CHECK_OK(swc_service_new(connection, config, &service, &err));
    swc_config_free(config);
    return service;
}

static int transfer(const char *what, const char *where, const char *into, const char *segment_size)
{
    swc_connection *connection = through(where);
    swc_service *service = service_of(connection);
    swc_queue *queue = NULL;
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    bool last = false;
    CHECK_OK(swc_queue_new(&queue, &err));
    if (strcmp(what, "upload") == 0) {
        set(options, "segment_size", segment_size);
        CHECK_OK(swc_objects_add_file(objects, "original", "large", NULL, &err));
        CHECK_OK(swc_service_upload(service, into, objects, options, queue, 0, NULL, &err));
    } else {
        set(options, "part_size", segment_size);
        set(options, "out_file", "copy");
        if (strcmp(what, "download") == 0)
            set(options, "resume", "true");
        CHECK_OK(swc_objects_add(objects, "large", NULL, &err));
        CHECK_OK(swc_service_download(service, into, objects, options, queue, 0, NULL, &err));
    }
    while (!last) {
        swc_result *result = take_result(queue);
        check_good(result);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_objects_free(objects);
    swc_config_free(options);
    swc_service_free(service);
    swc_connection_free(connection);
    swc_queue_free(queue);
    return 0;
}

/* Runs this program for a transfer, and kills it when `counter` has grown by so much; whether it was killed. */
static bool run_until(const char *what, atomic_uint_fast64_t *counter, uint64_t limit)
{
    char number[32];
    char *arguments[] = {(char *)"/proc/self/exe", (char *)what, url, container, number, NULL};
    pid_t child;
    int status;
    uint64_t before = atomic_load(counter);
    atomic_uint_fast64_t *most = counter == &up ? &most_up : &most_down;
    atomic_store(most, limit < UINT64_MAX - before ? before + limit : UINT64_MAX);
    snprintf(number, sizeof number, "%" PRIu64, segment);
    CHECK_INT(posix_spawn(&child, "/proc/self/exe", NULL, NULL, arguments, environ), 0);
    for (;;) {
        pid_t ended = waitpid(child, &status, WNOHANG);
        CHECK(ended >= 0);
        if (ended == child) {
            CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
            atomic_store(most, UINT64_MAX);
            return false;
        }
        if (atomic_load(counter) - before >= limit) {
            CHECK_INT(kill(child, SIGKILL), 0);
            CHECK_INT(waitpid(child, &status, 0), child);
            atomic_store(most, UINT64_MAX);
            /* It may have ended at this very moment. */
            CHECK(WIFSIGNALED(status) || (WIFEXITED(status) && WEXITSTATUS(status) == 0));
            return WIFSIGNALED(status);
        }
        usleep(500);
    }
}

static swc_connection *direct;

static bool object_is_there(void)
{
    swc_response *response = NULL;
    int32_t status = (int32_t)swc_connection_head_object(direct, container, "large", NULL, &response, &err);
    forget_error();
    swc_response_free(response);
    CHECK(status == SWC_OK || status == SWC_ERR_NOT_FOUND);
    return status == SWC_OK;
}

static bool file_is_there(void)
{
    return access("copy", F_OK) == 0;
}

/* Kills a transfer early, in the middle, late, and once wherever it happens to be; then lets it end. */
static void killed_and_resumed(const char *what, atomic_uint_fast64_t *counter, bool (*is_there)(void))
{
    /* Of what is left, in percent: from, and how many more. */
    static const int moments[KILLS][2] = {{2, 15}, {30, 40}, {80, 19}, {0, 100}};
    uint64_t begin = atomic_load(counter), passed = 0;
    int killed = 0;
    double since = seconds();
    bool ended = false;
    for (int i = 0; i < KILLS && !ended; i++) {
        uint64_t percent = (uint64_t)moments[i][0] + random_number() % (uint64_t)moments[i][1];
        uint64_t left = size > passed ? size - passed : segment;
        ended = !run_until(what, counter, left * percent / 100);
        /* What was still on its way through the relay is counted too. */
        usleep(100000);
        killed += !ended;
        passed = atomic_load(counter) - begin;
        printf("      %s, %s when %6.1f MiB had passed in all\n", what, ended ? "ended" : "killed", (double)passed / 1048576);
        fflush(stdout);
        if (!ended && is_there()) {
            /* Killed after the last step; or too early, which the comparison will tell. */
            printf("      it had just been completed\n");
            ended = true;
        }
    }
    if (!ended)
        CHECK(!run_until(what, counter, UINT64_MAX));
    CHECK(is_there());
    passed = atomic_load(counter) - begin;
    uint64_t again = passed > size ? passed - size : 0;
    /* Of each kill the segments on their way; and heads, listings and manifests. */
    uint64_t most = (uint64_t)killed * THREADS * segment + size / 100 + (1 << 20);
    printf("ok    %s of %" PRIu64 " MiB, killed %d times: %.1f MiB travelled twice, %.1f allowed (%.1f s)\n", what, size >> 20,
           killed, (double)again / 1048576, (double)most / 1048576, seconds() - since);
    fflush(stdout);
    CHECK(killed >= 2);
    CHECK(again <= most);
}

static void make_original(void)
{
    unsigned char *buffer = malloc(1 << 20);
    int fd = open("original", O_WRONLY | O_CREAT | O_EXCL, 0600);
    CHECK(fd >= 0 && buffer);
    for (uint64_t at = 0; at < size; at += 1 << 20) {
        fill_with(buffer, 1 << 20, 5, at);
        CHECK_INT(write(fd, buffer, 1 << 20), 1 << 20);
    }
    free(buffer);
    close(fd);
}

static void compare(void)
{
    static unsigned char original[1 << 20], copy[1 << 20];
    int a = open("original", O_RDONLY), b = open("copy", O_RDONLY);
    struct stat of_copy;
    CHECK(a >= 0 && b >= 0 && fstat(b, &of_copy) == 0);
    CHECK_INT(of_copy.st_size, size);
    for (uint64_t at = 0; at < size; at += 1 << 20) {
        CHECK_INT(read(a, original, 1 << 20), 1 << 20);
        CHECK_INT(read(b, copy, 1 << 20), 1 << 20);
        CHECK(memcmp(original, copy, 1 << 20) == 0);
    }
    close(a);
    close(b);
}

/* Whether a name is that of a temporary file of `copy`: as documented, with sixteen digits in the middle. */
static bool is_temporary(const char *name)
{
    return strlen(name) == strlen(".copy.") + 16 + strlen(".part") && strncmp(name, ".copy.", 6) == 0 &&
           strspn(name + 6, "0123456789abcdef") == 16 && strcmp(name + 22, ".part") == 0;
}

/* Without "resume" a download that is killed leaves a temporary file, which one that comes later does not touch. */
static void killed_for_good(void)
{
    struct dirent *entry;
    char left[256] = "";
    CHECK_INT(unlink("copy"), 0);
    CHECK(run_until("fetch", &down, size / 2));
    CHECK(!file_is_there());
    CHECK_INT(entries_of("."), 2);
    DIR *folder = opendir(".");
    CHECK(folder);
    while ((entry = readdir(folder)))
        if (is_temporary(entry->d_name))
            snprintf(left, sizeof left, "%s", entry->d_name);
    closedir(folder);
    CHECK(*left);
    CHECK(!run_until("fetch", &down, UINT64_MAX));
    CHECK_INT(entries_of("."), 3);
    compare();
    CHECK_INT(unlink(left), 0);
    printf("ok    without resume %s is left\n", left);
}

/* Neither parts nor notes of them are left. */
static void only_the_files_are_left(void)
{
    CHECK_INT(entries_of("."), 2);
    CHECK(unlink("original") == 0 && unlink("copy") == 0);
}

static void clean_up(void)
{
    swc_service *service = NULL;
    swc_queue *queue = NULL;
    char segments[80];
    CHECK_OK(swc_service_new(direct, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    CHECK_OK(swc_service_delete(service, container, NULL, NULL, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = take_result(queue);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    /* Whatever is left in the other container belongs to no object. */
    snprintf(segments, sizeof segments, "%s_segments", container);
    CHECK_OK(swc_service_delete(service, segments, NULL, NULL, queue, 0, NULL, &err));
    for (bool last = false; !last;) {
        swc_result *result = take_result(queue);
        CHECK(!swc_result_object(result) && swc_result_object_count(result) == 0);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    swc_service_free(service);
    swc_queue_free(queue);
}

int main(int argc, char **argv)
{
    char *storage = NULL;
    char host[256];
    if (argc == 5)
        return transfer(argv[1], argv[2], argv[3], argv[4]);
    size = (argc > 1 ? strtoull(argv[1], NULL, 10) : 24) << 20;
    segment = (argc > 2 ? strtoull(argv[2], NULL, 10) : 1) << 20;
    CHECK(size >= 8 * segment && segment > 0);
    signal(SIGPIPE, SIG_IGN);
    seed_randomly();
    snprintf(container, sizeof container, "%s", own_container("killed"));
    direct = connect_to("v1");
    CHECK_OK(swc_connection_authenticate(direct, NULL, &err));
    CHECK_OK(swc_connection_storage_url(direct, &storage, &err));
    CHECK_OK(swc_connection_token(direct, &token, &err));
    CHECK(setenv("SWIFT_TRIAL_TOKEN", token, 1) == 0);
    int skip = 0;
    CHECK(sscanf(storage, "http://%250[^:/]:%d%n", host, &server_port, &skip) == 2 && strcmp(host, "127.0.0.1") == 0);
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", start_relay(), storage + skip);

    make_original();
    killed_and_resumed("upload", &up, object_is_there);
    killed_and_resumed("download", &down, file_is_there);
    compare();
    killed_for_good();
    only_the_files_are_left();
    clean_up();
    swc_string_free(storage);
    swc_string_free(token);
    swc_connection_free(direct);
    return 0;
}
