/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How full what has a limit is: a series and the series of its limit, told by their names, which
 * are the same but for words such as limit, max, usage ("cpu_usage" and "cpu_limit").
 */
#include "agent/metrics/series.h"
#include "tool/tool.h"

#include "base/arena.h"
#include "data/batch.h"
#include "stats/robust.h"

#include <math.h>

static const struct field input[] = {
    {"onset", TYPE_TIME, 0, "when it began", NULL},
    {0},
};

static const struct field columns[] = {
    {"service", TYPE_TEXT, 0, "who has the limit", NULL},
    {"instance", TYPE_TEXT, 0, "of which instance; may be empty", NULL},
    {"metric", TYPE_TEXT, 0, "what is limited", NULL},
    {"limit_metric", TYPE_TEXT, 0, "the series of the limit", NULL},
    {"kind", TYPE_TEXT, 0, "what it measures: cpu, memory, connections, ...", NULL},
    {"limit", TYPE_REAL, 0, "the limit, median", NULL},
    {"share_before", TYPE_REAL, 0, "how full it was before, median; 1 is full", NULL},
    {"share_after", TYPE_REAL, 0, "how full it is since, upper quartile; 1 is full", NULL},
    {0},
};

static const struct field output[] = {
    {"resources", TYPE_ROWS, 0, "each series that has a limit", columns},
    {0},
};

static const struct str neutral_words[] = {
    {"limit", 5},    {"limits", 6},  {"max", 3},  {"maximum", 7}, {"quota", 5},
    {"capacity", 8}, {"usage", 5},   {"used", 4}, {"in", 2},      {"use", 3},
    {"active", 6},   {"current", 7}, {"size", 4}, {"total", 5},   {"open", 4},
};

/* The name without the words that tell a limit from what it limits. */
static struct str stem(struct arena *arena, struct str name)
{
    struct str lower = str_lower(arena, name);
    char *text = arena_alloc(arena, lower.len + 1);
    size_t len = 0, at = 0;
    while (at < lower.len) {
        size_t end = at;
        while (end < lower.len && lower.ptr[end] != '_' && lower.ptr[end] != '.' &&
               lower.ptr[end] != '-' && lower.ptr[end] != ' ')
            end++;
        const struct str word = str_slice(lower, at, end);
        bool neutral = word.len == 0;
        for (size_t i = 0; !neutral && i < sizeof neutral_words / sizeof *neutral_words; i++)
            neutral = str_eq(word, neutral_words[i]);
        for (size_t i = 0; !neutral && i < word.len; i++)
            text[len++] = word.ptr[i];
        at = end + 1;
    }
    return (struct str){.ptr = text, .len = len};
}

static const struct series *limit_of(const struct series_list *list, const struct str *stems,
                                     uint32_t number)
{
    const struct series *series = &list->items[number];
    for (uint32_t i = 0; i < list->count; i++) {
        const struct series *other = &list->items[i];
        if (other->meaning.kind == METRIC_LIMIT &&
            str_eq(other->name.service, series->name.service) &&
            str_eq(other->name.instance, series->name.instance) && stems[number].len > 0 &&
            str_eq(stems[i], stems[number]))
            return other;
    }
    return NULL;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct series_list list;
    if (!series_load(call, &list, err))
        return false;
    const int64_t onset_ns = record_at(in, "onset")->integer;
    struct str *stems = arena_push_many(call->scratch, struct str, list.count);
    for (uint32_t i = 0; i < list.count; i++)
        stems[i] = stem(call->scratch, list.items[i].name.metric);

    struct batch *rows = batch_new(call->scratch, columns);
    for (uint32_t i = 0; i < list.count; i++) {
        const struct series *series = &list.items[i];
        if (series->meaning.kind == METRIC_LIMIT)
            continue;
        const struct series *bound = limit_of(&list, stems, i);
        const size_t split = series_split(series, onset_ns);
        if (!bound || split == 0 || split == series->count)
            continue;
        const double limit = stats_median(call->scratch, bound->values, bound->count);
        if (!(limit > 0))
            continue;
        const size_t after_count = series->count - split;
        const double *after = stats_sorted(call->scratch, series->values + split, after_count);
        const size_t row = batch_add_row(rows);
        batch_set(rows, row, "service", value_text(series->name.service));
        batch_set(rows, row, "instance", value_text(series->name.instance));
        batch_set(rows, row, "metric", value_text(series->name.metric));
        batch_set(rows, row, "limit_metric", value_text(bound->name.metric));
        batch_set(rows, row, "kind", value_text(str_of(metric_kind_name(series->meaning.kind))));
        batch_set(rows, row, "limit", value_real(limit));
        batch_set(rows, row, "share_before",
                  value_real(stats_median(call->scratch, series->values, split) / limit));
        batch_set(rows, row, "share_after",
                  value_real(stats_quantile_sorted(after, after_count, 0.75) / limit));
    }
    *record_at(out, "resources") = value_rows(rows);
    return true;
}

const struct tool tool_metrics_saturation = {
    .sig = {.name = "saturation",
            .summary = "Tell how full what has a limit is",
            .input = input,
            .output = output},
    .run = run,
};
