/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which metric a question means: one whose name stands there, or the one whose name has most of its
 * words. Words that the name has and the question has not count a little against it, so "memory" is
 * memory_rss_bytes rather than a rarer one with a longer name.
 */
#include "query/words.h"

#include "base/arena.h"
#include "text/terms.h"

#define PARTS_MAX 16
#define MISSED                                                                                     \
    0.1 /* of a word that only the name has: ten of them weigh as much as one agreement */
#define ELSEWHERE 5 /* a metric that the named service has not */

/* What people say, and what names have. */
static const char *const same[][2] = {
    {"second", "s"},         {"seconds", "s"},       {"memory", "mem"},       {"requests", "req"},
    {"latency", "duration"}, {"milliseconds", "ms"}, {"connections", "conn"}, {"average", "avg"},
};

static bool is_alike(struct arena *arena, struct str word, struct str part)
{
    struct str a = str_copy(arena, word), b = str_copy(arena, part);
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        if (str_eq(word, str_of(same[i][0])) && str_eq(part, str_of(same[i][1])))
            return true;
    a.len = term_stem((char *)(uintptr_t)a.ptr, a.len);
    b.len = term_stem((char *)(uintptr_t)b.ptr, b.len);
    return str_eq(a, b);
}

static uint32_t parts_of(struct arena *arena, struct str name, struct str parts[PARTS_MAX])
{
    uint32_t count = 0;
    const struct str low = str_lower(arena, name);
    for (size_t at = 0, end; at < low.len && count < PARTS_MAX; at = end + 1) {
        for (end = at; end < low.len && !strchr("._-/:(){},=\" ", low.ptr[end]); end++)
            ;
        if (end > at)
            parts[count++] = str_slice(low, at, end);
    }
    return count;
}

/* Words that agree with anything, and words of an error level alone, name no metric. */
static bool is_weak(const struct reading *reading, uint32_t at)
{
    return words_was(reading, at,
                     "error|errors|rate|per|second|seconds|s|count|total|max|min|mean|average|in|"
                     "sum|time|ratio");
}

/* How well [from, to) of the words name it; `strong` tells whether any word is of its own. */
static double agreement(const struct reading *reading, const struct schema_metric *metric,
                        uint32_t from, uint32_t to, uint64_t taken[4])
{
    struct str parts[PARTS_MAX];
    struct arena *arena = reading->arena;
    const uint32_t count = parts_of(arena, metric->name, parts);
    double agreed = 0, missed = 0;
    uint32_t strong = 0;
    memset(taken, 0, 4 * sizeof *taken);
    for (uint32_t p = 0; p < count; p++) {
        uint32_t w = from;
        while (w < to &&
               (reading->words[w].is_taken || reading->words[w].is_quoted ||
                (taken[w / 64] >> w % 64 & 1) || !is_alike(arena, reading->words[w].low, parts[p])))
            w++;
        if (w == to) {
            missed++;
            continue;
        }
        taken[w / 64] |= UINT64_C(1) << w % 64;
        agreed++;
        strong += !is_weak(reading, w);
    }
    const bool is_whole = missed == 0 && count > 1;
    return strong == 0 && !is_whole && agreed < 2 ? 0 : agreed - MISSED * missed;
}

static bool is_of(const struct reading *reading, const struct schema_metric *metric)
{
    const struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < wish->services_count; i++)
        if (str_eq(wish->services[i], metric->service))
            return true;
    return wish->services_count == 0;
}

/* NULL: none has a word in common. */
static const struct schema_metric *best_of(struct reading *reading, uint32_t from, uint32_t to,
                                           bool is_series)
{
    const struct schema *schema = reading->schema;
    const struct schema_metric *best = NULL;
    uint64_t taken[4], best_taken[4] = {0};
    double best_score = 0;
    bool wants_counter = false; /* a rate and an increase are made of one: as good as a word */
    for (uint32_t w = 0; w < reading->count; w++)
        wants_counter |=
            words_was(reading, w, "rate|increase|increased") ||
            (words_was(reading, w, "per") && words_was(reading, w + 1, "second|sec|s"));
    for (size_t m = 0; m < schema->metrics_count; m++) {
        const struct schema_metric *metric = &schema->metrics[m];
        if (is_series ? metric->series.len == 0 : metric->is_counter)
            continue;
        double score = agreement(reading, metric, from, to, taken);
        if (score > 0 && metric->is_counter && wants_counter)
            score += 1;
        if (!is_of(reading, metric))
            score /= ELSEWHERE;
        if (score > best_score + 1e-9) {
            best = metric;
            best_score = score;
            memcpy(best_taken, taken, sizeof taken);
        }
    }
    for (uint32_t w = from; best && w < to; w++)
        if (best_taken[w / 64] >> w % 64 & 1)
            words_take(reading, w, 1);
    return best;
}

