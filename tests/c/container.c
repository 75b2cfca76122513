/* Containers: metadata, storage policies, access lists, quotas, CORS, static web, sync, keys. */
#include "server.h"

static swc_connection *connection, *other, *visitor;
static const char *container;

/* Changes the container, and gives its headers then. */
static swc_response *post(swc_request *request)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_post_container(connection, container, request, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    swc_response_free(response);
    swc_request_free(request);
    CHECK_OK(swc_connection_head_container(connection, container, NULL, &response, &err));
    return response;
}

static swc_connection *with_token(const char *token, const char *user, const char *key)
{
    swc_config *config = swc_config_new();
    char *storage_url = NULL;
    CHECK_OK(swc_connection_authenticate(connection, NULL, &err));
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    set(config, "os_storage_url", storage_url);
    swc_string_free(storage_url);
    if (token)
        set(config, "os_auth_token", token);
    else {
        set(config, "auth", need("ST_AUTH"));
        set(config, "user", user);
        set(config, "key", key);
    }
    return connect_with(config);
}

static void metadata_is_set_read_and_removed(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    CHECK_OK(swc_request_set_container_metadata(request, "colour", "blue", &err));
    CHECK_OK(swc_request_set_container_metadata(request, "shape", "round", &err));
    swc_response_free(post(request));
    request = swc_request_new();
    CHECK_OK(swc_request_remove_container_metadata(request, "colour", &err));
    response = post(request);
    CHECK_INT(swc_response_metadata_count(response), 1);
    CHECK_TEXT(swc_response_metadata(response, "Shape"), "round");
    CHECK_INT(swc_response_object_count(response), 1);
    CHECK_INT(swc_response_bytes_used(response), 5);
    CHECK_INT(swc_response_container_count(response), -1);
    CHECK_TEXT(swc_response_storage_policy(response), "gold");
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_remove_container_metadata(request, "shape", &err));
    swc_response_free(post(request));
}

