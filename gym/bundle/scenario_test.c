/* SPDX-License-Identifier: Apache-2.0 */
#include "gym/bundle/scenario.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static bool read_text(struct arena *arena, const char *text, unsigned cell, struct scenario *out,
                      struct err *err)
{
    char path[] = "/tmp/gym-scenario-XXXXXX.scenario";
    const int fd = mkstemps(path, sizeof ".scenario" - 1);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    const bool ok = scenario_read(arena, path, cell, out, err);
    unlink(path);
    return ok;
}

static void what_is_missing_is_the_usual(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct scenario scenario;
    struct err err = {0};
    assert_true(read_text(arena, "# why\nfault nothing\n", 0, &scenario, &err));
    assert_string_equal(scenario.fault->name, "nothing");
    assert_string_equal(scenario.place, "");
    assert_int_equal(scenario.warm_s, 60);
    assert_int_equal(scenario.cells, 1);
    assert_null(scenario.alert);
    arena_free(arena);
}

static void a_sweep_has_a_cell_for_each_combination(void **state)
{
    (void)state;
    static const char text[] = "fault packet_loss\nplace catalog-1 | cart-1\n"
                               "option percent 10 | 20 | 30\nload 4.5\n";
    static const struct {
        const char *place, *percent;
    } want[] = {{"catalog-1", "10"}, {"catalog-1", "20"}, {"catalog-1", "30"},
                {"cart-1", "10"},    {"cart-1", "20"},    {"cart-1", "30"}};
    struct arena *arena = arena_new("test");
    struct scenario scenario;
    struct err err = {0};
    for (unsigned i = 0; i < 6; i++) {
        assert_true(read_text(arena, text, i, &scenario, &err));
        assert_int_equal(scenario.cells, 6);
        assert_string_equal(scenario.place, want[i].place);
        assert_string_equal(scenario.option_keys[0], "percent");
        assert_string_equal(scenario.option_values[0], want[i].percent);
    }
    assert_false(read_text(arena, text, 6, &scenario, &err));
    assert_non_null(strstr(err.text, "6 cells"));
    arena_free(arena);
}

static void a_cell_may_have_fewer_red_herrings(void **state)
{
    (void)state;
    static const char text[] = "fault nothing\nred_herring none | deploy\nred_herring restart\n";
    struct arena *arena = arena_new("test");
    struct scenario scenario;
    struct err err = {0};
    assert_true(read_text(arena, text, 0, &scenario, &err));
    assert_int_equal(scenario.red_herrings_count, 1);
    assert_string_equal(scenario.red_herrings[0], "restart");
    assert_true(read_text(arena, text, 1, &scenario, &err));
    assert_int_equal(scenario.red_herrings_count, 2);
    assert_string_equal(scenario.red_herrings[0], "deploy");
    arena_free(arena);
}

static void what_says_nothing_is_shown(void **state)
{
    (void)state;
    static const char *const wrong[] = {"fault none_such\n",          "place cart-1\n",
                                        "fault nothing\nwarm -1\n",   "fault nothing\nload 0\n",
                                        "fault nothing\nload nan\n",  "fault nothing\noption x\n",
                                        "fault nothing\ncolour red\n"};
    struct arena *arena = arena_new("test");
    struct scenario scenario;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct err err = {0};
        assert_false(read_text(arena, wrong[i], 0, &scenario, &err));
        assert_true(err.text[0]);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_the_usual),
        cmocka_unit_test(a_sweep_has_a_cell_for_each_combination),
        cmocka_unit_test(a_cell_may_have_fewer_red_herrings),
        cmocka_unit_test(what_says_nothing_is_shown),
    };
    return cmocka_run_group_tests_name("scenario", tests, NULL, NULL);
}
