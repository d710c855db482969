/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/suite/stamp.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "wbe");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *stamp(struct arena *arena, const char *expert)
{
    const struct task_place place = {
        .program = "warroom", .self = "warroom-eval", .expert = expert};
    struct str out;
    struct err err = {0};
    assert_true(stamp_make(arena, &place, &out, &err));
    return out.ptr;
}

static void what_is_read_changes_it_and_nothing_else(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
        bool matters;
    } made[] = {
        {"warroom", "another program", true},   {"warroom-eval", "another suite", true},
        {"eval/questions/a.jsonl", "{}", true}, {"eval/questions/a.jsonl", "{} ", true},
        {"eval/traces.tsv", "b", true},         {"docs/a.md", "# A", true},
        {"eval/task.c", "int x;", false},       {"eval/meson.build", "x", false},
        {"eval/.hidden", "x", false},           {"elsewhere.md", "x", false},
    };
    char folder[] = "/tmp/warroom-stamp-XXXXXX", from[4096], command[64];
    struct arena *arena = arena_new("test");
    assert_non_null(getcwd(from, sizeof from));
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_true(mkdir("eval", 0777) == 0 && mkdir("eval/questions", 0777) == 0 &&
                mkdir("docs", 0777) == 0);
    put("warroom", "a program");
    put("warroom-eval", "a suite");
    const char *last = stamp(arena, NULL);
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        put(made[i].path, made[i].text);
        const char *now = stamp(arena, NULL);
        if (str_eq(str_of(now), str_of(last)) == made[i].matters)
            fail_msg("%s: %s", made[i].path, made[i].matters ? "it does not count" : "it counts");
        last = now;
    }
    put("model", "m");
    assert_string_not_equal(stamp(arena, "model"), last);
    assert_int_equal(chdir(from), 0);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    arena_free(arena);
}

static void a_program_that_is_not_there_is_told(void **state)
{
    (void)state;
    const struct task_place place = {.program = "/nowhere/warroom", .self = "/nowhere/eval"};
    struct arena *arena = arena_new("test");
    struct str out;
    struct err err = {0};
    assert_false(stamp_make(arena, &place, &out, &err));
    assert_non_null(err.text[0] ? err.text : NULL);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_changes_it_and_nothing_else),
        cmocka_unit_test(a_program_that_is_not_there_is_told),
    };
    return cmocka_run_group_tests_name("stamp", tests, NULL, NULL);
}
