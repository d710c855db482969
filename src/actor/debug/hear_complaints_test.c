/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* `web` calls `cart` and `pay`; `cart` calls `store`; `pay` calls `bank`, into which nobody sees.
 */
static struct fixture *opened(void)
{
    static const char *const calls[][2] = {{"web", "cart"}, {"web", "pay"},  {"cart", "store"},
                                           {"pay", "bank"}, {"web", "auth"}, {"auth", "store"}};
    struct fixture *fix = fixture_open();
    fix->casefile->data = (struct window){fixture_time(-300), fixture_time(120)};
    fix->casefile->incident = (struct window){FIXTURE_T0, fixture_time(120)};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        topology_add(&fix->casefile->topology, str_of(calls[i][0]), str_of(calls[i][1]));
    for (const char *const *of = (const char *const[]){"web", "cart", "pay", "store", "auth", NULL};
         *of; of++)
        fixture_add_line(fix, FIXTURE_LOGS, -200, *of, "", "serves on 8080");
    return fix;
}

static void say(struct fixture *fix, const char *service, const char *message, int times)
{
    for (int i = 0; i < times; i++)
        fixture_add_line(fix, FIXTURE_LOGS, 1 + i, service, "", message);
}

static enum kind kind_told(const struct fixture *fix, const char *subject)
{
    const struct evidence *found = fixture_found(fix, FINDING_COMPLAINT, subject);
    return found ? found->kind : KIND_UNKNOWN;
}

static void hear(struct fixture *fix)
{
    fixture_seal(fix);
    fixture_act_on(fix, "hear_complaints", NULL);
    fixture_check_claims(fix);
}

static void who_calls_says_what_is_wrong_with_whom(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "cart", "Error: store: OOM command not allowed when used memory > 'maxmemory'.", 20);
    say(fix, "web", "Error: cart: answered 500: store: OOM command not allowed when used", 20);
    hear(fix);
    assert_int_equal(kind_told(fix, "store"), KIND_CAPACITY);
    assert_int_equal(kind_told(fix, "cart"), KIND_UNKNOWN); /* what `web` passes on is of nobody */
    assert_string_equal(fixture_said(fix, FINDING_COMPLAINT, "store"),
                        "`cart` logged `OOM command not allowed` of `store` 20 times since "
                        "01:58:00, and 0 times before.");
    fixture_close(fix);
}

static void a_server_speaks_of_itself(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "store", "FATAL:  sorry, too many clients already", 9);
    hear(fix);
    assert_int_equal(kind_told(fix, "store"), KIND_CAPACITY);
    fixture_close(fix);
}

static void those_who_say_the_same_have_one_callee(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "cart", "FATAL: password authentication failed for user app", 9);
    say(fix, "auth", "FATAL: password authentication failed for user app", 9);
    hear(fix);
    assert_int_equal(kind_told(fix, "store"), KIND_CONFIGURATION);
    assert_int_equal(kind_told(fix, "cart"), KIND_CONFIGURATION);
    fixture_close(fix);
}

static void the_two_ends_of_a_refusal_differ(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "web", "Error: GET http://cart/items: Connection refused", 30);
    hear(fix);
    assert_int_equal(kind_told(fix, "cart"), KIND_CRASH);
    assert_int_equal(kind_told(fix, "web"), KIND_DEPENDENCY);
    fixture_close(fix);
}

static void into_whom_nobody_sees_is_a_dependency(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "pay", "Error: bank: POST /charges: answered 503: closed", 12);
    hear(fix);
    assert_int_equal(kind_told(fix, "bank"), KIND_DEPENDENCY);
    fixture_close(fix);
}

static void an_answer_that_nobody_can_use(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "web", "PriceError: cart returned 1 of 3 lines", 12);
    hear(fix);
    assert_int_equal(kind_told(fix, "cart"), KIND_CODE_PATH);
    fixture_close(fix);

    fix = opened(); /* it knows of it: then it fails, and its own lines tell how */
    say(fix, "web", "PriceError: cart returned 1 of 3 lines", 12);
    say(fix, "cart", "ValueError: negative price", 12);
    hear(fix);
    assert_int_equal(kind_told(fix, "cart"), KIND_UNKNOWN);
    fixture_close(fix);
}

static bool tells_place(const struct fixture *fix, const char *subject)
{
    for (const struct evidence *it = fix->casefile->evidence; it; it = it->next)
        if (it->finding == FINDING_COMPLAINT && str_eq(it->subject, str_of(subject)) &&
            it->tells_place)
            return true;
    return false;
}

