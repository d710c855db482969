/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define TRACE                                                                                      \
    "ERROR RuntimeException: no order\n\tat com.shop.Web.handle(Web.java:10)\nCaused by: "         \
    "java.lang.NullPointerException: total\n\tat com.shop.OrderService.place("                     \
    "OrderService.java:31)\n"

static struct fixture *opened(void)
{
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-600), fixture_time(300)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(300)};
    topology_add(&fix->casefile->topology, STR("web"), STR("orders"));
    return fix;
}

static void add(struct fixture *fix, double at_s, const char *service, const char *message)
{
    fixture_add_line(fix, FIXTURE_LOGS, at_s, service, "", message);
}

static void add_change(struct fixture *fix, const char *id, const char *service, const char *files)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, kind, service, files) VALUES "
                                "(make_timestamp_ns(%lld), '%s', 'deploy', nullif('%s', ''), '%s')",
                                (long long)fixture_time(-3600), id, service, files));
}

static void the_root_and_who_touched_it_are_told(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, 5, "orders", TRACE);
    add(fix, 9, "orders", TRACE);
    add_change(fix, "c1", "orders", "src/OrderService.java");
    add_change(fix, "c2", "web", "src/OrderService.java");
    add_change(fix, "c3", "orders", "src/MyOrderService.java");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_exception_cause", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 2);
    fixture_expect_text(&out, "root", "java.lang.NullPointerException");
    fixture_expect_text(&out, "file", "OrderService.java");
    fixture_expect_text(&out, "change", "c1");
    assert_false(record_at(&out, "of_callee")->truth);
    const struct evidence *thrown = fixture_evidence(fix, 1), *change = fixture_evidence(fix, 2);
    assert_int_equal(thrown->finding, FINDING_EXCEPTION);
    assert_true(thrown->strength > 0.3);
    assert_string_equal(thrown->claim.ptr,
                        "`orders` logged `java.lang.NullPointerException` at 02:00:05, the root of "
                        "`RuntimeException`, in its own code at "
                        "`com.shop.OrderService.place(OrderService.java:31)`: `Caused by: "
                        "java.lang.NullPointerException: total`.");
    assert_int_equal(change->finding, FINDING_CHANGE);
    assert_string_equal(change->subject.ptr, "orders");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void lines_of_one_trace_are_put_together(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, 5, "orders", "Traceback (most recent call last):");
    add(fix, 5, "web", "nothing to do with it");
    add(fix, 5, "orders", "ValueError: no order");
    add(fix, 5, "orders", "  File \"/app/orders/service.py\", line 31, in place");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_exception_cause", "orders");
    fixture_expect_text(&out, "root", "ValueError");
    fixture_expect_text(&out, "file", "service.py");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void a_connection_that_was_refused_is_somebody_elses(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, 5, "web", "java.net.ConnectException: Connection refused");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_exception_cause", NULL);
    assert_true(record_at(&out, "of_callee")->truth);
    assert_true(fixture_evidence(fix, 1)->strength < 0.1);
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void what_was_thrown_before_is_no_news(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    for (int i = -60; i < 30; i++)
        add(fix, i * 10, "web", "java.lang.NullPointerException: as ever");
    add(fix, 7, "orders", "java.lang.NullPointerException: new here");
    fixture_seal(fix);
    const struct record web = fixture_act_on(fix, "find_exception_cause", "web");
    assert_int_equal(record_at(&web, "found")->integer, 0);
    assert_false(record_at(&web, "root")->known);
    const struct record all = fixture_act_on(fix, "find_exception_cause", NULL);
    assert_int_equal(record_at(&all, "found")->integer, 1);
    assert_string_equal(fixture_evidence(fix, 1)->subject.ptr, "orders");
    fixture_check_claims(fix);
    fixture_close(fix);
}

/* Line 31 was 30 before the newest change, which was made above it. */
static void of_several_changes_the_one_that_wrote_the_line_is_told(void **state)
{
    (void)state;
    static const struct {
        double at_s;
        const char *id, *hunk;
    } made[] = {{-7200, "older", "@@ -9,0 +10,2 @@\n+a\n+b\n"},
                {-3600, "writer", "@@ -29,0 +30 @@\n+total.get()\n"},
                {-1800, "newest", "@@ -1,0 +2 @@\n+import x\n"}};
    struct fixture *fix = opened();
    add(fix, 5, "orders", TRACE);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        fixture_run(fix,
                    str_printf(fix->arena,
                               "INSERT INTO changes (time, id, kind, service, files, detail) "
                               "VALUES (make_timestamp_ns(%lld), '%s', 'deploy', 'orders', "
                               "'src/OrderService.java', replace('--- a/src/OrderService.java"
                               "\n+++ b/src/OrderService.java\n%s', '\n', chr(10)))",
                               (long long)fixture_time(made[i].at_s), made[i].id, made[i].hunk));
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "find_exception_cause", NULL);
    fixture_expect_text(&out, "change", "writer");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void hostile_traces_do_no_harm(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    add(fix, 5, "web", "`XError` ' \" \\ %\n\tat '; DROP TABLE logs; --.java:1)\nCaused by: `");
    add(fix, 6, "web", "panic: `\n\t/app/it's.go:1");
    fixture_seal(fix);
    fixture_act_on(fix, "find_exception_cause", NULL);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_and_who_touched_it_are_told),
        cmocka_unit_test(lines_of_one_trace_are_put_together),
        cmocka_unit_test(a_connection_that_was_refused_is_somebody_elses),
        cmocka_unit_test(what_was_thrown_before_is_no_news),
        cmocka_unit_test(of_several_changes_the_one_that_wrote_the_line_is_told),
        cmocka_unit_test(hostile_traces_do_no_harm),
    };
    return cmocka_run_group_tests_name("find_exception_cause", tests, NULL, NULL);
}
