/* What needs no server: version, statuses, settings, requests, sources. */
#include <fcntl.h>

#include "server.h"

static void version(void)
{
    unsigned major, minor, patch;
    CHECK_TEXT(swc_version(), SWC_VERSION);
    CHECK_INT(swc_version_number(), SWC_VERSION_NUMBER);
    CHECK_INT(sscanf(swc_version(), "%u.%u.%u", &major, &minor, &patch), 3);
    CHECK_INT(major, SWC_VERSION_MAJOR);
    CHECK_INT(minor, SWC_VERSION_MINOR);
    CHECK_INT(patch, SWC_VERSION_PATCH);
}

static void statuses_have_names(void)
{
    CHECK_TEXT(swc_status_name(SWC_OK), "SWC_OK");
    CHECK_TEXT(swc_status_name(SWC_END), "SWC_END");
    CHECK_TEXT(swc_status_name(SWC_TIMED_OUT), "SWC_TIMED_OUT");
    CHECK_TEXT(swc_status_name(SWC_ERR_NOT_FOUND), "SWC_ERR_NOT_FOUND");
    CHECK_TEXT(swc_status_name(SWC_ERR_PANIC), "SWC_ERR_PANIC");
    CHECK_TEXT(swc_status_name(12345), "SWC_UNKNOWN");
}

static void keys_can_be_listed(void)
{
    size_t count = swc_config_key_count();
    swc_config *config = swc_config_new();
    bool found = false;
    CHECK(count > 20);
    for (size_t i = 0; i < count; i++) {
        const char *value = NULL;
        CHECK(*swc_config_key_name(i) && *swc_config_key_doc(i));
        CHECK_OK(swc_config_get(config, swc_config_key_name(i), &value, &err));
        CHECK_TEXT(value, swc_config_key_default(i));
        if (strcmp(swc_config_key_name(i), "retries") == 0) {
            CHECK_TEXT(swc_config_key_default(i), "5");
            found = true;
        }
    }
    CHECK(found);
    CHECK(!swc_config_key_name(count) && !swc_config_key_default(count) && !swc_config_key_doc(count));
    swc_config_free(config);
}

static void settings_are_checked_when_set(void)
{
    swc_config *config = swc_config_new(), *copy;
    const char *value = NULL;
    CHECK_FAILS(swc_config_set(config, "no_such_key", "1", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "no_such_key"));
    forget_error();
    set(config, "retries", "7");
    CHECK_FAILS(swc_config_set(config, "retries", "many", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "retries") && strstr(swc_error_message(err), "many"));
    forget_error();
    CHECK_OK(swc_config_get(config, "retries", &value, &err));
    CHECK_TEXT(value, "7");

    /* A copy goes its own way. */
    copy = swc_config_clone(config);
    set(copy, "retries", NULL);
    CHECK_OK(swc_config_get(copy, "retries", &value, &err));
    CHECK_TEXT(value, "5");
    CHECK_OK(swc_config_get(config, "retries", &value, &err));
    CHECK_TEXT(value, "7");
    swc_config_free(copy);
    swc_config_free(config);
}

