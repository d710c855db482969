/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/learn.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void calls_are_read_out_of_a_journal(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct topology topology = learn_from_journal(
        arena,
        STR("{\"journal\":1}\n"
            "{\"effects\":{\"nodes\":[\"web\",\"cart\"],\"edges\":[[\"web\",\"cart\"]]}}\n"
            "{\"effects\":{\"edges\":[[\"cart\",\"db\"],[\"web\",\"cart\"],[\"x\"],7,[1,2]]}}\n"
            "{\"effects\":{\"edges\":{}}}\n"
            "{\"edges\":\n"
            "{\"effects\":{\"edges\":[[\"cut"));
    assert_int_equal(topology.edges_count, 2);
    assert_true(topology_has_edge(&topology, topology_find(&topology, STR("cart")),
                                  topology_find(&topology, STR("db"))));
    assert_int_equal(learn_from_journal(arena, STR("")).edges_count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(calls_are_read_out_of_a_journal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
