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
#include "net/courier.h"
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

#include <dlfcn.h>

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

static void load_window(struct arena *arena, struct intake *intake, struct telemetry *telemetry,
                        const struct table *table, enum harvest_table number, const char *folder)
{
    const struct intake_window window = {.table = number, .to_ns = INT64_MAX};
    const struct str path = str_printf(arena, "%s/%s.parquet", folder, table->name);
    struct table_load load;
    struct err err = {0};
    int64_t rows;
    bool cut;
    if (!intake_export(intake, &window, path, &rows, &cut, &err) ||
        !table_load(telemetry, arena, table, path, TABLE_PARQUET, &load, &err))
        fail_msg("%s", err.text);
    assert_int_equal(load.rows, rows);
    assert_true(rows > 100);
    assert_false(cut);
}

/* Pushes, exports and loads; `clickhouse` NULL: below the folder. */
static struct telemetry *loaded_from_window(struct arena *arena,
                                            const struct intake_clickhouse *clickhouse)
{
    char folder[] = "/tmp/window-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct arena *store = arena_new("store");
    struct telemetry *telemetry = tables_new(arena);
    struct intake_settings settings = {.folder = str_of(folder)};
    if (clickhouse)
        settings.clickhouse = *clickhouse;
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
        for (int i = 0; i < HARVEST_TABLES; i++)
            if (str_eq(str_of(table->name), str_of(harvest_names[i])))
                load_window(arena, intake, telemetry, table, (enum harvest_table)i, folder);
    if (!table_arrange_metrics(telemetry, &err))
        fail_msg("%s", err.text);
    arena_free(store);
    assert_int_equal(system(str_printf(arena, "rm -r %s", folder).ptr), 0);
    return telemetry;
}

/* ---- ClickHouse: the real engine as a library, where there is one ---- */

/* The C interface of libchdb 26.7. */
struct chdb {
    void **(*connect)(int argc, char **argv);
    void *(*query)(void *connection, const char *text, size_t len, const char *format,
                   size_t format_len);
    char *(*buffer)(void *result);
    size_t (*length)(void *result);
    const char *(*error)(void *result);
    void (*destroy)(void *result);
    void **connection;
};

/* What an HTTP server in front of it would answer. */
static bool ask_chdb(void *state, struct arena *arena, const struct request *request,
                     int64_t timeout_ns, struct reply *out, struct err *err)
{
    (void)timeout_ns, (void)err;
    struct chdb *chdb = state;
    void *result = chdb->query(*chdb->connection, request->body.ptr, request->body.len, "TSV", 3);
    const char *error = chdb->error(result);
    const struct str body =
        error ? str_of(error)
              : (struct str){.ptr = chdb->buffer(result), .len = chdb->length(result)};
    *out = (struct reply){.status = error ? 400 : 200, .body = str_copy(arena, body)};
    chdb->destroy(result);
    return true;
}

static bool open_chdb(struct chdb *chdb, const char *path, const char *folder)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library)
        return false;
    *(void **)&chdb->connect = dlsym(library, "chdb_connect");
    *(void **)&chdb->query = dlsym(library, "chdb_query_n");
    *(void **)&chdb->buffer = dlsym(library, "chdb_result_buffer");
    *(void **)&chdb->length = dlsym(library, "chdb_result_length");
    *(void **)&chdb->error = dlsym(library, "chdb_result_error");
    *(void **)&chdb->destroy = dlsym(library, "chdb_destroy_query_result");
    char name[] = "warroom", option[256];
    snprintf(option, sizeof option, "--path=%s", folder);
    char *argv[] = {name, option, NULL};
    chdb->connection = chdb->connect(2, argv);
    return chdb->connection != NULL;
}

/* ---- are they the same? ---- */

/* `sql` gives a column `t` of rows as texts. */
static struct str all_of(struct telemetry *telemetry, struct arena *arena, const char *table,
                         const char *sql)
{
    struct batch *rows;
    struct err err = {0};
    if (!telemetry_rows(telemetry, arena, str_printf(arena, sql, table), &rows, &err))
        fail_msg("%s", err.text);
    struct buf all = buf_new(arena);
    for (size_t i = 0; i < rows->rows; i++)
        buf_printf(&all, "%.*s\n", STR_ARG(rows->columns[0].texts[i]));
    return buf_str(&all);
}

static void expect_same(struct telemetry *one, struct telemetry *other, struct arena *arena,
                        const char *sql)
{
    static const char *const names[] = {"logs", "traces", "metrics", "counters", "metric_parts"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct str want = all_of(one, arena, names[i], sql);
        const struct str got = all_of(other, arena, names[i], sql);
        assert_true(want.len > 0 || i == 4); /* the shop has no labels */
        if (!str_eq(got, want))
            fail_msg("%s: is\n%.2000s\nand not\n%.2000s", names[i], got.ptr, want.ptr);
    }
}

static void a_window_is_what_the_files_would_be(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    expect_same(loaded_from_files(arena), loaded_from_window(arena, NULL), arena,
                "SELECT all_rows::VARCHAR AS t FROM %s AS all_rows ORDER BY t");
    arena_free(arena);
}

/* Its maps hold texts only and have an order of their own: the members of a row are compared. */
static void clickhouse_gives_the_same(void **state)
{
    (void)state;
    const char *library = getenv("WARROOM_CHDB");
    if (!library) {
        print_message("skipped: WARROOM_CHDB names no libchdb.so (npm pack "
                      "@chdb/lib-linux-x64-gnu@26.7.3-stable.1, 566 MB)\n");
        skip();
    }
    char folder[] = "/tmp/window-chdb-XXXXXX";
    assert_non_null(mkdtemp(folder));
    struct chdb chdb;
    if (!open_chdb(&chdb, library, folder))
        fail_msg("%s: %s", library, dlerror());
    const struct transport transport = {.exchange = ask_chdb, .state = &chdb};
    const struct intake_clickhouse clickhouse = {.url = STR("http://127.0.0.1:8123"),
                                                 .database = STR("default"),
                                                 .user = STR(""),
                                                 .password = STR(""),
                                                 .transport = &transport};
    struct arena *arena = arena_new("test");
    expect_same(loaded_from_files(arena), loaded_from_window(arena, &clickhouse), arena,
                "SELECT list_sort(string_split_regex(replace(all_rows::VARCHAR, '\"', ''), '[{},] "
                "*'))::VARCHAR AS t FROM %s AS all_rows ORDER BY t");
    assert_int_equal(system(str_printf(arena, "rm -r %s", folder).ptr), 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_what_the_files_would_be),
        cmocka_unit_test(clickhouse_gives_the_same),
    };
    return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
