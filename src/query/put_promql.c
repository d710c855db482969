/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PromQL: an instant query. A counter is told as a rate or an increase, and these are summed; what
 * is measured over time is told for each series, unless it is asked for by a label.
 */
#include "base/arena.h"
#include "query/labels.h"
#include "query/query.h"

static void put_selector(struct buf *out, const struct wish *wish, uint32_t which, int64_t range_ns)
{
    buf_add(out, wish->metrics[which]->series);
    if (wish->services_count + wish->instances_count > 0) {
        buf_add_char(out, '{');
        labels_put_matcher(out, "service", wish->services, wish->services_count,
                           wish->is_service_not);
        labels_put_matcher(out, "instance", wish->instances, wish->instances_count,
                           wish->is_instance_not);
        buf_add_char(out, '}');
    }
    if (range_ns > 0) {
        buf_add_char(out, '[');
        labels_put_duration(out, range_ns);
        buf_add_char(out, ']');
    }
    if (wish->ago_ns > 0 && (which > 0 || !wish->is_against_past)) {
        buf_add(out, STR(" offset "));
        labels_put_duration(out, wish->ago_ns);
    }
}

/* Whether series of it may be added up: percentiles, ratios and ages may not. */
static bool is_additive(const struct schema_metric *metric)
{
    static const char *const marks[] = {"_p50",  "_p90",    "_p95",  "_p99", "latency",
                                        "ratio", "percent", "_age_", "_max", "utili"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_find_no_case(metric->series, str_of(marks[i])) != STR_NPOS)
            return false;
    return true;
}

static bool is_ranked(const struct wish *wish)
{
    return wish->limit > 0 || wish->is_top || wish->is_bottom;
}

/* How series are put together; empty: they are not. */
static struct str together(const struct wish *wish)
{
    const bool is_counter = wish->metrics[0]->is_counter;
    if (wish->by.len == 0 && !wish->is_across && !is_counter && wish->span_ns > 0 &&
        wish->what != WANT_SUM && wish->what != WANT_COUNT && wish->what != WANT_DISTINCT)
        return STR("");
    switch (wish->what) {
    case WANT_MEAN:
        return STR("avg");
    case WANT_MAX:
        return STR("max");
    case WANT_MIN:
        return STR("min");
    case WANT_STDDEV:
        return STR("stddev");
    case WANT_COUNT:
        if (wish->is_samples)
            return wish->by.len > 0 ? STR("sum") : STR("");
        return STR("count");
    case WANT_DISTINCT:
        return STR("count");
    case WANT_QUANTILE:
        return STR("quantile");
    case WANT_SUM:
    case WANT_SHARE:
        return is_ranked(wish) && !is_additive(wish->metrics[0]) ? STR("max") : STR("sum");
    case WANT_RATE:
    case WANT_INCREASE:
        return is_counter || wish->by.len > 0 ? STR("sum") : STR("");
    default:
        return wish->by.len > 0 && !wish->compare && wish->what != WANT_WHICH ? STR("sum")
                                                                              : STR("");
    }
}

/* A level as it is, or over a stretch; a counter as what it grew by. */
static void put_series(struct buf *out, const struct wish *wish, uint32_t which)
{
    const int64_t span = wish->span_ns > 0 ? wish->span_ns : LABELS_RANGE_NS;
    const bool is_counter = wish->metrics[which]->is_counter;
    const char *over = wish->what == WANT_MEAN     ? "avg_over_time("
                       : wish->what == WANT_MAX    ? "max_over_time("
                       : wish->what == WANT_MIN    ? "min_over_time("
                       : wish->what == WANT_STDDEV ? "stddev_over_time("
                                                   : NULL;
    if (is_counter && wish->what != WANT_COUNT && wish->what != WANT_DISTINCT &&
        wish->what != WANT_WHICH) {
        buf_add(out, wish->what == WANT_INCREASE ? STR("increase(") : STR("rate("));
        put_selector(out, wish, which, span);
        buf_add_char(out, ')');
    } else if (wish->is_samples) {
        buf_add(out, STR("count_over_time("));
        put_selector(out, wish, which, span);
        buf_add_char(out, ')');
    } else if (wish->what == WANT_INCREASE || wish->what == WANT_SLOPE) {
        buf_add(out, wish->what == WANT_SLOPE ? STR("deriv(") : STR("delta("));
        put_selector(out, wish, which, span);
        buf_add_char(out, ')');
    } else if (wish->what == WANT_QUANTILE && wish->span_ns > 0) {
        buf_printf(out, "quantile_over_time(%.12g, ", wish->quantile);
        put_selector(out, wish, which, span);
        buf_add_char(out, ')');
    } else if (over && wish->span_ns > 0) {
        buf_add(out, str_of(over));
        put_selector(out, wish, which, span);
        buf_add_char(out, ')');
    } else {
        /* the samples of the stretch, where nothing is worked out of them */
        const bool is_plain = wish->what == WANT_ROWS && wish->by.len == 0 && !wish->compare;
        put_selector(out, wish, which, is_plain ? wish->span_ns : 0);
    }
}

