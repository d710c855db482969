/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: which setting was changed from what to what before it began, and whether logs speak of it.
 *
 * Most changes of settings are harmless, and that a service was changed is told by blame_change. So
 * a change of a setting speaks for itself only as far as the value went: by the order of magnitude
 * between two numbers, or because one of the two is no number; and the less the older it is, as
 * there: 1 / (1 + age / 2 min).
 *
 * It speaks louder where lines that are new or tell of a failure speak of it: 0.9 for its name, its
 * value or its address in them, 0.5 for words of what it governs (an address, and a connection that
 * is refused; a timeout, and an answer that did not come in time), and less where a number stayed
 * near. Lines that do not tell of a
 * failure are the echo of a start as often as a complaint: half, and only if they go on.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "actor/setting.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define AGE_HALF_NS (120 * NS_PER_S)
#define WITHIN_NS (24 * 3600 * NS_PER_S)
#define EVIDENCE_MAX 8
#define PER_CHANGE_MAX 2
#define SETTINGS_MAX 40 /* that are looked for in logs; newest first */

#define STRENGTH_SAID 0.9
#define STRENGTH_TOPIC 0.5
#define STRENGTH_FAR 0.4
#define NO_FAILURE 0.5 /* left of lines that tell of none */
#define LINES_HALF 2.0 /* so many lines are trusted by half */
#define ECHOES_MAX 2   /* lines without a failure that a start may well write */
#define STRENGTH_MIN 0.05
#define QUOTE_BYTES_MAX 60
#define WORD_LEN_MIN 5 /* shorter words stand in lines by chance */
#define DIGITS_MIN 4   /* and shorter numbers */

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"changed", TYPE_BOOL, 0, "a setting was changed before the onset", NULL},
    {"service", TYPE_TEXT, FIELD_OPTIONAL, "whose setting is suspected most", NULL},
    {"option", TYPE_TEXT, FIELD_OPTIONAL, "and which", NULL},
    {"said", TYPE_BOOL, 0, "logs speak of one that was changed", NULL},
    {0},
};

/* What a setting governs, and how it sounds in a log when it is wrong. */
static const struct {
    const char *options[6]; /* parts of its name; none: its value is an address */
    const char *words[8];
} topics[] = {
    {{NULL}, {"connect", "refused", "unreachable", "resolve", "no such host", "not known", NULL}},
    {{"timeout", "deadline", NULL}, {"timeout", "timed out", "no answer", "deadline", NULL}},
    {{"pool", "connections", "threads", "workers", NULL},
     {"connection", "connections", "pool", "too many", "slots", NULL}},
    {{"memory", "heap", "cache", NULL}, {"memory", "OutOfMemoryError", "heap", NULL}},
    {{"path", "prefix", "route", NULL}, {"404", "not found", "no such file", NULL}},
    {{"password", "secret", "token", "user", NULL},
     {"authentication", "denied", "unauthorized", "401", "403", "password", NULL}},
};
#define TOPICS_COUNT (sizeof topics / sizeof *topics)

struct suspicion {
    const struct batch *rows; /* of changes.settings */
    size_t row;
    double strength;
    struct str said;  /* what is looked for in lines; empty: none speaks of it */
    struct str sayer; /* in whose lines */
    bool by_name;     /* its name, value or address is said, not only what it governs */
    bool failing;     /* in lines that tell of a failure */
    int64_t lines;
};

struct work {
    struct call *call;
    const struct record *in;
    const struct batch *settings;
};

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static int64_t time_of(const struct batch *rows, size_t row)
{
    return batch_column(rows, "time")->integers[row];
}

/* ---- how far a value went ---- */

/*
 * How much of what logs say counts: a timeout that was hardly moved is named by all that time out,
 * and causes none of it. An address or a name is right or wrong.
 */
static double counted(struct str old, struct str new)
{
    return setting_is_measured(old, new) ? fmin(1, 2 * setting_distance(old, new)) : 1;
}

static double young(const struct work *work, size_t row)
{
    const int64_t age_ns = work->call->casefile->incident.start_ns - time_of(work->settings, row);
    return 1 / (1 + (double)(age_ns > 0 ? age_ns : 0) / (double)AGE_HALF_NS);
}

