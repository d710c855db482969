/* SPDX-License-Identifier: Apache-2.0 */
/* Of three services one jumps by most, one goes with the alert's own, and one does nothing. */
#include "eval/suite/loudness.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#define ROWS 20
#define BEGAN 10

static char folder[] = "/tmp/warroom-loudness-XXXXXX";
static struct arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new("test");
    return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    (void)unlink(str_printf(arena, "%s/metrics.csv", folder).ptr);
    arena_free(arena);
    return rmdir(folder);
}

static FILE *begin(void)
{
    FILE *file = fopen(str_printf(arena, "%s/metrics.csv", folder).ptr, "we");
    assert_non_null(file);
    assert_true(fputs("timestamp,service,metric,value\n", file) >= 0);
    return file;
}

static struct loudness read_all(void)
{
    struct loudness loudness;
    struct err err = {0};
    if (!loudness_read(arena, folder, BEGAN, &loudness, &err))
        fail_msg("%s", err.text);
    return loudness;
}

/* web's latency grows, and db's queue with it; cache's processor is once 39 sigmas out. */
static void the_loudest_and_the_likest_are_two_things(void **state)
{
    (void)state;
    FILE *file = begin();
    for (int i = ROWS - 1; i >= 0; i--) { /* rows need not be in order */
        const int wiggle = i % 2 ? 1 : -1;
        (void)fprintf(file, "%d,web,latency,%d\n", i, i < BEGAN ? 10 + wiggle : 10 + i);
        (void)fprintf(file, "%d,db,queue,%d\n", i, i < BEGAN ? 100 + 50 * wiggle : 200 + 9 * i);
        (void)fprintf(file, "%d,cache,cpu,%d\n", i, i == BEGAN ? 40 : 1 + wiggle);
        (void)fprintf(file, "%d,idle,cpu,%d\n", i, 7);
    }
    (void)fputs("no time,web,latency,9\n12,web,latency,\n", file);
    assert_int_equal(fclose(file), 0);
    const struct loudness loudness = read_all();
    assert_int_equal(loudness.count, 4);
    assert_string_equal(loudness_loudest(&loudness).ptr, "cache");
    assert_string_equal(loudness_correlated(arena, &loudness, STR("web")).ptr, "db");
    /* nobody is named: who goes with the step */
    assert_string_not_equal(loudness_correlated(arena, &loudness, STR("")).ptr, "cache");
    assert_string_not_equal(loudness_correlated(arena, &loudness, STR("nobody")).ptr, "idle");
}

static void what_never_moved_is_nobody(void **state)
{
    (void)state;
    FILE *file = begin();
    for (int i = 0; i < ROWS; i++)
        (void)fprintf(file, "%d,web,latency,3\n", i);
    assert_int_equal(fclose(file), 0);
    struct loudness loudness = read_all();
    assert_int_equal(loudness_loudest(&loudness).len, 0);
    assert_int_equal(loudness_correlated(arena, &loudness, STR("")).len, 0);
    assert_int_equal(fclose(begin()), 0);
    loudness = read_all();
    assert_int_equal(loudness.count, 0);
    assert_int_equal(loudness_loudest(&loudness).len, 0);
    assert_int_equal(loudness_correlated(arena, &loudness, STR("web")).len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_loudest_and_the_likest_are_two_things),
        cmocka_unit_test(what_never_moved_is_nobody),
    };
    return cmocka_run_group_tests_name("loudness", tests, setup, teardown);
}
