/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much longer does an investigation take than reading its files?
 *
 * Both are whole programs, from exec() to exit, run in turns on the same machine in the same
 * minute. A wall time says as much about the machine as about the program; the ratio of two medians
 * that share machine, files, library and hour travels better.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "eval/child.h"
#include "eval/program.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROUNDS_DEFAULT 5
#define ROUNDS_MAX 99
#define TIMEOUT_NS (300 * NS_PER_S)
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)

static const char help[] =
    "Compares the time of `warroom investigate` with that of DuckDB reading the same files.\n"
    "\n"
    "usage: bench-read-ratio BUNDLE... [--rounds N] [--warroom PATH]\n"
    "\n"
    "BUNDLE is a folder, or a folder that has such folders in it. One round that is not counted "
    "warms the caches; then each round runs "
    "both\n"
    "programs, in alternating order. Printed are medians, their ratio, and the peak memory.\n"
    "\n"
    "  --rounds N      default: 5\n"
    "  --warroom PATH  default: $WARROOM, or else `warroom` beside this program\n";

enum side { SIDE_WARROOM, SIDE_READ, SIDES };

struct options {
    const char *program;
    uint32_t rounds;
};

struct bench {
    struct arena *arena;
    uint32_t rounds;
    struct str programs[SIDES];
};

/* Of one side on one bundle. */
struct runs {
    double ms[ROUNDS_MAX];
    uint32_t count;
    double peak_mb;
};

struct comparison {
    double ms[SIDES]; /* medians */
    double peak_mb[SIDES];
};

static bool parse_options(int argc, char **argv, struct options *options, struct err *err)
{
    static const struct option known[] = {
        {"rounds", required_argument, NULL, 'r'},
        {"warroom", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    int option;
    int64_t rounds;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            exit(0);
        } else if (option == 'w') {
            options->program = optarg;
        } else if (option == 'r' && str_to_int(str_of(optarg), &rounds) && rounds >= 1 &&
                   rounds <= ROUNDS_MAX) {
            options->rounds = (uint32_t)rounds;
        } else {
            return err_set(err, ERR_USAGE, "`%s`: not so; see --help", argv[optind - 1]);
        }
    }
    return optind < argc || err_set(err, ERR_USAGE, "name at least one bundle; see --help");
}

/* The reader stands beside us, wherever the measured program is. */
static bool find_programs(struct bench *bench, const char *given, struct err *err)
{
    char self[PATH_MAX];
    const ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len < 0)
        return err_set(err, ERR_IO, "/proc/self/exe cannot be read");
    self[len] = '\0';
    *(strrchr(self, '/') + 1) = '\0';
    bench->programs[SIDE_READ] = str_printf(bench->arena, "%sbench-duckdb-read", self);
    return program_find(bench->arena, given, &bench->programs[SIDE_WARROOM], err);
}

static bool run_once(const struct bench *bench, enum side side, const char *bundle,
                     struct runs *runs, struct err *err)
{
    const char *program = bench->programs[side].ptr;
    const char *const investigate[] = {program,         "investigate", "--format", "json",
                                       "--no-progress", bundle,        NULL};
    const char *const read[] = {program, bundle, NULL};
    struct arena *scratch = arena_new("run");
    struct child_result result;
    bool ok = child_run(scratch, side == SIDE_WARROOM ? investigate : read, TIMEOUT_NS,
                        OUTPUT_BYTES_MAX, &result, err);
    /* 1 is "not known": an investigation like any other. */
    const bool ended = ok && result.end == CHILD_EXITED &&
                       (result.code == 0 || (result.code == 1 && side == SIDE_WARROOM));
    if (ok && !ended) {
        const struct str fault = child_fault(scratch, &result);
        ok = err_set(err, ERR_IO, "%s: %s: %.*s", program, bundle, STR_ARG(fault));
    }
    if (ok && runs) {
        runs->ms[runs->count++] = (double)result.wall_ns / (double)NS_PER_MS;
        runs->peak_mb = fmax(runs->peak_mb, (double)result.rss_bytes / (1 << 20));
    }
    arena_free(scratch);
    return ok;
}

