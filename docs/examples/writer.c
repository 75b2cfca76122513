/* An object written piece by piece. */
#include "example.h"

static void a_log_that_grows(swc_connection *connection)
{
    swc_config *options = swc_config_new();
    swc_writer *writer = NULL;
    swc_response *response = NULL;
    ok(swc_config_set(options, "segment_size", "1048576", &err)); /* what outgrows it goes in segments */
    ok(swc_writer_new(connection, "docs", "log", options, NULL, &writer, &err));
    swc_config_free(options);
    for (int i = 0; i < 1000; i++) {
        char line[64];
        int length = snprintf(line, sizeof line, "line %d\n", i);
        ok(swc_writer_write(writer, line, (size_t)length, &err));
    }
    printf("%" PRIu64 " bytes\n", swc_writer_bytes_written(writer));
    ok(swc_writer_finish(writer, &response, &err)); /* now it is there, whole */
    swc_response_free(response);
    swc_writer_free(writer);
}

static void given_up(swc_connection *connection)
{
    swc_writer *writer = NULL;
    ok(swc_writer_new(connection, "docs", "log", NULL, NULL, &writer, &err));
    ok(swc_writer_write(writer, "half a li", 9, &err));
    ok(swc_writer_abort(writer, &err)); /* what was there before is as it was; swc_writer_free() alone does it too */
    swc_writer_free(writer);
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    a_log_that_grows(connection);
    given_up(connection);
    clean_up(connection, "docs");
    swc_connection_free(connection);
    return 0;
}
