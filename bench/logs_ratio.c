/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much longer does a survey of a log file take than counting its lines?
 *
 * Over one file, in turns: counting line ends as `wc -l` does, and `warroom logs` without its page
 * (logs/survey.h) on one thread and on two. Wall time, and time of all threads: on a machine that
 * is busy two threads need not be faster, but they must not do more. All read the same file from
 * the cache of the system. The lines are made up, or somebody's own.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "logs/survey.h"

#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINES_DEFAULT 300000
#define LINES_MAX 100000000
#define ROUNDS 5
#define READ_BYTES ((size_t)1 << 20)

static const char help[] =
    "Compares surveys of a log file, on one thread and on two, with counting its lines.\n"
    "\n"
    "usage: bench-logs-ratio [--lines N] [FILE]\n"
    "\n"
    "  --lines N  in the file that is made where none is named (default: 300000)\n";

enum side { SIDE_COUNT, SIDE_ONE, SIDE_TWO, SIDES };

static const char *const side_names[SIDES] = {"count line ends", "survey, 1 thread",
                                              "survey, 2 threads"};

struct cost {
    int64_t wall_ns, threads_ns;
};

/* xorshift: the same lines on every machine. */
static uint32_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return (uint32_t)(*state >> 32);
}

/* As a service of Java logs, a line in a quarter of a second, one of sixteen with a trace. */
static bool make_file(const char *path, uint32_t lines)
{
    static const char *const levels[] = {"INFO ", "INFO ", "DEBUG", "WARN "};
    static const char *const messages[] = {"request GET /api/v1/orders/%u took %u ms, status %u",
                                           "cache evicted key=session:%u age=%us",
                                           "connection from 10.3.%u.%u accepted",
                                           "checkpoint complete: wrote %u buffers (%u%%)",
                                           "user u%u logged in via gateway %u",
                                           "heartbeat to 10.0.7.%u failed after %u retries"};
    uint64_t state = 88172645463325252u;
    FILE *file = fopen(path, "w");
    for (uint32_t i = 0; file && i < lines; i++) {
        const uint32_t r = next_random(&state), s = i / 4;
        fprintf(file, "2026-11-%02u %02u:%02u:%02u,%03u %s [worker-%u] com.shop.Orders$%u - ",
                1 + s / 86400 % 28, s / 3600 % 24, s / 60 % 60, s % 60, i % 4 * 250,
                levels[r >> 8 & 3], r >> 10 & 7, r >> 13 & 15);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        fprintf(file, messages[r % (sizeof messages / sizeof *messages)], next_random(&state) % 250,
                next_random(&state) % 250, next_random(&state) % 600);
#pragma GCC diagnostic pop
        fputc('\n', file);
        if ((r >> 17) % 16 == 0)
            fputs("java.io.IOException: no route\n\tat com.shop.Orders.place(Orders.java:31)\n",
                  file);
    }
    return file && fclose(file) == 0;
}

static bool count_line_ends(const char *path, uint64_t *lines)
{
    static char bytes[READ_BYTES];
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;
    *lines = 0;
    while (fd >= 0 && (len = read(fd, bytes, sizeof bytes)) > 0)
        for (const char *at = bytes; (at = memchr(at, '\n', (size_t)(bytes + len - at))); at++)
            ++*lines;
    if (fd >= 0)
        close(fd);
    return len == 0;
}

static bool survey_file(const char *path, uint32_t threads, uint64_t *lines, struct err *err)
{
    struct arena *arena = arena_new("bench");
    const struct survey_options options = {
        .since_ns = INT64_MIN, .until_ns = INT64_MAX, .split_share = 0.5, .threads = threads};
    struct input *input;
    struct survey survey;
    const bool ok =
        input_open(arena, path, HEADER_NONE, clock_now_ns(clock_system()), &input, err) &&
        survey_make(arena, &input, 1, &options, &survey, err);
    *lines = ok ? survey.lines : 0;
    arena_free(arena);
    return ok;
}

static int64_t threads_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return time.tv_sec * NS_PER_S + time.tv_nsec;
}

static int by_wall(const void *a, const void *b)
{
    const struct cost *x = a, *y = b;
    return (x->wall_ns > y->wall_ns) - (x->wall_ns < y->wall_ns);
}

static bool compare_speed(const char *path, struct err *err)
{
    struct cost costs[SIDES][ROUNDS];
    uint64_t lines[SIDES] = {0};
    for (int round = -1; round < ROUNDS; round++) /* the first warms the caches */
        for (enum side side = 0; side < SIDES; side++) {
            const int64_t wall_ns = clock_now_ns(clock_system()), all_ns = threads_ns();
            const bool ok = side == SIDE_COUNT ? count_line_ends(path, &lines[side])
                                               : survey_file(path, side, &lines[side], err);
            if (!ok)
                return side == SIDE_COUNT ? err_set(err, ERR_IO, "%s: it cannot be read", path)
                                          : false;
            if (round >= 0)
                costs[side][round] =
                    (struct cost){clock_now_ns(clock_system()) - wall_ns, threads_ns() - all_ns};
        }
    printf("%" PRIu64 " lines, medians of %d rounds\n", lines[SIDE_ONE], ROUNDS);
    printf("%-18s %10s %12s %14s %8s\n", "pass", "wall ms", "threads ms", "lines/s a core",
           "/count");
    int64_t count_ns = 1;
    for (enum side side = 0; side < SIDES; side++) {
        qsort(costs[side], ROUNDS, sizeof **costs, by_wall);
        const struct cost *median = &costs[side][ROUNDS / 2];
        count_ns = side == SIDE_COUNT ? median->threads_ns + 1 : count_ns;
        printf("%-18s %10.1f %12.1f %14.0f %8.1f\n", side_names[side],
               (double)median->wall_ns / 1e6, (double)median->threads_ns / 1e6,
               (double)lines[SIDE_ONE] / ((double)median->threads_ns / 1e9),
               (double)median->threads_ns / (double)count_ns);
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct option known[] = {
        {"lines", required_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int64_t lines = LINES_DEFAULT;
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (option != 'l' || !str_to_int(str_of(optarg), &lines) || lines < 1 ||
            lines > LINES_MAX) {
            fprintf(stderr, "bench-logs-ratio: `%s`: not so; see --help\n", argv[optind - 1]);
            return 2;
        }
    }
    char made[] = "/tmp/bench-logs-XXXXXX";
    const bool makes = optind == argc;
    const char *path = makes ? made : argv[optind];
    struct err err = {0};
    if (makes) {
        const int fd = mkstemp(made);
        if (fd < 0 || close(fd) != 0 || !make_file(made, (uint32_t)lines)) {
            fprintf(stderr, "bench-logs-ratio: no file can be made in /tmp\n");
            return 1;
        }
    }
    const bool ok = compare_speed(path, &err);
    if (makes)
        unlink(made);
    if (!ok)
        fprintf(stderr, "bench-logs-ratio: %s\n", err.text);
    return ok ? 0 : 1;
}
