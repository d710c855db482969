/* SPDX-License-Identifier: Apache-2.0 */
/* Label sets and counters, from the rows of files to series: source/labels.h, source/counters.h. */
#include "source/counters.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "data/batch.h"
#include "source/labels.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

#define METRICS                                                                                    \
    "SELECT string_agg((epoch(time) % 1000)::BIGINT || ' ' || service || ' ' || metric || ' ' || " \
    "round(value, 6)::DECIMAL(12, 3), '; ' ORDER BY service, metric, time) AS t FROM metrics"
#define PARTS                                                                                      \
    "SELECT string_agg((epoch(time) % 1000)::BIGINT || ' ' || metric || ' ' || labels || ' ' || "  \
    "value::DECIMAL(12, 3), '; ' ORDER BY metric, labels, time) AS t FROM metric_parts"

/* Rows are (seconds, metric, labels, value) of the service `s`. */
static const struct {
    const char *why;
    const char *rows;
    const char *query;
    const char *want;
} cases[] = {
    {"levels stay as they are", "(0, 'cpu', NULL, 1), (10, 'cpu', NULL, 3)", METRICS,
     "0 s cpu 1.000; 10 s cpu 3.000"},
    {"a counter becomes a rate",
     "(0, 'a_total', NULL, 5), (10, 'a_total', NULL, 15), (20, 'a_total', NULL, 20), "
     "(40, 'a_total', NULL, 80)",
     METRICS, "10 s rate(a_total) 1.000; 20 s rate(a_total) 0.500; 40 s rate(a_total) 3.000"},
    {"one that starts again has counted from 0",
     "(0, 'a_total', NULL, 5), (10, 'a_total', NULL, 95), (20, 'a_total', NULL, 20), "
     "(30, 'a_total', NULL, 30), (40, 'a_total', NULL, 40)",
     METRICS,
     "10 s rate(a_total) 9.000; 20 s rate(a_total) 2.000; 30 s rate(a_total) 1.000; 40 s "
     "rate(a_total) 1.000"},
    {"a level that is called a total stays one",
     "(0, 'a_total', NULL, 5), (10, 'a_total', NULL, 7), (20, 'a_total', NULL, 6), "
     "(30, 'a_total', NULL, 9), (40, 'a_total', NULL, 8)",
     METRICS,
     "0 s a_total 5.000; 10 s a_total 7.000; 20 s a_total 6.000; 30 s a_total 9.000; 40 s "
     "a_total 8.000"},
    {"a histogram starts again from any number",
     "(0, 'a_count', NULL, 4), (0, 'a_sum', NULL, 4), (10, 'a_count', NULL, 6), (10, 'a_sum', "
     "NULL, "
     "6), (20, 'a_count', NULL, 5), (20, 'a_sum', NULL, 5), (30, 'a_count', NULL, 15), (30, "
     "'a_sum', NULL, 25), (40, 'a_count', NULL, 25), (40, 'a_sum', NULL, 35)",
     METRICS,
     "10 s mean(a) 1.000; 20 s mean(a) 1.000; 30 s mean(a) 2.000; 40 s mean(a) 1.000; 10 s "
     "rate(a_count) 0.200; 20 s rate(a_count) 0.500; 30 s rate(a_count) 1.000; 40 s rate(a_count) "
     "1.000"},
    {"so does one that hardly moves", "(0, 'a_total', NULL, 5), (10, 'a_total', NULL, 6)", METRICS,
     "0 s a_total 5.000; 10 s a_total 6.000"},
    {"a count alone is a level",
     "(0, 'a_count', NULL, 1), (10, 'a_count', NULL, 2), (20, 'a_count', NULL, 3), "
     "(30, 'a_count', NULL, 4)",
     METRICS, "0 s a_count 1.000; 10 s a_count 2.000; 20 s a_count 3.000; 30 s a_count 4.000"},
    {"count and sum give a mean",
     "(0, 'a_count', NULL, 0), (10, 'a_count', NULL, 10), (20, 'a_count', NULL, 20), "
     "(30, 'a_count', NULL, 40), (0, 'a_sum', NULL, 0), (10, 'a_sum', NULL, 5), (20, 'a_sum', "
     "NULL, 10), (30, 'a_sum', NULL, 40)",
     METRICS,
     "10 s mean(a) 0.500; 20 s mean(a) 0.500; 30 s mean(a) 1.500; 10 s rate(a_count) 1.000; 20 s "
     "rate(a_count) 1.000; 30 s rate(a_count) 2.000"},
    {"an edge stays an edge",
     "(0, 'a_total:x->y', NULL, 0), (10, 'a_total:x->y', NULL, 10), (20, 'a_total:x->y', NULL, "
     "20), (30, 'a_total:x->y', NULL, 30)",
     METRICS " WHERE epoch(time) % 1000 = 30", "30 s rate(a_total):x->y 1.000"},
    {"label sets are added, and kept apart beside",
     "(0, 'a_total', '{\"r\": \"/a\"}', 0), (10, 'a_total', '{\"r\": \"/a\"}', 10), (20, "
     "'a_total', '{\"r\": \"/a\"}', 20), (0, 'a_total', '{\"r\": \"/b\"}', 0), (10, 'a_total', "
     "'{\"r\": \"/b\"}', 30), (20, 'a_total', '{\"r\": \"/b\"}', 60)",
     METRICS, "10 s rate(a_total) 4.000; 20 s rate(a_total) 4.000"},
    {"each of them",
     "(0, 'a_total', '{\"r\": \"/a\"}', 0), (10, 'a_total', '{\"r\": \"/a\"}', 10), (20, "
     "'a_total', '{\"r\": \"/a\"}', 20), (0, 'a_total', '{\"r\": \"/b\"}', 0), (10, 'a_total', "
     "'{\"r\": \"/b\"}', 30), (20, 'a_total', '{\"r\": \"/b\"}', 60)",
     PARTS,
     "10 rate(a_total) r=\"/a\" 1.000; 20 rate(a_total) r=\"/a\" 1.000; 10 rate(a_total) "
     "r=\"/b\" 3.000; 20 rate(a_total) r=\"/b\" 3.000"},
    {"the first failure counts, and failures are told from the rest",
     "(0, 'a_total', 'code=\"200\"', 0), (10, 'a_total', 'code=\"200\"', 10), (20, 'a_total', "
     "'code=\"200\"', 20), (30, 'a_total', 'code=\"200\"', 30), (30, 'a_total', 'code=\"500\"', "
     "5)",
     METRICS " WHERE epoch(time) % 1000 >= 20",
     "20 s errors(a_total) 0.000; 30 s errors(a_total) 0.500; 20 s rate(a_total) 1.000; 30 s "
     "rate(a_total) 1.500"},
    {"of levels each label set is a series",
     "(0, 'free', '{\"disk\": \"a\", \"job\": \"n\"}', 1), (0, 'free', '{\"disk\": \"b\", "
     "\"job\": \"n\"}', 2)",
     METRICS, "0 s free{disk=\"a\"} 1.000; 0 s free{disk=\"b\"} 2.000"},
    {"what all have in common tells nothing",
     "(0, 'free', 'job=\"n\"', 1), (9, 'free', 'job=\"n\"', 2)", METRICS,
     "0 s free 1.000; 9 s free 2.000"},
    {"labels within the name",
     "(0, 'free{b=\"2\",a=\"1\"}', NULL, 1), (0, 'free{b=\"3\",a=\"1\"}', NULL, 2)", METRICS,
     "0 s free{b=\"2\"} 1.000; 0 s free{b=\"3\"} 2.000"},
    {"a label that only one has", "(0, 'free', '{}', 1), (0, 'free', '{\"x\": \"1\"}', 2)", METRICS,
     "0 s free 1.000; 0 s free{x=\"1\"} 2.000"},
    {"no label breaks out of its quotes",
     "(0, 'free', '{\"x\": \"a`b\\\"c\\n\"}', 1), (0, 'free', '{\"x\": {\"y\": [1]}}', 2), (0, "
     "'free', '{\"x', 3), (0, 'free', '[7]', 4)",
     "SELECT string_agg(DISTINCT metric, ' ' ORDER BY metric) AS t FROM metrics",
     "free free{x=\"abc\"} free{x=\"{y:[1]}\"}"},
    {"as an OTLP point has them",
     "(0, 'free', '[{\"key\": \"x\", \"value\": {\"intValue\": \"5\"}}]', 1), (0, 'free', '[]', 2)",
     METRICS, "0 s free 2.000; 0 s free{x=\"5\"} 1.000"},
    {"what is no number is passed over",
     "(0, 'a_total', NULL, 0), (10, 'a_total', NULL, 'nan'), (20, 'a_total', NULL, 'inf'), (30, "
     "'a_total', NULL, 30), (40, 'a_total', NULL, 1e308), (50, 'a_total', NULL, 1.5e308), (50, "
     "'a_total', NULL, 1.6e308)",
     "SELECT string_agg(isfinite(value)::VARCHAR, ' ') AS t FROM metrics", "true true true"},
};

