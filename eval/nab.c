/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In a window only the first alarm counts, and the earlier the more; behind a window an alarm costs
 * the more the further away it is. The sigmoid that says both is the paper's equation 1.
 */
#include "eval/nab.h"

#include "base/arena.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define PROBATION_SHARE 0.15
#define PROBATION_ROWS_MAX 5000
#define STEEPNESS 5.0  /* of the sigmoid, the paper's equation 1 */
#define FAR_BEHIND 3.0 /* window lengths after which an alarm has nothing to do with the window */
#define NO_WINDOW SIZE_MAX /* a row outside of all windows */

const struct nab_profile nab_standard = {"standard", 1.0, 0.11, 1.0};
const struct nab_profile nab_few_false_alarms = {"few false alarms", 1.0, 0.22, 1.0};
const struct nab_profile nab_few_misses = {"few misses", 1.0, 0.11, 2.0};

size_t nab_probation(size_t count)
{
    const double rows = PROBATION_SHARE * (double)count;
    const double rows_max = PROBATION_SHARE * PROBATION_ROWS_MAX;
    return (size_t)(rows < rows_max ? rows : rows_max);
}

/* 1 well before the position 0, -1 well behind it. */
static double sigmoid(double position)
{
    return position > FAR_BEHIND ? -1.0 : 2.0 / (1.0 + exp(STEEPNESS * position)) - 1.0;
}

/* What an alarm at a row is worth. */
struct worth {
    double points;
    size_t window; /* or NO_WINDOW */
};

/* `next` is the first window that does not end before the row. */
static struct worth worth_of(const struct nab_series *series, const struct nab_profile *profile,
                             size_t row, size_t next)
{
    if (next < series->windows_count && row >= series->windows[next].first) {
        const struct nab_window window = series->windows[next];
        const double width = (double)(window.last - window.first + 1);
        const double position = -(double)(window.last - row + 1) / width;
        return (struct worth){profile->hit * sigmoid(position) / sigmoid(-1.0), next};
    }
    if (next == 0)
        return (struct worth){-profile->false_alarm, NO_WINDOW};
    const struct nab_window before = series->windows[next - 1];
    /* A window of one row has no length to measure by: all behind it is far. */
    const double position = (double)(row - before.last) / (double)(before.last - before.first);
    return (struct worth){profile->false_alarm * sigmoid(position), NO_WINDOW};
}

static size_t next_window(const struct nab_series *series, size_t row, size_t next)
{
    while (next < series->windows_count && row > series->windows[next].last)
        next++;
    return next;
}

struct nab_tally nab_tally_of(const struct nab_series *series, const struct nab_profile *profile,
                              double threshold)
{
    struct nab_tally tally = {.windows = series->windows_count,
                              .raw = -profile->miss * (double)series->windows_count};
    size_t next = 0, found_last = NO_WINDOW;
    for (size_t row = nab_probation(series->count); row < series->count; row++) {
        if (!(series->scores[row] >= threshold))
            continue;
        next = next_window(series, row, next);
        const struct worth worth = worth_of(series, profile, row, next);
        if (worth.window == NO_WINDOW) {
            tally.raw += worth.points;
            tally.false_alarms++;
        } else if (worth.window != found_last) { /* worth falls with the rows: the first is best */
            tally.raw += worth.points + profile->miss;
            tally.found++;
            found_last = worth.window;
        }
    }
    return tally;
}

double nab_normalise(const struct nab_tally *tally, const struct nab_profile *profile)
{
    if (tally->windows == 0)
        return 0.0;
    const double windows = (double)tally->windows;
    const double silent = -profile->miss * windows, perfect = profile->hit * windows;
    return 100.0 * (tally->raw - silent) / (perfect - silent);
}

/* A row of any series, as the search for the threshold goes through them. */
struct candidate {
    double score, points;
    size_t window; /* over all series; NO_WINDOW outside */
};

static int by_score_down(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    return (x->score < y->score) - (x->score > y->score);
}

static size_t candidates_of(const struct nab_series *series, const struct nab_profile *profile,
                            size_t windows_before, struct candidate *out)
{
    size_t count = 0, next = 0;
    for (size_t row = nab_probation(series->count); row < series->count; row++) {
        next = next_window(series, row, next);
        const struct worth worth = worth_of(series, profile, row, next);
        if (isnan(series->scores[row]))
            continue;
        out[count++] = (struct candidate){
            .score = series->scores[row],
            .points = worth.points,
            .window = worth.window == NO_WINDOW ? NO_WINDOW : windows_before + worth.window,
        };
    }
    return count;
}

/* Lowers the threshold row by row; `best` is what each window has brought so far. */
static double best_threshold(const struct candidate *candidates, size_t count, double *best)
{
    double raw = 0, raw_best = 0, threshold = INFINITY;
    for (size_t i = 0; i < count; i++) {
        const struct candidate *it = &candidates[i];
        if (it->window == NO_WINDOW) {
            raw += it->points;
        } else if (it->points > best[it->window]) {
            raw += it->points - best[it->window];
            best[it->window] = it->points;
        }
        const bool last_of_score = i + 1 == count || candidates[i + 1].score < it->score;
        if (last_of_score && raw > raw_best) {
            raw_best = raw;
            threshold = it->score;
        }
    }
    return threshold;
}

struct nab_result nab_score(struct arena *arena, const struct nab_series *series, size_t count,
                            const struct nab_profile *profile)
{
    size_t rows = 0, windows = 0;
    for (size_t i = 0; i < count; i++)
        rows += series[i].count;
    struct candidate *candidates = arena_push_many(arena, struct candidate, rows);
    rows = 0;
    for (size_t i = 0; i < count; i++) {
        rows += candidates_of(&series[i], profile, windows, candidates + rows);
        windows += series[i].windows_count;
    }
    qsort(candidates, rows, sizeof *candidates, by_score_down);
    double *best = arena_push_many(arena, double, windows);
    for (size_t i = 0; i < windows; i++)
        best[i] = -profile->miss;

    struct nab_result result = {.threshold = best_threshold(candidates, rows, best)};
    for (size_t i = 0; i < count; i++) {
        const struct nab_tally tally = nab_tally_of(&series[i], profile, result.threshold);
        result.total.raw += tally.raw;
        result.total.windows += tally.windows;
        result.total.found += tally.found;
        result.total.false_alarms += tally.false_alarms;
    }
    result.score = nab_normalise(&result.total, profile);
    return result;
}
