/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: which earlier incident is this one like, now that all has been found? It is asked at
 * the end, of what people remember, and is told to whoever reads the report. It moves no verdict:
 * the evidence is about nobody and has no strength. What a memory may say for a suspect,
 * recall_incidents has said, and no more.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "case/signature.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define TOLD_MAX 3
#define QUOTE_BYTES_MAX 160
#define LIKE_SAME 1.0

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"count", TYPE_INT, 0, "how many are told", NULL},
    {0},
};

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static int64_t number_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->integers[row];
}

/* "the same alert, `X`, the same service, `Y`, and 4 of its 5 findings" */
static struct str likeness_of(struct arena *arena, const struct batch *rows, size_t row)
{
    struct str parts[3];
    size_t count = 0;
    const double alert = batch_column(rows, "same_alert")->reals[row];
    struct buf out = buf_new(arena);
    if (alert > 0.0)
        parts[count++] =
            str_printf(arena, "%s alert, `%.*s`", alert >= LIKE_SAME ? "the same" : "a similar",
                       STR_ARG(claim_quote(arena, text_of(rows, row, "alert"), QUOTE_BYTES_MAX)));
    if (number_of(rows, row, "same_service"))
        parts[count++] = str_printf(
            arena, "the same service, `%.*s`",
            STR_ARG(claim_quote(arena, text_of(rows, row, "alert_service"), QUOTE_BYTES_MAX)));
    if (number_of(rows, row, "shared") > 0)
        parts[count++] = str_printf(arena, "%lld of its %lld findings",
                                    (long long)number_of(rows, row, "shared"),
                                    (long long)number_of(rows, row, "findings"));
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s%.*s",
                   i == 0           ? ""
                   : i + 1 == count ? " and "
                                    : ", ",
                   STR_ARG(parts[i]));
    return buf_str(&out);
}

static struct str quoted(struct arena *arena, const char *before, struct str text)
{
    const struct str words = claim_quote(arena, text, QUOTE_BYTES_MAX);
    return words.len > 0 ? str_printf(arena, "%s`%.*s`", before, STR_ARG(words)) : STR("");
}

static struct str claim_of(struct arena *arena, const struct batch *rows, size_t row)
{
    const struct str cause = quoted(arena, ": ", text_of(rows, row, "cause"));
    struct str fix = quoted(arena, "; it was ended by ", text_of(rows, row, "fix"));
    if (fix.len == 0)
        fix = STR("; what ended it was not written down");
    return str_printf(
        arena,
        "Incident `%.*s` of %s had %.*s in common with this one; its cause lay in `%.*s`%.*s%.*s.",
        STR_ARG(claim_quote(arena, text_of(rows, row, "id"), QUOTE_BYTES_MAX)),
        time_format(arena, batch_column(rows, "time")->integers[row]).ptr,
        STR_ARG(likeness_of(arena, rows, row)),
        STR_ARG(claim_quote(arena, text_of(rows, row, "service"), QUOTE_BYTES_MAX)), STR_ARG(cause),
        STR_ARG(fix));
}

/* What both have is counted anew by whoever asks the query again. */
static struct str query_of(struct arena *arena, const struct batch *rows, size_t row,
                           struct str signature)
{
    struct buf now = buf_new(arena);
    struct str line;
    while (str_split(&signature, '\n', &line))
        buf_printf(&now, "%s%s", now.len > 0 ? ", " : "", sql_quote(arena, line).ptr);
    return str_printf(
        arena,
        "SELECT id, time, alert, alert_service, service, cause, fix, "
        "len(list_intersect(string_split(signature, chr(10)), [%s]::VARCHAR[])) AS shared, "
        "len(string_split(signature, chr(10))) AS findings FROM incidents "
        "WHERE id = %s AND time = %s",
        buf_str(&now).ptr, sql_quote(arena, text_of(rows, row, "id")).ptr,
        sql_time(arena, batch_column(rows, "time")->integers[row]).ptr);
}

static void tell(struct call *call, const struct batch *rows, size_t row, struct str signature)
{
    const int64_t time_ns = batch_column(rows, "time")->integers[row];
    casefile_add(call->casefile, &(struct evidence){
                                     .step_id = call->step_id,
                                     .signal = SIGNAL_EVENTS,
                                     .bearing = BEARING_SUPPORTS,
                                     .finding = FINDING_PAST,
                                     .window = {.start_ns = time_ns, .end_ns = time_ns + 1},
                                     .claim = claim_of(call->scratch, rows, row),
                                     .query = query_of(call->scratch, rows, row, signature),
                                 });
}

/* The likest of those that were not told yet; the newest of equals, which comes first. */
static size_t likest(const struct batch *rows, const bool *is_told)
{
    const double *like = batch_column(rows, "like")->reals;
    size_t best = SIZE_MAX;
    for (size_t row = 0; row < rows->rows; row++)
        if (!is_told[row] && (best == SIZE_MAX || like[row] > like[best]))
            best = row;
    return best;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    const struct casefile *casefile = call->casefile;
    const struct alert *alert = casefile->alert;
    struct record asked = record_new(call->scratch, agent_tool(STR("events.alike"))->sig.input);
    struct record answer;
    const struct str signature = signature_of(call->scratch, casefile);
    *record_at(&asked, "alert") = value_text(alert->name);
    *record_at(&asked, "service") =
        value_text(casefile->subject.len > 0 ? casefile->subject : alert->service);
    *record_at(&asked, "signature") = value_text(signature);
    *record_at(&asked, "before") = value_time(alert->starts_ns);
    *record_at(out, "count") = value_int(0);
    if (!agent_use(call, "events.alike", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "incidents")->rows;
    bool *is_told = arena_push_many(call->scratch, bool, rows->rows + 1);
    int64_t told = 0;
    for (size_t row; told < TOLD_MAX && (row = likest(rows, is_told)) != SIZE_MAX; told++) {
        tell(call, rows, row, signature);
        is_told[row] = true;
    }
    *record_at(out, "count") = value_int(told);
    return true;
}

const struct actor actor_compare_incidents = {
    .sig = {.name = "compare_incidents",
            .summary = "Tell which earlier incidents are like this one, and what ended them",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .run = run,
};
