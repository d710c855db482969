/* SPDX-License-Identifier: Apache-2.0 */
/* How many of the rows are asked, and which come first. */
#include "query/words.h"

#define LIMIT_MAX 1000

/* "which route fails most", "the busiest instance": the first one. */
static void read_most(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->limit == 0; i++) {
        const bool is_least = words_is(reading, i, "least|fewest|quietest");
        if (!is_least && !words_is(reading, i, "most|busiest"))
            continue;
        for (uint32_t g = 0; g < reading->count && wish->by.len == 0; g++)
            if (!reading->words[g].is_taken && (wish->by = wish_group_at(reading, g)).len > 0)
                words_take(reading, g, 1);
        wish->limit = wish->by.len > 0;
        wish->is_top = !is_least;
        wish->is_bottom = is_least;
        words_take(reading, i, 1);
    }
}

#define NEWEST "last|latest|newest"
#define OLDEST "first|oldest|earliest"
#define SLOWEST "slowest|longest"
#define FASTEST "fastest|shortest|quickest"
#define TOP "top|most|busiest|" SLOWEST
#define BOTTOM "bottom|least|fewest|quietest|" FASTEST

static bool is_count(const struct reading *reading, uint32_t at, int64_t *number)
{
    return at < reading->count && !reading->words[at].is_taken &&
           str_to_int(reading->words[at].low, number) && *number >= 1 && *number <= LIMIT_MAX;
}

/* "slowest 5 spans" and "5 slowest spans" begin there; the word of order is at `order`. */
static bool is_limit(const struct reading *reading, uint32_t at, uint32_t *order, int64_t *number)
{
    static const char words[] = TOP "|" BOTTOM "|" NEWEST "|" OLDEST;
    *order = words_is(reading, at, words) ? at : at + 1;
    return words_is(reading, *order, words) &&
           is_count(reading, *order == at ? at + 1 : at, number);
}

/* "2 pods using the most memory" begins there. */
static bool is_limit_of(const struct reading *reading, uint32_t at, uint32_t *order,
                        int64_t *number)
{
    if (!is_count(reading, at, number) || wish_group_at(reading, at + 1).len == 0)
        return false;
    for (*order = at + 2; *order < reading->count; ++*order)
        if (words_is(reading, *order, TOP "|highest|largest|biggest|" BOTTOM "|lowest"))
            return true;
    return false;
}

/* "top 3 services", "the last 5 lines", "5 slowest spans", "2 pods using the most memory". */
static void read_limit(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        int64_t number;
        uint32_t order;
        const bool is_whole = is_limit(reading, i, &order, &number);
        if (!is_whole && !is_limit_of(reading, i, &order, &number))
            continue;
        const uint32_t noun = is_whole ? i + 2 : i + 1;
        wish->limit = (uint32_t)number;
        wish->is_bottom = words_is(reading, order, BOTTOM "|lowest");
        wish->is_newest = words_is(reading, order, NEWEST);
        wish->is_top = !wish->is_bottom && !wish->is_newest && !words_is(reading, order, OLDEST);
        const bool is_by =
            !words_is(reading, order, SLOWEST "|" FASTEST) && (wish->is_top || wish->is_bottom);
        words_take(reading, i, is_whole ? 2 : 1);
        words_take(reading, order, 1);
        if (is_by && wish->by.len == 0) {
            wish->by = wish_group_at(reading, noun);
            words_take(reading, noun, wish->by.len > 0);
        }
        words_take_any(reading, SLOWEST); /* "5 longest spans, longest first" */
        return;
    }
}

/* "which instance has the lowest cpu": of that one alone; what is the lowest is read later. */
static void read_extreme(struct reading *reading)
{
    struct wish *wish = reading->wish;
    const struct str by = wish_group_at(reading, 1);
    if (!words_is(reading, 0, "which|what") || by.len == 0 || wish->limit > 0)
        return;
    for (uint32_t i = 2; i < reading->count; i++) {
        const bool is_low = words_is(reading, i, "lowest|smallest");
        if (!is_low && !words_is(reading, i, "highest|largest|biggest"))
            continue;
        wish->by = by;
        wish->limit = 1;
        wish->is_top = !is_low;
        wish->is_bottom = is_low;
        words_take(reading, 1, 1);
        return;
    }
}

/* "the most recent commit", "the latest deploy": one. */
static void read_newest(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count && wish->limit == 0; i++) {
        const uint32_t two = words_is(reading, i, "most") && words_is(reading, i + 1, "recent");
        const bool is_newest = two || words_is(reading, i, NEWEST);
        if ((!is_newest && !words_is(reading, i, OLDEST)) ||
            !words_is(reading, i + 1 + two,
                      "line|message|error|span|trace|change|commit|deploy|deployment|rollout|event|"
                      "alert"))
            continue;
        wish->limit = 1;
        wish->is_newest = is_newest;
        words_take(reading, i, 1 + two);
    }
}

void wish_read_limits(struct reading *reading)
{
    read_limit(reading);
    read_extreme(reading);
    read_newest(reading);
    read_most(reading);
}
