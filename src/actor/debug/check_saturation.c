/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: what has run into its limit since it began, and what is on the way to it
 * (actor/fullness.h). Far from the limit is evidence too: it speaks against a shortage.
 */
#include "actor/actor.h"

#include "actor/fullness.h"
#include "actor/room.h"
#include "agent/agent.h"
#include "data/batch.h"

#define EVIDENCE_MAX 12

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are, for and against", NULL},
    {"full", TYPE_INT, 0, "how many resources are full", NULL},
    {"roomy", TYPE_INT, 0, "how many are used more, and are far from full", NULL},
    {"filling", TYPE_INT, 0, "how many will be full within a day, at the rate since", NULL},
    {"short_of", TYPE_TEXT, FIELD_OPTIONAL, "what the first full one is: cpu, memory, ...", NULL},
    {0},
};

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("metrics.saturation"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "metrics.saturation", &asked, &answer, err))
        return false;

    const struct batch *rows = record_at(&answer, "resources")->rows;
    int64_t full_count = 0, filling_count = 0, told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        const double before = batch_column(rows, "share_before")->reals[row];
        const double after = batch_column(rows, "share_after")->reals[row];
        const bool full = fullness_is_news(rows, row);
        const bool roomy_though_more = fullness_tells_room(rows, row) &&
                                       fullness_of(rows, row) <= FULLNESS_ROOMY &&
                                       after >= before * 1.5 + 0.05;
        bool filling;
        if (!actor_is_asked_about(in, service) || !room_is_left(&room, service))
            continue;
        if (!fullness_add_forecast(call, rows, row, &filling, err))
            return false;
        filling_count += filling;
        if (!filling && !full && !roomy_though_more)
            continue;
        room_take(&room, service);
        told++;
        if (filling)
            continue;
        fullness_add_evidence(call, rows, row, full);
        if (full && full_count == 0)
            *record_at(out, "short_of") = value_text(batch_column(rows, "kind")->texts[row]);
        full_count += full;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "full") = value_int(full_count);
    *record_at(out, "filling") = value_int(filling_count);
    *record_at(out, "roomy") = value_int(told - full_count - filling_count);
    return true;
}

const struct actor actor_check_saturation = {
    .sig = {.name = "check_saturation",
            .summary = "Find what has run into its limit",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
