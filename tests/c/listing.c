/* Listings of accounts and containers: pages, rows, fields, narrowing down. */
#include "server.h"

static swc_connection *connection;
static const char *container;

/* The names of a listing, joined by commas. */
static const char *names(swc_listing *listing)
{
    static char text[1024];
    const swc_entry *entry = NULL;
    int32_t status;
    text[0] = '\0';
    while ((status = (int32_t)swc_listing_next(listing, &entry, &err)) == SWC_OK) {
        CHECK(strlen(text) + strlen(swc_entry_name(entry)) + 2 < sizeof text);
        strcat(strcat(text, *text ? "," : ""), swc_entry_name(entry));
    }
    CHECK_STATUS(status, SWC_END);
    CHECK(!entry);
    swc_listing_free(listing);
    return text;
}

static swc_listing *list(const char *key, const char *value, const char *key2, const char *value2)
{
    swc_listing *listing = NULL;
    swc_request *request = swc_request_new();
    if (key)
        CHECK_OK(swc_request_set_query(request, key, value, &err));
    if (key2)
        CHECK_OK(swc_request_set_query(request, key2, value2, &err));
    CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
    /* A listing has its own copy of the request. */
    swc_request_free(request);
    return listing;
}

static void all_rows_come_whatever_the_size_of_a_page(void)
{
    CHECK_TEXT(names(list(NULL, NULL, NULL, NULL)), "a,b,dir/c,dir/d,dir/sub/e,f g,z");
    CHECK_TEXT(names(list("limit", "1", NULL, NULL)), "a,b,dir/c,dir/d,dir/sub/e,f g,z");
    CHECK_TEXT(names(list("limit", "3", NULL, NULL)), "a,b,dir/c,dir/d,dir/sub/e,f g,z");
    CHECK_TEXT(names(list("limit", "7", NULL, NULL)), "a,b,dir/c,dir/d,dir/sub/e,f g,z");
}

static void a_listing_can_be_narrowed_down(void)
{
    CHECK_TEXT(names(list("prefix", "dir/", NULL, NULL)), "dir/c,dir/d,dir/sub/e");
    CHECK_TEXT(names(list("delimiter", "/", NULL, NULL)), "a,b,dir/,f g,z");
    CHECK_TEXT(names(list("delimiter", "/", "prefix", "dir/")), "dir/c,dir/d,dir/sub/");
    CHECK_TEXT(names(list("marker", "dir/d", NULL, NULL)), "dir/sub/e,f g,z");
    CHECK_TEXT(names(list("marker", "b", "end_marker", "f g")), "dir/c,dir/d,dir/sub/e");
    CHECK_TEXT(names(list("reverse", "true", "limit", "2")), "z,f g,dir/sub/e,dir/d,dir/c,b,a");
    CHECK_TEXT(names(list("prefix", "nothing", NULL, NULL)), "");
}

/* As list(), narrowed down by setters of the request. */
static swc_listing *list_with(swc_request *request)
{
    swc_listing *listing = NULL;
    CHECK_OK(swc_connection_list_container(connection, container, request, &listing, &err));
    swc_request_free(request);
    return listing;
}

