/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/errand.h"

#include "base/arena.h"
#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const struct site site = {.data = "/tmp"};

static bool asked(struct arena *arena, const char *script, struct str input, struct buf *out,
                  struct err *err)
{
    const char *const argv[] = {"/bin/sh", "-c", script, NULL};
    const struct errand errand = {.argv = argv,
                                  .input = input,
                                  .takes_ns_max = NS_PER_S,
                                  .bytes_max = 16,
                                  .late = "it is late",
                                  .failure = ERR_USAGE};
    *err = (struct err){0};
    return errand_run(&site, arena, &errand, out, err);
}

static void what_a_child_prints_is_the_answer(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf out;
    struct err err;
    assert_true(asked(arena, "cat", STR("a question"), &out, &err));
    assert_string_equal(buf_str(&out).ptr, "a question");
    assert_true(asked(arena, "echo no; exit 1", STR(""), &out, &err));
    assert_string_equal(buf_str(&out).ptr, "no\n");
    assert_true(asked(arena, "true", STR(""), &out, &err));
    assert_int_equal(out.len, 0);
    assert_true(asked(arena, "echo 'longer than may be kept'", STR(""), &out, &err));
    assert_int_equal(out.len, 0);
    arena_free(arena);
}

static void without_an_answer_it_says_why(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf out;
    struct err err;
    assert_false(asked(arena, "echo half; echo 'warroom: what?' >&2; exit 2", STR(""), &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_string_equal(err.text, "what?");
    assert_false(asked(arena, "exec sleep 20", STR(""), &out, &err));
    assert_int_equal(err.kind, ERR_TIMEOUT);
    assert_string_equal(err.text, "it is late");
    assert_false(asked(arena, "kill -SEGV $$", STR(""), &out, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_child_prints_is_the_answer),
        cmocka_unit_test(without_an_answer_it_says_why),
    };
    return cmocka_run_group_tests_name("errand", tests, NULL, NULL);
}
