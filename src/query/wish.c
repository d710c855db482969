/* SPDX-License-Identifier: Apache-2.0 */
#include "query/wish.h"

#include "base/arena.h"
#include "base/buf.h"
#include "query/words.h"
#include "text/terms.h"

#define LIMIT_MAX 1000
#define FAILED_WORDS "failed|failing|fail|fails"

/* Words that a question is put together with. */
#define GLUE                                                                                       \
    "a|an|all|and|any|are|at|been|but|by|did|do|does|for|from|give|had|has|have|how|in|is|it|"     \
    "list|log|logged|me|most|much|my|of|on|only|or|over|please|report|reported|reports|show|"      \
    "than|that|the|their|there|them|these|they|time|times|to|was|we|were|what|when|where|which|"   \
    "who|whom|whose|with|within|many|each|every|per|s|across|as|not|so|happened|wrote|write|"      \
    "seen|see|its|number|rate|find|get|writes|during|took|take|last|first|among|duration|"         \
    "durations"

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
    {"author|authors", "author"},
};

static const struct {
    const char *words;
    enum wish_table table;
} signals[] = {
    {"line|lines|log|logs|logged|message|messages", WISH_LOGS},
    {"span|spans|trace|traces", WISH_TRACES},
    {"change|changes|changed|commit|commits|committed|deploy|deploys|deployed|deployment|"
     "deployments|rollout|rollouts",
     WISH_CHANGES},
    {"event|events|restarted|started|stopped|killed|evicted|reloaded", WISH_EVENTS},
    {"calls|caller|callers|callee|callees", WISH_TOPOLOGY},
    {"metric|metrics", WISH_METRICS},
};

static const struct {
    const char *words;
    enum wish_what what;
} wants[] = {
    {"increase|increased|grow|grew|delta", WANT_INCREASE},
    {"average|mean|avg", WANT_MEAN},
    {"highest|max|maximum|peak|largest|biggest|slowest|longest|worst", WANT_MAX},
    {"lowest|min|minimum|smallest|fastest|shortest", WANT_MIN},
    {"share|fraction|ratio|percentage|proportion", WANT_SHARE},
    {"bytes", WANT_BYTES},
    {"count|counts|number", WANT_COUNT},
    {"total|sum", WANT_SUM},
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

const char *wish_table_name(enum wish_table table)
{
    static const char *const names[] = {
#define X(id, name) name,
        WISH_TABLES(X)
#undef X
    };
    return names[table];
}

/* ---- names ---- */

static bool add_name(struct str *names, uint32_t *count, const struct str *known,
                     size_t known_count, struct str low)
{
    for (size_t i = 0; i < known_count && *count < WISH_NAMES_MAX; i++)
        if (known[i].len == low.len && str_find_no_case(known[i], low) == 0) {
            names[(*count)++] = known[i];
            return true;
        }
    return false;
}

static void read_names(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct word *word = &reading->words[i];
        if (!word->is_taken && !word->is_quoted &&
            (add_name(wish->instances, &wish->instances_count, schema->instances,
                      schema->instances_count, word->low) ||
             add_name(wish->services, &wish->services_count, schema->services,
                      schema->services_count, word->low)))
            words_take(reading, i, 1);
    }
}

/* "started" is the reason `Started`; "deployed" is the kind `deploy`. */
static bool is_value(struct arena *arena, struct str word, struct str value)
{
    struct str a = str_copy(arena, word), b = str_lower(arena, value);
    a.len = term_stem((char *)(uintptr_t)a.ptr, a.len);
    b.len = term_stem((char *)(uintptr_t)b.ptr, b.len);
    return a.len > 0 && str_eq(a, b);
}

static void read_values(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    const struct str table = str_of(wish_table_name(wish->table));
    for (uint32_t i = 0; i < reading->count; i++)
        for (size_t v = 0; v < schema->values_count && wish->values_count < WISH_NAMES_MAX; v++) {
            const struct schema_value *value = &schema->values[v];
            if (str_eq(value->table, table) && !reading->words[i].is_quoted &&
                is_value(reading->arena, reading->words[i].low, value->text)) {
                wish->values[wish->values_count++] = value;
                words_take(reading, i, 1);
                break;
            }
        }
}

/* ---- texts ---- */

static bool is_without(const struct reading *reading, uint32_t at)
{
    return words_was(reading, at, "without|not|no|except|lacking");
}

static void add_text(struct reading *reading, struct str text, bool is_quoted, bool is_not)
{
    struct wish *wish = reading->wish;
    if (wish->texts_count < WISH_NAMES_MAX)
        wish->texts[wish->texts_count++] =
            (struct wish_text){str_copy(reading->arena, text), is_quoted, is_not};
}

static void read_quoted(struct reading *reading)
{
    bool is_not = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (!reading->words[i].is_quoted) {
            is_not = is_without(reading, i) ||
                     (is_not && words_was(reading, i, "with|containing|contain|the|in"));
            continue;
        }
        if (is_not)
            words_take_any(reading, "without|not|no|except|lacking");
        add_text(reading, reading->words[i].text, true, is_not);
        words_take(reading, i, 1);
        is_not = false;
    }
}

