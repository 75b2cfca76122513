/* Accounts: metadata, keys, access lists, quotas, storage policies, and what a reseller admin may. */
#include "server.h"

static swc_connection *admin, *reader;
static char storage_url[256];

/* A user of tempauth at work on the account of this test. */
static swc_connection *as(const char *user, const char *key)
{
    swc_config *config = swc_config_new();
    set(config, "auth", need("ST_AUTH"));
    set(config, "user", user);
    set(config, "key", key);
    set(config, "os_storage_url", storage_url);
    return connect_with(config);
}

static void post(swc_request *request)
{
    CHECK_OK(swc_connection_post_account(admin, request, NULL, &err));
    swc_request_free(request);
}

static swc_response *head(const swc_connection *connection)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_head_account(connection, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    return response;
}

static void an_account_is_created(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_put_account(admin, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    CHECK_OK(swc_connection_put_account(admin, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_put_account(reader, NULL, NULL, &err), SWC_ERR_FORBIDDEN);
    CHECK_STATUS(swc_connection_delete_account(reader, NULL, NULL, &err), SWC_ERR_FORBIDDEN);
}

static void metadata_is_set_read_and_removed(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    const char *name = NULL, *value = NULL;
    char *decoded = NULL;
    bool seen = false;
    CHECK_OK(swc_request_set_account_metadata(request, "colour", "blue", &err));
    CHECK_OK(swc_request_set_account_metadata(request, "quoted", "a%20b", &err));
    CHECK_OK(swc_request_set_account_metadata(request, "third", "3", &err));
    post(request);
    response = head(admin);
    CHECK_INT(swc_response_metadata_count(response), 3);
    CHECK_TEXT(swc_response_metadata(response, "Colour"), "blue");
    CHECK(!swc_response_metadata(response, "shape"));
    CHECK_TEXT(swc_response_metadata(response, "quoted"), "a%20b");
    CHECK_OK(swc_response_metadata_decoded(response, "quoted", &decoded, &err));
    CHECK_TEXT(decoded, "a b");
    swc_string_free(decoded);
    CHECK_OK(swc_response_metadata_decoded(response, "shape", &decoded, &err));
    CHECK(!decoded);
    for (size_t i = 0; i < 3; i++) {
        CHECK(swc_response_metadata_at(response, i, &name, &value));
        CHECK_TEXT(swc_response_metadata(response, name), value);
        seen |= strcmp(value, "3") == 0;
    }
    CHECK(seen && !swc_response_metadata_at(response, 3, &name, &value) && !name && !value);
    swc_response_free(response);

    request = swc_request_new();
    CHECK_OK(swc_request_remove_account_metadata(request, "colour", &err));
    CHECK_OK(swc_request_set_account_metadata(request, "third", "", &err));
    post(request);
    response = head(admin);
    CHECK_INT(swc_response_metadata_count(response), 1);
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_remove_account_metadata(request, "quoted", &err));
    post(request);
}

static void temp_url_keys_are_set_and_removed(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    CHECK_OK(swc_request_set_account_temp_url_key(request, 1, "secret one", &err));
    CHECK_OK(swc_request_set_account_temp_url_key(request, 2, "secret two", &err));
    CHECK_STATUS(swc_request_set_account_temp_url_key(request, 3, "no", &err), SWC_ERR_INVALID_ARGUMENT);
    post(request);
    response = head(admin);
    CHECK_TEXT(swc_response_metadata(response, "Temp-URL-Key"), "secret one");
    CHECK_TEXT(swc_response_metadata(response, "Temp-URL-Key-2"), "secret two");
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_set_account_temp_url_key(request, 1, "", &err));
    CHECK_OK(swc_request_set_account_temp_url_key(request, 2, "", &err));
    post(request);
    response = head(admin);
    CHECK_INT(swc_response_metadata_count(response), 0);
    swc_response_free(response);
}

