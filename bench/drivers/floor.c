/* The floor: raw sockets, over TLS OpenSSL on them, and as little else as possible; see common.h. Verified means OpenSSL's
 * MD5, of one stream after the other in each thread. What is done with whole files stands in floor_files.h.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include "common.h"

/* As large as that of ours.c. */
enum { BUFFER = 256 * 1024 };

/* A connection. */
struct wire {
    int fd;
    SSL *tls;
};

static SSL_CTX *context;

static struct wire dial(void)
{
    const char *port = over_tls() ? getenv("BENCH_TLS_PORT") : env_or("BENCH_PORT", "8090");
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    struct wire wire = {socket(AF_INET, SOCK_STREAM, 0), NULL};
    int one = 1;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (wire.fd < 0 || connect(wire.fd, (struct sockaddr *)&to, sizeof to))
        DIE("no connection");
    setsockopt(wire.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (over_tls()) {
        wire.tls = SSL_new(context);
        if (!wire.tls || !SSL_set_fd(wire.tls, wire.fd) || SSL_connect(wire.tls) != 1)
            DIE("no TLS");
    }
    return wire;
}

static void hang_up(struct wire *wire)
{
    if (wire->tls) {
        SSL_shutdown(wire->tls);
        SSL_free(wire->tls);
    }
    close(wire->fd);
}

static size_t receive(struct wire *wire, void *to, size_t most)
{
    ssize_t n = wire->tls ? SSL_read(wire->tls, to, (int)(most < 1 << 30 ? most : 1 << 30)) : recv(wire->fd, to, most, 0);
    if (n <= 0)
        DIE("the answer ended early");
    return (size_t)n;
}

static void send_all(struct wire *wire, const char *data, size_t size)
{
    while (size) {
        size_t most = size < 1 << 30 ? size : 1 << 30;
        ssize_t n = wire->tls ? SSL_write(wire->tls, data, (int)most) : send(wire->fd, data, most, MSG_NOSIGNAL);
        if (n <= 0)
            DIE("send");
        data += n, size -= (size_t)n;
    }
}

/* Sends the head of a request, and with it the body if there is a small one at hand. */
static void ask(struct wire *wire, const char *method, const char *path, long long length, const char *body, size_t size)
{
    char head[512 + SMALL];
    int n = snprintf(head, 512, "%s /v1/AUTH_bench/%s HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Auth-Token: AUTH_tkbench\r\n",
                     method, path);
    if (length >= 0)
        n += snprintf(head + n, 512 - (size_t)n, "Content-Length: %lld\r\n", length);
    n += snprintf(head + n, 512 - (size_t)n, "\r\n");
    if (size)
        memcpy(head + n, body, size);
    send_all(wire, head, (size_t)n + size);
}

/* Reads the head of an answer, and tells where in the buffer the body begins, how much of it is there, its length. */
static char *answer(struct wire *wire, char *buffer, size_t *there, long long *length)
{
    size_t filled = 0;
    char *end;
    do {
        if (filled == BUFFER - 1)
            DIE("a head without end");
        filled += receive(wire, buffer + filled, BUFFER - 1 - filled);
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

/* A request without a body, and the end of an answer that has none. */
static void simple(struct wire *wire, char *buffer, const char *method, const char *path, long long length)
{
    size_t there;
    long long left;
    ask(wire, method, path, length, NULL, 0);
    answer(wire, buffer, &there, &left);
}

#include "floor_files.h"

static void get(const char *size, const char *to, bool verified)
{
    static char buffer[BUFFER];
    char path[64], *whole = NULL;
    size_t there;
    long long left, length;
    bool null = !strcmp(to, "null"), memory = !strcmp(to, "memory");
    struct wire wire = dial();
    int out = null || memory ? -1 : open(to, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    EVP_MD_CTX *md5 = verified ? EVP_MD_CTX_new() : NULL;
    if (md5)
        EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    snprintf(path, sizeof path, "rows-1-%s/obj-00000000", size);
    ask(&wire, "GET", path, -1, NULL, 0);
    char *body = answer(&wire, buffer, &there, &left);
    length = left;
    if (length != atoll(size))
        DIE("%lld bytes", length);
    if (memory) {
        whole = malloc((size_t)length);
        memcpy(whole, body, there);
        body = whole;
    }
    for (;;) {
        if (md5)
            EVP_DigestUpdate(md5, body, there);
        if (out >= 0 && write(out, body, there) != (ssize_t)there)
            DIE("write");
        left -= (long long)there;
        if (left <= 0)
            break;
        body = whole ? whole + (length - left) : buffer;
        there = receive(&wire, body, whole ? (size_t)left : BUFFER);
    }
    if (md5)
        finish(md5);
    if (out >= 0)
        close(out);
    hang_up(&wire);
}

static void put(const char *path, const char *from, bool verified)
{
    static char buffer[BUFFER];
    bool file = !strcmp(from, "file"), memory = !strcmp(from, "memory");
    size_t there, n;
    long long length;
    int in = file ? open(path, O_RDONLY) : -1;
    struct wire wire = dial();
    struct body body = {0};
    struct stat st;
    EVP_MD_CTX *md5 = verified ? EVP_MD_CTX_new() : NULL;
    if (md5)
        EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    if (file && (in < 0 || fstat(in, &st)))
        DIE("%s", path);
    if (file)
        body.size = (size_t)st.st_size;
    else
        body = body_of(path, memory);
    simple(&wire, buffer, "PUT", "big", 0);
    ask(&wire, "PUT", "big/object", (long long)body.size, NULL, 0);
    for (size_t given = 0; given < body.size; given += n) {
        const char *bytes = buffer;
        if (memory)
            bytes = body.bytes + given, n = body.size - given < BUFFER ? body.size - given : BUFFER;
        else if (file)
            n = (size_t)read(in, buffer, BUFFER);
        else
            n = body_next(&body, buffer, BUFFER);
        if (n - 1 >= BUFFER)
            DIE("read");
        if (md5)
            EVP_DigestUpdate(md5, bytes, n);
        send_all(&wire, bytes, n);
    }
    answer(&wire, buffer, &there, &length);
    if (md5)
        finish(md5);
    hang_up(&wire);
}

static void *small(void *argument)
{
    const struct share *share = argument;
    char *buffer = malloc(BUFFER), path[64], method[8] = "";
    bool get = !strcmp(share->method, "get"), put = !strcmp(share->method, "put");
    struct wire wire = dial();
    for (int i = 0; share->method[i]; i++)
        method[i] = (char)(share->method[i] - 32), method[i + 1] = 0;
    for (int i = share->first; i < share->end; i++) {
        size_t there;
        long long length;
        snprintf(path, sizeof path, "%s/obj-%08d", put ? "small" : "rows-20000-1024", i);
        ask(&wire, method, path, put ? SMALL : -1, small_body, put ? SMALL : 0);
        answer(&wire, buffer, &there, &length);
        if (get && length != SMALL)
            DIE("%lld bytes", length);
        while (get && (long long)there < length)
            there += receive(&wire, buffer, BUFFER);
    }
    hang_up(&wire);
    free(buffer);
    return NULL;
}

static void list(const char *count)
{
    static char buffer[BUFFER];
    long long all = atoll(count), bytes = 0;
    struct wire wire = dial();
    for (long long at = 0; at < all; at += 10000) {
        char path[128];
        size_t there;
        long long left;
        if (at)
            snprintf(path, sizeof path, "rows-%s-1024?format=json&marker=obj-%08lld", count, at - 1);
        else
            snprintf(path, sizeof path, "rows-%s-1024?format=json", count);
        ask(&wire, "GET", path, -1, NULL, 0);
        answer(&wire, buffer, &there, &left);
        bytes += left;
        left -= (long long)there;
        while (left > 0)
            left -= (long long)receive(&wire, buffer, left < BUFFER ? (size_t)left : BUFFER);
    }
    if (bytes < all * 100)
        DIE("%lld bytes", bytes);
    hang_up(&wire);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    static char buffer[BUFFER];
    fill_small_body();
    if (over_tls()) {
        context = SSL_CTX_new(TLS_client_method());
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        /* A system call takes in several records. */
        SSL_CTX_set_read_ahead(context, 1);
        SSL_CTX_set_default_read_buffer_len(context, 64 * 1024);
        if (!SSL_CTX_load_verify_locations(context, env_or("BENCH_CA", ""), NULL))
            DIE("no certificates");
    }
    if (!strcmp(what, "get") && argc == 5) {
        get(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "put") && argc == 5) {
        put(argv[2], argv[3], !strcmp(argv[4], "verified"));
    } else if (!strcmp(what, "small") && argc == 5) {
        struct wire wire = dial();
        simple(&wire, buffer, "PUT", "small", 0);
        hang_up(&wire);
        run_shares(argv[2], atoi(argv[3]), atoi(argv[4]), small);
    } else if (!strcmp(what, "list") && argc == 3) {
        list(argv[2]);
    } else if (!strcmp(what, "stat")) {
        struct wire wire = dial();
        simple(&wire, buffer, "HEAD", "rows-1-1024/obj-00000000", -1);
        hang_up(&wire);
    } else if ((!strcmp(what, "download") || !strcmp(what, "tree")) && argc == 6) {
        download(argv[2], atoi(argv[3]), atoi(argv[4]), argv[5], !strcmp(what, "tree"));
    } else if (!strcmp(what, "upload") && argc == 5) {
        upload(argv[2], argv[3], atoi(argv[4]));
    } else if (!strcmp(what, "segments") && argc == 6) {
        segments(argv[2], argv[3], atoll(argv[4]), atoi(argv[5]));
    } else if (!strcmp(what, "assemble") && argc == 5) {
        assemble(argv[2], atoll(argv[3]), argv[4]);
    } else {
        DIE("what?");
    }
    return 0;
}
