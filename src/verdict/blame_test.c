/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict/blame.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void add(struct casefile *casefile, const char *id, const char *service, double share)
{
    casefile_add(casefile, &(struct evidence){.signal = SIGNAL_CHANGES,
                                              .finding = FINDING_CULPRIT,
                                              .subject = str_of(service),
                                              .claim = str_of(id),
                                              .strength = share,
                                              .change = str_of(id)});
}

static void the_place_decides_between_changes(void **state)
{
    (void)state;
    const struct alert alert = {0};
    struct casefile *casefile = casefile_open(&alert, clock_system(), NS_PER_S);
    add(casefile, "a", "web", 0.6);
    add(casefile, "b", "cart", 0.3);
    add(casefile, "c", "", 0.1);
    blame_rank(casefile);
    assert_string_equal(casefile->culprits->evidence->change.ptr, "a"); /* nobody is suspected */
    assert_true(casefile->culprits->probability > 0.59 && casefile->culprits->probability < 0.61);

    struct hypothesis other = {.subject = STR("web"), .confidence = 0.02};
    struct hypothesis best = {.subject = STR("cart"), .confidence = 0.9, .next = &other};
    casefile->hypotheses = &best;
    blame_rank(casefile);
    assert_string_equal(casefile->culprits->evidence->change.ptr, "b");
    assert_string_equal(casefile->culprits->next->evidence->change.ptr, "a");
    double sum = 0;
    for (const struct culprit_change *it = casefile->culprits; it; it = it->next)
        sum += it->probability;
    assert_true(sum > 0.999 && sum < 1.001);
    casefile_close(casefile);
}

/* The fault is where nothing was changed: what was changed elsewhere did it less likely. */
static void it_may_be_nobodys_change(void **state)
{
    (void)state;
    const struct alert alert = {0};
    struct casefile *casefile = casefile_open(&alert, clock_system(), NS_PER_S);
    struct hypothesis best = {.subject = STR("bank"), .confidence = 0.99};
    add(casefile, "a", "web", 0.9);
    casefile->hypotheses = &best;
    blame_rank(casefile);
    assert_true(casefile->culprits->probability < 0.2);
    assert_null(casefile_named_change(casefile));

    best.subject = STR("web");
    blame_rank(casefile);
    assert_true(casefile->culprits->probability > 0.9);
    assert_non_null(casefile_named_change(casefile));
    casefile_close(casefile);
}

static void without_changes_nobody_is_blamed(void **state)
{
    (void)state;
    const struct alert alert = {0};
    struct casefile *casefile = casefile_open(&alert, clock_system(), NS_PER_S);
    blame_rank(casefile);
    assert_null(casefile->culprits);
    add(casefile, "a", "web", 0);
    blame_rank(casefile);
    assert_true(!casefile->culprits || casefile->culprits->probability == 0);
    casefile_close(casefile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_decides_between_changes),
        cmocka_unit_test(it_may_be_nobodys_change),
        cmocka_unit_test(without_changes_nobody_is_blamed),
    };
    return cmocka_run_group_tests_name("blame", tests, NULL, NULL);
}
