/* What the drivers in C share: their arguments, the bodies they send, and threads that each do a share of the operations.
 *
 *     DRIVER get SIZE null|memory|FILE verified|plain          one object of SIZE bytes: read in pieces and forgotten,
 *                                                              into one buffer, or into a file
 *     DRIVER put FILE null|memory|file verified|plain          what is in FILE: handed over by a callback, as memory
 *                                                              (FILE mapped), or read from the file
 *     DRIVER small get|put|head|delete COUNT THREADS           objects of 1 KiB
 *     DRIVER list COUNT
 *     DRIVER stat
 *     DRIVER download CONTAINER COUNT THREADS null|FOLDER      objects obj-00000000 and so on, verified, to files or
 *                                                              forgotten
 *     DRIVER upload FOLDER CONTAINER THREADS                   every file below a folder, verified
 *     DRIVER tree CONTAINER COUNT THREADS FOLDER               all there is in a container, verified, to files
 *     DRIVER segments FILE CONTAINER SEGMENT_SIZE THREADS      a file as a static large object, verified
 *     DRIVER assemble CONTAINER SEGMENT_SIZE FILE              the large object `object`, verified, to a file
 *
 * The environment names the server: BENCH_PORT, for TLS BENCH_TLS_PORT and BENCH_CA instead.
 */
#ifndef COMMON_H
#define COMMON_H

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DIE(...)                          \
    do {                                  \
        fprintf(stderr, __VA_ARGS__);     \
        fputc('\n', stderr);              \
        exit(1);                          \
    } while (0)

enum { SMALL = 1024, MIB = 1 << 20 };

/* The pattern that the server expects and sends repeats after this. */
enum { PERIOD = 16 * MIB };

/* The body of the small objects: the beginning of the pattern. */
static char small_body[SMALL];

__attribute__((unused)) static void fill_small_body(void)
{
    unsigned long long x = 0x2545f4914f6cdd1dULL;
    for (int i = 0; i < SMALL; i += 8) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        memcpy(small_body + i, &x, 8);
    }
}

static const char *env_or(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static bool over_tls(void)
{
    return *env_or("BENCH_TLS_PORT", "") != 0;
}

/* Scheme and host, and the path of the account. */
__attribute__((unused)) static const char *base_url(void)
{
    static _Thread_local char url[100];
    snprintf(url, sizeof url, "%s://127.0.0.1:%s/v1/AUTH_bench", over_tls() ? "https" : "http",
             over_tls() ? getenv("BENCH_TLS_PORT") : env_or("BENCH_PORT", "8090"));
    return url;
}

/* A body to send. */
struct body {
    /* The file, mapped: all of it for "memory", else the part in which the pattern is whole. */
    const char *bytes;
    size_t size, given;
};

/* Maps what is asked for of a file; its pages are there before the first byte is sent. */
__attribute__((unused)) static struct body body_of(const char *path, bool whole)
{
    struct stat st;
    int fd = open(path, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) || !st.st_size)
        DIE("%s", path);
    size_t size = (size_t)st.st_size, part = whole || size < PERIOD ? size : PERIOD;
    void *bytes = mmap(NULL, part, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    if (bytes == MAP_FAILED)
        DIE("%s cannot be mapped", path);
    close(fd);
    return (struct body){bytes, size, 0};
}

/* The next bytes of a body that a callback hands over. */
__attribute__((unused)) static size_t body_next(struct body *body, void *to, size_t most)
{
    size_t at = body->given % PERIOD, n = body->size - body->given;
    if (n > most)
        n = most;
    if (n > PERIOD - at)
        n = PERIOD - at;
    memcpy(to, body->bytes + at, n);
    body->given += n;
    return n;
}

/* One thread's share: operations number first to end. */
struct share {
    const char *method;
    int first, end;
};

__attribute__((unused)) static void run_shares(const char *method, int count, int threads, void *(*work)(void *))
{
    pthread_t *ids = calloc((size_t)threads, sizeof *ids);
    struct share *shares = calloc((size_t)threads, sizeof *shares);
    for (int i = 0; i < threads; i++) {
        shares[i] = (struct share){method, (int)((long long)count * i / threads),
                                   (int)((long long)count * (i + 1) / threads)};
        if (pthread_create(&ids[i], NULL, work, &shares[i]))
            DIE("no thread");
    }
    for (int i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    free(shares);
}

#endif
