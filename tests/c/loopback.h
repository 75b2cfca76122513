/* A server on the loopback interface for what a healthy Swift does not do: a thread that accepts one connection after
 * the other and hands each to a function of the test's. */
#ifndef LOOPBACK_H
#define LOOPBACK_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct loopback {
    int fd;
    int port;
    atomic_bool stopping;
    atomic_int accepted;
    pthread_t thread;
    void (*serve)(int fd);
};

static inline int loopback_connect(int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static inline void *loopback_run(void *argument)
{
    struct loopback *server = argument;
    for (;;) {
        int fd = accept(server->fd, NULL, NULL);
        if (atomic_load(&server->stopping) || fd < 0) {
            if (fd >= 0)
                close(fd);
            return NULL;
        }
        atomic_fetch_add(&server->accepted, 1);
        server->serve(fd);
        close(fd);
    }
}

/* With NULL for serve the system accepts connections and nobody ever answers. */
static inline void loopback_start(struct loopback *server, void (*serve)(int fd))
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(server, 0, sizeof *server);
    server->serve = serve;
    server->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (server->fd < 0 || bind(server->fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(server->fd, 64) != 0 ||
        getsockname(server->fd, (struct sockaddr *)&at, &size) != 0) {
        perror("loopback");
        exit(1);
    }
    server->port = ntohs(at.sin_port);
    if (serve && pthread_create(&server->thread, NULL, loopback_run, server) != 0) {
        perror("pthread_create");
        exit(1);
    }
}

static inline void loopback_stop(struct loopback *server)
{
    if (server->serve) {
        int fd;
        atomic_store(&server->stopping, true);
        /* Wakes accept everywhere, which closing the socket does not. */
        fd = loopback_connect(server->port);
        pthread_join(server->thread, NULL);
        if (fd >= 0)
            close(fd);
    }
    close(server->fd);
}

static inline void loopback_send(int fd, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t n = send(fd, text, left, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        text += n;
        left -= (size_t)n;
    }
}

/* Reads a request up to the end of its headers; 0 when the client went away first. */
static inline size_t loopback_head(int fd, char *buffer, size_t size)
{
    size_t length = 0;
    while (length + 1 < size) {
        ssize_t n = recv(fd, buffer + length, 1, 0);
        if (n <= 0)
            return 0;
        buffer[++length] = '\0';
        if (length >= 4 && memcmp(buffer + length - 4, "\r\n\r\n", 4) == 0)
            return length;
    }
    return 0;
}

#endif
