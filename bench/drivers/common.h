/* What the drivers in C share: their arguments, and threads that each do a share of the operations.
 *
 *     DRIVER get SIZE null|FILE verified|plain          one object of SIZE bytes
 *     DRIVER put FILE verified|plain
 *     DRIVER small get|put|head|delete COUNT THREADS    objects of 1 KiB
 *     DRIVER list COUNT
 *     DRIVER stat
 *
 * The environment names the server: BENCH_PORT, for TLS BENCH_TLS_PORT and BENCH_CA instead.
 */
#ifndef COMMON_H
#define COMMON_H

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIE(...)                          \
    do {                                  \
        fprintf(stderr, __VA_ARGS__);     \
        fputc('\n', stderr);              \
        exit(1);                          \
    } while (0)

enum { SMALL = 1024 };

/* The body of the small objects: what the server expects is the beginning of its pattern. */
static char small_body[SMALL];

static void fill_small_body(void)
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

/* One thread's share: operations number first to end. */
struct share {
    const char *method;
    int first, end;
};

static void run_shares(const char *method, int count, int threads, void *(*work)(void *))
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
