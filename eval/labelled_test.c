/* SPDX-License-Identifier: Apache-2.0 */
#include "eval/labelled.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *name_of(uint32_t label)
{
    static const char *const names[] = {"low", "high"};
    return label < 2 ? names[label] : NULL;
}

static bool read_text(struct arena *arena, const char *text, struct labelled_set *out,
                      struct err *err)
{
    char path[] = "/tmp/warroom-labelled-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_true(write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    const bool ok = labelled_read(arena, path, name_of, out, err);
    unlink(path);
    return ok;
}

static void a_line_has_a_label_a_name_and_the_rest(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct labelled_set set;
    struct err err = {0};
    assert_true(read_text(arena, "# of a day\n\nhigh\tA\tb c\nlow\tB\n", &set, &err));
    assert_int_equal(set.count, 2);
    assert_int_equal(set.items[0].label, 1);
    assert_true(str_eq(set.items[0].name, STR("A")));
    assert_true(str_eq(set.items[0].rest, STR("b c")));
    assert_int_equal(set.items[1].rest.len, 0);
    arena_free(arena);
}

static void a_label_that_is_not_known_names_its_line(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct labelled_set set;
    struct err err = {0};
    assert_false(read_text(arena, "low\tA\nmiddle\tB\n", &set, &err));
    assert_non_null(strstr(err.text, "line 2"));
    assert_false(read_text(arena, "low\n", &set, &err));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_a_label_a_name_and_the_rest),
        cmocka_unit_test(a_label_that_is_not_known_names_its_line),
    };
    return cmocka_run_group_tests_name("labelled", tests, NULL, NULL);
}
