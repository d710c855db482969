/* SPDX-License-Identifier: Apache-2.0 */
/* What of the rows is asked: which number, how kept apart, how many of them. */
#include "query/words.h"

static const struct {
    const char *words;
    const char *column; /* of events: `object`, where it is `instance` of others */
} groups[] = {
    {"service|services|app|apps", "service"},
    {"instance|instances|replica|replicas|pod|pods|host|hosts|process|processes|container|"
     "containers",
     "instance"},
    {"object|objects", "object"},
    {"minute|minutes", "minute"},
    {"hour|hours", "hour"},
    {"day|days", "day"},
    {"level|levels|severity", "level"},
    {"operation|operations|route|routes|endpoint|endpoints", "operation"},
    {"reason|reasons", "reason"},
    {"type|types", "type"},
    {"kind|kinds", "kind"},
    {"status|statuses", "status"},
    {"metric|metrics", "metric"},
    {"author|authors|people|person|committer|committers|engineer|engineers|developer|developers",
     "author"},
    {"trace|traces", "trace_id"},
};

static const struct {
    const char *words;
    enum wish_what what;
} wants[] = {
    {"stddev", WANT_STDDEV},
    {"derivative|slope", WANT_SLOPE},
    {"increase|increased|grow|grew|grown|delta|difference", WANT_INCREASE},
    {"average|mean|avg|typical", WANT_MEAN},
    {"highest|max|maximum|peak|largest|biggest|greatest|slowest|longest|worst", WANT_MAX},
    {"lowest|min|minimum|smallest|fastest|shortest|quickest", WANT_MIN},
    {"share|fraction|ratio|proportion", WANT_SHARE},
    {"bytes", WANT_BYTES},
    {"count|counts|number|distribution|breakdown|frequency|occurrences", WANT_COUNT},
    {"total|sum|summed|added|altogether|combined|together|cumulative|aggregate", WANT_SUM},
};

/* Who changed something is its author. */
static bool is_author(const struct reading *reading, uint32_t at)
{
    bool is_change = false;
    for (uint32_t i = 1; i < reading->count && at == 0; i++)
        is_change |= words_was(reading, i,
                               "change|changes|changed|commit|commits|committed|deploy|deploys|"
                               "deployed|deployments|rollout|rollouts");
    return is_change && words_was(reading, at, "who");
}

struct str wish_group_at(const struct reading *reading, uint32_t at)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (words_was(reading, at, groups[g].words))
            return str_of(groups[g].column);
    if (words_was(reading, at, "name|names") && words_was(reading, at + 1, "of") &&
        words_was(reading, reading->count - 1, "alerts|alarms"))
        return STR("name");
    return is_author(reading, at) ? STR("author") : STR("");
}

void wish_read_groups(struct reading *reading)
{
    struct wish *wish = reading->wish;
    if (wish->bucket_ns > 0)
        wish->by = STR("bucket");
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (!words_is(reading, i, "by|per|each|every") ||
            (i == 1 && words_was(reading, 0, "list|name|find"))) /* "list every operation" */
            continue;
        /* "by the minute", "per storefront instance" */
        const uint32_t skip = words_is(reading, i + 1, "each|every|the") ||
                              (i + 1 < reading->count && reading->words[i + 1].is_taken);
        const struct str by = wish_group_at(reading, i + 1 + skip);
        if (by.len == 0 || wish->by_too.len > 0)
            continue;
        *(wish->by.len > 0 ? &wish->by_too : &wish->by) = by;
        words_take(reading, i, 2 + skip);
        const struct str too = wish_group_at(reading, i + 3 + skip);
        if (words_is(reading, i + 2 + skip, "and") && wish->by_too.len == 0 && too.len > 0) {
            wish->by_too = too;
            words_take(reading, i + 2 + skip, 2);
        }
    }
    /* a stretch of time comes first */
    if (str_eq(wish->by_too, STR("minute")) || str_eq(wish->by_too, STR("hour")) ||
        str_eq(wish->by_too, STR("day"))) {
        const struct str stretch = wish->by_too;
        wish->by_too = wish->by;
        wish->by = stretch;
    }
    wish->is_across = words_take_any(reading, "across");
}

