/* SPDX-License-Identifier: Apache-2.0 */
#include "expert/log/numbers.h"

#include "base/arena.h"
#include "base/buf.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct log_numbers *numbers = arena_push(arena, struct log_numbers);
    struct log_numbers *again = arena_push(arena, struct log_numbers);
    struct buf text = buf_new(arena);
    struct err err = {0};
    for (size_t i = 0; i < sizeof numbers->tags; i++)
        (&numbers->tags[0][0])[i] =
            (int8_t)((int)(i % (2 * NUMBERS_WEIGHT_MAX + 1)) - NUMBERS_WEIGHT_MAX);
    numbers->after[TAG_USER][TAG_INSIDE] = -77;
    numbers->gravity_bias[GRAVITY_ERROR] = -1.25;
    numbers->clues[CLUE_FAILING][GRAVITY_ERROR] = 2.5;
    numbers->novelty = 3;
    log_numbers_write(numbers, STR("{}"), &text);
    assert_true(log_numbers_parse(buf_str(&text), again, &err));
    assert_memory_equal(numbers, again, sizeof *numbers);
    arena_free(arena);
}

static void expect_refused(struct arena *arena, const char *text, const char *why)
{
    struct log_numbers *out = arena_push(arena, struct log_numbers);
    struct err err = {0};
    assert_false(log_numbers_parse(str_of(text), out, &err));
    assert_true(str_contains(str_of(err.text), str_of(why)));
}

static void what_is_none_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    expect_refused(arena, "", "line");
    expect_refused(arena, "[]", "version");
    expect_refused(arena, "{\"version\": 2}", "version");
    expect_refused(arena, "{\"version\": 1}", "bias_routine");
    expect_refused(arena,
                   "{\"version\": 1, \"severity\": {\"bias_routine\": 1e9, \"bias_warning\": 0}}",
                   "bias_routine");
    arena_free(arena);
}

static void weights_that_are_none_are_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new("test");
    struct log_numbers *numbers = arena_push(arena, struct log_numbers);
    struct buf text = buf_new(arena);
    log_numbers_write(numbers, STR("{}"), &text);
    const size_t at = str_find(buf_str(&text), STR("\"weights\": \"")) + strlen("\"weights\": \"");
    text.ptr[at + 6] = ' ';
    expect_refused(arena, text.ptr, "character 7 is no weight");
    text.ptr[at + 6] = '"';
    expect_refused(arena, text.ptr, "line");
    text.ptr[at - 2] = '\'';
    expect_refused(arena, text.ptr, "line");
    arena_free(arena);
}

static void the_card_is_json(void **state)
{
    (void)state;
    const struct str card = log_numbers_card();
    json_t *json = json_loadb(card.ptr, card.len, 0, NULL);
    assert_string_equal(json_string_value(json_object_get(json, "name")), "log");
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(weights_that_are_none_are_refused),
        cmocka_unit_test(the_card_is_json),
    };
    return cmocka_run_group_tests_name("log numbers", tests, NULL, NULL);
}
