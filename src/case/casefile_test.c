/* SPDX-License-Identifier: Apache-2.0 */
#include "case/casefile.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t now_ns = 100;
static const struct alert alert = {.name = STR("a"), .starts_ns = 5};

static struct casefile *open_case(void)
{
    return casefile_open(&alert, clock_fixed(&now_ns), 10);
}

static const struct evidence *add(struct casefile *casefile, const char *subject)
{
    return casefile_add(casefile, &(struct evidence){.bearing = BEARING_SUPPORTS,
                                                     .finding = FINDING_CPU,
                                                     .subject = str_of(subject),
                                                     .id = 77}); /* the case gives the number */
}

static void evidence_gets_ids_in_order_and_is_copied(void **state)
{
    (void)state;
    struct casefile *casefile = open_case();
    char subject[] = "cart";
    add(casefile, subject);
    subject[0] = 'x';
    add(casefile, "db");
    casefile_add_gap(casefile, SIGNAL_LOGS, STR("pay"), STR("no logs"));
    uint32_t id = 0;
    for (const struct evidence *it = casefile->evidence; it; it = it->next) {
        assert_int_equal(it->id, ++id);
        assert_ptr_equal(casefile_find(casefile, id), it);
    }
    assert_int_equal(id, 3);
    assert_true(str_eq(casefile_find(casefile, 1)->subject, STR("cart")));
    assert_int_equal(casefile_find(casefile, 3)->bearing, BEARING_GAP);
    assert_int_equal(casefile_find(casefile, 3)->signal, SIGNAL_LOGS);
    assert_null(casefile_find(casefile, 0));
    assert_null(casefile_find(casefile, 77));
    casefile_close(casefile);
}

static void what_is_withdrawn_counts_no_more_but_is_told(void **state)
{
    (void)state;
    static const uint32_t orders[][3] = {{1, 2, 3}, {3, 2, 1}, {2, 1, 3}};
    for (size_t i = 0; i < 3; i++) {
        struct casefile *casefile = open_case();
        add(casefile, "a");
        add(casefile, "b");
        add(casefile, "c");
        for (size_t k = 0; k < 3; k++) {
            casefile_withdraw(casefile, casefile_find(casefile, orders[i][k]), STR("wrong"));
            assert_null(casefile_find(casefile, orders[i][k]));
            assert_int_equal(casefile->withdrawn->evidence->id, orders[i][k]);
            assert_true(str_eq(casefile->withdrawn->why, STR("wrong")));
        }
        assert_null(casefile->evidence);
        assert_int_equal(add(casefile, "d")->id, 4); /* no number is given twice */
        assert_null(casefile->evidence->next);
        casefile_close(casefile);
    }
}

static void ledgers_keep_their_order(void **state)
{
    (void)state;
    struct casefile *casefile = open_case();
    static const enum source_state states[] = {SOURCE_READ, SOURCE_EMPTY, SOURCE_MISSING,
                                               SOURCE_BROKEN};
    for (int i = 0; i < 4; i++) {
        casefile_add_source(casefile, STR("s"), states[i], i, STR(""));
        casefile_add_exhibit(casefile, (uint32_t)i);
    }
    const struct source_entry *entry = casefile->sources;
    const struct exhibit *exhibit = casefile->exhibits;
    for (int i = 0; i < 4; i++, entry = entry->next, exhibit = exhibit->next) {
        assert_int_equal(entry->state, states[i]);
        assert_int_equal(entry->rows, i);
        assert_int_equal(exhibit->evidence_id, i);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(source_state_name(states[i]), source_state_name(states[k]));
    }
    assert_null(entry);
    assert_null(exhibit);
    casefile_close(casefile);
}

static void a_case_begins_now_and_has_its_time(void **state)
{
    (void)state;
    struct casefile *casefile = open_case();
    assert_int_equal(casefile->opened_ns, 100);
    assert_ptr_equal(casefile->alert, &alert);
    assert_false(deadline_passed(casefile->budget.deadline, casefile->clock));
    now_ns = 110;
    assert_true(deadline_passed(casefile->budget.deadline, casefile->clock));
    now_ns = 100;
    casefile_close(casefile);
    casefile_close(NULL);
}

static void every_finding_has_a_name_and_words(void **state)
{
    (void)state;
    for (int i = 0; i < FINDINGS_COUNT; i++) {
        assert_non_null(finding_text((enum finding)i));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(finding_name((enum finding)i), finding_name((enum finding)k));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_gets_ids_in_order_and_is_copied),
        cmocka_unit_test(what_is_withdrawn_counts_no_more_but_is_told),
        cmocka_unit_test(ledgers_keep_their_order),
        cmocka_unit_test(a_case_begins_now_and_has_its_time),
        cmocka_unit_test(every_finding_has_a_name_and_words),
    };
    return cmocka_run_group_tests_name("casefile", tests, NULL, NULL);
}
