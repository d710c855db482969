/* SPDX-License-Identifier: Apache-2.0 */
#include "query/wish.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "query/words.h"
#include "text/terms.h"

static const struct {
    const char *words;
    enum wish_table table;
} signals[] = {
    {"line|lines|log|logs|logged", WISH_LOGS},
    {"span|spans|trace|traces", WISH_TRACES},
    {"change|changes|changed|commit|commits|committed|deploy|deploys|deployed|deployment|"
     "deployments|rollout|rollouts",
     WISH_CHANGES},
    {"event|events|restart|restarts|restarted|started|stopped|killed|evicted|reloaded|terminated",
     WISH_EVENTS},
    {"alerts|alarms", WISH_ALERTS},
    {"calls|caller|callers|callee|callees|called|depends|depend|dependencies", WISH_TOPOLOGY},
    {"metric|metrics", WISH_METRICS},
    {"message|messages", WISH_LOGS}, /* other things have one, too */
};

const char *wish_compare_mark(enum wish_compare compare)
{
    static const char *const marks[] = {
        [COMPARE_NONE] = "",  [COMPARE_MORE] = ">",     [COMPARE_AT_LEAST] = ">=",
        [COMPARE_LESS] = "<", [COMPARE_AT_MOST] = "<=", [COMPARE_EQUAL] = "=",
    };
    return marks[compare];
}

const char *wish_table_name(enum wish_table table)
{
    static const char *const names[] = {
#define X(id, name) name,
        WISH_TABLES(X)
#undef X
    };
    return names[table];
}

bool wish_is_signal(const struct reading *reading, uint32_t at)
{
    for (size_t s = 0; s < sizeof signals / sizeof *signals; s++)
        if (words_was(reading, at, signals[s].words))
            return true;
    return false;
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

#define CALLS "calls|call|calling|called|upstream|downstream|depends|depend|dependents|dependencies"

/* "who calls X" asks the callers of X, "whom does X call" those that it calls. */
static void read_calls(struct reading *reading)
{
    bool is_callee = false;
    if (reading->wish->table != WISH_TOPOLOGY)
        return;
    for (uint32_t i = 1; i < reading->count; i++) /* "those that X calls" */
        is_callee |= words_is(reading, i, CALLS) && reading->words[i - 1].is_taken &&
                     !words_was(reading, i, "upstream|called");
    is_callee |= words_take_any(reading, "whom|callees|callee|does|called|dependencies|downstream");
    reading->wish->calls = is_callee ? STR("callee") : STR("caller");
    words_take_any(reading, "who|calls|call|callers|caller|depends|depend|upstream|dependents");
}

static void guess_calls(struct reading *reading)
{
    const struct wish *wish = reading->wish;
    const bool is_asked = words_is(reading, 0, "who|whom|what|which|services|service") ||
                          (words_is(reading, 0, "how") && words_is(reading, 1, "many") &&
                           words_is(reading, 2, "service|services"));
    for (uint32_t i = 1; i < reading->count && is_asked && wish->services_count > 0; i++)
        if (words_is(reading, i, "call|calling|upstream|downstream|dependents"))
            reading->wish->table = WISH_TOPOLOGY;
}

/* What is asked about where no word says it: a level is one of lines, an operation one of spans. */
static void guess_by_parts(struct reading *reading)
{
    struct wish *wish = reading->wish;
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
                wish_is_value(reading->arena, reading->words[i].low,
                              reading->schema->values[v].text))
                wish->table = WISH_EVENTS;
}

static void guess_table(struct reading *reading, enum wish_table only)
{
    struct wish *wish = reading->wish;
    wish->table = only;
    if (only != WISH_LOGS)
        wish_read_metric_names(reading);
    if (wish->table == WISH_NONE && wish->metrics[0])
        wish->table = WISH_METRICS;
    bool is_line = false;
    for (uint32_t i = 0; i < reading->count; i++)
        is_line |= words_was(reading, i, "line|lines|log|logs|logged|message|messages");
    if (wish->table == WISH_NONE && !is_line && wish_read_operation_names(reading))
        wish->table = WISH_TRACES;
    if (wish->table == WISH_NONE)
        read_table(reading);
    if (wish->table == WISH_NONE)
        guess_calls(reading);
    if (wish->table == WISH_NONE && wish->texts_count > 0 && wish->texts[0].kind == WISH_STATUS)
        wish->table = WISH_LOGS;
    if (wish->table == WISH_NONE && str_eq(wish->by, STR("operation")))
        wish->table = WISH_TRACES;
    for (uint32_t i = 0; i < reading->count && wish->table == WISH_NONE; i++)
        if (str_eq(wish_group_at(reading, i), STR("operation")))
            wish->table = WISH_TRACES;
    if (wish->table == WISH_NONE || wish->table == WISH_METRICS)
        wish_read_metric_words(reading);
    if (wish->table == WISH_NONE && wish->metrics[0])
        wish->table = WISH_METRICS;
    if (wish->table == WISH_NONE)
        guess_by_parts(reading);
}

void wish_note_part(struct reading *reading, enum wish_part part, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (words_was(reading, i, "among"))
            at = 0; /* what follows says of which rows */
    if (reading->wish->part == PART_NONE || at > reading->part_at) {
        reading->wish->part = part;
        reading->part_at = at;
    }
}

/* "how often did postgres cancel a statement": lines that have all of its words, by their stems. */
static void seek_words(struct reading *reading)
{
    for (uint32_t i = 0; i < reading->count; i++) {
        const struct word *word = &reading->words[i];
        if (word->is_taken || word->is_quoted || words_is(reading, i, WISH_GLUE "|often|due"))
            continue;
        struct str stem = str_copy(reading->arena, word->low);
        stem.len = term_stem((char *)(uintptr_t)stem.ptr, stem.len);
        wish_add_text(reading, (struct wish_text){.text = stem});
        words_take(reading, i, 1);
    }
}

/* Words that say nothing more, though a text may have them. */
#define SILENT                                                                                     \
    "value|values|sample|samples|reading|readings|data|point|points|order|ordered|sorted|sort|"    \
    "descending|ascending|rank|ranked|return|returned|answered|single|known|written|share"

static struct str words_left(const struct reading *reading)
{
    struct buf out = buf_new(reading->arena);
    for (uint32_t i = 0; i < reading->count; i++) {
        if (!reading->words[i].is_taken && !wish_is_signal(reading, i) &&
            !words_is(reading, i, WISH_GLUE "|" SILENT))
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
    wish_read_quoted(reading);
    if (table != WISH_METRICS)
        wish_read_statuses(reading);
    wish_read_names(reading);
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
    wish_read_values(reading);
    wish_read_authors(reading);
    wish_read_what(reading);
    wish_read_conditions(reading);
    wish_read_operations(reading);
    wish_read_bare_texts(reading);
    if (out->table == WISH_LOGS)
        wish_read_loose_texts(reading);
    wish_settle(reading);
    out->left = words_left(reading);
    return true;
}
