/* Forms for uploads by a browser, sent as a browser sends them. The argument says by which way. */
#include <time.h>

#include "server.h"

static swc_connection *connection, *nobody;
static const char *container;

/* Sends the form with one file, and returns the status. */
static int32_t submit(const swc_formpost *form, const char *filename, const char *content)
{
    char body[4096];
    size_t at = 0, i;
    const char *name, *value;
    swc_source *source = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    int32_t status;
    for (i = 0; swc_formpost_field_at(form, i, &name, &value); i++)
        at += (size_t)snprintf(body + at, sizeof body - at,
                               "--edge\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", name, value);
    CHECK_INT(i, swc_formpost_field_count(form));
    at += (size_t)snprintf(body + at, sizeof body - at,
                           "--edge\r\nContent-Disposition: form-data; name=\"file1\"; filename=\"%s\"\r\n"
                           "Content-Type: text/x-browser\r\n\r\n%s\r\n--edge--\r\n",
                           filename, content);
    CHECK_OK(swc_source_new_memory(body, at, NULL, NULL, &source, &err));
    CHECK_OK(swc_request_set_any_status(request, true, &err));
    CHECK_OK(swc_request_set_content_type(request, "multipart/form-data; boundary=edge", &err));
    CHECK_OK(swc_connection_request(nobody, "POST", swc_formpost_action(form), source, request, &response, &err));
    status = swc_response_status(response);
    swc_response_free(response);
    swc_request_free(request);
    swc_source_free(source);
    return status;
}

static void a_form_by_hand(void)
{
    swc_formpost *form = swc_formpost_new();
    swc_response *response = NULL;
    char *storage_url = NULL, path[512];
    CHECK_STATUS(swc_formpost_sign(form, &err), SWC_ERR_STATE);
    CHECK_TEXT(swc_formpost_action(form), "");
    CHECK_INT(swc_formpost_field_count(form), 0);
    CHECK_OK(swc_connection_storage_url(connection, &storage_url, &err));
    CHECK_OK(swc_formpost_set_container(form, storage_url, container, "dir \xc3\xbc/", &err));
    CHECK_OK(swc_formpost_set_limits(form, 10, 1, &err));
    CHECK_OK(swc_formpost_set_key(form, "secret", &err));
    CHECK_OK(swc_formpost_set_time(form, "1.5h", false, &err));
    CHECK_OK(swc_formpost_sign(form, &err));
    CHECK_INT(submit(form, "a", "hello"), 201);
    check_object(connection, container, "dir \xc3\xbc/a", "hello");
    CHECK_INT(submit(form, "a", "far too long"), 400);

    /* All it can have besides. */
    snprintf(path, sizeof path, "%s/%s/", storage_url, container);
    CHECK_OK(swc_formpost_set_path(form, path, &err));
    CHECK_INT(swc_formpost_field_count(form), 0);
    CHECK_OK(swc_formpost_set_digest(form, "sha512", &err));
    CHECK_OK(swc_formpost_set_lifetime(form, 60, &err));
    CHECK_OK(swc_formpost_set_redirect(form, "https://example.com/done", &err));
    CHECK_OK(swc_formpost_set_delete_after(form, 600, &err));
    CHECK_OK(swc_formpost_set_delete_at(form, 4000000000, &err));
    CHECK_OK(swc_formpost_set_content_type(form, "text/x-own", &err));
    CHECK_OK(swc_formpost_set_content_encoding(form, "gzip", &err));
    CHECK_OK(swc_formpost_sign(form, &err));
    CHECK_INT(submit(form, "b", "hello"), 303);
    CHECK_OK(swc_connection_head_object(connection, container, "b", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "Content-Type"), "text/x-own");
    CHECK_TEXT(swc_response_header(response, "Content-Encoding"), "gzip");
    CHECK_TEXT(swc_response_header(response, "X-Delete-At"), "4000000000");
    swc_response_free(response);

    /* The later of the two was the one that counts; so many seconds after it came now. */
    CHECK_OK(swc_formpost_set_delete_after(form, 600, &err));
    CHECK_OK(swc_formpost_sign(form, &err));
    CHECK_INT(submit(form, "b", "hello"), 303);
    CHECK_OK(swc_connection_head_object(connection, container, "b", NULL, &response, &err));
    CHECK(swc_response_delete_at(response) > (int64_t)time(NULL));
    CHECK(swc_response_delete_at(response) <= (int64_t)time(NULL) + 600);
    swc_response_free(response);

    CHECK_OK(swc_formpost_set_expires(form, 1400000000, &err));
    CHECK_OK(swc_formpost_set_redirect(form, NULL, &err));
    CHECK_OK(swc_formpost_sign(form, &err));
    CHECK_INT(submit(form, "c", "hello"), 401);
    CHECK_STATUS(swc_formpost_set_limits(form, 1, 0, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_formpost_set_redirect(form, "a\nb", &err), SWC_ERR_INVALID_ARGUMENT);
    swc_string_free(storage_url);
    swc_formpost_free(form);
}

static void a_form_by_the_key_that_is_stored(void)
{
    swc_formpost *form = swc_formpost_new();
    CHECK_OK(swc_formpost_set_limits(form, 10, 1, &err));
    CHECK_OK(swc_formpost_set_lifetime(form, 60, &err));
    CHECK_OK(swc_connection_sign_formpost(connection, container, "p", form, NULL, &err));
    CHECK_INT(submit(form, "q", "hello"), 201);
    check_object(connection, container, "pq", "hello");
    CHECK_STATUS(swc_connection_sign_formpost(connection, "a/b", "p", form, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_INT(swc_formpost_field_count(form), 0);
    swc_formpost_free(form);
}

int main(int count, char **arguments)
{
    swc_config *config = swc_config_new();
    swc_request *request = swc_request_new();
    connection = connect_to(count > 1 ? arguments[1] : "v1");
    container = own_container("formpost");
    CHECK_OK(swc_request_set_header(request, "X-Container-Meta-Temp-URL-Key", "secret", &err));
    CHECK_OK(swc_connection_put_container(connection, container, request, NULL, &err));
    swc_request_free(request);
    set(config, "os_auth_type", "none");
    set(config, "os_cacert", need("SWIFT_TEST_CACERT"));
    nobody = connect_with(config);
    RUN(a_form_by_hand);
    RUN(a_form_by_the_key_that_is_stored);
    remove_container(connection, container);
    swc_connection_free(connection);
    swc_connection_free(nobody);
    return 0;
}
