/* SPDX-License-Identifier: Apache-2.0 */
#include "train/mine.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static void add(struct history *history, const char *id, const char *message)
{
    const struct change change = {.id = str_of(id),
                                  .position = history->count,
                                  .time_ns = (INT64_C(1764032400) + history->count) * NS_PER_S,
                                  .message = str_of(message)};
    struct err err;
    assert_true(history_add(history, &change, &err));
}

static void a_repair_that_names_its_culprit_is_practice(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct history *history = history_new(arena);
    char id[32];
    for (uint32_t i = 0; i < 1000; i++) {
        snprintf(id, sizeof id, "%08xabcd", i);
        add(history, id, "Dull");
    }
    add(history, "c0ffee1234", "Reuse connections");
    add(history, "aaaaaaa001",
        "Fix the pool\n\nCommit c0ffee1234 was too bold.\n"
        "The gateway crashed when two clients left at once. Use a lock.");
    add(history, "aaaaaaa002", "Revert \"Reuse connections\"\n\nThis reverts commit c0ffee1234.");
    uint32_t count;
    const struct culprit_query *queries = mine_queries(arena, history, 10, &count);
    assert_int_equal(count, 1); /* the revert does not say what was wrong */
    assert_int_equal(queries[0].truths_count, 1);
    assert_int_equal(queries[0].truths[0], 1000);
    assert_int_equal(queries[0].to, 1001);
    assert_int_equal(queries[0].from, 1);
    assert_non_null(strstr(queries[0].symptom.ptr, "crashed when two clients left"));
    assert_null(strstr(queries[0].symptom.ptr, "c0ffee"));
    assert_null(strstr(queries[0].symptom.ptr, "lock"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_repair_that_names_its_culprit_is_practice),
    };
    return cmocka_run_group_tests_name("mine", tests, NULL, NULL);
}
