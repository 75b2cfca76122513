/* A form by which a browser uploads files straight into a container. */
#include <time.h>

#include "example.h"

static void write_page(const swc_formpost *form)
{
    const char *name, *value;
    printf("<form action=\"%s\" method=\"POST\" enctype=\"multipart/form-data\">\n", swc_formpost_action(form));
    for (size_t i = 0; i < swc_formpost_field_count(form); i++)
        if (swc_formpost_field_at(form, i, &name, &value)) /* escape the value in a real page */
            printf("  <input type=\"hidden\" name=\"%s\" value=\"%s\"/>\n", name, value);
    puts("  <input type=\"file\" name=\"file1\"/>\n  <input type=\"submit\"/>\n</form>");
}

static void a_form_for_a_container(swc_connection *connection)
{
    swc_formpost *form = swc_formpost_new();
    ok(swc_formpost_set_limits(form, 10485760, 5, &err)); /* five files of up to 10 MiB */
    ok(swc_formpost_set_lifetime(form, 3600, &err));
    ok(swc_formpost_set_redirect(form, "https://example.com/thanks", &err));
    ok(swc_connection_sign_formpost(connection, "inbox", "2026/", form, NULL, &err)); /* with the account's key */
    write_page(form);
    swc_formpost_free(form);
}

static void a_form_without_a_connection(const char *storage_url, const char *key)
{
    swc_formpost *form = swc_formpost_new();
    ok(swc_formpost_set_container(form, storage_url, "inbox", "2026/", &err));
    ok(swc_formpost_set_limits(form, 1048576, 1, &err));
    ok(swc_formpost_set_expires(form, (int64_t)time(NULL) + 600, &err));
    ok(swc_formpost_set_key(form, key, &err));
    ok(swc_formpost_set_digest(form, "sha512", &err));
    ok(swc_formpost_set_content_type(form, "image/jpeg", &err));
    ok(swc_formpost_set_content_encoding(form, "identity", &err));
    ok(swc_formpost_set_delete_after(form, 86400, &err)); /* each file lives for a day */
    ok(swc_formpost_sign(form, &err));
    write_page(form);
    swc_formpost_free(form);
}

static void by_path_and_by_texts(const char *key)
{
    swc_formpost *form = swc_formpost_new();
    ok(swc_formpost_set_path(form, "/v1/AUTH_test/inbox/", &err));
    ok(swc_formpost_set_limits(form, 1048576, 1, &err));
    ok(swc_formpost_set_time(form, "2d", false, &err)); /* as the command swift takes it */
    ok(swc_formpost_set_key(form, key, &err));
    ok(swc_formpost_set_delete_at(form, (int64_t)time(NULL) + 7 * 86400, &err));
    ok(swc_formpost_sign(form, &err));
    write_page(form);
    swc_formpost_free(form);
}

int main(void)
{
    swc_connection *connection = connected();
    swc_request *request = swc_request_new();
    char *storage_url = NULL;
    ok(swc_request_set_account_temp_url_key(request, 1, "a secret", &err));
    ok(swc_connection_post_account(connection, request, NULL, &err));
    ok(swc_connection_put_container(connection, "inbox", NULL, NULL, &err));
    ok(swc_connection_storage_url(connection, &storage_url, &err));
    a_form_for_a_container(connection);
    a_form_without_a_connection(storage_url, "a secret");
    by_path_and_by_texts("a secret");
    clean_up(connection, "inbox");
    swc_string_free(storage_url);
    swc_request_free(request);
    swc_connection_free(connection);
    return 0;
}
