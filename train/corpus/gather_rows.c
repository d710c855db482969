/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bundles and traces, read as an investigation reads them: by the store, with its limits. What is
 * told of an incident is what was known, and then what it was; a log line is its service, level and
 * message, without the time, which says nothing that could be learned.
 */
#include "train/corpus/gather_parts.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/map.h"
#include "engine/services.h"
#include "source/otlp.h"
#include "store/telemetry.h"
#include "train/truth.h"

#include <unistd.h>

#define BUDGET_NS (60 * NS_PER_S) /* of a case that nobody investigates */
#define DEPTH_MAX 64              /* calls within calls */
#define MEMORY_MB 256

#define LIMIT "20000" /* ROWS_MAX */

static struct str text_at(const struct batch *rows, const char *name, size_t row)
{
    const struct column *column = batch_find(rows, name);
    return column && column->type == TYPE_TEXT && column->known[row] ? column->texts[row] : STR("");
}

static int64_t number_at(const struct batch *rows, const char *name, size_t row)
{
    const struct column *column = batch_find(rows, name);
    return column && column->type != TYPE_TEXT && column->known[row] ? column->integers[row] : 0;
}

struct reading {
    struct gather *gather;
    struct arena *arena;
    struct telemetry *telemetry;
    struct str source;
};

static bool rows_of(const struct reading *reading, struct str sql, struct batch **out)
{
    struct err err = {0};
    if (!telemetry_rows(reading->telemetry, reading->arena, sql, out, &err)) {
        reading->gather->pass(reading->gather->state, PASSED_UNREADABLE, reading->source, err.text);
        return false;
    }
    if ((*out)->rows == ROWS_MAX)
        reading->gather->pass(reading->gather->state, PASSED_ROWS, reading->source,
                              "only the first 20000 rows of a table are read");
    return true;
}

/* ---- logs ---- */

static bool give_logs(const struct reading *reading, struct err *err)
{
    struct batch *rows;
    if (!rows_of(reading,
                 STR("SELECT service, level, message FROM logs WHERE message IS NOT NULL "
                     "ORDER BY time, service, level, message LIMIT " LIMIT),
                 &rows))
        return true;
    struct pane *pane = arena_push(reading->arena, struct pane);
    *pane =
        (struct pane){.gather = reading->gather,
                      .kind = DOCUMENT_LOG,
                      .source = str_printf(reading->arena, "%.*s/logs", STR_ARG(reading->source))};
    bool ok = true;
    for (size_t row = 0; ok && row < rows->rows; row++)
        ok = pane_add(pane,
                      str_trim(str_printf(reading->arena, "%.*s %.*s %.*s",
                                          STR_ARG(text_at(rows, "service", row)),
                                          STR_ARG(text_at(rows, "level", row)),
                                          STR_ARG(text_at(rows, "message", row)))),
                      err);
    return ok && pane_end(pane, err);
}

/* ---- traces ---- */

struct trace {
    const struct batch *rows;
    size_t from, to; /* of its spans, by their start */
    struct pane *pane;
};

static void put_duration(struct buf *out, int64_t us)
{
    if (us < 10000)
        buf_printf(out, "%lld us", (long long)us);
    else
        buf_printf(out, "%lld ms", (long long)(us / 1000));
}

static bool put_spans(const struct trace *trace, struct arena *arena, struct str parent,
                      bool is_root, uint32_t depth, bool *done, struct err *err)
{
    for (size_t row = trace->from; depth < DEPTH_MAX && row < trace->to; row++) {
        const struct str above = text_at(trace->rows, "parent_id", row);
        if (done[row - trace->from] || (!is_root && !str_eq(above, parent)))
            continue;
        done[row - trace->from] = true;
        struct buf line = buf_new(arena);
        const struct str status = text_at(trace->rows, "status", row);
        buf_printf(&line, "%*s%.*s %.*s ", (int)depth * 2, "",
                   STR_ARG(text_at(trace->rows, "service", row)),
                   STR_ARG(text_at(trace->rows, "operation", row)));
        put_duration(&line, number_at(trace->rows, "duration_us", row));
        if (status.len > 0)
            buf_printf(&line, " %.*s", STR_ARG(status));
        if (!pane_add(trace->pane, buf_str(&line), err) ||
            !put_spans(trace, arena, text_at(trace->rows, "span_id", row), false, depth + 1, done,
                       err))
            return false;
    }
    return true;
}

#define SPANS_MAX 500 /* of one trace: what is written is quadratic in it */

static bool give_trace(const struct trace *trace, struct err *err)
{
    struct arena *arena = arena_new("trace");
    bool *done = arena_push_many(arena, bool, trace->to - trace->from);
    /* whoever was begun first is the root; what has lost its parent follows as one more */
    const bool ok =
        put_spans(trace, arena, STR(""), true, 0, done, err) && pane_add(trace->pane, STR(""), err);
    arena_free(arena);
    return ok;
}

