/* SPDX-License-Identifier: Apache-2.0 */
/* The metric expert by name: the shape of a series, and how it goes on. */
#include "expert/small.h"

#include "base/arena.h"
#include "base/buf.h"
#include "data/json.h"
#include "expert/metric/model.h"
#include "stats/season.h"

#include <math.h>
#include <string.h>

extern const struct small_expert small_metric;

#define VALUES_MAX 65536
#define AHEAD_MAX 1000
#define NUMBER_MAX 1e140 /* no unit of anything comes near; squares of it are finite */

struct question {
    double *values;
    int64_t *times_ns; /* NULL: even */
    size_t count, ahead;
};

static bool read_values(const json_t *list, struct arena *arena, struct question *out,
                        struct err *err)
{
    out->count = json_array_size(list);
    if (out->count == 0 || out->count > VALUES_MAX)
        return err_set(err, ERR_USAGE, "`values` is wanted: a list of at most %d numbers",
                       VALUES_MAX);
    out->values = arena_push_many(arena, double, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const json_t *value = json_array_get(list, i);
        if (!json_is_number(value) && !json_is_null(value))
            return err_set(err, ERR_USAGE, "`values` has something that is no number and no null");
        const double number = json_is_null(value) ? NAN : json_number_value(value);
        out->values[i] = fabs(number) <= NUMBER_MAX ? number : NAN;
    }
    return true;
}

/* Seconds since 1970, ascending. */
static bool read_times(const json_t *list, struct arena *arena, struct question *out,
                       struct err *err)
{
    if (!list)
        return true;
    if (json_array_size(list) != out->count)
        return err_set(err, ERR_USAGE, "`times` has not as many items as `values`");
    out->times_ns = arena_push_many(arena, int64_t, out->count);
    for (size_t i = 0; i < out->count; i++) {
        const double seconds = json_number_value(json_array_get(list, i));
        if (!(seconds >= 0 && seconds < 9e9)) /* the year 2255 */
            return err_set(err, ERR_USAGE, "`times` are seconds since 1970");
        out->times_ns[i] = (int64_t)(seconds * 1e9);
        if (i > 0 && out->times_ns[i] < out->times_ns[i - 1])
            return err_set(err, ERR_USAGE, "`times` do not ascend");
    }
    return true;
}

static bool read_question(const json_t *material, struct arena *arena, struct question *out,
                          struct err *err)
{
    const json_t *ahead = json_object_get(material, "ahead");
    const json_int_t steps = ahead ? json_integer_value(ahead) : 1;
    *out = (struct question){.ahead = (size_t)steps};
    return read_values(json_object_get(material, "values"), arena, out, err) &&
           read_times(json_object_get(material, "times"), arena, out, err) &&
           ((steps >= 1 && steps <= AHEAD_MAX) ||
            err_set(err, ERR_USAGE, "`ahead` is wanted: 1 to %d", AHEAD_MAX));
}

static bool name_shape(const json_t *material, struct buf *out, struct err *err)
{
    struct question question;
    struct metric_tokens tokens;
    if (!read_question(material, out->arena, &question, err))
        return false;
    if (!metric_tokens_of(out->arena, question.times_ns, question.values, question.count, &tokens))
        return err_set(err, ERR_USAGE, "fewer than %d values have no shape", TOKENS_SAMPLES_MIN);
    const struct curve_verdict verdict = curve_judge(&metric_model_shipped()->shape, &tokens);
    buf_printf(out, "{\"shape\": \"%s\", \"probability\": %.3f, \"odds\": {",
               curve_name(verdict.curve), verdict.odds[verdict.curve]);
    for (int c = 0; c < CURVES_COUNT; c++)
        if (verdict.odds[c] > 0) {
            json_put_key(out, curve_name((enum curve)c));
            buf_printf(out, "%.3f", verdict.odds[c]);
        }
    buf_printf(out, "}}");
    return true;
}

static void put_numbers(struct buf *out, const char *name, const struct forecast *forecasts,
                        size_t count, size_t offset)
{
    json_put_key(out, name);
    buf_printf(out, "[");
    for (size_t i = 0; i < count; i++) {
        double number;
        memcpy(&number, (const char *)&forecasts[i] + offset, sizeof number);
        /* what else of it there is differs from one mathematical library to the next */
        buf_printf(out, "%s%.6g", i > 0 ? ", " : "", number);
    }
    buf_printf(out, "]");
}

static bool continue_series(const json_t *material, struct buf *out, struct err *err)
{
    struct arena *arena = out->arena;
    struct question question;
    if (!read_question(material, arena, &question, err))
        return false;
    double *values = arena_push_many(arena, double, question.count);
    size_t count = 0;
    for (size_t i = 0; i < question.count; i++)
        if (isfinite(question.values[i]))
            values[count++] = question.values[i];
    if (count == 0)
        return err_set(err, ERR_USAGE, "`values` has no number");
    struct forecast *forecasts = arena_push_many(arena, struct forecast, question.ahead);
    const struct season season = season_of(arena, values, count, 0, 0);
    const struct foresight foresight =
        foresight_of(arena, values, count, season.period, season.strength, question.ahead);
    foresight_mix(&metric_model_shipped()->forecast, &foresight, forecasts);
    buf_printf(out, "{");
    put_numbers(out, "low", forecasts, question.ahead, offsetof(struct forecast, low));
    put_numbers(out, "middle", forecasts, question.ahead, offsetof(struct forecast, middle));
    put_numbers(out, "high", forecasts, question.ahead, offsetof(struct forecast, high));
    buf_printf(out, "}");
    return true;
}

static const struct small_task tasks[] = {
    {"name_shape", ABILITY_LABEL, "name the shape of a change",
     "{\"values\": [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9]}",
     "{\"shape\": \"step_up\", \"probability\": 0.9, \"odds\": {\"none\": 0.1, \"step_up\": 0.9}}",
     name_shape},
    {"continue_series", ABILITY_FORECAST, "continue a series",
     "{\"values\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], \"ahead\": 2}",
     "{\"low\": [10.5, 11], \"middle\": [11, 12], \"high\": [11.5, 13]}", continue_series},
    {0}};

static struct str card(void)
{
    return metric_model_shipped()->card;
}

const struct small_expert small_metric = {
    .name = "metric",
    .summary = "the shape of a series, and how it goes on",
    .tasks = tasks,
    .card = card,
};
