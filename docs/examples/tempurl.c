/* Temporary URLs: access without a token, for a while. */
#include <time.h>

#include "example.h"

static void a_url_for_an_hour(swc_connection *connection)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *url = NULL;
    ok(swc_tempurl_set_method(tempurl, "GET", &err));
    ok(swc_tempurl_set_lifetime(tempurl, 3600, &err));
    /* Key and digest are found out. */
    ok(swc_connection_sign_tempurl(connection, "photos", "cat.jpg", tempurl, NULL, &url, &err));
    puts(url);
    swc_string_free(url);
    swc_tempurl_free(tempurl);
}

static char *signed_by_hand(swc_connection *connection, const char *key)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *storage_url = NULL, *url = NULL;
    ok(swc_connection_storage_url(connection, &storage_url, &err));
    ok(swc_tempurl_set_object(tempurl, storage_url, "photos", "cat.jpg", &err));
    ok(swc_tempurl_set_key(tempurl, key, &err));
    ok(swc_tempurl_set_expires(tempurl, (int64_t)time(NULL) + 60, &err));
    ok(swc_tempurl_set_digest(tempurl, "sha512", &err));
    ok(swc_tempurl_set_iso8601(tempurl, true, &err)); /* a date that people can read */
    ok(swc_tempurl_set_ip_range(tempurl, "127.0.0.0/8", &err));
    ok(swc_tempurl_set_filename(tempurl, "my cat.jpg", &err));
    ok(swc_tempurl_set_inline(tempurl, true, &err)); /* shown, not saved */
    ok(swc_tempurl_generate(tempurl, &url, &err));   /* needs no connection */
    swc_string_free(storage_url);
    swc_tempurl_free(tempurl);
    return url;
}

static void for_all_that_begins_alike(const char *key)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *path = NULL;
    ok(swc_tempurl_set_path(tempurl, "/v1/AUTH_test/photos/2026/", &err));
    ok(swc_tempurl_set_prefix(tempurl, true, &err));
    ok(swc_tempurl_set_key(tempurl, key, &err));
    ok(swc_tempurl_set_time(tempurl, "1.5h", false, &err)); /* as the command swift takes it */
    ok(swc_tempurl_generate(tempurl, &path, &err));
    puts(path); /* put the host before it */
    swc_string_free(path);
    swc_tempurl_free(tempurl);
}

static void who_has_the_url_uses_it(swc_connection *nobody, const char *url)
{
    swc_response *response = NULL;
    const char *text = NULL;
    ok(swc_connection_head_url(nobody, url, NULL, &response, &err)); /* a URL for GET is good for HEAD */
    swc_response_free(response);
    ok(swc_connection_get_url(nobody, url, NULL, &response, &err));
    ok(swc_response_read_all(response, 1000, &text, NULL, &err));
    puts(text);
    swc_response_free(response);
}

static char *url_for(swc_connection *connection, const char *method)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *url = NULL;
    ok(swc_tempurl_set_method(tempurl, method, &err));
    ok(swc_tempurl_set_lifetime(tempurl, 60, &err));
    ok(swc_connection_sign_tempurl(connection, "photos", "inbox/1", tempurl, NULL, &url, &err));
    swc_tempurl_free(tempurl);
    return url;
}

static void stored_changed_and_deleted_by_urls(swc_connection *nobody, const char *put, const char *post,
                                               const char *delete)
{
    swc_source *source = NULL;
    swc_request *request = swc_request_new();
    ok(swc_source_new_memory("for you", 7, NULL, NULL, &source, &err));
    ok(swc_request_set_object_metadata(request, "From", "me", &err));
    ok(swc_connection_put_url(nobody, put, source, request, NULL, &err));
    ok(swc_connection_post_url(nobody, post, request, NULL, &err));
    ok(swc_connection_delete_url(nobody, delete, NULL, NULL, &err));
    swc_request_free(request);
    swc_source_free(source);
}

static void a_call_by_a_temporary_url(swc_connection *nobody, const char *url)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    /* For calls that take names: the signature of this URL in place of a token. "os_storage_url" is set. */
    ok(swc_request_set_temp_url(request, url, &err));
    ok(swc_connection_get_object(nobody, "photos", "cat.jpg", request, &response, &err));
    swc_response_free(response);
    swc_request_free(request);
}

static void without_a_token(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_request_set_send_token(request, false, &err)); /* as somebody who has none */
    if (swc_connection_head_object(connection, "photos", "cat.jpg", request, &response, NULL) == SWC_ERR_UNAUTHORIZED)
        puts("not for everybody");
    swc_response_free(response);
    swc_request_free(request);
}

int main(void)
{
    swc_connection *connection = connected(), *nobody = NULL;
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    char *url, *put, *post, *delete, *storage_url = NULL;
    ok(swc_connection_authenticate(connection, NULL, &err));
    ok(swc_connection_storage_url(connection, &storage_url, &err));
    ok(swc_config_set(config, "os_storage_url", storage_url, &err));
    swc_string_free(storage_url);
    ok(swc_config_set(config, "os_auth_type", "none", &err));
    ok(swc_connection_new(config, &nobody, &err));
    swc_config_free(config);
    ok(swc_request_set_account_temp_url_key(request, 1, "a secret", &err));
    ok(swc_connection_post_account(connection, request, NULL, &err));
    swc_request_free(request);
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "cat.jpg", "a cat");

    a_url_for_an_hour(connection);
    url = signed_by_hand(connection, "a secret");
    for_all_that_begins_alike("a secret");
    who_has_the_url_uses_it(nobody, url);
    a_call_by_a_temporary_url(nobody, url);
    put = url_for(connection, "PUT");
    post = url_for(connection, "POST");
    delete = url_for(connection, "DELETE");
    stored_changed_and_deleted_by_urls(nobody, put, post, delete);
    without_a_token(connection);
    swc_string_free(url);
    swc_string_free(put);
    swc_string_free(post);
    swc_string_free(delete);
    clean_up(connection, "photos");
    swc_connection_free(nobody);
    swc_connection_free(connection);
    return 0;
}
