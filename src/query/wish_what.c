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
    {"level|levels|severity", "level"},
    {"operation|operations|route|routes|endpoint|endpoints", "operation"},
    {"reason|reasons", "reason"},
    {"type|types", "type"},
    {"kind|kinds", "kind"},
    {"status|statuses", "status"},
    {"metric|metrics", "metric"},
    {"author|authors|people|person|committer|committers", "author"},
    {"trace|traces", "trace_id"},
};

static const struct {
    const char *words;
    enum wish_what what;
} wants[] = {
    {"increase|increased|grow|grew|grown|delta|difference", WANT_INCREASE},
    {"average|mean|avg", WANT_MEAN},
    {"highest|max|maximum|peak|largest|biggest|slowest|longest|worst", WANT_MAX},
    {"lowest|min|minimum|smallest|fastest|shortest", WANT_MIN},
    {"share|fraction|ratio|proportion", WANT_SHARE},
    {"bytes", WANT_BYTES},
    {"count|counts|number", WANT_COUNT},
    {"total|sum|summed|added|altogether|combined|together", WANT_SUM},
};

static const struct {
    const char *words;
    const char *level;
} levels[] = {
    {"error|errors|erroneous", "ERROR"},
    {"fatal|fatals|critical", "FATAL"},
    {"warn|warning|warnings", "WARN"},
    {"info", "INFO"},
    {"debug", "DEBUG"},
};

struct str wish_group_at(const struct reading *reading, uint32_t at)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (words_was(reading, at, groups[g].words))
            return str_of(groups[g].column);
    return STR("");
}

void wish_read_groups(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (!words_is(reading, i, "by|per|each|every"))
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
    if (str_eq(wish->by_too, STR("minute")) || str_eq(wish->by_too, STR("hour"))) {
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
    const bool is_th = words_is(reading, at + 1, "percentile|quantile") &&
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

/* "median and p99", "the lowest and the highest": two of one thing. */
static void read_two(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 2 < reading->count; i++) {
        struct wish_value one, other;
        const uint32_t taken = want_at(reading, i, &one);
        const uint32_t next = i + taken + 1 + words_is(reading, i + taken + 1, "the");
        if (taken == 0 || !words_is(reading, i + taken, "and"))
            continue;
        const uint32_t more = want_at(reading, next, &other);
        if (more == 0 || !is_of_values(one.what) || !is_of_values(other.what))
            continue;
        wish->what = one.what;
        wish->quantile = one.quantile;
        wish->too = other;
        words_take(reading, i, next + more - i);
        return;
    }
}

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
    for (size_t w = 0; w < sizeof wants / sizeof *wants; w++) {
        wish->is_percent = wants[w].what == WANT_SHARE && words_take_any(reading, "percentage");
        if (wish->is_percent || words_take_any(reading, wants[w].words)) {
            wish->what = wants[w].what;
            return;
        }
    }
}

/* "how many services", "the number of distinct traces": how many there are, not of each. */
static void read_distinct(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 2 < reading->count; i++) {
        const uint32_t all = words_is(reading, i + 2, "all") ? 1 : 0;
        const bool is_each = words_is(reading, i + 2 + all, "distinct|different|unique|separate");
        const struct str by = wish_group_at(reading, i + 2 + all + is_each);
        const bool is_asked =
            (words_is(reading, i, "how") && words_is(reading, i + 1, "many")) ||
            (words_is(reading, i, "number|count") && words_is(reading, i + 1, "of"));
        if (!is_asked || by.len == 0 || wish->by.len > 0 ||
            (!is_each && (wish->table == WISH_EVENTS || str_eq(by, STR("trace_id")))))
            continue;
        wish->by = by;
        wish->what = WANT_DISTINCT;
        words_take(reading, i, 3 + all + is_each);
        return;
    }
}

static void read_which(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->by.len == 0; i++) {
        const struct str by = wish_group_at(reading, i);
        const bool is_asked = i == 0 || words_was(reading, i - 1, "which|what|list|different") ||
                              (words_was(reading, i - 1, "the") && words_was(reading, i + 1, "of"));
        if (by.len == 0 || reading->words[i].is_taken || !is_asked)
            continue;
        wish->by = by;
        if (wish->what == WANT_ROWS)
            wish->what = WANT_WHICH;
        words_take(reading, i, 1);
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

void wish_read_what(struct reading *reading)
{
    struct wish *wish = reading->wish;
    read_distinct(reading);
    if (wish->what == WANT_ROWS && wish->table != WISH_METRICS && take_how_many(reading)) {
        wish->what = WANT_COUNT;
        words_take_any(reading, "total|altogether|together");
    }
    if (wish->what == WANT_ROWS)
        read_two(reading);
    if (wish->what == WANT_ROWS)
        read_one(reading);
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (words_is(reading, i, "per|a") && words_is(reading, i + 1, "second|sec|s")) {
            words_take(reading, i, 2);
            if (wish->what == WANT_ROWS || wish->what == WANT_COUNT)
                wish->what = WANT_RATE;
        } else if (words_is(reading, i, "how") && words_is(reading, i + 1, "many|often")) {
            words_take(reading, i, 2);
            if (wish->what == WANT_ROWS)
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
    if (wish->what == WANT_ROWS && words_take_any(reading, "when"))
        wish->what =
            words_take_any(reading, "last|latest|newest") ? WANT_LAST_TIME : WANT_FIRST_TIME;
    if (wish->what != WANT_DISTINCT)
        read_which(reading);
    const bool is_counted = wish->table == WISH_LOGS || wish->table == WISH_TRACES ||
                            wish->table == WISH_EVENTS || wish->table == WISH_CHANGES ||
                            wish->table == WISH_ALERTS;
    if ((wish->what == WANT_ROWS || (wish->what == WANT_WHICH && wish->limit > 0)) &&
        wish->by.len > 0 && is_counted)
        wish->what = WANT_COUNT;
}

/* "level error", "that are not errors", "except errors" */
static void read_level(struct reading *reading, uint32_t at)
{
    const uint32_t named = at > 0 && words_is(reading, at - 1, "level|severity") ? 1 : 0;
    const uint32_t before = at - named;
    words_take(reading, before, 1 + named);
    if (before > 0 && words_is(reading, before - 1, "not|without|except|no|lacking")) {
        reading->wish->is_level_not = true;
        words_take(reading, before - 1, 1);
    }
}

void wish_read_conditions(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
        for (uint32_t i = 0; i < reading->count && wish->table == WISH_LOGS; i++)
            if (wish->level.len == 0 && words_is(reading, i, levels[l].words)) {
                wish->level = str_of(levels[l].level);
                read_level(reading, i);
            }
    if (wish->table == WISH_TRACES)
        wish->is_failed = words_take_any(reading, FAILED_WORDS "|error|errors|erroneous");
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        double number;
        const bool is_below = words_is(reading, i, "below|under|less|fewer");
        const uint32_t than = words_is(reading, i + 1, "than") ? 1 : 0;
        if ((is_below ||
             words_is(reading, i, "above|over|more|greater|exceeding|exceeds|exceed")) &&
            i + 1 + than < reading->count && !reading->words[i + 1 + than].is_taken &&
            str_to_real(reading->words[i + 1 + than].low, &number)) {
            wish->has_bound = true;
            wish->is_below = is_below;
            wish->bound = number;
            words_take(reading, i, 2 + than);
        }
    }
}

bool wish_is_level(const struct reading *reading, uint32_t at)
{
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
        if (words_is(reading, at, levels[l].words))
            return true;
    return false;
}
