/* SPDX-License-Identifier: Apache-2.0 */
#include "train/policy.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};

static void add_step(struct casefile *casefile, const char *name, const char *runbook,
                     int64_t took_ms, uint32_t lead)
{
    casefile_add_step(casefile, &(struct step_entry){.name = str_of(name),
                                                     .runbook = str_of(runbook),
                                                     .took_ns = took_ms * NS_PER_MS,
                                                     .lead_id = lead,
                                                     .state = STEP_DONE});
}

static void add_piece(struct casefile *casefile, uint32_t step, const char *subject,
                      enum finding finding, double strength)
{
    casefile_add(casefile, &(struct evidence){.step_id = step,
                                              .signal = SIGNAL_LOGS,
                                              .bearing = BEARING_SUPPORTS,
                                              .finding = finding,
                                              .subject = str_of(subject),
                                              .strength = strength});
}

/* The slow step is asked first and says nothing; the fast one, last, tells the cause. */
static struct casefile *a_case(void)
{
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    casefile->triage.symptom = SYMPTOM_LATENCY;
    add_step(casefile, "find_onset", "triage", 50, 0);
    add_step(casefile, "slow", "survey", 100, 0);
    add_step(casefile, "fast", "survey", 1, 0);
    add_step(casefile, "verify", "latency", 7, 1);
    add_piece(casefile, 1, "web", FINDING_LATENCY, 0.3);
    add_piece(casefile, 3, "db", FINDING_EXCEPTION, 0.9);
    add_piece(casefile, 4, "web", FINDING_EXCEPTION, 0.99); /* of a lead: of no arm */
    return casefile;
}

static void what_tells_soonest_goes_first(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct trials trials = trials_new(arena);
    struct casefile *casefile = a_case();
    trials_add(&trials, STR("one"), STR("a"), casefile);
    trials_add(&trials, STR("two"), STR("b"), casefile);
    assert_int_equal(trials.count, 2);
    assert_int_equal(trials.arms.count, 2);
    const struct trial *it = &trials.items[0];
    assert_true(str_eq(it->concluded, STR("db")));
    const struct reached before = policy_reach(&trials, it, NULL);
    assert_int_equal(before.steps, 2);
    assert_true(before.seconds > 0.1 && before.seconds < 0.102);
    /* learned from the other system only */
    const struct policy policy =
        policy_learn(&trials, (struct policy_held_out){.set = it->set, .fault = MAP_NONE});
    const struct reached after = policy_reach(&trials, it, &policy);
    assert_int_equal(after.steps, 1);
    assert_true(after.seconds < 0.002);
    casefile_close(casefile);
    arena_free(arena);
}

static void where_nothing_was_learned_the_order_stays(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct trials trials = trials_new(arena);
    struct casefile *casefile = a_case();
    trials_add(&trials, STR("one"), STR("a"), casefile);
    const struct policy policy =
        policy_learn(&trials, (struct policy_held_out){.set = MAP_NONE, .fault = 0});
    assert_int_equal(policy_reach(&trials, &trials.items[0], &policy).steps, 2);
    casefile_close(casefile);
    arena_free(arena);
}

static void where_nothing_is_concluded_there_is_no_trial(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct trials trials = trials_new(arena);
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    add_step(casefile, "slow", "survey", 100, 0);
    trials_add(&trials, STR("one"), STR("a"), casefile);
    assert_int_equal(trials.count, 0);
    casefile_close(casefile);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tells_soonest_goes_first),
        cmocka_unit_test(where_nothing_was_learned_the_order_stays),
        cmocka_unit_test(where_nothing_is_concluded_there_is_no_trial),
    };
    return cmocka_run_group_tests_name("train policy", tests, NULL, NULL);
}
