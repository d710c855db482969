/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/plan.h"

#include "base/arena.h"
#include "base/clock.h"
#include "gym/recut/dice.h"

#define PEACE_NS (30 * NS_PER_S)      /* what must be left of the time before the fault */
#define LATE_MIN_NS (10 * NS_PER_S)   /* less off the beginning is no transformation */
#define EARLY_MIN_NS (2 * NS_PER_S)   /* and so of the end */
#define SKEW_MAX_S 30                 /* a clock that nobody has set, not one of another year */
#define SHIFT_MIN_S INT64_C(3600)     /* an hour */
#define SHIFT_MAX_S INT64_C(34560000) /* 400 days */
#define TOGETHER_MAX 4

const char *const transformation_names[RECUTS_COUNT] = {
    [RECUT_LATE] = "late",           [RECUT_EARLY] = "early",     [RECUT_NO_METRICS] = "no_metrics",
    [RECUT_NO_TRACES] = "no_traces", [RECUT_NO_LOGS] = "no_logs", [RECUT_NO_CHANGES] = "no_changes",
    [RECUT_THIN] = "thin",           [RECUT_SKEW] = "skew",       [RECUT_SHIFT] = "shift",
    [RECUT_RENAME] = "rename",
};

static const double shares[] = {0.5, 0.25, 0.1, 0.05};

bool transformations_parse(struct str text, uint32_t *out, struct err *err)
{
    struct str rest = text, name;
    *out = 0;
    while (str_split(&rest, ',', &name)) {
        uint32_t bit = 0;
        for (uint32_t i = 0; i < RECUTS_COUNT; i++)
            if (str_eq(name, str_of(transformation_names[i])))
                bit = 1u << i;
        if (bit == 0)
            return err_set(err, ERR_USAGE,
                           "`%.*s` is no transformation; there are late, early, no_metrics, "
                           "no_traces, no_logs, no_changes, thin, skew, shift, rename",
                           STR_ARG(name));
        *out |= bit;
    }
    return *out != 0 || err_set(err, ERR_USAGE, "no transformation is named");
}

/* The window may not begin after this. */
static int64_t late_limit(const struct survey *survey)
{
    const int64_t start_ns =
        survey->onset_ns < survey->alert_ns ? survey->onset_ns : survey->alert_ns;
    return start_ns - PEACE_NS;
}

static bool is_possible(const struct survey *survey, enum transformation what)
{
    switch (what) {
    case RECUT_LATE:
        return survey->first_ns + LATE_MIN_NS <= late_limit(survey);
    case RECUT_EARLY:
        return survey->alert_ns + EARLY_MIN_NS <= survey->last_ns;
    case RECUT_NO_METRICS:
        return survey->has_metrics;
    case RECUT_NO_TRACES:
    case RECUT_THIN:
        return survey->has_traces;
    case RECUT_NO_LOGS:
        return survey->logged.count > 0;
    case RECUT_NO_CHANGES:
        return survey->has_changes;
    case RECUT_SKEW:
        return survey->instances.count > 0;
    default:
        return what < RECUTS_COUNT;
    }
}

static uint32_t possible_of(const struct survey *survey, uint32_t allowed,
                            enum transformation list[RECUTS_COUNT])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < RECUTS_COUNT; i++)
        if ((allowed & (1u << i)) && is_possible(survey, (enum transformation)i))
            list[count++] = (enum transformation)i;
    return count;
}

uint32_t plan_possible(const struct survey *survey, uint32_t allowed)
{
    enum transformation list[RECUTS_COUNT];
    return possible_of(survey, allowed, list);
}

/* Fisher and Yates. */
static void shuffle(enum transformation *list, uint32_t count, struct dice *dice)
{
    for (uint32_t i = count; i > 1; i--) {
        const uint64_t other = dice_below(dice, i);
        const enum transformation kept = list[i - 1];
        list[i - 1] = list[other];
        list[other] = kept;
    }
}

/* Without traces there is none to sample. */
static uint32_t choose(const struct survey *survey, uint32_t allowed, struct dice of_bundle,
                       struct dice *dice, uint32_t number)
{
    enum transformation list[RECUTS_COUNT];
    const uint32_t count = possible_of(survey, allowed, list);
    if (count == 0)
        return 0;
    shuffle(list, count, &of_bundle);
    if (number < count || count == 1)
        return 1u << list[number % count];
    shuffle(list, count, dice);
    const uint32_t together = (uint32_t)dice_between(dice, 2, TOGETHER_MAX);
    uint32_t does = 0;
    for (uint32_t i = 0; i < together && i < count; i++)
        does |= 1u << list[i];
    if (does & (1u << RECUT_NO_TRACES))
        does &= ~(1u << RECUT_THIN);
    return does;
}