static void every_parameter_has_a_setter(void)
{
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_limit(request, 2, &err));
    CHECK_OK(swc_request_set_prefix(request, "dir/", &err));
    CHECK_OK(swc_request_set_delimiter(request, "/", &err));
    CHECK_OK(swc_request_set_accept_gzip(request, true, &err));
    CHECK_TEXT(names(list_with(request)), "dir/c,dir/d,dir/sub/");

    request = swc_request_new();
    CHECK_OK(swc_request_set_limit(request, 1, &err));
    CHECK_OK(swc_request_set_delimiter(request, "r/", &err));
    CHECK_TEXT(names(list_with(request)), "a,b,dir/,f g,z");

    request = swc_request_new();
    CHECK_OK(swc_request_set_limit(request, 2, &err));
    CHECK_OK(swc_request_set_reverse(request, true, &err));
    CHECK_OK(swc_request_set_marker(request, "f g", &err));
    CHECK_OK(swc_request_set_end_marker(request, "b", &err));
    CHECK_TEXT(names(list_with(request)), "dir/sub/e,dir/d,dir/c");

    request = swc_request_new();
    CHECK_OK(swc_request_set_limit(request, 1, &err));
    CHECK_OK(swc_request_set_reverse(request, true, &err));
    CHECK_OK(swc_request_set_delimiter(request, "/", &err));
    CHECK_TEXT(names(list_with(request)), "z,f g,dir/,b,a");

    request = swc_request_new();
    CHECK_OK(swc_request_set_path(request, "dir", &err));
    CHECK_TEXT(names(list_with(request)), "dir/c,dir/d");

    /* Taken away again. */
    request = swc_request_new();
    CHECK_OK(swc_request_set_prefix(request, "dir/", &err));
    CHECK_OK(swc_request_set_prefix(request, NULL, &err));
    CHECK_OK(swc_request_set_reverse(request, true, &err));
    CHECK_OK(swc_request_set_reverse(request, false, &err));
    CHECK_OK(swc_request_set_limit(request, 1, &err));
    CHECK_OK(swc_request_set_limit(request, UINT64_MAX, &err));
    CHECK_TEXT(names(list_with(request)), "a,b,dir/c,dir/d,dir/sub/e,f g,z");
}

static void versions_are_listed(void)
{
    swc_request *request = swc_request_new();
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    const char *versioned = own_container("versioned");
    char ids[3][64];
    make_container(connection, versioned);
    CHECK_OK(swc_request_set_header(request, "X-Versions-Enabled", "true", &err));
    CHECK_OK(swc_connection_post_container(connection, versioned, request, NULL, &err));
    swc_request_free(request);
    put_text(connection, versioned, "o", "1");
    put_text(connection, versioned, "o", "22");
    delete_object(connection, versioned, "o");

    request = swc_request_new();
    CHECK_OK(swc_request_set_versions(request, true, &err));
    CHECK_OK(swc_request_set_limit(request, 1, &err));
    CHECK_OK(swc_connection_list_container(connection, versioned, request, &listing, &err));
    for (int i = 0; i < 3; i++) {
        CHECK_OK(swc_listing_next(listing, &entry, &err));
        CHECK_TEXT(swc_entry_name(entry), "o");
        snprintf(ids[i], sizeof ids[i], "%s", swc_entry_version_id(entry));
        CHECK(swc_entry_is_latest(entry) == (i == 0));
        CHECK(swc_entry_is_delete_marker(entry) == (i == 0));
        CHECK(!swc_entry_is_version_symlink(entry));
    }
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
    swc_listing_free(listing);

    CHECK_OK(swc_request_set_marker(request, "o", &err));
    CHECK_OK(swc_request_set_version_marker(request, ids[1], &err));
    CHECK_OK(swc_connection_list_container(connection, versioned, request, &listing, &err));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK_TEXT(swc_entry_version_id(entry), ids[2]);
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
    swc_listing_free(listing);
    swc_request_free(request);

    put_text(connection, versioned, "p", "p");
    CHECK_OK(swc_connection_list_container(connection, versioned, NULL, &listing, &err));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK_TEXT(swc_entry_name(entry), "p");
    CHECK(swc_entry_is_version_symlink(entry) && !swc_entry_is_latest(entry) && !swc_entry_is_delete_marker(entry));
    swc_listing_free(listing);
    delete_object(connection, versioned, "p");
    request = swc_request_new();
    CHECK_OK(swc_request_set_versions(request, true, &err));
    CHECK_OK(swc_request_set_prefix(request, "p", &err));
    CHECK_OK(swc_connection_list_container(connection, versioned, request, &listing, &err));
    swc_request_free(request);
    while (swc_listing_next(listing, &entry, NULL) == SWC_OK) {
        request = swc_request_new();
        CHECK_OK(swc_request_set_query(request, "version-id", swc_entry_version_id(entry), &err));
        CHECK_OK(swc_connection_delete_object(connection, versioned, "p", request, NULL, &err));
        swc_request_free(request);
    }
    swc_listing_free(listing);

    for (int i = 0; i < 3; i++) {
        request = swc_request_new();
        CHECK_OK(swc_request_set_query(request, "version-id", ids[i], &err));
        CHECK_OK(swc_connection_delete_object(connection, versioned, "o", request, NULL, &err));
        swc_request_free(request);
    }
    CHECK_OK(swc_connection_delete_container(connection, versioned, NULL, NULL, &err));
}