/* "with timeout", "mentioning connection refused": up to a word that a question is made of. */
static void read_bare_texts(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_not = words_is(reading, i, "without|except|lacking");
        if (!is_not && !words_is(reading, i,
                                 "with|containing|contain|contains|mention|mentions|mentioning|"
                                 "matching|saying|about"))
            continue;
        uint32_t to = i + 1;
        while (to < reading->count && !reading->words[to].is_taken &&
               !words_is(reading, to, GLUE) && (to == i + 1 || !reading->words[to - 1].ends))
            to++;
        if (to > i + 1) {
            const char *start = reading->words[i + 1].text.ptr;
            const struct str last = reading->words[to - 1].text;
            add_text(reading,
                     (struct str){.ptr = start, .len = (size_t)(last.ptr + last.len - start)},
                     false, is_not);
            words_take(reading, i, to - i);
        }
    }
}

/* ---- what, of which, how kept apart ---- */

static struct str group_at(const struct reading *reading, uint32_t at)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        if (words_was(reading, at, groups[g].words))
            return str_of(groups[g].column);
    return STR("");
}

static void read_groups(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i + 1 < reading->count; i++) {
        if (!words_is(reading, i, "by|per|each|every"))
            continue;
        const uint32_t skip = words_is(reading, i + 1, "each|every|the") ? 1 : 0;
        const struct str by = group_at(reading, i + 1 + skip);
        if (by.len == 0 || wish->by_too.len > 0)
            continue;
        *(wish->by.len > 0 ? &wish->by_too : &wish->by) = by;
        words_take(reading, i, 2 + skip);
    }
    /* a stretch of time comes first */
    if (str_eq(wish->by_too, STR("minute")) || str_eq(wish->by_too, STR("hour"))) {
        const struct str stretch = wish->by_too;
        wish->by_too = wish->by;
        wish->by = stretch;
    }
    wish->is_across = words_take_any(reading, "across");
}

/* "which route fails most", "the busiest instance": the first one. */
static void read_most(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->limit == 0; i++) {
        const bool is_least = words_is(reading, i, "least|fewest|quietest");
        if (!is_least && !words_is(reading, i, "most|busiest"))
            continue;
        for (uint32_t g = 0; g < reading->count && wish->by.len == 0; g++)
            if (!reading->words[g].is_taken && (wish->by = group_at(reading, g)).len > 0)
                words_take(reading, g, 1);
        wish->limit = wish->by.len > 0;
        wish->is_top = !is_least;
        wish->is_bottom = is_least;
        words_take(reading, i, 1);
    }
}

/* "top 3 services", "the last 5 lines", "slowest 5 spans". */
static void read_limit(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        int64_t number;
        const bool is_top = words_is(reading, i, "top|most|busiest");
        const bool is_bottom = words_is(reading, i, "bottom|least");
        const bool is_last = words_is(reading, i, "last|latest|newest");
        const bool is_slow = words_is(reading, i, "slowest|longest");
        if ((!is_top && !is_slow && !is_bottom && !is_last &&
             !words_is(reading, i, "first|oldest|earliest")) ||
            i + 1 >= reading->count || !str_to_int(reading->words[i + 1].low, &number) ||
            number < 1 || number > LIMIT_MAX)
            continue;
        wish->limit = (uint32_t)number;
        wish->is_top = is_top || is_slow;
        wish->is_bottom = is_bottom;
        wish->is_newest = is_last;
        words_take(reading, i, 2);
        if ((is_top || is_bottom) && wish->by.len == 0) {
            wish->by = group_at(reading, i + 2);
            words_take(reading, i + 2, wish->by.len > 0);
        }
        return;
    }
}

static void read_table(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (size_t s = 0; s < sizeof signals / sizeof *signals && wish->table == WISH_NONE; s++)
        for (uint32_t i = 0; i < reading->count; i++)
            if (words_is(reading, i, signals[s].words)) {
                wish->table = signals[s].table;
                break;
            }
}

/* "p99", "99th percentile", "median". */
static void read_quantile(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct str low = reading->words[i].low;
        double number = 50;
        const bool is_p = str_starts(low, STR("p")) &&
                          str_to_real(str_slice(low, 1, low.len), &number) && number < 100;
        const bool is_th = words_is(reading, i + 1, "percentile|quantile") &&
                           str_ends(low, STR("th")) &&
                           str_to_real(str_slice(low, 0, low.len - 2), &number) && number < 100;
        if (reading->words[i].is_taken || (!is_p && !is_th && !words_is(reading, i, "median")) ||
            number <= 0)
            continue;
        reading->wish->what = WANT_QUANTILE;
        reading->wish->quantile = number / 100;
        words_take(reading, i, is_th ? 2 : 1);
        return;
    }
}

