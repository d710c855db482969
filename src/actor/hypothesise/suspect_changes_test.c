/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

#define ONSET_S 7200.0

static void add_change(struct fixture *fix, double at_s, const char *id, const char *service)
{
    fixture_run(fix, str_printf(fix->arena,
                                "INSERT INTO changes (time, id, service, kind) VALUES "
                                "(make_timestamp_ns(%lld), '%s', nullif('%s', ''), 'deploy')",
                                (long long)fixture_time(at_s), id, service));
}

static void who_was_changed_last_comes_first(void **state)
{
    (void)state;
    struct fixture *fix = fixture_open();
    fix->alert.starts_ns = fixture_time(ONSET_S + 60);
    fix->casefile->incident.start_ns = fixture_time(ONSET_S);
    fix->casefile->onset_error_ns = 10 * NS_PER_S;
    add_change(fix, 60, "d1", "ages");
    add_change(fix, ONSET_S - 1800, "d2", "cart");
    add_change(fix, ONSET_S - 60, "d3", "orders");
    add_change(fix, ONSET_S - 30, "d4", "");
    add_change(fix, ONSET_S - 20, "d5", "cart");
    add_change(fix, ONSET_S + 5, "d6", "front");
    add_change(fix, ONSET_S + 30, "d7", "late");
    fixture_seal(fix);
    const struct record out = fixture_act_on(fix, "suspect_changes", NULL);
    const struct batch *rows = record_at(&out, "rows")->rows;
    static const struct {
        const char *subject;
        const char *change;
        const char *because;
        int64_t age_s;
    } want[] = {
        {"front", "d6", "`front` was changed as it began", 0},
        {"cart", "d5", "`cart` was changed just before it began", 20},
        {"orders", "d3", "`orders` was changed just before it began", 60},
    };
    assert_int_equal(rows->rows, 3);
    assert_int_equal(record_at(&out, "count")->integer, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(fixture_text(rows, i, "subject").ptr, want[i].subject);
        assert_string_equal(fixture_text(rows, i, "change").ptr, want[i].change);
        assert_string_equal(fixture_text(rows, i, "because").ptr, want[i].because);
        assert_int_equal(batch_column(rows, "age")->integers[i], want[i].age_s * NS_PER_S);
    }
    assert_null(fix->casefile->evidence);
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(who_was_changed_last_comes_first)};
    return cmocka_run_group_tests_name("suspect_changes", tests, NULL, NULL);
}
