/* SPDX-License-Identifier: Apache-2.0 */
/* What is learned from cases that were made up, so that what there is to learn is known. */
#include "base/arena.h"
#include "train/calibrate.h"
#include "train/fit.h"
#include "train/validate.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define SETS 4
#define CASES_A_SET 12

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};

/* A generator of our own, for the same numbers everywhere (Park and Miller, 1988). */
static double next_share(uint32_t *seed)
{
    *seed = (uint32_t)((uint64_t)*seed * 48271 % 2147483647);
    return (double)*seed / 2147483647;
}

static void add_piece(struct casefile *casefile, const char *subject, enum finding finding,
                      double strength)
{
    casefile_add(casefile, &(struct evidence){.signal = SIGNAL_METRICS,
                                              .bearing = BEARING_SUPPORTS,
                                              .finding = finding,
                                              .subject = str_of(subject),
                                              .strength = strength});
}

/* In this world a full disk tells the culprit, and a busy processor whom it keeps busy. */
static struct casefile *made_up(uint32_t *seed)
{
    struct casefile *casefile = casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
    casefile->subject = STR("web");
    add_piece(casefile, "culprit", FINDING_DISK, 0.5 + 0.4 * next_share(seed));
    add_piece(casefile, "busy", FINDING_CPU, 0.5 + 0.4 * next_share(seed));
    add_piece(casefile, "other", FINDING_NETWORK, 0.3 * next_share(seed));
    return casefile;
}

struct world {
    struct arena *arena;
    struct examples examples;
    struct casefile *cases[SETS * CASES_A_SET];
};

static const struct truth *truth_of(struct arena *arena, const char *service)
{
    struct err err = {0};
    const struct truth *truth;
    if (!truth_of_text(arena, str_printf(arena, "{\"service\": \"%s\"}", service), &truth, &err))
        fail_msg("%s", err.text);
    return truth;
}

static struct world world_open(void)
{
    struct world world = {.arena = arena_new("test")};
    world.examples = examples_new(world.arena);
    uint32_t seed = 7;
    for (uint32_t i = 0; i < SETS * CASES_A_SET; i++) {
        world.cases[i] = made_up(&seed);
        examples_add(&world.examples, str_printf(world.arena, "set-%u", i / CASES_A_SET),
                     str_printf(world.arena, "%u", i), world.cases[i],
                     truth_of(world.arena, "culprit"));
    }
    return world;
}

static void world_close(struct world *world)
{
    for (uint32_t i = 0; i < SETS * CASES_A_SET; i++)
        casefile_close(world->cases[i]);
    arena_free(world->arena);
}

static void tell_nobody(const char *what)
{
    (void)what;
}

static void what_tells_the_culprit_gains_and_what_misleads_loses(void **state)
{
    (void)state;
    struct world world = world_open();
    struct fit_report report;
    const struct weights *prior = weights_prior();
    const struct model model = fit(&world.examples, SET_NONE, prior, 0.7, &report);
    assert_true(model.weights.findings[FINDING_DISK] > 1.5 * prior->findings[FINDING_DISK]);
    assert_true(model.weights.findings[FINDING_CPU] < prior->findings[FINDING_CPU] / 1.5);
    /* what was never heard stays as it was, to the last bit */
    assert_true(model.weights.findings[FINDING_EXCEPTION] == prior->findings[FINDING_EXCEPTION]);
    assert_true(report.learned > 0 && report.rounds > 0);
    for (uint32_t i = 0; i < world.examples.count; i++)
        assert_true(predict(&world.examples, i, &model.weights).right);
    world_close(&world);
}

static void no_spread_learns_nothing(void **state)
{
    (void)state;
    struct world world = world_open();
    struct fit_report report;
    const struct model model = fit(&world.examples, SET_NONE, weights_prior(), 0, &report);
    assert_int_equal(report.learned, 0);
    assert_memory_equal(&model.weights, weights_prior(), sizeof model.weights);
    world_close(&world);
}

static void the_same_cases_give_the_same_weights(void **state)
{
    (void)state;
    struct world first = world_open(), second = world_open();
    const struct validation a = validate(&first.examples, weights_prior(), SPREAD_ANY, tell_nobody);
    const struct validation b =
        validate(&second.examples, weights_prior(), SPREAD_ANY, tell_nobody);
    assert_memory_equal(&a.trained, &b.trained, sizeof a.trained);
    assert_true(a.spread > 0 && a.spread == b.spread);
    assert_true(a.held_out_ac1 > a.start_ac1); /* it holds on a set that was not seen */
    world_close(&first);
    world_close(&second);
}

static void what_one_set_alone_tells_is_not_learned(void **state)
{
    (void)state;
    struct world world = world_open();
    for (uint32_t i = CASES_A_SET; i < world.examples.count; i++)
        for (uint32_t j = 0; j < world.examples.items[i].weighing.names.count; j++)
            world.examples.items[i].weighing.suspects[j].loudness_metrics[FINDING_CPU] = 0;
    struct fit_report report;
    const struct model model = fit(&world.examples, SET_NONE, weights_prior(), 0.7, &report);
    assert_true(model.weights.findings[FINDING_CPU] == weights_prior()->findings[FINDING_CPU]);
    world_close(&world);
}