static const struct {
    const char *why;
    struct {
        const char *service, *message;
    } lines[4];
    const char *place, *not_place; /* NULL: nobody */
} places[] = {
    {"who is refused names who is refused by",
     {{"web", "Error: pay: certificate has expired"}},
     "pay",
     "web"},
    {"the last link of a chain is broken",
     {{"web", "Error: cart: connect timed out"}, {"cart", "Error: store: table is full"}},
     "store",
     "cart"},
    {"what any fault brings about tells no place",
     {{"web", "Error: GET http://cart/items: Connection refused"}},
     NULL,
     "cart"},
    {"but of an outsider there is nothing else",
     {{"pay", "Error: bank: POST /charges: no answer within 500 ms"}},
     "bank",
     "pay"},
    {"who cannot reach many is cut off itself",
     {{"web", "Error: cart: connect timed out"}, {"web", "Error: pay: connect timed out"}},
     NULL,
     "cart"},
    {"its own limit", {{"web", "accept: too many open files"}}, "web", "cart"},
    {"a server's own words",
     {{"store", "FATAL:  sorry, too many clients already"}},
     "store",
     "cart"},
    {"errors without words", {{"web", "PriceError: cart returned 1 of 3 lines"}}, NULL, "cart"},
};

static void words_that_leave_one_end_tell_the_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct fixture *fix = opened();
        for (size_t k = 0; k < 4 && places[i].lines[k].service; k++)
            say(fix, places[i].lines[k].service, places[i].lines[k].message, 20);
        hear(fix);
        if ((places[i].place && !tells_place(fix, places[i].place)) ||
            tells_place(fix, places[i].not_place))
            fail_msg("%s", places[i].why);
        fixture_close(fix);
    }
}

static void what_is_said_once_tells_no_place(void **state)
{
    (void)state;
    for (int times = 1; times <= 2; times++) {
        struct fixture *fix = opened();
        say(fix, "web", "accept: too many open files", times);
        hear(fix);
        assert_int_equal(kind_told(fix, "web"), KIND_CAPACITY);
        assert_int_equal(tells_place(fix, "web"), times > 1);
        fixture_close(fix);
    }
}

static void a_path_is_no_name(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "web", "Error: GET /cart failed: pay: certificate has expired", 12);
    hear(fix);
    assert_int_equal(kind_told(fix, "pay"), KIND_CONFIGURATION);
    assert_int_equal(kind_told(fix, "cart"), KIND_UNKNOWN);
    fixture_close(fix);
}

static void what_was_always_said_is_no_news(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    for (int i = -280; i < 120; i += 10)
        fixture_add_line(fix, FIXTURE_LOGS, i, "cart", "", "Error: store: Connection refused");
    hear(fix);
    assert_null(fixture_found(fix, FINDING_COMPLAINT, "store"));
    fixture_close(fix);
}

static void the_platform_is_heard(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO events (time, object, type, reason, message) VALUES "
                                "(make_timestamp_ns(%lld), 'pods/cart-5bc9-xp', 'Warning', "
                                "'OOMKilled', 'it reached its limit')",
                                (long long)fixture_time(5)));
    hear(fix);
    assert_int_equal(kind_told(fix, "cart"), KIND_MEMORY);
    assert_string_equal(fixture_said(fix, FINDING_COMPLAINT, "cart"),
                        "The platform said `OOMKilled` of `cart` 1 times since 01:58:00, and 0 "
                        "times before.");
    fixture_close(fix);
}

static void hostile_lines_do_no_harm(void **state)
{
    (void)state;
    struct fixture *fix = opened();
    say(fix, "cart", "Error: store: `no space left` %_\\ '; DROP TABLE logs; --", 9);
    say(fix, "nobody", "Error: no space left", 9);
    hear(fix);
    assert_int_equal(kind_told(fix, "store"), KIND_DISK);
    assert_int_equal(kind_told(fix, "nobody"), KIND_DISK);
    fixture_close(fix);
}

static void without_lines_nothing_is_said(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    hear(fix);
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_calls_says_what_is_wrong_with_whom),
        cmocka_unit_test(a_server_speaks_of_itself),
        cmocka_unit_test(those_who_say_the_same_have_one_callee),
        cmocka_unit_test(the_two_ends_of_a_refusal_differ),
        cmocka_unit_test(into_whom_nobody_sees_is_a_dependency),
        cmocka_unit_test(an_answer_that_nobody_can_use),
        cmocka_unit_test(words_that_leave_one_end_tell_the_place),
        cmocka_unit_test(what_is_said_once_tells_no_place),
        cmocka_unit_test(a_path_is_no_name),
        cmocka_unit_test(what_was_always_said_is_no_news),
        cmocka_unit_test(the_platform_is_heard),
        cmocka_unit_test(hostile_lines_do_no_harm),
        cmocka_unit_test(without_lines_nothing_is_said),
    };
    return cmocka_run_group_tests_name("hear_complaints", tests, NULL, NULL);
}
