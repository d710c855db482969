/* SPDX-License-Identifier: Apache-2.0 */
#include "train/corpus/objective.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char prose[] =
    "The orders database became slow after a migration added a column without an index. Queries\n"
    "that took two milliseconds now scan the whole table,  connections pile up in the pool, and\n"
    "requests to checkout time out. Adding the index brought latency back within a minute.\n";

static const char code[] = "/* Reads a line; not more. */\n"
                           "static bool read_line(struct reader *reader, struct str *line)\n"
                           "{\n"
                           "    if (reader->failed)\n"
                           "        throw_exception(reader, \"cannot read\");\n"
                           "    while (reader_next(reader) != END_OF_LINE)\n"
                           "        buffer_append(line, reader->current);\n"
                           "    return true;\n"
                           "}\n";

/* Puts what the target says back into the places of the sentinels. */
static struct str restored(struct arena *arena, const struct objective *objective)
{
    struct buf out = buf_new(arena);
    struct str input = str_slice(objective->input, 4, objective->input.len);
    struct str target = objective->target;
    for (uint32_t i = 0;; i++) {
        const struct str mark = str_printf(arena, "<extra_id_%u>", i);
        const struct str next = str_printf(arena, " <extra_id_%u>", i + 1);
        const size_t at = str_find(input, mark), end = str_find(target, next);
        if (at == STR_NPOS) {
            buf_add(&out, input);
            return buf_str(&out);
        }
        assert_true(end != STR_NPOS && str_starts(target, mark));
        buf_add(&out, str_slice(input, 0, at));
        buf_add(&out, str_slice(target, mark.len + 1, end));
        input = str_slice(input, at + mark.len, input.len);
        target = str_slice(target, end + 1, target.len);
    }
}

static void input_and_target_make_the_text_again(void **state)
{
    (void)state;
    bool seen[256] = {false};
    uint32_t kinds = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct arena *arena = arena_new("test");
        struct objective objective;
        uint64_t drawn = seed;
        assert_true(objective_prose(arena, str_of(prose), &drawn, &objective));
        assert_true(str_eq(restored(arena, &objective), str_of(prose)));
        assert_true(objective.masked > 0.0 && objective.masked < 0.6);
        const unsigned char first = (unsigned char)objective.denoiser[0];
        kinds += !seen[first];
        seen[first] = true;
        arena_free(arena);
    }
    assert_int_equal(kinds, 3); /* r, s and x */
}

static void code_loses_names_and_nothing_else(void **state)
{
    (void)state;
    uint32_t calls = 0, plain = 0;
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct arena *arena = arena_new("test");
        struct objective objective;
        uint64_t drawn = seed;
        assert_true(objective_code(arena, str_of(code), &drawn, &objective));
        assert_true(str_eq(restored(arena, &objective), str_of(code)));
        assert_true(str_contains(objective.input, STR("/* Reads a line; not more. */")));
        assert_true(str_contains(objective.input, STR("while (")));
        assert_true(str_contains(objective.input, STR("return true;")));
        calls += str_contains(objective.target, STR("throw_exception"));
        plain += str_contains(objective.target, STR("END_OF_LINE"));
        arena_free(arena);
    }
    assert_true(calls > 2 * plain); /* what is thrown says more */
}

static void too_little_is_left_alone(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct objective objective;
    uint64_t drawn = 1;
    assert_false(objective_prose(arena, STR(""), &drawn, &objective));
    assert_false(objective_prose(arena, STR("disk full"), &drawn, &objective));
    assert_false(objective_code(arena, STR("if (1) { return; }"), &drawn, &objective));
    assert_false(objective_prose(arena,
                                 STR("a b c d e f g h i j k l m n <extra_id_0> o p q r s t u v"),
                                 &drawn, &objective));
    arena_free(arena);
}

static void long_texts_have_sentinels_enough(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct buf text = buf_new(arena);
    for (int i = 0; i < 2000; i++)
        buf_printf(&text, "w%d ", i);
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct objective objective;
        uint64_t drawn = seed;
        assert_true(objective_prose(arena, buf_str(&text), &drawn, &objective));
        assert_true(str_eq(restored(arena, &objective), buf_str(&text)));
        assert_false(str_contains(objective.target, STR("<extra_id_100>")));
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_and_target_make_the_text_again),
        cmocka_unit_test(code_loses_names_and_nothing_else),
        cmocka_unit_test(too_little_is_left_alone),
        cmocka_unit_test(long_texts_have_sentinels_enough),
    };
    return cmocka_run_group_tests_name("objective", tests, NULL, NULL);
}
