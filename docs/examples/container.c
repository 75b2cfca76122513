/* Containers: made, looked at, changed, deleted; access, quotas, web sites, CORS, synchronisation. */
#include "example.h"

static void a_container_is_made_looked_at_and_deleted(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_storage_policy(request, "silver", &err)); /* only now; it cannot be changed */
    ok(swc_connection_put_container(connection, "archive", request, NULL, &err));
    ok(swc_connection_head_container(connection, "archive", NULL, &response, &err));
    printf("%" PRId64 " objects, policy %s, made %" PRId64 "\n", swc_response_object_count(response),
           swc_response_storage_policy(response), swc_response_timestamp(response));
    swc_response_free(response);
    swc_request_free(request);
    ok(swc_connection_delete_container(connection, "archive", NULL, NULL, &err)); /* it must be empty */
}

static void one_page_of_names_as_it_comes(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *names = NULL;
    ok(swc_request_set_limit(request, 100, &err));
    ok(swc_connection_get_container(connection, "site", request, &response, &err)); /* a name on each line */
    ok(swc_response_read_all(response, SIZE_MAX, &names, NULL, &err));
    fputs(names, stdout);
    swc_response_free(response);
    swc_request_free(request);
}

static void metadata_of_a_container(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    char *decoded = NULL;
    ok(swc_request_set_container_metadata(request, "Title", "Summer%202026", &err));
    ok(swc_request_remove_container_metadata(request, "Draft", &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err)); /* what is not named stays */
    swc_request_free(request);

    ok(swc_connection_head_container(connection, "site", NULL, &response, &err));
    printf("as it is stored: %s\n", swc_response_metadata(response, "Title"));
    ok(swc_response_metadata_decoded(response, "Title", &decoded, &err)); /* its percent-encoding undone */
    printf("as it is meant: %s\n", decoded);
    swc_string_free(decoded);
    swc_response_free(response);
}

static void who_may_read_and_write(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_allow_read(request, "test2", "tester2", &err)); /* a user of another project */
    ok(swc_request_allow_write(request, "test", "tester3", &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

static void everybody_may_read_and_list(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_allow_referrer(request, "*", true, &err));
    ok(swc_request_allow_referrer(request, ".spam.example", false, &err)); /* but for these pages */
    ok(swc_request_allow_listings(request, &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

static void access_lists_as_text(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_read_acl(request, ".r:*,.rlistings", &err));
    ok(swc_request_set_write_acl(request, "", &err)); /* nobody else any more */
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

static void limits(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_container_quota_bytes(request, 10000000, &err));
    ok(swc_request_set_container_quota_count(request, 500, &err)); /* -1 would take it away again */
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    ok(swc_connection_head_container(connection, "site", NULL, &response, &err));
    printf("at most %" PRId64 " bytes\n", swc_response_quota_bytes(response, NULL));
    swc_response_free(response);
    swc_request_free(request);
}

static void a_web_site(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_read_acl(request, ".r:*,.rlistings", &err));
    ok(swc_request_set_web_index(request, "index.html", &err));
    ok(swc_request_set_web_error(request, "error.html", &err)); /* 404error.html, 401error.html */
    ok(swc_request_set_web_listings(request, true, &err));
    ok(swc_request_set_web_listings_css(request, "listing.css", &err));
    ok(swc_request_set_web_listings_label(request, "Our photos", &err));
    ok(swc_request_set_web_directory_type(request, "application/directory", &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);

    /* The site is for those without a token; with one, say that the page is wanted and not the listing. */
    request = swc_request_new();
    ok(swc_request_set_web_mode(request, true, &err));
    ok(swc_connection_request(connection, "GET", "site/", NULL, request, &response, &err));
    printf("%s\n", swc_response_header(response, "Content-Type")); /* that of index.html */
    swc_response_free(response);
    swc_request_free(request);
}

static void scripts_of_other_origins(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_cors_allow_origin(request, "https://example.com https://example.org", &err));
    ok(swc_request_set_cors_max_age(request, 3600, &err));
    ok(swc_request_set_cors_expose_headers(request, "X-Object-Meta-Author", &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

static void synchronised_with_another_cluster(swc_connection *connection, const char *to)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_sync_to(request, to, &err)); /* "//REALM/CLUSTER/ACCOUNT/CONTAINER" */
    ok(swc_request_set_sync_key(request, "a secret that both containers have", &err));
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

static void keys_and_quotes_of_its_own(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_container_temp_url_key(request, 1, "for this container alone", &err));
    ok(swc_request_set_container_rfc_etags(request, false, &err)); /* ETags without quotes */
    ok(swc_connection_post_container(connection, "site", request, NULL, &err));
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_capabilities *capabilities = NULL;
    char to[256] = "";
    ok(swc_connection_put_container(connection, "site", NULL, NULL, &err));
    put_text(connection, "site", "index.html", "<h1>Welcome</h1>");
    a_container_is_made_looked_at_and_deleted(connection);
    one_page_of_names_as_it_comes(connection);
    metadata_of_a_container(connection);
    who_may_read_and_write(connection);
    everybody_may_read_and_list(connection);
    access_lists_as_text(connection);
    limits(connection);
    a_web_site(connection);
    scripts_of_other_origins(connection);
    ok(swc_connection_read_capabilities(connection, NULL, NULL, &capabilities, &err));
    if (swc_capabilities_has(capabilities, "container_sync.realms")) {
        /* The first realm there is. */
        const char *json = strstr(swc_capabilities_json(capabilities), "\"realms\"");
        char realm[64] = "";
        sscanf(json, "\"realms\": {\"%63[^\"]\"", realm);
        snprintf(to, sizeof to, "//%s/here/AUTH_test/site", realm);
        synchronised_with_another_cluster(connection, to);
    }
    swc_capabilities_free(capabilities);
    keys_and_quotes_of_its_own(connection);
    clean_up(connection, "site");
    swc_connection_free(connection);
    return 0;
}
