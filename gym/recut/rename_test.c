/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/recut/rename.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void names_are_renamed_at_word_boundaries(void **state)
{
    (void)state;
    static const struct renames renames = {
        .from = {STR("cart-store"), STR("worker"), STR("cart")},
        .to = {STR("bagomupeti"), STR("nalibo"), STR("dule")},
        .count = 3,
    };
    static const struct {
        const char *text, *want;
    } cases[] = {
        {"", ""},
        {"cart", "dule"},
        {"cart-1 calls http://cart:8080/cart/7", "dule-1 calls http://dule:8080/dule/7"},
        {"cart-store and cart-stores", "bagomupeti and dule-stores"},
        {"cart_items, carts, Cart, recart", "cart_items, carts, Cart, recart"},
        {"{\"service\":\"cart\"}", "{\"service\":\"dule\"}"},
        {"worker process 7 exited; worker processes; worker-1 processes",
         "worker process 7 exited; worker processes; nalibo-1 processes"},
        {"car", "car"},
    };
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out = buf_new(arena);
        renames_apply(&renames, str_of(cases[i].text), &out);
        assert_string_equal(buf_str(&out).ptr, cases[i].want);
    }
    arena_free(arena);
}

static void drawn_names_are_new_as_long_and_the_same_again(void **state)
{
    (void)state;
    static const struct str services[] = {STR("cart"), STR("checkout"),   STR("nginx"), STR("db"),
                                          STR("shop"), STR("redis-cart"), STR("orders")};
    struct arena *arena = arena_new("test");
    struct renames first = {0}, again = {0}, other = {0};
    renames_draw(&first, arena, services, 8, 1);
    renames_draw(&again, arena, services, 8, 1);
    renames_draw(&other, arena, services, 8, 2);
    assert_int_equal(first.count, 4); /* products and what is too short stay */
    assert_string_equal(first.from[0].ptr, "checkout");
    for (uint32_t i = 0; i < first.count; i++) {
        assert_int_equal(first.to[i].len, first.from[i].len);
        assert_string_equal(first.to[i].ptr, again.to[i].ptr);
        assert_string_not_equal(first.to[i].ptr, other.to[i].ptr);
        for (uint32_t j = 0; j < i; j++)
            assert_string_not_equal(first.to[i].ptr, first.to[j].ptr);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_renamed_at_word_boundaries),
        cmocka_unit_test(drawn_names_are_new_as_long_and_the_same_again),
    };
    return cmocka_run_group_tests_name("rename", tests, NULL, NULL);
}