static struct telemetry *filled(struct arena *arena, const char *rows)
{
    struct telemetry *telemetry;
    struct err err = {0};
    const char *sql =
        str_printf(
            arena,
            "INSERT INTO metrics BY NAME SELECT make_timestamp_ns((1795312000 + s)::BIGINT * "
            "1000000000) AS time, 's' AS service, name AS metric, labels, value FROM "
            "(VALUES %s) AS v(s, name, labels, value)",
            rows)
            .ptr;
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 256, .threads = 2},
                        &telemetry, &err) ||
        !table_create_all(telemetry, &err) || !telemetry_run(telemetry, sql, &err) ||
        !table_arrange_metrics(telemetry, &err))
        fail_msg("%s: %s", rows, err.text);
    return telemetry;
}

static struct str asked(struct arena *arena, struct telemetry *telemetry, const char *query)
{
    struct batch *rows;
    struct err err = {0};
    if (!telemetry_rows(telemetry, arena, str_of(query), &rows, &err))
        fail_msg("%s", err.text);
    return batch_column(rows, "t")->texts[0];
}

static void samples_become_series(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        const struct str got = asked(arena, filled(arena, cases[i].rows), cases[i].query);
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("%s: `%.*s`", cases[i].why, STR_ARG(got));
        arena_free(arena);
    }
}

