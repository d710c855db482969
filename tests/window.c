/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same requests as files of a bundle, and pushed, kept and exported as a window: the tables of
 * the case must be the same, counters, label sets and all. The requests are those of a shipped
 * incident.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "intake/intake.h"
#include "intake/segments.h"
#include "source/otlp.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define INCIDENT "examples/incidents/pages-504/"
#define NOW_NS INT64_C(1795315000000000000) /* some minutes after it */

static const struct {
    const char *file;
    intake_fn *take;
} files[HARVEST_TABLES] = {{INCIDENT "otlp-logs.jsonl", intake_logs},
                           {INCIDENT "otlp-traces.jsonl", intake_traces},
                           {INCIDENT "otlp-metrics.jsonl", intake_metrics}};

static struct telemetry *tables_new(struct arena *arena)
{
    struct telemetry *telemetry;
    struct err err = {0};
    const struct telemetry_limits limits = {.memory_mb = 256, .threads = 1};
    if (!telemetry_open(arena, &limits, &telemetry, &err) || !table_create_all(telemetry, &err))
        fail_msg("%s", err.text);
    return telemetry;
}

static struct telemetry *loaded_from_files(struct arena *arena)
{
    struct telemetry *telemetry = tables_new(arena);
    struct err err = {0};
    for (int i = 0; i < HARVEST_TABLES; i++) {
        struct table_load load;
        if (!otlp_load(telemetry, arena, str_of(files[i].file), &load, &err))
            fail_msg("%s", err.text);
    }
    if (!table_arrange_metrics(telemetry, &err))
        fail_msg("%s", err.text);
    return telemetry;
}

static void push_file(struct arena *arena, struct intake *intake, int number)
{
    FILE *file = fopen(files[number].file, "r");
    assert_non_null(file);
    char *line = NULL;
    size_t room = 0;
    ssize_t len;
    while ((len = getline(&line, &room, file)) > 0) {
        const struct intake_request request = {.content_type = STR("application/json"),
                                               .content_encoding = STR(""),
                                               .body = {.ptr = line, .len = (size_t)len}};
        const struct intake_answer answer = files[number].take(intake, arena, &request, NOW_NS);
        if (answer.status != 200 || !str_eq(answer.body, STR("{}")))
            fail_msg("%d %.*s", answer.status, STR_ARG(answer.body));
    }
    free(line);
    fclose(file);
}

static struct telemetry *loaded_from_window(struct arena *arena)
{
    char folder[] = "/tmp/window-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *store = arena_new("store");
    struct telemetry *telemetry = tables_new(arena);
    const struct intake_settings settings = {.folder = str_of(folder)};
    struct intake *intake;
    struct err err = {0};
    if (!intake_open(store, &settings, &intake, &err))
        fail_msg("%s", err.text);
    for (int i = 0; i < HARVEST_TABLES; i++) {
        push_file(store, intake, i);
        if (i == HARVEST_TRACES && !intake_tend(intake, NOW_NS + SEGMENT_AGE_NS, &err))
            fail_msg("%s", err.text);
    }
    for (const struct table *table = tables; table->name; table++)
        for (int i = 0; i < HARVEST_TABLES; i++) {
            if (!str_eq(str_of(table->name), str_of(harvest_names[i])))
                continue;
            const struct intake_window window = {.table = (enum harvest_table)i,
                                                 .to_ns = INT64_MAX};
            const struct str path = str_printf(arena, "%s/%s.parquet", folder, table->name);
            struct table_load load;
            int64_t rows;
            bool cut;
            if (!intake_export(intake, &window, path, &rows, &cut, &err) ||
                !table_load(telemetry, arena, table, path, TABLE_PARQUET, &load, &err))
                fail_msg("%s", err.text);
            assert_int_equal(load.rows, rows);
            assert_true(rows > 100);
        }
    if (!table_arrange_metrics(telemetry, &err))
        fail_msg("%s", err.text);
    arena_free(store);
    assert_int_equal(system(str_printf(arena, "rm -r %s", folder).ptr), 0);
    return telemetry;
}

static struct str all_of(struct telemetry *telemetry, struct arena *arena, const char *table)
{
    struct batch *rows;
    struct err err = {0};
    if (!telemetry_rows(telemetry, arena,
                        str_printf(arena,
                                   "SELECT all_rows::VARCHAR AS t FROM %s AS all_rows ORDER BY t",
                                   table),
                        &rows, &err))
        fail_msg("%s", err.text);
    struct buf all = buf_new(arena);
    for (size_t i = 0; i < rows->rows; i++)
        buf_printf(&all, "%.*s\n", STR_ARG(rows->columns[0].texts[i]));
    return buf_str(&all);
}

static void a_window_is_what_the_files_would_be(void **state)
{
    (void)state;
    static const char *const names[] = {"logs", "traces", "metrics", "counters", "metric_parts"};
    struct arena *arena = arena_new("test");
    struct telemetry *from_files = loaded_from_files(arena);
    struct telemetry *from_window = loaded_from_window(arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct str want = all_of(from_files, arena, names[i]);
        const struct str got = all_of(from_window, arena, names[i]);
        assert_true(want.len > 0 || i == 4); /* the shop has no labels */
        if (!str_eq(got, want))
            fail_msg("%s: is\n%.2000s\nand not\n%.2000s", names[i], got.ptr, want.ptr);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_window_is_what_the_files_would_be)};
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
