/* Just enough of a Swift for the sweep to get one object of each type, without anything installed or started: account
 * AUTH_t, container c, object o, which holds "hello". */
#ifndef TINY_SWIFT_H
#define TINY_SWIFT_H

#include <strings.h>

#include "loopback.h"

#define HELLO_MD5 "5d41402abc4b2a76b9719d911017c592"
#define EMPTY_MD5 "d41d8cd98f00b204e9800998ecf8427e"

static struct loopback tiny;

static inline const char *tiny_header(const char *head, const char *name)
{
    size_t length = strlen(name);
    const char *line = strstr(head, "\r\n");
    for (; line && line[2] != '\r'; line = strstr(line + 2, "\r\n"))
        if (strncasecmp(line + 2, name, length) == 0 && line[2 + length] == ':')
            return line + 2 + length + 1 + strspn(line + 2 + length + 1, " ");
    return NULL;
}

/* Reads a body and returns its length, or -1. */
static inline long tiny_body(int fd, const char *head)
{
    const char *length = tiny_header(head, "content-length");
    const char *coding = tiny_header(head, "transfer-encoding");
    const char *expect = tiny_header(head, "expect");
    long got = 0, want = length ? atol(length) : 0;
    char byte, tail[7] = "";
    if (expect)
        loopback_send(fd, "HTTP/1.1 100 Continue\r\n\r\n");
    if (!coding) {
        while (got < want && recv(fd, &byte, 1, 0) == 1)
            got++;
        return got == want ? got : -1;
    }
    /* Chunks, of which the last is empty. */
    while (strcmp(tail + 1, "0\r\n\r\n") != 0 || (tail[0] != '\n' && tail[0] != '\0')) {
        if (recv(fd, &byte, 1, 0) != 1)
            return -1;
        memmove(tail, tail + 1, 5);
        tail[5] = byte;
        got++;
    }
    return got > 5 ? 5 : 0;
}

static inline void tiny_answer(int fd, const char *status, const char *headers, const char *body, bool head_only)
{
    char text[4096];
    snprintf(text, sizeof text,
             "HTTP/1.1 %s\r\nX-Trans-Id: tx0123456789\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s", status,
             strlen(body), headers, head_only ? "" : body);
    loopback_send(fd, text);
}

