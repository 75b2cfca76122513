/* A listing of very many names, in memory that does not grow with them: million [ROWS]
 *
 * The names come from a server of its own process, which makes up pages as they are asked for. From 1,000,000 rows on
 * the memory is measured: what the process has at most, above what it had when it had not done anything yet. */
#include <signal.h>
#include <sys/wait.h>

#include "check.h"
#include "loopback.h"

enum { PAGE = 10000, ROOM = 16 * 1024 };

static struct loopback server;
static long rows;

static void send_page(int fd, long first)
{
    static char page[PAGE * 256];
    char head[256];
    size_t length = 0;
    page[length++] = '[';
    for (long i = first; i < rows && i < first + PAGE; i++)
        length += (size_t)sprintf(page + length,
                                  "%s{\"bytes\": %ld, \"hash\": \"d41d8cd98f00b204e9800998ecf8427e\", \"name\": "
                                  "\"photos/%09ld.jpg\", \"content_type\": \"image/jpeg\", \"last_modified\": "
                                  "\"2026-01-02T03:04:05.678900\"}",
                                  i == first ? "" : ", ", i, i);
    page[length++] = ']';
    page[length] = '\0';
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\nContent-Type: application/json; charset=utf-8\r\n"
             "X-Container-Object-Count: %ld\r\nX-Trans-Id: tx-million\r\n\r\n",
             length, rows);
    loopback_send(fd, head);
    loopback_send(fd, page);
}

/* The stand-in: as many requests as come, on one connection after the other. */
static void serve(void)
{
    for (;;) {
        char request[8192];
        int fd = accept(server.fd, NULL, NULL);
        while (loopback_head(fd, request, sizeof request) > 0) {
            const char *marker = strstr(request, "marker=photos/");
            send_page(fd, marker ? atol(marker + strlen("marker=photos/")) + 1 : 0);
        }
        close(fd);
    }
}

/* A figure of /proc/self/status, in KiB. */
static long memory(const char *what)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status);
    while (fgets(line, sizeof line, status))
        if (strncmp(line, what, strlen(what)) == 0)
            kib = atol(line + strlen(what));
    fclose(status);
    CHECK(kib > 0);
    return kib;
}

static void a_listing_takes_constant_memory(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection;
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    char url[64], want[64];
    long idle = memory("VmRSS:"), count = 0, most;
    int32_t status;
    snprintf(url, sizeof url, "http://127.0.0.1:%d/v1/AUTH_test", server.port);
    set(config, "os_storage_url", url);
    set(config, "os_auth_token", "token");
    connection = connect_with(config);
    CHECK_OK(swc_connection_list_container(connection, "c", NULL, &listing, &err));
    while ((status = (int32_t)swc_listing_next(listing, &entry, &err)) == SWC_OK) {
        /* Each in its place, with all it has. */
        snprintf(want, sizeof want, "photos/%09ld.jpg", count);
        CHECK_TEXT(swc_entry_name(entry), want);
        CHECK_INT(swc_entry_bytes(entry), count);
        count++;
    }
    CHECK_STATUS(status, SWC_END);
    CHECK_INT(count, rows);
    swc_listing_free(listing);
    swc_connection_free(connection);
    most = memory("VmHWM:");
    printf("      %ld rows: %ld KiB when idle, at most %ld KiB more\n", rows, idle, most - idle);
    if (rows >= 1000000)
        CHECK(most - idle < ROOM);
}

int main(int argc, char **argv)
{
    pid_t child;
    int status;
    rows = argc > 1 ? atol(argv[1]) : 1000000;
    loopback_start(&server, NULL);
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        /* It does not outlive a test that fails. */
        alarm(240);
        serve();
    }
    RUN(a_listing_takes_constant_memory);
    kill(child, SIGKILL);
    CHECK(waitpid(child, &status, 0) == child);
    loopback_stop(&server);
    return 0;
}
