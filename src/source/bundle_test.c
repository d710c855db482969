/* SPDX-License-Identifier: Apache-2.0 */
#include "source/bundle.h"

#include "base/arena.h"
#include "data/batch.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define T0 (INT64_C(1795312800) * NS_PER_S) /* 2026-11-22 02:00:00 */
#define ALERT "{\"name\": \"Slow\", \"startsAt\": 1795312800}"
#define NO_FILE NULL

struct file {
    const char *name;
    const char *text; /* NO_FILE: a folder of that name */
};

static int64_t now_ns;
static char folder[] = "/tmp/warroom-bundle-test-XXXXXX";

static void write_files(struct arena *arena, const struct file *files)
{
    for (; files->name; files++) {
        const char *path = str_printf(arena, "%s/%s", folder, files->name).ptr;
        if (files->text == NO_FILE) {
            assert_int_equal(mkdir(path, 0700), 0);
            continue;
        }
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(files->text, file);
        assert_int_equal(fclose(file), 0);
    }
}

static void remove_files(struct arena *arena, const struct file *files)
{
    for (; files->name; files++)
        assert_int_equal(remove(str_printf(arena, "%s/%s", folder, files->name).ptr), 0);
}

static const struct file incident[] = {
    {"alert.json", ALERT},
    {"metrics.csv",
     "timestamp,service,metric,value\n1795312700,cart,cpu,1\n1795312900,cart,cpu,2\n"},
    {"logs.csv", "timestamp,service,message\n1795312800,cart,a\n"},
    {"logs.jsonl", "{\"timestamp\": 1795312801, \"message\": \"b\"}\nbroken\n"},
    {"traces.csv", ""},
    {"changes.csv", NO_FILE},
    {"events.jsonl", "\n\n"},
    {"topology.csv", "caller,callee\nweb,cart\nweb,cart\n,cart\n"},
    {"alerts.json", "[{\"labels\": {\"alertname\": \"Other\", \"service\": \"web\"}, \"startsAt\": "
                    "\"2026-11-22T02:00:00Z\"}]"},
    {"incidents.jsonl", "{\"id\": \"I-1\", \"time\": \"2026-03-01T10:00:00Z\", \"alert\": "
                        "\"Slow\", \"service\": \"cart\", \"fix\": \"more room\"}\n{\n"},
    {"services.jsonl", "{\"service\": \"cart\", \"paths\": [\"src/cart\"], \"calls\": [\"db\"]}\n"
                       "{\"paths\": \"src\"}\n"},
    {"sources.jsonl",
     "{\"source\": \"loki\", \"state\": \"failed\", \"signal\": \"logs\", \"note\": \"nobody "
     "there\"}\n{\"source\": \"prometheus\", \"state\": \"read\", \"rows\": 2}\n"},
    {"otlp-1.jsonl", "{\"resourceLogs\": []}\n"},
    {"truth.json", "{\"service\": \"cart\"}"},
    {0},
};

static const struct {
    const char *name;
    enum source_state state;
    int64_t rows;
    const char *note; /* a part of it */
} ledger[] = {
    {"metrics.csv", SOURCE_READ, 2, ""},
    {"logs.csv", SOURCE_READ, 1, ""},
    {"logs.jsonl", SOURCE_BROKEN, 1, "line 2, column"},
    {"traces.csv", SOURCE_EMPTY, 0, "empty"},
    {"changes.csv", SOURCE_BROKEN, 0, "no plain file"},
    {"events.jsonl", SOURCE_EMPTY, 0, ""},
    {"topology.csv", SOURCE_READ, 3, ""},
    {"alerts.json", SOURCE_READ, 1, ""},
    {"incidents.jsonl", SOURCE_BROKEN, 1, "line 2, column"},
    {"services.jsonl", SOURCE_READ, 2, ""},
    {"sources.jsonl", SOURCE_READ, 2, ""},
    {"loki", SOURCE_BROKEN, 0, "nobody there"},
    {"prometheus", SOURCE_READ, 2, ""},
    {"otlp-1.jsonl", SOURCE_EMPTY, 0, ""},
    {"state", SOURCE_MISSING, 0, ""},
};

static uint32_t gaps_of(const struct casefile *casefile)
{
    uint32_t gaps = 0;
    for (const struct evidence *it = casefile->evidence; it; it = it->next)
        gaps += it->bearing == BEARING_GAP;
    return gaps;
}

static struct casefile *load_bundle(struct arena *arena, struct telemetry **telemetry)
{
    struct bundle bundle;
    struct alert *alert = arena_push(arena, struct alert);
    struct err err = {0};
    if (!bundle_open(arena, str_of(folder), &bundle, &err) ||
        !bundle_read_alert(&bundle, arena, alert, &err))
        fail_msg("%s", err.text);
    struct casefile *casefile = casefile_open(alert, clock_fixed(&now_ns), NS_PER_S);
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 256, .threads = 2},
                        telemetry, &err) ||
        !bundle_load(&bundle, *telemetry, casefile, &err))
        fail_msg("%s", err.text);
    return casefile;
}