static inline void tiny_serve(int fd)
{
    static const char object[] = "ETag: " HELLO_MD5 "\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                 "X-Timestamp: 784111777.00000\r\nContent-Type: text/plain\r\nX-Object-Meta-A: b\r\n";
    static const char counts[] = "X-Account-Container-Count: 1\r\nX-Account-Object-Count: 1\r\n"
                                 "X-Account-Bytes-Used: 5\r\nX-Container-Object-Count: 1\r\n"
                                 "X-Container-Bytes-Used: 5\r\nX-Timestamp: 784111777.00000\r\n"
                                 "Content-Type: application/json; charset=utf-8\r\n";
    static const char json[] = "Content-Type: application/json\r\n";
    char head[16384], text[512];
    char method[16] = "", target[2048] = "";
    char *query;
    const char *path;
    const char *manifest;
    bool is_head, is_get;
    long length;
    if (!loopback_head(fd, head, sizeof head) || sscanf(head, "%15s %2047s", method, target) != 2)
        return;
    length = tiny_body(fd, head);
    if (length < 0)
        return;
    query = strchr(target, '?');
    if (query)
        *query++ = '\0';
    is_head = strcmp(method, "HEAD") == 0;
    is_get = strcmp(method, "GET") == 0;
    path = target;
    manifest = query ? strstr(query, "multipart-manifest=") : NULL;
    if (strcmp(path, "/auth/v1.0") == 0) {
        snprintf(text, sizeof text,
                 "X-Storage-Url: http://127.0.0.1:%d/v1/AUTH_t\r\nX-Auth-Token: AUTH_tk0123456789\r\n"
                 "X-Auth-Token-Expires: 86400\r\n",
                 tiny.port);
        tiny_answer(fd, "200 OK", text, "", false);
    } else if (strcmp(path, "/info") == 0) {
        tiny_answer(fd, "200 OK", "Content-Type: application/json\r\n",
                    "{\"swift\": {\"version\": \"2.0\", \"policies\": [{\"name\": \"gold\"}]}, "
                    "\"tempurl\": {\"methods\": [\"GET\"], \"allowed_digests\": [\"sha256\"]}, "
                    "\"formpost\": {\"allowed_digests\": [\"sha256\"]}}",
                    false);
    } else if (strcmp(path, "/healthcheck") == 0) {
        tiny_answer(fd, "200 OK", "Content-Type: text/plain\r\n", "OK", false);
    } else if (strncmp(path, "/endpoints/", 11) == 0) {
        tiny_answer(fd, "200 OK", "Content-Type: application/json\r\n",
                    "{\"endpoints\": [\"http://h/d/1/a\"], \"headers\": {\"X-A\": \"1\"}}", false);
    } else if (strstr(path, "missing")) {
        tiny_answer(fd, "404 Not Found", "Content-Type: text/plain\r\n", "It is not there.", is_head);
    } else if (query && strstr(query, "extract-archive")) {
        tiny_answer(fd, "200 OK", json,
                    "{\"Response Status\": \"201 Created\", \"Number Files Created\": 1, \"Errors\": []}", false);
    } else if (query && (strstr(query, "bulk-delete") || strstr(query, "multipart-manifest=delete"))) {
        tiny_answer(fd, "200 OK", json,
                    " \r\n\r\n{\"Response Status\": \"200 OK\", \"Number Deleted\": 2, \"Number Not Found\": 0, "
                    "\"Errors\": []}",
                    false);
    } else if (manifest && is_get) {
        tiny_answer(fd, "200 OK", "X-Static-Large-Object: True\r\nContent-Type: application/json\r\n",
                    "[{\"name\": \"/c/o\", \"bytes\": 5, \"hash\": \"" HELLO_MD5 "\"}]", false);
    } else if (manifest && !is_head) {
        tiny_answer(fd, "201 Created", "", "", false);
    } else if (is_head || is_get) {
        int depth = 0;
        const char *at;
        const char *body = "[]";
        for (at = path; *at; at++)
            depth += *at == '/' && at[1] != '\0';
        if (depth > 3) {
            /* Asked for what it is, it is a dynamic large object. */
            snprintf(text, sizeof text, "%s%s", object, is_head ? "X-Object-Manifest: c/p\r\n" : "");
            tiny_answer(fd, "200 OK", text, "hello", is_head);
        }
        else {
            if (!(query && strstr(query, "marker=")))
                body = depth == 2 ? "[{\"name\": \"c\", \"count\": 1, \"bytes\": 5, "
                                    "\"last_modified\": \"1994-11-06T08:49:37.000000\"}]"
                                  : "[{\"name\": \"o\", \"hash\": \"" HELLO_MD5 "\", \"bytes\": 5, "
                                    "\"content_type\": \"text/plain\", "
                                    "\"last_modified\": \"1994-11-06T08:49:37.000000\"}]";
            tiny_answer(fd, is_head ? "204 No Content" : "200 OK", counts, is_head ? "" : body, is_head);
        }
    } else if (strcmp(method, "PUT") == 0) {
        snprintf(text, sizeof text, "ETag: %s\r\n", length ? HELLO_MD5 : EMPTY_MD5);
        tiny_answer(fd, "201 Created", text, "", false);
    } else if (strcmp(method, "COPY") == 0) {
        tiny_answer(fd, "201 Created", "", "", false);
    } else if (strcmp(method, "OPTIONS") == 0) {
        tiny_answer(fd, "200 OK", "Allow: GET, PUT\r\n", "", false);
    } else if (strcmp(method, "POST") == 0) {
        tiny_answer(fd, "202 Accepted", "", "", false);
    } else if (strcmp(method, "DELETE") == 0) {
        loopback_send(fd, "HTTP/1.1 204 No Content\r\nX-Trans-Id: tx0123456789\r\nConnection: close\r\n\r\n");
    } else {
        tiny_answer(fd, "405 Method Not Allowed", "", "", false);
    }
}

#endif
