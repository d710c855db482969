/* SPDX-License-Identifier: Apache-2.0 */
#include "summary/shifts.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "summary/amounts.h"

#include <math.h>
#include <stdlib.h>

#define SYMPTOM_MIN 3.0    /* in spreads of the baseline: what metrics.shifts calls remarkable */
#define SHIFT_MIN 6.0      /* of what is neither errors nor latency: it has to be plain */
#define SHIFT_LOUD 20.0    /* beyond that the kind of a metric says more than how far it went */
#define SETTINGS_MAX 200   /* that are looked through */
#define SETTING_FACTOR 1.5 /* what was set is another number, not the same a little later */

static int rank_of(enum metric_kind kind)
{
    static const enum metric_kind order[] = {METRIC_ERRORS,   METRIC_SUCCESS,     METRIC_LATENCY,
                                             METRIC_MEMORY,   METRIC_CONNECTIONS, METRIC_CPU,
                                             METRIC_DISK,     METRIC_NETWORK,     METRIC_COLLECTION,
                                             METRIC_REPLICAS, METRIC_OTHER,       METRIC_TRAFFIC};
    int rank = 0;
    while (rank < (int)(sizeof order / sizeof *order) && order[rank] != kind)
        rank++;
    return rank;
}

static bool says_little(enum metric_kind kind)
{
    return kind == METRIC_OTHER || kind == METRIC_TRAFFIC;
}

static int most_telling_first(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (says_little(x->kind) != says_little(y->kind))
        return says_little(y->kind) ? -1 : 1;
    const double x_size = fmin(x->size, SHIFT_LOUD), y_size = fmin(y->size, SHIFT_LOUD);
    if (x_size != y_size)
        return x_size < y_size ? 1 : -1;
    if (rank_of(x->kind) != rank_of(y->kind))
        return rank_of(x->kind) < rank_of(y->kind) ? -1 : 1;
    if (x->size != y->size)
        return x->size < y->size ? 1 : -1;
    const int order = str_compare(x->metric, y->metric);
    return order != 0 ? order : str_compare(x->instance, y->instance);
}

bool shifts_read(struct call *call, struct shifts *out, struct err *err)
{
    struct record in = record_new(call->scratch, agent_tool(STR("metrics.shifts"))->sig.input);
    struct record answer;
    *record_at(&in, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "metrics.shifts", &in, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "series")->rows;
    *out = (struct shifts){.items = arena_push_many(call->scratch, struct shift, rows->rows + 1)};
    for (size_t row = 0; row < rows->rows; row++)
        if (batch_column(rows, "is_flat")->integers[row] == 0 &&
            batch_column(rows, "is_new")->integers[row] == 0)
            out->items[out->count++] = (struct shift){
                .service = batch_column(rows, "service")->texts[row],
                .instance = batch_column(rows, "instance")->texts[row],
                .metric = batch_column(rows, "metric")->texts[row],
                .kind = metric_kind_of(batch_column(rows, "kind")->texts[row]),
                .falls = batch_column(rows, "falls")->integers[row] != 0,
                .is_worse = batch_column(rows, "worse")->integers[row] != 0,
                .before = batch_column(rows, "before")->reals[row],
                .after = batch_column(rows, "after")->reals[row],
                .size = batch_column(rows, "shift")->reals[row],
            };
    qsort(out->items, out->count, sizeof *out->items, most_telling_first);
    return true;
}

/* A metric's name as it was written: "rate(x{a=b})" is made of x when a bundle is read. */
struct name {
    struct str bare;
    enum made { NAME_PLAIN, NAME_RATE, NAME_MEAN, NAME_ERRORS } made;
};

static struct name name_of(struct str metric)
{
    static const struct {
        const char *prefix;
        enum made made;
    } makes[] = {{"rate(", NAME_RATE}, {"mean(", NAME_MEAN}, {"errors(", NAME_ERRORS}};
    struct name name = {.bare = metric};
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        if (str_starts(metric, str_of(makes[i].prefix)) && str_ends(metric, STR(")"))) {
            name.made = makes[i].made;
            name.bare = str_slice(metric, strlen(makes[i].prefix), metric.len - 1);
        }
    name.bare = str_slice(name.bare, 0, str_find(name.bare, STR("{")));
    return name;
}

/* The median before and the outer quartile since, and both as they are told. */
static struct str query_of(const struct saying *saying, const struct shift *shift, double before,
                           double after)
{
    struct arena *arena = saying->call->scratch;
    const struct str onset = sql_time(arena, saying->call->casefile->incident.start_ns);
    return str_printf(
        arena,
        "SELECT service, instance, metric, median(value) FILTER (WHERE time < %s) AS before, "
        "quantile_cont(value, %s) FILTER (WHERE time >= %s) AS after, before / %g AS told_before, "
        "after / %g AS told_after FROM metrics WHERE service = %s AND metric = %s AND instance = "
        "%s AND isfinite(value) GROUP BY ALL",
        onset.ptr, shift->falls ? "0.25" : "0.75", onset.ptr, before, after,
        sql_quote(arena, shift->service).ptr, sql_quote(arena, shift->metric).ptr,
        sql_quote(arena, shift->instance).ptr);
}

struct str shift_query(const struct saying *saying, const struct shift *shift)
{
    return query_of(saying, shift, 1, 1);
}

