/* SPDX-License-Identifier: Apache-2.0 */
#include "case/topology.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct topology web(struct arena *arena)
{
    static const char *const calls[][2] = {
        {"web", "cart"}, {"cart", "db"},   {"web", "pay"}, {"pay", "bank"}, {"bank", "pay"},
        {"web", "cart"}, {"cart", "cart"}, {"job", "db"},  {"web", "db"},
    };
    struct topology topology = topology_new(arena);
    for (size_t i = 0; i < COUNT_OF(calls); i++)
        topology_add(&topology, str_of(calls[i][0]), str_of(calls[i][1]));
    return topology;
}

static const struct {
    const char *why;
    const char *from;
    const char *to;
    uint32_t want;
} distances[] = {
    {"oneself", "web", "web", 0},
    {"a call", "web", "cart", 1},
    {"the shortest of two ways", "web", "db", 1},
    {"into a circle", "web", "bank", 2},
    {"round a circle", "bank", "pay", 1},
    {"not against the calls", "db", "web", TOPOLOGY_FAR},
    {"no way at all", "job", "cart", TOPOLOGY_FAR},
};

static void distances_are_along_calls(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = web(arena);
    for (size_t i = 0; i < COUNT_OF(distances); i++) {
        const uint32_t from = topology_find(&topology, str_of(distances[i].from));
        const uint32_t to = topology_find(&topology, str_of(distances[i].to));
        if (topology_distances(&topology, arena, from)[to] != distances[i].want)
            fail_msg("%s", distances[i].why);
    }
    arena_free(arena);
}

static void an_edge_is_there_once_and_not_to_itself(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = web(arena);
    const uint32_t cart = topology_find(&topology, STR("cart"));
    assert_int_equal(topology.edges_count, 7);
    assert_true(topology_has_edge(&topology, topology_find(&topology, STR("web")), cart));
    assert_false(topology_has_edge(&topology, cart, cart));
    assert_false(topology_has_edge(&topology, cart, topology_find(&topology, STR("web"))));
    arena_free(arena);
}

static void who_is_not_there_is_far_from_all(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = web(arena);
    assert_int_equal(topology_find(&topology, STR("nobody")), MAP_NONE);
    const uint32_t *far = topology_distances(&topology, arena, MAP_NONE);
    for (uint32_t i = 0; i < topology.nodes.count; i++)
        assert_int_equal(far[i], TOPOLOGY_FAR);
    const struct topology empty = topology_new(arena);
    topology_distances(&empty, arena, 0);
    arena_free(arena);
}

static void a_long_chain_is_walked_to_its_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct topology topology = topology_new(arena);
    for (int i = 0; i < 500; i++)
        topology_add(&topology, str_printf(arena, "%d", i), str_printf(arena, "%d", i + 1));
    topology_add(&topology, STR("500"), STR("0"));
    const uint32_t *steps = topology_distances(&topology, arena, 0);
    for (uint32_t i = 0; i <= 500; i++)
        assert_int_equal(steps[i], i);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distances_are_along_calls),
        cmocka_unit_test(an_edge_is_there_once_and_not_to_itself),
        cmocka_unit_test(who_is_not_there_is_far_from_all),
        cmocka_unit_test(a_long_chain_is_walked_to_its_end),
    };
    return cmocka_run_group_tests_name("topology", tests, NULL, NULL);
}
