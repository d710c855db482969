/* SPDX-License-Identifier: Apache-2.0 */
#include "query/wish.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "query/words.h"
#include "text/terms.h"

/* Words that a question is put together with. */
#define GLUE                                                                                       \
    "a|an|all|and|any|are|at|been|but|by|did|do|does|for|from|give|had|has|have|how|in|is|it|"     \
    "list|log|logged|me|most|much|my|of|on|only|or|over|please|report|reported|reports|show|"      \
    "than|that|the|their|there|them|these|they|time|times|to|was|we|were|what|when|where|which|"   \
    "who|whom|whose|with|within|many|each|every|per|s|across|as|not|so|happened|wrote|write|"      \
    "seen|see|its|number|rate|find|get|writes|during|took|take|last|first|among|duration|"         \
    "durations|please|word|text|phrase|there|show|shows|out|any|some|got|get|up|now|right|went|"   \
    "off|fired|made|make|go|goes|window|using|used|use|recent|frequent|common"

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
    {"alerts|alarms", WISH_ALERTS},
    {"calls|caller|callers|callee|callees|called|depends|depend|dependencies", WISH_TOPOLOGY},
    {"metric|metrics", WISH_METRICS},
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

static bool has_part(struct arena *arena, struct str name, struct str word)
{
    for (size_t at = 0, end; at < name.len; at = end + 1) {
        for (end = at; end < name.len && !strchr(" /._-:{}()", name.ptr[end]); end++)
            ;
        if (end > at && is_value(arena, word, str_slice(name, at, end)))
            return true;
    }
    return false;
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
                if (i > 0 && str_eq(reading->words[i - 1].low, value->column))
                    words_take(reading, i - 1, 1); /* "with severity warning" */
                break;
            }
        }
}

/* "failing checkouts": of the one operation that has such a part in its name. */
static void read_operations(struct reading *reading)
{
    const struct schema *schema = reading->schema;
    struct wish *wish = reading->wish;
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct schema_value *found = NULL;
        uint32_t count = 0;
        if (wish->table != WISH_TRACES || wish->values_count == WISH_NAMES_MAX ||
            reading->words[i].is_taken || reading->words[i].is_quoted || words_is(reading, i, GLUE))
            continue;
        for (size_t v = 0; v < schema->values_count; v++)
            if (str_eq(schema->values[v].column, STR("operation")) &&
                has_part(reading->arena, schema->values[v].text, reading->words[i].low)) {
                found = &schema->values[v];
                count++;
            }
        if (count != 1)
            continue;
        wish->values[wish->values_count++] = found;
        words_take(reading, i, 1);
    }
}

/* ---- texts ---- */

static bool is_without(const struct reading *reading, uint32_t at)
{
    return words_was(reading, at, "without|not|no|except|lacking");
}

static void add_text(struct reading *reading, struct wish_text text)
{
    struct wish *wish = reading->wish;
    if (wish->texts_count == WISH_NAMES_MAX)
        return;
    text.text = str_copy(reading->arena, text.text);
    text.is_or &= wish->texts_count > 0 && wish->texts[wish->texts_count - 1].kind == text.kind;
    if (text.is_or)
        text.is_not = wish->texts[wish->texts_count - 1].is_not;
    wish->texts[wish->texts_count++] = text;
}

static void read_quoted(struct reading *reading)
{
    bool is_not = false;
    for (uint32_t i = 0; i < reading->count; i++) {
        if (!reading->words[i].is_quoted) {
            is_not = is_without(reading, i) ||
                     (is_not && words_was(reading, i,
                                          "with|containing|contain|contains|mention|mentions|"
                                          "have|has|the|in|word|text|phrase"));
            continue;
        }
        if (is_not)
            words_take_any(reading, "without|not|no|except|lacking");
        add_text(reading, (struct wish_text){
                              .text = reading->words[i].text,
                              .kind = WISH_QUOTED,
                              .is_not = is_not,
                              .is_or = i > 1 && reading->words[i - 2].is_quoted &&
                                       words_was(reading, i - 1, "or"),
                          });
        words_take(reading, i, 1);
        is_not = false;
    }
}

/* One text of bare words from there on; returns where it ends. */
static uint32_t read_bare_text(struct reading *reading, uint32_t from, bool is_not, bool is_or)
{
    uint32_t to = from;
    while (to < reading->count && !reading->words[to].is_taken && !words_is(reading, to, GLUE) &&
           (to == from || !reading->words[to - 1].ends))
        to++;
    if (to == from)
        return from;
    const char *start = reading->words[from].text.ptr;
    const struct str last = reading->words[to - 1].text;
    const struct str text = {.ptr = start, .len = (size_t)(last.ptr + last.len - start)};
    add_text(reading, (struct wish_text){.text = text, .is_not = is_not, .is_or = is_or});
    words_take(reading, from, to - from);
    return to;
}

/* "search all services for X", "grep for X" */
static bool is_sought(const struct reading *reading, uint32_t at)
{
    bool is_search = false;
    for (uint32_t i = 0; i < at; i++)
        is_search |= words_was(reading, i, "search|searching|grep|look|looking");
    return is_search && words_is(reading, at, "for");
}

static bool is_unknown(const struct reading *reading, uint32_t at)
{
    if (at >= reading->count || reading->words[at].is_taken || reading->words[at].is_quoted ||
        words_is(reading, at, GLUE) || wish_is_level(reading, at) ||
        wish_group_at(reading, at).len > 0)
        return false;
    for (size_t s = 0; s < sizeof signals / sizeof *signals; s++)
        if (words_was(reading, at, signals[s].words))
            return false;
    return true;
}

/* "reconciliation lines", "find sharelock or exclusivelock in the log of postgres": one word each.
 */