static void read_which(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count && wish->by.len == 0; i++) {
        const struct str by = group_at(reading, i);
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

static void read_what(struct reading *reading)
{
    struct wish *wish = reading->wish;
    const bool is_how_much = words_was(reading, 0, "how") && words_was(reading, 1, "much");
    read_quantile(reading);
    for (size_t w = 0; w < sizeof wants / sizeof *wants && wish->what == WANT_ROWS; w++)
        if (words_take_any(reading, wants[w].words))
            wish->what = wants[w].what;
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
                   (words_take_any(reading, "change|changed|differ") || is_how_much))
            wish->what = WANT_INCREASE;
    }
    if (wish->what == WANT_ROWS && words_take_any(reading, "rate"))
        wish->what = WANT_RATE;
    if (wish->what == WANT_ROWS && words_take_any(reading, "when"))
        wish->what =
            words_take_any(reading, "last|latest|newest") ? WANT_LAST_TIME : WANT_FIRST_TIME;
    read_which(reading);
    const bool is_counted = wish->table == WISH_LOGS || wish->table == WISH_TRACES ||
                            wish->table == WISH_EVENTS || wish->table == WISH_CHANGES;
    if ((wish->what == WANT_ROWS || (wish->what == WANT_WHICH && wish->limit > 0)) &&
        wish->by.len > 0 && is_counted)
        wish->what = WANT_COUNT;
}

static void read_conditions(struct reading *reading)
{
    struct wish *wish = reading->wish;
    for (size_t l = 0; l < sizeof levels / sizeof *levels; l++)
        if (wish->table == WISH_LOGS && wish->level.len == 0 &&
            words_take_any(reading, levels[l].words))
            wish->level = str_of(levels[l].level);
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

/* "who calls X" asks the callers of X, "whom does X call" those that it calls. */
static void read_calls(struct reading *reading)
{
    if (reading->wish->table != WISH_TOPOLOGY)
        return;
    reading->wish->calls =
        words_take_any(reading, "whom|callees|callee|does") ? STR("callee") : STR("caller");
    words_take_any(reading, "who|calls|call|callers|caller");
}

static void guess_table(struct reading *reading, enum wish_table only)
{
    struct wish *wish = reading->wish;
    wish->table = only;
    if (only != WISH_LOGS)
        wish_read_metric_names(reading);
    if (wish->table == WISH_NONE && wish->metrics[0])
        wish->table = WISH_METRICS;
    for (uint32_t i = 0; i + 1 < reading->count && wish->table == WISH_NONE; i++)
        if (words_was(reading, i, "whom|what|which|who") &&
            words_was(reading, reading->count - 1, "call"))
            wish->table = WISH_TOPOLOGY;
    read_table(reading);
    if (wish->table == WISH_NONE || wish->table == WISH_METRICS)
        wish_read_metric_words(reading);
    if (wish->table == WISH_NONE && wish->metrics[0])
        wish->table = WISH_METRICS;
    for (size_t l = 0; l < sizeof levels / sizeof *levels && wish->table == WISH_NONE; l++)
        for (uint32_t i = 0; i < reading->count; i++)
            if (words_is(reading, i, levels[l].words))
                wish->table = WISH_LOGS;
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_NONE; i++)
        if (str_eq(group_at(reading, i), STR("operation")) || words_is(reading, i, FAILED_WORDS))
            wish->table = WISH_TRACES;
    if (wish->table == WISH_NONE && wish->texts_count > 0)
        wish->table = WISH_LOGS;
}

static struct str words_left(const struct reading *reading)
{
    struct buf out = buf_new(reading->arena);
    for (uint32_t i = 0; i < reading->count; i++) {
        bool is_signal = false;
        for (size_t s = 0; s < sizeof signals / sizeof *signals; s++)
            is_signal |= words_was(reading, i, signals[s].words);
        if (!reading->words[i].is_taken && !is_signal && !words_is(reading, i, GLUE))
            buf_printf(&out, "%s%.*s", out.len ? " " : "", STR_ARG(reading->words[i].text));
    }
    return buf_str(&out);
}

bool wish_of(struct arena *arena, const struct schema *schema, int64_t alert_ns,
             enum wish_table table, struct str words, struct wish *out, struct err *err)
{
    struct reading *reading = arena_push(arena, struct reading);
    *out = (struct wish){.table = table};
    *reading =
        (struct reading){.arena = arena, .schema = schema, .alert_ns = alert_ns, .wish = out};
    if (words.len > WISH_BYTES_MAX)
        return err_set(err, ERR_USAGE, "the question has %zu bytes; %zu are read", words.len,
                       WISH_BYTES_MAX);
    words_split(reading, words);
    read_quoted(reading);
    read_names(reading);
    if (!wish_read_times(reading, err))
        return false;
    read_groups(reading);
    read_limit(reading);
    read_most(reading);
    guess_table(reading, table);
    if (out->table == WISH_NONE)
        return err_set(err, ERR_USAGE,
                       "it is not said what is asked about: lines, spans, changes, "
                       "events, or a metric of the case");
    if (out->table == WISH_METRICS && !out->metrics[0] && !words_was(reading, 1, "metrics"))
        return err_set(err, ERR_NOT_FOUND, "no metric of the case has a name like that");
    read_calls(reading);
    read_values(reading);
    read_what(reading);
    read_conditions(reading);
    read_bare_texts(reading);
    out->left = words_left(reading);
    return true;
}
