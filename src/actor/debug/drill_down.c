/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: which part of it. Of the rates and sums that are evidence already, the label values that
 * most of the change comes from: one route, one customer, one status.
 *
 * It says more exactly what was said before, so it weighs no more than that: the same finding, with
 * less than its strength.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "actor/series.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "guard/claim.h"

#define EVIDENCE_MAX 6
#define OF_STRENGTH 0.5 /* of what it says more exactly */

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many changes come from one part", NULL},
    {"part", TYPE_TEXT, FIELD_OPTIONAL, "the first: label=\"value\"", NULL},
    {0},
};

/* `route="/a"` or `route="/b"`, with `code="500"` */
static struct str quoted_parts(struct arena *arena, const struct batch *labels)
{
    struct buf text = buf_new(arena);
    for (size_t row = 0; row < labels->rows; row++) {
        const struct str label = batch_column(labels, "label")->texts[row];
        const bool same = row > 0 && str_eq(label, batch_column(labels, "label")->texts[row - 1]);
        buf_printf(&text, "%s`%s=\"%s\"`",
                   row == 0 ? ""
                   : same   ? " or "
                            : " with ",
                   label.ptr, batch_column(labels, "value")->texts[row].ptr);
    }
    return buf_str(&text);
}

static void add_evidence(struct call *call, const struct evidence *whole, const struct record *told)
{
    struct arena *arena = call->scratch;
    const struct batch *labels = record_at(told, "labels")->rows;
    const double before = record_at(told, "before")->real, after = record_at(told, "after")->real;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_METRICS,
            .bearing = BEARING_SUPPORTS,
            .finding = whole->finding,
            .subject = whole->subject,
            .instance = whole->instance,
            .window = whole->window,
            .onset_ns = whole->onset_ns,
            .onset_error_ns = whole->onset_error_ns,
            .claim = str_printf(
                arena,
                "%s %% of the %s of `%s` of `%s` came from %s: all of it was %s before %s, and %s "
                "since (means).",
                claim_number(arena, 100 * record_at(told, "share")->real).ptr,
                after > before ? "rise" : "fall", whole->series.metric.ptr,
                whole->series.service.ptr, quoted_parts(arena, labels).ptr,
                claim_number(arena, before).ptr,
                time_format_short(arena, call->casefile->incident.start_ns).ptr,
                claim_number(arena, after).ptr),
            .query = record_at(told, "query")->text,
            .strength = OF_STRENGTH * whole->strength,
            .series = whole->series,
        });
}

static bool is_asked(const struct call *call, const struct evidence *it, const struct record *in)
{
    return it->step_id != call->step_id && it->signal == SIGNAL_METRICS &&
           it->bearing == BEARING_SUPPORTS && str_contains(it->series.metric, STR("(")) &&
           it->finding != FINDING_NONE && actor_is_asked_about(in, it->subject);
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (const struct evidence *it = call->casefile->evidence; it; it = it->next) {
        if (!is_asked(call, it, in) || !room_is_left(&room, it->subject))
            continue;
        struct record asked =
            record_new(call->scratch, agent_tool(STR("metrics.drilldown"))->sig.input);
        struct record answer;
        *record_at(&asked, "service") = value_text(it->series.service);
        *record_at(&asked, "metric") = value_text(it->series.metric);
        *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
        if (!agent_use_once(call, "metrics.drilldown", &asked, &answer, err))
            return false;
        if (!record_at(&answer, "share")->known)
            continue;
        add_evidence(call, it, &answer);
        room_take(&room, it->subject);
        if (told++ == 0) {
            const struct batch *labels = record_at(&answer, "labels")->rows;
            *record_at(out, "part") = value_text(
                str_printf(call->scratch, "%s=\"%s\"", batch_column(labels, "label")->texts[0].ptr,
                           batch_column(labels, "value")->texts[0].ptr));
        }
    }
    *record_at(out, "found") = value_int(told);
    return true;
}

const struct actor actor_drill_down = {
    .sig = {.name = "drill_down",
            .summary = "Find which part of a rate its change comes from",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
