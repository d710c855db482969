/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define KEYS 10000u

static void numbers_are_the_order_of_first_sight(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct map map = map_new(arena);
    for (uint32_t i = 0; i < KEYS; i++)
        assert_int_equal(map_add(&map, str_printf(arena, "key-%u", i)), i);
    for (uint32_t i = 0; i < KEYS; i++) { /* a known key keeps its number */
        assert_int_equal(map_add(&map, str_printf(arena, "key-%u", KEYS - 1 - i)), KEYS - 1 - i);
        assert_int_equal(map_find(&map, str_printf(arena, "key-%u", i)), i);
        assert_true(str_eq(map.keys[i], str_printf(arena, "key-%u", i)));
        assert_int_equal(map_find(&map, str_printf(arena, "key-%u ", i)), MAP_NONE);
    }
    assert_int_equal(map.count, KEYS);
    arena_free(arena);
}

static void an_empty_map_knows_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct map map = map_new(arena);
    assert_int_equal(map_find(&map, STR("a")), MAP_NONE);
    assert_int_equal(map_find(&map, STR("")), MAP_NONE);
    arena_free(arena);
}

static void keys_are_any_bytes_and_copied(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct map map = map_new(arena);
    char key[] = "a\0b";
    assert_int_equal(map_add(&map, STR("")), 0);
    assert_int_equal(map_add(&map, (struct str){.ptr = key, .len = 3}), 1);
    assert_int_equal(map_add(&map, STR("a\0c")), 2);
    assert_int_equal(map_add(&map, STR("a")), 3);
    assert_int_equal(map_add(&map, (struct str){0}), 0); /* no text is the empty text */
    key[0] = 'x';
    assert_int_equal(map_find(&map, STR("a\0b")), 1);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_the_order_of_first_sight),
        cmocka_unit_test(an_empty_map_knows_nothing),
        cmocka_unit_test(keys_are_any_bytes_and_copied),
    };
    return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