/* "p99", "99th percentile", "median"; how many words it takes, or 0. */
static uint32_t quantile_at(const struct reading *reading, uint32_t at, double *quantile)
{
    double number = 50;
    if (at >= reading->count || reading->words[at].is_taken || reading->words[at].is_quoted)
        return 0;
    const struct str low = reading->words[at].low;
    const bool is_p = str_starts(low, STR("p")) && str_to_real(str_slice(low, 1, low.len), &number);
    const bool is_th = words_is(reading, at + 1, "percentile|percentiles|quantile") &&
                       str_ends(low, STR("th")) &&
                       str_to_real(str_slice(low, 0, low.len - 2), &number);
    if ((!is_p && !is_th && !words_is(reading, at, "median")) || !(number > 0) || number >= 100)
        return 0;
    *quantile = number / 100;
    return is_th ? 2 : 1;
}

/* A word that says what is worked out; how many words it takes, or 0. */
static uint32_t want_at(const struct reading *reading, uint32_t at, struct wish_value *out)
{
    const uint32_t taken = quantile_at(reading, at, &out->quantile);
    if (taken > 0) {
        out->what = WANT_QUANTILE;
        return taken;
    }
    for (size_t w = 0; w < sizeof wants / sizeof *wants; w++)
        if (words_is(reading, at, wants[w].words)) {
            out->what = wants[w].what;
            return 1;
        }
    return 0;
}

static bool is_of_values(enum wish_what what)
{
    return what == WANT_MEAN || what == WANT_MAX || what == WANT_MIN || what == WANT_QUANTILE;
}

/* "median and p99", "the lowest and the highest", "mean, p50 and p99": several of one thing. */
static void read_several(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count && wish->also_count == 0; i++) {
        struct wish_value one, other;
        uint32_t taken = want_at(reading, i, &one), next = i + taken, more;
        if (taken == 0 || !is_of_values(one.what))
            continue;
        while (wish->also_count < WISH_VALUES_MAX - 1) {
            const bool is_and = words_is(reading, next, "and");
            uint32_t at = next + is_and;
            at += words_is(reading, at, "the");
            more = is_and || reading->words[next - 1].ends ? want_at(reading, at, &other) : 0;
            if (more == 0 || !is_of_values(other.what))
                break;
            wish->also[wish->also_count++] = other;
            next = at + more;
        }
        if (wish->also_count == 0)
            continue;
        wish->what = one.what;
        wish->quantile = one.quantile;
        words_take(reading, i, next - i);
    }
    if (wish->also_count == 1 && words_take_any(reading, "difference|spread|range|gap")) {
        wish->what = WANT_SPREAD;
        wish->also_count = 0;
        words_take_any(reading, "between");
    }
}

#define EXTREMES "highest|largest|biggest|greatest|slowest|longest|lowest|smallest|fastest|shortest"

static void read_one(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        const uint32_t taken = quantile_at(reading, i, &wish->quantile);
        if (taken > 0) {
            wish->what = WANT_QUANTILE;
            words_take(reading, i, taken);
            return;
        }
    }
    /* "slowest on average": the mean is asked, and which is the highest */
    for (size_t w = 0; w < sizeof wants / sizeof *wants && (wish->is_top || wish->is_bottom); w++)
        if (wants[w].what != WANT_MAX && wants[w].what != WANT_MIN &&
            words_take_any(reading, wants[w].words)) {
            wish->what = wants[w].what;
            words_take_any(reading, EXTREMES);
            return;
        }
    for (size_t w = 0; w < sizeof wants / sizeof *wants; w++) {
        if (wants[w].what == WANT_BYTES && wish->table == WISH_METRICS)
            continue;
        wish->is_percent = wants[w].what == WANT_SHARE && words_take_any(reading, "percentage");
        if (wish->is_percent || words_take_any(reading, wants[w].words)) {
            wish->what = wants[w].what;
            return;
        }
    }
}

/* The column that is asked for its different values; a message is one where that is said. */
static struct str distinct_at(const struct reading *reading, uint32_t at)
{
    return words_was(reading, at, "message|messages") ? STR("message") : wish_group_at(reading, at);
}

