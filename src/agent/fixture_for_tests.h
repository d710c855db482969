/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of agents: a store with all tables, filled by hand, and a call into it.
 *
 * fixture_open(), then any number of fixture_add_*() and fixture_run(), then fixture_seal(), then
 * fixture_use(). Times are seconds after FIXTURE_T0; what is random comes from fixture_random().
 */
#pragma once

#include "agent/agent.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FIXTURE_T0 (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */

/* An agent must not know where rows come from; its test must. These are source/table.h's. */
MUST_CHECK bool table_create_all(struct telemetry *telemetry, struct err *err);
MUST_CHECK bool table_arrange_metrics(struct telemetry *telemetry, struct err *err);

struct fixture {
    struct arena *arena;
    struct telemetry *telemetry;
    struct casefile *casefile;
    struct services services;
    struct call call;
    struct alert alert;
    int64_t now_ns;
    uint32_t seed;
    struct buf pending[3]; /* rows that are not in the tables yet: one INSERT each, for speed */
};

enum fixture_table { FIXTURE_LOGS, FIXTURE_REFERENCE_LOGS, FIXTURE_TRACES };

static inline struct fixture *fixture_open(void)
{
    struct arena *arena = arena_new("fixture");
    struct fixture *fix = arena_push(arena, struct fixture);
    struct err err = {0};
    fix->arena = arena;
    fix->seed = 1;
    fix->alert.starts_ns = FIXTURE_T0;
    for (int i = 0; i < 3; i++)
        fix->pending[i] = buf_new(arena);
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 256, .threads = 2},
                        &fix->telemetry, &err) ||
        !table_create_all(fix->telemetry, &err))
        fail_msg("%s", err.text);
    fix->casefile = casefile_open(&fix->alert, clock_fixed(&fix->now_ns), NS_PER_S);
    fix->services.telemetry = fix->telemetry;
    fix->call =
        (struct call){.casefile = fix->casefile, .services = &fix->services, .scratch = arena};
    return fix;
}

static inline void fixture_close(struct fixture *fix)
{
    casefile_close(fix->casefile);
    arena_free(fix->arena);
}

static inline void fixture_must_run(struct fixture *fix, struct str sql)
{
    struct err err = {0};
    if (!telemetry_run(fix->telemetry, str_copy(fix->arena, sql).ptr, &err))
        fail_msg("%.*s: %s", STR_ARG(sql), err.text);
}

static inline void fixture_flush(struct fixture *fix)
{
    for (int i = 0; i < 3; i++) {
        if (fix->pending[i].len > 0)
            fixture_must_run(fix, buf_str(&fix->pending[i]));
        fix->pending[i] = buf_new(fix->arena);
    }
}

static inline void fixture_run(struct fixture *fix, struct str sql)
{
    fixture_flush(fix);
    fixture_must_run(fix, sql);
}

static inline void fixture_seal(struct fixture *fix)
{
    struct err err = {0};
    fixture_flush(fix);
    if (!table_arrange_metrics(fix->telemetry, &err) || !telemetry_seal(fix->telemetry, &err))
        fail_msg("%s", err.text);
}

/* 0 to 1. */
static inline double fixture_random(struct fixture *fix)
{
    fix->seed = fix->seed * 1664525u + 1013904223u;
    return (double)(fix->seed >> 8) / 16777216.0;
}

static inline int64_t fixture_time(double after_s)
{
    return FIXTURE_T0 + (int64_t)(after_s * 1e9);
}

/* A level with noise around it, which becomes another level at some time. */
struct fixture_series {
    const char *service, *instance, *metric;
    double from_s, to_s, step_s;
    double before, after, noise;
    double change_s;
    double scale; /* 0: 1 */
};

