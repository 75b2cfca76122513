/* What is asked of the cluster. The argument says by which way. */
#include "server.h"

static swc_connection *connection;

static void capabilities(void)
{
    swc_capabilities *c = NULL;
    const char *name, *aliases;
    CHECK_OK(swc_connection_read_capabilities(connection, NULL, NULL, &c, &err));
    CHECK(strstr(swc_capabilities_json(c), "\"slo\""));
    CHECK(swc_capabilities_has(c, "slo") && !swc_capabilities_has(c, "swauth"));
    CHECK_INT(swc_capabilities_integer(c, "slo.max_manifest_segments"), 1000);
    CHECK_INT(swc_capabilities_integer(c, "slo.none"), -1);
    CHECK(swc_capabilities_boolean(c, "swift.account_autocreate"));
    CHECK(*swc_capabilities_text(c, "swift.version") == '2');
    CHECK(!swc_capabilities_text(c, "swift"));
    CHECK_INT(swc_capabilities_item_count(c, "tempurl.methods"), 5);
    CHECK_TEXT(swc_capabilities_item_at(c, "tempurl.methods", 0), "GET");
    CHECK(!swc_capabilities_item_at(c, "tempurl.methods", 5));
    CHECK_INT(swc_capabilities_limit(c, "max_object_name_length"), 1024);
    CHECK_INT(swc_capabilities_limit(c, "max_nothing"), -1);
    CHECK_INT(swc_capabilities_policy_count(c), 2);
    CHECK(swc_capabilities_policy_at(c, 0, &name, &aliases));
    CHECK_TEXT(name, "gold");
    CHECK_TEXT(aliases, "gold, yellow, orange");
    CHECK(swc_capabilities_policy_is_default(c, 0) && !swc_capabilities_policy_is_default(c, 1));
    CHECK(!swc_capabilities_policy_is_deprecated(c, 0));
    CHECK(!swc_capabilities_policy_at(c, 2, &name, &aliases));
    swc_capabilities_free(c);
}

/* What only the operator sees comes by a request signed with the operator's key. */
static void signed_capabilities(void)
{
    swc_tempurl *tempurl = swc_tempurl_new();
    swc_capabilities *c = NULL;
    char path[256], *url = NULL;
    snprintf(path, sizeof path, "%s/info", need("SWIFT_TEST_URL"));
    CHECK_OK(swc_tempurl_set_path(tempurl, path, &err));
    CHECK_OK(swc_tempurl_set_key(tempurl, need("SWIFT_TEST_ADMIN_KEY"), &err));
    CHECK_OK(swc_tempurl_set_lifetime(tempurl, 60, &err));
    CHECK_OK(swc_tempurl_generate(tempurl, &url, &err));
    CHECK_OK(swc_connection_read_capabilities(connection, url, NULL, &c, &err));
    CHECK(swc_capabilities_has(c, "admin"));
    swc_capabilities_free(c);
    CHECK_OK(swc_connection_read_capabilities(connection, need("SWIFT_TEST_URL"), NULL, &c, &err));
    CHECK(!swc_capabilities_has(c, "admin"));
    swc_capabilities_free(c);
    CHECK_STATUS(swc_connection_read_capabilities(connection, "no URL", NULL, &c, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(!c);
    swc_string_free(url);
    swc_tempurl_free(tempurl);
}

static void health(void)
{
    swc_response *response = NULL;
    const char *body;
    CHECK_OK(swc_connection_healthcheck(connection, NULL, &err));
    CHECK_OK(swc_connection_crossdomain(connection, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK(strstr(body, "<cross-domain-policy>"));
    swc_response_free(response);
}

/* Where an object lies; the storage node has it. */
static void where_things_lie(void)
{
    const char *container = own_container("cluster"), *name, *value, *body;
    swc_endpoints *endpoints = NULL;
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    make_container(connection, container);
    put_text(connection, container, "o", "hello");
    CHECK_OK(swc_connection_endpoints(connection, container, "o", NULL, &endpoints, &err));
    CHECK_INT(swc_endpoints_count(endpoints), 1);
    CHECK_INT(swc_endpoints_header_count(endpoints), 1);
    CHECK(swc_endpoints_header_at(endpoints, 0, &name, &value) && !swc_endpoints_header_at(endpoints, 1, NULL, NULL));
    CHECK_OK(swc_request_set_header(request, name, value, &err));
    CHECK_OK(swc_connection_request(connection, "GET", swc_endpoints_url_at(endpoints, 0), NULL, request, &response,
                                    &err));
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, NULL, &err));
    CHECK_TEXT(body, "hello");
    CHECK(!swc_endpoints_url_at(endpoints, 1));
    swc_response_free(response);
    swc_endpoints_free(endpoints);
    CHECK_OK(swc_connection_endpoints(connection, NULL, NULL, NULL, &endpoints, &err));
    CHECK_INT(swc_endpoints_count(endpoints), 1);
    swc_endpoints_free(endpoints);
    CHECK_STATUS(swc_connection_endpoints(connection, NULL, "o", NULL, &endpoints, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(!endpoints);
    swc_request_free(request);
    remove_container(connection, container);
}

int main(int count, char **arguments)
{
    connection = connect_to(count > 1 ? arguments[1] : "v1");
    RUN(capabilities);
    RUN(signed_capabilities);
    RUN(health);
    RUN(where_things_lie);
    swc_connection_free(connection);
    return 0;
}