/* ---- what lines may speak of ---- */

static bool has_part(struct str text, const char *part)
{
    return str_find_no_case(text, str_of(part)) != STR_NPOS;
}

/* The port of "http://127.0.0.1:18038/x", or empty. */
static struct str port_of(struct str value)
{
    struct str best = STR("");
    for (size_t i = 0; i < value.len; i++) {
        size_t len = 0;
        while (i + 1 + len < value.len && isdigit((unsigned char)value.ptr[i + 1 + len]))
            len++;
        if (value.ptr[i] == ':' && len > 0)
            best = str_slice(value, i + 1, i + 1 + len);
    }
    return best;
}

/* Whether a text would not stand in a line by chance. */
static bool is_telling(struct str text)
{
    static const char *const common[] = {"false", "default",    "enabled", "disabled", "always",
                                         "never", "localhost",  "error",   "debug",    "warning",
                                         "https", "production", NULL};
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < text.len; i++) {
        digits += isdigit((unsigned char)text.ptr[i]) != 0;
        letters += isalpha((unsigned char)text.ptr[i]) != 0;
    }
    for (size_t i = 0; common[i]; i++)
        if (text.len == strlen(common[i]) && strncasecmp(text.ptr, common[i], text.len) == 0)
            return false;
    return letters > 0 ? text.len >= WORD_LEN_MIN : digits >= DIGITS_MIN;
}

/* "1 ms" of `timeout_ms = 1`: how a program says it. Empty: its name tells no unit. */
static struct str with_unit(struct arena *arena, struct str option, struct str value)
{
    static const char *const suffixes[] = {"ms", "s", "us", "mb", "kb", "seconds", NULL};
    for (size_t i = 0; suffixes[i] && setting_is_bare_number(value); i++)
        if (str_ends(option, str_printf(arena, "_%s", suffixes[i])))
            return str_printf(arena, "%.*s %s", STR_ARG(value), suffixes[i]);
    return STR("");
}

/* ---- asking the logs ---- */

static bool ask(struct work *work, struct str text, int64_t since_ns, struct str service,
                const struct batch **rows, struct err *err)
{
    struct record asked =
        record_new(work->call->scratch, agent_tool(STR("logs.mentions"))->sig.input);
    struct record answer;
    *record_at(&asked, "text") = value_text(text);
    *record_at(&asked, "since") = value_time(since_ns);
    if (service.len > 0)
        *record_at(&asked, "service") = value_text(service);
    if (!agent_use_once(work->call, "logs.mentions", &asked, &answer, err))
        return false;
    *rows = record_at(&answer, "mentions")->rows;
    return true;
}

/* Takes it up if lines speak of `text` more clearly than of what was looked for so far. */
static bool listen(struct work *work, struct suspicion *suspicion, struct str text,
                   struct str service, double strength, struct err *err)
{
    const struct batch *rows;
    if (text.len == 0)
        return true;
    if (!ask(work, text, time_of(suspicion->rows, suspicion->row), service, &rows, err))
        return false;
    for (size_t row = 0; row < rows->rows; row++) {
        const int64_t lines = batch_column(rows, "lines")->integers[row];
        const bool failing = batch_column(rows, "failing")->integers[row] != 0;
        if (batch_column(rows, "last")->integers[row] < work->call->casefile->incident.start_ns ||
            (!failing && lines <= ECHOES_MAX))
            continue;
        const double clear =
            strength * (failing ? 1 : NO_FAILURE) * (double)lines / ((double)lines + LINES_HALF);
        if (clear > suspicion->strength) {
            suspicion->strength = clear;
            suspicion->said = text;
            suspicion->sayer = text_of(rows, row, "service");
            suspicion->failing = failing;
            suspicion->by_name = false; /* until told otherwise */
            suspicion->lines = lines;
        }
    }
    return true;
}

static bool is_about(struct str option, struct str value, size_t topic)
{
    if (!topics[topic].options[0])
        return setting_is_address(value);
    for (size_t i = 0; topics[topic].options[i]; i++)
        if (has_part(option, topics[topic].options[i]))
            return true;
    return false;
}