static void read_loose_texts(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_line = words_was(reading, i + 1, "line|lines|message|messages|entries");
        const bool is_found = i > 0 && words_was(reading, i - 1, "find|grep");
        for (uint32_t at = i; (is_line || is_found) && is_unknown(reading, at); at += 2) {
            add_text(reading, (struct wish_text){.text = reading->words[at].text, .is_or = at > i});
            words_take(reading, at, 1);
            if (!words_is(reading, at + 1, "or"))
                break;
        }
    }
}

/* "with timeout", "mentioning connection refused": up to a word that a question is made of. */
static void read_bare_texts(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const bool is_without_it = words_is(reading, i, "without|except|lacking");
        if (!is_without_it && !is_sought(reading, i) &&
            !words_is(reading, i,
                      "with|containing|contain|contains|mention|mentions|mentioned|mentioning|"
                      "matching|saying|say|says|said|about"))
            continue;
        const bool is_not = is_without_it || (i > 0 && words_was(reading, i - 1, "not"));
        uint32_t from = i + 1;
        while (words_is(reading, from, "the|a|an|word|text|phrase|string"))
            from++;
        uint32_t to = read_bare_text(reading, from, is_not, false);
        if (to == from)
            continue;
        words_take(reading, i, 1);
        if (is_not && i > 0 && words_is(reading, i - 1, "not"))
            words_take(reading, i - 1, 1);
        while (words_is(reading, to, "or") && to + 1 < reading->count) {
            const uint32_t next = read_bare_text(reading, to + 1, is_not, true);
            if (next == to + 1)
                break;
            to = next;
        }
    }
}

/* "504s", "5xx answers": lines that tell of such a status of HTTP. */
static void read_statuses(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        struct str low = reading->words[i].low;
        const bool is_plural = low.len == 4 && low.ptr[3] == 's';
        low.len -= is_plural;
        if (reading->words[i].is_taken || reading->words[i].is_quoted || low.len != 3 ||
            low.ptr[0] < '1' || low.ptr[0] > '5' ||
            (!is_plural && !str_eq(str_slice(low, 1, 3), STR("xx")) &&
             !words_was(reading, i + 1, "answer|answers|response|responses|reply|replies|status")))
            continue;
        if (str_eq(str_slice(low, 1, 3), STR("xx")))
            low = str_printf(reading->arena, "%c[0-9][0-9]", low.ptr[0]);
        else if (low.ptr[1] < '0' || low.ptr[1] > '9' || low.ptr[2] < '0' || low.ptr[2] > '9')
            continue;
        add_text(reading, (struct wish_text){.text = low, .kind = WISH_STATUS});
        words_take(reading, i, 1);
        if (words_is(reading, i + 1, "answer|answers|response|responses|reply|replies|status"))
            words_take(reading, i + 1, 1);
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

/* "who calls X" asks the callers of X, "whom does X call" those that it calls. */
static void read_calls(struct reading *reading)
{
    if (reading->wish->table != WISH_TOPOLOGY)
        return;
    reading->wish->calls =
        words_take_any(reading, "whom|callees|callee|does|called|depends|depend|dependencies")
            ? STR("callee")
            : STR("caller");
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
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_NONE; i++)
        if (wish_is_level(reading, i))
            wish->table = WISH_LOGS;
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_NONE; i++)
        if (str_eq(wish_group_at(reading, i), STR("operation")) ||
            words_is(reading, i, FAILED_WORDS))
            wish->table = WISH_TRACES;
    if (wish->table == WISH_NONE && wish->texts_count > 0)
        wish->table = WISH_LOGS;
    for (size_t v = 0; v < reading->schema->values_count && wish->table == WISH_NONE; v++)
        for (uint32_t i = 0; i < reading->count; i++)
            if (str_eq(reading->schema->values[v].column, STR("reason")) &&
                !reading->words[i].is_quoted && !reading->words[i].is_taken &&
                is_value(reading->arena, reading->words[i].low, reading->schema->values[v].text))
                wish->table = WISH_EVENTS;
}

/* "how often did postgres cancel a statement": lines that have all of its words, by their stems. */
static void seek_words(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct word *word = &reading->words[i];
        if (word->is_taken || word->is_quoted || words_is(reading, i, GLUE "|often|due"))
            continue;
        struct str stem = str_copy(reading->arena, word->low);
        stem.len = term_stem((char *)(uintptr_t)stem.ptr, stem.len);
        add_text(reading, (struct wish_text){.text = stem});
        words_take(reading, i, 1);
    }
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
    if (!utf8_is_valid(words) || memchr(words.ptr, 0, words.len))
        return err_set(err, ERR_USAGE, "the question is no text in UTF-8");
    words_split(reading, words);
    read_quoted(reading);
    read_statuses(reading);
    read_names(reading);
    if (!wish_read_times(reading, err))
        return false;
    wish_read_groups(reading);
    wish_read_limits(reading);
    guess_table(reading, table);
    if (out->table == WISH_NONE && out->services_count > 0 && words_is(reading, 0, "how") &&
        words_is(reading, 1, "often|many")) {
        out->table = WISH_LOGS;
        seek_words(reading);
    }
    if (out->table == WISH_NONE)
        return err_set(err, ERR_USAGE,
                       "it is not said what is asked about: lines, spans, changes, "
                       "events, or a metric of the case");
    if (out->table == WISH_METRICS && !out->metrics[0] && !words_was(reading, 1, "metrics"))
        return err_set(err, ERR_NOT_FOUND, "no metric of the case has a name like that");
    read_calls(reading);
    read_values(reading);
    wish_read_what(reading);
    wish_read_conditions(reading);
    read_operations(reading);
    read_bare_texts(reading);
    if (out->table == WISH_LOGS)
        read_loose_texts(reading);
    out->left = words_left(reading);
    return true;
}
