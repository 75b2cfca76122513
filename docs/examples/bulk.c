/* Many things by one request: deletions, archives; and the report that comes back. */
#include "example.h"

static void many_objects_are_deleted(swc_connection *connection)
{
    const char *paths[] = {"photos/a.jpg", "photos/b.jpg", "photos/none.jpg"};
    swc_report *report = NULL;
    ok(swc_connection_bulk_delete(connection, paths, 3, NULL, &report, &err));
    printf("%" PRIu64 " deleted, %" PRIu64 " were not there; status %d%s\n", swc_report_deleted(report),
           swc_report_not_found(report), (int)swc_report_status(report), swc_report_message(report));
    swc_report_free(report);
}

static void an_archive_becomes_objects(swc_connection *connection, const char *tar)
{
    swc_source *source = NULL;
    swc_report *report = NULL;
    ok(swc_source_new_file(tar, &source, &err));
    ok(swc_connection_upload_archive(connection, "photos", "2026", SWC_ARCHIVE_BY_NAME, source, NULL, &report, &err));
    printf("%" PRIu64 " objects\n", swc_report_created(report));
    swc_report_free(report);
    swc_source_free(source);
}

static void what_could_not_be_done(swc_connection *connection)
{
    const char *paths[] = {"photos"};
    swc_error *error = NULL;
    if (swc_connection_bulk_delete(connection, paths, 1, NULL, NULL, &error) < 0) {
        const swc_report *report = swc_error_report(error);
        for (size_t i = 0; i < swc_report_error_count(report); i++) {
            const char *container, *object, *reason;
            int32_t http_status;
            swc_report_error_at(report, i, &container, &object, &http_status, &reason);
            printf("%s/%s: %s\n", container, object ? object : "", reason);
        }
    }
    swc_error_free(error);
}

int main(void)
{
    swc_connection *connection = connected();
    expect(system("mkdir -p tree && echo one >tree/1 && echo two >tree/2 && tar czf tree.tar.gz tree") == 0);
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "a.jpg", "a");
    put_text(connection, "photos", "b.jpg", "b");
    many_objects_are_deleted(connection);
    an_archive_becomes_objects(connection, "tree.tar.gz");
    what_could_not_be_done(connection);
    clean_up(connection, "photos");
    expect(system("rm -r tree tree.tar.gz") == 0);
    swc_connection_free(connection);
    return 0;
}