static inline void fixture_add_series(struct fixture *fix, const struct fixture_series *it)
{
    struct buf sql = buf_new(fix->arena);
    buf_printf(&sql, "INSERT INTO metrics (time, service, instance, metric, value) VALUES ");
    const double scale = it->scale > 0 ? it->scale : 1;
    for (double at = it->from_s; at < it->to_s; at += it->step_s)
        buf_printf(&sql, "%s(make_timestamp_ns(%lld), '%s', '%s', '%s', %.17g)",
                   at > it->from_s ? ", " : "", (long long)fixture_time(at), it->service,
                   it->instance ? it->instance : "", it->metric,
                   scale * ((at < it->change_s ? it->before : it->after) +
                            it->noise * (fixture_random(fix) - 0.5)));
    fixture_run(fix, buf_str(&sql));
}

/* Empty texts are NULL, as in a file that lacks the column. */
static inline void fixture_add_line(struct fixture *fix, enum fixture_table table, double at_s,
                                    const char *service, const char *trace, const char *message)
{
    struct buf *sql = &fix->pending[table];
    if (sql->len == 0)
        buf_printf(sql, "INSERT INTO %s (time, service, trace_id, message) VALUES ",
                   table == FIXTURE_LOGS ? "logs" : "reference_logs");
    else
        buf_add_char(sql, ',');
    buf_printf(sql, "(make_timestamp_ns(%lld), '%s', nullif('%s', ''), %s)",
               (long long)fixture_time(at_s), service, trace,
               sql_quote(fix->arena, str_of(message)).ptr);
}

struct fixture_span {
    double at_s;
    const char *trace, *span, *parent, *service, *operation;
    int64_t duration_us;
    const char *status;
};

static inline void fixture_add_span(struct fixture *fix, const struct fixture_span *it)
{
    struct buf *sql = &fix->pending[FIXTURE_TRACES];
    if (sql->len == 0)
        buf_printf(sql, "INSERT INTO traces (time, trace_id, span_id, parent_id, service, "
                        "operation, duration_us, status) VALUES ");
    else
        buf_add_char(sql, ',');
    buf_printf(sql,
               "(make_timestamp_ns(%lld), '%s', '%s', nullif('%s', ''), '%s', '%s', %lld, '%s')",
               (long long)fixture_time(it->at_s), it->trace, it->span, it->parent, it->service,
               it->operation, (long long)it->duration_us, it->status ? it->status : "OK");
}

static inline struct record fixture_input(struct fixture *fix, const char *tool)
{
    return record_new(fix->arena, agent_tool(str_of(tool))->sig.input);
}

static inline struct record fixture_use(struct fixture *fix, const char *tool,
                                        const struct record *in)
{
    struct record out;
    struct err err = {0};
    if (!agent_use(&fix->call, tool, in, &out, &err))
        fail_msg("%s", err.text);
    return out;
}

static inline struct str fixture_text(const struct batch *rows, size_t row, const char *column)
{
    return batch_column(rows, column)->texts[row];
}

/* The first row that has these texts in two columns; the second may be NULL. rows->rows: none. */
static inline size_t fixture_row(const struct batch *rows, const char *column, const char *text,
                                 const char *column2, const char *text2)
{
    size_t row = 0;
    while (row < rows->rows &&
           (!str_eq(fixture_text(rows, row, column), str_of(text)) ||
            (column2 && !str_eq(fixture_text(rows, row, column2), str_of(text2)))))
        row++;
    return row;
}

/* The same rows, value by value. */
static inline bool fixture_same(const struct batch *a, const struct batch *b)
{
    bool same = a->rows == b->rows && a->columns_count == b->columns_count;
    for (uint32_t column = 0; same && column < a->columns_count; column++)
        for (size_t row = 0; same && row < a->rows; row++) {
            const struct value x = batch_value(a, row, column), y = batch_value(b, row, column);
            same = x.known == y.known &&
                   (!x.known || (x.type == TYPE_TEXT   ? str_eq(x.text, y.text)
                                 : x.type == TYPE_REAL ? x.real == y.real
                                 : x.type == TYPE_BOOL ? x.truth == y.truth
                                                       : x.integer == y.integer));
        }
    return same;
}
