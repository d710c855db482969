/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two others say whether the scoring is right: on the whole benchmark (58 series) chance scores
 * about 11 and the windowed Gaussian about 40 (the benchmark's scoreboard).
 */
#include "eval/watch.h"

#include "base/arena.h"
#include "stats/detect.h"
#include "stats/robust.h"

#include <math.h>

#define GAUSS_WINDOW 6400 /* rows and */
#define GAUSS_STEP 100    /* rows between two fits of a full window, as the benchmark has them */
#define GAUSS_SPREAD_MIN 1e-6

static void watch_ours(struct arena *arena, const struct nab_file *file, double *scores)
{
    struct detector *detector = detector_new(arena);
    for (size_t i = 0; i < file->count; i++)
        scores[i] = detector_push(detector, file->times_ns[i], file->values[i]).score;
}

struct gauss {
    double mean, spread;
};

static struct gauss gauss_fit(const double *samples, size_t count)
{
    const double mean = stats_mean(samples, count);
    double squares = 0;
    for (size_t i = 0; i < count; i++)
        squares += (samples[i] - mean) * (samples[i] - mean);
    return (struct gauss){mean, fmax(sqrt(squares / (double)count), GAUSS_SPREAD_MIN)};
}

static void watch_gauss(struct arena *arena, const struct nab_file *file, double *scores)
{
    (void)arena;
    struct gauss gauss = {0};
    for (size_t i = 0; i < file->count; i++) {
        const double distance = i > 0 ? fabs(file->values[i] - gauss.mean) / gauss.spread : 0;
        scores[i] = i > 0 ? 1 - 0.5 * erfc(distance / sqrt(2)) : 0;
        const size_t seen = i + 1;
        if (seen <= GAUSS_WINDOW)
            gauss = gauss_fit(file->values, seen);
        else if ((seen - GAUSS_WINDOW) % GAUSS_STEP == 0)
            gauss = gauss_fit(file->values + seen - GAUSS_WINDOW, GAUSS_WINDOW);
    }
}

/* splitmix64 of the row and the series' name: the same numbers in each run. */
static double chance(uint64_t seed)
{
    uint64_t mixed = seed + UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((mixed ^ (mixed >> 31)) >> 11) / 9007199254740992.0; /* 2^53 */
}

static void watch_chance(struct arena *arena, const struct nab_file *file, double *scores)
{
    (void)arena;
    const uint64_t seed = str_hash(file->name);
    for (size_t i = 0; i < file->count; i++)
        scores[i] = chance(seed + i * UINT64_C(0x9e3779b97f4a7c15));
}

const struct watcher watchers[] = {
    {"warroom", "stats/detect.h", watch_ours},
    {"gauss", "distance from the mean of the last 6400 rows", watch_gauss},
    {"chance", "scores that mean nothing", watch_chance},
};

const size_t watchers_count = sizeof watchers / sizeof *watchers;