static bool listen_for_topics(struct work *work, struct suspicion *suspicion, double strength,
                              struct err *err)
{
    const struct str option = text_of(suspicion->rows, suspicion->row, "option");
    const struct str new = text_of(suspicion->rows, suspicion->row, "new");
    const struct str service = text_of(suspicion->rows, suspicion->row, "service");
    for (size_t topic = 0; topic < TOPICS_COUNT; topic++)
        for (size_t i = 0; is_about(option, new, topic) && topics[topic].words[i]; i++)
            if (!listen(work, suspicion, str_of(topics[topic].words[i]), service, strength, err))
                return false;
    return true;
}

static bool suspect(struct work *work, struct suspicion *suspicion, struct err *err)
{
    const struct batch *rows = suspicion->rows;
    const size_t row = suspicion->row;
    const struct str option = text_of(rows, row, "option"), service = text_of(rows, row, "service");
    const struct str old = text_of(rows, row, "old"), new = text_of(rows, row, "new");
    const struct str port = port_of(new);
    const double said = STRENGTH_SAID * counted(old, new);
    suspicion->strength = STRENGTH_FAR * setting_distance(old, new) * young(work, row);
    if (option.len >= WORD_LEN_MIN && str_contains(option, STR("_")) &&
        !listen(work, suspicion, option, STR(""), said, err))
        return false;
    if (is_telling(new) && !listen(work, suspicion, new, STR(""), said, err))
        return false;
    if (is_telling(port) && !listen(work, suspicion, port, STR(""), said, err))
        return false;
    if (!listen(work, suspicion, with_unit(work->call->scratch, option, new), service, said, err))
        return false;
    suspicion->by_name = suspicion->said.len > 0;
    return listen_for_topics(work, suspicion, STRENGTH_TOPIC * counted(old, new), err);
}

/* ---- evidence ---- */

static struct str query_of(struct work *work, const struct suspicion *it)
{
    struct arena *arena = work->call->scratch;
    const struct batch *rows = it->rows;
    const struct str time = sql_time(arena, time_of(rows, it->row));
    const struct str change = str_printf(
        arena,
        "SELECT %s AS about, d.id, d.time, d.message, d.detail, c.id AS commit, c.detail AS diff "
        "FROM changes d LEFT JOIN changes c ON c.id = %s WHERE d.id = %s AND d.time = %s",
        sql_quote(arena, text_of(rows, it->row, "service")).ptr,
        sql_quote(arena, text_of(rows, it->row, "commit")).ptr,
        sql_quote(arena, text_of(rows, it->row, "change")).ptr, time.ptr);
    if (it->said.len == 0)
        return change;
    return str_printf(
        arena,
        "SELECT * FROM (%s), (SELECT max(service) AS sayer, %s AS said, count(*) FILTER (WHERE "
        "time >= %s) AS lines_since, count(*) FILTER (WHERE time < %s) AS lines_before, "
        "arg_max(message, (time, message)) AS line FROM logs WHERE service = %s AND "
        "contains(message, %s))",
        change.ptr, sql_quote(arena, it->said).ptr, time.ptr, time.ptr,
        sql_quote(arena, it->sayer).ptr, sql_quote(arena, it->said).ptr);
}

/* "`pool_size` went from `4` to `40`" */
static struct str what_of(struct arena *arena, const struct suspicion *it)
{
    const struct str option =
        claim_quote(arena, text_of(it->rows, it->row, "option"), QUOTE_BYTES_MAX);
    const struct str old = claim_quote(arena, text_of(it->rows, it->row, "old"), QUOTE_BYTES_MAX);
    const struct str new = claim_quote(arena, text_of(it->rows, it->row, "new"), QUOTE_BYTES_MAX);
    if (old.len == 0)
        return str_printf(arena, "`%s` came with `%s`", option.ptr, new.ptr);
    if (new.len == 0)
        return str_printf(arena, "`%s` went, which was `%s`", option.ptr, old.ptr);
    return str_printf(arena, "`%s` went from `%s` to `%s`", option.ptr, old.ptr, new.ptr);
}