/* "mean `x_seconds` of `pay` rose from 72 ms to 258 ms" */
bool shift_say(struct saying *saying, const char *joint, struct shift *shift, bool with_service)
{
    struct arena *arena = saying->call->scratch;
    const struct name name = name_of(shift->metric);
    const bool is_rate = name.made == NAME_RATE || name.made == NAME_ERRORS;
    enum amount_unit unit = amount_unit_of(name.bare);
    if (is_rate && unit == AMOUNT_SECONDS) /* seconds a second are a share */
        unit = AMOUNT_NUMBER;
    const struct amount before = amount_of(arena, unit, shift->before);
    const struct amount after = amount_of(arena, unit, shift->after);
    shift->is_told =
        saying_claim(saying, joint,
                     str_printf(arena, "%s`%.*s`%s%s%s%s %s from %s to %s%s",
                                name.made == NAME_MEAN ? "mean " : "", STR_ARG(name.bare),
                                name.made == NAME_ERRORS ? " errors" : "",
                                with_service ? " of `" : "", with_service ? shift->service.ptr : "",
                                with_service ? "`" : "", shift->falls ? "fell" : "rose",
                                before.text.ptr, after.text.ptr, is_rate ? " per second" : ""),
                     query_of(saying, shift, before.divisor, after.divisor));
    return shift->is_told;
}

static bool is_told_before(const struct shifts *shifts, size_t at, struct str service)
{
    const struct str bare = name_of(shifts->items[at].metric).bare;
    for (size_t i = 0; i < at; i++)
        if (str_eq(shifts->items[i].service, service) &&
            str_eq(name_of(shifts->items[i].metric).bare, bare))
            return true;
    return false;
}

/* What the sentence has named need not be told a second time, as a rate. */
static bool is_named(const struct saying *saying, const struct shift *shift)
{
    const struct str name =
        str_printf(saying->call->scratch, "`%.*s`", STR_ARG(name_of(shift->metric).bare));
    return str_contains((struct str){saying->sentence.ptr, saying->sentence.len}, name);
}

static bool is_symptom_kind(enum metric_kind kind)
{
    return kind == METRIC_ERRORS || kind == METRIC_LATENCY || kind == METRIC_SUCCESS;
}

bool shift_is_plain(const struct shift *shift)
{
    return shift->is_worse && shift->size >= (is_symptom_kind(shift->kind) ? SYMPTOM_MIN
                                              : says_little(shift->kind)   ? SHIFT_LOUD
                                                                           : SHIFT_MIN);
}

bool shift_is_symptom(const struct shift *shift)
{
    return is_symptom_kind(shift->kind) && shift_is_plain(shift);
}

uint32_t shifts_say(struct saying *saying, const struct shifts *shifts, struct str service,
                    bool with_service, uint32_t told, uint32_t told_max)
{
    for (size_t i = 0; i < shifts->count && told < told_max; i++) {
        struct shift *shift = &shifts->items[i];
        if (str_eq(shift->service, service) && shift_is_plain(shift) &&
            !is_told_before(shifts, i, service) && !is_named(saying, shift))
            told += shift_say(saying, told == 0 ? "" : " and ", shift, with_service);
    }
    return told;
}

/* A limit that was one number all the time, and then another: somebody has set it. */
bool setting_say(struct saying *saying, struct str service)
{
    struct arena *arena = saying->call->scratch;
    struct batch *rows;
    struct err ignored = {0};
    const struct str query = str_printf(
        arena,
        "WITH spells AS (SELECT metric::VARCHAR AS metric, instance::VARCHAR AS instance, value, "
        "min(time) AS first, max(time) AS last, count(*) OVER (PARTITION BY metric, instance) AS "
        "n FROM metrics WHERE service = %s AND isfinite(value) GROUP BY metric, instance, value) "
        "SELECT a.metric, a.instance, a.value AS before, b.value AS after, b.first AS changed FROM "
        "spells a JOIN spells b USING (metric, instance) WHERE a.n = 2 AND a.last < b.first ORDER "
        "BY metric, instance LIMIT %d",
        sql_quote(arena, service).ptr, SETTINGS_MAX);
    if (!telemetry_rows(saying->call->services->telemetry, arena, query, &rows, &ignored))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        struct shift shift = {.service = service,
                              .metric = batch_column(rows, "metric")->texts[row],
                              .before = batch_column(rows, "before")->reals[row],
                              .after = batch_column(rows, "after")->reals[row]};
        const enum amount_unit unit = amount_unit_of(name_of(shift.metric).bare);
        const struct amount before = amount_of(arena, unit, shift.before);
        const struct amount after = amount_of(arena, unit, shift.after);
        if (metric_meaning_of(shift.metric).kind == METRIC_LIMIT &&
            fmax(shift.before, shift.after) >= SETTING_FACTOR * fmin(shift.before, shift.after) &&
            saying_claim(saying, "",
                         str_printf(arena, "`%.*s` %s from %s to %s",
                                    STR_ARG(name_of(shift.metric).bare),
                                    shift.after < shift.before ? "fell" : "rose", before.text.ptr,
                                    after.text.ptr),
                         str_printf(arena,
                                    "SELECT *, before / %g AS told_before, after / %g AS "
                                    "told_after FROM (%s) WHERE metric = %s",
                                    before.divisor, after.divisor, query.ptr,
                                    sql_quote(arena, shift.metric).ptr)))
            return true;
    }
    return false;
}
