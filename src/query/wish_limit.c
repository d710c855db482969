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

/* Words that may stand between the word of order and its noun. */
#define ADJECTIVES                                                                                 \
    "busy|used|common|frequent|active|loaded|called|chatty|noisy|affected|log|logging"

/* The noun that is ordered, from there on. */
static uint32_t noun_at(const struct reading *reading, uint32_t at)
{
    while (words_is(reading, at, ADJECTIVES) ||
           (at + 1 < reading->count && reading->words[at].is_taken))
        at++;
    return at;
}

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
        const uint32_t noun = noun_at(reading, is_whole ? i + 2 : i + 1);
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

#define HIGHEST "highest|largest|biggest|greatest|slowest|longest|heaviest|worst"
#define LOWEST "lowest|smallest|fastest|shortest|quickest"
#define LINKS                                                                                      \
    "with|having|has|had|have|is|was|are|were|that|whose|takes|took|takes|uses|used|got|gets|"     \
    "shows"

/* "which instance has the lowest cpu", "the service with the highest p95": of that one alone; what
 * is the lowest is read later. */
static void read_extreme(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t g = 0; g + 2 < reading->count && wish->limit == 0 && wish->by.len == 0; g++) {
        const struct str by = wish_group_at(reading, g);
        if (by.len == 0 || reading->words[g].is_taken ||
            (g > 0 && words_is(reading, g - 1, "by|per|each|every|how")) ||
            (!words_is(reading, g + 1, LINKS) &&
             !(g > 0 && words_is(reading, g - 1, "which|what"))))
            continue;
        for (uint32_t i = g + 1; i < reading->count; i++) {
            const bool is_low = words_is(reading, i, LOWEST);
            if (!is_low && !words_is(reading, i, HIGHEST))
                continue;
            wish->by = by;
            wish->limit = 1;
            wish->is_top = !is_low;
            wish->is_bottom = is_low;
            words_take(reading, g, 1);
            return;
        }
        return;
    }
}

#define THINGS "span|request|call|trace|query|one"

/* "the slowest span", "the single longest failed request": that one; of several, all by length. */
static void read_longest(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count && wish->limit == 0; i++) {
        const bool is_fast = words_is(reading, i, FASTEST);
        uint32_t at = i + 1;
        while (at < reading->count && at < i + 3 && !words_is(reading, at, THINGS "|spans") &&
               (reading->words[at].is_taken ||
                words_is(reading, at, "single|server|client|" FAILED_WORDS)))
            at++;
        if ((!is_fast && !words_is(reading, i, SLOWEST)) || wish->by.len > 0 ||
            !words_is(reading, at, THINGS "|spans"))
            continue;
        wish->limit = !words_is(reading, at, "spans");
        wish->is_top = !is_fast;
        wish->is_bottom = is_fast;
        words_take(reading, i, 1);
        return;
    }
}

/* "rank services by errors", "operations ordered by mean duration, slowest first": all of them. */
static void read_ranking(struct reading *reading)
{
    struct wish *wish = reading->wish;
    bool is_ranked = false, is_up = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_first = words_is(reading, i, HIGHEST "|" LOWEST "|most|least|fewest") &&
                              words_is(reading, i + 1, "first");
        is_up |= words_is(reading, i, "ascending|increasing") ||
                 (is_first && words_is(reading, i, LOWEST "|least|fewest"));
        if (is_first)
            words_take(reading, i, 2);
        else if (words_is(reading, i,
                          "rank|ranked|ranking|ordered|sorted|sort|order|descending|"
                          "ascending|decreasing|increasing"))
            words_take(reading, i, 1);
        else
            continue;
        is_ranked = true;
    }
    if (!is_ranked || wish->limit > 0)
        return;
    wish->is_bottom = is_up;
    wish->is_top = !is_up;
    for (uint32_t g = 0; g < reading->count && wish->by.len == 0; g++)
        if (!reading->words[g].is_taken && (wish->by = wish_group_at(reading, g)).len > 0)
            words_take(reading, g, 1);
}

/* "most common error message", "top 4 most frequent messages": as many as are said, or one. */
static void read_messages(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 1; i + 1 < reading->count && wish->by.len == 0; i++) {
        if (!words_is(reading, i, "common|frequent|repeated"))
            continue;
        uint32_t at = i + 1;
        while (at < reading->count && at < i + 4 && !words_is(reading, at, "message|messages"))
            at++;
        if (!words_is(reading, at, "message|messages"))
            continue;
        wish->by = STR("message");
        wish->is_bottom = words_is(reading, i - 1, "least");
        wish->is_top = !wish->is_bottom;
        if (wish->limit == 0)
            wish->limit = words_is(reading, at, "message");
        words_take(reading, i - 1, words_is(reading, i - 1, "most|least"));
        words_take(reading, at, 1);
        wish->is_newest = false;
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

/* "what was deployed last": that one. */
static void read_at_last(struct reading *reading)
{
    const uint32_t end = reading->count - 1;
    if (reading->count < 3 || reading->wish->limit > 0 || reading->wish->by.len > 0 ||
        !words_was(reading, 0, "what|which|who") || !words_is(reading, end, "last|latest|first"))
        return;
    reading->wish->limit = 1;
    reading->wish->is_newest = !words_is(reading, end, "first");
    words_take(reading, end, 1);
}

void wish_read_limits(struct reading *reading)
{
    read_limit(reading);
    read_messages(reading);
    read_ranking(reading);
    read_extreme(reading);
    read_longest(reading);
    read_newest(reading);
    read_most(reading);
    read_at_last(reading);
}
