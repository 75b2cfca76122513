/* The floor: raw sockets and as little else as possible; see common.h. Verified means OpenSSL's MD5, one stream after the
 * other. No TLS.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common.h"

enum { BUFFER = 256 * 1024 };

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(env_or("BENCH_PORT", "8090")))};
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to))
        DIE("no connection");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

static void send_all(int fd, const char *data, size_t size)
{
    while (size) {
        ssize_t n = send(fd, data, size, MSG_NOSIGNAL);
        if (n <= 0)
            DIE("send");
        data += n, size -= (size_t)n;
    }
}

static void ask(int fd, const char *method, const char *path, long long length)
{
    char head[512];
    int n = snprintf(head, sizeof head, "%s /v1/AUTH_bench/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: AUTH_tkbench\r\n",
                     method, path);
    if (length >= 0)
        n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %lld\r\n", length);
    n += snprintf(head + n, sizeof head - (size_t)n, "\r\n");
    send_all(fd, head, (size_t)n);
}

/* Reads the head of an answer, and tells where in the buffer the body begins, how much of it is there, its length. */
static char *answer(int fd, char *buffer, size_t *there, long long *length)
{
    size_t filled = 0;
    char *end;
    do {
        ssize_t n = recv(fd, buffer + filled, BUFFER - filled - 1, 0);
        if (n <= 0)
            DIE("no answer");
        filled += (size_t)n;
        buffer[filled] = 0;
    } while (!(end = strstr(buffer, "\r\n\r\n")));
    if (buffer[9] != '2')
        DIE("%.40s", buffer);
    char *found = strstr(buffer, "Content-Length: ");
    *length = found && found < end ? atoll(found + 16) : 0;
    end += 4;
    *there = filled - (size_t)(end - buffer);
    return end;
}

static void get(const char *size, const char *to, bool verified)
{
    static char buffer[BUFFER];
    char path[64];
    size_t there;
    long long left;
    int fd = dial(), out = strcmp(to, "null") ? open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644) : -1;
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    unsigned char sum[16];
    EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    snprintf(path, sizeof path, "rows-1-%s/obj-00000000", size);
    ask(fd, "GET", path, -1);
    char *body = answer(fd, buffer, &there, &left);
    for (;;) {
        if (verified)
            EVP_DigestUpdate(md5, body, there);
        if (out >= 0 && write(out, body, there) != (ssize_t)there)
            DIE("write");
        left -= (long long)there;
        if (left <= 0)
            break;
        ssize_t n = recv(fd, body = buffer, BUFFER, 0);
        if (n <= 0)
            DIE("the body ended early");
        there = (size_t)n;
    }
    EVP_DigestFinal_ex(md5, sum, NULL);
    close(out);
}

static void put(const char *path, bool verified)
{
    static char buffer[BUFFER];
    struct stat st;
    size_t there;
    long long length;
    int in = open(path, O_RDONLY), fd = dial();
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    unsigned char sum[16];
    EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    if (in < 0 || fstat(in, &st))
        DIE("%s", path);
    ask(fd, "PUT", "big", 0);
    answer(fd, buffer, &there, &length);
    ask(fd, "PUT", "big/object", (long long)st.st_size);
    ssize_t n;
    while ((n = read(in, buffer, BUFFER)) > 0) {
        if (verified)
            EVP_DigestUpdate(md5, buffer, (size_t)n);
        send_all(fd, buffer, (size_t)n);
    }
    answer(fd, buffer, &there, &length);
    EVP_DigestFinal_ex(md5, sum, NULL);
}

static void *small(void *argument)
{
    const struct share *share = argument;
    char *buffer = malloc(BUFFER), path[64], method[8] = "";
    bool get = !strcmp(share->method, "get"), put = !strcmp(share->method, "put");
    int fd = dial();
    for (int i = 0; share->method[i]; i++)
        method[i] = (char)(share->method[i] - 32), method[i + 1] = 0;
    for (int i = share->first; i < share->end; i++) {
        size_t there;
        long long length;
        snprintf(path, sizeof path, "%s/obj-%08d", put ? "small" : "rows-20000-1024", i);
        if (put) {
            char head[512];
            int n = snprintf(head, sizeof head,
                             "PUT /v1/AUTH_bench/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: AUTH_tkbench\r\n"
                             "Content-Length: %d\r\n\r\n", path, SMALL);
            struct iovec parts[2] = {{head, (size_t)n}, {small_body, SMALL}};
            struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
            if (sendmsg(fd, &message, MSG_NOSIGNAL) != n + SMALL)
                DIE("send");
        } else {
            ask(fd, method, path, -1);
        }
        answer(fd, buffer, &there, &length);
        while (get && (long long)there < length) {
            ssize_t n = recv(fd, buffer, BUFFER, 0);
            if (n <= 0)
                DIE("the body ended early");
            there += (size_t)n;
        }
    }
    close(fd);
    free(buffer);
    return NULL;
}

static void list(const char *count)
{
    static char buffer[BUFFER];
    long long all = atoll(count);
    int fd = dial();
    for (long long at = 0; at < all; at += 10000) {
        char path[128];
        size_t there;
        long long left;
        if (at)
            snprintf(path, sizeof path, "rows-%s-1024?format=json&marker=obj-%08lld", count, at - 1);
        else
            snprintf(path, sizeof path, "rows-%s-1024?format=json", count);
        ask(fd, "GET", path, -1);
        answer(fd, buffer, &there, &left);
        left -= (long long)there;
        while (left > 0) {
            ssize_t n = recv(fd, buffer, left < BUFFER ? (size_t)left : BUFFER, 0);
            if (n <= 0)
                DIE("the body ended early");
            left -= n;
        }
    }
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    static char buffer[BUFFER];
    size_t there;
    long long length;
    fill_small_body();
    if (!strcmp(what, "get") && argc == 5) {
        get(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "put") && argc == 4) {
        put(argv[2], !strcmp(argv[3], "verified"));
    } else if (!strcmp(what, "small") && argc == 5) {
        int fd = dial();
        ask(fd, "PUT", "small", 0);
        answer(fd, buffer, &there, &length);
        run_shares(argv[2], atoi(argv[3]), atoi(argv[4]), small);
    } else if (!strcmp(what, "list") && argc == 3) {
        list(argv[2]);
    } else if (!strcmp(what, "stat")) {
        int fd = dial();
        ask(fd, "HEAD", "rows-1-1024/obj-00000000", -1);
        answer(fd, buffer, &there, &length);
    } else {
        DIE("what?");
    }
    return 0;
}
