/* The version, statuses, and texts that are given away. */
#include "example.h"

static void header_and_library_are_of_one_version(void)
{
    /* The header's version is that of the build, the function's that of the library found at run time. */
    printf("built for %s, running with %s\n", SWC_VERSION, swc_version());
    if (swc_version_number() < SWC_VERSION_NUMBER)
        fprintf(stderr, "the library is older than the program\n");
}

static void a_status_has_a_name(swc_connection *connection)
{
    swc_status status = swc_connection_head_container(connection, "no-such-container", NULL, &(swc_response *){NULL}, NULL);
    printf("%d is %s\n", (int)status, swc_status_name(status)); /* -41 is SWC_ERR_NOT_FOUND */
}

static void a_text_is_yours(swc_connection *connection)
{
    char *url = NULL;
    ok(swc_connection_authenticate(connection, NULL, &err));
    ok(swc_connection_storage_url(connection, &url, &err));
    printf("the account is at %s\n", url);
    swc_string_free(url); /* not free(): it comes from the library's memory */
}

int main(void)
{
    swc_connection *connection = connected();
    header_and_library_are_of_one_version();
    a_status_has_a_name(connection);
    a_text_is_yours(connection);
    swc_connection_free(connection);
    return 0;
}
