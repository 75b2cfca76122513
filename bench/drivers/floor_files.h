/* The part of floor.c that moves whole files, several at once in threads of one connection each. */
#ifndef FLOOR_FILES_H
#define FLOOR_FILES_H

#include <errno.h>
#include <ftw.h>

/* What the threads of a batch share. */
static struct {
    const char *container, *folder, *file;
    bool nested, null;
    long long segment;
    char **paths;
    int count;
} batch;

/* The sum is compared with nothing: the floor is what it costs to have it. */
static void finish(EVP_MD_CTX *md5)
{
    unsigned char sum[16];
    EVP_DigestFinal_ex(md5, sum, NULL);
    EVP_MD_CTX_free(md5);
}

/* The name that the server gives object number i of a tree. */
static void tree_name(char *to, size_t room, int i)
{
    snprintf(to, room, "t%03d/s%d/obj-%08d", i / 1000, i / 100 % 10, i);
}

/* Takes the rest of a body into a file (-1 for none), with the MD5 of each `part` bytes; 0 for all in one. */
static void take(struct wire *wire, char *buffer, char *body, size_t there, long long left, int out, long long part)
{
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    long long in_part = part ? part : left;
    EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    for (;;) {
        size_t first = (long long)there < in_part ? there : (size_t)in_part;
        EVP_DigestUpdate(md5, body, first);
        if ((in_part -= (long long)first) == 0 && left > (long long)first) {
            unsigned char sum[16];
            EVP_DigestFinal_ex(md5, sum, NULL);
            EVP_DigestInit_ex(md5, EVP_md5(), NULL);
            EVP_DigestUpdate(md5, body + first, there - first);
            in_part = part - (long long)(there - first);
        }
        if (out >= 0 && write(out, body, there) != (ssize_t)there)
            DIE("write");
        if ((left -= (long long)there) <= 0)
            break;
        there = receive(wire, body = buffer, BUFFER);
    }
    finish(md5);
}

static void *download_share(void *argument)
{
    const struct share *share = argument;
    char *buffer = malloc(BUFFER);
    struct wire wire = dial();
    for (int i = share->first; i < share->end; i++) {
        char name[64], path[256], file[4096];
        size_t there;
        long long left;
        if (batch.nested)
            tree_name(name, sizeof name, i);
        else
            snprintf(name, sizeof name, "obj-%08d", i);
        snprintf(path, sizeof path, "%s/%s", batch.container, name);
        snprintf(file, sizeof file, "%s/%s", batch.folder, name);
        ask(&wire, "GET", path, -1, NULL, 0);
        char *body = answer(&wire, buffer, &there, &left);
        int out = batch.null ? -1 : open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
        if (out < 0 && !batch.null)
            DIE("%s: %s", file, strerror(errno));
        take(&wire, buffer, body, there, left, out, 0);
        if (out >= 0)
            close(out);
    }
    hang_up(&wire);
    free(buffer);
    return NULL;
}

static void download(const char *container, int count, int threads, const char *folder, bool nested)
{
    batch.container = container, batch.folder = folder, batch.nested = nested, batch.null = !strcmp(folder, "null");
    for (int i = 0; nested && i < count; i += 100) {
        char path[4096];
        snprintf(path, sizeof path, "%s/t%03d", folder, i / 1000);
        if (i % 1000 == 0 && mkdir(path, 0755))
            DIE("%s: %s", path, strerror(errno));
        snprintf(path, sizeof path, "%s/t%03d/s%d", folder, i / 1000, i / 100 % 10);
        if (mkdir(path, 0755))
            DIE("%s: %s", path, strerror(errno));
    }
    run_shares("", count, threads, download_share);
}

static int note(const char *path, const struct stat *st, int kind)
{
    (void)st;
    if (kind == FTW_F) {
        if (batch.count % 1024 == 0)
            batch.paths = realloc(batch.paths, ((size_t)batch.count + 1024) * sizeof *batch.paths);
        batch.paths[batch.count++] = strdup(path);
    }
    return 0;
}

/* Sends `left` bytes of an open file with their MD5, and takes the answer. */
static void give(struct wire *wire, char *buffer, int in, long long left)
{
    EVP_MD_CTX *md5 = EVP_MD_CTX_new();
    size_t there;
    long long length;
    EVP_DigestInit_ex(md5, EVP_md5(), NULL);
    while (left > 0) {
        ssize_t n = read(in, buffer, left < BUFFER ? (size_t)left : BUFFER);
        if (n <= 0)
            DIE("read");
        EVP_DigestUpdate(md5, buffer, (size_t)n);
        send_all(wire, buffer, (size_t)n);
        left -= n;
    }
    finish(md5);
    answer(wire, buffer, &there, &length);
}

