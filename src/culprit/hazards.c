/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The walk. Repositories differ by more than their changes do: where one calls 300 lines small,
 * another never had so many. So a hazard counts beside the changes that landed before, here.
 */
#include "culprit/hazards.h"

#include "base/arena.h"
#include "base/clock.h"
#include "culprit/hazard_pass.h"

#include <assert.h>
#include <math.h>

#define SECONDS_PER_DAY 86400
#define BESIDE_MAX 4.0 /* standard deviations: what is further out is no more different */
#define FEW_CHANGES                                                                                \
    20.0 /* that count as a deviation of one: few changes say little of the usual                  \
          */

const char *hazard_name(enum hazard hazard)
{
    static const char *const names[] = {
#define X(id, name, theme) #name,
        HAZARDS(X)
#undef X
    };
    return names[hazard];
}

enum hazard_theme hazard_theme(enum hazard hazard)
{
    static const enum hazard_theme themes[] = {
#define X(id, name, theme) HAZARD_##theme##_THEME,
        HAZARDS(X)
#undef X
    };
    return themes[hazard];
}

const char *hazard_theme_name(enum hazard_theme theme)
{
    static const char *const names[] = {
#define X(id, name, text) #name,
        HAZARD_THEMES(X)
#undef X
    };
    return names[theme];
}

/* ---- what became of a change ---- */

static int64_t horizon_ns(const struct history *history, uint32_t number)
{
    return history->items[number].change.time_ns + HAZARDS_DAYS * SECONDS_PER_DAY * NS_PER_S;
}

uint32_t hazards_fate(const struct history *history, uint32_t number, uint32_t to)
{
    const struct landed *landed = &history->items[number];
    const uint32_t fate =
        landed->reverted_by < landed->repaired_by ? landed->reverted_by : landed->repaired_by;
    return fate < to && history->items[fate].change.time_ns <= horizon_ns(history, number)
               ? fate
               : HISTORY_NONE;
}

bool hazards_is_settled(const struct history *history, uint32_t number, uint32_t to)
{
    return to > 0 && history->items[to - 1].change.time_ns > horizon_ns(history, number);
}

/* ---- the change itself ---- */

/* How evenly its lines lie in its files: 0 in one file, 1 in two alike, 2 in four. */
static double entropy(const struct change *change)
{
    double all = 0.0, sum = 0.0;
    for (uint32_t i = 0; i < change->files_count; i++)
        all += (double)change->files[i].added + change->files[i].removed;
    for (uint32_t i = 0; all > 0.0 && i < change->files_count; i++) {
        const double share = ((double)change->files[i].added + change->files[i].removed) / all;
        sum -= share > 0.0 ? share * log2(share) : 0.0;
    }
    return sum;
}

static double share_added(const struct change *change)
{
    double added = 0.0, removed = 0.0;
    for (uint32_t i = 0; i < change->files_count; i++) {
        added += change->files[i].added;
        removed += change->files[i].removed;
    }
    return added + removed > 0.0 ? added / (added + removed) : 0.5;
}

static void tell_change(const struct landed *landed, double *of)
{
    of[HAZARD_LINES] = log1p((double)landed->lines);
    of[HAZARD_ADDED] = share_added(&landed->change);
    of[HAZARD_COUNT] = log1p(landed->change.files_count);
    of[HAZARD_FOLDERS] = log1p(landed->folders_count);
    of[HAZARD_ENTROPY] = entropy(&landed->change);
    of[HAZARD_SCOPES] = log1p(landed->lengths[PART_SCOPE]);
    of[HAZARD_HOTNESS] = log1p((double)landed->hotness);
    of[HAZARD_FAMILIARITY] = (double)landed->familiarity;
    of[HAZARD_EXPERIENCE] = log1p(landed->author_before);
    of[HAZARD_TALK] = log1p(landed->lengths[PART_SUBJECT] + landed->lengths[PART_BODY]);
    for (int kind = 0; kind < CHANGE_KINDS_COUNT; kind++)
        of[(int)HAZARD_IS_REVERT + kind] = (landed->kinds & 1u << kind) != 0;
}

_Static_assert((int)HAZARD_IS_REVERT + CHANGE_KINDS_COUNT == HAZARDS_COUNT,
               "the last hazards are the kinds of changes, in their order");

/* ---- beside others ---- */

/* Running mean and sum of squares (B. Welford, 1962). */
struct usual {
    double count, mean[HAZARDS_COUNT], squares[HAZARDS_COUNT];
};

static void stand_beside(const struct usual *usual, struct hazards *out)
{
    for (int i = 0; i < HAZARDS_COUNT; i++) {
        if (usual->count < 1.0)
            continue;
        const double spread =
            sqrt((usual->squares[i] + FEW_CHANGES) / (usual->count + FEW_CHANGES));
        const double beside = (out->of[i] - usual->mean[i]) / spread;
        out->beside[i] = fmax(-BESIDE_MAX, fmin(BESIDE_MAX, beside));
    }
}

static void add_usual(struct usual *usual, const struct hazards *hazards)
{
    usual->count += 1.0;
    for (int i = 0; i < HAZARDS_COUNT; i++) {
        const double off = hazards->of[i] - usual->mean[i];
        usual->mean[i] += off / usual->count;
        usual->squares[i] += off * (hazards->of[i] - usual->mean[i]);
    }
}

/* ---- the walk ---- */

/* Which changes come back at which: a list each, as heads and followers. */
struct returns {
    uint32_t *first, *next;
};

static struct returns returns_of(struct arena *arena, const struct history *history, uint32_t to,
                                 uint32_t *fates)
{
    struct returns returns = {arena_push_many(arena, uint32_t, to + 1),
                              arena_push_many(arena, uint32_t, to + 1)};
    for (uint32_t i = 0; i < to; i++)
        returns.first[i] = returns.next[i] = HISTORY_NONE;
    for (uint32_t i = to; i-- > 0;) {
        fates[i] = hazards_fate(history, i, to);
        if (fates[i] == HISTORY_NONE)
            continue;
        returns.next[i] = returns.first[fates[i]];
        returns.first[fates[i]] = i;
    }
    return returns;
}

struct hazards *hazards_measure(struct arena *arena, const struct history *history, uint32_t to)
{
    assert(to <= history->count);
    struct hazards *all = arena_push_many(arena, struct hazards, to);
    struct arena *scratch = arena_new("hazards");
    uint32_t *fates = arena_push_many(scratch, uint32_t, to + 1);
    const struct returns returns = returns_of(scratch, history, to, fates);
    struct hazard_pass pass = {.arena = scratch,
                               .history = history,
                               .to = to,
                               .came_back = arena_push_many(scratch, bool, to + 1),
                               .fates = fates};
    struct hazard_record *record = hazard_record_new(&pass);
    struct hazard_words *words = hazard_words_new(&pass);
    struct usual usual = {0};
    for (uint32_t i = 0; i < to; i++) {
        hazard_record_tell(record, i, &all[i]);
        hazard_words_tell(words, i, &all[i]);
        tell_change(&history->items[i], all[i].of);
        stand_beside(&usual, &all[i]);
        if ((history->items[i].kinds & 1u << CHANGE_UNSEEN) == 0)
            add_usual(&usual, &all[i]);
        /* What it says of others is known from here on. */
        hazard_record_learn(record, i);
        hazard_words_learn(words, i);
        for (uint32_t j = returns.first[i]; j != HISTORY_NONE; j = returns.next[j]) {
            pass.came_back[j] = true;
            hazard_record_blame(record, j);
            hazard_words_blame(words, j);
        }
    }
    arena_free(scratch);
    return all;
}