static void the_environment_is_read_when_asked(void)
{
    swc_config *config = swc_config_new();
    const char *value = NULL;
    setenv("ST_USER", "from:environment", 1);
    setenv("OS_REGION_NAME", "somewhere", 1);
    CHECK_OK(swc_config_get(config, "user", &value, &err));
    CHECK_TEXT(value, "");
    set(config, "os_region_name", "elsewhere");
    CHECK_OK(swc_config_load_env(config, &err));
    CHECK_OK(swc_config_get(config, "user", &value, &err));
    CHECK_TEXT(value, "from:environment");
    CHECK_OK(swc_config_get(config, "os_region_name", &value, &err));
    CHECK_TEXT(value, "elsewhere");

    setenv("ST_AUTH_VERSION", "17", 1);
    CHECK_FAILS(swc_config_load_env(config, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(strstr(swc_error_message(err), "ST_AUTH_VERSION"));
    forget_error();
    setenv("ST_AUTH_VERSION", "\xff\xfe", 1);
    CHECK_STATUS(swc_config_load_env(config, &err), SWC_ERR_INVALID_UTF8);
    unsetenv("ST_AUTH_VERSION");
    swc_config_free(config);
}

static void a_connection_needs_credentials(void)
{
    swc_config *config = swc_config_new();
    swc_connection *connection = NULL;
    CHECK_FAILS(swc_connection_new(config, &connection, &err), SWC_ERR_AUTH);
    CHECK(!connection && strstr(swc_error_message(err), "os_auth_url"));
    forget_error();
    swc_config_free(config);
}

static void requests_refuse_what_cannot_be_sent(void)
{
    static const char *const framing[] = {"Content-Length", "transfer-encoding", "Connection", "EXPECT", "Upgrade"};
    swc_request *request = swc_request_new();
    CHECK_STATUS(swc_request_set_header(request, "X-A", "1\r\nX-B: 2", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_header(request, "X-A: 1\r\nX-B", "2", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_add_header(request, "", "2", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_object_metadata(request, "", "2", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_content_type(request, "text/\nplain", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_query(request, "", "2", &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_range(request, 5, 0, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_timeout(request, 0, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_if_modified_since(request, -5, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_request_set_if_unmodified_since(request, INT64_MAX, &err), SWC_ERR_INVALID_ARGUMENT);
    /* What the library alone can know. */
    for (size_t i = 0; i < sizeof framing / sizeof *framing; i++) {
        CHECK_FAILS(swc_request_set_header(request, framing[i], "1", &err), SWC_ERR_INVALID_ARGUMENT);
        CHECK(strstr(swc_error_message(err), framing[i]));
        forget_error();
        CHECK_STATUS(swc_request_add_header(request, framing[i], "1", &err), SWC_ERR_INVALID_ARGUMENT);
    }
    swc_request_free(request);
}

static void count(void *user_data)
{
    ++*(int *)user_data;
}

static int64_t give_nothing(void *user_data, void *buffer, size_t size)
{
    (void)user_data, (void)buffer, (void)size;
    return 0;
}

static void sources_know_their_size(void)
{
    swc_source *source = NULL;
    int64_t size = 0;
    int freed = 0, fd;

    CHECK_OK(swc_source_new_memory("hello", 5, count, &freed, &source, &err));
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, 5);
    CHECK_INT(freed, 0);
    swc_source_free(source);
    CHECK_INT(freed, 1);
    CHECK_STATUS(swc_source_new_memory(NULL, 5, count, &freed, &source, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK(!source);
    CHECK_INT(freed, 2);
    CHECK_OK(swc_source_new_memory(NULL, 0, count, &freed, &source, &err));
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, 0);
    swc_source_free(source);
    CHECK_INT(freed, 3);

    write_text("twelve", "twelve bytes");
    CHECK_OK(swc_source_new_file("twelve", &source, &err));
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, 12);
    swc_source_free(source);
    CHECK_OK(swc_source_new_file_range("twelve", 7, 5, &source, &err));
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, 5);
    swc_source_free(source);
    CHECK_OK(swc_source_new_file("not there", &source, &err));
    CHECK_FAILS(swc_source_size(source, &size, &err), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(err), "not there"));
    forget_error();
    swc_source_free(source);

    fd = open("twelve", O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 2, SEEK_SET) == 2);
    CHECK_OK(swc_source_new_fd(fd, -1, &source, &err));
    close(fd);
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, 10);
    swc_source_free(source);
    CHECK_STATUS(swc_source_new_fd(fd, -1, &source, &err), SWC_ERR_IO);

    CHECK_OK(swc_source_new_callbacks(give_nothing, NULL, count, &freed, -1, &source, &err));
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, -1);
    swc_source_free(source);
    CHECK_INT(freed, 4);
    CHECK_STATUS(swc_source_new_callbacks(NULL, NULL, count, &freed, -1, &source, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_INT(freed, 5);
}

static void tokens_stay_cancelled(void)
{
    swc_cancel *cancel = swc_cancel_new();
    CHECK(!swc_cancel_is_cancelled(cancel));
    swc_cancel_cancel(cancel);
    swc_cancel_cancel(cancel);
    CHECK(swc_cancel_is_cancelled(cancel));
    swc_cancel_free(cancel);
}

int main(void)
{
    RUN(version);
    RUN(statuses_have_names);
    RUN(keys_can_be_listed);
    RUN(settings_are_checked_when_set);
    RUN(the_environment_is_read_when_asked);
    RUN(a_connection_needs_credentials);
    RUN(requests_refuse_what_cannot_be_sent);
    RUN(sources_know_their_size);
    RUN(tokens_stay_cancelled);
    return 0;
}
