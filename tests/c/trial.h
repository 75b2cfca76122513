/* What the trials of the Service API share: the figures of this process, random numbers from a seed, and jobs of which
 * each has exactly one last result. */
#ifndef TRIAL_H
#define TRIAL_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/stat.h>
#include <time.h>

#include "server.h"

/* A figure of /proc/self/status, in KiB. */
static inline long status_of_process(const char *what)
{
    char line[256];
    long kib = -1;
    FILE *status = fopen("/proc/self/status", "r");
    CHECK(status);
    while (fgets(line, sizeof line, status))
        if (strncmp(line, what, strlen(what)) == 0)
            kib = atol(line + strlen(what));
    fclose(status);
    CHECK(kib > 0);
    return kib;
}

static inline long entries_of(const char *path)
{
    long count = 0;
    DIR *folder = opendir(path);
    CHECK(folder);
    for (struct dirent *e; (e = readdir(folder));)
        count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static inline long threads_of_process(void)
{
    return entries_of("/proc/self/task");
}

/* The one that counts is among them, always. */
static inline long descriptors_of_process(void)
{
    return entries_of("/proc/self/fd");
}

/* A thread that has been joined may still be listed for a moment. */
static inline void check_threads(long want)
{
    for (int i = 0; i < 60000 && threads_of_process() != want; i++)
        usleep(1000);
    CHECK_INT(threads_of_process(), want);
}

/* glibc gives threads heaps of their own, in which what is freed stays for a long time. With one of them for all, what
 * grows is what somebody keeps. */
static inline void use_one_heap(void)
{
    CHECK(mallopt(M_ARENA_MAX, 1) == 1);
}

static inline double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* xorshift; SWIFT_TRIAL_SEED plays a trial again, as far as threads allow. */
static uint64_t random_state;

static inline uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static inline void seed_randomly(void)
{
    const char *given = getenv("SWIFT_TRIAL_SEED");
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    random_state = given ? strtoull(given, NULL, 10) : (uint64_t)now.tv_nsec * 1000003 + (uint64_t)getpid();
    if (random_state == 0)
        random_state = 1;
    printf("      SWIFT_TRIAL_SEED=%" PRIu64 "\n", random_state);
    fflush(stdout);
}

/* Bytes that differ at every offset, and for every number. */
static inline void fill_with(unsigned char *bytes, size_t length, uint64_t number, uint64_t offset)
{
    uint64_t x = 0;
    for (size_t i = 0; i < length; i++) {
        uint64_t at = offset + i;
        if (i == 0 || at % 8 == 0) {
            x = (at / 8 + 1) * 0x9e3779b97f4a7c15u ^ (number + 1) * 0xbf58476d1ce4e5b9u;
            x = (x ^ x >> 29) * 0x94d049bb133111ebu;
            x ^= x >> 32;
        }
        bytes[i] = (unsigned char)(x >> at % 8 * 8);
    }
}

/* Takes one result, which must come within ten minutes: so long that only a hang is longer. */
static inline swc_result *take_result(const swc_queue *queue)
{
    swc_result *result = NULL;
    size_t count = 0;
    CHECK_STATUS(swc_queue_pop(queue, &result, 1, 600000, &count, &err), SWC_OK);
    CHECK_INT(count, 1);
    return result;
}

/* The result, which must be a success. */
static inline void check_good(const swc_result *result)
{
    if (!swc_result_success(result))
        fprintf(stderr, "    %s %s: %s\n", swc_result_action(result),
                swc_result_object(result) ? swc_result_object(result) : "",
                swc_error_message(swc_result_error(result)));
    CHECK(swc_result_success(result));
}

#endif
