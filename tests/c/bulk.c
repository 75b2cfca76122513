/* Bulk delete and archive upload: many things at once, and what came of each. */
#include "server.h"

static swc_connection *connection;
static const char *container;

/* Files of an archive, in memory: headers as tar has them, and blocks of 512 bytes. */
struct tar {
    char bytes[16384];
    size_t size;
};

static void tar_add(struct tar *tar, const char *name, const char *text)
{
    char *head = tar->bytes + tar->size;
    unsigned sum = 0;
    memset(head, 0, 1024);
    snprintf(head, 100, "%s", name);
    memcpy(head + 100, "0000644", 7);
    snprintf(head + 124, 12, "%011o", (unsigned)strlen(text));
    memcpy(head + 136, "00000000000", 11);
    memcpy(head + 148, "        ", 8);
    head[156] = '0';
    memcpy(head + 257, "ustar\00000", 8);
    for (size_t i = 0; i < 512; i++)
        sum += (unsigned char)head[i];
    snprintf(head + 148, 8, "%06o", sum);
    memcpy(head + 512, text, strlen(text));
    tar->size += 1024;
}

static void tar_end(struct tar *tar)
{
    memset(tar->bytes + tar->size, 0, 1024);
    tar->size += 1024;
}

static swc_source *source_of(const struct tar *tar)
{
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_memory(tar->bytes, tar->size, NULL, NULL, &source, &err));
    return source;
}

static void an_archive_becomes_objects(void)
{
    struct tar tar = {.size = 0};
    swc_source *source;
    swc_report *report = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    FILE *file;
    tar_add(&tar, "one.txt", "one");
    tar_add(&tar, "dir/two.txt", "two");
    tar_end(&tar);
    source = source_of(&tar);
    CHECK_OK(swc_request_set_object_metadata(request, "from", "archive", &err));
    CHECK_OK(swc_connection_upload_archive(connection, container, "pre", SWC_ARCHIVE_TAR, source, request, &report, &err));
    CHECK_INT(swc_report_status(report), 201);
    CHECK_INT(swc_report_created(report), 2);
    swc_report_free(report);
    check_object(connection, container, "pre/one.txt", "one");
    check_object(connection, container, "pre/dir/two.txt", "two");
    CHECK_OK(swc_connection_head_object(connection, container, "pre/one.txt", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-From"), "archive");
    swc_response_free(response);
    swc_request_free(request);
    /* Memory has no name that would tell the format. */
    CHECK_STATUS(swc_connection_upload_archive(connection, container, NULL, SWC_ARCHIVE_BY_NAME, source, NULL, &report,
                                               &err),
                 SWC_ERR_INVALID_ARGUMENT);
    swc_source_free(source);
    file = fopen("files.tar", "wb");
    CHECK(file && fwrite(tar.bytes, tar.size, 1, file) == 1 && fclose(file) == 0);
    CHECK_OK(swc_source_new_file("files.tar", &source, &err));
    CHECK_OK(swc_connection_upload_archive(connection, container, NULL, SWC_ARCHIVE_BY_NAME, source, NULL, NULL, &err));
    check_object(connection, container, "dir/two.txt", "two");
    swc_source_free(source);
    remove("files.tar");
}

static void what_fails_of_an_archive_is_told(void)
{
    struct tar tar = {.size = 0};
    swc_source *source;
    const swc_report *report;
    const char *object = NULL;
    int32_t status = 0;
    char name[100];
    /* With the prefix this name is longer than Swift takes. */
    char prefix[1000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    memset(prefix, 'p', sizeof prefix - 1);
    prefix[sizeof prefix - 1] = '\0';
    tar_add(&tar, "short", "short");
    tar_add(&tar, name, "long");
    tar_end(&tar);
    source = source_of(&tar);
    CHECK_FAILS(swc_connection_upload_archive(connection, container, prefix, SWC_ARCHIVE_TAR, source, NULL, NULL, &err),
                SWC_ERR_HTTP);
    report = swc_error_report(err);
    CHECK_INT(swc_report_created(report), 1);
    CHECK_INT(swc_report_error_count(report), 1);
    CHECK(swc_report_error_at(report, 0, NULL, &object, &status, NULL));
    CHECK_INT(status, 400);
    forget_error();
    swc_source_free(source);
    /* No archive at all. */
    CHECK_OK(swc_source_new_memory("no archive", 10, NULL, NULL, &source, &err));
    CHECK_FAILS(swc_connection_upload_archive(connection, container, NULL, SWC_ARCHIVE_TAR_GZ, source, NULL, NULL, &err),
                SWC_ERR_HTTP);
    CHECK(strstr(swc_report_message(swc_error_report(err)), "Invalid Tar File") != NULL);
    forget_error();
    CHECK_STATUS(swc_connection_upload_archive(connection, container, NULL, SWC_ARCHIVE_TAR_BZ2, source, NULL, NULL,
                                               &err),
                 SWC_ERR_HTTP);
    swc_source_free(source);
}

static void many_are_deleted_at_once(void)
{
    char paths[4][128];
    const char *all[4] = {paths[0], paths[1], paths[2], paths[3]};
    swc_report *report = NULL;
    const swc_report *failed;
    const char *name = NULL, *object = NULL;
    int32_t status = 0;
    put_text(connection, container, "a\n%?b", "x");
    snprintf(paths[0], sizeof paths[0], "%s/a\n%%?b", container);
    snprintf(paths[1], sizeof paths[1], "/%s/one.txt", container);
    snprintf(paths[2], sizeof paths[2], "%s/missing", container);
    snprintf(paths[3], sizeof paths[3], "%s", container);
    /* The container is not empty yet; the others are done nevertheless. */
    CHECK_FAILS(swc_connection_bulk_delete(connection, all, 4, NULL, &report, &err), SWC_ERR_CONFLICT);
    CHECK(report == NULL);
    failed = swc_error_report(err);
    CHECK_INT(swc_report_deleted(failed), 2);
    CHECK_INT(swc_report_not_found(failed), 1);
    CHECK_INT(swc_report_error_count(failed), 1);
    CHECK(swc_report_error_at(failed, 0, &name, &object, &status, NULL));
    CHECK_TEXT(name, container);
    CHECK(object == NULL);
    CHECK_INT(status, 409);
    forget_error();
    CHECK_OK(swc_connection_bulk_delete(connection, all, 3, NULL, &report, &err));
    CHECK_INT(swc_report_deleted(report), 0);
    CHECK_INT(swc_report_not_found(report), 3);
    swc_report_free(report);
    snprintf(paths[0], sizeof paths[0], "%s/", container);
    CHECK_STATUS(swc_connection_bulk_delete(connection, all, 1, NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("bulk");
    make_container(connection, container);
    RUN(an_archive_becomes_objects);
    RUN(what_fails_of_an_archive_is_told);
    RUN(many_are_deleted_at_once);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