static void a_storage_policy_is_chosen_once(void)
{
    const char *silver = own_container("silver");
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_storage_policy(request, "silver", &err));
    CHECK_OK(swc_connection_put_container(connection, silver, request, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    CHECK_OK(swc_connection_put_container(connection, silver, request, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_container(connection, silver, NULL, &response, &err));
    CHECK_TEXT(swc_response_storage_policy(response), "silver");
    swc_response_free(response);
    CHECK_OK(swc_request_set_storage_policy(request, "gold", &err));
    CHECK_STATUS(swc_connection_put_container(connection, silver, request, NULL, &err), SWC_ERR_CONFLICT);
    CHECK_OK(swc_connection_delete_container(connection, silver, NULL, NULL, &err));
    CHECK_OK(swc_request_set_storage_policy(request, "bronze", &err));
    CHECK_FAILS(swc_connection_put_container(connection, silver, request, NULL, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    forget_error();
    swc_request_free(request);
}

static void users_are_let_in_and_out(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    CHECK_STATUS(swc_connection_head_object(other, container, "o", NULL, &response, &err), SWC_ERR_FORBIDDEN);
    CHECK_OK(swc_request_allow_read(request, "test2", "tester2", &err));
    CHECK_OK(swc_request_allow_write(request, "some, body", NULL, &err));
    CHECK_OK(swc_request_allow_write(request, "test2", "*", &err));
    response = post(request);
    CHECK_TEXT(swc_response_header(response, "X-Container-Read"), "test2:tester2");
    CHECK_TEXT(swc_response_header(response, "X-Container-Write"), "some%2C%20body,test2:*");
    swc_response_free(response);
    check_object(other, container, "o", "hello");

    request = swc_request_new();
    CHECK_OK(swc_request_set_read_acl(request, "", &err));
    CHECK_OK(swc_request_set_write_acl(request, "test2:tester2", &err));
    response = post(request);
    CHECK(!swc_response_header(response, "X-Container-Read"));
    swc_response_free(response);
    CHECK_STATUS(swc_connection_head_object(other, container, "o", NULL, &response, &err), SWC_ERR_FORBIDDEN);
    put_text(other, container, "o2", "theirs");
    delete_object(other, container, "o2");
    request = swc_request_new();
    CHECK_OK(swc_request_set_write_acl(request, "", &err));
    swc_response_free(post(request));
    CHECK_STATUS(swc_connection_delete_object(other, container, "o", NULL, NULL, &err), SWC_ERR_FORBIDDEN);
}

static void everybody_is_let_in_by_referrer(void)
{
    swc_request *request = swc_request_new(), *page = swc_request_new();
    swc_response *response;
    CHECK_OK(swc_request_set_header(page, "X-Auth-Token", "", &err));
    CHECK_OK(swc_request_set_header(page, "Referer", "http://www.example.com/a", &err));
    CHECK_STATUS(swc_connection_head_object(visitor, container, "o", page, &response, &err), SWC_ERR_UNAUTHORIZED);
    CHECK_OK(swc_request_allow_referrer(request, ".example.com", true, &err));
    CHECK_OK(swc_request_allow_referrer(request, "thief.example.com", false, &err));
    CHECK_OK(swc_request_allow_listings(request, &err));
    response = post(request);
    CHECK_TEXT(swc_response_header(response, "X-Container-Read"), ".r:.example.com,.r:-thief.example.com,.rlistings");
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(visitor, container, "o", page, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_connection_get_container(visitor, container, page, &response, &err));
    swc_response_free(response);
    CHECK_OK(swc_request_set_header(page, "Referer", "http://thief.example.com/", &err));
    CHECK_STATUS(swc_connection_head_object(visitor, container, "o", page, &response, &err), SWC_ERR_UNAUTHORIZED);
    swc_request_free(page);
    request = swc_request_new();
    CHECK_OK(swc_request_set_read_acl(request, "", &err));
    swc_response_free(post(request));
}

static void quotas_are_kept(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_memory("0123456789", 10, NULL, NULL, &source, &err));
    CHECK_OK(swc_request_set_container_quota_bytes(request, 12, &err));
    CHECK_OK(swc_request_set_container_quota_count(request, 7, &err));
    response = post(request);
    CHECK_INT(swc_response_quota_bytes(response, NULL), 12);
    CHECK_INT(swc_response_quota_count(response, NULL), 7);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_put_object(connection, container, "o2", source, NULL, NULL, &err), SWC_ERR_TOO_LARGE);
    request = swc_request_new();
    CHECK_OK(swc_request_set_container_quota_bytes(request, -1, &err));
    CHECK_OK(swc_request_set_container_quota_count(request, -1, &err));
    response = post(request);
    CHECK_INT(swc_response_quota_bytes(response, NULL), -1);
    swc_response_free(response);
    CHECK_OK(swc_connection_put_object(connection, container, "o2", source, NULL, NULL, &err));
    delete_object(connection, container, "o2");
    swc_source_free(source);
}

static void pages_of_other_origins_are_let_in(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_cors_allow_origin(request, "https://example.com", &err));
    CHECK_OK(swc_request_set_cors_max_age(request, 60, &err));
    CHECK_OK(swc_request_set_cors_expose_headers(request, "X-Object-Meta-A", &err));
    swc_response_free(post(request));
    CHECK_OK(swc_connection_options(connection, container, "o", "https://example.com", "PUT", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "Access-Control-Allow-Origin"), "https://example.com");
    CHECK_TEXT(swc_response_header(response, "Access-Control-Max-Age"), "60");
    swc_response_free(response);
    CHECK_STATUS(swc_connection_options(connection, container, NULL, "https://bad.example", "PUT", NULL, NULL, &err),
                 SWC_ERR_UNAUTHORIZED);
    CHECK_OK(swc_connection_options(connection, container, NULL, NULL, NULL, NULL, &response, &err));
    CHECK(strstr(swc_response_header(response, "Allow"), "DELETE"));
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_set_header(request, "Origin", "https://example.com", &err));
    CHECK_OK(swc_connection_head_object(connection, container, "o", request, &response, &err));
    CHECK(swc_response_header(response, "Access-Control-Expose-Headers"));
    swc_response_free(response);
    swc_request_free(request);

    request = swc_request_new();
    CHECK_OK(swc_request_set_cors_allow_origin(request, "", &err));
    CHECK_OK(swc_request_set_cors_max_age(request, -1, &err));
    CHECK_OK(swc_request_set_cors_expose_headers(request, "", &err));
    response = post(request);
    CHECK_INT(swc_response_metadata_count(response), 0);
    swc_response_free(response);
}

