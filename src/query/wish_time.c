/* SPDX-License-Identifier: Apache-2.0 */
/* "in the last 5 minutes", "since 10:00", "before the alert", "longer than 2 s", "3 minutes ago".
 */
#include "query/words.h"

#define LONGEST_NS (365 * NS_PER_DAY)

static const struct {
    const char *words; /* all of them: WORDS_UNITS */
    int64_t ns;
} units[] = {
    {"ms|msec|millisecond|milliseconds", NS_PER_S / 1000},
    {"s|sec|secs|second|seconds", NS_PER_S},
    {"m|min|mins|minute|minutes", 60 * NS_PER_S},
    {"h|hr|hrs|hour|hours", 3600 * NS_PER_S},
    {"d|day|days", NS_PER_DAY},
};

static bool is_unit(struct str text, int64_t *ns)
{
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct str rest = str_of(units[i].words), one;
        while (str_split(&rest, '|', &one))
            if (str_eq(one, text)) {
                *ns = units[i].ns;
                return true;
            }
    }
    return false;
}

/* "5 minutes", "5m", "the last minute"; how many words it takes, or 0. */
static uint32_t duration_at(const struct reading *reading, uint32_t at, int64_t *out)
{
    double number;
    int64_t unit = 0;
    size_t digits = 0;
    if (at >= reading->count || reading->words[at].is_taken || reading->words[at].is_quoted)
        return 0;
    const struct str word = reading->words[at].low;
    while (digits < word.len &&
           ((word.ptr[digits] >= '0' && word.ptr[digits] <= '9') || word.ptr[digits] == '.'))
        digits++;
    /* "a second" is a rate, but for "in a second" and "a second ago" */
    const bool is_stretch =
        words_was(reading, at + 1, "ago") ||
        (at > 1 && words_was(reading, at - 2, "in|within|over|for|during|than|" WORDS_COMPARE));
    const bool is_one = digits == 0 && at > 0 && is_unit(word, &unit) && word.len > 2 &&
                        (words_was(reading, at - 1, "last|past|the|previous|within|first|final") ||
                         (words_was(reading, at - 1, "in") && !str_ends(word, STR("s"))) ||
                         (is_stretch && words_was(reading, at - 1, "a")));
    if (is_one) {
        *out = unit;
        return 1;
    }
    if (digits == 0 || !str_to_real(str_slice(word, 0, digits), &number))
        return 0;
    const bool is_joined = digits < word.len;
    if (is_joined ? !is_unit(str_slice(word, digits, word.len), &unit)
                  : at + 1 >= reading->count || !is_unit(reading->words[at + 1].low, &unit))
        return 0;
    if (!(number > 0) || number * (double)unit > (double)LONGEST_NS)
        return 0;
    *out = (int64_t)(number * (double)unit + 0.5);
    return is_joined ? 1 : 2;
}

/* "10:00", "10:00:30", or a whole time: on the day of the alert, or the day before. */
static bool clock_at(const struct reading *reading, uint32_t at, int64_t *out)
{
    int64_t parts[3] = {0}, seconds;
    uint32_t count = 0;
    struct str part;
    if (at >= reading->count)
        return false;
    if (time_parse_rfc3339(reading->words[at].text, out))
        return true;
    for (struct str rest = reading->words[at].low; count < 3 && str_split(&rest, ':', &part);)
        if (part.len == 0 || part.len > 2 || !str_to_int(part, &parts[count++]))
            return false;
    if (count < 2 || parts[0] > 23 || parts[1] > 59 || parts[2] > 59 || parts[0] < 0 ||
        parts[1] < 0 || parts[2] < 0 || reading->alert_ns <= 0)
        return false;
    seconds = (parts[0] * 60 + parts[1]) * 60 + parts[2];
    *out = reading->alert_ns - reading->alert_ns % NS_PER_DAY + seconds * NS_PER_S;
    if (*out > reading->alert_ns + NS_PER_DAY / 2)
        *out -= NS_PER_DAY;
    return true;
}

/* "the alert", "it fired", or an hour; how many words it takes, or 0. */
static uint32_t moment_at(const struct reading *reading, uint32_t at, int64_t *out)
{
    const uint32_t article = words_is(reading, at, "the|this|that") ? 1 : 0;
    if (words_is(reading, at + article, "alert|alarm|page|incident")) {
        *out = reading->alert_ns;
        return article + 1;
    }
    return clock_at(reading, at, out) ? 1 : 0;
}

/* Where what a duration bounds stands: "spans over 2 s" is no stretch of time. */
#define LASTING                                                                                    \
    "span|spans|call|calls|request|requests|trace|traces|took|taking|takes|take|lasted|lasting|"   \
    "lasts|last"

/* "> 2 s", "over 2 s" of spans, "between 1 and 2 s": how long something lasts. */
static bool read_lasting(struct reading *reading, uint32_t at, int64_t ns)
{
    struct wish *wish = reading->wish;
    const enum wish_compare compare = at > 0 ? words_compare(reading, at - 1) : COMPARE_NONE;
    const bool is_over =
        at > 1 && words_is(reading, at - 1, "over") && words_was(reading, at - 2, LASTING);
    if (compare == COMPARE_MORE || compare == COMPARE_AT_LEAST || is_over) {
        wish->longer_ns = ns;
        wish->is_longer_or = compare == COMPARE_AT_LEAST;
    } else if (compare == COMPARE_LESS || compare == COMPARE_AT_MOST) {
        wish->shorter_ns = ns;
        wish->is_shorter_or = compare == COMPARE_AT_MOST;
    } else
        return false;
    words_take(reading, at - 1, 1);
    return true;
}

