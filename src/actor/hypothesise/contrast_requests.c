/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hypothesise: what do requests that fail or are slow have in common, and good ones of the same
 * minutes have not? An instance or a version speaks of some replicas among others; any other value
 * (a tenant, a region, a flag) of what its service does with it.
 *
 * What only restates that a request failed (a status, an error) is no news, and the operations of a
 * request are inspect_traces()'s. Strength is that of the difference, times a half: to be in the
 * same requests is not yet to be the cause.
 */
#include "actor/actor.h"

#include "actor/room.h"
#include "agent/agent.h"
#include "agent/traces/forest.h"
#include "base/arena.h"
#include "base/buf.h"
#include "data/batch.h"
#include "store/telemetry.h"

#define EVIDENCE_MAX 3
#define STRENGTH 0.5
#define STRENGTH_MIN 0.05

static const struct field input[] = {ACTOR_SERVICE, {0}};

static const struct field output[] = {
    {"found", TYPE_INT, 0, "how many pieces of evidence there are", NULL},
    {"bad", TYPE_INT, 0, "requests since the onset that failed or were slow", NULL},
    {"all", TYPE_INT, 0, "requests since the onset", NULL},
    {0},
};

static bool has_word(struct str name, const char *const *words)
{
    for (; *words; words++)
        if (str_find_no_case(name, str_of(*words)) != STR_NPOS)
            return true;
    return false;
}

static bool is_echo(struct str attribute)
{
    static const char *const words[] = {"status", "error", "exception", "operation", NULL};
    return has_word(attribute, words);
}

static bool is_replica(struct str attribute)
{
    static const char *const words[] = {"instance", "version", NULL};
    return has_word(attribute, words);
}

/* ---- the SQL that counts again ---- */

/* Spans whose parent is not there. */
#define ROOTS                                                                                      \
    "SELECT s.trace_id, s.service, s.operation, s.duration_us, s.time, " SPAN_FAILED_SQL(          \
        "s") " AS failed FROM %s s WHERE s.time IS NOT NULL AND s.duration_us >= 0 AND NOT "       \
             "EXISTS (SELECT 1 FROM %s p WHERE p.trace_id = s.trace_id AND p.span_id = "           \
             "s.parent_id AND p.span_id <> s.span_id AND p.service <> '')"

/* The attribute as a JSON pointer (RFC 6901), which may hold any character. */
static struct str pointer_of(struct arena *arena, struct str attribute)
{
    struct buf pointer = buf_new(arena);
    buf_add_char(&pointer, '/');
    for (size_t i = 0; i < attribute.len; i++) {
        const char c = attribute.ptr[i];
        if (c == '~' || c == '/')
            buf_printf(&pointer, c == '~' ? "~0" : "~1");
        else
            buf_add_char(&pointer, c);
    }
    return buf_str(&pointer);
}

/* Attributes are an object, or OpenTelemetry's array of keys and values. */
static struct str condition_of(struct arena *arena, struct str attribute, struct str value)
{
    const struct str name = sql_quote(arena, attribute), wanted = sql_quote(arena, value);
    if (str_eq(attribute, STR("instance")))
        return str_printf(arena, "instance = %s", wanted.ptr);
    return str_printf(
        arena,
        "CASE CASE WHEN json_valid(attributes) THEN json_type(attributes) END WHEN 'ARRAY' THEN "
        "len(list_filter(from_json(attributes, "
        "'[\"JSON\"]'), lambda a: (a->>'key') = %s AND coalesce(a->>'$.value.stringValue', "
        "a->>'$.value.intValue', a->>'$.value.boolValue') = %s)) > 0 WHEN 'OBJECT' THEN "
        "json_extract_string(attributes, %s) = %s END",
        name.ptr, wanted.ptr, sql_quote(arena, pointer_of(arena, attribute)).ptr, wanted.ptr);
}

