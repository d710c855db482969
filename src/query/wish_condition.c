/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of rows (levels, what failed), bounds of values, and what only all words tell. */
#include "query/words.h"

static const struct {
    const char *words;
    const char *level;
} levels[] = {
    {"error|errors|erroneous", "ERROR"},
    {"fatal|fatals|critical", "FATAL"},
    {"warn|warning|warnings", "WARN"},
    {"info|informational", "INFO"},
    {"debug", "DEBUG"},
};

/* NULL: it is none. */
static const char *level_at(const struct reading *reading, uint32_t at)
{
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
        if (words_is(reading, at, levels[l].words))
            return levels[l].level;
    return NULL;
}

bool wish_is_level(const struct reading *reading, uint32_t at)
{
    return level_at(reading, at) != NULL;
}

/* "level error", "that are not errors", "warnings and errors": the first there is, and those that
 * are named with it. */
static void read_levels(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->levels_count == 0; i++) {
        const char *level = level_at(reading, i);
        if (!level)
            continue;
        uint32_t before = i;
        if (before > 0 && words_is(reading, before - 1, "level|severity"))
            words_take(reading, --before, 1);
        if (before > 0 && words_is(reading, before - 1, "any|an"))
            before--;
        if (before > 0 && words_is(reading, before - 1, "not|without|except|no|lacking")) {
            wish->is_level_not = true;
            words_take(reading, before - 1, 1);
        } else if (before > 1 && words_is(reading, before - 2, "not|never") &&
                   words_was(reading, before - 1, "log|logged|have|had|see|write|report")) {
            wish->is_level_not = true;
            words_take(reading, before - 2, 1);
        }
        wish_note_part(reading, PART_LEVEL, i + 1);
        for (uint32_t at = i; level && wish->levels_count < WISH_NAMES_MAX; at++) {
            wish->levels[wish->levels_count++] = str_of(level);
            words_take(reading, at, 1);
            at += words_is(reading, at + 1, "and|or|/");
            level = level_at(reading, at + 1);
        }
    }
}

/* "failed spans", "that did not fail", "without failures" */
static void read_failed(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && !wish->is_failed; i++) {
        if (!words_is(reading, i, FAILED_WORDS "|error|errors|errored|erroneous"))
            continue;
        wish->is_failed = true;
        wish_note_part(reading, PART_FAILED, i + 1);
        words_take(reading, i, 1);
        const uint32_t before = i > 1 && words_is(reading, i - 1, "any|a|an|have|had") ? i - 1 : i;
        if (before > 0 && words_is(reading, before - 1, "not|without|no|except")) {
            wish->is_failed_not = true;
            words_take(reading, before - 1, 1);
        }
        words_take_any(reading, "status"); /* "with status error" */
    }
}

static bool number_at(const struct reading *reading, uint32_t at, double *number)
{
    return at < reading->count && !reading->words[at].is_taken &&
           str_to_real(reading->words[at].low, number);
}

/* What stands before a number: "> 100", "over 100"; "is lock_waiters 0" of a metric alone. */
static enum wish_compare compare_at(const struct reading *reading, uint32_t at)
{
    const enum wish_compare compare = words_compare(reading, at);
    const bool is_equal =
        reading->wish->table == WISH_METRICS && at + 2 == reading->count &&
        (words_is(reading, at, "is|are|was|were|at") || words_was(reading, 0, "is|are|was|were"));
    return compare                         ? compare
           : words_is(reading, at, "over") ? COMPARE_MORE
           : is_equal                      ? COMPARE_EQUAL
                                           : COMPARE_NONE;
}

static void read_bound(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count && !wish->compare; i++) {
        double number;
        const enum wish_compare compare = compare_at(reading, i);
        if (!compare || !number_at(reading, i + 1, &number))
            continue;
        wish->compare = compare;
        wish->bound = number;
        words_take(reading, i, 2);
        words_take_any(reading, "times");
    }
}

void wish_read_conditions(struct reading *reading)
{
    struct wish *wish = reading->wish;
    if (wish->table == WISH_LOGS)
        read_levels(reading);
    if (wish->table == WISH_TRACES)
        read_failed(reading);
    if (wish->table == WISH_TRACES && (wish->longer_ns > 0 || wish->shorter_ns > 0))
        wish_note_part(reading, PART_LASTING, reading->count); /* rows are cut by it last */
    read_bound(reading);
}

/* Durations that are asked "in milliseconds". */
static void read_unit(struct reading *reading)
{
    for (uint32_t i = 0; i + 1 < reading->count && reading->wish->table == WISH_TRACES; i++) {
        const bool is_ms = words_is(reading, i + 1, "ms|millis|milliseconds");
        if (!words_is(reading, i, "in") || (!is_ms && !words_is(reading, i + 1, "s|seconds")))
            continue;
        reading->wish->unit_ns = is_ms ? NS_PER_S / 1000 : NS_PER_S;
        words_take(reading, i, 2);
    }
}

static bool is_counting(const struct reading *reading)
{
    const struct wish *wish = reading->wish;
    bool is_said = wish->table != WISH_TRACES;
    for (uint32_t i = 0; i < reading->count; i++)
        is_said |= words_was(reading, i, "number|count|counts|many");
    return is_said && wish->table != WISH_METRICS;
}

/* "services without failed spans", "which never logged an error": what is left of all. */
static void read_never(struct reading *reading)
{
    struct wish *wish = reading->wish;
    const bool is_no_text = wish->texts_count == 1 && wish->texts[0].is_not;
    if (wish->what != WANT_WHICH || wish->limit > 0)
        return;
    wish->is_never =
        words_take_any(reading, "never") || wish->is_level_not || wish->is_failed_not || is_no_text;
    if (!wish->is_never)
        return;
    wish->is_level_not = wish->is_failed_not = false;
    if (is_no_text)
        wish->texts[0].is_not = false;
}

void wish_settle(struct reading *reading)
{
    struct wish *wish = reading->wish;
    const bool is_value = wish->what == WANT_MEAN || wish->what == WANT_MAX ||
                          wish->what == WANT_MIN || wish->what == WANT_QUANTILE ||
                          wish->what == WANT_STDDEV;
    read_unit(reading);
    read_never(reading);
    /* "the first error of each service" is when it was */
    if (wish->what == WANT_COUNT && wish->by.len > 0 && wish->limit == 1 && !wish->is_top &&
        !wish->is_bottom) {
        wish->what = wish->is_newest ? WANT_LAST_TIME : WANT_FIRST_TIME;
        wish->limit = 0;
    }
    if (!is_value || wish->by.len == 0 || !is_counting(reading))
        return;
    if (wish->limit > 0 || wish->is_top || wish->is_bottom)
        wish->what =
            WANT_COUNT; /* "the minute with the highest number": the extreme is the order */
    else
        wish->is_of_counts = true;
}
