/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of the wall at another pace, for programs that are not to know of it: loaded before the
 * C library (LD_PRELOAD). All processes that have it read one file, WARROOM_SOAK_CLOCK, so they
 * agree; who made the file sets the clock forward or back by one number in it. The monotonic clock
 * is left alone: deadlines stay what they are.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S INT64_C(1000000000)

/* The file: in the order of the machine. */
struct pace {
    int64_t since_ns; /* when it was begun, by the true clock */
    int64_t says_ns;  /* what the other clock said then */
    int64_t times;    /* how fast that goes */
    int64_t jump_ns;  /* by which it was set since */
};

static const volatile struct pace *pace;

__attribute__((constructor)) static void map_pace(void)
{
    const char *path = getenv("WARROOM_SOAK_CLOCK");
    const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *at = mmap(NULL, sizeof *pace, PROT_READ, MAP_SHARED, fd, 0);
    pace = at == MAP_FAILED ? NULL : at;
    close(fd);
}

int clock_gettime(clockid_t id, struct timespec *out)
{
    const int code = (int)syscall(SYS_clock_gettime, id, out);
    if (code != 0 || !pace || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
        return code;
    const int64_t true_ns = out->tv_sec * NS_PER_S + out->tv_nsec;
    const int64_t says_ns =
        pace->says_ns + (true_ns - pace->since_ns) * pace->times + pace->jump_ns;
    out->tv_sec = says_ns / NS_PER_S;
    out->tv_nsec = says_ns % NS_PER_S;
    return 0;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    const int code = clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return code;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