#define DISTINCT "distinct|different|unique|separate|individual"

/* "how many services", "the number of distinct traces": how many there are, not of each. */
static void read_distinct(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 2 < reading->count; i++) {
        const bool is_asked =
            (words_is(reading, i, "how") && words_is(reading, i + 1, "many")) ||
            (words_is(reading, i, "number|count") && words_is(reading, i + 1, "of"));
        uint32_t at = i + 2;
        while (words_is(reading, at, "all|the|of") ||
               (at + 1 < reading->count && reading->words[at].is_taken))
            at++;
        const bool is_each = words_is(reading, at, DISTINCT);
        uint32_t noun = at + is_each;
        if (is_each && wish_is_level(reading, noun))
            noun++; /* "distinct error messages" */
        const struct str of = is_each ? distinct_at(reading, noun) : wish_group_at(reading, at);
        const bool is_trace = str_eq(of, STR("trace_id"));
        if (!is_asked || of.len == 0 || str_eq(of, wish->by) ||
            (!is_each && (wish->table == WISH_EVENTS || (is_trace && wish->table != WISH_TRACES))))
            continue;
        wish->of = of;
        wish->what = WANT_DISTINCT;
        words_take(reading, i, 2);
        words_take(reading, at, 1);
        words_take(reading, noun, 1);
        return;
    }
}

static void read_which(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->by.len == 0; i++) {
        const bool is_each =
            i > 0 &&
            (words_is(reading, i - 1, DISTINCT) ||
             (i > 1 && words_is(reading, i - 2, DISTINCT) && wish_is_level(reading, i - 1)));
        const struct str by = is_each ? distinct_at(reading, i) : wish_group_at(reading, i);
        const bool is_asked =
            i == 0 || is_each ||
            words_was(reading, i - 1, "which|what|list|different|name|every|each") ||
            (words_was(reading, i - 1, "the") && words_was(reading, i + 1, "of"));
        if (by.len == 0 || reading->words[i].is_taken || !is_asked)
            continue;
        wish->by = by;
        if (wish->what == WANT_ROWS)
            wish->what = WANT_WHICH;
        words_take(reading, i, 1);
        words_take_any(reading, DISTINCT);
    }
}

static bool take_how_many(struct reading *reading)
{
    for (uint32_t i = 0; i + 1 < reading->count; i++)
        if (words_is(reading, i, "how") && words_is(reading, i + 1, "many|often") &&
            !words_is(reading, i + 2, "bytes")) {
            words_take(reading, i, 2);
            return true;
        }
    return false;
}

/* "the distribution of span kinds", "messages logged more than 20 times": by what else is named. */
static void read_counted(struct reading *reading)
{
    struct wish *wish = reading->wish;
    bool is_spread = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        is_spread |= words_was(reading, i, "distribution|breakdown");
        const bool is_often = wish->by.len == 0 && wish->table == WISH_LOGS &&
                              words_was(reading, i, "messages") &&
                              words_was(reading, reading->count - 1, "times");
        const struct str by = is_often ? STR("message") : wish_group_at(reading, i);
        if (wish->by.len > 0 || by.len == 0 || reading->words[i].is_taken ||
            (!is_often && (!is_spread || wish->what != WANT_COUNT)))
            continue;
        wish->by = by;
        wish->what = WANT_COUNT;
        words_take(reading, i, 1);
    }
}

/* "failure rate", "error rate" of spans: how many of them, not how many a second. */
static void read_failure_rate(struct reading *reading)
{
    for (uint32_t i = 0; i + 1 < reading->count && reading->wish->table == WISH_TRACES; i++)
        if (words_is(reading, i, FAILED_WORDS "|error") && words_is(reading, i + 1, "rate|rates")) {
            reading->wish->what = WANT_SHARE;
            words_take(reading, i + 1, 1);
        }
}

/* "number of samples of": how many there are of each series. */
static void read_samples(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_METRICS; i++)
        if (wish->span_ns > 0 && words_is(reading, i, "samples|datapoints") &&
            (words_was(reading, i - 1, "of|many") || i == 0))
            wish->is_samples = true;
}

