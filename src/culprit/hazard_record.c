/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is on record when a change lands: of its files, its topic and its author, how many changes
 * there were, who made them, how often they came with tests, and how many came back.
 *
 * A file of three changes of which one came back is not ten times worse than usual: each record
 * starts with FEW changes as good as the usual.
 */
#include "culprit/hazard_pass.h"

#include "base/arena.h"
#include "base/clock.h"

#include <math.h>

#define FEW 10.0
#define LATEST 10 /* changes to a file that are looked at for people and tests */
#define DAY_NS (86400 * NS_PER_S)
#define RECENT_NS (30 * DAY_NS)
#define SETTLED_MAX 2000 /* changes that say how usual it is: habits of writing change */
#define USUAL_START 0.05 /* before anything is known: one of twenty, as of so many changes: */
#define USUAL_CHANGES 20.0

struct rate {
    double blamed, all;
};

struct hazard_record {
    const struct hazard_pass *pass;
    struct rate all, *authors, *topics, *paths;
    uint32_t *touched;      /* by path: how many of its changes have landed */
    uint32_t *seen_authors; /* by author: the last change + 1 that met them */
    uint32_t settled;       /* changes before it have had their time */
    double settled_blamed;  /* of the last SETTLED_MAX of them */
    double sources, tested; /* changes to source files; with tests among them */
    bool *has_tests;
    bool *has_sources;
};

struct hazard_record *hazard_record_new(const struct hazard_pass *pass)
{
    const struct history *history = pass->history;
    struct hazard_record *record = arena_push(pass->arena, struct hazard_record);
    *record = (struct hazard_record){
        .pass = pass,
        .all = {.blamed = USUAL_START * USUAL_CHANGES, .all = USUAL_CHANGES},
        .authors = arena_push_many(pass->arena, struct rate, history->authors.count + 1),
        .topics = arena_push_many(pass->arena, struct rate, history->topics.count + 1),
        .paths = arena_push_many(pass->arena, struct rate, history->paths.count + 1),
        .touched = arena_push_many(pass->arena, uint32_t, history->paths.count + 1),
        .seen_authors = arena_push_many(pass->arena, uint32_t, history->authors.count + 1),
        .has_tests = arena_push_many(pass->arena, bool, pass->to + 1),
        .has_sources = arena_push_many(pass->arena, bool, pass->to + 1),
    };
    for (uint32_t i = 0; i < pass->to; i++) {
        const struct change *change = &history->items[i].change;
        for (uint32_t j = 0; j < change->files_count && j < HISTORY_FILES_MAX; j++) {
            const enum path_kind kind = path_kind(change->files[j].path);
            record->has_tests[i] |= kind == PATH_TEST;
            record->has_sources[i] |= kind == PATH_SOURCE;
        }
    }
    return record;
}

/* ---- how often they came back ---- */

static double log_rate(const struct rate *rate, double usual)
{
    return log((rate->blamed + FEW * usual) / (rate->all + FEW) / usual);
}

static void tell_rates(const struct hazard_record *record, const struct landed *landed, double *of)
{
    const double usual = record->all.blamed / record->all.all;
    of[HAZARD_AUTHOR_RECORD] = log_rate(&record->authors[landed->author], usual);
    if (landed->topic != HISTORY_NONE)
        of[HAZARD_TOPIC_RECORD] = log_rate(&record->topics[landed->topic], usual);
    double sum = 0.0;
    for (uint32_t i = 0; i < landed->paths_count; i++) {
        sum += log_rate(&record->paths[landed->paths[i]], usual);
    }
    if (landed->paths_count > 0)
        of[HAZARD_FILE_RECORD] = sum / landed->paths_count;
}

