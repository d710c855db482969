/* SPDX-License-Identifier: Apache-2.0 */
#include "logs/compare.h"

#include "base/arena.h"
#include "base/clock.h"
#include "stats/rates.h"
#include "stats/robust.h"

#include <math.h>
#include <stdlib.h>

#define Q 0.01           /* of what is called certain so much may be chance */
#define RATIO_MIN 2.0    /* half as often or twice as often is worth to be told */
#define PACE_COUNT_MIN 5 /* events on either side of a template whose ratio tells of the pace */
#define PACE_TEMPLATES_MIN 8
#define VALUE_COUNT_MIN 5   /* events with a value that may be news */
#define VALUE_SHARE_MIN 0.1 /* its shares must differ by so much */
#define BURST_COUNT_MIN 10
#define BURST_RATIO_MIN 3.0
#define PER_LINES 1000.0
#define Z95 1.96 /* of a normal distribution, both tails 5 % */

const char *change_name(enum change change)
{
    static const char *const names[CHANGES] = {"new", "stopped", "more", "less"};
    return names[change];
}

/* In seconds, or in thousands of lines. */
static double exposure(const struct survey *survey, int side)
{
    const struct survey_side *it = &survey->sides[side];
    const double length = (double)(it->end - it->start);
    return fmax(length, 1) / (survey->has_time ? (double)NS_PER_S : PER_LINES);
}

static double pace_of(struct arena *arena, const struct survey *survey)
{
    double *ratios = arena_push_many(arena, double, survey->templates_count + 1);
    size_t count = 0;
    for (uint32_t i = 0; i < survey->templates_count; i++) {
        const uint64_t *counts = survey->templates[i].counts;
        if (counts[0] >= PACE_COUNT_MIN && counts[1] >= PACE_COUNT_MIN)
            ratios[count++] = ((double)counts[1] / exposure(survey, 1)) /
                              ((double)counts[0] / exposure(survey, 0));
    }
    return count >= PACE_TEMPLATES_MIN ? stats_median(arena, ratios, count) : 1;
}

/* Of both sides together, each around a mean of its own. */
static double dispersion_of(const struct survey *survey, const uint32_t *slots)
{
    double sum = 0, weight = 0;
    for (int side = 0; side < 2; side++) {
        const struct survey_side *it = &survey->sides[side];
        if (it->slots < 2)
            continue;
        sum += stats_dispersion(slots + it->first_slot, it->slots) * (it->slots - 1);
        weight += it->slots - 1;
    }
    return weight > 0 ? fmax(1, sum / weight) : 1;
}

static struct template_change change_of(const struct survey *survey, uint32_t number, double pace)
{
    const struct survey_template *it = &survey->templates[number];
    const double counts[2] = {(double)it->counts[0], (double)it->counts[1]};
    const double exposures[2] = {exposure(survey, 0), exposure(survey, 1)};
    const double dispersion = dispersion_of(survey, it->slots);
    struct template_change change = {.template = number,
                                     .rates = {counts[0] / exposures[0], counts[1] / exposures[1]}};
    change.p = stats_p_of_g(
        stats_g_of_rates(counts[0], exposures[0], counts[1], exposures[1] * pace) / dispersion);
    if (counts[0] <= 0) {
        change.change = CHANGE_NEW;
    } else if (counts[1] <= 0) {
        change.change = CHANGE_STOPPED;
    } else {
        const double error = Z95 * sqrt(dispersion * (1 / counts[0] + 1 / counts[1]));
        change.ratio = change.rates[1] / change.rates[0];
        change.low = change.ratio * exp(-error);
        change.high = change.ratio * exp(error);
        change.change = change.ratio >= pace ? CHANGE_MORE : CHANGE_LESS;
    }
    return change;
}

/* New ones and those that stopped are told in any case, others where they moved by enough. */
static bool is_worth_telling(const struct template_change *change, double pace)
{
    if (change->change == CHANGE_NEW || change->change == CHANGE_STOPPED)
        return true;
    const double relative = change->ratio / pace;
    return change->is_certain && (relative >= RATIO_MIN || relative <= 1 / RATIO_MIN);
}

static int by_p(const void *a, const void *b)
{
    const struct template_change *x = a, *y = b;
    if (x->is_certain != y->is_certain)
        return x->is_certain ? -1 : 1;
    if (x->p < y->p || x->p > y->p)
        return x->p < y->p ? -1 : 1;
    return (x->template > y->template) - (x->template <y->template);
}

/* ---- values ---- */

struct value_work {
    struct arena *arena;
    struct value_change *items;
    uint32_t count, room;
    bool only_coming; /* what goes is no news */
};

static uint64_t count_in(const struct tally *tally, struct str value, bool *found)
{
    const uint32_t at = tally_find(tally, value);
    *found = at < TALLY_VALUES_MAX;
    return *found ? tally->values[at].count : 0;
}

