/* SPDX-License-Identifier: Apache-2.0 */
#include "train/growth.h"

#include "base/arena.h"
#include "train/calibrate.h"

#include <math.h>
#include <stdlib.h>

#define HELD_OUT_SHARE 0.25

const char *growth_split_text(enum growth_split split)
{
    static const char *const texts[] = {
#define X(id, name, text) [GROWTH_##id] = text,
        GROWTH_SPLITS(X)
#undef X
    };
    return texts[split];
}

struct draw {
    struct arena *arena;
    const struct growth_how *how;
    struct examples *all;
    uint32_t *fault_of, *place_of; /* the class of a case */
    uint32_t classes_count;        /* of faults and places, in one numbering */
    uint64_t state;                /* of the generator */
    struct examples asked, pool, base;
};

/* SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine. */
static uint64_t next_number(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Fisher and Yates: each order is as likely. */
static uint32_t *shuffled(struct draw *draw, uint32_t count)
{
    uint32_t *order = arena_push_many(draw->arena, uint32_t, count);
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = (uint32_t)(next_number(draw) % (i + 1));
        order[i] = order[at];
        order[at] = i;
    }
    return order;
}

/* ---- classes ---- */

/* A case that does not say what its fault is called is a class of its own. */
static void classify(struct draw *draw)
{
    struct map classes = map_new(draw->arena);
    draw->fault_of = arena_push_many(draw->arena, uint32_t, draw->all->count);
    draw->place_of = arena_push_many(draw->arena, uint32_t, draw->all->count);
    for (uint32_t i = 0; i < draw->all->count; i++) {
        const struct example *it = &draw->all->items[i];
        const struct str set = draw->all->sets.keys[it->set];
        draw->fault_of[i] = map_add(
            &classes, it->fault.len > 0
                          ? str_printf(draw->arena, "f %.*s", STR_ARG(it->fault))
                          : str_printf(draw->arena, "c %.*s %.*s", STR_ARG(set), STR_ARG(it->id)));
        draw->place_of[i] = map_add(
            &classes, str_printf(draw->arena, "p %.*s %.*s", STR_ARG(set), STR_ARG(it->place)));
    }
    draw->classes_count = classes.count;
}

static bool is_base(const struct draw *draw, uint32_t number)
{
    return draw->how->base && draw->how->base[draw->all->items[number].set];
}

/* Those that a truth can be found in, or its absence: what nobody suspects teaches nothing. */
static bool is_of_use(const struct draw *draw, uint32_t number)
{
    const struct example *it = &draw->all->items[number];
    return it->findable || it->nobody;
}

/* ---- one draw ---- */

static void take(struct draw *draw, struct examples *into, uint32_t number)
{
    into->items[into->count++] = draw->all->items[number]; /* weighed by one at a time */
}

static struct examples none_of(const struct draw *draw)
{
    struct examples out = *draw->all;
    out.count = 0;
    out.items = arena_push_many(draw->arena, struct example, out.room = draw->all->count);
    return out;
}

/* Whole classes in a random order, until a quarter of the cases is held out. */
static bool *hold_out(struct draw *draw, const uint32_t *class_of)
{
    bool *out = arena_push_many(draw->arena, bool, draw->classes_count);
    uint32_t cases = 0, held = 0;
    for (uint32_t i = 0; i < draw->all->count; i++)
        cases += is_of_use(draw, i) && !is_base(draw, i);
    const uint32_t *order = shuffled(draw, draw->classes_count);
    for (uint32_t i = 0; i < draw->classes_count && held < HELD_OUT_SHARE * cases; i++)
        for (uint32_t number = 0; number < draw->all->count; number++)
            if (class_of[number] == order[i] && is_of_use(draw, number) && !is_base(draw, number)) {
                out[order[i]] = true;
                held++;
            }
    return out;
}

static void deal(struct draw *draw, enum growth_split split)
{
    const uint32_t *class_of = split == GROWTH_PLACE ? draw->place_of : draw->fault_of;
    const bool *held_out = hold_out(draw, class_of);
    bool *places = arena_push_many(draw->arena, bool, draw->classes_count);
    const uint32_t *order = shuffled(draw, draw->all->count);
    draw->asked = none_of(draw);
    draw->pool = none_of(draw);
    draw->base = none_of(draw);
    for (uint32_t i = 0; i < draw->all->count; i++) {
        if (is_base(draw, i)) {
            take(draw, &draw->base, i);
        } else if (is_of_use(draw, i) && held_out[class_of[i]]) {
            take(draw, &draw->asked, i);
            places[draw->place_of[i]] = split == GROWTH_BOTH;
        }
    }
    for (uint32_t i = 0; i < draw->all->count; i++) {
        const uint32_t number = order[i];
        if (is_of_use(draw, number) && !is_base(draw, number) && !held_out[class_of[number]] &&
            !places[draw->place_of[number]])
            take(draw, &draw->pool, number);
    }
}

/* ---- what it is worth ---- */

struct scores {
    double ac1, loss, unlearnt;
};

static int by_set(const void *a, const void *b)
{
    const struct example *x = a, *y = b;
    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    return str_compare(x->id, y->id);
}