static void a_container_is_a_web_site(void)
{
    swc_request *request = swc_request_new(), *web = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    put_text(connection, container, "index.html", "<h1>home</h1>");
    put_text(connection, container, "404.html", "<h1>lost</h1>");
    put_text(connection, container, "files/a", "a");
    CHECK_OK(swc_request_set_web_index(request, "index.html", &err));
    CHECK_OK(swc_request_set_web_error(request, ".html", &err));
    CHECK_OK(swc_request_set_web_listings(request, true, &err));
    CHECK_OK(swc_request_set_web_listings_css(request, "list.css", &err));
    CHECK_OK(swc_request_set_web_listings_label(request, "Our files", &err));
    CHECK_OK(swc_request_set_web_directory_type(request, "text/folder", &err));
    CHECK_OK(swc_request_allow_referrer(request, "*", true, &err));
    CHECK_OK(swc_request_allow_listings(request, &err));
    response = post(request);
    CHECK_TEXT(swc_response_metadata(response, "Web-Directory-Type"), "text/folder");
    swc_response_free(response);

    CHECK_OK(swc_request_set_web_mode(web, true, &err));
    CHECK_OK(swc_connection_get_object(connection, container, "files/", web, &response, &err));
    CHECK_OK(swc_response_read_all(response, 10000, &body, NULL, &err));
    CHECK(strstr(body, "Our files") && strstr(body, "list.css") && strstr(body, ">a</a>"));
    swc_response_free(response);
    CHECK_FAILS(swc_connection_get_object(connection, container, "nothing", web, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK(strstr(swc_error_body(err, NULL), "lost"));
    forget_error();
    CHECK_OK(swc_request_set_web_mode(web, false, &err));
    CHECK_STATUS(swc_connection_get_object(connection, container, "files/", web, &response, &err), SWC_ERR_NOT_FOUND);
    swc_request_free(web);

    request = swc_request_new();
    CHECK_OK(swc_request_set_web_index(request, "", &err));
    CHECK_OK(swc_request_set_web_error(request, "", &err));
    CHECK_OK(swc_request_set_web_listings(request, false, &err));
    CHECK_OK(swc_request_set_web_listings_css(request, "", &err));
    CHECK_OK(swc_request_set_web_listings_label(request, "", &err));
    CHECK_OK(swc_request_set_web_directory_type(request, "", &err));
    CHECK_OK(swc_request_set_read_acl(request, "", &err));
    response = post(request);
    CHECK_INT(swc_response_metadata_count(response), 1);
    CHECK_TEXT(swc_response_metadata(response, "Web-Listings"), "false");
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_remove_container_metadata(request, "Web-Listings", &err));
    swc_response_free(post(request));
}

static void sync_is_set_up_and_ended(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *info = NULL, *at;
    char realm[64] = "", to[256], cluster[64] = "";
    CHECK_OK(swc_connection_capabilities(connection, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, 1 << 20, &info, NULL, &err));
    at = strstr(info, "\"realms\": {");
    CHECK(at && sscanf(at, "\"realms\": {\"%63[^\"]\": {\"clusters\": {\"%63[^\"]", realm, cluster) == 2);
    snprintf(to, sizeof to, "//%s/%s/AUTH_test2/copy", realm, cluster);
    swc_response_free(response);
    CHECK_OK(swc_request_set_sync_to(request, to, &err));
    CHECK_OK(swc_request_set_sync_key(request, "shared", &err));
    response = post(request);
    CHECK(swc_response_header(response, "X-Container-Sync-To"));
    CHECK_TEXT(swc_response_header(response, "X-Container-Sync-Key"), "shared");
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_set_sync_to(request, "", &err));
    CHECK_OK(swc_request_set_sync_key(request, "", &err));
    response = post(request);
    CHECK(!swc_response_header(response, "X-Container-Sync-To") && !swc_response_header(response, "X-Container-Sync-Key"));
    swc_response_free(response);
}

static void keys_and_etags(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    CHECK_OK(swc_request_set_container_temp_url_key(request, 1, "one", &err));
    CHECK_OK(swc_request_set_container_temp_url_key(request, 2, "two", &err));
    CHECK_OK(swc_request_set_container_rfc_etags(request, true, &err));
    response = post(request);
    CHECK_TEXT(swc_response_metadata(response, "temp-url-key"), "one");
    CHECK_TEXT(swc_response_metadata(response, "temp-url-key-2"), "two");
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(connection, container, "o", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "etag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_set_container_temp_url_key(request, 1, "", &err));
    CHECK_OK(swc_request_set_container_temp_url_key(request, 2, "", &err));
    CHECK_OK(swc_request_set_container_rfc_etags(request, false, &err));
    response = post(request);
    CHECK_INT(swc_response_metadata_count(response), 0);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(connection, container, "o", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "etag"), "5d41402abc4b2a76b9719d911017c592");
    swc_response_free(response);
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("container");
    make_container(connection, container);
    put_text(connection, container, "o", "hello");
    other = with_token(NULL, "test2:tester2", "testing2");
    visitor = with_token("none", NULL, NULL);
    RUN(metadata_is_set_read_and_removed);
    RUN(a_storage_policy_is_chosen_once);
    RUN(users_are_let_in_and_out);
    RUN(everybody_is_let_in_by_referrer);
    RUN(quotas_are_kept);
    RUN(pages_of_other_origins_are_let_in);
    RUN(a_container_is_a_web_site);
    RUN(sync_is_set_up_and_ended);
    RUN(keys_and_etags);
    remove_container(connection, container);
    swc_connection_free(connection);
    swc_connection_free(other);
    swc_connection_free(visitor);
    return 0;
}