static void confidence_follows_how_often_it_was_right(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    struct prediction predictions[COUNT];
    uint32_t seed = 11;
    for (uint32_t i = 0; i < COUNT; i++) {
        const double lead = next_share(&seed);
        predictions[i] = (struct prediction){.set = i % 2,
                                             .right = next_share(&seed) < 0.3 + 0.6 * lead,
                                             .measures = {.any = true, .believable = 1}};
        predictions[i].measures.features[CONFIDENCE_LEAD] = lead;
        predictions[i].measures.features[CONFIDENCE_ASIDE] = 1 - lead; /* the wrong way round */
    }
    struct weights weights = *weights_prior();
    calibrate(predictions, COUNT, SET_NONE, &weights);
    assert_true(weights.confidence[CONFIDENCE_LEAD] > 0);
    for (int feature = 0; feature < CONFIDENCE_FEATURES_COUNT; feature++)
        assert_true(weights.confidence[feature] >= 0);
    double confidences[COUNT];
    for (uint32_t i = 0; i < COUNT; i++)
        confidences[i] = confidence_from(&weights, &predictions[i].measures);
    assert_true(calibration_error(predictions, confidences, COUNT, SET_NONE) < 0.2);
}

/* Behind a control is nobody, so whoever was first was wrong: one gets less sure of such. */
static void controls_teach_to_name_nobody(void **state)
{
    (void)state;
    enum { FAULTS = 40, CONTROLS = 20 };
    struct prediction predictions[FAULTS + CONTROLS];
    for (uint32_t i = 0; i < FAULTS + CONTROLS; i++) {
        predictions[i] = (struct prediction){.set = i % 2,
                                             .right = i < FAULTS,
                                             .nobody = i >= FAULTS,
                                             .measures = {.any = true, .believable = 1}};
        predictions[i].measures.features[CONFIDENCE_AMOUNT] = i < FAULTS ? 0.9 : 0.3;
    }
    struct weights without = *weights_prior(), with = *weights_prior();
    calibrate(predictions, FAULTS, SET_NONE, &without);
    calibrate(predictions, FAULTS + CONTROLS, SET_NONE, &with);
    const struct confidence_measures *control = &predictions[FAULTS].measures;
    assert_true(confidence_from(&with, control) < confidence_from(&without, control) - 0.1);
    assert_true(confidence_from(&with, control) < CONFIDENCE_MIN);
    assert_true(confidence_from(&with, &predictions[0].measures) > CONFIDENCE_MIN);
}

/* Nobody is named there anyway. */
static void noise_teaches_nothing_of_confidence(void **state)
{
    (void)state;
    struct world world = world_open();
    assert_true(predict(&world.examples, 0, weights_prior()).measures.any);
    world.cases[0]->triage.noise = NOISE_LIKELY;
    assert_false(predict(&world.examples, 0, weights_prior()).measures.any);
    world_close(&world);
}

/* All that is known is that it was not the busy one. */
static void who_is_known_to_be_wrong_loses(void **state)
{
    (void)state;
    struct world world = world_open();
    struct examples vague = examples_new(world.arena);
    for (uint32_t i = 0; i < SETS * CASES_A_SET; i++)
        examples_add_wrong(&vague, world.examples.sets.keys[world.examples.items[i].set],
                           world.examples.items[i].id, world.cases[i], STR("busy"));
    struct fit_report report;
    const struct model model = fit(&vague, SET_NONE, weights_prior(), 0.7, &report);
    assert_true(model.weights.findings[FINDING_CPU] < 0.9 * weights_prior()->findings[FINDING_CPU]);
    struct weights weights = *weights_prior();
    weights.findings[FINDING_DISK] = 0.1;
    assert_false(predict(&vague, 0, &weights).right); /* the busy one is first */
    assert_true(predict(&vague, 0, &weights).measures.any);
    weights.findings[FINDING_DISK] = 5;
    assert_false(
        predict(&vague, 0, &weights).measures.any); /* nobody knows whether that is right */
    world_close(&world);
}

static void no_spread_above_the_most_is_tried(void **state)
{
    (void)state;
    struct world world = world_open();
    const struct validation it = validate(&world.examples, weights_prior(), 0.3, tell_nobody);
    assert_true(it.spread > 0 && it.spread <= 0.3);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tells_the_culprit_gains_and_what_misleads_loses),
        cmocka_unit_test(no_spread_learns_nothing),
        cmocka_unit_test(who_is_known_to_be_wrong_loses),
        cmocka_unit_test(no_spread_above_the_most_is_tried),
        cmocka_unit_test(the_same_cases_give_the_same_weights),
        cmocka_unit_test(what_one_set_alone_tells_is_not_learned),
        cmocka_unit_test(confidence_follows_how_often_it_was_right),
        cmocka_unit_test(controls_teach_to_name_nobody),
        cmocka_unit_test(noise_teaches_nothing_of_confidence),
    };
    return cmocka_run_group_tests_name("train fit", tests, NULL, NULL);
}
