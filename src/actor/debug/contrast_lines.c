/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debug: do failing lines of a service name one host, user or shard, and the good ones others? If
 * it is the name of somebody in the graph, it is a hint at that one; any other value speaks of what
 * the service does with it.
 *
 * Strength is that of the difference, times three tenths: to be named by a failure is less than to
 * be in a request that failed (contrast_requests), and far from being the cause.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "agent/logs/lines.h"
#include "base/arena.h"
#include "data/batch.h"
#include "guard/claim.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 3
#define STRENGTH 0.3
#define STRENGTH_MIN 0.05
#define QUOTE_BYTES_MAX 100

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"tested", TYPE_INT, 0, "values that were tested", NULL},
    {0},
};

/* Lines that name the value as a whole: "db-1" is not in "db-10". */
static struct str query_of(struct call *call, struct str service, struct str value)
{
    struct arena *arena = call->scratch;
    const char *onset = sql_time(arena, call->casefile->incident.start_ns).ptr;
    const char *wanted = sql_quote(arena, value).ptr;
    return str_printf(
        arena,
        "SELECT any_value(service) AS service, %s AS value, %s AS onset, count(*) FILTER (WHERE "
        "named) AS all_with, count(*) FILTER (WHERE named AND failed) AS bad_with, count(*) FILTER "
        "(WHERE NOT named) AS all_without, count(*) FILTER (WHERE NOT named AND failed) AS "
        "bad_without FROM (SELECT service, regexp_matches(message, '(^|[^A-Za-z0-9_])' || "
        "regexp_escape(%s) || '($|[^A-Za-z0-9_])') AS named, " LINE_FAILED_SQL
        " AS failed FROM logs WHERE service = %s AND time >= %s AND message IS NOT NULL)",
        wanted, onset, wanted, sql_quote(arena, service).ptr, onset);
}

static int64_t number_of(const struct batch *rows, const char *column)
{
    return batch_column(rows, column)->integers[0];
}

/* "db:5432" and "db.shop.svc" are `db`. Empty: nobody in the graph but the writer has that name. */
static struct str peer_of(const struct call *call, struct str service, struct str value)
{
    const struct topology *graph = &call->casefile->topology;
    size_t end = value.len;
    while (end > 0) {
        const struct str name = str_slice(value, 0, end);
        if (topology_find(graph, name) != MAP_NONE && !str_eq(name, service))
            return name;
        do
            end--;
        while (end > 0 && value.ptr[end] != ':' && value.ptr[end] != '.');
    }
    return STR("");
}

/* False: SQL does not see it; `*told`: there is evidence. */
static bool tell(struct call *call, const struct batch *rows, size_t row, bool *told,
                 struct err *err)
{
    struct arena *arena = call->scratch;
    const struct str service = batch_column(rows, "service")->texts[row];
    const struct str value = batch_column(rows, "value")->texts[row];
    const struct str query = query_of(call, service, value);
    struct batch *counts;
    *told = false;
    if (actor_has_told(call, query))
        return true;
    if (!telemetry_rows(call->services->telemetry, arena, query, &counts, err))
        return false;
    const int64_t bad = number_of(counts, "bad_with"), all = number_of(counts, "all_with");
    const int64_t bad_else = number_of(counts, "bad_without");
    const int64_t all_else = number_of(counts, "all_without");
    *told = (double)bad * (double)all_else > (double)bad_else * (double)all;
    if (!*told)
        return true;
    const struct str peer = peer_of(call, service, value);
    const bool has_peer = peer.len > 0;
    casefile_add(
        call->casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_LOGS,
            .bearing = BEARING_SUPPORTS,
            .finding = FINDING_ATTRIBUTE,
            .subject = has_peer ? peer : service,
            .cause = has_peer ? STR("lines that name it tell of failures")
                              : STR("lines that name one value tell of failures"),
            .window = call->casefile->incident,
            .onset_ns = call->casefile->incident.start_ns,
            .claim = str_printf(
                arena,
                "Of the lines of `%s` since %s that name `%s`, %lld of %lld tell of a "
                "failure, and of the others %lld of %lld.",
                service.ptr, time_format_short(arena, call->casefile->incident.start_ns).ptr,
                claim_quote(arena, value, QUOTE_BYTES_MAX).ptr, (long long)bad, (long long)all,
                (long long)bad_else, (long long)all_else),
            .query = query,
            .strength = STRENGTH * batch_column(rows, "strength")->reals[row],
        });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked = record_new(call->scratch, agent_tool(STR("logs.values"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "logs.values", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "values")->rows;
    int64_t found = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        bool told;
        if (batch_column(rows, "strength")->reals[row] * STRENGTH < STRENGTH_MIN ||
            !actor_is_asked_about(in, service) || !room_is_left(&room, service))
            continue;
        if (!tell(call, rows, row, &told, err))
            return false;
        found += told;
        if (told)
            room_take(&room, service);
    }
    *record_at(out, "found") = value_int(found);
    *record_at(out, "tested") = *record_at(&answer, "tested");
    return true;
}

const struct actor actor_contrast_lines = {
    .sig = {.name = "contrast_lines",
            .summary = "Find which values go with lines that tell of a failure",
            .input = input,
            .output = output},
    .phase = PHASE_DEBUG,
    .needs = 1u << SIGNAL_LOGS,
    .run = run,
};
