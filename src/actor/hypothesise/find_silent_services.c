/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: who fell silent before the alert. Silence that began long before belongs to another story,
 * so its weight is halved for every two minutes between it and the onset.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <math.h>

#define STRENGTH 0.8
#define HALF_NS (120.0 * (double)NS_PER_S)
#define EVIDENCE_MAX 8

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"silent", TYPE_BOOL, 0, "at least one did", NULL},
    {0},
};

static void add_evidence(struct call *call, const struct batch *rows, size_t row)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct str service = batch_column(rows, "service")->texts[row];
    const int64_t last_ns = batch_column(rows, "last")->integers[row];
    const double away_ns = fabs((double)(last_ns - casefile->incident.start_ns));
    casefile_add(
        casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_METRICS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_MISSING,
            .subject = service,
            .window = casefile->incident,
            .onset_ns = last_ns,
            .claim = str_printf(arena, "The metrics of `%s` ended at %s, those of others at %s.",
                                service.ptr, time_format_short(arena, last_ns).ptr,
                                time_format_short(arena, casefile->data.end_ns - 1).ptr),
            .query = str_printf(arena,
                                "SELECT %s AS service, max(time) FILTER (WHERE service = %s) AS "
                                "last, (SELECT max(t) FROM (SELECT max(time) AS t FROM metrics "
                                "UNION ALL SELECT max(time) FROM logs UNION ALL SELECT max(time) "
                                "FROM traces)) AS last_of_all FROM metrics",
                                sql_quote(arena, service).ptr, sql_quote(arena, service).ptr),
            .strength = STRENGTH * exp2(-away_ns / HALF_NS),
        });
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("metrics.missing"))->sig.input);
    struct record answer;
    if (!agent_use_once(call, "metrics.missing", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "services")->rows;
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        if (batch_column(rows, "last")->integers[row] > call->casefile->alert->starts_ns ||
            !actor_is_asked_about(in, service) || !room_is_left(&room, service))
            continue;
        room_take(&room, service);
        add_evidence(call, rows, row);
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "silent") = value_bool(told > 0);
    return true;
}

const struct actor actor_find_silent_services = {
    .sig = {.name = "find_silent_services",
            .summary = "Find who fell silent before the alert",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_METRICS,
    .run = run,
};
