/* Downloads of large objects by the Service API: in parts, and compared with the file that is there. */
#include <dirent.h>

#include "server.h"

#define SIZE 1000000

static swc_connection *connection;
static swc_service *service;
static swc_queue *queue;
static const char *container;
static char segments[256];

static unsigned char byte_at(size_t i)
{
    return (unsigned char)((i * 2654435761u) >> 13);
}

static void write_pattern(const char *path)
{
    FILE *f = fopen(path, "wb");
    CHECK(f);
    for (size_t i = 0; i < SIZE; i++)
        fputc(byte_at(i), f);
    CHECK(fclose(f) == 0);
}

static void check_pattern(const char *path)
{
    FILE *f = fopen(path, "rb");
    CHECK(f);
    for (size_t i = 0; i < SIZE; i++)
        if (fgetc(f) != byte_at(i))
            CHECK_INT(i, -1);
    CHECK(fgetc(f) == EOF);
    CHECK(fclose(f) == 0);
}

/* Takes the results of a job; of its objects all must end with this status. Returns the number of results. */
static int finish(swc_status want)
{
    int count = 0;
    for (bool last = false; !last; count++) {
        swc_result *result = NULL;
        size_t n = 0;
        CHECK_OK(swc_queue_pop(queue, &result, 1, -1, &n, &err));
        CHECK_INT(n, 1);
        const swc_error *error = swc_result_error(result);
        if (error && want == SWC_OK)
            fprintf(stderr, "%s\n", swc_error_message(error));
        if (swc_result_object(result))
            CHECK_INT(error ? (int)swc_error_status(error) : SWC_OK, want);
        last = swc_result_is_last(result);
        swc_result_free(result);
    }
    return count;
}

static uint64_t requests(void)
{
    swc_statistics *statistics = NULL;
    CHECK_OK(swc_service_statistics(service, "download", &statistics, &err));
    uint64_t n = swc_statistics_requests(statistics) - swc_statistics_retries(statistics);
    swc_statistics_free(statistics);
    return n;
}

static void upload(const char *object, const char *segment_size)
{
    swc_objects *objects = swc_objects_new();
    swc_config *options = swc_config_new();
    set(options, "segment_size", segment_size);
    write_pattern("source");
    CHECK_OK(swc_objects_add_file(objects, "source", object, NULL, &err));
    CHECK_OK(swc_service_upload(service, container, objects, options, queue, 1, NULL, &err));
    finish(SWC_OK);
    swc_objects_free(objects);
    swc_config_free(options);
}

static void download(const char *object, const swc_config *options, swc_status want)
{
    swc_objects *objects = swc_objects_new();
    CHECK_OK(swc_objects_add(objects, object, NULL, &err));
    CHECK_OK(swc_service_download(service, container, objects, options, queue, 1, NULL, &err));
    CHECK_INT(finish(want), 1);
    swc_objects_free(objects);
}

/* There is nothing in the current folder but these. */
static void check_folder(const char *one, const char *two)
{
    DIR *folder = opendir(".");
    CHECK(folder);
    for (struct dirent *e; (e = readdir(folder)) != NULL;)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && strcmp(e->d_name, one))
            CHECK_TEXT(e->d_name, two);
    closedir(folder);
}

static void large_objects_come_in_parts(void)
{
    swc_config *options = swc_config_new();
    uint64_t before = requests();
    upload("plain", "0");
    upload("segments", "150000");
    set(options, "part_size", "100000");
    set(options, "out_file", "came");
    download("plain", options, SWC_OK);
    check_pattern("came");
    /* The one that tells how large it is, and ten parts. */
    CHECK_INT(requests() - before, 11);
    CHECK(remove("came") == 0);
    before = requests();
    download("segments", options, SWC_OK);
    check_pattern("came");
    /* The object, its manifest, and seven segments. */
    CHECK_INT(requests() - before, 9);
    /* What is kept for the case that it breaks off goes when it is complete. */
    set(options, "resume", "true");
    CHECK(remove("came") == 0);
    download("plain", options, SWC_OK);
    check_pattern("came");
    check_folder("came", "source");
    set(options, "resume", "false");
    set(options, "part_size", "0");
    before = requests();
    download("plain", options, SWC_OK);
    check_pattern("came");
    CHECK_INT(requests() - before, 1);
    swc_config_free(options);
}

static void identical_large_objects_are_left_alone(void)
{
    swc_config *options = swc_config_new();
    set(options, "skip_identical", "true");
    set(options, "out_file", "came");
    download("plain", options, SWC_ERR_NOT_MODIFIED);
    download("segments", options, SWC_ERR_NOT_MODIFIED);
    FILE *f = fopen("came", "r+b");
    CHECK(f && fseek(f, 500000, SEEK_SET) == 0 && fputc(byte_at(500000) ^ 1, f) != EOF && fclose(f) == 0);
    download("segments", options, SWC_OK);
    check_pattern("came");
    swc_config_free(options);
}

static void what_cannot_be_is_refused(void)
{
    swc_config *options = swc_config_new();
    swc_objects *objects = swc_objects_new();
    CHECK_FAILS(swc_config_set(options, "part_size", "large", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "part_size"));
    forget_error();
    set(options, "part_size", "0");
    set(options, "resume", "true");
    CHECK_OK(swc_objects_add(objects, "plain", NULL, &err));
    CHECK_FAILS(swc_service_download(service, container, objects, options, queue, 1, NULL, &err),
                SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "resume"));
    forget_error();
    swc_objects_free(objects);
    swc_config_free(options);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("download");
    snprintf(segments, sizeof segments, "%s_segments", container);
    CHECK_OK(swc_service_new(connection, NULL, &service, &err));
    CHECK_OK(swc_queue_new(&queue, &err));
    RUN(large_objects_come_in_parts);
    RUN(identical_large_objects_are_left_alone);
    RUN(what_cannot_be_is_refused);
    CHECK_OK(swc_service_shutdown(service, -1, &err));
    swc_service_free(service);
    swc_queue_free(queue);
    remove_container(connection, container);
    remove_container(connection, segments);
    swc_connection_free(connection);
    return 0;
}