static void a_row_has_fields(void)
{
    swc_listing *listing = list("delimiter", "/", NULL, NULL);
    const swc_entry *entry = NULL;
    const char *key = NULL, *value = NULL;
    bool found = false;

    CHECK(!swc_listing_header(listing, "X-Container-Object-Count"));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK_TEXT(swc_listing_header(listing, "X-Container-Object-Count"), "7");
    CHECK_TEXT(swc_entry_name(entry), "a");
    CHECK_INT(swc_entry_bytes(entry), 1);
    CHECK_INT(swc_entry_count(entry), 0);
    CHECK(!swc_entry_is_subdir(entry));
    CHECK_TEXT(swc_entry_hash(entry), "0cc175b9c0f1b6a831c399e269772661");
    CHECK_TEXT(swc_entry_content_type(entry), "application/octet-stream");
    CHECK(swc_entry_last_modified(entry) > 1700000000);
    CHECK_TEXT(swc_entry_get(entry, "bytes"), "1");
    CHECK(strchr(swc_entry_get(entry, "last_modified"), 'T'));
    CHECK(!swc_entry_get(entry, "colour"));
    CHECK(swc_entry_field_count(entry) >= 5);
    for (size_t i = 0; i < swc_entry_field_count(entry); i++) {
        CHECK(swc_entry_field_at(entry, i, &key, &value));
        CHECK_TEXT(swc_entry_get(entry, key), value);
        found |= strcmp(key, "hash") == 0;
    }
    CHECK(found);
    CHECK(!swc_entry_field_at(entry, swc_entry_field_count(entry), &key, &value));
    CHECK(!key && !value);

    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK(swc_entry_is_subdir(entry));
    CHECK_TEXT(swc_entry_name(entry), "dir/");
    CHECK(!swc_entry_hash(entry) && !swc_entry_content_type(entry));
    CHECK_INT(swc_entry_bytes(entry), 0);
    CHECK_INT(swc_entry_last_modified(entry), -1);
    swc_listing_free(listing);
}

static void put_with(const char *object, const char *text, const char *const headers[][2], const char *query)
{
    swc_request *request = swc_request_new();
    swc_source *source = NULL;
    for (; headers && (*headers)[0]; headers++)
        CHECK_OK(swc_request_set_header(request, (*headers)[0], (*headers)[1], &err));
    if (query)
        CHECK_OK(swc_request_set_query(request, "multipart-manifest", query, &err));
    CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, object, source, request, NULL, &err));
    swc_source_free(source);
    swc_request_free(request);
}

/* The row of one object, in a listing of its own. */
static const swc_entry *row_of(const char *object, swc_listing **listing)
{
    const swc_entry *entry = NULL;
    *listing = list("prefix", object, NULL, NULL);
    CHECK_OK(swc_listing_next(*listing, &entry, &err));
    CHECK_TEXT(swc_entry_name(entry), object);
    return entry;
}

static void links_and_large_objects_have_fields_of_their_own(void)
{
    char target[128], manifest[160], path[160];
    const char *const link[][2] = {
        {"X-Symlink-Target", target}, {"X-Symlink-Target-Etag", "0cc175b9c0f1b6a831c399e269772661"}, {NULL, NULL}};
    swc_listing *listing;
    const swc_entry *entry;
    int64_t us;
    snprintf(target, sizeof target, "%s/a", container);
    snprintf(manifest, sizeof manifest, "[{\"path\": \"/%s/a\"}]", container);
    snprintf(path, sizeof path, "/%s", target);
    put_with("y-link", "", link, NULL);
    put_with("y-slo", manifest, NULL, "put");

    entry = row_of("y-link", &listing);
    CHECK(strstr(swc_entry_symlink_path(entry), path));
    CHECK_TEXT(swc_entry_symlink_etag(entry), "0cc175b9c0f1b6a831c399e269772661");
    CHECK_INT(swc_entry_symlink_bytes(entry), 1);
    CHECK(!swc_entry_slo_etag(entry) && !swc_entry_version_id(entry));
    swc_listing_free(listing);
    entry = row_of("y-slo", &listing);
    CHECK(strncmp(swc_entry_slo_etag(entry), "\"", 1) == 0);
    CHECK(!swc_entry_symlink_path(entry) && !swc_entry_symlink_etag(entry));
    CHECK_INT(swc_entry_symlink_bytes(entry), -1);
    CHECK_INT(swc_entry_bytes(entry), 1);
    us = swc_entry_last_modified_us(entry);
    CHECK(us / 1000000 == swc_entry_last_modified(entry) && us % 1000000 == atol(strchr(swc_entry_get(entry, "last_modified"), '.') + 1));
    CHECK(swc_entry_json(entry)[0] == '{' && strstr(swc_entry_json(entry), "\"slo_etag\"") &&
          strchr(swc_entry_json(entry), '}')[1] == '\0');
    swc_listing_free(listing);
    delete_object(connection, container, "y-link");
    delete_object(connection, container, "y-slo");
}

