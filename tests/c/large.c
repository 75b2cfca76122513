/* A large object goes up through a callback and comes down through reads, in memory that does not grow with it:
 * large [MEBIBYTES], 90 if nothing else is said: the test server takes 96. */
#include <sys/resource.h>

#include "server.h"

#define MIB ((uint64_t)1 << 20)

static swc_connection *connection;
static const char *container;

/* Numbers one after the other, so that bytes out of place are noticed. */
struct numbers {
    uint64_t at, end;
};

static void fill(uint8_t *to, uint64_t at, size_t size)
{
    for (size_t i = 0; i < size; i += 8) {
        uint64_t number = (at + i) / 8 * UINT64_C(0x9e3779b97f4a7c15);
        memcpy(to + i, &number, 8);
    }
}

static int64_t give(void *user_data, void *buffer, size_t size)
{
    struct numbers *numbers = user_data;
    uint64_t left = numbers->end - numbers->at;
    size_t n = (size < left ? size : (size_t)left) / 8 * 8;
    CHECK(size >= 8);
    fill(buffer, numbers->at, n);
    numbers->at += n;
    return (int64_t)n;
}

static bool go_back(void *user_data)
{
    ((struct numbers *)user_data)->at = 0;
    return true;
}

static void up(uint64_t size, int64_t length)
{
    struct numbers numbers = {0, size};
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_callbacks(give, go_back, NULL, &numbers, length, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "large", source, NULL, &response, &err));
    swc_response_free(response);
    swc_source_free(source);
}

static void down(uint64_t size)
{
    static uint8_t buffer[1 << 17], want[1 << 17];
    swc_response *response = NULL;
    uint64_t at = 0;
    size_t have = 0, length = 0;
    int32_t status;
    CHECK_OK(swc_connection_get_object(connection, container, "large", NULL, &response, &err));
    CHECK_INT(swc_response_content_length(response), size);
    while ((status = (int32_t)swc_response_read(response, buffer + have, sizeof buffer - have, &length, &err)) == SWC_OK) {
        size_t whole;
        have += length;
        whole = have / 8 * 8;
        fill(want, at, whole);
        CHECK(memcmp(buffer, want, whole) == 0);
        memmove(buffer, buffer + whole, have - whole);
        have -= whole;
        at += whole;
    }
    CHECK_STATUS(status, SWC_END);
    CHECK_INT(at, size);
    CHECK_INT(have, 0);
    CHECK_INT(swc_response_bytes_read(response), size);
    swc_response_free(response);
}

/* The most memory the program has had so far, in bytes. */
static uint64_t memory(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    return (uint64_t)usage.ru_maxrss * 1024;
}

int main(int argc, char **argv)
{
    uint64_t size = (argc > 1 ? strtoull(argv[1], NULL, 10) : 90) * MIB, before, grown;
    connection = connect_to("v1");
    container = own_container("large");
    make_container(connection, container);
    up(8 * MIB, 8 * (int64_t)MIB);
    down(8 * MIB);
    up(8 * MIB, -1);
    down(8 * MIB);
    before = memory();
    up(size, (int64_t)size);
    down(size);
    grown = memory() - before;
    printf("ok    %" PRIu64 " MiB up and down, memory %" PRIu64 " KiB, grown by %" PRIu64 " KiB\n", size / MIB,
           memory() / 1024, grown / 1024);
    CHECK(grown < 4 * MIB);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
