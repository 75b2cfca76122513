/* Accounts: what is in them, their metadata, keys, quotas, and who may use them. */
#include <time.h>

#include "example.h"

static void what_an_account_holds(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *policy;
    int64_t containers, objects, bytes;
    ok(swc_connection_head_account(connection, NULL, &response, &err));
    printf("%" PRId64 " containers, %" PRId64 " objects, %" PRId64 " bytes\n", swc_response_container_count(response),
           swc_response_object_count(response), swc_response_bytes_used(response));
    for (size_t i = 0; i < swc_response_policy_count(response); i++)
        if (swc_response_policy_at(response, i, &policy, &containers, &objects, &bytes))
            printf("    of these with policy %s: %" PRId64 " bytes\n", policy, bytes);
    if (swc_response_quota_bytes(response, NULL) >= 0)
        printf("allowed: %" PRId64 " bytes\n", swc_response_quota_bytes(response, NULL));
    if (swc_response_quota_count(response, "gold") >= 0)
        printf("allowed with policy gold: %" PRId64 " objects\n", swc_response_quota_count(response, "gold"));
    swc_response_free(response);
}

static void metadata_of_an_account(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *name, *value;
    ok(swc_request_set_account_metadata(request, "Owner", "Ada", &err));
    ok(swc_request_remove_account_metadata(request, "Former-Owner", &err));
    ok(swc_connection_post_account(connection, request, NULL, &err)); /* what is not named stays */
    swc_request_free(request);

    ok(swc_connection_head_account(connection, NULL, &response, &err));
    for (size_t i = 0; i < swc_response_metadata_count(response); i++)
        if (swc_response_metadata_at(response, i, &name, &value))
            printf("%s: %s\n", name, value);
    swc_response_free(response);
}

static void keys_for_temporary_urls(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    ok(swc_request_set_account_temp_url_key(request, 1, "a new secret", &err));
    ok(swc_request_set_account_temp_url_key(request, 2, "", &err)); /* the second one goes */
    ok(swc_connection_post_account(connection, request, NULL, &err));
    swc_request_free(request);
}

static void who_else_may_use_it(swc_connection *connection)
{
    swc_account_acl *acl = swc_account_acl_new(), *current = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    ok(swc_account_acl_add(acl, SWC_ACCOUNT_READ_WRITE, "test2:tester2", &err));
    ok(swc_account_acl_add(acl, SWC_ACCOUNT_READ_ONLY, "guest", &err));
    ok(swc_account_acl_remove(acl, SWC_ACCOUNT_READ_ONLY, "guest", &err));
    ok(swc_request_set_account_acl(request, acl, &err)); /* tempauth; Keystone has roles instead */
    ok(swc_connection_post_account(connection, request, NULL, &err));
    swc_account_acl_free(acl);

    ok(swc_connection_head_account(connection, NULL, &response, &err));
    ok(swc_response_account_acl(response, &current, &err)); /* NULL when there is none */
    for (size_t i = 0; i < swc_account_acl_count(current, SWC_ACCOUNT_READ_WRITE); i++)
        printf("may read and write: %s\n", swc_account_acl_at(current, SWC_ACCOUNT_READ_WRITE, i));
    swc_account_acl_free(current);
    swc_response_free(response);
    swc_request_free(request);
}

static void accounts_are_made_limited_and_deleted(swc_connection *reseller_admin)
{
    swc_request *request = swc_request_new();
    ok(swc_connection_put_account(reseller_admin, NULL, NULL, &err));
    ok(swc_request_set_account_quota_bytes(request, NULL, 1000000000, &err)); /* 1 GB in all */
    ok(swc_request_set_account_quota_count(request, "gold", 1000, &err));     /* 1000 objects with policy gold */
    ok(swc_request_set_account_rfc_etags(request, true, &err));               /* ETags in quotes */
    ok(swc_connection_post_account(reseller_admin, request, NULL, &err));
    swc_request_free(request);
    ok(swc_connection_delete_account(reseller_admin, NULL, NULL, &err));
}

static void the_containers_of_an_account(swc_connection *connection)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    ok(swc_connection_list_account(connection, NULL, &listing, &err));
    while (ok(swc_listing_next(listing, &entry, &err)) != SWC_END)
        printf("%s: %" PRIu64 " objects, %" PRIu64 " bytes\n", swc_entry_name(entry), swc_entry_count(entry),
               swc_entry_bytes(entry));
    swc_listing_free(listing);
}

static void one_page_as_it_comes(swc_connection *connection)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    const char *body = NULL;
    ok(swc_request_set_header(request, "Accept", "text/plain", &err));
    ok(swc_connection_get_account(connection, request, &response, &err)); /* names, a line each */
    ok(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    fputs(body, stdout);
    swc_response_free(response);
    swc_request_free(request);
}

/* A connection of the reseller admin to an account of its own choice. */
static swc_connection *admin_of(swc_connection *connection, const char *account)
{
    swc_config *config = swc_config_new();
    swc_connection *admin = NULL;
    char *url = NULL, other[512];
    ok(swc_connection_authenticate(connection, NULL, &err));
    ok(swc_connection_storage_url(connection, &url, &err));
    snprintf(other, sizeof other, "%.*s/%s", (int)(strrchr(url, '/') - url), url, account);
    swc_string_free(url);
    ok(swc_config_set(config, "auth", getenv("ST_AUTH"), &err));
    ok(swc_config_set(config, "user", "admin:admin", &err));
    ok(swc_config_set(config, "key", "admin", &err));
    ok(swc_config_set(config, "os_storage_url", other, &err));
    ok(swc_connection_new(config, &admin, &err));
    swc_config_free(config);
    return admin;
}

int main(void)
{
    swc_connection *connection = connected();
    swc_connection *admin;
    char account[64];
    snprintf(account, sizeof account, "AUTH_documentation%d", (int)time(NULL));
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    what_an_account_holds(connection);
    metadata_of_an_account(connection);
    keys_for_temporary_urls(connection);
    the_containers_of_an_account(connection);
    one_page_as_it_comes(connection);
    clean_up(connection, "photos");
    admin = admin_of(connection, account);
    ok(swc_connection_put_account(admin, NULL, NULL, &err));
    who_else_may_use_it(admin);
    accounts_are_made_limited_and_deleted(admin);
    swc_connection_free(admin);
    swc_connection_free(connection);
    return 0;
}
