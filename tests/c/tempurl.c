/* Temporary URLs and signed /info. The argument says by which way. */
#include "server.h"

static swc_connection *connection, *nobody;
static const char *container;

/* What python-swiftclient 4.11 gives. */
static void as_others_make_them(void)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *url = NULL;
    CHECK_STATUS(swc_tempurl_generate(tempurl, &url, &err), SWC_ERR_STATE);
    CHECK(!url);
    CHECK_OK(swc_tempurl_set_path(tempurl, "/v1/AUTH_account/c/o", &err));
    CHECK_OK(swc_tempurl_set_key(tempurl, "correcthorsebatterystaple", &err));
    CHECK_OK(swc_tempurl_set_expires(tempurl, 1400003600, &err));
    CHECK_OK(swc_tempurl_generate(tempurl, &url, &err));
    CHECK_TEXT(url, "/v1/AUTH_account/c/o?temp_url_sig=923ba41f852382aae7a9a475296cd2b2d87bd103950d578ed257685938c9dcfc"
                    "&temp_url_expires=1400003600");
    swc_string_free(url);
    CHECK_OK(swc_tempurl_set_method(tempurl, "put", &err));
    CHECK_OK(swc_tempurl_set_digest(tempurl, "sha1", &err));
    CHECK_OK(swc_tempurl_set_time(tempurl, "2014-05-13T17:53:20Z", false, &err));
    CHECK_OK(swc_tempurl_generate(tempurl, &url, &err));
    CHECK_TEXT(url, "/v1/AUTH_account/c/o?temp_url_sig=44da633481c452b8d4b2440b6583ee715ae012d3"
                    "&temp_url_expires=1400003600");
    swc_string_free(url);
    CHECK_OK(swc_tempurl_set_method(tempurl, "GET", &err));
    CHECK_OK(swc_tempurl_set_path(tempurl, "https://h/v1/AUTH_account/c/p", &err));
    CHECK_OK(swc_tempurl_set_key(tempurl, "k", &err));
    CHECK_OK(swc_tempurl_set_digest(tempurl, "sha512", &err));
    CHECK_OK(swc_tempurl_set_prefix(tempurl, true, &err));
    CHECK_OK(swc_tempurl_set_ip_range(tempurl, "fe80::/10", &err));
    CHECK_OK(swc_tempurl_set_iso8601(tempurl, true, &err));
    CHECK_OK(swc_tempurl_generate(tempurl, &url, &err));
    CHECK_TEXT(url, "https://h/v1/AUTH_account/c/p?temp_url_sig=sha512:FZIBmRDFWSbfM-XBSbbIi30tN55FmeRTibkUByQ6YhHpW9CFdU5-"
                    "XxfMWTc_uehe5T-xZA9JTfLAHH7kYSGwbw&temp_url_expires=2014-05-13T17:53:20Z"
                    "&temp_url_ip_range=fe80::/10&temp_url_prefix=p");
    swc_string_free(url);
    CHECK_STATUS(swc_tempurl_set_method(tempurl, "GET\n", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_tempurl_set_digest(tempurl, "md5", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_tempurl_set_ip_range(tempurl, "10.0.0.1/8", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_tempurl_set_time(tempurl, "soon", false, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_tempurl_set_time(tempurl, "1.5h", true, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_tempurl_free(tempurl);
}

static char *signed_for(const char *method, const char *object)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    char *storage_url = NULL, *url = NULL;
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    CHECK_OK(swc_tempurl_set_object(tempurl, storage_url, container, object, &err));
    CHECK_OK(swc_tempurl_set_method(tempurl, method, &err));
    CHECK_OK(swc_tempurl_set_key(tempurl, "secret", &err));
    CHECK_OK(swc_tempurl_set_time(tempurl, "1.5h", false, &err));
    CHECK_OK(swc_tempurl_set_filename(tempurl, "other name.txt", &err));
    CHECK_OK(swc_tempurl_set_inline(tempurl, true, &err));
    CHECK_OK(swc_tempurl_generate(tempurl, &url, &err));
    swc_string_free(storage_url);
    swc_tempurl_free(tempurl);
    return url;
}

/* Each method, by someone who has nothing but the URL. */
static void objects_without_a_token(void)
{
    const char *name = "dir/100% \xc3\xbc?";
    char *put = signed_for("PUT", name), *get = signed_for("GET", name);
    char *post = signed_for("POST", name), *del = signed_for("DELETE", name);
    swc_source *source = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body;
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_url(nobody, put, source, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    CHECK_OK(swc_request_set_object_metadata(request, "color", "blue", &err));
    CHECK_OK(swc_connection_post_url(nobody, post, request, NULL, &err));
    CHECK_OK(swc_connection_head_url(nobody, get, NULL, &response, &err));
    CHECK_INT(swc_response_content_length(response), 5);
    CHECK(strstr(swc_response_header(response, "Content-Disposition"), "inline; filename=\"other name.txt\""));
    swc_response_free(response);
    CHECK_OK(swc_connection_get_url(nobody, get, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK_TEXT(body, "hello");
    swc_response_free(response);
    CHECK_STATUS(swc_connection_delete_url(nobody, get, NULL, NULL, &err), SWC_ERR_UNAUTHORIZED);
    CHECK_OK(swc_connection_delete_url(nobody, del, NULL, NULL, &err));
    CHECK_STATUS(swc_connection_head_url(nobody, get, NULL, &response, &err), SWC_ERR_NOT_FOUND);
    swc_source_free(source);
    swc_request_free(request);
    swc_string_free(put);
    swc_string_free(get);
    swc_string_free(post);
    swc_string_free(del);
}

/* The connection finds out the key, and one signature for a prefix goes with ordinary calls. */
static void a_prefix_by_the_key_that_is_stored(void)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    swc_connection *guest;
    char *url = NULL, *storage_url = NULL;
    put_text(connection, container, "in/a", "one");
    put_text(connection, container, "in/b", "two");
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    set(config, "os_auth_type", "none");
    set(config, "os_storage_url", storage_url);
    set(config, "os_cacert", need("SWIFT_TEST_CACERT"));
    guest = connect_with(config);
    CHECK_OK(swc_tempurl_set_prefix(tempurl, true, &err));
    CHECK_OK(swc_tempurl_set_ip_range(tempurl, "127.0.0.0/8", &err));
    CHECK_OK(swc_tempurl_set_lifetime(tempurl, 60, &err));
    CHECK_OK(swc_connection_sign_tempurl(connection, container, "in/", tempurl, NULL, &url, &err));
    CHECK(strncmp(url, storage_url, strlen(storage_url)) == 0);
    CHECK_OK(swc_request_set_temp_url(request, url, &err));
    swc_string_free(url);
    {
        swc_response *response = NULL;
        const char *body;
        CHECK_OK(swc_connection_get_object(guest, container, "in/b", request, &response, &err));
        CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
        CHECK_TEXT(body, "two");
        swc_response_free(response);
        CHECK_STATUS(swc_connection_get_object(guest, container, "other", request, &response, &err),
                     SWC_ERR_UNAUTHORIZED);
    }
    CHECK_STATUS(swc_request_set_temp_url(request, storage_url, &err), SWC_ERR_INVALID_ARGUMENT);
    /* Nobody shows a stranger the key. */
    CHECK_STATUS(swc_connection_sign_tempurl(guest, container, "in/", tempurl, NULL, &url, &err),
                 SWC_ERR_UNAUTHORIZED);
    CHECK(!url);
    swc_string_free(storage_url);
    swc_request_free(request);
    swc_tempurl_free(tempurl);
    swc_connection_free(guest);
}

int main(int count, char **arguments)
{
    const char *way = count > 1 ? arguments[1] : "v1";
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    connection = connect_to(way);
    container = own_container("tempurl");
    CHECK_OK(swc_request_set_header(request, "X-Container-Meta-Temp-URL-Key", "secret", &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, NULL, &err));
    swc_request_free(request);
    set(config, "os_auth_type", "none");
    set(config, "os_cacert", need("SWIFT_TEST_CACERT"));
    nobody = connect_with(config);
    RUN(as_others_make_them);
    RUN(objects_without_a_token);
    if (strcmp(way, "tls") != 0) /* there the server sees the address of what ends TLS */
        RUN(a_prefix_by_the_key_that_is_stored);
    remove_container(connection, container);
    swc_connection_free(connection);
    swc_connection_free(nobody);
    return 0;
}
