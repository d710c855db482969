/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/fixture_for_tests.h"

#define DIFF(file, option)                                                                         \
    "--- a/" file "\\n+++ b/" file "\\n@@ -1 +1 @@\\n-" option " = 1\\n+" option " = 2\\n"

static void add_change(struct fixture *fix, double at_s, const char *id, const char *kind,
                       const char *service, const char *message, const char *detail)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, kind, service, message, detail) "
                                "VALUES (make_timestamp_ns(%lld), '%s', '%s', nullif('%s', ''), "
                                "'%s', replace('%s', '\\n', chr(10)))",
                                (long long)fixture_time(at_s), id, kind, service, message, detail));
}

static struct batch *settings_of(struct fixture *fix)
{
    const struct record in = fixture_input(fix, "changes.settings");
    *record_at(&in, "onset") = value_time(FIXTURE_T0);
    *record_at(&in, "grace") = value_span(30 * NS_PER_S);
    *record_at(&in, "within") = value_span(3600 * NS_PER_S);
    const struct record out = fixture_use(fix, "changes.settings", &in);
    return record_at(&out, "settings")->rows;
}

static void a_deploy_brings_what_its_commit_changed(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    add_change(fix, -600, "abc1234", "commit", "", "two of them",
               DIFF("web/web.conf", "web_option") DIFF("cart/cart.conf", "cart_option"));
    add_change(fix, -60, "deploy-1", "deploy", "cart", "cart at abc1234", "");
    add_change(fix, -30, "deploy-2", "deploy", "web", "web at abc1234", "");
    add_change(fix, 60, "deploy-3", "deploy", "web", "web at abc1234", ""); /* too late */
    add_change(fix, -20, "fff9999", "commit", "web", "not brought", DIFF("web/web.conf", "later"));
    fixture_seal(fix);
    const struct batch *rows = settings_of(fix);
    assert_int_equal(rows->rows, 2);
    assert_string_equal(fixture_text(rows, 0, "change").ptr, "deploy-2");
    assert_string_equal(fixture_text(rows, 0, "option").ptr, "web_option");
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "web");
    assert_string_equal(fixture_text(rows, 0, "commit").ptr, "abc1234");
    assert_string_equal(fixture_text(rows, 1, "change").ptr, "deploy-1");
    assert_string_equal(fixture_text(rows, 1, "option").ptr, "cart_option");
    fixture_close(fix);
}

static void where_nothing_deploys_a_commit_does(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    add_change(fix, -60, "abc1234", "commit", "", "", DIFF("cart/cart.conf", "pool"));
    add_change(fix, -50, "flag-1", "flag", "web", "new_cart from off to on", "");
    fixture_seal(fix);
    const struct batch *rows = settings_of(fix);
    assert_int_equal(rows->rows, 1); /* there are other changes: the commit may not be out */
    assert_string_equal(fixture_text(rows, 0, "option").ptr, "new_cart");
    assert_string_equal(fixture_text(rows, 0, "new").ptr, "on");
    fixture_close(fix);

    fix = fixture_open();
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    add_change(fix, -60, "abc1234", "commit", "", "", DIFF("cart/cart.conf", "pool"));
    fixture_seal(fix);
    rows = settings_of(fix);
    assert_int_equal(rows->rows, 1);
    assert_string_equal(fixture_text(rows, 0, "service").ptr, "cart");
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deploy_brings_what_its_commit_changed),
        cmocka_unit_test(where_nothing_deploys_a_commit_does),
    };
    return cmocka_run_group_tests_name("settings", tests, NULL, NULL);
}
