/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a history tells of its own culprits. Where every change is deployed at once, the culprit is
 * nearly always among the newest three; where releases are months apart, it may be anywhere. The
 * changes that were taken back or repaired before the alert say how far back such changes lie here,
 * and whose they were; with few of them, a general rule remains: half as likely, twice as far back.
 */
#include "culprit/measure.h"

#include "base/arena.h"

#include <math.h>

#define BINS 11 /* by doubling: 1, 2, 3-4, 5-8, ... */
#define DISTANCE_MAX 1000
#define RULE 2.0 /* how many culprits the general rule counts as, in each bin */
#define FEW 10.0 /* changes of an author, topic or file that say little yet */

struct distances {
    double counts[BINS];
    double all;
};

struct rate {
    double blamed, all;
};

struct habits {
    struct distances reverts, repairs;
    struct rate usual;
    struct rate *authors, *topics, *paths;
};

static uint32_t bin_of(uint32_t distance)
{
    uint32_t bin = 0;
    for (; distance > 1 && bin < BINS - 1; bin++)
        distance = (distance + 1) / 2;
    return bin;
}

static struct distances rule(void)
{
    struct distances distances = {.all = BINS * RULE};
    for (int bin = 0; bin < BINS; bin++)
        distances.counts[bin] = RULE;
    return distances;
}

static void note(struct distances *distances, uint32_t distance)
{
    if (distance > DISTANCE_MAX)
        return;
    distances->counts[bin_of(distance)] += 1.0;
    distances->all += 1.0;
}

static void blame(struct rate *rate, bool blamed)
{
    rate->blamed += blamed;
    rate->all += 1.0;
}

static void learn(const struct measure *measure, uint32_t number, struct habits *habits)
{
    const struct landed *landed = &measure->question->history->items[number];
    const bool reverted = measure_happened(measure, landed->reverted_by);
    const bool named = measure_happened(measure, landed->named_by);
    if (reverted)
        note(&habits->reverts, landed->reverted_by - number);
    else if (named)
        note(&habits->repairs, landed->named_by - number);
    blame(&habits->usual, reverted || named);
    blame(&habits->authors[landed->author], reverted || named);
    if (landed->topic != HISTORY_NONE)
        blame(&habits->topics[landed->topic], reverted || named);
    for (uint32_t i = 0; i < landed->paths_count; i++)
        blame(&habits->paths[landed->paths[i]], reverted || named);
}

/* Log of the share of culprits that lay at one place of that bin. */
static double log_share(const struct distances *distances, uint32_t place)
{
    const uint32_t bin = bin_of(place);
    const double width = bin == 0 ? 1.0 : (double)(1u << (bin - 1));
    return log(distances->counts[bin] / distances->all / width);
}

static double log_blame(const struct rate *rate, double usual)
{
    return log((rate->blamed + FEW * usual) / (rate->all + FEW) / usual);
}

static void tell(struct measure *measure, uint32_t i, const struct habits *habits)
{
    const struct landed *landed = measure_candidate(measure, i);
    const double usual = habits->usual.blamed / habits->usual.all;
    double *of = measure->signs[i].of;
    of[SIGN_HABIT_REVERT] = log_share(&habits->reverts, measure->places[i]);
    of[SIGN_HABIT_REPAIR] = log_share(&habits->repairs, measure->places[i]);
    of[SIGN_AUTHOR_BLAMED] = log_blame(&habits->authors[landed->author], usual);
    if (landed->topic != HISTORY_NONE)
        of[SIGN_TOPIC_BLAMED] = log_blame(&habits->topics[landed->topic], usual);
    for (uint32_t j = 0; j < landed->paths_count; j++)
        of[SIGN_FILE_BLAMED] =
            fmax(of[SIGN_FILE_BLAMED], log_blame(&habits->paths[landed->paths[j]], usual));
}

void habit_measure(struct measure *measure)
{
    const struct history *history = measure->question->history;
    struct arena *arena = measure->arena;
    struct habits habits = {
        .reverts = rule(),
        .repairs = rule(),
        .usual = {.blamed = 1.0, .all = 20.0}, /* before anything is known: one of twenty */
        .authors = arena_push_many(arena, struct rate, history->authors.count + 1),
        .topics = arena_push_many(arena, struct rate, history->topics.count + 1),
        .paths = arena_push_many(arena, struct rate, history->paths.count + 1),
    };
    for (uint32_t i = 0; i < measure->question->to; i++)
        learn(measure, i, &habits);
    for (uint32_t i = 0; i < measure->count; i++)
        tell(measure, i, &habits);
}
