/* A small harness. Tests are functions run one after the other; a check that fails says where and ends the program. */
#ifndef CHECK_H
#define CHECK_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <swiftclient.h>

/* The error object of the call that is being checked; NULL between two checks. */
static swc_error *err;

static inline void check_failed(const char *file, int line, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", file, line, what);
    if (err)
        fprintf(stderr, "    %s: %s\n", swc_status_name(swc_error_status(err)), swc_error_message(err));
    exit(1);
}

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, "not so: " #condition))

static inline void check_integer(const char *file, int line, const char *what, int64_t is, int64_t want)
{
    char text[512];
    if (is == want)
        return;
    snprintf(text, sizeof text, "%s is %" PRId64 ", not %" PRId64, what, is, want);
    check_failed(file, line, text);
}

#define CHECK_INT(is, want) check_integer(__FILE__, __LINE__, #is, (int64_t)(is), (int64_t)(want))

static inline void check_text(const char *file, int line, const char *what, const char *is, const char *want)
{
    char text[2048];
    if (is && strcmp(is, want) == 0)
        return;
    snprintf(text, sizeof text, "%s is %s%s%s, not \"%s\"", what, is ? "\"" : "", is ? is : "NULL", is ? "\"" : "", want);
    check_failed(file, line, text);
}

#define CHECK_TEXT(is, want) check_text(__FILE__, __LINE__, #is, is, want)

static inline void check_status(const char *file, int line, const char *call, int32_t is, int32_t want)
{
    char text[1024];
    if (is != want) {
        snprintf(text, sizeof text, "%s gave %s, not %s", call, swc_status_name(is), swc_status_name(want));
        check_failed(file, line, text);
    }
    if ((is < 0) != (err != NULL))
        check_failed(file, line, is < 0 ? "no error object" : "an error object without an error");
    if (err && ((int32_t)swc_error_status(err) != is || *swc_error_message(err) == '\0'))
        check_failed(file, line, "the error object says something else");
    swc_error_free(err);
    err = NULL;
}

/* The call, which has &err as its last argument, returns that status. */
#define CHECK_STATUS(call, want) check_status(__FILE__, __LINE__, #call, (int32_t)(call), want)
#define CHECK_OK(call) CHECK_STATUS(call, SWC_OK)

/* As CHECK_STATUS for a failure, but leaves the error object in err, to be looked at and freed. */
#define CHECK_FAILS(call, want)                                                                                       \
    do {                                                                                                               \
        int32_t status_ = (int32_t)(call);                                                                             \
        if (status_ != (want) || !err || (int32_t)swc_error_status(err) != status_)                                    \
            check_failed(__FILE__, __LINE__, #call " did not give " #want);                                            \
    } while (0)

static inline void forget_error(void)
{
    swc_error_free(err);
    err = NULL;
}

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        test();                                                                                                        \
        CHECK(err == NULL);                                                                                            \
        printf("ok    %s\n", #test);                                                                                   \
        fflush(stdout);                                                                                                \
    } while (0)

/* The environment variable, which must be there. */
static inline const char *need(const char *name)
{
    const char *value = getenv(name);
    if (!value || !*value) {
        fprintf(stderr, "%s is not set: start the server with tests/swift-server and use its environment\n", name);
        exit(1);
    }
    return value;
}

static inline void set(swc_config *config, const char *key, const char *value)
{
    CHECK_OK(swc_config_set(config, key, value, &err));
}

static inline swc_connection *connect_with(swc_config *config)
{
    swc_connection *connection = NULL;
    CHECK_OK(swc_connection_new(config, &connection, &err));
    swc_config_free(config);
    return connection;
}

#endif
