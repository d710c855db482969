/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/shapes.h"

#include "agent/metrics/series.h"
#include "base/arena.h"
#include "data/file.h"
#include "engine/services.h"
#include "eval/cases.h"
#include "eval/chances.h"
#include "eval/nab_files.h"
#include "stats/changepoint.h"
#include "stats/robust.h"
#include "stats/shape.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define LABELS_BYTES_MAX (1 << 20)
#define LABELS_MAX 4096
#define SHAPE_FROM_MIN 3   /* samples before a change */
#define HOLE_STEPS_MIN 5.0 /* usual steps; a rule's own guess */
#define BUDGET_NS (60 * NS_PER_S)
#define Z_95 1.96

static struct shape_case *add(struct shape_cases *cases)
{
    if (cases->count == cases->room) {
        const uint32_t room = cases->room ? 2 * cases->room : 256;
        cases->items = arena_grow(cases->arena, cases->items, cases->count * sizeof *cases->items,
                                  room * sizeof *cases->items);
        cases->room = room;
    }
    return &cases->items[cases->count++];
}

void shapes_add_made(struct shape_cases *cases, uint64_t seed, uint32_t count, unsigned noises)
{
    for (uint32_t i = 0; i < count; i++) {
        const struct made made = made_series(cases->arena, seed, i, noises);
        *add(cases) = (struct shape_case){.set = STR("made"),
                                          .times_ns = made.times_ns,
                                          .values = made.values,
                                          .count = made.count,
                                          .right = 1u << made.curve};
    }
}

/* ---- real ones ---- */

struct named {
    uint64_t key;
    uint32_t right; /* 0: nobody can say */
};

struct labels {
    struct named items[LABELS_MAX];
    uint32_t count;
};

static bool read_names(struct str names, uint32_t *out)
{
    struct str name;
    *out = 0;
    while (str_split(&names, '|', &name)) {
        int found = -1;
        for (int c = 0; c < CURVES_COUNT; c++)
            if (str_eq(name, str_of(curve_name((enum curve)c))))
                found = c;
        if (found < 0)
            return str_eq(name, STR("?"));
        *out |= 1u << found;
    }
    return true;
}

static bool read_labels(struct arena *arena, const char *path, struct labels *out, struct err *err)
{
    struct str rest, line;
    if (!file_read(arena, path, LABELS_BYTES_MAX, &rest, err))
        return false;
    for (uint32_t number = 1; out->count < LABELS_MAX && str_split(&rest, '\n', &line); number++) {
        struct str set, key;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        struct named *label = &out->items[out->count++];
        if (!str_split(&line, '\t', &set) || !str_split(&line, '\t', &key) ||
            sscanf(str_copy(arena, key).ptr, "%lx", &label->key) != 1 ||
            !read_names(line, &label->right))
            return err_set(err, ERR_CORRUPT, "%s: line %u is no set, key and shapes", path, number);
    }
    return true;
}

static uint32_t right_of(const struct labels *labels, struct arena *arena, struct str set,
                         struct str name, const struct series_name *series)
{
    const struct str text =
        str_printf(arena, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s", STR_ARG(set), STR_ARG(name),
                   STR_ARG(series->service), STR_ARG(series->instance), STR_ARG(series->metric));
    const uint64_t key = str_hash(text);
    for (uint32_t i = 0; i < labels->count; i++)
        if (labels->items[i].key == key)
            return labels->items[i].right;
    return 0;
}

static void add_real(struct shape_cases *cases, struct str set, uint32_t right,
                     const int64_t *times_ns, const double *values, size_t count)
{
    if (right == 0 || count == 0)
        return;
    struct shape_case *item = add(cases);
    *item = (struct shape_case){.set = str_copy(cases->arena, set), .count = count, .right = right};
    item->times_ns = arena_push_many(cases->arena, int64_t, count);
    item->values = arena_push_many(cases->arena, double, count);
    memcpy(item->times_ns, times_ns, count * sizeof *times_ns);
    memcpy(item->values, values, count * sizeof *values);
}

/* A window, as long a time before it, and a quarter of that behind it. */
static void add_window(struct shape_cases *cases, struct arena *arena, const struct labels *labels,
                       const struct nab_file *file, size_t number)
{
    const struct nab_window *window = &file->windows[number];
    const int64_t first = file->times_ns[window->first], last = file->times_ns[window->last];
    const int64_t from_ns = first - (last - first), to_ns = last + (last - first) / 4;
    size_t from = 0, to = file->count;
    while (from < to && file->times_ns[from] < from_ns)
        from++;
    while (to > from && file->times_ns[to - 1] > to_ns)
        to--;
    const struct series_name name = {.service = str_printf(arena, "%zu", number),
                                     .metric = STR("value")};
    add_real(cases, STR("nab"), right_of(labels, arena, STR("nab"), file->name, &name),
             file->times_ns + from, file->values + from, to - from);
}

static bool add_files(struct shape_cases *cases, struct arena *arena, const struct labels *labels,
                      const char *folder, struct err *err)
{
    struct nab_files files;
    if (!nab_files_read(arena, str_of(folder), &files, err))
        return false;
    for (size_t i = 0; i < files.count; i++)
        for (size_t number = 0; number < files.items[i].windows_count; number++)
            add_window(cases, arena, labels, &files.items[i], number);
    return true;
}

