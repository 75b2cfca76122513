/* The real server, as the environment of tests/swift-server describes it: three ways to it, and shortcuts. */
#ifndef SERVER_H
#define SERVER_H

#include "check.h"

/* Settings for a way to the server: "v1" (tempauth), "v3" (Keystone), "tls" (tempauth over TLS). */
static inline swc_config *config_for(const char *way)
{
    swc_config *config = swc_config_new();
    if (strcmp(way, "v3") == 0) {
        set(config, "os_auth_url", need("OS_AUTH_URL"));
        set(config, "os_username", need("OS_USERNAME"));
        set(config, "os_password", need("OS_PASSWORD"));
        set(config, "os_project_name", need("OS_PROJECT_NAME"));
        set(config, "os_user_domain_name", need("OS_USER_DOMAIN_NAME"));
        set(config, "os_project_domain_name", need("OS_PROJECT_DOMAIN_NAME"));
        set(config, "os_region_name", need("OS_REGION_NAME"));
        set(config, "auth_version", "3");
        return config;
    }
    if (strcmp(way, "tls") == 0) {
        char url[256];
        snprintf(url, sizeof url, "%s/auth/v1.0", need("SWIFT_TEST_HTTPS_URL"));
        set(config, "auth", url);
        set(config, "os_cacert", need("SWIFT_TEST_CACERT"));
    } else if (strcmp(way, "v1") == 0) {
        set(config, "auth", need("ST_AUTH"));
    } else {
        fprintf(stderr, "%s is none of v1, v3, tls\n", way);
        exit(1);
    }
    set(config, "user", need("ST_USER"));
    set(config, "key", need("ST_KEY"));
    return config;
}

static inline swc_connection *connect_to(const char *way)
{
    return connect_with(config_for(way));
}

/* A container of this process's own. */
static inline const char *own_container(const char *name)
{
    static char text[4][64];
    static int turn;
    turn = (turn + 1) % 4;
    snprintf(text[turn], sizeof text[turn], "c-test-%s-%ld", name, (long)getpid());
    return text[turn];
}

static inline void make_container(const swc_connection *connection, const char *container)
{
    CHECK_OK(swc_connection_put_container(connection, container, NULL, NULL, &err));
}

static inline void put_text(const swc_connection *connection, const char *container, const char *object,
                            const char *text)
{
    swc_source *source = NULL;
    swc_response *response = NULL;
    CHECK_OK(swc_source_new_memory(text, strlen(text), NULL, NULL, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, object, source, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    swc_source_free(source);
}

/* The object holds this text. */
static inline void check_object(const swc_connection *connection, const char *container, const char *object,
                                const char *text)
{
    swc_response *response = NULL;
    const char *body = NULL;
    size_t length = 0;
    CHECK_OK(swc_connection_get_object(connection, container, object, NULL, &response, &err));
    CHECK_OK(swc_response_read_all(response, SIZE_MAX, &body, &length, &err));
    CHECK_TEXT(body, text);
    CHECK_INT(length, strlen(text));
    swc_response_free(response);
}

static inline void delete_object(const swc_connection *connection, const char *container, const char *object)
{
    CHECK_OK(swc_connection_delete_object(connection, container, object, NULL, NULL, &err));
}

/* Deletes a container and what is in it. */
static inline void remove_container(const swc_connection *connection, const char *container)
{
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    int32_t status;
    CHECK_OK(swc_connection_list_container(connection, container, NULL, &listing, &err));
    while ((status = (int32_t)swc_listing_next(listing, &entry, &err)) == SWC_OK)
        delete_object(connection, container, swc_entry_name(entry));
    CHECK_STATUS(status, SWC_END);
    swc_listing_free(listing);
    CHECK_OK(swc_connection_delete_container(connection, container, NULL, NULL, &err));
}

/* A list of objects for a job. */
static inline swc_objects *list_of(const char *const *names, size_t count)
{
    swc_objects *objects = swc_objects_new();
    CHECK_OK(swc_objects_add_all(objects, names, count, &err));
    CHECK_INT(swc_objects_count(objects), count);
    return objects;
}

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    CHECK(file && fputs(text, file) >= 0 && fclose(file) == 0);
}

static inline void check_file(const char *path, const char *text)
{
    char is[4096];
    FILE *file = fopen(path, "rb");
    size_t length;
    CHECK(file);
    length = fread(is, 1, sizeof is - 1, file);
    is[length] = '\0';
    fclose(file);
    CHECK_TEXT(is, text);
}

#endif