static struct str pick(const struct map *names, struct dice *dice)
{
    return names->count > 0 ? names->keys[dice_below(dice, names->count)] : (struct str){0};
}

static int64_t either_way(struct dice *dice, int64_t low, int64_t high)
{
    const int64_t size = dice_between(dice, low, high);
    return dice_below(dice, 2) == 0 ? size : -size;
}

/* All numbers are drawn whether or not they are wanted, so that one choice does not move another.
 */
static void draw_numbers(struct plan *plan, const struct survey *survey, struct dice *dice)
{
    const int64_t late_ms = (late_limit(survey) - survey->first_ns) / NS_PER_MS;
    const int64_t early_ms = (survey->last_ns - survey->alert_ns) / NS_PER_MS;
    const int64_t late_share = dice_between(dice, 300, 1000); /* in thousandths */
    const int64_t early_share = dice_between(dice, 0, 500);
    plan->from_ns = survey->first_ns + late_ms * late_share / 1000 * NS_PER_MS;
    plan->to_ns = survey->alert_ns + early_ms * early_share / 1000 * NS_PER_MS;
    plan->silent = pick(&survey->logged, dice);
    plan->share = shares[dice_below(dice, sizeof shares / sizeof *shares)];
    plan->skewed = pick(&survey->instances, dice);
    plan->skew_s = either_way(dice, 1, SKEW_MAX_S);
    plan->shift_s = either_way(dice, SHIFT_MIN_S, SHIFT_MAX_S);
}

bool plan_make(struct plan *plan, struct arena *arena, const struct survey *survey,
               uint32_t allowed, uint64_t seed, uint32_t number)
{
    struct dice of_bundle = {str_hash(survey->id) ^ seed};
    struct dice dice = {dice_next(&of_bundle) + number};
    *plan = (struct plan){.does = choose(survey, allowed, of_bundle, &dice, number)};
    draw_numbers(plan, survey, &dice);
    renames_draw(&plan->renames, arena, survey->services.keys, survey->services.count,
                 dice_next(&dice));
    return plan->does != 0;
}

struct str plan_name(const struct plan *plan, struct arena *arena)
{
    struct buf out = buf_new(arena);
    for (uint32_t i = 0; i < RECUTS_COUNT; i++)
        if (plan_does(plan, (enum transformation)i))
            buf_printf(&out, "%s%s", out.len > 0 ? "+" : "", transformation_names[i]);
    return buf_str(&out);
}

static json_t *text(struct str s)
{
    json_t *value = json_stringn(s.ptr ? s.ptr : "", s.len);
    return value ? value : json_string("(not UTF-8)");
}

static json_t *seconds(int64_t time_ns)
{
    return json_real((double)(time_ns / NS_PER_MS) / 1e3);
}

static json_t *names_json(const struct renames *renames)
{
    json_t *names = json_object();
    for (uint32_t i = 0; i < renames->count; i++)
        json_object_setn_new(names, renames->from[i].ptr, renames->from[i].len,
                             text(renames->to[i]));
    return names;
}

static void add_parameters(json_t *json, const struct plan *plan, const struct survey *survey,
                           enum transformation what)
{
    if (what == RECUT_LATE)
        json_object_set_new(json, "from", seconds(plan->from_ns));
    if (what == RECUT_EARLY)
        json_object_set_new(json, "to", seconds(plan->to_ns));
    if (what == RECUT_NO_LOGS)
        json_object_set_new(json, "service", text(plan->silent));
    if (what == RECUT_NO_CHANGES)
        json_object_set_new(json, "change", text(survey->change));
    if (what == RECUT_THIN)
        json_object_set_new(json, "share", json_real(plan->share));
    if (what == RECUT_SKEW) {
        json_object_set_new(json, "instance", text(plan->skewed));
        json_object_set_new(json, "offset_s", json_integer(plan->skew_s));
    }
    if (what == RECUT_SHIFT)
        json_object_set_new(json, "offset_s", json_integer(plan->shift_s));
    if (what == RECUT_RENAME)
        json_object_set_new(json, "names", names_json(&plan->renames));
}

json_t *plan_json(const struct plan *plan, const struct survey *survey)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < RECUTS_COUNT; i++) {
        if (!plan_does(plan, (enum transformation)i))
            continue;
        json_t *json = json_pack("{s:s}", "transformation", transformation_names[i]);
        add_parameters(json, plan, survey, (enum transformation)i);
        json_array_append_new(list, json);
    }
    return list;
}
