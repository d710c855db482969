/* SPDX-License-Identifier: Apache-2.0 */
#include "incident/calls.h"

#include "incident/fixture_for_tests.h"

static struct topology kept(struct fixture *fixture)
{
    struct topology topology;
    struct err err = {0};
    if (!calls_read(fixture->ledger, fixture->arena, &topology, &err))
        fail_msg("%s", err.text);
    return topology;
}

static void keep(struct fixture *fixture, const char *caller, const char *callee, int64_t now_ns)
{
    struct topology seen = topology_new(fixture->arena);
    struct err err = {0};
    topology_add(&seen, str_of(caller), str_of(callee));
    if (!calls_keep(fixture->ledger, &seen, now_ns, &err))
        fail_msg("%s", err.text);
}

static void calls_add_up_and_are_forgotten(void **state)
{
    struct fixture *fixture = *state;
    const int64_t day = NS_PER_DAY;
    const struct topology none = topology_new(fixture->arena);
    struct err err = {0};
    assert_int_equal(kept(fixture).edges_count, 0);
    assert_true(calls_keep(fixture->ledger, &none, NOW, &err));
    keep(fixture, "web", "cart", NOW);
    keep(fixture, "cart", "db", NOW + day);
    keep(fixture, "web", "cart", NOW + 2 * day);
    const struct topology topology = kept(fixture);
    assert_int_equal(topology.edges_count, 2);
    assert_true(topology_has_edge(&topology, topology_find(&topology, STR("cart")),
                                  topology_find(&topology, STR("db"))));
    keep(fixture, "a", "b", NOW + 32 * day); /* cart to db was seen 31 days before */
    const struct topology later = kept(fixture);
    assert_int_equal(later.edges_count, 2);
    assert_int_equal(topology_find(&later, STR("db")), MAP_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(calls_add_up_and_are_forgotten)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
