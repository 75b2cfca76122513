/* Writes what comes on standard input to an object, and shows an object, or a part of it, on standard output:
 *
 *     stream put CONTAINER OBJECT <file
 *     stream get CONTAINER OBJECT [OFFSET LENGTH]
 *
 *     cc -o stream stream.c $(pkg-config --cflags --libs swiftclient)
 *
 * Neither keeps more than a few megabytes in memory, whatever the size. Credentials come from ST_* or OS_* variables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <swiftclient.h>

static unsigned char buffer[256 * 1024];

/* Returns 1 and says what went wrong, or 0. */
static int failed(swc_status status, swc_error **err)
{
    if (status >= 0)
        return 0;
    fprintf(stderr, "%s: %s\n", swc_status_name(status), swc_error_message(*err));
    swc_error_free(*err);
    return 1;
}

static int put(const swc_connection *connection, const char *container, const char *object)
{
    swc_config *options = swc_config_new();
    swc_writer *writer = NULL;
    swc_error *err = NULL;
    size_t n;
    int bad;
    /* What is larger becomes a static large object of such segments. */
    bad = failed(swc_connection_put_container(connection, container, NULL, NULL, &err), &err)
          || failed(swc_config_set(options, "segment_size", "1073741824", &err), &err)
          || failed(swc_writer_new(connection, container, object, options, NULL, &writer, &err), &err);
    while (!bad && (n = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        bad = failed(swc_writer_write(writer, buffer, n, &err), &err);
    if (!bad && ferror(stdin)) {
        fprintf(stderr, "standard input cannot be read\n");
        bad = 1;
    }
    if (!bad)
        bad = failed(swc_writer_finish(writer, NULL, &err), &err);
    /* Without swc_writer_finish() nothing appears. */
    swc_writer_free(writer);
    swc_config_free(options);
    return bad;
}

static int get(const swc_connection *connection, const char *container, const char *object, unsigned long long offset,
               unsigned long long length)
{
    swc_reader *reader = NULL;
    swc_error *err = NULL;
    swc_status status = SWC_OK;
    size_t n = 0;
    int bad = failed(swc_reader_new(connection, container, object, NULL, &reader, &err), &err)
              || failed(swc_reader_seek(reader, offset, &err), &err);
    while (!bad && length > 0) {
        size_t most = length < sizeof buffer ? (size_t)length : sizeof buffer;
        status = swc_reader_read(reader, buffer, most, &n, &err);
        bad = failed(status, &err);
        if (bad || status == SWC_END)
            break;
        if (fwrite(buffer, 1, n, stdout) != n) {
            fprintf(stderr, "standard output cannot be written\n");
            bad = 1;
        }
        length -= n;
    }
    if (!bad && swc_reader_is_verified(reader))
        fprintf(stderr, "every byte was checked\n");
    swc_reader_free(reader);
    return bad;
}

int main(int argc, char **argv)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    swc_error *err = NULL;
    int bad;
    bad = failed(swc_config_load_env(config, &err), &err) || failed(swc_connection_new(config, &connection, &err), &err);
    swc_config_free(config);
    if (!bad && (argc < 4 || (strcmp(argv[1], "put") != 0 && strcmp(argv[1], "get") != 0))) {
        fprintf(stderr, "usage: stream put CONTAINER OBJECT <file\n       stream get CONTAINER OBJECT [OFFSET LENGTH]\n");
        bad = 2;
    } else if (!bad && strcmp(argv[1], "put") == 0)
        bad = put(connection, argv[2], argv[3]);
    else if (!bad)
        bad = get(connection, argv[2], argv[3], argc > 4 ? strtoull(argv[4], NULL, 10) : 0,
                  argc > 5 ? strtoull(argv[5], NULL, 10) : ~0ULL);
    swc_connection_free(connection);
    return bad;
}
