/* Names: whatever Swift can store, sent exactly, in every place a name can stand. */
#include "server.h"

static swc_connection *connection;

static const char *const objects[] = {
    ".", "..", "../x", "a/../b", "a/./b", "./a", "a/..", "a/.", "...", "a.", "a...", "/", "//", "/a", "//a", "a//b",
    "a/", "a//", " ", " a ", "a b", "%", "%2F", "%2e%2e", "%zz", "a%00b", "?", "a?b=c", "a?versions", "#", "a#b", ";",
    "a;b=c", "+", "a+b", "&", "=", ",", "\"", "'", "<>", "\\", "a\\b", "|", "^", "`", "{}", "[]", "~", "$", "!", "*",
    "()", ":", "@", "a:b@c", "http://x/y", "\t", "a\tb", "\n", "a\nb", "\r\n", "a\r\nb: c", "\x01", "\x1f", "\x7f",
    "\xc3\xbc", "u\xcc\x88", "\xe6\x97\xa5\xe6\x9c\xac", "\xf0\x9f\x8c\x8d", "\xe2\x80\xae", "\xef\xbb\xbf", "\xc2\x85",
    "CON", "nul.txt", "-", "--help", ".htaccess", "null", "true", "0",
};

static const char *const containers[] = {
    ".", "..", " ", "a b", "%", "%2F", "?", "#", ";", "+", "&", "\"", "\\", "a\nb", "\x01", "\x7f", "\xc3\xbc", ":", "@",
    "\xf0\x9f\x8c\x8d", "~",
};

/* All that can be done with an object of that name. */
static void round_trip(const char *container, const char *object)
{
    swc_request *request = swc_request_new();
    swc_response *response = NULL;
    swc_listing *listing = NULL;
    const swc_entry *entry = NULL;
    const char *from_container, *from_object;
    put_text(connection, container, object, "here");
    check_object(connection, container, object, "here");
    CHECK_OK(swc_request_set_object_metadata(request, "Seen", "yes", &err));
    CHECK_OK(swc_connection_post_object(connection, container, object, request, NULL, &err));
    swc_request_free(request);
    CHECK_OK(swc_connection_head_object(connection, container, object, NULL, &response, &err));
    CHECK_TEXT(swc_response_header(response, "X-Object-Meta-Seen"), "yes");
    swc_response_free(response);
    CHECK_OK(swc_connection_list_container(connection, container, NULL, &listing, &err));
    CHECK_OK(swc_listing_next(listing, &entry, &err));
    CHECK_TEXT(swc_entry_name(entry), object);
    CHECK_STATUS(swc_listing_next(listing, &entry, &err), SWC_END);
    swc_listing_free(listing);
    /* As the source of a copy, and as the destination. */
    CHECK_OK(swc_connection_copy_object(connection, container, object, NULL, "plain", NULL, &response, &err));
    CHECK(swc_response_copied_from(response, NULL, &from_container, &from_object));
    CHECK_TEXT(from_container, container);
    CHECK_TEXT(from_object, object);
    swc_response_free(response);
    delete_object(connection, container, object);
    CHECK_OK(swc_connection_copy_object(connection, container, "plain", NULL, object, NULL, NULL, &err));
    check_object(connection, container, object, "here");
    delete_object(connection, container, "plain");
    delete_object(connection, container, object);
    CHECK_STATUS(swc_connection_head_object(connection, container, object, NULL, &response, &err), SWC_ERR_NOT_FOUND);
}

static void names_of_objects(void)
{
    const char *container = own_container("names");
    make_container(connection, container);
    for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
        round_trip(container, objects[i]);
    CHECK_OK(swc_connection_delete_container(connection, container, NULL, NULL, &err));
}

static void names_of_containers(void)
{
    for (size_t i = 0; i < sizeof containers / sizeof *containers; i++) {
        char container[128];
        /* "." and ".." must stand alone; the others carry this process's number. */
        if (containers[i][0] == '.')
            snprintf(container, sizeof container, "%s", containers[i]);
        else
            snprintf(container, sizeof container, "%s c-test-%ld", containers[i], (long)getpid());
        make_container(connection, container);
        round_trip(container, "o");
        round_trip(container, "../o");
        CHECK_OK(swc_connection_delete_container(connection, container, NULL, NULL, &err));
    }
}

static void the_longest_names(void)
{
    char object[1026], container[258];
    swc_response *response = NULL;
    /* Two bytes a letter: 1,024 bytes, and 256. */
    for (size_t i = 0; i < 1026; i += 2)
        memcpy(object + i, "\xc3\xbc", 2);
    object[1024] = '\0';
    memset(container, 'x', sizeof container);
    snprintf(container + 236, 21, "%020ld", (long)getpid());
    make_container(connection, container);
    round_trip(container, object);
    /* One more is the server's to refuse, and it says what is wrong. */
    memset(object, 'x', 1025);
    object[1025] = '\0';
    CHECK_FAILS(swc_connection_put_object(connection, container, object, NULL, NULL, &response, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    CHECK(strstr(swc_error_message(err), "name length of 1025"));
    forget_error();
    CHECK_OK(swc_connection_delete_container(connection, container, NULL, NULL, &err));
    memset(container, 'x', 257);
    container[257] = '\0';
    CHECK_FAILS(swc_connection_put_container(connection, container, NULL, NULL, &err), SWC_ERR_HTTP);
    CHECK_INT(swc_error_http_status(err), 400);
    CHECK(strstr(swc_error_message(err), "name length of 257"));
    forget_error();
}

static void what_is_no_name(void)
{
    CHECK_STATUS(swc_connection_put_container(connection, "a/b", NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_put_container(connection, "", NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_delete_object(connection, "c", "", NULL, NULL, &err), SWC_ERR_INVALID_ARGUMENT);
    CHECK_STATUS(swc_connection_copy_object(connection, "c", "o", "a/b", "o", NULL, NULL, &err),
                 SWC_ERR_INVALID_ARGUMENT);
}

int main(void)
{
    connection = connect_to("v1");
    RUN(names_of_objects);
    RUN(names_of_containers);
    RUN(the_longest_names);
    RUN(what_is_no_name);
    swc_connection_free(connection);
    return 0;
}
