/* What the cluster offers: /info, health, cross-domain policy, endpoints on storage nodes. */
#include "example.h"

static void what_is_on(swc_connection *connection)
{
    swc_capabilities *capabilities = NULL;
    ok(swc_connection_read_capabilities(connection, NULL, NULL, &capabilities, &err));
    if (swc_capabilities_has(capabilities, "slo"))
        printf("static large objects of up to %" PRId64 " segments\n",
               swc_capabilities_integer(capabilities, "slo.max_manifest_segments"));
    printf("Swift %s\n", swc_capabilities_text(capabilities, "swift.version"));
    if (swc_capabilities_boolean(capabilities, "swift.account_autocreate"))
        puts("accounts come into being when they are used");
    printf("largest object: %" PRId64 " bytes\n", swc_capabilities_limit(capabilities, "max_file_size"));
    for (size_t i = 0; i < swc_capabilities_item_count(capabilities, "tempurl.methods"); i++)
        printf("temporary URLs for %s\n", swc_capabilities_item_at(capabilities, "tempurl.methods", i));
    printf("all of it: %.50s...\n", swc_capabilities_json(capabilities));
    swc_capabilities_free(capabilities);
}

static void which_storage_policies_there_are(swc_connection *connection)
{
    swc_capabilities *capabilities = NULL;
    const char *name, *aliases;
    ok(swc_connection_read_capabilities(connection, NULL, NULL, &capabilities, &err));
    for (size_t i = 0; i < swc_capabilities_policy_count(capabilities); i++)
        if (swc_capabilities_policy_at(capabilities, i, &name, &aliases))
            printf("%s (%s)%s%s\n", name, aliases, swc_capabilities_policy_is_default(capabilities, i) ? ", default" : "",
                   swc_capabilities_policy_is_deprecated(capabilities, i) ? ", deprecated" : "");
    swc_capabilities_free(capabilities);
}

static void whether_it_lives(swc_connection *connection)
{
    if (swc_connection_healthcheck(connection, NULL, NULL) == SWC_OK) /* needs no token */
        puts("the proxy server answers");
}

static void who_may_come_from_other_domains(swc_connection *connection)
{
    swc_response *response = NULL;
    const char *xml = NULL;
    ok(swc_connection_crossdomain(connection, NULL, &response, &err)); /* crossdomain.xml */
    ok(swc_response_read_all(response, 65536, &xml, NULL, &err));
    puts(xml);
    swc_response_free(response);
}

static void what_a_browser_would_be_told(swc_connection *connection)
{
    swc_response *response = NULL;
    /* The question a browser asks first: may a page of this origin PUT there? */
    if (swc_connection_options(connection, "photos", "cat.jpg", "https://example.com", "PUT", NULL, &response, &err) < 0)
        printf("no: %s\n", swc_error_message(err));
    else
        printf("yes, by %s\n", swc_response_header(response, "Access-Control-Allow-Methods"));
    swc_error_free(err);
    err = NULL;
    swc_response_free(response);
}

static void where_an_object_lies(swc_connection *connection)
{
    swc_endpoints *endpoints = NULL;
    const char *name, *value;
    /* For programs that run on the storage nodes; most clusters do not offer it to everybody. */
    ok(swc_connection_endpoints(connection, "photos", "cat.jpg", NULL, &endpoints, &err));
    for (size_t i = 0; i < swc_endpoints_count(endpoints); i++)
        printf("%s\n", swc_endpoints_url_at(endpoints, i));
    for (size_t i = 0; i < swc_endpoints_header_count(endpoints); i++)
        if (swc_endpoints_header_at(endpoints, i, &name, &value))
            printf("send %s: %s along\n", name, value);
    swc_endpoints_free(endpoints);
}

int main(void)
{
    swc_connection *connection = connected();
    ok(swc_connection_put_container(connection, "photos", NULL, NULL, &err));
    put_text(connection, "photos", "cat.jpg", "a cat");
    what_is_on(connection);
    which_storage_policies_there_are(connection);
    whether_it_lives(connection);
    who_may_come_from_other_domains(connection);
    what_a_browser_would_be_told(connection);
    where_an_object_lies(connection);
    clean_up(connection, "photos");
    swc_connection_free(connection);
    return 0;
}
