/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

struct event {
    int64_t at_s; /* after the onset */
    const char *object, *type, *reason, *message;
    int count;
};

static void add_event(struct fixture *fix, const struct event *it)
{
    fixture_run(fix,
                str_printf(fix->arena,
                           "INSERT INTO events (time, object, type, reason, message, \"count\") "
                           "VALUES (make_timestamp_ns(%lld), '%s', '%s', '%s', '%s', %d)",
                           (long long)fixture_time((double)it->at_s), it->object, it->type,
                           it->reason, it->message, it->count));
}

static struct fixture *filled(const struct event *events, size_t count)
{
    struct fixture *fix = fixture_open();
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(600)};
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    topology_add(&fix->casefile->topology, STR("web"), STR("cart-db"));
    for (size_t i = 0; i < count; i++)
        add_event(fix, &events[i]);
    fixture_seal(fix);
    return fix;
}

static const struct {
    struct event event;
    const char *subject; /* NULL: nothing is said */
    const char *cause;
    enum finding finding;
} cases[] = {
    {{5, "pods/cart-5bc9dbdf66-xp6gj", "Warning", "OOMKilling", "Memory cgroup out of memory", 2},
     "cart",
     "its container is killed for lack of memory",
     FINDING_OBJECT},
    {{5, "pods/cart-db-0", "Warning", "BackOff", "Back-off restarting failed container db", 14},
     "cart-db",
     "its container keeps crashing",
     FINDING_RESTART},
    {{5, "pods/cart-0", "Warning", "BackOff", "Back-off pulling image \"cart:9\"", 3},
     "cart",
     "the image cannot be pulled",
     FINDING_OBJECT},
    {{5, "pods/cart-0", "Warning", "FailedScheduling", "0/4 nodes are available", 1},
     "cart",
     "it cannot be scheduled",
     FINDING_OBJECT},
    {{5, "process/cart-1", "Warning", "Exited", "cart-1 ended, exit status 3", 1},
     "cart",
     "its container keeps crashing",
     FINDING_RESTART},
    {{5, "pods/cart-0", "Normal", "Started", "Started container `cart`", 4},
     "cart",
     "its container restarted",
     FINDING_RESTART},
    {{5, "pods/cart-0", "Normal", "BackOff", "Back-off restarting failed container", 4},
     NULL,
     NULL,
     FINDING_NONE},
    {{-3600, "pods/cart-0", "Warning", "BackOff", "Back-off restarting", 4}, NULL, NULL, 0},
    {{5, "pods/cartography-0", "Warning", "BackOff", "Back-off restarting", 4}, NULL, NULL, 0},
    {{5, "pods/cart-0", "Warning", "DNSConfigForming", "Search Line limits", 9}, NULL, NULL, 0},
    {{5, "", "Warning", "BackOff", "", 1}, NULL, NULL, FINDING_NONE},
};

static void each_warning_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fix = filled(&cases[i].event, 1);
        const struct record out = fixture_act_on(fix, "read_warnings", NULL);
        print_message("%s %s\n", cases[i].event.reason, cases[i].event.object);
        assert_int_equal(record_at(&out, "found")->integer, cases[i].subject != NULL);
        if (cases[i].subject) {
            const struct evidence *added = fixture_evidence(fix, 1);
            assert_string_equal(added->subject.ptr, cases[i].subject);
            assert_string_equal(added->cause.ptr, cases[i].cause);
            assert_int_equal(added->finding, cases[i].finding);
            fixture_expect_text(&out, "cause", cases[i].cause);
        }
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void what_was_judged_is_not_said_again(void **state)
{
    (void)state;
    const struct event events[] = {
        {5, "pods/cart-0", "Warning", "BackOff", "Back-off restarting failed container", 7},
        {5, "pods/cart-0", "Warning", "OOMKilling", "out of memory", 1},
    };
    struct fixture *fix = filled(events, 2);
    casefile_add(fix->casefile, &(struct evidence){.finding = FINDING_RESTART,
                                                   .subject = STR("cart"),
                                                   .cause = STR("its container keeps crashing"),
                                                   .strength = 0.3});
    const struct record out = fixture_act_on(fix, "read_warnings", NULL);
    assert_int_equal(record_at(&out, "found")->integer, 1);
    assert_true(fixture_evidence(fix, 2)->strength < 0.1);
    fixture_close(fix);
}

static void one_service_can_be_asked_about(void **state)
{
    (void)state;
    const struct event events[] = {
        {5, "pods/cart-0", "Warning", "BackOff", "Back-off restarting failed container", 7},
        {5, "pods/cart-db-0", "Warning", "BackOff", "Back-off restarting failed container", 9},
        {5, "pods/lone-0", "Warning", "BackOff", "Back-off restarting failed container", 2},
    };
    struct fixture *fix = filled(events, 3);
    const struct record cart = fixture_act_on(fix, "read_warnings", "cart");
    assert_int_equal(record_at(&cart, "found")->integer, 1);
    assert_string_equal(fixture_evidence(fix, 1)->subject.ptr, "cart");
    const struct record lone = fixture_act_on(fix, "read_warnings", "lone");
    assert_int_equal(record_at(&lone, "found")->integer, 1);
    const struct record nobody = fixture_act_on(fix, "read_warnings", "it's");
    assert_int_equal(record_at(&nobody, "found")->integer, 0);
    fixture_check_claims(fix);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_warning_is_read),
        cmocka_unit_test(what_was_judged_is_not_said_again),
        cmocka_unit_test(one_service_can_be_asked_about),
    };
    return cmocka_run_group_tests_name("read_warnings", tests, NULL, NULL);
}
