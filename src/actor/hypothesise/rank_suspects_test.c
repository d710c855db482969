/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"
#include "verdict/weights.h"

struct piece {
    const char *subject;
    enum finding finding;
    double strength;
    const char *cause;
    enum bearing bearing;
};

static const struct piece pieces[] = {
    {"quiet", FINDING_TRAFFIC, 0.1, NULL, BEARING_SUPPORTS},
    {"loud", FINDING_LATENCY, 0.9, NULL, BEARING_SUPPORTS},
    {"loud", FINDING_CHANGE, 0.99, NULL, BEARING_SUPPORTS},
    {"same-b", FINDING_SPAN_ERRORS, 0.5, NULL, BEARING_SUPPORTS},
    {"same-a", FINDING_SPAN_ERRORS, 0.5, NULL, BEARING_SUPPORTS},
    {"changed", FINDING_CHANGE, 0.3, NULL, BEARING_SUPPORTS},
    {"changed-last", FINDING_CHANGE, 0.6, NULL, BEARING_SUPPORTS},
    {"object", FINDING_OBJECT, 0.7, "its image is gone", BEARING_SUPPORTS},
    {"acquitted", FINDING_CPU, 0.9, NULL, BEARING_REFUTES},
    {"unseen", FINDING_CPU, 0, NULL, BEARING_GAP},
    {"", FINDING_CPU, 0.9, NULL, BEARING_SUPPORTS},
    {"told", FINDING_HISTORY, 0.9, NULL, BEARING_SUPPORTS},
};

static const struct {
    const char *subject, *finding, *because;
    int64_t evidence;
} want[] = {
    {"loud", "latency", "`loud` answered late", 2},
    {"object", "object", "`object`: its image is gone", 8},
    {"same-a", "span_errors", "`same-a`: its operations failed", 5},
    {"same-b", "span_errors", "`same-b`: its operations failed", 4},
    {"quiet", "traffic", "`quiet`: its traffic changed", 1},
    {"changed-last", "change", "`changed-last` was changed just before", 7},
    {"changed", "change", "`changed` was changed just before", 6},
};
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct fixture *filled(void)
{
    struct fixture *fix = fixture_open();
    fix->casefile->weights = weights_prior(); /* whatever was learned since */
    fixture_seal(fix);
    for (size_t i = 0; i < COUNT_OF(pieces); i++)
        casefile_add(fix->casefile, &(struct evidence){.signal = SIGNAL_METRICS,
                                                       .bearing = pieces[i].bearing,
                                                       .finding = pieces[i].finding,
                                                       .subject = str_of(pieces[i].subject),
                                                       .cause = str_of(pieces[i].cause),
                                                       .strength = pieces[i].strength});
    return fix;
}

static void the_loudest_comes_first(void **state)
{
    (void)state;
    struct fixture *fix = filled();
    const uint32_t count_before = fix->casefile->evidence_count;
    const struct record in = fixture_actor_input(fix, "rank_suspects");
    const struct record out = fixture_act(fix, "rank_suspects", &in);
    const struct batch *rows = record_at(&out, "rows")->rows;
    assert_int_equal(rows->rows, COUNT_OF(want));
    assert_int_equal(record_at(&out, "count")->integer, COUNT_OF(want));
    for (size_t row = 0; row < rows->rows; row++) {
        assert_string_equal(fixture_text(rows, row, "subject").ptr, want[row].subject);
        assert_string_equal(fixture_text(rows, row, "finding").ptr, want[row].finding);
        assert_string_equal(fixture_text(rows, row, "because").ptr, want[row].because);
        assert_int_equal(batch_column(rows, "evidence")->integers[row], want[row].evidence);
    }
    assert_true(batch_column(rows, "loudness")->reals[0] > 2.3);
    assert_true(batch_column(rows, "loudness")->reals[6] == 0);
    assert_int_equal(fix->casefile->evidence_count, count_before);
    fixture_close(fix);
}

static void a_bound_is_kept(void **state)
{
    (void)state;
    static const struct {
        int64_t max;
        size_t rows;
    } bounds[] = {{2, 2}, {0, 0}, {-3, 0}, {INT64_MAX, COUNT_OF(want)}};
    struct fixture *fix = filled();
    for (size_t i = 0; i < COUNT_OF(bounds); i++) {
        const struct record in = fixture_actor_input(fix, "rank_suspects");
        *record_at(&in, "max") = value_int(bounds[i].max);
        const struct record out = fixture_act(fix, "rank_suspects", &in);
        assert_int_equal(record_at(&out, "rows")->rows->rows, bounds[i].rows);
    }
    fixture_close(fix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loudest_comes_first),
        cmocka_unit_test(a_bound_is_kept),
    };
    return cmocka_run_group_tests_name("rank_suspects", tests, NULL, NULL);
}
