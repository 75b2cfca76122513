/* Lists, row by row, of any length in constant memory. */
#include "example.h"

static void a_folder_as_people_see_it(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_request_set_prefix(request, "2026/", &err));
    ok(swc_request_set_delimiter(request, "/", &err));
    ok(swc_connection_list_container(connection, "photos", request, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END) {
        if (swc_entry_is_subdir(entry))
            printf("%s\n", swc_entry_name(entry));
        else
            printf("%s, %" PRIu64 " bytes of %s, MD5 %s, changed %" PRId64 "\n", swc_entry_name(entry),
                   swc_entry_bytes(entry), swc_entry_content_type(entry), swc_entry_hash(entry),
                   swc_entry_last_modified(entry));
    }
    swc_listing_free(listing);
    swc_request_free(request);
}

static void part_of_a_list(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_request_set_marker(request, "2026/b", &err));     /* begins behind this name */
    ok(swc_request_set_end_marker(request, "2026/d", &err)); /* ends before that one */
    ok(swc_request_set_limit(request, 2, &err));             /* rows of a page: what the memory holds */
    ok(swc_connection_list_container(connection, "photos", request, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END)
        puts(swc_entry_name(entry));
    swc_listing_free(listing);
    swc_request_free(request);
}

static void backwards_and_by_path(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_request_set_reverse(request, true, &err));
    ok(swc_connection_list_container(connection, "photos", request, &listing, &err));
    ok(swc_listing_next(listing, &entry, &err)); /* the last name */
    swc_listing_free(listing);
    swc_request_free(request);

    request = swc_request_new();
    ok(swc_request_set_path(request, "2026", &err)); /* what lies in this folder and not deeper */
    ok(swc_connection_list_container(connection, "photos", request, &listing, &err));
    swc_listing_free(listing);
    swc_request_free(request);
}

static void compressed_on_the_way(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_request_set_accept_gzip(request, true, &err)); /* where a proxy compresses */
    ok(swc_connection_list_container(connection, "photos", request, &listing, &err));
    ok(swc_listing_next(listing, &entry, &err));
    swc_listing_free(listing);
    swc_request_free(request);
}

static void what_the_list_came_with(swc_connection *connection)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_connection_list_container(connection, "photos", NULL, &listing, &err));
    ok(swc_listing_next(listing, &entry, &err)); /* the first page is there now */
    printf("%s objects\n", swc_listing_header(listing, "X-Container-Object-Count"));
    printf("%" PRId64 " bytes\n", swc_response_bytes_used(swc_listing_response(listing)));
    swc_listing_free(listing);
}

static void all_that_a_row_says(const swc_entry *entry)
{
    const char *key, *value;
    printf("%s\n", swc_entry_json(entry));
    for (size_t i = 0; i < swc_entry_field_count(entry); i++)
        if (swc_entry_field_at(entry, i, &key, &value))
            printf("    %s = %s\n", key, value);
    if (swc_entry_get(entry, "something_new")) /* of a later Swift */
        puts(swc_entry_get(entry, "something_new"));
    printf("changed at %" PRId64 " us since 1970\n", swc_entry_last_modified_us(entry));
    if (swc_entry_slo_etag(entry))
        printf("a static large object, ETag %s\n", swc_entry_slo_etag(entry));
    if (swc_entry_symlink_path(entry))
        printf("a link to %s\n", swc_entry_symlink_path(entry));
    if (swc_entry_symlink_etag(entry)) /* of a link to one content only */
        printf("    ETag %s, %" PRId64 " bytes\n", swc_entry_symlink_etag(entry), swc_entry_symlink_bytes(entry));
}

static void containers_with_their_policies(swc_connection *connection)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_connection_list_account(connection, NULL, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END)
        printf("%s: %" PRIu64 " objects%s%s\n", swc_entry_name(entry), swc_entry_count(entry),
               swc_entry_storage_policy(entry) ? ", policy " : "",
               swc_entry_storage_policy(entry) ? swc_entry_storage_policy(entry) : "");
    swc_listing_free(listing);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "2026/a", "a");
    put_text(connection, "photos", "2026/b", "b");
    put_text(connection, "photos", "2026/c", "c");
    put_text(connection, "photos", "2026/summer/d", "d");
    ok(swc_connection_put_symlink(connection, "photos", "z", NULL, "photos", "2026/a", NULL, NULL, NULL, &err));
    a_folder_as_people_see_it(connection);
    part_of_a_list(connection);
    backwards_and_by_path(connection);
    compressed_on_the_way(connection);
    what_the_list_came_with(connection);
    containers_with_their_policies(connection);
    ok(swc_connection_list_container(connection, "photos", NULL, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END)
        all_that_a_row_says(entry);
    swc_listing_free(listing);
    clean_up(connection, "photos");
    swc_connection_free(connection);
    return 0;
}