/* How many series are above it, not whether so many are. */
static bool is_counted(const struct wish *wish)
{
    return wish->what == WANT_COUNT || wish->what == WANT_DISTINCT;
}

static void put_bound(struct buf *out, const struct wish *wish)
{
    const char *mark = wish->compare == COMPARE_EQUAL ? "==" : wish_compare_mark(wish->compare);
    buf_printf(out, " %s %.15g", mark, wish->bound);
}

static void put_together(struct buf *out, const struct wish *wish, uint32_t which)
{
    const struct str how = wish->metrics[1] && !wish->is_against_past ? STR("sum") : together(wish);
    buf_add(out, how);
    if (how.len > 0 && wish->by.len > 0)
        buf_printf(out, " by (%.*s) ", STR_ARG(wish->by));
    if (how.len > 0)
        buf_add_char(out, '(');
    if (str_eq(how, STR("quantile")))
        buf_printf(out, "%.12g, ", wish->quantile);
    put_series(out, wish, which);
    if (wish->compare && is_counted(wish))
        put_bound(out, wish);
    if (how.len > 0)
        buf_add_char(out, ')');
}

bool query_put_promql(struct arena *arena, const struct wish *wish, struct str *out,
                      struct err *err)
{
    struct buf text = buf_new(arena);
    struct wish summed = *wish;
    if (wish->is_against_past)
        summed.metrics[1] = wish->metrics[0];
    if (!wish->metrics[0])
        return err_set(err, ERR_NOT_FOUND, "no metric of the case has a name like that");
    if (wish->from_ns || wish->to_ns)
        return err_set(err, ERR_USAGE,
                       "an instant query looks back from one time: say `in the last N minutes`");
    if (wish->by.len > 0 && !str_eq(wish->by, STR("service")) && !str_eq(wish->by, STR("instance")))
        return err_set(err, ERR_USAGE, "series are kept apart by service or instance, not by %.*s",
                       STR_ARG(wish->by));
    if (wish->metrics[1] && wish->pair == PAIR_BOTH)
        return err_set(err, ERR_USAGE,
                       "one expression is of one metric; ask for one after the other");
    if (wish->also_count > 0)
        return err_set(err, ERR_USAGE,
                       "one expression gives one number; ask for one after the other");
    /* "was above 5 in the last minutes": at any time of them */
    if (wish->compare && wish->span_ns > 0 && !wish->metrics[0]->is_counter &&
        (wish->what == WANT_ROWS || wish->what == WANT_WHICH)) {
        summed.what =
            wish->compare == COMPARE_LESS || wish->compare == COMPARE_AT_MOST ? WANT_MIN : WANT_MAX;
        summed.by = STR("");
    }
    if (wish->what == WANT_SHARE && !summed.metrics[1])
        summed.what = WANT_ROWS; /* the metric is a share itself */
    const bool is_sorted = wish->limit == 0 && (wish->is_top || wish->is_bottom);
    if (is_sorted)
        buf_add(&text, wish->is_top ? STR("sort_desc(") : STR("sort("));
    if (wish->is_percent && wish->what == WANT_SHARE)
        buf_add(&text, STR("100 * "));
    if (wish->limit > 0) {
        const bool is_extreme = wish->what == WANT_MAX || wish->what == WANT_MIN;
        if (wish->what == WANT_ROWS || wish->what == WANT_WHICH ||
            (is_extreme && wish->limit == 1 && wish->span_ns == 0))
            summed.what = WANT_SUM;
        buf_printf(&text, "%s(%u, ", wish->is_bottom ? "bottomk" : "topk", wish->limit);
    }
    put_together(&text, &summed, 0);
    if (summed.metrics[1]) {
        buf_add(&text, wish->pair == PAIR_MINUS  ? STR(" - ")
                       : wish->pair == PAIR_PLUS ? STR(" + ")
                                                 : STR(" / "));
        put_together(&text, &summed, 1);
    }
    if (wish->limit > 0 || is_sorted)
        buf_add_char(&text, ')');
    if (wish->compare && !is_counted(wish))
        put_bound(&text, wish);
    *out = buf_str(&text);
    return true;
}