static void every_file_is_an_entry_and_every_misfortune_a_gap(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry;
    write_files(arena, incident);
    struct casefile *casefile = load_bundle(arena, &telemetry);
    for (size_t i = 0; i < COUNT_OF(ledger); i++) {
        const struct source_entry *entry = casefile->sources;
        while (entry && !str_eq(entry->name, str_of(ledger[i].name)))
            entry = entry->next;
        if (!entry)
            fail_msg("%s is in no ledger", ledger[i].name);
        if (entry->state != ledger[i].state || entry->rows != ledger[i].rows ||
            (ledger[i].note[0] && !str_contains(entry->note, str_of(ledger[i].note))))
            fail_msg("%s: %s, %lld rows, %s", ledger[i].name, source_state_name(entry->state),
                     (long long)entry->rows, entry->note.ptr);
    }
    for (const struct source_entry *it = casefile->sources; it; it = it->next)
        assert_false(str_contains(it->name, STR("truth")));
    assert_int_equal(gaps_of(casefile), 4);
    remove_files(arena, incident);
    casefile_close(casefile);
    arena_free(arena);
}

static void what_rows_say_together_is_in_the_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry;
    write_files(arena, incident);
    struct casefile *casefile = load_bundle(arena, &telemetry);
    assert_int_equal(casefile->data.start_ns, T0 - 100 * NS_PER_S);
    assert_int_equal(casefile->data.end_ns, T0 + 100 * NS_PER_S + 1);
    assert_int_equal(casefile->topology.edges_count, 1);
    struct batch *rows;
    struct err err = {0};
    assert_true(
        telemetry_rows(telemetry, arena, STR("SELECT name, service FROM alerts"), &rows, &err));
    assert_string_equal(batch_column(rows, "name")->texts[0].ptr, "Other");
    assert_string_equal(batch_column(rows, "service")->texts[0].ptr, "web");
    remove_files(arena, incident);
    casefile_close(casefile);
    arena_free(arena);
}

static void an_alert_alone_is_a_case(void **state)
{
    (void)state;
    static const struct file alone[] = {{"alert.json", ALERT}, {0}};
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry;
    write_files(arena, alone);
    struct casefile *casefile = load_bundle(arena, &telemetry);
    uint32_t missing = 0;
    for (const struct source_entry *it = casefile->sources; it; it = it->next) {
        assert_int_equal(it->state, SOURCE_MISSING);
        assert_false(str_starts(it->name, STR("reference_"))); /* a bonus, and not missed */
        missing++;
    }
    assert_int_equal(missing, 8);
    assert_int_equal(gaps_of(casefile), 0);
    assert_int_equal(casefile->data.start_ns, T0);
    remove_files(arena, alone);
    casefile_close(casefile);
    arena_free(arena);
}

static const struct {
    const char *why;
    struct file files[2];
    const char *error;
} alerts[] = {
    {"none", {{0}}, "alert.json: there is none; write one"},
    {"a folder", {{"alert.json", NO_FILE}}, "no plain file"},
    {"no JSON", {{"alert.json", "{"}}, "alert.json: line 1, column 1"},
    {"no time", {{"alert.json", "{}"}}, "startsAt"},
};

static void without_an_alert_there_is_no_case(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(alerts); i++) {
        struct bundle bundle;
        struct alert alert;
        struct err err = {0};
        write_files(arena, alerts[i].files);
        assert_true(bundle_open(arena, str_of(folder), &bundle, &err));
        if (bundle_read_alert(&bundle, arena, &alert, &err) || !strstr(err.text, alerts[i].error))
            fail_msg("%s: %s", alerts[i].why, err.text);
        remove_files(arena, alerts[i].files);
    }
    arena_free(arena);
}

static void what_is_no_bundle_is_refused(void **state)
{
    (void)state;
    static const struct file odd[] = {{"x.tar.zst", "no archive"}, {0}};
    struct arena *arena = arena_new("test");
    struct bundle bundle;
    struct err err = {0};
    assert_false(bundle_open(arena, STR("/nowhere/at/all"), &bundle, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    write_files(arena, odd);
    assert_false(bundle_open(arena, str_printf(arena, "%s/x.tar.zst", folder), &bundle, &err));
    assert_non_null(strstr(err.text, "x.tar.zst: "));
    remove_files(arena, odd);
    const struct str slashes = str_printf(arena, "%s//", folder);
    assert_true(bundle_open(arena, slashes, &bundle, &err));
    assert_string_equal(bundle.folder.ptr, folder);
    arena_free(arena);
}

int main(void)
{
    if (!mkdtemp(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_an_entry_and_every_misfortune_a_gap),
        cmocka_unit_test(what_rows_say_together_is_in_the_case),
        cmocka_unit_test(an_alert_alone_is_a_case),
        cmocka_unit_test(without_an_alert_there_is_no_case),
        cmocka_unit_test(what_is_no_bundle_is_refused),
    };
    const int failed = cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