/* "how many connections does cart have": the metric says it; "how many instances have" counts. */
static bool is_told_number(const struct reading *reading, uint32_t noun)
{
    const struct wish *wish = reading->wish;
    return wish->table == WISH_METRICS && wish->metrics[0] && !wish->metrics[0]->is_counter &&
           wish_group_at(reading, noun).len == 0 && !words_was(reading, noun, "samples|series");
}

void wish_read_what(struct reading *reading)
{
    struct wish *wish = reading->wish;
    read_distinct(reading);
    read_failure_rate(reading);
    if (wish->what == WANT_ROWS && wish->table != WISH_METRICS && take_how_many(reading)) {
        wish->what = WANT_COUNT;
        words_take_any(reading, "total|altogether|together");
    }
    if (wish->table == WISH_LOGS && wish->what == WANT_ROWS)
        for (uint32_t i = 0; i + 1 < reading->count; i++)
            if (words_is(reading, i, "how") && words_is(reading, i + 1, "much")) {
                wish->what = WANT_BYTES;
                words_take(reading, i, 2);
                words_take_any(reading, "text|data|output|volume");
            }
    if (wish->what == WANT_ROWS)
        read_several(reading);
    if (wish->what == WANT_ROWS)
        read_one(reading);
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (words_is(reading, i, "per|a") && words_is(reading, i + 1, "second|sec|s")) {
            words_take(reading, i, 2);
            wish->is_rate = true;
            if (wish->what == WANT_ROWS || wish->what == WANT_COUNT ||
                (wish->what == WANT_MEAN && wish->table != WISH_METRICS))
                wish->what = WANT_RATE;
        } else if (words_is(reading, i, "how") && words_is(reading, i + 1, "many|often")) {
            words_take(reading, i, 2);
            if (wish->what == WANT_ROWS && !is_told_number(reading, i + 2))
                wish->what = WANT_COUNT;
        } else if (words_is(reading, i, "much") && wish->table == WISH_METRICS &&
                   words_take_any(reading, "change|changed|differ|move|moved|rise|rose|fall|fell|"
                                           "drop|dropped|climb|climbed"))
            wish->what = WANT_INCREASE;
    }
    if (wish->what == WANT_ROWS && words_take_any(reading, "rate"))
        wish->what = WANT_RATE;
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (words_is(reading, i, "how") && words_is(reading, i + 1, "high|low"))
            wish->what = words_is(reading, i + 1, "low") ? WANT_MIN : WANT_MAX;
        else if (words_is(reading, i, "first|last") && words_is(reading, i + 1, "time"))
            wish->what = words_is(reading, i, "last") ? WANT_LAST_TIME : WANT_FIRST_TIME;
        else
            continue;
        words_take(reading, i, 2);
    }
    if (wish->metrics[0] && wish->metrics[0]->is_counter && wish->what == WANT_COUNT)
        wish->what = WANT_INCREASE; /* what it counts, not how many series there are */
    if (wish->what == WANT_ROWS && words_take_any(reading, "when")) {
        const bool is_newest = wish->limit == 1 && wish->is_newest;
        wish->what = is_newest || words_take_any(reading, "last|latest|newest") ? WANT_LAST_TIME
                                                                                : WANT_FIRST_TIME;
        wish->limit = 0;
    }
    if (wish->what == WANT_ROWS && wish->table == WISH_METRICS && wish->limit == 0 &&
        words_take_any(reading, "latest|newest|current"))
        wish->what = WANT_NEWEST;
    if (wish->what == WANT_ROWS && wish->table == WISH_METRICS && wish->span_ns > 0 &&
        words_take_any(reading, "change|changes|growth|drift|rise|drop"))
        wish->what = WANT_INCREASE;
    if (wish->what != WANT_DISTINCT)
        read_which(reading);
    read_counted(reading);
    read_samples(reading);
    const bool is_counted = wish->table == WISH_LOGS || wish->table == WISH_TRACES ||
                            wish->table == WISH_EVENTS || wish->table == WISH_CHANGES ||
                            wish->table == WISH_ALERTS;
    if ((wish->what == WANT_ROWS || (wish->what == WANT_WHICH && wish->limit > 0)) &&
        wish->by.len > 0 && is_counted)
        wish->what = WANT_COUNT;
}
