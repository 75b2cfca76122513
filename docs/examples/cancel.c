/* Ending calls from another thread. */
#include <pthread.h>

#include "example.h"

static void *give_up(void *cancel)
{
    swc_cancel_cancel(cancel); /* from any thread; here at once */
    return NULL;
}

static void a_call_is_ended_from_another_thread(swc_connection *connection)
{
    swc_cancel *cancel = swc_cancel_new();
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    pthread_t thread;
    ok(swc_request_set_cancel(request, cancel, &err)); /* one token may be given to any number of calls */
    pthread_create(&thread, NULL, give_up, cancel);
    pthread_join(thread, NULL);
    if (swc_connection_head_account(connection, request, &response, NULL) == SWC_ERR_CANCELLED)
        puts("given up");
    expect(swc_cancel_is_cancelled(cancel)); /* it stays so: new calls get a new one */
    swc_response_free(response);
    swc_request_free(request);
    swc_cancel_free(cancel);
}

int main(void)
{
    swc_connection *connection = connected();
    a_call_is_ended_from_another_thread(connection);
    swc_connection_free(connection);
    return 0;
}
