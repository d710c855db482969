/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what the logs say that they did not say before, or say no more. Errors and exceptions are
 * told as such; other lines that came, went or became rarer show that the code takes another path.
 * Lines for debugging that came say that somebody turned them on, and nothing of the code.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"
#include "text/level.h"

#include <stdlib.h>

#define EVIDENCE_MAX 14
#define PER_SERVICE_MAX 2
#define STRENGTH_MIN 0.05
#define QUOTE_LEN_MAX 90

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"failures", TYPE_INT, 0, "how many of the pieces tell of a failure", NULL},
    {"exception", TYPE_TEXT, FIELD_OPTIONAL, "the class of the first new one", NULL},
    {0},
};

struct shift {
    const struct batch *rows;
    size_t row;
};

static struct str text_of(const struct shift *shift, const char *column)
{
    return batch_column(shift->rows, column)->texts[shift->row];
}

static bool truth_of(const struct shift *shift, const char *column)
{
    return batch_column(shift->rows, column)->integers[shift->row] != 0;
}

static double strength_of(const struct shift *shift)
{
    return batch_column(shift->rows, "strength")->reals[shift->row];
}

static int stronger_first(const void *a, const void *b)
{
    const struct shift *x = a, *y = b;
    if (strength_of(x) != strength_of(y))
        return strength_of(x) < strength_of(y) ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

static enum finding finding_of(const struct shift *shift)
{
    if (!truth_of(shift, "failing") || !truth_of(shift, "more"))
        return FINDING_LOG_SHIFT;
    return text_of(shift, "exception").len > 0 ? FINDING_EXCEPTION : FINDING_LOG_ERRORS;
}

static bool is_turned_on(const struct shift *shift)
{
    const enum level level = level_of_word(text_of(shift, "level"));
    return truth_of(shift, "more") && !truth_of(shift, "failing") &&
           (level == LEVEL_DEBUG || level == LEVEL_TRACE);
}

/* ---- the query, and the claim from what it gives ---- */

static struct str query_of(struct call *call, const struct shift *shift)
{
    struct arena *arena = call->scratch;
    const struct str condition = str_printf(arena, "service = %s AND message LIKE %s ESCAPE '\\'",
                                            sql_quote(arena, text_of(shift, "service")).ptr,
                                            sql_quote(arena, text_of(shift, "like")).ptr);
    const struct str onset = sql_time(arena, call->casefile->incident.start_ns);
    return str_printf(
        arena,
        "SELECT coalesce(a.service, b.service) AS service, coalesce(a.line, b.line) AS line, %s AS "
        "onset, a.since, a.before, b.in_reference FROM (SELECT max(service) AS service, "
        "count(*) FILTER (WHERE time >= %s) AS since, count(*) FILTER (WHERE time < %s) AS before, "
        "arg_max(message, (time, message)) AS line FROM logs WHERE %s) a, (SELECT max(service) AS "
        "service, "
        "count(*) AS in_reference, arg_max(message, (time, message)) AS line FROM reference_logs "
        "WHERE %s) b",
        onset.ptr, onset.ptr, onset.ptr, condition.ptr, condition.ptr);
}

/*
 * Where in a line its own words begin: at the first stretch of the pattern that no value fills in.
 * Dates and addresses before it say nothing about the template.
 */
static struct str from_own_words(struct str line, struct str like)
{
    char words[QUOTE_LEN_MAX];
    size_t len = 0, at = 0;
    while (at < like.len && like.ptr[at] == '%')
        at++;
    for (; at < like.len && len < sizeof words && like.ptr[at] != '%'; at++) {
        if (like.ptr[at] == '\\')
            at++;
        if (at < like.len)
            words[len++] = like.ptr[at];
    }
    const size_t found = str_find(line, (struct str){.ptr = words, .len = len});
    return found == STR_NPOS ? line : str_slice(line, found, line.len);
}

static struct str claim_of(struct call *call, const struct shift *shift, const struct batch *rows)
{
    struct arena *arena = call->scratch;
    const long long since = (long long)batch_column(rows, "since")->integers[0];
    const long long before = (long long)batch_column(rows, "before")->integers[0];
    const long long reference = (long long)batch_column(rows, "in_reference")->integers[0];
    const struct str compared =
        truth_of(shift, "by_reference")
            ? str_printf(arena, "%lld times in the fault-free reference", reference)
            : str_printf(arena, "%lld times before", before);
    const struct column *line = batch_column(rows, "line");
    const struct str words =
        line->known[0] ? from_own_words(line->texts[0], text_of(shift, "like")) : STR("");
    return str_printf(arena, "`%s` logged lines like `%s` %lld times since %s, and %s.",
                      text_of(shift, "service").ptr, claim_quote(arena, words, QUOTE_LEN_MAX).ptr,
                      since, time_format_short(arena, call->casefile->incident.start_ns).ptr,
                      compared.ptr);
}

static void add_exhibit(struct call *call, const struct evidence *evidence,
                        const struct shift *shift, const struct batch *rows)
{
    struct arena *arena = call->casefile->arena;
    const bool by_reference = truth_of(shift, "by_reference");
    struct exhibit *exhibit = casefile_add_exhibit(call->casefile, evidence->id);
    exhibit->kind = EXHIBIT_TEMPLATE;
    exhibit->template = (struct exhibit_template){
        .service = evidence->subject,
        .text = str_copy(arena, text_of(shift, "template")),
        .exemplar = str_copy(arena, text_of(shift, "exemplar")),
        .before = batch_column(rows, by_reference ? "in_reference" : "before")->integers[0],
        .after = batch_column(rows, "since")->integers[0],
    };
}

static bool add_evidence(struct call *call, const struct shift *shift, struct err *err)
{
    struct casefile *casefile = call->casefile;
    const struct str query = query_of(call, shift);
    struct batch *rows;
    if (actor_has_told(call, query))
        return true;
    if (!telemetry_rows(call->services->telemetry, call->scratch, query, &rows, err))
        return false;
    const struct evidence *evidence =
        casefile_add(casefile, &(struct evidence){
                                   .step_id = call->step_id,
                                   .signal = SIGNAL_LOGS,
                                   .bearing = BEARING_SUPPORTS,
                                   .finding = finding_of(shift),
                                   .subject = text_of(shift, "service"),
                                   .window = casefile->incident,
                                   .onset_ns = casefile->incident.start_ns,
                                   .claim = claim_of(call, shift, rows),
                                   .query = query,
                                   .strength = strength_of(shift),
                                   .trace_id = text_of(shift, "trace_id"),
                               });
    add_exhibit(call, evidence, shift, rows);
    return true;
}

/* How many of the first `count` are told already of this one's service. */
static uint32_t told_of(const struct shift *shifts, size_t count)
{
    uint32_t told = 0;
    for (size_t i = 0; i < count; i++)
        told += str_eq(text_of(&shifts[i], "service"), text_of(&shifts[count], "service"));
    return told;
}

static bool tell_exceptions(struct call *call, const struct record *in, const struct record *out,
                            int64_t *told_count, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("logs.exceptions"))->sig.input),
                  answer;
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    if (!agent_use_once(call, "logs.exceptions", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "exceptions")->rows;
    struct arena *arena = call->scratch;
    for (size_t row = 0, told = 0; row < rows->rows && told < PER_SERVICE_MAX; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        if (batch_column(rows, "before")->integers[row] || !actor_is_asked_about(in, service))
            continue;
        const struct str exception = batch_column(rows, "exception")->texts[row];
        const struct str cause =
            claim_quote(arena, batch_column(rows, "cause_line")->texts[row], QUOTE_LEN_MAX);
        const int64_t time_ns = batch_column(rows, "time")->integers[row];
        if (told++ == 0)
            *record_at(out, "exception") = value_text(exception);
        ++*told_count;
        casefile_add(call->casefile,
                     &(struct evidence){
                         .step_id = call->step_id,
                         .signal = SIGNAL_LOGS,
                         .bearing = BEARING_SUPPORTS,
                         .finding = FINDING_EXCEPTION,
                         .subject = service,
                         .window = call->casefile->incident,
                         .onset_ns = time_ns,
                         .claim = str_printf(arena, "`%s` first logged `%s` at %s: `%s`.",
                                             service.ptr, exception.ptr,
                                             time_format_short(arena, time_ns).ptr, cause.ptr),
                         .query = str_printf(
                             arena,
                             "SELECT service, time, message FROM logs WHERE service = %s AND "
                             "contains(message, %s) ORDER BY time, rowid LIMIT 1",
                             sql_quote(arena, service).ptr, sql_quote(arena, exception).ptr),
                         .strength = 0.2,
                     });
    }
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("logs.shifts"))->sig.input);
    *record_at(&asked, "alert") = value_time(call->casefile->alert->starts_ns);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "logs.shifts", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "templates")->rows;
    struct shift *shifts = arena_push_many(call->scratch, struct shift, rows->rows);
    size_t count = 0;
    for (size_t row = 0; row < rows->rows; row++) {
        const struct shift shift = {rows, row};
        if (!is_turned_on(&shift))
            shifts[count++] = shift;
    }
    qsort(shifts, count, sizeof *shifts, stronger_first);

    int64_t told = 0, failures = 0, exceptions = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct str service = text_of(&shifts[i], "service");
        if (strength_of(&shifts[i]) < STRENGTH_MIN || !actor_is_asked_about(in, service) ||
            !room_is_left(&room, service) || told_of(shifts, i) >= PER_SERVICE_MAX)
            continue;
        if (!add_evidence(call, &shifts[i], err))
            return false;
        room_take(&room, service);
        failures += finding_of(&shifts[i]) != FINDING_LOG_SHIFT;
        told++;
    }
    if (!tell_exceptions(call, in, out, &exceptions, err))
        return false;
    *record_at(out, "failures") = value_int(failures + exceptions);
    *record_at(out, "found") = value_int(told + exceptions);
    return true;
}

const struct actor actor_find_new_errors = {
    .sig = {.name = "find_new_errors",
            .summary = "Find what the logs say that they did not say before",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_LOGS,
    .run = run,
};