static bool give_traces(const struct reading *reading, struct err *err)
{
    struct batch *rows;
    if (!rows_of(reading,
                 STR("SELECT trace_id, span_id, parent_id, service, operation, status, "
                     "duration_us::BIGINT AS duration_us FROM traces ORDER BY min(time) OVER "
                     "(PARTITION BY trace_id), trace_id, time, duration_us DESC, span_id "
                     "LIMIT " LIMIT),
                 &rows))
        return true;
    struct trace trace = {.rows = rows, .pane = arena_push(reading->arena, struct pane)};
    *trace.pane = (struct pane){
        .gather = reading->gather,
        .kind = DOCUMENT_TRACE,
        .source = str_printf(reading->arena, "%.*s/traces", STR_ARG(reading->source))};
    bool ok = true;
    for (trace.from = 0; ok && trace.from < rows->rows; trace.from = trace.to) {
        const struct str id = text_at(rows, "trace_id", trace.from);
        trace.to = trace.from + 1;
        while (trace.to < rows->rows && trace.to - trace.from < SPANS_MAX &&
               str_eq(text_at(rows, "trace_id", trace.to), id))
            trace.to++;
        ok = give_trace(&trace, err);
    }
    return ok && pane_end(trace.pane, err);
}

/* ---- the incident ---- */

static void put_list(const struct reading *reading, struct buf *out, const char *title,
                     struct str sql)
{
    struct batch *rows;
    if (!rows_of(reading, sql, &rows) || rows->rows == 0)
        return;
    buf_printf(out, "\n## %s\n\n", title);
    for (size_t row = 0; row < rows->rows; row++)
        buf_printf(out, "- %.*s\n", STR_ARG(text_at(rows, "line", row)));
}

static void put_truth(const struct reading *reading, struct buf *out, struct str folder)
{
    const struct truth *truth;
    struct err none = {0};
    if (access(str_printf(reading->arena, "%.*s/truth.json", STR_ARG(folder)).ptr, R_OK) != 0 ||
        !truth_read(reading->arena, folder, &truth, &none))
        return;
    buf_add(out, STR("\n## What it was\n\n"));
    if (truth_is_nobody(truth))
        buf_add(out, STR("Nothing was broken.\n"));
    else
        buf_printf(out, "%.*s: %.*s\n", STR_ARG(truth_place(truth)), STR_ARG(truth_fault(truth)));
}

static bool give_incident(const struct reading *reading, const struct alert *alert,
                          struct str folder, struct err *err)
{
    struct buf out = buf_new(reading->arena);
    buf_printf(&out, "# %.*s\n\n", STR_ARG(alert->name));
    if (alert->service.len > 0)
        buf_printf(&out, "Service: %.*s\n", STR_ARG(alert->service));
    if (alert->severity.len > 0)
        buf_printf(&out, "Severity: %.*s\n", STR_ARG(alert->severity));
    buf_printf(&out, "\n%.*s\n", STR_ARG(alert->summary));
    put_list(reading, &out, "Changes before it",
             STR("SELECT concat_ws(' ', kind, service, message) AS line FROM changes "
                 "ORDER BY time DESC, id LIMIT 20"));
    put_list(reading, &out, "Events",
             STR("SELECT concat_ws(' ', type, reason, object, message) AS line FROM events "
                 "GROUP BY ALL ORDER BY min(time), line LIMIT 40"));
    put_truth(reading, &out, folder);
    return gather_prose(reading->gather, reading->source, buf_str(&out), err);
}

static bool give_all(const struct reading *reading, const struct alert *alert, struct str folder,
                     struct err *err)
{
    return give_incident(reading, alert, folder, err) && give_logs(reading, err) &&
           give_traces(reading, err);
}

bool gather_bundle(struct gather *gather, const char *path, struct err *err)
{
    struct arena *arena = arena_new("bundle");
    struct bundle bundle;
    struct alert alert;
    struct services services;
    struct casefile *casefile = NULL;
    struct err why = {0};
    bool ok = true;
    gather->files++;
    if (bundle_open(arena, str_of(path), &bundle, &why) &&
        bundle_read_alert(&bundle, arena, &alert, &why)) {
        casefile = casefile_open(&alert, clock_system(), BUDGET_NS);
        if (gather->alert)
            gather->alert(gather->state, alert_key(arena, &alert));
    }
    if (casefile && services_open(arena, &bundle, NULL, NULL, casefile, &services, &why)) {
        const struct reading reading = {gather, arena, services.telemetry, str_of(path)};
        ok = give_all(&reading, &alert, str_of(path), err);
    } else {
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(path), why.text);
    }
    if (casefile)
        casefile_close(casefile);
    arena_free(arena);
    return ok;
}

bool gather_otlp(struct gather *gather, const char *path, struct err *err)
{
    struct arena *arena = arena_new("otlp");
    const struct telemetry_limits limits = {.memory_mb = MEMORY_MB, .threads = 1};
    struct telemetry *telemetry;
    struct table_load load;
    struct err why = {0};
    bool ok = true;
    if (telemetry_open(arena, &limits, &telemetry, &why) && table_create_all(telemetry, &why) &&
        otlp_load(telemetry, arena, str_of(path), &load, &why)) {
        const struct reading reading = {gather, arena, telemetry, str_of(path)};
        ok = give_logs(&reading, err) && give_traces(&reading, err);
    } else {
        gather->pass(gather->state, PASSED_UNREADABLE, str_of(path), why.text);
    }
    arena_free(arena);
    return ok;
}