static struct str claim_of(struct work *work, const struct suspicion *it, const struct batch *seen)
{
    struct arena *arena = work->call->scratch;
    const struct batch *rows = it->rows;
    struct buf claim = buf_new(arena);
    buf_printf(&claim, "`%s` was changed at %s by `%s`: %s", text_of(rows, it->row, "service").ptr,
               time_format_short(arena, time_of(rows, it->row)).ptr,
               text_of(rows, it->row, "change").ptr, what_of(arena, it).ptr);
    if (it->said.len > 0)
        buf_printf(&claim, "; `%s` stands in %lld lines of `%s` since, and in %lld before",
                   claim_quote(arena, it->said, QUOTE_BYTES_MAX).ptr,
                   (long long)batch_column(seen, "lines_since")->integers[0], it->sayer.ptr,
                   (long long)batch_column(seen, "lines_before")->integers[0]);
    buf_add(&claim, STR("."));
    return buf_str(&claim);
}

/* How much more often lines speak of it than before the change; what was said before is no news. */
static double is_news(const struct casefile *casefile, int64_t time_ns, const struct batch *seen)
{
    const double since = (double)batch_column(seen, "lines_since")->integers[0];
    const double before = (double)batch_column(seen, "lines_before")->integers[0];
    const double since_ns = (double)(casefile->data.end_ns - time_ns);
    const double before_ns = (double)(time_ns - casefile->data.start_ns);
    if (since <= 0 || since_ns <= 0)
        return 0;
    return before_ns > 0 ? fmax(0, 1 - before / before_ns * since_ns / since) : 1;
}

/* Whether anything of that kind speaks for it so far. */
static bool shows(const struct casefile *casefile, struct str subject, enum finding finding)
{
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        if (it->bearing == BEARING_SUPPORTS && it->finding == finding &&
            str_eq(it->subject, subject))
            return true;
    return false;
}

/*
 * Where the failing lines of one service name what another one was set to, its errors are explained
 * by that, as those of a caller are by its callee; and so is what failing brings with it: work that
 * piles up, less that is done, answers that come late or too soon.
 */
static void acquit_sayer(struct work *work, const struct suspicion *it, struct str query,
                         double strength)
{
    static const enum finding findings[] = {FINDING_ERRORS,  FINDING_LOG_ERRORS,
                                            FINDING_LATENCY, FINDING_TRAFFIC,
                                            FINDING_CPU,     FINDING_OTHER_METRIC};
    struct arena *arena = work->call->scratch;
    const struct batch *rows = it->rows;
    if (!it->by_name || !it->failing || str_eq(it->sayer, text_of(rows, it->row, "service")))
        return;
    const struct str claim = str_printf(
        arena, "Failing lines of `%s` hold `%s`, to which `%s` of `%s` was set at %s by `%s`.",
        it->sayer.ptr, claim_quote(arena, it->said, QUOTE_BYTES_MAX).ptr,
        claim_quote(arena, text_of(rows, it->row, "option"), QUOTE_BYTES_MAX).ptr,
        text_of(rows, it->row, "service").ptr, time_format_short(arena, time_of(rows, it->row)).ptr,
        text_of(rows, it->row, "change").ptr);
    for (size_t i = 0; i < sizeof findings / sizeof *findings; i++)
        if (findings[i] == FINDING_ERRORS || shows(work->call->casefile, it->sayer, findings[i]))
            casefile_add(work->call->casefile, &(struct evidence){
                                                   .step_id = work->call->step_id,
                                                   .signal = SIGNAL_LOGS,
                                                   .bearing = BEARING_REFUTES,
                                                   .finding = findings[i],
                                                   .subject = it->sayer,
                                                   .window = work->call->casefile->incident,
                                                   .claim = claim,
                                                   .query = query,
                                                   .strength = strength,
                                               });
}

/* By what it governs; else that it does not fit, where failing lines name it. */
static enum kind kind_of(const struct suspicion *it)
{
    const enum kind kind =
        setting_kind(text_of(it->rows, it->row, "option"), text_of(it->rows, it->row, "old"),
                     text_of(it->rows, it->row, "new"));
    return kind == KIND_UNKNOWN && it->by_name && it->failing ? KIND_CONFIGURATION : kind;
}

