/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/sequence.h"

#include "base/arena.h"

#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct sequence *of_numbers(struct arena *arena)
{
    static struct log_numbers numbers;
    numbers.novelty = numbers.backoff = 1;
    return sequence_new(arena, &numbers);
}

static void what_was_never_seen_surprises_most(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct sequence *sequence = of_numbers(arena);
    for (int i = 0; i < 100; i++)
        sequence_learn(sequence, (uint32_t)(i % 2));
    sequence_break(sequence);
    const struct surprise first = sequence_judge(sequence, 0);
    const struct surprise usual = sequence_judge(sequence, 1);
    const struct surprise again = sequence_judge(sequence, 1); /* never twice in a row */
    const struct surprise never = sequence_judge(sequence, 7);
    assert_true(usual.bits < first.bits);
    assert_true(again.bits > first.bits && again.unusual > 0.9);
    assert_true(never.bits > first.bits && never.unusual > 0.9);
    arena_free(arena);
}

static void nothing_learned_is_no_crash(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct surprise surprise = sequence_judge(of_numbers(arena), 3);
    assert_true(surprise.bits >= 0 && surprise.unusual == 0);
    arena_free(arena);
}

static void memory_has_an_end(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct sequence *sequence = of_numbers(arena);
    for (uint32_t i = 0; i < SEQUENCE_COUNTS_MAX; i++)
        sequence_learn(sequence, i);
    assert_true(arena_used_bytes(arena) < ((size_t)64 << 20));
    assert_true(sequence_judge(sequence, 0).bits > 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_never_seen_surprises_most),
        cmocka_unit_test(nothing_learned_is_no_crash),
        cmocka_unit_test(memory_has_an_end),
    };
    return cmocka_run_group_tests_name("log sequence", tests, NULL, NULL);
}
