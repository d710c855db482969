/* SPDX-License-Identifier: Apache-2.0 */
/* Each case is a text of `state`, and what a query says after it was settled. */
#include "source/state.h"

#include "base/arena.h"
#include "source/table.h"
#include "store/telemetry.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define ROWS                                                                                       \
    "SELECT coalesce(string_agg(kind || '/' || coalesce(name, '') || '@' || coalesce(namespace, "  \
    "'') || ' ' || format, '; ' ORDER BY kind, name, format), '') AS t FROM state"
#define TEXTS "SELECT string_agg(text, '; ' ORDER BY kind, name) AS t FROM state"
#define EVENTS                                                                                     \
    "SELECT string_agg(concat_ws(' ', time, type, reason, object, \"count\", message), '; ' "      \
    "ORDER "                                                                                       \
    "BY ALL) AS t FROM events"

static const struct {
    const char *why;
    const char *text;
    const char *query;
    const char *want;
} cases[] = {
    {"manifests stay", "kind: Pod\nmetadata: {name: a}\n", ROWS, "x/@s json"},
    {"tables and descriptions stay", "NAME   KIND\nmetadata   kind\n", ROWS, "x/@s json"},
    {"a live pod is described", "kind: Pod\nmetadata: {name: a, uid: u}\n", ROWS,
     "pods/a@s describe"},
    {"its own namespace counts", "kind: Pod\nmetadata: {name: a, namespace: n, uid: u}\n", ROWS,
     "pods/a@n describe"},
    {"a workload is declared too", "kind: Deployment\nmetadata: {name: a, uid: u}\n", ROWS,
     "app-yaml/Deployment/a@s json; deployments/a@s describe"},
    {"a list of accounts says which there are",
     "kind: List\nitems:\n- {kind: ServiceAccount, metadata: {name: a, uid: u}}\n- {kind: "
     "ServiceAccount, metadata: {name: b, uid: v}}\n",
     "SELECT text AS t FROM state WHERE format = 'list'", "NAME\na\nb\n"},
    {"a manifest of a secret is emptied",
     "kind: Secret\nmetadata: {name: a}\nstringData: {pw: hunter2}\n",
     "SELECT count(*)::VARCHAR AS t FROM state WHERE contains(text, 'hunter2')", "0"},
    {"a live secret has its keys",
     "{\"kind\":\"Secret\",\"metadata\":{\"name\":\"a\",\"uid\":\"u\"},\"data\":{\"pw\":\"aHVudA\""
     "}}",
     TEXTS, "Name:  a\nLabels:  <none>\nData\n====\npw:  (not kept)\n"},
    {"events become events",
     "{\"kind\":\"EventList\",\"items\":[{\"metadata\":{\"name\":\"e\",\"uid\":\"u\"},"
     "\"involvedObject\":{\"kind\":\"Pod\",\"name\":\"a-0\"},\"type\":\"Warning\",\"reason\":"
     "\"Failed\",\"message\":\"it's \\\"x\\\"\",\"lastTimestamp\":\"2026-01-01T00:00:00Z\","
     "\"count\":3}]}",
     EVENTS, "2026-01-01 00:00:00 Warning Failed pods/a-0 3 it's \"x\""},
    {"events of the newer kind",
     "kind: Event\nmetadata: {name: e, uid: u}\nregarding: {kind: Node, name: w1}\ntype: "
     "Normal\nreason: "
     "Rebooted\nnote: again\neventTime: '2026-01-01T00:00:00.5Z'\n",
     EVENTS, "2026-01-01 00:00:00.5 Normal Rebooted nodes/w1 again"},
    {"an event without a time is none", "kind: Event\nmetadata: {name: e, uid: u}\n", ROWS, ""},
};

static struct telemetry *settled(struct arena *arena, const char *text)
{
    struct telemetry *telemetry;
    struct err err = {0};
    const char *sql = str_printf(arena,
                                 "INSERT INTO state (kind, namespace, format, text) VALUES ('x', "
                                 "'s', 'json', %s)",
                                 sql_quote(arena, str_of(text)).ptr)
                          .ptr;
    if (!telemetry_open(arena, &(struct telemetry_limits){.memory_mb = 256, .threads = 1},
                        &telemetry, &err) ||
        !table_create_all(telemetry, &err) || !telemetry_run(telemetry, sql, &err) ||
        !state_settle(telemetry, &err))
        fail_msg("%s: %s", text, err.text);
    return telemetry;
}

static void objects_become_what_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct arena *arena = arena_new("test");
        struct telemetry *telemetry = settled(arena, cases[i].text);
        struct batch *rows;
        struct err err = {0};
        if (!telemetry_rows(telemetry, arena, str_of(cases[i].query), &rows, &err))
            fail_msg("%s: %s", cases[i].why, err.text);
        const struct str got = batch_column(rows, "t")->texts[0];
        if (!str_eq(got, str_of(cases[i].want)))
            fail_msg("%s: \"%.*s\", not \"%s\"", cases[i].why, STR_ARG(got), cases[i].want);
        arena_free(arena);
    }
}

/* What kubectl itself printed is the better description, and two of one object are one too many. */
static void a_description_that_is_there_stays(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct telemetry *telemetry = settled(arena, "");
    struct batch *rows;
    struct err err = {0};
    assert_true(telemetry_run(telemetry,
                              "INSERT INTO state (kind, name, namespace, format, text) VALUES "
                              "('pods', 'a', 's', 'describe', 'Name:  a'), ('pods', NULL, 's', "
                              "'json', 'kind: Pod\nmetadata: {name: a, uid: u}\n')",
                              &err));
    assert_true(state_settle(telemetry, &err));
    assert_true(telemetry_rows(
        telemetry, arena, STR("SELECT string_agg(text, ';') AS t FROM state WHERE kind = 'pods'"),
        &rows, &err));
    assert_true(str_eq(batch_column(rows, "t")->texts[0], STR("Name:  a")));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_become_what_is_known),
        cmocka_unit_test(a_description_that_is_there_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