static void *upload_share(void *argument)
{
    const struct share *share = argument;
    char *buffer = malloc(BUFFER);
    struct wire wire = dial();
    for (int i = share->first; i < share->end; i++) {
        char path[4096];
        struct stat st;
        int in = open(batch.paths[i], O_RDONLY);
        if (in < 0 || fstat(in, &st))
            DIE("%s", batch.paths[i]);
        snprintf(path, sizeof path, "%s/%s", batch.container, batch.paths[i] + strlen(batch.folder) + 1);
        /* Together with a small body: one packet, one system call. */
        if (st.st_size <= SMALL) {
            size_t there;
            long long length;
            EVP_MD_CTX *md5 = EVP_MD_CTX_new();
            EVP_DigestInit_ex(md5, EVP_md5(), NULL);
            if (read(in, buffer, SMALL) != st.st_size)
                DIE("read");
            EVP_DigestUpdate(md5, buffer, (size_t)st.st_size);
            finish(md5);
            ask(&wire, "PUT", path, (long long)st.st_size, buffer, (size_t)st.st_size);
            answer(&wire, buffer, &there, &length);
        } else {
            ask(&wire, "PUT", path, (long long)st.st_size, NULL, 0);
            give(&wire, buffer, in, (long long)st.st_size);
        }
        close(in);
    }
    hang_up(&wire);
    free(buffer);
    return NULL;
}

static void upload(const char *folder, const char *container, int threads)
{
    static char buffer[BUFFER];
    struct wire wire = dial();
    simple(&wire, buffer, "PUT", container, 0);
    hang_up(&wire);
    batch.container = container, batch.folder = folder;
    if (ftw(folder, note, 32))
        DIE("%s", folder);
    run_shares("", batch.count, threads, upload_share);
}

static void *segments_share(void *argument)
{
    const struct share *share = argument;
    char *buffer = malloc(BUFFER);
    struct wire wire = dial();
    int in = open(batch.file, O_RDONLY);
    for (int i = share->first; i < share->end; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/object/%08d", batch.container, i);
        if (lseek(in, i * batch.segment, SEEK_SET) < 0)
            DIE("seek");
        ask(&wire, "PUT", path, batch.segment, NULL, 0);
        give(&wire, buffer, in, batch.segment);
    }
    close(in);
    hang_up(&wire);
    free(buffer);
    return NULL;
}

/* All segments are full. */
static void segments(const char *file, const char *container, long long size, int threads)
{
    static char buffer[BUFFER];
    struct wire wire = dial();
    struct stat st;
    size_t there;
    long long left;
    if (stat(file, &st) || st.st_size % size)
        DIE("%s", file);
    batch.container = container, batch.file = file, batch.segment = size;
    int count = (int)(st.st_size / size);
    simple(&wire, buffer, "PUT", container, 0);
    run_shares("", count, threads, segments_share);
    size_t room = (size_t)count * 256 + 2;
    char *manifest = malloc(room), path[256];
    size_t n = 0;
    for (int i = 0; i < count; i++)
        n += (size_t)snprintf(manifest + n, room - n, "%c{\"path\": \"/%s/object/%08d\", \"size_bytes\": %lld}",
                              i ? ',' : '[', container, i, size);
    manifest[n++] = ']';
    snprintf(path, sizeof path, "%s/object?multipart-manifest=put", container);
    ask(&wire, "PUT", path, (long long)n, NULL, 0);
    send_all(&wire, manifest, n);
    answer(&wire, buffer, &there, &left);
    free(manifest);
    hang_up(&wire);
}

static void assemble(const char *container, long long size, const char *file)
{
    static char buffer[BUFFER];
    char path[256];
    struct wire wire = dial();
    size_t there;
    long long left;
    snprintf(path, sizeof path, "%s/object", container);
    ask(&wire, "GET", path, -1, NULL, 0);
    char *body = answer(&wire, buffer, &there, &left);
    int out = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (out < 0)
        DIE("%s", file);
    take(&wire, buffer, body, there, left, out, size);
    close(out);
    hang_up(&wire);
}

#endif