static void a_page_comes_with_a_response(void)
{
    swc_listing *listing = list("limit", "3", NULL, NULL);
    const swc_entry *entry = NULL;
    const swc_response *response;
    CHECK(!swc_listing_response(listing));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    response = swc_listing_response(listing);
    CHECK(response && response == swc_listing_response(listing));
    CHECK_INT(swc_response_status(response), 200);
    CHECK_INT(swc_response_object_count(response), 7);
    CHECK_INT(swc_response_bytes_used(response), 7);
    CHECK_INT(swc_response_attempts(response), 1);
    CHECK_TEXT(swc_response_metadata(response, "colour"), "blue");
    while (swc_listing_next(listing, &entry, NULL) == SWC_OK)
        ;
    CHECK_INT(swc_response_object_count(swc_listing_response(listing)), 7);
    swc_listing_free(listing);
}

static void an_account_lists_its_containers(void)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    swc_request *request = swc_request_new();
    CHECK_OK(swc_request_set_query(request, "prefix", container, &err));
    /* Counts come with a delay, and until then are those of a moment before. */
    for (int i = 0;; i++) {
        CHECK_OK(swc_connection_list_account(connection, request, &listing, &err));
        CHECK_OK(swc_listing_next(listing, &entry, &err));
        if (swc_entry_count(entry) == 7 && swc_entry_bytes(entry) == 7)
            break;
        CHECK(i < 600);
        swc_listing_free(listing);
        usleep(100000);
    }
    CHECK_TEXT(swc_entry_name(entry), container);
    CHECK(!swc_entry_is_subdir(entry));
    CHECK(swc_entry_last_modified(entry) > 1700000000);
    CHECK(!swc_entry_storage_policy(entry) || strcmp(swc_entry_storage_policy(entry), "gold") == 0);
    CHECK(swc_entry_get(entry, "count") && swc_entry_get(entry, "bytes"));
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
    swc_listing_free(listing);
    swc_request_free(request);
}

static void a_container_that_is_not_there(void)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    CHECK_OK(swc_connection_list_container(connection, own_container("none"), NULL, &listing, &err));
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_ERR_NOT_FOUND);
    CHECK(!entry);
    /* Asked again, it is asked for again. */
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_ERR_NOT_FOUND);
    swc_listing_free(listing);
}

int main(void)
{
    static const char *const objects[] = {"a", "b", "dir/c", "dir/d", "dir/sub/e", "f g", "z"};
    swc_request *request;
    connection = connect_to("v1");
    container = own_container("listing");
    request = swc_request_new();
    CHECK_OK(swc_request_set_container_metadata(request, "colour", "blue", &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, NULL, &err));
    swc_request_free(request);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        put_text(connection, container, objects[i], "a");
    RUN(all_rows_come_whatever_the_size_of_a_page);
    RUN(a_listing_can_be_narrowed_down);
    RUN(every_parameter_has_a_setter);
    RUN(versions_are_listed);
    RUN(a_row_has_fields);
    RUN(links_and_large_objects_have_fields_of_their_own);
    RUN(a_page_comes_with_a_response);
    RUN(an_account_lists_its_containers);
    RUN(a_container_that_is_not_there);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
