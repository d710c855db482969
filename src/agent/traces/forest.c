/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A span's parent is looked up by its id within its own trace and table. Parents that are missing
 * or lead round in a circle make a root: nothing here trusts the shape of what was recorded.
 */
#include "agent/traces/forest.h"

#include "agent/trials.h"
#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <string.h>

static const char spans_sql[] =
    "SELECT %s AS of_reference, coalesce(trace_id, '') AS trace_id, coalesce(span_id, '') AS "
    "span_id,"
    " coalesce(parent_id, '') AS parent_id, service, coalesce(operation, '') AS operation, time, "
    "duration_us, " SPAN_FAILED_SQL(
        "s") " AS failed FROM %s s WHERE time IS NOT NULL AND duration_us >= 0 AND service <> ''";

struct loading {
    struct arena *arena;
    struct forest *forest;
    struct str *parent_ids; /* by span: "trace span" of its parent, empty for a root */
};

/* "t TRACE SPAN", or "r TRACE SPAN" for one of the reference; made a million times, so by hand. */
static struct str id_of(struct arena *arena, bool of_reference, struct str trace, struct str span)
{
    const size_t len = trace.len + span.len + 3;
    char *id = arena_alloc(arena, len);
    id[0] = of_reference ? 'r' : 't';
    id[1] = ' ';
    memcpy(id + 2, trace.ptr, trace.len);
    id[2 + trace.len] = ' ';
    memcpy(id + 3 + trace.len, span.ptr, span.len);
    return (struct str){.ptr = id, .len = len};
}

static void add_spans(struct loading *load, const struct batch *rows)
{
    struct forest *forest = load->forest;
    const struct column *references = batch_column(rows, "of_reference");
    const struct column *traces = batch_column(rows, "trace_id");
    const struct column *ids = batch_column(rows, "span_id");
    const struct column *parents = batch_column(rows, "parent_id");
    const struct column *services = batch_column(rows, "service");
    const struct column *operations = batch_column(rows, "operation");
    const struct column *times = batch_column(rows, "time");
    const struct column *durations = batch_column(rows, "duration_us");
    const struct column *failures = batch_column(rows, "failed");
    const size_t *order = batch_order(rows, load->arena, "time");
    for (size_t i = 0; i < rows->rows; i++) {
        const size_t row = order[i];
        const bool of_reference = references->integers[row] != 0;
        const struct str trace = traces->texts[row];
        const struct str parent = parents->texts[row];
        const struct str id = id_of(load->arena, of_reference, trace, ids->texts[row]);
        const uint32_t number = forest->ids.count;
        if (map_add(&forest->ids, id) != number) {
            forest->any_repeated = true;
            continue;
        }
        load->parent_ids[number] =
            parent.len > 0 ? id_of(load->arena, of_reference, trace, parent) : STR("");
        const double duration_us = (double)durations->integers[row];
        forest->spans[number] = (struct span){
            .trace = map_add(&forest->traces, trace),
            .service = map_add(&forest->services, services->texts[row]),
            .operation = map_add(&forest->operations, operations->texts[row]),
            .parent = SPAN_NONE,
            .entry = SPAN_NONE,
            .time_ns = times->integers[row],
            .duration_us = duration_us,
            .self_us = duration_us,
            .root = parent.len == 0,
            .failed = failures->integers[row] != 0,
            .of_reference = of_reference,
        };
        forest->count = forest->ids.count;
    }
}

static void find_parents(struct loading *load)
{
    struct forest *forest = load->forest;
    for (uint32_t i = 0; i < forest->count; i++) {
        if (load->parent_ids[i].len == 0)
            continue;
        const uint32_t parent = map_find(&forest->ids, load->parent_ids[i]);
        if (parent == MAP_NONE || parent == i)
            continue;
        struct span *above = &forest->spans[parent];
        forest->spans[i].parent = parent;
        above->self_us -= forest->spans[i].duration_us;
        above->calls_out |= above->service != forest->spans[i].service;
        above->child_failed |= forest->spans[i].failed;
    }
    for (uint32_t i = 0; i < forest->count; i++)
        if (forest->spans[i].self_us < 0)
            forest->spans[i].self_us = 0;
}

/* Walks up while the service stays the same. No run is longer than there are spans. */
static void find_entries(struct forest *forest, struct arena *arena)
{
    uint32_t *path = arena_push_many(arena, uint32_t, forest->count);
    for (uint32_t i = 0; i < forest->count; i++) {
        uint32_t at = i, len = 0;
        while (forest->spans[at].entry == SPAN_NONE) {
            const uint32_t parent = forest->spans[at].parent;
            path[len++] = at;
            forest->spans[at].entry = at; /* stands where the walk ends, or comes round */
            if (parent == SPAN_NONE || forest->spans[parent].service != forest->spans[at].service)
                break;
            at = parent;
        }
        const uint32_t entry = forest->spans[at].entry;
        for (uint32_t k = 0; k < len; k++)
            forest->spans[path[k]].entry = entry;
    }
}

static bool load(struct call *call, struct arena *arena, void *thing, struct err *err)
{
    struct forest *out = thing;
    struct batch *rows, *reference_rows;
    struct telemetry *telemetry = call->services->telemetry;
    if (!telemetry_rows(telemetry, arena, str_printf(arena, spans_sql, "false", "traces"), &rows,
                        err) ||
        !telemetry_rows(telemetry, arena, str_printf(arena, spans_sql, "true", "reference_traces"),
                        &reference_rows, err))
        return false;
    const size_t spans_max = rows->rows + reference_rows->rows;
    *out = (struct forest){
        .spans = arena_push_many(arena, struct span, spans_max),
        .traces = map_new(arena),
        .services = map_new(arena),
        .operations = map_new(arena),
        .ids = map_new(arena),
    };
    struct loading load = {
        .arena = arena, .forest = out, .parent_ids = arena_push_many(arena, struct str, spans_max)};
    add_spans(&load, rows);
    add_spans(&load, reference_rows);
    find_parents(&load);
    find_entries(out, arena);
    return true;
}

bool forest_load(struct call *call, struct forest *out, struct err *err)
{
    return call_load_once(call, "forest", sizeof *out, load, out, err);
}

int forest_place(const struct span *span, int64_t alert_ns)
{
    return span->of_reference ? TRIAL_REFERENCE : trial_place(span->time_ns, alert_ns);
}

struct str forest_service(const struct forest *forest, uint32_t service)
{
    return forest->services.keys[service];
}

struct str forest_operation(const struct forest *forest, uint32_t operation)
{
    return forest->operations.keys[operation];
}
