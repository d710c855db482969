/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: has it happened before? What was the cause then may be the cause now, and what ended
 * it then may end it now; both are hints of people who have seen it, and no more. So the strength
 * is at most a half, by how much the alert of then is like this one, and it halves for an incident
 * of half a year ago: systems change.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 3
#define STRENGTH_MAX 0.5
#define AGE_HALF_NS (180.0 * 86400.0 * (double)NS_PER_S)
#define QUOTE_LEN_MAX 120
#define LIKE_SAME 1.0

static const struct field input[] = {{0}};

static const struct field columns[] = {
    {"subject", TYPE_TEXT, 0, "where the cause lay then", NULL},
    {"because", TYPE_TEXT, 0, "that in words, with the name in it", NULL},
    {"incident", TYPE_TEXT, 0, "its id", NULL},
    {0},
};

static const struct field output[] = {
    {"rows", TYPE_ROWS, 0, "services that were the cause, the most alike first", columns},
    {"count", TYPE_INT, 0, "how many rows there are", NULL},
    {0},
};

/* What people wrote may not look like a name or a citation; it is quoted as a name. */
static struct str quoted(struct arena *arena, const char *before, struct str text)
{
    text = str_trim(str_slice(text, 0, QUOTE_LEN_MAX));
    size_t len = 0;
    while (len < text.len && text.ptr[len] != '`' && text.ptr[len] >= ' ' && text.ptr[len] <= '~')
        len++;
    return len > 0 ? str_printf(arena, "%s`%.*s`", before, (int)len, text.ptr) : STR("");
}

static struct str text_of(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

static struct str claim_of(struct arena *arena, const struct batch *rows, size_t row)
{
    const bool same = batch_column(rows, "like")->reals[row] >= LIKE_SAME;
    const struct str cause = quoted(arena, ": ", text_of(rows, row, "cause"));
    const struct str fix = quoted(arena, "; it was ended by ", text_of(rows, row, "fix"));
    return str_printf(arena,
                      "Incident `%s` of %s had %s alert, `%s`, and its cause lay in `%s`%.*s%.*s.",
                      text_of(rows, row, "id").ptr,
                      time_format(arena, batch_column(rows, "time")->integers[row]).ptr,
                      same ? "the same" : "a similar", text_of(rows, row, "alert").ptr,
                      text_of(rows, row, "service").ptr, STR_ARG(cause), STR_ARG(fix));
}

static double strength_of(const struct casefile *casefile, const struct batch *rows, size_t row)
{
    const int64_t age_ns = casefile->alert->starts_ns - batch_column(rows, "time")->integers[row];
    return STRENGTH_MAX * batch_column(rows, "like")->reals[row] /
           (1 + (double)age_ns / AGE_HALF_NS);
}

static const struct evidence *add_evidence(struct call *call, const struct batch *rows, size_t row)
{
    struct arena *arena = call->scratch;
    const struct str id = sql_quote(arena, text_of(rows, row, "id"));
    const int64_t time_ns = batch_column(rows, "time")->integers[row];
    return casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_EVENTS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_PAST,
            .subject = text_of(rows, row, "service"),
            .window = {.start_ns = time_ns, .end_ns = time_ns + 1},
            .claim = claim_of(arena, rows, row),
            .query = str_printf(arena,
                                "SELECT id, time, alert, service, cause, fix FROM incidents WHERE "
                                "id = %s AND time = %s",
                                id.ptr, sql_time(arena, time_ns).ptr),
            .strength = strength_of(call->casefile, rows, row),
        });
}

static void propose_fix(struct call *call, const struct evidence *past, struct str fix)
{
    struct arena *arena = call->scratch;
    const struct str words = quoted(arena, "", fix);
    if (words.len == 0)
        return;
    casefile_add_proposal(
        call->casefile,
        &(struct proposal){
            .kind = PROPOSAL_MITIGATION,
            .subject = past->subject,
            .text = str_printf(arena, "If it is `%.*s` again, do what ended it then: %.*s [E%u].",
                               STR_ARG(past->subject), STR_ARG(words), past->id),
        });
}

/* The order in which they are told: the strongest first, then the newest. */
static size_t *order_of(struct call *call, const struct batch *rows)
{
    size_t *order = arena_push_many(call->scratch, size_t, rows->rows);
    for (size_t i = 0; i < rows->rows; i++) {
        size_t at = i;
        for (; at > 0 && strength_of(call->casefile, rows, order[at - 1]) <
                             strength_of(call->casefile, rows, i);
             at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    const struct alert *alert = call->casefile->alert;
    struct batch *told = batch_new(call->scratch, columns);
    *record_at(out, "rows") = value_rows(told);
    *record_at(out, "count") = value_int(0);
    if (alert->name.len == 0)
        return true;
    struct record asked = record_new(call->scratch, agent_tool(STR("events.incidents"))->sig.input);
    struct record answer;
    *record_at(&asked, "alert") = value_text(alert->name);
    *record_at(&asked, "before") = value_time(alert->starts_ns);
    if (!agent_use(call, "events.incidents", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "incidents")->rows;
    const size_t *order = order_of(call, rows);
    struct map services = map_new(call->scratch);
    for (size_t i = 0; i < rows->rows && told->rows < EVIDENCE_MAX; i++) {
        const size_t from = order[i];
        const struct str service = text_of(rows, from, "service");
        const uint32_t before = services.count;
        if (map_add(&services, service) < before)
            continue;
        const struct evidence *past = add_evidence(call, rows, from);
        propose_fix(call, past, text_of(rows, from, "fix"));
        const size_t row = batch_add_row(told);
        batch_set(told, row, "subject", value_text(service));
        batch_set(told, row, "because",
                  value_text(str_printf(call->scratch, "`%.*s` was the cause of the same before",
                                        STR_ARG(service))));
        batch_set(told, row, "incident", value_text(text_of(rows, from, "id")));
    }
    *record_at(out, "count") = value_int((int64_t)told->rows);
    return true;
}

const struct actor actor_recall_incidents = {
    .sig = {.name = "recall_incidents",
            .summary = "Recall earlier incidents that began like this one",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .effect = ACTOR_SUGGESTS,
    .run = run,
};
