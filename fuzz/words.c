/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A question in plain words: after a byte that picks the language, a query of it. SQL that is made
 * runs, for people copy it.
 */
#include "fuzz.h"

#include "base/arena.h"
#include "query/query.h"
#include "query/schema.h"
#include "source/table.h"

#define ALERT_NS (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */
#define ROWS_MAX 10

static const char fill[] =
    "INSERT INTO metrics BY NAME SELECT TIMESTAMP_NS '2026-11-22 01:59:00' AS time, "
    "unnest(['cart', 'stock''s']) AS service, unnest(['cart-1', 'a|b']) AS instance, "
    "unnest(['heap_used_bytes', 'rate(calls_total)']) AS metric, unnest([1, 3]) AS value;"
    "INSERT INTO counters BY NAME SELECT TIMESTAMP_NS '2026-11-22 01:59:00' AS time, 'cart' AS "
    "service, 'cart-1' AS instance, 'calls_total' AS metric, 3 AS value;"
    "INSERT INTO logs BY NAME SELECT TIMESTAMP_NS '2026-11-22 01:58:10' AS time, 'cart' AS "
    "service, 'cart-1' AS instance, 'ERROR' AS level, '100% full' AS message;"
    "INSERT INTO changes BY NAME SELECT TIMESTAMP_NS '2026-11-22 01:57:00' AS time, 'cart' AS "
    "service, 'deploy' AS kind, 'Ada' AS author, 'two' AS message;"
    "INSERT INTO events BY NAME SELECT TIMESTAMP_NS '2026-11-22 01:57:00' AS time, 'Normal' AS "
    "type, 'Started' AS reason, 'pods/cart-1' AS object, 'up' AS message;"
    "INSERT INTO alerts BY NAME SELECT TIMESTAMP_NS '2026-11-22 02:00:00' AS time, 'Slow' AS "
    "name, 'cart' AS service, 'warning' AS severity, 'firing' AS status;"
    "INSERT INTO topology BY NAME SELECT 'cart' AS caller, 'stock''s' AS callee;";

/* Once for all inputs; it is only read. */
static const struct schema *names(void)
{
    static struct schema schema;
    static struct arena *arena; /* reachable, so not lost */
    struct err err = {0};
    if (arena)
        return &schema;
    arena = arena_new("names");
    if (!telemetry_run(fuzz_store(), fill, &err) || !table_arrange_metrics(fuzz_store(), &err) ||
        !telemetry_seal(fuzz_store(), &err) || !schema_read(arena, fuzz_store(), &schema, &err))
        fuzz_expect(false, err.text);
    return &schema;
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
    const bool ok = query_of_names(arena, names(), ALERT_NS, fuzz_text(data + 1, size - 1),
                                   language, &query, &err);
    fuzz_expect_reason(ok, &err);
    fuzz_expect(!ok || query.text.len > 0, "a query has words");
    if (ok && language == QUERY_SQL) {
        struct batch *rows;
        bool cut;
        const struct query_limits limits = {ROWS_MAX, 10 * NS_PER_S};
        if (!telemetry_query(fuzz_store(), arena, query.text, &limits, &rows, &cut, &err))
            fuzz_expect(false, err.text);
    }
    arena_free(arena);
    return 0;
}
