/* SPDX-License-Identifier: Apache-2.0 */
#include "actor/fixture_for_tests.h"

/* users -> gate -> front -> store -> db, front -> cache, cache -> db */
static struct fixture *shop(const char *subject)
{
    static const char *const edges[][2] = {
        {"users", "gate"}, {"gate", "front"}, {"front", "store"}, {"front", "cache"},
        {"store", "db"},   {"cache", "db"},   {"db", "disk"}};
    struct fixture *fix = fixture_open();
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        fixture_run(fix, str_printf(fix->arena,
                                    "INSERT INTO topology (caller, callee) VALUES ('%s', '%s')",
                                    edges[i][0], edges[i][1]));
        topology_add(&fix->casefile->topology, str_of(edges[i][0]), str_of(edges[i][1]));
    }
    fix->casefile->subject = str_of(subject);
    fixture_seal(fix);
    return fix;
}

static void is_odd(struct fixture *fix, const char *subject, enum finding finding)
{
    casefile_add(fix->casefile, &(struct evidence){.bearing = BEARING_SUPPORTS,
                                                   .finding = finding,
                                                   .subject = str_of(subject),
                                                   .claim = STR("It is odd."),
                                                   .query = STR("SELECT 1 AS one"),
                                                   .strength = 0.5});
}

/* "subject hops", one a line */
static struct str list_of(struct fixture *fix, const struct record *out)
{
    struct buf text = buf_new(fix->arena);
    const struct batch *rows = record_at(out, "rows")->rows;
    for (size_t row = 0; row < rows->rows; row++)
        buf_printf(&text, "%s %lld\n", fixture_text(rows, row, "subject").ptr,
                   (long long)batch_column(rows, "hops")->integers[row]);
    return buf_str(&text);
}

static void where_nothing_is_known_callees_are_suspected(void **state)
{
    (void)state;
    struct fixture *fix = shop("front");
    const struct record out = fixture_act_on(fix, "suspect_neighbours", NULL);
    fixture_check_claims(fix);
    assert_string_equal(list_of(fix, &out).ptr, "store 1\ncache 1\ngate 1\ndb 2\n");
    assert_int_equal(fix->casefile->evidence_count, 2);
    assert_string_equal(fixture_said(fix, FINDING_NEIGHBOUR, "store"), "`front` calls `store`.");
    assert_string_equal(fixture_said(fix, FINDING_NEIGHBOUR, "cache"), "`front` calls `cache`.");
    fixture_close(fix);
}

static void who_is_odd_comes_first_and_alone_gets_evidence(void **state)
{
    (void)state;
    struct fixture *fix = shop("front");
    is_odd(fix, "db", FINDING_CPU);
    is_odd(fix, "gate", FINDING_TRAFFIC);
    is_odd(fix, "cache", FINDING_IMPACT); /* that is no fault */
    const struct record out = fixture_act_on(fix, "suspect_neighbours", NULL);
    fixture_check_claims(fix);
    assert_string_equal(list_of(fix, &out).ptr, "gate 1\ndb 2\nstore 1\ncache 1\n");
    assert_int_equal(fix->casefile->evidence_count, 5);
    assert_string_equal(fixture_said(fix, FINDING_NEIGHBOUR, "gate"), "`gate` calls `front`.");
    assert_string_equal(fixture_said(fix, FINDING_NEIGHBOUR, "db"),
                        "`front` calls `store`, and that `db`.");
    assert_true(fixture_found(fix, FINDING_NEIGHBOUR, "gate")->strength >
                fixture_found(fix, FINDING_NEIGHBOUR, "db")->strength);
    fixture_close(fix);
}

static void without_a_place_there_are_no_neighbours(void **state)
{
    (void)state;
    static const char *const subjects[] = {"", "nobody"};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++) {
        struct fixture *fix = shop(subjects[i]);
        const struct record out = fixture_act_on(fix, "suspect_neighbours", NULL);
        assert_int_equal(record_at(&out, "count")->integer, 0);
        assert_null(fix->casefile->evidence);
        fixture_close(fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(where_nothing_is_known_callees_are_suspected),
        cmocka_unit_test(who_is_odd_comes_first_and_alone_gets_evidence),
        cmocka_unit_test(without_a_place_there_are_no_neighbours),
    };
    return cmocka_run_group_tests_name("suspect_neighbours", tests, NULL, NULL);
}
