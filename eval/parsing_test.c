/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/parsing.h"

#include "base/arena.h"
#include "eval/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void assert_near(double got, double want)
{
    assert_true(got > want - 1e-9 && got < want + 1e-9);
}

/* Six lines: a group of three, one of two, one of one. */
static const uint32_t truth[] = {7, 7, 7, 3, 3, 9};

static struct parsing_score score(struct arena *arena, const uint32_t *groups,
                                  const char *const *templates)
{
    static const char *const truths[] = {"a <*>", "a <*>", "a <*>", "b <*>:<*>", "b <*>:<*>", "c"};
    struct parsed lines[COUNT_OF(truth)];
    for (size_t i = 0; i < COUNT_OF(truth); i++)
        lines[i] = (struct parsed){.group = groups[i],
                                   .template = str_of(templates[i]),
                                   .truth_group = truth[i],
                                   .truth_template = str_of(truths[i])};
    return parsing_score_of(arena, lines, COUNT_OF(truth));
}

static void all_right_is_one(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct parsing_score got =
        score(arena, (const uint32_t[]){1, 1, 1, 2, 2, 5},
              (const char *const[]){"a <*>", "a <*>", "a <*>", "b  <*>", "b  <*>", "c"});
    assert_near(got.ga, 1);
    assert_near(got.pa, 1); /* <*>:<*> is <*> by the rules ... */
    assert_near(got.fga, 1);
    assert_near(got.fta, 1);
    assert_near(got.pa_exact, 4.0 / 6); /* ... and not as it stands */
    assert_near(got.fta_exact, 2.0 / 3);
    arena_free(arena);
}

/* The group of two is split: its lines are wrong, and there are four groups. */
static void a_split_group_is_wrong_as_a_whole(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct parsing_score got =
        score(arena, (const uint32_t[]){1, 1, 1, 2, 4, 5},
              (const char *const[]){"a <*>", "a <*>", "a <*>", "b 1", "b <*>", "d"});
    assert_near(got.ga, 4.0 / 6);
    assert_near(got.pa, 5.0 / 6); /* all but "d": a 1 is <*> */
    assert_int_equal(got.groups, 4);
    assert_int_equal(got.truth_groups, 3);
    assert_near(got.fga, 2.0 * 2 / 7);
    assert_near(got.fta, 2.0 * 1 / 7);
    arena_free(arena);
}

/* Two groups of the truth in one: both are wrong. */
static void merged_groups_are_wrong(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    const struct parsing_score got =
        score(arena, (const uint32_t[]){1, 1, 1, 1, 1, 5},
              (const char *const[]){"<*> <*>", "<*> <*>", "<*> <*>", "<*> <*>", "<*> <*>", "c"});
    assert_near(got.ga, 1.0 / 6);
    assert_near(got.pa, 1.0 / 6);
    assert_near(got.fga, 2.0 * 1 / 5);
    assert_near(got.fta, 2.0 * 1 / 5);
    arena_free(arena);
}

static void each_system_weighs_the_same(void **state)
{
    (void)state;
    const struct parsing_score scores[] = {{.lines = 10, .ga = 1, .fta = 0.5}, {.lines = 1000}};
    const struct parsing_score mean = parsing_score_mean(scores, 2);
    assert_near(mean.ga, 0.5);
    assert_near(mean.fta, 0.25);
    assert_int_equal(mean.lines, 1010);
}

static const struct {
    const char *why, *template, *want;
} forms[] = {
    {"DS", "  a \t b ", "a b"},
    {"PS: a path", "at /var/log/x now", "at <*> now"},
    {"PS: a file behind slashes", "load a/b.c", "load <*>"},
    {"PS: a domain", "to a.b.c.com", "to <*>"},
    {"PS: two words are none", "read/write", "read/write"},
    {"BL", "on: True", "on: <*>"},
    {"US", "user root", "user <*>"},
    {"DG", "exit 0", "exit <*>"},
    {"DG: not a part of a word", "v2", "v2"},
    {"WV", "blk_<*> ok", "<*> ok"},
    {"WV: not across marks", "node-<*>", "node-<*>"},
    {"DV", "<*>.<*>.<*>", "<*>"},
    {"CV", "<*><*>", "<*>"},
    {"pairs", "<*>:<*>/<*>@<*>#<*>", "<*>"},
    {"in quotes", "is '<*>' or \"<*>\" now", "is <*> or <*> now"},
    {"blanks keep apart", "<*> <*>", "<*> <*>"},
    {"nothing", "", ""},
};

static void templates_are_brought_to_one_form(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(forms); i++) {
        const struct str got = parsing_normalise(arena, str_of(forms[i].template));
        if (!str_eq(got, str_of(forms[i].want)))
            fail_msg("%s: `%.*s`", forms[i].why, STR_ARG(got));
    }
    arena_free(arena);
}

/* ---- the reader of CSV ---- */

static void fields_may_be_quoted(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct str fields[CSV_COLUMNS_MAX];
    struct csv csv;
    struct err err = {0};
    uint32_t b;
    bool more;
    assert_true(csv_open(arena, STR("f"), STR("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n,last"), &csv, &err));
    assert_true(csv_column(&csv, "b", &b, &err));
    assert_true(csv_next(&csv, arena, fields, &more, &err) && more);
    assert_true(str_eq(fields[b], STR("x, \"y\"\nz")));
    assert_true(csv_next(&csv, arena, fields, &more, &err) && more);
    assert_true(str_eq(fields[0], STR("")) && str_eq(fields[b], STR("last")));
    assert_true(csv_next(&csv, arena, fields, &more, &err) && !more);
    assert_false(csv_column(&csv, "c", &b, &err));
    assert_string_equal(err.text, "f: the header has no column `c`");
    arena_free(arena);
}

static const struct {
    const char *text, *error; /* of the row behind the header */
} wrong[] = {
    {"a,b\n1\n", "f: line 2: 1 fields, the header has 2"},
    {"a,b\n1,2,3\n", "f: line 2: more than 2 fields"},
    {"a,b\n1,\"2\n", "f: line 2: a quote is not closed"},
    {"a,b\n\"1\"x,2\n", "f: line 2: `x` stands behind a closing quote"},
};

static void a_broken_row_is_named(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct str fields[CSV_COLUMNS_MAX];
        struct csv csv;
        struct err err = {0};
        bool more;
        assert_true(csv_open(arena, STR("f"), str_of(wrong[i].text), &csv, &err));
        assert_false(csv_next(&csv, arena, fields, &more, &err));
        assert_string_equal(err.text, wrong[i].error);
    }
    struct csv csv;
    struct err err = {0};
    assert_false(csv_open(arena, STR("f"), STR(""), &csv, &err));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_right_is_one),
        cmocka_unit_test(a_split_group_is_wrong_as_a_whole),
        cmocka_unit_test(merged_groups_are_wrong),
        cmocka_unit_test(each_system_weighs_the_same),
        cmocka_unit_test(templates_are_brought_to_one_form),
        cmocka_unit_test(fields_may_be_quoted),
        cmocka_unit_test(a_broken_row_is_named),
    };
    return cmocka_run_group_tests_name("parsing", tests, NULL, NULL);
}
