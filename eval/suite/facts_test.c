/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/facts.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char raw[] =
    "{\"service\":\"pay-1\",\"message\":\"GET /pay failed: \\\"no room\\\" left\\nat once\"}\n"
    "time,pay,pay_errors_total_sum,3\n";

static struct facts check(struct arena *arena, const char *summary, bool with_numbers)
{
    static const struct str references[] = {STR("It took 77 ms until 02:00:09.")};
    json_t *rows = json_loads("[{\"a\":0.0384,\"b\":38.4,\"c\":\"2026-11-22 02:00:05.5\"},"
                              "{\"n\":1441,\"text\":\"17\"}]",
                              0, NULL);
    const struct facts_data data = {.raw = str_of(raw),
                                    .alert = STR("{\"startsAt\":\"2026-11-22T02:01:00Z\", \"x\": "
                                                 "\"57.67% of 5xx\"}"),
                                    .rows = rows,
                                    .references = references,
                                    .references_count = 1,
                                    .with_numbers = with_numbers};
    const struct facts facts = facts_check(arena, str_of(summary), &data);
    json_decref(rows);
    return facts;
}

static void assert_missing(const char *summary, uint32_t entities, const char *missing)
{
    struct arena *arena = arena_new("test");
    const struct facts facts = check(arena, summary, true);
    assert_string_equal(facts.missing.ptr, missing);
    assert_int_equal(facts.entities, entities);
    assert_int_equal(facts.entities - facts.borne_out, *missing != '\0');
    arena_free(arena);
}

static void names_and_quotations_stand_in_the_files(void **state)
{
    (void)state;
    assert_missing("`pay` failed, `GET /pay` too.", 2, "");
    assert_missing("`pa` failed.", 1, "pa"); /* no whole word */
    assert_missing("pay-1 and /pay and pay_errors_total are worse.", 3, "");
    assert_missing("pay-2 is worse.", 1, "pay-2");
    assert_missing("OutOfRoom is what it says.", 1, "OutOfRoom");
    assert_missing("It says \"no room\", and \"no space left\".", 2, "no space left");
    assert_missing("The logs say \"`failed: \"no room\" left`\" twice, `pay` too.", 2, "");
    assert_missing("The logs say \"`failed: no rooms`\".", 1, "failed: no rooms");
}

static void numbers_and_times_stand_in_rows(void **state)
{
    (void)state;
    assert_missing("from 38 ms to 38.4 ms since 02:00:05", 3, "");
    assert_missing("from 39 ms", 1, "39");
    assert_missing("77 ms, in kB", 1, "");
    assert_missing("0.04 s, 57.67% of answers, 77ms, 1440 bytes, 1,441", 5, "");
    assert_missing("at 02:00:06 UTC", 1, "02:00:06");
    assert_missing("at 02:01:00, at 02:00:09.", 2, "");
    assert_missing("17 times", 1, "17"); /* a text of digits is no measurement */
}

static void without_rows_they_are_passed_over(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct facts facts = check(arena, "`pay` at 09:09:09 with 999 and `nobody`", false);
    assert_int_equal(facts.entities, 2);
    assert_string_equal(facts.missing.ptr, "nobody");
    assert_int_equal(check(arena, "", true).entities, 0);
    assert_int_equal(check(arena, "\"", true).entities, 0);
    assert_int_equal(check(arena, "` ( ' -", true).entities, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_quotations_stand_in_the_files),
        cmocka_unit_test(numbers_and_times_stand_in_rows),
        cmocka_unit_test(without_rows_they_are_passed_over),
    };
    return cmocka_run_group_tests_name("facts", tests, NULL, NULL);
}
