/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: for whom else an alert fired around the same time. An alert restates a symptom that other
 * evidence shows better, so it weighs little; but it tells who is affected, and it may be all that
 * is known of a service.
 */
#include "actor/actor.h"

#include "agent/agent.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define AROUND_NS (600 * NS_PER_S)
#define STRENGTH 0.5
#define EVIDENCE_MAX 12

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"services", TYPE_INT, 0, "for how many other services an alert fired", NULL},
    {0},
};

static bool is_near(const struct casefile *casefile, int64_t time_ns)
{
    return time_ns > casefile->incident.start_ns - AROUND_NS &&
           time_ns < casefile->alert->starts_ns + AROUND_NS;
}

static void add_evidence(struct call *call, struct str name, struct str service, int64_t time_ns)
{
    struct arena *arena = call->scratch;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_EVENTS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_ALERTED,
            .subject = service,
            .window = call->casefile->incident,
            .onset_ns = time_ns,
            .claim = str_printf(arena, "The alert `%s` fired for `%s` at %s.", name.ptr,
                                service.ptr, time_format_short(arena, time_ns).ptr),
            .query = str_printf(arena,
                                "SELECT name, service, severity, status, \"time\" FROM "
                                "alerts WHERE name = %s AND service = %s AND \"time\" = %s",
                                sql_quote(arena, name).ptr, sql_quote(arena, service).ptr,
                                sql_time(arena, time_ns).ptr),
            .strength = STRENGTH,
        });
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    (void)in;
    struct record asked = record_new(call->scratch, agent_tool(STR("events.alerts"))->sig.input);
    struct record answer;
    if (!agent_use(call, "events.alerts", &asked, &answer, err))
        return false;
    const struct batch *alerts = record_at(&answer, "alerts")->rows;
    struct map services = map_new(call->scratch);
    for (size_t row = 0; row < alerts->rows && services.count < EVIDENCE_MAX; row++) {
        const struct str service = batch_column(alerts, "service")->texts[row];
        const int64_t time_ns = batch_column(alerts, "time")->integers[row];
        const uint32_t before = services.count;
        if (!is_near(call->casefile, time_ns) || str_eq(service, call->casefile->alert->service) ||
            map_add(&services, service) < before)
            continue;
        add_evidence(call, batch_column(alerts, "name")->texts[row], service, time_ns);
    }
    *record_at(out, "services") = value_int(services.count);
    return true;
}

const struct actor actor_read_other_alerts = {
    .sig = {.name = "read_other_alerts",
            .summary = "Find for whom else an alert fired",
            .input = input,
            .output = output},
    .phase = PHASE_TRIAGE,
    .run = run,
};