static int compare_reals(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(struct runs *runs)
{
    qsort(runs->ms, runs->count, sizeof *runs->ms, compare_reals);
    const uint32_t half = runs->count / 2;
    return runs->count % 2 ? runs->ms[half] : (runs->ms[half - 1] + runs->ms[half]) / 2.0;
}

/* ABBA: whatever the machine does over time, it does to both. */
static bool compare(const struct bench *bench, const char *bundle, struct comparison *out,
                    struct err *err)
{
    struct runs runs[SIDES] = {0};
    for (enum side side = 0; side < SIDES; side++)
        if (!run_once(bench, side, bundle, NULL, err))
            return false;
    for (uint32_t round = 0; round < bench->rounds; round++)
        for (uint32_t turn = 0; turn < SIDES; turn++) {
            const enum side side = (round + turn) % 2 ? SIDE_READ : SIDE_WARROOM;
            if (!run_once(bench, side, bundle, &runs[side], err))
                return false;
        }
    for (enum side side = 0; side < SIDES; side++) {
        out->ms[side] = median(&runs[side]);
        out->peak_mb[side] = runs[side].peak_mb;
    }
    return true;
}

static void print_line(const struct comparison *it, const char *name)
{
    printf("%8.2f %10.0f %10.0f %10.0f %10.0f  %s\n", it->ms[SIDE_WARROOM] / it->ms[SIDE_READ],
           it->ms[SIDE_WARROOM], it->ms[SIDE_READ], it->peak_mb[SIDE_WARROOM],
           it->peak_mb[SIDE_READ], name);
    fflush(stdout);
}

/* What has been measured so far. */
struct total {
    struct comparison all;
    uint32_t bundles_count;
};

static bool compare_bundle(const struct bench *bench, const char *bundle, struct total *total,
                           struct err *err)
{
    struct comparison one;
    if (!compare(bench, bundle, &one, err))
        return false;
    print_line(&one, bundle);
    for (enum side side = 0; side < SIDES; side++) {
        total->all.ms[side] += one.ms[side];
        total->all.peak_mb[side] = fmax(total->all.peak_mb[side], one.peak_mb[side]);
    }
    total->bundles_count++;
    return true;
}

static bool is_bundle(struct arena *arena, const char *folder)
{
    return access(str_printf(arena, "%s/alert.json", folder).ptr, R_OK) == 0;
}

/* A bundle, or the bundles right in that folder, by name. */
static bool compare_folder(const struct bench *bench, const char *folder, struct total *total,
                           struct err *err)
{
    if (is_bundle(bench->arena, folder))
        return compare_bundle(bench, folder, total, err);
    struct dirent **entries;
    const int count = scandir(folder, &entries, NULL, alphasort);
    if (count < 0)
        return err_set(err, ERR_NOT_FOUND, "%s: %s", folder, strerror(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        const char *path = str_printf(bench->arena, "%s/%s", folder, entries[i]->d_name).ptr;
        if (ok && entries[i]->d_name[0] != '.' && is_bundle(bench->arena, path))
            ok = compare_bundle(bench, path, total, err);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

static bool compare_all(const struct bench *bench, char **folders, struct err *err)
{
    struct total total = {0};
    printf("%8s %10s %10s %10s %10s  %s\n", "ratio", "warroom ms", "read ms", "warroom MB",
           "read MB", "bundle");
    for (; *folders; folders++)
        if (!compare_folder(bench, *folders, &total, err))
            return false;
    if (total.bundles_count == 0)
        return err_set(err, ERR_NOT_FOUND, "no bundle found: a bundle is a folder with alert.json");
    if (total.bundles_count > 1)
        print_line(&total.all, "all: sums of the times, the highest peaks");
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.rounds = ROUNDS_DEFAULT};
    struct err err = {0};
    struct bench bench = {.arena = arena_new("bench")};
    bool ok =
        parse_options(argc, argv, &options, &err) && find_programs(&bench, options.program, &err);
    bench.rounds = options.rounds;
    ok = ok && compare_all(&bench, argv + optind, &err);
    arena_free(bench.arena);
    if (!ok)
        fprintf(stderr, "bench-read-ratio: %s\n", err.text);
    return ok ? 0 : 2;
}
