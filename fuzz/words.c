/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question in plain words: after a byte that picks the language, a query of it. SQL that is made
 * runs, for people copy it.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "query/query.h"

#include <stdlib.h>

#define ALERT_NS (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */
#define ROWS_MAX 10

static const char tables[] =
    "CREATE TABLE metrics (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, metric VARCHAR, "
    "value DOUBLE);"
    "CREATE TABLE counters AS SELECT * FROM metrics;"
    "CREATE TABLE logs (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, level VARCHAR, "
    "message VARCHAR);"
    "CREATE TABLE traces (time TIMESTAMP_NS, duration_us BIGINT, service VARCHAR, instance "
    "VARCHAR, operation VARCHAR, status VARCHAR, kind VARCHAR, trace_id VARCHAR);"
    "CREATE TABLE changes (time TIMESTAMP_NS, service VARCHAR, instance VARCHAR, kind VARCHAR, "
    "author VARCHAR, message VARCHAR);"
    "CREATE TABLE alerts (time TIMESTAMP_NS, name VARCHAR, service VARCHAR, severity VARCHAR, "
    "status VARCHAR);"
    "CREATE TABLE events (time TIMESTAMP_NS, type VARCHAR, reason VARCHAR, object VARCHAR, "
    "message VARCHAR);"
    "CREATE TABLE topology (caller VARCHAR, callee VARCHAR);"
    "INSERT INTO metrics VALUES ('2026-11-22 01:59:00', 'cart', 'cart-1', 'heap_used_bytes', 1), "
    "('2026-11-22 01:59:00', 'stock''s', 'a|b', 'rate(calls_total)', 3);"
    "INSERT INTO counters VALUES ('2026-11-22 01:59:00', 'cart', 'cart-1', 'calls_total', 3);"
    "INSERT INTO logs VALUES ('2026-11-22 01:58:10', 'cart', 'cart-1', 'ERROR', '100% full');"
    "INSERT INTO changes VALUES ('2026-11-22 01:57:00', 'cart', '', 'deploy', 'Ada', 'two');"
    "INSERT INTO events VALUES ('2026-11-22 01:57:00', 'Normal', 'Started', 'pods/cart-1', 'up');"
    "INSERT INTO alerts VALUES ('2026-11-22 02:00:00', 'Slow', 'cart', 'warning', 'firing');"
    "INSERT INTO topology VALUES ('cart', 'stock''s');";

/* Once for all inputs; it is only read. */
static struct telemetry *store(void)
{
    static struct telemetry *telemetry;
    static struct arena *arena; /* reachable, so not lost */
    struct err err = {0};
    if (!telemetry && (!telemetry_open(arena = arena ? arena : arena_new("store"),
                                       &(struct telemetry_limits){128, 1}, &telemetry, &err) ||
                       !telemetry_run(telemetry, tables, &err) || !telemetry_seal(telemetry, &err)))
        abort();
    return telemetry;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new("fuzz");
    struct query query;
    struct err err = {0};
    const enum query_language language =
        (enum query_language)(data[0] % (unsigned)QUERY_LANGUAGES_COUNT);
    const bool ok = query_of_words(arena, store(), ALERT_NS, fuzz_text(data + 1, size - 1),
                                   language, &query, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok || query.text.len > 0, "a query has words");
    if (ok && language == QUERY_SQL) {
        struct batch *rows;
        bool cut;
        const struct query_limits limits = {ROWS_MAX, 10 * NS_PER_S};
        if (!telemetry_query(store(), arena, query.text, &limits, &rows, &cut, &err))
            fuzz_expect(false, err.text);
    }
    arena_free(arena);
    return 0;
}