static void users_are_let_in_and_out(void)
{
    swc_request *request = swc_request_new();
    swc_account_acl *acl = swc_account_acl_new(), *read = NULL;
    swc_response *response = NULL;
    CHECK_STATUS(swc_connection_head_account(reader, NULL, &response, &err), SWC_ERR_FORBIDDEN);
    CHECK_OK(swc_account_acl_add(acl, SWC_ACCOUNT_READ_ONLY, "test2:tester2", &err));
    CHECK_OK(swc_account_acl_add(acl, SWC_ACCOUNT_READ_WRITE, "\xc3\xbcser:x", &err));
    CHECK_OK(swc_account_acl_add(acl, SWC_ACCOUNT_ADMIN, "gone", &err));
    CHECK_OK(swc_account_acl_remove(acl, SWC_ACCOUNT_ADMIN, "gone", &err));
    CHECK_STATUS(swc_account_acl_add(acl, 3, "x", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_OK(swc_request_set_account_acl(request, acl, &err));
    swc_account_acl_free(acl);
    post(request);

    response = head(reader);
    /* Who may only read is not told. */
    CHECK_OK(swc_response_account_acl(response, &read, &err));
    CHECK(!read);
    swc_response_free(response);
    CHECK_STATUS(swc_connection_put_container(reader, "c", NULL, NULL, &err), SWC_ERR_FORBIDDEN);
    response = head(admin);
    CHECK_OK(swc_response_account_acl(response, &read, &err));
    swc_response_free(response);
    CHECK(read);
    CHECK_INT(swc_account_acl_count(read, SWC_ACCOUNT_READ_ONLY), 1);
    CHECK_INT(swc_account_acl_count(read, SWC_ACCOUNT_ADMIN), 0);
    CHECK_TEXT(swc_account_acl_at(read, SWC_ACCOUNT_READ_ONLY, 0), "test2:tester2");
    CHECK_TEXT(swc_account_acl_at(read, SWC_ACCOUNT_READ_WRITE, 0), "\xc3\xbcser:x");
    CHECK(!swc_account_acl_at(read, SWC_ACCOUNT_READ_WRITE, 1));

    /* What was read can be changed and given back. */
    CHECK_OK(swc_account_acl_add(read, SWC_ACCOUNT_READ_WRITE, "test2:tester2", &err));
    request = swc_request_new();
    CHECK_OK(swc_request_set_account_acl(request, read, &err));
    swc_account_acl_free(read);
    post(request);
    make_container(reader, "from-reader");
    CHECK_OK(swc_connection_delete_container(reader, "from-reader", NULL, NULL, &err));

    request = swc_request_new();
    acl = swc_account_acl_new();
    CHECK_OK(swc_request_set_account_acl(request, acl, &err));
    swc_account_acl_free(acl);
    post(request);
    CHECK_STATUS(swc_connection_head_account(reader, NULL, &response, &err), SWC_ERR_FORBIDDEN);
}

static void quotas_are_set_read_and_removed(void)
{
    swc_request *request = swc_request_new();
    swc_response *response;
    CHECK_OK(swc_request_set_account_quota_bytes(request, NULL, 1000, &err));
    CHECK_OK(swc_request_set_account_quota_count(request, NULL, 10, &err));
    CHECK_OK(swc_request_set_account_quota_bytes(request, "gold", 500, &err));
    CHECK_OK(swc_request_set_account_quota_count(request, "silver", 0, &err));
    post(request);
    response = head(admin);
    CHECK_INT(swc_response_quota_bytes(response, NULL), 1000);
    CHECK_INT(swc_response_quota_count(response, NULL), 10);
    CHECK_INT(swc_response_quota_bytes(response, "gold"), 500);
    CHECK_INT(swc_response_quota_count(response, "silver"), 0);
    CHECK_INT(swc_response_quota_count(response, "gold"), -1);
    swc_response_free(response);
    request = swc_request_new();
    CHECK_OK(swc_request_set_account_quota_bytes(request, NULL, -1, &err));
    CHECK_OK(swc_request_set_account_quota_count(request, NULL, -1, &err));
    CHECK_OK(swc_request_set_account_quota_bytes(request, "gold", -1, &err));
    CHECK_OK(swc_request_set_account_quota_count(request, "silver", -1, &err));
    post(request);
    response = head(admin);
    CHECK_INT(swc_response_quota_bytes(response, NULL), -1);
    CHECK_INT(swc_response_quota_count(response, "silver"), -1);
    swc_response_free(response);
}

static void counts_are_told_in_all_and_by_policy(void)
{
    const char *name = NULL;
    int64_t containers = 0, objects = 0, bytes = 0;
    swc_response *response;
    make_container(admin, "c");
    put_text(admin, "c", "o", "hello");
    /* The container reports to its account in a second or so. */
    for (int i = 0;; i++) {
        response = head(admin);
        if (swc_response_object_count(response) == 1 && swc_response_policy_count(response) == 1)
            break;
        CHECK(i < 600);
        swc_response_free(response);
        usleep(100000);
    }
    CHECK_INT(swc_response_container_count(response), 1);
    CHECK_INT(swc_response_bytes_used(response), 5);
    CHECK(swc_response_policy_at(response, 0, &name, &containers, &objects, &bytes));
    CHECK_TEXT(name, "gold");
    CHECK_INT(containers, 1);
    CHECK_INT(objects, 1);
    CHECK_INT(bytes, 5);
    CHECK(!swc_response_policy_at(response, 1, &name, &containers, &objects, &bytes));
    CHECK(!name);
    swc_response_free(response);
}

static void etags_come_in_quotes(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_account_rfc_etags(request, true, &err));
    post(request);
    CHECK_OK(swc_connection_head_object(admin, "c", "o", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    CHECK_TEXT(swc_response_etag(response), "5d41402abc4b2a76b9719d911017c592");
    swc_response_free(response);
}

static void the_list_of_containers_comes_in_any_format(void)
{
    static const struct {
        const char *format, *text;
    } all[] = {{NULL, "c\n"}, {"plain", "c\n"}, {"xml", "<name>c</name>"}, {"json", "\"name\": \"c\""}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        swc_request *request = swc_request_new();
        swc_response *response = NULL;
        const char *body = NULL;
        if (all[i].format)
            CHECK_OK(swc_request_set_query(request, "format", all[i].format, &err));
        CHECK_OK(swc_connection_get_account(admin, request, &response, &err));
        CHECK_INT(swc_response_status(response), 200);
        CHECK_OK(swc_response_read_all(response, 10000, &body, NULL, &err));
        CHECK(strstr(body, all[i].text));
        swc_response_free(response);
        swc_request_free(request);
    }
}

static void transaction_ids_carry_an_addition(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_trans_id_extra(request, "my-run-7", &err));
    CHECK_OK(swc_request_set_newest(request, true, &err));
    CHECK_OK(swc_connection_head_account(admin, request, &response, &err));
    CHECK(strstr(swc_response_transaction_id(response), "-my-run-7"));
    swc_response_free(response);
    CHECK_STATUS(swc_request_set_trans_id_extra(request, "123456789012345678901234567890123", &err),
                 SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
}

static void an_account_is_deleted(void)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_delete_account(admin, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 204);
    swc_response_free(response);
    CHECK_FAILS(swc_connection_head_account(admin, NULL, &response, &err), SWC_ERR_NOT_FOUND);
    CHECK_INT(swc_error_http_status(err), 410);
    forget_error();
}

int main(void)
{
    const char *auth = need("ST_AUTH"), *path = strstr(auth, "/auth/v1.0");
    CHECK(path);
    snprintf(storage_url, sizeof storage_url, "%.*s/v1/AUTH_%s", (int)(path - auth), auth, own_container("account"));
    admin = as("admin:admin", "admin");
    reader = as("test2:tester2", "testing2");
    RUN(an_account_is_created);
    RUN(metadata_is_set_read_and_removed);
    RUN(temp_url_keys_are_set_and_removed);
    RUN(users_are_let_in_and_out);
    RUN(quotas_are_set_read_and_removed);
    RUN(counts_are_told_in_all_and_by_policy);
    RUN(etags_come_in_quotes);
    RUN(the_list_of_containers_comes_in_any_format);
    RUN(transaction_ids_carry_an_addition);
    RUN(an_account_is_deleted);
    swc_connection_free(admin);
    swc_connection_free(reader);
    return 0;
}
