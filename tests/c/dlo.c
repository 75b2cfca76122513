/* Dynamic large objects: manifests by prefix, metadata that keeps them what they are, deletion with the segments. */
#include "server.h"

static swc_connection *connection;
static const char *container;

static void it_is_what_the_listing_shows(void)
{
    swc_response *response = NULL;
    char where[128];
    put_text(connection, container, "seg %/1", "Hello ");
    CHECK_OK(swc_connection_put_dlo(connection, container, "big", container, "seg %/", NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    CHECK_OK(swc_connection_wait_dlo(connection, container, "big", 6, NULL, NULL, &err));
    put_text(connection, container, "seg %/2", "world");
    CHECK_OK(swc_connection_wait_dlo(connection, container, "big", 11, NULL, &response, &err));
    snprintf(where, sizeof where, "%s/seg %%/", container);
    CHECK_TEXT(swc_response_dlo_manifest(response), where);
    CHECK(!swc_response_is_slo(response));
    swc_response_free(response);
    check_object(connection, container, "big", "Hello world");
}

static void waiting_ends(void)
{
    swc_request *request = swc_request_new();
    /* Until it is long enough for one look, which on a busy machine is not the first time. */
    for (int64_t patience = 300, looked = 0; !looked; patience *= 2) {
        CHECK(patience < 600000);
        CHECK_OK(swc_request_set_timeout(request, patience, &err));
        CHECK_FAILS(swc_connection_wait_dlo(connection, container, "big", 12, request, NULL, &err), SWC_ERR_TIMEOUT);
        looked = strstr(swc_error_message(err), "11 of 12 bytes") != NULL;
        forget_error();
    }
    swc_request_free(request);
    CHECK_STATUS(swc_connection_wait_dlo(connection, container, "seg %/1", 6, NULL, NULL, &err), SWC_ERR_STATE);
    CHECK_STATUS(swc_connection_wait_dlo(connection, container, "missing", 6, NULL, NULL, &err), SWC_ERR_NOT_FOUND);
}

static void metadata_leaves_it_a_large_object(void)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    CHECK_OK(swc_request_set_object_metadata(request, "color", "blue", &err));
    CHECK_OK(swc_connection_post_dlo(connection, container, "big", request, &response, &err));
    CHECK_INT(swc_response_status(response), 202);
    swc_response_free(response);
    CHECK_OK(swc_connection_head_object(connection, container, "big", NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Color"), "blue");
    CHECK(swc_response_dlo_manifest(response) != NULL);
    swc_response_free(response);
    check_object(connection, container, "big", "Hello world");
    /* The plain call needs to be told. */
    CHECK_OK(swc_request_set_dlo(request, container, "seg %/2", &err));
    CHECK_OK(swc_connection_post_object(connection, container, "big", request, NULL, &err));
    check_object(connection, container, "big", "world");
    CHECK_OK(swc_request_set_dlo(request, NULL, NULL, &err));
    CHECK_OK(swc_connection_post_object(connection, container, "big", request, NULL, &err));
    check_object(connection, container, "big", "");
    CHECK_STATUS(swc_connection_post_dlo(connection, container, "big", request, NULL, &err), SWC_ERR_STATE);
    CHECK_STATUS(swc_request_set_dlo(request, container, "/seg", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_dlo(request, container, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    swc_request_free(request);
}

static void it_is_deleted_with_its_segments(void)
{
    swc_report *report = NULL;
    CHECK_OK(swc_connection_put_dlo(connection, container, "seg %/big", container, "seg %/", NULL, NULL, &err));
    put_text(connection, container, "other", "other");
    CHECK_OK(swc_connection_delete_dlo(connection, container, "seg %/big", NULL, &report, &err));
    CHECK_INT(swc_report_deleted(report), 3);
    CHECK_INT(swc_report_not_found(report), 0);
    swc_report_free(report);
    CHECK_STATUS(swc_connection_delete_object(connection, container, "seg %/1", NULL, NULL, &err), SWC_ERR_NOT_FOUND);
    check_object(connection, container, "other", "other");
    CHECK_STATUS(swc_connection_delete_dlo(connection, container, "other", NULL, &report, &err), SWC_ERR_STATE);
    CHECK(report == NULL);
}

int main(int argc, char **argv)
{
    connection = connect_to(argc > 1 ? argv[1] : "v1");
    container = own_container("dlo");
    make_container(connection, container);
    RUN(it_is_what_the_listing_shows);
    RUN(waiting_ends);
    RUN(metadata_leaves_it_a_large_object);
    RUN(it_is_deleted_with_its_segments);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
