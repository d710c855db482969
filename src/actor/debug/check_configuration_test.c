/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* One setting of `web` is changed a minute before the onset; another service is `cart`. */
static struct fixture *changed(const char *option, const char *old, const char *new)
{
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-600), fixture_time(300)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(300)};
    topology_add(&fix->casefile->topology, STR("web"), STR("cart"));
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, kind, service, detail) VALUES "
                                "(make_timestamp_ns(%lld), 'c1', 'config', 'web', "
                                "'-%s = %s' || chr(10) || '+%s = %s')",
                                (long long)fixture_time(-60), option, old, option, new));
    return fix;
}

static void add_lines(struct fixture *fix, const char *service, const char *message, int count)
{
    for (int i = 0; i < count; i++)
        fixture_add_line(fix, FIXTURE_LOGS, i + 1, service, "", message);
}

static const struct {
    const char *option, *old, *new;
    const char *sayer, *line; /* NULL: no line */
    double least, most;       /* of the strength; 0: nothing is told */
} cases[] = {
    {"backend_timeout_ms", "3000", "1", "web", "GET /cart: TimeoutError: no answer in 1 ms", 0.6,
     0.9},
    {"backend_timeout_ms", "3000", "2500", "web", "TimeoutError: no answer in 2500 ms", 0.05, 0.2},
    {"cart_url", "http://cart:8083", "http://cart:8038", "web", "IOError: cannot connect", 0.4,
     0.5},
    {"cart_url", "http://cart:8083", "http://cart:8038", "web", "IOError: cart:8038 is gone", 0.6,
     0.9},
    {"mail_kind", "plain", "seasonal", "cart", "KeyError: seasonal", 0.6, 0.9},
    {"page_size", "20", "24", "web", "started, page_size = 24", 0, 0}, /* an echo */
    {"page_size", "20", "24", NULL, NULL, 0, 0},
    {"threads", "1", "48", NULL, NULL, 0.1, 0.3},
    {"cache_max_mb", "8", "2048", NULL, NULL, 0.1, 0.3},
    {"timeout", "1s", "1000ms", NULL, NULL, 0, 0},
    {"timeout_ms", "4000", "4s", "web", "timeout_ms = 4s: wants a number", 0.2, 0.45},
};

static void a_setting_is_suspected_by_what_is_said_of_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct fixture *fix = changed(cases[i].option, cases[i].old, cases[i].new);
        if (cases[i].line)
            add_lines(fix, cases[i].sayer, cases[i].line, cases[i].most > 0 ? 30 : 1);
        fixture_seal(fix);
        const struct record out = fixture_act_on(fix, "check_configuration", NULL);
        print_message("%s\n", cases[i].option);
        assert_true(record_at(&out, "changed")->truth);
        assert_int_equal(record_at(&out, "found")->integer, cases[i].most > 0);
        if (cases[i].most > 0) {
            const struct evidence *evidence = fixture_evidence(fix, 1);
            assert_int_equal(evidence->finding, FINDING_CONFIGURATION);
            assert_string_equal(evidence->subject.ptr, "web");
            print_message("%.2f %s\n", evidence->strength, evidence->claim.ptr);
            assert_true(evidence->strength >= cases[i].least &&
                        evidence->strength <= cases[i].most);
            assert_int_equal(record_at(&out, "said")->truth, cases[i].line != NULL);
            fixture_expect_text(&out, "option", cases[i].option);
        }
        fixture_check_claims(fix);
        fixture_close(fix);
    }
}

static void who_names_anothers_setting_is_acquitted(void **state)
{
    (void)state;
    struct fixture *fix = changed("mail_kind", "plain", "seasonal");
    add_lines(fix, "cart", "KeyError: seasonal", 30);
    fixture_seal(fix);
    fixture_act_on(fix, "check_configuration", NULL);
    const struct evidence *against = fixture_evidence(fix, 2);
    assert_int_equal(against->bearing, BEARING_REFUTES);
    assert_string_equal(against->subject.ptr, "cart");
    fixture_check_claims(fix);
    fixture_close(fix);
}

static void what_was_always_said_is_no_news(void **state)
{
    (void)state;
    struct fixture *fix = changed("mail_kind", "plain", "seasonal");
    for (int i = 0; i < 300; i++)
        fixture_add_line(fix, FIXTURE_LOGS, 3.0 * (i - 200), "cart", "", "KeyError: seasonal");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "check_configuration", NULL);
    if (record_at(&out, "found")->integer > 0)
        assert_true(fixture_evidence(fix, 1)->strength < 0.3);
    fixture_close(fix);
}

static void hostile_diffs_do_no_harm(void **state)
{
    (void)state;
    static const char *const values[] = {"`", "''; DROP TABLE logs; --", "%_\\"};
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        struct fixture *fix = changed("some_option", "1", values[i]);
        add_lines(fix, "web", "ValueError: some_option", 5);
        fixture_seal(fix);
        fixture_act_on(fix, "check_configuration", "web");
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_is_suspected_by_what_is_said_of_it),
        cmocka_unit_test(who_names_anothers_setting_is_acquitted),
        cmocka_unit_test(what_was_always_said_is_no_news),
        cmocka_unit_test(hostile_diffs_do_no_harm),
    };
    return cmocka_run_group_tests_name("check_configuration", tests, NULL, NULL);
}