static struct str query_of(struct call *call, struct str service, struct str attribute,
                           struct str value)
{
    struct arena *arena = call->scratch;
    const struct str onset = sql_time(arena, call->casefile->incident.start_ns);
    return str_printf(
        arena,
        "WITH roots AS (" ROOTS "), usual AS (SELECT service, operation, 2 * "
        "quantile_cont(duration_us, 0.95) + 1000 AS slow_us FROM (FROM roots WHERE time < %s UNION "
        "ALL " ROOTS ") GROUP BY ALL HAVING count(*) >= 5), requests AS (SELECT trace_id, "
        "bool_or(failed OR coalesce(duration_us > slow_us, false)) AS bad FROM roots LEFT JOIN "
        "usual USING (service, operation) WHERE time >= %s GROUP BY trace_id), carriers AS (SELECT "
        "trace_id, any_value(service) AS service FROM traces WHERE time >= %s AND service = %s AND "
        "coalesce(%s, false) GROUP BY trace_id) SELECT max(c.service) AS service, %s AS attribute, "
        "%s AS value, %s AS onset, count(*) FILTER (WHERE c.service IS NOT NULL) AS all_with, "
        "count(*) FILTER (WHERE bad AND c.service IS NOT NULL) AS bad_with, count(*) FILTER (WHERE "
        "c.service IS NULL) AS all_without, count(*) FILTER (WHERE bad AND c.service IS NULL) AS "
        "bad_without FROM requests LEFT JOIN carriers c USING (trace_id)",
        "traces", "traces", onset.ptr, "reference_traces", "reference_traces", onset.ptr, onset.ptr,
        sql_quote(arena, service).ptr, condition_of(arena, attribute, value).ptr,
        sql_quote(arena, attribute).ptr, sql_quote(arena, value).ptr, onset.ptr);
}

static bool add_evidence(struct call *call, const struct batch *rows, size_t row, struct err *err)
{
    struct arena *arena = call->scratch;
    struct casefile *casefile = call->casefile;
    const struct str service = batch_column(rows, "service")->texts[row];
    const struct str attribute = batch_column(rows, "attribute")->texts[row];
    const struct str value = batch_column(rows, "value")->texts[row];
    const struct str query = query_of(call, service, attribute, value);
    struct batch *counts;
    if (!telemetry_rows(call->services->telemetry, arena, query, &counts, err))
        return false;
    if (batch_column(counts, "bad_with")->integers[0] == 0)
        return true; /* a value that SQL reads otherwise */
    const bool replica = is_replica(attribute);
    casefile_add(
        casefile,
        &(struct evidence){
            .step_id = call->step_id,
            .signal = SIGNAL_TRACES,
            .bearing = BEARING_SUPPORTS,
            .finding = replica ? FINDING_REPLICAS : FINDING_ATTRIBUTE,
            .subject = service,
            .instance = str_eq(attribute, STR("instance")) ? value : STR(""),
            .window = casefile->incident,
            .onset_ns = casefile->incident.start_ns,
            .claim = str_printf(
                arena,
                "Of the requests since %s in which `%s` of `%s` was `%s`, %lld of %lld failed or "
                "were slow, and of the others %lld of %lld.",
                time_format_short(arena, casefile->incident.start_ns).ptr, attribute.ptr,
                service.ptr, value.ptr, (long long)batch_column(counts, "bad_with")->integers[0],
                (long long)batch_column(counts, "all_with")->integers[0],
                (long long)batch_column(counts, "bad_without")->integers[0],
                (long long)batch_column(counts, "all_without")->integers[0]),
            .query = query,
            .strength = STRENGTH * batch_column(rows, "strength")->reals[row],
        });
    return true;
}

static bool run(struct call *call, const struct record *in, struct record *out, struct err *err)
{
    struct record asked =
        record_new(call->scratch, agent_tool(STR("traces.attributes"))->sig.input);
    *record_at(&asked, "onset") = value_time(call->casefile->incident.start_ns);
    struct record answer;
    if (!agent_use_once(call, "traces.attributes", &asked, &answer, err))
        return false;
    const struct batch *rows = record_at(&answer, "attributes")->rows;
    int64_t told = 0;
    struct room room = room_new(call, EVIDENCE_MAX);
    for (size_t row = 0; row < rows->rows; row++) {
        const struct str service = batch_column(rows, "service")->texts[row];
        if (batch_column(rows, "strength")->reals[row] * STRENGTH < STRENGTH_MIN ||
            is_echo(batch_column(rows, "attribute")->texts[row]) ||
            !actor_is_asked_about(in, service) || !room_is_left(&room, service))
            continue;
        if (!add_evidence(call, rows, row, err))
            return false;
        room_take(&room, service);
        told++;
    }
    *record_at(out, "found") = value_int(told);
    *record_at(out, "bad") = *record_at(&answer, "bad");
    *record_at(out, "all") = *record_at(&answer, "all");
    return true;
}

const struct actor actor_contrast_requests = {
    .sig = {.name = "contrast_requests",
            .summary = "Find what bad requests have in common and good ones have not",
            .input = input,
            .output = output},
    .phase = PHASE_HYPOTHESISE,
    .needs = 1u << SIGNAL_TRACES,
    .run = run,
};
