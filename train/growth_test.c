/* SPDX-License-Identifier: Apache-2.0 */
/* The curve over a world in which there is something to learn, and over one with too little. */
#include "train/growth.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define CASES 48

static int64_t now_ns;
static const struct alert alert = {.service = STR("web")};

static void add_piece(struct casefile *casefile, const char *subject, enum finding finding,
                      double strength)
{
    casefile_add(casefile, &(struct evidence){.signal = SIGNAL_METRICS,
                                              .bearing = BEARING_SUPPORTS,
                                              .finding = finding,
                                              .subject = str_of(subject),
                                              .strength = strength});
}

struct world {
    struct arena *arena;
    struct examples examples;
    struct casefile *cases[CASES];
    uint32_t count;
};

/* A full disk tells the culprit, and a busy processor whom it keeps busy; nearly as loud. */
static struct world world_open(uint32_t count, uint32_t faults)
{
    struct world world = {.arena = arena_new("test"), .count = count};
    world.examples = examples_new(world.arena);
    for (uint32_t i = 0; i < count; i++) {
        struct casefile *casefile = world.cases[i] =
            casefile_open(&alert, clock_fixed(&now_ns), NS_PER_S);
        struct err err = {0};
        const struct truth *truth;
        casefile->subject = STR("web");
        add_piece(casefile, "culprit", FINDING_DISK, 0.5 + 0.1 * (i % 4));
        add_piece(casefile, "busy", FINDING_CPU, 0.5 + 0.1 * (i % 3));
        const struct str text =
            str_printf(world.arena, "{\"service\":\"culprit\",\"fault\":\"fault-%u\"}", i % faults);
        assert_true(truth_of_text(world.arena, text, &truth, &err));
        examples_add(&world.examples, str_printf(world.arena, "set-%u", i % 3),
                     str_printf(world.arena, "case-%02u", i), casefile, truth);
    }
    return world;
}

static void world_close(struct world *world)
{
    for (uint32_t i = 0; i < world->count; i++)
        casefile_close(world->cases[i]);
    arena_free(world->arena);
}

static struct growth_how how_of(uint32_t seed)
{
    return (struct growth_how){
        .seed = seed, .shuffles = 4, .spread = 0.7, .start = weights_prior()};
}

static void the_curve_rises_where_there_is_something_to_learn(void **state)
{
    (void)state;
    struct world world = world_open(CASES, 12);
    const struct growth_how how = how_of(1);
    const struct growth growth = grow(&world.examples, GROWTH_FAULT, &how);
    assert_true(growth.points_count > 3);
    assert_int_equal(growth.points[0].faults, 0);
    assert_int_equal(growth.asked, CASES / 4);
    assert_int_equal(growth.points[growth.points_count - 1].faults, CASES - CASES / 4);
    assert_true(growth.gain > 2 * growth.gain_error);
    assert_true(growth.worth > 0 && growth.ac1_gain > 0);
    for (uint32_t i = 0; i < growth.points_count; i++)
        assert_true(growth.points[i].loss.low <= growth.points[i].loss.high);
    world_close(&world);
}

static void the_same_seed_gives_the_same_numbers(void **state)
{
    (void)state;
    struct world first = world_open(CASES, 12), second = world_open(CASES, 12);
    const struct growth_how how = how_of(7), other = how_of(8);
    const struct growth a = grow(&first.examples, GROWTH_FAULT, &how);
    const struct growth b = grow(&second.examples, GROWTH_FAULT, &how);
    const struct growth c = grow(&second.examples, GROWTH_FAULT, &other);
    for (uint32_t i = 0; i < a.points_count; i++)
        assert_memory_equal(&a.points[i], &b.points[i], sizeof a.points[i]);
    assert_true(a.points[1].loss.mean != c.points[1].loss.mean);
    world_close(&first);
    world_close(&second);
}

/* All cases have one fault, or are in one place: nothing is left to learn from. */
static void nothing_is_asked_that_was_learned_from(void **state)
{
    (void)state;
    struct world world = world_open(CASES, 1);
    const struct growth_how how = how_of(1);
    assert_int_equal(grow(&world.examples, GROWTH_FAULT, &how).points_count, 0);
    assert_int_equal(grow(&world.examples, GROWTH_BOTH, &how).points_count, 0);
    world_close(&world);
    struct world none = world_open(0, 1), one = world_open(1, 1);
    assert_int_equal(grow(&none.examples, GROWTH_FAULT, &how).points_count, 0);
    assert_int_equal(grow(&one.examples, GROWTH_PLACE, &how).points_count, 0);
    world_close(&none);
    world_close(&one);
}

static void a_base_is_learned_from_and_never_asked(void **state)
{
    (void)state;
    struct world world = world_open(CASES, 12);
    const bool base[] = {true, false, true};
    struct growth_how how = how_of(1);
    how.base = base;
    const struct growth growth = grow(&world.examples, GROWTH_FAULT, &how);
    assert_true(growth.points_count > 0);
    assert_true(growth.asked + growth.points[growth.points_count - 1].faults <= CASES / 3);
    assert_true(growth.points[0].loss.mean < growth.points[0].unlearnt.mean);
    world_close(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_curve_rises_where_there_is_something_to_learn),
        cmocka_unit_test(the_same_seed_gives_the_same_numbers),
        cmocka_unit_test(nothing_is_asked_that_was_learned_from),
        cmocka_unit_test(a_base_is_learned_from_and_never_asked),
    };
    return cmocka_run_group_tests_name("train growth", tests, NULL, NULL);
}