/* A table for each of a thousand routes would bury the rest. */
static void many_label_sets_stay_one_series(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf rows = buf_new(arena);
    for (int route = 0; route < 40; route++)
        for (int at = 0; at < 3; at++)
            buf_printf(&rows, "%s(%d, 'waiting', '{\"r\": \"/%d\"}', 2)", rows.len > 0 ? ", " : "",
                       at, route);
    struct telemetry *telemetry = filled(arena, buf_str(&rows).ptr);
    assert_string_equal(
        asked(arena, telemetry, METRICS).ptr,
        "0 s sum(waiting) 80.000; 1 s sum(waiting) 80.000; 2 s sum(waiting) 80.000");
    assert_string_equal(
        asked(arena, telemetry, "SELECT count(*)::VARCHAR AS t FROM metric_parts").ptr, "120");
    arena_free(arena);
}

/* The samples themselves are there for whoever asks. */
static void what_was_counted_is_kept(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = filled(arena, cases[1].rows);
    assert_string_equal(
        asked(arena, telemetry,
              "SELECT string_agg(value::INT::VARCHAR, ' ' ORDER BY time) AS t FROM counters")
            .ptr,
        "5 15 20 80");
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(samples_become_series),
        cmocka_unit_test(many_label_sets_stay_one_series),
        cmocka_unit_test(what_was_counted_is_kept),
    };
    return cmocka_run_group_tests_name("counters", tests, NULL, NULL);
}
