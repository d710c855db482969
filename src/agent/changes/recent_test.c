/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#define COMMENT "--- a/a/a.conf\\n+++ b/a/a.conf\\n@@ -0,0 +1 @@\\n+# why\\n"
#define SETTING "--- a/a/a.conf\\n+++ b/a/a.conf\\n@@ -1 +1 @@\\n-pool = 1\\n+pool = 2\\n"

struct made {
    double at_s;
    const char *id, *kind, *service, *message, *files, *detail;
};

static void add_changes(struct fixture *fix, const struct made *made, size_t count)
{
    for (const struct made *it = made; it < made + count; it++)
        fixture_run(fix,
                    str_printf(fix->arena,
                               "INSERT INTO changes (time, id, kind, service, message, files, "
                               "detail) VALUES (make_timestamp_ns(%lld), '%s', '%s', nullif('%s', "
                               "''), '%s', '%s', replace('%s', '\\n', chr(10)))",
                               (long long)fixture_time(it->at_s), it->id, it->kind, it->service,
                               it->message, it->files, it->detail));
    fixture_seal(fix);
}

static const struct batch *recent(struct fixture *fix)
{
    const struct record in = fixture_input(fix, "changes.recent");
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    *record_at(&in, "grace") = value_span(0);
    *record_at(&in, "within") = value_span(3600 * NS_PER_S);
    const struct record out = fixture_use(fix, "changes.recent", &in);
    return record_at(&out, "changes")->rows;
}

static bool is_inert(const struct batch *rows, const char *id)
{
    for (size_t row = 0; row < rows->rows; row++)
        if (str_eq(fixture_text(rows, row, "id"), str_of(id)))
            return batch_column(rows, "inert")->integers[row] != 0;
    fail_msg("%s is not told", id);
    return false;
}

static void a_deploy_is_as_inert_as_all_that_it_brings(void **state)
{
    (void)state;
    static const struct made made[] = {
        {-900, "aaaa111", "commit", "a", "pool", "a/a.conf", SETTING},
        {-800, "deploy-1", "deploy", "a", "a at aaaa111", "", ""},
        {-700, "aaaa222", "commit", "a", "why", "a/a.conf", COMMENT},
        {-600, "deploy-2", "deploy", "a", "a at aaaa222", "", ""}, /* the setting was there */
        {-500, "aaaa333", "commit", "", "pool", "a/a.conf", SETTING},
        {-400, "aaaa444", "commit", "a", "why", "a/a.conf", COMMENT},
        {-300, "deploy-3", "deploy", "a", "a at aaaa444", "", ""}, /* with aaaa333 below it */
        {-200, "aaaa555", "commit", "a", "pool", "a/a.conf", SETTING},
        {-100, "flag-1", "flag", "a", "pool from 1 to 2", "", ""},
    };
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("a"), STR("b"));
    add_changes(fix, made, sizeof made / sizeof *made);
    const struct batch *rows = recent(fix);
    assert_int_equal(rows->rows, 9);
    assert_false(is_inert(rows, "deploy-1"));
    assert_true(is_inert(rows, "deploy-2"));
    assert_false(is_inert(rows, "deploy-3"));
    assert_true(is_inert(rows, "aaaa555")); /* it waits for a deploy */
    assert_false(is_inert(rows, "flag-1"));
    fixture_close(fix);
}

static void where_nothing_deploys_a_commit_is_felt(void **state)
{
    (void)state;
    static const struct made made[] = {
        {-700, "aaaa111", "commit", "", "why", "[\"a/a.conf\"]", COMMENT},
        {-600, "aaaa222", "commit", "", "pool", "[\"a/a.conf\", \"b/b.conf\"]",
         SETTING "--- a/b/b.conf\\n+++ b/b/b.conf\\n@@ -0,0 +1 @@\\n+# why\\n"},
    };
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("a"), STR("b"));
    add_changes(fix, made, 2);
    const struct batch *rows = recent(fix);
    assert_int_equal(rows->rows, 3); /* the second is about both, and told for each */
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "a");
    assert_string_equal(fixture_text(rows, 1, "service").ptr, "b");
    assert_false(is_inert(rows, "aaaa222"));
    assert_true(is_inert(rows, "aaaa111"));
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deploy_is_as_inert_as_all_that_it_brings),
        cmocka_unit_test(where_nothing_deploys_a_commit_is_felt),
    };
    return cmocka_run_group_tests_name("recent", tests, NULL, NULL);
}
