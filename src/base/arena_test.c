/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const size_t sizes[] = {0, 1, 7, 16, 17, 4095, 16384, 100000, 5000000};

static void assert_zeroed(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(bytes[i], 0);
}

static void memory_is_zeroed_and_aligned(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (int round = 0; round < 3; round++) { /* what was used before a reset is zeroed, too */
        for (size_t i = 0; i < COUNT_OF(sizes); i++) {
            unsigned char *memory = arena_alloc(arena, sizes[i]);
            assert_int_equal((uintptr_t)memory % alignof(max_align_t), 0);
            assert_zeroed(memory, sizes[i]);
            memset(memory, 0xab, sizes[i]);
        }
        arena_reset(arena);
        assert_int_equal(arena_used_bytes(arena), 0);
    }
    arena_free(arena);
}

static void blocks_do_not_overlap(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    unsigned char *blocks[1000];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i] = arena_alloc(arena, 1 + i % 97);
        memset(blocks[i], (int)(i % 251), 1 + i % 97);
    }
    for (size_t i = 0; i < COUNT_OF(blocks); i++)
        for (size_t k = 0; k < 1 + i % 97; k++)
            assert_int_equal(blocks[i][k], i % 251);
    assert_true(arena_used_bytes(arena) >= 1000 * 49);
    arena_free(arena);
}

static void a_grown_block_is_a_copy_and_zeroed_behind(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char *old = arena_alloc(arena, 4);
    memcpy(old, "abcd", 4);
    unsigned char *grown = arena_grow(arena, old, 4, 70000);
    assert_memory_equal(grown, "abcd", 4);
    assert_zeroed(grown + 4, 70000 - 4);
    assert_memory_equal(old, "abcd", 4); /* the old one stays */
    assert_zeroed(arena_grow(arena, NULL, 0, 64), 64);
    arena_free(arena);
}

static char undone[8];

static void note_undone(void *thing)
{
    strcat(undone, thing);
}

static void undoing_goes_backwards_and_once(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    char a[] = "a", b[] = "b", c[] = "c";
    undone[0] = '\0';
    arena_defer(arena, note_undone, a);
    arena_defer(arena, note_undone, b);
    arena_reset(arena);
    assert_string_equal(undone, "ba");
    arena_defer(arena, note_undone, c);
    arena_free(arena);
    assert_string_equal(undone, "bac");
    arena_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(a_grown_block_is_a_copy_and_zeroed_behind),
        cmocka_unit_test(undoing_goes_backwards_and_once),
    };
    return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