static void add_value(struct value_work *work, struct value_change value)
{
    if (work->count == work->room) {
        const uint32_t room = work->room > 0 ? 2 * work->room : 256;
        work->items = arena_grow(work->arena, work->items, work->room * sizeof *work->items,
                                 room * sizeof *work->items);
        work->room = room;
    }
    work->items[work->count++] = value;
}

/*
 * A value that is not in a tally may have come up to `lost` times: that is what is held against it.
 * A value that is common on the first side and gone on the other is news as well.
 */
static void try_values(struct value_work *work, const struct tally *tallies[2],
                       const uint64_t totals[2], struct value_change like)
{
    static const struct tally none;
    for (int side = 0; side < 2; side++) {
        const struct tally *tally = tallies[side] ? tallies[side] : &none;
        const struct tally *other = tallies[1 - side] ? tallies[1 - side] : &none;
        for (uint32_t i = 0; i < tally->used; i++) {
            bool in_other;
            struct value_change value = like;
            value.value = tally_text(tally, i);
            value.counts[side] = tally->values[i].count;
            value.counts[1 - side] = count_in(other, value.value, &in_other);
            if ((side == 1 && in_other) || value.counts[side] < VALUE_COUNT_MIN)
                continue; /* it has been tried from the other side, or is rare on both */
            double counts[2] = {(double)value.counts[0], (double)value.counts[1]};
            if (!in_other)
                counts[1 - side] = fmin((double)other->lost, (double)totals[1 - side]);
            value.totals[0] = totals[0];
            value.totals[1] = totals[1];
            const double shares[2] = {counts[0] / (double)totals[0], counts[1] / (double)totals[1]};
            value.p = stats_p_of_g(
                stats_g_of_shares(counts[0], (double)totals[0], counts[1], (double)totals[1]));
            if (fabs(shares[0] - shares[1]) < VALUE_SHARE_MIN ||
                (work->only_coming && shares[1] <= shares[0]))
                value.p = 1;
            add_value(work, value);
        }
    }
}

/* Rather than goes: where one value of a parameter comes, another one goes. */
static bool comes(const struct value_change *it)
{
    return (double)it->counts[1] * (double)it->totals[0] >
           (double)it->counts[0] * (double)it->totals[1];
}

static int by_template_and_p(const void *a, const void *b)
{
    const struct value_change *x = a, *y = b;
    if (x->template != y->template)
        return x->template <y->template ? -1 : 1;
    if (x->parameter != y->parameter)
        return x->parameter < y->parameter ? -1 : 1;
    if (comes(x) != comes(y))
        return comes(x) ? -1 : 1;
    if (x->p < y->p || x->p > y->p)
        return x->p < y->p ? -1 : 1;
    return str_compare(x->value, y->value);
}

static int by_value_p(const void *a, const void *b)
{
    const struct value_change *x = a, *y = b;
    if (x->p < y->p || x->p > y->p)
        return x->p < y->p ? -1 : 1;
    return by_template_and_p(a, b);
}

/* The certain ones; of each parameter the clearest that comes, or else that goes. */
static struct value_change *certain_values(struct value_work *work, uint32_t *count)
{
    double *p = arena_push_many(work->arena, double, work->count + 1);
    bool *keep = arena_push_many(work->arena, bool, work->count + 1);
    if (work->count > 0)
        qsort(work->items, work->count, sizeof *work->items, by_template_and_p);
    for (uint32_t i = 0; i < work->count; i++)
        p[i] = work->items[i].p;
    stats_keep_discoveries(work->arena, p, work->count, Q, keep);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < work->count; i++) {
        const struct value_change *last = kept > 0 ? &work->items[kept - 1] : NULL;
        if (keep[i] && !(last && last->template == work->items[i].template &&
                         last->parameter == work->items[i].parameter))
            work->items[kept++] = work->items[i];
    }
    if (kept > 0)
        qsort(work->items, kept, sizeof *work->items, by_value_p);
    *count = kept;
    return work->items;
}

static struct value_change *values_of_templates(struct arena *arena, const struct survey *survey,
                                                uint32_t *count)
{
    struct value_work work = {.arena = arena};
    for (uint32_t i = 0; i < survey->templates_count; i++) {
        const struct survey_template *it = &survey->templates[i];
        for (uint32_t at = 0; at < it->parameters_count; at++) {
            const struct survey_parameter *parameter = &it->parameters[at];
            const struct tally *tallies[2] = {&parameter->values[0], &parameter->values[1]};
            const uint64_t totals[2] = {tallies[0]->total, tallies[1]->total};
            if (totals[0] > 0 && totals[1] > 0 && parameter->entity != ENTITY_TIME)
                try_values(&work, tallies, totals,
                           (struct value_change){.template = i, .parameter = at});
        }
    }
    return certain_values(&work, count);
}