static bool add_bundle(struct shape_cases *cases, struct arena *arena, const struct labels *labels,
                       const struct eval_case *item, struct err *err)
{
    struct bundle bundle;
    struct alert alert;
    struct services services;
    struct series_list list;
    if (!bundle_open(arena, item->path, &bundle, err) ||
        !bundle_read_alert(&bundle, arena, &alert, err))
        return false;
    struct casefile *casefile = casefile_open(&alert, clock_system(), BUDGET_NS);
    struct call call = {.casefile = casefile, .services = &services, .scratch = arena};
    const bool ok = services_open(arena, &bundle, NULL, NULL, casefile, &services, err) &&
                    series_load(&call, &list, err);
    for (uint32_t i = 0; ok && i < list.count; i++) {
        const struct series *series = &list.items[i];
        add_real(cases, item->set, right_of(labels, arena, item->set, item->id, &series->name),
                 series->times, series->values, series->count);
    }
    casefile_close(casefile);
    return ok;
}

static bool add_folder(struct shape_cases *cases, const struct labels *labels, const char *folder,
                       struct err *err)
{
    struct arena *arena = arena_new("shapes");
    const struct str windows = str_printf(arena, "%s/combined_windows.json", folder);
    struct eval_cases bundles = cases_new(arena);
    bool ok = true;
    if (access(windows.ptr, R_OK) == 0)
        ok = add_files(cases, arena, labels, folder, err);
    else
        ok = cases_find(&bundles, folder, err);
    cases_sort(&bundles);
    for (uint32_t i = 0; ok && i < bundles.count; i++) {
        struct arena *own = arena_new("bundle");
        ok = add_bundle(cases, own, labels, &bundles.items[i], err);
        arena_free(own);
    }
    arena_free(arena);
    return ok;
}

bool shapes_add_real(struct shape_cases *cases, const char *labels_path, char **folders,
                     struct err *err)
{
    struct labels *labels = arena_push(cases->arena, struct labels);
    bool ok = read_labels(cases->arena, labels_path, labels, err);
    for (; ok && *folders; folders++)
        ok = add_folder(cases, labels, *folders, err);
    return ok;
}

/* ---- what can be said without an expert ---- */

static bool has_hole(struct arena *arena, const struct shape_case *item)
{
    double *steps = arena_push_many(arena, double, item->count);
    double longest = 0;
    for (size_t i = 1; i < item->count; i++) {
        steps[i - 1] = (double)(item->times_ns[i] - item->times_ns[i - 1]);
        longest = fmax(longest, steps[i - 1]);
    }
    return longest > HOLE_STEPS_MIN * stats_median(arena, steps, item->count - 1);
}

static enum curve curve_of(const struct stats_change *change, const double *values, size_t count)
{
    const size_t at = change->at < count ? change->at : count - 1;
    const bool back = change->shape == SHAPE_SPIKE && change->back < count;
    const size_t end = back ? change->back : count;
    const bool up =
        at > 0 && end > at && stats_mean(values + at, end - at) > stats_mean(values, at);
    const bool climbs = values[count - 1] > values[0];
    switch (change->shape) {
    case SHAPE_STEP:
        return up ? CURVE_STEP_UP : CURVE_STEP_DOWN;
    case SHAPE_TREND:
    case SHAPE_DRIFT:
        return climbs ? CURVE_RAMP_UP : CURVE_RAMP_DOWN;
    case SHAPE_SPIKE:
        return up ? CURVE_SPIKE : CURVE_DIP;
    case SHAPE_ERRATIC:
        return CURVE_OSCILLATION;
    case SHAPE_CALM:
        return CURVE_PERIOD_LOST;
    case SHAPE_FROZEN:
        return CURVE_FROZEN;
    default:
        return CURVE_NONE;
    }
}

enum curve shape_by_rules(struct arena *arena, const struct shape_case *item)
{
    double *values = arena_push_many(arena, double, item->count);
    size_t count = 0;
    for (size_t i = 0; i < item->count; i++)
        if (isfinite(item->values[i]))
            values[count++] = item->values[i];
    if (count < TOKENS_SAMPLES_MIN)
        return CURVE_NONE;
    if (has_hole(arena, item))
        return CURVE_GAP;
    const double *scores = stats_pettitt(arena, values, count);
    size_t split = count / 2;
    for (size_t k = SHAPE_FROM_MIN; k + SHAPE_FROM_MIN <= count; k++)
        if (fabs(scores[k]) > fabs(scores[split]))
            split = k;
    const struct stats_change change = stats_shape_of(arena, values, count, split, SHAPE_FROM_MIN);
    return curve_of(&change, values, count);
}

/* ---- scores ---- */

struct shape_score shapes_score(const struct shape_cases *cases, const struct curve_net *net,
                                struct str set)
{
    struct shape_score score = {0};
    struct foretold *told = arena_push_many(cases->arena, struct foretold, cases->count + 1);
    for (uint32_t i = 0; i < cases->count; i++) {
        const struct shape_case *item = &cases->items[i];
        struct arena *arena = arena_new("shape");
        struct metric_tokens tokens;
        if ((set.len == 0 || str_eq(set, item->set)) &&
            metric_tokens_of(arena, item->times_ns, item->values, item->count, &tokens)) {
            const struct curve_verdict verdict = curve_judge(net, &tokens);
            const bool right = (item->right >> verdict.curve) & 1;
            const bool by_rules = (item->right >> shape_by_rules(arena, item)) & 1;
            told[score.cases++] = (struct foretold){verdict.odds[verdict.curve], right};
            score.right += right;
            score.right_by_rules += by_rules;
            score.only_expert += right && !by_rules;
            score.only_rules += by_rules && !right;
        }
        arena_free(arena);
    }
    score.calibration = score.cases > 0 ? chances_off(told, score.cases) : NAN;
    return score;
}

void shapes_interval(uint32_t hits, uint32_t tries, double *low, double *high)
{
    const double n = tries, p = n > 0 ? hits / n : 0, z2 = Z_95 * Z_95;
    const double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    const double half = Z_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    *low = n > 0 ? middle - half : 0;
    *high = n > 0 ? middle + half : 1;
}
