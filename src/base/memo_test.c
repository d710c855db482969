/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memo.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_kept_is_found_by_its_name_alone(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct memo *memo = memo_new(arena);
    int spans = 1, lines = 2;
    assert_null(memo_find(memo, "spans"));
    memo_keep(memo, "spans", &spans);
    memo_keep(memo, "lines", &lines);
    assert_ptr_equal(memo_find(memo, "spans"), &spans);
    assert_ptr_equal(memo_find(memo, "lines"), &lines);
    assert_null(memo_find(memo, "line"));
    assert_ptr_equal(memo_arena(memo), arena);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_kept_is_found_by_its_name_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
