/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Earlier incidents that began like this one: with the same alert, with one whose name shares most
 * of its words, or with one that complains about the same thing. What they were is what people
 * wrote down then (`incidents.jsonl`).
 */
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"
#include "tool/tool.h"

#include <ctype.h>
#include <string.h>

#define LIKE_SAME 1.0
#define LIKE_WORDS 0.6   /* half of all words of both names, or more */
#define LIKE_SYMPTOM 0.4 /* the same complaint in other words */
#define WORDS_MAX 20

static const struct field input[] = {
    {"alert", TYPE_TEXT, 0, "its name", NULL},
    {"before", TYPE_TIME, 0, "only incidents that began before that", NULL},
    {0},
};

static const struct field columns[] = {
    {"id", TYPE_TEXT, 0, "as its source names it", NULL},
    {"time", TYPE_TIME, 0, "when it began", NULL},
    {"alert", TYPE_TEXT, 0, "that opened it", NULL},
    {"service", TYPE_TEXT, 0, "where its cause lay", NULL},
    {"cause", TYPE_TEXT, 0, "in words; may be empty", NULL},
    {"fix", TYPE_TEXT, 0, "what ended it, in words; may be empty", NULL},
    {"like", TYPE_REAL, 0, "how much its alert is like this one; 1: the same", NULL},
    {0},
};

static const struct field output[] = {
    {"incidents", TYPE_ROWS, 0, "those that are alike, the newest first", columns},
    {0},
};

static bool starts_word(struct str text, size_t at)
{
    const unsigned char c = (unsigned char)text.ptr[at];
    return at == 0 || !isalnum((unsigned char)text.ptr[at - 1]) ||
           (isupper(c) && !isupper((unsigned char)text.ptr[at - 1]));
}

/* The words of "HighErrorRate" or "high_error_rate": high, error, rate. */
static struct map words_of(struct arena *arena, struct str name)
{
    struct map words = map_new(arena);
    for (size_t at = 0; at < name.len && words.count < WORDS_MAX;) {
        size_t end = at + 1;
        while (end < name.len && isalnum((unsigned char)name.ptr[end]) && !starts_word(name, end))
            end++;
        if (isalnum((unsigned char)name.ptr[at]))
            map_add(&words, str_lower(arena, str_slice(name, at, end)));
        at = end;
    }
    return words;
}

static bool share_words(struct arena *arena, struct str a, struct str b)
{
    const struct map left = words_of(arena, a), right = words_of(arena, b);
    uint32_t both = 0;
    for (uint32_t i = 0; i < left.count; i++)
        both += map_find(&right, left.keys[i]) != MAP_NONE;
    return 2 * both >= left.count + right.count - both && both > 0;
}

static double likeness(struct arena *arena, struct str alert, struct str other)
{
    if (alert.len == other.len && str_find_no_case(alert, other) == 0)
        return LIKE_SAME;
    if (share_words(arena, alert, other))
        return LIKE_WORDS;
    const enum symptom symptom = symptom_of_alert(&(struct alert){.name = alert});
    return symptom != SYMPTOM_UNKNOWN && symptom == symptom_of_alert(&(struct alert){.name = other})
               ? LIKE_SYMPTOM
               : 0;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    static const char *const texts[] = {"id", "alert", "service", "cause", "fix"};
    struct arena *arena = call->scratch;
    struct batch *found, *rows = batch_new(arena, columns);
    *record_at(out, "incidents") = value_rows(rows);
    if (!telemetry_rows(call->services->telemetry, arena,
                        STR("SELECT 1 AS any FROM incidents LIMIT 1"), &found, err))
        return false;
    if (found->rows == 0) /* most bundles have none, and to find that out is cheap */
        return true;
    if (!telemetry_rows(
            call->services->telemetry, arena,
            str_printf(arena,
                       "SELECT id, time, alert, service, coalesce(cause, '') AS cause, "
                       "coalesce(fix, '') AS fix FROM incidents WHERE time < %s AND id <> '' AND "
                       "alert <> '' AND service <> '' ORDER BY time DESC, id LIMIT 1000",
                       sql_time(arena, record_at(in, "before")->integer).ptr),
            &found, err))
        return false;
    for (size_t from = 0; from < found->rows; from++) {
        const double like = likeness(arena, record_at(in, "alert")->text,
                                     batch_column(found, "alert")->texts[from]);
        if (like <= 0)
            continue;
        const size_t row = batch_add_row(rows);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            batch_set(rows, row, texts[i], value_text(batch_column(found, texts[i])->texts[from]));
        batch_set(rows, row, "time", value_time(batch_column(found, "time")->integers[from]));
        batch_set(rows, row, "like", value_real(like));
    }
    return true;
}

const struct tool tool_events_incidents = {
    .sig = {.name = "incidents",
            .summary = "List earlier incidents that began like this one",
            .input = input,
            .output = output},
    .run = run,
};
