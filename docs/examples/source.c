/* Bodies to send: from memory, files, descriptors, callbacks. */
#include <fcntl.h>
#include <unistd.h>

#include "example.h"

static void memory_that_the_library_frees(swc_connection *connection)
{
    char *text = malloc(6);
    swc_source *source = NULL;
    strcpy(text, "hello");
    /* free() runs when the source and all that uses it is done; also when this call fails. */
    ok(swc_source_new_memory(text, 5, free, text, &source, &err));
    ok(swc_connection_put_object(connection, "docs", "memory", source, NULL, NULL, &err));
    swc_source_free(source);
}

static void a_file_and_a_part_of_it(swc_connection *connection)
{
    swc_source *whole = NULL, *part = NULL;
    int64_t size = 0;
    ok(swc_source_new_file("report.txt", &whole, &err));
    ok(swc_source_size(whole, &size, &err));
    printf("%" PRId64 " bytes\n", size);
    ok(swc_connection_put_object(connection, "docs", "report.txt", whole, NULL, NULL, &err));
    ok(swc_source_new_file_range("report.txt", 4, 5, &part, &err)); /* 5 bytes from the fifth on */
    ok(swc_connection_put_object(connection, "docs", "part", part, NULL, NULL, &err));
    swc_source_free(whole);
    swc_source_free(part);
}

static void a_pipe_of_unknown_length(swc_connection *connection, int fd)
{
    swc_source *source = NULL;
    ok(swc_source_new_fd(fd, -1, &source, &err)); /* to its end; the descriptor stays yours */
    ok(swc_connection_put_object(connection, "docs", "pipe", source, NULL, NULL, &err));
    swc_source_free(source);
}

/* A body that is made while it is sent: the numbers from 1 to 100000, a line each. */
struct numbers {
    int next;
};

static int64_t read_numbers(void *user_data, void *buffer, size_t size)
{
    struct numbers *numbers = user_data;
    size_t length = 0;
    while (numbers->next <= 100000 && size - length >= 8)
        length += (size_t)snprintf((char *)buffer + length, size - length, "%d\n", numbers->next++);
    return (int64_t)length; /* 0 at the end */
}

static bool rewind_numbers(void *user_data)
{
    ((struct numbers *)user_data)->next = 1;
    return true; /* a failed request can be made again */
}

static void bytes_that_are_made_on_the_way(swc_connection *connection)
{
    struct numbers numbers = {1};
    swc_source *source = NULL;
    ok(swc_source_new_callbacks(read_numbers, rewind_numbers, NULL, &numbers, -1, &source, &err));
    ok(swc_connection_put_object(connection, "docs", "numbers", source, NULL, NULL, &err));
    swc_source_free(source);
}

int main(void)
{
    swc_connection *connection = connected();
    int ends[2];
    FILE *file = fopen("report.txt", "w");
    fputs("the whole report", file);
    fclose(file);
    ok(swc_connection_put_container(connection, "docs", NULL, NULL, &err));
    memory_that_the_library_frees(connection);
    a_file_and_a_part_of_it(connection);
    expect(pipe(ends) == 0 && write(ends[1], "from a pipe", 11) == 11 && close(ends[1]) == 0);
    a_pipe_of_unknown_length(connection, ends[0]);
    close(ends[0]);
    bytes_that_are_made_on_the_way(connection);
    clean_up(connection, "docs");
    remove("report.txt");
    swc_connection_free(connection);
    return 0;
}