static bool add_evidence(struct work *work, const struct suspicion *it, int64_t *told,
                         struct err *err)
{
    struct casefile *casefile = work->call->casefile;
    const struct str query = query_of(work, it);
    const int64_t time_ns = time_of(it->rows, it->row);
    struct batch *seen;
    if (!telemetry_rows(work->call->services->telemetry, work->call->scratch, query, &seen, err))
        return false;
    if (seen->rows == 0)
        return true;
    const double strength =
        it->strength * (it->said.len > 0 ? is_news(casefile, time_ns, seen) : 1);
    if (strength < STRENGTH_MIN)
        return true;
    casefile_add(casefile,
                 &(struct evidence){
                     .step_id = work->call->step_id,
                     .signal = SIGNAL_CHANGES,
                     .bearing = BEARING_SUPPORTS,
                     .finding = FINDING_CONFIGURATION,
                     .kind = kind_of(it),
                     .subject = text_of(it->rows, it->row, "service"),
                     .window = {.start_ns = time_ns, .end_ns = casefile->incident.start_ns + 1},
                     .onset_ns = time_ns,
                     .claim = claim_of(work, it, seen),
                     .query = query,
                     .strength = strength,
                 });
    acquit_sayer(work, it, query, strength);
    ++*told;
    return true;
}

/* ---- the story ---- */

/* How long after the onset a change may still be: as long as the onset may be wrong. */
static int64_t grace_ns(const struct casefile *casefile)
{
    const int64_t to_alert_ns = casefile->alert->starts_ns - casefile->incident.start_ns;
    const int64_t grace = casefile->onset_error_ns;
    return grace < to_alert_ns ? grace : to_alert_ns > 0 ? to_alert_ns : 0;
}

static bool ask_settings(struct work *work, struct err *err)
{
    struct record asked =
        record_new(work->call->scratch, agent_tool(STR("changes.settings"))->sig.input);
    struct record answer;
    *record_at(&asked, "onset") = value_time(work->call->casefile->incident.start_ns);
    *record_at(&asked, "grace") = value_span(grace_ns(work->call->casefile));
    *record_at(&asked, "within") = value_span(WITHIN_NS);
    if (!agent_use_once(work->call, "changes.settings", &asked, &answer, err))
        return false;
    work->settings = record_at(&answer, "settings")->rows;
    return true;
}

static int stronger_first(const void *a, const void *b)
{
    const struct suspicion *x = a, *y = b;
    if (x->strength != y->strength)
        return x->strength < y->strength ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static uint32_t told_of(const struct suspicion *items, size_t count)
{
    uint32_t told = 0;
    for (size_t i = 0; i < count; i++)
        told += str_eq(text_of(items[i].rows, items[i].row, "change"),
                       text_of(items[count].rows, items[count].row, "change"));
    return told;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct work work = {.call = call, .in = in};
    if (!ask_settings(&work, err))
        return false;
    const struct batch *rows = work.settings;
    struct suspicion *items =
        arena_push_many(call->scratch, struct suspicion, RINGS_COUNT * SETTINGS_MAX);
    size_t count = 0;
    struct room looked_for = room_new(call, SETTINGS_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = text_of(rows, row, "service");
        if (service.len == 0 || !actor_is_asked_about(in, service) ||
            !room_is_left(&looked_for, service))
            continue;
        room_take(&looked_for, service);
        items[count] = (struct suspicion){.rows = rows, .row = row};
        if (!suspect(&work, &items[count++], err))
            return false;
    }
    qsort(items, count, sizeof *items, stronger_first);

    int64_t told = 0;
    bool said = false;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct str service = text_of(rows, items[i].row, "service");
        const int64_t before = told;
        if (!room_is_left(&room, service) || told_of(items, i) >= PER_CHANGE_MAX)
            continue;
        if (!add_evidence(&work, &items[i], &told, err))
            return false;
        if (told > before)
            room_take(&room, service);
        if (before == 0 && told == 1) {
            *record_at(out, "service") = value_text(service);
            *record_at(out, "option") = value_text(text_of(rows, items[i].row, "option"));
        }
        said |= told > before && items[i].said.len > 0;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "changed") = value_bool(count > 0);
    *record_at(out, "said") = value_bool(said);
    return true;
}

const struct actor actor_check_configuration = {
    .sig = {.name = "check_configuration",
            .summary = "Find which setting was changed, and whether logs speak of it",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_CHANGES,
    .run = run,
};
