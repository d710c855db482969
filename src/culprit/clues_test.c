/* SPDX-License-Identifier: Apache-2.0 */
#include "culprit/clues.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static void words_paths_and_pairs_are_found(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct clues clues = clues_read(
        arena, STR("panic in ./src/cart/Store.go:42 (see go.mod), thread pool of fillCart failed"));
    assert_int_equal(clues.paths_count, 2);
    assert_string_equal(clues.paths[0].ptr, "src/cart/Store.go");
    assert_string_equal(clues.paths[1].ptr, "go.mod");
    bool name = false, trouble = false, pair = false;
    for (uint32_t i = 0; i < clues.count; i++) {
        name |= str_eq(clues.items[i].word, STR("fillcart")) && clues.items[i].kind == TERM_NAME;
        trouble |= str_eq(clues.items[i].word, STR("fail")) && clues.items[i].trouble;
        assert_false(term_is_common(clues.items[i].word));
    }
    for (uint32_t i = 0; i < clues.pairs_count; i++)
        pair |= str_eq(clues.pairs[i], STR("thread pool"));
    assert_true(name && trouble && pair);
    arena_free(arena);
}

static void a_megabyte_is_read_to_a_limit(void **state)
{
    (void)state;
    const size_t size = (size_t)1 << 20;
    struct arena *arena = arena_new("test");
    char *text = arena_alloc(arena, size);
    for (size_t i = 0; i < size; i++)
        text[i] = (char)(i * 2654435761u >> 11); /* all bytes, in no order */
    const struct clues clues = clues_read(arena, (struct str){text, size});
    assert_true(clues.count <= CLUES_MAX);
    assert_true(clues.pairs_count <= CLUES_MAX);
    assert_true(clues.paths_count <= CLUES_PATHS_MAX);
    arena_free(arena);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    assert_int_equal(clues_read(arena, STR("")).count, 0);
    assert_int_equal(clues_read(arena, STR("the of and ... / // .")).count, 0);
    arena_free(arena);
}

static void an_alert_gives_all_its_texts(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct label labels[] = {{STR("endpoint"), STR("checkout")}};
    const struct alert alert = {.name = STR("HighLatency"),
                                .service = STR("cart"),
                                .summary = STR("slow answers"),
                                .labels = labels,
                                .labels_count = 1};
    const struct clues clues = clues_of_alert(arena, &alert);
    static const char *const wanted[] = {"highlatency", "latency", "cart", "slow", "checkout"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        bool there = false;
        for (uint32_t j = 0; j < clues.count; j++)
            there |= str_eq(clues.items[j].word, str_of(wanted[i]));
        if (!there)
            fail_msg("%s is missing", wanted[i]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_paths_and_pairs_are_found),
        cmocka_unit_test(a_megabyte_is_read_to_a_limit),
        cmocka_unit_test(nothing_gives_nothing),
        cmocka_unit_test(an_alert_gives_all_its_texts),
    };
    return cmocka_run_group_tests_name("clues", tests, NULL, NULL);
}
