/* Bodies of every origin: what is known of them beforehand, what is sent of them, and how often that works. */
#include <fcntl.h>

#include "server.h"

static swc_connection *connection;
static const char *container;

static void put_and_free(swc_source *source)
{
    swc_response *response = NULL;
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, &response, &err));
    CHECK_INT(swc_response_status(response), 201);
    swc_response_free(response);
    swc_source_free(source);
}

static void check_size(const swc_source *source, int64_t want)
{
    int64_t size = 0;
    CHECK_OK(swc_source_size(source, &size, &err));
    CHECK_INT(size, want);
}

static void memory_can_be_sent_any_number_of_times(void)
{
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_memory("hello", 5, NULL, NULL, &source, &err));
    check_size(source, 5);
    for (int i = 0; i < 3; i++) {
        CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err));
        check_object(connection, container, "o", "hello");
    }
    swc_source_free(source);
    CHECK_OK(swc_source_new_memory(NULL, 0, NULL, NULL, &source, &err));
    check_size(source, 0);
    put_and_free(source);
    check_object(connection, container, "o", "");
}

static void files_and_parts_of_them(void)
{
    swc_source *source = NULL;
    write_text("file", "0123456789");
    CHECK_OK(swc_source_new_file("file", &source, &err));
    check_size(source, 10);
    put_and_free(source);
    check_object(connection, container, "o", "0123456789");
    CHECK_OK(swc_source_new_file_range("file", 3, 4, &source, &err));
    check_size(source, 4);
    put_and_free(source);
    check_object(connection, container, "o", "3456");
    CHECK_OK(swc_source_new_file_range("file", 8, 3, &source, &err));
    CHECK_FAILS(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err), SWC_ERR_IO);
    CHECK(strstr(swc_error_message(err), "file has 2 bytes where 3"));
    forget_error();
    swc_source_free(source);
    CHECK_OK(swc_source_new_file(".", &source, &err));
    CHECK_STATUS(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err), SWC_ERR_IO);
    swc_source_free(source);
    check_object(connection, container, "o", "3456");
}

static void files_that_only_say_they_are_empty(void)
{
    char text[4096];
    FILE *file = fopen("/proc/version", "rb");
    swc_source *source = NULL;
    size_t length;
    if (!file)
        return;
    length = fread(text, 1, sizeof text - 1, file);
    text[length] = '\0';
    fclose(file);
    CHECK_OK(swc_source_new_file("/proc/version", &source, &err));
    check_size(source, -1);
    put_and_free(source);
    check_object(connection, container, "o", text);
}

static void descriptors_are_sent_from_where_they_stand(void)
{
    swc_source *source = NULL;
    int fd, ends[2];
    write_text("file", "0123456789");
    fd = open("file", O_RDONLY);
    CHECK(fd >= 0 && lseek(fd, 6, SEEK_SET) == 6);
    CHECK_OK(swc_source_new_fd(fd, -1, &source, &err));
    CHECK(lseek(fd, 1, SEEK_SET) == 1);
    check_size(source, 4);
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err));
    check_object(connection, container, "o", "6789");
    CHECK(lseek(fd, 0, SEEK_CUR) == 1);
    close(fd);
    put_and_free(source);
    check_object(connection, container, "o", "6789");

    CHECK(pipe(ends) == 0 && write(ends[1], "piped", 5) == 5);
    close(ends[1]);
    CHECK_OK(swc_source_new_fd(ends[0], -1, &source, &err));
    close(ends[0]);
    check_size(source, -1);
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err));
    check_object(connection, container, "o", "piped");
    CHECK_FAILS(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err), SWC_ERR_STATE);
    CHECK(strstr(swc_error_message(err), "only once"));
    forget_error();
    swc_source_free(source);
}

/* Numbers as text, one after the other. */
struct numbers {
    int next, first, rewound;
};

static int64_t give_number(void *user_data, void *buffer, size_t size)
{
    struct numbers *numbers = user_data;
    CHECK(size > 0);
    if (numbers->next > 9)
        return 0;
    *(char *)buffer = (char)('0' + numbers->next++);
    return 1;
}

static bool first_number(void *user_data)
{
    struct numbers *numbers = user_data;
    numbers->next = numbers->first;
    numbers->rewound++;
    return true;
}

static void callbacks_give_what_was_announced(void)
{
    struct numbers numbers = {0, 0, 0};
    swc_source *source = NULL;
    CHECK_OK(swc_source_new_callbacks(give_number, NULL, NULL, &numbers, 4, &source, &err));
    check_size(source, 4);
    put_and_free(source);
    check_object(connection, container, "o", "0123");
    /* The rest is there for another source. */
    CHECK_INT(numbers.next, 4);
    CHECK_OK(swc_source_new_callbacks(give_number, NULL, NULL, &numbers, -1, &source, &err));
    check_size(source, -1);
    put_and_free(source);
    check_object(connection, container, "o", "456789");

    /* Too few, and absurdly many: nothing is stored. */
    for (int i = 0; i < 2; i++) {
        int32_t status;
        numbers = (struct numbers){2, 2, 0};
        CHECK_OK(swc_source_new_callbacks(give_number, first_number, NULL, &numbers, i ? INT64_MAX : 9, &source, &err));
        status = (int32_t)swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err);
        CHECK(status == SWC_ERR_IO || (i == 1 && status == SWC_ERR_TOO_LARGE));
        forget_error();
        swc_source_free(source);
        check_object(connection, container, "o", "456789");
    }

    /* It serves a second call from where it began. */
    numbers = (struct numbers){7, 7, 0};
    CHECK_OK(swc_source_new_callbacks(give_number, first_number, NULL, &numbers, -1, &source, &err));
    CHECK_OK(swc_connection_put_object(connection, container, "o", source, NULL, NULL, &err));
    put_and_free(source);
    check_object(connection, container, "o", "789");
    CHECK_INT(numbers.rewound, 1);
}

int main(void)
{
    connection = connect_to("v1");
    container = own_container("source");
    make_container(connection, container);
    RUN(memory_can_be_sent_any_number_of_times);
    RUN(files_and_parts_of_them);
    RUN(files_that_only_say_they_are_empty);
    RUN(descriptors_are_sent_from_where_they_stand);
    RUN(callbacks_give_what_was_announced);
    remove_container(connection, container);
    swc_connection_free(connection);
    return 0;
}