/* Mean over the sets that are asked. */
static double loss_of(struct examples *asked, const struct model *model)
{
    double sum = 0;
    uint32_t sets = 0;
    for (uint32_t set = 0; set < asked->sets.count; set++)
        if (examples_of_set(asked, set) > 0) {
            sum -= fit_likelihood(asked, set, model);
            sets++;
        }
    return sets > 0 ? sum / sets : 0;
}

static double ac1_of(struct examples *asked, const struct weights *weights)
{
    double sum = 0;
    uint32_t sets = 0;
    for (uint32_t set = 0; set < asked->sets.count; set++) {
        uint32_t right = 0, cases = 0;
        for (uint32_t i = 0; i < asked->count; i++)
            if (asked->items[i].set == set && asked->items[i].findable) {
                right += predict(asked, i, weights).right;
                cases++;
            }
        sum += cases > 0 ? (double)right / cases : 0;
        sets += cases > 0;
    }
    return sets > 0 ? sum / sets : 0;
}

static struct scores ask_after(struct draw *draw, uint32_t faults)
{
    struct examples learned_from = none_of(draw);
    for (uint32_t i = 0; i < draw->base.count; i++)
        learned_from.items[learned_from.count++] = draw->base.items[i];
    for (uint32_t i = 0; i < faults; i++)
        learned_from.items[learned_from.count++] = draw->pool.items[i];
    /* sums of doubles depend on their order */
    qsort(learned_from.items, learned_from.count, sizeof *learned_from.items, by_set);
    struct fit_report report;
    const struct growth_how *how = draw->how;
    struct model start = model_of(how->start), learned = start;
    if (learned_from.count > 0) {
        start = fit(&learned_from, SET_NONE, how->start, 0, &report);
        learned = fit(&learned_from, SET_NONE, how->start, how->spread, &report);
    }
    return (struct scores){.ac1 = ac1_of(&draw->asked, &learned.weights),
                           .loss = loss_of(&draw->asked, &learned),
                           .unlearnt = loss_of(&draw->asked, &start)};
}

/* ---- over the draws ---- */

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static struct growth_band band_of(const struct scores *scores, size_t offset, uint32_t count)
{
    double values[GROWTH_SHUFFLES_MAX], sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += values[i] = *(const double *)(const void *)((const char *)&scores[i] + offset);
    qsort(values, count, sizeof *values, ascending);
    return (struct growth_band){.low = values[(count - 1) / 4],
                                .mean = sum / count,
                                .high = values[count - 1 - (count - 1) / 4]};
}

static void mean_of(const double *values, uint32_t count, double *mean, double *error)
{
    double squares = 0;
    *mean = 0;
    for (uint32_t i = 0; i < count; i++)
        *mean += values[i] / count;
    for (uint32_t i = 0; i < count; i++)
        squares += (values[i] - *mean) * (values[i] - *mean);
    *error = count > 1 ? sqrt(squares / (count - 1) / count) : 0;
}

/* 0, 2, 4, 8, ... and the end. */
static void choose_points(struct growth *out, uint32_t most)
{
    out->points_count = 1;
    for (uint32_t faults = 2; faults < most && out->points_count < GROWTH_POINTS_MAX - 1;
         faults *= 2)
        out->points[out->points_count++].faults = faults;
    out->points[out->points_count++].faults = most;
}

struct growth grow(struct examples *examples, enum growth_split split, const struct growth_how *how)
{
    struct growth out = {0};
    struct draw draws[GROWTH_SHUFFLES_MAX];
    struct scores scores[GROWTH_POINTS_MAX][GROWTH_SHUFFLES_MAX];
    const uint32_t count = how->shuffles;
    uint32_t most = UINT32_MAX, asked = 0;
    struct draw draw = {.arena = examples->arena, .how = how, .all = examples, .state = how->seed};
    classify(&draw);
    for (uint32_t i = 0; i < count; i++) {
        deal(&draw, split);
        draws[i] = draw;
        most = draw.pool.count < most ? draw.pool.count : most;
        asked += draw.asked.count;
    }
    if (most < 2 || asked < count)
        return out;
    out.asked = asked / count;
    choose_points(&out, most);
    for (uint32_t point = 0; point < out.points_count; point++) {
        struct growth_point *it = &out.points[point];
        for (uint32_t i = 0; i < count; i++)
            scores[point][i] = ask_after(&draws[i], it->faults);
        it->ac1 = band_of(scores[point], offsetof(struct scores, ac1), count);
        it->loss = band_of(scores[point], offsetof(struct scores, loss), count);
        it->unlearnt = band_of(scores[point], offsetof(struct scores, unlearnt), count);
    }
    double gains[GROWTH_SHUFFLES_MAX], ac1[GROWTH_SHUFFLES_MAX], worth[GROWTH_SHUFFLES_MAX];
    for (uint32_t i = 0; i < count; i++) {
        const struct scores *first = &scores[0][i], *last = &scores[out.points_count - 1][i];
        gains[i] = first->loss - last->loss;
        ac1[i] = last->ac1 - first->ac1;
        worth[i] = last->unlearnt - last->loss;
    }
    mean_of(gains, count, &out.gain, &out.gain_error);
    mean_of(ac1, count, &out.ac1_gain, &out.ac1_gain_error);
    mean_of(worth, count, &out.worth, &out.worth_error);
    return out;
}