static void add(struct reading *reading, const struct schema_metric *metric)
{
    struct wish *wish = reading->wish;
    if (!metric || (wish->metrics[0] && wish->metrics[1]))
        return;
    wish->metrics[wish->metrics[0] ? 1 : 0] = metric;
}

/* What stands between two metrics says what is asked of both. */
static const struct {
    const char *words;
    enum wish_pair pair;
} pairs[] = {
    {"minus|less|-", PAIR_MINUS},
    {"plus|+", PAIR_PLUS},
    {"and", PAIR_BOTH}, /* or the sum, where that is said */
};

static enum wish_pair pair_between(struct reading *reading, uint32_t from, uint32_t to)
{
    for (uint32_t w = from; w < to; w++)
        for (size_t p = 0; p < sizeof pairs / sizeof *pairs; p++) {
            if (!words_is(reading, w, pairs[p].words))
                continue;
            words_take(reading, w, 1);
            if (pairs[p].pair == PAIR_BOTH && words_take_any(reading, "difference|gap")) {
                words_take_any(reading, "between");
                return PAIR_MINUS;
            }
            if (pairs[p].pair == PAIR_BOTH &&
                words_take_any(reading, "sum|together|combined|added"))
                return PAIR_PLUS;
            return pairs[p].pair;
        }
    return PAIR_SHARE;
}

/* "what share of requests are errors" names the whole first. */
static void turn_share(struct reading *reading, uint32_t from, uint32_t to)
{
    struct wish *wish = reading->wish;
    for (uint32_t w = from; w < to && wish->pair == PAIR_SHARE; w++)
        if (words_was(reading, w, "are|is|were|was|end|become|that")) {
            const struct schema_metric *whole = wish->metrics[0];
            wish->metrics[0] = wish->metrics[1];
            wish->metrics[1] = whole;
            return;
        }
}

void wish_read_metric_names(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    uint32_t first = 0;
    for (uint32_t w = 0; w < reading->count; w++)
        for (size_t m = 0; m < schema->metrics_count && !reading->words[w].is_taken; m++) {
            const struct schema_metric *metric = &schema->metrics[m];
            const struct str text = reading->words[w].text;
            const bool has_marks = str_contains(text, STR("_")) || str_contains(text, STR("."));
            if (has_marks && (str_eq(text, metric->name) || str_eq(text, metric->series))) {
                words_take(reading, w, 1);
                add(reading, metric);
                if (!reading->wish->metrics[1])
                    first = w;
                else if (w > first + 1) {
                    reading->wish->pair = pair_between(reading, first + 1, w);
                    turn_share(reading, first + 1, w);
                }
            }
        }
}

/* The words from there on have all the words of a metric's name, and it more than one. */
static bool names_whole(const struct reading *reading, uint32_t from)
{
    const struct schema *schema = reading->schema;
    for (size_t m = 0; m < schema->metrics_count; m++) {
        struct str parts[PARTS_MAX];
        const uint32_t count = parts_of(reading->arena, schema->metrics[m].name, parts);
        uint32_t p = 0;
        while (p < count && from + p < reading->count && !reading->words[from + p].is_taken &&
               is_alike(reading->arena, reading->words[from + p].low, parts[p]))
            p++;
        if (p == count && count > 1)
            return true;
    }
    return false;
}

#define DIVIDES "/|minus|divided|plus"

static bool is_named_behind(const struct reading *reading, const struct schema_metric *named,
                            uint32_t cut)
{
    for (uint32_t w = cut; w < reading->count; w++)
        if (str_eq(reading->words[w].text, named->name) ||
            str_eq(reading->words[w].text, named->series))
            return true;
    return false;
}

void wish_read_metric_words(struct reading *reading)
{
    struct wish *wish = reading->wish;
    const bool is_series = wish->table == WISH_METRICS;
    const struct schema_metric *named = wish->metrics[0];
    uint32_t cut = 0;
    if (wish->metrics[1] || (named && wish->is_against_past))
        return;
    for (uint32_t w = 1; w < reading->count; w++)
        if (cut == 0 && (words_is(reading, w, named ? DIVIDES : DIVIDES "|among|to") ||
                         (words_is(reading, w, "and") && names_whole(reading, w + 1))))
            cut = w;
    if (named && cut == 0)
        return;
    if (named) {
        /* the other stands on the other side */
        const bool is_second = is_named_behind(reading, named, cut);
        const struct schema_metric *other = is_second
                                                ? best_of(reading, 0, cut, is_series)
                                                : best_of(reading, cut, reading->count, is_series);
        wish->metrics[0] = is_second && other ? other : named;
        wish->metrics[1] = is_second && other ? named : other;
        if (wish->metrics[1])
            wish->pair = pair_between(reading, cut, cut + 1);
        return;
    }
    add(reading, best_of(reading, 0, cut ? cut : reading->count, is_series));
    if (cut && wish->metrics[0])
        add(reading, best_of(reading, cut, reading->count, is_series));
    if (wish->metrics[1])
        wish->pair = pair_between(reading, cut, cut + 1);
}