struct value_change *compare_attributes(struct arena *arena, const struct survey *survey,
                                        bool only_coming, uint32_t *count)
{
    struct value_work work = {.arena = arena, .only_coming = only_coming};
    *count = 0;
    if (survey->attribute_events[0] == 0 || survey->attribute_events[1] == 0)
        return NULL;
    for (uint32_t i = 0; i < ATTRIBUTES; i++) {
        const struct tally *tallies[2] = {survey->attributes[i][0], survey->attributes[i][1]};
        if (tallies[0] || tallies[1])
            try_values(&work, tallies, survey->attribute_events,
                       (struct value_change){.template = UINT32_MAX, .parameter = i});
    }
    return certain_values(&work, count);
}

/* ---- all ---- */

struct comparison_of_logs compare_sides(struct arena *arena, const struct survey *survey)
{
    struct comparison_of_logs out = {.pace = 1};
    if (survey->sides[0].events == 0 || survey->sides[1].events == 0)
        return out;
    out.pace = pace_of(arena, survey);
    const uint32_t count = survey->templates_count;
    double *p = arena_push_many(arena, double, count + 1);
    bool *keep = arena_push_many(arena, bool, count + 1);
    struct template_change *all = arena_push_many(arena, struct template_change, count + 1);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++)
        if (survey->templates[i].counts[0] + survey->templates[i].counts[1] > 0) {
            all[used] = change_of(survey, i, out.pace);
            p[used] = all[used].p;
            used++;
        }
    stats_keep_discoveries(arena, p, used, Q, keep);
    for (uint32_t i = 0; i < used; i++) {
        all[i].is_certain = keep[i];
        if (is_worth_telling(&all[i], out.pace))
            all[out.changes_count++] = all[i];
    }
    if (out.changes_count > 0)
        qsort(all, out.changes_count, sizeof *all, by_p);
    out.changes = all;
    out.values = values_of_templates(arena, survey, &out.values_count);
    return out;
}

/* ---- bursts ---- */

/* Around the fullest slot, as long as there is more than half of it. */
static struct burst burst_of(const struct survey *survey, uint32_t number)
{
    const uint32_t *slots = survey->templates[number].slots;
    uint32_t peak = 0;
    for (uint32_t i = 1; i < survey->slots; i++)
        if (slots[i] > slots[peak])
            peak = i;
    struct burst burst = {.template = number, .from_slot = peak, .to_slot = peak + 1, .p = 1};
    while (burst.from_slot > 0 && 2 * slots[burst.from_slot - 1] > slots[peak])
        burst.from_slot--;
    while (burst.to_slot < survey->slots && 2 * slots[burst.to_slot] > slots[peak])
        burst.to_slot++;
    uint32_t rest[2 * SURVEY_SLOTS];
    uint32_t rest_count = 0;
    uint64_t rest_sum = 0;
    for (uint32_t i = 0; i < survey->slots; i++) {
        if (i >= burst.from_slot && i < burst.to_slot) {
            burst.count += slots[i];
            continue;
        }
        rest[rest_count++] = slots[i];
        rest_sum += slots[i];
    }
    const double length = burst.to_slot - burst.from_slot;
    if (rest_count < 2)
        return burst;
    burst.usual = (double)rest_sum / rest_count * length;
    const double g = stats_g_of_rates((double)burst.count, length, (double)rest_sum, rest_count) /
                     stats_dispersion(rest, rest_count);
    burst.p = fmin(1, stats_p_of_g(g) * survey->slots); /* any slot might have been the peak */
    return burst;
}

static int by_burst_p(const void *a, const void *b)
{
    const struct burst *x = a, *y = b;
    if (x->p < y->p || x->p > y->p)
        return x->p < y->p ? -1 : 1;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    return (x->template > y->template) - (x->template <y->template);
}

struct burst *find_bursts(struct arena *arena, const struct survey *survey, uint32_t *count)
{
    struct burst *bursts = arena_push_many(arena, struct burst, survey->templates_count + 1);
    double *p = arena_push_many(arena, double, survey->templates_count + 1);
    bool *keep = arena_push_many(arena, bool, survey->templates_count + 1);
    uint32_t found = 0, kept = 0;
    for (uint32_t i = 0; i < survey->templates_count; i++) {
        bursts[found] = burst_of(survey, i);
        p[found] = bursts[found].p;
        found++;
    }
    stats_keep_discoveries(arena, p, found, Q, keep);
    for (uint32_t i = 0; i < found; i++)
        if (keep[i] && bursts[i].count >= BURST_COUNT_MIN &&
            (double)bursts[i].count >= BURST_RATIO_MIN * bursts[i].usual)
            bursts[kept++] = bursts[i];
    if (kept > 0)
        qsort(bursts, kept, sizeof *bursts, by_burst_p);
    *count = kept;
    return bursts;
}
