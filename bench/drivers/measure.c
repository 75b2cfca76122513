/* Runs a command a number of times and tells what it cost each time: CPU seconds (user and system), wall seconds, and its
 * peak memory in KiB.
 *
 *     measure OUTPUT TIMES COMMAND [ARGUMENT...]
 *
 * A program of its own because a child counts as its peak what its parent held before it became the command.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    int times = argc > 3 ? atoi(argv[2]) : 0;
    double cpu = 0, wall = 0;
    long memory = 0;
    if (times < 1)
        return 2;
    for (int i = 0; i < times; i++) {
        struct timespec from, to;
        struct rusage used;
        int status;
        clock_gettime(CLOCK_MONOTONIC, &from);
        pid_t child = fork();
        if (child == 0) {
            /* It does not outlive who waits for it. */
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            execvp(argv[3], argv + 3);
            perror(argv[3]);
            _exit(127);
        }
        if (child < 0 || wait4(child, &status, 0, &used) < 0)
            return 1;
        clock_gettime(CLOCK_MONOTONIC, &to);
        if (!WIFEXITED(status) || WEXITSTATUS(status))
            return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
        cpu += (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
        wall += (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
        if (used.ru_maxrss > memory)
            memory = used.ru_maxrss;
    }
    FILE *out = fopen(argv[1], "w");
    if (!out)
        return 1;
    fprintf(out, "%.6f %.6f %ld\n", cpu / times, wall / times, memory);
    return fclose(out) ? 1 : 0;
}
