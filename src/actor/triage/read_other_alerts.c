/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Triage: for whom else an alert fired around the same time. An alert restates a symptom that other
 * evidence shows better, so it weighs little; but it tells who is affected, and it may be all that
 * is known of a service.
 *
 * An alert that tells what was measured is a symptom like any other, by how many times the measure
 * is what it was: 0.6 * (1 - 1 / sqrt(ratio)). That is less than a series of the same size would
 * weigh, for it is one sentence without its course. The network of a node weighs more, for nobody
 * else's trouble makes it bad. What went down is rather an effect.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "agent/metrics/vocabulary.h"
#include "base/arena.h"
#include "base/map.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#include <math.h>

#define AROUND_NS (600 * NS_PER_S)
#define STRENGTH 0.5
#define EVIDENCE_MAX 12
#define MEASURED_STRENGTH 0.6
#define NETWORK_STRENGTH 0.8
#define MEASURED_MAX 24
#define RATIO_MIN 1.5 /* what is half as much more is remarkable */
#define QUOTE_MAX 160

static const struct field input[] = {{0}};

static const struct field output[] = {
    {"services", TYPE_INT, 0, "for how many other services an alert fired", NULL},
    {"measured", TYPE_INT, 0, "how many measures their texts tell that rose", NULL},
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

/* ---- what they say was measured ---- */

/* Of one subject and kind: the row with the largest ratio. */
struct said {
    size_t row;
    double ratio;
};

static enum finding finding_of(const struct batch *measures, size_t row)
{
    const enum metric_kind kind = metric_kind_of(batch_column(measures, "kind")->texts[row]);
    const bool is_node = batch_column(measures, "is_node")->integers[row] != 0;
    /* the network of a node is nobody's symptom: all that runs there hangs on it */
    return is_node && kind == METRIC_NETWORK ? FINDING_OBJECT : metric_kind_finding(kind);
}

static void add_measure(struct call *call, const struct batch *measures, const struct said *said)
{
    struct arena *arena = call->scratch;
    const size_t row = said->row;
    const struct str name = batch_column(measures, "name")->texts[row];
    const struct str subject = batch_column(measures, "subject")->texts[row];
    const struct str text =
        claim_quote(arena, batch_column(measures, "text")->texts[row], QUOTE_MAX);
    const struct column *times = batch_column(measures, "time");
    const enum finding finding = finding_of(measures, row);
    const bool loses = batch_column(measures, "loses")->integers[row] != 0;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_EVENTS,
            .bearing = BEARING_SUPPORTS,
            .finding = finding,
            .subject = subject,
            .cause = finding != FINDING_OBJECT ? STR("")
                     : loses                   ? STR("the network of the node loses packets")
                                               : STR("the network of the node is slow"),
            .window = call->casefile->incident,
            .onset_ns = times->known[row] ? times->integers[row] : 0,
            .claim = str_printf(arena, "An alert said of `%s`: `%s`.", subject.ptr, text.ptr),
            .query =
                str_printf(arena,
                           "SELECT a.name, %s AS about, t.atom->>'$' AS text FROM alerts a, "
                           "json_tree(a.attributes) t WHERE a.name = %s AND t.type = 'VARCHAR' AND "
                           "contains((t.atom->>'$'), %s)",
                           sql_quote(arena, subject).ptr, sql_quote(arena, name).ptr,
                           sql_quote(arena, text).ptr),
            .strength = (finding == FINDING_OBJECT ? NETWORK_STRENGTH : MEASURED_STRENGTH) *
                        (1 - 1 / sqrt(said->ratio)),
        });
}

static int64_t add_measures(struct call *call, const struct batch *measures)
{
    struct arena *arena = call->scratch;
    struct map numbers = map_new(arena);
    struct said *said = arena_push_many(arena, struct said, MEASURED_MAX);
    for (size_t row = 0; row < measures->rows; row++) {
        const struct column *times = batch_column(measures, "time");
        const double ratio = batch_column(measures, "ratio")->reals[row];
        const struct str key =
            str_printf(arena, "%s\n%s", batch_column(measures, "subject")->texts[row].ptr,
                       batch_column(measures, "kind")->texts[row].ptr);
        const bool known = map_find(&numbers, key) != MAP_NONE;
        if (ratio < RATIO_MIN ||
            (times->known[row] && !is_near(call->casefile, times->integers[row])) ||
            (!known && numbers.count == MEASURED_MAX))
            continue;
        struct said *it = &said[map_add(&numbers, key)];
        if (ratio > it->ratio)
            *it = (struct said){row, ratio};
    }
    for (uint32_t i = 0; i < numbers.count; i++)
        add_measure(call, measures, &said[i]);
    return numbers.count;
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
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < alerts->rows; row++) {
        const struct str service = batch_column(alerts, "service")->texts[row];
        const int64_t time_ns = batch_column(alerts, "time")->integers[row];
        const uint32_t before = services.count;
        if (!is_near(call->casefile, time_ns) || str_eq(service, call->casefile->alert->service) ||
            !room_is_left(&room, service) || map_add(&services, service) < before)
            continue;
        room_take(&room, service);
        add_evidence(call, batch_column(alerts, "name")->texts[row], service, time_ns);
    }
    *record_at(out, "services") = value_int(services.count);
    *record_at(out, "measured") =
        value_int(add_measures(call, record_at(&answer, "measures")->rows));
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