/* Of the changes whose time is over, the last ones. */
static double usual_share(struct hazard_record *record, uint32_t number)
{
    const struct hazard_pass *pass = record->pass;
    while (record->settled < number && hazards_is_settled(pass->history, record->settled, number)) {
        record->settled_blamed += pass->came_back[record->settled];
        if (record->settled >= SETTLED_MAX)
            record->settled_blamed -= pass->came_back[record->settled - SETTLED_MAX];
        record->settled++;
    }
    const double count = fmin(record->settled, SETTLED_MAX);
    return (record->settled_blamed + USUAL_START * USUAL_CHANGES) / (count + USUAL_CHANGES);
}

/* ---- its files ---- */

struct latest {
    uint32_t changes, tested; /* that touched source files */
    uint32_t people;
};

static void look_at(struct hazard_record *record, uint32_t number, uint32_t earlier,
                    struct latest *latest)
{
    const struct history *history = record->pass->history;
    const struct landed *other = &history->items[earlier];
    latest->changes += record->has_sources[earlier];
    latest->tested += record->has_sources[earlier] && record->has_tests[earlier];
    if (record->seen_authors[other->author] != number + 1) {
        record->seen_authors[other->author] = number + 1;
        latest->people++;
    }
}

static double recent_touches(const struct hazard_record *record, uint32_t number, uint32_t path)
{
    const struct history *history = record->pass->history;
    const uint32_t *touches = history->touches[path].items;
    uint32_t low = 0, high = record->touched[path];
    const int64_t since_ns = history->items[number].change.time_ns - RECENT_NS;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (history->items[touches[middle]].change.time_ns < since_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return record->touched[path] - low;
}

static void tell_files(struct hazard_record *record, uint32_t number, double *of)
{
    const struct history *history = record->pass->history;
    const struct landed *landed = &history->items[number];
    struct latest latest = {0};
    double unknown = 0.0, recent = 0.0;
    for (uint32_t i = 0; i < landed->paths_count; i++) {
        const uint32_t path = landed->paths[i], count = record->touched[path];
        unknown += count == 0;
        recent = fmax(recent, recent_touches(record, number, path));
        for (uint32_t j = count; j > 0 && count - j < LATEST; j--)
            look_at(record, number, history->touches[path].items[j - 1], &latest);
    }
    const double usual_tested = (record->tested + 1.0) / (record->sources + 2.0);
    const double tested = (latest.tested + FEW * usual_tested) / (latest.changes + FEW);
    of[HAZARD_UNTESTED] = record->has_sources[number] && !record->has_tests[number] ? tested : 0.0;
    of[HAZARD_RECENT] = log1p(recent);
    of[HAZARD_PEOPLE] = log1p(latest.people);
    of[HAZARD_NEW] = landed->paths_count > 0 ? unknown / landed->paths_count : 0.0;
}

/* ---- the walk ---- */

void hazard_record_tell(struct hazard_record *record, uint32_t number, struct hazards *out)
{
    tell_rates(record, &record->pass->history->items[number], out->of);
    tell_files(record, number, out->of);
    out->usual = usual_share(record, number);
    out->settled = record->settled;
}

void hazard_record_learn(struct hazard_record *record, uint32_t number)
{
    const struct landed *landed = &record->pass->history->items[number];
    record->all.all += 1.0;
    record->authors[landed->author].all += 1.0;
    if (landed->topic != HISTORY_NONE)
        record->topics[landed->topic].all += 1.0;
    for (uint32_t i = 0; i < landed->paths_count; i++) {
        record->paths[landed->paths[i]].all += 1.0;
        record->touched[landed->paths[i]]++;
    }
    record->sources += record->has_sources[number];
    record->tested += record->has_sources[number] && record->has_tests[number];
}

void hazard_record_blame(struct hazard_record *record, uint32_t number)
{
    const struct landed *landed = &record->pass->history->items[number];
    record->all.blamed += 1.0;
    record->authors[landed->author].blamed += 1.0;
    if (landed->topic != HISTORY_NONE)
        record->topics[landed->topic].blamed += 1.0;
    for (uint32_t i = 0; i < landed->paths_count; i++) {
        record->paths[landed->paths[i]].blamed += 1.0;
    }
}
