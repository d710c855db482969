/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* Each ten seconds `web` serves; since the onset it writes that line of that level, too. */
static struct fixture *filled(const char *level, const char *message)
{
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-600), fixture_time(300)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(300)};
    for (int at_s = -600; at_s < 300; at_s += 2) {
        fixture_add_line(fix, FIXTURE_LOGS, at_s, "web", "", "serves a page");
        if (at_s >= 0)
            fixture_run(fix, str_printf(fix->arena,
                                        "INSERT INTO logs (time, service, level, message) VALUES "
                                        "(make_timestamp_ns(%lld), 'web', '%s', '%s')",
                                        (long long)fixture_time(at_s), level, message));
    }
    fixture_seal(fix);
    fixture_act_on(fix, "find_new_errors", NULL);
    fixture_check_claims(fix);
    return fix;
}

static void lines_that_were_turned_on_tell_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *level, *message;
        bool told;
    } cases[] = {
        {"INFO", "reads the other table", true},
        {"DEBUG", "reads the other table", false},
        {"trace", "reads the other table", false},
        {"", "reads the other table", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *fix = filled(cases[i].level, cases[i].message);
        if ((fixture_found(fix, FINDING_LOG_SHIFT, "web") != NULL) != cases[i].told)
            fail_msg("%s %s", cases[i].level, cases[i].message);
        fixture_close(fix);
    }
}

static void without_lines_nothing_is_told(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fixture_seal(fix);
    fixture_act_on(fix, "find_new_errors", NULL);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_were_turned_on_tell_nothing),
        cmocka_unit_test(without_lines_nothing_is_told),
    };
    return cmocka_run_group_tests_name("find_new_errors", tests, NULL, NULL);
}