/* "between 1 and 2 seconds": the first number has the unit of the second, or its own. */
static bool read_between(struct reading *reading, uint32_t at)
{
    int64_t from, to;
    double number, other;
    if (!words_is(reading, at, "between|from"))
        return false;
    const uint32_t own = duration_at(reading, at + 1, &from);
    const uint32_t next = at + 1 + (own ? own : 1);
    const uint32_t taken =
        words_is(reading, next, "and|to") ? duration_at(reading, next + 1, &to) : 0;
    if (taken == 0 || at + 1 >= reading->count)
        return false;
    if (own == 0) {
        if (taken != 2 || !str_to_real(reading->words[at + 1].low, &number) ||
            !str_to_real(reading->words[next + 1].low, &other) || !(number > 0) || other < number)
            return false;
        from = (int64_t)((double)to / other * number + 0.5);
    }
    reading->wish->longer_ns = from;
    reading->wish->shorter_ns = to;
    reading->wish->is_longer_or = true;
    words_take(reading, at, next + 1 + taken - at);
    return true;
}

/* "30 second buckets", "per 5 minutes": how long one is. */
static bool read_bucket(struct reading *reading, uint32_t at, uint32_t taken, int64_t ns)
{
    static const char buckets[] =
        "bucket|buckets|bin|bins|interval|intervals|slice|slices|chunk|chunks|step|steps";
    const bool is_per = at > 0 && words_is(reading, at - 1, "per|every|each|by");
    const bool is_named = words_is(reading, at + taken, buckets);
    if (!is_per && !is_named)
        return false;
    reading->wish->bucket_ns = ns;
    if (at > 0 && words_is(reading, at - 1, "per|every|each|by|in|into|of|with"))
        words_take(reading, at - 1, 1);
    words_take(reading, at + taken, is_named);
    return true;
}

/* "5 minutes before the alert", "in the minute after 10:00" */
static bool read_beside(struct reading *reading, uint32_t at, uint32_t taken, int64_t ns)
{
    int64_t moment;
    struct wish *wish = reading->wish;
    const bool is_before = words_is(reading, at + taken, "before|until|till|preceding");
    if (!is_before && !words_is(reading, at + taken, "after|following|from|since|of"))
        return false;
    const uint32_t beside = moment_at(reading, at + taken + 1, &moment);
    if (beside == 0)
        return false;
    wish->from_ns = is_before ? moment - ns : moment;
    wish->to_ns = is_before ? moment : moment + ns;
    words_take(reading, at + taken, 1 + beside);
    return true;
}

/* "compared to 5 minutes ago", "relative to", "minus what it was": held against its own past. */
static void read_past(struct reading *reading, uint32_t at)
{
    static const char minus[] = "compared|compare|versus|vs|minus|against|>|<|difference|differ";
    static const char through[] = "relative|ratio|divided|times";
    for (uint32_t i = 0; i < at; i++) {
        const bool is_share = words_is(reading, i, through);
        if (!is_share && !words_is(reading, i, minus))
            continue;
        reading->wish->is_against_past = true;
        reading->wish->pair = is_share ? PAIR_SHARE : PAIR_MINUS;
        words_take(reading, i, 1);
    }
}

static void read_durations(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        int64_t ns;
        if (read_between(reading, i))
            continue;
        const uint32_t taken = duration_at(reading, i, &ns);
        if (taken == 0)
            continue;
        if (words_is(reading, i + taken, "ago|earlier|back")) {
            wish->ago_ns = ns;
            read_past(reading, i);
        } else if (!read_beside(reading, i, taken, ns) && !read_lasting(reading, i, ns) &&
                   !read_bucket(reading, i, taken, ns)) {
            if (i > 0 && words_is(reading, i - 1, "first|opening|initial"))
                wish->head_ns = ns;
            else
                wish->span_ns = ns;
        }
        for (uint32_t k = i, n = 0; k > 0 && n < 4; k--, n++)
            if (words_is(reading, k - 1,
                         "the|last|past|previous|final|latest|first|opening|initial|over|in|within|"
                         "during|for|took|taking|lasted|lasting|an|a|of"))
                words_take(reading, k - 1, 1);
            else
                break;
        words_take(reading, i, taken);
        if (words_is(reading, i + taken, "ago|earlier|back|long|window|period"))
            words_take(reading, i + taken, 1);
    }
}

bool wish_read_times(struct reading *reading, struct err *err)
{
    struct wish *wish = reading->wish;
    read_durations(reading);
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        int64_t from, to;
        uint32_t taken;
        if (words_is(reading, i, "between|from") &&
            (taken = moment_at(reading, i + 1, &from)) > 0) {
            const uint32_t next = i + 1 + taken;
            wish->from_ns = from;
            words_take(reading, i, 1 + taken);
            if (words_is(reading, next, "and|to|until|till") &&
                (taken = moment_at(reading, next + 1, &to)) > 0) {
                wish->to_ns = to;
                words_take(reading, next, 1 + taken);
            }
        } else if (words_is(reading, i, "since|after") &&
                   (taken = moment_at(reading, i + 1, &from)) > 0) {
            wish->from_ns = from;
            words_take(reading, i, 1 + taken);
        } else if (words_is(reading, i, "before|until|till") &&
                   (taken = moment_at(reading, i + 1, &to)) > 0) {
            wish->to_ns = to;
            words_take(reading, i, 1 + taken);
        } else if (words_is(reading, i, "before/after") &&
                   (taken = moment_at(reading, i + 1, &wish->split_ns)) > 0) {
            words_take(reading, i, 1 + taken);
        } else
            continue;
        if (reading->alert_ns <= 0)
            return err_set(err, ERR_USAGE,
                           "`%.*s %.*s`: when the alert was is not known; write the "
                           "whole time",
                           STR_ARG(reading->words[i].text), STR_ARG(reading->words[i + 1].text));
    }
    return true;
}
